/* OpenAPI v3 documents: the paths of a group and version, and around them the document. */
#include "emulator/model/kube_openapi.h"

#include <ctype.h>

#include "emulator/base/strbuf.h"
#include "emulator/model/kube_openapi_schema.h"

#define GO_META "k8s.io/apimachinery/pkg/apis/meta/v1."
#define META	"io.k8s.apimachinery.pkg.apis.meta.v1."

#define JSON_TYPE "application/json"

/** Query parameters, comma-separated; of type string but for those below. */
#define CHANGE_QUERY "dryRun,fieldManager,fieldValidation"
#define DELETE_QUERY                                                                               \
	"dryRun,gracePeriodSeconds,ignoreStoreReadErrorWithClusterBreakingPotential,"              \
	"orphanDependents,propagationPolicy"
#define LIST_QUERY                                                                                 \
	"continue,fieldSelector,labelSelector,limit,resourceVersion,resourceVersionMatch,"         \
	"sendInitialEvents,shardSelector,timeoutSeconds"
static const char *const integers[] = {"gracePeriodSeconds", "limit", "timeoutSeconds"};
static const char *const booleans[] = {
	"allowWatchBookmarks", "force", "ignoreStoreReadErrorWithClusterBreakingPotential",
	"orphanDependents",    "watch", "sendInitialEvents"};

/** What a request carries and an answer holds. */
enum body { BODY_NONE, BODY_OBJECT, BODY_LIST, BODY_STATUS, BODY_OPTIONS, BODY_PATCH };

/** What can be done at a path. */
struct action {
	uint16_t verb;	    /**< enum kube_verb that allows it */
	bool collection;    /**< at the path of a collection, not of an object */
	const char *method; /**< as a member of the path */
	const char *name;   /**< x-kubernetes-action */
	const char *query;  /**< NULL: none */
	enum body request, answer;
	const char *statuses; /**< answers but 401, comma-separated */
};

/* Source: kubernetes api/openapi-spec/v3, any document. */
static const struct action actions[] = {
	{VERB_LIST, true, "get", "list", "allowWatchBookmarks," LIST_QUERY ",watch", BODY_NONE,
	 BODY_LIST, "200"},
	{VERB_CREATE, true, "post", "post", CHANGE_QUERY, BODY_OBJECT, BODY_OBJECT, "200,201,202"},
	{VERB_DELETE_COLLECTION, true, "delete", "deletecollection", DELETE_QUERY "," LIST_QUERY,
	 BODY_OPTIONS, BODY_STATUS, "200"},
	{VERB_GET, false, "get", "get", NULL, BODY_NONE, BODY_OBJECT, "200"},
	{VERB_CREATE, false, "post", "post", CHANGE_QUERY, BODY_OBJECT, BODY_OBJECT, "200,201,202"},
	{VERB_UPDATE, false, "put", "put", CHANGE_QUERY, BODY_OBJECT, BODY_OBJECT, "200,201"},
	{VERB_PATCH, false, "patch", "patch", CHANGE_QUERY ",force", BODY_PATCH, BODY_OBJECT,
	 "200,201"},
	{VERB_DELETE, false, "delete", "delete", DELETE_QUERY, BODY_OPTIONS, BODY_STATUS,
	 "200,202"},
};

/* The last one is not for custom resources. */
static const char *const patch_types[] = {
	"application/apply-patch+yaml", "application/json-patch+json",
	"application/merge-patch+json", "application/strategic-merge-patch+json"};

static bool is_one_of(const char *word, size_t length, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == length && strncmp(list[i], word, length) == 0)
			return true;
	return false;
}

static void add_parameter(struct strbuf *sb, const char *in, const char *name, size_t length)
{
	const char *type = is_one_of(name, length, integers, array_size(integers))   ? "integer"
			   : is_one_of(name, length, booleans, array_size(booleans)) ? "boolean"
										     : "string";

	strbuf_addf(sb,
		    "{\"in\":\"%s\",\"name\":\"%.*s\",%s\"schema\":{\"type\":\"%s\","
		    "\"uniqueItems\":true}}",
		    in, (int)length, name, str_eq(in, "path") ? "\"required\":true," : "", type);
}

static void add_query(struct strbuf *sb, const char *names)
{
	strbuf_add(sb, "\"parameters\":[");
	for (const char *name = names; *name;) {
		size_t length = strcspn(name, ",");

		if (name != names)
			strbuf_add_char(sb, ',');
		add_parameter(sb, "query", name, length);
		name += length;
		name += *name == ',';
	}
	strbuf_add(sb, "],");
}

static const char *schema_of(enum body body, const struct kube_openapi_row *row)
{
	switch (body) {
	case BODY_OBJECT: return row->schema;
	case BODY_LIST: return row->list_schema;
	case BODY_STATUS: return META "Status";
	case BODY_OPTIONS: return META "DeleteOptions";
	case BODY_PATCH: return META "Patch";
	case BODY_NONE: break;
	}
	return NULL;
}

static void add_content(struct strbuf *sb, const char *media_type, const char *schema)
{
	strbuf_addf(sb, "\"%s\":{\"schema\":{\"$ref\":\"#/components/schemas/%s\"}}", media_type,
		    schema);
}

