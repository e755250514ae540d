/*
 * The engine and what stands around it: manifests accepted and refused, controllers that log, die
 * or never get ready. The environment here is a stand-in that does what a scenario's steps ask of
 * it: restart makes a controller die, stop makes it never get ready, start makes it log.
 */
#include <check.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/engine/engine.h"
#include "runner/jobs/folder.h"

#define CONTROLLER "load-balancer-controller"
#define LINES_MAX  8

struct environment {
	struct emulator *emulator;
	struct environment_options options;
	struct loop_source *timer;
	char *lines[LINES_MAX];
	size_t line_count;
	bool busy;
};

/* What the engine of the running test made; for looking at what it was asked. */
static char *last_applied, *last_change, *last_deleted;

bool environment_new(struct emulator *emulator, const struct environment_options *options,
		     struct environment **ret, struct err *err)
{
	(void)err;
	*ret = xcalloc(1, sizeof(**ret));
	(*ret)->emulator = emulator;
	(*ret)->options = *options;
	return true;
}

void environment_free(struct environment *environment)
{
	if (!environment)
		return;
	loop_remove(environment->timer);
	for (size_t i = 0; i < environment->line_count; i++)
		free(environment->lines[i]);
	free(environment);
}

bool environment_controller_replace(struct environment *environment,
				    const struct yaml_node *setting, struct err *err)
{
	(void)environment;
	(void)setting;
	return err_set(err, ERR_NOT_FOUND, NULL, "nothing is replaced here");
}

struct kube_cluster *environment_cluster(struct environment *environment)
{
	return kube_cluster_at(environment->emulator->kube, 0);
}

bool environment_use_shoot(struct environment *environment, const char *shoot, struct err *err)
{
	(void)environment;
	return str_eq(shoot, "demo") ||
	       err_set(err, ERR_NOT_FOUND, NULL, "there is no Shoot \"%s\"", shoot);
}

void environment_park(struct environment *environment)
{
	(void)environment;
}

bool environment_unpark(struct environment *environment, const char *directory,
			environment_fn *event, void *userdata, struct err *err)
{
	(void)err;
	environment->options.directory = directory;
	environment->options.event = event;
	environment->options.userdata = userdata;
	return true;
}

bool environment_apply(struct environment *environment, const struct json *manifest,
		       struct err *err)
{
	(void)environment;
	if (str_eq(json_find_str(manifest, "metadata", "name", NULL), "refused"))
		return err_set(err, ERR_INVALID, "Invalid", "ConfigMap \"refused\" is invalid");
	free(last_applied);
	last_applied = json_to_text(manifest);
	return true;
}

bool environment_delete(struct environment *environment, const char *api_version, const char *kind,
			const char *ns, const char *name, struct err *err)
{
	(void)environment;
	(void)err;
	free(last_deleted);
	last_deleted = xasprintf("%s %s %s/%s", api_version, kind, ns ? ns : "-", name);
	return true;
}

bool environment_change(struct environment *environment, const char *api_version, const char *kind,
			const char *ns, const char *name, const struct json *set, struct err *err)
{
	_cleanup_(freep) char *text = json_to_text(set);

	(void)environment;
	(void)err;
	free(last_change);
	last_change = xasprintf("%s %s %s/%s %s", api_version, kind, ns ? ns : "-", name, text);
	return true;
}

static void tell(struct environment *environment, enum environment_event_type type,
		 const char *text)
{
	struct environment_event event = {type, CONTROLLER, text, clock_real_ms()};

	if (type == ENVIRONMENT_LOG && environment->line_count < LINES_MAX)
		environment->lines[environment->line_count++] = xstrdup(text);
	environment->options.event(&event, environment->options.userdata);
}

static void die(void *userdata)
{
	struct environment *environment = userdata;

	environment->timer = NULL;
	tell(environment, ENVIRONMENT_DIED, "ended with status 2");
}

static void never_ready(void *userdata)
{
	struct environment *environment = userdata;

	environment->timer = NULL;
	tell(environment, ENVIRONMENT_NOT_READY, "was not ready after 60s");
}

static void write_line(void *userdata)
{
	struct environment *environment = userdata;

	environment->timer = NULL;
	environment->busy = false;
	tell(environment, ENVIRONMENT_LOG, "I1123 quiet line");
	tell(environment, ENVIRONMENT_LOG, "E1123 throttled by AWS");
}

