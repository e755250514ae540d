/* emulator/base/arena.c */
#include "emulator/base/arena.h"

#include <check.h>

START_TEST(memory_is_aligned_and_zeroed_even_when_used_before)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	for (int round = 0; round < 3; round++) {
		for (size_t size = 1; size < 200; size += 7) {
			unsigned char *memory = arena_alloc(arena, size);

			ck_assert_uint_eq((uintptr_t)memory % _Alignof(max_align_t), 0);
			for (size_t i = 0; i < size; i++)
				ck_assert_uint_eq(memory[i], 0);
			memset(memory, 0xaa, size);
		}
		arena_reset(arena);
	}
}
END_TEST

START_TEST(pieces_never_overlap)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	unsigned char *pieces[500];

	for (int i = 0; i < 500; i++) {
		pieces[i] = arena_alloc(arena, 100);
		memset(pieces[i], i & 0xff, 100);
	}
	for (int i = 0; i < 500; i++)
		for (int k = 0; k < 100; k++)
			ck_assert_uint_eq(pieces[i][k], (unsigned)(i & 0xff));
}
END_TEST

START_TEST(a_piece_larger_than_any_block_is_fine)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	char *large = arena_alloc(arena, 5 * 1024 * 1024);

	large[5 * 1024 * 1024 - 1] = 'x';
	ck_assert_ptr_nonnull(arena_alloc(arena, 0));
	ck_assert_str_eq(arena_strdup(arena, "behind it"), "behind it");
}
END_TEST

START_TEST(texts_are_copies)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	char source[] = "subnet";
	char *whole = arena_strdup(arena, source), *part = arena_strndup(arena, source, 3);
	char *all = arena_strndup(arena, source, 100);

	source[0] = 'X';
	ck_assert_str_eq(whole, "subnet");
	ck_assert_str_eq(part, "sub");
	ck_assert_str_eq(all, "subnet");
	ck_assert_str_eq(arena_printf(arena, "%s-%03d", "id", 7), "id-007");
	ck_assert_str_eq(arena_printf(arena, "%s", ""), "");
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
	arena_free(NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arena");
	TCase *tc = tcase_create("arena");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, memory_is_aligned_and_zeroed_even_when_used_before);
	tcase_add_test(tc, pieces_never_overlap);
	tcase_add_test(tc, a_piece_larger_than_any_block_is_fine);
	tcase_add_test(tc, texts_are_copies);
	tcase_add_test(tc, freeing_nothing_is_fine);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
