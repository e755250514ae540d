/* What clients see on the wire: errors in each protocol's shape, faults, dry runs, the journal. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "emulator/base/utf8.h"
#include "emulator/base/xml.h"
#include "tests/aws/wire.h"

static struct world *world;
static struct aws *aws;
static struct wire_answer answer;

static void setup(void)
{
	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
	aws_check_replies(aws, true);
}

static void teardown(void)
{
	wire_done(&answer);
	aws_free(aws);
	world_free(world);
}

static void post(const char *signing_name, const char *form)
{
	wire_done(&answer);
	answer = wire_post(aws, signing_name, form);
}

static const struct journal_entry *last_entry(void)
{
	const struct journal *journal = world_journal(world);

	return journal_get(journal, journal_last(journal));
}

#define WHO "Action=GetCallerIdentity&Version=2011-06-15"

START_TEST(an_answer_carries_its_request_id_in_header_and_body)
{
	post("sts", WHO);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(answer.type, "text/xml");
	ck_assert(strstr(answer.body, answer.request_id));
	ck_assert_str_eq(last_entry()->request_id, answer.request_id);
	ck_assert(strstr(answer.body,
			 "<GetCallerIdentityResponse xmlns=\"https://"
			 "sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>"));
}
END_TEST

START_TEST(errors_have_each_protocols_shape)
{
	const struct {
		const char *signing_name, *form, *body;
		int status;
	} cases[] = {
		{"ec2", "Action=CreateFoo&Version=2016-11-15",
		 "<Response><Errors><Error><Code>InvalidAction</Code><Message>The action CreateFoo "
		 "is not valid for this web service.</Message></Error></Errors><RequestID>",
		 400},
		{"ec2", "Action=DescribeVpcs&Version=2999-01-01", "<Code>NoSuchVersion</Code>",
		 400},
		{"ec2", "Version=2016-11-15", "<Code>MissingAction</Code>", 400},
		{"ec2", "Action=DescribeVpcs&Version=2016-11-15&%zz=1",
		 "<Code>MalformedQueryString</Code>", 400},
		{"elasticloadbalancing", "Action=CreateFoo&Version=2015-12-01",
		 "<Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find "
		 "operation CreateFoo for version 2015-12-01</Message></Error><RequestId>",
		 400},
		{"iam", "Action=GetRole&Version=2010-05-08&RoleName=x",
		 "<Error><Type>Sender</Type><Code>NoSuchEntity</Code>", 404},
		{"iam", "Action=GetRole&Version=2010-05-08&Rolename=x",
		 "<Code>ValidationError</Code><Message>The parameter Rolename is not recognized",
		 400},
		{"ec2", "Action=DescribeFpgaImages&Version=2016-11-15",
		 "<Code>NotImplemented</Code><Message>skyrig does not have ec2:DescribeFpgaImages yet",
		 501},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		post(cases[i].signing_name, cases[i].form);
		ck_assert_int_eq(answer.status, cases[i].status);
		ck_assert_msg(strstr(answer.body, cases[i].body), "%s", answer.body);
		ck_assert(strstr(answer.body, answer.request_id));
		ck_assert_str_eq(last_entry()->request_id, answer.request_id);
		ck_assert_int_eq(last_entry()->status, cases[i].status);
	}
}
END_TEST

START_TEST(bytes_that_are_no_utf8_are_refused_and_change_nothing)
{
	static const struct {
		const char *signing_name, *form, *code;
	} cases[] = {
		{"ec2", "Action=CreateTags&Version=2016-11-15&ResourceId.1=a&Tag.1.Key=%e9",
		 "<Code>InvalidParameterValue</Code>"},
		{"ec2", "Action=CreateTags&Version=2016-11-15&ResourceId.1=a&Tag.1.Key=\xff",
		 "<Code>InvalidParameterValue</Code>"},
		{"iam", "Action=GetRole&Version=2010-05-08&RoleName=%c3%28",
		 "<Code>ValidationError</Code>"},
	};

	for (size_t i = 0; i < array_size(cases); i++) {
		uint64_t before = world_revision(world);

		post(cases[i].signing_name, cases[i].form);
		ck_assert_int_eq(answer.status, 400);
		ck_assert_msg(strstr(answer.body, cases[i].code), "%s", answer.body);
		ck_assert(utf8_is_valid(answer.body, strlen(answer.body)));
		ck_assert_uint_eq(world_revision(world), before);
	}
}
END_TEST

#define ZONES	"/2013-04-01/hostedzone"
#define RECORDS ZONES "/Z1/rrset/"
#define SPACE	"https://route53.amazonaws.com/doc/2013-04-01/"

/* As quoted in public issues: aws-sdk-js#71, erlcloud#592, stalwartlabs/dns-update#44,
 * terraform-provider-aws#37817. */
