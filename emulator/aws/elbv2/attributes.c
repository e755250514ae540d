/* Attributes of load balancers, target groups and listeners: tables with defaults, one way to set
 * them. */
#include "emulator/aws/elbv2/internal.h"

#define ALL (FOR_NETWORK | FOR_APPLICATION | FOR_GATEWAY)

/* Source: ELBv2 API, LoadBalancerAttribute; defaults as contracts and the guides give them. */
const struct elbv2_attribute load_balancer_attributes[] = {
	{"deletion_protection.enabled", "false", ALL, NULL},
	{"load_balancing.cross_zone.enabled", "false", FOR_NETWORK | FOR_GATEWAY, NULL},
	{"load_balancing.cross_zone.enabled", "true", FOR_APPLICATION, NULL},
	{"access_logs.s3.enabled", "false", FOR_NETWORK | FOR_APPLICATION, NULL},
	{"access_logs.s3.bucket", "", FOR_NETWORK | FOR_APPLICATION, "*"},
	{"access_logs.s3.prefix", "", FOR_NETWORK | FOR_APPLICATION, "*"},
	{"ipv6.deny_all_igw_traffic", "false", FOR_NETWORK | FOR_APPLICATION, NULL},
	{"zonal_shift.config.enabled", "false", FOR_NETWORK | FOR_APPLICATION, NULL},
	{"dns_record.client_routing_policy", "any_availability_zone", FOR_NETWORK,
	 "any_availability_zone|availability_zone_affinity|partial_availability_zone_affinity"},
	{"secondary_ips.auto_assigned.per_subnet", "0", FOR_NETWORK, "#0-7"},
	{"idle_timeout.timeout_seconds", "60", FOR_APPLICATION, "#1-4000"},
	{"client_keep_alive.seconds", "3600", FOR_APPLICATION, "#60-604800"},
	{"connection_logs.s3.enabled", "false", FOR_APPLICATION, NULL},
	{"connection_logs.s3.bucket", "", FOR_APPLICATION, "*"},
	{"connection_logs.s3.prefix", "", FOR_APPLICATION, "*"},
	{"health_check_logs.s3.enabled", "false", FOR_APPLICATION, NULL},
	{"health_check_logs.s3.bucket", "", FOR_APPLICATION, "*"},
	{"health_check_logs.s3.prefix", "", FOR_APPLICATION, "*"},
	{"routing.http.desync_mitigation_mode", "defensive", FOR_APPLICATION,
	 "monitor|defensive|strictest"},
	{"routing.http.drop_invalid_header_fields.enabled", "false", FOR_APPLICATION, NULL},
	{"routing.http.preserve_host_header.enabled", "false", FOR_APPLICATION, NULL},
	{"routing.http.x_amzn_tls_version_and_cipher_suite.enabled", "false", FOR_APPLICATION,
	 NULL},
	{"routing.http.xff_client_port.enabled", "false", FOR_APPLICATION, NULL},
	{"routing.http.xff_header_processing.mode", "append", FOR_APPLICATION,
	 "append|preserve|remove"},
	{"routing.http2.enabled", "true", FOR_APPLICATION, NULL},
	{"waf.fail_open.enabled", "false", FOR_APPLICATION, NULL},
	{NULL, NULL, 0, NULL},
};

/* Source: ELBv2 API, TargetGroupAttribute; a later row for a scope wins over an earlier one. */
const struct elbv2_attribute target_group_attributes[] = {
	{"deregistration_delay.timeout_seconds", "300", ALL, "#0-3600"},
	{"stickiness.enabled", "false", ALL, NULL},
	{"stickiness.type", "source_ip", FOR_NETWORK, "source_ip"},
	{"stickiness.type", "source_ip_dest_ip_proto", FOR_GATEWAY,
	 "source_ip_dest_ip_proto|source_ip_dest_ip"},
	{"stickiness.type", "lb_cookie", FOR_APPLICATION, "lb_cookie|app_cookie"},
	{"stickiness.lb_cookie.duration_seconds", "86400", FOR_APPLICATION, "#1-604800"},
	{"stickiness.app_cookie.cookie_name", "", FOR_APPLICATION, "*"},
	{"stickiness.app_cookie.duration_seconds", "86400", FOR_APPLICATION, "#1-604800"},
	{"proxy_protocol_v2.enabled", "false", FOR_NETWORK, NULL},
	{"preserve_client_ip.enabled", "true", FOR_NETWORK, NULL},
	{"preserve_client_ip.enabled", "false", FOR_IP_TARGETS, NULL},
	{"deregistration_delay.connection_termination.enabled", "false", FOR_NETWORK, NULL},
	{"deregistration_delay.connection_termination.enabled", "true", FOR_UDP, NULL},
	{"target_health_state.unhealthy.connection_termination.enabled", "true", FOR_NETWORK, NULL},
	{"target_health_state.unhealthy.draining_interval_seconds", "0", FOR_NETWORK, "#0-360000"},
	{"load_balancing.cross_zone.enabled", "use_load_balancer_configuration",
	 FOR_NETWORK | FOR_APPLICATION, "true|false|use_load_balancer_configuration"},
	{"load_balancing.algorithm.type", "round_robin", FOR_APPLICATION,
	 "round_robin|least_outstanding_requests|weighted_random"},
	{"load_balancing.algorithm.anomaly_mitigation", "off", FOR_APPLICATION, "on|off"},
	{"slow_start.duration_seconds", "0", FOR_APPLICATION, "#0-900"},
	{"lambda.multi_value_headers.enabled", "false", FOR_LAMBDA, NULL},
	{"target_failover.on_deregistration", "no_rebalance", FOR_GATEWAY,
	 "rebalance|no_rebalance"},
	{"target_failover.on_unhealthy", "no_rebalance", FOR_GATEWAY, "rebalance|no_rebalance"},
	{"target_group_health.dns_failover.minimum_healthy_targets.count", "1",
	 FOR_NETWORK | FOR_APPLICATION, "*"},
	{"target_group_health.dns_failover.minimum_healthy_targets.percentage", "off",
	 FOR_NETWORK | FOR_APPLICATION, "*"},
	{"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1",
	 FOR_NETWORK | FOR_APPLICATION, "*"},
	{"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off",
	 FOR_NETWORK | FOR_APPLICATION, "*"},
	{NULL, NULL, 0, NULL},
};

