/* Compressed bodies of requests, through the façade. */
#include "emulator/aws/protocol/content.h"

#include "emulator/base/gzip.h"
#include "tests/aws/run.h"
#include "tests/aws/wire.h"

#define FORM "Action=CreateVpc&Version=2016-11-15&CidrBlock=10.7.0.0%2F16"

static struct arena *arena;
static struct world *world;
static struct aws *aws;
static struct job job;

static void setup(void)
{
	arena = arena_new();
	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
	arena_free(arena);
}

/* Sends bytes to EC2 with a Content-Encoding; the answer's body. */
static const char *send(const char *bytes, size_t length, const char *encoding)
{
	const struct header headers[] = {
		{"Content-Encoding", encoding},
		{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
		{"Authorization",
		 "AWS4-HMAC-SHA256 Credential=AKIASOMEBODY/20261123/eu-west-1/ec2/aws4_request, "
		 "SignedHeaders=host, Signature=00"},
		{"X-Amz-Date", "20261123T090000Z"},
		{NULL, NULL},
	};
	const char *text;

	job = (struct job){.aws = aws,
			   .request = {.arena = arena,
				       .method = "POST",
				       .path = "/",
				       .query = "",
				       .body = bytes,
				       .body_length = length,
				       .headers = headers}};
	if (job_prepare(&job))
		job_perform(&job);
	text = arena_strdup(arena, strbuf_text(&job.reply.body));
	job_done(&job);
	return text;
}

static size_t vpcs(void)
{
	return world_count(world, world_kind_named(world, "vpc"));
}

START_TEST(a_compressed_form_is_served)
{
	size_t length, before;
	_cleanup_(freep) char *packed = gzip_deflate(FORM, strlen(FORM), &length);
	const char *answer;

	send("Action=DescribeVpcs&Version=2016-11-15", 38, "identity"); /* makes the default VPC */
	before = vpcs();
	answer = send(packed, length, "gzip");
	ck_assert_int_eq(job.reply.status, 200);
	ck_assert_msg(strstr(answer, "<cidrBlock>10.7.0.0/16</cidrBlock>"), "%s", answer);
	send(packed, length, "X-GZIP");
	ck_assert_int_eq(job.reply.status, 200);
	ck_assert_uint_eq(vpcs(), before + 2);
}
END_TEST

START_TEST(what_is_no_gzip_is_refused_and_changes_nothing)
{
	size_t length, revision = world_revision(world);
	_cleanup_(freep) char *packed = gzip_deflate(FORM, strlen(FORM), &length);
	const char *answer = send(FORM, strlen(FORM), "gzip");

	ck_assert_int_eq(job.reply.status, 400);
	ck_assert_msg(strstr(answer,
			     "<Code>MalformedHttpRequestException</Code><Message>the request's "
			     "body cannot be decoded: gzip: incorrect header check"),
		      "%s", answer);
	answer = send(packed, length - 1, "gzip");
	ck_assert_int_eq(job.reply.status, 400);
	ck_assert_msg(strstr(answer, "gzip: it ends too early"), "%s", answer);
	answer = send(packed, length, "deflate"); /* a coding that SDKs do not use: read as it is */
	ck_assert_int_eq(job.reply.status, 400);
	ck_assert_uint_eq(world_revision(world), revision);
}
END_TEST

START_TEST(a_bomb_is_refused_before_it_unfolds)
{
	static const char zeros[CONTENT_MAX_BYTES + 1];
	size_t length, revision = world_revision(world);
	_cleanup_(freep) char *packed = gzip_deflate(zeros, sizeof(zeros), &length);
	const char *answer = send(packed, length, "gzip");

	ck_assert_uint_lt(length, 20000);
	ck_assert_int_eq(job.reply.status, 413);
	ck_assert_msg(strstr(answer, "<Code>RequestEntityTooLargeException</Code>"), "%s", answer);
	ck_assert_uint_eq(world_revision(world), revision);
}
END_TEST

START_TEST(only_the_last_coding_is_taken_off)
{
	static const struct {
		const char *before, *after; /* of the header; NULL: without it */
	} cases[] = {{"gzip", NULL},
		     {"custom, gzip", "custom"},
		     {"gzip,gzip", "gzip"},
		     {"custom \t, \tx-gzip", "custom"},
		     {"gzip, custom", "gzip, custom"}};
	size_t length;
	_cleanup_(freep) char *packed = gzip_deflate("text", 4, &length);

	for (size_t i = 0; i < array_size(cases); i++) {
		const struct header headers[] = {{"A", "1"},
						 {"content-encoding", cases[i].before},
						 {"B", "2"},
						 {NULL, NULL}};
		struct wire_request request = {
			.arena = arena, .body = packed, .body_length = length, .headers = headers};
		const char *left;

		ck_assert(content_decode(&request, NULL));
		left = wire_header(&request, "Content-Encoding");
		ck_assert_msg(str_eq(left, cases[i].after), "%s becomes %s", cases[i].before, left);
		ck_assert_str_eq(wire_header(&request, "A"), "1");
		ck_assert_str_eq(wire_header(&request, "B"), "2");
		ck_assert_str_eq(headers[1].value, cases[i].before);
		if (!str_eq(cases[i].before, cases[i].after))
			ck_assert_str_eq(request.body, "text");
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("aws_content");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_compressed_form_is_served);
	tcase_add_test(tcase, what_is_no_gzip_is_refused_and_changes_nothing);
	tcase_add_test(tcase, a_bomb_is_refused_before_it_unfolds);
	tcase_add_test(tcase, only_the_last_coding_is_taken_off);
	return run_suite_of(tcase, "aws_content");
}
