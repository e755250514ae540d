/* Load balancers, theirs and the classic ones. */
#include "runner/import/inner.h"

/* What stands behind an ARN's last slash is the id that the emulator is told. */
static const char *arn_id(const char *arn)
{
	const char *slash = arn ? strrchr(arn, '/') : NULL;

	return slash ? slash + 1 : NULL;
}

/* Tags are told by describe-tags. */
static void put_tags(struct import *import, struct json *params, const char *member,
		     const char *name)
{
	const struct json *described = import_find(import, "TagDescriptions", member, name);
	struct json *tags = import_tags(import, json_get(described, "Tags"), name);

	if (tags)
		json_set(params, "Tags", tags);
	if (!described)
		import_omit(import, "%s: its tags were not described (describe-tags)", name);
}

void import_target_group(struct import *import, const struct json *item)
{
	const char *arn = json_get_str(item, "TargetGroupArn");
	const char *name = json_get_str(item, "TargetGroupName");
	struct json *params;

	if (json_get_str(item, "VpcId") &&
	    !import_has_vpc(import, json_get_str(item, "VpcId"), name))
		return;
	params = import_params("Name", name);
	import_copy(params, item,
		    IMPORT_MEMBERS("Protocol", "ProtocolVersion", "Port", "VpcId", "TargetType",
				   "IpAddressType", "HealthCheckProtocol", "HealthCheckPort",
				   "HealthCheckEnabled", "HealthCheckPath",
				   "HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds",
				   "HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher"));
	put_tags(import, params, "ResourceArn", arn);
	import_call(import, name, "elbv2:CreateTargetGroup", arn_id(arn), params, NULL);
}

static void put_subnets(struct json *params, const struct json *item)
{
	json_foreach (zone, json_get(item, "AvailabilityZones")) {
		struct json *row = import_params("SubnetId", json_get_str(zone, "SubnetId"));
		const struct json *address = json_first(json_get(zone, "LoadBalancerAddresses"));

		import_copy(row, address, IMPORT_MEMBERS("AllocationId", "PrivateIPv4Address"));
		json_append(json_ensure_array(params, "SubnetMappings"), row);
	}
}

void import_load_balancer(struct import *import, const struct json *item)
{
	const char *arn = json_get_str(item, "LoadBalancerArn");
	const char *name = json_get_str(item, "LoadBalancerName");
	struct json *params;

	if (!import_has_vpc(import, json_get_str(item, "VpcId"), name))
		return;
	params = import_params("Name", name);
	import_copy(params, item,
		    IMPORT_MEMBERS("Type", "Scheme", "IpAddressType", "SecurityGroups",
				   "CustomerOwnedIpv4Pool"));
	put_subnets(params, item);
	put_tags(import, params, "ResourceArn", arn);
	import_call(import, name, "elbv2:CreateLoadBalancer", arn_id(arn), params, NULL);
}

/* Whether the load balancer of a listener or rule was made; what it lacks is said there. */
static bool has_balancer(const struct import *import, const char *arn)
{
	const char *found = arn ? strchr(arn, '/') : NULL;

	json_foreach (item, json_get(import->sets, "LoadBalancers")) {
		const char *of = json_get_str(item, "LoadBalancerArn");
		const char *rest = of ? strchr(of, '/') : NULL;

		if (found && rest && str_starts_with(found, rest))
			return true;
	}
	return false;
}

/* "forward" to one group is told twice: TargetGroupArn and ForwardConfig. */
static struct json *actions_of(const struct json *actions)
{
	struct json *copy = json_copy(actions);

	for (struct json *action = json_first_mut(copy); action; action = json_next_mut(action)) {
		struct json *forward = json_get_mut(action, "ForwardConfig");

		if (json_get(action, "TargetGroupArn") && forward)
			json_remove(action, "ForwardConfig");
	}
	return copy;
}

void import_listener(struct import *import, const struct json *item)
{
	const char *arn = json_get_str(item, "ListenerArn");
	struct json *params;

	if (!has_balancer(import, arn)) {
		import_omit(import, "%s: its load balancer was not described", arn);
		return;
	}
	params = json_new_object();
	import_copy(params, item,
		    IMPORT_MEMBERS("LoadBalancerArn", "Protocol", "Port", "SslPolicy",
				   "Certificates", "AlpnPolicy"));
	json_set(params, "DefaultActions", actions_of(json_get(item, "DefaultActions")));
	put_tags(import, params, "ResourceArn", arn);
	import_call(import, arn, "elbv2:CreateListener", arn_id(arn), params, NULL);
}

