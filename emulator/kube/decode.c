/* From bytes to objects; see decode.h. */
#include "emulator/kube/decode.h"

#include "emulator/base/arena.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/yaml.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/go_json.h"
#include "emulator/kube/negotiate.h"
#include "emulator/kube/protobuf.h"
#include "emulator/kube/status.h"

#define SUMMARY_MAX 30 /* bytes of a body that an error shows */

static bool unsupported(struct err *err)
{
	return status_set(err, 415, "UnsupportedMediaType",
			  "the body of the request was in an unknown format - accepted media types "
			  "include: application/json, application/yaml, "
			  "application/vnd.kubernetes.protobuf");
}

/* What kind a body should be. */
static const char *wanted_kind(const struct kube_op *op)
{
	return op->verb & (VERB_DELETE | VERB_DELETE_COLLECTION) ? "DeleteOptions"
								 : op->target.type->kind;
}

/* summarizeData (apiserver pkg/endpoints/handlers/rest.go): the beginning, in hex when it is no
 * object. */
static const char *summary(struct kube_op *op, const char *body, size_t length)
{
	size_t shown = length < SUMMARY_MAX ? length : SUMMARY_MAX;
	const char *more = length > SUMMARY_MAX ? " ..." : "";
	char *hex = arena_alloc(op->arena, 2 * shown + 1);

	if (!length)
		return "<empty>";
	if (*body == '{')
		return arena_printf(op->arena, "%.*s%s", (int)shown, body, more);
	hex_encode(body, shown, hex);
	return arena_printf(op->arena, "%s%s", hex, more);
}

static bool unrecognized(struct kube_op *op, const char *body, size_t length, const char *why,
			 struct err *err)
{
	if (op->verb == VERB_PATCH)
		return status_bad_request(err, "error decoding patch: %s", why);
	return status_bad_request(err,
				  "the object provided is unrecognized (must be of type %s): "
				  "couldn't get version/kind; json parse error: %s (%s)",
				  wanted_kind(op), why, summary(op, body, length));
}

/* What keeps a body from saying its version and kind, if anything. */
static const char *kind_mistake(struct kube_op *op, const struct json *json)
{
	static const char *const members[] = {"apiVersion", "kind"};

	if (!json_is_object(json) && !json_is_null(json))
		return arena_printf(op->arena,
				    "json: cannot unmarshal %s into Go value of type struct { "
				    "APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind "
				    "string \"json:\\\"kind,omitempty\\\"\" }",
				    go_json_word(json));
	for (size_t i = 0; i < array_size(members); i++) {
		const struct json *value = json_get(json, members[i]);

		if (value && !json_is_null(value) && !json_is_string(value))
			return arena_printf(op->arena,
					    "json: cannot unmarshal %s into Go struct field .%s of "
					    "type string",
					    go_json_word(value), members[i]);
	}
	return NULL;
}

static bool decode_json(struct kube_op *op, const char *body, size_t length, struct json **ret,
			struct err *err)
{
	_cleanup_(json_freep) struct json *json = NULL;
	struct err cause = ERR_INIT;
	struct strbuf why;
	const char *mistake = NULL;

	strbuf_init(&why, 1 << 12);
	if (!json_parse(body, length, &json, &cause))
		mistake = go_json_scan(body, length, &why) ? err_text(&cause) : strbuf_text(&why);
	else if (op->verb != VERB_PATCH)
		mistake = kind_mistake(op, json);
	if (mistake)
		unrecognized(op, body, length, mistake, err);
	else
		*ret = json_is_null(json) && op->verb != VERB_PATCH ? json_new_object()
								    : steal(json);
	strbuf_done(&why);
	err_done(&cause);
	return !mistake;
}

static bool decode_yaml(const char *body, size_t length, struct json **ret, struct err *err)
{
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	struct err cause = ERR_INIT;

	if (!yaml_parse("body", body, length, NULL, NULL, &file, &cause)) {
		status_bad_request(err, "error parsing YAML: %s", err_text(&cause));
		err_done(&cause);
		return false;
	}
	*ret = yaml_documents(file) && yaml_root(file, 0) ? yaml_to_json(yaml_root(file, 0)) : NULL;
	return true;
}

/* What a protobuf body is when its envelope does not say. */
static const struct kube_kind *expected_kind(const struct kube_op *op)
{
	const struct api_type *type = op->target.type;

	if (op->verb & (VERB_DELETE | VERB_DELETE_COLLECTION))
		return kube_model_kind("", "v1", "DeleteOptions");
	return type->builtin ? kube_model_kind(type->group, type->version, type->kind) : NULL;
}

bool decode_body(struct kube_op *op, const char *content_type, const char *body, size_t length,
		 struct json **ret, struct err *err)
{
	const char *type = media_type(op->arena, content_type);

	*ret = NULL;
	if (!length)
		return !(op->verb & (VERB_CREATE | VERB_UPDATE)) || *op->target.subresource ||
		       unrecognized(op, body, 0, "unexpected end of JSON input", err);
	if (!*type || str_eq(type, "application/json") || str_ends_with(type, "+json"))
		return decode_json(op, body, length, ret, err);
	if (str_eq(type, "application/yaml") || str_ends_with(type, "+yaml"))
		return decode_yaml(body, length, ret, err);
	if (str_eq(type, PROTOBUF_TYPE))
		return protobuf_decode(body, length, expected_kind(op), ret, err);
	return unsupported(err);
}

