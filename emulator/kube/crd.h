#pragma once
/*
 * Custom resources: what a CustomResourceDefinition makes served, and how its objects are pruned,
 * defaulted and validated.
 *
 * Source: k8s.io/apiextensions-apiserver pkg/apiserver (customresource_handler.go, schema/,
 * validation/) and pkg/registry/customresource.
 */
#include "emulator/kube/fields.h"
#include "emulator/kube/types.h"

struct found_field;
struct kube_op;
struct selectable;
struct strs;

/** One served version of a custom resource; borrowed parts live as long as `definition` is held. */
struct crd_version {
	const struct doc *definition;  /**< the CRD's document, doc_ref'ed */
	const struct json *schema;     /**< openAPIV3Schema, or NULL */
	const struct json *columns;    /**< additionalPrinterColumns, or NULL */
	const struct json *selectable; /**< selectableFields, or NULL */
	const struct json *scale;      /**< subresources.scale, or NULL */
	const char *warning;	       /**< of a deprecated version; NULL */
	bool storage;		       /**< objects are stored in this version */
	bool preserve;		       /**< spec.preserveUnknownFields: nothing is pruned */
	struct rules *rules;	       /**< x-kubernetes-validations; NULL: none */
	struct found_field *found;     /**< rows given out by crd_selectable */
};

/** Whether its condition Established is true. */
bool crd_is_established(const struct json *definition);
/** Adds rows for all established CRDs of a cluster (types_rebuild). */
void crd_add_types(struct kube_cluster *cluster);
/** Puts a row aside: crd_add_types takes it again when it still means the same, else it is out of
 * service but stays in memory, because documents' encodings may still point at it. */
void crd_retire_type(struct kube_cluster *cluster, struct api_type *type);
/** The row in whose version objects are stored. */
const struct api_type *crd_storage_type(struct kube_cluster *cluster, const struct api_type *type);
/** Frees retired rows. */
void crd_done(struct kube_cluster *cluster);

/**
 * Prunes and coerces a custom object by its schema: unknown members are dropped and reported,
 * defaults are filled in, metadata is normalised like any other.
 */
must_check bool crd_normalize(const struct api_type *type, struct json *object, struct strs *strict,
			      struct err *err);
/** The same without defaults: a manifest to be applied. */
must_check bool crd_prune(const struct api_type *type, struct json *object, struct strs *strict,
			  struct err *err);
/** Fills in the schema's defaults (after a patch, and for status). */
void crd_defaults(const struct api_type *type, struct json *object);
/** Checks an object against its schema and rules; texts as the real server's. old is NULL for a
 * create. What was broken before becomes a warning. */
void crd_validate(struct kube_op *op, const struct api_type *type, const struct json *object,
		  const struct json *old, struct field_errors *errors);
/** The row of a selectable field of a version, or NULL. */
const struct selectable *crd_selectable(const struct api_type *type, const char *label);

/** @name schema.c: a structural schema as it stands in the CRD */
void schema_prune(const struct json *schema, struct json *value, const char *path,
		  struct strs *unknown);
void schema_default(const struct json *schema, struct json *value);
void schema_validate(const struct json *schema, const struct json *value, const char *path,
		     struct field_errors *errors);
