/* Hand-made documents of both façades. */
#include "tests/lib/cloud.h"

#include <stdio.h>

static struct kind kinds[] = {
	{.name = "vpc", .shape = "ec2:Vpc"},
	{.name = "subnet", .shape = "ec2:Subnet"},
	{.name = "dhcp-options", .shape = "ec2:DhcpOptions"},
	{.name = "internet-gateway", .shape = "ec2:InternetGateway"},
	{.name = "egress-only-internet-gateway", .shape = "ec2:EgressOnlyInternetGateway"},
	{.name = "route-table", .shape = "ec2:RouteTable"},
	{.name = "route", .shape = "ec2:Route"},
	{.name = "route-table-association", .shape = "ec2:RouteTableAssociation"},
	{.name = "nat-gateway", .shape = "ec2:NatGateway"},
	{.name = "elastic-ip", .shape = "ec2:Address"},
	{.name = "network-interface", .shape = "ec2:NetworkInterface"},
	{.name = "network-acl", .shape = "ec2:NetworkAcl"},
	{.name = "security-group", .shape = "ec2:SecurityGroup"},
	{.name = "security-group-rule", .shape = "ec2:SecurityGroupRule"},
	{.name = "key-pair", .shape = "ec2:KeyPairInfo"},
	{.name = "instance", .shape = "ec2:Instance"},
	{.name = "vpc-endpoint", .shape = "ec2:VpcEndpoint"},
	{.name = "load-balancer", .shape = "elbv2:LoadBalancer"},
	{.name = "listener", .shape = "elbv2:Listener"},
	{.name = "rule", .shape = "elbv2:Rule"},
	{.name = "target-group", .shape = "elbv2:TargetGroup"},
	{.name = "target", .shape = "elbv2:TargetHealthDescription"},
	{.name = "classic-load-balancer", .shape = "elb:LoadBalancerDescription"},
	{.name = "iam-role", .shape = "iam:Role"},
	{.name = "instance-profile", .shape = "iam:InstanceProfile"},
	{.name = "service", .shape = "k8s:/Service"},
	{.name = "namespace", .shape = "k8s:/Namespace"},
	{.name = "node", .shape = "k8s:/Node"},
	{.name = "pod", .shape = "k8s:/Pod"},
	{.name = "event", .shape = "k8s:/Event"},
	{.name = "lease", .shape = "k8s:coordination.k8s.io/Lease"},
	{.name = "endpoint-slice", .shape = "k8s:discovery.k8s.io/EndpointSlice"},
	{.name = "ingress", .shape = "k8s:networking.k8s.io/Ingress"},
	{.name = "target-group-binding", .shape = "k8s:elbv2.k8s.aws/TargetGroupBinding"},
	{.name = "infrastructure", .shape = "k8s:extensions.gardener.cloud/Infrastructure"},
};

const struct kind *cloud_kind(const char *name)
{
	for (size_t i = 0; i < array_size(kinds); i++)
		if (str_eq(kinds[i].name, name))
			return &kinds[i];
	fprintf(stderr, "cloud_kind: no %s\n", name);
	abort();
}

const struct doc *cloud_find(const struct world *world, const char *kind, const char *key)
{
	return world_find(world, cloud_kind(kind), key);
}

/* Kubernetes' calls have no account; operations are named as the façades name them. */
static struct call *begin(struct world *world, const char *actor, const char *verb,
			  const struct kind *kind)
{
	bool kube = str_starts_with(kind->shape, "k8s:");
	_cleanup_(freep) char *operation = xasprintf("%s%s", verb, strpbrk(kind->shape, "/:") + 1);
	const char *colon = strchr(kind->shape, ':'), *slash = strrchr(kind->shape, '/');
	_cleanup_(freep) char *service = xstrndup(kind->shape, (size_t)(colon - kind->shape));
	struct call_info info = {
		.actor = actor,
		.account = kube ? "" : TEST_ACCOUNT,
		.region = kube ? "" : TEST_REGION,
		.service = service,
		.operation = operation,
	};

	free(operation);
	operation = xasprintf("%s%s", verb, (slash ? slash : colon) + 1);
	info.operation = operation;
	return call_begin(world, NULL, &info);
}

static const struct doc *add(struct world *world, const char *actor, const char *name,
			     struct doc_spec spec)
{
	struct call *call = begin(world, actor, "Create", cloud_kind(name));
	const struct doc *doc;

