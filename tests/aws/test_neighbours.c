/* What stands beside EC2 and ELB: tagging, server certificates, WAF, Shield. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "tests/aws/api.h"
#include "tests/aws/certificate_pem.h"
#include "tests/aws/wire.h"

static struct world *world;
static struct aws *aws;

static void setup(void)
{
	world = wire_world(PROFILE_AWS);
	aws = aws_new(world);
	aws_check_replies(aws, true);
}

static void teardown(void)
{
	aws_free(aws);
	world_free(world);
}

static char *make_balancer(void)
{
	_cleanup_(freep) char *vpc = api_text(
		api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}"), "Vpc", "VpcId");
	_cleanup_(freep) char *subnets[2], *params = NULL;
	struct json *made;
	char *arn;

	for (unsigned i = 0; i < 2; i++) {
		_cleanup_(freep) char *input =
			xasprintf("{'VpcId':'%s','CidrBlock':'10.0.%u.0/24','AvailabilityZone':"
				  "'eu-west-1%c'}",
				  vpc, i, "ab"[i]);

		subnets[i] = api_text(api(aws, "ec2", "CreateSubnet", input), "Subnet", "SubnetId");
	}
	params = xasprintf("{'Name':'lb','Type':'application','Scheme':'internal','Subnets':['%s',"
			   "'%s'],'Tags':[{'Key':'env','Value':'test'}]}",
			   subnets[0], subnets[1]);
	free(subnets[1]);
	made = api(aws, "elbv2", "CreateLoadBalancer", params);
	arn = xstrdup(json_get_str(json_first(json_get(made, "LoadBalancers")), "LoadBalancerArn"));
	json_free(made);
	return arn;
}

/* @name Tagging */

START_TEST(resources_are_found_by_tags_and_types)
{
	_cleanup_(freep) char *balancer = make_balancer();
	_cleanup_(json_freep) struct json *found = NULL, *none = NULL, *vpcs = NULL;
	const struct json *first;

	found = api(aws, "tagging", "GetResources",
		    "{'TagFilters':[{'Key':'env','Values':['test','prod']}],"
		    "'ResourceTypeFilters':['elasticloadbalancing:loadbalancer']}");
	first = json_first(json_get(found, "ResourceTagMappingList"));
	ck_assert_str_eq(json_get_str(first, "ResourceARN"), balancer);
	ck_assert_str_eq(json_get_str(found, "PaginationToken"), "");
	none = api(aws, "tagging", "GetResources", "{'TagFilters':[{'Key':'env','Values':['x']}]}");
	ck_assert_ptr_null(json_first(json_get(none, "ResourceTagMappingList")));
	vpcs = api(aws, "tagging", "GetResources", "{'ResourceTypeFilters':['ec2:vpc']}");
	ck_assert_ptr_null(json_first(json_get(vpcs, "ResourceTagMappingList")));
}
END_TEST

START_TEST(tags_are_set_and_taken_by_arn_and_a_failure_is_said_per_resource)
{
	_cleanup_(freep) char *vpc = api_text(
		api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}"), "Vpc", "VpcId");
	_cleanup_(freep) char *params =
		xasprintf("{'ResourceARNList':['arn:aws:ec2:eu-west-1:123456789012:vpc/%s',"
			  "'arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-none'],'Tags':{'a':'b'}}",
			  vpc);
	_cleanup_(json_freep) struct json *tagged = api(aws, "tagging", "TagResources", params);
	_cleanup_(json_freep) struct json *keys = NULL, *values = NULL, *left = NULL;

	ck_assert_uint_eq(json_size(json_get(tagged, "FailedResourcesMap")), 1);
	keys = api(aws, "tagging", "GetTagKeys", "{}");
	ck_assert_str_eq(json_str(json_at(json_get(keys, "TagKeys"), 0)), "a");
	values = api(aws, "tagging", "GetTagValues", "{'Key':'a'}");
	ck_assert_str_eq(json_str(json_at(json_get(values, "TagValues"), 0)), "b");
	api_with(aws, "tagging", "UntagResources",
		 "{'ResourceARNList':['arn:aws:ec2:eu-west-1:123456789012:vpc/%'],'TagKeys':['a']}",
		 vpc, NULL);
	left = api(aws, "tagging", "GetResources", "{'TagFilters':[{'Key':'a'}]}");
	ck_assert_ptr_null(json_first(json_get(left, "ResourceTagMappingList")));
}
END_TEST

