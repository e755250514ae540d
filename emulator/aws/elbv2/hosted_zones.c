/* See hosted_zones.h. */
#include "emulator/aws/elbv2/hosted_zones.h"

#include "emulator/base/container.h"

static const struct {
	const char *region, *application, *network;
} zones[] = {
#define HOSTED_ZONE(region, application, network) {region, application, network},
#include "emulator/aws/elbv2/hosted_zones.tbl"
#undef HOSTED_ZONE
};

const char *elb_hosted_zone(const char *region, bool network)
{
	_cleanup_(freep) char *unknown = NULL;

	for (size_t i = 0; i < array_size(zones); i++) {
		if (str_eq(zones[i].region, region))
			return network ? zones[i].network : zones[i].application;
	}
	unknown = xasprintf("Z-%s-%s", network ? "network" : "application", region);
	return intern(unknown);
}

const char *elb_domain(const char *region)
{
	return str_starts_with(region, "cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
