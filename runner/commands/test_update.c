/* skyrig test --update: lists under `exactly:`, and files of snapshots, as they were found. */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/test.h"
#include "runner/lint/problem.h"
#include "runner/linediff.h"

#define FILE_BYTES_MAX (64u * 1024 * 1024)
#define ANSWER_MAX     16

/* One list of a file, by its bytes. */
struct edit {
	size_t from, to; /* what is replaced */
	char *text;
};

/* A file and its edits, in the order of their places. */
struct rewrite {
	struct source *source;
	struct edit *edits;
	size_t count;
};

static size_t offset_of(const struct source *source, unsigned line, unsigned column)
{
	const char *text = source->text;

	for (; line > 1 && (text = strchr(text, '\n')); line--)
		text++;
	return text ? (size_t)(text - source->text) + column - 1 : source->length;
}

/* Behind the bracket that closes the one at `from`; comments and quotes are passed over. */
static size_t end_of_flow(const char *text, size_t from)
{
	unsigned depth = 0;
	char quote = '\0';

	for (size_t i = from; text[i]; i++) {
		char c = text[i];

		if (quote == '"' && c == '\\' && text[i + 1])
			i++;
		else if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '#' && i && strchr(" \t\n", text[i - 1]))
			i += strcspn(text + i, "\n") - 1;
		else if (strchr("[{", c))
			depth++;
		else if (strchr("]}", c) && !--depth)
			return i + 1;
	}
	return from;
}

/* Behind the last line that belongs to a list in block style whose dashes stand in that column. */
static size_t end_of_block(const char *text, size_t from, size_t column)
{
	size_t end = from;

	for (size_t i = from; text[i];) {
		size_t length = strcspn(text + i, "\n");
		size_t indent = i == from ? column : strspn(text + i, " ");

		if (i != from && indent < length &&
		    (indent < column || (indent == column && text[i + indent] != '-')))
			break;
		if (indent < length || i == from)
			end = i + length;
		i += length + (text[i + length] == '\n');
	}
	return end;
}

static char *list_text(const struct json *items, bool flow, size_t column)
{
	struct strbuf sb;
	bool first = true;

	strbuf_init(&sb, FILE_BYTES_MAX);
	if (flow || !json_size(items)) {
		strbuf_add(&sb, json_size(items) ? "[ " : "[]");
		json_foreach (item, items) {
			strbuf_addf(&sb, "%s%s", first ? "" : ", ", json_str(item));
			first = false;
		}
		strbuf_add(&sb, json_size(items) ? " ]" : "");
	} else {
		json_foreach (item, items) {
			strbuf_addf(&sb, "%s%*s- %s", first ? "" : "\n", first ? 0 : (int)column,
				    "", json_str(item));
			first = false;
		}
	}
	return strbuf_steal(&sb);
}

/* Adds the edit; false: two rows or turns of a scenario found different lists there. */
static bool add_edit(struct rewrite *rewrite, const struct json *update)
{
	const char *text = rewrite->source->text;
	unsigned line = (unsigned)json_get_int(update, "line", 1);
	unsigned column = (unsigned)json_get_int(update, "column", 1);
	struct edit edit = {.from = offset_of(rewrite->source, line, column)};
	bool flow = text[edit.from] == '[';
	size_t at = 0;

	edit.to = flow ? end_of_flow(text, edit.from) : end_of_block(text, edit.from, column - 1);
	edit.text = list_text(json_get(update, "items"), flow, column - 1);
	while (at < rewrite->count && rewrite->edits[at].from < edit.from)
		at++;
	if (at < rewrite->count && rewrite->edits[at].from == edit.from) {
		bool same = str_eq(rewrite->edits[at].text, edit.text);

		free(edit.text);
		return same;
	}
	rewrite->edits = xrealloc(rewrite->edits, (rewrite->count + 1) * sizeof(edit));
	memmove(rewrite->edits + at + 1, rewrite->edits + at, (rewrite->count - at) * sizeof(edit));
	rewrite->edits[at] = edit;
	rewrite->count++;
	return true;
}

static void rewrite_done(struct rewrite *rewrite)
{
	for (size_t i = 0; i < rewrite->count; i++)
		free(rewrite->edits[i].text);
	free(rewrite->edits);
	source_free(rewrite->source);
}

static char *rewritten(const struct rewrite *rewrite)
{
	const struct source *source = rewrite->source;
	struct strbuf sb;
	size_t from = 0;

	strbuf_init(&sb, FILE_BYTES_MAX);
	for (size_t i = 0; i < rewrite->count; i++) {
		const struct edit *edit = &rewrite->edits[i];

		strbuf_add_bytes(&sb, source->text + from, edit->from - from);
		strbuf_add(&sb, edit->text);
		from = edit->to;
	}
	strbuf_add_bytes(&sb, source->text + from, source->length - from);
	return strbuf_steal(&sb);
}

/* The lines around an edit, before and after. */
static void print_edit(const struct source *source, const struct edit *edit)
{
	const char *text = source->text;
	size_t begin = edit->from, end = edit->to, line = 1;

	while (begin && text[begin - 1] != '\n')
		begin--;
	end += strcspn(text + end, "\n");
	for (size_t i = 0; i < begin; i++)
		line += text[i] == '\n';
	printf("@@ line %zu\n", line);
	for (size_t i = begin; i <= end;) {
		size_t length = strcspn(text + i, "\n");

		printf("-%.*s\n", (int)length, text + i);
		i += length + 1;
	}
	printf("+%.*s", (int)(edit->from - begin), text + begin);
	for (const char *c = edit->text; *c; c++)
		printf(*c == '\n' ? "\n+" : "%c", *c);
	printf("%.*s\n", (int)(end - edit->to), text + edit->to);
}

