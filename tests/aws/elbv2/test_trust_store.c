/* Trust stores and security policies. */
#include "tests/aws/elbv2/elbv2_test.h"

#include <stdio.h>

#include "emulator/aws/elbv2/elbv2.h"
#include "emulator/aws/operation.h"
#include "emulator/base/digest.h"
#include "emulator/model/aws_model.h"
#include "tests/aws/certificate_pem.h"
#include "tests/aws/revocation_pem.h"

#define MAKE "CreateTrustStore"
#define NAMED(n)                                                                                   \
	"{'Name': '" n                                                                             \
	"', 'CaCertificatesBundleS3Bucket': 'b-1', 'CaCertificatesBundleS3Key': 'k.pem'}"
#define STORE(...) "{'TrustStoreArn': '%s'" __VA_ARGS__ "}"
#define LISTS(...) STORE(", 'RevocationContents': [" __VA_ARGS__ "]")
#define LIST(key)  "{'S3Bucket': 'b-1', 'S3Key': '" key "'}"
#define ADD	   "AddTrustStoreRevocations"
#define SHOW	   "DescribeTrustStoreRevocations"

static struct balancer_test test;
static char *store;

static void setup(void)
{
	static const char *const lists[] = {"one", "two", "three", "a"};
	_cleanup_(freep) char *list = base64_encode(REVOCATION_PEM, strlen(REVOCATION_PEM));

	lb_init(&test, "elbv2", PROFILE_AWS);
	lb_bucket(&test, "b-1");
	lb_file(&test, "b-1", "k.pem", CERTIFICATE_BLOB);
	lb_file(&test, "b-1", "none.pem", "bm9uZQ==");
	for (size_t i = 0; i < array_size(lists); i++)
		lb_file(&test, "b-1", lists[i], list);
	store = lb_text(&test, "TrustStores.0.TrustStoreArn", MAKE, NAMED("ca"));
}

static void teardown(void)
{
	free(store);
	lb_done(&test);
}

START_TEST(a_store_is_made_once_and_becomes_active)
{
	lb_assert(&test, "TrustStores.0.Status", "CREATING", "DescribeTrustStores", "{}");
	test_advance(test.ec2.world, 60000);
	lb_assert(&test, "TrustStores.0.Status", "ACTIVE", "DescribeTrustStores",
		  "{'Names': ['ca']}");
	lb_refused(&test, "DuplicateTrustStoreName", "'ca'", MAKE, NAMED("ca"));
	lb_refused(&test, "ValidationError", "'-x'", MAKE, NAMED("-x"));
	lb_refused(&test, "CaCertificatesBundleNotFound", "does not exist", MAKE,
		   "{'Name': 'x', 'CaCertificatesBundleS3Bucket': '', 'CaCertificatesBundleS3Key':"
		   " 'k'}");
	lb_refused(&test, "CaCertificatesBundleNotFound", "does not exist", MAKE,
		   "{'Name': 'x', 'CaCertificatesBundleS3Bucket': 'b-1',"
		   " 'CaCertificatesBundleS3Key': 'other'}");
	lb_refused(&test, "InvalidCaCertificatesBundle", "invalid format", MAKE,
		   "{'Name': 'x', 'CaCertificatesBundleS3Bucket': 'b-1',"
		   " 'CaCertificatesBundleS3Key': 'none.pem'}");
	lb_refused(&test, "TrustStoreNotFound", "'none'", "DescribeTrustStores",
		   "{'Names': ['none']}");
	lb_refused(&test, "TrustStoreNotFound", "'none'", "DescribeTrustStores",
		   "{'TrustStoreArns': ['none']}");
}
END_TEST

START_TEST(a_listener_waits_for_the_store)
{
	char *alb = v2_balancer(&test, "alb", "application", "");

	lb_refused(&test, "TrustStoreNotReady", store, "CreateListener",
		   "{'LoadBalancerArn': '%s', 'Protocol': 'HTTPS', 'Port': 443, 'DefaultActions':"
		   " [{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '200'}}],"
		   " 'Certificates': [{'CertificateArn':"
		   " 'arn:aws:acm:eu-west-1:123456789012:certificate/a'}],"
		   " 'MutualAuthentication': {'Mode': 'verify', 'TrustStoreArn': '%s'}}",
		   alb, store);
	free(alb);
}
END_TEST

