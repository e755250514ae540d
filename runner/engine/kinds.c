/* From a scenario's word for a kind to the world's kinds of documents. */
#include "runner/engine/inner.h"

bool kinds_has(const struct kinds *kinds, const struct kind *kind)
{
	for (size_t i = 0; i < kinds->count; i++)
		if (kinds->items[i] == kind)
			return true;
	return false;
}

static void add(struct kinds *kinds, const struct kind *kind)
{
	if (kind && !kinds_has(kinds, kind) && kinds->count < array_size(kinds->items))
		kinds->items[kinds->count++] = kind;
}

void kinds_of(const struct engine *engine, const struct object_kind *kind, struct kinds *ret)
{
	struct kube_cluster *cluster;
	const struct kind *known;

	*ret = (struct kinds){.count = 0};
	if (kind->kube_kind) {
		for (size_t i = 0; (cluster = kube_cluster_at(engine->emulator->kube, i)); i++)
			add(ret, kube_document_kind(cluster, kind->group, kind->resource));
		return;
	}
	for (size_t i = 0; (known = world_kind(engine->emulator->world, i)); i++)
		if (str_eq(known->name, kind->word))
			add(ret, known);
}
