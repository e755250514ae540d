/* Actions of listeners and rules: where they forward to, and whether they may. */
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

	if (!listener || !group) /* gateway listeners and lambda groups have none */
		return true;
	for (size_t i = 0; i < array_size(pairs); i++) {
		if (str_eq(pairs[i][0], listener) && str_eq(pairs[i][1], group))
			return true;
	}
	return false;
}

struct check {
	struct call *call;
	const struct doc *balancer;
	const char *protocol;
	struct err *err;
	bool ok;
};

static bool check_family(const struct check *check, const struct doc *group)
{
	const char *family = doc_str(group, "IpAddressType");
	const char *type = doc_str(check->balancer, "IpAddressType");

	if (str_eq(family, "ipv6") && str_eq(type, "ipv4"))
		return aws_fail(check->err, AWS_ELBV2_IPV6_GROUP_IPV4_BALANCER, group->key);
	if (str_eq(family, "ipv4") && str_eq(type, "dualstack") &&
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
		check->ok = aws_fail(check->err, AWS_ELBV2_INCOMPATIBLE_PROTOCOLS, check->protocol,
				     doc_str(group, "Protocol"));
	else if (doc_str(group, "VpcId") &&
		 !str_eq(doc_str(group, "VpcId"), doc_str(check->balancer, "VpcId")))
		check->ok = aws_fail(check->err, AWS_ELBV2_GROUP_OTHER_VPC, group->key);
	else
		check->ok = check_family(check, group) && check_owner(check, group);
}

/* AWS shows a forward in both forms when it has one group: TargetGroupArn and ForwardConfig. */
static struct json *complete(const struct json *action)
{
	struct json *result = json_copy(action), *config, *tuple;
	const struct json *tuples = json_find(action, "ForwardConfig", "TargetGroups", NULL);
	const char *arn = json_get_str(action, "TargetGroupArn");

	if (!str_eq(json_get_str(action, "Type"), "forward"))
		return result;
	config = json_ensure_object(result, "ForwardConfig");
	if (!json_size(tuples) && arn) {
		tuple = json_new_object();
		json_set_str(tuple, "TargetGroupArn", arn);
		json_append(json_ensure_array(config, "TargetGroups"), tuple);
	}
	for (struct json *item = json_first_mut(json_get_mut(config, "TargetGroups")); item;
	     item = json_next_mut(item)) {
		if (!json_get(item, "Weight"))
			json_set_int(item, "Weight", 1);
	}
	if (json_size(json_get(config, "TargetGroups")) == 1)
		json_set_str(result, "TargetGroupArn",
			     json_get_str(json_at(json_get(config, "TargetGroups"), 0),
					  "TargetGroupArn"));
	if (!json_get(config, "TargetGroupStickinessConfig"))
		json_set_bool(json_ensure_object(config, "TargetGroupStickinessConfig"), "Enabled",
			      false);
	return result;
}

bool actions_read(struct call *call, const struct doc *balancer, const char *protocol,
		  const struct json *list, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *actions = json_new_array();
	struct check check = {
		.call = call, .balancer = balancer, .protocol = protocol, .err = err, .ok = true};

	json_foreach (action, list) {
		const char *type = json_get_str(action, "Type");

		if (!str_eq(doc_str(balancer, "Type"), "application") && !str_eq(type, "forward"))
			return aws_fail(err, AWS_ELBV2_ACTION_TYPE, type ? type : "");
		if (str_eq(type, "forward") && !json_get(action, "TargetGroupArn") &&
		    !json_size(json_find(action, "ForwardConfig", "TargetGroups", NULL)))
			return aws_fail(err, AWS_ELBV2_ACTION_TARGET);
		add_groups(action, check_group, &check);
		if (!check.ok)
			return false;
		json_append(actions, complete(action));
	}
	*ret = steal(actions);
	return true;
}
