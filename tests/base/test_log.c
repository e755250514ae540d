/* emulator/base/log.c */
#include "emulator/base/log.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* What is written to stderr while func runs, as new text. */
static char *captured(void (*func)(void))
{
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	char *text = xcalloc(1, 200000);

	ck_assert_ptr_nonnull(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	func();
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(saved);
	rewind(file);
	ck_assert_uint_lt(fread(text, 1, 200000 - 1, file), 200000 - 1);
	fclose(file);
	return text;
}

static void log_all_levels(void)
{
	log_error("e%d", 1);
	log_warning("w");
	log_info("i");
	log_debug("d");
}

START_TEST(the_default_level_is_warning)
{
	_cleanup_(freep) char *text = captured(log_all_levels);

	ck_assert_str_eq(text, "skyrig: e1\nskyrig: w\n");
}
END_TEST

START_TEST(the_level_decides_what_is_shown)
{
	_cleanup_(freep) char *all = NULL, *errors = NULL;

	log_set_level(LOG_DEBUG);
	all = captured(log_all_levels);
	log_set_level(LOG_ERROR);
	errors = captured(log_all_levels);
	log_set_level(LOG_WARNING);
	ck_assert_str_eq(all, "skyrig: e1\nskyrig: w\nskyrig: i\nskyrig: d\n");
	ck_assert_str_eq(errors, "skyrig: e1\n");
}
END_TEST

static void log_control_characters(void)
{
	log_error("%s", "a\nb\x1b[31mc\x7f\xc3\xa9");
}

START_TEST(a_message_cannot_forge_lines_or_drive_the_terminal)
{
	_cleanup_(freep) char *text = captured(log_control_characters);

	ck_assert_str_eq(text, "skyrig: a\\x0ab\\x1b[31mc\\x7f\xc3\xa9\n");
}
END_TEST

static void log_long(void)
{
	_cleanup_(freep) char *text = xcalloc(1, 100001);

	memset(text, 'x', 100000);
	errno = EBUSY;
	log_error("%s", text);
	ck_assert_int_eq(errno, EBUSY);
}

START_TEST(a_long_message_is_cut_visibly_and_errno_stays)
{
	_cleanup_(freep) char *text = captured(log_long);

	ck_assert_uint_eq(strlen(text), 64 * 1024 + 4);
	ck_assert(str_ends_with(text, "xxx...\n"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("log");
	TCase *tc = tcase_create("log");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, the_default_level_is_warning);
	tcase_add_test(tc, the_level_decides_what_is_shown);
	tcase_add_test(tc, a_message_cannot_forge_lines_or_drive_the_terminal);
	tcase_add_test(tc, a_long_message_is_cut_visibly_and_errno_stays);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
