/* emulator/judge/{owners,edges,selection,objects}.c */
#include "emulator/judge/owners.h"
#include "tests/lib/cloud.h"
#include "tests/lib/suite.h"

/* "owner cluster" of a document, as text. */
static const char *owner_of_key(const struct world *w, struct arena *arena, const char *kind,
				const char *key)
{
	struct owner owner = owner_of(w, cloud_find(w, kind, key), arena, NULL);

	return arena_printf(arena, "%s @ %s", owner_text(arena, &owner), owner.cluster);
}

#define ARN(rest) "arn:aws:elasticloadbalancing:eu-west-1:123456789012:" rest

START_TEST(each_document_has_the_owner_that_it_or_what_it_is_part_of_claims)
{
	static const char *const rows[][3] = {
		{"classic-load-balancer", "eu-west-1/aecho", "service default/echo"},
		{"security-group", "sg-elb", "service default/echo"},
		{"security-group-rule", "sgr-elb", "service default/echo"},
		{"network-interface", "eni-elb", "service default/echo"},
		{"load-balancer", ARN("loadbalancer/net/k8s-echo/1"), "service default/echo"},
		{"listener", ARN("listener/net/k8s-echo/1/2"), "service default/echo"},
		{"rule", ARN("listener-rule/net/k8s-echo/1/2/3"), "service default/echo"},
		{"target-group", ARN("targetgroup/k8s-echo/4"), "service default/echo"},
		{"target", ARN("targetgroup/k8s-echo/4/i-1/30080"), "service default/echo"},
		{"network-interface", "eni-nlb", "service default/echo"},
		{"security-group", "sg-nlb", "service default/echo"},
		{"security-group", "sg-backend",
		 "the load balancer controller's stacks of shoot--qa--demo"},
		{"security-group-rule", "sgr-node-ports",
		 "the target group bindings of shoot--qa--demo"},
		{"security-group-rule", "sgr-nodes", "infrastructure of shoot--qa--demo"},
		{"vpc", "vpc-1", "infrastructure of shoot--qa--demo"},
		{"route", "rtb-1/::/0", "infrastructure of shoot--qa--demo"},
		{"route-table-association", "rtbassoc-1", "infrastructure of shoot--qa--demo"},
		{"network-interface", "eni-nat", "infrastructure of shoot--qa--demo"},
		{"security-group", "sg-default", "infrastructure of shoot--qa--demo"},
		{"iam-role", "shoot--qa--demo-nodes", "infrastructure of shoot--qa--demo"},
		{"instance-profile", "shoot--qa--demo-nodes", "infrastructure of shoot--qa--demo"},
		{"key-pair", "key-1", "infrastructure of shoot--qa--demo"},
	};
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	cloud_service(w);
	cloud_classic(w);
	cloud_nlb(w);
	for (size_t i = 0; i < array_size(rows); i++)
		ck_assert_str_eq(owner_of_key(w, arena, rows[i][0], rows[i][1]),
				 arena_printf(arena, "%s @ %s", rows[i][2], CLOUD_SHOOT));
	world_free(w);
}
END_TEST

START_TEST(a_group_whose_load_balancer_is_gone_says_its_service_in_its_description)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	cloud_service(w);
	cloud_classic(w);
	cloud_remove(w, "operator", "classic-load-balancer", "eu-west-1/aecho");
	ck_assert_str_eq(owner_of_key(w, arena, "security-group", "sg-elb"),
			 "service default/echo @ " CLOUD_SHOOT);
	world_free(w);
}
END_TEST

START_TEST(a_rule_for_a_load_balancers_group_is_of_that_load_balancer)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *body = "{'GroupId':'sg-nodes','ReferencedGroupInfo':{'GroupId':'sg-elb'}}";

	cloud_service(w);
	cloud_classic(w);
	cloud_add(w, CLOUD_CCM, "security-group-rule", "sgr-ccm", body, NULL);
	cloud_add(w, "operator", "security-group-rule", "sgr-operator", body, NULL);
	ck_assert_str_eq(owner_of_key(w, arena, "security-group-rule", "sgr-ccm"),
			 "service default/echo @ " CLOUD_SHOOT);
	ck_assert_str_eq(owner_of_key(w, arena, "security-group-rule", "sgr-operator"),
			 "infrastructure of shoot--qa--demo @ " CLOUD_SHOOT);
	world_free(w);
}
END_TEST

