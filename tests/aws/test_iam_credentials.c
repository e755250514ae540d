/* What users sign in with: keys for services, SSH keys, certificates, second factors, passwords;
 * and what the account tells about them. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/rsa.h"
#include "tests/aws/api.h"
#include "tests/aws/certificate_pem.h"
#include "tests/aws/wire.h"

#define USER   "{'UserName':'alice'}"
#define SERIAL "arn:aws:iam::123456789012:mfa/phone"
#define SSH_RSA                                                                                    \
	"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC44zwux0F0gFFDNPVn8wvWKBL7NtMgBEv3hEho"             \
	"EfQCbGlA5zB15FmvFBnvuu7hxoJUSczUppYiQDzR5qx/w+gZ9Okvu1u0mgbBcHTuhmFQ8y6ZptH1"             \
	"FPvvJU6iDCjH+RWLdF5/yisuqp4PLbTZvYvsDWfniC3stQtQfh36Xez/PQ=="

static struct world *world;
static struct aws *aws;

static void setup(void)
{
	world = wire_world(PROFILE_AWS);
	aws = aws_new(world);
	aws_check_replies(aws, true);
	api_done(aws, "iam", "CreateUser", USER);
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
}

/* The member of a reply's structure; new text. */
static char *text_of(struct json *reply, const char *structure, const char *member)
{
	char *text = xstrdup(json_find_str(reply, structure, member, NULL));

	json_free(reply);
	return text;
}

START_TEST(a_user_has_two_credentials_for_a_service)
{
	const char *create = "{'UserName':'alice','ServiceName':'codecommit.amazonaws.com'}";
	_cleanup_(json_freep) struct json *list = NULL, *of_all = NULL;
	_cleanup_(freep) char *id = NULL, *params = NULL, *set = NULL, *second = NULL;
	_cleanup_(freep) char *password = NULL, *reset = NULL;
	struct json *made = api(aws, "iam", "CreateServiceSpecificCredential", create);

	ck_assert_str_eq(json_find_str(made, "ServiceSpecificCredential", "ServiceUserName", NULL),
			 "alice-at-123456789012");
	password =
		xstrdup(json_find_str(made, "ServiceSpecificCredential", "ServicePassword", NULL));
	id = text_of(made, "ServiceSpecificCredential", "ServiceSpecificCredentialId");
	second = text_of(api(aws, "iam", "CreateServiceSpecificCredential", create),
			 "ServiceSpecificCredential", "ServiceUserName");
	ck_assert_str_eq(second, "alice+1-at-123456789012");
	api_refused(aws, "iam", "CreateServiceSpecificCredential", create, "LimitExceeded",
		    "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2");
	params = xasprintf("{'UserName':'alice','ServiceSpecificCredentialId':'%s'}", id);
	set = xasprintf(
		"{'UserName':'alice','ServiceSpecificCredentialId':'%s','Status':'Inactive'}", id);
	reset = text_of(api(aws, "iam", "ResetServiceSpecificCredential", params),
			"ServiceSpecificCredential", "ServicePassword");
	ck_assert_str_ne(password, reset);
	api_done(aws, "iam", "UpdateServiceSpecificCredential", set);
	list = api(aws, "iam", "ListServiceSpecificCredentials", USER);
	ck_assert_uint_eq(json_size(json_get(list, "ServiceSpecificCredentials")), 2);
	ck_assert_str_eq(
		json_get_str(json_at(json_get(list, "ServiceSpecificCredentials"), 0), "Status"),
		"Inactive");
	of_all = api(aws, "iam", "ListServiceSpecificCredentials",
		     "{'AllUsers':true,'ServiceName':'cassandra.amazonaws.com'}");
	ck_assert_uint_eq(json_size(json_get(of_all, "ServiceSpecificCredentials")), 0);
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict",
		    "must remove referenced objects first.");
	api_done(aws, "iam", "DeleteServiceSpecificCredential", params);
	api_refused(aws, "iam", "DeleteServiceSpecificCredential", params, "NoSuchEntity",
		    "No such credential");
	api_refused(aws, "iam", "ResetServiceSpecificCredential", params, "NoSuchEntity",
		    "No such credential");
	api_refused(aws, "iam", "UpdateServiceSpecificCredential", set, "NoSuchEntity",
		    "No such credential");
	api_refused(
		aws, "iam", "ListServiceSpecificCredentials",
		"{'UserName':'alice','ServiceName':'x.amazonaws.com'}", "NoSuchEntity",
		"No such service x.amazonaws.com is supported for Service Specific Credentials");
	api_refused(aws, "iam", "CreateServiceSpecificCredential",
		    "{'UserName':'alice','ServiceName':'cassandra.amazonaws.com',"
		    "'CredentialAgeDays':1}",
		    "ValidationError", "CredentialAgeDays");
}
END_TEST

