/* emulator/base/json.c and json_compare.c: trees. See test_json_text.c for reading and writing. */
#include "emulator/base/json.h"

#include <check.h>
#include <math.h>

#include "emulator/base/strbuf.h"

static struct json *parsed(const char *text)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct json *json = NULL;

	ck_assert_msg(json_parse(text, strlen(text), &json, &err), "%s: %s", text, err_text(&err));
	return json;
}

/* Checks what a tree is, as text. */
static void assert_is(const struct json *json, const char *expected)
{
	_cleanup_(freep) char *text = json_to_text(json);

	ck_assert_str_eq(text, expected);
}

START_TEST(a_missing_value_answers_every_question)
{
	int64_t number;

	ck_assert_int_eq(json_type(NULL), JSON_NULL);
	ck_assert(json_is_null(NULL));
	ck_assert(!json_is_object(NULL) && !json_is_array(NULL) && !json_is_string(NULL));
	ck_assert(!json_is_number(NULL) && !json_is_bool(NULL) && !json_bool(NULL));
	ck_assert_ptr_null(json_str(NULL));
	ck_assert(!json_int(NULL, &number));
	ck_assert_double_eq(json_double(NULL), 0);
	ck_assert_uint_eq(json_size(NULL), 0);
	ck_assert_ptr_null(json_get(NULL, "x"));
	ck_assert_ptr_null(json_get_mut(NULL, "x"));
	ck_assert_ptr_null(json_find(NULL, "a", "b", NULL));
	ck_assert_ptr_null(json_find_str(NULL, "a", NULL));
	ck_assert_ptr_null(json_at(NULL, 0));
	ck_assert_ptr_null(json_first(NULL));
	ck_assert_ptr_null(json_next(NULL));
	ck_assert_ptr_null(json_key(NULL));
	ck_assert_ptr_null(json_copy(NULL));
	ck_assert_int_eq(json_get_int(NULL, "x", -7), -7);
	ck_assert(json_get_bool(NULL, "x", true));
	json_free(NULL);
}
END_TEST

START_TEST(keys_are_compared_exactly)
{
	_cleanup_(json_freep) struct json *json = parsed("{\"Name\":1,\"name\":2}");

	ck_assert_int_eq(json_get_int(json, "Name", 0), 1);
	ck_assert_int_eq(json_get_int(json, "name", 0), 2);
	ck_assert_ptr_null(json_get(json, "NAME"));
	ck_assert_ptr_null(json_get(json, ""));
}
END_TEST

START_TEST(of_duplicate_keys_the_last_one_counts)
{
	_cleanup_(json_freep) struct json *json = parsed("{\"a\":1,\"b\":2,\"a\":3}");

	ck_assert_int_eq(json_get_int(json, "a", 0), 3);
	ck_assert_uint_eq(json_size(json), 3);
}
END_TEST

START_TEST(setting_a_duplicate_key_leaves_one)
{
	_cleanup_(json_freep) struct json *json =
		parsed("{\"a\":1,\"b\":2,\"a\":3,\"a\":4,\"c\":5}");

	json_set_int(json, "a", 9);
	assert_is(json, "{\"b\":2,\"a\":9,\"c\":5}");
}
END_TEST

START_TEST(removing_a_duplicate_key_leaves_none)
{
	_cleanup_(json_freep) struct json *json = parsed("{\"a\":1,\"b\":2,\"a\":3}");

	ck_assert(json_remove(json, "a"));
	ck_assert(!json_remove(json, "a"));
	assert_is(json, "{\"b\":2}");
}
END_TEST

START_TEST(paths_are_walked_through_objects)
{
	_cleanup_(json_freep) struct json *json =
		parsed("{\"status\":{\"lb\":{\"ip\":\"::1\",\"n\":4}},\"list\":[]}");

	ck_assert_str_eq(json_find_str(json, "status", "lb", "ip", NULL), "::1");
	ck_assert_ptr_null(json_find_str(json, "status", "lb", "n", NULL));
	ck_assert_ptr_null(json_find(json, "status", "no", "ip", NULL));
	ck_assert_ptr_null(json_find(json, "list", "x", NULL));
	ck_assert_ptr_eq(json_find(json, NULL), json);
}
END_TEST

