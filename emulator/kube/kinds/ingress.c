/*
 * Ingress and IngressClass.
 *
 * Source: kubernetes pkg/registry/networking/{ingress,ingressclass}/strategy.go,
 * pkg/apis/networking/{v1/defaults.go,validation/validation.go},
 * plugin/pkg/admission/network/defaultingressclass.
 */
#include <ctype.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/service.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"
#include "emulator/world/world.h"

#define CLASS_ANNOTATION   "kubernetes.io/ingress.class"
#define DEFAULT_ANNOTATION "ingressclass.kubernetes.io/is-default-class"
#define CONTROLLER_MAX	   250
#define SUBDOMAIN_FMT	   "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"

/* --- admission ----------------------------------------------------------------------------- */

static bool is_default(const struct doc *doc)
{
	return str_eq(json_get_str(meta_get(doc->body, "annotations"), DEFAULT_ANNOTATION), "true");
}

/* The newest class that says it is the default; of equals the first by name. */
static const struct doc *default_class(struct kube_op *op)
{
	const struct api_type *type =
		type_find_any(op->cluster, "networking.k8s.io", "ingressclasses");
	const struct doc *best = NULL;
	struct docs docs = {};

	cluster_list(op->cluster, type->document, NULL, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if (is_default(docs.items[i]) &&
		    (!best || strcmp(meta_str(docs.items[i]->body, "creationTimestamp"),
				     meta_str(best->body, "creationTimestamp")) > 0))
			best = docs.items[i];
	docs_done(&docs);
	return best;
}

static bool begin(struct kube_op *op, struct json *object, const struct json *old,
		  struct err *err _unused_)
{
	struct json *spec = json_ensure_object(object, "spec");
	const struct doc *class;

	if (old || json_get(spec, "ingressClassName") ||
	    json_get(meta_get(object, "annotations"), CLASS_ANNOTATION))
		return true;
	class = default_class(op);
	if (class)
		json_set_str(spec, "ingressClassName", kube_doc_name(class));
	return true;
}

/* --- validation ---------------------------------------------------------------------------- */

static void check_host(const char *host, const char *path, struct field_errors *errors)
{
	struct strs problems = {};
	bool fine = str_starts_with(host, "*.");

	if (!strchr(host, '*')) {
		field_format(errors, path, host, format_dns1123_subdomain);
		return;
	}
	if (fine)
		format_dns1123_subdomain(host + 2, &problems);
	if (!fine || problems.count)
		field_invalid_str(
			errors, path, host,
			"a wildcard DNS-1123 subdomain must start with '*.', followed by "
			"a valid DNS subdomain, which must consist of lower case "
			"alphanumeric characters, '-' or '.' and end with an alphanumeric "
			"character (e.g. '*.example.com', regex used for validation is "
			"'\\*\\." SUBDOMAIN_FMT "')");
	strs_done(&problems);
}

static void check_reference(const struct json *reference, const char *path,
			    struct field_errors *errors)
{
	static const char *const members[] = {"kind", "name"};

	if (json_get(reference, "apiGroup"))
		field_format(errors, field_at(errors, "%s.apiGroup", path),
			     value_str(reference, "apiGroup"), format_dns1123_subdomain);
	for (size_t i = 0; i < array_size(members); i++) {
		const char *here = field_at(errors, "%s.%s", path, members[i]);
		const char *text = value_str(reference, members[i]);

		if (!*text)
			field_required(errors, here, "");
		else
			field_format(errors, here, text, format_path_segment);
	}
}

static void check_service(const struct json *service, const char *path, struct field_errors *errors)
{
	const char *name = value_str(service, "name"), *port_name = value_str(service, "port.name");
	const struct json *number = object_get(service, "port.number");
	bool has_number = json_get_int(json_get(service, "port"), "number", 0);

	if (!*name)
		field_required(errors, field_at(errors, "%s.service.name", path), "");
	else
		field_format(errors, field_at(errors, "%s.service.name", path), name,
			     format_dns1123_label);
	if (*port_name && has_number)
		field_invalid_str(errors, path, "", "cannot set both port name & port number");
	else if (*port_name)
		field_format(errors, field_at(errors, "%s.service.port.name", path), port_name,
			     format_port_name);
	else if (has_number)
		value_port(errors, field_at(errors, "%s.service.port.number", path), number);
	else
		field_required(errors, path, "port name or number is required");
}

static void check_backend(const struct json *backend, const char *path, struct field_errors *errors)
{
	const struct json *resource = json_get(backend, "resource");
	const struct json *service = json_get(backend, "service");

	if (resource && service)
		field_invalid_str(errors, path, "",
				  "cannot set both resource and service backends");
	else if (resource)
		check_reference(resource, field_at(errors, "%s.resource", path), errors);
	else if (service)
		check_service(service, path, errors);
	else
		field_invalid_str(errors, path, "", "resource or service backend is required");
}

static void check_strict_path(const char *text, const char *path, struct field_errors *errors)
{
	static const char *const sequences[] = {"//", "/./", "/../", "%2f", "%2F"};
	static const char *const suffixes[] = {"/..", "/."};

	for (size_t i = 0; i < array_size(sequences); i++)
		if (strstr(text, sequences[i]))
			field_invalid_str(errors, path, text, "must not contain '%s'",
					  sequences[i]);
	for (size_t i = 0; i < array_size(suffixes); i++)
		if (str_ends_with(text, suffixes[i]))
			field_invalid_str(errors, path, text, "cannot end with '%s'", suffixes[i]);
}

static void check_path(const struct json *item, const char *path, struct field_errors *errors)
{
	static const char *const types[] = {"Exact", "ImplementationSpecific", "Prefix", NULL};
	const char *type = json_get_str(item, "pathType"), *text = value_str(item, "path");
	const char *here = field_at(errors, "%s.path", path);
	bool strict = str_eq(type, "Exact") || str_eq(type, "Prefix");

	if (!type) {
		field_required(errors, field_at(errors, "%s.pathType", path),
			       "pathType must be specified");
		return;
	}
	if (!strict && !str_eq(type, "ImplementationSpecific"))
		field_not_supported(errors, field_at(errors, "%s.pathType", path),
				    json_get(item, "pathType"), types);
	else if (*text != '/' && (strict || *text))
		field_invalid_str(errors, here, text, "must be an absolute path");
	if (strict)
		check_strict_path(text, here, errors);
	check_backend(json_get(item, "backend"), field_at(errors, "%s.backend", path), errors);
}

static void check_rule(const struct json *rule, const char *path, struct field_errors *errors)
{
	const char *host = value_str(rule, "host"), *here = field_at(errors, "%s.host", path);
	const struct json *http = json_get(rule, "http");
	size_t i = 0;

	if (*host && service_family_of(host))
		field_invalid_str(errors, here, host, "must be a DNS name, not an IP address");
	if (*host)
		check_host(host, here, errors);
	if (http && !json_first(json_get(http, "paths")))
		field_required(errors, field_at(errors, "%s.http.paths", path), "");
	json_foreach (item, json_get(http, "paths"))
		check_path(item, field_at(errors, "%s.http.paths[%zu]", path, i++), errors);
}

static void check_tls(const struct json *tls, const char *path, struct field_errors *errors)
{
	size_t i = 0;

	json_foreach (host, json_get(tls, "hosts"))
		check_host(json_str(host) ? json_str(host) : "",
			   field_at(errors, "%s.hosts[%zu]", path, i++), errors);
	if (*value_str(tls, "secretName"))
		field_format(errors, field_at(errors, "%s.secretName", path),
			     value_str(tls, "secretName"), format_dns1123_subdomain);
}

static void check_annotation(const struct json *object, struct field_errors *errors)
{
	const char *said = json_get_str(meta_get(object, "annotations"), CLASS_ANNOTATION);
	const char *class = object_str(object, "spec.ingressClassName");

	if (said && class && !str_eq(said, class))
		field_invalid_str(errors, "annotations." CLASS_ANNOTATION, said,
				  "must match `ingressClassName` when both are specified");
}

static void validate(struct kube_op *op _unused_, const struct json *object, const struct json *old,
		     struct field_errors *errors)
{
	const struct json *spec = json_get(object, "spec"), *rules = json_get(spec, "rules");
	const struct json *backend = json_get(spec, "defaultBackend");
	size_t i = 0;

	if (!json_first(rules) && !backend)
		field_invalid(errors, "spec", rules,
			      "either `defaultBackend` or `rules` must be specified");
	if (backend)
		check_backend(backend, "spec.defaultBackend", errors);
	json_foreach (rule, rules)
		check_rule(rule, field_at(errors, "spec.rules[%zu]", i++), errors);
	i = 0;
	json_foreach (tls, json_get(spec, "tls"))
		check_tls(tls, field_at(errors, "spec.tls[%zu]", i++), errors);
	if (json_get(spec, "ingressClassName"))
		field_format(errors, "spec.ingressClassName", value_str(spec, "ingressClassName"),
			     format_dns1123_subdomain);
	if (!old)
		check_annotation(object, errors);
}

static void validate_status(struct kube_op *op _unused_, const struct json *object,
			    const struct json *old, struct field_errors *errors)
{
	static const char list[] = "status.loadBalancer.ingress";
	_cleanup_(json_freep) struct json *known = json_new_array();
	size_t i = 0;

	json_foreach (item, object_get(old, list))
		json_append_str(known, value_str(item, "ip"));
	json_foreach (item, object_get(object, list)) {
		const char *path = field_at(errors, "%s[%zu]", list, i++);
		const char *hostname = value_str(item, "hostname");

		if (*value_str(item, "ip"))
			value_ip(errors, field_at(errors, "%s.ip", path), value_str(item, "ip"),
				 known);
		if (!*hostname)
			continue;
		path = field_at(errors, "%s.hostname", path);
		field_format(errors, path, hostname, format_dns1123_subdomain);
		if (service_family_of(hostname))
			field_invalid_str(errors, path, hostname,
					  "must be a DNS name, not an IP address");
	}
}

static void prepare_create(struct kube_op *op _unused_, struct json *object)
{
	json_ensure_object(json_ensure_object(object, "status"), "loadBalancer");
}

static void warnings(struct kube_op *op, const struct json *object, const struct json *old)
{
	if (!old && json_get(meta_get(object, "annotations"), CLASS_ANNOTATION) &&
	    !json_get(json_get(object, "spec"), "ingressClassName"))
		op_warn(op, "annotation \"" CLASS_ANNOTATION "\" is deprecated, please use "
			    "'spec.ingressClassName' instead");
}

const struct kube_strategy strategy_ingress = {
	.group = "networking.k8s.io",
	.resource = "ingresses",
	.flags = STRATEGY_GENERATION,
	.prepare_create = prepare_create,
	.begin = begin,
	.validate = validate,
	.validate_status = validate_status,
	.warnings = warnings,
};

/* --- IngressClass -------------------------------------------------------------------------- */

static void class_defaults(struct kube_op *op _unused_, struct json *object)
{
	struct json *parameters = json_get_mut(json_ensure_object(object, "spec"), "parameters");

	if (parameters)
		default_str(parameters, "scope", "Cluster");
}

static void check_controller(const char *controller, struct field_errors *errors)
{
	static const char path[] = "spec.controller";
	static const char allowed[] = "/-._~%!$&'()*+,;=:";
	size_t host = strcspn(controller, "/");

	if (strlen(controller) > CONTROLLER_MAX)
		field_too_long(errors, path, CONTROLLER_MAX);
	if (!*controller) {
		field_required(errors, path, "");
		return;
	}
	if (!host || !controller[host] || !controller[host + 1]) {
		field_invalid_str(errors, path, controller,
				  "must be a domain-prefixed path (such as \"acme.io/foo\")");
		return;
	}
	field_format(errors, path, field_at(errors, "%.*s", (int)host, controller),
		     format_dns1123_subdomain);
	for (const char *c = controller + host + 1; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr(allowed, *c)) {
			field_invalid_str(errors, path, controller + host + 1,
					  "Invalid path (regex used for validation is "
					  "'[A-Za-z0-9/\\-._~%%!$&'()*+,;=:]+')");
			return;
		}
}

static void check_parameters(const struct json *parameters, struct field_errors *errors)
{
	static const char *const scopes[] = {"Cluster", "Namespace", NULL};
	const char *scope = value_str(parameters, "scope");
	const struct json *ns = json_get(parameters, "namespace");

	if (!parameters)
		return;
	check_reference(parameters, "spec.parameters", errors);
	value_one_of(errors, "spec.parameters.scope", json_get(parameters, "scope"), scopes);
	if (str_eq(scope, "Namespace") && !ns)
		field_required(errors, "spec.parameters.namespace",
			       "`parameters.scope` is set to 'Namespace'");
	else if (str_eq(scope, "Namespace"))
		field_format(errors, "spec.parameters.namespace", json_str(ns),
			     format_dns1123_label);
	if (str_eq(scope, "Cluster") && ns)
		field_forbidden(errors, "spec.parameters.namespace",
				"`parameters.scope` is set to 'Cluster'");
}

static void class_validate(struct kube_op *op _unused_, const struct json *object,
			   const struct json *old, struct field_errors *errors)
{
	check_controller(value_str(object, "spec.controller"), errors);
	check_parameters(object_get(object, "spec.parameters"), errors);
	if (old)
		validate_immutable(errors, object, old, "spec.controller");
}

const struct kube_strategy strategy_ingress_class = {
	.group = "networking.k8s.io",
	.resource = "ingressclasses",
	.flags = STRATEGY_GENERATION,
	.defaults = class_defaults,
	.validate = class_validate,
};
