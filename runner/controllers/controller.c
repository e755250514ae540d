/* A controller's life. See controller.h. */
#include "runner/controllers/controller.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/loop.h"
#include "emulator/http/fetch.h"
#include "runner/controllers/files.h"
#include "runner/controllers/process.h"

#define LOG_LINES_MAX	 5000 /* kept in memory */
#define PROBE_EVERY_MS	 50   /* between two readiness probes */
#define PROBE_TIMEOUT_MS 2000

struct log_line {
	int64_t real_ms;
	char *text;
};

struct controller {
	struct controller_definition *definition;
	struct controller_context context;
	char *directory, *program;
	enum controller_state state;
	struct json *variables; /* NULL before the first start */
	struct process *process;
	struct fetch *probe;
	struct loop_source *probe_timer;
	char *probe_url, *probe_problem;
	int64_t probe_deadline; /* monotonic */
	struct log_line *lines; /* ring */
	size_t line_first, line_count;
	FILE *log_file;
};

struct controller *controller_new(struct controller_definition *definition,
				  const struct controller_context *context)
{
	struct controller *controller = xcalloc(1, sizeof(*controller));

	controller->definition = definition;
	controller->context = *context;
	controller->directory = xasprintf("%s/%s", context->directory, definition->name);
	controller->program = xstrdup(context->program);
	controller->lines = xcalloc(LOG_LINES_MAX, sizeof(*controller->lines));
	return controller;
}

const struct controller_definition *controller_definition(const struct controller *controller)
{
	return controller->definition;
}

enum controller_state controller_state(const struct controller *controller)
{
	return controller->state;
}

const char *controller_directory(const struct controller *controller)
{
	return controller->directory;
}

bool controller_was_started(const struct controller *controller)
{
	return controller->variables != NULL;
}

static void tell(struct controller *controller, enum controller_event_type type, const char *text)
{
	controller->context.event(controller, type, text, controller->context.userdata);
}

static void stop_probing(struct controller *controller)
{
	loop_remove(controller->probe_timer);
	controller->probe_timer = NULL;
	fetch_cancel(controller->probe);
	controller->probe = NULL;
}

static void wrote_line(const char *line, void *userdata)
{
	struct controller *controller = userdata;
	size_t place = (controller->line_first + controller->line_count) % LOG_LINES_MAX;
	struct log_line *kept = &controller->lines[place];

	if (controller->line_count == LOG_LINES_MAX)
		controller->line_first = (controller->line_first + 1) % LOG_LINES_MAX;
	else
		controller->line_count++;
	free(kept->text);
	kept->text = xstrdup(line);
	kept->real_ms = clock_real_ms();
	if (controller->log_file)
		fprintf(controller->log_file, "%s\n", line);
	tell(controller, CONTROLLER_WROTE, line);
}

static void process_ended(const char *how, void *userdata)
{
	struct controller *controller = userdata;
	bool was_ready = controller->state == CONTROLLER_READY;

	stop_probing(controller);
	process_free(steal(controller->process));
	controller->state = CONTROLLER_DEAD;
	if (was_ready) {
		tell(controller, CONTROLLER_DIED, how);
	} else {
		_cleanup_(freep) char *text = xasprintf("%s before it was ready", how);

		tell(controller, CONTROLLER_NEVER_READY, text);
	}
}

static void probe_again(void *userdata);

static void probe_answered(const struct fetch_answer *answer, void *userdata)
{
	struct controller *controller = userdata;

	controller->probe = NULL;
	if (answer->status == 200) {
		controller->state = CONTROLLER_READY;
		tell(controller, CONTROLLER_IS_READY, NULL);
		return;
	}
	free(controller->probe_problem);
	controller->probe_problem =
		answer->problem ? xstrdup(answer->problem) : xasprintf("status %d", answer->status);
	if (clock_monotonic_ms() < controller->probe_deadline) {
		controller->probe_timer = loop_add_timer(controller->context.loop, PROBE_EVERY_MS,
							 probe_again, controller);
		return;
	}
	_cleanup_(freep) char *text = xasprintf("not ready after %llds: %s answers: %s",
						(long long)(controller->context.ready_ms / 1000),
						controller->probe_url, controller->probe_problem);
	process_free(steal(controller->process));
	controller->state = CONTROLLER_DEAD;
	tell(controller, CONTROLLER_NEVER_READY, text);
}

