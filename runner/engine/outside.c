/* Scenarios on external targets; see outside.h. */
#include "runner/engine/outside.h"

#include "emulator/base/clock.h"
#include "emulator/base/loop.h"
#include "runner/engine/fixture.h"
#include "runner/external/external.h"

/* What only our own emulator can give. The reasons are read by people. */
static const struct {
	const char *key, *why;
} givens[] =
	{
		{"after", "a state that another scenario reached is in memory of the emulator"},
		{"consistency", "nobody else's life cycles can be set"},
		{"quotas", "nobody else's quotas can be set"},
		{"policies", "nobody else's policies are set"},
		{"lags", "nobody else's lists can be delayed"},
		{"settings", "controllers are those that run there"},
		{"nodes", "nodes are those that are there"},
		{"pod-network", "Pods have the addresses that they get there"},
},
  actions[] = {
	  {"fault", "no faults can be put into it"},
	  {"clear-faults", "no faults can be put into it"},
	  {"advance", "its clock cannot be moved"},
	  {"restart", "its processes are not ours"},
	  {"stop", "its processes are not ours"},
	  {"start", "its processes are not ours"},
	  {"replace", "its processes are not ours"},
	  {"in", "it is one cluster"},
};

static void note_in(struct engine *engine, const struct source *source,
		    const struct yaml_node *node, const char *what, const char *why)
{
	_cleanup_(freep) char *text =
		xasprintf("%s:%u: %s: %s", source->path,
			  node->key_line ? node->key_line : node->line, what, why);

	json_foreach (other, engine->not_provable)
		if (str_eq(json_str(other), text))
			return;
	json_append_str(engine->not_provable, text);
}

static void note(struct engine *engine, const struct yaml_node *node, const char *what,
		 const char *why)
{
	note_in(engine, engine->scenario->source, node, what, why);
}

/* A call that somebody else makes, or that must get an id. */
static void check_call(struct engine *engine, const struct yaml_node *call)
{
	const char *as = yaml_get_text(call, "as");

	if (as && !str_eq(as, "operator"))
		note(engine, yaml_get(call, "as"), "as", "calls are made with one pair of keys");
	if (yaml_get(call, "id"))
		note(engine, yaml_get(call, "id"), "id", "the target gives ids of its own");
}

static void check_steps(struct engine *engine, const struct yaml_node *steps)
{
	for (const struct yaml_node *step = steps ? steps->first : NULL; step; step = step->next) {
		const struct yaml_node *call = yaml_get(step, "call");

		for (size_t i = 0; i < array_size(actions); i++)
			if (yaml_get(step, actions[i].key))
				note(engine, yaml_get(step, actions[i].key), actions[i].key,
				     actions[i].why);
		if (call && call->type == YAML_MAP)
			check_call(engine, call);
		for (call = call && call->type == YAML_LIST ? call->first : NULL; call;
		     call = call->next)
			check_call(engine, call);
	}
}

void outside_check(struct engine *engine)
{
	for (size_t i = 0; i < array_size(givens); i++) {
		struct setting given = scenario_setting(engine->scenario, "given", givens[i].key);

		if (given.node)
			note_in(engine, given.source, given.node, givens[i].key, givens[i].why);
	}
	check_steps(engine, engine->scenario->steps);
	check_steps(engine, engine->scenario->finally);
	engine->cannot_run = json_size(engine->not_provable) > 0;
}

bool outside_stop(struct engine *engine, const struct yaml_node *node, const char *what,
		  const char *why)
{
	note(engine, node, what, why);
	engine->step_failed = true;
	if (!engine->status)
		engine->status = NOT_PROVABLE;
	engine_wake(engine, 0);
	return false;
}

void outside_pass_over(struct engine *engine, const struct yaml_node *node)
{
	note(engine, node, "leaks", "no journal tells who made what, nor what was there before");
}

bool outside_proves(struct engine *engine, const struct yaml_node *claim)
{
	static const struct {
		const char *key, *why;
	} rows[] = {
		{"calls", "no journal tells the calls"},
		{"order", "no journal tells the calls"},
		{"log-of", "controllers' logs are not ours"},
		{"path", "the network there is not modelled"},
		{"made-by", "no journal tells who made it"},
	};
	static const char *const leads[] = {"one", "none", "some", "each", "count"};
	const char *lacks = NULL, *word = NULL;

	for (size_t i = 0; i < array_size(rows); i++)
		if (yaml_get(claim, rows[i].key)) {
			note(engine, yaml_get(claim, rows[i].key), rows[i].key, rows[i].why);
			return false;
		}
	for (size_t i = 0; i < array_size(leads) && !word; i++)
		word = engine_text(engine, claim, leads[i]);
	lacks = external_lacks(engine->external, word);
	if (lacks)
		note(engine, claim->first, word, lacks);
	return !lacks;
}

/* @name given.aws: the state is there already, or its calls can be made */

struct fixture_ids {
	size_t fixed, there;
};

static bool is_there(const struct world *world, const char *id)
{
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(world, i)); i++)
		if (world_find(world, kind, id))
			return true;
	return false;
}

