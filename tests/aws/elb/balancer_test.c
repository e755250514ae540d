#include "tests/aws/elb/balancer_test.h"

#include <stdarg.h>
#include <stdio.h>

#include "tests/aws/certificate_pem.h"

#define IMPORT	       "{'Certificate':'" CERTIFICATE_BLOB "','PrivateKey':'" KEY_BLOB "'}"
#define LONG_ENOUGH_MS 120000 /* for whatever takes its time in the aws profile */

static struct json *invoke(struct balancer_test *test, const char *operation, const char *params,
			   va_list arguments, struct err *err)
{
	struct json *tree, *output = NULL;
	char *text;

	ck_assert_int_ge(vasprintf(&text, params, arguments), 0);
	tree = test_json(text);
	free(text);
	if (!aws_invoke(test->ec2.aws, "operator", NULL, TEST_REGION, test->service, operation,
			tree, NULL, &output, err))
		output = NULL;
	json_free(tree);
	return output;
}

static struct json *must_work(struct balancer_test *test, const char *operation, const char *params,
			      va_list arguments)
{
	struct err err = ERR_INIT;
	struct json *output = invoke(test, operation, params, arguments, &err);

	if (!output)
		ck_abort_msg("%s %s: %s: %s", operation, params, err.wire, err_text(&err));
	return output;
}

struct json *lb_ok(struct balancer_test *test, const char *operation, const char *params, ...)
{
	struct json *output;
	va_list arguments;

	va_start(arguments, params);
	output = must_work(test, operation, params, arguments);
	va_end(arguments);
	return output;
}

void lb_do(struct balancer_test *test, const char *operation, const char *params, ...)
{
	va_list arguments;

	va_start(arguments, params);
	json_free(must_work(test, operation, params, arguments));
	va_end(arguments);
}

void lb_refused(struct balancer_test *test, const char *code, const char *text,
		const char *operation, const char *params, ...)
{
	uint64_t before = world_revision(test->ec2.world);
	struct err err = ERR_INIT;
	struct json *output;
	va_list arguments;

	va_start(arguments, params);
	output = invoke(test, operation, params, arguments, &err);
	va_end(arguments);
	ck_assert_msg(!output, "%s %s was not refused", operation, params);
	ck_assert_msg(str_eq(err.wire, code), "%s %s: expected %s, got %s: %s", operation, params,
		      code, err.wire, err_text(&err));
	ck_assert_msg(strstr(err_text(&err), text), "%s: expected \"%s\", got \"%s\"", operation,
		      text, err_text(&err));
	ck_assert_uint_eq(world_revision(test->ec2.world), before);
	err_done(&err);
}

char *lb_text(struct balancer_test *test, const char *path, const char *operation,
	      const char *params, ...)
{
	struct json *output;
	va_list arguments;
	char *text;

	va_start(arguments, params);
	output = must_work(test, operation, params, arguments);
	va_end(arguments);
	if (!ec2_path(output, path))
		ck_abort_msg("%s: no %s in %s", operation, path, json_to_text(output));
	text = xstrdup(ec2_path(output, path));
	json_free(output);
	return text;
}

void lb_check(const struct json *seen, const char *path, const char *expected)
{
	const char *text = ec2_path(seen, path);

	ck_assert_msg(str_eq(text, expected), "%s: %s, not %s", path, text ? text : "nothing",
		      expected ? expected : "nothing");
}

size_t lb_count(struct balancer_test *test, const char *path, const char *operation,
		const char *params, ...)
{
	struct json *output;
	va_list arguments;
	size_t count;

	va_start(arguments, params);
	output = must_work(test, operation, params, arguments);
	va_end(arguments);
	count = ec2_size(output, path);
	json_free(output);
	return count;
}

size_t lb_interfaces(struct balancer_test *test, const char *description)
{
	struct json *seen =
		ec2_ok(&test->ec2, "DescribeNetworkInterfaces",
		       "{'Filters': [{'Name': 'description', 'Values': ['%s']}]}", description);
	size_t count = ec2_size(seen, "NetworkInterfaces");

	json_free(seen);
	return count;
}

void lb_node(struct balancer_test *test, const char *id, const char *subnet)
{
	char *image = ec2_get_text(&test->ec2, "DescribeImages", "Images.0.ImageId",
				   "{'Owners': ['amazon']}");

	json_free(ec2_ok_fixed(&test->ec2, id, "RunInstances",
			       "{'ImageId': '%s', 'InstanceType': 'm5.large', 'MinCount': 1,"
			       " 'MaxCount': 1, 'SubnetId': '%s'}",
			       image, subnet));
	free(image);
}

static void add_subnet(struct balancer_test *test, const char *id, const char *vpc,
		       const char *cidr, const char *zone)
{
	json_free(ec2_ok_fixed(&test->ec2, id, "CreateSubnet",
			       "{'VpcId': '%s', 'CidrBlock': '%s', 'AvailabilityZone':"
			       " 'eu-west-1%s'}",
			       vpc, cidr, zone));
}

static void add_group(struct balancer_test *test, const char *id, const char *vpc, const char *name)
{
	json_free(ec2_ok_fixed(&test->ec2, id, "CreateSecurityGroup",
			       "{'VpcId': '%s', 'GroupName': '%s', 'Description': 'd'}", vpc,
			       name));
}

/* Gives a subnet the n-th /64 of the VPC's block. */
static void add_ipv6(struct balancer_test *test, const char *subnet, const struct cidr *block,
		     unsigned n)
{
	char text[CIDR_TEXT_MAX];
	struct cidr part;

	ck_assert(cidr_sub(block, 64, n, &part));
	json_free(ec2_ok(&test->ec2, "AssociateSubnetCidrBlock",
			 "{'SubnetId': '%s', 'Ipv6CidrBlock': '%s'}", subnet,
			 cidr_format(&part, text)));
}

