/* Policies of classic load balancers: what they are, and where they may hold. */
#include "tests/aws/elb/balancer_test.h"

#define LB(rest)	"{'LoadBalancerName': 'x'" rest "}"
#define MAKE		"CreateLoadBalancerPolicy"
#define ON_LISTENER	"SetLoadBalancerPoliciesOfListener"
#define ON_BACKEND	"SetLoadBalancerPoliciesForBackendServer"
#define LIST		"DescribeLoadBalancerPolicies"
#define ATTRIBUTE(n, v) "{'AttributeName': '" n "', 'AttributeValue': '" v "'}"
#define POLICY(n, t, attributes)                                                                   \
	LB(", 'PolicyName': '" n "', 'PolicyTypeName': '" t "', 'PolicyAttributes': [" attributes  \
	   "]")
#define PROXY_ON	      ATTRIBUTE("ProxyProtocol", "true")
#define PROXY		      POLICY("proxy", "ProxyProtocolPolicyType", PROXY_ON)
#define SHOWN		      "LoadBalancerDescriptions.0."
#define LISTENER(port, names) LB(", 'LoadBalancerPort': " port ", 'PolicyNames': [" names "]")
#define BACKEND(port, names)  LB(", 'InstancePort': " port ", 'PolicyNames': [" names "]")

static struct balancer_test test;

static void setup(void)
{
	lb_init(&test, "elb", PROFILE_INSTANT);
	lb_do(&test, "CreateLoadBalancer",
	      LB(", 'Subnets': ['" LB_A "'], 'Listeners': ["
		 "{'Protocol': 'TCP', 'LoadBalancerPort': 80, 'InstancePort': 30080},"
		 "{'Protocol': 'HTTP', 'LoadBalancerPort': 81, 'InstancePort': 30081},"
		 "{'Protocol': 'SSL', 'LoadBalancerPort': 443, 'InstancePort': 30443,"
		 " 'SSLCertificateId': 'arn:aws:iam::123456789012:server-certificate/web'}]"));
}

static void teardown(void)
{
	lb_done(&test);
}

START_TEST(proxy_protocol_goes_before_the_instances)
{
	lb_do(&test, MAKE, PROXY);
	lb_do(&test, ON_BACKEND, BACKEND("30080", "'proxy'"));
	lb_assert(&test, SHOWN "BackendServerDescriptions.0.InstancePort", "30080",
		  "DescribeLoadBalancers", "{}");
	lb_assert(&test, SHOWN "BackendServerDescriptions.0.PolicyNames.0", "proxy",
		  "DescribeLoadBalancers", "{}");
	lb_refused(&test, "InvalidConfigurationRequest", "in use", "DeleteLoadBalancerPolicy",
		   LB(", 'PolicyName': 'proxy'"));
	lb_do(&test, ON_BACKEND, BACKEND("30080", ""));
	ck_assert_uint_eq(
		lb_count(&test, SHOWN "BackendServerDescriptions", "DescribeLoadBalancers", "{}"),
		0);
	lb_do(&test, "DeleteLoadBalancerPolicy", LB(", 'PolicyName': 'proxy'"));
	lb_refused(&test, "PolicyNotFound", "proxy", LIST, LB(", 'PolicyNames': ['proxy']"));
	/* deleting it again is no mistake */
	lb_do(&test, "DeleteLoadBalancerPolicy", LB(", 'PolicyName': 'proxy'"));
}
END_TEST

START_TEST(policies_of_a_port_go_with_its_last_listener)
{
	lb_do(&test, MAKE, PROXY);
	lb_do(&test, ON_BACKEND, BACKEND("30080", "'proxy'"));
	lb_do(&test, "DeleteLoadBalancerListeners", LB(", 'LoadBalancerPorts': [80]"));
	ck_assert_uint_eq(
		lb_count(&test, SHOWN "BackendServerDescriptions", "DescribeLoadBalancers", "{}"),
		0);
}
END_TEST