START_TEST(route_53_refuses_bodies_as_its_schema_does)
{
	static const struct {
		const char *method, *target, *body, *code, *text;
	} cases[] = {
		{"POST", RECORDS, "<ChangeBatch", "MalformedInput", "Could not parse XML"},
		{"POST", RECORDS, "<ChangeBatch/>", "MalformedInput",
		 "ChangeBatch is not valid, expected ChangeResourceRecordSetsRequest"},
		{"POST", RECORDS,
		 "<ChangeResourceRecordSetsRequest><HostedZoneId>Z1</HostedZoneId>"
		 "</ChangeResourceRecordSetsRequest>",
		 "InvalidInput",
		 "Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found starting with "
		 "element 'HostedZoneId'. One of '{\"" SPACE "\":ChangeBatch}' is expected."},
		{"POST", ZONES,
		 "<CreateHostedZoneRequest><HostedZoneConfig><PrivateZone>maybe</PrivateZone>"
		 "</HostedZoneConfig></CreateHostedZoneRequest>",
		 "InvalidInput",
		 "Invalid XML ; cvc-datatype-valid.1.2.1: 'maybe' is not a valid value for "
		 "'boolean'."},
		{"GET", ZONES "/Z23456789012345678901234567890123", "", "InvalidInput",
		 "1 validation error detected: Value 'Z23456789012345678901234567890123' at "
		 "'resourceId' failed to satisfy constraint: Member must have length less than "
		 "or equal to 32"},
	};
	const struct header headers[] = {
		{"Authorization",
		 "AWS4-HMAC-SHA256 Credential=AKIASOMEBODY/20261123/us-east-1/route53/"
		 "aws4_request, SignedHeaders=host, Signature=00"},
		{"X-Amz-Date", "20261123T090000Z"},
		{NULL, NULL},
	};
	uint64_t before = world_revision(world);

	for (size_t i = 0; i < array_size(cases); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		const struct xml_node *error, *code;
		struct xml_node *root;

		wire_done(&answer);
		answer = wire_send(aws, cases[i].method, cases[i].target, headers, cases[i].body);
		ck_assert_msg(answer.status == 400, "%s", answer.body);
		ck_assert(xml_parse(arena, answer.body, strlen(answer.body), &root, NULL));
		ck_assert_str_eq(root->space, SPACE);
		error = xml_child(root, "Error");
		code = xml_child(error, "Code");
		ck_assert_msg(str_eq(code->text, cases[i].code), "%s", answer.body);
		ck_assert_str_eq(xml_child(error, "Message")->text, cases[i].text);
	}
	ck_assert_uint_eq(world_revision(world), before);
}
END_TEST

START_TEST(json_services_answer_and_refuse_in_json)
{
	answer = wire_json(aws, "shield", "AWSShield_20160616.GetSubscriptionState", "{}");
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(answer.body, "{\"SubscriptionState\":\"INACTIVE\"}");
	ck_assert_str_eq(answer.type, "application/x-amz-json-1.1");
	wire_done(&answer);
	answer = wire_json(aws, "shield", "AWSShield_20160616.DescribeSubscription", "{}");
	ck_assert_int_eq(answer.status, 400);
	ck_assert_str_eq(answer.body, "{\"__type\":\"ResourceNotFoundException\",\"message\":\"The "
				      "subscription does not exist.\"}");
	wire_done(&answer);
	answer = wire_json(aws, "shield", "AWSShield_20160616.CreateFoo", "{}");
	ck_assert_str_eq(answer.body, "{\"__type\":\"UnknownOperationException\"}");
	wire_done(&answer);
	answer = wire_json(aws, "shield", "AWSShield_20160616.DescribeProtection", "{\"x\"");
	ck_assert(strstr(answer.body, "\"SerializationException\""));
	wire_done(&answer);
	answer = wire_json(aws, "shield", "AWSShield_20160616.DescribeProtection", "{\"x\":1}");
	ck_assert(strstr(answer.body, "\"ValidationException\""));
}
END_TEST

