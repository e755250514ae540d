/* `call:` steps. */
#include "runner/engine/fixture.h"
#include "runner/engine/inner.h"
#include "runner/engine/outside.h"

/* The call was refused though it should not, or the other way round, or for another reason. */
static bool wrong_answer(struct engine *engine, const struct yaml_node *node, bool ok,
			 const struct err *err)
{
	const struct yaml_node *fails = yaml_get(node, "fails-with"), *action;
	const char *code = engine_node_text(engine, fails);
	_cleanup_(freep) char *details = NULL;

	action = yaml_get(node, "action");
	if (!ok && engine->external && err->code == ERR_UNSUPPORTED)
		return outside_stop(engine, action, action->text, err_text(err));
	if (!ok && engine->external && err->code == ERR_UNAVAILABLE) {
		engine_broken(engine, xstrdup(err_text(err)), NULL);
		return false;
	}
	if (!ok && err->code == ERR_UNSUPPORTED) {
		engine_broken(engine, xasprintf("%s is not built: %s", action->text, err_text(err)),
			      NULL);
		return false;
	}
	if (ok) {
		engine_fail(engine, fails, true,
			    xasprintf("%s went well, but it must be refused", action->text), NULL);
	} else if (fails) {
		details = xasprintf("expected  %s\nfound     %s: %s\n", code,
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

static bool call_outside(struct engine *engine, const struct aws_wish *wish, struct err *err)
{
	_cleanup_(json_freep) struct json *written =
		wish->params ? yaml_to_json_text(wish->params) : json_new_object();
	_cleanup_(json_freep) struct json *params = NULL;

	return engine_replace(engine, written, &params, err) &&
	       outside_call(engine, wish->action, params, err);
}

bool step_call(struct engine *engine, const struct yaml_node *node)
{
	const char *actor = engine_text(engine, node, "as"),
		   *fails = engine_text(engine, node, "fails-with");
	struct aws_wish wish = {.action = engine_text(engine, node, "action"),
				.actor = actor ? actor : "operator",
				.region = engine->scenario->given.region,
				.id = engine_text(engine, node, "id"),
				.params = yaml_get(node, "params"),
				.variables = engine_resolve,
				.userdata = engine};
	struct err err = ERR_INIT;
	bool ok = engine->external ? call_outside(engine, &wish, &err)
				   : aws_wish_do(engine->emulator, &wish, &err);
	bool right = ok ? !fails : fails && str_eq(err.wire, fails);

	if (!right)
		(void)!wrong_answer(engine, node, ok, &err);
	err_done(&err);
	return right;
}
