/* The controllers of all clusters: what they noted is worked off on the loop. See controllers.h. */
#include "emulator/kube/controllers.h"

#include <stdarg.h>
#include <stdio.h>

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/base/log.h"
#include "emulator/base/loop.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/controllers/controller.h"
#include "emulator/world/journal.h"

#define STEPS_MAX 10000 /* of one run; more means that two controllers undo each other */

struct controllers {
	struct kube *kube;
	struct subscription *subscription;
	struct loop_source *timer; /* armed while work is noted */
	struct strs *work;	   /* of each controller: names of what to look at */
};

/* Sorted by name. */
static const struct controller *const all[] = {
	&controller_endpoint_slice,
	&controller_garbage_collector,
	&controller_namespace,
};
static const size_t all_count = array_size(all);

static void due(void *userdata)
{
	struct controllers *controllers = userdata;

	controllers->timer = NULL;
	controllers_run(controllers);
}

/* Documents of AWS are none of ours; nor are those of a cluster that is gone. */
static struct kube_cluster *cluster_changed(struct kube *kube, const struct change *change)
{
	const struct doc *doc = change_doc(change);

	return str_starts_with(doc->kind->shape, "k8s:") ? cluster_of(kube, doc) : NULL;
}

static void on_entry(const struct journal_entry *entry, void *userdata)
{
	struct controllers *controllers = userdata;
	bool any = false;

	for (size_t i = 0; i < entry->change_count; i++) {
		const struct change *change = &entry->changes[i];
		struct kube_cluster *cluster = cluster_changed(controllers->kube, change);

		for (size_t c = 0; cluster && c < all_count; c++)
			all[c]->concerns(cluster, change, &controllers->work[c]);
	}
	for (size_t c = 0; c < all_count; c++)
		any |= controllers->work[c].count;
	if (any && !controllers->timer && controllers->kube->loop)
		controllers->timer = loop_add_timer(controllers->kube->loop, 0, due, controllers);
}

struct controllers *controllers_new(struct kube *kube)
{
	struct controllers *controllers = xcalloc(1, sizeof(*controllers));

	controllers->kube = kube;
	controllers->work = xcalloc(all_count + 1, sizeof(*controllers->work));
	controllers->subscription = journal_subscribe(kube->world, on_entry, controllers);
	return controllers;
}

void controllers_free(struct controllers *controllers)
{
	if (!controllers)
		return;
	journal_unsubscribe(controllers->subscription);
	loop_remove(controllers->timer);
	for (size_t i = 0; i < all_count; i++)
		strs_done(&controllers->work[i]);
	free(controllers->work);
	free(controllers);
}

static bool step(struct controllers *controllers)
{
	for (size_t i = 0; i < all_count; i++) {
		struct strs *work = &controllers->work[i];
		_cleanup_(freep) char *name = NULL;

		if (!work->count)
			continue;
		name = work->items[0];
		memmove(work->items, work->items + 1, --work->count * sizeof(*work->items));
		all[i]->reconcile(controllers->kube, name);
		return true;
	}
	return false;
}

size_t controllers_run(struct controllers *controllers)
{
	size_t steps = 0;

	while (steps < STEPS_MAX && step(controllers))
		steps++;
	return steps;
}

void controller_note(struct strs *work, const char *format, ...)
{
	_cleanup_(freep) char *name = NULL;
	va_list ap;

	va_start(ap, format);
	name = xvasprintf(format, ap);
	va_end(ap);
	if (!strs_has(work, name))
		strs_add(work, name);
}

const struct doc *change_doc(const struct change *change)
{
	return change->after ? change->after : change->before;
}

bool change_is_of(struct kube_cluster *cluster, const struct change *change, const char *group,
		  const char *resource)
{
	const struct api_type *type = type_find_any(cluster, group, resource);

	return type && change_doc(change)->kind == type->document;
}

bool controller_ask(struct kube_cluster *cluster, const char *method, const char *path,
		    const char *type, const struct json *body, struct json **ret)
{
	struct err err = ERR_INIT;

	if (kube_invoke(cluster, CONTROLLER_USER, method, path, type, body, ret, &err))
		return true;
	log_debug("controller manager of %s: %s %s: %s", kube_cluster_name(cluster), method, path,
		  err_text(&err));
	err_done(&err);
	return false;
}

struct kube_cluster *controller_cluster(struct kube *kube, const char *name, const char **ret_rest)
{
	size_t length = strcspn(name, "/");
	_cleanup_(freep) char *cluster = xstrndup(name, length);

	*ret_rest = name + length + (name[length] != '\0');
	return kube_cluster_find(kube, cluster);
}

char *controller_path(struct kube_cluster *cluster, const struct doc *doc)
{
	return kube_object_path(cluster, json_get_str(doc->body, "apiVersion"),
				json_get_str(doc->body, "kind"), kube_doc_namespace(doc),
				kube_doc_name(doc));
}
