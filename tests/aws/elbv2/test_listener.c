/* Listeners: protocols, actions, repeats, deleting; what secure ones have besides. */
#include "emulator/aws/elbv2/elbv2.h"
#include "tests/aws/elbv2/elbv2_test.h"

#include "tests/aws/certificate_pem.h"
#include "tests/aws/run.h"

#define MAKE	     "CreateListener"
#define CHANGE	     "ModifyListener"
#define ON(rest)     "{'LoadBalancerArn': '%s'" rest "}"
#define ARN(rest)    "{'ListenerArn': '%s'" rest "}"
#define PORT(p, n)   ", 'Protocol': '" p "', 'Port': " n
#define OK	     "{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200'}}"
#define ACTIONS(...) ", 'DefaultActions': [" __VA_ARGS__ "]"
#define ACM(name)    "arn:aws:acm:eu-west-1:123456789012:certificate/" name
#define WITH(arn)    ", 'Certificates': [{'CertificateArn': '" arn "'}]"
#define HTTPS(rest)  ON(PORT("HTTPS", "443") ACTIONS(OK) rest)
#define FORWARD(arn) "{'Type': 'forward', 'TargetGroupArn': '" arn "'}"
#define SHOWN	     "Listeners.0."
#define STORE                                                                                      \
	"{'Name': '%s', 'CaCertificatesBundleS3Bucket': 'b-1', 'CaCertificatesBundleS3Key': 'k'}"

static struct balancer_test test;
static char *alb, *nlb;

static void setup(void)
{
	lb_init(&test, "elbv2", PROFILE_INSTANT);
	alb = v2_balancer(&test, "alb", "application", "");
	nlb = v2_balancer(&test, "nlb", "network", "");
}

static void teardown(void)
{
	free(alb);
	free(nlb);
	lb_done(&test);
}

/* ---- Refusals that need nothing but a load balancer ---- */

#define OIDC(rest)                                                                                 \
	"{'Type': 'authenticate-oidc', 'Order': 1, 'AuthenticateOidcConfig': {'Issuer':"           \
	" 'https://i', 'AuthorizationEndpoint': 'https://a', 'TokenEndpoint': 'https://t',"        \
	" 'UserInfoEndpoint': 'https://u', 'ClientId': 'c'" rest "}}"
#define LAST "{'Type': 'fixed-response', 'Order': 2, 'FixedResponseConfig': {'StatusCode': '200'}}"
#define FIRST                                                                                      \
	"{'Type': 'redirect', 'Order': 1, 'RedirectConfig': {'StatusCode': 'HTTP_301', 'Port': '1'}}"
#define GOTO(rest)  "{'Type': 'redirect', 'RedirectConfig': {'StatusCode': 'HTTP_301'" rest "}}"
#define HTTP(...)   ON(PORT("HTTP", "80") ACTIONS(__VA_ARGS__))
#define SECURE(...) ON(PORT("HTTPS", "443") WITH(ACM("a")) ACTIONS(__VA_ARGS__))
#define JWT(rest)                                                                                  \
	"{'Type': 'jwt-validation', 'Order': 1, 'JwtValidationConfig': {'JwksEndpoint':"           \
	" 'https://j', 'Issuer': 'i'" rest "}}"

