/* The checks' published values for "123456789", and for nothing. */
#include "emulator/base/checksum.h"

#include "tests/lib/suite.h"

#define DIGITS "123456789"

START_TEST(each_check_has_its_published_value)
{
	ck_assert_uint_eq(checksum_crc32(DIGITS, 9), 0xcbf43926);
	ck_assert_uint_eq(checksum_crc32c(DIGITS, 9), 0xe3069283);
	ck_assert(checksum_crc64nvme(DIGITS, 9) == 0xae8b14860a799888);
}
END_TEST

START_TEST(nothing_has_the_check_zero)
{
	ck_assert_uint_eq(checksum_crc32(NULL, 0), 0);
	ck_assert_uint_eq(checksum_crc32c(NULL, 0), 0);
	ck_assert(checksum_crc64nvme(NULL, 0) == 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {each_check_has_its_published_value,
				      nothing_has_the_check_zero, NULL};

	return suite_main("checksum", tests);
}
