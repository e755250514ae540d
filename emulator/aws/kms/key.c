/* Keys: making, finding, showing, disabling, deleting. */
#include "emulator/aws/kms/kms.h"

#include "emulator/base/ids.h"

#define DAY_MS		(24 * 3600 * 1000LL)
#define WINDOW_DAYS_MIN 7 /* KMS API, ScheduleKeyDeletion */
#define WINDOW_DAYS_MAX 30
#define UUID_LENGTH	36

static void due(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_kms_key = {.name = "kms-key", .shape = "kms:KeyMetadata", .timer = due};

const struct page_style kms_page = {
	.limit = "Limit",
	.token_in = "Marker",
	.token_out = "NextMarker",
	.more = "Truncated",
	.default_limit = 100,
	.max_limit = 1000,
	.bad_token = AWS_KMS_MARKER,
};

struct json *kms_tags(const struct json *list)
{
	struct json *tags = json_new_array();

	json_foreach (item, list) {
		struct json *tag = json_new_object();

		json_set_copy(tag, "Key", json_get(item, "TagKey"));
		json_set_copy(tag, "Value", json_get(item, "TagValue"));
		json_append(tags, tag);
	}
	return tags;
}

/* @name Finding */

/* The text behind "arn:aws:kms:REGION:ACCOUNT:"; *ret_known whether that is this place. */
static const char *behind_arn(struct call *call, const char *arn, bool *ret_here)
{
	const char *here = aws_arn(call, "kms", "%s", "");

	*ret_here = str_starts_with(arn, here);
	return *ret_here ? arn + strlen(here) : arn;
}

const struct doc *kms_find(struct call *call, const char *id, bool aliases)
{
	const struct doc *alias;
	bool here = true;

	if (str_starts_with(id, "arn:"))
		id = behind_arn(call, id, &here);
	if (!here)
		return NULL;
	if (str_starts_with(id, "alias/")) {
		alias = aliases ? kms_alias(call, id) : NULL;
		id = alias ? doc_str(alias, "TargetKeyId") : "";
	}
	if (str_starts_with(id, "key/"))
		id += strlen("key/");
	return find_in_scope(call, &kind_kms_key, id);
}

static bool not_found(struct call *call, const char *id, bool aliases, struct err *err)
{
	bool arn = str_starts_with(id, "arn:"), here;
	const char *rest = arn ? behind_arn(call, id, &here) : id;

	if (arn && !here)
		return aws_fail(err, AWS_KMS_ARN, id);
	if (str_starts_with(rest, "alias/"))
		return aliases ? aws_fail(err, AWS_KMS_ALIAS, aws_arn(call, "kms", "%s", rest))
			       : aws_fail(err, AWS_KMS_KEY_ID, id);
	if (!arn && strlen(id) != UUID_LENGTH)
		return aws_fail(err, AWS_KMS_KEY_ID, id);
	return aws_fail(err, AWS_KMS_KEY, arn ? id : aws_arn(call, "kms", "key/%s", id));
}

const struct doc *kms_key(struct call *call, const char *id, unsigned wish, struct err *err)
{
	const struct doc *key = kms_find(call, id, wish & KMS_ALIAS);
	const char *state = key ? doc_str(key, "KeyState") : NULL;

	if (!key)
		not_found(call, id, wish & KMS_ALIAS, err);
	else if (!kms_check_policy(call, key, arena_printf(call->arena, "kms:%s", call->operation),
				   err))
		key = NULL;
	else if ((wish & (KMS_STAYS | KMS_ENABLED)) && str_eq(state, "PendingDeletion"))
		aws_fail(err, AWS_KMS_PENDING, doc_str(key, "Arn"));
	else if ((wish & KMS_ENABLED) && !str_eq(state, "Enabled"))
		aws_fail(err, AWS_KMS_DISABLED, doc_str(key, "Arn"));
	else
		return key;
	return NULL;
}

/* @name Making */

/* What each spec that is had here is for. Source: KMS API, CreateKey, KeySpec and KeyUsage. */
static const struct spec {
	const char *name, *usage, *member, *algorithm;
} specs[] = {
	{"SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT", "EncryptionAlgorithms", "SYMMETRIC_DEFAULT"},
	{"HMAC_224", "GENERATE_VERIFY_MAC", "MacAlgorithms", "HMAC_SHA_224"},
	{"HMAC_256", "GENERATE_VERIFY_MAC", "MacAlgorithms", "HMAC_SHA_256"},
	{"HMAC_384", "GENERATE_VERIFY_MAC", "MacAlgorithms", "HMAC_SHA_384"},
	{"HMAC_512", "GENERATE_VERIFY_MAC", "MacAlgorithms", "HMAC_SHA_512"},
};

static bool read_spec(const struct json *input, const struct spec **ret, struct err *err)
{
	const char *name = json_get_str(input, "KeySpec"), *usage;

	if (!name)
		name = json_get_str(input, "CustomerMasterKeySpec");
	name = name ? name : "SYMMETRIC_DEFAULT";
	usage = json_get_str(input, "KeyUsage");
	usage = usage ? usage : "ENCRYPT_DECRYPT";
	for (size_t i = 0; i < array_size(specs); i++) {
		if (!str_eq(specs[i].name, name))
			continue;
		*ret = &specs[i];
		return str_eq(specs[i].usage, usage) ||
		       aws_fail(err, AWS_KMS_SPEC_USAGE, usage, name);
	}
	return err_set(err, ERR_UNSUPPORTED, "NotImplemented", "skyrig has no KMS keys of %s",
		       name);
}

static bool refuse_elsewhere(const struct json *input, struct err *err)
{
	const char *origin = json_get_str(input, "Origin");

	if ((origin && !str_eq(origin, "AWS_KMS")) || json_get(input, "CustomKeyStoreId") ||
	    json_get(input, "XksKeyId") || json_get_bool(input, "MultiRegion", false))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no KMS keys of several regions, imported ones, or in "
			       "other key stores");
	return true;
}

