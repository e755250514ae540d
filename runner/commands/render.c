/* skyrig render FILE… */
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/environment.h"
#include "runner/scenario/scenario.h"
#include "runner/text.h"

#define OUTPUT_MAX (16 * 1024 * 1024)

struct render_options {
	struct strs paths;
	struct json *values; /* --set */
};

static const struct argp_option options[] = {
	{"set", 's', "NAME=VALUE", 0, "value of ${NAME}, e.g. dual-stack=true", 0},
	{0},
};

static void add_value(struct json *values, char *arg, struct argp_state *state)
{
	char *equals = strchr(arg, '=');
	struct yaml_file *file;
	struct err err = ERR_INIT;

	if (!equals || equals == arg)
		argp_error(state, "--set: write NAME=VALUE");
	*equals = '\0';
	/* as the value would stand in a file: true, 3, text */
	if (yaml_parse("--set", equals + 1, strlen(equals + 1), NULL, NULL, &file, &err)) {
		json_set(values, arg,
			 yaml_root(file, 0) ? yaml_to_json(yaml_root(file, 0))
					    : json_new_string(""));
		yaml_free(file);
	} else {
		argp_error(state, "%s", err_text(&err));
	}
	err_done(&err);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct render_options *render = state->input;

	switch (key) {
	case 's': add_value(render->values, arg, state); return 0;
	case ARGP_KEY_ARG: strs_add(&render->paths, arg); return 0;
	case ARGP_KEY_NO_ARGS: argp_error(state, "which file?"); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static bool find_value(const char *reference, struct json **ret, void *userdata, struct err *err)
{
	const struct json *values = userdata, *value = json_get(values, reference);

	if (!value)
		return err_set(err, ERR_INVALID, NULL, "${%s} has no value; say --set %s=VALUE",
			       reference, reference);
	*ret = json_copy(value);
	return true;
}

static void print(const struct json *json)
{
	struct strbuf sb;

	strbuf_init(&sb, OUTPUT_MAX);
	json_print_pretty(&sb, json);
	puts(strbuf_text(&sb));
	strbuf_done(&sb);
}

/* An AWS fixture stays as it is; of a manifest it is shown what gardenlet makes of it. */
static bool render_document(const struct yaml_node *root, const struct json *values,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *written = yaml_to_json(root);
	_cleanup_(json_freep) struct json *replaced = NULL;
	_cleanup_(json_freep) struct json *rendered = NULL;

	if (!variables_replace(written, find_value, (void *)values, &replaced, err))
		return false;
	if (json_is_array(replaced)) {
		print(replaced);
		return true;
	}
	if (!environment_render(replaced, &rendered, err))
		return false;
	print(rendered);
	return true;
}

static bool render_file(const char *path, const struct json *values, struct err *err)
{
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;

	if (!yaml_load(path, NULL, NULL, &file, err))
		return false;
	for (size_t i = 0; i < yaml_documents(file); i++)
		if (yaml_root(file, i) && !render_document(yaml_root(file, i), values, err))
			return err_wrap(err, "%s", path);
	return true;
}

int command_render(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"FILE…",
		"Shows fixtures after variables, and what gardenlet makes of a Shoot.\v"
		"Example: skyrig render fixtures/shoots/new-vpc.yaml --set dual-stack=true \\\n"
		"           --set load-balancer-controller=true",
		NULL,
		NULL,
		NULL};
	struct render_options render = {.values = json_new_object()};
	struct err err = ERR_INIT;
	int status = EXIT_PASSED;

	json_set_str(render.values, "region", "eu-west-1");
	command_parse(&argp, argc, argv, &render);
	for (size_t i = 0; !status && i < render.paths.count; i++)
		if (!render_file(render.paths.items[i], render.values, &err))
			status = command_usage_error("render", &err);
	err_done(&err);
	json_free(render.values);
	strs_done(&render.paths);
	return status;
}
