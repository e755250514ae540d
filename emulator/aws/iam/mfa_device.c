/*
 * Virtual second factors. What they show is computed from their seed as any authenticator does, in
 * real time, which is what the user's clock shows. Document kind: iam-mfa-device. The picture of
 * the seed (QRCodePNG, which the API may leave out) is not drawn.
 *
 * Source: IAM API, CreateVirtualMFADevice, EnableMFADevice; RFC 6238.
 */
#include "emulator/aws/iam/credential.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"

#define DEVICES_MAX   8 /* IAM quotas, "MFA devices assigned to an IAM user" */
#define SEED_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define SEED_DIGITS   64 /* base32, of 40 bytes */
#define STEP_MS	      30000
#define DRIFT_STEPS   1	 /* of a code at a sign-in */
#define RESYNC_STEPS  20 /* of two codes that set the clock */

static const struct kind_index indexes[] = {{"user", iam_user_term}, {NULL, NULL}};
const struct kind kind_iam_mfa_device = {
	.name = "iam-mfa-device",
	.shape = "iam:VirtualMFADevice",
	.indexes = indexes,
	.view = iam_view,
};

/* @name Codes */

/* The bytes of a seed. */
static size_t seed_bytes(const char *seed, uint8_t ret[SEED_DIGITS])
{
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (; *seed; seed++) {
		const char *digit = strchr(SEED_ALPHABET, *seed);

		bits = (bits << 5 | (unsigned)(digit - SEED_ALPHABET)) & 0xffff;
		held += 5;
		if (held >= 8) {
			held -= 8;
			ret[n++] = (uint8_t)(bits >> held);
		}
	}
	return n;
}

/* RFC 6238 with SHA-1, six digits, 30 seconds. */
static unsigned code_at(const struct doc *device, int64_t step)
{
	uint8_t seed[SEED_DIGITS], sum[20], counter[8];
	size_t length = seed_bytes(doc_extra_str(device, "Seed"), seed), at;

	for (size_t i = 0; i < sizeof(counter); i++)
		counter[i] = (uint8_t)((uint64_t)step >> (8 * (sizeof(counter) - 1 - i)));
	digest_hmac_sha1(seed, length, counter, sizeof(counter), sum);
	at = sum[19] & 15;
	return (((unsigned)sum[at] & 0x7f) << 24 | (unsigned)sum[at + 1] << 16 |
		(unsigned)sum[at + 2] << 8 | sum[at + 3]) %
	       1000000;
}

static bool is_code(const struct doc *device, int64_t step, const char *code)
{
	return code && strtoul(code, NULL, 10) == code_at(device, step);
}

bool iam_mfa_code_is_right(const struct doc *device, const char *code)
{
	int64_t now = clock_real_ms() / STEP_MS;

	for (int64_t step = now - DRIFT_STEPS; step <= now + DRIFT_STEPS; step++)
		if (is_code(device, step, code))
			return true;
	return false;
}

/* Two codes, one after the other. */
static bool check_codes(const struct doc *device, const struct json *input, struct err *err)
{
	const char *first = json_get_str(input, "AuthenticationCode1");
	const char *second = json_get_str(input, "AuthenticationCode2");
	int64_t now = clock_real_ms() / STEP_MS;

	for (int64_t step = now - RESYNC_STEPS; step <= now + RESYNC_STEPS; step++)
		if (is_code(device, step, first) && is_code(device, step + 1, second))
			return true;
	return aws_fail(err, AWS_IAM_MFA_CODE);
}

/* @name Devices */

bool iam_create_virtual_mfa_device(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const char *path = json_get_str(input, "Path"), *serial, *seed;
	struct json *body, *extra, *tags, *shown;
	_cleanup_(freep) char *coded = NULL;

	serial = aws_global_arn(call, "iam", "mfa%s%s", path ? path : "/",
				json_get_str(input, "VirtualMFADeviceName"));
	if (world_find(call->world, &kind_iam_mfa_device, serial))
		return aws_fail(err, AWS_IAM_MFA_EXISTS);
	if (!tags_from_list(TAGS_IAM_CASED, json_get(input, "Tags"), &tags, err))
		return false;
	seed = iam_secret(call, "mfa-seed", SEED_ALPHABET, SEED_DIGITS);
	body = json_new_object();
	json_set_str(body, "SerialNumber", serial);
	extra = json_new_object();
	json_set_str(extra, "Seed", seed);
	shown = iam_item(world_add(call, (struct doc_spec){.kind = &kind_iam_mfa_device,
							   .key = serial,
							   .body = body,
							   .tags = tags,
							   .extra = extra}));
	coded = base64_encode(seed, strlen(seed)); /* as all blobs are written */
	json_set_str(shown, "Base32StringSeed", coded);
	json_set(output, "VirtualMFADevice", shown);
	return true;
}

static const struct doc *find_device(struct call *call, const struct json *input, struct err *err)
{
	const char *serial = json_get_str(input, "SerialNumber");
	const struct doc *doc = find_in_scope(call, &kind_iam_mfa_device, serial);

	if (!doc)
		aws_fail(err, AWS_IAM_MFA_NOT_FOUND, serial);
	return doc;
}