static void add_request(struct strbuf *sb, enum body body, const struct kube_openapi_row *row)
{
	const char *schema = schema_of(body, row);

	if (!schema)
		return;
	strbuf_add(sb, "\"requestBody\":{\"content\":{");
	if (body == BODY_PATCH)
		for (size_t i = 0; i < array_size(patch_types) - row->custom; i++) {
			strbuf_add(sb, i ? "," : "");
			add_content(sb, patch_types[i], schema);
		}
	else
		add_content(sb, "*/*", schema);
	strbuf_addf(sb, "}%s},", body == BODY_OPTIONS ? "" : ",\"required\":true");
}

static void add_answers(struct strbuf *sb, const struct action *action,
			const struct kube_openapi_row *row)
{
	const char *schema = schema_of(action->answer, row);

	strbuf_add(sb, "\"responses\":{");
	for (const char *status = action->statuses; *status; status += strspn(status, ",")) {
		strbuf_addf(sb, "\"%.3s\":{\"description\":\"%s\",\"content\":{", status,
			    str_starts_with(status, "200")   ? "OK"
			    : str_starts_with(status, "201") ? "Created"
							     : "Accepted");
		add_content(sb, JSON_TYPE, schema);
		if (action->answer == BODY_LIST) {
			strbuf_add_char(sb, ',');
			add_content(sb, JSON_TYPE ";stream=watch", schema);
		}
		strbuf_add(sb, "}},");
		status += 3;
	}
	strbuf_add(sb, "\"401\":{\"description\":\"Unauthorized\"}},");
}

/* "core_v1", "apps_v1", "rbacAuthorization_v1": the tag of all operations of a document. */
static void add_tag(struct strbuf *sb, const char *group, const char *version)
{
	const char *name = *group ? group : "core";
	size_t length = strlen(name) - (str_ends_with(name, ".k8s.io") ? strlen(".k8s.io") : 0);

	strbuf_add(sb, "\"tags\":[\"");
	for (size_t i = 0; i < length; i++)
		if (name[i] != '.')
			strbuf_add_char(sb, i && name[i - 1] == '.'
						    ? (char)toupper((unsigned char)name[i])
						    : name[i]);
	strbuf_addf(sb, "_%s\"]", version);
}

static void add_action(struct strbuf *sb, const struct action *action,
		       const struct kube_openapi_row *row)
{
	const struct kube_resource *r = row->resource;

	strbuf_addf(sb, "\"%s\":{", action->method);
	if (action->query)
		add_query(sb, action->query);
	add_request(sb, action->request, row);
	add_answers(sb, action, row);
	add_tag(sb, r->group, r->version);
	strbuf_addf(sb,
		    ",\"x-kubernetes-action\":\"%s\",\"x-kubernetes-group-version-kind\":{"
		    "\"group\":\"%s\",\"kind\":\"%s\",\"version\":\"%s\"}},",
		    action->name, r->kind_version ? r->kind_group : r->group, r->kind,
		    r->kind_version ? r->kind_version : r->version);
}

/** Where a path leads. */
enum place { PLACE_ALL, PLACE_COLLECTION, PLACE_OBJECT };

static bool offers(const struct action *action, const struct kube_resource *r, enum place place)
{
	if (!(r->verbs & action->verb) || action->collection != (place != PLACE_OBJECT))
		return false;
	if (place == PLACE_ALL) /* over all namespaces */
		return action->verb == VERB_LIST;
	return place == PLACE_COLLECTION || action->verb != VERB_CREATE || strchr(r->resource, '/');
}

static void add_path(struct strbuf *sb, const struct kube_openapi_row *row, enum place place)
{
	const struct kube_resource *r = row->resource;
	bool in_namespace = r->namespaced && place != PLACE_ALL, any = false;
	size_t name = strcspn(r->resource, "/");

	for (size_t i = 0; i < array_size(actions); i++)
		any = any || offers(&actions[i], r, place);
	if (!any)
		return;
	strbuf_addf(sb, ",\"/api%s%s/%s%s/%.*s%s%s\":{", *r->group ? "s/" : "", r->group,
		    r->version, in_namespace ? "/namespaces/{namespace}" : "", (int)name,
		    r->resource, place == PLACE_OBJECT ? "/{name}" : "", r->resource + name);
	for (size_t i = 0; i < array_size(actions); i++)
		if (offers(&actions[i], r, place))
			add_action(sb, &actions[i], row);
	strbuf_add(sb, "\"parameters\":[");
	if (place == PLACE_OBJECT) {
		add_parameter(sb, "path", "name", strlen("name"));
		strbuf_add_char(sb, ',');
	}
	if (in_namespace) {
		add_parameter(sb, "path", "namespace", strlen("namespace"));
		strbuf_add_char(sb, ',');
	}
	add_parameter(sb, "query", "pretty", strlen("pretty"));
	strbuf_add(sb, "]}");
}

