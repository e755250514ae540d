#pragma once
/*
 * Reports of a run. All are made of one tree, which is also what --json writes, what a stored run
 * keeps as run.json, and what `skyrig report` merges:
 *
 *   { "skyrig": version, "run": "0042", "state": "done", "began": …, "wall_ms": …, "command": …,
 *     "passed": n, "failed": n, "skipped": n, "broken": n,
 *     "results": [ { "id", "row", "row_text", "turn", "title", "file", "line", "column", "why",
 *       "source": [ … ], "tags": [ … ], "status", "verdict", "reason", "report", "wall_ms",
 *       "steps": [ … ], … as in engine.h and jobs/summary.h } … ] }
 *
 * A verdict is one of PASS, XFAIL (failed as known), FAIL, XPASS (passed though known to fail),
 * SKIP, HARNESS (our own fault), STOPPED (interrupted).
 */
#include "emulator/base/err.h"

struct json;
struct strbuf;

#define REPORT_BYTES_MAX ((size_t)512 * 1024 * 1024)

/** Which of junit, tap, json, html, a report is; the function appends it. */
typedef void report_fn(struct strbuf *sb, const struct json *run);
void report_junit(struct strbuf *sb,
		  const struct json *run); /**< JUnit XML, as strict as Jenkins */
/** The same with the file and line of each case, which Jenkins refuses and GitHub's actions show.
 */
void report_junit_github(struct strbuf *sb, const struct json *run);
void report_tap(struct strbuf *sb, const struct json *run);  /**< TAP 14 */
void report_json(struct strbuf *sb, const struct json *run); /**< the tree itself */
void report_html(struct strbuf *sb, const struct json *run); /**< one page that opens from disk */
/** Lines for the log of a GitHub workflow: ::error file=…,line=…,col=…::… */
void report_github(struct strbuf *sb, const struct json *run);
/** Markdown for the summary of a GitHub job. */
void report_markdown(struct strbuf *sb, const struct json *run);

/** Whether the file could be written, before anything is run for it; "-" always can. Leaves no new
 * file behind. */
must_check bool report_writable(const char *path, struct err *err);
/** Writes a report to a file ("-": standard output). @param err  ERR_IO */
must_check bool report_write(report_fn *fn, const struct json *run, const char *path,
			     struct err *err);
/** --github: lines to standard output, and the summary where $GITHUB_STEP_SUMMARY says. */
must_check bool report_to_github(const struct json *run, struct err *err);

/** Whether a verdict counts as passed; as failed (FAIL, XPASS). */
bool verdict_is_good(const char *verdict);
/** Whether there is such a verdict. */
bool verdict_is_known(const char *verdict);
bool verdict_is_failure(const char *verdict);
/** Neither good nor bad: SKIP, and NOT PROVABLE on an external target. */
bool verdict_is_undecided(const char *verdict);
/** "leak/migrate (target-type: ip)"; new text. */
char *result_name(const struct json *result);
/** One line: why it did not pass; "" for what did. */
const char *result_reason(const struct json *result);
