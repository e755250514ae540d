/* Versions of objects and their bytes. Document kinds: s3-object (shape ObjectVersion), s3-data. */
#include "emulator/aws/s3/s3.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"

#define VERSION_CHARACTERS 32
#define VERSION_ALPHABET   "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
#define VERSION_MAX	   1024 /* characters of an id that is asked for */

static void by_bucket(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Bucket"));
}

static void by_object(const struct doc *doc, struct terms *terms)
{
	char *name = xasprintf("%s/%s", doc_extra_str(doc, "Bucket"), doc_str(doc, "Key"));

	terms_add(terms, name);
	free(name);
}

static const struct kind_index indexes[] = {
	{"bucket", by_bucket}, {"object", by_object}, {NULL, NULL}};

const struct kind kind_s3_object = {
	.name = "s3-object", .shape = "s3:ObjectVersion", .indexes = indexes};
const struct kind kind_s3_data = {.name = "s3-data"};

/* @name Finding */

bool s3_is_marker(const struct doc *version)
{
	return json_get_bool(version->extra, "Marker", false);
}

const struct doc *s3_latest(const struct call *call, const struct doc *bucket, const char *key)
{
	const char *name = arena_printf(call->arena, "%s/%s", bucket->key, key);
	const struct doc *latest = NULL;
	struct docs docs = {0};

	world_lookup(call->world, &kind_s3_object, "object", name, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if (!latest || docs.items[i]->created_revision > latest->created_revision)
			latest = docs.items[i];
	docs_done(&docs);
	return latest;
}

static const char *version_key(struct arena *arena, const char *bucket, const char *key,
			       const char *id)
{
	return arena_printf(arena, "%s/%s?versionId=%s", bucket, key, id);
}

static const struct doc *by_id(struct call *call, const struct doc *bucket, const char *key,
			       const char *id, struct err *err)
{
	const struct doc *version;

	if (!*id || strlen(id) > VERSION_MAX ||
	    (!str_eq(id, "null") && strspn(id, VERSION_ALPHABET ".-") != strlen(id))) {
		aws_fail(err, AWS_S3_VERSION_ID);
		return NULL;
	}
	version = world_find(call->world, &kind_s3_object,
			     version_key(call->arena, bucket->key, key, id));
	if (!version)
		s3_fail(err, AWS_S3_VERSION, "Key", key);
	else if (s3_is_marker(version))
		aws_fail(err, AWS_S3_MARKER);
	return version && !s3_is_marker(version) ? version : NULL;
}

const struct doc *s3_version(struct call *call, const struct doc *bucket, const struct json *input,
			     struct err *err)
{
	const char *key = json_get_str(input, "Key"), *id = json_get_str(input, "VersionId");
	const struct doc *version;

	if (id)
		return by_id(call, bucket, key, id, err);
	version = s3_latest(call, bucket, key);
	if (version && !s3_is_marker(version))
		return version;
	s3_fail(err, AWS_S3_KEY, "Key", key);
	return NULL;
}

/* By key in the order of its bytes; of one key the newest first. */
static int by_key_and_age(const void *a, const void *b)
{
	const struct doc *x = *(const struct doc *const *)a, *y = *(const struct doc *const *)b;
	int order = strcmp(doc_str(x, "Key"), doc_str(y, "Key"));

	if (order)
		return order;
	return (x->created_revision < y->created_revision) -
	       (x->created_revision > y->created_revision);
}

void s3_versions(const struct call *call, const struct doc *bucket, struct docs *ret)
{
	world_lookup(call->world, &kind_s3_object, "bucket", bucket->key, ret);
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_key_and_age);
}

/* @name Bytes */

void s3_put_data(struct json *extra, const void *data, size_t length)
{
	_cleanup_(freep) char *text = base64_encode(data, length);

	json_set_str(extra, "Data", text);
}

const uint8_t *s3_get_data(struct call *call, const struct doc *doc, size_t *ret_length)
{
	const char *text = doc_extra_str(doc, "Data");
	_cleanup_(freep) uint8_t *bytes = NULL;
	uint8_t *copy;

	*ret_length = 0;
	if (!base64_decode(text, strlen(text), &bytes, ret_length))
		assert(!"data of ours is base64");
	copy = arena_alloc(call->arena, *ret_length + 1);
	memcpy(copy, bytes, *ret_length);
	return copy;
}

