/* emulator/world/snapshot.c */
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

static void open_gate(struct call *call, const struct doc *doc, const char *timer)
{
	world_put(call, doc->kind, doc->key, test_json("{'State':'open'}"));
	ck_assert_str_eq(timer, "open");
}

static const struct kind kind_box = {.name = "box"}, kind_lid = {.name = "lid"},
			 kind_gate = {.name = "gate", .timer = open_gate};

static struct world *some_world(void)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call;

	for (char c = 'a'; c <= 'c'; c++)
		test_add(w, "operator", &kind_box, (const char[]){c, '\0'}, "{'A':1}", "{'t':'1'}");
	test_add(w, "operator", &kind_gate, "g", "{'State':'closed'}", NULL);
	call = test_call(w, "operator");
	world_set_timer(call, &kind_gate, "g", "open", world_now(w) + 5000);
	call_commit(call, 200);
	return w;
}

/* Something of everything. */
static void disturb(struct world *w)
{
	struct call *call = test_call(w, "load-balancer-controller");

	world_put(call, &kind_box, "a", test_json("{'A':2}"));
	world_put_tags(call, &kind_box, "c", test_json("{'t':'2'}"));
	world_remove(call, &kind_box, "b");
	world_add(call, (struct doc_spec){.kind = &kind_box, .key = "d", .body = test_json("{}")});
	world_add(call, (struct doc_spec){.kind = &kind_lid, .key = "l", .body = test_json("{}")});
	call_commit(call, 200);
	test_advance(w, 5000);
}

struct diff {
	char text[128];
};

static void note(const struct doc *before, const struct doc *after, void *userdata)
{
	struct diff *diff = userdata;
	_cleanup_(freep) char *text = xasprintf("%s%s%s ", before ? "-" : "", after ? "+" : "",
						before ? before->key : after->key);

	ck_assert_uint_lt(strlen(diff->text) + strlen(text), sizeof(diff->text));
	memcpy(diff->text + strlen(diff->text), text, strlen(text) + 1);
}

START_TEST(a_snapshot_keeps_what_was_there)
{
	struct world *w = some_world();
	_cleanup_(snapshot_freep) struct snapshot *s = snapshot_take(w);
	const struct doc *doc = NULL;
	char keys[8] = "";

	disturb(w);
	ck_assert_uint_eq(snapshot_revision(s), 4);
	ck_assert_int_eq(json_get_int(snapshot_find(s, &kind_box, "a")->body, "A", 0), 1);
	ck_assert_ptr_nonnull(snapshot_find(s, &kind_box, "b"));
	ck_assert_ptr_null(snapshot_find(s, &kind_box, "d"));
	ck_assert_ptr_null(snapshot_find(s, &kind_lid, "l"));
	while ((doc = snapshot_next(s, &kind_box, doc)))
		keys[strlen(keys)] = doc->key[0];
	ck_assert_str_eq(keys, "abc");
	ck_assert_ptr_null(snapshot_next(s, &kind_lid, NULL));
	world_free(w);
}
END_TEST

START_TEST(a_diff_names_what_changed_what_went_and_what_came)
{
	struct world *w = some_world();
	_cleanup_(snapshot_freep) struct snapshot *s = snapshot_take(w);
	struct diff boxes = {""}, all = {""};

	ck_assert_uint_eq(snapshot_diff(s, w, NULL, note, &all), 0);
	disturb(w);
	ck_assert_uint_eq(snapshot_diff(s, w, &kind_box, note, &boxes), 4);
	ck_assert_str_eq(boxes.text, "-+a -b -+c +d ");
	ck_assert_uint_eq(snapshot_diff(s, w, NULL, note, &all), 6);
	ck_assert_str_eq(all.text, "-+a -b -+c +d -+g +l ");
	world_free(w);
}
END_TEST

START_TEST(a_change_that_was_put_back_is_no_difference)
{
	struct world *w = some_world();
	_cleanup_(snapshot_freep) struct snapshot *s = snapshot_take(w);

	test_put(w, "operator", &kind_box, "a", "{'A':2}");
	test_put(w, "operator", &kind_box, "a", "{'A':1}");
	ck_assert_uint_eq(snapshot_diff(s, w, NULL, NULL, NULL), 0);
	world_free(w);
}
END_TEST

START_TEST(restoring_brings_back_documents_order_makers_and_timers)
{
	struct world *w = some_world();
	_cleanup_(snapshot_freep) struct snapshot *s = snapshot_take(w);
	uint64_t revision;
	char keys[8] = "";

	disturb(w);
	revision = world_revision(w);
	snapshot_restore(w, s, "operator");
	ck_assert_uint_eq(snapshot_diff(s, w, NULL, NULL, NULL), 0);
	world_foreach (doc, w, &kind_box)
		keys[strlen(keys)] = doc->key[0];
	ck_assert_str_eq(keys, "abc");
	ck_assert_str_eq(world_find(w, &kind_box, "b")->maker, "operator");
	ck_assert_uint_eq(world_find(w, &kind_box, "b")->created_revision, 2);
	ck_assert_uint_gt(world_find(w, &kind_box, "b")->revision, revision);
	ck_assert_ptr_nonnull(world_find(w, &kind_gate, "g")->timers);
	ck_assert_uint_eq(
		journal_get(world_journal(w), journal_last(world_journal(w)))->change_count, 6);
	world_fire_timers(w); /* its time has come long ago */
	ck_assert_str_eq(doc_str(world_find(w, &kind_gate, "g"), "State"), "open");
	world_free(w);
}
END_TEST

START_TEST(a_document_made_again_under_its_key_is_replaced_by_the_old_one)
{
	struct world *w = some_world();
	_cleanup_(snapshot_freep) struct snapshot *s = snapshot_take(w);

	test_remove(w, "operator", &kind_box, "b");
	test_add(w, "load-balancer-controller", &kind_box, "b", "{'A':1}", "{'t':'1'}");
	snapshot_restore(w, s, "operator");
	ck_assert_str_eq(world_find(w, &kind_box, "b")->maker, "operator");
	ck_assert_str_eq(world_next(w, &kind_box, world_find(w, &kind_box, "a"))->key, "b");
	world_free(w);
}
END_TEST

START_TEST(restoring_an_unchanged_world_takes_no_revision)
{
	struct world *w = some_world();
	_cleanup_(snapshot_freep) struct snapshot *s = snapshot_take(w);

	snapshot_restore(w, s, "operator");
	ck_assert_uint_eq(world_revision(w), snapshot_revision(s));
	snapshot_free(NULL);
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_snapshot_keeps_what_was_there,
		a_diff_names_what_changed_what_went_and_what_came,
		a_change_that_was_put_back_is_no_difference,
		restoring_brings_back_documents_order_makers_and_timers,
		a_document_made_again_under_its_key_is_replaced_by_the_old_one,
		restoring_an_unchanged_world_takes_no_revision,
		NULL,
	};

	return suite_main("snapshot", tests);
}
