#pragma once
/*
 * The generic path of every resource: create, get, list, update, patch, delete, deletecollection.
 * Asks strategies (strategy.h) for what differs between kinds.
 *
 * registry_serve opens the call, does the work in it and ends it (commit or fail), so that each
 * request is one journal entry. What it answers is in the version that was asked for, with
 * resourceVersion.
 */
#include "emulator/kube/strategy.h"
#include "emulator/world/world.h"

/** What an operation answers. */
struct kube_answer {
	int status;	       /**< 200, 201, 202 */
	struct json *object;   /**< the object or Status; owned. NULL when doc or a list is set */
	const struct doc *doc; /**< this version as it is, doc_ref'ed; NULL: see object */
	bool is_list;
	struct docs items;	   /**< of a list, each doc_ref'ed */
	uint64_t list_version;	   /**< metadata.resourceVersion of the list */
	const char *list_continue; /**< in the arena; NULL: complete */
	int64_t list_remaining;	   /**< -1: not said */
};
/** Gives back what an answer holds. */
void answer_done(struct kube_answer *answer);
/** The answer as one tree, in the version of type; new. */
struct json *answer_tree(const struct api_type *type, const struct kube_answer *answer);

/**
 * Serves op (target, verb and options are set; not a watch).
 *
 * @param body   decoded tree, borrowed; NULL when there was none
 * @param fault  what a fault does to this call, for the journal; NULL: nothing
 */
must_check bool registry_serve(struct kube_op *op, const struct json *body, const char *fault,
			       struct kube_answer *ret, struct err *err);

/** @name The steps; op->call is open. Trees they answer are new. */
/** The document of op->target, or 404. */
must_check bool registry_find(struct kube_op *op, const struct doc **ret, struct err *err);
/**
 * Stores a new object: defaults … after.
 *
 * @param object  in the version of op->target.type, decoded; taken over
 * @param ret     the stored version; borrowed from the call, unless the request is a dry run: then
 *                NULL and *ret_dry is the object
 */
must_check bool registry_create(struct kube_op *op, struct json *object, struct kube_answer *ret,
				struct err *err);
/**
 * Makes the new object out of the old one, both in the version of op->target.type, old with its
 * resourceVersion. New tree, decoded and normalised.
 */
typedef bool registry_update_fn(struct kube_op *op, const struct json *old, struct json **ret,
				void *userdata, struct err *err);
/**
 * The heart of PUT and PATCH.
 *
 * @param status  whether it is of /status
 */
must_check bool registry_update(struct kube_op *op, bool status, registry_update_fn *fn,
				void *userdata, struct kube_answer *ret, struct err *err);
/** PATCH of any type. */
must_check bool registry_patch(struct kube_op *op, const struct json *patch,
			       struct kube_answer *ret, struct err *err);
/** Deletes op->target as op->options say. */
must_check bool registry_delete(struct kube_op *op, struct kube_answer *ret, struct err *err);
must_check bool registry_delete_collection(struct kube_op *op, struct kube_answer *ret,
					   struct err *err);
must_check bool registry_list(struct kube_op *op, struct kube_answer *ret, struct err *err);

/** Opens the call of an op, for what is no plain operation (watch). */
struct call *registry_begin(struct kube_op *op, const struct json *body, const char *fault);
/** What claims, faults and reports may want to know of a request: cluster, namespace, name, … New
 * tree. */
struct json *registry_params(const struct kube_op *op, const struct json *body);
/** Whether an op is a server-side apply: it makes what is missing, and owns what it says. */
bool patch_is_apply(const struct kube_op *op);
/** 415 when op->patch_type is none that the resource takes. */
must_check bool patch_type_known(const struct kube_op *op, struct err *err);
/** A resourceVersion of a query or body; 400 when it is no number. */
must_check bool version_parse(const char *text, uint64_t *ret, struct err *err);

/** @name Storing, for the steps. body is in the storage version and taken over. */
/** Takes resourceVersion off and puts the object into the world; the answer holds what is stored.
 * dry runs included: registry_serve undoes the call. */
void registry_store(struct kube_op *op, struct json *body, const struct doc *old,
		    struct kube_answer *ret);
/** Removes a document for good; the answer is its last state, or a Status where the kind answers
 * so. */
void registry_remove(struct kube_op *op, const struct doc *doc, struct json *last,
		     struct kube_answer *ret);
/** Converts an object of the requested version to the storage version; taken over. */
struct json *registry_to_storage(struct kube_op *op, struct json *object);
/** `{"kind":"Status","status":"Success","details":…}` of a deletion. */
struct json *registry_success(const struct api_type *type, const struct json *object);
