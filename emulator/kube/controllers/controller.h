#pragma once
/*
 * One built-in controller: which changes concern it, and what to do about a thing. Files of this
 * folder define one each; controllers.c lists them.
 */
#include "emulator/base/container.h"
#include "emulator/base/err.h"
#include "emulator/world/journal.h"

struct json;
struct kube;
struct kube_cluster;

#define CONTROLLER_USER "system:kube-controller-manager"

struct controller {
	const char *name;
	/** Notes what must be looked at because of a change: adds names such as "cluster/namespace/
	 * name" to work (equal ones count once). */
	void (*concerns)(struct kube_cluster *cluster, const struct change *change,
			 struct strs *work);
	/** Brings one thing to where it belongs, by kube_invoke. Called outside of any call. */
	void (*reconcile)(struct kube *kube, const char *name);
};

/** Adds a name once. */
void controller_note(struct strs *work, const char *format, ...) printf_like(2, 3);
/** The changed document's state that counts: after, or before when it is removed. */
const struct doc *change_doc(const struct change *change);
/** Whether a change is of a resource (any cluster's). */
bool change_is_of(struct kube_cluster *cluster, const struct change *change, const char *group,
		  const char *resource);
/** A request as the controller manager; refusals are logged for debugging only: what is still to be
 * done comes up again with the next change. */
bool controller_ask(struct kube_cluster *cluster, const char *method, const char *path,
		    const char *type, const struct json *body, struct json **ret);
/** Splits "cluster/rest"; NULL when the cluster is gone. */
struct kube_cluster *controller_cluster(struct kube *kube, const char *name, const char **ret_rest);
/** The path of a document as its own resource; new text, NULL when it is not served any more. */
char *controller_path(struct kube_cluster *cluster, const struct doc *doc);

extern const struct controller controller_endpoint_slice, controller_garbage_collector,
	controller_namespace;