START_TEST(a_key_for_bedrock_ends_by_itself)
{
	_cleanup_(json_freep) struct json *made =
		api(aws, "iam", "CreateServiceSpecificCredential",
		    "{'UserName':'alice','ServiceName':'bedrock.amazonaws.com',"
		    "'CredentialAgeDays':30}");
	const struct json *shown = json_get(made, "ServiceSpecificCredential");

	ck_assert(str_starts_with(json_get_str(shown, "ServiceCredentialSecret"), "ABSK"));
	ck_assert_str_eq(json_get_str(shown, "ServiceCredentialAlias"), "alice+1-at-123456789012");
	ck_assert_str_eq(json_get_str(shown, "ExpirationDate"), "2026-12-23T07:30:00Z");
	ck_assert_ptr_null(json_get(shown, "ServicePassword"));
}
END_TEST

START_TEST(an_ssh_key_is_shown_in_both_encodings)
{
	const char *upload = "{'UserName':'alice','SSHPublicKeyBody':'" SSH_RSA "'}";
	_cleanup_(json_freep) struct json *list = NULL, *pem = NULL;
	_cleanup_(freep) char *id = NULL, *get = NULL, *get_pem = NULL, *set = NULL, *gone = NULL;
	_cleanup_(freep) char *again = NULL, *ssh = NULL, *body = NULL;
	struct json *made = api(aws, "iam", "UploadSSHPublicKey", upload);
	struct strbuf escaped;

	/* ssh-keygen -E md5 -lf */
	ck_assert_str_eq(json_find_str(made, "SSHPublicKey", "Fingerprint", NULL),
			 "89:c8:c7:9b:50:44:a3:e1:c2:fa:df:a7:23:52:63:99");
	id = text_of(made, "SSHPublicKey", "SSHPublicKeyId");
	api_refused(aws, "iam", "UploadSSHPublicKey", upload, "DuplicateSSHPublicKey", "already");
	get = xasprintf("{'UserName':'alice','SSHPublicKeyId':'%s','Encoding':'SSH'}", id);
	get_pem = xasprintf("{'UserName':'alice','SSHPublicKeyId':'%s','Encoding':'PEM'}", id);
	set = xasprintf("{'UserName':'alice','SSHPublicKeyId':'%s','Status':'Inactive'}", id);
	gone = xasprintf("{'UserName':'alice','SSHPublicKeyId':'%s'}", id);
	pem = api(aws, "iam", "GetSSHPublicKey", get_pem);
	body = xstrdup(json_find_str(pem, "SSHPublicKey", "SSHPublicKeyBody", NULL));
	ck_assert(
		str_starts_with(body, "-----BEGIN PUBLIC KEY-----\nMIGfMA0GCSqGSIb3DQEBAQUAA4GN"));
	api_done(aws, "iam", "UpdateSSHPublicKey", set);
	list = api(aws, "iam", "ListSSHPublicKeys", USER);
	ck_assert_str_eq(json_get_str(json_first(json_get(list, "SSHPublicKeys")), "Status"),
			 "Inactive");
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "referenced objects");
	api_done(aws, "iam", "DeleteSSHPublicKey", gone);
	api_refused(aws, "iam", "DeleteSSHPublicKey", gone, "NoSuchEntity", id);
	api_refused(aws, "iam", "GetSSHPublicKey", get, "NoSuchEntity", id);
	api_refused(aws, "iam", "UpdateSSHPublicKey", set, "NoSuchEntity", id);
	/* what came as PEM is the same key */
	strbuf_init(&escaped, 4096);
	for (const char *c = body; *c; c++)
		strbuf_add(&escaped, *c == '\n' ? "\\n" : (char[]){*c, 0});
	again = xasprintf("{'UserName':'alice','SSHPublicKeyBody':'%s'}", strbuf_text(&escaped));
	strbuf_done(&escaped);
	free(steal(id));
	id = text_of(api(aws, "iam", "UploadSSHPublicKey", again), "SSHPublicKey",
		     "SSHPublicKeyId");
	free(steal(get));
	get = xasprintf("{'UserName':'alice','SSHPublicKeyId':'%s','Encoding':'SSH'}", id);
	ssh = text_of(api(aws, "iam", "GetSSHPublicKey", get), "SSHPublicKey", "SSHPublicKeyBody");
	ck_assert_str_eq(ssh, SSH_RSA);
	api_refused(aws, "iam", "UploadSSHPublicKey",
		    "{'UserName':'alice','SSHPublicKeyBody':'ssh-rsa nonsense'}",
		    "InvalidPublicKey", "malformed");
	api_refused(aws, "iam", "UploadSSHPublicKey",
		    "{'UserName':'alice','SSHPublicKeyBody':'ssh-ed25519 AAAA'}",
		    "UnrecognizedPublicKeyEncoding", "");
	api_refused(aws, "iam", "ListSSHPublicKeys", "{'UserName':'bob'}", "NoSuchEntity", "bob");
}
END_TEST

