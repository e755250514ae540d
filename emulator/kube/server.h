#pragma once
/* The wire: what a listener of a cluster does with a request. */
#include "emulator/http/http.h"
#include "emulator/kube/operation.h"

#define KUBE_BODY_MAX (3u << 20) /* bytes; apiserver pkg/server/config.go:464 */

/** What a listener is given as userdata. */
struct kube_listener {
	struct kube_cluster *cluster;
	bool plain; /**< without TLS: the anonymous are system:masters by right of loopback */
};

/** An http_serve_fn; userdata is a struct kube_listener. */
void kube_serve(struct request *request, void *listener);
/** 413 for bodies beyond the limit. */
void kube_serve_too_large(struct request *request, void *listener);
/** Paths that are no resources: discovery, health, version, OpenAPI. other.c */
void kube_serve_other(struct kube_op *op, const char *path);