static bool make_calls(struct engine *engine, const struct yaml_node *list, struct err *err)
{
	for (const struct yaml_node *node = list ? list->first : NULL; node; node = node->next) {
		_cleanup_(json_freep) struct json *written =
			yaml_get(node, "params") ? yaml_to_json_text(yaml_get(node, "params"))
						 : json_new_object();
		_cleanup_(json_freep) struct json *params = NULL;

		if (!engine_replace(engine, written, &params, err) ||
		    !outside_call(engine, yaml_get_text(node, "call"), params, err))
			return err_wrap(err, "line %u: %s", node->line,
					yaml_get_text(node, "call"));
	}
	return true;
}

static bool give_fixture(struct engine *engine, const struct yaml_node *name, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", engine->scenario->fixtures, name->text);
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	struct fixture_ids ids = {0};

	if (!yaml_load(path, NULL, NULL, &file, err))
		return false;
	for (size_t i = 0; i < yaml_documents(file); i++) {
		const struct yaml_node *list = yaml_root(file, i),
				       *node = list ? list->first : NULL;

		for (; node; node = node->next) {
			const char *id = yaml_get_text(node, "id");

			ids.fixed += id != NULL;
			ids.there += id && is_there(engine->emulator->world, id);
		}
	}
	if (ids.fixed && ids.there == ids.fixed)
		return true;
	if (ids.fixed) {
		note(engine, name, "aws",
		     "the target does not have what this fixture is about, and would give it other "
		     "ids: start it from there (skyrig serve --fixture)");
		engine->cannot_run = true;
		return true;
	}
	for (size_t i = 0; i < yaml_documents(file); i++)
		if (!make_calls(engine, yaml_root(file, i), err))
			return err_wrap(err, "%s", path);
	return true;
}

static bool give_aws(struct engine *engine, struct err *err)
{
	const struct yaml_node *aws = engine->scenario->given.aws;

	if (aws && aws->type == YAML_SCALAR)
		return give_fixture(engine, aws, err);
	for (const struct yaml_node *item = aws ? aws->first : NULL; item; item = item->next)
		if (!give_fixture(engine, item, err))
			return false;
	return true;
}

/* @name Looking */

/* The words of all kinds that claims are about. */
static void claimed_kinds(const struct yaml_node *node, struct strs *ret)
{
	static const char *const leads[] = {"one", "none", "some", "each", "count"};

	for (size_t i = 0; node->type == YAML_MAP && i < array_size(leads); i++)
		if (yaml_get_text(node, leads[i]) && !strs_has(ret, yaml_get_text(node, leads[i])))
			strs_add(ret, yaml_get_text(node, leads[i]));
	for (const struct yaml_node *child = node->first; child; child = child->next)
		claimed_kinds(child, ret);
}

bool outside_set_up(struct engine *engine, struct err *err)
{
	const struct emulator_config config = {
		.world = {.seed = engine->scenario->seed, .profile = PROFILE_INSTANT}};

	claimed_kinds(engine->scenario->root, &engine->claimed_kinds);
	return loop_new(&engine->loop, err) &&
	       emulator_new(NULL, &config, &engine->emulator, err) &&
	       external_new(engine->loop, engine->emulator, engine->scenario->given.region,
			    engine->options->external, &engine->claimed_kinds, &engine->external,
			    err) &&
	       outside_start_controllers(engine, err) && external_look(engine->external, err) &&
	       give_aws(engine, err) && external_look(engine->external, err);
}

bool outside_look(struct engine *engine)
{
	struct err err = ERR_INIT;
	bool ok;

	if (engine->looking)
		return true;
	engine->looking = true;
	ok = external_look(engine->external, &err);
	engine->looking = false;
	if (!ok)
		engine_broken(engine, xstrdup(err_text(&err)), NULL);
	err_done(&err);
	return ok;
}

static void look_again(void *userdata)
{
	struct engine *engine = userdata;

	engine->look = NULL;
	/* a step that acts looks by itself when it is done */
	if (!engine->acting && !engine->looking && outside_look(engine))
		engine_looked(engine);
	outside_watch(engine);
}

void outside_watch(struct engine *engine)
{
	int64_t ms = engine->options->external->look_ms;

	engine->look = loop_add_timer(engine->loop, ms ? ms : EXTERNAL_LOOK_MS, look_again, engine);
}

bool outside_is_quiet(const struct engine *engine, int64_t quiet_ms, int64_t *ret_wait_ms)
{
	*ret_wait_ms = external_changed_ms(engine->external) + quiet_ms - clock_monotonic_ms();
	return *ret_wait_ms <= 0;
}

bool outside_call(struct engine *engine, const char *action, const struct json *params,
		  struct err *err)
{
	size_t length = strcspn(action, ":");
	_cleanup_(freep) char *service = xstrndup(action, length);

	return external_call(engine->external, service, action + length + 1, params, NULL, err);
}

void outside_done(struct engine *engine)
{
	outside_stop_controllers(engine);
	loop_remove(engine->look);
	engine->look = NULL;
	external_free(engine->external);
	engine->external = NULL;
	strs_done(&engine->claimed_kinds);
}
