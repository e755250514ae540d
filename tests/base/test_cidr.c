/* emulator/base/cidr.c */
#include "emulator/base/cidr.h"

#include <check.h>

static struct cidr block(const char *text)
{
	struct cidr cidr;

	ck_assert_msg(cidr_parse(text, &cidr), "%s", text);
	return cidr;
}

static struct ip address(const char *text)
{
	struct ip ip;

	ck_assert_msg(ip_parse(text, &ip), "%s", text);
	return ip;
}

static const char *const canonical_texts[][2] = {
	/* written, canonical (RFC 5952, sections 4 and 5) */
	{"10.0.0.1", "10.0.0.1"},
	{"255.255.255.255", "255.255.255.255"},
	{"0.0.0.0", "0.0.0.0"},
	{"::", "::"},
	{"::1", "::1"},
	{"1::", "1::"},
	{"::1:0", "::1:0"},
	{"2001:DB8:0:0:0:0:0:0", "2001:db8::"},
	{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	{"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
	{"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
	{"::ffff:c000:201", "::ffff:192.0.2.1"},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

START_TEST(addresses_are_written_in_canonical_form)
{
	char text[CIDR_TEXT_MAX];
	struct ip ip = address(canonical_texts[_i][0]);

	ck_assert_str_eq(ip_format(&ip, text), canonical_texts[_i][1]);
}
END_TEST

static const char *const no_addresses[] = {
	"",	     "10.0.0",	   "10.0.0.256",   "10.0.0.01", "10.0.0.1 ",
	" 10.0.0.1", "10.0.0.1/8", "fe80::1%eth0", ":::",	"1::2::3",
	"12345::",   "::g",	   "0x0a.0.0.1",   "1.2.3.4.5",
};

START_TEST(what_is_no_address_is_refused)
{
	struct ip ip = address("192.0.2.7"), before = ip;

	ck_assert_msg(!ip_parse(no_addresses[_i], &ip), "%s", no_addresses[_i]);
	ck_assert(!ip_parse(NULL, &ip));
	ck_assert(ip_equal(&ip, &before));
}
END_TEST

static const char *const no_blocks[] = {
	"",
	"10.0.0.0",
	"10.0.0.0/",
	"10.0.0.0/33",
	"10.0.0.0/-1",
	"10.0.0.0/+8",
	"10.0.0.0/08",
	"10.0.0.0/8 ",
	"10.0.0.0/8/8",
	"10.0.0.0/4294967304",
	"/8",
	"::/129",
	"2001:db8::/a",
	"10.0.0/8",
	"2001:db8::1%1/64",
	"1111111111111111111111111111111111111111111111111111111111111111111111111/8",
};

START_TEST(what_is_no_block_is_refused)
{
	struct cidr cidr = block("192.0.2.0/24"), before = cidr;

	ck_assert_msg(!cidr_parse(no_blocks[_i], &cidr), "%s", no_blocks[_i]);
	ck_assert(!cidr_parse(NULL, &cidr));
	ck_assert(cidr_equal(&cidr, &before));
}
END_TEST

START_TEST(host_bits_are_seen_and_cleared)
{
	static const char *const rows[][2] = {
		{"10.1.2.3/8", "10.0.0.0/8"},
		{"10.1.2.3/31", "10.1.2.2/31"},
		{"10.1.2.3/0", "0.0.0.0/0"},
		{"10.129.2.3/9", "10.128.0.0/9"},
		{"2001:db8:1:2:3::/56", "2001:db8:1::/56"},
		{"::1/127", "::/127"},
		{"ffff::1/0", "::/0"},
	};
	char text[CIDR_TEXT_MAX];

	for (size_t i = 0; i < array_size(rows); i++) {
		struct cidr cidr = block(rows[i][0]), canonical = cidr_canonical(&cidr);

		ck_assert(!cidr_is_canonical(&cidr));
		ck_assert(cidr_is_canonical(&canonical));
		ck_assert_str_eq(cidr_format(&canonical, text), rows[i][1]);
	}
	ck_assert(cidr_is_canonical(&(struct cidr){address("10.1.2.3"), 32}));
	ck_assert(cidr_is_canonical(&(struct cidr){address("::1"), 128}));
}
END_TEST

START_TEST(a_block_contains_itself_and_its_parts_only)
{
	struct cidr outer = block("10.250.0.0/16"), part = block("10.250.32.0/20"),
		    other = block("10.251.0.0/20"), six = block("::/0"), all = block("0.0.0.0/0");
	struct ip in = address("10.250.255.255"), out = address("10.249.255.255");

	ck_assert(cidr_contains(&outer, &outer));
	ck_assert(cidr_contains(&outer, &part));
	ck_assert(!cidr_contains(&part, &outer));
	ck_assert(!cidr_contains(&outer, &other));
	ck_assert(cidr_contains(&all, &outer));
	ck_assert(!cidr_contains(&six, &outer));
	ck_assert(!cidr_contains(&all, &six));
	ck_assert(cidr_contains_ip(&outer, &in));
	ck_assert(!cidr_contains_ip(&outer, &out));
	ck_assert(!cidr_contains_ip(&six, &in));
}
END_TEST

START_TEST(overlap_is_the_same_from_both_sides)
{
	struct cidr a = block("2001:db8:1200::/56"), b = block("2001:db8:1200:7::/64"),
		    c = block("2001:db8:1300::/56");

	ck_assert(cidr_overlaps(&a, &b));
	ck_assert(cidr_overlaps(&b, &a));
	ck_assert(!cidr_overlaps(&a, &c));
	ck_assert(!cidr_overlaps(&c, &a));
}
END_TEST

START_TEST(parts_are_numbered_from_the_first)
{
	static const struct {
		const char *outer;
		unsigned prefix;
		uint64_t index;
		const char *part; /* NULL: does not fit */
	} rows[] = {
		{"2001:db8:1234:ab00::/56", 64, 7, "2001:db8:1234:ab07::/64"},
		{"2001:db8:1234:ab00::/56", 64, 255, "2001:db8:1234:abff::/64"},
		{"2001:db8:1234:ab00::/56", 64, 256, NULL},
		{"2001:db8:1234:ab00::/56", 48, 0, NULL},
		{"2001:db8::/32", 129, 0, NULL},
		{"2001:db8::/64", 128, UINT64_MAX, "2001:db8::ffff:ffff:ffff:ffff/128"},
		{"2001:db8::/32", 128, UINT64_MAX, "2001:db8::ffff:ffff:ffff:ffff/128"},
		{"10.0.0.0/16", 20, 15, "10.0.240.0/20"},
		{"10.0.0.0/16", 16, 0, "10.0.0.0/16"},
		{"10.0.0.0/16", 16, 1, NULL},
		{"10.0.77.0/16", 24, 1, "10.0.1.0/24"},
		{"10.0.0.0/16", 33, 0, NULL},
	};
	char text[CIDR_TEXT_MAX];
	struct cidr part;

	for (size_t i = 0; i < array_size(rows); i++) {
		struct cidr outer = block(rows[i].outer);
		bool fits = cidr_sub(&outer, rows[i].prefix, rows[i].index, &part);

		ck_assert_msg(fits == (rows[i].part != NULL), "row %zu", i);
		if (fits)
			ck_assert_str_eq(cidr_format(&part, text), rows[i].part);
	}
}
END_TEST

START_TEST(hosts_are_counted_and_found)
{
	struct cidr small = block("10.0.0.0/28"), one = block("10.0.0.1/32"),
		    six = block("2001:db8::/64"), all = block("::/0");
	char text[CIDR_TEXT_MAX];
	struct ip ip;

	ck_assert_uint_eq(cidr_hosts(&small), 16);
	ck_assert_uint_eq(cidr_hosts(&one), 1);
	ck_assert_uint_eq(cidr_hosts(&six), UINT64_MAX);
	ck_assert_uint_eq(cidr_hosts(&all), UINT64_MAX);
	ck_assert(cidr_host(&small, 15, &ip));
	ck_assert_str_eq(ip_format(&ip, text), "10.0.0.15");
	ck_assert(!cidr_host(&small, 16, &ip));
	ck_assert(cidr_host(&one, 0, &ip));
	ck_assert(!cidr_host(&one, 1, &ip));
}
END_TEST

START_TEST(offset_undoes_host)
{
	static const char *const texts[] = {"10.0.0.0/8", "2001:db8::/64", "2001:db8::/100"};
	static const uint64_t offsets[] = {0, 1, 255, 65536, (1 << 24) - 1};

	for (size_t i = 0; i < array_size(texts); i++) {
		for (size_t j = 0; j < array_size(offsets); j++) {
			struct cidr cidr = block(texts[i]);
			struct ip ip;

			ck_assert(cidr_host(&cidr, offsets[j], &ip));
			ck_assert_uint_eq(cidr_offset(&cidr, &ip), offsets[j]);
		}
	}
	ck_assert_uint_eq(
		cidr_offset(&(struct cidr){address("::"), 0}, &(struct ip){FAMILY_IPV6, {0x80}}),
		UINT64_MAX);
}
END_TEST

START_TEST(addresses_are_ordered_by_family_then_bytes)
{
	struct ip a = address("10.0.0.9"), b = address("10.0.1.0"), c = address("::");

	ck_assert_int_eq(ip_compare(&a, &b), -1);
	ck_assert_int_eq(ip_compare(&b, &a), 1);
	ck_assert_int_eq(ip_compare(&b, &c), -1);
	ck_assert_int_eq(ip_compare(&c, &c), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cidr");
	TCase *tc = tcase_create("cidr");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, addresses_are_written_in_canonical_form, 0,
			    (int)array_size(canonical_texts));
	tcase_add_loop_test(tc, what_is_no_address_is_refused, 0, (int)array_size(no_addresses));
	tcase_add_loop_test(tc, what_is_no_block_is_refused, 0, (int)array_size(no_blocks));
	tcase_add_test(tc, host_bits_are_seen_and_cleared);
	tcase_add_test(tc, a_block_contains_itself_and_its_parts_only);
	tcase_add_test(tc, overlap_is_the_same_from_both_sides);
	tcase_add_test(tc, parts_are_numbered_from_the_first);
	tcase_add_test(tc, hosts_are_counted_and_found);
	tcase_add_test(tc, offset_undoes_host);
	tcase_add_test(tc, addresses_are_ordered_by_family_then_bytes);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
