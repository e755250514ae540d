/* Settings of buckets that are one document each: put as they come, once they are checked, and
 * shown again. A row says where a setting stands in the input, and what its absence is answered
 * with. */
#include "emulator/aws/s3/s3.h"

#define RULES_MAX     1000 /* of a lifecycle configuration */
#define CORS_MAX      100  /* rules */
#define KMS_ALGORITHM "aws:kms"

typedef bool check_fn(struct call *call, const struct doc *bucket, const struct json *value,
		      struct err *err);

static check_fn check_cors, check_encryption, check_lifecycle, check_lock, check_logging,
	check_replication, check_versioning, check_website, check_ownership;

#define NEVER_MISSING AWS_ERROR_COUNT /* an answer without members, or with the default */

static const struct setting {
	const char *name; /* of the setting in extra */
	const char *put;  /* operation, and the member of its input */
	const char *member;
	const char *get; /* operation */
	const char
		*payload;   /* member of its output; NULL: the setting's members are the output's */
	const char *remove; /* operation, or NULL */
	unsigned missing;   /* enum aws_error */
	const char *fallback; /* JSON, shown when it was never put */
	check_fn *check;
} settings[] = {
	{"Accelerate", "PutBucketAccelerateConfiguration", "AccelerateConfiguration",
	 "GetBucketAccelerateConfiguration", NULL, NULL, NEVER_MISSING, "{}", NULL},
	{"Cors", "PutBucketCors", "CORSConfiguration", "GetBucketCors", NULL, "DeleteBucketCors",
	 AWS_S3_NO_CORS, NULL, check_cors},
	{"Encryption", "PutBucketEncryption", "ServerSideEncryptionConfiguration",
	 "GetBucketEncryption", "ServerSideEncryptionConfiguration", "DeleteBucketEncryption",
	 NEVER_MISSING,
	 "{\"Rules\":[{\"ApplyServerSideEncryptionByDefault\":{\"SSEAlgorithm\":\"AES256\"},"
	 "\"BucketKeyEnabled\":false}]}",
	 check_encryption},
	{"Lifecycle", "PutBucketLifecycleConfiguration", "LifecycleConfiguration",
	 "GetBucketLifecycleConfiguration", NULL, "DeleteBucketLifecycle", AWS_S3_LIFECYCLE_NONE,
	 NULL, check_lifecycle},
	{"Logging", "PutBucketLogging", "BucketLoggingStatus", "GetBucketLogging", NULL, NULL,
	 NEVER_MISSING, "{}", check_logging},
	{"Notification", "PutBucketNotificationConfiguration", "NotificationConfiguration",
	 "GetBucketNotificationConfiguration", NULL, NULL, NEVER_MISSING, "{}", NULL},
	{"ObjectLock", "PutObjectLockConfiguration", "ObjectLockConfiguration",
	 "GetObjectLockConfiguration", "ObjectLockConfiguration", NULL, AWS_S3_LOCK_NONE, NULL,
	 check_lock},
	{"OwnershipControls", "PutBucketOwnershipControls", "OwnershipControls",
	 "GetBucketOwnershipControls", "OwnershipControls", "DeleteBucketOwnershipControls",
	 AWS_S3_NO_OWNERSHIP, NULL, check_ownership},
	{"PublicAccessBlock", "PutPublicAccessBlock", "PublicAccessBlockConfiguration",
	 "GetPublicAccessBlock", "PublicAccessBlockConfiguration", "DeletePublicAccessBlock",
	 AWS_S3_NO_PUBLIC_BLOCK, NULL, NULL},
	{"Replication", "PutBucketReplication", "ReplicationConfiguration", "GetBucketReplication",
	 "ReplicationConfiguration", "DeleteBucketReplication", AWS_S3_NO_REPLICATION, NULL,
	 check_replication},
	{"RequestPayment", "PutBucketRequestPayment", "RequestPaymentConfiguration",
	 "GetBucketRequestPayment", NULL, NULL, NEVER_MISSING, "{\"Payer\":\"BucketOwner\"}", NULL},
	{"Versioning", "PutBucketVersioning", "VersioningConfiguration", "GetBucketVersioning",
	 NULL, NULL, NEVER_MISSING, "{}", check_versioning},
	{"Website", "PutBucketWebsite", "WebsiteConfiguration", "GetBucketWebsite", NULL,
	 "DeleteBucketWebsite", AWS_S3_NO_WEBSITE, NULL, check_website},
};

static const struct setting *setting_of(const char *operation)
{
	for (size_t i = 0; i < array_size(settings); i++)
		if (str_eq(settings[i].put, operation) || str_eq(settings[i].get, operation) ||
		    str_eq(settings[i].remove, operation))
			return &settings[i];
	assert(!"an operation of a setting has a row");
	return NULL;
}

/* @name Checks */

static bool check_cors(struct call *call, const struct doc *bucket, const struct json *value,
		       struct err *err)
{
	static const char *const methods[] = {"GET", "PUT", "POST", "DELETE", "HEAD"};
	const struct json *rules = json_get(value, "CORSRules");

