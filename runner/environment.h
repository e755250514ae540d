#pragma once
/*
 * Everything that stands around the emulator while a scenario runs: the part that plays gardenlet
 * and kubelet, and the real controllers as child processes. Behind this header: runner/gardenlet/,
 * runner/controllers/, emulator/cluster/. In front of it: the engine, which knows steps and claims
 * but no controller by name.
 *
 * One thread, one loop: nothing here blocks. Children are started, watched through pidfds and read
 * through pipes on the emulator's loop.
 */
#include "emulator/emulator.h"

struct environment;
struct strbuf;
struct yaml_node;

/** What the user gave with `--controller NAME=PATH` or `--controller NAME@VERSION`. */
struct environment_override {
	const char *name;    /**< "load-balancer-controller" */
	const char *path;    /**< of the executable; NULL: installed ones */
	const char *version; /**< of those; NULL: the definition's */
};

enum environment_event_type {
	ENVIRONMENT_READY,     /**< a controller answers its readiness probe */
	ENVIRONMENT_LOG,       /**< it wrote a line */
	ENVIRONMENT_DIED,      /**< it ended though nobody had stopped it: the scenario fails (1) */
	ENVIRONMENT_NOT_READY, /**< it could not be started, or never became ready: ours (3) */
	ENVIRONMENT_BROKEN,    /**< gardenlet's or kubelet's own work failed: ours (3) */
};

struct environment_event {
	enum environment_event_type type;
	const char *controller; /**< which; NULL for ENVIRONMENT_BROKEN */
	/** What happened, as a sentence ("ended with status 1", "not ready after 60s"), or the log
	 * line. */
	const char *text;
	int64_t real_ms; /**< clock_real_ms */
};
typedef void environment_fn(const struct environment_event *event, void *userdata);

enum pod_network { POD_NETWORK_VPC, POD_NETWORK_OVERLAY };

struct environment_options {
	const char *directory; /**< private to this scenario, exists, removed by the caller */
	/** Controllers that may be started, NULL-terminated. NULL: all three. An empty list: none,
	 * and then a Shoot is only translated. */
	const char *const *controllers;
	const struct environment_override *overrides; /**< ends with a NULL name; NULL: none */
	const struct yaml_node *settings; /**< list of given.settings; borrowed; NULL: none */
	const char *region;		  /**< "eu-west-1", of the default cluster */
	unsigned nodes;			  /**< worker nodes of each Shoot, 0 to 5000 */
	enum pod_network pod_network;
	int64_t ready_ms; /**< real ms a controller may take to get ready; 0: 60 000 */
	environment_fn *event;
	void *userdata;
};

/**
 * Whether a controller can be had on this machine (an override, or built into the cache), without
 * starting it.
 *
 * @param settings    list of settings, or one; NULL: none
 * @param ret_reason  set when it cannot: why, and the command that helps; free() it
 */
must_check bool environment_has(const char *controller,
				const struct environment_override *overrides,
				const struct yaml_node *settings, char **ret_reason);
/** Calls back for each controller this program knows: name, path (NULL: not to be had), version
 * (NULL: unknown), reason (NULL: fine). For `doctor` and the head of a report. */
void environment_controllers(const struct environment_override *overrides,
			     void (*fn)(const char *name, const char *path, const char *version,
					const char *reason, void *userdata),
			     void *userdata);

/**
 * Gets ready to play: the seed's CRDs and gardenlet. Controllers start when what they need is there
 * (the first Shoot, its VPC).
 *
 * @param emulator  borrowed, outlives the environment
 * @param options   texts are copied
 */
must_check bool environment_new(struct emulator *emulator,
				const struct environment_options *options, struct environment **ret,
				struct err *err);
/**
 * Kills the controllers and puts aside what belongs to this process; gardenlet and kubelet stay as
 * they are. Only environment_unpark and environment_free may follow.
 */
void environment_park(struct environment *environment);
/**
 * Goes on after environment_park, perhaps in another process: the controllers that ran are started
 * afresh, with new certificates, ports and logs, in another folder and with another listener to
 * what happens. Those that were stopped stay so.
 */
must_check bool environment_unpark(struct environment *environment, const char *directory,
				   environment_fn *event, void *userdata, struct err *err);