START_TEST(tagging_refuses_what_it_cannot_read)
{
	api_refused(aws, "tagging", "TagResources",
		    "{'ResourceARNList':['vpc-1'],'Tags':{'a':'b'}}", "InvalidParameterException",
		    "vpc-1 is not a valid ARN");
	api_refused(aws, "tagging", "GetResources", "{'ResourcesPerPage':101}",
		    "InvalidParameterException", "ResourcesPerPage must be between 1 and 100");
	api_refused(aws, "tagging", "GetResources", "{'PaginationToken':'made up'}",
		    "PaginationTokenExpiredException", "token");
	api_refused(aws, "tagging", "GetResources",
		    "{'ResourceARNList':['arn:aws:ec2:eu-west-1:123456789012:vpc/v'],"
		    "'ResourcesPerPage':5}",
		    "InvalidParameterException", "cannot be used together");
	api_refused(aws, "tagging", "UntagResources",
		    "{'ResourceARNList':['vpc-1'],'TagKeys':['a']}", "InvalidParameterException",
		    "not a valid ARN");
	api_refused(aws, "tagging", "GetTagKeys", "{'PaginationToken':'made up'}",
		    "PaginationTokenExpiredException", "token");
	api_refused(aws, "tagging", "GetTagValues", "{'Key':'a','PaginationToken':'made up'}",
		    "PaginationTokenExpiredException", "token");
}
END_TEST

START_TEST(a_server_certificate_is_uploaded_renamed_and_deleted)
{
	api_done(aws, "iam", "UploadServerCertificate",
		 "{'ServerCertificateName':'c','CertificateBody':'" CERTIFICATE_PEM
		 "','PrivateKey':'" KEY_PEM "'}");
	api_refused(aws, "iam", "UploadServerCertificate",
		    "{'ServerCertificateName':'C','CertificateBody':'" CERTIFICATE_PEM
		    "','PrivateKey':'" KEY_PEM "'}",
		    "EntityAlreadyExists", "already exists");
	api_refused(aws, "iam", "UploadServerCertificate",
		    "{'ServerCertificateName':'d','CertificateBody':'x','PrivateKey':'y'}",
		    "MalformedCertificate", "PEM format");
	api_done(aws, "iam", "UpdateServerCertificate",
		 "{'ServerCertificateName':'c','NewServerCertificateName':'d'}");
	api_done(aws, "iam", "GetServerCertificate", "{'ServerCertificateName':'d'}");
	api_done(aws, "iam", "ListServerCertificates", "{}");
	api_done(aws, "iam", "DeleteServerCertificate", "{'ServerCertificateName':'d'}");
	api_refused(aws, "iam", "GetServerCertificate", "{'ServerCertificateName':'d'}",
		    "NoSuchEntity", "cannot be found");
}
END_TEST

/* @name WAF */

#define ACL                                                                                        \
	"'Name':'acl','Scope':'REGIONAL','DefaultAction':{'Allow':{}},'VisibilityConfig':{"        \
	"'SampledRequestsEnabled':false,'CloudWatchMetricsEnabled':false,'MetricName':'m'}"

