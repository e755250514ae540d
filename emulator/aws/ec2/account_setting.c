/*
 * Settings of an account in a region: encryption of volumes, serial console, sharing of snapshots
 * and images, defaults of instance metadata and CPU credits. A document per setting that is not at
 * its default, key "account/region/name".
 */
#include "emulator/aws/ec2/internal.h"

const struct kind kind_account_setting = {.name = "account-setting"};

static const char *setting_key(struct call *call, const char *name)
{
	return arena_printf(call->arena, "%s/%s/%s", call->account, call->region, name);
}

const struct json *account_setting(struct call *call, const char *name)
{
	const struct doc *doc =
		world_find(call->world, &kind_account_setting, setting_key(call, name));

	return doc ? json_get(doc->body, "Value") : NULL;
}

void account_setting_put(struct call *call, const char *name, struct json *value)
{
	const char *key = setting_key(call, name);
	struct json *body = json_new_object();

	json_set(body, "Value", value);
	if (world_find(call->world, &kind_account_setting, key))
		world_put(call, &kind_account_setting, key, body);
	else
		world_add(call, (struct doc_spec){
					.kind = &kind_account_setting, .key = key, .body = body});
}

/** A text that was set, else the default. */
static const char *text_setting(struct call *call, const char *name, const char *fallback)
{
	const char *text = json_str(account_setting(call, name));

	return text ? text : fallback;
}

static void put_text(struct call *call, const char *name, const char *text)
{
	account_setting_put(call, name, json_new_string(text));
}

/* ---- Switches ---- */

#define SWITCH(operation, setting, member, value)                                                  \
	bool operation(struct call *call, const struct json *input, struct json *output,           \
		       struct err *err)                                                            \
	{                                                                                          \
		(void)input;                                                                       \
		(void)err;                                                                         \
		account_setting_put(call, setting, json_new_bool(value));                          \
		json_set_bool(output, member, value);                                              \
		return true;                                                                       \
	}

SWITCH(ec2_enable_ebs_encryption_by_default, "ebs-encryption", "EbsEncryptionByDefault", true)
SWITCH(ec2_disable_ebs_encryption_by_default, "ebs-encryption", "EbsEncryptionByDefault", false)
SWITCH(ec2_enable_serial_console_access, "serial-console", "SerialConsoleAccessEnabled", true)
SWITCH(ec2_disable_serial_console_access, "serial-console", "SerialConsoleAccessEnabled", false)

bool ec2_get_ebs_encryption_by_default(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	bool on = json_bool(account_setting(call, "ebs-encryption"));

	(void)input;
	(void)err;
	json_set_bool(output, "EbsEncryptionByDefault", on);
	json_set_str(output, "SseType", on ? "sse-ebs" : "none");
	return true;
}

bool ec2_get_serial_console_access_status(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	json_set_bool(output, "SerialConsoleAccessEnabled",
		      json_bool(account_setting(call, "serial-console")));
	json_set_str(output, "ManagedBy", "account");
	return true;
}

/* ---- The key that encrypts volumes ---- */

#define EBS_KEY "alias/aws/ebs" /* EC2 API, GetEbsDefaultKmsKeyId: the AWS managed key */

bool ec2_get_ebs_default_kms_key_id(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	json_set_str(output, "KmsKeyId", text_setting(call, "ebs-kms-key", EBS_KEY));
	return true;
}

bool ec2_modify_ebs_default_kms_key_id(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const char *key = json_get_str(input, "KmsKeyId");

	if (!*key)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "KmsKeyId");
	/* Source: EC2 API, ModifyEbsDefaultKmsKeyId: id, alias or ARN; the ARN is told */
	if (!str_starts_with(key, "arn:") && !str_starts_with(key, "alias/"))
		key = aws_arn(call, "kms", "key/%s", key);
	put_text(call, "ebs-kms-key", key);
	json_set_str(output, "KmsKeyId", key);
	return true;
}

bool ec2_reset_ebs_default_kms_key_id(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	put_text(call, "ebs-kms-key", EBS_KEY);
	json_set_str(output, "KmsKeyId", EBS_KEY);
	return true;
}

/* ---- Public sharing ---- */

bool ec2_get_snapshot_block_public_access_state(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	json_set_str(output, "State", text_setting(call, "snapshot-sharing", "unblocked"));
	json_set_str(output, "ManagedBy", "account");
	return true;
}

