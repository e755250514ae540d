#pragma once
/* What the files of recordings share. */
#include "runner/store/recording.h"

struct db;

struct recording {
	struct db *db;
	struct json *meta;
	bool writing; /* a transaction is open */
	int64_t committed_ms;
	char *error; /* the first thing that could not be written */
};

/** A verdict as it is kept, without its delay: it took effect when it is on the tape. */
struct json *recording_fault_json(const struct fault_verdict *fault);
/** The way back; texts are borrowed. */
struct fault_verdict recording_fault_read(const struct json *json);
must_check bool recording_add_event(struct recording *recording,
				    const struct recorded_event *recorded, struct err *err);
must_check bool recording_add_call(struct recording *recording, const struct recorded_call *call,
				   struct err *err);
