#pragma once
/* What the runner may use: one emulator = one world, both façades, one loop. */
#include "emulator/aws/aws.h"
#include "emulator/base/loop.h"
#include "emulator/kube/kube.h"
#include "emulator/world/actor.h"
#include "emulator/world/fault.h"
#include "emulator/world/journal.h"
#include "emulator/world/snapshot.h"
#include "emulator/world/tape.h"

struct emulator_config {
	struct world_config world;
	const char *address;   /**< numeric loopback; NULL: 127.0.0.1 */
	uint16_t aws_port;     /**< 0: any free one */
	uint16_t kube_port;    /**< of the shoot cluster (TLS); 0: any free one */
	size_t body_max_bytes; /**< 0: the default of 8 MiB */
	/** Technical id of a cluster to make besides the seed; NULL: none, gardenlet makes the
	 * Shoots' clusters. */
	const char *cluster;
	tape_fn *tape; /**< told everything that comes in, from the first cluster on; may be NULL */
	void *tape_userdata;
};

/** Serves requests of the AWS port whose path begins with /_/, which no AWS service has. */
typedef void emulator_serve_fn(struct request *request, void *userdata);

struct emulator {
	struct loop *loop; /**< borrowed; NULL: for tapes only */
	struct world *world;
	struct aws *aws;
	struct kube *kube;
	struct http_server *aws_server;
	uint16_t aws_port;
	char *address; /**< where it listens; NULL: 127.0.0.1 */
	size_t body_max_bytes;
	struct loop_source *timers; /**< what keeps the world's timers going */
	emulator_serve_fn *serve;   /**< of paths below /_/; NULL: AWS answers them too */
	void *serve_userdata;
};

#define EMULATOR_SEED "seed" /* name of the cluster that gardenlet and the extension work in */

/**
 * Starts world, façades and listeners on a loop. The actors operator, gardenlet, kubelet, cluster,
 * aws and the three controllers are registered with keys and users of their own.
 *
 * @param loop  NULL: for tapes only. Nothing listens, no timer fires and no cluster is there unless
 *              the tape says so
 */
must_check bool emulator_new(struct loop *loop, const struct emulator_config *config,
			     struct emulator **ret, struct err *err);
/** @name The AWS endpoint going down and coming back; as kube_cluster_close and kube_cluster_open
 */
void emulator_close_aws(struct emulator *emulator);
must_check bool emulator_open_aws(struct emulator *emulator, bool anew, struct err *err);
/**
 * Puts everything aside that belongs to this process: closes both façades and stops the emulated
 * clock. What is left is memory, which fork() copies.
 */
void emulator_park(struct emulator *emulator);
/**
 * Goes on after emulator_park, perhaps in another process (loop_renew comes first): opens all
 * façades on ports of their own, and the clock runs on from where it stood.
 *
 * @param speed  of the emulated clock
 */
must_check bool emulator_unpark(struct emulator *emulator, double speed, struct err *err);
void emulator_free(struct emulator *emulator);
DEFINE_FREEP(emulator, struct emulator)

/**
 * Makes an emulator without a loop live through an event of a tape, at its time. What it answers
 * now is told to its own tape. Of the event, the type, what, body, fault, and times are read.
 *
 * @param err  ERR_INVALID: the event lacks what its type needs, or names a cluster that is not
 *             there. That a call is refused is an answer, and no error here
 */
must_check bool emulator_play(struct emulator *emulator, const struct tape_event *event,
			      struct err *err);

/**
 * Binds an actor by an IAM policy, JSON text; NULL gives full rights back. Controllers and the
 * operator have full rights until then. See aws_set_actor_policy (aws/aws.h) for what is evaluated
 * and for errors.
 */
must_check bool emulator_set_policy(struct emulator *emulator, const char *actor,
				    const char *document, struct err *err);