START_TEST(a_signing_certificate_is_of_one_user)
{
	const char *upload = "{'UserName':'alice','CertificateBody':'" CERTIFICATE_PEM "'}";
	_cleanup_(freep) char *id = text_of(api(aws, "iam", "UploadSigningCertificate", upload),
					    "Certificate", "CertificateId");
	_cleanup_(freep) char *set =
		xasprintf("{'UserName':'alice','CertificateId':'%s','Status':'Inactive'}", id);
	_cleanup_(freep) char *expired =
		xasprintf("{'UserName':'alice','CertificateId':'%s','Status':'Expired'}", id);
	_cleanup_(freep) char *gone = xasprintf("{'UserName':'alice','CertificateId':'%s'}", id);
	_cleanup_(json_freep) struct json *list = NULL;

	api_refused(aws, "iam", "UploadSigningCertificate", upload, "DuplicateCertificate", "");
	api_refused(aws, "iam", "UploadSigningCertificate",
		    "{'UserName':'alice','CertificateBody':'none'}", "MalformedCertificate", "PEM");
	api_done(aws, "iam", "UpdateSigningCertificate", set);
	api_refused(aws, "iam", "UpdateSigningCertificate", expired, "InvalidInput", "Active");
	list = api(aws, "iam", "ListSigningCertificates", USER);
	ck_assert_str_eq(json_get_str(json_first(json_get(list, "Certificates")), "Status"),
			 "Inactive");
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "signing certificates");
	api_done(aws, "iam", "DeleteSigningCertificate", gone);
	api_refused(aws, "iam", "DeleteSigningCertificate", gone, "NoSuchEntity",
		    "cannot be found.");
	api_refused(aws, "iam", "ListSigningCertificates", "{'UserName':'bob'}", "NoSuchEntity",
		    "bob");
}
END_TEST

/* @name Second factors */

/* What an authenticator shows `steps` from now: RFC 6238, out of the seed in base32. */
static unsigned code_of(const char *seed, int64_t steps)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	int64_t counter = clock_real_ms() / 30000 + steps;
	uint8_t key[64], text[8], sum[20];
	unsigned bits = 0, held = 0;
	size_t n = 0;

	for (; *seed; seed++) {
		bits = (bits << 5 | (unsigned)(strchr(alphabet, *seed) - alphabet)) & 0xffff;
		held += 5;
		if (held >= 8)
			key[n++] = (uint8_t)(bits >> (held -= 8));
	}
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(counter >> (8 * (7 - i)));
	digest_hmac_sha1(key, n, text, sizeof(text), sum);
	n = sum[19] & 15;
	return ((sum[n] & 0x7fu) << 24 | (unsigned)sum[n + 1] << 16 | (unsigned)sum[n + 2] << 8 |
		sum[n + 3]) %
	       1000000;
}

/* The seed of a new device "phone"; new text. */
static char *make_device(void)
{
	struct json *made =
		api(aws, "iam", "CreateVirtualMFADevice", "{'VirtualMFADeviceName':'phone'}");
	_cleanup_(freep) char *coded = text_of(made, "VirtualMFADevice", "Base32StringSeed");
	uint8_t *seed;
	size_t length;

	ck_assert(base64_decode(coded, strlen(coded), &seed, &length));
	ck_assert_uint_eq(length, 64);
	return (char *)seed;
}