static void add_paths(struct strbuf *sb, const struct kube_openapi_row *row)
{
	if (strchr(row->resource->resource, '/')) {
		add_path(sb, row, PLACE_OBJECT);
		return;
	}
	if (row->resource->namespaced)
		add_path(sb, row, PLACE_ALL);
	add_path(sb, row, PLACE_COLLECTION);
	add_path(sb, row, PLACE_OBJECT);
}

/* What the operations refer to, by what the rows can do. */
static void add_common(struct kube_schema_set *set, unsigned verbs)
{
	static const struct {
		unsigned verbs; /* any of them */
		const char *message;
	} rows[] = {
		{VERB_DELETE | VERB_DELETE_COLLECTION, GO_META "DeleteOptions"},
		{VERB_DELETE | VERB_DELETE_COLLECTION, GO_META "Status"},
		{VERB_WATCH, GO_META "WatchEvent"},
	};

	kube_schema_set_add(set, kube_model_message(GO_META "APIResourceList"));
	for (size_t i = 0; i < array_size(rows); i++)
		if (verbs & rows[i].verbs)
			kube_schema_set_add(set, kube_model_message(rows[i].message));
}

static void print(struct strbuf *sb, const char *group, const char *version,
		  const struct kube_openapi_row *rows, size_t row_count,
		  const struct kube_openapi_schema *schemas, size_t schema_count,
		  struct kube_schema_set *set)
{
	unsigned verbs = 0;

	for (size_t i = 0; i < row_count; i++)
		verbs |= rows[i].resource->verbs;
	add_common(set, verbs);
	strbuf_addf(sb,
		    "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"Kubernetes\",\"version\":"
		    "\"unversioned\"},\"paths\":{\"/api%s%s/%s/\":{\"get\":{\"responses\":{"
		    "\"200\":{\"description\":\"OK\",\"content\":{",
		    *group ? "s/" : "", group, version);
	add_content(sb, JSON_TYPE, META "APIResourceList");
	strbuf_add(sb, "}},\"401\":{\"description\":\"Unauthorized\"}},");
	add_tag(sb, group, version);
	strbuf_add(sb, "}}");
	for (size_t i = 0; i < row_count; i++)
		add_paths(sb, &rows[i]);
	strbuf_add(sb, "},\"components\":{\"schemas\":{");
	for (size_t i = 0; i < schema_count; i++)
		strbuf_addf(sb, "\"%s\":%s,", schemas[i].name, schemas[i].text);
	if (verbs & VERB_PATCH)
		strbuf_add(sb, "\"" META "Patch\":{\"type\":\"object\"},");
	kube_schema_set_print(set, sb, group, version);
	strbuf_add(sb, "},\"securitySchemes\":{\"BearerToken\":{\"type\":\"apiKey\",\"name\":"
		       "\"authorization\",\"in\":\"header\"}}}}");
}

/* A subresource that is a connection, not an object: its kind are its options, or it streams. */
static bool is_connection(const struct kube_resource *r)
{
	return str_ends_with(r->kind, "Options") || str_eq(r->resource, "pods/log");
}

bool kube_openapi_print(struct strbuf *sb, const char *group, const char *version)
{
	struct kube_openapi_row *rows = xcalloc(kube_resource_count, sizeof(*rows));
	struct kube_schema_set set;
	size_t n = 0;

	kube_schema_set_init(&set);
	for (size_t i = 0; i < kube_resource_count; i++) {
		const struct kube_resource *r = &kube_resources[i];
		_cleanup_(freep) char *list = xasprintf("%sList", r->kind);
		const struct kube_kind *list_kind = kube_model_kind(group, version, list);

		if (!str_eq(r->group, group) || !str_eq(r->version, version) || is_connection(r))
			continue;
		kube_schema_set_add(&set, &kube_messages[r->message]);
		rows[n].resource = r;
		rows[n].schema = kube_openapi_name(&kube_messages[r->message]);
		if (r->verbs & VERB_LIST && list_kind) {
			kube_schema_set_add(&set, &kube_messages[list_kind->message]);
			rows[n].list_schema = kube_openapi_name(&kube_messages[list_kind->message]);
		}
		n++;
	}
	if (n)
		print(sb, group, version, rows, n, NULL, 0, &set);
	for (size_t i = 0; i < n; i++) {
		free((char *)rows[i].schema);
		free((char *)rows[i].list_schema);
	}
	free(rows);
	kube_schema_set_done(&set);
	return n > 0;
}

void kube_openapi_print_custom(struct strbuf *sb, const char *group, const char *version,
			       const struct kube_openapi_row *rows, size_t row_count,
			       const struct kube_openapi_schema *schemas, size_t schema_count)
{
	struct kube_schema_set set;

	kube_schema_set_init(&set);
	kube_schema_set_add(&set, kube_model_message(GO_META "ObjectMeta"));
	kube_schema_set_add(&set, kube_model_message(GO_META "ListMeta"));
	for (size_t i = 0; i < row_count; i++)
		if (str_eq(rows[i].resource->kind, "Scale"))
			kube_schema_set_add(&set,
					    kube_model_message("k8s.io/api/autoscaling/v1.Scale"));
	print(sb, group, version, rows, row_count, schemas, schema_count, &set);
	kube_schema_set_done(&set);
}
