#pragma once
/* Scheduler and kubelets for workloads.c: Pods get a node, an address, Ready; and go when told. */
#include "emulator/cluster/workloads.h"

struct pods;

/** Gives pods addresses and nodes; the options are copied by value. pods_free it. */
struct pods *pods_new(const struct workloads_options *options, const struct kind *pod_kind,
		      const struct kind *node_kind);
void pods_free(struct pods *pods); /* NULL is fine */
void pods_add_node(struct pods *pods, const struct node *node);
void pods_remove_node(struct pods *pods, const char *name);
/** Schedules, starts and ends Pods as far as possible now. */
must_check bool pods_sync(struct pods *pods, struct err *err);
