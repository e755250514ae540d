/* The checker: every file of tests/bad_suites gives exactly the text beside it. */
#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/strbuf.h"
#include "emulator/base/json.h"
#include "runner/commands/paths.h"
#include "runner/jobs/folder.h"
#include "runner/schema/faults.h"
#include "runner/schema/json_schema.h"
#include "runner/schema/kinds.h"
#include "runner/schema/manual.h"
#include "runner/schema/schema.h"

#define OUTPUT_MAX (1024 * 1024)

static void enter(const char *folder)
{
	const char *source = getenv("SKYRIG_SOURCE");
	_cleanup_(freep) char *path = xasprintf("%s/%s", source ? source : ".", folder);

	ck_assert_msg(chdir(path) == 0, "cannot enter %s", path);
}

static char *lint(const char *path)
{
	struct suite suite = {0};
	struct err err = ERR_INIT;
	struct strbuf sb;

	strbuf_init(&sb, OUTPUT_MAX);
	ck_assert_msg(suite_load(&suite, path, &err), "%s", err_text(&err));
	paths_problems_text(&suite, &sb, false, NULL);
	suite_done(&suite);
	return strbuf_steal(&sb);
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "re");
	struct strbuf sb;
	int c;

	if (!file)
		return NULL;
	strbuf_init(&sb, OUTPUT_MAX);
	while ((c = fgetc(file)) != EOF)
		strbuf_add_char(&sb, (char)c);
	fclose(file);
	return strbuf_steal(&sb);
}

START_TEST(each_bad_suite_gives_exactly_its_message)
{
	struct suite suite = {0};
	struct err err = ERR_INIT;
	size_t checked = 0;

	enter("tests");
	ck_assert(suite_load(&suite, "bad_suites", &err));
	ck_assert_uint_ge(suite.file_count, 80);
	for (size_t i = 0; i < suite.files.sources.count; i++) {
		const struct source *source = suite.files.sources.items[i];
		_cleanup_(freep) char *stem =
			xstrndup(source->path, strlen(source->path) - strlen(".yaml"));
		_cleanup_(freep) char *path = xasprintf("%s.expected", stem);
		_cleanup_(freep) char *expected = read_all(path);
		_cleanup_(freep) char *found = NULL;

		if (strstr(source->path, "/fixtures/") || str_ends_with(source->path, "/tags.yaml"))
			continue;
		found = lint(source->path);
		ck_assert_msg(expected, "%s is missing; it would be\n%s", path, found);
		ck_assert_msg(str_eq(found, expected), "%s: expected\n%s\nfound\n%s", source->path,
			      expected, found);
		checked++;
	}
	ck_assert_uint_eq(checked, suite.file_count + suite.defaults_count);
	suite_done(&suite);
}
END_TEST

static char *lint_config(const char *path)
{
	struct problems problems = {0};
	struct source *source = source_load(path, &problems);
	struct strbuf sb;

	strbuf_init(&sb, OUTPUT_MAX);
	lint_config_file(source, &problems);
	problems_print(&problems, &sb, false);
	problems_done(&problems);
	source_free(source);
	return strbuf_steal(&sb);
}

START_TEST(each_bad_config_gives_exactly_its_message)
{
	glob_t found = {0};

	enter("tests");
	ck_assert_int_eq(glob("bad_config/*.yaml", 0, NULL, &found), 0);
	ck_assert_uint_ge(found.gl_pathc, 6);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *file = found.gl_pathv[i];
		_cleanup_(freep) char *path =
			xasprintf("%.*s.expected", (int)(strlen(file) - strlen(".yaml")), file);
		_cleanup_(freep) char *expected = read_all(path);
		_cleanup_(freep) char *text = lint_config(file);

		ck_assert_msg(expected && str_eq(text, expected), "%s: expected\n%s\nfound\n%s",
			      path, expected, text);
	}
	globfree(&found);
}
END_TEST

START_TEST(our_own_suites_have_no_mistakes)
{
	_cleanup_(freep) char *text = NULL;

	enter(".");
	text = lint("suites");
	ck_assert_msg(strstr(text, "no mistakes"), "%s", text);
}
END_TEST

