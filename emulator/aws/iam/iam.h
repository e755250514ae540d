#pragma once
/*
 * IAM: users, groups, roles, their policies, instance profiles, access keys, identity providers,
 * server certificates. Documents are of an account and of no region. Policies are kept as they
 * came; what a client reads is URL-encoded (RFC 3986), as the API says.
 *
 * Source: IAM API Reference (errors of each operation), IAM User Guide "IAM and AWS STS quotas".
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

/** Role "iam:Role"; key "account/name in lower case": names differ by more than case. */
extern const struct kind kind_iam_role;
/** Inline policy of a role; key "account/role/policy"; index "role" by the role's key. */
extern const struct kind kind_iam_role_policy;
/** A managed policy attached to a role; key "account/role/arn"; indexes "role", "policy". */
extern const struct kind kind_iam_attached_policy;
/** Instance profile "iam:InstanceProfile"; extra.Role holds its role's key; index "role". */
extern const struct kind kind_instance_profile;
/** User "iam:User" and group "iam:Group"; key "account/id", since names change; index "name". */
extern const struct kind kind_iam_user, kind_iam_group;
/** Inline policies and attachments of users ("user") and groups ("group"), as those of roles. */
extern const struct kind kind_iam_user_policy, kind_iam_group_policy;
extern const struct kind kind_iam_user_attached_policy, kind_iam_group_attached_policy;
/** A user in a group; extra.User, extra.Group; indexes "user", "group". */
extern const struct kind kind_iam_membership;
/** Customer-managed policy "iam:Policy", key ARN, index "name"; its versions, key "ARN:v1", index
 * "policy". */
extern const struct kind kind_iam_policy, kind_iam_policy_version;
/** Access key "iam:AccessKeyMetadata", key its id; extra.User, extra.SecretAccessKey. */
extern const struct kind kind_iam_access_key;
/** Login profile "iam:LoginProfile", key of its user; extra.Password. */
extern const struct kind kind_iam_login_profile;
/** OIDC and SAML providers, key ARN. */
extern const struct kind kind_iam_oidc_provider, kind_iam_saml_provider;
/** Server certificate "iam:ServerCertificate", key "account/id", index "name". */
extern const struct kind kind_iam_server_certificate;

/** What has policies: roles, users, groups. */
struct iam_owner {
	const struct kind *kind, *inline_policy, *attached_policy;
	const char *member; /**< name of it in inputs and bodies, "RoleName" */
	const char *part;   /**< member of extra that holds its key, "Role" */
	const char *index;  /**< index of its policies by that, "role" */
	const char *word;   /**< in IAM's sentences, "role" */
	const char *quota;  /**< name of the quota of attachments */
	size_t inline_max;  /**< characters of all its inline policies, without white space */
};
extern const struct iam_owner iam_role_owner, iam_user_owner, iam_group_owner;

/** The key of a role or instance profile by its name, in the call's account and arena; the term of
 * index "name" for others. */
const char *iam_key(struct call *call, const char *name);
/** The same in another account. */
const char *iam_key_in(struct call *call, const char *account, const char *name);
/** The document of a kind (role, user, group, instance profile, server certificate) by its name in
 * the call's account, or NULL. */
const struct doc *iam_find(struct call *call, const struct kind *kind, const char *name);
/** Terms of the indexes "role", "user", "group": whose something is, by that member of extra. */
void iam_role_term(const struct doc *doc, struct terms *terms);
void iam_user_term(const struct doc *doc, struct terms *terms);
void iam_group_term(const struct doc *doc, struct terms *terms);
/** What a list shows of a document; new tree. */
typedef struct json *iam_item_fn(const struct doc *doc);
/** One page of what the input's owner has of a kind (inline policies, attachments). */
must_check bool iam_owner_list(struct call *call, const struct iam_owner *owner,
			       const struct kind *kind, const struct json *input,
			       struct json *output, const char *result, iam_item_fn *item,
			       struct err *err);
