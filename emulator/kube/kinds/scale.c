/*
 * deployments/scale and replicasets/scale: spec.replicas as an object of its own.
 *
 * Source: kubernetes pkg/registry/apps/deployment/storage/storage.go ScaleREST.
 */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"

#define GROUP	     "autoscaling"
#define SELECTOR_MAX (1 << 16) /* bytes of a selector's text */

static const struct api_type scale_type = {
	.group = GROUP, .version = "v1", .kind = "Scale", .resource = "scales"};

static const struct kube_message *scale_message(void)
{
	return &kube_messages[kube_model_kind(GROUP, "v1", "Scale")->message];
}

static void print_values(struct strbuf *sb, const struct json *values)
{
	size_t i = 0;

	strbuf_add(sb, " (");
	json_foreach (value, values)
		strbuf_addf(sb, "%s%s", i++ ? "," : "", json_str(value) ? json_str(value) : "");
	strbuf_add(sb, ")");
}

/* "a=b,c in (d,e),!f" (labels.Selector String; the keys are sorted there, too) */
static void print_selector(struct strbuf *sb, const struct json *selector)
{
	struct strs terms = {};

	json_foreach (item, json_get(selector, "matchLabels")) {
		_cleanup_(freep) char *term =
			xasprintf("%s=%s", json_key(item), json_str(item) ? json_str(item) : "");

		strs_add(&terms, term);
	}
	json_foreach (item, json_get(selector, "matchExpressions")) {
		const char *key = value_str(item, "key"), *operator= value_str(item, "operator");
		struct strbuf term;

		strbuf_init(&term, SELECTOR_MAX);
		strbuf_addf(&term, "%s%s", str_eq(operator, "DoesNotExist") ? "!" : "", key);
		if (str_eq(operator, "In") || str_eq(operator, "NotIn")) {
			strbuf_add(&term, str_eq(operator, "In") ? " in" : " notin");
			print_values(&term, json_get(item, "values"));
		}
		strs_add(&terms, strbuf_text(&term));
		strbuf_done(&term);
	}
	strs_sort(&terms);
	for (size_t i = 0; i < terms.count; i++)
		strbuf_addf(sb, "%s%s", i ? "," : "", terms.items[i]);
	strs_done(&terms);
}

static struct json *scale_of(const struct json *object)
{
	static const char *const members[] = {"name", "namespace", "uid", "resourceVersion",
					      "creationTimestamp"};
	struct json *scale = json_new_object(), *meta, *status;
	int64_t replicas = json_get_int(json_get(object, "spec"), "replicas", 0);
	struct strbuf selector;

	json_set_str(scale, "kind", "Scale");
	json_set_str(scale, "apiVersion", GROUP "/v1");
	meta = json_ensure_object(scale, "metadata");
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(meta, members[i], meta_get(object, members[i]));
	json_ensure_object(scale, "spec");
	if (replicas)
		json_set_int(json_ensure_object(scale, "spec"), "replicas", replicas);
	status = json_ensure_object(scale, "status");
	json_set_int(status, "replicas", json_get_int(json_get(object, "status"), "replicas", 0));
	strbuf_init(&selector, SELECTOR_MAX);
	print_selector(&selector, object_get(object, "spec.selector"));
	if (selector.length)
		json_set_str(status, "selector", strbuf_text(&selector));
	strbuf_done(&selector);
	return scale;
}

/* The Scale that a PUT or PATCH makes out of the present one. */
static bool new_scale(struct kube_op *op, const struct json *old_scale, const struct json *body,
		      struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *scale = NULL;

	if (op->verb == VERB_UPDATE)
		scale = json_copy(body);
	else if (str_eq(op->patch_type, "application/json-patch+json")) {
		if (!patch_json(old_scale, body, &scale, err))
			return false;
	} else if (str_eq(op->patch_type, "application/merge-patch+json")) {
		if (!patch_merge(old_scale, body, &scale, err))
			return false;
	} else if (str_eq(op->patch_type, "application/strategic-merge-patch+json")) {
		if (!patch_strategic(old_scale, body, scale_message(), &scale, err))
			return false;
	} else {
		return status_set(err, 415, "UnsupportedMediaType",
				  "the body of the request was in an unknown format");
	}
	if (!decode_as(op, GROUP, "v1", "Scale", scale_message(), scale, err))
		return false;
	*ret = steal(scale);
	return true;
}

static bool check_scale(struct kube_op *op, const struct json *scale, const struct json *old,
			struct err *err)
{
	const char *uid = meta_str(scale, "uid"), *old_uid = meta_str(old, "uid");
	struct field_errors errors = {.arena = op->arena};
	struct api_type as_scale = *op->target.type;

	value_not_negative(&errors, "spec.replicas", object_get(scale, "spec.replicas"));
	if (!fields_check(&errors, &scale_type, op->target.name, err))
		return false;
	if (!*uid || str_eq(uid, old_uid))
		return true;
	as_scale.resource = arena_printf(op->arena, "%s/scale", op->target.type->resource);
	return status_conflict(err, &as_scale, op->target.name,
			       arena_printf(op->arena,
					    "Precondition failed: UID in precondition: %s, UID in "
					    "object meta: %s",
					    uid, old_uid));
}

static bool take_replicas(struct kube_op *op, const struct json *old, struct json **ret,
			  void *userdata, struct err *err)
{
	_cleanup_(json_freep) struct json *scale = NULL, *old_scale = scale_of(old);
	struct json *object, *meta;

	if (!new_scale(op, old_scale, userdata, &scale, err) || !check_scale(op, scale, old, err))
		return false;
	object = json_copy(old);
	meta = json_ensure_object(object, "metadata");
	json_remove(meta, "resourceVersion");
	json_set_copy(meta, "resourceVersion", meta_get(scale, "resourceVersion"));
	json_set_int(json_ensure_object(object, "spec"), "replicas",
		     json_get_int(json_get(scale, "spec"), "replicas", 0));
	*ret = object;
	return true;
}

bool special_scale(struct kube_op *op, struct json *body, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *object = NULL;
	struct kube_answer answer = {};
	const struct doc *doc;

	if (op->verb == VERB_GET) {
		if (!registry_find(op, &doc, err))
			return false;
		answer.doc = doc_ref(doc);
	} else {
		if (!body)
			return status_bad_request(err, "EOF");
		if (!registry_update(op, false, take_replicas, body, &answer, err))
			return false;
	}
	object = answer_tree(op->target.type, &answer);
	answer_done(&answer);
	*ret = scale_of(object);
	return true;
}
