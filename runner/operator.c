/* What the operator does in a scenario: applies, changes and deletes, as with kubectl. */
#include "emulator/base/json.h"
#include "runner/environment_inner.h"
#include "runner/gardenlet/gardenlet.h"

/* An Infrastructure's status, in place of the infrastructure controller. */
static bool play_extension(struct environment *environment, const struct json *manifest,
			   struct err *err)
{
	if (environment_has_started(environment, "infrastructure-controller"))
		return err_set(err, ERR_CONFLICT, "Conflict",
			       "infrastructure-controller is running and writes the "
			       "Infrastructure's status itself: leave it out of "
			       "given.controllers, or this manifest out of the step");
	return gardenlet_play_extension(environment->gardenlet, manifest, err);
}

bool environment_apply(struct environment *environment, const struct json *manifest,
		       struct err *err)
{
	struct kube_cluster *cluster;
	struct shoot *shoot;

	if (is_shoot(manifest)) {
		if (!gardenlet_apply(environment->gardenlet, manifest, &shoot, err))
			return false;
		environment->current = shoot_kube_cluster(shoot);
		return true;
	}
	if (is_infrastructure(manifest))
		return play_extension(environment, manifest, err);
	cluster = environment_current_cluster(environment, err);
	return cluster && kube_apply_admitted(cluster, ENVIRONMENT_OPERATOR, manifest, NULL, err);
}

/* Path of an object in the current cluster; NULL with err when its kind is unknown. */
static char *object_path(struct environment *environment, const char *api_version, const char *kind,
			 const char *ns, const char *name, struct err *err)
{
	struct kube_cluster *cluster = environment_current_cluster(environment, err);
	char *path;

	if (!cluster)
		return NULL;
	path = kube_object_path(cluster, api_version, kind, ns ? ns : "default", name);
	if (!path)
		err_set(err, ERR_NOT_FOUND, "NotFound", "the cluster has no kind %s of %s", kind,
			api_version);
	return path;
}

bool environment_delete(struct environment *environment, const char *api_version, const char *kind,
			const char *ns, const char *name, struct err *err)
{
	_cleanup_(freep) char *path = NULL, *full = NULL;

	if (str_eq(kind, "Shoot"))
		return gardenlet_delete(environment->gardenlet, name, err);
	path = object_path(environment, api_version, kind, ns, name, err);
	if (!path)
		return false;
	full = xasprintf("%s?propagationPolicy=Background", path);
	return kube_invoke_admitted(environment->current, ENVIRONMENT_OPERATOR, "DELETE", full,
				    NULL, NULL, NULL, err);
}

/* RFC 7386 on a Shoot's manifest, which no API server keeps for us. */
static void merge(struct json *into, const struct json *patch)
{
	json_foreach (member, patch) {
		const char *key = json_key(member);

		if (json_is_null(member)) {
			json_remove(into, key);
		} else if (json_is_object(member)) {
			if (!json_is_object(json_get(into, key)))
				json_set(into, key, json_new_object());
			merge(json_get_mut(into, key), member);
		} else {
			json_set_copy(into, key, member);
		}
	}
}

bool environment_change(struct environment *environment, const char *api_version, const char *kind,
			const char *ns, const char *name, const struct json *set, struct err *err)
{
	_cleanup_(freep) char *path = NULL;

	if (str_eq(kind, "Shoot")) {
		const struct shoot *shoot = gardenlet_find(environment->gardenlet, name);
		_cleanup_(json_freep) struct json *manifest = NULL;

		if (!shoot)
			return err_set(err, ERR_NOT_FOUND, "NotFound",
				       "shoots.core.gardener.cloud \"%s\" not found", name);
		manifest = json_copy(shoot_spec(shoot)->manifest);
		merge(manifest, set);
		return gardenlet_apply(environment->gardenlet, manifest, NULL, err);
	}
	path = object_path(environment, api_version, kind, ns, name, err);
	return path && kube_invoke_admitted(environment->current, ENVIRONMENT_OPERATOR, "PATCH",
					    path, "application/merge-patch+json", set, NULL, err);
}
