/* Classic load balancers: how they come, what they show, how they go. */
#include "emulator/aws/elb/elb.h"
#include "tests/aws/elb/balancer_test.h"

#define LISTENERS                                                                                  \
	"'Listeners': [{'Protocol': 'tcp', 'LoadBalancerPort': 80, 'InstanceProtocol': 'tcp',"     \
	" 'InstancePort': 30203}, {'Protocol': 'TCP', 'LoadBalancerPort': 443,"                    \
	" 'InstancePort': 30857}]"
/* as the cloud controller manager makes it */
#define CREATE                                                                                     \
	"{'LoadBalancerName': 'aEcho', " LISTENERS ", 'Subnets': ['" LB_A "', '" LB_B "'],"        \
	" 'SecurityGroups': ['" LB_GROUP "'], 'Tags': [{'Key': 'kubernetes.io/service-name',"      \
	" 'Value': 'default/echo'}]}"
#define NAMED "{'LoadBalancerNames': ['aEcho']}"
#define FIRST "LoadBalancerDescriptions.0."

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elb", PROFILE_AWS);
}

static void teardown(void)
{
	lb_done(&test);
}

static const struct doc *balancer(void)
{
	return world_find(test.ec2.world, &kind_classic_load_balancer,
			  TEST_ACCOUNT "/" TEST_REGION "/aEcho");
}

START_TEST(a_balancer_shows_all_that_clients_rely_on)
{
	char *dns = lb_text(&test, "DNSName", "CreateLoadBalancer", CREATE);
	struct json *seen = lb_ok(&test, "DescribeLoadBalancers", NAMED);

	ck_assert_msg(str_glob("aecho-??????????.eu-west-1.elb.amazonaws.com", dns), "%s", dns);
	ec2_assert_path(seen, FIRST "DNSName", dns);
	ec2_assert_path(seen, FIRST "CanonicalHostedZoneName", dns);
	ec2_assert_path(seen, FIRST "CanonicalHostedZoneNameID", "Z32O12XQLNTSW2");
	ec2_assert_path(seen, FIRST "Scheme", "internet-facing");
	ec2_assert_path(seen, FIRST "VPCId", LB_VPC);
	ec2_assert_path(seen, FIRST "Subnets.1", LB_B);
	ec2_assert_path(seen, FIRST "AvailabilityZones.0", "eu-west-1a");
	ec2_assert_path(seen, FIRST "AvailabilityZones.1", "eu-west-1b");
	ec2_assert_path(seen, FIRST "SecurityGroups.0", LB_GROUP);
	ec2_assert_path(seen, FIRST "SourceSecurityGroup.OwnerAlias", TEST_ACCOUNT);
	ec2_assert_path(seen, FIRST "SourceSecurityGroup.GroupName", "balancers");
	ec2_assert_path(seen, FIRST "ListenerDescriptions.0.Listener.Protocol", "TCP");
	ec2_assert_path(seen, FIRST "ListenerDescriptions.1.Listener.InstanceProtocol", "TCP");
	ec2_assert_path(seen, FIRST "ListenerDescriptions.1.Listener.InstancePort", "30857");
	/* without a health check the cloud controller manager crashes */
	ec2_assert_path(seen, FIRST "HealthCheck.Target", "TCP:30203");
	ec2_assert_path(seen, FIRST "HealthCheck.Interval", "30");
	ec2_assert_path(seen, FIRST "HealthCheck.Timeout", "5");
	ec2_assert_path(seen, FIRST "HealthCheck.UnhealthyThreshold", "2");
	ec2_assert_path(seen, FIRST "HealthCheck.HealthyThreshold", "10");
	ck_assert(json_is_array(json_find(json_at(json_get(seen, "LoadBalancerDescriptions"), 0),
					  "Policies", "OtherPolicies", NULL)));
	ck_assert_uint_eq(ec2_size(seen, FIRST "Instances"), 0);
	json_free(seen);
	free(dns);
}
END_TEST

