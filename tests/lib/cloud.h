#pragma once
/*
 * Hand-made documents of both façades, shaped as the real ones, for tests of what reads them: a
 * Shoot "demo" of project qa with its VPC, and Services with their load balancers.
 */
#include "tests/lib/world.h"

#define CLOUD_SHOOT "shoot--qa--demo"
#define CLOUD_LBC   "load-balancer-controller"
#define CLOUD_CCM   "cloud-controller-manager"
#define CLOUD_INFRA "infrastructure-controller"

/** A kind by its name, as the façades name and shape theirs; ends the test when there is none. */
const struct kind *cloud_kind(const char *name);
/** Adds a document; body and tags as test_json takes them, tags may be NULL. */
const struct doc *cloud_add(struct world *world, const char *actor, const char *kind,
			    const char *key, const char *body, const char *tags);
const struct doc *cloud_put(struct world *world, const char *actor, const char *kind,
			    const char *key, const char *body);
void cloud_remove(struct world *world, const char *actor, const char *kind, const char *key);
const struct doc *cloud_find(const struct world *world, const char *kind, const char *key);

/** A world with the Shoot's namespaces and Infrastructure, and what the infrastructure controller
 * makes: VPC, DHCP options, internet gateway, main table with its routes, two subnets, the nodes'
 * security group and its rules, NAT gateway with its address and interface, role, profile, key. */
struct world *cloud_shoot(void);
/** The Service default/echo of type LoadBalancer, served by the CCM. */
void cloud_service(struct world *world);
/** Its classic load balancer "aecho" with group "sg-elb", made by the CCM. */
void cloud_classic(struct world *world);
/** The Service gets the four dual-stack annotations. */
void cloud_migrate(struct world *world);
/** Its dual-stack NLB with group, backend group, listener, rule, target group, targets, interfaces
 * and the rule in the nodes' group, made by the LBC; the Service's status names it. */
void cloud_nlb(struct world *world);
/** All of that is deleted again by the LBC. */
void cloud_nlb_gone(struct world *world);
