/* Evaluating the rules of custom resources; see rules.h. Compiling: rule_compile.c. */
#include "emulator/kube/rules.h"

#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/rule_node.h"

#define MESSAGE_MAX_BYTES                                                                          \
	5120 /* apiserver pkg/apis/cel/config.go MaxEvaluatedMessageExpression…                  \
	      */

/* The rules of one place in a schema and of what lies below. */
struct rule_node {
	const struct json *schema; /* that says what values look like */
	const struct cel_type *type;
	struct rule *rules;
	size_t rule_count;
	bool uses_old;
	struct rule_node *items, *additional;
	struct rule_node **all_of;
	size_t all_of_count;
	struct rule_property {
		const char *name;
		struct rule_node *node;
	} * properties;
	size_t property_count;
};

struct rules {
	struct arena *arena;
	struct rule_node *root;
};

static bool is_embedded(const struct json *schema)
{
	return json_get_bool(schema, "x-kubernetes-embedded-resource", false);
}

/* `rules` is where the rules stand: the schema itself, or one of its allOf. */
static struct rule_node *build(struct arena *arena, const struct json *rules,
			       const struct json *schema, const struct cel_type *type);

static void build_rules(struct arena *arena, const struct json *rules, struct rule_node *node)
{
	const struct json *list = json_get(rules, "x-kubernetes-validations");
	size_t i = 0;

	node->rule_count = json_size(list);
	node->rules = arena_alloc(arena, (node->rule_count + 1) * sizeof(*node->rules));
	json_foreach (row, list) {
		rule_compile(arena, row, node->schema, node->type, &node->rules[i]);
		node->uses_old |= node->rules[i++].uses_old;
	}
}

/* What a property's values are: as the parent's type has it, or by itself where its name cannot be
 * written in an expression. */
static const struct cel_type *property_type(struct arena *arena, const struct cel_type *parent,
					    const char *name, const struct json *schema)
{
	const char *escaped = cel_escape(arena, name);
	const struct cel_field *field;

	if (!escaped)
		return cel_schema_type(arena, schema, is_embedded(schema));
	field = cel_type_field(parent, escaped);
	return field ? field->type : NULL;
}

static void build_properties(struct arena *arena, const struct json *rules, struct rule_node *node)
{
	const struct json *properties = json_get(rules, "properties");

	node->properties =
		arena_alloc(arena, (json_size(properties) + 1) * sizeof(*node->properties));
	json_foreach (property, properties) {
		const struct json *schema =
			json_get(json_get(node->schema, "properties"), json_key(property));
		const struct cel_type *type =
			schema ? property_type(arena, node->type, json_key(property), schema)
			       : NULL;
		struct rule_node *below = type ? build(arena, property, schema, type) : NULL;

		if (below)
			node->properties[node->property_count++] = (struct rule_property){
				arena_strdup(arena, json_key(property)), below};
	}
}

static struct rule_node *build_below(struct arena *arena, const struct json *rules,
				     const struct rule_node *node, const char *key)
{
	const struct json *own = json_get(rules, key), *schema = json_get(node->schema, key);

	return json_is_object(own) && json_is_object(schema) && node->type->item
		       ? build(arena, own, schema, node->type->item)
		       : NULL;
}

static struct rule_node *build(struct arena *arena, const struct json *rules,
			       const struct json *schema, const struct cel_type *type)
{
	const struct json *all = json_get(rules, "allOf");
	struct rule_node *node = arena_alloc(arena, sizeof(*node));

	node->schema = schema;
	node->type = type;
	build_rules(arena, rules, node);
	build_properties(arena, rules, node);
	node->items = build_below(arena, rules, node, "items");
	node->additional = build_below(arena, rules, node, "additionalProperties");
	node->all_of = arena_alloc(arena, (json_size(all) + 1) * sizeof(struct rule_node *));
	json_foreach (part, all) {
		struct rule_node *below = build(arena, part, schema, type);

		if (below)
			node->all_of[node->all_of_count++] = below;
	}
	return node->rule_count || node->property_count || node->items || node->additional ||
			       node->all_of_count
		       ? node
		       : NULL;
}

