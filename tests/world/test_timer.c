/* emulator/world/timer.c */
#include "emulator/base/loop.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

static void on_timer(struct call *call, const struct doc *doc, const char *timer);

static const struct kind kind_gate = {.name = "gate", .timer = on_timer};

/* Writes down its name and the time; "chain" arms another one 10 s later, "gone" removes. */
static void on_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body = json_copy(doc->body);
	int64_t now = world_now(call->world);

	for (const struct doc_timer *t = doc->timers; t; t = t->next)
		ck_assert_str_ne(t->name, timer); /* it is not armed any more */
	json_set_int(body, timer, now - json_get_int(body, "start", 0));
	json_set_str(body, "actor", call->actor);
	json_setf(body, "order", "%s%s ", json_get_str(body, "order"), timer);
	world_put(call, doc->kind, doc->key, body);
	if (str_eq(timer, "chain"))
		world_set_timer(call, doc->kind, doc->key, "link", now + 10000);
	if (str_eq(timer, "gone"))
		world_remove(call, doc->kind, doc->key);
}

static struct world *one_gate(void)
{
	struct world *w = test_world(PROFILE_AWS);
	_cleanup_(freep) char *body =
		xasprintf("{'start':%lld,'order':''}", (long long)world_now(w));

	test_add(w, "operator", &kind_gate, "g", body, NULL);
	return w;
}

static void arm(struct world *w, const char *name, int64_t after_ms)
{
	struct call *call = test_call(w, "operator");

	world_set_timer(call, &kind_gate, "g", name, world_now(w) + after_ms);
	call_commit(call, 200);
}

static const struct json *gate(const struct world *w)
{
	return world_find(w, &kind_gate, "g")->body;
}

START_TEST(a_timer_fires_when_it_is_due_and_only_once)
{
	struct world *w = one_gate();

	arm(w, "open", 5000);
	ck_assert_uint_eq(world_revision(w), 1); /* arming takes none */
	ck_assert_int_eq(world_find(w, &kind_gate, "g")->timers->due_ms, world_now(w) + 5000);
	ck_assert_uint_eq(test_advance(w, 4999), 0);
	ck_assert_uint_eq(test_advance(w, 1), 1);
	ck_assert_int_eq(json_get_int(gate(w), "open", 0), 5000);
	ck_assert_str_eq(json_get_str(gate(w), "actor"), "aws");
	ck_assert_str_eq(journal_get(world_journal(w), 3)->operation, "timer:open");
	ck_assert_str_eq(journal_get(world_journal(w), 3)->service, "aws");
	ck_assert_str_eq(journal_get(world_journal(w), 3)->account, TEST_ACCOUNT);
	ck_assert_uint_eq(test_advance(w, 100000), 0);
	world_free(w);
}
END_TEST

START_TEST(timers_of_a_document_without_an_account_are_the_clusters)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call_info info = {.actor = "kubelet", .service = "k8s", .operation = "CreatePod"};
	struct call *call = call_begin(w, NULL, &info);

	world_add(call, (struct doc_spec){
				.kind = &kind_gate, .key = "g", .body = test_json("{'order':''}")});
	world_set_timer(call, &kind_gate, "g", "open", world_now(w));
	call_commit(call, 201);
	ck_assert_uint_eq(world_fire_timers(w), 1);
	ck_assert_str_eq(json_get_str(gate(w), "actor"), "cluster");
	world_free(w);
}
END_TEST

START_TEST(timers_fire_in_the_order_of_their_times_each_at_its_own)
{
	struct world *w = one_gate();

	arm(w, "c", 3000);
	arm(w, "a", 1000);
	arm(w, "d", 3000);
	arm(w, "b", 2000);
	ck_assert_uint_eq(test_advance(w, 60000), 4);
	ck_assert_str_eq(json_get_str(gate(w), "order"), "a b c d ");
	ck_assert_int_eq(json_get_int(gate(w), "a", 0), 1000);
	ck_assert_int_eq(json_get_int(gate(w), "d", 0), 3000);
	world_free(w);
}
END_TEST

START_TEST(a_chain_of_timers_runs_within_one_advance)
{
	struct world *w = one_gate();

	arm(w, "chain", 1000);
	ck_assert_uint_eq(test_advance(w, 11000), 2);
	ck_assert_int_eq(json_get_int(gate(w), "link", 0), 11000);
	world_free(w);
}
END_TEST

START_TEST(the_same_name_again_replaces_the_time)
{
	struct world *w = one_gate();

	arm(w, "open", 1000);
	arm(w, "open", 9000);
	ck_assert_ptr_null(world_find(w, &kind_gate, "g")->timers->next);
	ck_assert_uint_eq(test_advance(w, 8999), 0);
	ck_assert_uint_eq(test_advance(w, 1), 1);
	world_free(w);
}
END_TEST

