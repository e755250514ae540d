/* DHCP options, key pairs, network ACLs, tags, regions, prefix lists, account attributes. */
#include "tests/aws/ec2/ec2_test.h"

static struct ec2_test test;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_AWS);
	ec2_test_network(&test);
}

static void teardown(void)
{
	ec2_test_done(&test);
}

START_TEST(dhcp_options_in_use_are_not_deleted)
{
	struct json *made =
		ec2_ok(&test, "CreateDhcpOptions",
		       "{'DhcpConfigurations': [{'Key': 'domain-name-servers', 'Values':"
		       " ['10.0.0.2', '10.0.0.3']}], 'TagSpecifications': [{"
		       "'ResourceType': 'dhcp-options', 'Tags': [{'Key': 'a', 'Value':"
		       " 'b'}]}]}");
	const char *id = json_find_str(made, "DhcpOptions", "DhcpOptionsId", NULL);
	struct json *seen;

	ck_assert_uint_eq(ec2_size(made, "DhcpOptions.DhcpConfigurations.0.Values"), 2);
	json_free(ec2_ok(&test, "AssociateDhcpOptions",
			 "{'VpcId': '" TEST_VPC "', 'DhcpOptionsId': '%s'}", id));
	seen = ec2_ok(&test, "DescribeDhcpOptions",
		      "{'Filters': [{'Name': 'tag:a', 'Values': ['b']},"
		      " {'Name': 'value', 'Values': ['10.0.0.2']}]}");
	ck_assert_uint_eq(ec2_size(seen, "DhcpOptions"), 1);
	json_free(seen);
	free(ec2_refused(&test, "DependencyViolation", "DeleteDhcpOptions",
			 "{'DhcpOptionsId': '%s'}", id));
	json_free(ec2_ok(&test, "AssociateDhcpOptions",
			 "{'VpcId': '" TEST_VPC "', 'DhcpOptionsId': 'default'}"));
	json_free(ec2_ok(&test, "DeleteDhcpOptions", "{'DhcpOptionsId': '%s'}", id));
	ec2_refuses(&test, "InvalidDhcpOptionID.NotFound",
		    "The dhcpOption ID 'dopt-0000000000000aaaa' does not exist",
		    "AssociateDhcpOptions",
		    "{'VpcId': '" TEST_VPC "', 'DhcpOptionsId': 'dopt-0000000000000aaaa'}");
	free(ec2_refused(&test, "InvalidDhcpOptionsId.Malformed", "DescribeDhcpOptions",
			 "{'DhcpOptionsIds': ['x']}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateDhcpOptions",
			 "{'DhcpConfigurations': [{'Key': 'colour', 'Values': ['blue']}]}"));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateDhcpOptions",
			 "{'DhcpConfigurations': [{'Key': 'domain-name', 'Values': []}]}"));
	json_free(made);
}
END_TEST

/* ssh-keygen -t rsa -b 1024; its fingerprint by `ssh-keygen -e -m PKCS8 | openssl pkey -pubin
 * -outform DER | openssl md5 -c`. The API takes it in base64. */
#define RSA_BASE64                                                                                 \
	"c3NoLXJzYSBBQUFBQjNOemFDMXljMkVBQUFBREFRQUJBQUFBZ1FDNDR6d3V4MEYwZ0ZGRE"                   \
	"5QVm44d3ZXS0JMN050TWdCRXYzaEVob0VmUUNiR2xBNXpCMTVGbXZGQm52dXU3aHhvSlVT"                   \
	"Y3pVcHBZaVFEelI1cXgvdytnWjlPa3Z1MXUwbWdiQmNIVHVobUZROHk2WnB0SDFGUHZ2Sl"                   \
	"U2aURDakgrUldMZEY1L3lpc3VxcDRQTGJUWnZZdnNEV2ZuaUMzc3RRdFFmaDM2WGV6L1BR"                   \
	"PT0gYw=="