	(void)call;
	(void)bucket;
	if (!json_first(rules) || json_size(rules) > CORS_MAX)
		return aws_fail(err, AWS_S3_REQUEST,
				"The number of CORS rules should be between 1 and 100 rules.");
	json_foreach (rule, rules)
		json_foreach (method, json_get(rule, "AllowedMethods")) {
			size_t i = 0;

			while (i < array_size(methods) && !str_eq(methods[i], json_str(method)))
				i++;
			if (i == array_size(methods))
				return aws_fail(err, AWS_S3_CORS_METHOD, json_str(method));
		}
	return true;
}

static bool check_encryption(struct call *call, const struct doc *bucket, const struct json *value,
			     struct err *err)
{
	const struct json *rules = json_get(value, "Rules"), *rule = json_first(rules);
	const struct json *by_default = json_get(rule, "ApplyServerSideEncryptionByDefault");
	const char *algorithm = json_get_str(by_default, "SSEAlgorithm");

	(void)call;
	(void)bucket;
	if (!rule || json_next(rule) || !by_default)
		return aws_fail(err, AWS_S3_XML);
	if (json_get(by_default, "KMSMasterKeyID") && !str_starts_with(algorithm, KMS_ALGORITHM))
		return aws_fail(err, AWS_S3_ARGUMENT,
				"a KMSMasterKeyID is not applicable if the default sse algorithm "
				"is not aws:kms or aws:kms:dsse");
	return true;
}

/* A rule of the newer form has a Filter, of the older a Prefix; and something to do. */
static bool check_rule(const struct json *rule, struct err *err)
{
	static const char *const actions[] = {
		"Expiration", "Transitions", "NoncurrentVersionExpiration",
		"NoncurrentVersionTransitions", "AbortIncompleteMultipartUpload"};
	const struct json *filter = json_get(rule, "Filter"), *expiration;
	bool acts = false;

	if (!!filter == !!json_get(rule, "Prefix"))
		return aws_fail(err, AWS_S3_XML);
	for (size_t i = 0; i < array_size(actions); i++)
		acts = acts || json_get(rule, actions[i]);
	if (!acts)
		return aws_fail(err, AWS_S3_LIFECYCLE,
				"At least one action needs to be specified in a rule");
	if (json_size(filter) > 1)
		return aws_fail(err, AWS_S3_XML);
	expiration = json_get(rule, "Expiration");
	if (expiration && json_size(expiration) != 1)
		return aws_fail(err, AWS_S3_XML);
	if (json_get(expiration, "Days") && json_get_int(expiration, "Days", 0) < 1)
		return aws_fail(err, AWS_S3_ARGUMENT,
				"'Days' for Expiration action must be a positive integer");
	if (json_get(rule, "AbortIncompleteMultipartUpload") &&
	    (json_get(filter, "Tag") || json_find(filter, "And", "Tags", NULL)))
		return aws_fail(err, AWS_S3_LIFECYCLE,
				"AbortIncompleteMultipartUpload cannot be specified with Tags.");
	return true;
}

static bool check_lifecycle(struct call *call, const struct doc *bucket, const struct json *value,
			    struct err *err)
{
	const struct json *rules = json_get(value, "Rules");

	(void)call;
	(void)bucket;
	if (!json_first(rules) || json_size(rules) > RULES_MAX)
		return aws_fail(err, AWS_S3_XML);
	json_foreach (rule, rules) {
		const char *id = json_get_str(rule, "ID");

		if (!check_rule(rule, err))
			return false;
		if (id && strlen(id) > 255)
			return aws_fail(err, AWS_S3_ARGUMENT,
					"ID length should not exceed allowed limit of 255");
		json_foreach (other, rules)
			if (id && other != rule && str_eq(json_get_str(other, "ID"), id))
				return aws_fail(err, AWS_S3_LIFECYCLE_ID);
	}
	return true;
}

static bool check_lock(struct call *call, const struct doc *bucket, const struct json *value,
		       struct err *err)
{
	const struct json *by_default = json_find(value, "Rule", "DefaultRetention", NULL);

