/* The generated AWS tables: complete, sorted, every index in range, and a few rows by eye. */
#include "emulator/model/aws_model.h"
#include <check.h>
#include <stdio.h>

static const struct aws_service_model *service(const char *name)
{
	const struct aws_service_model *found = aws_model_find(name);

	ck_assert_msg(found != NULL, "no service %s", name);
	return found;
}

static const struct aws_shape *shape(const char *service_name, const char *name)
{
	const struct aws_shape *found = aws_model_shape(service(service_name), name);

	ck_assert_msg(found != NULL, "no shape %s of %s", name, service_name);
	return found;
}

static const struct aws_member *member(const char *service_name, const char *shape_name,
				       const char *name)
{
	const struct aws_member *found =
		aws_shape_member(service(service_name), shape(service_name, shape_name), name);

	ck_assert_msg(found != NULL, "no member %s of %s", name, shape_name);
	return found;
}

START_TEST(all_fifteen_services_are_there_sorted_by_name)
{
	static const char *const names[] = {
		"acm",	   "ec2", "efs",    "elb", "elbv2",   "globalaccelerator", "iam",  "kms",
		"route53", "s3",  "shield", "sts", "tagging", "waf-regional",	   "wafv2"};

	ck_assert_uint_eq(aws_model_count, array_size(names));
	for (size_t i = 0; i < array_size(names); i++)
		ck_assert_str_eq(aws_models[i]->name, names[i]);
	ck_assert_str_eq(aws_model_version, "1.44.5");
}
END_TEST

START_TEST(the_operations_of_each_service_are_all_there)
{
	static const struct {
		const char *name;
		size_t operations, shapes;
	} rows[] = {
		{"ec2", 830, 4414},
		{"elbv2", 51, 417},
		{"elb", 29, 181},
		{"iam", 180, 623},
		{"sts", 11, 101},
		{"acm", 40, 241},
		{"shield", 36, 181},
		{"tagging", 9, 78},
		{"wafv2", 59, 522},
		{"waf-regional", 81, 335},
		{"globalaccelerator", 56, 220},
		{"route53", 74, 427},
		{"efs", 31, 160},
		{"kms", 56, 259},
		{"s3", 116, 722},
	};

	ck_assert_uint_eq(array_size(rows), aws_model_count);
	for (size_t i = 0; i < array_size(rows); i++) {
		ck_assert_uint_eq(service(rows[i].name)->operation_count, rows[i].operations);
		ck_assert_uint_eq(service(rows[i].name)->shape_count, rows[i].shapes);
	}
}
END_TEST

START_TEST(operations_and_shapes_are_sorted_by_name_without_doubles)
{
	const struct aws_service_model *m = aws_models[_i];

	for (size_t i = 1; i < m->operation_count; i++)
		ck_assert_str_lt(m->operations[i - 1].name, m->operations[i].name);
	for (size_t i = 1; i < m->shape_count; i++)
		ck_assert_str_lt(m->shapes[i - 1].name, m->shapes[i].name);
}
END_TEST

START_TEST(every_operation_and_shape_is_found_by_its_name)
{
	const struct aws_service_model *m = aws_models[_i];

	ck_assert_ptr_eq(aws_model_find(m->name), m);
	for (size_t i = 0; i < m->operation_count; i++)
		ck_assert_ptr_eq(aws_model_operation(m, m->operations[i].name), &m->operations[i]);
	for (size_t i = 0; i < m->shape_count; i++)
		ck_assert_ptr_eq(aws_model_shape(m, m->shapes[i].name), &m->shapes[i]);
}
END_TEST

