#pragma once
/*
 * A strategy row per kind: what the generic path (registry.h) asks, in the real server's order.
 *
 * create: decode → defaults → admission (mutating) → metadata filled → begin → prepare_create →
 * validate → generic metadata checks → warnings → canonicalize → admission (validating) → store →
 * after
 *
 * update: read old → new object (body, or patch applied to old) → defaults → admission →
 * resourceVersion check → begin → prepare_update (or prepare_status) → generic metadata checks →
 * validate → warnings → canonicalize → admission → store → after
 *
 * delete: preconditions → admission → grace and finalizers → store → after
 *
 * (k8s.io/apiserver pkg/registry/generic/registry/store.go Create/Update/Delete, pkg/registry/rest/
 * create.go BeforeCreate, update.go BeforeUpdate.)
 *
 * Objects are JSON trees in the *storage* version, already normalised by the model: no unknown
 * members, no empty members that Go would omit, Go's zero structs present. A hook may be NULL.
 *
 * One file per group of kinds in kinds/; its rows are declared in kinds/kinds.h and listed in
 * strategy.c, sorted by group and resource.
 */
#include "emulator/kube/fields.h"
#include "emulator/kube/operation.h"

/** How the name of an object must look. */
enum name_rule {
	NAME_SUBDOMAIN,	   /**< RFC 1123 subdomain (most kinds) */
	NAME_LABEL,	   /**< RFC 1123 label (Namespace) */
	NAME_LABEL_1035,   /**< RFC 1035 label (Service before 1.36's relaxation; see the row) */
	NAME_PATH_SEGMENT, /**< anything that fits a path segment (RBAC) */
};

enum strategy_flags {
	STRATEGY_GENERATION = 1 << 0,	    /**< metadata.generation counts spec changes */
	STRATEGY_CREATE_ON_UPDATE = 1 << 1, /**< PUT of a missing object makes it */
	STRATEGY_NEEDS_VERSION = 1 << 2,    /**< PUT without resourceVersion is refused (422) */
	STRATEGY_STATUS_ON_CREATE = 1 << 3, /**< a create keeps the status sent (Node, Event …) */
	STRATEGY_STATUS_ONLY = 1 << 4,	    /**< PUT /status takes nothing but status, metadata
					       neither (custom resources) */
	STRATEGY_STATUS_IN_MAIN = 1 << 5,   /**< PUT of the object itself may change its status too
					       (no status strategy: Lease-like) */
	STRATEGY_GRACE = 1 << 6,	    /**< deletes gracefully: see `grace` (Pod) */
	STRATEGY_ORPHAN_DEFAULT = 1 << 7,   /**< default garbage collection policy orphans */
	STRATEGY_RETURNS_DELETED = 1 << 8,  /**< DELETE answers the object, not a Status */
	/** never gets orphan or foreground finalizers (Event, Lease …: GC policy Unsupported) */
	STRATEGY_NO_GC = 1 << 9,
};

/** A field that field selectors may name. */
struct selectable {
	const char *label;    /**< "spec.nodeName" */
	const char *path;     /**< dotted JSON path; NULL: same as label */
	const char *fallback; /**< value when the path is missing; NULL: "" */
};

struct kube_strategy {
	const char *group, *resource;
	unsigned flags; /**< enum strategy_flags */
	enum name_rule name_rule;
	const struct selectable *selectable; /**< besides metadata.name and .namespace; ends with a
						NULL label; may be NULL */

	/** Fills in what the API defaults (pkg/apis/.../defaults.go). Must be idempotent. Also runs
	 * after each patch. */
	void (*defaults)(struct kube_op *op, struct json *object);
	/** Drops and sets what a client may not (status, disabled fields). */
	void (*prepare_create)(struct kube_op *op, struct json *object);
	/** The same for updates of the object itself; status is already the old one. */
	void (*prepare_update)(struct kube_op *op, struct json *object, const struct json *old);
	/** The same for /status; all top-level members but metadata and status are already the old
	 * ones. */
	void (*prepare_status)(struct kube_op *op, struct json *object, const struct json *old);
	/** Takes what must be unique (cluster IPs, node ports) by documents of its own in op->call:
	 * undone when the call fails. old is NULL for a create. Frees what an update gives up. */
	bool (*begin)(struct kube_op *op, struct json *object, const struct json *old,
		      struct err *err);
	/** Gives back what begin took, when the object is removed for good. */
	void (*release)(struct kube_op *op, const struct json *object);
	/** Everything that makes a 422. old is NULL for a create. Generic metadata is checked
	 * elsewhere. */
	void (*validate)(struct kube_op *op, const struct json *object, const struct json *old,
			 struct field_errors *errors);
	/** The same for /status; NULL: only metadata is checked. */
	void (*validate_status)(struct kube_op *op, const struct json *object,
				const struct json *old, struct field_errors *errors);
	/** op_warn() for what is deprecated or unwise. */
	void (*warnings)(struct kube_op *op, const struct json *object, const struct json *old);
	/** Sorts and tidies before storing. */
	void (*canonicalize)(struct kube_op *op, struct json *object);
	/** After the change is made, in the same transaction. old is NULL for a create, object for
	 * a removal. */
	void (*after)(struct kube_op *op, const struct json *object, const struct json *old);
	/** Grace period in seconds for a delete that asks for `asked` (-1: does not say); 0: remove
	 * at once. */
	int64_t (*grace)(struct kube_op *op, const struct json *object, int64_t asked);
	/** Whether a delete only marks the object and something else will remove it (Namespace).
	 * May change object. */
	bool (*soft_delete)(struct kube_op *op, struct json *object);
	/** Whether an object being deleted, without finalizers and grace, may go for good now;
	 * NULL: yes (Namespace: spec.finalizers is empty). */
	bool (*may_remove)(const struct json *object);
	/** Between this version's shape and the storage version's, where they are not the same but
	 * for apiVersion (events.k8s.io). New tree. */
	struct json *(*to_storage)(struct kube_op *op, const struct json *object);
	struct json *(*from_storage)(struct arena *arena, const struct json *object);
};

/** The row of a built-in resource, or the generic one. Never NULL. */
const struct kube_strategy *strategy_find(const char *group, const char *resource);
/** The row of every custom resource. */
extern const struct kube_strategy strategy_custom;

/**
 * A subresource or a virtual resource with rules of its own: "serviceaccounts/token",
 * "pods/eviction", "deployments/scale", "tokenreviews". Rows stand in special.c, sorted by group
 * and resource.
 *
 * @param op    verb, target and options; op->call is open
 * @param body  what was sent, decoded and normalised; NULL for GET
 * @param ret   the object to answer
 */
typedef bool kube_special_fn(struct kube_op *op, struct json *body, struct json **ret,
			     struct err *err);
struct kube_special {
	const char *group, *resource;
	kube_special_fn *serve;
};
const struct kube_special *special_find(const char *group, const char *resource);

/** @name Help for rows. A dotted path walks objects only. */
const struct json *object_get(const struct json *object, const char *path);
const char *object_str(const struct json *object, const char *path);
/** Sets a member unless it is there already (defaulting). The object at the dotted parent path is
 * made when missing. */
void default_str(struct json *object, const char *path, const char *value);
void default_int(struct json *object, const char *path, int64_t value);
void default_bool(struct json *object, const char *path, bool value);
/** Adds `apis/v1: FIELD: Invalid value: …: field is immutable` when the member differs. */
void validate_immutable(struct field_errors *errors, const struct json *object,
			const struct json *old, const char *path);
