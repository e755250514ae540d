/* What comes from elsewhere: CloudTrail's logs, what the AWS CLI describes. */
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

/* What a fixture made of this text is, and what is said about it. */
static void assert_import(const char *output, int wanted, const char *fixture, const char *said)
{
	write_file("described.json", output);
	assert_run("import $D/described.json", wanted);
	if (fixture)
		assert_file("out", fixture);
	if (said)
		assert_file("err", said);
}

#define VPC(more)                                                                                  \
	"{ \"VpcId\": \"vpc-0aaaaaaaaaaaaaaa1\", \"CidrBlock\": \"10.1.0.0/16\", \"OwnerId\": "    \
	"\"111122223333\" " more " }"
#define SUBNET(id, zone, more)                                                                     \
	"{ \"SubnetId\": \"subnet-0bbbbbbbbbbbbbbb" id "\", \"VpcId\": "                           \
	"\"vpc-0aaaaaaaaaaaaaaa1\", \"CidrBlock\": \"10.1." id                                     \
	".0/24\", \"AvailabilityZone\": \"" zone "\" " more " }"

#define IPV6(block)                                                                                \
	", \"Ipv6CidrBlockAssociationSet\": [ { \"Ipv6CidrBlock\": \"" block                       \
	"\", \"Ipv6CidrBlockState\": { \"State\": \"associated\" } } ]"

START_TEST(what_was_described_becomes_calls_with_the_same_ids)
{
	assert_import("{ \"Vpcs\": [ " VPC("") " ] }\n{ \"Subnets\": [ " SUBNET("1", "eu-west-1a",
										"") " ] }",
		      0,
		      "- { call: \"ec2:CreateVpc\", id: vpc-0aaaaaaaaaaaaaaa1, params: "
		      "{\"CidrBlock\":\"10.1.0.0/16\"} }\n"
		      "- { call: \"ec2:CreateSubnet\", id: subnet-0bbbbbbbbbbbbbbb1, params: "
		      "{\"VpcId\":\"vpc-0aaaaaaaaaaaaaaa1\",\"AvailabilityZone\":\"eu-west-1a\","
		      "\"CidrBlock\":\"10.1.1.0/24\"} }\n",
		      "2 calls, 0 remarks");
	/* what comes out can be started from */
	assert_run("import $D/described.json -o $D/made.yaml", 0);
	assert_run("import $D/described.json -o $D/made.yaml", 2);
	assert_file("err", "File exists");
	assert_run("replay --from-cloudtrail tests/runner/cloudtrail/different.json --state "
		   "$D/made.yaml",
		   1);
	assert_file("out", "InvalidVpc.Range");
}
END_TEST

START_TEST(addresses_move_with_the_block_that_the_emulator_gives)
{
	assert_import(
		"{ \"Vpcs\": [ " VPC(IPV6(
			"2600:1f18:aa:bb00::/56")) " ], "
						   "\"Subnets\": [ " SUBNET(
							   "1", "eu-west-1a",
							   IPV6("2600:1f18:aa:bb07::/64")) " ] }",
		0, "07::/64\"} }\n", "3 calls, 0 remarks");
	assert_no_text("out", "2600:1f18");
}
END_TEST

START_TEST(what_cannot_be_imported_is_named_and_left_out)
{
	assert_import("{ \"Vpcs\": [ " VPC(", \"IsDefault\": true") " ], \"Subnets\": [ " SUBNET(
			      "1", "eu-west-1a", "") " ] }",
		      1, "# - vpc-0aaaaaaaaaaaaaaa1: it is the default VPC",
		      "subnet-0bbbbbbbbbbbbbbb1: it is in the default VPC");
	assert_file("out", "\n[]\n");
	assert_import("{ \"Subnets\": [ " SUBNET("1", "eu-west-1a", "") " ] }", 1, NULL,
		      "its VPC vpc-0aaaaaaaaaaaaaaa1 was not described");
	assert_import("{ \"Vpcs\": [ " VPC("") " ], \"Clusters\": [ 1, 2 ] }", 1, NULL,
		      "Clusters (2): nothing imports these");
	assert_import(
		"{ \"Vpcs\": [ " VPC("") " ], \"Subnets\": [ " SUBNET("1", "eu-west-1z", "") " ] }",
		1, NULL, "subnet-0bbbbbbbbbbbbbbb1: ec2:CreateSubnet is refused: ");
	assert_import("{ \"Vpcs\": [ " VPC(", \"Tags\": [ { \"Key\": \"a\", \"Value\": \"${b}\" "
					   "} ]") " ] }",
		      1, NULL, "which a fixture takes for a variable");
	assert_import("{ \"Vpcs\": [ " VPC(", \"Tags\": [ { \"Key\": \"aws:x\", \"Value\": \"y\" "
					   "} ]") " ] }",
		      1, "- { call: \"ec2:CreateVpc\"", "the tag aws:x is AWS's own");
	assert_import("{ \"TargetHealthDescriptions\": [ { \"Target\": { \"Id\": \"i-1\" } } ] }",
		      1, NULL, "describe-target-health does not say of which group");
}
END_TEST

START_TEST(what_no_describe_command_printed_is_refused)
{
	assert_import("nothing", 2, NULL, "no JSON (aws … --output json)");
	assert_import("[ 1 ]", 2, NULL, "this is not what aws … describe-… --output json prints");
	assert_import("{ \"Vpcs\": [] }", 2, NULL, "nothing in it that could be imported");
	assert_import("{ \"Vpcs\": [ " VPC("") " ], \"NextToken\": \"x\" }", 2, NULL,
		      "an output ends with a NextToken: it is not all");
	assert_import("{ \"Subnets\": [ " SUBNET("1", "eu-west-1a",
						 "") ", " SUBNET("2", "us-east-1a", "") " ] }",
		      2, NULL, "some of this is in eu-west-1, some in us-east-1");
	assert_run("import", 2);
	assert_file("err", "which file?");
	assert_run("import no/such", 2);
	assert_file("err", "cannot read 'no/such'");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_cloudtrail_recorded_can_be_played,
		what_cannot_be_played_is_a_usage_mistake,
		what_was_described_becomes_calls_with_the_same_ids,
		addresses_move_with_the_block_that_the_emulator_gives,
		what_cannot_be_imported_is_named_and_left_out,
		what_no_describe_command_printed_is_refused,
		NULL,
	};

	return cli_main("cli_outside", tests);
}
