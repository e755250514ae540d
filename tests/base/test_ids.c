/* emulator/base/ids.c */
#include "emulator/base/ids.h"

#include "tests/lib/suite.h"

#define ID_DIGITS 17

static void id_of(uint64_t seed, const char *kind, const char *actor, const char *name,
		  uint64_t ordinal, char ret[ID_DIGITS + 1])
{
	ids_hex(seed, kind, actor, name, ordinal, ID_DIGITS, ret);
}

START_TEST(equal_runs_give_equal_ids)
{
	char a[ID_DIGITS + 1], b[ID_DIGITS + 1];

	id_of(1, "subnet", "operator", "a", 0, a);
	id_of(1, "subnet", "operator", "a", 0, b);
	ck_assert_str_eq(a, b);
	ck_assert_uint_eq(strlen(a), ID_DIGITS);
	ck_assert_uint_eq(strspn(a, "0123456789abcdef"), ID_DIGITS);
	/* Pinned: stored runs are replayed by later versions. */
	ck_assert_str_eq(a, "b55d68d70b0ed2eca");
}
END_TEST

START_TEST(each_part_changes_the_id)
{
	static const struct {
		uint64_t seed;
		const char *kind, *actor, *name;
		uint64_t ordinal;
	} rows[] = {
		{1, "subnet", "operator", "a", 0}, {2, "subnet", "operator", "a", 0},
		{1, "vpc", "operator", "a", 0},	   {1, "subnet", "gardenlet", "a", 0},
		{1, "subnet", "operator", "b", 0}, {1, "subnet", "operator", "a", 1},
		{1, "subnet", "operator", "", 0},  {1, "subnet", "operator", NULL, 0},
		{1, "subneto", "perator", "a", 0}, {1, "subnet", "operatora", "", 0},
	};
	char ids[array_size(rows)][ID_DIGITS + 1];

	for (size_t i = 0; i < array_size(rows); i++) {
		id_of(rows[i].seed, rows[i].kind, rows[i].actor, rows[i].name, rows[i].ordinal,
		      ids[i]);
		for (size_t j = 0; j < i; j++)
			ck_assert_msg(strcmp(ids[i], ids[j]) != 0, "rows %zu and %zu", i, j);
	}
}
END_TEST

START_TEST(a_name_of_any_length_makes_an_id)
{
	_cleanup_(freep) char *a = xcalloc(1, 3 << 20), *b = xcalloc(1, 3 << 20);
	char one[ID_DIGITS + 1], two[ID_DIGITS + 1];

	memset(a, 'x', (3 << 20) - 1);
	memset(b, 'x', (3 << 20) - 1);
	b[(3 << 20) - 2] = 'y';
	id_of(1, "subnet", "operator", a, 0, one);
	id_of(1, "subnet", "operator", b, 0, two);
	ck_assert_str_ne(one, two);
}
END_TEST

START_TEST(chance_is_spread_evenly)
{
	unsigned buckets[10] = {0};

	for (uint64_t i = 0; i < 10000; i++) {
		double chance = ids_chance(7, "fault", "operator", "rule", i);

		ck_assert(chance >= 0 && chance < 1);
		buckets[(unsigned)(chance * 10)]++;
	}
	for (unsigned i = 0; i < 10; i++) /* six standard deviations of a fair draw */
		ck_assert_msg(buckets[i] > 820 && buckets[i] < 1180, "%u: %u", i, buckets[i]);
}
END_TEST

START_TEST(a_uuid_says_that_it_is_version_4)
{
	char uuid[37];

	for (uint64_t i = 0; i < 100; i++) {
		ids_uuid(1, "request", "operator", NULL, i, uuid);
		ck_assert_uint_eq(strlen(uuid), 36);
		ck_assert(uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-');
		ck_assert_int_eq(uuid[14], '4');
		ck_assert_ptr_nonnull(strchr("89ab", uuid[19]));
	}
}
END_TEST

START_TEST(text_comes_from_its_alphabet_and_is_spread_evenly)
{
	const char *alphabet = "bcdfghjklmnpqrstvwxz2456789";
	unsigned counts[256] = {0};
	char text[2701];

	ids_text(1, "pod", "cluster", "web-", 0, alphabet, 2700, text);
	ck_assert_uint_eq(strlen(text), 2700);
	ck_assert_uint_eq(strspn(text, alphabet), 2700);
	for (size_t i = 0; i < 2700; i++)
		counts[(unsigned char)text[i]]++;
	for (const char *c = alphabet; *c; c++)
		ck_assert_msg(counts[(unsigned char)*c] > 40 && counts[(unsigned char)*c] < 160,
			      "%c: %u", *c, counts[(unsigned char)*c]);
	ids_text(1, "pod", "cluster", "web-", 0, "a", 3, text);
	ck_assert_str_eq(text, "aaa");
	ids_text(1, "pod", "cluster", "web-", 0, "ab", 0, text);
	ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		equal_runs_give_equal_ids,
		each_part_changes_the_id,
		a_name_of_any_length_makes_an_id,
		chance_is_spread_evenly,
		a_uuid_says_that_it_is_version_4,
		text_comes_from_its_alphabet_and_is_spread_evenly,
		NULL,
	};

	return suite_main("ids", tests);
}
