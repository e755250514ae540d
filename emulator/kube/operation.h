#pragma once
/*
 * One request to a cluster, from whatever side (wire or kube_invoke), until it is answered.
 */
#include "emulator/base/container.h"
#include "emulator/kube/ordinal.h"
#include "emulator/kube/types.h"
#include "emulator/world/call.h"

struct request;
struct webhook_run;

/** What a query string may say (metav1 Get/List/Create/Update/Patch/DeleteOptions). */
struct kube_options {
	bool dry_run;
	const char *field_manager; /**< NULL: not said */
	enum { VALIDATE_WARN, VALIDATE_IGNORE, VALIDATE_STRICT } field_validation;
	const char *field_validation_text, *dry_run_text; /**< as written; NULL: not said */
	bool force_said;				  /**< force= was in the query */
	bool force;					  /**< of an apply */
	const char *label_selector, *field_selector;	  /**< NULL: none */
	const char *resource_version; /**< NULL: not said; "" counts as not said */
	const char *resource_version_match;
	bool watch, allow_bookmarks;
	int send_initial_events; /**< -1: not said */
	int64_t timeout_s;	 /**< of a watch; 0: not said */
	int64_t limit;		 /**< 0: none */
	const char *continue_token;
	bool pretty;
	const char *include_object; /**< of a Table: "None", "Metadata", "Object"; NULL: not said */
	/** @name DeleteOptions, of query or body */
	int64_t grace_s;	 /**< -1: not said */
	const char *propagation; /**< "Orphan", "Background", "Foreground"; NULL: not said */
	const char *precondition_uid, *precondition_version;
};

/** How the answer is to look (negotiate.h). */
enum answer_form {
	ANSWER_OBJECT,
	ANSWER_TABLE,	     /**< as=Table */
	ANSWER_PARTIAL,	     /**< as=PartialObjectMetadata */
	ANSWER_PARTIAL_LIST, /**< as=PartialObjectMetadataList */
};

/** What a path means. */
struct kube_target {
	const struct api_type *type;
	const char *subresource; /**< "", "status", "scale", … */
	const char *ns;		 /**< "" when cluster-scoped or all namespaces */
	const char *name;	 /**< "" for a collection */
	const char *tail;	 /**< what follows a subresource ("proxy/…"), "" */
	bool legacy_watch;	 /**< /api/v1/watch/… */
};

/** Who asks. */
struct kube_user {
	const char *name;	   /**< "system:anonymous" when nobody */
	const char *const *groups; /**< NULL-terminated */
	const char *uid;	   /**< of a service account; "" */
	const char *actor;	   /**< interned actor name */
};

struct fault_verdict;

struct kube_op {
	struct kube_cluster *cluster;
	struct arena *arena; /**< lives as long as the request */
	struct call *call;   /**< open while hooks run, else NULL */
	struct kube_user user;
	const char *user_agent;
	const char *method; /**< HTTP's */
	enum kube_verb verb;
	struct kube_target target;
	struct kube_options options;
	enum answer_form form;
	struct strs warnings;	 /**< Warning headers of the answer */
	int64_t now_ms;		 /**< real time of the request: creationTimestamp and the like */
	const char *patch_type;	 /**< content type of a PATCH */
	struct request *request; /**< NULL: in-process */
	struct webhook_run *webhooks; /**< who is asked before it is stored; NULL: nobody */
	struct json *
		reviews; /**< what they answered so far, for a tape; owned by the op; may be NULL */
	struct drawn_ordinals drawn;	   /**< while webhooks are asked; owned by the op */
	bool plain;			   /**< it came in without TLS */
	const struct fault_verdict *fault; /**< what a rule did to it; NULL: nothing */
};

/** Adds a Warning header to the answer (once per text). */
void op_warn(struct kube_op *op, const char *format, ...) printf_like(2, 3);
/** "2026-11-23T08:27:00Z" of the request, in its arena. */
const char *op_timestamp(struct kube_op *op);
/** The world key "cluster/namespace/name" in the arena. */
const char *op_key(struct kube_op *op, const char *ns, const char *name);
