#pragma once
/* What the importing files share. */
#include "emulator/base/json.h"
#include "emulator/emulator.h"
#include "runner/import/import.h"
#include "runner/store/moved.h"

struct import {
	struct emulator *emulator; /**< where the calls are tried */
	struct json *sets;	   /**< "Vpcs" → array of all that was described, of all files */
	struct imported *ret;
	struct moved_blocks blocks; /**< of the VPCs */
	char *account;		    /**< of whom it is; NULL: nothing says so */
};

/** Imports one item of a set. */
typedef void import_fn(struct import *import, const struct json *item);

/** @name import.c */
/** Notes what is not imported, or not as it was. */
void import_omit(struct import *import, const char *format, ...) printf_like(2, 3);
/**
 * Makes a call, and writes it down when it is accepted, else why not.
 *
 * @param what    who it is about, for messages: "subnet-1"
 * @param id      that the thing made gets; NULL: none
 * @param params  become the callee's
 * @param ret     output; NULL: not wanted
 */
bool import_call(struct import *import, const char *what, const char *action, const char *id,
		 struct json *params, struct json **ret);
/** The first item of a set with that text as member, or NULL. */
const struct json *import_find(const struct import *import, const char *set, const char *member,
			       const char *text);
/** Whether the VPC is one that is imported: not the region's default VPC, nor one that was not
 * described. Notes why not. */
bool import_has_vpc(struct import *import, const char *vpc_id, const char *what);
/** Copies members that are there and neither null, "" nor []. */
void import_copy(struct json *params, const struct json *item, const char *const *members);
#define IMPORT_MEMBERS(...) ((const char *const[]){__VA_ARGS__, NULL})
/** Adds TagSpecifications of EC2. */
void import_tag_specification(struct import *import, struct json *params, const struct json *item,
			      const char *resource_type);
/** Tags without AWS's own, or NULL when there are none. */
struct json *import_tags(struct import *import, const struct json *tags, const char *what);
/** { name: text }; new tree. */
struct json *import_params(const char *name, const char *text);
/** From now on addresses in theirs are moved to ours. */
void import_move_block(struct import *import, const char *theirs, const char *ours);

/** @name import_network.c, import_rules.c, import_compute.c, import_balancing.c */
import_fn import_dhcp_options, import_vpc, import_vpc_attribute, import_internet_gateway,
	import_egress_only_gateway, import_subnet, import_security_group, import_group_rules,
	import_security_group_rule, import_address, import_nat_gateway, import_route_table,
	import_vpc_endpoint, import_network_interface, import_key_pair, import_instance,
	import_association, import_target_group, import_load_balancer, import_classic,
	import_listener, import_rule, import_target;