START_TEST(a_set_member_keeps_its_place)
{
	_cleanup_(json_freep) struct json *json = parsed("{\"a\":1,\"b\":2,\"c\":3}");

	json_set_str(json, "a", "x");
	json_set_bool(json, "b", true);
	json_set_null(json, "c");
	json_setf(json, "d", "%s-%d", "id", 4);
	json_set_str(json, "e", NULL);
	json_set(json, "f", NULL);
	json_set_copy(json, "g", NULL);
	json_set_borrowed(json, "h", NULL);
	assert_is(json, "{\"a\":\"x\",\"b\":true,\"c\":null,\"d\":\"id-4\"}");
}
END_TEST

START_TEST(a_member_can_be_added_without_a_look_at_the_others)
{
	_cleanup_(json_freep) struct json *json = json_new_object();

	json_add(json, "a", json_new_int(1));
	json_add(json, "a", json_new_int(2));
	json_add(json, "b", NULL);
	assert_is(json, "{\"a\":1,\"a\":2}");
}
END_TEST

START_TEST(a_detached_member_can_go_under_another_key)
{
	_cleanup_(json_freep) struct json *json = parsed("{\"a\":{\"x\":1},\"b\":2}");
	struct json *member = json_detach(json, "a");

	ck_assert_ptr_null(json_key(member));
	ck_assert_ptr_null(json_detach(json, "a"));
	json_set(json, "moved", member);
	assert_is(json, "{\"b\":2,\"moved\":{\"x\":1}}");
}
END_TEST

START_TEST(every_place_of_a_list_can_be_removed)
{
	for (size_t place = 0; place < 3; place++) {
		_cleanup_(json_freep) struct json *json = parsed("[0,1,2]");

		json_remove_item(json, (struct json *)json_at(json, place));
		json_append(json, json_new_int(9));
		assert_is(json, place == 0 ? "[1,2,9]" : place == 1 ? "[0,2,9]" : "[0,1,9]");
	}
}
END_TEST

START_TEST(a_list_can_be_emptied_and_filled_again)
{
	_cleanup_(json_freep) struct json *json = parsed("[1]");

	json_remove_item(json, json_first_mut(json));
	ck_assert_uint_eq(json_size(json), 0);
	json_append_str(json, "a");
	json_append_str(json, NULL);
	json_append(json, NULL);
	assert_is(json, "[\"a\"]");
}
END_TEST

START_TEST(values_are_inserted_before_the_index)
{
	_cleanup_(json_freep) struct json *json = json_new_array();

	json_insert(json, 5, json_new_int(1)); /* [1] */
	json_insert(json, 0, json_new_int(0)); /* [0,1] */
	json_insert(json, 2, json_new_int(3)); /* [0,1,3] */
	json_insert(json, 2, json_new_int(2)); /* [0,1,2,3] */
	json_insert(json, 0, NULL);
	json_append(json, json_new_int(4));
	assert_is(json, "[0,1,2,3,4]");
	ck_assert_ptr_null(json_at(json, 5));
}
END_TEST

START_TEST(a_replaced_item_keeps_place_and_key)
{
	for (size_t place = 0; place < 3; place++) {
		_cleanup_(json_freep) struct json *json = parsed("{\"a\":0,\"b\":1,\"c\":2}");
		struct json *old = json_first_mut(json);

		for (size_t i = 0; i < place; i++)
			old = json_next_mut(old);
		json_replace_item(json, old, json_new_string("new"));
		json_set_int(json, "d", 3);
		assert_is(json, place == 0   ? "{\"a\":\"new\",\"b\":1,\"c\":2,\"d\":3}"
				: place == 1 ? "{\"a\":0,\"b\":\"new\",\"c\":2,\"d\":3}"
					     : "{\"a\":0,\"b\":1,\"c\":\"new\",\"d\":3}");
	}
}
END_TEST

