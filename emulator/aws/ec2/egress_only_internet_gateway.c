/* Egress-only internet gateways: IPv6 out of a VPC, not in. Shape: EC2 EgressOnlyInternetGateway;
 * born attached to its VPC. */
#include "emulator/aws/ec2/internal.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	json_foreach (attachment, json_get(doc->body, "Attachments"))
		ec2_term(terms, attachment, "VpcId");
}

static const struct kind_index egress_gateway_indexes[] = {
	{"vpc", terms_vpc},
	{NULL, NULL},
};

static struct json *egress_gateway_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_egress_only_internet_gateway = {
	.name = "egress-only-internet-gateway",
	.shape = "ec2:EgressOnlyInternetGateway",
	.indexes = egress_gateway_indexes,
	.view = egress_gateway_view,
};

static const char *egress_gateway_add(struct call *call, const char *vpc_id, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_egress_only_internet_gateway, vpc_id);
	struct json *body = json_new_object(), *attachment = json_new_object();

	json_set_str(attachment, "State", "attached");
	json_set_str(attachment, "VpcId", vpc_id);
	json_append(json_ensure_array(body, "Attachments"), attachment);
	json_set_str(body, "EgressOnlyInternetGatewayId", id);
	world_add(call, (struct doc_spec){.kind = &kind_egress_only_internet_gateway,
					  .key = id,
					  .body = body,
					  .tags = tags});
	return id;
}

bool ec2_create_egress_only_internet_gateway(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *vpc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !tags_from_specifications(input, "egress-only-internet-gateway", &tags, err) ||
	    !encryption_control_allows(call, vpc->key, "EgressOnlyInternetGateway", err))
		return false;
	if (!id || !ec2_find(call, &kind_egress_only_internet_gateway, id)) {
		if (!ec2_within_limit(call, LIMIT_EGRESS_ONLY_INTERNET_GATEWAYS,
				      ec2_count(call, &kind_egress_only_internet_gateway),
				      AWS_EC2_EGRESS_GATEWAY_LIMIT, err))
			return false;
		id = egress_gateway_add(call, vpc->key, steal(tags));
		idempotency_keep(call, input, "ClientToken", id);
	}
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	json_set(output, "EgressOnlyInternetGateway",
		 ec2_item(world_find(call->world, &kind_egress_only_internet_gateway, id)));
	return true;
}

bool ec2_delete_egress_only_internet_gateway(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "EgressOnlyInternetGatewayId");

	if (!ec2_find(call, &kind_egress_only_internet_gateway, id))
		return aws_fail(err, AWS_EC2_EGRESS_GATEWAY_GONE, id);
	world_remove(call, &kind_egress_only_internet_gateway, id);
	route_refresh(call, id);
	json_set_bool(output, "ReturnCode", true);
	return true;
}

static const struct filter_field egress_gateway_filters[] = {
	{NULL, NULL, NULL, NULL}, /* tags only; source: EC2 API */
};

bool ec2_describe_egress_only_internet_gateways(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_egress_only_internet_gateway,
		.ids = "EgressOnlyInternetGatewayIds",
		.id_prefix = "eigw-",
		.malformed = AWS_EC2_EGRESS_GATEWAY_MALFORMED,
		.not_found = AWS_EC2_EGRESS_GATEWAY_NOT_FOUND,
		.filters = "Filters",
		.fields = egress_gateway_filters,
		.page = &page_ec2,
		.result = "EgressOnlyInternetGateways",
		.tags = true,
	};

	return describe_reply(call, input, output, &describe, err);
}
