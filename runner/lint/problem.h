#pragma once
/* What is wrong in the user's files, with its place; collected, so that all of it is told at once.
 */
#include "emulator/base/yaml.h"

struct strbuf;

/** A file as it was read: its text stays, for showing lines. */
struct source {
	char *path;
	char *text;
	size_t length;
	struct yaml_file *yaml; /**< NULL when it could not be parsed */
};

/** Where: line and column from 1, width in characters. Line 0: the file as a whole. */
struct place {
	unsigned line, column, width;
};

/** Of the node itself. */
struct place place_of_value(const struct yaml_node *node);
/** Of the node's key; of its value when it has none. */
struct place place_of_key(const struct yaml_node *node);

enum severity { SEVERITY_ERROR, SEVERITY_WARNING };

struct problem {
	const struct source *source;
	struct place place;
	enum severity severity;
	char *message; /**< a sentence, no full stop */
	char *remedy;  /**< what to do, NULL when there is nothing to say */
};

/** Zero-initialise. Sources must outlive it. */
struct problems {
	struct problem *items;
	size_t count, room;
	size_t errors, warnings;
};
void problems_done(struct problems *problems);
/** Takes over message and remedy (malloc'ed). The same message at the same place is kept once. */
void problem_add(struct problems *problems, const struct source *source, struct place place,
		 enum severity severity, char *message, char *remedy);
/** Whether there is an error in that file. */
bool problems_are_in(const struct problems *problems, const struct source *source);

/** Reads a file and parses it; what is wrong goes to problems, also when it cannot be read. Never
 * NULL. */
struct source *source_load(const char *path, struct problems *problems);
void source_free(struct source *source);
DEFINE_FREEP(source, struct source)
/** Line n (from 1) without its newline; its length in bytes. NULL past the end. */
const char *source_line(const struct source *source, unsigned n, size_t *ret_length);

/**
 * Appends
 *   suites/x.yaml:9:13: error: "30 seconds" is not a duration
 *      9 |     within: 30 seconds
 *        |             ^^^^^^^^^^  write 30s (also: 500ms, 2m, 1m30s)
 * for each problem, in the order of files and places.
 */
void problems_print(struct problems *problems, struct strbuf *sb, bool color);
/** Appends source line and carets of one place, as above; remedy NULL: none. */
void place_print(const struct source *source, struct place place, const char *remedy,
		 const char *indent, struct strbuf *sb, bool color);
