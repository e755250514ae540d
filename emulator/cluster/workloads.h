#pragma once
/*
 * Workloads without containers: what deployment controller, replica set controller, scheduler and
 * kubelets do together. A Deployment gets its ReplicaSet, the ReplicaSet its Pods, a Pod a node, an
 * address and the condition Ready. Acts on the next turn of the loop after a change.
 */
#include "emulator/aws/aws.h"
#include "emulator/base/loop.h"
#include "emulator/cluster/node.h"
#include "emulator/kube/kube.h"

struct workloads;

struct workloads_options {
	struct loop *loop;
	struct world *world;
	struct aws *aws;
	struct kube_cluster *cluster;
	const char *region;
	/**
	 * Where Pods get addresses: NULL: secondary private addresses of their node's interface; a
	 * CIDR ("100.96.0.0/11"): a range outside the VPC, a /24 for each node.
	 */
	const char *overlay;
	/** Something failed that must not: an error of the emulator, not of the user. */
	void (*broken)(const char *text, void *userdata);
	void *userdata;
};

/** Runs workloads with these options, which are copied by value; workloads_free it. */
struct workloads *workloads_new(const struct workloads_options *options);
void workloads_free(struct workloads *workloads); /* NULL is fine */
DEFINE_FREEP(workloads, struct workloads)

/** Tells of a node that Pods may run on once it is initialised (copied), or no more. */
void workloads_add_node(struct workloads *workloads, const struct node *node);
void workloads_remove_node(struct workloads *workloads, const char *name);
/** Whether there is something left to do that can be done now. */
bool workloads_busy(const struct workloads *workloads);
