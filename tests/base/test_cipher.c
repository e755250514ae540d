/* AES-256-GCM by NIST's test case 16 of the GCM specification, HMAC by RFC 4231's second case. */
#include "emulator/base/cipher.h"

#include "emulator/base/digest.h"
#include "tests/lib/suite.h"

#define KEY "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
#define IV  "cafebabefacedbaddecaf888"
#define PLAIN                                                                                      \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e24" \
	"49a6b525b16aedf5aa0de657ba637b39"
#define BOUND "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define SEALED                                                                                     \
	"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10" \
	"56828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"

struct vector {
	uint8_t key[32], iv[12], plain[60], bound[20], sealed[76], made[76], opened[60];
};

static void read_vector(struct vector *v)
{
	ck_assert(hex_decode(KEY, v->key, sizeof(v->key)));
	ck_assert(hex_decode(IV, v->iv, sizeof(v->iv)));
	ck_assert(hex_decode(PLAIN, v->plain, sizeof(v->plain)));
	ck_assert(hex_decode(BOUND, v->bound, sizeof(v->bound)));
	ck_assert(hex_decode(SEALED, v->sealed, sizeof(v->sealed)));
}

START_TEST(a_text_is_sealed_as_the_specification_says_and_opened_again)
{
	struct vector v;
	struct cipher_text text = {v.plain, sizeof(v.plain), v.bound, sizeof(v.bound)};

	read_vector(&v);
	cipher_seal(v.key, v.iv, &text, v.made);
	ck_assert_mem_eq(v.made, v.sealed, sizeof(v.sealed));
	text.data = v.sealed;
	text.length = sizeof(v.sealed);
	ck_assert(cipher_open(v.key, v.iv, &text, v.opened));
	ck_assert_mem_eq(v.opened, v.plain, sizeof(v.plain));
}
END_TEST

START_TEST(what_was_changed_or_bound_to_something_else_is_not_opened)
{
	struct vector v;
	struct cipher_text text = {v.sealed, sizeof(v.sealed), v.bound, sizeof(v.bound) - 1};

	read_vector(&v);
	ck_assert(!cipher_open(v.key, v.iv, &text, v.opened));
	text.bound_length = sizeof(v.bound);
	v.sealed[0] ^= 1;
	ck_assert(!cipher_open(v.key, v.iv, &text, v.opened));
	text.length = CIPHER_TAG_BYTES - 1;
	ck_assert(!cipher_open(v.key, v.iv, &text, v.opened));
}
END_TEST

START_TEST(codes_are_those_of_the_standard)
{
	static const char data[] = "what do ya want for nothing?";
	uint8_t mac[HMAC_BYTES_MAX];
	char hex[2 * HMAC_BYTES_MAX + 1];

	ck_assert_uint_eq(cipher_hmac("SHA224", "Jefe", 4, data, strlen(data), mac), 28);
	hex_encode(mac, 28, hex);
	ck_assert_str_eq(hex, "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44");
	ck_assert_uint_eq(cipher_hmac("SHA512", "Jefe", 4, data, strlen(data), mac), 64);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {a_text_is_sealed_as_the_specification_says_and_opened_again,
				      what_was_changed_or_bound_to_something_else_is_not_opened,
				      codes_are_those_of_the_standard, NULL};

	return suite_main("cipher", tests);
}
