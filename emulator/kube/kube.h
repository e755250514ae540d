#pragma once
/*
 * The Kubernetes façade: logical clusters (the seed, each Shoot), each an API server on a TLS port
 * of its own. On the wire: path → resource → decode → admission → strategy → commit → watchers →
 * encode. In-process: kube_invoke.
 */
#include "emulator/http/http.h"
#include "emulator/world/call.h"

struct kube;	     /* all clusters of one world */
struct kube_cluster; /* one logical cluster */
struct tls_pair;
struct yaml_node;

/** The Kubernetes side of a world, which must outlive it, as must the loop; kube_free it. */
struct kube *kube_new(struct world *world, struct loop *loop);
void kube_free(struct kube *kube);
DEFINE_FREEP(kube, struct kube)

struct kube_cluster_config {
	const char *name;	  /**< "seed", or the Shoot's technical id; copied */
	const char *service_cidr; /**< "10.96.0.0/16"; further ones behind a comma (dual-stack) */
	uint16_t port;		  /**< TLS; 0: any */
	uint16_t plain_port;	  /**< http; 0: any */
	bool plain;    /**< also offer plain HTTP (anonymous is then "system:masters" by right of
			  loopback) */
	int listen_fd; /**< a listening socket for TLS, or -1 */
	/** @name For who plays a tape: what the cluster had then. Without a loop only; NULL: new.
	 */
	const char *url, *ca_pem, *token_key_pem;
};

/** Makes an empty cluster with its system namespaces, CA and listener(s). Borrowed result: lives as
 * long as kube. */
must_check bool kube_cluster_add(struct kube *kube, const struct kube_cluster_config *config,
				 struct kube_cluster **ret, struct err *err);
/**
 * Gives a cluster a range for Services of its second family: from now on it is a dual-stack one, as
 * if its API server had been started again with both. Services that are there stay as they are.
 *
 * @param range  "fd00::/112"; the API server takes at most 2^20 addresses of an IPv6 range
 * @param err    ERR_INVALID: no CIDR, or too large; ERR_CONFLICT: it has that family already
 *
 * Source: kubernetes cmd/kube-apiserver/app/options/validation.go, validateClusterIPFlags.
 */
must_check bool kube_cluster_add_range(struct kube_cluster *cluster, const char *range,
				       struct err *err);
/** The ranges for Services, "10.96.0.0/16,fd00::/112". */
const char *kube_cluster_ranges(const struct kube_cluster *cluster);
struct kube_cluster *kube_cluster_find(struct kube *kube, const char *name);
/** The clusters in the order in which they were made; NULL past the end. */
struct kube_cluster *kube_cluster_at(struct kube *kube, size_t index);
const char *kube_cluster_name(const struct kube_cluster *cluster);
/** "https://127.0.0.1:PORT". */
const char *kube_cluster_url(const struct kube_cluster *cluster);
/** Whether it listens. */
bool kube_cluster_is_open(const struct kube_cluster *cluster);
/** Stops listening, as when the API server is down: connections are closed, watches end, calls in
 * flight are dropped. Not out of one of its own calls. Nothing happens when it is closed already.
 */
void kube_cluster_close(struct kube_cluster *cluster);
/**
 * Listens again with the CA, certificate and keys that it had.
 *
 * @param anew  on any free port; false: on the port that it had before
 * @param err   ERR_IO: the port is taken meanwhile; ERR_CONFLICT: it listens already
 */
must_check bool kube_cluster_open(struct kube_cluster *cluster, bool anew, struct err *err);
/** Closes all clusters and drops outgoing calls, so that no descriptor is left. */
void kube_park(struct kube *kube);
/** Opens all clusters again, on any free ports. */
must_check bool kube_unpark(struct kube *kube, struct err *err);
const struct tls_pair *kube_cluster_ca(const struct kube_cluster *cluster);

/**
 * A kubeconfig for a user (client certificate, groups as O), with one context per cluster given.
 *
 * @param user      user name; its actor must be registered (actor.h) or it acts as "anyone"
 * @param groups    NULL-terminated; NULL: system:masters
 * @param clusters  NULL-terminated; the first one's context is current
 * @param ret       YAML text, to be freed
 */
