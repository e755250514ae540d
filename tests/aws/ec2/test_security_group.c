/* Security groups: rules one by one, permissions merged, what holds a group. */
#include "tests/aws/ec2/ec2_test.h"

#define GROUP "sg-0000000000000aaaa"
#define OTHER "sg-0000000000000bbbb"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
	json_free(ec2_ok_fixed(&test, GROUP, "CreateSecurityGroup",
			       "{'VpcId': '" TEST_VPC "', 'GroupName': 'nodes',"
			       " 'Description': 'nodes of it'}"));
	json_free(ec2_ok_fixed(&test, OTHER, "CreateSecurityGroup",
			       "{'VpcId': '" TEST_VPC "', 'GroupName': 'other',"
			       " 'Description': 'other'}"));
}

static void teardown(void)
{
	ec2_test_done(&test);
}

static struct json *describe(void)
{
	return ec2_ok(&test, "DescribeSecurityGroups", "{'GroupIds': ['" GROUP "']}");
}

START_TEST(a_new_group_lets_all_out_and_nothing_in)
{
	struct json *seen = describe();

	ec2_assert_path(seen, "SecurityGroups.0.Description", "nodes of it");
	ec2_assert_path(seen, "SecurityGroups.0.SecurityGroupArn",
			"arn:aws:ec2:eu-west-1:123456789012:security-group/" GROUP);
	ck_assert_uint_eq(ec2_size(seen, "SecurityGroups.0.IpPermissions"), 0);
	ck_assert_uint_eq(ec2_size(seen, "SecurityGroups.0.IpPermissionsEgress"), 1);
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissionsEgress.0.FromPort", NULL);
	json_free(seen);
}
END_TEST

START_TEST(a_group_born_after_ipv6_lets_ipv6_out)
{
	struct json *seen;

	json_free(ec2_ok(&test, "AssociateVpcCidrBlock",
			 "{'VpcId': '" TEST_VPC "', 'AmazonProvidedIpv6CidrBlock': true}"));
	test_advance(test.world, 5000);
	json_free(ec2_ok_fixed(&test, "sg-0000000000000cccc", "CreateSecurityGroup",
			       "{'VpcId': '" TEST_VPC
			       "', 'GroupName': 'new', 'Description': 'n'}"));
	seen = ec2_ok(&test, "DescribeSecurityGroups", "{'GroupIds': ['sg-0000000000000cccc']}");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissionsEgress.0.Ipv6Ranges.0.CidrIpv6",
			"::/0");
	json_free(seen);
}
END_TEST

START_TEST(rules_of_equal_ports_are_told_as_one_permission)
{
	struct json *made, *seen;

	made = ec2_ok(&test, "AuthorizeSecurityGroupIngress",
		      "{'GroupId': '" GROUP "', 'IpPermissions': ["
		      "{'IpProtocol': 'tcp', 'FromPort': 30000, 'ToPort': 32767,"
		      " 'IpRanges': [{'CidrIp': '10.0.0.0/8', 'Description': 'in'}]},"
		      "{'IpProtocol': 'tcp', 'FromPort': 30000, 'ToPort': 32767,"
		      " 'Ipv6Ranges': [{'CidrIpv6': '::/0'}]},"
		      "{'IpProtocol': '6', 'FromPort': 30000, 'ToPort': 32767,"
		      " 'UserIdGroupPairs': [{'GroupId': '" OTHER "'}]},"
		      "{'IpProtocol': 'udp', 'FromPort': 30000, 'ToPort': 32767,"
		      " 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}]}");
	ck_assert_uint_eq(ec2_size(made, "SecurityGroupRules"), 4);
	ck_assert(str_starts_with(ec2_path(made, "SecurityGroupRules.0.SecurityGroupRuleId"),
				  "sgr-"));
	json_free(made);
	seen = describe();
	ck_assert_uint_eq(ec2_size(seen, "SecurityGroups.0.IpPermissions"), 2);
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissions.0.IpProtocol", "tcp");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissions.0.IpRanges.0.CidrIp", "10.0.0.0/8");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissions.0.IpRanges.0.Description", "in");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissions.0.Ipv6Ranges.0.CidrIpv6", "::/0");
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissions.0.UserIdGroupPairs.0.GroupId", OTHER);
	ec2_assert_path(seen, "SecurityGroups.0.IpPermissions.0.UserIdGroupPairs.0.UserId",
			TEST_ACCOUNT);
	json_free(seen);
}
END_TEST

