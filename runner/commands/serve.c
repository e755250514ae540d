/* skyrig serve */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/emulator.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/engine/fixture.h"
#include "runner/jobs/folder.h"
#include "runner/live/kubeconfig.h"
#include "runner/live/live.h"
#include "runner/schema/schema.h"

#define CLUSTER	       "shoot--qa--demo" /* the technical id of Shoot demo, as in the fixtures */
#define REGION_DEFAULT "eu-west-1"
#define LINE_MAX_BYTES 65536

struct serve_options {
	struct emulator_config config;
	const char *kubeconfig, *region;
	struct strs fixtures;
	bool env;
};

enum {
	OPTION_AWS_PORT = 256,
	OPTION_KUBE_PORT,
	OPTION_PROFILE,
	OPTION_KUBECONFIG_OUT,
	OPTION_ENV,
	OPTION_FIXTURE,
	OPTION_SPEED,
	OPTION_SEED,
	OPTION_REGION,
};

static const struct argp_option options[] = {
	{"aws-port", OPTION_AWS_PORT, "N", 0, "port of AWS (default: any free one)", 0},
	{"kube-port", OPTION_KUBE_PORT, "N", 0, "port of Kubernetes, TLS (default: any free one)",
	 0},
	{"profile", OPTION_PROFILE, "instant|aws", 0,
	 "AWS's life cycles: done at once, or as AWS (default)", 0},
	{"kubeconfig-out", OPTION_KUBECONFIG_OUT, "FILE", 0,
	 "where to write the kubeconfig (default: a temporary file)", 0},
	{"env", OPTION_ENV, NULL, 0, "print lines to source instead of JSON", 0},
	{"fixture", OPTION_FIXTURE, "FILE", 0, "AWS calls to make first; may be repeated", 0},
	{"speed", OPTION_SPEED, "N", 0, "of AWS's own clock (default 1)", 0},
	{"seed", OPTION_SEED, "N", 0, "of ids (default 1)", 0},
	{"region", OPTION_REGION, "NAME", 0, "for --fixture and --env (default eu-west-1)", 0},
	{0},
};

