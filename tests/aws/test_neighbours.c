/* What stands beside EC2 and ELB: tagging, ACM, WAF, Shield, Route 53. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "tests/aws/api.h"
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

/* One text of an answer, kept by the test's own arena of leaks: freed with the process. */
static char *text_of(struct json *output, const char *a, const char *b)
{
	const char *text = b ? json_find_str(output, a, b, NULL) : json_get_str(output, a);
	char *copy;

	ck_assert_msg(text != NULL, "no %s.%s", a, b);
	copy = xstrdup(text);
	json_free(output);
	return copy;
}

static char *make_balancer(void)
{
	_cleanup_(freep) char *vpc = text_of(
		api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}"), "Vpc", "VpcId");
	_cleanup_(freep) char *subnets[2], *params = NULL;
	struct json *made;
	char *arn;

	for (unsigned i = 0; i < 2; i++) {
		_cleanup_(freep) char *input =
			xasprintf("{'VpcId':'%s','CidrBlock':'10.0.%u.0/24','AvailabilityZone':"
				  "'eu-west-1%c'}",
				  vpc, i, "ab"[i]);

		subnets[i] = text_of(api(aws, "ec2", "CreateSubnet", input), "Subnet", "SubnetId");
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

static void with(const char *service, const char *operation, const char *format, const char *a,
		 const char *b)
{
	_cleanup_(freep) char *params = NULL;
	struct strbuf sb;

	strbuf_init(&sb, 65536); /* % stands for the next argument */
	for (const char *p = format; *p; p++) {
		if (*p == '%') {
			strbuf_add(&sb, a);
			a = b;
		} else {
			strbuf_add_char(&sb, *p);
		}
	}
	params = strbuf_steal(&sb);
	api_done(aws, service, operation, params);
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
	_cleanup_(freep) char *vpc = text_of(
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
	with("tagging", "UntagResources",
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

/* @name Route 53 and ACM */

static char *make_zone(void)
{
	_cleanup_(freep) char *id = text_of(api(aws, "route53", "CreateHostedZone",
						"{'Name':'Example.com','CallerReference':'1'}"),
					    "HostedZone", "Id");

	return xstrdup(strrchr(id, '/') + 1);
}

#define CHANGE(action, name, type, value)                                                          \
	"{'HostedZoneId':'%','ChangeBatch':{'Changes':[{'Action':'" action                         \
	"','ResourceRecordSet':{'Name':'" name "','Type':'" type                                   \
	"','TTL':60,'ResourceRecords':[{'Value':'" value "'}]}}]}}"

static void change_refused(const char *zone, const char *format, const char *text)
{
	const char *mark = strchr(format, '%');
	_cleanup_(freep) char *params =
		xasprintf("%.*s%s%s", (int)(mark - format), format, zone, mark + 1);

	api_refused(aws, "route53", "ChangeResourceRecordSets", params, "InvalidChangeBatch", text);
}

START_TEST(a_zone_has_its_own_records_and_takes_changes_all_or_none)
{
	_cleanup_(freep) char *zone = make_zone(), *params = NULL, *delete = NULL;
	_cleanup_(json_freep) struct json *records = NULL;
	const struct json *list;

	params = xasprintf("{'HostedZoneId':'%s'}", zone);
	records = api(aws, "route53", "ListResourceRecordSets", params);
	list = json_get(records, "ResourceRecordSets");
	ck_assert_uint_eq(json_size(list), 2);
	ck_assert_str_eq(json_get_str(json_at(list, 0), "Type"), "NS");
	ck_assert_str_eq(json_get_str(json_at(list, 1), "Name"), "example.com.");
	with("route53", "ChangeResourceRecordSets",
	     CHANGE("CREATE", "a.example.com", "A", "1.2.3.4"), zone, NULL);
	change_refused(zone, CHANGE("CREATE", "a.example.com", "A", "1.2.3.5"),
		       "[Tried to create resource record set [name='a.example.com.', type='A'] but "
		       "it already exists]");
	change_refused(zone, CHANGE("CREATE", "a.example.com", "CNAME", "b.example.com"),
		       "conflicts with other records");
	change_refused(zone, CHANGE("CREATE", "a.example.org", "A", "1.2.3.4"),
		       "RRSet with DNS name a.example.org. is not permitted in zone example.com.");
	change_refused(zone, CHANGE("DELETE", "b.example.com", "A", "1.2.3.4"), "was not found");
	change_refused(zone, CHANGE("DELETE", "a.example.com", "A", "1.2.3.5"),
		       "do not match the current values");
	change_refused(zone, CHANGE("DELETE", "example.com", "NS", "x"), "at least one NS record");
	with("route53", "ChangeResourceRecordSets",
	     CHANGE("UPSERT", "a.example.com", "A", "1.2.3.5"), zone, NULL);
	delete = xasprintf("{'Id':'%s'}", zone);
	api_refused(aws, "route53", "DeleteHostedZone", delete, "HostedZoneNotEmpty",
		    "non-required resource record sets");
	with("route53", "ChangeResourceRecordSets",
	     CHANGE("DELETE", "a.example.com", "A", "1.2.3.5"), zone, NULL);
	api_done(aws, "route53", "DeleteHostedZone", delete);
	api_refused(aws, "route53", "GetHostedZone", delete, "NoSuchHostedZone", "No hosted zone");
}
END_TEST

START_TEST(a_change_is_everywhere_after_a_minute)
{
	_cleanup_(freep) char *zone = make_zone(), *params = NULL;
	_cleanup_(json_freep) struct json *made = NULL, *before = NULL, *after = NULL;

	params = xasprintf("{'Id':'%s','Comment':'c'}", zone);
	api_done(aws, "route53", "UpdateHostedZoneComment", params);
	made = api(aws, "route53", "CreateHostedZone", "{'Name':'b.org','CallerReference':'2'}");
	free(params);
	params = xasprintf("{'Id':'%s'}", json_find_str(made, "ChangeInfo", "Id", NULL));
	before = api(aws, "route53", "GetChange", params);
	ck_assert_str_eq(json_find_str(before, "ChangeInfo", "Status", NULL), "PENDING");
	test_advance(world, 60000);
	after = api(aws, "route53", "GetChange", params);
	ck_assert_str_eq(json_find_str(after, "ChangeInfo", "Status", NULL), "INSYNC");
	api_refused(aws, "route53", "GetChange", "{'Id':'C0'}", "NoSuchChange", "C0");
	api_refused(aws, "route53", "CreateHostedZone", "{'Name':'c.org','CallerReference':'2'}",
		    "HostedZoneAlreadyExists", "caller reference");
	api_refused(aws, "route53", "CreateHostedZone", "{'Name':'','CallerReference':'3'}",
		    "InvalidDomainName", "is not a valid domain name");
}
END_TEST

START_TEST(zones_are_counted_for_who_may_know)
{
	ck_assert(aws_set_actor_policy(
		aws, "operator",
		"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
		"\"ec2:*\",\"Resource\":\"*\"}]}",
		NULL));
	api_refused(aws, "route53", "GetHostedZoneCount", "{}", "AccessDenied",
		    "route53:GetHostedZoneCount");
}
END_TEST

START_TEST(zones_are_listed_by_name_and_in_pages)
{
	_cleanup_(freep) char *zone = make_zone();
	_cleanup_(json_freep) struct json *page = NULL, *names = NULL, *count = NULL;

	api_done(aws, "route53", "CreateHostedZone", "{'Name':'a.org','CallerReference':'2'}");
	page = api(aws, "route53", "ListHostedZones", "{'MaxItems':'1'}");
	ck_assert(json_get_bool(page, "IsTruncated", false));
	ck_assert_uint_eq(json_size(json_get(page, "HostedZones")), 1);
	names = api(aws, "route53", "ListHostedZonesByName", "{}");
	ck_assert_str_eq(json_get_str(json_at(json_get(names, "HostedZones"), 0), "Name"),
			 "a.org.");
	count = api(aws, "route53", "GetHostedZoneCount", "{}");
	ck_assert_int_eq(json_get_int(count, "HostedZoneCount", 0), 2);
	api_refused(aws, "route53", "ListHostedZonesByName", "{'HostedZoneId':'Z1'}",
		    "InvalidInput", "DNSName");
}
END_TEST

START_TEST(a_private_zone_has_vpcs_and_keeps_its_last)
{
	_cleanup_(freep) char *vpc = text_of(
		api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}"), "Vpc", "VpcId");
	_cleanup_(freep) char *create =
		xasprintf("{'Name':'in.example','CallerReference':'1','VPC':{'VPCRegion':"
			  "'eu-west-1','VPCId':'%s'}}",
			  vpc);
	_cleanup_(freep) char *id =
		text_of(api(aws, "route53", "CreateHostedZone", create), "HostedZone", "Id");
	_cleanup_(freep) char *other = NULL;
	_cleanup_(freep) char *params =
		xasprintf("{'HostedZoneId':'%s','VPC':{'VPCRegion':'eu-west-1','VPCId':'%s'}}",
			  strrchr(id, '/') + 1, vpc);

	api_refused(aws, "route53", "DisassociateVPCFromHostedZone", params, "LastVPCAssociation",
		    vpc);
	api_done(aws, "route53", "AssociateVPCWithHostedZone", params);
	other = text_of(api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.1.0.0/16'}"), "Vpc",
			"VpcId");
	with("route53", "AssociateVPCWithHostedZone",
	     "{'HostedZoneId':'%','VPC':{'VPCRegion':'eu-west-1','VPCId':'%'}}",
	     strrchr(id, '/') + 1, other);
	api_done(aws, "route53", "DisassociateVPCFromHostedZone", params);
	with("route53", "GetHostedZone", "{'Id':'%'}", strrchr(id, '/') + 1, NULL);
	api_refused(aws, "route53", "CreateHostedZone",
		    "{'Name':'x.example','CallerReference':'9','VPC':{'VPCRegion':'eu-west-1',"
		    "'VPCId':'vpc-none'}}",
		    "InvalidVPCId", "vpc-none");
}
END_TEST

START_TEST(tags_of_a_zone_change)
{
	_cleanup_(freep) char *zone = make_zone(), *list = NULL;
	_cleanup_(json_freep) struct json *tags = NULL;

	with("route53", "ChangeTagsForResource",
	     "{'ResourceType':'hostedzone','ResourceId':'%','AddTags':[{'Key':'a','Value':'b'}]}",
	     zone, NULL);
	list = xasprintf("{'ResourceType':'hostedzone','ResourceId':'%s'}", zone);
	tags = api(aws, "route53", "ListTagsForResource", list);
	ck_assert_uint_eq(json_size(json_find(tags, "ResourceTagSet", "Tags", NULL)), 1);
	api_refused(aws, "route53", "ChangeTagsForResource", list, "InvalidInput", "AddTags");
	api_refused(aws, "route53", "ListTagsForResource",
		    "{'ResourceType':'hostedzone','ResourceId':'Z0'}", "NoSuchHostedZone", "Z0");
}
END_TEST

START_TEST(a_certificate_is_issued_once_its_record_is_there)
{
	_cleanup_(freep) char *zone = make_zone();
	_cleanup_(freep) char *arn = text_of(
		api(aws, "acm", "RequestCertificate",
		    "{'DomainName':'*.example.com','ValidationMethod':'DNS','IdempotencyToken':"
		    "'once'}"),
		"CertificateArn", NULL);
	_cleanup_(freep) char *again = text_of(
		api(aws, "acm", "RequestCertificate",
		    "{'DomainName':'*.example.com','ValidationMethod':'DNS','IdempotencyToken':"
		    "'once'}"),
		"CertificateArn", NULL);
	_cleanup_(freep) char *params = xasprintf("{'CertificateArn':'%s'}", arn), *change = NULL;
	_cleanup_(json_freep) struct json *pending = NULL, *issued = NULL, *list = NULL;
	const struct json *record;

	ck_assert_str_eq(arn, again);
	pending = api(aws, "acm", "DescribeCertificate", params);
	ck_assert_str_eq(json_find_str(pending, "Certificate", "Status", NULL),
			 "PENDING_VALIDATION");
	record = json_get(
		json_first(json_find(pending, "Certificate", "DomainValidationOptions", NULL)),
		"ResourceRecord");
	test_advance(world, 60000);
	change = xasprintf("{'HostedZoneId':'%s','ChangeBatch':{'Changes':[{'Action':'CREATE',"
			   "'ResourceRecordSet':{'Name':'%s','Type':'CNAME','TTL':60,"
			   "'ResourceRecords':[{'Value':'%s'}]}}]}}",
			   zone, json_get_str(record, "Name"), json_get_str(record, "Value"));
	api_done(aws, "route53", "ChangeResourceRecordSets", change);
	test_advance(world, 30000);
	issued = api(aws, "acm", "DescribeCertificate", params);
	ck_assert_str_eq(json_find_str(issued, "Certificate", "Status", NULL), "ISSUED");
	list = api(aws, "acm", "ListCertificates", "{'CertificateStatuses':['ISSUED']}");
	ck_assert_str_eq(
		json_get_str(json_first(json_get(list, "CertificateSummaryList")), "DomainName"),
		"*.example.com");
	with("acm", "AddTagsToCertificate",
	     "{'CertificateArn':'%','Tags':[{'Key':'a','Value':'b'}]}", arn, NULL);
	with("acm", "RemoveTagsFromCertificate", "{'CertificateArn':'%','Tags':[{'Key':'a'}]}", arn,
	     NULL);
	api_done(aws, "acm", "ListTagsForCertificate", params);
	with("acm", "UpdateCertificateOptions",
	     "{'CertificateArn':'%','Options':{'CertificateTransparencyLoggingPreference':"
	     "'DISABLED'}}",
	     arn, NULL);
	api_done(aws, "acm", "DeleteCertificate", params);
	api_refused(aws, "acm", "DescribeCertificate", params, "ResourceNotFoundException",
		    "Could not find certificate");
}
END_TEST

#define NO_CERTIFICATE                                                                             \
	"arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"

START_TEST(acm_refuses_names_blobs_and_unknown_arns)
{
	const char *none = "{'CertificateArn':'" NO_CERTIFICATE "'}";

	api_refused(aws, "acm", "RequestCertificate", "{'DomainName':'localhost'}",
		    "ValidationException", "localhost");
	api_refused(aws, "acm", "ImportCertificate", "{'Certificate':'Zm9v','PrivateKey':'Zm9v'}",
		    "ValidationException", "certificate");
	api_refused(aws, "acm", "DeleteCertificate", none, "ResourceNotFoundException",
		    "Could not find");
	api_refused(aws, "acm", "GetCertificate", none, "ResourceNotFoundException",
		    "Could not find");
	api_refused(aws, "acm", "ListTagsForCertificate", none, "ResourceNotFoundException",
		    "Could not find");
	api_refused(aws, "acm", "ListCertificates", "{'NextToken':'made-up'}",
		    "ValidationException", "token");
	api_refused(aws, "acm", "RequestCertificate",
		    "{'DomainName':'a.example.com','CertificateAuthorityArn':"
		    "'arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/"
		    "12345678-1234-1234-1234-123456789012'}",
		    "NotImplemented", "");
	api_refused(aws, "acm", "RequestCertificate",
		    "{'DomainName':'a.example.com','Tags':[{'Key':'aws:x'}]}",
		    "InvalidTagException", "'aws:x' is not valid");
	api_refused(aws, "acm", "AddTagsToCertificate",
		    "{'CertificateArn':'" NO_CERTIFICATE "','Tags':[{'Key':'a'}]}",
		    "ResourceNotFoundException", "Could not find");
	api_refused(aws, "acm", "RemoveTagsFromCertificate",
		    "{'CertificateArn':'" NO_CERTIFICATE "','Tags':[{'Key':'a'}]}",
		    "ResourceNotFoundException", "Could not find");
	api_refused(aws, "acm", "UpdateCertificateOptions",
		    "{'CertificateArn':'" NO_CERTIFICATE "','Options':{}}",
		    "ResourceNotFoundException", "Could not find");
}
END_TEST

/* A self-signed EC certificate for www.example.com and example.com, and its key, as blobs. */
#include "tests/aws/certificate_pem.h"

START_TEST(an_imported_certificate_shows_what_is_in_it)
{
	_cleanup_(freep) char *arn =
		text_of(api(aws, "acm", "ImportCertificate",
			    "{'Certificate':'" CERTIFICATE_BLOB "','PrivateKey':'" KEY_BLOB "'}"),
			"CertificateArn", NULL);
	_cleanup_(freep) char *params = xasprintf("{'CertificateArn':'%s'}", arn);
	_cleanup_(json_freep) struct json *shown = api(aws, "acm", "DescribeCertificate", params);
	_cleanup_(json_freep) struct json *pem = api(aws, "acm", "GetCertificate", params);
	_cleanup_(json_freep) struct json *rsa = NULL, *all = NULL;
	const struct json *certificate = json_get(shown, "Certificate");

	ck_assert_str_eq(json_get_str(certificate, "DomainName"), "www.example.com");
	ck_assert_str_eq(json_get_str(certificate, "KeyAlgorithm"), "EC_prime256v1");
	ck_assert_str_eq(json_get_str(certificate, "Type"), "IMPORTED");
	ck_assert_str_eq(json_get_str(certificate, "Status"), "ISSUED");
	ck_assert_uint_eq(json_size(json_get(certificate, "SubjectAlternativeNames")), 2);
	ck_assert(str_starts_with(json_get_str(pem, "Certificate"), "-----BEGIN CERTIFICATE"));
	rsa = api(aws, "acm", "ListCertificates", "{}");
	ck_assert_ptr_null(json_first(json_get(rsa, "CertificateSummaryList")));
	all = api(aws, "acm", "ListCertificates", "{'Includes':{'keyTypes':['EC_prime256v1']}}");
	ck_assert_uint_eq(json_size(json_get(all, "CertificateSummaryList")), 1);
	api_refused(aws, "acm", "ImportCertificate",
		    "{'Certificate':'" CERTIFICATE_BLOB "','PrivateKey':'" OTHER_KEY_BLOB "'}",
		    "ValidationException", "private key");
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
	with("wafv2", "AssociateWebACL", "{'WebACLArn':'%','ResourceArn':'%'}", arn, balancer);
	get = xasprintf("{'ResourceArn':'%s'}", balancer);
	of = api(aws, "wafv2", "GetWebACLForResource", get);
	ck_assert_str_eq(json_find_str(of, "WebACL", "ARN", NULL), arn);
	delete = xasprintf("{'Name':'acl','Scope':'REGIONAL','Id':'%s','LockToken':'%s'}", id,
			   json_find_str(made, "Summary", "LockToken", NULL));
	api_refused(aws, "wafv2", "DeleteWebACL", delete, "WAFAssociatedItemException",
		    "being used");
	with("wafv2", "DisassociateWebACL", "{'ResourceArn':'%'}", balancer, NULL);
	with("wafv2", "UpdateWebACL", "{" ACL ",'Id':'%','LockToken':'%'}", id,
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
	return text_of(api(aws, "waf-regional", "GetChangeToken", "{}"), "ChangeToken", NULL);
}

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
	with("waf-regional", "AssociateWebACL", "{'WebACLId':'%','ResourceArn':'%'}", id, balancer);
	of = api(aws, "waf-regional", "GetWebACLForResource", get);
	ck_assert_str_eq(json_find_str(of, "WebACLSummary", "WebACLId", NULL), id);
	with("waf-regional", "DisassociateWebACL", "{'ResourceArn':'%'}", balancer, NULL);
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
	id = text_of(api(aws, "shield", "CreateProtection", params), "ProtectionId", NULL);
	api_refused(aws, "shield", "CreateProtection", params, "ResourceAlreadyExistsException",
		    "already exists");
	with("shield", "DescribeProtection", "{'ResourceArn':'%'}", balancer, NULL);
	list = api(aws, "shield", "ListProtections", "{}");
	ck_assert_uint_eq(json_size(json_get(list, "Protections")), 1);
	protection = json_get_str(json_first(json_get(list, "Protections")), "ProtectionArn");
	with("shield", "TagResource", "{'ResourceARN':'%','Tags':[{'Key':'a','Value':'b'}]}",
	     protection, NULL);
	with("shield", "ListTagsForResource", "{'ResourceARN':'%'}", protection, NULL);
	with("shield", "UntagResource", "{'ResourceARN':'%','TagKeys':['a']}", protection, NULL);
	api_done(aws, "shield", "DescribeSubscription", "{}");
	with("shield", "DeleteProtection", "{'ProtectionId':'%'}", id, NULL);
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
		a_zone_has_its_own_records_and_takes_changes_all_or_none,
		a_change_is_everywhere_after_a_minute,
		zones_are_counted_for_who_may_know,
		zones_are_listed_by_name_and_in_pages,
		a_private_zone_has_vpcs_and_keeps_its_last,
		tags_of_a_zone_change,
		a_certificate_is_issued_once_its_record_is_there,
		acm_refuses_names_blobs_and_unknown_arns,
		an_imported_certificate_shows_what_is_in_it,
		a_server_certificate_is_uploaded_renamed_and_deleted,
		a_web_acl_is_associated_with_a_balancer_and_holds_on_to_it,
		a_regional_web_acl_needs_a_fresh_token_for_each_change,
		protections_need_a_subscription,
	};
	TCase *tcase = tcase_create("neighbours");

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < array_size(tests); i++)
		tcase_add_test(tcase, tests[i]);
	return run_suite_of(tcase, "neighbours");
}
