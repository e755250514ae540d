/* ModifySubnetAttribute. */
#include "emulator/aws/ec2/internal.h"

/* Input member, object in the body that holds it (NULL: the body itself), member there. */
static const struct {
	const char *input, *object, *member;
	const char *needs_ipv6; /* how its refusal calls it while the subnet has no IPv6 block */
} subnet_attributes[] = {
	{"AssignIpv6AddressOnCreation", NULL, "AssignIpv6AddressOnCreation",
	 "assign-ipv6-address-on-creation"},
	{"MapPublicIpOnLaunch", NULL, "MapPublicIpOnLaunch", NULL},
	{"EnableDns64", NULL, "EnableDns64", "enable-dns64"},
	{"EnableResourceNameDnsARecordOnLaunch", "PrivateDnsNameOptionsOnLaunch",
	 "EnableResourceNameDnsARecord", NULL},
	{"EnableResourceNameDnsAAAARecordOnLaunch", "PrivateDnsNameOptionsOnLaunch",
	 "EnableResourceNameDnsAAAARecord", "enable-resource-name-dns-aaaa-record-on-launch"},
};

static const char *const attribute_members[] = {
	"AssignIpv6AddressOnCreation",
	"MapPublicIpOnLaunch",
	"EnableDns64",
	"EnableResourceNameDnsARecordOnLaunch",
	"EnableResourceNameDnsAAAARecordOnLaunch",
	"PrivateDnsHostnameTypeOnLaunch",
	"MapCustomerOwnedIpOnLaunch",
	"CustomerOwnedIpv4Pool",
	"EnableLniAtDeviceIndex",
	"DisableLniAtDeviceIndex",
	NULL,
};

/** Changes one boolean; *ret says whether the input has it. */
static bool modify_bool(const struct doc *subnet, const struct json *input, size_t i,
			struct json *body, struct err *err)
{
	struct json *object = body;
	bool value = false, native = json_get_bool(body, "Ipv6Native", false);

	if (!ec2_bool_attribute(input, subnet_attributes[i].input, &value))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "value");
	if (value && subnet_attributes[i].needs_ipv6 &&
	    !json_size(json_get(subnet->body, "Ipv6CidrBlockAssociationSet")))
		return aws_fail(err, AWS_EC2_SUBNET_WITHOUT_IPV6, subnet_attributes[i].needs_ipv6,
				subnet_attributes[i].needs_ipv6, subnet->key);
	if (value && native && str_eq(subnet_attributes[i].input, "MapPublicIpOnLaunch"))
		return aws_fail(err, AWS_EC2_SUBNET_NATIVE, subnet->key, "MapPublicIpOnLaunch");
	if (subnet_attributes[i].object)
		object = json_ensure_object(body, subnet_attributes[i].object);
	json_set_bool(object, subnet_attributes[i].member, value);
	return true;
}

/* Source: EC2 API, ModifySubnetAttribute: one attribute per call. */
bool ec2_modify_subnet_attribute(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *subnet;
	unsigned which;

	(void)output;
	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", &subnet, err) ||
	    !ec2_one_of(input, attribute_members, &which, err))
		return false;
	body = json_copy(subnet->body);
	if (str_eq(attribute_members[which], "PrivateDnsHostnameTypeOnLaunch"))
		json_set_str(json_ensure_object(body, "PrivateDnsNameOptionsOnLaunch"),
			     "HostnameType", json_get_str(input, "PrivateDnsHostnameTypeOnLaunch"));
	else if (which >= array_size(subnet_attributes))
		return err_set(err, ERR_UNSUPPORTED, NULL, "%s: Outposts are not emulated",
			       attribute_members[which]);
	else if (!modify_bool(subnet, input, which, body, err))
		return false;
	world_put(call, &kind_subnet, subnet->key, steal(body));
	return true;
}
