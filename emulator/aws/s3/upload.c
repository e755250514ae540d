/* Multipart uploads. Document kinds: s3-upload (shape MultipartUpload), s3-part (shape Part). */
#include "emulator/aws/s3/checksum.h"
#include "emulator/aws/s3/s3.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

#define PART_NUMBER_MAX 10000
#define PART_BYTES_MIN	(5 * 1024 * 1024) /* of all but the last, S3 User Guide, "Limits" */
#define UPLOAD_ID_CHARS 128
#define UPLOAD_ALPHABET "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_.abcdefghijklmnopqrstuvwxyz"

static void by_bucket(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Bucket"));
}

static void by_upload(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Upload"));
}

static const struct kind_index upload_indexes[] = {{"bucket", by_bucket}, {NULL, NULL}};
static const struct kind_index part_indexes[] = {{"upload", by_upload}, {NULL, NULL}};

const struct kind kind_s3_upload = {
	.name = "s3-upload", .shape = "s3:MultipartUpload", .indexes = upload_indexes};
const struct kind kind_s3_part = {.name = "s3-part", .shape = "s3:Part", .indexes = part_indexes};

static const struct doc *find_upload(struct call *call, const struct doc *bucket,
				     const struct json *input, struct err *err)
{
	const char *id = json_get_str(input, "UploadId");
	const struct doc *upload = world_find(call->world, &kind_s3_upload, id);

	if (upload && str_eq(doc_extra_str(upload, "Bucket"), bucket->key) &&
	    str_eq(doc_str(upload, "Key"), json_get_str(input, "Key")))
		return upload;
	s3_fail(err, AWS_S3_UPLOAD, "UploadId", id);
	return NULL;
}

/* @name Beginning */

/* Sums of the parts' sums, unless the sum of the whole is asked for: only the checks by polynomials
 * can be put together. S3 User Guide, "Checking object integrity". */
static bool read_checksum_type(const struct json *input, const struct s3_checksum *checksum,
			       const char **ret, struct err *err)
{
	bool crc = str_starts_with(checksum->name, "CRC");
	bool crc64 = str_eq(checksum->name, "CRC64NVME");
	const char *type = json_get_str(input, "ChecksumType");

	if (!type)
		type = crc64 ? "FULL_OBJECT" : "COMPOSITE";
	if (str_eq(type, "FULL_OBJECT") ? !crc : crc64)
		return err_set(err, ERR_INVALID, "InvalidRequest",
			       "The %s checksum type cannot be used with the %s checksum "
			       "algorithm.",
			       type, checksum->name);
	*ret = type;
	return true;
}

bool s3_create_multipart_upload(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const char *key = json_get_str(input, "Key"), *type = NULL;
	_cleanup_(json_freep) struct json *extra = NULL, *tags = NULL;
	const struct s3_checksum *checksum;
	struct json *body;
	char id[UPLOAD_ID_CHARS + 1];

	if (!bucket || !s3_checksum_choose(input, &checksum, err) ||
	    !read_checksum_type(input, checksum, &type, err) ||
	    !s3_read_object(call, input, bucket, &extra, &tags, err))
		return false;
	ids_text(world_seed(call->world), "s3-upload", call->actor, key, call->number,
		 UPLOAD_ALPHABET, UPLOAD_ID_CHARS, id);
	body = json_new_object();
	json_set_str(body, "UploadId", id);
	json_set_str(body, "Key", key);
	json_set_str(body, "Initiated", aws_now(call));
	json_set_str(body, "StorageClass", "STANDARD");
	json_set_copy(body, "StorageClass", json_find(extra, "Headers", "StorageClass", NULL));
	json_set(body, "Owner", s3_owner(call, bucket->account));
	json_set_str(json_ensure_object(body, "Initiator"), "ID", call->principal);
	json_set_str(body, "ChecksumAlgorithm", checksum->name);
	json_set_str(body, "ChecksumType", type);
	json_set_str(extra, "Bucket", bucket->key);
	if (json_get(input, "ChecksumAlgorithm")) {
		json_set_str(output, "ChecksumAlgorithm", checksum->name);
		json_set_str(output, "ChecksumType", type);
	}
	json_set_str(output, "Bucket", bucket->key);
	json_set_str(output, "Key", key);
	json_set_str(output, "UploadId", id);
	s3_show_encryption(extra, output);
	world_add(call, (struct doc_spec){.kind = &kind_s3_upload,
					  .key = id,
					  .body = body,
					  .tags = steal(tags),
					  .extra = steal(extra),
					  .account = bucket->account,
					  .region = bucket->region});
	return true;
}

