/* JSON trees: changing. */
#include "emulator/base/json.h"

#include "emulator/base/json_node.h"

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
	json_node_copy_children(node, borrowed);
	return node;
}

struct json *json_get_mut(struct json *object, const char *key)
{
	return json_is_object(object) ? json_of(json_node_member(own(object), key)) : NULL;
}

struct json *json_first_mut(struct json *json)
{
	return json_node_is(json, cJSON_Array | cJSON_Object) ? json_of(own(json)->child) : NULL;
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
	old = json_node_member(container, node->string);
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
		set_node(object, json_node_text(cJSON_String, key, text));
}

void json_setf(struct json *object, const char *key, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	json_set_str(object, key, text);
	free(text);
}

void json_set_int(struct json *object, const char *key, int64_t value)
{
	set_node(object, json_node_int(key, value));
}

void json_set_bool(struct json *object, const char *key, bool value)
{
	set_node(object, json_node_plain(value ? cJSON_True : cJSON_False, key));
}

void json_set_null(struct json *object, const char *key)
{
	set_node(object, json_node_plain(cJSON_NULL, key));
}

void json_set_copy(struct json *object, const char *key, const struct json *value)
{
	json_node_note_all(node_of_const(value));
	if (value)
		set_node(object, json_node_copy(node_of_const(value), key));
}

/* A node that points at what another tree owns. */
static cJSON *node_borrow(const char *key, const struct json *value)
{
	const cJSON *other = node_of_const(value);
	cJSON *node = json_node_plain(node_type(other), key);

	json_node_note_all(other);
	node->type |= cJSON_IsReference;
	node->child = other->child;
	node->valuestring = other->valuestring;
	node->valuedouble = other->valuedouble;
	return node;
}

struct json *json_new_borrowing(const struct json *object)
{
	cJSON *container = json_node_plain(cJSON_Object, NULL);

	json_foreach (value, object) {
		cJSON *node = node_borrow(NULL, value);

		node->string = (char *)json_key(value); /* never freed: it is said to be constant */
		node->type |= cJSON_StringIsConst;
		node_link_last(container, node);
	}
	return json_of(container);
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

	if (json_node_is(member, type)) {
		own(member);
		return member;
	}
	node = json_node_plain(type, key);
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
	node = json_node_member(own(object), key);
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
		append_node(array, json_node_text(cJSON_String, NULL, text));
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
