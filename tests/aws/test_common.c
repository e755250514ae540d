/* Filters, pages, tags, repeated creates: what the describe and create handlers stand on. */
#include "tests/aws/run.h"

#include "emulator/aws/common.h"
#include "emulator/aws/lifecycle.h"
#include "tests/lib/world.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "VpcId"));
}

static const struct kind_index indexes[] = {{"vpc", terms_vpc}, {NULL, NULL}};
static const struct kind kind_thing = {.name = "thing", .indexes = indexes};

static void half(struct call *call, const struct doc *doc, struct filter_values *values)
{
	(void)call;
	filter_value_int(values, json_get_int(doc->body, "Count", 0) / 2);
}

static const struct filter_field fields[] = {
	{"vpc-id", "VpcId", NULL, "vpc"}, {"zone", "Zones.Name", NULL, NULL},
	{"count", "Count", NULL, NULL},	  {"default", "IsDefault", NULL, NULL},
	{"half", NULL, half, NULL},	  {NULL, NULL, NULL, NULL},
};

static struct world *world;
static struct call *call;
static struct err err;

static void setup(void)
{
	world = test_world(PROFILE_AWS);
	err = (struct err)ERR_INIT;
	test_add(world, "operator", &kind_thing, "t-a",
		 "{'Id':'t-a','VpcId':'vpc-1','Count':2,'IsDefault':true,'Zones':[{'Name':'x'},"
		 "{'Name':'y'}]}",
		 "{'Name':'first','role':'1'}");
	test_add(world, "operator", &kind_thing, "t-b",
		 "{'Id':'t-b','VpcId':'vpc-1','Count':20,'IsDefault':false,'Zones':[]}",
		 "{'Name':'second*'}");
	test_add(world, "operator", &kind_thing, "t-c",
		 "{'Id':'t-c','VpcId':'vpc-2','Count':200,'IsDefault':false}", NULL);
	call = test_call(world, "operator");
}

static void teardown(void)
{
	err_done(&err);
	call_abandon(call);
	world_free(world);
}

/* The ids that match, in order, in one word. */
static const char *select_by(const char *list)
{
	_cleanup_(json_freep) struct json *filters = test_json(list);
	struct filters *parsed;
	struct docs docs = {0};
	const char *text = "";

	if (!filters_parse(call, filters, fields, &parsed, &err))
		return NULL;
	filters_select(call, parsed, &kind_thing, &docs);
	for (size_t i = 0; i < docs.count; i++)
		text = arena_printf(call->arena, "%s%s", text, docs.items[i]->key + 2);
	docs_done(&docs);
	return text;
}

START_TEST(filters_are_anded_and_their_values_ored)
{
	const struct {
		const char *filters, *expected;
	} cases[] = {
		{"[]", "abc"},
		{"[{'Name':'vpc-id','Values':['vpc-1']}]", "ab"},
		{"[{'Name':'vpc-id','Values':['vpc-1','vpc-2']}]", "abc"},
		{"[{'Name':'vpc-id','Values':['vpc-1']},{'Name':'zone','Values':['y']}]", "a"},
		{"[{'Name':'vpc-id','Values':['vpc-1']},{'Name':'count','Values':['200']}]", ""},
		{"[{'Name':'vpc-id','Values':['vpc-?']}]", "abc"},
		{"[{'Name':'vpc-id','Values':['*2']}]", "c"},
		{"[{'Name':'vpc-id','Values':['VPC-1']}]", ""},
		{"[{'Name':'count','Values':['20','2']}]", "ab"},
		{"[{'Name':'default','Values':['true']}]", "a"},
		{"[{'Name':'half','Values':['100']}]", "c"},
		{"[{'Name':'tag:Name','Values':['first']}]", "a"},
		{"[{'Name':'tag:Name','Values':['*']}]", "ab"},
		{"[{'Name':'tag:Name','Values':['second\\\\*']}]", "b"},
		{"[{'Name':'tag-key','Values':['role']}]", "a"},
		{"[{'Name':'tag-key','Values':['ro*','Name']}]", "ab"},
		{"[{'Name':'tag-value','Values':['1']}]", "a"},
		{"[{'Name':'vpc-id','Values':[]}]", ""},
	};

	for (size_t i = 0; i < array_size(cases); i++)
		ck_assert_msg(str_eq(select_by(cases[i].filters), cases[i].expected), "%s: %s",
			      cases[i].filters, select_by(cases[i].filters));
}
END_TEST

