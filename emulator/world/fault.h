#pragma once
/*
 * Faults: what a scenario makes go wrong. Whether one fires is decided by a hash of (seed, fault,
 * actor, operation, subject, n-th try), never by a shared random number: the same subject meets the
 * same faults in each run.
 */
#include "emulator/world/world.h"

enum fault_effect {
	FAULT_NONE,
	FAULT_ERROR,	   /**< refused before anything happened, with code/status/message */
	FAULT_ANSWER_LOST, /**< the call takes effect, then the connection is closed without an
			      answer */
	FAULT_DROP,	   /**< the connection is closed before anything happened */
	FAULT_DELAY,	   /**< delayed by delay_ms real time, then served */
};

/** A rule; see scenario-language.md "Fault kinds". Texts are copied. */
struct fault_rule {
	const char *name;	  /**< unique among the active rules */
	const char *fault;	  /**< the scenario's word: "throttle" … */
	const char *const *calls; /**< globs "elbv2:Describe*", NULL-terminated; NULL: every call */
	const char *by;		  /**< actor or NULL */
	enum fault_effect effect;
	bool after_effect; /**< FAULT_ERROR only: the change happens and the caller gets the error
			    */
	const char *code, *message;  /**< FAULT_ERROR; NULL code: the service's own for this fault
					(throttle …) */
	int status;		     /**< 0: by the code */
	unsigned skip, first, every; /**< per rule: leave out `skip`, then at most `first` (0: no
					limit), each every-th */
	double chance;		     /**< 0 < chance <= 1 */
	int64_t delay_ms;
	int64_t for_ms; /**< real ms from being added; 0: until cleared */
	bool may_not_fire;
	/** Whether the request's parameters fit; NULL: all do. matcher is what userdata is. */
	bool (*where)(const struct json *params, void *userdata);
	void *userdata;
};

/** What to do with a call. Texts are borrowed from the rule. */
struct fault_verdict {
	enum fault_effect effect;
	const char *rule, *fault, *code, *message;
	int status;
	bool after_effect;
	int64_t delay_ms;
};

/** Puts a rule in force; it is copied. */
void fault_add(struct world *world, const struct fault_rule *rule);
/** Ends all rules; their counts stay readable. */
void fault_clear(struct world *world);
/** Forgets all rules and their counts, as if there had never been any. */
void fault_forget(struct world *world);
/** Whether any rule is active: without one a façade need not work out what a call is about. */
bool fault_any(const struct world *world);
/**
 * Asks the rules about a call that is about to be served, and counts it as fired when one says so.
 *
 * @param action   "elbv2:CreateLoadBalancer"
 * @param subject  what it is about (name, id or a digest of the parameters)
 */
struct fault_verdict fault_decide(struct world *world, const char *actor, const char *action,
				  const char *subject, const struct json *params);
/** How often a rule fired, ended or not; by name. */
unsigned fault_fired(const struct world *world, const char *name);
/** Calls back for each rule ever added: name, fired, may_not_fire. */
void fault_each(const struct world *world,
		void (*fn)(const char *name, unsigned fired, bool may_not_fire, void *userdata),
		void *userdata);
