/* Members of inputs that once had no effect, of services beside EC2: each does what AWS does with
 * it, or is refused. */
#include "tests/aws/run.h"

#include "tests/aws/api.h"
#include "tests/aws/wire.h"

#define PADDING                                                                                    \
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234"
#define METADATA                                                                                   \
	"<md:EntityDescriptor><!-- " PADDING PADDING PADDING PADDING PADDING PADDING PADDING       \
		PADDING PADDING PADDING PADDING PADDING " -->"
#define DOCUMENT                                                                                   \
	"{\\\"Version\\\":\\\"2012-10-17\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\","    \
	"\\\"Action\\\":\\\"s3:PutObject\\\",\\\"Resource\\\":\\\"*\\\"}]}"
#define SAML "'SAMLProviderArn':'arn:aws:iam::123456789012:saml-provider/p'"

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

static size_t listed(const char *service, const char *operation, const char *params,
		     const char *member)
{
	_cleanup_(json_freep) struct json *output = api(aws, service, operation, params);

	return json_size(json_get(output, member));
}

START_TEST(certificates_are_listed_by_what_is_asked_for)
{
	_cleanup_(json_freep) struct json *list = NULL;
	const struct json *first;

	api_done(aws, "acm", "RequestCertificate",
		 "{'DomainName':'a.example.com','ManagedBy':'CLOUDFRONT','Options':{'Export':"
		 "'ENABLED'}}");
	api_done(aws, "acm", "RequestCertificate",
		 "{'DomainName':'b.example.com','DomainValidationOptions':[{'DomainName':"
		 "'b.example.com','ValidationDomain':'example.com'}]}");
	api_refused(aws, "acm", "RequestCertificate",
		    "{'DomainName':'c.example.com','DomainValidationOptions':[{'DomainName':"
		    "'c.example.com','ValidationDomain':'example.org'}]}",
		    "InvalidDomainValidationOptionsException", "example.org");
	api_refused(aws, "acm", "RequestCertificate",
		    "{'DomainName':'c.example.com','ValidationMethod':'DNS','Options':"
		    "{'ValidationMethod':'EMAIL'}}",
		    "ValidationException", "not the same");
	ck_assert_uint_eq(listed("acm", "ListCertificates", "{}", "CertificateSummaryList"), 2);
	ck_assert_uint_eq(listed("acm", "ListCertificates",
				 "{'Includes':{'managedBy':'CLOUDFRONT'}}",
				 "CertificateSummaryList"),
			  1);
	ck_assert_uint_eq(listed("acm", "ListCertificates",
				 "{'Includes':{'exportOption':'DISABLED'}}",
				 "CertificateSummaryList"),
			  1);
	ck_assert_uint_eq(listed("acm", "ListCertificates",
				 "{'Includes':{'keyUsage':['DIGITAL_SIGNATURE']}}",
				 "CertificateSummaryList"),
			  0);
	ck_assert_uint_eq(listed("acm", "ListCertificates",
				 "{'CertificateKeyPairOrigins':['CUSTOMER_PROVIDED']}",
				 "CertificateSummaryList"),
			  0);
	list = api(aws, "acm", "ListCertificates",
		   "{'SortBy':'CREATED_AT','SortOrder':'DESCENDING'}");
	first = json_first(json_get(list, "CertificateSummaryList"));
	ck_assert_str_eq(json_get_str(first, "DomainName"), "b.example.com");
	api_refused(aws, "acm", "ListCertificates", "{'SortBy':'CREATED_AT'}",
		    "ValidationException", "together");
}
END_TEST