START_TEST(ensure_makes_what_is_missing_and_keeps_what_is_there)
{
	_cleanup_(json_freep) struct json *json = parsed("{\"meta\":{\"a\":1},\"text\":\"x\"}");

	json_set_int(json_ensure_object(json, "meta"), "b", 2);
	json_append_str(json_ensure_array(json, "list"), "x");
	json_append_str(json_ensure_array(json, "list"), "y");
	json_set_int(json_ensure_object(json, "text"), "n", 1); /* a text is no object */
	assert_is(json, "{\"meta\":{\"a\":1,\"b\":2},\"text\":{\"n\":1},\"list\":[\"x\",\"y\"]}");
}
END_TEST

START_TEST(assign_takes_over_whatever_it_is)
{
	_cleanup_(json_freep) struct json *json = parsed("{\"a\":{\"x\":1},\"b\":2}");
	_cleanup_(json_freep) struct json *other = parsed("{\"big\":[1,2]}");

	json_assign(json_get_mut(json, "a"), json_new_string("text"));
	assert_is(json, "{\"a\":\"text\",\"b\":2}");
	json_assign(json_get_mut(json, "a"), json_new_digits("12345678901234567890"));
	assert_is(json, "{\"a\":12345678901234567890,\"b\":2}");
	json_assign(json_get_mut(json, "a"), json_copy(other));
	json_assign(json_get_mut(json, "b"), json_new_bool(false));
	json_assign(json, NULL);
	assert_is(json, "{\"a\":{\"big\":[1,2]},\"b\":false}");
	json_set_borrowed(json, "c", other);
	json_assign(json, json_detach(json, "c")); /* from something borrowed */
	json_set_int(json, "n", 1);
	assert_is(json, "{\"big\":[1,2],\"n\":1}");
	assert_is(other, "{\"big\":[1,2]}");
}
END_TEST

START_TEST(a_borrowed_document_is_shown_but_not_freed)
{
	_cleanup_(json_freep) struct json *owner = parsed("{\"a\":[1,{\"b\":\"c\"}]}");
	struct json *reply = json_new_object();

	json_set_borrowed(reply, "doc", owner);
	json_append_borrowed(json_ensure_array(reply, "list"), owner);
	json_set_borrowed(reply, "text", json_find(owner, "a", NULL));
	json_append_borrowed(json_ensure_array(reply, "texts"),
			     json_get(json_at(json_get(owner, "a"), 1), "b"));
	assert_is(reply, "{\"doc\":{\"a\":[1,{\"b\":\"c\"}]},\"list\":[{\"a\":[1,{\"b\":\"c\"}]}],"
			 "\"text\":[1,{\"b\":\"c\"}],\"texts\":[\"c\"]}");
	json_free(reply);
	assert_is(owner, "{\"a\":[1,{\"b\":\"c\"}]}");
}
END_TEST

START_TEST(a_change_of_something_borrowed_does_not_reach_its_owner)
{
	_cleanup_(json_freep) struct json *owner = parsed("{\"a\":{\"deep\":[1]},\"t\":\"x\"}");
	_cleanup_(json_freep) struct json *reply = json_new_object();
	struct json *doc;

	json_set_borrowed(reply, "doc", owner);
	doc = json_get_mut(reply, "doc");
	json_set_int(json_get_mut(doc, "a"), "new", 2);
	json_append_str(json_ensure_array(json_get_mut(doc, "a"), "deep"), "more");
	json_remove(doc, "t");
	assert_is(reply, "{\"doc\":{\"a\":{\"deep\":[1,\"more\"],\"new\":2}}}");
	assert_is(owner, "{\"a\":{\"deep\":[1]},\"t\":\"x\"}");
}
END_TEST