START_TEST(shared_is_use_and_not_ownership)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct owner owner;

	cloud_add(w, "operator", "subnet", "subnet-x", "{'SubnetId':'subnet-x'}",
		  "{'kubernetes.io/cluster/shoot--qa--demo':'shared'}");
	owner = owner_of(w, cloud_find(w, "subnet", "subnet-x"), arena, NULL);
	ck_assert_int_eq(owner.type, OWNER_NONE);
	ck_assert_str_eq(owner_text(arena, &owner), "nobody");
	world_free(w);
}
END_TEST

START_TEST(the_service_says_which_controller_is_responsible)
{
	static const struct {
		const char *body, *responsible;
	} rows[] = {
		{"{'spec':{'type':'LoadBalancer'}}", CLOUD_CCM},
		{"{'spec':{'type':'ClusterIP'}}", NULL},
		{"{'metadata':{'annotations':{'service.beta.kubernetes.io/"
		 "aws-load-balancer-type':'nlb'}},'spec':{'type':'LoadBalancer'}}",
		 CLOUD_CCM},
		{"{'metadata':{'annotations':{'service.beta.kubernetes.io/"
		 "aws-load-balancer-type':'nlb-ip'}},'spec':{'type':'LoadBalancer'}}",
		 CLOUD_LBC},
		{"{'metadata':{'annotations':{'service.beta.kubernetes.io/"
		 "aws-load-balancer-type':'external'}},'spec':{'type':'LoadBalancer'}}",
		 NULL},
		{"{'metadata':{'annotations':{'service.beta.kubernetes.io/"
		 "aws-load-balancer-type':'external','service.beta.kubernetes.io/"
		 "aws-load-balancer-nlb-target-type':'ip'}},'spec':{'type':'ClusterIP'}}",
		 CLOUD_LBC},
		{"{'spec':{'type':'LoadBalancer','loadBalancerClass':'service.k8s.aws/nlb'}}",
		 CLOUD_LBC},
		{"{'spec':{'type':'LoadBalancer','loadBalancerClass':'example.org/x'}}", NULL},
	};
	struct world *w = test_world(PROFILE_AWS);

	cloud_service(w);
	for (size_t i = 0; i < array_size(rows); i++) {
		const struct doc *doc = cloud_put(w, "operator", "service",
						  CLOUD_SHOOT "/default/echo", rows[i].body);

		ck_assert_msg(str_eq(service_responsible(doc), rows[i].responsible), "%s",
			      rows[i].body);
	}
	world_free(w);
}
END_TEST

START_TEST(an_owner_lives_while_it_exists_wants_and_is_not_being_deleted)
{
	struct owner service = {OWNER_SERVICE, CLOUD_SHOOT, "default", "echo"};
	struct owner stacks = {OWNER_STACKS, CLOUD_SHOOT, "", ""};
	struct owner infrastructure = {OWNER_INFRASTRUCTURE, CLOUD_SHOOT, "", ""};
	struct world *w = cloud_shoot();

	ck_assert(!owner_is_live(w, &service));
	ck_assert_ptr_null(owner_doc(w, &service));
	cloud_service(w);
	ck_assert(owner_is_live(w, &service));
	ck_assert_str_eq(owner_responsible(w, &service), CLOUD_CCM);
	ck_assert(!owner_is_live(w, &stacks)); /* the load balancer controller serves nothing */
	cloud_migrate(w);
	ck_assert(owner_is_live(w, &stacks));
	ck_assert(owner_is_live(w, &infrastructure));
	ck_assert_str_eq(owner_responsible(w, &infrastructure), CLOUD_INFRA);
	cloud_put(w, "operator", "service", CLOUD_SHOOT "/default/echo",
		  "{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},"
		  "'spec':{'type':'LoadBalancer'}}");
	ck_assert(!owner_is_live(w, &service));
	ck_assert_ptr_nonnull(owner_doc(w, &service));
	world_free(w);
}
END_TEST

#define FOREIGN "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/edge/9"
#define BINDING "{'spec':{'targetGroupARN':'" FOREIGN "'}}"