START_TEST(what_does_not_exist_is_not_found)
{
	const struct aws_service_model *ec2 = service("ec2");

	ck_assert_ptr_null(aws_model_find("EC2"));
	ck_assert_ptr_null(aws_model_find(""));
	ck_assert_ptr_null(aws_model_operation(ec2, "CreateSubnets"));
	ck_assert_ptr_null(aws_model_operation(ec2, "createsubnet"));
	ck_assert_ptr_null(aws_model_operation(ec2, ""));
	ck_assert_ptr_null(aws_model_operation(ec2, "~"));
	ck_assert_ptr_null(aws_model_shape(ec2, "subnet"));
	ck_assert_ptr_null(aws_shape_member(ec2, shape("ec2", "Subnet"), "subnetId"));
}
END_TEST

static size_t members_of(const struct aws_shape *shape)
{
	return shape->type == SHAPE_LIST ? 1 : shape->type == SHAPE_MAP ? 2 : shape->member_count;
}

START_TEST(shapes_point_only_at_rows_that_exist)
{
	const struct aws_service_model *m = aws_models[_i];
	size_t members = 0, enums = 0;

	for (size_t i = 0; i < m->shape_count; i++) {
		const struct aws_shape *s = &m->shapes[i];

		/* each shape's rows follow the rows of the one before: none shared, none lost */
		ck_assert_uint_eq(s->first_member, members);
		ck_assert_uint_eq(s->first_enum, enums);
		members += members_of(s);
		enums += s->enum_count;
		ck_assert_int_le(s->type, SHAPE_BLOB);
		ck_assert(s->type == SHAPE_STRUCTURE || s->member_count == 0);
		ck_assert(s->type == SHAPE_STRING || s->enum_count == 0);
		ck_assert(!s->payload || aws_shape_member(m, s, s->payload));
		ck_assert(!(s->flags & SHAPE_HAS_MIN) || !(s->flags & SHAPE_HAS_MAX) ||
			  s->min <= s->max);
	}
	ck_assert_uint_eq(members, m->member_count);
	ck_assert_uint_eq(enums, m->enum_value_count);
	for (size_t i = 0; i < m->member_count; i++) {
		ck_assert_uint_lt(m->members[i].shape, m->shape_count);
		ck_assert_int_le(m->members[i].location, LOCATION_STATUS);
		ck_assert_int_le(m->members[i].timestamp, TIMESTAMP_UNIX);
	}
	for (size_t i = 0; i < m->enum_value_count; i++)
		ck_assert_ptr_nonnull(m->enums[i]);
}
END_TEST

START_TEST(operations_point_only_at_structures_that_exist)
{
	const struct aws_service_model *m = aws_models[_i];
	size_t errors = 0;

	for (size_t i = 0; i < m->operation_count; i++) {
		const struct aws_operation *op = &m->operations[i];

		ck_assert_int_ge(op->input, -1);
		ck_assert_int_lt(op->input, (int)m->shape_count);
		ck_assert_int_ge(op->output, -1);
		ck_assert_int_lt(op->output, (int)m->shape_count);
		ck_assert(op->input < 0 || m->shapes[op->input].type == SHAPE_STRUCTURE);
		ck_assert(op->output < 0 || m->shapes[op->output].type == SHAPE_STRUCTURE);
		ck_assert_uint_eq(op->first_error, errors);
		errors += op->error_count;
		for (size_t e = 0; e < op->error_count; e++)
			ck_assert(aws_operation_error(m, op, e)->flags & SHAPE_EXCEPTION);
		ck_assert_ptr_null(aws_operation_error(m, op, op->error_count));
		ck_assert_int_ge(op->success_status, 200);
	}
	ck_assert_uint_eq(errors, m->error_shape_count);
}
END_TEST

/* A single key; lists and expressions are for whoever reads them. */
static bool is_plain(const char *key)
{
	return key && !strpbrk(key, ",.|[");
}

