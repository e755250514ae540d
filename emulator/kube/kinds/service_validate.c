/* What makes a Service's 422; see service.h. The order is the real server's. */
#include <ctype.h>

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/kinds/service.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"

#define AFFINITY_SECONDS_MAX 86400 /* core.MaxClientIPServiceAffinitySeconds */

static const char *const families[] = {"IPv4", "IPv6", NULL};
static const char *const policies[] = {"PreferDualStack", "RequireDualStack", "SingleStack", NULL};
static const char *const types[] = {"ClusterIP", "ExternalName", "LoadBalancer", "NodePort", NULL};
static const char *const affinities[] = {"ClientIP", "None", NULL};
static const char *const traffic_policies[] = {"Cluster", "Local", NULL};
static const char *const distributions[] = {"PreferClose", "PreferSameZone", "PreferSameNode",
					    NULL};
static const char *const ip_modes[] = {"Proxy", "VIP", NULL};

static bool one_of(const char *text, const char *const *list)
{
	for (; *list; list++)
		if (str_eq(text, *list))
			return true;
	return false;
}

static bool may_only(struct field_errors *errors, const char *path)
{
	field_forbidden(errors, path, "may only be used when `type` is 'LoadBalancer'");
	return false;
}

/* --- addresses ----------------------------------------------------------------------------- */

static void check_pair(const struct json *spec, struct field_errors *errors)
{
	const char *ip = value_str(spec, "clusterIP");
	const struct json *ips = json_get(spec, "clusterIPs");

	if (*ip && !json_first(ips))
		field_required(errors, "spec.clusterIPs", "");
	else if (*ip && !str_eq(json_str(json_first(ips)), ip))
		field_invalid(errors, "spec.clusterIPs", ips, "first value must match `clusterIP`");
	else if (!*ip && json_first(ips))
		field_invalid(errors, "spec.clusterIPs", ips,
			      "must be empty when `clusterIP` is not specified");
}

static void check_families(const struct json *spec, struct field_errors *errors)
{
	struct strs seen = {};
	size_t i = 0;

	json_foreach (item, json_get(spec, "ipFamilies")) {
		const char *path = field_at(errors, "spec.ipFamilies[%zu]", i++);
		const char *family = json_str(item) ? json_str(item) : "";

		if (!one_of(family, families))
			field_not_supported(errors, path, item, families);
		if (strs_has(&seen, family))
			field_duplicate(errors, path, item);
		strs_add(&seen, family);
	}
	strs_done(&seen);
	if (json_get(spec, "ipFamilyPolicy") &&
	    !one_of(value_str(spec, "ipFamilyPolicy"), policies))
		field_not_supported(errors, "spec.ipFamilyPolicy", json_get(spec, "ipFamilyPolicy"),
				    policies);
}

static bool check_addresses(const struct json *spec, const struct json *old_spec,
			    struct field_errors *errors)
{
	const struct json *ips = json_get(spec, "clusterIPs");
	bool fine = true;
	size_t i = 0;

	json_foreach (item, ips) {
		const char *path = field_at(errors, "spec.clusterIPs[%zu]", i);

		if (!i++ && str_eq(json_str(item), SERVICE_IP_NONE)) {
			if (json_size(ips) > 1) {
				fine = false;
				field_invalid(errors, "spec.clusterIPs", ips,
					      "'None' must be the first and only value");
			}
			continue;
		}
		fine &= value_ip(errors, path, json_str(item), json_get(old_spec, "clusterIPs"));
	}
	if (json_size(ips) > 2)
		field_invalid(errors, "spec.clusterIPs", ips, "may only hold up to 2 values");
	return fine;
}

static bool is_dual(const struct json *ips)
{
	bool seen[2] = {};

	json_foreach (item, ips) {
		bool six = str_eq(service_family_of(json_str(item)), SERVICE_FAMILY_IP6);

		if (seen[six])
			return false;
		seen[six] = true;
	}
	return seen[0] && seen[1];
}

static void check_match(const struct json *spec, struct field_errors *errors)
{
	const struct json *family = json_first(json_get(spec, "ipFamilies"));
	const struct json *ip = json_first(json_get(spec, "clusterIPs"));

	for (size_t i = 0; family && ip; family = json_next(family), ip = json_next(ip), i++) {
		const char *wanted = json_str(family), *have = service_family_of(json_str(ip));

		if (have && one_of(wanted, families) && !str_eq(wanted, have))
			field_invalid(errors, field_at(errors, "spec.clusterIPs[%zu]", i), ip,
				      "expected an %s value as indicated by `ipFamilies[%zu]`",
				      wanted, i);
	}
}