START_TEST(its_interfaces_hold_subnet_and_group_for_a_while_after_deletion)
{
	struct json *seen;

	lb_do(&test, "CreateLoadBalancer", CREATE);
	ck_assert_uint_eq(lb_interfaces(&test, "ELB aEcho"), 2);
	seen = ec2_ok(&test.ec2, "DescribeNetworkInterfaces",
		      "{'Filters': [{'Name': 'description', 'Values': ['ELB aEcho']}]}");
	ec2_assert_path(seen, "NetworkInterfaces.0.RequesterId", "amazon-elb");
	ec2_assert_path(seen, "NetworkInterfaces.0.RequesterManaged", "true");
	ec2_assert_path(seen, "NetworkInterfaces.0.Groups.0.GroupId", LB_GROUP);
	ck_assert_ptr_nonnull(ec2_path(seen, "NetworkInterfaces.0.Association.PublicIp"));
	json_free(seen);
	lb_do(&test, "DeleteLoadBalancer", "{'LoadBalancerName': 'aEcho'}");
	lb_refused(&test, "LoadBalancerNotFound", "There is no ACTIVE Load Balancer named 'aEcho'",
		   "DescribeLoadBalancers", NAMED);
	ck_assert_uint_eq(lb_interfaces(&test, "ELB aEcho"), 2);
	free(ec2_refused(&test.ec2, "DependencyViolation", "DeleteSecurityGroup",
			 "{'GroupId': '" LB_GROUP "'}"));
	test_advance(test.ec2.world, 60000);
	ck_assert_uint_eq(lb_interfaces(&test, "ELB aEcho"), 0);
	json_free(ec2_ok(&test.ec2, "DeleteSecurityGroup", "{'GroupId': '" LB_GROUP "'}"));
}
END_TEST

START_TEST(deleting_what_is_not_there_succeeds)
{
	uint64_t before = world_revision(test.ec2.world);

	lb_do(&test, "DeleteLoadBalancer", "{'LoadBalancerName': 'aEcho'}");
	ck_assert_uint_eq(world_revision(test.ec2.world), before);
}
END_TEST

START_TEST(an_internal_one_has_no_public_address)
{
	char *dns = lb_text(&test, "DNSName", "CreateLoadBalancer",
			    "{'LoadBalancerName': 'in', 'Scheme': 'internal', " LISTENERS
			    ", 'Subnets': ['" LB_C "']}");
	struct json *seen = ec2_ok(&test.ec2, "DescribeNetworkInterfaces",
				   "{'Filters': [{'Name': 'description', 'Values': ['ELB in']}]}");

	ck_assert_msg(str_glob("internal-in-*.eu-west-1.elb.amazonaws.com", dns), "%s", dns);
	ck_assert_ptr_null(ec2_path(seen, "NetworkInterfaces.0.Association.PublicIp"));
	ec2_assert_path(seen, "NetworkInterfaces.0.SubnetId", LB_C);
	json_free(seen);
	free(dns);
	/* groups that nobody named are the VPC's default one */
	lb_assert(&test, FIRST "SourceSecurityGroup.GroupName", "default", "DescribeLoadBalancers",
		  "{'LoadBalancerNames': ['in']}");
}
END_TEST

START_TEST(the_same_create_again_answers_the_first)
{
	char *first = lb_text(&test, "DNSName", "CreateLoadBalancer", CREATE);
	uint64_t before = world_revision(test.ec2.world);
	char *again = lb_text(&test, "DNSName", "CreateLoadBalancer", CREATE);

	ck_assert_str_eq(first, again);
	ck_assert_uint_eq(world_revision(test.ec2.world), before);
	lb_refused(&test, "DuplicateLoadBalancerName", "different parameters", "CreateLoadBalancer",
		   "{'LoadBalancerName': 'aEcho', " LISTENERS ", 'Subnets': ['" LB_A "']}");
	lb_refused(&test, "DuplicateLoadBalancerName", "different parameters", "CreateLoadBalancer",
		   "{'LoadBalancerName': 'aEcho', " LISTENERS ", 'Scheme': 'internal',"
		   " 'Subnets': ['" LB_A "', '" LB_B "']}");
	lb_refused(&test, "DuplicateLoadBalancerName", "different parameters", "CreateLoadBalancer",
		   "{'LoadBalancerName': 'aEcho', 'Listeners': [{'Protocol': 'TCP',"
		   " 'LoadBalancerPort': 80, 'InstancePort': 30203}],"
		   " 'Subnets': ['" LB_A "', '" LB_B "']}");
	free(first);
	free(again);
}
END_TEST

