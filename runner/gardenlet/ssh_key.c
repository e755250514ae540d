/* See ssh_key.h. The wire format is that of RFC 4253, section 6.6. */
#include "runner/gardenlet/ssh_key.h"

#include "emulator/base/digest.h"
#include "emulator/base/json.h"

#define MODULUS_BYTES 256
#define KEY_TYPE      "ssh-rsa"

static uint8_t *put_field(uint8_t *at, const void *bytes, uint32_t length)
{
	at[0] = (uint8_t)(length >> 24);
	at[1] = (uint8_t)(length >> 16);
	at[2] = (uint8_t)(length >> 8);
	at[3] = (uint8_t)length;
	memcpy(at + 4, bytes, length);
	return at + 4 + length;
}

char *ssh_public_key(const char *name)
{
	static const uint8_t exponent[] = {1, 0, 1};
	uint8_t modulus[MODULUS_BYTES + 1] = {0}; /* a leading 0: the number is positive */
	uint8_t blob[4 + sizeof(KEY_TYPE) + 4 + sizeof(exponent) + 4 + sizeof(modulus)], *end;
	_cleanup_(freep) char *text = NULL;

	for (size_t i = 0; i < MODULUS_BYTES / SHA256_BYTES; i++) {
		_cleanup_(freep) char *part = xasprintf("ssh key of %s, part %zu", name, i);

		digest_sha256(part, strlen(part), modulus + 1 + i * SHA256_BYTES);
	}
	modulus[1] |= 0x80; /* all 2048 bits count */
	modulus[MODULUS_BYTES] |= 1;
	end = put_field(blob, KEY_TYPE, sizeof(KEY_TYPE) - 1);
	end = put_field(end, exponent, sizeof(exponent));
	end = put_field(end, modulus, sizeof(modulus));
	text = base64_encode(blob, (size_t)(end - blob));
	return xasprintf(KEY_TYPE " %s", text);
}

struct json *text_as_bytes(const char *text)
{
	_cleanup_(freep) char *encoded = base64_encode(text, strlen(text));

	return json_new_string(encoded);
}
