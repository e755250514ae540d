#pragma once
/* What has changed in a text, line by line. */

struct strbuf;

/** Appends, for each place that differs, its line number and the lines with - and +, with two equal
 * lines around them. Nothing when the texts are equal. */
void lines_diff(const char *before, const char *after, struct strbuf *sb);
