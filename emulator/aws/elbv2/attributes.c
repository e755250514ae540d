/* Attributes of load balancers, target groups and listeners: tables with defaults, one way to set
 * them. */
#include "emulator/aws/elbv2/internal.h"

#include "emulator/base/strbuf.h"

#define ALLOWED_MAX 512 /* bytes of what a row allows, as a list */

#define ALL (FOR_NETWORK | FOR_APPLICATION | FOR_GATEWAY)

/* Source: ELBv2 API, LoadBalancerAttribute; defaults as contracts and the guides give them. */
const struct elbv2_attribute load_balancer_attributes[] = {
	{"deletion_protection.enabled", "false", ALL, NULL},
	{"load_balancing.cross_zone.enabled", "false", FOR_NETWORK | FOR_GATEWAY, NULL},
	{"load_balancing.cross_zone.enabled", "true", FOR_APPLICATION, "true"}, /* for good */
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
	{"stickiness.type", "source_ip", FOR_NETWORK, "app_cookie|lb_cookie|source_ip"},
	{"stickiness.type", "source_ip_dest_ip_proto", FOR_GATEWAY,
	 "source_ip_dest_ip_proto|source_ip_dest_ip"},
	{"stickiness.type", "lb_cookie", FOR_APPLICATION, "app_cookie|lb_cookie|source_ip"},
	{"stickiness.lb_cookie.duration_seconds", "86400", FOR_APPLICATION, "#1-604800"},
	{"stickiness.app_cookie.cookie_name", "", FOR_APPLICATION, "*"},
	{"stickiness.app_cookie.duration_seconds", "86400", FOR_APPLICATION, "#1-604800"},
	{"proxy_protocol_v2.enabled", "false", FOR_NETWORK, NULL},
	{"preserve_client_ip.enabled", "true", FOR_NETWORK, NULL},
	{"preserve_client_ip.enabled", "false", FOR_IP_TARGETS, NULL},
	{"preserve_client_ip.enabled", "true", FOR_UDP | FOR_ALB, "true"}, /* for good */
	{"deregistration_delay.connection_termination.enabled", "false", FOR_NETWORK, NULL},
	{"deregistration_delay.connection_termination.enabled", "true", FOR_UDP, NULL},
	{"target_health_state.unhealthy.connection_termination.enabled", "true", FOR_NETWORK, NULL},
	{"target_health_state.unhealthy.connection_termination.enabled", "false", FOR_UDP, "false"},
	{"target_health_state.unhealthy.draining_interval_seconds", "0", FOR_NETWORK, "#0-360000"},
	{"load_balancing.cross_zone.enabled", "use_load_balancer_configuration",
	 FOR_NETWORK | FOR_APPLICATION, "true|false|use_load_balancer_configuration"},
	{"load_balancing.algorithm.type", "round_robin", FOR_APPLICATION,
	 "round_robin|least_outstanding_requests|weighted_random"},
	{"load_balancing.algorithm.anomaly_mitigation", "off", FOR_APPLICATION, "on|off"},
	{"slow_start.duration_seconds", "0", FOR_APPLICATION, "0|#30-900"},
	{"lambda.multi_value_headers.enabled", "false", FOR_LAMBDA, NULL},
	{"target_failover.on_deregistration", "no_rebalance", FOR_GATEWAY,
	 "rebalance|no_rebalance"},
	{"target_failover.on_unhealthy", "no_rebalance", FOR_GATEWAY, "rebalance|no_rebalance"},
	{"target_group_health.dns_failover.minimum_healthy_targets.count", "1",
	 FOR_NETWORK | FOR_APPLICATION, "off|#1-1000"},
	{"target_group_health.dns_failover.minimum_healthy_targets.percentage", "off",
	 FOR_NETWORK | FOR_APPLICATION, "off|#1-100"},
	{"target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", "1",
	 FOR_NETWORK | FOR_APPLICATION, "#1-1000"},
	{"target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", "off",
	 FOR_NETWORK | FOR_APPLICATION, "off|#1-100"},
	{NULL, NULL, 0, NULL},
};

