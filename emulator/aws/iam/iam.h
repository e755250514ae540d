#pragma once
/*
 * IAM as far as the controllers use it: roles with their inline and attached policies, instance
 * profiles. Documents are of an account and of no region. Policies are kept as they came; what a
 * client reads is URL-encoded (RFC 3986), as the API says.
 */
#include "emulator/aws/common.h"

/** Role "iam:Role"; key "account/name in lower case": names differ by more than case. */
extern const struct kind kind_iam_role;
/** Inline policy of a role; key "account/role/policy"; index "role" by the role's key. */
extern const struct kind kind_iam_role_policy;
/** A managed policy attached to a role; key "account/role/arn"; index "role". */
extern const struct kind kind_iam_attached_policy;
/** Instance profile "iam:InstanceProfile"; extra.Role holds its role's key; index "role". */
extern const struct kind kind_instance_profile;

/** The key of a role or instance profile by its name, in the call's account and arena. */
const char *iam_key(struct call *call, const char *name);
/** The role of that name, or NoSuchEntity. */
const struct doc *iam_role_named(struct call *call, const char *name, struct err *err);
/** The instance profile of that name, or NoSuchEntity. */
const struct doc *iam_instance_profile_named(struct call *call, const char *name, struct err *err);
/** A role as replies show it; with `all` what CreateRole leaves out. New tree. */
struct json *iam_role_view(struct call *call, const struct doc *doc, bool all);
/** The role's document as text with everything but unreserved characters percent-encoded; in the
 * arena. */
const char *iam_encode_document(struct arena *arena, const char *document);
/**
 * Whether a policy document is one: JSON with a Statement.
 *
 * @param trust  of a role: each statement names a Principal; else actions and resources
 * @param err    MalformedPolicyDocument
 */
must_check bool iam_check_document(const char *document, bool trust, struct err *err);
/** An id such as "AROA" + 17 capital letters and digits; in the arena. */
const char *iam_id(struct call *call, const struct kind *kind, const char *prefix,
		   const char *name);
/** The emulated time to the second, as IAM shows it; in the arena. */
const char *iam_now(struct call *call);

/** @name Tag operations that all resources share */
/** Adds the input's Tags to a document. */
must_check bool iam_tag(struct call *call, const struct doc *doc, const struct json *input,
			struct err *err);
/** Removes the input's TagKeys from a document. */
void iam_untag(struct call *call, const struct doc *doc, const struct json *input);
/** One page of a document's tags. */
must_check bool iam_list_tags(struct call *call, const struct doc *doc, const struct json *input,
			      struct json *output, struct err *err);

/** Handlers; see the operations of the same names in the IAM API. */
#define IAM_OPERATION(name)                                                                        \
	bool iam_##name(struct call *call, const struct json *input, struct json *output,          \
			struct err *err)
IAM_OPERATION(add_role_to_instance_profile);
IAM_OPERATION(attach_role_policy);
IAM_OPERATION(create_instance_profile);
IAM_OPERATION(create_role);
IAM_OPERATION(delete_instance_profile);
IAM_OPERATION(delete_role);
IAM_OPERATION(delete_role_policy);
IAM_OPERATION(detach_role_policy);
IAM_OPERATION(get_instance_profile);
IAM_OPERATION(get_role);
IAM_OPERATION(get_role_policy);
IAM_OPERATION(list_attached_role_policies);
IAM_OPERATION(list_instance_profile_tags);
IAM_OPERATION(list_instance_profiles);
IAM_OPERATION(list_instance_profiles_for_role);
IAM_OPERATION(list_role_policies);
IAM_OPERATION(list_role_tags);
IAM_OPERATION(list_roles);
IAM_OPERATION(put_role_policy);
IAM_OPERATION(remove_role_from_instance_profile);
IAM_OPERATION(tag_instance_profile);
IAM_OPERATION(tag_role);
IAM_OPERATION(untag_instance_profile);
IAM_OPERATION(untag_role);
IAM_OPERATION(update_assume_role_policy);
IAM_OPERATION(update_role);
IAM_OPERATION(update_role_description);
