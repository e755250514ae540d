#pragma once
/*
 * What resources a cluster serves: the built-in ones (model tables) and those of its CRDs. One row
 * per (group, version, resource); all versions of a resource share one kind of documents.
 */
#include "emulator/model/kube_model.h"
#include "emulator/world/doc.h"

struct crd_version; /* crd.h: schema, columns, selectable fields of a custom resource's version */
struct kube;
struct kube_cluster;
struct kube_strategy;

struct api_type {
	const char *group, *version, *resource; /**< "" for the core group */
	const char *kind, *list_kind, *singular;
	const char *api_version;	      /**< "v1", "apps/v1" */
	const char *short_names, *categories; /**< comma-separated, NULL when none */
	bool namespaced;
	uint16_t verbs;			      /**< enum kube_verb */
	bool has_status, has_scale;	      /**< subresources */
	const struct kube_resource *builtin;  /**< NULL: a custom resource */
	const struct kube_message *message;   /**< its fields; NULL: a custom resource */
	struct crd_version *custom;	      /**< NULL: built in */
	const struct kube_strategy *strategy; /**< never NULL */
	const struct kind *document;	      /**< the world's kind */
	const struct api_type *storage; /**< the row in whose version documents are stored (itself,
					    mostly) */
};

/** The row of a resource, or NULL. group "" is the core. */
const struct api_type *type_find(const struct kube_cluster *cluster, const char *group,
				 const char *version, const char *resource);
/** The row of a kind by "apps/v1" and "Deployment", or NULL. */
const struct api_type *type_find_kind(const struct kube_cluster *cluster, const char *api_version,
				      const char *kind);
/** Any served version of a resource (the preferred one), or NULL. */
const struct api_type *type_find_any(const struct kube_cluster *cluster, const char *group,
				     const char *resource);
/** All rows in the order of discovery; NULL past the end. */
const struct api_type *type_at(const struct kube_cluster *cluster, size_t index);
/** The subresource's row of the model ("services/status"); NULL when there is none or the resource
 * is custom. */
const struct kube_resource *type_subresource(const struct api_type *type, const char *subresource);

/** "services" or "deployments.apps": how messages name a resource; interned. */
const char *type_qualified_resource(const struct api_type *type);
/** "Service" or "Deployment.apps". */
const char *type_qualified_kind(const struct api_type *type);

/** The world's kind for (group, resource), made when it is asked for first; shared by all clusters.
 * kind_name is the Kind, e.g. "EndpointSlice". */
const struct kind *kube_kind_for(struct kube *kube, const char *group, const char *resource,
				 const char *kind_name);
/** "v1" or "apps/v1", interned. */
const char *type_api_version(const char *group, const char *version);
/** Rebuilds a cluster's rows from the model and its established CRDs. */
void types_rebuild(struct kube_cluster *cluster);
/** Adds a row; the cluster owns it from here on. */
void types_add(struct kube_cluster *cluster, struct api_type *type);
void types_done(struct kube_cluster *cluster);
void types_kinds_done(struct kube *kube);
