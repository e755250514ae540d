#pragma once
/* The main() that every Check program needs, out of a list of its tests. */
#include <check.h>
#include <stdlib.h>

/** Runs the tests of one program; ends with a NULL. For main: `return suite_main("cidr", tests);`
 */
static inline int suite_main(const char *name, const TTest *const *tests)
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	for (; *tests; tests++)
		tcase_add_test(tc, *tests);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
