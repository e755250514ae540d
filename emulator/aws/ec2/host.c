/*
 * Dedicated hosts. Shape: EC2 Host; its instances and its free capacity are put in on read. A
 * released host is shown for about an hour.
 */
#include "emulator/aws/ec2/host.h"

#define QUANTITY_MAX 100 /* of one request; AWS's quota is per family */

static struct json *host_item(const struct world *world, const struct doc *doc);

static struct json *host_view(const struct world *world, const struct doc *doc)
{
	return ec2_own(host_item(world, doc));
}

static void host_timer(struct call *call, const struct doc *doc, const char *timer)
{
	(void)timer;
	world_remove(call, &kind_host, doc->key);
}

const struct kind kind_host = {
	.name = "host",
	.shape = "ec2:Host",
	.timer = host_timer,
	.view = host_view,
};

/* ---- The document as a reply shows it ---- */

/** Whether a type can run there: the host's own, or of its family. */
static bool takes_type(const struct doc *host, const char *type)
{
	const struct json *properties = json_get(host->body, "HostProperties");
	const struct instance_family_row *family = instance_family_row(type);

	if (json_get_str(properties, "InstanceType"))
		return str_eq(json_get_str(properties, "InstanceType"), type);
	return family && str_eq(json_get_str(properties, "InstanceFamily"), family->name);
}

static bool is_on(const struct doc *instance, const struct doc *host)
{
	return !ec2_is_gone(instance) &&
	       str_eq(json_find_str(instance->body, "Placement", "HostId", NULL), host->key);
}

/** vCPUs that no instance has. */
static int64_t free_vcpus(const struct world *world, const struct doc *host)
{
	int64_t count = json_get_int(json_get(host->body, "HostProperties"), "TotalVCpus", 0);

	world_foreach (instance, world, &kind_instance) {
		const struct instance_type_row *row =
			instance_type_row(doc_str(instance, "InstanceType"));

		if (is_on(instance, host) && row)
			count -= row->vcpus;
	}
	return count > 0 ? count : 0;
}

static struct json *capacity_item(const struct world *world, const struct doc *host)
{
	int64_t total = json_get_int(json_get(host->body, "HostProperties"), "TotalVCpus", 0);
	int64_t left = free_vcpus(world, host);
	struct json *item = json_new_object();
	struct json *list = json_ensure_array(item, "AvailableInstanceCapacity");
	const struct instance_type_row *row;

	for (size_t i = 0; (row = instance_type_nth(i)); i++) {
		struct json *one;

		if (!takes_type(host, row->name))
			continue;
		one = json_new_object();
		json_set_int(one, "AvailableCapacity", left / row->vcpus);
		json_set_str(one, "InstanceType", row->name);
		json_set_int(one, "TotalCapacity", total / row->vcpus);
		json_append(list, one);
	}
	json_set_int(item, "AvailableVCpus", left);
	return item;
}

static struct json *host_item(const struct world *world, const struct doc *doc)
{
	struct json *item = ec2_item(doc), *list = json_new_array();

	world_foreach (instance, world, &kind_instance) {
		struct json *one;

		if (!is_on(instance, doc))
			continue;
		one = json_new_object();
		json_set_str(one, "InstanceId", instance->key);
		json_set_str(one, "InstanceType", doc_str(instance, "InstanceType"));
		json_set_str(one, "OwnerId", instance->account);
		json_append(list, one);
	}
	json_set(item, "Instances", list);
	json_set(item, "AvailableCapacity", capacity_item(world, doc));
	return item;
}

/* ---- For instances ---- */

static bool has_room(const struct call *call, const struct doc *host, const char *type)
{
	const struct instance_type_row *row = instance_type_row(type);

	return row && free_vcpus(call->world, host) >= row->vcpus;
}

static bool is_available(const struct doc *host)
{
	return str_eq(doc_str(host, "State"), "available");
}

bool host_for_launch(struct call *call, const struct json *wish, const char *zone, const char *type,
		     const struct doc **ret, struct err *err)
{
	const char *id = json_get_str(wish, "HostId"), *tenancy = json_get_str(wish, "Tenancy");

	*ret = NULL;
	if (id && tenancy && !str_eq(tenancy, "host"))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "hostId", "tenancy");
	if (id) {
		if (!ec2_get(call, &kind_host, id, ret, err))
			return false;
		if (!is_available(*ret) || !takes_type(*ret, type) ||
		    !str_eq(doc_str(*ret, "AvailabilityZone"), zone))
			return aws_fail(err, AWS_EC2_HOST_UNFIT, id, type);
		return has_room(call, *ret, type) || aws_fail(err, AWS_EC2_HOST_FULL);
	}
	if (!str_eq(tenancy, "host"))
		return true;
	world_foreach (host, call->world, &kind_host) {
		if (!*ret && doc_in_scope(call, host) && is_available(host) &&
		    str_eq(doc_str(host, "AutoPlacement"), "on") &&
		    str_eq(doc_str(host, "AvailabilityZone"), zone) && takes_type(host, type) &&
		    has_room(call, host, type))
			*ret = host;
	}
	return *ret || aws_fail(err, AWS_EC2_HOST_FULL);
}

