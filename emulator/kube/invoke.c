/* Requests without a wire, and client-side apply; see kube.h. */
#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/loop.h"
#include "emulator/kube/auth.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/discovery.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/status.h"
#include "emulator/kube/target.h"
#include "emulator/kube/webhook.h"
#include "emulator/world/tape.h"

#define LAST_APPLIED	"kubectl.kubernetes.io/last-applied-configuration"
#define MERGE_PATCH	"application/merge-patch+json"
#define STRATEGIC_PATCH "application/strategic-merge-patch+json"

static bool unknown_path(const char *path, struct err *err)
{
	return status_set(err, 404, "NotFound",
			  "the server could not find the requested resource (%s)", path);
}

/* Splits path and query, finds the target, checks verb and options. */
static bool prepare(struct kube_op *op, const char *path, const char *type, const struct json *body,
		    struct err *err)
{
	size_t length = strcspn(path, "?");
	const char *plain = arena_strndup(op->arena, path, length);

	if (!options_parse(op, path[length] ? path + length + 1 : "", err))
		return false;
	if (target_parse(op, plain, err) != PATH_RESOURCE)
		return unknown_path(plain, err);
	if (!target_verb(op, err))
		return false;
	if (op->verb == VERB_PATCH) {
		op->patch_type = type ? type : "";
		if (!patch_type_known(op, err))
			return false;
	}
	if (op->verb == VERB_WATCH)
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "a watch needs a connection; subscribe to the journal instead");
	if (!options_check(op, err))
		return false;
	return !(op->verb & (VERB_DELETE | VERB_DELETE_COLLECTION)) ||
	       options_from_body(op, body, err);
}

/* One request without a wire, and what became of it. */
struct wish {
	struct kube_cluster *cluster;
	const char *user, *method, *path, *type; /* type NULL: JSON */
	const struct json *body;		 /* NULL: none */
	bool ask_webhooks;
	struct kube_op op;
	bool wanted; /* the answer is */
	bool done, fine;
	struct json *tree; /* the answer; NULL: nobody wants it */
	struct err err;
	struct webhook_run *run; /* while webhooks are asked */
};

static void tell_tape(const struct wish *wish)
{
	struct world *world = wish->cluster->kube->world;
	_cleanup_(json_freep) struct json *what = NULL;
	_cleanup_(freep) char *text = NULL, *body = NULL;

	if (!tape_is_on(world))
		return;
	what = json_new_object();
	json_set_str(what, "cluster", wish->cluster->name);
	json_set_str(what, "user", wish->user);
	json_set_str(what, "method", wish->method);
	json_set_str(what, "path", wish->path);
	json_set_str(what, "type", wish->type);
	json_set_bool(what, "admitted", wish->ask_webhooks);
	json_set_int(what, "arrived_ms", wish->op.now_ms);
	json_set_copy(what, "reviews", wish->op.reviews);
	body = wish->body ? json_to_text(wish->body) : NULL;
	text = wish->fine ? json_to_text(wish->tree) : xstrdup(err_text(&wish->err));
	tape_note(world, (struct tape_event){.type = TAPE_KUBE_INVOKE,
					     .what = what,
					     .body = body,
					     .body_length = body ? strlen(body) : 0,
					     .status = wish->fine ? 200 : status_code(&wish->err),
					     .answer = text,
					     .answer_length = strlen(text)});
}

/* A webhook_served_fn: inside of what is one event of the tape. */
static void served(bool fine, struct kube_answer *answer, struct err *err, void *userdata)
{
	struct wish *wish = userdata;

	wish->done = true;
	wish->fine = fine;
	if (fine && (wish->wanted || tape_is_on(wish->cluster->kube->world)))
		wish->tree = answer_tree(wish->op.target.type, answer);
	else if (err != &wish->err)
		err_move(&wish->err, err);
	answer_done(answer);
	tell_tape(wish);
}

