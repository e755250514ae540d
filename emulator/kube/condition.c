/* Expressions of admission; see condition.h. */
#include "emulator/kube/condition.h"

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/status.h"
#include "emulator/kube/webhook_inner.h"

#define BUDGET	       2500000 /* of one list (apiserver pkg/apis/cel/config.go) */
#define CONDITIONS_MAX 64

#define STRING_TYPE  cel_type_of(CEL_STRING)
#define FIELDS(list) list, array_size(list)

static const struct cel_type *object_of(struct arena *arena, const struct cel_field *fields,
					size_t count)
{
	struct cel_field *copy = arena_alloc(arena, count * sizeof(*copy));
	struct cel_type *type = arena_alloc(arena, sizeof(*type));

	memcpy(copy, fields, count * sizeof(*copy));
	*type = (struct cel_type){.kind = CEL_OBJECT, .fields = copy, .field_count = count};
	return type;
}

/* apiserver pkg/admission/plugin/cel/compile.go BuildRequestType */
static const struct cel_type *request_type(struct arena *arena)
{
	const struct cel_type *text = STRING_TYPE, *texts = cel_list_of(arena, text);
	const struct cel_field kind[] = {
		{"group", "group", text}, {"version", "version", text}, {"kind", "kind", text}};
	const struct cel_field resource[] = {{"group", "group", text},
					     {"version", "version", text},
					     {"resource", "resource", text}};
	const struct cel_field user[] = {{"username", "username", text},
					 {"uid", "uid", text},
					 {"groups", "groups", texts},
					 {"extra", "extra", cel_map_of(arena, text, texts)}};
	const struct cel_type *gvk = object_of(arena, FIELDS(kind));
	const struct cel_type *gvr = object_of(arena, FIELDS(resource));
	const struct cel_field all[] = {
		{"kind", "kind", gvk},
		{"resource", "resource", gvr},
		{"subResource", "subResource", text},
		{"requestKind", "requestKind", gvk},
		{"requestResource", "requestResource", gvr},
		{"requestSubResource", "requestSubResource", text},
		{"name", "name", text},
		{"namespace", "namespace", text},
		{"operation", "operation", text},
		{"userInfo", "userInfo", object_of(arena, FIELDS(user))},
		{"dryRun", "dryRun", cel_type_of(CEL_BOOL)},
		{"options", "options", cel_type_of(CEL_DYN)},
	};

	return object_of(arena, FIELDS(all));
}

static void variables(struct arena *arena, struct cel_variable ret[CONDITION_VARIABLES])
{
	const struct cel_type *dyn = cel_type_of(CEL_DYN);

	ret[CONDITION_OBJECT] = (struct cel_variable){"object", dyn};
	ret[CONDITION_OLD_OBJECT] = (struct cel_variable){"oldObject", dyn};
	ret[CONDITION_REQUEST] = (struct cel_variable){"request", request_type(arena)};
	ret[CONDITION_NAMESPACE] = (struct cel_variable){"namespaceObject", dyn};
}

static struct json *shown(const struct json *object, const struct api_type *type)
{
	struct json *copy = object ? json_copy(object) : NULL;

	if (!copy)
		return NULL;
	json_set_str(copy, "apiVersion", type->api_version);
	json_set_str(copy, "kind", type->kind);
	return copy;
}

void condition_input_init(struct condition_input *input, struct arena *arena, struct kube_op *op,
			  const struct api_type *type, const struct webhook_subject *subject)
{
	const struct cel_type *dyn = cel_type_of(CEL_DYN);

	*input = (struct condition_input){
		.object = shown(subject->object, type),
		.old = shown(subject->old, type),
		.request = webhook_request(op, type, subject),
	};
	input->values[CONDITION_OBJECT] = cel_json(arena, input->object, dyn);
	input->values[CONDITION_OLD_OBJECT] = cel_json(arena, input->old, dyn);
	input->values[CONDITION_REQUEST] = cel_json(arena, input->request, request_type(arena));
	/* a webhook's conditions never see the namespace (matcher.go Match) */
	input->values[CONDITION_NAMESPACE] = cel_null();
}

void condition_input_done(struct condition_input *input)
{
	json_free(input->object);
	json_free(input->old);
	json_free(input->request);
	*input = (struct condition_input){};
}

bool condition_compile(struct arena *arena, const char *text, const struct cel_type *composed,
		       enum cel_kind kind, struct cel_program **ret, struct err *err)
{
	struct cel_variable known[CONDITION_VARIABLES];

