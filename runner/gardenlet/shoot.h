#pragma once
/*
 * What a gardenlet makes of a Shoot: pure translation, no emulator.
 *
 * Sources: gardener v1.145.0 pkg/gardenlet/operation/botanist/infrastructure.go,
 * pkg/component/extensions/{infrastructure,controlplane}, pkg/extensions/cluster.go; provider-aws
 * v1.72.0 pkg/controller/controlplane/valuesprovider.go.
 */
#include "emulator/base/err.h"

struct json;

struct shoot_spec {
	char *name, *ns;
	char *technical_id; /**< "shoot--PROJECT--NAME": its namespace in the seed */
	char *region;
	char *kubernetes_version;
	char *pods, *services;	       /**< CIDRs */
	bool ipv4, ipv6;	       /**< spec.networking.ipFamilies */
	bool load_balancer_controller; /**< controlPlaneConfig.loadBalancerController.enabled */
	char *ingress_class;	       /**< its ingressClassName, default "alb" */
	struct json *manifest;	       /**< the whole Shoot */
};

/** Whether a manifest is a Shoot of core.gardener.cloud. */
bool is_shoot(const struct json *manifest);
/** Whether it is an Infrastructure of extensions.gardener.cloud. */
bool is_infrastructure(const struct json *manifest);

/**
 * Reads a Shoot.
 *
 * @param ret  free with shoot_spec_done
 * @param err  ERR_INVALID, status 422: the first field that is missing or wrong
 */
must_check bool shoot_read(const struct json *manifest, struct shoot_spec *ret, struct err *err);
void shoot_spec_done(struct shoot_spec *spec);

/** Whether a family is added, for which the infrastructure is reconciled. Source: gardener v1.145.0
 * plugin/pkg/shoot/mutator/admission.go:237. */
bool shoot_families_grow(const struct shoot_spec *old, const struct shoot_spec *now);

/**
 * What Gardener's admission says about a change.
 *
 * @param err  ERR_INVALID, status 422 (provider-aws pkg/apis/aws/validation/infrastructure.go:237;
 *             gardener v1.145.0 pkg/api/core/validation/shoot.go:993)
 */
must_check bool shoot_check_update(const struct shoot_spec *old, const struct shoot_spec *now,
				   struct err *err);

/** @name The objects in the seed; new trees */
struct json *shoot_namespace(const struct shoot_spec *spec);
struct json *shoot_secret(const struct shoot_spec *spec, const char *access_key_id,
			  const char *secret_key);
struct json *shoot_cluster(const struct shoot_spec *spec);
/** @param timestamp  RFC 3339, for gardener.cloud/timestamp; NULL: no operation annotation */
struct json *shoot_infrastructure(const struct shoot_spec *spec, const char *timestamp);
/** @param provider_status  of the Infrastructure; NULL when there is none yet */
struct json *shoot_control_plane(const struct shoot_spec *spec, const struct json *provider_status,
				 const char *timestamp);
/** The Shoot itself as gardenlet keeps it, with status.technicalID. */
struct json *shoot_object(const struct shoot_spec *spec);
/** The definition under which the seed's API server keeps Shoots: any shape, with a status. */
struct json *shoot_definition(void);

/**
 * What the controllers' definitions may use of a Shoot (fixtures/controllers): technical-id,
 * region, pods, ingress-class, node-ip-families, and out of the Infrastructure's status vpc-id,
 * public-subnet-id, zone. New object of texts.
 *
 * @param provider_status  NULL: the last three stay "<…>" (render)
 * @param err              ERR_NOT_FOUND: no public subnet, in Gardener's words
 */
must_check bool shoot_variables(const struct shoot_spec *spec, const struct json *provider_status,
				struct json **ret, struct err *err);
/** A subnet of a purpose ("nodes", "public") in InfrastructureStatus: the index-th, or NULL. */
const struct json *shoot_subnet(const struct json *provider_status, const char *purpose,
				size_t index);