START_TEST(a_missing_path_is_told)
{
	struct suite suite = {0};
	struct err err = ERR_INIT;

	ck_assert(!suite_load(&suite, "no/such/folder", &err));
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_uint_eq(suite.file_count, 0);
	err_done(&err);
	suite_done(&suite);
}
END_TEST

START_TEST(every_row_of_the_table_refers_to_what_exists)
{
	for (size_t i = 0; i < schema_key_count; i++) {
		const struct key *key = &schema_keys[i];
		const char *names[256];

		ck_assert_msg(schema_block(key->block), "%s.%s", key->block, key->name);
		ck_assert_ptr_eq(schema_key(key->block, key->name), key);
		ck_assert_str_ne(schema_type_text(key->type), "");
		if (key->type == VALUE_BLOCK)
			ck_assert_msg(schema_block(key->of), "%s.%s", key->block, key->name);
		if (key->type == VALUE_WORD)
			ck_assert_msg(schema_word_names(key->of, names, array_size(names)), "%s.%s",
				      key->block, key->name);
	}
}
END_TEST

START_TEST(each_leading_key_names_one_claim)
{
	const char *leads[64];
	size_t n = schema_lead_names(leads, array_size(leads));

	ck_assert_uint_ge(n, 9);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(leads[i], leads[j]);
		ck_assert(schema_claim_block(leads[i])->claim);
	}
}
END_TEST

START_TEST(the_json_schema_has_every_key)
{
	_cleanup_(json_freep) struct json *schema = json_schema();
	_cleanup_(json_freep) struct json *defaults = json_schema_of_defaults();
	_cleanup_(json_freep) struct json *config = json_schema_of_config();

	for (size_t i = 0; i < schema_key_count; i++) {
		const struct key *key = &schema_keys[i];
		const struct json *block =
			str_eq(key->block, "scenario") ? schema
			: str_eq(key->block, "config")
				? config
				: json_find(schema, "definitions", key->block, NULL);

		ck_assert_msg(!(key->flags & KEY_DEFAULT) || !str_eq(key->block, "scenario") ||
				      json_find(defaults, "properties", key->name, NULL),
			      "suite.yaml: %s", key->name);
		if (str_eq(key->block, "fixture-call") || str_eq(key->block, "policy-document"))
			continue;
		ck_assert_msg(json_find(block, "properties", key->name, NULL), "%s.%s", key->block,
			      key->name);
	}
}
END_TEST

/* One table drives all: what the checker knows stands in the manual and in the schema too. */
START_TEST(the_manual_has_every_key_word_and_kind)
{
	struct strbuf sb;

	strbuf_init(&sb, OUTPUT_MAX);
	manual_markdown(&sb);
	for (size_t i = 0; i < schema_key_count; i++) {
		_cleanup_(freep) char *row = xasprintf("| `%s` | ", schema_keys[i].name);

		ck_assert_msg(strstr(strbuf_text(&sb), row), "%s", schema_keys[i].name);
		ck_assert_ptr_nonnull(strstr(strbuf_text(&sb), schema_keys[i].doc));
	}
	for (size_t i = 0; i < schema_word_count; i++) {
		_cleanup_(freep) char *row = xasprintf("| `%s` | ", schema_words[i].word);

		ck_assert_msg(strstr(strbuf_text(&sb), row), "%s", schema_words[i].word);
	}
	for (size_t i = 0; i < object_kind_count; i++)
		ck_assert_ptr_nonnull(strstr(strbuf_text(&sb), object_kinds[i].doc));
	strbuf_done(&sb);
}
END_TEST

START_TEST(every_word_for_a_fault_has_its_row_and_the_other_way_round)
{
	size_t words = 0;

	for (size_t i = 0; i < schema_word_count; i++) {
		if (!str_eq(schema_words[i].list, "fault"))
			continue;
		ck_assert_msg(fault_word(schema_words[i].word), "%s", schema_words[i].word);
		ck_assert_str_eq(fault_word_rows[words++].word, schema_words[i].word);
	}
	ck_assert_uint_eq(words, fault_word_count);
	for (size_t i = 0; i < fault_word_count; i++)
		ck_assert(!fault_word_rows[i].needs ||
			  schema_key("fault", fault_word_rows[i].needs));
}
END_TEST

