/* What is told about a run: the failure's text, and the result as JSON. */
#include <inttypes.h>

#include "runner/engine/about.h"
#include "runner/engine/inner.h"
#include "runner/engine/outside.h"
#include "runner/external/external.h"
#include "runner/text.h"

#define REPORT_MAX    (1024 * 1024)
#define CALLS_SHOWN   5 /* on each side */
#define LOG_WINDOW_MS 1500
#define CALL_WIDTH    48
#define ABOUT_WIDTH   40
#define LOG_LINES     8	  /* of each controller */
#define LINE_MAX_     600 /* characters of a log line */

int64_t engine_ms(const struct engine *engine, int64_t real_ms)
{
	return real_ms - engine->started_real_ms;
}

char *report_call_text(const struct journal_entry *entry)
{
	return xasprintf("%s:%s by %s", entry->service, entry->operation, entry->actor);
}

/* Reads and leases of Kubernetes would drown the rest. */
static bool is_worth_showing(const struct journal_entry *entry)
{
	if (!str_eq(entry->service, "k8s"))
		return true;
	return !str_starts_with(entry->operation, "Get") &&
	       !str_starts_with(entry->operation, "List") &&
	       !str_starts_with(entry->operation, "Watch") && !strstr(entry->operation, "Lease") &&
	       !strstr(entry->operation, "Event");
}

/* How wide the columns are that differ: as wide as what is in them. */
struct columns {
	int call, about;
};

static int wider(int width, const char *text, int most)
{
	int length = strlen(text) < (size_t)most ? (int)strlen(text) : most;

	return length > width ? length : width;
}

static void widen(struct columns *columns, const struct journal_entry *entry)
{
	_cleanup_(freep) char *subject = call_about(entry);
	_cleanup_(freep) char *what = xasprintf("%s:%s", entry->service, entry->operation);

	columns->call = wider(columns->call, what, CALL_WIDTH);
	columns->about = wider(columns->about, subject, ABOUT_WIDTH);
}

static void add_call(const struct engine *engine, const struct journal_entry *entry, bool marked,
		     const struct columns *columns, struct strbuf *sb)
{
	_cleanup_(freep) char *subject = call_about(entry);
	_cleanup_(freep) char *what = xasprintf("%s:%s", entry->service, entry->operation);

	strbuf_addf(sb, " %c %6" PRIu64 " %6" PRIu64 "  %8.3fs  %-10s %-*s  %-*.*s  ",
		    marked ? '>' : ' ', entry->number, entry->revision,
		    (double)engine_ms(engine, entry->real_ms) / 1000,
		    environment_short_name(entry->actor), columns->call, what, columns->about,
		    ABOUT_WIDTH, subject);
	if (entry->code)
		strbuf_addf(sb, "%s", entry->code);
	else
		strbuf_add(sb, "OK");
	if (entry->fault)
		strbuf_addf(sb, "  !! %s", entry->fault);
	if (entry->ignored)
		strbuf_addf(sb, "  not modelled: %s", entry->ignored);
	strbuf_add_char(sb, '\n');
}

/* The heading, with the command that shows more. */
static void add_calls_head(const struct engine *engine, uint64_t around,
			   const struct columns *columns, struct strbuf *sb)
{
	const struct journal_entry *entry =
		journal_get(world_journal(engine->emulator->world), around);

	strbuf_add(sb, "\n  Calls around it");
	if (entry && entry->revision && engine->options->recorded_as)
		strbuf_addf(sb, "    (skyrig show %s --around %" PRIu64 ")",
			    engine->options->recorded_as, entry->revision);
	strbuf_add_char(sb, '\n');
	strbuf_addf(sb, "     call    rev       time  %-10s %-*s  %-*s  answer\n", "who",
		    columns->call, "call", columns->about, "about");
}

