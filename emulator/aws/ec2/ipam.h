#pragma once
/*
 * What the files of IPAM share: an IPAM has scopes, a scope has pools, a pool has provisioned
 * blocks and gives out allocations: to pools within it, to VPCs, to subnets, to whoever asks.
 */
#include "emulator/aws/ec2/internal.h"

/** The timer of all of IPAM's kinds: its name is the State that the document gets; "deleted" takes
 * the document away. */
void ipam_timer(struct call *call, const struct doc *doc, const char *timer);
/** Puts a State into the document and lets the next one come over time. */
const struct doc *ipam_move(struct call *call, const struct doc *doc, const char *state,
			    const char *next);

/** The pool with that id: of the caller's account, in the IPAM's region or in its locale;
 * InvalidIpamPoolId.NotFound otherwise. */
must_check bool ipam_pool_get(const struct call *call, const char *id, const struct doc **ret,
			      struct err *err);
/** The pool as a reply shows it. */
struct json *ipam_pool_item(const struct world *world, const struct doc *doc);
/** Whether the pool is in a public scope. */
bool ipam_pool_is_public(const struct doc *pool);

/** A block that is wanted of a pool. */
struct ipam_wish {
	const char *cidr;	 /**< this one; NULL: any of the length */
	int64_t netmask;	 /**< length, 0: the pool's default */
	const char *type;	 /**< "custom", "vpc", "subnet", "ipam-pool" */
	const char *resource;	 /**< id of what gets it; NULL: custom */
	const struct json *tags; /**< what the resource is tagged with: object; NULL: not checked */
	const struct json *allowed, *disallowed; /**< arrays of blocks; NULL */
	unsigned min, max;			 /**< lengths that the resource can have; 0: any */
};
/**
 * Finds a block that is free in the pool's provisioned ones and fits its rules.
 *
 * @param ret  canonical block
 * @param err  InvalidParameterValue (size, rules, taken), InsufficientCidrBlocks
 */
must_check bool ipam_find_block(struct call *call, const struct doc *pool,
				const struct ipam_wish *wish, struct cidr *ret, struct err *err);
/** Finds a block and allocates it. The allocation's id, in the arena. */
must_check bool ipam_allocate(struct call *call, const struct doc *pool,
			      const struct ipam_wish *wish, struct cidr *ret, const char **ret_id,
			      struct err *err);
/** Releases what of a resource's allocations is this block; NULL: all of them. */
void ipam_release(struct call *call, const char *resource_id, const char *cidr);
/** Whether the pool has allocations inside of a block (NULL: at all). */
bool ipam_has_allocations(const struct world *world, const char *pool_id, const char *cidr);
/**
 * Provisions a block that a customer has already, all of it allocated to what has it.
 *
 * @param err  InvalidParameterValue when a pool of the scope has addresses of it
 */
must_check bool ipam_import(struct call *call, const struct doc *pool, const char *cidr,
			    const char *type, const char *resource_id, struct err *err);

/** The regions of two lists without those of a third; the home region is always one. New tree. */
struct json *ipam_regions(const struct json *old, const struct json *added,
			  const struct json *removed, const char *home);
/** InvalidParameterValue for a region that does not exist. */
must_check bool ipam_check_regions(const struct json *regions, struct err *err);

/* ---- ipam_discovery.c ---- */
/** Makes the default discovery of a new IPAM with its association, and names them in its body. */
void ipam_discovery_add_default(struct call *call, const char *ipam_id, const struct json *regions,
				struct json *body);
/** The IPAM's regions changed: so do those of its default discovery. */
void ipam_discovery_set_regions(struct call *call, const char *ipam_id, const struct json *regions);
/** The IPAM goes, with its default discovery and all associations. */
void ipam_discovery_drop(struct call *call, const struct doc *ipam);

/* ---- ipam_resource.c ---- */
/** A block or an address that a resource has. */
struct ipam_resource {
	const struct doc *doc;
	const char *type; /**< "vpc", "subnet", "eip", "public-ipv4-pool" */
	struct cidr cidr;
	const char *vpc_id, *zone_id; /**< NULL: none */
	double usage;		      /**< how full it is, 0 to 1; negative: not told */
	bool is_public;		      /**< its default scope is the public one */
};
/** A walk over the resources of an account in some regions ([{RegionName}]). */
struct ipam_walk {
	struct call *call;
	const char *account;
	const struct json *regions;
	void (*tell)(struct call *call, const struct ipam_resource *resource, void *userdata);
	void *userdata;
};
void ipam_walk(const struct ipam_walk *walk);
/** The resource as an IPAM sees it: shape EC2 IpamResourceCidr; new tree. */
struct json *ipam_resource_item(struct call *call, const struct doc *ipam,
				const struct ipam_resource *resource);
/** Whether the IPAM has it in that scope. */
bool ipam_resource_in_scope(struct call *call, const struct doc *ipam,
			    const struct ipam_resource *resource, const char *scope_id);

/* ---- ipam_token.c ---- */
/** Whether a verification token exists and has not expired. */
must_check bool ipam_token_is_valid(const struct call *call, const char *id, struct err *err);

/* ---- byoip.c, ipam_byoasn.c ---- */
/** The brought address range in the call's scope, or NULL. */
const struct doc *byoip_find(const struct call *call, const char *cidr);
/** A pool of IPAM has got a brought range, or given it back. */
void byoip_add_ipam(struct call *call, const struct doc *pool, const char *cidr);
void byoip_drop_ipam(struct call *call, const char *cidr);
/** Ends changes of a range's associations with numbers. */
void byoasn_settle(struct call *call, const struct doc *cidr);

/* ---- address_pool.c ---- */
/** How much of a public IPv4 pool's block is given out: 0 to 1. */
double public_pool_usage(const struct world *world, const struct doc *pool, const char *cidr);
/** A new pool without blocks; its id, in the arena. Tags are handed over. */
const char *public_pool_add(struct call *call, const char *description, struct json *tags);
const char *ipv6_pool_add(struct call *call, const char *description, const char *cidr,
			  struct json *tags);
/** Adds a block to a public IPv4 pool, or takes it away. */
void public_pool_put_cidr(struct call *call, const char *pool_id, const char *cidr, bool add);
/** Whether an elastic IP, or a VPC, has addresses of the pool. */
bool public_pool_is_used(const struct world *world, const char *pool_id);
bool ipv6_pool_is_used(const struct world *world, const char *pool_id);

/* ---- ipam_resolver.c, ipam_resolver_target.c ---- */
/** The newest version of a prefix list resolver, 0: none yet. */
int64_t ipam_resolver_version(const struct doc *resolver);
/** The CIDRs of a version, array of texts; NULL when there is no such version. */
const struct json *ipam_resolver_entries(struct call *call, const struct doc *resolver,
					 int64_t version);
/** A resolver has a new version: targets that track the newest follow. */
void ipam_target_follow(struct call *call, const struct doc *resolver);
