/* Recordings as JSON lines. */
#include <errno.h>
#include <stdio.h>

#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/utf8.h"
#include "runner/store/recording_inner.h"

/* Bytes as text where they are text, else as base64. */
static void put_bytes(struct json *object, const char *key, const void *bytes, size_t length)
{
	_cleanup_(freep) char *name = NULL, *text = NULL;

	if (!bytes)
		return;
	if (utf8_is_valid(bytes, length) && !memchr(bytes, '\0', length)) {
		json_set(object, key, json_new_string_len(bytes, length));
		return;
	}
	name = xasprintf("%s_base64", key);
	text = base64_encode(bytes, length);
	json_set_str(object, name, text);
}

/* The way back; new memory, NULL when there is none. */
static char *get_bytes(const struct json *object, const char *key, size_t *ret_length)
{
	_cleanup_(freep) char *name = xasprintf("%s_base64", key);
	const char *text = json_get_str(object, key), *coded = json_get_str(object, name);
	uint8_t *bytes = NULL;

	*ret_length = 0;
	if (coded && base64_decode(coded, strlen(coded), &bytes, ret_length))
		return (char *)bytes;
	if (!text)
		return NULL;
	*ret_length = strlen(text);
	return xstrdup(text);
}

static bool write_line(FILE *file, const char *type, struct json *content)
{
	_cleanup_(json_freep) struct json *line = json_new_object();
	_cleanup_(freep) char *text = NULL;

	json_set(line, type, content);
	text = json_to_text(line);
	return fprintf(file, "%s\n", text) > 0;
}

struct lines {
	struct recording *recording;
	FILE *file;
	struct err *err;
	bool broken;
};

static bool export_event(const struct recorded_event *recorded, void *userdata)
{
	struct lines *lines = userdata;
	const struct tape_event *e = &recorded->event;
	_cleanup_(freep) char *answer = NULL;
	struct json *json;
	size_t length;

	if (!recording_answer(lines->recording, recorded->answer_sha256, &answer, &length,
			      lines->err)) {
		lines->broken = true;
		return false;
	}
	json = json_new_object();
	json_set_str(json, "type", tape_type_name(e->type));
	json_set_copy(json, "what", e->what);
	put_bytes(json, "body", e->body, e->body_length);
	if (e->fault)
		json_set(json, "fault", recording_fault_json(e->fault));
	json_set_int(json, "status", e->status);
	json_set_str(json, "answer_type", e->answer_type);
	json_set_str(json, "answer_sha256", recorded->answer_sha256);
	put_bytes(json, "answer", answer, length);
	json_set_int(json, "real_ms", e->real_ms);
	json_set_int(json, "monotonic_ms", e->monotonic_ms);
	json_set_int(json, "now_ms", e->now_ms);
	json_set_int(json, "first", (int64_t)e->first);
	json_set_int(json, "last", (int64_t)e->last);
	return write_line(lines->file, "event", json);
}

static void put_json(struct json *object, const char *key, const char *text)
{
	struct json *json = NULL;

	if (text && json_parse(text, strlen(text), &json, NULL))
		json_set(object, key, json);
}

static bool export_call(const struct recorded_call *c, void *userdata)
{
	struct json *json = json_new_object();

	json_set_int(json, "number", c->number);
	json_set_int(json, "rev", c->revision);
	json_set_int(json, "t_ms", c->real_ms);
	json_set_int(json, "now_ms", c->now_ms);
	json_set_int(json, "status", c->status);
	json_set_str(json, "actor", c->actor);
	json_set_str(json, "service", c->service);
	json_set_str(json, "action", c->operation);
	json_set_str(json, "region", c->region);
	json_set_str(json, "code", c->code);
	json_set_str(json, "message", c->message);
	json_set_str(json, "fault", c->fault);
	json_set_str(json, "about", c->about);
	json_set_str(json, "ua", c->user_agent);
	json_set_str(json, "request_id", c->request_id);
	put_json(json, "params", c->params);
	put_json(json, "changed", c->changes);
	return write_line(userdata, "call", json);
}

static bool export_log(const struct recorded_log *log, void *userdata)
{
	struct json *json = json_new_object();

	json_set_int(json, "t_ms", log->real_ms);
	json_set_str(json, "controller", log->controller);
	put_bytes(json, "line", log->line, log->line ? strlen(log->line) : 0);
	return write_line(userdata, "log", json);
}

bool recording_export(struct recording *recording, const char *path, struct err *err)
{
	FILE *file = fopen(path, "we");
	struct lines lines = {.recording = recording, .file = file, .err = err};
	bool ok;

	if (!file)
		return err_errno(err, "cannot write '%s'", path);
	ok = write_line(file, "meta", json_copy(recording->meta)) &&
	     recording_each_event(recording, export_event, &lines, err) && !lines.broken &&
	     recording_each_call(recording, export_call, file, err) &&
	     recording_each_log(recording, export_log, file, err);
	if (ferror(file))
		err_errno(err, "cannot write '%s'", path);
	ok = !ferror(file) && ok;
	return fclose(file) == 0 && ok;
}