START_TEST(what_is_no_aws_request_is_told_so_in_json)
{
	const struct header none[] = {{NULL, NULL}};

	answer = wire_send(aws, "GET", "/", none, NULL);
	ck_assert_int_eq(answer.status, 403);
	ck_assert_str_eq(answer.type, "application/json");
	ck_assert(strstr(answer.body, "skyrig: this is its AWS endpoint"));
	wire_done(&answer);
	answer = wire_send(aws, "GET", "/favicon.ico?x=%zz", none, NULL);
	ck_assert_int_eq(answer.status, 403);
}
END_TEST

START_TEST(a_service_without_a_model_is_counted_as_missing)
{
	struct strbuf names;

	strbuf_init(&names, 1000);
	post("sqs", "Action=CreateQueue&Version=2012-11-05");
	ck_assert_int_eq(answer.status, 501);
	ck_assert(strstr(answer.body, "skyrig does not have the AWS service 'sqs'"));
	ck_assert_uint_eq(aws_missing_operations(aws, &names), 1);
	ck_assert_str_eq(strbuf_text(&names), "sqs:CreateQueue\n");
	strbuf_done(&names);
}
END_TEST

START_TEST(names_of_missing_operations_are_kept_up_to_a_limit)
{
	struct strbuf names;
	char form[64];

	for (unsigned i = 0; i < 1100; i++) {
		snprintf(form, sizeof(form), "Action=Create%u&Version=2012-11-05", i);
		post("sqs", form);
	}
	ck_assert_uint_eq(aws_missing_operations(aws, NULL), 1100);
	strbuf_init(&names, 1 << 20);
	aws_missing_operations(aws, &names);
	ck_assert(str_ends_with(strbuf_text(&names), "sqs:Create999\n…\n"));
	strbuf_done(&names);
}
END_TEST

START_TEST(an_unsigned_request_is_refused_and_journalled)
{
	const struct header headers[] = {{"Content-Type", "application/x-www-form-urlencoded"},
					 {NULL, NULL}};

	answer = wire_send(aws, "POST", "/", headers, WHO);
	ck_assert_int_eq(answer.status, 403);
	ck_assert(strstr(answer.body, "<Code>MissingAuthenticationToken</Code>"));
	ck_assert_str_eq(last_entry()->actor, "unknown");
	ck_assert_str_eq(last_entry()->operation, "GetCallerIdentity");
	ck_assert_str_eq(last_entry()->code, "MissingAuthenticationToken");
}
END_TEST

START_TEST(a_get_request_with_a_signature_in_its_query_is_served)
{
	const struct header none[] = {{NULL, NULL}};

	answer = wire_send(aws, "GET",
			   "/?" WHO "&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=testing%2F"
			   "20261123%2Feu-west-1%2Fsts%2Faws4_request&X-Amz-Date=20261123T090000Z&"
			   "X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=00",
			   none, NULL);
	ck_assert_int_eq(answer.status, 200);
	ck_assert(strstr(answer.body, "user/operator"));
}
END_TEST

/* @name Faults */

static void fault(enum fault_effect effect, const char *word, const char *code, bool after)
{
	static const char *const calls[] = {"iam:*", NULL};
	const struct fault_rule rule = {.name = "f",
					.fault = word,
					.calls = calls,
					.effect = effect,
					.after_effect = after,
					.code = code,
					.first = 1,
					.chance = 1};

	fault_add(world, &rule);
}

#define CREATE "Action=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName=p"
#define GET    "Action=GetInstanceProfile&Version=2010-05-08&InstanceProfileName=p"