IAM_TAG_OPERATIONS(mfa_device, find_device)

const struct doc *iam_mfa_device_of(struct call *call, const struct doc *user, const char *serial)
{
	const struct doc *doc = find_in_scope(call, &kind_iam_mfa_device, serial);

	return doc && str_eq(doc_extra_str(doc, "User"), user->key) ? doc : NULL;
}

/* The input's device, enabled for the input's user. */
static const struct doc *find_enabled(struct call *call, const struct json *input, struct err *err)
{
	const char *serial = json_get_str(input, "SerialNumber");
	const struct doc *user = iam_user_of(call, input, err);
	const struct doc *doc = user ? iam_mfa_device_of(call, user, serial) : NULL;

	if (doc || !user)
		return doc;
	if (!find_device(call, input, err))
		return NULL;
	aws_fail(err, AWS_IAM_MFA_NOT_ENABLED, serial, doc_str(user, "UserName"));
	return NULL;
}

bool iam_delete_virtual_mfa_device(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = find_device(call, input, err);

	(void)output;
	if (!doc)
		return false;
	if (doc_extra_str(doc, "User"))
		return aws_fail(err, AWS_IAM_MFA_IN_USE);
	world_remove(call, &kind_iam_mfa_device, doc->key);
	return true;
}

/* Gives a device to a user, or takes it back. */
static void assign(struct call *call, const struct doc *doc, const struct doc *user)
{
	struct json *body = json_copy(doc->body), *extra = json_copy(doc->extra);

	if (user) {
		json_set_str(body, "EnableDate", iam_now(call));
		json_set_str(extra, "User", user->key);
	} else {
		json_remove(body, "EnableDate");
		json_remove(extra, "User");
	}
	world_put_all(call, doc->kind, doc->key, body, NULL, extra);
}

bool iam_enable_mfa_device(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err);
	const struct doc *doc = user ? find_device(call, input, err) : NULL;

	(void)output;
	if (!doc)
		return false;
	if (doc_extra_str(doc, "User"))
		return aws_fail(err, AWS_IAM_MFA_ENABLED);
	if (!check_codes(doc, input, err) ||
	    !iam_check_quota(call, "MFADevicesPerUser",
			     iam_credential_count(call, &kind_iam_mfa_device, user), DEVICES_MAX,
			     err))
		return false;
	assign(call, doc, user);
	return true;
}

bool iam_resync_mfa_device(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	const struct doc *doc = find_enabled(call, input, err);

	(void)output;
	return doc && check_codes(doc, input, err);
}

bool iam_deactivate_mfa_device(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *doc = find_enabled(call, input, err);

	(void)output;
	if (!doc)
		return false;
	assign(call, doc, NULL);
	return true;
}

/* @name Reading */

static const char *user_name(struct call *call, const struct doc *device)
{
	const char *key = doc_extra_str(device, "User");

	return key ? doc_str(world_find(call->world, &kind_iam_user, key), "UserName") : NULL;
}

bool iam_get_mfa_device(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const struct doc *doc = json_get(input, "UserName") ? find_enabled(call, input, err)
							    : find_device(call, input, err);

	if (!doc)
		return false;
	json_set_str(output, "UserName", user_name(call, doc));
	json_set_str(output, "SerialNumber", doc->key);
	json_set_copy(output, "EnableDate", json_get(doc->body, "EnableDate"));
	return true;
}

bool iam_list_mfa_devices(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err);
	struct json *list = json_ensure_array(output, "MFADevices");
	struct docs docs = {0};
	bool ok;

	if (!user)
		return false;
	world_lookup(call->world, &kind_iam_mfa_device, "user", user->key, &docs);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++) {
		struct json *item = json_new_object();

		json_set_copy(item, "UserName", json_get(user->body, "UserName"));
		json_set_str(item, "SerialNumber", docs.items[i]->key);
		json_set_copy(item, "EnableDate", json_get(docs.items[i]->body, "EnableDate"));
		json_append(list, item);
	}
	docs_done(&docs);
	return ok;
}

static bool is_wanted(const struct doc *doc, const char *status)
{
	bool assigned = doc_extra_str(doc, "User") != NULL;

	if (!status || str_eq(status, "Any"))
		return true;
	return assigned == str_eq(status, "Assigned");
}

bool iam_list_virtual_mfa_devices(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	struct json *list = json_ensure_array(output, "VirtualMFADevices");
	struct docs docs = {0};
	bool ok;

	world_foreach (doc, call->world, &kind_iam_mfa_device)
		if (doc_in_scope(call, doc) &&
		    is_wanted(doc, json_get_str(input, "AssignmentStatus")))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++) {
		const char *key = doc_extra_str(docs.items[i], "User");
		struct json *item = json_copy(docs.items[i]->body); /* without tags: IAM API */

		if (key)
			json_set(item, "User",
				 json_copy(world_find(call->world, &kind_iam_user, key)->body));
		json_append(list, item);
	}
	docs_done(&docs);
	return ok;
}
