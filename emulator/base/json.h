#pragma once
/*
 * JSON trees: every document, every request, every reply. cJSON stands behind this header and
 * nowhere else.
 *
 * Conventions for documents: a timestamp is a string "2026-11-23T08:27:00.000Z" (UTC), a blob is
 * base64 text, an integer of 10^15 or more keeps its digits. Member order is kept. Keys are
 * compared exactly (case matters). A tree owns its children; `borrowed` children are pointed at and
 * must outlive the tree.
 */
#include "emulator/base/err.h"

struct json;
struct strbuf;

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/** @name Making. Never NULL; free with json_free. */
struct json *json_new_null(void);
struct json *json_new_bool(bool value);
struct json *json_new_int(int64_t value);
struct json *json_new_double(double value);
/** A number whose digits are kept as they are; text must be a JSON number (asserted). */
struct json *json_new_digits(const char *digits);
struct json *json_new_string(const char *text);
struct json *json_new_string_len(const char *text, size_t length);
struct json *json_new_array(void);
struct json *json_new_object(void);
/** A deep copy; borrowed parts become owned. NULL gives NULL. */
struct json *json_copy(const struct json *json);
/** Frees the tree but not what it borrows; NULL is fine. */
void json_free(struct json *json);
DEFINE_FREEP(json, struct json)

/** @name Reading. All take NULL and then answer as for a missing value. */
enum json_type json_type(const struct json *json);
bool json_is_object(const struct json *json);
bool json_is_array(const struct json *json);
bool json_is_string(const struct json *json);
bool json_is_number(const struct json *json);
bool json_is_bool(const struct json *json);
/** True for an explicit null as well as for NULL. */
bool json_is_null(const struct json *json);
/** The text of a string, else NULL. Borrowed. */
const char *json_str(const struct json *json);
/** Whether the number is an integer that fits int64; sets *ret then. */
bool json_int(const struct json *json, int64_t *ret);
double json_double(const struct json *json);
bool json_bool(const struct json *json);
/** Elements of an array, members of an object; 0 otherwise. Linear. */
size_t json_size(const struct json *json);

/** The member of that name, or NULL. */
const struct json *json_get(const struct json *object, const char *key);
/** The same, which a watched tree does not note (json_watch). */
const struct json *json_peek(const struct json *object, const char *key);
/** The same for a tree that the caller may change. */
struct json *json_get_mut(struct json *object, const char *key);
/** Walks down objects: json_find(x, "status", "loadBalancer", NULL). NULL when a step is missing.
 * End with NULL. */
const struct json *json_find(const struct json *object, ...) __attribute__((sentinel));
/** json_find, and the text of what it finds; NULL when missing or no string. End with NULL. */
const char *json_find_str(const struct json *object, ...) __attribute__((sentinel));
/** The text of a member; NULL when missing or no string. */
const char *json_get_str(const struct json *object, const char *key);
/** The integer of a member, or fallback when missing or no integer. */
int64_t json_get_int(const struct json *object, const char *key, int64_t fallback);
/** The truth of a member, or fallback when missing or no bool. */
bool json_get_bool(const struct json *object, const char *key, bool fallback);
/** The element with that index (from 0), or NULL. Linear. */
const struct json *json_at(const struct json *array, size_t index);

/** First child of an array or object, next sibling, and the key of an object's child. NULL at the
 * end. */
const struct json *json_first(const struct json *json);
const struct json *json_next(const struct json *json);
const char *json_key(const struct json *json);
struct json *json_first_mut(struct json *json);
struct json *json_next_mut(struct json *json);
/** for every element or member: json_foreach(item, list) { … json_key(item) … } */
#define json_foreach(item, list)                                                                   \
	for (const struct json *item = json_first(list); item; item = json_next(item))

/** @name Watching what is read: which members of a request a handler looked at.
 * Found by a name or in a walk over its siblings, a part is read itself; copied, borrowed,
 * compared or printed, it is read with all below it. */
