/* emulator/net/client.c: where the Pod finds the client's address */
#include "emulator/net/walk.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"
#include "tests/net/echo_world.h"

#define NLB_ARN	  ARN("loadbalancer/net/k8s-echo/1")
#define GROUP_ARN ARN("targetgroup/k8s-echo/4")
#define SERVICE	  CLOUD_SHOOT "/default/echo"

/* A path is open, and the client's address is found there. */
static void found_is(const struct world *w, enum family family, const char *expected)
{
	struct path path = {0};
	struct err err = ERR_INIT;
	_cleanup_(freep) char *text = NULL;

	ck_assert(path_from_internet(w, family, "service default/echo", 80, &path, &err));
	ck_assert_msg(path.state == PATH_OPEN, "%s", path.why);
	text = client_address_text(path.client_address);
	ck_assert_str_eq(text, expected);
	path_done(&path);
}

static void set_member(struct world *w, const char *kind, const char *key, const char *object,
		       const char *member, const char *value)
{
	_cleanup_(json_freep) struct json *body = json_copy(cloud_find(w, kind, key)->body);
	_cleanup_(freep) char *text = NULL;

	json_set_str(object ? json_ensure_object(body, object) : body, member, value);
	text = json_to_text(body);
	cloud_put(w, "operator", kind, key, text);
}

static void set_extra(struct world *w, const char *kind, const char *key, const char *extra)
{
	struct call *call = test_call(w, "operator");

	ck_assert_ptr_nonnull(world_put_extra(call, cloud_kind(kind), key, test_json(extra)));
	call_commit(call, 200);
}

START_TEST(a_dual_stack_nlb_in_front_of_nodes_hides_ipv6_clients_and_kube_proxy_all)
{
	struct world *w = echo_world();

	found_is(w, FAMILY_IPV6, "lost");
	found_is(w, FAMILY_IPV4, "lost");
	set_member(w, "service", SERVICE, "spec", "externalTrafficPolicy", "Cluster");
	found_is(w, FAMILY_IPV4, "lost");
	set_member(w, "service", SERVICE, "spec", "externalTrafficPolicy", "Local");
	found_is(w, FAMILY_IPV4, "packet");
	found_is(w, FAMILY_IPV6, "lost"); /* its packets change their family on the way */
	world_free(w);
}
END_TEST

START_TEST(proxy_protocol_tells_it_whatever_the_family)
{
	struct world *w = echo_world();

	set_extra(w, "target-group", GROUP_ARN,
		  "{'attributes':{'proxy_protocol_v2.enabled':'true'}}");
	found_is(w, FAMILY_IPV6, "proxy-protocol");
	found_is(w, FAMILY_IPV4, "proxy-protocol");
	set_member(w, "service", SERVICE, "spec", "externalTrafficPolicy", "Local");
	found_is(w, FAMILY_IPV4, "packet and proxy-protocol");
	world_free(w);
}
END_TEST

START_TEST(addresses_of_pods_are_preserved_only_when_told_so)
{
	struct world *w = echo_world();

	use_address(w, "10.250.0.20");
	found_is(w, FAMILY_IPV4, "lost");
	set_extra(w, "target-group", GROUP_ARN,
		  "{'attributes':{'preserve_client_ip.enabled':'true'}}");
	cloud_add(w, "operator", "security-group-rule", "sgr-anybody",
		  "{'GroupId':'sg-nodes','IsEgress':false,'IpProtocol':'tcp','FromPort':8080,"
		  "'ToPort':8080,'CidrIpv4':'0.0.0.0/0'}",
		  NULL);
	found_is(w, FAMILY_IPV4, "packet"); /* there is no kube-proxy in between */
	found_is(w, FAMILY_IPV6, "lost");
	world_free(w);
}
END_TEST

/* A balancer alone, without a world around it: what it tells. */
static void balancer_tells(struct doc *balancer, bool classic, const char *expected)
{
	struct path path = {.client_address = ~0U};
	struct walk walk = {.path = &path,
			    .balancer = balancer,
			    .classic = classic,
			    .client = FAMILY_IPV4,
			    .listener_port = 80};
	_cleanup_(freep) char *text = NULL;

	walk_client(&walk, NULL, FAMILY_IPV4, 30080, true);
	text = client_address_text(path.client_address);
	ck_assert_str_eq(text, expected);
}

