#pragma once
/*
 * A call: one request of one actor to either façade, as a transaction. All its changes become
 * visible together at call_commit, or none of them after call_fail. Either way the journal has one
 * entry for it.
 */
#include "emulator/base/arena.h"
#include "emulator/world/world.h"

/** What a fault lets a call see late, or lets what it begins take longer. Zero: nothing. */
struct call_lags {
	int64_t hide_ms;  /**< real ms for which lists leave out what was made */
	int64_t tags_ms;  /**< real ms for which tags are shown as they were */
	int64_t stuck_ms; /**< emulated ms that AWS does not get on with it; -1: until released */
	const char *hide_rule; /**< the faults' names, for fault_mark; NULL: none */
	const char *tags_rule, *stuck_rule;
	int64_t real_ms; /**< when the call came, ms since 1970 */
};

struct call {
	struct world *world;
	struct arena *arena; /**< memory for the time of the call */
	const char *actor;   /**< interned: "operator", "load-balancer-controller", "aws", … */
	const char *account; /**< 12 digits, or "" */
	const char *region;  /**< or "" */
	const char *service; /**< "ec2", "elb", "elbv2", "iam", "sts", "k8s", …; "aws" and "cluster"
				for timers */
	const char *operation;	/**< "CreateSubnet", "PatchServiceStatus"; "timer:active" */
	const char *principal;	/**< ARN or Kubernetes user name, for messages and policies; "" when
				   unknown */
	const char *user_agent; /**< "" when unknown */
	const char *access_key; /**< access key id that signed the request; "" when none did */
	const char *request_id; /**< UUID of this call, interned nowhere, in the arena */
	const char *fixed_id;	/**< id that the next made document must get (fixtures); NULL: none;
				   used up by ids_make */
	struct call_lags lags;	/**< of faults; set by the façade before the handler runs */
	uint64_t number;	/**< its journal number, from 1 */
	struct transaction *transaction; /**< world's own */
};

/** What a façade knows about the caller; texts are copied or interned. NULL texts count as "". */
struct call_info {
	const char *actor, *account, *region, *service, *operation, *principal, *user_agent;
	const char *access_key;
	const char *fixed_id;
};

/**
 * Opens a call. There may be only one open at a time (asserted): calls do not nest; what must wait
 * is parked before its call is opened.
 *
 * @param arena  must live as long as the call; NULL: the call gets one of its own
 */
struct call *call_begin(struct world *world, struct arena *arena, const struct call_info *info);

/**
 * The request's parameters, for the journal: becomes the call's. Say it before committing; may be
 * NULL.
 */
void call_set_params(struct call *call, struct json *params);
/** What a fault did to this call, for the journal: "throttle" (interned). */
void call_set_fault(struct call *call, const char *fault);

/** Members of its input that the call's handler never looked at, for the journal: "KeyFormat,
 * Placement.Tenancy" (interned); NULL: none. */
void call_set_ignored(struct call *call, const char *members);

/**
 * Ends a call well: the changes are in the journal, subscribers have judged them when this returns.
 *
 * @param status  HTTP status of the answer
 */
void call_commit(struct call *call, int status);
/** Ends a call that was refused: nothing changed; the journal keeps code and text. A status below
 * 400 with a NULL code is a dry run that went well. */
void call_fail(struct call *call, int status, const char *code, const char *message);
/** Forgets a call without a journal entry and without changes (dry runs of the program itself). */
void call_abandon(struct call *call);

/** Whether the call changed anything so far. */
bool call_changed(const struct call *call);
