#pragma once
/*
 * ACM: certificates that listeners name. A requested one is PENDING_VALIDATION until the CNAME
 * records that it asks for are in a public hosted zone of the emulated Route 53, looked for every
 * VALIDATION_MS of emulated time; in the instant profile it is ISSUED at once.
 *
 * Source: ACM API Reference; ACM User Guide, "DNS validation"; shapes as recorded from ACM.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

/** Certificate "acm:CertificateDetail", key: its ARN; extra: {Certificate, CertificateChain, Token}
 */
extern const struct kind kind_acm_certificate;

/** The certificate of an ARN in the call's account and region, or InvalidArnException,
 * ResourceNotFoundException. */
const struct doc *acm_certificate(struct call *call, const char *arn, struct err *err);
/** Whether a list of texts has this one. */
bool acm_has(const struct json *list, const char *text);
/** ARNs of the load balancers whose listeners have the certificate, each once; new tree. */
struct json *acm_users(const struct call *call, const char *arn);

/** The certificate that a listener names by its ARN: ACM's of the call's account and region, or
 * IAM's (kind iam-server-certificate); NULL when there is none. */
const struct doc *acm_listener_certificate(struct call *call, const char *arn);

/** Handlers; see the operations of the same names in the ACM API. */
operation_fn acm_add_tags_to_certificate, acm_delete_certificate, acm_describe_certificate,
	acm_get_certificate, acm_import_certificate, acm_list_certificates,
	acm_list_tags_for_certificate, acm_remove_tags_from_certificate, acm_request_certificate,
	acm_update_certificate_options, acm_get_account_configuration,
	acm_put_account_configuration, acm_resend_validation_email, acm_revoke_certificate,
	acm_tag_resource, acm_untag_resource, acm_list_tags_for_resource;