static void serve(struct wish *wish)
{
	struct kube_answer answer = {.list_remaining = -1};
	bool fine;

	if (!prepare(&wish->op, wish->path, wish->type, wish->body, &wish->err)) {
		served(false, &answer, &wish->err, wish);
	} else if (wish->ask_webhooks) {
		webhook_serve(&wish->op, wish->body, NULL, served, wish, &wish->run);
	} else {
		fine = registry_serve(&wish->op, wish->body, NULL, &answer, &wish->err);
		served(fine, &answer, &wish->err, wish);
	}
}

/*
 * The program that acts for a user, by which fields are owned: "system:node:a" is a kubelet,
 * "system:serviceaccount:garden:gardenlet" is gardenlet. People use kubectl, each of whose commands
 * has a name of its own (kubectl pkg/cmd/{create,patch}: defaultFieldManager).
 */
static const char *program_of(const struct wish *wish)
{
	const char *colon = strrchr(wish->user, ':');

	if (str_starts_with(wish->user, "system:node:"))
		return "kubelet";
	if (str_eq(wish->user, "system:apiserver"))
		return "kube-apiserver";
	if (colon)
		return colon + 1;
	return str_eq(wish->method, "PATCH") ? "kubectl-patch" : "kubectl-create";
}

static bool do_wish(struct wish *wish, int64_t arrived_ms, struct json **ret, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct world *world = wish->cluster->kube->world;

	wish->wanted = ret != NULL;
	tape_enter(world);
	wish->op = (struct kube_op){.cluster = wish->cluster,
				    .arena = arena,
				    .method = wish->method,
				    .user_agent = program_of(wish),
				    .now_ms = arrived_ms ? arrived_ms : clock_real_ms()};
	wish->cluster->kube->request_count++;
	auth_name(&wish->op, wish->user);
	serve(wish);
	tape_leave(world);
	while (!wish->done) /* webhooks answer within their timeouts, so that this ends */
		loop_turn(wish->cluster->kube->loop, -1);
	json_free(wish->op.reviews);
	drawn_ordinals_done(&wish->op.drawn);
	strs_done(&wish->op.warnings);
	if (!wish->fine)
		return err_move(err, &wish->err);
	if (ret)
		*ret = steal(wish->tree);
	json_free(wish->tree);
	return true;
}

static bool invoke(struct kube_cluster *cluster, const char *user, const char *method,
		   const char *path, const char *type, const struct json *body, bool ask_webhooks,
		   struct json **ret, struct err *err)
{
	struct wish wish = {cluster, user, method, path, type, body, ask_webhooks, .err = ERR_INIT};

	return do_wish(&wish, 0, ret, err);
}

bool kube_invoke(struct kube_cluster *cluster, const char *user, const char *method,
		 const char *path, const char *type, const struct json *body, struct json **ret,
		 struct err *err)
{
	return invoke(cluster, user, method, path, type, body, false, ret, err);
}

bool kube_invoke_admitted(struct kube_cluster *cluster, const char *user, const char *method,
			  const char *path, const char *type, const struct json *body,
			  struct json **ret, struct err *err)
{
	return invoke(cluster, user, method, path, type, body, true, ret, err);
}

void kube_play_invoke(struct kube_cluster *cluster, const struct json *what,
		      const struct json *body)
{
	struct wish wish = {
		cluster,
		json_get_str(what, "user"),
		json_get_str(what, "method"),
		json_get_str(what, "path"),
		json_get_str(what, "type"),
		body,
		json_get_bool(what, "admitted", false),
		.err = ERR_INIT,
	};

	assert(wish.user && wish.method && wish.path);
	(void)!do_wish(&wish, json_get_int(what, "arrived_ms", 0), NULL, &wish.err);
	err_done(&wish.err);
}

char *kube_object_path(struct kube_cluster *cluster, const char *api_version, const char *kind,
		       const char *ns, const char *name)
{
	const struct api_type *type = type_find_kind(cluster, api_version, kind);
	_cleanup_(freep) char *root = NULL, *scope = NULL;

	if (!type)
		return NULL;
	root = xasprintf("%s/%s", *type->group ? "/apis" : "/api", type->api_version);
	scope = type->namespaced && ns && *ns ? xasprintf("/namespaces/%s", ns) : xstrdup("");
	return xasprintf("%s%s/%s%s%s", root, scope, type->resource, name && *name ? "/" : "",
			 name ? name : "");
}

