/* Custom resources: rows of a cluster, normalising, validating; see crd.h. */
#include "emulator/kube/crd.h"

#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/rules.h"
#include "emulator/kube/status.h"
#include "emulator/kube/strategy.h"
#include "emulator/kube/watch.h"

#define GROUP	    "apiextensions.k8s.io"
#define OBJECT_META "k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta"
#define ALL_VERBS                                                                                  \
	(VERB_GET | VERB_LIST | VERB_WATCH | VERB_CREATE | VERB_UPDATE | VERB_PATCH |              \
	 VERB_DELETE | VERB_DELETE_COLLECTION)

/* Rows given out by crd_selectable, kept with their version. */
struct found_field {
	struct selectable row;
	struct found_field *next;
};

/* ["a", "b"] → "a,b", interned; NULL when empty */
static const char *commas(const struct json *list)
{
	_cleanup_(freep) char *text = NULL;

	json_foreach (item, list) {
		char *longer =
			text ? xasprintf("%s,%s", text, json_str(item)) : xstrdup(json_str(item));

		free(text);
		text = longer;
	}
	return text ? intern(text) : NULL;
}

static struct crd_version *new_version(const struct doc *doc, const struct json *row)
{
	struct crd_version *version = xcalloc(1, sizeof(*version));

	version->definition = doc_ref(doc);
	version->schema = json_find(row, "schema", "openAPIV3Schema", NULL);
	version->rules = rules_new(version->schema);
	version->columns = json_get(row, "additionalPrinterColumns");
	version->selectable = json_get(row, "selectableFields");
	version->scale = json_find(row, "subresources", "scale", NULL);
	version->storage = json_get_bool(row, "storage", false);
	version->preserve =
		json_get_bool(json_get(doc->body, "spec"), "preserveUnknownFields", false);
	if (json_get_bool(row, "deprecated", false))
		version->warning = json_get_str(row, "deprecationWarning")
					   ? json_get_str(row, "deprecationWarning")
					   : "this version is deprecated";
	return version;
}

static struct api_type *new_type(struct kube_cluster *cluster, const struct doc *doc,
				 const struct json *row)
{
	const struct json *spec = json_get(doc->body, "spec"), *names = json_get(spec, "names");
	struct api_type *type = xcalloc(1, sizeof(*type));

	type->group = intern(json_get_str(spec, "group"));
	type->version = intern(json_get_str(row, "name"));
	type->resource = intern(json_get_str(names, "plural"));
	type->kind = intern(json_get_str(names, "kind"));
	type->list_kind = intern(json_get_str(names, "listKind"));
	type->singular = intern(json_get_str(names, "singular"));
	type->api_version = type_api_version(type->group, type->version);
	type->short_names = commas(json_get(names, "shortNames"));
	type->categories = commas(json_get(names, "categories"));
	type->namespaced = str_eq(json_get_str(spec, "scope"), "Namespaced");
	type->verbs = ALL_VERBS;
	type->has_status = json_find(row, "subresources", "status", NULL);
	type->has_scale = json_find(row, "subresources", "scale", NULL);
	type->custom = new_version(doc, row);
	type->strategy = &strategy_custom;
	type->document = kube_kind_for(cluster->kube, type->group, type->resource, type->kind);
	return type;
}

/* A row of before that still means the same: streams go on. */
static struct api_type *take_spare(struct kube_cluster *cluster, const struct doc *doc,
				   const char *version)
{
	const struct json *spec = json_get(doc->body, "spec");

	for (size_t i = 0; i < cluster->spare.count; i++) {
		struct api_type *type = cluster->spare.items[i];
		const struct doc *old = type->custom->definition;

		if (!str_eq(old->key, doc->key) || !str_eq(type->version, version) ||
		    !json_equal(json_get(old->body, "spec"), spec))
			continue;
		ptrs_remove_at(&cluster->spare, i);
		return type;
	}
	return NULL;
}

bool crd_is_established(const struct json *definition)
{
	json_foreach (condition, json_find(definition, "status", "conditions", NULL))
		if (str_eq(json_get_str(condition, "type"), "Established"))
			return str_eq(json_get_str(condition, "status"), "True");
	return false;
}

static void add_definition(struct kube_cluster *cluster, const struct doc *doc)
{
	if (!crd_is_established(doc->body))
		return;
	json_foreach (row, json_find(doc->body, "spec", "versions", NULL)) {
		const char *name = json_get_str(row, "name");
		struct api_type *type;

		if (!name || !json_get_bool(row, "served", false))
			continue;
		type = take_spare(cluster, doc, name);
		types_add(cluster, type ? type : new_type(cluster, doc, row));
	}
}

void crd_add_types(struct kube_cluster *cluster)
{
	const struct kind *kind = kube_kind_for(cluster->kube, GROUP, "customresourcedefinitions",
						"CustomResourceDefinition");
	struct docs docs = {};

	cluster_list(cluster, kind, NULL, &docs);
	for (size_t i = 0; i < docs.count; i++)
		add_definition(cluster, docs.items[i]);
	docs_done(&docs);
	for (size_t i = 0; i < cluster->spare.count; i++) {
		watch_end(cluster, cluster->spare.items[i]);
		ptrs_add(&cluster->retired, cluster->spare.items[i]);
	}
	ptrs_done(&cluster->spare);
	cluster->spare = (struct ptrs){};
}

void crd_retire_type(struct kube_cluster *cluster, struct api_type *type)
{
	ptrs_add(&cluster->spare, type);
}

