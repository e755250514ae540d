/*
 * What makes a PodSpec's 422; see pod_spec.h.
 *
 * Checked: containers (name, image, pull policy, ports, environment, mounts, resources, probes),
 * volumes' names, policies, names of node and service account, tolerations. Not checked: what only
 * a kubelet looks at (security contexts, affinity, single volume sources).
 */
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/kinds/pod_spec.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/quantity.h"

static const char *const pull_policies[] = {"Always", "IfNotPresent", "Never", NULL};
static const char *const restart_policies[] = {"Always", "OnFailure", "Never", NULL};
static const char *const dns_policies[] = {"ClusterFirstWithHostNet", "ClusterFirst", "Default",
					   "None", NULL};
static const char *const effects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute", NULL};

/* What one PodSpec is checked with. */
struct walk {
	struct field_errors *errors;
	const struct json *spec;
	struct strs names;	/* of containers so far */
	struct strs port_names; /* of one container */
};

static const char *at(struct walk *walk, const char *path, const char *member)
{
	return field_at(walk->errors, "%s.%s", path, member);
}

static void check_container_port(struct walk *walk, const struct json *port, const char *path)
{
	const char *name = value_str(port, "name");

	if (*name) {
		field_format(walk->errors, at(walk, path, "name"), name, format_port_name);
		if (strs_has(&walk->port_names, name))
			field_duplicate(walk->errors, at(walk, path, "name"),
					json_get(port, "name"));
		strs_add(&walk->port_names, name);
	}
	if (!json_get_int(port, "containerPort", 0))
		field_required(walk->errors, at(walk, path, "containerPort"), "");
	else
		value_port(walk->errors, at(walk, path, "containerPort"),
			   json_get(port, "containerPort"));
	if (json_get_int(port, "hostPort", 0))
		value_port(walk->errors, at(walk, path, "hostPort"), json_get(port, "hostPort"));
	value_one_of(walk->errors, at(walk, path, "protocol"), json_get(port, "protocol"),
		     value_protocols);
}

static void check_resources(struct walk *walk, const struct json *resources, const char *path)
{
	static const char *const lists[] = {"limits", "requests"};

	for (size_t i = 0; i < array_size(lists); i++)
		json_foreach (item, json_get(resources, lists[i]))
			if (json_str(item) && quantity_milli(json_str(item)) < 0)
				field_invalid(walk->errors,
					      field_at(walk->errors, "%s.%s[%s]", path, lists[i],
						       json_key(item)),
					      item, "must be greater than or equal to 0");
	json_foreach (item, json_get(resources, "requests")) {
		const char *limit = json_find_str(resources, "limits", json_key(item), NULL);

		if (limit && json_str(item) &&
		    quantity_milli(json_str(item)) > quantity_milli(limit))
			field_invalid(walk->errors, at(walk, path, "requests"), item,
				      "must be less than or equal to %s limit of %s",
				      json_key(item), limit);
	}
}

static bool has_volume(const struct json *spec, const char *name)
{
	json_foreach (volume, json_get(spec, "volumes"))
		if (str_eq(value_str(volume, "name"), name))
			return true;
	return false;
}

static void check_mounts(struct walk *walk, const struct json *mounts, const char *path)
{
	size_t i = 0;

	json_foreach (mount, mounts) {
		const char *here = field_at(walk->errors, "%s[%zu]", path, i++);

		if (!*value_str(mount, "name"))
			field_required(walk->errors, at(walk, here, "name"), "");
		else if (!has_volume(walk->spec, value_str(mount, "name")))
			field_add(walk->errors, FIELD_NOT_FOUND, at(walk, here, "name"),
				  json_get(mount, "name"), NULL);
		if (!*value_str(mount, "mountPath"))
			field_required(walk->errors, at(walk, here, "mountPath"), "");
	}
}

static void check_probe(struct walk *walk, const struct json *probe, const char *path)
{
	static const char *const actions[] = {"exec", "httpGet", "tcpSocket", "grpc"};
	size_t count = 0;

	if (!probe)
		return;
	for (size_t i = 0; i < array_size(actions); i++)
		if (json_get(probe, actions[i]) && count++)
			field_forbidden(walk->errors, at(walk, path, actions[i]),
					"may not specify more than 1 handler type");
	if (!count)
		field_required(walk->errors, path, "must specify a handler type");
	if (json_get(probe, "httpGet"))
		value_port_or_name(walk->errors, at(walk, path, "httpGet.port"),
				   object_get(probe, "httpGet.port"));
	if (json_get(probe, "tcpSocket"))
		value_port_or_name(walk->errors, at(walk, path, "tcpSocket.port"),
				   object_get(probe, "tcpSocket.port"));
}

static void check_environment(struct walk *walk, const struct json *env, const char *path)
{
	size_t i = 0;

	json_foreach (item, env) {
		const char *name = value_str(item, "name");
		const char *here = field_at(walk->errors, "%s[%zu].name", path, i++);

		if (!*name)
			field_required(walk->errors, here, "");
		else
			field_format(walk->errors, here, name, format_env_var_name);
	}
}