static const struct {
	const char *code, *text, *params;
} bad[] = {
	{"ValidationError", "protocol must be", ON(", 'Port': 80" ACTIONS(OK))},
	{"ValidationError", "port must be", ON(", 'Protocol': 'HTTP'" ACTIONS(OK))},
	{"ValidationError", "'TCP'", ON(PORT("TCP", "80") ACTIONS(OK))},
	{"ValidationError", "at least one action", HTTP("")},
	/* actions */
	{"InvalidLoadBalancerAction", "exactly one", HTTP(FIRST ", " LAST)},
	{"ValidationError", "unique order", HTTP(LAST ", " LAST)},
	{"InvalidLoadBalancerAction",
	 "For actions of type 'fixed-response', you must specify the following fields: "
	 "'FixedResponseConfig'",
	 HTTP("{'Type': 'fixed-response'}")},
	{"ValidationError", "'text/xml'",
	 HTTP("{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200',"
	      " 'ContentType': 'text/xml'}}")},
	{"ValidationError", "RedirectConfig cannot",
	 HTTP("{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200'},"
	      " 'RedirectConfig': {'StatusCode': 'HTTP_301'}}")},
	{"ValidationError", "TargetGroupArn cannot",
	 HTTP("{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200'},"
	      " 'TargetGroupArn': 'x'}")},
	{"InvalidLoadBalancerAction", "loop", HTTP(GOTO(""))},
	{"InvalidLoadBalancerAction", "loop", HTTP(GOTO(", 'Query': 'a=b', 'Host': '#{host}'"))},
	{"ValidationError", "'x' must begin", HTTP(GOTO(", 'Path': 'x'"))},
	{"ValidationError", "'0' must be", HTTP(GOTO(", 'Port': '0'"))},
	{"InvalidLoadBalancerAction", "HTTPS to HTTP", SECURE(GOTO(", 'Protocol': 'HTTP'"))},
	{"InvalidLoadBalancerAction", "only on HTTPS listeners",
	 HTTP(OIDC(", 'ClientSecret': 's'") ", " LAST)},
	{"ValidationError", "client secret", SECURE(OIDC("") ", " LAST)},
	{"ValidationError", "client secret",
	 SECURE(OIDC(", 'UseExistingClientSecret': true") ", " LAST)},
	{"ValidationError", "session timeout",
	 SECURE(OIDC(", 'ClientSecret': 's', 'SessionTimeout': 604801") ", " LAST)},
	{"InvalidLoadBalancerAction", "as the last", SECURE(OIDC(", 'ClientSecret': 's'"))},
	{"ValidationError", "'exp'",
	 SECURE(JWT(", 'AdditionalClaims': [{'Format': 'single-string', 'Name': 'exp', 'Values':"
		    " ['1']}]") ", " LAST)},
	{"ValidationError", "user pool",
	 SECURE("{'Type': 'authenticate-cognito', 'Order': 1, 'AuthenticateCognitoConfig':"
		" {'UserPoolArn': 'x', 'UserPoolClientId': 'c', 'UserPoolDomain': 'd'}}, " LAST)},
	{"TargetGroupNotFound", "none", HTTP(FORWARD(NO_GROUP))},
	{"ValidationError", "specify a target group", HTTP("{'Type': 'forward'}")},
	{"ValidationError", "between 0 and 999, inclusive",
	 HTTP("{'Type': 'forward', 'ForwardConfig': {'TargetGroups': [{'TargetGroupArn': 'x',"
	      " 'Weight': 1000}]}}")},
	{"ValidationError", "same target group",
	 HTTP("{'Type': 'forward', 'TargetGroupArn': 'y', 'ForwardConfig': {'TargetGroups':"
	      " [{'TargetGroupArn': 'x'}]}}")},
	{"ValidationError", "stickiness duration",
	 HTTP("{'Type': 'forward', 'ForwardConfig': {'TargetGroups': [{'TargetGroupArn': 'x'}],"
	      " 'TargetGroupStickinessConfig': {'Enabled': true}}}")},
	/* what is for secure listeners */
	{"ValidationError", "not supported", ON(PORT("HTTP", "80") ACTIONS(OK) WITH(ACM("a")))},
	{"ValidationError", "An SSL policy cannot be specifed for HTTP listeners",
	 ON(PORT("HTTP", "80") ACTIONS(OK) ", 'SslPolicy': 'ELBSecurityPolicy-2016-08'")},
	{"ValidationError", "A certificate must be specified", HTTPS("")},
	{"ValidationError", "exactly one",
	 HTTPS(", 'Certificates': [{'CertificateArn': '" ACM("a") "'}, {'CertificateArn': '" ACM(
		 "b") "'}]")},
	{"ValidationError", "IsDefault",
	 HTTPS(", 'Certificates': [{'CertificateArn': '" ACM("a") "', 'IsDefault': true}]")},
	{"ValidationError", "Certificate ARN 'web' is not valid", HTTPS(WITH("web"))},
	{"ValidationError", "is not valid", HTTPS(WITH("arn:aws:iam::123456789012:role/web"))},
	{"ValidationError", "is not valid", /* of another region */
	 HTTPS(WITH("arn:aws:acm:us-east-1:123456789012:certificate/a"))},
	{"CertificateNotFound", "certificate/none", HTTPS(WITH(ACM("none")))},
	{"SSLPolicyNotFound", "'none'", HTTPS(WITH(ACM("a")) ", 'SslPolicy': 'none'")},
	{"SSLPolicyNotFound", "2015-05",
	 HTTPS(WITH(ACM("a")) ", 'SslPolicy': 'ELBSecurityPolicy-2015-05'")},
	{"ValidationError", "ALPN", HTTPS(WITH(ACM("a")) ", 'AlpnPolicy': ['HTTP2Only']")},
	{"ValidationError", "trust store ARN must",
	 HTTPS(WITH(ACM("a")) ", 'MutualAuthentication': {'Mode': 'verify'}")},
	{"TrustStoreNotFound", "'none'",
	 HTTPS(WITH(ACM("a")) ", 'MutualAuthentication': {'Mode': 'verify', 'TrustStoreArn':"
			      " 'none'}")},
	{"ValidationError", "'half'",
	 HTTPS(WITH(ACM("a")) ", 'MutualAuthentication': {'Mode': 'half'}")},
	{"ValidationError", "'passthrough'",
	 HTTPS(WITH(ACM("a")) ", 'MutualAuthentication': {'Mode': 'passthrough', 'TrustStoreArn':"
			      " 'none'}")},
	{"ValidationError", "Mutual",
	 ON(PORT("HTTP", "80") ACTIONS(OK) ", 'MutualAuthentication': {'Mode': 'verify'}")},
};

