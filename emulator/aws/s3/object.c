/* Writing objects: what a request says about a new one, and PutObject. */
#include "emulator/aws/s3/s3.h"

#include <ctype.h>

#include "emulator/aws/s3/checksum.h"
#include "emulator/base/digest.h"
#include "emulator/http/http.h"

#define KEY_BYTES_MAX  1024 /* S3 User Guide, "Naming objects" */
#define METADATA_MAX   2048 /* bytes of names and values, S3 User Guide, "User-defined metadata" */
#define TAGS_OF_OBJECT 10
#define YEAR_DAYS      365
#define DAY_MS	       (24 * 3600 * 1000LL)

/* Members of inputs that are members of GetObject's output too. */
static const char *const header_members[] = {
	"CacheControl",
	"ContentDisposition",
	"ContentEncoding",
	"ContentLanguage",
	"ContentType",
	"Expires",
	"WebsiteRedirectLocation",
	"StorageClass",
};

bool s3_refuse_customer_keys(const struct json *input, struct err *err)
{
	static const char *const members[] = {
		"SSECustomerAlgorithm",	    "SSECustomerKey",
		"SSECustomerKeyMD5",	    "CopySourceSSECustomerAlgorithm",
		"CopySourceSSECustomerKey", "CopySourceSSECustomerKeyMD5"};

	for (size_t i = 0; i < array_size(members); i++)
		if (json_get(input, members[i]))
			return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
				       "skyrig keeps no objects under keys of customers (SSE-C)");
	return true;
}

/* @name Reading */

/* Names of metadata are headers': without case, shown in small letters. */
static bool read_metadata(const struct json *input, struct json *extra, struct err *err)
{
	struct json *kept = json_ensure_object(extra, "Metadata");
	size_t bytes = 0;

	json_foreach (item, json_get(input, "Metadata")) {
		_cleanup_(freep) char *name = xstrdup(json_key(item));

		for (char *p = name; *p; p++)
			*p = (char)tolower((unsigned char)*p);
		bytes += strlen(name) + strlen(json_str(item));
		json_set_str(kept, name, json_str(item));
	}
	return bytes <= METADATA_MAX || aws_fail(err, AWS_S3_METADATA);
}

/* The key of KMS must be there, where there is a KMS in this world's service. */
static bool check_key(struct call *call, const char *id, struct err *err)
{
	const struct kind *kind = world_kind_named(call->world, "kms-key");
	const char *slash = strrchr(id, '/');

	if (str_starts_with(id, "alias/") || strstr(id, ":alias/")) {
		kind = world_kind_named(call->world, "kms-alias");
		slash = strstr(id, "alias/") - 1;
	}
	if (kind && find_in_scope(call, kind, slash && strstr(id, ":key/") ? slash + 1 : id))
		return true;
	if (kind && str_eq(kind->name, "kms-alias") &&
	    world_find(call->world, kind,
		       arena_printf(call->arena, "%s/%s/%s", call->account, call->region,
				    strstr(id, "alias/"))))
		return true;
	return aws_fail(err, AWS_S3_KMS_KEY, id);
}

static bool read_encryption(struct call *call, const struct json *input, const struct doc *bucket,
			    struct json *extra, struct err *err)
{
	const struct json *rule = json_first(json_get(s3_setting(bucket, "Encryption"), "Rules"));
	const struct json *by_default = json_get(rule, "ApplyServerSideEncryptionByDefault");
	const char *algorithm = json_get_str(input, "ServerSideEncryption");
	const char *key = json_get_str(input, "SSEKMSKeyId");
	bool bucket_key = json_get_bool(input, "BucketKeyEnabled",
					json_get_bool(rule, "BucketKeyEnabled", false));
	struct json *kept = json_ensure_object(extra, "Encryption");

	if (key && !str_starts_with(algorithm, "aws:kms"))
		return aws_fail(err, AWS_S3_ARGUMENT,
				"Server Side Encryption with AWS KMS managed key requires HTTP "
				"header x-amz-server-side-encryption : aws:kms");
	if (!algorithm) {
		algorithm = json_get_str(by_default, "SSEAlgorithm");
		key = json_get_str(by_default, "KMSMasterKeyID");
	}
	json_set_str(kept, "ServerSideEncryption", algorithm ? algorithm : "AES256");
	if (key && !check_key(call, key, err))
		return false;
	if (str_starts_with(algorithm, "aws:kms")) {
		if (str_starts_with(key, "arn:"))
			json_set_str(kept, "SSEKMSKeyId", key);
		else
			json_set_str(kept, "SSEKMSKeyId",
				     aws_arn(call, "kms", key ? "key/%s" : "%s",
					     key ? key : "alias/aws/s3"));
		json_set_bool(kept, "BucketKeyEnabled", bucket_key);
	}
	return true;
}

