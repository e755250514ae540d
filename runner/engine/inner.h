#pragma once
/* What the parts of the engine share. */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/judge/owners.h"
#include "runner/engine/engine.h"
#include "runner/schema/kinds.h"

/** An object that a claim remembers. */
struct binding {
	char *name;
	const struct doc *doc; /**< held */
	struct binding *next;
};

enum claim_type {
	CLAIM_ONE,
	CLAIM_NONE,
	CLAIM_SOME,
	CLAIM_EACH,
	CLAIM_COUNT,
	CLAIM_CALLS,
	CLAIM_DENIED,
	CLAIM_ORDER,
	CLAIM_LOG,
	CLAIM_PATH,
};

/** What judging a claim found. */
struct finding {
	bool holds;
	bool hopeless;	     /**< it can never become true again */
	size_t right, total; /**< how close it is, for claims on several things */
	/** What was expected and what is there instead, in lines; "" when not asked for. */
	struct strbuf text;
	const struct doc *doc;	   /**< CLAIM_ONE: the object found; borrowed */
	const struct doc *culprit; /**< a document to tell the history of; borrowed; may be NULL */
	uint64_t call; /**< CLAIM_CALLS, CLAIM_DENIED: journal number of the last call that counted
			*/
};

/** Calls counted so far by a claim. */
struct counted {
	uint64_t number; /**< journal number up to which they were counted */
	int64_t count;
	uint64_t last;	    /**< number of the last one; 0: none */
	uint64_t too_close; /**< of the first one that followed too soon; 0: none */
	int64_t last_ms, gap_ms;
	bool forgotten; /**< the journal does not reach back far enough */
};

/** A claim of a file, and what is known about it. */
struct claim {
	const struct yaml_node *node;
	enum claim_type type;
	const struct object_kind *kind;				    /**< of claims on objects */
	struct json *of, *where, *has, *tagged, *is, *with, *times; /**< texts with ${…}, or NULL */
	const char *made_by, *by, *answered, *because, *remember, *action, *since, *log_of;
	const char *client_address; /**< of a path; NULL: not asked */
	int64_t every_ms;
	bool dirty; /**< must be judged again */
	bool holds; /**< as last judged */
	bool judged;
	char *wrong;	     /**< finding's text at the closest moment, or NULL */
	size_t right, total; /**< at the closest moment */
	uint64_t closest;    /**< its revision */
	struct counted counted;
	uint64_t first_number; /**< calls before it do not count */
};

/** The list of claims of one step, or of `always`. */
struct claims {
	struct claim *items;
	size_t count;
	bool met; /**< all hold at the revision judged last */
};

enum phase { PHASE_ACT, PHASE_SETTLE, PHASE_EXPECT, PHASE_STAY, PHASE_JUDGE, PHASE_DONE };

/** A snapshot that a step took. */
struct named_snapshot {
	char *name;
	struct snapshot *snapshot;
	struct named_snapshot *next;
};

/** A fault that a step ordered. */
struct ordered_fault {
	char *name;
	struct json *where;
	const struct yaml_node *node;
	struct ordered_fault *next;
};

struct engine {
	const struct scenario *scenario;
	const struct engine_options *options;
	size_t row;
	const struct json *values; /**< variables of the row; borrowed */
	struct json *with;	   /**< values of the step; NULL: none */
	struct arena *arena;	   /**< for texts with variables replaced */

	struct loop *loop;
	struct emulator *emulator;
	struct environment *environment; /**< NULL on an external target */
	struct external *external;	 /**< NULL: our own emulator */
	struct loop_source *look;	 /**< the next look at it */
	bool looking;
	bool cannot_run; /**< it needs what the external target does not have */
	struct strs claimed_kinds;
	struct outside_controllers *outside_controllers;
	struct subscription *subscription, *recording;
	struct snapshot *baseline;
	struct binding *bindings;
	struct named_snapshot *snapshots;
	struct ordered_fault *faults;
	size_t fault_count;

	/** @name The step machine */
	const struct yaml_node *step; /**< NULL between the last one and the end */
	size_t step_number;	      /**< from 1, over both lists */
	bool interrupted;
	bool in_finally, ending, step_failed;
	bool acting;	  /**< a step's actions are under way */
	char *dead;	  /**< the controller that ended by itself; NULL: none */
	int64_t ready_ms; /**< clock_real_ms() when a controller last became ready; 0: never */
	bool starting;	  /**< from a state: waits until the controllers are ready again */
	bool parking;	  /**< the step `until` has passed: waits until the world has settled */
	bool parked;
	uint64_t first_call; /**< the first call that is this scenario's; earlier ones made the
				state */
	enum phase phase;
	int64_t step_started_ms, phase_started_ms; /**< monotonic */
	uint64_t step_first_call;
	struct claims expect, always;
	uint64_t met_revision;
	struct loop_source *wake, *timeout;
	int64_t started_ms; /**< monotonic */
	int64_t started_real_ms;

