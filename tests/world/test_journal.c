/* emulator/world/journal.c */
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

static const struct kind kind_box = {.name = "box"}, kind_lid = {.name = "lid"};

START_TEST(an_entry_says_who_called_what_and_what_was_answered)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call_info info = {
		.actor = "operator",
		.account = TEST_ACCOUNT,
		.region = TEST_REGION,
		.service = "ec2",
		.operation = "CreateBox",
		.principal = "arn:aws:iam::123456789012:user/operator",
		.user_agent = "test/1",
	};
	struct call *call = call_begin(w, NULL, &info);
	const struct journal_entry *e;

	call_set_params(call, test_json("{'Size':1}"));
	call_set_params(call, test_json("{'Size':2}"));
	call_set_fault(call, "slow");
	world_add(call, (struct doc_spec){.kind = &kind_box, .key = "b", .body = test_json("{}")});
	call_commit(call, 200);
	e = journal_get(world_journal(w), 1);
	ck_assert_uint_eq(e->number, 1);
	ck_assert_uint_eq(e->revision, 1);
	ck_assert_str_eq(e->actor, "operator");
	ck_assert_str_eq(e->service, "ec2");
	ck_assert_str_eq(e->operation, "CreateBox");
	ck_assert_str_eq(e->principal, info.principal);
	ck_assert_str_eq(e->user_agent, "test/1");
	ck_assert_uint_eq(strlen(e->request_id), 36);
	ck_assert_int_eq(json_get_int(e->params, "Size", 0), 2);
	ck_assert_int_eq(e->status, 200);
	ck_assert_ptr_null(e->code);
	ck_assert_str_eq(e->fault, "slow");
	ck_assert_uint_eq(e->change_count, 1);
	ck_assert_ptr_null(e->changes[0].before);
	ck_assert_str_eq(e->changes[0].after->key, "b");
	world_free(w);
}
END_TEST

START_TEST(a_dry_run_is_undone_without_an_error)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call(w, "operator");

	world_add(call, (struct doc_spec){.kind = &kind_box, .key = "b", .body = test_json("{}")});
	call_fail(call, 201, NULL, NULL);
	ck_assert_uint_eq(world_count(w, &kind_box), 0);
	ck_assert_ptr_null(journal_get(world_journal(w), 1)->code);
	ck_assert_ptr_null(journal_get(world_journal(w), 1)->message);
	call_fail(test_call(w, "operator"), 404, NULL, NULL);
	ck_assert_str_eq(journal_get(world_journal(w), 2)->code, "");
	world_free(w);
}
END_TEST

START_TEST(the_ring_keeps_the_newest_entries)
{
	struct world_config config = {.seed = 1, .journal_limit = 3};
	struct world *w = world_new(&config);
	const struct journal *journal = world_journal(w);

	ck_assert_uint_eq(journal_first(journal), 0);
	ck_assert_uint_eq(journal_last(journal), 0);
	ck_assert_ptr_null(journal_get(journal, 0));
	for (int i = 0; i < 5; i++)
		call_commit(test_call(w, "operator"), 200);
	ck_assert_uint_eq(journal_first(journal), 3);
	ck_assert_uint_eq(journal_last(journal), 5);
	ck_assert_ptr_null(journal_get(journal, 2));
	ck_assert_uint_eq(journal_get(journal, 3)->number, 3);
	ck_assert_uint_eq(journal_get(journal, 5)->number, 5);
	ck_assert_ptr_null(journal_get(journal, 6));
	world_free(w);
}
END_TEST

struct heard {
	char text[128];
	struct subscription *drop;
};

static void hear(const struct change *change, void *userdata)
{
	struct heard *heard = userdata;
	_cleanup_(freep) char *text =
		xasprintf("%s%s%llu ", change->before ? "-" : "", change->after ? "+" : "",
			  (unsigned long long)change->revision);

	ck_assert_uint_lt(strlen(heard->text) + strlen(text), sizeof(heard->text));
	memcpy(heard->text + strlen(heard->text), text, strlen(text) + 1);
}

START_TEST(a_watch_resumes_with_the_changes_of_its_kind_after_a_revision)
{
	struct world *w = test_world(PROFILE_AWS);
	struct heard all = {.text = ""}, some = {.text = ""}, none = {.text = ""},
		     never = {.text = ""};

	test_add(w, "operator", &kind_box, "a", "{}", NULL);	  /* 1 */
	test_add(w, "operator", &kind_lid, "a", "{}", NULL);	  /* 2 */
	test_put(w, "operator", &kind_box, "a", "{'A':1}");	  /* 3 */
	call_commit(test_call(w, "operator"), 200);		  /* reads are not in the way */
	test_remove(w, "operator", &kind_box, "a");		  /* 4 */
	test_add(w, "operator", &kind_box, "a", "{'A':2}", NULL); /* 5 */
	ck_assert(journal_changes_since(w, &kind_box, 0, hear, &all));
	ck_assert_str_eq(all.text, "+1 -+3 -4 +5 ");
	ck_assert(journal_changes_since(w, &kind_box, 3, hear, &some));
	ck_assert_str_eq(some.text, "-4 +5 ");
	ck_assert(journal_changes_since(w, &kind_box, 5, hear, &none));
	ck_assert(journal_changes_since(w, &(const struct kind){.name = "other"}, 0, hear, &never));
	ck_assert_str_eq(none.text, "");
	ck_assert_str_eq(never.text, "");
	world_free(w);
}
END_TEST

