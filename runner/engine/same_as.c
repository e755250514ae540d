/* same-as with a file: AWS as it was when somebody last said --update. */
#include <unistd.h>

#include "emulator/judge/portrait.h"
#include "runner/engine/inner.h"
#include "runner/flow.h"

#define DETAILS_MAX	(256 * 1024)
#define FILE_BYTES_MAX	(8 * 1024 * 1024)
#define VALUE_SHOWN_MAX 300 /* bytes of one value in a report */

static const char head[] =
	"# What AWS had here besides what was there at the start, made by skyrig test --update.\n"
	"# Not to be edited: ids are names, * is what differs in each run, so are TIME, IPV4, IPV6.\n";

/* What is different, for the report. */
struct differences {
	struct strbuf sb;
	size_t count;
};

static bool read_file(const char *path, struct json **ret, struct err *err)
{
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;

	if (!yaml_load(path, NULL, NULL, &file, err))
		return false;
	*ret = yaml_documents(file) && yaml_root(file, 0) ? yaml_to_json_text(yaml_root(file, 0))
							  : json_new_object();
	return true;
}

/* The file as it would be now, and what one reads from it. */
static char *write_now(const struct engine *engine, struct json **ret)
{
	_cleanup_(json_freep) struct json *portrait =
		judge_portrait(engine->emulator->world, engine->baseline);
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct strbuf sb;
	bool fine;

	strbuf_init(&sb, FILE_BYTES_MAX);
	strbuf_add(&sb, head);
	block_add(&sb, portrait, 0);
	if (!json_size(portrait))
		strbuf_add(&sb, "{}\n");
	fine = !sb.overflow &&
	       yaml_parse("snapshot", strbuf_text(&sb), sb.length, NULL, NULL, &file, &err);
	*ret = fine ? yaml_to_json_text(yaml_root(file, 0)) : NULL;
	return strbuf_steal(&sb);
}

static void add_value(struct differences *differences, const char *when, const struct json *value)
{
	struct strbuf sb;

	strbuf_init(&sb, FILE_BYTES_MAX);
	if (value)
		flow_add(&sb, value);
	strbuf_addf(&differences->sb, "      %s  %.*s\n", when, VALUE_SHOWN_MAX,
		    value ? strbuf_text(&sb) : "-");
	strbuf_done(&sb);
}

static void add_member(struct differences *differences, const char *member,
		       const struct json *before, const struct json *now)
{
	if (json_equal(before, now))
		return;
	strbuf_addf(&differences->sb, "    %s\n", member);
	add_value(differences, "file", before);
	add_value(differences, "now ", now);
}

static void compare(struct differences *differences, const struct json *before,
		    const struct json *now)
{
	json_foreach (doc, before) {
		const struct json *other = json_get(now, json_key(doc));

		if (other && json_equal(doc, other))
			continue;
		differences->count++;
		strbuf_addf(&differences->sb, "%s %s\n", other ? "~" : "-", json_key(doc));
		if (!other)
			continue;
		if (!json_is_object(doc) || !json_is_object(other)) {
			add_value(differences, "file", doc);
			add_value(differences, "now ", other);
			continue;
		}
		json_foreach (member, doc)
			add_member(differences, json_key(member), member,
				   json_get(other, json_key(member)));
		json_foreach (member, other)
			if (!json_get(doc, json_key(member)))
				add_member(differences, json_key(member), NULL, member);
	}
	json_foreach (doc, now)
		if (!json_get(before, json_key(doc))) {
			differences->count++;
			strbuf_addf(&differences->sb, "+ %s\n", json_key(doc));
		}
}

static void add_update(struct engine *engine, const char *path, const char *text)
{
	struct json *update = json_new_object();

	json_set_str(update, "file", path);
	json_set_str(update, "text", text);
	json_append(engine->updates, update);
}

bool is_snapshot_file(const char *text)
{
	return str_ends_with(text, ".yaml");
}

void judge_same_as_file(struct engine *engine, const struct yaml_node *node)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", engine->scenario->fixtures, node->text);
	_cleanup_(json_freep) struct json *before = NULL, *now = NULL;
	_cleanup_(freep) char *text = write_now(engine, &now);
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct differences differences = {0};

	if (!now) {
		engine_fail(engine, node, false, xstrdup("what AWS has is too much for a snapshot"),
			    NULL);
		return;
	}
	if (access(path, F_OK) != 0) {
		add_update(engine, path, text);
		engine_fail(engine, node, false,
			    xstrdup("there is no such snapshot yet: run with --update"), NULL);
		return;
	}
	if (!read_file(path, &before, &err)) {
		engine_fail(engine, node, false, xstrdup(err_text(&err)), NULL);
		return;
	}
	strbuf_init(&differences.sb, DETAILS_MAX);
	compare(&differences, before, now);
	if (differences.count) {
		add_update(engine, path, text);
		engine_fail(engine, node, false,
			    xasprintf("AWS is not as %s says: %zu difference%s; if it is right "
				      "now, run with --update",
				      path, differences.count, differences.count == 1 ? "" : "s"),
			    strbuf_text(&differences.sb));
	}
	strbuf_done(&differences.sb);
}
