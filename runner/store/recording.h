#pragma once
/*
 * The recording of one scenario's run, a SQLite file: the tape (what came into the world, with the
 * answers), the calls of the journal, what they changed, the controllers' logs. Written as it
 * happens, so that a killed run can be looked at, too.
 */
#include "emulator/world/journal.h"
#include "emulator/world/tape.h"

struct recording;
struct strbuf;

/**
 * Begins a recording.
 *
 * @param path  of the file; it must not exist; ":memory:" keeps nothing
 * @param meta  what is known from the start (id, seed, profile, speed …); borrowed
 * @param err   ERR_IO
 */
must_check bool recording_new(const char *path, const struct json *meta, struct recording **ret,
			      struct err *err);
/**
 * Goes on with a copy of a recording that has ended: what another process did first.
 *
 * @param from  path of its file
 * @param meta  replaces what is known of it, member by member
 * @param err   ERR_NOT_FOUND, ERR_IO
 */
must_check bool recording_continue(const char *path, const char *from, const struct json *meta,
				   struct recording **ret, struct err *err);
/** Opens one that exists. @param err  ERR_NOT_FOUND, ERR_IO */
must_check bool recording_open(const char *path, struct recording **ret, struct err *err);
/** Writes what is not yet written. NULL is fine. */
void recording_free(struct recording *recording);
DEFINE_FREEP(recording, struct recording)

/** Adds to what is known about the run: the result, "finished". */
void recording_set_meta(struct recording *recording, const char *key, const struct json *value);
/** What is known about it: an object; borrowed. */
const struct json *recording_meta(const struct recording *recording);

/** @name Writing. What cannot be written is told once on the way out: see recording_error. */
void recording_tape(const struct tape_event *event, void *recording);	 /**< a tape_fn */
void recording_call(const struct journal_entry *entry, void *recording); /**< a journal_fn */
void recording_log(struct recording *recording, const char *controller, int64_t real_ms,
		   const char *line);
/** Why something could not be written, or NULL. */
const char *recording_error(const struct recording *recording);

/** An event, with the digest of its answer. One that is read comes without the answer itself, which
 * a comparison needs only where digests differ: see recording_answer. */
struct recorded_event {
	struct tape_event event;
	int64_t number;	 /**< from 1 */
	bool has_answer; /**< to be written: event.answer is kept */
	const char *answer_sha256;
};
/** A call that was read. */
struct recorded_call {
	int64_t number, revision, real_ms, now_ms;
	int status;
	const char *actor, *service, *operation, *region, *code, *message, *fault, *about;
	const char *user_agent, *request_id;
	const char *params;  /**< JSON text, or NULL */
	const char *changes; /**< JSON text: [ { revision, kind, key, change } … ], or NULL */
};
struct recorded_log {
	int64_t real_ms;
	const char *controller, *line;
};

/** @name Reading, in order; a callback that answers false ends it. */
must_check bool recording_each_event(struct recording *recording,
				     bool (*fn)(const struct recorded_event *, void *),
				     void *userdata, struct err *err);
/**
 * Reads an answer; also from within recording_each_event.
 *
 * @param sha256  its digest; NULL: there was none
 * @param ret     new memory; NULL when there was none, or it was too long to be kept
 */
must_check bool recording_answer(struct recording *recording, const char *sha256, char **ret,
				 size_t *ret_length, struct err *err);
must_check bool recording_each_call(struct recording *recording,
				    bool (*fn)(const struct recorded_call *, void *),
				    void *userdata, struct err *err);
must_check bool recording_each_log(struct recording *recording,
				   bool (*fn)(const struct recorded_log *, void *), void *userdata,
				   struct err *err);

/**
 * Writes all of it as JSON lines: { "meta": … }, { "event": … }, { "call": … }, { "log": … }. What
 * is no UTF-8 stands there as base64 ("…_base64").
 */
must_check bool recording_export(struct recording *recording, const char *path, struct err *err);
/** Reads JSON lines into a recording in memory. @param err  ERR_INVALID with the line's number */
must_check bool recording_import(const char *path, struct recording **ret, struct err *err);
