/* emulator/kube/kinds/service*.c: what a Service gets, may have and may change. */
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "tests/kube/rig.h"

#define SERVICES  "/api/v1/namespaces/default/services"
#define ECHO	  SERVICES "/echo"
#define STATUS	  ECHO "/status"
#define ADDRESSES "/apis/networking.k8s.io/v1/ipaddresses"
#define LB                                                                                         \
	"{'metadata':{'name':'echo'},'spec':{'type':'LoadBalancer','loadBalancerClass':"           \
	"'service.k8s.aws/nlb','ports':[{'port':80}]}}"
#define PLAIN "{'metadata':{'name':'echo'},'spec':{'ports':[{'port':80}],'selector':{'a':'b'}}}"

static struct kube_rig rig;

static void with(const char *service)
{
	kube_rig_open(&rig, false);
	if (service)
		kube_must(&rig, "POST", SERVICES, service);
}

/* A cluster with both families, behind the one of the rig. */
static void with_dual(const char *service)
{
	struct kube_cluster_config config = {
		.name = "dual", .service_cidr = "10.97.0.0/16,fd00:1::/108", .listen_fd = -1};
	struct err err = ERR_INIT;

	kube_rig_open(&rig, false);
	ck_assert(kube_cluster_add(rig.kube, &config, &rig.cluster, &err));
	if (service)
		kube_must(&rig, "POST", SERVICES, service);
}

static size_t count_of(const char *path)
{
	kube_must(&rig, "GET", path, NULL);
	return json_size(json_get(rig.answer, "items"));
}

static void merge(const char *path, const char *body)
{
	ck_assert_msg(kube_patch(&rig, "merge", path, body), "%s: %s", body, err_text(&rig.err));
}

static void merge_refused(const char *path, const char *body, const char *text)
{
	uint64_t before = kube_revision(&rig);

	ck_assert_msg(!kube_patch(&rig, "merge", path, body), "%s was not refused", body);
	ck_assert_str_eq(err_text(&rig.err), text);
	ck_assert_int_eq(rig.err.status, 422);
	ck_assert_uint_eq(kube_revision(&rig), before);
}

static int64_t node_port(void)
{
	return json_get_int(json_first(json_find(rig.answer, "spec", "ports", NULL)), "nodePort",
			    0);
}

