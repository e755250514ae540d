#pragma once
/*
 * The generic path of every resource: create, get, list, update, patch, delete, deletecollection.
 * Asks strategies (strategy.h) for what differs between kinds.
 *
 * An operation opens its call, does its work in it and ends it (commit or fail), so that each
 * request is one journal entry. What it answers is in the version that was asked for, with
 * resourceVersion; new trees.
 */
#include "emulator/kube/strategy.h"

/** What an operation answers. */
struct kube_answer {
	int status;	       /**< 200, 201, 202 */
	struct json *object;   /**< the object, list or Status; to be freed */
	const struct doc *doc; /**< instead of object: this version as it is, borrowed from the
				  world to the end of the request (doc_ref'ed by answer) */
	struct docs docs;      /**< of a list: its items, each doc_ref'ed */
	bool is_list;
	uint64_t list_version;	   /**< metadata.resourceVersion of the list */
	const char *list_continue; /**< in the arena; NULL: complete */
	int64_t list_remaining;	   /**< -1: not said */
};
void answer_done(struct kube_answer *answer);

/** Dispatches by op->verb and subresource. body: decoded tree (taken over), or NULL. */
must_check bool registry_serve(struct kube_op *op, struct json *body, struct kube_answer *ret,
			       struct err *err);

/** @name The steps, for special.c (scale, eviction, binding) and for each other. op->call is open.
 */
/** Reads one object in the requested version, with resourceVersion; new tree. */
must_check bool registry_get(struct kube_op *op, struct json **ret, struct err *err);
/** Stores a new object (defaults … after). object is taken over. */
must_check bool registry_create(struct kube_op *op, struct json *object, struct json **ret,
				struct err *err);
/** Makes the new object out of the old one; called again when the old one changed. New tree. */
typedef bool registry_update_fn(struct kube_op *op, const struct json *old, struct json **ret,
				void *userdata, struct err *err);
/** The heart of PUT and PATCH. status: of /status. */
must_check bool registry_update(struct kube_op *op, bool status, registry_update_fn *fn,
				void *userdata, struct json **ret, struct err *err);
/** Deletes op->target as op->options say; *ret_gone: removed at once. */
must_check bool registry_delete(struct kube_op *op, struct json **ret, bool *ret_gone,
				struct err *err);
