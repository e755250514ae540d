/* S3 without a wire: each operation once well and once refused; and what no client shows. */
#include "tests/aws/run.h"

#include "emulator/aws/s3/s3.h"
#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define HERE	 "'CreateBucketConfiguration':{'LocationConstraint':'eu-west-1'}"
#define BUCKET	 "'Bucket':'qa-bucket'"
#define OBJECT	 BUCKET ",'Key':'a'"
#define VERSIONS "{" BUCKET ",'VersioningConfiguration':{'Status':'Enabled'}}"
#define BODY	 "'Body':'aGVsbG8='" /* hello */
#define DAYS_MS	 (24 * 3600 * 1000LL)

static struct world *world;
static struct aws *aws;

static void setup(void)
{
	world = wire_world(PROFILE_AWS);
	aws = aws_new(world);
	aws_check_replies(aws, true);
	api_done(aws, "s3", "CreateBucket", "{" BUCKET "," HERE "}");
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
}

static void put(const char *operation, const char *params)
{
	api_done(aws, "s3", operation, params);
}

static void no(const char *operation, const char *params, const char *code)
{
	api_refused(aws, "s3", operation, params, code, "");
}

static char *text_of(struct json *output, const char *member)
{
	char *copy = xstrdup(json_get_str(output, member));

	json_free(output);
	return copy;
}

/* @name Settings: what a bucket without one says, what is refused, and that it is kept */

struct setting {
	const char *put, *good, *bad, *bad_code; /* members beside Bucket */
	const char *get, *missing;  /* code when it was never put; NULL: there is an answer */
	const char *remove;	    /* NULL: none */
	const char *member, *shown; /* output, as JSON with ' for ", that must be in there */
};

#define RULE(filter, action) "{'ID':'r','Status':'Enabled'" filter action "}"
#define ABORT		     ",'AbortIncompleteMultipartUpload':{'DaysAfterInitiation':7}"
#define LIFECYCLE(rules)     "'LifecycleConfiguration':{'Rules':[" rules "]}"