bool ec2_enable_snapshot_block_public_access(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	const char *state = json_get_str(input, "State");

	/* Source: EC2 API, EnableSnapshotBlockPublicAccess: "unblocked" is not valid here */
	if (str_eq(state, "unblocked"))
		return aws_fail(err, AWS_EC2_SHARING_STATE, state);
	put_text(call, "snapshot-sharing", state);
	json_set_str(output, "State", state);
	return true;
}

bool ec2_disable_snapshot_block_public_access(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	put_text(call, "snapshot-sharing", "unblocked");
	json_set_str(output, "State", "unblocked");
	return true;
}

bool ec2_get_image_block_public_access_state(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	/* Source: EC2 user guide, "Block public access to your AMIs": on in new accounts */
	json_set_str(output, "ImageBlockPublicAccessState",
		     text_setting(call, "image-sharing", "block-new-sharing"));
	json_set_str(output, "ManagedBy", "account");
	return true;
}

static bool set_image_sharing(struct call *call, const char *state, struct json *output)
{
	put_text(call, "image-sharing", state);
	json_set_str(output, "ImageBlockPublicAccessState", state);
	return true;
}

bool ec2_enable_image_block_public_access(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	(void)err;
	return set_image_sharing(call, json_get_str(input, "ImageBlockPublicAccessState"), output);
}

bool ec2_disable_image_block_public_access(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	return set_image_sharing(call, "unblocked", output);
}

/* ---- Instance metadata ---- */

bool ec2_get_instance_metadata_defaults(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	struct json *level = json_ensure_object(output, "AccountLevel");
	const struct json *set = account_setting(call, "instance-metadata");

	(void)input;
	(void)err;
	json_foreach (member, set)
		json_set_copy(level, json_key(member), member);
	json_set_str(level, "ManagedBy", "account");
	return true;
}

/* Source: EC2 API, ModifyInstanceMetadataDefaults: no-preference (and -1) takes a default away. */
bool ec2_modify_instance_metadata_defaults(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	static const char *const members[] = {"HttpTokens", "HttpEndpoint", "InstanceMetadataTags",
					      "HttpTokensEnforced"};
	const struct json *old = account_setting(call, "instance-metadata");
	int64_t hops = json_get_int(input, "HttpPutResponseHopLimit", 0);
	struct json *set;

	if (json_get(input, "HttpPutResponseHopLimit") && hops != -1 && (hops < 1 || hops > 64))
		return aws_fail(err, AWS_EC2_HOP_LIMIT);
	set = old ? json_copy(old) : json_new_object();
	for (size_t i = 0; i < array_size(members); i++) {
		const char *text = json_get_str(input, members[i]);

		if (str_eq(text, "no-preference"))
			json_remove(set, members[i]);
		else
			json_set_str(set, members[i], text);
	}
	if (hops == -1)
		json_remove(set, "HttpPutResponseHopLimit");
	else if (hops)
		json_set_int(set, "HttpPutResponseHopLimit", hops);
	account_setting_put(call, "instance-metadata", set);
	json_set_bool(output, "Return", true);
	return true;
}

/* ---- CPU credits of burstable instances ---- */

static void reply_credits(struct call *call, const char *family, struct json *output)
{
	struct json *item = json_ensure_object(output, "InstanceFamilyCreditSpecification");
	const char *name = arena_printf(call->arena, "cpu-credits-%s", family);

	json_set_str(item, "InstanceFamily", family);
	/* Source: EC2 user guide, "Burstable performance": T2 starts standard, later ones
	 * unlimited */
	json_set_str(item, "CpuCredits",
		     text_setting(call, name, str_eq(family, "t2") ? "standard" : "unlimited"));
}

bool ec2_get_default_credit_specification(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	(void)err;
	reply_credits(call, json_get_str(input, "InstanceFamily"), output);
	return true;
}

bool ec2_modify_default_credit_specification(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	const char *family = json_get_str(input, "InstanceFamily");
	const char *credits = json_get_str(input, "CpuCredits");

	if (!str_eq(credits, "standard") && !str_eq(credits, "unlimited"))
		return aws_fail(err, AWS_EC2_CPU_CREDITS, credits);
	put_text(call, arena_printf(call->arena, "cpu-credits-%s", family), credits);
	reply_credits(call, family, output);
	return true;
}
