/* The controllers of a scenario: which, how, and what became of them. */
#include <errno.h>
#include <sys/stat.h>

#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/yaml.h"
#include "runner/controllers/catalog.h"
#include "runner/controllers/controller.h"
#include "runner/controllers/files.h"
#include "runner/controllers/settings.h"
#include "runner/controllers/wish.h"
#include "runner/environment_inner.h"
#include "runner/gardenlet/gardenlet.h"

#define RESOURCE_MANAGER_USER "system:serviceaccount:kube-system:gardener-resource-manager"

/* The API server that a controller talks to. Without a Shoot, its cluster is the one that manifests
 * go to then. */
static bool find_cluster(struct environment *environment,
			 const struct controller_definition *definition, const struct shoot *shoot,
			 struct kube_cluster **ret, struct err *err)
{
	if (definition->seed)
		*ret = environment->seed;
	else if (shoot)
		*ret = shoot_kube_cluster(shoot);
	else if (environment->fallback || environment_current_cluster(environment, err))
		*ret = environment->fallback;
	else
		return false;
	return true;
}

/* What belongs to a controller in its cluster, such as the webhooks that it serves: what Gardener
 * keeps there by a ManagedResource. */
static bool apply_manifests(struct running *running, struct err *err)
{
	const struct controller_definition *definition = controller_definition(running->controller);
	struct kube_cluster *cluster;
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	_cleanup_(freep) char *text = NULL;

	if (!definition->manifests)
		return true;
	if (!find_cluster(running->environment, definition, running->shoot, &cluster, err) ||
	    !controller_expand(running->controller, definition->manifests, &text, err) ||
	    !yaml_parse(definition->path, text, strlen(text), NULL, NULL, &file, err))
		return err_wrap(err, "manifests");
	for (size_t i = 0; i < yaml_documents(file); i++) {
		_cleanup_(json_freep) struct json *manifest =
			yaml_root(file, i) ? yaml_to_json(yaml_root(file, i)) : NULL;

		if (manifest && !kube_apply(cluster, RESOURCE_MANAGER_USER, manifest, NULL, err))
			return err_wrap(err, "%s: manifests", definition->path);
	}
	return true;
}

static void controller_event(struct controller *controller, enum controller_event_type type,
			     const char *text, void *userdata)
{
	static const enum environment_event_type types[] = {
		[CONTROLLER_IS_READY] = ENVIRONMENT_READY,
		[CONTROLLER_WROTE] = ENVIRONMENT_LOG,
		[CONTROLLER_DIED] = ENVIRONMENT_DIED,
		[CONTROLLER_NEVER_READY] = ENVIRONMENT_NOT_READY,
	};
	struct running *running = userdata;

	_cleanup_(err_done) struct err err = ERR_INIT;

	if (type == CONTROLLER_IS_READY && !apply_manifests(running, &err)) {
		environment_tell(running->environment, ENVIRONMENT_BROKEN, NULL, err_text(&err));
		return;
	}
	environment_tell(running->environment, types[type], controller_definition(controller)->name,
			 text);
}

static bool is_wanted(const struct environment *environment, const char *name)
{
	return environment->all_wanted || strs_has(&environment->wanted, name);
}

static const char *own_program(const struct environment *environment, const char *name)
{
	for (const struct environment_override *o = environment->overrides; o->name; o++) {
		if (str_eq(o->name, name))
			return o->path;
	}
	return NULL;
}

/* The definition as this scenario and the command line have it. */
static bool load_definition(const struct environment *environment, const char *name,
			    struct controller_definition **ret, struct err *err)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;

	if (!controller_definition_wished(name, environment->overrides,
					  environment->options.settings, &definition, err))
		return false;
	for (size_t i = 0; i < environment->replaced.count; i++)
		if (!settings_apply(environment->replaced.items[i], definition, err))
			return false;
	*ret = steal(definition);
	return true;
}

