/*
 * Health of targets, as DescribeTargetHealth and claims see it: derived on every read from the
 * target, its group, the load balancers that use it, and the instance behind it.
 *
 * A scenario makes a target unhealthy by a call that AWS has: the tag skyrig/target-health on the
 * instance (or network interface) behind it, or on the target group for all its targets. Its value
 * is a reason of health.tbl, "Target.Timeout", with codes where the description shows some:
 * "Target.ResponseCodeMismatch:502". It holds for targets that would be initial or healthy.
 */
#include "emulator/aws/elbv2/internal.h"

#define HEALTH_TAG "skyrig/target-health"
#define CODES_NONE "502" /* where the tag names none */

static const struct health {
	const char *reason, *state, *description;
} table[] = {
#define HEALTH(reason, state, description) {reason, state, description},
#include "emulator/aws/elbv2/health.tbl"
#undef HEALTH
};

static const char no_balancer[] =
	"Target group is not configured to receive traffic from the load balancer";
static const char zone_off[] =
	"Target is in an Availability Zone that is not enabled for the load balancer";

static const struct health *find(const char *reason, size_t length)
{
	for (size_t i = 0; i < array_size(table); i++) {
		if (strlen(table[i].reason) == length &&
		    strncmp(table[i].reason, reason, length) == 0)
			return &table[i];
	}
	return NULL;
}

/* { State, Reason, Description } of a row; `detail` stands for the %s of its description. */
static struct json *row_health(const struct health *row, const char *detail)
{
	const char *gap = strstr(row->description, "%s");
	struct json *result = json_new_object();

	json_set_str(result, "State", row->state);
	json_set_str(result, "Reason", row->reason);
	if (gap)
		json_setf(result, "Description", "%.*s%s%s", (int)(gap - row->description),
			  row->description, detail, gap + 2);
	else
		json_set_str(result, "Description", row->description);
	return result;
}

static struct json *health(const char *reason, const char *detail)
{
	const struct health *row = find(reason, strlen(reason));

	assert(row);
	return row_health(row, detail);
}

/* ---- What is behind a target ---- */

static bool is_type(const struct doc *group, const char *type)
{
	return group && str_eq(doc_str(group, "TargetType"), type);
}

static const struct doc *group_of(const struct world *world, const struct doc *target)
{
	return world_find(world, &kind_target_group, doc_str(target, "TargetGroupArn"));
}

/* The instance of an instance target, the network interface of an ip target inside the VPC. */
static const struct doc *behind(const struct world *world, const struct doc *group,
				const struct doc *target)
{
	const char *id = doc_str(target, "Id");

	if (is_type(group, "instance"))
		return world_find(world, &kind_instance, id);
	if (is_type(group, "ip"))
		return ec2_interface_by_ip(world, doc_str(group, "VpcId"), id);
	return NULL;
}

const char *target_zone(const struct world *world, const struct doc *target)
{
	const char *zone = doc_str(target, "AvailabilityZone");
	const struct doc *instance;

	if (zone)
		return str_eq(zone, "all") ? NULL : zone;
	if (!is_type(group_of(world, target), "instance"))
		return NULL;
	instance = world_find(world, &kind_instance, doc_str(target, "Id"));
	return instance ? json_find_str(instance->body, "Placement", "AvailabilityZone", NULL)
			: NULL;
}

/* ---- Rules ---- */

/* A target group as its targets see it: one look for all of them. */
struct view {
	const struct doc *group;
	bool used;	    /* something forwards to it */
	struct json *zones; /* object: the zones that its load balancers have enabled */
};

static void view_done(struct view *view)
{
	json_free(view->zones);
}

static struct view look(const struct world *world, const struct doc *group)
{
	struct view view = {group, false, json_new_object()};
	_cleanup_(json_freep) struct json *arns =
		group ? elbv2_load_balancers_of(world, group) : NULL;

	view.used = json_size(arns) > 0;
	json_foreach (arn, arns) {
		const struct doc *balancer = world_find(world, &kind_load_balancer, json_str(arn));

		json_foreach (item, balancer ? json_get(balancer->body, "AvailabilityZones") : NULL)
			json_set_bool(view.zones, json_get_str(item, "ZoneName"), true);
	}
	return view;
}

/* Why nothing is sent to it, or NULL. */
static struct json *not_in_use(const struct world *world, const struct view *view,
			       const struct doc *target)
{
	const char *zone = view->used ? target_zone(world, target) : NULL;

	if (!view->used)
		return health("Target.NotInUse", no_balancer);
	if (zone && !json_get(view->zones, zone))
		return health("Target.NotInUse", zone_off);
	return NULL;
}

/* What is wrong with the thing behind a target, or NULL. */
static struct json *trouble(const struct doc *group, const struct doc *thing)
{
	const char *state;

	if (is_type(group, "ip"))
		return thing && str_eq(doc_str(thing, "RequesterId"), "amazon-elb")
			       ? health("Target.IpUnusable", NULL)
			       : NULL;
	if (!is_type(group, "instance"))
		return NULL;
	state = thing ? json_find_str(thing->body, "State", "Name", NULL) : "terminated";
	if (str_eq(state, "running") || str_eq(state, "pending"))
		return NULL;
	return health("Target.InvalidState", str_eq(state, "stopped") || str_eq(state, "stopping")
						     ? "stopped"
						     : "terminated");
}

