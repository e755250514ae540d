#pragma once
/*
 * What handlers of all services share: whose documents a caller sees, ARNs, timestamps, repeated
 * creates, and through its includes pages, filters and tags. A describe handler is usually one
 * call of describe_reply with a table.
 */
#include "emulator/aws/errors.h"
#include "emulator/aws/filter.h"
#include "emulator/aws/lag.h"
#include "emulator/aws/page.h"
#include "emulator/aws/tags.h"
#include "emulator/world/call.h"

/** @name Who sees what */
/** Whether the document is of the call's account and region (documents without a region: of the
 * account). */
bool doc_in_scope(const struct call *call, const struct doc *doc);
/** world_find, but NULL unless the document is in scope. */
const struct doc *find_in_scope(const struct call *call, const struct kind *kind, const char *key);

/** @name Texts */
/** "aws", "aws-cn" or "aws-us-gov" by a region's name. */
const char *aws_partition(const char *region);
/** "arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE" in the call's account and region; in the arena.
 * `resource` is printf-like. */
const char *aws_arn(struct call *call, const char *service, const char *resource, ...)
	printf_like(3, 4);
/** The same without a region, for global services (IAM). */
const char *aws_global_arn(struct call *call, const char *service, const char *resource, ...)
	printf_like(3, 4);
/** The emulated time as documents hold it: "2026-11-23T08:27:00.000Z"; in the arena. */
const char *aws_now(struct call *call);

/** @name Repeated creates (ClientToken) */
/**
 * Looks whether this operation was already done under this token by this account in this region.
 *
 * @param input      the operation's input; the token itself is left out of the comparison
 * @param member     the input's member that holds the token, e.g. "ClientToken"; when the caller
 *                   sent none nothing is found
 * @param mismatch   error when the other members differ from those of the first call
 * @param ret_key    key of what the first call made (as said to idempotency_keep), borrowed;
 *                   NULL when this is the first call
 * @return false when the token was used with other parameters
 *
 * Source: EC2 API, "Ensuring idempotency": the same token and parameters give the first answer
 * again, other parameters give IdempotentParameterMismatch.
 */
must_check bool idempotency_find(struct call *call, const struct json *input, const char *member,
				 enum aws_error mismatch, const char **ret_key, struct err *err);
/** Keeps for 24 hours of emulated time what a create under a token has made. Without a token
 * nothing happens. */
void idempotency_keep(struct call *call, const struct json *input, const char *member,
		      const char *key);
/** The documents behind tokens; clients never see them. */
extern const struct kind kind_client_token;

/** @name Describing */

/**
 * The view of one document in a reply; new tree, which may borrow from the document. NULL in the
 * table below stands for: the body itself, borrowed, and Tags where `tags` says so.
 */
typedef struct json *describe_item_fn(struct call *call, const struct doc *doc);

/** What a describe operation is made of. */
struct describe {
	const struct kind *kind;
	const char *ids;	  /**< input member with wanted keys, "VpcIds"; NULL: none */
	const char *id_prefix;	  /**< "vpc-": other ids are `malformed`; NULL: not checked */
	enum aws_error malformed; /**< text takes the id */
	enum aws_error not_found; /**< text takes the id (several: "a, b") */
	const char *filters;	  /**< input member with filters, "Filters"; NULL: none */
	const struct filter_field *fields; /**< filters that the operation knows */
	const struct page_style *page;	   /**< NULL: the operation does not page */
	const char *result;		   /**< output member, "Vpcs" */
	describe_item_fn *item;
	bool tags;	 /**< only when item is NULL: adds member Tags out of the envelope */
	bool empty_tags; /**< with tags: an empty list is told, too */
};

/**
 * The documents that a describe means: by ids (each must exist, in the order made) or all, those
 * in scope, that match all filters. ret is to be given back by docs_done, also after a failure
 * (it is empty then).
 */
must_check bool describe_select(struct call *call, const struct json *input,
				const struct describe *describe, struct docs *ret, struct err *err);
/** describe_select, cut to the page, as output[result]. */
must_check bool describe_reply(struct call *call, const struct json *input, struct json *output,
			       const struct describe *describe, struct err *err);
