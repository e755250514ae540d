/* The table of operations of ACM. */
#include "emulator/aws/acm/acm.h"

static const struct operation operations[] = {
	{"AddTagsToCertificate", acm_add_tags_to_certificate, OP_WRITE},
	{"DeleteCertificate", acm_delete_certificate, OP_WRITE},
	{"DescribeCertificate", acm_describe_certificate, OP_READ},
	{"GetCertificate", acm_get_certificate, OP_READ},
	{"ImportCertificate", acm_import_certificate, OP_WRITE},
	{"ListCertificates", acm_list_certificates, OP_READ},
	{"ListTagsForCertificate", acm_list_tags_for_certificate, OP_READ},
	{"RemoveTagsFromCertificate", acm_remove_tags_from_certificate, OP_WRITE},
	{"RequestCertificate", acm_request_certificate, OP_WRITE},
	{"UpdateCertificateOptions", acm_update_certificate_options, OP_WRITE},
};

const struct service service_acm = {
	.name = "acm",
	.operations = operations,
	.operation_count = array_size(operations),
};
