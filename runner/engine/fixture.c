/* AWS calls of a person. */
#include "runner/engine/fixture.h"

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/model/aws_model.h"

#define PROBLEMS_MAX (1024 * 1024)
/* How long the person waits after each call: longer than anything AWS then does by itself. */
#define PATIENCE_MS (5 * 60 * 1000)

/* A text as the shape's type; what does not fit stays text, and AWS says what is wrong. */
static struct json *typed_scalar(const struct aws_shape *shape, const struct json *json)
{
	const char *text = json_str(json);
	char *end;

	if (!text || !*text)
		return json_copy(json);
	if (shape->type == SHAPE_BOOLEAN && (str_eq(text, "true") || str_eq(text, "false")))
		return json_new_bool(str_eq(text, "true"));
	if (shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG) {
		long long number = strtoll(text, &end, 10);

		if (!*end)
			return json_new_int(number);
	}
	if (shape->type == SHAPE_FLOAT || shape->type == SHAPE_DOUBLE) {
		double value = strtod(text, &end);

		if (!*end)
			return json_new_double(value);
	}
	return json_copy(json);
}

static struct json *typed(const struct aws_service_model *service, const struct aws_shape *shape,
			  const struct json *json);

static struct json *typed_object(const struct aws_service_model *service,
				 const struct aws_shape *shape, const struct json *json)
{
	struct json *copy = json_new_object();

	json_foreach (item, json) {
		const struct aws_member *member =
			shape->type == SHAPE_MAP ? aws_map_value(service, shape)
						 : aws_shape_member(service, shape, json_key(item));

		json_set(copy, json_key(item),
			 member ? typed(service, aws_member_shape(service, member), item)
				: json_copy(item));
	}
	return copy;
}

/* Texts as written become what the shape wants. */
static struct json *typed(const struct aws_service_model *service, const struct aws_shape *shape,
			  const struct json *json)
{
	struct json *copy;

	if (json_is_object(json) && (shape->type == SHAPE_STRUCTURE || shape->type == SHAPE_MAP))
		return typed_object(service, shape, json);
	if (json_is_array(json) && shape->type == SHAPE_LIST) {
		const struct aws_member *element = aws_list_element(service, shape);

		copy = json_new_array();
		json_foreach (item, json)
			json_append(copy, typed(service, aws_member_shape(service, element), item));
		return copy;
	}
	return typed_scalar(shape, json);
}

bool aws_wish_do(struct emulator *emulator, const struct aws_wish *wish, struct err *err)
{
	const char *colon = strchr(wish->action, ':');
	_cleanup_(freep) char *name = xstrndup(wish->action, (size_t)(colon - wish->action));
	const struct aws_service_model *service = aws_model_find(name);
	const struct aws_operation *operation =
		service ? aws_model_operation(service, colon + 1) : NULL;
	_cleanup_(json_freep) struct json *written =
		wish->params ? yaml_to_json_text(wish->params) : json_new_object();
	_cleanup_(json_freep) struct json *replaced = NULL;
	_cleanup_(json_freep) struct json *params = NULL;
	_cleanup_(json_freep) struct json *id = NULL;

	if (!variables_replace(written, wish->variables, wish->userdata, &replaced, err) ||
	    (wish->id &&
	     !variables_replace_text(wish->id, wish->variables, wish->userdata, &id, err)))
		return false;
	if (operation && operation->input >= 0)
		params = typed(service, &service->shapes[operation->input], replaced);
	return aws_invoke(emulator->aws, wish->actor, AWS_ACCOUNT, wish->region, name, colon + 1,
			  params ? params : replaced, json_str(id), NULL, err);
}

bool fixture_do(struct emulator *emulator, const char *region, const struct yaml_node *list,
		variable_fn *variables, void *userdata, struct err *err)
{
	for (const struct yaml_node *node = list ? list->first : NULL; node; node = node->next) {
		struct aws_wish wish = {.action = yaml_get_text(node, "call"),
					.actor = "operator",
					.region = region,
					.id = yaml_get_text(node, "id"),
					.params = yaml_get(node, "params"),
					.variables = variables,
					.userdata = userdata};

		if (!aws_wish_do(emulator, &wish, err))
			return err_wrap(err, "line %u: %s", node->line, wish.action);
		emulated_clock_advance(world_clock(emulator->world), PATIENCE_MS);
		world_fire_timers(emulator->world);
	}
	return true;
}

static bool only_region(const char *reference, struct json **ret, void *userdata, struct err *err)
{
	if (!str_eq(reference, "region"))
		return err_set(err, ERR_INVALID, NULL, "${%s} has no value here", reference);
	*ret = json_new_string(userdata);
	return true;
}

static bool check(const char *path, struct err *err)
{
	struct problems problems = {0};
	struct source *source = source_load(path, &problems);
	bool ok;

	lint_aws_fixture(source, &problems);
	ok = !problems.errors;
	if (!ok) {
		struct strbuf sb;

		strbuf_init(&sb, PROBLEMS_MAX);
		problems_print(&problems, &sb, false);
		err_set(err, ERR_INVALID, NULL, "mistakes in a fixture\n%s", strbuf_text(&sb));
		strbuf_done(&sb);
	}
	problems_done(&problems);
	source_free(source);
	return ok;
}

bool fixture_load(struct emulator *emulator, const char *region, const char *path, struct err *err)
{
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;

	if (!check(path, err) || !yaml_load(path, NULL, NULL, &file, err))
		return false;
	for (size_t i = 0; i < yaml_documents(file); i++)
		if (!fixture_do(emulator, region, yaml_root(file, i), only_region, (void *)region,
				err))
			return err_wrap(err, "%s", path);
	return true;
}
