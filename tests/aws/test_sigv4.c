/*
 * Signatures. The vectors were computed by botocore 1.43.11: botocore.auth's SigV4Auth,
 * SigV4QueryAuth and S3SigV4Auth over an AWSRequest, with its clock held at 2026-11-23T09:00:00Z,
 * and Credentials("AKIAIOSFODNN7EXAMPLE" or "ASIA…", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").
 */
#include "tests/aws/run.h"

#include "emulator/aws/sigv4.h"
#include "tests/lib/world.h"

#define NOW_MS 1795424400000 /* 2026-11-23T09:00:00Z */
#define FORM   "application/x-www-form-urlencoded; charset=utf-8"
#define AUTH(key, scope, names, signature)                                                         \
	"AWS4-HMAC-SHA256 Credential=" key "/20261123/" scope                                      \
	"/aws4_request, SignedHeaders=" names ", Signature=" signature
#define DESCRIBE_VPCS_AUTH                                                                         \
	AUTH("AKIAIOSFODNN7EXAMPLE", "eu-west-1/ec2", "content-type;host;x-amz-date",              \
	     "b446b54ad54c1c76bd59c14dd3a13abb255f957992bbdba707d31e14071f4875")

static struct world *world;
static struct arena *arena;
static struct sigv4 *sigv4;
static struct err err;

static void setup(void)
{
	const struct actor actors[] = {
		{.name = "operator",
		 .access_key_id = "AKIAIOSFODNN7EXAMPLE",
		 .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
		{.name = "session",
		 .access_key_id = "ASIAIOSFODNN7EXAMPLE",
		 .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		 .session_token = "SESSION/token+==",
		 .expires_ms = NOW_MS + 60000},
	};

	world = test_world(PROFILE_AWS);
	for (size_t i = 0; i < array_size(actors); i++)
		actor_add(world, &actors[i]);
	arena = arena_new();
	sigv4 = sigv4_new();
	err = (struct err)ERR_INIT;
}

static void teardown(void)
{
	err_done(&err);
	sigv4_free(sigv4);
	arena_free(arena);
	world_free(world);
}

/* The actor's name, or NULL. */
static const char *verify(const char *service, const struct wire_request *request, int64_t now_ms)
{
	const struct actor *actor = NULL;
	struct credential credential;
	enum credential_state state = sigv4_read(request, &credential);

	if (!sigv4_verify(sigv4, world, aws_model_find(service), request, state, &credential,
			  now_ms, &actor, &err))
		return NULL;
	return actor->name;
}

static struct wire_request post(const struct header *headers, const char *body)
{
	return (struct wire_request){.arena = arena,
				     .method = "POST",
				     .path = "/",
				     .query = "",
				     .body = body,
				     .body_length = strlen(body),
				     .headers = headers};
}

static struct wire_request get(const char *path, const char *query, const struct header *headers)
{
	return (struct wire_request){.arena = arena,
				     .method = "GET",
				     .path = path,
				     .query = query,
				     .body = "",
				     .headers = headers};
}

static const struct header describe_vpcs[] = {
	{"Host", "127.0.0.1:4566"},
	{"Content-Type", FORM},
	{"X-Amz-Date", "20261123T090000Z"},
	{"Authorization", DESCRIBE_VPCS_AUTH},
	{NULL, NULL},
};
#define DESCRIBE_VPCS "Action=DescribeVpcs&Version=2016-11-15"

START_TEST(a_form_signed_by_botocore_names_its_actor)
{
	struct wire_request request = post(describe_vpcs, DESCRIBE_VPCS);

	ck_assert_str_eq(verify("ec2", &request, NOW_MS), "operator");
	/* and again, with the signing key that was kept */
	ck_assert_str_eq(verify("ec2", &request, NOW_MS), "operator");
}
END_TEST

START_TEST(a_body_that_was_changed_is_refused)
{
	struct wire_request request = post(describe_vpcs, DESCRIBE_VPCS "&DryRun=true");

	ck_assert_ptr_null(verify("ec2", &request, NOW_MS));
	ck_assert_str_eq(err.wire, "AuthFailure");
	ck_assert_int_eq(err.status, 401);
	ck_assert_str_eq(err_text(&err),
			 "AWS was not able to validate the provided access credentials");
}
END_TEST

START_TEST(a_session_token_and_runs_of_spaces_are_signed_as_botocore_does)
{
	const struct header headers[] = {
		{"Host", "127.0.0.1:4566"},
		{"Content-Type", FORM},
		{"X-Spaces", "a   b  c"},
		{"X-Amz-Date", "20261123T090000Z"},
		{"X-Amz-Security-Token", "SESSION/token+=="},
		{"Authorization",
		 AUTH("ASIAIOSFODNN7EXAMPLE", "eu-west-1/elasticloadbalancing",
		      "content-type;host;x-amz-date;x-amz-security-token;x-spaces",
		      "699c562f7583159b54a6eb45247e593d05640cc66dd86fc858dc6de7ced769a7")},
		{NULL, NULL},
	};
	struct wire_request request =
		post(headers, "Action=DescribeLoadBalancers&Version=2015-12-01");

	ck_assert_str_eq(verify("elbv2", &request, NOW_MS), "session");
	ck_assert_ptr_null(verify("elbv2", &request, NOW_MS + 61000));
	ck_assert_str_eq(err.wire, "ExpiredToken");
}
END_TEST

START_TEST(a_path_is_encoded_twice_and_its_query_sorted)
{
	const struct header headers[] = {
		{"Host", "127.0.0.1:4566"},
		{"X-Amz-Date", "20261123T090000Z"},
		{"Authorization",
		 AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/route53", "host;x-amz-date",
		      "5bb9d15fb517e79dba050541f7d9d506a36aa86ea1a1d4c34da045fb93db7830")},
		{NULL, NULL},
	};
	struct wire_request request =
		get("/2013-04-01/hostedzone/Z%201/rrset", "name=a%2Fb&maxitems=1&name=A", headers);

	ck_assert_str_eq(verify("route53", &request, NOW_MS), "operator");
}
END_TEST