static struct json *new_body(struct call *call, const struct json *input, const struct spec *spec,
			     const char *id)
{
	const char *description = json_get_str(input, "Description");
	struct json *body = json_new_object();

	json_set_str(body, "AWSAccountId", call->account);
	json_set_str(body, "KeyId", id);
	json_set_str(body, "Arn", aws_arn(call, "kms", "key/%s", id));
	json_set_str(body, "CreationDate", aws_now(call));
	json_set_bool(body, "Enabled", true);
	json_set_str(body, "Description", description ? description : "");
	json_set_str(body, "KeyUsage", spec->usage);
	json_set_str(body, "KeyState", "Enabled");
	json_set_str(body, "Origin", "AWS_KMS");
	json_set_str(body, "KeyManager", "CUSTOMER");
	json_set_str(body, "CustomerMasterKeySpec", spec->name);
	json_set_str(body, "KeySpec", spec->name);
	json_append_str(json_ensure_array(body, spec->member), spec->algorithm);
	json_set_bool(body, "MultiRegion", false);
	return body;
}

bool kms_create_key(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	bool bypass = json_get_bool(input, "BypassPolicyLockoutSafetyCheck", false);
	_cleanup_(json_freep) struct json *list = kms_tags(json_get(input, "Tags"));
	const char *policy = json_get_str(input, "Policy");
	const struct spec *spec = NULL;
	struct json *extra, *tags;
	char id[UUID_LENGTH + 1];

	if (!refuse_elsewhere(input, err) || !read_spec(input, &spec, err) ||
	    (policy && !kms_policy_is_good(call, policy, bypass, err)) ||
	    !tags_from_list(TAGS_KMS, list, &tags, err))
		return false;
	ids_uuid(world_seed(call->world), "kms-key", call->actor, "", call->number, id);
	extra = json_new_object();
	json_set_str(extra, "Policy", policy ? policy : kms_default_policy(call));
	json_append(json_ensure_array(extra, "Materials"), json_new_object());
	json_set(
		output, "KeyMetadata",
		json_copy(world_add(call, (struct doc_spec){.kind = &kind_kms_key,
							    .key = id,
							    .body = new_body(call, input, spec, id),
							    .tags = tags,
							    .extra = extra})
				  ->body));
	return true;
}

/* @name Showing and changing */

bool kms_describe_key(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_ALIAS, err);

	if (key)
		json_set_copy(output, "KeyMetadata", key->body);
	return key != NULL;
}

bool kms_list_keys(struct call *call, const struct json *input, struct json *output,
		   struct err *err)
{
	struct json *list = json_new_array();

