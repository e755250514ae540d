/* emulator/net: the walk from the internet to a Service */
#include "emulator/net/path.h"
#include "tests/lib/suite.h"
#include "tests/net/echo_world.h"

#define NLB	   ARN("loadbalancer/net/k8s-echo/1")
#define NLB_HEAD   "{'LoadBalancerArn':'" NLB "','LoadBalancerName':'k8s-echo','VpcId':'vpc-1',"
#define NLB_DNS	   "'DNSName':'k8s-echo-1.elb.eu-west-1.amazonaws.com','Type':'network',"
#define NLB_GROUPS "'SecurityGroups':['sg-nlb','sg-backend'],"
static void path_is(const struct world *w, enum family family, unsigned port, const char *expected)
{
	struct path path = {0};
	struct err err = ERR_INIT;
	_cleanup_(freep) char *text = NULL;

	ck_assert(path_from_internet(w, family, "service default/echo", port, &path, &err));
	text = xasprintf("%s: %s", path_state_name(path.state), path.why);
	ck_assert_str_eq(text, expected);
	ck_assert_int_eq(path.hops[path.count - 1].state, path.state);
	path_done(&path);
}

#define OPEN "open: every hop lets it through, to a ready Pod is behind node port 30080"

START_TEST(a_dual_stack_nlb_is_reached_from_both_internets)
{
	struct world *w = echo_world();

	path_is(w, FAMILY_IPV6, 80, OPEN);
	path_is(w, FAMILY_IPV4, 80, OPEN);
	path_is(w, FAMILY_IPV6, 0, OPEN);
	world_free(w);
}
END_TEST

START_TEST(the_hops_are_told_in_order)
{
	static const char *const whats[] = {
		"service",
		"DNS",
		"load balancer",
		"network interface",
		"route table of subnet-public",
		"network ACL of subnet-public",
		"security groups of the load balancer",
		"listener on port 80",
		"target",
		"security groups of the load balancer",
		"security groups of i-1",
		"endpoints",
	};
	struct world *w = echo_world();
	struct path path = {0};
	struct err err = ERR_INIT;

	ck_assert(path_from_internet(w, FAMILY_IPV6, "service default/echo", 80, &path, &err));
	ck_assert_uint_eq(path.count, array_size(whats));
	for (size_t i = 0; i < path.count; i++)
		ck_assert_str_eq(path.hops[i].what, whats[i]);
	ck_assert_str_eq(path.hops[4].found, "rtb-1 leads ::/0 to igw-1");
	ck_assert_str_eq(path.hops[4].doc->key, "rtb-1/::/0");
	path_done(&path);
	world_free(w);
}
END_TEST

START_TEST(without_a_service_a_port_or_a_load_balancer_it_is_closed)
{
	struct world *w = cloud_shoot();

	path_is(w, FAMILY_IPV6, 80, "closed: service: default/echo does not exist");
	cloud_service(w);
	path_is(w, FAMILY_IPV6, 81, "closed: service: default/echo has no port 81");
	path_is(w, FAMILY_IPV6, 80, "closed: service's status: it names no load balancer");
	cloud_migrate(w);
	path_is(w, FAMILY_IPV6, 80,
		"closed: DNS: aecho-1.eu-west-1.elb.amazonaws.com is no load balancer's name (any "
		"more)");
	world_free(w);
}
END_TEST

START_TEST(a_classic_load_balancer_has_no_ipv6)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_classic(w);
	path_is(w, FAMILY_IPV6, 80,
		"closed: load balancer: classic load balancers in a VPC have no IPv6 address");
	world_free(w);
}
END_TEST

START_TEST(the_load_balancer_must_be_active_and_of_the_family)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "load-balancer", NLB,
		  NLB_HEAD NLB_DNS NLB_GROUPS "'IpAddressType':'dualstack','Scheme':"
					      "'internet-facing','State':{'Code':'provisioning'}}");
	path_is(w, FAMILY_IPV6, 80, "closed: load balancer: its state is provisioning");
	cloud_put(w, "operator", "load-balancer", NLB,
		  NLB_HEAD NLB_DNS NLB_GROUPS "'IpAddressType':'ipv4','Scheme':'internet-facing',"
					      "'State':{'Code':'active'}}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: load balancer: it has no IPv6 address: its IpAddressType is ipv4");
	path_is(w, FAMILY_IPV4, 80, OPEN);
	cloud_put(w, "operator", "load-balancer", NLB,
		  NLB_HEAD NLB_DNS NLB_GROUPS "'IpAddressType':'dualstack','Scheme':'internal',"
					      "'State':{'Code':'active'}}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: load balancer: it denies traffic of internet gateways: it is internal");
	path_is(w, FAMILY_IPV4, 80,
		"closed: load balancer: it is internal: its name leads to private addresses");
	world_free(w);
}
END_TEST