#define RSA_FINGERPRINT "3f:96:3e:dc:7f:7a:8c:41:ad:b6:bd:d4:9e:fb:f9:94"
#define ED_BASE64                                                                                  \
	"c3NoLWVkMjU1MTkgQUFBQUMzTnphQzFsWkRJMU5URTVBQUFBSUwrVXlSN3VpL2lVZFRsZk"                   \
	"NzOWQ3SkRCT1ZkUnF1Z1B6T3lmV1JnUmJKQVYgYw=="
#define ED_FINGERPRINT "RgQLg5dv1s/zu69YB9fr1l22Oo6I9kjg30jC16RWWXI="

START_TEST(an_imported_key_has_awss_fingerprint)
{
	struct json *seen;
	struct json *made = ec2_ok(&test, "ImportKeyPair",
				   "{'KeyName': 'mine', 'PublicKeyMaterial': '" RSA_BASE64 "'}");

	ec2_assert_path(made, "KeyFingerprint", RSA_FINGERPRINT);
	ck_assert(str_starts_with(ec2_path(made, "KeyPairId"), "key-"));
	json_free(made);
	made = ec2_ok(&test, "ImportKeyPair",
		      "{'KeyName': 'other', 'PublicKeyMaterial': '" ED_BASE64 "'}");
	ec2_assert_path(made, "KeyFingerprint", ED_FINGERPRINT);
	json_free(made);
	seen = ec2_ok(&test, "DescribeKeyPairs", "{'KeyNames': ['mine']}");
	ec2_assert_path(seen, "KeyPairs.0.KeyType", "rsa");
	ec2_assert_path(seen, "KeyPairs.0.PublicKey", NULL);
	json_free(seen);
	seen = ec2_ok(&test, "DescribeKeyPairs",
		      "{'IncludePublicKey': true, 'Filters': [{'Name': 'key-name', 'Values':"
		      " ['o*']}]}");
	ck_assert(str_starts_with(ec2_path(seen, "KeyPairs.0.PublicKey"), "ssh-ed25519 "));
	json_free(seen);
	free(ec2_refused(&test, "InvalidKeyPair.Duplicate", "ImportKeyPair",
			 "{'KeyName': 'mine', 'PublicKeyMaterial': '" RSA_BASE64 "'}"));
	free(ec2_refused(&test, "InvalidKey.Format", "ImportKeyPair",
			 "{'KeyName': 'bad', 'PublicKeyMaterial': 'c3NoLXJzYSBBQUFB'}"));
	ec2_refuses(&test, "InvalidKeyPair.NotFound", "The key pair 'none' does not exist",
		    "DescribeKeyPairs", "{'KeyNames': ['none']}");
	json_free(ec2_ok(&test, "DeleteKeyPair", "{'KeyName': 'mine'}"));
	json_free(ec2_ok(&test, "DeleteKeyPair", "{'KeyName': 'mine'}"));
	free(ec2_refused(&test, "MissingParameter", "DeleteKeyPair", "{}"));
	json_free(ec2_ok(&test, "CreateKeyPair", "{'KeyName': 'made'}"));
	ck_assert_uint_eq(world_count(test.world, &kind_key_pair), 2);
}
END_TEST

