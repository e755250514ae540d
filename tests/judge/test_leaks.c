/* emulator/judge/{leaks,verdict,leak_report,history}.c */
#include "emulator/judge/leaks.h"
#include "tests/lib/cloud.h"
#include "tests/lib/suite.h"

#define GROUP_ARN "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/k8s-echo/4"
#define SERVICE	  CLOUD_SHOOT "/default/echo"

/* All leaks as "kind id verdict", one behind the other with commas. */
static void leaks_are(const struct world *w, const struct snapshot *baseline, const char *expected)
{
	_cleanup_(freep) char *text = xstrdup("");
	struct leaks leaks = {0};

	leaks_judge(w, baseline, &leaks);
	for (size_t i = 0; i < leaks.count; i++) {
		const struct leak *leak = &leaks.items[i];
		char *more = xasprintf("%s%s%s %s %s", text, i ? ", " : "", leak->doc->kind->name,
				       leak->id, verdict_name(leak->verdict));

		free(text);
		text = more;
	}
	ck_assert_str_eq(text, expected);
	leaks_done(&leaks);
}

static void why_is(const struct world *w, const char *kind, const char *key, const char *expected)
{
	_cleanup_(freep) char *why = NULL;

	leak_verdict(w, NULL, cloud_find(w, kind, key), &why);
	ck_assert_str_eq(why, expected);
}

START_TEST(what_living_owners_want_is_no_leak)
{
	struct world *w = cloud_shoot();

	leaks_are(w, NULL, "");
	cloud_service(w);
	cloud_classic(w);
	leaks_are(w, NULL, "");
	world_free(w);
}
END_TEST

START_TEST(a_dual_stack_service_leaks_nothing_while_it_lives_and_nothing_when_all_is_deleted)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_migrate(w);
	cloud_nlb(w);
	leaks_are(w, NULL, "");
	cloud_nlb_gone(w);
	cloud_remove(w, "operator", "service", SERVICE);
	leaks_are(w, NULL, "");
	world_free(w);
}
END_TEST

START_TEST(migration_leaves_the_old_load_balancer_superseded)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_classic(w);
	cloud_migrate(w);
	cloud_nlb(w);
	leaks_are(w, NULL,
		  "security-group sg-elb superseded, classic-load-balancer aecho superseded");
	why_is(w, "classic-load-balancer", "eu-west-1/aecho",
	       "service default/echo got aws-load-balancer-type=external at call 29; the "
	       "cloud-controller-manager ignores it since");
	world_free(w);
}
END_TEST

START_TEST(when_the_service_goes_its_old_load_balancer_has_no_owner)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_classic(w);
	cloud_migrate(w);
	cloud_nlb(w);
	cloud_nlb_gone(w);
	cloud_remove(w, "operator", "service", SERVICE);
	leaks_are(w, NULL,
		  "security-group sg-elb owner-gone, classic-load-balancer aecho owner-gone");
	why_is(w, "classic-load-balancer", "eu-west-1/aecho",
	       "service default/echo is gone since call 53 k8s:DeleteService by operator");
	/* the runbook: the load balancer, its interface, the group */
	cloud_remove(w, "operator", "classic-load-balancer", "eu-west-1/aecho");
	cloud_remove(w, "aws", "network-interface", "eni-elb");
	leaks_are(w, NULL, "security-group sg-elb owner-gone");
	cloud_remove(w, "operator", "security-group", "sg-elb");
	cloud_remove(w, "operator", "security-group-rule", "sgr-elb");
	leaks_are(w, NULL, "");
	world_free(w);
}
END_TEST

START_TEST(an_interface_that_aws_is_about_to_release_is_no_leak)
{
	/* its timer is what tells: a kind with timers is needed */
	struct world *w = cloud_shoot();
	const struct doc *eni;

	cloud_service(w);
	cloud_classic(w);
	cloud_remove(w, "operator", "service", SERVICE);
	cloud_remove(w, CLOUD_CCM, "classic-load-balancer", "eu-west-1/aecho");
	cloud_remove(w, CLOUD_CCM, "security-group-rule", "sgr-elb");
	cloud_remove(w, CLOUD_CCM, "security-group", "sg-elb");
	eni = cloud_find(w, "network-interface", "eni-elb");
	ck_assert_int_ne(leak_verdict(w, NULL, eni, NULL), VERDICT_HELD);
	((struct doc *)eni)->timers = &(const struct doc_timer){.name = "release"};
	ck_assert_int_eq(leak_verdict(w, NULL, eni, NULL), VERDICT_HELD);
	((struct doc *)eni)->timers = NULL;
	world_free(w);
}
END_TEST