/* An access key for a controller of the user's own: the same in each run. */
static const struct actor *add_key(struct world *world, const char *name)
{
	char hex[SHA256_HEX];
	_cleanup_(freep) char *key = NULL, *arn = NULL;

	digest_sha256_hex(name, strlen(name), hex);
	for (char *c = hex; *c; c++) /* keys are upper case; hex digits of a digest will do */
		*c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
	key = xasprintf("AKIA%.16s", hex);
	arn = xasprintf("arn:aws:iam::%s:user/%s", AWS_ACCOUNT, name);
	return actor_add(world, &(struct actor){.name = name,
						.access_key_id = key,
						.secret_key = hex + SHA256_HEX - 1 - 40,
						.account = AWS_ACCOUNT,
						.arn = arn});
}

/* What every controller's definition may use, whatever its cluster. */
static bool add_common_variables(struct environment *environment,
				 const struct controller_definition *definition,
				 struct kube_cluster *cluster, const char *directory,
				 struct json *variables, struct err *err)
{
	static const char *const groups[] = {"system:serviceaccounts", "system:authenticated",
					     NULL};
	struct kube_cluster *const clusters[] = {cluster, NULL};
	struct world *world = environment->emulator->world;
	const struct actor *actor;
	_cleanup_(freep) char *path = xasprintf("%s/%s.kubeconfig", directory, definition->name);
	_cleanup_(freep) char *text = NULL;

	actor_add(world, &(struct actor){.name = definition->name, .kube_user = definition->user});
	actor = actor_by_name(world, definition->name);
	if (!actor || !actor->access_key_id)
		actor = add_key(world, definition->name);
	if (!kube_config(environment->emulator->kube, definition->user, groups, clusters, &text,
			 err) ||
	    !files_write(path, text, err))
		return false;
	json_set_str(variables, "kubeconfig", path);
	json_set_str(variables, "version", definition->version);
	if (!json_get(variables, "region")) /* a Shoot has its own */
		json_set_str(variables, "region", environment->region);
	json_setf(variables, "aws-url", "http://127.0.0.1:%u", environment->emulator->aws_port);
	json_set_str(variables, "access-key-id", actor->access_key_id);
	json_set_str(variables, "secret-access-key", actor->secret_key);
	return true;
}

/* Server-side apply: a definition may be larger than the annotation that client-side apply keeps.
 */
static bool apply_crd(struct kube_cluster *cluster, const struct json *crd, struct err *err)
{
	_cleanup_(freep) char *path =
		xasprintf("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/%s"
			  "?fieldManager=" ENVIRONMENT_OPERATOR "&force=true",
			  json_find_str(crd, "metadata", "name", NULL));

	return kube_invoke(cluster, ENVIRONMENT_OPERATOR, "PATCH", path,
			   "application/apply-patch+yaml", crd, NULL, err);
}

/* Gives a cluster the CRDs of a controller. */
static bool load_crds(struct environment *environment,
		      const struct controller_definition *definition, struct kube_cluster *cluster,
		      struct err *err)
{
	_cleanup_(strs_done) struct strs files = {0};

	if (!catalog_crds(definition, own_program(environment, definition->name), &files, err))
		return false;
	for (size_t i = 0; i < files.count; i++) {
		_cleanup_(yaml_freep) struct yaml_file *file = NULL;

		if (!yaml_load(files.items[i], NULL, NULL, &file, err))
			return false;
		for (size_t j = 0; j < yaml_documents(file); j++) {
			_cleanup_(json_freep) struct json *crd = NULL;

			if (!yaml_root(file, j))
				continue;
			crd = yaml_to_json(yaml_root(file, j));
			if (!apply_crd(cluster, crd, err))
				return err_wrap(err, "%s", files.items[i]);
		}
	}
	return true;
}

static bool make_folder(const char *path, struct err *err)
{
	return mkdir(path, 0700) == 0 || errno == EEXIST ||
	       err_errno(err, "cannot make folder '%s'", path);
}

