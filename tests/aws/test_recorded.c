/*
 * What the real controllers sent to an AWS endpoint, recorded: each request names an operation that
 * is built, and its parameters are taken by the models. The records are data beside the tree, and
 * the test is skipped without them.
 */
#include "tests/aws/run.h"

#include <dirent.h>
#include <stdio.h>

#include "emulator/base/container.h"
#include "tests/aws/wire.h"

#define LINE_MAX_BYTES (8 * 1024 * 1024)

static struct world *world;
static struct aws *aws;
static unsigned count;

static void take(const char *file, const struct json *record)
{
	struct header headers[64] = {{NULL, NULL}};
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *body = wire_recorded_body(arena, record);
	struct job job = {.aws = aws,
			  .request = {.arena = arena,
				      .method = json_get_str(record, "method"),
				      .path = json_get_str(record, "path"),
				      .query = "",
				      .body = body,
				      .body_length = strlen(body),
				      .headers = headers}};
	size_t n = 0;

	json_foreach (header, json_get(record, "req_headers")) {
		ck_assert_uint_lt(n + 1, array_size(headers));
		headers[n++] = (struct header){json_key(header), json_str(header)};
		if (strstr(json_key(header),
			   "Authorization")) /* the record leaves signatures out */
			headers[n - 1].value =
				arena_printf(arena, "%s, Signature=00", json_str(header));
	}
	ck_assert_msg(job_prepare(&job), "%s: %s %s\n%s", file, json_get_str(record, "action"),
		      body, strbuf_text(&job.reply.body));
	job_done(&job);
	count++;
}

static void take_file(const char *folder, const char *name)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	_cleanup_(freep) char *line = NULL;
	FILE *stream = fopen(path, "r");
	size_t room = 0;
	ssize_t length;

	ck_assert_ptr_nonnull(stream);
	while ((length = getline(&line, &room, stream)) > 0) {
		_cleanup_(json_freep) struct json *record = NULL;

		ck_assert(json_parse(line, (size_t)length, &record, NULL));
		take(name, record);
	}
	fclose(stream);
}

START_TEST(every_recorded_request_is_understood)
{
	const char *source = getenv("SKYRIG_SOURCE");
	_cleanup_(freep) char *folder =
		xasprintf("%s/../shared/data/recorded", source ? source : ".");
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir) {
		printf("# SKIPPED recorded requests: no ../shared\n");
		return;
	}
	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
	while ((entry = readdir(dir)))
		if (strstr(entry->d_name, "-aws") && str_ends_with(entry->d_name, ".jsonl"))
			take_file(folder, entry->d_name);
	closedir(dir);
	aws_free(aws);
	world_free(world);
	printf("# %u recorded requests understood\n", count);
	ck_assert_uint_gt(count, 0);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("recorded");

	tcase_add_test(tcase, every_recorded_request_is_understood);
	return run_suite_of(tcase, "recorded");
}
