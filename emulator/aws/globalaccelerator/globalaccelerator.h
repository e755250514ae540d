#pragma once
/*
 * Global Accelerator: accelerators, their listeners, their endpoint groups. A change is IN_PROGRESS
 * for DEPLOY_MS of emulated time, then DEPLOYED. All is of an account and of no region; clients
 * call us-west-2.
 *
 * Document kinds: accelerator, accelerator-listener (extra.Accelerator), endpoint-group
 * (extra.Listener); keys: ARNs; shapes Accelerator, Listener, EndpointGroup.
 *
 * Source: Global Accelerator API Reference; pkg/deploy/aga of the load balancer controller.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

extern const struct kind kind_accelerator, kind_accelerator_listener, kind_endpoint_group;
extern const struct page_style page_globalaccelerator;

/** The document that a member of the input names, or the kind's own error. */
const struct doc *ga_accelerator(struct call *call, const struct json *input, struct err *err);
const struct doc *ga_listener(struct call *call, const struct json *input, struct err *err);
const struct doc *ga_endpoint_group(struct call *call, const struct json *input, struct err *err);
/** The document that an earlier call with the input's IdempotencyToken made, or NULL. */
const struct doc *ga_made_before(struct call *call, const struct kind *kind,
				 const struct json *input);
/** An extra with the token, for ga_made_before, and the parent under that name (NULL: none). */
struct json *ga_extra(const struct json *input, const char *parent, const char *key);
/** The accelerator changes: IN_PROGRESS for a while. */
void ga_deploy(struct call *call, const char *accelerator);
/** Hex digits of a hash of a name, for ARNs; in the call's arena. */
const char *ga_hex(struct call *call, const char *what, const char *name, unsigned digits);
/** One page of a kind's documents under a term of an index (NULL: all of the account). */
must_check bool ga_list(struct call *call, const struct kind *kind, const char *index,
			const char *term, const char *result, const struct json *input,
			struct json *output, struct err *err);

/** Handlers; see the operations of the same names in the Global Accelerator API. */
operation_fn ga_add_endpoints, ga_create_accelerator, ga_create_endpoint_group, ga_create_listener,
	ga_delete_accelerator, ga_delete_endpoint_group, ga_delete_listener,
	ga_describe_accelerator, ga_describe_endpoint_group, ga_describe_listener,
	ga_list_accelerators, ga_list_endpoint_groups, ga_list_listeners, ga_list_tags_for_resource,
	ga_remove_endpoints, ga_tag_resource, ga_untag_resource, ga_update_accelerator,
	ga_update_endpoint_group, ga_update_listener;