START_TEST(an_unknown_filter_is_refused)
{
	ck_assert_ptr_null(select_by("[{'Name':'vpc','Values':['vpc-1']}]"));
	ck_assert_str_eq(err.wire, "InvalidParameterValue");
	ck_assert_str_eq(err_text(&err), "The filter 'vpc' is invalid");
	ck_assert_ptr_null(select_by("[{'Values':['vpc-1']}]"));
	ck_assert_str_eq(err_text(&err), "The filter 'null' is invalid");
	ck_assert_ptr_null(select_by("[{'Name':'tag:','Values':['x']}]"));
}
END_TEST

START_TEST(more_than_200_values_are_refused)
{
	_cleanup_(json_freep) struct json *list = test_json("[{'Name':'zone','Values':[]}]");
	struct json *values = json_ensure_array(json_first_mut(list), "Values");
	struct filters *filters;

	for (unsigned i = 0; i < 200; i++)
		json_append_str(values, "x");
	ck_assert(filters_parse(call, list, fields, &filters, &err));
	json_append_str(values, "x");
	ck_assert(!filters_parse(call, list, fields, &filters, &err));
	ck_assert_str_eq(err.wire, "FilterLimitExceeded");
}
END_TEST

START_TEST(documents_of_another_account_or_region_are_not_seen)
{
	const struct call_info elsewhere = {.actor = "operator",
					    .account = TEST_ACCOUNT,
					    .region = "us-east-1",
					    .service = "ec2",
					    .operation = "Test"};

	ck_assert_ptr_nonnull(find_in_scope(call, &kind_thing, "t-a"));
	call_abandon(call);
	call = call_begin(world, NULL, &elsewhere);
	ck_assert_str_eq(select_by("[]"), "");
	ck_assert_ptr_null(find_in_scope(call, &kind_thing, "t-a"));
	ck_assert_ptr_null(find_in_scope(call, &kind_thing, NULL));
}
END_TEST

/* @name Describe */

static const struct describe describe = {
	.kind = &kind_thing,
	.ids = "ThingIds",
	.id_prefix = "t-",
	.malformed = AWS_EC2_FILTER,
	.not_found = AWS_EC2_ACTION,
	.filters = "Filters",
	.fields = fields,
	.page = &page_ec2,
	.result = "Things",
	.tags = true,
};

static struct json *describe_as(const char *params)
{
	_cleanup_(json_freep) struct json *input = test_json(params);
	struct json *output = json_new_object();

	if (describe_reply(call, input, output, &describe, &err))
		return output;
	json_free(output);
	return NULL;
}

static const char *ids_of(const struct json *output)
{
	const char *text = "";

	json_foreach (item, json_get(output, "Things"))
		text = arena_printf(call->arena, "%s%s", text, json_get_str(item, "Id") + 2);
	return text;
}

START_TEST(ids_are_described_in_the_order_made_and_once)
{
	_cleanup_(json_freep) struct json *output = describe_as("{'ThingIds':['t-c','t-a','t-a']}");

	ck_assert_str_eq(ids_of(output), "ac");
	ck_assert_str_eq(
		json_find_str(json_at(json_get(json_at(json_get(output, "Things"), 0), "Tags"), 0),
			      "Value", NULL),
		"first");
	/* EC2 shows no tag set where there are no tags */
	ck_assert_ptr_null(json_get(json_at(json_get(output, "Things"), 1), "Tags"));
}
END_TEST

START_TEST(a_missing_or_malformed_id_is_refused)
{
	ck_assert_ptr_null(describe_as("{'ThingIds':['t-a','t-x','t-y']}"));
	ck_assert(strstr(err_text(&err), "t-x, t-y"));
	ck_assert_ptr_null(describe_as("{'ThingIds':['vpc-a']}"));
	ck_assert(strstr(err_text(&err), "vpc-a"));
}
END_TEST

START_TEST(ids_and_filters_must_both_fit)
{
	_cleanup_(json_freep) struct json *output = describe_as(
		"{'ThingIds':['t-c','t-a'],'Filters':[{'Name':'vpc-id','Values':['vpc-2']}]}");

	ck_assert_str_eq(ids_of(output), "c");
}
END_TEST

/* @name Pages */

