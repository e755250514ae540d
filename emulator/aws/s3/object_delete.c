/* DeleteObject and DeleteObjects: delete markers, versions for good, what a lock forbids. */
#include "emulator/aws/s3/s3.h"

#define DELETE_MAX 1000 /* keys of one DeleteObjects */

bool s3_check_lock(struct call *call, const struct doc *version, bool bypass, struct err *err)
{
	const struct json *lock = json_get(version->extra, "Lock");
	const char *until = json_get_str(lock, "ObjectLockRetainUntilDate");
	const char *mode = json_get_str(lock, "ObjectLockMode");
	int64_t ms;

	if (str_eq(json_get_str(lock, "ObjectLockLegalHoldStatus"), "ON"))
		return aws_fail(err, AWS_S3_HOLD);
	if (!until || !clock_parse(until, &ms) || ms <= world_now(call->world))
		return true;
	return (bypass && str_eq(mode, "GOVERNANCE")) || aws_fail(err, AWS_S3_HOLD);
}

/* The conditions of a deletion, about the version that is there. */
static bool check_conditions(const struct doc *version, const struct json *item, const char *etag,
			     const char *modified, const char *size, struct err *err)
{
	const char *match = json_get_str(item, etag), *date = json_get_str(item, modified);
	const char *tag = version ? doc_str(version, "ETag") : NULL;
	int64_t bytes, is, asked;

	if (!match && !date && !json_get(item, size))
		return true;
	if (!version || !tag)
		return aws_fail(err, AWS_S3_PRECONDITION);
	if (match && !str_eq(match, "*") && !str_eq(match, tag) &&
	    strncmp(match, tag + 1, strlen(tag) - 2) != 0)
		return aws_fail(err, AWS_S3_PRECONDITION);
	if (date &&
	    (!clock_parse(date, &asked) || !clock_parse(doc_str(version, "LastModified"), &is) ||
	     asked / 1000 != is / 1000))
		return aws_fail(err, AWS_S3_PRECONDITION);
	bytes = json_get_int(version->body, "Size", 0);
	return json_get_int(item, size, bytes) == bytes || aws_fail(err, AWS_S3_PRECONDITION);
}

/* Deletes one version for good; one that is not there is no error. */
static bool delete_version(struct call *call, const struct doc *bucket, const char *key,
			   const char *id, bool bypass, struct json *output, struct err *err)
{
	const struct doc *version =
		world_find(call->world, &kind_s3_object,
			   arena_printf(call->arena, "%s/%s?versionId=%s", bucket->key, key, id));

	json_set_str(output, "VersionId", id);
	if (!version)
		return true;
	if (!s3_check_lock(call, version, bypass, err))
		return false;
	if (s3_is_marker(version))
		json_set_bool(output, "DeleteMarker", true);
	s3_remove_version(call, version);
	return true;
}

/* Deletes a key: for good where versions are not kept, else behind a marker. */
static void delete_key(struct call *call, const struct doc *bucket, const char *key,
		       struct json *output)
{
	const struct doc *latest = s3_latest(call, bucket, key), *marker;

	if (s3_versioning(bucket)) {
		marker = s3_add_marker(call, bucket, key);
		json_set_bool(output, "DeleteMarker", true);
		json_set_str(output, "VersionId", doc_str(marker, "VersionId"));
	} else if (latest) {
		s3_remove_version(call, latest);
	}
}

bool s3_delete_object(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const char *key = json_get_str(input, "Key"), *id = json_get_str(input, "VersionId");
	const struct doc *bucket = s3_bucket(call, input, err);
	bool bypass = json_get_bool(input, "BypassGovernanceRetention", false);

	if (!bucket || !check_conditions(s3_latest(call, bucket, key), input, "IfMatch",
					 "IfMatchLastModifiedTime", "IfMatchSize", err))
		return false;
	if (id)
		return delete_version(call, bucket, key, id, bypass, output, err);
	delete_key(call, bucket, key, output);
	return true;
}

/* @name Several at once: each succeeds or fails for itself */

static void add_error(struct json *output, const struct json *item, const struct err *why)
{
	struct json *error = json_new_object();

	json_set_copy(error, "Key", json_get(item, "Key"));
	json_set_copy(error, "VersionId", json_get(item, "VersionId"));
	json_set_str(error, "Code", why->wire);
	json_set_str(error, "Message", err_text(why));
	json_append(json_ensure_array(output, "Errors"), error);
}

static void add_deleted(struct json *output, const struct json *item, struct json *result)
{
	struct json *deleted = json_new_object();

	json_set_copy(deleted, "Key", json_get(item, "Key"));
	json_set_copy(deleted, "VersionId", json_get(item, "VersionId"));
	if (json_get_bool(result, "DeleteMarker", false)) {
		json_set_bool(deleted, "DeleteMarker", true);
		json_set_copy(deleted, "DeleteMarkerVersionId", json_get(result, "VersionId"));
	}
	json_append(json_ensure_array(output, "Deleted"), deleted);
}

static bool delete_one(struct call *call, const struct doc *bucket, const struct json *item,
		       bool bypass, struct json *result, struct err *err)
{
	const char *key = json_get_str(item, "Key"), *id = json_get_str(item, "VersionId");

	if (!check_conditions(s3_latest(call, bucket, key), item, "ETag", "LastModifiedTime",
			      "Size", err))
		return false;
	if (id)
		return delete_version(call, bucket, key, id, bypass, result, err);
	delete_key(call, bucket, key, result);
	return true;
}

bool s3_delete_objects(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct json *wish = json_get(input, "Delete"), *objects = json_get(wish, "Objects");
	const struct doc *bucket = s3_bucket(call, input, err);
	bool bypass = json_get_bool(input, "BypassGovernanceRetention", false);
	bool quiet = json_get_bool(wish, "Quiet", false);

	if (!bucket)
		return false;
	if (!json_first(objects) || json_size(objects) > DELETE_MAX)
		return aws_fail(err, AWS_S3_XML);
	json_foreach (item, objects) {
		_cleanup_(json_freep) struct json *result = json_new_object();
		struct err why = ERR_INIT;

		if (!delete_one(call, bucket, item, bypass, result, &why))
			add_error(output, item, &why);
		else if (!quiet)
			add_deleted(output, item, result);
		err_done(&why);
	}
	return true;
}
