#pragma once
/*
 * What the files of EC2 share among themselves. Others include ec2.h.
 *
 * How a resource is built: NAME.c has its kind (indexes, timer, view), `NAME_item` (the document as
 * a reply shows it), the handlers in the order of the resource's life, and what other resources
 * need of it, declared here. subnet.c is the one to read first.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/ec2/ec2.h"
#include "emulator/aws/lifecycle.h"
#include "emulator/aws/operation.h"

/** Every handler, by the table of operations. */
#define OPERATION(name, fn, flags) operation_fn fn;
#include "emulator/aws/ec2/operations.tbl"
#undef OPERATION

/* ---- support.c: what every resource does ---- */

/** The document with that id in the call's account and region; else the kind's NotFound or
 * Malformed error. Not for kinds without an id of their own. */
must_check bool ec2_get(const struct call *call, const struct kind *kind, const char *id,
			const struct doc **ret, struct err *err);
/** The same by a member of the input; MissingParameter when it is not there. */
must_check bool ec2_get_by(const struct call *call, const struct kind *kind,
			   const struct json *input, const char *member, const struct doc **ret,
			   struct err *err);
/** The same for operations that say NotFound of an id of a wrong form, too. Source: the end-to-end
 * tests of the ACK EC2 controller (CreateRouteTable, CreateSubnet …). */
must_check bool ec2_get_of_any_form(const struct call *call, const struct kind *kind,
				    const struct json *input, const char *member,
				    const struct doc **ret, struct err *err);
/** The row of a kind's ids: prefix "vpc-", errors for a wrong form and for an unknown id. */
struct ec2_ids {
	const struct kind *kind;
	const char *prefix;
	enum aws_error malformed, not_found;
};
const struct ec2_ids *ec2_ids(const struct kind *kind);
/** A new id of a kind: 17 hex digits behind its prefix. `name` tells equal makers' things apart. */
const char *ec2_new_id(struct call *call, const struct kind *kind, const char *name);
/** An id of something that is no document: "eipassoc-" + 17 digits of a hash of name; in the
 * arena. name must tell it from all others of that prefix. */
const char *ec2_part_id(struct call *call, const char *prefix, const char *name);
/** "arn:aws:ec2:…" of a document of the call's account and region; in the arena. */
const char *ec2_arn(struct call *call, const char *type, const char *id);

/** Body and Tags of a document; new tree that borrows the members. */
struct json *ec2_item(const struct doc *doc);
/** The same with the tags under another member's name (network interfaces: TagSet). */
struct json *ec2_item_tagged(const struct doc *doc, const char *member);
/** Makes a tree that borrows into one that owns all it holds. */
struct json *ec2_own(struct json *item);

/**
 * Says in a new body that no other service manages the resource: its Operator. AWS always tells.
 *
 * @param body the body, changed
 *
 * Source: EC2 API, OperatorResponse; requests with Operator are refused.
 */
void ec2_set_operator(struct json *body);

/** A kind's view that is the body with Tags. */
struct json *ec2_view(const struct world *world, const struct doc *doc);
/** The terms of an index by the body's VpcId. */
void ec2_terms_vpc(const struct doc *doc, struct terms *terms);
/** Removes all documents of a kind under a term of one of its indexes. */
void ec2_remove_all(struct call *call, const struct kind *kind, const char *index,
		    const char *term);
/** Appends {Error: {Code, Message}, ResourceId} to a list of what could not be done; `why` is
 * emptied. */
void ec2_unsuccessful(struct json *list, const char *id, struct err *why);
/** The emulated time in so many ms, as documents hold it; in the arena. */
const char *ec2_time_in(struct call *call, int64_t ms);
/** The items of a list (new trees, handed over) that the input's page holds, as output[result]. */
must_check bool ec2_page_items(struct call *call, const struct json *input, struct json *output,
			       const char *result, struct json *items, struct err *err);