START_TEST(a_service_that_wants_none_any_more_supersedes_its_load_balancer)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_classic(w);
	cloud_put(w, "operator", "service", SERVICE,
		  "{'metadata':{'name':'echo'},'spec':{'type':'ClusterIP'}}");
	leaks_are(w, NULL,
		  "security-group sg-elb superseded, classic-load-balancer aecho superseded");
	why_is(w, "classic-load-balancer", "eu-west-1/aecho",
	       "service default/echo got type ClusterIP at call 29; the "
	       "cloud-controller-manager ignores it since");
	world_free(w);
}
END_TEST

START_TEST(a_load_balancer_that_the_status_does_not_name_is_superseded_by_the_one_it_names)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_migrate(w);
	cloud_nlb(w);
	cloud_add(w, CLOUD_LBC, "load-balancer", "arn:aws:elb:x:loadbalancer/net/old/9",
		  "{'LoadBalancerArn':'arn:aws:elb:x:loadbalancer/net/old/9','LoadBalancerName':"
		  "'old','DNSName':'old-9.elb.eu-west-1.amazonaws.com','VpcId':'vpc-1'}",
		  "{'elbv2.k8s.aws/cluster':'shoot--qa--demo','service.k8s.aws/stack':"
		  "'default/echo'}");
	leaks_are(w, NULL, "load-balancer old superseded");
	why_is(w, "load-balancer", "arn:aws:elb:x:loadbalancer/net/old/9",
	       "service default/echo exists, served by load-balancer k8s-echo");
	world_free(w);
}
END_TEST

START_TEST(what_carries_no_tag_is_disowned)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_migrate(w);
	cloud_nlb(w);
	cloud_add(w, CLOUD_LBC, "load-balancer", "arn:aws:elb:x:loadbalancer/net/lost/9",
		  "{'LoadBalancerArn':'arn:aws:elb:x:loadbalancer/net/lost/9',"
		  "'LoadBalancerName':'lost','DNSName':'lost-9','VpcId':'vpc-1'}",
		  NULL);
	leaks_are(w, NULL, "load-balancer lost disowned");
	why_is(w, "load-balancer", "arn:aws:elb:x:loadbalancer/net/lost/9",
	       "load-balancer-controller made it in call 37 elbv2:CreateLoadBalancer by "
	       "load-balancer-controller, but it has no tag by which that controller would find "
	       "it again");
	world_free(w);
}
END_TEST

#define ECHO_TAGS                                                                                  \
	"{'elbv2.k8s.aws/cluster':'shoot--qa--demo','service.k8s.aws/stack':'default/echo',"       \
	"'service.k8s.aws/resource':'default/echo:80'}"

START_TEST(a_double_that_nothing_uses_dangles)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_migrate(w);
	cloud_nlb(w);
	cloud_add(w, CLOUD_LBC, "target-group", "arn:tg/double",
		  "{'TargetGroupArn':'arn:tg/double','TargetGroupName':'double','VpcId':'vpc-1'}",
		  ECHO_TAGS);
	leaks_are(w, NULL, "target-group double dangling");
	why_is(w, "target-group", "arn:tg/double",
	       "no load balancer uses it; k8s-echo does its work");
	world_free(w);
}
END_TEST

START_TEST(the_only_one_that_nothing_uses_yet_is_held_by_its_owner)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_migrate(w);
	cloud_add(w, CLOUD_LBC, "target-group", "arn:tg/first",
		  "{'TargetGroupArn':'arn:tg/first','TargetGroupName':'first','VpcId':'vpc-1'}",
		  ECHO_TAGS);
	leaks_are(w, NULL, "");
	cloud_remove(w, "operator", "service", SERVICE);
	leaks_are(w, NULL, "target-group first owner-gone");
	world_free(w);
}
END_TEST

