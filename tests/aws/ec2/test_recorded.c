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

		ck_abort_msg("%s:%u %s: was %d, ours %s: %s\n%s\n%s", file, line, action, status,
			     ok ? "ok" : err.wire, err_text(&err), text,
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

int main(void)
{
	Suite *suite = suite_create("ec2_recorded");
	TCase *tcase = tcase_create("ec2_recorded");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, the_infrastructure_controller_builds_its_network);
	tcase_add_test(tcase, the_infrastructure_controller_migrates_and_deletes);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
