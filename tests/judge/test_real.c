/*
 * The judge and the packet walk on what the real AWS façade makes: the same documents that the
 * controllers get, made by the calls that they make.
 */
#include "emulator/aws/aws.h"
#include "emulator/base/strbuf.h"
#include "emulator/judge/leaks.h"
#include "emulator/judge/match.h"
#include "emulator/model/aws_model.h"
#include "emulator/net/path.h"
#include "tests/lib/cloud.h"
#include "tests/lib/suite.h"

#define INFRA_TAG(type)                                                                            \
	"'TagSpecifications':[{'ResourceType':'" type "','Tags':[{'Key':"                          \
	"'kubernetes.io/cluster/shoot--qa--demo','Value':'1'}]}]"
#define LBC_TAG_LIST                                                                               \
	"[{'Key':'elbv2.k8s.aws/cluster','Value':'shoot--qa--demo'},"                              \
	"{'Key':'service.k8s.aws/stack','Value':'default/echo'},"                                  \
	"{'Key':'kubernetes.io/cluster/shoot--qa--demo','Value':'owned'}]"

struct rig {
	struct world *world;
	struct aws *aws;
	struct strs ids; /* what calls gave out, in order */
};

/* One call; `$a`, `$b` … in params stand for ids that earlier calls gave out. The text at the path
 * of the answer is kept as the next one; NULL: nothing is. */
static const char *call(struct rig *rig, const char *actor, const char *service,
			const char *operation, const char *path, const char *params)
{
	struct strbuf sb;
	struct json *input, *output = NULL;
	const struct json *at;
	struct err err = ERR_INIT;
	_cleanup_(freep) char *rest = path ? xstrdup(path) : NULL;
	char *more = NULL;
	bool ok;

	strbuf_init(&sb, 1 << 16);
	for (const char *c = params; *c; c++) {
		if (*c == '$')
			strbuf_add(&sb, rig->ids.items[*++c - 'a']);
		else
			strbuf_add_char(&sb, *c);
	}
	input = test_json(strbuf_text(&sb));
	ok = aws_invoke(rig->aws, actor, TEST_ACCOUNT, TEST_REGION, service, operation, input, NULL,
			&output, &err);
	ck_assert_msg(ok, "%s:%s %s: %s %s", service, operation, strbuf_text(&sb), err.wire,
		      err_text(&err));
	strbuf_done(&sb);
	json_free(input);
	at = output;
	for (char *step = rest ? strtok_r(rest, ".", &more) : NULL; step;
	     step = strtok_r(NULL, ".", &more))
		at = *step >= '0' && *step <= '9' ? json_at(at, (size_t)(*step - '0'))
						  : json_get(at, step);
	if (path) {
		ck_assert_msg(json_str(at) != NULL, "%s has no %s", operation, path);
		strs_add(&rig->ids, json_str(at));
	}
	json_free(output);
	return path ? rig->ids.items[rig->ids.count - 1] : NULL;
}

