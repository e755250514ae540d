/* DescribeInstances, DescribeInstanceStatus, DescribeInstanceTopology. */
#include "emulator/aws/ec2/instance.h"

static const struct describe describe_instances = {
	.kind = &kind_instance,
	.ids = "InstanceIds",
	.id_prefix = "i-",
	.malformed = AWS_EC2_INSTANCE_MALFORMED,
	.not_found = AWS_EC2_INSTANCE_NOT_FOUND,
	.filters = "Filters",
	.fields = instance_filters,
};

/** The reservation of an id in the answer, added when it is not there. */
static struct json *reservation_of(struct json *list, const struct doc *instance)
{
	const char *id = doc_extra_str(instance, "ReservationId");
	struct json *found = ec2_element_mut(list, "ReservationId", id);

	if (found)
		return found;
	found = json_new_object();
	json_set_str(found, "ReservationId", id);
	json_set_str(found, "OwnerId", instance->account);
	json_ensure_array(found, "Groups");
	json_append(list, found);
	return found;
}

/** AWS speaks of several unknown instances in the plural. */
static size_t count_missing(const struct call *call, const struct json *ids)
{
	size_t count = 0;

	json_foreach (id, ids)
		count += !ec2_find(call, &kind_instance, json_str(id));
	return count;
}

bool ec2_describe_instances(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	struct json *list = json_ensure_array(output, "Reservations");
	struct describe describe = describe_instances;
	struct docs found;

	if (json_size(json_get(input, "InstanceIds")) && json_get(input, "MaxResults"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "instancesSet", "maxResults");
	if (count_missing(call, json_get(input, "InstanceIds")) > 1)
		describe.not_found = AWS_EC2_INSTANCES_NOT_FOUND;
	if (!describe_select(call, input, &describe, &found, err))
		return false;
	if (!page_docs(call, input, output, &page_ec2, &found, err)) {
		docs_done(&found);
		return false;
	}
	for (size_t i = 0; i < found.count; i++)
		json_append(json_ensure_array(reservation_of(list, found.items[i]), "Instances"),
			    instance_item(call->world, found.items[i]));
	docs_done(&found);
	return true;
}

/* ---- DescribeInstanceStatus ---- */

/* Paths in an InstanceStatus. Nothing is ever scheduled or wrong here, so that filters of events
 * find nothing. */
static const struct filter_field status_filters[] = {
	{"application-status.status", "ApplicationStatus.Status", NULL, NULL},
	{"attached-ebs-status.status", "AttachedEbsStatus.Status", NULL, NULL},
	{"availability-zone", "AvailabilityZone", NULL, NULL},
	{"availability-zone-id", "AvailabilityZoneId", NULL, NULL},
	{"event.code", "Events.Code", NULL, NULL},
	{"event.description", "Events.Description", NULL, NULL},
	{"event.instance-event-id", "Events.InstanceEventId", NULL, NULL},
	{"event.not-after", "Events.NotAfter", NULL, NULL},
	{"event.not-before", "Events.NotBefore", NULL, NULL},
	{"event.not-before-deadline", "Events.NotBeforeDeadline", NULL, NULL},
	{"instance-state-code", "InstanceState.Code", NULL, NULL},
	{"instance-state-name", "InstanceState.Name", NULL, NULL},
	{"instance-status.reachability", "InstanceStatus.Details.Status", NULL, NULL},
	{"instance-status.status", "InstanceStatus.Status", NULL, NULL},
	{"operator.managed", "Operator.Managed", NULL, NULL},
	{"operator.principal", "Operator.Principal", NULL, NULL},
	{"system-status.reachability", "SystemStatus.Details.Status", NULL, NULL},
	{"system-status.status", "SystemStatus.Status", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/** {Status, Details} of one of the two checks. */
static struct json *check_item(bool running)
{
	struct json *item = json_new_object(), *detail;

	json_set_str(item, "Status", running ? "ok" : "not-applicable");
	if (running) {
		detail = json_new_object();
		json_set_str(detail, "Name", "reachability");
		json_set_str(detail, "Status", "passed");
		json_append(json_ensure_array(item, "Details"), detail);
	}
	return item;
}

/* Source: EC2 API, DescribeInstanceStatus: running ones only, unless IncludeAllInstances. */
static struct json *status_item(struct call *call, const struct json *input, const struct doc *doc)
{
	const char *zone = json_find_str(doc->body, "Placement", "AvailabilityZone", NULL);
	bool running = str_eq(instance_state_name(doc), "running");
	struct json *item;

	if (!running && !json_get_bool(input, "IncludeAllInstances", false))
		return NULL;
	item = json_new_object();
	json_set_str(item, "AvailabilityZone", zone);
	json_set_str(item, "AvailabilityZoneId", ec2_zone_id(call, zone));
	json_set_copy(item, "InstanceState", json_get(doc->body, "State"));
	json_set_str(item, "InstanceId", doc->key);
	json_set_copy(item, "Operator", json_get(doc->body, "Operator"));
	json_set(item, "InstanceStatus", check_item(running));
	json_set(item, "SystemStatus", check_item(running));
	json_set(item, "AttachedEbsStatus", check_item(running));
	return item;
}

bool ec2_describe_instance_status(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	struct describe describe = describe_instances;

	describe.filters = NULL; /* they are about the status, not the instance */
	return ec2_describe_told(
		call, input, output,
		&(struct ec2_told){&describe, status_filters, status_item, "InstanceStatuses"},
		err);
}

/* Source: EC2 API, DescribeInstanceTopology: instances of accelerated types only; the emulated
 * account runs none, so the list is empty. The CCM asks for each node. */
bool ec2_describe_instance_topology(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"availability-zone", "AvailabilityZone", NULL, NULL},
		{"instance-type", "InstanceType", NULL, NULL},
		{"zone-id", "ZoneId", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	struct filters *filters;

	if (!filters_parse(call, json_get(input, "Filters"), fields, &filters, err))
		return false;
	json_foreach (name, json_get(input, "GroupNames"))
		if (!placement_group_find(call, json_str(name)))
			return aws_fail(err, AWS_EC2_PLACEMENT_UNKNOWN, json_str(name));
	json_foreach (id, json_get(input, "InstanceIds")) {
		const struct doc *instance;

		if (!ec2_get(call, &kind_instance, json_str(id), &instance, err))
			return false;
	}
	return ec2_page_items(call, input, output, "Instances", json_new_array(), err);
}
