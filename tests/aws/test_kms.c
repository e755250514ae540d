/* KMS: each operation once well and once refused. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "emulator/aws/kms/kms.h"
#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define NONE	"'KeyId':'00000000-0000-4000-8000-000000000000'"
#define DAY_MS	(24 * 3600 * 1000LL)
#define HELLO	"aGVsbG8="
#define CONTEXT "'EncryptionContext':{'a':'1','b':'2'}"

static struct world *world;
static struct aws *aws;
static char *key; /* the id of a symmetric key */

static void setup(void)
{
	world = wire_world(PROFILE_AWS);
	aws = aws_new(world);
	aws_check_replies(aws, true);
	key = api_text(api(aws, "kms", "CreateKey", "{}"), "KeyMetadata", "KeyId");
}

static void teardown(void)
{
	free(key);
	aws_free(aws);
	world_free(world);
}

/* "{'KeyId':'…',MEMBERS}" with another key or the usual one. */
static char *with_key(const char *id, const char *members)
{
	return xasprintf("{'KeyId':'%s'%s%s}", id, *members ? "," : "", members);
}

static struct json *get(const char *operation, const char *members)
{
	_cleanup_(freep) char *params = with_key(key, members);

	return api(aws, "kms", operation, params);
}

static void put(const char *operation, const char *members)
{
	json_free(get(operation, members));
}

static void no(const char *operation, const char *members, const char *code, const char *text)
{
	_cleanup_(freep) char *params = with_key(key, members);

	api_refused(aws, "kms", operation, params, code, text);
}

/* Every operation that names a key refuses one that is not there. */
START_TEST(a_key_that_is_not_there_is_refused_by_each_operation)
{
	static const struct {
		const char *operation, *members;
	} rows[] = {
		{"CancelKeyDeletion", ""},
		{"CreateGrant", ",'GranteePrincipal':'arn:aws:iam::123456789012:user/u',"
				"'Operations':['Encrypt']"},
		{"DescribeKey", ""},
		{"DisableKey", ""},
		{"DisableKeyRotation", ""},
		{"EnableKey", ""},
		{"EnableKeyRotation", ""},
		{"Encrypt", ",'Plaintext':'" HELLO "'"},
		{"GenerateDataKey", ",'KeySpec':'AES_256'"},
		{"GenerateDataKeyWithoutPlaintext", ",'KeySpec':'AES_256'"},
		{"GenerateMac", ",'Message':'" HELLO "','MacAlgorithm':'HMAC_SHA_256'"},
		{"GetKeyPolicy", ""},
		{"GetKeyRotationStatus", ""},
		{"ListAliases", ""},
		{"ListGrants", ""},
		{"ListKeyPolicies", ""},
		{"ListKeyRotations", ""},
		{"ListResourceTags", ""},
		{"PutKeyPolicy", ",'Policy':'{}'"},
		{"RevokeGrant", ",'GrantId':'g'"},
		{"RotateKeyOnDemand", ""},
		{"ScheduleKeyDeletion", ""},
		{"TagResource", ",'Tags':[]"},
		{"UntagResource", ",'TagKeys':['k']"},
		{"UpdateKeyDescription", ",'Description':''"},
		{"VerifyMac",
		 ",'Message':'" HELLO "','Mac':'" HELLO "','MacAlgorithm':'HMAC_SHA_256'"},
	};
	_cleanup_(freep) char *params = xasprintf("{" NONE "%s}", rows[_i].members);

	ck_assert_int_eq(array_size(rows), 26);
	api_refused(aws, "kms", rows[_i].operation, params, "NotFoundException", "");
}
END_TEST

START_TEST(keys_are_named_by_id_arn_and_alias)
{
	_cleanup_(freep) char *arn = api_text(get("DescribeKey", ""), "KeyMetadata", "Arn");
	_cleanup_(freep) char *params = xasprintf("{'KeyId':'%s'}", arn);
	_cleanup_(freep) char *alias = xasprintf("{'AliasName':'alias/a','TargetKeyId':'%s'}", key);
	_cleanup_(json_freep) struct json *listed = NULL;

	api_done(aws, "kms", "DescribeKey", params);
	api_refused(aws, "kms", "DescribeKey", "{'KeyId':'x'}", "NotFoundException",
		    "Invalid keyId 'x'");
	api_refused(aws, "kms", "DescribeKey",
		    "{'KeyId':'arn:aws:kms:us-east-1:123456789012:key/x'}", "InvalidArnException",
		    "Invalid arn");
	api_refused(aws, "kms", "DescribeKey", "{'KeyId':'alias/a'}", "NotFoundException",
		    "alias/a is not found");
	api_done(aws, "kms", "CreateAlias", alias);
	api_refused(aws, "kms", "CreateAlias", alias, "AlreadyExistsException", "alias/a");
	api_refused(aws, "kms", "CreateAlias", "{'AliasName':'alias/aws/x','TargetKeyId':'k'}",
		    "NotAuthorizedException", "");
	api_done(aws, "kms", "DescribeKey", "{'KeyId':'alias/a'}");
	api_refused(aws, "kms", "DisableKey", "{'KeyId':'alias/a'}", "NotFoundException", "");
	api_done(aws, "kms", "UpdateAlias", alias);
	api_refused(aws, "kms", "UpdateAlias", "{'AliasName':'alias/b','TargetKeyId':'k'}",
		    "NotFoundException", "alias/b");
	listed = get("ListAliases", "");
	ck_assert_uint_eq(json_size(json_get(listed, "Aliases")), 1);
	api_done(aws, "kms", "DeleteAlias", "{'AliasName':'alias/a'}");
	api_refused(aws, "kms", "DeleteAlias", "{'AliasName':'alias/a'}", "NotFoundException", "");
}
END_TEST

