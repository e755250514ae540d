/* Names that a scenario gives: variables, remembered objects, snapshots; and ${…} that uses them.
 */
#include "runner/lint/inner.h"

#include "emulator/base/strbuf.h"
#include "runner/text.h"

#define EXPANDED_MAX 65536 /* bytes of one scalar after replacement */

struct name *lint_name(struct lint *lint, enum name_type type, const char *name)
{
	for (size_t i = 0; i < lint->name_count; i++)
		if (lint->names[i].type == type && str_eq(lint->names[i].name, name))
			return &lint->names[i];
	return NULL;
}

struct name *lint_name_add(struct lint *lint, enum name_type type, const char *name,
			   const struct yaml_node *node)
{
	if (lint->name_count == lint->name_room) {
		lint->name_room = lint->name_room ? 2 * lint->name_room : 16;
		lint->names = xrealloc(lint->names, lint->name_room * sizeof(*lint->names));
	}
	lint->names[lint->name_count] =
		(struct name){.type = type, .name = xstrdup(name), .node = node};
	return &lint->names[lint->name_count++];
}

void lint_names_done(struct lint *lint)
{
	for (size_t i = 0; i < lint->name_count; i++) {
		free(lint->names[i].name);
		json_free(lint->names[i].value);
	}
	free(lint->names);
	lint->names = NULL;
	lint->name_count = lint->name_room = 0;
}

static void add_value(struct lint *lint, const struct yaml_node *node, bool replace)
{
	struct name *name = lint_name(lint, NAME_VALUE, node->key);

	if (name && !replace)
		return;
	if (!name)
		name = lint_name_add(lint, NAME_VALUE, node->key, node);
	json_free(name->value);
	name->value = yaml_to_json(node);
	name->live = true;
}

static void collect_claims(struct lint *lint, const struct yaml_node *claims)
{
	if (!claims || claims->type != YAML_LIST)
		return;
	for (const struct yaml_node *claim = claims->first; claim; claim = claim->next) {
		const struct yaml_node *remember = yaml_get(claim, "remember");
		const struct yaml_node *one = yaml_get(claim, "one");
		struct name *name;

		if (!remember || !remember->text ||
		    lint_name(lint, NAME_REMEMBERED, remember->text))
			continue;
		name = lint_name_add(lint, NAME_REMEMBERED, remember->text, remember);
		name->kind = one && one->text ? object_kind(one->text) : NULL;
	}
}

static void collect_steps(struct lint *lint, const struct yaml_node *steps)
{
	if (!steps || steps->type != YAML_LIST)
		return;
	for (const struct yaml_node *step = steps->first; step; step = step->next) {
		const struct yaml_node *snapshot = yaml_get(step, "snapshot");

		if (snapshot && snapshot->text && !lint_name(lint, NAME_SNAPSHOT, snapshot->text))
			lint_name_add(lint, NAME_SNAPSHOT, snapshot->text, snapshot);
		collect_claims(lint, yaml_get(step, "expect"));
	}
}

static bool is_list(const struct yaml_node *node)
{
	return node && node->type == YAML_LIST;
}

static bool is_map(const struct yaml_node *node)
{
	return node && node->type == YAML_MAP;
}

void lint_collect_names(struct lint *lint, const struct yaml_node *root)
{
	const struct yaml_node *vars = yaml_get(root, "vars"), *rows = yaml_get(root, "matrix");
	struct name *name = lint_name_add(lint, NAME_VALUE, "region", NULL);

	name->value = json_new_string(lint_region(lint, root));
	name->live = name->used = true;
	if (is_map(vars))
		for (const struct yaml_node *var = vars->first; var; var = var->next)
			add_value(lint, var, false);
	/* what is no list of maps is reported by its type, and has no names */
	for (const struct yaml_node *row = is_list(rows) ? rows->first : NULL; row; row = row->next)
		for (const struct yaml_node *var = is_map(row) ? row->first : NULL; var;
		     var = var->next)
			add_value(lint, var, row == rows->first);
	collect_steps(lint, yaml_get(root, "steps"));
	collect_steps(lint, yaml_get(root, "finally"));
}