/** An item of a reply that is told of a document; NULL where there is nothing to tell. New tree. */
typedef struct json *ec2_told_fn(struct call *call, const struct json *input,
				 const struct doc *doc);

/** What is told of documents, and how it is asked for. */
struct ec2_told {
	const struct describe *describe;   /**< which documents: by ids, without filters */
	const struct filter_field *fields; /**< of the filters: paths in an item */
	ec2_told_fn *item;
	const char *result; /**< output member, "VolumeStatuses" */
};
/** The items of the documents that a request names, each of which must exist, or of all in scope;
 * those that match its filters, paged. */
must_check bool ec2_describe_told(struct call *call, const struct json *input, struct json *output,
				  const struct ec2_told *told, struct err *err);

/** Defines a describe handler out of the members of a struct describe; it pages and shows tags. */
#define EC2_DESCRIBE(function, ...)                                                                \
	bool function(struct call *call, const struct json *input, struct json *output,            \
		      struct err *err)                                                             \
	{                                                                                          \
		static const struct describe describe = {                                          \
			.filters = "Filters", .page = &page_ec2, .tags = true, __VA_ARGS__};       \
		return describe_reply(call, input, output, &describe, err);                        \
	}

/** input[member].Value of an AttributeBooleanValue; false when the member is not there. */
bool ec2_bool_attribute(const struct json *input, const char *member, bool *ret);
/** Whether an array of texts holds the text. */
bool ec2_list_has(const struct json *list, const char *text);
/** The array's texts without doubles; new tree; NULL gives an empty array. */
struct json *ec2_list_unique(const struct json *list);
/** Appends term of a member's text, when there is one: for indexes. */
void ec2_term(struct terms *terms, const struct json *object, const char *member);
/** The element of an array of objects whose member has that text, or NULL. */
const struct json *ec2_element(const struct json *array, const char *member, const char *text);
struct json *ec2_element_mut(struct json *array, const char *member, const char *text);
/** The AWS name of the i-th of several things of one request in hashes: "name/i"; in the arena. */
const char *ec2_nth(struct call *call, const char *name, unsigned i);
/** "a, b, c" of an array of texts, in the arena. */
const char *ec2_join(struct call *call, const struct json *list);
/** Canonical text in the arena. */
const char *ec2_cidr_text(struct call *call, const struct cidr *cidr);
const char *ec2_ip_text(struct call *call, const struct ip *ip);
/** Checks a quota (limits.tbl): false with `error` (text takes nothing) when count has reached it
 * in the aws profile. */
enum ec2_limit {
#define LIMIT(name, value, what, source) LIMIT_##name,
#include "emulator/aws/ec2/limits.tbl"
#undef LIMIT
	LIMIT_COUNT
};
must_check bool ec2_within_limit(const struct call *call, enum ec2_limit limit, size_t count,
				 enum aws_error error, struct err *err);
unsigned ec2_limit(enum ec2_limit limit);
/** How many documents of a kind the call's account and region have. */
size_t ec2_count(const struct call *call, const struct kind *kind);
/** false with InvalidParameterCombination when more than one, MissingParameter when none of the
 * members is there; members end with NULL. *ret is the index of the one. */
must_check bool ec2_one_of(const struct json *input, const char *const *members, unsigned *ret,
			   struct err *err);

/* ---- region.c ---- */
struct region_row {
	const char *name, *code; /**< "eu-west-1", "euw1" */
	const char *place;	 /**< "Europe (Ireland)" */
	const char *zones;	 /**< number of the zone id behind each letter: "312" */
	const char *ipv4, *ipv6; /**< blocks that public addresses come from */
	bool opt_in;		 /**< not enabled by default */
};
/** The region's row; a row of its own for a name that the table does not have. Never NULL. */
const struct region_row *region_row(const char *name);
/** Whether the table has the region. */
bool region_exists(const char *name);
/** Name of the i-th zone (from 0) in the arena, NULL past the last. */
const char *region_zone_name(struct call *call, unsigned i);
/** A zone's name by its id ("euw1-az3"), in the arena; NULL when there is none. */
const char *region_zone_by_id(struct call *call, const char *zone_id);
/** "eu-west-1.compute.internal"; "ec2.internal" in us-east-1. In the arena. */
const char *region_private_domain(struct call *call, const char *region);
/** "eu-west-1.compute.amazonaws.com"; "compute-1.amazonaws.com" in us-east-1. In the arena. */
const char *region_public_domain(struct call *call, const char *region);

