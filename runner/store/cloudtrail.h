#pragma once
/*
 * CloudTrail records played to the emulator: where would it have answered differently than AWS did?
 * Measured fidelity, as far as CloudTrail tells: it has no answers of reads, and of a write only
 * the response's elements.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents".
 */
#include "emulator/base/err.h"

struct json;

enum cloudtrail_verdict {
	CLOUDTRAIL_SAME,      /**< accepted or refused alike, with the same code */
	CLOUDTRAIL_DIFFERENT, /**< the emulator says something else */
	CLOUDTRAIL_UNKNOWN,   /**< a service or operation that the emulator lacks */
};

/** Zero-initialise. */
struct cloudtrail {
	size_t same, different, unknown;
	/** Told of each record; expected and found are codes, "OK", or the members that differ. */
	void (*told)(enum cloudtrail_verdict verdict, const struct json *record,
		     const char *expected, const char *found, void *userdata);
	void *userdata;
};

/**
 * Plays a log to a new world, in the order of its times. Ids that AWS gave are mapped to those that
 * the emulator gives, so that later records find what earlier ones made.
 *
 * @param log  { "Records": [ … ] } as CloudTrail delivers it
 * @param err  ERR_INVALID: it is no such log
 */
must_check bool cloudtrail_play(const struct json *log, struct cloudtrail *cloudtrail,
				struct err *err);