START_TEST(paginators_name_members_that_exist)
{
	const struct aws_service_model *m = aws_models[_i];

	for (size_t i = 0; i < m->operation_count; i++) {
		const struct aws_operation *op = &m->operations[i];

		ck_assert_int_eq(!op->page_input_token, !op->page_output_token);
		if (!op->page_input_token)
			continue;
		if (is_plain(op->page_input_token))
			ck_assert_ptr_nonnull(
				aws_shape_member(m, &m->shapes[op->input], op->page_input_token));
		if (is_plain(op->page_output_token))
			ck_assert_ptr_nonnull(
				aws_shape_member(m, &m->shapes[op->output], op->page_output_token));
		if (is_plain(op->page_limit_key))
			ck_assert_ptr_nonnull(
				aws_shape_member(m, &m->shapes[op->input], op->page_limit_key));
		if (is_plain(op->page_result_key))
			ck_assert_ptr_nonnull(
				aws_shape_member(m, &m->shapes[op->output], op->page_result_key));
	}
}
END_TEST

START_TEST(create_subnet_takes_what_the_api_reference_says)
{
	const struct aws_service_model *ec2 = service("ec2");
	const struct aws_operation *op = aws_model_operation(ec2, "CreateSubnet");
	const struct aws_member *tags = member("ec2", "CreateSubnetRequest", "TagSpecifications");

	ck_assert_ptr_nonnull(op);
	ck_assert_str_eq(ec2->shapes[op->input].name, "CreateSubnetRequest");
	ck_assert_str_eq(ec2->shapes[op->output].name, "CreateSubnetResult");
	ck_assert_str_eq(tags->location_name, "TagSpecification");
	ck_assert_str_eq(aws_list_element(ec2, aws_member_shape(ec2, tags))->location_name, "item");
	ck_assert(member("ec2", "CreateSubnetRequest", "VpcId")->flags & MEMBER_REQUIRED);
	ck_assert(!(member("ec2", "CreateSubnetRequest", "CidrBlock")->flags & MEMBER_REQUIRED));
	ck_assert_str_eq(member("ec2", "CreateSubnetRequest", "DryRun")->location_name, "dryRun");
	ck_assert_str_eq(member("ec2", "CreateSubnetRequest", "Ipv6CidrBlock")->name,
			 "Ipv6CidrBlock");
	ck_assert_ptr_nonnull(member("ec2", "CreateSubnetRequest", "Ipv6Native"));
}
END_TEST

START_TEST(the_two_query_names_of_ec2_are_kept)
{
	const struct aws_member *m =
		member("ec2", "InstanceNetworkInterfaceSpecification", "Ipv6Addresses");

	ck_assert_str_eq(m->query_name, "Ipv6Addresses");
	ck_assert_str_eq(m->location_name, "ipv6AddressesSet");
	m = member("ec2", "InstanceNetworkInterfaceSpecification", "PrivateIpAddresses");
	ck_assert_str_eq(m->query_name, "PrivateIpAddresses");
}
END_TEST

START_TEST(describe_subnets_lists_items_in_a_subnet_set_and_paginates)
{
	const struct aws_service_model *ec2 = service("ec2");
	const struct aws_operation *op = aws_model_operation(ec2, "DescribeSubnets");
	const struct aws_member *subnets = member("ec2", "DescribeSubnetsResult", "Subnets");
	const struct aws_member *element = aws_list_element(ec2, aws_member_shape(ec2, subnets));

	ck_assert_str_eq(subnets->location_name, "subnetSet");
	ck_assert_str_eq(element->location_name, "item");
	ck_assert_str_eq(aws_member_shape(ec2, element)->name, "Subnet");
	ck_assert_str_eq(op->page_input_token, "NextToken");
	ck_assert_str_eq(op->page_output_token, "NextToken");
	ck_assert_str_eq(op->page_limit_key, "MaxResults");
	ck_assert_str_eq(op->page_result_key, "Subnets");
	ck_assert_str_eq(member("ec2", "Subnet", "Ipv6CidrBlockAssociationSet")->location_name,
			 "ipv6CidrBlockAssociationSet");
}
END_TEST

