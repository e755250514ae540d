/* JSON trees: making, reading, changing. See json_compare.c, json_parse.c and json_print.c. */
#include "emulator/base/json.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "emulator/base/json_node.h"

#define INT64_LIMIT	9223372036854775808.0 /* 2^63: the first double past int64 */
#define EXACT_INT_BELOW 1000000000000000LL    /* 10^15: from here on digits are kept */

/* Making */

cJSON *node_new(int type, const char *key, size_t key_length, const char *text, size_t text_length)
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

static cJSON *node_plain(int type, const char *key)
{
	return node_new(type, key, key ? strlen(key) : 0, NULL, 0);
}

static cJSON *node_text(int type, const char *key, const char *text)
{
	return node_new(type, key, key ? strlen(key) : 0, text, strlen(text));
}

static cJSON *node_int(const char *key, int64_t value)
{
	char digits[24];
	cJSON *node;

	if (value >= EXACT_INT_BELOW || value <= -EXACT_INT_BELOW) {
		snprintf(digits, sizeof(digits), "%lld", (long long)value);
		return node_text(cJSON_Raw, key, digits);
	}
	node = node_plain(cJSON_Number, key);
	node->valuedouble = (double)value;
	return node;
}

struct json *json_new_null(void)
{
	return json_of(node_plain(cJSON_NULL, NULL));
}

struct json *json_new_bool(bool value)
{
	return json_of(node_plain(value ? cJSON_True : cJSON_False, NULL));
}

struct json *json_new_int(int64_t value)
{
	return json_of(node_int(NULL, value));
}

struct json *json_new_double(double value)
{
	cJSON *node;

	if (!isfinite(value))
		return json_new_null();
	node = node_plain(cJSON_Number, NULL);
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
	return json_of(node_text(cJSON_Raw, NULL, digits));
}

struct json *json_new_string(const char *text)
{
	return json_of(node_text(cJSON_String, NULL, text));
}

struct json *json_new_string_len(const char *text, size_t length)
{
	return json_of(node_new(cJSON_String, NULL, 0, text ? text : "", text ? length : 0));
}

struct json *json_new_array(void)
{
	return json_of(node_plain(cJSON_Array, NULL));
}

struct json *json_new_object(void)
{
	return json_of(node_plain(cJSON_Object, NULL));
}

static void copy_children(cJSON *to, const cJSON *first);

static cJSON *node_copy(const cJSON *node, const char *key)
{
	cJSON *copy = node_new(node_type(node), key, key ? strlen(key) : 0, node->valuestring,
			       node->valuestring ? strlen(node->valuestring) : 0);

	copy->valuedouble = node->valuedouble;
	copy_children(copy, node->child);
	return copy;
}

static void copy_children(cJSON *to, const cJSON *first)
{
	for (const cJSON *child = first; child; child = child->next)
		node_link_last(to, node_copy(child, child->string));
}

