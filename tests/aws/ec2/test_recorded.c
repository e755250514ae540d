/*
 * The requests of real controllers, as they were recorded against another emulator, sent to ours:
 * each must decode, and be answered or refused as it was then, except where the other emulator is
 * known to be wrong. Ids and IPv6 blocks of the record are translated into ours on the way.
 */
#include <stdio.h>

#include "emulator/aws/protocol/form.h"
#include "emulator/aws/protocol/protocol.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"
#include "tests/aws/ec2/ec2_test.h"

#define LINE_MAX_BYTES (1024 * 1024)
#define NAMES_MAX      4096

struct names {
	char *theirs[NAMES_MAX], *ours[NAMES_MAX];
	size_t count;
};

static struct ec2_test test;
static struct names names;

static void setup(void)
{
	ec2_test_init(&test, PROFILE_INSTANT);
}

static void teardown(void)
{
	ec2_test_done(&test);
	for (size_t i = 0; i < names.count; i++) {
		free(names.theirs[i]);
		free(names.ours[i]);
	}
	names.count = 0;
}

/* ---- Translating ---- */

static const char *translate(const char *text)
{
	for (size_t i = 0; i < names.count; i++)
		if (str_eq(names.theirs[i], text))
			return names.ours[i];
	return text;
}

static void learn(const char *theirs, const char *ours)
{
	if (str_eq(theirs, ours) || !str_eq(translate(theirs), theirs))
		return;
	ck_assert_uint_lt(names.count, NAMES_MAX);
	names.theirs[names.count] = xstrdup(theirs);
	names.ours[names.count++] = xstrdup(ours);
}

/* An IPv6 block: all the /64 of a /56 are learnt at once. */
static void learn_block(const char *theirs, const char *ours)
{
	struct cidr a, b, sub_a, sub_b;
	char text_a[CIDR_TEXT_MAX], text_b[CIDR_TEXT_MAX];

	if (!cidr_parse(theirs, &a) || !cidr_parse(ours, &b) || a.prefix != 56 || b.prefix != 56)
		return;
	for (uint64_t i = 0; i < 16; i++) {
		ck_assert(cidr_sub(&a, 64, i, &sub_a) && cidr_sub(&b, 64, i, &sub_b));
		learn(cidr_format(&sub_a, text_a), cidr_format(&sub_b, text_b));
	}
}

static bool is_id(const char *text)
{
	const char *dash = strrchr(text, '-');

	return dash && dash != text && strlen(dash + 1) == 17 &&
	       strspn(dash + 1, "0123456789abcdef") == 17;
}

/* Walks both answers side by side and learns which id stands for which. */
static void compare(const struct xml_node *theirs, const struct xml_node *ours)
{
	if (is_id(theirs->text) && is_id(ours->text))
		learn(theirs->text, ours->text);
	learn_block(theirs->text, ours->text);
	for (const struct xml_node *a = theirs->first; a; a = a->next) {
		size_t nth = 0;

		for (const struct xml_node *p = theirs->first; p != a; p = p->next)
			nth += str_eq(p->name, a->name);
		for (const struct xml_node *b = ours->first; b; b = b->next) {
			if (!str_eq(a->name, b->name))
				continue;
			if (nth-- == 0) {
				compare(a, b);
				break;
			}
		}
	}
}

/* ---- Playing ---- */

/* What the other emulator let pass and AWS refuses, or the other way round. */
static const struct {
	const char *action;
	int theirs;
	const char *code; /* ours; NULL: we answer */
	const char *why;
} known[] = {
	{"DeleteVpcEndpoints", 500, NULL, "has no endpoint type there"},
	{"DescribeInstanceTopology", 500, NULL, "is missing there"},
	{"DescribeAvailabilityZones", 400, NULL, "its zone ids differ"},
	{"DescribeNatGateways", 200, "NatGatewayNotFound",
	 "the instant profile forgets a deleted one at once"},
	{"DescribeDhcpOptions", 400, NULL, "a VPC takes its DHCP options with it there"},
	{"DeleteSecurityGroup", 200, "DependencyViolation",
	 "references between groups are not looked at there"},
};

static bool is_known(const char *action, int theirs, const char *code)
{
	for (size_t i = 0; i < array_size(known); i++)
		if (str_eq(known[i].action, action) && known[i].theirs == theirs &&
		    str_eq(known[i].code, code))
			return true;
	return false;
}

static void add_parameter(struct strbuf *form, const char *key, const char *value)
{
	strbuf_addf(form, "%s%s=", form->length ? "&" : "", key);
	for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
		if ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
		    (*p >= 'A' && *p <= 'Z'))
			strbuf_add_char(form, (char)*p);
		else
			strbuf_addf(form, "%%%02X", *p);
	}
}