static const struct setting settings[] = {
	{"PutBucketAccelerateConfiguration", "'AccelerateConfiguration':{'Status':'Enabled'}", NULL,
	 NULL, "GetBucketAccelerateConfiguration", NULL, NULL, "Status", "'Enabled'"},
	{"PutBucketCors",
	 "'CORSConfiguration':{'CORSRules':[{'AllowedMethods':['GET'],'AllowedOrigins':['*']}]}",
	 "'CORSConfiguration':{'CORSRules':[{'AllowedMethods':['PATCH'],'AllowedOrigins':['*']}]}",
	 "InvalidRequest", "GetBucketCors", "NoSuchCORSConfiguration", "DeleteBucketCors",
	 "CORSRules", "[{'AllowedMethods':['GET'],'AllowedOrigins':['*']}]"},
	{"PutBucketEncryption",
	 "'ServerSideEncryptionConfiguration':{'Rules':[{'ApplyServerSideEncryptionByDefault':"
	 "{'SSEAlgorithm':'aws:kms'}}]}",
	 "'ServerSideEncryptionConfiguration':{'Rules':[{'ApplyServerSideEncryptionByDefault':"
	 "{'SSEAlgorithm':'AES256','KMSMasterKeyID':'x'}}]}",
	 "InvalidArgument", "GetBucketEncryption", NULL, "DeleteBucketEncryption",
	 "ServerSideEncryptionConfiguration",
	 "{'Rules':[{'ApplyServerSideEncryptionByDefault':{'SSEAlgorithm':'aws:kms'}}]}"},
	{"PutBucketLifecycleConfiguration", LIFECYCLE(RULE(",'Filter':{'Prefix':''}", ABORT)),
	 LIFECYCLE(RULE(",'Filter':{'Tag':{'Key':'k','Value':'v'}}", ABORT)), "InvalidRequest",
	 "GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration", "DeleteBucketLifecycle",
	 "Rules", "[" RULE(",'Filter':{'Prefix':''}", ABORT) "]"},
	{"PutBucketLifecycleConfiguration", LIFECYCLE(RULE(",'Prefix':'p'", ABORT)),
	 LIFECYCLE(RULE("", ABORT)), "MalformedXML", "GetBucketLifecycleConfiguration",
	 "NoSuchLifecycleConfiguration", "DeleteBucketLifecycle", NULL, NULL},
	{"PutBucketLifecycleConfiguration",
	 LIFECYCLE(RULE(",'Prefix':'p'", ",'Expiration':{'Days':1}")),
	 LIFECYCLE(RULE(",'Prefix':'p'", ",'Expiration':{'Days':0}")), "InvalidArgument",
	 "GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration", "DeleteBucketLifecycle",
	 NULL, NULL},
	{"PutBucketLogging",
	 "'BucketLoggingStatus':{'LoggingEnabled':{'TargetBucket':'qa-bucket','TargetPrefix':''}}",
	 "'BucketLoggingStatus':{'LoggingEnabled':{'TargetBucket':'none','TargetPrefix':''}}",
	 "InvalidTargetBucketForLogging", "GetBucketLogging", NULL, NULL, "LoggingEnabled",
	 "{'TargetBucket':'qa-bucket','TargetPrefix':''}"},
	{"PutBucketNotificationConfiguration",
	 "'NotificationConfiguration':{'EventBridgeConfiguration':{}}", NULL, NULL,
	 "GetBucketNotificationConfiguration", NULL, NULL, "EventBridgeConfiguration", "{}"},
	{"PutBucketOwnershipControls",
	 "'OwnershipControls':{'Rules':[{'ObjectOwnership':'ObjectWriter'}]}",
	 "'OwnershipControls':{'Rules':[]}", "MalformedXML", "GetBucketOwnershipControls", NULL,
	 NULL, "OwnershipControls", "{'Rules':[{'ObjectOwnership':'ObjectWriter'}]}"},
	{"PutPublicAccessBlock", "'PublicAccessBlockConfiguration':{'BlockPublicPolicy':false}",
	 NULL, NULL, "GetPublicAccessBlock", NULL, NULL, "PublicAccessBlockConfiguration",
	 "{'BlockPublicPolicy':false}"},
	{"PutBucketRequestPayment", "'RequestPaymentConfiguration':{'Payer':'Requester'}", NULL,
	 NULL, "GetBucketRequestPayment", NULL, NULL, "Payer", "'Requester'"},
	{"PutBucketVersioning", "'VersioningConfiguration':{'Status':'Suspended'}",
	 "'VersioningConfiguration':{}", "InvalidArgument", "GetBucketVersioning", NULL, NULL,
	 "Status", "'Suspended'"},
	{"PutBucketWebsite", "'WebsiteConfiguration':{'IndexDocument':{'Suffix':'index.html'}}",
	 "'WebsiteConfiguration':{}", "InvalidArgument", "GetBucketWebsite",
	 "NoSuchWebsiteConfiguration", "DeleteBucketWebsite", "IndexDocument",
	 "{'Suffix':'index.html'}"},
};

static char *in_bucket(const char *bucket, const char *members)
{
	return xasprintf("{'Bucket':'%s'%s%s}", bucket, *members ? "," : "", members);
}

static void of_bucket(const char *operation, const char *bucket, const char *members,
		      const char *code)
{
	_cleanup_(freep) char *params = in_bucket(bucket, members);

	if (code)
		no(operation, params, code);
	else
		put(operation, params);
}

START_TEST(a_setting_is_kept_checked_shown_and_taken_away)
{
	const struct setting *row = &settings[_i];
	_cleanup_(json_freep) struct json *shown = NULL, *wanted = NULL;

	of_bucket(row->get, "qa-bucket", "", row->missing);
	of_bucket(row->get, "none", "", "NoSuchBucket");
	of_bucket(row->put, "none", row->good, "NoSuchBucket");
	if (row->bad)
		of_bucket(row->put, "qa-bucket", row->bad, row->bad_code);
	of_bucket(row->put, "qa-bucket", row->good, NULL);
	shown = api(aws, "s3", row->get, "{" BUCKET "}");
	wanted = row->member ? test_json(row->shown) : NULL;
	ck_assert(!wanted || json_equal(json_get(shown, row->member), wanted));
	if (!row->remove)
		return;
	of_bucket(row->remove, "none", "", "NoSuchBucket");
	of_bucket(row->remove, "qa-bucket", "", NULL);
	of_bucket(row->get, "qa-bucket", "", row->missing);
}
END_TEST

