/*
 * EndpointSlice and Endpoints.
 *
 * Source: kubernetes pkg/registry/discovery/endpointslice/strategy.go,
 * pkg/apis/discovery/validation, pkg/registry/core/endpoint/strategy.go, pkg/apis/core/validation
 * ValidateEndpoints.
 */
#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/service.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"

#define ENDPOINTS_MAX 1000
#define PORTS_MAX     20000
#define ADDRESSES_MAX 100
#define HINTS_MAX     8

static void slice_defaults(struct kube_op *op _unused_, struct json *object)
{
	for (struct json *port = json_first_mut(json_get_mut(object, "ports")); port;
	     port = json_next_mut(port)) {
		if (!json_get(port, "name"))
			json_set_str(port, "name", "");
		if (!json_get(port, "protocol"))
			json_set_str(port, "protocol", "TCP");
	}
}

/* labels count as well as endpoints and ports */
static void slice_prepare_update(struct kube_op *op _unused_, struct json *object,
				 const struct json *old)
{
	if (!json_equal(meta_get(object, "labels"), meta_get(old, "labels")))
		json_set_int(json_ensure_object(object, "metadata"), "generation",
			     json_get_int(json_get(old, "metadata"), "generation", 0) + 1);
}

static void check_address(const char *family, const char *address, const char *list,
			  const char *path, struct field_errors *errors)
{
	if (str_eq(family, "FQDN")) {
		field_format(errors, path, address, format_dns1123_subdomain);
		return;
	}
	if (!value_ip(errors, path, address, NULL))
		return;
	if (!str_eq(service_family_of(address), family))
		field_invalid_str(errors, list, address, "must be an %s address", family);
	value_endpoint_ip(errors, path, address);
}

static void check_hints(const struct json *list, const char *path, format_fn *format,
			struct field_errors *errors)
{
	struct strs seen = {};
	size_t i = 0;

	if (json_size(list) > HINTS_MAX) {
		field_too_many(errors, path, json_size(list), HINTS_MAX);
		return;
	}
	json_foreach (item, list) {
		const char *name = value_str(item, "name");
		const char *here = field_at(errors, "%s[%zu].name", path, i++);

		if (strs_has(&seen, name))
			field_duplicate(errors, here, json_get(item, "name"));
		strs_add(&seen, name);
		field_format(errors, here, name, format);
	}
	strs_done(&seen);
}

static void check_endpoint(const struct json *endpoint, const char *family, const char *path,
			   struct field_errors *errors)
{
	const struct json *addresses = json_get(endpoint, "addresses");
	const char *list = field_at(errors, "%s.addresses", path);
	size_t i = 0;

	if (!json_first(addresses))
		field_required(errors, list, "must contain at least 1 address");
	else if (json_size(addresses) > ADDRESSES_MAX)
		field_too_many(errors, list, json_size(addresses), ADDRESSES_MAX);
	json_foreach (item, addresses)
		check_address(family, json_str(item) ? json_str(item) : "", list,
			      field_at(errors, "%s[%zu]", list, i++), errors);
	if (json_get(endpoint, "nodeName"))
		field_format(errors, field_at(errors, "%s.nodeName", path),
			     value_str(endpoint, "nodeName"), format_dns1123_subdomain);
	if (json_get(endpoint, "hostname"))
		field_format(errors, field_at(errors, "%s.hostname", path),
			     value_str(endpoint, "hostname"), format_dns1123_label);
	check_hints(object_get(endpoint, "hints.forZones"),
		    field_at(errors, "%s.hints.forZones", path), format_label_value, errors);
	check_hints(object_get(endpoint, "hints.forNodes"),
		    field_at(errors, "%s.hints.forNodes", path), format_dns1123_subdomain, errors);
}

static void check_ports(const struct json *ports, struct field_errors *errors)
{
	struct strs seen = {};
	size_t i = 0;

	if (json_size(ports) > PORTS_MAX) {
		field_too_many(errors, "ports", json_size(ports), PORTS_MAX);
		return;
	}
	json_foreach (port, ports) {
		const char *name = value_str(port, "name");
		const char *path = field_at(errors, "ports[%zu]", i++);

		if (*name)
			field_format(errors, field_at(errors, "%s.name", path), name,
				     format_dns1123_label);
		if (strs_has(&seen, name))
			field_duplicate(errors, field_at(errors, "%s.name", path),
					json_get(port, "name"));
		strs_add(&seen, name);
		value_one_of(errors, field_at(errors, "%s.protocol", path),
			     json_get(port, "protocol"), value_protocols);
		if (json_get(port, "appProtocol"))
			field_format(errors, field_at(errors, "%s.appProtocol", path),
				     value_str(port, "appProtocol"), format_qualified_name);
	}
	strs_done(&seen);
}

/* The server itself publishes where it listens, which is loopback and nowhere else. A real one
 * would be refused that, and have no slice for default/kubernetes. */
