/* Recordings; see recording.h. */
#include "runner/store/recording.h"

#include <stdio.h>

#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/engine/about.h"
#include "runner/store/db.h"
#include "runner/store/recording_inner.h"

#define COMMIT_MS	 500
#define ANSWER_MAX_BYTES (256 * 1024) /* a longer answer is kept as its digest only */
#define CHANGES_MAX	 (64 * 1024 * 1024)

static const char schema[] =
	"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT);"
	"CREATE TABLE answer(sha TEXT PRIMARY KEY, bytes BLOB) WITHOUT ROWID;"
	"CREATE TABLE tape(number INTEGER PRIMARY KEY, type TEXT, what TEXT, body BLOB, fault TEXT,"
	" status INT, answer_type TEXT, answer_sha TEXT, real_ms INT, monotonic_ms INT, now_ms INT,"
	" first INT, last INT);"
	"CREATE TABLE call(number INTEGER PRIMARY KEY, revision INT, real_ms INT, now_ms INT,"
	" status INT, actor TEXT, service TEXT, operation TEXT, region TEXT, code TEXT,"
	" message TEXT, fault TEXT, about TEXT, user_agent TEXT, request_id TEXT, params TEXT,"
	" changes TEXT);"
	"CREATE TABLE log(number INTEGER PRIMARY KEY, real_ms INT, controller TEXT, line TEXT);"
	"BEGIN;";

static void keep_error(struct recording *recording, struct err *err)
{
	if (!recording->error)
		recording->error = xstrdup(err_text(err));
	err_done(err);
}

static void commit(struct recording *recording, bool now)
{
	int64_t ms = clock_monotonic_ms();
	struct err err = ERR_INIT;

	if (!recording->writing || (!now && ms - recording->committed_ms < COMMIT_MS))
		return;
	recording->committed_ms = ms;
	if (!db_exec(recording->db, now ? "COMMIT;" : "COMMIT; BEGIN;", &err))
		keep_error(recording, &err);
}

void recording_set_meta(struct recording *recording, const char *key, const struct json *value)
{
	_cleanup_(freep) char *text = json_to_text(value);
	struct err err = ERR_INIT;

	json_set_copy(recording->meta, key, value);
	if (!db_run(recording->db, &err, "INSERT OR REPLACE INTO meta VALUES(?, ?)", "ss", key,
		    text))
		keep_error(recording, &err);
}

bool recording_new(const char *path, const struct json *meta, struct recording **ret,
		   struct err *err)
{
	_cleanup_(recording_freep) struct recording *recording = xcalloc(1, sizeof(*recording));

	recording->meta = json_new_object();
	if (!db_open(path, true, &recording->db, err) || !db_exec(recording->db, schema, err))
		return err_wrap(err, "%s", path);
	recording->writing = true;
	recording->committed_ms = clock_monotonic_ms();
	json_foreach (item, meta)
		recording_set_meta(recording, json_key(item), item);
	*ret = steal(recording);
	return true;
}

static bool copy_file(const char *from, const char *to, struct err *err)
{
	FILE *in = fopen(from, "re"), *out = in ? fopen(to, "we") : NULL;
	char chunk[65536];
	bool ok = in && out;
	size_t n;

	while (ok && (n = fread(chunk, 1, sizeof(chunk), in)) > 0)
		ok = fwrite(chunk, 1, n, out) == n;
	if (!ok || ferror(in))
		ok = err_errno(err, "cannot copy '%s' to '%s'", from, to);
	if (in)
		fclose(in);
	return out && fclose(out) == 0 && ok;
}

bool recording_continue(const char *path, const char *from, const struct json *meta,
			struct recording **ret, struct err *err)
{
	_cleanup_(recording_freep) struct recording *recording = NULL;

