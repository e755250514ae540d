/* Emulator, gardenlet and controllers of one scenario, put together. See environment.h. */
#include "runner/environment.h"

#include "emulator/base/clock.h"
#include "emulator/http/fetch.h"
#include "runner/environment_inner.h"
#include "runner/gardenlet/gardenlet.h"

#define READY_MS_DEFAULT 60000

void environment_tell(struct environment *environment, enum environment_event_type type,
		      const char *controller, const char *text)
{
	struct environment_event event = {
		.type = type, .controller = controller, .text = text, .real_ms = clock_real_ms()};

	if (environment->options.event)
		environment->options.event(&event, environment->options.userdata);
}

static void gardenlet_broken(const char *text, void *userdata)
{
	environment_tell(userdata, ENVIRONMENT_BROKEN, NULL, text);
}

static void network_ready(struct shoot *shoot, const struct json *variables, void *userdata)
{
	struct environment *environment = userdata;
	_cleanup_(err_done) struct err err = ERR_INIT;

	if (!environment_start_controllers(environment, shoot, variables, &err))
		environment_tell(environment, ENVIRONMENT_BROKEN, NULL, err_text(&err));
}

static void control_plane_gone(struct shoot *shoot, void *userdata)
{
	environment_stop_controllers(userdata, shoot);
}

static void shoot_gone(struct shoot *shoot, void *userdata)
{
	struct environment *environment = userdata;

	if (environment->current == shoot_kube_cluster(shoot) && environment->fallback)
		environment->current = environment->fallback;
}

static struct environment_override *overrides_copy(const struct environment_override *overrides)
{
	struct environment_override *copies;
	size_t count = 0;

	while (overrides && overrides[count].name)
		count++;
	copies = xcalloc(count + 1, sizeof(*copies));
	for (size_t i = 0; i < count; i++)
		copies[i] = (struct environment_override){
			.name = intern(overrides[i].name),
			.path = overrides[i].path ? intern(overrides[i].path) : NULL,
			.version = overrides[i].version ? intern(overrides[i].version) : NULL,
		};
	return copies;
}

static void copy_options(struct environment *environment, const struct environment_options *options)
{
	environment->options = *options;
	environment->directory = xstrdup(options->directory);
	environment->region = xstrdup(options->region ? options->region : "eu-west-1");
	environment->all_wanted = !options->controllers;
	for (const char *const *name = options->controllers; name && *name; name++)
		strs_add(&environment->wanted, *name);
	environment->overrides = overrides_copy(options->overrides);
	if (environment->options.ready_ms <= 0)
		environment->options.ready_ms = READY_MS_DEFAULT;
	environment->options.controllers = NULL;
	environment->options.overrides = NULL;
}

static bool find_or_add_cluster(struct emulator *emulator, const char *name,
				struct kube_cluster **ret, struct err *err)
{
	struct kube_cluster_config config = {
		.name = name, .service_cidr = "100.64.0.0/13", .listen_fd = -1};

	*ret = kube_cluster_find(emulator->kube, name);
	return *ret || kube_cluster_add(emulator->kube, &config, ret, err);
}

bool environment_new(struct emulator *emulator, const struct environment_options *options,
		     struct environment **ret, struct err *err)
{
	_cleanup_(environment_freep) struct environment *environment =
		xcalloc(1, sizeof(*environment));
	struct gardenlet_options gardenlet = {
		.emulator = emulator,
		.nodes = options->nodes,
		.overlay = options->pod_network == POD_NETWORK_OVERLAY,
		.network_ready = network_ready,
		.control_plane_gone = control_plane_gone,
		.shoot_gone = shoot_gone,
		.broken = gardenlet_broken,
		.userdata = environment,
	};

	environment->emulator = emulator;
	copy_options(environment, options);
	environment->fetcher = fetcher_new(emulator->loop);
	actor_add(emulator->world,
		  &(struct actor){.name = "operator", .kube_user = ENVIRONMENT_OPERATOR});
	if (!find_or_add_cluster(emulator, "seed", &environment->seed, err))
		return false;
	if (!environment_start_controllers(environment, NULL, NULL, err))
		return false;
	gardenlet.seed = environment->seed;
	if (!gardenlet_new(&gardenlet, &environment->gardenlet, err))
		return false;
	*ret = steal(environment);
	return true;
}

void environment_park(struct environment *environment)
{
	environment_park_controllers(environment);
	fetcher_free(steal(environment->fetcher));
}

bool environment_unpark(struct environment *environment, const char *directory,
			environment_fn *event, void *userdata, struct err *err)
{
	free(environment->directory);
	environment->directory = xstrdup(directory);
	environment->options.event = event;
	environment->options.userdata = userdata;
	environment->fetcher = fetcher_new(environment->emulator->loop);
	return environment_unpark_controllers(environment, err);
}

void environment_free(struct environment *environment)
{
	if (!environment)
		return;
	gardenlet_free(environment->gardenlet);
	environment_free_controllers(environment);
	fetcher_free(environment->fetcher);
	strs_done(&environment->wanted);
	free(environment->overrides);
	ptrs_done(&environment->replaced);
	free(environment->directory);
	free(environment->region);
	free(environment);
}

struct kube_cluster *environment_current_cluster(struct environment *environment, struct err *err)
{
	if (!environment->current) {
		if (!find_or_add_cluster(environment->emulator, "default", &environment->fallback,
					 err))
			return NULL;
		environment->current = environment->fallback;
	}
	return environment->current;
}

struct kube_cluster *environment_cluster(struct environment *environment)
{
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct kube_cluster *cluster = environment_current_cluster(environment, &err);

	return cluster ? cluster : environment->seed;
}

struct kube_cluster *environment_shoot_cluster(struct environment *environment, const char *shoot)
{
	struct shoot *found = gardenlet_find(environment->gardenlet, shoot);

	return found ? shoot_kube_cluster(found) : NULL;
}

bool environment_use_shoot(struct environment *environment, const char *shoot, struct err *err)
{
	struct kube_cluster *cluster = environment_shoot_cluster(environment, shoot);

	if (!cluster)
		return err_set(err, ERR_NOT_FOUND, NULL, "there is no Shoot \"%s\"", shoot);
	environment->current = cluster;
	return true;
}
