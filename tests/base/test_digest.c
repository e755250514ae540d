/* emulator/base/digest.c; vectors: FIPS 180-4 examples, RFC 1321, RFC 4231, RFC 4648 section 10 */
#include "emulator/base/digest.h"

#include "tests/lib/suite.h"

static void check_hex(const uint8_t *bytes, size_t length, const char *expected)
{
	_cleanup_(freep) char *hex = xmalloc(2 * length + 1);

	hex_encode(bytes, length, hex);
	ck_assert_str_eq(hex, expected);
}

START_TEST(digests_are_those_of_the_standards)
{
	uint8_t out[SHA256_BYTES];
	char hex[SHA256_HEX];

	digest_sha256_hex("", 0, hex);
	ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	digest_sha256_hex("abc", 3, hex);
	ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha1("abc", 3, out);
	check_hex(out, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
	digest_md5("abc", 3, out);
	check_hex(out, 16, "900150983cd24fb0d6963f7d28e17f72");
}
END_TEST

START_TEST(hmac_takes_short_block_long_and_longer_keys)
{
	uint8_t key[131], out[SHA256_BYTES];
	const char *text = "Test Using Larger Than Block-Size Key - Hash Key First";

	digest_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, out);
	check_hex(out, sizeof(out),
		  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	digest_hmac_sha256(key, sizeof(key), text, strlen(text), out);
	check_hex(out, sizeof(out),
		  "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	digest_hmac_sha1("Jefe", 4, "what do ya want for nothing?", 28, out);
	check_hex(out, 20, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	digest_hmac_sha256(NULL, 0, "", 0, out);
	check_hex(out, sizeof(out),
		  "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}
END_TEST

START_TEST(hex_is_decoded_only_when_it_fits_exactly)
{
	static const char *const bad[] = {"", "00", "000", "00000", "000g", "00 0", "0x00"};
	uint8_t out[2] = {7, 7};

	ck_assert(hex_decode("fFa0", out, 2));
	ck_assert_uint_eq(out[0], 0xff);
	ck_assert_uint_eq(out[1], 0xa0);
	for (size_t i = 0; i < array_size(bad); i++)
		ck_assert_msg(!hex_decode(bad[i], out, 2), "%s", bad[i]);
	ck_assert(!hex_decode(NULL, out, 2));
	ck_assert_uint_eq(out[0], 0xff); /* untouched */
	ck_assert(hex_decode("", out, 0));
}
END_TEST

static const char *const base64_rows[][3] = {
	/* text, standard, for URLs */
	{"", "", ""},
	{"f", "Zg==", "Zg"},
	{"fo", "Zm8=", "Zm8"},
	{"foo", "Zm9v", "Zm9v"},
	{"foob", "Zm9vYg==", "Zm9vYg"},
	{"fooba", "Zm9vYmE=", "Zm9vYmE"},
	{"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	{"\xfb\xff\xbf", "+/+/", "-_-_"},
};

START_TEST(base64_goes_both_ways)
{
	for (size_t i = 0; i < array_size(base64_rows); i++) {
		const char *text = base64_rows[i][0];
		_cleanup_(freep) char *standard = base64_encode(text, strlen(text));
		_cleanup_(freep) char *url = base64url_encode(text, strlen(text));
		_cleanup_(freep) uint8_t *a = NULL, *b = NULL;
		size_t n, m;

		ck_assert_str_eq(standard, base64_rows[i][1]);
		ck_assert_str_eq(url, base64_rows[i][2]);
		ck_assert(base64_decode(standard, strlen(standard), &a, &n));
		ck_assert(base64url_decode(url, strlen(url), &b, &m));
		ck_assert_uint_eq(n, strlen(text));
		ck_assert_uint_eq(m, strlen(text));
		ck_assert_str_eq((char *)a, text); /* the NUL behind it is ours */
		ck_assert_str_eq((char *)b, text);
	}
}
END_TEST

START_TEST(base64_refuses_what_another_text_would_mean_as_well)
{
	static const char *const bad[] = {
		"Z",	    "Zg",    "Zg=",    "Zg===", "Zh==",	    "Zm9=", "====", "=",
		"Zg==Zg==", "Zm 9v", "Zm9v\n", "-_-_",	"Zm9v!m9v", "A===", "Zg=v",
	};
	uint8_t *out = NULL;
	size_t n = 42;

	for (size_t i = 0; i < array_size(bad); i++)
		ck_assert_msg(!base64_decode(bad[i], strlen(bad[i]), &out, &n), "%s", bad[i]);
	ck_assert(!base64url_decode("+/+/", 4, &out, &n));
	ck_assert(!base64url_decode("Zg==", 4, &out, &n));
	ck_assert(!base64url_decode("Zm9vZ", 5, &out, &n));
	ck_assert_ptr_null(out);
	ck_assert_uint_eq(n, 42);
}
END_TEST

START_TEST(random_bytes_differ_and_equality_looks_at_all_bytes)
{
	uint8_t a[32], b[32];

	digest_random(a, sizeof(a));
	digest_random(b, sizeof(b));
	ck_assert(!digest_equal(a, b, sizeof(a)));
	memcpy(b, a, sizeof(a));
	ck_assert(digest_equal(a, b, sizeof(a)));
	b[31] ^= 1;
	ck_assert(!digest_equal(a, b, sizeof(a)));
	ck_assert(digest_equal(a, b, 31));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		digests_are_those_of_the_standards,
		hmac_takes_short_block_long_and_longer_keys,
		hex_is_decoded_only_when_it_fits_exactly,
		base64_goes_both_ways,
		base64_refuses_what_another_text_would_mean_as_well,
		random_bytes_differ_and_equality_looks_at_all_bytes,
		NULL,
	};

	return suite_main("digest", tests);
}