static void version_free(struct crd_version *version)
{
	struct found_field *field = version->found;

	while (field) {
		struct found_field *next = field->next;

		free((char *)field->row.label);
		free((char *)field->row.path);
		free(field);
		field = next;
	}
	rules_free(version->rules);
	doc_unref(version->definition);
	free(version);
}

static void free_types(struct ptrs *types)
{
	for (size_t i = 0; i < types->count; i++) {
		struct api_type *type = types->items[i];

		version_free(type->custom);
		free(type);
	}
	ptrs_done(types);
}

void crd_done(struct kube_cluster *cluster)
{
	free_types(&cluster->spare);
	free_types(&cluster->retired);
}

const struct api_type *crd_storage_type(struct kube_cluster *cluster, const struct api_type *type)
{
	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *other = cluster->types.items[i];

		if (other->custom && other->document == type->document && other->custom->storage)
			return other;
	}
	return type; /* the storage version is not served: stored as asked for */
}

static void remove_duplicates(struct json *value)
{
	for (struct json *item = json_first_mut(value), *next; item; item = next) {
		const struct json *other = json_is_object(value) ? json_next(item) : NULL;

		next = json_next_mut(item);
		while (other && !str_eq(json_key(other), json_key(item)))
			other = json_next(other);
		if (other)
			json_remove_item(value, item);
		else
			remove_duplicates(item);
	}
}

static void note_duplicate(const char *path, void *userdata)
{
	_cleanup_(freep) char *line = xasprintf("duplicate field \"%s\"", path);

	strs_add(userdata, line);
}

/* metadata is checked like any other object's, whatever the schema says */
static bool normalize_meta(struct json *meta, struct strs *strict, struct err *err)
{
	const struct kube_message *message = kube_model_message(OBJECT_META);
	struct strs found = {};
	bool fine = normalize(message, meta, &found, err);

	for (size_t i = 0; strict && i < found.count; i++) {
		/* unknown field "x" → unknown field "metadata.x" */
		const char *quote = strchr(found.items[i], '"') + 1;
		_cleanup_(freep) char *line = xasprintf(
			"%.*smetadata.%s", (int)(quote - found.items[i]), found.items[i], quote);

		strs_add(strict, line);
	}
	strs_done(&found);
	return fine;
}

bool crd_prune(const struct api_type *type, struct json *object, struct strs *strict,
	       struct err *err)
{
	struct json *meta = json_detach(object, "metadata");
	struct json *kind = json_detach(object, "kind");
	struct json *version = json_detach(object, "apiVersion");
	struct strs duplicates = {};
	bool fine;

	json_duplicates(object, note_duplicate, &duplicates);
	if (duplicates.count)
		remove_duplicates(object);
	for (size_t i = 0; strict && i < duplicates.count; i++)
		strs_add(strict, duplicates.items[i]);
	strs_done(&duplicates);
	if (!meta || json_is_null(meta)) {
		json_free(meta);
		meta = json_new_object();
	}
	fine = json_is_object(meta) ? normalize_meta(meta, strict, err)
				    : status_bad_request(err, "metadata is no object");
	if (type->custom->schema && !type->custom->preserve)
		schema_prune(type->custom->schema, object, "", strict);
	json_set(object, "kind", kind);
	json_set(object, "apiVersion", version);
	json_set(object, "metadata", meta);
	return fine;
}

bool crd_normalize(const struct api_type *type, struct json *object, struct strs *strict,
		   struct err *err)
{
	if (!crd_prune(type, object, strict, err))
		return false;
	crd_defaults(type, object);
	return true;
}

void crd_defaults(const struct api_type *type, struct json *object)
{
	if (type->custom->schema)
		schema_default(type->custom->schema, object);
}

/* Errors behind which rules are not looked at (registry/customresource/strategy.go
 * hasBlockingErr). */
static bool is_blocked(const struct field_errors *errors)
{
	for (const struct field_error *e = errors->first; e; e = e->next)
		switch (e->type) {
		case FIELD_NOT_SUPPORTED:
		case FIELD_REQUIRED:
		case FIELD_TOO_LONG:
		case FIELD_TOO_MANY:
		case FIELD_TYPE_INVALID: return true;
		default: break;
		}
	return false;
}

void crd_validate(struct kube_op *op, const struct api_type *type, const struct json *object,
		  const struct json *old, struct field_errors *errors)
{
	struct strs warnings = {};

	if (type->custom->schema)
		schema_validate(type->custom->schema, object, "", errors);
	if (!type->custom->rules)
		return;
	if (is_blocked(errors)) {
		field_add(errors, FIELD_INVALID, "<nil>", NULL,
			  "some validation rules were not checked because the object was invalid; "
			  "correct the existing errors to complete validation");
		return;
	}
	rules_validate(type->custom->rules, object, old, errors, &warnings);
	for (size_t i = 0; i < warnings.count; i++)
		op_warn(op, "%s", warnings.items[i]);
	strs_done(&warnings);
}

const struct selectable *crd_selectable(const struct api_type *type, const char *label)
{
	struct crd_version *version = type->custom;
	struct found_field *field;

	for (field = version->found; field; field = field->next)
		if (str_eq(field->row.label, label))
			return &field->row;
	json_foreach (item, version->selectable) {
		const char *path = json_get_str(item, "jsonPath"); /* ".spec.color" */

		if (!path || !str_eq(path + (*path == '.'), label))
			continue;
		field = xcalloc(1, sizeof(*field));
		field->row.label = xstrdup(label);
		field->row.path = xstrdup(label);
		field->next = version->found;
		version->found = field;
		return &field->row;
	}
	return NULL;
}
