/* emulator/judge/quiet.c */
#include "emulator/base/clock.h"
#include "emulator/judge/quiet.h"
#include "tests/lib/cloud.h"
#include "tests/lib/suite.h"

static void refuse(struct world *w, const char *actor, const char *service, const char *operation,
		   const char *params)
{
	struct call *call = test_call_as(w, actor, service, operation);

	call_set_params(call, test_json(params));
	call_fail(call, 400, "DependencyViolation", "no");
}

static void succeed(struct world *w, const char *actor, const char *service, const char *operation,
		    const char *params)
{
	struct call *call = test_call_as(w, actor, service, operation);

	call_set_params(call, test_json(params));
	call_commit(call, 200);
}

START_TEST(a_world_that_nobody_touched_is_quiet)
{
	struct world *w = test_world(PROFILE_AWS);
	struct quiet quiet = judge_quiet(w, 0, clock_real_ms());

	ck_assert(quiet.settled);
	ck_assert_int_eq(quiet.wait_ms, 0);
	ck_assert_int_eq(quiet.changed_ms, INT64_MAX);
	world_free(w);
}
END_TEST

START_TEST(a_change_by_a_controller_takes_three_seconds_to_settle)
{
	struct world *w = test_world(PROFILE_AWS);
	int64_t now;
	struct quiet quiet;

	cloud_add(w, CLOUD_LBC, "vpc", "vpc-1", "{}", NULL);
	now = journal_get(world_journal(w), 1)->real_ms;
	quiet = judge_quiet(w, 0, now + 1000);
	ck_assert(!quiet.settled);
	ck_assert_int_eq(quiet.changed_ms, 1000);
	ck_assert_int_eq(quiet.wait_ms, 2000);
	ck_assert_uint_eq(quiet.changed_by, 1);
	ck_assert(judge_quiet(w, 0, now + 3000).settled);
	ck_assert(!judge_quiet(w, 10000, now + 9999).settled);
	ck_assert(judge_quiet(w, 10000, now + 10000).settled);
	world_free(w);
}
END_TEST

START_TEST(what_a_person_does_is_given_three_seconds_to_be_answered)
{
	struct world *w = test_world(PROFILE_AWS);
	int64_t now;

	cloud_add(w, "operator", "vpc", "vpc-1", "{}", NULL);
	now = journal_get(world_journal(w), 1)->real_ms;
	ck_assert_int_eq(judge_quiet(w, 0, now).wait_ms, QUIET_MS);
	ck_assert(judge_quiet(w, 0, now + QUIET_MS).settled);
	world_free(w);
}
END_TEST

START_TEST(aws_reads_leases_events_and_refused_people_do_not_disturb)
{
	struct world *w = test_world(PROFILE_AWS);

	cloud_add(w, "aws", "vpc", "vpc-2", "{}", NULL);
	cloud_add(w, CLOUD_LBC, "lease", "c/kube-system/lbc", "{}", NULL);
	cloud_add(w, CLOUD_LBC, "event", "c/default/e", "{}", NULL);
	succeed(w, CLOUD_LBC, "ec2", "DescribeVpcs", "{}");
	refuse(w, CLOUD_LBC, "ec2", "DescribeVpcs", "{}");
	refuse(w, "operator", "ec2", "DeleteVpc", "{}");
	ck_assert(judge_quiet(w, 0, clock_real_ms()).settled);
	world_free(w);
}
END_TEST

START_TEST(a_refused_call_may_be_repeated_for_twelve_seconds)
{
	struct world *w = test_world(PROFILE_AWS);
	int64_t now;
	struct quiet quiet;

	refuse(w, CLOUD_LBC, "ec2", "DeleteSecurityGroup", "{'GroupId':'sg-1'}");
	now = journal_get(world_journal(w), 1)->real_ms;
	quiet = judge_quiet(w, 0, now + 5000);
	ck_assert(!quiet.settled);
	ck_assert_int_eq(quiet.refused_ms, 5000);
	ck_assert_int_eq(quiet.wait_ms, 7000);
	ck_assert_uint_eq(quiet.refused_by, 1);
	ck_assert(judge_quiet(w, 0, now + 12000).settled);
	/* another group's success says nothing, its own ends the wait */
	succeed(w, CLOUD_LBC, "ec2", "DeleteSecurityGroup", "{'GroupId':'sg-2'}");
	ck_assert(!judge_quiet(w, 0, now + 5000).settled);
	succeed(w, CLOUD_LBC, "ec2", "DeleteSecurityGroup", "{'GroupId':'sg-1'}");
	ck_assert(judge_quiet(w, 0, now + 5000).settled);
	world_free(w);
}
END_TEST

START_TEST(a_refused_kubernetes_call_counts_as_a_change)
{
	struct world *w = test_world(PROFILE_AWS);
	int64_t now;

	refuse(w, CLOUD_LBC, "k8s", "PatchService", "{}");
	now = journal_get(world_journal(w), 1)->real_ms;
	ck_assert_int_eq(judge_quiet(w, 0, now).wait_ms, QUIET_MS);
	ck_assert(judge_quiet(w, 0, now + QUIET_MS).settled);
	world_free(w);
}
END_TEST

START_TEST(a_dry_run_is_no_refusal)
{
	struct world *w = test_world(PROFILE_AWS);
	struct call *call = test_call_as(w, CLOUD_LBC, "ec2", "CreateVpc");

	call_fail(call, 412, "DryRunOperation", "Request would have succeeded");
	ck_assert(judge_quiet(w, 0, clock_real_ms()).settled);
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_world_that_nobody_touched_is_quiet,
		a_change_by_a_controller_takes_three_seconds_to_settle,
		what_a_person_does_is_given_three_seconds_to_be_answered,
		aws_reads_leases_events_and_refused_people_do_not_disturb,
		a_refused_call_may_be_repeated_for_twelve_seconds,
		a_refused_kubernetes_call_counts_as_a_change,
		a_dry_run_is_no_refusal,
		NULL,
	};

	return suite_main("quiet", tests);
}
