/*
 * Service: the row; defaults, what a type change clears, warnings.
 *
 * Source: kubernetes pkg/registry/core/service/strategy.go and storage/storage.go,
 * pkg/apis/core/v1/defaults.go SetDefaults_Service, pkg/api/service/warnings.go.
 */
#include "emulator/kube/kinds/service.h"

#include "emulator/base/arena.h"
#include "emulator/base/cidr.h"
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/meta.h"

#define AFFINITY_SECONDS 10800 /* v1.DefaultClientIPServiceAffinitySeconds: 3 hours */

const char *service_type(const struct json *spec)
{
	const char *type = json_get_str(spec, "type");

	return type ? type : "";
}

bool service_has_type(const struct json *spec, const char *type)
{
	return str_eq(json_get_str(spec, "type"), type);
}

bool service_is_headless(const struct json *spec)
{
	const struct json *ips = json_get(spec, "clusterIPs");

	return json_size(ips) == 1 && str_eq(json_str(json_first(ips)), SERVICE_IP_NONE);
}

bool service_is_external(const struct json *spec)
{
	return service_has_type(spec, "LoadBalancer") || service_has_type(spec, "NodePort") ||
	       (service_has_type(spec, "ClusterIP") && json_first(json_get(spec, "externalIPs")));
}

bool service_needs_health_check(const struct json *spec)
{
	return service_has_type(spec, "LoadBalancer") &&
	       str_eq(json_get_str(spec, "externalTrafficPolicy"), "Local");
}

bool service_same_list(const struct json *a, const struct json *b, const char *member)
{
	const struct json *x = json_first(json_get(a, member));
	const struct json *y = json_first(json_get(b, member));

	for (; x && y; x = json_next(x), y = json_next(y))
		if (!json_equal(x, y))
			return false;
	return !x && !y;
}

const char *service_family_of(const char *address)
{
	struct ip ip;

	if (!address || !ip_parse(address, &ip))
		return NULL;
	return ip.family == FAMILY_IPV4 ? SERVICE_FAMILY_IP4 : SERVICE_FAMILY_IP6;
}

static void default_affinity(struct json *spec)
{
	const char *affinity;

	default_str(spec, "sessionAffinity", "None");
	affinity = json_get_str(spec, "sessionAffinity");
	if (str_eq(affinity, "None"))
		json_remove(spec, "sessionAffinityConfig");
	if (str_eq(affinity, "ClientIP"))
		default_int(spec, "sessionAffinityConfig.clientIP.timeoutSeconds",
			    AFFINITY_SECONDS);
}

static void default_ports(struct json *spec)
{
	for (struct json *port = json_first_mut(json_get_mut(spec, "ports")); port;
	     port = json_next_mut(port)) {
		const struct json *target = json_get(port, "targetPort");
		int64_t number = 0;

		default_str(port, "protocol", "TCP");
		if (!target || (json_int(target, &number) && !number) ||
		    (json_is_string(target) && !*json_str(target)))
			json_set_int(port, "targetPort", json_get_int(port, "port", 0));
	}
}

static void defaults(struct kube_op *op _unused_, struct json *object)
{
	struct json *spec = json_ensure_object(object, "spec");
	struct json *ingress;

	default_affinity(spec);
	default_str(spec, "type", "ClusterIP");
	default_ports(spec);
	if (service_is_external(spec))
		default_str(spec, "externalTrafficPolicy", "Cluster");
	if (!service_has_type(spec, "ExternalName"))
		default_str(spec, "internalTrafficPolicy", "Cluster");
	if (!service_has_type(spec, "LoadBalancer"))
		return;
	default_bool(spec, "allocateLoadBalancerNodePorts", true);
	ingress = json_get_mut(json_get_mut(json_get_mut(object, "status"), "loadBalancer"),
			       "ingress");
	for (struct json *item = json_first_mut(ingress); item; item = json_next_mut(item)) {
		const char *ip = json_get_str(item, "ip");

		if (ip && *ip)
			default_str(item, "ipMode", "VIP");
	}
}

static void clear_status(struct json *object)
{
	struct json *status = json_new_object();

	json_set(status, "loadBalancer", json_new_object());
	json_set(object, "status", status);
}