START_TEST(an_address_without_tags_and_use_dangles)
{
	struct world *w = cloud_shoot();

	cloud_add(w, CLOUD_INFRA, "elastic-ip", "eipalloc-9", "{'AllocationId':'eipalloc-9'}",
		  NULL);
	leaks_are(w, NULL, "elastic-ip eipalloc-9 dangling");
	why_is(w, "elastic-ip", "eipalloc-9", "it is not associated with anything");
	world_free(w);
}
END_TEST

START_TEST(a_rule_left_in_the_nodes_group_is_residue)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_migrate(w);
	cloud_nlb(w);
	cloud_put(w, CLOUD_LBC, "security-group-rule", "sgr-node-ports",
		  "{'GroupId':'sg-nodes','IsEgress':false,'Description':"
		  "'elbv2.k8s.aws/targetGroupBinding=shared'}");
	cloud_nlb_gone(w); /* deletes the rule as well */
	cloud_add(w, CLOUD_LBC, "security-group-rule", "sgr-left",
		  "{'GroupId':'sg-nodes','IsEgress':false,'ReferencedGroupInfo':{'GroupId':"
		  "'sg-backend'},'Description':'elbv2.k8s.aws/targetGroupBinding=shared'}",
		  NULL);
	leaks_are(w, NULL, "");
	cloud_remove(w, "operator", "service", SERVICE);
	leaks_are(w, NULL, "security-group-rule sgr-left residue");
	why_is(w, "security-group-rule", "sgr-left",
	       "the load-balancer-controller left it in security-group sg-nodes, which "
	       "infrastructure-controller made");
	world_free(w);
}
END_TEST

START_TEST(what_the_baseline_has_is_no_leak_unless_a_controller_changed_it)
{
	struct world *w = cloud_shoot();
	struct snapshot *baseline;

	cloud_service(w);
	cloud_classic(w);
	cloud_remove(w, "operator", "service", SERVICE);
	cloud_add(w, "operator", "subnet", "subnet-corp", "{'SubnetId':'subnet-corp'}", NULL);
	baseline = snapshot_take(w);
	leaks_are(w, baseline, "");
	cloud_put(w, "operator", "subnet", "subnet-corp",
		  "{'SubnetId':'subnet-corp','MapPublicIpOnLaunch':true}");
	leaks_are(w, baseline, "");
	cloud_put(w, CLOUD_LBC, "subnet", "subnet-corp",
		  "{'SubnetId':'subnet-corp','MapPublicIpOnLaunch':false}");
	leaks_are(w, baseline, "subnet subnet-corp residue");
	cloud_put(w, CLOUD_LBC, "subnet", "subnet-corp", "{'SubnetId':'subnet-corp'}");
	leaks_are(w, baseline, ""); /* put back */
	snapshot_free(baseline);
	world_free(w);
}
END_TEST

START_TEST(what_a_controller_deletes_of_others_is_lost)
{
	struct world *w = cloud_shoot();
	struct snapshot *baseline;

	cloud_add(w, "operator", "load-balancer", "arn:lb/corp",
		  "{'LoadBalancerArn':'arn:lb/corp','LoadBalancerName':'corp'}", NULL);
	baseline = snapshot_take(w);
	cloud_remove(w, CLOUD_LBC, "load-balancer", "arn:lb/corp");
	leaks_are(w, baseline, "load-balancer corp lost");
	leaks_are(w, NULL, "load-balancer corp lost");
	snapshot_free(baseline);
	world_free(w);
}
END_TEST

START_TEST(gardener_may_delete_what_is_tagged_for_its_cluster)
{
	struct world *w = cloud_shoot();

	cloud_service(w);
	cloud_classic(w);
	cloud_remove(w, "operator", "service", SERVICE);
	cloud_remove(w, CLOUD_INFRA, "classic-load-balancer", "eu-west-1/aecho");
	cloud_remove(w, "aws", "network-interface", "eni-elb");
	cloud_remove(w, CLOUD_INFRA, "security-group-rule", "sgr-elb");
	cloud_remove(w, CLOUD_INFRA, "security-group", "sg-elb");
	leaks_are(w, NULL, "security-group-rule sgr-elb lost");
	world_free(w);
}
END_TEST