static void check_container(struct walk *walk, const struct json *container, const char *path)
{
	const char *name = value_str(container, "name"), *image = value_str(container, "image");
	size_t length = strlen(image), i = 0;

	if (!*name)
		field_required(walk->errors, at(walk, path, "name"), "");
	else
		field_format(walk->errors, at(walk, path, "name"), name, format_dns1123_label);
	if (*name && strs_has(&walk->names, name))
		field_duplicate(walk->errors, at(walk, path, "name"), json_get(container, "name"));
	strs_add(&walk->names, name);
	if (!length)
		field_required(walk->errors, at(walk, path, "image"), "");
	else if (strspn(image, " \t\n") || strspn(image + length - 1, " \t\n"))
		field_invalid_str(walk->errors, at(walk, path, "image"), image,
				  "must not have leading or trailing whitespace");
	value_one_of(walk->errors, at(walk, path, "imagePullPolicy"),
		     json_get(container, "imagePullPolicy"), pull_policies);
	json_foreach (port, json_get(container, "ports"))
		check_container_port(walk, port,
				     field_at(walk->errors, "%s.ports[%zu]", path, i++));
	strs_done(&walk->port_names);
	walk->port_names = (struct strs){};
	check_environment(walk, json_get(container, "env"), at(walk, path, "env"));
	check_mounts(walk, json_get(container, "volumeMounts"), at(walk, path, "volumeMounts"));
	check_probe(walk, json_get(container, "livenessProbe"), at(walk, path, "livenessProbe"));
	check_probe(walk, json_get(container, "readinessProbe"), at(walk, path, "readinessProbe"));
	check_probe(walk, json_get(container, "startupProbe"), at(walk, path, "startupProbe"));
	check_resources(walk, json_get(container, "resources"), at(walk, path, "resources"));
}

static void check_volumes(struct walk *walk, const char *path)
{
	struct strs names = {};
	size_t i = 0;

	json_foreach (volume, json_get(walk->spec, "volumes")) {
		const char *name = value_str(volume, "name");
		const char *here = field_at(walk->errors, "%s.volumes[%zu]", path, i++);

		if (!*name)
			field_required(walk->errors, at(walk, here, "name"), "");
		else
			field_format(walk->errors, at(walk, here, "name"), name,
				     format_dns1123_label);
		if (*name && strs_has(&names, name))
			field_duplicate(walk->errors, at(walk, here, "name"),
					json_get(volume, "name"));
		strs_add(&names, name);
		if (json_size(volume) > 2)
			field_forbidden(walk->errors, here,
					"may not specify more than 1 volume type");
	}
	strs_done(&names);
}

static void check_tolerations(struct walk *walk, const char *path)
{
	size_t i = 0;

	json_foreach (item, json_get(walk->spec, "tolerations")) {
		const char *here = field_at(walk->errors, "%s.tolerations[%zu]", path, i++);
		const char *key = value_str(item, "key"), *operator= value_str(item, "operator");

		if (*key)
			field_format(walk->errors, at(walk, here, "key"), key,
				     format_qualified_name);
		else if (!str_eq(operator, "Exists"))
			field_invalid_str(walk->errors, at(walk, here, "operator"), operator,
					  "operator must be Exists when `key` is empty, which "
					  "means \"match all values and all keys\"");
		if (str_eq(operator, "Exists") && *value_str(item, "value"))
			field_invalid(walk->errors, at(walk, here, "operator"), item,
				      "value must be empty when `operator` is 'Exists'");
		if (*value_str(item, "effect"))
			value_one_of(walk->errors, at(walk, here, "effect"),
				     json_get(item, "effect"), effects);
	}
}

static void check_list(struct walk *walk, const char *path, const char *member)
{
	size_t i = 0;

	json_foreach (container, json_get(walk->spec, member))
		check_container(walk, container,
				field_at(walk->errors, "%s.%s[%zu]", path, member, i++));
}

void pod_spec_validate(const struct json *spec, const char *path, struct field_errors *errors)
{
	struct walk walk = {.errors = errors, .spec = spec};
	const char *node = value_str(spec, "nodeName");
	const char *account = value_str(spec, "serviceAccountName");
	const struct json *deadline = json_get(spec, "activeDeadlineSeconds");
	int64_t seconds;

	check_volumes(&walk, path);
	if (!json_first(json_get(spec, "containers")))
		field_required(errors, at(&walk, path, "containers"), "");
	check_list(&walk, path, "containers");
	check_list(&walk, path, "initContainers");
	check_list(&walk, path, "ephemeralContainers");
	value_one_of(errors, at(&walk, path, "restartPolicy"), json_get(spec, "restartPolicy"),
		     restart_policies);
	value_one_of(errors, at(&walk, path, "dnsPolicy"), json_get(spec, "dnsPolicy"),
		     dns_policies);
	value_labels(errors, at(&walk, path, "nodeSelector"), json_get(spec, "nodeSelector"));
	if (*account)
		field_format(errors, at(&walk, path, "serviceAccountName"), account,
			     format_dns1123_subdomain);
	if (*node)
		field_format(errors, at(&walk, path, "nodeName"), node, format_dns1123_subdomain);
	if (json_int(deadline, &seconds) && (seconds < 1 || seconds > INT32_MAX))
		field_invalid(errors, at(&walk, path, "activeDeadlineSeconds"), deadline,
			      "must be between 1 and 2147483647, inclusive");
	value_not_negative(errors, at(&walk, path, "terminationGracePeriodSeconds"),
			   json_get(spec, "terminationGracePeriodSeconds"));
	check_tolerations(&walk, path);
	strs_done(&walk.names);
}

void pod_template_validate(const struct json *template, const char *path,
			   struct field_errors *errors)
{
	static const char *const always[] = {"Always", NULL};
	const struct json *spec = json_get(template, "spec");

	value_labels(errors, field_at(errors, "%s.labels", path),
		     object_get(template, "metadata.labels"));
	pod_spec_validate(spec, field_at(errors, "%s.spec", path), errors);
	if (!str_eq(value_str(spec, "restartPolicy"), "Always"))
		field_not_supported(errors, field_at(errors, "%s.spec.restartPolicy", path),
				    json_get(spec, "restartPolicy"), always);
	if (json_get(spec, "activeDeadlineSeconds"))
		field_forbidden(errors, field_at(errors, "%s.spec.activeDeadlineSeconds", path),
				"activeDeadlineSeconds in ReplicaSet is not Supported");
}
