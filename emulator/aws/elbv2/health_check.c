/*
 * Health checks of target groups: what AWS fills in, and what goes together. Source: API,
 * CreateTargetGroup and ModifyTargetGroup, with the values for each protocol.
 */
#include "emulator/aws/elbv2/internal.h"

#define PORT_MAX 65535

/* A row holds for groups of its protocol or, where that is NULL, of its target type. */
static const struct health_rules {
	const char *protocol, *type;
	const char *check, *port, *path; /* HealthCheckProtocol …; NULL: none */
	const char *codes;		 /* Matcher.HttpCode for HTTP checks */
	unsigned codes_min, codes_max;	 /* which may be asked for */
	unsigned interval, timeout;	 /* seconds */
	bool shorter;			 /* the timeout must be shorter, not just as long */
} table[] = {
	{NULL, "lambda", NULL, NULL, "/", "200", 200, 499, 35, 30, true},
	{NULL, "alb", "HTTP", "traffic-port", "/", "200-399", 200, 599, 30, 6, false},
	{"HTTP", NULL, "HTTP", "traffic-port", "/", "200", 200, 499, 30, 5, true},
	{"HTTPS", NULL, "HTTP", "traffic-port", "/", "200", 200, 499, 30, 5, true},
	{"GENEVE", NULL, "TCP", "80", NULL, "200-399", 200, 399, 10, 5, false},
	{NULL, NULL, "TCP", "traffic-port", NULL, "200-399", 200, 599, 30, 10, false},
};

static const struct health_rules *rules_of(const struct json *body)
{
	const struct health_rules *row = table;

	while ((row->protocol && !str_eq(row->protocol, json_get_str(body, "Protocol"))) ||
	       (row->type && !str_eq(row->type, json_get_str(body, "TargetType"))))
		row++;
	return row;
}

static bool is_http(const char *protocol)
{
	return str_eq(protocol, "HTTP") || str_eq(protocol, "HTTPS");
}

static bool is_lambda(const struct json *body)
{
	return str_eq(json_get_str(body, "TargetType"), "lambda");
}

static bool is_grpc(const struct json *body)
{
	return str_eq(json_get_str(body, "ProtocolVersion"), "GRPC");
}

/* Path and matcher, for checks that have them. */
static void fill_http(struct json *body, const struct health_rules *row)
{
	bool grpc = is_grpc(body);

	if (!json_get(body, "HealthCheckPath"))
		json_set_str(body, "HealthCheckPath", grpc ? "/AWS.ALB/healthcheck" : "/");
	if (!json_get(body, "Matcher"))
		json_set_str(json_ensure_object(body, "Matcher"), grpc ? "GrpcCode" : "HttpCode",
			     grpc ? "12" : row->codes);
}

void health_check_defaults(struct json *body)
{
	const struct health_rules *row = rules_of(body);

	json_set_str(body, "HealthCheckProtocol", row->check);
	json_set_str(body, "HealthCheckPort", row->port);
	json_set_bool(body, "HealthCheckEnabled", !is_lambda(body));
	json_set_int(body, "HealthCheckIntervalSeconds", row->interval);
	json_set_int(body, "HealthCheckTimeoutSeconds", row->timeout);
	json_set_int(body, "HealthyThresholdCount", 5);
	json_set_int(body, "UnhealthyThresholdCount", 2);
}

/* ---- Checks ---- */

/* "200", "200,202", "200-299", each within the range. */
static bool codes_fit(const char *codes, unsigned min, unsigned max)
{
	const char *at = codes;
	unsigned long from, to;
	char *end;

	do {
		if (*at < '0' || *at > '9')
			return false;
		from = to = strtoul(at, &end, 10);
		if (*end == '-') {
			if (end[1] < '0' || end[1] > '9')
				return false;
			to = strtoul(end + 1, &end, 10);
		}
		if (from < min || to > max || from > to || (*end && *end != ','))
			return false;
		at = end + 1;
	} while (*end);
	return true;
}

static bool check_matcher(const struct json *body, const struct health_rules *row, struct err *err)
{
	const char *http = json_find_str(body, "Matcher", "HttpCode", NULL);
	const char *grpc = json_find_str(body, "Matcher", "GrpcCode", NULL);

	if (is_grpc(body) ? !!http : !!grpc)
		return aws_fail(err, AWS_ELBV2_MATCHER_VERSION, http ? "HTTP" : "gRPC");
	if (http && !codes_fit(http, row->codes_min, row->codes_max))
		return aws_fail(err, AWS_ELBV2_MATCHER, http);
	if (grpc && !codes_fit(grpc, 0, 99))
		return aws_fail(err, AWS_ELBV2_MATCHER, grpc);
	return true;
}