	spec.kind = cloud_kind(name);
	doc = world_add(call, spec);
	call_commit(call, 200);
	return doc;
}

const struct doc *cloud_add(struct world *world, const char *actor, const char *kind,
			    const char *key, const char *body, const char *tags)
{
	return add(world, actor, kind,
		   (struct doc_spec){.key = key,
				     .body = test_json(body),
				     .tags = tags ? test_json(tags) : NULL});
}

const struct doc *cloud_put(struct world *world, const char *actor, const char *kind,
			    const char *key, const char *body)
{
	struct call *call = begin(world, actor, "Modify", cloud_kind(kind));
	const struct doc *doc = world_put(call, cloud_kind(kind), key, test_json(body));

	call_commit(call, 200);
	return doc;
}

void cloud_remove(struct world *world, const char *actor, const char *kind, const char *key)
{
	struct call *call = begin(world, actor, "Delete", cloud_kind(kind));

	world_remove(call, cloud_kind(kind), key);
	call_commit(call, 200);
}

static void add_extra(struct world *world, const char *actor, const char *kind, const char *key,
		      const char *body, const char *extra)
{
	add(world, actor, kind,
	    (struct doc_spec){.key = key, .body = test_json(body), .extra = test_json(extra)});
}

static void add_implied(struct world *world, const char *actor, const char *kind, const char *key,
			const char *body, const char *implied_by)
{
	add(world, actor, kind,
	    (struct doc_spec){.key = key, .body = test_json(body), .implied_by = implied_by});
}

#define INFRA_TAGS "{'kubernetes.io/cluster/shoot--qa--demo':'1','Name':'shoot--qa--demo'}"

static void add_network(struct world *w)
{
	cloud_add(w, CLOUD_INFRA, "dhcp-options", "dopt-1", "{'DhcpOptionsId':'dopt-1'}",
		  INFRA_TAGS);
	cloud_add(w, CLOUD_INFRA, "vpc", "vpc-1",
		  "{'VpcId':'vpc-1','DhcpOptionsId':'dopt-1','CidrBlock':'10.250.0.0/16',"
		  "'Ipv6CidrBlockAssociationSet':[{'Ipv6CidrBlock':'2001:db8:0:1200::/56'}]}",
		  INFRA_TAGS);
	add_implied(w, CLOUD_INFRA, "security-group", "sg-default",
		    "{'GroupId':'sg-default','GroupName':'default','VpcId':'vpc-1'}", "vpc-1");
	cloud_add(w, CLOUD_INFRA, "internet-gateway", "igw-1",
		  "{'InternetGatewayId':'igw-1','Attachments':[{'VpcId':'vpc-1',"
		  "'State':'available'}]}",
		  INFRA_TAGS);
	cloud_add(w, CLOUD_INFRA, "route-table", "rtb-1",
		  "{'RouteTableId':'rtb-1','VpcId':'vpc-1'}", INFRA_TAGS);
	add_extra(w, CLOUD_INFRA, "route", "rtb-1/0.0.0.0/0",
		  "{'DestinationCidrBlock':'0.0.0.0/0','GatewayId':'igw-1','State':'active'}",
		  "{'RouteTableId':'rtb-1','VpcId':'vpc-1'}");
	add_extra(w, CLOUD_INFRA, "route", "rtb-1/::/0",
		  "{'DestinationIpv6CidrBlock':'::/0','GatewayId':'igw-1','State':'active'}",
		  "{'RouteTableId':'rtb-1','VpcId':'vpc-1'}");
	cloud_add(w, CLOUD_INFRA, "subnet", "subnet-public",
		  "{'SubnetId':'subnet-public','VpcId':'vpc-1','CidrBlock':'10.250.96.0/22',"
		  "'Ipv6CidrBlockAssociationSet':[{'Ipv6CidrBlock':'2001:db8:0:1202::/64'}]}",
		  INFRA_TAGS);
	cloud_add(w, CLOUD_INFRA, "subnet", "subnet-nodes",
		  "{'SubnetId':'subnet-nodes','VpcId':'vpc-1','CidrBlock':'10.250.0.0/19'}",
		  INFRA_TAGS);
	cloud_add(w, CLOUD_INFRA, "route-table-association", "rtbassoc-1",
		  "{'RouteTableAssociationId':'rtbassoc-1','RouteTableId':'rtb-1',"
		  "'SubnetId':'subnet-public'}",
		  NULL);
}

