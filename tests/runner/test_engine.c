/* The engine, on scenarios that only use the operator's own AWS calls: no controller runs. */
#include <check.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/engine/engine.h"
#include "tests/runner/run_scenario.h"

/* The scenarios stand as a reader of YAML wants them. */
/* clang-format off */

#define VPC(cidr) "call: { action: ec2:CreateVpc, params: { CidrBlock: " cidr " } }"

START_TEST(calls_claims_and_remembered_objects_work_together)
{
	assert_passed(run(HEAD GIVEN
		"vars: { block: 10.0.0.0/16 }\n"
		"always:\n"
		"  - { count: subnet, is: { at-most: 6 } }\n"
		"steps:\n"
		"  - step: A VPC is made\n"
		"    call: { action: ec2:CreateVpc, params: { CidrBlock: \"${block}\" }, "
		"id: vpc-0a11b22c33d44e55f }\n"
		"    expect:\n"
		"      - { one: vpc, where: { CidrBlock: \"${block}\" }, has: { VpcId: "
		"vpc-0a11b22c33d44e55f, IsDefault: false },\n"
		"          made-by: operator, remember: mine }\n"
		"      - { calls: ec2:CreateVpc, by: operator, with: { CidrBlock: "
		"\"${block}\" }, answered: OK, times: 1 }\n"
		"      - { calls: \"ec2:Create*\", without: [ AmazonProvidedIpv6CidrBlock ] }\n"
		"  - step: A subnet in it\n"
		"    call: { action: ec2:CreateSubnet, params: { VpcId: "
		"\"${mine.VpcId}\", CidrBlock: 10.0.1.0/24 } }\n"
		"    expect:\n"
		"      - { one: subnet, of: \"${mine}\", has: { CidrBlock: { inside: "
		"\"${mine}\", size: 24 }, MapPublicIpOnLaunch: false } }\n"
		"      - { order: [ ec2:CreateVpc, ec2:CreateSubnet ], by: operator }\n"
		"      - { calls: ec2:CreateVpc, since: A subnet in it, times: 0 }\n"));
}
END_TEST

START_TEST(a_claim_that_never_becomes_true_shows_expected_and_found)
{
	assert_says(run(HEAD GIVEN
		"steps:\n"
		"  - step: A VPC is made\n"
		"    " VPC("10.0.0.0/16") "\n"
		"    within: 100ms\n"
		"    expect:\n"
		"      - { one: vpc, where: { CidrBlock: 10.0.0.0/16 }, has: { "
		"InstanceTenancy: dedicated },\n"
		"          because: money is no object }\n"
		"      - { none: subnet, where: { CidrBlock: 10.0.0.0/24 } }\n"),
		"failed", "never true during 100ms", "because: money is no object",
		"InstanceTenancy  expected  dedicated", "found     \"default\"",
		"last change rev", "ec2:CreateVpc by operator", "Again, alone:", NULL);
}
END_TEST

START_TEST(a_claim_about_nothing_shows_what_else_there_is)
{
	assert_says(run(HEAD GIVEN
		"steps:\n"
		"  - step: A VPC is made\n"
		"    " VPC("10.0.0.0/16") "\n"
		"    within: 100ms\n"
		"    expect:\n"
		"      - { one: vpc, where: { CidrBlock: 10.9.0.0/16 } }\n"
		"      - { one: vpc, of: shoot other }\n"
		"      - { some: nat-gateway, where: { State: available } }\n"
		"      - { count: vpc, where: { IsDefault: false }, made-by: gardenlet, is: 1 }\n"),
		"failed", "found     0", "what there is, and why it is not meant:",
		"CidrBlock  expected  10.9.0.0/16", "found     \"10.0.0.0/16\"",
		"there is no nat-gateway at all", "it is not of shoot other",
		"made by  expected  gardenlet", "found     operator", NULL);
}
END_TEST

