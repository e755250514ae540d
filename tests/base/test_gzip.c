/* emulator/base/gzip.c */
#include "emulator/base/gzip.h"

#include "tests/lib/suite.h"

#define MAX 100000

static char *packed, *plain;
static size_t packed_length, plain_length;
static struct err err;

static void forget(void)
{
	free(steal(packed));
	free(steal(plain));
	err_done(&err);
}

static void pack(const void *data, size_t length)
{
	forget();
	packed = gzip_deflate(data, length, &packed_length);
}

static bool unpack(size_t length, size_t max)
{
	free(steal(plain));
	err_done(&err);
	return gzip_inflate(packed, length, max, &plain, &plain_length, &err);
}

START_TEST(what_was_compressed_comes_out_again)
{
	char large[50000];

	pack("hello", 5);
	ck_assert(unpack(packed_length, MAX));
	ck_assert_uint_eq(plain_length, 5);
	ck_assert_str_eq(plain, "hello");
	pack("", 0);
	ck_assert(unpack(packed_length, MAX));
	ck_assert_uint_eq(plain_length, 0);
	ck_assert_str_eq(plain, "");
	for (size_t i = 0; i < sizeof(large); i++)
		large[i] = (char)(i * i >> 3);
	pack(large, sizeof(large));
	ck_assert(unpack(packed_length, sizeof(large)));
	ck_assert_uint_eq(plain_length, sizeof(large));
	ck_assert_mem_eq(plain, large, sizeof(large));
	forget();
}
END_TEST

START_TEST(the_ceiling_holds_to_the_byte)
{
	static const char zeros[20000];

	pack(zeros, sizeof(zeros));
	ck_assert_uint_lt(packed_length, 100);
	ck_assert(unpack(packed_length, sizeof(zeros)));
	ck_assert(!unpack(packed_length, sizeof(zeros) - 1));
	ck_assert_int_eq(err.code, ERR_TOO_LARGE);
	ck_assert_ptr_null(plain);
	ck_assert(!unpack(packed_length, 0));
	ck_assert_int_eq(err.code, ERR_TOO_LARGE);
	pack("", 0);
	ck_assert(unpack(packed_length, 0));
	forget();
}
END_TEST

START_TEST(what_is_cut_off_or_broken_is_refused)
{
	pack("a text that is compressed", 25);
	for (size_t length = 0; length < packed_length; length++) {
		ck_assert(!unpack(length, MAX));
		ck_assert_int_eq(err.code, ERR_INVALID);
	}
	packed[packed_length - 6] ^= 1; /* of the checksum */
	ck_assert(!unpack(packed_length, MAX));
	ck_assert_str_eq(err_text(&err), "gzip: incorrect data check");
	packed[0] = 'x';
	ck_assert(!unpack(packed_length, MAX));
	ck_assert_str_eq(err_text(&err), "gzip: incorrect header check");
	forget();
}
END_TEST

START_TEST(members_follow_each_other_and_nothing_else_does)
{
	_cleanup_(freep) char *first = NULL;
	size_t first_length;

	pack("one, ", 5);
	first = steal(packed);
	first_length = packed_length;
	pack("two", 3);
	first = xrealloc(first, first_length + packed_length + 1);
	memcpy(first + first_length, packed, packed_length);
	free(steal(packed));
	packed = steal(first);
	packed_length += first_length;
	ck_assert(unpack(packed_length, MAX));
	ck_assert_str_eq(plain, "one, two");
	packed[packed_length] = 'x';
	ck_assert(!unpack(packed_length + 1, MAX));
	ck_assert_int_eq(err.code, ERR_INVALID);
	forget();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_was_compressed_comes_out_again,
		the_ceiling_holds_to_the_byte,
		what_is_cut_off_or_broken_is_refused,
		members_follow_each_other_and_nothing_else_does,
		NULL,
	};

	return suite_main("gzip", tests);
}
