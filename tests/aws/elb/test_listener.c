/* Listeners and certificates of classic load balancers. */
#include "tests/aws/elb/balancer_test.h"

#define LB(rest)		  "{'LoadBalancerName': 'x'" rest "}"
#define ADD			  "CreateLoadBalancerListeners"
#define ONE(rest)		  LB(", 'Listeners': [{" rest "}]")
#define IAM_ARN			  "arn:aws:iam::123456789012:server-certificate/web"
#define ACM_ARN			  "arn:aws:acm:eu-west-1:123456789012:certificate/1"
#define SHOWN			  "LoadBalancerDescriptions.0.ListenerDescriptions"
#define PORT_80			  "'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 30203"
#define HTTPS_443		  "'Protocol': 'HTTPS', 'LoadBalancerPort': 443, 'InstancePort': 30857"
#define CERTIFIED		  ", 'SSLCertificateId': '" IAM_ARN "'"
#define REFUSED(code, text, rest) lb_refused(&test, code, text, ADD, ONE(rest))

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elb", PROFILE_INSTANT);
	lb_do(&test, "CreateLoadBalancer",
	      LB(", 'Listeners': [{" PORT_80 "}], 'Subnets': ['" LB_A "']"));
}

static void teardown(void)
{
	lb_done(&test);
}

START_TEST(listeners_come_and_go_by_port)
{
	lb_do(&test, ADD, ONE("'Protocol': 'http', 'LoadBalancerPort': 8080, 'InstancePort': 1"));
	lb_assert(&test, SHOWN ".1.Listener.Protocol", "HTTP", "DescribeLoadBalancers", "{}");
	lb_assert(&test, SHOWN ".1.Listener.InstanceProtocol", "HTTP", "DescribeLoadBalancers",
		  "{}");
	lb_do(&test, "DeleteLoadBalancerListeners", LB(", 'LoadBalancerPorts': [80, 81]"));
	lb_assert(&test, SHOWN ".0.Listener.LoadBalancerPort", "8080", "DescribeLoadBalancers",
		  "{}");
	ck_assert_uint_eq(lb_count(&test, SHOWN, "DescribeLoadBalancers", "{}"), 1);
}
END_TEST

START_TEST(the_same_listener_again_is_fine_and_another_on_its_port_is_not)
{
	uint64_t before = world_revision(test.ec2.world);

	lb_do(&test, ADD, ONE(PORT_80));
	ck_assert_uint_eq(world_revision(test.ec2.world), before);
	REFUSED("DuplicateListener", "already exists",
		"'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 30204");
	REFUSED("DuplicateListener", "already exists",
		"'Protocol': 'HTTP', 'LoadBalancerPort': 80, 'InstancePort': 30203");
}
END_TEST

START_TEST(listeners_that_make_no_sense_are_refused)
{
	REFUSED("UnsupportedProtocol", "UDP",
		"'Protocol': 'UDP', 'LoadBalancerPort': 53, 'InstancePort': 53");
	REFUSED("UnsupportedProtocol", "SCTP",
		"'Protocol': 'TCP', 'InstanceProtocol': 'SCTP', 'LoadBalancerPort': 53,"
		" 'InstancePort': 53");
	REFUSED("InvalidConfigurationRequest", "layer",
		"'Protocol': 'TCP', 'InstanceProtocol': 'HTTP', 'LoadBalancerPort': 81,"
		" 'InstancePort': 81");
	REFUSED("ValidationError", "LoadBalancerPort",
		"'Protocol': 'TCP', 'LoadBalancerPort': 0, 'InstancePort': 81");
	REFUSED("ValidationError", "LoadBalancerPort",
		"'Protocol': 'TCP', 'LoadBalancerPort': 65536, 'InstancePort': 81");
	REFUSED("ValidationError", "",
		"'Protocol': 'TCP', 'LoadBalancerPort': 81, 'InstancePort': 65536");
	/* one port of the instances is secure for all listeners, or for none */
	REFUSED("InvalidConfigurationRequest", "secure",
		"'Protocol': 'TCP', 'InstanceProtocol': 'SSL', 'LoadBalancerPort': 81,"
		" 'InstancePort': 30203");
	lb_refused(&test, "LoadBalancerNotFound", "'y'", ADD,
		   "{'LoadBalancerName': 'y', 'Listeners': [{" PORT_80 "}]}");
	lb_refused(&test, "ValidationError", "listener", "CreateLoadBalancer",
		   "{'LoadBalancerName': 'y', 'Listeners': [], 'Subnets': ['" LB_A "']}");
}
END_TEST

