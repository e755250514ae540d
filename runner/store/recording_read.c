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
	return reading->event(&recorded, reading->userdata);
}

bool recording_each_event(struct recording *recording,
			  bool (*fn)(const struct recorded_event *, void *), void *userdata,
			  struct err *err)
{
	struct reading reading = {.event = fn, .userdata = userdata, .err = err};

	return db_query(recording->db, on_event, &reading, err,
			"SELECT number, type, what, body, fault, status, answer_type, answer_sha,"
			" real_ms, monotonic_ms, now_ms, first, last FROM tape ORDER BY number",
			"") &&
	       !reading.broken;
}

struct kept_answer {
	char *bytes;
	size_t length;
};

static bool take_answer(const struct db_row *row, void *userdata)
{
	struct kept_answer *answer = userdata;
	const void *bytes = db_bytes(row, 0, &answer->length);

	answer->bytes = xmalloc(answer->length + 1); /* an empty one is one */
	if (answer->length)
		memcpy(answer->bytes, bytes, answer->length);
	answer->bytes[answer->length] = '\0';
	return true;
}

bool recording_answer(struct recording *recording, const char *sha256, char **ret,
		      size_t *ret_length, struct err *err)
{
	struct kept_answer answer = {0};

	if (sha256 && !db_query(recording->db, take_answer, &answer, err,
				"SELECT bytes FROM answer WHERE sha = ?", "s", sha256))
		return false;
	*ret = answer.bytes;
	*ret_length = answer.length;
	return true;
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