const uint8_t *s3_bytes(struct call *call, const struct doc *version, size_t *ret_length)
{
	return s3_get_data(call, world_find(call->world, &kind_s3_data, version->key), ret_length);
}

/* @name Adding and removing */

static void remove_null(struct call *call, const struct doc *bucket, const char *key)
{
	const struct doc *old = world_find(call->world, &kind_s3_object,
					   version_key(call->arena, bucket->key, key, "null"));

	if (old)
		s3_remove_version(call, old);
}

static const char *new_id(struct call *call, const struct doc *bucket, const char *key)
{
	char id[VERSION_CHARACTERS + 1];

	if (!str_eq(s3_versioning(bucket), "Enabled"))
		return "null";
	ids_text(world_seed(call->world), "s3-version", call->actor,
		 arena_printf(call->arena, "%s/%s", bucket->key, key),
		 call->number + world_revision(call->world), VERSION_ALPHABET, VERSION_CHARACTERS,
		 id);
	return arena_strdup(call->arena, id);
}

static const struct doc *add(struct call *call, const struct doc *bucket, const char *key,
			     struct json *body, struct json *extra, struct json *tags)
{
	const char *id = new_id(call, bucket, key);

	if (str_eq(id, "null"))
		remove_null(call, bucket, key);
	json_set_str(body, "Key", key);
	json_set_str(body, "VersionId", id);
	json_set_str(body, "LastModified", aws_now(call));
	json_set(body, "Owner", s3_owner(call, bucket->account));
	json_set_str(extra, "Bucket", bucket->key);
	return world_add(call,
			 (struct doc_spec){.kind = &kind_s3_object,
					   .key = version_key(call->arena, bucket->key, key, id),
					   .body = body,
					   .tags = tags,
					   .extra = extra,
					   .account = bucket->account,
					   .region = bucket->region});
}

const struct doc *s3_add_version(struct call *call, const struct doc *bucket,
				 const struct s3_content *content)
{
	const char *class = json_find_str(content->extra, "Headers", "StorageClass", NULL);
	struct json *body = json_new_object(), *data = json_new_object();
	const struct doc *version;
	uint8_t digest[16];
	char hex[33];

	digest_md5(content->data, content->length, digest);
	hex_encode(digest, sizeof(digest), hex);
	json_setf(body, "ETag", "\"%s\"", content->etag ? content->etag : hex);
	json_foreach (item, json_get(content->extra, "Checksums")) /* "ChecksumCRC32" */
		json_append_str(json_ensure_array(body, "ChecksumAlgorithm"),
				json_key(item) + strlen("Checksum"));
	json_set_copy(body, "ChecksumType", json_get(content->extra, "ChecksumType"));
	json_set_int(body, "Size", (int64_t)content->length);
	json_set_str(body, "StorageClass", class ? class : "STANDARD");
	version = add(call, bucket, content->key, body, content->extra, content->tags);
	s3_put_data(data, content->data, content->length);
	world_add(call, (struct doc_spec){.kind = &kind_s3_data,
					  .key = version->key,
					  .body = json_new_object(),
					  .extra = data,
					  .account = bucket->account,
					  .region = bucket->region,
					  .implied_by = version->key});
	return version;
}

const struct doc *s3_add_marker(struct call *call, const struct doc *bucket, const char *key)
{
	struct json *extra = json_new_object();

	json_set_bool(extra, "Marker", true);
	return add(call, bucket, key, json_new_object(), extra, NULL);
}

void s3_remove_version(struct call *call, const struct doc *version)
{
	if (!s3_is_marker(version))
		world_remove(call, &kind_s3_data, version->key);
	world_remove(call, &kind_s3_object, version->key);
}

void s3_show_version(const struct doc *bucket, const struct doc *version, struct json *output)
{
	if (s3_versioning(bucket))
		json_set_str(output, "VersionId", doc_str(version, "VersionId"));
}
