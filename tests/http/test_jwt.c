/* emulator/http/jwt.c */
#include "emulator/base/digest.h"
#include "emulator/http/tls.h"
#include "tests/lib/suite.h"

/* RFC 7515, appendix A.3: the key, the token and its payload. */
static const char rfc_pem[] = "-----BEGIN PRIVATE KEY-----\n"
			      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
			      "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
			      "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
			      "-----END PRIVATE KEY-----\n";
static const char rfc_token[] =
	"eyJhbGciOiJFUzI1NiJ9."
	"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
	"fQ."
	"DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
static const char rfc_payload[] = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
				  "\"http://example.com/is_root\":true}";

static struct tls_signing_key *new_key(void)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct tls_signing_key *key = NULL;

	ck_assert_msg(tls_make_signing_key(&key, &err), "%s", err_text(&err));
	return key;
}

static struct tls_signing_key *read_key(const char *pem)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct tls_signing_key *key = NULL;

	ck_assert_msg(tls_read_signing_key(pem, &key, &err), "%s", err_text(&err));
	return key;
}

static void expect_denied(const struct tls_signing_key *key, const char *token)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	char *payload = NULL;

	ck_assert_msg(!tls_verify_jwt(key, token, &payload, &err), "%s", token);
	ck_assert_int_eq(err.code, ERR_DENIED);
	ck_assert_ptr_null(payload);
}

START_TEST(the_standards_token_is_accepted)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *rfc_key = read_key(rfc_pem);
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(freep) char *payload = NULL;

	ck_assert_msg(tls_verify_jwt(rfc_key, rfc_token, &payload, &err), "%s", err_text(&err));
	ck_assert_str_eq(payload, rfc_payload);
}
END_TEST

START_TEST(a_signed_token_is_verified_by_the_same_key_only)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *key = new_key();
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *other = new_key();
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *again =
		read_key(tls_signing_key_pem(key));
	_cleanup_(err_done) struct err err = ERR_INIT;

	for (unsigned i = 0; i < 50; i++) { /* R and S are shorter than 32 bytes now and then */
		_cleanup_(freep) char *token = NULL, *payload = NULL;
		_cleanup_(freep) char *text = xasprintf("{\"sub\":\"%u\"}", i);

		ck_assert(tls_sign_jwt(key, "kid-1", text, &token, &err));
		ck_assert(tls_verify_jwt(key, token, &payload, &err));
		ck_assert_str_eq(payload, text);
		free(steal(payload));
		ck_assert(tls_verify_jwt(again, token, &payload, &err));
		expect_denied(other, token);
	}
}
END_TEST

START_TEST(the_header_names_algorithm_and_key)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *rfc_key = read_key(rfc_pem);
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(freep) char *token = NULL, *bare = NULL;

	/* {"alg":"ES256","kid":"a\"b"} */
	ck_assert(tls_sign_jwt(rfc_key, "a\"b", "{}", &token, &err));
	ck_assert_msg(str_starts_with(token, "eyJhbGciOiJFUzI1NiIsImtpZCI6ImFcImIifQ.e30."), "%s",
		      token);
	ck_assert(tls_sign_jwt(rfc_key, NULL, "{}", &bare, &err));
	ck_assert_msg(str_starts_with(bare, "eyJhbGciOiJFUzI1NiJ9.e30."), "%s", bare);
}
END_TEST

START_TEST(every_changed_character_spoils_the_token)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *rfc_key = read_key(rfc_pem);
	_cleanup_(freep) char *token = xstrdup(rfc_token);

	for (size_t i = 0; token[i]; i++) {
		char was = token[i];

		token[i] = was == 'A' ? 'B' : 'A';
		expect_denied(rfc_key, token);
		token[i] = was;
	}
}
END_TEST

START_TEST(what_is_no_token_is_denied)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *rfc_key = read_key(rfc_pem);
	static const char *const bad[] = {
		"",
		".",
		"..",
		"...",
		"a.b.c",
		"e30.e30.",
		"eyJhbGciOiJFUzI1NiJ9.e30.",
		"eyJhbGciOiJFUzI1NiJ9.e30",
		"eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
		"bm8ganNvbg.e30.AAAA",
	};

	for (size_t i = 0; i < array_size(bad); i++)
		expect_denied(rfc_key, bad[i]);
	expect_denied(rfc_key, NULL);
}
END_TEST

START_TEST(no_other_algorithm_is_taken)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *rfc_key = read_key(rfc_pem);
	static const char *const headers[] = {
		"{\"alg\":\"none\"}",  "{\"alg\":\"HS256\"}",
		"{\"alg\":\"es256\"}", "{\"alg\":256}",
		"{\"typ\":\"ES256\"}", "[]",
		"\"ES256\"",	       "{\"alg\":\"ES256\",\"crit\":[\"b64\"]}",
	};
	const char *rest = strchr(rfc_token, '.');

	for (size_t i = 0; i < array_size(headers); i++) {
		_cleanup_(freep) char *header = base64url_encode(headers[i], strlen(headers[i]));
		_cleanup_(freep) char *token = xasprintf("%s%s", header, rest);

		expect_denied(rfc_key, token);
	}
}
END_TEST

START_TEST(a_token_without_limit_is_denied)
{
	_cleanup_(tls_signing_key_freep) struct tls_signing_key *rfc_key = read_key(rfc_pem);
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(freep) char *payload = xcalloc(1, 100 * 1024);
	char *token = NULL;

	memset(payload, 'x', 100 * 1024 - 1);
	ck_assert(!tls_sign_jwt(rfc_key, NULL, payload, &token, &err));
	ck_assert_int_eq(err.code, ERR_TOO_LARGE);
	ck_assert_ptr_null(token);
	payload[10] = '.';
	payload[100] = '.';
	expect_denied(rfc_key, payload);
}
END_TEST

START_TEST(a_key_that_is_none_is_refused)
{
	/* P-384, from `openssl ecparam -name secp384r1 -genkey | openssl pkcs8 -topk8 -nocrypt` */
	static const char other_curve[] =
		"-----BEGIN PRIVATE KEY-----\n"
		"MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDC73rK0NroCFuV56/VD\n"
		"h8Ib6xiKHhike9SR0WBkEsvAl1JnW4vsdao4A0NzKIogMQehZANiAASPo1dF98z/\n"
		"XpyOIvnQgo7y3GcPxOl2eKLqx1ygsbOi5swSJqOkscElDY9w9eYpQKT8AozEnEIS\n"
		"NGQrDbggSaB/AXIp5rTlbm5HKA86u2XQJollnSuEh5ZRKRt3w2ygUmU=\n"
		"-----END PRIVATE KEY-----\n";
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct tls_signing_key *key = NULL;

	ck_assert(!tls_read_signing_key("no PEM", &key, &err));
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_msg(str_starts_with(err_text(&err), "cannot read a private key: "), "%s",
		      err_text(&err));
	err_done(&err);
	ck_assert(!tls_read_signing_key(other_curve, &key, &err));
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_str_eq(err_text(&err), "a signing key must be a P-256 key");
	ck_assert_ptr_null(key);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_standards_token_is_accepted,
		a_signed_token_is_verified_by_the_same_key_only,
		the_header_names_algorithm_and_key,
		every_changed_character_spoils_the_token,
		what_is_no_token_is_denied,
		no_other_algorithm_is_taken,
		a_token_without_limit_is_denied,
		a_key_that_is_none_is_refused,
		NULL,
	};

	return suite_main("jwt", tests);
}