START_TEST(a_web_acl_is_associated_with_a_balancer_and_holds_on_to_it)
{
	_cleanup_(freep) char *balancer = make_balancer(), *delete = NULL, *get = NULL;
	_cleanup_(json_freep) struct json *made = api(aws, "wafv2", "CreateWebACL", "{" ACL "}");
	_cleanup_(json_freep) struct json *of = NULL, *users = NULL;
	const char *arn = json_find_str(made, "Summary", "ARN", NULL);
	const char *id = json_find_str(made, "Summary", "Id", NULL);

	api_refused(aws, "wafv2", "CreateWebACL", "{" ACL "}", "WAFDuplicateItemException",
		    "duplicate");
	api_with(aws, "wafv2", "AssociateWebACL", "{'WebACLArn':'%','ResourceArn':'%'}", arn,
		 balancer);
	get = xasprintf("{'ResourceArn':'%s'}", balancer);
	of = api(aws, "wafv2", "GetWebACLForResource", get);
	ck_assert_str_eq(json_find_str(of, "WebACL", "ARN", NULL), arn);
	delete = xasprintf("{'Name':'acl','Scope':'REGIONAL','Id':'%s','LockToken':'%s'}", id,
			   json_find_str(made, "Summary", "LockToken", NULL));
	api_refused(aws, "wafv2", "DeleteWebACL", delete, "WAFAssociatedItemException",
		    "being used");
	api_with(aws, "wafv2", "DisassociateWebACL", "{'ResourceArn':'%'}", balancer, NULL);
	api_with(aws, "wafv2", "UpdateWebACL", "{" ACL ",'Id':'%','LockToken':'%'}", id,
		 json_find_str(made, "Summary", "LockToken", NULL));
	api_refused(aws, "wafv2", "DeleteWebACL", delete, "WAFOptimisticLockException",
		    "someone changed the resource");
	api_refused(aws, "wafv2", "AssociateWebACL",
		    "{'WebACLArn':'arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/n/i',"
		    "'ResourceArn':'arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
		    "loadbalancer/app/none/0123456789abcdef'}",
		    "WAFUnavailableEntityException", "couldn't retrieve");
	api_refused(aws, "wafv2", "GetWebACLForResource",
		    "{'ResourceArn':'arn:aws:ec2:eu-west-1:123456789012:vpc/v'}",
		    "WAFInvalidParameterException", "ARN isn't valid");
	api_refused(aws, "wafv2", "GetWebACL",
		    "{'Name':'x','Scope':'REGIONAL','Id':'12345678-1234-1234-1234-123456789012'}",
		    "WAFNonexistentItemException", "doesn't exist");
	users = api(aws, "wafv2", "ListWebACLs", "{'Scope':'REGIONAL'}");
	ck_assert_uint_eq(json_size(json_get(users, "WebACLs")), 1);
}
END_TEST

static char *waf_token(void)
{
	return api_text(api(aws, "waf-regional", "GetChangeToken", "{}"), "ChangeToken", NULL);
}

START_TEST(a_deleted_balancer_lets_go_of_its_web_acl)
{
	_cleanup_(freep) char *balancer = make_balancer(), *delete = NULL, *users = NULL;
	_cleanup_(json_freep) struct json *made = api(aws, "wafv2", "CreateWebACL", "{" ACL "}");
	_cleanup_(json_freep) struct json *left = NULL;
	const char *arn = json_find_str(made, "Summary", "ARN", NULL);

	api_with(aws, "wafv2", "AssociateWebACL", "{'WebACLArn':'%','ResourceArn':'%'}", arn,
		 balancer);
	api_with(aws, "elbv2", "DeleteLoadBalancer", "{'LoadBalancerArn':'%'}", balancer, NULL);
	users = xasprintf("{'WebACLArn':'%s'}", arn);
	left = api(aws, "wafv2", "ListResourcesForWebACL", users);
	ck_assert_ptr_null(json_first(json_get(left, "ResourceArns")));
	delete = xasprintf("{'Name':'acl','Scope':'REGIONAL','Id':'%s','LockToken':'%s'}",
			   json_find_str(made, "Summary", "Id", NULL),
			   json_find_str(made, "Summary", "LockToken", NULL));
	api_done(aws, "wafv2", "DeleteWebACL", delete);
}
END_TEST

