/* Reading CloudTrail's files. zlib stands behind this file and nowhere else. */
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/store/cloudtrail_inner.h"

#define CHUNK_BYTES 65536

/* What is not packed passes through gzread as it is. */
static bool read_all(const char *path, struct strbuf *sb, struct err *err)
{
	_cleanup_(freep) char *chunk = xmalloc(CHUNK_BYTES);
	gzFile file = gzopen(path, "rbe");
	int n = 0, problem;
	bool whole;

	if (!file)
		return err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, NULL,
			       "cannot open '%s': %s", path, strerror(errno));
	while (!sb->overflow && (n = gzread(file, chunk, CHUNK_BYTES)) > 0)
		strbuf_add_bytes(sb, chunk, (size_t)n);
	(void)gzerror(file, &problem);
	whole = problem == Z_OK || problem == Z_STREAM_END;
	if (problem == Z_ERRNO)
		err_errno(err, "cannot read '%s'", path);
	else if (!whole)
		err_set(err, ERR_INVALID, NULL, "%s: it is packed by gzip, and damaged", path);
	else if (sb->overflow)
		err_set(err, ERR_TOO_LARGE, NULL, "%s: longer than %u bytes", path,
			CLOUDTRAIL_FILE_MAX);
	gzclose(file);
	return n >= 0 && whole && !sb->overflow;
}

static bool take(const char *path, const struct json *log, struct json *records, struct err *err)
{
	const struct json *list = json_is_array(log) ? log : json_get(log, "Records");

	if (!json_is_array(list))
		return err_set(err, ERR_INVALID, NULL,
			       "%s: no CloudTrail log: it has no \"Records\"", path);
	json_foreach (record, list) {
		if (!json_get_str(record, "eventName") || !json_get_str(record, "eventSource") ||
		    !json_get_str(record, "eventTime"))
			return err_set(err, ERR_INVALID, NULL,
				       "%s: no CloudTrail log: record %zu lacks eventName, "
				       "eventSource or eventTime",
				       path, json_size(records) + 1);
		json_append(records, json_copy(record));
	}
	return true;
}

bool cloudtrail_load(const char *path, struct json *records, struct err *err)
{
	_cleanup_(json_freep) struct json *log = NULL;
	struct strbuf sb;
	bool ok;

	strbuf_init(&sb, CLOUDTRAIL_FILE_MAX);
	ok = read_all(path, &sb, err);
	if (ok && !json_parse(strbuf_text(&sb), sb.length, &log, err))
		ok = err_wrap(err, "%s", path);
	strbuf_done(&sb);
	return ok && take(path, log, records, err);
}
