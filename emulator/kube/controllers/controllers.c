/* The controllers of all clusters: what they noted is worked off on the loop. See controllers.h. */
#include "emulator/kube/controllers.h"

#include "emulator/base/container.h"
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
	NULL,
};
static const size_t all_count = array_size(all) - 1;

static void due(void *userdata)
{
	struct controllers *controllers = userdata;

	controllers->timer = NULL;
	controllers_run(controllers);
}

static void note(struct controllers *controllers, size_t index, const struct change *change)
{
	const struct doc *doc = change->after ? change->after : change->before;
	struct kube_cluster *cluster = cluster_of(controllers->kube, doc);
	_cleanup_(freep) char *name = NULL;

	if (!cluster)
		return;
	name = all[index]->concerns(cluster, change);
	if (name && !strs_has(&controllers->work[index], name))
		strs_add(&controllers->work[index], name);
}

static void on_entry(const struct journal_entry *entry, void *userdata)
{
	struct controllers *controllers = userdata;
	bool any = false;

	for (size_t c = 0; c < all_count; c++) {
		for (size_t i = 0; i < entry->change_count; i++)
			if (str_starts_with((entry->changes[i].after ? entry->changes[i].after
								     : entry->changes[i].before)
						    ->kind->shape,
					    "k8s:"))
				note(controllers, c, &entry->changes[i]);
		any |= controllers->work[c].count;
	}
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
