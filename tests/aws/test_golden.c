/*
 * Golden pairs: what goes over the wire, request by request, as texts in tests/golden/aws/. Each
 * file is a world of its own. SKYRIG_UPDATE_GOLDEN=1 writes the replies anew: look at the
 * difference before you keep it.
 *
 *   --- request            a line of three hyphens begins a part
 *   POST /                 method and target, then headers, an empty line, the body in one line
 *   --- reply 200          status, then the headers that AWS's clients read, an empty line, the
 * body
 */
#include "tests/aws/run.h"

#include <dirent.h>
#include <stdio.h>

#include "emulator/base/container.h"
#include "tests/aws/wire.h"

#define FILE_MAX (1024 * 1024)

struct part {
	char *head; /* behind the hyphens: "request", "reply 200" */
	char *text;
};

static struct strs files;

static char *read_all(const char *path)
{
	FILE *stream = fopen(path, "r");
	char buffer[4096];
	struct strbuf sb;
	size_t n;

	ck_assert_msg(stream != NULL, "%s", path);
	strbuf_init(&sb, FILE_MAX);
	while ((n = fread(buffer, 1, sizeof(buffer), stream)) > 0)
		strbuf_add_bytes(&sb, buffer, n);
	fclose(stream);
	return strbuf_steal(&sb);
}

/* The next part of a file, its texts to be freed; moves *at behind it. False at the end. */
static bool next_part(const char **at, struct part *ret)
{
	const char *head = *at + strlen("--- "), *text, *end;

	if (!str_starts_with(*at, "--- "))
		return false;
	text = strchr(head, '\n');
	ck_assert_ptr_nonnull(text);
	ret->head = xstrndup(head, (size_t)(text - head));
	end = strstr(++text, "\n--- ");
	end = end ? end + 1 : text + strlen(text);
	ret->text = xstrndup(text, (size_t)(end - text));
	*at = end;
	return true;
}

/* Shows the first line that differs: Check cuts long messages off. */
static void compare(const char *path, const char *kept, const char *now)
{
	unsigned number = 1;

	while (*kept && *kept == *now) {
		number += *kept == '\n';
		kept++;
		now++;
	}
	ck_assert_msg(!*kept && !*now,
		      "%s:%u: was \"%.200s\", is \"%.200s\" (meant so? SKYRIG_UPDATE_GOLDEN=1)",
		      path, number, kept, now);
}

static char *line(char **at)
{
	char *start = *at, *end = strchr(start, '\n');

	if (end)
		*end = '\0';
	*at = end ? end + 1 : start + strlen(start);
	return start;
}

static struct wire_answer send_part(struct aws *aws, char *text)
{
	struct header headers[20] = {{NULL, NULL}};
	char *method = line(&text), *target = strchr(method, ' '), *header, *body;
	size_t n = 0;

	ck_assert_ptr_nonnull(target);
	*target++ = '\0';
	while (*(header = line(&text))) {
		char *colon = strstr(header, ": ");

		ck_assert(colon && n + 1 < array_size(headers));
		*colon = '\0';
		headers[n++] = (struct header){header, colon + 2};
	}
	body = line(&text);
	return wire_send(aws, method, target, headers, body);
}

static void add_reply(struct strbuf *sb, const struct wire_answer *answer)
{
	strbuf_addf(sb, "--- reply %d\n", answer->status);
	if (answer->type)
		strbuf_addf(sb, "Content-Type: %s\n", answer->type);
	if (answer->request_id)
		strbuf_addf(sb, "x-amzn-RequestId: %s\n", answer->request_id);
	strbuf_addf(sb, "\n%s\n", answer->body);
}

static void replay(const char *path)
{
	struct world *world = wire_world(PROFILE_INSTANT);
	struct aws *aws = aws_new(world);
	_cleanup_(freep) char *kept = read_all(path);
	const char *at = kept;
	struct strbuf sb;
	struct part part;

	aws_check_replies(aws, true);
	strbuf_init(&sb, FILE_MAX);
	while (next_part(&at, &part)) {
		if (str_eq(part.head, "request")) {
			struct wire_answer answer;

			strbuf_addf(&sb, "--- request\n%s", part.text);
			answer = send_part(aws, part.text);
			add_reply(&sb, &answer);
			wire_done(&answer);
		}
		free(part.head);
		free(part.text);
	}
	if (getenv("SKYRIG_UPDATE_GOLDEN")) {
		FILE *stream = fopen(path, "w");

		ck_assert_ptr_nonnull(stream);
		fputs(strbuf_text(&sb), stream);
		fclose(stream);
	} else {
		compare(path, kept, strbuf_text(&sb));
	}
	strbuf_done(&sb);
	aws_free(aws);
	world_free(world);
}

START_TEST(the_wire_is_as_it_was)
{
	replay(files.items[_i]);
}
END_TEST

static void find_files(void)
{
	const char *source = getenv("SKYRIG_SOURCE");
	_cleanup_(freep) char *folder = xasprintf("%s/tests/golden/aws", source ? source : ".");
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_(freep) char *path = xasprintf("%s/%s", folder, entry->d_name);

		if (str_ends_with(entry->d_name, ".txt"))
			strs_add(&files, path);
	}
	if (dir)
		closedir(dir);
	strs_sort(&files);
}

int main(void)
{
	TCase *tcase = tcase_create("golden");
	int status;

	find_files();
	if (!files.count) {
		fprintf(stderr, "no golden files: is SKYRIG_SOURCE set?\n");
		return EXIT_FAILURE;
	}
	tcase_add_loop_test(tcase, the_wire_is_as_it_was, 0, (int)files.count);
	status = run_suite_of(tcase, "golden");
	strs_done(&files);
	return status;
}
