/*
 * Targets: what is registered in a target group, and how its health goes. Document kind: target.
 *
 * State in the body is where the target itself is: initial → healthy, or draining → gone. What
 * DescribeTargetHealth shows depends on its group too: unused as long as nothing forwards to it.
 */
#include "emulator/aws/elbv2/internal.h"

#define TARGETS_MAX 1000 /* of one group; quotas, "Targets per Target Group" */

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

static struct json *health_item(struct json *description, const struct json *health_check_port,
				struct json *target_health)
{
	struct json *item = json_new_object();

	json_set(item, "Target", description);
	json_set_copy(item, "HealthCheckPort", health_check_port);
	json_set(item, "TargetHealth", target_health);
	return item;
}

static struct json *check_port(const struct doc *group, int64_t port)
{
	const char *text = doc_str(group, "HealthCheckPort");
	_cleanup_(freep) char *number = xasprintf("%lld", (long long)port);

	return text ? json_new_string(str_eq(text, "traffic-port") ? number : text) : NULL;
}

/* A registered target as DescribeTargetHealth shows it. */
static struct json *target_item(const struct world *world, const struct doc *target)
{
	static const char *const members[] = {"Id", "Port", "AvailabilityZone", "QuicServerId"};
	const struct doc *group =
		world_find(world, &kind_target_group, doc_str(target, "TargetGroupArn"));
	_cleanup_(json_freep) struct json *port = NULL;
	struct json *description = json_new_object();

	if (group)
		port = check_port(group, json_get_int(target->body, "Port", 0));
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(description, members[i], json_get(target->body, members[i]));
	return health_item(description, port, elbv2_target_health(world, target));
}

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

/* ---- Health ---- */

static struct json *health(const char *state, const char *reason, const char *description)
{
	struct json *result = json_new_object();

	json_set_str(result, "State", state);
	json_set_str(result, "Reason", reason);
	json_set_str(result, "Description", description);
	return result;
}

/* What is wrong with an instance as a target, or NULL. */
static struct json *instance_trouble(const struct world *world, const char *id)
{
	const struct doc *instance = world_find(world, &kind_instance, id);
	const char *state =
		instance ? json_find_str(instance->body, "State", "Name", NULL) : "terminated";

	if (str_eq(state, "running") || str_eq(state, "pending"))
		return NULL;
	if (str_eq(state, "stopped") || str_eq(state, "stopping"))
		return health("unused", "Target.InvalidState", "Target is in the stopped state");
	return health("unused", "Target.InvalidState", "Target is in the terminated state");
}

struct json *elbv2_target_health(const struct world *world, const struct doc *target)
{
	const char *group_arn = doc_str(target, "TargetGroupArn"),
		   *state = doc_str(target, "State");
	const struct doc *group = world_find(world, &kind_target_group, group_arn);
	struct json *trouble;

	if (str_eq(state, "draining"))
		return health("draining", "Target.DeregistrationInProgress",
			      "Target deregistration is in progress");
	if (!target_group_in_use(world, group_arn))
		return health("unused", "Target.NotInUse",
			      "Target group is not configured to receive traffic from the load "
			      "balancer");
	if (group && str_eq(doc_str(group, "TargetType"), "instance")) {
		trouble = instance_trouble(world, doc_str(target, "Id"));
		if (trouble)
			return trouble;
	}
	if (str_eq(state, "initial"))
		return health("initial", "Elb.RegistrationInProgress",
			      "Target registration is in progress");
	return health(state, NULL, NULL);
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
		struct json *body;

		if (str_eq(doc_str(doc, "State"), "draining"))
			continue;
		body = json_copy(doc->body);
		json_set_str(body, "State", "initial");
		world_put(call, doc->kind, doc->key, body);
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

static bool check_instance(struct call *call, const struct doc *group, const char *id,
			   struct err *err)
{
	const struct doc *instance = ec2_find(call, &kind_instance, id), *interface;

	if (!instance)
		return aws_fail(err, AWS_ELBV2_TARGET_INSTANCE, id);
	if (!str_eq(json_find_str(instance->body, "State", "Name", NULL), "running"))
		return aws_fail(err, AWS_ELBV2_TARGET_NOT_RUNNING, id);
	if (!str_eq(doc_str(instance, "VpcId"), doc_str(group, "VpcId")))
		return aws_fail(err, AWS_ELBV2_TARGET_OTHER_VPC, id, doc_str(group, "VpcId"));
	if (!str_eq(doc_str(group, "IpAddressType"), "ipv6"))
		return true;
	interface = ec2_instance_interface(call->world, id);
	json_foreach (address, interface ? json_get(interface->body, "Ipv6Addresses") : NULL) {
		if (json_get_bool(address, "IsPrimaryIpv6", false))
			return true;
	}
	return aws_fail(err, AWS_ELBV2_TARGET_NO_PRIMARY_IPV6, id);
}

static bool check_ip(struct call *call, const struct doc *group, const char *id, const char *zone,
		     struct err *err)
{
	const struct doc *vpc = ec2_find(call, &kind_vpc, doc_str(group, "VpcId"));
	bool wants_ipv6 = str_eq(doc_str(group, "IpAddressType"), "ipv6"), inside;
	struct ip ip;

