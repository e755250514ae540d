/* Shoots from apply to gone. See gardenlet.h. */
#include "runner/gardenlet/gardenlet.h"

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/cluster/workloads.h"
#include "runner/gardenlet/seed.h"
#include "runner/gardenlet/workers.h"

/* Real ms from a changed Cluster to the wish that its Infrastructure be reconciled. gardenlet has a
 * dozen tasks in between; without any pause the extension may still read the old Cluster from its
 * cache (extensions/pkg/controller/cluster.go: GetCluster) and miss what was changed. */
#define DEPLOY_AFTER_MS 1000

/* Where a Shoot is; it only moves down this list. */
enum phase {
	PHASE_INFRASTRUCTURE,	   /* waits for its Infrastructure */
	PHASE_RUNNING,		   /* nodes and controllers are there */
	PHASE_SERVICES,		   /* deletion: waits for Services of type LoadBalancer to go */
	PHASE_INFRASTRUCTURE_GONE, /* deletion: waits for the Infrastructure to go */
	PHASE_GONE,
};

struct shoot {
	struct gardenlet *gardenlet;
	struct shoot_spec spec;
	struct kube_cluster *cluster;
	enum phase phase;
	struct workers *workers;    /* NULL before PHASE_RUNNING and after */
	struct loop_source *deploy; /* its Infrastructure is to be reconciled in a moment */
};

struct gardenlet {
	struct gardenlet_options options;
	struct seed seed;
	struct ptrs shoots; /* of struct shoot, the gone ones too */
	struct subscription *subscription;
	struct loop_source *timer;
	const struct kind *infrastructures;
};

const struct shoot_spec *shoot_spec(const struct shoot *shoot)
{
	return &shoot->spec;
}

struct kube_cluster *shoot_kube_cluster(const struct shoot *shoot)
{
	return shoot->cluster;
}

struct shoot *gardenlet_find(const struct gardenlet *gardenlet, const char *name)
{
	for (size_t i = 0; i < gardenlet->shoots.count; i++) {
		struct shoot *shoot = gardenlet->shoots.items[i];

		if (str_eq(shoot->spec.name, name) && shoot->phase != PHASE_GONE)
			return shoot;
	}
	return NULL;
}

static void broken(struct gardenlet *gardenlet, const struct shoot *shoot, const struct err *err)
{
	_cleanup_(freep) char *text =
		xasprintf("gardenlet, Shoot %s: %s", shoot->spec.name, err_text(err));

	gardenlet->options.broken(text, gardenlet->options.userdata);
}

static const struct doc *infrastructure(const struct shoot *shoot)
{
	return seed_find(&shoot->gardenlet->seed, shoot->gardenlet->infrastructures,
			 shoot->spec.technical_id, shoot->spec.name);
}

static const char *operation_state(const struct doc *doc)
{
	return json_find_str(doc->body, "status", "lastOperation", "state", NULL);
}

/* Whether the extension has done what the Infrastructure says now. */
static bool infrastructure_ready(const struct doc *doc)
{
	int64_t generation = json_get_int(json_get(doc->body, "metadata"), "generation", 0);

	return str_eq(operation_state(doc), "Succeeded") &&
	       json_get_int(json_get(doc->body, "status"), "observedGeneration", -1) >=
		       generation &&
	       !json_find_str(doc->body, "metadata", "annotations", "gardener.cloud/operation",
			      NULL);
}

/* The range for Services of the second family is known only now: AWS gave it to the VPC. The API
 * server gets it behind the Shoot's own. Source: gardener v1.145.0
 * pkg/gardenlet/operation/shoot/shoot.go:630 (ToNetworks: status.networking.services). */
static bool add_service_range(struct shoot *shoot, const struct doc *doc, struct err *err)
{
	json_foreach (range, json_find(doc->body, "status", "networking", "services", NULL)) {
		const char *text = json_str(range), *known = kube_cluster_ranges(shoot->cluster);

		if (!text || !strchr(text, ':') || strchr(known, ':'))
			continue;
		if (!kube_cluster_add_range(shoot->cluster, text, err))
			return err_wrap(err, "status.networking.services");
	}
	return true;
}

