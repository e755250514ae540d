/* What all reports share; see report.h. */
#include "runner/reports/report.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"

bool verdict_is_good(const char *verdict)
{
	return str_eq(verdict, "PASS") || str_eq(verdict, "XFAIL");
}

bool verdict_is_known(const char *verdict)
{
	return verdict_is_good(verdict) || verdict_is_undecided(verdict) ||
	       verdict_is_failure(verdict) || str_eq(verdict, "HARNESS") ||
	       str_eq(verdict, "STOPPED");
}

bool verdict_is_undecided(const char *verdict)
{
	return str_eq(verdict, "SKIP") || str_eq(verdict, "NOT PROVABLE");
}

bool verdict_is_failure(const char *verdict)
{
	return str_eq(verdict, "FAIL") || str_eq(verdict, "XPASS");
}

char *result_name(const struct json *result)
{
	const char *row = json_get_str(result, "row_text");
	int64_t turn = json_get_int(result, "turn", 0);
	_cleanup_(freep) char *of_turn =
		turn ? xasprintf(" [turn %lld]", (long long)turn + 1) : xstrdup("");

	return xasprintf("%s%s%s", json_get_str(result, "id"), row ? row : "", of_turn);
}

const char *result_reason(const struct json *result)
{
	const char *reason = json_get_str(result, "reason");

	return reason ? reason : "";
}

void report_json(struct strbuf *sb, const struct json *run)
{
	json_print_pretty(sb, run);
	strbuf_add_char(sb, '\n');
}

static bool write_text(const struct strbuf *sb, const char *path, const char *mode, struct err *err)
{
	FILE *file = str_eq(path, "-") ? stdout : fopen(path, mode);
	bool ok;

	if (!file)
		return err_errno(err, "cannot write '%s'", path);
	ok = fwrite(strbuf_text(sb), 1, sb->length, file) == sb->length && fflush(file) == 0;
	if (file != stdout)
		ok = fclose(file) == 0 && ok;
	return ok || err_errno(err, "cannot write '%s'", path);
}

bool report_writable(const char *path, struct err *err)
{
	bool is_new = access(path, F_OK) != 0;
	FILE *file = str_eq(path, "-") ? NULL : fopen(path, "ae");

	if (!file)
		return str_eq(path, "-") ||
		       err_set(err, ERR_IO, NULL,
			       "cannot write '%s': %s; name a file in a folder "
			       "that exists and can be written",
			       path, strerror(errno));
	fclose(file);
	if (is_new)
		unlink(path);
	return true;
}

/* A file that others may wait for is there whole, or not at all; what is no file (a pipe) is
 * written as it is. */
static bool replace_file(const struct strbuf *sb, const char *path, struct err *err)
{
	_cleanup_(freep) char *fresh = xasprintf("%s.new-%d", path, (int)getpid());
	struct stat st;

	if (str_eq(path, "-") || (lstat(path, &st) == 0 && !S_ISREG(st.st_mode)))
		return write_text(sb, path, "we", err);
	if (!write_text(sb, fresh, "we", err)) {
		unlink(fresh);
		return false;
	}
	if (rename(fresh, path) == 0)
		return true;
	err_errno(err, "cannot write '%s'", path);
	unlink(fresh);
	return false;
}

bool report_write(report_fn *fn, const struct json *run, const char *path, struct err *err)
{
	struct strbuf sb;
	bool ok;

	strbuf_init(&sb, REPORT_BYTES_MAX);
	fn(&sb, run);
	ok = sb.overflow ? err_set(err, ERR_TOO_LARGE, NULL, "'%s' would be too large", path)
			 : replace_file(&sb, path, err);
	strbuf_done(&sb);
	return ok;
}

bool report_to_github(const struct json *run, struct err *err)
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	struct strbuf sb;
	bool ok;

	if (!report_write(report_github, run, "-", err))
		return false;
	if (!summary || !*summary)
		return true;
	strbuf_init(&sb, REPORT_BYTES_MAX);
	report_markdown(&sb, run);
	ok = write_text(&sb, summary, "ae", err);
	strbuf_done(&sb);
	return ok;
}
