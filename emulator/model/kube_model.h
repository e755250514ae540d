#pragma once
/*
 * The built-in Kubernetes types as tables: resources, kinds, fields, protobuf numbers, patch keys,
 * scopes. Tables in emulator/model/generated/ are written by tools/modelgen from the pinned
 * Kubernetes Go modules and never edited.
 */
#include "emulator/base/util.h"

enum kube_type {
	KUBE_STRING,
	KUBE_BOOL,
	KUBE_INT32,
	KUBE_INT64,
	KUBE_UINT32,
	KUBE_UINT64,
	KUBE_DOUBLE,
	KUBE_FLOAT,
	KUBE_BYTES,
	KUBE_MESSAGE,	    /**< another message */
	KUBE_TIME,	    /**< metav1.Time: seconds/nanos in protobuf, RFC 3339 in JSON */
	KUBE_MICRO_TIME,    /**< metav1.MicroTime */
	KUBE_DURATION,	    /**< metav1.Duration: Go text in JSON */
	KUBE_QUANTITY,	    /**< resource.Quantity: a string */
	KUBE_INT_OR_STRING, /**< intstr.IntOrString */
	KUBE_RAW_EXTENSION, /**< any JSON object */
	KUBE_FIELDS_V1,	    /**< managed fields: any JSON object */
	KUBE_JSON,	    /**< apiextensions JSON: any value */
	/** apiextensions JSONSchemaPropsOrArray, …OrBool, …OrStringArray: one or the other in JSON;
	 * in protobuf {1: schema, 2: schemas}, {1: allows, 2: schema}, {1: schema, 2: strings}.
	 * `message` is that of JSONSchemaProps. */
	KUBE_SCHEMA_OR_ARRAY,
	KUBE_SCHEMA_OR_BOOL,
	KUBE_SCHEMA_OR_STRINGS,
};

enum kube_field_flags {
	KUBE_REPEATED = 1 << 0,
	KUBE_MAP = 1 << 1,	   /**< map<string, type> */
	KUBE_POINTER = 1 << 2,	   /**< Go pointer: absent and zero differ */
	KUBE_OMIT_EMPTY = 1 << 3,  /**< JSON omitempty */
	KUBE_INLINE = 1 << 4,	   /**< members stand in the parent's JSON object */
	KUBE_REQUIRED = 1 << 5,	   /**< OpenAPI says required */
	KUBE_PATCH_MERGE = 1 << 6, /**< patchStrategy contains merge */
	KUBE_PATCH_RETAIN_KEYS = 1 << 7,
	KUBE_LIST_ATOMIC = 1 << 8,
	KUBE_LIST_SET = 1 << 9,
	KUBE_LIST_MAP = 1 << 10,
	KUBE_MAP_ATOMIC = 1 << 11,
	KUBE_MAP_OF_LISTS = 1 << 12, /**< map<string, message-or-scalar list wrapper> (e.g. extra in
					SubjectAccessReview) */
	KUBE_OMIT_ZERO = 1 << 13,    /**< JSON omitzero */
	KUBE_WRAPPED_LIST = 1 << 14, /**< list that is a message {1: repeated} in protobuf
					(metav1.Verbs) */
	KUBE_PATCH_REPLACE = 1 << 15, /**< patchStrategy is replace: a strategic merge patch
					 replaces the object instead of merging into it
					 (PodDisruptionBudgetSpec.selector) */
};

struct kube_field {
	const char *name;      /**< JSON name; "" when inlined */
	uint32_t number;       /**< protobuf field number; 0: not in protobuf */
	uint8_t type;	       /**< enum kube_type; of the element for repeated and map fields */
	uint16_t flags;	       /**< enum kube_field_flags */
	uint16_t message;      /**< index into kube_messages for KUBE_MESSAGE */
	const char *merge_key; /**< strategic merge patch; NULL when none */
	const char *list_keys; /**< server-side apply: comma-separated keys of a KUBE_LIST_MAP; NULL
				  when none */
	const char *default_value; /**< OpenAPI's default as JSON text, NULL when none. Mostly the
				      Go zero (`""`, `{}`): what matters is in list keys
				      (ServicePort.protocol: `"TCP"`) */
};