START_TEST(specs_that_are_not_had_or_do_not_fit_are_refused)
{
	_cleanup_(json_freep) struct json *keys = NULL;

	api_refused(aws, "kms", "CreateKey", "{'KeySpec':'RSA_2048','KeyUsage':'SIGN_VERIFY'}",
		    "NotImplemented", "RSA_2048");
	api_refused(aws, "kms", "CreateKey", "{'KeySpec':'HMAC_256'}", "ValidationException",
		    "not compatible");
	api_refused(aws, "kms", "CreateKey", "{'MultiRegion':true}", "NotImplemented", "");
	api_refused(aws, "kms", "CreateKey", "{'Policy':'x'}", "MalformedPolicyDocumentException",
		    "");
	api_refused(aws, "kms", "CreateKey", "{'Tags':[{'TagKey':'aws:x','TagValue':''}]}",
		    "TagException", "");
	keys = api(aws, "kms", "ListKeys", "{'Limit':1}");
	ck_assert_uint_eq(json_size(json_get(keys, "Keys")), 1);
	api_refused(aws, "kms", "ListKeys", "{'Marker':'x'}", "InvalidMarkerException", "");
}
END_TEST

/* What a text becomes under the key; free() it. */
static char *encrypted(const char *more)
{
	_cleanup_(freep) char *members = xasprintf("'Plaintext':'" HELLO "'%s", more);

	return api_text(get("Encrypt", members), "CiphertextBlob", NULL);
}

static void decrypts(const char *blob, const char *more)
{
	_cleanup_(freep) char *params = xasprintf("{'CiphertextBlob':'%s'%s}", blob, more);
	_cleanup_(freep) char *plain =
		api_text(api(aws, "kms", "Decrypt", params), "Plaintext", NULL);

	ck_assert_str_eq(plain, HELLO);
}

static void cannot_decrypt(const char *blob, const char *more, const char *code)
{
	_cleanup_(freep) char *params = xasprintf("{'CiphertextBlob':'%s'%s}", blob, more);

	api_refused(aws, "kms", "Decrypt", params, code, "");
}

START_TEST(a_ciphertext_needs_its_key_and_its_context)
{
	_cleanup_(freep) char *other =
		api_text(api(aws, "kms", "CreateKey", "{}"), "KeyMetadata", "KeyId");
	_cleanup_(freep) char *blob = encrypted("," CONTEXT);
	_cleanup_(freep) char *wrong = xasprintf("," CONTEXT ",'KeyId':'%s'", other);
	_cleanup_(freep) char *params =
		xasprintf("{'CiphertextBlob':'%s','SourceEncryptionContext':{'a':'1','b':'2'},"
			  "'DestinationKeyId':'%s'}",
			  blob, other);
	_cleanup_(freep) char *again = NULL;

	decrypts(blob, ",'EncryptionContext':{'b':'2','a':'1'}");
	cannot_decrypt(blob, "", "InvalidCiphertextException");
	cannot_decrypt(HELLO, "", "InvalidCiphertextException");
	cannot_decrypt(blob, wrong, "IncorrectKeyException");
	again = api_text(api(aws, "kms", "ReEncrypt", params), "CiphertextBlob", NULL);
	decrypts(again, "");
	api_refused(aws, "kms", "ReEncrypt",
		    "{'CiphertextBlob':'" HELLO "','DestinationKeyId':'x'}",
		    "InvalidCiphertextException", "");
	no("Encrypt", "'Plaintext':'" HELLO "','DryRun':true", "DryRunOperationException", "");
}
END_TEST