static void prepare_create(struct kube_op *op _unused_, struct json *object)
{
	clear_status(object);
}

static bool same(const struct json *a, const struct json *b, const char *member)
{
	return json_equal(json_get(a, member), json_get(b, member));
}

static bool has_node_ports(const struct json *spec)
{
	return service_has_type(spec, "NodePort") || service_has_type(spec, "LoadBalancer");
}

static bool old_has_port(const struct json *old_spec, int64_t node_port)
{
	json_foreach (port, json_get(old_spec, "ports"))
		if (json_get_int(port, "nodePort", 0) == node_port)
			return true;
	return false;
}

static bool same_node_ports(const struct json *spec, const struct json *old_spec)
{
	json_foreach (port, json_get(spec, "ports")) {
		int64_t number = json_get_int(port, "nodePort", 0);

		if (number && !old_has_port(old_spec, number))
			return false;
	}
	return true;
}

static void drop_ips(struct json *spec, const struct json *old_spec)
{
	if (same(spec, old_spec, "clusterIP") && service_same_list(spec, old_spec, "clusterIPs")) {
		json_remove(spec, "clusterIP");
		json_remove(spec, "clusterIPs");
	}
	if (service_same_list(spec, old_spec, "ipFamilies"))
		json_remove(spec, "ipFamilies");
	if (same(spec, old_spec, "ipFamilyPolicy"))
		json_remove(spec, "ipFamilyPolicy");
}

/* A client that changes the type does not have to clear what the new type has no use for
 * (strategy.go dropTypeDependentFields). */
static void drop_unused(struct json *spec, const struct json *old_spec)
{
	bool was_lb = service_has_type(old_spec, "LoadBalancer");
	bool is_lb = service_has_type(spec, "LoadBalancer");

	if (!service_has_type(old_spec, "ExternalName") && service_has_type(spec, "ExternalName"))
		drop_ips(spec, old_spec);
	if (has_node_ports(old_spec) && !has_node_ports(spec) && same_node_ports(spec, old_spec))
		for (struct json *port = json_first_mut(json_get_mut(spec, "ports")); port;
		     port = json_next_mut(port))
			json_remove(port, "nodePort");
	if (service_needs_health_check(old_spec) && !service_needs_health_check(spec) &&
	    same(spec, old_spec, "healthCheckNodePort"))
		json_remove(spec, "healthCheckNodePort");
	if (was_lb && !is_lb && same(spec, old_spec, "allocateLoadBalancerNodePorts"))
		json_remove(spec, "allocateLoadBalancerNodePorts");
	if (was_lb && !is_lb && same(spec, old_spec, "loadBalancerClass"))
		json_remove(spec, "loadBalancerClass");
	if (service_is_external(old_spec) && !service_is_external(spec) &&
	    same(spec, old_spec, "externalTrafficPolicy"))
		json_remove(spec, "externalTrafficPolicy");
}

static void prepare_update(struct kube_op *op _unused_, struct json *object, const struct json *old)
{
	struct json *spec = json_ensure_object(object, "spec");

	drop_unused(spec, json_get(old, "spec"));
	if (!service_has_type(spec, "LoadBalancer"))
		clear_status(object);
}

/* What a client may leave out of an update although the server chose it
 * (storage.go patchAllocatedValues). */
static void keep_node_ports(struct json *spec, const struct json *old_spec)
{
	for (struct json *port = json_first_mut(json_get_mut(spec, "ports")); port;
	     port = json_next_mut(port)) {
		const char *name = json_get_str(port, "name");
		int64_t before = 0;
		bool used = false;

		if (json_get_int(port, "nodePort", 0))
			continue;
		json_foreach (old_port, json_get(old_spec, "ports"))
			if (str_eq(json_get_str(old_port, "name"), name))
				before = json_get_int(old_port, "nodePort", 0);
		json_foreach (other, json_get(spec, "ports"))
			used |= before && json_get_int(other, "nodePort", 0) == before;
		if (before && !used)
			json_set_int(port, "nodePort", before);
	}
}

