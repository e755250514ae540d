/*
 * CloudTrail's records, played. The logs in tests/runner/cloudtrail/ are made up in the forms that
 * AWS writes: CloudTrail User Guide, "CloudTrail log file examples" (EC2's sets of items, IAM's
 * lower camel case), and the events that Amazon VPC's newer operations leave
 * ("CreateNatGatewayRequest").
 */
#include "runner/store/cloudtrail.h"

#include <stdio.h>
#include <unistd.h>
#include <zlib.h>

#include "emulator/base/json.h"
#include "emulator/emulator.h"
#include "runner/jobs/folder.h"
#include "tests/lib/suite.h"

#define RECORD_TIME "2026-03-02T12:00:00Z"

struct told {
	enum cloudtrail_verdict verdict;
	char *call, *expected, *found;
};

static void told_done(struct told *told)
{
	free(told->call);
	free(told->expected);
	free(told->found);
}

static void tell(enum cloudtrail_verdict verdict, const struct json *record, const char *call,
		 const char *expected, const char *found, void *userdata)
{
	struct told *told = userdata;

	(void)record;
	if (verdict == CLOUDTRAIL_SAME)
		return;
	told_done(told);
	*told = (struct told){verdict, xstrdup(call), xstrdup(expected), xstrdup(found)};
}

/* The log of a file of ours. */
static struct json *load(const char *name)
{
	const char *source = getenv("SKYRIG_SOURCE");
	_cleanup_(freep) char *path =
		xasprintf("%s/tests/runner/cloudtrail/%s.json", source ? source : ".", name);
	struct json *records = json_new_array();
	struct err err = ERR_INIT;

	ck_assert_msg(cloudtrail_load(path, records, &err), "%s", err_text(&err));
	return records;
}

static struct cloudtrail play(struct json *records, struct told *told)
{
	const struct emulator_config config = {.world = {.seed = 3, .profile = PROFILE_AWS}};
	struct cloudtrail cloudtrail = {.told = tell, .userdata = told};
	_cleanup_(emulator_freep) struct emulator *emulator = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(emulator_new(NULL, &config, &emulator, &err), "%s", err_text(&err));
	cloudtrail_play(emulator, records, &cloudtrail);
	return cloudtrail;
}

