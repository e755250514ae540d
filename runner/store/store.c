/* Stored runs; see store.h. */
#include "runner/store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/jobs/folder.h"

#define TEXT_MAX ((size_t)256 * 1024 * 1024)

struct stored_run {
	char *path, *name;
	int lock;
};

char *store_root(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && *state == '/')
		return xasprintf("%s/skyrig/runs", state);
	return home && *home ? xasprintf("%s/.local/state/skyrig/runs", home) : NULL;
}

static bool make_folders(const char *path, struct err *err)
{
	_cleanup_(freep) char *part = xstrdup(path);

	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		if (slash)
			*slash = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_errno(err, "cannot make '%s'", part);
		if (!slash)
			return true;
		*slash = '/';
	}
}

/* Names in a folder that end with that, sorted as numbers or words. */
static int by_name(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

static void names_in(const char *folder, const char *ending, struct strs *ret)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && str_ends_with(entry->d_name, ending))
			strs_add(ret, entry->d_name);
	if (dir)
		closedir(dir);
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_name);
}

static bool is_number(const char *name)
{
	return *name && name[strspn(name, "0123456789")] == '\0';
}

/* The numbered folders, oldest first. */
static void runs_in(const char *root, struct strs *ret)
{
	_cleanup_(strs_done) struct strs all = {0};

	names_in(root, "", &all);
	for (size_t i = 0; i < all.count; i++)
		if (is_number(all.items[i]))
			strs_add(ret, all.items[i]);
}

static int take_lock(const char *folder, int flags)
{
	_cleanup_(freep) char *path = xasprintf("%s/lock", folder);
	int fd = open(path, O_RDWR | O_CLOEXEC | flags, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool write_json(const char *folder, const struct json *json, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/run.json", folder);
	_cleanup_(freep) char *fresh = xasprintf("%s.new", path), *text = json_to_text(json);
	FILE *file = fopen(fresh, "we");
	bool ok;

	if (!file)
		return err_errno(err, "cannot write '%s'", fresh);
	ok = fprintf(file, "%s\n", text) > 0;
	ok = fclose(file) == 0 && ok;
	return (ok && rename(fresh, path) == 0) || err_errno(err, "cannot write '%s'", path);
}

/* Nobody holds it, but it never ended: it was killed, and shall say so. */
static void mark_killed(const char *folder)
{
	_cleanup_(json_freep) struct json *run = NULL;

	if (!store_read(folder, &run, NULL) || !str_eq(json_get_str(run, "state"), "running"))
		return;
	json_set_str(run, "state", "killed");
	(void)!write_json(folder, run, NULL);
}

static size_t keep_runs(void)
{
	const char *said = getenv("SKYRIG_KEEP_RUNS");

	return said && is_number(said) ? strtoul(said, NULL, 10) : STORE_KEEP;
}

/* Removes what is too old and belongs to nobody any more. */
static void prune(const char *root, const struct strs *runs)
{
	size_t keep = keep_runs();

	for (size_t i = 0; i < runs->count; i++) {
		_cleanup_(freep) char *path = xasprintf("%s/%s", root, runs->items[i]);
		int lock = take_lock(path, O_CREAT);

		if (lock < 0)
			continue; /* it lives */
		if (i + keep <= runs->count)
			remove_tree(path);
		else
			mark_killed(path);
		close(lock);
	}
}

bool store_begin(struct stored_run **ret, struct err *err)
{
	_cleanup_(stored_run_freep) struct stored_run *run = xcalloc(1, sizeof(*run));
	_cleanup_(freep) char *root = store_root(), *folder = NULL, *failed = NULL;
	_cleanup_(strs_done) struct strs runs = {0};
	unsigned long number;

	run->lock = -1;
	if (!root)
		return err_set(err, ERR_IO, NULL, "neither XDG_STATE_HOME nor HOME is set");
	if (!make_folders(root, err))
		return false;
	runs_in(root, &runs);
	prune(root, &runs);
	number = runs.count ? strtoul(runs.items[runs.count - 1], NULL, 10) + 1 : 1;
	for (;; number++) {
		free(run->name);
		free(run->path);
		run->name = xasprintf("%04lu", number);
		run->path = xasprintf("%s/%s", root, run->name);
		if (mkdir(run->path, 0700) == 0)
			break;
		if (errno != EEXIST)
			return err_errno(err, "cannot make '%s'", run->path);
	}
	run->lock = take_lock(run->path, O_CREAT);
	folder = xasprintf("%s/scenarios", run->path);
	failed = xasprintf("%s/failed", run->path);
	if (!make_folders(folder, err) || !make_folders(failed, err))
		return false;
	*ret = steal(run);
	return true;
}

bool store_write(const struct stored_run *run, const struct json *json, struct err *err)
{
	return write_json(run->path, json, err);
}

void stored_run_free(struct stored_run *run)
{
	if (!run)
		return;
	if (run->lock >= 0)
		close(run->lock);
	free(run->path);
	free(run->name);
	free(run);
}

const char *stored_run_path(const struct stored_run *run)
{
	return run->path;
}

const char *stored_run_name(const struct stored_run *run)
{
	return run->name;
}

/* "last", "last~2": how far back; false when it is none of these. */
static bool parse_last(const char *name, size_t *ret_back)
{
	*ret_back = 0;
	if (!str_starts_with(name, "last"))
		return false;
	name += strlen("last");
	if (!*name)
		return true;
	if (*name != '~' || !is_number(name + 1))
		return false;
	*ret_back = strtoul(name + 1, NULL, 10);
	return true;
}

bool store_find(const char *name, char **ret, struct err *err)
{
	_cleanup_(freep) char *root = store_root(), *file = xasprintf("%s/run.json", name);
	_cleanup_(strs_done) struct strs runs = {0};
	size_t back;

	if (access(file, R_OK) == 0) {
		*ret = xstrdup(name);
		return true;
	}
	if (root)
		runs_in(root, &runs);
	if (!runs.count)
		return err_set(err, ERR_NOT_FOUND, NULL, "no run is stored in '%s'",
			       root ? root : "");
	if (parse_last(name, &back) && back < runs.count) {
		*ret = xasprintf("%s/%s", root, runs.items[runs.count - 1 - back]);
		return true;
	}
	for (size_t i = 0; i < runs.count && is_number(name); i++) {
		if (strtoul(runs.items[i], NULL, 10) != strtoul(name, NULL, 10))
			continue;
		*ret = xasprintf("%s/%s", root, runs.items[i]);
		return true;
	}
	return err_set(err, ERR_NOT_FOUND, NULL, "there is no run \"%s\"; there are %s to %s", name,
		       runs.items[0], runs.items[runs.count - 1]);
}

static bool read_text(const char *path, struct strbuf *sb, struct err *err)
{
	FILE *file = fopen(path, "re");
	char chunk[65536];
	size_t n;

	if (!file)
		return err_errno(err, "cannot read '%s'", path);
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		strbuf_add_bytes(sb, chunk, n);
	fclose(file);
	return !sb->overflow || err_set(err, ERR_TOO_LARGE, NULL, "'%s' is too large", path);
}

bool store_read(const char *folder, struct json **ret, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/run.json", folder);
	struct strbuf sb;
	bool ok;

	strbuf_init(&sb, TEXT_MAX);
	ok = read_text(path, &sb, err) &&
	     (json_parse(strbuf_text(&sb), sb.length, ret, err) || err_wrap(err, "%s", path));
	strbuf_done(&sb);
	return ok;
}

void store_recordings(const char *folder, struct strs *ret)
{
	_cleanup_(freep) char *path = xasprintf("%s/scenarios", folder);
	_cleanup_(strs_done) struct strs names = {0};

	names_in(path, ".db", &names);
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(freep) char *one = xasprintf("%s/%s", path, names.items[i]);

		strs_add(ret, one);
	}
}

/* The id as it stands in file names. */
static char *id_slug(const char *id)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	for (; *id; id++) {
		if (*id == '/')
			strbuf_add(&sb, "--");
		else
			strbuf_add_char(&sb, *id);
	}
	return strbuf_steal(&sb);
}