/* ---- AllocateHosts ---- */

/** Cores, sockets and vCPUs of a host for a type or a family; NULL when there is no such host. */
static struct json *properties_of(const char *type, const char *family)
{
	const struct instance_family_row *row = instance_family_row(type ? type : family);
	struct json *item;

	if (!row || !row->host_cores || (type && !instance_type_row(type)))
		return NULL;
	item = json_new_object();
	json_set_int(item, "Cores", row->host_cores);
	json_set_str(item, "InstanceType", type);
	if (!type)
		json_set_str(item, "InstanceFamily", row->name);
	json_set_int(item, "Sockets", row->host_sockets);
	json_set_int(item, "TotalVCpus", row->host_vcpus);
	return item;
}

static bool read_properties(const struct json *input, struct json **ret, struct err *err)
{
	static const char *const members[] = {"InstanceType", "InstanceFamily", NULL};
	unsigned which;

	if (!ec2_one_of(input, members, &which, err))
		return false;
	*ret = properties_of(json_get_str(input, "InstanceType"),
			     json_get_str(input, "InstanceFamily"));
	return *ret || aws_fail(err, AWS_EC2_HOST_TYPE, json_get_str(input, members[which]));
}

static const char *text_or(const struct json *input, const char *member, const char *fallback)
{
	const char *text = json_get_str(input, member);

	return text ? text : fallback;
}

static const char *allocate(struct call *call, const struct json *input, const char *zone,
			    const struct json *properties, const struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_host, json_get_str(input, "ClientToken"));
	struct json *body = json_new_object();

	json_set_str(body, "AutoPlacement", text_or(input, "AutoPlacement", "on"));
	json_set_str(body, "AvailabilityZone", zone);
	json_set_str(body, "AvailabilityZoneId", ec2_zone_id(call, zone));
	json_set_copy(body, "ClientToken", json_get(input, "ClientToken"));
	json_set_str(body, "HostId", id);
	json_set_copy(body, "HostProperties", properties);
	json_set_str(body, "State", "available");
	json_set_str(body, "AllocationTime", aws_now(call));
	json_set_str(body, "HostRecovery", text_or(input, "HostRecovery", "off"));
	json_set_str(body, "HostMaintenance", text_or(input, "HostMaintenance", "on"));
	json_set_str(body, "AllowsMultipleInstanceTypes",
		     json_get_str(properties, "InstanceFamily") ? "on" : "off");
	json_set_str(body, "OwnerId", call->account);
	json_set_bool(body, "MemberOfServiceLinkedResourceGroup", false);
	world_add(call,
		  (struct doc_spec){
			  .kind = &kind_host, .key = id, .body = body, .tags = json_copy(tags)});
	return id;
}

bool ec2_allocate_hosts(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *properties = NULL;
	struct json *ids = json_ensure_array(output, "HostIds"), *parsed;
	int64_t quantity = json_get_int(input, "Quantity", 1);
	const char *zone, *kept;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &kept, err))
		return false;
	if (kept) {
		if (json_parse(kept, strlen(kept), &parsed, NULL))
			json_set(output, "HostIds", parsed);
		return true;
	}
	if (json_get_str(input, "OutpostArn"))
		return aws_fail(err, AWS_EC2_OUTPOST_NOT_FOUND, json_get_str(input, "OutpostArn"));
	if (!json_get_str(input, "AvailabilityZone") && !json_get_str(input, "AvailabilityZoneId"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "availabilityZone");
	if (quantity < 1 || quantity > QUANTITY_MAX)
		return aws_fail(err, AWS_EC2_HOST_LIMIT);
	if (!read_properties(input, &properties, err) ||
	    !subnet_read_zone(call, input, &zone, err) ||
	    !tags_from_specifications(input, "dedicated-host", &tags, err) ||
	    !ec2_within_limit(call, LIMIT_HOSTS, ec2_count(call, &kind_host) + (size_t)quantity - 1,
			      AWS_EC2_HOST_LIMIT, err))
		return false;
	for (int64_t i = 0; i < quantity; i++)
		json_append_str(ids, allocate(call, input, zone, properties, tags));
	if (json_get_str(input, "ClientToken")) {
		_cleanup_(freep) char *text = json_to_text(ids);

		idempotency_keep(call, input, "ClientToken", text);
	}
	return true;
}