/* The network is there: ControlPlane, nodes, and the word that controllers may start. */
static bool start_shoot(struct shoot *shoot, const struct doc *doc, struct err *err)
{
	struct gardenlet *gardenlet = shoot->gardenlet;
	const struct json *provider_status = json_find(doc->body, "status", "providerStatus", NULL);
	_cleanup_(json_freep) struct json *variables = NULL;
	struct workers_options options = {
		.emulator = gardenlet->options.emulator,
		.cluster = shoot->cluster,
		.spec = &shoot->spec,
		.overlay = gardenlet->options.overlay,
		.broken = gardenlet->options.broken,
		.userdata = gardenlet->options.userdata,
	};

	shoot->phase = PHASE_RUNNING;
	if (!add_service_range(shoot, doc, err) ||
	    !seed_control_plane(&gardenlet->seed, &shoot->spec, provider_status, err) ||
	    !shoot_variables(&shoot->spec, provider_status, &variables, err))
		return false;
	shoot->workers = workers_new(&options);
	if (!workers_add(shoot->workers, provider_status, gardenlet->options.nodes, err))
		return false;
	gardenlet->options.network_ready(shoot, variables, gardenlet->options.userdata);
	return true;
}

static bool take_down(struct shoot *shoot, struct err *err)
{
	struct gardenlet *gardenlet = shoot->gardenlet;

	shoot->phase = PHASE_INFRASTRUCTURE_GONE;
	gardenlet->options.control_plane_gone(shoot, gardenlet->options.userdata);
	if (shoot->workers && !workers_remove_all(shoot->workers, err))
		return false;
	workers_free(steal(shoot->workers));
	return seed_delete_infrastructure(&gardenlet->seed, &shoot->spec, err);
}

static bool finish(struct shoot *shoot, struct err *err)
{
	struct gardenlet *gardenlet = shoot->gardenlet;

	shoot->phase = PHASE_GONE;
	if (!seed_forget(&gardenlet->seed, &shoot->spec, err))
		return false;
	gardenlet->options.shoot_gone(shoot, gardenlet->options.userdata);
	return true;
}

/* Moves a Shoot on when what it waits for is there. */
static bool advance(struct shoot *shoot, struct err *err)
{
	const struct doc *doc = infrastructure(shoot);

	switch (shoot->phase) {
	case PHASE_INFRASTRUCTURE:
		return !doc || !infrastructure_ready(doc) || start_shoot(shoot, doc, err);
	case PHASE_SERVICES:
		return seed_count_load_balancers(&shoot->gardenlet->seed, shoot->cluster) > 0 ||
		       take_down(shoot, err);
	case PHASE_INFRASTRUCTURE_GONE: return doc || finish(shoot, err);
	case PHASE_RUNNING:
	case PHASE_GONE: return true;
	}
	return true;
}

static void work(void *userdata)
{
	struct gardenlet *gardenlet = userdata;

	gardenlet->timer = NULL;
	for (size_t i = 0; i < gardenlet->shoots.count; i++) {
		struct shoot *shoot = gardenlet->shoots.items[i];
		_cleanup_(err_done) struct err err = ERR_INIT;
		enum phase before;

		do {
			before = shoot->phase;
			if (!advance(shoot, &err)) {
				broken(gardenlet, shoot, &err);
				break;
			}
		} while (shoot->phase != before);
	}
}

static void look_soon(struct gardenlet *gardenlet)
{
	if (!gardenlet->timer)
		gardenlet->timer =
			loop_add_timer(gardenlet->options.emulator->loop, 0, work, gardenlet);
}

/* Whether a change may let a Shoot move on. */
static bool concerns(const struct gardenlet *gardenlet, const struct doc *doc)
{
	return doc->kind == gardenlet->infrastructures || str_eq(doc->kind->name, "service");
}

