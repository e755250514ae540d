/* The table of operations of ACM. */
#include "emulator/aws/acm/acm.h"

static const struct operation operations[] = {
	{"AddTagsToCertificate", acm_add_tags_to_certificate, OP_WRITE},
	{"DeleteCertificate", acm_delete_certificate, OP_WRITE},
	{"DescribeCertificate", acm_describe_certificate, OP_READ},
	{"GetAccountConfiguration", acm_get_account_configuration, OP_READ},
	{"GetCertificate", acm_get_certificate, OP_READ},
	{"ImportCertificate", acm_import_certificate, OP_WRITE},
	{"ListCertificates", acm_list_certificates, OP_READ},
	{"ListTagsForCertificate", acm_list_tags_for_certificate, OP_READ},
	{"ListTagsForResource", acm_list_tags_for_resource, OP_READ},
	{"PutAccountConfiguration", acm_put_account_configuration, OP_WRITE},
	{"RemoveTagsFromCertificate", acm_remove_tags_from_certificate, OP_WRITE},
	{"RequestCertificate", acm_request_certificate, OP_WRITE},
	{"ResendValidationEmail", acm_resend_validation_email, OP_WRITE},
	{"RevokeCertificate", acm_revoke_certificate, OP_WRITE},
	{"TagResource", acm_tag_resource, OP_WRITE},
	{"UntagResource", acm_untag_resource, OP_WRITE},
	{"UpdateCertificateOptions", acm_update_certificate_options, OP_WRITE},
};

const struct service service_acm = {
	.name = "acm",
	.operations = operations,
	.operation_count = array_size(operations),
};