static char *codes(const char *seed, int64_t steps)
{
	return xasprintf("{'UserName':'alice','SerialNumber':'" SERIAL
			 "','AuthenticationCode1':'%06u','AuthenticationCode2':'%06u'}",
			 code_of(seed, steps), code_of(seed, steps + 1));
}

START_TEST(a_second_factor_is_enabled_with_two_codes_in_a_row)
{
	const char *device = "{'SerialNumber':'" SERIAL "'}";
	const char *of_alice = "{'UserName':'alice','SerialNumber':'" SERIAL "'}";
	_cleanup_(freep) char *seed = make_device(), *good = codes(seed, 0),
			      *old = codes(seed, -99);
	_cleanup_(json_freep) struct json *list = NULL, *all = NULL, *free_ones = NULL;
	_cleanup_(json_freep) struct json *shown = NULL, *tags = NULL, *summary = NULL;

	api_refused(aws, "iam", "CreateVirtualMFADevice", "{'VirtualMFADeviceName':'phone'}",
		    "EntityAlreadyExists", "MFA device already exists.");
	api_refused(aws, "iam", "CreateVirtualMFADevice",
		    "{'VirtualMFADeviceName':'other','Path':'tests/'}", "ValidationError",
		    "The specified value for path is invalid. It must begin and end with / and "
		    "contain only alphanumeric characters and/or / characters.");
	api_refused(aws, "iam", "EnableMFADevice", old, "InvalidAuthenticationCode",
		    "Authentication code for device is not valid.");
	api_refused(aws, "iam", "ResyncMFADevice", good, "NoSuchEntity", "not enabled");
	api_refused(aws, "iam", "DeactivateMFADevice", of_alice, "NoSuchEntity", "not enabled");
	api_done(aws, "iam", "EnableMFADevice", good);
	api_refused(aws, "iam", "EnableMFADevice", good, "EntityAlreadyExists",
		    "MFA Device is already in use.");
	api_done(aws, "iam", "ResyncMFADevice", good);
	list = api(aws, "iam", "ListMFADevices", USER);
	ck_assert_str_eq(json_get_str(json_first(json_get(list, "MFADevices")), "SerialNumber"),
			 SERIAL);
	all = api(aws, "iam", "ListVirtualMFADevices", "{'AssignmentStatus':'Assigned'}");
	ck_assert_str_eq(json_find_str(json_first(json_get(all, "VirtualMFADevices")), "User",
				       "UserName", NULL),
			 "alice");
	free_ones = api(aws, "iam", "ListVirtualMFADevices", "{'AssignmentStatus':'Unassigned'}");
	ck_assert_uint_eq(json_size(json_get(free_ones, "VirtualMFADevices")), 0);
	shown = api(aws, "iam", "GetMFADevice", device);
	ck_assert_str_eq(json_get_str(shown, "UserName"), "alice");
	summary = api(aws, "iam", "GetAccountSummary", "{}");
	ck_assert_int_eq(json_get_int(json_get(summary, "SummaryMap"), "MFADevicesInUse", 0), 1);
	api_done(aws, "iam", "TagMFADevice",
		 "{'SerialNumber':'" SERIAL "','Tags':[{'Key':'a','Value':'b'}]}");
	tags = api(aws, "iam", "ListMFADeviceTags", device);
	ck_assert_str_eq(json_get_str(json_first(json_get(tags, "Tags")), "Value"), "b");
	api_done(aws, "iam", "UntagMFADevice", "{'SerialNumber':'" SERIAL "','TagKeys':['a']}");
	api_refused(aws, "iam", "DeleteVirtualMFADevice", device, "DeleteConflict",
		    "MFA VirtualDevice in use. Must deactivate first.");
	api_refused(aws, "iam", "DeleteUser", USER, "DeleteConflict", "must delete MFA device");
	api_done(aws, "iam", "DeactivateMFADevice", of_alice);
	api_done(aws, "iam", "DeleteVirtualMFADevice", device);
	api_refused(aws, "iam", "DeleteVirtualMFADevice", device, "NoSuchEntity", SERIAL);
	api_refused(aws, "iam", "GetMFADevice", device, "NoSuchEntity", SERIAL);
	api_refused(aws, "iam", "ListMFADeviceTags", device, "NoSuchEntity", SERIAL);
	api_refused(aws, "iam", "TagMFADevice",
		    "{'SerialNumber':'" SERIAL "','Tags':[{'Key':'a','Value':'b'}]}",
		    "NoSuchEntity", SERIAL);
	api_refused(aws, "iam", "UntagMFADevice", "{'SerialNumber':'" SERIAL "','TagKeys':['a']}",
		    "NoSuchEntity", SERIAL);
	api_refused(aws, "iam", "ListMFADevices", "{'UserName':'bob'}", "NoSuchEntity", "bob");
}
END_TEST

