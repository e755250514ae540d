/*
 * CustomResourceDefinition: names, versions, schemas; established as soon as its names are free.
 *
 * Source: apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go,
 * pkg/apis/apiextensions/{v1/defaults.go,validation/validation.go}, pkg/controller/status.
 */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/document.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/rules.h"

static void set_condition(struct kube_op *op, struct json *object, const char *type, bool status,
			  const char *reason, const char *message)
{
	struct json *list = json_ensure_array(json_ensure_object(object, "status"), "conditions");
	struct json *condition = NULL;

	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		if (str_eq(json_get_str(item, "type"), type))
			condition = item;
	if (!condition) {
		condition = json_new_object();
		json_set_str(condition, "type", type);
		json_append(list, condition);
	}
	if (!str_eq(json_get_str(condition, "status"), status ? "True" : "False"))
		json_set_str(condition, "lastTransitionTime", op_timestamp(op));
	json_set_str(condition, "status", status ? "True" : "False");
	json_set_str(condition, "reason", reason);
	json_set_str(condition, "message", message);
}

static void crd_row_defaults(struct kube_op *op _unused_, struct json *object)
{
	const char *kind = object_str(object, "spec.names.kind");
	_cleanup_(freep) char *lower = xstrdup(kind ? kind : ""), *list = NULL;

	for (char *c = lower; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
	list = xasprintf("%sList", kind ? kind : "");
	if (*lower) {
		default_str(object, "spec.names.singular", lower);
		default_str(object, "spec.names.listKind", list);
	}
	if (!json_is_object(object_get(object, "spec.conversion")))
		json_set_str(json_ensure_object(json_ensure_object(object, "spec"), "conversion"),
			     "strategy", "None");
}

/* Whether another CRD of the group, or a built-in resource, has one of the names already. */
static const char *name_conflict(struct kube_op *op, const struct json *object)
{
	const char *group = object_str(object, "spec.group");
	const char *plural = object_str(object, "spec.names.plural");
	const char *kind = object_str(object, "spec.names.kind");
	const struct api_type *type;

	for (size_t i = 0; (type = type_at(op->cluster, i)); i++) {
		if (!str_eq(type->group, group) ||
		    (type->custom &&
		     str_eq(kube_doc_name(type->custom->definition), meta_str(object, "name"))))
			continue;
		if (str_eq(type->resource, plural))
			return arena_printf(op->arena, "\"%s\" is already in use", plural);
		if (str_eq(type->kind, kind))
			return arena_printf(op->arena, "\"%s\" is already in use", kind);
	}
	return NULL;
}

static void set_names(struct json *object)
{
	struct json *status = json_ensure_object(object, "status");

	json_set_copy(status, "acceptedNames", object_get(object, "spec.names"));
}

static void add_stored_version(struct json *object)
{
	struct json *stored =
		json_ensure_array(json_ensure_object(object, "status"), "storedVersions");

	json_foreach (version, object_get(object, "spec.versions")) {
		const char *name = json_get_str(version, "name");
		bool known = false;

		if (!json_get_bool(version, "storage", false))
			continue;
		json_foreach (item, stored)
			known |= str_eq(json_str(item), name);
		if (!known)
			json_append_str(stored, name);
	}
}

static void establish(struct kube_op *op, struct json *object)
{
	const char *conflict = name_conflict(op, object);

	if (conflict) {
		set_condition(op, object, "NamesAccepted", false, "NameConflict", conflict);
		set_condition(op, object, "Established", false, "NotAccepted",
			      "not all names are accepted");
		return;
	}
	set_names(object);
	set_condition(op, object, "NamesAccepted", true, "NoConflicts", "no conflicts found");
	set_condition(op, object, "Established", true, "InitialNamesAccepted",
		      "the initial names have been accepted");
}

static void prepare_create(struct kube_op *op, struct json *object)
{
	json_set(object, "status", json_new_object());
	add_stored_version(object);
	establish(op, object);
}

static void prepare_update(struct kube_op *op, struct json *object, const struct json *old _unused_)
{
	add_stored_version(object);
	establish(op, object);
}

/* One path for all versions when their schemas are the same: the real server keeps such a schema
 * once (apis/apiextensions/v1/conversion.go). */
static const char *schema_path(struct field_errors *errors, const struct json *versions,
			       size_t index)
{
	const struct json *first = json_get(json_first(versions), "schema");

	json_foreach (version, versions)
		if (!json_equal(json_get(version, "schema"), first))
			return field_at(errors, "spec.versions[%zu].schema.openAPIV3Schema", index);
	return "spec.validation.openAPIV3Schema";
}

static bool is_shared(const char *path)
{
	return str_starts_with(path, "spec.validation");
}

static bool check_rules(const struct json *object, struct field_errors *errors, struct err *err)
{
	const struct json *versions = object_get(object, "spec.versions");
	size_t index = 0;

	json_foreach (version, versions) {
		const struct json *schema = json_find(version, "schema", "openAPIV3Schema", NULL);
		const char *path = schema_path(errors, versions, index++);

		if (schema && !rules_check(schema, path, errors, err))
			return false;
		if (is_shared(path))
			break;
	}
	return true;
}

/* A rule that needs what is not emulated is no mistake of whoever wrote it. */
static bool begin(struct kube_op *op, struct json *object, const struct json *old _unused_,
		  struct err *err)
{
	struct field_errors errors = {.arena = op->arena};

	return check_rules(object, &errors, err);
}

static void validate_names(const struct json *object, struct field_errors *errors)
{
	const char *group = object_str(object, "spec.group");
	const char *plural = object_str(object, "spec.names.plural");
	const char *want = field_at(errors, "%s.%s", plural ? plural : "", group ? group : "");

	if (!str_eq(meta_str(object, "name"), want))
		field_invalid_str(errors, "metadata.name", meta_str(object, "name"),
				  "must be spec.names.plural+\".\"+spec.group");
	if (!group || !*group)
		field_required(errors, "spec.group", "");
	else if (!strchr(group, '.'))
		field_invalid_str(errors, "spec.group", group,
				  "should be a domain with at least one dot");
	else
		field_format(errors, "spec.group", group, format_dns1123_subdomain);
}

static void require_names(const struct json *object, struct field_errors *errors)
{
	static const char *const required[] = {"plural", "singular", "kind", "listKind"};

	for (size_t i = 0; i < array_size(required); i++) {
		const char *path = field_at(errors, "spec.names.%s", required[i]);
		const char *text = object_str(object, path);

		if (!text || !*text)
			field_required(errors, path, "");
	}
}

static void validate_versions(const struct json *object, struct field_errors *errors)
{
	const struct json *versions = object_get(object, "spec.versions");
	unsigned stored = 0, index = 0;

	json_foreach (version, versions) {
		const char *path = field_at(errors, "spec.versions[%u]", index++);
		const char *name = json_get_str(version, "name");
		const struct json *schema = json_find(version, "schema", "openAPIV3Schema", NULL);

		stored += json_get_bool(version, "storage", false);
		field_format(errors, field_at(errors, "%s.name", path), name ? name : "",
			     format_dns1035_label);
		if (!schema)
			field_required(errors, field_at(errors, "%s.schema.openAPIV3Schema", path),
				       "schemas are required");
		else if (!str_eq(json_get_str(schema, "type"), "object"))
			field_invalid(errors,
				      field_at(errors, "%s.schema.openAPIV3Schema.type", path),
				      json_get(schema, "type"), "must be object at the root");
	}
	if (stored != 1)
		field_invalid(errors, "spec.versions", versions,
			      "must have exactly one version marked as storage version");
}

static void validate(struct kube_op *op _unused_, const struct json *object, const struct json *old,
		     struct field_errors *errors)
{
	static const char *const scopes[] = {"Cluster", "Namespaced", NULL};
	static const char *const strategies[] = {"None", "Webhook", NULL};
	const char *scope = object_str(object, "spec.scope");
	const char *conversion = object_str(object, "spec.conversion.strategy");

	validate_names(object, errors);
	if (!scope || !*scope)
		field_required(errors, "spec.scope", "");
	else if (!str_eq(scope, "Cluster") && !str_eq(scope, "Namespaced"))
		field_not_supported(errors, "spec.scope", object_get(object, "spec.scope"), scopes);
	if (!str_eq(conversion, "None") && !str_eq(conversion, "Webhook"))
		field_not_supported(errors, "spec.conversion.strategy",
				    object_get(object, "spec.conversion.strategy"), strategies);
	if (json_get_bool(json_get(object, "spec"), "preserveUnknownFields", false))
		field_invalid(errors, "spec.preserveUnknownFields",
			      object_get(object, "spec.preserveUnknownFields"),
			      "cannot set to true, set x-kubernetes-preserve-unknown-fields to "
			      "true in spec.versions[*].schema instead");
	validate_versions(object, errors);
	if (!check_rules(object, errors, NULL))
		return; /* said by begin */
	require_names(object, errors);
	if (!json_first(object_get(object, "status.storedVersions")))
		field_invalid(errors, "status.storedVersions", NULL,
			      "must have at least one stored version");
	if (!old)
		return;
	if (crd_is_established(old)) {
		validate_immutable(errors, object, old, "spec.scope");
		validate_immutable(errors, object, old, "spec.names.kind");
	}
	validate_immutable(errors, object, old, "spec.group");
	validate_immutable(errors, object, old, "spec.names.plural");
}

/* Its objects go with it. */
static void release(struct kube_op *op, const struct json *object)
{
	const struct api_type *type = type_find_any(op->cluster, object_str(object, "spec.group"),
						    object_str(object, "spec.names.plural"));
	struct docs docs = {};

	if (!type || !type->custom)
		return;
	cluster_list(op->cluster, type->document, NULL, &docs);
	for (size_t i = 0; i < docs.count; i++)
		world_remove(op->call, type->document, docs.items[i]->key);
	docs_done(&docs);
}

const struct kube_strategy strategy_custom_resource_definition = {
	.group = "apiextensions.k8s.io",
	.resource = "customresourcedefinitions",
	.flags = STRATEGY_GENERATION | STRATEGY_NEEDS_VERSION,
	.name_rule = NAME_SUBDOMAIN,
	.defaults = crd_row_defaults,
	.prepare_create = prepare_create,
	.prepare_update = prepare_update,
	.validate = validate,
	.begin = begin,
	.release = release,
};
