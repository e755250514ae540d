#pragma once
/*
 * Worker nodes: what a machine controller and a kubelet do. A node is an EC2 instance in a subnet
 * and a Node object that registers itself uninitialised, so that the cloud-controller-manager
 * initialises it.
 */
#include "emulator/aws/aws.h"
#include "emulator/kube/kube.h"

/** Where and how the instance is made. All texts borrowed for the call. */
struct node_spec {
	const char *region;
	const char *subnet_id;
	const char *zone; /**< name of the subnet's zone, "eu-west-1a" */
	const char *security_group_id;
	const char *instance_profile;	/**< name; NULL: none */
	const char *key_name;		/**< NULL: none */
	const char *cluster_tag;	/**< technical id: kubernetes.io/cluster/<it> = "1" */
	const char *pool;		/**< worker pool, "worker" */
	const char *kubernetes_version; /**< "1.36.1" */
	unsigned number;		/**< from 0, for names */
	/** Also an IPv6 address, and a /80 prefix for Pods. Source: provider-aws v1.72.0
	 * pkg/controller/worker/machines.go:218 (one address and one prefix). */
	bool ipv6;
};

/** A node that was made; free with node_done. */
struct node {
	char *name;	    /**< private DNS name: also the Node's */
	char *instance_id;  /**< "i-…" */
	char *interface_id; /**< primary network interface, "eni-…" */
	char *address;	    /**< private IPv4 */
	char *ipv6_address; /**< NULL: none */
	char *ipv6_prefix;  /**< for Pods, "2001:db8:…::/80"; NULL: none */
};
/** A copy of its own. */
void node_copy(const struct node *node, struct node *ret);
void node_done(struct node *node);

/**
 * Runs the instance (as "cluster") and registers the Node (as "kubelet", user system:node:<name>).
 *
 * @param err  AWS's or Kubernetes' own error, with what was tried
 */
must_check bool node_add(struct aws *aws, struct kube_cluster *cluster, struct world *world,
			 const struct node_spec *spec, struct node *ret, struct err *err);
/** Deletes the Node and terminates the instance; what is gone already is fine. */
must_check bool node_remove(struct aws *aws, struct kube_cluster *cluster, const char *region,
			    const struct node *node, struct err *err);
