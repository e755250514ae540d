/*
 * The AWS façade on a port of its own, for real clients and load: prints the port, serves until its
 * standard input ends.
 *
 *   aws_server [aws|instant]
 */
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "emulator/aws/aws.h"
#include "emulator/base/loop.h"
#include "emulator/world/actor.h"

static void input_ended(int fd, uint32_t events, void *userdata)
{
	char byte;

	(void)events;
	if (read(fd, &byte, 1) <= 0)
		loop_stop(userdata);
}

int main(int argc, char **argv)
{
	const struct world_config config = {.seed = 1,
					    .profile = argc > 1 && str_eq(argv[1], "aws")
							       ? PROFILE_AWS
							       : PROFILE_INSTANT,
					    .speed = 20};
	const struct actor operator= {.name = "operator",
				      .access_key_id = "AKIASKYRIGOPERATOR22",
				      .secret_key = "skyrig/operator/012345678901234567890123",
				      .account = AWS_ACCOUNT,
				      .arn = "arn:aws:iam::123456789012:user/operator"};
	_cleanup_(world_freep) struct world *world = world_new(&config);
	_cleanup_(http_server_freep) struct http_server *server = NULL;
	_cleanup_(aws_freep) struct aws *aws = aws_new(world);
	struct http_options options = {.body_max_bytes = 8 << 20,
				       .listen_fd = -1,
				       .serve = aws_serve,
				       .too_large = aws_serve_too_large,
				       .userdata = aws};
	struct err err = ERR_INIT;
	struct loop_source *timers;
	struct loop *loop;

	if (!loop_new(&loop, &err) || !http_server_new(loop, &options, &server, &err)) {
		fprintf(stderr, "%s\n", err_text(&err));
		return EXIT_FAILURE;
	}
	actor_add(world, &operator);
	aws_attach(aws, loop);
	timers = world_attach(world, loop);
	printf("%u\n", http_server_port(server));
	fflush(stdout);
	loop_add_fd(loop, STDIN_FILENO, EPOLLIN, input_ended, loop);
	loop_run(loop);
	loop_remove(timers);
	http_server_free(steal(server));
	loop_free(loop);
	return EXIT_SUCCESS;
}
