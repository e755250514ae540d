/* Maps with keys of the table: unknown keys, missing keys, and each key's value. */
#include "runner/lint/inner.h"
#include "runner/text.h"

#define NAMES_MAX 256

/* The row of a key that may stand in this block of this file, or NULL. */
static const struct key *key_of(const struct lint *lint, const char *block, const char *name)
{
	const struct key *key = schema_key(block, name);
	bool section = str_eq(block, "given") || str_eq(block, "requires");

	return key && lint->is_defaults && section && !(key->flags & KEY_DEFAULT) ? NULL : key;
}

/* A key of scenarios for which there is no default. */
static char *of_one_scenario(const struct lint *lint, const char *block, const char *key)
{
	const char *section = str_eq(block, "suite") ? "scenario" : block;

	return lint->is_defaults && schema_key(section, key)
		       ? xstrdup("it belongs into a scenario: skyrig explain suite")
		       : NULL;
}

static void unknown_key(struct lint *lint, const struct block *block, const struct yaml_node *node)
{
	const char *names[NAMES_MAX];
	size_t n = schema_key_names(block->name, names, array_size(names));
	char *remedy = of_one_scenario(lint, block->name, node->key);

	if (!remedy)
		remedy = text_did_you_mean(node->key, names, n);

	if (!remedy) {
		_cleanup_(freep) char *list = NULL;

		/* a key that belongs elsewhere is a more likely slip than any other word */
		for (size_t i = 0; i < schema_key_count && !remedy; i++)
			if (str_eq(schema_keys[i].name, node->key))
				remedy = xasprintf("it belongs into a %s",
						   schema_block(schema_keys[i].block)->called);
		list = remedy ? NULL : text_list(names, n, "or");
		if (!remedy)
			remedy = xasprintf("one of %s", list);
	}
	lint_error(lint, place_of_key(node),
		   xasprintf("unknown key \"%s\" in a %s", node->key, block->called), remedy);
}

/* Where to show that something is missing in a map: its first key. */
static struct place place_of_map(const struct yaml_node *node)
{
	return node->first ? place_of_key(node->first) : place_of_value(node);
}

static void missing_keys(struct lint *lint, const struct block *block, const struct yaml_node *node)
{
	for (size_t i = 0; i < schema_key_count; i++) {
		const struct key *key = &schema_keys[i];

		if (!schema_is_of(key, block->name) || yaml_get(node, key->name))
			continue;
		if (key->flags & KEY_REQUIRED)
			lint_error(
				lint, place_of_map(node),
				xasprintf("\"%s\" is missing in this %s", key->name, block->called),
				xasprintf("write %s: %s", key->name, schema_type_text(key->type)));
		else if (key->flags & KEY_WANTED)
			lint_warning(
				lint, place_of_map(node),
				xasprintf("\"%s\" is missing in this %s", key->name, block->called),
				xstrdup(key->doc));
	}
}

/* What the values of a block are about: the kind of a claim, the action of a call. */
static void fill_context(const char *block, const struct yaml_node *node,
			 struct value_context *context)
{
	static const char *const kinds[] = {"one", "none", "some", "each", "count"};
	const struct yaml_node *action = NULL, *of = NULL;
	char *ns = NULL, *name = NULL;

	for (size_t i = 0; i < array_size(kinds); i++) {
		const struct yaml_node *kind = yaml_get(node, kinds[i]);

		if (kind && kind->text && (str_eq(block, "object") || str_eq(block, "count")))
			context->kind = object_kind(kind->text);
	}
	if (str_eq(block, "calls") || str_eq(block, "fault"))
		action = yaml_get(node, "calls");
	else if (str_eq(block, "call"))
		action = yaml_get(node, "action");
	else if (str_eq(block, "fixture-call"))
		action = yaml_get(node, "call");
	context->action = action ? action->text : NULL;
	of = str_eq(block, "change") ? yaml_get(node, "of") : NULL;
	if (of && of->text && object_reference(of->text, &context->kind, &ns, &name)) {
		free(ns);
		free(name);
	}
}

static void check_keys(struct lint *lint, const struct block *block, const struct yaml_node *node)
{
	/* In the table's order, which is that in which things happen: names live from there on. */
	for (size_t i = 0; i < schema_key_count; i++) {
		const struct yaml_node *value = yaml_get(node, schema_keys[i].name);
		struct value_context context = {.key = &schema_keys[i]};

		if (!value || !schema_is_of(&schema_keys[i], block->name) ||
		    !key_of(lint, block->name, schema_keys[i].name))
			continue;
		fill_context(block->name, node, &context);
		lint_key_value(lint, &context, value);
	}
}