/* "…:listener-rule/app/name/lb/listener/rule" is of "…:listener/app/name/lb/listener"; new text. */
static char *listener_of(const char *rule_arn)
{
	static const char part[] = ":listener-rule/";
	const char *at = rule_arn ? strstr(rule_arn, part) : NULL;
	const char *end = rule_arn ? strrchr(rule_arn, '/') : NULL;

	if (!at || end <= at + strlen(part))
		return NULL;
	return xasprintf("%.*s:listener/%.*s", (int)(at - rule_arn), rule_arn,
			 (int)(end - at - (ptrdiff_t)strlen(part)), at + strlen(part));
}

/* A condition is told twice: Values and its own configuration. */
static struct json *conditions_of(const struct json *conditions)
{
	struct json *copy = json_copy(conditions);

	for (struct json *row = json_first_mut(copy); row; row = json_next_mut(row))
		if (json_size(row) > 2)
			json_remove(row, "Values");
	return copy;
}

void import_rule(struct import *import, const struct json *item)
{
	const char *arn = json_get_str(item, "RuleArn");
	_cleanup_(freep) char *listener = listener_of(arn);
	struct json *params;

	if (json_get_bool(item, "IsDefault", false))
		return; /* the listener's own */
	if (!import_find(import, "Listeners", "ListenerArn", listener)) {
		import_omit(import, "%s: its listener was not described", arn);
		return;
	}
	params = import_params("ListenerArn", listener);
	json_set_int(params, "Priority",
		     (int64_t)strtoll(json_get_str(item, "Priority"), NULL, 10));
	json_set(params, "Conditions", conditions_of(json_get(item, "Conditions")));
	json_set(params, "Actions", actions_of(json_get(item, "Actions")));
	put_tags(import, params, "ResourceArn", arn);
	import_call(import, arn, "elbv2:CreateRule", arn_id(arn), params, NULL);
}

void import_target(struct import *import, const struct json *item)
{
	const char *arn = json_get_str(item, "TargetGroupArn");
	struct json *params, *target;

	if (!arn) {
		import_omit(import, "targets: describe-target-health does not say of which group; "
				    "add \"TargetGroupArn\": \"…\" to its output");
		return;
	}
	if (!import_find(import, "TargetGroups", "TargetGroupArn", arn)) {
		import_omit(import, "targets of %s: it was not described", arn);
		return;
	}
	if (str_eq(json_find_str(item, "TargetHealth", "State", NULL), "draining"))
		return;
	params = import_params("TargetGroupArn", arn);
	target = json_new_object();
	import_copy(target, json_get(item, "Target"),
		    IMPORT_MEMBERS("Id", "Port", "AvailabilityZone"));
	json_append(json_ensure_array(params, "Targets"), target);
	import_call(import, arn, "elbv2:RegisterTargets", NULL, params, NULL);
}

static void register_instances(struct import *import, const struct json *item, const char *name)
{
	struct json *params;

	if (!json_size(json_get(item, "Instances")))
		return;
	params = import_params("LoadBalancerName", name);
	import_copy(params, item, IMPORT_MEMBERS("Instances"));
	import_call(import, name, "elb:RegisterInstancesWithLoadBalancer", NULL, params, NULL);
}

void import_classic(struct import *import, const struct json *item)
{
	const char *name = json_get_str(item, "LoadBalancerName");
	struct json *params;

	if (!import_has_vpc(import, json_get_str(item, "VPCId"), name))
		return;
	params = import_params("LoadBalancerName", name);
	json_foreach (row, json_get(item, "ListenerDescriptions"))
		json_append(json_ensure_array(params, "Listeners"),
			    json_copy(json_get(row, "Listener")));
	import_copy(params, item, IMPORT_MEMBERS("Subnets", "SecurityGroups"));
	if (str_eq(json_get_str(item, "Scheme"), "internal"))
		import_copy(params, item, IMPORT_MEMBERS("Scheme"));
	put_tags(import, params, "LoadBalancerName", name);
	if (!import_call(import, name, "elb:CreateLoadBalancer", NULL, params, NULL))
		return;
	if (json_size(json_get(item, "HealthCheck"))) {
		params = import_params("LoadBalancerName", name);
		import_copy(params, item, IMPORT_MEMBERS("HealthCheck"));
		import_call(import, name, "elb:ConfigureHealthCheck", NULL, params, NULL);
	}
	register_instances(import, item, name);
}
