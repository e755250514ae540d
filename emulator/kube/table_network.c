/* Cells of Services, Ingresses, endpoints and Nodes, after printers.go. */
#include <inttypes.h>

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/table_cells.h"

#define SHOWN_MAX 3 /* of a list, then "+ 2 more..." */

/* Addresses or names of status.loadBalancer.ingress, each once, sorted (the set of
 * loadBalancerStatusStringer). */
static void add_balancers(const struct cell *cell)
{
	struct strs found = {};

	json_foreach (entry, cell_at(cell->object, "status.loadBalancer.ingress")) {
		const char *ip = cell_str(entry, "ip");
		const char *text = *ip ? ip : cell_str(entry, "hostname");

		if (*text && !strs_has(&found, text))
			strs_add(&found, text);
	}
	strs_sort(&found);
	for (size_t i = 0; i < found.count; i++)
		cell_add(cell, ",", found.items[i]);
	strs_done(&found);
}

struct json *cell_balancers(const struct cell *cell)
{
	add_balancers(cell);
	return NULL;
}

struct json *cell_service_address(const struct cell *cell)
{
	const char *address = json_str(json_first(cell_at(cell->object, "spec.clusterIPs")));

	strbuf_add(cell->text, address ? address : "");
	return NULL;
}

struct json *cell_service_external(const struct cell *cell)
{
	const char *type = cell_str(cell->object, "spec.type");

	if (str_eq(type, "ExternalName"))
		return json_new_string(cell_str(cell->object, "spec.externalName"));
	if (str_eq(type, "LoadBalancer"))
		add_balancers(cell);
	else if (!str_eq(type, "ClusterIP") && !str_eq(type, "NodePort"))
		return json_new_string("<unknown>");
	json_foreach (address, cell_at(cell->object, "spec.externalIPs"))
		cell_add(cell, ",", json_str(address) ? json_str(address) : "");
	if (!*strbuf_text(cell->text))
		strbuf_add(cell->text, str_eq(type, "LoadBalancer") ? "<pending>" : "<none>");
	return NULL;
}

struct json *cell_service_ports(const struct cell *cell)
{
	json_foreach (port, cell_at(cell->object, "spec.ports")) {
		int64_t node_port = json_get_int(port, "nodePort", 0);

		if (*strbuf_text(cell->text))
			strbuf_add_char(cell->text, ',');
		strbuf_addf(cell->text, "%" PRId64, json_get_int(port, "port", 0));
		if (node_port > 0)
			strbuf_addf(cell->text, ":%" PRId64, node_port);
		strbuf_addf(cell->text, "/%s", cell_str(port, "protocol"));
	}
	return NULL;
}

/* formatHosts: rules without a host are not shown, but count among the first three and the rest. */
struct json *cell_hosts(const struct cell *cell)
{
	const struct json *rules = cell_at(cell->object, "spec.rules");
	size_t shown = 0;
	bool more = false;

	json_foreach (rule, rules) {
		const char *host = cell_str(rule, "host");

		more = more || shown == SHOWN_MAX;
		if (!more && *host) {
			cell_add(cell, ",", host);
			shown++;
		}
	}
	if (more)
		strbuf_addf(cell->text, " + %zu more...", json_size(rules) - SHOWN_MAX);
	return NULL;
}

struct json *cell_tls_ports(const struct cell *cell)
{
	strbuf_add(cell->text, json_first(cell_at(cell->object, "spec.tls")) ? "80, 443" : "80");
	return NULL;
}

struct json *cell_class_parameters(const struct cell *cell)
{
	const struct json *parameters = cell_at(cell->object, "spec.parameters");
	const char *group = json_get_str(parameters, "apiGroup");

	if (parameters)
		strbuf_addf(cell->text, "%s%s%s/%s", cell_str(parameters, "kind"), group ? "." : "",
			    group ? group : "", cell_str(parameters, "name"));
	return NULL;
}

struct json *cell_ip_parent(const struct cell *cell)
{
	const struct json *parent = cell_at(cell->object, "spec.parentRef");
	const char *group = cell_str(parent, "group"), *ns = cell_str(parent, "namespace");

	if (parent)
		strbuf_addf(cell->text, "%s%s%s%s%s/%s", cell_str(parent, "resource"),
			    *group ? "." : "", group, *ns ? "/" : "", ns, cell_str(parent, "name"));
	return NULL;
}

