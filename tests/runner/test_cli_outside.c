/* What comes from elsewhere: CloudTrail's logs. */
#include "tests/runner/cli.h"

START_TEST(what_cloudtrail_recorded_can_be_played)
{
	assert_run("replay --from-cloudtrail tests/runner/cloudtrail/[bn]*.json", 0);
	assert_file("out", "19 of 19 answers equal (100.0 %)");
	/* without the subnet that it is about: nothing that could be compared is wrong */
	assert_run("replay --from-cloudtrail tests/runner/cloudtrail/balancing.json", 0);
	assert_file("out", "4 of 4 answers equal");
	assert_file("out", "0 unknown here, 4 about what was before");
	assert_run("replay --from-cloudtrail tests/runner/cloudtrail/different.json", 1);
	assert_file("out", "DIFFERENT 2026-03-02T11:00:00Z ec2:CreateVpc");
	write_file(
		"state.yaml",
		"- { call: 'ec2:CreateVpc', id: vpc-0aaaaaaaaaaaaaaa1, params: { CidrBlock: "
		"10.1.0.0/16 } }\n"
		"- { call: 'ec2:CreateSubnet', id: subnet-0bbbbbbbbbbbbbbb1, params: { VpcId: "
		"vpc-0aaaaaaaaaaaaaaa1, CidrBlock: 10.1.0.0/20, AvailabilityZone: eu-west-1a } }\n");
	assert_run("replay --from-cloudtrail tests/runner/cloudtrail/balancing.json --state "
		   "$D/state.yaml",
		   0);
	assert_file("out", "8 of 8 answers equal");
	write_file("nothing.json", "{ \"Records\": [] }");
	assert_run("replay --from-cloudtrail $D/nothing.json", 4);
}
END_TEST

START_TEST(what_cannot_be_played_is_a_usage_mistake)
{
	static const struct {
		const char *arguments, *says;
	} rows[] = {
		{"replay a b c", "one run and one scenario are enough"},
		{"replay --state x.yaml", "--state goes with --from-cloudtrail only"},
		{"replay --from-cloudtrail", "give one log or more"},
		{"replay --from-cloudtrail no/such", "cannot open 'no/such'"},
		{"replay --from-cloudtrail README.md", "README.md: line 1"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		assert_run(rows[i].arguments, 2);
		assert_file("err", rows[i].says);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_cloudtrail_recorded_can_be_played,
		what_cannot_be_played_is_a_usage_mistake,
		NULL,
	};

	return cli_main("cli_outside", tests);
}
