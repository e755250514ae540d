/* emulator/judge/match*.c */
#include "emulator/judge/match.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

/* expected, actual, and the mismatch "path | expected | actual"; NULL: they match. */
struct row {
	const char *expected, *actual, *mismatch;
};

static const struct row scalars[] = {
	{"'dualstack'", "'dualstack'", NULL},
	{"'dualstack'", "'ipv4'", " | dualstack | \"ipv4\""},
	{"'Dualstack'", "'dualstack'", " | Dualstack | \"dualstack\""},
	{"'false'", "false", NULL},
	{"'false'", "true", " | false | true"},
	{"'no'", "false", " | no | false"},
	{"false", "'false'", NULL},
	{"'80'", "80", NULL},
	{"'80'", "80.0", NULL},
	{"80", "'80'", NULL},
	{"'80 '", "80", " | 80  | 80"},
	{"'1.10'", "'1.1'", " | 1.10 | \"1.1\""},
	{"'1.10'", "1.1", NULL},
	{"'012'", "'12'", " | 012 | \"12\""},
	{"'9007199254740993'", "9007199254740993", NULL},
	{"'9007199254740992'", "9007199254740993", " | 9007199254740992 | 9007199254740993"},
	{"'0x50'", "80", " | 0x50 | 80"},
	{"'nan'", "0", " | nan | 0"},
	{"'x'", NULL, " | x | (none)"},
	{"'x'", "null", " | x | null"},
	{"null", NULL, NULL},
	{"null", "'x'", " | null | \"x\""},
	{"'x'", "['x']", " | x | [\"x\"]"},
	{"'x'", "{'a':'x'}", " | x | {\"a\":\"x\"}"},
	{"''", "''", NULL},
	{"''", NULL, " | \"\" | (none)"},
};

static const struct row trees[] = {
	{"{'State':{'Code':'active'}}", "{'State':{'Code':'active','Reason':''},'Type':'network'}",
	 NULL},
	{"{'State':{'Code':'active'}}", "{'State':{'Code':'provisioning'}}",
	 "State.Code | active | \"provisioning\""},
	{"{'State':{'Code':'active'}}", "{}", "State.Code | active | (none)"},
	{"{'State':{'Code':'active'}}", NULL, "State.Code | active | (none)"},
	{"{'State':{'Code':'active'}}", "{'State':'active'}",
	 "State | { Code: active } | \"active\""},
	{"{'a':{}}", "{'a':{'b':1}}", NULL},
	{"{'a':{}}", "{}", "a | {} | (none)"},
	{"{'a':{'b':{'present':'false'}}}", "{}", NULL},
	{"{'codes':['X']}", "{'codes':['Y','X']}", NULL},
	{"{'codes':['X','Z']}", "{'codes':['Y','X']}", "codes | an element Z | [\"Y\",\"X\"]"},
	{"{'codes':['X']}", "{}", "codes | [X] | (none)"},
	{"{'codes':[]}", "{}", NULL},
	{"{'l':[{'a':'1','b':'2'}]}", "{'l':[{'a':'0','b':'0'},{'a':'1','b':'3'}]}",
	 "l[1].b | 2 | \"3\""},
	{"{'l':[{'a':{'b':'1'}}]}", "{'l':[{'a':{'b':'2'}}]}", "l[0].a.b | 1 | \"2\""},
	{"{'l':[{'a':'1'}]}", "{'l':[{'a':'2'},{'a':'3'}]}",
	 "l | an element { a: 1 } | [{\"a\":\"2\"},{\"a\":\"3\"}]"},
	{"{'l':['a']}", "{'l':'a'}", "l | [a] | \"a\""},
	{"[{'a':'1'},{'b':'2'}]", "[{'a':'1','b':'2'}]", NULL}, /* found in the same one */
};