START_TEST(replication_and_locks_want_versions)
{
	const char *replication = "{" BUCKET ",'ReplicationConfiguration':{'Role':'r','Rules':[{"
				  "'Status':'Enabled','Destination':{'Bucket':'b'}}]}}";
	const char *lock = "{" BUCKET ",'ObjectLockConfiguration':{'ObjectLockEnabled':'Enabled',"
			   "'Rule':{'DefaultRetention':{'Mode':'GOVERNANCE','Days':1}}}}";

	no("PutBucketReplication", replication, "InvalidRequest");
	no("PutObjectLockConfiguration", lock, "InvalidBucketState");
	no("GetObjectLockConfiguration", "{" BUCKET "}", "ObjectLockConfigurationNotFoundError");
	no("GetBucketReplication", "{" BUCKET "}", "ReplicationConfigurationNotFoundError");
	put("PutBucketVersioning", VERSIONS);
	put("PutBucketReplication", replication);
	put("GetBucketReplication", "{" BUCKET "}");
	put("DeleteBucketReplication", "{" BUCKET "}");
	no("DeleteBucketReplication", "{'Bucket':'none'}", "NoSuchBucket");
	put("PutObjectLockConfiguration", lock);
	put("GetObjectLockConfiguration", "{" BUCKET "}");
	no("PutBucketVersioning", "{" BUCKET ",'VersioningConfiguration':{'Status':'Suspended'}}",
	   "InvalidBucketState");
}
END_TEST

START_TEST(what_new_buckets_have_can_be_taken_away)
{
	put("DeletePublicAccessBlock", "{" BUCKET "}");
	no("GetPublicAccessBlock", "{" BUCKET "}", "NoSuchPublicAccessBlockConfiguration");
	no("DeletePublicAccessBlock", "{'Bucket':'none'}", "NoSuchBucket");
	put("DeleteBucketOwnershipControls", "{" BUCKET "}");
	no("GetBucketOwnershipControls", "{" BUCKET "}", "OwnershipControlsNotFoundError");
	no("DeleteBucketOwnershipControls", "{'Bucket':'none'}", "NoSuchBucket");
	put("PutBucketTagging", "{" BUCKET ",'Tagging':{'TagSet':[{'Key':'a','Value':'b'}]}}");
	no("PutBucketTagging", "{" BUCKET ",'Tagging':{'TagSet':[{'Key':'aws:a','Value':'b'}]}}",
	   "InvalidTag");
	put("GetBucketTagging", "{" BUCKET "}");
	put("DeleteBucketTagging", "{" BUCKET "}");
	no("DeleteBucketTagging", "{'Bucket':'none'}", "NoSuchBucket");
	no("GetBucketTagging", "{" BUCKET "}", "NoSuchTagSet");
}
END_TEST

static const struct {
	const char *name, *configuration;
} listed[] = {
	{"Analytics", "'Id':'i','StorageClassAnalysis':{}"},
	{"IntelligentTiering",
	 "'Id':'i','Status':'Enabled','Tierings':[{'Days':90,'AccessTier':'ARCHIVE_ACCESS'}]"},
	{"Inventory",
	 "'Id':'i','IsEnabled':true,'IncludedObjectVersions':'All','Schedule':{'Frequency':'Daily'},"
	 "'Destination':{'S3BucketDestination':{'Bucket':'arn:aws:s3:::b','Format':'CSV'}}"},
	{"Metrics", "'Id':'i'"},
};

