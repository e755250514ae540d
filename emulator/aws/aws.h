#pragma once
/*
 * The AWS façade. On the wire: http/ request → gateway (who, which service, which operation) →
 * protocol decodes → model validates → fault → handler → protocol encodes. In-process: aws_invoke
 * takes the same way without a wire.
 */
#include "emulator/http/http.h"
#include "emulator/world/call.h"

struct aws;

#define AWS_ACCOUNT "123456789012" /* the account of everyone unless said otherwise; moto's too */

/** Registers kinds and gives the world its AWS defaults for an account (a region's defaults come at
 * first use). */
struct aws *aws_new(struct world *world);
void aws_free(struct aws *aws);
DEFINE_FREEP(aws, struct aws)

/** The loop on which delayed calls (faults) wait; borrowed. Without one a delay is left out. */
struct loop;
void aws_attach(struct aws *aws, struct loop *loop);

/** Serves one request of a listener; userdata is the struct aws. */
void aws_serve(struct request *request, void *userdata);
/** The answer to a body over the listener's limit. */
void aws_serve_too_large(struct request *request, void *userdata);
/** What is no request at all, answered in JSON: nobody knows which service it was for. An
 * http_malformed_fn without its userdata. */
char *aws_malformed(int status, const char *text, const char **ret_type);

/**
 * One operation as an actor, without a wire: same validation, same handler, same journal, no
 * faults.
 *
 * @param service    "ec2", "elb", "elbv2", "iam", "sts", …
 * @param operation  the API's name
 * @param params     input by the model's member names; borrowed, may be NULL
 * @param fixed_id   id that the made resource must get, or NULL
 * @param ret        output by the model's member names, to be freed; may be NULL
 * @param err        wire = AWS's code, status, text; ERR_UNSUPPORTED when known but not built
 */
must_check bool aws_invoke(struct aws *aws, const char *actor, const char *account,
			   const char *region, const char *service, const char *operation,
			   const struct json *params, const char *fixed_id, struct json **ret,
			   struct err *err);

/**
 * Gives an actor an IAM policy, in the place of full rights or of an earlier one: what it does not
 * allow is refused in the words of each service. NULL gives full rights back. Part of the world:
 * snapshots and resets have it.
 *
 * @param actor     a name that is known: "load-balancer-controller"
 * @param document  JSON text of an identity policy, as in IAM
 * @param err       ERR_NOT_FOUND for an unknown actor; ERR_INVALID with IAM's sentence for a
 *                  document that is none
 *
 * What is evaluated and what is not: policy/language.h, policy/authorize.h. What is not modelled is
 * refused aloud and counted as a missing operation, never allowed.
 */
must_check bool aws_set_actor_policy(struct aws *aws, const char *actor, const char *document,
				     struct err *err);

/** Whether each reply is checked against its shape (also by the environment's
 * SKYRIG_CHECK_REPLIES): a member that the API does not have is answered 500, and logged. */
void aws_check_replies(struct aws *aws, bool on);

/** How many calls met an operation that the models know but nobody built; names them one per line
 * into sb. */
unsigned aws_missing_operations(const struct aws *aws, struct strbuf *sb);

/** How many times a member of an input was given that nobody looks at, in calls that went well;
 * names them one per line into sb: "ec2:CreateKeyPair KeyFormat". */
unsigned aws_ignored_members(const struct aws *aws, struct strbuf *sb);

/** What an operation does not look at in its input. */
struct aws_unread {
	const char *service, *operation;
	const char *member; /**< "Placement.Tenancy"; lists are not shown in it */
	const char *reason; /**< why that is right here; NULL: it is not modelled, and said aloud */
};
/** The rows of an operation, one after the other; NULL past the end. */
const struct aws_unread *aws_unread_at(const char *service, const char *operation, size_t index);

/** Whether an operation is built, by the names of service and operation; false for names that no
 * model has. */
bool aws_operation_is_built(const char *service, const char *operation);

/** Requests served over the wire so far. */
uint64_t aws_request_count(const struct aws *aws);
