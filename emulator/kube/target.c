/* What a path means; see target.h. */
#include "emulator/kube/target.h"

#include <ctype.h>

#include "emulator/base/strbuf.h"
#include "emulator/http/http.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/status.h"
#include "emulator/kube/strategy.h"

#define SEGMENTS_MAX 64 /* of a path; the API needs 8, a proxy's tail more */

/* Splits and decodes a path; false when a segment is malformed or there are too many. */
static bool split(struct arena *arena, const char *path, const char **segments, size_t *ret_count)
{
	size_t count = 0;

	while (*path) {
		size_t length;

		if (*path == '/') {
			path++;
			continue;
		}
		length = strcspn(path, "/");
		if (count == SEGMENTS_MAX)
			return false;
		segments[count] = http_url_decode(arena, path, length, false);
		if (!segments[count++])
			return false;
		path += length;
	}
	*ret_count = count;
	return true;
}

/* The message of go-restful's own 404 (apiserver pkg/server/handler.go serviceErrorHandler). */
static enum path_sort unknown(struct err *err)
{
	status_set(err, 404, "NotFound", "the server could not find the requested resource");
	if (err)
		err->details = json_new_object();
	return PATH_UNKNOWN;
}

static bool group_is_served(const struct kube_cluster *cluster, const char *group,
			    const char *version, bool *ret_builtin)
{
	bool served = false;

	*ret_builtin = false;
	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *type = cluster->types.items[i];

		if (!str_eq(type->group, group) || !str_eq(type->version, version))
			continue;
		served = true;
		*ret_builtin |= type->builtin != NULL;
	}
	return served;
}

/* The subresources of a type that are served: by the model, a row of special.c, or its CRD. */
static bool has_subresource(const struct api_type *type, const char *subresource)
{
	if (type->builtin)
		return type_subresource(type, subresource);
	return (str_eq(subresource, "status") && type->has_status) ||
	       (str_eq(subresource, "scale") && type->has_scale);
}

static const char *join(struct arena *arena, const char **segments, size_t count)
{
	const char *text = "";

	for (size_t i = 0; i < count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "/" : "", segments[i]);
	return text;
}

/* segments begin behind the version (and "watch") */
static enum path_sort parse_resource(struct kube_op *op, const char *group, const char *version,
				     const char **segments, size_t count, struct err *err)
{
	struct kube_target *t = &op->target;
	const char *resource;
	bool builtin;

	if (!group_is_served(op->cluster, group, version, &builtin))
		return PATH_NO_GROUP;
	/* /namespaces/NS/RESOURCE, but /namespaces/NAME/status and /finalize are the Namespace's */
	if (count > 2 && str_eq(segments[0], "namespaces") && !str_eq(segments[2], "status") &&
	    !str_eq(segments[2], "finalize")) {
		t->ns = segments[1];
		segments += 2;
		count -= 2;
	}
	resource = count ? segments[0] : "";
	t->type = type_find(op->cluster, group, version, resource);
	if (!t->type)
		return builtin ? unknown(err) : PATH_NO_GROUP;
	if (!t->type->namespaced && *t->ns)
		return builtin ? unknown(err) : PATH_NO_GROUP;
	if (count > 1)
		t->name = segments[1];
	if (count > 2) {
		t->subresource = segments[2];
		if (!has_subresource(t->type, t->subresource))
			return builtin ? unknown(err) : PATH_NO_GROUP;
	}
	if (count > 3)
		t->tail = join(op->arena, segments + 3, count - 3);
	if (*t->name && t->type->namespaced && !*t->ns)
		return builtin ? unknown(err) : PATH_NO_GROUP;
	return PATH_RESOURCE;
}

enum path_sort target_parse(struct kube_op *op, const char *path, struct err *err)
{
	const char *segments[SEGMENTS_MAX];
	const char *group = "", *version;
	size_t count, used;

	op->target = (struct kube_target){.subresource = "", .ns = "", .name = "", .tail = ""};
	if (!split(op->arena, path, segments, &count))
		return PATH_NO_GROUP;
	if (count >= 3 && str_eq(segments[0], "api")) {
		version = segments[1];
		used = 2;
	} else if (count >= 4 && str_eq(segments[0], "apis")) {
		group = segments[1];
		version = segments[2];
		used = 3;
	} else {
		return PATH_OTHER;
	}
	if (str_eq(segments[used], "watch") && count > used + 1) {
		op->target.legacy_watch = true;
		used++;
	}
	return parse_resource(op, group, version, segments + used, count - used, err);
}