START_TEST(secure_listeners_need_a_certificate_and_get_a_policy)
{
	REFUSED("ValidationError", "SSLCertificateId", HTTPS_443);
	REFUSED("CertificateNotFound", "web", HTTPS_443 ", 'SSLCertificateId': 'web'");
	lb_do(&test, ADD, ONE(HTTPS_443 ", 'InstanceProtocol': 'HTTP'" CERTIFIED));
	lb_assert(&test, SHOWN ".1.Listener.SSLCertificateId", IAM_ARN, "DescribeLoadBalancers",
		  "{}");
	lb_assert(&test, SHOWN ".1.PolicyNames.0", "ELBSecurityPolicy-2016-08",
		  "DescribeLoadBalancers", "{}");
	lb_assert(&test, "LoadBalancerDescriptions.0.Policies.OtherPolicies.0",
		  "ELBSecurityPolicy-2016-08", "DescribeLoadBalancers", "{}");
}
END_TEST

/* AWS takes it and forgets it: hashicorp/terraform-provider-aws#677. */
START_TEST(a_certificate_of_a_listener_that_is_not_secure_is_dropped)
{
	struct json *seen;

	lb_do(&test, ADD,
	      ONE("'Protocol': 'TCP', 'LoadBalancerPort': 81, 'InstancePort': 81" CERTIFIED));
	seen = lb_ok(&test, "DescribeLoadBalancers", "{}");
	ec2_assert_path(seen, SHOWN ".1.Listener.LoadBalancerPort", "81");
	ck_assert_ptr_null(ec2_path(seen, SHOWN ".1.Listener.SSLCertificateId"));
	json_free(seen);
	REFUSED("DuplicateListener",
		"A listener already exists for x with LoadBalancerPort 81, but with a different "
		"InstancePort, Protocol, or SSLCertificateId",
		"'Protocol': 'TCP', 'LoadBalancerPort': 81, 'InstancePort': 82");
}
END_TEST

START_TEST(a_certificate_is_replaced)
{
	lb_do(&test, ADD, ONE(HTTPS_443 CERTIFIED));
	lb_do(&test, "SetLoadBalancerListenerSSLCertificate",
	      LB(", 'LoadBalancerPort': 443, 'SSLCertificateId': '" ACM_ARN "'"));
	lb_assert(&test, SHOWN ".1.Listener.SSLCertificateId", ACM_ARN, "DescribeLoadBalancers",
		  "{}");
	lb_refused(&test, "ListenerNotFound", "444", "SetLoadBalancerListenerSSLCertificate",
		   LB(", 'LoadBalancerPort': 444, 'SSLCertificateId': '" ACM_ARN "'"));
	lb_refused(&test, "CertificateNotFound", "none", ADD,
		   ONE("'Protocol': 'HTTPS', 'LoadBalancerPort': 444, 'InstancePort': 1,"
		       " 'SSLCertificateId': '" ACM_ARN "none'"));
	lb_refused(&test, "CertificateNotFound", "none", "SetLoadBalancerListenerSSLCertificate",
		   LB(", 'LoadBalancerPort': 443, 'SSLCertificateId': 'none'"));
	lb_refused(&test, "InvalidConfigurationRequest", "TCP",
		   "SetLoadBalancerListenerSSLCertificate",
		   LB(", 'LoadBalancerPort': 80, 'SSLCertificateId': '" ACM_ARN "'"));
}
END_TEST

START_TEST(the_hundred_and_first_listener_is_one_too_many)
{
	for (int port = 1001; port < 1100; port++)
		lb_do(&test, ADD,
		      ONE("'Protocol': 'TCP', 'LoadBalancerPort': %d, 'InstancePort': 1"), port);
	REFUSED("InvalidConfigurationRequest", "maximum number of listeners",
		"'Protocol': 'TCP', 'LoadBalancerPort': 99, 'InstancePort': 1");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		listeners_come_and_go_by_port,
		the_same_listener_again_is_fine_and_another_on_its_port_is_not,
		listeners_that_make_no_sense_are_refused,
		secure_listeners_need_a_certificate_and_get_a_policy,
		a_certificate_of_a_listener_that_is_not_secure_is_dropped,
		a_certificate_is_replaced,
		the_hundred_and_first_listener_is_one_too_many,
		NULL,
	};

	return ec2_suite("elb_listener", setup, teardown, tests);
}
