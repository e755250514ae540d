/* X.509 certificates of users. Document kind: iam-signing-certificate, shape: IAM
 * SigningCertificate. */
#include "emulator/aws/iam/credential.h"
#include "emulator/base/certificate.h"

#define CERTIFICATES_MAX 2 /* IAM quotas, "Signing certificates per user" */
#define ID_DIGITS	 32

static const struct kind_index indexes[] = {{"user", iam_user_term}, {NULL, NULL}};
const struct kind kind_iam_signing_certificate = {
	.name = "iam-signing-certificate",
	.shape = "iam:SigningCertificate",
	.indexes = indexes,
};
const struct iam_credential iam_signing_certificate = {
	.kind = &kind_iam_signing_certificate,
	.id_member = "CertificateId",
	.list = "Certificates",
	.not_found = AWS_IAM_SIGNING_CERTIFICATE,
};

/* Anybody's, for a certificate says who signs. */
static bool is_known(struct call *call, const char *text)
{
	world_foreach (doc, call->world, &kind_iam_signing_certificate)
		if (doc_in_scope(call, doc) && str_eq(doc_str(doc, "CertificateBody"), text))
			return true;
	return false;
}

bool iam_upload_signing_certificate(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err), *doc;
	const char *text = json_get_str(input, "CertificateBody");
	struct certificate certificate;
	struct json *body;

	if (!user)
		return false;
	if (!certificate_parse(text, &certificate))
		return aws_fail(err, AWS_IAM_CERTIFICATE_MALFORMED);
	certificate_done(&certificate);
	if (is_known(call, text))
		return aws_fail(err, AWS_IAM_SIGNING_TWICE);
	if (!iam_check_quota(call, "CertificatesPerUser",
			     iam_credential_count(call, &kind_iam_signing_certificate, user),
			     CERTIFICATES_MAX, err))
		return false;
	body = json_new_object();
	json_set_str(body, "UserName", doc_str(user, "UserName"));
	json_set_str(body, "CertificateId", iam_credential_id(call, "", ID_DIGITS));
	json_set_str(body, "CertificateBody", text);
	json_set_str(body, "Status", "Active");
	json_set_str(body, "UploadDate", iam_now(call));
	doc = iam_credential_add(call, &iam_signing_certificate, user, body, NULL);
	json_set_borrowed(output, "Certificate", doc->body);
	return true;
}

bool iam_list_signing_certificates(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	return iam_credential_list(call, &iam_signing_certificate, input, output, err);
}

bool iam_update_signing_certificate(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	(void)output;
	return iam_credential_update(call, &iam_signing_certificate, input, err);
}

bool iam_delete_signing_certificate(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	(void)output;
	return iam_credential_delete(call, &iam_signing_certificate, input, err);
}
