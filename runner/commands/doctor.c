/* skyrig doctor */
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "emulator/http/http.h"
#include "emulator/base/loop.h"
#include "runner/commands/command.h"
#include "runner/environment.h"
#include "runner/jobs/folder.h"
#include "runner/jobs/namespace.h"
#include "runner/text.h"

#define FILES_WANTED 4096 /* descriptors: a scenario has some hundred connections and watches */

/* What was found so far. */
struct diagnosis {
	bool color;
	unsigned bad; /* things that keep the program from doing its job */
};

static void say(struct diagnosis *diagnosis, bool good, const char *what, const char *found)
{
	const char *color = !diagnosis->color ? "" : good ? COLOR_GREEN : COLOR_RED;

	printf("%s%-4s%s  %-28s %s\n", color, good ? "ok" : "BAD",
	       diagnosis->color ? COLOR_OFF : "", what, found);
	diagnosis->bad += !good;
}

static void ignore(struct request *request, void *userdata)
{
	(void)userdata;
	http_reply(request, 404, NULL, "", 0);
}

static void check_listener(struct diagnosis *diagnosis, struct loop *loop, const char *address)
{
	struct http_options options = {
		.address = address, .listen_fd = -1, .serve = ignore, .body_max_bytes = 1024};
	struct http_server *server = NULL;
	struct err err = ERR_INIT;
	_cleanup_(freep) char *what = xasprintf("listen on %s", address);

	if (http_server_new(loop, &options, &server, &err))
		say(diagnosis, true, what, "works");
	else
		say(diagnosis, false, what, err_text(&err));
	http_server_free(server);
	err_done(&err);
}

static void check_limits(struct diagnosis *diagnosis)
{
	struct rlimit limit;
	_cleanup_(freep) char *found = NULL;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	found = xasprintf("%llu%s", (unsigned long long)limit.rlim_cur,
			  limit.rlim_cur < FILES_WANTED ? "; raise it: ulimit -n 4096" : "");
	say(diagnosis, limit.rlim_cur >= FILES_WANTED || limit.rlim_max >= FILES_WANTED,
	    "open files", found);
}

static void check_folder(struct diagnosis *diagnosis)
{
	struct run_folder *folder = NULL;
	struct err err = ERR_INIT;

	if (run_folder_new(&folder, &err))
		say(diagnosis, true, "temporary folder", run_folder_path(folder));
	else
		say(diagnosis, false, "temporary folder", err_text(&err));
	run_folder_free(folder);
	err_done(&err);
}

/* Not bad without: the scenarios then share the machine's network. */
static void check_namespaces(struct diagnosis *diagnosis)
{
	struct err err = ERR_INIT;
	_cleanup_(freep) char *why = NULL;

	if (namespaces_possible(&err)) {
		say(diagnosis, true, "network namespace", "each scenario gets one");
		return;
	}
	why = xasprintf("not to be had, scenarios share this machine's network: %s",
			err_text(&err));
	say(diagnosis, true, "network namespace", why);
	err_done(&err);
}

static void on_controller(const char *name, const char *path, const char *version,
			  const char *reason, void *userdata)
{
	_cleanup_(freep) char *found =
		path ? xasprintf("%s  %s", version ? version : "version unknown", path)
		     : xstrdup(reason ? reason : "not to be had");

	say(userdata, path != NULL, name, found);
}

int command_doctor(int argc, char **argv)
{
	static const struct argp argp = {NULL,
					 NULL,
					 NULL,
					 "Checks what this machine needs to run scenarios.\v"
					 "Exit status: 0 all is well, 3 something is missing.",
					 NULL,
					 NULL,
					 NULL};
	struct diagnosis diagnosis = {.color = command_color(STDOUT_FILENO)};
	_cleanup_(loop_freep) struct loop *loop = NULL;
	struct err err = ERR_INIT;

	command_parse(&argp, argc, argv, NULL);
	if (loop_new(&loop, &err)) {
		check_listener(&diagnosis, loop, "127.0.0.1");
		check_listener(&diagnosis, loop, "::1");
	} else {
		say(&diagnosis, false, "event loop", err_text(&err));
		err_done(&err);
	}
	check_limits(&diagnosis);
	check_folder(&diagnosis);
	check_namespaces(&diagnosis);
	environment_controllers(NULL, on_controller, &diagnosis);
	return diagnosis.bad ? EXIT_HARNESS : EXIT_PASSED;
}