#define REFUSED_IN(code, text, place)                                                              \
	lb_refused(&test, code, text, "CreateLoadBalancer",                                        \
		   "{'LoadBalancerName': 'x', " LISTENERS ", " place "}")

START_TEST(places_that_cannot_be_are_refused)
{
	REFUSED_IN("ValidationError", "Either AvailabilityZones or SubnetIds", "'Subnets': []");
	REFUSED_IN("ValidationError", "Only one of",
		   "'Subnets': ['" LB_A "'], 'AvailabilityZones': ['eu-west-1b']");
	REFUSED_IN("SubnetNotFound", "'subnet-0000000000000dddd'",
		   "'Subnets': ['subnet-0000000000000dddd']");
	REFUSED_IN("InvalidConfigurationRequest", "multiple subnets in the same AZ.",
		   "'Subnets': ['" LB_A "', '" LB_A2 "']");
	REFUSED_IN("InvalidConfigurationRequest", "same VPC",
		   "'Subnets': ['" LB_A "', '" LB_OTHER_SUBNET "']");
	REFUSED_IN("InvalidSubnet", "VPC " LB_OTHER_VPC " has no internet gateway",
		   "'Subnets': ['" LB_OTHER_SUBNET "']");
	REFUSED_IN("ValidationError", "eu-west-1z", "'AvailabilityZones': ['eu-west-1z']");
	REFUSED_IN("InvalidSecurityGroup", "do not exist",
		   "'Subnets': ['" LB_A "'], 'SecurityGroups': ['sg-0000000000000dddd']");
	REFUSED_IN("InvalidConfigurationRequest",
		   "'" LB_OTHER_GROUP "' does not belong to VPC '" LB_VPC "'",
		   "'Subnets': ['" LB_A "'], 'SecurityGroups': ['" LB_OTHER_GROUP "']");
	REFUSED_IN("InvalidScheme", "public", "'Subnets': ['" LB_A "'], 'Scheme': 'public'");
	ck_assert_uint_eq(lb_interfaces(&test, "ELB x"), 0);
}
END_TEST

START_TEST(a_subnet_needs_eight_free_addresses)
{
	/* a /28 has eleven */
	for (int i = 0; i < 4; i++)
		json_free(ec2_ok(&test.ec2, "CreateNetworkInterface", "{'SubnetId': '" LB_A2 "'}"));
	REFUSED_IN("InvalidSubnet", "at least 8 free IP addresses", "'Subnets': ['" LB_A2 "']");
}
END_TEST

static void refused_name(const char *name, const char *text)
{
	lb_refused(&test, "ValidationError", text, "CreateLoadBalancer",
		   "{'LoadBalancerName': '%s', " LISTENERS ", 'Subnets': ['" LB_A "']}", name);
}

START_TEST(names_have_their_rules)
{
	refused_name("a23456789012345678901234567890123", "32 characters");
	refused_name("a_b", "letters, or digits or the dash");
	refused_name("-ab", "hyphen");
	refused_name("ab-", "hyphen");
	refused_name("", "hyphen");
	lb_do(&test, "CreateLoadBalancer",
	      "{'LoadBalancerName': 'a2345678901234567890123456789012', " LISTENERS
	      ", 'Subnets': ['" LB_A "']}");
}
END_TEST

