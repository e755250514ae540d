/* Changing load balancers: address type, groups, prefixes, pools, capacity, tags; other types. */
#include "tests/aws/elbv2/elbv2_test.h"
#include "tests/aws/run.h"

#define MAKE	   "CreateLoadBalancer"
#define LB(rest)   "{'LoadBalancerArn': '%s'" rest "}"
#define NEW(rest)  "{'Name': 'x'" rest "}"
#define IN_A_B	   ", 'Subnets': ['" LB_A "', '" LB_B "']"
#define NLB_A(r)   NEW(", 'Type': 'network', 'Subnets': ['" LB_A "']" r)
#define MAPPED(r)  NEW(", 'Type': 'network', 'SubnetMappings': [{'SubnetId': '" LB_A "'" r "}]")
#define TYPE(t)	   LB(", 'IpAddressType': '" t "'")
#define GROUPS(g)  LB(", 'SecurityGroups': [" g "]")
#define SHOWN	   "LoadBalancers.0."
#define SHOW	   "DescribeLoadBalancers"
#define POOL	   ", 'IpamPools': {'Ipv4IpamPoolId': 'ipam-pool-0123456789abcdef0'}"
#define UNITS(n)   LB(", 'MinimumLoadBalancerCapacity': {'CapacityUnits': " n "}")
#define RESET	   LB(", 'ResetCapacityReservation': true")
#define SET_TYPE   "SetIpAddressType"
#define SET_GROUPS "SetSecurityGroups"
#define RESERVE	   "ModifyCapacityReservation"
#define ARNS(rest) "{'ResourceArns': ['%s']" rest "}"
#define TAG(k)	   "{'Key': '" k "', 'Value': 'v'}"

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_AWS);
}

static void teardown(void)
{
	lb_done(&test);
}

/* The first interface of a load balancer, by its description's end. */
static char *interface_text(const char *path, const char *balancer)
{
	return ec2_get_text(&test.ec2, "DescribeNetworkInterfaces", path,
			    "{'Filters': [{'Name': 'description', 'Values': ['ELB %s']},"
			    " {'Name': 'subnet-id', 'Values': ['" LB_A "']}]}",
			    strstr(balancer, "loadbalancer/") + strlen("loadbalancer/"));
}

static void assert_interface(const char *balancer, const char *path, bool there)
{
	struct json *seen = ec2_ok(&test.ec2, "DescribeNetworkInterfaces",
				   "{'Filters': [{'Name': 'description', 'Values': ['ELB %s']},"
				   " {'Name': 'subnet-id', 'Values': ['" LB_A "']}]}",
				   strstr(balancer, "loadbalancer/") + strlen("loadbalancer/"));

	ck_assert_msg(!!ec2_path(seen, path) == there, "%s", path);
	json_free(seen);
}

/* ---- Creating ---- */

