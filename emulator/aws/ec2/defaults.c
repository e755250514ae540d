/* What a region has before anybody did anything: the default DHCP options, the default VPC with a
 * subnet in each zone and a way to the internet, and Amazon's images. */
#include "emulator/aws/ec2/internal.h"

/* Source: VPC user guide, "Default VPCs": 172.31.0.0/16, a /20 per zone, public. */
#define DEFAULT_VPC "172.31.0.0/16"
#define ZONE_PREFIX 20

void default_vpc_add(struct call *call)
{
	struct cidr cidr, zone_cidr;
	const struct doc *vpc;
	const char *gateway, *zone;

	if (!cidr_parse(DEFAULT_VPC, &cidr))
		assert(!"the default VPC's block is a block");
	vpc = vpc_add(call,
		      (struct vpc_spec){.cidr = &cidr, .tenancy = "default", .is_default = true});
	gateway = internet_gateway_add(call, vpc->key, NULL);
	route_add(call, route_table_main(call->world, vpc->key)->key, "DestinationCidrBlock",
		  "0.0.0.0/0", "GatewayId", gateway, NULL);
	for (unsigned i = 0; (zone = region_zone_name(call, i)); i++)
		if (cidr_sub(&cidr, ZONE_PREFIX, i, &zone_cidr))
			subnet_add(call, (struct subnet_spec){.vpc = vpc,
							      .zone = zone,
							      .ipv4 = &zone_cidr,
							      .is_default = true});
}

void ec2_defaults(struct call *call)
{
	if (!*call->region)
		return;
	dhcp_options_default(call);
	default_vpc_add(call);
	image_add_defaults(call);
}
