#pragma once
/* Scenario paths on the command line: loading them and telling what is wrong. */
#include <stdio.h>

#include "runner/scenario/scenario.h"

struct strbuf;

/** Loads all paths ("suites" when there are none). 0, or an exit status after a message. */
int paths_load(const char *command, const struct strs *paths, struct suite *suite);
/** Appends the problems and a last line: "3 errors in 1 file." and what follows from it. */
void paths_problems_text(struct suite *suite, struct strbuf *sb, bool color, const char *outcome);
/** The same to a stream; outcome NULL: none. */
void paths_print_problems(struct suite *suite, FILE *out, bool color, const char *outcome);
