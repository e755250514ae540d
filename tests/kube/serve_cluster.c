/*
 * A cluster on a port, for tests with real clients: prints a kubeconfig's path and serves until its
 * input ends. usage: serve_cluster FILE [PLAIN_PORT]
 */
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "emulator/base/loop.h"
#include "emulator/kube/kube.h"
#include "emulator/world/actor.h"

static void on_input(int fd, uint32_t events _unused_, void *userdata)
{
	char byte;

	if (read(fd, &byte, 1) <= 0)
		loop_stop(userdata);
}

static bool serve(const char *path, uint16_t plain_port, struct err *err)
{
	_cleanup_(loop_freep) struct loop *loop = NULL;
	_cleanup_(world_freep) struct world *world = NULL;
	_cleanup_(kube_freep) struct kube *kube = NULL;
	struct kube_cluster_config config = {.name = "test",
					     .service_cidr = "10.96.0.0/16",
					     .plain_port = plain_port,
					     .plain = plain_port,
					     .listen_fd = -1};
	struct kube_cluster *clusters[2] = {};
	_cleanup_(freep) char *text = NULL;
	FILE *file;

	if (!loop_new(&loop, err))
		return false;
	world = world_new(&(struct world_config){.seed = 1, .speed = 1});
	actor_add(world, &(struct actor){.name = "operator", .kube_user = "operator"});
	kube = kube_new(world, loop);
	if (!kube_cluster_add(kube, &config, &clusters[0], err) ||
	    !kube_config(kube, "operator", NULL, clusters, &text, err))
		return false;
	file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file) < 0)
		return err_errno(err, "cannot write '%s'", path);
	printf("%s\n", path);
	fflush(stdout);
	loop_add_fd(loop, STDIN_FILENO, EPOLLIN, on_input, loop);
	loop_run(loop);
	return true;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;

	if (argc < 2) {
		fprintf(stderr, "usage: serve_cluster FILE [PLAIN_PORT]\n");
		return 2;
	}
	if (serve(argv[1], argc > 2 ? (uint16_t)strtoul(argv[2], NULL, 10) : 0, &err))
		return 0;
	fprintf(stderr, "serve_cluster: %s\n", err_text(&err));
	err_done(&err);
	return 1;
}