START_TEST(a_saml_provider_has_two_keys_and_a_mode)
{
	_cleanup_(json_freep) struct json *shown = NULL;
	_cleanup_(freep) char *id = NULL;

	api_refused(aws, "iam", "CreateSAMLProvider",
		    "{'Name':'p','SAMLMetadataDocument':'" METADATA
		    "','AssertionEncryptionMode':'Required'}",
		    "InvalidInput", "private key");
	api_done(aws, "iam", "CreateSAMLProvider",
		 "{'Name':'p','SAMLMetadataDocument':'" METADATA
		 "','AssertionEncryptionMode':'Required','AddPrivateKey':'a'}");
	api_done(aws, "iam", "UpdateSAMLProvider", "{" SAML ",'AddPrivateKey':'b'}");
	api_refused(aws, "iam", "UpdateSAMLProvider", "{" SAML ",'AddPrivateKey':'c'}",
		    "LimitExceeded", "2");
	api_refused(aws, "iam", "UpdateSAMLProvider",
		    "{" SAML ",'RemovePrivateKey':'ABCDEFGHIJKLMNOPQRSTUVWX'}", "NoSuchEntity",
		    "ABCDEFGHIJKLMNOPQRSTUVWX");
	shown = api(aws, "iam", "GetSAMLProvider", "{" SAML "}");
	ck_assert_str_eq(json_get_str(shown, "AssertionEncryptionMode"), "Required");
	ck_assert_uint_eq(json_size(json_get(shown, "PrivateKeyList")), 2);
	id = xstrdup(json_get_str(json_first(json_get(shown, "PrivateKeyList")), "KeyId"));
	api_with(aws, "iam", "UpdateSAMLProvider",
		 "{" SAML ",'RemovePrivateKey':'%','AssertionEncryptionMode':'Allowed'}", id, NULL);
	json_free(steal(shown));
	shown = api(aws, "iam", "GetSAMLProvider", "{" SAML "}");
	ck_assert_uint_eq(json_size(json_get(shown, "PrivateKeyList")), 1);
}
END_TEST

START_TEST(attached_policies_are_listed_by_their_path)
{
	api_done(aws, "iam", "CreateUser", "{'UserName':'u','Path':'/people/'}");
	api_done(aws, "iam", "AttachUserPolicy",
		 "{'UserName':'u','PolicyArn':'arn:aws:iam::aws:policy/ReadOnlyAccess'}");
	ck_assert_uint_eq(listed("iam", "ListAttachedUserPolicies",
				 "{'UserName':'u','PathPrefix':'/'}", "AttachedPolicies"),
			  1);
	ck_assert_uint_eq(listed("iam", "ListAttachedUserPolicies",
				 "{'UserName':'u','PathPrefix':'/job-function/'}",
				 "AttachedPolicies"),
			  0);
	ck_assert_uint_eq(listed("iam", "ListEntitiesForPolicy",
				 "{'PolicyArn':'arn:aws:iam::aws:policy/ReadOnlyAccess',"
				 "'PathPrefix':'/people/'}",
				 "PolicyUsers"),
			  1);
	ck_assert_uint_eq(listed("iam", "ListEntitiesForPolicy",
				 "{'PolicyArn':'arn:aws:iam::aws:policy/ReadOnlyAccess',"
				 "'PathPrefix':'/robots/'}",
				 "PolicyUsers"),
			  0);
}
END_TEST

START_TEST(what_cannot_be_simulated_is_refused)
{
	api_done(aws, "iam", "SimulateCustomPolicy",
		 "{'PolicyInputList':['" DOCUMENT "'],'ActionNames':['s3:PutObject'],"
		 "'ContextEntries':[{'ContextKeyValues':['a']}]}");
	api_refused(aws, "iam", "SimulateCustomPolicy",
		    "{'PolicyInputList':['" DOCUMENT "'],'ActionNames':['ec2:RunInstances'],"
		    "'ResourceHandlingOption':'EC2-VPC-EBS'}",
		    "NotImplemented", "not emulated");
}
END_TEST