static void add_rest(struct world *w)
{
	cloud_add(w, CLOUD_INFRA, "security-group", "sg-nodes",
		  "{'GroupId':'sg-nodes','GroupName':'shoot--qa--demo-nodes','VpcId':'vpc-1'}",
		  INFRA_TAGS);
	cloud_add(w, CLOUD_INFRA, "security-group-rule", "sgr-nodes",
		  "{'SecurityGroupRuleId':'sgr-nodes','GroupId':'sg-nodes','IsEgress':false,"
		  "'IpProtocol':'tcp','FromPort':30000,'ToPort':32767,'CidrIpv4':'0.0.0.0/0'}",
		  NULL);
	cloud_add(w, CLOUD_INFRA, "elastic-ip", "eipalloc-1",
		  "{'AllocationId':'eipalloc-1','AssociationId':'eipassoc-1',"
		  "'NetworkInterfaceId':'eni-nat'}",
		  INFRA_TAGS);
	cloud_add(w, CLOUD_INFRA, "nat-gateway", "nat-1",
		  "{'NatGatewayId':'nat-1','VpcId':'vpc-1','SubnetId':'subnet-public',"
		  "'State':'available','NatGatewayAddresses':[{'AllocationId':'eipalloc-1',"
		  "'NetworkInterfaceId':'eni-nat'}]}",
		  INFRA_TAGS);
	add_implied(w, CLOUD_INFRA, "network-interface", "eni-nat",
		    "{'NetworkInterfaceId':'eni-nat','VpcId':'vpc-1','SubnetId':'subnet-public',"
		    "'Status':'in-use'}",
		    "nat-1");
	cloud_add(w, CLOUD_INFRA, "iam-role", "shoot--qa--demo-nodes",
		  "{'RoleName':'shoot--qa--demo-nodes'}", NULL);
	cloud_add(w, CLOUD_INFRA, "instance-profile", "shoot--qa--demo-nodes",
		  "{'InstanceProfileName':'shoot--qa--demo-nodes','Roles':[{'RoleName':"
		  "'shoot--qa--demo-nodes'}]}",
		  NULL);
	cloud_add(w, CLOUD_INFRA, "key-pair", "key-1",
		  "{'KeyPairId':'key-1','KeyName':'shoot--qa--demo-ssh-publickey'}", NULL);
	cloud_add(w, "kubelet", "instance", "i-1",
		  "{'InstanceId':'i-1','VpcId':'vpc-1','SubnetId':'subnet-nodes',"
		  "'State':{'Name':'running'}}",
		  INFRA_TAGS);
}

struct world *cloud_shoot(void)
{
	struct world *w = test_world(PROFILE_AWS);

	cloud_add(w, "cluster", "namespace", "seed//default", "{}", NULL);
	cloud_add(w, "cluster", "namespace", CLOUD_SHOOT "//default", "{}", NULL);
	cloud_add(w, "gardenlet", "infrastructure", "seed/" CLOUD_SHOOT "/demo",
		  "{'metadata':{'name':'demo','namespace':'shoot--qa--demo'}}", NULL);
	add_network(w);
	add_rest(w);
	return w;
}

#define SERVICE_KEY CLOUD_SHOOT "/default/echo"

void cloud_service(struct world *w)
{
	cloud_add(w, "operator", "service", SERVICE_KEY,
		  "{'metadata':{'name':'echo','namespace':'default'},"
		  "'spec':{'type':'LoadBalancer','ports':[{'name':'http','protocol':'TCP',"
		  "'port':80,'targetPort':8080,'nodePort':30080}]}}",
		  NULL);
}

#define CCM_TAGS                                                                                   \
	"'KubernetesCluster':'shoot--qa--demo','kubernetes.io/cluster/shoot--qa--demo':'owned'"