START_TEST(configurations_with_ids_are_kept_side_by_side)
{
	const char *name = listed[_i].name;
	_cleanup_(freep) char *put_it = xasprintf("PutBucket%sConfiguration", name);
	_cleanup_(freep) char *get = xasprintf("GetBucket%sConfiguration", name);
	_cleanup_(freep) char *list = xasprintf("ListBucket%sConfigurations", name);
	_cleanup_(freep) char *remove = xasprintf("DeleteBucket%sConfiguration", name);
	_cleanup_(freep) char *member = xasprintf("%sConfigurationList", name);
	_cleanup_(freep) char *good =
		xasprintf("'Id':'i','%sConfiguration':{%s}", name, listed[_i].configuration);
	_cleanup_(freep) char *bad =
		xasprintf("'Id':'j','%sConfiguration':{%s}", name, listed[_i].configuration);
	_cleanup_(json_freep) struct json *all = NULL;

	of_bucket(get, "qa-bucket", "'Id':'i'", "NoSuchConfiguration");
	of_bucket(remove, "qa-bucket", "'Id':'i'", "NoSuchConfiguration");
	of_bucket(put_it, "qa-bucket", bad, "InvalidArgument");
	of_bucket(put_it, "qa-bucket", good, NULL);
	of_bucket(get, "qa-bucket", "'Id':'i'", NULL);
	all = api(aws, "s3", list, "{" BUCKET "}");
	ck_assert_uint_eq(json_size(json_get(all, member)), 1);
	of_bucket(list, "none", "", "NoSuchBucket");
	of_bucket(remove, "qa-bucket", "'Id':'i'", NULL);
}
END_TEST

/* @name Policies and grants */

#define ALLOW(principal)                                                                           \
	"{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":" principal           \
	",\\\"Action\\\":\\\"s3:GetObject\\\",\\\"Resource\\\":\\\"arn:aws:s3:::qa-bucket/"        \
	"*\\\"}]}"

START_TEST(a_policy_must_be_of_this_bucket_and_not_public)
{
	_cleanup_(json_freep) struct json *status = NULL;

	no("GetBucketPolicyStatus", "{" BUCKET "}", "NoSuchBucketPolicy");
	no("PutBucketPolicy",
	   "{" BUCKET ",'Policy':'{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","
	   "\\\"Principal\\\":\\\"*\\\",\\\"Action\\\":\\\"s3:*\\\",\\\"Resource\\\":"
	   "\\\"arn:aws:s3:::other/*\\\"}]}'}",
	   "MalformedPolicy");
	no("PutBucketPolicy", "{" BUCKET ",'Policy':'" ALLOW("\\\"*\\\"") "'}", "AccessDenied");
	put("PutBucketPolicy",
	    "{" BUCKET ",'Policy':'" ALLOW("{\\\"AWS\\\":\\\"123456789012\\\"}") "'}");
	status = api(aws, "s3", "GetBucketPolicyStatus", "{" BUCKET "}");
	ck_assert(!json_get_bool(json_get(status, "PolicyStatus"), "IsPublic", true));
	put("GetBucketPolicy", "{" BUCKET "}");
	put("DeleteBucketPolicy", "{" BUCKET "}");
	no("DeleteBucketPolicy", "{'Bucket':'none'}", "NoSuchBucket");
	no("GetBucketPolicy", "{" BUCKET "}", "NoSuchBucketPolicy");
}
END_TEST

#define POLICY                                                                                     \
	"'AccessControlPolicy':{'Grants':[{'Permission':'READ','Grantee':{'Type':"                 \
	"'CanonicalUser','ID':'abc'}}]}"