static void call_ended(const struct journal_entry *entry, void *userdata)
{
	struct gardenlet *gardenlet = userdata;

	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];

		if (concerns(gardenlet, change->after ? change->after : change->before)) {
			look_soon(gardenlet);
			return;
		}
	}
}

bool gardenlet_new(const struct gardenlet_options *options, struct gardenlet **ret, struct err *err)
{
	_cleanup_(gardenlet_freep) struct gardenlet *gardenlet = xcalloc(1, sizeof(*gardenlet));

	gardenlet->options = *options;
	if (!seed_init(&gardenlet->seed, options->emulator, options->seed, err))
		return err_wrap(err, "gardenlet");
	gardenlet->infrastructures =
		kube_document_kind(options->seed, "extensions.gardener.cloud", "infrastructures");
	gardenlet->subscription =
		journal_subscribe(options->emulator->world, call_ended, gardenlet);
	*ret = steal(gardenlet);
	return true;
}

static void shoot_free(struct shoot *shoot)
{
	loop_remove(shoot->deploy);
	workers_free(shoot->workers);
	shoot_spec_done(&shoot->spec);
	free(shoot);
}

void gardenlet_free(struct gardenlet *gardenlet)
{
	if (!gardenlet)
		return;
	journal_unsubscribe(gardenlet->subscription);
	loop_remove(gardenlet->timer);
	for (size_t i = 0; i < gardenlet->shoots.count; i++)
		shoot_free(gardenlet->shoots.items[i]);
	ptrs_done(&gardenlet->shoots);
	free(gardenlet);
}

/* The Shoot's own API server. A Shoot made again under an old name gets the old one: empty by now.
 */
static bool make_cluster(struct gardenlet *gardenlet, struct shoot *shoot, struct err *err)
{
	struct kube *kube = gardenlet->options.emulator->kube;
	struct kube_cluster_config config = {.name = shoot->spec.technical_id,
					     .service_cidr = shoot->spec.services,
					     .listen_fd = -1};

	shoot->cluster = kube_cluster_find(kube, shoot->spec.technical_id);
	return shoot->cluster || kube_cluster_add(kube, &config, &shoot->cluster, err);
}

/* Whether the extension must be asked again (botanist/infrastructure.go: on changes and failures).
 */
static bool needs_reconcile(const struct shoot *shoot, const struct shoot_spec *now)
{
	const struct doc *doc = infrastructure(shoot);

	return !doc || !infrastructure_ready(doc) || shoot_families_grow(&shoot->spec, now) ||
	       !json_equal(
		       json_find(now->manifest, "spec", "provider", "infrastructureConfig", NULL),
		       json_find(doc->body, "spec", "providerConfig", NULL));
}

static bool apply_new(struct gardenlet *gardenlet, struct shoot_spec *spec, struct shoot **ret,
		      struct err *err)
{
	struct shoot *shoot = xcalloc(1, sizeof(*shoot));

	shoot->gardenlet = gardenlet;
	shoot->spec = *spec;
	*spec = (struct shoot_spec){0};
	ptrs_add(&gardenlet->shoots, shoot);
	*ret = shoot;
	return make_cluster(gardenlet, shoot, err) &&
	       seed_apply(&gardenlet->seed, &shoot->spec, err) &&
	       seed_deploy(&gardenlet->seed, &shoot->spec, true, err);
}

static void deploy(void *userdata)
{
	struct shoot *shoot = userdata;
	_cleanup_(err_done) struct err err = ERR_INIT;

	shoot->deploy = NULL;
	if (!seed_deploy(&shoot->gardenlet->seed, &shoot->spec, true, &err))
		broken(shoot->gardenlet, shoot, &err);
}