/* As alice, who has a key. */
static bool as_alice(const char *service, const char *operation, const char *params,
		     struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *json = test_json(params);

	return aws_invoke(aws, "alice", NULL, TEST_REGION, service, operation, json, NULL, ret,
			  err);
}

static void refused_to_alice(const char *service, const char *operation, const char *params,
			     const char *code)
{
	struct err err = ERR_INIT;

	ck_assert_msg(!as_alice(service, operation, params, NULL, &err), "%s", params);
	ck_assert_str_eq(err.wire, code);
	err_done(&err);
}

START_TEST(a_session_with_a_code_has_its_second_factor)
{
	const char *policy = "{'UserName':'alice','PolicyName':'p','PolicyDocument':'{"
			     "\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":{\\\"Effect\\\":"
			     "\\\"Allow\\\",\\\"Action\\\":\\\"*\\\",\\\"Resource\\\":\\\"*\\\","
			     "\\\"Condition\\\":{\\\"Bool\\\":{\\\"aws:MultiFactorAuthPresent\\\":"
			     "\\\"true\\\"}}}}'}";
	_cleanup_(freep) char *seed = make_device(), *good = codes(seed, 0);
	_cleanup_(freep) char *params = NULL, *wrong = NULL;
	_cleanup_(json_freep) struct json *session = NULL;
	struct err err = ERR_INIT;

	api_done(aws, "iam", "EnableMFADevice", good);
	api_done(aws, "iam", "PutUserPolicy", policy);
	api_done(aws, "iam", "CreateAccessKey", USER);
	refused_to_alice("ec2", "DescribeVpcs", "{}", "UnauthorizedOperation");
	wrong = xasprintf("{'SerialNumber':'" SERIAL "','TokenCode':'%06u'}", code_of(seed, 50));
	refused_to_alice("sts", "GetSessionToken", wrong, "AccessDenied");
	refused_to_alice("sts", "GetSessionToken", "{'SerialNumber':'" SERIAL "'}", "AccessDenied");
	params = xasprintf("{'SerialNumber':'" SERIAL "','TokenCode':'%06u'}", code_of(seed, 0));
	ck_assert_msg(as_alice("sts", "GetSessionToken", params, &session, &err), "%s",
		      err_text(&err));
	ck_assert_int_ne(
		json_get_int(world_find(world, world_kind_named(world, "sts-session"),
					json_find_str(session, "Credentials", "AccessKeyId", NULL))
				     ->body,
			     "Mfa", 0),
		0);
}
END_TEST

/* @name Passwords */

START_TEST(passwords_follow_the_policy_and_their_owner_changes_them)
{
	api_refused(aws, "iam", "CreateLoginProfile", "{'UserName':'alice','Password':'Short1!'}",
		    "PasswordPolicyViolation", "Password should have a minimum length of 8");
	api_refused(aws, "iam", "CreateLoginProfile",
		    "{'UserName':'alice','Password':'onlylowercase'}", "PasswordPolicyViolation",
		    "does not conform");
	api_done(aws, "iam", "CreateLoginProfile", "{'UserName':'alice','Password':'G00d enough'}");
	api_done(aws, "iam", "UpdateAccountPasswordPolicy",
		 "{'MinimumPasswordLength':6,'RequireSymbols':true}");
	api_refused(aws, "iam", "UpdateLoginProfile", "{'UserName':'alice','Password':'abc123'}",
		    "PasswordPolicyViolation", "Password should have at least one symbol");
	api_done(aws, "iam", "UpdateLoginProfile", "{'UserName':'alice','Password':'abc123!'}");
	api_done(aws, "iam", "CreateAccessKey", USER);
	api_done(aws, "iam", "AttachUserPolicy",
		 "{'UserName':'alice','PolicyArn':'arn:aws:iam::aws:policy/IAMFullAccess'}");
	refused_to_alice("iam", "ChangePassword", "{'OldPassword':'x','NewPassword':'abcdef!'}",
			 "AccessDenied");
	refused_to_alice("iam", "ChangePassword",
			 "{'OldPassword':'abc123!','NewPassword':'abcdef'}",
			 "PasswordPolicyViolation");
	ck_assert(as_alice("iam", "ChangePassword",
			   "{'OldPassword':'abc123!','NewPassword':'abcdef!'}", NULL, NULL));
	ck_assert(as_alice("iam", "ChangePassword",
			   "{'OldPassword':'abcdef!','NewPassword':'abcdef?'}", NULL, NULL));
}
END_TEST

START_TEST(who_is_no_user_has_no_password)
{
	api_done(aws, "iam", "CreateAccessKey", USER);
	api_done(aws, "iam", "AttachUserPolicy",
		 "{'UserName':'alice','PolicyArn':'arn:aws:iam::aws:policy/IAMFullAccess'}");
	refused_to_alice("iam", "ChangePassword", "{'OldPassword':'x','NewPassword':'abcdef!'}",
			 "NoSuchEntity");
}
END_TEST

/* @name The account */

START_TEST(the_credential_report_takes_a_moment_and_tells_all_users)
{
	_cleanup_(json_freep) struct json *first = NULL, *second = NULL, *report = NULL;
	_cleanup_(freep) uint8_t *csv = NULL;
	const char *content;
	size_t length;

	api_refused(aws, "iam", "GetCredentialReport", "{}", "ReportNotPresent", "");
	api_done(aws, "iam", "CreateAccessKey", USER);
	first = api(aws, "iam", "GenerateCredentialReport", "{}");
	ck_assert_str_eq(json_get_str(first, "State"), "STARTED");
	api_refused(aws, "iam", "GetCredentialReport", "{}", "ReportInProgress", "");
	emulated_clock_advance(world_clock(world), 3000);
	second = api(aws, "iam", "GenerateCredentialReport", "{}");
	ck_assert_str_eq(json_get_str(second, "State"), "COMPLETE");
	report = api(aws, "iam", "GetCredentialReport", "{}");
	content = json_get_str(report, "Content");
	ck_assert(base64_decode(content, strlen(content), &csv, &length));
	ck_assert_ptr_nonnull(
		strstr((char *)csv,
		       "\nalice,arn:aws:iam::123456789012:user/alice,2026-11-23T07:30:00+00:00,"
		       "false,N/A,N/A,N/A,false,true,2026-11-23T07:30:00+00:00,N/A,N/A,N/A,"
		       "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"));
	ck_assert_ptr_nonnull(
		strstr((char *)csv, "\n<root_account>,arn:aws:iam::123456789012:root,"));
	emulated_clock_advance(world_clock(world), 5 * 3600 * 1000);
	api_refused(aws, "iam", "GetCredentialReport", "{}", "ReportExpired", "");
}
END_TEST

START_TEST(an_account_without_organization_is_told_so)
{
	static const char *const operations[] = {
		"DisableOrganizationsRootCredentialsManagement",
		"DisableOrganizationsRootSessions",
		"EnableOrganizationsRootCredentialsManagement",
		"EnableOrganizationsRootSessions",
		"ListOrganizationsFeatures",
	};

	for (size_t i = 0; i < array_size(operations); i++)
		api_refused(aws, "iam", operations[i], "{}", "OrganizationNotFoundException",
			    "No organization");
	api_refused(aws, "iam", "GenerateOrganizationsAccessReport",
		    "{'EntityPath':'o-0123456789/r-0123'}", "OrganizationNotFoundException", "");
	api_refused(aws, "iam", "GetOrganizationsAccessReport",
		    "{'JobId':'00000000-0000-0000-0000-000000000000'}", "NoSuchEntity", "0000");
}
END_TEST

START_TEST(federation_to_the_outside_is_switched_on_and_off)
{
	_cleanup_(json_freep) struct json *info = NULL;

	api_refused(aws, "iam", "GetOutboundWebIdentityFederationInfo", "{}", "FeatureDisabled",
		    "");
	api_refused(aws, "iam", "DisableOutboundWebIdentityFederation", "{}", "FeatureDisabled",
		    "");
	api_done(aws, "iam", "EnableOutboundWebIdentityFederation", "{}");
	api_refused(aws, "iam", "EnableOutboundWebIdentityFederation", "{}", "FeatureEnabled", "");
	info = api(aws, "iam", "GetOutboundWebIdentityFederationInfo", "{}");
	ck_assert(json_get_bool(info, "JwtVendingEnabled", false));
	ck_assert(str_starts_with(json_get_str(info, "IssuerIdentifier"), "https://"));
	api_done(aws, "iam", "DisableOutboundWebIdentityFederation", "{}");
}
END_TEST

START_TEST(a_token_for_the_outside_says_who_asks_and_is_signed)
{
	const char *params = "{'Audience':['https://api.example'],'SigningAlgorithm':'RS256',"
			     "'DurationSeconds':60,'Tags':[{'Key':'team','Value':'qa'}]}";
	_cleanup_(json_freep) struct json *reply = NULL, *claims = NULL;
	_cleanup_(freep) uint8_t *payload = NULL, *signature = NULL;
	const char *token, *first, *second;
	size_t length, bytes;

	api_refused(aws, "sts", "GetWebIdentityToken", params,
		    "OutboundWebIdentityFederationDisabled", "not enabled");
	api_done(aws, "iam", "EnableOutboundWebIdentityFederation", "{}");
	reply = api(aws, "sts", "GetWebIdentityToken", params);
	token = json_get_str(reply, "WebIdentityToken");
	first = strchr(token, '.');
	second = strchr(first + 1, '.');
	ck_assert(base64url_decode(first + 1, (size_t)(second - first - 1), &payload, &length));
	ck_assert(json_parse((const char *)payload, length, &claims, NULL));
	ck_assert_str_eq(json_get_str(claims, "aud"), "https://api.example");
	ck_assert_str_eq(json_get_str(claims, "sub"), "arn:aws:iam::123456789012:user/operator");
	ck_assert_int_eq(json_get_int(claims, "exp", 0) - json_get_int(claims, "iat", 0), 60);
	ck_assert_str_eq(
		json_find_str(claims, "https://sts.amazonaws.com/", "request_tags", "team", NULL),
		"qa");
	ck_assert(base64url_decode(second + 1, strlen(second + 1), &signature, &bytes));
	ck_assert_uint_eq(bytes, RSA_BYTES);
	ck_assert(rsa_verify(world_seed(world), token, (size_t)(second - token), signature));
}
END_TEST

START_TEST(the_global_endpoints_tokens_are_a_preference)
{
	_cleanup_(json_freep) struct json *summary = NULL;

	api_done(aws, "iam", "SetSecurityTokenServicePreferences",
		 "{'GlobalEndpointTokenVersion':'v2Token'}");
	summary = api(aws, "iam", "GetAccountSummary", "{}");
	ck_assert_int_eq(
		json_get_int(json_get(summary, "SummaryMap"), "GlobalEndpointTokenVersion", 0), 2);
	api_done(aws, "iam", "CreateAccessKey", USER);
	refused_to_alice("iam", "SetSecurityTokenServicePreferences",
			 "{'GlobalEndpointTokenVersion':'v1Token'}", "AccessDenied");
}
END_TEST

/* @name Who may what, and did */

#define ALICE "arn:aws:iam::123456789012:user/alice"

START_TEST(policies_that_grant_a_service_are_told_with_their_kind)
{
	_cleanup_(json_freep) struct json *found = NULL;
	const struct json *list;

	api_done(aws, "iam", "CreateGroup", "{'GroupName':'g'}");
	api_done(aws, "iam", "AddUserToGroup", "{'GroupName':'g','UserName':'alice'}");
	api_done(aws, "iam", "PutGroupPolicy",
		 "{'GroupName':'g','PolicyName':'inline','PolicyDocument':'{\\\"Statement\\\":{"
		 "\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":[\\\"ec2:Describe*\\\"],"
		 "\\\"Resource\\\":\\\"*\\\"}}'}");
	api_done(aws, "iam", "AttachUserPolicy",
		 "{'UserName':'alice','PolicyArn':'arn:aws:iam::aws:policy/IAMFullAccess'}");
	found = api(aws, "iam", "ListPoliciesGrantingServiceAccess",
		    "{'Arn':'" ALICE "','ServiceNamespaces':['ec2','iam','s3']}");
	list = json_get(found, "PoliciesGrantingServiceAccess");
	ck_assert_str_eq(
		json_get_str(json_first(json_get(json_at(list, 0), "Policies")), "EntityName"),
		"g");
	ck_assert_str_eq(
		json_get_str(json_first(json_get(json_at(list, 1), "Policies")), "PolicyArn"),
		"arn:aws:iam::aws:policy/IAMFullAccess");
	ck_assert_uint_eq(json_size(json_get(json_at(list, 2), "Policies")), 0);
	api_refused(aws, "iam", "ListPoliciesGrantingServiceAccess",
		    "{'Arn':'arn:aws:iam::123456789012:user/bob','ServiceNamespaces':['ec2']}",
		    "NoSuchEntity", "user/bob");
}
END_TEST

START_TEST(services_that_an_entity_used_are_told_with_the_time)
{
	_cleanup_(json_freep) struct json *details = NULL, *entities = NULL;
	_cleanup_(freep) char *job = NULL, *params = NULL, *of_iam = NULL;
	struct json *made;
	const struct json *list;

	api_done(aws, "iam", "AttachUserPolicy",
		 "{'UserName':'alice','PolicyArn':'arn:aws:iam::aws:policy/IAMFullAccess'}");
	api_done(aws, "iam", "CreateAccessKey", USER);
	ck_assert(as_alice("iam", "ListUsers", "{}", NULL, NULL));
	made = api(aws, "iam", "GenerateServiceLastAccessedDetails", "{'Arn':'" ALICE "'}");
	job = xstrdup(json_get_str(made, "JobId"));
	json_free(made);
	params = xasprintf("{'JobId':'%s'}", job);
	of_iam = xasprintf("{'JobId':'%s','ServiceNamespace':'iam'}", job);
	details = api(aws, "iam", "GetServiceLastAccessedDetails", params);
	list = json_get(details, "ServicesLastAccessed");
	ck_assert_uint_eq(json_size(list), 1);
	ck_assert_str_eq(json_get_str(json_first(list), "ServiceNamespace"), "iam");
	ck_assert_str_eq(json_get_str(json_first(list), "LastAuthenticated"),
			 "2026-11-23T07:30:00Z");
	entities = api(aws, "iam", "GetServiceLastAccessedDetailsWithEntities", of_iam);
	ck_assert_str_eq(json_find_str(json_first(json_get(entities, "EntityDetailsList")),
				       "EntityInfo", "Name", NULL),
			 "alice");
	api_refused(aws, "iam", "GenerateServiceLastAccessedDetails",
		    "{'Arn':'arn:aws:iam::123456789012:user/bob'}", "NoSuchEntity", "bob");
	api_refused(aws, "iam", "GetServiceLastAccessedDetails",
		    "{'JobId':'00000000-0000-0000-0000-000000000000'}", "NoSuchEntity", "0000");
	api_refused(aws, "iam", "GetServiceLastAccessedDetailsWithEntities",
		    "{'JobId':'00000000-0000-0000-0000-000000000000','ServiceNamespace':'iam'}",
		    "NoSuchEntity", "0000");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("iam_credentials");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_user_has_two_credentials_for_a_service);
	tcase_add_test(tcase, a_key_for_bedrock_ends_by_itself);
	tcase_add_test(tcase, an_ssh_key_is_shown_in_both_encodings);
	tcase_add_test(tcase, a_signing_certificate_is_of_one_user);
	tcase_add_test(tcase, a_second_factor_is_enabled_with_two_codes_in_a_row);
	tcase_add_test(tcase, a_session_with_a_code_has_its_second_factor);
	tcase_add_test(tcase, passwords_follow_the_policy_and_their_owner_changes_them);
	tcase_add_test(tcase, who_is_no_user_has_no_password);
	tcase_add_test(tcase, the_credential_report_takes_a_moment_and_tells_all_users);
	tcase_add_test(tcase, an_account_without_organization_is_told_so);
	tcase_add_test(tcase, federation_to_the_outside_is_switched_on_and_off);
	tcase_add_test(tcase, a_token_for_the_outside_says_who_asks_and_is_signed);
	tcase_add_test(tcase, the_global_endpoints_tokens_are_a_preference);
	tcase_add_test(tcase, policies_that_grant_a_service_are_told_with_their_kind);
	tcase_add_test(tcase, services_that_an_entity_used_are_told_with_the_time);
	return run_suite_of(tcase, "iam_credentials");
}