static void network(struct rig *rig)
{
	struct rig *r = rig;
	const char *i = CLOUD_INFRA;

	/* a: VPC */
	call(r, i, "ec2", "CreateVpc", "Vpc.VpcId",
	     "{'CidrBlock':'10.250.0.0/16','AmazonProvidedIpv6CidrBlock':true," INFRA_TAG(
		     "vpc") "}");
	test_advance(r->world, 60000);
	/* b: its IPv6 block */
	call(r, i, "ec2", "DescribeVpcs", "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock",
	     "{'VpcIds':['$a']}");
	/* c, d: public and nodes subnets */
	call(r, i, "ec2", "CreateSubnet", "Subnet.SubnetId",
	     "{'VpcId':'$a','CidrBlock':'10.250.96.0/22','AvailabilityZone':'eu-west-1a',"
	     "'Ipv6CidrBlock':'$b'," INFRA_TAG("subnet") "}");
	call(r, i, "ec2", "CreateSubnet", "Subnet.SubnetId",
	     "{'VpcId':'$a','CidrBlock':'10.250.0.0/19','AvailabilityZone':'eu-west-1a'," INFRA_TAG(
		     "subnet") "}");
	/* e: internet gateway, f: route table */
	call(r, i, "ec2", "CreateInternetGateway", "InternetGateway.InternetGatewayId",
	     "{" INFRA_TAG("internet-gateway") "}");
	call(r, i, "ec2", "AttachInternetGateway", NULL, "{'VpcId':'$a','InternetGatewayId':'$e'}");
	call(r, i, "ec2", "CreateRouteTable", "RouteTable.RouteTableId",
	     "{'VpcId':'$a'," INFRA_TAG("route-table") "}");
	call(r, i, "ec2", "CreateRoute", NULL,
	     "{'RouteTableId':'$f','DestinationCidrBlock':'0.0.0.0/0','GatewayId':'$e'}");
	call(r, i, "ec2", "CreateRoute", NULL,
	     "{'RouteTableId':'$f','DestinationIpv6CidrBlock':'::/0','GatewayId':'$e'}");
	call(r, i, "ec2", "AssociateRouteTable", NULL, "{'RouteTableId':'$f','SubnetId':'$c'}");
	/* g: nodes' group; h: an image, i: a node of it */
	call(r, i, "ec2", "CreateSecurityGroup", "GroupId",
	     "{'VpcId':'$a','GroupName':'shoot--qa--demo-nodes','Description':'nodes'," INFRA_TAG(
		     "security-group") "}");
	call(r, i, "ec2", "AuthorizeSecurityGroupIngress", NULL,
	     "{'GroupId':'$g','IpPermissions':[{'IpProtocol':'tcp','FromPort':30000,'ToPort':32767,"
	     "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}]}");
	call(r, "cluster", "ec2", "DescribeImages", "Images.0.ImageId", "{}");
	call(r, "cluster", "ec2", "RunInstances", "Instances.0.InstanceId",
	     "{'ImageId':'$h','InstanceType':'m5.large','MinCount':1,'MaxCount':1,"
	     "'SubnetId':'$d','SecurityGroupIds':['$g']}");
	test_advance(r->world, 60000);
}

#define NODES "'RoleName':'shoot--qa--demo-nodes'"
#define TRUST                                                                                      \
	"'{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","   \
	"\\\"Principal\\\":{\\\"Service\\\":\\\"ec2.amazonaws.com\\\"},"                           \
	"\\\"Action\\\":\\\"sts:AssumeRole\\\"}]}'"
#define POLICY                                                                                     \
	"'{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","   \
	"\\\"Action\\\":\\\"ec2:DescribeInstances\\\",\\\"Resource\\\":\\\"*\\\"}]}'"

/* What else Gardener makes for a Shoot; the ids are not needed again. */
static void rest_of_shoot(struct rig *r)
{
	const char *i = CLOUD_INFRA, *address;
	size_t known = r->ids.count;

	call(r, i, "iam", "CreateRole", NULL, "{" NODES ",'AssumeRolePolicyDocument':" TRUST "}");
	call(r, i, "iam", "PutRolePolicy", NULL,
	     "{" NODES ",'PolicyName':'shoot--qa--demo-nodes','PolicyDocument':" POLICY "}");
	call(r, i, "iam", "CreateInstanceProfile", NULL,
	     "{'InstanceProfileName':'shoot--qa--demo-nodes'}");
	call(r, i, "iam", "AddRoleToInstanceProfile", NULL,
	     "{" NODES ",'InstanceProfileName':'shoot--qa--demo-nodes'}");
	call(r, i, "ec2", "CreateDhcpOptions", NULL,
	     "{'DhcpConfigurations':[{'Key':'domain-name','Values':["
	     "'eu-west-1.compute.internal']}]," INFRA_TAG("dhcp-options") "}");
	call(r, i, "ec2", "CreateVpcEndpoint", NULL,
	     "{'VpcId':'$a','ServiceName':'com.amazonaws.eu-west-1.s3'," INFRA_TAG(
		     "vpc-endpoint") "}");
	address = call(r, i, "ec2", "AllocateAddress", "AllocationId",
		       "{'Domain':'vpc'," INFRA_TAG("elastic-ip") "}");
	call(r, i, "ec2", "CreateNatGateway", NULL,
	     "{'SubnetId':'$c','AllocationId':'$o'," INFRA_TAG("natgateway") "}");
	ck_assert_uint_eq(r->ids.count, known + 1);
	ck_assert(str_starts_with(address, "eipalloc-"));
	free(r->ids.items[--r->ids.count]); /* the next id is `o` again */
	test_advance(r->world, 120000);
}

