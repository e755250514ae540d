#pragma once
/*
 * Plays gardenlet (and the machine controller) for the Shoots of a scenario: applies what a Shoot
 * becomes to the seed, waits for the infrastructure controller, makes the nodes, tells when the
 * Shoot's own controllers can start, and takes everything down in Gardener's order.
 *
 * Works on the loop, after the changes it waits for; nothing here blocks.
 */
#include "emulator/emulator.h"
#include "runner/gardenlet/shoot.h"

struct gardenlet;
struct shoot;

struct gardenlet_options {
	struct emulator *emulator;
	struct kube_cluster *seed;
	unsigned nodes; /**< of each Shoot */
	bool overlay;	/**< Pods get addresses outside the VPC */
	/** The Infrastructure is there: controllers of the Shoot may start. Called once a Shoot. */
	void (*network_ready)(struct shoot *shoot, const struct json *variables, void *userdata);
	/** The Shoot is going: its controllers must stop now. */
	void (*control_plane_gone)(struct shoot *shoot, void *userdata);
	/** The Shoot is gone, for ever; its cluster stays readable. */
	void (*shoot_gone)(struct shoot *shoot, void *userdata);
	/** gardenlet's own work failed: our mistake, not the user's. */
	void (*broken)(const char *text, void *userdata);
	void *userdata;
};

/** Makes the seed's definition of Shoots. */
must_check bool gardenlet_new(const struct gardenlet_options *options, struct gardenlet **ret,
			      struct err *err);
void gardenlet_free(struct gardenlet *gardenlet); /* NULL is fine */
DEFINE_FREEP(gardenlet, struct gardenlet)

/**
 * Applies a Shoot: makes its cluster and its objects in the seed, or brings them up to date. The
 * Infrastructure is reconciled when its config changed or it has not succeeded.
 *
 * @param ret  the Shoot, gardenlet's own; may be NULL
 * @param err  422 when the Shoot is invalid or the change is forbidden
 */
must_check bool gardenlet_apply(struct gardenlet *gardenlet, const struct json *manifest,
				struct shoot **ret, struct err *err);
/**
 * Begins to delete a Shoot: Services of type LoadBalancer first, then its controllers and nodes,
 * then the Infrastructure, then its namespace.
 */
must_check bool gardenlet_delete(struct gardenlet *gardenlet, const char *name, struct err *err);
/**
 * Does an extension's part with a Shoot's Infrastructure: writes its status, and takes the
 * operation annotation away, which is how gardenlet knows that it has been reconciled.
 *
 * @param manifest  an Infrastructure: its name, its namespace (the technical id) and its status
 * @param err       404 when the Shoot is not there, 422 when the status is missing
 */
must_check bool gardenlet_play_extension(struct gardenlet *gardenlet, const struct json *manifest,
					 struct err *err);
/** The Shoot of that name (not yet gone), or NULL. */
struct shoot *gardenlet_find(const struct gardenlet *gardenlet, const char *name);

/** What the shoot was asked to be, and its own API server. */
const struct shoot_spec *shoot_spec(const struct shoot *shoot);
struct kube_cluster *shoot_kube_cluster(const struct shoot *shoot);
/** Whether gardenlet, or a controller that it waits for without an error, is at work. */
bool gardenlet_busy(const struct gardenlet *gardenlet);