START_TEST(pages_cover_all_once_even_when_things_go_in_between)
{
	_cleanup_(json_freep) struct json *first = describe_as("{'MaxResults':1}");
	_cleanup_(json_freep) struct json *rest = NULL;
	_cleanup_(freep) char *token = xstrdup(json_get_str(first, "NextToken"));

	ck_assert_str_eq(ids_of(first), "a");
	call_abandon(call);
	test_remove(world, "operator", &kind_thing, "t-a");
	call = test_call(world, "operator");
	rest = describe_as(arena_printf(call->arena, "{'MaxResults':5,'NextToken':'%s'}", token));
	ck_assert_str_eq(ids_of(rest), "bc");
	ck_assert_ptr_null(json_get(rest, "NextToken"));
}
END_TEST

START_TEST(made_up_and_foreign_tokens_are_refused)
{
	_cleanup_(json_freep) struct json *first = describe_as("{'MaxResults':1}");
	const char *token = json_get_str(first, "NextToken");

	ck_assert_ptr_null(describe_as("{'NextToken':'abc'}"));
	ck_assert_str_eq(err.wire, "InvalidNextToken");
	call_abandon(call);
	call = test_call_as(world, "operator", "ec2", "OtherOperation");
	ck_assert_ptr_null(describe_as(arena_printf(call->arena, "{'NextToken':'%s'}", token)));
	ck_assert_str_eq(err.wire, "InvalidNextToken");
}
END_TEST

/* @name Tags */

START_TEST(tag_specifications_become_tags_of_their_type)
{
	_cleanup_(json_freep) struct json *input = test_json(
		"{'TagSpecifications':[{'ResourceType':'vpc','Tags':[{'Key':'a','Value':'1'},"
		"{'Key':'b'}]}]}");
	_cleanup_(json_freep) struct json *tags = NULL, *none = NULL;

	ck_assert(tags_from_specifications(input, "vpc", &tags, &err));
	ck_assert_str_eq(json_get_str(tags, "a"), "1");
	ck_assert_str_eq(json_get_str(tags, "b"), "");
	ck_assert(!tags_from_specifications(input, "subnet", &none, &err));
	ck_assert_str_eq(err_text(&err),
			 "'vpc' is not a valid taggable resource type for this operation.");
}
END_TEST

START_TEST(tags_that_aws_refuses_are_refused)
{
	static const struct {
		enum tag_dialect dialect;
		const char *list, *code;
	} cases[] = {
		{TAGS_EC2, "[{'Key':'aws:x','Value':''}]", "InvalidParameterValue"},
		{TAGS_EC2, "[{'Key':'AWS:x','Value':''}]", "InvalidParameterValue"},
		{TAGS_EC2, "[{'Key':'','Value':''}]", "InvalidParameterValue"},
		{TAGS_EC2, "[{'Value':''}]", "InvalidParameterValue"},
		{TAGS_EC2, "[{'Key':'a','Value':''},{'Key':'a','Value':'2'}]",
		 "InvalidParameterValue"},
		{TAGS_ELB, "[{'Key':'a','Value':''},{'Key':'a','Value':'2'}]", "DuplicateTagKeys"},
		{TAGS_IAM, "[{'Key':'a','Value':''},{'Key':'A','Value':'2'}]", "InvalidInput"},
	};
	_cleanup_(json_freep) struct json *tags = NULL;

	for (size_t i = 0; i < array_size(cases); i++) {
		_cleanup_(json_freep) struct json *list = test_json(cases[i].list);

		ck_assert(!tags_from_list(cases[i].dialect, list, &tags, &err));
		ck_assert_str_eq(err.wire, cases[i].code);
	}
	ck_assert_ptr_null(tags);
}
END_TEST

START_TEST(a_key_of_128_characters_fits_and_one_more_does_not)
{
	_cleanup_(json_freep) struct json *list = test_json("[{'Key':'','Value':''}]");
	_cleanup_(json_freep) struct json *tags = NULL;
	char key[1 + 129 * 2] = "";

	for (unsigned i = 0; i < 128; i++)
		memcpy(key + 2 * i, "\xc3\xa4", 3); /* ä: two bytes, one character */
	json_set_str(json_first_mut(list), "Key", key);
	ck_assert(tags_from_list(TAGS_EC2, list, &tags, &err));
	memcpy(key + 2 * 128, "\xc3\xa4", 3);
	json_set_str(json_first_mut(list), "Key", key);
	ck_assert(!tags_from_list(TAGS_EC2, list, &tags, &err));
	ck_assert(strstr(err_text(&err), "128"));
}
END_TEST