struct json *json_copy(const struct json *json)
{
	return json ? json_of(node_copy(node_of_const(json), NULL)) : NULL;
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

static bool is_type(const struct json *json, int types)
{
	return json && (node_of_const(json)->type & types);
}

bool json_is_object(const struct json *json)
{
	return is_type(json, cJSON_Object);
}

bool json_is_array(const struct json *json)
{
	return is_type(json, cJSON_Array);
}

bool json_is_string(const struct json *json)
{
	return is_type(json, cJSON_String);
}

bool json_is_number(const struct json *json)
{
	return is_type(json, cJSON_Number | cJSON_Raw);
}

bool json_is_bool(const struct json *json)
{
	return is_type(json, cJSON_True | cJSON_False);
}

bool json_is_null(const struct json *json)
{
	return !json || is_type(json, cJSON_NULL);
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

	if (is_type(json, cJSON_Number))
		return double_to_int(node->valuedouble, ret);
	return is_type(json, cJSON_Raw) && digits_to_int(node->valuestring, ret);
}

double json_double(const struct json *json)
{
	if (is_type(json, cJSON_Raw))
		return strtod(node_of_const(json)->valuestring, NULL);
	return is_type(json, cJSON_Number) ? node_of_const(json)->valuedouble : 0;
}

bool json_bool(const struct json *json)
{
	return is_type(json, cJSON_True);
}

size_t json_size(const struct json *json)
{
	size_t n = 0;

	json_foreach (item, json)
		n++;
	return n;
}

/* The last member of that name: duplicates are possible, and the last one counts. Backwards from
 * the tail, which is the first child's prev. The head of a borrowed list may not have its prev at
 * the tail only if its owner changed it meanwhile, which borrowing forbids. */
static cJSON *node_member(const cJSON *object, const char *key)
{
	cJSON *first = object->child;

	if (!first)
		return NULL;
	for (cJSON *node = first->prev;; node = node->prev) {
		if (node->string && strcmp(node->string, key) == 0)
			return node;
		if (node == first)
			return NULL;
	}
}

const struct json *json_get(const struct json *object, const char *key)
{
	return json_is_object(object) ? json_of(node_member(node_of_const(object), key)) : NULL;
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
	return is_type(json, cJSON_Array | cJSON_Object) ? json_of_const(node_of_const(json)->child)
							 : NULL;
}

const struct json *json_next(const struct json *json)
{
	return json ? json_of_const(node_of_const(json)->next) : NULL;
}

const char *json_key(const struct json *json)
{
	return json ? node_of_const(json)->string : NULL;
}

/* Changing */

/* The container behind json, with children of its own: what it borrowed is copied first, so that a
 * change never reaches another tree. */
static cJSON *own(struct json *json)
{
	cJSON *node = node_of(json);
	const cJSON *borrowed;

	assert(node && node_is_container(node));
	if (!(node->type & cJSON_IsReference))
		return node;
	borrowed = node->child;
	node->child = NULL;
	node->type &= ~cJSON_IsReference;
	copy_children(node, borrowed);
	return node;
}

struct json *json_get_mut(struct json *object, const char *key)
{
	return json_is_object(object) ? json_of(node_member(own(object), key)) : NULL;
}

struct json *json_first_mut(struct json *json)
{
	return is_type(json, cJSON_Array | cJSON_Object) ? json_of(own(json)->child) : NULL;
}

struct json *json_next_mut(struct json *json)
{
	return json ? json_of(node_of(json)->next) : NULL;
}

static void drop_key(cJSON *node)
{
	if (!(node->type & cJSON_StringIsConst))
		free(node->string);
	node->string = NULL;
	node->type &= ~cJSON_StringIsConst;
}

static void give_key(cJSON *node, const char *key)
{
	char *copy = xstrdup(key);

	drop_key(node);
	node->string = copy;
}

static void unlink_node(cJSON *container, cJSON *node)
{
	cJSON *first = container->child;

	if (node->next)
		node->next->prev = node->prev;
	else
		first->prev = node->prev; /* the last one: the tail moves back */
	if (node == first)
		container->child = node->next;
	else
		node->prev->next = node->next;
	node->next = node->prev = NULL;
}

/* Puts a free node where old is; old is freed. */
static void replace_node(cJSON *container, cJSON *old, cJSON *node)
{
	cJSON *first = container->child;

	node->next = old->next;
	node->prev = old->prev == old ? node : old->prev;
	if (old->next)
		old->next->prev = node;
	else if (old != first)
		first->prev = node;
	if (old == first)
		container->child = node;
	else
		old->prev->next = node;
	old->next = old->prev = NULL;
	cJSON_Delete(old);
}

/* Sets a member: the last of that name is replaced in its place, earlier ones are dropped. The node
 * has its key already. */
static void set_node(struct json *object, cJSON *node)
{
	cJSON *container = own(object), *old, *duplicate;

	assert(node_type(container) == cJSON_Object);
	assert(!node->next && (!node->prev || node->prev == node));
	old = node_member(container, node->string);
	if (!old) {
		node_link_last(container, node);
		return;
	}
	while (old != container->child) {
		duplicate = container->child;
		while (duplicate != old && strcmp(duplicate->string, node->string) != 0)
			duplicate = duplicate->next;
		if (duplicate == old)
			break;
		unlink_node(container, duplicate);
		cJSON_Delete(duplicate);
	}
	replace_node(container, old, node);
}

void json_set(struct json *object, const char *key, struct json *value)
{
	if (!value)
		return;
	give_key(node_of(value), key);
	set_node(object, node_of(value));
}

void json_add(struct json *object, const char *key, struct json *value)
{
	cJSON *container;

	if (!value)
		return;
	container = own(object);
	assert(node_type(container) == cJSON_Object);
	give_key(node_of(value), key);
	node_link_last(container, node_of(value));
}

void json_set_str(struct json *object, const char *key, const char *text)
{
	if (text)
		set_node(object, node_text(cJSON_String, key, text));
}

void json_setf(struct json *object, const char *key, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vasprintf(&text, format, arguments);
	va_end(arguments);
	assert(length >= 0);
	json_set_str(object, key, text);
	free(text);
}

void json_set_int(struct json *object, const char *key, int64_t value)
{
	set_node(object, node_int(key, value));
}

void json_set_bool(struct json *object, const char *key, bool value)
{
	set_node(object, node_plain(value ? cJSON_True : cJSON_False, key));
}

void json_set_null(struct json *object, const char *key)
{
	set_node(object, node_plain(cJSON_NULL, key));
}

void json_set_copy(struct json *object, const char *key, const struct json *value)
{
	if (value)
		set_node(object, node_copy(node_of_const(value), key));
}

/* A node that points at what another tree owns. */
static cJSON *node_borrow(const char *key, const struct json *value)
{
	const cJSON *other = node_of_const(value);
	cJSON *node = node_plain(node_type(other), key);

	node->type |= cJSON_IsReference;
	node->child = other->child;
	node->valuestring = other->valuestring;
	node->valuedouble = other->valuedouble;
	return node;
}

void json_set_borrowed(struct json *object, const char *key, const struct json *value)
{
	if (value)
		set_node(object, node_borrow(key, value));
}

static struct json *ensure(struct json *object, const char *key, int type)
{
	struct json *member = json_get_mut(object, key);
	cJSON *node;