static void probe_again(void *userdata)
{
	struct controller *controller = userdata;

	controller->probe_timer = NULL;
	controller->probe = fetch_start(controller->context.fetcher,
					&(struct fetch_request){.url = controller->probe_url,
								.timeout_ms = PROBE_TIMEOUT_MS},
					probe_answered, controller);
}

/* "${dir}" and the ports, which keep their numbers over restarts. */
static bool add_own_variables(struct controller *controller, struct err *err)
{
	const struct strs *ports = &controller->definition->ports;

	json_set_str(controller->variables, "dir", controller->directory);
	for (size_t i = 0; i < ports->count; i++) {
		_cleanup_(freep) char *name = xasprintf("port.%s", ports->items[i]);
		unsigned port;

		if (!files_free_port(&port, err))
			return false;
		json_setf(controller->variables, name, "%u", port);
	}
	return true;
}

static bool write_files(struct controller *controller, struct err *err)
{
	const struct controller_definition *definition = controller->definition;

	for (size_t i = 0; i < definition->certificates.count; i++) {
		const char *name = definition->certificates.items[i];
		_cleanup_(freep) char *ca = NULL, *variable = xasprintf("ca.%s", name);

		if (!files_certificate(controller->directory, name, &ca, err))
			return false;
		json_set_str(controller->variables, variable, ca);
	}
	for (const struct controller_pair *file = definition->files; file && file->name; file++) {
		_cleanup_(freep) char *text = NULL, *path = NULL;

		path = xasprintf("%s/%s", controller->directory, file->name);
		if (!controller_definition_expand(definition, file->text, controller->variables,
						  &text, err) ||
		    !files_write(path, text, err))
			return false;
	}
	return true;
}

static bool expand_arguments(struct controller *controller, struct strs *ret, struct err *err)
{
	for (size_t i = 0; i < controller->definition->arguments.count; i++) {
		_cleanup_(freep) char *text = NULL;

		if (!controller_definition_expand(controller->definition,
						  controller->definition->arguments.items[i],
						  controller->variables, &text, err))
			return false;
		strs_add(ret, text);
	}
	strs_end(ret);
	return true;
}

/*
 * A clean environment: nothing of ours is inherited. Proxies point at the discard port, and there
 * is no home with credentials: whatever the controller tries, it reaches this machine only.
 */
static bool make_environment(struct controller *controller, struct strs *ret, struct err *err)
{
	static const char *const fixed[] = {
		"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HTTP_PROXY=http://127.0.0.1:9",
		"HTTPS_PROXY=http://127.0.0.1:9", "NO_PROXY=127.0.0.1,localhost,::1"};
	static const char *const folders[] = {"HOME", "TMPDIR", "XDG_CACHE_HOME"};

	for (size_t i = 0; i < array_size(fixed); i++)
		strs_add(ret, fixed[i]);
	for (size_t i = 0; i < array_size(folders); i++) {
		_cleanup_(freep) char *text = xasprintf("%s=%s", folders[i], controller->directory);

		strs_add(ret, text);
	}
	for (const struct controller_pair *pair = controller->definition->environment;
	     pair && pair->name; pair++) {
		_cleanup_(freep) char *value = NULL, *text = NULL;

		if (!controller_definition_expand(controller->definition, pair->text,
						  controller->variables, &value, err))
			return false;
		text = xasprintf("%s=%s", pair->name, value);
		strs_add(ret, text);
	}
	strs_end(ret);
	return true;
}

