/* skyrig new NAME */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/text.h"

#define TEMPLATE_MAX (1024 * 1024)
#define TEMPLATES    "templates"

struct new_options {
	const char *name, *template;
};

enum { OPTION_FROM = 256 };

static const struct argp_option options[] = {
	{"from", OPTION_FROM, "TEMPLATE", 0,
	 "what it begins as: a template's name, or a scenario file (default: leak)", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct new_options *new = state->input;

	switch (key) {
	case OPTION_FROM: new->template = arg; return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			argp_error(state, "one name is enough");
		new->name = arg;
		return 0;
	case ARGP_KEY_END:
		if (!new->name)
			argp_error(state, "which name? e.g. skyrig new leak/my-story");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* "leak/my-story": groups and a name, as ids are. */
static bool check_name(const char *name, struct err *err)
{
	_cleanup_(freep) char *rest = xstrdup(name);
	char *part, *save = NULL;
	size_t parts = 0;

	for (part = strtok_r(rest, "/", &save); part; part = strtok_r(NULL, "/", &save), parts++)
		if (!text_is_name(part, true))
			return err_set(err, ERR_INVALID, NULL,
				       "\"%s\" is no name: lower case, digits and dashes, as in "
				       "leak/my-story",
				       name);
	return parts == 2 || err_set(err, ERR_INVALID, NULL,
				     "\"%s\" lacks its group: write e.g. leak/%s", name, name);
}

static bool read_template(const char *name, struct strbuf *sb, struct err *err)
{
	_cleanup_(freep) char *path =
		strchr(name, '.') ? xstrdup(name) : xasprintf(TEMPLATES "/%s.yaml", name);
	FILE *file = fopen(path, "re");
	int c;

	if (!file)
		return err_set(err, ERR_NOT_FOUND, NULL,
			       "cannot read '%s': %s; there are the files in " TEMPLATES
			       "/, and any scenario will do",
			       path, strerror(errno));
	while ((c = fgetc(file)) != EOF)
		strbuf_add_char(sb, (char)c);
	fclose(file);
	return !sb->overflow || err_set(err, ERR_TOO_LARGE, NULL, "'%s' is too large", path);
}

/* Never over what is there. */
static bool write_new(const char *name, const struct strbuf *sb, char **ret, struct err *err)
{
	_cleanup_(freep) char *folder = xasprintf("suites/%.*s", (int)strcspn(name, "/"), name);
	_cleanup_(freep) char *path = xasprintf("suites/%s.yaml", name);
	FILE *file;
	bool ok;

	if ((mkdir("suites", 0777) != 0 && errno != EEXIST) ||
	    (mkdir(folder, 0777) != 0 && errno != EEXIST))
		return err_errno(err, "cannot make '%s'", folder);
	file = fopen(path, "wxe");
	if (!file)
		return errno == EEXIST
			       ? err_set(err, ERR_CONFLICT, NULL, "there is '%s' already", path)
			       : err_errno(err, "cannot write '%s'", path);
	ok = fputs(strbuf_text(sb), file) >= 0;
	ok = fclose(file) == 0 && ok;
	if (!ok)
		return err_errno(err, "cannot write '%s'", path);
	*ret = steal(path);
	return true;
}

int command_new(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"GROUP/NAME",
		"Writes suites/GROUP/NAME.yaml, which can be run as it is and then be changed.\v"
		"Examples:\n"
		"  skyrig new leak/my-story\n"
		"  skyrig new happy/mine --from suites/happy/two-services.yaml\n\n"
		"Exit status: 0; 2 when the name is none, there is such a file already, or\n"
		"there is no such template.",
		NULL,
		NULL,
		NULL};
	struct new_options new = {.template = "leak"};
	_cleanup_(freep) char *path = NULL;
	struct err err = ERR_INIT;
	struct strbuf sb;
	bool ok;

	command_parse(&argp, argc, argv, &new);
	strbuf_init(&sb, TEMPLATE_MAX);
	ok = check_name(new.name, &err) && read_template(new.template, &sb, &err) &&
	     write_new(new.name, &sb, &path, &err);
	strbuf_done(&sb);
	if (!ok) {
		int status = command_usage_error("new", &err);

		err_done(&err);
		return status;
	}
	printf("%s\n", path);
	fprintf(stderr, "Next: change it, then  skyrig lint %s  and  skyrig test %s\n", path, path);
	return EXIT_PASSED;
}