START_TEST(a_target_in_a_foreign_group_belongs_to_the_binding_of_its_own_cluster)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *key = FOREIGN "/i-1/30080";

	cloud_add(w, "operator", "target-group", FOREIGN,
		  "{'TargetGroupArn':'" FOREIGN "','VpcId':'vpc-1'}", NULL);
	cloud_add(w, CLOUD_LBC, "target", key,
		  "{'TargetGroupArn':'" FOREIGN "','Target':{'Id':'i-1','Port':30080}}", NULL);
	cloud_add(w, "operator", "target", FOREIGN "/i-9/30080",
		  "{'TargetGroupArn':'" FOREIGN "','Target':{'Id':'i-9','Port':30080}}", NULL);
	ck_assert_str_eq(owner_of_key(w, arena, "target", key),
			 "the target group binding that wanted it @ ");
	cloud_add(w, "operator", "target-group-binding", "other/default/edge", BINDING, NULL);
	cloud_add(w, "operator", "target-group-binding", CLOUD_SHOOT "/default/edge", BINDING,
		  NULL);
	ck_assert_str_eq(owner_of_key(w, arena, "target", key),
			 "the target group binding that wanted it @ ");
	cloud_add(w, "cluster", "node", CLOUD_SHOOT "//node-1",
		  "{'spec':{'providerID':'aws:///eu-west-1a/i-1'}}", NULL);
	ck_assert_str_eq(owner_of_key(w, arena, "target", key),
			 "target group binding default/edge @ " CLOUD_SHOOT);
	/* what a person registered has nothing to do with it */
	ck_assert_str_eq(owner_of_key(w, arena, "target", FOREIGN "/i-9/30080"),
			 "infrastructure of shoot--qa--demo @ " CLOUD_SHOOT);
	world_free(w);
}
END_TEST

START_TEST(what_a_gateway_has_is_found_by_its_tags_and_labels)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct selection selection;

	cloud_add(w, CLOUD_LBC, "load-balancer", ARN("loadbalancer/net/gateway/1"),
		  "{'LoadBalancerArn':'" ARN("loadbalancer/net/gateway/1") "'}",
		  "{'elbv2.k8s.aws/cluster':'shoot--qa--demo','gateway.k8s.aws.nlb/stack':"
		  "'default/echo'}");
	cloud_add(w, CLOUD_LBC, "target-group-binding", CLOUD_SHOOT "/default/x",
		  "{'metadata':{'labels':{'gateway.k8s.aws.nlb/stack-namespace':'default',"
		  "'gateway.k8s.aws.nlb/stack-name':'echo'}}}",
		  NULL);
	ck_assert_str_eq(owner_of_key(w, arena, "target-group-binding", CLOUD_SHOOT "/default/x"),
			 "gateway default/echo @ " CLOUD_SHOOT);
	ck_assert(selection_parse("gateway default/echo", &selection, NULL));
	ck_assert(selection_has(w, &selection,
				cloud_find(w, "load-balancer", ARN("loadbalancer/net/gateway/1"))));
	selection_done(&selection);
	ck_assert(selection_parse("gateway default/other", &selection, NULL));
	ck_assert(!selection_has(
		w, &selection, cloud_find(w, "load-balancer", ARN("loadbalancer/net/gateway/1"))));
	selection_done(&selection);
	world_free(w);
}
END_TEST

START_TEST(a_rule_for_nodes_lives_while_any_binding_of_its_cluster_has_rules)
{
	struct owner bindings = {OWNER_BINDINGS, CLOUD_SHOOT, "", ""};
	struct owner gone = {OWNER_BINDING, "", "", ""};
	struct world *w = cloud_shoot();

	ck_assert(!owner_is_live(w, &gone));
	ck_assert(!owner_is_live(w, &bindings));
	cloud_add(w, "operator", "target-group-binding", CLOUD_SHOOT "/default/edge", BINDING,
		  NULL);
	cloud_add(w, "operator", "target-group-binding", "other/default/edge",
		  "{'spec':{'networking':{'ingress':[]}}}", NULL);
	ck_assert(!owner_is_live(w, &bindings));
	cloud_put(w, "operator", "target-group-binding", CLOUD_SHOOT "/default/edge",
		  "{'spec':{'networking':{'ingress':[]}}}");
	ck_assert(owner_is_live(w, &bindings));
	ck_assert_str_eq(owner_responsible(w, &bindings), CLOUD_LBC);
	cloud_put(w, "operator", "target-group-binding", CLOUD_SHOOT "/default/edge",
		  "{'metadata':{'deletionTimestamp':'2026-01-01T00:00:00Z'},"
		  "'spec':{'networking':{'ingress':[]}}}");
	ck_assert(!owner_is_live(w, &bindings));
	/* made for a Service that is gone */
	cloud_put(w, "operator", "target-group-binding", CLOUD_SHOOT "/default/edge",
		  "{'metadata':{'labels':{'service.k8s.aws/stack-namespace':'default',"
		  "'service.k8s.aws/stack-name':'echo'}},'spec':{'networking':{'ingress':[]}}}");
	ck_assert(!owner_is_live(w, &bindings));
	cloud_service(w);
	ck_assert(owner_is_live(w, &bindings));
	world_free(w);
}
END_TEST

