/* Which operations the tests call. */
#include "tests/lib/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/world/journal.h"
#include "emulator/world/world.h"

static int file = -1;

/* Written at once: the tests are forks that may end any time. O_APPEND keeps their lines apart. */
static void note(const struct journal_entry *entry, void *userdata)
{
	_cleanup_(freep) char *line = NULL;

	(void)userdata;
	if (!*entry->account || strchr(entry->operation, ':') || str_eq(entry->service, "aws"))
		return; /* Kubernetes, or what AWS does by itself */
	line = xasprintf("%s:%s %s\n", entry->service, entry->operation,
			 entry->code && *entry->code ? entry->code : "ok");
	if (write(file, line, strlen(line)) < 0)
		abort(); /* a test that cannot say what it did proves nothing */
}

void calls_note(struct world *world)
{
	const char *folder = getenv("SKYRIG_CALLS_DIR");
	_cleanup_(freep) char *path = NULL;

	if (!folder)
		return;
	if (file < 0) {
		mkdir(folder, 0777);
		path = xasprintf("%s/%s", folder, program_invocation_short_name);
		file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	}
	if (file >= 0)
		journal_subscribe(world, note, NULL);
}
