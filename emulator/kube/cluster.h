#pragma once
/*
 * Inside of kube.h: all clusters and one cluster. Only files of emulator/kube include this.
 */
#include "emulator/base/cidr.h"
#include "emulator/base/container.h"
#include "emulator/http/http.h"
#include "emulator/http/tls.h"
#include "emulator/kube/kube.h"
#include "emulator/kube/ordinal.h"
#include "emulator/kube/types.h"

struct controllers;
struct fetcher;
struct kind_row;
struct kube_listener;
struct ordinal;
struct subscription;
struct watcher;

struct kube_cluster {
	struct kube *kube;
	const char *name;
	char *url, *plain_url; /**< plain_url NULL when plain HTTP is not offered */
	struct tls_pair ca, serving;
	struct tls_signing_key *token_key; /**< signs service-account tokens */
	const char *issuer;		   /**< "https://kubernetes.default.svc.cluster.local" */
	char *service_cidr;		   /**< as configured */
	struct cidr service_ranges[2];	   /**< the first one is the default family */
	size_t service_range_count;
	struct http_server *server, *plain_server; /**< NULL while it is closed */
	uint16_t ports[2];			   /**< of both, also while it is closed */
	bool plain;				   /**< plain HTTP is offered */
	struct kube_listener *listeners[2];	   /**< userdata of server and plain_server */
	struct ptrs types; /**< of struct api_type, in the order of discovery; see types.h */
	struct type_index *type_index;
	struct crds *crds;    /**< what its CRDs mean; see crd.h */
	char *discovery_etag; /**< NULL: to be computed again */
	struct watcher *watchers;
	struct ptrs spare;   /**< types put aside while the rows are rebuilt */
	struct ptrs retired; /**< types of CRDs that are gone: streams may still point at them */
};

struct kube {
	struct world *world;
	struct loop *loop;	 /**< NULL in unit tests without a wire */
	struct fetcher *fetcher; /**< asks webhooks; NULL without a loop */
	struct ptrs clusters;
	struct kind_row *kinds;		   /**< see kube_kind_for */
	struct subscription *subscription; /**< feeds the watchers */
	struct controllers *controllers;
	struct ordinal *ordinals;	   /**< see ordinal.h */
	struct drawn_ordinals drawn;	   /**< by the event that is going on */
	struct drawn_ordinals *collecting; /**< of an event that may have waited; NULL: none */
	struct json *script;		   /**< of a tape: ordinals to be drawn; NULL: none */
	uint64_t request_count;
	const struct json
		*review; /**< of a tape: the next webhook's answer; NULL: none is played */
};

/** The cluster of a document's key, or NULL. */
struct kube_cluster *cluster_of(struct kube *kube, const struct doc *doc);
/** Documents of a kind in a cluster (ns NULL or "": in all namespaces), in the order of their keys
 * as etcd has it. docs_done(ret). */
void cluster_list(const struct kube_cluster *cluster, const struct kind *kind, const char *ns,
		  struct docs *ret);
/** One document; ns "" when cluster-scoped. NULL when there is none. */
const struct doc *cluster_find(const struct kube_cluster *cluster, const struct kind *kind,
			       const char *ns, const char *name);
/** Makes what every cluster has from the start (namespaces, default/kubernetes, root CA, …). */
must_check bool cluster_bootstrap(struct kube_cluster *cluster, struct err *err);
