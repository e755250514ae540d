/* See workers.h. */
#include "runner/gardenlet/workers.h"

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/cluster/workloads.h"

#define POOL "worker"

struct workers {
	struct workers_options options;
	struct workloads *workloads;
	struct ptrs nodes; /* of struct node */
};

struct workers *workers_new(const struct workers_options *options)
{
	struct workers *workers = xcalloc(1, sizeof(*workers));
	struct workloads_options workloads = {
		.loop = options->emulator->loop,
		.world = options->emulator->world,
		.aws = options->emulator->aws,
		.cluster = options->cluster,
		.region = options->spec->region,
		.overlay = options->overlay ? options->spec->pods : NULL,
		.broken = options->broken,
		.userdata = options->userdata,
	};

	workers->options = *options;
	workers->workloads = workloads_new(&workloads);
	return workers;
}

void workers_free(struct workers *workers)
{
	if (!workers)
		return;
	workloads_free(workers->workloads);
	for (size_t i = 0; i < workers->nodes.count; i++) {
		node_done(workers->nodes.items[i]);
		free(workers->nodes.items[i]);
	}
	ptrs_done(&workers->nodes);
	free(workers);
}

/* The "nodes" entry of a list in InfrastructureStatus, by its purpose. */
static const char *of_nodes(const struct json *list, const char *member)
{
	json_foreach (item, list) {
		if (str_eq(json_get_str(item, "purpose"), "nodes"))
			return json_get_str(item, member);
	}
	return NULL;
}

static bool add_one(struct workers *workers, const struct json *status, unsigned number,
		    struct err *err)
{
	const struct shoot_spec *spec = workers->options.spec;
	size_t zones = 0;
	const struct json *subnet;
	struct node_spec wanted = {
		.region = spec->region,
		.security_group_id =
			of_nodes(json_find(status, "vpc", "securityGroups", NULL), "id"),
		.instance_profile =
			of_nodes(json_find(status, "iam", "instanceProfiles", NULL), "name"),
		.key_name = json_find_str(status, "ec2", "keyName", NULL),
		.cluster_tag = spec->technical_id,
		.pool = POOL,
		.kubernetes_version = spec->kubernetes_version,
		.number = number,
		.ipv6 = spec->ipv6,
	};
	struct node *node;

	while (shoot_subnet(status, "nodes", zones))
		zones++;
	if (!zones || !wanted.security_group_id)
		return err_set(err, ERR_NOT_FOUND, NULL,
			       "the Infrastructure's status names no subnet or security group for "
			       "nodes");
	subnet = shoot_subnet(status, "nodes", number % zones);
	wanted.subnet_id = json_get_str(subnet, "id");
	wanted.zone = json_get_str(subnet, "zone");
	node = xcalloc(1, sizeof(*node));
	if (!node_add(workers->options.emulator->aws, workers->options.cluster,
		      workers->options.emulator->world, &wanted, node, err)) {
		free(node);
		return false;
	}
	ptrs_add(&workers->nodes, node);
	workloads_add_node(workers->workloads, node);
	return true;
}

bool workers_add(struct workers *workers, const struct json *provider_status, unsigned count,
		 struct err *err)
{
	for (unsigned i = 0; i < count; i++) {
		if (!add_one(workers, provider_status, i, err))
			return err_wrap(err, "node %u of %u", i + 1, count);
	}
	return true;
}

bool workers_remove_all(struct workers *workers, struct err *err)
{
	while (workers->nodes.count) {
		struct node *node = workers->nodes.items[workers->nodes.count - 1];

		if (!node_remove(workers->options.emulator->aws, workers->options.cluster,
				 workers->options.spec->region, node, err))
			return err_wrap(err, "removing node %s", node->name);
		workloads_remove_node(workers->workloads, node->name);
		ptrs_remove_at(&workers->nodes, workers->nodes.count - 1);
		node_done(node);
		free(node);
	}
	return true;
}

bool workers_busy(const struct workers *workers)
{
	return workers && workloads_busy(workers->workloads);
}
