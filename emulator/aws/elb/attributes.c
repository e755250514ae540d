/* Attributes of classic load balancers: LoadBalancerAttributes, kept in extra.attributes. */
#include "emulator/aws/elb/internal.h"
#include "emulator/aws/s3/delivery.h"

#define IDLE_TIMEOUT	  60   /* seconds; API: ConnectionSettings */
#define DRAIN_TIMEOUT	  300  /* seconds; guide, "Configure connection draining" */
#define DRAIN_TIMEOUT_MAX 3600 /* likewise, "1 to 3,600 seconds" */
#define LOG_INTERVAL	  60   /* minutes; API: AccessLog, EmitInterval */
#define LOG_INTERVAL_FAST 5    /* likewise */
#define DESYNC_MODE	  "elb.http.desyncmitigationmode" /* API: AdditionalAttribute, Key */

struct json *attributes_new(void)
{
	struct json *attributes = json_new_object(), *mode = json_new_object();
	struct json *draining = json_ensure_object(attributes, "ConnectionDraining");

	json_set_bool(json_ensure_object(attributes, "CrossZoneLoadBalancing"), "Enabled", false);
	json_set_bool(json_ensure_object(attributes, "AccessLog"), "Enabled", false);
	json_set_bool(draining, "Enabled", false);
	json_set_int(draining, "Timeout", DRAIN_TIMEOUT);
	json_set_int(json_ensure_object(attributes, "ConnectionSettings"), "IdleTimeout",
		     IDLE_TIMEOUT);
	json_set_str(mode, "Key", DESYNC_MODE);
	json_set_str(mode, "Value", "defensive");
	json_append(json_ensure_array(attributes, "AdditionalAttributes"), mode);
	return attributes;
}

ELB_OP(elb_describe_load_balancer_attributes)
{
	const struct doc *doc;

	if (!elb_get(call, json_get_str(input, "LoadBalancerName"), &doc, err))
		return false;
	json_set_borrowed(output, "LoadBalancerAttributes", json_get(doc->extra, "attributes"));
	return true;
}

/* ---- ModifyLoadBalancerAttributes ---- */

/* What is said about logs replaces what was there; switched off, nothing but that is kept. */
static bool set_log(struct json *attributes, const struct json *wanted, struct err *err)
{
	int64_t interval = json_get_int(wanted, "EmitInterval", LOG_INTERVAL);
	struct json *log;

	if (json_get_bool(wanted, "Enabled", false)) {
		if (!json_get_str(wanted, "S3BucketName"))
			return aws_fail(err, AWS_CLASSIC_LOG_BUCKET);
		if (interval != LOG_INTERVAL && interval != LOG_INTERVAL_FAST)
			return aws_fail(err, AWS_CLASSIC_LOG_INTERVAL);
	}
	log = json_new_object();
	json_set_copy(log, "Enabled", json_get(wanted, "Enabled"));
	if (json_get_bool(wanted, "Enabled", false)) {
		json_set_copy(log, "S3BucketName", json_get(wanted, "S3BucketName"));
		json_set_int(log, "EmitInterval", interval);
		json_set_copy(log, "S3BucketPrefix", json_get(wanted, "S3BucketPrefix"));
	}
	json_set(attributes, "AccessLog", log);
	return true;
}

static bool set_draining(struct json *attributes, const struct json *wanted, struct err *err)
{
	struct json *draining = json_ensure_object(attributes, "ConnectionDraining");
	int64_t timeout = json_get_int(wanted, "Timeout", DRAIN_TIMEOUT);

	if (timeout < 1 || timeout > DRAIN_TIMEOUT_MAX)
		return aws_fail(err, AWS_CLASSIC_DRAIN_TIMEOUT);
	json_set_copy(draining, "Enabled", json_get(wanted, "Enabled"));
	json_set_copy(draining, "Timeout", json_get(wanted, "Timeout"));
	return true;
}

static bool set_whole(struct json *attributes, const struct json *wanted, struct err *err)
{
	(void)err; /* the model has checked all there is to check */
	json_set_copy(attributes, json_key(wanted), wanted);
	return true;
}

static bool set_additional(struct json *attributes, const struct json *wanted, struct err *err)
{
	struct json *mode = json_first_mut(json_get_mut(attributes, "AdditionalAttributes"));

	json_foreach (item, wanted) {
		const char *key = json_get_str(item, "Key"), *value = json_get_str(item, "Value");

		if (!str_eq(key, DESYNC_MODE))
			return aws_fail(err, AWS_CLASSIC_ATTRIBUTE, key ? key : "");
		if (!str_eq(value, "monitor") && !str_eq(value, "defensive") &&
		    !str_eq(value, "strictest"))
			return aws_fail(err, AWS_CLASSIC_ATTRIBUTE_VALUE, key, value ? value : "");
		json_set_str(mode, "Value", value);
	}
	return true;
}

static const struct {
	const char *member;
	bool (*set)(struct json *attributes, const struct json *wanted, struct err *err);
} setters[] = {
	{"CrossZoneLoadBalancing", set_whole},	  {"AccessLog", set_log},
	{"ConnectionDraining", set_draining},	  {"ConnectionSettings", set_whole},
	{"AdditionalAttributes", set_additional},
};

/* Whether the bucket takes the logs that a request switches on. */
static bool check_log(struct call *call, const struct json *log, struct err *err)
{
	const char *bucket = json_get_str(log, "S3BucketName");

	return !json_get_bool(log, "Enabled", false) ||
	       s3_takes_logs(call, bucket, json_get_str(log, "S3BucketPrefix"),
			     S3_FROM_APPLICATION) ||
	       aws_fail(err, AWS_CLASSIC_LOG_DENIED, bucket);
}

/* Answers those that the request named, as AWS's own examples show it. */
ELB_OP(elb_modify_load_balancer_attributes)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	const struct json *wanted = json_get(input, "LoadBalancerAttributes");
	struct json *attributes, *answer = json_ensure_object(output, "LoadBalancerAttributes");

	if (!elb_edit(call, input, &edit, err))
		return false;
	attributes = json_ensure_object(edit.extra, "attributes");
	for (size_t i = 0; i < array_size(setters); i++) {
		const struct json *value = json_get(wanted, setters[i].member);

		if (!value)
			continue;
		if (!setters[i].set(attributes, value, err))
			return false;
		json_set_copy(answer, setters[i].member, json_get(attributes, setters[i].member));
	}
	if (json_get(wanted, "AccessLog") &&
	    !check_log(call, json_get(attributes, "AccessLog"), err))
		return false;
	json_set_copy(output, "LoadBalancerName", json_get(input, "LoadBalancerName"));
	elb_save(call, &edit);
	return true;
}