START_TEST(stores_come_in_pages_with_tags)
{
	char *marker;

	lb_do(&test, MAKE, NAMED("second"));
	marker = lb_text(&test, "NextMarker", "DescribeTrustStores", "{'PageSize': 1}");
	lb_assert(&test, "TrustStores.0.Name", "second", "DescribeTrustStores", "{'Marker': '%s'}",
		  marker);
	free(marker);
	lb_do(&test, "AddTags", "{'ResourceArns': ['%s'], 'Tags': [{'Key': 'a', 'Value': 'b'}]}",
	      store);
	lb_assert(&test, "TagDescriptions.0.Tags.0.Value", "b", "DescribeTags",
		  "{'ResourceArns': ['%s']}", store);
	lb_do(&test, "DeleteTrustStore", STORE(), store);
	lb_refused(&test, "TrustStoreNotFound", store, "DeleteTrustStore", STORE(), store);
	lb_refused(&test, "TrustStoreNotFound", store, "DescribeTags", "{'ResourceArns': ['%s']}",
		   store);
}
END_TEST

START_TEST(a_bundle_is_exchanged_and_told_where_it_is)
{
	lb_assert(&test, "Location",
		  "https://b-1.s3.eu-west-1.amazonaws.com/k.pem?X-Amz-Expires=600",
		  "GetTrustStoreCaCertificatesBundle", STORE(), store);
	lb_file(&test, "b-1", "two.pem", CERTIFICATE_BLOB);
	lb_assert(&test, "TrustStores.0.NumberOfCaCertificates", "1", "ModifyTrustStore",
		  STORE(", 'CaCertificatesBundleS3Bucket': 'b-1',"
			" 'CaCertificatesBundleS3Key': 'two.pem',"
			" 'CaCertificatesBundleS3ObjectVersion': 'null'"),
		  store);
	lb_assert(&test, "Location",
		  "https://b-1.s3.eu-west-1.amazonaws.com/two.pem?versionId=null&X-Amz-Expires=600",
		  "GetTrustStoreCaCertificatesBundle", STORE(), store);
	lb_refused(&test, "CaCertificatesBundleNotFound", "does not exist", "ModifyTrustStore",
		   STORE(", 'CaCertificatesBundleS3Bucket': 'c', 'CaCertificatesBundleS3Key': ''"),
		   store);
	lb_refused(&test, "TrustStoreNotFound", "'none'", "ModifyTrustStore",
		   "{'TrustStoreArn': 'none', 'CaCertificatesBundleS3Bucket': 'c',"
		   " 'CaCertificatesBundleS3Key': 'k'}");
	lb_refused(&test, "TrustStoreNotFound", "'none'", "GetTrustStoreCaCertificatesBundle",
		   "{'TrustStoreArn': 'none'}");
}
END_TEST

START_TEST(revocation_lists_are_numbered_and_never_again)
{
	char *marker;

	lb_do(&test, ADD, LISTS(LIST("one") "," LIST("two")), store);
	lb_do(&test, "RemoveTrustStoreRevocations", STORE(", 'RevocationIds': [2]"), store);
	lb_assert(&test, "TrustStoreRevocations.0.NumberOfRevokedEntries", "2", ADD,
		  LISTS(LIST("three")), store);
	lb_assert(&test, "TrustStores.0.TotalRevokedEntries", "4", "DescribeTrustStores", "{}");
	ck_assert_uint_eq(lb_count(&test, "TrustStoreRevocations", SHOW, STORE(), store), 2);
	marker = lb_text(&test, "NextMarker", SHOW, STORE(", 'PageSize': 1"), store);
	lb_assert(&test, "TrustStoreRevocations.0.RevocationId", "3", SHOW,
		  STORE(", 'Marker': '%s'"), store, marker);
	free(marker);
	lb_assert(&test, "TrustStoreRevocations.0.RevocationType", "CRL", SHOW,
		  STORE(", 'RevocationIds': [1]"), store);
	lb_assert(&test, "Location",
		  "https://b-1.s3.eu-west-1.amazonaws.com/three?X-Amz-Expires=600",
		  "GetTrustStoreRevocationContent", STORE(", 'RevocationId': 3"), store);
	lb_do(&test, "DeleteTrustStore", STORE(), store); /* the lists go with it */
	ck_assert_uint_eq(world_count(test.ec2.world, &kind_trust_store_revocation), 0);
}
END_TEST