START_TEST(a_call_is_about_what_it_is_named_after)
{
	assert_says(run(HEAD GIVEN
		"steps:\n"
		"  - step: A load balancer, with its interfaces\n"
		"    call:\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, id: "
		"vpc-0a11b22c33d44e55f }\n"
		"      - { action: ec2:CreateSubnet, params: { VpcId: vpc-0a11b22c33d44e55f, "
		"CidrBlock: 10.0.0.0/24 }, id: subnet-0a11b22c33d44e55f }\n"
		"      - { action: elbv2:CreateLoadBalancer, params: { Name: mine, Type: network, "
		"Scheme: internal, Subnets: [ subnet-0a11b22c33d44e55f ] } }\n"
		"    within: 50ms\n"
		"    expect:\n"
		"      - { count: vpc, is: 7 }\n"),
		"failed", "elbv2:CreateLoadBalancer", "  loadbalancer/net/mine/", NULL);
}
END_TEST

START_TEST(an_invariant_fails_at_the_very_call_that_breaks_it)
{
	assert_says(run(HEAD GIVEN
		"always:\n"
		"  - { none: vpc, where: { CidrBlock: 10.9.0.0/16 } }\n"
		"steps:\n"
		"  - step: One is made\n"
		"    " VPC("10.0.0.0/16") "\n"
		"  - step: The forbidden one is made and removed in one step\n"
		"    call:\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.9.0.0/16 }, id: "
		"vpc-0a11b22c33d44e55f }\n"
		"      - { action: ec2:DeleteVpc, params: { VpcId: vpc-0a11b22c33d44e55f } }\n"),
		"failed", "step 2 of 2", "ec2:CreateVpc by operator", "expected  none",
		"vpc-0a11b22c33d44e55f", NULL);
}
END_TEST

START_TEST(an_expected_refusal_passes_and_another_one_does_not)
{
	static const char text[] = HEAD GIVEN
		"steps:\n"
		"  - step: It is refused\n"
		"    call: { action: ec2:DeleteVpc, params: { VpcId: "
		"vpc-0a11b22c33d44e55f }, fails-with: %s }\n";
	_cleanup_(freep) char *right = xasprintf(text, "InvalidVpcID.NotFound");
	_cleanup_(freep) char *wrong = xasprintf(text, "DependencyViolation");

	assert_passed(run(right));
	assert_says(run(wrong), "failed", "refused for another reason",
		    "expected  DependencyViolation", "found     InvalidVpcID.NotFound", NULL);
}
END_TEST

START_TEST(an_unexpected_refusal_and_an_unexpected_success_both_fail)
{
	assert_says(run(HEAD GIVEN
		"steps:\n"
		"  - step: It is refused\n"
		"    call: { action: ec2:DeleteVpc, params: { VpcId: "
		"vpc-0a11b22c33d44e55f } }\n"),
		"failed", "ec2:DeleteVpc was refused", "InvalidVpcID.NotFound", NULL);
	assert_says(run(HEAD GIVEN
		"steps:\n"
		"  - step: It goes well\n"
		"    call: { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, "
		"fails-with: VpcLimitExceeded }\n"),
		"failed", "ec2:CreateVpc went well, but it must be refused", NULL);
}
END_TEST

START_TEST(what_must_stay_true_fails_when_a_timer_changes_it)
{
	assert_says(run(HEAD
		"given: { controllers: [], profile: aws, speed: 20, consistency: { "
		"ipv6-cidr-associated-after: 5s } }\n"
		"steps:\n"
		"  - step: A VPC is made\n"
		"    call: { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, "
		"id: vpc-0a11b22c33d44e55f }\n"
		"  - step: Its IPv6 block stays as it is\n"
		"    call: { action: ec2:AssociateVpcCidrBlock, params: { VpcId: "
		"vpc-0a11b22c33d44e55f, AmazonProvidedIpv6CidrBlock: true } }\n"
		"    stays: 20s\n"
		"    expect:\n"
		"      - one: vpc\n"
		"        where: { VpcId: vpc-0a11b22c33d44e55f }\n"
		"        has: { Ipv6CidrBlockAssociationSet: [ { Ipv6CidrBlockState: { "
		"State: associating } } ] }\n"),
		"failed", "true since revision", "not any more at", "expected", "associat", NULL);
}
END_TEST

