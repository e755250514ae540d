#pragma once
/* The world in which every walk begins: a Service behind a dual-stack NLB, and all a packet needs.
 */
#include "tests/lib/cloud.h"

#define ARN(rest) "arn:aws:elasticloadbalancing:eu-west-1:123456789012:" rest
#define ALLOW_ALL "'RuleNumber':100,'Protocol':'-1','RuleAction':'allow'"
#define ACL_ENTRIES                                                                                \
	"{" ALLOW_ALL ",'Egress':false,'CidrBlock':'0.0.0.0/0'},"                                  \
	"{" ALLOW_ALL ",'Egress':true,'CidrBlock':'0.0.0.0/0'},"                                   \
	"{" ALLOW_ALL ",'Egress':false,'Ipv6CidrBlock':'::/0'},"                                   \
	"{" ALLOW_ALL ",'Egress':true,'Ipv6CidrBlock':'::/0'}"
#define ACL_HEAD "{'NetworkAclId':'acl-1','VpcId':'vpc-1','IsDefault':true,'Entries':["

struct world *echo_world(void);
/** The NLB's target is an address now, which the nodes' group lets it reach. */
void use_address(struct world *w, const char *address);