/* The manifest with its own text as last-applied annotation, as kubectl writes it. */
static struct json *annotated(const struct json *manifest)
{
	_cleanup_(json_freep) struct json *plain = json_copy(manifest);
	struct json *object = json_copy(manifest), *annotations, *meta;
	_cleanup_(freep) char *text = NULL;

	meta = json_ensure_object(plain, "metadata");
	annotations = json_ensure_object(meta, "annotations");
	json_remove(annotations, LAST_APPLIED);
	text = json_to_text(plain);
	meta = json_ensure_object(object, "metadata");
	annotations = json_ensure_object(meta, "annotations");
	json_setf(annotations, LAST_APPLIED, "%s\n", text);
	return object;
}

/* A path by which fields become those of a person's kubectl apply; others have names of their own.
 */
static char *applying(const char *user, const char *path)
{
	return xasprintf("%s%s", path,
			 strchr(user, ':') ? "" : "?fieldManager=kubectl-client-side-apply");
}

static bool apply_update(struct kube_cluster *cluster, const char *user, const char *path,
			 const struct kube_message *message, const struct json *modified,
			 const struct json *current, bool ask_webhooks, struct json **ret,
			 struct err *err)
{
	const char *last = json_find_str(current, "metadata", "annotations", LAST_APPLIED, NULL);
	_cleanup_(json_freep) struct json *original = NULL, *patch = NULL;
	_cleanup_(freep) char *full = applying(user, path);
	size_t length = last ? strlen(last) : 0;

	while (length && last[length - 1] == '\n')
		length--;
	if (length && !json_parse(last, length, &original, err))
		return err_wrap(err, "annotation " LAST_APPLIED);
	patch = patch_three_way(original, modified, current, message);
	return invoke(cluster, user, "PATCH", full, message ? STRATEGIC_PATCH : MERGE_PATCH, patch,
		      ask_webhooks, ret, err);
}

static bool apply(struct kube_cluster *cluster, const char *user, const struct json *manifest,
		  bool ask_webhooks, struct json **ret, struct err *err)
{
	const char *version = json_get_str(manifest, "apiVersion");
	const char *kind = json_get_str(manifest, "kind");
	const char *ns = json_find_str(manifest, "metadata", "namespace", NULL);
	const char *name = json_find_str(manifest, "metadata", "name", NULL);
	_cleanup_(freep) char *path = NULL, *collection = NULL, *full = NULL;
	_cleanup_(json_freep) struct json *modified = NULL, *current = NULL;
	struct err missing = ERR_INIT;

	if (!version || !kind || !name)
		return err_set(err, ERR_INVALID, NULL,
			       "a manifest needs apiVersion, kind and metadata.name");
	if (!ns)
		ns = "default";
	path = kube_object_path(cluster, version, kind, ns, name);
	if (!path)
		return err_set(err, ERR_NOT_FOUND, "NotFound",
			       "no matches for kind \"%s\" in version \"%s\"", kind, version);
	collection = kube_object_path(cluster, version, kind, ns, NULL);
	modified = annotated(manifest);
	if (kube_invoke(cluster, user, "GET", path, NULL, NULL, &current, &missing))
		return apply_update(cluster, user, path,
				    type_find_kind(cluster, version, kind)->message, modified,
				    current, ask_webhooks, ret, err);
	if (missing.code != ERR_NOT_FOUND)
		return err_move(err, &missing);
	err_done(&missing);
	full = applying(user, collection);
	return invoke(cluster, user, "POST", full, NULL, modified, ask_webhooks, ret, err);
}

bool kube_apply(struct kube_cluster *cluster, const char *user, const struct json *manifest,
		struct json **ret, struct err *err)
{
	return apply(cluster, user, manifest, false, ret, err);
}

bool kube_apply_admitted(struct kube_cluster *cluster, const char *user,
			 const struct json *manifest, struct json **ret, struct err *err)
{
	return apply(cluster, user, manifest, true, ret, err);
}