/* ---- vpc.c, vpc_cidr.c ---- */
struct vpc_spec {
	const char *id; /**< NULL: a new one */
	const struct cidr *cidr;
	const char *tenancy; /**< "default" or "dedicated" */
	bool is_default;
	struct json *tags; /**< becomes the VPC's */
};
/** Makes a VPC with what comes with it: main route table, default group and network ACL. Borrowed
 * result. */
const struct doc *vpc_add(struct call *call, struct vpc_spec spec);
/** Tells a VPC attribute out of extra: "EnableDnsSupport", "EnableDnsHostnames". */
bool vpc_attribute(const struct doc *vpc, const char *name);
/** An associated (not only associating) block of the VPC that holds the other one, of its family;
 * false when none does. */
bool vpc_block_around(const struct doc *vpc, const struct cidr *inner);
/** Whether no VPC may have that block: link-local addresses. Source: Amazon VPC user guide, "IPv4
 * CIDR block association restrictions". */
bool vpc_cidr_is_reserved(const struct cidr *cidr);
/** Whether the VPC has an associated IPv6 block. */
bool vpc_has_ipv6(const struct doc *vpc);
/** A timer of a VPC's address blocks is due. */
void vpc_cidr_timer(struct call *call, const struct doc *vpc, const char *timer);
/** Starts the association of an Amazon-provided IPv6 block in a new body; vpc_cidr_start lets its
 * time run once the document is stored. Returns the association id, in the arena. */
const char *vpc_cidr_add_ipv6(struct call *call, struct json *body, const char *border_group);
/** The same with an IPv6 block out of a pool: IPAM's, or one that the customer brought. */
must_check bool vpc_cidr_add_ipam(struct call *call, struct json *body, const struct json *input,
				  const struct json *tags, const char **ret, struct err *err);
/** The IPv4 block of a request that names an IPAM pool, allocated for the VPC. */
must_check bool vpc_cidr_from_pool(struct call *call, const struct json *input, const char *vpc_id,
				   const struct json *tags, struct cidr *ret, struct err *err);
/** Whether no VPC has an IPv6 address of the block. */
bool vpc_ipv6_is_free(const struct world *world, const struct cidr *block);
void vpc_cidr_start(struct call *call, const char *vpc_id, const char *association_id);

/* ---- subnet.c ---- */
struct subnet_spec {
	const char *id; /**< NULL: a new one */
	const struct doc *vpc;
	const char *zone;	 /**< zone's name */
	const struct cidr *ipv4; /**< NULL: IPv6 only */
	const struct cidr *ipv6; /**< NULL: none */
	bool native, is_default;
	struct json *tags;
};
const struct doc *subnet_add(struct call *call, struct subnet_spec spec);
struct json *subnet_item(const struct world *world, const struct doc *doc);
/** The zone that a caller names by name or id; the region's first one when it names none. */
must_check bool subnet_read_zone(struct call *call, const struct json *input, const char **ret,
				 struct err *err);

/* ---- dhcp_options.c ---- */
/** The region's own set, made at first use. Its id, in the arena. */
const char *dhcp_options_default(struct call *call);

/* ---- route_table.c, route.c ---- */
const char *route_table_add(struct call *call, const char *vpc_id, const char *id,
			    struct json *tags, const char *implied_by);
/** Makes the table the VPC's main one. */
void route_table_make_main(struct call *call, const char *table_id, const char *vpc_id);
/** Removes a table with its routes and associations. */
void route_table_drop(struct call *call, const char *table_id);
const struct doc *route_table_main(const struct world *world, const char *vpc_id);
/** Lets a table take routes from a virtual private gateway, or not any more. */
void route_table_propagate(struct call *call, const struct doc *table, const char *gateway_id,
			   bool on);
