/* What a query says; see target.h. Rules and texts after apimachinery pkg/apis/meta/v1/validation
 * and pkg/apis/meta/internalversion/validation. */
#include <ctype.h>
#include <errno.h>

#include "emulator/base/json.h"
#include "emulator/http/http.h"
#include "emulator/kube/fields.h"
#include "emulator/kube/status.h"
#include "emulator/kube/target.h"

#define FIELD_MANAGER_MAX 128 /* bytes; apimachinery validation.go:209 */

/* Go's strconv.ParseBool, as metav1's query conversion uses it: anything but false is true */
static bool parse_bool(const char *text)
{
	return !str_eq(text, "0") && strcasecmp(text, "false") != 0;
}

static bool parse_int(const char *text, int64_t *ret, struct err *err)
{
	char *end;

	if (!*text) {
		*ret = 0;
		return true;
	}
	errno = 0;
	*ret = strtoll(text, &end, 10);
	if (*end || errno || isspace((unsigned char)*text))
		return status_bad_request(err, "strconv.ParseInt: parsing \"%s\": invalid syntax",
					  text);
	return true;
}

static bool set_option(struct kube_op *op, const char *name, const char *value, struct err *err)
{
	struct kube_options *o = &op->options;
	const struct {
		const char *name;
		const char **text;
	} texts[] = {
		{"labelSelector", &o->label_selector},
		{"fieldSelector", &o->field_selector},
		{"resourceVersion", &o->resource_version},
		{"resourceVersionMatch", &o->resource_version_match},
		{"continue", &o->continue_token},
		{"fieldManager", &o->field_manager},
		{"includeObject", &o->include_object},
		{"propagationPolicy", &o->propagation},
	};

	for (size_t i = 0; i < array_size(texts); i++)
		if (str_eq(name, texts[i].name)) {
			*texts[i].text = *value ? value : NULL;
			return true;
		}
	if (str_eq(name, "watch"))
		o->watch = parse_bool(value);
	else if (str_eq(name, "allowWatchBookmarks"))
		o->allow_bookmarks = parse_bool(value);
	else if (str_eq(name, "sendInitialEvents"))
		o->send_initial_events = parse_bool(value);
	else if (str_eq(name, "force")) {
		o->force = parse_bool(value);
		o->force_said = true;
	} else if (str_eq(name, "pretty"))
		o->pretty = parse_bool(value);
	else if (str_eq(name, "timeoutSeconds"))
		return parse_int(value, &o->timeout_s, err);
	else if (str_eq(name, "limit"))
		return parse_int(value, &o->limit, err);
	else if (str_eq(name, "gracePeriodSeconds"))
		return parse_int(value, &o->grace_s, err);
	else if (str_eq(name, "orphanDependents"))
		o->propagation = parse_bool(value) ? "Orphan" : "Background";
	else if (str_eq(name, "dryRun") && *value) {
		o->dry_run = true;
		o->dry_run_text = value;
	} else if (str_eq(name, "fieldValidation") && *value)
		o->field_validation_text = value;
	return true; /* unknown parameters are ignored, as by the real server */
}

/* A row that only names the kind of options, for the message of a 422. */
static const struct api_type *options_type(enum kube_verb verb)
{
	static const struct {
		enum kube_verb verb;
		struct api_type type;
	} types[] = {
		{VERB_CREATE, {.group = "meta.k8s.io", .kind = "CreateOptions"}},
		{VERB_UPDATE, {.group = "meta.k8s.io", .kind = "UpdateOptions"}},
		{VERB_PATCH, {.group = "meta.k8s.io", .kind = "PatchOptions"}},
		{VERB_DELETE, {.group = "meta.k8s.io", .kind = "DeleteOptions"}},
		{VERB_DELETE_COLLECTION, {.group = "meta.k8s.io", .kind = "DeleteOptions"}},
		{VERB_LIST, {.group = "meta.k8s.io", .kind = "ListOptions"}},
		{VERB_WATCH, {.group = "meta.k8s.io", .kind = "ListOptions"}},
	};

	for (size_t i = 0; i < array_size(types); i++)
		if (types[i].verb == verb)
			return &types[i].type;
	return &types[0].type;
}