static struct json *decode(struct arena *arena, const struct json *record,
			   const struct aws_operation *operation)
{
	const struct exchange exchange = {
		.service = aws_model_find("ec2"),
		.operation = operation,
		.request_id = "r",
		.form = arena_alloc(arena, sizeof(struct form_node)),
	};
	struct wire_request request = {.arena = arena};
	struct err err = ERR_INIT;
	struct json *params = NULL;
	struct strbuf form;

	strbuf_init(&form, LINE_MAX_BYTES);
	json_foreach (parameter, json_get(record, "params"))
		add_parameter(&form, json_key(parameter), translate(json_str(parameter)));
	ck_assert(form_parse(arena, arena_strdup(arena, strbuf_text(&form)), form.length,
			     (struct form_node *)exchange.form, &err));
	strbuf_done(&form);
	if (!protocol_ec2.decode(&exchange, &request, &params, &err))
		ck_abort_msg("%s: %s", operation->name, err_text(&err));
	return params;
}

static void compare_answers(struct arena *arena, const struct json *record,
			    const struct aws_operation *operation, const struct json *output)
{
	const struct exchange exchange = {
		.service = aws_model_find("ec2"), .operation = operation, .request_id = "r"};
	const char *theirs = json_get_str(record, "resp_body");
	struct xml_node *a, *b;
	struct wire_reply reply;

	wire_reply_init(&reply, arena);
	protocol_ec2.encode(&exchange, output, &reply);
	ck_assert(xml_parse(arena, theirs, strlen(theirs), &a, NULL));
	ck_assert(xml_parse(arena, strbuf_text(&reply.body), reply.body.length, &b, NULL));
	compare(a, b);
	wire_reply_done(&reply);
}

static void play(const struct json *record, unsigned line, const char *file)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *action = json_get_str(record, "action");
	const struct aws_operation *operation = aws_model_operation(aws_model_find("ec2"), action);
	int status = (int)json_get_int(record, "status", 0);
	_cleanup_(json_freep) struct json *params = decode(arena, record, operation);
	_cleanup_(json_freep) struct json *output = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	bool ok = aws_invoke(test.aws, "operator", NULL, TEST_REGION, "ec2", action, params, NULL,
			     &output, &err);

	if (ok != (status < 300) && !is_known(action, status, err.wire)) {
		char *text = json_to_text(params);

		ck_abort_msg("%s:%u %s: was %d, ours %s: %s\n%.2000s\n%.1000s", file, line, action,
			     status, ok ? "ok" : err.wire, err_text(&err), text,
			     json_get_str(record, "resp_body"));
	}
	if (ok && status < 300)
		compare_answers(arena, record, operation, output);
}

/* False when there are no records. */
static bool play_file(const char *name)
{
	const char *source = getenv("SKYRIG_SOURCE");
	char *path = xasprintf("%s/../shared/data/recorded/%s", source ? source : ".", name);
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	unsigned number = 0;

	free(path);
	if (!file)
		return false;
	while ((length = getline(&line, &room, file)) > 0) {
		struct err err = ERR_INIT;
		struct json *record;

		number++;
		ck_assert_msg(json_parse(line, (size_t)length, &record, &err), "%s:%u: %s", name,
			      number, err_text(&err));
		if (str_eq(json_find_str(record, "params", "Version", NULL), "2016-11-15"))
			play(record, number, name);
		json_free(record);
	}
	free(line);
	fclose(file);
	return true;
}

static void play_files(const char *const *files)
{
	for (; *files; files++)
		if (!play_file(*files)) {
			printf("# SKIPPED: no ../shared\n");
			return;
		}
}

START_TEST(the_infrastructure_controller_builds_its_network)
{
	static const char *const files[] = {"v72-new-create-aws.jsonl", NULL};

	play_files(files);
}
END_TEST

START_TEST(the_infrastructure_controller_migrates_and_deletes)
{
	static const char *const files[] = {"v73-infra-mig1-aws.jsonl", "v73-infra-mig2-aws.jsonl",
					    "v73-infra-migdel-aws.jsonl", NULL};

	play_files(files);
}
END_TEST

/* The BYO VPC of the record, as its operator had made it. */
static void make_vpc(const char *vpc, const char *igw)
{
	json_free(ec2_ok_fixed(&test, vpc, "CreateVpc", "{'CidrBlock': '10.250.0.0/16'}"));
	json_free(ec2_ok(&test, "ModifyVpcAttribute",
			 "{'VpcId': '%s', 'EnableDnsHostnames': {'Value': true}}", vpc));
	json_free(ec2_ok_fixed(&test, igw, "CreateInternetGateway", "{}"));
	json_free(ec2_ok(&test, "AttachInternetGateway",
			 "{'VpcId': '%s', 'InternetGatewayId': '%s'}", vpc, igw));
}

