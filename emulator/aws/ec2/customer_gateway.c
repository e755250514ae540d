/* Customer gateways: what AWS knows of the device at the other end of a VPN connection. Shape: EC2
 * CustomerGateway. Life: pending → available → deleted, shown so for a while. */
#include "emulator/aws/ec2/internal.h"

#define DEFAULT_ASN	 65000	    /* EC2 API, CreateCustomerGateway: "Default: 65000" */
#define ASN_MAX		 2147483647 /* of BgpAsn; above it stands BgpAsnExtended */
#define ASN_EXTENDED_MAX 4294967295
#define DEVICE_NAME_MAX	 255

static void customer_gateway_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "forgotten")) {
		world_remove(call, &kind_customer_gateway, doc->key);
		return;
	}
	if (ec2_is_gone(doc))
		return;
	body = json_copy(doc->body);
	json_set_str(body, "State", timer);
	world_put(call, &kind_customer_gateway, doc->key, body);
}

const struct kind kind_customer_gateway = {
	.name = "customer-gateway",
	.shape = "ec2:CustomerGateway",
	.timer = customer_gateway_timer,
	.view = ec2_view,
};

static bool check_numbers(const struct json *input, struct err *err)
{
	int64_t asn = json_get_int(input, "BgpAsn", DEFAULT_ASN);
	int64_t extended = json_get_int(input, "BgpAsnExtended", ASN_EXTENDED_MAX);

	if (json_get(input, "BgpAsn") && json_get(input, "BgpAsnExtended"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "bgpAsn", "bgpAsnExtended");
	if (asn < 1 || asn > ASN_MAX)
		return aws_fail(err, AWS_EC2_CUSTOMER_ASN, "bgpAsn");
	if (extended <= ASN_MAX || extended > ASN_EXTENDED_MAX)
		return aws_fail(err, AWS_EC2_CUSTOMER_ASN, "bgpAsnExtended");
	return true;
}

/** The device's address out of IpAddress, or PublicIp as it used to be called. */
static bool read_address(const struct json *input, const char **ret, struct err *err)
{
	const char *name = json_get_str(input, "DeviceName");
	struct ip ip;

	*ret = json_get_str(input, "IpAddress");
	if (!*ret)
		*ret = json_get_str(input, "PublicIp");
	if (name && strlen(name) > DEVICE_NAME_MAX)
		return aws_fail(err, AWS_EC2_CUSTOMER_DEVICE);
	if (!*ret && !json_get_str(input, "CertificateArn"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ipAddress");
	if (*ret && !ip_parse(*ret, &ip))
		return aws_fail(err, AWS_EC2_ADDRESS_SYNTAX, *ret);
	return true;
}

static struct json *gateway_body(const struct json *input, const char *address)
{
	const struct json *extended = json_get(input, "BgpAsnExtended");
	struct json *body = json_new_object();

	if (extended)
		json_setf(body, "BgpAsnExtended", "%lld",
			  (long long)json_get_int(input, "BgpAsnExtended", 0));
	else
		json_setf(body, "BgpAsn", "%lld",
			  (long long)json_get_int(input, "BgpAsn", DEFAULT_ASN));
	json_set_copy(body, "CertificateArn", json_get(input, "CertificateArn"));
	json_set_copy(body, "DeviceName", json_get(input, "DeviceName"));
	json_set_str(body, "IpAddress", address);
	json_set_copy(body, "Type", json_get(input, "Type"));
	json_set_str(body, "State", "pending");
	return body;
}

/** One that says the same and lives. Source: EC2 API, CreateCustomerGateway: "An identical request
 * returns information about the existing customer gateway". */
static const struct doc *find_same(struct call *call, const struct json *body)
{
	static const char *const members[] = {"BgpAsn", "BgpAsnExtended", "CertificateArn",
					      "DeviceName", "IpAddress"};

	world_foreach (doc, call->world, &kind_customer_gateway) {
		bool same = doc_in_scope(call, doc) && !ec2_is_gone(doc);

		for (size_t i = 0; i < array_size(members); i++)
			same = same &&
			       str_eq(doc_str(doc, members[i]), json_get_str(body, members[i]));
		if (same)
			return doc;
	}
	return NULL;
}

bool ec2_create_customer_gateway(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *body = NULL;
	const char *address, *id;
	const struct doc *doc;

	if (!tags_from_specifications(input, "customer-gateway", &tags, err) ||
	    !check_numbers(input, err) || !read_address(input, &address, err))
		return false;
	body = gateway_body(input, address);
	doc = find_same(call, body);
	if (doc) {
		json_set(output, "CustomerGateway", ec2_item(doc));
		return true;
	}
	if (!ec2_within_limit(call, LIMIT_CUSTOMER_GATEWAYS,
			      ec2_count(call, &kind_customer_gateway),
			      AWS_EC2_CUSTOMER_GATEWAY_LIMIT, err))
		return false;
	id = ec2_new_id(call, &kind_customer_gateway, address);
	json_set_str(body, "CustomerGatewayId", id);
	doc = world_add(call, (struct doc_spec){.kind = &kind_customer_gateway,
						.key = id,
						.body = steal(body),
						.tags = steal(tags)});
	json_set(output, "CustomerGateway", ec2_item(doc));
	lifecycle_start(call, &kind_customer_gateway, id, LIFECYCLE_VPN_GATEWAY, "available");
	return true;
}

bool ec2_delete_customer_gateway(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc;
	struct json *body;

	(void)output;
	if (!ec2_get_by(call, &kind_customer_gateway, input, "CustomerGatewayId", &doc, err))
		return false;
	if (ec2_is_gone(doc))
		return aws_fail(err, AWS_EC2_CUSTOMER_GATEWAY_NOT_FOUND, doc->key);
	if (world_lookup_count(call->world, &kind_vpn_connection, "customer-gateway", doc->key))
		return aws_fail(err, AWS_EC2_CUSTOMER_GATEWAY_IN_USE, doc->key);
	body = json_copy(doc->body);
	json_set_str(body, "State", "deleted");
	doc = world_put(call, &kind_customer_gateway, doc->key, body);
	lifecycle_start(call, &kind_customer_gateway, doc->key, LIFECYCLE_FORGOTTEN, "forgotten");
	return true;
}

static const struct filter_field customer_gateway_filters[] = {
	{"bgp-asn", "BgpAsn", NULL, NULL},
	{"customer-gateway-id", "CustomerGatewayId", NULL, NULL},
	{"ip-address", "IpAddress", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"type", "Type", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_customer_gateways, .kind = &kind_customer_gateway,
	     .ids = "CustomerGatewayIds", .id_prefix = "cgw-",
	     .malformed = AWS_EC2_CUSTOMER_GATEWAY_MALFORMED,
	     .not_found = AWS_EC2_CUSTOMER_GATEWAY_NOT_FOUND, .fields = customer_gateway_filters,
	     .result = "CustomerGateways")
