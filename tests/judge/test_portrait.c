/* emulator/judge/portrait.c */
#include "emulator/judge/portrait.h"

#include "emulator/judge/portrait_inner.h"
#include "tests/lib/cloud.h"
#include "tests/lib/suite.h"

/* A network like any other, with ids of its own and its subnets in this order. */
static struct world *network(const char *digit, bool other_order)
{
	static const char *const zones[] = {"a", "b"};
	struct world *w = test_world(PROFILE_AWS);
	_cleanup_(freep) char *vpc = xasprintf("vpc-0%s23456789abcdef0", digit);
	_cleanup_(freep) char *vpc_body =
		xasprintf("{'VpcId':'%s','CidrBlock':'10.0.0.0/16','State':'available'}", vpc);

	cloud_add(w, CLOUD_INFRA, "vpc", vpc, vpc_body, "{'Name':'net'}");
	for (size_t i = 0; i < array_size(zones); i++) {
		const char *zone = zones[other_order ? 1 - i : i];
		_cleanup_(freep) char *subnet =
			xasprintf("subnet-0%s2345678%sabcdef0", digit, zone);
		_cleanup_(freep) char *body =
			xasprintf("{'SubnetId':'%s','VpcId':'%s','AvailabilityZone':'eu-west-1%s'}",
				  subnet, vpc, zone);
		_cleanup_(freep) char *association =
			xasprintf("rtbassoc-0%s2345678%sabcdef0", digit, zone);
		_cleanup_(freep) char *association_body = xasprintf(
			"{'RouteTableAssociationId':'%s','SubnetId':'%s'}", association, subnet);

		cloud_add(w, CLOUD_INFRA, "subnet", subnet, body, NULL);
		cloud_add(w, CLOUD_INFRA, "route-table-association", association, association_body,
			  NULL);
	}
	return w;
}

static char *portrait_of(struct world *w, const struct snapshot *since)
{
	_cleanup_(snapshot_freep) struct snapshot *nothing = NULL;
	_cleanup_(json_freep) struct json *portrait = NULL;
	struct world *empty = since ? NULL : test_world(PROFILE_AWS);

	if (!since)
		since = nothing = snapshot_take(empty);
	portrait = judge_portrait(w, since);
	world_free(empty);
	return json_to_text(portrait);
}

START_TEST(equal_clouds_give_equal_portraits_whatever_their_ids_and_order)
{
	struct world *one = network("1", false), *other = network("a", true);
	_cleanup_(freep) char *x = portrait_of(one, NULL), *y = portrait_of(other, NULL);

	ck_assert_str_eq(x, y);
	ck_assert_str_eq(x,
			 "{\"route-table-association 1\":{\"SubnetId\":\"subnet 1\"},"
			 "\"route-table-association 2\":{\"SubnetId\":\"subnet 2\"},"
			 "\"subnet 1\":{\"AvailabilityZone\":\"eu-west-1a\",\"VpcId\":\"vpc net\"},"
			 "\"subnet 2\":{\"AvailabilityZone\":\"eu-west-1b\",\"VpcId\":\"vpc net\"},"
			 "\"vpc net\":{\"CidrBlock\":\"10.0.0.0/16\",\"State\":\"available\","
			 "\"tags\":{\"Name\":\"net\"}}}");
	world_free(one);
	world_free(other);
}
END_TEST

START_TEST(what_was_there_before_is_left_out_unless_it_changed_or_went)
{
	struct world *w = network("1", false);
	_cleanup_(snapshot_freep) struct snapshot *before = snapshot_take(w);
	_cleanup_(freep) char *nothing = portrait_of(w, before), *changed = NULL;

	ck_assert_str_eq(nothing, "{}");
	cloud_remove(w, CLOUD_INFRA, "route-table-association", "rtbassoc-012345678aabcdef0");
	cloud_put(w, CLOUD_INFRA, "subnet", "subnet-012345678babcdef0",
		  "{'SubnetId':'subnet-012345678babcdef0','VpcId':'vpc-0123456789abcdef0'}");
	cloud_add(w, CLOUD_INFRA, "internet-gateway", "igw-0123456789abcdef0",
		  "{'Attachments':[{'VpcId':'vpc-0123456789abcdef0'}]}", NULL);
	changed = portrait_of(w, before);
	ck_assert_str_eq(
		changed,
		"{\"internet-gateway\":{\"Attachments\":[{\"VpcId\":\"vpc net from before\"}]},"
		"\"route-table-association\":\"gone\","
		"\"subnet\":{\"VpcId\":\"vpc net from before\"}}");
	world_free(w);
}
END_TEST