/** The association of a subnet with a table of its own, or NULL. */
const struct doc *route_table_association_of(const struct world *world, const char *subnet_id);
/** The same of an internet gateway's edge. */
const struct doc *route_table_association_of_gateway(const struct world *world,
						     const char *gateway_id);
/** Whether a route may stand in a gateway's table: local, or to an interface, an instance or a
 * Gateway Load Balancer endpoint. */
bool route_fits_edge(const struct json *route);
/** Whether a route may be more specific than the VPC's local one; one that is not passes. Source:
 * VPC user guide, "Route priority" and "Middlebox routing": its destination is a whole subnet, its
 * target a network interface, an instance, a NAT gateway or a Gateway Load Balancer endpoint. */
must_check bool route_check_narrow(const struct call *call, const struct doc *table,
				   const char *destination, const struct json *body,
				   struct err *err);
/** Gives a new table the local routes of its VPC. */
void route_add_locals(struct call *call, const char *table_id, const struct doc *vpc);
/** Adds (or takes away) a local route in every table of the VPC. */
void route_add_local(struct call *call, const char *vpc_id, const char *cidr);
void route_remove_local(struct call *call, const char *vpc_id, const char *cidr);
/** Judges State anew for each route that leads to that id (active or blackhole). */
void route_refresh(struct call *call, const char *target_id);
/** Adds a route as CreateRoute does, for AWS's own defaults and for gateway endpoints. member is
 * the target's member in Route. */
void route_add(struct call *call, const char *table_id, const char *destination_member,
	       const char *destination, const char *target_member, const char *target,
	       const char *implied_by);
void route_remove(struct call *call, const char *table_id, const char *destination);
/** Whether a virtual private gateway propagated the route. */
bool route_is_propagated(const struct doc *route);
/** Adds a propagated route (Origin EnableVgwRoutePropagation) where there is none to that
 * destination. */
void route_add_propagated(struct call *call, const char *table_id, const char *destination,
			  const char *gateway_id);
/** The routes of a table as a reply shows them; new tree that borrows. */
struct json *route_list(const struct world *world, const char *table_id);

/* ---- internet_gateway.c ---- */
const char *internet_gateway_add(struct call *call, const char *vpc_id, struct json *tags);

/* ---- elastic_ip.c ---- */
/** A public IPv4 address of the region that nobody has; in the arena. */
const char *public_ip_make(struct call *call, const char *name);
/** A new elastic IP that AWS allocates for a service ("rnat"); its id, in the arena. */
const char *elastic_ip_add_managed(struct call *call, const char *service, const char *implied_by);
/** "ec2-1-2-3-4.eu-west-1.compute.amazonaws.com" in the arena. */
const char *public_dns_name(struct call *call, const char *ip);
/** Binds an elastic IP to a private address of an interface; checks nothing. */
void elastic_ip_bind(struct call *call, const char *allocation_id, const char *interface_id,
		     const char *private_ip);
/** The elastic IP that a load balancer or NAT gateway is given: exists and is free. */
must_check bool elastic_ip_check_free(const struct call *call, const char *allocation_id,
				      struct err *err);
/** Loosens an elastic IP from its interface, on both sides. */
void elastic_ip_unbind(struct call *call, const char *allocation_id);

/* ---- address_pool.c ---- */
/** A free address of a public IPv4 pool: the wanted one, or the lowest (NULL). Text in the arena.
 * InvalidPublicIpv4PoolID.NotFound, InvalidAddress.NotFound, InsufficientAddressCapacity. */
must_check bool public_pool_take(struct call *call, const char *pool_id, const char *wanted,
				 const char **ret, struct err *err);
/** A block for a VPC out of a customer's IPv6 pool: the wanted one, or the first free /56. */
must_check bool ipv6_pool_take(struct call *call, const char *pool_id, const char *wanted,
			       struct cidr *ret, struct err *err);