START_TEST(an_entry_of_a_network_acl_has_a_protocol_and_what_it_needs)
{
	static const char *const rows[][3] = {
		{"InvalidParameterValue", "Invalid value 'junk' for IP protocol. Unknown protocol.",
		 "'Protocol': 'junk'"},
		{"MissingParameter", "portRange.from", "'Protocol': '17'"},
		{"MissingParameter", "icmpTypeCode", "'Protocol': '1'"},
		{"InvalidParameterValue", "Invalid TCP/UDP port range (90:80)",
		 "'Protocol': '6', 'PortRange': {'From': 90, 'To': 80}"},
		{"InvalidParameterValue", "TCP/UDP port (80000) out of range",
		 "'Protocol': '6', 'PortRange': {'From': 90, 'To': 80000}"},
	};
	static const char entry[] =
		"{'NetworkAclId': '%s', 'RuleNumber': 1, 'RuleAction': 'allow', 'Egress': false,"
		" 'CidrBlock': '10.0.0.5/8', %s}";
	char *id = ec2_get_text(&test, "CreateNetworkAcl", "NetworkAcl.NetworkAclId",
				"{'VpcId': '" TEST_VPC "'}");
	struct json *seen;

	for (size_t i = 0; i < array_size(rows); i++) {
		char *text = ec2_refused(&test, rows[i][0], "CreateNetworkAclEntry", entry, id,
					 rows[i][2]);

		ck_assert_msg(strstr(text, rows[i][1]), "%s", text);
		free(text);
	}
	json_free(ec2_ok(&test, "CreateNetworkAclEntry", entry, id,
			 "'Protocol': 'tcp', 'PortRange': {'From': 80, 'To': 80}"));
	seen = ec2_ok(&test, "DescribeNetworkAcls", "{'NetworkAclIds': ['%s']}", id);
	ec2_assert_path(seen, "NetworkAcls.0.Entries.1.Protocol", "6");
	ec2_assert_path(seen, "NetworkAcls.0.Entries.1.CidrBlock", "10.0.0.0/8");
	json_free(seen);
	free(id);
}
END_TEST

START_TEST(network_acls_keep_their_entries_in_order)
{
	struct json *seen;
	char *id = ec2_get_text(&test, "CreateNetworkAcl", "NetworkAcl.NetworkAclId",
				"{'VpcId': '" TEST_VPC "'}");
	const struct doc *before = ec2_subnet_network_acl(test.world, TEST_SUBNET);

	json_free(ec2_ok(&test, "CreateNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 200, 'Protocol': '-1',"
			 " 'RuleAction': 'deny', 'Egress': false, 'CidrBlock': '10.0.0.0/8'}",
			 id));
	json_free(ec2_ok(&test, "CreateNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 100, 'Protocol': '6',"
			 " 'RuleAction': 'allow', 'Egress': false, 'CidrBlock': '0.0.0.0/0',"
			 " 'PortRange': {'From': 80, 'To': 80}}",
			 id));
	seen = ec2_ok(&test, "DescribeNetworkAcls", "{'NetworkAclIds': ['%s']}", id);
	ck_assert_uint_eq(ec2_size(seen, "NetworkAcls.0.Entries"), 4);
	ec2_assert_path(seen, "NetworkAcls.0.Entries.0.Egress", "true");
	ec2_assert_path(seen, "NetworkAcls.0.Entries.1.RuleNumber", "100");
	ec2_assert_path(seen, "NetworkAcls.0.Entries.2.RuleNumber", "200");
	ec2_assert_path(seen, "NetworkAcls.0.Entries.3.RuleNumber", "32767");
	json_free(seen);
	free(ec2_refused(&test, "NetworkAclEntryAlreadyExists", "CreateNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 100, 'Protocol': '-1',"
			 " 'RuleAction': 'deny', 'Egress': false, 'CidrBlock': '10.0.0.0/8'}",
			 id));
	free(ec2_refused(&test, "InvalidParameterValue", "CreateNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 32767, 'Protocol': '-1',"
			 " 'RuleAction': 'deny', 'Egress': false, 'CidrBlock': '10.0.0.0/8'}",
			 id));
	json_free(ec2_ok(&test, "ReplaceNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 100, 'Protocol': '-1',"
			 " 'RuleAction': 'deny', 'Egress': false, 'CidrBlock': '10.0.0.0/8'}",
			 id));
	json_free(ec2_ok(&test, "DeleteNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 100, 'Egress': false}", id));
	free(ec2_refused(&test, "InvalidNetworkAclEntry.NotFound", "DeleteNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 100, 'Egress': false}", id));
	free(ec2_refused(&test, "InvalidNetworkAclEntry.NotFound", "ReplaceNetworkAclEntry",
			 "{'NetworkAclId': '%s', 'RuleNumber': 100, 'Protocol': '-1',"
			 " 'RuleAction': 'deny', 'Egress': false, 'CidrBlock': '10.0.0.0/8'}",
			 id));
	free(ec2_refused(&test, "InvalidParameterValue", "DeleteNetworkAcl",
			 "{'NetworkAclId': '%s'}", before->key));
	json_free(ec2_ok(&test, "ReplaceNetworkAclAssociation",
			 "{'NetworkAclId': '%s', 'AssociationId': '%s'}", id,
			 json_get_str(json_at(json_get(before->body, "Associations"), 0),
				      "NetworkAclAssociationId")));
	ck_assert_str_eq(ec2_subnet_network_acl(test.world, TEST_SUBNET)->key, id);
	free(ec2_refused(&test, "DependencyViolation", "DeleteNetworkAcl", "{'NetworkAclId': '%s'}",
			 id));
	free(ec2_refused(&test, "DependencyViolation", "DeleteVpc", "{'VpcId': '" TEST_VPC "'}"));
	free(ec2_refused(&test, "InvalidNetworkAclID.NotFound", "DeleteNetworkAcl",
			 "{'NetworkAclId': 'acl-0000000000000aaaa'}"));
	free(id);
	id = ec2_get_text(&test, "CreateNetworkAcl", "NetworkAcl.NetworkAclId",
			  "{'VpcId': '" TEST_VPC "'}");
	json_free(ec2_ok(&test, "DeleteNetworkAcl", "{'NetworkAclId': '%s'}", id));
	ck_assert_ptr_null(world_find(test.world, &kind_network_acl, id));
	free(id);
}
END_TEST