struct kube_message {
	const char *name; /**< Go import path and type: "k8s.io/api/core/v1.ServiceSpec" */
	const struct kube_field *fields;
	uint16_t field_count;
	bool atomic; /**< server-side apply owns it as a whole (x-kubernetes-map-type at the type:
			LabelSelector, object references) */
};

enum kube_verb {
	VERB_GET = 1 << 0,
	VERB_LIST = 1 << 1,
	VERB_WATCH = 1 << 2,
	VERB_CREATE = 1 << 3,
	VERB_UPDATE = 1 << 4,
	VERB_PATCH = 1 << 5,
	VERB_DELETE = 1 << 6,
	VERB_DELETE_COLLECTION = 1 << 7,
};

/** A resource as discovery shows it; a subresource has its own row ("services/status"). */
struct kube_resource {
	const char *group;    /**< "" for the core */
	const char *version;  /**< "v1" */
	const char *resource; /**< "services", "services/status", "pods/eviction" */
	const char *singular; /**< "service"; "" for subresources */
	const char *
		kind; /**< kind of the object: "Service"; of a subresource: what is sent, "Scale" */
	const char *kind_group, *kind_version; /**< where they differ from the above (e.g. Scale,
						  Eviction), else NULL */
	const char *short_names;	       /**< comma-separated, NULL when none */
	const char *categories;		       /**< comma-separated, NULL when none */
	bool namespaced;
	uint16_t verbs;		  /**< enum kube_verb */
	uint16_t message;	  /**< index into kube_messages of the kind */
	const char *storage_hash; /**< storageVersionHash in legacy discovery, NULL when none */
};

/** Sorted by name. */
extern const struct kube_message kube_messages[];
extern const size_t kube_message_count;
/** In the order of the real server's discovery: the core, then the groups as /apis lists them,
 * each group's versions in the order of preference, resources by name. */
extern const struct kube_resource kube_resources[];
extern const size_t kube_resource_count;
/** Kinds without a resource of their own that are sent all the same (DeleteOptions, Status,
 * TokenRequest, …). */
struct kube_kind {
	const char *group, *version, *kind;
	uint16_t message;
};
extern const struct kube_kind
	kube_kinds[]; /* every kind of the scheme, sorted by group, version, kind */
extern const size_t kube_kind_count;
/** What the API server shows of a kind (kubectl get): columns of a Table. */
struct kube_column {
	const char *name;	 /**< "Cluster-IP" */
	const char *type;	 /**< "string", "integer", "boolean" */
	const char *format;	 /**< "name" or "" */
	const char *description; /**< "" when the server has none */
	uint8_t priority;	 /**< 1: only with `kubectl get -o wide` */
};

struct kube_printer {
	const char *group, *kind; /**< of the internal type: all versions are printed alike */
	const struct kube_column *columns;
	uint16_t column_count;
};
extern const struct kube_printer kube_printers[]; /* sorted by group, kind */
extern const size_t kube_printer_count;

/** "v1.36.3": what GET /version says the server is. */
extern const char *const kube_model_version;

/** A resource or subresource ("pods/eviction") of a group ("" is the core) and version, or NULL. */
const struct kube_resource *kube_model_resource(const char *group, const char *version,
						const char *resource);
/** A kind of the scheme, or NULL. Case matters. */
const struct kube_kind *kube_model_kind(const char *group, const char *version, const char *kind);
/** The columns of a kind; NULL when the server has no printer for it. */
const struct kube_printer *kube_model_printer(const char *group, const char *kind);
/** A message by its Go import path and type, or NULL. */
const struct kube_message *kube_model_message(const char *name);
/** A field by protobuf number, not looking through inlined messages (which have numbers of their
 * own); NULL when there is none. Number 0 finds nothing. */
const struct kube_field *kube_message_number(const struct kube_message *message, uint32_t number);
/** A field by JSON name, looking through inlined messages; NULL when there is none. */
const struct kube_field *kube_message_field(const struct kube_message *message, const char *name);
