#pragma once
/* The parts of the HTML report. Each appends; texts are escaped. */
#include "emulator/base/util.h"

struct json;
struct strbuf;

/** <td>text */
void html_cell(struct strbuf *sb, const char *text);
/** What was leaked at the end of a scenario, with the commands that clean up; nothing if nothing.
 */
void html_leaks(struct strbuf *sb, const struct json *result);
/** What IAM policies refused in a scenario; nothing if nothing. */
void html_denials(struct strbuf *sb, const struct json *result);
/** What was given in calls that the emulator does not model; nothing if nothing. */
void html_ignored(struct strbuf *sb, const struct json *result);
/** Who did what, when: a column for each actor. */
void html_lanes(struct strbuf *sb, const struct json *result);
/** AWS operations: by whom and how often they were called, which of those we have were not. */
void html_operations(struct strbuf *sb, const struct json *results);
/** Each `source:` with its scenarios. */
void html_sources(struct strbuf *sb, const struct json *results);