START_TEST(tags_are_set_on_any_resource_and_described_over_all)
{
	struct json *seen;

	json_free(ec2_ok(&test, "CreateTags",
			 "{'Resources': ['" TEST_VPC "', '" TEST_SUBNET "'],"
			 " 'Tags': [{'Key': 'team', 'Value': 'net'}, {'Key': 'x', 'Value': ''}]}"));
	seen = ec2_ok(&test, "DescribeTags",
		      "{'Filters': [{'Name': 'key', 'Values': ['team']},"
		      " {'Name': 'resource-type', 'Values': ['vpc', 'subnet']}]}");
	ck_assert_uint_eq(ec2_size(seen, "Tags"), 2);
	ec2_assert_path(seen, "Tags.0.ResourceId", TEST_SUBNET);
	ec2_assert_path(seen, "Tags.0.ResourceType", "subnet");
	json_free(seen);
	json_free(ec2_ok(&test, "DeleteTags",
			 "{'Resources': ['" TEST_VPC "'], 'Tags': [{'Key': 'team', 'Value':"
			 " 'other'}, {'Key': 'x'}]}"));
	ck_assert_str_eq(doc_tag(world_find(test.world, &kind_vpc, TEST_VPC), "team"), "net");
	ck_assert_ptr_null(doc_tag(world_find(test.world, &kind_vpc, TEST_VPC), "x"));
	json_free(ec2_ok(&test, "DeleteTags", "{'Resources': ['" TEST_VPC "']}"));
	ck_assert_ptr_null(doc_tag(world_find(test.world, &kind_vpc, TEST_VPC), "team"));
	free(ec2_refused(&test, "InvalidSubnetID.NotFound", "CreateTags",
			 "{'Resources': ['" TEST_VPC "', 'subnet-0000000000000bbbb'],"
			 " 'Tags': [{'Key': 'a', 'Value': 'b'}]}"));
	ec2_refuses(&test, "InvalidID", "The ID 'thing-1' is not valid", "CreateTags",
		    "{'Resources': ['thing-1'], 'Tags': [{'Key': 'a', 'Value': 'b'}]}");
	ec2_refuses(&test, "InvalidParameterValue",
		    "Value ( empty ) for parameter tagSet is invalid. You must specify one or more "
		    "tags to create",
		    "CreateTags", "{'Resources': ['" TEST_VPC "'], 'Tags': []}");
	free(ec2_refused(&test, "InvalidParameterValue", "CreateTags",
			 "{'Resources': ['" TEST_VPC "'], 'Tags': [{'Key': 'aws:a', 'Value':"
			 " 'b'}]}"));
	free(ec2_refused(&test, "InvalidParameterValue", "DescribeTags",
			 "{'Filters': [{'Name': 'colour', 'Values': ['x']}]}"));
}
END_TEST