START_TEST(create_load_balancer_knows_its_address_types)
{
	const struct aws_service_model *m = service("elbv2");
	const struct aws_operation *op = aws_model_operation(m, "CreateLoadBalancer");
	const struct aws_member *type = member("elbv2", "CreateLoadBalancerInput", "IpAddressType");
	const struct aws_shape *values = aws_member_shape(m, type);

	ck_assert_str_eq(op->result_wrapper, "CreateLoadBalancerResult");
	ck_assert_uint_eq(values->enum_count, 3);
	ck_assert(aws_shape_allows(m, values, "ipv4"));
	ck_assert(aws_shape_allows(m, values, "dualstack"));
	ck_assert(aws_shape_allows(m, values, "dualstack-without-public-ipv4"));
	ck_assert(!aws_shape_allows(m, values, "ipv6"));
	ck_assert(!aws_shape_allows(m, values, ""));
	ck_assert(aws_shape_allows(m, shape("elbv2", "LoadBalancerName"), "anything"));
	ck_assert_ptr_nonnull(
		member("elbv2", "CreateLoadBalancerInput", "EnablePrefixForIpv6SourceNat"));
}
END_TEST

START_TEST(exceptions_carry_their_code_and_status)
{
	const struct aws_shape *s = shape("elbv2", "DuplicateLoadBalancerNameException");

	ck_assert(s->flags & SHAPE_EXCEPTION);
	ck_assert_str_eq(s->error_code, "DuplicateLoadBalancerName");
	ck_assert_int_eq(s->error_status, 400);
	s = shape("iam", "NoSuchEntityException");
	ck_assert_str_eq(s->error_code, "NoSuchEntity");
	ck_assert_int_eq(s->error_status, 404);
}
END_TEST

START_TEST(limits_keep_their_units)
{
	const struct aws_shape *s = shape("iam", "roleNameType");

	ck_assert(s->flags & SHAPE_HAS_MIN && s->flags & SHAPE_HAS_MAX);
	ck_assert_int_eq(s->min, 1);
	ck_assert_int_eq(s->max, 64);
	ck_assert_str_eq(s->pattern, "[\\w+=,.@-]+");
	s = shape("ec2", "DoubleWithConstraints");
	ck_assert_int_eq(s->type, SHAPE_DOUBLE);
	ck_assert_int_eq(s->min, 1);	 /* 0.001 in thousandths */
	ck_assert_int_eq(s->max, 99999); /* 99.999 */
}
END_TEST

START_TEST(services_say_how_they_are_called)
{
	static const struct {
		const char *name, *endpoint, *signing, *target, *version;
		enum aws_protocol protocol;
		bool global;
	} rows[] = {
		{"ec2", "ec2", "ec2", NULL, "2016-11-15", PROTOCOL_EC2, false},
		{"elbv2", "elasticloadbalancing", "elasticloadbalancing", NULL, "2015-12-01",
		 PROTOCOL_QUERY, false},
		{"elb", "elasticloadbalancing", "elasticloadbalancing", NULL, "2012-06-01",
		 PROTOCOL_QUERY, false},
		{"iam", "iam", "iam", NULL, "2010-05-08", PROTOCOL_QUERY, true},
		{"sts", "sts", "sts", NULL, "2011-06-15", PROTOCOL_QUERY, false},
		{"tagging", "tagging", "tagging", "ResourceGroupsTaggingAPI_20170126", "2017-01-26",
		 PROTOCOL_JSON, false},
		{"shield", "shield", "shield", "AWSShield_20160616", "2016-06-02", PROTOCOL_JSON,
		 true},
		{"wafv2", "wafv2", "wafv2", "AWSWAF_20190729", "2019-07-29", PROTOCOL_JSON, false},
		{"route53", "route53", "route53", NULL, "2013-04-01", PROTOCOL_REST_XML, true},
		{"efs", "elasticfilesystem", "elasticfilesystem", NULL, "2015-02-01",
		 PROTOCOL_REST_JSON, false},
		{"s3", "s3", "s3", NULL, "2006-03-01", PROTOCOL_REST_XML, false},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		const struct aws_service_model *m = service(rows[i].name);

		ck_assert_str_eq(m->endpoint_prefix, rows[i].endpoint);
		ck_assert_str_eq(m->signing_name, rows[i].signing);
		ck_assert_pstr_eq(m->target_prefix, rows[i].target);
		ck_assert_str_eq(m->api_version, rows[i].version);
		ck_assert_int_eq(m->protocol, rows[i].protocol);
		ck_assert_int_eq(m->global, rows[i].global);
	}
	ck_assert_str_eq(service("tagging")->json_version, "1.1");
	ck_assert_str_eq(service("ec2")->xml_namespace, "http://ec2.amazonaws.com/doc/2016-11-15");
}
END_TEST

