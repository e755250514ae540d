/* emulator/aws/memo.c: a remembered answer is the one that would be made anew. */
#include "emulator/aws/memo.h"

#include "tests/aws/api.h"
#include "tests/aws/wire.h"
#include "tests/lib/suite.h"

#define VPCS	"Action=DescribeVpcs&Version=2016-11-15"
#define SUBNETS "Action=DescribeSubnets&Version=2016-11-15"

static struct world *world;
static struct aws *aws;

static void begin(void)
{
	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
}

static void end(void)
{
	aws_free(aws);
	world_free(world);
}

static struct wire_answer ask(const char *form)
{
	struct wire_answer answer = wire_post(aws, "ec2", form);

	ck_assert_int_eq(answer.status, 200);
	return answer;
}

/* Asks twice; true when the answers are equal but for the id, which each has for itself. */
static bool same_twice(const char *service, const char *form)
{
	struct wire_answer first = wire_post(aws, service, form);
	struct wire_answer second = wire_post(aws, service, form);
	char *id = strstr(second.body, second.request_id);
	bool same;

	ck_assert_int_eq(first.status, 200);
	ck_assert_int_eq(second.status, 200);
	ck_assert_str_ne(first.request_id, second.request_id);
	ck_assert_str_eq(first.type, second.type);
	ck_assert_ptr_nonnull(id);
	memcpy(id, first.request_id, strlen(first.request_id));
	same = str_eq(first.body, second.body);
	wire_done(&first);
	wire_done(&second);
	return same;
}

START_TEST(a_remembered_answer_has_the_present_requests_id)
{
	begin();
	ck_assert(same_twice("ec2", VPCS)); /* the id stands at the head */
	ck_assert(same_twice("elasticloadbalancing",
			     "Action=DescribeLoadBalancers&Version=2015-12-01")); /* at the end */
	end();
}
END_TEST

START_TEST(a_change_is_seen_at_once)
{
	struct wire_answer answer;

	begin();
	answer = ask(VPCS);
	wire_done(&answer);
	api_done(aws, "ec2", "CreateVpc", "{'CidrBlock':'10.77.0.0/16'}");
	answer = ask(VPCS);
	ck_assert_ptr_nonnull(strstr(answer.body, "10.77.0.0/16"));
	wire_done(&answer);
	end();
}
END_TEST

/* What an item shows of other kinds' documents is a part of what the answer was made of. */
START_TEST(a_change_of_what_an_answer_counts_is_seen_at_once)
{
	_cleanup_(json_freep) struct json *subnets = NULL, *made = NULL;
	_cleanup_(freep) char *params = NULL;
	const char *subnet;
	struct wire_answer answer;

	begin();
	subnets = api(aws, "ec2", "DescribeSubnets", "{}");
	subnet = json_get_str(json_first(json_get(subnets, "Subnets")), "SubnetId");
	answer = ask(SUBNETS);
	ck_assert_ptr_null(strstr(answer.body, "<availableIpAddressCount>4090<"));
	wire_done(&answer);
	params = xasprintf("{'SubnetId':'%s'}", subnet);
	made = api(aws, "ec2", "CreateNetworkInterface", params);
	answer = ask(SUBNETS);
	ck_assert_ptr_nonnull(strstr(answer.body, "<availableIpAddressCount>4090<"));
	wire_done(&answer);
	end();
}
END_TEST

START_TEST(each_caller_region_and_question_has_its_own)
{
	struct wire_answer answer;

	begin();
	answer = ask(VPCS);
	wire_done(&answer);
	answer = ask(VPCS "&Filter.1.Name=cidr&Filter.1.Value.1=10.99.0.0/16");
	ck_assert_ptr_null(strstr(answer.body, "<vpcId>"));
	wire_done(&answer);
	answer = ask(SUBNETS);
	ck_assert_ptr_nonnull(strstr(answer.body, "DescribeSubnetsResponse"));
	wire_done(&answer);
	end();
}
END_TEST