/* @name Parts */

static const char *part_key(struct call *call, const char *upload, int64_t number)
{
	return arena_printf(call->arena, "%s/%05lld", upload, (long long)number);
}

static bool check_number(const struct json *input, int64_t *ret, struct err *err)
{
	*ret = json_get_int(input, "PartNumber", 0);
	return (*ret >= 1 && *ret <= PART_NUMBER_MAX) || aws_fail(err, AWS_S3_PART_NUMBER);
}

/* Puts a part's bytes in the place of earlier ones of its number. Borrowed result. */
static const struct doc *put_part(struct call *call, const struct doc *upload, int64_t number,
				  const void *data, size_t length)
{
	const struct s3_checksum *checksum =
		s3_checksum_named(doc_str(upload, "ChecksumAlgorithm"));
	const char *key = part_key(call, upload->key, number);
	struct json *body = json_new_object(), *extra = json_new_object();
	uint8_t digest[16];
	char hex[33];

	digest_md5(data, length, digest);
	hex_encode(digest, sizeof(digest), hex);
	json_set_int(body, "PartNumber", number);
	json_set_str(body, "LastModified", aws_now(call));
	json_setf(body, "ETag", "\"%s\"", hex);
	json_set_int(body, "Size", (int64_t)length);
	json_set_str(body, checksum->member, s3_checksum_of(call->arena, checksum, data, length));
	json_set_str(extra, "Upload", upload->key);
	s3_put_data(extra, data, length);
	if (world_find(call->world, &kind_s3_part, key))
		return world_put_all(call, &kind_s3_part, key, body, NULL, extra);
	return world_add(call, (struct doc_spec){.kind = &kind_s3_part,
						 .key = key,
						 .body = body,
						 .extra = extra,
						 .account = upload->account,
						 .region = upload->region,
						 .implied_by = upload->key});
}

/* The part's own check, where the request says one; another algorithm than the upload's is none. */
static bool check_part(const struct doc *upload, const struct json *input, const uint8_t *data,
		       size_t length, struct err *err)
{
	const char *md5 = json_get_str(input, "ContentMD5"), *said;
	const struct s3_checksum *checksum;

	if (!s3_checksum_choose(input, &checksum, err))
		return false;
	said = json_get_str(input, checksum->member);
	if (said && !str_eq(checksum->name, doc_str(upload, "ChecksumAlgorithm")) &&
	    !str_eq(doc_str(upload, "ChecksumAlgorithm"), "CRC64NVME"))
		return err_set(
			err, ERR_INVALID, "InvalidRequest",
			"Checksum Type mismatch occurred, expected checksum Type: %s, actual "
			"checksum Type: %s",
			doc_str(upload, "ChecksumAlgorithm"), checksum->name);
	if (said && !s3_checksum_verify(checksum, said, data, length, err))
		return false;
	return !md5 || s3_md5_verify(md5, data, length, err);
}

static const char *checksum_member(const struct doc *upload)
{
	return s3_checksum_named(doc_str(upload, "ChecksumAlgorithm"))->member;
}

bool s3_upload_part(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err), *upload, *part;
	const char *text = json_get_str(input, "Body");
	_cleanup_(freep) uint8_t *data = NULL;
	size_t length = 0;
	int64_t number;

	if (!bucket || !s3_refuse_customer_keys(input, err) || !check_number(input, &number, err))
		return false;
	upload = find_upload(call, bucket, input, err);
	if (!upload)
		return false;
	if (text && !base64_decode(text, strlen(text), &data, &length))
		return aws_fail(err, AWS_S3_ARGUMENT, "The body is no base64 text.");
	if (!check_part(upload, input, data, length, err))
		return false;
	part = put_part(call, upload, number, data, length);
	json_set_copy(output, "ETag", json_get(part->body, "ETag"));
	json_set_copy(output, checksum_member(upload),
		      json_get(part->body, checksum_member(upload)));
	s3_show_encryption(upload->extra, output);
	return true;
}

