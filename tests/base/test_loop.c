/* emulator/base/loop.c */
#include "emulator/base/loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "emulator/base/clock.h"
#include "tests/lib/suite.h"

/* What callbacks note down. */
struct notes {
	struct loop *loop;
	char order[32];
	unsigned count;
	struct loop_source *other;
	uint32_t events;
	int status, read_end, write_end;
};

static struct loop *new_loop(void)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct loop *loop;

	ck_assert_msg(loop_new(&loop, &err), "%s", err_text(&err));
	return loop;
}

static struct notes notes_with_pipe(struct loop *loop)
{
	struct notes notes = {.loop = loop};
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	notes.read_end = fds[0];
	notes.write_end = fds[1];
	return notes;
}

static void close_pipe(const struct notes *notes)
{
	close(notes->read_end);
	close(notes->write_end);
}

static void count_event(int fd _unused_, uint32_t events, void *userdata)
{
	struct notes *notes = userdata;

	notes->count++;
	notes->events = events;
}

static void count_timer(void *userdata)
{
	((struct notes *)userdata)->count++;
}

START_TEST(a_descriptor_is_served_while_it_is_ready)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes notes = notes_with_pipe(loop);
	struct loop_source *source;

	source = loop_add_fd(loop, notes.read_end, EPOLLIN, count_event, &notes);
	loop_turn(loop, 0);
	ck_assert_uint_eq(notes.count, 0);
	ck_assert_int_eq(write(notes.write_end, "x", 1), 1);
	loop_turn(loop, -1);
	loop_turn(loop, -1); /* level-triggered */
	ck_assert_uint_eq(notes.count, 2);
	ck_assert_uint_eq(notes.events, EPOLLIN);
	loop_change_fd(source, 0);
	loop_turn(loop, 0);
	ck_assert_uint_eq(notes.count, 2);
	loop_change_fd(source, EPOLLIN);
	loop_turn(loop, 0);
	ck_assert_uint_eq(notes.count, 3);
	loop_remove(source);
	loop_turn(loop, 0);
	ck_assert_uint_eq(notes.count, 3);
	close_pipe(&notes);
}
END_TEST

static void remove_other(int fd _unused_, uint32_t events _unused_, void *userdata)
{
	struct notes *notes = userdata;

	notes->count++;
	loop_remove(steal(notes->other));
}

START_TEST(a_source_removed_in_a_turn_is_not_called_in_it)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes a = notes_with_pipe(loop), b = notes_with_pipe(loop);
	struct loop_source *first, *second;

	first = loop_add_fd(loop, a.read_end, EPOLLIN, remove_other, &a);
	second = loop_add_fd(loop, b.read_end, EPOLLIN, remove_other, &b);
	a.other = second;
	b.other = first;
	ck_assert_int_eq(write(a.write_end, "x", 1), 1);
	ck_assert_int_eq(write(b.write_end, "x", 1), 1);
	loop_turn(loop, -1);
	ck_assert_uint_eq(a.count + b.count, 1);
	loop_turn(loop, 0);
	ck_assert_uint_eq(a.count + b.count, 2); /* whoever is left */
	close_pipe(&a);
	close_pipe(&b);
}
END_TEST

struct letter {
	struct notes *notes;
	char letter;
};

static void note_letter(void *userdata)
{
	struct letter *letter = userdata;

	letter->notes->order[letter->notes->count++] = letter->letter;
}

START_TEST(timers_come_in_the_order_they_are_due_then_added)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes notes = {.loop = loop};
	struct letter letters[] = {
		{&notes, 'd'}, {&notes, 'a'}, {&notes, 'c'}, {&notes, 'b'}, {&notes, 'x'}};
	static const int64_t after[] = {12, 0, 6, 0, 3};
	struct loop_source *removed = NULL;

	for (size_t i = 0; i < array_size(letters); i++)
		removed = loop_add_timer(loop, after[i], note_letter, &letters[i]);
	loop_remove(removed);
	while (notes.count < 4)
		loop_turn(loop, -1);
	ck_assert_str_eq(notes.order, "abcd");
}
END_TEST

