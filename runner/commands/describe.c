/* What a subcommand takes, for the manual page and the shell; see describe.h. */
#include "runner/commands/describe.h"

#include <stdio.h>

enum describe_form describe_form = DESCRIBE_NOTHING;

/* @name man(7) */

/* Dashes that are meant, backslashes, and dots at a line's beginning. */
static void roff(const char *text, size_t length)
{
	bool begins = true;

	for (size_t i = 0; i < length; i++) {
		char c = text[i];

		if (begins && (c == '.' || c == '\''))
			printf("\\&");
		if (c == '\\')
			printf("\\\\");
		else if (c == '-')
			printf("\\-");
		else
			putchar(c);
		begins = c == '\n';
	}
}

static void man_option(const struct argp_option *option)
{
	printf(".TP\n");
	if (option->key > ' ' && option->key < 127)
		printf("\\fB\\-%c\\fR, ", option->key);
	printf("\\fB\\-\\-");
	roff(option->name, strlen(option->name));
	printf("\\fR");
	if (option->arg && option->flags & OPTION_ARG_OPTIONAL)
		printf("[=\\fI%s\\fR]", option->arg);
	else if (option->arg)
		printf(" \\fI%s\\fR", option->arg);
	printf("\n");
	roff(option->doc, strlen(option->doc));
	printf("\n");
}

static bool is_last(const struct argp_option *option)
{
	return !option->name && !option->key && !option->doc && !option->group;
}

static void man_options(const struct argp_option *options)
{
	for (const struct argp_option *option = options; option && !is_last(option); option++) {
		if (option->name) {
			man_option(option);
			continue;
		}
		printf(".PP\n\\fI");
		roff(option->doc, strlen(option->doc));
		printf("\\fR\n");
	}
}

static void man_command(const char *name, const struct argp *argp)
{
	const char *doc = argp->doc ? argp->doc : "", *rest = strchr(doc, '\v');
	size_t length = rest ? (size_t)(rest - doc) : strlen(doc);

	printf(".SS skyrig %s%s%s%s\n", name, argp->options ? " [\\fIOPTION\\fR…]" : "",
	       argp->args_doc ? " " : "", argp->args_doc ? argp->args_doc : "");
	roff(doc, length);
	printf("\n");
	man_options(argp->options);
	if (rest) {
		printf(".PP\n.nf\n");
		roff(rest + 1, strlen(rest + 1));
		printf("\n.fi\n");
	}
}

/* @name bash */

static void bash_command(const char *name, const struct argp *argp)
{
	printf("\t%s) words='--help", name);
	for (const struct argp_option *option = argp->options; option && !is_last(option);
	     option++) {
		if (!option->name)
			continue;
		printf(" --%s", option->name);
		if (option->arg && !(option->flags & OPTION_ARG_OPTIONAL))
			putchar('=');
	}
	printf("' ;;\n");
}

void describe_command(const char *name, const struct argp *argp)
{
	if (describe_form == DESCRIBE_MAN)
		man_command(name, argp);
	else
		bash_command(name, argp);
	fflush(stdout);
}