START_TEST(advance_jumps_the_clock_of_aws)
{
	assert_passed(run(HEAD
		"given: { controllers: [], profile: aws, speed: 0.001 }\n"
		"steps:\n"
		"  - step: A VPC with IPv6 is made\n"
		"    call: { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, "
		"id: vpc-0a11b22c33d44e55f }\n"
		"  - step: IPv6 is on its way\n"
		"    call: { action: ec2:AssociateVpcCidrBlock, params: { VpcId: "
		"vpc-0a11b22c33d44e55f, AmazonProvidedIpv6CidrBlock: true } }\n"
		"    expect:\n"
		"      - one: vpc\n"
		"        where: { VpcId: vpc-0a11b22c33d44e55f }\n"
		"        has: { Ipv6CidrBlockAssociationSet: [ { Ipv6CidrBlockState: { "
		"State: associating } } ] }\n"
		"  - step: Some time passes\n"
		"    advance: 10m\n"
		"    expect:\n"
		"      - one: vpc\n"
		"        where: { VpcId: vpc-0a11b22c33d44e55f }\n"
		"        has: { Ipv6CidrBlockAssociationSet: [ { Ipv6CidrBlock: { cidr: "
		"ipv6, size: 56 }, Ipv6CidrBlockState: { State: associated } } ] }\n"));
}
END_TEST

START_TEST(a_snapshot_shows_what_is_different_since)
{
	static const char text[] = HEAD GIVEN
		"steps:\n"
		"  - step: Remember\n"
		"    snapshot: before\n"
		"  - step: Something happens\n"
		"    call: %s\n"
		"    same-as: before\n";
	_cleanup_(freep) char *changed = xasprintf(
		text, "{ action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, id: "
		"vpc-0a11b22c33d44e55f }");
	_cleanup_(freep) char *same = xasprintf(text, "{ action: ec2:DescribeVpcs }");

	assert_passed(run(same));
	assert_says(run(changed), "failed", "AWS is not as it was at the snapshot \"before\"",
		    "+ vpc vpc-0a11b22c33d44e55f was made by operator", NULL);
}
END_TEST

START_TEST(a_snapshot_does_not_speak_of_what_no_call_shows)
{
	assert_passed(run(HEAD
		"given: { controllers: [] }\n"
		"steps:\n"
		"  - { step: Now, snapshot: now, " VPC("10.0.0.0/16") " }\n"
		"  - { step: It is remembered, snapshot: then, expect: [ { one: vpc, where: { "
		"CidrBlock: 10.0.0.0/16 }, remember: vpc } ] }\n"
		"  - step: A table with a client token comes\n"
		"    call: { action: ec2:CreateRouteTable, id: rtb-0a11b22c33d44e55f, params: { "
		"VpcId: \"${vpc.VpcId}\", ClientToken: once } }\n"
		"  - step: And goes\n"
		"    call: { action: ec2:DeleteRouteTable, params: { RouteTableId: "
		"rtb-0a11b22c33d44e55f } }\n"
		"    same-as: then\n"));
}
END_TEST

START_TEST(a_fault_that_never_fires_fails_unless_it_may)
{
	static const char text[] = HEAD GIVEN
		"steps:\n"
		"  - step: A fault without a call\n"
		"    fault: { fault: throttle, name: idle, calls: ec2:CreateVpc%s }\n";
	_cleanup_(freep) char *idle = xasprintf(text, "");
	_cleanup_(freep) char *allowed = xasprintf(text, ", may-not-fire: true");

	assert_says(run(idle), "failed", "the fault \"idle\" never fired", NULL);
	assert_passed(run(allowed));
}
END_TEST

#define TAG(what)                                                                                  \
	"      - { action: ec2:" what "Tags, as: load-balancer-controller, params: { Resources: ["    \
	" vpc-0a11b22c33d44e55f ], Tags: [ { Key: k, Value: v } ] } }\n"

START_TEST(a_bad_habit_of_a_controller_fails_unless_it_is_allowed)
{
	static const char text[] = HEAD "%s" GIVEN
		"steps:\n"
		"  - step: A controller cannot decide\n"
		"    call:\n"
		"      - { action: ec2:CreateVpc, id: vpc-0a11b22c33d44e55f, params: { CidrBlock: "
		"10.0.0.0/16 } }\n" TAG("Create") TAG("Delete") TAG("Create") TAG("Delete");
	_cleanup_(freep) char *bad = xasprintf(text, "");
	_cleanup_(freep) char *allowed = xasprintf(text, "allows: [ flapping ]\n");

	assert_says(run(bad), "failed", "the controllers' history shows a bad habit: flapping",
		    "load-balancer-controller changes vpc vpc-0a11b22c33d44e55f to and fro", NULL);
	assert_passed(run(allowed));
}
END_TEST