static const struct row words[] = {
	{"{'not':'x'}", "'y'", NULL},
	{"{'not':'x'}", "'x'", " | not x | \"x\""},
	{"{'not':'x'}", NULL, NULL},
	{"{'not':{'starts-with':'igw-'}}", "'nat-1'", NULL},
	{"{'in':['a','b']}", "'b'", NULL},
	{"{'in':['a','b']}", "'c'", " | one of [a, b] | \"c\""},
	{"{'in':[{'at-least':'3'},'1']}", "5", NULL},
	{"{'matches':'^ip-[0-9]+$'}", "'ip-10'", NULL},
	{"{'matches':'^ip-[0-9]+$'}", "'ip-x'", " | a text that matches ^ip-[0-9]+$ | \"ip-x\""},
	{"{'matches':'8'}", "80", NULL},
	{"{'matches':'('}", "'('", " | a text that matches ( | \"(\""},
	{"{'matches':'.'}", NULL, " | a text that matches . | (none)"},
	{"{'contains':'no ipv6'}", "'VPC has no ipv6 CIDR'", NULL},
	{"{'contains':'IPv6'}", "'VPC has no ipv6 CIDR'",
	 " | with IPv6 | \"VPC has no ipv6 CIDR\""},
	{"{'contains':{'hostname':'h'}}", "[{'hostname':'g'},{'hostname':'h'}]", NULL},
	{"{'contains':['a','b']}", "['b','c','a']", NULL},
	{"{'contains':['a','d']}", "['b','c','a']", " | with [a, d] | [\"b\",\"c\",\"a\"]"},
	{"{'contains':'a'}", NULL, " | with a | (none)"},
	{"{'starts-with':'igw-'}", "'igw-1'", NULL},
	{"{'starts-with':'igw-'}", "'eigw-1'", " | a text that starts with igw- | \"eigw-1\""},
	{"{'at-least':'1'}", "1", NULL},
	{"{'at-least':'1'}", "0", " | at least 1 | 0"},
	{"{'at-most':'1'}", "'1'", NULL},
	{"{'at-most':'1'}", "'many'", " | at most 1 | \"many\""},
	{"{'at-least':'1','at-most':'3'}", "2", NULL},
	{"{'at-least':'1','at-most':'3'}", "4", " | at most 3 | 4"},
	{"{'exactly':[{'Z':'a'},{'Z':'b'}]}", "[{'Z':'b','i':1},{'Z':'a'}]", NULL},
	{"{'exactly':[{'Z':'a'}]}", "[{'Z':'b'},{'Z':'a'}]",
	 " | exactly [{ Z: a }] | [{\"Z\":\"b\"},{\"Z\":\"a\"}]"},
	{"{'exactly':['a','a']}", "['a','b']", " | exactly [a, a] | [\"a\",\"b\"]"},
	/* each finds its own: the first one must give way */
	{"{'exactly':[{'A':'1'},{'A':'1','B':'2'}]}", "[{'A':'1','B':'2'},{'A':'1'}]", NULL},
	{"{'exactly':[]}", NULL, NULL},
	{"{'exactly':{'a':'1'}}", "{'a':1}", NULL},
	{"{'exactly':{'a':'1'}}", "{'a':1,'b':2}", " | exactly { a: 1 } | {\"a\":1,\"b\":2}"},
	{"{'exactly':'x'}", "'x'", NULL},
	{"{'in-order':['a','b']}", "['a','b']", NULL},
	{"{'in-order':['a','b']}", "['b','a']", " | in this order [a, b] | [\"b\",\"a\"]"},
	{"{'in-order':['a']}", "['a','b']", " | in this order [a] | [\"a\",\"b\"]"},
	{"{'present':'true'}", "'x'", NULL},
	{"{'present':'true'}", "0", NULL},
	{"{'present':true}", "[]", " | something | []"},
	{"{'present':'true'}", NULL, " | something | (none)"},
	{"{'present':'false'}", "''", NULL},
	{"{'present':false}", "{'a':1}", " | nothing | {\"a\":1}"},
	{"{'cidr':'ipv6'}", "'2001:db8::/56'", NULL},
	{"{'cidr':'ipv6'}", "'10.0.0.0/8'", " | an address or block of ipv6 | \"10.0.0.0/8\""},
	{"{'cidr':'ipv4'}", "'10.0.0.1'", NULL},
	{"{'cidr':'ipv4'}", "'ten'", " | an address or block of ipv4 | \"ten\""},
	{"{'cidr':'ipv6','size':'56'}", "'2001:db8::/56'", NULL},
	{"{'cidr':'ipv6','size':'56'}", "'2001:db8::/64'", " | of size 56 | \"2001:db8::/64\""},
	{"{'size':'2'}", "['a','b']", NULL},
	{"{'size':{'at-least':'1'}}", "[]", " | of size at least 1 | []"},
	{"{'size':{'at-least':'1'}}", NULL, " | of size at least 1 | (none)"},
	{"{'size':'0'}", NULL, NULL},
	{"{'size':'4'}", "'caf\xc3\xa9'", NULL},
	{"{'size':'1'}", "5", " | of size 1 | 5"},
	{"{'inside':'2001:db8:0:1200::/56'}", "'2001:db8:0:1234::/64'", NULL},
	{"{'inside':'2001:db8:0:1200::/56'}", "'2001:db8:0:1334::/64'",
	 " | inside 2001:db8:0:1200::/56 | \"2001:db8:0:1334::/64\""},
	{"{'inside':'10.0.0.0/8'}", "'10.1.2.3'", NULL},
	{"{'inside':{'CidrBlock':'10.0.0.0/16','Ipv6CidrBlockAssociationSet':[{'Ipv6CidrBlock':"
	 "'2001:db8::/56'}]}}",
	 "'2001:db8::/64'", NULL},
	{"{'inside':{'CidrBlock':'10.0.0.0/16','Ipv6CidrBlockAssociationSet':[{'Ipv6CidrBlock':"
	 "'2001:db8::/56'}]}}",
	 "'2001:dead::/64'", " | inside 10.0.0.0/16 or 2001:db8::/56 | \"2001:dead::/64\""},
	{"{'same-as':['a','b']}", "['b','a']", NULL},
	{"{'same-as':{'a':'1'}}", "{'a':1,'b':2}", " | the same as { a: 1 } | {\"a\":1,\"b\":2}"},
};