/* ---- interface_address.c ---- */
/**
 * Picks a private IPv4 address of a subnet.
 *
 * @param wanted  must be free, inside and not reserved; NULL: the lowest free one
 * @param taken   array of texts that are as good as taken; may be NULL
 * @param ret     text in the arena
 */
must_check bool address_pick_ipv4(struct call *call, const struct doc *subnet, const char *wanted,
				  const struct json *taken, const char **ret, struct err *err);
/** The same for IPv6; name makes the host part where nothing is wanted. */
must_check bool address_pick_ipv6(struct call *call, const struct doc *subnet, const char *wanted,
				  const char *name, const char **ret, struct err *err);
/** Appends a private IPv4 address to an interface's body; primary for the first. */
void address_append_ipv4(struct call *call, struct json *body, const char *ip, const char *vpc_id);
void address_append_ipv6(struct json *body, const char *ip);
/** Makes one of an interface's IPv6 addresses its primary one, by its place among them (from 0);
 * InvalidParameterCombination when another one before it is. */
must_check bool address_choose_primary_ipv6(struct json *body, unsigned index, struct err *err);
/** Makes an interface's first IPv6 address its primary one unless one was chosen;
 * InvalidParameterCombination when it has none. */
must_check bool address_make_primary_ipv6(struct json *body, const char *interface_id,
					  struct err *err);
/** Gives an interface another private IPv4 address, as address_pick_ipv4 picks it. */
must_check bool address_add_ipv4(struct call *call, const char *interface_id, const char *wanted,
				 const char **ret, struct err *err);
/** Takes a private IPv4 address away; an elastic IP on it goes loose. */
void address_drop_ipv4(struct call *call, const char *interface_id, const char *ip);

/* ---- interface_prefix.c ---- */
#define PREFIXES_MAX 256 /* of one request; more than any instance type has */
/** Prefixes that a request asks for: a number of any, or named ones. */
struct prefix_wish {
	unsigned count;
	const struct json *list; /**< texts, or {Ipv4Prefix}, {Ipv6Prefix} */
};
/** The members of a request for prefixes of a family; InvalidParameterCombination when they come
 * together, or with addresses. */
must_check bool prefix_read(const struct json *input, enum family family, struct prefix_wish *ret,
			    struct err *err);
/** The text of an element of a list of prefixes, in either form. */
const char *prefix_text(const struct json *item, enum family family);
/**
 * Picks free prefixes of a subnet and appends their texts to picked.
 *
 * @param taken  array of addresses and prefixes that are as good as taken; may be NULL
 * @param err    InsufficientCidrBlocks, InvalidIPAddress.InUse, InvalidParameterValue
 */
must_check bool prefix_pick(struct call *call, const struct doc *subnet, enum family family,
			    const struct prefix_wish *wish, const struct json *taken,
			    struct json *picked, struct err *err);
void prefix_append(struct json *body, enum family family, const char *text);
/** Whether the interface's body had the prefix. */
bool prefix_remove(struct json *body, enum family family, const char *text);
/** Blocks of a subnet whose addresses AWS does not give out by itself; in the arena. */
struct kept_blocks {
	struct cidr *items; /**< CIDR reservations first, then interfaces' prefixes */
	size_t count, reserved;
};
void prefix_blocks(struct call *call, const struct doc *subnet, struct kept_blocks *ret);
bool prefix_blocks_hold(const struct kept_blocks *blocks, const struct ip *ip);
/** Whether an interface has the address in a prefix. */
bool prefix_is_of_interface(const struct kept_blocks *blocks, const struct ip *ip);
/** Whether an interface's addresses and prefixes are not more than an instance type has (aws
 * profile, types that the table has): PrivateIpAddressLimitExceeded. */
must_check bool interface_fits_type(const struct call *call, const char *type,
				    const struct json *body, struct err *err);