bool s3_upload_part_copy(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err), *upload, *from, *source, *part;
	const char *range = json_get_str(input, "CopySourceRange");
	size_t size, first = 0, length;
	const uint8_t *data;
	struct json *result;
	int64_t number;

	if (!bucket || !check_number(input, &number, err))
		return false;
	upload = find_upload(call, bucket, input, err);
	source = upload ? s3_copy_source(call, input, &from, err) : NULL;
	if (!source)
		return false;
	data = s3_bytes(call, source, &size);
	length = size;
	if (range && (!s3_range(range, size, &first, &length) || length == 0 ||
		      strstr(range, "=-") || str_ends_with(range, "-")))
		return aws_fail(err, AWS_S3_COPY_RANGE);
	part = put_part(call, upload, number, data + first, length);
	if (s3_versioning(from))
		json_set_str(output, "CopySourceVersionId", doc_str(source, "VersionId"));
	result = json_ensure_object(output, "CopyPartResult");
	json_set_copy(result, "ETag", json_get(part->body, "ETag"));
	json_set_copy(result, "LastModified", json_get(part->body, "LastModified"));
	json_set_copy(result, checksum_member(upload),
		      json_get(part->body, checksum_member(upload)));
	s3_show_encryption(upload->extra, output);
	return true;
}

/* @name Ending */

static void remove_upload(struct call *call, const struct doc *upload)
{
	struct docs parts = {0};

	world_lookup(call->world, &kind_s3_part, "upload", upload->key, &parts);
	for (size_t i = 0; i < parts.count; i++)
		world_remove(call, &kind_s3_part, parts.items[i]->key);
	docs_done(&parts);
	world_remove(call, &kind_s3_upload, upload->key);
}

bool s3_abort_multipart_upload(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct doc *upload = bucket ? find_upload(call, bucket, input, err) : NULL;

	(void)output;
	if (upload)
		remove_upload(call, upload);
	return upload != NULL;
}

/* The whole as it is put together. */
struct whole {
	struct call *call;
	const struct doc *upload;
	const struct s3_checksum *checksum;
	struct strbuf data, md5s, sums;
	struct json *parts; /* for extra.Parts */
};

static bool same_tag(const char *said, const char *etag)
{
	size_t length = strlen(etag) - 2;

	said += *said == '"';
	return strncmp(said, etag + 1, length) == 0 &&
	       (!said[length] || str_eq(said + length, "\""));
}

static void add_digest(struct strbuf *sb, const char *base64)
{
	_cleanup_(freep) uint8_t *bytes = NULL;
	size_t length;

	if (base64_decode(base64, strlen(base64), &bytes, &length))
		strbuf_add_bytes(sb, bytes, length);
}

/* Only checks of the algorithm that the upload was begun with. Source: S3 API,
 * CompleteMultipartUpload: x-amz-checksum-type and the checks of its parts. */
static bool has_other_check(const struct whole *whole, const struct json *object)
{
	const struct s3_checksum *other;

	for (size_t i = 0; (other = s3_checksum_at(i)); i++)
		if (other != whole->checksum && json_get(object, other->member))
			return true;
	return false;
}

static bool add_part(struct whole *whole, const struct json *wish, bool last, struct err *err)
{
	int64_t number = json_get_int(wish, "PartNumber", 0);
	const struct doc *part = world_find(whole->call->world, &kind_s3_part,
					    part_key(whole->call, whole->upload->key, number));
	const char *said = json_get_str(wish, "ETag"), *sum;
	const uint8_t *data;
	uint8_t md5[16];
	size_t length;
	struct json *item;

	if (!part || !said || !same_tag(said, doc_str(part, "ETag")))
		return s3_fail(err, AWS_S3_PART, "PartNumber",
			       arena_printf(whole->call->arena, "%lld", (long long)number));
	if (has_other_check(whole, wish))
		return aws_fail(err, AWS_S3_PART);
	sum = json_get_str(part->body, whole->checksum->member);
	if (json_get(wish, whole->checksum->member) &&
	    !str_eq(json_get_str(wish, whole->checksum->member), sum))
		return aws_fail(err, AWS_S3_PART);
	data = s3_get_data(whole->call, part, &length);
	if (!last && length < PART_BYTES_MIN)
		return aws_fail(err, AWS_S3_ENTITY_TOO_SMALL);
	strbuf_add_bytes(&whole->data, data, length);
	digest_md5(data, length, md5);
	strbuf_add_bytes(&whole->md5s, md5, sizeof(md5));
	add_digest(&whole->sums, sum);
	item = json_new_object();
	json_set_int(item, "PartNumber", number);
	json_set_int(item, "Size", (int64_t)length);
	json_set_str(item, whole->checksum->member, sum);
	json_append(whole->parts, item);
	return true;
}