	if (!copy_file(from, path, err) || !recording_open(path, &recording, err) ||
	    !db_exec(recording->db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; BEGIN;", err))
		return false;
	recording->writing = true;
	recording->committed_ms = clock_monotonic_ms();
	json_foreach (item, meta)
		recording_set_meta(recording, json_key(item), item);
	*ret = steal(recording);
	return true;
}

static bool add_meta(const struct db_row *row, void *userdata)
{
	struct recording *recording = userdata;
	struct json *value = NULL;
	const char *text = db_text(row, 1);

	if (text && json_parse(text, strlen(text), &value, NULL))
		json_set(recording->meta, db_text(row, 0), value);
	return true;
}

bool recording_open(const char *path, struct recording **ret, struct err *err)
{
	_cleanup_(recording_freep) struct recording *recording = xcalloc(1, sizeof(*recording));

	recording->meta = json_new_object();
	if (!db_open(path, false, &recording->db, err) ||
	    !db_query(recording->db, add_meta, recording, err, "SELECT key, value FROM meta", ""))
		return err_wrap(err, "%s", path);
	*ret = steal(recording);
	return true;
}

void recording_free(struct recording *recording)
{
	if (!recording)
		return;
	if (recording->db)
		commit(recording, true);
	if (recording->writing) /* who reads it needs no log beside it then, and may be read-only */
		(void)!db_exec(recording->db, "PRAGMA journal_mode=DELETE;", NULL);
	db_free(recording->db);
	json_free(recording->meta);
	free(recording->error);
	free(recording);
}

const struct json *recording_meta(const struct recording *recording)
{
	return recording->meta;
}

const char *recording_error(const struct recording *recording)
{
	return recording->error;
}

/* @name Writing */

struct json *recording_fault_json(const struct fault_verdict *fault)
{
	struct json *json = json_new_object();

	json_set_int(json, "effect", fault->effect);
	json_set_str(json, "rule", fault->rule);
	json_set_str(json, "fault", fault->fault);
	json_set_str(json, "code", fault->code);
	json_set_str(json, "message", fault->message);
	json_set_int(json, "status", fault->status);
	json_set_bool(json, "after_effect", fault->after_effect);
	json_set_int(json, "hide_ms", fault->lags.hide_ms);
	json_set_int(json, "tags_ms", fault->lags.tags_ms);
	json_set_int(json, "stuck_ms", fault->lags.stuck_ms);
	json_set_str(json, "hide_rule", fault->lags.hide_rule);
	json_set_str(json, "tags_rule", fault->lags.tags_rule);
	json_set_str(json, "stuck_rule", fault->lags.stuck_rule);
	return json;
}

struct fault_verdict recording_fault_read(const struct json *json)
{
	return (struct fault_verdict){
		.effect = (enum fault_effect)json_get_int(json, "effect", FAULT_NONE),
		.rule = json_get_str(json, "rule"),
		.fault = json_get_str(json, "fault"),
		.code = json_get_str(json, "code"),
		.message = json_get_str(json, "message"),
		.status = (int)json_get_int(json, "status", 0),
		.after_effect = json_get_bool(json, "after_effect", false),
		.lags = {.hide_ms = json_get_int(json, "hide_ms", 0),
			 .tags_ms = json_get_int(json, "tags_ms", 0),
			 .stuck_ms = json_get_int(json, "stuck_ms", 0),
			 .hide_rule = json_get_str(json, "hide_rule"),
			 .tags_rule = json_get_str(json, "tags_rule"),
			 .stuck_rule = json_get_str(json, "stuck_rule")},
	};
}

bool recording_add_event(struct recording *recording, const struct recorded_event *recorded,
			 struct err *err)
{
	const struct tape_event *e = &recorded->event;
	_cleanup_(freep) char *what = json_to_text(e->what), *fault = NULL;

	if (e->fault) {
		_cleanup_(json_freep) struct json *json = recording_fault_json(e->fault);

		fault = json_to_text(json);
	}
	if (recorded->has_answer &&
	    !db_run(recording->db, err, "INSERT OR IGNORE INTO answer VALUES(?, ?)", "sb",
		    recorded->answer_sha256, e->answer, e->answer_length))
		return false;
	return db_run(recording->db, err,
		      "INSERT INTO tape VALUES(NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		      "ssbsissiiiii", tape_type_name(e->type), what, e->body, e->body_length, fault,
		      (int64_t)e->status, e->answer_type, recorded->answer_sha256, e->real_ms,
		      e->monotonic_ms, e->now_ms, (int64_t)e->first, (int64_t)e->last);
}

void recording_tape(const struct tape_event *event, void *userdata)
{
	struct recording *recording = userdata;
	char sha[SHA256_HEX];
	struct recorded_event recorded = {.event = *event};
	struct err err = ERR_INIT;

	if (event->answer) {
		digest_sha256_hex(event->answer, event->answer_length, sha);
		recorded.answer_sha256 = sha;
		recorded.has_answer = event->answer_length <= ANSWER_MAX_BYTES;
	}
	if (!recording_add_event(recording, &recorded, &err))
		keep_error(recording, &err);
	commit(recording, false);
}

static const char *word_of(const struct change *change)
{
	return !change->before ? "made" : !change->after ? "removed" : "changed";
}

static char *changes_text(const struct journal_entry *entry)
{
	_cleanup_(json_freep) struct json *list = json_new_array();
	struct strbuf sb;

	if (!entry->change_count)
		return NULL;
	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];
		const struct doc *doc = change->after ? change->after : change->before;
		struct json *item = json_new_object();

		json_set_int(item, "revision", (int64_t)change->revision);
		json_set_str(item, "kind", doc->kind->name);
		json_set_str(item, "key", doc->key);
		json_set_str(item, "change", word_of(change));
		if (change->after) {
			json_set_borrowed(item, "body", doc->body);
			if (json_size(doc->tags))
				json_set_borrowed(item, "tags", doc->tags);
		}
		json_append(list, item);
	}
	strbuf_init(&sb, CHANGES_MAX);
	json_print(&sb, list);
	return strbuf_steal(&sb);
}

