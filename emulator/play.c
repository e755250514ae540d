/* Living through a tape; see emulator.h. */
#include "emulator/aws/lifecycle.h"
#include "emulator/aws/quota.h"
#include "emulator/base/json.h"
#include "emulator/emulator.h"

static struct kube_cluster *cluster_of(struct emulator *emulator, const struct json *what,
				       struct err *err)
{
	const char *name = json_get_str(what, "cluster");
	struct kube_cluster *cluster = name ? kube_cluster_find(emulator->kube, name) : NULL;

	if (!cluster)
		err_set(err, ERR_INVALID, NULL, "there is no cluster \"%s\"", name ? name : "");
	return cluster;
}

static bool play_aws(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	(void)err;
	aws_serve(http_detached(arena, event->what, event->body, event->body_length),
		  emulator->aws);
	return true;
}

static bool play_kube(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct kube_cluster *cluster = cluster_of(emulator, event->what, err);

	if (!cluster)
		return false;
	kube_serve_detached(cluster, json_get_bool(event->what, "plain", false),
			    http_detached(arena, event->what, event->body, event->body_length));
	return true;
}

static bool play_aws_invoke(struct emulator *emulator, const struct tape_event *event,
			    struct err *err)
{
	const struct json *what = event->what;
	const char *actor = json_get_str(what, "actor"), *service = json_get_str(what, "service");
	const char *operation = json_get_str(what, "operation");
	struct err refused = ERR_INIT;

	if (!actor || !service || !operation)
		return err_set(err, ERR_INVALID, NULL, "actor, service or operation is missing");
	(void)!aws_invoke(emulator->aws, actor, json_get_str(what, "account"),
			  json_get_str(what, "region"), service, operation,
			  json_get(what, "params"), json_get_str(what, "fixed_id"), NULL, &refused);
	err_done(&refused);
	return true;
}

static bool play_kube_invoke(struct emulator *emulator, const struct tape_event *event,
			     struct err *err)
{
	const struct json *what = event->what;
	struct kube_cluster *cluster = cluster_of(emulator, what, err);
	_cleanup_(json_freep) struct json *body = NULL;

	if (!cluster)
		return false;
	if (!json_get_str(what, "user") || !json_get_str(what, "method") ||
	    !json_get_str(what, "path"))
		return err_set(err, ERR_INVALID, NULL, "user, method or path is missing");
	if (event->body_length && !json_parse(event->body, event->body_length, &body, err))
		return false;
	kube_play_invoke(cluster, what, body);
	return true;
}

static bool play_timers(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	(void)event;
	(void)err;
	world_fire_timers(emulator->world);
	return true;
}

static bool play_cluster(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	const struct json *what = event->what;
	const struct kube_cluster_config config = {
		.name = json_get_str(what, "name"),
		.service_cidr = json_get_str(what, "service_cidr"),
		.listen_fd = -1,
		.url = json_get_str(what, "url"),
		.ca_pem = json_get_str(what, "ca"),
		.token_key_pem = json_get_str(what, "token_key"),
	};
	struct kube_cluster *cluster;

	if (!config.name || !config.service_cidr)
		return err_set(err, ERR_INVALID, NULL, "name or service_cidr is missing");
	return kube_cluster_add(emulator->kube, &config, &cluster, err);
}

static bool play_actor(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	const struct json *what = event->what;

	if (!json_get_str(what, "name"))
		return err_set(err, ERR_INVALID, NULL, "name is missing");
	actor_add(emulator->world,
		  &(struct actor){.name = json_get_str(what, "name"),
				  .access_key_id = json_get_str(what, "access_key_id"),
				  .secret_key = json_get_str(what, "secret_key"),
				  .session_token = json_get_str(what, "session_token"),
				  .account = json_get_str(what, "account"),
				  .arn = json_get_str(what, "arn"),
				  .kube_user = json_get_str(what, "kube_user"),
				  .expires_ms = json_get_int(what, "expires_ms", 0)});
	return true;
}

static bool play_lifecycle(struct emulator *emulator, const struct tape_event *event,
			   struct err *err)
{
	const char *name = json_get_str(event->what, "name");

	return (name &&
		lifecycle_override(emulator->world, name, json_get_int(event->what, "ms", -1))) ||
	       err_set(err, ERR_INVALID, NULL, "there is no duration \"%s\"", name ? name : "");
}

static bool play_quota(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	const char *name = json_get_str(event->what, "name");

	return (name && quota_override(emulator->world, name,
				       (unsigned)json_get_int(event->what, "max", 0))) ||
	       err_set(err, ERR_INVALID, NULL, "there is no quota \"%s\"", name ? name : "");
}

static bool play_policy(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	const char *actor = json_get_str(event->what, "actor");

	if (!actor)
		return err_set(err, ERR_INVALID, NULL, "actor is missing");
	return emulator_set_policy(emulator, actor, json_get_str(event->what, "document"), err);
}

static bool play_release(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	(void)event;
	(void)err;
	lifecycle_release(emulator->world);
	return true;
}

static bool play_address(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	const char *name = json_get_str(event->what, "name");
	const char *url = json_get_str(event->what, "url");
	struct kube_cluster *cluster = name ? kube_cluster_find(emulator->kube, name) : NULL;

	if (!cluster || !url)
		return err_set(err, ERR_INVALID, NULL, "there is no cluster \"%s\", or no url",
			       name ? name : "");
	kube_play_address(cluster, url);
	return true;
}

static bool play_range(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	const char *name = json_get_str(event->what, "name");
	const char *range = json_get_str(event->what, "service_cidr");
	struct kube_cluster *cluster = name ? kube_cluster_find(emulator->kube, name) : NULL;

	if (!cluster || !range)
		return err_set(err, ERR_INVALID, NULL,
			       "there is no cluster \"%s\", or no service_cidr", name ? name : "");
	return kube_cluster_add_range(cluster, range, err);
}

typedef bool play_fn(struct emulator *emulator, const struct tape_event *event, struct err *err);

static play_fn *const plays[] = {
	[TAPE_AWS] = play_aws,
	[TAPE_KUBE] = play_kube,
	[TAPE_AWS_INVOKE] = play_aws_invoke,
	[TAPE_KUBE_INVOKE] = play_kube_invoke,
	[TAPE_TIMERS] = play_timers,
	[TAPE_CLUSTER] = play_cluster,
	[TAPE_ACTOR] = play_actor,
	[TAPE_LIFECYCLE] = play_lifecycle,
	[TAPE_QUOTA] = play_quota,
	[TAPE_POLICY] = play_policy,
	[TAPE_RELEASE] = play_release,
	[TAPE_ADDRESS] = play_address,
	[TAPE_RANGE] = play_range,
};

bool emulator_play(struct emulator *emulator, const struct tape_event *event, struct err *err)
{
	static const struct fault_verdict none = {.effect = FAULT_NONE};
	bool ok;

	assert(!emulator->loop && (size_t)event->type < array_size(plays));
	clock_hold_at(event->real_ms, event->monotonic_ms);
	tape_set_now(emulator->world, event->now_ms);
	tape_script_fault(emulator->world, event->fault ? event->fault : &none);
	kube_script(emulator->kube, event->what);
	ok = plays[event->type](emulator, event, err);
	kube_script(emulator->kube, NULL);
	clock_release();
	return ok || err_wrap(err, "%s", tape_type_name(event->type));
}
