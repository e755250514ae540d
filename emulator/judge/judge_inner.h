#pragma once
/* What the files of judge/ share among themselves. */
#include "emulator/base/json.h"
#include "emulator/judge/leaks.h"
#include "emulator/judge/owners.h"
#include "emulator/world/journal.h"

#define LBC   "load-balancer-controller"
#define CCM   "cloud-controller-manager"
#define INFRA "infrastructure-controller"

#define CCM_GROUP_PREFIX   "k8s-elb-"
#define TAG_LBC_CLUSTER	   "elbv2.k8s.aws/cluster"
#define TAG_LBC_RESOURCE   "elbv2.k8s.aws/resource"
#define TAG_CCM_SERVICE	   "kubernetes.io/service-name"
#define TAG_LEGACY_CLUSTER "KubernetesCluster"
#define TAG_CLUSTER	   "kubernetes.io/cluster/"		  /* and the cluster's name */
#define INGRESS_GROUP	   "alb.ingress.kubernetes.io/group.name" /* annotation */

/** Whether the document is of the kind with that name. */
static inline bool judge_is_kind(const struct doc *doc, const char *name)
{
	return strcmp(doc->kind->name, name) == 0;
}

/** edges.c: a document by kind and the id, ARN or name by which others call it, or NULL. */
const struct doc *judge_find(const struct world *world, const char *kind_name, const char *id);
/** edges.c: the document that AWS made this one for, or NULL. */
const struct doc *judge_implied_by(const struct world *world, const struct doc *doc);

/** objects.c: "cluster/namespace/name" taken apart; in the arena. */
struct judge_key {
	const char *cluster, *ns, *name;
};
struct judge_key judge_kube_key(const struct doc *doc, struct arena *arena);
/** objects.c: whether it is a Kubernetes document. */
bool judge_kube_is(const struct doc *doc);
/** objects.c: the object of a cluster ("": of any), or NULL. ns "" when cluster-scoped. */
const struct doc *judge_kube_find(const struct world *world, const char *kind, const char *cluster,
				  const char *ns, const char *name);
const char *judge_kube_annotation(const struct doc *doc, const char *name);
const char *judge_kube_label(const struct doc *doc, const char *name);
bool judge_kube_is_deleting(const struct doc *doc);

/** owners.c: the cluster that the tags name ("" for none), by any of the three conventions. */
const char *owner_tag_cluster(const struct doc *doc, const char **ret_value);
/** owners.c: whether the load balancer controller serves something in the cluster ("": any). */
const struct doc *owner_lbc_root(const struct world *world, const char *cluster);

/**
 * bindings.c: the TargetGroupBinding for which the controller has put a target into a target group
 * that it has not made itself; OWNER_NONE for any other document, and for its own groups, which
 * have an owner. Without a name when no binding wants the target any more.
 */
struct owner binding_claims_target(const struct world *world, const struct doc *doc,
				   struct arena *arena);
/** bindings.c: a binding of the cluster ("": any) that lets somebody into the nodes; where there is
 * none, something that the controller serves. NULL: neither. */
const struct doc *binding_with_rules(const struct world *world, const char *cluster);

/** quiet.c: whether an operation of this name only reads. */
bool judge_is_read(const char *operation);
/** history.c: the entry that made a revision, or NULL when it is not kept. */
const struct journal_entry *history_entry(const struct world *world, uint64_t revision);
/** history.c: the call after which an owner was gone or being deleted; NULL: not known. */
const struct journal_entry *history_owner_gone(const struct world *world,
					       const struct owner *owner);
/** history.c: since which call somebody else than `maker` is responsible for a Service without a
 * break; *ret_why gets what changed, as text to be freed. NULL: not known. */
const struct journal_entry *history_superseded(const struct world *world, const struct doc *service,
					       const char *maker, char **ret_why);
