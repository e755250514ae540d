/* emulator/world/reads.c */
#include "emulator/world/reads.h"

#include "tests/lib/suite.h"
#include "tests/lib/world.h"

static void nothing(struct call *call, const struct doc *doc, const char *timer)
{
	(void)call, (void)doc, (void)timer;
}

static const struct kind kind_net = {.name = "net", .timer = nothing}, kind_host = {.name = "host"},
			 kind_none = {.name = "none"};

static struct world *net_and_host(void)
{
	struct world *w = test_world(PROFILE_AWS);

	test_add(w, "operator", &kind_net, "a", "{'x':1}", NULL);
	test_add(w, "operator", &kind_host, "h", "{'x':1}", NULL);
	return w;
}

/* What looking at the network alone depends on. */
static struct reads look_at_net(struct world *w)
{
	struct reads reads;

	reads_begin(w, &reads);
	ck_assert_ptr_nonnull(world_find(w, &kind_net, "a"));
	reads_end(w);
	return reads;
}

START_TEST(they_hold_while_other_kinds_change)
{
	struct world *w = net_and_host();
	struct reads reads = look_at_net(w);

	test_put(w, "operator", &kind_host, "h", "{'x':2}");
	test_remove(w, "operator", &kind_host, "h");
	ck_assert(reads_hold(w, &reads));
	world_free(w);
}
END_TEST

START_TEST(any_change_of_the_kind_ends_them)
{
	struct world *w = net_and_host();
	struct reads reads = look_at_net(w);
	struct call *call;

	test_add(w, "operator", &kind_net, "b", "{}", NULL);
	ck_assert(!reads_hold(w, &reads));
	reads = look_at_net(w);
	test_put(w, "operator", &kind_net, "b", "{'x':1}");
	ck_assert(!reads_hold(w, &reads));
	reads = look_at_net(w);
	test_remove(w, "operator", &kind_net, "b");
	ck_assert(!reads_hold(w, &reads));
	reads = look_at_net(w);
	call = test_call(w, "operator");
	world_set_timer(call, &kind_net, "a", "t", world_now(w) + 1000);
	call_commit(call, 200);
	ck_assert(!reads_hold(w, &reads));
	world_free(w);
}
END_TEST

START_TEST(an_equal_body_changes_nothing)
{
	struct world *w = net_and_host();
	struct reads reads = look_at_net(w);

	test_put(w, "operator", &kind_net, "a", "{'x':1}");
	ck_assert(reads_hold(w, &reads));
	world_free(w);
}
END_TEST

START_TEST(the_first_document_of_a_kind_that_was_looked_for_ends_them)
{
	struct world *w = net_and_host();
	struct reads reads;

	reads_begin(w, &reads);
	ck_assert_uint_eq(world_count(w, &kind_none), 0);
	reads_end(w);
	ck_assert(reads_hold(w, &reads));
	test_add(w, "operator", &kind_none, "n", "{}", NULL);
	ck_assert(!reads_hold(w, &reads));
	world_free(w);
}
END_TEST

START_TEST(clock_actors_revision_and_kinds_make_them_opaque)
{
	struct world *w = net_and_host();
	struct reads reads;

	for (unsigned i = 0; i < 5; i++) {
		reads_begin(w, &reads);
		switch (i) {
		case 0: world_now(w); break;
		case 1: actor_by_name(w, "operator"); break;
		case 2: world_revision(w); break;
		case 3: world_kind(w, 0); break;
		default: world_kind_named(w, "net");
		}
		reads_end(w);
		ck_assert_msg(reads.opaque, "%u", i);
		ck_assert(!reads_hold(w, &reads));
	}
	world_free(w);
}
END_TEST

START_TEST(a_change_or_a_new_id_in_the_same_call_makes_them_opaque)
{
	struct world *w = net_and_host();
	struct call *call = test_call(w, "operator");
	struct reads reads;

	reads_begin(w, &reads);
	ids_make(call, &kind_net, "net-", 8, "x");
	reads_end(w);
	ck_assert(reads.opaque);
	call_commit(call, 200);
	world_free(w);
}
END_TEST

START_TEST(too_many_kinds_make_them_opaque)
{
	struct kind kinds[READS_KINDS_MAX + 1] = {{.name = "many"}};
	struct world *w = net_and_host();
	struct reads reads;

	reads_begin(w, &reads);
	for (unsigned i = 0; i < READS_KINDS_MAX; i++)
		world_count(w, &kinds[i]);
	ck_assert(!reads.opaque);
	world_count(w, &kinds[READS_KINDS_MAX]);
	reads_end(w);
	ck_assert(reads.opaque);
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		they_hold_while_other_kinds_change,
		any_change_of_the_kind_ends_them,
		an_equal_body_changes_nothing,
		the_first_document_of_a_kind_that_was_looked_for_ends_them,
		clock_actors_revision_and_kinds_make_them_opaque,
		a_change_or_a_new_id_in_the_same_call_makes_them_opaque,
		too_many_kinds_make_them_opaque,
		NULL,
	};

	return suite_main("reads", tests);
}