START_TEST(stickiness_is_for_http_and_shown_by_kind)
{
	lb_do(&test, "CreateLBCookieStickinessPolicy",
	      LB(", 'PolicyName': 'lb', 'CookieExpirationPeriod': 60"));
	lb_do(&test, "CreateLBCookieStickinessPolicy", LB(", 'PolicyName': 'session'"));
	lb_do(&test, "CreateAppCookieStickinessPolicy",
	      LB(", 'PolicyName': 'app', 'CookieName': 'JSESSIONID'"));
	lb_assert(&test, SHOWN "Policies.LBCookieStickinessPolicies.0.CookieExpirationPeriod", "60",
		  "DescribeLoadBalancers", "{}");
	lb_assert(&test, SHOWN "Policies.AppCookieStickinessPolicies.0.CookieName", "JSESSIONID",
		  "DescribeLoadBalancers", "{}");
	lb_do(&test, ON_LISTENER, LISTENER("81", "'lb'"));
	lb_assert(&test, SHOWN "ListenerDescriptions.1.PolicyNames.0", "lb",
		  "DescribeLoadBalancers", "{}");
	lb_refused(&test, "InvalidConfigurationRequest", "cannot be enabled", ON_LISTENER,
		   LISTENER("80", "'lb'"));
	lb_refused(&test, "InvalidConfigurationRequest", "Only one policy", ON_LISTENER,
		   LISTENER("81", "'lb', 'session'"));
	lb_refused(&test, "PolicyNotFound", "none", ON_LISTENER, LISTENER("81", "'none'"));
	lb_refused(&test, "ListenerNotFound", "82", ON_LISTENER, LISTENER("82", "'lb'"));
	lb_refused(&test, "InvalidConfigurationRequest", "'-5'", "CreateLBCookieStickinessPolicy",
		   LB(", 'PolicyName': 'neg', 'CookieExpirationPeriod': -5"));
}
END_TEST

START_TEST(security_policies_are_for_secure_listeners)
{
	lb_do(&test, MAKE,
	      POLICY("k8s-SSLNegotiationPolicy-x", "SSLNegotiationPolicyType",
		     ATTRIBUTE("Reference-Security-Policy", "ELBSecurityPolicy-TLS-1-2-2017-01")));
	lb_do(&test, ON_LISTENER, LISTENER("443", "'k8s-SSLNegotiationPolicy-x'"));
	lb_assert(&test, SHOWN "ListenerDescriptions.2.PolicyNames.0", "k8s-SSLNegotiationPolicy-x",
		  "DescribeLoadBalancers", "{}");
	lb_assert(&test, "PolicyDescriptions.0.PolicyAttributeDescriptions.0.AttributeValue",
		  "ELBSecurityPolicy-TLS-1-2-2017-01", LIST,
		  LB(", 'PolicyNames': ['k8s-SSLNegotiationPolicy-x']"));
	lb_refused(&test, "InvalidConfigurationRequest", "cannot be enabled", ON_LISTENER,
		   LISTENER("81", "'k8s-SSLNegotiationPolicy-x'"));
	lb_refused(&test, "InvalidConfigurationRequest", "ELBSecurityPolicy-1999", MAKE,
		   POLICY("old", "SSLNegotiationPolicyType",
			  ATTRIBUTE("Reference-Security-Policy", "ELBSecurityPolicy-1999")));
}
END_TEST

START_TEST(back_ends_are_authenticated_by_public_keys)
{
	lb_do(&test, MAKE, POLICY("key", "PublicKeyPolicyType", ATTRIBUTE("PublicKey", "MIIB")));
	lb_do(&test, MAKE,
	      POLICY("auth", "BackendServerAuthenticationPolicyType",
		     ATTRIBUTE("PublicKeyPolicyName", "key")));
	lb_do(&test, ON_BACKEND, BACKEND("30443", "'auth'"));
	lb_refused(&test, "InvalidConfigurationRequest", "in use", "DeleteLoadBalancerPolicy",
		   LB(", 'PolicyName': 'key'"));
	lb_refused(&test, "InvalidConfigurationRequest", "cannot be enabled", ON_BACKEND,
		   BACKEND("30080", "'auth'"));
	lb_refused(&test, "InvalidConfigurationRequest", "cannot be enabled", ON_BACKEND,
		   BACKEND("30443", "'key'"));
	lb_refused(&test, "InvalidConfigurationRequest", "'none'", MAKE,
		   POLICY("bad", "BackendServerAuthenticationPolicyType",
			  ATTRIBUTE("PublicKeyPolicyName", "none")));
	lb_refused(&test, "InvalidConfigurationRequest", "instance port 1", ON_BACKEND,
		   BACKEND("1", "'auth'"));
}
END_TEST

