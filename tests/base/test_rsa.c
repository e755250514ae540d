/* RSA keys out of seeds. */
#include "emulator/base/rsa.h"
#include "tests/lib/suite.h"

START_TEST(equal_seeds_give_equal_signatures_that_hold)
{
	uint8_t first[RSA_BYTES], second[RSA_BYTES], other[RSA_BYTES];

	rsa_sign(1, "text", 4, first);
	rsa_sign(2, "text", 4, other);
	rsa_sign(1, "text", 4, second);
	ck_assert_mem_eq(first, second, RSA_BYTES);
	ck_assert_mem_ne(first, other, RSA_BYTES);
	ck_assert(rsa_verify(1, "text", 4, first));
	ck_assert(!rsa_verify(1, "next", 4, first));
	ck_assert(!rsa_verify(2, "text", 4, first));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {equal_seeds_give_equal_signatures_that_hold, NULL};

	return suite_main("rsa", tests);
}