static void load_balancer(struct rig *r)
{
	const char *l = CLOUD_LBC;

	/* j: its group, k: itself, l: target group */
	call(r, l, "ec2", "CreateSecurityGroup", "GroupId",
	     "{'VpcId':'$a','GroupName':'k8s-default-echo','Description':'echo',"
	     "'TagSpecifications':[{'ResourceType':'security-group','Tags':" LBC_TAG_LIST "}]}");
	call(r, l, "ec2", "AuthorizeSecurityGroupIngress", NULL,
	     "{'GroupId':'$j','IpPermissions':[{'IpProtocol':'tcp','FromPort':80,'ToPort':80,"
	     "'IpRanges':[{'CidrIp':'0.0.0.0/0'}],'Ipv6Ranges':[{'CidrIpv6':'::/0'}]}]}");
	call(r, l, "elbv2", "CreateLoadBalancer", "LoadBalancers.0.LoadBalancerArn",
	     "{'Name':'k8s-default-echo','Type':'network','Scheme':'internet-facing',"
	     "'IpAddressType':'dualstack','SecurityGroups':['$j'],'SubnetMappings':[{'SubnetId':"
	     "'$c'}],'Tags':" LBC_TAG_LIST "}");
	call(r, l, "elbv2", "CreateTargetGroup", "TargetGroups.0.TargetGroupArn",
	     "{'Name':'k8s-default-echo','Port':30080,'Protocol':'TCP','VpcId':'$a',"
	     "'TargetType':'instance','Tags':" LBC_TAG_LIST "}");
	call(r, l, "elbv2", "CreateListener", NULL,
	     "{'LoadBalancerArn':'$k','Port':80,'Protocol':'TCP','DefaultActions':[{'Type':"
	     "'forward','TargetGroupArn':'$l'}],'Tags':" LBC_TAG_LIST "}");
	call(r, l, "elbv2", "RegisterTargets", NULL,
	     "{'TargetGroupArn':'$l','Targets':[{'Id':'$i','Port':30080}]}");
	/* m: the rule that it leaves in the nodes' group */
	call(r, l, "ec2", "AuthorizeSecurityGroupIngress",
	     "SecurityGroupRules.0.SecurityGroupRuleId",
	     "{'GroupId':'$g','IpPermissions':[{'IpProtocol':'tcp','FromPort':30080,'ToPort':30080,"
	     "'UserIdGroupPairs':[{'GroupId':'$j','Description':"
	     "'elbv2.k8s.aws/targetGroupBinding=shared'}]}]}");
	/* n: its name */
	call(r, l, "elbv2", "DescribeLoadBalancers", "LoadBalancers.0.DNSName", "{}");
	test_advance(r->world, 120000);
}

