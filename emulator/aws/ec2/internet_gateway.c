/* Internet gateways. Shape: EC2 InternetGateway; an attachment is a member of the gateway. */
#include "emulator/aws/ec2/internal.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	json_foreach (attachment, json_get(doc->body, "Attachments"))
		ec2_term(terms, attachment, "VpcId");
}

static const struct kind_index internet_gateway_indexes[] = {
	{"vpc", terms_vpc},
	{NULL, NULL},
};

static struct json *internet_gateway_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_internet_gateway = {
	.name = "internet-gateway",
	.shape = "ec2:InternetGateway",
	.indexes = internet_gateway_indexes,
	.view = internet_gateway_view,
};

/** The VPC that the gateway is attached to, or NULL. */
static const char *attached_to(const struct doc *gateway)
{
	return json_get_str(json_at(json_get(gateway->body, "Attachments"), 0), "VpcId");
}

/** Attaches (vpc_id) or detaches (NULL) in a new version. */
static void set_attachment(struct call *call, const struct doc *gateway, const char *vpc_id)
{
	struct json *body = json_copy(gateway->body), *list = json_new_array(), *attachment;

	if (vpc_id) {
		attachment = json_new_object();
		/* Source: EC2 API, InternetGatewayAttachment: an internet gateway's state is
		 * "available". */
		json_set_str(attachment, "State", "available");
		json_set_str(attachment, "VpcId", vpc_id);
		json_append(list, attachment);
	}
	json_set(body, "Attachments", list);
	world_put(call, &kind_internet_gateway, gateway->key, body);
	route_refresh(call, gateway->key);
}

const char *internet_gateway_add(struct call *call, const char *vpc_id, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_internet_gateway, vpc_id);
	struct json *body = json_new_object();

	json_set(body, "Attachments", json_new_array());
	json_set_str(body, "InternetGatewayId", id);
	json_set_str(body, "OwnerId", call->account);
	world_add(call,
		  (struct doc_spec){
			  .kind = &kind_internet_gateway, .key = id, .body = body, .tags = tags});
	if (vpc_id)
		set_attachment(call, world_find(call->world, &kind_internet_gateway, id), vpc_id);
	return id;
}

bool ec2_create_internet_gateway(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const char *id;

	if (!tags_from_specifications(input, "internet-gateway", &tags, err) ||
	    !ec2_within_limit(call, LIMIT_INTERNET_GATEWAYS,
			      ec2_count(call, &kind_internet_gateway),
			      AWS_EC2_INTERNET_GATEWAY_LIMIT, err))
		return false;
	id = internet_gateway_add(call, NULL, steal(tags));
	json_set(output, "InternetGateway",
		 ec2_item(world_find(call->world, &kind_internet_gateway, id)));
	return true;
}

/* Source: EC2 API, DeleteInternetGateway: detach it first. */
bool ec2_delete_internet_gateway(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *gateway;

	(void)output;
	if (!ec2_get_by(call, &kind_internet_gateway, input, "InternetGatewayId", &gateway, err))
		return false;
	if (attached_to(gateway))
		return aws_fail(err, AWS_EC2_DEPENDENCY, "internetGateway", gateway->key);
	world_remove(call, &kind_internet_gateway, gateway->key);
	return true;
}

/* Source: EC2 API, AttachInternetGateway. Gardener attaches at every reconcile and relies on
 * Resource.AlreadyAssociated (aws/client/client.go). */
bool ec2_attach_internet_gateway(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *gateway, *vpc;

	(void)output;
	if (!ec2_get_by(call, &kind_internet_gateway, input, "InternetGatewayId", &gateway, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (attached_to(gateway))
		return aws_fail(err, AWS_EC2_GATEWAY_ATTACHED, gateway->key, attached_to(gateway));
	if (ec2_vpc_has_internet_gateway(call->world, vpc->key))
		return aws_fail(err, AWS_EC2_VPC_HAS_GATEWAY, vpc->key);
	if (!encryption_control_allows(call, vpc->key, "InternetGateway", err))
		return false;
	set_attachment(call, gateway, vpc->key);
	return true;
}

/** Whether an interface of the VPC, or a regional NAT gateway, has a public IPv4 address. */
static bool has_public_address(const struct world *world, const char *vpc_id)
{
	struct docs interfaces = {0};
	bool found = false;

	world_lookup(world, &kind_network_interface, "vpc", vpc_id, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++) {
		json_foreach (address, json_get(interfaces.items[i]->body, "PrivateIpAddresses"))
			found = found || json_find(address, "Association", "PublicIp", NULL);
	}
	docs_done(&interfaces);
	/* a regional NAT gateway has its addresses on no interface of the VPC */
	world_lookup(world, &kind_nat_gateway, "vpc", vpc_id, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++)
		found = found || (nat_gateway_is_regional(interfaces.items[i]) &&
				  !ec2_is_gone(interfaces.items[i]));
	docs_done(&interfaces);
	return found;
}

/* Source: EC2 API, DetachInternetGateway: "must not contain any running instances with Elastic IP
 * addresses or public IPv4 addresses". */
bool ec2_detach_internet_gateway(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *gateway, *vpc;

	(void)output;
	if (!ec2_get_by(call, &kind_internet_gateway, input, "InternetGatewayId", &gateway, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (!str_eq(attached_to(gateway), vpc->key))
		return aws_fail(err, AWS_EC2_GATEWAY_NOT_ATTACHED, gateway->key, vpc->key);
	if (has_public_address(call->world, vpc->key))
		return aws_fail(err, AWS_EC2_PUBLIC_ADDRESSES, vpc->key);
	ec2_remove_all(call, &kind_route_table_association, "gateway", gateway->key);
	set_attachment(call, gateway, NULL);
	return true;
}

static const struct filter_field internet_gateway_filters[] = {
	{"attachment.state", "Attachments.State", NULL, NULL},
	{"attachment.vpc-id", "Attachments.VpcId", NULL, "vpc"},
	{"internet-gateway-id", "InternetGatewayId", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_internet_gateways(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_internet_gateway,
		.ids = "InternetGatewayIds",
		.id_prefix = "igw-",
		.malformed = AWS_EC2_INTERNET_GATEWAY_NOT_FOUND, /* of any form */
		.not_found = AWS_EC2_INTERNET_GATEWAY_NOT_FOUND,
		.filters = "Filters",
		.fields = internet_gateway_filters,
		.page = &page_ec2,
		.result = "InternetGateways",
		.tags = true,
		.empty_tags = true,
	};

	return describe_reply(call, input, output, &describe, err);
}
