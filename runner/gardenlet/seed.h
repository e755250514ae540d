#pragma once
/* gardenlet's calls to the seed's and the Shoots' API servers. */
#include "emulator/emulator.h"
#include "runner/gardenlet/shoot.h"

struct seed {
	struct emulator *emulator;
	struct kube_cluster *cluster;
	const struct actor *infrastructure_actor; /**< whose AWS keys the Secret holds */
};

/** Makes the definition of Shoots in the seed. */
must_check bool seed_init(struct seed *seed, struct emulator *emulator,
			  struct kube_cluster *cluster, struct err *err);
/** Namespace, Secret, Shoot and Cluster. */
must_check bool seed_apply(struct seed *seed, const struct shoot_spec *spec, struct err *err);
/** The Infrastructure, with the wish to reconcile it or without. */
must_check bool seed_deploy(struct seed *seed, const struct shoot_spec *spec, bool reconcile,
			    struct err *err);
must_check bool seed_control_plane(struct seed *seed, const struct shoot_spec *spec,
				   const struct json *provider_status, struct err *err);
/**
 * Writes what an extension writes: the Infrastructure's status, for this generation, and no
 * operation annotation any more.
 *
 * @param status  without observedGeneration; 422 in err when it is NULL or no object
 */
must_check bool seed_infrastructure_status(struct seed *seed, const struct shoot_spec *spec,
					   int64_t generation, const struct json *status,
					   struct err *err);
must_check bool seed_delete_infrastructure(struct seed *seed, const struct shoot_spec *spec,
					   struct err *err);
/** Everything else of a Shoot whose Infrastructure is gone. */
must_check bool seed_forget(struct seed *seed, const struct shoot_spec *spec, struct err *err);
/** Deletes the Services of type LoadBalancer in a Shoot's cluster; how many there (still) are. */
must_check bool seed_delete_load_balancers(struct seed *seed, struct kube_cluster *shoot,
					   struct err *err);
size_t seed_count_load_balancers(const struct seed *seed, struct kube_cluster *shoot);
/** A document of the seed by namespace and name, or NULL. */
const struct doc *seed_find(const struct seed *seed, const struct kind *kind, const char *ns,
			    const char *name);