static void service(struct rig *rig)
{
	_cleanup_(freep) char *body = xasprintf(
		"{'metadata':{'name':'echo','namespace':'default','annotations':{"
		"'service.beta.kubernetes.io/aws-load-balancer-type':'external',"
		"'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type':'instance'}},"
		"'spec':{'type':'LoadBalancer','ports':[{'protocol':'TCP','port':80,"
		"'nodePort':30080}]},'status':{'loadBalancer':{'ingress':[{'hostname':'%s'}]}}}",
		rig->ids.items['n' - 'a']);

	cloud_add(rig->world, "operator", "service", CLOUD_SHOOT "/default/echo", body, NULL);
	cloud_add(rig->world, "cluster", "endpoint-slice", CLOUD_SHOOT "/default/echo-x",
		  "{'metadata':{'labels':{'kubernetes.io/service-name':'echo'}},'endpoints':["
		  "{'addresses':['100.96.0.2'],'conditions':{'ready':true}}]}",
		  NULL);
}

/* What the CCM makes for a Service without annotations: o its group; its name is "aecho". */
static void classic(struct rig *r)
{
	const char *c = CLOUD_CCM;

	call(r, c, "ec2", "CreateSecurityGroup", "GroupId",
	     "{'VpcId':'$a','GroupName':'k8s-elb-aecho','Description':"
	     "'Security group for Kubernetes ELB aecho (default/echo)',"
	     "'TagSpecifications':[{'ResourceType':'security-group','Tags':[{'Key':"
	     "'kubernetes.io/cluster/shoot--qa--demo','Value':'owned'}]}]}");
	call(r, c, "ec2", "AuthorizeSecurityGroupIngress", NULL,
	     "{'GroupId':'$o','IpPermissions':[{'IpProtocol':'tcp','FromPort':80,'ToPort':80,"
	     "'IpRanges':[{'CidrIp':'0.0.0.0/0'}]}]}");
	call(r, c, "elb", "CreateLoadBalancer", "DNSName",
	     "{'LoadBalancerName':'aecho','Listeners':[{'Protocol':'TCP','LoadBalancerPort':80,"
	     "'InstanceProtocol':'TCP','InstancePort':30080}],'Subnets':['$c'],"
	     "'SecurityGroups':['$o'],'Tags':[{'Key':'kubernetes.io/service-name','Value':"
	     "'default/echo'},{'Key':'kubernetes.io/cluster/shoot--qa--demo','Value':'owned'}]}");
	call(r, c, "elb", "ConfigureHealthCheck", NULL,
	     "{'LoadBalancerName':'aecho','HealthCheck':{'Target':'TCP:30080','Interval':10,"
	     "'Timeout':5,'UnhealthyThreshold':2,'HealthyThreshold':2}}");
	call(r, c, "elb", "RegisterInstancesWithLoadBalancer", NULL,
	     "{'LoadBalancerName':'aecho','Instances':[{'InstanceId':'$i'}]}");
	test_advance(r->world, 120000);
}

static void put_service(struct rig *rig, const char *annotations, const char *hostname)
{
	_cleanup_(freep) char *body = xasprintf(
		"{'metadata':{'name':'echo','namespace':'default','annotations':{%s}},"
		"'spec':{'type':'LoadBalancer','ports':[{'protocol':'TCP','port':80,"
		"'nodePort':30080}]},'status':{'loadBalancer':{'ingress':[{'hostname':'%s'}]}}}",
		annotations, hostname);

	cloud_put(rig->world, "operator", "service", CLOUD_SHOOT "/default/echo", body);
}

static void rig_init(struct rig *rig)
{
	*rig = (struct rig){.world = test_world(PROFILE_AWS)};
	rig->aws = aws_new(rig->world);
	cloud_add(rig->world, "cluster", "namespace", CLOUD_SHOOT "//default", "{}", NULL);
	cloud_add(rig->world, "gardenlet", "infrastructure", "seed/" CLOUD_SHOOT "/demo", "{}",
		  NULL);
	network(rig);
	load_balancer(rig);
	rest_of_shoot(rig);
	service(rig);
}

static void rig_done(struct rig *rig)
{
	strs_done(&rig->ids);
	aws_free(rig->aws);
	world_free(rig->world);
}