START_TEST(what_tags_comply_with_is_told)
{
	_cleanup_(json_freep) struct json *output = NULL;

	api_done(aws, "ec2", "CreateVpc",
		 "{'CidrBlock':'10.0.0.0/16','TagSpecifications':[{'ResourceType':'vpc','Tags':"
		 "[{'Key':'a','Value':'b'}]}]}");
	output = api(aws, "tagging", "GetResources", "{'IncludeComplianceDetails':true}");
	ck_assert(json_bool(json_find(json_first(json_get(output, "ResourceTagMappingList")),
				      "ComplianceDetails", "ComplianceStatus", NULL)));
	ck_assert_uint_eq(listed("tagging", "GetResources",
				 "{'IncludeComplianceDetails':true,"
				 "'ExcludeCompliantResources':true}",
				 "ResourceTagMappingList"),
			  0);
	api_refused(aws, "tagging", "GetResources", "{'TagFilters':[{'Values':['b']}]}",
		    "InvalidParameterException", "key");
	api_refused(aws, "tagging", "GetResources", "{'ExcludeCompliantResources':true}",
		    "InvalidParameterException", "IncludeComplianceDetails");
}
END_TEST

START_TEST(what_stands_for_things_that_are_not_here_is_refused)
{
	api_refused(aws, "route53", "ListHostedZones", "{'DelegationSetId':'N1'}",
		    "NoSuchDelegationSet", "N1");
	api_refused(aws, "kms", "RetireGrant", "{'GrantToken':'a','GrantId':'b'}",
		    "ValidationException", "Either");
	api_refused(aws, "sts", "AssumeRole",
		    "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'ab',"
		    "'ProvidedContexts':[{'ProviderArn':'arn:aws:iam::aws:contextProvider/"
		    "IdentityCenter'}]}",
		    "NotImplemented", "ProvidedContexts");
	api_refused(aws, "sts", "AssumeRoleWithWebIdentity",
		    "{'RoleArn':'arn:aws:iam::123456789012:role/r','RoleSessionName':'ab',"
		    "'WebIdentityToken':'abcd','ProviderId':'www.amazon.com'}",
		    "NotImplemented", "ProviderId");
}
END_TEST

START_TEST(records_go_on_after_an_identifier)
{
	_cleanup_(freep) char *zone = api_text(api(aws, "route53", "CreateHostedZone",
						   "{'Name':'example.com','CallerReference':'a'}"),
					       "HostedZone", "Id");
	const char *id = strrchr(zone, '/') + 1;

	api_with(
		aws, "route53", "ChangeResourceRecordSets",
		"{'HostedZoneId':'%','ChangeBatch':{'Changes':["
		"{'Action':'CREATE','ResourceRecordSet':{'Name':'w.example.com','Type':'A','TTL':5,"
		"'SetIdentifier':'x','Weight':1,'ResourceRecords':[{'Value':'10.0.0.1'}]}},"
		"{'Action':'CREATE','ResourceRecordSet':{'Name':'w.example.com','Type':'A','TTL':5,"
		"'SetIdentifier':'y','Weight':1,'ResourceRecords':[{'Value':'10.0.0.2'}]}}]}}",
		id, NULL);
	for (int i = 0; i < 2; i++) {
		_cleanup_(freep) char *params =
			xasprintf("{'HostedZoneId':'%s','StartRecordName':'w.example.com',"
				  "'StartRecordType':'A','StartRecordIdentifier':'%s'}",
				  id, i ? "y" : "x");

		ck_assert_uint_eq(
			listed("route53", "ListResourceRecordSets", params, "ResourceRecordSets"),
			2u - (unsigned)i);
	}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("members");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, certificates_are_listed_by_what_is_asked_for);
	tcase_add_test(tcase, a_saml_provider_has_two_keys_and_a_mode);
	tcase_add_test(tcase, attached_policies_are_listed_by_their_path);
	tcase_add_test(tcase, what_cannot_be_simulated_is_refused);
	tcase_add_test(tcase, what_tags_comply_with_is_told);
	tcase_add_test(tcase, what_stands_for_things_that_are_not_here_is_refused);
	tcase_add_test(tcase, records_go_on_after_an_identifier);
	return run_suite_of(tcase, "members");
}