START_TEST(tag_filters_work_for_every_kind)
{
	static const char *const operations[][2] = {
		{"DescribeVpcs", "Filters"},
		{"DescribeSubnets", "Filters"},
		{"DescribeDhcpOptions", "Filters"},
		{"DescribeInternetGateways", "Filters"},
		{"DescribeEgressOnlyInternetGateways", "Filters"},
		{"DescribeRouteTables", "Filters"},
		{"DescribeSecurityGroups", "Filters"},
		{"DescribeSecurityGroupRules", "Filters"},
		{"DescribeNatGateways", "Filter"},
		{"DescribeAddresses", "Filters"},
		{"DescribeNetworkInterfaces", "Filters"},
		{"DescribeNetworkAcls", "Filters"},
		{"DescribeKeyPairs", "Filters"},
		{"DescribeInstances", "Filters"},
		{"DescribeVpcEndpoints", "Filters"},
		{"DescribeImages", "Filters"},
	};

	for (size_t i = 0; i < array_size(operations); i++) {
		struct json *seen = ec2_ok(&test, operations[i][0],
					   "{'%s': [{'Name': 'tag:kubernetes.io/cluster/x',"
					   " 'Values': ['1']}, {'Name': 'tag-key', 'Values':"
					   " ['a']}, {'Name': 'tag-value', 'Values': ['b']}]}",
					   operations[i][1]);

		json_free(seen);
		free(ec2_refused(&test, "InvalidParameterValue", operations[i][0],
				 "{'%s': [{'Name': 'colour', 'Values': ['blue']}]}",
				 operations[i][1]));
	}
}
END_TEST

START_TEST(zones_have_ids_and_unknown_ones_are_refused)
{
	struct json *seen = ec2_ok(&test, "DescribeAvailabilityZones", "{'ZoneIds': ['euw1-az1']}");

	ec2_assert_path(seen, "AvailabilityZones.0.ZoneName", "eu-west-1b");
	ec2_assert_path(seen, "AvailabilityZones.0.ZoneType", "availability-zone");
	ec2_assert_path(seen, "AvailabilityZones.0.GroupName", "eu-west-1-zg-1");
	json_free(seen);
	seen = ec2_ok(&test, "DescribeAvailabilityZones",
		      "{'Filters': [{'Name': 'zone-name', 'Values': ['eu-west-1c']}]}");
	ck_assert_uint_eq(ec2_size(seen, "AvailabilityZones"), 1);
	ec2_assert_path(seen, "AvailabilityZones.0.ZoneId", "euw1-az2");
	json_free(seen);
	ec2_refuses(&test, "InvalidParameterValue", "Invalid availability zone: [eu-west-1x]",
		    "DescribeAvailabilityZones", "{'ZoneNames': ['eu-west-1x']}");
	free(ec2_refused(&test, "InvalidParameterValue", "DescribeAvailabilityZones",
			 "{'Filters': [{'Name': 'colour', 'Values': ['blue']}]}"));
	seen = ec2_ok(&test, "DescribeRegions", "{'RegionNames': ['eu-west-1']}");
	ec2_assert_path(seen, "Regions.0.Endpoint", "ec2.eu-west-1.amazonaws.com");
	json_free(seen);
	free(ec2_refused(&test, "InvalidParameterValue", "DescribeRegions",
			 "{'RegionNames': ['mars-1']}"));
}
END_TEST