static bool has_rules(const struct json *schema)
{
	if (json_get(schema, "x-kubernetes-validations"))
		return true;
	json_foreach (item, schema)
		if ((json_is_object(item) || json_is_array(item)) && has_rules(item))
			return true;
	return false;
}

struct rules *rules_new(const struct json *schema)
{
	const struct cel_type *type;
	struct rules *rules;

	if (!has_rules(schema))
		return NULL;
	rules = xcalloc(1, sizeof(*rules));
	rules->arena = arena_new();
	type = cel_schema_type(rules->arena, schema, true);
	rules->root = type ? build(rules->arena, schema, schema, type) : NULL;
	return rules;
}

void rules_free(struct rules *rules)
{
	if (!rules)
		return;
	arena_free(rules->arena);
	free(rules);
}

/* What a value was before, for ratcheting: known, or inside of something that was. */
struct before {
	const struct json *now, *old; /* NULL: cannot be told */
	const struct json *outer_now, *outer_old;
};

static bool is_unchanged(const struct before *before)
{
	if (before->now)
		return json_equal(before->now, before->old);
	return before->outer_now && json_equal(before->outer_now, before->outer_old);
}

static struct before step_into(const struct before *before, const struct json *now,
			       const struct json *old)
{
	if (!before->now)
		return *before;
	return (struct before){.now = old ? now : NULL,
			       .old = old,
			       .outer_now = before->now,
			       .outer_old = before->old};
}

static struct before step_to_key(const struct before *before, const char *key,
				 const struct json *now)
{
	/* both versions of the object were made the same one (validation.go key) */
	if (before->now && !before->outer_now && (str_eq(key, "apiVersion") || str_eq(key, "kind")))
		return (struct before){};
	return step_into(before, now, before->old ? json_get(before->old, key) : NULL);
}

/* One evaluation of all rules. */
struct pass {
	struct arena *arena; /* for values */
	struct field_errors *errors;
	struct strs *warnings;
	int64_t budget; /* negative: used up */
};

static const char *trimmed(struct arena *arena, const char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n\v\f");
	for (length = strlen(text); length && strchr(" \t\r\n\v\f", text[length - 1]);)
		length--;
	return arena_strndup(arena, text, length);
}

static const char *row_text(const struct pass *pass, const struct json *row, const char *key)
{
	const char *text = json_get_str(row, key);

	return text ? trimmed(pass->arena, text) : "";
}

/* How a rule is called in messages. */
static const char *rule_name(const struct pass *pass, const struct rule *rule)
{
	const char *message = row_text(pass, rule->row, "message");

	return *message ? message : row_text(pass, rule->row, "rule");
}

/* `Invalid value: "object": …`: the value is the schema's type */
static void add_about_type(struct pass *pass, const struct rule_node *node, const char *path,
			   const char *text)
{
	const char *type = json_get_str(node->schema, "type");

	field_invalid_str(pass->errors, *path ? path : "<nil>", type ? type : "", "%s", text);
}

static void spend(struct pass *pass, const struct rule_node *node, const char *path, uint64_t cost)
{
	if (cost <= (uint64_t)pass->budget) {
		pass->budget -= (int64_t)cost;
		return;
	}
	add_about_type(pass, node, path,
		       "validation failed due to running out of cost budget, no further "
		       "validation rules will be run");
	pass->budget = -1;
}

/* The text of messageExpression; NULL: it failed, and the message is used. */
static const char *made_message(struct pass *pass, const struct rule_node *node, const char *path,
				const struct rule *rule, const struct cel_value *values)
{
	struct cel_value made;
	const char *text;
	uint64_t cost;

	cel_evaluate(rule->message, pass->arena, values, CEL_CALL_LIMIT, &made, &cost);
	if (cost > (uint64_t)pass->budget) {
		add_about_type(pass, node, path,
			       "messageExpression evaluation failed due to running out of cost "
			       "budget, no further validation rules will be run");
		pass->budget = -1;
		return NULL;
	}
	if (cost > CEL_CALL_LIMIT) {
		add_about_type(pass, node, path,
			       arena_printf(pass->arena,
					    "no further validation rules will be run due to call "
					    "cost exceeds limit for messageExpression: \"%s\"",
					    json_get_str(rule->row, "messageExpression")));
		pass->budget = -1;
		return NULL;
	}
	pass->budget -= (int64_t)cost;
	if (made.kind != CEL_STRING || memchr(made.text, '\0', made.length))
		return NULL;
	text = trimmed(pass->arena, arena_strndup(pass->arena, made.text, made.length));
	return *text && strlen(text) <= MESSAGE_MAX_BYTES && !strchr(text, '\n') ? text : NULL;
}