START_TEST(a_service_of_the_same_name_in_another_cluster_is_another_one)
{
	struct owner service = {OWNER_SERVICE, CLOUD_SHOOT, "default", "echo"};
	struct owner unknown = {OWNER_SERVICE, "some-other-name", "default", "echo"};
	struct world *w = cloud_shoot();

	cloud_add(w, "operator", "service", "seed/default/echo", "{'spec':{'type':'LoadBalancer'}}",
		  NULL);
	ck_assert_ptr_null(owner_doc(w, &service));
	/* but a cluster that the world does not know by that name may be any */
	ck_assert_ptr_nonnull(owner_doc(w, &unknown));
	world_free(w);
}
END_TEST

START_TEST(what_aws_makes_later_is_due_to_the_maker_of_what_it_was_made_for)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_nlb(w);
	ck_assert_str_eq(cloud_find(w, "network-interface", "eni-nlb")->maker, "aws");
	ck_assert_str_eq(maker_of(w, cloud_find(w, "network-interface", "eni-nlb")), CLOUD_LBC);
	ck_assert_str_eq(maker_of(w, cloud_find(w, "instance", "i-1")), "kubelet");
	ck_assert(actor_is_controller("my-own-controller"));
	ck_assert(!actor_is_controller("operator"));
	world_free(w);
}
END_TEST

/* The keys of a kind that belong to `of`, joined by spaces. */
static const char *selected(const struct world *w, struct arena *arena, const char *of,
			    const char *kind)
{
	struct selection selection;
	struct err err = ERR_INIT;
	struct docs docs = {0};
	const char *text = "";

	ck_assert_msg(selection_parse(of, &selection, &err), "%s", err_text(&err));
	selection_docs(w, &selection, cloud_kind(kind), &docs);
	for (size_t i = 0; i < docs.count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "", docs.items[i]->key);
	docs_done(&docs);
	selection_done(&selection);
	return text;
}

START_TEST(a_service_has_its_load_balancers_and_their_parts)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *of = "service default/echo";

	cloud_service(w);
	cloud_classic(w);
	cloud_nlb(w);
	ck_assert_str_eq(selected(w, arena, of, "classic-load-balancer"), "eu-west-1/aecho");
	ck_assert_str_eq(selected(w, arena, of, "load-balancer"),
			 ARN("loadbalancer/net/k8s-echo/1"));
	ck_assert_str_eq(selected(w, arena, of, "target-group"), ARN("targetgroup/k8s-echo/4"));
	ck_assert_str_eq(selected(w, arena, of, "target"), ARN("targetgroup/k8s-echo/4/i-1/30080"));
	ck_assert_str_eq(selected(w, arena, of, "listener"), ARN("listener/net/k8s-echo/1/2"));
	ck_assert_str_eq(selected(w, arena, of, "network-interface"), "eni-elb eni-nlb");
	ck_assert_str_eq(selected(w, arena, of, "security-group"), "sg-elb sg-nlb");
	ck_assert_str_eq(selected(w, arena, of, "vpc"), "");
	ck_assert_str_eq(selected(w, arena, "service default/other", "load-balancer"), "");
	ck_assert_str_eq(selected(w, arena, "service echo", "classic-load-balancer"),
			 "eu-west-1/aecho"); /* namespace default */
	world_free(w);
}
END_TEST