/* What a scenario wants it to be, or NULL. */
static struct json *wanted(const struct doc *group, const struct doc *thing)
{
	const char *tag = thing ? doc_tag(thing, HEALTH_TAG) : NULL;
	const struct health *row;
	size_t length;

	tag = tag ? tag : group ? doc_tag(group, HEALTH_TAG) : NULL;
	length = tag ? strcspn(tag, ":") : 0;
	row = tag ? find(tag, length) : NULL;
	return row ? row_health(row, tag[length] ? tag + length + 1 : CODES_NONE) : NULL;
}

static struct json *health_of(const struct world *world, const struct view *view,
			      const struct doc *target)
{
	const char *state = doc_str(target, "State");
	const struct doc *thing = behind(world, view->group, target);
	struct json *result;

	if (str_eq(state, "draining"))
		return health("Target.DeregistrationInProgress", NULL);
	result = not_in_use(world, view, target);
	if (!result)
		result = trouble(view->group, thing);
	if (!result && !json_get_bool(view->group->body, "HealthCheckEnabled", true))
		result = health("Target.HealthCheckDisabled", NULL);
	if (!result)
		result = wanted(view->group, thing);
	if (result)
		return result;
	if (!str_eq(state, "healthy"))
		return health("Elb.RegistrationInProgress", NULL);
	result = json_new_object();
	json_set_str(result, "State", "healthy");
	return result;
}

struct json *elbv2_target_health(const struct world *world, const struct doc *target)
{
	_cleanup_(view_done) struct view view = look(world, group_of(world, target));

	return health_of(world, &view, target);
}

/* ---- DescribeTargetHealth ---- */

/* The port that health checks go to: the target's own for "traffic-port". */
static void set_check_port(struct json *item, const struct doc *group, int64_t port)
{
	const char *text = group ? doc_str(group, "HealthCheckPort") : NULL;

	if (str_eq(text, "traffic-port"))
		json_setf(item, "HealthCheckPort", "%lld", (long long)port);
	else
		json_set_str(item, "HealthCheckPort", text);
}

static struct json *item_of(const struct world *world, const struct view *view,
			    const struct doc *target)
{
	static const char *const members[] = {"Id", "Port", "AvailabilityZone", "QuicServerId"};
	struct json *item = json_new_object(), *description = json_ensure_object(item, "Target");

	for (size_t i = 0; i < array_size(members); i++) {
		if (json_get(target->body, members[i]))
			json_set_borrowed(description, members[i],
					  json_get(target->body, members[i]));
	}
	set_check_port(item, view->group, json_get_int(target->body, "Port", 0));
	json_set(item, "TargetHealth", health_of(world, view, target));
	return item;
}

struct json *target_item(const struct world *world, const struct doc *target)
{
	_cleanup_(view_done) struct view view = look(world, group_of(world, target));
	_cleanup_(json_freep) struct json *item = item_of(world, &view, target);

	return json_copy(item);
}

/* A target that was asked for and is not registered. */
static struct json *unknown_item(const struct doc *group, const struct json *target)
{
	struct json *item = json_new_object();
	int64_t port = target_port(group, target);

	json_set_copy(item, "Target", target);
	if (port)
		json_set_int(json_ensure_object(item, "Target"), "Port", port);
	set_check_port(item, group, port);
	json_set(item, "TargetHealth", health("Target.NotRegistered", NULL));
	return item;
}

/* What Include asks for. Nothing here finds anomalies (weighted_random only), and there are no
 * zonal shifts: normal, and no override. */
static void include(struct json *item, const struct json *options)
{
	struct json *part;

	json_foreach (option, options) {
		bool all = str_eq(json_str(option), "All");

		if (all || str_eq(json_str(option), "AnomalyDetection")) {
			part = json_ensure_object(item, "AnomalyDetection");
			json_set_str(part, "Result", "normal");
			json_set_str(part, "MitigationInEffect", "no");
		}
	}
	part = json_ensure_object(item, "AdministrativeOverride");
	json_set_str(part, "State", "no_override");
	json_set_str(part, "Reason", "AdministrativeOverride.NoOverride");
	json_set_str(part, "Description", "No override is currently active on target");
}

ELBV2_OP(elbv2_describe_target_health)
{
	struct json *list = json_ensure_array(output, "TargetHealthDescriptions");
	const struct json *targets = json_get(input, "Targets");
	_cleanup_(docs_done) struct docs found = {0};
	_cleanup_(view_done) struct view view = {NULL, false, NULL};
	const struct doc *group;

	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &group, err))
		return false;
	json_foreach (target, targets) {
		size_t before = found.count;

		target_find(call, group, target, &found);
		if (found.count == before)
			json_append(list, unknown_item(group, target));
	}
	if (!json_size(targets))
		world_lookup(call->world, &kind_target, "target-group", group->key, &found);
	view = look(call->world, group);
	for (size_t i = 0; i < found.count; i++)
		json_append(list, item_of(call->world, &view, found.items[i]));
	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		include(item, json_get(input, "Include"));
	return true;
}
