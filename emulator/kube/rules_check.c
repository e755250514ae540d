/*
 * The rules of a definition, when it is written: what is wrong with them is refused, as by the real
 * server. Not here: the estimate of what a rule may cost at most.
 *
 * Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
 * ValidateCustomResourceDefinitionOpenAPISchema.
 */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/rule_node.h"
#include "emulator/kube/status.h"

struct check {
	struct arena *arena;
	struct field_errors *errors; /* of the schema */
	struct field_errors cel;     /* shown behind them */
	const char *unsupported;     /* the first rule that needs what is not emulated */
	const char *unsupported_at;
};

static bool has_newline(const char *text)
{
	return strpbrk(text, "\r\n");
}

static bool is_blank(const char *text)
{
	return !text[strspn(text, " \t\r\n\v\f")];
}

static bool has_inner_newline(const char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n\v\f");
	for (length = strlen(text); length && strchr(" \t\r\n\v\f", text[length - 1]);)
		length--;
	return strcspn(text, "\r\n") < length;
}

static void check_texts(struct check *check, const char *path, const struct json *row)
{
	const char *rule = json_get_str(row, "rule"), *message = json_get_str(row, "message");
	struct field_errors *errors = check->errors;

	if (!rule || is_blank(rule))
		field_required(errors, field_at(errors, "%s.rule", path), "rule is not specified");
	else if (message && *message && is_blank(message))
		field_invalid_str(errors, field_at(errors, "%s.message", path), message,
				  "must be non-empty if specified");
	else if (message && has_inner_newline(message))
		field_invalid_str(errors, field_at(errors, "%s.message", path), message,
				  "must not contain line breaks");
	else if (has_inner_newline(rule) && (!message || is_blank(message)))
		field_required(errors, field_at(errors, "%s.message", path),
			       "message must be specified if rule contains line breaks");
}

static void check_rest(struct check *check, const char *path, const struct json *row,
		       const struct json *schema)
{
	static const char *const reasons[] = {"FieldValueDuplicate", "FieldValueForbidden",
					      "FieldValueInvalid", "FieldValueRequired", NULL};
	const char *expression = json_get_str(row, "messageExpression");
	const char *reason = json_get_str(row, "reason");
	const char *field = json_get_str(row, "fieldPath");
	struct field_errors *errors = check->errors;
	bool known = !reason;

	if (expression && *expression && is_blank(expression))
		field_required(errors, field_at(errors, "%s.messageExpression", path),
			       "messageExpression must be non-empty if specified");
	for (size_t i = 0; reasons[i]; i++)
		known |= str_eq(reasons[i], reason);
	if (!known)
		field_not_supported(errors, field_at(errors, "%s.reason", path),
				    json_get(row, "reason"), reasons);
	if (!field || !*field)
		return;
	if (is_blank(field))
		field_invalid_str(errors, field_at(errors, "%s.fieldPath", path), field,
				  "must be non-empty if specified");
	if (has_newline(field))
		field_invalid_str(errors, field_at(errors, "%s.fieldPath", path), field,
				  "must not contain line breaks");
	if (!rule_field_path(check->arena, schema, field))
		field_invalid_str(errors, field_at(errors, "%s.fieldPath", path), field,
				  "must be a valid path");
}

/* {"Rule":"…",…}: a rule as Go prints its internal struct */
static struct json *shown(const struct json *row)
{
	static const char *const keys[][2] = {{"Rule", "rule"},
					      {"Message", "message"},
					      {"MessageExpression", "messageExpression"}};
	const struct json *optional = json_get(row, "optionalOldSelf");
	struct json *object = json_new_object();

	for (size_t i = 0; i < array_size(keys); i++)
		json_set_str(object, keys[i][0],
			     json_get_str(row, keys[i][1]) ? json_get_str(row, keys[i][1]) : "");
	if (json_get_str(row, "reason"))
		json_set_str(object, "Reason", json_get_str(row, "reason"));
	else
		json_set_null(object, "Reason");
	json_set_str(object, "FieldPath",
		     json_get_str(row, "fieldPath") ? json_get_str(row, "fieldPath") : "");
	if (optional)
		json_set_copy(object, "OptionalOldSelf", optional);
	else
		json_set_null(object, "OptionalOldSelf");
	return object;
}

