#pragma once
/*
 * The matcher of claims: what a scenario writes under `has`, `where`, `tagged`, `with` and `is`,
 * compared with a document, parameters or a number. A pure function.
 *
 * The expected side is a tree whose scalars may be texts as written (yaml_to_json_text): a text is
 * compared with the typed field ("false" with the bool, "80" with the number, "1.10" with the
 * string). What a variable put in with its own type is compared the same way.
 *
 * An object is partial: only the members written are compared. A list is partial: each written
 * element is found in the list, in any order. An object all of whose keys are matcher words (and
 * that has at least one) is a matcher; with several words all must hold:
 *
 *   not: M           M does not match          in: [M, …]      one of them matches
 *   matches: RE      PCRE2 finds it in the text
 *   contains: M      the text holds the text; the list has an element that matches (a list: each)
 *   starts-with: T   the text begins so        at-least/at-most: N   the number is so
 *   exactly: [M, …]  as a set: each element matched by one of them, none left; of an object: no
 *                    other members; of a scalar: equal
 *   in-order: [M, …] the same in this order
 *   present: B       it is there and neither null, "", [] nor {}; or it is not
 *   cidr: ipv4|ipv6  an address or block of the family
 *   size: M          prefix length of a block, else characters of a text, elements of a list,
 *                    members of an object; what is missing has size 0
 *   inside: T | doc  an address or block inside the block, or inside one of the blocks that the
 *                    document names (every CidrBlock and Ipv6CidrBlock in it)
 *   same-as: V       equal to V as a whole, lists as sets
 *
 * Source: scenario-language.md, "Scenario language" and its schema.
 */
#include "emulator/base/err.h"

struct json;

/** Where and why something does not match; texts are ours: mismatch_done. */
struct mismatch {
	char *path;	/**< "spec.ports[0].nodePort"; "" for the whole */
	char *expected; /**< "false", "a text that starts with igw-", "an element like {…}" */
	char *actual;	/**< the value as JSON, at most 300 bytes, or "(none)" */
};
#define MISMATCH_INIT                                                                              \
	{                                                                                          \
		NULL, NULL, NULL                                                                   \
	}
void mismatch_done(struct mismatch *mismatch);

/**
 * Whether the actual value is as expected.
 *
 * @param expected  a tree as above; operands must be valid (match_check), a bad one never matches
 * @param actual    NULL: missing
 * @param ret       set when it does not match (what it held is dropped); NULL: not wanted
 */
bool match_value(const struct json *expected, const struct json *actual, struct mismatch *ret);

/** Whether an integer is as expected, for `is`, `times` and `count`. */
bool match_number(const struct json *expected, int64_t actual, struct mismatch *ret);
/** The same for a text, for log lines and messages: here a plain text must be equal. */
bool match_text(const struct json *expected, const char *actual, struct mismatch *ret);

/**
 * Whether an expected tree makes sense: regular expressions compile, numbers are numbers, words are
 * known.
 *
 * @param err  ERR_INVALID: "times.at-least: \"x\" is not a number"
 */
must_check bool match_check(const struct json *expected, struct err *err);

/** Whether the key is a matcher's word. */
bool match_is_word(const char *key);

/** The expected side as a phrase: "dualstack", "at least 1", "{ State: { Code: active } }". New
 * text, at most 300 bytes. */
char *match_describe(const struct json *expected);
