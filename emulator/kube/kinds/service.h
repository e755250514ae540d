#pragma once
/*
 * Inside of the Service row: what its files ask each other. `spec` is a Service's spec.
 *
 * Source: kubernetes pkg/registry/core/service, pkg/apis/core/validation, pkg/api/service/util.go.
 */
#include "emulator/kube/strategy.h"

#define SERVICE_IP_NONE	   "None"
#define SERVICE_FAMILY_IP4 "IPv4"
#define SERVICE_FAMILY_IP6 "IPv6"

/** "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"; "" when missing. */
const char *service_type(const struct json *spec);
bool service_has_type(const struct json *spec, const char *type);
/** Whether clusterIPs is ["None"]. */
bool service_is_headless(const struct json *spec);
/** Whether externalTrafficPolicy means anything: NodePort, LoadBalancer, or external IPs. */
bool service_is_external(const struct json *spec);
/** Whether it is a LoadBalancer with externalTrafficPolicy Local. */
bool service_needs_health_check(const struct json *spec);
/** Whether two lists of texts are the same; a missing one is an empty one. */
bool service_same_list(const struct json *a, const struct json *b, const char *member);
/** "IPv4" or "IPv6" of an address as text; NULL when it is neither. */
const char *service_family_of(const char *address);

/**
 * Brings clusterIP and clusterIPs together where a client said only one of them.
 *
 * Source: storage.go normalizeClusterIPs.
 */
void service_normalize_ips(struct json *spec, const struct json *old_spec);
/**
 * Chooses ipFamilyPolicy and ipFamilies, takes and gives back cluster IPs.
 *
 * An address that is taken is an IPAddress object (networking.k8s.io), as in a real cluster; a
 * dynamic one is hashed out of the Service's uid, in the upper part of the range.
 *
 * @param object  changed: spec.ipFamilyPolicy, ipFamilies, clusterIP, clusterIPs
 * @param old     NULL for a create
 * @param err     422, or 500 when the range is full
 *
 * Source: alloc.go initIPFamilyFields, allocClusterIPs, updateClusterIPs.
 */
must_check bool service_take_ips(struct kube_op *op, struct json *object, const struct json *old,
				 struct err *err);
/** Gives back all cluster IPs. */
void service_release_ips(struct kube_op *op, const struct json *spec);
/**
 * Takes node ports (30000-32767, each once per cluster) and the health check's; gives back what an
 * update gave up. A port that is taken is a document of kind "node-port".
 *
 * @param err  422, or 500 when the range is full or the health check's port is taken
 *
 * Source: alloc.go initNodePorts, updateNodePorts, updateHealthCheckNodePort.
 */
must_check bool service_take_ports(struct kube_op *op, struct json *object, const struct json *old,
				   struct err *err);
/** Gives back all node ports. */
void service_release_ports(struct kube_op *op, const struct json *spec);

/** clusterIP, clusterIPs, ipFamilies and ipFamilyPolicy; also asked before addresses are taken. */
void service_validate_ips(const struct json *spec, const struct json *old_spec,
			  struct field_errors *errors);
void service_validate(struct kube_op *op, const struct json *object, const struct json *old,
		      struct field_errors *errors);
void service_validate_status(struct kube_op *op, const struct json *object, const struct json *old,
			     struct field_errors *errors);
