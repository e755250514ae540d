/* See seed.h. */
#include "runner/gardenlet/seed.h"

#include "emulator/base/container.h"
#include "emulator/base/json.h"

#define GARDENLET_USER "system:serviceaccount:garden:gardenlet"

static bool apply(struct kube_cluster *cluster, struct json *object, struct err *err)
{
	_cleanup_(json_freep) struct json *owned = object;

	return kube_apply(cluster, GARDENLET_USER, owned, NULL, err);
}

/* What is gone already is fine. */
static bool remove_object(struct kube_cluster *cluster, const char *path, struct err *err)
{
	_cleanup_(err_done) struct err refused = ERR_INIT;

	return kube_invoke(cluster, GARDENLET_USER, "DELETE", path, NULL, NULL, NULL, &refused) ||
	       refused.code == ERR_NOT_FOUND || err_move(err, &refused);
}

static struct json *garden_namespace(const char *name)
{
	struct json *object = json_new_object();

	json_set_str(object, "apiVersion", "v1");
	json_set_str(object, "kind", "Namespace");
	json_set_str(json_ensure_object(object, "metadata"), "name", name);
	return object;
}

bool seed_init(struct seed *seed, struct emulator *emulator, struct kube_cluster *cluster,
	       struct err *err)
{
	seed->emulator = emulator;
	seed->cluster = cluster;
	seed->infrastructure_actor = actor_by_name(emulator->world, "infrastructure-controller");
	actor_add(emulator->world,
		  &(struct actor){.name = "gardenlet", .kube_user = GARDENLET_USER});
	return apply(cluster, shoot_definition(), err);
}

const struct doc *seed_find(const struct seed *seed, const struct kind *kind, const char *ns,
			    const char *name)
{
	_cleanup_(freep) char *key =
		xasprintf("%s/%s/%s", kube_cluster_name(seed->cluster), ns, name);

	return kind ? world_find(seed->emulator->world, kind, key) : NULL;
}

bool seed_apply(struct seed *seed, const struct shoot_spec *spec, struct err *err)
{
	const struct actor *actor = seed->infrastructure_actor;

	return apply(seed->cluster, garden_namespace(spec->ns), err) &&
	       apply(seed->cluster, shoot_object(spec), err) &&
	       apply(seed->cluster, shoot_namespace(spec), err) &&
	       apply(seed->cluster, shoot_secret(spec, actor->access_key_id, actor->secret_key),
		     err) &&
	       apply(seed->cluster, shoot_cluster(spec), err);
}

bool seed_deploy(struct seed *seed, const struct shoot_spec *spec, bool reconcile, struct err *err)
{
	char now[CLOCK_TEXT_MAX];

	clock_format_seconds(clock_real_ms(), now);
	return apply(seed->cluster, shoot_infrastructure(spec, reconcile ? now : NULL), err);
}

bool seed_control_plane(struct seed *seed, const struct shoot_spec *spec,
			const struct json *provider_status, struct err *err)
{
	char now[CLOCK_TEXT_MAX];

	clock_format_seconds(clock_real_ms(), now);
	return apply(seed->cluster, shoot_control_plane(spec, provider_status, now), err);
}

/* PATCH of a Shoot's Infrastructure, or of a subresource. */
static bool patch_infrastructure(struct seed *seed, const struct shoot_spec *spec,
				 const char *subresource, const struct json *patch, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf(
		"/apis/extensions.gardener.cloud/v1alpha1/namespaces/%s/infrastructures/%s%s",
		spec->technical_id, spec->name, subresource);

	return kube_invoke(seed->cluster, GARDENLET_USER, "PATCH", path,
			   "application/merge-patch+json", patch, NULL, err);
}