START_TEST(an_object_reference_has_kind_namespace_and_name)
{
	const struct object_kind *kind;
	char *ns, *name;

	ck_assert(object_reference("service default/echo", &kind, &ns, &name));
	ck_assert_str_eq(kind->word, "service");
	ck_assert_str_eq(ns, "default");
	ck_assert_str_eq(name, "echo");
	free(ns);
	free(name);
	ck_assert(object_reference("shoot demo", &kind, &ns, &name));
	ck_assert_ptr_null(ns);
	ck_assert_str_eq(name, "demo");
	free(name);
	ck_assert(!object_reference("service", &kind, &ns, &name));
	ck_assert(!object_reference("service default/", &kind, &ns, &name));
	ck_assert(!object_reference("servise default/echo", &kind, &ns, &name));
	ck_assert_ptr_null(kind);
}
END_TEST

START_TEST(a_filter_selects_by_tag_id_and_source)
{
	struct suite suite = {0};
	struct err err = ERR_INIT;
	static const struct {
		const char *expression;
		size_t found;
	} rows[] = {
		{"tag:leak", 1},
		{"id:happy/*", 1},
		{"happy", 1},
		{"not tag:leak", 3},
		{"tag:leak or tag:fault", 2},
		{"tag:leak and tag:fault", 0},
		{"not (tag:leak or tag:fault) and source:seed", 2},
	};

	enter(".");
	ck_assert(suite_load(&suite, "suites/happy/dual-stack-nlb-new-vpc.yaml", &err));
	ck_assert(suite_load(&suite, "suites/leak/migrate-service-to-dual-stack.yaml", &err));
	ck_assert(suite_load(&suite, "suites/fault/throttled-create-load-balancer.yaml", &err));
	ck_assert(suite_load(&suite, "suites/negative/existing-vpc-without-ipv6.yaml", &err));
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(filter_freep) struct filter *filter = NULL;
		size_t found = 0;

		ck_assert_msg(filter_new(rows[i].expression, &filter, &err), "%s", err_text(&err));
		for (size_t j = 0; j < suite.scenarios.count; j++)
			found += filter_matches(filter, suite.scenarios.items[j]);
		ck_assert_msg(found == rows[i].found, "%s: %zu", rows[i].expression, found);
	}
	suite_done(&suite);
}
END_TEST

