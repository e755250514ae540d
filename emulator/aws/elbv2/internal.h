#pragma once
/* Inside of ELBv2: what its resources share. */
#include "emulator/aws/common.h"
#include "emulator/aws/ec2/ec2.h"
#include "emulator/aws/elbv2/elbv2.h"
#include "emulator/aws/lifecycle.h"
#include "emulator/aws/operation.h"

#define ELBV2_OP(name)                                                                             \
	bool name(struct call *call, const struct json *input, struct json *output, struct err *err)

/** Whether a type of load balancer can have this address type (API: IpAddressType). */
must_check bool elbv2_check_type(const char *type, const char *scheme, const char *ip_address_type,
				 struct err *err);

/** Whether it is an ARN that a document of this kind could have here, else ValidationError: one of
 * another account or region is not valid either (as quoted in public issues). */
must_check bool elbv2_check_arn(const struct call *call, const struct kind *kind, const char *arn,
				struct err *err);
/** @name Finding; each fails with its own …NotFound */
must_check bool elbv2_get_load_balancer(struct call *call, const struct json *input,
					const struct doc **ret, struct err *err);
must_check bool elbv2_get_listener(struct call *call, const struct json *input,
				   const struct doc **ret, struct err *err);
must_check bool elbv2_get_rule(struct call *call, const struct json *input, const struct doc **ret,
			       struct err *err);
must_check bool elbv2_get_target_group(struct call *call, const char *arn, const struct doc **ret,
				       struct err *err);

/** "net" or "app" or "gwy", as ARNs have it. */
const char *elbv2_type_word(const char *type);
/** "account/region/name" in the arena: the term of the name indexes. */
const char *elbv2_name_term(struct call *call, const char *name);
/** Term functions' shorthand: the text of a member of the body. */
void elbv2_term(struct terms *terms, const struct json *body, const char *member);
/** The view of a document: its body with Tags and Attributes; new tree. */
struct json *elbv2_view(const struct world *world, const struct doc *doc);
/** Turns an error of EC2 into what ELBv2 says about the same. Always false. */
bool elbv2_error(struct err *err);
/** A name of 1 to 32 letters, digits and single hyphens inside; else ValidationError. */
must_check bool elbv2_check_name(const char *what, const char *name, struct err *err);

/** @name Quotas: rows of limits.tbl; they hold in the aws profile only */
enum elbv2_limit {
#define LIMIT(word, name, max, error) ELBV2_LIMIT_##word,
#define HIDDEN(word, max, error)      ELBV2_LIMIT_##word,
#include "emulator/aws/elbv2/limits.tbl"
#undef LIMIT
#undef HIDDEN
};
/**
 * Whether `count`, as it would be after the call, is within a limit.
 *
 * @param of   what is counted on, for the message: an ARN, a type
 * @param err  the row's error; its text takes the limit and `of`
 */
must_check bool elbv2_limit(struct call *call, enum elbv2_limit limit, size_t count, const char *of,
			    struct err *err);
/** Whether a load balancer, as the call leaves it, is within its quotas of target groups and
 * targets. */
must_check bool elbv2_check_balancer_quotas(struct call *call, const char *balancer,
					    struct err *err);
/** The same for a target group and all load balancers that use it. */
must_check bool elbv2_check_group_quotas(struct call *call, const struct doc *group,
					 struct err *err);
/** ARNs of the target groups that a load balancer's listeners and rules forward to; new array. */
struct json *elbv2_groups_of(const struct world *world, const char *balancer);

