/* Who asks; see auth.h. */
#include "emulator/kube/auth.h"

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/http/http.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"
#include "emulator/world/actor.h"

#define SERVICE_ACCOUNT "system:serviceaccount:"
#define ANONYMOUS	"system:anonymous"

/* What anybody may read: the ClusterRole system:public-info-viewer. */
static const char *const public_paths[] = {"/healthz", "/livez", "/readyz", "/version"};

static bool unauthorized(struct err *err)
{
	return status_set(err, 401, "Unauthorized", "Unauthorized");
}

static const char *actor_of(const struct world *world, const char *user)
{
	const struct actor *actor = actor_by_kube_user(world, user);

	if (!actor && str_starts_with(user, "system:node:"))
		actor = actor_by_name(world, "kubelet");
	if (!actor)
		actor = actor_by_name(world, user);
	return actor ? actor->name : "anyone";
}

static void set_user(struct kube_op *op, const char *name, const char *const *groups, size_t count,
		     const char *last)
{
	const char **list = arena_alloc(op->arena, (count + 2) * sizeof(*list));

	for (size_t i = 0; i < count; i++)
		list[i] = arena_strdup(op->arena, groups[i]);
	list[count] = last;
	op->user.name = arena_strdup(op->arena, name);
	op->user.groups = list;
	op->user.uid = "";
	op->user.actor = actor_of(op->cluster->kube->world, name);
}

/* system:serviceaccount:NS:NAME → groups system:serviceaccounts and system:serviceaccounts:NS */
static void set_service_account(struct kube_op *op, const char *name)
{
	const char *ns = name + strlen(SERVICE_ACCOUNT);
	const char *groups[] = {
		"system:serviceaccounts",
		arena_printf(op->arena, "system:serviceaccounts:%.*s", (int)strcspn(ns, ":"), ns),
	};

	set_user(op, name, groups, array_size(groups), "system:authenticated");
}

/* A token lives as long as its account: {namespace, serviceaccount: {name, uid}}. */
static bool account_lives(const struct kube_cluster *cluster, const struct json *claims)
{
	const struct api_type *accounts = type_find(cluster, "", "v1", "serviceaccounts");
	const struct json *account = json_get(claims, "serviceaccount");
	const char *ns = json_get_str(claims, "namespace"), *name = json_get_str(account, "name");
	const struct doc *doc;

	if (!accounts || !ns || !name)
		return false;
	doc = cluster_find(cluster, accounts->document, ns, name);
	return doc && str_eq(json_get_str(account, "uid"), meta_str(doc->body, "uid"));
}

bool auth_token(const struct kube_cluster *cluster, const char *token, int64_t now_ms,
		struct json **ret_payload, struct err *err)
{
	_cleanup_(freep) char *text = NULL;
	_cleanup_(json_freep) struct json *payload = NULL;
	const char *subject;

	if (!tls_verify_jwt(cluster->token_key, token, &text, NULL) ||
	    !json_parse(text, strlen(text), &payload, NULL))
		return unauthorized(err);
	subject = json_get_str(payload, "sub");
	if (!str_starts_with(subject, SERVICE_ACCOUNT) ||
	    json_get_int(payload, "exp", 0) * 1000 <= now_ms ||
	    !str_eq(json_get_str(payload, "iss"), cluster->issuer))
		return unauthorized(err);
	if (!account_lives(cluster, json_get(payload, "kubernetes.io")))
		return unauthorized(err);
	*ret_payload = steal(payload);
	return true;
}

static bool by_token(struct kube_op *op, const char *token, struct err *err)
{
	_cleanup_(json_freep) struct json *payload = NULL;
	const char *uid;

	if (!auth_token(op->cluster, token, op->now_ms, &payload, err))
		return false;
	set_service_account(op, json_get_str(payload, "sub"));
	uid = json_find_str(payload, "kubernetes.io", "serviceaccount", "uid", NULL);
	op->user.uid = arena_strdup(op->arena, uid);
	return true;
}

bool auth_request(struct kube_op *op, bool plain, struct err *err)
{
	const struct request *request = op->request;
	const char *bearer = request_header(request, "Authorization");
	size_t groups = 0;

	if (request->peer_expired || request->peer_untrusted)
		return unauthorized(err);
	if (request->peer_name) {
		while (request->peer_organizations && request->peer_organizations[groups])
			groups++;
		set_user(op, request->peer_name, request->peer_organizations, groups,
			 "system:authenticated");
		return true;
	}
	if (bearer && strncasecmp(bearer, "Bearer ", 7) == 0)
		return by_token(op, bearer + 7, err);
	if (bearer)
		return unauthorized(err);
	if (plain) {
		static const char *const masters[] = {"system:masters"};

		set_user(op, "operator", masters, 1, "system:authenticated");
		return true;
	}
	set_user(op, ANONYMOUS, NULL, 0, "system:unauthenticated");
	return true;
}

void auth_name(struct kube_op *op, const char *user)
{
	static const char *const masters[] = {"system:masters"};

	if (str_starts_with(user, SERVICE_ACCOUNT))
		set_service_account(op, user);
	else
		set_user(op, user, masters, 1, "system:authenticated");
}

static const char *verb_word(const struct kube_op *op)
{
	static const struct {
		enum kube_verb verb;
		const char *word;
	} words[] = {
		{VERB_GET, "get"},	 {VERB_LIST, "list"},
		{VERB_WATCH, "watch"},	 {VERB_CREATE, "create"},
		{VERB_UPDATE, "update"}, {VERB_PATCH, "patch"},
		{VERB_DELETE, "delete"}, {VERB_DELETE_COLLECTION, "deletecollection"},
	};

	for (size_t i = 0; i < array_size(words); i++)
		if (words[i].verb == op->verb)
			return words[i].word;
	return "get";
}

bool auth_allow(struct kube_op *op, const char *path, bool resource, struct err *err)
{
	const struct kube_target *t = &op->target;
	const char *scope = "at the cluster scope";

	if (!str_eq(op->user.name, ANONYMOUS))
		return true;
	/* apiserver pkg/endpoints/handlers/responsewriters/errors.go */
	if (resource) {
		if (*t->ns)
			scope = arena_printf(op->arena, "in the namespace \"%s\"", t->ns);
		return status_forbidden(
			err, t->type, t->name,
			arena_printf(op->arena,
				     "User \"%s\" cannot %s resource \"%s%s%s\" in API group "
				     "\"%s\" %s",
				     op->user.name, verb_word(op), t->type->resource,
				     *t->subresource ? "/" : "", t->subresource, t->type->group,
				     scope));
	}
	for (size_t i = 0; i < array_size(public_paths); i++)
		if (str_starts_with(path, public_paths[i]))
			return true;
	status_set(err, 403, "Forbidden", "forbidden: User \"%s\" cannot get path \"%s\"",
		   op->user.name, path);
	if (err)
		err->details = json_new_object();
	return false;
}