START_TEST(a_given_quota_holds)
{
	static const char text[] = HEAD
		"given: { controllers: [], quotas: { vpcs: %s } }\n"
		"steps:\n"
		"  - step: One more than there may be\n"
		"    call:\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 } }\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.1.0.0/16 }, "
		"fails-with: VpcLimitExceeded }\n";
	_cleanup_(freep) char *two = xasprintf(text, "2"); /* one is the default VPC */
	_cleanup_(freep) char *three = xasprintf(text, "3");

	assert_passed(run(two));
	assert_says(run(three), "failed", "ec2:CreateVpc went well, but it must be refused", NULL);
}
END_TEST

START_TEST(servers_stop_and_start_again)
{
	static const char text[] = HEAD GIVEN
		"steps:\n"
		"  - step: They go and come back\n"
		"    stop: [ aws, api-server, seed-api-server ]\n"
		"    start: [ aws, api-server, seed-api-server ]\n"
		"  - step: Once more, by their other name\n"
		"    restart: [ aws, api-server ]\n"
		"%s";
	_cleanup_(freep) char *fine = xasprintf(text, "");
	_cleanup_(freep) char *twice = xasprintf(text, "  - step: twice\n    stop: [ aws, aws ]\n");
	_cleanup_(freep) char *early =
		xasprintf(text, "  - step: too early\n    start: seed-api-server\n");

	assert_passed(run(fine));
	assert_says(run(twice), "failed", "AWS does not run", NULL);
	assert_says(run(early), "failed", "the API server of \"seed\" runs already", NULL);
}
END_TEST

START_TEST(too_many_calls_fail_at_once_and_do_not_wait)
{
	_cleanup_(json_freep) struct json *result = run(HEAD GIVEN
		"steps:\n"
		"  - step: Two VPCs are made where one is allowed\n"
		"    call:\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 } }\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.1.0.0/16 } }\n"
		"    within: 40s\n"
		"    expect: [ { calls: ec2:CreateVpc, times: 1 } ]\n");

	ck_assert_str_eq(json_get_str(result, "status"), "failed");
	ck_assert_str_eq(json_get_str(result, "reason"), "this cannot become true any more");
	ck_assert_int_lt(json_get_int(result, "wall_ms", -1), 30000);
}
END_TEST

START_TEST(what_is_given_and_not_modelled_is_told_and_no_result_under_strict)
{
	static const char text[] = HEAD GIVEN
		"steps:\n"
		"  - step: A group\n"
		"    call: { action: ec2:CreatePlacementGroup, params: { GroupName: g, Strategy: "
		"cluster, LinkedGroupId: pg-1 } }\n";
	_cleanup_(json_freep) struct json *result = run(text);
	const struct json *item = json_first(json_get(result, "ignored"));

	ck_assert_str_eq(json_get_str(result, "status"), "passed");
	ck_assert_str_eq(json_get_str(item, "action"), "ec2:CreatePlacementGroup");
	ck_assert_str_eq(json_get_str(item, "member"), "LinkedGroupId");
	ck_assert_str_eq(json_get_str(item, "actor"), "operator");
	ck_assert_int_eq(json_get_int(item, "count", 0), 1);
	ck_assert_ptr_null(json_next(item));
	assert_says(run_with(text, &(struct engine_options){.strict = true}), "harness",
		    "parameters were given that this program does not model",
		    "ec2:CreatePlacementGroup LinkedGroupId by operator",
		    "not modelled: LinkedGroupId", NULL);
}
END_TEST

START_TEST(what_is_not_proven_is_told_and_fails_under_strict)
{
	static const char text[] = HEAD GIVEN
		"steps:\n"
		"  - step: Nobody calls\n"
		"    expect: [ { calls: \"elbv2:*\", by: load-balancer-controller, times: "
		"0 } ]\n";
	struct json *result = run(text);

	ck_assert_str_eq(json_get_str(result, "status"), "passed");
	ck_assert_uint_eq(json_size(json_get(result, "unproven")), 1);
	json_free(result);
	assert_says(run_with(text, &(struct engine_options){.strict = true}), "failed",
		    "this proves nothing: load-balancer-controller made no call at all", NULL);
}
END_TEST

