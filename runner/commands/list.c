/* skyrig list [PATH…] */
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/commands/paths.h"

#define OUTPUT_MAX (16 * 1024 * 1024)

struct list_options {
	struct strs paths;
	const char *filter;
	bool json;
};

enum { OPTION_JSON = 256 };

static const struct argp_option options[] = {
	{"filter", 'f', "EXPRESSION", 0, "only these, e.g. 'tag:leak and not tag:slow'", 0},
	{"json", OPTION_JSON, NULL, 0, "as JSON", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list_options *list = state->input;

	switch (key) {
	case 'f': list->filter = arg; return 0;
	case OPTION_JSON: list->json = true; return 0;
	case ARGP_KEY_ARG: strs_add(&list->paths, arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static struct json *texts(const struct strs *strs)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < strs->count; i++)
		json_append_str(array, strs->items[i]);
	return array;
}

static struct json *as_json(const struct scenario *scenario)
{
	struct json *object = json_new_object();

	json_set_str(object, "id", scenario->id);
	json_set_str(object, "file", scenario->source->path);
	json_set_str(object, "title", scenario->title);
	json_set_int(object, "rows", (int64_t)scenario->rows.count);
	json_set(object, "tags", texts(&scenario->tags));
	json_set(object, "source", texts(&scenario->sources));
	return object;
}

static void print_text(const struct scenario *scenario)
{
	printf("%s\n    %s\n", scenario->id, scenario->title);
	if (scenario->rows.count > 1)
		printf("    %zu rows\n", scenario->rows.count);
	for (size_t i = 0; i < scenario->tags.count; i++)
		printf("%s%s", i ? ", " : "    tags: ", scenario->tags.items[i]);
	printf("%s", scenario->tags.count ? "\n" : "");
	for (size_t i = 0; i < scenario->sources.count; i++)
		printf("    source: %s\n", scenario->sources.items[i]);
}

static int print(const struct suite *suite, const struct filter *filter, bool json)
{
	_cleanup_(json_freep) struct json *array = json_new_array();
	size_t shown = 0;

	for (size_t i = 0; i < suite->scenarios.count; i++) {
		const struct scenario *scenario = suite->scenarios.items[i];

		if (filter && !filter_matches(filter, scenario))
			continue;
		shown++;
		if (json)
			json_append(array, as_json(scenario));
		else
			print_text(scenario);
	}
	if (json) {
		struct strbuf sb;

		strbuf_init(&sb, OUTPUT_MAX);
		json_print_pretty(&sb, array);
		puts(strbuf_text(&sb));
		strbuf_done(&sb);
	}
	return shown ? EXIT_PASSED : EXIT_NOTHING;
}

int command_list(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[PATH…]",
		"Shows what would run: id, title, tags, source.\v"
		"Example: skyrig list --filter 'tag:leak and not id:fault/*'",
		NULL,
		NULL,
		NULL};
	struct list_options list = {0};
	struct suite suite = {0};
	_cleanup_(filter_freep) struct filter *filter = NULL;
	struct err err = ERR_INIT;
	int status;

	command_parse(&argp, argc, argv, &list);
	if (list.filter && !filter_new(list.filter, &filter, &err))
		status = command_usage_error("list", &err);
	else
		status = paths_load("list", &list.paths, &suite);
	if (!status && suite.problems.errors) {
		paths_print_problems(&suite, stderr, command_color(STDERR_FILENO), NULL);
		status = EXIT_USAGE;
	}
	if (!status)
		status = print(&suite, filter, list.json);
	err_done(&err);
	suite_done(&suite);
	strs_done(&list.paths);
	return status;
}
