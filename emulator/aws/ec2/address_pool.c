/* Pools of addresses that customers bring: the emulated account has none, and says so. */
#include "emulator/aws/ec2/internal.h"

static const struct filter_field no_filters[] = {{NULL, NULL, NULL, NULL}}; /* tags only */

/** Checks filters and ids of a describe operation that finds nothing. */
static bool find_nothing(struct call *call, const struct json *input, enum aws_error not_found,
			 const char *result, struct json *output, struct err *err)
{
	const struct json *id = json_first(json_get(input, "PoolIds"));
	struct filters *filters;

	if (!filters_parse(call, json_get(input, "Filters"), no_filters, &filters, err))
		return false;
	if (id)
		return aws_fail(err, not_found, json_str(id));
	return ec2_page_items(call, input, output, result, json_new_array(), err);
}

bool ec2_describe_public_ipv4_pools(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	return find_nothing(call, input, AWS_EC2_PUBLIC_POOL_NOT_FOUND, "PublicIpv4Pools", output,
			    err);
}

bool ec2_describe_ipv6_pools(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	return find_nothing(call, input, AWS_EC2_IPV6_POOL_NOT_FOUND, "Ipv6Pools", output, err);
}

bool ec2_describe_byoip_cidrs(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	return ec2_page_items(call, input, output, "ByoipCidrs", json_new_array(), err);
}

bool ec2_get_associated_ipv6_pool_cidrs(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	(void)call;
	(void)output;
	return aws_fail(err, AWS_EC2_IPV6_POOL_NOT_FOUND, json_get_str(input, "PoolId"));
}