START_TEST(a_regional_web_acl_needs_a_fresh_token_for_each_change)
{
	_cleanup_(freep) char *balancer = make_balancer(), *token = waf_token(), *params = NULL;
	_cleanup_(freep) char *get = xasprintf("{'ResourceArn':'%s'}", balancer);
	_cleanup_(json_freep) struct json *made = NULL, *of = NULL;
	const char *id;

	params = xasprintf("{'Name':'acl','MetricName':'m','DefaultAction':{'Type':'ALLOW'},"
			   "'ChangeToken':'%s'}",
			   token);
	made = api(aws, "waf-regional", "CreateWebACL", params);
	id = json_find_str(made, "WebACL", "WebACLId", NULL);
	api_refused(aws, "waf-regional", "CreateWebACL", params, "WAFStaleDataException",
		    "no longer current");
	api_with(aws, "waf-regional", "AssociateWebACL", "{'WebACLId':'%','ResourceArn':'%'}", id,
		 balancer);
	of = api(aws, "waf-regional", "GetWebACLForResource", get);
	ck_assert_str_eq(json_find_str(of, "WebACLSummary", "WebACLId", NULL), id);
	api_with(aws, "waf-regional", "DisassociateWebACL", "{'ResourceArn':'%'}", balancer, NULL);
	api_refused(aws, "waf-regional", "GetWebACL", "{'WebACLId':'none'}",
		    "WAFNonexistentItemException", "does not exist");
}
END_TEST

/* @name Shield */

START_TEST(protections_need_a_subscription)
{
	_cleanup_(freep) char *balancer = make_balancer(), *id = NULL;
	_cleanup_(freep) char *params = xasprintf("{'Name':'p','ResourceArn':'%s'}", balancer);
	_cleanup_(json_freep) struct json *state = NULL, *list = NULL;
	const char *protection;

	api_refused(aws, "shield", "CreateProtection", params, "ResourceNotFoundException",
		    "The subscription does not exist.");
	api_done(aws, "shield", "CreateSubscription", "{}");
	api_refused(aws, "shield", "CreateSubscription", "{}", "ResourceAlreadyExistsException",
		    "subscription");
	state = api(aws, "shield", "GetSubscriptionState", "{}");
	ck_assert_str_eq(json_get_str(state, "SubscriptionState"), "ACTIVE");
	id = api_text(api(aws, "shield", "CreateProtection", params), "ProtectionId", NULL);
	api_refused(aws, "shield", "CreateProtection", params, "ResourceAlreadyExistsException",
		    "already exists");
	api_with(aws, "shield", "DescribeProtection", "{'ResourceArn':'%'}", balancer, NULL);
	list = api(aws, "shield", "ListProtections", "{}");
	ck_assert_uint_eq(json_size(json_get(list, "Protections")), 1);
	protection = json_get_str(json_first(json_get(list, "Protections")), "ProtectionArn");
	api_with(aws, "shield", "TagResource",
		 "{'ResourceARN':'%','Tags':[{'Key':'a','Value':'b'}]}", protection, NULL);
	api_with(aws, "shield", "ListTagsForResource", "{'ResourceARN':'%'}", protection, NULL);
	api_with(aws, "shield", "UntagResource", "{'ResourceARN':'%','TagKeys':['a']}", protection,
		 NULL);
	api_done(aws, "shield", "DescribeSubscription", "{}");
	api_with(aws, "shield", "DeleteProtection", "{'ProtectionId':'%'}", id, NULL);
	api_refused(aws, "shield", "DescribeProtection", "{}", "InvalidParameterException",
		    "Exactly one");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		resources_are_found_by_tags_and_types,
		tags_are_set_and_taken_by_arn_and_a_failure_is_said_per_resource,
		tagging_refuses_what_it_cannot_read,
		a_server_certificate_is_uploaded_renamed_and_deleted,
		a_web_acl_is_associated_with_a_balancer_and_holds_on_to_it,
		a_deleted_balancer_lets_go_of_its_web_acl,
		a_regional_web_acl_needs_a_fresh_token_for_each_change,
		protections_need_a_subscription,
	};
	TCase *tcase = tcase_create("neighbours");

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < array_size(tests); i++)
		tcase_add_test(tcase, tests[i]);
	return run_suite_of(tcase, "neighbours");
}