static enum field_error_type reason_of(const struct rule *rule)
{
	static const struct {
		const char *word;
		enum field_error_type type;
	} rows[] = {
		{"FieldValueDuplicate", FIELD_DUPLICATE},
		{"FieldValueForbidden", FIELD_FORBIDDEN},
		{"FieldValueRequired", FIELD_REQUIRED},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].word, json_get_str(rule->row, "reason")))
			return rows[i].type;
	return FIELD_INVALID;
}

static void broken(struct pass *pass, const struct rule_node *node, const char *path,
		   const struct rule *rule, const struct json *value, const struct before *before,
		   const struct cel_value *values)
{
	const char *at =
		rule->field_path ? field_at(pass->errors, "%s%s", path, rule->field_path) : path;
	const char *message = row_text(pass, rule->row, "message"), *made = NULL;
	struct field_errors own = {.arena = pass->errors->arena}, *errors = pass->errors;
	const char *type = json_get_str(node->schema, "type");

	if (!*path && rule->field_path)
		at++; /* ".spec" */
	if (rule->message)
		made = made_message(pass, node, at, rule, values);
	if (pass->budget < 0)
		return;
	if (!made)
		made = *message ? message
				: arena_printf(pass->arena, "failed rule: %s",
					       rule_name(pass, rule));
	if (!rule->uses_old && is_unchanged(before))
		errors = &own;
	if (str_eq(type, "object") || str_eq(type, "array"))
		field_add_bare(errors, reason_of(rule), *at ? at : "<nil>",
			       reason_of(rule) == FIELD_DUPLICATE ? "" : made);
	else
		field_add(errors, reason_of(rule), *at ? at : "<nil>", value,
			  reason_of(rule) == FIELD_DUPLICATE ? "" : made);
	if (own.first)
		strs_add(pass->warnings,
			 arena_printf(pass->arena, "%s: %s", own.first->path, own.first->body));
}

static void failed(struct pass *pass, const struct rule_node *node, const char *path,
		   const struct rule *rule, const struct cel_value *problem)
{
	const char *text = arena_strndup(pass->arena, problem->text, problem->length);
	const char *name = rule_name(pass, rule);

	if (str_starts_with(text, "no such overload"))
		text = arena_printf(pass->arena,
				    "'%s': call arguments did not match a supported operator, "
				    "function or macro signature for rule: %s",
				    text, name);
	else if (str_starts_with(text, "operation cancelled")) {
		text = arena_printf(pass->arena,
				    "'%s': no further validation rules will be run due to call "
				    "cost exceeds limit for rule: %s",
				    text, name);
		pass->budget = -1;
	} else {
		text = arena_printf(pass->arena, "%s evaluating rule: %s", text, name);
	}
	add_about_type(pass, node, path, text);
}

static void run_rule(struct pass *pass, const struct rule_node *node, const char *path,
		     const struct rule *rule, const struct json *value, const struct json *old,
		     const struct before *before)
{
	struct cel_value values[2], result, was;
	uint64_t cost;

	if (rule->problem) {
		add_about_type(pass, node, path,
			       arena_printf(pass->arena, "rule compile error: %s", rule->problem));
		return;
	}
	if (!rule->program || (rule->uses_old && !old && !rule->optional_old))
		return;
	values[0] = cel_json(pass->arena, value, node->type);
	was = old ? cel_json(pass->arena, old, node->type) : cel_null();
	values[1] = rule->optional_old ? cel_optional(pass->arena, old ? &was : NULL) : was;
	cel_evaluate(rule->program, pass->arena, values, CEL_CALL_LIMIT, &result, &cost);
	spend(pass, node, path, cost);
	if (pass->budget < 0)
		return;
	if (result.kind == CEL_ERROR)
		failed(pass, node, path, rule, &result);
	else if (result.kind != CEL_BOOL || !result.truth)
		broken(pass, node, path, rule, value, before, values);
}