START_TEST(a_deleted_nat_gateway_is_a_memory_and_no_leak)
{
	struct world *w = cloud_shoot();

	cloud_remove(w, "gardenlet", "infrastructure", "seed/" CLOUD_SHOOT "/demo");
	ck_assert_int_eq(leak_verdict(w, NULL, cloud_find(w, "nat-gateway", "nat-1"), NULL),
			 VERDICT_OWNER_GONE);
	cloud_put(w, CLOUD_INFRA, "nat-gateway", "nat-1",
		  "{'NatGatewayId':'nat-1','VpcId':'vpc-1','State':'deleted'}");
	ck_assert_int_eq(leak_verdict(w, NULL, cloud_find(w, "nat-gateway", "nat-1"), NULL),
			 VERDICT_HELD);
	world_free(w);
}
END_TEST

START_TEST(a_whole_shoot_whose_infrastructure_is_gone_is_listed_without_what_goes_along)
{
	struct world *w = cloud_shoot();

	cloud_remove(w, "gardenlet", "infrastructure", "seed/" CLOUD_SHOOT "/demo");
	leaks_are(w, NULL,
		  "dhcp-options dopt-1 owner-gone, vpc vpc-1 owner-gone, security-group sg-nodes "
		  "owner-gone, internet-gateway igw-1 owner-gone, route-table rtb-1 owner-gone, "
		  "subnet subnet-public owner-gone, subnet subnet-nodes owner-gone, elastic-ip "
		  "eipalloc-1 owner-gone, nat-gateway nat-1 owner-gone, iam-role "
		  "shoot--qa--demo-nodes owner-gone, instance-profile shoot--qa--demo-nodes "
		  "owner-gone, key-pair shoot--qa--demo-ssh-publickey owner-gone");
	world_free(w);
}
END_TEST

START_TEST(the_report_says_all_that_the_operator_asks)
{
	struct world *w = cloud_shoot();
	struct leaks leaks = {0};
	struct json *json;
	_cleanup_(freep) char *text = NULL;

	cloud_service(w);
	cloud_classic(w);
	emulated_clock_advance(world_clock(w), 1000);
	cloud_migrate(w);
	emulated_clock_advance(world_clock(w), 5000);
	leaks_judge(w, NULL, &leaks);
	ck_assert_uint_eq(leaks.count, 2);
	json = leak_to_json(&leaks.items[1], world_now(w));
	json_remove(json, "made_at_ms");
	text = json_to_text(json);
	ck_assert_str_eq(
		text,
		"{\"leak\":\"superseded\",\"kind\":\"classic-load-balancer\",\"id\":\"aecho\","
		"\"arn\":null,\"owner\":\"service default/echo\",\"owner_state\":\"exists, the "
		"load-balancer-controller is responsible\",\"maker\":\"cloud-controller-manager\","
		"\"made_by_call\":26,\"leaked_since_call\":29,\"age_ms\":5000,\"why\":\"service "
		"default/echo got aws-load-balancer-type=external at call 29; the "
		"cloud-controller-manager ignores it since\",\"tags\":{\"kubernetes.io/"
		"service-name\":\"default/echo\",\"KubernetesCluster\":\"shoot--qa--demo\","
		"\"kubernetes.io/cluster/shoot--qa--demo\":\"owned\"},\"blocks\":[\"vpc-1\","
		"\"subnet-public\",\"sg-elb\"],\"found_by\":{\"gardener-delete-flow\":true,"
		"\"load-balancer-controller\":false,\"cloud-controller-manager\":false},"
		"\"cleanup\":[{\"action\":\"elb:DeleteLoadBalancer\",\"params\":{"
		"\"LoadBalancerName\":\"aecho\"}}]}");
	json_free(json);
	leaks_done(&leaks);
	world_free(w);
}
END_TEST