static void leaks_are(const struct rig *rig, const char *expected)
{
	_cleanup_(freep) char *text = xstrdup("");
	struct leaks leaks = {0};

	leaks_judge(rig->world, NULL, &leaks);
	for (size_t i = 0; i < leaks.count; i++) {
		char *more =
			xasprintf("%s%s%s %s", text, i ? ", " : "", leaks.items[i].doc->kind->name,
				  verdict_name(leaks.items[i].verdict));

		free(text);
		text = more;
	}
	ck_assert_str_eq(text, expected);
	leaks_done(&leaks);
}

START_TEST(the_walk_gets_through_what_the_controllers_make)
{
	static const enum family families[] = {FAMILY_IPV6, FAMILY_IPV4};
	struct rig rig;

	rig_init(&rig);
	for (size_t i = 0; i < array_size(families); i++) {
		struct path path = {0};
		struct err err = ERR_INIT;

		ck_assert(path_from_internet(rig.world, families[i], "service default/echo", 80,
					     &path, &err));
		ck_assert_msg(path.state == PATH_OPEN, "%s", path.why);
		path_done(&path);
	}
	rig_done(&rig);
}
END_TEST

static size_t count_of(const struct rig *rig, const struct selection *selection, const char *kind)
{
	struct docs docs = {0};
	size_t count;

	selection_docs(rig->world, selection, world_kind_named(rig->world, kind), &docs);
	count = docs.count;
	docs_done(&docs);
	return count;
}

START_TEST(selections_find_the_real_documents)
{
	static const struct {
		const char *of, *kind;
		size_t count;
	} rows[] = {
		{"service default/echo", "load-balancer", 1},
		{"service default/echo", "target-group", 1},
		{"service default/echo", "target", 1},
		{"service default/echo", "listener", 1},
		{"service default/echo", "rule", 1},
		{"service default/echo", "network-interface", 1},
		{"service default/echo", "security-group", 1},
		{"shoot demo", "vpc", 1},
		{"shoot demo", "subnet", 2},
		{"shoot demo", "load-balancer", 1},
		{"shoot demo", "instance", 1},
	};
	struct selection selection;
	struct err err = ERR_INIT;
	const struct doc *lb;
	struct rig rig;

	rig_init(&rig);
	for (size_t i = 0; i < array_size(rows); i++) {
		ck_assert(selection_parse(rows[i].of, &selection, &err));
		ck_assert_msg(count_of(&rig, &selection, rows[i].kind) == rows[i].count, "%s of %s",
			      rows[i].kind, rows[i].of);
		selection_done(&selection);
	}
	lb = world_next(rig.world, world_kind_named(rig.world, "load-balancer"), NULL);
	selection = selection_of_doc(lb);
	ck_assert_uint_eq(count_of(&rig, &selection, "target-group"), 1);
	ck_assert_uint_eq(count_of(&rig, &selection, "target"), 1);
	ck_assert_uint_eq(count_of(&rig, &selection, "security-group"), 1);
	selection_done(&selection);
	rig_done(&rig);
}
END_TEST

START_TEST(a_target_is_claimed_by_the_members_that_its_api_shows)
{
	_cleanup_(json_freep) struct json *claim = test_json(
		"{'Target':{'Port':'30080'},'HealthCheckPort':'30080','TargetHealth':{'State':"
		"'healthy'}}");
	_cleanup_(json_freep) struct json *view = NULL;
	struct mismatch mismatch = MISMATCH_INIT;
	struct rig rig;

	rig_init(&rig);
	view = doc_view(rig.world,
			world_next(rig.world, world_kind_named(rig.world, "target"), NULL));
	ck_assert_msg(match_value(claim, view, &mismatch), "%s: %s", mismatch.path,
		      mismatch.actual);
	rig_done(&rig);
}
END_TEST