static const struct {
	const char *method;
	bool named;
	enum kube_verb verb;
} verbs[] = {
	{"GET", true, VERB_GET},       {"GET", false, VERB_LIST},
	{"HEAD", true, VERB_GET},      {"HEAD", false, VERB_LIST},
	{"POST", true, VERB_CREATE},   {"POST", false, VERB_CREATE},
	{"PUT", true, VERB_UPDATE},    {"PATCH", true, VERB_PATCH},
	{"DELETE", true, VERB_DELETE}, {"DELETE", false, VERB_DELETE_COLLECTION},
};

static bool verb_allowed(const struct kube_op *op)
{
	const struct kube_target *t = &op->target;
	unsigned allowed = t->type->verbs;

	if (*t->subresource && t->type->builtin)
		allowed = type_subresource(t->type, t->subresource)->verbs;
	else if (*t->subresource)
		allowed = VERB_GET | VERB_UPDATE | VERB_PATCH;
	else if (*t->name && op->verb == VERB_CREATE)
		return false;
	return allowed & op->verb;
}

bool target_verb(struct kube_op *op, struct err *err)
{
	bool known = false;

	for (size_t i = 0; i < array_size(verbs) && !known; i++)
		if (str_eq(verbs[i].method, op->method) &&
		    verbs[i].named == (*op->target.name != '\0')) {
			op->verb = verbs[i].verb;
			known = true;
		}
	if (known && (op->verb == VERB_LIST || op->verb == VERB_GET) && op->target.legacy_watch)
		op->options.watch = true;
	if (known && op->verb == VERB_LIST && op->options.watch)
		op->verb = VERB_WATCH;
	/* /api/v1/watch/namespaces/NS/pods/NAME */
	if (known && op->verb == VERB_GET && op->options.watch && !*op->target.subresource) {
		op->options.field_selector =
			arena_printf(op->arena, "metadata.name=%s", op->target.name);
		op->target.name = "";
		op->verb = VERB_WATCH;
	}
	if (known && verb_allowed(op))
		return true;
	status_set(err, 405, "MethodNotAllowed",
		   "the server does not allow this method on the requested resource");
	if (err)
		err->details = json_new_object();
	return false;
}

/* The kind with its first letters as its resource spells the plural: "Services", "Ingresses",
 * "NetworkPolicies". */
static void add_plural(struct strbuf *sb, const struct api_type *type)
{
	size_t length = strlen(type->kind), common = 0;

	while (common < length &&
	       tolower((unsigned char)type->kind[common]) == type->resource[common])
		common++;
	strbuf_add_bytes(sb, type->kind, common);
	strbuf_add(sb, common <= strlen(type->resource) ? type->resource + common : "");
}

const char *target_operation(const struct kube_op *op)
{
	static const struct {
		enum kube_verb verb;
		const char *word;
		bool plural;
	} words[] = {
		{VERB_GET, "Get", false},	{VERB_LIST, "List", true},
		{VERB_WATCH, "Watch", true},	{VERB_CREATE, "Create", false},
		{VERB_UPDATE, "Update", false}, {VERB_PATCH, "Patch", false},
		{VERB_DELETE, "Delete", false}, {VERB_DELETE_COLLECTION, "DeleteAll", true},
	};
	const struct kube_target *t = &op->target;
	const char *operation;
	struct strbuf sb;

	strbuf_init(&sb, 1024);
	for (size_t i = 0; i < array_size(words); i++) {
		if (words[i].verb != op->verb)
			continue;
		strbuf_add(&sb, words[i].word);
		if (words[i].plural)
			add_plural(&sb, t->type);
		else
			strbuf_add(&sb, t->type->kind);
	}
	if (*t->subresource) {
		strbuf_add_char(&sb, (char)toupper((unsigned char)t->subresource[0]));
		strbuf_add(&sb, t->subresource + 1);
	}
	operation = intern(strbuf_text(&sb));
	strbuf_done(&sb);
	return operation;
}
