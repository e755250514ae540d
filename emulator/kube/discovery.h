#pragma once
/*
 * Discovery: what resources there are, in both forms. Built from the cluster's types at each
 * request, so a CRD is seen at once.
 *
 * Source: apiserver pkg/endpoints/discovery, …/discovery/aggregated; kube-aggregator.
 */
#include "emulator/base/err.h"

struct kube_cluster;

/** /api: APIVersions. New tree. */
struct json *discovery_api_versions(const struct kube_cluster *cluster);
/** /apis: APIGroupList. New tree. */
struct json *discovery_groups(const struct kube_cluster *cluster);
/** /apis/GROUP: APIGroup; NULL when there is none. */
struct json *discovery_group(const struct kube_cluster *cluster, const char *group);
/** /api/v1, /apis/GROUP/VERSION: APIResourceList; NULL when there is none. */
struct json *discovery_resources(const struct kube_cluster *cluster, const char *group,
				 const char *version);
/** /api (core) or /apis (the others) as APIGroupDiscoveryList v2. New tree. */
struct json *discovery_aggregated(const struct kube_cluster *cluster, bool core);