START_TEST(revocation_lists_that_are_not_there_are_refused)
{
	lb_refused(&test, "RevocationContentNotFound", "does not exist", ADD,
		   LISTS(LIST("a") ", {'S3Bucket': 'b-1'}"), store);
	lb_refused(&test, "InvalidRevocationContent", "invalid format", ADD, LISTS(LIST("k.pem")),
		   store);
	lb_refused(&test, "RevocationIdNotFound", "'9'", "RemoveTrustStoreRevocations",
		   STORE(", 'RevocationIds': [9]"), store);
	lb_refused(&test, "RevocationIdNotFound", "'9'", SHOW, STORE(", 'RevocationIds': [9]"),
		   store);
	lb_refused(&test, "RevocationIdNotFound", "'9'", "GetTrustStoreRevocationContent",
		   STORE(", 'RevocationId': 9"), store);
	lb_refused(&test, "TrustStoreNotFound", "'none'", ADD, LISTS(LIST("a")), "none");
	lb_refused(&test, "TrustStoreNotFound", "'none'", SHOW, STORE(), "none");
	lb_refused(&test, "TrustStoreNotFound", "'none'", "RemoveTrustStoreRevocations",
		   STORE(", 'RevocationIds': [1]"), "none");
	lb_refused(&test, "TrustStoreNotFound", "'none'", "GetTrustStoreRevocationContent",
		   STORE(", 'RevocationId': 1"), "none");
}
END_TEST

START_TEST(nothing_is_shared_with_other_accounts)
{
	ck_assert_uint_eq(lb_count(&test, "TrustStoreAssociations",
				   "DescribeTrustStoreAssociations", STORE(), store),
			  0);
	lb_refused(&test, "TrustStoreNotFound", "'none'", "DescribeTrustStoreAssociations", STORE(),
		   "none");
	lb_refused(&test, "AssociationNotFound", "does not exist",
		   "DeleteSharedTrustStoreAssociation", STORE(", 'ResourceArn': 'x'"), store);
	lb_refused(&test, "ResourceNotFound", store, "GetResourcePolicy", "{'ResourceArn': '%s'}",
		   store);
}
END_TEST

START_TEST(an_account_has_twenty_stores_and_a_store_thirty_lists)
{
	char name[16];

	for (int i = 1; i < 20; i++) {
		snprintf(name, sizeof(name), "ca%d", i);
		lb_do(&test, MAKE,
		      "{'Name': '%s', 'CaCertificatesBundleS3Bucket': 'b-1',"
		      " 'CaCertificatesBundleS3Key': 'k.pem'}",
		      name);
	}
	lb_refused(&test, "TooManyTrustStores", "'20'", MAKE, NAMED("more"));
	for (int i = 0; i < 30; i++)
		lb_do(&test, ADD, LISTS(LIST("one")), store);
	lb_refused(&test, "TooManyTrustStoreRevocationEntries", "'30'", ADD, LISTS(LIST("one")),
		   store);
}
END_TEST

/* ---- Security policies ---- */

START_TEST(policies_say_their_protocols_and_ciphers_in_order)
{
	struct json *seen = lb_ok(&test, "DescribeSSLPolicies",
				  "{'Names': ['ELBSecurityPolicy-TLS13-1-2-Res-2021-06',"
				  " 'ELBSecurityPolicy-2016-08']}");

	ck_assert_uint_eq(ec2_size(seen, "SslPolicies"), 2);
	ec2_assert_path(seen, "SslPolicies.0.Name", "ELBSecurityPolicy-2016-08");
	ec2_assert_path(seen, "SslPolicies.0.SslProtocols.0", "TLSv1");
	ck_assert_uint_eq(ec2_size(seen, "SslPolicies.0.Ciphers"), 18);
	ec2_assert_path(seen, "SslPolicies.0.Ciphers.17.Name", "AES256-SHA");
	ec2_assert_path(seen, "SslPolicies.0.Ciphers.17.Priority", "18");
	ec2_assert_path(seen, "SslPolicies.1.SslProtocols.1", "TLSv1.3");
	ck_assert_uint_eq(ec2_size(seen, "SslPolicies.1.Ciphers"), 7);
	ec2_assert_path(seen, "SslPolicies.1.Ciphers.3.Name", "ECDHE-ECDSA-AES128-GCM-SHA256");
	ck_assert_uint_eq(ec2_size(seen, "SslPolicies.1.SupportedLoadBalancerTypes"), 2);
	json_free(seen);
}
END_TEST

