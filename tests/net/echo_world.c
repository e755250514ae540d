/* The world in which every walk begins. */
#include "tests/net/echo_world.h"

static void add_slices(struct world *w)
{
	cloud_add(w, "cluster", "endpoint-slice", CLOUD_SHOOT "/default/echo-x",
		  "{'metadata':{'labels':{'kubernetes.io/service-name':'echo'}},'endpoints':["
		  "{'addresses':['10.250.0.20'],'conditions':{'ready':true}}]}",
		  NULL);
}

struct world *echo_world(void)
{
	struct world *w = cloud_shoot();

	cloud_add(w, "aws", "network-acl", "acl-1", ACL_HEAD ACL_ENTRIES "]}", NULL);
	cloud_add(w, "kubelet", "network-interface", "eni-node",
		  "{'NetworkInterfaceId':'eni-node','VpcId':'vpc-1','SubnetId':'subnet-nodes',"
		  "'Status':'in-use','PrivateIpAddress':'10.250.0.10','PrivateIpAddresses':["
		  "{'PrivateIpAddress':'10.250.0.10'},{'PrivateIpAddress':'10.250.0.20'}],"
		  "'Groups':[{'GroupId':'sg-nodes'}],"
		  "'Attachment':{'InstanceId':'i-1','DeviceIndex':0}}",
		  NULL);
	cloud_service(w);
	cloud_migrate(w);
	cloud_nlb(w);
	for (const char *const *group = (const char *const[]){"sg-nlb", "sg-backend", NULL}; *group;
	     group++) {
		_cleanup_(freep) char *key = xasprintf("sgr-out-%s", *group);
		_cleanup_(freep) char *body =
			xasprintf("{'GroupId':'%s','IsEgress':true,'IpProtocol':'-1','FromPort':-1,"
				  "'ToPort':-1,'CidrIpv4':'0.0.0.0/0'}",
				  *group);

		cloud_add(w, CLOUD_LBC, "security-group-rule", key, body, NULL);
	}
	add_slices(w);
	return w;
}

void use_address(struct world *w, const char *address)
{
	_cleanup_(freep) char *target = xasprintf(
		"{'Target':{'Id':'%s','Port':8080},'TargetHealth':{'State':'healthy'}}", address);

	cloud_put(w, "operator", "target-group", ARN("targetgroup/k8s-echo/4"),
		  "{'TargetGroupArn':'" ARN("targetgroup/k8s-echo/4") "','TargetGroupName':"
								      "'k8s-echo','VpcId':'vpc-1',"
								      "'TargetType':'ip',"
								      "'IpAddressType':'ipv4'}");
	cloud_put(w, "operator", "target", ARN("targetgroup/k8s-echo/4/i-1/30080"), target);
	cloud_add(w, "operator", "security-group-rule", "sgr-pods",
		  "{'GroupId':'sg-nodes','IsEgress':false,'IpProtocol':'tcp','FromPort':8080,"
		  "'ToPort':8080,'ReferencedGroupInfo':{'GroupId':'sg-backend'}}",
		  NULL);
}
