/* Node ports of Services; see service.h. */
#include "emulator/base/arena.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/kinds/service.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"
#include "emulator/world/world.h"

#define PORT_MIN      30000 /* --service-node-port-range, its default */
#define PORT_MAX      32767
#define PORT_COUNT    (PORT_MAX - PORT_MIN + 1)
#define PORT_RESERVED 86 /* for ports that are asked for (portallocator calculateRangeOffset) */

/* A node port in use: a document, so that it is undone with its call. Key: cluster//port. */
static const struct kind kind_node_port = {.name = "node-port"};

static const char *port_key(struct kube_op *op, int64_t port)
{
	return op_key(op, "", arena_printf(op->arena, "%lld", (long long)port));
}

static bool is_taken(struct kube_op *op, int64_t port)
{
	return world_find(op->cluster->kube->world, &kind_node_port, port_key(op, port));
}

static void take(struct kube_op *op, const struct json *service, int64_t port)
{
	struct json *body = json_new_object();

	json_set_int(body, "port", port);
	json_set_str(body, "namespace", meta_str(service, "namespace"));
	json_set_str(body, "service", meta_str(service, "name"));
	world_add(op->call, (struct doc_spec){.kind = &kind_node_port,
					      .key = port_key(op, port),
					      .body = body,
					      .account = "",
					      .region = ""});
}

static void give_back(struct kube_op *op, int64_t port)
{
	if (port && is_taken(op, port))
		world_remove(op->call, &kind_node_port, port_key(op, port));
}

/* A free port out of the upper part of the range, else out of the lower; 0: all are taken. */
static int64_t next_free(struct kube_op *op, const struct json *service, const char *what)
{
	const unsigned count = PORT_COUNT - PORT_RESERVED;
	unsigned start;
	char digits[9];

	ids_hex(world_seed(op->cluster->kube->world), "node-port", what, meta_str(service, "uid"),
		0, 8, digits);
	start = (unsigned)(strtoul(digits, NULL, 16) % count);
	for (unsigned i = 0; i < PORT_COUNT; i++) {
		unsigned offset = i < count ? PORT_RESERVED + (start + i) % count : i - count;

		if (!is_taken(op, PORT_MIN + offset))
			return PORT_MIN + offset;
	}
	return 0;
}

/* Why a port cannot be had; NULL when it can. */
static const char *unavailable(struct kube_op *op, int64_t port)
{
	if (port < PORT_MIN || port > PORT_MAX)
		return "provided port is not in the valid range. The range of valid ports is "
		       "30000-32767";
	return is_taken(op, port) ? "provided port is already allocated" : NULL;
}

static bool take_asked(struct kube_op *op, const struct json *service, size_t index, int64_t port,
		       struct err *err)
{
	const char *why = unavailable(op, port);
	struct field_errors errors = {.arena = op->arena};
	_cleanup_(json_freep) struct json *value = json_new_int(port);

	if (!why) {
		take(op, service, port);
		return true;
	}
	field_invalid(&errors, field_at(&errors, "spec.ports[%zu].nodePort", index), value, "%s",
		      why);
	return fields_check(&errors, op->target.type, meta_str(service, "name"), err);
}

static bool take_any(struct kube_op *op, const struct json *service, struct json *port,
		     size_t index, struct err *err)
{
	int64_t number = next_free(op, service, arena_printf(op->arena, "port %zu", index));

	if (!number)
		return status_internal(err, "failed to allocate a nodePort: range is full");
	take(op, service, number);
	json_set_int(port, "nodePort", number);
	return true;
}

static bool has_ports(const struct json *spec)
{
	return service_has_type(spec, "NodePort") || service_has_type(spec, "LoadBalancer");
}

static bool allocates(const struct json *spec)
{
	return service_has_type(spec, "NodePort") ||
	       (service_has_type(spec, "LoadBalancer") &&
		json_get_bool(spec, "allocateLoadBalancerNodePorts", false));
}

/* The node port of the ports before `until` (NULL: of all) with that port number; 0: none. */
static int64_t same_port(const struct json *spec, int64_t port, const struct json *until)
{
	json_foreach (item, json_get(spec, "ports")) {
		int64_t number = json_get_int(item, "nodePort", 0);

		if (item == until)
			break;
		if (number && json_get_int(item, "port", 0) == port)
			return number;
	}
	return 0;
}