static void check(const struct row *row)
{
	_cleanup_(json_freep) struct json *expected = test_json(row->expected);
	_cleanup_(json_freep) struct json *actual = row->actual ? test_json(row->actual) : NULL;
	struct mismatch mismatch = MISMATCH_INIT;
	_cleanup_(freep) char *text = NULL;
	bool matches = match_value(expected, actual, &mismatch);

	if (!matches)
		text = xasprintf("%s | %s | %s", mismatch.path, mismatch.expected, mismatch.actual);
	ck_assert_msg(str_eq(text, row->mismatch), "%s with %s: %s, not %s", row->expected,
		      row->actual, text ? text : "a match", row->mismatch);
	ck_assert_int_eq(match_value(expected, actual, NULL), matches);
	mismatch_done(&mismatch);
}

START_TEST(scalars_are_compared_by_the_type_of_the_field)
{
	for (size_t i = 0; i < array_size(scalars); i++)
		check(&scalars[i]);
}
END_TEST

START_TEST(trees_are_partial_and_the_first_difference_is_named)
{
	for (size_t i = 0; i < array_size(trees); i++)
		check(&trees[i]);
}
END_TEST

START_TEST(each_word_matches_what_it_says)
{
	for (size_t i = 0; i < array_size(words); i++)
		check(&words[i]);
}
END_TEST

START_TEST(an_object_with_a_field_beside_words_is_no_matcher)
{
	_cleanup_(json_freep) struct json *expected = test_json("{'size':'1','other':'x'}");
	_cleanup_(json_freep) struct json *actual = test_json("{'size':1,'other':'x'}");
	struct err err = ERR_INIT;

	ck_assert(match_value(expected, actual, NULL)); /* fields called so */
	ck_assert(!match_check(expected, &err));
	ck_assert_str_eq(err_text(&err), "matchers and fields do not stand in one object");
	err_done(&err);
}
END_TEST

