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

static void remove_dead_runs(const char *base)
{
	DIR *dir = opendir(base);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		_cleanup_(freep) char *path = NULL;
		int lock;

		if (entry->d_name[0] == '.')
			continue;
		path = xasprintf("%s/%s", base, entry->d_name);
		lock = take_lock(path, 0);
		if (lock < 0)
			continue; /* it lives, or is just being made */
		leftovers_end(path, stderr);
		remove_tree(path);
		close(lock);
	}
	if (dir)
		closedir(dir);
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
	remove_dead_runs(base);
	folder = xcalloc(1, sizeof(*folder));
	folder->path = xasprintf("%s/%d", base, (int)getpid());
	if (mkdir(folder->path, 0700) != 0 && errno != EEXIST) {
		err_errno(err, "cannot make '%s'", folder->path);
		free(folder->path);
		free(folder);
		return false;
	}
	folder->lock = take_lock(folder->path, O_CREAT);
	leftovers_note(folder->path, getpid(), "");
	*ret = folder;
	return true;
}

void run_folder_free(struct run_folder *folder)
{
	if (!folder)
		return;
	if (!folder->keep)
		remove_tree(folder->path);
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
