/* The program as a server, and what asks one. */
#include "tests/runner/cli.h"

#include <signal.h>

#include "emulator/base/json.h"

START_TEST(serve_says_where_it_is_and_ends_cleanly)
{
	_cleanup_(json_freep) struct json *line = NULL;
	_cleanup_(freep) char *text = NULL;
	_cleanup_(freep) char *arguments = NULL;
	pid_t pid = start("serve --profile instant --kubeconfig-out $D/kubeconfig");

	wait_for("out", "\n");
	text = read_file("out");
	ck_assert(json_parse(text, strlen(text) - 1, &line, NULL));
	ck_assert_int_eq(json_get_int(line, "pid", 0), pid);
	ck_assert(str_starts_with(json_get_str(line, "aws"), "http://127.0.0.1:"));
	ck_assert(str_starts_with(json_get_str(line, "kubernetes"), "https://127.0.0.1:"));
	assert_file("kubeconfig", "current-context");
	arguments = xasprintf("leaks %s", json_get_str(line, "aws"));
	assert_run(arguments, 0);
	assert_file("out", "0 leaked");
	free(arguments);
	arguments = xasprintf("serve --aws-port %s", strrchr(json_get_str(line, "aws"), ':') + 1);
	assert_run(arguments, 3);
	assert_file("err", "Address already in use");
	kill(pid, SIGTERM);
	ck_assert_int_eq(ended_with(pid), 0);
	ck_assert_uint_eq(runs_left(), 0);
}
END_TEST

START_TEST(serve_prints_lines_to_source)
{
	pid_t pid = start("serve --env");

	wait_for("out", "export KUBECONFIG=");
	assert_file("out", "export AWS_ENDPOINT_URL=http://127.0.0.1:");
	assert_file("out", "export AWS_ACCESS_KEY_ID=AKIA");
	assert_file("out", "export AWS_REGION=eu-west-1");
	assert_file("out", "export AWS_DEFAULT_REGION=eu-west-1");
	kill(pid, SIGINT);
	ck_assert_int_eq(ended_with(pid), 0);
}
END_TEST

START_TEST(a_broken_fixture_keeps_serve_from_starting)
{
	write_file("calls.yaml", "- { call: \"ec2:CreateVpcs\" }\n");
	assert_run("serve --fixture $D/calls.yaml", 2);
	assert_file("err", "did you mean ec2:CreateVpc?");
}
END_TEST

START_TEST(leaks_of_no_server_end_with_3)
{
	assert_run("leaks http://127.0.0.1:1", 3);
	assert_file("err", "cannot ask http://127.0.0.1:1");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		serve_says_where_it_is_and_ends_cleanly,
		serve_prints_lines_to_source,
		a_broken_fixture_keeps_serve_from_starting,
		leaks_of_no_server_end_with_3,
		NULL,
	};

	return cli_main("cli_serve", tests);
}