static bool check_port(const struct json *body, struct err *err)
{
	const char *port = json_get_str(body, "HealthCheckPort");
	char *end;
	unsigned long number;

	if (!port || str_eq(port, "traffic-port"))
		return true;
	number = *port >= '0' && *port <= '9' ? strtoul(port, &end, 10) : 0;
	return (number > 0 && number <= PORT_MAX && !*end) ||
	       aws_fail(err, AWS_ELBV2_HEALTH_PORT, port);
}

/* A check of HTTP groups and of alb groups is HTTP too; one of others may be TCP as well. */
static bool check_protocol(const struct json *body, const struct health_rules *row, struct err *err)
{
	const char *check = json_get_str(body, "HealthCheckProtocol");

	if (is_lambda(body))
		return !check || aws_fail(err, AWS_ELBV2_HEALTH_LAMBDA);
	if (is_http(check) || (str_eq(check, "TCP") && !is_http(row->check)))
		return true;
	return aws_fail(err, AWS_ELBV2_HEALTH_PROTOCOL, check, json_get_str(body, "TargetType"));
}

static bool check_times(const struct json *body, const struct health_rules *row, struct err *err)
{
	int64_t interval = json_get_int(body, "HealthCheckIntervalSeconds", 0);
	int64_t timeout = json_get_int(body, "HealthCheckTimeoutSeconds", 0);
	_cleanup_(freep) char *longest = xasprintf("%lld", (long long)interval);
	_cleanup_(freep) char *wanted = xasprintf("%lld", (long long)timeout);

	if (row->shorter && timeout >= interval)
		return aws_fail(err, AWS_ELBV2_HEALTH_TIMEOUT_HTTP, wanted, longest);
	return timeout <= interval || aws_fail(err, AWS_ELBV2_HEALTH_TIMEOUT, wanted, longest);
}

static bool check(const struct json *body, struct err *err)
{
	const struct health_rules *row = rules_of(body);
	const char *protocol = json_get_str(body, "HealthCheckProtocol");
	const char *path = json_get_str(body, "HealthCheckPath");

	if (!check_protocol(body, row, err))
		return false;
	if (is_lambda(body) && json_get(body, "HealthCheckPort"))
		return aws_fail(err, AWS_ELBV2_HEALTH_LAMBDA);
	if (!is_lambda(body) && !json_get_bool(body, "HealthCheckEnabled", true))
		return aws_fail(err, AWS_ELBV2_HEALTH_ENABLED, json_get_str(body, "TargetType"));
	if (str_eq(protocol, "TCP") && path)
		return aws_fail(err, AWS_ELBV2_HEALTH_PATH, protocol);
	if (str_eq(protocol, "TCP") && json_get(body, "Matcher"))
		return aws_fail(err, AWS_ELBV2_HEALTH_MATCHER, protocol);
	if (path && *path != '/')
		return aws_fail(err, AWS_ELBV2_HEALTH_PATH_FORM, path);
	return check_port(body, err) && check_times(body, row, err) &&
	       check_matcher(body, row, err);
}

bool health_check_change(struct json *body, const struct json *input, struct err *err)
{
	static const char *const members[] = {
		"HealthCheckProtocol",	      "HealthCheckPort",	   "HealthCheckEnabled",
		"HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds", "HealthyThresholdCount",
		"UnhealthyThresholdCount",    "HealthCheckPath",	   "Matcher",
	};
	const char *before = json_get_str(body, "HealthCheckProtocol");
	const char *wanted = json_get_str(input, "HealthCheckProtocol");

	/* What the old protocol had goes with it, unless the request says it. */
	if (wanted && !str_eq(before, wanted) && !is_http(wanted)) {
		json_remove(body, "HealthCheckPath");
		json_remove(body, "Matcher");
	}
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(body, members[i], json_get(input, members[i]));
	if (!check(body, err))
		return false;
	if (is_lambda(body) || is_http(json_get_str(body, "HealthCheckProtocol")))
		fill_http(body, rules_of(body));
	return true;
}