START_TEST(a_rule_that_exists_refuses_the_whole_call)
{
	json_free(ec2_ok(&test, "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpProtocol': 'tcp', 'FromPort': 80,"
			 " 'ToPort': 80, 'CidrIp': '0.0.0.0/0'}"));
	ec2_refuses(
		&test, "InvalidPermission.Duplicate",
		"the specified rule \"peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW\" "
		"already exists",
		"AuthorizeSecurityGroupIngress",
		"{'GroupId': '" GROUP "', 'IpPermissions': ["
		"{'IpProtocol': 'tcp', 'FromPort': 443, 'ToPort': 443,"
		" 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]},"
		"{'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80,"
		" 'IpRanges': [{'CidrIp': '0.0.0.0/0', 'Description': 'other words'}]}]}");
	free(ec2_refused(&test, "InvalidPermission.Duplicate", "AuthorizeSecurityGroupEgress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': '-1',"
			 " 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}]}"));
	free(ec2_refused(&test, "InvalidParameterValue", "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': 'tcp',"
			 " 'FromPort': 81, 'ToPort': 81, 'IpRanges': [{'CidrIp': '10.0.0.0/8'},"
			 " {'CidrIp': '10.1.0.0/8'}]}]}"));
}
END_TEST

START_TEST(a_rule_that_makes_no_sense_is_refused)
{
	static const char *const permissions[] = {
		"'IpProtocol': 'tcp', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]",
		"'IpProtocol': 'tcp', 'FromPort': 1, 'ToPort': 70000,"
		" 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]",
		"'IpProtocol': 'tcp', 'FromPort': 9, 'ToPort': 8,"
		" 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]",
		"'IpProtocol': 'carrier', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]",
		"'IpProtocol': '300', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]",
		"'IpProtocol': 'icmp', 'FromPort': 999, 'ToPort': 0,"
		" 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]",
		"'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '10.0.0.0/33'}]",
		"'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '::/0'}]",
	};

	for (size_t i = 0; i < array_size(permissions); i++)
		free(ec2_refused(&test, "InvalidParameterValue", "AuthorizeSecurityGroupIngress",
				 "{'GroupId': '" GROUP "', 'IpPermissions': [{%s}]}",
				 permissions[i]));
	free(ec2_refused(&test, "MissingParameter", "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': '-1'}]}"));
	free(ec2_refused(&test, "MissingParameter", "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "'}"));
	free(ec2_refused(&test, "InvalidGroup.NotFound", "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': '-1',"
			 " 'UserIdGroupPairs': [{'GroupId': 'sg-0000000000000dddd'}]}]}"));
	free(ec2_refused(&test, "InvalidPrefixListID.NotFound", "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': '-1',"
			 " 'PrefixListIds': [{'PrefixListId': 'pl-1'}]}]}"));
}
END_TEST

START_TEST(a_rule_is_revoked_whatever_its_description)
{
	json_free(ec2_ok(&test, "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': 'tcp',"
			 " 'FromPort': 80, 'ToPort': 80, 'UserIdGroupPairs': [{'GroupId': '" OTHER
			 "', 'Description': 'elbv2.k8s.aws/targetGroupBinding=shared'}]}]}"));
	json_free(ec2_ok(&test, "RevokeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': 'tcp',"
			 " 'FromPort': 80, 'ToPort': 80, 'UserIdGroupPairs': [{'GroupId': '" OTHER
			 "', 'UserId': '" TEST_ACCOUNT "'}]}]}"));
	ck_assert_uint_eq(
		world_lookup_count(test.world, &kind_security_group_rule, "referenced", OTHER), 0);
	ec2_refuses(&test, "InvalidPermission.NotFound",
		    "The specified rule does not exist in this security group.",
		    "RevokeSecurityGroupIngress",
		    "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': 'tcp',"
		    " 'FromPort': 80, 'ToPort': 80, 'UserIdGroupPairs': [{'GroupId': '" OTHER
		    "'}]}]}");
}
END_TEST

START_TEST(a_default_vpc_tells_what_it_could_not_revoke)
{
	struct json *seen = ec2_ok(&test, "CreateSecurityGroup",
				   "{'GroupName': 'in-default', 'Description': 'd'}");
	struct json *revoked = ec2_ok(&test, "RevokeSecurityGroupIngress",
				      "{'GroupName': 'in-default', 'IpProtocol': 'tcp',"
				      " 'FromPort': 1, 'ToPort': 1, 'CidrIp': '1.0.0.0/8'}");

	ec2_assert_path(revoked, "UnknownIpPermissions.0.IpRanges.0.CidrIp", "1.0.0.0/8");
	json_free(seen);
	json_free(revoked);
}
END_TEST

START_TEST(rules_have_ids_to_see_change_and_revoke_them_by)
{
	struct json *seen;
	char *id = ec2_get_text(&test, "AuthorizeSecurityGroupIngress",
				"SecurityGroupRules.0.SecurityGroupRuleId",
				"{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': 'tcp',"
				" 'FromPort': 80, 'ToPort': 80, 'IpRanges': [{'CidrIp': "
				"'10.0.0.0/8'}]}], 'TagSpecifications': [{'ResourceType':"
				" 'security-group-rule', 'Tags': [{'Key': 'a', 'Value': 'b'}]}]}");

	json_free(ec2_ok(&test, "ModifySecurityGroupRules",
			 "{'GroupId': '" GROUP "', 'SecurityGroupRules': [{"
			 "'SecurityGroupRuleId': '%s', 'SecurityGroupRule': {'IpProtocol': 'tcp',"
			 " 'FromPort': 81, 'ToPort': 81, 'CidrIpv4': '11.0.0.0/8'}}]}",
			 id));
	json_free(ec2_ok(&test, "UpdateSecurityGroupRuleDescriptionsIngress",
			 "{'GroupId': '" GROUP "', 'SecurityGroupRuleDescriptions': [{"
			 "'SecurityGroupRuleId': '%s', 'Description': 'words'}]}",
			 id));
	seen = ec2_ok(&test, "DescribeSecurityGroupRules",
		      "{'Filters': [{'Name': 'group-id', 'Values': ['" GROUP "']},"
		      " {'Name': 'tag:a', 'Values': ['b']}]}");
	ck_assert_uint_eq(ec2_size(seen, "SecurityGroupRules"), 1);
	ec2_assert_path(seen, "SecurityGroupRules.0.SecurityGroupRuleId", id);
	ec2_assert_path(seen, "SecurityGroupRules.0.FromPort", "81");
	ec2_assert_path(seen, "SecurityGroupRules.0.CidrIpv4", "11.0.0.0/8");
	ec2_assert_path(seen, "SecurityGroupRules.0.CidrIpv6", NULL);
	ec2_assert_path(seen, "SecurityGroupRules.0.Description", "words");
	ec2_assert_path(seen, "SecurityGroupRules.0.IsEgress", "false");
	json_free(seen);
	free(ec2_refused(&test, "InvalidSecurityGroupRuleId.NotFound", "RevokeSecurityGroupEgress",
			 "{'GroupId': '" GROUP "', 'SecurityGroupRuleIds': ['%s']}", id));
	seen = ec2_ok(&test, "RevokeSecurityGroupIngress",
		      "{'GroupId': '" GROUP "', 'SecurityGroupRuleIds': ['%s']}", id);
	ec2_assert_path(seen, "RevokedSecurityGroupRules.0.SecurityGroupRuleId", id);
	json_free(seen);
	free(ec2_refused(&test, "InvalidSecurityGroupRuleId.NotFound", "RevokeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'SecurityGroupRuleIds': ['%s']}", id));
	free(id);
}
END_TEST

START_TEST(a_rules_change_names_one_source_of_the_sort_it_has)
{
	static const struct {
		const char *rule, *code, *text;
	} rows[] = {
		{"'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80", "MissingParameter",
		 "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or "
		 "referencedGroupId"},
		{"'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80, 'CidrIpv4': '10.0.0.0/8',"
		 " 'CidrIpv6': '::/0'",
		 "InvalidParameterCombination",
		 "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be "
		 "specified"},
		{"'CidrIpv4': '10.0.0.0/8'", "InvalidParameterValue",
		 "Invalid value 'null' for protocol. VPC security group rules must specify "
		 "protocols explicitly."},
		{"'IpProtocol': 'tcp', 'CidrIpv4': '10.0.0.0/8'", "InvalidParameterValue",
		 "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."},
	};
	char *id = ec2_get_text(&test, "AuthorizeSecurityGroupIngress",
				"SecurityGroupRules.0.SecurityGroupRuleId",
				"{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': '-1',"
				" 'IpRanges': [{'CidrIp': '10.0.0.0/8'}]}]}");
	char *text = xasprintf("Invalid rule type for security group rule '%s'. You may not "
			       "specify CidrIpv6 for an existing IPv4 CIDR rule.",
			       id);

	for (size_t i = 0; i < array_size(rows); i++)
		ec2_refuses(&test, rows[i].code, rows[i].text, "ModifySecurityGroupRules",
			    "{'GroupId': '" GROUP "', 'SecurityGroupRules': [{"
			    "'SecurityGroupRuleId': '%s', 'SecurityGroupRule': {%s}}]}",
			    id, rows[i].rule);
	ec2_refuses(&test, "InvalidParameterValue", text, "ModifySecurityGroupRules",
		    "{'GroupId': '" GROUP "', 'SecurityGroupRules': [{'SecurityGroupRuleId': '%s',"
		    " 'SecurityGroupRule': {'IpProtocol': '-1', 'CidrIpv6': '::/0'}}]}",
		    id);
	free(text);
	free(id);
}
END_TEST

START_TEST(a_rule_is_refused_in_the_words_of_aws)
{
	static const struct {
		const char *rule, *text;
	} rows[] = {
		{"'IpProtocol': 'tcp', 'FromPort': 1, 'ToPort': 1, 'IpRanges': [{'CidrIp':"
		 " '10.0.0.1'}]",
		 "CIDR block 10.0.0.1 is malformed"},
		{"'IpProtocol': 'tcp', 'FromPort': 1, 'ToPort': 65536, 'IpRanges': [{'CidrIp':"
		 " '10.0.0.0/8'}]",
		 "TCP/UDP port (65536) out of range"},
		{"'IpProtocol': 'tcp', 'FromPort': -1, 'ToPort': -1, 'IpRanges': [{'CidrIp':"
		 " '10.0.0.0/8'}]",
		 "Invalid value for portRange. Must specify both from and to ports with TCP/UDP."},
		{"'IpProtocol': 'tcp', 'FromPort': 9, 'ToPort': 8, 'IpRanges': [{'CidrIp':"
		 " '10.0.0.0/8'}]",
		 "Invalid TCP/UDP port range (9:8)"},
		{"'IpProtocol': 'icmp', 'FromPort': 8, 'ToPort': 65535, 'IpRanges': [{'CidrIp':"
		 " '10.0.0.0/8'}]",
		 "ICMP code (65535) out of range"},
		{"'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '10.0.0.0/8', 'Description':"
		 " 'a<b'}]",
		 "Invalid rule description. Valid descriptions are strings less than 256 "
		 "characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*"},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		ec2_refuses(&test, "InvalidParameterValue", rows[i].text,
			    "AuthorizeSecurityGroupIngress",
			    "{'GroupId': '" GROUP "', 'IpPermissions': [{%s}]}", rows[i].rule);
	ec2_refuses(&test, "InvalidParameterValue",
		    "Invalid security group description. Valid descriptions are strings less than "
		    "256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
		    "CreateSecurityGroup",
		    "{'VpcId': '" TEST_VPC "', 'GroupName': 'x', 'Description': 'a<b'}");
}
END_TEST

START_TEST(a_group_that_another_ones_rule_names_is_not_deleted)
{
	json_free(ec2_ok(&test, "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': '-1',"
			 " 'UserIdGroupPairs': [{'GroupId': '" OTHER "'}]}]}"));
	ec2_refuses(&test, "DependencyViolation", "resource " OTHER " has a dependent object",
		    "DeleteSecurityGroup", "{'GroupId': '" OTHER "'}");
	json_free(ec2_ok(&test, "DeleteSecurityGroup", "{'GroupId': '" GROUP "'}"));
	json_free(ec2_ok(&test, "DeleteSecurityGroup", "{'GroupId': '" OTHER "'}"));
	ec2_refuses(&test, "InvalidGroup.NotFound", "The security group '" OTHER "' does not exist",
		    "DeleteSecurityGroup", "{'GroupId': '" OTHER "'}");
}
END_TEST

START_TEST(a_group_may_name_itself_and_go)
{
	json_free(ec2_ok(&test, "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': '-1',"
			 " 'UserIdGroupPairs': [{'GroupId': '" GROUP "'}]}]}"));
	json_free(ec2_ok(&test, "DeleteSecurityGroup", "{'GroupId': '" GROUP "'}"));
	ck_assert_uint_eq(world_lookup_count(test.world, &kind_security_group_rule, "group", GROUP),
			  0);
}
END_TEST

START_TEST(an_interface_holds_its_group)
{
	char *id =
		ec2_get_text(&test, "CreateNetworkInterface", "NetworkInterface.NetworkInterfaceId",
			     "{'SubnetId': '" TEST_SUBNET "', 'Groups': ['" GROUP "']}");

	free(ec2_refused(&test, "DependencyViolation", "DeleteSecurityGroup",
			 "{'GroupId': '" GROUP "'}"));
	json_free(ec2_ok(&test, "ModifyNetworkInterfaceAttribute",
			 "{'NetworkInterfaceId': '%s', 'Groups': ['" OTHER "']}", id));
	json_free(ec2_ok(&test, "DeleteSecurityGroup", "{'GroupId': '" GROUP "'}"));
	free(id);
}
END_TEST

START_TEST(the_default_group_stays_and_names_are_taken_once)
{
	const struct doc *group = ec2_vpc_default_group(test.world, TEST_VPC);

	free(ec2_refused(&test, "CannotDelete", "DeleteSecurityGroup", "{'GroupId': '%s'}",
			 group->key));
	ec2_refuses(&test, "InvalidGroup.Duplicate",
		    "The security group 'nodes' already exists for VPC '" TEST_VPC "'",
		    "CreateSecurityGroup",
		    "{'VpcId': '" TEST_VPC "', 'GroupName': 'nodes', 'Description': 'd'}");
	free(ec2_refused(&test, "InvalidParameterValue", "CreateSecurityGroup",
			 "{'VpcId': '" TEST_VPC "', 'GroupName': 'default', 'Description': 'd'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateSecurityGroup",
			 "{'VpcId': '" TEST_VPC "', 'GroupName': 'sg-x', 'Description': 'd'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateSecurityGroup",
			 "{'VpcId': '" TEST_VPC "', 'GroupName': 'x', 'Description': 'a|b'}"));
	free(ec2_refused(&test, "InvalidGroupId.Malformed", "DescribeSecurityGroups",
			 "{'GroupIds': ['nodes']}"));
	free(ec2_refused(&test, "InvalidGroup.NotFound", "DescribeSecurityGroups",
			 "{'GroupNames': ['nodes']}")); /* names are of the default VPC */
}
END_TEST

START_TEST(filters_look_into_the_rules)
{
	struct json *seen;

	json_free(ec2_ok(&test, "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': 'tcp',"
			 " 'FromPort': 22, 'ToPort': 22,"
			 " 'UserIdGroupPairs': [{'GroupId': '" OTHER "'}]}]}"));
	seen = ec2_ok(&test, "DescribeSecurityGroups",
		      "{'Filters': [{'Name': 'ip-permission.group-id', 'Values': ['" OTHER "']},"
		      " {'Name': 'ip-permission.from-port', 'Values': ['22']},"
		      " {'Name': 'ip-permission.group-name', 'Values': ['oth*']},"
		      " {'Name': 'egress.ip-permission.cidr', 'Values': ['0.0.0.0/0']}]}");
	ck_assert_uint_eq(ec2_size(seen, "SecurityGroups"), 1);
	ec2_assert_path(seen, "SecurityGroups.0.GroupId", GROUP);
	json_free(seen);
	seen = ec2_ok(&test, "GetSecurityGroupsForVpc", "{'VpcId': '" TEST_VPC "'}");
	ck_assert_uint_eq(ec2_size(seen, "SecurityGroupForVpcs"), 3);
	ec2_assert_path(seen, "SecurityGroupForVpcs.0.PrimaryVpcId", TEST_VPC);
	json_free(seen);
}
END_TEST

START_TEST(a_group_has_sixty_rules_at_most)
{
	for (unsigned i = 0; i < 60; i++)
		json_free(ec2_ok(&test, "AuthorizeSecurityGroupIngress",
				 "{'GroupId': '" GROUP "', 'IpProtocol': 'tcp', 'FromPort': %u,"
				 " 'ToPort': %u, 'CidrIp': '10.0.0.0/8'}",
				 1000 + i, 1000 + i));
	free(ec2_refused(&test, "RulesPerSecurityGroupLimitExceeded",
			 "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpProtocol': 'tcp', 'FromPort': 1,"
			 " 'ToPort': 1, 'CidrIp': '10.0.0.0/8'}"));
	json_free(ec2_ok(&test, "AuthorizeSecurityGroupIngress",
			 "{'GroupId': '" GROUP "', 'IpPermissions': [{'IpProtocol': 'tcp',"
			 " 'FromPort': 1, 'ToPort': 1, 'Ipv6Ranges': [{'CidrIpv6': '::/0'}]}]}"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_new_group_lets_all_out_and_nothing_in,
		a_group_born_after_ipv6_lets_ipv6_out,
		rules_of_equal_ports_are_told_as_one_permission,
		a_rule_that_exists_refuses_the_whole_call,
		a_rule_that_makes_no_sense_is_refused,
		a_rule_is_revoked_whatever_its_description,
		a_default_vpc_tells_what_it_could_not_revoke,
		rules_have_ids_to_see_change_and_revoke_them_by,
		a_rules_change_names_one_source_of_the_sort_it_has,
		a_rule_is_refused_in_the_words_of_aws,
		a_group_that_another_ones_rule_names_is_not_deleted,
		a_group_may_name_itself_and_go,
		an_interface_holds_its_group,
		the_default_group_stays_and_names_are_taken_once,
		filters_look_into_the_rules,
		a_group_has_sixty_rules_at_most,
		NULL,
	};

	return ec2_suite("ec2_security_group", setup, teardown, tests);
}
