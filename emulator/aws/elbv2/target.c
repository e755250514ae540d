/*
 * Targets: what is registered in a target group. Document kind: target.
 *
 * State in the body is where the target itself is: unused as long as nothing forwards to its
 * group, then initial → healthy, at last draining → gone. What clients see is target_health.c's.
 */
#include "emulator/aws/elbv2/internal.h"

static void terms_group(const struct doc *doc, struct terms *terms)
{
	elbv2_term(terms, doc->body, "TargetGroupArn");
}

static void terms_id(const struct doc *doc, struct terms *terms)
{
	elbv2_term(terms, doc->body, "Id");
}

static const struct kind_index indexes[] = {
	{"target-group", terms_group},
	{"id", terms_id},
	{NULL, NULL},
};

/* A claim reads what a client would. */
static struct json *target_view(const struct world *world, const struct doc *doc)
{
	return target_item(world, doc);
}

static void timer(struct call *call, const struct doc *doc, const char *name)
{
	struct json *body;

	if (str_eq(name, "drained")) {
		world_remove(call, doc->kind, doc->key);
		return;
	}
	body = json_copy(doc->body);
	json_set_str(body, "State", "healthy");
	world_put(call, doc->kind, doc->key, body);
}

const struct kind kind_target = {
	.name = "target",
	.shape = "elbv2:TargetHealthDescription",
	.indexes = indexes,
	.timer = timer,
	.view = target_view,
};

static const char *key_of(struct call *call, const char *group, const char *id, int64_t port)
{
	return arena_printf(call->arena, "%s/%s/%lld", group, id, (long long)port);
}

/* ---- In use or not ---- */

static void set_state(struct call *call, const struct doc *target, const char *state)
{
	struct json *body = json_copy(target->body);

	json_set_str(body, "State", state);
	world_put(call, &kind_target, target->key, body);
}

static void start_checks(struct call *call, const char *key)
{
	lifecycle_start(call, &kind_target, key, LIFECYCLE_TARGET, "healthy");
}

void targets_use_changed(struct call *call, const char *target_group_arn)
{
	_cleanup_(docs_done) struct docs found = {0};
	bool used = target_group_in_use(call->world, target_group_arn);

	world_lookup(call->world, &kind_target, "target-group", target_group_arn, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct doc *doc = found.items[i];
		const char *state = doc_str(doc, "State");

		if (str_eq(state, "draining") || used == !str_eq(state, "unused"))
			continue;
		set_state(call, doc, used ? "initial" : "unused");
		world_clear_timer(call, doc->kind, doc->key, "healthy");
		if (used)
			start_checks(call, doc->key);
	}
}

void targets_remove_all(struct call *call, const char *target_group_arn)
{
	_cleanup_(docs_done) struct docs found = {0};

	world_lookup(call->world, &kind_target, "target-group", target_group_arn, &found);
	for (size_t i = 0; i < found.count; i++)
		world_remove(call, &kind_target, found.items[i]->key);
}

/* ---- RegisterTargets ---- */

int64_t target_port(const struct doc *group, const struct json *target)
{
	return json_get_int(target, "Port", json_get_int(group->body, "Port", 0));
}

/* One that drains and is registered again, or is new; one that is there already stays as it is. */
static void put_target(struct call *call, const struct doc *group, const struct json *target)
{
	const char *id = json_get_str(target, "Id");
	int64_t port = target_port(group, target);
	const char *key = key_of(call, group->key, id, port);
	const struct doc *old = world_find(call->world, &kind_target, key);
	bool used = target_group_in_use(call->world, group->key);
	struct json *body;

	if (old && !str_eq(doc_str(old, "State"), "draining"))
		return;
	body = json_new_object();
	json_set_str(body, "TargetGroupArn", group->key);
	json_set_str(body, "Id", id);
	if (port)
		json_set_int(body, "Port", port);
	json_set_str(body, "AvailabilityZone", target_zone_at(call, group, target));
	json_set_copy(body, "QuicServerId", json_get(target, "QuicServerId"));
	json_set_str(body, "State", used ? "initial" : "unused");
	if (old) {
		world_clear_timer(call, &kind_target, key, "drained");
		world_put(call, &kind_target, key, body);
	} else {
		world_add(call, (struct doc_spec){.kind = &kind_target, .key = key, .body = body});
	}
	if (used)
		start_checks(call, key);
}

ELBV2_OP(elbv2_register_targets)
{
	const struct json *targets = json_get(input, "Targets");
	const struct doc *group;

	(void)output; /* the answer is empty */
	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &group, err))
		return false;
	if (!targets_check(call, group, targets, err))
		return false;
	json_foreach (target, targets)
		put_target(call, group, target);
	return elbv2_check_group_quotas(call, group, err);
}

/* ---- DeregisterTargets ---- */

/* Without a port the group's own is meant (API: DeregisterTargets, Targets). */
void target_find(struct call *call, const struct doc *group, const struct json *target,
		 struct docs *ret)
{
	const struct doc *doc = world_find(
		call->world, &kind_target,
		key_of(call, group->key, json_get_str(target, "Id"), target_port(group, target)));

	if (doc)
		docs_add(ret, doc);
}

/* Connections drain for the group's deregistration delay; a group without traffic has none. */
static int64_t drain_ms(struct call *call, const struct doc *group)
{
	const char *seconds = json_find_str(group->extra, "attributes",
					    "deregistration_delay.timeout_seconds", NULL);

	if (world_profile(call->world) == PROFILE_INSTANT ||
	    !target_group_in_use(call->world, group->key))
		return 0;
	return seconds ? strtol(seconds, NULL, 10) * 1000L : 0;
}

static void drain(struct call *call, const struct doc *group, const struct doc *target)
{
	int64_t wait = drain_ms(call, group);

	if (!wait) {
		world_remove(call, &kind_target, target->key);
		return;
	}
	if (str_eq(doc_str(target, "State"), "draining"))
		return;
	set_state(call, target, "draining");
	world_clear_timer(call, &kind_target, target->key, "healthy");
	world_set_timer(call, &kind_target, target->key, "drained", world_now(call->world) + wait);
}

ELBV2_OP(elbv2_deregister_targets)
{
	const struct doc *group;

	(void)output; /* the answer is empty */
	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &group, err))
		return false;
	json_foreach (target, json_get(input, "Targets")) {
		_cleanup_(docs_done) struct docs found = {0};

		/* One that is not registered is passed over: the call succeeds all the same. */
		target_find(call, group, target, &found);
		for (size_t i = 0; i < found.count; i++)
			drain(call, group, found.items[i]);
	}
	return true;
}