void report_calls(const struct engine *engine, uint64_t around, struct strbuf *sb)
{
	const struct journal *journal = world_journal(engine->emulator->world);
	uint64_t last = journal_last(journal), first = journal_first(journal), from, to;
	struct columns columns = {(int)strlen("call"), (int)strlen("about")};
	size_t n = 0;

	if (!last)
		return;
	around = around && around <= last ? around : last;
	for (from = around; from > first && n < CALLS_SHOWN; from--)
		n += journal_get(journal, from - 1) &&
		     is_worth_showing(journal_get(journal, from - 1));
	for (to = around, n = 0; to < last && n < CALLS_SHOWN; to++)
		n += journal_get(journal, to + 1) && is_worth_showing(journal_get(journal, to + 1));
	for (uint64_t number = from; number <= to; number++) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (entry && (is_worth_showing(entry) || number == around))
			widen(&columns, entry);
	}
	add_calls_head(engine, around, &columns, sb);
	for (uint64_t number = from; number <= to; number++) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (entry && (is_worth_showing(entry) || number == around))
			add_call(engine, entry, number == around, &columns, sb);
	}
}

/* The last lines of one controller in a window. */
struct tail {
	const struct engine *engine;
	char *lines[LOG_LINES];
	size_t count;
};

/* A structured line (JSON) as "ERROR Reconciler error  error=…"; others as they are. New text. */
static char *readable(const char *line)
{
	static const char *const left_out[] = {"level", "ts",	       "msg",	    "logger",
					       "model", "reconcileID", "stacktrace"};
	_cleanup_(json_freep) struct json *json = NULL;
	struct strbuf sb;

	if (*line != '{' || !json_parse(line, strlen(line), &json, NULL) ||
	    !json_get_str(json, "msg"))
		return xstrdup(line);
	strbuf_init(&sb, REPORT_MAX);
	for (const char *c = json_get_str(json, "level"); c && *c; c++)
		strbuf_add_char(&sb, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
	strbuf_addf(&sb, " %s", json_get_str(json, "msg"));
	if (json_get_str(json, "error"))
		strbuf_addf(&sb, "  error=%s", json_get_str(json, "error"));
	json_foreach (member, json) {
		_cleanup_(freep) char *text = NULL;
		bool out = str_eq(json_key(member), "error");

		for (size_t i = 0; i < array_size(left_out); i++)
			out = out || str_eq(json_key(member), left_out[i]);
		if (out)
			continue;
		text = json_str(member) ? xstrdup(json_str(member)) : json_to_text(member);
		strbuf_addf(&sb, "  %s=%.80s", json_key(member), text);
	}
	return strbuf_steal(&sb);
}

/* What a program wrote is shown, not obeyed by a terminal. */
static void without_controls(char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == '\x7f')
			*text = '?';
}

static void add_line(int64_t real_ms, const char *line, void *userdata)
{
	struct tail *tail = userdata;
	_cleanup_(freep) char *shown = readable(line);
	char *text = xasprintf("%9.3f  %.*s", (double)engine_ms(tail->engine, real_ms) / 1000,
			       LINE_MAX_, shown);

	without_controls(text);
	if (tail->count == LOG_LINES) {
		free(tail->lines[0]);
		memmove(tail->lines, tail->lines + 1, (LOG_LINES - 1) * sizeof(*tail->lines));
		tail->count--;
	}
	tail->lines[tail->count++] = text;
}

static void add_log(const char *controller, const char *version, bool ready, void *userdata)
{
	void **triple = userdata;
	const struct engine *engine = triple[0];
	struct strbuf *sb = triple[1];
	int64_t at = *(int64_t *)triple[2], from = engine_ms(engine, at - LOG_WINDOW_MS);
	struct tail tail = {.engine = engine};

	(void)version;
	(void)ready;
	environment_log(engine->environment, controller, at - LOG_WINDOW_MS, at + LOG_WINDOW_MS,
			add_line, &tail);
	if (tail.count) {
		strbuf_addf(sb, "\n  %s log, %.1fs to %.1fs\n", controller,
			    (double)(from > 0 ? from : 0) / 1000,
			    (double)engine_ms(engine, at + LOG_WINDOW_MS) / 1000);
	} else if (str_eq(controller, engine->dead)) {
		environment_log(engine->environment, controller, 0, INT64_MAX, add_line, &tail);
		strbuf_addf(sb, "\n  %s log, its last words\n", controller);
	}
	for (size_t i = 0; i < tail.count; i++) {
		strbuf_addf(sb, "  %s\n", tail.lines[i]);
		free(tail.lines[i]);
	}
}

