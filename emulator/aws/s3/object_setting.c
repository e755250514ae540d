/* What objects carry besides their bytes: tags, retention, legal hold. */
#include "emulator/aws/s3/s3.h"

#define TAGS_OF_OBJECT 10

/* The bucket and the version that an input names; NULL with err set when one is missing. */
static const struct doc *find(struct call *call, const struct json *input,
			      const struct doc **ret_bucket, struct err *err)
{
	*ret_bucket = s3_bucket(call, input, err);
	return *ret_bucket ? s3_version(call, *ret_bucket, input, err) : NULL;
}

/* @name Tags */

bool s3_put_object_tagging(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct json *list = json_find(input, "Tagging", "TagSet", NULL);
	const struct doc *bucket, *version = find(call, input, &bucket, err);
	struct json *tags;

	if (!version)
		return false;
	if (json_size(list) > TAGS_OF_OBJECT)
		return aws_fail(err, AWS_S3_OBJECT_TAGS);
	if (!tags_from_list(TAGS_S3, list, &tags, err))
		return false;
	s3_show_version(bucket, version, output);
	world_put_tags(call, &kind_s3_object, version->key, tags);
	return true;
}

bool s3_get_object_tagging(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *bucket, *version = find(call, input, &bucket, err);

	if (!version)
		return false;
	s3_show_version(bucket, version, output);
	json_set(output, "TagSet", tags_to_list(version->tags));
	return true;
}

bool s3_delete_object_tagging(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *bucket, *version = find(call, input, &bucket, err);

	if (!version)
		return false;
	s3_show_version(bucket, version, output);
	world_put_tags(call, &kind_s3_object, version->key, json_new_object());
	return true;
}

/* @name Locks */

/* A version in a bucket that has object lock. */
static const struct doc *find_lockable(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *bucket, *version = find(call, input, &bucket, err);

	if (version && !s3_setting(bucket, "ObjectLock")) {
		aws_fail(err, AWS_S3_LOCK_MISSING);
		return NULL;
	}
	return version;
}

static void put_lock(struct call *call, const struct doc *version, struct json *lock)
{
	struct json *extra = json_copy(version->extra);

	json_set(extra, "Lock", lock);
	world_put_extra(call, &kind_s3_object, version->key, extra);
}

/* Retention may be made longer by anybody; shorter, or without compliance, only by who may bypass.
 */
static bool may_change(struct call *call, const struct json *lock, const char *mode,
		       const char *until, bool bypass, struct err *err)
{
	const char *old = json_get_str(lock, "ObjectLockRetainUntilDate");
	const char *old_mode = json_get_str(lock, "ObjectLockMode");
	int64_t old_ms, new_ms = 0;

	if (!old || !clock_parse(old, &old_ms) || old_ms <= world_now(call->world))
		return true;
	if (until && clock_parse(until, &new_ms) && new_ms >= old_ms &&
	    (str_eq(mode, old_mode) || str_eq(mode, "COMPLIANCE")))
		return true;
	return (bypass && str_eq(old_mode, "GOVERNANCE")) || aws_fail(err, AWS_S3_HOLD);
}

bool s3_put_object_retention(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct json *retention = json_get(input, "Retention");
	const char *until = json_get_str(retention, "RetainUntilDate");
	const char *mode = json_get_str(retention, "Mode");
	const struct doc *version = find_lockable(call, input, err);
	bool bypass = json_get_bool(input, "BypassGovernanceRetention", false);
	struct json *lock;
	int64_t ms;

	(void)output;
	if (!version)
		return false;
	if (json_get(retention, "EventHold") || json_get(retention, "EventHoldDuration"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no holds by events");
	if (!mode != !until)
		return aws_fail(err, AWS_S3_XML);
	if (until && (!clock_parse(until, &ms) || ms <= world_now(call->world)))
		return aws_fail(err, AWS_S3_ARGUMENT,
				"The retain until date must be in the future!");
	if (!may_change(call, json_get(version->extra, "Lock"), mode, until, bypass, err))
		return false;
	lock = json_copy(json_get(version->extra, "Lock"));
	json_remove(lock, "ObjectLockMode");
	json_remove(lock, "ObjectLockRetainUntilDate");
	json_set_str(lock, "ObjectLockMode", mode);
	json_set_str(lock, "ObjectLockRetainUntilDate", until);
	put_lock(call, version, lock);
	return true;
}

bool s3_get_object_retention(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *version = find_lockable(call, input, err);
	const struct json *lock = version ? json_get(version->extra, "Lock") : NULL;
	struct json *shown;

	if (!version)
		return false;
	if (!json_get(lock, "ObjectLockMode"))
		return aws_fail(err, AWS_S3_NO_OBJECT_LOCK);
	shown = json_ensure_object(output, "Retention");
	json_set_copy(shown, "Mode", json_get(lock, "ObjectLockMode"));
	json_set_copy(shown, "RetainUntilDate", json_get(lock, "ObjectLockRetainUntilDate"));
	return true;
}

bool s3_put_object_legal_hold(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *status = json_find_str(input, "LegalHold", "Status", NULL);
	const struct doc *version = find_lockable(call, input, err);
	struct json *lock;

	(void)output;
	if (!version)
		return false;
	if (!status)
		return aws_fail(err, AWS_S3_XML);
	lock = json_copy(json_get(version->extra, "Lock"));
	json_set_str(lock, "ObjectLockLegalHoldStatus", status);
	put_lock(call, version, lock);
	return true;
}

bool s3_get_object_legal_hold(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *version = find_lockable(call, input, err);
	const char *status =
		version ? json_find_str(version->extra, "Lock", "ObjectLockLegalHoldStatus", NULL)
			: NULL;

	if (!version)
		return false;
	if (!status)
		return aws_fail(err, AWS_S3_NO_OBJECT_LOCK);
	json_set_str(json_ensure_object(output, "LegalHold"), "Status", status);
	return true;
}