START_TEST(policies_that_make_no_sense_are_refused)
{
	lb_do(&test, MAKE, PROXY);
	lb_refused(&test, "DuplicatePolicyName", "'proxy'", MAKE, PROXY);
	lb_refused(&test, "PolicyTypeNotFound", "NoType", MAKE, POLICY("p", "NoType", ""));
	lb_refused(&test, "ValidationError", "'a_b'", MAKE,
		   POLICY("a_b", "ProxyProtocolPolicyType", ATTRIBUTE("ProxyProtocol", "true")));
	lb_refused(&test, "InvalidConfigurationRequest", "ProxyProtocol is required", MAKE,
		   POLICY("p", "ProxyProtocolPolicyType", ""));
	lb_refused(&test, "InvalidConfigurationRequest", "Nonsense is not supported", MAKE,
		   POLICY("p", "ProxyProtocolPolicyType", ATTRIBUTE("Nonsense", "true")));
	lb_refused(&test, "InvalidConfigurationRequest", "'maybe'", MAKE,
		   POLICY("p", "ProxyProtocolPolicyType", ATTRIBUTE("ProxyProtocol", "maybe")));
	lb_refused(
		&test, "InvalidConfigurationRequest", "one value", MAKE,
		POLICY("p", "ProxyProtocolPolicyType",
		       ATTRIBUTE("ProxyProtocol", "true") "," ATTRIBUTE("ProxyProtocol", "true")));
	lb_refused(&test, "LoadBalancerNotFound", "'y'", LIST, "{'LoadBalancerName': 'y'}");
}
END_TEST

START_TEST(samples_and_types_are_told_to_everyone)
{
	ck_assert_uint_eq(lb_count(&test, "PolicyDescriptions", LIST, "{}"), 9);
	lb_assert(&test, "PolicyDescriptions.0.PolicyTypeName", "SSLNegotiationPolicyType", LIST,
		  "{'PolicyNames': ['ELBSecurityPolicy-2016-08']}");
	lb_refused(&test, "PolicyNotFound", "none", LIST, "{'PolicyNames': ['none']}");
	ck_assert_uint_eq(
		lb_count(&test, "PolicyTypeDescriptions", "DescribeLoadBalancerPolicyTypes", "{}"),
		6);
	lb_assert(&test, "PolicyTypeDescriptions.0.PolicyAttributeTypeDescriptions.0.Cardinality",
		  "ONE", "DescribeLoadBalancerPolicyTypes",
		  "{'PolicyTypeNames': ['ProxyProtocolPolicyType']}");
	lb_refused(&test, "PolicyTypeNotFound", "none", "DescribeLoadBalancerPolicyTypes",
		   "{'PolicyTypeNames': ['none']}");
}
END_TEST

START_TEST(the_hundred_and_first_policy_is_one_too_many)
{
	for (int i = 1; i < 100; i++) /* the secure listener brought one */
		lb_do(&test, "CreateLBCookieStickinessPolicy", LB(", 'PolicyName': 'p%d'"), i);
	lb_refused(&test, "TooManyPolicies", "quota", "CreateLBCookieStickinessPolicy",
		   LB(", 'PolicyName': 'more'"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		proxy_protocol_goes_before_the_instances,
		policies_of_a_port_go_with_its_last_listener,
		stickiness_is_for_http_and_shown_by_kind,
		security_policies_are_for_secure_listeners,
		back_ends_are_authenticated_by_public_keys,
		policies_that_make_no_sense_are_refused,
		samples_and_types_are_told_to_everyone,
		the_hundred_and_first_policy_is_one_too_many,
		NULL,
	};

	return ec2_suite("elb_policy", setup, teardown, tests);
}
