#pragma once
/* What the parts of the environment know of each other: environment.c its life, started.c the
 * controllers, operator.c what the operator does. */
#include "emulator/base/container.h"
#include "runner/environment.h"

struct controller;
struct shoot;

#define ENVIRONMENT_OPERATOR "operator" /* the user whose kubectl it is */

/* A controller of the scenario; those of a Shoot know which. */
struct running {
	struct environment *environment;
	char *name;
	struct controller *controller; /* NULL while parked */
	struct shoot *shoot;	       /* NULL: the seed's */
	struct json *variables;	       /* of the Shoot, or NULL */
	bool runs;		       /* parked: it ran, or was about to */
};

struct environment {
	struct emulator *emulator;
	struct environment_options options;
	char *directory, *region;
	struct strs wanted; /* controllers that may be started */
	bool all_wanted;
	struct environment_override *overrides; /* ends with a NULL name; ours */
	struct ptrs replaced;			/* struct yaml_node: settings of replace */
	struct fetcher *fetcher;
	struct kube_cluster *seed, *fallback, *current;
	struct gardenlet *gardenlet;
	struct ptrs running; /* of struct running */
};

/** Tells the listener; texts are borrowed. */
void environment_tell(struct environment *environment, enum environment_event_type type,
		      const char *controller, const char *text);
/** Starts every controller whose time has come: the seed's (shoot NULL), or those of a Shoot. */
must_check bool environment_start_controllers(struct environment *environment, struct shoot *shoot,
					      const struct json *variables, struct err *err);
/** Stops those of a Shoot; their logs stay. */
void environment_stop_controllers(struct environment *environment, const struct shoot *shoot);
/** Puts all controllers aside, and starts those again that ran. */
void environment_park_controllers(struct environment *environment);
must_check bool environment_unpark_controllers(struct environment *environment, struct err *err);
void environment_free_controllers(struct environment *environment);
/** Whether a controller of that name was started, whatever became of it. */
bool environment_has_started(const struct environment *environment, const char *name);
/** Where manifests go; the cluster without a Shoot is made when first needed. NULL: err is set. */
struct kube_cluster *environment_current_cluster(struct environment *environment, struct err *err);