void service_validate_ips(const struct json *spec, const struct json *old_spec,
			  struct field_errors *errors)
{
	const struct json *ips = json_get(spec, "clusterIPs");

	if (service_has_type(spec, "ExternalName"))
		return;
	check_pair(spec, errors);
	check_families(spec, errors);
	if (!check_addresses(spec, old_spec, errors))
		return;
	if (json_size(ips) > 1 && !is_dual(ips))
		field_invalid(errors, "spec.clusterIPs", ips,
			      "may specify no more than one IP for each IP family");
	if (!service_is_headless(spec))
		check_match(spec, errors);
}

static bool may_keep_ips(const struct json *spec, const struct json *old_spec)
{
	return service_has_type(spec, "ExternalName") || service_has_type(old_spec, "ExternalName");
}

static void check_ip_change(const struct json *spec, const struct json *old_spec,
			    struct field_errors *errors)
{
	const struct json *now = json_get(spec, "clusterIPs");
	const struct json *before = json_get(old_spec, "clusterIPs");
	const struct json *a = json_first(before), *b = json_first(now);
	size_t count = json_size(now), old_count = json_size(before);

	if (may_keep_ips(spec, old_spec) ||
	    (service_is_headless(spec) && service_is_headless(old_spec)))
		return;
	if (count == old_count) {
		for (size_t i = 0; a; a = json_next(a), b = json_next(b), i++)
			if (!json_equal(a, b))
				field_invalid(errors, field_at(errors, "spec.clusterIPs[%zu]", i),
					      now, "may not change once set");
		return;
	}
	if (!count)
		field_invalid(errors, "spec.clusterIPs[0]", now,
			      "primary clusterIP can not be unset");
	if (a && b && !json_equal(a, b))
		field_invalid(errors, "spec.clusterIPs[0]", now, "may not change once set");
	if (count < old_count && count == 1 &&
	    !str_eq(value_str(spec, "ipFamilyPolicy"), "SingleStack"))
		field_invalid(errors, "spec.ipFamilyPolicy", json_get(spec, "ipFamilyPolicy"),
			      "must be set to 'SingleStack' when releasing the secondary "
			      "clusterIP");
}

static void check_family_change(const struct json *spec, const struct json *old_spec,
				struct field_errors *errors)
{
	const struct json *now = json_get(spec, "ipFamilies");
	const struct json *ips = json_get(spec, "clusterIPs");
	const struct json *a = json_first(json_get(old_spec, "ipFamilies")), *b = json_first(now);
	size_t count = json_size(now), old_count = json_size(json_get(old_spec, "ipFamilies"));

	if (may_keep_ips(spec, old_spec) || service_is_headless(spec) ||
	    service_is_headless(old_spec))
		return;
	if (count == old_count) {
		for (; a; a = json_next(a), b = json_next(b))
			if (!json_equal(a, b))
				field_invalid(errors, "spec.ipFamilies[0]", now,
					      "may not change once set");
		return;
	}
	if (count < old_count && !json_first(ips))
		field_invalid(errors, "spec.ipFamilies[0]", now,
			      "primary ipFamily can not be unset");
	if (a && b && !json_equal(a, b))
		field_invalid(errors, "spec.ipFamilies[0]", ips, "may not change once set");
	if (count < old_count && count == 1 &&
	    !str_eq(value_str(spec, "ipFamilyPolicy"), "SingleStack"))
		field_invalid(errors, "spec.ipFamilyPolicy", json_get(spec, "ipFamilyPolicy"),
			      "must be set to 'SingleStack' when releasing the secondary ipFamily");
}

/* --- the other fields ---------------------------------------------------------------------- */

static void check_type(const struct json *spec, struct field_errors *errors)
{
	const struct json *first = json_first(json_get(spec, "clusterIPs"));
	_cleanup_(freep) char *cname = xstrdup(value_str(spec, "externalName"));
	size_t length = strlen(cname);

	if (service_is_headless(spec) &&
	    (service_has_type(spec, "LoadBalancer") || service_has_type(spec, "NodePort")))
		field_invalid(errors, "spec.clusterIPs[0]", first,
			      "may not be set to 'None' for %s services", service_type(spec));
	if (!service_has_type(spec, "ExternalName"))
		return;
	if (first)
		field_forbidden(errors, "spec.clusterIPs",
				"may not be set for ExternalName services");
	if (json_first(json_get(spec, "ipFamilies")))
		field_forbidden(errors, "spec.ipFamilies",
				"may not be set for ExternalName services");
	if (json_get(spec, "ipFamilyPolicy"))
		field_forbidden(errors, "spec.ipFamilyPolicy",
				"may not be set for ExternalName services");
	if (length && cname[length - 1] == '.')
		cname[length - 1] = '\0';
	if (*cname)
		field_format(errors, "spec.externalName", cname, format_dns1123_subdomain);
	else
		field_required(errors, "spec.externalName", "");
}

