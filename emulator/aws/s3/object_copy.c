/* CopyObject, and where copies come from. */
#include "emulator/aws/s3/checksum.h"
#include "emulator/aws/s3/s3.h"
#include "emulator/http/http.h"

/* "bucket/key" or "/bucket/key", percent-encoded, "?versionId=…" behind. */
static bool read_source(struct call *call, const char *text, const char **ret_bucket,
			const char **ret_key, const char **ret_version, struct err *err)
{
	static const char version[] = "?versionId=";
	const char *mark = strstr(text, version), *slash;
	size_t length = mark ? (size_t)(mark - text) : strlen(text);
	const char *path = http_url_decode(call->arena, text, length, false);

	if (path && *path == '/')
		path++;
	slash = path ? strchr(path, '/') : NULL;
	if (!slash || slash == path || !slash[1])
		return aws_fail(err, AWS_S3_COPY_SOURCE);
	*ret_bucket = arena_strndup(call->arena, path, (size_t)(slash - path));
	*ret_key = slash + 1;
	*ret_version = mark ? mark + strlen(version) : NULL;
	return true;
}

/* The conditions of a copy have other names; a failed one is an error always. */
static bool check_conditions(const struct doc *source, const struct json *input, struct err *err)
{
	const char *etag = doc_str(source, "ETag");
	const char *match = json_get_str(input, "CopySourceIfMatch");
	const char *none = json_get_str(input, "CopySourceIfNoneMatch");
	const char *since = json_get_str(input, "CopySourceIfModifiedSince");
	const char *until = json_get_str(input, "CopySourceIfUnmodifiedSince");
	int64_t modified = 0, asked = 0;
	size_t bare = strlen(etag) - 2;

	if (!clock_parse(doc_str(source, "LastModified"), &modified))
		return false;
	if (match && !str_eq(match, etag) && strncmp(match, etag + 1, bare) != 0)
		return s3_fail(err, AWS_S3_PRECONDITION, "Condition", "x-amz-copy-source-If-Match");
	if (none && (str_eq(none, etag) || strncmp(none, etag + 1, bare) == 0))
		return s3_fail(err, AWS_S3_PRECONDITION, "Condition",
			       "x-amz-copy-source-If-None-Match");
	if (!match && until && clock_parse(until, &asked) && modified / 1000 > asked / 1000)
		return s3_fail(err, AWS_S3_PRECONDITION, "Condition",
			       "x-amz-copy-source-If-Unmodified-Since");
	if (!none && since && clock_parse(since, &asked) && modified / 1000 <= asked / 1000)
		return s3_fail(err, AWS_S3_PRECONDITION, "Condition",
			       "x-amz-copy-source-If-Modified-Since");
	return true;
}

/* Copies go from region to region: the source's bucket is found wherever it is. */
static const struct doc *source_bucket(struct call *call, const char *name,
				       const struct json *input, const struct json *source,
				       struct err *err)
{
	const struct doc *bucket = world_find(call->world, &kind_s3_bucket, name);
	const char *owner = json_get_str(input, "ExpectedSourceBucketOwner");

	if (!bucket) {
		s3_fail(err, AWS_S3_BUCKET, "BucketName", name);
		return NULL;
	}
	if (owner && !str_eq(owner, bucket->account)) {
		aws_fail(err, AWS_S3_ACCESS);
		return NULL;
	}
	return s3_check_policy(call, bucket, source, err) ? bucket : NULL;
}

const struct doc *s3_copy_source(struct call *call, const struct json *input,
				 const struct doc **ret_bucket, struct err *err)
{
	_cleanup_(json_freep) struct json *source = json_new_object();
	const char *bucket = NULL, *key = NULL, *id = NULL;
	const struct doc *version;

	if (!s3_refuse_customer_keys(input, err) ||
	    !read_source(call, json_get_str(input, "CopySource"), &bucket, &key, &id, err))
		return NULL;
	json_set_str(source, "Key", key);
	json_set_str(source, "VersionId", id);
	*ret_bucket = source_bucket(call, bucket, input, source, err);
	version = *ret_bucket ? s3_version(call, *ret_bucket, source, err) : NULL;
	return version && check_conditions(version, input, err) ? version : NULL;
}

