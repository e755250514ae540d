/* Recordings, replays, and where runs are kept. */
#include "runner/store/store.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/emulator.h"
#include "runner/jobs/folder.h"
#include "runner/store/db.h"
#include "runner/store/replay.h"
#include "tests/lib/suite.h"

static char folder[64];

static void begin_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/skyrig-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("XDG_STATE_HOME", folder, 1);
	unsetenv("SKYRIG_KEEP_RUNS");
}

static void on_call(const struct journal_entry *entry, void *userdata)
{
	recording_call(entry, userdata);
}

/* What comes in over AWS, Kubernetes, timers and faults, in a world that is recorded. */
static void live(struct emulator *emulator)
{
	_cleanup_(json_freep) struct json *vpc = json_new_object(), *made = NULL;
	_cleanup_(json_freep) struct json *map = NULL, *both = NULL;
	const char service[] =
		"{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":"
		"{\"name\":\"both\",\"namespace\":\"default\"},\"spec\":"
		"{\"ipFamilyPolicy\":\"RequireDualStack\",\"ports\":[{\"port\":80}]}}";
	const char text[] = "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":"
			    "{\"name\":\"x\",\"namespace\":\"default\"},\"data\":{\"a\":\"b\"}}";
	const char deny[] = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Deny\","
			    "\"Action\":\"*\",\"Resource\":\"*\"}}";
	struct kube_cluster *seed = kube_cluster_find(emulator->kube, EMULATOR_SEED);
	struct err err = ERR_INIT;

	json_set_str(vpc, "CidrBlock", "10.0.0.0/16");
	ck_assert(aws_invoke(emulator->aws, "operator", NULL, "eu-west-1", "ec2", "CreateVpc", vpc,
			     NULL, &made, &err));
	json_set_str(vpc, "CidrBlock", "10.0.0.0/30");
	ck_assert(!aws_invoke(emulator->aws, "operator", NULL, "eu-west-1", "ec2", "CreateVpc", vpc,
			      NULL, NULL, &err));
	err_done(&err);
	json_set_str(vpc, "CidrBlock", "10.1.0.0/16");
	ck_assert(emulator_set_policy(emulator, "kubelet", deny, &err));
	ck_assert(!aws_invoke(emulator->aws, "kubelet", NULL, "eu-west-1", "ec2", "CreateVpc", vpc,
			      NULL, NULL, &err));
	err_done(&err);
	ck_assert(emulator_set_policy(emulator, "kubelet", NULL, &err));
	ck_assert(aws_invoke(emulator->aws, "kubelet", NULL, "eu-west-1", "ec2", "CreateVpc", vpc,
			     NULL, NULL, &err));
	ck_assert(json_parse(text, strlen(text), &map, NULL));
	ck_assert(kube_invoke(seed, "operator", "POST", "/api/v1/namespaces/default/configmaps",
			      NULL, map, NULL, &err));
	ck_assert(kube_invoke(seed, "operator", "DELETE", "/api/v1/namespaces/default/configmaps/x",
			      NULL, NULL, NULL, &err));
	ck_assert(kube_cluster_add_range(seed, "fd00:1::/112", &err));
	ck_assert(json_parse(service, strlen(service), &both, NULL));
	ck_assert(kube_invoke(seed, "operator", "POST", "/api/v1/namespaces/default/services", NULL,
			      both, NULL, &err));
	actor_add(emulator->world, &(struct actor){.name = "late", .kube_user = "late"});
	emulated_clock_advance(world_clock(emulator->world), 60000);
	world_fire_timers(emulator->world);
}

static struct recording *record(const char *path)
{
	_cleanup_(json_freep) struct json *meta = json_new_object();
	struct recording *recording = NULL;
	struct emulator_config config = {.world = {.seed = 7, .profile = PROFILE_AWS, .speed = 20},
					 .tape = recording_tape};
	_cleanup_(loop_freep) struct loop *loop = NULL;
	_cleanup_(emulator_freep) struct emulator *emulator = NULL;
	struct subscription *subscription;
	struct err err = ERR_INIT;

	json_set_str(meta, "seed", "7");
	json_set_str(meta, "profile", "aws");
	json_set_str(meta, "id", "a/b");
	ck_assert_msg(recording_new(path, meta, &recording, &err), "%s", err_text(&err));
	config.tape_userdata = recording;
	ck_assert(loop_new(&loop, &err));
	ck_assert_msg(emulator_new(loop, &config, &emulator, &err), "%s", err_text(&err));
	subscription = journal_subscribe(emulator->world, on_call, recording);
	live(emulator);
	journal_unsubscribe(subscription);
	recording_log(recording, "load-balancer-controller", 12, "a line\xff");
	ck_assert_ptr_null(recording_error(recording));
	return recording;
}

struct told {
	size_t count;
	char *found;
};

static void differs(const struct recorded_event *event, const char *expected, const char *found,
		    void *userdata)
{
	struct told *told = userdata;

	(void)event;
	(void)expected;
	if (!told->count++)
		told->found = xstrdup(found);
}