START_TEST(throttle_has_each_services_own_words)
{
	fault(FAULT_ERROR, "throttle", NULL, false);
	post("iam", CREATE);
	ck_assert_int_eq(answer.status, 400);
	ck_assert(strstr(answer.body, "<Code>Throttling</Code><Message>Rate exceeded</Message>"));
	ck_assert_str_eq(last_entry()->fault, "throttle");
	ck_assert_str_eq(last_entry()->code, "Throttling");
	ck_assert_uint_eq(fault_fired(world, "f"), 1);
	post("iam", CREATE);
	ck_assert_int_eq(answer.status, 200);
}
END_TEST

START_TEST(a_code_of_the_scenario_gets_the_status_that_aws_gives_it)
{
	fault(FAULT_ERROR, "error", "EntityAlreadyExists", false);
	post("iam", CREATE);
	ck_assert_int_eq(answer.status, 409);
	ck_assert(strstr(answer.body, "<Code>EntityAlreadyExists</Code>"));
	post("iam", GET);
	ck_assert_int_eq(answer.status, 404);
}
END_TEST

START_TEST(a_lost_answer_leaves_its_effect)
{
	fault(FAULT_ANSWER_LOST, "answer-lost", NULL, false);
	post("iam", CREATE);
	ck_assert(answer.dropped);
	ck_assert_str_eq(last_entry()->fault, "answer-lost");
	ck_assert_uint_eq(last_entry()->change_count, 1);
	post("iam", GET);
	ck_assert_int_eq(answer.status, 200);
}
END_TEST

START_TEST(an_error_after_the_effect_leaves_it_too)
{
	fault(FAULT_ERROR, "internal-error", NULL, true);
	post("iam", CREATE);
	ck_assert_int_eq(answer.status, 500);
	ck_assert(strstr(answer.body, "<Code>InternalFailure</Code>"));
	post("iam", GET);
	ck_assert_int_eq(answer.status, 200);
}
END_TEST

START_TEST(a_dropped_connection_changes_nothing)
{
	fault(FAULT_DROP, "drop-connection", NULL, false);
	post("iam", CREATE);
	ck_assert(answer.dropped);
	ck_assert_str_eq(last_entry()->fault, "drop-connection");
	ck_assert_uint_eq(last_entry()->change_count, 0);
	post("iam", GET);
	ck_assert_int_eq(answer.status, 404);
}
END_TEST

START_TEST(the_journal_keeps_who_called_with_what)
{
	post("iam", CREATE);
	ck_assert_str_eq(last_entry()->actor, "operator");
	ck_assert_str_eq(last_entry()->account, TEST_ACCOUNT);
	ck_assert_str_eq(last_entry()->region, ""); /* IAM has one endpoint for all regions */
	ck_assert_str_eq(last_entry()->principal, "arn:aws:iam::123456789012:user/operator");
	ck_assert_str_eq(json_get_str(last_entry()->params, "InstanceProfileName"), "p");
	ck_assert_uint_eq(aws_request_count(aws), 1);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("wire");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, an_answer_carries_its_request_id_in_header_and_body);
	tcase_add_test(tcase, errors_have_each_protocols_shape);
	tcase_add_test(tcase, bytes_that_are_no_utf8_are_refused_and_change_nothing);
	tcase_add_test(tcase, route_53_refuses_bodies_as_its_schema_does);
	tcase_add_test(tcase, json_services_answer_and_refuse_in_json);
	tcase_add_test(tcase, what_is_no_aws_request_is_told_so_in_json);
	tcase_add_test(tcase, a_service_without_a_model_is_counted_as_missing);
	tcase_add_test(tcase, names_of_missing_operations_are_kept_up_to_a_limit);
	tcase_add_test(tcase, an_unsigned_request_is_refused_and_journalled);
	tcase_add_test(tcase, a_get_request_with_a_signature_in_its_query_is_served);
	tcase_add_test(tcase, throttle_has_each_services_own_words);
	tcase_add_test(tcase, a_code_of_the_scenario_gets_the_status_that_aws_gives_it);
	tcase_add_test(tcase, a_lost_answer_leaves_its_effect);
	tcase_add_test(tcase, an_error_after_the_effect_leaves_it_too);
	tcase_add_test(tcase, a_dropped_connection_changes_nothing);
	tcase_add_test(tcase, the_journal_keeps_who_called_with_what);
	return run_suite_of(tcase, "wire");
}
