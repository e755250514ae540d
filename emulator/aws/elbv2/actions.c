/*
 * Actions of listeners and rules: where they forward to, and whether they may. What single types
 * of actions say is checked in action_types.c.
 */
#include "emulator/aws/elbv2/internal.h"

/* The target groups of one action, by any of its two forms. */
static void add_groups(const struct json *action, void (*add)(const char *arn, void *userdata),
		       void *userdata)
{
	const struct json *tuples = json_find(action, "ForwardConfig", "TargetGroups", NULL);

	json_foreach (tuple, tuples)
		add(json_get_str(tuple, "TargetGroupArn"), userdata);
	if (!json_size(tuples) && json_get_str(action, "TargetGroupArn"))
		add(json_get_str(action, "TargetGroupArn"), userdata);
}

static void add_term(const char *arn, void *userdata)
{
	if (arn)
		terms_add(userdata, arn);
}

void actions_terms(const struct json *actions, struct terms *terms)
{
	json_foreach (action, actions)
		add_groups(action, add_term, terms);
}

/* Protocols of listener and target group that go together (create-listener.html, "Protocols"). */
static bool fits(const char *listener, const char *group)
{
	static const char *const pairs[][2] = {
		{"TCP", "TCP"},		  {"TCP", "TCP_UDP"}, {"TLS", "TCP"},
		{"TLS", "TLS"},		  {"UDP", "UDP"},     {"UDP", "TCP_UDP"},
		{"TCP_UDP", "TCP_UDP"},	  {"QUIC", "QUIC"},   {"QUIC", "TCP_QUIC"},
		{"TCP_QUIC", "TCP_QUIC"}, {"HTTP", "HTTP"},   {"HTTP", "HTTPS"},
		{"HTTPS", "HTTP"},	  {"HTTPS", "HTTPS"}, {"GENEVE", "GENEVE"},
	};

	if (!listener) /* a gateway listener has none */
		listener = "GENEVE";
	if (!group) /* nor has a lambda group, which is for Application Load Balancers */
		return str_eq(listener, "HTTP") || str_eq(listener, "HTTPS");
	for (size_t i = 0; i < array_size(pairs); i++) {
		if (str_eq(pairs[i][0], listener) && str_eq(pairs[i][1], group))
			return true;
	}
	return false;
}

/* What a list of actions is checked for. */
struct check {
	struct call *call;
	const struct doc *balancer;
	const char *protocol;
	struct err *err;
	bool ok;
	const char *family; /* of the groups of one action: all the same */
	bool scattered;	    /* the action spreads a client's requests over several groups */
};

/* All groups of an action are of one family (create-target-group.html). */
static bool check_family(struct check *check, const struct doc *group)
{
	const char *family = doc_str(group, "IpAddressType");
	const char *type = doc_str(check->balancer, "IpAddressType");

	if (check->family && !str_eq(check->family, family))
		return aws_fail(check->err, AWS_ELBV2_GROUP_FAMILIES);
	check->family = family;
	if (str_eq(family, "ipv6") && str_eq(type, "ipv4"))
		return aws_fail(check->err, AWS_ELBV2_IPV6_GROUP_IPV4_BALANCER);
	if (str_eq(family, "ipv4") && str_eq(type, "dualstack") &&
	    str_eq(doc_str(check->balancer, "Type"), "network") &&
	    (str_eq(check->protocol, "UDP") || str_eq(check->protocol, "TCP_UDP")))
		return aws_fail(check->err, AWS_ELBV2_DUALSTACK_UDP);
	return true;
}

/* One NLB for each target group (API: CreateListener, TargetGroupAssociationLimit). */
static bool check_owner(const struct check *check, const struct doc *group)
{
	_cleanup_(json_freep) struct json *arns =
		elbv2_load_balancers_of(check->call->world, group);

	json_foreach (arn, arns) {
		if (!str_eq(json_str(arn), check->balancer->key) &&
		    !str_eq(doc_str(check->balancer, "Type"), "application"))
			return aws_fail(check->err, AWS_ELBV2_ASSOCIATION_LIMIT, group->key);
	}
	return true;
}

/* HTTP/2 and gRPC go from client to target only over HTTPS (target group guide, "Protocol
 * versions"). */
static bool check_version(const struct check *check, const struct doc *group)
{
	const char *version = doc_str(group, "ProtocolVersion");

	if (!version || str_eq(version, "HTTP1") || str_eq(check->protocol, "HTTPS"))
		return true;
	return aws_fail(check->err, AWS_ELBV2_INCOMPATIBLE_VERSION, check->protocol, version);
}

