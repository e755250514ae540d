/* Form parameters as a tree. */
#include "emulator/aws/protocol/form.h"

#include "emulator/base/strbuf.h"
#include "emulator/http/http.h"

#define FEW_CHILDREN 8 /* up to here looking at each of them is quickest */

static uint32_t hash_of(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static bool is_named(const struct form_node *node, const char *name, uint32_t hash)
{
	return node->hash == hash && strcmp(node->name, name) == 0;
}

/* The place of a name in the table: where it is, or the free one where it belongs. */
static struct form_node **place_of(const struct form_node *parent, const char *name, uint32_t hash)
{
	unsigned mask = parent->table_size - 1, at = hash & mask;

	while (parent->table[at] && !is_named(parent->table[at], name, hash))
		at = (at + 1) & mask;
	return &parent->table[at];
}

static struct form_node *find(const struct form_node *parent, const char *name, uint32_t hash)
{
	if (parent->last && is_named(parent->last, name, hash))
		return parent->last; /* parameters of one thing mostly come in a row */
	if (parent->table)
		return *place_of(parent, name, hash);
	for (struct form_node *node = parent->first; node; node = node->next)
		if (is_named(node, name, hash))
			return node;
	return NULL;
}

/* Keeps the table at most half full; a list of thousands of elements comes in one form. */
static void enter(struct arena *arena, struct form_node *parent, struct form_node *node)
{
	parent->children++;
	if (parent->children <= FEW_CHILDREN)
		return;
	if (2 * parent->children <= parent->table_size) {
		*place_of(parent, node->name, node->hash) = node;
		return;
	}
	parent->table_size = parent->table_size ? 2 * parent->table_size : 4 * FEW_CHILDREN;
	parent->table = arena_alloc(arena, parent->table_size * sizeof(*parent->table));
	for (struct form_node *child = parent->first; child; child = child->next)
		*place_of(parent, child->name, child->hash) = child;
}

static struct form_node *child(struct arena *arena, struct form_node *parent, const char *name)
{
	uint32_t hash = hash_of(name);
	struct form_node *node = find(parent, name, hash);

	if (node)
		return node;
	node = arena_alloc(arena, sizeof(*node));
	node->name = name;
	node->hash = hash;
	node->parent = parent;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	enter(arena, parent, node);
	return node;
}

/* The text decoded, in the arena; NULL when malformed. */
static char *decode(struct arena *arena, const char *text, size_t length)
{
	if (!memchr(text, '%', length) && !memchr(text, '+', length))
		return arena_strndup(arena, text, length);
	return http_url_decode(arena, text, length, true);
}

static bool add(struct arena *arena, struct form_node *root, char *name, const char *value,
		struct err *err)
{
	struct form_node *node = root;
	unsigned depth = 0;

	for (char *segment = name, *dot; segment; segment = dot ? dot + 1 : NULL) {
		if (++depth > FORM_DEPTH_MAX)
			return err_set(err, ERR_INVALID, NULL, "the parameter %.80s… is too deep",
				       name);
		dot = strchr(segment, '.');
		if (dot)
			*dot = '\0';
		node = child(arena, node, segment);
	}
	node->value = value;
	return true;
}

bool form_parse(struct arena *arena, const char *text, size_t length, struct form_node *root,
		struct err *err)
{
	const char *end = text + length;
	unsigned count = 0;

	while (text < end) {
		const char *stop = memchr(text, '&', (size_t)(end - text));
		const char *next = stop ? stop + 1 : end;
		const char *equals, *value = "";
		char *name;

		if (!stop)
			stop = end;
		if (stop == text) {
			text = next;
			continue;
		}
		equals = memchr(text, '=', (size_t)(stop - text));
		name = decode(arena, text, (size_t)((equals ? equals : stop) - text));
		if (equals)
			value = decode(arena, equals + 1, (size_t)(stop - equals - 1));
		if (!name || !value)
			return err_set(err, ERR_INVALID, NULL,
				       "a parameter's percent-encoding is broken");
		if (++count > FORM_PARAMETERS_MAX)
			return err_set(err, ERR_LIMIT, NULL, "more than %d parameters",
				       FORM_PARAMETERS_MAX);
		if (!add(arena, root, name, value, err))
			return false;
		text = next;
	}
	return true;
}

const char *form_value(const struct form_node *root, const char *name)
{
	for (const struct form_node *node = root->first; node; node = node->next)
		if (str_eq(node->name, name))
			return node->value;
	return NULL;
}

const char *form_name(struct arena *arena, const struct form_node *node)
{
	const char *name = node->name;

	while ((node = node->parent) && node->name)
		name = arena_printf(arena, "%s.%s", node->name, name);
	return name;
}