START_TEST(s3_signs_its_path_as_it_is)
{
	const struct header headers[] = {
		{"Host", "127.0.0.1:4566"},
		{"X-Amz-Date", "20261123T090000Z"},
		{"X-Amz-Content-SHA256",
		 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"},
		{"Authorization",
		 AUTH("AKIAIOSFODNN7EXAMPLE", "eu-west-1/s3",
		      "host;x-amz-content-sha256;x-amz-date",
		      "57f09e80f75f52e2a0a6e4ae5f55a5faa4afa262d07632a9318c70a4f0ae4a6c")},
		{NULL, NULL},
	};
	struct wire_request request = post(headers, "hello");

	request.method = "PUT";
	request.path = "/bucket/a%20b/c%2Bd";
	ck_assert_str_eq(verify("s3", &request, NOW_MS), "operator");
	request.body = "HELLO";
	ck_assert_ptr_null(verify("s3", &request, NOW_MS));
}
END_TEST

#define PRESIGNED                                                                                  \
	"Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&"            \
	"X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261123%2Fus-east-1%2Fsts%2Faws4_request&"       \
	"X-Amz-Date=20261123T090000Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature="  \
	"52d4bcd87059dcfc43d4af8bbfb346040436f31a52d0470d46789a6dbec6c1ba"

START_TEST(a_presigned_url_holds_until_it_expires)
{
	const struct header headers[] = {{"Host", "127.0.0.1:4566"}, {NULL, NULL}};
	struct wire_request request = get("/", PRESIGNED, headers);

	ck_assert_str_eq(verify("sts", &request, NOW_MS), "operator");
	ck_assert_str_eq(verify("sts", &request, NOW_MS + 900 * 1000), "operator");
	ck_assert_ptr_null(verify("sts", &request, NOW_MS + 901 * 1000));
	ck_assert_str_eq(err.wire, "SignatureDoesNotMatch");
}
END_TEST

START_TEST(another_time_scope_or_key_is_refused_in_the_words_of_the_service)
{
	/* checksrc: allow function-size a table of cases */
	const struct {
		const char *service, *authorization;
		int64_t skew_ms;
		const char *code, *text;
		int status;
	} cases[] = {
		{"ec2", NULL, 0, "MissingParameter", "the parameter AWSAccessKeyId", 400},
		{"iam", NULL, 0, "MissingAuthenticationToken", "Authentication Token", 403},
		{"shield", NULL, 0, "MissingAuthenticationTokenException", "Authentication", 400},
		{"ec2", "AWS4-HMAC-SHA256 Credential=AKIA", 0, "IncompleteSignature", "Credential",
		 400},
		{"ec2", "Basic Zm9vOmJhcg==", 0, "IncompleteSignature",
		 "Unsupported AWS 'algorithm': 'Basic'", 400},
		{"iam", "AWS4-HMAC-SHA256 SignedHeaders=host", 0, "IncompleteSignature",
		 "Authorization header requires 'Credential' parameter. Authorization header "
		 "requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256",
		 400},
		{"iam", "AWS4-HMAC-SHA256 Credential=AKIA/x, SignedHeaders=host, Signature=00", 0,
		 "IncompleteSignature",
		 "Credential must have exactly 5 slash-delimited elements, e.g. "
		 "keyid/date/region/service/term, got 'AKIA/x'",
		 400},
		{"iam",
		 "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/iam/"
		 "aws4_request, SignedHeaders=host;x-amz-date, Signature=00",
		 0, "SignatureDoesNotMatch",
		 "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
		 "from HTTP: '20261122' != '20261123', from '20261123T090000Z'.",
		 403},
		{"iam",
		 "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261123/us-east-1/iam/"
		 "aws3_request, SignedHeaders=host;x-amz-date, Signature=00",
		 0, "SignatureDoesNotMatch",
		 "Credential should be scoped with a valid terminator: 'aws4_request', not "
		 "'aws3_request'.",
		 403},
		{"iam", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/iam", "x-amz-date", "00"), 0,
		 "SignatureDoesNotMatch", "'Host' or ':authority' must be a 'SignedHeader'", 403},
		{"iam", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/iam", "host", "00"), 0,
		 "SignatureDoesNotMatch", "'X-Amz-Date' must be a 'SignedHeader'", 403},
		{"efs", AUTH("AKIANOBODY", "us-east-1/elasticfilesystem", "host;x-amz-date", "00"),
		 0, "UnrecognizedClientException", "security token", 403},
		{"s3", NULL, 0, "AccessDenied", "Access Denied", 403},
		{"s3", AUTH("AKIANOBODY", "us-east-1/s3", "host;x-amz-date", "00"), 0,
		 "InvalidAccessKeyId", "does not exist in our records", 403},
		{"s3", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/s3", "host;x-amz-date", "00"), 0,
		 "SignatureDoesNotMatch", "Check your key and signing method.", 403},
		{"s3", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/s3", "host;x-amz-date", "00"),
		 16 * 60 * 1000, "RequestTimeTooSkewed", "is too large", 403},
		{"ec2", AUTH("AKIANOBODY", "eu-west-1/ec2", "host", "00"), 0, "AuthFailure",
		 "not able to validate", 401},
		{"iam", AUTH("AKIANOBODY", "us-east-1/iam", "host", "00"), 0,
		 "InvalidClientTokenId", "The security token included in the request is invalid.",
		 403},
		{"shield", AUTH("AKIANOBODY", "us-east-1/shield", "host", "00"), 0,
		 "UnrecognizedClientException", "security token", 400},
		{"iam", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/sts", "host", "00"), 0,
		 "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'iam'.",
		 403},
		{"iam", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/iam", "host;x-amz-date", "00"), 0,
		 "SignatureDoesNotMatch", "The request signature we calculated does not match",
		 403},
		{"iam", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/iam", "host;x-amz-date", "00"),
		 6 * 60 * 1000, "SignatureDoesNotMatch",
		 "Signature expired: 20261123T090000Z is now earlier than 20261123T090100Z "
		 "(20261123T090600Z - 5 min.)",
		 403},
		{"iam", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/iam", "host;x-amz-date", "00"),
		 -6 * 60 * 1000, "SignatureDoesNotMatch",
		 "Signature not yet current: 20261123T090000Z is still later than "
		 "20261123T085900Z (20261123T085400Z + 5 min.)",
		 403},
		{"ec2", DESCRIBE_VPCS_AUTH, 16 * 60 * 1000, "RequestExpired",
		 "Request has expired.", 400},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		const struct header headers[] = {
			{"Host", "127.0.0.1:4566"},
			{"X-Amz-Date", "20261123T090000Z"},
			{cases[i].authorization ? "Authorization" : NULL, cases[i].authorization},
			{NULL, NULL},
		};
		struct wire_request request = post(headers, DESCRIBE_VPCS);

		ck_assert_ptr_null(verify(cases[i].service, &request, NOW_MS + cases[i].skew_ms));
		ck_assert_str_eq(err.wire, cases[i].code);
		ck_assert_msg(strstr(err_text(&err), cases[i].text), "%s", err_text(&err));
		ck_assert_int_eq(err.status, cases[i].status);
		err_done(&err);
	}
}
END_TEST

START_TEST(ec2_takes_a_clock_that_is_fourteen_minutes_off)
{
	struct wire_request request = post(describe_vpcs, DESCRIBE_VPCS);

	ck_assert_str_eq(verify("ec2", &request, NOW_MS + 14 * 60 * 1000), "operator");
}
END_TEST

START_TEST(the_instant_profile_takes_an_unknown_key_as_the_operator_but_a_known_one_must_fit)
{
	struct world *instant = test_world(PROFILE_INSTANT);
	const struct actor operator= {.name = "operator",
				      .access_key_id = "AKIAIOSFODNN7EXAMPLE",
				      .secret_key = "another secret"};
	struct wire_request request = post(describe_vpcs, DESCRIBE_VPCS);
	const struct header unknown[] = {
		{"X-Amz-Date", "20261123T090000Z"},
		{"Authorization", AUTH("testing", "us-east-1/ec2", "host", "00")},
		{NULL, NULL},
	};
	struct wire_request quick = post(unknown, DESCRIBE_VPCS);

	world_free(world);
	world = instant;
	actor_add(world, &operator);
	ck_assert_str_eq(verify("ec2", &quick, NOW_MS), "operator");
	ck_assert_ptr_null(verify("ec2", &request, NOW_MS));
	ck_assert_str_eq(err.wire, "AuthFailure");
}
END_TEST

START_TEST(a_body_in_chunks_of_another_sort_is_refused_aloud)
{
	const struct header headers[] = {
		{"Host", "127.0.0.1:4566"},
		{"X-Amz-Date", "20261123T090000Z"},
		{"X-Amz-Content-SHA256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD"},
		{"Authorization", AUTH("AKIAIOSFODNN7EXAMPLE", "eu-west-1/s3",
				       "host;x-amz-content-sha256;x-amz-date", "00")},
		{NULL, NULL},
	};
	struct wire_request request = post(headers, "hello");

	ck_assert_ptr_null(verify("s3", &request, NOW_MS));
	ck_assert_str_eq(err.wire, "NotImplemented");
	ck_assert_int_eq(err.status, 501);
}
END_TEST

START_TEST(only_s3_takes_a_payload_that_is_not_hashed)
{
	const struct header headers[] = {
		{"Host", "127.0.0.1:4566"},
		{"X-Amz-Date", "20261123T090000Z"},
		{"X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"},
		{"Authorization", AUTH("AKIAIOSFODNN7EXAMPLE", "us-east-1/iam",
				       "host;x-amz-content-sha256;x-amz-date", "00")},
		{NULL, NULL},
	};
	struct wire_request request = post(headers, "hello");

	ck_assert_ptr_null(verify("iam", &request, NOW_MS));
	ck_assert_str_eq(err.wire, "SignatureDoesNotMatch");
}
END_TEST

START_TEST(a_presigned_url_says_how_long_it_holds)
{
	const struct header headers[] = {{"Host", "127.0.0.1:4566"}, {NULL, NULL}};
	const struct {
		const char *expires, *text;
	} cases[] = {
		{"", "requires the X-Amz-Expires parameter"},
		{"&X-Amz-Expires=soon", "X-Amz-Expires should be a number"},
		{"&X-Amz-Expires=-1", "X-Amz-Expires must be non-negative"},
		{"&X-Amz-Expires=604801", "X-Amz-Expires must be less than a week"},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		const char *query = arena_printf(
			arena,
			"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%%2F"
			"20261123%%2Fus-east-1%%2Fs3%%2Faws4_request&X-Amz-Date=20261123T090000Z&"
			"X-Amz-SignedHeaders=host&X-Amz-Signature=00%s",
			cases[i].expires);
		struct wire_request request = get("/b/k", query, headers);

		ck_assert_ptr_null(verify("s3", &request, NOW_MS));
		ck_assert_str_eq(err.wire, "AuthorizationQueryParametersError");
		ck_assert_msg(strstr(err_text(&err), cases[i].text), "%s", err_text(&err));
		err_done(&err);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("sigv4");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_form_signed_by_botocore_names_its_actor);
	tcase_add_test(tcase, a_body_that_was_changed_is_refused);
	tcase_add_test(tcase, a_session_token_and_runs_of_spaces_are_signed_as_botocore_does);
	tcase_add_test(tcase, a_path_is_encoded_twice_and_its_query_sorted);
	tcase_add_test(tcase, s3_signs_its_path_as_it_is);
	tcase_add_test(tcase, a_presigned_url_holds_until_it_expires);
	tcase_add_test(tcase, another_time_scope_or_key_is_refused_in_the_words_of_the_service);
	tcase_add_test(tcase, a_body_in_chunks_of_another_sort_is_refused_aloud);
	tcase_add_test(tcase, only_s3_takes_a_payload_that_is_not_hashed);
	tcase_add_test(tcase, a_presigned_url_says_how_long_it_holds);
	tcase_add_test(tcase, ec2_takes_a_clock_that_is_fourteen_minutes_off);
	tcase_add_test(
		tcase,
		the_instant_profile_takes_an_unknown_key_as_the_operator_but_a_known_one_must_fit);
	return run_suite_of(tcase, "sigv4");
}
