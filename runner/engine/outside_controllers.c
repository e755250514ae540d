/* Controllers of ours that are started against an external target. */
#include <limits.h>

#include "emulator/base/loop.h"
#include "emulator/base/yaml.h"
#include "emulator/http/fetch.h"
#include "runner/controllers/catalog.h"
#include "runner/controllers/controller.h"
#include "runner/engine/outside.h"
#include "runner/external/external.h"

#define READY_MS 60000

struct outside_controllers {
	struct engine *engine;
	struct fetcher *fetcher;
	struct ptrs running; /* struct controller */
	size_t ready;
};

static bool apply_documents(struct engine *engine, const struct yaml_file *file, struct err *err)
{
	for (size_t i = 0; i < yaml_documents(file); i++) {
		_cleanup_(json_freep) struct json *manifest =
			yaml_root(file, i) ? yaml_to_json(yaml_root(file, i)) : NULL;

		if (manifest && !external_apply(engine->external, manifest, err))
			return false;
	}
	return true;
}

/* The webhooks that it serves, and what else belongs to it. */
static bool apply_manifests(struct engine *engine, const struct controller *controller,
			    struct err *err)
{
	const struct controller_definition *definition = controller_definition(controller);
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	_cleanup_(freep) char *text = NULL;

	if (!definition->manifests)
		return true;
	if (!controller_expand(controller, definition->manifests, &text, err) ||
	    !yaml_parse(definition->path, text, strlen(text), NULL, NULL, &file, err))
		return false;
	return apply_documents(engine, file, err) || err_wrap(err, "%s", definition->path);
}

static void on_event(struct controller *controller, enum controller_event_type type,
		     const char *text, void *userdata)
{
	struct outside_controllers *controllers = userdata;
	struct engine *engine = controllers->engine;
	const char *name = controller_definition(controller)->name;
	_cleanup_(err_done) struct err err = ERR_INIT;

	switch (type) {
	case CONTROLLER_IS_READY:
		if (!apply_manifests(engine, controller, &err))
			engine_broken(engine, xasprintf("%s: %s", name, err_text(&err)), NULL);
		controllers->ready++;
		break;
	case CONTROLLER_WROTE: break;
	case CONTROLLER_DIED:
		engine_fail(engine, engine->step ? engine->step->first : NULL, true,
			    xasprintf("%s %s", name, text), NULL);
		break;
	case CONTROLLER_NEVER_READY:
		engine_broken(engine, xasprintf("%s %s", name, text), NULL);
		break;
	}
}

static bool apply_crds(struct engine *engine, const struct controller_definition *definition,
		       struct err *err)
{
	_cleanup_(strs_done) struct strs files = {0};

	if (!catalog_crds(definition, NULL, &files, err))
		return false;
	for (size_t i = 0; i < files.count; i++) {
		_cleanup_(yaml_freep) struct yaml_file *file = NULL;

		if (!yaml_load(files.items[i], NULL, NULL, &file, err) ||
		    !apply_documents(engine, file, err))
			return err_wrap(err, "%s", files.items[i]);
	}
	return true;
}

/* What its definition may use; --set goes before all of it. */
static struct json *variables_of(const struct engine *engine,
				 const struct controller_definition *definition)
{
	const struct external_options *options = engine->options->external;
	struct json *variables = json_new_object();
	char path[PATH_MAX];

	json_set_str(variables, "version", definition->version);
	json_set_str(variables, "region", engine->scenario->given.region);
	json_set_str(variables, "technical-id", external_cluster(engine->external));
	json_set_str(variables, "ingress-class", "alb");
	json_set_str(variables, "kubeconfig", realpath(options->kubeconfig, path));
	json_set_str(variables, "aws-url", options->aws_endpoint);
	json_set_str(variables, "access-key-id", options->access_key);
	json_set_str(variables, "secret-access-key", options->secret_key);
	for (size_t i = 0; i < options->set.count; i++) {
		const char *equals = strchr(options->set.items[i], '=');
		_cleanup_(freep) char *name =
			xstrndup(options->set.items[i], (size_t)(equals - options->set.items[i]));

		json_set_str(variables, name, equals + 1);
	}
	return variables;
}

static bool start(struct outside_controllers *controllers, const char *name, struct err *err)
{
	struct engine *engine = controllers->engine;
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;
	_cleanup_(json_freep) struct json *variables = NULL;
	_cleanup_(freep) char *program = NULL;
	struct controller *controller;
	struct controller_context context = {
		.loop = engine->loop,
		.fetcher = controllers->fetcher,
		.directory = engine->options->directory,
		.ready_ms = READY_MS,
		.event = on_event,
		.userdata = controllers,
	};

	if (!controller_definition_load(name, &definition, err) ||
	    !catalog_program(definition, NULL, &program, err) ||
	    !apply_crds(engine, definition, err))
		return err_wrap(err, "starting %s", name);
	context.program = program;
	variables = variables_of(engine, definition);
	controller = controller_new(steal(definition), &context);
	ptrs_add(&controllers->running, controller);
	return controller_start(controller, variables, err) || err_wrap(err, "starting %s", name);
}

bool outside_start_controllers(struct engine *engine, struct err *err)
{
	const struct strs *names = &engine->options->external->start;
	struct outside_controllers *controllers;

	if (!names->count)
		return true;
	controllers = xcalloc(1, sizeof(*controllers));
	*controllers = (struct outside_controllers){.engine = engine,
						    .fetcher = fetcher_new(engine->loop)};
	engine->outside_controllers = controllers;
	for (size_t i = 0; i < names->count; i++)
		if (!start(controllers, names->items[i], err))
			return false;
	while (controllers->ready < names->count && !engine_decided(engine))
		loop_turn(engine->loop, -1);
	return true;
}

void outside_stop_controllers(struct engine *engine)
{
	struct outside_controllers *controllers = engine->outside_controllers;

	engine->outside_controllers = NULL;
	if (!controllers)
		return;
	for (size_t i = controllers->running.count; i-- > 0;)
		controller_free(controllers->running.items[i]);
	ptrs_done(&controllers->running);
	fetcher_free(controllers->fetcher);
	free(controllers);
}