START_TEST(the_infrastructure_controller_recovers_in_an_existing_vpc)
{
	static const char *const refused[] = {"v72-byo-refused-aws.jsonl", NULL};
	static const char *const later[] = {"v72-byo-recover-aws.jsonl", "v72-byo-delete-aws.jsonl",
					    NULL};

	make_vpc("vpc-80ec8e6647a2687b8", "igw-8878b42277da5b477");
	json_free(ec2_ok_fixed(
		&test, "nat-c0917dc88b046f635", "CreateNatGateway",
		"{'SubnetId': '%s', 'ConnectivityType': 'private'}",
		json_get_str(world_next(test.world, &kind_subnet, NULL)->body, "SubnetId")));
	play_files(refused);
	json_free(ec2_ok(&test, "AssociateVpcCidrBlock",
			 "{'VpcId': 'vpc-80ec8e6647a2687b8',"
			 " 'AmazonProvidedIpv6CidrBlock': true}"));
	play_files(later);
}
END_TEST

#define NODES "sg-4e1f5573924a5f657"

/* The Shoot's network of the load balancer controller's records. */
static void make_shoot(void)
{
	static const char *const subnets[] = {"subnet-68ad1b6a5edfca41c",
					      "subnet-f6e3dff6bc881492a"};
	const char *vpc = "vpc-8e49ecd44b0f4ec04";

	make_vpc(vpc, "igw-0000000000000aaaa");
	for (unsigned i = 0; i < array_size(subnets); i++)
		json_free(ec2_ok_fixed(&test, subnets[i], "CreateSubnet",
				       "{'VpcId': '%s', 'CidrBlock': '10.250.%u.0/24',"
				       " 'AvailabilityZone': 'eu-west-1%c', 'TagSpecifications':"
				       " [{'ResourceType': 'subnet', 'Tags': [{'Key':"
				       " 'kubernetes.io/role/elb', 'Value': '1'}]}]}",
				       vpc, i, 'a' + (int)i));
	json_free(ec2_ok_fixed(&test, NODES, "CreateSecurityGroup",
			       "{'VpcId': '%s', 'GroupName': 'nodes', 'Description': 'nodes',"
			       " 'TagSpecifications': [{'ResourceType': 'security-group', 'Tags':"
			       " [{'Key': 'kubernetes.io/cluster/shoot--foo--bar',"
			       " 'Value': '1'}]}]}",
			       vpc));
}

static void run_instance(const char *id)
{
	char *image =
		ec2_get_text(&test, "DescribeImages", "Images.0.ImageId", "{'Owners': ['amazon']}");

	json_free(ec2_ok_fixed(&test, id, "RunInstances",
			       "{'ImageId': '%s', 'MinCount': 1, 'MaxCount': 1,"
			       " 'InstanceType': 'm5.large', 'SubnetId':"
			       " 'subnet-68ad1b6a5edfca41c', 'SecurityGroupIds': ['" NODES "']}",
			       image));
	free(image);
}

START_TEST(the_load_balancer_controller_makes_and_removes_its_groups)
{
	static const char *const files[] = {"v33-s1-create-aws.jsonl", "v33-s1-delete-aws.jsonl",
					    NULL};

	make_shoot();
	run_instance("i-2ed4b7f237a67f138");
	run_instance("i-91c55ddafd3c980df");
	play_files(files);
	ck_assert_uint_eq(world_lookup_count(test.world, &kind_security_group, "vpc",
					     "vpc-8e49ecd44b0f4ec04"),
			  2);
}
END_TEST

/* What the other emulator hid: after a restart the rule in the nodes' group stays, and so the
 * backend group cannot go (contracts: corrections, row 5). */
START_TEST(a_restarted_load_balancer_controller_leaves_a_rule_behind)
{
	static const char *const files[] = {"v33-rst-create-aws.jsonl", "v33-rst-restart-aws.jsonl",
					    "v33-rst-delete-aws.jsonl", NULL};

	make_shoot();
	run_instance("i-2ed4b7f237a67f138");
	run_instance("i-91c55ddafd3c980df");
	if (!play_file(files[0])) {
		printf("# SKIPPED: no ../shared\n");
		return;
	}
	play_files(files + 1);
	ck_assert_uint_eq(world_lookup_count(test.world, &kind_security_group_rule, "group", NODES),
			  2); /* all out, and what is left in */
	ck_assert_uint_eq(world_lookup_count(test.world, &kind_security_group, "vpc",
					     "vpc-8e49ecd44b0f4ec04"),
			  3);
}
END_TEST

START_TEST(the_cloud_controller_manager_looks_around_and_makes_a_group)
{
	static const char *const files[] = {"v33-c1-create-aws2.jsonl",
					    "v35-n1-node-join-aws2.jsonl", NULL};

	make_shoot();
	run_instance("i-9895eba6fd6698b6a");
	play_files(files);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_infrastructure_controller_builds_its_network,
		the_infrastructure_controller_migrates_and_deletes,
		the_infrastructure_controller_recovers_in_an_existing_vpc,
		the_load_balancer_controller_makes_and_removes_its_groups,
		a_restarted_load_balancer_controller_leaves_a_rule_behind,
		the_cloud_controller_manager_looks_around_and_makes_a_group,
		NULL,
	};

	return ec2_suite("ec2_recorded", setup, teardown, tests);
}