/* @name The way back */

static bool import_event(struct recording *recording, const struct json *json, struct err *err)
{
	_cleanup_(freep) char *body = NULL, *answer = NULL;
	const struct json *fault = json_get(json, "fault");
	struct fault_verdict verdict = recording_fault_read(fault);
	struct recorded_event recorded = {.answer_sha256 = json_get_str(json, "answer_sha256")};
	struct tape_event *e = &recorded.event;
	const char *type = json_get_str(json, "type");

	if (!type || !tape_type_parse(type, &e->type))
		return err_set(err, ERR_INVALID, NULL, "there is no event \"%s\"",
			       type ? type : "");
	body = get_bytes(json, "body", &e->body_length);
	answer = get_bytes(json, "answer", &e->answer_length);
	e->what = json_get(json, "what");
	e->body = body;
	e->answer = answer;
	e->fault = fault ? &verdict : NULL;
	e->status = (int)json_get_int(json, "status", 0);
	e->answer_type = json_get_str(json, "answer_type");
	e->real_ms = json_get_int(json, "real_ms", 0);
	e->monotonic_ms = json_get_int(json, "monotonic_ms", 0);
	e->now_ms = json_get_int(json, "now_ms", 0);
	e->first = (uint64_t)json_get_int(json, "first", 0);
	e->last = (uint64_t)json_get_int(json, "last", 0);
	recorded.has_answer = answer && recorded.answer_sha256;
	return recording_add_event(recording, &recorded, err);
}

static bool import_call(struct recording *recording, const struct json *json, struct err *err)
{
	const struct json *params = json_get(json, "params"), *changed = json_get(json, "changed");
	_cleanup_(freep) char *params_text = params ? json_to_text(params) : NULL;
	_cleanup_(freep) char *changes = changed ? json_to_text(changed) : NULL;
	const struct recorded_call call = {
		.number = json_get_int(json, "number", 0),
		.revision = json_get_int(json, "rev", 0),
		.real_ms = json_get_int(json, "t_ms", 0),
		.now_ms = json_get_int(json, "now_ms", 0),
		.status = (int)json_get_int(json, "status", 0),
		.actor = json_get_str(json, "actor"),
		.service = json_get_str(json, "service"),
		.operation = json_get_str(json, "action"),
		.region = json_get_str(json, "region"),
		.code = json_get_str(json, "code"),
		.message = json_get_str(json, "message"),
		.fault = json_get_str(json, "fault"),
		.about = json_get_str(json, "about"),
		.user_agent = json_get_str(json, "ua"),
		.request_id = json_get_str(json, "request_id"),
		.params = params_text,
		.changes = changes,
	};

	return recording_add_call(recording, &call, err);
}

static bool import_line(struct recording *recording, const char *line, size_t length,
			struct err *err)
{
	_cleanup_(json_freep) struct json *json = NULL;
	const struct json *content;

	if (!json_parse(line, length, &json, err))
		return false;
	content = json_first(json);
	if (str_eq(json_key(content), "meta")) {
		json_foreach (item, content)
			recording_set_meta(recording, json_key(item), item);
		return true;
	}
	if (str_eq(json_key(content), "event"))
		return import_event(recording, content, err);
	if (str_eq(json_key(content), "call"))
		return import_call(recording, content, err);
	if (str_eq(json_key(content), "log")) {
		_cleanup_(freep) char *text = get_bytes(content, "line", &length);

		recording_log(recording, json_get_str(content, "controller"),
			      json_get_int(content, "t_ms", 0), text);
		return true;
	}
	return err_set(err, ERR_INVALID, NULL, "a line holds meta, event, call or log, not \"%s\"",
		       content && json_key(content) ? json_key(content) : "nothing");
}

bool recording_import(const char *path, struct recording **ret, struct err *err)
{
	_cleanup_(recording_freep) struct recording *recording = NULL;
	_cleanup_(freep) char *line = NULL;
	FILE *file = fopen(path, "re");
	size_t room = 0, number = 0;
	ssize_t n;
	bool ok = true;

	if (!file)
		return err_errno(err, "cannot read '%s'", path);
	ok = recording_new(":memory:", NULL, &recording, err);
	while (ok && (n = getline(&line, &room, file)) > 0) {
		while (n && (line[n - 1] == '\n' || line[n - 1] == '\r'))
			n--;
		ok = import_line(recording, line, (size_t)n, err) ||
		     err_wrap(err, "%s:%zu", path, number + 1);
		number++;
	}
	fclose(file);
	if (ok)
		*ret = steal(recording);
	return ok;
}
