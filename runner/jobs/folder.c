/* Temporary folders of a run. */
#include "runner/jobs/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/jobs/leftovers.h"

struct run_folder {
	char *path;
	int lock; /* descriptor; the lock goes with the last process that holds it */
	bool keep;
};

#define OPEN_FOLDERS_MAX 16

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) != 0 && errno != ENOENT;
}

void remove_tree(const char *path)
{
	(void)!nftw(path, remove_entry, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
}

/* The lock of a folder, or -1: somebody else holds it. */
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

/* Whether nobody holds the lock of a folder; then it is ours: *ret, -1 when there is none. */
static bool is_dead(const char *folder, int *ret)
{
	_cleanup_(freep) char *path = xasprintf("%s/lock", folder);

	*ret = take_lock(folder, 0);
	return *ret >= 0 || (access(path, F_OK) != 0 && errno == ENOENT);
}

/* Under the lock of base: what has no lock was not made to its end, or not removed to it. */
static void remove_dead_runs(const char *base)
{
	DIR *dir = opendir(base);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_(freep) char *path = NULL;
		int lock;

		if (entry->d_name[0] == '.' || str_eq(entry->d_name, "lock"))
			continue;
		path = xasprintf("%s/%s", base, entry->d_name);
		if (!is_dead(path, &lock))
			continue;
		leftovers_end(path, stderr);
		remove_tree(path);
		if (lock >= 0)
			close(lock);
	}
	if (dir)
		closedir(dir);
}

static bool make_locked(const char *path, int *ret_lock, struct err *err)
{
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return err_errno(err, "cannot make '%s'", path);
	*ret_lock = take_lock(path, O_CREAT);
	return *ret_lock >= 0 || err_errno(err, "cannot lock '%s'", path);
}

/* Whoever looks at all folders, makes or removes one, does so alone. The descriptor to close. */
static bool lock_base(const char *base, int *ret, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/lock", base);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_errno(err, "cannot make '%s'", path);
	while (flock(fd, LOCK_EX) != 0 && errno == EINTR)
		;
	*ret = fd;
	return true;
}

static bool make_in(const char *base, struct run_folder *folder, struct err *err)
{
	int lock;
	bool ok;

	if (!lock_base(base, &lock, err))
		return false;
	remove_dead_runs(base);
	ok = make_locked(folder->path, &folder->lock, err);
	if (ok)
		leftovers_note(folder->path, getpid(), "");
	close(lock);
	return ok;
}

static void remove_alone(const struct run_folder *folder)
{
	_cleanup_(freep) char *base =
		xstrndup(folder->path, (size_t)(strrchr(folder->path, '/') - folder->path));
	struct err err = ERR_INIT;
	int lock;

	if (lock_base(base, &lock, &err)) {
		remove_tree(folder->path);
		close(lock);
	}
	err_done(&err); /* else the next run removes it */
}

bool run_folder_new(struct run_folder **ret, struct err *err)
{
	const char *tmp = getenv("TMPDIR");
	_cleanup_(freep) char *base =
		xasprintf("%s/skyrig-%u", tmp && *tmp ? tmp : "/tmp", (unsigned)getuid());
	struct run_folder *folder;
	struct stat st;

	if (mkdir(base, 0700) != 0 && errno != EEXIST)
		return err_errno(err, "cannot make '%s'", base);
	if (lstat(base, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != getuid())
		return err_set(err, ERR_IO, NULL, "'%s' is not a folder of ours", base);
	folder = xcalloc(1, sizeof(*folder));
	folder->path = xasprintf("%s/%d", base, (int)getpid());
	if (!make_in(base, folder, err)) {
		free(folder->path);
		free(folder);
		return false;
	}
	*ret = folder;
	return true;
}

void run_folder_free(struct run_folder *folder)
{
	if (!folder)
		return;
	if (!folder->keep)
		remove_alone(folder);
	if (folder->lock >= 0)
		close(folder->lock);
	free(folder->path);
	free(folder);
}

const char *run_folder_path(const struct run_folder *folder)
{
	return folder->path;
}

bool run_folder_add(struct run_folder *folder, const char *name, char **ret, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder->path, name);

	if (mkdir(path, 0700) != 0)
		return err_errno(err, "cannot make '%s'", path);
	*ret = steal(path);
	return true;
}

void run_folder_keep(struct run_folder *folder)
{
	folder->keep = true;
}
