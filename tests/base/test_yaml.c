/* emulator/base/yaml.c, yaml_check.c and yaml_json.c */
#include "emulator/base/yaml.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"

static struct yaml_file *parsed(const char *text)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct yaml_file *file = NULL;

	ck_assert_msg(yaml_parse("f.yaml", text, strlen(text), NULL, NULL, &file, &err), "%s",
		      err_text(&err));
	return file;
}

START_TEST(scalars_stay_text)
{
	_cleanup_(yaml_freep) struct yaml_file *file =
		parsed("a: 1.10\nb: 22:22\nc: no\nd: \"1\"\ne: |\n  x\nf:\ng: ::/0\n");
	const struct yaml_node *root = yaml_root(file, 0);

	ck_assert_str_eq(yaml_get(root, "a")->text, "1.10");
	ck_assert_str_eq(yaml_get(root, "b")->text, "22:22");
	ck_assert_str_eq(yaml_get(root, "c")->text, "no");
	ck_assert(!yaml_get(root, "c")->quoted);
	ck_assert(yaml_get(root, "d")->quoted);
	ck_assert(yaml_get(root, "e")->quoted);
	ck_assert_str_eq(yaml_get(root, "e")->text, "x\n");
	ck_assert_str_eq(yaml_get(root, "f")->text, "");
	ck_assert_str_eq(yaml_get(root, "g")->text, "::/0");
	ck_assert_ptr_null(yaml_get(root, "h"));
	ck_assert_ptr_null(yaml_get(yaml_get(root, "a"), "x"));
	ck_assert_ptr_null(yaml_get(NULL, "x"));
	ck_assert_uint_eq(root->count, 7);
}
END_TEST

START_TEST(every_node_has_its_place)
{
	_cleanup_(yaml_freep) struct yaml_file *file = parsed(
		"# title\nsteps:\n  - apply: \xc3\xa9\xc3\xa9x  # note\n    to: [a, \"b\"]\n");
	const struct yaml_node *steps = yaml_get(yaml_root(file, 0), "steps"), *step, *list;

	ck_assert_int_eq(steps->type, YAML_LIST);
	ck_assert_uint_eq(steps->key_line, 2);
	ck_assert_uint_eq(steps->key_column, 1);
	ck_assert_uint_eq(steps->line, 3);
	ck_assert_uint_eq(steps->column, 3);
	step = yaml_get(steps->first, "apply");
	ck_assert_uint_eq(step->line, 3);
	ck_assert_uint_eq(step->key_column, 5);
	ck_assert_uint_eq(step->column, 12);
	ck_assert_uint_eq(step->end_column, 15); /* in characters */
	list = yaml_get(steps->first, "to");
	ck_assert_uint_eq(list->count, 2);
	ck_assert_uint_eq(list->column, 9);
	ck_assert_uint_eq(list->end_column, 9);
	ck_assert_uint_eq(list->first->next->column, 13);
	ck_assert_uint_eq(list->first->next->end_column, 16);
	ck_assert_ptr_null(list->first->key);
	ck_assert_str_eq(yaml_source_line(file, 1), "# title");
	ck_assert_str_eq(yaml_source_line(file, 4), "    to: [a, \"b\"]");
	ck_assert_ptr_null(yaml_source_line(file, 5));
	ck_assert_ptr_null(yaml_source_line(file, 0));
}
END_TEST

START_TEST(a_file_may_hold_several_documents_or_none)
{
	_cleanup_(yaml_freep) struct yaml_file *several = parsed("---\n---\na: 1\n---\n\"\"\n"),
					       *none = parsed("# nothing\n"), *empty = parsed("");

	ck_assert_uint_eq(yaml_documents(several), 3);
	ck_assert_ptr_null(yaml_root(several, 0));
	ck_assert_int_eq(yaml_root(several, 1)->type, YAML_MAP);
	ck_assert_str_eq(yaml_root(several, 2)->text, "");
	ck_assert_ptr_null(yaml_root(several, 3));
	ck_assert_uint_eq(yaml_documents(none), 0);
	ck_assert_uint_eq(yaml_documents(empty), 0);
	yaml_free(NULL);
}
END_TEST

