/* emulator/world/{world,change,call,doc,store,id}.c */
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

static const struct kind kind_box = {.name = "box"}, kind_lid = {.name = "lid"};

START_TEST(an_added_document_is_found_by_its_key)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");
	const struct doc *doc =
		world_add(call, (struct doc_spec){.kind = &kind_box,
						  .key = "box-1",
						  .body = test_json("{'Size':1}"),
						  .tags = test_json("{'Name':'first'}"),
						  .extra = test_json("{'secret':'x'}")});

	ck_assert_ptr_eq(world_find(w, &kind_box, "box-1"), doc);
	call_commit(call, 200);
	ck_assert_ptr_eq(world_find(w, &kind_box, "box-1"), doc);
	ck_assert_str_eq(doc->maker, "operator");
	ck_assert_str_eq(doc->account, TEST_ACCOUNT);
	ck_assert_str_eq(doc->region, TEST_REGION);
	ck_assert_ptr_null(doc->implied_by);
	ck_assert_str_eq(doc_tag(doc, "Name"), "first");
	ck_assert_str_eq(doc_extra_str(doc, "secret"), "x");
	ck_assert_uint_eq(doc->revision, 1);
	ck_assert_uint_eq(doc->created_revision, 1);
	ck_assert_uint_eq(doc->made_by_call, 1);
	ck_assert_int_eq(doc->created_ms, world_now(w));
	ck_assert_uint_eq(world_count(w, &kind_box), 1);
	ck_assert_ptr_null(world_find(w, &kind_box, "box-2"));
	ck_assert_ptr_null(world_find(w, &kind_lid, "box-1"));
	ck_assert_ptr_null(world_find(w, &kind_box, NULL));
	world_free(w);
}
END_TEST

START_TEST(an_equal_body_changes_nothing_and_takes_no_revision)
{
	struct world *w = test_world(PROFILE_AWS);
	const struct doc *doc = test_add(w, "operator", &kind_box, "b", "{'A':1,'B':[2]}", NULL);
	struct call *call = test_call(w, "operator");

	ck_assert_ptr_eq(world_put(call, &kind_box, "b", test_json("{'B':[2],'A':1}")), doc);
	ck_assert_ptr_eq(world_put_tags(call, &kind_box, "b", test_json("{}")), doc);
	ck_assert(!call_changed(call));
	call_commit(call, 200);
	ck_assert_uint_eq(world_revision(w), 1);
	ck_assert_uint_eq(journal_get(world_journal(w), 2)->change_count, 0);
	world_free(w);
}
END_TEST

START_TEST(a_put_makes_a_new_version_and_leaves_the_old_one_as_it_was)
{
	struct world *w = test_world(PROFILE_AWS);
	const struct doc *old = test_add(w, "operator", &kind_box, "b", "{'A':1}", "{'k':'v'}");
	struct call *call = test_call(w, "load-balancer-controller");
	const struct doc *doc = world_put(call, &kind_box, "b", test_json("{'A':2}"));

	ck_assert(call_changed(call));
	ck_assert_ptr_ne(doc, old);
	ck_assert_int_eq(json_get_int(old->body, "A", 0), 1);
	ck_assert_int_eq(json_get_int(doc->body, "A", 0), 2);
	ck_assert_str_eq(doc_tag(doc, "k"), "v");
	ck_assert_str_eq(doc->maker, "operator");
	ck_assert_uint_eq(doc->created_revision, 1);
	ck_assert_uint_eq(doc->revision, 2);
	call_commit(call, 200);
	ck_assert_ptr_eq(world_find(w, &kind_box, "b"), doc);
	ck_assert_int_eq(json_get_int(old->body, "A", 0), 1); /* the journal holds it */
	world_free(w);
}
END_TEST

START_TEST(a_document_changed_twice_in_a_call_takes_one_revision)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call;
	const struct journal_entry *entry;

	test_add(w, "operator", &kind_box, "b", "{'A':1}", NULL);
	call = test_call(w, "operator");
	world_put(call, &kind_box, "b", test_json("{'A':2}"));
	world_add(call, (struct doc_spec){.kind = &kind_lid, .key = "l", .body = test_json("{}")});
	world_put(call, &kind_box, "b", test_json("{'A':3}"));
	call_commit(call, 200);
	ck_assert_uint_eq(world_revision(w), 3);
	entry = journal_get(world_journal(w), 2);
	ck_assert_uint_eq(entry->change_count, 2);
	ck_assert_int_eq(json_get_int(entry->changes[0].before->body, "A", 0), 1);
	ck_assert_int_eq(json_get_int(entry->changes[0].after->body, "A", 0), 3);
	ck_assert_uint_eq(entry->changes[0].revision, 2);
	ck_assert_uint_eq(entry->changes[1].revision, 3);
	world_free(w);
}
END_TEST