START_TEST(listeners_that_make_no_sense_are_refused)
{
	char *params = xasprintf("%.*s%s%s", (int)strlen("{'LoadBalancerArn': '"), bad[_i].params,
				 alb, bad[_i].params + strlen("{'LoadBalancerArn': '%s"));

	lb_refused(&test, bad[_i].code, bad[_i].text, MAKE, "%s", params);
	free(params);
}
END_TEST

START_TEST(listeners_and_groups_must_fit)
{
	char *tcp = v2_group(&test, "tcp", "TCP", 80, ""),
	     *web = v2_group(&test, "w", "HTTP", 80, "");
	char *grpc = v2_group(&test, "grpc", "HTTP", 80, ", 'ProtocolVersion': 'GRPC'");
	char *six = v2_group(&test, "six", "TCP", 80, ", 'IpAddressType': 'ipv6'");
	char *lambda = lb_text(&test, "TargetGroups.0.TargetGroupArn", "CreateTargetGroup",
			       "{'Name': 'f', 'TargetType': 'lambda'}");

	lb_refused(&test, "InvalidConfigurationRequest", "'HTTP' is not supported", MAKE,
		   HTTP(FORWARD("%s")), alb, tcp);
	lb_refused(&test, "InvalidLoadBalancerAction", "'GRPC'", MAKE, HTTP(FORWARD("%s")), alb,
		   grpc);
	lb_refused(&test, "InvalidConfigurationRequest", "'HTTP'", MAKE,
		   ON(PORT("TCP", "80") ACTIONS(FORWARD("%s"))), nlb, web);
	lb_refused(&test, "InvalidConfigurationRequest", "lambda", MAKE,
		   ON(PORT("TCP", "80") ACTIONS(FORWARD("%s"))), nlb, lambda);
	lb_refused(&test, "InvalidConfigurationRequest", "IPv6 target group", MAKE,
		   ON(PORT("TCP", "80") ACTIONS(FORWARD("%s"))), nlb, six);
	lb_refused(&test, "InvalidLoadBalancerAction", "network", MAKE,
		   ON(PORT("TCP", "80") ACTIONS(OK)), nlb);
	free(v2_listener(&test, alb, "HTTP", 80, lambda));
	lb_do(&test, MAKE, SECURE(FORWARD("%s")), alb, grpc);
	free(tcp);
	free(web);
	free(grpc);
	free(six);
	free(lambda);
}
END_TEST