static void check_compiled(struct check *check, const char *path, const struct rule *rule,
			   const char *loose)
{
	_cleanup_(json_freep) struct json *value = shown(rule->row);
	const struct json *optional = json_get(rule->row, "optionalOldSelf");
	struct field_errors *errors = &check->cel;

	if (rule->unsupported && !check->unsupported) {
		check->unsupported = rule->problem ? rule->problem : rule->message_problem;
		check->unsupported_at = path;
	}
	if (rule->problem)
		field_invalid(errors, field_at(errors, "%s.rule", path), value, "%s",
			      rule->problem);
	if (rule->message_problem)
		field_invalid(errors, field_at(errors, "%s.messageExpression", path), value, "%s",
			      rule->message_problem);
	if (rule->uses_old && loose)
		field_invalid_str(errors, field_at(errors, "%s.rule", path),
				  json_get_str(rule->row, "rule"),
				  "oldSelf cannot be used on the uncorrelatable portion of the "
				  "schema within %s",
				  loose);
	else if (!rule->uses_old && optional)
		field_invalid(errors, field_at(errors, "%s.optionalOldSelf", path), optional,
			      "may not be set if oldSelf is not used in rule");
}

static bool is_embedded(const struct json *schema)
{
	return json_get_bool(schema, "x-kubernetes-embedded-resource", false);
}

/* loose: the place from which on old and new values cannot be told apart; NULL: they can */
static void check_node(struct check *check, const struct json *schema, const char *path,
		       const char *loose, bool root);

static void check_below(struct check *check, const struct json *schema, const char *path,
			const char *loose)
{
	const struct json *items = json_get(schema, "items");
	const struct json *rest = json_get(schema, "additionalProperties");
	struct field_errors *errors = check->errors;

	if (json_is_object(rest))
		check_node(check, rest, field_at(errors, "%s.additionalProperties", path), loose,
			   is_embedded(rest));
	json_foreach (property, json_get(schema, "properties"))
		check_node(check, property,
			   field_at(errors, "%s.properties[%s]", path, json_key(property)), loose,
			   is_embedded(property));
	if (!json_is_object(items))
		return;
	if (!loose && !str_eq(json_get_str(schema, "x-kubernetes-list-type"), "map"))
		loose = path;
	check_node(check, items, field_at(errors, "%s.items", path), loose, is_embedded(items));
}

static void check_rules(struct check *check, const struct json *schema, const char *path,
			const char *loose, bool root)
{
	const struct cel_type *type = cel_schema_type(check->arena, schema, root);
	size_t i = 0;

	json_foreach (row, json_get(schema, "x-kubernetes-validations")) {
		const char *at =
			field_at(check->errors, "%s.x-kubernetes-validations[%zu]", path, i++);
		struct rule rule;

		if (!type) {
			field_add(&check->cel, FIELD_INTERNAL, at, NULL,
				  "failed to convert to declType for CEL validation rules");
			return;
		}
		rule_compile(check->arena, row, schema, type, &rule);
		check_compiled(check, at, &rule, loose);
	}
}

static void check_node(struct check *check, const struct json *schema, const char *path,
		       const char *loose, bool root)
{
	size_t before = check->errors->count, i = 0;

	check_below(check, schema, path, loose);
	json_foreach (row, json_get(schema, "x-kubernetes-validations")) {
		const char *at =
			field_at(check->errors, "%s.x-kubernetes-validations[%zu]", path, i++);

		check_texts(check, at, row);
		check_rest(check, at, row, schema);
	}
	/* what is wrong with the texts comes first */
	if (check->errors->count == before)
		check_rules(check, schema, path, loose, root);
}

bool rules_check(const struct json *schema, const char *path, struct field_errors *errors,
		 struct err *err)
{
	struct check check = {.arena = errors->arena, .errors = errors};

	check.cel.arena = errors->arena;
	check_node(&check, schema, path, NULL, true);
	fields_append(errors, &check.cel);
	if (!check.unsupported)
		return true;
	status_set(err, 501, "NotImplemented", "%s: not emulated here: %s", check.unsupported_at,
		   check.unsupported);
	return false;
}
