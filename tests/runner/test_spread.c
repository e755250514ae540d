/* runner/jobs/spread.c */
#include "runner/jobs/spread.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lib/suite.h"
#include "tests/runner/cli.h"

#define PIECES	   40
#define LARGE	   300000   /* bytes: more than a socket takes at once */
#define TOO_LARGE  70000000 /* bytes: more than may be told of a piece */
#define TURNS	   3000	    /* of 10 ms */
#define KILLED	   7
#define GIVES_UP   12
#define TELLS_MUCH 20

/* What was told, in the order in which it was. */
struct told {
	pid_t pid; /* of the process that wants to be told */
	size_t count;
	struct strbuf text;
};

static void told_init(struct told *told)
{
	*told = (struct told){.pid = getpid()};
	strbuf_init(&told->text, (size_t)PIECES * LARGE * 2);
}

static void done(size_t piece, const char *text, size_t length, const char *death, void *userdata)
{
	struct told *told = userdata;

	ck_assert_int_eq(getpid(), told->pid);
	ck_assert_uint_eq(piece, told->count);
	told->count++;
	if (death) {
		ck_assert_ptr_null(text);
		strbuf_addf(&told->text, "%zu %s\n", piece, death);
	} else {
		strbuf_add_bytes(&told->text, text, length);
	}
}

/* Empty, binary, and large ones. */
static void tell_much(size_t piece, FILE *out, void *userdata)
{
	(void)userdata;
	for (size_t i = 0; i < piece % 4 * LARGE / 3; i++)
		fputc((int)(i + piece) % 256, out);
}

static void spread(const struct spread_options *options)
{
	struct err err = ERR_INIT;

	ck_assert_msg(spread_run(options, &err), "%s", err_text(&err));
}

START_TEST(the_same_is_told_in_the_same_order_whatever_the_number_of_processes)
{
	static const unsigned jobs[] = {1, 2, 5, PIECES + 3};
	struct told first;
	size_t order[PIECES];

	for (size_t i = 0; i < PIECES; i++)
		order[i] = (i * 7 + 3) % PIECES;
	told_init(&first);
	for (size_t i = 0; i < PIECES; i++) {
		_cleanup_(freep) char *text = NULL;
		size_t length;
		FILE *out = open_memstream(&text, &length);

		tell_much(i, out, NULL);
		fclose(out);
		strbuf_add_bytes(&first.text, text, length);
	}
	for (size_t i = 0; i < array_size(jobs); i++) {
		struct told told;

		told_init(&told);
		spread(&(struct spread_options){.count = PIECES,
						.jobs = jobs[i],
						.order = i % 2 ? order : NULL,
						.work = tell_much,
						.done = done,
						.userdata = &told});
		ck_assert_uint_eq(told.count, PIECES);
		ck_assert_uint_eq(told.text.length, first.text.length);
		ck_assert_int_eq(memcmp(told.text.text, first.text.text, first.text.length), 0);
		strbuf_done(&told.text);
	}
	strbuf_done(&first.text);
}
END_TEST

static void tell_who(size_t piece, FILE *out, void *userdata)
{
	fprintf(out, "%zu %s\n", piece, getpid() == *(pid_t *)userdata ? "here" : "elsewhere");
}

START_TEST(a_single_piece_needs_no_process_and_none_nothing)
{
	struct told told;
	struct spread_options options = {.jobs = 4, .work = tell_who, .done = done};

	told_init(&told);
	options.userdata = &told;
	spread(&options);
	ck_assert_uint_eq(told.count, 0);
	options.count = 1;
	spread(&options);
	ck_assert_str_eq(strbuf_text(&told.text), "0 here\n");
	strbuf_reset(&told.text);
	told.count = 0;
	options.count = 2;
	options.jobs = 1;
	spread(&options);
	ck_assert_str_eq(strbuf_text(&told.text), "0 elsewhere\n1 elsewhere\n");
	strbuf_done(&told.text);
}
END_TEST

static void die_now_and_then(size_t piece, FILE *out, void *userdata)
{
	(void)userdata;
	if (piece == KILLED)
		raise(SIGKILL);
	if (piece == GIVES_UP)
		_exit(3);
	if (piece == TELLS_MUCH)
		fprintf(out, "%*s", TOO_LARGE, "x");
	fprintf(out, "%zu\n", piece);
}

START_TEST(a_process_that_dies_takes_one_piece_with_it)
{
	struct strbuf expected;

	strbuf_init(&expected, 10000);
	for (unsigned i = 0; i < PIECES; i++)
		strbuf_addf(&expected, "%u%s\n", i,
			    i == KILLED	      ? " ended by signal 9 (Killed)"
			    : i == GIVES_UP   ? " ended with exit status 3"
			    : i == TELLS_MUCH ? " told more than 67108864 bytes"
					      : "");
	for (unsigned jobs = 1; jobs <= 3; jobs++) {
		struct told told;

		told_init(&told);
		spread(&(struct spread_options){.count = PIECES,
						.jobs = jobs,
						.work = die_now_and_then,
						.done = done,
						.userdata = &told});
		ck_assert_str_eq(strbuf_text(&told.text), strbuf_text(&expected));
		strbuf_done(&told.text);
	}
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG),
			 -1); /* no child is left, not even as a zombie */
	strbuf_done(&expected);
}
END_TEST

static void die(size_t piece, FILE *out, void *userdata)
{
	(void)piece;
	(void)out;
	(void)userdata;
	raise(SIGKILL);
}

START_TEST(when_all_die_all_are_told)
{
	struct told told;

	told_init(&told);
	spread(&(struct spread_options){
		.count = PIECES, .jobs = 4, .work = die, .done = done, .userdata = &told});
	ck_assert_uint_eq(told.count, PIECES);
	strbuf_done(&told.text);
}
END_TEST

static void never_end(size_t piece, FILE *out, void *userdata)
{
	(void)piece;
	(void)out;
	(void)userdata;
	for (;;)
		pause();
}

START_TEST(who_is_killed_leaves_no_process_behind)
{
	struct told told;
	struct pollfd end = {.events = POLLIN};
	pid_t parent, worker = 0;

	told_init(&told);
	parent = fork();
	if (parent == 0) {
		spread(&(struct spread_options){
			.count = 2, .jobs = 2, .work = never_end, .done = done, .userdata = &told});
		_exit(0);
	}
	for (int i = 0; i < TURNS && !(worker = child_of(parent)); i++)
		pause_shortly();
	ck_assert_int_gt(worker, 0);
	end.fd = pidfd_open(worker, 0);
	ck_assert_int_ge(end.fd, 0);
	kill(parent, SIGKILL);
	ck_assert_int_eq(waitpid(parent, NULL, 0), parent);
	ck_assert_int_eq(poll(&end, 1, TURNS * 10), 1);
	close(end.fd);
	strbuf_done(&told.text);
}
END_TEST

START_TEST(processors_and_memory_bound_the_number_of_processes)
{
	ck_assert_uint_ge(spread_jobs(1), 1);
	ck_assert_uint_eq(spread_jobs(UINT64_MAX), 1);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_same_is_told_in_the_same_order_whatever_the_number_of_processes,
		a_single_piece_needs_no_process_and_none_nothing,
		a_process_that_dies_takes_one_piece_with_it,
		when_all_die_all_are_told,
		who_is_killed_leaves_no_process_behind,
		processors_and_memory_bound_the_number_of_processes,
		NULL,
	};

	return suite_main("spread", tests);
}