START_TEST(a_network_group_serves_one_load_balancer)
{
	char *second = v2_balancer(&test, "second", "network", "");
	char *tcp = v2_group(&test, "tcp", "TCP", 80, "");

	free(v2_listener(&test, nlb, "TCP", 80, tcp));
	free(v2_listener(&test, nlb, "TCP", 81, tcp));
	lb_refused(&test, "TargetGroupAssociationLimit", "more than one load balancer", MAKE,
		   ON(PORT("TCP", "80") ACTIONS(FORWARD("%s"))), second, tcp);
	free(tcp);
	free(second);
}
END_TEST

START_TEST(quic_is_alone_among_listeners_of_datagrams)
{
	char *quic = v2_group(&test, "q", "QUIC", 443, ""),
	     *udp = v2_group(&test, "u", "UDP", 53, "");
	char *listener = v2_listener(&test, nlb, "QUIC", 443, quic);

	lb_refused(&test, "InvalidConfigurationRequest", "one QUIC", MAKE,
		   ON(PORT("QUIC", "444") ACTIONS(FORWARD("%s"))), nlb, quic);
	lb_refused(&test, "InvalidConfigurationRequest", "no UDP", MAKE,
		   ON(PORT("UDP", "53") ACTIONS(FORWARD("%s"))), nlb, udp);
	lb_do(&test, CHANGE, ARN(", 'Port': 445"), listener);
	free(listener);
	free(quic);
	free(udp);
}
END_TEST

/* ---- Repeats, changes ---- */

START_TEST(a_port_is_taken_once_and_the_same_create_answers_the_same)
{
	char *arn = lb_text(&test, SHOWN "ListenerArn", MAKE, HTTP(OK), alb);

	lb_assert(&test, SHOWN "ListenerArn", arn, MAKE, HTTP(OK), alb);
	lb_refused(&test, "DuplicateListener", "already exists on this port", MAKE,
		   HTTP(GOTO(", 'Port': '443'")), alb);
	lb_refused(&test, "DuplicateListener", "already exists", MAKE,
		   ON(PORT("HTTPS", "80") ACTIONS(OK) WITH(ACM("a"))), alb);
	lb_do(&test, MAKE, ON(PORT("HTTP", "81") ACTIONS(OK)), alb);
	lb_refused(&test, "DuplicateListener", "already exists", CHANGE, ARN(", 'Port': 81"), arn);
	lb_refused(&test, "ListenerNotFound", "none", CHANGE, "{'ListenerArn': '" NO_LISTENER "'}");
	lb_refused(&test, "ListenerNotFound", "none", "DeleteListener",
		   "{'ListenerArn': '" NO_LISTENER "'}");
	free(arn);
}
END_TEST

START_TEST(redirects_and_forwards_are_shown_whole)
{
	char *one = v2_group(&test, "one", "HTTP", 80, ""),
	     *two = v2_group(&test, "two", "HTTP", 80, "");
	char *arn =
		lb_text(&test, SHOWN "ListenerArn", MAKE, HTTP(GOTO(", 'Protocol': 'HTTPS'")), alb);

	lb_assert(&test, SHOWN "DefaultActions.0.RedirectConfig.Path", "/#{path}",
		  "DescribeListeners", "{'ListenerArns': ['%s']}", arn);
	lb_assert(&test, SHOWN "DefaultActions.0.ForwardConfig.TargetGroups.0.Weight", "1", CHANGE,
		  ARN(ACTIONS(FORWARD("%s"))), arn, one);
	lb_assert(&test, SHOWN "DefaultActions.0.TargetGroupArn", NULL, CHANGE,
		  ARN(ACTIONS(
			  "{'Type': 'forward', 'ForwardConfig': {'TargetGroups':"
			  " [{'TargetGroupArn': '%s', 'Weight': 0}, {'TargetGroupArn': '%s'}]}}")),
		  arn, one, two);
	lb_assert(&test, "Rules.0.Actions.0.ForwardConfig.TargetGroups.1.TargetGroupArn", two,
		  "DescribeRules", ARN(""), arn);
	free(arn);
	free(one);
	free(two);
}
END_TEST

