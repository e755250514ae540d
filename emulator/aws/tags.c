/* Tags: from the wire into the envelope and back, with each service's words for a refusal. */
#include "emulator/aws/tags.h"

#include <strings.h>

#define KEY_MAX	  128 /* characters, EC2 Using_Tags.html "Tag restrictions"; ELB and IAM alike */
#define VALUE_MAX 256 /* characters, likewise */

/* How a service refuses; below zero: the model's own length limits refuse before. */
static const struct dialect {
	bool ignores_case; /* keys that differ in case only are the same */
	int duplicate, key_missing, key_length, value_length, reserved, limit;
} dialects[] = {
	[TAGS_EC2] = {false, AWS_EC2_TAG_DUPLICATE, AWS_EC2_TAG_KEY_MISSING, AWS_EC2_TAG_KEY_LENGTH,
		      AWS_EC2_TAG_VALUE_LENGTH, AWS_EC2_TAG_RESERVED, AWS_EC2_TAG_LIMIT},
	[TAGS_ELB] = {false, AWS_ELB_TAG_DUPLICATE, AWS_TAG_KEY_MISSING, -1, -1,
		      AWS_ELB_TAG_RESERVED, AWS_ELB_TAG_LIMIT},
	[TAGS_IAM] = {true, AWS_IAM_TAG_DUPLICATE, AWS_TAG_KEY_MISSING, -1, -1,
		      AWS_IAM_TAG_RESERVED, AWS_IAM_TAG_LIMIT},
	[TAGS_IAM_CASED] = {false, AWS_IAM_TAG_DUPLICATE_CASED, AWS_TAG_KEY_MISSING, -1, -1,
			    AWS_IAM_TAG_RESERVED, AWS_IAM_TAG_LIMIT},
	[TAGS_ACM] = {false, AWS_ACM_TAG, AWS_ACM_TAG, -1, -1, AWS_ACM_TAG, AWS_ACM_TAG_LIMIT},
	[TAGS_WAF] = {false, AWS_WAF_TAG, AWS_WAF_TAG, -1, -1, AWS_WAF_TAG, AWS_WAF_TAG_LIMIT},
	[TAGS_S3] = {false, AWS_S3_TAG_DUPLICATE, AWS_S3_TAG, AWS_S3_TAG, AWS_S3_TAG,
		     AWS_S3_TAG_RESERVED, AWS_S3_TAG},
	[TAGS_KMS] = {false, AWS_KMS_TAG, AWS_KMS_TAG, -1, -1, AWS_KMS_TAG, AWS_KMS_TAG_LIMIT},
	[TAGS_COMMON] = {false, AWS_COMMON_TAG, AWS_COMMON_TAG, -1, -1, AWS_COMMON_TAG,
			 AWS_COMMON_TAG_LIMIT},
};

/* Characters of UTF-8 text: bytes that do not continue one. */
static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static bool is_reserved(const char *key)
{
	return strncasecmp(key, "aws:", 4) == 0;
}

static bool check(const struct dialect *dialect, const char *key, const char *value,
		  struct err *err)
{
	if (!key || !*key)
		return aws_fail(err, dialect->key_missing, "");
	if (is_reserved(key))
		return aws_fail(err, dialect->reserved, key);
	if (dialect->key_length >= 0 && characters(key) > KEY_MAX)
		return aws_fail(err, dialect->key_length, key);
	if (dialect->value_length >= 0 && characters(value) > VALUE_MAX)
		return aws_fail(err, dialect->value_length, key);
	return true;
}

static size_t user_tags(const struct json *tags)
{
	size_t n = 0;

	json_foreach (tag, tags)
		n += !is_reserved(json_key(tag));
	return n;
}

/* Whether a key stands in front of an item of the list. */
static bool is_repeated(const struct dialect *dialect, const struct json *list,
			const struct json *item)
{
	const char *key = json_get_str(item, "Key");

	for (const struct json *other = json_first(list); other != item; other = json_next(other)) {
		const char *name = json_get_str(other, "Key");

		if (dialect->ignores_case ? strcasecmp(name, key) == 0 : str_eq(name, key))
			return true;
	}
	return false;
}

static bool add_list(const struct dialect *dialect, const struct json *list, struct json *tags,
		     struct err *err)
{
	json_foreach (item, list) {
		const char *key = json_get_str(item, "Key");
		const char *value = json_get_str(item, "Value");

		if (!value)
			value = "";
		if (!check(dialect, key, value, err))
			return false;
		if (is_repeated(dialect, list, item))
			return aws_fail(err, dialect->duplicate, key);
		json_set_str(tags, key, value);
	}
	if (user_tags(tags) > TAGS_MAX)
		return aws_fail(err, dialect->limit);
	return true;
}

static bool is_one_of(const char *text, const char *const *list)
{
	for (; *list; list++)
		if (str_eq(text, *list))
			return true;
	return false;
}

bool tags_from_specifications_of(const struct json *input, const char *resource_type,
				 const char *const *allowed, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = json_new_object();

	json_foreach (specification, json_get(input, "TagSpecifications")) {
		const char *type = json_get_str(specification, "ResourceType");

		if (!type || !is_one_of(type, allowed))
			return aws_fail(err, AWS_EC2_TAG_SPECIFICATION, type);
		if (!str_eq(type, resource_type))
			continue;
		if (!add_list(&dialects[TAGS_EC2], json_get(specification, "Tags"), tags, err))
			return false;
	}
	*ret = steal(tags);
	return true;
}

bool tags_from_specifications(const struct json *input, const char *resource_type,
			      struct json **ret, struct err *err)
{
	const char *const allowed[] = {resource_type, NULL};

	return tags_from_specifications_of(input, resource_type, allowed, ret, err);
}

bool tags_from_list(enum tag_dialect dialect, const struct json *list, struct json **ret,
		    struct err *err)
{
	return tags_merge(dialect, NULL, list, ret, err);
}

bool tags_merge(enum tag_dialect dialect, const struct json *old, const struct json *list,
		struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = old ? json_copy(old) : json_new_object();

	if (!add_list(&dialects[dialect], list, tags, err))
		return false;
	*ret = steal(tags);
	return true;
}

struct json *tags_to_list(const struct json *tags)
{
	struct json *list = json_new_array();

	json_foreach (tag, tags) {
		struct json *item = json_new_object();

		json_set_str(item, "Key", json_key(tag));
		json_set_str(item, "Value", json_str(tag));
		json_append(list, item);
	}
	return list;
}

bool tags_put(enum tag_dialect dialect, struct call *call, const struct doc *doc,
	      const struct json *list, struct err *err)
{
	struct json *tags;

	if (!tags_merge(dialect, doc->tags, list, &tags, err))
		return false;
	world_put_tags(call, doc->kind, doc->key, tags);
	return true;
}

void tags_take(struct call *call, const struct doc *doc, const struct json *keys)
{
	struct json *tags = json_copy(doc->tags);

	json_foreach (key, keys)
		json_remove(tags, json_str(key));
	world_put_tags(call, doc->kind, doc->key, tags);
}