START_TEST(what_a_call_makes_and_removes_again_is_no_change)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");

	world_add(call, (struct doc_spec){.kind = &kind_box, .key = "b", .body = test_json("{}")});
	world_remove(call, &kind_box, "b");
	call_commit(call, 200);
	ck_assert_uint_eq(journal_get(world_journal(w), 1)->change_count, 0);
	ck_assert_uint_eq(world_count(w, &kind_box), 0);
	world_free(w);
}
END_TEST

static void keys_are(const struct world *w, const struct kind *kind, const char *expected)
{
	char text[64] = "";

	world_foreach (doc, w, kind) {
		ck_assert_uint_lt(strlen(text) + strlen(doc->key), sizeof(text));
		memcpy(text + strlen(text), doc->key, strlen(doc->key) + 1);
	}
	ck_assert_str_eq(text, expected);
}

START_TEST(documents_are_listed_in_the_order_in_which_they_were_made)
{
	struct world *w = test_world(PROFILE_AWS);

	for (const char *const *key = (const char *const[]){"c", "a", "d", "b", NULL}; *key; key++)
		test_add(w, "operator", &kind_box, *key, "{}", NULL);
	test_put(w, "operator", &kind_box, "a", "{'A':1}");
	keys_are(w, &kind_box, "cadb");
	test_remove(w, "operator", &kind_box, "a");
	keys_are(w, &kind_box, "cdb");
	test_add(w, "operator", &kind_box, "a", "{}", NULL);
	keys_are(w, &kind_box, "cdba");
	keys_are(w, &kind_lid, "");
	world_free(w);
}
END_TEST

START_TEST(a_failed_call_leaves_no_trace_but_its_entry)
{
	struct world *w = test_world(PROFILE_AWS);
	const struct doc *old[4];
	struct snapshot *before;
	struct call *call;

	for (size_t i = 0; i < 4; i++)
		old[i] = test_add(w, "operator", &kind_box, (const char[]){(char)('a' + i), '\0'},
				  "{'A':1}", "{'t':'1'}");
	before = snapshot_take(w);
	call = test_call(w, "operator");
	world_remove(call, &kind_box, "d");
	world_remove(call, &kind_box, "b");
	world_put(call, &kind_box, "a", test_json("{'A':2}"));
	world_put_tags(call, &kind_box, "a", test_json("{'t':'2'}"));
	world_remove(call, &kind_box, "c");
	world_add(call,
		  (struct doc_spec){.kind = &kind_box, .key = "b", .body = test_json("{'B':1}")});
	world_add(call,
		  (struct doc_spec){.kind = &kind_box, .key = "e", .body = test_json("{'E':1}")});
	world_remove(call, &kind_box, "e");
	world_remove(call, &kind_box, "a");
	keys_are(w, &kind_box, "b");
	call_fail(call, 400, "DependencyViolation", "it has dependents");
	keys_are(w, &kind_box, "abcd");
	for (size_t i = 0; i < 4; i++)
		ck_assert_ptr_eq(world_find(w, &kind_box, old[i]->key), old[i]);
	ck_assert_uint_eq(world_revision(w), 4);
	ck_assert_uint_eq(snapshot_diff(before, w, NULL, NULL, NULL), 0);
	ck_assert_str_eq(journal_get(world_journal(w), 5)->code, "DependencyViolation");
	ck_assert_str_eq(journal_get(world_journal(w), 5)->message, "it has dependents");
	ck_assert_uint_eq(journal_get(world_journal(w), 5)->change_count, 0);
	snapshot_free(before);
	world_free(w);
}
END_TEST

