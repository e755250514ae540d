#pragma once
/* Pages: AWS's several ways to cut a long answer. Tokens are opaque texts that name the operation
 * and where to go on; they survive changes in between. */
#include "emulator/aws/errors.h"
#include "emulator/world/call.h"

struct page_style {
	const char *limit;	  /**< input member: at most so many items */
	const char *token_in;	  /**< input member */
	const char *token_out;	  /**< output member, absent on the last page */
	const char *more;	  /**< output member that says whether there is more; NULL: none */
	int64_t default_limit;	  /**< items when the caller says none; 0: all */
	int64_t max_limit;	  /**< larger wishes are cut to it; 0: no such limit */
	enum aws_error bad_token; /**< text takes nothing */
};
/** EC2: MaxResults, NextToken; everything when MaxResults is not said, at most 1000. */
extern const struct page_style page_ec2;
/** ELBv2 and classic ELB: PageSize, Marker, NextMarker; 400 at once. */
extern const struct page_style page_elb;
/** IAM: MaxItems, Marker, IsTruncated; 100 at once, at most 1000. */
extern const struct page_style page_iam;

/**
 * Cuts documents to the page that the input asks for, and sets the token members of the output.
 * The documents must be in the order in which they were made (as world_lookup gives them).
 */
must_check bool page_docs(struct call *call, const struct json *input, struct json *output,
			  const struct page_style *style, struct docs *docs, struct err *err);

/** The same for any list of `count` things: the page is [*ret_first, *ret_end). */
must_check bool page_range(struct call *call, const struct json *input, struct json *output,
			   const struct page_style *style, size_t count, size_t *ret_first,
			   size_t *ret_end, struct err *err);
/** The items of a list (new trees, handed over) that the input's page holds, as output[result]. */
must_check bool page_items(struct call *call, const struct json *input, struct json *output,
			   const struct page_style *style, const char *result, struct json *items,
			   struct err *err);