/** From now on the tree notes what is read of it; nothing is, so far. Its copies do not. */
void json_watch(struct json *json);
/** No longer, and nothing is noted any more. */
void json_unwatch(struct json *json);
/** Whether a part of a watched tree was read. */
bool json_was_read(const struct json *json);
/** A copy that is watched in the tree's stead: none of it is read by this. The caller changes it,
 * hands it to others, and gives it to json_watch_back. */
struct json *json_copy_watched(const struct json *json);
/** Notes in the tree what was read of its copy, member by member. */
void json_watch_back(const struct json *json, const struct json *copy);

/** @name Changing. The value becomes the tree's (it must be free-standing); a NULL value is
 * ignored. */
void json_set(struct json *object, const char *key, struct json *value);
/** Adds a member at the end without looking for one of that name; constant time, for decoders. The
 * caller knows that there is none, or wants the duplicate. */
void json_add(struct json *object, const char *key, struct json *value);
void json_set_str(struct json *object, const char *key,
		  const char *text); /* NULL text: nothing happens */
void json_setf(struct json *object, const char *key, const char *format, ...) printf_like(3, 4);
void json_set_int(struct json *object, const char *key, int64_t value);
void json_set_bool(struct json *object, const char *key, bool value);
void json_set_null(struct json *object, const char *key);
/** Sets a member to a copy of value; NULL value: nothing happens. */
void json_set_copy(struct json *object, const char *key, const struct json *value);
/** Sets a member to something that stays another tree's and outlives this one (documents in a
 * reply). */
void json_set_borrowed(struct json *object, const char *key, const struct json *value);
/** A new object with all members of another one, each borrowed with its name: for a view of a
 * document to which some members are then added, or set anew. */
struct json *json_new_borrowing(const struct json *object);
/** The member as an object (or array), added when missing, for changing in place. */
struct json *json_ensure_object(struct json *object, const char *key);
struct json *json_ensure_array(struct json *object, const char *key);
/** Whether there was such a member. */
bool json_remove(struct json *object, const char *key);
/** Takes a member out of its object and hands it over; NULL when missing. */
struct json *json_detach(struct json *object, const char *key);
void json_append(struct json *array, struct json *value);
void json_append_str(struct json *array, const char *text);
void json_append_borrowed(struct json *array, const struct json *value);
/** Removes an element from its array; the element must be one of it. */
void json_remove_item(struct json *array, struct json *item);
/** Puts value before the element with that index; an index past the end appends. */
void json_insert(struct json *array, size_t index, struct json *value);
/** Replaces old (a child of parent) by value, keeping its place and key. */
void json_replace_item(struct json *parent, struct json *old, struct json *value);
/** Replaces all that `object` holds by what `from` holds; from is freed. */
void json_assign(struct json *object, struct json *from);

/** @name Comparing. Objects without order, arrays in order, numbers by value (as doubles
 * when one of them was written with a fraction or an exponent). */
bool json_equal(const struct json *a, const struct json *b);

/** @name Text */
#define JSON_DEPTH_MAX 512 /* nested levels; deeper input is refused */

/**
 * Reads strict JSON: UTF-8, no trailing garbage, no leading zeros, no raw control characters, no
 * U+0000. Duplicate keys are kept (json_duplicates finds them; json_get answers the last one, as Go
 * does).
 *
 * @param text    need not be NUL-terminated
 * @param length  bytes
 * @param ret     the tree, to be freed; set on success only
 * @param err     ERR_INVALID, with "line L column C: …"
 */
must_check bool json_parse(const char *text, size_t length, struct json **ret, struct err *err);
/** Appends compact JSON, as Go's encoder writes it except that <, > and & stay as they are. */
void json_print(struct strbuf *sb, const struct json *json);
/** Appends JSON with an indent of two spaces, no trailing newline. */
void json_print_pretty(struct strbuf *sb, const struct json *json);
/** Compact JSON as new text; free() it. */
char *json_to_text(const struct json *json);

/**
 * Calls back for each key that occurs twice in one object; path is like `spec.ports[0].name`.
 */
void json_duplicates(const struct json *json, void (*found)(const char *path, void *userdata),
		     void *userdata);
