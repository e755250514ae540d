#pragma once
/* What holds for a scenario, and where it stands. */
#include <stdbool.h>

/** Whether a topic is a scenario's file: it ends in .yaml. */
bool explain_is_file(const char *topic);
/** Prints each setting of the scenario with its place; the exit status. */
int explain_file(const char *path);
