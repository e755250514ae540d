/* emulator/world/fault.c */
#include "emulator/base/container.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

static const char *const elb_reads[] = {"elbv2:Describe*", "elb:Describe*", NULL};

static struct fault_rule throttle(void)
{
	return (struct fault_rule){.name = "busy",
				   .fault = "throttle",
				   .effect = FAULT_ERROR,
				   .code = "Throttling",
				   .message = "Rate exceeded",
				   .status = 400,
				   .chance = 1};
}

/* For each of n calls: x when the fault fired, . when not. */
static const char *pattern(struct world *w, unsigned n, const char *subject)
{
	static char text[64];

	ck_assert_uint_lt(n, sizeof(text));
	for (unsigned i = 0; i < n; i++)
		text[i] = fault_decide(w, "ccm", "elbv2:DescribeTags", subject, NULL).effect ? 'x'
											     : '.';
	text[n] = '\0';
	return text;
}

START_TEST(a_rule_is_about_its_calls_and_its_actor_only)
{
	struct world *w = test_world(PROFILE_AWS);
	struct fault_rule rule = throttle();
	struct fault_verdict v;

	rule.calls = elb_reads;
	rule.by = "ccm";
	fault_add(w, &rule);
	v = fault_decide(w, "ccm", "elb:DescribeTags", "s", NULL);
	ck_assert_int_eq(v.effect, FAULT_ERROR);
	ck_assert_str_eq(v.rule, "busy");
	ck_assert_str_eq(v.fault, "throttle");
	ck_assert_str_eq(v.code, "Throttling");
	ck_assert_str_eq(v.message, "Rate exceeded");
	ck_assert_int_eq(v.status, 400);
	ck_assert_int_eq(fault_decide(w, "operator", "elb:DescribeTags", "s", NULL).effect,
			 FAULT_NONE);
	ck_assert_int_eq(fault_decide(w, NULL, "elb:DescribeTags", "s", NULL).effect, FAULT_NONE);
	ck_assert_int_eq(fault_decide(w, "ccm", "elb:CreateLoadBalancer", "s", NULL).effect,
			 FAULT_NONE);
	ck_assert_uint_eq(fault_fired(w, "busy"), 1);
	ck_assert_uint_eq(fault_fired(w, "other"), 0);
	world_free(w);
}
END_TEST

START_TEST(skip_every_and_first_count_the_calls_that_fit)
{
	struct world *w = test_world(PROFILE_AWS);
	struct fault_rule rule = throttle();

	rule.skip = 2;
	rule.every = 3;
	rule.first = 2;
	fault_add(w, &rule);
	ck_assert_str_eq(pattern(w, 10, "s"), "..x..x....");
	ck_assert_uint_eq(fault_fired(w, "busy"), 2);
	world_free(w);
}
END_TEST

START_TEST(chance_depends_on_the_subject_not_on_who_else_calls)
{
	struct world *w[2] = {test_world(PROFILE_AWS), test_world(PROFILE_AWS)};
	struct fault_rule rule = throttle();
	char alone[64], crowded[64];
	unsigned fired = 0;

	rule.chance = 0.5;
	for (int i = 0; i < 2; i++)
		fault_add(w[i], &rule);
	memcpy(alone, pattern(w[0], 40, "echo"), 41);
	for (unsigned i = 0; i < 40; i++) { /* the same subject among others */
		pattern(w[1], i % 3, "other");
		crowded[i] = pattern(w[1], 1, "echo")[0];
		fired += crowded[i] == 'x';
	}
	crowded[40] = '\0';
	ck_assert_str_eq(alone, crowded);
	ck_assert_uint_gt(fired, 8);
	ck_assert_uint_lt(fired, 32);
	world_free(w[0]);
	world_free(w[1]);
}
END_TEST

static bool is_small(const struct json *params, void *userdata)
{
	return json_get_int(params, "Size", 0) < *(const int *)userdata;
}

START_TEST(where_looks_at_the_parameters)
{
	struct world *w = test_world(PROFILE_AWS);
	struct fault_rule rule = throttle();
	struct json *small = test_json("{'Size':1}"), *big = test_json("{'Size':9}");
	int limit = 5;

	rule.where = is_small;
	rule.userdata = &limit;
	fault_add(w, &rule);
	ck_assert_int_eq(fault_decide(w, "ccm", "ec2:X", "s", big).effect, FAULT_NONE);
	ck_assert_int_eq(fault_decide(w, "ccm", "ec2:X", "s", small).effect, FAULT_ERROR);
	json_free(small);
	json_free(big);
	world_free(w);
}
END_TEST

START_TEST(the_first_rule_that_fires_is_the_one)
{
	struct world *w = test_world(PROFILE_AWS);
	struct fault_rule a = throttle(), b = throttle();

	a.first = 1;
	b.name = "lost";
	b.effect = FAULT_ANSWER_LOST;
	fault_add(w, &a);
	fault_add(w, &b);
	ck_assert_int_eq(fault_decide(w, "ccm", "ec2:X", "s", NULL).effect, FAULT_ERROR);
	ck_assert_uint_eq(fault_fired(w, "lost"), 0);
	ck_assert_int_eq(fault_decide(w, "ccm", "ec2:X", "s", NULL).effect, FAULT_ANSWER_LOST);
	world_free(w);
}
END_TEST

static void collect(const char *name, unsigned fired, bool may_not_fire, void *userdata)
{
	struct strs *strs = userdata;
	_cleanup_(freep) char *text = xasprintf("%s %u%s", name, fired, may_not_fire ? "?" : "");

	strs_add(strs, text);
}

START_TEST(cleared_rules_fire_no_more_but_are_still_counted)
{
	struct world *w = test_world(PROFILE_AWS);
	struct fault_rule a = throttle(), b = throttle();
	struct strs strs = {0};

	b.name = "idle";
	b.by = "nobody";
	b.may_not_fire = true;
	fault_add(w, &a);
	fault_add(w, &b);
	ck_assert_str_eq(pattern(w, 2, "s"), "xx");
	fault_clear(w);
	ck_assert_str_eq(pattern(w, 2, "s"), "..");
	fault_each(w, collect, &strs);
	ck_assert_uint_eq(strs.count, 2);
	ck_assert_str_eq(strs.items[0], "busy 2");
	ck_assert_str_eq(strs.items[1], "idle 0?");
	strs_done(&strs);
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_rule_is_about_its_calls_and_its_actor_only,
		skip_every_and_first_count_the_calls_that_fit,
		chance_depends_on_the_subject_not_on_who_else_calls,
		where_looks_at_the_parameters,
		the_first_rule_that_fires_is_the_one,
		cleared_rules_fire_no_more_but_are_still_counted,
		NULL,
	};

	return suite_main("fault", tests);
}