START_TEST(finally_is_run_after_a_failure_and_the_first_failure_counts)
{
	_cleanup_(json_freep) struct json *result = run(HEAD GIVEN
		"steps:\n"
		"  - step: It fails\n"
		"    call: { action: ec2:DeleteVpc, params: { VpcId: vpc-0a11b22c33d44e55f } }\n"
		"  - step: It is not reached\n"
		"    " VPC("10.0.0.0/16") "\n"
		"finally:\n"
		"  - step: The end\n"
		"    call: { action: ec2:DeleteSubnet, params: { SubnetId: "
		"subnet-0a11b22c33d44e55f } }\n");

	ck_assert_str_eq(json_get_str(result, "status"), "failed");
	ck_assert_str_eq(json_get_str(result, "reason"), "ec2:DeleteVpc was refused");
	ck_assert_uint_eq(json_size(json_get(result, "steps")), 2);
	ck_assert_str_eq(json_get_str(json_at(json_get(result, "steps"), 1), "title"), "The end");
}
END_TEST

START_TEST(the_timeout_ends_a_scenario)
{
	assert_says(run_with(HEAD GIVEN "steps:\n"
					"  - step: Nothing happens\n"
					"    expect: [ { one: vpc, where: { CidrBlock: "
					"10.0.0.0/16 } } ]\n",
			     &(struct engine_options){.timeout_ms = 100}),
		    "failed", "the scenario took longer than its timeout of 100ms",
		    "expected  exactly one", NULL);
}
END_TEST

START_TEST(where_no_controller_runs_there_is_nobody_to_wait_for)
{
	int64_t begun = clock_monotonic_ms();

	assert_passed(run(HEAD GIVEN
		"steps:\n"
		"  - step: A VPC is made\n"
		"    " VPC("10.0.0.0/16") "\n"
		"    settle: 20s\n"
		"    leaks: none\n"));
	ck_assert_int_lt(clock_monotonic_ms() - begun, 15000);
}
END_TEST

START_TEST(equal_seeds_give_equal_ids)
{
	static const char text[] = HEAD GIVEN
		"steps:\n"
		"  - step: It fails, to show the id\n"
		"    " VPC("10.0.0.0/16") "\n"
		"    within: 1ms\n"
		"    expect: [ { none: vpc, where: { CidrBlock: 10.0.0.0/16 } } ]\n";
	struct engine_options seven = {.has_seed = true, .seed = 7};
	struct engine_options eight = {.has_seed = true, .seed = 8};
	_cleanup_(json_freep) struct json *a = run_with(text, &seven);
	_cleanup_(json_freep) struct json *b = run_with(text, &seven);
	_cleanup_(json_freep) struct json *c = run_with(text, &eight);
	const char *id = strstr(json_get_str(a, "report"), "vpc-");
	_cleanup_(freep) char *word = xstrndup(id, strlen("vpc-0a11b22c33d44e55f"));

	ck_assert_ptr_nonnull(strstr(json_get_str(b, "report"), word));
	ck_assert_ptr_null(strstr(json_get_str(c, "report"), word));
}
END_TEST

START_TEST(a_broken_aws_fixture_is_our_fault_with_its_line)
{
	_cleanup_(freep) char *path = xasprintf("%s/fixtures", folder);

	ck_assert_int_eq(mkdir(path, 0700), 0);
	write_file("fixtures/calls.yaml",
		   "- { call: \"ec2:CreateVpc\", params: { CidrBlock: 10.0.0.0/16 } }\n"
		   "- { call: \"ec2:CreateVpc\", params: { CidrBlock: 10.0.0.0/4 } }\n");
	assert_says(run(HEAD "given: { controllers: [], aws: calls.yaml }\n"
			     "steps: [ { step: nothing, leaks: none } ]\n"),
		    "harness", "calls.yaml: line 2: ec2:CreateVpc", NULL);
}
END_TEST