static const struct {
	const char *code, *text, *params;
} bad[] = {
	{"ValidationError", "At least two subnets", NEW(", 'Subnets': ['" LB_A "']")},
	{"ValidationError", "either subnets or subnet mappings", NEW("")},
	{"ValidationError", "not both",
	 NEW(IN_A_B ", 'SubnetMappings': [{'SubnetId': '" LB_A "'}]")},
	{"SubnetNotFound", "subnet-1", NEW(", 'Subnets': ['subnet-1', '" LB_A "']")},
	{"InvalidConfigurationRequest", "multiple subnets in the same",
	 NEW(", 'Type': 'network', 'Subnets': ['" LB_A "', '" LB_A2 "']")},
	{"InvalidConfigurationRequest", "not in the same VPC",
	 NEW(", 'Subnets': ['" LB_A "', '" LB_OTHER_SUBNET "']")},
	{"InvalidSubnet", "has no internet gateway",
	 NEW(", 'Type': 'network', 'Subnets': ['" LB_OTHER_SUBNET "']")},
	{"ValidationError", "You must specify subnets with an associated IPv6 CIDR block.",
	 NEW(", 'Subnets': ['" LB_A "', '" LB_C "'], 'IpAddressType': 'dualstack'")},
	{"InvalidSecurityGroup", "does not exist", NEW(IN_A_B ", 'SecurityGroups': ['sg-1']")},
	{"InvalidConfigurationRequest", "One or more security groups are invalid",
	 NEW(IN_A_B ", \'SecurityGroups\': [\'" LB_OTHER_GROUP "']")},
	{"InvalidConfigurationRequest", "only for application",
	 NLB_A(", 'IpAddressType': 'dualstack-without-public-ipv4'")},
	{"InvalidConfigurationRequest", "only for internet-facing",
	 NEW(IN_A_B ", 'Scheme': 'internal', 'IpAddressType': 'dualstack-without-public-ipv4'")},
	{"InvalidConfigurationRequest", "only for network",
	 NEW(IN_A_B ", 'EnablePrefixForIpv6SourceNat': 'on'")},
	{"InvalidConfigurationRequest", "only for dualstack",
	 NLB_A(", 'EnablePrefixForIpv6SourceNat': 'on'")},
	{"InvalidConfigurationRequest", "Elastic IP",
	 NEW(", 'Type': 'network', 'Scheme': 'internal', 'SubnetMappings': [{'SubnetId': '" LB_A
	     "', 'AllocationId': 'e'}]")},
	{"AllocationIdNotFound", "allocation ID", MAPPED(", 'AllocationId': 'eipalloc-1'")},
	{"InvalidConfigurationRequest", "only for internal",
	 MAPPED(", 'PrivateIPv4Address': '10.250.0.9'")},
	{"InvalidConfigurationRequest", "only for network",
	 NEW(", 'SubnetMappings': [{'SubnetId': '" LB_A
	     "', 'AllocationId': 'e'}, {'SubnetId': '" LB_B "'}]")},
	{"InvalidConfigurationRequest", "IPAM", NLB_A(POOL)},
	{"InvalidConfigurationRequest", "IPAM", NEW(IN_A_B ", 'Scheme': 'internal'" POOL)},
	{"ValidationError", "internal-",
	 "{'Name': 'internal-x', 'Type': 'network', 'Subnets': ['" LB_A "']}"},
	{"InvalidConfigurationRequest", "Scheme",
	 NEW(", 'Type': 'gateway', 'Scheme': 'internal', 'Subnets': ['" LB_A "']")},
	{"InvalidConfigurationRequest", "Security groups",
	 NEW(", 'Type': 'gateway', 'SecurityGroups': ['" LB_GROUP "'], 'Subnets': ['" LB_A "']")},
	{"DuplicateTagKeys", "unique", NLB_A(", 'Tags': [" TAG("a") ", " TAG("a") "]")},
	{"ValidationError", "aws:", NLB_A(", 'Tags': [" TAG("aws:a") "]")},
};

START_TEST(load_balancers_that_make_no_sense_are_refused)
{
	lb_refused(&test, bad[_i].code, bad[_i].text, MAKE, "%s", bad[_i].params);
}
END_TEST

START_TEST(a_gateway_load_balancer_is_plain)
{
	char *arn = v2_balancer(&test, "gw", "gateway", "");
	char *group = v2_group(&test, "g", "GENEVE", 6081, "");

	ck_assert_ptr_nonnull(strstr(arn, "loadbalancer/gwy/gw/"));
	lb_assert(&test, SHOWN "DNSName", NULL, SHOW, "{}");
	lb_assert(&test, SHOWN "Scheme", NULL, SHOW, "{}");
	lb_refused(&test, "InvalidConfigurationRequest", "gateway", SET_GROUPS,
		   GROUPS("'" LB_GROUP "'"), arn);
	lb_refused(&test, "ValidationError", "port", "CreateListener",
		   LB(", 'Port': 80, 'DefaultActions': [{'Type': 'forward', 'TargetGroupArn':"
		      " '%s'}]"),
		   arn, group);
	lb_do(&test, "CreateListener",
	      LB(", 'DefaultActions': [{'Type': 'forward', 'TargetGroupArn': '%s'}]"), arn, group);
	free(group);
	free(arn);
}
END_TEST

/* ---- Address types ---- */