START_TEST(the_route_table_must_lead_to_an_attached_internet_gateway)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "internet-gateway", "igw-1",
		  "{'InternetGatewayId':'igw-1','Attachments':[]}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: route table of subnet-public: igw-1 is not attached to vpc-1");
	cloud_put(w, "operator", "route", "rtb-1/::/0",
		  "{'DestinationIpv6CidrBlock':'::/0','GatewayId':'igw-1','State':'blackhole'}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: route table of subnet-public: the route of rtb-1 to ::/0 is a blackhole: "
		"igw-1");
	cloud_put(w, "operator", "route", "rtb-1/::/0",
		  "{'DestinationIpv6CidrBlock':'::/0','EgressOnlyInternetGatewayId':'eigw-1',"
		  "'State':'active'}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: route table of subnet-public: the route of rtb-1 to ::/0 leads to eigw-1, "
		"through which nobody comes in");
	cloud_remove(w, "operator", "route", "rtb-1/::/0");
	path_is(w, FAMILY_IPV6, 80,
		"closed: route table of subnet-public: rtb-1 has no route to ::/0");
	cloud_remove(w, "operator", "route-table-association", "rtbassoc-1");
	path_is(w, FAMILY_IPV6, 80,
		"unknown: route table of subnet-public: its VPC has no main route table");
	world_free(w);
}
END_TEST

START_TEST(a_subnet_without_an_association_uses_the_main_table)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "route-table-association", "rtbassoc-1",
		  "{'RouteTableAssociationId':'rtbassoc-1','RouteTableId':'rtb-1','Main':true,"
		  "'VpcId':'vpc-1'}");
	path_is(w, FAMILY_IPV6, 80, OPEN);
	world_free(w);
}
END_TEST

START_TEST(the_interface_needs_an_address_of_the_family)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "network-interface", "eni-nlb",
		  "{'NetworkInterfaceId':'eni-nlb','VpcId':'vpc-1','SubnetId':'subnet-public',"
		  "'PrivateIpAddress':'10.250.96.9'}");
	path_is(w, FAMILY_IPV6, 80, "closed: network interface: eni-nlb has no IPv6 address");
	path_is(w, FAMILY_IPV4, 80,
		"closed: network interface: eni-nlb has no public IPv4 address");
	cloud_remove(w, "aws", "network-interface", "eni-nlb");
	path_is(w, FAMILY_IPV4, 80, "closed: network interface: the load balancer has none (yet)");
	world_free(w);
}
END_TEST

START_TEST(the_network_acl_is_asked_both_ways)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "network-acl", "acl-1",
		  ACL_HEAD "{'RuleNumber':90,'Protocol':'6','RuleAction':'deny','Egress':false,"
			   "'Ipv6CidrBlock':'::/0','PortRange':{'From':80,'To':80}}," ACL_ENTRIES
			   "]}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: network ACL of subnet-public: entry 90 denies tcp 80 in acl-1");
	path_is(w, FAMILY_IPV4, 80, OPEN);
	cloud_put(w, "operator", "network-acl", "acl-1",
		  ACL_HEAD "{'RuleNumber':90,'Protocol':'-1','RuleAction':'deny','Egress':true,"
			   "'CidrBlock':'0.0.0.0/0'}," ACL_ENTRIES "]}");
	path_is(w, FAMILY_IPV4, 80,
		"closed: network ACL of subnet-public: entry 90 denies answers out of acl-1");
	cloud_put(w, "operator", "network-acl", "acl-1",
		  ACL_HEAD "{'RuleNumber':90,'Protocol':'-1','RuleAction':'deny','Egress':false,"
			   "'CidrBlock':'198.51.100.0/24'}," ACL_ENTRIES "]}");
	path_is(w, FAMILY_IPV4, 80,
		"unknown: network ACL of subnet-public: acl-1 denies some addresses of the "
		"internet");
	cloud_remove(w, "operator", "network-acl", "acl-1");
	path_is(w, FAMILY_IPV4, 80,
		"unknown: network ACL of subnet-public: there is none: it is not modelled");
	world_free(w);
}
END_TEST