static void run_node(struct pass *pass, const struct rule_node *node, const char *path,
		     const struct json *value, const struct json *old, struct before before);

/* The old element of a map list that has the same keys; NULL: none. */
static const struct json *same_entry(const struct json *schema, const struct json *item,
				     const struct json *list)
{
	const struct json *keys = json_get(schema, "x-kubernetes-list-map-keys");

	if (!str_eq(json_get_str(schema, "x-kubernetes-list-type"), "map") || !json_first(keys))
		return NULL;
	json_foreach (other, list) {
		bool same = json_is_object(other);

		json_foreach (key, keys) {
			const struct json *a = json_get(item, json_str(key));
			const struct json *b = json_get(other, json_str(key));

			same = same && !a == !b && (!a || json_equal(a, b));
		}
		if (same)
			return other;
	}
	return NULL;
}

static void run_items(struct pass *pass, const struct rule_node *node, const char *path,
		      const struct json *value, const struct json *old, const struct before *before)
{
	size_t index = 0;

	json_foreach (item, value) {
		const struct json *was = same_entry(node->schema, item, old);
		const struct json *known =
			before->now ? same_entry(node->schema, item, before->old) : NULL;

		if (pass->budget < 0)
			return;
		run_node(pass, node->items, field_at(pass->errors, "%s[%zu]", path, index++), item,
			 was, step_into(before, item, known));
	}
}

static struct rule_node *property_node(const struct rule_node *node, const char *name)
{
	for (size_t i = 0; i < node->property_count; i++)
		if (str_eq(node->properties[i].name, name))
			return node->properties[i].node;
	return NULL;
}

static void run_members(struct pass *pass, const struct rule_node *node, const char *path,
			const struct json *value, const struct json *old,
			const struct before *before)
{
	json_foreach (item, value) {
		const char *key = json_key(item);
		struct rule_node *below = property_node(node, key);
		const struct json *was = json_get(old, key);

		if (pass->budget < 0)
			return;
		if (node->additional)
			run_node(pass, node->additional,
				 field_at(pass->errors, "%s[%s]", path, key), item, was,
				 step_to_key(before, key, item));
		if (below)
			run_node(pass, below,
				 *path ? field_at(pass->errors, "%s.%s", path, key)
				       : field_at(pass->errors, "%s", key),
				 item, was, step_to_key(before, key, item));
	}
}

static void run_node(struct pass *pass, const struct rule_node *node, const char *path,
		     const struct json *value, const struct json *old, struct before before)
{
	struct before outside = {.outer_now = before.outer_now, .outer_old = before.outer_old};

	if (json_is_null(value))
		return;
	if (json_is_null(old))
		old = NULL;
	for (size_t i = 0; i < node->rule_count && pass->budget >= 0; i++)
		run_rule(pass, node, path, &node->rules[i], value, old, &before);
	for (size_t i = 0; i < node->all_of_count && pass->budget >= 0; i++)
		run_node(pass, node->all_of[i], path, value, old, outside);
	if (json_is_array(value) && node->items)
		run_items(pass, node, path, value, json_is_array(old) ? old : NULL, &before);
	else if (json_is_object(value))
		run_members(pass, node, path, value, json_is_object(old) ? old : NULL, &before);
}

void rules_validate(const struct rules *rules, const struct json *object, const struct json *old,
		    struct field_errors *errors, struct strs *warnings)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	struct pass pass = {.errors = errors, .warnings = warnings, .budget = CEL_BUDGET};

	if (!rules || !rules->root)
		return;
	arena = arena_new();
	pass.arena = arena;
	run_node(&pass, rules->root, "", object, old,
		 (struct before){.now = old ? object : NULL, .old = old});
}