	world_foreach (doc, call->world, &kind_kms_key) {
		struct json *item;

		if (!doc_in_scope(call, doc))
			continue;
		item = json_new_object();
		json_set_str(item, "KeyId", doc->key);
		json_set_copy(item, "KeyArn", json_get(doc->body, "Arn"));
		json_append(list, item);
	}
	return page_items(call, input, output, &kms_page, "Keys", list, err);
}

static bool enable(struct call *call, const struct json *input, bool enabled, struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);
	struct json *body;

	if (!key)
		return false;
	body = json_copy(key->body);
	json_set_bool(body, "Enabled", enabled);
	json_set_str(body, "KeyState", enabled ? "Enabled" : "Disabled");
	world_put(call, &kind_kms_key, key->key, body);
	return true;
}

bool kms_enable_key(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	(void)output;
	return enable(call, input, true, err);
}

bool kms_disable_key(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	(void)output;
	return enable(call, input, false, err);
}

bool kms_update_key_description(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);
	struct json *body;

	(void)output;
	if (!key)
		return false;
	body = json_copy(key->body);
	json_set_copy(body, "Description", json_get(input, "Description"));
	world_put(call, &kind_kms_key, key->key, body);
	return true;
}

/* @name Deleting */

/* A key goes with its aliases and grants. */
static void remove_key(struct call *call, const struct doc *key)
{
	struct docs aliases = {0};

	world_lookup(call->world, &kind_kms_alias, "key", key->key, &aliases);
	for (size_t i = 0; i < aliases.count; i++)
		world_remove(call, &kind_kms_alias, aliases.items[i]->key);
	docs_done(&aliases);
	kms_remove_grants(call, key);
	world_remove(call, &kind_kms_key, key->key);
}

static void due(struct call *call, const struct doc *doc, const char *timer)
{
	if (str_eq(timer, "delete"))
		remove_key(call, doc);
	else
		kms_rotate(call, doc, "AUTOMATIC");
}

bool kms_schedule_key_deletion(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	int64_t days = json_get_int(input, "PendingWindowInDays", WINDOW_DAYS_MAX), when;
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);
	char text[CLOCK_TEXT_MAX];
	struct json *body;

	if (!key)
		return false;
	if (days < WINDOW_DAYS_MIN || days > WINDOW_DAYS_MAX)
		return aws_fail(err, AWS_KMS_WINDOW);
	when = world_now(call->world) + days * DAY_MS;
	body = json_copy(key->body);
	json_set_bool(body, "Enabled", false);
	json_set_str(body, "KeyState", "PendingDeletion");
	json_set_str(body, "DeletionDate", clock_format_ms(when, text));
	world_put(call, &kind_kms_key, key->key, body);
	world_set_timer(call, &kind_kms_key, key->key, "delete", when);
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	json_set_str(output, "DeletionDate", text);
	json_set_str(output, "KeyState", "PendingDeletion");
	json_set_int(output, "PendingWindowInDays", days);
	return true;
}

bool kms_cancel_key_deletion(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_ANY, err);
	struct json *body;

	if (!key)
		return false;
	if (!str_eq(doc_str(key, "KeyState"), "PendingDeletion"))
		return aws_fail(err, AWS_KMS_NOT_PENDING, doc_str(key, "Arn"));
	body = json_copy(key->body);
	json_remove(body, "DeletionDate");
	json_set_str(body, "KeyState", "Disabled");
	world_put(call, &kind_kms_key, key->key, body);
	world_clear_timer(call, &kind_kms_key, key->key, "delete");
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	return true;
}

/* @name Tags */

bool kms_tag_resource(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	_cleanup_(json_freep) struct json *list = kms_tags(json_get(input, "Tags"));
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);

	(void)output;
	return key && tags_put(TAGS_KMS, call, key, list, err);
}

bool kms_untag_resource(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);

	(void)output;
	if (key)
		tags_take(call, key, json_get(input, "TagKeys"));
	return key != NULL;
}

bool kms_list_resource_tags(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_ANY, err);
	struct json *list;

	if (!key)
		return false;
	list = json_new_array();
	json_foreach (tag, key->tags) {
		struct json *item = json_new_object();

		json_set_str(item, "TagKey", json_key(tag));
		json_set_copy(item, "TagValue", tag);
		json_append(list, item);
	}
	return page_items(call, input, output, &kms_page, "Tags", list, err);
}
