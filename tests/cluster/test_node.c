/* emulator/cluster: nodes of one and of both families, and the addresses of Pods on them. */
#include "emulator/cluster/node.h"

#include "emulator/base/cidr.h"
#include "emulator/base/json.h"
#include "emulator/cluster/workloads.h"
#include "emulator/emulator.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

#define REGION "eu-west-1"

static struct loop *loop;
static struct emulator *emulator;
static struct kube_cluster *cluster;

static void begin(void)
{
	struct emulator_config config = {.world = {.seed = 7, .profile = PROFILE_AWS, .speed = 20}};
	struct err err = ERR_INIT;

	ck_assert(loop_new(&loop, &err));
	ck_assert_msg(emulator_new(loop, &config, &emulator, &err), "%s", err_text(&err));
	cluster = kube_cluster_find(emulator->kube, EMULATOR_SEED);
}

/* Calls AWS as the operator; a text of the answer, to be freed. */
static char *made(const char *operation, const char *params, const char *object, const char *id)
{
	_cleanup_(json_freep) struct json *input = test_json(params), *answer = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(aws_invoke(emulator->aws, "operator", NULL, REGION, "ec2", operation, input,
				 NULL, &answer, &err),
		      "%s: %s", operation, err_text(&err));
	return xstrdup(object ? json_find_str(answer, object, id, NULL) : json_get_str(answer, id));
}

struct place {
	char *vpc, *subnet, *group;
};

/* Blocks become associated. */
static void a_minute_passes(void)
{
	emulated_clock_advance(world_clock(emulator->world), 60000);
	world_fire_timers(emulator->world);
}

/* A world of its own with a VPC, a subnet and a group for nodes; the subnet has IPv6 or has not. */
static struct place a_place(bool ipv6)
{
	_cleanup_(json_freep) struct json *all = NULL;
	_cleanup_(freep) char *subnet = NULL, *group = NULL, *block = NULL;
	struct place place = {0};
	const char *own;

	begin();
	place.vpc = made("CreateVpc",
			 "{'CidrBlock':'10.250.0.0/16','AmazonProvidedIpv6CidrBlock':true}", "Vpc",
			 "VpcId");
	a_minute_passes();
	ck_assert(aws_invoke(emulator->aws, "operator", NULL, REGION, "ec2", "DescribeVpcs", NULL,
			     NULL, &all, NULL));
	json_foreach (vpc, json_get(all, "Vpcs")) {
		if (!str_eq(json_get_str(vpc, "VpcId"), place.vpc))
			continue;
		own = json_get_str(json_at(json_get(vpc, "Ipv6CidrBlockAssociationSet"), 0),
				   "Ipv6CidrBlock");
		block = xasprintf("%.*s/64", (int)(strlen(own) - strlen("/56")), own);
	}
	subnet = xasprintf("{'VpcId':'%s','CidrBlock':'10.250.0.0/19'%s%s%s}", place.vpc,
			   ipv6 ? ",'Ipv6CidrBlock':'" : "", ipv6 ? block : "", ipv6 ? "'" : "");
	group = xasprintf("{'VpcId':'%s','GroupName':'nodes','Description':'nodes'}", place.vpc);
	place.subnet = made("CreateSubnet", subnet, "Subnet", "SubnetId");
	place.group = made("CreateSecurityGroup", group, NULL, "GroupId");
	a_minute_passes();
	return place;
}

static void place_done(struct place *place)
{
	free(place->vpc);
	free(place->subnet);
	free(place->group);
	emulator_free(emulator);
	loop_free(loop);
}

static struct node_spec spec_of(const struct place *place, bool ipv6)
{
	return (struct node_spec){
		.region = REGION,
		.subnet_id = place->subnet,
		.zone = "eu-west-1a",
		.security_group_id = place->group,
		.cluster_tag = "shoot--qa--demo",
		.pool = "worker",
		.kubernetes_version = "1.36.1",
		.ipv6 = ipv6,
	};
}

static struct json *read_object(const char *path)
{
	struct json *object = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(kube_invoke(cluster, "operator", "GET", path, NULL, NULL, &object, &err),
		      "%s", err_text(&err));
	return object;
}

