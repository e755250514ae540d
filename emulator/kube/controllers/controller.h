#pragma once
/*
 * One built-in controller: which changes concern it, and what to do about a thing. Files of this
 * folder define one each; controllers.c lists them.
 */
#include "emulator/base/err.h"
#include "emulator/world/journal.h"

struct kube;
struct kube_cluster;

#define CONTROLLER_USER "system:kube-controller-manager"

struct controller {
	const char *name;
	/** The name of what must be looked at because of a change, e.g. "cluster/namespace/name";
	 * new text; NULL: none. */
	char *(*concerns)(struct kube_cluster *cluster, const struct change *change);
	/** Brings one thing to where it belongs, by kube_invoke. Called outside of any call. */
	void (*reconcile)(struct kube *kube, const char *name);
};
