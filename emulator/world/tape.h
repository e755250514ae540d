#pragma once
/*
 * The tape: everything that comes into a world from outside, in the order in which it took effect,
 * with its time, so that another world can be made to live through the same and must give the same
 * answers. What is nested in something else is not told: it happens again by itself.
 *
 * Time stands still within each event: whatever asks the clock gets the time that is on the tape.
 */
#include "emulator/world/fault.h"

struct json;
struct world;

enum tape_type {
	TAPE_AWS,  /**< a request to AWS over the wire */
	TAPE_KUBE, /**< a request to a cluster over the wire; a watch without what it streams */
	TAPE_AWS_INVOKE,  /**< aws_invoke */
	TAPE_KUBE_INVOKE, /**< kube_invoke */
	TAPE_TIMERS,	  /**< timers that were due have fired */
	TAPE_CLUSTER,	  /**< a cluster was made */
	TAPE_ACTOR,	  /**< an actor was registered */
	TAPE_LIFECYCLE,	  /**< a duration was overridden */
	TAPE_QUOTA,	  /**< a quota was overridden */
	TAPE_POLICY,	  /**< an actor got an IAM policy, or lost it */
	TAPE_RELEASE,	  /**< what was stuck goes on */
	TAPE_ADDRESS,	  /**< a cluster was closed and answers at another address */
	TAPE_RANGE,	  /**< a cluster got a second range for Services */
};
/** "aws", "kube", "aws-invoke", … */
const char *tape_type_name(enum tape_type type);
/** False when there is no such type. */
must_check bool tape_type_parse(const char *name, enum tape_type *ret);

/** One event; all borrowed for the time of the callback. */
struct tape_event {
	enum tape_type type;
	const struct json *what;	   /**< all that is needed to do it again, but the body */
	const void *body;		   /**< of a request; NULL: none */
	size_t body_length;		   /**< bytes */
	const struct fault_verdict *fault; /**< what a rule did to it; NULL: nothing */
	int status;		 /**< HTTP's; 0: the connection was dropped, or no answer */
	const char *answer_type; /**< content type; NULL: none */
	const void *answer;
	size_t answer_length;		       /**< bytes */
	int64_t real_ms, monotonic_ms, now_ms; /**< real, monotonic and emulated time */
	uint64_t first, last; /**< journal numbers of the calls it made; first > last: none */
};
typedef void tape_fn(const struct tape_event *event, void *userdata);

/** Tells the events of a world from now on; fn NULL: nobody any more. */
void tape_set(struct world *world, tape_fn *fn, void *userdata);
/** Whether anybody listens: without, an event need not be put together. */
bool tape_is_on(const struct world *world);

/** Whether anybody listens at all, however deep in an event this is. */
bool tape_is_listened(const struct world *world);
/**
 * Asked once for each event that is told: what else must be known to do it again, an object whose
 * members are added to `what`; owned by the tape. NULL: nothing.
 */
typedef struct json *tape_more_fn(void *userdata);
/** There is one who is asked; fn NULL: nobody any more. */
void tape_set_more(struct world *world, tape_more_fn *fn, void *userdata);

/** Begins what may be an event: stops the clock, if somebody listens. They nest. */
void tape_enter(struct world *world);
/** Tells the event, unless it is nested in another one; times and numbers are filled in here. */
void tape_note(struct world *world, struct tape_event event);
/** Ends what tape_enter has begun. */
void tape_leave(struct world *world);

/**
 * For who plays a tape: the rules of faults are not asked for the next call, this is the verdict.
 *
 * @param verdict  copied, its texts are borrowed until the call; effect FAULT_NONE: no fault
 */
void tape_script_fault(struct world *world, const struct fault_verdict *verdict);
/** For who plays a tape: the emulated clock stands at that time. */
void tape_set_now(struct world *world, int64_t now_ms);
