/* emulator/aws/lag.c, lifecycle.c: what a scenario's faults make late. */
#include "emulator/aws/lag.h"

#include "emulator/aws/lifecycle.h"
#include "tests/aws/api.h"
#include "tests/aws/wire.h"
#include "tests/lib/suite.h"

#define VERSION "&Version=2016-11-15"
#define HOUR_MS 3600000

static struct world *world;
static struct aws *aws;

static void begin(void)
{
	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
}

static void end(void)
{
	aws_free(aws);
	world_free(world);
}

static void order(enum fault_effect effect, const char *call, int64_t delay_ms)
{
	const char *const calls[] = {call, NULL};
	const struct fault_rule rule = {.name = "f",
					.fault = "late",
					.calls = calls,
					.effect = effect,
					.facade = FACADE_AWS,
					.delay_ms = delay_ms,
					.chance = 1};

	fault_add(world, &rule);
}

static void shows(const char *form, const char *text, bool wanted)
{
	struct wire_answer answer = wire_post(aws, "ec2", form);

	ck_assert_int_eq(answer.status, 200);
	ck_assert_msg(!strstr(answer.body, text) != wanted, "%s: %s", form, answer.body);
	wire_done(&answer);
}

static char *make_vpc(void)
{
	_cleanup_(json_freep) struct json *made =
		api(aws, "ec2", "CreateVpc",
		    "{'CidrBlock':'10.77.0.0/16','TagSpecifications':[{'ResourceType':'vpc',"
		    "'Tags':[{'Key':'Name','Value':'mine'}]}]}");

	return xstrdup(json_find_str(made, "Vpc", "VpcId", NULL));
}

START_TEST(what_was_just_made_is_not_listed_but_read_by_its_id)
{
	_cleanup_(freep) char *id = NULL, *form = NULL;

	begin();
	order(FAULT_HIDE_NEW, "ec2:Describe*", HOUR_MS);
	id = make_vpc();
	form = xasprintf("Action=DescribeVpcs&VpcId.1=%s" VERSION, id);
	ck_assert_uint_eq(fault_fired(world, "f"), 0);
	shows("Action=DescribeVpcs" VERSION, "10.77.0.0/16", false);
	ck_assert_uint_ge(fault_fired(world, "f"), 1);
	shows(form, "10.77.0.0/16", true);
	fault_clear(world);
	shows("Action=DescribeVpcs" VERSION, "10.77.0.0/16", true);
	end();
}
END_TEST

START_TEST(what_is_older_than_the_lag_is_listed)
{
	_cleanup_(freep) char *id = NULL;

	begin();
	id = make_vpc();
	order(FAULT_HIDE_NEW, "ec2:Describe*", 0);
	shows("Action=DescribeVpcs" VERSION, "10.77.0.0/16", true);
	ck_assert_uint_eq(fault_fired(world, "f"), 0);
	end();
}
END_TEST

START_TEST(new_tags_are_not_seen_by_filters_and_lists_of_tags)
{
	static const char by_tag[] =
		"Action=DescribeVpcs&Filter.1.Name=tag:Name&Filter.1.Value.1=mine" VERSION;
	_cleanup_(freep) char *id = NULL;

	begin();
	id = make_vpc();
	shows(by_tag, "10.77.0.0/16", true);
	order(FAULT_STALE_TAGS, "ec2:*", HOUR_MS);
	shows(by_tag, "10.77.0.0/16", false);
	shows("Action=DescribeTags" VERSION, "mine", false);
	shows("Action=DescribeVpcs" VERSION, "10.77.0.0/16", true);
	ck_assert_uint_ge(fault_fired(world, "f"), 1);
	fault_clear(world);
	shows(by_tag, "10.77.0.0/16", true);
	end();
}
END_TEST

START_TEST(what_is_stuck_goes_on_when_it_is_released)
{
	static const char make[] = "Action=CreateVpc&CidrBlock=10.78.0.0/16"
				   "&AmazonProvidedIpv6CidrBlock=true" VERSION;

	begin();
	order(FAULT_STUCK, "ec2:CreateVpc", 0);
	shows(make, "<state>associating</state>", true);
	ck_assert_uint_eq(fault_fired(world, "f"), 1);
	emulated_clock_advance(world_clock(world), INT64_C(10) * 365 * 24 * HOUR_MS);
	world_fire_timers(world);
	shows("Action=DescribeVpcs" VERSION, "<state>associating</state>", true);
	fault_clear(world);
	lifecycle_release(world);
	world_fire_timers(world);
	shows("Action=DescribeVpcs" VERSION, "<state>associating</state>", false);
	end();
}
END_TEST

START_TEST(what_is_stuck_for_a_time_goes_on_by_itself)
{
	static const char make[] = "Action=CreateVpc&CidrBlock=10.78.0.0/16"
				   "&AmazonProvidedIpv6CidrBlock=true" VERSION;

	begin();
	order(FAULT_STUCK, "ec2:CreateVpc", HOUR_MS);
	shows(make, "<state>associating</state>", true);
	emulated_clock_advance(world_clock(world), HOUR_MS - 1000);
	world_fire_timers(world);
	shows("Action=DescribeVpcs" VERSION, "<state>associating</state>", true);
	emulated_clock_advance(world_clock(world), 1000);
	world_fire_timers(world);
	shows("Action=DescribeVpcs" VERSION, "<state>associating</state>", false);
	end();
}
END_TEST

START_TEST(a_lag_stands_beside_other_faults)
{
	const struct fault_rule throttle = {.name = "busy",
					    .fault = "throttle",
					    .effect = FAULT_ERROR,
					    .chance = 1,
					    .first = 1};
	struct fault_verdict verdict;

	begin();
	order(FAULT_HIDE_NEW, "ec2:*", HOUR_MS);
	fault_add(world, &throttle);
	verdict = fault_decide(world, "x", "ec2:DescribeVpcs", "s", NULL);
	ck_assert_int_eq(verdict.effect, FAULT_ERROR);
	ck_assert_int_eq(verdict.lags.hide_ms, HOUR_MS);
	verdict = fault_decide(world, "x", "k8s:ListServices", "s", NULL);
	ck_assert_int_eq(verdict.effect, FAULT_NONE);
	ck_assert_ptr_null(verdict.lags.hide_rule);
	end();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_was_just_made_is_not_listed_but_read_by_its_id,
		what_is_older_than_the_lag_is_listed,
		new_tags_are_not_seen_by_filters_and_lists_of_tags,
		what_is_stuck_goes_on_when_it_is_released,
		what_is_stuck_for_a_time_goes_on_by_itself,
		a_lag_stands_beside_other_faults,
		NULL,
	};

	return suite_main("lag", tests);
}