char *store_slug(const char *id, size_t row, size_t rows, unsigned turn)
{
	_cleanup_(freep) char *base = id_slug(id);
	_cleanup_(freep) char *of_row = rows > 1 ? xasprintf("-row%zu", row + 1) : xstrdup("");
	_cleanup_(freep) char *of_turn = turn ? xasprintf("-turn%u", turn + 1) : xstrdup("");

	return xasprintf("%s%s%s", base, of_row, of_turn);
}

bool store_recording(const char *folder, const char *scenario, char **ret, struct err *err)
{
	_cleanup_(freep) char *slug = scenario ? id_slug(scenario) : NULL, *names = NULL;
	_cleanup_(strs_done) struct strs all = {0}, fit = {0};

	store_recordings(folder, &all);
	for (size_t i = 0; i < all.count; i++) {
		const char *name = strrchr(all.items[i], '/') + 1;
		size_t length = strlen(name) - strlen(".db");

		if (slug && strlen(slug) == length && strncmp(name, slug, length) == 0) {
			*ret = xstrdup(all.items[i]);
			return true;
		}
		if (!slug || strstr(name, slug))
			strs_add(&fit, all.items[i]);
	}
	if (fit.count == 1) {
		*ret = xstrdup(fit.items[0]);
		return true;
	}
	names = xstrdup("");
	for (size_t i = 0; i < all.count && (fit.count || i < 100); i++) {
		const char *name = strrchr(all.items[i], '/') + 1;
		char *more =
			xasprintf("%s\n  %.*s", names, (int)(strlen(name) - strlen(".db")), name);

		free(names);
		names = more;
	}
	return err_set(err, fit.count ? ERR_CONFLICT : ERR_NOT_FOUND, NULL, "%s%s%s; there are%s",
		       scenario ? (fit.count ? "several scenarios fit \"" : "no scenario fits \"")
				: "which scenario?",
		       scenario ? scenario : "", scenario ? "\"" : "", *names ? names : " none");
}