static void add_network(struct balancer_test *test)
{
	struct ec2_test *ec2 = &test->ec2;
	struct cidr block;
	char *gateway, *text;

	json_free(ec2_ok_fixed(ec2, LB_VPC, "CreateVpc",
			       "{'CidrBlock': '10.250.0.0/16',"
			       " 'AmazonProvidedIpv6CidrBlock': true}"));
	test_advance(test->ec2.world, LONG_ENOUGH_MS);
	gateway = ec2_get_text(ec2, "CreateInternetGateway", "InternetGateway.InternetGatewayId",
			       "{}");
	json_free(ec2_ok(ec2, "AttachInternetGateway",
			 "{'VpcId': '" LB_VPC "', 'InternetGatewayId': '%s'}", gateway));
	free(gateway);
	add_subnet(test, LB_A, LB_VPC, "10.250.0.0/19", "a");
	add_subnet(test, LB_B, LB_VPC, "10.250.32.0/19", "b");
	add_subnet(test, LB_C, LB_VPC, "10.250.64.0/19", "c");
	add_subnet(test, LB_A2, LB_VPC, "10.250.96.0/28", "a");
	text = ec2_get_text(ec2, "DescribeVpcs",
			    "Vpcs.0.Ipv6CidrBlockAssociationSet.0.Ipv6CidrBlock",
			    "{'VpcIds': ['" LB_VPC "']}");
	ck_assert(cidr_parse(text, &block));
	free(text);
	add_ipv6(test, LB_A, &block, 0);
	add_ipv6(test, LB_B, &block, 1);
	add_group(test, LB_GROUP, LB_VPC, "balancers");
	add_group(test, LB_GROUP_2, LB_VPC, "more");
	json_free(ec2_ok_fixed(ec2, LB_OTHER_VPC, "CreateVpc", "{'CidrBlock': '10.0.0.0/16'}"));
	add_subnet(test, LB_OTHER_SUBNET, LB_OTHER_VPC, "10.0.0.0/24", "b");
	add_group(test, LB_OTHER_GROUP, LB_OTHER_VPC, "other");
}

/* Certificates that listeners can name: "a", "b" and "1" of ACM, "web" of IAM. */
static void add_certificates(struct balancer_test *test)
{
	static const struct {
		const char *service, *operation, *params, *id;
	} rows[] = {
		{"acm", "ImportCertificate", IMPORT, "a"},
		{"acm", "ImportCertificate", IMPORT, "b"},
		{"acm", "ImportCertificate", IMPORT, "1"},
		{"iam", "UploadServerCertificate",
		 "{'ServerCertificateName':'web','CertificateBody':'" CERTIFICATE_PEM
		 "','PrivateKey':'" KEY_PEM "'}",
		 NULL},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		struct json *params = test_json(rows[i].params);
		struct err err = ERR_INIT;

		if (!aws_invoke(test->ec2.aws, "operator", NULL, TEST_REGION, rows[i].service,
				rows[i].operation, params, rows[i].id, NULL, &err))
			ck_abort_msg("%s: %s", rows[i].operation, err_text(&err));
		json_free(params);
	}
}

void lb_init(struct balancer_test *test, const char *service, enum profile profile)
{
	ec2_test_init(&test->ec2, profile);
	test->service = service;
	add_network(test);
	add_certificates(test);
	lb_node(test, LB_NODE_A, LB_A);
	lb_node(test, LB_NODE_B, LB_B);
	lb_node(test, LB_NODE_C, LB_C);
	lb_node(test, LB_OTHER_NODE, LB_OTHER_SUBNET);
	test_advance(test->ec2.world, LONG_ENOUGH_MS);
}

void lb_done(struct balancer_test *test)
{
	ec2_test_done(&test->ec2);
}

/* @name Buckets */

/* An operation of S3 that must work; takes over params. */
static void s3(struct balancer_test *test, const char *operation, struct json *params)
{
	struct err err = ERR_INIT;

	if (!aws_invoke(test->ec2.aws, "operator", NULL, TEST_REGION, "s3", operation, params, NULL,
			NULL, &err))
		ck_abort_msg("%s: %s", operation, err_text(&err));
	json_free(params);
}

void lb_bucket(struct balancer_test *test, const char *name)
{
	struct json *made = json_new_object(), *policy = json_new_object();

	json_set_str(made, "Bucket", name);
	json_set_str(json_ensure_object(made, "CreateBucketConfiguration"), "LocationConstraint",
		     TEST_REGION);
	s3(test, "CreateBucket", made);
	json_set_str(policy, "Bucket", name);
	json_setf(policy, "Policy",
		  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
		  "{\"Service\":[\"logdelivery.elasticloadbalancing.amazonaws.com\","
		  "\"delivery.logs.amazonaws.com\"]},\"Action\":[\"s3:PutObject\","
		  "\"s3:GetBucketAcl\"],\"Resource\":[\"arn:aws:s3:::%s\",\"arn:aws:s3:::%s/"
		  "AWSLogs/123456789012/*\",\"arn:aws:s3:::%s/qa/AWSLogs/123456789012/*\"],"
		  "\"Condition\":{\"StringEquals\":{\"aws:SourceAccount\":\"123456789012\"}}}]}",
		  name, name, name);
	s3(test, "PutBucketPolicy", policy);
}

void lb_file(struct balancer_test *test, const char *bucket, const char *key, const char *blob)
{
	struct json *params = json_new_object();

	json_set_str(params, "Bucket", bucket);
	json_set_str(params, "Key", key);
	json_set_str(params, "Body", blob);
	s3(test, "PutObject", params);
}