START_TEST(a_shoot_has_all_of_its_cluster_and_network)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	cloud_service(w);
	cloud_nlb(w);
	cloud_add(w, "operator", "vpc", "vpc-other", "{'VpcId':'vpc-other'}", NULL);
	ck_assert_str_eq(selected(w, arena, "shoot demo", "vpc"), "vpc-1");
	ck_assert_str_eq(selected(w, arena, "shoot demo", "route"), "rtb-1/0.0.0.0/0 rtb-1/::/0");
	ck_assert_str_eq(selected(w, arena, "shoot demo", "subnet"), "subnet-public subnet-nodes");
	ck_assert_str_eq(selected(w, arena, "shoot demo", "load-balancer"),
			 ARN("loadbalancer/net/k8s-echo/1"));
	ck_assert_str_eq(selected(w, arena, "shoot demo", "infrastructure"),
			 "seed/shoot--qa--demo/demo");
	ck_assert_str_eq(selected(w, arena, "shoot demo", "service"),
			 "shoot--qa--demo/default/echo");
	ck_assert_str_eq(selected(w, arena, "shoot demo", "instance"), "i-1");
	ck_assert_str_eq(selected(w, arena, "shoot garden-qa/demo", "vpc"), "vpc-1");
	ck_assert_str_eq(selected(w, arena, "shoot garden-other/demo", "vpc"), "");
	ck_assert_str_eq(selected(w, arena, "shoot " CLOUD_SHOOT, "vpc"), "vpc-1");
	ck_assert_str_eq(selected(w, arena, "shoot emo", "vpc"), "");
	world_free(w);
}
END_TEST

static bool is_of(const struct world *w, const char *of_kind, const char *of_key, const char *kind,
		  const char *key)
{
	struct selection selection = selection_of_doc(cloud_find(w, of_kind, of_key));
	bool has = selection_has(w, &selection, cloud_find(w, kind, key));

	selection_done(&selection);
	return has;
}

START_TEST(a_remembered_document_has_its_parts_and_what_lies_in_it)
{
	struct world *w = cloud_shoot();
	const char *nlb = ARN("loadbalancer/net/k8s-echo/1");

	cloud_service(w);
	cloud_classic(w);
	cloud_nlb(w);
	ck_assert(is_of(w, "classic-load-balancer", "eu-west-1/aecho", "security-group", "sg-elb"));
	ck_assert(
		!is_of(w, "classic-load-balancer", "eu-west-1/aecho", "security-group", "sg-nlb"));
	ck_assert(is_of(w, "load-balancer", nlb, "security-group", "sg-backend"));
	ck_assert(is_of(w, "load-balancer", nlb, "listener", ARN("listener/net/k8s-echo/1/2")));
	ck_assert(is_of(w, "load-balancer", nlb, "rule", ARN("listener-rule/net/k8s-echo/1/2/3")));
	ck_assert(!is_of(w, "load-balancer", nlb, "load-balancer", nlb)); /* not itself */
	ck_assert(is_of(w, "vpc", "vpc-1", "route", "rtb-1/::/0"));
	ck_assert(is_of(w, "vpc", "vpc-1", "dhcp-options", "dopt-1"));
	ck_assert(is_of(w, "nat-gateway", "nat-1", "elastic-ip", "eipalloc-1"));
	ck_assert(!is_of(w, "subnet", "subnet-nodes", "nat-gateway", "nat-1"));
	ck_assert(is_of(w, "service", CLOUD_SHOOT "/default/echo", "load-balancer", nlb));
	world_free(w);
}
END_TEST

/* Counts edges to gateways, and remembers the last one's kind. */
static void count_gateways(const struct edge *edge, void *userdata)
{
	const char **kind = userdata;

	if (edge->relation != RELATION_NAMES)
		return;
	ck_assert_ptr_null(*kind);
	*kind = edge->kind;
}

START_TEST(a_routes_gateway_is_of_the_kind_that_its_id_says)
{
	static const char *const rows[][2] = {{"igw-1", "internet-gateway"},
					      {"vgw-1", "vpn-gateway"},
					      {"vpce-1", "vpc-endpoint"},
					      {"local", NULL}};
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	for (size_t i = 0; i < array_size(rows); i++) {
		const char *kind = NULL, *key = arena_printf(arena, "rtb-1/10.%zu.0.0/16", i);

		cloud_add(w, "operator", "route", key,
			  arena_printf(arena, "{'GatewayId':'%s'}", rows[i][0]), NULL);
		edges_of(w, cloud_find(w, "route", key), arena, count_gateways, &kind);
		ck_assert_pstr_eq(kind, rows[i][1]);
	}
	world_free(w);
}
END_TEST