START_TEST(the_load_balancers_groups_must_let_everybody_in)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "security-group-rule", "sgr-nlb-ipv6",
		  "{'GroupId':'sg-nlb','IsEgress':false,'IpProtocol':'tcp','FromPort':80,"
		  "'ToPort':80,'CidrIpv6':'2001:db8::/32'}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: security groups of the load balancer: no rule lets tcp 80 in from ::/0");
	path_is(w, FAMILY_IPV4, 80, OPEN);
	cloud_put(w, "operator", "security-group-rule", "sgr-nlb-ipv6",
		  "{'GroupId':'sg-nlb','IsEgress':false,'IpProtocol':'tcp','FromPort':80,"
		  "'ToPort':80,'PrefixListId':'pl-1'}");
	path_is(w, FAMILY_IPV6, 80,
		"unknown: security groups of the load balancer: rule sgr-nlb-ipv6 names a prefix "
		"list: what is in it is not modelled");
	world_free(w);
}
END_TEST

START_TEST(the_load_balancers_groups_must_let_it_send)
{
	struct world *w = echo_world();

	cloud_remove(w, "operator", "security-group-rule", "sgr-out-sg-nlb");
	cloud_remove(w, "operator", "security-group-rule", "sgr-out-sg-backend");
	path_is(w, FAMILY_IPV6, 80,
		"closed: security groups of the load balancer: no rule lets tcp 30080 out to "
		"10.250.0.10");
	world_free(w);
}
END_TEST

START_TEST(a_listener_must_forward_to_a_group_with_a_healthy_target)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "target", ARN("targetgroup/k8s-echo/4/i-1/30080"),
		  "{'Target':{'Id':'i-1','Port':30080},'TargetHealth':{'State':'initial'}}");
	path_is(w, FAMILY_IPV6, 80,
		"closed: target group: it has no healthy target: i-1 is initial");
	cloud_remove(w, "operator", "target", ARN("targetgroup/k8s-echo/4/i-1/30080"));
	path_is(w, FAMILY_IPV6, 80, "closed: target group: it has no targets");
	cloud_remove(w, "operator", "listener", ARN("listener/net/k8s-echo/1/2"));
	path_is(w, FAMILY_IPV6, 80, "closed: listener on port 80: there is none");
	world_free(w);
}
END_TEST

START_TEST(a_flat_target_is_read_as_well)
{
	struct world *w = echo_world();

	cloud_put(w, "operator", "target", ARN("targetgroup/k8s-echo/4/i-1/30080"),
		  "{'Id':'i-1','Port':30080,'State':'healthy'}");
	path_is(w, FAMILY_IPV6, 80, OPEN);
	world_free(w);
}
END_TEST

START_TEST(the_nodes_groups_must_let_the_load_balancer_in)
{
	struct world *w = echo_world();

	/* the rule for the backend group alone is enough for translated packets */
	cloud_remove(w, "operator", "security-group-rule", "sgr-nodes");
	path_is(w, FAMILY_IPV6, 80, OPEN);
	path_is(w, FAMILY_IPV4, 80, OPEN);
	cloud_remove(w, "operator", "security-group-rule", "sgr-node-ports");
	path_is(w, FAMILY_IPV6, 80,
		"closed: security groups of i-1: no rule lets tcp 30080 in from 10.250.96.9");
	path_is(w, FAMILY_IPV4, 80,
		"closed: security groups of i-1: no rule lets tcp 30080 in from 0.0.0.0/0");
	/* the load balancer's address is enough for IPv6, but IPv4 keeps the client's */
	cloud_add(w, "operator", "security-group-rule", "sgr-subnet",
		  "{'GroupId':'sg-nodes','IsEgress':false,'IpProtocol':'tcp','FromPort':30080,"
		  "'ToPort':30080,'CidrIpv4':'10.250.96.0/22'}",
		  NULL);
	path_is(w, FAMILY_IPV6, 80, OPEN);
	path_is(w, FAMILY_IPV4, 80,
		"closed: security groups of i-1: no rule lets tcp 30080 in from 0.0.0.0/0");
	world_free(w);
}
END_TEST

