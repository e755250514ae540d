#pragma once
/*
 * Work that waits for nothing, in equal and independent pieces, over processes: as many as there
 * are processors. A process does one piece after the other; one that dies takes only the piece with
 * it that it was doing. All of them die with their parent, however it ends.
 */
#include <stdio.h>

#include "emulator/base/err.h"

struct spread_options {
	size_t count;	     /**< pieces, numbered from 0 */
	unsigned jobs;	     /**< 1 or more; a single piece is done in this very process */
	const size_t *order; /**< in which they are begun, the longest first; NULL: as numbered */
	/**
	 * Does a piece, in a process of its own; what it writes is what is told of it. Anything
	 * else that it changes is lost.
	 */
	void (*work)(size_t piece, FILE *out, void *userdata);
	/**
	 * Told once of each piece, here, in the order of their numbers.
	 *
	 * @param text    what was written; NULL when its process died
	 * @param length  bytes
	 * @param death   "ended by signal 11 (Segmentation fault)"; NULL: it did not
	 */
	void (*done)(size_t piece, const char *text, size_t length, const char *death,
		     void *userdata);
	void *userdata;
};

/**
 * Does all pieces.
 *
 * @param err  ERR_IO: there can be no (further) process
 */
must_check bool spread_run(const struct spread_options *options, struct err *err);
/**
 * How many processes make sense: the processors that this one may use (`taskset`, cpuset), less
 * when the memory does not suffice; 1 or more.
 *
 * @param job_bytes  what each of them may need
 */
unsigned spread_jobs(uint64_t job_bytes);
