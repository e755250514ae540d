/* Rotation: a symmetric key gets new material; the old one goes on decrypting what it encrypted. */
#include "emulator/aws/kms/kms.h"

#define DAY_MS	      (24 * 3600 * 1000LL)
#define PERIOD_DAYS   365 /* KMS API, EnableKeyRotation, RotationPeriodInDays */
#define ON_DEMAND_MAX 25  /* KMS Developer Guide, "Quotas": on-demand rotations of a key */

size_t kms_materials(const struct doc *key)
{
	return json_size(json_get(key->extra, "Materials"));
}

/* A key that can be rotated at all: symmetric. */
static const struct doc *find(struct call *call, const struct json *input, unsigned wish,
			      struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), wish, err);

	if (key && !str_eq(doc_str(key, "KeySpec"), "SYMMETRIC_DEFAULT")) {
		aws_fail(err, AWS_KMS_ROTATION_UNSUPPORTED);
		return NULL;
	}
	return key;
}

void kms_rotate(struct call *call, const struct doc *key, const char *type)
{
	int64_t days = json_get_int(json_get(key->extra, "Rotation"), "Period", 0);
	struct json *extra = json_copy(key->extra), *material = json_new_object();

	json_set_str(material, "Date", aws_now(call));
	json_set_str(material, "Type", type);
	json_append(json_ensure_array(extra, "Materials"), material);
	world_put_extra(call, &kind_kms_key, key->key, extra);
	if (days && str_eq(type, "AUTOMATIC"))
		world_set_timer(call, &kind_kms_key, key->key, "rotate",
				world_now(call->world) + days * DAY_MS);
}

bool kms_enable_key_rotation(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	int64_t days = json_get_int(input, "RotationPeriodInDays", PERIOD_DAYS), next;
	const struct doc *key = find(call, input, KMS_ENABLED, err);
	struct json *extra, *rotation;
	char text[CLOCK_TEXT_MAX];

	(void)output;
	if (!key)
		return false;
	next = world_now(call->world) + days * DAY_MS;
	extra = json_copy(key->extra);
	rotation = json_ensure_object(extra, "Rotation");
	json_set_int(rotation, "Period", days);
	json_set_str(rotation, "Next", clock_format_ms(next, text));
	world_put_extra(call, &kind_kms_key, key->key, extra);
	world_set_timer(call, &kind_kms_key, key->key, "rotate", next);
	return true;
}

bool kms_disable_key_rotation(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *key = find(call, input, KMS_ENABLED, err);
	struct json *extra;

	(void)output;
	if (!key)
		return false;
	extra = json_copy(key->extra);
	json_remove(extra, "Rotation");
	world_put_extra(call, &kind_kms_key, key->key, extra);
	world_clear_timer(call, &kind_kms_key, key->key, "rotate");
	return true;
}

bool kms_get_key_rotation_status(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *key = kms_key(call, json_get_str(input, "KeyId"), KMS_STAYS, err);
	const struct json *rotation = key ? json_get(key->extra, "Rotation") : NULL;

	if (!key)
		return false;
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	json_set_bool(output, "KeyRotationEnabled", rotation != NULL);
	json_set_copy(output, "RotationPeriodInDays", json_get(rotation, "Period"));
	for (const struct doc_timer *timer = key->timers; rotation && timer; timer = timer->next) {
		char text[CLOCK_TEXT_MAX];

		if (str_eq(timer->name, "rotate"))
			json_set_str(output, "NextRotationDate",
				     clock_format_ms(timer->due_ms, text));
	}
	return true;
}

bool kms_rotate_key_on_demand(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *key = find(call, input, KMS_ENABLED, err);
	size_t times = 0;

	if (!key)
		return false;
	json_foreach (material, json_get(key->extra, "Materials"))
		times += str_eq(json_get_str(material, "Type"), "ON_DEMAND");
	if (times >= ON_DEMAND_MAX)
		return aws_fail(err, AWS_KMS_ROTATIONS);
	kms_rotate(call, key, "ON_DEMAND");
	json_set_copy(output, "KeyId", json_get(key->body, "Arn"));
	return true;
}

bool kms_list_key_rotations(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *key = find(call, input, KMS_STAYS, err);
	bool all = str_eq(json_get_str(input, "IncludeKeyMaterial"), "ALL_KEY_MATERIAL");
	struct json *list;

	if (!key)
		return false;
	list = json_new_array();
	json_foreach (material, json_get(key->extra, "Materials")) {
		struct json *item;

		if (!json_get(material, "Date") && !all)
			continue; /* the first one came with the key */
		item = json_new_object();
		json_set_copy(item, "KeyId", json_get(key->body, "Arn"));
		json_set_copy(item, "RotationDate", json_get(material, "Date"));
		json_set_copy(item, "RotationType", json_get(material, "Type"));
		json_append(list, item);
	}
	return page_items(call, input, output, &kms_page, "Rotations", list, err);
}