static bool add_parts(struct whole *whole, const struct json *list, struct err *err)
{
	int64_t before = 0;

	if (!json_first(list))
		return aws_fail(err, AWS_S3_XML);
	json_foreach (wish, list) {
		int64_t number = json_get_int(wish, "PartNumber", 0);

		if (number <= before)
			return aws_fail(err, AWS_S3_PART_ORDER);
		before = number;
	}
	json_foreach (wish, list)
		if (!add_part(whole, wish, !json_next(wish), err))
			return false;
	return true;
}

/* The check of the whole: of its bytes, or of its parts' checks with their number behind. */
static bool set_checksum(struct whole *whole, const struct json *input, struct json *extra,
			 struct err *err)
{
	const char *type = doc_str(whole->upload, "ChecksumType");
	bool full = str_eq(type, "FULL_OBJECT");
	const struct strbuf *of = full ? &whole->data : &whole->sums;
	struct arena *arena = whole->call->arena;
	const char *sum = s3_checksum_of(arena, whole->checksum, strbuf_text(of), of->length);
	const char *said = json_get_str(input, whole->checksum->member);
	const char *said_type = json_get_str(input, "ChecksumType");

	if (has_other_check(whole, input) || (said_type && !str_eq(said_type, type)))
		return aws_fail(err, AWS_S3_REQUEST,
				"The checksum is not of the algorithm and type that the upload was "
				"begun with.");
	if (!full)
		sum = arena_printf(arena, "%s-%zu", sum, json_size(whole->parts));
	if (said && !str_eq(said, sum))
		return aws_fail(err, AWS_S3_CHECKSUM, whole->checksum->name);
	json_set_str(json_ensure_object(extra, "Checksums"), whole->checksum->member, sum);
	json_set_str(extra, "ChecksumType", type);
	return true;
}

static const struct doc *make_object(struct whole *whole, const struct doc *bucket,
				     const struct json *input, struct err *err)
{
	_cleanup_(json_freep) struct json *extra = json_copy(whole->upload->extra);
	struct s3_content content = {.key = doc_str(whole->upload, "Key"),
				     .data = strbuf_text(&whole->data),
				     .length = whole->data.length};
	int64_t size = json_get_int(input, "MpuObjectSize", (int64_t)whole->data.length);
	uint8_t digest[16];
	char hex[33];

	if (!set_checksum(whole, input, extra, err))
		return NULL;
	if (size != (int64_t)whole->data.length) {
		aws_fail(err, AWS_S3_REQUEST,
			 "The provided 'x-amz-mp-object-size' header value does not match what was "
			 "computed");
		return NULL;
	}
	digest_md5(strbuf_text(&whole->md5s), whole->md5s.length, digest);
	hex_encode(digest, sizeof(digest), hex);
	content.etag = arena_printf(whole->call->arena, "%s-%zu", hex, json_size(whole->parts));
	json_set(extra, "Parts", steal(whole->parts));
	content.tags = json_copy(whole->upload->tags);
	content.extra = steal(extra);
	return s3_add_version(whole->call, bucket, &content);
}

bool s3_complete_multipart_upload(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct json *list = json_find(input, "MultipartUpload", "Parts", NULL);
	const struct doc *bucket = s3_bucket(call, input, err), *version = NULL;
	const struct doc *upload = bucket ? find_upload(call, bucket, input, err) : NULL;
	struct whole whole = {.call = call, .upload = upload};

	if (!upload || !s3_refuse_customer_keys(input, err) ||
	    !s3_check_write(call, bucket, input, err))
		return false;
	whole.checksum = s3_checksum_named(doc_str(upload, "ChecksumAlgorithm"));
	whole.parts = json_new_array();
	strbuf_init(&whole.data, SIZE_MAX / 2);
	strbuf_init(&whole.md5s, SIZE_MAX / 2);
	strbuf_init(&whole.sums, SIZE_MAX / 2);
	if (add_parts(&whole, list, err))
		version = make_object(&whole, bucket, input, err);
	strbuf_done(&whole.data);
	strbuf_done(&whole.md5s);
	strbuf_done(&whole.sums);
	json_free(whole.parts);
	if (!version)
		return false;
	json_setf(output, "Location", "http://%s.s3.%s.amazonaws.com/%s", bucket->key,
		  bucket->region, doc_str(version, "Key"));
	json_set_str(output, "Bucket", bucket->key);
	json_set_str(output, "Key", doc_str(version, "Key"));
	json_set_copy(output, "ETag", json_get(version->body, "ETag"));
	s3_show_checksums(version->extra, output);
	s3_show_version(bucket, version, output);
	s3_show_encryption(version->extra, output);
	remove_upload(call, upload);
	return true;
}
