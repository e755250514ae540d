/* Attributes of target groups: which there are for whom, and which go together. */
#include "emulator/aws/elbv2/internal.h"

static bool is_http(const char *protocol)
{
	return str_eq(protocol, "HTTP") || str_eq(protocol, "HTTPS");
}

static bool is_udp(const char *protocol)
{
	return str_eq(protocol, "UDP") || str_eq(protocol, "TCP_UDP") || str_eq(protocol, "QUIC") ||
	       str_eq(protocol, "TCP_QUIC");
}

static unsigned scope_of(const struct json *body)
{
	const char *protocol = json_get_str(body, "Protocol");
	const char *type = json_get_str(body, "TargetType");

	if (str_eq(type, "lambda"))
		return FOR_LAMBDA;
	if (is_http(protocol))
		return FOR_APPLICATION;
	if (str_eq(protocol, "GENEVE"))
		return FOR_GATEWAY;
	return FOR_NETWORK | (is_udp(protocol) ? FOR_UDP : 0) |
	       (str_eq(type, "alb") ? FOR_ALB : 0) |
	       (str_eq(type, "ip") && !is_udp(protocol) ? FOR_IP_TARGETS : 0);
}

struct json *target_group_attribute_defaults(const struct json *body)
{
	return elbv2_attribute_defaults(target_group_attributes, scope_of(body));
}

static bool is(const struct json *attributes, const char *key, const char *value)
{
	return str_eq(json_get_str(attributes, key), value);
}

/* Which stickiness goes with a protocol; cookies that begin with AWSALB are the load balancer's
 * own. GENEVE's types are all that its row allows. */
static bool check_stickiness(const char *protocol, const struct json *attributes, struct err *err)
{
	const char *type = json_get_str(attributes, "stickiness.type");
	const char *name = json_get_str(attributes, "stickiness.app_cookie.cookie_name");

	if (str_eq(protocol, "GENEVE"))
		return true;
	if (str_eq(type, "source_ip") == is_http(protocol))
		return aws_fail(err, AWS_ELBV2_STICKINESS_TYPE, type, protocol);
	if (str_eq(protocol, "TLS") && is(attributes, "stickiness.enabled", "true"))
		return aws_fail(err, AWS_ELBV2_STICKINESS_TLS);
	if (str_starts_with(name, "AWSALB"))
		return aws_fail(err, AWS_ELBV2_COOKIE_RESERVED, name);
	return !str_eq(type, "app_cookie") || *name || aws_fail(err, AWS_ELBV2_COOKIE_MISSING);
}

static bool check_algorithm(const struct json *attributes, struct err *err)
{
	static const char key[] = "load_balancing.algorithm.type";

	if (is(attributes, "load_balancing.algorithm.anomaly_mitigation", "on") &&
	    !is(attributes, key, "weighted_random"))
		return aws_fail(err, AWS_ELBV2_ANOMALY_ALGORITHM);
	return is(attributes, "slow_start.duration_seconds", "0") ||
	       is(attributes, key, "round_robin") || aws_fail(err, AWS_ELBV2_SLOW_START_ALGORITHM);
}

/* What goes together. Source: ELBv2 API, TargetGroupAttribute. */
static bool check(const struct doc *doc, const struct json *attributes, struct err *err)
{
	static const char draining[] = "target_health_state.unhealthy.draining_interval_seconds";
	static const char termination[] =
		"target_health_state.unhealthy.connection_termination.enabled";

	if (json_get(attributes, "stickiness.type") &&
	    !check_stickiness(doc_str(doc, "Protocol"), attributes, err))
		return false;
	if (json_get(attributes, "load_balancing.algorithm.type"))
		return check_algorithm(attributes, err);
	if (json_get(attributes, draining) && !is(attributes, draining, "0") &&
	    !is(attributes, termination, "false"))
		return aws_fail(err, AWS_ELBV2_DRAINING_INTERVAL);
	if (!str_eq(json_get_str(attributes, "target_failover.on_deregistration"),
		    json_get_str(attributes, "target_failover.on_unhealthy")))
		return aws_fail(err, AWS_ELBV2_FAILOVER_PAIR);
	return true;
}

static bool starts_stickiness(const struct json *input)
{
	bool starts = false;

	json_foreach (item, json_get(input, "Attributes")) {
		if (str_eq(json_get_str(item, "Key"), "stickiness.enabled"))
			starts = str_eq(json_get_str(item, "Value"), "true");
	}
	return starts;
}

/* No user of a sticky group sends a client now to this group, now to another; a listener is one by
 * its default actions. */
static bool check_users(struct call *call, const struct doc *doc, struct err *err)
{
	static const struct {
		const struct kind *kind;
		const char *actions;
	} users[] = {{&kind_listener, "DefaultActions"}, {&kind_rule, "Actions"}};

	for (size_t u = 0; u < array_size(users); u++) {
		_cleanup_(docs_done) struct docs found = {0};

		world_lookup(call->world, users[u].kind, "target-group", doc->key, &found);
		for (size_t i = 0; i < found.count; i++) {
			json_foreach (action, json_get(found.items[i]->body, users[u].actions)) {
				if (action_scatters(action))
					return aws_fail(err, AWS_ELBV2_STICKINESS_OF_GROUPS,
							found.items[i]->key);
			}
		}
	}
	return true;
}

ELBV2_OP(elbv2_describe_target_group_attributes)
{
	const struct doc *doc;

	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &doc, err))
		return false;
	elbv2_reply_attributes(output, doc);
	return true;
}

ELBV2_OP(elbv2_modify_target_group_attributes)
{
	const struct doc *doc;

	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &doc, err) ||
	    (scope_of(doc->body) == FOR_APPLICATION && starts_stickiness(input) &&
	     !check_users(call, doc, err)))
		return false;
	return elbv2_modify_attributes(call, doc,
				       &(struct elbv2_attributes){
					       .rows = target_group_attributes,
					       .scope = scope_of(doc->body),
					       .what = "Target group",
					       .check = check,
				       },
				       input, output, err);
}
