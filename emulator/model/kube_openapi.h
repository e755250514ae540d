#pragma once
/*
 * OpenAPI v3 documents out of the model's tables: what kubectl reads to apply (three-way merge by
 * x-kubernetes-patch-*, the fieldValidation parameter of PATCH), to validate and to explain. One
 * document per group and version, as the real server has them under /openapi/v3.
 *
 * Left out against the real documents: descriptions, operationId, x-kubernetes-unions, media types
 * that are not served here (protobuf and CBOR answers), the deprecated /watch/ paths, and
 * subresources that are connections (log, exec, proxy).
 */
#include "emulator/model/kube_model.h"

struct strbuf;

/** A resource or subresource that a document offers, with the names of its schemas. */
struct kube_openapi_row {
	const struct kube_resource *resource; /**< its `message` is not looked at */
	const char *schema;	 /**< "io.k8s.api.apps.v1.Deployment": what is sent and answered */
	const char *list_schema; /**< of a list; NULL when there is no such verb */
	bool custom; /**< a custom resource: takes no strategic merge patch, which kubectl asks for
			here */
};

/** A schema that is not in the model's tables: of a custom resource. */
struct kube_openapi_schema {
	const char *name; /**< as in $ref, plain ASCII without '"' and '\\' */
	const char *text; /**< JSON text */
};

/**
 * Prints the document of a built-in group and version.
 *
 * @param sb       gets JSON text, up to about 1 MiB (core v1)
 * @param group    "" for the core
 * @param version  "v1"
 * @return false, with nothing printed, when the model has no resource in it
 *
 * Source: kubernetes api/openapi-spec/v3/; tests/model/test_kube_openapi.c compares with it.
 */
bool kube_openapi_print(struct strbuf *sb, const char *group, const char *version);

/**
 * Prints the document of any group and version: for custom resources.
 *
 * @param rows     its resources, subresources with rows of their own
 * @param schemas  further schemas; what they and the rows refer to of apimachinery (ObjectMeta,
 *                 ListMeta, Status, DeleteOptions, Patch) is added
 */
void kube_openapi_print_custom(struct strbuf *sb, const char *group, const char *version,
			       const struct kube_openapi_row *rows, size_t row_count,
			       const struct kube_openapi_schema *schemas, size_t schema_count);

/** "io.k8s.api.core.v1.Pod" for "k8s.io/api/core/v1.Pod"; new text. */
char *kube_openapi_name(const struct kube_message *message);