START_TEST(grants_are_off_until_ownership_says_otherwise)
{
	_cleanup_(json_freep) struct json *acl = NULL;

	put("PutObject", "{" OBJECT "," BODY "}");
	no("PutBucketAcl", "{" BUCKET ",'ACL':'public-read'}", "AccessControlListNotSupported");
	no("PutObjectAcl", "{" OBJECT ",'ACL':'public-read'}", "AccessControlListNotSupported");
	put("PutBucketAcl", "{" BUCKET ",'ACL':'private'}");
	put("PutBucketOwnershipControls",
	    "{" BUCKET ",'OwnershipControls':{'Rules':[{'ObjectOwnership':'ObjectWriter'}]}}");
	no("PutBucketAcl", "{" BUCKET ",'ACL':'public-read'}", "AccessDenied");
	no("PutBucketAcl", "{" BUCKET ",'GrantRead':'x=y'}", "InvalidArgument");
	put("PutBucketAcl", "{" BUCKET ",'GrantWrite':'uri=\\\"http://acs.amazonaws.com/groups/s3/"
			    "LogDelivery\\\"'}");
	acl = api(aws, "s3", "GetBucketAcl", "{" BUCKET "}");
	ck_assert_uint_eq(json_size(json_get(acl, "Grants")), 1);
	put("PutBucketAcl", "{" BUCKET "," POLICY "}");
	put("PutObjectAcl", "{" OBJECT "," POLICY "}");
	no("PutObjectAcl", "{" OBJECT ",'AccessControlPolicy':{'Owner':{'ID':'other'}}}",
	   "AccessDenied");
	put("PutObjectAcl", "{" OBJECT ",'GrantRead':'id=\\\"abc\\\"'}");
	put("GetObjectAcl", "{" OBJECT "}");
	no("GetObjectAcl", "{" BUCKET ",'Key':'none'}", "NoSuchKey");
	no("GetBucketAcl", "{'Bucket':'none'}", "NoSuchBucket");
}
END_TEST

/* @name Objects */