START_TEST(bad_operands_are_named)
{
	static const char *const rows[][2] = {
		{"{'a':{'at-least':'x'}}", "a: at-least: \"x\" is not a number"},
		{"{'at-most':['1']}", "at-most: \"\" is not a number"},
		{"{'matches':'('}", "matches: \"(\" is not a regular expression: missing closing "
				    "parenthesis, at character 2"},
		{"{'in':'a'}", "in: must be a list"},
		{"{'in-order':'a'}", "in-order: must be a list"},
		{"{'present':'yes'}", "present: must be true or false"},
		{"{'cidr':'ipv5'}", "cidr: must be ipv4 or ipv6"},
		{"{'inside':'ten'}", "inside: must be a block such as 10.0.0.0/16, or an object "
				     "that has one"},
		{"{'inside':{'a':'b'}}", "inside: must be a block such as 10.0.0.0/16, or an "
					 "object that has one"},
		{"{'starts-with':{}}", "starts-with: must be a single value"},
		{"{'size':{'at-least':'many'}}", "size: at-least: \"many\" is not a number"},
		{"[{'not':{'matches':'['}}]",
		 "not: matches: \"[\" is not a regular expression: missing terminating ] for "
		 "character class, at character 2"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(json_freep) struct json *expected = test_json(rows[i][0]);
		struct err err = ERR_INIT;

		ck_assert_msg(!match_check(expected, &err), "%s", rows[i][0]);
		ck_assert_str_eq(err_text(&err), rows[i][1]);
		err_done(&err);
	}
}
END_TEST

START_TEST(good_expectations_pass_the_check)
{
	for (size_t i = 0; i < array_size(words); i++) {
		_cleanup_(json_freep) struct json *expected = test_json(words[i].expected);
		struct err err = ERR_INIT;

		if (strstr(words[i].expected, "'matches':'('"))
			continue;
		ck_assert_msg(match_check(expected, &err), "%s: %s", words[i].expected,
			      err_text(&err));
	}
}
END_TEST

START_TEST(every_word_is_known_and_nothing_else)
{
	static const char *const all[] = {"at-least", "at-most",  "cidr",   "contains",	  "exactly",
					  "in",	      "in-order", "inside", "matches",	  "not",
					  "present",  "same-as",  "size",   "starts-with"};

	for (size_t i = 0; i < array_size(all); i++)
		ck_assert_msg(match_is_word(all[i]), "%s", all[i]);
	ck_assert(!match_is_word("Type"));
	ck_assert(!match_is_word(""));
	ck_assert(!match_is_word("zz"));
}
END_TEST

START_TEST(numbers_and_texts_are_matched_by_themselves)
{
	_cleanup_(json_freep) struct json *two = test_json("'2'");
	_cleanup_(json_freep) struct json *some = test_json("{'at-least':1}");
	struct mismatch mismatch = MISMATCH_INIT;

	ck_assert(match_number(two, 2, NULL));
	ck_assert(!match_number(two, 3, &mismatch));
	ck_assert_str_eq(mismatch.actual, "3");
	ck_assert(match_number(some, 3, NULL));
	ck_assert(match_text(two, "2", NULL));
	ck_assert(!match_text(two, NULL, &mismatch));
	ck_assert_str_eq(mismatch.actual, "(none)");
	mismatch_done(&mismatch);
}
END_TEST

START_TEST(long_values_are_cut_between_characters)
{
	struct json *list = json_new_array();
	_cleanup_(json_freep) struct json *expected = test_json("'x'");
	struct mismatch mismatch = MISMATCH_INIT;

	for (int i = 0; i < 500; i++)
		json_append_str(list, "\xc3\xa9\xc3\xa9");
	ck_assert(!match_value(expected, list, &mismatch));
	ck_assert_uint_le(strlen(mismatch.actual), 300);
	ck_assert(str_ends_with(mismatch.actual, "..."));
	mismatch_done(&mismatch);
	json_free(list);
}
END_TEST

START_TEST(a_pattern_that_explodes_is_given_up)
{
	_cleanup_(json_freep) struct json *expected = test_json("{'matches':'^(a+)+$'}");

	ck_assert(
		!match_text(expected, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", NULL));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		scalars_are_compared_by_the_type_of_the_field,
		trees_are_partial_and_the_first_difference_is_named,
		each_word_matches_what_it_says,
		an_object_with_a_field_beside_words_is_no_matcher,
		bad_operands_are_named,
		good_expectations_pass_the_check,
		every_word_is_known_and_nothing_else,
		numbers_and_texts_are_matched_by_themselves,
		long_values_are_cut_between_characters,
		a_pattern_that_explodes_is_given_up,
		NULL,
	};

	return suite_main("match", tests);
}