START_TEST(a_timer_goes_with_its_document_and_stays_with_a_new_version)
{
	struct world *w = one_gate();

	arm(w, "open", 1000);
	arm(w, "gone", 2000);
	arm(w, "late", 3000);
	test_put(w, "operator", &kind_gate, "g", "{'order':'','start':0}");
	ck_assert_ptr_nonnull(world_find(w, &kind_gate, "g")->timers);
	ck_assert_uint_eq(test_advance(w, 60000), 2);
	ck_assert_ptr_null(world_find(w, &kind_gate, "g"));
	ck_assert_int_eq(world_next_timer_ms(w), INT64_MAX);
	world_free(w);
}
END_TEST

START_TEST(a_failed_call_leaves_the_timers_as_they_were)
{
	struct world *w = one_gate();
	int64_t due = world_now(w) + 5000;
	struct call *call;

	arm(w, "open", 5000);
	call = test_call(w, "operator");
	world_set_timer(call, &kind_gate, "g", "open", 1);
	world_set_timer(call, &kind_gate, "g", "other", 1);
	world_clear_timer(call, &kind_gate, "g", "open");
	world_clear_timer(call, &kind_gate, "g", "never-armed");
	world_remove(call, &kind_gate, "g");
	call_fail(call, 400, "X", "x");
	ck_assert_str_eq(world_find(w, &kind_gate, "g")->timers->name, "open");
	ck_assert_int_eq(world_find(w, &kind_gate, "g")->timers->due_ms, due);
	ck_assert_ptr_null(world_find(w, &kind_gate, "g")->timers->next);
	ck_assert_uint_eq(test_advance(w, 5000), 1);
	world_free(w);
}
END_TEST

START_TEST(a_cleared_timer_does_not_fire)
{
	struct world *w = one_gate();
	struct call *call;

	arm(w, "a", 1000);
	arm(w, "b", 2000);
	arm(w, "c", 3000);
	call = test_call(w, "operator");
	world_clear_timer(call, &kind_gate, "g", "b");
	call_commit(call, 200);
	test_advance(w, 60000);
	ck_assert_str_eq(json_get_str(gate(w), "order"), "a c ");
	world_free(w);
}
END_TEST

START_TEST(many_timers_come_out_sorted)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");
	int64_t now = world_now(w), last = 0;

	for (unsigned i = 0; i < 1000; i++) {
		_cleanup_(freep) char *key = xasprintf("g%u", i);

		world_add(call, (struct doc_spec){.kind = &kind_gate,
						  .key = key,
						  .body = test_json("{'order':''}")});
		world_set_timer(call, &kind_gate, key, "t", now + i * 7919 % 1000);
		if (i % 3 == 0)
			world_clear_timer(call, &kind_gate, key, "t");
	}
	call_commit(call, 200);
	ck_assert_uint_eq(test_advance(w, 1000), 666);
	for (uint64_t n = 2; n <= journal_last(world_journal(w)); n++) {
		ck_assert_int_ge(journal_get(world_journal(w), n)->now_ms, last);
		last = journal_get(world_journal(w), n)->now_ms;
	}
	world_free(w);
}
END_TEST

static void stop(void *userdata)
{
	loop_stop(userdata);
}

START_TEST(a_loop_keeps_the_timers_going)
{
	struct world_config config = {.seed = 1, .speed = 1000};
	struct world *w = world_new(&config);
	struct err err = ERR_INIT;
	struct loop_source *source;
	struct loop *loop;

	ck_assert(loop_new(&loop, &err));
	source = world_attach(w, loop);
	test_add(w, "operator", &kind_gate, "g", "{'order':''}", NULL);
	arm(w, "open", 20000); /* 20 ms */
	loop_add_timer(loop, 5000, stop, loop);
	for (int i = 0; i < 100 && !json_get(gate(w), "open"); i++)
		loop_turn(loop, 1000);
	ck_assert_ptr_nonnull(json_get(gate(w), "open"));
	loop_remove(source);
	loop_free(loop);
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_timer_fires_when_it_is_due_and_only_once,
		timers_of_a_document_without_an_account_are_the_clusters,
		timers_fire_in_the_order_of_their_times_each_at_its_own,
		a_chain_of_timers_runs_within_one_advance,
		the_same_name_again_replaces_the_time,
		a_timer_goes_with_its_document_and_stays_with_a_new_version,
		a_failed_call_leaves_the_timers_as_they_were,
		a_cleared_timer_does_not_fire,
		many_timers_come_out_sorted,
		a_loop_keeps_the_timers_going,
		NULL,
	};

	return suite_main("timer", tests);
}
