/* Reading objects: GetObject, HeadObject, their conditions and ranges; GetObjectAttributes. */
#include "emulator/aws/s3/s3.h"

#include "emulator/base/digest.h"

#define PARTS_MAX 1000 /* MaxParts of GetObjectAttributes */

/* @name Conditions */

/* Whether an entity tag is in "tag" or "a, b" or "*"; quotes do not count. */
static bool matches(const char *list, const char *etag)
{
	size_t length = strlen(etag) - 2; /* without its quotes */

	while (*list) {
		size_t skip = strspn(list, ", \t\""), n;

		list += skip;
		n = strcspn(list, ", \t\"");
		if ((n == 1 && *list == '*') || (n == length && strncmp(list, etag + 1, n) == 0))
			return true;
		list += n;
	}
	return false;
}

/* Seconds count: HTTP's dates have no more. */
static bool is_newer(const struct doc *version, const char *date)
{
	int64_t modified = 0, asked = 0;

	return clock_parse(doc_str(version, "LastModified"), &modified) &&
	       clock_parse(date, &asked) && modified / 1000 > asked / 1000;
}

/* RFC 9110, "Precedence of preconditions"; a condition by tag makes the one by date void. */
static bool check_conditions(const struct doc *version, const struct json *input, struct err *err)
{
	const char *etag = doc_str(version, "ETag");
	const char *match = json_get_str(input, "IfMatch");
	const char *none = json_get_str(input, "IfNoneMatch");
	const char *since = json_get_str(input, "IfModifiedSince");
	const char *until = json_get_str(input, "IfUnmodifiedSince");

	if (match ? !matches(match, etag) : until && is_newer(version, until))
		return s3_fail(err, AWS_S3_PRECONDITION, "Condition",
			       match ? "If-Match" : "If-Unmodified-Since");
	if (none ? matches(none, etag) : since && !is_newer(version, since))
		return aws_fail(err, AWS_S3_NOT_MODIFIED);
	return true;
}

/* @name Ranges */

static bool read_number(const char **at, size_t *ret)
{
	size_t digits = strspn(*at, "0123456789");

	if (digits == 0 || digits > 15)
		return false;
	*ret = strtoull(*at, NULL, 10);
	*at += digits;
	return true;
}

bool s3_range(const char *text, size_t size, size_t *ret_first, size_t *ret_length)
{
	size_t first = 0, last = SIZE_MAX;

	if (!str_starts_with(text, "bytes="))
		return false;
	text += strlen("bytes=");
	if (*text == '-') {
		text++;
		if (!read_number(&text, &first) || *text || first == 0)
			return false;
		first = first > size ? 0 : size - first;
	} else {
		if (!read_number(&text, &first) || *text++ != '-' ||
		    (*text && !read_number(&text, &last)) || *text || last < first)
			return false;
	}
	last = last >= size ? size - 1 : last;
	*ret_first = first;
	*ret_length = size > first ? last - first + 1 : 0;
	return true;
}

/* Which bytes are asked for: all, a range, a part of a multipart upload. */
static bool read_part(const struct doc *version, const struct json *input, size_t *ret_first,
		      size_t *ret_length, struct err *err)
{
	int64_t number = json_get_int(input, "PartNumber", 1), at = 1;
	const struct json *parts = json_get(version->extra, "Parts");
	size_t first = 0;

	json_foreach (part, parts) {
		size_t size = (size_t)json_get_int(part, "Size", 0);

		if (at++ == number) {
			*ret_first = first;
			*ret_length = size;
			return true;
		}
		first += size;
	}
	/* an object in one piece has one part */
	return (!parts && number == 1) || aws_fail(err, AWS_S3_PART_RANGE);
}

static bool read_range(const struct doc *version, const struct json *input, struct json *output,
		       size_t *ret_first, size_t *ret_length, struct err *err)
{
	size_t size = (size_t)json_get_int(version->body, "Size", 0);
	const char *range = json_get_str(input, "Range");
	bool part = json_get(input, "PartNumber") != NULL;

	*ret_first = 0;
	*ret_length = size;
	if (range && part)
		return aws_fail(err, AWS_S3_REQUEST,
				"Cannot specify both Range header and partNumber query parameter");
	if (part && !read_part(version, input, ret_first, ret_length, err))
		return false;
	if (range && !s3_range(range, size, ret_first, ret_length))
		range = NULL; /* RFC 9110: what is no range is no condition */
	if (range && *ret_length == 0)
		return s3_fail(err, AWS_S3_RANGE, "RangeRequested", range);
	if (range || (part && *ret_length < size))
		json_setf(output, "ContentRange", "bytes %zu-%zu/%zu", *ret_first,
			  *ret_first + *ret_length - 1, size);
	return true;
}

/* @name Get and head */

static void show_lock(const struct doc *version, struct json *output)
{
	json_foreach (item, json_get(version->extra, "Lock"))
		json_set_copy(output, json_key(item), item);
}

void s3_show_object(const struct doc *version, struct json *output)
{
	json_foreach (item, json_get(version->extra, "Headers"))
		if (!str_eq(json_key(item), "StorageClass") ||
		    !str_eq(json_str(item), "STANDARD")) /* is not said */
			json_set_copy(output, json_key(item), item);
	json_set_copy(output, "Metadata", json_get(version->extra, "Metadata"));
	s3_show_encryption(version->extra, output);
	show_lock(version, output);
	if (json_first(version->tags))
		json_set_int(output, "TagCount", (int64_t)json_size(version->tags));
}