void lint_unused_names(struct lint *lint)
{
	static const char *const uses[] = {
		[NAME_VALUE] = "uses the variable",
		[NAME_REMEMBERED] = "uses the remembered object",
		[NAME_SNAPSHOT] = "is compared with the snapshot",
	};

	for (size_t i = 0; i < lint->name_count; i++) {
		const struct name *name = &lint->names[i];
		const struct yaml_node *node = name->node;

		if (name->used || !node || name->type == NAME_FAULT)
			continue;
		lint_warning(lint,
			     name->type == NAME_VALUE ? place_of_key(node) : place_of_value(node),
			     xasprintf("nothing %s \"%s\"", uses[name->type], name->name),
			     xstrdup("use it or leave it out"));
	}
}

bool lint_is_reference(const char *text)
{
	const char *end = text ? strchr(text, '}') : NULL;

	return str_starts_with(text, "${") && end && !end[1];
}

/* The place of "${name" inside a scalar that is on one line; else of the whole. */
static struct place place_inside(const struct yaml_node *node, const char *at, size_t length)
{
	struct place place = place_of_value(node);
	unsigned shown = node->end_column - node->column;

	if (node->end_column <= node->column ||
	    text_width(node->text) + (node->quoted ? 2 : 0) != shown)
		return place;
	place.column += (unsigned)(at - node->text) + (node->quoted ? 1 : 0);
	place.width = (unsigned)length;
	return place;
}

static void unknown_name(struct lint *lint, struct place place, const char *name)
{
	const char *known[256];
	size_t n = 0;
	char *remedy;

	for (size_t i = 0; i < lint->name_count && n < array_size(known); i++)
		if (lint->names[i].type == NAME_VALUE || lint->names[i].type == NAME_REMEMBERED)
			known[n++] = lint->names[i].name;
	remedy = text_did_you_mean(name, known, n);
	lint_error(
		lint, place, xasprintf("there is no variable \"%s\"", name),
		remedy ? remedy
		       : xstrdup("give it a value under vars, matrix or with, or remember it in a "
				 "claim"));
}

/* One ${…}; its value or NULL when it is only known at run time, or wrong (*ret_bad). */
static const struct json *resolve(struct lint *lint, struct place place, const char *reference,
				  struct json *with)
{
	const char *dot = strpbrk(reference, ".[");
	_cleanup_(freep) char *base =
		xstrndup(reference, dot ? (size_t)(dot - reference) : strlen(reference));
	struct name *name;

	if (with && !dot && json_get(with, base))
		return json_get(with, base);
	name = lint_name(lint, NAME_REMEMBERED, base);
	if (name) {
		name->used = true;
		if (!name->live) {
			lint_error(lint, place,
				   xasprintf("\"%s\" is remembered only later, in line %u", base,
					     name->node->line),
				   xstrdup("use it after the claim that remembers it"));
		} else if (dot && name->kind) {
			lint_field_path(lint, name->kind, dot + (*dot == '.'), place);
		}
		return NULL;
	}
	name = lint_name(lint, NAME_VALUE, base);
	if (!name) {
		unknown_name(lint, place, base);
		return NULL;
	}
	name->used = true;
	if (dot) {
		lint_error(lint, place, xasprintf("\"%s\" is a value and has no fields", base),
			   NULL);
		return NULL;
	}
	return name->value;
}

static void add_json_text(struct strbuf *sb, const struct json *value)
{
	if (json_str(value))
		strbuf_add(sb, json_str(value));
	else
		json_print(sb, value);
}

char *lint_expand(struct lint *lint, const struct yaml_node *node, struct json *with,
		  const struct json **ret_value)
{
	const char *at = node->text, *open;
	struct strbuf sb;
	bool known = true;

	*ret_value = NULL;
	strbuf_init(&sb, EXPANDED_MAX);
	while ((open = strstr(at, "${"))) {
		const char *close = strchr(open, '}');
		_cleanup_(freep) char *reference = NULL;
		const struct json *value;

		strbuf_add_bytes(&sb, at, (size_t)(open - at));
		if (!close) {
			lint_error(lint, place_inside(node, open, strlen(open)),
				   xstrdup("\"${\" without \"}\""), xstrdup("write ${name}"));
			strbuf_done(&sb);
			return NULL;
		}
		reference = xstrndup(open + 2, (size_t)(close - open - 2));
		value = resolve(lint, place_inside(node, open, (size_t)(close - open + 1)),
				reference, with);
		known = known && value;
		if (value)
			add_json_text(&sb, value);
		if (lint_is_reference(node->text))
			*ret_value = value;
		at = close + 1;
	}
	strbuf_add(&sb, at);
	if (known)
		return strbuf_steal(&sb);
	strbuf_done(&sb);
	return NULL;
}