	(void)call;
	if (!str_eq(json_get_str(value, "ObjectLockEnabled"), "Enabled"))
		return aws_fail(err, AWS_S3_XML);
	if (!str_eq(s3_versioning(bucket), "Enabled"))
		return aws_fail(err, AWS_S3_LOCK_STATE);
	if (json_get(by_default, "DefaultEventHold"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no holds by events");
	if (by_default && (!!json_get(by_default, "Days") == !!json_get(by_default, "Years") ||
			   !json_get(by_default, "Mode")))
		return aws_fail(err, AWS_S3_XML);
	if (by_default && json_get_int(by_default, "Days", 1) < 1)
		return aws_fail(err, AWS_S3_ARGUMENT,
				"Default retention period must be a positive integer value.");
	return true;
}

static bool check_logging(struct call *call, const struct doc *bucket, const struct json *value,
			  struct err *err)
{
	const char *name = json_find_str(value, "LoggingEnabled", "TargetBucket", NULL);
	const struct doc *target = name ? world_find(call->world, &kind_s3_bucket, name) : NULL;

	if (!name)
		return true;
	if (!target || !str_eq(target->account, bucket->account) ||
	    !str_eq(target->region, bucket->region))
		return s3_fail(err, AWS_S3_LOGGING, "TargetBucket", name);
	return true;
}

static bool check_ownership(struct call *call, const struct doc *bucket, const struct json *value,
			    struct err *err)
{
	(void)call;
	(void)bucket;
	return json_size(json_get(value, "Rules")) == 1 || aws_fail(err, AWS_S3_XML);
}

static bool check_replication(struct call *call, const struct doc *bucket, const struct json *value,
			      struct err *err)
{
	(void)call;
	if (!str_eq(s3_versioning(bucket), "Enabled"))
		return aws_fail(err, AWS_S3_REQUEST,
				"Versioning must be 'Enabled' on the bucket to apply a replication "
				"configuration");
	return json_first(json_get(value, "Rules")) != NULL || aws_fail(err, AWS_S3_XML);
}

static bool check_versioning(struct call *call, const struct doc *bucket, const struct json *value,
			     struct err *err)
{
	const char *status = json_get_str(value, "Status");

	(void)call;
	if (!status)
		return aws_fail(err, AWS_S3_ARGUMENT, "The Versioning element must be specified");
	if (str_eq(json_get_str(value, "MFADelete"), "Enabled"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no deletion by MFA");
	if (str_eq(status, "Suspended") && s3_setting(bucket, "ObjectLock"))
		return aws_fail(err, AWS_S3_LOCK_VERSIONING);
	return true;
}

static bool check_website(struct call *call, const struct doc *bucket, const struct json *value,
			  struct err *err)
{
	const char *suffix = json_find_str(value, "IndexDocument", "Suffix", NULL);
	bool redirects = json_get(value, "RedirectAllRequestsTo") != NULL;

	(void)call;
	(void)bucket;
	if (redirects == !!suffix)
		return aws_fail(err, AWS_S3_ARGUMENT,
				"A value for IndexDocument Suffix must be provided if "
				"RedirectAllRequestsTo is empty");
	if (suffix && (!*suffix || strchr(suffix, '/')))
		return aws_fail(err, AWS_S3_ARGUMENT,
				"The IndexDocument Suffix is not well formed");
	return true;
}

/* @name Operations */

bool s3_put_bucket_setting(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct setting *setting = setting_of(call->operation);
	const struct json *value = json_get(input, setting->member);
	const struct doc *bucket = s3_bucket(call, input, err);
	struct json *kept;

	if (!bucket)
		return false;
	if (!value)
		return aws_fail(err, AWS_S3_XML);
	if (setting->check && !setting->check(call, bucket, value, err))
		return false;
	kept = json_copy(value);
	if (str_eq(setting->name, "Lifecycle")) {
		const char *least = json_get_str(input, "TransitionDefaultMinimumObjectSize");

		least = least ? least : "all_storage_classes_128K";
		json_set_str(kept, "TransitionDefaultMinimumObjectSize", least);
		json_set_str(output, "TransitionDefaultMinimumObjectSize", least);
	}
	s3_put_setting(call, bucket, setting->name, kept);
	return true;
}

bool s3_get_setting(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct setting *setting = setting_of(call->operation);
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct json *value;
	struct json *copy = NULL;

	if (!bucket)
		return false;
	value = s3_setting(bucket, setting->name);
	if (!value && setting->missing != NEVER_MISSING)
		return s3_fail(err, (enum aws_error)setting->missing, "BucketName", bucket->key);
	if (value)
		copy = json_copy(value);
	else if (!json_parse(setting->fallback, strlen(setting->fallback), &copy, NULL))
		assert(!"the fallback of a row is JSON");
	if (setting->payload)
		json_set(output, setting->payload, copy);
	else
		json_assign(output, copy);
	return true;
}

bool s3_delete_setting(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	(void)output;
	if (bucket)
		s3_put_setting(call, bucket, setting_of(call->operation)->name, NULL);
	return bucket != NULL;
}

/* @name Tags */

bool s3_put_bucket_tagging(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	struct json *tags;

	(void)output;
	if (!bucket ||
	    !tags_from_list(TAGS_S3, json_find(input, "Tagging", "TagSet", NULL), &tags, err))
		return false;
	world_put_tags(call, &kind_s3_bucket, bucket->key, tags);
	return true;
}

bool s3_get_bucket_tagging(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	if (!bucket)
		return false;
	if (!json_first(bucket->tags))
		return s3_fail(err, AWS_S3_NO_TAGS, "BucketName", bucket->key);
	json_set(output, "TagSet", tags_to_list(bucket->tags));
	return true;
}

bool s3_delete_bucket_tagging(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	(void)output;
	if (bucket)
		world_put_tags(call, &kind_s3_bucket, bucket->key, json_new_object());
	return bucket != NULL;
}
