/* AWS calls of a person: `call:` steps and AWS fixtures. */
#include "emulator/model/aws_model.h"
#include "runner/engine/inner.h"

/* A text as the shape's type; anything that does not fit stays text, and AWS says what is wrong. */
static struct json *typed_scalar(const struct aws_shape *shape, const struct json *json)
{
	const char *text = json_str(json);
	char *end;
	long long number;

	if (!text)
		return json_copy(json);
	switch (shape->type) {
	case SHAPE_BOOLEAN:
		if (str_eq(text, "true") || str_eq(text, "false"))
			return json_new_bool(str_eq(text, "true"));
		break;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		number = strtoll(text, &end, 10);
		if (*text && !*end)
			return json_new_int(number);
		break;
	case SHAPE_FLOAT:
	case SHAPE_DOUBLE: {
		double value = strtod(text, &end);

		if (*text && !*end)
			return json_new_double(value);
		break;
	}
	default: break;
	}
	return json_copy(json);
}

/* Texts as written become what the operation's input shape wants. */
static struct json *typed(const struct aws_service_model *service, const struct aws_shape *shape,
			  const struct json *json)
{
	struct json *copy;

	if (json_is_object(json) &&
	    (shape->type == SHAPE_STRUCTURE || shape->type == SHAPE_MAP)) {
		copy = json_new_object();
		json_foreach(item, json)
		{
			const struct aws_member *member =
				shape->type == SHAPE_MAP
					? aws_map_value(service, shape)
					: aws_shape_member(service, shape, json_key(item));

			json_set(copy, json_key(item),
				 member ? typed(service, aws_member_shape(service, member), item)
					: json_copy(item));
		}
		return copy;
	}
	if (json_is_array(json) && shape->type == SHAPE_LIST) {
		const struct aws_shape *element =
			aws_member_shape(service, aws_list_element(service, shape));

		copy = json_new_array();
		json_foreach(item, json)
			json_append(copy, typed(service, element, item));
		return copy;
	}
	if (json_is_string(json) && !json_is_object(json))
		return typed_scalar(shape, json);
	return json_copy(json);
}

/* What a node of the blocks call and fixture-call asks for. */
struct wish {
	const char *action, *actor, *id;
	const struct yaml_node *params;
};

static bool invoke(struct engine *engine, const struct wish *wish, struct err *err)
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
	_cleanup_(freep) char *id = NULL;

	if (!engine_replace(engine, written, &replaced, err) ||
	    (wish->id && !engine_replace_text(engine, wish->id, &id, err)))
		return false;
	if (operation && operation->input >= 0)
		params = typed(service, &service->shapes[operation->input], replaced);
	return aws_invoke(engine->emulator->aws, wish->actor, AWS_ACCOUNT,
			  engine->scenario->given.region, name, colon + 1,
			  params ? params : replaced, id, NULL, err);
}

static const char *text_of(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);

	return node ? node->text : NULL;
}

/* The call was refused though it should not, or the other way round, or for another reason. */
static bool wrong_answer(struct engine *engine, const struct yaml_node *node, bool ok,
			 const struct err *err)
{
	const struct yaml_node *fails = yaml_get(node, "fails-with"), *action;
	_cleanup_(freep) char *details = NULL;

	action = yaml_get(node, "action");
	if (!ok && err->code == ERR_UNSUPPORTED) {
		engine_broken(engine,
			      xasprintf("%s is not built: %s", action->text, err_text(err)), NULL);
		return false;
	}
	if (ok) {
		engine_fail(engine, fails, true,
			    xasprintf("%s went well, but it must be refused", action->text), NULL);
	} else if (fails) {
		details = xasprintf("expected  %s\nfound     %s: %s\n", fails->text,
				    err->wire ? err->wire : "(no code)", err_text(err));
		engine_fail(engine, fails, false,
			    xasprintf("%s was refused for another reason", action->text), details);
	} else {
		details = xasprintf("%s%s%s\n", err->wire ? err->wire : "", err->wire ? ": " : "",
				    err_text(err));
		engine_fail(engine, node, true, xasprintf("%s was refused", action->text), details);
	}
	return false;
}

bool step_call(struct engine *engine, const struct yaml_node *node)
{
	const char *actor = text_of(node, "as"), *fails = text_of(node, "fails-with");
	struct wish wish = {text_of(node, "action"), actor ? actor : "operator", text_of(node, "id"),
			    yaml_get(node, "params")};
	struct err err = ERR_INIT;
	bool ok = invoke(engine, &wish, &err);
	bool right = ok ? !fails : fails && str_eq(err.wire, fails);

	if (!right)
		(void)!wrong_answer(engine, node, ok, &err);
	err_done(&err);
	return right;
}

bool fixture_calls(struct engine *engine, const struct yaml_node *list, struct err *err)
{
	for (const struct yaml_node *node = list ? list->first : NULL; node; node = node->next) {
		struct wish wish = {text_of(node, "call"), "operator", text_of(node, "id"),
				    yaml_get(node, "params")};

		if (!invoke(engine, &wish, err))
			return err_wrap(err, "line %u: %s", node->line, wish.action);
	}
	return true;
}
