/*
 * Tokens of CEL. Source: cel-spec doc/langdef.md, "Syntax"; cel-go parser/unescape.go.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "emulator/base/arena.h"
#include "emulator/base/utf8.h"
#include "emulator/kube/cel/inner.h"

bool cel_is_keyword(const char *name)
{
	static const char *const words[] = {
		"as",	     "break",  "const",	 "continue", "else",  "for",
		"function",  "if",     "import", "let",	     "loop",  "package",
		"namespace", "return", "var",	 "void",     "while",
	};

	for (size_t i = 0; i < array_size(words); i++)
		if (str_eq(words[i], name))
			return true;
	return false;
}

static void wrong(struct cel_lexer *lexer, const char *problem)
{
	lexer->token = TOKEN_WRONG;
	lexer->problem = problem;
}

static void skip_blank(struct cel_lexer *lexer)
{
	const char *text = lexer->text;

	for (;;) {
		if (text[lexer->at] && strchr(" \t\r\n\f", text[lexer->at]))
			lexer->at++;
		else if (text[lexer->at] == '/' && text[lexer->at + 1] == '/')
			lexer->at += strcspn(text + lexer->at, "\n");
		else
			return;
	}
}

static void lex_integer(struct cel_lexer *lexer, const char *digits, bool hex)
{
	bool natural = lexer->text[lexer->at] == 'u' || lexer->text[lexer->at] == 'U';
	char *end;
	uint64_t number;

	errno = 0;
	number = strtoull(digits, &end, hex ? 16 : 10);
	lexer->token = TOKEN_NUMBER;
	if (natural)
		lexer->at++;
	if (errno || *end) {
		wrong(lexer, natural ? "invalid uint literal" : "invalid int literal");
		return;
	}
	/* 2^63 fits behind a minus only, and is seen as such by the parser */
	lexer->value =
		natural ? cel_uint(number) : (struct cel_value){.kind = CEL_INT, .natural = number};
	if (!natural && number > (uint64_t)INT64_MAX + 1)
		wrong(lexer, "invalid int literal");
}

static size_t digits_at(const char *text)
{
	size_t count = 0;

	while (isdigit((unsigned char)text[count]))
		count++;
	return count;
}

static void lex_number(struct cel_lexer *lexer)
{
	const char *text = lexer->text + lexer->start;
	size_t length = digits_at(text);
	bool real = false;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
	    isxdigit((unsigned char)text[2])) {
		for (length = 2; isxdigit((unsigned char)text[length]);)
			length++;
		lexer->at = lexer->start + length;
		lex_integer(lexer, arena_strndup(lexer->arena, text + 2, length - 2), true);
		return;
	}
	if (text[length] == '.' && isdigit((unsigned char)text[length + 1])) {
		real = true;
		length++;
		length += digits_at(text + length);
	}
	if (text[length] == 'e' || text[length] == 'E') {
		size_t sign = text[length + 1] == '+' || text[length + 1] == '-';
		size_t digits = digits_at(text + length + 1 + sign);

		if (digits) {
			real = true;
			length += 1 + sign + digits;
		}
	}
	lexer->at = lexer->start + length;
	if (!real) {
		lex_integer(lexer, arena_strndup(lexer->arena, text, length), false);
		return;
	}
	lexer->token = TOKEN_NUMBER;
	lexer->value = cel_double(strtod(arena_strndup(lexer->arena, text, length), NULL));
}

/* Reads digits of an escape; false: not all there. */
static bool read_digits(const char *text, size_t count, int base, uint32_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < count; i++) {
		int digit = isdigit((unsigned char)text[i]) ? text[i] - '0'
			    : isxdigit((unsigned char)text[i])
				    ? tolower((unsigned char)text[i]) - 'a' + 10
				    : 99;

		if (digit >= base)
			return false;
		*ret = *ret * (uint32_t)base + (uint32_t)digit;
	}
	return true;
}

/* One escape behind a backslash; its length, or 0. */
static size_t read_escape(const char *text, bool bytes, struct strbuf *sb)
{
	static const char letters[] = "abfnrtv\\'\"`?", means[] = "\a\b\f\n\r\t\v\\'\"`?";
	const char *letter = *text ? strchr(letters, *text) : NULL;
	size_t digits = *text == 'x' || *text == 'X'   ? 2
			: *text == 'u'		       ? 4
			: *text == 'U'		       ? 8
			: *text >= '0' && *text <= '3' ? 3
						       : 0;
	bool octal = digits == 3;
	uint32_t code;
	char utf8[4];

	if (letter) {
		strbuf_add_char(sb, means[letter - letters]);
		return 1;
	}
	if (!digits || (bytes && digits > 3) ||
	    !read_digits(text + !octal, digits, octal ? 8 : 16, &code))
		return 0;
	if (bytes)
		strbuf_add_char(sb, (char)code);
	else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	else
		strbuf_add_bytes(sb, utf8, utf8_encode(code, utf8));
	return digits + !octal;
}

