/* JSON trees: noting which of their parts are read. */
#include "emulator/base/json_node.h"

void json_node_note_all(const cJSON *node)
{
	if (!node || !(node->type & NODE_WATCHED))
		return;
	node_note(node);
	for (const cJSON *child = node->child; child; child = child->next)
		json_node_note_all(child);
}

static void mark(cJSON *node, int marks)
{
	node->type = (node->type & ~(NODE_WATCHED | NODE_READ)) | marks;
	for (cJSON *child = node->child; child; child = child->next)
		mark(child, marks);
}

void json_watch(struct json *json)
{
	if (json)
		mark(node_of(json), NODE_WATCHED);
}

void json_unwatch(struct json *json)
{
	if (json)
		mark(node_of(json), 0);
}

bool json_was_read(const struct json *json)
{
	return json_node_is(json, NODE_READ);
}

struct json *json_copy_watched(const struct json *json)
{
	struct json *copy = json ? json_of(json_node_copy(node_of_const(json), NULL)) : NULL;

	if (json_node_is(json, NODE_WATCHED))
		json_watch(copy);
	return copy;
}

/* Without json_get and json_next, which would note what is only carried over here. */
void json_watch_back(const struct json *json, const struct json *copy)
{
	const cJSON *from = copy ? node_of_const(copy) : NULL, *at, *twin;

	if (!from || !json_node_is(json, NODE_WATCHED))
		return;
	if (from->type & NODE_READ)
		node_note(node_of_const(json));
	twin = from->child;
	for (at = node_of_const(json)->child; at; at = at->next) {
		if (at->string)
			for (twin = from->child; twin && strcmp(twin->string, at->string) != 0;)
				twin = twin->next;
		json_watch_back(json_of_const(at), json_of_const(twin));
		if (!at->string && twin)
			twin = twin->next;
	}
}