START_TEST(a_wrong_filter_says_why)
{
	static const struct {
		const char *expression, *message;
	} rows[] = {
		{"tga:leak", "filter \"tga:leak\": there is no field \"tga\"; did you mean tag?"},
		{"tag:leak and", "filter \"tag:leak and\": a term is missing at the end"},
		{"(tag:leak", "filter \"(tag:leak\": a \")\" is missing"},
		{"tag:leak tag:slow",
		 "filter \"tag:leak tag:slow\": \"tag:slow\" is not understood; "
		 "join terms with and, or"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct filter *filter;
		struct err err = ERR_INIT;

		ck_assert(!filter_new(rows[i].expression, &filter, &err));
		ck_assert_str_eq(err_text(&err), rows[i].message);
		err_done(&err);
	}
}
END_TEST

static bool give_value(const char *reference, struct json **ret, void *userdata, struct err *err)
{
	(void)userdata;
	if (str_eq(reference, "on"))
		*ret = json_new_bool(true);
	else if (str_eq(reference, "port"))
		*ret = json_new_int(80);
	else
		return err_set(err, ERR_NOT_FOUND, NULL, "no %s", reference);
	return true;
}

START_TEST(a_variable_alone_keeps_its_type_and_in_a_text_becomes_text)
{
	static const char text[] =
		"{\"a\":\"${on}\",\"b\":[\"${port}\",\"p-${port}-${on}\"],\"c\":1}";
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(json_freep) struct json *replaced = NULL;
	_cleanup_(freep) char *printed = NULL;
	struct err err = ERR_INIT;

	ck_assert(json_parse(text, strlen(text), &json, &err));
	ck_assert(variables_replace(json, give_value, NULL, &replaced, &err));
	printed = json_to_text(replaced);
	ck_assert_str_eq(printed, "{\"a\":true,\"b\":[80,\"p-80-true\"],\"c\":1}");
}
END_TEST

static void make_file(const char *folder, const char *name, const char *text)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", folder, name);
	FILE *file = fopen(path, "we");

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static void make_tree(const char *folder)
{
	static const char *const folders[] = {"suites", "fixtures", "fixtures/services",
					      "fixtures/controllers"};
	static const char map[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";

	for (size_t i = 0; i < array_size(folders); i++) {
		_cleanup_(freep) char *path = xasprintf("%s/%s", folder, folders[i]);

		ck_assert_int_eq(mkdir(path, 0700), 0);
	}
	make_file(folder, "fixtures/services/used.yaml", map);
	make_file(folder, "fixtures/services/unused.yaml", map);
	make_file(folder, "fixtures/controllers/mine.yaml", "controller: mine\n");
	make_file(folder, "suites/a.yaml",
		  "scenario: A scenario with a fixture\nwhy: to see which fixtures are used\n"
		  "source: [ \"style: lint\" ]\n"
		  "steps: [ { step: first, apply: services/used.yaml } ]\n");
}

START_TEST(a_fixture_that_no_scenario_of_all_uses_is_told)
{
	char folder[] = "/tmp/skyrig-test-XXXXXX";
	_cleanup_(freep) char *all = NULL, *one = NULL, *suites = NULL, *file = NULL;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	make_tree(folder);
	suites = xasprintf("%s/suites", folder);
	file = xasprintf("%s/suites/a.yaml", folder);
	all = lint(suites);
	one = lint(file);
	remove_tree(folder);
	ck_assert_msg(strstr(all, "unused.yaml:1:1: warning: no scenario uses this fixture"), "%s",
		      all);
	ck_assert_ptr_null(strstr(all, "mine.yaml"));
	ck_assert_ptr_null(strstr(all, "/used.yaml"));
	ck_assert_ptr_null(strstr(one, "unused.yaml"));
}
END_TEST

START_TEST(a_controller_of_the_users_own_is_a_word_like_any_other)
{
	char folder[] = "/tmp/skyrig-test-XXXXXX";
	_cleanup_(freep) char *text = NULL, *schema = NULL;
	_cleanup_(json_freep) struct json *tree = NULL;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	make_tree(folder);
	make_file(
		folder, "suites/b.yaml",
		"scenario: A scenario with a controller of its own\nwhy: to see that it is known\n"
		"source: [ \"style: lint\" ]\ngiven: { controllers: [ mine ] }\n"
		"steps: [ { step: first, restart: mine,\n"
		"  expect: [ { none: vpc, made-by: mine } ] } ]\n");
	ck_assert_int_eq(chdir(folder), 0);
	text = lint("suites/b.yaml");
	tree = json_schema();
	schema = json_to_text(tree);
	ck_assert_int_eq(chdir("/"), 0);
	remove_tree(folder);
	ck_assert_msg(!strstr(text, "error"), "%s", text);
	ck_assert_ptr_nonnull(strstr(schema, "\"mine\""));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lint");
	TCase *tcase = tcase_create("lint");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, a_controller_of_the_users_own_is_a_word_like_any_other);
	tcase_add_test(tcase, a_fixture_that_no_scenario_of_all_uses_is_told);
	tcase_add_test(tcase, each_bad_suite_gives_exactly_its_message);
	tcase_add_test(tcase, each_bad_config_gives_exactly_its_message);
	tcase_add_test(tcase, our_own_suites_have_no_mistakes);
	tcase_add_test(tcase, a_missing_path_is_told);
	tcase_add_test(tcase, every_row_of_the_table_refers_to_what_exists);
	tcase_add_test(tcase, each_leading_key_names_one_claim);
	tcase_add_test(tcase, the_json_schema_has_every_key);
	tcase_add_test(tcase, the_manual_has_every_key_word_and_kind);
	tcase_add_test(tcase, every_word_for_a_fault_has_its_row_and_the_other_way_round);
	tcase_add_test(tcase, an_object_reference_has_kind_namespace_and_name);
	tcase_add_test(tcase, a_filter_selects_by_tag_id_and_source);
	tcase_add_test(tcase, a_wrong_filter_says_why);
	tcase_add_test(tcase, a_variable_alone_keeps_its_type_and_in_a_text_becomes_text);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