	if (!ip_parse(id, &ip) || (ip.family == FAMILY_IPV6) != wants_ipv6)
		return aws_fail(err,
				wants_ipv6 ? AWS_ELBV2_TARGET_NOT_IPV6 : AWS_ELBV2_TARGET_NOT_IPV4,
				id);
	inside = vpc && ec2_vpc_contains(vpc, &ip);
	if (!inside && !str_eq(zone, "all"))
		return aws_fail(err, AWS_ELBV2_TARGET_ZONE_MISSING, id);
	return true;
}

static bool check_target(struct call *call, const struct doc *group, const struct json *target,
			 struct err *err)
{
	const char *id = json_get_str(target, "Id"), *type = doc_str(group, "TargetType");

	if (str_eq(type, "instance"))
		return check_instance(call, group, id, err);
	if (str_eq(type, "ip"))
		return check_ip(call, group, id, json_get_str(target, "AvailabilityZone"), err);
	return true;
}

static int64_t port_of(const struct doc *group, const struct json *target)
{
	return json_get_int(target, "Port", json_get_int(group->body, "Port", 0));
}

/* One that drains and is registered again, or is new; one that is there already stays as it is. */
static void put_target(struct call *call, const struct doc *group, const struct json *target)
{
	const char *id = json_get_str(target, "Id");
	int64_t port = port_of(group, target);
	const char *key = key_of(call, group->key, id, port);
	const struct doc *old = world_find(call->world, &kind_target, key);
	struct json *body;

	if (old && !str_eq(doc_str(old, "State"), "draining"))
		return;
	body = json_new_object();
	json_set_str(body, "TargetGroupArn", group->key);
	json_set_str(body, "Id", id);
	if (port)
		json_set_int(body, "Port", port);
	json_set_copy(body, "AvailabilityZone", json_get(target, "AvailabilityZone"));
	json_set_copy(body, "QuicServerId", json_get(target, "QuicServerId"));
	json_set_str(body, "State", "initial");
	if (old) {
		world_clear_timer(call, &kind_target, key, "drained");
		world_put(call, &kind_target, key, body);
	} else {
		world_add(call, (struct doc_spec){.kind = &kind_target, .key = key, .body = body});
	}
	if (target_group_in_use(call->world, group->key))
		start_checks(call, key);
}

ELBV2_OP(elbv2_register_targets)
{
	const struct json *targets = json_get(input, "Targets");
	const struct doc *group;

	(void)output; /* the answer is empty */
	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &group, err))
		return false;
	json_foreach (target, targets) {
		if (!check_target(call, group, target, err))
			return false;
	}
	json_foreach (target, targets)
		put_target(call, group, target);
	if (world_profile(call->world) == PROFILE_AWS &&
	    world_lookup_count(call->world, &kind_target, "target-group", group->key) > TARGETS_MAX)
		return aws_fail(err, AWS_ELBV2_TOO_MANY_TARGETS);
	return true;
}

/* ---- DeregisterTargets ---- */

/* All registrations of an Id, or the one with the port that is named. */
static void find_registered(struct call *call, const struct doc *group, const struct json *target,
			    struct docs *ret)
{
	const char *id = json_get_str(target, "Id");
	const struct doc *doc;

	if (json_get(target, "Port")) {
		doc = world_find(call->world, &kind_target,
				 key_of(call, group->key, id, port_of(group, target)));
		if (doc)
			docs_add(ret, doc);
		return;
	}
	_cleanup_(docs_done) struct docs all = {0};

	world_lookup(call->world, &kind_target, "id", id, &all);
	for (size_t i = 0; i < all.count; i++) {
		if (str_eq(doc_str(all.items[i], "TargetGroupArn"), group->key))
			docs_add(ret, all.items[i]);
	}
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
	struct json *body;

	if (!wait) {
		world_remove(call, &kind_target, target->key);
		return;
	}
	if (str_eq(doc_str(target, "State"), "draining"))
		return;
	body = json_copy(target->body);
	json_set_str(body, "State", "draining");
	world_clear_timer(call, &kind_target, target->key, "healthy");
	world_put(call, &kind_target, target->key, body);
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
		find_registered(call, group, target, &found);
		for (size_t i = 0; i < found.count; i++)
			drain(call, group, found.items[i]);
	}
	return true;
}

/* ---- DescribeTargetHealth ---- */

/* A target that was asked for and is not registered. */
static void append_unknown(const struct doc *group, const struct json *target, struct json *list)
{
	struct json *description = json_copy(target);
	_cleanup_(json_freep) struct json *port = check_port(group, port_of(group, target));

	if (!json_get(description, "Port") && port_of(group, target))
		json_set_int(description, "Port", port_of(group, target));
	json_append(list, health_item(description, port,
				      health("unused", "Target.NotRegistered",
					     "Target is not registered to the target group")));
}

ELBV2_OP(elbv2_describe_target_health)
{
	struct json *list = json_ensure_array(output, "TargetHealthDescriptions");
	const struct json *wanted = json_get(input, "Targets");
	_cleanup_(docs_done) struct docs found = {0};
	const struct doc *group;

	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &group, err))
		return false;
	json_foreach (target, wanted) {
		_cleanup_(docs_done) struct docs registered = {0};

		find_registered(call, group, target, &registered);
		for (size_t i = 0; i < registered.count; i++)
			json_append(list, target_item(call->world, registered.items[i]));
		if (!registered.count)
			append_unknown(group, target, list);
	}
	if (json_size(wanted))
		return true;
	world_lookup(call->world, &kind_target, "target-group", group->key, &found);
	for (size_t i = 0; i < found.count; i++)
		json_append(list, target_item(call->world, found.items[i]));
	return true;
}
