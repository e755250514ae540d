#pragma once
/*
 * Tags: an object key → value in the envelope of a document, a list [{Key, Value}] on the wire.
 * At most 50 for a resource, keys of 1 to 128 characters, values up to 256, `aws:` is AWS's own;
 * each service has its own words for a refusal.
 */
#include "emulator/aws/errors.h"
#include "emulator/world/call.h"

enum tag_dialect {
	TAGS_EC2,
	TAGS_ELB,
	TAGS_IAM,	/**< users, roles and sessions: keys are the same in any case */
	TAGS_IAM_CASED, /**< the other resources of IAM */
	TAGS_ACM,
	TAGS_WAF,
	TAGS_S3,
	TAGS_KMS,
	TAGS_COMMON
};

#define TAGS_MAX 50 /* user tags of one resource; `aws:` tags do not count */

/**
 * The tags for one resource type out of TagSpecifications.
 *
 * @param input          the operation's input; member TagSpecifications may be missing
 * @param resource_type  "subnet", "natgateway" …: what is made; an entry of another type is refused
 * @param ret            object, new tree
 */
must_check bool tags_from_specifications(const struct json *input, const char *resource_type,
					 struct json **ret, struct err *err);
/** The same when an operation makes several kinds of resources (RunInstances): `allowed` ends with
 * NULL. */
must_check bool tags_from_specifications_of(const struct json *input, const char *resource_type,
					    const char *const *allowed, struct json **ret,
					    struct err *err);
/** A list [{Key, Value}] as an object, checked; list may be NULL. A missing Value is "". */
must_check bool tags_from_list(enum tag_dialect dialect, const struct json *list, struct json **ret,
			       struct err *err);
/** old plus list (same key: replaced), checked against the limits; new tree. */
must_check bool tags_merge(enum tag_dialect dialect, const struct json *old,
			   const struct json *list, struct json **ret, struct err *err);
/** An object as a list [{Key, Value}], in the order in which they were set; new tree that borrows
 * nothing. */
struct json *tags_to_list(const struct json *tags);

/** Gives a document tags of a list [{Key, Value}], checked. */
must_check bool tags_put(enum tag_dialect dialect, struct call *call, const struct doc *doc,
			 const struct json *list, struct err *err);
/** Takes the tags of a list of keys away from a document. */
void tags_take(struct call *call, const struct doc *doc, const struct json *keys);
