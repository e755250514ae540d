/* skyrig.yaml: flags of `skyrig test` that nobody wants to type. */
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/commands/test.h"
#include "runner/lint/lint.h"
#include "runner/text.h"

#define NAME	  "skyrig.yaml"
#define TEXT_MAX  (64 * 1024)
#define NO_MEMBER SIZE_MAX

enum flag_type { FLAG_BOOL, FLAG_PATH, FLAG_OTHER };

/* A key of the table's block "config". */
struct flag {
	const char *name;
	enum flag_type type;
	size_t member;	   /* of struct test_options */
	const char *other; /* a flag that, typed, goes before this one as well; NULL: none */
	bool ours;	   /* it is about our own emulator */
};

#define MEMBER(name) offsetof(struct test_options, name)

static const struct flag flags[] = {
	{"filter", FLAG_OTHER, NO_MEMBER, NULL, false},
	{"jobs", FLAG_OTHER, NO_MEMBER, NULL, false},
	{"fail-fast", FLAG_BOOL, MEMBER(jobs.fail_fast), NULL, false},
	{"seed", FLAG_OTHER, NO_MEMBER, NULL, false},
	{"timeout", FLAG_OTHER, NO_MEMBER, NULL, false},
	{"speed", FLAG_OTHER, NO_MEMBER, NULL, false},
	{"controller", FLAG_OTHER, NO_MEMBER, NULL, true},
	{"strict", FLAG_BOOL, MEMBER(jobs.strict), NULL, false},
	{"no-skip", FLAG_BOOL, MEMBER(no_skip), NULL, false},
	{"keep", FLAG_OTHER, NO_MEMBER, "pause-on-failure", true},
	{"junit", FLAG_PATH, MEMBER(junit), NULL, false},
	{"json", FLAG_PATH, MEMBER(json), NULL, false},
	{"html", FLAG_PATH, MEMBER(html), NULL, false},
	{"github", FLAG_BOOL, MEMBER(github), NULL, false},
	{"record", FLAG_PATH, MEMBER(record), NULL, true},
	{"verbose", FLAG_BOOL, MEMBER(verbose), "quiet", false},
	{"quiet", FLAG_BOOL, MEMBER(quiet), "verbose", false},
	{"no-color", FLAG_BOOL, MEMBER(no_color), NULL, false},
	{"plain", FLAG_BOOL, MEMBER(plain), NULL, false},
};

/* What is being read. */
struct config {
	struct test_options *test;
	const struct source *source;
	struct problems problems;
	char *folder; /* of the file, with a slash at its end; "": the working directory */
	struct strbuf taken;
};

/* @name Finding it */

static bool is_there(const char *folder, const char *name)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);

	return access(path, F_OK) == 0;
}

/* How many folders count: from the working directory up to the repository's root; outside of a
 * repository that one alone. */
static size_t count_folders(void)
{
	_cleanup_(freep) char *folder = realpath(".", NULL);
	size_t count = 1;

	for (char *slash; folder; count++) {
		if (is_there(folder, ".git"))
			return count;
		slash = strrchr(folder, '/');
		if (!slash || slash == folder)
			break;
		*slash = '\0';
	}
	return 1;
}

/* The nearest file, as one would write its path from here; NULL: there is none. New text. */
static char *find(void)
{
	size_t folders = count_folders();
	char *path = xstrdup(NAME);

	for (size_t i = 0; i < folders; i++) {
		char *above;

		if (access(path, F_OK) == 0)
			return path;
		above = xasprintf("../%s", path);
		free(path);
		path = above;
	}
	free(path);
	return NULL;
}

/* @name Taking what it says; the checker found nothing wrong with its values */

static bool set_filter(struct config *config, const struct yaml_node *node)
{
	_cleanup_(filter_freep) struct filter *filter = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	config->test->filter = intern(node->text);
	if (filter_new(node->text, &filter, &err))
		return true;
	problem_add(&config->problems, config->source, place_of_value(node), SEVERITY_ERROR,
		    xstrdup(err_text(&err)), NULL);
	return false;
}

static bool set_controllers(struct config *config, const struct yaml_node *list)
{
	bool fine = true;

	for (const struct yaml_node *item = list->first; item; item = item->next) {
		struct err err = ERR_INIT;

		if (!test_add_controller(config->test, item->text, config->folder, &err)) {
			problem_add(&config->problems, config->source, place_of_value(item),
				    SEVERITY_ERROR, xasprintf("controller: %s", err_text(&err)),
				    NULL);
			fine = false;
		}
		err_done(&err);
	}
	return fine;
}

