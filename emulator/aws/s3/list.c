/* Lists of objects and of versions: prefixes, delimiters, pages. */
#include "emulator/aws/s3/s3.h"

#include <ctype.h>

#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"

#define KEYS_MAX 1000 /* of one page */

/* A walk over names in order: keys, or what keys have in common up to the delimiter. */
struct listing {
	struct call *call;
	const struct json *input;
	struct json *output;
	const char *prefix, *delimiter;
	const char *after; /* the names after this one; "" all */
	int64_t most, count;
	const char *last; /* name shown last */
	bool truncated;
};

const char *s3_encoded(struct call *call, const struct json *input, const char *text)
{
	const char *result;
	struct strbuf sb;

	if (!str_eq(json_get_str(input, "EncodingType"), "url"))
		return text;
	strbuf_init(&sb, 3 * strlen(text) + 1);
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-_.~/*", *text))
			strbuf_add_char(&sb, *text);
		else
			strbuf_addf(&sb, "%%%02X", (unsigned char)*text);
	}
	result = arena_strdup(call->arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return result;
}

static bool begin(struct listing *listing, struct err *err)
{
	const struct json *input = listing->input;
	const char *text;

	listing->most = json_get_int(input, "MaxKeys", KEYS_MAX);
	if (listing->most < 0)
		return aws_fail(err, AWS_S3_ARGUMENT,
				"Argument maxKeys must be an integer between 0 and 2147483647");
	if (listing->most > KEYS_MAX)
		listing->most = KEYS_MAX;
	text = json_get_str(input, "Prefix");
	listing->prefix = text ? text : "";
	text = json_get_str(input, "Delimiter");
	listing->delimiter = text && *text ? text : NULL;
	listing->after = listing->after ? listing->after : "";
	return true;
}

/* What stands in the list for a key: itself, or what it has in common with others. */
static const char *name_of(const struct listing *listing, const char *key)
{
	const char *rest = key + strlen(listing->prefix), *at;

	at = listing->delimiter ? strstr(rest, listing->delimiter) : NULL;
	return at ? arena_strndup(listing->call->arena, key,
				  (size_t)(at - key) + strlen(listing->delimiter))
		  : key;
}

static void add_prefix(struct listing *listing, const char *name)
{
	struct json *item = json_new_object();

	json_set_str(item, "Prefix", s3_encoded(listing->call, listing->input, name));
	json_append(json_ensure_array(listing->output, "CommonPrefixes"), item);
}

/* Whether the key is to be shown by itself: it is of the page, and no common prefix. */
static bool take(struct listing *listing, const char *key)
{
	const char *name;

	if (listing->truncated || !str_starts_with(key, listing->prefix) ||
	    strcmp(key, listing->after) <= 0)
		return false;
	name = name_of(listing, key);
	if (str_eq(name, listing->last) || str_eq(name, listing->after))
		return false; /* the prefix has been shown */
	if (listing->count == listing->most) {
		listing->truncated = listing->most > 0;
		return false;
	}
	listing->count++;
	listing->last = name;
	if (name == key)
		return true;
	add_prefix(listing, name);
	return false;
}

/* Members that all three lists show alike. */
static void show_question(struct listing *listing, const struct doc *bucket)
{
	static const char *const members[] = {"Prefix", "Delimiter", "StartAfter", "KeyMarker",
					      "Marker"};
	struct json *output = listing->output;
	const char *text;

	json_set_str(output, "Name", bucket->key);
	json_set_int(output, "MaxKeys", listing->most);
	for (size_t i = 0; i < array_size(members); i++)
		if ((text = json_get_str(listing->input, members[i])))
			json_set_str(output, members[i],
				     s3_encoded(listing->call, listing->input, text));
	if (!json_get(output, "Prefix"))
		json_set_str(output, "Prefix", "");
	json_set_copy(output, "EncodingType", json_get(listing->input, "EncodingType"));
	json_set_bool(output, "IsTruncated", listing->truncated);
}

/* @name Objects */

static void add_object(struct listing *listing, const struct doc *version, bool owner)
{
	struct json *item = json_copy(version->body);

	json_set_str(item, "Key",
		     s3_encoded(listing->call, listing->input, doc_str(version, "Key")));
	json_remove(item, "VersionId");
	if (!owner)
		json_remove(item, "Owner");
	json_append(json_ensure_array(listing->output, "Contents"), item);
}

/* The newest version of each key, where it is no marker. */
static void list_objects(struct listing *listing, const struct doc *bucket, bool owner)
{
	const char *before = NULL;
	struct docs docs = {0};

	s3_versions(listing->call, bucket, &docs);
	for (size_t i = 0; i < docs.count && !listing->truncated; i++) {
		const char *key = doc_str(docs.items[i], "Key");
		bool newest = !str_eq(key, before);

		before = key;
		if (newest && !s3_is_marker(docs.items[i]) && take(listing, key))
			add_object(listing, docs.items[i], owner);
	}
	docs_done(&docs);
	show_question(listing, bucket);
}

bool s3_list_objects(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	struct listing listing = {.call = call,
				  .input = input,
				  .output = output,
				  .after = json_get_str(input, "Marker")};
	const struct doc *bucket = s3_bucket(call, input, err);

	if (!bucket || !begin(&listing, err))
		return false;
	list_objects(&listing, bucket, true);
	if (!json_get(output, "Marker"))
		json_set_str(output, "Marker", "");
	if (listing.truncated && listing.delimiter) /* others go on behind the last key */
		json_set_str(output, "NextMarker", s3_encoded(call, input, listing.last));
	return true;
}

#define TOKEN "after " /* and the last key of the page before */

static bool read_token(struct call *call, const struct json *input, const char **ret,
		       struct err *err)
{
	const char *token = json_get_str(input, "ContinuationToken");
	_cleanup_(freep) uint8_t *bytes = NULL;
	size_t length;

	*ret = json_get_str(input, "StartAfter");
	if (!token)
		return true;
	if (!base64_decode(token, strlen(token), &bytes, &length) || memchr(bytes, '\0', length) ||
	    !str_starts_with((const char *)bytes, TOKEN) || length == strlen(TOKEN))
		return aws_fail(err, AWS_S3_TOKEN);
	*ret = arena_strdup(call->arena, (const char *)bytes + strlen(TOKEN));
	return true;
}

bool s3_list_objects_v2(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	struct listing listing = {.call = call, .input = input, .output = output};
	const struct doc *bucket = s3_bucket(call, input, err);
	_cleanup_(freep) char *token = NULL, *encoded = NULL;

	if (!bucket || !read_token(call, input, &listing.after, err) || !begin(&listing, err))
		return false;
	list_objects(&listing, bucket, json_get_bool(input, "FetchOwner", false));
	json_set_int(output, "KeyCount", listing.count);
	json_set_copy(output, "ContinuationToken", json_get(input, "ContinuationToken"));
	if (listing.truncated) {
		token = xasprintf("%s%s", TOKEN, listing.last);
		encoded = base64_encode(token, strlen(token));
		json_set_str(output, "NextContinuationToken", encoded);
	}
	return true;
}

/* @name Versions */

static void add_version(struct listing *listing, const struct doc *version, bool latest)
{
	struct json *item = json_copy(version->body);

	json_set_str(item, "Key",
		     s3_encoded(listing->call, listing->input, doc_str(version, "Key")));
	json_set_bool(item, "IsLatest", latest);
	json_append(json_ensure_array(listing->output,
				      s3_is_marker(version) ? "DeleteMarkers" : "Versions"),
		    item);
}

/* Whether a version of the marker's key comes behind the marker's version: it is older. */
static bool is_behind(struct listing *listing, const struct docs *docs, size_t at, bool *behind)
{
	const char *key = doc_str(docs->items[at], "Key");
	const char *id = json_get_str(listing->input, "VersionIdMarker");
	int order = strcmp(key, listing->after);

	if (order != 0 || !id)
		return order > 0;
	if (*behind)
		return true;
	*behind = str_eq(doc_str(docs->items[at], "VersionId"), id);
	return false;
}

/* A version counts for itself; those under one common prefix count together. */
static bool take_version(struct listing *listing, const struct doc *version)
{
	const char *key = doc_str(version, "Key"), *name;

	if (!str_starts_with(key, listing->prefix))
		return false;
	name = name_of(listing, key);
	if (name != key && (str_eq(name, listing->last) || str_eq(name, listing->after)))
		return false;
	if (listing->count == listing->most) {
		listing->truncated = listing->most > 0;
		return false;
	}
	listing->count++;
	listing->last = name;
	if (name != key)
		add_prefix(listing, name);
	return name == key;
}

static void list_versions(struct listing *listing, const struct docs *docs)
{
	const char *before = NULL, *id = NULL;
	bool behind = false;

	for (size_t i = 0; i < docs->count && !listing->truncated; i++) {
		const struct doc *version = docs->items[i];
		bool latest = !str_eq(doc_str(version, "Key"), before);

		before = doc_str(version, "Key");
		if (!is_behind(listing, docs, i, &behind) || !take_version(listing, version))
			continue;
		id = doc_str(version, "VersionId");
		add_version(listing, version, latest);
	}
	if (listing->truncated) {
		json_set_str(listing->output, "NextKeyMarker",
			     s3_encoded(listing->call, listing->input, listing->last));
		json_set_str(listing->output, "NextVersionIdMarker", id ? id : "null");
	}
}

bool s3_list_object_versions(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	struct listing listing = {.call = call,
				  .input = input,
				  .output = output,
				  .after = json_get_str(input, "KeyMarker")};
	const struct doc *bucket = s3_bucket(call, input, err);
	struct docs docs = {0};

	if (!bucket || !begin(&listing, err))
		return false;
	if (json_get(input, "VersionIdMarker") && !json_get(input, "KeyMarker"))
		return aws_fail(err, AWS_S3_ARGUMENT,
				"A version-id marker cannot be specified without a key marker.");
	s3_versions(call, bucket, &docs);
	list_versions(&listing, &docs);
	docs_done(&docs);
	show_question(&listing, bucket);
	json_set_copy(output, "VersionIdMarker", json_get(input, "VersionIdMarker"));
	return true;
}
