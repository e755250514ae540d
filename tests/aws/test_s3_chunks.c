/* Bodies in chunks: the examples of the S3 API, "Signature calculations for the Authorization
 * header: transferring a payload in multiple chunks", without and with trailing headers. */
#include "tests/aws/run.h"

#include "emulator/aws/s3_request.h"
#include "emulator/aws/sigv4.h"
#include "tests/lib/world.h"

#define NOW_MS 1369353600000 /* 2013-05-24T00:00:00Z */
#define SCOPE  "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
#define FIRST  65536
#define SECOND 1024

static struct world *world;
static struct arena *arena;
static struct sigv4 *sigv4;
static struct err err;

static void setup(void)
{
	const struct actor actor = {.name = "operator",
				    .access_key_id = "AKIAIOSFODNN7EXAMPLE",
				    .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};

	world = test_world(PROFILE_AWS);
	actor_add(world, &actor);
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

static bool verify(const struct wire_request *request)
{
	const struct actor *actor = NULL;
	struct credential credential;
	enum credential_state state = sigv4_read(request, &credential);

	return sigv4_verify(sigv4, world, aws_model_find("s3"), request, state, &credential, NOW_MS,
			    &actor, &err);
}

/* Two chunks of 'a' and an empty one with these signatures; then what stands behind. */
static struct wire_request example(const struct header *headers, const char *const signatures[3],
				   const char *behind)
{
	char *letters = arena_alloc(arena, FIRST + 1), *body;

	memset(letters, 'a', FIRST);
	body = arena_printf(arena,
			    "10000;chunk-signature=%s\r\n%s\r\n400;chunk-signature=%s\r\n%.*s\r\n"
			    "0;chunk-signature=%s\r\n%s\r\n",
			    signatures[0], letters, signatures[1], SECOND, letters, signatures[2],
			    behind);
	return (struct wire_request){.arena = arena,
				     .method = "PUT",
				     .path = "/examplebucket/chunkObject.txt",
				     .query = "",
				     .body = body,
				     .body_length = strlen(body),
				     .headers = headers};
}

static const struct header plain_headers[] = {
	{"Host", "s3.amazonaws.com"},
	{"x-amz-date", "20130524T000000Z"},
	{"x-amz-storage-class", "REDUCED_REDUNDANCY"},
	{"Authorization", SCOPE
	 ",SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
	 "x-amz-decoded-content-length;x-amz-storage-class,Signature="
	 "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"},
	{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
	{"Content-Encoding", "aws-chunked"},
	{"x-amz-decoded-content-length", "66560"},
	{"Content-Length", "66824"},
	{NULL, NULL},
};

static const char *const plain_signatures[] = {
	"ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
	"0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
	"b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
};

START_TEST(each_chunk_is_signed_after_the_one_before)
{
	struct wire_request request = example(plain_headers, plain_signatures, "");

	ck_assert_msg(verify(&request), "%s", err_text(&err));
	ck_assert(s3_request_unchunk(&request, &err));
	ck_assert_uint_eq(request.body_length, FIRST + SECOND);
	ck_assert_ptr_null(wire_header(&request, "Content-Encoding"));
}
END_TEST

START_TEST(a_chunk_that_was_changed_left_out_or_swapped_is_refused)
{
	const char *const swapped[] = {plain_signatures[0], plain_signatures[2],
				       plain_signatures[1]};
	struct wire_request request = example(plain_headers, plain_signatures, "");
	struct wire_request other = example(plain_headers, swapped, "");

	((char *)(uintptr_t)request.body)[100] = 'b';
	ck_assert(!verify(&request));
	ck_assert_str_eq(err.wire, "SignatureDoesNotMatch");
	ck_assert(!verify(&other));
	request = example(plain_headers, plain_signatures, "");
	request.body_length -= 90; /* the last one */
	ck_assert(!verify(&request));
}
END_TEST

static const struct header trailer_headers[] = {
	{"Host", "s3.amazonaws.com"},
	{"x-amz-date", "20130524T000000Z"},
	{"x-amz-storage-class", "REDUCED_REDUNDANCY"},
	{"Authorization",
	 SCOPE ",SignedHeaders=content-encoding;host;x-amz-content-sha256;x-amz-date;"
	       "x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer,Signature="
	       "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e"},
	{"x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"},
	{"Content-Encoding", "aws-chunked"},
	{"x-amz-decoded-content-length", "66560"},
	{"x-amz-trailer", "x-amz-checksum-crc32c"},
	{NULL, NULL},
};

static const char *const trailer_signatures[] = {
	"b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
	"1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
	"2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
};

START_TEST(a_trailer_is_signed_after_the_last_chunk)
{
	struct wire_request request =
		example(trailer_headers, trailer_signatures,
			"x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:"
			"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n");
	struct wire_request changed =
		example(trailer_headers, trailer_signatures,
			"x-amz-checksum-crc32c:sOO8/R==\r\nx-amz-trailer-signature:"
			"d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n");
	struct wire_request without = example(trailer_headers, trailer_signatures, "");

	ck_assert_msg(verify(&request), "%s", err_text(&err));
	ck_assert(!verify(&changed));
	ck_assert(!verify(&without));
	ck_assert(s3_request_unchunk(&request, &err));
	ck_assert_str_eq(wire_header(&request, "x-amz-checksum-crc32c"), "sOO8/Q==");
	ck_assert_ptr_null(wire_header(&request, "x-amz-trailer-signature"));
}
END_TEST

START_TEST(sizes_that_lie_and_lines_that_do_not_end_are_refused)
{
	static const char *const bodies[] = {"",      "5\r\nhello",    "6\r\nhello\r\n0\r\n\r\n",
					     "x\r\n", "fffffffff\r\n", "0\r\nno colon\r\n\r\n"};
	static const struct header headers[] = {
		{"x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"},
		{"x-amz-decoded-content-length", "5"},
		{NULL, NULL}};

	for (size_t i = 0; i < array_size(bodies); i++) {
		struct wire_request request = {.arena = arena,
					       .body = bodies[i],
					       .body_length = strlen(bodies[i]),
					       .headers = headers};

		ck_assert_msg(!s3_request_unchunk(&request, &err), "%s", bodies[i]);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("s3_chunks");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, each_chunk_is_signed_after_the_one_before);
	tcase_add_test(tcase, a_chunk_that_was_changed_left_out_or_swapped_is_refused);
	tcase_add_test(tcase, a_trailer_is_signed_after_the_last_chunk);
	tcase_add_test(tcase, sizes_that_lie_and_lines_that_do_not_end_are_refused);
	return run_suite_of(tcase, "s3_chunks");
}