START_TEST(prefix_lists_of_services_can_be_read)
{
	struct json *seen = ec2_ok(&test, "DescribeManagedPrefixLists",
				   "{'Filters': [{'Name': 'prefix-list-name', 'Values':"
				   " ['com.amazonaws.eu-west-1.s3']}]}");
	struct json *entries;

	ck_assert_uint_eq(ec2_size(seen, "PrefixLists"), 1);
	entries = ec2_ok(&test, "GetManagedPrefixListEntries", "{'PrefixListId': '%s'}",
			 ec2_path(seen, "PrefixLists.0.PrefixListId"));
	ck_assert_uint_ge(ec2_size(entries, "Entries"), 1);
	json_free(entries);
	json_free(seen);
	seen = ec2_ok(&test, "DescribePrefixLists", "{}");
	ck_assert_uint_eq(ec2_size(seen, "PrefixLists"), 2);
	json_free(seen);
	free(ec2_refused(&test, "InvalidPrefixListID.NotFound", "GetManagedPrefixListEntries",
			 "{'PrefixListId': 'pl-1'}"));
	free(ec2_refused(&test, "InvalidParameterValue", "DescribePrefixLists",
			 "{'Filters': [{'Name': 'colour', 'Values': ['blue']}]}"));
}
END_TEST

START_TEST(account_attributes_name_the_default_vpc)
{
	struct json *seen =
		ec2_ok(&test, "DescribeAccountAttributes", "{'AttributeNames': ['default-vpc']}");

	ck_assert(str_starts_with(
		ec2_path(seen, "AccountAttributes.0.AttributeValues.0.AttributeValue"), "vpc-"));
	json_free(seen);
}
END_TEST

START_TEST(regions_and_accounts_do_not_see_each_other)
{
	_cleanup_(json_freep) struct json *params = test_json("{'VpcIds': ['" TEST_VPC "']}");
	struct err err = ERR_INIT;

	ck_assert(!aws_invoke(test.aws, "operator", NULL, "eu-central-1", "ec2", "DescribeVpcs",
			      params, NULL, NULL, &err));
	ck_assert_str_eq(err.wire, "InvalidVpcID.NotFound");
	ck_assert(!aws_invoke(test.aws, "operator", "210987654321", TEST_REGION, "ec2",
			      "DescribeVpcs", params, NULL, NULL, &err));
	ck_assert_str_eq(err.wire, "InvalidVpcID.NotFound");
	err_done(&err);
}
END_TEST

START_TEST(what_is_not_emulated_is_refused_and_never_ignored)
{
	json_free(ec2_ok_fixed(&test, "eni-0000000000000aaaa", "CreateNetworkInterface",
			       "{'SubnetId': '" TEST_SUBNET "'}"));
	free(ec2_refused(&test, "NotImplemented", "ModifyNetworkInterfaceAttribute",
			 "{'NetworkInterfaceId': 'eni-0000000000000aaaa',"
			 " 'EnaSrdSpecification': {'EnaSrdEnabled': true}}"));
	free(ec2_refused(&test, "NotImplemented", "CreateVpcEndpoint",
			 "{'VpcId': '" TEST_VPC "', 'VpcEndpointType': 'Resource',"
			 " 'ServiceName': 'x'}"));
	ck_assert_uint_eq(aws_missing_operations(test.aws, NULL), 2);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		dhcp_options_in_use_are_not_deleted,
		an_imported_key_has_awss_fingerprint,
		an_entry_of_a_network_acl_has_a_protocol_and_what_it_needs,
		network_acls_keep_their_entries_in_order,
		tags_are_set_on_any_resource_and_described_over_all,
		tag_filters_work_for_every_kind,
		zones_have_ids_and_unknown_ones_are_refused,
		prefix_lists_of_services_can_be_read,
		account_attributes_name_the_default_vpc,
		regions_and_accounts_do_not_see_each_other,
		what_is_not_emulated_is_refused_and_never_ignored,
		NULL,
	};

	return ec2_suite("ec2_other", setup, teardown, tests);
}