static bool run(struct controller *controller, struct err *err)
{
	_cleanup_(strs_done) struct strs arguments = {0}, environment = {0};
	struct process_spec spec = {.path = controller->program,
				    .directory = controller->directory,
				    .line = wrote_line,
				    .ended = process_ended,
				    .userdata = controller};

	if (!expand_arguments(controller, &arguments, err) ||
	    !make_environment(controller, &environment, err))
		return false;
	spec.arguments = (const char *const *)arguments.items;
	spec.environment = (const char *const *)environment.items;
	if (!process_start(controller->context.loop, &spec, &controller->process, err))
		return false;
	controller->state = CONTROLLER_STARTING;
	controller->probe_deadline = clock_monotonic_ms() + controller->context.ready_ms;
	probe_again(controller);
	return true;
}

/* Everything that is there only once: folder, variables, ports, files, log. */
bool controller_prepare(struct controller *controller, const struct json *variables,
			struct err *err)
{
	_cleanup_(freep) char *log_path = xasprintf("%s/log", controller->directory);

	if (mkdir(controller->directory, 0700) < 0 && errno != EEXIST)
		return err_errno(err, "cannot make folder '%s'", controller->directory);
	if (!controller->log_file)
		controller->log_file = fopen(log_path, "ae");
	if (!controller->log_file)
		return err_errno(err, "cannot write '%s'", log_path);
	setvbuf(controller->log_file, NULL, _IOLBF, 0);
	if (!variables && !controller->variables)
		return err_set(err, ERR_CONFLICT, NULL, "it was never started before");
	if (variables) {
		json_free(controller->variables);
		controller->variables = json_copy(variables);
		if (!add_own_variables(controller, err))
			return false;
	}
	free(controller->probe_url);
	controller->probe_url = NULL;
	return controller_definition_expand(controller->definition, controller->definition->ready,
					    controller->variables, &controller->probe_url, err) &&
	       write_files(controller, err);
}

bool controller_start(struct controller *controller, const struct json *variables, struct err *err)
{
	if (controller->process)
		return err_set(err, ERR_CONFLICT, NULL, "%s runs already",
			       controller->definition->name);
	if (!controller_prepare(controller, variables, err) || !run(controller, err)) {
		controller->state = CONTROLLER_DEAD;
		return err_wrap(err, "%s", controller->definition->name);
	}
	return true;
}

bool controller_stop(struct controller *controller, struct err *err)
{
	if (!controller->process)
		return err_set(err, ERR_CONFLICT, NULL, "%s does not run",
			       controller->definition->name);
	stop_probing(controller);
	process_free(steal(controller->process));
	controller->state = CONTROLLER_OFF;
	return true;
}

bool controller_expand(const struct controller *controller, const char *text, char **ret,
		       struct err *err)
{
	return controller_definition_expand(controller->definition, text, controller->variables,
					    ret, err);
}

void controller_log(const struct controller *controller, int64_t from_ms, int64_t to_ms,
		    void (*fn)(int64_t real_ms, const char *line, void *userdata), void *userdata)
{
	for (size_t i = 0; i < controller->line_count; i++) {
		const struct log_line *line =
			&controller->lines[(controller->line_first + i) % LOG_LINES_MAX];

		if (line->real_ms >= from_ms && line->real_ms <= to_ms)
			fn(line->real_ms, line->text, userdata);
	}
}

void controller_free(struct controller *controller)
{
	if (!controller)
		return;
	stop_probing(controller);
	process_free(controller->process);
	for (size_t i = 0; i < LOG_LINES_MAX; i++)
		free(controller->lines[i].text);
	free(controller->lines);
	if (controller->log_file)
		fclose(controller->log_file);
	json_free(controller->variables);
	free(controller->probe_url);
	free(controller->probe_problem);
	free(controller->directory);
	free(controller->program);
	controller_definition_free(controller->definition);
	free(controller);
}
