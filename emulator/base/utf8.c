/* UTF-8 by the rules of RFC 3629. */
#include "emulator/base/utf8.h"

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

size_t utf8_char_bytes(const char *text, size_t length)
{
	const unsigned char *p = (const unsigned char *)text;

	if (!length)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		return length >= 2 && is_tail(p[1]) ? 2 : 0;
	if ((p[0] & 0xf0) == 0xe0) {
		if (length < 3 || !is_tail(p[1]) || !is_tail(p[2]))
			return 0;
		if (p[0] == 0xe0 && p[1] < 0xa0) /* overlong */
			return 0;
		return p[0] == 0xed && p[1] > 0x9f ? 0 : 3; /* surrogates */
	}
	if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		if (length < 4 || !is_tail(p[1]) || !is_tail(p[2]) || !is_tail(p[3]))
			return 0;
		if (p[0] == 0xf0 && p[1] < 0x90) /* overlong */
			return 0;
		return p[0] == 0xf4 && p[1] > 0x8f ? 0 : 4; /* above U+10FFFF */
	}
	return 0;
}

bool utf8_is_valid(const char *text, size_t length)
{
	for (size_t i = 0, n; i < length; i += n) {
		n = utf8_char_bytes(text + i, length - i);
		if (!n)
			return false;
	}
	return true;
}

size_t utf8_encode(uint32_t code_point, char ret[4])
{
	assert(code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff));
	if (code_point < 0x80) {
		ret[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		ret[0] = (char)(0xc0 | code_point >> 6);
		ret[1] = (char)(0x80 | (code_point & 0x3f));
		return 2;
	}
	if (code_point < 0x10000) {
		ret[0] = (char)(0xe0 | code_point >> 12);
		ret[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (code_point & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | code_point >> 18);
	ret[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (code_point & 0x3f));
	return 4;
}
