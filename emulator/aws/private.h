#pragma once
/* The façade's own state and the steps of serving a call; for gateway.c, dispatch.c and tests. */
#include "emulator/aws/aws.h"
#include "emulator/aws/operation.h"
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/route.h"
#include "emulator/aws/sigv4.h"
#include "emulator/aws/validate.h"
#include "emulator/world/fault.h"

struct memo;
struct missing;

struct aws {
	struct world *world;
	struct loop *loop; /* NULL: delays are left out */
	struct sigv4 *sigv4;
	struct validator *validator;
	struct missing *missing; /* operations met that nobody built */
	struct missing *ignored; /* members of inputs met that nobody looks at */
	struct memo *memo;	 /* answers of reads */
	uint64_t requests;
	bool check_replies; /* every reply against its shape: a bug becomes a 500 */
};

/** Who calls, and what. */
struct job {
	struct aws *aws;
	struct wire_request request; /**< as it was sent and signed */
	struct wire_request content; /**< as protocols read it: without content codings and what is
					S3's own */
	struct route route;
	const struct actor *actor; /**< NULL: not known */
	const char *actor_name, *account, *region, *principal, *user_agent;
	const struct service *service;	   /**< NULL: none of its operations is built */
	const struct operation *operation; /**< NULL: not built */
	struct json *params;
	struct fault_verdict verdict;
	int64_t real_ms; /**< when faults were asked, ms since 1970 */
	struct exchange exchange;
	struct wire_reply reply;
	bool ignored; /**< something of params was not looked at */
	bool drop;    /**< close the connection instead of answering */
};

/** The service by its name, or NULL when no operation of it is built. */
const struct service *service_find(const char *name);
/** The services that are built, one after the other; NULL past the end. */
const struct service *service_at(size_t index);
const struct operation *operation_find(const struct service *service, const char *name);
/** Gives account and region the service's defaults, once. */
void service_defaults(struct aws *aws, const struct service *service, const char *account,
		      const char *region);
/** Counts an operation that the model knows and nobody built; sets err. Always false. */
bool operation_missing(struct aws *aws, const char *service, const char *operation,
		       struct err *err);
/** Counts a member that nobody looks at, "ec2:CreateKeyPair KeyFormat"; whether it is the first
 * time. */
bool member_ignored(struct aws *aws, const char *name);
void missing_free(struct missing *missing);

/** For tests: told of each call before its handler, when no call is open. What it does must leave
 * no trace (call_abandon). NULL otherwise. */
typedef void job_trial_fn(struct job *job);
extern job_trial_fn *job_trial;

/** Everything before the call itself: route, caller, parameters, faults. False when the reply is
 * made already. The job's request must be set. */
must_check bool job_prepare(struct job *job);
/** The call itself, and its reply. */
void job_perform(struct job *job);
void job_done(struct job *job);
