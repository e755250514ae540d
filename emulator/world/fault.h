#pragma once
/*
 * Faults: what a scenario makes go wrong. Whether one fires is decided by a hash of (seed, fault,
 * actor, operation, subject, n-th try), never by a shared random number: the same subject meets the
 * same faults in each run.
 */
#include "emulator/world/call.h"

enum fault_effect {
	FAULT_NONE,
	FAULT_ERROR,	   /**< refused before anything happened, with code/status/message */
	FAULT_ANSWER_LOST, /**< the call takes effect, then the connection is closed without an
			      answer */
	FAULT_DROP,	   /**< the connection is closed before anything happened */
	FAULT_DELAY,	   /**< delayed by delay_ms real time, then served */
	/** @name Only watches of Kubernetes */
	FAULT_WATCH_CLOSED, /**< the stream ends */
	FAULT_WATCH_GONE,   /**< the stream ends with 410 Expired */
	/** @name Beside others: they change what the call sees or begins (verdict.lags), and have
	 * fired when fault_mark says so */
	FAULT_HIDE_NEW,	  /**< lists leave out what was made during the last delay_ms */
	FAULT_STALE_TAGS, /**< tags are shown as they were delay_ms ago */
	FAULT_STUCK, /**< what AWS does next by itself takes delay_ms longer (0: while the rule is
			in force) */
	/** Not about calls: whoever brings it about marks it. */
	FAULT_MARKED,
};

/** Whose calls a rule can be about. */
enum fault_facade { FACADE_ANY, FACADE_AWS, FACADE_KUBE };

/** A rule; see scenario-language.md "Fault kinds". Texts are copied. */
struct fault_rule {
	const char *name;	  /**< unique among the active rules */
	const char *fault;	  /**< the scenario's word: "throttle" … */
	const char *const *calls; /**< globs "elbv2:Describe*", NULL-terminated; NULL: every call */
	const char *by;		  /**< actor or NULL */
	enum fault_facade facade;
	enum fault_effect effect;
	bool lasting;	   /**< fault_clear leaves it: what is given, not a fault */
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
	struct call_lags lags; /**< beside the effect */
};

/** Puts a rule in force; it is copied. */
void fault_add(struct world *world, const struct fault_rule *rule);
/** Ends all rules but the lasting ones; their counts stay readable. */
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
/** Whether a verdict leaves the call as it is, and all that it sees and begins. */
bool fault_does_nothing(const struct fault_verdict *verdict);
/** Counts a rule as fired: its effect was felt. */
void fault_mark(struct world *world, const char *name);
/** How often a rule fired, ended or not; by name. */
unsigned fault_fired(const struct world *world, const char *name);
/** Calls back for each rule ever added: name, fired, may_not_fire. */
void fault_each(const struct world *world,
		void (*fn)(const char *name, unsigned fired, bool may_not_fire, void *userdata),
		void *userdata);
