/* Dispatch, reading and storing; see registry.h. */
#include "emulator/kube/registry.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/admission.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/document.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"
#include "emulator/kube/target.h"
#include "emulator/kube/webhook.h"

void answer_done(struct kube_answer *answer)
{
	json_free(answer->object);
	doc_unref(answer->doc);
	for (size_t i = 0; i < answer->items.count; i++)
		doc_unref(answer->items.items[i]);
	docs_done(&answer->items);
	*answer = (struct kube_answer){};
}

struct json *answer_tree(const struct api_type *type, const struct kube_answer *answer)
{
	struct json *list, *items, *meta;

	if (answer->doc)
		return document_object(type, answer->doc, 0);
	if (!answer->is_list)
		return json_copy(answer->object);
	list = json_new_object();
	json_set_str(list, "kind", type->list_kind);
	json_set_str(list, "apiVersion", type->api_version);
	meta = json_ensure_object(list, "metadata");
	json_setf(meta, "resourceVersion", "%" PRIu64, answer->list_version);
	if (answer->list_continue)
		json_set_str(meta, "continue", answer->list_continue);
	if (answer->list_remaining >= 0)
		json_set_int(meta, "remainingItemCount", answer->list_remaining);
	items = json_ensure_array(list, "items");
	for (size_t i = 0; i < answer->items.count; i++)
		json_append(items, document_object(type, answer->items.items[i], 0));
	return list;
}

bool registry_find(struct kube_op *op, const struct doc **ret, struct err *err)
{
	const struct kube_target *t = &op->target;
	const struct doc *doc = cluster_find(op->cluster, t->type->document, t->ns, t->name);

	if (!doc)
		return status_not_found(err, t->type, t->name);
	*ret = doc;
	return true;
}

struct json *registry_to_storage(struct kube_op *op, struct json *object)
{
	const struct api_type *type = op->target.type;
	struct json *stored;

	if (type->strategy->to_storage) {
		stored = type->strategy->to_storage(op, object);
		json_free(object);
		return stored;
	}
	if (type->storage != type)
		json_set_str(object, "apiVersion", type->storage->api_version);
	return object;
}

void registry_store(struct kube_op *op, struct json *body, const struct doc *old,
		    struct kube_answer *ret)
{
	const struct api_type *type = op->target.type;
	const char *key = op_key(op, meta_str(body, "namespace"), meta_str(body, "name"));
	const struct doc *doc;

	json_remove(json_ensure_object(body, "metadata"), "resourceVersion");
	/* The real one defaults what it reads from its storage: that shows the default of a status,
	 * which no client may write (apiextensions-apiserver
	 * pkg/apiserver/customresource_handler.go, schemaCoercingDecoder and
	 * crdConversionRESTOptionsGetter). */
	if (type->storage->custom)
		crd_defaults(type->storage, body);
	if (old)
		doc = world_put(op->call, type->document, key, body);
	else
		doc = world_add(op->call, (struct doc_spec){.kind = type->document,
							    .key = key,
							    .body = body,
							    .account = "",
							    .region = ""});
	ret->doc = doc_ref(doc);
}

struct json *registry_success(const struct api_type *type, const struct json *object)
{
	struct json *status = json_new_object(), *details;

	json_set_str(status, "kind", "Status");
	json_set_str(status, "apiVersion", "v1");
	json_set(status, "metadata", json_new_object());
	json_set_str(status, "status", "Success");
	details = json_ensure_object(status, "details");
	json_set_str(details, "name", meta_str(object, "name"));
	if (*type->group)
		json_set_str(details, "group", type->group);
	json_set_str(details, "kind", type->resource);
	json_set_str(details, "uid", meta_str(object, "uid"));
	return status;
}

void registry_remove(struct kube_op *op, const struct doc *doc, struct json *last,
		     struct kube_answer *ret)
{
	const struct api_type *type = op->target.type;
	const struct kube_strategy *strategy = type->strategy;