START_TEST(a_plain_service_gets_the_servers_defaults)
{
	with(PLAIN);
	ck_assert_str_eq(kube_text(&rig, "spec.type"), "ClusterIP");
	ck_assert_str_eq(kube_text(&rig, "spec.sessionAffinity"), "None");
	ck_assert_str_eq(kube_text(&rig, "spec.internalTrafficPolicy"), "Cluster");
	ck_assert_str_eq(kube_text(&rig, "spec.externalTrafficPolicy"), "");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilyPolicy"), "SingleStack");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\"]");
	ck_assert_str_eq(kube_text(&rig, "spec.ports"),
			 "[{\"port\":80,\"targetPort\":80,\"protocol\":\"TCP\"}]");
	ck_assert_str_eq(kube_text(&rig, "status"), "{\"loadBalancer\":{}}");
	ck_assert(str_starts_with(kube_text(&rig, "spec.clusterIP"), "10.96."));
	ck_assert_str_eq(kube_text(&rig, "metadata.generation"), "");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_load_balancer_gets_node_ports_and_policies)
{
	with(LB);
	ck_assert_str_eq(kube_text(&rig, "spec.externalTrafficPolicy"), "Cluster");
	ck_assert_str_eq(kube_text(&rig, "spec.allocateLoadBalancerNodePorts"), "true");
	ck_assert_int_ge(node_port(), 30086);
	ck_assert_int_le(node_port(), 32767);
	ck_assert_str_eq(kube_text(&rig, "spec.healthCheckNodePort"), "");
	merge(ECHO, "{'spec':{'externalTrafficPolicy':'Local'}}");
	ck_assert_str_ne(kube_text(&rig, "spec.healthCheckNodePort"), "");
	merge(ECHO, "{'spec':{'externalTrafficPolicy':'Cluster'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.healthCheckNodePort"), "");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_load_balancer_may_do_without_node_ports)
{
	with("{'metadata':{'name':'echo'},'spec':{'type':'LoadBalancer',"
	     "'allocateLoadBalancerNodePorts':false,'ports':[{'port':80}]}}");
	ck_assert_int_eq(node_port(), 0);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(the_class_of_a_load_balancer_may_not_change)
{
	with(LB);
	merge_refused(ECHO, "{'spec':{'loadBalancerClass':'other/class'}}",
		      "Service \"echo\" is invalid: spec.loadBalancerClass: Invalid value: "
		      "\"other/class\": may not change once set");
	merge_refused(ECHO, "{'spec':{'loadBalancerClass':null}}",
		      "Service \"echo\" is invalid: spec.loadBalancerClass: Invalid value: "
		      "null: may not change once set");
	merge(ECHO, "{'spec':{'type':'ClusterIP'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.loadBalancerClass"), "");
	merge(ECHO, "{'spec':{'type':'LoadBalancer','loadBalancerClass':'other/class'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.loadBalancerClass"), "other/class");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_class_needs_a_load_balancer)
{
	with(NULL);
	kube_refused(&rig, "POST", SERVICES,
		     "{'metadata':{'name':'echo'},'spec':{'loadBalancerClass':'a/b',"
		     "'ports':[{'port':80}]}}",
		     422,
		     "Service \"echo\" is invalid: spec.loadBalancerClass: Forbidden: may only be "
		     "used when `type` is 'LoadBalancer'");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_type_change_clears_what_it_does_not_use)
{
	with(LB);
	merge(STATUS, "{'status':{'loadBalancer':{'ingress':[{'hostname':'a.b'}]}}}");
	ck_assert_str_eq(kube_text(&rig, "status.loadBalancer.ingress"),
			 "[{\"hostname\":\"a.b\"}]");
	merge(ECHO, "{'spec':{'type':'ClusterIP'}}");
	ck_assert_int_eq(node_port(), 0);
	ck_assert_str_eq(kube_text(&rig, "spec.allocateLoadBalancerNodePorts"), "");
	ck_assert_str_eq(kube_text(&rig, "spec.externalTrafficPolicy"), "");
	ck_assert_str_eq(kube_text(&rig, "status"), "{\"loadBalancer\":{}}");
	merge(ECHO, "{'spec':{'type':'ExternalName','externalName':'x.y'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.clusterIP"), "");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "");
	ck_assert_uint_eq(count_of(ADDRESSES), 1); /* the one of default/kubernetes */
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_node_port_is_given_once)
{
	with("{'metadata':{'name':'echo'},'spec':{'type':'NodePort','ports':[{'port':80,"
	     "'nodePort':30080}]}}");
	ck_assert_int_eq(node_port(), 30080);
	kube_refused(&rig, "POST", SERVICES,
		     "{'metadata':{'name':'b'},'spec':{'type':'NodePort','ports':[{'port':80,"
		     "'nodePort':30080}]}}",
		     422,
		     "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 30080: "
		     "provided port is already allocated");
	kube_refused(&rig, "POST", SERVICES,
		     "{'metadata':{'name':'b'},'spec':{'type':'NodePort','ports':[{'port':80,"
		     "'nodePort':80}]}}",
		     422,
		     "Service \"b\" is invalid: spec.ports[0].nodePort: Invalid value: 80: "
		     "provided port is not in the valid range. The range of valid ports is "
		     "30000-32767");
	kube_must(&rig, "DELETE", ECHO, NULL);
	kube_must(&rig, "POST", SERVICES,
		  "{'metadata':{'name':'b'},'spec':{'type':'NodePort','ports':[{'port':80,"
		  "'nodePort':30080}]}}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(tcp_and_udp_of_one_port_share_a_node_port)
{
	int64_t first;

	with("{'metadata':{'name':'echo'},'spec':{'type':'NodePort','ports':["
	     "{'name':'t','port':53},{'name':'u','port':53,'protocol':'UDP'},"
	     "{'name':'w','port':80}]}}");
	first = node_port();
	ck_assert_int_eq(json_get_int(json_at(json_find(rig.answer, "spec", "ports", NULL), 1),
				      "nodePort", 0),
			 first);
	ck_assert_int_ne(json_get_int(json_at(json_find(rig.answer, "spec", "ports", NULL), 2),
				      "nodePort", 0),
			 first);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_update_keeps_node_ports_that_it_does_not_name)
{
	int64_t first;

	with(LB);
	first = node_port();
	merge(ECHO, "{'spec':{'ports':[{'port':81,'targetPort':8080}]}}");
	ck_assert_int_eq(node_port(), first);
	merge(ECHO, "{'spec':{'ports':[{'name':'new','port':81}]}}");
	ck_assert_int_ne(node_port(), first);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_cluster_ip_is_given_once_and_comes_back)
{
	with("{'metadata':{'name':'echo'},'spec':{'clusterIP':'10.96.0.9','ports':[{'port':80}]}}");
	ck_assert_str_eq(kube_text(&rig, "spec.clusterIPs"), "[\"10.96.0.9\"]");
	kube_must(&rig, "GET", ADDRESSES "/10.96.0.9", NULL);
	ck_assert_str_eq(kube_text(&rig, "spec.parentRef"),
			 "{\"resource\":\"services\",\"namespace\":\"default\",\"name\":\"echo\"}");
	kube_refused(&rig, "POST", SERVICES,
		     "{'metadata':{'name':'b'},'spec':{'clusterIP':'10.96.0.9','ports':[{'port':"
		     "80}]}}",
		     422,
		     "Service \"b\" is invalid: spec.clusterIPs: Invalid value: "
		     "[\"10.96.0.9\"]: failed to allocate IP 10.96.0.9: provided IP is already "
		     "allocated");
	kube_refused(&rig, "POST", SERVICES,
		     "{'metadata':{'name':'b'},'spec':{'clusterIP':'10.1.0.9','ports':[{'port':"
		     "80}]}}",
		     422,
		     "Service \"b\" is invalid: spec.clusterIPs: Invalid value: "
		     "[\"10.1.0.9\"]: failed to allocate IP 10.1.0.9: the provided network does "
		     "not match the current range");
	kube_must(&rig, "DELETE", ECHO, NULL);
	ck_assert(!kube_ask(&rig, "GET", ADDRESSES "/10.96.0.9", NULL));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(the_cluster_ip_may_not_change)
{
	with("{'metadata':{'name':'echo'},'spec':{'clusterIP':'10.96.0.9','ports':[{'port':80}]}}");
	merge_refused(ECHO, "{'spec':{'clusterIP':'10.96.0.10'}}",
		      "Service \"echo\" is invalid: spec.clusterIPs[0]: Invalid value: "
		      "[\"10.96.0.10\"]: may not change once set");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_dry_run_takes_no_address)
{
	with(NULL);
	kube_must(&rig, "POST", SERVICES "?dryRun=All", LB);
	ck_assert_int_ne(node_port(), 0);
	ck_assert_uint_eq(count_of(ADDRESSES), 1);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_single_stack_cluster_has_no_dual_stack_services)
{
	with(NULL);
	kube_refused(&rig, "POST", SERVICES,
		     "{'metadata':{'name':'echo'},'spec':{'ipFamilyPolicy':'RequireDualStack',"
		     "'ports':[{'port':80}]}}",
		     422,
		     "Service \"echo\" is invalid: spec.ipFamilyPolicy: Invalid value: "
		     "\"RequireDualStack\": this cluster is not configured for dual-stack "
		     "services");
	kube_must(&rig, "POST", SERVICES,
		  "{'metadata':{'name':'echo'},'spec':{'ipFamilyPolicy':'PreferDualStack','ports':"
		  "[{'port':80}]}}");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\"]");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_dual_stack_service_gains_and_loses_its_second_address)
{
	with_dual(PLAIN);
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\"]");
	merge(ECHO, "{'spec':{'ipFamilyPolicy':'RequireDualStack'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\",\"IPv6\"]");
	ck_assert_uint_eq(json_size(json_find(rig.answer, "spec", "clusterIPs", NULL)), 2);
	ck_assert_uint_eq(count_of(ADDRESSES), 3);
	merge_refused(ECHO, "{'spec':{'ipFamilies':['IPv4']}}",
		      "Service \"echo\" is invalid: spec.ipFamilyPolicy: Invalid value: "
		      "\"RequireDualStack\": must be 'SingleStack' to release the secondary IP "
		      "family");
	merge(ECHO, "{'spec':{'ipFamilyPolicy':'SingleStack'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\"]");
	ck_assert_uint_eq(json_size(json_find(rig.answer, "spec", "clusterIPs", NULL)), 1);
	ck_assert_uint_eq(count_of(ADDRESSES), 2);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_dual_stack_load_balancer_may_begin_with_ipv6)
{
	with_dual("{'metadata':{'name':'echo'},'spec':{'type':'LoadBalancer','ipFamilyPolicy':"
		  "'PreferDualStack','ipFamilies':['IPv6','IPv4'],'ports':[{'port':80}]}}");
	ck_assert(str_starts_with(kube_text(&rig, "spec.clusterIP"), "fd00:1::"));
	ck_assert_uint_eq(json_size(json_find(rig.answer, "spec", "clusterIPs", NULL)), 2);
	ck_assert(!kube_patch(&rig, "merge", ECHO, "{'spec':{'ipFamilies':['IPv4','IPv6']}}"));
	ck_assert_int_eq(rig.err.status, 422);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_headless_service_without_selector_is_open_to_both_families)
{
	with("{'metadata':{'name':'echo'},'spec':{'clusterIP':'None'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilyPolicy"), "RequireDualStack");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\",\"IPv6\"]");
	ck_assert_str_eq(kube_text(&rig, "spec.clusterIPs"), "[\"None\"]");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(wrong_services_are_refused_in_the_servers_words)
{
	static const struct {
		const char *spec, *text;
	} rows[] = {
		{"{}", "spec.ports: Required value"},
		{"{'ports':[{'port':0}]}",
		 "[spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive, "
		 "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, "
		 "inclusive]"},
		{"{'ports':[{'port':80},{'port':81}]}",
		 "[spec.ports[0].name: Required value, spec.ports[1].name: Required value]"},
		{"{'ports':[{'name':'a','port':80},{'name':'a','port':81}]}",
		 "spec.ports[1].name: Duplicate value: \"a\""},
		{"{'ports':[{'name':'a','port':80},{'name':'b','port':80}]}",
		 "spec.ports[1]: Duplicate value: {\"Name\":\"\",\"Protocol\":\"TCP\","
		 "\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,\"NodePort\":0}"},
		{"{'ports':[{'port':80,'protocol':'ICMP'}]}",
		 "spec.ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", "
		 "\"TCP\", \"UDP\""},
		{"{'ports':[{'port':80,'nodePort':30000}]}",
		 "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"},
		{"{'type':'Magic','ports':[{'port':80}]}",
		 "spec.type: Unsupported value: \"Magic\": supported values: \"ClusterIP\", "
		 "\"ExternalName\", \"LoadBalancer\", \"NodePort\""},
		{"{'type':'ExternalName'}", "spec.externalName: Required value"},
		{"{'ports':[{'port':80}],'externalTrafficPolicy':'Local'}",
		 "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for "
		 "externally-accessible services"},
		{"{'ports':[{'port':80}],'loadBalancerSourceRanges':['10.0.0.0/8']}",
		 "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is "
		 "'LoadBalancer'"},
		{"{'type':'LoadBalancer','ports':[{'port':80}],'loadBalancerSourceRanges':['x']}",
		 "spec.LoadBalancerSourceRanges[0]: Invalid value: \"x\": must be a valid CIDR "
		 "value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"},
		{"{'ports':[{'port':80}],'ipFamilies':['IPv5']}",
		 "spec.ipFamilies[0]: Unsupported value: \"IPv5\": supported values: \"IPv4\", "
		 "\"IPv6\""},
		{"{'ports':[{'port':80}],'ipFamilies':['IPv6']}",
		 "spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster"},
		{"{'ports':[{'port':80}],'clusterIP':'1.2.3'}",
		 "spec.clusterIPs[0]: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. "
		 "10.9.8.7 or 2001:db8::ffff)"},
		{"{'type':'NodePort','clusterIP':'None','ports':[{'port':80}],'selector':{'a':'b'}}",
		 "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for "
		 "NodePort services"},
		{"{'ports':[{'port':80}],'sessionAffinity':'x'}",
		 "spec.sessionAffinity: Unsupported value: \"x\": supported values: \"ClientIP\", "
		 "\"None\""},
	};

	with(NULL);
	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *body =
			xasprintf("{'metadata':{'name':'x'},'spec':%s}", rows[i].spec);
		_cleanup_(freep) char *text =
			xasprintf("Service \"x\" is invalid: %s", rows[i].text);

		kube_refused(&rig, "POST", SERVICES, body, 422, text);
	}
	ck_assert_uint_eq(count_of(ADDRESSES), 1);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_status_belongs_to_load_balancers_only)
{
	with(PLAIN);
	merge_refused(STATUS, "{'status':{'loadBalancer':{'ingress':[{'hostname':'a.b'}]}}}",
		      "Service \"echo\" is invalid: status.loadBalancer.ingress: Forbidden: may "
		      "only be used when `spec.type` is 'LoadBalancer'");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_status_is_checked_and_defaulted)
{
	with(LB);
	merge_refused(STATUS, "{'status':{'loadBalancer':{'ingress':[{'hostname':'A'}]}}}",
		      "Service \"echo\" is invalid: status.loadBalancer.ingress[0].hostname: "
		      "Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower "
		      "case alphanumeric characters, '-' or '.', and must start and end with an "
		      "alphanumeric character (e.g. 'example.com', regex used for validation is "
		      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
	merge(STATUS, "{'status':{'loadBalancer':{'ingress':[{'ip':'1.2.3.4'}]}}}");
	ck_assert_str_eq(kube_text(&rig, "status.loadBalancer.ingress"),
			 "[{\"ip\":\"1.2.3.4\",\"ipMode\":\"VIP\"}]");
	merge(STATUS, "{'status':{'loadBalancer':{'ingress':null}}}");
	ck_assert_str_eq(kube_text(&rig, "status"), "{\"loadBalancer\":{}}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(the_cloud_controllers_finalizer_goes_through_status)
{
	with(LB);
	ck_assert(kube_patch(&rig, "strategic", STATUS,
			     "{'metadata':{'$setElementOrder/finalizers':['x/y'],'finalizers':"
			     "['x/y']}}"));
	ck_assert_str_eq(kube_text(&rig, "metadata.finalizers"), "[\"x/y\"]");
	kube_must(&rig, "DELETE", ECHO, NULL);
	ck_assert_str_ne(kube_text(&rig, "metadata.deletionTimestamp"), "");
	ck_assert(kube_patch(&rig, "strategic", STATUS,
			     "{'metadata':{'$deleteFromPrimitiveList/finalizers':['x/y'],"
			     "'$setElementOrder/finalizers':[]}}"));
	ck_assert(!kube_ask(&rig, "GET", ECHO, NULL));
	ck_assert_uint_eq(count_of(ADDRESSES), 1);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(a_cluster_gets_its_second_range_later)
{
	static const struct {
		const char *range;
		enum err_class code;
	} wrong[] = {
		{"fd00:1::", ERR_INVALID},
		{"fd00:1::/107", ERR_INVALID},
		{"10.98.0.0/16", ERR_CONFLICT},
	};

	with("{'metadata':{'name':'echo'},'spec':{'ipFamilyPolicy':'PreferDualStack',"
	     "'ports':[{'port':80}]}}");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\"]");
	for (size_t i = 0; i < array_size(wrong); i++) {
		struct err err = ERR_INIT;

		ck_assert(!kube_cluster_add_range(rig.cluster, wrong[i].range, &err));
		ck_assert_int_eq(err.code, wrong[i].code);
		err_done(&err);
	}
	ck_assert_str_eq(kube_cluster_ranges(rig.cluster), "10.96.0.0/16");
	merge_refused(ECHO, "{'spec':{'ipFamilyPolicy':'RequireDualStack'}}",
		      "Service \"echo\" is invalid: spec.ipFamilyPolicy: Invalid value: "
		      "\"RequireDualStack\": this cluster is not configured for dual-stack "
		      "services");
	ck_assert(kube_cluster_add_range(rig.cluster, "fd00:1::/108", NULL));
	ck_assert_str_eq(kube_cluster_ranges(rig.cluster), "10.96.0.0/16,fd00:1::/108");
	/* what is there stays as it is until somebody asks for more */
	merge(ECHO, "{'metadata':{'labels':{'a':'b'}}}");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\"]");
	merge(ECHO, "{'spec':{'ipFamilyPolicy':'RequireDualStack'}}");
	ck_assert_str_eq(kube_text(&rig, "spec.ipFamilies"), "[\"IPv4\",\"IPv6\"]");
	ck_assert(!kube_cluster_add_range(rig.cluster, "fd00:2::/108", NULL));
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_plain_service_gets_the_servers_defaults,
		a_load_balancer_gets_node_ports_and_policies,
		a_load_balancer_may_do_without_node_ports,
		the_class_of_a_load_balancer_may_not_change,
		a_class_needs_a_load_balancer,
		a_type_change_clears_what_it_does_not_use,
		a_node_port_is_given_once,
		tcp_and_udp_of_one_port_share_a_node_port,
		an_update_keeps_node_ports_that_it_does_not_name,
		a_cluster_ip_is_given_once_and_comes_back,
		the_cluster_ip_may_not_change,
		a_dry_run_takes_no_address,
		a_single_stack_cluster_has_no_dual_stack_services,
		a_dual_stack_service_gains_and_loses_its_second_address,
		a_dual_stack_load_balancer_may_begin_with_ipv6,
		a_cluster_gets_its_second_range_later,
		a_headless_service_without_selector_is_open_to_both_families,
		wrong_services_are_refused_in_the_servers_words,
		a_status_belongs_to_load_balancers_only,
		a_status_is_checked_and_defaulted,
		the_cloud_controllers_finalizer_goes_through_status,
		NULL,
	};

	return suite_main("service", tests);
}