/** @name Attributes */
struct elbv2_attribute {
	const char *key;
	const char *value; /**< default */
	unsigned applies;  /**< enum attribute_scope */
	/** Alternatives "a|b|#min-max", the last for numbers; "*" anything; NULL: true|false */
	const char *allowed;
};
/** What an attribute is for. A thing is of several; the last row that applies to it holds. */
enum attribute_scope {
	FOR_NETWORK = 1 << 0,
	FOR_APPLICATION = 1 << 1,
	FOR_GATEWAY = 1 << 2,
	FOR_UDP = 1 << 3,	 /**< target groups of UDP, TCP_UDP and QUIC */
	FOR_IP_TARGETS = 1 << 4, /**< ip target groups of TCP and TLS */
	FOR_LAMBDA = 1 << 5,	 /**< target groups of functions */
	FOR_HTTPS = 1 << 6,	 /**< listeners that speak HTTPS */
	FOR_ALB = 1 << 7,	 /**< target groups of an Application Load Balancer */
};
/** The defaults of a table for a scope, as an object; rows end with a NULL key. New tree. */
struct json *elbv2_attribute_defaults(const struct elbv2_attribute *rows, unsigned scope);
/** What attributes a thing can have, and in which words it refuses others. */
struct elbv2_attributes {
	const struct elbv2_attribute *rows;
	unsigned scope;
	const char *what; /**< "Load balancer" */
	/** "load balancers with type 'network'"; NULL: keys of others are not recognized */
	const char *of;
	/** Whether all attributes together make sense; doc is the thing as it was. May be NULL. */
	bool (*check)(const struct doc *doc, const struct json *attributes, struct err *err);
};
/** An object as list [{Key, Value}]; new tree. */
struct json *elbv2_attribute_list(const struct json *attributes);
/** The answer of the Describe…Attributes and Modify…Attributes operations. */
void elbv2_reply_attributes(struct json *output, const struct doc *doc);
/** Changes a document's attributes as a Modify…Attributes operation says, and answers them; fails
 * with ValidationError for an unknown key or a wrong value. */
must_check bool elbv2_modify_attributes(struct call *call, const struct doc *doc,
					const struct elbv2_attributes *set,
					const struct json *input, struct json *output,
					struct err *err);

/** @name Load balancers and their network interfaces (interfaces.c) */
/** What a request says about one subnet. */
struct zone_wish {
	const struct doc *subnet;
	const char *allocation_id, *private_ipv4, *ipv6; /**< NULL: not said */
	const char *prefix; /**< SourceNatIpv6Prefix: a /80 or "auto_assigned"; NULL: not said */
};
#define ZONES_MAX	20 /* subnets of one load balancer */
#define SOURCE_NAT_BITS 80 /* API: SubnetMapping, SourceNatIpv6Prefix */
struct zone_wishes {
	struct zone_wish items[ZONES_MAX];
	size_t count;
};
/** What the load balancer is, or will be, for which subnets are wished. */
struct zone_terms {
	const char *type, *scheme, *ip_address_type;
	bool prefix;		    /**< EnablePrefixForIpv6SourceNat is on */
	const struct json *present; /**< AvailabilityZones that it has; NULL: it is new */
};
/** Whether addresses of both families: "dualstack" and "dualstack-without-public-ipv4". */
bool elbv2_is_dual(const char *ip_address_type);
/** The entry of a subnet in a load balancer's AvailabilityZones, or NULL. */
const struct json *zone_find(const struct json *zones, const char *subnet_id);
/**
 * Subnets or SubnetMappings of a request, checked: they exist, are of one VPC, one for each zone;
 * enough of them for the type.
 */
must_check bool zones_read(struct call *call, const struct json *input, const char *type,
			   struct zone_wishes *ret, struct err *err);
/** Whether these subnets can serve: IPv6 blocks for dualstack, an internet gateway for
 * internet-facing, eight free addresses where it is not yet; whether their addresses can be had. */
must_check bool zones_check(struct call *call, const struct zone_wishes *wishes,
			    const struct zone_terms *terms, struct err *err);
/**
 * Makes the interfaces that the wishes need and are not there, releases those of other subnets,
 * and brings their addresses in line with the load balancer's type.
 *
 * @param balancer  body of the load balancer: AvailabilityZones are set in it
 * @param extra     its private state: interfaces are set in it
 */
must_check bool zones_apply(struct call *call, struct json *balancer, struct json *extra,
			    const struct zone_wishes *wishes, struct err *err);

/** Whether a change of its reserved capacity goes on. */
bool capacity_is_pending(const struct doc *balancer);
/** The timer "capacity" of a load balancer. */
void capacity_became_provisioned(struct call *call, const struct doc *balancer);

/** @name Listeners, rules and target groups */
/**
 * Checks and completes a list of actions: they go together and with the listener's protocol, each
 * target group exists, fits and is not another load balancer's. New tree, as the API shows it.
 *
 * @param before  actions that these replace, whose client secrets they may keep; NULL: none
 */
must_check bool actions_read(struct call *call, const struct doc *balancer, const char *protocol,
			     const struct json *before, const struct json *list, struct json **ret,
			     struct err *err);
