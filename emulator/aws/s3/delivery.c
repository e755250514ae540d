/* Other services of AWS at buckets. */
#include "emulator/aws/s3/delivery.h"

#include "emulator/aws/policy/language.h"
#include "emulator/aws/s3/s3.h"

/* Elastic Load Balancing's own accounts, of the regions that were there before August 2022; later
 * ones write as the service alone. Source: ALB guide, "Enable access logs", older bucket policy. */
static const struct {
	const char *region, *account;
} accounts[] = {
	{"af-south-1", "098369216593"},	    {"ap-east-1", "754344448648"},
	{"ap-northeast-1", "582318560864"}, {"ap-northeast-2", "600734575887"},
	{"ap-northeast-3", "383597477331"}, {"ap-south-1", "718504428378"},
	{"ap-southeast-1", "114774131450"}, {"ap-southeast-2", "783225319266"},
	{"ap-southeast-3", "589379963580"}, {"ca-central-1", "985666609251"},
	{"cn-north-1", "638102146993"},	    {"cn-northwest-1", "037604701340"},
	{"eu-central-1", "054676820928"},   {"eu-north-1", "897822967062"},
	{"eu-south-1", "635631232127"},	    {"eu-west-1", "156460612806"},
	{"eu-west-2", "652711504416"},	    {"eu-west-3", "009996457667"},
	{"me-south-1", "076674570225"},	    {"sa-east-1", "507241528517"},
	{"us-east-1", "127311923021"},	    {"us-east-2", "033677994240"},
	{"us-gov-east-1", "190560391635"},  {"us-gov-west-1", "048591011584"},
	{"us-west-1", "027434742980"},	    {"us-west-2", "797873946194"},
};

static const char *own_account(const char *region)
{
	for (size_t i = 0; i < array_size(accounts); i++)
		if (str_eq(accounts[i].region, region))
			return accounts[i].account;
	return NULL;
}

static bool application_may(struct call *call, const struct doc *bucket, const char *resource)
{
	const char *account = own_account(call->region);
	struct policy_principal service = {.service = "logdelivery.elasticloadbalancing.amazonaws."
						      "com"};
	struct policy_principal root = {.arn = arena_printf(call->arena, "arn:%s:iam::%s:root",
							    aws_partition(call->region),
							    account ? account : ""),
					.account = account};

	return s3_policy_allows(call, bucket, &service, "s3:PutObject", resource) ||
	       (account && s3_policy_allows(call, bucket, &root, "s3:PutObject", resource));
}

static bool network_may(struct call *call, const struct doc *bucket, const char *resource)
{
	const struct policy_principal service = {.service = "delivery.logs.amazonaws.com"};
	const char *itself = arena_printf(call->arena, "arn:%s:s3:::%s",
					  aws_partition(bucket->region), bucket->key);

	return s3_policy_allows(call, bucket, &service, "s3:PutObject", resource) &&
	       s3_policy_allows(call, bucket, &service, "s3:GetBucketAcl", itself);
}

bool s3_bucket_exists(const struct world *world, const char *bucket)
{
	return world_find(world, &kind_s3_bucket, bucket);
}

bool s3_takes_logs(struct call *call, const char *name, const char *prefix,
		   enum s3_deliverer deliverer)
{
	const struct doc *bucket = world_find(call->world, &kind_s3_bucket, name);
	bool prefixed = prefix && *prefix;
	const char *resource;

	if (!bucket || !str_eq(bucket->region, call->region))
		return false;
	resource = arena_printf(call->arena, "arn:%s:s3:::%s/%s%sAWSLogs/%s/ELBAccessLogTestFile",
				aws_partition(bucket->region), name, prefixed ? prefix : "",
				prefixed ? "/" : "", call->account);
	return deliverer == S3_FROM_NETWORK ? network_may(call, bucket, resource)
					    : application_may(call, bucket, resource);
}

const char *s3_read(struct call *call, const char *name, const char *key, const char *version,
		    size_t *ret_length)
{
	const struct doc *bucket = world_find(call->world, &kind_s3_bucket, name);
	_cleanup_(json_freep) struct json *input = json_new_object();
	const struct doc *found;

	if (!bucket || !str_eq(bucket->account, call->account))
		return NULL;
	json_set_str(input, "Key", key);
	json_set_str(input, "VersionId", version);
	found = s3_version(call, bucket, input, NULL);
	return found ? (const char *)s3_bytes(call, found, ret_length) : NULL;
}