void cloud_classic(struct world *w)
{
	cloud_add(w, CLOUD_CCM, "security-group", "sg-elb",
		  "{'GroupId':'sg-elb','GroupName':'k8s-elb-aecho','VpcId':'vpc-1',"
		  "'Description':'Security group for Kubernetes ELB aecho (default/echo)'}",
		  "{" CCM_TAGS "}");
	cloud_add(w, CLOUD_CCM, "security-group-rule", "sgr-elb",
		  "{'SecurityGroupRuleId':'sgr-elb','GroupId':'sg-elb','IsEgress':false,"
		  "'IpProtocol':'tcp','FromPort':80,'ToPort':80,'CidrIpv4':'0.0.0.0/0'}",
		  NULL);
	cloud_add(w, CLOUD_CCM, "classic-load-balancer", "eu-west-1/aecho",
		  "{'LoadBalancerName':'aecho','DNSName':'aecho-1.eu-west-1.elb.amazonaws.com',"
		  "'VPCId':'vpc-1','Subnets':['subnet-public'],'SecurityGroups':['sg-elb']}",
		  "{'kubernetes.io/service-name':'default/echo'," CCM_TAGS "}");
	add_implied(w, CLOUD_CCM, "network-interface", "eni-elb",
		    "{'NetworkInterfaceId':'eni-elb','VpcId':'vpc-1','SubnetId':'subnet-public',"
		    "'Status':'in-use','Groups':[{'GroupId':'sg-elb'}]}",
		    "eu-west-1/aecho");
	cloud_put(w, CLOUD_CCM, "service", SERVICE_KEY,
		  "{'metadata':{'name':'echo','namespace':'default'},"
		  "'spec':{'type':'LoadBalancer','ports':[{'name':'http','protocol':'TCP',"
		  "'port':80,'targetPort':8080,'nodePort':30080}]},"
		  "'status':{'loadBalancer':{'ingress':[{'hostname':"
		  "'aecho-1.eu-west-1.elb.amazonaws.com'}]}}}");
}

#define SERVICE_NLB                                                                                \
	"'metadata':{'name':'echo','namespace':'default','annotations':{"                          \
	"'service.beta.kubernetes.io/aws-load-balancer-ip-address-type':'dualstack',"              \
	"'service.beta.kubernetes.io/aws-load-balancer-scheme':'internet-facing',"                 \
	"'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type':'instance',"               \
	"'service.beta.kubernetes.io/aws-load-balancer-type':'external'}},"                        \
	"'spec':{'type':'LoadBalancer','ports':[{'name':'http','protocol':'TCP','port':80,"        \
	"'targetPort':8080,'nodePort':30080}]}"

void cloud_migrate(struct world *w)
{
	cloud_put(w, "operator", "service", SERVICE_KEY,
		  "{" SERVICE_NLB ",'status':{'loadBalancer':{'ingress':[{'hostname':"
		  "'aecho-1.eu-west-1.elb.amazonaws.com'}]}}}");
}

#define NLB_ARN	     "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/k8s-echo/1"
#define LISTENER_ARN "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/k8s-echo/1/2"
#define RULE_ARN                                                                                   \
	"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/net/k8s-echo/1/2/3"
#define GROUP_ARN "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/k8s-echo/4"
#define LBC_TAGS(resource)                                                                         \
	"{'elbv2.k8s.aws/cluster':'shoot--qa--demo','service.k8s.aws/stack':'default/echo',"       \
	"'service.k8s.aws/resource':'" resource "','KubernetesCluster':'shoot--qa--demo',"         \
	"'kubernetes.io/cluster/shoot--qa--demo':'owned'}"

static void add_nlb_groups(struct world *w)
{
	cloud_add(w, CLOUD_LBC, "security-group", "sg-nlb",
		  "{'GroupId':'sg-nlb','GroupName':'k8s-default-echo','VpcId':'vpc-1'}",
		  LBC_TAGS("ManagedLBSecurityGroup"));
	cloud_add(w, CLOUD_LBC, "security-group-rule", "sgr-nlb-ipv4",
		  "{'SecurityGroupRuleId':'sgr-nlb-ipv4','GroupId':'sg-nlb','IsEgress':false,"
		  "'IpProtocol':'tcp','FromPort':80,'ToPort':80,'CidrIpv4':'0.0.0.0/0'}",
		  NULL);
	cloud_add(w, CLOUD_LBC, "security-group-rule", "sgr-nlb-ipv6",
		  "{'SecurityGroupRuleId':'sgr-nlb-ipv6','GroupId':'sg-nlb','IsEgress':false,"
		  "'IpProtocol':'tcp','FromPort':80,'ToPort':80,'CidrIpv6':'::/0'}",
		  NULL);
	cloud_add(w, CLOUD_LBC, "security-group", "sg-backend",
		  "{'GroupId':'sg-backend','GroupName':'k8s-traffic-demo','VpcId':'vpc-1'}",
		  "{'elbv2.k8s.aws/cluster':'shoot--qa--demo',"
		  "'elbv2.k8s.aws/resource':'backend-sg'}");
}