START_TEST(other_balancers_tell_it_in_a_header_or_by_a_policy)
{
	static const struct {
		bool classic;
		const char *body, *extra, *expected;
	} rows[] = {
		{false, "{'Type':'application'}", "{}", "forwarded-for"},
		{false, "{'Type':'application'}",
		 "{'attributes':{'routing.http.xff_header_processing.mode':'append'}}",
		 "forwarded-for"},
		{false, "{'Type':'application'}",
		 "{'attributes':{'routing.http.xff_header_processing.mode':'preserve'}}", "lost"},
		{false, "{'Type':'application'}",
		 "{'attributes':{'routing.http.xff_header_processing.mode':'remove'}}", "lost"},
		{true,
		 "{'ListenerDescriptions':[{'Listener':{'LoadBalancerPort':80,'Protocol':'TCP'}}]}",
		 "{}", "lost"},
		{true,
		 "{'ListenerDescriptions':[{'Listener':{'LoadBalancerPort':80,'Protocol':'HTTP'}}]}",
		 "{}", "forwarded-for"},
		{true,
		 "{'ListenerDescriptions':[{'Listener':{'LoadBalancerPort':81,'Protocol':'HTTP'}}]}",
		 "{}", "lost"},
		{true, "{'BackendServerDescriptions':[{'InstancePort':30080,'PolicyNames':['p']}]}",
		 "{'policies':[{'PolicyName':'p','PolicyTypeName':'ProxyProtocolPolicyType',"
		 "'PolicyAttributeDescriptions':[{'AttributeName':'ProxyProtocol',"
		 "'AttributeValue':'true'}]}]}",
		 "proxy-protocol"},
		{true, "{'BackendServerDescriptions':[{'InstancePort':30080,'PolicyNames':['p']}]}",
		 "{'policies':[{'PolicyName':'p','PolicyTypeName':'ProxyProtocolPolicyType',"
		 "'PolicyAttributeDescriptions':[{'AttributeName':'ProxyProtocol',"
		 "'AttributeValue':'false'}]}]}",
		 "lost"},
		{true, "{'BackendServerDescriptions':[{'InstancePort':30081,'PolicyNames':['p']}]}",
		 "{'policies':[{'PolicyName':'p','PolicyTypeName':'ProxyProtocolPolicyType',"
		 "'PolicyAttributeDescriptions':[{'AttributeName':'ProxyProtocol',"
		 "'AttributeValue':'true'}]}]}",
		 "lost"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(json_freep) struct json *body = test_json(rows[i].body);
		_cleanup_(json_freep) struct json *extra = test_json(rows[i].extra);
		struct doc balancer = {.body = body, .extra = extra};

		balancer_tells(&balancer, rows[i].classic, rows[i].expected);
	}
}
END_TEST

START_TEST(an_nlb_keeps_udp_clients_for_good)
{
	_cleanup_(json_freep) struct json *body = test_json("{'Type':'network'}");
	_cleanup_(json_freep) struct json *udp = test_json("{'Protocol':'UDP','TargetType':'ip'}");
	_cleanup_(json_freep) struct json *tcp = test_json("{'Protocol':'TCP','TargetType':'ip'}");
	struct doc balancer = {.body = body}, groups[] = {{.body = udp}, {.body = tcp}};
	struct walk walk = {.balancer = &balancer, .client = FAMILY_IPV4};

	ck_assert(client_kept_by_balancer(&walk, &groups[0], FAMILY_IPV4));
	ck_assert(!client_kept_by_balancer(&walk, &groups[0], FAMILY_IPV6));
	ck_assert(!client_kept_by_balancer(&walk, &groups[1], FAMILY_IPV4));
}
END_TEST

START_TEST(names_are_read_as_they_are_told)
{
	enum client_address found;

	ck_assert(client_address_parse("proxy-protocol", &found));
	ck_assert_int_eq(found, CLIENT_IN_PROXY_PROTOCOL);
	ck_assert(client_address_parse("lost", &found));
	ck_assert_int_eq(found, CLIENT_LOST);
	ck_assert(!client_address_parse("proxy", &found));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_dual_stack_nlb_in_front_of_nodes_hides_ipv6_clients_and_kube_proxy_all,
		proxy_protocol_tells_it_whatever_the_family,
		addresses_of_pods_are_preserved_only_when_told_so,
		other_balancers_tell_it_in_a_header_or_by_a_policy,
		an_nlb_keeps_udp_clients_for_good,
		names_are_read_as_they_are_told,
		NULL,
	};

	return suite_main("client", tests);
}