bool recording_add_call(struct recording *recording, const struct recorded_call *c, struct err *err)
{
	return db_run(recording->db, err,
		      "INSERT INTO call VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		      "iiiiissssssssssss", c->number, c->revision, c->real_ms, c->now_ms,
		      (int64_t)c->status, c->actor, c->service, c->operation, c->region, c->code,
		      c->message, c->fault, c->about, c->user_agent, c->request_id, c->params,
		      c->changes);
}

void recording_call(const struct journal_entry *entry, void *userdata)
{
	struct recording *recording = userdata;
	_cleanup_(freep) char *params = entry->params ? json_to_text(entry->params) : NULL;
	_cleanup_(freep) char *changes = changes_text(entry), *about = call_about(entry);
	struct err err = ERR_INIT;
	struct recorded_call call = {
		.number = (int64_t)entry->number,
		.revision = (int64_t)entry->revision,
		.real_ms = entry->real_ms,
		.now_ms = entry->now_ms,
		.status = entry->status,
		.actor = entry->actor,
		.service = entry->service,
		.operation = entry->operation,
		.region = entry->region,
		.code = entry->code,
		.message = entry->message,
		.fault = entry->fault,
		.about = about,
		.user_agent = entry->user_agent,
		.request_id = entry->request_id,
		.params = params,
		.changes = changes,
	};

	if (!recording_add_call(recording, &call, &err))
		keep_error(recording, &err);
}

void recording_log(struct recording *recording, const char *controller, int64_t real_ms,
		   const char *line)
{
	struct err err = ERR_INIT;

	if (!db_run(recording->db, &err, "INSERT INTO log VALUES(NULL, ?, ?, ?)", "iss", real_ms,
		    controller, line))
		keep_error(recording, &err);
	commit(recording, false);
}