	if (is_type(member, type)) {
		own(member);
		return member;
	}
	node = node_plain(type, key);
	set_node(object, node);
	return json_of(node);
}

struct json *json_ensure_object(struct json *object, const char *key)
{
	return ensure(object, key, cJSON_Object);
}

struct json *json_ensure_array(struct json *object, const char *key)
{
	return ensure(object, key, cJSON_Array);
}

bool json_remove(struct json *object, const char *key)
{
	bool removed = false;

	for (struct json *member; (member = json_detach(object, key)); removed = true)
		json_free(member);
	return removed;
}

struct json *json_detach(struct json *object, const char *key)
{
	cJSON *node;

	/* nothing is copied for a member that is not there */
	if (!json_get(object, key))
		return NULL;
	node = node_member(own(object), key);
	unlink_node(node_of(object), node);
	drop_key(node);
	return json_of(node);
}

static void append_node(struct json *array, cJSON *node)
{
	cJSON *container = own(array);

	assert(node_type(container) == cJSON_Array);
	node_link_last(container, node);
}

void json_append(struct json *array, struct json *value)
{
	if (value)
		append_node(array, node_of(value));
}

void json_append_str(struct json *array, const char *text)
{
	if (text)
		append_node(array, node_text(cJSON_String, NULL, text));
}

void json_append_borrowed(struct json *array, const struct json *value)
{
	if (value)
		append_node(array, node_borrow(NULL, value));
}

void json_remove_item(struct json *array, struct json *item)
{
	cJSON *container = node_of(array);

	assert(container && node_is_container(container));
	assert(!(container->type & cJSON_IsReference)); /* then the item would be another's */
	unlink_node(container, node_of(item));
	json_free(item);
}

void json_insert(struct json *array, size_t index, struct json *value)
{
	cJSON *container = own(array), *node = node_of(value), *after;

	if (!value)
		return;
	assert(node_type(container) == cJSON_Array);
	for (after = container->child; after && index; index--)
		after = after->next;
	if (!after) {
		node_link_last(container, node);
		return;
	}
	node->next = after;
	node->prev = after->prev;
	if (after == container->child)
		container->child = node;
	else
		after->prev->next = node;
	after->prev = node;
}

void json_replace_item(struct json *parent, struct json *old, struct json *value)
{
	cJSON *container = node_of(parent), *node = node_of(value);

	assert(container && node_is_container(container));
	assert(!(container->type & cJSON_IsReference));
	if (!value)
		return;
	if (node_of(old)->string)
		give_key(node, node_of(old)->string);
	replace_node(container, node_of(old), node);
}

void json_assign(struct json *object, struct json *from)
{
	cJSON *to = node_of(object), *source = node_of(from);

	if (!from || from == object)
		return;
	if (node_is_container(source))
		own(from);
	if (!(to->type & cJSON_IsReference)) {
		cJSON_Delete(to->child);
		free(to->valuestring);
	}
	to->type = node_type(source) | (to->type & cJSON_StringIsConst);
	to->valuedouble = source->valuedouble;
	to->child = source->child;
	to->valuestring = source->valuestring ? xstrdup(source->valuestring) : NULL;
	source->child = NULL;
	cJSON_Delete(source);
}