START_TEST(an_alias_is_a_copy_of_its_anchor)
{
	_cleanup_(yaml_freep) struct yaml_file *file =
		parsed("base: &b {x: [1, 2]}\nuse: *b\nlist: [*b, &s text, *s]\n");
	const struct yaml_node *root = yaml_root(file, 0), *use = yaml_get(root, "use");
	_cleanup_(json_freep) struct json *json = yaml_to_json(root);
	_cleanup_(freep) char *text = json_to_text(json);

	ck_assert_str_eq(text, "{\"base\":{\"x\":[1,2]},\"use\":{\"x\":[1,2]},"
			       "\"list\":[{\"x\":[1,2]},\"text\",\"text\"]}");
	ck_assert_uint_eq(use->line, 2);
	ck_assert_uint_eq(use->column, 6);
	ck_assert_uint_eq(use->first->key_line, 1);
}
END_TEST

static const char *const refused[][2] = {
	{"{ x: ::/0 }", "f.yaml:1:6: did not find expected node content, while parsing a flow "
			"node; put \"::/0\" in quotes"},
	{"a: [10.0.0.0/8, ::1]", "f.yaml:1:17: did not find expected node content, while parsing "
				 "a flow node; put \"::1\" in quotes"},
	{"a: 1\nb: 2\na: 3\n", "f.yaml:3:1: duplicate key \"a\": it stands in line 1 already"},
	{"x: {a: 1, \"a\": 2}", "f.yaml:1:11: duplicate key \"a\": it stands in line 1 already"},
	{"a: &x {b: 1}\nc:\n  <<: *x\n", "f.yaml:3:3: merge keys are not supported"},
	{"a:\n\tb: 1", "f.yaml:2:1: a tab in the indentation; use spaces, not tabs"},
	{"a:\tb", "f.yaml:1:3: a tab between values; use spaces, not tabs"},
	{"a: [1,\n\t2]", "f.yaml:2:1: a tab between values; use spaces, not tabs"},
	{"? [1]\n: x\n", "f.yaml:1:3: a key must be text, not a list or map"},
	{"a: &k x\n*k : 1\n", "f.yaml:2:1: a key cannot be an alias"},
	{"?\n: x\n", "f.yaml:1:2: the key is missing"},
	{"a: *b\n", "f.yaml:1:4: there is no anchor \"b\" above; put text that begins with '*' in "
		    "quotes"},
	{"a: &b [*b]\n", "f.yaml:1:8: there is no anchor \"b\" above; put text that begins with "
			 "'*' in quotes"},
	{"&b a\n---\n*b\n", "f.yaml:3:1: there is no anchor \"b\" above; put text that begins with "
			    "'*' in quotes"}, /* anchors end with their document */
	{"calls: *Describe*\n", "f.yaml:1:17: did not find expected alphabetic or numeric "
				"character, while scanning an alias; put text that begins with "
				"'*' in quotes"},
	{"a: @x", "f.yaml:1:4: found character that cannot start any token, while scanning for the "
		  "next token; put \"@x\" in quotes"},
	{"a: b: c", "f.yaml:1:5: mapping values are not allowed in this context; put text that "
		    "contains \": \" in quotes, or check the indentation"},
	{"a: !Ref x", "f.yaml:1:4: tag \"!Ref\" is not supported"},
	{"a: !!int 5", "f.yaml:1:4: tag \"tag:yaml.org,2002:int\" is not supported"},
	{"a: \"x\\0y\"", "f.yaml:1:4: the character U+0000 is not supported"},
	{"a: x\nb: \xc3\xa9\xff", "f.yaml:2:5: invalid leading UTF-8 octet"},
	{"{a: 1\n", "f.yaml:2:1: did not find expected ',' or '}', while parsing a flow mapping "
		    "that began in line 1"},
};