	if (strategy->release)
		strategy->release(op, doc->body);
	if (type->strategy->flags & STRATEGY_RETURNS_DELETED || op->verb != VERB_DELETE)
		ret->object = last ? last : document_object(type, doc, 0);
	else {
		ret->object = registry_success(type, doc->body);
		json_free(last);
	}
	doc_ref(doc);
	world_remove(op->call, type->document, doc->key);
	if (strategy->after)
		strategy->after(op, NULL, doc->body);
	doc_unref(doc);
}

static bool serve_get(struct kube_op *op, struct kube_answer *ret, struct err *err)
{
	const struct doc *doc;
	uint64_t version = world_revision(op->cluster->kube->world);

	if (op->options.resource_version) {
		uint64_t asked;

		if (!version_parse(op->options.resource_version, &asked, err))
			return false;
		if (asked > version)
			return status_too_large_version(err, asked, version);
	}
	if (!registry_find(op, &doc, err))
		return false;
	ret->doc = doc_ref(doc);
	ret->status = 200;
	return true;
}

static bool serve_create(struct kube_op *op, const struct json *body, struct kube_answer *ret,
			 struct err *err)
{
	_cleanup_(json_freep) struct json *object = json_copy(body);

	if (!body)
		return status_bad_request(err, "EOF");
	if (!decode_object(op, object, err))
		return false;
	ret->status = 201;
	return registry_create(op, steal(object), ret, err);
}

/* handlers/update.go: decoded, and of the name in the path, before anything is looked up. */
static bool decode_update(struct kube_op *op, struct json *object, struct err *err)
{
	const char *name;

	if (!decode_object(op, object, err))
		return false;
	name = meta_str(object, "name");
	if (!*name)
		return status_bad_request(err,
					  "the name of the object (%s based on URL) was "
					  "undeterminable: name must be provided",
					  op->target.name);
	return str_eq(name, op->target.name) ||
	       status_bad_request(err,
				  "the name of the object (%s) does not match the name on the URL "
				  "(%s)",
				  name, op->target.name);
}

/* PUT: the body is the new object. */
static bool replace(struct kube_op *op _unused_, const struct json *old _unused_, struct json **ret,
		    void *userdata, struct err *err _unused_)
{
	*ret = json_copy(userdata);
	return true;
}

static bool serve_update(struct kube_op *op, const struct json *body, bool status,
			 struct kube_answer *ret, struct err *err)
{
	_cleanup_(json_freep) struct json *object = json_copy(body);

	if (!body)
		return status_bad_request(err, "EOF");
	return decode_update(op, object, err) &&
	       registry_update(op, status, replace, object, ret, err);
}

static bool serve_special(struct kube_op *op, const struct kube_special *special,
			  const struct json *body, struct kube_answer *ret, struct err *err)
{
	_cleanup_(json_freep) struct json *own = json_copy(body);

	ret->status = op->verb == VERB_CREATE ? 201 : 200;
	return special->serve(op, own, &ret->object, err);
}

bool version_parse(const char *text, uint64_t *ret, struct err *err)
{
	unsigned long long version;
	char *end;

	errno = 0;
	version = strtoull(text, &end, 10);
	if (*end || !isdigit((unsigned char)*text) || errno)
		return status_bad_request(
			err,
			"resourceVersion: Invalid value: \"%s\": strconv.ParseUint: "
			"parsing \"%s\": invalid syntax",
			text, text);
	*ret = version;
	return true;
}

static const struct kube_special *find_special(struct kube_op *op)
{
	const struct kube_target *t = &op->target;

	if (!*t->subresource)
		return special_find(t->type->group, t->type->resource);
	return special_find(t->type->group,
			    arena_printf(op->arena, "%s/%s", t->type->resource, t->subresource));
}

static bool serve_verb(struct kube_op *op, const struct json *body, struct kube_answer *ret,
		       struct err *err)
{
	const struct kube_special *special = find_special(op);
	bool status = str_eq(op->target.subresource, "status");