static bool arm(struct environment *environment, loop_timer_fn *fn)
{
	loop_remove(environment->timer);
	environment->timer = loop_add_timer(environment->emulator->loop, 20, fn, environment);
	return true;
}

bool environment_controller_restart(struct environment *environment, const char *controller,
				    struct err *err)
{
	if (!str_eq(controller, CONTROLLER))
		return err_set(err, ERR_NOT_FOUND, NULL, "%s is not started here", controller);
	return arm(environment, die);
}

bool environment_controller_stop(struct environment *environment, const char *controller,
				 struct err *err)
{
	(void)controller;
	(void)err;
	return arm(environment, never_ready);
}

bool environment_controller_start(struct environment *environment, const char *controller,
				  struct err *err)
{
	(void)controller;
	(void)err;
	environment->busy = true;
	return arm(environment, write_line);
}

bool environment_busy(const struct environment *environment)
{
	return environment->busy;
}

void environment_versions(const struct environment *environment,
			  void (*fn)(const char *controller, const char *version, bool ready,
				     void *userdata),
			  void *userdata)
{
	(void)environment;
	fn(CONTROLLER, "v3.3.0", true, userdata);
}

void environment_log(const struct environment *environment, const char *controller, int64_t from_ms,
		     int64_t to_ms, void (*fn)(int64_t real_ms, const char *line, void *userdata),
		     void *userdata)
{
	int64_t now = clock_real_ms();

	for (size_t i = 0; i < environment->line_count; i++)
		if (str_eq(controller, CONTROLLER) && now >= from_ms && now <= to_ms)
			fn(now, environment->lines[i], userdata);
}

static char *folder; /* of this test */

static void setup(void)
{
	char template[] = "/tmp/skyrig-test-XXXXXX";
	_cleanup_(freep) char *fixtures = NULL;

	ck_assert_ptr_nonnull(mkdtemp(template));
	folder = xstrdup(template);
	fixtures = xasprintf("%s/fixtures", folder);
	ck_assert_int_eq(mkdir(fixtures, 0700), 0);
}

static void teardown(void)
{
	remove_tree(folder);
	free(folder);
	free(last_applied);
	free(last_change);
	free(last_deleted);
	last_applied = last_change = last_deleted = NULL;
}

static void write_file(const char *name, const char *text)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

/* Runs the steps; the result. */
static struct json *run(const char *steps)
{
	_cleanup_(freep) char *path = xasprintf("%s/scenario.yaml", folder);
	_cleanup_(freep) char *text = xasprintf("scenario: A scenario of the engine's tests\n"
						"why: it shows that the engine does what it says\n"
						"source: [ \"scenario language\" ]\n"
						"given: { profile: instant }\n"
						"steps:\n%s",
						steps);
	struct engine_options options = {.directory = folder};
	struct suite suite = {0};
	struct err err = ERR_INIT;
	struct json *result;

	write_file("scenario.yaml", text);
	ck_assert(suite_load(&suite, path, &err));
	if (suite.problems.errors) {
		struct strbuf sb;

		strbuf_init(&sb, 65536);
		problems_print(&suite.problems, &sb, false);
		ck_abort_msg("%s", strbuf_text(&sb));
	}
	result = engine_run(suite.scenarios.items[0], 0, &options);
	suite_done(&suite);
	return result;
}

static void assert_outcome(struct json *result, const char *status, const char *says)
{
	ck_assert_msg(str_eq(json_get_str(result, "status"), status), "%s: %s",
		      json_get_str(result, "status"), json_get_str(result, "report"));
	ck_assert_msg(strstr(json_get_str(result, "report"), says), "\"%s\" is not in\n%s", says,
		      json_get_str(result, "report"));
	json_free(result);
}

START_TEST(manifests_are_applied_with_their_variables_and_types)
{
	write_file("fixtures/map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n"
					"data: { on: \"${on}\", text: \"is ${on}\" }\n");
	assert_outcome(run("  - step: apply\n    apply: map.yaml\n    with: { on: true }\n"),
		       "passed", "");
	ck_assert_str_eq(
		last_applied,
		"{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\"},"
		"\"data\":{\"on\":true,\"text\":\"is true\"}}");
}
END_TEST

