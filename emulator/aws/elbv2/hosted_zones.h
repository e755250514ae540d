#pragma once
/* Route 53 hosted zones of load balancers, by region. */
#include "emulator/base/util.h"

/**
 * The CanonicalHostedZoneId that a load balancer shows.
 *
 * @param network  of a Network Load Balancer; else of an application or classic one
 * @return never NULL: regions that the table lacks show "Z" and their name, which no real zone is
 */
const char *elb_hosted_zone(const char *region, bool network);
