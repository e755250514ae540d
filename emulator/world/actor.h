#pragma once
/* Who acts: operator, gardenlet, kubelet, cluster, aws and the controllers. Known by access key or
 * Kubernetes user. */
#include "emulator/base/util.h"

struct world;

struct actor {
	const char *name;	   /**< interned, e.g. "load-balancer-controller" */
	const char *access_key_id; /**< "AKIA…" 20 characters; NULL when it does not call AWS */
	const char *secret_key;	   /**< 40 characters */
	const char *session_token; /**< NULL for long-lived keys */
	const char *account;	   /**< 12 digits */
	const char *arn;	   /**< of its IAM user or role */
	const char *kube_user;	   /**< user name in Kubernetes; NULL when it has none */
	int64_t expires_ms;	   /**< real time; 0: never */
};

/** Registers an actor (texts copied); the same name again adds one more key or user to it. Borrowed
 * result. */
const struct actor *actor_add(struct world *world, const struct actor *actor);
const struct actor *actor_by_name(const struct world *world, const char *name);
const struct actor *actor_by_access_key(const struct world *world, const char *access_key_id);
/** Forgets an access key: nobody can sign with it any more. Unknown keys are fine. */
void actor_forget_key(struct world *world, const char *access_key_id);
/** By user name; service-account users are registered like any other. */
const struct actor *actor_by_kube_user(const struct world *world, const char *user);