/* What a claim may name (runner/schema/kinds.tbl checks fields by the shape) and the view must
 * therefore have, and nothing else: but what the judge adds on purpose. */
static const char *const added[][2] = {
	{"load-balancer", "Tags"},
	{"load-balancer", "Attributes"},
	{"listener", "Tags"},
	{"listener", "Attributes"},
	{"rule", "Tags"},
	{"target-group", "Tags"},
	{"target-group", "Attributes"},
	{"route", "RouteTableId"},
	{"classic-load-balancer", "Tags"},
};

static bool is_added(const char *kind, const char *member)
{
	for (size_t i = 0; i < array_size(added); i++)
		if (str_eq(added[i][0], kind) && str_eq(added[i][1], member))
			return true;
	return false;
}

static void check_members(const struct world *w, const struct doc *doc)
{
	const char *colon = strchr(doc->kind->shape, ':');
	_cleanup_(freep) char *name =
		xstrndup(doc->kind->shape, (size_t)(colon - doc->kind->shape));
	const struct aws_service_model *service = aws_model_find(name);
	const struct aws_shape *shape = service ? aws_model_shape(service, colon + 1) : NULL;
	_cleanup_(json_freep) struct json *view = doc_view(w, doc);

	ck_assert_msg(shape != NULL, "%s", doc->kind->shape);
	json_foreach (member, view)
		ck_assert_msg(is_added(doc->kind->name, json_key(member)) ||
				      aws_shape_member(service, shape, json_key(member)),
			      "%s has no member %s", doc->kind->shape, json_key(member));
}

START_TEST(views_have_the_members_of_their_shapes)
{
	const struct kind *kind;
	struct rig rig;

	rig_init(&rig);
	classic(&rig);
	for (size_t i = 0; (kind = world_kind(rig.world, i)); i++) {
		if (!kind->shape || str_starts_with(kind->shape, "k8s:"))
			continue;
		world_foreach (doc, rig.world, kind)
			check_members(rig.world, doc);
	}
	rig_done(&rig);
}
END_TEST

START_TEST(nothing_leaks_while_service_and_shoot_live)
{
	struct rig rig;

	rig_init(&rig);
	leaks_are(&rig, "");
	rig_done(&rig);
}
END_TEST

/* One call of the plan, as the operator; where the plan loops, so does this, on the emulated
 * clock. */
static void clean_one(const struct leak *leak, const struct cleanup *cleanup, bool waits,
		      void *userdata)
{
	struct rig *rig = userdata;
	const char *colon = strchr(cleanup->action, ':');
	_cleanup_(freep) char *service =
		xstrndup(cleanup->action, (size_t)(colon - cleanup->action));
	struct err err = ERR_INIT;
	bool done = false;

	for (int tries = 0; !done && tries < (waits ? 10 : 1); tries++) {
		err_done(&err);
		done = aws_invoke(rig->aws, "operator", TEST_ACCOUNT, TEST_REGION, service,
				  colon + 1, cleanup->params, NULL, NULL, &err);
		test_advance(rig->world, 60000);
	}
	ck_assert_msg(done, "%s of %s: %s", cleanup->action, leak->id, err_text(&err));
	err_done(&err);
}

static void clean_up(struct rig *rig)
{
	struct leaks leaks = {0};

	leaks_judge(rig->world, NULL, &leaks);
	leaks_each_cleanup(&leaks, clean_one, rig);
	leaks_done(&leaks);
}

START_TEST(the_plan_leaves_nothing_of_a_service_that_is_gone)
{
	struct rig rig;

	rig_init(&rig);
	cloud_remove(rig.world, "operator", "service", CLOUD_SHOOT "/default/echo");
	leaks_are(&rig, "security-group owner-gone, security-group-rule residue, "
			"load-balancer owner-gone, target-group owner-gone");
	clean_up(&rig);
	leaks_are(&rig, "");
	rig_done(&rig);
}
END_TEST

