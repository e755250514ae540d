/* skyrig: a test rig for the sky. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "runner/commands/command.h"
#include "runner/text.h"

static void print_help(FILE *out)
{
	fputs("Plays AWS and Kubernetes offline, so that the real controllers can rehearse on it.\n\n"
	      "  skyrig test                       run all scenarios below suites/\n"
	      "  skyrig test --filter tag:leak     some of them\n"
	      "  skyrig lint suites/my.yaml        check a file without running it\n"
	      "  skyrig serve --env                only AWS and Kubernetes, to play with\n\n"
	      "Commands:\n",
	      out);
	for (size_t i = 0; i < command_count; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\nskyrig COMMAND --help tells more about one.\n", out);
}

static int unknown_command(const char *name)
{
	const char *names[64];
	_cleanup_(freep) char *meant = NULL;

	for (size_t i = 0; i < command_count; i++)
		names[i] = commands[i].name;
	meant = text_did_you_mean(name, names, command_count);
	fprintf(stderr, "skyrig: unknown command \"%s\"%s%s\nTry: skyrig --help\n", name,
		meant ? "; " : "", meant ? meant : "");
	return EXIT_USAGE;
}

/* The answer to a list is some 100 KB: without this, each takes memory from the system and gives it
 * back, page by page, which is a fifth of what such a call costs. */
static void keep_freed_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 4 << 20);  /* bytes of one piece */
	mallopt(M_TRIM_THRESHOLD, 16 << 20); /* bytes that may lie idle */
}

/* What was written to standard output has arrived, or the program has not done its job: results
 * that end in the middle on a full disk are worse than none. */
static int finish(int status)
{
	bool failed = ferror(stdout) != 0;

	if (fflush(stdout) == 0 && !failed)
		return status;
	fprintf(stderr, "skyrig: cannot write to standard output: %s\n", strerror(errno));
	return status == EXIT_PASSED ? EXIT_HARNESS : status;
}

static int run(int argc, char **argv)
{
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (str_eq(argv[1], "--help") || str_eq(argv[1], "-h") || str_eq(argv[1], "help")) {
		print_help(stdout);
		return EXIT_PASSED;
	}
	if (str_eq(argv[1], "--version")) {
		printf("skyrig %s\n", SKYRIG_VERSION);
		return EXIT_PASSED;
	}
	for (size_t i = 0; i < command_count; i++)
		if (str_eq(commands[i].name, argv[1]))
			return commands[i].run(argc - 1, argv + 1);
	return unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
	keep_freed_memory();
	return finish(run(argc, argv));
}
