#pragma once
/* What runs just now, on a terminal: a line for each scenario, redrawn in place. */
#include <stdio.h>

#include "emulator/base/util.h"

struct progress;

/**
 * @param out    NULL: nothing is ever drawn
 * @param total  how many scenarios and rows there are in all
 */
struct progress *progress_new(FILE *out, size_t total);
/** Takes its lines away. NULL is fine. */
void progress_free(struct progress *progress);
/** Something runs, or has come to a step; drawn anew. */
void progress_set(struct progress *progress, const char *name, const char *text);
/** It has ended; done: it was one of those that are counted. */
void progress_end(struct progress *progress, const char *name, bool done);
/** Takes the lines away, so that something else can be written; they come back by themselves. */
void progress_hide(struct progress *progress);
