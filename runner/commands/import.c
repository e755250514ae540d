/* skyrig import FILE… */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/import/import.h"

#define FILE_BYTES_MAX	  (64u * 1024 * 1024)
#define FIXTURE_BYTES_MAX (64u * 1024 * 1024)

struct import_options {
	struct strs files;
	const char *output;
};

static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "write the fixture there; it must not exist", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct import_options *import = state->input;

	switch (key) {
	case 'o': import->output = arg; return 0;
	case ARGP_KEY_ARG: strs_add(&import->files, arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static bool read_text(const char *path, struct strbuf *sb, struct err *err)
{
	bool standard = str_eq(path, "-");
	FILE *file = standard ? stdin : fopen(path, "re");
	char chunk[65536];
	size_t n;
	bool ok;

	if (!file)
		return err_set(err, ERR_NOT_FOUND, NULL, "cannot read '%s': %s", path,
			       strerror(errno));
	while (!sb->overflow && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		strbuf_add_bytes(sb, chunk, n);
	ok = !ferror(file);
	if (!standard)
		fclose(file);
	if (!ok)
		return err_errno(err, "cannot read '%s'", path);
	return !sb->overflow ||
	       err_set(err, ERR_TOO_LARGE, NULL, "%s: longer than %u bytes", path, FILE_BYTES_MAX);
}

/* Behind the first whole object or array, or the text's end. */
static const char *end_of_value(const char *text)
{
	unsigned depth = 0;
	bool quoted = false;

	for (; *text; text++) {
		if (quoted && *text == '\\' && text[1])
			text++;
		else if (*text == '"')
			quoted = !quoted;
		else if (!quoted && (*text == '{' || *text == '['))
			depth++;
		else if (!quoted && (*text == '}' || *text == ']') && depth && !--depth)
			return text + 1;
	}
	return text;
}

/* A file may hold several outputs, one behind the other, as `aws … >> file` leaves them. */
static bool read_outputs(const char *path, struct json *outputs, struct err *err)
{
	struct strbuf sb;
	struct json *output = NULL;
	const char *text, *end;
	bool ok;

	strbuf_init(&sb, FILE_BYTES_MAX);
	ok = read_text(path, &sb, err);
	text = strbuf_text(&sb);
	while (ok && text[strspn(text, " \t\r\n")]) {
		end = end_of_value(text);
		ok = json_parse(text, (size_t)(end - text), &output, err);
		if (!ok)
			err_wrap(err, "%s: no JSON (aws … --output json)", path);
		else
			json_append(outputs, output);
		text = end;
	}
	strbuf_done(&sb);
	return ok;
}

static bool write_fixture(const char *path, const struct strbuf *sb, struct err *err)
{
	FILE *file;
	bool ok;

	if (!path)
		return fputs(strbuf_text(sb), stdout) >= 0 || err_errno(err, "cannot write");
	file = fopen(path, "wxe");
	if (!file)
		return err_set(err, ERR_CONFLICT, NULL, "cannot write '%s': %s", path,
			       strerror(errno));
	ok = fputs(strbuf_text(sb), file) >= 0;
	ok = fclose(file) == 0 && ok;
	return ok || err_errno(err, "cannot write '%s'", path);
}

static bool run(const struct import_options *import, struct imported *imported, struct err *err)
{
	_cleanup_(json_freep) struct json *outputs = json_new_array();
	struct strbuf sb;
	bool ok;

	if (!import->files.count)
		return err_set(err, ERR_INVALID, NULL, "which file? (-: standard input)");
	for (size_t i = 0; i < import->files.count; i++)
		if (!read_outputs(import->files.items[i], outputs, err))
			return false;
	if (!import_outputs(outputs, imported, err))
		return false;
	strbuf_init(&sb, FIXTURE_BYTES_MAX);
	imported_print(imported, &sb);
	ok = write_fixture(import->output, &sb, err);
	strbuf_done(&sb);
	return ok;
}

int command_import(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"FILE…",
		"Makes an AWS fixture (given.aws) out of what the AWS CLI printed of an account:\n"
		"calls that make the same state, with the same ids. What cannot be imported, or\n"
		"not as it was, is named in the fixture's first lines and on standard error.\n\n"
		"Taken are, of ec2: describe-vpcs, -vpc-attribute, -dhcp-options, -subnets,\n"
		"-route-tables, -internet-gateways, -egress-only-internet-gateways,\n"
		"-nat-gateways, -addresses, -security-groups, -security-group-rules,\n"
		"-network-interfaces, -key-pairs, -instances, -vpc-endpoints; of elbv2:\n"
		"describe-load-balancers, -target-groups, -listeners, -rules, -tags and\n"
		"-target-health; of elb: describe-load-balancers and -tags.\v"
		"Examples:\n"
		"  aws ec2 describe-vpcs > vpcs.json; aws ec2 describe-subnets > subnets.json\n"
		"  skyrig import vpcs.json subnets.json -o fixtures/aws/mine.yaml\n\n"
		"Exit status: 0 all is imported, 1 something had to be left out or changed (the\n"
		"fixture is written), 2 wrong usage, or a file that no describe command printed.",
		NULL,
		NULL,
		NULL};
	struct import_options import = {0};
	struct imported imported = {0};
	struct err err = ERR_INIT;
	int status = EXIT_PASSED;

	command_parse(&argp, argc, argv, &import);
	if (!run(&import, &imported, &err)) {
		status = command_usage_error("import", &err);
	} else {
		for (size_t i = 0; i < imported.omitted.count; i++)
			fprintf(stderr, "not imported, or not as it was: %s\n",
				imported.omitted.items[i]);
		fprintf(stderr, "%zu calls, %zu remarks\n", imported.calls.count,
			imported.omitted.count);
		status = imported.omitted.count ? EXIT_FAILED : EXIT_PASSED;
	}
	err_done(&err);
	imported_done(&imported);
	strs_done(&import.files);
	return status;
}
