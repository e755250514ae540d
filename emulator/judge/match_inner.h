#pragma once
/* What match.c and its two helpers share. */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/judge/match.h"

/** A step on the way down, kept on the stack: the path is only written when it is needed. */
struct step {
	const struct step *up;
	const char *key; /* NULL: an index */
	size_t index;
};

/** match.c: the whole matching, below a step. */
bool match_at(const struct json *expected, const struct json *actual, const struct step *at,
	      struct mismatch *ret);
/** match.c: notes a mismatch; always false. `expected` is what was wanted as a phrase. */
bool match_differs(const struct step *at, const char *expected, const struct json *actual,
		   struct mismatch *ret);
/** match.c: whether a scalar as written equals a typed one. */
bool match_scalar(const struct json *expected, const struct json *actual);

/** match_words.c: one word of a matcher. */
bool match_word(const char *word, const struct json *operand, const struct json *actual,
		const struct step *at, struct mismatch *ret);
/** match_words.c: whether the operand makes sense for the word; path stands in front of it. */
must_check bool match_check_word(const char *word, const struct json *operand, struct err *err);

/** match_text.c: a value as compact JSON, cut at MATCH_TEXT_MAX bytes; "(none)" for NULL. */
char *match_json_text(const struct json *json);
/** match_text.c: a scalar without quotes; NULL for lists and objects. */
char *match_scalar_text(const struct json *json);

/** match_words.c: whether text is a number as JSON has it. */
bool match_is_number(const char *text, double *ret);
/** Calls back for each block that a tree names: CidrBlock, Ipv6CidrBlock, at any depth. */
void match_blocks(const struct json *json, void (*fn)(const char *text, void *userdata),
		  void *userdata);

#define MATCH_TEXT_MAX 300
