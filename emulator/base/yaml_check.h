#pragma once
/* The inside of yaml.c: what is wrong in a YAML file, gathered while it is parsed, told in the
 * order of the places. */
#include "emulator/base/container.h"
#include "emulator/base/yaml.h"

struct arena;

struct yaml_problem {
	unsigned line, column;
	const char *message, *hint; /* in the arena; hint may be NULL */
};

/* From one place to just before another: what a scalar or alias covers. */
struct yaml_range {
	unsigned line, column, end_line, end_column;
};

struct yaml_checks {
	struct arena *arena;
	struct ptrs problems; /* struct yaml_problem, in the arena */
	struct yaml_range *ranges;
	size_t range_count, range_room;
};

/** Prepares for one file; what it notes lives in the arena. */
void yaml_checks_init(struct yaml_checks *checks, struct arena *arena);
/** Notes a problem; hint (copied) may be NULL. */
void yaml_checks_add(struct yaml_checks *checks, unsigned line, unsigned column, const char *hint,
		     const char *format, ...) printf_like(5, 6);
/**
 * Notes a syntax error in words for people.
 *
 * @param source        the line at fault, NULL when there is none
 * @param problem       libyaml's sentence, may be NULL; context likewise ("while parsing …")
 * @param context_line  where the context began
 */
void yaml_checks_syntax(struct yaml_checks *checks, unsigned line, unsigned column,
			const char *source, const char *problem, const char *context,
			unsigned context_line);
/** Notes each key of a finished map that stands in it more than once. */
void yaml_checks_duplicates(struct yaml_checks *checks, const struct yaml_node *map);
/** Notes that a value covers these places, in the order of the file: tabs are fine in there. */
void yaml_checks_cover(struct yaml_checks *checks, unsigned line, unsigned column,
		       unsigned end_line, unsigned end_column);
/** Notes tabs outside of values and comments; has_tab: whether there is any in the text. */
void yaml_checks_tabs(struct yaml_checks *checks, const struct yaml_file *file, bool has_tab);
/**
 * Tells the problems and frees what is not in the arena.
 *
 * @return whether there was no problem; err is set to the first one otherwise
 */
bool yaml_checks_finish(struct yaml_checks *checks, const char *name, yaml_problem_fn *problem,
			void *userdata, struct err *err);
