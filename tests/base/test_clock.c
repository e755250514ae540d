/* emulator/base/clock.c */
#include "emulator/base/clock.h"

#include <check.h>

static const struct time_row {
	const char *text;
	int64_t ms;
	const char *formatted, *seconds;
} times[] = {
	{"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00Z"},
	{"2026-11-23T08:27:00.123Z", 1795422420123, "2026-11-23T08:27:00.123Z",
	 "2026-11-23T08:27:00Z"},
	{"2026-11-23T09:27:00.1+01:00", 1795422420100, "2026-11-23T08:27:00.100Z",
	 "2026-11-23T08:27:00Z"},
	{"2026-11-22T22:57:00.123456789-09:30", 1795422420123, "2026-11-23T08:27:00.123Z",
	 "2026-11-23T08:27:00Z"},
	{"2024-02-29T23:59:59Z", 1709251199000, "2024-02-29T23:59:59.000Z", "2024-02-29T23:59:59Z"},
	{"1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59Z"},
	{"0000-01-01T00:00:00Z", -62167219200000, "0000-01-01T00:00:00.000Z",
	 "0000-01-01T00:00:00Z"},
	{"9999-12-31T23:59:59.999Z", 253402300799999, "9999-12-31T23:59:59.999Z",
	 "9999-12-31T23:59:59Z"},
};

START_TEST(times_are_read_and_written)
{
	const struct time_row *row = &times[_i];
	char text[CLOCK_TEXT_MAX];
	int64_t ms;

	ck_assert(clock_parse(row->text, &ms));
	ck_assert_int_eq(ms, row->ms);
	ck_assert_str_eq(clock_format_ms(ms, text), row->formatted);
	ck_assert_str_eq(clock_format_seconds(ms, text), row->seconds);
}
END_TEST

static const char *const no_times[] = {
	"",
	"2026-11-23",
	"2026-11-23T08:27:00",
	"2026-11-23 08:27:00Z",
	"2026-11-23T08:27Z",
	"2026-13-23T08:27:00Z",
	"2026-00-23T08:27:00Z",
	"2026-02-29T08:27:00Z",
	"2100-02-29T08:27:00Z",
	"2026-11-31T08:27:00Z",
	"2026-11-00T08:27:00Z",
	"2026-11-23T24:00:00Z",
	"2026-11-23T08:60:00Z",
	"2026-11-23T08:27:60Z",
	"2026-11-23T08:27:00.Z",
	"2026-11-23T08:27:00ZZ",
	"2026-11-23T08:27:00z",
	"2026-11-23T08:27:00+0100",
	"2026-11-23T08:27:00+24:00",
	"2026-11-23T08:27:00+01:60",
	"2026-11-23T08:27:00+01:00x",
	"+026-11-23T08:27:00Z",
	"20261123T082700Z",
};

START_TEST(what_is_no_time_is_refused)
{
	int64_t ms = 42;

	ck_assert_msg(!clock_parse(no_times[_i], &ms), "%s", no_times[_i]);
	ck_assert(!clock_parse(NULL, &ms));
	ck_assert_int_eq(ms, 42);
}
END_TEST

START_TEST(times_without_a_text_are_clamped)
{
	char text[CLOCK_TEXT_MAX];

	ck_assert_str_eq(clock_format_ms(INT64_MAX, text), "9999-12-31T23:59:59.999Z");
	ck_assert_str_eq(clock_format_ms(INT64_MIN, text), "0000-01-01T00:00:00.000Z");
}
END_TEST

static const struct {
	const char *text;
	int64_t ms;
} durations[] = {
	{"500ms", 500},	  {"30s", 30000},
	{"2m", 120000},	  {"1m30s", 90000},
	{"1h", 3600000},  {"1h2m3s4ms", 3723004},
	{"0s", 0},	  {"0ms", 0},
	{"90m", 5400000}, {"1h500ms", 3600500},
	{"007s", 7000},	  {"9223372036854775807ms", INT64_MAX},
};

START_TEST(durations_are_read)
{
	int64_t ms;

	ck_assert(duration_parse(durations[_i].text, &ms));
	ck_assert_int_eq(ms, durations[_i].ms);
}
END_TEST