bool decode_report(struct kube_op *op, const char *kind, const char *version,
		   const struct strs *strict, struct err *err)
{
	struct strbuf sb;

	if (!strict->count || op->options.field_validation == VALIDATE_IGNORE)
		return true;
	if (op->options.field_validation == VALIDATE_WARN) {
		for (size_t i = 0; i < strict->count; i++)
			op_warn(op, "%s", strict->items[i]);
		return true;
	}
	strbuf_init(&sb, 1 << 20);
	for (size_t i = 0; i < strict->count; i++)
		strbuf_addf(&sb, "%s%s", i ? ", " : "", strict->items[i]);
	if (op->verb == VERB_PATCH)
		status_bad_request(err, "strict decoding error: %s", strbuf_text(&sb));
	else
		status_bad_request(err,
				   "%s in version \"%s\" cannot be handled as a %s: strict "
				   "decoding error: %s",
				   kind, version, kind, strbuf_text(&sb));
	strbuf_done(&sb);
	return false;
}

/* Fills in kind and apiVersion, and puts them first as Go's encoder does. */
static void set_kind(struct json *object, const char *api_version, const char *kind)
{
	struct json *ordered = json_new_object();

	json_remove(object, "kind");
	json_remove(object, "apiVersion");
	json_set_str(ordered, "kind", kind);
	json_set_str(ordered, "apiVersion", api_version);
	for (struct json *item = json_first_mut(object); item; item = json_first_mut(object)) {
		_cleanup_(freep) char *key = xstrdup(json_key(item));

		json_set(ordered, key, json_detach(object, key));
	}
	json_assign(object, ordered);
}

/* The package of the internal types of a group: "core", "apps", "networking". */
static const char *internal_package(struct kube_op *op, const char *group)
{
	if (!*group)
		return "core";
	return arena_strndup(op->arena, group, strcspn(group, "."));
}

static bool other_kind(struct kube_op *op, const char *said_version, const char *said_kind,
		       const char *group, const char *kind, struct err *err)
{
	const struct api_type *said = type_find_kind(op->cluster, said_version, said_kind);
	const char *slash = strrchr(said_version, '/');
	const char *version = slash ? slash + 1 : said_version;

	if (!said)
		return status_bad_request(err,
					  "%s in version \"%s\" cannot be handled as a %s: no kind "
					  "\"%s\" is registered for version \"%s\" in scheme "
					  "\"pkg/runtime/scheme.go:111\"",
					  said_kind, version, kind, said_kind, said_version);
	if (str_eq(said_kind, kind))
		return status_bad_request(err,
					  "the API version in the data (%s) does not match the "
					  "expected API version (%s)",
					  said_version, type_api_version(group, version));
	return status_bad_request(err,
				  "%s in version \"%s\" cannot be handled as a %s: converting "
				  "(%s.%s) to (%s.%s): unknown conversion",
				  said_kind, version, kind, version, said_kind,
				  internal_package(op, group), kind);
}

/* What a body says it is, against what the path takes (apiserver pkg/endpoints/handlers/create.go,
 * rest.go transformDecodeError). */
static bool check_kind(struct kube_op *op, const struct json *object, const char *group,
		       const char *version, const char *kind, struct err *err)
{
	const char *said_kind = json_get_str(object, "kind");
	const char *said_version = json_get_str(object, "apiVersion");
	const char *mistake = kind_mistake(op, object);

	if (mistake)
		return unrecognized(op, "", 0, mistake, err);
	if (!said_kind || !*said_kind)
		said_kind = kind;
	if (!said_version || !*said_version)
		said_version = type_api_version(group, version);
	return (str_eq(said_version, type_api_version(group, version)) &&
		str_eq(said_kind, kind)) ||
	       other_kind(op, said_version, said_kind, group, kind, err);
}

static bool wrap_decode(const char *kind, const char *version, struct err *from, struct err *err)
{
	status_bad_request(err, "%s in version \"%s\" cannot be handled as a %s: %s", kind, version,
			   kind, err_text(from));
	err_done(from);
	return false;
}

bool decode_as(struct kube_op *op, const char *group, const char *version, const char *kind,
	       const struct kube_message *message, struct json *object, struct err *err)
{
	const char *api_version = type_api_version(group, version);
	struct strs strict = {};
	struct err cause = ERR_INIT;
	bool fine;

	if (!check_kind(op, object, group, version, kind, err))
		return false;
	fine = normalize(message, object, &strict, &cause);
	if (!fine)
		wrap_decode(kind, version, &cause, err);
	else
		fine = decode_report(op, kind, version, &strict, err);
	strs_done(&strict);
	if (fine)
		set_kind(object, api_version, kind);
	return fine;
}

bool decode_object(struct kube_op *op, struct json *object, struct err *err)
{
	const struct api_type *type = op->target.type;
	struct strs strict = {};
	bool fine;

	if (type->message)
		return decode_as(op, type->group, type->version, type->kind, type->message, object,
				 err);
	if (!check_kind(op, object, type->group, type->version, type->kind, err))
		return false;
	fine = crd_normalize(type, object, &strict, err) &&
	       decode_report(op, type->kind, type->version, &strict, err);
	strs_done(&strict);
	if (fine)
		set_kind(object, type->api_version, type->kind);
	return fine;
}