/** Whether a forward has several groups and does not keep a client in one of them. */
bool action_scatters(const struct json *action);
/** @name One action, by its type (action_types.c) */
/**
 * Whether an action says what its type needs, and nothing else.
 *
 * @param protocol  the listener's; NULL for a Gateway Load Balancer's
 * @param before    the actions that it is among the successors of; NULL: none
 * @param stays     it is one of those, unchanged
 */
must_check bool action_check(const struct json *action, const char *protocol,
			     const struct json *before, bool stays, struct err *err);
/** Whether a forward names its groups in one way, with possible weights and stickiness. */
must_check bool forward_check(const struct json *action, struct err *err);
/** The action as the API shows it: defaults filled in, secrets left out; new tree. */
struct json *action_complete(const struct json *action);

/** Terms of the target-group indexes: every group that the actions forward to. */
void actions_terms(const struct json *actions, struct terms *terms);
/** Checks and completes a list of conditions, as the API shows them; new tree (conditions.c). */
must_check bool conditions_read(struct call *call, const struct json *list, struct json **ret,
				struct err *err);
/** Whether a rule can have these transforms. */
must_check bool transforms_check(const struct json *list, struct err *err);
/** Removes a listener with its rules. */
void listener_remove(struct call *call, const struct doc *listener);
/** Makes a listener's default rule, or brings it up to date with its actions. */
void rule_put_default(struct call *call, const struct doc *listener);
/** A target group may have come into use or out of it: targets that were not in use begin their
 * health checks, or all of them cease to be in use. Those of a group that stays in use go on. */
void targets_use_changed(struct call *call, const char *target_group_arn);
/** The zone in which a target stands; NULL for one that serves all zones. Borrowed. */
const char *target_zone(const struct world *world, const struct doc *target);
/** All registrations of { Id, Port } in a group; of each port when the request names none. */
void target_find(struct call *call, const struct doc *group, const struct json *target,
		 struct docs *ret);
/** Whether a request's targets can be registered in a group (target_check.c). */
must_check bool targets_check(struct call *call, const struct doc *group,
			      const struct json *targets, struct err *err);
/** The zone that a target has from its registration on: said, or for an address of the VPC its
 * subnet's; NULL for an instance, which has its own. */
const char *target_zone_at(struct call *call, const struct doc *group, const struct json *target);
/** A registered target as DescribeTargetHealth shows it; new tree. */
struct json *target_item(const struct world *world, const struct doc *target);
/** The port at which a target is registered that a request names so. */
int64_t target_port(const struct doc *group, const struct json *target);
/** The attributes that a new target group has; new tree. */
struct json *target_group_attribute_defaults(const struct json *body);
/** The health check that a new target group's body gets by its protocol and type. */
void health_check_defaults(struct json *body);
/**
 * Puts a request's health check members into a target group's body, checks that they go together
 * and fills in what they entail. The body may be half changed when it fails.
 */
must_check bool health_check_change(struct json *body, const struct json *input, struct err *err);
/** Whether a listener or rule forwards to it. */
bool target_group_in_use(const struct world *world, const char *arn);
/** Removes all targets of a group. */
void targets_remove_all(struct call *call, const char *target_group_arn);

/** @name Secure listeners */
/** TLS and HTTPS. */
bool listener_is_secure(const char *protocol);
/**
 * Checks what a request says about security policy, certificates, ALPN and mutual authentication,
 * and puts it into the listener's body, whose Protocol is set already; takes it out of one that is
 * not secure.
 */
must_check bool listener_secure(struct call *call, const struct doc *balancer,
				const struct json *input, struct json *body, struct err *err);
/** Whether a security policy of that name is there for a type of load balancer; SSLPolicyNotFound.
 */
must_check bool ssl_policy_check(const char *name, const char *type, struct err *err);
/** TrustStoreNotFound when there is none with that ARN. */
/** Whether the buckets take the logs that a request switches on: InvalidConfigurationRequest. The
 * balancer's attributes are already those that the request wants (access_log.c). */
must_check bool access_log_check(struct call *call, const struct doc *balancer,
				 const struct json *input, struct err *err);
must_check bool trust_store_get(struct call *call, const char *arn, const struct doc **ret,
				struct err *err);

extern const struct elbv2_attribute load_balancer_attributes[], target_group_attributes[],
	listener_attributes[];

/** @name The handlers: operations.tbl */
#define OPERATION(name, handler, flags) operation_fn handler;
#include "emulator/aws/elbv2/operations.tbl"
#undef OPERATION