#define BOTH(sticky)                                                                               \
	"{'Type': 'forward', 'ForwardConfig': {'TargetGroups': [{'TargetGroupArn': '%s'},"         \
	" {'TargetGroupArn': '%s'}]" sticky "}}"
#define TOGETHER ", 'TargetGroupStickinessConfig': {'Enabled': true, 'DurationSeconds': 60}"
#define STICK(value)                                                                               \
	"ModifyTargetGroupAttributes",                                                             \
		"{'TargetGroupArn': '%s', 'Attributes': [{'Key': 'stickiness.enabled', 'Value':"   \
		" '" value "'}]}"

START_TEST(a_client_sticks_to_a_target_only_where_it_sticks_to_the_group)
{
	char *one = v2_group(&test, "one", "HTTP", 80, ""),
	     *two = v2_group(&test, "two", "HTTP", 80, "");
	char *arn = lb_text(&test, SHOWN "ListenerArn", MAKE, HTTP(FORWARD("%s")), alb, one);
	const struct doc *group;

	json_free(lb_ok(&test, STICK("true"), two));
	lb_refused(&test, "InvalidLoadBalancerAction",
		   "You must enable group stickiness on a rule if you enabled target stickiness on "
		   "one of its target groups",
		   CHANGE, ARN(ACTIONS(BOTH(""))), arn, one, two);
	json_free(lb_ok(&test, CHANGE, ARN(ACTIONS(BOTH(TOGETHER))), arn, one, two));
	json_free(lb_ok(&test, STICK("true"), one));
	json_free(lb_ok(&test, STICK("false"), one));
	json_free(lb_ok(&test, STICK("false"), two));
	json_free(lb_ok(&test, CHANGE, ARN(ACTIONS(BOTH(""))), arn, one, two));
	lb_refused(&test, "InvalidConfigurationRequest", "behind a rule with group stickiness",
		   STICK("true"), one);
	group = world_find(test.ec2.world, &kind_target_group, one);
	ck_assert_str_eq(json_find_str(group->extra, "attributes", "stickiness.enabled", NULL),
			 "false");
	free(arn);
	free(one);
	free(two);
}
END_TEST

START_TEST(secrets_are_not_shown_and_may_stay)
{
	char *arn = lb_text(&test, SHOWN "ListenerArn", MAKE,
			    SECURE(OIDC(", 'ClientSecret': 's'") ", " LAST), alb);
	const char *config = SHOWN "DefaultActions.0.AuthenticateOidcConfig.";
	struct json *seen =
		lb_ok(&test, CHANGE,
		      ARN(ACTIONS(OIDC(", 'UseExistingClientSecret': true") ", " LAST)), arn);

	ck_assert_pstr_eq(v2_member(seen, config, "ClientSecret"), NULL);
	ck_assert_pstr_eq(v2_member(seen, config, "Scope"), "openid");
	ck_assert_pstr_eq(v2_member(seen, config, "SessionTimeout"), "604800");
	ck_assert_pstr_eq(v2_member(seen, config, "OnUnauthenticatedRequest"), "authenticate");
	json_free(seen);
	lb_do(&test, CHANGE, ARN(", 'Port': 444"), arn);
	lb_refused(&test, "InvalidLoadBalancerAction", "only on HTTPS listeners", CHANGE,
		   ARN(", 'Protocol': 'HTTP'"), arn);
	free(arn);
}
END_TEST

START_TEST(listeners_come_in_pages)
{
	char *marker;

	lb_do(&test, MAKE, HTTP(OK), alb);
	lb_do(&test, MAKE, ON(PORT("HTTP", "81") ACTIONS(OK)), alb);
	marker = lb_text(&test, "NextMarker", "DescribeListeners", ON(", 'PageSize': 1"), alb);
	lb_assert(&test, SHOWN "Port", "81", "DescribeListeners", ON(", 'Marker': '%s'"), alb,
		  marker);
	lb_refused(&test, "ValidationError", "either listener ARNs", "DescribeListeners", "{}");
	lb_refused(&test, "ListenerNotFound", "One or more", "DescribeListeners",
		   "{'ListenerArns': ['" NO_LISTENER "']}");
	lb_refused(&test, "LoadBalancerNotFound", "none", "DescribeListeners",
		   "{'LoadBalancerArn': '" NO_BALANCER "'}");
	free(marker);
}
END_TEST