/* A copy onto itself must change something. */
static bool changes_something(const struct doc *source, const struct doc *source_bucket_doc,
			      const struct doc *bucket, const struct json *input)
{
	static const char *const members[] = {"StorageClass", "WebsiteRedirectLocation",
					      "ServerSideEncryption"};

	if (source_bucket_doc != bucket ||
	    !str_eq(doc_str(source, "Key"), json_get_str(input, "Key")) ||
	    str_eq(json_get_str(input, "MetadataDirective"), "REPLACE"))
		return true;
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get(input, members[i]))
			return true;
	return strchr(json_get_str(input, "CopySource"), '?') != NULL;
}

/* What a copy takes over: metadata and tags, unless they are to be replaced. */
static void take_over(const struct doc *source, const struct json *input, struct json *extra,
		      struct json **tags)
{
	const struct json *class = json_get(input, "StorageClass");

	if (!str_eq(json_get_str(input, "MetadataDirective"), "REPLACE")) {
		struct json *headers = json_copy(json_get(source->extra, "Headers"));

		json_remove(headers, "StorageClass");
		json_remove(headers, "WebsiteRedirectLocation");
		json_set_copy(headers, "StorageClass", class);
		json_set_copy(headers, "WebsiteRedirectLocation",
			      json_get(input, "WebsiteRedirectLocation"));
		json_set(extra, "Headers", headers);
		json_set_copy(extra, "Metadata", json_get(source->extra, "Metadata"));
	}
	if (!str_eq(json_get_str(input, "TaggingDirective"), "REPLACE")) {
		json_free(*tags);
		*tags = json_copy(source->tags);
	}
}

/* The copy keeps the sort of check that the source has, unless another one is asked for. */
static bool set_checksum(struct call *call, const struct json *input, const struct doc *source,
			 const struct s3_content *content, struct json *extra, struct err *err)
{
	const struct json *kept = json_first(json_get(source->extra, "Checksums"));
	const struct s3_checksum *checksum;

	if (!s3_checksum_choose(input, &checksum, err))
		return false;
	if (kept && !json_get(input, "ChecksumAlgorithm"))
		checksum = s3_checksum_named(json_key(kept) + strlen("Checksum"));
	json_set_str(json_ensure_object(extra, "Checksums"), checksum->member,
		     s3_checksum_of(call->arena, checksum, content->data, content->length));
	json_set_str(extra, "ChecksumType", "FULL_OBJECT");
	return true;
}

bool s3_copy_object(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err), *from, *source, *version;
	_cleanup_(json_freep) struct json *extra = NULL, *tags = NULL;
	struct s3_content content = {.key = json_get_str(input, "Key")};
	struct json *result;

	if (!bucket)
		return false;
	source = s3_copy_source(call, input, &from, err);
	if (!source || !s3_check_write(call, bucket, input, err))
		return false;
	if (!changes_something(source, from, bucket, input))
		return aws_fail(err, AWS_S3_COPY_SAME);
	content.data = s3_bytes(call, source, &content.length);
	if (!s3_read_object(call, input, bucket, &extra, &tags, err) ||
	    !set_checksum(call, input, source, &content, extra, err))
		return false;
	take_over(source, input, extra, &tags);
	if (s3_versioning(from))
		json_set_str(output, "CopySourceVersionId", doc_str(source, "VersionId"));
	content.extra = steal(extra);
	content.tags = steal(tags);
	version = s3_add_version(call, bucket, &content);
	result = json_ensure_object(output, "CopyObjectResult");
	json_set_copy(result, "ETag", json_get(version->body, "ETag"));
	json_set_copy(result, "LastModified", json_get(version->body, "LastModified"));
	s3_show_checksums(version->extra, result);
	s3_show_version(bucket, version, output);
	s3_show_encryption(version->extra, output);
	return true;
}