START_TEST(a_timer_never_comes_early)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes notes = {.loop = loop};

	for (unsigned i = 1; i <= 5; i++) {
		int64_t start = clock_monotonic_ms();

		loop_add_timer(loop, 3, count_timer, &notes);
		while (notes.count < i)
			loop_turn(loop, -1);
		ck_assert_int_ge(clock_monotonic_ms() - start, 3);
	}
}
END_TEST

static void renew(void *userdata)
{
	struct notes *notes = userdata;

	notes->count++;
	loop_add_timer(notes->loop, 0, renew, notes);
}

START_TEST(a_timer_that_renews_itself_does_not_hold_the_turn)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes notes = {.loop = loop};

	loop_add_timer(loop, 0, renew, &notes);
	loop_turn(loop, -1);
	ck_assert_uint_eq(notes.count, 1);
	loop_turn(loop, -1);
	ck_assert_uint_eq(notes.count, 2);
}
END_TEST

START_TEST(a_thousand_timers_added_and_removed_at_random_stay_in_order)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes notes = {.loop = loop};
	struct loop_source *timers[1000];
	uint32_t random = 1;
	unsigned kept = 0;

	for (size_t i = 0; i < array_size(timers); i++) {
		random = random * 1664525 + 1013904223;
		timers[i] = loop_add_timer(loop, random >> 27, count_timer, &notes);
	}
	for (size_t i = 0; i < array_size(timers); i++) {
		random = random * 1664525 + 1013904223;
		if (random >> 31)
			loop_remove(timers[i]);
		else
			kept++;
	}
	while (notes.count < kept)
		loop_turn(loop, -1);
	loop_turn(loop, 5);
	ck_assert_uint_eq(notes.count, kept);
}
END_TEST

static void child_ended(pid_t pid, int status, void *userdata)
{
	struct notes *notes = userdata;

	ck_assert_int_gt(pid, 0);
	notes->count++;
	notes->status = status;
	loop_stop(notes->loop);
}

START_TEST(a_child_is_reaped_with_its_status)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct notes notes = {.loop = loop};
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	ck_assert_int_gt(pid, 0);
	ck_assert(loop_add_child(loop, pid, child_ended, &notes, NULL, &err));
	loop_run(loop);
	ck_assert_uint_eq(notes.count, 1);
	ck_assert(WIFEXITED(notes.status));
	ck_assert_int_eq(WEXITSTATUS(notes.status), 7);
	ck_assert_int_eq(waitpid(pid, NULL, WNOHANG), -1);
}
END_TEST

START_TEST(a_process_that_does_not_exist_is_refused)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct loop_source *source = NULL;
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	ck_assert(!loop_add_child(loop, pid, child_ended, NULL, &source, &err));
	ck_assert_int_eq(err.code, ERR_IO);
	ck_assert_ptr_null(source);
}
END_TEST

static void signal_came(int signal, void *userdata)
{
	struct notes *notes = userdata;

	ck_assert_int_eq(signal, SIGUSR1);
	notes->count++;
	loop_stop(notes->loop);
}

/* A process that writes a byte each time it gets one, until its end is closed. */
static pid_t start_echo(int socket, int other_end)
{
	pid_t pid = fork();
	char byte;

	ck_assert_int_ge(pid, 0);
	if (pid)
		return pid;
	close(other_end);
	while (read(socket, &byte, 1) == 1)
		if (write(socket, &byte, 1) != 1)
			break;
	_exit(0);
}

static void echo_came(int fd, uint32_t events _unused_, void *userdata)
{
	struct notes *notes = userdata;
	char byte;

	ck_assert_int_eq(read(fd, &byte, 1), 1);
	if (++notes->count < (unsigned)notes->status)
		ck_assert_int_eq(write(fd, &byte, 1), 1);
}

