#pragma once
/*
 * The language of IAM policies: what a document says about one action on one resource.
 *
 * Evaluated are Effect, Action and NotAction, Resource and NotResource, Principal and NotPrincipal,
 * policy variables, and Condition with String*, Numeric*, Date*, Bool, BinaryEquals, IpAddress,
 * Arn*, Null, each with IfExists, ForAllValues and ForAnyValue. A statement that applies but for a
 * condition key which is not modelled makes the outcome POLICY_UNKNOWN, unless another statement
 * decides without it: it neither allows nor denies in silence.
 *
 * Source: IAM User Guide, "IAM JSON policy elements reference" and "Policy evaluation logic".
 */
#include "emulator/base/arena.h"
#include "emulator/base/err.h"
#include "emulator/base/json.h"

/** A condition key with its values, in the order added. */
struct policy_key {
	const char *name; /**< as written; compared without case */
	const char **values;
	size_t count, room;
	struct policy_key *next;
};

/** What is known about a request, for conditions and variables. */
struct policy_context {
	struct arena *arena;
	struct policy_key *first, *last;
	bool closed; /**< what is not here is absent, modelled or not: simulations */
};
/** Adds a value to a key (texts copied); NULL: nothing happens. */
void policy_context_add(struct policy_context *context, const char *name, const char *value);
/** Makes a key known with no values: TagKeys of a request without tags. */
void policy_context_know(struct policy_context *context, const char *name);
/** The key, or NULL when it has no value here. */
const struct policy_key *policy_context_find(const struct policy_context *context,
					     const char *name);
/** Whether the emulator knows when a key is absent (a row of keys.tbl); others are not modelled. */
bool policy_key_is_modelled(const char *name);
/** A row of keys.tbl; a name that ends in '/' stands for all below it. */
struct policy_key_row {
	const char *name, *value; /**< value: what it is, in words */
};
/** The rows by their number, from 0; NULL behind the last. */
const struct policy_key_row *policy_key_row(size_t index);

/** Who asks, as Principal names him; NULL texts: has none. */
struct policy_principal {
	const char *arn;	/**< of the user, or of the session */
	const char *role_arn;	/**< of a session: its role */
	const char *account;	/**< 12 digits */
	const char *federated;	/**< ARN of the provider, for web identities and SAML */
	const char *federated2; /**< the same as old policies name it: "accounts.google.com" */
	const char *service;	/**< "ec2.amazonaws.com" */
};

struct policy_request {
	const char *action;   /**< "ec2:CreateVpc" */
	const char *resource; /**< ARN; "*" for operations without one */
	const struct policy_context *context;
	/** For policies that have Principals (of resources, of trust); NULL for identities'. */
	const struct policy_principal *principal;
};

enum policy_effect { POLICY_SILENT, POLICY_ALLOWED, POLICY_DENIED, POLICY_UNKNOWN };

/** What documents have said so far. Zero-initialise. */
struct policy_outcome {
	bool allowed, denied;
	bool maybe_allowed, maybe_denied; /**< but for something that is not modelled */
	bool by_name;		      /**< allowed by a Principal that is the caller's own ARN */
	const char *unknown;	      /**< what that is; in the context's arena */
	const struct json *statement; /**< the one that decided: the first Deny, else Allow */
};

/** Adds what a document says; documents are well-formed (policy_check). */
void policy_apply(const struct json *document, const struct policy_request *request,
		  struct policy_outcome *outcome);
/** The same of one of its statements. */
void policy_apply_statement(const struct json *document, const struct json *statement,
			    const struct policy_request *request, struct policy_outcome *outcome);
/** An explicit Deny wins; what is not known loses only against what decides without it. */
enum policy_effect policy_effect(const struct policy_outcome *outcome);

/**
 * Whether conditions hold.
 *
 * @param conditions   the Condition element, may be NULL
 * @param variables    whether ${…} are variables (Version 2012-10-17)
 * @param ret_unknown  set when the answer depends on something not modelled: in the arena
 * @return whether they hold; without meaning when *ret_unknown is set
 */
bool policy_conditions_hold(const struct json *conditions, bool variables,
			    const struct policy_context *context, const char **ret_unknown);

/** Whether a Condition's operator is evaluated, as it is written: "ForAllValues:StringLike". */
bool policy_operator_is_known(const char *text);
/** The operators' names, without quantifiers; the number written. */
size_t policy_operator_names(const char **ret, size_t room);

/**
 * A pattern with its variables replaced, for policy_match. NULL when a variable has no value.
 */
const char *policy_pattern(const struct policy_context *context, const char *text, bool variables);
/** The same where * and ? are no wildcards. */
const char *policy_text(const struct policy_context *context, const char *text, bool variables);
/** Whether text fits a pattern of policy_pattern. */
bool policy_match(const char *pattern, const char *text, bool ignore_case);
/** The text of a JSON string, number or boolean; NULL for others. In the arena. */
const char *policy_scalar(struct arena *arena, const struct json *value);

/** A place in a policy's text as IAM tells it: behind the brace that begins or ends something. */
struct policy_place {
	int64_t line, column; /**< from 1 */
};
/**
 * Where a statement of a well-formed document stands.
 *
 * @param index  of the statement, from 0
 * @return false when there are not so many
 */
must_check bool policy_statement_place(const char *text, size_t index,
				       struct policy_place *ret_begin,
				       struct policy_place *ret_end);

enum policy_use {
	POLICY_OF_IDENTITY, /**< no Principal, must have Resource */
	POLICY_OF_TRUST,    /**< of a role: must have Principal, no Resource */
	POLICY_OF_RESOURCE, /**< must have Principal */
};
/**
 * Whether a document is one, and reads it.
 *
 * @param ret  the tree, to be freed; may be NULL
 * @param err  MalformedPolicyDocument (400) with IAM's sentence
 *
 * Source: IAM User Guide, grammar of the policy language; texts as recorded from IAM, or as quoted
 * in public issues and test suites (rows of policy/errors.tbl).
 */
must_check bool policy_check(const char *document, enum policy_use use, struct json **ret,
			     struct err *err);