void report_logs(const struct engine *engine, int64_t real_ms, struct strbuf *sb)
{
	const void *triple[] = {engine, sb, &real_ms};

	if (engine->environment)
		environment_versions(engine->environment, add_log, triple);
}

void report_last_change(const struct engine *engine, const struct kinds *kinds, struct strbuf *sb,
			uint64_t *ret_number)
{
	const struct journal *journal = world_journal(engine->emulator->world);

	for (uint64_t number = journal_last(journal); number && number >= journal_first(journal);
	     number--) {
		const struct journal_entry *entry = journal_get(journal, number);

		for (size_t i = 0; entry && i < entry->change_count; i++) {
			const struct change *change = &entry->changes[i];
			const struct doc *doc = change->after ? change->after : change->before;
			_cleanup_(freep) char *call = NULL;

			if (!kinds_has(kinds, doc->kind))
				continue;
			call = report_call_text(entry);
			strbuf_addf(sb, "; last change rev %" PRIu64 " %s", change->revision, call);
			*ret_number = number;
			return;
		}
	}
}

static void add_indented(struct strbuf *sb, const char *text, const char *indent)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		strbuf_add(sb, indent);
		strbuf_add_bytes(sb, text, length);
		strbuf_add_char(sb, '\n');
		text += length + (text[length] == '\n');
	}
}

static void add_head(struct engine *engine, const char *word)
{
	const struct scenario *scenario = engine->scenario;
	const struct yaml_node *title = engine->step ? yaml_get(engine->step, "step") : NULL;
	_cleanup_(freep) char *row = scenario_row_text(scenario, engine->row);
	size_t count = scenario->steps->count + (scenario->finally ? scenario->finally->count : 0);

	strbuf_addf(&engine->report, "%s  %s%s", word, scenario->id, row);
	if (title)
		strbuf_addf(&engine->report, "   step %zu of %zu \"%s\"", engine->step_number,
			    count, title->text);
	strbuf_addf(&engine->report, "   %.1fs",
		    (double)(clock_monotonic_ms() - engine->started_ms) / 1000);
	if (engine->emulator)
		strbuf_addf(&engine->report,
			    "   %" PRIu64 " AWS and %" PRIu64 " Kubernetes requests",
			    engine->external ? external_aws_requests(engine->external)
					     : aws_request_count(engine->emulator->aws),
			    engine->external ? external_kube_requests(engine->external)
					     : kube_request_count(engine->emulator->kube));
	strbuf_add(&engine->report, "\n\n");
}

/* Who was refused what by a policy: the likeliest reason for what failed. */
static void add_denials(const struct engine *engine, struct strbuf *sb)
{
	_cleanup_(json_freep) struct json *list = denials_list(engine);

	if (json_first(list))
		strbuf_add(sb, "\n  Denied by IAM policies\n");
	json_foreach (item, list)
		strbuf_addf(sb, "  %-10s %4" PRId64 "x  %-44s  last: call %" PRId64 "\n",
			    environment_short_name(json_get_str(item, "actor")),
			    json_get_int(item, "count", 0), json_get_str(item, "action"),
			    json_get_int(item, "call", 0));
}

void report_failure(struct engine *engine, const struct yaml_node *node, bool key,
		    const char *reason, const char *details, uint64_t around)
{
	const struct source *source = engine->scenario->source;
	struct strbuf *sb = &engine->report;
	const struct journal *journal;
	const struct journal_entry *entry;
	int64_t at = clock_real_ms();

	if (sb->ceiling)
		strbuf_done(sb);
	strbuf_init(sb, REPORT_MAX);
	add_head(engine, str_eq(engine->status, "harness") ? "HARNESS" : "FAIL");
	if (node) {
		struct place place = key ? place_of_key(node) : place_of_value(node);

		engine->place = place;
		strbuf_addf(sb, "  %s:%u:%u\n", source->path, place.line, place.column);
		place_print(source, place, reason, "  ", sb, false);
	} else {
		strbuf_addf(sb, "  %s\n  %s\n", source->path, reason);
	}
	if (details && *details) {
		strbuf_add_char(sb, '\n');
		add_indented(sb, details, "      ");
	}
	if (!engine->emulator || engine->external) /* whose calls nobody sees */
		return;
	report_calls(engine, around, sb);
	add_denials(engine, sb);
	journal = world_journal(engine->emulator->world);
	entry = journal_get(journal, around ? around : journal_last(journal));
	report_logs(engine, entry ? entry->real_ms : at, sb);
	strbuf_addf(sb, "\n  Again, alone:   skyrig test %s --seed %" PRIu64 " --keep\n",
		    source->path, world_seed(engine->emulator->world));
}