START_TEST(changes_and_deletions_reach_their_object)
{
	assert_outcome(
		run("  - step: change\n    change: { of: service default/echo, set: { spec: { type: "
		    "ClusterIP } } }\n"
		    "  - step: delete\n    delete: [ service default/echo, shoot demo ]\n"),
		"passed", "");
	ck_assert_str_eq(last_change,
			 "v1 Service default/echo {\"spec\":{\"type\":\"ClusterIP\"}}");
	ck_assert_str_eq(last_deleted, "core.gardener.cloud/v1beta1 Shoot -/demo");
}
END_TEST

START_TEST(a_refused_manifest_fails_unless_it_must_be_refused_so)
{
	static const char steps[] = "  - step: apply\n    apply: map.yaml\n%s";
	_cleanup_(freep) char *plain = xasprintf(steps, "");
	_cleanup_(freep) char *right = xasprintf(
		steps, "    rejected: { message: { contains: is invalid }, reason: Invalid }\n");
	_cleanup_(freep) char *other =
		xasprintf(steps, "    rejected: { message: { contains: not found } }\n");

	write_file("fixtures/map.yaml",
		   "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: refused }\n");
	assert_outcome(run(plain), "failed", "ConfigMap refused of map.yaml was refused");
	assert_outcome(run(right), "passed", "");
	assert_outcome(run(other), "failed", "it was refused with another message");
	write_file("fixtures/map.yaml",
		   "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: fine }\n");
	assert_outcome(run(right), "failed", "ConfigMap fine of map.yaml was accepted");
}
END_TEST

START_TEST(a_controller_that_dies_fails_its_scenario)
{
	assert_outcome(
		run("  - step: it dies\n    restart: load-balancer-controller\n"
		    "    expect: [ { some: service, where: { metadata: { name: echo } } } ]\n"),
		"failed", "load-balancer-controller ended with status 2");
}
END_TEST

START_TEST(a_controller_that_never_gets_ready_is_our_fault)
{
	assert_outcome(
		run("  - step: it is never ready\n    stop: load-balancer-controller\n"
		    "    expect: [ { some: service, where: { metadata: { name: echo } } } ]\n"),
		"harness", "load-balancer-controller was not ready after 60s");
}
END_TEST

START_TEST(a_controller_that_is_not_there_cannot_be_restarted)
{
	assert_outcome(run("  - step: it is not there\n    restart: cloud-controller-manager\n"),
		       "failed", "cloud-controller-manager is not started here");
}
END_TEST

START_TEST(a_log_is_judged_line_by_line_as_it_is_written)
{
	static const char steps[] = "  - step: it logs\n    start: load-balancer-controller\n"
				    "    within: 300ms\n"
				    "    expect: [ { log-of: load-balancer-controller, "
				    "says: { contains: %s }%s } ]\n";
	_cleanup_(freep) char *right = xasprintf(steps, "throttled", ", times: 1");
	_cleanup_(freep) char *never = xasprintf(steps, "denied", "");

	assert_outcome(run(right), "passed", "");
	assert_outcome(run(never), "failed", "E1123 throttled by AWS");
}
END_TEST

START_TEST(settling_waits_for_what_is_still_on_its_way)
{
	_cleanup_(json_freep) struct json *result = run(
		"  - step: it is busy\n    start: load-balancer-controller\n    settle: 1ms\n"
		"    expect: [ { log-of: load-balancer-controller, says: { contains: throttled } "
		"} ]\n    within: 5s\n");

	ck_assert_str_eq(json_get_str(result, "status"), "passed");
	ck_assert_int_ge(json_get_int(json_at(json_get(result, "steps"), 0), "ms", 0), 20);
	ck_assert_str_eq(json_find_str(result, "versions", CONTROLLER, NULL), "v3.3.0");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("events");
	TCase *tcase = tcase_create("events");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, manifests_are_applied_with_their_variables_and_types);
	tcase_add_test(tcase, changes_and_deletions_reach_their_object);
	tcase_add_test(tcase, a_refused_manifest_fails_unless_it_must_be_refused_so);
	tcase_add_test(tcase, a_controller_that_dies_fails_its_scenario);
	tcase_add_test(tcase, a_controller_that_never_gets_ready_is_our_fault);
	tcase_add_test(tcase, a_controller_that_is_not_there_cannot_be_restarted);
	tcase_add_test(tcase, a_log_is_judged_line_by_line_as_it_is_written);
	tcase_add_test(tcase, settling_waits_for_what_is_still_on_its_way);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