/* ---- Secure listeners ---- */

START_TEST(https_has_a_policy_and_loses_it_with_the_protocol)
{
	char *arn = lb_text(&test, SHOWN "ListenerArn", MAKE, HTTPS(WITH(ACM("a"))), alb);

	lb_assert(&test, SHOWN "SslPolicy", "ELBSecurityPolicy-2016-08", "DescribeListeners",
		  ON(""), alb);
	lb_assert(&test, SHOWN "MutualAuthentication.Mode", "off", "DescribeListeners", ON(""),
		  alb);
	lb_assert(&test, SHOWN "SslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06", CHANGE,
		  ARN(", 'SslPolicy': 'ELBSecurityPolicy-TLS13-1-2-2021-06'"), arn);
	lb_assert(&test, SHOWN "SslPolicy", NULL, CHANGE, ARN(", 'Protocol': 'HTTP'"), arn);
	lb_refused(&test, "ValidationError", "A certificate must", CHANGE,
		   ARN(", 'Protocol': 'HTTPS'"), arn);
	lb_assert(&test, SHOWN "SslPolicy", "ELBSecurityPolicy-2016-08", CHANGE,
		  ARN(", 'Protocol': 'HTTPS'" WITH(ACM("b"))), arn);
	free(arn);
}
END_TEST

START_TEST(tls_listeners_negotiate_by_alpn)
{
	char *group = v2_group(&test, "x", "TLS", 443, "");
	char *arn =
		lb_text(&test, SHOWN "ListenerArn", MAKE,
			ON(PORT("TLS", "443") ACTIONS(FORWARD("%s")) WITH(ACM("a"))), nlb, group);

	lb_assert(&test, SHOWN "AlpnPolicy.0", "HTTP2Preferred", CHANGE,
		  ARN(", 'AlpnPolicy': ['HTTP2Preferred']"), arn);
	lb_refused(&test, "ALPNPolicyNotFound", "'HTTP4'", CHANGE, ARN(", 'AlpnPolicy': ['HTTP4']"),
		   arn);
	lb_refused(&test, "ValidationError", "only one", CHANGE,
		   ARN(", 'AlpnPolicy': ['None', 'HTTP2Only']"), arn);
	lb_refused(&test, "ValidationError", "Mutual", MAKE,
		   ON(PORT("TLS", "80") ACTIONS(FORWARD("%s"))
			      WITH(ACM("a")) ", 'MutualAuthentication': {'Mode':"
					     " 'passthrough'}"),
		   nlb, group);
	free(arn);
	free(group);
}
END_TEST

START_TEST(certificates_for_names_are_listed_behind_the_default_one)
{
	char *arn = lb_text(&test, SHOWN "ListenerArn", MAKE, HTTPS(WITH(ACM("a"))), alb), *marker;
	static const char list[] = "DescribeListenerCertificates";

	lb_assert(&test, "Certificates.0.IsDefault", "false", "AddListenerCertificates",
		  ARN(WITH(ACM("b"))), arn);
	lb_do(&test, "AddListenerCertificates", ARN(WITH(ACM("b"))), arn); /* again: nothing */
	ck_assert_uint_eq(lb_count(&test, "Certificates", list, ARN(""), arn), 2);
	lb_do(&test, "AddListenerCertificates", ARN(WITH(ACM("a"))), arn);
	lb_assert(&test, "Certificates.2.CertificateArn", ACM("a"), list, ARN(""), arn);
	marker = lb_text(&test, "NextMarker", list, ARN(", 'PageSize': 1"), arn);
	lb_assert(&test, "Certificates.0.CertificateArn", ACM("b"), list, ARN(", 'Marker': '%s'"),
		  arn, marker);
	free(marker);
	lb_do(&test, "RemoveListenerCertificates", ARN(WITH(ACM("a"))), arn);
	lb_refused(&test, "OperationNotPermitted", "Default certificate",
		   "RemoveListenerCertificates", ARN(WITH(ACM("a"))), arn);
	lb_do(&test, "RemoveListenerCertificates", ARN(WITH(ACM("none"))), arn);
	lb_refused(&test, "CertificateNotFound", "certificate/none", "AddListenerCertificates",
		   ARN(WITH(ACM("none"))), arn);
	lb_refused(&test, "ValidationError", "A certificate", "AddListenerCertificates",
		   ARN(", 'Certificates': []"), arn);
	lb_refused(&test, "ListenerNotFound", "none", list, "{'ListenerArn': '" NO_LISTENER "'}");
	lb_refused(&test, "ListenerNotFound", "none", "RemoveListenerCertificates",
		   "{'ListenerArn': '" NO_LISTENER "'" WITH(ACM("a")) "}");
	free(arn);
}
END_TEST