START_TEST(after_a_failed_call_the_next_change_takes_its_own_revision)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call;

	test_add(w, "operator", &kind_box, "b", "{'A':1}", NULL);
	call = test_call(w, "operator");
	world_put(call, &kind_box, "b", test_json("{'A':2}"));
	call_abandon(call);
	ck_assert_uint_eq(journal_last(world_journal(w)), 1);
	ck_assert_uint_eq(test_put(w, "operator", &kind_box, "b", "{'A':3}")->revision, 2);
	world_free(w);
}
END_TEST

START_TEST(a_replaced_version_stays_readable_until_the_next_call)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call;
	const struct doc *first, *second;

	test_add(w, "operator", &kind_box, "b", "{'A':1}", NULL);
	call = test_call(w, "operator");
	first = world_put(call, &kind_box, "b", test_json("{'A':2}"));
	second = world_put(call, &kind_box, "b", test_json("{'A':3}"));
	world_remove(call, &kind_box, "b");
	call_commit(call, 200);
	ck_assert_int_eq(json_get_int(first->body, "A", 0), 2);
	ck_assert_int_eq(json_get_int(second->body, "A", 0), 3);
	world_free(w);
}
END_TEST

static void count_free(void *cache)
{
	++*(int *)cache;
}

START_TEST(a_reference_outlives_the_world_and_takes_its_cache_with_it)
{
	struct world *w = test_world(PROFILE_AWS);
	struct doc *doc = (struct doc *)doc_ref(
		test_add(w, "operator", &kind_box, "b", "{'A':1}", "{'k':'v'}"));
	int freed = 0;

	doc->cache = &freed;
	doc->cache_free = count_free;
	test_remove(w, "operator", &kind_box, "b");
	world_free(w);
	ck_assert_str_eq(doc->key, "b");
	ck_assert_str_eq(doc_tag(doc, "k"), "v");
	ck_assert_int_eq(freed, 0);
	doc_unref(doc);
	ck_assert_int_eq(freed, 1);
	doc_unref(NULL);
}
END_TEST

START_TEST(removing_while_walking_ends_at_the_end)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call;
	unsigned seen = 0;

	for (char c = 'a'; c <= 'f'; c++)
		test_add(w, "operator", &kind_box, (const char[]){c, '\0'}, "{}", NULL);
	call = test_call(w, "operator");
	world_foreach (doc, w, &kind_box) {
		seen++;
		if (str_eq(doc->key, "b")) {
			world_remove(call, &kind_box, "d");
			world_remove(call, &kind_box, "b");
			world_remove(call, &kind_box, "c");
		}
	}
	ck_assert_uint_eq(seen, 4); /* a b e f */
	call_commit(call, 200);
	world_free(w);
}
END_TEST

START_TEST(equal_calls_make_equal_ids)
{
	struct world *w[2] = {test_world(PROFILE_AWS), test_world(PROFILE_AWS)};
	char *ids[2][3];

	for (int i = 0; i < 2; i++) {
		struct call *call = test_call(w[i], "operator");

		ids[i][0] = xstrdup(ids_make(call, &kind_box, "box-", 17, "n"));
		ids[i][1] = xstrdup(ids_make(call, &kind_box, "box-", 17, "n"));
		ids[i][2] = xstrdup(ids_make(call, &kind_box, "box-", 17, NULL));
		call_commit(call, 200);
	}
	for (int j = 0; j < 3; j++) {
		ck_assert_str_eq(ids[0][j], ids[1][j]);
		ck_assert_uint_eq(strlen(ids[0][j]), 4 + 17);
		ck_assert(str_starts_with(ids[0][j], "box-"));
		ck_assert_str_ne(ids[0][j], ids[0][(j + 1) % 3]);
	}
	for (int i = 0; i < 2; i++) {
		for (int j = 0; j < 3; j++)
			free(ids[i][j]);
		world_free(w[i]);
	}
}
END_TEST

START_TEST(an_id_of_a_failed_call_is_made_again)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");
	char *id = xstrdup(ids_make(call, &kind_box, "box-", 8, "n"));

	call_fail(call, 400, "X", "x");
	call = test_call(w, "operator");
	ck_assert_str_eq(ids_make(call, &kind_box, "box-", 8, "n"), id);
	call_commit(call, 200);
	free(id);
	world_free(w);
}
END_TEST

START_TEST(an_id_never_is_one_that_exists)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");

	for (int i = 0; i < 16; i++) /* all there are with one digit */
		world_add(call, (struct doc_spec){.kind = &kind_box,
						  .key = ids_make(call, &kind_box, "b-", 1, "n"),
						  .body = test_json("{}")});
	call_commit(call, 200);
	ck_assert_uint_eq(world_count(w, &kind_box), 16);
	world_free(w);
}
END_TEST