START_TEST(every_call_is_in_the_journal_all_the_same)
{
	uint64_t before;

	begin();
	ck_assert(same_twice("ec2", VPCS));
	before = journal_last(world_journal(world));
	ck_assert(same_twice("ec2", VPCS));
	ck_assert_uint_eq(journal_last(world_journal(world)), before + 2);
	end();
}
END_TEST

START_TEST(a_fault_hits_what_is_remembered_too)
{
	const struct fault_rule rule = {.name = "f",
					.fault = "throttle",
					.effect = FAULT_ERROR,
					.code = "RequestLimitExceeded",
					.status = 503,
					.first = 1,
					.chance = 1};
	struct wire_answer answer;

	begin();
	ck_assert(same_twice("ec2", VPCS));
	fault_add(world, &rule);
	answer = wire_post(aws, "ec2", VPCS);
	ck_assert_int_eq(answer.status, 503);
	wire_done(&answer);
	end();
}
END_TEST

START_TEST(an_answer_that_depends_on_the_clock_or_is_too_long_is_not_kept)
{
	static const char id[] = "00000000-0000-4000-8000-000000000000";
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct memo_key key = {.sum = {1}};
	struct memo *memo = memo_new();
	struct reads reads = {.opaque = true};
	struct wire_reply reply, found;

	begin();
	wire_reply_init(&reply, arena);
	wire_reply_init(&found, arena);
	strbuf_add(&reply.body, "x");
	memo_keep(memo, &key, &reads, id, &reply);
	ck_assert(!memo_find(memo, world, &key, id, &found));
	reads.opaque = false;
	memo_keep(memo, &key, &reads, id, &reply);
	ck_assert(memo_find(memo, world, &key, id, &found));
	ck_assert_str_eq(strbuf_text(&found.body), "x");
	strbuf_reset(&reply.body);
	strbuf_add(&reply.body, id);
	strbuf_add(&reply.body, id);
	memo_forget(memo);
	memo_keep(memo, &key, &reads, id, &reply);
	ck_assert(!memo_find(memo, world, &key, id, &found));
	while (reply.body.length < 3 * 1024 * 1024)
		strbuf_add(&reply.body, "0123456789012345678901234567890123456789");
	memo_keep(memo, &key, &reads, "none", &reply);
	ck_assert(!memo_find(memo, world, &key, "none", &found));
	wire_reply_done(&reply);
	wire_reply_done(&found);
	memo_free(memo);
	end();
}
END_TEST

START_TEST(the_answers_used_last_stay_when_there_is_no_room)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct memo *memo = memo_new();
	const struct reads reads = {0};
	struct memo_key key = {.sum = {0}};
	struct wire_reply reply, found;

	begin();
	wire_reply_init(&reply, arena);
	wire_reply_init(&found, arena);
	while (reply.body.length < 1024 * 1024)
		strbuf_add(&reply.body, "0123456789012345678901234567890123456789");
	for (key.sum[0] = 0; key.sum[0] < 30; key.sum[0]++) {
		struct memo_key first = {.sum = {0}};

		memo_keep(memo, &key, &reads, "none", &reply);
		strbuf_reset(&found.body);
		ck_assert(memo_find(memo, world, &first, "none", &found));
	}
	key.sum[0] = 1;
	ck_assert(!memo_find(memo, world, &key, "none", &found));
	key.sum[0] = 29;
	ck_assert(memo_find(memo, world, &key, "none", &found));
	wire_reply_done(&reply);
	wire_reply_done(&found);
	memo_free(memo);
	end();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_remembered_answer_has_the_present_requests_id,
		a_change_is_seen_at_once,
		a_change_of_what_an_answer_counts_is_seen_at_once,
		each_caller_region_and_question_has_its_own,
		every_call_is_in_the_journal_all_the_same,
		a_fault_hits_what_is_remembered_too,
		an_answer_that_depends_on_the_clock_or_is_too_long_is_not_kept,
		the_answers_used_last_stay_when_there_is_no_room,
		NULL,
	};

	return suite_main("memo", tests);
}
