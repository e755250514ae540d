/* Controllers bound by IAM policies, on scenarios without any controller's process. */
#include <check.h>
#include <stdlib.h>
#include "tests/runner/run_scenario.h"

/* The scenarios stand as a reader of YAML wants them. */
/* clang-format off */

START_TEST(a_policy_binds_a_controller_until_another_one_does)
{
	assert_passed(run(HEAD
		"given:\n"
		"  controllers: []\n"
		"  policies: [ { of: load-balancer-controller, allow: [ \"ec2:Describe*\" ] } ]\n"
		"steps:\n"
		"  - step: What is allowed goes well\n"
		"    call: { action: ec2:DescribeVpcs, as: load-balancer-controller }\n"
		"    expect: [ { denied: \"*\", by: load-balancer-controller, times: 0 } ]\n"
		"  - step: What is not is refused and counted, for this one only\n"
		"    call:\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, "
		"as: load-balancer-controller, fails-with: UnauthorizedOperation }\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.1.0.0/16 }, "
		"as: cloud-controller-manager }\n"
		"    expect:\n"
		"      - { denied: ec2:createvpc, by: load-balancer-controller, times: 1 }\n"
		"      - { denied: \"elasticloadbalancing:*\", times: 0 }\n"
		"      - { none: vpc, where: { CidrBlock: 10.0.0.0/16 } }\n"
		"  - step: A deny goes before all that allows\n"
		"    policy:\n"
		"      of: load-balancer-controller\n"
		"      allow: [ \"*\" ]\n"
		"      statements: [ { Effect: Deny, Action: ec2:CreateSubnet, Resource: \"*\" } ]\n"
		"    call:\n"
		"      - { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, "
		"as: load-balancer-controller, id: vpc-0a11b22c33d44e55f }\n"
		"      - { action: ec2:CreateSubnet, params: { VpcId: vpc-0a11b22c33d44e55f, "
		"CidrBlock: 10.0.1.0/24 }, as: load-balancer-controller,\n"
		"          fails-with: UnauthorizedOperation }\n"
		"  - step: It is set free again\n"
		"    policy: { of: load-balancer-controller, everything: true }\n"
		"    call:\n"
		"      - { action: ec2:CreateSubnet, params: { VpcId: vpc-0a11b22c33d44e55f, "
		"CidrBlock: 10.0.1.0/24 }, as: load-balancer-controller }\n"
		"    expect: [ { denied: \"*\", since: It is set free again, times: 0 } ]\n"
		"leaks: [ { leaked: vpc, times: 2 }, { leaked: subnet } ]\n"));
}
END_TEST

START_TEST(a_policy_of_a_file_lacks_what_is_struck_out)
{
	assert_passed(run(HEAD
		"given:\n"
		"  controllers: []\n"
		"  policies:\n"
		"    - of: load-balancer-controller\n"
		"      file: aws/policies/load-balancer-controller.json\n"
		"      without: [ ec2:DescribeSubnets ]\n"
		"steps:\n"
		"  - step: The rest is there\n"
		"    call:\n"
		"      - { action: ec2:DescribeVpcs, as: load-balancer-controller }\n"
		"      - { action: ec2:DescribeSubnets, as: load-balancer-controller, "
		"fails-with: UnauthorizedOperation }\n"));
}
END_TEST

START_TEST(a_failure_shows_what_policies_have_refused)
{
	assert_says(run(HEAD
		"given: { controllers: [], policies: [ { of: load-balancer-controller, deny: [ "
		"\"ec2:*\" ], allow: [ \"*\" ] } ] }\n"
		"always: [ { denied: \"*\", by: load-balancer-controller, times: 0 } ]\n"
		"steps:\n"
		"  - step: It is refused\n"
		"    call: { action: ec2:CreateVpc, params: { CidrBlock: 10.0.0.0/16 }, as: "
		"load-balancer-controller, fails-with: UnauthorizedOperation }\n"),
		"failed", "denied * by load-balancer-controller",
		"expected  0 such calls\n      found     1\n",
		"is not authorized to perform: ec2:CreateVpc on resource: "
		"arn:aws:ec2:eu-west-1:123456789012:vpc/* with an explicit deny in an "
		"identity-based policy",
		"  Denied by IAM policies\n  LBC           1x  ec2:CreateVpc ", NULL);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("policies");
	TCase *tcase = tcase_create("policies");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 45);
	tcase_add_test(tcase, a_policy_binds_a_controller_until_another_one_does);
	tcase_add_test(tcase, a_policy_of_a_file_lacks_what_is_struck_out);
	tcase_add_test(tcase, a_failure_shows_what_policies_have_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
/* clang-format on */
