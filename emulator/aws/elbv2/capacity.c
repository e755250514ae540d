/*
 * What load balancers have beyond their nodes: address pools and reserved capacity.
 *
 * A reservation stands in extra.capacity: LastModifiedTime, MinimumLoadBalancerCapacity, pending
 * (until the timer "capacity"), and decreases with the day on which they were made.
 */
#include "emulator/aws/elbv2/internal.h"

#define DECREASES_MAX	  2	/* a day; API: DecreaseRequestsRemaining, LCU guide */
#define UNITS_MIN	  100	/* of an ALB; guide, "Reserve capacity" */
#define UNITS_MIN_NETWORK 2750	/* of an NLB, for each zone */
#define UNITS_MAX	  1500	/* of an ALB; unverified */
#define UNITS_MAX_NETWORK 45000 /* of an NLB, for each zone; unverified */
#define DAY_CHARACTERS	  10	/* "2026-11-23" */

/* ---- ModifyIpPools ---- */

/* A pool that the world knows must be one of its pools; ipam pools are EC2's. */
static bool check_pool(struct call *call, const char *id, struct err *err)
{
	const struct kind *kind = world_kind_named(call->world, "ipam-pool");

	return !kind || !world_count(call->world, kind) || world_find(call->world, kind, id) ||
	       aws_fail(err, AWS_ELBV2_IPAM_POOL, id);
}

ELBV2_OP(elbv2_modify_ip_pools)
{
	const struct json *pools = json_get(input, "IpamPools");
	const char *wanted = json_get_str(pools, "Ipv4IpamPoolId");
	bool remove = json_size(json_get(input, "RemoveIpamPools")) > 0;
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err))
		return false;
	if (!str_eq(doc_str(doc, "Type"), "application"))
		return aws_fail(err, AWS_ELBV2_IPAM_TYPE);
	if (!str_eq(doc_str(doc, "Scheme"), "internet-facing"))
		return aws_fail(err, AWS_ELBV2_IPAM_INTERNAL);
	if (remove == !!wanted)
		return aws_fail(err, AWS_ELBV2_IPAM_WHICH);
	if (wanted && !check_pool(call, wanted, err))
		return false;
	body = json_copy(doc->body);
	json_remove(body, "IpamPools");
	json_set_copy(body, "IpamPools", remove ? NULL : pools);
	json_set_copy(output, "IpamPools", json_get(body, "IpamPools"));
	world_put(call, doc->kind, doc->key, steal(body));
	return true;
}

/* ---- Capacity reservations ---- */

static int64_t units_of(const struct json *capacity)
{
	return json_get_int(json_get(capacity, "MinimumLoadBalancerCapacity"), "CapacityUnits", 0);
}

bool capacity_is_pending(const struct doc *balancer)
{
	return json_get_bool(json_get(balancer->extra, "capacity"), "pending", false);
}

void capacity_became_provisioned(struct call *call, const struct doc *balancer)
{
	struct json *extra = json_copy(balancer->extra);

	json_set_bool(json_ensure_object(extra, "capacity"), "pending", false);
	world_put_extra(call, balancer->kind, balancer->key, extra);
}

static bool is_today(struct call *call, const struct json *capacity)
{
	const char *day = json_get_str(capacity, "day");

	return day && strncmp(day, aws_now(call), DAY_CHARACTERS) == 0;
}

static int64_t decreases(struct call *call, const struct json *capacity)
{
	return is_today(call, capacity) ? json_get_int(capacity, "decreases", 0) : 0;
}