START_TEST(a_listener_without_tls_takes_no_certificates)
{
	char *arn = lb_text(&test, SHOWN "ListenerArn", MAKE, HTTP(OK), alb);

	lb_refused(&test, "ValidationError", "'HTTP'", "AddListenerCertificates",
		   ARN(WITH(ACM("a"))), arn);
	ck_assert_uint_eq(
		lb_count(&test, "Certificates", "DescribeListenerCertificates", ARN(""), arn), 0);
	free(arn);
}
END_TEST

/* A trust store out of a bundle in S3. */
static char *make_store(void)
{
	lb_bucket(&test, "b-1");
	lb_file(&test, "b-1", "k", CERTIFICATE_BLOB);
	return lb_text(&test, "TrustStores.0.TrustStoreArn", "CreateTrustStore", STORE, "ca");
}

START_TEST(clients_are_verified_by_a_trust_store)
{
	char *store = make_store();
	char *arn = lb_text(&test, SHOWN "ListenerArn", MAKE,
			    HTTPS(WITH(ACM("a")) ", 'MutualAuthentication': {'Mode': 'verify',"
						 " 'TrustStoreArn': '%s'}"),
			    alb, store);

	lb_assert(&test, SHOWN "MutualAuthentication.IgnoreClientCertificateExpiry", "false",
		  "DescribeListeners", ON(""), alb);
	lb_assert(&test, "TrustStoreAssociations.0.ResourceArn", alb,
		  "DescribeTrustStoreAssociations", "{'TrustStoreArn': '%s'}", store);
	lb_refused(&test, "TrustStoreInUse", store, "DeleteTrustStore", "{'TrustStoreArn': '%s'}",
		   store);
	lb_refused(&test, "DeleteAssociationSameAccount", "same account",
		   "DeleteSharedTrustStoreAssociation",
		   "{'TrustStoreArn': '%s', 'ResourceArn': '%s'}", store, alb);
	lb_do(&test, CHANGE, ARN(", 'MutualAuthentication': {'Mode': 'passthrough'}"), arn);
	lb_do(&test, "DeleteTrustStore", "{'TrustStoreArn': '%s'}", store);
	free(store);
	free(arn);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("elbv2_listener");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, listeners_that_make_no_sense_are_refused, 0, array_size(bad));
	tcase_add_test(tcase, listeners_and_groups_must_fit);
	tcase_add_test(tcase, a_network_group_serves_one_load_balancer);
	tcase_add_test(tcase, quic_is_alone_among_listeners_of_datagrams);
	tcase_add_test(tcase, a_port_is_taken_once_and_the_same_create_answers_the_same);
	tcase_add_test(tcase, redirects_and_forwards_are_shown_whole);
	tcase_add_test(tcase, a_client_sticks_to_a_target_only_where_it_sticks_to_the_group);
	tcase_add_test(tcase, secrets_are_not_shown_and_may_stay);
	tcase_add_test(tcase, listeners_come_in_pages);
	tcase_add_test(tcase, https_has_a_policy_and_loses_it_with_the_protocol);
	tcase_add_test(tcase, tls_listeners_negotiate_by_alpn);
	tcase_add_test(tcase, certificates_for_names_are_listed_behind_the_default_one);
	tcase_add_test(tcase, a_listener_without_tls_takes_no_certificates);
	tcase_add_test(tcase, clients_are_verified_by_a_trust_store);
	return run_suite_of(tcase, "elbv2_listener");
}