static const char *const no_durations[] = {
	"",
	"30",
	"s",
	"30 seconds",
	"30S",
	"1.5s",
	"-1s",
	"+1s",
	"30s1m",
	"1s1s",
	"1m 30s",
	"1d",
	"5msms",
	"1hm",
	"30s ",
	" 30s",
	"9223372036854775808ms",
	"9223372036854775807s",
	"2562047788015h13m",
};

START_TEST(what_is_no_duration_is_refused)
{
	int64_t ms = 42;

	ck_assert_msg(!duration_parse(no_durations[_i], &ms), "%s", no_durations[_i]);
	ck_assert(!duration_parse(NULL, &ms));
	ck_assert_int_eq(ms, 42);
}
END_TEST

START_TEST(emulated_time_starts_at_the_real_time)
{
	struct emulated_clock clock;
	int64_t before = clock_real_ms();

	emulated_clock_init(&clock, 0);
	ck_assert_int_ge(emulated_clock_now(&clock), before);
	ck_assert_int_le(emulated_clock_now(&clock), clock_real_ms());
}
END_TEST

START_TEST(emulated_time_runs_speed_times_as_fast)
{
	struct emulated_clock clock;
	int64_t start;

	emulated_clock_init(&clock, 20);
	start = clock.base_ms;
	clock.base_monotonic_ms -= 1000; /* a second ago */
	ck_assert_int_ge(emulated_clock_now(&clock), start + 20000);
	ck_assert_int_lt(emulated_clock_now(&clock), start + 40000);
}
END_TEST

START_TEST(advance_jumps_and_a_stopped_clock_stands)
{
	struct emulated_clock clock;
	int64_t start;

	emulated_clock_init(&clock, 0);
	start = emulated_clock_now(&clock);
	emulated_clock_advance(&clock, 60000);
	clock.base_monotonic_ms -= 5000;
	ck_assert_int_eq(emulated_clock_now(&clock), start + 60000);
}
END_TEST

START_TEST(a_change_of_speed_is_no_jump)
{
	struct emulated_clock clock;
	int64_t shown;

	emulated_clock_init(&clock, 0);
	clock.base_ms = 5000;
	clock.base_monotonic_ms -= 1000;
	emulated_clock_set_speed(&clock, 1000);
	shown = clock.base_ms;
	ck_assert_int_eq(shown, 5000);
	clock.base_monotonic_ms -= 1000;
	emulated_clock_set_speed(&clock, 0);
	ck_assert_int_ge(emulated_clock_now(&clock), 1005000);
}
END_TEST

START_TEST(until_tells_real_time_rounded_up)
{
	struct emulated_clock clock;
	int64_t now;

	emulated_clock_init(&clock, 0);
	now = emulated_clock_now(&clock);
	ck_assert_int_eq(emulated_clock_until(&clock, now), 0);
	ck_assert_int_eq(emulated_clock_until(&clock, now - 1), 0);
	ck_assert_int_eq(emulated_clock_until(&clock, now + 1), INT64_MAX);
	emulated_clock_set_speed(&clock, 20);
	ck_assert_int_le(emulated_clock_until(&clock, now + 20001), 1001);
	ck_assert_int_gt(emulated_clock_until(&clock, now + 20001), 500);
	ck_assert_int_eq(emulated_clock_until(&clock, INT64_MAX) > 0, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("clock");
	TCase *tc = tcase_create("clock");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, times_are_read_and_written, 0, (int)array_size(times));
	tcase_add_loop_test(tc, what_is_no_time_is_refused, 0, (int)array_size(no_times));
	tcase_add_test(tc, times_without_a_text_are_clamped);
	tcase_add_loop_test(tc, durations_are_read, 0, (int)array_size(durations));
	tcase_add_loop_test(tc, what_is_no_duration_is_refused, 0, (int)array_size(no_durations));
	tcase_add_test(tc, emulated_time_starts_at_the_real_time);
	tcase_add_test(tc, emulated_time_runs_speed_times_as_fast);
	tcase_add_test(tc, advance_jumps_and_a_stopped_clock_stands);
	tcase_add_test(tc, a_change_of_speed_is_no_jump);
	tcase_add_test(tc, until_tells_real_time_rounded_up);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