/** Defines the operations `before_role_after`, … of roles, users and groups, by one function. */
#define IAM_OWNER_OPERATION(act, before, after)                                                    \
	IAM_OPERATION_OF(act, before##role##after, iam_role_owner)                                 \
	IAM_OPERATION_OF(act, before##user##after, iam_user_owner)                                 \
	IAM_OPERATION_OF(act, before##group##after, iam_group_owner)
#define IAM_OPERATION_OF(act, fn, owner)                                                           \
	bool fn(struct call *call, const struct json *input, struct json *output, struct err *err) \
	{                                                                                          \
		return act(call, &(owner), input, output, err);                                    \
	}
/** The owner that the input names, or NoSuchEntity. */
const struct doc *iam_owner_of(struct call *call, const struct iam_owner *owner,
			       const struct json *input, struct err *err);
/** The user that the input names, or who calls when it names none; or NoSuchEntity. */
const struct doc *iam_user_of(struct call *call, const struct json *input, struct err *err);
/** The user, group or role of an ARN in the call's account, or NULL. */
const struct doc *iam_entity(struct call *call, const char *arn);
/** Who the account's tokens for the outside are from; NULL: it gives out none. */
const char *iam_outbound_issuer(struct call *call);
/** The role of that name, or NoSuchEntity. */
const struct doc *iam_role_named(struct call *call, const char *name, struct err *err);
/** The instance profile of that name, or NoSuchEntity. */
const struct doc *iam_instance_profile_named(struct call *call, const char *name, struct err *err);
/** A role as replies show it; with `all` what CreateRole leaves out. New tree. */
struct json *iam_role_view(struct call *call, const struct doc *doc, bool all);
/** Body and tags of a document; new tree. */
struct json *iam_item(const struct doc *doc);
/** iam_item for kinds' views. */
struct json *iam_view(const struct world *world, const struct doc *doc);
/** A document's text with everything but unreserved characters percent-encoded; in the arena. */
const char *iam_encode_document(struct arena *arena, const char *document);
/**
 * Whether a policy document is one: policy/language.h.
 *
 * @param trust  of a role: each statement names a Principal; else actions and resources
 * @param err    MalformedPolicyDocument
 */
must_check bool iam_check_document(const char *document, bool trust, struct err *err);
/** Characters without white space: what quotas of policies count. */
size_t iam_document_size(const char *document);
/** The text of a managed policy, the account's own or AWS's; NULL when it is not known here. */
const char *iam_managed_document(struct call *call, const char *arn);
/** Whether a policy of that ARN can be attached; NoSuchEntity, ValidationError. */
must_check bool iam_check_attachable(struct call *call, const char *arn, struct err *err);
/** Sets or takes away a boundary in a body. */
void iam_set_boundary(struct json *body, const char *arn);
/** Adds the term of index "boundary". */
void iam_boundary_term(const struct doc *doc, struct terms *terms);
/** An id such as "AROA" + 17 capital letters and digits; in the arena. */
const char *iam_id(struct call *call, const struct kind *kind, const char *prefix,
		   const char *name);
/** 17 such digits that are the same in every run: of what is AWS's own. */
const char *iam_fixed_id(struct call *call, const char *name);
/** The emulated time to the second, as IAM shows it; in the arena. */
const char *iam_now(struct call *call);
/** "Cannot exceed quota for NAME: max", under PROFILE_AWS only. */
must_check bool iam_check_quota(struct call *call, const char *name, size_t count, size_t max,
				struct err *err);
/** All documents of a kind in the call's account under the input's PathPrefix. */
void iam_select(struct call *call, const struct kind *kind, const struct json *input,
		struct docs *ret);

/** @name Tag operations that all resources share */
/** Adds the input's Tags to a document. */
must_check bool iam_tag(struct call *call, const struct doc *doc, const struct json *input,
			struct err *err);
/** Removes the input's TagKeys from a document. */
void iam_untag(struct call *call, const struct doc *doc, const struct json *input);
/** One page of a document's tags. */
must_check bool iam_list_tags(struct call *call, const struct doc *doc, const struct json *input,
			      struct json *output, struct err *err);
/** Defines the three operations on tags of a resource that `find(call, input, err)` finds. */
#define IAM_TAG_OPERATIONS(name, find)                                                             \
	bool iam_tag_##name(struct call *call, const struct json *input, struct json *output,      \
			    struct err *err)                                                       \
	{                                                                                          \
		const struct doc *doc = find(call, input, err);                                    \
                                                                                                   \
		(void)output;                                                                      \
		return doc && iam_tag(call, doc, input, err);                                      \
	}                                                                                          \
                                                                                                   \
	bool iam_untag_##name(struct call *call, const struct json *input, struct json *output,    \
			      struct err *err)                                                     \
	{                                                                                          \
		const struct doc *doc = find(call, input, err);                                    \
                                                                                                   \
		(void)output;                                                                      \
		if (!doc)                                                                          \
			return false;                                                              \
		iam_untag(call, doc, input);                                                       \
		return true;                                                                       \
	}                                                                                          \
                                                                                                   \
	bool iam_list_##name##_tags(struct call *call, const struct json *input,                   \
				    struct json *output, struct err *err)                          \
	{                                                                                          \
		const struct doc *doc = find(call, input, err);                                    \
                                                                                                   \
		return doc && iam_list_tags(call, doc, input, output, err);                        \
	}

/** Handlers; see the operations of the same names in the IAM API. */
#define OPERATION(name, fn, flags) operation_fn fn;
#include "emulator/aws/iam/operations.tbl"
#undef OPERATION
