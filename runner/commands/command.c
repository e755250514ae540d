/* What the subcommands share. */
#include "runner/commands/command.h"

#include <stdio.h>
#include <unistd.h>

#include "runner/commands/describe.h"
#include "runner/text.h"

/* The names of long options; "help", "usage" and "version" are argp's own. */
static size_t option_names(const struct argp *argp, const char **ret, size_t room)
{
	size_t n = 0;

	for (const struct argp_option *option = argp->options;
	     option && (option->name || option->key || option->doc) && n < room; option++)
		if (option->name)
			ret[n++] = option->name;
	if (n + 2 < room) {
		ret[n++] = "help";
		ret[n++] = "usage";
	}
	return n;
}

static void check_option(const struct argp *argp, const char *command, const char *arg)
{
	const char *names[128];
	size_t n = option_names(argp, names, array_size(names)), length = strcspn(arg + 2, "=");
	_cleanup_(freep) char *name = xstrndup(arg + 2, length);
	_cleanup_(freep) char *meant = NULL;
	const char *best;

	for (size_t i = 0; i < n; i++)
		if (strncmp(names[i], name, length) == 0)
			return; /* exact, or an abbreviation that argp judges */
	best = str_did_you_mean(name, names, n);
	meant = best ? xasprintf("; did you mean --%s?", best) : xstrdup("");
	fprintf(stderr, "skyrig %s: unknown option --%s%s\nTry: skyrig %s --help\n", command, name,
		meant, command);
	exit(EXIT_USAGE);
}

void command_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	_cleanup_(freep) char *shown = xasprintf("skyrig %s", argv[0]);
	char *first = argv[0];
	error_t failed;

	if (describe_form != DESCRIBE_NOTHING) {
		describe_command(first, argp);
		exit(EXIT_PASSED);
	}
	for (int i = 1; i < argc && !str_eq(argv[i], "--"); i++)
		if (str_starts_with(argv[i], "--"))
			check_option(argp, first, argv[i]);
	argp_err_exit_status = EXIT_USAGE;
	argv[0] = shown;
	failed = argp_parse(argp, argc, argv, 0, NULL, input);
	argv[0] = first;
	if (failed) {
		fprintf(stderr, "skyrig %s: %s\n", first, strerror(failed));
		exit(EXIT_USAGE);
	}
}

int command_usage_error(const char *name, const struct err *err)
{
	fprintf(stderr, "skyrig %s: %s\n", name, err_text(err));
	return EXIT_USAGE;
}

bool command_redraws(int fd)
{
	return isatty(fd) && !str_eq(getenv("TERM"), "dumb");
}

bool command_color(int fd)
{
	const char *no_color = getenv("NO_COLOR");

	return command_redraws(fd) && !(no_color && *no_color);
}