/* Their lists grow from the strict one to INTEROP4; the longer keys come first. */
START_TEST(policies_for_rfc_9151_prefer_the_longer_keys)
{
	static const struct {
		const char *name;
		size_t protocols, ciphers;
		const char *last;
	} rows[] = {
		{"TLS13-1-3-RFC9151", 1, 1, "TLS_AES_256_GCM_SHA384"},
		{"TLS13-1-2-RFC9151", 2, 3, "ECDHE-RSA-AES256-GCM-SHA384"},
		{"TLS13-1-2-Ext0-RFC9151", 2, 4, "AES256-GCM-SHA384"},
		{"TLS13-1-2-RFC9151-INTEROP1", 2, 6, "ECDHE-RSA-AES128-GCM-SHA256"},
		{"TLS13-1-2-RFC9151-INTEROP2", 2, 10, "ECDHE-RSA-AES128-SHA256"},
		{"TLS13-1-2-RFC9151-INTEROP3", 2, 14, "ECDHE-RSA-AES128-SHA"},
		{"TLS13-1-2-RFC9151-INTEROP4", 2, 20, "AES128-SHA"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *last =
			xasprintf("SslPolicies.0.Ciphers.%zu.Name", rows[i].ciphers - 1);
		struct json *seen =
			lb_ok(&test, "DescribeSSLPolicies",
			      "{'Names': ['ELBSecurityPolicy-%s-FIPS-2023-07']}", rows[i].name);

		ck_assert_uint_eq(ec2_size(seen, "SslPolicies.0.SslProtocols"), rows[i].protocols);
		ck_assert_uint_eq(ec2_size(seen, "SslPolicies.0.Ciphers"), rows[i].ciphers);
		ec2_assert_path(seen, "SslPolicies.0.Ciphers.0.Name", "TLS_AES_256_GCM_SHA384");
		ec2_assert_path(seen, last, rows[i].last);
		json_free(seen);
	}
}
END_TEST

START_TEST(policies_are_listed_by_load_balancer_type_in_pages)
{
	size_t all = lb_count(&test, "SslPolicies", "DescribeSSLPolicies", "{}");
	char *marker = lb_text(&test, "NextMarker", "DescribeSSLPolicies", "{'PageSize': 30}");

	ck_assert_uint_eq(lb_count(&test, "SslPolicies", "DescribeSSLPolicies",
				   "{'LoadBalancerType': 'application'}"),
			  all - 1);
	ck_assert_uint_eq(lb_count(&test, "SslPolicies", "DescribeSSLPolicies",
				   "{'LoadBalancerType': 'gateway'}"),
			  0);
	ck_assert_uint_eq(
		lb_count(&test, "SslPolicies", "DescribeSSLPolicies", "{'Marker': '%s'}", marker),
		all - 30);
	lb_refused(&test, "SSLPolicyNotFound", "'none'", "DescribeSSLPolicies",
		   "{'Names': ['none']}");
	free(marker);
}
END_TEST

/* ---- The service as a whole ---- */

START_TEST(no_operation_of_the_model_is_missing)
{
	const struct aws_service_model *model = aws_model_find("elbv2");

	ck_assert_uint_eq(service_elbv2.operation_count, model->operation_count);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_store_is_made_once_and_becomes_active,
		a_listener_waits_for_the_store,
		stores_come_in_pages_with_tags,
		a_bundle_is_exchanged_and_told_where_it_is,
		revocation_lists_are_numbered_and_never_again,
		revocation_lists_that_are_not_there_are_refused,
		nothing_is_shared_with_other_accounts,
		an_account_has_twenty_stores_and_a_store_thirty_lists,
		policies_say_their_protocols_and_ciphers_in_order,
		policies_for_rfc_9151_prefer_the_longer_keys,
		policies_are_listed_by_load_balancer_type_in_pages,
		no_operation_of_the_model_is_missing,
		NULL,
	};

	return ec2_suite("elbv2_trust_store", setup, teardown, tests);
}
