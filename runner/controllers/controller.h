#pragma once
/*
 * One controller of a scenario: its files, its process, its readiness, its log. Knows nothing of
 * Shoots; what it is told stands in its variables.
 */
#include "emulator/base/err.h"
#include "runner/controllers/definition.h"

struct controller;
struct fetcher;
struct json;
struct loop;

enum controller_state {
	CONTROLLER_OFF,	     /**< not started, or stopped on purpose */
	CONTROLLER_STARTING, /**< runs, does not answer its probe yet */
	CONTROLLER_READY,
	CONTROLLER_DEAD, /**< ended, or never got ready */
};

enum controller_event_type {
	CONTROLLER_IS_READY,
	CONTROLLER_WROTE,
	CONTROLLER_DIED,
	CONTROLLER_NEVER_READY
};

/** What a controller needs from around it. Texts are copied. */
struct controller_context {
	struct loop *loop;
	struct fetcher *fetcher;
	const char *directory; /**< exists; the controller makes a folder of its name in it */
	const char *program;   /**< path of the executable */
	int64_t ready_ms;      /**< real ms it may take to get ready */
	void (*event)(struct controller *controller, enum controller_event_type type,
		      const char *text, void *userdata);
	void *userdata;
};

/** @param definition  taken over, on success and failure */
struct controller *controller_new(struct controller_definition *definition,
				  const struct controller_context *context);
/** Kills it and waits for its end. NULL is fine. */
void controller_free(struct controller *controller);
DEFINE_FREEP(controller, struct controller)

/** What it was made from, and where it is in its life. */
const struct controller_definition *controller_definition(const struct controller *controller);
enum controller_state controller_state(const struct controller *controller);
/** Its folder, `${dir}`. */
const char *controller_directory(const struct controller *controller);

/**
 * Writes its files and certificates and starts it. `${dir}` and `${port.NAME}` are added here; the
 * ports stay the same over restarts.
 *
 * @param variables  object of texts; borrowed, copied for restarts. NULL: those of the last start
 * @param err        ERR_CONFLICT when it runs already
 */
must_check bool controller_start(struct controller *controller, const struct json *variables,
				 struct err *err);
/** Everything of controller_start but the start: a later controller_start with NULL starts it. */
must_check bool controller_prepare(struct controller *controller, const struct json *variables,
				   struct err *err);
/** SIGKILL; it is OFF afterwards. ERR_CONFLICT when it does not run. */
must_check bool controller_stop(struct controller *controller, struct err *err);
/** Whether it was ever told its variables. */
bool controller_was_started(const struct controller *controller);

/** A text of its definition with its variables filled in; only of one that was started. */
must_check bool controller_expand(const struct controller *controller, const char *text, char **ret,
				  struct err *err);

/** Log lines in a window of real time (ms since 1970, both included), oldest first; the newest 5000
 * are kept, all of them in the file "log" of its folder. */
void controller_log(const struct controller *controller, int64_t from_ms, int64_t to_ms,
		    void (*fn)(int64_t real_ms, const char *line, void *userdata), void *userdata);
