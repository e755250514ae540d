/* What a killed run leaves behind. */
#include "runner/jobs/leftovers.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"

#define NOTE_MAX 65536 /* bytes of a note, and of a line of /proc/PID/stat */
#define NOTE	 "process.json"

static bool read_small(const char *path, struct strbuf *sb)
{
	FILE *file = fopen(path, "re");
	int c;

	while (file && (c = fgetc(file)) != EOF && sb->length < NOTE_MAX - 1)
		strbuf_add_char(sb, (char)c);
	if (file)
		fclose(file);
	return file != NULL;
}

/*
 * When a process began, in ticks since boot: with its number, that names it for good. 0: there is
 * none. Source: proc(5), /proc/PID/stat, field 22; the name in brackets may hold anything.
 */
static long long start_of(pid_t pid)
{
	_cleanup_(freep) char *path = xasprintf("/proc/%d/stat", (int)pid);
	long long ticks = 0;
	const char *at;
	struct strbuf sb;

	strbuf_init(&sb, NOTE_MAX);
	at = read_small(path, &sb) ? strrchr(strbuf_text(&sb), ')') : NULL;
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		ticks = strtoll(at + 1, NULL, 10);
	strbuf_done(&sb);
	return ticks;
}

void leftovers_note(const char *folder, pid_t pid, const char *what)
{
	_cleanup_(freep) char *path = xasprintf("%s/" NOTE, folder), *text = NULL;
	_cleanup_(json_freep) struct json *note = json_new_object();
	FILE *file = fopen(path, "we");
	char now[CLOCK_TEXT_MAX];

	if (!file)
		return;
	json_set_int(note, "pid", pid);
	json_set_int(note, "start", start_of(pid));
	json_set_str(note, "what", what);
	json_set_str(note, "began", clock_format_seconds(clock_real_ms(), now));
	text = json_to_text(note);
	fprintf(file, "%s\n", text);
	fclose(file);
}

/* The note in a folder, or NULL; to be freed. */
static struct json *read_note(const char *folder)
{
	_cleanup_(freep) char *path = xasprintf("%s/" NOTE, folder);
	struct json *note = NULL;
	struct strbuf sb;

	strbuf_init(&sb, NOTE_MAX);
	if (read_small(path, &sb) && !json_parse(strbuf_text(&sb), sb.length, &note, NULL))
		note = NULL;
	strbuf_done(&sb);
	return note;
}

/* Whether it still was there to be ended. */
static bool end_noted(const struct json *note)
{
	pid_t pid = (pid_t)json_get_int(note, "pid", 0);
	int64_t start = json_get_int(note, "start", 0);

	if (pid <= 1 || !start || start_of(pid) != start)
		return false;
	kill(-pid, SIGKILL); /* its group; a runner's own is its shell's, and has another number */
	return kill(pid, SIGKILL) == 0;
}

/* Processes whose folder is inside: controllers do not leave theirs. */
static bool end_inside(const char *folder)
{
	DIR *dir = opendir("/proc");
	size_t length = strlen(folder);
	struct dirent *entry;
	bool ended = false;

	while (dir && (entry = readdir(dir))) {
		_cleanup_(freep) char *link = NULL;
		char target[PATH_MAX];
		ssize_t n;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		link = xasprintf("/proc/%s/cwd", entry->d_name);
		n = readlink(link, target, sizeof(target) - 1);
		if (n <= (ssize_t)length || strncmp(target, folder, length) != 0 ||
		    target[length] != '/')
			continue;
		ended |= kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL) == 0;
	}
	if (dir)
		closedir(dir);
	return ended;
}

/* The scenarios that were running; ends their processes. */
static bool end_scenarios(const char *folder, struct strbuf *names)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool ended = false;

	while (dir && (entry = readdir(dir))) {
		_cleanup_(freep) char *path = xasprintf("%s/%s", folder, entry->d_name);
		_cleanup_(json_freep) struct json *note = NULL;

		if (entry->d_name[0] == '.')
			continue;
		note = read_note(path);
		if (!note)
			continue;
		strbuf_addf(names, "%s%s", names->length ? ", " : "", json_get_str(note, "what"));
		ended |= end_noted(note);
	}
	if (dir)
		closedir(dir);
	return ended;
}

void leftovers_end(const char *folder, FILE *out)
{
	_cleanup_(json_freep) struct json *note = read_note(folder);
	_cleanup_(freep) char *real = realpath(folder, NULL);
	struct strbuf names;
	bool ended;

	strbuf_init(&names, NOTE_MAX);
	ended = end_scenarios(folder, &names);
	ended |= end_inside(real ? real : folder);
	if (out && note) {
		fprintf(out, "skyrig: process %lld, begun %s, was killed",
			(long long)json_get_int(note, "pid", 0), json_get_str(note, "began"));
		if (names.length)
			fprintf(out, " while it ran %s", strbuf_text(&names));
		if (ended)
			fprintf(out, "; what of it still lived was ended");
		fprintf(out, "; its files are removed\n");
	}
	strbuf_done(&names);
}