/* What a request wants to be told instead of what was stored. */
static void override_headers(const struct json *input, struct json *output)
{
	static const char *const members[] = {"CacheControl",	 "ContentDisposition",
					      "ContentEncoding", "ContentLanguage",
					      "ContentType",	 "Expires"};

	for (size_t i = 0; i < array_size(members); i++) {
		_cleanup_(freep) char *name = xasprintf("Response%s", members[i]);

		json_set_copy(output, members[i], json_get(input, name));
	}
}

/* Everything but the bytes. */
static const struct doc *head(struct call *call, const struct json *input, struct json *output,
			      size_t *ret_first, size_t *ret_length, struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct doc *version = bucket ? s3_version(call, bucket, input, err) : NULL;
	const struct json *parts;

	if (!version || !s3_refuse_customer_keys(input, err) ||
	    !check_conditions(version, input, err) ||
	    !read_range(version, input, output, ret_first, ret_length, err))
		return NULL;
	json_set_str(output, "AcceptRanges", "bytes");
	json_set_copy(output, "LastModified", json_get(version->body, "LastModified"));
	json_set_int(output, "ContentLength", (int64_t)*ret_length);
	json_set_copy(output, "ETag", json_get(version->body, "ETag"));
	s3_show_version(bucket, version, output);
	s3_show_object(version, output);
	override_headers(input, output);
	parts = json_get(version->extra, "Parts");
	if (json_get(input, "PartNumber") && parts)
		json_set_int(output, "PartsCount", (int64_t)json_size(parts));
	if (str_eq(json_get_str(input, "ChecksumMode"), "ENABLED") &&
	    !json_get(output, "ContentRange"))
		s3_show_checksums(version->extra, output);
	return version;
}

bool s3_head_object(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	size_t first, length;

	return head(call, input, output, &first, &length, err) != NULL;
}

bool s3_get_object(struct call *call, const struct json *input, struct json *output,
		   struct err *err)
{
	_cleanup_(freep) char *text = NULL;
	size_t first, length, size;
	const struct doc *version = head(call, input, output, &first, &length, err);
	const char *class;
	const uint8_t *bytes;

	if (!version)
		return false;
	class = doc_str(version, "StorageClass");
	if (str_eq(class, "GLACIER") || str_eq(class, "DEEP_ARCHIVE"))
		return s3_fail(err, AWS_S3_STATE, "StorageClass", class);
	bytes = s3_bytes(call, version, &size);
	assert(first + length <= size);
	text = base64_encode(bytes + first, length);
	json_set_str(output, "Body", text);
	return true;
}

/* @name Attributes */

static bool wants(const struct json *input, const char *attribute)
{
	json_foreach (item, json_get(input, "ObjectAttributes"))
		if (str_eq(json_str(item), attribute))
			return true;
	return false;
}

static void show_parts(const struct doc *version, int64_t most, int64_t marker, struct json *output)
{
	const struct json *parts = json_get(version->extra, "Parts");
	int64_t last = marker, shown = 0;
	struct json *object = json_ensure_object(output, "ObjectParts"), *list;
	bool more = false;

	most = most > PARTS_MAX || most < 0 ? PARTS_MAX : most;
	json_set_int(object, "TotalPartsCount", (int64_t)json_size(parts));
	list = json_ensure_array(object, "Parts");
	json_foreach (part, parts) {
		if (json_get_int(part, "PartNumber", 0) <= marker)
			continue;
		more = shown == most;
		if (more)
			break;
		shown++;
		last = json_get_int(part, "PartNumber", 0);
		json_append(list, json_copy(part));
	}
	json_set_int(object, "PartNumberMarker", marker);
	json_set_int(object, "NextPartNumberMarker", last);
	json_set_int(object, "MaxParts", most);
	json_set_bool(object, "IsTruncated", more);
}

bool s3_get_object_attributes(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct doc *version = bucket ? s3_version(call, bucket, input, err) : NULL;
	int64_t most = json_get_int(input, "MaxParts", PARTS_MAX);
	int64_t marker = json_get_int(input, "PartNumberMarker", 0);
	const char *etag;

	if (!version || !s3_refuse_customer_keys(input, err))
		return false;
	etag = doc_str(version, "ETag");
	json_set_copy(output, "LastModified", json_get(version->body, "LastModified"));
	s3_show_version(bucket, version, output);
	if (wants(input, "ETag")) /* here without its quotes */
		json_setf(output, "ETag", "%.*s", (int)strlen(etag) - 2, etag + 1);
	if (wants(input, "Checksum"))
		s3_show_checksums(version->extra, json_ensure_object(output, "Checksum"));
	if (wants(input, "ObjectParts") && json_get(version->extra, "Parts"))
		show_parts(version, most, marker, output);
	if (wants(input, "StorageClass"))
		json_set_copy(output, "StorageClass", json_get(version->body, "StorageClass"));
	if (wants(input, "ObjectSize"))
		json_set_copy(output, "ObjectSize", json_get(version->body, "Size"));
	return true;
}
