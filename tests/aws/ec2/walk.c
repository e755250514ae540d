/* Walks: rows of calls with what each must answer. */
#include <ctype.h>
#include <stdio.h>

#include "emulator/base/strbuf.h"
#include "tests/aws/ec2/ec2_test.h"

#define KEPT_MAX 32

struct walker {
	struct ec2_test *test;
	const char *account, *region;
	char *names[KEPT_MAX], *values[KEPT_MAX];
	size_t kept;
};

static const char *kept(const struct walker *walker, const char *name, size_t length)
{
	for (size_t i = walker->kept; i-- > 0;)
		if (strlen(walker->names[i]) == length &&
		    strncmp(walker->names[i], name, length) == 0)
			return walker->values[i];
	ck_abort_msg("nothing was kept as $%.*s", (int)length, name);
	return NULL;
}

static bool is_kept(const struct walker *walker, const char *name, size_t length)
{
	for (size_t i = 0; i < walker->kept; i++)
		if (strlen(walker->names[i]) == length &&
		    strncmp(walker->names[i], name, length) == 0)
			return true;
	return length == 1; /* then it is an error in the test */
}

/** Text with each $NAME replaced; free() it. */
static char *fill(const struct walker *walker, const char *text)
{
	struct strbuf sb;
	char *filled;

	strbuf_init(&sb, 64 * 1024);
	for (const char *p = text; *p;) {
		size_t length = 0;

		while (*p == '$' && isalnum((unsigned char)p[1 + length]))
			length++;
		if (length && !is_kept(walker, p + 1, length)) /* "$Latest" is AWS's own */
			length = 0;
		if (length)
			strbuf_add(&sb, kept(walker, p + 1, length));
		else
			strbuf_add_char(&sb, *p);
		p += length + 1;
	}
	filled = xstrdup(strbuf_text(&sb));
	strbuf_done(&sb);
	return filled;
}

static bool invoke(struct walker *walker, const char *operation, const struct json *params,
		   struct json **output, struct err *err)
{
	const char *colon = strchr(operation, ':');
	_cleanup_(freep) char *service =
		colon ? xstrndup(operation, (size_t)(colon - operation)) : xstrdup("ec2");

	return aws_invoke(walker->test->aws, "operator", walker->account, walker->region, service,
			  colon ? colon + 1 : operation, params, NULL, output, err);
}

/** One of "path=value", "path#2", "!path". */
static void check_one(const struct json *output, const char *operation, char *claim)
{
	char *equals = strchr(claim, '='), *sharp = strchr(claim, '#'), *whole;
	const char *text;
	bool holds;

	if (*claim == '!') {
		holds = !ec2_path(output, claim + 1) && !ec2_size(output, claim + 1);
	} else if (sharp && (!equals || sharp < equals)) {
		*sharp = 0;
		holds = ec2_size(output, claim) == strtoul(sharp + 1, NULL, 10);
		*sharp = '#';
	} else {
		ck_assert_msg(equals, "%s: '%s' claims nothing", operation, claim);
		*equals = 0;
		text = ec2_path(output, claim);
		holds = text && str_glob(equals + 1, text);
		*equals = '=';
	}
	if (holds)
		return;
	whole = json_to_text(output);
	ck_abort_msg("%s: not '%s': %s", operation, claim, whole);
}

static void for_each_part(struct walker *walker, const struct ec2_step *step, const char *parts,
			  const struct json *output, bool keep)
{
	char *text = fill(walker, parts), *next;

	for (char *part = text; part; part = next) {
		next = strstr(part, "; ");
		if (next) {
			*next = 0;
			next += 2;
		}
		if (keep) {
			char *equals = strchr(part, '=');
			const char *value = equals ? ec2_path(output, equals + 1) : NULL;

			ck_assert_msg(value, "%s: nothing to keep as '%s'", step->operation, part);
			ck_assert_uint_lt(walker->kept, KEPT_MAX);
			walker->names[walker->kept] = xstrndup(part, (size_t)(equals - part));
			walker->values[walker->kept++] = xstrdup(value);
		} else {
			check_one(output, step->operation, part);
		}
	}
	free(text);
}

static void refused(struct walker *walker, const struct ec2_step *step, const struct json *params)
{
	uint64_t before;
	struct err err = ERR_INIT;
	struct json *output = NULL;
	char *text;

	/* the region's defaults are made before the first call: not what is looked at here */
	if (!invoke(walker, "DescribeRegions", NULL, NULL, &err))
		ck_abort_msg("%s", err_text(&err));
	before = world_revision(walker->test->world);
	if (invoke(walker, step->operation, params, &output, &err))
		ck_abort_msg("%s was not refused: %s", step->operation, step->params);
	ck_assert_msg(str_eq(err.wire, step->code), "%s: expected %s, got %s: %s", step->operation,
		      step->code, err.wire ? err.wire : "no code", err_text(&err));
	ck_assert_uint_eq(world_revision(walker->test->world), before);
	if (step->expect) {
		text = fill(walker, step->expect);
		ck_assert_str_eq(err_text(&err), text);
		free(text);
	}
	err_done(&err);
}

static void take(struct walker *walker, const struct ec2_step *step)
{
	struct err err = ERR_INIT;
	struct json *params, *output = NULL;
	char *text = fill(walker, step->params ? step->params : "{}");

	params = test_json(text);
	free(text);
	if (step->code) {
		refused(walker, step, params);
		json_free(params);
		return;
	}
	if (!invoke(walker, step->operation, params, &output, &err))
		ck_abort_msg("%s: %s: %s", step->operation, err.wire ? err.wire : "no code",
			     err_text(&err));
	if (step->keep)
		for_each_part(walker, step, step->keep, output, true);
	if (step->expect)
		for_each_part(walker, step, step->expect, output, false);
	json_free(params);
	json_free(output);
}

void ec2_walk(struct ec2_test *test, const struct ec2_step *steps)
{
	struct walker walker = {.test = test, .region = TEST_REGION};

	for (const struct ec2_step *step = steps;; step++) {
		if (step->account || step->region) {
			walker.account = step->account;
			walker.region = step->region ? step->region : TEST_REGION;
		} else if (step->wait_ms) {
			test_advance(test->world, step->wait_ms);
		} else if (step->operation) {
			take(&walker, step);
		} else {
			break;
		}
	}
	for (size_t i = 0; i < walker.kept; i++) {
		free(walker.names[i]);
		free(walker.values[i]);
	}
}