START_TEST(a_node_of_both_families_has_an_address_of_each_and_a_prefix_for_pods)
{
	_cleanup_(place_done) struct place place = a_place(true);
	_cleanup_(node_done) struct node node = {0}, copy = {0};
	_cleanup_(json_freep) struct json *object = NULL;
	_cleanup_(freep) char *path = NULL;
	struct node_spec spec = spec_of(&place, true);
	const struct json *addresses;
	struct err err = ERR_INIT;

	ck_assert_msg(node_add(emulator->aws, cluster, emulator->world, &spec, &node, &err), "%s",
		      err_text(&err));
	ck_assert(str_ends_with(node.ipv6_prefix, "/80"));
	path = xasprintf("/api/v1/nodes/%s", node.name);
	object = read_object(path);
	addresses = json_find(object, "status", "addresses", NULL);
	ck_assert_str_eq(json_get_str(json_at(addresses, 0), "address"), node.address);
	ck_assert_str_eq(json_get_str(json_at(addresses, 1), "type"), "InternalIP");
	ck_assert_str_eq(json_get_str(json_at(addresses, 1), "address"), node.ipv6_address);
	node_copy(&node, &copy);
	ck_assert_str_eq(copy.ipv6_prefix, node.ipv6_prefix);
	ck_assert_ptr_ne(copy.ipv6_prefix, node.ipv6_prefix);
}
END_TEST

START_TEST(a_node_of_one_family_has_neither)
{
	_cleanup_(place_done) struct place place = a_place(true);
	_cleanup_(node_done) struct node node = {0};
	struct node_spec spec = spec_of(&place, false);

	ck_assert(node_add(emulator->aws, cluster, emulator->world, &spec, &node, NULL));
	ck_assert_ptr_null(node.ipv6_address);
	ck_assert_ptr_null(node.ipv6_prefix);
}
END_TEST

START_TEST(a_subnet_without_ipv6_gives_no_node_of_both_families)
{
	_cleanup_(place_done) struct place place = a_place(false);
	_cleanup_(node_done) struct node node = {0};
	_cleanup_(json_freep) struct json *nodes = NULL;
	struct node_spec spec = spec_of(&place, true);
	struct err err = ERR_INIT;

	ck_assert(!node_add(emulator->aws, cluster, emulator->world, &spec, &node, &err));
	ck_assert(str_starts_with(err_text(&err), "running an instance in subnet-"));
	err_done(&err);
	ck_assert_ptr_null(node.name);
	nodes = read_object("/api/v1/nodes");
	ck_assert_uint_eq(json_size(json_get(nodes, "items")), 0);
}
END_TEST

static void broken(const char *text, void *userdata)
{
	(void)userdata;
	ck_abort_msg("%s", text);
}

/* Looks again on each turn of the loop. */
static void stop_when_idle(void *userdata)
{
	if (!workloads_busy(userdata))
		loop_stop(loop);
	else
		loop_add_timer(loop, 0, stop_when_idle, userdata);
}

START_TEST(a_pod_on_a_node_of_both_families_has_an_address_of_the_nodes_prefix_too)
{
	_cleanup_(place_done) struct place place = a_place(true);
	_cleanup_(node_done) struct node node = {0};
	_cleanup_(json_freep) struct json *pod = NULL, *there = NULL, *taints = NULL;
	_cleanup_(freep) char *path = NULL;
	struct node_spec spec = spec_of(&place, true);
	struct workloads_options options = {.loop = loop,
					    .world = emulator->world,
					    .aws = emulator->aws,
					    .cluster = cluster,
					    .region = REGION,
					    .broken = broken};
	_cleanup_(workloads_freep) struct workloads *workloads = workloads_new(&options);
	const struct json *ips;
	struct cidr prefix;
	struct ip ip;

	ck_assert(node_add(emulator->aws, cluster, emulator->world, &spec, &node, NULL));
	path = xasprintf("/api/v1/nodes/%s", node.name);
	taints = test_json("{'spec':{'taints':null}}");
	ck_assert(kube_invoke(cluster, "operator", "PATCH", path, "application/merge-patch+json",
			      taints, NULL, NULL));
	workloads_add_node(workloads, &node);
	pod = test_json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'a'},'spec':"
			"{'containers':[{'name':'a','image':'a'}]}}");
	ck_assert(kube_invoke(cluster, "operator", "POST", "/api/v1/namespaces/default/pods", NULL,
			      pod, NULL, NULL));
	stop_when_idle(workloads);
	loop_run(loop);
	there = read_object("/api/v1/namespaces/default/pods/a");
	ips = json_find(there, "status", "podIPs", NULL);
	ck_assert_uint_eq(json_size(ips), 2);
	ck_assert_str_eq(json_find_str(there, "status", "podIP", NULL),
			 json_get_str(json_at(ips, 0), "ip"));
	ck_assert(cidr_parse(node.ipv6_prefix, &prefix));
	ck_assert(ip_parse(json_get_str(json_at(ips, 1), "ip"), &ip));
	ck_assert(cidr_contains_ip(&prefix, &ip));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_node_of_both_families_has_an_address_of_each_and_a_prefix_for_pods,
		a_node_of_one_family_has_neither,
		a_subnet_without_ipv6_gives_no_node_of_both_families,
		a_pod_on_a_node_of_both_families_has_an_address_of_the_nodes_prefix_too,
		NULL,
	};

	return suite_main("node", tests);
}
