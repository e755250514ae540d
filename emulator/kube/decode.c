/* From bytes to objects; see decode.h. */
#include "emulator/kube/decode.h"

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/yaml.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/negotiate.h"
#include "emulator/kube/protobuf.h"
#include "emulator/kube/protobuf.h"
#include "emulator/kube/status.h"

static bool unsupported(struct err *err)
{
	return status_set(err, 415, "UnsupportedMediaType",
			  "the body of the request was in an unknown format - accepted media types "
			  "include: application/json, application/yaml, "
			  "application/vnd.kubernetes.protobuf");
}

static bool decode_json(const char *body, size_t length, struct json **ret, struct err *err)
{
	struct err cause = ERR_INIT;

	if (json_parse(body, length, ret, &cause))
		return true;
	status_bad_request(err, "error decoding JSON: %s", err_text(&cause));
	err_done(&cause);
	return false;
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
		return true;
	if (!*type || str_eq(type, "application/json") || str_ends_with(type, "+json"))
		return decode_json(body, length, ret, err);
	if (str_eq(type, "application/yaml") || str_ends_with(type, "+yaml"))
		return decode_yaml(body, length, ret, err);
	if (str_eq(type, PROTOBUF_TYPE))
		return protobuf_decode(body, length, NULL, ret, err);
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

/* What a body says it is, against what the path takes (apiserver pkg/endpoints/handlers/create.go).
 */
static bool check_kind(struct json *object, const char *api_version, const char *group,
		       const char *version, const char *kind, struct err *err)
{
	const char *said_kind = json_get_str(object, "kind");
	const char *said_version = json_get_str(object, "apiVersion");

	if (!json_is_object(object))
		return status_bad_request(err,
					  "couldn't get version/kind; json parse error: json: "
					  "cannot unmarshal %s into Go value of type struct { "
					  "APIVersion string \"json:\\\"apiVersion,omitempty"
					  "\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" "
					  "}",
					  json_is_array(object) ? "array" : "string");
	if (said_version && *said_version && !str_eq(said_version, api_version))
		return status_bad_request(err,
					  "the API version in the data (%s) does not match the "
					  "expected API version (%s)",
					  said_version, api_version);
	if (said_kind && *said_kind && !str_eq(said_kind, kind))
		return status_bad_request(err,
					  "%s in version \"%s\" cannot be handled as a %s: "
					  "converting (%s/%s.%s) to (%s/%s.%s): unknown conversion",
					  said_kind, version, kind, group, version, said_kind,
					  group, version, kind);
	return true;
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

	if (!check_kind(object, api_version, group, version, kind, err))
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
	if (!check_kind(object, type->api_version, type->group, type->version, type->kind, err))
		return false;
	fine = crd_normalize(type, object, &strict, err) &&
	       decode_report(op, type->kind, type->version, &strict, err);
	strs_done(&strict);
	if (fine)
		set_kind(object, type->api_version, type->kind);
	return fine;
}