static void add_version(const char *controller, const char *version, bool ready, void *userdata)
{
	struct json *versions = userdata;

	(void)ready;
	json_set_str(versions, controller, version ? version : "unknown");
}

/* Nothing failed, but not all could be judged: neither passed nor failed, unless --strict is. */
static void report_not_provable(struct engine *engine)
{
	size_t count = json_size(engine->not_provable);
	_cleanup_(freep) char *things = text_count(count, "thing", "things");
	struct strbuf *sb = &engine->report;

	if (!count || (engine->status && !str_eq(engine->status, NOT_PROVABLE)))
		return;
	engine->status = engine_is_strict(engine) ? "failed" : NOT_PROVABLE;
	free(engine->reason);
	engine->reason =
		xasprintf("%s%s not provable here", engine->cannot_run ? "not run: " : "", things);
	if (sb->ceiling)
		strbuf_done(sb);
	strbuf_init(sb, REPORT_MAX);
	add_head(engine, engine_is_strict(engine) ? "FAIL" : "NOT PROVABLE");
	strbuf_addf(sb, "  %s\n\n", engine->reason);
	json_foreach (sentence, engine->not_provable)
		strbuf_addf(sb, "      %s\n", json_str(sentence));
}

struct json *report_result(struct engine *engine)
{
	struct json *result = json_new_object();
	const struct scenario *scenario = engine->scenario;
	_cleanup_(freep) char *row = scenario_row_text(scenario, engine->row);

	report_not_provable(engine);
	json_set_str(result, "id", scenario->id);
	json_set_int(result, "row", (int64_t)engine->row);
	json_set_str(result, "row_text", row);
	json_set_str(result, "title", scenario->title);
	json_set_str(result, "file", scenario->source->path);
	json_set_str(result, "status", engine->status ? engine->status : "passed");
	json_set_str(result, "reason", engine->reason ? engine->reason : "");
	json_set_int(result, "line", engine->place.line);
	json_set_int(result, "column", engine->place.column);
	json_set_str(result, "report", engine->report.ceiling ? strbuf_text(&engine->report) : "");
	json_set_int(result, "wall_ms", clock_monotonic_ms() - engine->started_ms);
	if (engine->emulator) {
		json_set_int(result, "aws_requests",
			     (int64_t)aws_request_count(engine->emulator->aws));
		json_set_int(result, "kube_requests",
			     (int64_t)kube_request_count(engine->emulator->kube));
		json_set_int(result, "revisions", (int64_t)world_revision(engine->emulator->world));
		json_set_int(result, "calls",
			     (int64_t)journal_last(world_journal(engine->emulator->world)));
	}
	if (engine->external) {
		json_set_int(result, "aws_requests",
			     (int64_t)external_aws_requests(engine->external));
		json_set_int(result, "kube_requests",
			     (int64_t)external_kube_requests(engine->external));
	}
	if (engine->emulator && engine->first_call) {
		json_set(result, "denials", denials_list(engine));
		json_set(result, "ignored", ignored_list(engine));
	}
	if (engine->environment)
		environment_versions(engine->environment, add_version,
				     json_ensure_object(result, "versions"));
	json_set(result, "steps", json_copy(engine->step_results));
	json_set(result, "unproven", json_copy(engine->unproven));
	json_set(result, "not_provable", json_copy(engine->not_provable));
	json_set(result, "updates", json_copy(engine->updates));
	return result;
}