bool seed_infrastructure_status(struct seed *seed, const struct shoot_spec *spec,
				int64_t generation, const struct json *status, struct err *err)
{
	_cleanup_(json_freep) struct json *done = json_new_object(), *patch = json_new_object();

	if (!json_is_object(status)) {
		err_set(err, ERR_INVALID, "Invalid",
			"Infrastructure.extensions.gardener.cloud \"%s\" is invalid: status: "
			"Required value",
			spec->name);
		if (err)
			err->status = 422;
		return false;
	}
	json_set_copy(patch, "status", status);
	json_set_int(json_ensure_object(patch, "status"), "observedGeneration", generation);
	json_set(json_ensure_object(json_ensure_object(done, "metadata"), "annotations"),
		 "gardener.cloud/operation", json_new_null());
	return patch_infrastructure(seed, spec, "", done, err) &&
	       patch_infrastructure(seed, spec, "/status", patch, err);
}

bool seed_delete_infrastructure(struct seed *seed, const struct shoot_spec *spec, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf(
		"/apis/extensions.gardener.cloud/v1alpha1/namespaces/%s/infrastructures/%s",
		spec->technical_id, spec->name);
	_cleanup_(json_freep) struct json *patch = json_new_object();
	struct json *annotations =
		json_ensure_object(json_ensure_object(patch, "metadata"), "annotations");
	char now[CLOCK_TEXT_MAX];

	/* gardener's component waits for this before it deletes
	 * (pkg/extensions/customresources.go). */
	json_set_str(annotations, "confirmation.gardener.cloud/deletion", "true");
	json_set_str(annotations, "gardener.cloud/timestamp",
		     clock_format_seconds(clock_real_ms(), now));
	return patch_infrastructure(seed, spec, "", patch, err) &&
	       remove_object(seed->cluster, path, err);
}

bool seed_forget(struct seed *seed, const struct shoot_spec *spec, struct err *err)
{
	_cleanup_(freep) char *control_plane =
		xasprintf("/apis/extensions.gardener.cloud/v1alpha1/namespaces/%s/controlplanes/%s",
			  spec->technical_id, spec->name);
	_cleanup_(freep) char *cluster = xasprintf(
		"/apis/extensions.gardener.cloud/v1alpha1/clusters/%s", spec->technical_id);
	_cleanup_(freep) char *ns = xasprintf("/api/v1/namespaces/%s", spec->technical_id);
	_cleanup_(freep) char *shoot = xasprintf(
		"/apis/core.gardener.cloud/v1beta1/namespaces/%s/shoots/%s", spec->ns, spec->name);

	return remove_object(seed->cluster, control_plane, err) &&
	       remove_object(seed->cluster, cluster, err) &&
	       remove_object(seed->cluster, ns, err) && remove_object(seed->cluster, shoot, err);
}

/* Calls back with the path of each Service of type LoadBalancer. */
static size_t load_balancers(const struct seed *seed, struct kube_cluster *shoot, struct strs *ret)
{
	const struct kind *services = kube_document_kind(shoot, "", "services");
	size_t count = 0;

	world_foreach (service, seed->emulator->world, services) {
		_cleanup_(freep) char *path = NULL;

		if (!str_eq(kube_doc_cluster(service), kube_cluster_name(shoot)) ||
		    !str_eq(json_find_str(service->body, "spec", "type", NULL), "LoadBalancer"))
			continue;
		count++;
		path = xasprintf("/api/v1/namespaces/%s/services/%s", kube_doc_namespace(service),
				 kube_doc_name(service));
		if (ret)
			strs_add(ret, path);
	}
	return count;
}

bool seed_delete_load_balancers(struct seed *seed, struct kube_cluster *shoot, struct err *err)
{
	_cleanup_(strs_done) struct strs paths = {0};

	load_balancers(seed, shoot, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		if (!remove_object(shoot, paths.items[i], err))
			return false;
	}
	return true;
}

size_t seed_count_load_balancers(const struct seed *seed, struct kube_cluster *shoot)
{
	return load_balancers(seed, shoot, NULL);
}