static void check_port(const struct json *port, bool require_name, struct strs *names,
		       const char *path, struct field_errors *errors)
{
	const char *name = value_str(port, "name");

	if (require_name && !*name)
		field_required(errors, field_at(errors, "%s.name", path), "");
	if (*name) {
		field_format(errors, field_at(errors, "%s.name", path), name, format_dns1123_label);
		if (strs_has(names, name))
			field_duplicate(errors, field_at(errors, "%s.name", path),
					json_get(port, "name"));
		else
			strs_add(names, name);
	}
	value_port(errors, field_at(errors, "%s.port", path), json_get(port, "port"));
	value_one_of(errors, field_at(errors, "%s.protocol", path), json_get(port, "protocol"),
		     value_protocols);
	value_port_or_name(errors, field_at(errors, "%s.targetPort", path),
			   json_get(port, "targetPort"));
	if (json_get(port, "appProtocol"))
		field_format(errors, field_at(errors, "%s.appProtocol", path),
			     value_str(port, "appProtocol"), format_qualified_name);
}

static void check_ports(const struct json *spec, struct field_errors *errors)
{
	const struct json *ports = json_get(spec, "ports");
	struct strs names = {};
	size_t i = 0;

	json_foreach (port, ports)
		check_port(port, json_size(ports) > 1, &names,
			   field_at(errors, "spec.ports[%zu]", i++), errors);
	strs_done(&names);
}

static void check_affinity(const struct json *spec, struct field_errors *errors)
{
	const char *affinity = value_str(spec, "sessionAffinity");
	const struct json *config = json_get(spec, "sessionAffinityConfig");
	const struct json *timeout = object_get(config, "clientIP.timeoutSeconds");
	int64_t seconds;

	value_one_of(errors, "spec.sessionAffinity", json_get(spec, "sessionAffinity"), affinities);
	if (str_eq(affinity, "None") && config)
		field_forbidden(errors, "spec.sessionAffinityConfig",
				"must not be set when session affinity is None");
	if (!str_eq(affinity, "ClientIP"))
		return;
	if (json_int(timeout, &seconds) && (seconds <= 0 || seconds > AFFINITY_SECONDS_MAX))
		field_invalid(errors, "spec.sessionAffinityConfig.clientIP.timeoutSeconds", timeout,
			      "must be greater than 0 and less than %d", AFFINITY_SECONDS_MAX);
}

static void check_external_ips(const struct json *spec, const struct json *old_spec,
			       struct field_errors *errors)
{
	size_t i = 0;

	json_foreach (item, json_get(spec, "externalIPs")) {
		const char *path = field_at(errors, "spec.externalIPs[%zu]", i++);

		if (value_ip(errors, path, json_str(item), json_get(old_spec, "externalIPs")))
			value_endpoint_ip(errors, path, json_str(item));
	}
}

static bool seen_before(const struct json *ports, const struct json *port, const char *member)
{
	json_foreach (item, ports) {
		if (item == port)
			break;
		if (json_equal(json_get(item, member), json_get(port, member)) &&
		    str_eq(value_str(item, "protocol"), value_str(port, "protocol")))
			return true;
	}
	return false;
}

/* core.ServicePort as Go prints it: the internal type has no JSON names. */
static void duplicate_port(const struct json *port, const char *path, struct field_errors *errors)
{
	_cleanup_(json_freep) struct json *key = json_new_object();

	json_set_str(key, "Name", "");
	json_set_str(key, "Protocol", value_str(port, "protocol"));
	json_set_null(key, "AppProtocol");
	json_set_int(key, "Port", json_get_int(port, "port", 0));
	json_set_int(key, "TargetPort", 0);
	json_set_int(key, "NodePort", 0);
	field_duplicate(errors, path, key);
}

static void check_duplicates(const struct json *spec, struct field_errors *errors)
{
	const struct json *ports = json_get(spec, "ports");
	size_t i = 0;

	if (service_has_type(spec, "ClusterIP"))
		json_foreach (port, ports) {
			if (json_get_int(port, "nodePort", 0))
				field_forbidden(errors,
						field_at(errors, "spec.ports[%zu].nodePort", i),
						"may not be used when `type` is 'ClusterIP'");
			i++;
		}
	i = 0;
	json_foreach (port, ports) {
		if (json_get_int(port, "nodePort", 0) && seen_before(ports, port, "nodePort"))
			field_duplicate(errors, field_at(errors, "spec.ports[%zu].nodePort", i),
					json_get(port, "nodePort"));
		i++;
	}
	i = 0;
	json_foreach (port, ports) {
		if (seen_before(ports, port, "port"))
			duplicate_port(port, field_at(errors, "spec.ports[%zu]", i), errors);
		i++;
	}
}

