/* JSON trees: making and reading. */
#include "emulator/base/json.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "emulator/base/json_node.h"

#define INT64_LIMIT	9223372036854775808.0 /* 2^63: the first double past int64 */
#define EXACT_INT_BELOW 1000000000000000LL    /* 10^15: from here on digits are kept */

/* Making */

cJSON *json_node_new(int type, const char *key, size_t key_length, const char *text,
		     size_t text_length)
{
	size_t size = sizeof(cJSON) + (key ? key_length + 1 : 0) + (text ? text_length + 1 : 0);
	cJSON *node = xmalloc(size);
	char *behind = (char *)(node + 1);

	memset(node, 0, sizeof(*node));
	node->type = type;
	if (key) {
		node->type |= cJSON_StringIsConst;
		node->string = behind;
		memcpy(behind, key, key_length);
		behind[key_length] = '\0';
		behind += key_length + 1;
	}
	if (text) {
		node->type |= cJSON_IsReference;
		node->valuestring = behind;
		memcpy(behind, text, text_length);
		behind[text_length] = '\0';
	}
	return node;
}

cJSON *json_node_plain(int type, const char *key)
{
	return json_node_new(type, key, key ? strlen(key) : 0, NULL, 0);
}

cJSON *json_node_text(int type, const char *key, const char *text)
{
	return json_node_new(type, key, key ? strlen(key) : 0, text, strlen(text));
}

cJSON *json_node_int(const char *key, int64_t value)
{
	char digits[24];
	cJSON *node;

	if (value >= EXACT_INT_BELOW || value <= -EXACT_INT_BELOW) {
		snprintf(digits, sizeof(digits), "%lld", (long long)value);
		return json_node_text(cJSON_Raw, key, digits);
	}
	node = json_node_plain(cJSON_Number, key);
	node->valuedouble = (double)value;
	return node;
}

struct json *json_new_null(void)
{
	return json_of(json_node_plain(cJSON_NULL, NULL));
}

struct json *json_new_bool(bool value)
{
	return json_of(json_node_plain(value ? cJSON_True : cJSON_False, NULL));
}

struct json *json_new_int(int64_t value)
{
	return json_of(json_node_int(NULL, value));
}

struct json *json_new_double(double value)
{
	cJSON *node;

	if (!isfinite(value))
		return json_new_null();
	node = json_node_plain(cJSON_Number, NULL);
	node->valuedouble = value;
	return json_of(node);
}

/* Whether text is a JSON number: -? (0 | [1-9][0-9]*) (.[0-9]+)? ([eE][+-]?[0-9]+)? */
static bool _unused_ is_number_text(const char *text)
{
	static const char digits[] = "0123456789";
	size_t n;

	text += *text == '-';
	n = strspn(text, digits);
	if (!n || (text[0] == '0' && n > 1))
		return false;
	text += n;
	if (*text == '.') {
		n = strspn(++text, digits);
		if (!n)
			return false;
		text += n;
	}
	if (*text == 'e' || *text == 'E') {
		text++;
		text += *text == '+' || *text == '-';
		n = strspn(text, digits);
		if (!n)
			return false;
		text += n;
	}
	return !*text;
}

struct json *json_new_digits(const char *digits)
{
	assert(is_number_text(digits));
	return json_of(json_node_text(cJSON_Raw, NULL, digits));
}

struct json *json_new_string(const char *text)
{
	return json_of(json_node_text(cJSON_String, NULL, text));
}

struct json *json_new_string_len(const char *text, size_t length)
{
	return json_of(json_node_new(cJSON_String, NULL, 0, text ? text : "", text ? length : 0));
}

struct json *json_new_array(void)
{
	return json_of(json_node_plain(cJSON_Array, NULL));
}

struct json *json_new_object(void)
{
	return json_of(json_node_plain(cJSON_Object, NULL));
}

cJSON *json_node_copy(const cJSON *node, const char *key)
{
	cJSON *copy = json_node_new(node_type(node), key, key ? strlen(key) : 0, node->valuestring,
				    node->valuestring ? strlen(node->valuestring) : 0);

	copy->valuedouble = node->valuedouble;
	json_node_copy_children(copy, node->child);
	return copy;
}

void json_node_copy_children(cJSON *to, const cJSON *first)
{
	for (const cJSON *child = first; child; child = child->next)
		node_link_last(to, json_node_copy(child, child->string));
}

struct json *json_copy(const struct json *json)
{
	json_node_note_all(node_of_const(json));
	return json ? json_of(json_node_copy(node_of_const(json), NULL)) : NULL;
}

void json_free(struct json *json)
{
	cJSON_Delete(node_of(json));
}

/* Reading */