START_TEST(zones_are_those_of_the_default_vpc)
{
	lb_do(&test, "CreateLoadBalancer",
	      "{'LoadBalancerName': 'z', " LISTENERS ", 'AvailabilityZones': ['eu-west-1a']}");
	lb_assert(&test, "AvailabilityZones.1", "eu-west-1b",
		  "EnableAvailabilityZonesForLoadBalancer",
		  "{'LoadBalancerName': 'z', 'AvailabilityZones': ['eu-west-1b', 'eu-west-1a']}");
	ck_assert_uint_eq(lb_interfaces(&test, "ELB z"), 2);
	lb_assert(&test, "AvailabilityZones.0", "eu-west-1b",
		  "DisableAvailabilityZonesForLoadBalancer",
		  "{'LoadBalancerName': 'z', 'AvailabilityZones': ['eu-west-1a']}");
	lb_refused(&test, "InvalidConfigurationRequest", "eu-west-1a is not enabled",
		   "DisableAvailabilityZonesForLoadBalancer",
		   "{'LoadBalancerName': 'z', 'AvailabilityZones': ['eu-west-1a']}");
	lb_refused(&test, "InvalidConfigurationRequest", "at least one subnet",
		   "DisableAvailabilityZonesForLoadBalancer",
		   "{'LoadBalancerName': 'z', 'AvailabilityZones': ['eu-west-1b']}");
	lb_do(&test, "CreateLoadBalancer", CREATE);
	lb_refused(&test, "ValidationError",
		   "You cannot disable Availability Zones for ELBs in VPC.",
		   "DisableAvailabilityZonesForLoadBalancer",
		   "{'LoadBalancerName': 'aEcho', 'AvailabilityZones': ['eu-west-1a']}");
	lb_refused(&test, "ValidationError",
		   "You cannot enable Availability Zones for ELBs in a non default VPC.",
		   "EnableAvailabilityZonesForLoadBalancer",
		   "{'LoadBalancerName': 'aEcho', 'AvailabilityZones': ['eu-west-1c']}");
}
END_TEST

START_TEST(zones_need_a_default_vpc)
{
	struct json *seen = ec2_ok(&test.ec2, "DescribeSubnets",
				   "{'Filters': [{'Name': 'default-for-az', 'Values': ['true']}]}");

	json_foreach (subnet, json_get(seen, "Subnets"))
		json_free(ec2_ok(&test.ec2, "DeleteSubnet", "{'SubnetId': '%s'}",
				 json_get_str(subnet, "SubnetId")));
	json_free(seen);
	REFUSED_IN("InvalidConfigurationRequest", "Default VPC not found",
		   "'AvailabilityZones': ['eu-west-1a']");
}
END_TEST

START_TEST(the_twenty_first_is_one_too_many)
{
	for (int i = 0; i < 20; i++)
		lb_do(&test, "CreateLoadBalancer",
		      "{'LoadBalancerName': 'n%d', " LISTENERS ", 'Subnets': ['" LB_A "']}", i);
	REFUSED_IN("TooManyLoadBalancers", "quota", "'Subnets': ['" LB_A "']");
	lb_assert(&test, "Limits.1.Max", "20", "DescribeAccountLimits", "{}");
	lb_do(&test, "DeleteLoadBalancer", "{'LoadBalancerName': 'n7'}");
	lb_do(&test, "CreateLoadBalancer", CREATE);
}
END_TEST

START_TEST(long_lists_come_in_pages)
{
	struct json *page;
	char *marker;

	for (int i = 0; i < 5; i++)
		lb_do(&test, "CreateLoadBalancer",
		      "{'LoadBalancerName': 'n%d', " LISTENERS ", 'Subnets': ['" LB_A "']}", i);
	page = lb_ok(&test, "DescribeLoadBalancers", "{'PageSize': 3}");
	ck_assert_uint_eq(ec2_size(page, "LoadBalancerDescriptions"), 3);
	marker = xstrdup(ec2_path(page, "NextMarker"));
	json_free(page);
	page = lb_ok(&test, "DescribeLoadBalancers", "{'PageSize': 3, 'Marker': '%s'}", marker);
	ck_assert_uint_eq(ec2_size(page, "LoadBalancerDescriptions"), 2);
	ck_assert_ptr_null(ec2_path(page, "NextMarker"));
	json_free(page);
	free(marker);
	lb_refused(&test, "ValidationError", "marker", "DescribeLoadBalancers",
		   "{'Marker': 'made-up'}");
}
END_TEST