START_TEST(a_copy_owns_what_was_borrowed)
{
	struct json *owner = parsed("{\"a\":[1,\"x\"]}"), *reply = json_new_object(), *copy;

	json_set_borrowed(reply, "doc", owner);
	json_set_borrowed(reply, "s", json_at(json_get(owner, "a"), 1));
	copy = json_copy(reply);
	json_free(reply);
	json_free(owner);
	assert_is(copy, "{\"doc\":{\"a\":[1,\"x\"]},\"s\":\"x\"}");
	json_free(copy);
}
END_TEST

START_TEST(a_copy_is_equal_and_independent)
{
	static const char text[] = "{\"a\":[1,-0.5,\"x\\n\",null,true,{}],\"a\":1e400,"
				   "\"n\":9007199254740993}";
	_cleanup_(json_freep) struct json *json = parsed(text), *copy = json_copy(json);

	ck_assert(json_equal(json, copy));
	assert_is(copy, text);
	json_remove(copy, "n");
	ck_assert(!json_equal(json, copy));
	assert_is(json, text);
}
END_TEST

START_TEST(integers_are_integers_by_value)
{
	static const struct {
		const char *text;
		bool is_int;
		int64_t value;
	} rows[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"1e2", true, 100},
		{"1.0", true, 1},
		{"1.5", false, 0},
		{"999999999999999", true, 999999999999999},
		{"9007199254740993", true, 9007199254740993},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"1e400", false, 0},
		{"1e18", true, 1000000000000000000},
		{"9223372036854775808.0", false, 0},
		{"\"1\"", false, 0},
		{"true", false, 0},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(json_freep) struct json *json = parsed(rows[i].text);
		int64_t value = 0;

		ck_assert_msg(json_int(json, &value) == rows[i].is_int, "%s", rows[i].text);
		ck_assert_int_eq(value, rows[i].value);
	}
}
END_TEST

START_TEST(made_integers_keep_all_their_digits)
{
	static const int64_t values[] = {0,
					 -1,
					 999999999999999,
					 1000000000000000,
					 9007199254740993,
					 -9007199254740993,
					 INT64_MAX,
					 INT64_MIN};

	for (size_t i = 0; i < array_size(values); i++) {
		_cleanup_(json_freep) struct json *json = json_new_int(values[i]);
		_cleanup_(freep) char *expected = xasprintf("%lld", (long long)values[i]);
		int64_t value;

		ck_assert(json_int(json, &value));
		ck_assert_int_eq(value, values[i]);
		ck_assert_int_eq(json_type(json), JSON_NUMBER);
		assert_is(json, expected);
	}
}
END_TEST

START_TEST(what_json_has_no_number_for_is_null)
{
	_cleanup_(json_freep) struct json *infinite = json_new_double(INFINITY),
					  *none = json_new_double(NAN);

	ck_assert(json_is_null(infinite));
	ck_assert(json_is_null(none));
}
END_TEST

