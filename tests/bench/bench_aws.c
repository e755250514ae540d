/*
 * The façade without sockets: what a small call costs with its signature checked, and what long
 * lists cost to build and to encode.
 */
#include <stdio.h>
#include <time.h>

#include "emulator/aws/private.h"
#include "emulator/base/clock.h"
#include "tests/aws/wire.h"

#define SUBNETS	       200
#define LOAD_BALANCERS 400

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void report(const char *what, unsigned count, double seconds)
{
	printf("%-44s %9.0f/s %9.1f us\n", what, count / seconds, seconds / count * 1e6);
}

static void small_call(const char *what, bool known_key)
{
	struct world *world = wire_world(PROFILE_INSTANT);
	struct aws *aws = aws_new(world);
	const char *key = known_key ? "AKIAOPERATOREXAMPLE0" : "testing";
	_cleanup_(freep) char *authorization =
		xasprintf("AWS4-HMAC-SHA256 Credential=%s/20261123/eu-west-1/sts/aws4_request, "
			  "SignedHeaders=content-type;host;x-amz-date, Signature="
			  "b446b54ad54c1c76bd59c14dd3a13abb255f957992bbdba707d31e14071f4875",
			  key);
	const struct header headers[] = {
		{"Host", "127.0.0.1:4566"},
		{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
		{"X-Amz-Date", "20261123T090000Z"},
		{"Authorization", authorization},
		{NULL, NULL},
	};
	unsigned count = 50000;
	double start;

	aws_check_replies(aws, false); /* as a user has it; the worlds of tests do */
	start = now_s();
	for (unsigned i = 0; i < count; i++) {
		struct wire_answer answer = wire_send(
			aws, "POST", "/", headers, "Action=GetCallerIdentity&Version=2011-06-15");

		wire_done(&answer);
	}
	report(what, count, now_s() - start);
	aws_free(aws);
	world_free(world);
}

static struct json *subnet(unsigned i)
{
	struct json *subnet = json_new_object();

	json_setf(subnet, "AvailabilityZoneId", "euw1-az%u", i % 3 + 1);
	json_set_str(subnet, "OwnerId", "123456789012");
	json_set_bool(subnet, "AssignIpv6AddressOnCreation", false);
	json_set(subnet, "Ipv6CidrBlockAssociationSet", json_new_array());
	json_setf(subnet, "SubnetArn", "arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-%017x", i);
	json_set_bool(subnet, "EnableDns64", false);
	json_set_bool(subnet, "Ipv6Native", false);
	json_setf(subnet, "SubnetId", "subnet-%017x", i);
	json_set_str(subnet, "State", "available");
	json_set_str(subnet, "VpcId", "vpc-0123456789abcdef0");
	json_setf(subnet, "CidrBlock", "10.0.%u.0/24", i);
	json_set_int(subnet, "AvailableIpAddressCount", 251);
	json_set_str(subnet, "AvailabilityZone", "eu-west-1a");
	json_set_bool(subnet, "DefaultForAz", false);
	json_set_bool(subnet, "MapPublicIpOnLaunch", false);
	return subnet;
}

static struct json *load_balancer(unsigned i)
{
	struct json *lb = json_new_object(), *state = json_ensure_object(lb, "State");

	json_setf(lb, "LoadBalancerArn",
		  "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/net/n%u/%016x",
		  i, i);
	json_setf(lb, "DNSName", "n%u-0123456789abcdef.elb.eu-west-1.amazonaws.com", i);
	json_set_str(lb, "CanonicalHostedZoneId", "Z2IFOLAFXWLO4F");
	json_set_str(lb, "CreatedTime", "2026-11-23T07:30:00.000Z");
	json_setf(lb, "LoadBalancerName", "n%u", i);
	json_set_str(lb, "Scheme", "internet-facing");
	json_set_str(lb, "VpcId", "vpc-0123456789abcdef0");
	json_set_str(state, "Code", "active");
	json_set_str(lb, "Type", "network");
	for (unsigned zone = 0; zone < 3; zone++) {
		struct json *item = json_new_object();

		json_setf(item, "ZoneName", "eu-west-1%c", 'a' + zone);
		json_setf(item, "SubnetId", "subnet-%017x", zone);
		json_set(item, "LoadBalancerAddresses", json_new_array());
		json_append(json_ensure_array(lb, "AvailabilityZones"), item);
	}
	json_append_str(json_ensure_array(lb, "SecurityGroups"), "sg-0123456789abcdef0");
	json_set_str(lb, "IpAddressType", "dualstack");
	json_set_str(lb, "EnablePrefixForIpv6SourceNat", "off");
	return lb;
}

/* Building the output out of documents that are borrowed member by member, and its XML. */
static void long_list(const char *what, const char *service, const char *operation,
		      const char *result, struct json *(*make)(unsigned i), unsigned size)
{
	const struct aws_service_model *model = aws_model_find(service);
	struct exchange exchange = {.service = model,
				    .operation = aws_model_operation(model, operation),
				    .request_id = "00000000-0000-4000-8000-000000000000"};
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct json **docs = xcalloc(size, sizeof(*docs));
	unsigned count = 2000;
	size_t length = 0;
	double start;

	for (unsigned i = 0; i < size; i++)
		docs[i] = make(i);
	start = now_s();
	for (unsigned i = 0; i < count; i++) {
		struct json *output = json_new_object(), *list = json_ensure_array(output, result);
		struct wire_reply reply;

		for (unsigned j = 0; j < size; j++)
			json_append(list, json_new_borrowing(docs[j]));
		wire_reply_init(&reply, arena);
		protocol_of(model)->encode(&exchange, output, &reply);
		length = reply.body.length;
		wire_reply_done(&reply);
		json_free(output);
		arena_reset(arena);
	}
	report(what, count, now_s() - start);
	printf("%-44s %9zu bytes\n", "", length);
	for (unsigned i = 0; i < size; i++)
		json_free(docs[i]);
	free(docs);
}

int main(void)
{
	small_call("GetCallerIdentity, key not known", false);
	small_call("GetCallerIdentity, signature checked (and wrong)", true);
	long_list("200 subnets built and encoded", "ec2", "DescribeSubnets", "Subnets", subnet,
		  SUBNETS);
	long_list("400 load balancers built and encoded", "elbv2", "DescribeLoadBalancers",
		  "LoadBalancers", load_balancer, LOAD_BALANCERS);
	return 0;
}