bool action_scatters(const struct json *action)
{
	const struct json *config = json_get(action, "ForwardConfig");

	return json_size(json_get(config, "TargetGroups")) > 1 &&
	       !json_get_bool(json_get(config, "TargetGroupStickinessConfig"), "Enabled", false);
}

/* A client that may land in another group cannot stay at a target (sticky-sessions.html). */
static bool check_stickiness(const struct check *check, const struct doc *group)
{
	const struct json *attributes = json_get(group->extra, "attributes");

	return !check->scattered ||
	       !str_eq(json_get_str(attributes, "stickiness.enabled"), "true") ||
	       aws_fail(check->err, AWS_ELBV2_STICKINESS_OF_TARGETS);
}

static void check_group(const char *arn, void *userdata)
{
	struct check *check = userdata;
	const struct doc *group;

	if (!check->ok)
		return;
	check->ok = elbv2_get_target_group(check->call, arn, &group, check->err);
	if (!check->ok)
		return;
	if (!fits(check->protocol, doc_str(group, "Protocol")))
		check->ok = aws_fail(check->err, AWS_ELBV2_INCOMPATIBLE_PROTOCOLS,
				     check->protocol ? check->protocol : "GENEVE",
				     doc_str(group, "Protocol") ? doc_str(group, "Protocol")
								: "lambda");
	else if (doc_str(group, "VpcId") &&
		 !str_eq(doc_str(group, "VpcId"), doc_str(check->balancer, "VpcId")))
		check->ok = aws_fail(check->err, AWS_ELBV2_GROUP_OTHER_VPC, group->key);
	else
		check->ok = check_version(check, group) && check_family(check, group) &&
			    check_owner(check, group) && check_stickiness(check, group);
}

/* ---- The list ---- */

static bool is_last(const char *type)
{
	return str_eq(type, "forward") || str_eq(type, "redirect") ||
	       str_eq(type, "fixed-response");
}

/* The order in which an action is done; alone it may say none. */
static int64_t order_of(const struct json *action)
{
	return json_get_int(action, "Order", 1);
}

/* Several actions say their order, each another one; the last routes, the others authenticate
 * (API: CreateRule, Actions; Action, Order). */
static bool check_orders(const struct json *list, struct err *err)
{
	const struct json *last = NULL;
	size_t routing = 0;

	json_foreach (action, list) {
		if (json_size(list) > 1 && !json_get(action, "Order"))
			return aws_fail(err, AWS_ELBV2_ACTION_ORDER);
		for (const struct json *other = json_first(list); other != action;
		     other = json_next(other)) {
			if (order_of(other) == order_of(action))
				return aws_fail(err, AWS_ELBV2_ACTION_ORDER);
		}
		if (!last || order_of(action) > order_of(last))
			last = action;
		routing += is_last(json_get_str(action, "Type"));
	}
	if (routing == 1 && is_last(json_get_str(last, "Type")))
		return true;
	return aws_fail(err, AWS_ELBV2_ACTION_LAST);
}

static bool check_forward(struct check *check, const struct json *action)
{
	bool network = !str_eq(doc_str(check->balancer, "Type"), "application");
	size_t count = json_size(json_find(action, "ForwardConfig", "TargetGroups", NULL));

	check->family = NULL;
	check->scattered = !network && action_scatters(action);
	if (!forward_check(action, check->err) ||
	    !elbv2_limit(check->call,
			 network ? ELBV2_LIMIT_NETWORK_ACTION_GROUPS
				 : ELBV2_LIMIT_APPLICATION_ACTION_GROUPS,
			 count, check->balancer->key, check->err))
		return false;
	add_groups(action, check_group, check);
	return check->ok;
}

bool actions_read(struct call *call, const struct doc *balancer, const char *protocol,
		  const struct json *before, const struct json *list, struct json **ret,
		  struct err *err)
{
	_cleanup_(json_freep) struct json *actions = json_new_array();
	struct check check = {
		.call = call, .balancer = balancer, .protocol = protocol, .err = err, .ok = true};

	if (!json_size(list))
		return aws_fail(err, AWS_ELBV2_ACTION_NONE);
	if (!elbv2_limit(call, ELBV2_LIMIT_ACTIONS, json_size(list), balancer->key, err))
		return false;
	json_foreach (action, list) {
		const char *type = json_get_str(action, "Type");

		if (!str_eq(doc_str(balancer, "Type"), "application") && !str_eq(type, "forward"))
			return aws_fail(err, AWS_ELBV2_ACTION_TYPE, type,
					doc_str(balancer, "Type"));
		if (!action_check(action, protocol, before, list == before, err) ||
		    (str_eq(type, "forward") && !check_forward(&check, action)))
			return false;
		json_append(actions, action_complete(action));
	}
	if (!check_orders(list, err))
		return false;
	*ret = steal(actions);
	return true;
}
