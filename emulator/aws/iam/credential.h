#pragma once
/*
 * What a user signs in with besides access keys: credentials for single services, SSH keys, signing
 * certificates, second factors. Documents of an account; extra.User is the key of the user, whose
 * name may change.
 *
 * Source: IAM API Reference, IAM User Guide "IAM and AWS STS quotas".
 */
#include "emulator/aws/iam/iam.h"

/** A kind of credential that has an id, a status and one user. */
struct iam_credential {
	const struct kind *kind;
	const char *id_member; /**< of inputs and bodies, "CertificateId" */
	const char *list;      /**< output member of its list */
	enum aws_error not_found;
	const char *hidden[4]; /**< members that lists leave out; NULL ends */
};
extern const struct kind kind_iam_service_credential, kind_iam_ssh_key,
	kind_iam_signing_certificate;
extern const struct iam_credential iam_service_credential, iam_ssh_key, iam_signing_certificate;

/** How many of a kind a user has. */
size_t iam_credential_count(struct call *call, const struct kind *kind, const struct doc *user);
/** An id: prefix and `digits` letters and digits; in the arena. */
const char *iam_credential_id(struct call *call, const char *prefix, unsigned digits);
/** A secret of that alphabet; in the arena. */
const char *iam_secret(struct call *call, const char *what, const char *alphabet, unsigned length);
/** Adds the document of a new credential of a user, whose id is in the body. `secret` (or NULL) is
 * kept in extra.Secret. */
const struct doc *iam_credential_add(struct call *call, const struct iam_credential *credential,
				     const struct doc *user, struct json *body, const char *secret);
/** The credential that the input names, of the user that it names (or who calls); NoSuchEntity. */
const struct doc *iam_credential_find(struct call *call, const struct iam_credential *credential,
				      const struct json *input, struct err *err);
/** Its body with the name that its user has now; with `all` what lists leave out. New tree. */
struct json *iam_credential_view(struct call *call, const struct iam_credential *credential,
				 const struct doc *doc, bool all);

/** @name What operations of all three do */
/** Sets Status. */
must_check bool iam_credential_update(struct call *call, const struct iam_credential *credential,
				      const struct json *input, struct err *err);
must_check bool iam_credential_delete(struct call *call, const struct iam_credential *credential,
				      const struct json *input, struct err *err);
must_check bool iam_credential_list(struct call *call, const struct iam_credential *credential,
				    const struct json *input, struct json *output, struct err *err);

/** @name Second factors */
/** A device with a seed, key its serial number; extra.Seed, and extra.User while it is enabled. */
extern const struct kind kind_iam_mfa_device;
/** Whether a code is the device's of about now. */
bool iam_mfa_code_is_right(const struct doc *device, const char *code);
/** The enabled device of a user; NULL: he has none of that serial number. */
const struct doc *iam_mfa_device_of(struct call *call, const struct doc *user, const char *serial);

/** The account's password policy, or NULL. */
const struct doc *iam_password_policy(struct call *call);
/** Whether a password is as the account's policy wants it; PasswordPolicyViolation. */
must_check bool iam_check_password(struct call *call, const char *password, struct err *err);