START_TEST(what_is_wrong_is_told_with_its_place)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct yaml_file *file = NULL;

	ck_assert(!yaml_parse("f.yaml", refused[_i][0], strlen(refused[_i][0]), NULL, NULL, &file,
			      &err));
	ck_assert_str_eq(err_text(&err), refused[_i][1]);
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_ptr_null(file);
}
END_TEST

static void note(void *userdata, unsigned line, unsigned column, const char *message,
		 const char *hint)
{
	strbuf_addf(userdata, "%u:%u %s (%s)\n", line, column, message, hint ? hint : "-");
}

START_TEST(all_problems_are_told_in_the_order_of_their_places)
{
	static const char text[] = "a: *x\nb:\t1\nc: {d: 1, d: 2, d: 3}\na: 4\n";
	_cleanup_(strbuf_done) struct strbuf problems;
	struct yaml_file *file;

	strbuf_init(&problems, 10000);
	ck_assert(!yaml_parse("f", text, strlen(text), note, &problems, &file, NULL));
	ck_assert_str_eq(strbuf_text(&problems),
			 "1:4 there is no anchor \"x\" above (put text that begins with '*' in "
			 "quotes)\n"
			 "2:3 a tab between values (use spaces, not tabs)\n"
			 "3:11 duplicate key \"d\": it stands in line 3 already (-)\n"
			 "3:17 duplicate key \"d\": it stands in line 3 already (-)\n"
			 "4:1 duplicate key \"a\": it stands in line 1 already (-)\n");
}
END_TEST

START_TEST(tabs_within_values_and_comments_are_fine)
{
	_cleanup_(yaml_freep) struct yaml_file *file =
		parsed("#\ttitle\na: |\n  x\n  \ty\nb: 1 #\tc\nc: \"d\te\"\nf: g\th#\ti\n");
	const struct yaml_node *root = yaml_root(file, 0);

	ck_assert_str_eq(yaml_get(root, "a")->text, "x\n\ty\n");
	ck_assert_str_eq(yaml_get(root, "c")->text, "d\te");
	ck_assert_str_eq(yaml_get(root, "f")->text, "g\th#\ti");
}
END_TEST