START_TEST(the_plan_deletes_dependents_first)
{
	struct world *w = cloud_shoot();
	struct leaks leaks = {0};
	_cleanup_(freep) char *plan = NULL;

	cloud_service(w);
	cloud_classic(w);
	cloud_migrate(w);
	cloud_add(w, CLOUD_LBC, "security-group-rule", "sgr-left",
		  "{'GroupId':'sg-default','IsEgress':true,'Description':'x'}", NULL);
	cloud_add(w, CLOUD_INFRA, "elastic-ip", "eipalloc-9", "{'AllocationId':'eipalloc-9'}",
		  NULL);
	leaks_judge(w, NULL, &leaks);
	plan = leaks_plan(&leaks);
	ck_assert_str_eq(plan,
			 "aws elb delete-load-balancer --load-balancer-name aecho\n"
			 "n=0; until aws ec2 release-address --allocation-id eipalloc-9; do "
			 "[ $((n += 1)) -lt 180 ] || break; sleep 5; done\n"
			 "n=0; until aws ec2 revoke-security-group-egress --group-id sg-default "
			 "--security-group-rule-ids sgr-left; do "
			 "[ $((n += 1)) -lt 180 ] || break; sleep 5; done\n"
			 "n=0; until aws ec2 delete-security-group --group-id sg-elb; do "
			 "[ $((n += 1)) -lt 180 ] || break; sleep 5; done\n");
	leaks_done(&leaks);
	world_free(w);
}
END_TEST

START_TEST(a_plan_is_safe_in_a_shell)
{
	struct world *w = cloud_shoot();
	struct leaks leaks = {0};
	_cleanup_(freep) char *plan = NULL;

	cloud_add(w, CLOUD_CCM, "classic-load-balancer", "eu-west-1/x",
		  "{'LoadBalancerName':'x; rm -rf $HOME','VPCId':'vpc-1'}", NULL);
	leaks_judge(w, NULL, &leaks);
	plan = leaks_plan(&leaks);
	ck_assert_str_eq(plan, "aws elb delete-load-balancer --load-balancer-name "
			       "'x; rm -rf $HOME'\n");
	leaks_done(&leaks);
	world_free(w);
}
END_TEST

START_TEST(verdicts_have_names_and_meanings)
{
	enum verdict verdict;

	for (int i = VERDICT_HELD; i <= VERDICT_LOST; i++) {
		ck_assert(verdict_parse(verdict_name((enum verdict)i), &verdict));
		ck_assert_int_eq(verdict, i);
		ck_assert_ptr_nonnull(verdict_meaning((enum verdict)i));
	}
	ck_assert(!verdict_parse("gone", &verdict));
	ck_assert(leaks_knows_kind("vpc"));
	ck_assert(!leaks_knows_kind("spaceship"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		what_living_owners_want_is_no_leak,
		a_dual_stack_service_leaks_nothing_while_it_lives_and_nothing_when_all_is_deleted,
		migration_leaves_the_old_load_balancer_superseded,
		when_the_service_goes_its_old_load_balancer_has_no_owner,
		an_interface_that_aws_is_about_to_release_is_no_leak,
		a_service_that_wants_none_any_more_supersedes_its_load_balancer,
		a_load_balancer_that_the_status_does_not_name_is_superseded_by_the_one_it_names,
		what_carries_no_tag_is_disowned,
		a_double_that_nothing_uses_dangles,
		the_only_one_that_nothing_uses_yet_is_held_by_its_owner,
		an_address_without_tags_and_use_dangles,
		a_rule_left_in_the_nodes_group_is_residue,
		what_the_baseline_has_is_no_leak_unless_a_controller_changed_it,
		what_a_controller_deletes_of_others_is_lost,
		gardener_may_delete_what_is_tagged_for_its_cluster,
		a_deleted_nat_gateway_is_a_memory_and_no_leak,
		a_whole_shoot_whose_infrastructure_is_gone_is_listed_without_what_goes_along,
		the_report_says_all_that_the_operator_asks,
		the_plan_deletes_dependents_first,
		a_plan_is_safe_in_a_shell,
		verdicts_have_names_and_meanings,
		NULL,
	};

	return suite_main("leaks", tests);
}
