#pragma once
/* What a path and a query of a request mean. */
#include "emulator/kube/operation.h"

/** What sort of path it is. */
enum path_sort {
	PATH_RESOURCE, /**< target is set */
	PATH_OTHER,    /**< discovery, health, OpenAPI, version: not a resource */
	PATH_UNKNOWN,  /**< below /api or /apis, but no such resource: err is the answer (404) */
	PATH_NO_GROUP, /**< no such group or version: plain text 404 */
};

/**
 * Splits a path: /api/v1[/watch][/namespaces/NS]/RESOURCE[/NAME[/SUBRESOURCE[/…]]], likewise under
 * /apis/GROUP/VERSION.
 *
 * Source: k8s.io/apiserver pkg/endpoints/request/requestinfo.go NewRequestInfo.
 */
enum path_sort target_parse(struct kube_op *op, const char *path, struct err *err);

/** Method, target and options give the verb; 405 when the resource has none for it. */
must_check bool target_verb(struct kube_op *op, struct err *err);
/** "CreateService", "PatchServiceStatus", "ListNodes", "WatchServices"; interned. */
const char *target_operation(const struct kube_op *op);

/** Reads the query into op->options; 400 with the real texts. */
must_check bool options_parse(struct kube_op *op, const char *query, struct err *err);
/** Checks them against the verb; 422 of the options' kind. */
must_check bool options_check(struct kube_op *op, struct err *err);
/** Adds what a DeleteOptions body says; 400, 422. body may be NULL. */
must_check bool options_from_body(struct kube_op *op, const struct json *body, struct err *err);
