/*
 * Shield Advanced of an account without a subscription: what almost every account answers. The load
 * balancer controller asks for the state once per process and leaves the rest alone when it is
 * INACTIVE.
 */
#include "emulator/aws/errors.h"
#include "emulator/aws/operation.h"

static bool create_protection(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	(void)call;
	(void)input;
	(void)output;
	return aws_fail(err, AWS_SHIELD_NO_SUBSCRIPTION);
}

static bool describe_protection(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	(void)call;
	(void)input;
	(void)output;
	return aws_fail(err, AWS_SHIELD_PROTECTION);
}

static bool describe_subscription(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	(void)call;
	(void)input;
	(void)output;
	return aws_fail(err, AWS_SHIELD_NO_SUBSCRIPTION);
}

static bool get_subscription_state(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	(void)call;
	(void)input;
	(void)err;
	json_set_str(output, "SubscriptionState", "INACTIVE");
	return true;
}

static bool list_protections(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	(void)call;
	(void)input;
	(void)output;
	return aws_fail(err, AWS_SHIELD_NO_SUBSCRIPTION);
}

/* Nothing is protected, so that every protection to delete is unknown. */
static const struct operation operations[] = {
	{"CreateProtection", create_protection, OP_WRITE},
	{"DeleteProtection", describe_protection, OP_WRITE},
	{"DescribeProtection", describe_protection, OP_READ},
	{"DescribeSubscription", describe_subscription, OP_READ},
	{"GetSubscriptionState", get_subscription_state, OP_READ},
	{"ListProtections", list_protections, OP_READ},
};

const struct service service_shield = {
	.name = "shield",
	.operations = operations,
	.operation_count = array_size(operations),
};
