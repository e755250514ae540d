#pragma once
/*
 * Whether the caller may: policies of who calls, against what the operation names.
 *
 * Who is bound. An actor of the rig (operator, the controllers …) has full rights until it is given
 * a policy (actor_policy_set). Keys that IAM or STS have made are bound by the policies of their
 * user or role, its permissions boundary, and the session's policies, under PROFILE_AWS;
 * PROFILE_INSTANT binds them by nothing, as the servers do whose suites it is for. The account's
 * root is bound by nothing.
 *
 * What is not modelled (a condition key that is in no row of keys.tbl, AWS's own policies without a
 * row of managed_policies.tbl) is refused with NotImplemented and counted, whenever the answer
 * depends on it.
 *
 * Source: IAM User Guide, "Policy evaluation logic", "Troubleshoot access denied error messages";
 * Service Authorization Reference.
 */
#include "emulator/aws/policy/language.h"
#include "emulator/base/container.h"
#include "emulator/model/aws_model.h"
#include "emulator/world/call.h"

/** Policy of an actor of the rig; key: the actor's name, body: {Actor, Policy} */
extern const struct kind kind_actor_policy;

/**
 * Gives an actor a policy, in the place of full rights or of an earlier one; NULL takes it away.
 *
 * @param document  JSON text of an identity policy
 * @param err       ERR_NOT_FOUND for an unknown actor; MalformedPolicyDocument
 */
must_check bool actor_policy_set(struct world *world, const char *actor, const char *document,
				 struct err *err);

/** A policy with its text, and what a simulation calls it. */
struct policy_source {
	struct json *json;
	char *text, *id;
};
/** The policies that bind somebody, and what conditions may ask about him. Give back. */
struct policy_set {
	struct policy_source *items;
	size_t count, room;
};
struct principal {
	bool unrestricted;
	struct policy_set identity, boundary, session;
	bool has_boundary, has_session;
	const char *unknown; /**< a policy whose text is not known here; NULL: none */
	struct policy_principal names;
	const char *type, *userid, *username; /**< NULL: has none */
	const struct doc *doc;		      /**< user or role, or NULL */
	const struct doc *sts_session;	      /**< or NULL */
};
void principal_of_call(struct call *call, struct principal *ret);
/** Of a user, group or role of IAM, for simulations: never unrestricted. */
void principal_of_doc(struct call *call, const struct doc *doc, struct principal *ret);
void principal_done(struct principal *principal);
/** Adds a policy's text to a set; a broken one (it cannot be) is left out. `id`: "role_NAME_POLICY"
 * for one that is a role's own. */
void policy_set_add(struct policy_set *set, const char *document, const char *id);
void policy_set_done(struct policy_set *set);
/** The keys about the caller and the request as such. */
void principal_describe(struct call *call, const struct principal *principal,
			struct policy_context *context);

/** One action on one resource that must be allowed. Texts in the call's arena. */
struct policy_target {
	const char *action;	 /**< "ec2:CreateVpc" */
	const char *resource;	 /**< ARN or "*" */
	const struct doc *doc;	 /**< the resource when it exists, or NULL */
	const struct json *tags; /**< list [{Key, Value}] or object of what is requested, or NULL */
	const struct json *keys; /**< list of tag keys to take away, or NULL */
	const char *create_action; /**< tagging within a create: which; else NULL */
};
struct policy_targets {
	struct policy_target *items;
	size_t count, room;
};
/** What an operation names, by its input: targets.c. At least one; in the call's arena. */
void policy_targets_find(struct call *call, const struct aws_service_model *service,
			 const char *operation, const struct json *input,
			 struct policy_targets *ret);
/** What actions of a service begin with: "elasticloadbalancing". */
const char *policy_action_prefix(const struct aws_service_model *service);
/** What policies call an operation, without the prefix: "ListBucket" of S3's HeadBucket. */
const char *policy_action_name(const struct aws_service_model *service, const char *operation);
/** Whether an action fits a pattern; neither has case, "*" and "?" stand for others. */
bool policy_action_fits(const char *pattern, const char *action);
/** Whether a pattern ("ec2:Describe*", in any case) fits any action that the models know. */
bool policy_action_is_known(const char *pattern);
/** Adds all actions with that prefix, in full: "ec2:AcceptVpcEndpointConnections". Operations of
 * two services that share an action come twice. */
void policy_action_names(const char *prefix, struct strs *ret);

/** Which policies decided. */
enum policy_layer { LAYER_IDENTITY, LAYER_BOUNDARY, LAYER_SESSION };
struct policy_decision {
	enum policy_effect effect; /**< POLICY_SILENT: nothing allows it */
	enum policy_layer layer;
	const char *unknown;	      /**< POLICY_UNKNOWN: what is not modelled */
	const struct json *statement; /**< what decided, or NULL */
};
/** Identity, boundary and session policies together. */
void policy_decide(const struct principal *principal, const struct policy_request *request,
		   struct policy_decision *ret);
/** Adds what conditions may ask about a target: tags, VPC, creating operation. */
void policy_describe_target(struct call *call, const struct policy_target *target,
			    const struct json *input, struct policy_context *context);

/**
 * Whether the caller may do all that an operation names.
 *
 * @param err  UnauthorizedOperation (EC2), AccessDenied (query, XML), AccessDeniedException (JSON),
 *             403 or 400, with user, action, resource and the reason; NotImplemented (501,
 *             ERR_UNSUPPORTED) when that depends on something that is not modelled
 */
must_check bool authorize(struct call *call, const struct aws_service_model *service,
			  const char *operation, const struct json *input, struct err *err);

/** "User: … is not authorized to perform: … on resource: … because …"; in the call's arena. */
const char *policy_denial(struct call *call, const struct policy_target *target,
			  const struct policy_decision *decision);
/** EC2's encoded message, and back: false when it is none of ours. In the call's arena. */
const char *policy_message_encode(struct call *call, const struct policy_target *target,
				  const struct policy_decision *decision);
must_check bool policy_message_decode(struct call *call, const char *text, const char **ret);