static bool apply_again(struct shoot *shoot, struct shoot_spec *spec, struct err *err)
{
	bool reconcile = needs_reconcile(shoot, spec);

	if (!shoot_check_update(&shoot->spec, spec, err))
		return false;
	shoot_spec_done(&shoot->spec);
	shoot->spec = *spec;
	*spec = (struct shoot_spec){0};
	if (!seed_apply(&shoot->gardenlet->seed, &shoot->spec, err))
		return false;
	if (!reconcile)
		return seed_deploy(&shoot->gardenlet->seed, &shoot->spec, false, err);
	if (!shoot->deploy)
		shoot->deploy = loop_add_timer(shoot->gardenlet->options.emulator->loop,
					       DEPLOY_AFTER_MS, deploy, shoot);
	return true;
}

bool gardenlet_apply(struct gardenlet *gardenlet, const struct json *manifest, struct shoot **ret,
		     struct err *err)
{
	_cleanup_(shoot_spec_done) struct shoot_spec spec = {0};
	struct shoot *shoot;
	bool ok;

	if (!shoot_read(manifest, &spec, err))
		return false;
	shoot = gardenlet_find(gardenlet, spec.name);
	if (shoot && shoot->phase >= PHASE_SERVICES)
		return err_set(err, ERR_CONFLICT, "Conflict", "Shoot %s is being deleted",
			       spec.name);
	ok = shoot ? apply_again(shoot, &spec, err) : apply_new(gardenlet, &spec, &shoot, err);
	look_soon(gardenlet);
	if (ok && ret)
		*ret = shoot;
	return ok;
}

bool gardenlet_delete(struct gardenlet *gardenlet, const char *name, struct err *err)
{
	struct shoot *shoot = gardenlet_find(gardenlet, name);

	if (!shoot)
		return err_set(err, ERR_NOT_FOUND, "NotFound",
			       "shoots.core.gardener.cloud \"%s\" not found", name);
	if (shoot->phase >= PHASE_SERVICES)
		return true;
	shoot->phase = PHASE_SERVICES;
	loop_remove(steal(shoot->deploy));
	look_soon(gardenlet);
	return seed_delete_load_balancers(&gardenlet->seed, shoot->cluster, err);
}

bool gardenlet_play_extension(struct gardenlet *gardenlet, const struct json *manifest,
			      struct err *err)
{
	const struct json *metadata = json_get(manifest, "metadata");
	const char *name = json_get_str(metadata, "name");
	struct shoot *shoot = name ? gardenlet_find(gardenlet, name) : NULL;
	const struct doc *doc = shoot ? infrastructure(shoot) : NULL;

	if (!doc || !str_eq(json_get_str(metadata, "namespace"), shoot->spec.technical_id)) {
		err_set(err, ERR_NOT_FOUND, "NotFound",
			"infrastructures.extensions.gardener.cloud \"%s\" not found: apply its Shoot "
			"first, and give its technical id as the namespace",
			name ? name : "");
		return false;
	}
	return seed_infrastructure_status(
		&gardenlet->seed, &shoot->spec,
		json_get_int(json_get(doc->body, "metadata"), "generation", 1),
		json_get(manifest, "status"), err);
}

/* A Shoot waits without an error, or its Pods are not there yet. */
static bool shoot_busy(const struct shoot *shoot)
{
	const struct doc *doc = infrastructure(shoot);
	const char *state = doc ? operation_state(doc) : NULL;

	if (shoot->deploy)
		return true;
	if (shoot->phase == PHASE_INFRASTRUCTURE || shoot->phase == PHASE_INFRASTRUCTURE_GONE)
		return !str_eq(state, "Error") && !str_eq(state, "Failed");
	if (shoot->phase == PHASE_RUNNING)
		return (doc && !infrastructure_ready(doc) && !str_eq(state, "Error") &&
			!str_eq(state, "Failed")) ||
		       workers_busy(shoot->workers);
	return false;
}

bool gardenlet_busy(const struct gardenlet *gardenlet)
{
	if (gardenlet->timer)
		return true;
	for (size_t i = 0; i < gardenlet->shoots.count; i++) {
		if (shoot_busy(gardenlet->shoots.items[i]))
			return true;
	}
	return false;
}