/* Without spaces around it; in the list's arena. */
static const char *trimmed(struct field_errors *errors, const char *text, size_t length)
{
	while (length && isspace((unsigned char)*text))
		text++, length--;
	while (length && isspace((unsigned char)text[length - 1]))
		length--;
	return field_at(errors, "%.*s", (int)length, text);
}

#define RANGES_ANNOTATION "service.beta.kubernetes.io/load-balancer-source-ranges"

static void check_range_annotation(const struct json *object, const struct json *old,
				   struct field_errors *errors)
{
	static const char path[] = "metadata.annotations[" RANGES_ANNOTATION "]";
	const char *text = json_get_str(meta_get(object, "annotations"), RANGES_ANNOTATION);

	if (!text)
		return;
	if (!service_has_type(json_get(object, "spec"), "LoadBalancer"))
		may_only(errors, path);
	if (str_eq(text, json_get_str(meta_get(old, "annotations"), RANGES_ANNOTATION)) ||
	    !*trimmed(errors, text, strlen(text)))
		return;
	for (;;) {
		size_t length = strcspn(text, ",");

		value_cidr(errors, path, trimmed(errors, text, length), NULL);
		if (!text[length])
			break;
		text += length + 1;
	}
}

static void check_ranges(const struct json *object, const struct json *old,
			 struct field_errors *errors)
{
	const struct json *spec = json_get(object, "spec");
	const struct json *ranges = json_get(spec, "loadBalancerSourceRanges");
	const struct json *known = object_get(old, "spec.loadBalancerSourceRanges");
	size_t i = 0;

	if (!json_first(ranges)) {
		check_range_annotation(object, old, errors);
		return;
	}
	/* the path's capital letter is the real server's (validation.go) */
	if (!service_has_type(spec, "LoadBalancer"))
		may_only(errors, "spec.LoadBalancerSourceRanges");
	json_foreach (item, ranges) {
		const char *text = json_str(item) ? json_str(item) : "";

		value_cidr(errors, field_at(errors, "spec.LoadBalancerSourceRanges[%zu]", i++),
			   trimmed(errors, text, strlen(text)), known);
	}
}

static void check_class(const struct json *spec, const struct json *old_spec, bool form,
			struct field_errors *errors)
{
	const struct json *class = json_get(spec, "loadBalancerClass");
	bool is_lb = service_has_type(spec, "LoadBalancer");

	if (is_lb && service_has_type(old_spec, "LoadBalancer") &&
	    !json_equal(class, json_get(old_spec, "loadBalancerClass")))
		field_invalid(errors, "spec.loadBalancerClass", class, "may not change once set");
	if (!class || !form)
		return;
	if (is_lb)
		field_format(errors, "spec.loadBalancerClass", value_str(spec, "loadBalancerClass"),
			     format_qualified_name);
	else
		may_only(errors, "spec.loadBalancerClass");
}

static void check_external_policy(const struct json *spec, struct field_errors *errors)
{
	const struct json *policy = json_get(spec, "externalTrafficPolicy");
	const struct json *port = json_get(spec, "healthCheckNodePort");

	if (service_is_external(spec))
		value_one_of(errors, "spec.externalTrafficPolicy", policy, traffic_policies);
	else if (policy)
		field_invalid(errors, "spec.externalTrafficPolicy", policy,
			      "may only be set for externally-accessible services");
	if (service_needs_health_check(spec) && !json_get_int(spec, "healthCheckNodePort", 0))
		field_required(errors, "spec.healthCheckNodePort", "");
	else if (service_needs_health_check(spec))
		value_port(errors, "spec.healthCheckNodePort", port);
	else if (port)
		field_invalid(errors, "spec.healthCheckNodePort", port,
			      "may only be set when `type` is 'LoadBalancer' and "
			      "`externalTrafficPolicy` is 'Local'");
}