START_TEST(between_the_calls_of_a_fixture_aws_comes_to_rest)
{
	_cleanup_(freep) char *path = xasprintf("%s/fixtures", folder);

	ck_assert_int_eq(mkdir(path, 0700), 0);
	write_file("fixtures/calls.yaml",
		   "- { call: \"ec2:CreateVpc\", id: vpc-0d0a15ac4000000aa, params: { CidrBlock: "
		   "10.250.0.0/16, AmazonProvidedIpv6CidrBlock: true } }\n"
		   "- { call: \"ec2:CreateSubnet\", params: { VpcId: vpc-0d0a15ac4000000aa, "
		   "CidrBlock: 10.250.0.0/19, Ipv6CidrBlock: \"2a05:d018:4a2:6b00::/64\" } }\n");
	assert_passed(run(HEAD
		"seed: 77 # the block follows from the id alone\n"
		"given: { controllers: [], aws: calls.yaml }\n"
		"steps:\n"
		"  - step: The subnet has its part of the block\n"
		"    expect:\n"
		"      - one: subnet\n"
		"        where: { VpcId: vpc-0d0a15ac4000000aa }\n"
		"        has: { Ipv6CidrBlockAssociationSet: [ { Ipv6CidrBlockState: { State: "
		"associated } } ] }\n"));
}
END_TEST

START_TEST(an_infrastructure_without_its_shoot_is_refused)
{
	_cleanup_(freep) char *path = xasprintf("%s/fixtures", folder);

	ck_assert_int_eq(mkdir(path, 0700), 0);
	write_file("fixtures/infrastructure.yaml",
		   "apiVersion: extensions.gardener.cloud/v1alpha1\n"
		   "kind: Infrastructure\n"
		   "metadata: { name: demo, namespace: shoot--qa--demo }\n"
		   "status: { lastOperation: { state: Succeeded } }\n");
	assert_says(run(HEAD GIVEN
			"steps: [ { step: It is applied, apply: infrastructure.yaml } ]\n"),
		    "failed", "infrastructures.extensions.gardener.cloud \"demo\" not found", NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine");
	TCase *tcase = tcase_create("engine");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 45);
	tcase_add_test(tcase, calls_claims_and_remembered_objects_work_together);
	tcase_add_test(tcase, a_claim_that_never_becomes_true_shows_expected_and_found);
	tcase_add_test(tcase, a_call_is_about_what_it_is_named_after);
	tcase_add_test(tcase, a_claim_about_nothing_shows_what_else_there_is);
	tcase_add_test(tcase, an_invariant_fails_at_the_very_call_that_breaks_it);
	tcase_add_test(tcase, an_expected_refusal_passes_and_another_one_does_not);
	tcase_add_test(tcase, an_unexpected_refusal_and_an_unexpected_success_both_fail);
	tcase_add_test(tcase, what_must_stay_true_fails_when_a_timer_changes_it);
	tcase_add_test(tcase, advance_jumps_the_clock_of_aws);
	tcase_add_test(tcase, a_snapshot_shows_what_is_different_since);
	tcase_add_test(tcase, a_snapshot_does_not_speak_of_what_no_call_shows);
	tcase_add_test(tcase, a_fault_that_never_fires_fails_unless_it_may);
	tcase_add_test(tcase, a_bad_habit_of_a_controller_fails_unless_it_is_allowed);
	tcase_add_test(tcase, a_given_quota_holds);
	tcase_add_test(tcase, servers_stop_and_start_again);
	tcase_add_test(tcase, too_many_calls_fail_at_once_and_do_not_wait);
	tcase_add_test(tcase, what_is_not_proven_is_told_and_fails_under_strict);
	tcase_add_test(tcase, what_is_given_and_not_modelled_is_told_and_no_result_under_strict);
	tcase_add_test(tcase, finally_is_run_after_a_failure_and_the_first_failure_counts);
	tcase_add_test(tcase, the_timeout_ends_a_scenario);
	tcase_add_test(tcase, where_no_controller_runs_there_is_nobody_to_wait_for);
	tcase_add_test(tcase, equal_seeds_give_equal_ids);
	tcase_add_test(tcase, a_broken_aws_fixture_is_our_fault_with_its_line);
	tcase_add_test(tcase, between_the_calls_of_a_fixture_aws_comes_to_rest);
	tcase_add_test(tcase, an_infrastructure_without_its_shoot_is_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
/* clang-format on */
