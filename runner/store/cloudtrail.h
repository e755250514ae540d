#pragma once
/*
 * CloudTrail records played to the emulator: where would it have answered differently than AWS did?
 * Measured fidelity, as far as CloudTrail tells: it has no answers of reads, and of a write only
 * the response's elements.
 *
 * Source: AWS CloudTrail User Guide, "CloudTrail record contents" and "CloudTrail log file
 * examples".
 */
#include "emulator/base/err.h"

struct emulator;
struct json;

#define CLOUDTRAIL_FILE_MAX (512u * 1024 * 1024) /* bytes of one log, unpacked */

enum cloudtrail_verdict {
	CLOUDTRAIL_SAME,      /**< accepted or refused alike, with the same code, text, elements */
	CLOUDTRAIL_DIFFERENT, /**< the emulator says something else */
	CLOUDTRAIL_UNKNOWN,   /**< a service, operation or parameter that the emulator lacks */
	CLOUDTRAIL_BEFORE,    /**< about something that was there before the log begins */
	CLOUDTRAIL_UNTOLD,    /**< what the log cannot tell: a policy's refusal, throttling, what
				 AWS did by itself */
	CLOUDTRAIL_VERDICTS
};

/** "SAME", "DIFFERENT", … */
const char *cloudtrail_verdict_name(enum cloudtrail_verdict verdict);

/** Zero-initialise. */
struct cloudtrail {
	size_t count[CLOUDTRAIL_VERDICTS];
	/**
	 * Told of each record; NULL: nobody is.
	 *
	 * @param call      "ec2:CreateVpc"; what the record says where there is no such service
	 * @param expected  what AWS answered: "OK", code and text, or the elements that differ
	 * @param found     the same of the emulator; or why it was not asked
	 */
	void (*told)(enum cloudtrail_verdict verdict, const struct json *record, const char *call,
		     const char *expected, const char *found, void *userdata);
	void *userdata;
};

/**
 * Reads a log as CloudTrail delivers it, packed by gzip or not, and adds its records.
 *
 * @param records  array that gets them
 * @param err      ERR_NOT_FOUND, ERR_IO; ERR_INVALID: it is no such log; ERR_TOO_LARGE
 */
must_check bool cloudtrail_load(const char *path, struct json *records, struct err *err);

/**
 * Plays records to an emulator, in the order of their times, as the operator; between two of them
 * its clock runs on by as much as the log's. Ids that AWS gave are mapped to those that the
 * emulator gives, so that later records find what earlier ones made; so are its account and
 * addresses.
 *
 * @param emulator  without a loop, with the state that AWS had before
 * @param records   array; sorted by time in place, otherwise borrowed
 */
void cloudtrail_play(struct emulator *emulator, struct json *records,
		     struct cloudtrail *cloudtrail);