static void refused(struct rig *rig, const char *operation, const char *member, const char *value,
		    const char *code)
{
	_cleanup_(freep) char *params = xasprintf("{'%s':'%s'}", member, value);
	_cleanup_(json_freep) struct json *input = test_json(params);
	struct err err = ERR_INIT;

	ck_assert(!aws_invoke(rig->aws, "operator", TEST_ACCOUNT, TEST_REGION, "ec2", operation,
			      input, NULL, NULL, &err));
	ck_assert_str_eq(err.wire, code);
	err_done(&err);
}

/* The seed's story: the Service goes from the CCM to the LBC, the classic load balancer stays. */
START_TEST(the_old_load_balancer_of_a_migration_leaks_until_it_is_cleaned_up_by_hand)
{
	struct rig rig;
	struct path path = {0};
	struct err err = ERR_INIT;
	const char *group;

	rig_init(&rig);
	classic(&rig);
	group = rig.ids.items['o' - 'a'];
	put_service(&rig, "", rig.ids.items['p' - 'a']);
	ck_assert(path_from_internet(rig.world, FAMILY_IPV4, "service default/echo", 80, &path,
				     &err));
	ck_assert_msg(path.state == PATH_OPEN, "%s", path.why);
	path_done(&path);
	put_service(&rig,
		    "'service.beta.kubernetes.io/aws-load-balancer-type':'external',"
		    "'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type':'instance'",
		    rig.ids.items['n' - 'a']);
	leaks_are(&rig, "security-group superseded, classic-load-balancer superseded");
	refused(&rig, "DeleteSecurityGroup", "GroupId", group, "DependencyViolation");
	call(&rig, "operator", "elb", "DeleteLoadBalancer", NULL, "{'LoadBalancerName':'aecho'}");
	refused(&rig, "DeleteSecurityGroup", "GroupId", group, "DependencyViolation");
	/* its interface lingers, and is AWS's own affair */
	leaks_are(&rig, "security-group superseded");
	test_advance(rig.world, 600000);
	call(&rig, "operator", "ec2", "DeleteSecurityGroup", NULL, "{'GroupId':'$o'}");
	leaks_are(&rig, "");
	rig_done(&rig);
}
END_TEST

START_TEST(the_plan_leaves_nothing_of_a_whole_shoot_that_is_gone)
{
	struct rig rig;

	rig_init(&rig);
	call(&rig, "kubelet", "ec2", "TerminateInstances", NULL, "{'InstanceIds':['$i']}");
	test_advance(rig.world, 60000);
	cloud_remove(rig.world, "operator", "service", CLOUD_SHOOT "/default/echo");
	cloud_remove(rig.world, "gardenlet", "infrastructure", "seed/" CLOUD_SHOOT "/demo");
	clean_up(&rig);
	leaks_are(&rig, "");
	rig_done(&rig);
}
END_TEST

START_TEST(every_kind_that_the_facade_makes_has_a_row)
{
	const struct kind *kind;
	struct rig rig;

	rig_init(&rig);
	for (size_t i = 0; (kind = world_kind(rig.world, i)); i++) {
		if (kind->shape && str_starts_with(kind->shape, "k8s:"))
			continue;
		ck_assert_msg(leaks_knows_kind(kind->name), "%s", kind->name);
	}
	rig_done(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_walk_gets_through_what_the_controllers_make,
		selections_find_the_real_documents,
		a_target_is_claimed_by_the_members_that_its_api_shows,
		views_have_the_members_of_their_shapes,
		nothing_leaks_while_service_and_shoot_live,
		the_plan_leaves_nothing_of_a_service_that_is_gone,
		the_plan_leaves_nothing_of_a_whole_shoot_that_is_gone,
		the_old_load_balancer_of_a_migration_leaks_until_it_is_cleaned_up_by_hand,
		every_kind_that_the_facade_makes_has_a_row,
		NULL,
	};

	return suite_main("real", tests);
}