static bool read_class(const struct json *input, struct err *err)
{
	static const char *const classes[] = {
		"STANDARD", "REDUCED_REDUNDANCY",  "STANDARD_IA",  "ONEZONE_IA",
		"GLACIER",  "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR",
	};
	const char *class = json_get_str(input, "StorageClass");

	for (size_t i = 0; i < array_size(classes); i++)
		if (!class || str_eq(class, classes[i]))
			return true;
	return aws_fail(err, AWS_S3_STORAGE);
}

/* The default retention of the bucket, when the request says none. */
static void default_retention(struct call *call, const struct doc *bucket, struct json *lock)
{
	const struct json *rule =
		json_find(bucket->extra, "ObjectLock", "Rule", "DefaultRetention", NULL);
	int64_t days = json_get_int(rule, "Days", 0) + YEAR_DAYS * json_get_int(rule, "Years", 0);
	char text[CLOCK_TEXT_MAX];

	if (!rule)
		return;
	json_set_copy(lock, "ObjectLockMode", json_get(rule, "Mode"));
	json_set_str(lock, "ObjectLockRetainUntilDate",
		     clock_format_ms(world_now(call->world) + days * DAY_MS, text));
}

static bool read_lock(struct call *call, const struct json *input, const struct doc *bucket,
		      struct json *extra, struct err *err)
{
	static const char *const members[] = {"ObjectLockMode", "ObjectLockRetainUntilDate",
					      "ObjectLockLegalHoldStatus"};
	const char *until = json_get_str(input, "ObjectLockRetainUntilDate");
	struct json *lock = json_ensure_object(extra, "Lock");
	int64_t ms;