	/** @name The outcome */
	const char *status; /**< NULL: not decided */
	char *reason;	    /**< one line */
	struct strbuf report;
	struct place place;
	struct json *step_results; /**< array */
	struct json *updates;	   /**< array: what --update would write; see update.c */
	struct json *not_provable; /**< array of sentences: what an external target cannot show */
	struct json *unproven;	   /**< array of sentences: claims that hold for want of calls */
};

/** @name machine.c */
/** Makes the step machine run in the next turn of the loop (or after some ms). */
void engine_wake(struct engine *engine, int64_t after_ms);
void engine_begin_step(struct engine *engine, const struct yaml_node *step);
/** journal_fn: every commit comes by here before its caller is answered. */
void engine_on_call(const struct journal_entry *entry, void *userdata);
/** The mirror of an external target was brought up to date. */
void engine_looked(struct engine *engine);
/** environment_fn */
void engine_on_event(const struct environment_event *event, void *userdata);
/** loop_timer_fn of the scenario's timeout. */
void engine_timed_out(void *userdata);

/** @name failure.c: the first failure ends the scenario, later ones are dropped */
/** Takes over reason. node NULL: the file as a whole; key: the place of its key. */
void engine_fail(struct engine *engine, const struct yaml_node *node, bool key, char *reason,
		 const char *details);
/** The same for what is our own fault (exit 3); it goes before what failed so far. */
void engine_broken(struct engine *engine, char *reason, const char *details);
/** The same with status and the journal number around which calls are shown (0: the end). */
void engine_fail_at(struct engine *engine, const char *status, const struct yaml_node *node,
		    bool key, char *reason, const char *details, uint64_t around);
/** Fails with the claims that do not hold; now: judged as things are, not as they were closest. */
void engine_fail_claims(struct engine *engine, struct claims *claims, char *reason, bool now,
			uint64_t around);
bool engine_decided(const struct engine *engine);
/** Whether what is not proven fails: under --strict, or as the scenario says. */
bool engine_is_strict(const struct engine *engine);
/** Ms since the scenario began. */
int64_t engine_ms(const struct engine *engine, int64_t real_ms);

/** @name bindings.c */
const struct doc *binding_find(const struct engine *engine, const char *name);
void binding_set(struct engine *engine, const char *name, const struct doc *doc);
void bindings_done(struct engine *engine);
/** variable_fn of an engine: with, row, remembered objects. */
bool engine_resolve(const char *reference, struct json **ret, void *userdata, struct err *err);
/** A tree with its ${…} replaced. NULL json gives NULL. */
must_check bool engine_replace(struct engine *engine, const struct json *json, struct json **ret,
			       struct err *err);
must_check bool engine_replace_text(struct engine *engine, const char *text, char **ret,
				    struct err *err);
/**
 * A node's text with its variables replaced; lives as long as the engine. NULL gives NULL; what
 * cannot be replaced (the checker has seen that it can) stays as written.
 */
const char *engine_node_text(struct engine *engine, const struct yaml_node *node);
/** The same for a map's child. */
const char *engine_text(struct engine *engine, const struct yaml_node *map, const char *key);
/** A child's duration in ms, or fallback when it is missing. */
int64_t engine_duration(struct engine *engine, const struct yaml_node *map, const char *key,
			int64_t fallback);
/** What `of:` selects: an owner or a remembered object. */
must_check bool engine_selection(struct engine *engine, const struct json *of,
				 struct selection *ret, struct err *err);
/** What people call a document: id and Name tag, or namespace/name; new text. */
char *doc_called(const struct doc *doc);
/** The value of a path like "State.Code" or "Listeners[0].Port"; borrowed, NULL when missing. */
const struct json *json_walk(const struct json *json, const char *path);

/** @name kinds.c */
struct kinds {
	const struct kind *items[8];
	size_t count;
};
/** The world's kinds behind a scenario's word; none when there never was such a document. */
void kinds_of(const struct engine *engine, const struct object_kind *kind, struct kinds *ret);
bool kinds_has(const struct kinds *kinds, const struct kind *kind);

/** @name claim.c, claim_object.c, claim_calls.c */
void claims_read(struct engine *engine, const struct yaml_node *list, uint64_t first_number,
		 struct claims *ret);
void claims_done(struct claims *claims);
/** A claim as its sentence: "one load-balancer of service default/echo"; new text. */
char *claim_sentence(const struct claim *claim);
/** Marks what a journal entry may have changed. */
void claims_touch(const struct engine *engine, struct claims *claims,
		  const struct journal_entry *entry);