START_TEST(fifty_tags_fit_and_aws_own_do_not_count)
{
	_cleanup_(json_freep) struct json *old = test_json("{'aws:cloudformation:stack-id':'x'}");
	_cleanup_(json_freep) struct json *list = json_new_array(), *tags = NULL, *more = NULL;

	for (unsigned i = 0; i < 51; i++) {
		struct json *item = json_new_object();

		json_setf(item, "Key", "k%u", i);
		json_append(list, item);
		if (i == 49)
			ck_assert(tags_merge(TAGS_EC2, old, list, &tags, &err));
	}
	ck_assert(!tags_merge(TAGS_EC2, old, list, &more, &err));
	ck_assert_str_eq(err.wire, "TagLimitExceeded");
	ck_assert_uint_eq(json_size(tags), 51);
}
END_TEST

/* @name Repeated creates */

START_TEST(a_token_finds_what_it_made_and_refuses_other_parameters)
{
	_cleanup_(json_freep) struct json *input = test_json("{'A':'1','ClientToken':'t'}");
	_cleanup_(json_freep) struct json *other = test_json("{'A':'2','ClientToken':'t'}");
	_cleanup_(json_freep) struct json *none = test_json("{'A':'1'}");
	const char *key = "unset";

	ck_assert(idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &key,
				   &err));
	ck_assert_ptr_null(key);
	idempotency_keep(call, input, "ClientToken", "nat-1");
	idempotency_keep(call, none, "ClientToken", "nat-2");
	ck_assert_uint_eq(world_count(world, &kind_client_token), 1);
	ck_assert(idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &key,
				   &err));
	ck_assert_str_eq(key, "nat-1");
	ck_assert(!idempotency_find(call, other, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &key,
				    &err));
	ck_assert_str_eq(err.wire, "IdempotentParameterMismatch");
	call_commit(call, 200);
	test_advance(world, 24 * 3600 * 1000LL);
	call = test_call(world, "operator");
	ck_assert_uint_eq(world_count(world, &kind_client_token), 0);
}
END_TEST

/* @name Life cycles */

START_TEST(a_life_cycle_can_be_overridden_by_name)
{
	call_abandon(call);
	ck_assert_int_eq(lifecycle_ms(world, LIFECYCLE_LOAD_BALANCER), 5000);
	ck_assert(lifecycle_override(world, "load-balancer-active", 70));
	ck_assert(lifecycle_override(world, "load-balancer-active", 80));
	ck_assert_int_eq(lifecycle_ms(world, LIFECYCLE_LOAD_BALANCER), 80);
	ck_assert(!lifecycle_override(world, "load-balancer", 1));
	ck_assert(!lifecycle_override(world, "load-balancer-active", -1));
	call = test_call(world, "operator");
}
END_TEST

START_TEST(arns_follow_the_regions_partition)
{
	ck_assert_str_eq(aws_partition("eu-west-1"), "aws");
	ck_assert_str_eq(aws_partition("cn-north-1"), "aws-cn");
	ck_assert_str_eq(aws_partition("us-gov-west-1"), "aws-us-gov");
	ck_assert_str_eq(aws_arn(call, "ec2", "vpc/%s", "vpc-1"),
			 "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-1");
	ck_assert_str_eq(aws_global_arn(call, "iam", "role/%s", "r"),
			 "arn:aws:iam::123456789012:role/r");
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("common");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, filters_are_anded_and_their_values_ored);
	tcase_add_test(tcase, an_unknown_filter_is_refused);
	tcase_add_test(tcase, more_than_200_values_are_refused);
	tcase_add_test(tcase, documents_of_another_account_or_region_are_not_seen);
	tcase_add_test(tcase, ids_are_described_in_the_order_made_and_once);
	tcase_add_test(tcase, a_missing_or_malformed_id_is_refused);
	tcase_add_test(tcase, ids_and_filters_must_both_fit);
	tcase_add_test(tcase, pages_cover_all_once_even_when_things_go_in_between);
	tcase_add_test(tcase, made_up_and_foreign_tokens_are_refused);
	tcase_add_test(tcase, tag_specifications_become_tags_of_their_type);
	tcase_add_test(tcase, tags_that_aws_refuses_are_refused);
	tcase_add_test(tcase, a_key_of_128_characters_fits_and_one_more_does_not);
	tcase_add_test(tcase, fifty_tags_fit_and_aws_own_do_not_count);
	tcase_add_test(tcase, a_token_finds_what_it_made_and_refuses_other_parameters);
	tcase_add_test(tcase, a_life_cycle_can_be_overridden_by_name);
	tcase_add_test(tcase, arns_follow_the_regions_partition);
	return run_suite_of(tcase, "common");
}