/** The same for the instance that it is attached to, if any. */
must_check bool interface_fits_instance(struct call *call, const struct json *body,
					struct err *err);
/** Whether an instance can have so many more interfaces: AttachmentLimitExceeded. */
must_check bool interface_count_fits(struct call *call, const struct doc *instance, size_t more,
				     struct err *err);

/* ---- network_interface.c ---- */
struct interface_spec {
	const struct doc *subnet;
	const char *description;
	const struct json *groups;   /**< ids; NULL: the VPC's default group */
	bool no_groups;		     /**< has none at all (NAT gateways, some load balancers) */
	const char *private_ip;	     /**< wanted primary address; NULL: any */
	const struct json *more_ips; /**< PrivateIpAddressSpecification list; NULL */
	unsigned more_count;	     /**< SecondaryPrivateIpAddressCount */
	const struct json *ipv6;     /**< InstanceIpv6Address list; NULL */
	unsigned ipv6_count;
	bool primary_ipv6; /**< its first IPv6 address becomes the primary one */
	struct prefix_wish prefixes4, prefixes6;
	const struct json *tracking; /**< ConnectionTrackingSpecification; NULL */
	const char *type;	     /**< InterfaceType; NULL: "interface" */
	const char *requester_id;    /**< NULL: made by the caller */
	const char *name;	     /**< for the id's hash; NULL: subnet and address */
	const char *implied_by;
	struct json *tags;
	const char *fixed_id; /**< id to take instead of a new one; NULL */
};
must_check bool interface_add(struct call *call, const struct interface_spec *spec,
			      const struct doc **ret, struct err *err);
/** Attaches it (Status in-use); the owner is an instance or "amazon-elb" and the like. */
void interface_attach(struct call *call, const char *interface_id, const char *instance_id,
		      const char *owner, unsigned device_index, bool delete_on_termination);
void interface_detach(struct call *call, const char *interface_id);
/** Gives the interface a public IPv4 address that AWS owns. */
void interface_add_public_ip(struct call *call, const char *interface_id, const char *owner);
void interface_drop_public_ip(struct call *call, const char *interface_id);
struct json *interface_item(const struct world *world, const struct doc *doc);
/** The timeouts of a ConnectionTrackingSpecification (NULL: none) are in AWS's ranges. */
must_check bool interface_check_tracking(const struct json *wish, struct err *err);

/* ---- security_group.c, security_group_rule.c ---- */
const struct doc *security_group_add(struct call *call, const char *vpc_id, const char *id,
				     const char *name, const char *description, struct json *tags,
				     const char *implied_by);
/** The default group of a new VPC, with its rules. */
void security_group_add_default(struct call *call, const char *vpc_id);
/** The VPC got its first IPv6 block: groups whose rules for what goes out are still those of their
 * birth let IPv6 out too. Source: VPC user guide, "Security group rules". */
void security_group_allow_ipv6(struct call *call, const char *vpc_id);
void security_group_drop(struct call *call, const char *group_id);
/** Whether a description of a group or a rule has less than 256 of the characters that may be. */
bool security_group_text_is_valid(const char *text);
/** Rules of one direction and address family that a group has. */
size_t security_group_count_rules(const struct world *world, const char *group_id, bool egress,
				  bool ipv6);
/** Adds one rule: body without id and owner members. */
const struct doc *security_group_rule_add(struct call *call, const char *group_id, bool egress,
					  struct json *body, struct json *tags,
					  const char *implied_by);
/** Permissions of a group, merged as AWS shows them; new tree. */
struct json *security_group_permissions(const struct world *world, const char *group_id,
					bool egress);
/** [{GroupId, GroupName}] of an array of group ids; new tree. */
struct json *security_group_identifiers(const struct world *world, const struct json *ids);