void lint_block(struct lint *lint, const char *name, const struct yaml_node *node)
{
	const struct block *block = schema_block(name);
	bool step = str_eq(name, "step");
	size_t errors = lint->problems->errors;

	assert(block);
	if (step)
		lint->step = node;
	for (const struct yaml_node *child = node->first; child; child = child->next)
		if (!key_of(lint, name, child->key))
			unknown_key(lint, block, child);
	missing_keys(lint, block, node);
	check_keys(lint, block, node);
	if (str_eq(name, "fault"))
		lint_fault_rules(lint, node);
	else if (str_eq(name, "policy"))
		lint_policy_rules(lint, node, errors);
	else if (str_eq(name, "policy-statement"))
		lint_statement_rules(lint, node);
	if (step) {
		lint_take_snapshot(lint, node);
		lint_step_rules(lint, node);
		lint->step = NULL;
	}
}

/* The leading key's node, or NULL; complains about two. */
static const struct yaml_node *find_lead(struct lint *lint, const struct yaml_node *claim)
{
	const struct yaml_node *lead = NULL;

	for (const struct yaml_node *child = claim->first; child; child = child->next) {
		const struct block *block = schema_claim_block(child->key);

		/* "is" and the like never lead; "order" and "path" only do */
		if (!block)
			continue;
		if (lead)
			lint_error(lint, place_of_key(child),
				   xasprintf("a claim is either \"%s\" or \"%s\"", lead->key,
					     child->key),
				   xstrdup("make two claims of it"));
		else
			lead = child;
	}
	return lead;
}

static void no_lead(struct lint *lint, const struct yaml_node *claim)
{
	const char *names[NAMES_MAX];
	size_t n = schema_lead_names(names, array_size(names));
	_cleanup_(freep) char *list = text_list(names, n, "or");
	char *remedy = NULL;

	for (const struct yaml_node *child = claim->first; child && !remedy; child = child->next)
		if (!schema_key("object", child->key) && !schema_key("calls", child->key))
			remedy = text_did_you_mean(child->key, names, n);
	lint_error(lint, place_of_map(claim), xstrdup("this claim does not say what it is about"),
		   remedy ? remedy : xasprintf("it needs one of %s", list));
}

static void remember(struct lint *lint, const struct yaml_node *claim)
{
	const struct yaml_node *node = yaml_get(claim, "remember");
	struct name *name =
		node && node->text ? lint_name(lint, NAME_REMEMBERED, node->text) : NULL;

	if (!name)
		return;
	if (name->node != node)
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" is remembered already, in line %u", name->name,
				     name->node->line),
			   xstrdup("choose another name"));
	if (lint_name(lint, NAME_VALUE, node->text))
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" is a variable already", node->text),
			   xstrdup("choose another name"));
	name->live = true;
}

void lint_claim(struct lint *lint, const struct yaml_node *claim)
{
	const struct yaml_node *lead = find_lead(lint, claim);
	struct value_context context = {0};
	const struct block *block;

	if (!lead) {
		no_lead(lint, claim);
		return;
	}
	block = schema_claim_block(lead->key);
	lint_block(lint, block->name, claim);
	fill_context(block->name, claim, &context);
	lint_claim_rules(lint, block->name, claim, context.kind);
	remember(lint, claim);
}

void lint_leaks(struct lint *lint, const struct yaml_node *node)
{
	if (node->type == YAML_SCALAR && str_eq(node->text, "none"))
		return;
	if (node->type != YAML_LIST || !node->count) {
		lint_error(
			lint, place_of_value(node), xstrdup("leaks is neither none nor a list"),
			xstrdup("write none, or e.g. [ { leaked: security-group, why: owner-gone } ]"));
		return;
	}
	for (const struct yaml_node *item = node->first; item; item = item->next) {
		if (item->type == YAML_MAP)
			lint_block(lint, "leak", item);
		else
			lint_error(
				lint, place_of_value(item), xstrdup("a leak is a map"),
				xstrdup("write e.g. { leaked: security-group, why: owner-gone }"));
	}
	lint_duplicates(lint, node);
}

static bool same(const struct yaml_node *a, const struct yaml_node *b)
{
	if (a->type != b->type || a->count != b->count)
		return false;
	if (a->type == YAML_SCALAR)
		return str_eq(a->text, b->text);
	if (a->type == YAML_MAP) {
		for (const struct yaml_node *child = a->first; child; child = child->next) {
			const struct yaml_node *other = yaml_get(b, child->key);

			if (!other || !same(child, other))
				return false;
		}
		return true;
	}
	for (const struct yaml_node *x = a->first, *y = b->first; x; x = x->next, y = y->next)
		if (!same(x, y))
			return false;
	return true;
}

void lint_duplicates(struct lint *lint, const struct yaml_node *list)
{
	for (const struct yaml_node *item = list->first; item; item = item->next) {
		for (const struct yaml_node *other = list->first; other != item;
		     other = other->next) {
			if (!same(item, other))
				continue;
			lint_error(lint, place_of_map(item),
				   xasprintf("the same stands in line %u already",
					     place_of_map(other).line),
				   xstrdup("leave one of them out"));
			break;
		}
	}
}