/* The old file stays until the new one is whole. */
static bool write_file(const char *path, const char *text, struct err *err)
{
	_cleanup_(freep) char *new_path = xasprintf("%s.new", path);
	FILE *file = fopen(new_path, "wxe");
	bool ok;

	if (!file)
		return err_errno(err, "cannot write '%s'", new_path);
	ok = fputs(text, file) >= 0;
	ok = fclose(file) == 0 && ok;
	if (ok && rename(new_path, path) == 0)
		return true;
	err_errno(err, "cannot write '%s'", path);
	unlink(new_path);
	return false;
}

/* All edits of one file. */
static bool gather(const char *path, const struct json *results, struct rewrite *ret,
		   struct err *err)
{
	struct problems problems = {0};

	*ret = (struct rewrite){.source = source_load(path, &problems)};
	problems_done(&problems);
	if (!ret->source->text)
		return err_set(err, ERR_NOT_FOUND, NULL, "cannot read '%s' again", path);
	json_foreach (result, results)
		json_foreach (update, json_get(result, "updates"))
			if (str_eq(json_get_str(update, "file"), path) && !add_edit(ret, update))
				return err_set(err, ERR_CONFLICT, NULL,
					       "%s:%lld: its rows found different lists: write it "
					       "by hand",
					       path, (long long)json_get_int(update, "line", 0));
	return true;
}

static bool confirmed(const struct test_options *test)
{
	char answer[ANSWER_MAX] = "";

	if (test->yes)
		return true;
	fprintf(stderr, "Write this? [y/N] ");
	fflush(stderr);
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

/* A file of a snapshot, whose text is made anew as a whole; false: its rows found different ones.
 */
static bool whole_text(const char *path, const struct json *results, const char **ret,
		       struct err *err)
{
	*ret = NULL;
	json_foreach (result, results)
		json_foreach (update, json_get(result, "updates")) {
			const char *text = json_get_str(update, "text");

			if (!text || !str_eq(json_get_str(update, "file"), path))
				continue;
			if (*ret && !str_eq(*ret, text))
				return err_set(err, ERR_CONFLICT, NULL,
					       "%s: what it is compared with is not the same each "
					       "time: give each a file of its own",
					       path);
			*ret = text;
		}
	return true;
}

/* What a file has now; "" when there is none yet. */
static char *text_of_file(const char *path)
{
	struct problems problems = {0};
	_cleanup_(source_freep) struct source *source = source_load(path, &problems);

	problems_done(&problems);
	return xstrdup(source->text ? source->text : "");
}

static bool update_whole(const struct test_options *test, const char *path, const char *text,
			 struct err *err)
{
	_cleanup_(freep) char *before = text_of_file(path);
	_cleanup_(freep) char *folder = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	struct strbuf sb;

	strbuf_init(&sb, FILE_BYTES_MAX);
	lines_diff(before, text, &sb);
	printf("--- %s\n+++ %s\n%s", *before ? path : "/dev/null", path, strbuf_text(&sb));
	fflush(stdout);
	strbuf_done(&sb);
	if (!confirmed(test)) {
		fprintf(stderr, "%s stays as it is\n", path);
		return true;
	}
	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return err_errno(err, "cannot make '%s'", folder);
	return write_file(path, text, err);
}

static bool update_lists(const struct test_options *test, const char *path,
			 const struct json *results, struct err *err)
{
	struct rewrite rewrite = {0};
	_cleanup_(freep) char *text = NULL;
	bool ok = gather(path, results, &rewrite, err);

	if (ok) {
		printf("--- %s\n+++ %s\n", path, path);
		for (size_t i = 0; i < rewrite.count; i++)
			print_edit(rewrite.source, &rewrite.edits[i]);
		fflush(stdout);
		text = rewritten(&rewrite);
		if (!confirmed(test))
			fprintf(stderr, "%s stays as it is\n", path);
		else
			ok = write_file(path, text, err);
	}
	rewrite_done(&rewrite);
	return ok;
}

static bool update_file(const struct test_options *test, const char *path,
			const struct json *results, struct err *err)
{
	const char *text;

	if (!whole_text(path, results, &text, err))
		return false;
	return text ? update_whole(test, path, text, err) : update_lists(test, path, results, err);
}

void test_update(const struct test_options *test, const struct json *results)
{
	_cleanup_(strs_done) struct strs files = {0};
	struct err err = ERR_INIT;

	json_foreach (result, results)
		json_foreach (update, json_get(result, "updates"))
			if (!strs_has(&files, json_get_str(update, "file")))
				strs_add(&files, json_get_str(update, "file"));
	if (!files.count)
		fprintf(stderr, "--update: no list under \"exactly:\" is alone to blame, and no "
				"file of same-as\n");
	for (size_t i = 0; i < files.count; i++)
		if (!update_file(test, files.items[i], results, &err)) {
			fprintf(stderr, "skyrig test: --update: %s\n", err_text(&err));
			err_done(&err);
		}
}