void claims_touch_all(struct claims *claims);
/**
 * Judges what is dirty; sets claims->met. Binds what claims remember as it goes.
 *
 * @return the first claim that can never become true again, or NULL
 */
struct claim *claims_judge(struct engine *engine, struct claims *claims);
void finding_done(struct finding *finding);
/** Judges one claim now; explain: fill the text. */
void claim_judge(struct engine *engine, struct claim *claim, bool explain, struct finding *ret);
void claim_judge_objects(struct engine *engine, struct claim *claim, bool explain,
			 struct finding *ret);
void claim_judge_calls(struct engine *engine, struct claim *claim, bool explain,
		       struct finding *ret);
void claim_judge_order(struct engine *engine, struct claim *claim, bool explain,
		       struct finding *ret);

/** Told of an object that a claim is about, with the claim's `has` and `tagged` as they are now. */
typedef void claim_object_fn(struct engine *engine, const struct claim *claim,
			     const struct json *has, const struct json *tagged,
			     const struct doc *doc, const struct json *view, void *userdata);
void claim_each_object(struct engine *engine, const struct claim *claim, claim_object_fn *fn,
		       void *userdata);
/** Notes which lists under `exactly:` are alone to blame for claims that do not hold. */
void updates_collect(struct engine *engine, const struct claims *claims);

/**
 * A claim that somebody made no such call proves nothing when they made no call at all: fails under
 * --strict, is told otherwise.
 */
void claims_prove(struct engine *engine, const struct claims *claims);

/** @name actions.c, calls.c, faults.c */
/** Does what the step says; false after engine_fail. */
must_check bool step_act(struct engine *engine, const struct yaml_node *step);
/** Makes the AWS call of a `call:`. */
must_check bool step_call(struct engine *engine, const struct yaml_node *node);
must_check bool step_fault(struct engine *engine, const struct yaml_node *node);
/** Binds the controller that a `policy` block is about, or sets it free. */
must_check bool engine_set_policy(struct engine *engine, const struct yaml_node *block,
				  struct err *err);
/** Ends all faults, and lets go on what was stuck. */
void faults_clear(struct engine *engine);
/** Puts given.lags in force. */
void faults_given(struct engine *engine);
/** Whether a fault lets this controller end, so that it is started again as a kubelet would. */
bool faults_end(const struct engine *engine, const char *controller);
/** Fails for a fault that never fired. */
void faults_judge(struct engine *engine);
void faults_done(struct engine *engine);

/** @name judge.c: same-as, leaks and history */
/** Fails for the first bad habit that the journal shows and the scenario does not allow. */
void judge_history(struct engine *engine);
void judge_same_as(struct engine *engine, const struct yaml_node *node);
/** @name same_as.c */
/** Whether same-as names a file, snapshots/shoot.yaml, and not a snapshot of an earlier step. */
bool is_snapshot_file(const char *text);
/** Compares AWS with the file; what --update would write is noted. */
void judge_same_as_file(struct engine *engine, const struct yaml_node *node);
void judge_leaks(struct engine *engine, const struct yaml_node *node);

/** @name denials.c: what policies refused */
/** The action that a policy refused the caller; new text, NULL when the call was not refused so. */
char *denial_action(const struct journal_entry *entry);
/** Each action that was refused, by actor: {actor, action, count, call, message}, of which call and
 * message are the last one's; new array. */
struct json *denials_list(const struct engine *engine);

/** @name ignored.c: what callers gave and nobody looked at */
/** Each such member, by actor: {actor, action, member, count, call}, of which call is the last
 * one's; new array. */
struct json *ignored_list(const struct engine *engine);
/** Under --strict it ends the scenario as our own fault: what it then did proves little. */
void judge_ignored(struct engine *engine);

/** @name report.c */
/** Appends the calls around a journal number (0: the end), the number marked. */
void report_calls(const struct engine *engine, uint64_t around, struct strbuf *sb);
/** Appends log lines of the controllers around a moment. */
void report_logs(const struct engine *engine, int64_t real_ms, struct strbuf *sb);
/** "ec2:CreateSubnet by infrastructure-controller"; new text. */
char *report_call_text(const struct journal_entry *entry);
/** Appends when a document was last changed and by whom. */
void report_last_change(const struct engine *engine, const struct kinds *kinds, struct strbuf *sb,
			uint64_t *ret_number);
/** Puts the whole failure report together. */
void report_failure(struct engine *engine, const struct yaml_node *node, bool key,
		    const char *reason, const char *details, uint64_t around);
struct json *report_result(struct engine *engine);