	variables(arena, known);
	known[CONDITION_COMPOSED] = (struct cel_variable){"variables", composed};
	if (!cel_compile(arena, text, known, composed ? CONDITION_VARIABLES : CONDITION_COMPOSED,
			 ret, err))
		return err_wrap(err, "compilation failed");
	/* what is known at evaluation only is no bool either */
	if (kind == CEL_DYN || cel_result(*ret) == kind)
		return true;
	return err_set(err, ERR_INVALID, NULL, "must evaluate to %s but got %s",
		       cel_kind_name(kind), cel_kind_name(cel_result(*ret)));
}

static const char *trimmed(struct arena *arena, const char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n\v\f");
	for (length = strlen(text); length && strchr(" \t\r\n\v\f", text[length - 1]);)
		length--;
	return arena_strndup(arena, text, length);
}

static const char *expression_of(struct arena *arena, const struct json *condition)
{
	const char *text = json_get_str(condition, "expression");

	return text ? trimmed(arena, text) : "";
}

static bool check_expression(const struct json *condition, const char *path,
			     struct field_errors *errors, struct err *err)
{
	const char *text = expression_of(errors->arena, condition);
	_cleanup_(err_done) struct err own = ERR_INIT;
	struct cel_program *program;

	if (!*text) {
		field_required(errors, path, "");
		return true;
	}
	if (condition_compile(errors->arena, text, NULL, CEL_BOOL, &program, &own))
		return true;
	if (own.code == ERR_UNSUPPORTED) {
		status_set(err, 501, "NotImplemented", "%s: not emulated here: %s", path,
			   err_text(&own));
		return false;
	}
	field_invalid_str(errors, path, text, "%s", err_text(&own));
	return true;
}

bool conditions_check(const struct json *list, const char *path, struct field_errors *errors,
		      struct err *err)
{
	size_t i = 0;

	if (json_size(list) > CONDITIONS_MAX)
		field_too_many(errors, path, json_size(list), CONDITIONS_MAX);
	json_foreach (condition, list) {
		const char *at = field_at(errors, "%s[%zu]", path, i++);
		const char *name = json_get_str(condition, "name");
		const char *name_at = field_at(errors, "%s.name", at);

		if (!check_expression(condition, field_at(errors, "%s.expression", at), errors,
				      err))
			return false;
		if (!name || !*name) {
			field_required(errors, name_at, "");
			continue;
		}
		field_format(errors, name_at, name, format_qualified_name);
		for (const struct json *other = json_first(list); other != condition;
		     other = json_next(other))
			if (str_eq(json_get_str(other, "name"), name)) {
				field_duplicate(errors, name_at, json_get(condition, "name"));
				break;
			}
	}
	return true;
}

/* What one condition says; CEL_ERROR with a text when it cannot be evaluated. */
static struct cel_value judge_one(struct arena *arena, const struct json *condition,
				  const struct condition_input *input, int64_t *budget)
{
	const char *text = json_get_str(condition, "expression");
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct cel_program *program;
	struct cel_value value;
	uint64_t cost;

	if (!condition_compile(arena, text ? text : "", NULL, CEL_BOOL, &program, &err))
		return cel_error(arena, "compilation error: %s", err_text(&err));
	cel_evaluate(program, arena, input->values, CEL_CALL_LIMIT, &value, &cost);
	if (cost > (uint64_t)*budget) {
		*budget = -1;
		return cel_error(arena, "validation failed due to running out of cost budget, no "
					"further validation rules will be run");
	}
	*budget -= (int64_t)cost;
	if (value.kind != CEL_ERROR)
		return value;
	return cel_error(arena, "expression '%s' resulted in error: %.*s", text, (int)value.length,
			 value.text);
}

enum condition_verdict conditions_judge(struct arena *arena, const struct json *list, bool ignore,
					const struct condition_input *input, const char **problem)
{
	int64_t budget = BUDGET;
	const char *all = NULL;
	bool several = false;

	json_foreach (condition, list) {
		struct cel_value value = judge_one(arena, condition, input, &budget);

		if (value.kind == CEL_BOOL && !value.truth && budget >= 0)
			return CONDITIONS_DIFFER;
		if (value.kind == CEL_BOOL)
			continue;
		several = all;
		all = arena_printf(arena, "%s%s%.*s", all ? all : "", all ? ", " : "",
				   (int)value.length, value.text);
		if (budget < 0)
			break;
	}
	if (!all)
		return CONDITIONS_MATCH;
	*problem = several ? arena_printf(arena, "[%s]", all) : all;
	return ignore ? CONDITIONS_DIFFER : CONDITIONS_FAIL;
}