START_TEST(the_instance_must_run_and_the_service_have_a_ready_endpoint)
{
	struct world *w = echo_world();

	cloud_put(w, "cluster", "endpoint-slice", CLOUD_SHOOT "/default/echo-x",
		  "{'metadata':{'labels':{'kubernetes.io/service-name':'echo'}},'endpoints':["
		  "{'addresses':['10.250.0.20'],'conditions':{'ready':false}}]}");
	path_is(w, FAMILY_IPV6, 80, "closed: endpoints: the Service has no ready endpoint");
	cloud_put(w, "operator", "instance", "i-1",
		  "{'InstanceId':'i-1','SubnetId':'subnet-nodes','State':{'Name':'stopped'}}");
	path_is(w, FAMILY_IPV6, 80, "closed: instance: i-1 is stopped");
	cloud_remove(w, "operator", "instance", "i-1");
	path_is(w, FAMILY_IPV6, 80, "closed: instance: i-1 is gone");
	world_free(w);
}
END_TEST

START_TEST(an_address_of_a_pod_is_reached_through_its_nodes_interface)
{
	struct world *w = echo_world();

	use_address(w, "10.250.0.20");
	path_is(w, FAMILY_IPV6, 80,
		"open: every hop lets it through, to a ready Pod has the address 10.250.0.20");
	path_is(w, FAMILY_IPV4, 80,
		"open: every hop lets it through, to a ready Pod has the address 10.250.0.20");
	world_free(w);
}
END_TEST

START_TEST(an_address_outside_the_vpc_is_unknown)
{
	struct world *w = echo_world();

	use_address(w, "100.96.0.7");
	path_is(w, FAMILY_IPV6, 80,
		"unknown: target: 100.96.0.7 is no address of the VPC: how it is reached is not "
		"modelled");
	world_free(w);
}
END_TEST

/* The same with IPv6 inside: addresses of both ends, and rules for the family. */
static void use_ipv6_address(struct world *w)
{
	cloud_put(w, "operator", "target-group", ARN("targetgroup/k8s-echo/4"),
		  "{'TargetGroupArn':'" ARN("targetgroup/k8s-echo/4") "','TargetGroupName':"
								      "'k8s-echo','VpcId':'vpc-1',"
								      "'TargetType':'ip',"
								      "'IpAddressType':'ipv6'}");
	cloud_put(
		w, "operator", "target", ARN("targetgroup/k8s-echo/4/i-1/30080"),
		"{'Target':{'Id':'2001:db8::20','Port':8080},'TargetHealth':{'State':'healthy'}}");
	cloud_put(w, "operator", "network-interface", "eni-node",
		  "{'NetworkInterfaceId':'eni-node','VpcId':'vpc-1','SubnetId':'subnet-nodes',"
		  "'Status':'in-use','PrivateIpAddress':'10.250.0.10','PrivateIpAddresses':["
		  "{'PrivateIpAddress':'10.250.0.10'}],'Groups':[{'GroupId':'sg-nodes'}],"
		  "'Ipv6Addresses':[{'Ipv6Address':'2001:db8::10'}],'Ipv6Prefixes':[{'Ipv6Prefix':"
		  "'2001:db8::/80'}],"
		  "'Attachment':{'InstanceId':'i-1','DeviceIndex':0}}");
	cloud_put(w, "cluster", "endpoint-slice", CLOUD_SHOOT "/default/echo-x",
		  "{'metadata':{'labels':{'kubernetes.io/service-name':'echo'}},'endpoints':["
		  "{'addresses':['2001:db8::20'],'conditions':{'ready':true}}]}");
	for (const char *const *group = (const char *const[]){"sg-nlb", "sg-backend", NULL}; *group;
	     group++) {
		_cleanup_(freep) char *key = xasprintf("sgr-out-ipv6-%s", *group);
		_cleanup_(freep) char *body =
			xasprintf("{'GroupId':'%s','IsEgress':true,'IpProtocol':'-1','FromPort':-1,"
				  "'ToPort':-1,'CidrIpv6':'::/0'}",
				  *group);

		cloud_add(w, CLOUD_LBC, "security-group-rule", key, body, NULL);
	}
}

START_TEST(an_ipv6_address_of_a_pod_is_reached_over_ipv6_from_both_internets)
{
	struct world *w = echo_world();

	use_ipv6_address(w);
	path_is(w, FAMILY_IPV6, 80,
		"closed: security groups of 2001:db8::20: no rule lets tcp 8080 in from "
		"2001:db8:0:1202::9");
	cloud_add(w, "operator", "security-group-rule", "sgr-pods",
		  "{'GroupId':'sg-nodes','IsEgress':false,'IpProtocol':'tcp','FromPort':8080,"
		  "'ToPort':8080,'CidrIpv6':'2001:db8::/32'}",
		  NULL);
	path_is(w, FAMILY_IPV6, 80,
		"open: every hop lets it through, to a ready Pod has the address 2001:db8::20");
	path_is(w, FAMILY_IPV4, 80,
		"open: every hop lets it through, to a ready Pod has the address 2001:db8::20");
	cloud_remove(w, CLOUD_LBC, "security-group-rule", "sgr-out-ipv6-sg-nlb");
	cloud_remove(w, CLOUD_LBC, "security-group-rule", "sgr-out-ipv6-sg-backend");
	path_is(w, FAMILY_IPV6, 80,
		"closed: security groups of the load balancer: no rule lets tcp 8080 out to "
		"2001:db8::20");
	world_free(w);
}
END_TEST