	if (special)
		return serve_special(op, special, body, ret, err);
	if (*op->target.subresource && !status)
		return status_set(err, 501, "NotImplemented",
				  "the subresource \"%s\" of %s is not emulated",
				  op->target.subresource, type_qualified_resource(op->target.type));
	switch (op->verb) {
	case VERB_GET: return serve_get(op, ret, err);
	case VERB_LIST: return registry_list(op, ret, err);
	case VERB_CREATE: return serve_create(op, body, ret, err);
	case VERB_UPDATE: return serve_update(op, body, status, ret, err);
	case VERB_PATCH: return registry_patch(op, body, ret, err);
	case VERB_DELETE: return registry_delete(op, ret, err);
	case VERB_DELETE_COLLECTION: return registry_delete_collection(op, ret, err);
	case VERB_WATCH: break;
	}
	return status_method_not_supported(err, op->target.type, "watch");
}

struct json *registry_params(const struct kube_op *op, const struct json *body)
{
	struct json *params = json_new_object();

	json_set_str(params, "cluster", op->cluster->name);
	if (*op->target.ns)
		json_set_str(params, "namespace", op->target.ns);
	if (*op->target.name)
		json_set_str(params, "name", op->target.name);
	else if (body)
		json_set_str(params, "name", json_find_str(body, "metadata", "name", NULL));
	if (op->options.label_selector)
		json_set_str(params, "labelSelector", op->options.label_selector);
	if (op->options.field_selector)
		json_set_str(params, "fieldSelector", op->options.field_selector);
	if (op->options.dry_run)
		json_set_bool(params, "dryRun", true);
	if (op->verb == VERB_PATCH) {
		json_set_str(params, "patchType", op->patch_type);
		json_set_copy(params, "patch", body);
	}
	return params;
}

struct call *registry_begin(struct kube_op *op, const struct json *body, const char *fault)
{
	struct call *call = call_begin(op->cluster->kube->world, op->arena,
				       &(struct call_info){
					       .actor = op->user.actor,
					       .service = "k8s",
					       .operation = target_operation(op),
					       .principal = op->user.name,
					       .user_agent = op->user_agent,
				       });

	call_set_params(call, registry_params(op, body));
	if (fault)
		call_set_fault(call, fault);
	return call;
}

/* What a dry run answers: nothing has taken a revision. */
static void undo_version(struct kube_op *op, struct kube_answer *answer)
{
	const struct kube_target *t = &op->target;
	const struct doc *now;
	struct json *meta;

	if (!answer->doc)
		return;
	answer->object = document_object(t->type, answer->doc, 0);
	doc_unref(answer->doc);
	answer->doc = NULL;
	meta = json_ensure_object(answer->object, "metadata");
	now = cluster_find(op->cluster, t->type->document, t->ns, meta_str(answer->object, "name"));
	if (now)
		json_setf(meta, "resourceVersion", "%" PRIu64, now->revision);
	else
		json_remove(meta, "resourceVersion");
}

/* What the real server says with each answer about old resources (core/v1 APILifecycleDeprecated).
 */
static void warn_of_deprecation(struct kube_op *op)
{
	static const struct {
		const char *resource, *warning;
	} old[] = {
		{"endpoints", "v1 Endpoints is deprecated in v1.33+; use "
			      "discovery.k8s.io/v1 EndpointSlice"},
		{"componentstatuses", "v1 ComponentStatus is deprecated in v1.19+"},
	};

	for (size_t i = 0; i < array_size(old) && !*op->target.type->group; i++)
		if (str_eq(op->target.type->resource, old[i].resource))
			op_warn(op, "%s", old[i].warning);
}

bool registry_serve(struct kube_op *op, const struct json *body, const char *fault,
		    struct kube_answer *ret, struct err *err)
{
	struct kube_answer answer = {.list_remaining = -1, .status = 200};
	struct err cause = ERR_INIT;
	bool fine;

	warn_of_deprecation(op);
	op->call = registry_begin(op, body, fault);
	fine = serve_verb(op, body, &answer, &cause);
	if (!fine && webhook_is_parked(op))
		call_abandon(op->call);
	else if (!fine)
		call_fail(op->call, status_code(&cause), cause.wire, err_text(&cause));
	else if (op->options.dry_run) {
		call_fail(op->call, answer.status, NULL, NULL); /* undone, and no error */
		undo_version(op, &answer);
	} else
		call_commit(op->call, answer.status);
	op->call = NULL;
	if (!fine) {
		answer_done(&answer);
		return err_move(err, &cause);
	}
	*ret = answer;
	return true;
}
