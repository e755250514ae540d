/* runner/controllers/settings.c, wish: how a scenario has a controller started otherwise. */
#include "runner/controllers/settings.h"

#include <unistd.h>

#include "emulator/base/yaml.h"
#include "runner/controllers/catalog.h"
#include "runner/controllers/wish.h"
#include "tests/lib/suite.h"

#define LBC "load-balancer-controller"

static struct yaml_file *file;

static const struct yaml_node *parse(const char *text)
{
	struct err err = ERR_INIT;

	yaml_free(file);
	file = NULL;
	ck_assert_msg(yaml_parse("test", text, strlen(text), NULL, NULL, &file, &err), "%s",
		      err_text(&err));
	return yaml_root(file, 0);
}

static struct controller_definition *load(const struct environment_override *overrides,
					  const char *settings)
{
	const char *source = getenv("SKYRIG_SOURCE");
	struct controller_definition *definition = NULL;
	struct err err = ERR_INIT;

	ck_assert(!source || chdir(source) == 0);
	ck_assert_msg(controller_definition_wished(
			      LBC, overrides, settings ? parse(settings) : NULL, &definition, &err),
		      "%s", err_text(&err));
	return definition;
}

static size_t count(const struct controller_definition *definition, const char *begin)
{
	size_t n = 0;

	for (size_t i = 0; i < definition->arguments.count; i++)
		n += str_starts_with(definition->arguments.items[i], begin);
	return n;
}

START_TEST(an_argument_replaces_the_one_of_its_name_or_is_added)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition =
		load(NULL, "[ { of: " LBC ", args: [ --enable-leader-election=true, --new=1 ] } ]");

	ck_assert_uint_eq(count(definition, "--enable-leader-election="), 1);
	ck_assert_uint_eq(count(definition, "--enable-leader-election=true"), 1);
	ck_assert_uint_eq(count(definition, "--new=1"), 1);
	ck_assert_uint_eq(count(definition, "--cluster-name="), 1);
}
END_TEST

START_TEST(what_is_to_be_left_out_must_be_there)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition =
		load(NULL, "{ of: " LBC ", without: [ --default-tags ] }");
	struct err err = ERR_INIT;

	ck_assert_uint_eq(count(definition, "--default-tags"), 0);
	ck_assert(!settings_apply(parse("{ of: " LBC ", without: [ --nothing ] }"), definition,
				  &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "is not started with --nothing"));
	err_done(&err);
}
END_TEST

START_TEST(further_definitions_are_named_and_must_be_installed)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition =
		load(NULL, "[ { of: " LBC ", crds: [ gateway ] } ]");
	_cleanup_(strs_done) struct strs files = {0};
	struct err err = ERR_INIT;

	ck_assert_uint_eq(definition->crds.count, 1);
	ck_assert_str_eq(definition->crds.items[0], "gateway");
	/* beside /bin/true there is no folder crds, and the cache is empty */
	setenv("SKYRIG_CACHE", "/nonexistent", 1);
	ck_assert(!catalog_crds(definition, "/bin/true", &files, &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "tools/controllers/install " LBC));
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_uint_eq(files.count, 0);
	err_done(&err);
}
END_TEST

START_TEST(environment_and_files_are_replaced_or_added)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition =
		load(NULL, "{ of: " LBC ", environment: { AWS_ENDPOINT_URL: x, NEW: y }, "
			   "files: { credentials: none, more: text } }");
	size_t found = 0;

	for (const struct controller_pair *pair = definition->environment; pair->name; pair++) {
		found += str_eq(pair->name, "AWS_ENDPOINT_URL") && str_eq(pair->text, "x");
		found += str_eq(pair->name, "NEW") && str_eq(pair->text, "y");
	}
	for (const struct controller_pair *pair = definition->files; pair->name; pair++) {
		found += str_eq(pair->name, "credentials") && str_eq(pair->text, "none");
		found += str_eq(pair->name, "more") && str_eq(pair->text, "text");
	}
	ck_assert_uint_eq(found, 4);
}
END_TEST

START_TEST(an_older_version_may_answer_at_another_place_when_it_is_ready)
{
	_cleanup_(controller_definition_freep) struct controller_definition *plain =
		load(NULL, "{ of: " LBC ", version: v2.4.5 }");
	_cleanup_(controller_definition_freep) struct controller_definition *older =
		load(NULL, "{ of: " LBC ", ready: \"http://127.0.0.1:${port.health}/healthz\" }");

	ck_assert_ptr_nonnull(strstr(plain->ready, "/readyz"));
	ck_assert_str_eq(older->ready, "http://127.0.0.1:${port.health}/healthz");
}
END_TEST

START_TEST(the_scenarios_version_goes_before_that_of_the_command_line)
{
	static const struct environment_override overrides[] = {{LBC, NULL, "v9.0.0"},
								{NULL, NULL, NULL}};
	_cleanup_(controller_definition_freep) struct controller_definition *run =
		load(overrides, "[ { of: cloud-controller-manager, version: v1.0.0 } ]");
	_cleanup_(controller_definition_freep) struct controller_definition *own =
		load(overrides, "[ { of: " LBC ", version: v1.0.0 } ]");
	_cleanup_(freep) char *version = environment_version(LBC, overrides, NULL);
	char *reason = NULL;

	ck_assert_str_eq(run->version, "v9.0.0");
	ck_assert_str_eq(own->version, "v1.0.0");
	ck_assert_str_eq(version, "v9.0.0");
	ck_assert(!environment_has(LBC, overrides, NULL, &reason));
	ck_assert_ptr_nonnull(strstr(reason, "v9.0.0 is not installed"));
	free(reason);
}
END_TEST

START_TEST(settings_of_others_change_nothing)
{
	_cleanup_(controller_definition_freep) struct controller_definition *plain =
		load(NULL, NULL);
	_cleanup_(controller_definition_freep) struct controller_definition *other =
		load(NULL, "[ { of: cloud-controller-manager, args: [ --v=9 ] } ]");

	ck_assert_uint_eq(plain->arguments.count, other->arguments.count);
	ck_assert(environment_knows(LBC));
	ck_assert(!environment_knows("nobody"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		an_argument_replaces_the_one_of_its_name_or_is_added,
		what_is_to_be_left_out_must_be_there,
		further_definitions_are_named_and_must_be_installed,
		environment_and_files_are_replaced_or_added,
		an_older_version_may_answer_at_another_place_when_it_is_ready,
		the_scenarios_version_goes_before_that_of_the_command_line,
		settings_of_others_change_nothing,
		NULL,
	};
	int status = suite_main("settings", tests);

	yaml_free(file);
	return status;
}