/* One record more at the end, as JSON with ' for ". */
static void append(struct json *records, const char *text)
{
	_cleanup_(freep) char *quoted = xstrdup(text);
	struct json *record;
	struct err err = ERR_INIT;

	for (char *c = quoted; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	ck_assert_msg(json_parse(quoted, strlen(quoted), &record, &err), "%s", err_text(&err));
	if (!json_get(record, "eventTime"))
		json_set_str(record, "eventTime", RECORD_TIME);
	json_append(records, record);
}

static struct json *find_event(struct json *records, const char *name)
{
	for (struct json *item = json_first_mut(records); item; item = json_next_mut(item))
		if (str_eq(json_get_str(item, "eventName"), name))
			return item;
	ck_abort_msg("no %s", name);
}

/* Plays the log of a network and one record; what is told about it. */
static struct told told_of(const char *record)
{
	_cleanup_(json_freep) struct json *records = load("network");
	struct told told = {0};
	struct cloudtrail cloudtrail;

	append(records, record);
	cloudtrail = play(records, &told);
	ck_assert_uint_eq(cloudtrail.count[CLOUDTRAIL_SAME], 11);
	return told;
}

START_TEST(a_log_in_no_order_is_answered_as_aws_did)
{
	_cleanup_(json_freep) struct json *records = load("network");
	_cleanup_(json_freep) struct json *more = load("balancing");
	struct told told = {0};
	struct cloudtrail cloudtrail;

	json_foreach (record, more)
		json_append(records, json_copy(record));
	cloudtrail = play(records, &told);
	ck_assert_msg(cloudtrail.count[CLOUDTRAIL_SAME] == 19, "%s: %s | %s", told.call,
		      told.expected, told.found);
	ck_assert_uint_eq(cloudtrail.count[CLOUDTRAIL_DIFFERENT], 0);
}
END_TEST

START_TEST(an_element_that_is_not_the_same_is_told_with_both_values)
{
	_cleanup_(json_freep) struct json *records = load("network");
	struct json *subnet = json_get_mut(
		json_get_mut(find_event(records, "CreateSubnet"), "responseElements"), "subnet");
	struct told told = {0};
	struct cloudtrail cloudtrail;

	json_set_int(subnet, "availableIpAddressCount", 4096);
	cloudtrail = play(records, &told);
	ck_assert_uint_eq(cloudtrail.count[CLOUDTRAIL_DIFFERENT], 1);
	ck_assert_str_eq(told.call, "ec2:CreateSubnet");
	ck_assert_str_eq(told.expected, "Subnet.AvailableIpAddressCount 4096");
	ck_assert_str_eq(told.found, "Subnet.AvailableIpAddressCount 4091");
	told_done(&told);
}
END_TEST

START_TEST(another_text_of_the_same_refusal_is_a_difference)
{
	_cleanup_(json_freep) struct json *records = load("network");
	struct told told = {0};
	struct cloudtrail cloudtrail;

	json_set_str(find_event(records, "DeleteVpc"), "errorMessage", "No.");
	cloudtrail = play(records, &told);
	ck_assert_uint_eq(cloudtrail.count[CLOUDTRAIL_DIFFERENT], 1);
	ck_assert_str_eq(told.expected, "Client.DependencyViolation: No.");
	ck_assert_ptr_nonnull(strstr(told.found, "DependencyViolation: The vpc 'vpc-"));
	told_done(&told);
}
END_TEST

START_TEST(what_only_one_of_both_refuses_is_a_difference)
{
	struct told told = told_of("{'eventSource':'ec2.amazonaws.com','eventName':'CreateVpc',"
				   "'requestParameters':{'cidrBlock':'10.0.0.0/8'},"
				   "'responseElements':{}}");

	ck_assert_int_eq(told.verdict, CLOUDTRAIL_DIFFERENT);
	ck_assert_str_eq(told.expected, "OK");
	ck_assert_ptr_nonnull(strstr(told.found, "InvalidVpc.Range"));
	told_done(&told);
	told = told_of("{'eventSource':'ec2.amazonaws.com','eventName':'CreateVpc',"
		       "'errorCode':'Client.VpcLimitExceeded',"
		       "'requestParameters':{'cidrBlock':'10.7.0.0/16'}}");
	ck_assert_int_eq(told.verdict, CLOUDTRAIL_DIFFERENT);
	ck_assert_str_eq(told.expected, "Client.VpcLimitExceeded");
	ck_assert_str_eq(told.found, "OK");
	told_done(&told);
}
END_TEST

START_TEST(what_the_emulator_does_not_have_is_counted)
{
	struct told told = told_of("{'eventSource':'quantum.amazonaws.com','eventName':'Leap'}");

	ck_assert_int_eq(told.verdict, CLOUDTRAIL_UNKNOWN);
	ck_assert_str_eq(told.call, "quantum:Leap");
	ck_assert_str_eq(told.found, "this program has no such service");
	told_done(&told);
	told = told_of("{'eventSource':'ec2.amazonaws.com','eventName':'CreateFpgaImage'}");
	ck_assert_int_eq(told.verdict, CLOUDTRAIL_UNKNOWN);
	ck_assert_str_eq(told.found, "this program does not have the operation");
	told_done(&told);
	told = told_of("{'eventSource':'ec2.amazonaws.com','eventName':'CreateVpc',"
		       "'requestParameters':{'colour':'blue'}}");
	ck_assert_int_eq(told.verdict, CLOUDTRAIL_UNKNOWN);
	ck_assert_str_eq(told.found, "the operation has no parameter \"colour\"");
	told_done(&told);
}
END_TEST

START_TEST(things_older_than_the_log_are_no_difference)
{
	struct told told = told_of("{'eventSource':'ec2.amazonaws.com','eventName':'DeleteSubnet',"
				   "'requestParameters':{'subnetId':'subnet-0123456789abcdef0'},"
				   "'responseElements':{'_return':true}}");

	ck_assert_int_eq(told.verdict, CLOUDTRAIL_BEFORE);
	ck_assert_str_eq(told.found, "subnet-0123456789abcdef0 was there before the log begins");
	told_done(&told);
}
END_TEST

START_TEST(what_policies_and_load_refused_is_not_asked)
{
	struct told told = told_of("{'eventSource':'ec2.amazonaws.com','eventName':'CreateVpc',"
				   "'errorCode':'Client.UnauthorizedOperation',"
				   "'requestParameters':{'cidrBlock':'10.7.0.0/16'}}");

	ck_assert_int_eq(told.verdict, CLOUDTRAIL_UNTOLD);
	told_done(&told);
	told = told_of("{'eventSource':'ec2.amazonaws.com','eventName':'BidEvicted',"
		       "'eventType':'AwsServiceEvent'}");
	ck_assert_int_eq(told.verdict, CLOUDTRAIL_UNTOLD);
	ck_assert_str_eq(told.found, "it is no call of an API");
	told_done(&told);
}
END_TEST

START_TEST(time_passes_as_it_did_in_the_log)
{
	_cleanup_(json_freep) struct json *records = load("network");
	struct json *again = json_copy(find_event(records, "CreateNatGateway"));
	struct json *answer = json_get_mut(again, "responseElements");
	struct told told = {0};
	struct cloudtrail cloudtrail;

	/* the same token ten minutes later: the gateway of then, which has become available */
	json_set_str(again, "eventTime", "2026-03-02T09:10:00Z");
	answer = json_get_mut(answer, "CreateNatGatewayResponse");
	json_set_str(json_get_mut(answer, "natGateway"), "state", "available");
	json_append(records, again);
	cloudtrail = play(records, &told);
	ck_assert_msg(cloudtrail.count[CLOUDTRAIL_SAME] == 12, "%s: %s | %s", told.call,
		      told.expected, told.found);
}
END_TEST

START_TEST(addresses_of_a_vpc_are_those_of_the_emulators_block)
{
	_cleanup_(json_freep) struct json *records = json_new_array();
	struct told told = {0};
	struct cloudtrail cloudtrail;

	append(records, "{'eventTime':'2026-03-02T09:00:00Z','eventSource':'ec2.amazonaws.com',"
			"'eventName':'CreateVpc','awsRegion':'eu-west-1','requestParameters':"
			"{'cidrBlock':'10.1.0.0/16','amazonProvidedIpv6CidrBlock':true},"
			"'responseElements':{'vpc':{'vpcId':'vpc-0aaaaaaaaaaaaaaa1'}}}");
	append(records,
	       "{'eventTime':'2026-03-02T09:01:00Z','eventSource':'ec2.amazonaws.com',"
	       "'eventName':'CreateSubnet','awsRegion':'eu-west-1','requestParameters':"
	       "{'vpcId':'vpc-0aaaaaaaaaaaaaaa1','cidrBlock':'10.1.0.0/24',"
	       "'ipv6CidrBlock':'2600:1f18:aa:bb07::/64'},'responseElements':{'subnet':{"
	       "'subnetId':'subnet-0bbbbbbbbbbbbbbb1','ipv6CidrBlockAssociationSet':{'items':[{"
	       "'ipv6CidrBlock':'2600:1f18:aa:bb07::/64'}]}}}}");
	/* one that is not the VPC's is refused by both */
	append(records, "{'eventTime':'2026-03-02T09:01:01Z','eventSource':'ec2.amazonaws.com',"
			"'eventName':'CreateSubnet','awsRegion':'eu-west-1',"
			"'errorCode':'Client.InvalidSubnet.Range','requestParameters':"
			"{'vpcId':'vpc-0aaaaaaaaaaaaaaa1','cidrBlock':'10.1.1.0/24',"
			"'ipv6CidrBlock':'2600:1f18:aa:cc07::/64'}}");
	cloudtrail = play(records, &told);
	ck_assert_msg(cloudtrail.count[CLOUDTRAIL_SAME] == 3, "%s: %s | %s", told.call,
		      told.expected, told.found);
}
END_TEST

START_TEST(a_packed_log_is_read_like_a_plain_one)
{
	const char text[] = "{\"Records\":[{\"eventName\":\"A\",\"eventSource\":\"b\","
			    "\"eventTime\":\"" RECORD_TIME "\"}]}";
	_cleanup_(json_freep) struct json *records = json_new_array();
	char folder[] = "/tmp/skyrig-test-XXXXXX";
	_cleanup_(freep) char *path = NULL;
	struct err err = ERR_INIT;
	gzFile file;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	path = xasprintf("%s/log.json.gz", folder);
	file = gzopen(path, "wbe");
	ck_assert_int_gt(gzwrite(file, text, sizeof(text) - 1), 0);
	ck_assert_int_eq(gzclose(file), Z_OK);
	ck_assert_msg(cloudtrail_load(path, records, &err), "%s", err_text(&err));
	ck_assert_uint_eq(json_size(records), 1);
	ck_assert_int_eq(truncate(path, 20), 0); /* and a damaged one is refused */
	ck_assert(!cloudtrail_load(path, records, &err));
	ck_assert_ptr_nonnull(strstr(err_text(&err), "damaged"));
	err_done(&err);
	remove_tree(folder);
}
END_TEST

static void assert_no_log(const char *text, const char *says)
{
	_cleanup_(json_freep) struct json *records = json_new_array();
	char path[] = "/tmp/skyrig-test-XXXXXX";
	int fd = mkstemp(path);
	struct err err = ERR_INIT;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	ck_assert(!cloudtrail_load(path, records, &err));
	ck_assert_msg(strstr(err_text(&err), says) != NULL, "%s", err_text(&err));
	ck_assert_uint_eq(json_size(records), 0);
	err_done(&err);
	unlink(path);
}

START_TEST(what_is_no_log_is_refused)
{
	struct err err = ERR_INIT;

	assert_no_log("{\"Vpcs\":[]}", "no CloudTrail log: it has no \"Records\"");
	assert_no_log("{\"Records\":[{\"eventName\":\"A\"}]}",
		      "record 1 lacks eventName, eventSource or eventTime");
	assert_no_log("{", "line 1");
	ck_assert(!cloudtrail_load("/nonexistent/log.json", NULL, &err));
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	err_done(&err);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_log_in_no_order_is_answered_as_aws_did,
		an_element_that_is_not_the_same_is_told_with_both_values,
		another_text_of_the_same_refusal_is_a_difference,
		what_only_one_of_both_refuses_is_a_difference,
		what_the_emulator_does_not_have_is_counted,
		things_older_than_the_log_are_no_difference,
		what_policies_and_load_refused_is_not_asked,
		time_passes_as_it_did_in_the_log,
		addresses_of_a_vpc_are_those_of_the_emulators_block,
		a_packed_log_is_read_like_a_plain_one,
		what_is_no_log_is_refused,
		NULL,
	};

	return suite_main("cloudtrail", tests);
}