/* Makes the controller of a place, and starts it when it is to run. */
static bool launch(struct running *running, struct err *err)
{
	struct environment *environment = running->environment;
	struct kube_cluster *cluster;
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;
	_cleanup_(json_freep) struct json *variables =
		running->variables ? json_copy(running->variables) : json_new_object();
	_cleanup_(freep) char *program = NULL, *directory = NULL;
	struct controller_context context = {
		.loop = environment->emulator->loop,
		.fetcher = environment->fetcher,
		.ready_ms = environment->options.ready_ms,
		.event = controller_event,
		.userdata = running,
	};

	if (!load_definition(environment, running->name, &definition, err) ||
	    !find_cluster(environment, definition, running->shoot, &cluster, err))
		return false;
	/* two Shoots may each have one that talks to the seed */
	directory = xasprintf(
		"%s/%s", environment->directory,
		kube_cluster_name(running->shoot ? shoot_kube_cluster(running->shoot) : cluster));
	if (!make_folder(directory, err) ||
	    !catalog_program(definition, own_program(environment, definition->name), &program,
			     err) ||
	    !load_crds(environment, definition, cluster, err) ||
	    !add_common_variables(environment, definition, cluster, directory, variables, err))
		return false;
	context.directory = directory;
	context.program = program;
	running->controller = controller_new(steal(definition), &context);
	return running->runs ? controller_start(running->controller, variables, err)
			     : controller_prepare(running->controller, variables, err);
}

static void running_free(struct running *running)
{
	controller_free(running->controller);
	json_free(running->variables);
	free(running->name);
	free(running);
}

/* Starts one controller for the seed (shoot NULL) or a Shoot. */
static bool start_controller(struct environment *environment, const char *name, struct shoot *shoot,
			     const struct json *variables, struct err *err)
{
	struct running *running = xcalloc(1, sizeof(*running));

	*running = (struct running){.environment = environment,
				    .name = xstrdup(name),
				    .shoot = shoot,
				    .variables = variables ? json_copy(variables) : NULL,
				    .runs = true};
	if (!launch(running, err) && !running->controller) {
		running_free(running);
		return false;
	}
	ptrs_add(&environment->running, running);
	return err->code == ERR_NONE;
}

static bool triggered(const struct controller_definition *definition, const struct shoot *shoot)
{
	switch (definition->trigger) {
	case START_ALWAYS: return !shoot;
	case START_INFRASTRUCTURE: return shoot != NULL;
	case START_LOAD_BALANCER_CONTROLLER:
		return shoot && shoot_spec(shoot)->load_balancer_controller;
	}
	return false;
}

bool environment_start_controllers(struct environment *environment, struct shoot *shoot,
				   const struct json *variables, struct err *err)
{
	_cleanup_(strs_done) struct strs names = {0};

	if (!controller_definition_names(&names, err))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(controller_definition_freep) struct controller_definition *definition =
			NULL;

		if (!load_definition(environment, names.items[i], &definition, err))
			return false;
		if (!triggered(definition, shoot))
			continue;
		if (!is_wanted(environment, names.items[i])) {
			struct kube_cluster *cluster;

			/* somebody else may play it: its kinds are there all the same */
			if (!find_cluster(environment, definition, shoot, &cluster, err) ||
			    !load_crds(environment, definition, cluster, err))
				return false;
			continue;
		}
		if (!start_controller(environment, names.items[i], shoot, variables, err))
			return err_wrap(err, "starting %s", names.items[i]);
	}
	return true;
}

void environment_stop_controllers(struct environment *environment, const struct shoot *shoot)
{
	for (size_t i = environment->running.count; i-- > 0;) {
		struct running *running = environment->running.items[i];
		_cleanup_(err_done) struct err stopped = ERR_INIT;

		/* Kept, though it runs no more: its log is still asked for. */
		if (running->controller && running->shoot == shoot &&
		    !controller_stop(running->controller, &stopped))
			continue;
	}
}

void environment_park_controllers(struct environment *environment)
{
	for (size_t i = 0; i < environment->running.count; i++) {
		struct running *running = environment->running.items[i];
		enum controller_state state = controller_state(running->controller);

		running->runs = state == CONTROLLER_STARTING || state == CONTROLLER_READY;
		controller_free(steal(running->controller));
	}
}

