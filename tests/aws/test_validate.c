/* Values against their shapes, in the words of each protocol; our own replies too. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "tests/aws/run.h"

#include <pcre2.h>

#include "emulator/aws/validate.h"
#include "emulator/base/arena.h"
#include "tests/lib/world.h"

static struct arena *arena;
static struct validator *validator;
static struct err err;

static void setup(void)
{
	arena = arena_new();
	validator = validator_new();
	err = (struct err)ERR_INIT;
}

static void teardown(void)
{
	err_done(&err);
	validator_free(validator);
	arena_free(arena);
}

static bool check(const char *service, const char *operation, const char *params)
{
	const struct aws_service_model *model = aws_model_find(service);
	const struct aws_operation *row = aws_model_operation(model, operation);
	_cleanup_(json_freep) struct json *input = test_json(params);

	ck_assert_ptr_nonnull(row);
	return validate_input(validator, arena, model, &model->shapes[row->input], input, &err);
}

static const struct {
	const char *service, *operation, *params, *code, *text;
} refusals[] = {
	{"ec2", "CreateSecurityGroup", "{'GroupName':'x'}", "MissingParameter",
	 "The request must contain the parameter GroupDescription"},
	{"ec2", "DescribeSubnets", "{'MaxResults':4}", "InvalidParameterValue",
	 "Value ( 4 ) for parameter maxResults is invalid. Expecting a value greater than "
	 "5."},
	{"ec2", "DescribeSubnets", "{'MaxResults':1001}", "InvalidParameterValue",
	 "Expecting a value less than 1000."},
	{"ec2", "CreateVpc", "{'InstanceTenancy':'mine'}", "InvalidParameterValue",
	 "Value ( mine ) for parameter instanceTenancy is invalid."},
	{"ec2", "CreateVpc", "{'Foo':'x'}", "UnknownParameter",
	 "The parameter Foo is not recognized"},
	{"ec2", "CreateVpc", "{'CidrBlock':7}", "InvalidParameterValue",
	 "Value ( 7 ) for parameter cidrBlock is invalid."},
	{"wafv2", "CreateWebACL",
	 "{'Name':'n','Scope':'REGIONAL','DefaultAction':{},'VisibilityConfig':{"
	 "'SampledRequestsEnabled':true,'CloudWatchMetricsEnabled':true,'MetricName':'m'},"
	 "'CustomResponseBodies':{'a b':{'ContentType':'TEXT_PLAIN','Content':'c'}}}",
	 "ValidationException",
	 "1 validation error detected: Value '{a b={ContentType=TEXT_PLAIN, Content=c}}' at "
	 "'customResponseBodies' failed to satisfy constraint: Map keys must satisfy "
	 "constraint: [Member must have length less than or equal to 128, Member must have "
	 "length greater than or equal to 1, Member must satisfy regular expression "
	 "pattern: ^[\\w\\-]+$]"},
	{"elbv2", "CreateLoadBalancer", "{}", "ValidationError",
	 "1 validation error detected: Value null at 'name' failed to satisfy constraint: "
	 "Member must not be null"},
	{"elbv2", "CreateLoadBalancer", "{'Name':'n','Type':'x','Scheme':'y'}", "ValidationError",
	 "2 validation errors detected: Value 'x' at 'type' failed to satisfy constraint: "
	 "Member must satisfy enum value set: [application, network, gateway]; Value 'y' "
	 "at 'scheme' failed to satisfy constraint: Member must satisfy enum value set: "
	 "[internet-facing, internal]"},
	{"elbv2", "CreateTargetGroup", "{'Name':'n','Port':70000}", "ValidationError",
	 "Value '70000' at 'port' failed to satisfy constraint: Member must have value "
	 "less than or equal to 65535"},
	{"elbv2", "AddTags", "{'ResourceArns':['a'],'Tags':[{'Key':''}]}", "ValidationError",
	 "Value '' at 'tags.1.member.key' failed to satisfy constraint: Member must have "
	 "length greater than or equal to 1"},
	{"elb", "DescribeTags",
	 "{'LoadBalancerNames':['1','2','3','4','5','6','7','8','9','10','11','12','13',"
	 "'14','15','16','17','18','19','20','21']}",
	 "ValidationError",
	 "1 validation error detected: Value '[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, "
	 "15, 16, 17, 18, 19, 20, 21]' at 'loadBalancerNames' failed to satisfy constraint: "
	 "Member must have length less than or equal to 20"},
	{"shield", "DescribeProtection", "{'ProtectionId':''}", "ValidationException",
	 "1 validation error detected: Value '' at 'protectionId'"},
	{"iam", "CreateRole", "{'RoleName':'a b','AssumeRolePolicyDocument':'x'}",
	 "ValidationError",
	 "Value at 'roleName' failed to satisfy constraint: Member must satisfy regular "
	 "expression pattern: [\\w+=,.@-]+"},
};

START_TEST(what_breaks_the_model_is_refused_in_the_services_words)
{
	for (size_t i = 0; i < array_size(refusals); i++) {
		ck_assert_msg(
			!check(refusals[i].service, refusals[i].operation, refusals[i].params),
			"%s", refusals[i].params);
		ck_assert_msg(str_eq(err.wire, refusals[i].code), "%s: %s", err.wire,
			      err_text(&err));
		ck_assert_msg(strstr(err_text(&err), refusals[i].text), "%s", err_text(&err));
		ck_assert_int_eq(err.status, 400);
	}
}
END_TEST

START_TEST(what_fits_the_model_is_taken)
{
	ck_assert_msg(check("ec2", "CreateVpc",
			    "{'CidrBlock':'10.0.0.0/16','InstanceTenancy':'default','DryRun':true,"
			    "'TagSpecifications':[{'ResourceType':'vpc','Tags':[{'Key':'a'}]}]}"),
		      "%s", err_text(&err));
	ck_assert_msg(check("elbv2", "CreateTargetGroup",
			    "{'Name':'n','Port':80,'Protocol':'TCP','HealthCheckEnabled':null}"),
		      "%s", err_text(&err));
	ck_assert_msg(check("sts", "AssumeRole",
			    "{'RoleArn':'arn:aws:iam::123456789012:role/x','RoleSessionName':"
			    "'a.b@c','DurationSeconds':900}"),
		      "%s", err_text(&err));
}
END_TEST

static bool fits(const char *service, const char *operation, const char *reply)
{
	const struct aws_service_model *model = aws_model_find(service);
	const struct aws_operation *row = aws_model_operation(model, operation);
	_cleanup_(json_freep) struct json *output = test_json(reply);

	return validate_output(arena, model, &model->shapes[row->output], output, &err);
}

START_TEST(a_reply_that_the_api_could_not_give_is_found)
{
	static const struct {
		const char *reply, *text;
	} cases[] = {
		{"{'Vpcs':[{'VpcIdd':'x'}]}", "output.Vpcs[0].VpcIdd: Vpc has no such member"},
		{"{'Vpcs':[{'State':'ready'}]}", "output.Vpcs[0].State: VpcState has no value"},
		{"{'Vpcs':[{'IsDefault':'true'}]}", "output.Vpcs[0].IsDefault: wrong type"},
		{"{'Vpcs':{}}", "output.Vpcs: wrong type"},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		ck_assert(!fits("ec2", "DescribeVpcs", cases[i].reply));
		ck_assert_msg(strstr(err_text(&err), cases[i].text), "%s", err_text(&err));
	}
	ck_assert(!fits("iam", "GetRole", "{'Role':{}}"));
	ck_assert_msg(strstr(err_text(&err), "output.Role.Path is missing"), "%s", err_text(&err));
	ck_assert(fits("ec2", "DescribeVpcs", "{'Vpcs':[{'VpcId':'x','State':'available'}]}"));
}
END_TEST

/* A pattern that PCRE2 could not compile would be one that nobody enforces. */
START_TEST(every_pattern_of_the_models_compiles)
{
	PCRE2_SIZE offset;
	pcre2_code *code;
	int error;

	for (size_t i = 0; i < aws_model_count; i++)
		for (size_t j = 0; j < aws_models[i]->shape_count; j++) {
			const char *pattern = aws_models[i]->shapes[j].pattern;

			if (!pattern)
				continue;
			code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
					     PCRE2_UTF | PCRE2_ALT_BSUX, &error, &offset, NULL);
			ck_assert_msg(code != NULL, "%s.%s: %s", aws_models[i]->name,
				      aws_models[i]->shapes[j].name, pattern);
			pcre2_code_free(code);
		}
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("validate");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, what_breaks_the_model_is_refused_in_the_services_words);
	tcase_add_test(tcase, what_fits_the_model_is_taken);
	tcase_add_test(tcase, a_reply_that_the_api_could_not_give_is_found);
	tcase_add_test(tcase, every_pattern_of_the_models_compiles);
	return run_suite_of(tcase, "validate");
}