static const struct {
	const char *a, *b;
	bool equal;
} pairs[] = {
	{"{}", "{}", true},
	{"{}", "[]", false},
	{"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true},
	{"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":3}", false},
	{"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
	{"{\"a\":1,\"b\":2}", "{\"a\":1}", false},
	{"{\"a\":null}", "{}", false},
	{"{\"a\":1,\"a\":2,\"b\":0}", "{\"b\":0,\"a\":2}", true},
	{"[1,2]", "[2,1]", false},
	{"[1,2]", "[1,2,3]", false},
	{"1", "1.0", true},
	{"100", "1e2", true},
	{"0", "-0", true},
	{"9007199254740993", "9007199254740992", false},
	{"9007199254740993", "9007199254740993", true},
	{"12345678901234567890", "12345678901234567891", false},
	{"100000000000000000000", "1e20", true},
	{"1245678178111111111.5", "1245678178111111200", true}, /* its own text, read again */
	{"1", "\"1\"", false},
	{"true", "false", false},
	{"true", "true", true},
	{"null", "null", true},
	{"\"a\"", "\"A\"", false},
	{"{\"a\":{\"x\":[1]},\"b\":0}", "{\"b\":0,\"a\":{\"x\":[1]}}", true},
};

START_TEST(equality_ignores_the_order_of_members_only)
{
	_cleanup_(json_freep) struct json *a = parsed(pairs[_i].a), *b = parsed(pairs[_i].b);

	ck_assert_msg(json_equal(a, b) == pairs[_i].equal, "%s and %s", pairs[_i].a, pairs[_i].b);
	ck_assert(json_equal(b, a) == pairs[_i].equal);
	ck_assert(!json_equal(a, NULL));
	ck_assert(json_equal(NULL, NULL));
}
END_TEST

static void note_duplicate(const char *path, void *userdata)
{
	struct strbuf *sb = userdata;

	strbuf_addf(sb, "%s ", path);
}

START_TEST(duplicate_keys_are_found_with_their_paths)
{
	_cleanup_(json_freep) struct json *json =
		parsed("{\"spec\":{\"ports\":[{\"name\":1,\"name\":2,\"name\":3},{},[{\"x\":1,"
		       "\"x\":1}]]},\"a\":0,\"spec\":{},"
		       "\"many\":{\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,"
		       "\"9\":0,\"4\":0,\"2\":0,\"4\":0}}");
	_cleanup_(strbuf_done) struct strbuf found;

	strbuf_init(&found, 1000);
	json_duplicates(json, note_duplicate, &found);
	ck_assert_str_eq(strbuf_text(&found),
			 "spec.ports[0].name spec.ports[2][0].x spec many.4 many.2 ");
	json_duplicates(NULL, note_duplicate, &found);
}
END_TEST

START_TEST(large_objects_are_compared_and_searched_in_good_time)
{
	_cleanup_(json_freep) struct json *a = json_new_object(), *b = json_new_object();
	_cleanup_(strbuf_done) struct strbuf found;

	for (int i = 0; i < 50000; i++) {
		_cleanup_(freep) char *up = xasprintf("key-%d", i),
				      *down = xasprintf("key-%d", 49999 - i);

		json_add(a, up, json_new_int(i));
		json_add(b, down, json_new_int(49999 - i));
	}
	ck_assert(json_equal(a, b));
	strbuf_init(&found, 1000);
	json_duplicates(a, note_duplicate, &found);
	ck_assert_str_eq(strbuf_text(&found), "");
}
END_TEST

static struct json *watched(const char *text)
{
	struct json *json = NULL;

	ck_assert(json_parse(text, strlen(text), &json, NULL));
	json_watch(json);
	return json;
}

START_TEST(a_watched_tree_notes_what_is_read_of_it)
{
	_cleanup_(json_freep) struct json *json =
		watched("{\"a\": 1, \"b\": {\"c\": 2, \"d\": [3, {\"e\": 4}]}}");
	const struct json *b;

	ck_assert_int_eq(json_get_int(json, "a", 0), 1);
	b = json_peek(json, "b");
	ck_assert(json_was_read(json_peek(json, "a")));
	ck_assert(!json_was_read(b));
	json_find(json, "b", "d", NULL);
	ck_assert(json_was_read(b));
	ck_assert(json_was_read(json_peek(b, "d")));
	ck_assert(!json_was_read(json_peek(b, "c")));
	ck_assert(!json_was_read(json_peek(json_at(json_peek(b, "d"), 1), "e")));
	json_unwatch(json);
	json_get(b, "c");
	ck_assert(!json_was_read(json_peek(b, "c")));
	ck_assert(!json_was_read(json_peek(json, "a")));
}
END_TEST

/* Each way to take over a part with all below it. */
START_TEST(what_is_copied_compared_or_printed_is_read_whole)
{
	for (int way = 0; way < 5; way++) {
		_cleanup_(json_freep) struct json *json = watched("{\"a\": {\"b\": 1}, \"c\": 2}");
		_cleanup_(json_freep) struct json *other = json_new_object();
		const struct json *a = json_peek(json, "a");

		if (way == 0)
			json_free(json_copy(a));
		else if (way == 1)
			json_set_copy(other, "x", a);
		else if (way == 2)
			json_set_borrowed(other, "x", a);
		else if (way == 3)
			json_equal(a, other);
		else
			free(json_to_text(a));
		ck_assert_msg(json_was_read(json_peek(a, "b")), "way %d", way);
		ck_assert_msg(!json_was_read(json_peek(json, "c")), "way %d", way);
		ck_assert_msg(!json_was_read(json_peek(json_peek(other, "x"), "b")) || way == 2,
			      "way %d", way);
	}
}
END_TEST

START_TEST(what_is_read_of_a_watched_copy_is_noted_in_the_original)
{
	_cleanup_(json_freep) struct json *json =
		watched("{\"a\": [{\"x\": 1, \"y\": 2}, {\"x\": 3}], \"b\": 4}");
	_cleanup_(json_freep) struct json *copy = json_copy_watched(json);
	const struct json *first = json_first(json_peek(json, "a"));

	ck_assert(!json_was_read(json_peek(json, "b")));
	json_get(json_first(json_get(copy, "a")), "y");
	ck_assert(!json_was_read(json_peek(first, "y")));
	json_set_int(copy, "more", 5);
	json_watch_back(json, copy);
	ck_assert(json_was_read(json_peek(first, "y")));
	ck_assert(!json_was_read(json_peek(first, "x")));
	ck_assert(!json_was_read(json_peek(json, "b")));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *tc = tcase_create("json");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, a_missing_value_answers_every_question);
	tcase_add_test(tc, keys_are_compared_exactly);
	tcase_add_test(tc, of_duplicate_keys_the_last_one_counts);
	tcase_add_test(tc, setting_a_duplicate_key_leaves_one);
	tcase_add_test(tc, removing_a_duplicate_key_leaves_none);
	tcase_add_test(tc, paths_are_walked_through_objects);
	tcase_add_test(tc, a_set_member_keeps_its_place);
	tcase_add_test(tc, a_member_can_be_added_without_a_look_at_the_others);
	tcase_add_test(tc, a_detached_member_can_go_under_another_key);
	tcase_add_test(tc, every_place_of_a_list_can_be_removed);
	tcase_add_test(tc, a_list_can_be_emptied_and_filled_again);
	tcase_add_test(tc, values_are_inserted_before_the_index);
	tcase_add_test(tc, a_replaced_item_keeps_place_and_key);
	tcase_add_test(tc, ensure_makes_what_is_missing_and_keeps_what_is_there);
	tcase_add_test(tc, assign_takes_over_whatever_it_is);
	tcase_add_test(tc, a_borrowed_document_is_shown_but_not_freed);
	tcase_add_test(tc, a_change_of_something_borrowed_does_not_reach_its_owner);
	tcase_add_test(tc, a_copy_owns_what_was_borrowed);
	tcase_add_test(tc, a_copy_is_equal_and_independent);
	tcase_add_test(tc, integers_are_integers_by_value);
	tcase_add_test(tc, made_integers_keep_all_their_digits);
	tcase_add_test(tc, what_json_has_no_number_for_is_null);
	tcase_add_loop_test(tc, equality_ignores_the_order_of_members_only, 0,
			    (int)array_size(pairs));
	tcase_add_test(tc, duplicate_keys_are_found_with_their_paths);
	tcase_add_test(tc, large_objects_are_compared_and_searched_in_good_time);
	tcase_add_test(tc, a_watched_tree_notes_what_is_read_of_it);
	tcase_add_test(tc, what_is_copied_compared_or_printed_is_read_whole);
	tcase_add_test(tc, what_is_read_of_a_watched_copy_is_noted_in_the_original);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