must_check bool kube_config(struct kube *kube, const char *user, const char *const *groups,
			    struct kube_cluster *const *clusters, char **ret, struct err *err);

/**
 * One request as a user, without a wire (the runner's own: apply, patch, delete, kubelet's and
 * gardenlet's work).
 *
 * @param user     registered user name
 * @param method   "GET", "POST", "PUT", "PATCH", "DELETE"
 * @param path     with query, e.g. "/api/v1/namespaces/default/services?fieldManager=x"
 * @param type     content type of the body; NULL: application/json
 * @param body     borrowed, may be NULL
 * @param ret      the object answered, to be freed; may be NULL
 * @param err      wire = Status reason, status, text = Status message, details = Status details
 */
must_check bool kube_invoke(struct kube_cluster *cluster, const char *user, const char *method,
			    const char *path, const char *type, const struct json *body,
			    struct json **ret, struct err *err);

/**
 * Applies a manifest as `kubectl apply --server-side=false` would: creates it, or three-way-merges
 * it by its last-applied annotation. Namespace defaults to "default".
 */
must_check bool kube_apply(struct kube_cluster *cluster, const char *user,
			   const struct json *manifest, struct json **ret, struct err *err);

/**
 * The same two for a person's request, which admission webhooks get to see as if it had come over
 * the wire. Turns the loop until they have answered, so not to be called with a call open, nor by
 * code that cannot bear others to run meanwhile. The rest of the program's own requests, such as
 * the Pods of a ReplicaSet, ask no webhooks.
 */
must_check bool kube_invoke_admitted(struct kube_cluster *cluster, const char *user,
				     const char *method, const char *path, const char *type,
				     const struct json *body, struct json **ret, struct err *err);
must_check bool kube_apply_admitted(struct kube_cluster *cluster, const char *user,
				    const struct json *manifest, struct json **ret,
				    struct err *err);

/** Path of an object by API version, kind, namespace and name, e.g. for kube_invoke; NULL when the
 * kind is unknown. */
char *kube_object_path(struct kube_cluster *cluster, const char *api_version, const char *kind,
		       const char *ns, const char *name);

/** The kind of documents that a resource of this cluster has in the world (key
 * "cluster/namespace/name"); NULL: none. */
const struct kind *kube_document_kind(const struct kube_cluster *cluster, const char *group,
				      const char *resource);
/** The cluster, namespace ("" when cluster-scoped) and name of a Kubernetes document. Borrowed from
 * it. */
const char *kube_doc_cluster(const struct doc *doc);
const char *kube_doc_namespace(const struct doc *doc);
const char *kube_doc_name(const struct doc *doc);

/** @name For who plays a tape */
/** The cluster answers at that address from now on, as far as discovery tells. */
void kube_play_address(struct kube_cluster *cluster, const char *url);
/** Serves a detached request to a cluster (http_detached). */
void kube_serve_detached(struct kube_cluster *cluster, bool plain, struct request *request);
/**
 * Does again what kube_invoke or kube_invoke_admitted told the tape.
 *
 * @param what  of the event; "user", "method" and "path" must be there (asserted)
 * @param body  NULL: none
 */
void kube_play_invoke(struct kube_cluster *cluster, const struct json *what,
		      const struct json *body);
/**
 * For who plays a tape: what is played next.
 *
 * @param what  of the event; borrowed until the next call; NULL: nothing is played any more. Of it:
 *              "reviews", what admission webhooks answer, one after the other: [ { "uid", "status",
 *              "problem", "body" } … ], none: nobody is asked; "ordinals", see ordinal.h
 */
void kube_script(struct kube *kube, const struct json *what);

/** Asks the faults about every watch that is open, and ends those that one of them is about: for a
 * fault that has just been ordered. */
void kube_interrupt_watches(struct kube *kube);
/** How many requests were answered so far. */
uint64_t kube_request_count(const struct kube *kube);