/* Source: ELBv2 API, ListenerAttribute. */
const struct elbv2_attribute listener_attributes[] = {
	{"tcp.idle_timeout.seconds", "350", FOR_NETWORK | FOR_GATEWAY, "#60-6000"},
	{"routing.http.response.server.enabled", "true", FOR_APPLICATION, NULL},
	{"routing.http.response.strict_transport_security.header_value", "", FOR_APPLICATION, "*"},
	{"routing.http.response.access_control_allow_origin.header_value", "", FOR_APPLICATION,
	 "*"},
	{"routing.http.response.access_control_allow_methods.header_value", "", FOR_APPLICATION,
	 "*"},
	{"routing.http.response.access_control_allow_headers.header_value", "", FOR_APPLICATION,
	 "*"},
	{"routing.http.response.access_control_allow_credentials.header_value", "", FOR_APPLICATION,
	 "*"},
	{"routing.http.response.access_control_expose_headers.header_value", "", FOR_APPLICATION,
	 "*"},
	{"routing.http.response.access_control_max_age.header_value", "", FOR_APPLICATION, "*"},
	{"routing.http.response.content_security_policy.header_value", "", FOR_APPLICATION, "*"},
	{"routing.http.response.x_content_type_options.header_value", "", FOR_APPLICATION, "*"},
	{"routing.http.response.x_frame_options.header_value", "", FOR_APPLICATION, "*"},
	{NULL, NULL, 0, NULL},
};

/* The row that holds for a key in a scope: the last one that applies. */
static const struct elbv2_attribute *find_row(const struct elbv2_attribute *rows, unsigned scope,
					      const char *key)
{
	const struct elbv2_attribute *found = NULL;

	for (; rows->key; rows++) {
		if ((rows->applies & scope) && str_eq(rows->key, key))
			found = rows;
	}
	return found;
}

struct json *elbv2_attribute_defaults(const struct elbv2_attribute *rows, unsigned scope)
{
	struct json *attributes = json_new_object();

	for (const struct elbv2_attribute *row = rows; row->key; row++) {
		if (row->applies & scope)
			json_set_str(attributes, row->key, row->value);
	}
	return attributes;
}

/* "#min-max" */
static bool in_range(const char *range, const char *value)
{
	char *end;
	long min = strtol(range + 1, &end, 10), max = strtol(end + 1, NULL, 10), number;

	number = strtol(value, &end, 10);
	return *value && !*end && number >= min && number <= max;
}

/* "a|b|c" */
static bool in_list(const char *list, const char *value)
{
	size_t length = strlen(value);

	for (const char *at = list; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL) {
		if (strncmp(at, value, length) == 0 && (at[length] == '|' || !at[length]))
			return true;
	}
	return false;
}

static bool allows(const struct elbv2_attribute *row, const char *value)
{
	const char *allowed = row->allowed ? row->allowed : "true|false";

	if (*allowed == '*')
		return true;
	return *allowed == '#' ? in_range(allowed, value) : in_list(allowed, value);
}

bool elbv2_attributes_set(struct json *attributes, const struct elbv2_attribute *rows,
			  unsigned scope, const struct json *list, const char *what,
			  struct err *err)
{
	json_foreach (item, list) {
		const char *key = json_get_str(item, "Key"), *value = json_get_str(item, "Value");
		const struct elbv2_attribute *row = find_row(rows, scope, key);

		if (!row)
			return aws_fail(err, AWS_ELBV2_ATTRIBUTE_KEY, what, key ? key : "");
		if (!value || !allows(row, value))
			return aws_fail(err, AWS_ELBV2_ATTRIBUTE_VALUE, what, key,
					value ? value : "");
		json_set_str(attributes, key, value);
	}
	return true;
}

struct json *elbv2_attribute_list(const struct json *attributes)
{
	struct json *list = json_new_array();

	json_foreach (value, attributes) {
		struct json *item = json_new_object();

		json_set_str(item, "Key", json_key(value));
		json_set_str(item, "Value", json_str(value));
		json_append(list, item);
	}
	return list;
}

void elbv2_reply_attributes(struct json *output, const struct doc *doc)
{
	json_set(output, "Attributes", elbv2_attribute_list(json_get(doc->extra, "attributes")));
}

bool elbv2_modify_attributes(struct call *call, const struct doc *doc,
			     const struct elbv2_attribute *rows, unsigned scope, const char *what,
			     const struct json *input, struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *extra = json_copy(doc->extra);

	if (!elbv2_attributes_set(json_ensure_object(extra, "attributes"), rows, scope,
				  json_get(input, "Attributes"), what, err))
		return false;
	doc = world_put_extra(call, doc->kind, doc->key, steal(extra));
	elbv2_reply_attributes(output, doc);
	return true;
}
