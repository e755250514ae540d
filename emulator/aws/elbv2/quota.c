/* Quotas of a load balancer that its listeners, rules and targets use up together. */
#include "emulator/aws/elbv2/internal.h"

static void add_once(struct json *list, const char *text)
{
	json_foreach (item, list) {
		if (str_eq(json_str(item), text))
			return;
	}
	json_append_str(list, text);
}

static void add_groups(struct json *list, const struct json *actions)
{
	json_foreach (action, actions) {
		json_foreach (tuple, json_find(action, "ForwardConfig", "TargetGroups", NULL))
			add_once(list, json_get_str(tuple, "TargetGroupArn"));
	}
}

struct json *elbv2_groups_of(const struct world *world, const char *balancer)
{
	_cleanup_(docs_done) struct docs listeners = {0}, rules = {0};
	struct json *arns = json_new_array();

	world_lookup(world, &kind_listener, "load-balancer", balancer, &listeners);
	for (size_t i = 0; i < listeners.count; i++)
		add_groups(arns, json_get(listeners.items[i]->body, "DefaultActions"));
	world_lookup(world, &kind_rule, "load-balancer", balancer, &rules);
	for (size_t i = 0; i < rules.count; i++)
		add_groups(arns, json_get(rules.items[i]->body, "Actions"));
	return arns;
}

/* How many targets there are in all, and in each zone (object: zone to count). */
static size_t count_targets(const struct world *world, const struct json *groups,
			    struct json *zones)
{
	size_t count = 0;

	json_foreach (group, groups) {
		_cleanup_(docs_done) struct docs targets = {0};

		world_lookup(world, &kind_target, "target-group", json_str(group), &targets);
		count += targets.count;
		for (size_t i = 0; i < targets.count; i++) {
			const char *zone = target_zone(world, targets.items[i]);

			if (zone)
				json_set_int(zones, zone, json_get_int(zones, zone, 0) + 1);
		}
	}
	return count;
}

/* The rows of limits.tbl that hold for a type; NONE where it has none. */
struct quotas {
	const char *type;
	int groups, targets, zone_targets;
};
#define NONE (-1)

static const struct quotas quotas[] = {
	{"application", ELBV2_LIMIT_APPLICATION_GROUPS, ELBV2_LIMIT_APPLICATION_TARGETS, NONE},
	{"network", NONE, ELBV2_LIMIT_NETWORK_TARGETS, ELBV2_LIMIT_NETWORK_ZONE_TARGETS},
	{"gateway", NONE, NONE, ELBV2_LIMIT_GATEWAY_ZONE_TARGETS},
};

static bool within(struct call *call, int limit, size_t count, const char *of, struct err *err)
{
	return limit == NONE || elbv2_limit(call, (enum elbv2_limit)limit, count, of, err);
}

static bool check_balancer(struct call *call, const struct quotas *row, const char *balancer,
			   struct err *err)
{
	_cleanup_(json_freep) struct json *groups = elbv2_groups_of(call->world, balancer);
	_cleanup_(json_freep) struct json *zones = json_new_object();
	size_t targets = count_targets(call->world, groups, zones);

	if (!within(call, row->groups, json_size(groups), row->type, err) ||
	    !within(call, row->targets, targets, balancer, err))
		return false;
	json_foreach (zone, zones) {
		if (!within(call, row->zone_targets, (size_t)json_get_int(zones, json_key(zone), 0),
			    balancer, err))
			return false;
	}
	return true;
}

bool elbv2_check_balancer_quotas(struct call *call, const char *balancer, struct err *err)
{
	const struct doc *doc = world_find(call->world, &kind_load_balancer, balancer);

	if (world_profile(call->world) != PROFILE_AWS)
		return true;
	for (size_t i = 0; i < array_size(quotas); i++) {
		if (str_eq(doc_str(doc, "Type"), quotas[i].type))
			return check_balancer(call, &quotas[i], balancer, err);
	}
	return true;
}

bool elbv2_check_group_quotas(struct call *call, const struct doc *group, struct err *err)
{
	_cleanup_(json_freep) struct json *balancers = NULL;

	if (world_profile(call->world) != PROFILE_AWS)
		return true;
	if (!elbv2_limit(call, ELBV2_LIMIT_GROUP_TARGETS,
			 world_lookup_count(call->world, &kind_target, "target-group", group->key),
			 group->key, err))
		return false;
	balancers = elbv2_load_balancers_of(call->world, group);
	json_foreach (balancer, balancers) {
		if (!elbv2_check_balancer_quotas(call, json_str(balancer), err))
			return false;
	}
	return true;
}