static bool read_text(struct cel_lexer *lexer, bool raw, bool bytes, struct strbuf *sb)
{
	const char *text = lexer->text;
	char quote = text[lexer->at];
	bool triple = text[lexer->at + 1] == quote && text[lexer->at + 2] == quote;
	size_t step;

	for (lexer->at += triple ? 3 : 1; text[lexer->at]; lexer->at += step) {
		const char *c = text + lexer->at;

		step = 1;
		if (*c == quote && (!triple || (c[1] == quote && c[2] == quote))) {
			lexer->at += triple ? 3 : 1;
			return true;
		}
		if (!triple && (*c == '\n' || *c == '\r'))
			return false;
		if (*c == '\\' && !raw) {
			step = read_escape(c + 1, bytes, sb) + 1;
			if (step == 1)
				return false;
		} else if (*c == '\\' && c[1]) {
			strbuf_add_bytes(sb, c, 2); /* a raw quote does not end it */
			step = 2;
		} else {
			strbuf_add_char(sb, *c);
		}
	}
	return false;
}

static void lex_text(struct cel_lexer *lexer, bool raw, bool bytes)
{
	struct strbuf sb;

	strbuf_init(&sb, CEL_TEXT_MAX + 1);
	if (read_text(lexer, raw, bytes, &sb)) {
		lexer->token = TOKEN_TEXT;
		lexer->value.kind = bytes ? CEL_BYTES : CEL_STRING;
		lexer->value.length = sb.length;
		lexer->value.text = arena_strndup(lexer->arena, strbuf_text(&sb), sb.length);
	} else {
		wrong(lexer, "Syntax error: token recognition error");
	}
	strbuf_done(&sb);
}

/* r"", b"", rb"" and br"", in either case; false: a name */
static bool lex_prefixed(struct cel_lexer *lexer)
{
	const char *text = lexer->text + lexer->start;
	bool raw = false, bytes = false;
	size_t i = 0;

	for (; i < 2; i++) {
		char c = (char)tolower((unsigned char)text[i]);

		if (c == 'r' && !raw)
			raw = true;
		else if (c == 'b' && !bytes)
			bytes = true;
		else
			break;
	}
	if (text[i] != '\'' && text[i] != '"')
		return false;
	lexer->at = lexer->start + i;
	lex_text(lexer, raw, bytes);
	return true;
}

static void lex_name(struct cel_lexer *lexer)
{
	const char *text = lexer->text + lexer->start;
	size_t length = 0;

	while (text[length] == '_' || isalnum((unsigned char)text[length]))
		length++;
	lexer->at = lexer->start + length;
	lexer->name = arena_strndup(lexer->arena, text, length);
	lexer->token = TOKEN_NAME;
	if (str_eq(lexer->name, "in"))
		lexer->token = TOKEN_SIGN;
}

static void lex_sign(struct cel_lexer *lexer)
{
	static const char *const signs[] = {"&&", "||", "==", "!=", "<=", ">=", "<", ">",
					    "+",  "-",	"*",  "/",  "%",  "!",	"?", ":",
					    ".",  ",",	"(",  ")",  "[",  "]",	"{", "}"};

	for (size_t i = 0; i < array_size(signs); i++) {
		if (strncmp(lexer->text + lexer->start, signs[i], strlen(signs[i])) != 0)
			continue;
		lexer->token = TOKEN_SIGN;
		lexer->name = signs[i];
		lexer->at = lexer->start + strlen(signs[i]);
		return;
	}
	wrong(lexer, "Syntax error: token recognition error");
}

void cel_lex(struct cel_lexer *lexer)
{
	char c;

	skip_blank(lexer);
	lexer->start = lexer->at;
	lexer->name = "";
	lexer->value = cel_null();
	c = lexer->text[lexer->at];
	if (!c)
		lexer->token = TOKEN_END;
	else if (isdigit((unsigned char)c) ||
		 (c == '.' && isdigit((unsigned char)lexer->text[lexer->at + 1])))
		lex_number(lexer);
	else if (c == '\'' || c == '"')
		lex_text(lexer, false, false);
	else if (c != '_' && !isalpha((unsigned char)c))
		lex_sign(lexer);
	else if (!lex_prefixed(lexer))
		lex_name(lexer);
}