static void assert_same(struct recording *recording)
{
	struct told told = {0};
	struct replay replay = {.differs = differs, .userdata = &told};
	struct err err = ERR_INIT;

	ck_assert_msg(replay_recording(recording, &replay, &err), "%s", err_text(&err));
	ck_assert_msg(replay.different == 0, "%s", told.found);
	ck_assert_uint_ge(replay.compared, 6);
}

START_TEST(a_world_without_controllers_answers_what_is_on_the_tape)
{
	struct recording *recording = record(":memory:");

	assert_same(recording);
	recording_free(recording);
}
END_TEST

START_TEST(another_answer_is_told_with_what_was_found)
{
	_cleanup_(freep) char *path = NULL;
	struct recording *recording;
	struct db *db;
	struct told told = {0};
	struct replay replay = {.differs = differs, .userdata = &told};
	struct err err = ERR_INIT;

	begin_folder();
	path = xasprintf("%s/x.db", folder);
	recording_free(record(path));
	ck_assert(db_open(path, false, &db, &err));
	ck_assert(db_run(db, &err,
			 "UPDATE tape SET status = 409 WHERE type = 'aws-invoke' AND status = 400",
			 ""));
	db_free(db);
	ck_assert(recording_open(path, &recording, &err));
	ck_assert_msg(replay_recording(recording, &replay, &err), "%s", err_text(&err));
	ck_assert_uint_eq(replay.different, 1);
	ck_assert_ptr_nonnull(strstr(told.found, "status 400"));
	free(told.found);
	recording_free(recording);
	remove_tree(folder);
}
END_TEST

START_TEST(a_recording_survives_its_way_through_json_lines)
{
	_cleanup_(freep) char *path = NULL;
	struct recording *recording = record(":memory:"), *again = NULL;
	struct err err = ERR_INIT;

	begin_folder();
	path = xasprintf("%s/x.jsonl", folder);
	ck_assert_msg(recording_export(recording, path, &err), "%s", err_text(&err));
	ck_assert_msg(recording_import(path, &again, &err), "%s", err_text(&err));
	ck_assert_str_eq(json_get_str(recording_meta(again), "id"), "a/b");
	assert_same(again);
	recording_free(recording);
	recording_free(again);
	remove_tree(folder);
}
END_TEST

START_TEST(a_line_that_is_none_is_told_by_its_number)
{
	_cleanup_(freep) char *path = NULL;
	struct recording *again = NULL;
	struct err err = ERR_INIT;
	FILE *file;

	begin_folder();
	path = xasprintf("%s/x.jsonl", folder);
	file = fopen(path, "we");
	fputs("{\"meta\":{\"seed\":\"1\"}}\n{\"evnt\":{}}\n", file);
	fclose(file);
	ck_assert(!recording_import(path, &again, &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "x.jsonl:2"));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "not \"evnt\""));
	err_done(&err);
	remove_tree(folder);
}
END_TEST

static void write_state(const struct stored_run *run, const char *state)
{
	_cleanup_(json_freep) struct json *json = json_new_object();
	struct err err = ERR_INIT;

	json_set_str(json, "state", state);
	ck_assert(store_write(run, json, &err));
}

START_TEST(runs_are_numbered_found_and_pruned)
{
	struct stored_run *run = NULL;
	struct err err = ERR_INIT;
	_cleanup_(freep) char *found = NULL, *root = NULL, *gone = NULL;

	begin_folder();
	setenv("SKYRIG_KEEP_RUNS", "2", 1);
	for (int i = 0; i < 4; i++) {
		ck_assert_msg(store_begin(&run, &err), "%s", err_text(&err));
		write_state(run, i == 2 ? "running" : "done");
		stored_run_free(steal(run));
	}
	root = store_root();
	gone = xasprintf("%s/0002", root);
	ck_assert_int_ne(access(gone, F_OK), 0);
	ck_assert(store_find("last", &found, &err));
	ck_assert(str_ends_with(found, "/0004"));
	free(steal(found));
	ck_assert(store_find("last~1", &found, &err));
	ck_assert(str_ends_with(found, "/0003"));
	free(steal(found));
	ck_assert(!store_find("7", &found, &err));
	ck_assert_str_eq(err_text(&err), "there is no run \"7\"; there are 0003 to 0004");
	err_done(&err);
	unsetenv("SKYRIG_KEEP_RUNS");
	remove_tree(folder);
}
END_TEST

START_TEST(a_run_that_never_ended_is_marked_as_killed_by_the_next_one)
{
	struct stored_run *run = NULL;
	struct err err = ERR_INIT;
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(freep) char *path = NULL;

	begin_folder();
	ck_assert(store_begin(&run, &err));
	write_state(run, "running");
	path = xstrdup(stored_run_path(run));
	stored_run_free(steal(run));
	ck_assert(store_begin(&run, &err));
	ck_assert(store_read(path, &json, &err));
	ck_assert_str_eq(json_get_str(json, "state"), "killed");
	stored_run_free(run);
	remove_tree(folder);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {a_world_without_controllers_answers_what_is_on_the_tape,
				      another_answer_is_told_with_what_was_found,
				      a_recording_survives_its_way_through_json_lines,
				      a_line_that_is_none_is_told_by_its_number,
				      runs_are_numbered_found_and_pruned,
				      a_run_that_never_ended_is_marked_as_killed_by_the_next_one,
				      NULL};

	return suite_main("store", tests);
}
