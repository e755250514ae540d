#pragma once
/* Inside of classic ELB: what its files share. */
#include "emulator/aws/common.h"
#include "emulator/aws/ec2/ec2.h"
#include "emulator/aws/elb/elb.h"
#include "emulator/aws/lifecycle.h"
#include "emulator/aws/operation.h"

#define ELB_OP(name)                                                                               \
	bool name(struct call *call, const struct json *input, struct json *output, struct err *err)

/** @name load_balancer.c */
/** The load balancer of that name in the call's account and region; else LoadBalancerNotFound. */
must_check bool elb_get(struct call *call, const char *name, const struct doc **ret,
			struct err *err);

/** A load balancer that is being changed: copies of its parts, to be saved or forgotten. */
struct edit {
	const struct doc *doc;
	struct json *body, *extra;
};
/** Begins to change the one that input's LoadBalancerName names; elb_edit_done it. */
must_check bool elb_edit(struct call *call, const struct json *input, struct edit *ret,
			 struct err *err);
/** Puts the changed parts in place; the result is the new version. */
const struct doc *elb_save(struct call *call, struct edit *edit);
void elb_edit_done(struct edit *edit);

/** Whether a list of texts holds the text. */
bool elb_has(const struct json *list, const char *text);
/** Appends the text unless the list holds it. */
void elb_add_once(struct json *list, const char *text);
/** Removes the text from the list; whether it was there. */
bool elb_take(struct json *list, const char *text);

/** @name zones.c: subnets, zones and their network interfaces */
/**
 * Reads where a new load balancer is to be: subnets, or zones of the default VPC. Each subnet
 * exists, they are of one VPC, one for each zone, and have addresses left.
 *
 * @param ret   array of subnet ids; to be freed
 * @param err   ValidationError, SubnetNotFound, InvalidSubnet, InvalidConfigurationRequest
 */
must_check bool zones_of_create(struct call *call, const struct json *input, struct json **ret,
				struct err *err);
/**
 * Puts the load balancer into exactly these subnets: makes and releases network interfaces, sets
 * Subnets and AvailabilityZones of the body and interfaces of extra.
 *
 * @param subnets  array of ids, checked
 * @param err      what ec2_interface_add fails with
 */
must_check bool zones_apply_subnets(struct call *call, struct json *body, struct json *extra,
				    const struct json *subnets, struct err *err);
/** Checks security groups and sets them, and SourceSecurityGroup, in a body. An empty list is the
 * VPC's default group. */
must_check bool zones_set_groups(struct call *call, struct json *body, const struct json *groups,
				 struct err *err);

/** @name listener.c */
/** One listener of a request as AWS shows it: protocols in capitals, the back end's filled in. */
must_check bool listener_read(const struct json *wanted, struct json **ret, struct err *err);
/**
 * Adds listeners of a request to a body; one that is there already, and is the same, is left as it
 * is.
 *
 * @param err  ValidationError, UnsupportedProtocol, CertificateNotFound, DuplicateListener,
 *             InvalidConfigurationRequest
 */
must_check bool listeners_add(struct call *call, struct json *body, struct json *extra,
			      const struct json *wanted, struct err *err);
/** The entry of ListenerDescriptions with that port, or NULL. */
struct json *listener_on_port(struct json *body, int64_t port);

/** @name instance.c */
/** Whether an instance is terminated or forgotten: AWS deregisters those by itself. */
bool instance_is_gone(const struct world *world, const char *id);
/** A timer "in-service:i-…" or "drained:i-…" of a load balancer is due. */
void instance_timer(struct call *call, const struct doc *doc, const char *timer);

/** @name attributes.c */
/** LoadBalancerAttributes of a new load balancer; new tree. */
struct json *attributes_new(void);

/** @name policy.c, policy_type.c */
/** The policy of that name out of extra.policies, or NULL. */
const struct json *policy_find(const struct json *extra, const char *name);
/** Adds a policy to extra, unless it is there, and shows it in the body. */
void policy_add_security(struct json *body, struct json *extra, const char *name);
/** Sets Policies in a body out of extra.policies. */
void policies_show(struct json *body, const struct json *extra);
/** Forgets what BackendServerDescriptions say about ports that no listener leads to any more. */
void policies_drop_ports(struct json *body);

enum policy_place {
	ON_LISTENER = 1 << 0,
	ON_HTTP_LISTENER = 1 << 1,   /**< HTTP and HTTPS only */
	ON_SECURE_LISTENER = 1 << 2, /**< HTTPS and SSL only */
	ON_BACKEND = 1 << 3,	     /**< for the instances' port */
	ON_SECURE_BACKEND = 1 << 4,  /**< of HTTPS and SSL only */
	IN_POLICY = 1 << 5,	     /**< only part of other policies */
};
struct policy_type {
	const char *name;
	unsigned places; /**< enum policy_place */
	const char *description;
};
/** The row of a policy type, or NULL. */
const struct policy_type *policy_type_find(const char *name);
/** Checks a policy's attributes [{AttributeName, AttributeValue}] against its type:
 * InvalidConfigurationRequest for one that is unknown, missing or said too often. */
must_check bool policy_type_check(const struct policy_type *type, const struct json *attributes,
				  struct err *err);

/** @name The handlers: operations.tbl */
#define OPERATION(name, handler, flags) operation_fn handler;
#include "emulator/aws/elb/operations.tbl"
#undef OPERATION