static void way_is(const struct world *w, const char *to, unsigned port, const char *expected)
{
	struct path path = {0};
	struct err err = ERR_INIT;
	_cleanup_(freep) char *text = NULL;

	ck_assert(path_from_internet(w, FAMILY_IPV6, to, port, &path, &err));
	text = xasprintf("%s: %s", path_state_name(path.state), path.why);
	ck_assert_str_eq(text, expected);
	path_done(&path);
}

START_TEST(a_load_balancer_is_followed_to_whatever_pods_are_behind_it)
{
	struct world *w = echo_world();

	way_is(w, "load-balancer none", 80, "closed: load balancer: none does not exist");
	way_is(w, "load-balancer k8s-echo", 0,
	       "unknown: load balancer: say which port of k8s-echo");
	way_is(w, "load-balancer k8s-echo", 443,
	       "closed: security groups of the load balancer: no rule lets tcp 443 in from ::/0");
	way_is(w, "load-balancer k8s-echo", 80,
	       "closed: node port: nothing answers on port 30080 of i-1: it is no Service's node "
	       "port");
	cloud_add(w, "cluster", "node", "other//node-2", "{'spec':{'providerID':'aws:///a/i-2'}}",
		  NULL);
	cloud_add(w, "cluster", "node", CLOUD_SHOOT "//node-1",
		  "{'spec':{'providerID':'aws:///eu-west-1a/i-1'}}", NULL);
	way_is(w, "load-balancer k8s-echo", 80, OPEN);
	use_address(w, "10.250.0.20");
	way_is(w, "load-balancer k8s-echo", 80,
	       "open: every hop lets it through, to a ready Pod has the address 10.250.0.20");
	cloud_remove(w, "cluster", "endpoint-slice", CLOUD_SHOOT "/default/echo-x");
	way_is(w, "load-balancer k8s-echo", 80,
	       "closed: endpoints: no ready endpoint of any Service has the address 10.250.0.20");
	world_free(w);
}
END_TEST

START_TEST(every_node_that_dns_names_must_let_it_through)
{
	struct world *w = echo_world();
	struct call *call = test_call(w, CLOUD_LBC);

	world_add(call, (struct doc_spec){
				.kind = cloud_kind("network-interface"),
				.key = "eni-b",
				.body = test_json("{'NetworkInterfaceId':'eni-b','VpcId':'vpc-1',"
						  "'SubnetId':'subnet-b','Ipv6Addresses':[{"
						  "'Ipv6Address':'2001:db8::b'}]}"),
				.implied_by = NLB});
	call_commit(call, 200);
	/* both zones' targets are the same as long as subnets say no zone */
	cloud_add(w, CLOUD_INFRA, "subnet", "subnet-b", "{'SubnetId':'subnet-b','VpcId':'vpc-1'}",
		  NULL);
	path_is(w, FAMILY_IPV6, 80,
		"unknown: route table of subnet-b: its VPC has no main route table");
	/* a zone without healthy targets is not in DNS: cross-zone is off for NLBs */
	cloud_put(w, CLOUD_INFRA, "subnet", "subnet-b",
		  "{'SubnetId':'subnet-b','VpcId':'vpc-1','AvailabilityZone':'eu-west-1b'}");
	path_is(w, FAMILY_IPV6, 80, OPEN);
	world_free(w);
}
END_TEST

#define HOST "{'Field':'host-header','HostHeaderConfig':{'Values':['*.example']}}"
#define PATH "{'Field':'path-pattern','PathPatternConfig':{'Values':['/*']}}"
#define FORWARD                                                                                    \
	"'Actions':[{'Type':'forward','TargetGroupArn':'" ARN("targetgroup/k8s-echo/4") "'}]"
#define RULES_OF "'ListenerArn':'" ARN("listener/net/k8s-echo/1/2") "','Priority':"