/* An address of Endpoints: "10.0.0.1:80", "[2001:db8::1]:80", or alone without a port. */
static void add_endpoint(const struct cell *cell, const char *ip, const struct json *port)
{
	cell_add(cell, ",", "");
	if (port)
		strbuf_addf(cell->text, strchr(ip, ':') ? "[%s]:%" PRId64 : "%s:%" PRId64, ip,
			    json_get_int(port, "port", 0));
	else
		strbuf_add(cell->text, ip);
}

static size_t add_addresses(const struct cell *cell, const struct json *subset,
			    const struct json *port, size_t count)
{
	json_foreach (address, json_get(subset, "addresses"))
		if (count++ < SHOWN_MAX)
			add_endpoint(cell, cell_str(address, "ip"), port);
	return count;
}

static void add_more(const struct cell *cell, size_t count)
{
	if (count > SHOWN_MAX)
		strbuf_addf(cell->text, " + %zu more...", count - SHOWN_MAX);
}

struct json *cell_endpoints(const struct cell *cell)
{
	size_t count = 0;

	json_foreach (subset, json_get(cell->object, "subsets")) {
		const struct json *ports = json_get(subset, "ports");

		if (!json_first(ports))
			count = add_addresses(cell, subset, NULL, count);
		json_foreach (port, ports)
			count = add_addresses(cell, subset, port, count);
	}
	add_more(cell, count);
	/* subsets without addresses show nothing at all, not "<none>" */
	return json_first(json_get(cell->object, "subsets")) && !count ? json_new_string("") : NULL;
}

struct json *cell_slice_ports(const struct cell *cell)
{
	size_t count = 0;

	json_foreach (port, json_get(cell->object, "ports")) {
		const char *name = json_get_str(port, "name");

		if (count++ >= SHOWN_MAX)
			continue;
		cell_add(cell, ",", "");
		if (json_get(port, "port"))
			strbuf_addf(cell->text, "%" PRId64, json_get_int(port, "port", 0));
		else
			strbuf_add(cell->text, name ? name : "*");
	}
	add_more(cell, count);
	return NULL;
}

struct json *cell_slice_endpoints(const struct cell *cell)
{
	size_t count = 0;

	json_foreach (endpoint, json_get(cell->object, "endpoints"))
		json_foreach (address, json_get(endpoint, "addresses"))
			if (count++ < SHOWN_MAX)
				cell_add(cell, ",", json_str(address) ? json_str(address) : "");
	add_more(cell, count);
	return NULL;
}

struct json *cell_node_status(const struct cell *cell)
{
	const struct json *ready = cell_condition(cell->object, "Ready");

	if (!ready)
		strbuf_add(cell->text, "Unknown");
	else
		strbuf_add(cell->text, cell_is_true(cell->object, "Ready") ? "Ready" : "NotReady");
	if (json_get_bool(json_get(cell->object, "spec"), "unschedulable", false))
		strbuf_add(cell->text, ",SchedulingDisabled");
	return NULL;
}

#define ROLE_PREFIX "node-role.kubernetes.io/"

struct json *cell_node_roles(const struct cell *cell)
{
	struct strs roles = {};

	json_foreach (label, meta_get(cell->object, "labels")) {
		const char *key = json_key(label), *role = json_str(label);

		if (str_starts_with(key, ROLE_PREFIX))
			role = key + strlen(ROLE_PREFIX);
		else if (!str_eq(key, "kubernetes.io/role"))
			continue;
		if (role && *role && !strs_has(&roles, role))
			strs_add(&roles, role);
	}
	strs_sort(&roles);
	for (size_t i = 0; i < roles.count; i++)
		cell_add(cell, ",", roles.items[i]);
	strs_done(&roles);
	return NULL;
}

/* The first address of the type that the row's path names. */
struct json *cell_node_address(const struct cell *cell)
{
	json_foreach (address, cell_at(cell->object, "status.addresses"))
		if (str_eq(json_get_str(address, "type"), cell->path)) {
			strbuf_add(cell->text, cell_str(address, "address"));
			break;
		}
	return NULL;
}

struct json *cell_node_kernel(const struct cell *cell)
{
	const char *kernel = cell_str(cell->object, "status.nodeInfo.kernelVersion");
	const char *machine = cell_str(cell->object, "status.nodeInfo.architecture");

	strbuf_add(cell->text, *kernel ? kernel : "<unknown>");
	if (*machine)
		strbuf_addf(cell->text, " (%s)", machine);
	return NULL;
}
