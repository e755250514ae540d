/*
 * Node.
 *
 * Source: kubernetes pkg/registry/core/node/strategy.go, pkg/apis/core/validation ValidateNode and
 * ValidateNodeUpdate. A real server's admission also taints new nodes as not ready until its node
 * controller sees them ready; neither is emulated.
 */
#include "emulator/base/cidr.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/kube/kinds/kinds.h"
#include "emulator/kube/kinds/values.h"
#include "emulator/kube/meta.h"

static const char *const effects[] = {"NoSchedule", "PreferNoSchedule", "NoExecute", NULL};

static void defaults(struct kube_op *op _unused_, struct json *object)
{
	struct json *status = json_get_mut(object, "status");
	struct json *spec = json_ensure_object(object, "spec");
	const char *cidr = json_get_str(spec, "podCIDR");

	/* conversion.go Convert_v1_NodeSpec_To_core_NodeSpec */
	if (cidr && *cidr && !json_first(json_get(spec, "podCIDRs")))
		json_append_str(json_ensure_array(spec, "podCIDRs"), cidr);
	if (status && !json_get(status, "allocatable"))
		json_set_copy(status, "allocatable", json_get(status, "capacity"));
}

static void prepare_create(struct kube_op *op _unused_, struct json *object)
{
	json_remove(json_ensure_object(object, "spec"), "configSource");
}

static bool seen_before(const struct json *list, const struct json *taint)
{
	json_foreach (item, list) {
		if (item == taint)
			break;
		if (str_eq(value_str(item, "key"), value_str(taint, "key")) &&
		    str_eq(value_str(item, "effect"), value_str(taint, "effect")))
			return true;
	}
	return false;
}

/* core.Taint as Go prints it: the internal type has no JSON names. */
static void duplicate_taint(const struct json *taint, const char *path, struct field_errors *errors)
{
	_cleanup_(json_freep) struct json *value = json_new_object();

	json_set_str(value, "Key", value_str(taint, "key"));
	json_set_str(value, "Value", value_str(taint, "value"));
	json_set_str(value, "Effect", value_str(taint, "effect"));
	json_set_null(value, "TimeAdded");
	json_set_copy(value, "TimeAdded", json_get(taint, "timeAdded"));
	field_add(errors, FIELD_DUPLICATE, path, value,
		  "taints must be unique by key and effect pair");
}

static void check_taints(const struct json *taints, struct field_errors *errors)
{
	size_t i = 0;

	json_foreach (taint, taints) {
		/* the path says metadata in the real server too */
		const char *path = field_at(errors, "metadata.taints[%zu]", i++);

		field_format(errors, field_at(errors, "%s.key", path), value_str(taint, "key"),
			     format_qualified_name);
		field_format(errors, field_at(errors, "%s.value", path), value_str(taint, "value"),
			     format_label_value);
		value_one_of(errors, field_at(errors, "%s.effect", path), json_get(taint, "effect"),
			     effects);
		if (seen_before(taints, taint))
			duplicate_taint(taint, path, errors);
	}
}

static void check_pod_cidrs(const struct json *cidrs, struct field_errors *errors)
{
	unsigned count[2] = {};
	size_t i = 0;

	json_foreach (item, cidrs) {
		const char *text = json_str(item) ? json_str(item) : "";

		value_cidr(errors, field_at(errors, "spec.podCIDRs[%zu]", i++), text, NULL);
		count[strchr(text, ':') != NULL]++;
	}
	if (count[0] > 1 || count[1] > 1)
		field_invalid(errors, "spec.podCIDRs", cidrs,
			      "may specify no more than one CIDR for each IP family");
}

/* core.NodeAddress as Go prints it */
static void check_addresses(const struct json *addresses, struct field_errors *errors)
{
	struct strs seen = {};
	size_t i = 0;

	json_foreach (item, addresses) {
		_cleanup_(freep) char *id =
			xasprintf("%s %s", value_str(item, "type"), value_str(item, "address"));

		if (strs_has(&seen, id)) {
			_cleanup_(json_freep) struct json *value = json_new_object();

			json_set_str(value, "Type", value_str(item, "type"));
			json_set_str(value, "Address", value_str(item, "address"));
			field_duplicate(errors, field_at(errors, "status.addresses[%zu]", i),
					value);
		}
		strs_add(&seen, id);
		i++;
	}
	strs_done(&seen);
}

static void check_update(const struct json *object, const struct json *old,
			 struct field_errors *errors)
{
	const char *before = value_str(old, "spec.providerID");
	const struct json *cidrs = object_get(old, "spec.podCIDRs");

	check_addresses(object_get(object, "status.addresses"), errors);
	if (json_first(cidrs) && !json_equal(cidrs, object_get(object, "spec.podCIDRs")))
		field_forbidden(errors, "spec.podCIDRs",
				"node updates may not change podCIDR except from \"\" to valid");
	if (*before && !str_eq(before, value_str(object, "spec.providerID")))
		field_forbidden(errors, "spec.providerID",
				"node updates may not change providerID except from \"\" to valid");
}

static void validate(struct kube_op *op _unused_, const struct json *object, const struct json *old,
		     struct field_errors *errors)
{
	check_taints(object_get(object, "spec.taints"), errors);
	check_pod_cidrs(object_get(object, "spec.podCIDRs"), errors);
	if (old)
		check_update(object, old, errors);
}

static void validate_status(struct kube_op *op _unused_, const struct json *object,
			    const struct json *old, struct field_errors *errors)
{
	check_update(object, old, errors);
}

static void warnings(struct kube_op *op, const struct json *object, const struct json *old _unused_)
{
	if (object_get(object, "spec.configSource"))
		op_warn(op, "spec.configSource: the feature is removed");
	if (*value_str(object, "spec.externalID"))
		op_warn(op, "spec.externalID: this field is deprecated, and is unused by "
			    "Kubernetes");
}

static const struct selectable selectable[] = {
	{"spec.unschedulable", NULL, "false"},
	{},
};

const struct kube_strategy strategy_node = {
	.group = "",
	.resource = "nodes",
	.flags = STRATEGY_STATUS_ON_CREATE,
	.selectable = selectable,
	.defaults = defaults,
	.prepare_create = prepare_create,
	.validate = validate,
	.validate_status = validate_status,
	.warnings = warnings,
};