static void check_write(struct kube_op *op, struct field_errors *errors)
{
	static const char *const all[] = {"All", NULL};
	static const char *const levels[] = {"", "Ignore", "Strict", "Warn", NULL};
	struct kube_options *o = &op->options;

	if (op->verb == VERB_PATCH && str_eq(op->patch_type, "application/apply-patch+yaml") &&
	    !o->field_manager)
		field_required(errors, "fieldManager", "is required for apply patch");
	if (op->verb == VERB_PATCH && !str_eq(op->patch_type, "application/apply-patch+yaml") &&
	    o->force_said)
		field_forbidden(errors, "force", "may not be specified for non-apply patch");
	if (o->field_manager && strlen(o->field_manager) > FIELD_MANAGER_MAX)
		field_too_long(errors, "fieldManager", FIELD_MANAGER_MAX);
	if (o->dry_run && !str_eq(o->dry_run_text, "All")) {
		_cleanup_(json_freep) struct json *value = json_new_array();

		json_append_str(value, o->dry_run_text);
		field_not_supported(errors, "dryRun", value, all);
	}
	if (!o->field_validation_text)
		return;
	if (str_eq(o->field_validation_text, "Ignore"))
		o->field_validation = VALIDATE_IGNORE;
	else if (str_eq(o->field_validation_text, "Strict"))
		o->field_validation = VALIDATE_STRICT;
	else if (!str_eq(o->field_validation_text, "Warn")) {
		_cleanup_(json_freep) struct json *value =
			json_new_string(o->field_validation_text);

		field_not_supported(errors, "fieldValidation", value, levels);
	}
}

static void check_list(const struct kube_options *o, struct field_errors *errors)
{
	static const char *const matches[] = {"Exact", "NotOlderThan", "", NULL};
	_cleanup_(json_freep) struct json *match = NULL;

	if (o->send_initial_events >= 0)
		field_forbidden(errors, "sendInitialEvents",
				"sendInitialEvents is forbidden for list");
	if (!o->resource_version_match)
		return;
	match = json_new_string(o->resource_version_match);
	if (!o->resource_version)
		field_forbidden(errors, "resourceVersionMatch",
				"resourceVersionMatch is forbidden unless resourceVersion is "
				"provided");
	if (o->continue_token)
		field_forbidden(errors, "resourceVersionMatch",
				"resourceVersionMatch is forbidden when continue is provided");
	if (!str_eq(o->resource_version_match, "Exact") &&
	    !str_eq(o->resource_version_match, "NotOlderThan"))
		field_not_supported(errors, "resourceVersionMatch", match, matches);
	if (str_eq(o->resource_version_match, "Exact") && str_eq(o->resource_version, "0"))
		field_forbidden(errors, "resourceVersionMatch",
				"resourceVersionMatch \"exact\" is forbidden for resourceVersion "
				"\"0\"");
}

static void check_watch(struct kube_options *o, struct field_errors *errors)
{
	static const char *const matches[] = {"NotOlderThan", NULL};
	const char *match = o->resource_version_match;

	if (o->send_initial_events >= 0 && !str_eq(match, "NotOlderThan"))
		field_forbidden(errors, "resourceVersionMatch",
				"sendInitialEvents requires setting resourceVersionMatch to "
				"NotOlderThan");
	if (match && o->send_initial_events < 0)
		field_forbidden(errors, "resourceVersionMatch",
				"resourceVersionMatch is forbidden for watch unless "
				"sendInitialEvents is provided");
	if (match && !str_eq(match, "NotOlderThan")) {
		_cleanup_(json_freep) struct json *value = json_new_string(match);

		field_not_supported(errors, "resourceVersionMatch", value, matches);
	}
	if (match && o->continue_token)
		field_forbidden(errors, "resourceVersionMatch",
				"resourceVersionMatch is forbidden when continue is provided");
	/* internalversion/defaults.go: a legacy watch from "" or "0" is a watch list too */
	if (!match && o->send_initial_events < 0 &&
	    (!o->resource_version || str_eq(o->resource_version, "0")))
		o->send_initial_events = 1;
}