/* Waits as short as the echo's are begun without sleep; the one behind them must sleep. */
START_TEST(after_many_short_waits_a_long_one_sleeps_and_ends_in_time)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes notes = {.loop = loop, .status = 1000};
	int fds[2];
	pid_t pid;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	pid = start_echo(fds[1], fds[0]);
	close(fds[1]);
	loop_add_fd(loop, fds[0], EPOLLIN, echo_came, &notes);
	ck_assert_int_eq(write(fds[0], "x", 1), 1);
	while (notes.count < 1000)
		loop_turn(loop, -1);
	for (int i = 0; i < 5; i++) {
		int64_t start = clock_monotonic_ms();
		clock_t used = clock();

		loop_turn(loop, 100);
		ck_assert_int_ge(clock_monotonic_ms() - start, 99);
		ck_assert_int_lt(clock() - used, CLOCKS_PER_SEC / 20);
	}
	ck_assert_uint_eq(notes.count, 1000);
	close(fds[0]);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

START_TEST(a_signal_is_served_in_the_loop)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct notes notes = {.loop = loop};

	ck_assert(loop_add_signal(loop, SIGUSR1, signal_came, &notes, &err));
	ck_assert_int_eq(raise(SIGUSR1), 0);
	ck_assert_uint_eq(notes.count, 0);
	loop_run(loop);
	ck_assert_uint_eq(notes.count, 1);
	ck_assert(!loop_add_signal(loop, 4711, signal_came, &notes, &err));
	ck_assert_int_eq(err.code, ERR_IO);
}
END_TEST

static int64_t prepare_once(void *userdata)
{
	struct notes *notes = userdata;

	notes->count++;
	loop_remove(steal(notes->other));
	return 0;
}

static int64_t prepare_never(void *userdata)
{
	((struct notes *)userdata)->count++;
	return INT64_MAX;
}

START_TEST(prepare_is_asked_before_each_wait_and_can_remove_itself)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes self = {.loop = loop}, always = {.loop = loop};

	self.other = loop_add_prepare(loop, prepare_once, &self);
	loop_add_prepare(loop, prepare_never, &always);
	loop_turn(loop, -1); /* the first one's 0 keeps it from waiting for ever */
	loop_turn(loop, 0);
	ck_assert_uint_eq(self.count, 1);
	ck_assert_uint_eq(always.count, 2);
}
END_TEST

static void stop_from_timer(void *userdata)
{
	loop_stop(userdata);
}

static void turn_within(void *userdata)
{
	struct notes *notes = userdata;

	loop_remove(steal(notes->other));
	loop_turn(notes->loop, 0);
	notes->count++;
}

START_TEST(a_callback_may_run_a_turn_of_its_own)
{
	_cleanup_(loop_freep) struct loop *loop = new_loop();
	struct notes notes = {.loop = loop};

	loop_add_timer(loop, 0, turn_within, &notes);
	notes.other = loop_add_timer(loop, 0, count_timer, &notes);
	loop_add_timer(loop, 1, stop_from_timer, loop);
	loop_run(loop);
	ck_assert_uint_eq(notes.count, 1);
}
END_TEST

START_TEST(freeing_the_loop_frees_what_is_left_in_it)
{
	struct loop *loop = new_loop();
	struct notes notes = notes_with_pipe(loop);

	loop_add_fd(loop, notes.read_end, EPOLLIN, count_event, &notes);
	loop_add_timer(loop, 0, count_timer, &notes);
	loop_add_prepare(loop, prepare_never, &notes);
	loop_free(loop);
	loop_free(NULL);
	loop_remove(NULL);
	ck_assert_uint_eq(notes.count, 0);
	close_pipe(&notes);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		a_descriptor_is_served_while_it_is_ready,
		a_source_removed_in_a_turn_is_not_called_in_it,
		timers_come_in_the_order_they_are_due_then_added,
		a_timer_never_comes_early,
		a_timer_that_renews_itself_does_not_hold_the_turn,
		a_thousand_timers_added_and_removed_at_random_stay_in_order,
		a_child_is_reaped_with_its_status,
		a_process_that_does_not_exist_is_refused,
		after_many_short_waits_a_long_one_sleeps_and_ends_in_time,
		a_signal_is_served_in_the_loop,
		prepare_is_asked_before_each_wait_and_can_remove_itself,
		a_callback_may_run_a_turn_of_its_own,
		freeing_the_loop_frees_what_is_left_in_it,
		NULL,
	};

	return suite_main("loop", tests);
}
