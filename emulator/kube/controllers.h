#pragma once
/*
 * Controllers that a real cluster runs beside its API server: namespace deletion, garbage
 * collector, endpoint slices, service accounts and kube-root-ca.crt of new namespaces. They act as
 * actor "cluster" by kube_invoke (user "system:kube-controller-manager").
 *
 * A journal callback only notes what to look at; the work is done on the next turn of the loop, or
 * by controllers_run where there is no loop. Each controller's file is in controllers/.
 */
#include "emulator/base/util.h"

struct controllers;
struct kube;

/** Subscribes to the journal. */
struct controllers *controllers_new(struct kube *kube);
void controllers_free(struct controllers *controllers); /* NULL is fine */
/** Works until nothing is left to do (at most 10 000 steps). The number of steps done. */
size_t controllers_run(struct controllers *controllers);
