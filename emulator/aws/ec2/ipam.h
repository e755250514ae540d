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