static bool set_other(struct config *config, const struct yaml_node *node)
{
	struct jobs_options *jobs = &config->test->jobs;

	if (str_eq(node->key, "filter"))
		return set_filter(config, node);
	if (str_eq(node->key, "controller"))
		return set_controllers(config, node);
	if (str_eq(node->key, "jobs")) {
		jobs->at_once = (unsigned)strtoul(node->text, NULL, 10);
	} else if (str_eq(node->key, "seed")) {
		jobs->has_seed = true;
		jobs->seed = strtoull(node->text, NULL, 10);
	} else if (str_eq(node->key, "speed")) {
		jobs->speed = strtod(node->text, NULL);
	} else if (str_eq(node->key, "keep")) {
		jobs->keep = str_eq(node->text, "failed") ? KEEP_FAILED
			     : str_eq(node->text, "all")  ? KEEP_ALL
							  : KEEP_NONE;
	} else {
		assert(str_eq(node->key, "timeout"));
		return duration_parse(node->text, &jobs->timeout_ms);
	}
	return true;
}

static const char *path_of(const struct config *config, const char *text)
{
	_cleanup_(freep) char *path = NULL;

	if (*text == '/' || str_eq(text, "-"))
		return intern(text);
	path = xasprintf("%s%s", config->folder, text);
	return intern(path);
}

static bool set_flag(struct config *config, const struct flag *flag, const struct yaml_node *node)
{
	void *member = (char *)config->test + (flag->member == NO_MEMBER ? 0 : flag->member);

	switch (flag->type) {
	case FLAG_BOOL: *(bool *)member = str_eq(node->text, "true"); break;
	case FLAG_PATH: *(const char **)member = path_of(config, node->text); break;
	case FLAG_OTHER: return set_other(config, node);
	}
	return true;
}

static void note_taken(struct config *config, const struct yaml_node *node)
{
	if (node->type == YAML_LIST)
		for (const struct yaml_node *item = node->first; item; item = item->next)
			strbuf_addf(&config->taken, " --%s=%s", node->key, item->text);
	else if (str_eq(node->text, "true"))
		strbuf_addf(&config->taken, " --%s", node->key);
	else
		strbuf_addf(&config->taken, " --%s=%s", node->key, node->text);
}

/* The command line goes before the file, and so does GitHub's environment. Of controllers, those
 * that were typed are there already, and of each the first one counts. */
static bool goes_before(const struct test_options *test, const struct flag *flag)
{
	if (str_eq(flag->name, "controller"))
		return false;
	return test->typed[test_flag(flag->name)] ||
	       (flag->other && test->typed[test_flag(flag->other)]) ||
	       (str_eq(flag->name, "github") && test->github);
}

static bool take(struct config *config)
{
	const struct yaml_node *root = yaml_root(config->source->yaml, 0);
	struct test_options *test = config->test;
	bool typed_color = test->typed[test_flag("no-color")], fine = true;

	for (size_t i = 0; i < array_size(flags); i++) {
		const struct flag *flag = &flags[i];
		const struct yaml_node *node = yaml_get(root, flag->name);

		if (!node || (flag->ours && test->is_external) || goes_before(test, flag))
			continue;
		fine = set_flag(config, flag, node) && fine;
		note_taken(config, node);
	}
	if (test->plain && !typed_color)
		test->no_color = true;
	return fine;
}

static void print_problems(struct config *config)
{
	_cleanup_(freep) char *count = text_count(config->problems.errors, "error", "errors");
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	problems_print(&config->problems, &sb,
		       !config->test->no_color && command_color(STDERR_FILENO));
	fprintf(stderr, "%s%s in %s. Nothing was run.\n", strbuf_text(&sb), count,
		config->source->path);
	strbuf_done(&sb);
}

static int read_file(struct test_options *test, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct config config = {.test = test,
				.folder = xstrndup(path, slash ? (size_t)(slash + 1 - path) : 0)};
	struct source *source = source_load(path, &config.problems);
	bool fine;

	strbuf_init(&config.taken, TEXT_MAX);
	config.source = source;
	lint_config_file(source, &config.problems);
	fine = source->yaml && !config.problems.errors && take(&config);
	if (!fine)
		print_problems(&config);
	else if (config.taken.length && !test->quiet)
		fprintf(stderr, "skyrig test: flags of %s:%s\n", path, strbuf_text(&config.taken));
	if (fine && config.taken.length)
		test->config_flags = xstrdup(strbuf_text(&config.taken) + 1);
	problems_done(&config.problems);
	source_free(source);
	strbuf_done(&config.taken);
	free(config.folder);
	return fine ? EXIT_PASSED : EXIT_USAGE;
}

int test_read_config(struct test_options *test)
{
	const char *named = getenv("SKYRIG_CONFIG"); /* "": none */
	_cleanup_(freep) char *found = test->config || test->no_config || named ? NULL : find();
	const char *path = test->config	     ? test->config
			   : test->no_config ? NULL
			   : named	     ? (*named ? named : NULL)
					     : found;

	if (test->config && test->no_config) {
		fprintf(stderr, "skyrig test: either --config or --no-config\n");
		return EXIT_USAGE;
	}
	return path ? read_file(test, path) : EXIT_PASSED;
}
