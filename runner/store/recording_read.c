/* Reading recordings. */
#include "emulator/base/json.h"
#include "runner/store/db.h"
#include "runner/store/recording_inner.h"

struct reading {
	bool (*event)(const struct recorded_event *, void *);
	bool (*call)(const struct recorded_call *, void *);
	bool (*log)(const struct recorded_log *, void *);
	void *userdata;
	struct err *err;
	bool broken;
};

static bool read_json(struct reading *reading, const char *text, struct json **ret)
{
	if (!text || json_parse(text, strlen(text), ret, reading->err))
		return true;
	reading->broken = true;
	return false;
}

static bool on_event(const struct db_row *row, void *userdata)
{
	struct reading *reading = userdata;
	_cleanup_(json_freep) struct json *what = NULL, *fault = NULL;
	struct fault_verdict verdict;
	struct recorded_event recorded = {.number = db_int(row, 0)};
	struct tape_event *e = &recorded.event;
	size_t length;

	if (!tape_type_parse(db_text(row, 1), &e->type)) {
		reading->broken = true;
		return err_set(reading->err, ERR_INVALID, NULL, "there is no event \"%s\"",
			       db_text(row, 1));
	}
	if (!read_json(reading, db_text(row, 2), &what) ||
	    !read_json(reading, db_text(row, 4), &fault))
		return false;
	e->what = what;
	e->body = db_bytes(row, 3, &e->body_length);
	if (fault) {
		verdict = recording_fault_read(fault);
		e->fault = &verdict;
	}
	e->status = (int)db_int(row, 5);
	e->answer_type = db_text(row, 6);
	recorded.answer_sha256 = db_text(row, 7);
	e->real_ms = db_int(row, 8);
	e->monotonic_ms = db_int(row, 9);
	e->now_ms = db_int(row, 10);
	e->first = (uint64_t)db_int(row, 11);
	e->last = (uint64_t)db_int(row, 12);
	recorded.has_answer = db_int(row, 14) != 0;
	e->answer = db_bytes(row, 13, &length);
	e->answer_length = length;
	if (recorded.has_answer && !e->answer)
		e->answer = "";
	return reading->event(&recorded, reading->userdata);
}

bool recording_each_event(struct recording *recording,
			  bool (*fn)(const struct recorded_event *, void *), void *userdata,
			  struct err *err)
{
	struct reading reading = {.event = fn, .userdata = userdata, .err = err};

	return db_query(recording->db, on_event, &reading, err,
			"SELECT t.number, type, what, body, fault, status, answer_type, answer_sha,"
			" real_ms, monotonic_ms, now_ms, first, last, a.bytes, a.sha IS NOT NULL"
			" FROM tape t LEFT JOIN answer a ON a.sha = t.answer_sha ORDER BY t.number",
			"") &&
	       !reading.broken;
}

static bool on_call(const struct db_row *row, void *userdata)
{
	const struct reading *reading = userdata;
	const struct recorded_call call = {
		.number = db_int(row, 0),
		.revision = db_int(row, 1),
		.real_ms = db_int(row, 2),
		.now_ms = db_int(row, 3),
		.status = (int)db_int(row, 4),
		.actor = db_text(row, 5),
		.service = db_text(row, 6),
		.operation = db_text(row, 7),
		.region = db_text(row, 8),
		.code = db_text(row, 9),
		.message = db_text(row, 10),
		.fault = db_text(row, 11),
		.about = db_text(row, 12),
		.user_agent = db_text(row, 13),
		.request_id = db_text(row, 14),
		.params = db_text(row, 15),
		.changes = db_text(row, 16),
	};

	return reading->call(&call, reading->userdata);
}

bool recording_each_call(struct recording *recording,
			 bool (*fn)(const struct recorded_call *, void *), void *userdata,
			 struct err *err)
{
	struct reading reading = {.call = fn, .userdata = userdata};

	return db_query(recording->db, on_call, &reading, err, "SELECT * FROM call ORDER BY number",
			"");
}

static bool on_log(const struct db_row *row, void *userdata)
{
	const struct reading *reading = userdata;
	const struct recorded_log log = {db_int(row, 0), db_text(row, 1), db_text(row, 2)};

	return reading->log(&log, reading->userdata);
}

bool recording_each_log(struct recording *recording,
			bool (*fn)(const struct recorded_log *, void *), void *userdata,
			struct err *err)
{
	struct reading reading = {.log = fn, .userdata = userdata};

	return db_query(recording->db, on_log, &reading, err,
			"SELECT real_ms, controller, line FROM log ORDER BY number", "");
}
