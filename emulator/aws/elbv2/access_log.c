/* Logs of load balancers go to a bucket, which must be there and take them. */
#include "emulator/aws/elbv2/internal.h"
#include "emulator/aws/s3/delivery.h"

static const char *const logs[] = {"access_logs", "connection_logs", "health_check_logs"};

static const char *value_of(struct call *call, const struct doc *balancer, const char *log,
			    const char *member)
{
	return json_find_str(balancer->extra, "attributes",
			     arena_printf(call->arena, "%s.s3.%s", log, member), NULL);
}

/* Whether a request speaks of a log at all: what was set before is not tried again. */
static bool is_said(const struct json *input, const char *log)
{
	size_t length = strlen(log);

	json_foreach (item, json_get(input, "Attributes")) {
		const char *key = json_get_str(item, "Key");

		if (key && strncmp(key, log, length) == 0 && key[length] == '.')
			return true;
	}
	return false;
}

bool access_log_check(struct call *call, const struct doc *balancer, const struct json *input,
		      struct err *err)
{
	bool network = str_eq(doc_str(balancer, "Type"), "network");

	for (size_t i = 0; i < array_size(logs); i++) {
		const char *bucket = value_of(call, balancer, logs[i], "bucket");

		if (is_said(input, logs[i]) &&
		    str_eq(value_of(call, balancer, logs[i], "enabled"), "true") &&
		    !s3_takes_logs(call, bucket, value_of(call, balancer, logs[i], "prefix"),
				   network ? S3_FROM_NETWORK : S3_FROM_APPLICATION))
			return aws_fail(err, AWS_ELBV2_LOG_DENIED, bucket);
	}
	return true;
}
