/* Names and certificates: Route 53 and ACM, which asks it for its records. */
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

static char *make_zone(void)
{
	_cleanup_(freep) char *id = api_text(api(aws, "route53", "CreateHostedZone",
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
	api_with(aws, "route53", "ChangeResourceRecordSets",
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
	api_with(aws, "route53", "ChangeResourceRecordSets",
		 CHANGE("UPSERT", "a.example.com", "A", "1.2.3.5"), zone, NULL);
	delete = xasprintf("{'Id':'%s'}", zone);
	api_refused(aws, "route53", "DeleteHostedZone", delete, "HostedZoneNotEmpty",
		    "non-required resource record sets");
	api_with(aws, "route53", "ChangeResourceRecordSets",
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
	api_refused(aws, "route53", "GetHealthCheckCount", "{}", "AccessDenied",
		    "route53:GetHealthCheckCount");
	api_refused(aws, "route53", "GetAccountLimit", "{'Type':'MAX_HEALTH_CHECKS_BY_OWNER'}",
		    "AccessDenied", "route53:GetAccountLimit");
	api_refused(aws, "acm", "GetAccountConfiguration", "{}", "AccessDeniedException",
		    "acm:GetAccountConfiguration");
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
	_cleanup_(freep) char *vpc = api_text(
		api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.0.0.0/16'}"), "Vpc", "VpcId");
	_cleanup_(freep) char *create =
		xasprintf("{'Name':'in.example','CallerReference':'1','VPC':{'VPCRegion':"
			  "'eu-west-1','VPCId':'%s'}}",
			  vpc);
	_cleanup_(freep) char *id =
		api_text(api(aws, "route53", "CreateHostedZone", create), "HostedZone", "Id");
	_cleanup_(freep) char *other = NULL;
	_cleanup_(freep) char *params =
		xasprintf("{'HostedZoneId':'%s','VPC':{'VPCRegion':'eu-west-1','VPCId':'%s'}}",
			  strrchr(id, '/') + 1, vpc);

	api_refused(aws, "route53", "DisassociateVPCFromHostedZone", params, "LastVPCAssociation",
		    vpc);
	api_done(aws, "route53", "AssociateVPCWithHostedZone", params);
	other = api_text(api(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.1.0.0/16'}"), "Vpc",
			 "VpcId");
	api_with(aws, "route53", "AssociateVPCWithHostedZone",
		 "{'HostedZoneId':'%','VPC':{'VPCRegion':'eu-west-1','VPCId':'%'}}",
		 strrchr(id, '/') + 1, other);
	api_done(aws, "route53", "DisassociateVPCFromHostedZone", params);
	api_with(aws, "route53", "GetHostedZone", "{'Id':'%'}", strrchr(id, '/') + 1, NULL);
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

	api_with(
		aws, "route53", "ChangeTagsForResource",
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
	_cleanup_(freep) char *arn = api_text(
		api(aws, "acm", "RequestCertificate",
		    "{'DomainName':'*.example.com','ValidationMethod':'DNS','IdempotencyToken':"
		    "'once'}"),
		"CertificateArn", NULL);
	_cleanup_(freep) char *again = api_text(
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
	api_with(aws, "acm", "AddTagsToCertificate",
		 "{'CertificateArn':'%','Tags':[{'Key':'a','Value':'b'}]}", arn, NULL);
	api_with(aws, "acm", "RemoveTagsFromCertificate",
		 "{'CertificateArn':'%','Tags':[{'Key':'a'}]}", arn, NULL);
	api_done(aws, "acm", "ListTagsForCertificate", params);
	api_with(aws, "acm", "UpdateCertificateOptions",
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

START_TEST(an_imported_certificate_shows_what_is_in_it)
{
	_cleanup_(freep) char *arn =
		api_text(api(aws, "acm", "ImportCertificate",
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

/* @name Health checks, limits, what becomes of certificates */

#define HTTP_CHECK "'HealthCheckConfig':{'Type':'HTTP','IPAddress':'192.0.2.1'}"

START_TEST(a_health_check_is_kept_changed_by_version_and_deleted)
{
	_cleanup_(freep) char *id = api_text(
		api(aws, "route53", "CreateHealthCheck", "{'CallerReference':'1'," HTTP_CHECK "}"),
		"HealthCheck", "Id");
	_cleanup_(freep) char *get = xasprintf("{'HealthCheckId':'%s'}", id);
	_cleanup_(freep) char *of = xasprintf("{'CallerReference':'2','HealthCheckConfig':{'Type':"
					      "'CALCULATED','ChildHealthChecks':['%s']}}",
					      id);
	_cleanup_(freep) char *change =
		xasprintf("{'HealthCheckId':'%s','HealthCheckVersion':1,'Port':8080}", id);
	_cleanup_(freep) char *parent = NULL;
	_cleanup_(json_freep) struct json *shown = NULL, *all = NULL;

	api_done(aws, "route53", "CreateHealthCheck", "{'CallerReference':'1'," HTTP_CHECK "}");
	api_refused(aws, "route53", "CreateHealthCheck",
		    "{'CallerReference':'1','HealthCheckConfig':{'Type':'HTTPS','IPAddress':"
		    "'192.0.2.1'}}",
		    "HealthCheckAlreadyExists", "caller reference");
	api_refused(aws, "route53", "CreateHealthCheck",
		    "{'CallerReference':'3','HealthCheckConfig':{'Type':'TCP','IPAddress':"
		    "'192.0.2.1'}}",
		    "InvalidInput", "Port");
	api_done(aws, "route53", "UpdateHealthCheck", change);
	api_refused(aws, "route53", "UpdateHealthCheck", change, "HealthCheckVersionMismatch", "");
	shown = api(aws, "route53", "GetHealthCheck", get);
	ck_assert_int_eq(
		json_get_int(json_find(shown, "HealthCheck", "HealthCheckConfig", NULL), "Port", 0),
		8080);
	parent = api_text(api(aws, "route53", "CreateHealthCheck", of), "HealthCheck", "Id");
	api_refused(aws, "route53", "DeleteHealthCheck", get, "HealthCheckInUse", id);
	all = api(aws, "route53", "ListHealthChecks", "{'MaxItems':'1'}");
	ck_assert_str_eq(json_get_str(all, "NextMarker"), parent);
	api_refused(aws, "route53", "ListHealthChecks", "{'Marker':'none'}", "InvalidInput",
		    "marker");
	api_with(
		aws, "route53", "ChangeTagsForResource",
		"{'ResourceType':'healthcheck','ResourceId':'%','AddTags':[{'Key':'a','Value':'b'}]}",
		id, NULL);
	api_with(aws, "route53", "ListTagsForResources",
		 "{'ResourceType':'healthcheck','ResourceIds':['%']}", id, NULL);
	api_refused(aws, "route53", "ListTagsForResources",
		    "{'ResourceType':'healthcheck','ResourceIds':['none']}", "NoSuchHealthCheck",
		    "none");
	api_with(aws, "route53", "DeleteHealthCheck", "{'HealthCheckId':'%'}", parent, NULL);
	api_done(aws, "route53", "DeleteHealthCheck", get);
	api_done(aws, "route53", "GetHealthCheckCount", "{}");
	api_refused(aws, "route53", "GetHealthCheck", get, "NoSuchHealthCheck", id);
}
END_TEST

START_TEST(limits_and_the_zones_of_a_vpc_are_told)
{
	_cleanup_(freep) char *zone = make_zone();
	_cleanup_(freep) char *records =
		xasprintf("{'HostedZoneId':'%s','Type':'MAX_RRSETS_BY_ZONE'}", zone);
	_cleanup_(freep) char *vpcs =
		xasprintf("{'HostedZoneId':'%s','Type':'MAX_VPCS_ASSOCIATED_BY_ZONE'}", zone);
	_cleanup_(json_freep) struct json *limit = NULL, *of_zone = NULL;

	limit = api(aws, "route53", "GetAccountLimit", "{'Type':'MAX_HOSTED_ZONES_BY_OWNER'}");
	ck_assert_int_eq(json_get_int(limit, "Count", 0), 1);
	of_zone = api(aws, "route53", "GetHostedZoneLimit", records);
	ck_assert_int_eq(json_get_int(of_zone, "Count", 0), 2);
	api_refused(aws, "route53", "GetHostedZoneLimit", vpcs, "HostedZoneNotPrivate", zone);
	api_done(aws, "route53", "ListHostedZonesByVPC",
		 "{'VPCId':'vpc-1','VPCRegion':'eu-west-1'}");
	api_refused(aws, "route53", "ListHostedZonesByVPC",
		    "{'VPCId':'vpc-1','VPCRegion':'eu-west-1','NextToken':'x'}",
		    "InvalidPaginationToken", "");
}
END_TEST

START_TEST(certificates_are_revoked_tagged_and_asked_about_again)
{
	_cleanup_(freep) char *arn =
		api_text(api(aws, "acm", "RequestCertificate",
			     "{'DomainName':'a.example.com','ValidationMethod':'EMAIL'}"),
			 "CertificateArn", NULL);
	_cleanup_(freep) char *revoke =
		xasprintf("{'CertificateArn':'%s','RevocationReason':'KEY_COMPROMISE'}", arn);
	_cleanup_(freep) char *mail = xasprintf(
		"{'CertificateArn':'%s','Domain':'a.example.com','ValidationDomain':'example.com'}",
		arn);
	_cleanup_(freep) char *wrong = xasprintf(
		"{'CertificateArn':'%s','Domain':'b.example.com','ValidationDomain':'example.com'}",
		arn);

	api_done(aws, "acm", "ResendValidationEmail", mail);
	api_refused(aws, "acm", "ResendValidationEmail", wrong,
		    "InvalidDomainValidationOptionsException", "b.example.com");
	api_refused(aws, "acm", "RevokeCertificate", revoke, "ConflictException", "issued");
	api_with(aws, "acm", "TagResource", "{'ResourceArn':'%','Tags':[{'Key':'a','Value':'b'}]}",
		 arn, NULL);
	api_with(aws, "acm", "ListTagsForResource", "{'ResourceArn':'%'}", arn, NULL);
	api_with(aws, "acm", "UntagResource", "{'ResourceArn':'%','TagKeys':['a']}", arn, NULL);
	api_refused(aws, "acm", "TagResource",
		    "{'ResourceArn':'" NO_CERTIFICATE "','Tags':[{'Key':'a','Value':'b'}]}",
		    "ResourceNotFoundException", "");
	api_refused(aws, "acm", "UntagResource",
		    "{'ResourceArn':'" NO_CERTIFICATE "','TagKeys':['a']}",
		    "ResourceNotFoundException", "");
	api_refused(aws, "acm", "ListTagsForResource", "{'ResourceArn':'" NO_CERTIFICATE "'}",
		    "ResourceNotFoundException", "");
}
END_TEST

START_TEST(an_exportable_certificate_can_be_revoked)
{
	_cleanup_(freep) char *zone = make_zone(), *change = NULL;
	_cleanup_(freep) char *arn =
		api_text(api(aws, "acm", "RequestCertificate",
			     "{'DomainName':'example.com','ValidationMethod':'DNS','Options':{"
			     "'Export':'ENABLED'}}"),
			 "CertificateArn", NULL);
	_cleanup_(freep) char *get = xasprintf("{'CertificateArn':'%s'}", arn);
	_cleanup_(freep) char *revoke =
		xasprintf("{'CertificateArn':'%s','RevocationReason':'KEY_COMPROMISE'}", arn);
	_cleanup_(json_freep) struct json *pending = api(aws, "acm", "DescribeCertificate", get);
	_cleanup_(json_freep) struct json *after = NULL;
	const struct json *record = json_get(
		json_first(json_find(pending, "Certificate", "DomainValidationOptions", NULL)),
		"ResourceRecord");

	change = xasprintf("{'HostedZoneId':'%s','ChangeBatch':{'Changes':[{'Action':'CREATE',"
			   "'ResourceRecordSet':{'Name':'%s','Type':'CNAME','TTL':60,"
			   "'ResourceRecords':[{'Value':'%s'}]}}]}}",
			   zone, json_get_str(record, "Name"), json_get_str(record, "Value"));
	api_done(aws, "route53", "ChangeResourceRecordSets", change);
	test_advance(world, 60000);
	api_done(aws, "acm", "RevokeCertificate", revoke);
	after = api(aws, "acm", "DescribeCertificate", get);
	ck_assert_str_eq(json_find_str(after, "Certificate", "Status", NULL), "REVOKED");
}
END_TEST

START_TEST(an_account_says_when_it_wants_to_hear_of_expiry)
{
	_cleanup_(json_freep) struct json *before = NULL, *after = NULL;

	before = api(aws, "acm", "GetAccountConfiguration", "{}");
	ck_assert_int_eq(json_get_int(json_get(before, "ExpiryEvents"), "DaysBeforeExpiry", 0), 45);
	api_done(aws, "acm", "PutAccountConfiguration",
		 "{'ExpiryEvents':{'DaysBeforeExpiry':30},'IdempotencyToken':'t'}");
	api_refused(aws, "acm", "PutAccountConfiguration",
		    "{'ExpiryEvents':{'DaysBeforeExpiry':31},'IdempotencyToken':'t'}",
		    "ConflictException", "");
	after = api(aws, "acm", "GetAccountConfiguration", "{}");
	ck_assert_int_eq(json_get_int(json_get(after, "ExpiryEvents"), "DaysBeforeExpiry", 0), 30);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_zone_has_its_own_records_and_takes_changes_all_or_none,
		a_change_is_everywhere_after_a_minute,
		zones_are_counted_for_who_may_know,
		zones_are_listed_by_name_and_in_pages,
		a_private_zone_has_vpcs_and_keeps_its_last,
		tags_of_a_zone_change,
		a_certificate_is_issued_once_its_record_is_there,
		acm_refuses_names_blobs_and_unknown_arns,
		an_imported_certificate_shows_what_is_in_it,
		a_health_check_is_kept_changed_by_version_and_deleted,
		limits_and_the_zones_of_a_vpc_are_told,
		certificates_are_revoked_tagged_and_asked_about_again,
		an_exportable_certificate_can_be_revoked,
		an_account_says_when_it_wants_to_hear_of_expiry,
	};
	TCase *tcase = tcase_create("names");

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < array_size(tests); i++)
		tcase_add_test(tcase, tests[i]);
	return run_suite_of(tcase, "names");
}
