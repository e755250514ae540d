#pragma once
/*
 * The inside of a struct json, for json*.c only: a node is a cJSON.
 *
 * What we add to cJSON's own rules:
 * - A number of more than 15 digits, or one that a double cannot hold, is cJSON_Raw: its digits.
 * - A node made with a known key or text keeps both in the same piece of memory, behind the struct:
 *   the key is then marked cJSON_StringIsConst and the text cJSON_IsReference, so that cJSON_Delete
 *   leaves them alone. One allocation per node is what makes copying documents cheap.
 * - A container marked cJSON_IsReference borrows its children; it takes a copy of them before the
 *   first change (json_change.c: own()).
 */
#include <cjson/cJSON.h>

#include "emulator/base/json.h"

#define NODE_TYPE_MASK	0xff
#define NODE_WATCHED	(1 << 10) /* above cJSON's own marks: it notes that it is read … */
#define NODE_READ	(1 << 11) /* … by this one; see json_watch */
#define NODE_DIGITS_MAX 15	  /* digits that a double holds for sure */

/** A node and the struct json that it is. */
static inline cJSON *node_of(struct json *json)
{
	return (cJSON *)(void *)json;
}

/** The same the other way, or read-only. */
static inline const cJSON *node_of_const(const struct json *json)
{
	return (const cJSON *)(const void *)json;
}

/** The same the other way, or read-only. */
static inline struct json *json_of(cJSON *node)
{
	return (struct json *)(void *)node;
}

/** The same the other way, or read-only. */
static inline const struct json *json_of_const(const cJSON *node)
{
	return (const struct json *)(const void *)node;
}

/** One of cJSON's types, without the marks. */
static inline int node_type(const cJSON *node)
{
	return node->type & NODE_TYPE_MASK;
}

/** Whether it can have children. */
static inline bool node_is_container(const cJSON *node)
{
	return node->type & (cJSON_Array | cJSON_Object);
}

/** Notes that a node was read, where its tree is watched. */
static inline void node_note(const cJSON *node)
{
	if (node && (node->type & NODE_WATCHED))
		((cJSON *)node)->type |= NODE_READ;
}

/** The same for the node and all below it. */
void json_node_note_all(const cJSON *node);

/** Whether it is of one of these cJSON types; false for NULL. */
static inline bool json_node_is(const struct json *json, int types)
{
	return json && (node_of_const(json)->type & types);
}

/**
 * A new node with its key and text (or digits) in the same piece of memory.
 *
 * @param type   one cJSON type
 * @param key    NULL when it has none
 * @param text   NULL when it has none
 */
cJSON *json_node_new(int type, const char *key, size_t key_length, const char *text,
		     size_t text_length);

/** The same for texts with an end: a node without text, one with text, an integer. key may be NULL.
 */
cJSON *json_node_plain(int type, const char *key);
cJSON *json_node_text(int type, const char *key, const char *text);
cJSON *json_node_int(const char *key, int64_t value);

/** A deep copy under another key (NULL: none); what was borrowed becomes owned. */
cJSON *json_node_copy(const cJSON *node, const char *key);
/** Puts copies of first and all its next ones at the end of a container. */
void json_node_copy_children(cJSON *to, const cJSON *first);

/** The last member of that name, because of duplicates the last one counts; NULL when missing. */
cJSON *json_node_member(const cJSON *object, const char *key);

/** Puts a node without siblings at the end of a container; constant time. */
static inline void node_link_last(cJSON *container, cJSON *node)
{
	cJSON *first = container->child;

	node->next = NULL;
	if (!first) {
		container->child = node;
		node->prev = node; /* cJSON's way: the first child's prev is the last child */
	} else {
		node->prev = first->prev;
		first->prev->next = node;
		first->prev = node;
	}
}