static void add_rule(struct world *w, const char *key, const char *rest)
{
	_cleanup_(freep) char *body = xasprintf("{" RULES_OF "%s}", rest);

	cloud_add(w, CLOUD_LBC, "rule", key, body, NULL);
}

static void ingress_is(const struct world *w, unsigned port, const char *expected)
{
	struct path path = {0};
	struct err err = ERR_INIT;
	_cleanup_(freep) char *text = NULL;

	ck_assert(path_from_internet(w, FAMILY_IPV6, "ingress default/web", port, &path, &err));
	text = xasprintf("%s: %s", path_state_name(path.state), path.why);
	ck_assert_str_eq(text, expected);
	path_done(&path);
}

START_TEST(an_ingress_is_reached_by_the_rule_that_fits_its_first_host_and_path)
{
	struct world *w = echo_world();

	ingress_is(w, 80, "closed: ingress: default/web does not exist");
	cloud_add(w, "operator", "ingress", CLOUD_SHOOT "/default/web",
		  "{'spec':{'rules':[{'host':'*.example','http':{'paths':[{'path':'/','backend':"
		  "{'service':{'name':'echo','port':{'number':80}}}}]}}]},'status':{'loadBalancer':"
		  "{'ingress':[{'hostname':'k8s-echo-1.elb.eu-west-1.amazonaws.com'}]}}}",
		  NULL);
	ingress_is(w, 0, "unknown: ingress: default/web has no ports of its own: say which one");
	ingress_is(
		w, 81,
		"closed: security groups of the load balancer: no rule lets tcp 81 in from ::/0");
	ingress_is(w, 80,
		   "unknown: listener on port 80: no rule surely forwards it to one target group");
	add_rule(w, "r2", "'2','Conditions':[" HOST "," PATH "]," FORWARD);
	ingress_is(w, 80, OPEN);
	add_rule(w, "r1", "'1','Conditions':[" HOST "],'Actions':[{'Type':'fixed-response'}]");
	ingress_is(w, 80, "closed: listener on port 80: its rule's action is fixed-response");
	add_rule(w, "r0", "'0','Conditions':[{'Field':'source-ip'}]," FORWARD);
	ingress_is(w, 80,
		   "unknown: listener on port 80: no rule surely forwards it to one target group");
	world_free(w);
}
END_TEST

START_TEST(what_is_no_service_is_refused)
{
	static const char *const bad[] = {"",
					  "default/echo",
					  "service echo",
					  "service /echo",
					  "service a/",
					  "service a/b/c",
					  "pod a/b",
					  "load-balancer",
					  "load-balancer ",
					  "load-balancer a/b"};
	struct world *w = cloud_shoot();

	for (size_t i = 0; i < array_size(bad); i++) {
		struct path path = {0};
		struct err err = ERR_INIT;

		ck_assert_msg(!path_from_internet(w, FAMILY_IPV4, bad[i], 80, &path, &err), "%s",
			      bad[i]);
		ck_assert_int_eq(err.code, ERR_INVALID);
		ck_assert_uint_eq(path.count, 0);
		err_done(&err);
	}
	world_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_dual_stack_nlb_is_reached_from_both_internets,
		the_hops_are_told_in_order,
		without_a_service_a_port_or_a_load_balancer_it_is_closed,
		a_classic_load_balancer_has_no_ipv6,
		the_load_balancer_must_be_active_and_of_the_family,
		the_route_table_must_lead_to_an_attached_internet_gateway,
		a_subnet_without_an_association_uses_the_main_table,
		the_interface_needs_an_address_of_the_family,
		the_network_acl_is_asked_both_ways,
		the_load_balancers_groups_must_let_everybody_in,
		the_load_balancers_groups_must_let_it_send,
		a_listener_must_forward_to_a_group_with_a_healthy_target,
		a_flat_target_is_read_as_well,
		the_nodes_groups_must_let_the_load_balancer_in,
		the_instance_must_run_and_the_service_have_a_ready_endpoint,
		an_address_of_a_pod_is_reached_through_its_nodes_interface,
		an_address_outside_the_vpc_is_unknown,
		an_ipv6_address_of_a_pod_is_reached_over_ipv6_from_both_internets,
		a_load_balancer_is_followed_to_whatever_pods_are_behind_it,
		every_node_that_dns_names_must_let_it_through,
		an_ingress_is_reached_by_the_rule_that_fits_its_first_host_and_path,
		what_is_no_service_is_refused,
		NULL,
	};

	return suite_main("path", tests);
}