bool environment_unpark_controllers(struct environment *environment, struct err *err)
{
	for (size_t i = 0; i < environment->running.count; i++) {
		struct running *running = environment->running.items[i];

		if (!launch(running, err))
			return err_wrap(err, "starting %s again", running->name);
	}
	return true;
}

void environment_free_controllers(struct environment *environment)
{
	for (size_t i = 0; i < environment->running.count; i++)
		running_free(environment->running.items[i]);
	ptrs_done(&environment->running);
}

bool environment_has_started(const struct environment *environment, const char *name)
{
	for (size_t i = 0; i < environment->running.count; i++) {
		const struct running *running = environment->running.items[i];

		if (str_eq(running->name, name))
			return true;
	}
	return false;
}

typedef bool controller_action(struct controller *controller, struct err *err);

static bool start_again(struct controller *controller, struct err *err)
{
	return controller_start(controller, NULL, err);
}

static bool restart(struct controller *controller, struct err *err)
{
	return controller_stop(controller, err) && controller_start(controller, NULL, err);
}

/* Does something with each controller of that name that was started before. */
static bool for_controllers(struct environment *environment, const char *name,
			    controller_action *action, struct err *err)
{
	bool found = false;

	for (size_t i = 0; i < environment->running.count; i++) {
		struct running *running = environment->running.items[i];

		if (!running->controller || !str_eq(running->name, name))
			continue;
		found = true;
		if (!action(running->controller, err))
			return false;
	}
	return found ||
	       err_set(err, ERR_NOT_FOUND, NULL, "%s was not started in this scenario", name);
}

bool environment_controller_restart(struct environment *environment, const char *controller,
				    struct err *err)
{
	return for_controllers(environment, controller, restart, err);
}

bool environment_controller_stop(struct environment *environment, const char *controller,
				 struct err *err)
{
	return for_controllers(environment, controller, controller_stop, err);
}

bool environment_controller_start(struct environment *environment, const char *controller,
				  struct err *err)
{
	return for_controllers(environment, controller, start_again, err);
}

bool environment_controller_replace(struct environment *environment,
				    const struct yaml_node *setting, struct err *err)
{
	const char *name = yaml_get_text(setting, "of");
	bool found = false;

	ptrs_add(&environment->replaced, (void *)setting);
	for (size_t i = 0; i < environment->running.count; i++) {
		struct running *running = environment->running.items[i];

		if (!str_eq(running->name, name))
			continue;
		found = true;
		controller_free(steal(running->controller));
		running->runs = true;
		if (!launch(running, err))
			return err_wrap(err, "starting %s again", name);
	}
	return found ||
	       err_set(err, ERR_NOT_FOUND, NULL, "%s was not started in this scenario", name);
}

bool environment_busy(const struct environment *environment)
{
	for (size_t i = 0; i < environment->running.count; i++) {
		const struct running *running = environment->running.items[i];

		if (running->controller &&
		    controller_state(running->controller) == CONTROLLER_STARTING)
			return true;
	}
	return gardenlet_busy(environment->gardenlet);
}

void environment_versions(const struct environment *environment,
			  void (*fn)(const char *controller, const char *version, bool ready,
				     void *userdata),
			  void *userdata)
{
	for (size_t i = 0; i < environment->running.count; i++) {
		const struct running *running = environment->running.items[i];
		const char *own = own_program(environment, running->name);
		const struct controller_definition *definition;

		if (!running->controller) /* could not be started again */
			continue;
		definition = controller_definition(running->controller);

		fn(definition->name, own ? own : definition->version,
		   controller_state(running->controller) == CONTROLLER_READY, userdata);
	}
}

void environment_log(const struct environment *environment, const char *controller, int64_t from_ms,
		     int64_t to_ms, void (*fn)(int64_t real_ms, const char *line, void *userdata),
		     void *userdata)
{
	for (size_t i = 0; i < environment->running.count; i++) {
		const struct running *running = environment->running.items[i];

		if (running->controller && str_eq(running->name, controller))
			controller_log(running->controller, from_ms, to_ms, fn, userdata);
	}
}
