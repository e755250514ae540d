#pragma once
/* UTF-8 by the rules of RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "emulator/base/util.h"

/**
 * How many bytes the character at the start of text has.
 *
 * @param text    at least `length` bytes
 * @param length  bytes to look at, may be 0
 * @return 1 to 4, or 0 when the bytes are no complete valid character (or length is 0)
 *
 * Source: RFC 3629, section 4.
 */
size_t utf8_char_bytes(const char *text, size_t length);

/** Whether all of text is valid UTF-8. U+0000 is valid here. */
bool utf8_is_valid(const char *text, size_t length);

/** Writes a code point (0 to 0x10FFFF, no surrogate) as UTF-8; returns its 1 to 4 bytes, no NUL. */
size_t utf8_encode(uint32_t code_point, char ret[4]);
