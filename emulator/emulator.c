/* One emulator: world, both façades, listeners, actors. */
#include "emulator/emulator.h"

#define BODY_MAX_DEFAULT (8 * 1024 * 1024) /* bytes of one request */
#define SECRET_KEY_BYTES 40		   /* as AWS's secret keys */
#define SEED_SERVICES	 "10.96.0.0/16"
#define SHOOT_SERVICES	 "100.64.0.0/13"

struct actor_row {
	const char *name, *access_key_id, *iam_name;
};

static const struct actor_row actor_rows[] = {
#define ACTOR(name, access_key_id, iam_name) {name, access_key_id, iam_name},
#define KUBE_USER(...)
#include "emulator/actors.tbl"
#undef ACTOR
#undef KUBE_USER
};

struct kube_user_row {
	const char *actor, *user;
};

static const struct kube_user_row kube_user_rows[] = {
#define ACTOR(...)
#define KUBE_USER(actor, user) {actor, user},
#include "emulator/actors.tbl"
#undef ACTOR
#undef KUBE_USER
};

/* Not a secret: the same in each run, and good for nothing elsewhere. */
static char *make_secret(const char *name)
{
	char *secret = xasprintf("skyrig/%s/", name);
	size_t length = strlen(secret);

	secret = xrealloc(secret, SECRET_KEY_BYTES + 1);
	for (size_t i = length; i < SECRET_KEY_BYTES; i++)
		secret[i] = "0123456789"[i % 10];
	secret[SECRET_KEY_BYTES] = '\0';
	return secret;
}

static void add_actors(struct world *world)
{
	for (size_t i = 0; i < array_size(actor_rows); i++) {
		const struct actor_row *row = &actor_rows[i];
		_cleanup_(freep) char *secret = make_secret(row->name);
		_cleanup_(freep) char *arn =
			xasprintf("arn:aws:iam::%s:user/%s", AWS_ACCOUNT, row->iam_name);

		actor_add(world, &(struct actor){.name = row->name,
						 .access_key_id = row->access_key_id,
						 .secret_key = row->access_key_id ? secret : NULL,
						 .account = AWS_ACCOUNT,
						 .arn = arn});
	}
	for (size_t i = 0; i < array_size(kube_user_rows); i++)
		actor_add(world, &(struct actor){.name = kube_user_rows[i].actor,
						 .kube_user = kube_user_rows[i].user});
}

static void serve(struct request *request, void *userdata)
{
	struct emulator *emulator = userdata;

	if (emulator->serve && str_starts_with(request->path, "/_/"))
		emulator->serve(request, emulator->serve_userdata);
	else
		aws_serve(request, emulator->aws);
}

static void serve_too_large(struct request *request, void *userdata)
{
	struct emulator *emulator = userdata;

	aws_serve_too_large(request, emulator->aws);
}

static char *refuse_malformed(int status, const char *text, const char **ret_type, void *userdata)
{
	(void)userdata;
	return aws_malformed(status, text, ret_type);
}

static bool listen_aws(struct emulator *emulator, uint16_t port, struct err *err)
{
	struct http_options options = {
		.address = emulator->address,
		.port = port,
		.body_max_bytes = emulator->body_max_bytes,
		.listen_fd = -1,
		.serve = serve,
		.too_large = serve_too_large,
		.malformed = refuse_malformed,
		.userdata = emulator,
	};

	if (!http_server_new(emulator->loop, &options, &emulator->aws_server, err))
		return err_wrap(err, "AWS");
	emulator->aws_port = http_server_port(emulator->aws_server);
	return true;
}

static bool start_aws(struct emulator *emulator, const struct emulator_config *config,
		      struct err *err)
{
	emulator->address = config->address ? xstrdup(config->address) : NULL;
	emulator->body_max_bytes =
		config->body_max_bytes ? config->body_max_bytes : BODY_MAX_DEFAULT;
	emulator->aws = aws_new(emulator->world);
	if (!emulator->loop)
		return true;
	aws_attach(emulator->aws, emulator->loop);
	return listen_aws(emulator, config->aws_port, err);
}

static bool add_cluster(struct emulator *emulator, const char *name, const char *services,
			uint16_t port, struct err *err)
{
	struct kube_cluster_config config = {
		.name = name, .service_cidr = services, .port = port, .listen_fd = -1};
	struct kube_cluster *cluster;

	if (kube_cluster_add(emulator->kube, &config, &cluster, err))
		return true;
	return err_wrap(err, "Kubernetes cluster %s", name);
}

static bool start_kube(struct emulator *emulator, const struct emulator_config *config,
		       struct err *err)
{
	emulator->kube = kube_new(emulator->world, emulator->loop);
	if (!emulator->loop)
		return true;
	if (!add_cluster(emulator, EMULATOR_SEED, SEED_SERVICES, 0, err))
		return false;
	return !config->cluster ||
	       add_cluster(emulator, config->cluster, SHOOT_SERVICES, config->kube_port, err);
}

bool emulator_new(struct loop *loop, const struct emulator_config *config, struct emulator **ret,
		  struct err *err)
{
	_cleanup_(emulator_freep) struct emulator *emulator = xcalloc(1, sizeof(*emulator));

	emulator->loop = loop;
	emulator->world = world_new(&config->world);
	if (loop)
		emulator->timers = world_attach(emulator->world, loop);
	add_actors(emulator->world);
	tape_set(emulator->world, config->tape, config->tape_userdata);
	if (!start_aws(emulator, config, err) || !start_kube(emulator, config, err))
		return false;
	*ret = steal(emulator);
	return true;
}

void emulator_close_aws(struct emulator *emulator)
{
	http_server_free(steal(emulator->aws_server));
}

bool emulator_open_aws(struct emulator *emulator, bool anew, struct err *err)
{
	if (emulator->aws_server)
		return err_set(err, ERR_CONFLICT, NULL, "AWS is there already");
	return listen_aws(emulator, anew ? 0 : emulator->aws_port, err);
}

void emulator_park(struct emulator *emulator)
{
	emulator_close_aws(emulator);
	kube_park(emulator->kube);
	emulated_clock_set_speed(world_clock(emulator->world), 0);
}

bool emulator_unpark(struct emulator *emulator, double speed, struct err *err)
{
	if (!emulator_open_aws(emulator, true, err) || !kube_unpark(emulator->kube, err))
		return false;
	emulated_clock_set_speed(world_clock(emulator->world), speed);
	return true;
}

void emulator_free(struct emulator *emulator)
{
	if (!emulator)
		return;
	http_server_free(emulator->aws_server);
	kube_free(emulator->kube);
	aws_free(emulator->aws);
	loop_remove(emulator->timers);
	world_free(emulator->world);
	free(emulator->address);
	free(emulator);
}

bool emulator_set_policy(struct emulator *emulator, const char *actor, const char *document,
			 struct err *err)
{
	return aws_set_actor_policy(emulator->aws, actor, document, err);
}
