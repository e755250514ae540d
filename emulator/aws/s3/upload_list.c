/* Lists of uploads that are not finished, and of their parts. */
#include "emulator/aws/s3/s3.h"

#define UPLOADS_MAX 1000 /* of one page; parts likewise */

/* @name Parts */

bool s3_list_parts(struct call *call, const struct json *input, struct json *output,
		   struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const char *id = json_get_str(input, "UploadId");
	const struct doc *upload = bucket ? world_find(call->world, &kind_s3_upload, id) : NULL;
	int64_t most = json_get_int(input, "MaxParts", UPLOADS_MAX), shown = 0;
	int64_t marker = json_get_int(input, "PartNumberMarker", 0), last = marker;
	static const char *const members[] = {"Initiator", "Owner", "StorageClass",
					      "ChecksumAlgorithm", "ChecksumType"};
	struct json *list;
	bool more = false;

	if (!bucket || !s3_refuse_customer_keys(input, err))
		return false;
	if (!upload || !str_eq(doc_extra_str(upload, "Bucket"), bucket->key) ||
	    !str_eq(doc_str(upload, "Key"), json_get_str(input, "Key")))
		return s3_fail(err, AWS_S3_UPLOAD, "UploadId", id);
	if (most < 0 || marker < 0)
		return aws_fail(err, AWS_S3_ARGUMENT,
				"Argument max-parts must be an integer between 0 and 2147483647");
	most = most > UPLOADS_MAX ? UPLOADS_MAX : most;
	list = json_ensure_array(output, "Parts");
	for (int64_t number = marker + 1; number <= 10000 && !more; number++) {
		const struct doc *part = world_find(
			call->world, &kind_s3_part,
			arena_printf(call->arena, "%s/%05lld", upload->key, (long long)number));

		if (!part)
			continue;
		more = shown == most;
		if (more)
			break;
		shown++;
		last = number;
		json_append_borrowed(list, part->body);
	}
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(output, members[i], json_get(upload->body, members[i]));
	json_set_str(output, "Bucket", bucket->key);
	json_set_copy(output, "Key", json_get(upload->body, "Key"));
	json_set_str(output, "UploadId", upload->key);
	json_set_int(output, "PartNumberMarker", marker);
	json_set_int(output, "NextPartNumberMarker", last);
	json_set_int(output, "MaxParts", most);
	json_set_bool(output, "IsTruncated", more && most > 0);
	return true;
}

/* @name Uploads */

/* By key; of one key the older first. */
static int by_key(const void *a, const void *b)
{
	const struct doc *x = *(const struct doc *const *)a, *y = *(const struct doc *const *)b;
	int order = strcmp(doc_str(x, "Key"), doc_str(y, "Key"));

	if (order)
		return order;
	return (x->created_revision > y->created_revision) -
	       (x->created_revision < y->created_revision);
}

struct question {
	const char *prefix, *delimiter, *key_marker, *id_marker;
	int64_t most;
};

/* Whether an upload comes behind the markers; *behind once the marker's own upload has been seen.
 */
static bool is_behind(const struct question *question, const struct doc *upload, bool *behind)
{
	int order = question->key_marker ? strcmp(doc_str(upload, "Key"), question->key_marker) : 1;

	if (order != 0 || !question->id_marker)
		return order > 0;
	if (*behind)
		return true;
	*behind = str_eq(upload->key, question->id_marker);
	return false;
}

static void add_prefix(struct call *call, const struct json *input, struct json *output,
		       const char *name)
{
	struct json *item = json_new_object();

	json_set_str(item, "Prefix", s3_encoded(call, input, name));
	json_append(json_ensure_array(output, "CommonPrefixes"), item);
}

static void add_upload(struct call *call, const struct json *input, struct json *output,
		       const struct doc *upload)
{
	struct json *item = json_copy(upload->body);

	json_set_str(item, "Key", s3_encoded(call, input, doc_str(upload, "Key")));
	json_append(json_ensure_array(output, "Uploads"), item);
}

static void show(struct call *call, const struct json *input, struct json *output,
		 const struct question *question, const struct docs *docs)
{
	const char *last_prefix = NULL;
	const struct doc *last = NULL;
	bool behind = false, more = false;
	int64_t shown = 0;

	for (size_t i = 0; i < docs->count && !more; i++) {
		const char *key = doc_str(docs->items[i], "Key"), *at, *name = NULL;

		if (!str_starts_with(key, question->prefix) ||
		    !is_behind(question, docs->items[i], &behind))
			continue;
		at = question->delimiter
			     ? strstr(key + strlen(question->prefix), question->delimiter)
			     : NULL;
		if (at)
			name = arena_strndup(call->arena, key,
					     (size_t)(at - key) + strlen(question->delimiter));
		if (name && str_eq(name, last_prefix))
			continue;
		more = shown == question->most;
		if (more)
			break;
		shown++;
		last = docs->items[i];
		last_prefix = name ? name : last_prefix;
		if (name)
			add_prefix(call, input, output, name);
		else
			add_upload(call, input, output, last);
	}
	json_set_bool(output, "IsTruncated", more && question->most > 0);
	if (more && last) {
		json_set_str(output, "NextKeyMarker",
			     s3_encoded(call, input, doc_str(last, "Key")));
		json_set_str(output, "NextUploadIdMarker", last->key);
	}
}

bool s3_list_multipart_uploads(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const char *const members[] = {"KeyMarker", "UploadIdMarker", "Prefix", "Delimiter",
					      "EncodingType"};
	const struct doc *bucket = s3_bucket(call, input, err);
	const char *prefix = json_get_str(input, "Prefix");
	const char *delimiter = json_get_str(input, "Delimiter");
	struct question question = {
		.prefix = prefix ? prefix : "",
		.delimiter = delimiter && *delimiter ? delimiter : NULL,
		.key_marker = json_get_str(input, "KeyMarker"),
		.id_marker = json_get_str(input, "UploadIdMarker"),
		.most = json_get_int(input, "MaxUploads", UPLOADS_MAX),
	};
	struct docs docs = {0};

	if (!bucket)
		return false;
	if (question.most < 0)
		return aws_fail(err, AWS_S3_ARGUMENT,
				"Argument max-uploads must be an integer between 0 and 2147483647");
	question.most = question.most > UPLOADS_MAX ? UPLOADS_MAX : question.most;
	world_lookup(call->world, &kind_s3_upload, "bucket", bucket->key, &docs);
	if (docs.count)
		qsort(docs.items, docs.count, sizeof(*docs.items), by_key);
	json_set_str(output, "Bucket", bucket->key);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(output, members[i], json_get(input, members[i]));
	json_set_int(output, "MaxUploads", question.most);
	show(call, input, output, &question, &docs);
	docs_done(&docs);
	return true;
}
