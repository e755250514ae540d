/*
 * What a lookup costs as the world grows: by id, by name, by tag, by VPC, from 200 load balancers
 * and 2 000 targets up to 20 000 and 200 000. Each lookup finds as much in the large world as in
 * the small one, and asks for another thing each time, without a wire (so nothing is remembered).
 * Fails when a hundred times the resources cost more than GROWTH_MAX times the time: an order of
 * growth shows, a processor's caches may.
 */
#include <stdio.h>
#include <time.h>

#include "emulator/aws/private.h"
#include "tests/lib/world.h"

#define BALANCERS_PER_VPC 100
#define TARGETS_PER_GROUP 100 /* a target group for each ten load balancers */
#define ROUNDS		  2000
#define GROWTH_MAX	  4.0

static const unsigned sizes[] = {200, 2000, 20000}; /* load balancers; ten times as many targets */

struct scene {
	struct world *world;
	struct aws *aws;
	unsigned balancers;
	char **vpcs, **balancer_arns, **group_arns, **subnets;
	unsigned vpc_count, group_count;
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* A call that must work; params as test_json takes them; takes over params. */
static struct json *call(struct scene *scene, const char *service, const char *operation,
			 char *params)
{
	struct json *input = test_json(params), *output = NULL;
	struct err err = ERR_INIT;

	if (!aws_invoke(scene->aws, "operator", NULL, TEST_REGION, service, operation, input, NULL,
			&output, &err)) {
		fprintf(stderr, "%s:%s %.300s: %s\n", service, operation, params, err_text(&err));
		exit(EXIT_FAILURE);
	}
	json_free(input);
	free(params);
	return output;
}

/* The text at a path of the output, copied; frees the output. */
static char *take(struct json *output, const char *list, const char *member)
{
	const struct json *found = json_get(output, list);
	char *text =
		xstrdup(json_get_str(json_is_array(found) ? json_first(found) : found, member));

	json_free(output);
	return text;
}

static void add_vpc(struct scene *scene, unsigned i)
{
	char *vpc = take(call(scene, "ec2", "CreateVpc", xasprintf("{'CidrBlock':'10.0.0.0/16'}")),
			 "Vpc", "VpcId");
	char *gateway = take(call(scene, "ec2", "CreateInternetGateway", xasprintf("{}")),
			     "InternetGateway", "InternetGatewayId");

	json_free(call(scene, "ec2", "AttachInternetGateway",
		       xasprintf("{'VpcId':'%s','InternetGatewayId':'%s'}", vpc, gateway)));
	for (unsigned zone = 0; zone < 3; zone++)
		scene->subnets[3 * i + zone] =
			take(call(scene, "ec2", "CreateSubnet",
				  xasprintf("{'VpcId':'%s','CidrBlock':'10.0.%u.0/20',"
					    "'AvailabilityZone':'%s%c','TagSpecifications':"
					    "[{'ResourceType':'subnet','Tags':[{'Key':'Name',"
					    "'Value':'s%u-%u'}]}]}",
					    vpc, zone * 16, TEST_REGION, 'a' + (int)zone, i, zone)),
			     "Subnet", "SubnetId");
	scene->vpcs[i] = vpc;
	free(gateway);
}

static void add_balancer(struct scene *scene, unsigned i)
{
	char **subnets = scene->subnets + 3 * (i / BALANCERS_PER_VPC);

	scene->balancer_arns[i] =
		take(call(scene, "elbv2", "CreateLoadBalancer",
			  xasprintf("{'Name':'lb-%u','Type':'network','Subnets':['%s','%s','%s'],"
				    "'Tags':[{'Key':'number','Value':'%u'}]}",
				    i, subnets[0], subnets[1], subnets[2], i)),
		     "LoadBalancers", "LoadBalancerArn");
}

static void add_group(struct scene *scene, unsigned i)
{
	const char *vpc = scene->vpcs[i % scene->vpc_count];
	struct strbuf targets;

	scene->group_arns[i] = take(call(scene, "elbv2", "CreateTargetGroup",
					 xasprintf("{'Name':'tg-%u','Protocol':'TCP','Port':80,"
						   "'TargetType':'ip','VpcId':'%s'}",
						   i, vpc)),
				    "TargetGroups", "TargetGroupArn");
	strbuf_init(&targets, 1 << 20);
	for (unsigned t = 0; t < TARGETS_PER_GROUP; t++)
		strbuf_addf(&targets, "%s{'Id':'10.0.%u.%u'}", t ? "," : "", i % 48, 10 + t);
	json_free(call(scene, "elbv2", "RegisterTargets",
		       xasprintf("{'TargetGroupArn':'%s','Targets':[%s]}", scene->group_arns[i],
				 strbuf_text(&targets))));
	strbuf_done(&targets);
}

static void build(struct scene *scene, unsigned balancers)
{
	*scene = (struct scene){.balancers = balancers,
				.vpc_count = balancers / BALANCERS_PER_VPC,
				.group_count = balancers / 10};
	scene->world = test_world(PROFILE_INSTANT);
	actor_add(scene->world, &(struct actor){.name = "operator", .account = TEST_ACCOUNT});
	scene->aws = aws_new(scene->world);
	aws_check_replies(scene->aws, false);
	scene->vpcs = xcalloc(scene->vpc_count, sizeof(char *));
	scene->subnets = xcalloc(3 * scene->vpc_count, sizeof(char *));
	scene->balancer_arns = xcalloc(balancers, sizeof(char *));
	scene->group_arns = xcalloc(scene->group_count, sizeof(char *));
	for (unsigned i = 0; i < scene->vpc_count; i++)
		add_vpc(scene, i);
	for (unsigned i = 0; i < balancers; i++)
		add_balancer(scene, i);
	for (unsigned i = 0; i < scene->group_count; i++)
		add_group(scene, i);
}

static void free_all(char **texts, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

static void done(struct scene *scene)
{
	free_all(scene->vpcs, scene->vpc_count);
	free_all(scene->subnets, 3 * scene->vpc_count);
	free_all(scene->balancer_arns, scene->balancers);
	free_all(scene->group_arns, scene->group_count);
	aws_free(scene->aws);
	world_free(scene->world);
}

static char *by_arn(struct scene *scene, unsigned i)
{
	return xasprintf("{'LoadBalancerArns':['%s']}", scene->balancer_arns[i % scene->balancers]);
}

static char *by_name(struct scene *scene, unsigned i)
{
	return xasprintf("{'Names':['lb-%u']}", i % scene->balancers);
}

static char *tags_of(struct scene *scene, unsigned i)
{
	return xasprintf("{'ResourceArns':['%s']}", scene->balancer_arns[i % scene->balancers]);
}

static char *by_tag(struct scene *scene, unsigned i)
{
	return xasprintf("{'Filters':[{'Name':'tag:Name','Values':['s%u-1']}]}",
			 i % scene->vpc_count);
}

static char *by_id(struct scene *scene, unsigned i)
{
	return xasprintf("{'SubnetIds':['%s']}", scene->subnets[i % (3 * scene->vpc_count)]);
}

static char *by_vpc(struct scene *scene, unsigned i)
{
	return xasprintf("{'Filters':[{'Name':'vpc-id','Values':['%s']}]}",
			 scene->vpcs[i % scene->vpc_count]);
}

static char *by_group(struct scene *scene, unsigned i)
{
	return xasprintf("{'TargetGroupArn':'%s'}", scene->group_arns[i % scene->group_count]);
}

static char *one_target(struct scene *scene, unsigned i)
{
	unsigned group = i % scene->group_count;

	return xasprintf("{'TargetGroupArn':'%s','Targets':[{'Id':'10.0.%u.%u','Port':80}]}",
			 scene->group_arns[group], group % 48, 10 + i % TARGETS_PER_GROUP);
}

static const struct lookup {
	const char *name, *service, *operation;
	char *(*params)(struct scene *scene, unsigned i);
	unsigned rounds;
} lookups[] = {
	{"load balancer by ARN", "elbv2", "DescribeLoadBalancers", by_arn, ROUNDS},
	{"load balancer by name", "elbv2", "DescribeLoadBalancers", by_name, ROUNDS},
	{"tags of a load balancer", "elbv2", "DescribeTags", tags_of, ROUNDS},
	{"subnet by id", "ec2", "DescribeSubnets", by_id, ROUNDS / 4},
	{"subnet by tag", "ec2", "DescribeSubnets", by_tag, ROUNDS / 4},
	{"subnets by VPC (3)", "ec2", "DescribeSubnets", by_vpc, ROUNDS / 4},
	{"interfaces by VPC (300)", "ec2", "DescribeNetworkInterfaces", by_vpc, 40},
	{"route tables by VPC (1)", "ec2", "DescribeRouteTables", by_vpc, ROUNDS},
	{"targets of a group (100)", "elbv2", "DescribeTargetHealth", by_group, ROUNDS / 10},
	{"one target of a group", "elbv2", "DescribeTargetHealth", one_target, ROUNDS},
};

/* Microseconds of one lookup, the best of three goes. */
static double measure(struct scene *scene, const struct lookup *lookup)
{
	double best = 1e12;

	for (unsigned go = 0; go < 3; go++) {
		double start = now_us(), each;

		for (unsigned i = 0; i < lookup->rounds; i++)
			json_free(call(scene, lookup->service, lookup->operation,
				       lookup->params(scene, 7919 * (i + go * lookup->rounds))));
		each = (now_us() - start) / lookup->rounds;
		best = each < best ? each : best;
	}
	return best;
}

int main(void)
{
	double us[array_size(lookups)][array_size(sizes)];
	bool fine = true;

	for (unsigned s = 0; s < array_size(sizes); s++) {
		struct scene scene;
		double start = now_us();

		build(&scene, sizes[s]);
		printf("%u load balancers, %u targets, %zu network interfaces: made in %.1f s\n",
		       sizes[s], scene.group_count * TARGETS_PER_GROUP,
		       world_lookup_count(scene.world,
					  world_kind_named(scene.world, "network-interface"), "vpc",
					  scene.vpcs[0]) *
			       scene.vpc_count,
		       (now_us() - start) / 1e6);
		fflush(stdout);
		for (unsigned i = 0; i < array_size(lookups); i++)
			us[i][s] = measure(&scene, &lookups[i]);
		done(&scene);
	}
	printf("\n%-28s", "us for a lookup with");
	for (unsigned s = 0; s < array_size(sizes); s++)
		printf(" %9u", sizes[s]);
	printf("    growth (at most %.0f)\n", GROWTH_MAX);
	for (unsigned i = 0; i < array_size(lookups); i++) {
		double growth = us[i][array_size(sizes) - 1] / us[i][0];

		printf("%-28s", lookups[i].name);
		for (unsigned s = 0; s < array_size(sizes); s++)
			printf(" %9.1f", us[i][s]);
		printf("    %5.1f: %s\n", growth, growth <= GROWTH_MAX ? "ok" : "MISSED");
		fine = fine && growth <= GROWTH_MAX;
	}
	return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