START_TEST(an_alb_changes_its_addresses_in_place)
{
	char *arn = v2_balancer(&test, "x", "application", ""), *text;

	assert_interface(arn, "NetworkInterfaces.0.Association.PublicIp", true);
	lb_assert(&test, "IpAddressType", "dualstack", SET_TYPE, TYPE("dualstack"), arn);
	text = interface_text("NetworkInterfaces.0.Ipv6Addresses.0.Ipv6Address", arn);
	free(text);
	lb_do(&test, SET_TYPE, TYPE("dualstack-without-public-ipv4"), arn);
	test_advance(test.ec2.world, 120000); /* the public ones are let go */
	assert_interface(arn, "NetworkInterfaces.0.Association.PublicIp", false);
	assert_interface(arn, "NetworkInterfaces.0.Ipv6Addresses.0.Ipv6Address", true);
	lb_do(&test, SET_TYPE, TYPE("ipv4"), arn);
	test_advance(test.ec2.world, 120000);
	assert_interface(arn, "NetworkInterfaces.0.Ipv6Addresses.0.Ipv6Address", false);
	assert_interface(arn, "NetworkInterfaces.0.Association.PublicIp", true);
	lb_refused(&test, "LoadBalancerNotFound", "none", SET_TYPE, TYPE("ipv4"), NO_BALANCER);
	free(arn);
}
END_TEST

START_TEST(dualstack_needs_ipv6_in_every_subnet)
{
	char *arn = lb_text(&test, SHOWN "LoadBalancerArn", MAKE,
			    NEW(", 'Type': 'network', 'Subnets': ['" LB_A "', '" LB_C "']"));

	lb_refused(&test, "ValidationError", "associated IPv6 CIDR block", SET_TYPE,
		   TYPE("dualstack"), arn);
	lb_refused(&test, "InvalidConfigurationRequest", "only for application", SET_TYPE,
		   TYPE("dualstack-without-public-ipv4"), arn);
	free(arn);
}
END_TEST

START_TEST(udp_and_dualstack_need_a_prefix)
{
	char *arn = lb_text(&test, SHOWN "LoadBalancerArn", MAKE, NLB_A("")), *text;
	char *group = v2_group(&test, "u", "UDP", 53, ""), *six;

	free(v2_listener(&test, arn, "UDP", 53, group));
	lb_refused(&test, "InvalidConfigurationRequest", "UDP", SET_TYPE, TYPE("dualstack"), arn);
	free(arn);
	arn = lb_text(&test, SHOWN "LoadBalancerArn", MAKE,
		      "{'Name': 'y', 'Type': 'network', 'Subnets': ['" LB_A "'], 'IpAddressType':"
		      " 'dualstack', 'EnablePrefixForIpv6SourceNat': 'on'}");
	text = lb_text(&test, SHOWN "AvailabilityZones.0.SourceNatIpv6Prefixes.0", SHOW,
		       "{'Names': ['y']}");
	ck_assert_msg(str_ends_with(text, "/80"), "%s", text);
	six = v2_group(&test, "u6", "UDP", 53, ", 'IpAddressType': 'ipv6'");
	free(v2_listener(&test, arn, "UDP", 53, six));
	lb_refused(&test, "InvalidConfigurationRequest", "cannot be disabled", "SetSubnets",
		   LB(", 'Subnets': ['" LB_A "'], 'EnablePrefixForIpv6SourceNat': 'off'"), arn);
	/* said again, it keeps its prefix */
	lb_assert(&test, "AvailabilityZones.0.SourceNatIpv6Prefixes.0", text, "SetSubnets",
		  LB(", 'SubnetMappings': [{'SubnetId': '" LB_A
		     "', 'SourceNatIpv6Prefix': 'auto_assigned'}]"),
		  arn);
	lb_refused(&test, "ValidationError", "2001:db8::/80", "SetSubnets",
		   LB(", 'SubnetMappings': [{'SubnetId': '" LB_A
		      "', 'SourceNatIpv6Prefix': '2001:db8::/80'}]"),
		   arn);
	free(text);
	free(six);
	free(group);
	free(arn);
}
END_TEST

START_TEST(subnets_can_be_exchanged_by_an_alb_only)
{
	char *alb = v2_balancer(&test, "a", "application", "");
	char *nlb = v2_balancer(&test, "n", "network", "");

	lb_do(&test, "SetSubnets", LB(", 'Subnets': ['" LB_A2 "', '" LB_B "']"), alb);
	lb_refused(&test, "InvalidConfigurationRequest", "eu-west-1a", "SetSubnets",
		   LB(", 'Subnets': ['" LB_A2 "', '" LB_B "']"), nlb);
	lb_refused(&test, "ValidationError", "At least two subnets", "SetSubnets",
		   LB(", 'Subnets': ['" LB_A "']"), alb);
	lb_refused(&test, "InvalidConfigurationRequest", "same VPC", "SetSubnets",
		   LB(", 'Subnets': ['" LB_OTHER_SUBNET "']"), nlb);
	lb_refused(&test, "LoadBalancerNotFound", "none", "SetSubnets",
		   LB(", 'Subnets': ['" LB_A "']"), NO_BALANCER);
	free(alb);
	free(nlb);
}
END_TEST

