/* PATCH: each patch type makes the new object out of the old one; the rest is an update. */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/go_json.h"
#include "emulator/kube/managed.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"

#define TYPE_JSON      "application/json-patch+json"
#define TYPE_MERGE     "application/merge-patch+json"
#define TYPE_STRATEGIC "application/strategic-merge-patch+json"
#define TYPE_APPLY     "application/apply-patch+yaml"

static bool unsupported(const struct api_type *type, struct err *err)
{
	return status_set(err, 415, "UnsupportedMediaType",
			  "the body of the request was in an unknown format - accepted media types "
			  "include: " TYPE_JSON ", " TYPE_MERGE "%s, " TYPE_APPLY,
			  type->custom ? "" : ", " TYPE_STRATEGIC);
}

bool patch_type_known(const struct kube_op *op, struct err *err)
{
	static const char *const types[] = {TYPE_JSON, TYPE_MERGE, TYPE_APPLY, TYPE_STRATEGIC};
	size_t count = array_size(types) - (op->target.type->custom ? 1 : 0);

	for (size_t i = 0; i < count; i++)
		if (str_eq(op->patch_type, types[i]))
			return true;
	return unsupported(op->target.type, err);
}

static bool change(struct kube_op *op, const struct json *old, const struct json *patch,
		   struct json **ret, struct err *err)
{
	const struct api_type *type = op->target.type;

	if (str_eq(op->patch_type, TYPE_JSON))
		return patch_json(old, patch, ret, err);
	if (str_eq(op->patch_type, TYPE_MERGE))
		return patch_merge(old, patch, ret, err);
	if (str_eq(op->patch_type, TYPE_STRATEGIC) && type->message) {
		if (json_is_null(patch)) {
			*ret = json_copy(old);
			return true;
		}
		if (!json_is_object(patch))
			return status_bad_request(err,
						  "json: cannot unmarshal %s into Go value of type "
						  "map[string]interface {}",
						  go_json_word(patch));
		return patch_strategic(old, patch, type->message, ret, err);
	}
	return unsupported(type, err);
}

/* ` "" is invalid: patch: Invalid value: …`: the kind is left out (patch.go applyJSPatch) */
static bool invalid_patch(struct kube_op *op, const struct json *object, const char *text,
			  struct err *err)
{
	static const struct api_type none = {.group = "", .kind = "", .resource = ""};
	struct field_errors errors = {.arena = op->arena};
	_cleanup_(freep) char *shown = json_to_text(object);

	field_invalid_str(&errors, "patch", shown, "%s", text);
	return fields_check(&errors, &none, "", err);
}

static bool decode_patched(struct kube_op *op, struct json *object, struct err *err)
{
	const struct api_type *type = op->target.type;
	struct err cause = ERR_INIT;
	struct strs strict = {};
	bool fine;

	fine = type->message ? normalize(type->message, object, &strict, &cause)
			     : crd_normalize(type, object, &strict, &cause);
	if (fine)
		fine = decode_report(op, type->kind, type->version, &strict, &cause);
	strs_done(&strict);
	if (fine)
		return true;
	invalid_patch(op, object, err_text(&cause), err);
	err_done(&cause);
	return false;
}

static bool patch_old(struct kube_op *op, const struct json *old, struct json **ret, void *userdata,
		      struct err *err)
{
	const struct json *patch = userdata;
	_cleanup_(json_freep) struct json *object = NULL;

	if (!change(op, old, patch, &object, err))
		return false;
	if (!json_is_object(object))
		return invalid_patch(op, object, "the patched object is no JSON object", err);
	if (!str_eq(json_get_str(object, "kind"), op->target.type->kind) ||
	    !str_eq(json_get_str(object, "apiVersion"), op->target.type->api_version))
		return status_bad_request(err, "kind and apiVersion of an object cannot be "
					       "patched");
	if (!decode_patched(op, object, err))
		return false;
	*ret = steal(object);
	return true;
}

/* What a manifest must be before anything is compared (fieldmanager's structuredmerge.go Apply). */
static bool check_manifest(struct kube_op *op, struct json *manifest, struct err *err)
{
	const struct api_type *type = op->target.type;
	const char *version = json_get_str(manifest, "apiVersion");
	const char *kind = json_get_str(manifest, "kind"), *name = meta_str(manifest, "name");
	struct json *meta;

	if (!json_is_object(manifest) && !json_is_null(manifest))
		return status_bad_request(
			err,
			"error decoding YAML: error unmarshaling JSON: while "
			"decoding JSON: json: cannot unmarshal %s into Go value of "
			"type map[string]interface {}",
			go_json_word(manifest));
	if (!version || !kind)
		return status_bad_request(err, "invalid object type: /, Kind=");
	if (!str_eq(version, type->api_version))
		return status_bad_request(err,
					  "Incorrect version specified in apply patch. Specified "
					  "patch version: %s, expected: %s",
					  version, type->api_version);
	if (!str_eq(kind, type->kind))
		return status_bad_request(err, "%s in version \"%s\" cannot be handled as a %s",
					  kind, type->version, type->kind);
	if (meta_get(manifest, "managedFields"))
		return status_bad_request(err, "metadata.managedFields must be nil");
	if (*name && !str_eq(name, op->target.name))
		return status_bad_request(err,
					  "the name of the object (%s) does not match the name on "
					  "the URL (%s)",
					  name, op->target.name);
	meta = json_ensure_object(manifest, "metadata");
	json_set_str(meta, "name", op->target.name);
	return meta_ensure_namespace(op, manifest, err);
}

static bool decode_manifest(struct kube_op *op, struct json *manifest, struct err *err)
{
	const struct api_type *type = op->target.type;
	struct strs strict = {};
	bool fine = check_manifest(op, manifest, err);

	if (fine)
		fine = type->message ? normalize_manifest(type->message, manifest, &strict, err)
				     : crd_prune(type, manifest, &strict, err);
	if (fine)
		fine = decode_report(op, type->kind, type->version, &strict, err);
	strs_done(&strict);
	return fine;
}

static bool apply_old(struct kube_op *op, const struct json *old, struct json **ret, void *userdata,
		      struct err *err)
{
	const struct api_type *type = op->target.type;
	_cleanup_(json_freep) struct json *manifest = json_copy(userdata), *object = NULL;

	if (!decode_manifest(op, manifest, err) || !managed_apply(op, old, manifest, &object, err))
		return false;
	if (type->message ? !normalize(type->message, object, NULL, err)
			  : !crd_normalize(type, object, NULL, err))
		return false;
	*ret = steal(object);
	return true;
}

bool patch_is_apply(const struct kube_op *op)
{
	return op->verb == VERB_PATCH && str_eq(op->patch_type, TYPE_APPLY);
}

bool registry_patch(struct kube_op *op, const struct json *patch, struct kube_answer *ret,
		    struct err *err)
{
	if (!patch)
		return status_bad_request(err, "unexpected end of JSON input");
	return registry_update(op, str_eq(op->target.subresource, "status"),
			       patch_is_apply(op) ? apply_old : patch_old, (void *)patch, ret, err);
}