static void check_rest(const struct json *spec, struct field_errors *errors)
{
	const struct json *policy = json_get(spec, "internalTrafficPolicy");
	const struct json *distribution = json_get(spec, "trafficDistribution");
	bool is_lb = service_has_type(spec, "LoadBalancer");

	if (json_get(spec, "allocateLoadBalancerNodePorts") && !is_lb)
		may_only(errors, "spec.allocateLoadBalancerNodePorts");
	if (!json_get(spec, "allocateLoadBalancerNodePorts") && is_lb)
		field_required(errors, "allocateLoadBalancerNodePorts", "");
	check_class(spec, NULL, true, errors);
	check_external_policy(spec, errors);
	if (policy)
		value_one_of(errors, "spec.internalTrafficPolicy", policy, traffic_policies);
	else if (!service_has_type(spec, "ExternalName") && one_of(service_type(spec), types))
		field_required(errors, "spec.internalTrafficPolicy", "");
	if (distribution && !one_of(json_str(distribution), distributions))
		field_not_supported(errors, "spec.trafficDistribution", distribution,
				    distributions);
}

static void check_update(const struct json *spec, const struct json *old_spec,
			 struct field_errors *errors)
{
	check_ip_change(spec, old_spec, errors);
	check_family_change(spec, old_spec, errors);
	check_class(spec, old_spec, true, errors);
	if (service_needs_health_check(spec) && service_needs_health_check(old_spec) &&
	    !json_equal(json_get(spec, "healthCheckNodePort"),
			json_get(old_spec, "healthCheckNodePort")))
		field_forbidden(errors, "spec.healthCheckNodePort", "field is immutable");
}

static void check_topology(const struct json *object, struct field_errors *errors)
{
	static const char hints[] = "service.kubernetes.io/topology-aware-hints";
	static const char mode[] = "service.kubernetes.io/topology-mode";
	const struct json *annotations = meta_get(object, "annotations");
	const char *a = json_get_str(annotations, hints), *b = json_get_str(annotations, mode);

	if (a && b && !str_eq(a, b))
		field_invalid_str(errors, field_at(errors, "metadata.annotations[%s]", mode), b,
				  "must match annotations[%s] when both are specified", hints);
}

void service_validate(struct kube_op *op _unused_, const struct json *object,
		      const struct json *old, struct field_errors *errors)
{
	const struct json *spec = json_get(object, "spec"), *old_spec = json_get(old, "spec");

	if (old)
		check_update(spec, old_spec, errors);
	check_topology(object, errors);
	if (!json_first(json_get(spec, "ports")) && !service_is_headless(spec) &&
	    !service_has_type(spec, "ExternalName"))
		field_required(errors, "spec.ports", "");
	check_type(spec, errors);
	check_ports(spec, errors);
	value_labels(errors, "spec.selector", json_get(spec, "selector"));
	check_affinity(spec, errors);
	service_validate_ips(spec, old_spec, errors);
	check_external_ips(spec, old_spec, errors);
	value_one_of(errors, "spec.type", json_get(spec, "type"), types);
	check_duplicates(spec, errors);
	check_ranges(object, old, errors);
	check_rest(spec, errors);
}

/* --- status -------------------------------------------------------------------------------- */

static void check_ingress(const struct json *item, const struct json *known, const char *path,
			  struct field_errors *errors)
{
	const char *ip = value_str(item, "ip"), *hostname = value_str(item, "hostname");
	const struct json *mode = json_get(item, "ipMode");

	if (*ip)
		value_ip(errors, field_at(errors, "%s.ip", path), ip, known);
	if (!mode && *ip)
		field_required(errors, field_at(errors, "%s.ipMode", path),
			       "must be specified when `ip` is set");
	else if (mode && !*ip)
		field_forbidden(errors, field_at(errors, "%s.ipMode", path),
				"may not be specified when `ip` is not set");
	else if (mode && !one_of(json_str(mode), ip_modes))
		field_not_supported(errors, field_at(errors, "%s.ipMode", path), mode, ip_modes);
	if (!*hostname)
		return;
	path = field_at(errors, "%s.hostname", path);
	field_format(errors, path, hostname, format_dns1123_subdomain);
	if (service_family_of(hostname))
		field_invalid_str(errors, path, hostname, "must be a DNS name, not an IP address");
}

void service_validate_status(struct kube_op *op _unused_, const struct json *object,
			     const struct json *old, struct field_errors *errors)
{
	static const char path[] = "status.loadBalancer.ingress";
	const struct json *list = object_get(object, path);
	_cleanup_(json_freep) struct json *known = json_new_array();
	size_t i = 0;

	if (json_first(list) && !service_has_type(json_get(object, "spec"), "LoadBalancer")) {
		field_forbidden(errors, path,
				"may only be used when `spec.type` is 'LoadBalancer'");
		return;
	}
	json_foreach (item, object_get(old, path))
		json_append_str(known, value_str(item, "ip"));
	json_foreach (item, list)
		check_ingress(item, known, field_at(errors, "%s[%zu]", path, i++), errors);
}