START_TEST(changes_too_old_to_be_kept_are_refused_not_left_out)
{
	struct world_config config = {.seed = 1, .journal_limit = 2};
	struct world *w = world_new(&config);
	struct heard heard = {.text = ""};

	for (char c = 'a'; c <= 'd'; c++)
		test_add(w, "operator", &kind_box, (const char[]){c, '\0'}, "{}", NULL);
	for (int i = 0; i < 10; i++) /* many reads do not push changes out */
		call_commit(test_call(w, "operator"), 200);
	ck_assert_uint_eq(journal_oldest_revision(w), 2);
	ck_assert(!journal_changes_since(w, &kind_box, 1, hear, &heard));
	ck_assert_str_eq(heard.text, "");
	ck_assert(!journal_changes_since(w, &kind_lid, 1, hear, &heard));
	ck_assert(journal_changes_since(w, &kind_box, 2, hear, &heard));
	ck_assert_str_eq(heard.text, "+3 +4 ");
	world_free(w);
}
END_TEST

/* Registering thousands of targets again and again must not fill the memory. */
START_TEST(large_parameters_push_out_entries_before_their_number_does)
{
	struct world_config config = {.seed = 1};
	struct world *w = world_new(&config);
	const struct journal *journal = world_journal(w);

	for (int i = 0; i < 9; i++) {
		struct call *call = test_call(w, "operator");
		struct json *params = json_new_object();
		struct json *list = json_ensure_array(params, "Targets");

		for (int n = 0; n < 1000000; n++)
			json_append(list, json_new_null());
		call_set_params(call, params);
		call_commit(call, 200);
	}
	ck_assert_uint_eq(journal_last(journal), 9);
	ck_assert_uint_eq(journal_first(journal), 7);
	ck_assert_ptr_null(journal_get(journal, 6));
	ck_assert_uint_eq(journal_get(journal, 7)->number, 7);
	world_free(w);
}
END_TEST

START_TEST(a_call_with_more_changes_than_the_limit_is_kept_whole)
{
	struct world_config config = {.seed = 1, .journal_limit = 2};
	struct world *w = world_new(&config);
	struct call *call = test_call(w, "operator");
	struct heard heard = {.text = ""};

	for (char c = 'a'; c <= 'd'; c++)
		world_add(call, (struct doc_spec){.kind = &kind_box,
						  .key = (const char[]){c, '\0'},
						  .body = test_json("{}")});
	call_commit(call, 200);
	ck_assert(journal_changes_since(w, &kind_box, 0, hear, &heard));
	ck_assert_str_eq(heard.text, "+1 +2 +3 +4 ");
	world_free(w);
}
END_TEST

static void note(const struct journal_entry *entry, void *userdata)
{
	struct heard *heard = userdata;
	size_t length = strlen(heard->text);

	ck_assert_uint_lt(length + 2, sizeof(heard->text));
	heard->text[length] = (char)('0' + entry->number);
	heard->text[length + 1] = '\0';
	journal_unsubscribe(steal(heard->drop));
}

START_TEST(subscribers_hear_each_commit_and_each_refusal)
{
	struct world *w = test_world(PROFILE_AWS);
	struct heard a = {.text = ""}, b = {.text = ""};
	struct subscription *sub = journal_subscribe(w, note, &a);

	b.drop = journal_subscribe(w, note, &b); /* unsubscribes itself at the first call */
	call_commit(test_call(w, "operator"), 200);
	call_fail(test_call(w, "operator"), 400, "X", "x");
	call_abandon(test_call(w, "operator"));
	call_commit(test_call(w, "operator"), 200);
	ck_assert_str_eq(a.text, "123");
	ck_assert_str_eq(b.text, "1");
	journal_unsubscribe(sub);
	journal_unsubscribe(NULL);
	call_commit(test_call(w, "operator"), 200);
	ck_assert_str_eq(a.text, "123");
	world_free(w);
}
END_TEST

START_TEST(a_subscriber_may_unsubscribe_another_one)
{
	struct world *w = test_world(PROFILE_AWS);
	struct heard a = {.text = ""}, b = {.text = ""};
	struct subscription *first = journal_subscribe(w, note, &a);

	a.drop = journal_subscribe(w, note, &b);
	call_commit(test_call(w, "operator"), 200);
	ck_assert_str_eq(a.text, "1");
	ck_assert_str_eq(b.text, "");
	journal_unsubscribe(first);
	world_free(w);
}
END_TEST

START_TEST(request_ids_are_the_same_in_equal_runs)
{
	struct world *w[2] = {test_world(PROFILE_AWS), test_world(PROFILE_AWS)};

	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 2; j++)
			call_commit(test_call(w[i], "operator"), 200);
	ck_assert_str_eq(journal_get(world_journal(w[0]), 2)->request_id,
			 journal_get(world_journal(w[1]), 2)->request_id);
	ck_assert_str_ne(journal_get(world_journal(w[0]), 1)->request_id,
			 journal_get(world_journal(w[0]), 2)->request_id);
	world_free(w[0]);
	world_free(w[1]);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_entry_says_who_called_what_and_what_was_answered,
		a_dry_run_is_undone_without_an_error,
		the_ring_keeps_the_newest_entries,
		a_watch_resumes_with_the_changes_of_its_kind_after_a_revision,
		changes_too_old_to_be_kept_are_refused_not_left_out,
		large_parameters_push_out_entries_before_their_number_does,
		a_call_with_more_changes_than_the_limit_is_kept_whole,
		subscribers_hear_each_commit_and_each_refusal,
		a_subscriber_may_unsubscribe_another_one,
		request_ids_are_the_same_in_equal_runs,
		NULL,
	};

	return suite_main("journal", tests);
}