/* ---- network_acl.c ---- */
void network_acl_add_default(struct call *call, const char *vpc_id);
/** Puts a new subnet under the VPC's default ACL. */
void network_acl_associate(struct call *call, const char *vpc_id, const char *subnet_id);
void network_acl_forget(struct call *call, const char *subnet_id);
/** The VPC got its first IPv6 block. */
void network_acl_allow_ipv6(struct call *call, const char *vpc_id);
/** Removes the default ACL with its VPC. */
void network_acl_drop_default(struct call *call, const char *vpc_id);

/* ---- instance.c ---- */
/** Whether an interface attachment keeps an instance's route active. */
bool instance_is_live(const struct doc *instance);
struct json *instance_item(const struct world *world, const struct doc *doc);

/* ---- prefix_list.c ---- */
/** Id of the AWS-managed prefix list of a service ("com.amazonaws.eu-west-1.s3"), in the arena;
 * NULL when the service has none. */
const char *prefix_list_of_service(struct call *call, const char *service_name);
bool prefix_list_exists(struct call *call, const char *id);
/** Whether it is one that AWS manages. */
bool prefix_list_is_aws(struct call *call, const char *id);

/* ---- managed_prefix_list.c ---- */
/** The entries of a version (0: the newest) of a customer's list; new tree.
 * InvalidPrefixListID.NotFound, InvalidParameterValue for an unknown version. */
must_check bool managed_prefix_list_entries(struct call *call, const char *id, int64_t version,
					    struct json **ret, struct err *err);
/** Makes the list a resolver's target (its id), or no target any more (NULL). */
void managed_prefix_list_bind(struct call *call, const char *id, const char *target_id);
/** Gives a list that is synchronized exactly these CIDRs (array of texts), in a new version where
 * they differ; false when it has no room. */
must_check bool managed_prefix_list_sync(struct call *call, const char *id,
					 const struct json *cidrs, struct err *err);

/* ---- ipam_policy.c ---- */
/** The pools of IPAM that the account's policy wants addresses of a type ("eip", "rnat") out of, in
 * this order; array of ids, NULL: no policy says anything. */
const struct json *ipam_policy_pools(struct call *call, const char *type);

/* ---- ipam_resolver.c ---- */
/** Addresses came or went: the account's prefix list resolvers look anew, in a while. */
void ipam_resolvers_tell(struct call *call);

/* ---- vpc_peering_connection.c ---- */
bool vpc_peering_is_active(const struct doc *doc);
/** Whether it only keeps a memory: deleted, rejected, expired, failed. */
bool vpc_peering_is_over(const struct doc *doc);
/** Whether the VPC is one of its two. */
bool vpc_peering_joins(const struct doc *doc, const char *vpc_id);
/** Whether a connection that lives, or may come to life, holds the VPC. */
bool vpc_peering_holds(const struct world *world, const char *vpc_id);
/** The connection with that id when the caller's account and region are a side of it, or NULL. */
const struct doc *vpc_peering_find(const struct call *call, const char *id);

/* ---- account_setting.c ---- */
/** The value that a setting of the call's account and region was given, NULL: its default. */
const struct json *account_setting(struct call *call, const char *name);
void account_setting_put(struct call *call, const char *name, struct json *value);

/* ---- block_public_access.c ---- */
/** Lets a new VPC or subnet tell the mode that holds for it. */
void block_public_access_tell(struct call *call, const struct kind *kind, const char *id);
/** Removes the exclusion of a "vpc" or "subnet" that goes. */
void block_public_access_forget(struct call *call, const char *type, const char *id);

/* ---- encryption_control.c ---- */
/** Whether "InternetGateway", "NatGateway" … may come into the VPC: OperationNotPermitted when it
 * enforces encryption and does not exclude them. */
must_check bool encryption_control_allows(struct call *call, const char *vpc_id, const char *what,
					  struct err *err);
/** Does with a VPC what the account wants of all: nothing, monitor or enforce. */
void encryption_control_begin(struct call *call, const struct doc *vpc);
/** Makes the control that CreateVpc asks for. */
must_check bool encryption_control_create(struct call *call, const struct doc *vpc,
					  const struct json *wanted, struct err *err);