/* Two pairs that only refer to each other: no text tells them apart, and yet pairs stay pairs. */
START_TEST(documents_that_nothing_tells_apart_are_numbered_together)
{
	static const char *const ids[] = {"0123456789abcdef0", "0123456789abcdef1"};
	struct world *w = test_world(PROFILE_AWS);
	_cleanup_(freep) char *text = NULL;

	for (size_t i = 0; i < array_size(ids); i++) {
		_cleanup_(freep) char *vpc = xasprintf("vpc-%s", ids[i]);
		_cleanup_(freep) char *gateway = xasprintf("igw-%s", ids[1 - i]);
		_cleanup_(freep) char *body = xasprintf("{'Attachments':[{'VpcId':'%s'}]}", vpc);

		cloud_add(w, CLOUD_INFRA, "vpc", vpc, "{}", NULL);
		cloud_add(w, CLOUD_INFRA, "internet-gateway", gateway, body, NULL);
	}
	text = portrait_of(w, NULL);
	ck_assert_str_eq(text, "{\"internet-gateway 1\":{\"Attachments\":[{\"VpcId\":\"vpc 1\"}]},"
			       "\"internet-gateway 2\":{\"Attachments\":[{\"VpcId\":\"vpc 2\"}]},"
			       "\"vpc 1\":{},\"vpc 2\":{}}");
	world_free(w);
}
END_TEST

START_TEST(the_order_of_a_list_does_not_count)
{
	struct world *w = test_world(PROFILE_AWS);
	_cleanup_(freep) char *text = NULL;

	cloud_add(w, CLOUD_INFRA, "vpc", "vpc-0123456789abcdef0",
		  "{'Set':[{'B':2,'A':'z'},{'A':'y','B':3},1]}", "{'k':'v'}");
	text = portrait_of(w, NULL);
	ck_assert_str_eq(text, "{\"vpc\":{\"Set\":[1,{\"A\":\"y\",\"B\":3},{\"A\":\"z\",\"B\":2}],"
			       "\"tags\":{\"k\":\"v\"}}}");
	world_free(w);
}
END_TEST

static const char *name_of(const char *id, size_t length, const void *userdata)
{
	(void)userdata;
	return length == strlen("vpc-0123456789abcdef0") &&
			       strncmp(id, "vpc-0123456789abcdef0", length) == 0
		       ? "vpc mine"
		       : NULL;
}

START_TEST(texts_lose_what_is_of_one_run_only)
{
	static const char *const rows[][2] = {
		{"vpc-0123456789abcdef0", "vpc mine"},
		{"arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0123456789abcdef0",
		 "arn:aws:ec2:eu-west-1:123456789012:vpc/vpc mine"},
		{"subnet-cidr-assoc-0123456789abcdef0", "subnet-cidr-assoc-*"},
		{"net/k8s-default-echo-0ea066067a/0123456789abcdef", "net/k8s-default-echo-*/*"},
		{"a0123456789abcdef0123456789abcde-123456789.eu-west-1.elb.amazonaws.com",
		 "*-*.eu-west-1.elb.amazonaws.com"},
		{"token-0a1b2c3d4e5f6071", "token-*"},
		{"0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "*"},
		{"2026-11-23T08:27:00.000Z", "TIME"},
		{"AROAQWERTYUIOPASDFGHJ", "*"},
		{"06:01:40:a6:0d:af", "*"},
		{"7b:1f:e7:49:df:69:c2:ae:18:18:d0:b0:34:ce:11:05", "*"},
		{"ip-10-250-0-7.eu-west-1.compute.internal", "ip-*.eu-west-1.compute.internal"},
		{"ec2-52-1-2-3.compute-1.amazonaws.com", "ec2-*.compute-1.amazonaws.com"},
		{"10.250.0.7", "IPV4"},
		{"52.1.2.3/32", "IPV4/32"},
		{"2a05:d018::1", "IPV6"},
		{"2a05:d018:200:ab00::/56", "IPV6/56"},
		{"2a05:d018:200:ab01::/64", "IPV6/64"},
		/* what somebody chose stays */
		{"10.250.0.0/16", "10.250.0.0/16"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"::/0", "::/0"},
		{"64:ff9b::/96", "64:ff9b::/96"},
		{"123456789012", "123456789012"},
		{"shoot--qa--demo-nodes", "shoot--qa--demo-nodes"},
		{"euw1-az3", "euw1-az3"},
		{"Security group for nodes", "Security group for nodes"},
		{"", ""},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *text = portrait_text(rows[i][0], name_of, NULL);

		ck_assert_str_eq(text, rows[i][1]);
	}
}
END_TEST

START_TEST(an_id_is_what_nobody_chose)
{
	ck_assert(portrait_is_id("vpc-0123456789abcdef0"));
	ck_assert(portrait_is_id("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/"
				 "net/a/0123456789abcdef"));
	ck_assert(!portrait_is_id("rtb-0123456789abcdef0/0.0.0.0/0"));
	ck_assert(!portrait_is_id("123456789012/eu-west-1/shoot-key"));
	ck_assert(!portrait_is_id("arn:aws:iam::123456789012:role/nodes"));
	ck_assert(!portrait_is_id("aecho"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		equal_clouds_give_equal_portraits_whatever_their_ids_and_order,
		what_was_there_before_is_left_out_unless_it_changed_or_went,
		documents_that_nothing_tells_apart_are_numbered_together,
		the_order_of_a_list_does_not_count,
		texts_lose_what_is_of_one_run_only,
		an_id_is_what_nobody_chose,
		NULL,
	};

	return suite_main("portrait", tests);
}
