#pragma once
/*
 * What the rest of the program may know of ELBv2: its kinds of documents with their indexes. All
 * else goes through its API (aws_invoke).
 *
 * A document's body has the shape that the API shows; attributes stand in extra.attributes (object,
 * key to value), tags in the envelope. doc_view adds Tags and Attributes as lists.
 */
#include "emulator/world/call.h"

/** @name Kinds. Keys are ARNs, but for targets. In parentheses: the indexes and their terms. */
/** (vpc; name: "account/region/name"; subnet; group: security group id; dns: DNSName). extra:
 * interfaces (object: subnet id to network interface id). */
extern const struct kind kind_load_balancer;
/** (load-balancer: its ARN; target-group: ARN of each that its default action forwards to;
 * trust-store: ARN of the one by which it verifies clients). extra: certificates (array of ARNs,
 * those for SNI). */
extern const struct kind kind_listener;
/** (listener: its ARN; load-balancer; target-group). Default rules are documents too, implied by
 * the listener. */
extern const struct kind kind_rule;
/** (name: "account/region/name"; vpc). LoadBalancerArns are derived from listeners and rules. */
extern const struct kind kind_target_group;
/**
 * A registered target; key "TARGETGROUPARN/id/port". Body: TargetGroupArn, Id, Port,
 * AvailabilityZone, State (of the target itself; see elbv2_target_health).
 * (target-group; id: Id).
 */
extern const struct kind kind_target;

/** (name: "account/region/name"). */
extern const struct kind kind_trust_store;
/** A revocation list of one; key "TRUSTSTOREARN/number" (trust-store). */
extern const struct kind kind_trust_store_revocation;

/** Health of a target as DescribeTargetHealth shows it: { State, Reason, Description }. New tree.
 */
struct json *elbv2_target_health(const struct world *world, const struct doc *target);
/** ARNs of the load balancers whose listeners or rules forward to a target group; new array. */
struct json *elbv2_load_balancers_of(const struct world *world, const struct doc *target_group);