/* ---- Groups ---- */

START_TEST(groups_are_set_on_balancer_and_interfaces)
{
	char *arn = v2_balancer(&test, "x", "application", ""), *text;

	lb_assert(&test, "SecurityGroupIds.0", LB_GROUP_2, SET_GROUPS, GROUPS("'" LB_GROUP_2 "'"),
		  arn);
	text = interface_text("NetworkInterfaces.0.Groups.0.GroupId", arn);
	ck_assert_str_eq(text, LB_GROUP_2);
	lb_refused(&test, "InvalidConfigurationRequest", "One or more", SET_GROUPS,
		   GROUPS("'" LB_OTHER_GROUP "'"), arn);
	lb_refused(&test, "InvalidConfigurationRequest", "at least one", SET_GROUPS, GROUPS(""),
		   arn);
	lb_refused(&test, "LoadBalancerNotFound", "none", SET_GROUPS, GROUPS("'" LB_GROUP "'"),
		   NO_BALANCER);
	free(text);
	free(arn);
}
END_TEST

START_TEST(a_network_balancer_made_without_groups_gets_none)
{
	char *arn = v2_balancer(&test, "x", "network", "");
	char *other = v2_balancer(&test, "y", "network", ", 'SecurityGroups': ['" LB_GROUP "']");

	lb_refused(&test, "InvalidConfigurationRequest", "without security groups", SET_GROUPS,
		   GROUPS("'" LB_GROUP "'"), arn);
	lb_assert(&test, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "off", SET_GROUPS,
		  LB(", 'SecurityGroups': ['" LB_GROUP
		     "'], 'EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic': 'off'"),
		  other);
	free(arn);
	free(other);
}
END_TEST

/* ---- Deleting ---- */

START_TEST(deletion_protection_holds)
{
	char *arn = v2_balancer(&test, "x", "network", "");
	static const char set[] = "ModifyLoadBalancerAttributes";

	lb_do(&test, set,
	      LB(", 'Attributes': [{'Key': 'deletion_protection.enabled', 'Value': 'true'}]"), arn);
	lb_refused(&test, "OperationNotPermitted", "deletion protection", "DeleteLoadBalancer",
		   LB(""), arn);
	lb_do(&test, set,
	      LB(", 'Attributes': [{'Key': 'deletion_protection.enabled', 'Value': 'false'}]"),
	      arn);
	lb_do(&test, "DeleteLoadBalancer", LB(""), arn);
	lb_do(&test, "DeleteLoadBalancer", LB(""), arn); /* gone already: that is fine */
	lb_refused(&test, "LoadBalancerNotFound", arn, SHOW, "{'LoadBalancerArns': ['%s']}", arn);
	lb_refused(&test, "LoadBalancerNotFound", "'[x]'", SHOW, "{'Names': ['x']}");
	free(arn);
}
END_TEST

START_TEST(load_balancers_come_in_pages)
{
	char *marker;

	free(v2_balancer(&test, "one", "network", ""));
	free(v2_balancer(&test, "two", "network", ""));
	marker = lb_text(&test, "NextMarker", SHOW, "{'PageSize': 1}");
	lb_assert(&test, SHOWN "LoadBalancerName", "two", SHOW, "{'PageSize': 1, 'Marker': '%s'}",
		  marker);
	lb_refused(&test, "ValidationError", "marker", SHOW, "{'Marker': 'x'}");
	lb_refused(&test, "ValidationError", "at the same time", SHOW,
		   "{'Names': ['one'], 'LoadBalancerArns': ['a']}");
	lb_refused(&test, "ValidationError", "20 load balancers", SHOW,
		   "{'LoadBalancerArns': ['a','a','a','a','a','a','a','a','a','a','a','a','a','a',"
		   "'a','a','a','a','a','a','a']}");
	free(marker);
}
END_TEST

/* ---- Pools and capacity ---- */