START_TEST(aliases_cannot_blow_a_small_file_up)
{
	_cleanup_(strbuf_done) struct strbuf sb;
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct yaml_file *file;

	strbuf_init(&sb, 10000);
	strbuf_add(&sb, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 9; i++) {
		strbuf_addf(&sb, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			strbuf_addf(&sb, "%s*a%d", k ? ", " : "", i - 1);
		strbuf_add(&sb, "]\n");
	}
	ck_assert(!yaml_parse("f", strbuf_text(&sb), sb.length, NULL, NULL, &file, &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "aliases stand for more than 100000 values"));
}
END_TEST

START_TEST(nesting_and_size_have_limits)
{
	_cleanup_(freep) char *text = xmalloc(YAML_TEXT_MAX + 1);
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct yaml_file *file;

	memset(text, '[', YAML_DEPTH_MAX + 1);
	ck_assert(!yaml_parse("f", text, YAML_DEPTH_MAX + 1, NULL, NULL, &file, &err));
	ck_assert_str_eq(err_text(&err), "f:1:101: nested more than 100 levels deep");
	ck_assert(!yaml_parse("f", text, YAML_TEXT_MAX + 1, NULL, NULL, &file, &err));
	ck_assert_int_eq(err.code, ERR_TOO_LARGE);
	ck_assert_str_eq(err_text(&err), "f: more than 8 MiB");
}
END_TEST

static const char *const manifests[][2] = {
	{"~", "null"},
	{"Null", "null"},
	{"true", "true"},
	{"FALSE", "false"},
	{"yes", "\"yes\""},
	{"\"true\"", "\"true\""},
	{"!!str 5", "\"5\""},
	{"0", "0"},
	{"-0", "0"},
	{"+3", "3"},
	{"42", "42"},
	{"9007199254740993", "9007199254740993"},
	{"12345678901234567890", "12345678901234567890"},
	{"0x1F", "31"},
	{"0o17", "15"},
	{"0644", "420"}, /* defaultMode: as kubectl reads it */
	{"-010", "-8"},
	{"08", "8"},
	{"0xFFFFFFFFFFFFFFFF", "\"0xFFFFFFFFFFFFFFFF\""},
	{"1.50", "1.5"},
	{"1e3", "1000"},
	{"-.5", "-0.5"},
	{"5.", "5"},
	{".", "\".\""},
	{"-", NULL},
	{"1.2.3", "\"1.2.3\""},
	{"22:22", "\"22:22\""},
	{"10.0.0.0/8", "\"10.0.0.0/8\""},
	{"2026-11-23", "\"2026-11-23\""},
	{".inf", "\".inf\""},
	{"1e999", "\"1e999\""},
	{"1_000", "\"1_000\""},
	{"1e", "\"1e\""},
	{"e1", "\"e1\""},
	{"", "null"},
};

START_TEST(a_manifest_is_read_by_the_core_schema)
{
	_cleanup_(freep) char *source = xasprintf("x: %s\n", manifests[_i][0]), *text = NULL;
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	_cleanup_(json_freep) struct json *json = NULL;

	if (!manifests[_i][1]) { /* "-" alone is a list */
		ck_assert(!yaml_parse("f", source, strlen(source), NULL, NULL, &file, NULL));
		return;
	}
	file = parsed(source);
	json = yaml_to_json(yaml_root(file, 0));
	text = json_to_text(json_get(json, "x"));
	ck_assert_str_eq(text, manifests[_i][1]);
}
END_TEST

START_TEST(as_text_every_scalar_is_a_string)
{
	_cleanup_(yaml_freep) struct yaml_file *file = parsed("a: 1\nb: [true, ~]\nc: \"x\"\n");
	_cleanup_(json_freep) struct json *json = yaml_to_json_text(yaml_root(file, 0)),
					  *nothing = yaml_to_json(NULL);
	_cleanup_(freep) char *text = json_to_text(json);

	ck_assert_str_eq(text, "{\"a\":\"1\",\"b\":[\"true\",\"~\"],\"c\":\"x\"}");
	ck_assert(json_is_null(nothing));
}
END_TEST

START_TEST(a_file_is_read_from_its_path)
{
	char path[] = "/tmp/skyrig-test-yaml-XXXXXX";
	int fd = mkstemp(path);
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd,
			       "\xef\xbb\xbf"
			       "a: 1\r\nb: 2\r\n",
			       15),
			 15);
	close(fd);
	ck_assert_msg(yaml_load(path, NULL, NULL, &file, &err), "%s", err_text(&err));
	unlink(path);
	ck_assert_str_eq(yaml_get(yaml_root(file, 0), "a")->text, "1");
	ck_assert_str_eq(yaml_source_line(file, 1), "a: 1");
	ck_assert(!yaml_load(path, NULL, NULL, &file, &err));
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert(!yaml_load("/", NULL, NULL, &file, &err));
	ck_assert_int_eq(err.code, ERR_IO);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("yaml");
	TCase *tc = tcase_create("yaml");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, scalars_stay_text);
	tcase_add_test(tc, every_node_has_its_place);
	tcase_add_test(tc, a_file_may_hold_several_documents_or_none);
	tcase_add_test(tc, an_alias_is_a_copy_of_its_anchor);
	tcase_add_loop_test(tc, what_is_wrong_is_told_with_its_place, 0, (int)array_size(refused));
	tcase_add_test(tc, all_problems_are_told_in_the_order_of_their_places);
	tcase_add_test(tc, tabs_within_values_and_comments_are_fine);
	tcase_add_test(tc, aliases_cannot_blow_a_small_file_up);
	tcase_add_test(tc, nesting_and_size_have_limits);
	tcase_add_loop_test(tc, a_manifest_is_read_by_the_core_schema, 0,
			    (int)array_size(manifests));
	tcase_add_test(tc, as_text_every_scalar_is_a_string);
	tcase_add_test(tc, a_file_is_read_from_its_path);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
