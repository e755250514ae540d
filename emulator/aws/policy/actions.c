/* What policies call the operations of services. */
#include <ctype.h>

#include "emulator/aws/policy/authorize.h"

const char *policy_action_prefix(const struct aws_service_model *service)
{
	static const char *const others[][2] = {
		{"efs", "elasticfilesystem"},
		{"elb", "elasticloadbalancing"},
		{"elbv2", "elasticloadbalancing"},
		{"tagging", "tag"},
	};

	for (size_t i = 0; i < array_size(others); i++)
		if (str_eq(others[i][0], service->name))
			return others[i][1];
	return service->name;
}

/* S3's actions have older names than its operations. Service Authorization Reference, "Actions
 * defined by Amazon S3". */
static const char *const s3_actions[][2] = {
	{"CompleteMultipartUpload", "PutObject"},
	{"CopyObject", "PutObject"},
	{"CreateMultipartUpload", "PutObject"},
	{"DeleteBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"},
	{"DeleteBucketCors", "PutBucketCORS"},
	{"DeleteBucketEncryption", "PutEncryptionConfiguration"},
	{"DeleteBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration"},
	{"DeleteBucketInventoryConfiguration", "PutInventoryConfiguration"},
	{"DeleteBucketLifecycle", "PutLifecycleConfiguration"},
	{"DeleteBucketMetricsConfiguration", "PutMetricsConfiguration"},
	{"DeleteBucketOwnershipControls", "PutBucketOwnershipControls"},
	{"DeleteBucketReplication", "PutReplicationConfiguration"},
	{"DeleteBucketTagging", "PutBucketTagging"},
	{"DeleteObjects", "DeleteObject"},
	{"DeletePublicAccessBlock", "PutBucketPublicAccessBlock"},
	{"GetBucketAccelerateConfiguration", "GetAccelerateConfiguration"},
	{"GetBucketAnalyticsConfiguration", "GetAnalyticsConfiguration"},
	{"GetBucketCors", "GetBucketCORS"},
	{"GetBucketEncryption", "GetEncryptionConfiguration"},
	{"GetBucketIntelligentTieringConfiguration", "GetIntelligentTieringConfiguration"},
	{"GetBucketInventoryConfiguration", "GetInventoryConfiguration"},
	{"GetBucketLifecycleConfiguration", "GetLifecycleConfiguration"},
	{"GetBucketMetricsConfiguration", "GetMetricsConfiguration"},
	{"GetBucketNotificationConfiguration", "GetBucketNotification"},
	{"GetBucketReplication", "GetReplicationConfiguration"},
	{"GetObjectLockConfiguration", "GetBucketObjectLockConfiguration"},
	{"GetPublicAccessBlock", "GetBucketPublicAccessBlock"},
	{"HeadBucket", "ListBucket"},
	{"HeadObject", "GetObject"},
	{"ListBucketAnalyticsConfigurations", "GetAnalyticsConfiguration"},
	{"ListBucketIntelligentTieringConfigurations", "GetIntelligentTieringConfiguration"},
	{"ListBucketInventoryConfigurations", "GetInventoryConfiguration"},
	{"ListBucketMetricsConfigurations", "GetMetricsConfiguration"},
	{"ListBuckets", "ListAllMyBuckets"},
	{"ListMultipartUploads", "ListBucketMultipartUploads"},
	{"ListObjectVersions", "ListBucketVersions"},
	{"ListObjects", "ListBucket"},
	{"ListObjectsV2", "ListBucket"},
	{"ListParts", "ListMultipartUploadParts"},
	{"PutBucketAccelerateConfiguration", "PutAccelerateConfiguration"},
	{"PutBucketAnalyticsConfiguration", "PutAnalyticsConfiguration"},
	{"PutBucketCors", "PutBucketCORS"},
	{"PutBucketEncryption", "PutEncryptionConfiguration"},
	{"PutBucketIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration"},
	{"PutBucketInventoryConfiguration", "PutInventoryConfiguration"},
	{"PutBucketLifecycleConfiguration", "PutLifecycleConfiguration"},
	{"PutBucketMetricsConfiguration", "PutMetricsConfiguration"},
	{"PutBucketNotificationConfiguration", "PutBucketNotification"},
	{"PutBucketReplication", "PutReplicationConfiguration"},
	{"PutObjectLockConfiguration", "PutBucketObjectLockConfiguration"},
	{"PutPublicAccessBlock", "PutBucketPublicAccessBlock"},
	{"UploadPart", "PutObject"},
	{"UploadPartCopy", "PutObject"},
};

const char *policy_action_name(const struct aws_service_model *service, const char *operation)
{
	for (size_t i = 0; str_eq(service->name, "s3") && i < array_size(s3_actions); i++)
		if (str_eq(s3_actions[i][0], operation))
			return s3_actions[i][1];
	return operation;
}

/* Actions that no operation is called by. Source: Service Authorization Reference, tables of
 * actions marked "permission only" and those that other services' operations need. */
static const char *const permissions_only[] = {
	"elasticloadbalancing:SetWebAcl",
	"iam:PassRole",
};

static char *lower(const char *text)
{
	char *copy = xstrdup(text);

	for (char *c = copy; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

bool policy_action_fits(const char *pattern, const char *action)
{
	_cleanup_(freep) char *a = lower(pattern), *b = lower(action);

	return str_glob(a, b);
}

static char *full_name(const struct aws_service_model *service, size_t i)
{
	return xasprintf("%s:%s", policy_action_prefix(service),
			 policy_action_name(service, service->operations[i].name));
}

bool policy_action_is_known(const char *pattern)
{
	for (size_t i = 0; i < array_size(permissions_only); i++)
		if (policy_action_fits(pattern, permissions_only[i]))
			return true;
	for (size_t i = 0; i < aws_model_count; i++)
		for (size_t j = 0; j < aws_models[i]->operation_count; j++) {
			_cleanup_(freep) char *name = full_name(aws_models[i], j);

			if (policy_action_fits(pattern, name))
				return true;
		}
	return false;
}

void policy_action_names(const char *prefix, struct strs *ret)
{
	for (size_t i = 0; i < aws_model_count; i++) {
		if (!str_eq(policy_action_prefix(aws_models[i]), prefix))
			continue;
		for (size_t j = 0; j < aws_models[i]->operation_count; j++) {
			_cleanup_(freep) char *name = full_name(aws_models[i], j);

			strs_add(ret, name);
		}
	}
}