static void add_nlb_targets(struct world *w)
{
	cloud_add(w, CLOUD_LBC, "target-group", GROUP_ARN,
		  "{'TargetGroupArn':'" GROUP_ARN "','TargetGroupName':'k8s-echo',"
		  "'VpcId':'vpc-1','Port':30080,'Protocol':'TCP','TargetType':'instance',"
		  "'IpAddressType':'ipv4','HealthCheckPort':'traffic-port'}",
		  LBC_TAGS("default/echo:80"));
	cloud_add(
		w, CLOUD_LBC, "listener", LISTENER_ARN,
		"{'ListenerArn':'" LISTENER_ARN "','LoadBalancerArn':'" NLB_ARN "','Port':80,"
		"'Protocol':'TCP','DefaultActions':[{'Type':'forward','TargetGroupArn':'" GROUP_ARN
		"'}]}",
		LBC_TAGS("80"));
	add_implied(w, CLOUD_LBC, "rule", RULE_ARN, "{'RuleArn':'" RULE_ARN "','IsDefault':true}",
		    LISTENER_ARN);
	add_extra(w, CLOUD_LBC, "target", GROUP_ARN "/i-1/30080",
		  "{'Target':{'Id':'i-1','Port':30080},'TargetHealth':{'State':'healthy'}}",
		  "{'TargetGroupArn':'" GROUP_ARN "'}");
	cloud_add(w, CLOUD_LBC, "security-group-rule", "sgr-node-ports",
		  "{'SecurityGroupRuleId':'sgr-node-ports','GroupId':'sg-nodes','IsEgress':false,"
		  "'IpProtocol':'tcp','FromPort':30080,'ToPort':30080,"
		  "'ReferencedGroupInfo':{'GroupId':'sg-backend'},"
		  "'Description':'elbv2.k8s.aws/targetGroupBinding=shared'}",
		  NULL);
}

void cloud_nlb(struct world *w)
{
	add_nlb_groups(w);
	cloud_add(w, CLOUD_LBC, "load-balancer", NLB_ARN,
		  "{'LoadBalancerArn':'" NLB_ARN "','LoadBalancerName':'k8s-echo',"
		  "'DNSName':'k8s-echo-1.elb.eu-west-1.amazonaws.com','Type':'network',"
		  "'Scheme':'internet-facing','IpAddressType':'dualstack','VpcId':'vpc-1',"
		  "'State':{'Code':'active'},'SecurityGroups':['sg-nlb','sg-backend'],"
		  "'AvailabilityZones':[{'SubnetId':'subnet-public','ZoneName':'eu-west-1a'}]}",
		  LBC_TAGS("LoadBalancer"));
	add_implied(w, "aws", "network-interface", "eni-nlb",
		    "{'NetworkInterfaceId':'eni-nlb','VpcId':'vpc-1','SubnetId':'subnet-public',"
		    "'Status':'in-use','PrivateIpAddress':'10.250.96.9',"
		    "'PrivateIpAddresses':[{'PrivateIpAddress':'10.250.96.9'}],"
		    "'Association':{'PublicIp':'203.0.113.9'},"
		    "'Ipv6Addresses':[{'Ipv6Address':'2001:db8:0:1202::9'}],"
		    "'Groups':[{'GroupId':'sg-nlb'},{'GroupId':'sg-backend'}]}",
		    NLB_ARN);
	add_nlb_targets(w);
	cloud_put(w, CLOUD_LBC, "service", SERVICE_KEY,
		  "{" SERVICE_NLB ",'status':{'loadBalancer':{'ingress':[{'hostname':"
		  "'k8s-echo-1.elb.eu-west-1.amazonaws.com'}]}}}");
}

void cloud_nlb_gone(struct world *w)
{
	static const char *const rows[][2] = {
		{"target", GROUP_ARN "/i-1/30080"},
		{"rule", RULE_ARN},
		{"listener", LISTENER_ARN},
		{"network-interface", "eni-nlb"},
		{"load-balancer", NLB_ARN},
		{"target-group", GROUP_ARN},
		{"security-group-rule", "sgr-nlb-ipv4"},
		{"security-group-rule", "sgr-nlb-ipv6"},
		{"security-group", "sg-nlb"},
		{"security-group-rule", "sgr-node-ports"},
		{"security-group", "sg-backend"},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		if (cloud_find(w, rows[i][0], rows[i][1]))
			cloud_remove(w, CLOUD_LBC, rows[i][0], rows[i][1]);
}