START_TEST(data_keys_come_sealed_and_random_bytes_plain)
{
	_cleanup_(json_freep) struct json *made = get("GenerateDataKey", "'KeySpec':'AES_128'");
	_cleanup_(freep) char *params =
		xasprintf("{'CiphertextBlob':'%s'}", json_get_str(made, "CiphertextBlob"));
	_cleanup_(freep) char *plain =
		api_text(api(aws, "kms", "Decrypt", params), "Plaintext", NULL);
	_cleanup_(json_freep) struct json *bare = NULL;

	ck_assert_str_eq(plain, json_get_str(made, "Plaintext"));
	bare = get("GenerateDataKeyWithoutPlaintext", "'NumberOfBytes':64");
	ck_assert_ptr_null(json_get(bare, "Plaintext"));
	no("GenerateDataKey", "", "ValidationException", "number of bytes or key spec");
	api_done(aws, "kms", "GenerateRandom", "{'NumberOfBytes':16}");
	api_refused(aws, "kms", "GenerateRandom", "{}", "ValidationException", "NumberOfBytes");
}
END_TEST

START_TEST(codes_are_made_and_verified_by_keys_for_them)
{
	_cleanup_(freep) char *mac_key =
		api_text(api(aws, "kms", "CreateKey",
			     "{'KeySpec':'HMAC_256','KeyUsage':'GENERATE_VERIFY_MAC'}"),
			 "KeyMetadata", "KeyId");
	_cleanup_(freep) char *ask =
		with_key(mac_key, "'Message':'" HELLO "','MacAlgorithm':'HMAC_SHA_256'");
	_cleanup_(freep) char *mac = api_text(api(aws, "kms", "GenerateMac", ask), "Mac", NULL);
	_cleanup_(freep) char *good = xasprintf("{'KeyId':'%s','Message':'" HELLO
						"','MacAlgorithm':'HMAC_SHA_256','Mac':'%s'}",
						mac_key, mac);
	_cleanup_(freep) char *bad = xasprintf("{'KeyId':'%s','Message':'" HELLO
					       "','MacAlgorithm':'HMAC_SHA_256','Mac':'" HELLO "'}",
					       mac_key);
	_cleanup_(freep) char *rotate = with_key(mac_key, "");

	api_done(aws, "kms", "VerifyMac", good);
	api_refused(aws, "kms", "VerifyMac", bad, "KMSInvalidMacException", "");
	no("GenerateMac", "'Message':'" HELLO "','MacAlgorithm':'HMAC_SHA_256'",
	   "InvalidKeyUsageException", "ENCRYPT_DECRYPT");
	api_refused(aws, "kms", "EnableKeyRotation", rotate, "UnsupportedOperationException", "");
}
END_TEST

START_TEST(a_disabled_key_does_nothing_and_a_deleted_one_goes_in_time)
{
	_cleanup_(freep) char *blob = encrypted("");

	put("DisableKey", "");
	no("Encrypt", "'Plaintext':'" HELLO "'", "DisabledException", "is disabled.");
	cannot_decrypt(blob, "", "DisabledException");
	put("EnableKey", "");
	decrypts(blob, "");
	no("ScheduleKeyDeletion", "'PendingWindowInDays':6", "ValidationException", "7 and 30");
	no("CancelKeyDeletion", "", "KMSInvalidStateException", "not pending deletion");
	put("ScheduleKeyDeletion", "'PendingWindowInDays':7");
	no("EnableKey", "", "KMSInvalidStateException", "is pending deletion");
	put("CancelKeyDeletion", "");
	no("Encrypt", "'Plaintext':'" HELLO "'", "DisabledException", "");
	put("ScheduleKeyDeletion", "'PendingWindowInDays':7");
	test_advance(world, 8 * DAY_MS);
	no("DescribeKey", "", "NotFoundException", "");
	ck_assert_uint_eq(world_count(world, &kind_kms_key), 0);
}
END_TEST

START_TEST(new_material_leaves_old_texts_readable)
{
	_cleanup_(freep) char *blob = encrypted(""), *newer = NULL;
	_cleanup_(json_freep) struct json *status = NULL, *rotations = NULL, *off = NULL;

	put("EnableKeyRotation", "'RotationPeriodInDays':90");
	status = get("GetKeyRotationStatus", "");
	ck_assert(json_get_bool(status, "KeyRotationEnabled", false));
	ck_assert_str_eq(json_get_str(status, "NextRotationDate"), "2027-02-21T07:30:00.000Z");
	test_advance(world, 91 * DAY_MS);
	put("RotateKeyOnDemand", "");
	rotations = get("ListKeyRotations", "");
	ck_assert_uint_eq(json_size(json_get(rotations, "Rotations")), 2);
	newer = encrypted("");
	ck_assert_str_ne(blob, newer);
	decrypts(blob, "");
	decrypts(newer, "");
	put("DisableKeyRotation", "");
	off = get("GetKeyRotationStatus", "");
	ck_assert(!json_get_bool(off, "KeyRotationEnabled", true));
}
END_TEST

