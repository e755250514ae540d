/* Answers that are kept back: http_hold. */
#include "emulator/base/clock.h"
#include "tests/http/rig.h"
#include "tests/lib/suite.h"

#define LONG_MS 60000 /* longer than any test */

static char body[HTTP_HELD_BYTES + 1];

/* A request that waits, and whose answer is to be kept back. */
static struct wire ask(struct rig *rig, unsigned ms)
{
	struct wire wire = rig_wire(rig);

	rig->has_held = false;
	wire_send(&wire, "GET /hold HTTP/1.1\r\nHost: h\r\n\r\n");
	wire_until(rig->loop, &rig->has_held);
	http_hold(rig->held, ms);
	return wire;
}

START_TEST(a_long_answer_is_kept_back_and_a_short_one_is_not)
{
	struct rig rig;
	struct wire slow, quick;

	memset(body, 'x', sizeof(body));
	rig_open(&rig, NULL);
	slow = ask(&rig, LONG_MS);
	http_reply(rig.held, 200, NULL, body, sizeof(body));
	quick = ask(&rig, LONG_MS);
	http_reply(rig.held, 200, NULL, body, HTTP_HELD_BYTES);
	expect_status(wire_take_reply(&quick), "200");
	wire_settle(rig.loop);
	ck_assert_uint_eq(slow.got.length, 0);
	wire_close(&slow);
	wire_close(&quick);
	rig_close(&rig);
}
END_TEST

START_TEST(it_comes_when_its_time_is_over)
{
	struct rig rig;
	struct wire wire;
	int64_t started_ms;

	memset(body, 'x', sizeof(body));
	rig_open(&rig, NULL);
	for (unsigned ms = 0; ms <= 60; ms += 20) {
		wire = ask(&rig, ms);
		started_ms = clock_monotonic_ms();
		http_reply(rig.held, 200, NULL, body, sizeof(body));
		expect_text(wire_take_reply(&wire), "xxx");
		/* a timer of n ms may end within the n-th */
		ck_assert_int_ge(clock_monotonic_ms() - started_ms + 2, ms);
		wire_close(&wire);
	}
	rig_close(&rig);
}
END_TEST

START_TEST(who_leaves_meanwhile_is_not_reported_for_the_answer_was_given)
{
	struct rig rig;
	struct wire wire;

	memset(body, 'x', sizeof(body));
	rig_open(&rig, NULL);
	wire = ask(&rig, LONG_MS);
	http_reply(rig.held, 200, NULL, body, sizeof(body));
	wire_close(&wire);
	wire_settle(rig.loop);
	ck_assert_uint_eq(rig.gone, 0);
	rig_close(&rig);
	ck_assert_uint_eq(rig.gone, 0);
}
END_TEST

START_TEST(a_server_that_ends_gives_what_it_kept_back)
{
	struct rig rig;
	struct wire wire;

	memset(body, 'x', sizeof(body));
	rig_open(&rig, NULL);
	wire = ask(&rig, LONG_MS);
	http_reply(rig.held, 200, NULL, body, sizeof(body));
	http_server_free(rig.server);
	rig.server = NULL;
	expect_text(wire_take_rest(&wire), "xxx");
	ck_assert_uint_eq(rig.gone, 0);
	wire_close(&wire);
	rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_long_answer_is_kept_back_and_a_short_one_is_not,
		it_comes_when_its_time_is_over,
		who_leaves_meanwhile_is_not_reported_for_the_answer_was_given,
		a_server_that_ends_gives_what_it_kept_back,
		NULL,
	};

	return suite_main("http_held", tests);
}