START_TEST(its_tags_are_added_described_and_removed)
{
	_cleanup_(json_freep) struct json *shown = NULL;

	lb_do(&test, "CreateLoadBalancer", CREATE);
	lb_do(&test, "AddTags",
	      "{'LoadBalancerNames': ['aEcho'], 'Tags': [{'Key': 'a', 'Value': '1'}, {'Key': 'b'}]}");
	lb_do(&test, "RemoveTags", "{'LoadBalancerNames': ['aEcho'], 'Tags': [{'Key': 'a'}]}");
	lb_assert(&test, "TagDescriptions.0.Tags.1.Key", "b", "DescribeTags", NAMED);
	ck_assert_uint_eq(lb_count(&test, "TagDescriptions.0.Tags", "DescribeTags", NAMED), 2);
	shown = doc_view(test.ec2.world, balancer());
	ec2_assert_path(shown, "Tags.0.Value", "default/echo");
	lb_refused(&test, "LoadBalancerNotFound", "'none'", "DescribeTags",
		   "{'LoadBalancerNames': ['aEcho', 'none']}");
	lb_refused(&test, "LoadBalancerNotFound", "'none'", "AddTags",
		   "{'LoadBalancerNames': ['none'], 'Tags': [{'Key': 'a'}]}");
	lb_refused(&test, "ValidationError", "one load balancer", "AddTags",
		   "{'LoadBalancerNames': ['aEcho', 'aEcho'], 'Tags': [{'Key': 'a'}]}");
	lb_refused(&test, "DuplicateTagKeys", "unique", "AddTags",
		   "{'LoadBalancerNames': ['aEcho'], 'Tags': [{'Key': 'a'}, {'Key': 'a'}]}");
	lb_refused(&test, "ValidationError", "", "DescribeTags", "{'LoadBalancerNames': []}");
}
END_TEST

START_TEST(twenty_names_are_the_most_that_tags_are_asked_for)
{
	lb_refused(&test, "ValidationError", "20", "DescribeTags",
		   "{'LoadBalancerNames': ['1','2','3','4','5','6','7','8','9','10','11','12',"
		   "'13','14','15','16','17','18','19','20','21']}");
}
END_TEST

START_TEST(indexes_find_it_by_place_group_and_name)
{
	struct world *world = test.ec2.world;
	const struct doc *doc;

	lb_do(&test, "CreateLoadBalancer", CREATE);
	lb_do(&test, "RegisterInstancesWithLoadBalancer",
	      "{'LoadBalancerName': 'aEcho', 'Instances': [{'InstanceId': '" LB_NODE_A "'}]}");
	doc = balancer();
	ck_assert_ptr_eq(world_lookup_one(world, doc->kind, "vpc", LB_VPC), doc);
	ck_assert_ptr_eq(world_lookup_one(world, doc->kind, "subnet", LB_B), doc);
	ck_assert_ptr_eq(world_lookup_one(world, doc->kind, "group", LB_GROUP), doc);
	ck_assert_ptr_eq(world_lookup_one(world, doc->kind, "instance", LB_NODE_A), doc);
	ck_assert_ptr_eq(world_lookup_one(world, doc->kind, "dns", doc_str(doc, "DNSName")), doc);
	ck_assert_ptr_null(world_lookup_one(world, doc->kind, "subnet", LB_C));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_balancer_shows_all_that_clients_rely_on,
		its_interfaces_hold_subnet_and_group_for_a_while_after_deletion,
		deleting_what_is_not_there_succeeds,
		an_internal_one_has_no_public_address,
		the_same_create_again_answers_the_first,
		places_that_cannot_be_are_refused,
		a_subnet_needs_eight_free_addresses,
		names_have_their_rules,
		zones_are_those_of_the_default_vpc,
		zones_need_a_default_vpc,
		the_twenty_first_is_one_too_many,
		long_lists_come_in_pages,
		its_tags_are_added_described_and_removed,
		twenty_names_are_the_most_that_tags_are_asked_for,
		indexes_find_it_by_place_group_and_name,
		NULL,
	};

	return ec2_suite("elb_life", setup, teardown, tests);
}