START_TEST(objects_of_a_cluster_are_selected_by_what_they_name)
{
	struct world *w = cloud_shoot();
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	cloud_add(w, "cluster", "endpoint-slice", CLOUD_SHOOT "/default/echo-abc",
		  "{'metadata':{'labels':{'kubernetes.io/service-name':'echo'}}}", NULL);
	cloud_add(w, CLOUD_LBC, "event", CLOUD_SHOOT "/default/echo.1",
		  "{'involvedObject':{'kind':'Service','namespace':'default','name':'echo'}}",
		  NULL);
	cloud_add(w, CLOUD_LBC, "target-group-binding", CLOUD_SHOOT "/default/k8s-echo",
		  "{'metadata':{'labels':{'service.k8s.aws/stack-namespace':'default',"
		  "'service.k8s.aws/stack-name':'echo'}}}",
		  NULL);
	cloud_add(w, "kubelet", "pod", CLOUD_SHOOT "/default/echo-1",
		  "{'spec':{'nodeName':'ip-1'},'metadata':{'ownerReferences':[{'name':'rs-1'}]}}",
		  NULL);
	ck_assert_str_eq(selected(w, arena, "service default/echo", "endpoint-slice"),
			 CLOUD_SHOOT "/default/echo-abc");
	ck_assert_str_eq(selected(w, arena, "service default/echo", "event"),
			 CLOUD_SHOOT "/default/echo.1");
	ck_assert_str_eq(selected(w, arena, "service default/echo", "target-group-binding"),
			 CLOUD_SHOOT "/default/k8s-echo");
	ck_assert_str_eq(selected(w, arena, "service other/echo", "event"), "");
	ck_assert_str_eq(selected(w, arena, "node ip-1", "pod"), CLOUD_SHOOT "/default/echo-1");
	ck_assert_str_eq(selected(w, arena, "namespace default", "pod"),
			 CLOUD_SHOOT "/default/echo-1");
	ck_assert_str_eq(selected(w, arena, "replica-set default/rs-1", "pod"),
			 CLOUD_SHOOT "/default/echo-1");
	world_free(w);
}
END_TEST

START_TEST(a_selection_names_a_kind_and_a_name)
{
	static const char *const bad[] = {"service",	"",	      " x",	    "service ",
					  "service /x", "service a/", "service a b"};

	for (size_t i = 0; i < array_size(bad); i++) {
		struct selection selection;
		struct err err = ERR_INIT;

		ck_assert_msg(!selection_parse(bad[i], &selection, &err), "\"%s\"", bad[i]);
		ck_assert_int_eq(err.code, ERR_INVALID);
		err_done(&err);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		each_document_has_the_owner_that_it_or_what_it_is_part_of_claims,
		a_group_whose_load_balancer_is_gone_says_its_service_in_its_description,
		a_rule_for_a_load_balancers_group_is_of_that_load_balancer,
		shared_is_use_and_not_ownership,
		the_service_says_which_controller_is_responsible,
		an_owner_lives_while_it_exists_wants_and_is_not_being_deleted,
		a_target_in_a_foreign_group_belongs_to_the_binding_of_its_own_cluster,
		what_a_gateway_has_is_found_by_its_tags_and_labels,
		a_rule_for_nodes_lives_while_any_binding_of_its_cluster_has_rules,
		a_service_of_the_same_name_in_another_cluster_is_another_one,
		what_aws_makes_later_is_due_to_the_maker_of_what_it_was_made_for,
		a_service_has_its_load_balancers_and_their_parts,
		a_shoot_has_all_of_its_cluster_and_network,
		a_remembered_document_has_its_parts_and_what_lies_in_it,
		a_routes_gateway_is_of_the_kind_that_its_id_says,
		objects_of_a_cluster_are_selected_by_what_they_name,
		a_selection_names_a_kind_and_a_name,
		NULL,
	};

	return suite_main("owners", tests);
}
