/*
 * Instances of classic load balancers: registration, health checks and health. What DescribeLoad-
 * Balancers shows stands in the body's Instances; extra.instances says how far each has come.
 */
#include "emulator/aws/elb/internal.h"

#include <stdlib.h>

#define PORT_MAX	  65535
#define TARGET_MAX	  1024 /* characters; API: HealthCheck, Target */
#define REGISTRATIONS_MAX 1000 /* quotas of Classic Load Balancers, "Registered instances" */
#define TIMER_IN_SERVICE  "in-service:"
#define TIMER_DRAINED	  "drained:"

static struct json *find_registered(struct json *body, const char *id)
{
	struct json *list = json_get_mut(body, "Instances");

	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item)) {
		if (str_eq(json_get_str(item, "InstanceId"), id))
			return item;
	}
	return NULL;
}

bool instance_is_gone(const struct world *world, const char *id)
{
	const struct doc *instance = world_find(world, &kind_instance, id);

	return !instance || ec2_is_gone(instance);
}

void instance_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *extra = json_copy(doc->extra);
	struct json *instances = json_ensure_object(extra, "instances");

	if (str_starts_with(timer, TIMER_DRAINED))
		json_remove(instances, timer + strlen(TIMER_DRAINED));
	else
		json_set_str(instances, timer + strlen(TIMER_IN_SERVICE), "in-service");
	world_put_extra(call, doc->kind, doc->key, extra);
}

/* Answers the instances that are registered now. */
static void reply_instances(struct call *call, struct json *output, const struct json *body)
{
	struct json *list = json_ensure_array(output, "Instances");

	json_foreach (instance, json_get(body, "Instances")) {
		if (!instance_is_gone(call->world, json_get_str(instance, "InstanceId")))
			json_append(list, json_copy(instance));
	}
}

/* ---- RegisterInstancesWithLoadBalancer ---- */

static bool check_instance(struct call *call, const struct doc *balancer, const char *id,
			   struct err *err)
{
	const struct doc *instance = id ? ec2_find(call, &kind_instance, id) : NULL;
	const char *state;

	if (!instance || ec2_is_gone(instance))
		return aws_fail(err, AWS_CLASSIC_INSTANCE_NOT_FOUND, id ? id : "");
	if (!str_eq(doc_str(instance, "VpcId"), doc_str(balancer, "VPCId")))
		return aws_fail(err, AWS_CLASSIC_INSTANCE_VPC, id);
	state = json_find_str(instance->body, "State", "Name", NULL);
	if (!str_eq(state, "running") && !str_eq(state, "pending"))
		return aws_fail(err, AWS_CLASSIC_INSTANCE_STATE, id);
	return true;
}

/* Begins to check the instance; the timers of an earlier registration no longer count. */
static void begin(struct call *call, const struct doc *doc, const char *id)
{
	const char *timer = arena_printf(call->arena, TIMER_IN_SERVICE "%s", id);

	world_clear_timer(call, doc->kind, doc->key,
			  arena_printf(call->arena, TIMER_DRAINED "%s", id));
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_TARGET, timer);
}

/* Registers one in the copies; whether it was not registered before. */
static bool put(struct edit *edit, const char *id)
{
	struct json *item;

	if (find_registered(edit->body, id))
		return false;
	item = json_new_object();
	json_set_str(item, "InstanceId", id);
	json_append(json_ensure_array(edit->body, "Instances"), item);
	json_set_str(json_ensure_object(edit->extra, "instances"), id, "registering");
	return true;
}

ELB_OP(elb_register_instances_with_load_balancer)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	_cleanup_(json_freep) struct json *begun = json_new_array();
	const struct json *instances = json_get(input, "Instances");
	const struct doc *doc;

	if (!elb_edit(call, input, &edit, err))
		return false;
	json_foreach (instance, instances) {
		const char *id = json_get_str(instance, "InstanceId");

		if (!check_instance(call, edit.doc, id, err))
			return false;
		if (put(&edit, id))
			json_append_str(begun, id);
	}
	if (world_profile(call->world) == PROFILE_AWS &&
	    json_size(json_get(edit.body, "Instances")) > REGISTRATIONS_MAX)
		return aws_fail(err, AWS_CLASSIC_TOO_MANY_INSTANCES);
	reply_instances(call, output, edit.body);
	doc = elb_save(call, &edit);
	json_foreach (id, begun)
		begin(call, doc, json_str(id));
	return true;
}

/* ---- DeregisterInstancesFromLoadBalancer ---- */

/* How long connections drain: ConnectionDraining, 0 when it is off. */
static int64_t drain_ms(struct call *call, const struct doc *doc)
{
	const struct json *draining =
		json_find(doc->extra, "attributes", "ConnectionDraining", NULL);

	if (world_profile(call->world) == PROFILE_INSTANT ||
	    !json_get_bool(draining, "Enabled", false))
		return 0;
	return json_get_int(draining, "Timeout", 0) * 1000;
}

static void forget(struct call *call, struct edit *edit, const char *id)
{
	struct json *instances = json_ensure_object(edit->extra, "instances");
	struct json *item = find_registered(edit->body, id);
	int64_t wait = drain_ms(call, edit->doc);

	if (!item)
		return;
	json_remove_item(json_get_mut(edit->body, "Instances"), item);
	world_clear_timer(call, edit->doc->kind, edit->doc->key,
			  arena_printf(call->arena, TIMER_IN_SERVICE "%s", id));
	if (!wait || instance_is_gone(call->world, id)) {
		json_remove(instances, id);
		return;
	}
	json_set_str(instances, id, "draining");
	world_set_timer(call, edit->doc->kind, edit->doc->key,
			arena_printf(call->arena, TIMER_DRAINED "%s", id),
			world_now(call->world) + wait);
}