bool options_check(struct kube_op *op, struct err *err)
{
	struct field_errors errors = {.arena = op->arena};

	if (op->verb == VERB_LIST || op->verb == VERB_DELETE_COLLECTION)
		check_list(&op->options, &errors);
	if (op->verb == VERB_WATCH)
		check_watch(&op->options, &errors);
	if (op->verb &
	    (VERB_CREATE | VERB_UPDATE | VERB_PATCH | VERB_DELETE | VERB_DELETE_COLLECTION))
		check_write(op, &errors);
	return fields_check(&errors, options_type(op->verb), "", err);
}

bool options_parse(struct kube_op *op, const char *query, struct err *err)
{
	op->options = (struct kube_options){.send_initial_events = -1, .grace_s = -1};
	while (*query) {
		size_t length = strcspn(query, "&"), name_length = strcspn(query, "=&");
		const char *name, *value = "";

		name = http_url_decode(op->arena, query, name_length, true);
		if (name_length < length)
			value = http_url_decode(op->arena, query + name_length + 1,
						length - name_length - 1, true);
		if (!name || !value)
			return status_bad_request(err, "invalid URL escape in the query");
		if (!set_option(op, name, value, err))
			return false;
		query += length + (query[length] != '\0');
	}
	return true;
}

bool options_from_body(struct kube_op *op, const struct json *body, struct err *err)
{
	static const char *const policies[] = {"Foreground", "Background", "Orphan", "nil", NULL};
	struct kube_options *o = &op->options;
	struct field_errors errors = {.arena = op->arena};
	const struct json *grace = json_get(body, "gracePeriodSeconds");
	const struct json *orphan = json_get(body, "orphanDependents");
	const struct json *dry = json_get(body, "dryRun");
	const char *propagation = json_get_str(body, "propagationPolicy");
	const char *uid = json_find_str(body, "preconditions", "uid", NULL);
	const char *version = json_find_str(body, "preconditions", "resourceVersion", NULL);

	if (json_is_number(grace))
		o->grace_s = json_get_int(body, "gracePeriodSeconds", 0);
	if (json_is_number(grace) && o->grace_s < 0)
		o->grace_s = 1; /* registry/rest/delete.go BeforeDelete */
	if (propagation)
		o->propagation = arena_strdup(op->arena, propagation);
	if (json_is_bool(orphan) && propagation)
		field_invalid(&errors, "propagationPolicy", json_get(body, "propagationPolicy"),
			      "orphanDependents and deletionPropagation cannot be both set");
	else if (json_is_bool(orphan))
		o->propagation = json_bool(orphan) ? "Orphan" : "Background";
	if (uid)
		o->precondition_uid = arena_strdup(op->arena, uid);
	if (version)
		o->precondition_version = arena_strdup(op->arena, version);
	json_foreach (item, dry) {
		o->dry_run = true;
		o->dry_run_text = arena_strdup(op->arena, json_str(item) ? json_str(item) : "");
	}
	if (o->propagation && !str_eq(o->propagation, "Foreground") &&
	    !str_eq(o->propagation, "Background") && !str_eq(o->propagation, "Orphan")) {
		_cleanup_(json_freep) struct json *value = json_new_string(o->propagation);

		field_not_supported(&errors, "propagationPolicy", value, policies);
	}
	if (!fields_check(&errors, options_type(VERB_DELETE), "", err))
		return false;
	return options_check(op, err);
}