static void reply_capacity(struct call *call, struct json *output, const struct doc *doc)
{
	const struct json *capacity = json_get(doc->extra, "capacity");
	const struct json *zones = json_get(doc->body, "AvailabilityZones");
	struct json *list = json_ensure_array(output, "CapacityReservationState");

	json_set_int(output, "DecreaseRequestsRemaining",
		     DECREASES_MAX - decreases(call, capacity));
	if (!units_of(capacity))
		return;
	json_set_copy(output, "LastModifiedTime", json_get(capacity, "LastModifiedTime"));
	json_set_copy(output, "MinimumLoadBalancerCapacity",
		      json_get(capacity, "MinimumLoadBalancerCapacity"));
	json_foreach (zone, zones) {
		bool pending = capacity_is_pending(doc);
		struct json *state = json_new_object();

		json_set_str(json_ensure_object(state, "State"), "Code",
			     pending ? "pending" : "provisioned");
		json_set_str(state, "AvailabilityZone", json_get_str(zone, "ZoneName"));
		if (!pending)
			json_set(state, "EffectiveCapacityUnits",
				 json_new_double((double)units_of(capacity) /
						 (double)json_size(zones)));
		json_append(list, state);
	}
}

ELBV2_OP(elbv2_describe_capacity_reservation)
{
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err))
		return false;
	reply_capacity(call, output, doc);
	return true;
}

static bool check_units(const struct doc *doc, int64_t units, struct err *err)
{
	bool network = str_eq(doc_str(doc, "Type"), "network");
	int64_t zones = (int64_t)json_size(json_get(doc->body, "AvailabilityZones"));
	int64_t min = network ? UNITS_MIN_NETWORK * zones : UNITS_MIN;
	int64_t max = network ? UNITS_MAX_NETWORK * zones : UNITS_MAX;

	if (units < min)
		return aws_fail(err, AWS_ELBV2_CAPACITY_UNITS);
	return units <= max || aws_fail(err, AWS_ELBV2_CAPACITY_LIMIT);
}

/* Whether the wish may be had now: one at a time, and few decreases a day. */
static bool check_change(struct call *call, const struct doc *doc, const struct json *input,
			 struct err *err)
{
	const struct json *capacity = json_get(doc->extra, "capacity");
	const struct json *wanted = json_get(input, "MinimumLoadBalancerCapacity");
	bool reset = json_get_bool(input, "ResetCapacityReservation", false);
	int64_t units = json_get_int(wanted, "CapacityUnits", 0);

	if (str_eq(doc_str(doc, "Type"), "gateway"))
		return aws_fail(err, AWS_ELBV2_CAPACITY_TYPE);
	if (reset == !!wanted)
		return aws_fail(err, AWS_ELBV2_CAPACITY_WHICH);
	if (capacity_is_pending(doc))
		return aws_fail(err, AWS_ELBV2_CAPACITY_PENDING);
	if (reset)
		return true;
	if (!check_units(doc, units, err))
		return false;
	return units >= units_of(capacity) || decreases(call, capacity) < DECREASES_MAX ||
	       aws_fail(err, AWS_ELBV2_CAPACITY_DECREASES);
}

static void change(struct call *call, struct json *capacity, const struct json *wanted)
{
	bool less = json_get_int(wanted, "CapacityUnits", 0) < units_of(capacity);

	json_set_int(capacity, "decreases", decreases(call, capacity) + less);
	json_set_str(capacity, "day", aws_now(call));
	json_set_str(capacity, "LastModifiedTime", aws_now(call));
	json_remove(capacity, "MinimumLoadBalancerCapacity");
	json_set_copy(capacity, "MinimumLoadBalancerCapacity", wanted);
	json_set_bool(capacity, "pending", wanted != NULL);
}

ELBV2_OP(elbv2_modify_capacity_reservation)
{
	const struct json *wanted = json_get(input, "MinimumLoadBalancerCapacity");
	struct json *extra;
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err) ||
	    !check_change(call, doc, input, err))
		return false;
	extra = json_copy(doc->extra);
	change(call, json_ensure_object(extra, "capacity"), wanted);
	world_put_extra(call, doc->kind, doc->key, extra);
	if (wanted)
		lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_CAPACITY, "capacity");
	reply_capacity(call, output, world_find(call->world, doc->kind, doc->key));
	return true;
}