/* Source: ELBv2 API, ListenerAttribute. */
const struct elbv2_attribute listener_attributes[] = {
	{"tcp.idle_timeout.seconds", "350", FOR_NETWORK | FOR_GATEWAY, "#60-6000"},
#define MTLS(part, header)                                                                         \
	{                                                                                          \
		"routing.http.request.x_amzn_mtls_clientcert" part ".header_name",                 \
			"X-Amzn-Mtls-Clientcert" header, FOR_HTTPS, "*"                            \
	}
	MTLS("_serial_number", "-Serial-Number"),
	MTLS("_issuer", "-Issuer"),
	MTLS("_subject", "-Subject"),
	MTLS("_validity", "-Validity"),
	MTLS("_leaf", "-Leaf"),
	MTLS("", ""),
#undef MTLS
	{"routing.http.request.x_amzn_tls_version.header_name", "X-Amzn-Tls-Version", FOR_HTTPS,
	 "*"},
	{"routing.http.request.x_amzn_tls_cipher_suite.header_name", "X-Amzn-Tls-Cipher-Suite",
	 FOR_HTTPS, "*"},
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
	{"routing.http.response.x_content_type_options.header_value", "", FOR_APPLICATION,
	 "|nosniff"},
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

/* One alternative of `length` bytes: a word, or "#min-max" for the numbers in between. */
static bool fits(const char *alternative, size_t length, const char *value)
{
	long min, max, number;
	char *end;

	if (*alternative != '#')
		return strlen(value) == length && strncmp(alternative, value, length) == 0;
	if (*value < '0' || *value > '9')
		return false;
	min = strtol(alternative + 1, &end, 10);
	max = strtol(end + 1, NULL, 10);
	number = strtol(value, &end, 10);
	return !*end && number >= min && number <= max;
}

static bool allows(const struct elbv2_attribute *row, const char *value)
{
	const char *at = row->allowed ? row->allowed : "true|false";

	if (*at == '*')
		return true;
	for (;;) {
		size_t length = strcspn(at, "|");

		if (fits(at, length, value))
			return true;
		if (!at[length])
			return false;
		at += length + 1;
	}
}

/* In AWS's words: a range, or the list of what may be. Always false. */
static bool refuse(const struct elbv2_attribute *row, const char *value, struct err *err)
{
	const char *allowed = row->allowed ? row->allowed : "true|false";
	struct strbuf list;

	if (*allowed == '#' && !strchr(allowed, '|'))
		return aws_fail(err, AWS_ELBV2_ATTRIBUTE_RANGE, row->key, value, allowed + 1);
	strbuf_init(&list, ALLOWED_MAX);
	for (; *allowed; allowed++) {
		if (*allowed == '|')
			strbuf_add(&list, ", ");
		else if (*allowed != '#')
			strbuf_add_char(&list, *allowed);
	}
	aws_fail(err, AWS_ELBV2_ATTRIBUTE_ONE_OF, value, strbuf_text(&list));
	strbuf_done(&list);
	return false;
}

static bool set_one(struct json *attributes, const struct elbv2_attributes *set,
		    const struct json *item, struct err *err)
{
	const char *key = json_get_str(item, "Key"), *value = json_get_str(item, "Value");
	const struct elbv2_attribute *row = find_row(set->rows, set->scope, key);

	if (!key)
		return aws_fail(err, AWS_ELBV2_ATTRIBUTE_KEY, set->what, "");
	if (!row && set->of && find_row(set->rows, ~0U, key))
		return aws_fail(err, AWS_ELBV2_ATTRIBUTE_UNSUPPORTED, set->what, key, set->of);
	if (!row)
		return aws_fail(err, AWS_ELBV2_ATTRIBUTE_KEY, set->what, key);
	if (!allows(row, value ? value : ""))
		return refuse(row, value ? value : "", err);
	json_set_str(attributes, key, value ? value : "");
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
			     const struct elbv2_attributes *set, const struct json *input,
			     struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *extra = json_copy(doc->extra);
	struct json *attributes = json_ensure_object(extra, "attributes");

	json_foreach (item, json_get(input, "Attributes")) {
		if (!set_one(attributes, set, item, err))
			return false;
	}
	if (set->check && !set->check(doc, attributes, err))
		return false;
	doc = world_put_extra(call, doc->kind, doc->key, steal(extra));
	elbv2_reply_attributes(output, doc);
	return true;
}