static bool is_own(const struct kube_op *op, const struct json *object)
{
	return str_eq(op->user.name, "system:apiserver") &&
	       str_eq(meta_str(object, "name"), "kubernetes");
}

static void slice_validate(struct kube_op *op, const struct json *object, const struct json *old,
			   struct field_errors *errors)
{
	static const char *const families[] = {"FQDN", "IPv4", "IPv6", NULL};
	const struct json *endpoints = json_get(object, "endpoints");
	size_t i = 0;

	value_one_of(errors, "addressType", json_get(object, "addressType"), families);
	check_ports(json_get(object, "ports"), errors);
	if (json_size(endpoints) > ENDPOINTS_MAX)
		field_too_many(errors, "endpoints", json_size(endpoints), ENDPOINTS_MAX);
	else if (!is_own(op, object))
		json_foreach (endpoint, endpoints)
			check_endpoint(endpoint, value_str(object, "addressType"),
				       field_at(errors, "endpoints[%zu]", i++), errors);
	if (old)
		validate_immutable(errors, object, old, "addressType");
}

static void slice_warnings(struct kube_op *op, const struct json *object, const struct json *old)
{
	if (!old && str_eq(value_str(object, "addressType"), "FQDN"))
		op_warn(op, "spec.addressType: FQDN endpoints are deprecated");
}

const struct kube_strategy strategy_endpoint_slice = {
	.group = "discovery.k8s.io",
	.resource = "endpointslices",
	.flags = STRATEGY_GENERATION,
	.defaults = slice_defaults,
	.prepare_update = slice_prepare_update,
	.validate = slice_validate,
	.warnings = slice_warnings,
};

/* --- Endpoints ----------------------------------------------------------------------------- */

static void endpoints_defaults(struct kube_op *op _unused_, struct json *object)
{
	for (struct json *subset = json_first_mut(json_get_mut(object, "subsets")); subset;
	     subset = json_next_mut(subset))
		for (struct json *port = json_first_mut(json_get_mut(subset, "ports")); port;
		     port = json_next_mut(port))
			default_str(port, "protocol", "TCP");
}

static void check_subset_addresses(const struct json *subset, const char *path, const char *member,
				   struct field_errors *errors)
{
	size_t i = 0;

	json_foreach (item, json_get(subset, member)) {
		const char *here = field_at(errors, "%s.%s[%zu]", path, member, i++);
		const char *ip = value_str(item, "ip");
		bool fine = value_ip(errors, field_at(errors, "%s.ip", here), ip, NULL);

		if (*value_str(item, "hostname"))
			field_format(errors, field_at(errors, "%s.hostname", here),
				     value_str(item, "hostname"), format_dns1123_label);
		if (json_get(item, "nodeName"))
			field_format(errors, field_at(errors, "%s.nodeName", here),
				     value_str(item, "nodeName"), format_dns1123_subdomain);
		if (fine)
			value_endpoint_ip(errors, field_at(errors, "%s.ip", here), ip);
	}
}

static void check_subset_ports(const struct json *ports, const char *path,
			       struct field_errors *errors)
{
	size_t i = 0;

	json_foreach (port, ports) {
		const char *here = field_at(errors, "%s.ports[%zu]", path, i++);
		const char *name = value_str(port, "name");

		if (json_size(ports) > 1 && !*name)
			field_required(errors, field_at(errors, "%s.name", here), "");
		else if (*name)
			field_format(errors, field_at(errors, "%s.name", here), name,
				     format_dns1123_label);
		value_port(errors, field_at(errors, "%s.port", here), json_get(port, "port"));
		value_one_of(errors, field_at(errors, "%s.protocol", here),
			     json_get(port, "protocol"), value_protocols);
	}
}

static void endpoints_validate(struct kube_op *op _unused_, const struct json *object,
			       const struct json *old, struct field_errors *errors)
{
	const struct json *subsets = json_get(object, "subsets");
	size_t i = 0;

	if (old && json_equal(subsets, json_get(old, "subsets")))
		return;
	json_foreach (subset, subsets) {
		const char *path = field_at(errors, "subsets[%zu]", i++);

		if (!json_first(json_get(subset, "addresses")) &&
		    !json_first(json_get(subset, "notReadyAddresses")))
			field_required(errors, path,
				       "must specify `addresses` or `notReadyAddresses`");
		check_subset_addresses(subset, path, "addresses", errors);
		check_subset_addresses(subset, path, "notReadyAddresses", errors);
		check_subset_ports(json_get(subset, "ports"), path, errors);
	}
}

static void endpoints_warnings(struct kube_op *op, const struct json *object _unused_,
			       const struct json *old _unused_)
{
	op_warn(op, "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
}

const struct kube_strategy strategy_endpoints = {
	.group = "",
	.resource = "endpoints",
	.flags = STRATEGY_CREATE_ON_UPDATE,
	.defaults = endpoints_defaults,
	.validate = endpoints_validate,
	.warnings = endpoints_warnings,
};