START_TEST(pools_are_for_public_application_load_balancers)
{
	char *alb = v2_balancer(&test, "a", "application", "");
	char *nlb = v2_balancer(&test, "n", "network", "");
	char *internal = v2_balancer(&test, "i", "application", ", 'Scheme': 'internal'");

	lb_assert(&test, "IpamPools.Ipv4IpamPoolId", "ipam-pool-0123456789abcdef0", "ModifyIpPools",
		  LB(POOL), alb);
	lb_assert(&test, "IpamPools.Ipv4IpamPoolId", NULL, "ModifyIpPools",
		  LB(", 'RemoveIpamPools': ['ipv4']"), alb);
	lb_refused(&test, "ValidationError", "either", "ModifyIpPools", LB(""), alb);
	lb_refused(&test, "ValidationError", "either", "ModifyIpPools",
		   LB(POOL ", 'RemoveIpamPools': ['ipv4']"), alb);
	lb_refused(&test, "InvalidConfigurationRequest", "application", "ModifyIpPools", LB(POOL),
		   nlb);
	lb_refused(&test, "InvalidConfigurationRequest", "internet-facing", "ModifyIpPools",
		   LB(POOL), internal);
	lb_refused(&test, "LoadBalancerNotFound", "none", "ModifyIpPools", LB(POOL), NO_BALANCER);
	free(alb);
	free(nlb);
	free(internal);
}
END_TEST

/* What a claim sees of the reservation; -1: none. */
static int64_t claimed_units(const char *arn)
{
	const struct world *world = test.ec2.world;
	_cleanup_(json_freep) struct json *view =
		doc_view(world, world_find(world, world_kind_named(world, "load-balancer"), arn));

	return json_get_int(json_get(view, "MinimumLoadBalancerCapacity"), "CapacityUnits", -1);
}

START_TEST(capacity_is_pending_then_provisioned)
{
	char *arn = v2_balancer(&test, "x", "application", "");
	static const char state[] = "CapacityReservationState.0.State.Code";

	lb_assert(&test, "DecreaseRequestsRemaining", "2", "DescribeCapacityReservation", LB(""),
		  arn);
	lb_assert(&test, state, "pending", RESERVE, UNITS("400"), arn);
	lb_refused(&test, "CapacityReservationPending", "pending", RESERVE, UNITS("500"), arn);
	lb_refused(&test, "CapacityReservationPending", "pending", "SetSubnets",
		   LB(", 'Subnets': ['" LB_A "', '" LB_B "']"), arn);
	test_advance(test.ec2.world, 120000);
	lb_assert(&test, state, "provisioned", "DescribeCapacityReservation", LB(""), arn);
	ck_assert_int_eq(claimed_units(arn), 400);
	lb_do(&test, RESERVE, UNITS("300"), arn);
	test_advance(test.ec2.world, 120000);
	lb_assert(&test, "DecreaseRequestsRemaining", "0", RESERVE, UNITS("200"), arn);
	test_advance(test.ec2.world, 120000);
	lb_refused(&test, "CapacityDecreaseRequestLimitExceeded", "daily", RESERVE, UNITS("100"),
		   arn);
	lb_assert(&test, "MinimumLoadBalancerCapacity.CapacityUnits", NULL, RESERVE, RESET, arn);
	ck_assert_int_eq(claimed_units(arn), -1);
	free(arn);
}
END_TEST

START_TEST(capacity_that_cannot_be_had_is_refused)
{
	char *arn = v2_balancer(&test, "x", "application", "");
	char *gateway = v2_balancer(&test, "g", "gateway", "");

	lb_refused(&test, "InvalidConfigurationRequest", "minimum", RESERVE, UNITS("99"), arn);
	lb_refused(&test, "CapacityUnitsLimitExceeded", "limit", RESERVE, UNITS("1000000"), arn);
	lb_refused(&test, "ValidationError", "either", RESERVE, LB(""), arn);
	lb_refused(&test, "OperationNotPermitted", "gateway", RESERVE, UNITS("100"), gateway);
	lb_refused(&test, "LoadBalancerNotFound", "none", RESERVE, UNITS("100"), NO_BALANCER);
	lb_refused(&test, "LoadBalancerNotFound", "none", "DescribeCapacityReservation", LB(""),
		   NO_BALANCER);
	free(gateway);
	free(arn);
}
END_TEST

/* ---- Tags ---- */