/** Kills every child (and its process group) and waits for their end; NULL is fine. */
void environment_free(struct environment *environment);
DEFINE_FREEP(environment, struct environment)

/**
 * Applies one manifest as the operator would with kubectl: a Shoot is gardenlet's work (its cluster
 * is made when new), an Infrastructure stands for what the infrastructure controller would have
 * written (that controller must not run), anything else goes to the cluster of the Shoot that was
 * applied last; before the first Shoot, to a default cluster.
 *
 * @param manifest  one object, variables replaced; borrowed
 * @param err       wire and status as the API server says (a `rejected:` step reads them)
 */
must_check bool environment_apply(struct environment *environment, const struct json *manifest,
				  struct err *err);
/**
 * Deletes an object as the operator would (background propagation).
 *
 * @param ns  NULL: "default" for namespaced kinds; ignored for a Shoot and for cluster-scoped kinds
 * @param err ERR_NOT_FOUND when it is not there
 */
must_check bool environment_delete(struct environment *environment, const char *api_version,
				   const char *kind, const char *ns, const char *name,
				   struct err *err);
/** Merge-patches an object as the operator would (`change:` steps); a Shoot is patched and
 * reconciled again. */
must_check bool environment_change(struct environment *environment, const char *api_version,
				   const char *kind, const char *ns, const char *name,
				   const struct json *set, struct err *err);

/** The cluster that manifests go to now; never NULL. */
struct kube_cluster *environment_cluster(struct environment *environment);
/** The cluster of a Shoot by the Shoot's name, or NULL. */
struct kube_cluster *environment_shoot_cluster(struct environment *environment, const char *shoot);

/** SIGKILL and start again / SIGKILL / start. ERR_NOT_FOUND: no such controller here. */
must_check bool environment_controller_restart(struct environment *environment,
					       const char *controller, struct err *err);
must_check bool environment_controller_stop(struct environment *environment, const char *controller,
					    struct err *err);
must_check bool environment_controller_start(struct environment *environment,
					     const char *controller, struct err *err);

/**
 * Stops a controller and starts it again with one more setting.
 *
 * @param setting  borrowed, outlives the environment
 */
must_check bool environment_controller_replace(struct environment *environment,
					       const struct yaml_node *setting, struct err *err);
/** Whether a controller of that name is described at all: one of ours, or of the user's own. */
bool environment_knows(const char *controller);
/** What a report calls an actor in little room: a controller by its definition's "short", anybody
 * else as ever. */
const char *environment_short_name(const char *actor);
/** The version of a controller that would be started; NULL: not known (a program of the user's);
 * new text. */
char *environment_version(const char *controller, const struct environment_override *overrides,
			  const struct yaml_node *settings);
/** Manifests go to the cluster of this Shoot from now on. ERR_NOT_FOUND: there is none. */
must_check bool environment_use_shoot(struct environment *environment, const char *shoot,
				      struct err *err);

/** Whether something is still on its way by itself: a controller that should run is not ready yet,
 * nodes are to be registered. The world is not settled as long as this holds. */
bool environment_busy(const struct environment *environment);
/** Calls back for each controller of this environment: name, version text, whether it is ready. */
void environment_versions(const struct environment *environment,
			  void (*fn)(const char *controller, const char *version, bool ready,
				     void *userdata),
			  void *userdata);
/**
 * The log lines of a controller in a window of real time, oldest first.
 *
 * @param from_ms, to_ms  ms since 1970, both included; 0 and INT64_MAX: all that is kept (at least
 *                        the newest 2000 lines)
 */
void environment_log(const struct environment *environment, const char *controller, int64_t from_ms,
		     int64_t to_ms, void (*fn)(int64_t real_ms, const char *line, void *userdata),
		     void *userdata);

/**
 * What gardenlet would make of a manifest, without any emulator: for `skyrig render`.
 *
 * @param manifest  a Shoot, or anything else (which stays as it is)
 * @param ret       array of { "cluster": "seed" or the technical id, "object": {…} }, and for each
 *                  controller { "controller": name, "arguments": […] }; to be freed
 */
must_check bool environment_render(const struct json *manifest, struct json **ret, struct err *err);
