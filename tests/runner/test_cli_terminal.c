/* The program on a terminal: what it draws, and what somebody in front of it may type. */
#include "tests/runner/cli.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* The port of AWS that a kept scenario says how to reach. */
static uint16_t aws_port(const struct terminal *terminal)
{
	static const char name[] = "AWS_ENDPOINT_URL=http://127.0.0.1:";
	const char *at = strstr(strbuf_text(&terminal->text), name);

	ck_assert_ptr_nonnull(at);
	return (uint16_t)strtoul(at + strlen(name), NULL, 10);
}

static bool answers(uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool connected = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;

	close(fd);
	return connected;
}

START_TEST(a_failed_scenario_waits_for_enter_and_the_run_goes_on)
{
	struct terminal terminal;
	uint16_t port;

	write_file("bad.yaml", CLI_BAD);
	write_file("good.yaml", CLI_GOOD);
	start_on_terminal(&terminal, "test $D/bad.yaml $D/good.yaml --pause-on-failure");
	wait_for_screen(&terminal, "FAIL");
	wait_for_screen(&terminal, "is kept as it is until you press Enter");
	wait_for_screen(&terminal, "logs and files: ");
	wait_for_screen(&terminal, "\n");
	port = aws_port(&terminal);
	ck_assert(answers(port));
	ck_assert_ptr_null(strstr(strbuf_text(&terminal.text), "PASS"));
	type(&terminal, "\n");
	wait_for_screen(&terminal, "PASS");
	wait_for_screen(&terminal, "1 passed, 1 failed, 0 skipped");
	ck_assert_int_eq(terminal_ended_with(&terminal), 1);
	ck_assert(!answers(port));
	ck_assert_uint_eq(runs_left(), 0);
	strbuf_done(&terminal.text);
}
END_TEST

START_TEST(what_passes_is_not_paused)
{
	struct terminal terminal;

	write_file("good.yaml", CLI_GOOD);
	start_on_terminal(&terminal, "test $D/good.yaml --pause-on-failure");
	ck_assert_int_eq(terminal_ended_with(&terminal), 0);
	ck_assert_ptr_null(strstr(strbuf_text(&terminal.text), "is kept"));
	strbuf_done(&terminal.text);
}
END_TEST

START_TEST(a_paused_run_can_be_interrupted)
{
	struct terminal terminal;

	write_file("bad.yaml", CLI_BAD);
	write_file("good.yaml", CLI_GOOD);
	start_on_terminal(&terminal, "test $D/bad.yaml $D/good.yaml --pause-on-failure");
	wait_for_screen(&terminal, "until you press Enter");
	type(&terminal, "\3");
	wait_for_screen(&terminal, "0 passed, 1 failed, 0 skipped");
	ck_assert_int_eq(terminal_ended_with(&terminal), 130);
	ck_assert_uint_eq(runs_left(), 0);
	strbuf_done(&terminal.text);
}
END_TEST

START_TEST(a_terminal_that_is_closed_ends_the_run_and_all_it_started)
{
	struct terminal terminal;
	pid_t child;

	write_file("slow.yaml", CLI_SLOW);
	start_on_terminal(&terminal, "test $D/slow.yaml --verbose");
	wait_for_screen(&terminal, "step 1 of 1");
	child = child_of(terminal.pid);
	ck_assert_int_gt(child, 0);
	close(terminal.fd);
	ck_assert_int_eq(ended_with(terminal.pid), 128 + SIGHUP);
	wait_until_gone(child);
	ck_assert_uint_eq(runs_left(), 0);
	strbuf_done(&terminal.text);
}
END_TEST

START_TEST(ctrl_c_twice_means_now)
{
	struct terminal terminal;

	write_file("slow.yaml", CLI_SLOW);
	start_on_terminal(&terminal, "test $D/slow.yaml --verbose");
	wait_for_screen(&terminal, "step 1 of 1");
	type(&terminal, "\3\3");
	ck_assert_int_eq(terminal_ended_with(&terminal), 130);
	ck_assert_uint_eq(runs_left(), 0);
	strbuf_done(&terminal.text);
}
END_TEST

START_TEST(progress_is_drawn_in_place_and_goes_when_it_is_over)
{
	struct terminal terminal;

	write_file("bad.yaml", CLI_BAD);
	start_on_terminal(&terminal, "test $D/bad.yaml");
	wait_for_screen(&terminal, "step 1 of 1");
	wait_for_screen(&terminal, "\033["); /* taken away again */
	wait_for_screen(&terminal, "FAIL");
	ck_assert_int_eq(terminal_ended_with(&terminal), 1);
	ck_assert_ptr_nonnull(strstr(strbuf_text(&terminal.text), "\033[31m"));
	strbuf_done(&terminal.text);
}
END_TEST

START_TEST(nothing_is_drawn_or_coloured_where_it_is_not_wanted)
{
	static const char *const how[] = {"test $D/bad.yaml --plain",
					  "test $D/bad.yaml --no-color --quiet"};

	write_file("bad.yaml", CLI_BAD);
	for (size_t i = 0; i < array_size(how); i++) {
		struct terminal terminal;

		start_on_terminal(&terminal, how[i]);
		ck_assert_int_eq(terminal_ended_with(&terminal), 1);
		ck_assert_msg(!strchr(strbuf_text(&terminal.text), '\033'), "%s:\n%s", how[i],
			      strbuf_text(&terminal.text));
		strbuf_done(&terminal.text);
	}
}
END_TEST

START_TEST(a_dumb_terminal_gets_plain_lines)
{
	struct terminal terminal;

	write_file("bad.yaml", CLI_BAD);
	start_on_dumb_terminal(&terminal, "test $D/bad.yaml");
	ck_assert_int_eq(terminal_ended_with(&terminal), 1);
	ck_assert_ptr_nonnull(strstr(strbuf_text(&terminal.text), "FAIL"));
	ck_assert_ptr_null(strchr(strbuf_text(&terminal.text), '\033'));
	strbuf_done(&terminal.text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_failed_scenario_waits_for_enter_and_the_run_goes_on,
		what_passes_is_not_paused,
		a_paused_run_can_be_interrupted,
		a_terminal_that_is_closed_ends_the_run_and_all_it_started,
		ctrl_c_twice_means_now,
		progress_is_drawn_in_place_and_goes_when_it_is_over,
		nothing_is_drawn_or_coloured_where_it_is_not_wanted,
		a_dumb_terminal_gets_plain_lines,
		NULL,
	};

	return cli_main("cli_terminal", tests);
}
