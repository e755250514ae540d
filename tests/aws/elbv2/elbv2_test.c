#include "tests/aws/elbv2/elbv2_test.h"

char *v2_balancer(struct balancer_test *test, const char *name, const char *type, const char *more)
{
	return lb_text(test, "LoadBalancers.0.LoadBalancerArn", "CreateLoadBalancer",
		       "{'Name': '%s', 'Type': '%s', 'Subnets': ['" LB_A "', '" LB_B "']%s}", name,
		       type, more);
}

char *v2_group(struct balancer_test *test, const char *name, const char *protocol, int port,
	       const char *more)
{
	return lb_text(test, "TargetGroups.0.TargetGroupArn", "CreateTargetGroup",
		       "{'Name': '%s', 'Protocol': '%s', 'Port': %d, 'VpcId': '" LB_VPC "'%s}",
		       name, protocol, port, more);
}

char *v2_listener(struct balancer_test *test, const char *balancer, const char *protocol, int port,
		  const char *group)
{
	return lb_text(test, "Listeners.0.ListenerArn", "CreateListener",
		       "{'LoadBalancerArn': '%s', 'Protocol': '%s', 'Port': %d, 'DefaultActions':"
		       " [{'Type': 'forward', 'TargetGroupArn': '%s'}]}",
		       balancer, protocol, port, group);
}

void v2_register(struct balancer_test *test, const char *group, const char *id)
{
	lb_do(test, "RegisterTargets", "{'TargetGroupArn': '%s', 'Targets': [{'Id': '%s'}]}", group,
	      id);
}

const char *v2_member(const struct json *tree, const char *path, const char *member)
{
	_cleanup_(freep) char *whole = xasprintf("%s%s", path, member);

	return ec2_path(tree, whole);
}