START_TEST(an_object_has_attributes_tags_and_a_check)
{
	_cleanup_(json_freep) struct json *made =
		api(aws, "s3", "PutObject", "{" OBJECT "," BODY ",'Tagging':'x=1'}");
	_cleanup_(json_freep) struct json *shown = NULL, *tags = NULL;

	ck_assert_str_eq(json_get_str(made, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
	ck_assert_ptr_nonnull(json_get_str(made, "ChecksumCRC64NVME"));
	shown = api(aws, "s3", "GetObjectAttributes",
		    "{" OBJECT ",'ObjectAttributes':['ETag','ObjectSize','Checksum']}");
	ck_assert_int_eq(json_get_int(shown, "ObjectSize", 0), 5);
	ck_assert_str_eq(json_get_str(shown, "ETag"), "5d41402abc4b2a76b9719d911017c592");
	no("GetObjectAttributes", "{" BUCKET ",'Key':'none','ObjectAttributes':['ETag']}",
	   "NoSuchKey");
	tags = api(aws, "s3", "GetObjectTagging", "{" OBJECT "}");
	ck_assert_uint_eq(json_size(json_get(tags, "TagSet")), 1);
	put("PutObjectTagging", "{" OBJECT ",'Tagging':{'TagSet':[{'Key':'y','Value':'2'}]}}");
	no("PutObjectTagging",
	   "{" OBJECT ",'Tagging':{'TagSet':[{'Key':'y','Value':'2'},{'Key':'y','Value':'3'}]}}",
	   "InvalidTag");
	put("DeleteObjectTagging", "{" OBJECT "}");
	no("DeleteObjectTagging", "{" BUCKET ",'Key':'none'}", "NoSuchKey");
	no("GetObjectTagging", "{" BUCKET ",'Key':'none'}", "NoSuchKey");
	put("HeadObject", "{" OBJECT "}");
	no("HeadObject", "{" OBJECT ",'VersionId':'null2'}", "NoSuchVersion");
}
END_TEST

START_TEST(wishes_about_objects_that_s3_refuses)
{
	static const struct {
		const char *members, *code;
	} rows[] = {
		{"'StorageClass':'OUTPOSTS'", "InvalidStorageClass"},
		{"'ServerSideEncryption':'aws:kms','SSEKMSKeyId':'none'", "KMS.NotFoundException"},
		{"'SSEKMSKeyId':'x'", "InvalidArgument"},
		{"'ChecksumCRC32':'AAAAAA==','ChecksumSHA1':'AA=='", "InvalidRequest"},
		{"'ChecksumCRC32':'AA=='", "InvalidRequest"},
		{"'ObjectLockMode':'GOVERNANCE'", "InvalidRequest"},
		{"'Tagging':'a=1&a=2'", "InvalidTag"},
		{"'ExpectedBucketOwner':'111122223333'", "AccessDenied"},
		{"'IfMatch':'x'", "NoSuchKey"},
		{"'WriteOffsetBytes':1", "InvalidRequest"},
		{"'SSECustomerAlgorithm':'AES256'", "NotImplemented"},
		{"'ChecksumAlgorithm':'XXHASH3'", "NotImplemented"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *params =
			xasprintf("{" OBJECT "," BODY ",%s}", rows[i].members);

		no("PutObject", params, rows[i].code);
	}
}
END_TEST

START_TEST(a_suspended_bucket_has_one_null_version)
{
	_cleanup_(freep) char *kept = NULL;
	_cleanup_(json_freep) struct json *versions = NULL;

	put("PutBucketVersioning", VERSIONS);
	kept = text_of(api(aws, "s3", "PutObject", "{" OBJECT "," BODY "}"), "VersionId");
	put("PutBucketVersioning", "{" BUCKET ",'VersioningConfiguration':{'Status':'Suspended'}}");
	put("PutObject", "{" OBJECT "," BODY "}");
	put("PutObject", "{" OBJECT "," BODY "}");
	versions = api(aws, "s3", "ListObjectVersions", "{" BUCKET "}");
	ck_assert_uint_eq(json_size(json_get(versions, "Versions")), 2);
	ck_assert_str_eq(json_get_str(json_first(json_get(versions, "Versions")), "VersionId"),
			 "null");
	ck_assert_uint_eq(world_count(world, &kind_s3_data), 2);
	no("ListObjectVersions", "{" BUCKET ",'VersionIdMarker':'x'}", "InvalidArgument");
}
END_TEST

START_TEST(retention_and_legal_hold_guard_a_version_until_they_end)
{
	_cleanup_(freep) char *id = NULL, *version = NULL;

	put("CreateBucket", "{'Bucket':'locked','ObjectLockEnabledForBucket':true," HERE "}");
	put("PutObjectLockConfiguration",
	    "{'Bucket':'locked','ObjectLockConfiguration':{'ObjectLockEnabled':'Enabled','Rule':{"
	    "'DefaultRetention':{'Mode':'COMPLIANCE','Days':1}}}}");
	id = text_of(api(aws, "s3", "PutObject", "{'Bucket':'locked','Key':'a'," BODY "}"),
		     "VersionId");
	version = xasprintf("{'Bucket':'locked','Key':'a','VersionId':'%s'}", id);
	put("GetObjectRetention", version);
	no("PutObjectRetention",
	   "{'Bucket':'locked','Key':'a','Retention':{'Mode':'COMPLIANCE','RetainUntilDate':"
	   "'2026-11-23T08:00:00Z'}}",
	   "AccessDenied");
	put("PutObjectRetention",
	    "{'Bucket':'locked','Key':'a','Retention':{'Mode':'COMPLIANCE','RetainUntilDate':"
	    "'2026-11-25T08:00:00Z'}}");
	no("DeleteObject", version, "AccessDenied");
	test_advance(world, 3 * DAYS_MS);
	no("GetObjectLegalHold", version, "NoSuchObjectLockConfiguration");
	put("PutObjectLegalHold", "{'Bucket':'locked','Key':'a','LegalHold':{'Status':'ON'}}");
	put("GetObjectLegalHold", version);
	no("DeleteObject", version, "AccessDenied");
	put("PutObjectLegalHold", "{'Bucket':'locked','Key':'a','LegalHold':{'Status':'OFF'}}");
	put("DeleteObject", version);
	put("PutObject", "{" OBJECT "," BODY "}");
	no("PutObjectLegalHold", "{" OBJECT ",'LegalHold':{'Status':'ON'}}", "InvalidRequest");
	no("GetObjectRetention", "{" OBJECT "}", "InvalidRequest");
}
END_TEST

/* Whether another account's root gets the object. */
static bool stranger_reads(void)
{
	_cleanup_(json_freep) struct json *params = test_json("{" OBJECT "}");

	return aws_invoke(aws, "operator", "111122223333", TEST_REGION, "s3", "GetObject", params,
			  NULL, NULL, NULL);
}

START_TEST(buckets_of_others_are_closed_without_a_policy_that_opens_them)
{
	put("PutObject", "{" OBJECT "," BODY "}");
	ck_assert(!stranger_reads());
	put("PutBucketPolicy",
	    "{" BUCKET ",'Policy':'" ALLOW("{\\\"AWS\\\":\\\"111122223333\\\"}") "'}");
	ck_assert(stranger_reads());
}
END_TEST

/* @name Lists and uploads */

START_TEST(lists_refuse_what_they_cannot_page)
{
	_cleanup_(json_freep) struct json *none = NULL, *uploads = NULL;

	put("PutObject", "{" OBJECT "," BODY "}");
	none = api(aws, "s3", "ListObjects", "{" BUCKET ",'MaxKeys':0}");
	ck_assert(!json_get_bool(none, "IsTruncated", true));
	no("ListObjects", "{" BUCKET ",'MaxKeys':-1}", "InvalidArgument");
	no("ListObjectsV2", "{" BUCKET ",'ContinuationToken':'?'}", "InvalidArgument");
	no("ListBuckets", "{'ContinuationToken':'?'}", "InvalidArgument");
	no("ListMultipartUploads", "{" BUCKET ",'MaxUploads':-1}", "InvalidArgument");
	put("CreateMultipartUpload", "{" BUCKET ",'Key':'d/1'}");
	put("CreateMultipartUpload", "{" BUCKET ",'Key':'d/2'}");
	uploads = api(aws, "s3", "ListMultipartUploads", "{" BUCKET ",'Delimiter':'/'}");
	ck_assert_uint_eq(json_size(json_get(uploads, "CommonPrefixes")), 1);
}
END_TEST

START_TEST(an_upload_is_refused_for_each_of_its_mistakes)
{
	_cleanup_(freep) char *id = text_of(
		api(aws, "s3", "CreateMultipartUpload", "{" OBJECT ",'ChecksumAlgorithm':'CRC32'}"),
		"UploadId");
	_cleanup_(freep) char *part =
		xasprintf("{" OBJECT ",'UploadId':'%s','PartNumber':1," BODY "}", id);
	_cleanup_(freep) char *wrong =
		xasprintf("{" OBJECT ",'UploadId':'%s','PartNumber':10001," BODY "}", id);
	_cleanup_(freep) char *copy = xasprintf(
		"{" OBJECT ",'UploadId':'%s','PartNumber':1,'CopySource':'qa-bucket/src'}", id);
	_cleanup_(freep) char *bad_copy = xasprintf("{" OBJECT ",'UploadId':'%s','PartNumber':1,"
						    "'CopySource':'qa-bucket/src',"
						    "'CopySourceRange':'bytes=9-'}",
						    id);
	_cleanup_(freep) char *none = xasprintf("{" OBJECT ",'UploadId':'%s','MultipartUpload':{"
						"'Parts':[{'PartNumber':2,'ETag':'x'}]}}",
						id);
	_cleanup_(freep) char *all = xasprintf("{" OBJECT ",'UploadId':'%s','MultipartUpload':{"
					       "'Parts':[{'PartNumber':1,'ETag':"
					       "'5d41402abc4b2a76b9719d911017c592'}]}}",
					       id);

	no("CreateMultipartUpload",
	   "{" OBJECT ",'ChecksumAlgorithm':'SHA256','ChecksumType':'FULL_OBJECT'}",
	   "InvalidRequest");
	no("UploadPart", wrong, "InvalidArgument");
	put("UploadPart", part);
	put("PutObject", "{" BUCKET ",'Key':'src'," BODY "}");
	no("UploadPartCopy", bad_copy, "InvalidArgument");
	put("UploadPartCopy", copy);
	no("CompleteMultipartUpload", none, "InvalidPart");
	put("CompleteMultipartUpload", all);
	ck_assert_uint_eq(world_count(world, &kind_s3_part), 0);
	put("GetObject", "{" OBJECT "}");
	put("DeleteObjects", "{" BUCKET ",'Delete':{'Objects':[{'Key':'a'},{'Key':'src'}]}}");
	no("DeleteObjects", "{" BUCKET ",'Delete':{'Objects':[]}}", "MalformedXML");
	put("DeleteBucket", "{" BUCKET "}");
	ck_assert_uint_eq(world_count(world, &kind_s3_upload), 0);
}
END_TEST

START_TEST(a_bucket_is_where_it_was_made)
{
	_cleanup_(json_freep) struct json *place = NULL;

	place = api(aws, "s3", "GetBucketLocation", "{" BUCKET "}");
	ck_assert_str_eq(json_get_str(place, "LocationConstraint"), TEST_REGION);
	no("GetBucketLocation", "{'Bucket':'none'}", "NoSuchBucket");
	put("HeadBucket", "{" BUCKET "}");
	no("HeadBucket", "{'Bucket':'none'}", "NoSuchBucket");
	put("ListBuckets", "{}");
	no("CreateBucket", "{'Bucket':'other'}", "IllegalLocationConstraintException");
	no("CreateBucket", "{'Bucket':'192.168.1.1'," HERE "}", "InvalidBucketName");
	no("CreateBucket", "{'Bucket':'other','ACL':'public-read'," HERE "}",
	   "InvalidBucketAclWithObjectOwnership");
}
END_TEST

START_TEST(an_upload_can_be_listed_and_given_up_and_an_object_copied)
{
	_cleanup_(json_freep) struct json *both = NULL;
	_cleanup_(freep) char *upload = NULL;

	upload = text_of(api(aws, "s3", "CreateMultipartUpload", "{" OBJECT "}"), "UploadId");
	api_with(aws, "s3", "UploadPart", "{" OBJECT "," BODY ",'PartNumber':1,'UploadId':'%'}",
		 upload, NULL);
	api_with(aws, "s3", "ListParts", "{" OBJECT ",'UploadId':'%'}", upload, NULL);
	api_with(aws, "s3", "AbortMultipartUpload", "{" OBJECT ",'UploadId':'%'}", upload, NULL);
	no("ListParts", "{" OBJECT ",'UploadId':'x'}", "NoSuchUpload");
	put("PutObject", "{" OBJECT "," BODY "}");
	put("CopyObject", "{" BUCKET ",'Key':'b','CopySource':'qa-bucket/a'}");
	both = api(aws, "s3", "ListObjectsV2", "{" BUCKET "}");
	ck_assert_int_eq(json_get_int(both, "KeyCount", 0), 2);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("s3");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_setting_is_kept_checked_shown_and_taken_away, 0,
			    array_size(settings));
	tcase_add_loop_test(tcase, configurations_with_ids_are_kept_side_by_side, 0,
			    array_size(listed));
	tcase_add_test(tcase, replication_and_locks_want_versions);
	tcase_add_test(tcase, what_new_buckets_have_can_be_taken_away);
	tcase_add_test(tcase, a_policy_must_be_of_this_bucket_and_not_public);
	tcase_add_test(tcase, grants_are_off_until_ownership_says_otherwise);
	tcase_add_test(tcase, an_object_has_attributes_tags_and_a_check);
	tcase_add_test(tcase, wishes_about_objects_that_s3_refuses);
	tcase_add_test(tcase, a_suspended_bucket_has_one_null_version);
	tcase_add_test(tcase, retention_and_legal_hold_guard_a_version_until_they_end);
	tcase_add_test(tcase, buckets_of_others_are_closed_without_a_policy_that_opens_them);
	tcase_add_test(tcase, lists_refuse_what_they_cannot_page);
	tcase_add_test(tcase, an_upload_is_refused_for_each_of_its_mistakes);
	tcase_add_test(tcase, a_bucket_is_where_it_was_made);
	tcase_add_test(tcase, an_upload_can_be_listed_and_given_up_and_an_object_copied);
	return run_suite_of(tcase, "s3");
}
