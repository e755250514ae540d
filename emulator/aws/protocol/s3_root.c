/* The root elements of S3's replies: its model leaves them to the clients, which ignore them. */
#include "emulator/aws/protocol/protocol.h"

/* Sorted by operation. Source: S3 API Reference, "Response syntax" of each. */
static const struct {
	const char *operation, *root;
} roots[] = {
	{"CompleteMultipartUpload", "CompleteMultipartUploadResult"},
	{"CreateMultipartUpload", "InitiateMultipartUploadResult"},
	{"DeleteObjects", "DeleteResult"},
	{"GetBucketAccelerateConfiguration", "AccelerateConfiguration"},
	{"GetBucketAcl", "AccessControlPolicy"},
	{"GetBucketCors", "CORSConfiguration"},
	{"GetBucketLifecycleConfiguration", "LifecycleConfiguration"},
	{"GetBucketLogging", "BucketLoggingStatus"},
	{"GetBucketNotificationConfiguration", "NotificationConfiguration"},
	{"GetBucketRequestPayment", "RequestPaymentConfiguration"},
	{"GetBucketTagging", "Tagging"},
	{"GetBucketVersioning", "VersioningConfiguration"},
	{"GetBucketWebsite", "WebsiteConfiguration"},
	{"GetObjectAcl", "AccessControlPolicy"},
	{"GetObjectAttributes", "GetObjectAttributesResponse"},
	{"GetObjectTagging", "Tagging"},
	{"ListBucketAnalyticsConfigurations", "ListBucketAnalyticsConfigurationResult"},
	{"ListBucketInventoryConfigurations", "ListInventoryConfigurationsResult"},
	{"ListBucketMetricsConfigurations", "ListMetricsConfigurationsResult"},
	{"ListBuckets", "ListAllMyBucketsResult"},
	{"ListMultipartUploads", "ListMultipartUploadsResult"},
	{"ListObjectVersions", "ListVersionsResult"},
	{"ListObjects", "ListBucketResult"},
	{"ListObjectsV2", "ListBucketResult"},
	{"ListParts", "ListPartsResult"},
};

const char *s3_reply_root(const char *operation)
{
	for (size_t i = 0; i < array_size(roots); i++)
		if (str_eq(roots[i].operation, operation))
			return roots[i].root;
	return NULL;
}
