/* Ids out of SHA-256. Fields are length-prefixed, so that ("a", "bc") and ("ab", "c") differ. */
#include "emulator/base/ids.h"

#include <stdio.h>

#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"

#define ID_INPUT_MAX (1u << 20) /* bytes; names longer than that are told apart by their digest */

static void add_number(struct strbuf *sb, uint64_t number)
{
	uint8_t bytes[8];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(number >> (8 * i));
	strbuf_add_bytes(sb, bytes, sizeof(bytes));
}

static void add_field(struct strbuf *sb, const char *text)
{
	size_t length = text ? strlen(text) : 0;
	char digest[SHA256_HEX];

	add_number(sb, text ? length : UINT64_MAX);
	if (length > ID_INPUT_MAX / 8) {
		digest_sha256_hex(text, length, digest);
		strbuf_add(sb, digest);
	} else if (length) {
		strbuf_add_bytes(sb, text, length);
	}
}

/* Block 0 is "the hash"; further blocks are for texts that need more than 32 bytes of it. */
static void hash(uint64_t seed, const char *kind, const char *actor, const char *name,
		 uint64_t ordinal, uint64_t block, uint8_t ret[SHA256_BYTES])
{
	_cleanup_(strbuf_done) struct strbuf sb;

	strbuf_init(&sb, ID_INPUT_MAX);
	add_number(&sb, seed);
	add_field(&sb, kind);
	add_field(&sb, actor);
	add_field(&sb, name);
	add_number(&sb, ordinal);
	add_number(&sb, block);
	digest_sha256(sb.text, sb.length, ret);
}

void ids_hex(uint64_t seed, const char *kind, const char *actor, const char *name, uint64_t ordinal,
	     unsigned digits, char *ret)
{
	uint8_t digest[SHA256_BYTES];
	char hex[SHA256_HEX];

	assert(digits >= 1 && digits <= 64);
	hash(seed, kind, actor, name, ordinal, 0, digest);
	hex_encode(digest, sizeof(digest), hex);
	memcpy(ret, hex, digits);
	ret[digits] = '\0';
}

double ids_chance(uint64_t seed, const char *kind, const char *actor, const char *name,
		  uint64_t ordinal)
{
	uint8_t digest[SHA256_BYTES];
	uint64_t number = 0;

	hash(seed, kind, actor, name, ordinal, 0, digest);
	for (unsigned i = 0; i < 8; i++)
		number = number << 8 | digest[i];
	return (double)(number >> 11) / (double)(UINT64_C(1) << 53); /* 53 bits fit a double */
}

void ids_uuid(uint64_t seed, const char *kind, const char *actor, const char *name,
	      uint64_t ordinal, char ret[37])
{
	uint8_t d[SHA256_BYTES];
	char hex[SHA256_HEX];

	hash(seed, kind, actor, name, ordinal, 0, d);
	d[6] = (uint8_t)((d[6] & 0x0f) | 0x40); /* RFC 4122, section 4.4: version 4 */
	d[8] = (uint8_t)((d[8] & 0x3f) | 0x80);
	hex_encode(d, 16, hex);
	snprintf(ret, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

void ids_text(uint64_t seed, const char *kind, const char *actor, const char *name,
	      uint64_t ordinal, const char *alphabet, unsigned length, char *ret)
{
	size_t letters = strlen(alphabet), used = SHA256_BYTES;
	uint8_t digest[SHA256_BYTES];
	uint64_t block = 0;
	unsigned fair;

	assert(letters >= 1 && letters <= 256);
	fair = 256 -
	       256 % (unsigned)letters; /* bytes from here on would favour the first letters */
	for (unsigned i = 0; i < length;) {
		if (used == SHA256_BYTES) {
			hash(seed, kind, actor, name, ordinal, block++, digest);
			used = 0;
		}
		if (digest[used] < fair)
			ret[i++] = alphabet[digest[used] % letters];
		used++;
	}
	ret[length] = '\0';
}