static bool allocates_node_ports(const struct json *spec)
{
	return service_has_type(spec, "NodePort") ||
	       (service_has_type(spec, "LoadBalancer") &&
		json_get_bool(spec, "allocateLoadBalancerNodePorts", true));
}

static void keep_allocated(struct json *spec, const struct json *old_spec)
{
	if (!service_has_type(old_spec, "ExternalName") &&
	    !service_has_type(spec, "ExternalName")) {
		const char *ip = json_get_str(spec, "clusterIP");

		if (!ip || !*ip)
			json_set_copy(spec, "clusterIP", json_get(old_spec, "clusterIP"));
		if (!json_first(json_get(spec, "clusterIPs")))
			json_set_copy(spec, "clusterIPs", json_get(old_spec, "clusterIPs"));
	}
	if (allocates_node_ports(old_spec) && allocates_node_ports(spec))
		keep_node_ports(spec, old_spec);
	if (service_needs_health_check(old_spec) && service_needs_health_check(spec) &&
	    !json_get_int(spec, "healthCheckNodePort", 0))
		json_set_copy(spec, "healthCheckNodePort",
			      json_get(old_spec, "healthCheckNodePort"));
}

static bool begin(struct kube_op *op, struct json *object, const struct json *old, struct err *err)
{
	struct json *spec = json_ensure_object(object, "spec");
	const struct json *old_spec = json_get(old, "spec");

	if (old)
		keep_allocated(spec, old_spec);
	service_normalize_ips(spec, old_spec);
	return service_take_ips(op, object, old, err) && service_take_ports(op, object, old, err);
}

static void release(struct kube_op *op, const struct json *object)
{
	const struct json *spec = json_get(object, "spec");

	service_release_ips(op, spec);
	service_release_ports(op, spec);
}

static void warn_headless(struct kube_op *op, const struct json *spec)
{
	const char *ip = json_get_str(spec, "loadBalancerIP");

	if (ip && *ip)
		op_warn(op, "spec.loadBalancerIP is ignored for headless services");
	if (json_first(json_get(spec, "externalIPs")))
		op_warn(op, "spec.externalIPs is ignored for headless services");
	if (!str_eq(json_get_str(spec, "sessionAffinity"), "None"))
		op_warn(op, "spec.SessionAffinity is ignored for headless services");
}

static void warnings(struct kube_op *op, const struct json *object, const struct json *old _unused_)
{
	static const char hints[] = "service.kubernetes.io/topology-aware-hints";
	const struct json *spec = json_get(object, "spec");
	const char *name = json_get_str(spec, "externalName");
	bool is_name = service_has_type(spec, "ExternalName");
	bool external = json_first(json_get(spec, "externalIPs"));

	if (json_get(meta_get(object, "annotations"), hints))
		op_warn(op,
			"annotation %s is deprecated, please use "
			"service.kubernetes.io/topology-mode instead",
			hints);
	if (service_is_headless(spec))
		warn_headless(op, spec);
	else if (external && !is_name)
		op_warn(op, "spec.externalIPs is deprecated and may no longer be implemented in "
			    "some clusters");
	if (is_name && external)
		op_warn(op, "spec.externalIPs is ignored when spec.type is \"ExternalName\"");
	if (!is_name && name && *name)
		op_warn(op, "spec.externalName is ignored when spec.type is not \"ExternalName\"");
	if (str_eq(json_get_str(spec, "trafficDistribution"), "PreferClose"))
		op_warn(op, "spec.trafficDistribution: \"PreferClose\" is deprecated; use "
			    "\"PreferSameZone\"");
}

static const struct selectable selectable[] = {
	{"spec.clusterIP", NULL, NULL},
	{"spec.type", NULL, NULL},
	{},
};

const struct kube_strategy strategy_service = {
	.group = "",
	.resource = "services",
	.flags = STRATEGY_CREATE_ON_UPDATE | STRATEGY_RETURNS_DELETED,
	.name_rule = NAME_LABEL, /* RelaxedServiceNameValidation is on since 1.36 */
	.selectable = selectable,
	.defaults = defaults,
	.prepare_create = prepare_create,
	.prepare_update = prepare_update,
	.begin = begin,
	.release = release,
	.validate = service_validate,
	.validate_status = service_validate_status,
	.warnings = warnings,
};
