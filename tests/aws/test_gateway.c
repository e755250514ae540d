/* The façade behind a listener: delays park, lost answers close, bodies have a limit, the reset. */
#include "tests/aws/run.h"

#include "emulator/aws/aws.h"
#include "emulator/base/clock.h"
#include "tests/http/wire.h"
#include "tests/lib/world.h"

#define DELAY_MS 30

static struct world *world;
static struct loop *loop;
static struct aws *aws;
static struct http_server *server;
static struct wire wire, other;

static void setup(void)
{
	struct http_options options = {.body_max_bytes = 1000,
				       .listen_fd = -1,
				       .serve = aws_serve,
				       .too_large = aws_serve_too_large};
	struct err err = ERR_INIT;

	world = test_world(PROFILE_INSTANT);
	actor_add(world, &(struct actor){.name = "operator", .account = AWS_ACCOUNT});
	ck_assert(loop_new(&loop, &err));
	aws = aws_new(world);
	aws_attach(aws, loop);
	options.userdata = aws;
	ck_assert_msg(http_server_new(loop, &options, &server, &err), "%s", err_text(&err));
	wire_open(&wire, loop, http_server_port(server));
	wire_open(&other, loop, http_server_port(server));
}

static void teardown(void)
{
	wire_close(&wire);
	wire_close(&other);
	http_server_free(server);
	loop_free(loop);
	aws_free(aws);
	world_free(world);
}

static void post(struct wire *to, const char *form)
{
	_cleanup_(freep) char *request = xasprintf(
		"POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n"
		"X-Amz-Date: 20261123T090000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=testing/"
		"20261123/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=00\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		strlen(form), form);

	wire_send(to, request);
}

static void fault(enum fault_effect effect)
{
	const struct fault_rule rule = {.name = "f",
					.fault = "slow",
					.effect = effect,
					.delay_ms = DELAY_MS,
					.first = 1,
					.chance = 1};

	fault_add(world, &rule);
}

#define CREATE "Action=CreateInstanceProfile&Version=2010-05-08&InstanceProfileName=p"
#define GET    "Action=GetInstanceProfile&Version=2010-05-08&InstanceProfileName=p"

START_TEST(a_delayed_call_waits_while_others_are_served)
{
	int64_t start = clock_monotonic_ms();

	fault(FAULT_DELAY);
	post(&wire, CREATE);
	wire_settle(loop);
	post(&other, GET);
	/* it had not begun: its effect comes with its end */
	ck_assert(strstr(wire_take_reply(&other), "NoSuchEntity"));
	ck_assert(strstr(wire_take_reply(&wire), "CreateInstanceProfileResult"));
	ck_assert_int_ge(clock_monotonic_ms() - start, DELAY_MS);
	post(&other, GET);
	ck_assert(strstr(wire_take_reply(&other), "GetInstanceProfileResult"));
}
END_TEST

START_TEST(a_delayed_call_whose_caller_leaves_never_happens)
{
	fault(FAULT_DELAY);
	post(&wire, CREATE);
	wire_settle(loop);
	wire_close(&wire);
	wire_open(&wire, loop, http_server_port(server));
	for (int64_t end = clock_monotonic_ms() + 2 * DELAY_MS; clock_monotonic_ms() < end;)
		loop_turn(loop, 5);
	post(&other, GET);
	ck_assert(strstr(wire_take_reply(&other), "NoSuchEntity"));
}
END_TEST

START_TEST(a_lost_answer_closes_the_connection)
{
	fault(FAULT_ANSWER_LOST);
	post(&wire, CREATE);
	ck_assert_str_eq(wire_take_rest(&wire), "");
	post(&other, GET);
	ck_assert(strstr(wire_take_reply(&other), "GetInstanceProfileResult"));
}
END_TEST

START_TEST(a_body_over_the_limit_is_refused_in_json)
{
	char body[1100];
	const char *reply;

	memset(body, 'a', sizeof(body) - 1);
	body[sizeof(body) - 1] = '\0';
	post(&wire, body);
	reply = wire_take_reply(&wire);
	ck_assert_msg(strstr(reply, " 413 ") && strstr(reply, "\"RequestEntityTooLargeException\""),
		      "%s", reply);
}
END_TEST

START_TEST(the_reset_removes_what_is_of_aws_and_leaves_the_rest)
{
	static const struct kind kind_service = {.name = "service", .shape = "k8s:v1/Service"};
	const struct call_info cluster = {
		.actor = "operator", .service = "k8s", .operation = "CreateService"};
	struct call *call = call_begin(world, NULL, &cluster);

	world_add(call, (struct doc_spec){
				.kind = &kind_service, .key = "a/b", .body = json_new_object()});
	call_commit(call, 201);
	post(&wire, CREATE);
	ck_assert(strstr(wire_take_reply(&wire), " 200 "));
	wire_send(&wire, "POST /moto-api/reset HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
	ck_assert(strstr(wire_take_reply(&wire), "{\"status\": \"ok\"}"));
	post(&wire, GET);
	ck_assert(strstr(wire_take_reply(&wire), "NoSuchEntity"));
	ck_assert_ptr_nonnull(world_find(world, &kind_service, "a/b"));
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("gateway");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_delayed_call_waits_while_others_are_served);
	tcase_add_test(tcase, a_delayed_call_whose_caller_leaves_never_happens);
	tcase_add_test(tcase, a_lost_answer_closes_the_connection);
	tcase_add_test(tcase, a_body_over_the_limit_is_refused_in_json);
	tcase_add_test(tcase, the_reset_removes_what_is_of_aws_and_leaves_the_rest);
	return run_suite_of(tcase, "gateway");
}
