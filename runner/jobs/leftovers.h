#pragma once
/* What a killed run leaves behind: who it was, which of its processes still live. */
#include <stdio.h>
#include <sys/types.h>

/**
 * Notes in a folder which process it belongs to, so that the next run knows what happened should
 * this one be killed. What cannot be written is left out: the note is a help, no promise.
 *
 * @param what  "" for the run itself; else the scenario, as people call it
 */
void leftovers_note(const char *folder, pid_t pid, const char *what);
/**
 * Ends what still lives of a dead run: the processes noted in its folders (if they are still the
 * same ones) and those that work in them. Tells in one line what happened.
 *
 * @param folder  of the run; nobody holds its lock
 * @param out     for the line; NULL: nobody wants to know
 */
void leftovers_end(const char *folder, FILE *out);