#define GRANT                                                                                      \
	"'GranteePrincipal':'arn:aws:iam::123456789012:user/u','Operations':['Decrypt'],"          \
	"'RetiringPrincipal':'arn:aws:iam::123456789012:user/r','Name':'n'"

START_TEST(grants_are_listed_revoked_and_retired)
{
	_cleanup_(json_freep) struct json *first = get("CreateGrant", GRANT);
	_cleanup_(json_freep) struct json *again = get("CreateGrant", GRANT), *listed = NULL;
	_cleanup_(freep) char *revoke = xasprintf("'GrantId':'%s'", json_get_str(first, "GrantId"));
	_cleanup_(freep) char *token = NULL;

	ck_assert_str_eq(json_get_str(first, "GrantId"), json_get_str(again, "GrantId"));
	no("CreateGrant", "'GranteePrincipal':'me','Operations':['Decrypt']", "ValidationException",
	   "principal");
	listed = get("ListGrants", "");
	ck_assert_uint_eq(json_size(json_get(listed, "Grants")), 1);
	api_done(aws, "kms", "ListRetirableGrants",
		 "{'RetiringPrincipal':'arn:aws:iam::123456789012:user/r'}");
	api_refused(aws, "kms", "ListRetirableGrants", "{'Marker':'x'}", "InvalidMarkerException",
		    "");
	put("RevokeGrant", revoke);
	no("RevokeGrant", revoke, "NotFoundException", "not found");
	token = api_text(get("CreateGrant", GRANT), "GrantToken", NULL);
	{
		_cleanup_(freep) char *retire = xasprintf("{'GrantToken':'%s'}", token);

		api_done(aws, "kms", "RetireGrant", retire);
		api_refused(aws, "kms", "RetireGrant", retire, "InvalidGrantTokenException", "");
	}
}
END_TEST

#define POLICY(principal, action)                                                                  \
	"'Policy':'{\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{"          \
	"\\\"AWS\\\":\\\"" principal "\\\"},\\\"Action\\\":" action                                \
	",\\\"Resource\\\":\\\"*\\\"}]}'"

START_TEST(a_keys_policy_binds_and_cannot_lock_everybody_out)
{
	_cleanup_(freep) char *policy = api_text(get("GetKeyPolicy", ""), "Policy", NULL);

	ck_assert_ptr_nonnull(strstr(policy, "Enable IAM User Permissions"));
	put("ListKeyPolicies", "");
	no("GetKeyPolicy", "'PolicyName':'other'", "NotFoundException", "No such policy");
	no("PutKeyPolicy", POLICY("123456789012", "\\\"kms:Encrypt\\\""),
	   "MalformedPolicyDocumentException", "will not allow you");
	put("PutKeyPolicy",
	    POLICY("123456789012", "[\\\"kms:Put*\\\",\\\"kms:Describe*\\\",\\\"kms:Get*\\\"]"));
	no("Encrypt", "'Plaintext':'" HELLO "'", "AccessDeniedException",
	   "no resource-based policy allows");
	put("PutKeyPolicy", POLICY("123456789012", "\\\"kms:*\\\""));
	put("Encrypt", "'Plaintext':'" HELLO "'");
}
END_TEST

START_TEST(keys_have_tags_and_a_description)
{
	_cleanup_(json_freep) struct json *tags = NULL;

	put("TagResource", "'Tags':[{'TagKey':'a','TagValue':'b'}]");
	no("TagResource", "'Tags':[{'TagKey':'aws:a','TagValue':'b'}]", "TagException", "");
	tags = get("ListResourceTags", "");
	ck_assert_str_eq(json_get_str(json_first(json_get(tags, "Tags")), "TagKey"), "a");
	put("UntagResource", "'TagKeys':['a']");
	put("UpdateKeyDescription", "'Description':'new'");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("kms");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, a_key_that_is_not_there_is_refused_by_each_operation, 0, 26);
	tcase_add_test(tcase, keys_are_named_by_id_arn_and_alias);
	tcase_add_test(tcase, specs_that_are_not_had_or_do_not_fit_are_refused);
	tcase_add_test(tcase, a_ciphertext_needs_its_key_and_its_context);
	tcase_add_test(tcase, data_keys_come_sealed_and_random_bytes_plain);
	tcase_add_test(tcase, codes_are_made_and_verified_by_keys_for_them);
	tcase_add_test(tcase, a_disabled_key_does_nothing_and_a_deleted_one_goes_in_time);
	tcase_add_test(tcase, new_material_leaves_old_texts_readable);
	tcase_add_test(tcase, grants_are_listed_revoked_and_retired);
	tcase_add_test(tcase, a_keys_policy_binds_and_cannot_lock_everybody_out);
	tcase_add_test(tcase, keys_have_tags_and_a_description);
	return run_suite_of(tcase, "kms");
}