/* One that exists and is not registered is passed over; one that nobody knows is refused. */
ELB_OP(elb_deregister_instances_from_load_balancer)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};

	if (!elb_edit(call, input, &edit, err))
		return false;
	json_foreach (instance, json_get(input, "Instances")) {
		const char *id = json_get_str(instance, "InstanceId");

		if (!id || (!find_registered(edit.body, id) && !ec2_find(call, &kind_instance, id)))
			return aws_fail(err, AWS_CLASSIC_INSTANCE_NOT_FOUND, id ? id : "");
		forget(call, &edit, id);
	}
	reply_instances(call, output, edit.body);
	elb_save(call, &edit);
	return true;
}

/* ---- ConfigureHealthCheck ---- */

/* "TCP:80", "SSL:443", "HTTP:80/path", "HTTPS:443/path". */
static bool check_target(const char *target, struct err *err)
{
	static const struct {
		const char *prefix;
		const char *scheme; /* NULL: no path */
	} forms[] = {{"TCP:", NULL}, {"SSL:", NULL}, {"HTTP:", "HTTP"}, {"HTTPS:", "HTTPS"}};

	for (size_t i = 0; i < array_size(forms); i++) {
		const char *digits = target + strlen(forms[i].prefix);
		const char *scheme = forms[i].scheme;
		bool number = *digits >= '0' && *digits <= '9';
		char *end;
		long port = strtol(digits, &end, 10);

		if (!str_starts_with(target, forms[i].prefix))
			continue;
		if (scheme && (!number || *end != '/' || strlen(target) > TARGET_MAX))
			return aws_fail(err, AWS_CLASSIC_HEALTH_TARGET, scheme, scheme);
		if (!number || (!scheme && *end))
			return aws_fail(err, AWS_CLASSIC_HEALTH_NO_PORT);
		return (port >= 1 && port <= PORT_MAX) || aws_fail(err, AWS_CLASSIC_HEALTH_PORT);
	}
	return aws_fail(err, AWS_CLASSIC_HEALTH_PROTOCOL);
}

ELB_OP(elb_configure_health_check)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	const struct json *check = json_get(input, "HealthCheck");

	if (!elb_edit(call, input, &edit, err) || !check_target(json_get_str(check, "Target"), err))
		return false;
	if (json_get_int(check, "Timeout", 0) >= json_get_int(check, "Interval", 0))
		return aws_fail(err, AWS_CLASSIC_HEALTH_TIMEOUT);
	json_set_copy(edit.body, "HealthCheck", check);
	json_set_copy(output, "HealthCheck", check);
	elb_save(call, &edit);
	return true;
}

/* ---- DescribeInstanceHealth ---- */

#define NOT_AVAILABLE "N/A"

/* API: InstanceState, Description: the texts that AWS has. */
static const struct health {
	const char *state, *reason, *description;
} in_service = {"InService", NOT_AVAILABLE, NOT_AVAILABLE},
  registering = {"OutOfService", "ELB", "Instance registration is still in progress."},
  draining = {"InService", NOT_AVAILABLE, "Instance deregistration currently in progress."},
  unknown = {"OutOfService", "Instance",
	     "Instance is not currently registered with the LoadBalancer."},
  zone_off = {"OutOfService", "ELB",
	      "Instance is in the EC2 Availability Zone for which LoadBalancer is not configured "
	      "to route traffic to."},
  pending = {"OutOfService", "Instance", "Instance is in pending state."},
  stopped = {"OutOfService", "Instance", "Instance is in stopped state."};

static const struct health *health_of(struct call *call, const struct doc *doc, const char *id)
{
	const struct doc *instance = world_find(call->world, &kind_instance, id);
	const char *progress = json_find_str(doc->extra, "instances", id, NULL);
	const char *state = json_find_str(instance->body, "State", "Name", NULL);
	const char *zone = json_find_str(instance->body, "Placement", "AvailabilityZone", NULL);

	if (!progress)
		return &unknown;
	if (str_eq(progress, "draining"))
		return &draining;
	if (!elb_has(json_get(doc->body, "AvailabilityZones"), zone))
		return &zone_off;
	if (str_eq(state, "pending"))
		return &pending;
	if (!str_eq(state, "running"))
		return &stopped;
	return str_eq(progress, "registering") ? &registering : &in_service;
}

/* API: "The state of terminated instances is not returned". */
static void append_health(struct call *call, const struct doc *doc, const char *id,
			  struct json *list)
{
	const struct health *health;
	struct json *item;

	if (instance_is_gone(call->world, id))
		return;
	health = health_of(call, doc, id);
	item = json_new_object();
	json_set_str(item, "InstanceId", id);
	json_set_str(item, "State", health->state);
	json_set_str(item, "ReasonCode", health->reason);
	json_set_str(item, "Description", health->description);
	json_append(list, item);
}

ELB_OP(elb_describe_instance_health)
{
	struct json *list = json_ensure_array(output, "InstanceStates");
	const struct json *wanted = json_get(input, "Instances");
	const struct doc *doc;

	if (!elb_get(call, json_get_str(input, "LoadBalancerName"), &doc, err))
		return false;
	json_foreach (instance, wanted) {
		const char *id = json_get_str(instance, "InstanceId");

		if (!id || !ec2_find(call, &kind_instance, id))
			return aws_fail(err, AWS_CLASSIC_INSTANCE_NOT_FOUND, id ? id : "");
	}
	json_foreach (instance, json_size(wanted) ? wanted : json_get(doc->body, "Instances"))
		append_health(call, doc, json_get_str(instance, "InstanceId"), list);
	return true;
}
