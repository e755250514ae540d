#pragma once
/* Where the DNS names of load balancers stand: domains and Route 53 hosted zones, by region. */
#include "emulator/base/util.h"

/**
 * The CanonicalHostedZoneId that a load balancer shows.
 *
 * @param network  of a Network Load Balancer; else of an application or classic one
 * @return never NULL: regions that the table lacks show "Z" and their name, which no real zone is
 */
const char *elb_hosted_zone(const char *region, bool network);

/** The domain that DNS names of load balancers end with: "amazonaws.com", in China
 * "amazonaws.com.cn". */
const char *elb_domain(const char *region);