/** The VPC goes, and its control with it. */
void encryption_control_forget(struct call *call, const char *vpc_id);

/* ---- security_group_vpc.c ---- */
/** Whether interfaces of the VPC can have the group: it is the VPC's, or associated with it. */
bool security_group_holds_in(const struct world *world, const struct doc *group,
			     const char *vpc_id);

/* ---- placement_group.c ---- */
/** The group of that name in the call's account and region, or NULL. */
const struct doc *placement_group_find(const struct call *call, const char *name);

/* ---- launch_template.c ---- */
/** RunInstances' input with what its LaunchTemplate says beneath it; new tree. */
must_check bool launch_template_apply(struct call *call, const struct json *input,
				      struct json **ret, struct err *err);

/* ---- vpc_endpoint.c, vpc_endpoint_service.c ---- */
/** A customer's service of that name that the caller may use, or NULL. */
const struct doc *vpc_endpoint_service_named(const struct call *call, const char *name);
/** Whether its owner must accept each endpoint. */
bool vpc_endpoint_service_asks(const struct doc *service);
/** The service's owner accepts an endpoint or rejects it. */
void vpc_endpoint_decide(struct call *call, const struct doc *endpoint, bool accept);
/** Looks for the record that proves whose a service's private name is. */
void vpc_endpoint_service_verify(struct call *call, const struct doc *service);
/** Removes the connection notifications about an endpoint or a service that goes. */
void vpc_endpoint_notification_forget(struct call *call, const char *id);

/* ---- flow_log.c ---- */
/** Removes the flow logs of a resource that goes. */
void flow_log_forget(struct call *call, const char *resource_id);

/* ---- vpn_gateway.c ---- */
/** The VPC that a virtual private gateway is attached to, or is on its way from or to; NULL. */
const char *vpn_gateway_vpc(const struct doc *gateway);
/** Whether traffic of the VPC can go through it. */
bool vpn_gateway_is_attached(const struct doc *gateway, const char *vpc_id);
/** Puts the gateway's routes into the tables that take them, and takes others away. */
void vpn_gateway_spread(struct call *call, const char *gateway_id);

/* ---- nat_gateway.c ---- */
/** Tells in a body what addresses its interface has, all of them there ("succeeded"). */
void nat_gateway_tell_addresses(struct call *call, const struct doc *gateway, struct json *body);
/** The timer after a change of addresses. */
void nat_gateway_addresses_changed(struct call *call, const struct doc *gateway);

/* ---- nat_gateway_regional.c ---- */
/** Whether it is one for all zones of its VPC. */
bool nat_gateway_is_regional(const struct doc *gateway);
/** Makes a pending one as CreateNatGateway asks; tags are handed over. */
must_check bool nat_gateway_regional_add(struct call *call, const struct json *input,
					 struct json *tags, const char **ret, struct err *err);
/** Ends changes of its addresses: what was to come is there, what was to go is gone. */
void nat_gateway_regional_settle(struct call *call, const struct doc *gateway, const char *state);
/** It is deleted: lets go of its addresses and its route table. */
void nat_gateway_regional_drop(struct call *call, const struct doc *gateway);
/** A subnet came or went: gateways in automatic mode follow the VPC's zones. */
void nat_gateway_follow_zones(struct call *call, const char *vpc_id);
/** AssociateNatGatewayAddress and DisassociateNatGatewayAddress. */
must_check bool nat_gateway_regional_associate(struct call *call, const struct json *input,
					       const struct doc *gateway, struct json *output,
					       struct err *err);
must_check bool nat_gateway_regional_disassociate(struct call *call, const struct json *input,
						  const struct doc *gateway, struct json *output,
						  struct err *err);

/* ---- defaults.c ---- */
/** A default VPC with subnets, gateway and route. */
void default_vpc_add(struct call *call);
/* ---- image.c ---- */
/** Images that Amazon owns. */
void image_add_defaults(struct call *call);
/** The region's defaults. */
void ec2_defaults(struct call *call);