/* One node port for the same port of several protocols (initNodePorts). */
static bool create_port(struct kube_op *op, const struct json *service, struct json *port,
			size_t index, struct err *err)
{
	const struct json *spec = json_get(service, "spec");
	int64_t asked = json_get_int(port, "nodePort", 0), number = json_get_int(port, "port", 0);
	int64_t earlier = same_port(spec, number, port), any = same_port(spec, number, NULL);

	if (!asked && !allocates(spec))
		return true;
	if (earlier && (!asked || asked == earlier)) {
		json_set_int(port, "nodePort", earlier);
		return true;
	}
	if (earlier)
		return take_asked(op, service, index, asked, err);
	if (!any)
		return take_any(op, service, port, index, err);
	if (!take_asked(op, service, index, any, err))
		return false;
	json_set_int(port, "nodePort", any);
	return true;
}

static bool has_node_port(const struct json *spec, int64_t number, const struct json *until)
{
	json_foreach (port, json_get(spec, "ports")) {
		if (port == until)
			break;
		if (json_get_int(port, "nodePort", 0) == number)
			return true;
	}
	return false;
}

static bool is_duplicate(const struct json *spec, const struct json *port)
{
	json_foreach (item, json_get(spec, "ports")) {
		if (item == port)
			break;
		if (json_equal(json_get(item, "nodePort"), json_get(port, "nodePort")) &&
		    str_eq(json_get_str(item, "protocol"), json_get_str(port, "protocol")))
			return true;
	}
	return false;
}

static bool update_port(struct kube_op *op, const struct json *service, const struct json *old_spec,
			struct json *port, size_t index, struct err *err)
{
	const struct json *spec = json_get(service, "spec");
	int64_t asked = json_get_int(port, "nodePort", 0);

	if (!asked && !allocates(spec))
		return true;
	if (!asked) {
		if (!take_any(op, service, port, index, err))
			return false;
	} else if (!has_node_port(old_spec, asked, NULL) && !has_node_port(spec, asked, port)) {
		if (!take_asked(op, service, index, asked, err))
			return false;
	}
	if (is_duplicate(spec, port))
		return status_set(err, 500, NULL, "duplicate nodePort: {%s %lld}",
				  json_get_str(port, "protocol"),
				  (long long)json_get_int(port, "nodePort", 0));
	return true;
}

static bool take_ports(struct kube_op *op, struct json *service, const struct json *old_spec,
		       struct err *err)
{
	struct json *spec = json_ensure_object(service, "spec");
	size_t index = 0;

	if (!has_ports(spec))
		return true;
	for (struct json *port = json_first_mut(json_get_mut(spec, "ports")); port;
	     port = json_next_mut(port), index++)
		if (old_spec ? !update_port(op, service, old_spec, port, index, err)
			     : !create_port(op, service, port, index, err))
			return false;
	return true;
}

/* Ports that the old one had and the new one has not. */
static void drop_ports(struct kube_op *op, const struct json *spec, const struct json *old_spec)
{
	if (!has_ports(old_spec))
		return;
	json_foreach (port, json_get(old_spec, "ports")) {
		int64_t number = json_get_int(port, "nodePort", 0);

		if (!has_ports(spec) || !has_node_port(spec, number, NULL))
			give_back(op, number);
	}
}

static bool take_health_check(struct kube_op *op, struct json *service, const struct json *old_spec,
			      struct err *err)
{
	struct json *spec = json_ensure_object(service, "spec");
	int64_t asked = json_get_int(spec, "healthCheckNodePort", 0);
	bool needed = service_needs_health_check(old_spec);
	bool needs = service_needs_health_check(spec);
	const char *why = asked ? unavailable(op, asked) : NULL;

	if (needed && !needs)
		give_back(op, json_get_int(old_spec, "healthCheckNodePort", 0));
	if (needed || !needs)
		return true;
	if (why)
		return status_internal(err,
				       "failed to allocate requested HealthCheck NodePort %lld: %s",
				       (long long)asked, why);
	if (!asked)
		asked = next_free(op, service, "health check");
	if (!asked)
		return status_internal(err, "failed to allocate a HealthCheck NodePort 0: range is "
					    "full");
	take(op, service, asked);
	json_set_int(spec, "healthCheckNodePort", asked);
	return true;
}

bool service_take_ports(struct kube_op *op, struct json *object, const struct json *old,
			struct err *err)
{
	const struct json *old_spec = json_get(old, "spec");

	if (!take_ports(op, object, old_spec, err) || !take_health_check(op, object, old_spec, err))
		return false;
	if (old)
		drop_ports(op, json_get(object, "spec"), old_spec);
	return true;
}

void service_release_ports(struct kube_op *op, const struct json *spec)
{
	json_foreach (port, json_get(spec, "ports"))
		give_back(op, json_get_int(port, "nodePort", 0));
	if (service_needs_health_check(spec))
		give_back(op, json_get_int(spec, "healthCheckNodePort", 0));
}