START_TEST(a_fixed_id_is_used_once_and_only_where_it_fits)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call_info info = {.actor = "operator", .fixed_id = "box-00000000"};
	struct call *call = call_begin(w, NULL, &info);

	ck_assert_str_ne(ids_make(call, &kind_lid, "lid-", 8, "n"), "box-00000000");
	ck_assert_str_eq(ids_make(call, &kind_box, "box-", 8, "n"), "box-00000000");
	ck_assert_ptr_null(call->fixed_id);
	world_add(call, (struct doc_spec){
				.kind = &kind_box, .key = "box-00000000", .body = test_json("{}")});
	ck_assert_str_ne(ids_make(call, &kind_box, "box-", 8, "n"), "box-00000000");
	call_commit(call, 200);
	call = call_begin(w, NULL, &info);
	/* taken: another one is made, and the call still carries it, so that its opener can refuse
	 */
	ck_assert_str_ne(ids_make(call, &kind_box, "box-", 8, "n"), "box-00000000");
	ck_assert_str_eq(call->fixed_id, "box-00000000");
	call_fail(call, 400, "X", "x");
	world_free(w);
}
END_TEST

START_TEST(time_stands_still_within_a_call_and_never_goes_back)
{
	struct world *w = test_world(PROFILE_AWS);
	int64_t start = world_now(w);
	struct call *call = test_call(w, "operator");

	emulated_clock_advance(world_clock(w), 5000);
	ck_assert_int_eq(world_now(w), start);
	call_commit(call, 200);
	ck_assert_int_eq(world_now(w), start + 5000);
	world_free(w);
}
END_TEST

START_TEST(kinds_are_named_in_the_order_of_first_use)
{
	struct world *w = test_world(PROFILE_AWS);

	test_add(w, "operator", &kind_lid, "l", "{}", NULL);
	test_add(w, "operator", &kind_box, "b", "{}", NULL);
	ck_assert_ptr_eq(world_kind(w, 0), &kind_lid);
	ck_assert_ptr_eq(world_kind(w, 1), &kind_box);
	ck_assert_ptr_null(world_kind(w, 2));
	ck_assert_ptr_eq(world_kind_named(w, "box"), &kind_box);
	ck_assert_ptr_null(world_kind_named(w, "gate"));
	world_free(w);
}
END_TEST

START_TEST(two_hundred_thousand_documents_are_no_burden)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");
	int64_t start = clock_monotonic_ms();

	for (int i = 0; i < 200000; i++)
		world_add(call, (struct doc_spec){.kind = &kind_box,
						  .key = ids_make(call, &kind_box, "box-", 17, "n"),
						  .body = test_json("{'A':1}"),
						  .tags = test_json("{'k':'v'}")});
	call_commit(call, 200);
	ck_assert_uint_eq(world_count(w, &kind_box), 200000);
	world_free(w);
	/* measured: 0.7 s; a quadratic step anywhere would take minutes */
	ck_assert_int_lt(clock_monotonic_ms() - start, 20000);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_added_document_is_found_by_its_key,
		an_equal_body_changes_nothing_and_takes_no_revision,
		a_put_makes_a_new_version_and_leaves_the_old_one_as_it_was,
		a_document_changed_twice_in_a_call_takes_one_revision,
		what_a_call_makes_and_removes_again_is_no_change,
		documents_are_listed_in_the_order_in_which_they_were_made,
		a_failed_call_leaves_no_trace_but_its_entry,
		after_a_failed_call_the_next_change_takes_its_own_revision,
		a_replaced_version_stays_readable_until_the_next_call,
		a_reference_outlives_the_world_and_takes_its_cache_with_it,
		removing_while_walking_ends_at_the_end,
		equal_calls_make_equal_ids,
		an_id_of_a_failed_call_is_made_again,
		an_id_never_is_one_that_exists,
		a_fixed_id_is_used_once_and_only_where_it_fits,
		time_stands_still_within_a_call_and_never_goes_back,
		kinds_are_named_in_the_order_of_first_use,
		two_hundred_thousand_documents_are_no_burden,
		NULL,
	};

	return suite_main("world", tests);
}