static uint16_t parse_port(const char *arg, const char *option, struct argp_state *state)
{
	char *end;
	unsigned long port = strtoul(arg, &end, 10);

	if (!*arg || *arg == '-' || *end || port > 65535)
		argp_error(state, "--%s: \"%s\" is not a port (0 to 65535)", option, arg);
	return (uint16_t)port;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct serve_options *serve = state->input;
	struct emulator_config *config = &serve->config;
	char *end;

	switch (key) {
	case OPTION_AWS_PORT: config->aws_port = parse_port(arg, "aws-port", state); return 0;
	case OPTION_KUBE_PORT: config->kube_port = parse_port(arg, "kube-port", state); return 0;
	case OPTION_PROFILE:
		if (!schema_word("profile", arg))
			argp_error(state, "--profile: there is no profile \"%s\"; instant or aws",
				   arg);
		config->world.profile = str_eq(arg, "instant") ? PROFILE_INSTANT : PROFILE_AWS;
		return 0;
	case OPTION_KUBECONFIG_OUT: serve->kubeconfig = arg; return 0;
	case OPTION_ENV: serve->env = true; return 0;
	case OPTION_FIXTURE: strs_add(&serve->fixtures, arg); return 0;
	case OPTION_REGION:
		if (!*arg || strspn(arg, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(arg))
			argp_error(state, "--region: \"%s\" is no region; write e.g. eu-west-1",
				   arg);
		serve->region = arg;
		return 0;
	case OPTION_SPEED:
		config->world.speed = strtod(arg, &end);
		if (!*arg || *end || !(config->world.speed >= 0) || config->world.speed > 1000)
			argp_error(state, "--speed: \"%s\" is not a number from 0 to 1000", arg);
		return 0;
	case OPTION_SEED:
		errno = 0;
		config->world.seed = strtoull(arg, &end, 10);
		if (!*arg || *arg == '-' || *end || errno)
			argp_error(state, "--seed: \"%s\" is not a whole number", arg);
		return 0;
	case ARGP_KEY_ARG: argp_error(state, "serve takes no \"%s\"", arg); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void print_addresses(const struct serve_options *serve, const struct emulator *emulator,
			    const char *kubeconfig)
{
	_cleanup_(json_freep) struct json *line = json_new_object();
	_cleanup_(freep) char *text = NULL;
	const struct actor *operator= actor_by_name(emulator->world, "operator");

	if (serve->env) { /* boto3 and aws-cli 1 look at AWS_DEFAULT_REGION only */
		printf("export AWS_ENDPOINT_URL=http://127.0.0.1:%u\n"
		       "export AWS_ACCESS_KEY_ID=%s\n"
		       "export AWS_SECRET_ACCESS_KEY=%s\n"
		       "export AWS_REGION=%s\n"
		       "export AWS_DEFAULT_REGION=%s\n"
		       "export KUBECONFIG='%s'\n",
		       emulator->aws_port, operator->access_key_id, operator->secret_key,
		       serve->region, serve->region, kubeconfig);
		fflush(stdout);
		/* `source <(…)` reads to the end: let it have one */
		if (!freopen("/dev/null", "w", stdout))
			fclose(stdout);
	} else {
		json_setf(line, "aws", "http://127.0.0.1:%u", emulator->aws_port);
		json_set_str(line, "kubernetes",
			     kube_cluster_url(kube_cluster_find(emulator->kube, CLUSTER)));
		json_set_str(line, "kubeconfig", kubeconfig);
		json_set_int(line, "pid", getpid());
		text = json_to_text(line);
		puts(text);
	}
	fflush(stdout);
}

static void on_signal(int signal, void *userdata)
{
	(void)signal;
	loop_stop(userdata);
}

static bool load_fixtures(const struct serve_options *serve, struct emulator *emulator,
			  struct err *err)
{
	for (size_t i = 0; i < serve->fixtures.count; i++)
		if (!fixture_load(emulator, serve->region, serve->fixtures.items[i], err))
			return false;
	return true;
}

static bool serve(const struct serve_options *options_, struct run_folder *folder, struct err *err)
{
	_cleanup_(loop_freep) struct loop *loop = NULL;
	_cleanup_(emulator_freep) struct emulator *emulator = NULL;
	_cleanup_(live_freep) struct live *live = NULL;
	_cleanup_(freep) char *path = options_->kubeconfig
					      ? realpath(options_->kubeconfig, NULL)
					      : xasprintf("%s/kubeconfig", run_folder_path(folder));

	if (!path)
		path = xstrdup(options_->kubeconfig);
	if (!loop_new(&loop, err) || !loop_add_signal(loop, SIGINT, on_signal, loop, err) ||
	    !loop_add_signal(loop, SIGTERM, on_signal, loop, err) ||
	    !emulator_new(loop, &options_->config, &emulator, err) ||
	    !load_fixtures(options_, emulator, err) || !kubeconfig_write(emulator->kube, path, err))
		return false;
	live = live_new(emulator, snapshot_take(emulator->world));
	emulator->serve = live_serve;
	emulator->serve_userdata = live;
	print_addresses(options_, emulator, path);
	loop_run(loop);
	return true;
}

int command_serve(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		NULL,
		"Serves AWS and Kubernetes until it is interrupted. The first line on standard\n"
		"output is one line of JSON with the addresses, written when both answer.\v"
		"Examples:\n"
		"  skyrig serve --profile instant\n"
		"  source <(skyrig serve --env)      (it goes on in the background)\n\n"
		"Exit status: 0 after SIGINT or SIGTERM, 3 when a port is in use.",
		NULL,
		NULL,
		NULL};
	struct serve_options serve_options = {
		.config = {.world = {.seed = 1, .profile = PROFILE_AWS, .speed = 1},
			   .cluster = CLUSTER},
		.region = REGION_DEFAULT};
	struct run_folder *folder = NULL;
	struct err err = ERR_INIT;
	int status = EXIT_PASSED;

	command_parse(&argp, argc, argv, &serve_options);
	if (!run_folder_new(&folder, &err) || !serve(&serve_options, folder, &err)) {
		fprintf(stderr, "skyrig serve: %s\n", err_text(&err));
		status = err.code == ERR_INVALID || err.code == ERR_NOT_FOUND ? EXIT_USAGE
									      : EXIT_HARNESS;
	}
	err_done(&err);
	run_folder_free(folder);
	strs_done(&serve_options.fixtures);
	return status;
}