enum json_type json_type(const struct json *json)
{
	switch (json ? node_type(node_of_const(json)) : cJSON_NULL) {
	case cJSON_False:
	case cJSON_True: return JSON_BOOL;
	case cJSON_Raw:
	case cJSON_Number: return JSON_NUMBER;
	case cJSON_String: return JSON_STRING;
	case cJSON_Array: return JSON_ARRAY;
	case cJSON_Object: return JSON_OBJECT;
	default: return JSON_NULL;
	}
}

bool json_is_object(const struct json *json)
{
	return json_node_is(json, cJSON_Object);
}

bool json_is_array(const struct json *json)
{
	return json_node_is(json, cJSON_Array);
}

bool json_is_string(const struct json *json)
{
	return json_node_is(json, cJSON_String);
}

bool json_is_number(const struct json *json)
{
	return json_node_is(json, cJSON_Number | cJSON_Raw);
}

bool json_is_bool(const struct json *json)
{
	return json_node_is(json, cJSON_True | cJSON_False);
}

bool json_is_null(const struct json *json)
{
	return !json || json_node_is(json, cJSON_NULL);
}

const char *json_str(const struct json *json)
{
	return json_is_string(json) ? node_of_const(json)->valuestring : NULL;
}

static bool double_to_int(double value, int64_t *ret)
{
	if (!(value >= -INT64_LIMIT && value < INT64_LIMIT) || value != floor(value))
		return false;
	*ret = (int64_t)value;
	return true;
}

/* Digits without fraction and exponent are read exactly, others by their value. */
static bool digits_to_int(const char *digits, int64_t *ret)
{
	long long value;

	if (digits[strspn(digits, "-0123456789")])
		return double_to_int(strtod(digits, NULL), ret);
	errno = 0;
	value = strtoll(digits, NULL, 10);
	if (errno)
		return false;
	*ret = value;
	return true;
}

bool json_int(const struct json *json, int64_t *ret)
{
	const cJSON *node = node_of_const(json);

	if (json_node_is(json, cJSON_Number))
		return double_to_int(node->valuedouble, ret);
	return json_node_is(json, cJSON_Raw) && digits_to_int(node->valuestring, ret);
}

double json_double(const struct json *json)
{
	if (json_node_is(json, cJSON_Raw))
		return strtod(node_of_const(json)->valuestring, NULL);
	return json_node_is(json, cJSON_Number) ? node_of_const(json)->valuedouble : 0;
}

bool json_bool(const struct json *json)
{
	return json_node_is(json, cJSON_True);
}

size_t json_size(const struct json *json)
{
	size_t n = 0;

	json_foreach (item, json)
		n++;
	return n;
}

/* Backwards from the tail, which is the first child's prev. */
cJSON *json_node_member(const cJSON *object, const char *key)
{
	cJSON *first = object->child;

	if (!first)
		return NULL;
	for (cJSON *node = first->prev;; node = node->prev) {
		if (node->string && *node->string == *key && strcmp(node->string, key) == 0)
			return node;
		if (node == first)
			return NULL;
	}
}

const struct json *json_get(const struct json *object, const char *key)
{
	const struct json *member = json_peek(object, key);

	node_note(node_of_const(member));
	return member;
}

const struct json *json_peek(const struct json *object, const char *key)
{
	return json_is_object(object) ? json_of(json_node_member(node_of_const(object), key))
				      : NULL;
}

static const struct json *find_path(const struct json *json, va_list keys)
{
	const char *key;

	while (json && (key = va_arg(keys, const char *)))
		json = json_get(json, key);
	return json;
}

const struct json *json_find(const struct json *object, ...)
{
	const struct json *found;
	va_list keys;

	va_start(keys, object);
	found = find_path(object, keys);
	va_end(keys);
	return found;
}

const char *json_find_str(const struct json *object, ...)
{
	const struct json *found;
	va_list keys;

	va_start(keys, object);
	found = find_path(object, keys);
	va_end(keys);
	return json_str(found);
}

const char *json_get_str(const struct json *object, const char *key)
{
	return json_str(json_get(object, key));
}

int64_t json_get_int(const struct json *object, const char *key, int64_t fallback)
{
	int64_t value;

	return json_int(json_get(object, key), &value) ? value : fallback;
}

bool json_get_bool(const struct json *object, const char *key, bool fallback)
{
	const struct json *member = json_get(object, key);

	return json_is_bool(member) ? json_bool(member) : fallback;
}

const struct json *json_at(const struct json *array, size_t index)
{
	json_foreach (item, array)
		if (!index--)
			return item;
	return NULL;
}

const struct json *json_first(const struct json *json)
{
	const cJSON *first = NULL;

	if (json_node_is(json, cJSON_Array | cJSON_Object))
		first = node_of_const(json)->child;
	node_note(first);
	return json_of_const(first);
}

const struct json *json_next(const struct json *json)
{
	const cJSON *next = json ? node_of_const(json)->next : NULL;

	node_note(next);
	return json_of_const(next);
}

const char *json_key(const struct json *json)
{
	return json ? node_of_const(json)->string : NULL;
}