START_TEST(rest_members_know_their_place_in_the_request)
{
	const struct aws_service_model *m = service("route53");
	const struct aws_operation *op = aws_model_operation(m, "ChangeResourceRecordSets");

	ck_assert_str_eq(op->http_uri, "/2013-04-01/hostedzone/{Id}/rrset/");
	ck_assert_str_eq(op->input_location_name, "ChangeResourceRecordSetsRequest");
	ck_assert_int_eq(
		member("route53", "ChangeResourceRecordSetsRequest", "HostedZoneId")->location,
		LOCATION_URI);
	ck_assert_int_eq(aws_model_operation(m, "CreateHostedZone")->success_status, 201);
	ck_assert_int_eq(member("s3", "GetObjectRequest", "Range")->location, LOCATION_HEADER);
	ck_assert_str_eq(shape("s3", "PutObjectRequest")->payload, "Body");
	ck_assert(member("s3", "Grantee", "Type")->flags & MEMBER_XML_ATTRIBUTE);
	ck_assert_str_eq(shape("s3", "Grantee")->xml_prefix, "xsi");
}
END_TEST

START_TEST(assume_role_with_web_identity_needs_no_signature)
{
	const struct aws_service_model *sts = service("sts");

	ck_assert(aws_model_operation(sts, "AssumeRoleWithWebIdentity")->flags &
		  OPERATION_UNSIGNED);
	ck_assert(!(aws_model_operation(sts, "AssumeRole")->flags & OPERATION_UNSIGNED));
}
END_TEST

static Suite *aws_model_suite(void)
{
	Suite *suite = suite_create("aws_model");
	TCase *tables = tcase_create("tables"), *rows = tcase_create("rows");
	int services = (int)aws_model_count;

	tcase_add_test(tables, all_fifteen_services_are_there_sorted_by_name);
	tcase_add_test(tables, the_operations_of_each_service_are_all_there);
	tcase_add_loop_test(tables, operations_and_shapes_are_sorted_by_name_without_doubles, 0,
			    services);
	tcase_add_loop_test(tables, every_operation_and_shape_is_found_by_its_name, 0, services);
	tcase_add_test(tables, what_does_not_exist_is_not_found);
	tcase_add_loop_test(tables, shapes_point_only_at_rows_that_exist, 0, services);
	tcase_add_loop_test(tables, operations_point_only_at_structures_that_exist, 0, services);
	tcase_add_loop_test(tables, paginators_name_members_that_exist, 0, services);
	tcase_add_test(rows, create_subnet_takes_what_the_api_reference_says);
	tcase_add_test(rows, the_two_query_names_of_ec2_are_kept);
	tcase_add_test(rows, describe_subnets_lists_items_in_a_subnet_set_and_paginates);
	tcase_add_test(rows, create_load_balancer_knows_its_address_types);
	tcase_add_test(rows, exceptions_carry_their_code_and_status);
	tcase_add_test(rows, limits_keep_their_units);
	tcase_add_test(rows, services_say_how_they_are_called);
	tcase_add_test(rows, rest_members_know_their_place_in_the_request);
	tcase_add_test(rows, assume_role_with_web_identity_needs_no_signature);
	suite_add_tcase(suite, tables);
	suite_add_tcase(suite, rows);
	return suite;
}

int main(void)
{
	SRunner *runner = srunner_create(aws_model_suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