	if (json_get(input, "ObjectLockEventHold") ||
	    json_get(input, "ObjectLockEventHoldDurationDays") ||
	    json_get(input, "ObjectLockEventHoldDurationYears"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no holds by events");
	for (size_t i = 0; i < array_size(members); i++) {
		if (json_get(input, members[i]) && !s3_setting(bucket, "ObjectLock"))
			return aws_fail(err, AWS_S3_LOCK_MISSING);
		json_set_copy(lock, members[i], json_get(input, members[i]));
	}
	if (!!json_get(input, "ObjectLockMode") != !!until)
		return aws_fail(err, AWS_S3_ARGUMENT,
				"x-amz-object-lock-retain-until-date and x-amz-object-lock-mode "
				"must both be supplied");
	if (until && (!clock_parse(until, &ms) || ms <= world_now(call->world)))
		return aws_fail(err, AWS_S3_ARGUMENT,
				"The retain until date must be in the future!");
	if (!until)
		default_retention(call, bucket, lock);
	return true;
}

/* "a=b&c=d" */
static bool read_tags(struct call *call, const struct json *input, struct json **ret,
		      struct err *err)
{
	const char *at = json_get_str(input, "Tagging");
	_cleanup_(json_freep) struct json *list = json_new_array();

	while (at && *at) {
		size_t n = strcspn(at, "&"), name = strcspn(at, "=&");
		const char *key = http_url_decode(call->arena, at, name, true), *value = "";
		struct json *tag = json_new_object();

		if (name < n)
			value = http_url_decode(call->arena, at + name + 1, n - name - 1, true);
		json_set_str(tag, "Key", key);
		json_set_str(tag, "Value", value);
		json_append(list, tag);
		if (!key || !value)
			return aws_fail(err, AWS_S3_ARGUMENT,
					"The header 'x-amz-tagging' shall be encoded as UTF-8 then "
					"URLEncoded URL query parameters without tag name "
					"duplicates.");
		at += n + (at[n] == '&');
	}
	if (json_size(list) > TAGS_OF_OBJECT)
		return aws_fail(err, AWS_S3_OBJECT_TAGS);
	return tags_from_list(TAGS_S3, list, ret, err);
}

bool s3_read_object(struct call *call, const struct json *input, const struct doc *bucket,
		    struct json **ret_extra, struct json **ret_tags, struct err *err)
{
	_cleanup_(json_freep) struct json *extra = json_new_object(), *grants = NULL;
	struct json *headers = json_ensure_object(extra, "Headers");
	const char *key = json_get_str(input, "Key");

	if (strlen(key) > KEY_BYTES_MAX)
		return aws_fail(err, AWS_S3_KEY_LONG);
	for (size_t i = 0; i < array_size(header_members); i++)
		json_set_copy(headers, header_members[i], json_get(input, header_members[i]));
	if (!json_get(headers, "ContentType"))
		json_set_str(headers, "ContentType", "binary/octet-stream");
	if (!s3_refuse_customer_keys(input, err) || !read_metadata(input, extra, err) ||
	    !read_class(input, err) || !read_encryption(call, input, bucket, extra, err) ||
	    !read_lock(call, input, bucket, extra, err) ||
	    !s3_read_grants(call, input, bucket, &grants, err) ||
	    !read_tags(call, input, ret_tags, err))
		return false;
	json_set(extra, "Grants", steal(grants));
	*ret_extra = steal(extra);
	return true;
}

bool s3_check_write(struct call *call, const struct doc *bucket, const struct json *input,
		    struct err *err)
{
	const struct doc *latest = s3_latest(call, bucket, json_get_str(input, "Key"));
	const char *match = json_get_str(input, "IfMatch");
	const char *none = json_get_str(input, "IfNoneMatch");

	if (latest && s3_is_marker(latest))
		latest = NULL;
	if (none && !str_eq(none, "*"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "A header you provided implies functionality that is not "
			       "implemented: If-None-Match takes * only");
	if (none && latest)
		return s3_fail(err, AWS_S3_PRECONDITION, "Condition", "If-None-Match");
	if (match && !latest)
		return s3_fail(err, AWS_S3_KEY, "Key", json_get_str(input, "Key"));
	if (match && !str_eq(match, doc_str(latest, "ETag")) &&
	    strncmp(match, doc_str(latest, "ETag") + 1, strlen(match)) != 0)
		return s3_fail(err, AWS_S3_PRECONDITION, "Condition", "If-Match");
	return true;
}

/* @name Showing */

void s3_show_encryption(const struct json *extra, struct json *output)
{
	json_foreach (item, json_get(extra, "Encryption"))
		json_set_copy(output, json_key(item), item);
}

void s3_show_checksums(const struct json *extra, struct json *output)
{
	json_foreach (item, json_get(extra, "Checksums"))
		json_set_copy(output, json_key(item), item);
	json_set_copy(output, "ChecksumType", json_get(extra, "ChecksumType"));
}

/* @name PutObject */

static const uint8_t *body_of(struct call *call, const struct json *input, size_t *ret_length)
{
	const char *text = json_get_str(input, "Body");
	_cleanup_(freep) uint8_t *bytes = NULL;
	uint8_t *copy;

	*ret_length = 0;
	if (!text || !base64_decode(text, strlen(text), &bytes, ret_length))
		return (const uint8_t *)"";
	copy = arena_alloc(call->arena, *ret_length + 1);
	memcpy(copy, bytes, *ret_length);
	return copy;
}

bool s3_put_object(struct call *call, const struct json *input, struct json *output,
		   struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err), *version;
	_cleanup_(json_freep) struct json *extra = NULL, *tags = NULL;
	struct s3_content content = {.key = json_get_str(input, "Key")};
	const struct s3_checksum *checksum;
	const char *said;

	if (!bucket || !s3_checksum_choose(input, &checksum, err))
		return false;
	if (json_get(input, "WriteOffsetBytes"))
		return aws_fail(err, AWS_S3_REQUEST,
				"Appends are only supported in directory buckets");
	content.data = body_of(call, input, &content.length);
	said = json_get_str(input, checksum->member);
	if ((said && !s3_checksum_verify(checksum, said, content.data, content.length, err)) ||
	    (json_get(input, "ContentMD5") && !s3_md5_verify(json_get_str(input, "ContentMD5"),
							     content.data, content.length, err)) ||
	    !s3_check_write(call, bucket, input, err) ||
	    !s3_read_object(call, input, bucket, &extra, &tags, err))
		return false;
	json_set_str(json_ensure_object(extra, "Checksums"), checksum->member,
		     s3_checksum_of(call->arena, checksum, content.data, content.length));
	json_set_str(extra, "ChecksumType", "FULL_OBJECT");
	content.extra = steal(extra);
	content.tags = steal(tags);
	version = s3_add_version(call, bucket, &content);
	json_set_copy(output, "ETag", json_get(version->body, "ETag"));
	s3_show_version(bucket, version, output);
	s3_show_encryption(version->extra, output);
	s3_show_checksums(version->extra, output);
	return true;
}