/* ---- ModifyHosts, ReleaseHosts ---- */

static bool holds_instances(const struct call *call, const struct doc *host)
{
	world_foreach (instance, call->world, &kind_instance) {
		if (is_on(instance, host))
			return true;
	}
	return false;
}

static bool get_held(const struct call *call, const char *id, const struct doc **ret,
		     struct err *err)
{
	if (!ec2_get(call, &kind_host, id, ret, err))
		return false;
	return is_available(*ret) || aws_fail(err, AWS_EC2_HOST_NOT_FOUND, id);
}

static bool modify(struct call *call, const char *id, const struct json *input, struct err *err)
{
	static const char *const members[] = {"HostRecovery", "HostMaintenance", "AutoPlacement"};
	_cleanup_(json_freep) struct json *properties = NULL;
	bool retype = json_get(input, "InstanceType") || json_get(input, "InstanceFamily");
	const struct doc *host;
	struct json *body;

	if (!get_held(call, id, &host, err) ||
	    (retype && !read_properties(input, &properties, err)))
		return false;
	if (retype && holds_instances(call, host))
		return aws_fail(err, AWS_EC2_HOST_OCCUPIED, id);
	body = json_copy(host->body);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(body, members[i], json_get(input, members[i]));
	if (retype) {
		json_set_str(body, "AllowsMultipleInstanceTypes",
			     json_get_str(properties, "InstanceFamily") ? "on" : "off");
		json_set(body, "HostProperties", steal(properties));
	}
	world_put(call, &kind_host, id, body);
	return true;
}

static bool release(struct call *call, const char *id, const struct json *input, struct err *err)
{
	const struct doc *host;
	struct json *body;

	(void)input;
	if (!get_held(call, id, &host, err))
		return false;
	if (holds_instances(call, host))
		return aws_fail(err, AWS_EC2_HOST_OCCUPIED, id);
	body = json_copy(host->body);
	json_set_str(body, "State", "released");
	json_set_str(body, "ReleaseTime", aws_now(call));
	world_put(call, &kind_host, id, body);
	lifecycle_start(call, &kind_host, id, LIFECYCLE_FORGOTTEN, "forget");
	return true;
}

/** Does something to each host of a request, and tells which it could not do. */
static void each(struct call *call, const struct json *input, struct json *output,
		 bool (*act)(struct call *call, const char *id, const struct json *input,
			     struct err *err))
{
	struct json *done = json_ensure_array(output, "Successful");

	json_ensure_array(output, "Unsuccessful");
	json_foreach (id, json_get(input, "HostIds")) {
		struct err why = ERR_INIT;

		if (act(call, json_str(id), input, &why))
			json_append_str(done, json_str(id));
		else
			ec2_unsuccessful(json_get_mut(output, "Unsuccessful"), json_str(id), &why);
	}
}

bool ec2_modify_hosts(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	static const char *const members[] = {"HostRecovery", "HostMaintenance", "AutoPlacement",
					      "InstanceType", "InstanceFamily"};

	for (size_t i = 0; i < array_size(members); i++) {
		if (json_get(input, members[i])) {
			each(call, input, output, modify);
			return true;
		}
	}
	return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "autoPlacement");
}

bool ec2_release_hosts(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	if (!json_size(json_get(input, "HostIds")))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "hostId");
	each(call, input, output, release);
	return true;
}

/* ---- DescribeHosts ---- */

static struct json *describe_item(struct call *call, const struct doc *doc)
{
	return host_item(call->world, doc);
}

static const struct filter_field host_filters[] = {
	{"auto-placement", "AutoPlacement", NULL, NULL},
	{"availability-zone", "AvailabilityZone", NULL, NULL},
	{"client-token", "ClientToken", NULL, NULL},
	{"host-reservation-id", "HostReservationId", NULL, NULL},
	{"instance-type", "HostProperties.InstanceType", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_hosts(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_host,
		.ids = "HostIds",
		.id_prefix = "h-",
		.malformed = AWS_EC2_HOST_MALFORMED,
		.not_found = AWS_EC2_HOST_NOT_FOUND,
		.filters = "Filter",
		.fields = host_filters,
		.page = &page_ec2,
		.result = "Hosts",
		.item = describe_item,
	};

	return describe_reply(call, input, output, &describe, err);
}