START_TEST(tags_are_added_merged_and_taken_away)
{
	char *arn = v2_balancer(&test, "x", "network", ", 'Tags': [" TAG("a") "]");

	lb_do(&test, "AddTags", ARNS(", 'Tags': [{'Key': 'a', 'Value': 'w'}, " TAG("b") "]"), arn);
	lb_assert(&test, "TagDescriptions.0.Tags.0.Value", "w", "DescribeTags", ARNS(""), arn);
	lb_do(&test, "RemoveTags", ARNS(", 'TagKeys': ['a', 'none']"), arn);
	lb_assert(&test, "TagDescriptions.0.Tags.0.Key", "b", "DescribeTags", ARNS(""), arn);
	lb_refused(&test, "DuplicateTagKeys", "unique", "AddTags",
		   ARNS(", 'Tags': [" TAG("c") ", " TAG("c") "]"), arn);
	lb_refused(&test, "ValidationError", "aws:", "AddTags",
		   ARNS(", 'Tags': [" TAG("aws:x") "]"), arn);
	free(arn);
}
END_TEST

START_TEST(tags_are_fifty_at_most_on_twenty_things)
{
	char *arn = v2_balancer(&test, "x", "network", "");
	char *arns = xstrdup("'a'");

	for (int i = 0; i < 50; i++)
		lb_do(&test, "AddTags", ARNS(", 'Tags': [{'Key': 'k%d', 'Value': 'v'}]"), arn, i);
	lb_refused(&test, "TooManyTags", "exceeded", "AddTags", ARNS(", 'Tags': [" TAG("more") "]"),
		   arn);
	for (int i = 1; i < 21; i++) {
		char *longer = xasprintf("%s, 'a'", arns);

		free(arns);
		arns = longer;
	}
	lb_refused(&test, "ValidationError", "20 resources", "DescribeTags",
		   "{'ResourceArns': [%s]}", arns);
	free(arns);
	free(arn);
}
END_TEST

START_TEST(tags_are_refused_by_the_kind_of_thing_that_is_missing)
{
	static const struct {
		const char *arn, *code;
	} rows[] = {
		{"arn:aws:x:loadbalancer/net/x/1", "LoadBalancerNotFound"},
		{"arn:aws:x:targetgroup/x/1", "TargetGroupNotFound"},
		{"arn:aws:x:listener/net/x/1/2", "ListenerNotFound"},
		{"arn:aws:x:listener-rule/app/x/1/2/3", "RuleNotFound"},
		{"arn:aws:x:truststore/x/1", "TrustStoreNotFound"},
		{"nonsense", "ValidationError"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		lb_refused(&test, rows[i].code, rows[i].arn, "DescribeTags", ARNS(""), rows[i].arn);
		lb_refused(&test, rows[i].code, rows[i].arn, "AddTags",
			   ARNS(", 'Tags': [" TAG("a") "]"), rows[i].arn);
		lb_refused(&test, rows[i].code, rows[i].arn, "RemoveTags",
			   ARNS(", 'TagKeys': ['a']"), rows[i].arn);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("elbv2_change");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, load_balancers_that_make_no_sense_are_refused, 0,
			    array_size(bad));
	tcase_add_test(tcase, a_gateway_load_balancer_is_plain);
	tcase_add_test(tcase, an_alb_changes_its_addresses_in_place);
	tcase_add_test(tcase, dualstack_needs_ipv6_in_every_subnet);
	tcase_add_test(tcase, udp_and_dualstack_need_a_prefix);
	tcase_add_test(tcase, subnets_can_be_exchanged_by_an_alb_only);
	tcase_add_test(tcase, groups_are_set_on_balancer_and_interfaces);
	tcase_add_test(tcase, a_network_balancer_made_without_groups_gets_none);
	tcase_add_test(tcase, deletion_protection_holds);
	tcase_add_test(tcase, load_balancers_come_in_pages);
	tcase_add_test(tcase, pools_are_for_public_application_load_balancers);
	tcase_add_test(tcase, capacity_is_pending_then_provisioned);
	tcase_add_test(tcase, capacity_that_cannot_be_had_is_refused);
	tcase_add_test(tcase, tags_are_added_merged_and_taken_away);
	tcase_add_test(tcase, tags_are_fifty_at_most_on_twenty_things);
	tcase_add_test(tcase, tags_are_refused_by_the_kind_of_thing_that_is_missing);
	return run_suite_of(tcase, "elbv2_change");
}
