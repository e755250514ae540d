/* RunInstances. */
#include "emulator/aws/ec2/snapshot.h"

#define INSTANCES_MAX	 100 /* of one call; AWS's limit is in vCPUs */
#define PREFIX_ADDRESSES 16  /* of an IPv4 prefix, a /28 */

/** What one call asks for, read and checked. */
struct launch {
	const struct json *input;
	struct json *merged; /* input with its launch template; owned; NULL: there is none */
	const struct doc *image, *subnet;
	const struct doc *profile; /* instance profile; NULL: none */
	const char *type;
	unsigned count;
	struct json *groups; /* ids for the interfaces that it makes; owned */
	struct json *tags, *interface_tags, *volume_tags;
};

static void launch_done(struct launch *launch)
{
	json_free(launch->merged);
	json_free(launch->groups);
	json_free(launch->tags);
	json_free(launch->interface_tags);
	json_free(launch->volume_tags);
}

/* Members of RunInstances whose effect is not emulated: refused, not ignored. */
static const char *const refused[] = {
	"ElasticGpuSpecification",
	"ElasticInferenceAccelerators",
	"InstanceMarketOptions",
	"LicenseSpecifications",
	"SecondaryInterfaces",
	"Operator",
	"RamdiskId",
	"KernelId",
};

static bool read_counts(const struct json *input, unsigned *ret, struct err *err)
{
	int64_t min = json_get_int(input, "MinCount", 1), max = json_get_int(input, "MaxCount", 1);

	if (min < 1 || max < min)
		return aws_fail(err, AWS_EC2_INSTANCE_COUNT);
	if (min > INSTANCES_MAX)
		return aws_fail(err, AWS_EC2_INSTANCE_LIMIT);
	*ret = (unsigned)(max > INSTANCES_MAX ? INSTANCES_MAX : max);
	return true;
}

/** The default subnet of a zone. */
static const struct doc *default_subnet(const struct call *call, const char *zone)
{
	world_foreach (doc, call->world, &kind_subnet) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->body, "DefaultForAz", false) &&
		    (!zone || str_eq(doc_str(doc, "AvailabilityZone"), zone)))
			return doc;
	}
	return NULL;
}

/** The first interface that a request describes: device 0. */
static const struct json *first_interface(const struct json *input)
{
	json_foreach (item, json_get(input, "NetworkInterfaces")) {
		if (json_get_int(item, "DeviceIndex", 0) == 0)
			return item;
	}
	return NULL;
}

static bool read_subnet(struct call *call, struct launch *launch, struct err *err)
{
	const struct json *first = first_interface(launch->input);
	const char *zone = NULL;
	const char *id = json_get_str(launch->input, "SubnetId");
	const struct doc *interface;

	if (!placement_zone(call, json_get(launch->input, "Placement"), &zone, err))
		return false;
	if (first && (id || json_get(launch->input, "SecurityGroupIds")))
		return aws_fail(err, AWS_EC2_RUN_INTERFACES, id ? "subnet ID" : "security groups");
	if (json_size(json_get(launch->input, "NetworkInterfaces")) && !first)
		return aws_fail(err, AWS_EC2_DEVICE_INDEX);
	if (first && json_get_str(first, "NetworkInterfaceId")) {
		if (!ec2_get_by(call, &kind_network_interface, first, "NetworkInterfaceId",
				&interface, err))
			return false;
		launch->subnet =
			world_find(call->world, &kind_subnet, doc_str(interface, "SubnetId"));
		return true;
	}
	if (first)
		id = json_get_str(first, "SubnetId");
	if (id)
		return ec2_get(call, &kind_subnet, id, &launch->subnet, err);
	launch->subnet = default_subnet(call, zone);
	return launch->subnet || aws_fail(err, AWS_EC2_NO_DEFAULT_VPC);
}

/** SecurityGroupIds and SecurityGroups (names in the subnet's VPC) as ids. */
static bool read_groups(struct call *call, struct launch *launch, struct err *err)
{
	const char *vpc_id = doc_str(launch->subnet, "VpcId");

	launch->groups = ec2_list_unique(json_get(launch->input, "SecurityGroupIds"));
	json_foreach (name, json_get(launch->input, "SecurityGroups")) {
		const struct doc *group = world_lookup_one(
			call->world, &kind_security_group, "name",
			arena_printf(call->arena, "%s/%s", vpc_id, json_str(name)));

		if (!group)
			return aws_fail(err, AWS_EC2_GROUP_NOT_FOUND, json_str(name));
		json_append_str(launch->groups, group->key);
	}
	json_foreach (id, launch->groups) {
		const struct doc *group = ec2_find(call, &kind_security_group, json_str(id));

		if (!group || security_group_holds_in(call->world, group, vpc_id))
			continue;
		return json_get_str(launch->input, "SubnetId")
			       ? aws_fail(err, AWS_EC2_GROUP_OTHER_VPC, group->key,
					  launch->subnet->key)
			       : aws_fail(err, AWS_EC2_GROUP_PEER_OTHER_VPC);
	}
	return ec2_check_groups(call, vpc_id, launch->groups, err);
}

static bool read_key(const struct call *call, const struct json *input, struct err *err)
{
	const char *name = json_get_str(input, "KeyName");
	_cleanup_(freep) char *term = NULL;

	if (!name)
		return true;
	term = xasprintf("%s/%s/%s", call->account, call->region, name);
	return world_lookup_count(call->world, &kind_key_pair, "name", term) ||
	       aws_fail(err, AWS_EC2_KEY_PAIR_NOT_FOUND, name);
}

static bool read_type(struct launch *launch, struct err *err)
{
	const struct instance_type_row *row;

	launch->type = json_get_str(launch->input, "InstanceType");
	if (!launch->type)
		launch->type = "m1.small"; /* Source: EC2 API, RunInstances: the default */
	row = instance_type_row(launch->type);
	if (row && !str_eq(row->architecture, doc_str(launch->image, "Architecture")))
		return aws_fail(err, AWS_EC2_INSTANCE_ARCHITECTURE, row->architecture,
				doc_str(launch->image, "Architecture"));
	return true;
}

/* A number that a request says; what is out of range is refused later. */
static uint64_t wanted(const struct json *item, const char *member)
{
	int64_t count = json_get_int(item, member, 0);

	return count > 0 && count < INT16_MAX ? (uint64_t)count : 0;
}

/* The IPv4 addresses that one instance takes out of the subnet of its first interface. */
static uint64_t addresses_each(const struct launch *launch)
{
	const struct json *list = json_get(launch->input, "NetworkInterfaces");
	uint64_t count = json_size(list) ? 0 : 1;

	json_foreach (item, list) {
		const char *subnet = json_get_str(item, "SubnetId");
		size_t named = json_size(json_get(item, "PrivateIpAddresses"));

		if (json_get_str(item, "NetworkInterfaceId") ||
		    (subnet && !str_eq(subnet, launch->subnet->key)))
			continue;
		count += named ? named : 1;
		count += wanted(item, "SecondaryPrivateIpAddressCount");
		count += PREFIX_ADDRESSES * (json_size(json_get(item, "Ipv4Prefixes")) +
					     wanted(item, "Ipv4PrefixCount"));
	}
	return count;
}

/**
 * As many instances as the subnet has addresses for, but never less than MinCount, which then
 * fails. Source: EC2 API, RunInstances, MinCount and MaxCount.
 */
static void fit_count(const struct call *call, struct launch *launch)
{
	int64_t min = json_get_int(launch->input, "MinCount", 1);
	uint64_t each = addresses_each(launch), fits;
	struct cidr block;

	if (!each || !ec2_subnet_ipv4(launch->subnet, &block))
		return;
	fits = ec2_subnet_free_addresses(call->world, launch->subnet) / each;
	if (fits < launch->count)
		launch->count = (unsigned)(fits > (uint64_t)min ? fits : (uint64_t)min);
}

static bool read_launch(struct call *call, struct launch *launch, struct err *err)
{
	static const char *const allowed[] = {"instance",	   "volume",
					      "network-interface", "spot-instances-request",
					      "elastic-gpu",	   NULL};
	const struct json *input = launch->input;

	for (size_t i = 0; i < array_size(refused); i++)
		if (json_get(input, refused[i]))
			return err_set(err, ERR_UNSUPPORTED, NULL,
				       "RunInstances with %s is not emulated", refused[i]);
	return read_counts(input, &launch->count, err) &&
	       image_get_launchable(call, json_get_str(input, "ImageId"),
				    json_get_str(input, "InstanceType"), &launch->image, err) &&
	       read_type(launch, err) && read_subnet(call, launch, err) &&
	       read_groups(call, launch, err) && read_key(call, input, err) &&
	       instance_profile_read(call, json_get(input, "IamInstanceProfile"), &launch->profile,
				     err) &&
	       tags_from_specifications_of(input, "instance", allowed, &launch->tags, err) &&
	       tags_from_specifications_of(input, "network-interface", allowed,
					   &launch->interface_tags, err) &&
	       tags_from_specifications_of(input, "volume", allowed, &launch->volume_tags, err);
}

/* ---- Making one instance ---- */

/** Whether a new interface gets a public address that AWS lends. */
static bool wants_public_ip(const struct doc *subnet, const struct json *item)
{
	const struct json *asked = json_get(item, "AssociatePublicIpAddress");

	if (json_is_bool(asked))
		return json_bool(asked);
	return json_get_bool(subnet->body, "MapPublicIpOnLaunch", false);
}

/** What of an interface is not emulated is refused, not ignored. */
static bool check_interface(const struct json *item, struct err *err)
{
	static const char *const members[] = {"EnaSrdSpecification", "EnaQueueCount"};

	for (size_t i = 0; i < array_size(members); i++)
		if (json_get(item, members[i]))
			return err_set(err, ERR_UNSUPPORTED, NULL,
				       "RunInstances with %s of an interface is not emulated",
				       members[i]);
	if (json_get_bool(item, "AssociateCarrierIpAddress", false))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "carrier IP addresses of Wavelength Zones are not emulated");
	return !json_get_int(item, "NetworkCardIndex", 0) || aws_fail(err, AWS_EC2_NETWORK_CARD);
}

/** An instance's interface; what stands against it is said in RunInstances' words. */
static bool add_its_interface(struct call *call, const struct interface_spec *spec,
			      const struct doc **ret, struct err *err)
{
	if (interface_add(call, spec, ret, err))
		return true;
	if (str_eq(err->wire, "InsufficientFreeAddressesInSubnet"))
		return aws_fail(err, AWS_EC2_SUBNET_FULL_INSTANCES, spec->subnet->key);
	if (str_eq(err->wire, "InvalidIPAddress.InUse") && spec->private_ip)
		return aws_fail(err, AWS_EC2_ELASTIC_IP_IN_USE, spec->private_ip);
	return false;
}

/** A new interface as one entry of NetworkInterfaces (or the flat members) describes it. */
static bool add_interface(struct call *call, struct launch *launch, const struct json *item,
			  const char *instance_id, unsigned index, struct err *err)
{
	const struct json *groups = json_get(item, "Groups"), *source = item ? item : launch->input;
	struct interface_spec spec = {
		.subnet = launch->subnet,
		.description = item ? json_get_str(item, "Description") : NULL,
		.groups = json_size(groups) ? groups : launch->groups,
		.private_ip = json_get_str(source, "PrivateIpAddress"),
		.more_ips = json_get(item, "PrivateIpAddresses"),
		.more_count = (unsigned)json_get_int(item, "SecondaryPrivateIpAddressCount", 0),
		.ipv6 = json_get(source, "Ipv6Addresses"),
		.ipv6_count = (unsigned)json_get_int(source, "Ipv6AddressCount", 0),
		.primary_ipv6 =
			json_get_bool(item, "PrimaryIpv6",
				      json_get_bool(launch->input, "EnablePrimaryIpv6", false)),
		.tracking = json_get(item, "ConnectionTrackingSpecification"),
		.type = item ? json_get_str(item, "InterfaceType") : NULL,
		.name = ec2_nth(call, instance_id, index),
		.tags = launch->interface_tags,
		.implied_by = instance_id,
	};
	const struct doc *made;

	if (json_get_str(item, "SubnetId") &&
	    !ec2_get_by(call, &kind_subnet, item, "SubnetId", &spec.subnet, err))
		return false;
	if (!str_eq(doc_str(spec.subnet, "AvailabilityZone"),
		    doc_str(launch->subnet, "AvailabilityZone")))
		return aws_fail(err, AWS_EC2_INTERFACE_ZONE);
	if (spec.more_count > 255 || spec.ipv6_count > 255)
		return aws_fail(err, AWS_EC2_ADDRESS_COUNT, "SecondaryPrivateIpAddressCount");
	if (!prefix_read(item, FAMILY_IPV4, &spec.prefixes4, err) ||
	    !prefix_read(item, FAMILY_IPV6, &spec.prefixes6, err) ||
	    !interface_check_tracking(spec.tracking, err) ||
	    !add_its_interface(call, &spec, &made, err) ||
	    !interface_fits_type(call, launch->type, made->body, err))
		return false;
	interface_attach(call, made->key, instance_id, call->account, index,
			 json_get_bool(item, "DeleteOnTermination", true));
	if (index == 0 && doc_str(made, "PrivateIpAddress") && wants_public_ip(spec.subnet, item))
		interface_add_public_ip(call, made->key, "amazon");
	return true;
}

/** An interface that exists already. */
static bool use_interface(struct call *call, const struct json *item, const char *instance_id,
			  unsigned index, struct err *err)
{
	const struct doc *interface;

	if (!ec2_get_by(call, &kind_network_interface, item, "NetworkInterfaceId", &interface, err))
		return false;
	if (json_get(interface->body, "Attachment"))
		return aws_fail(err, AWS_EC2_INTERFACE_IN_USE, interface->key);
	interface_attach(call, interface->key, instance_id, call->account, index,
			 json_get_bool(item, "DeleteOnTermination", false));
	return true;
}

static bool add_interfaces(struct call *call, struct launch *launch, const char *instance_id,
			   struct err *err)
{
	const struct json *list = json_get(launch->input, "NetworkInterfaces");

	if (!json_size(list))
		return add_interface(call, launch, NULL, instance_id, 0, err);
	json_foreach (item, list) {
		int64_t index = json_get_int(item, "DeviceIndex", 0);

		if (index < 0 || index > 31)
			return aws_fail(err, AWS_EC2_DEVICE_INDEX);
		if (!check_interface(item, err))
			return false;
		if (json_get_str(item, "NetworkInterfaceId")
			    ? !use_interface(call, item, instance_id, (unsigned)index, err)
			    : !add_interface(call, launch, item, instance_id, (unsigned)index, err))
			return false;
	}
	return true;
}

/** "i-….eu-west-1.compute.internal" or the interface's "ip-…": what the subnet says. */
static const char *private_dns_name(struct call *call, const struct launch *launch, const char *id,
				    const struct doc *interface)
{
	const char *type =
		json_find_str(launch->input, "PrivateDnsNameOptions", "HostnameType", NULL);

	if (!type)
		type = json_find_str(launch->subnet->body, "PrivateDnsNameOptionsOnLaunch",
				     "HostnameType", NULL);
	if (str_eq(type, "resource-name"))
		return arena_printf(call->arena, "%s.%s", id,
				    region_private_domain(call, call->region));
	return doc_str(interface, "PrivateDnsName") ? doc_str(interface, "PrivateDnsName") : "";
}

/** Members that come from the image, the type and the request alone. */
static void fill_hardware(const struct launch *launch, struct json *body)
{
	static const char *const same[] = {
		"Architecture",	  "EnaSupport",	     "Hypervisor",
		"RootDeviceName", "RootDeviceType",  "VirtualizationType",
		"BootMode",	  "PlatformDetails", "UsageOperation",
		"ImageId",	  "Platform",	     "TpmSupport"};
	bool legacy = str_eq(doc_str(launch->image, "BootMode"), "legacy-bios") ||
		      !doc_str(launch->image, "BootMode");

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(body, same[i], json_get(launch->image->body, same[i]));
	json_set_str(body, "CurrentInstanceBootMode", legacy ? "legacy-bios" : "uefi");
	json_ensure_array(body, "BlockDeviceMappings");
	json_set_bool(body, "EbsOptimized", json_get_bool(launch->input, "EbsOptimized", false));
	json_set_str(body, "InstanceType", launch->type);
	json_set_copy(body, "KeyName", json_get(launch->input, "KeyName"));
	json_set_str(json_ensure_object(body, "Monitoring"), "State",
		     json_get_bool(json_get(launch->input, "Monitoring"), "Enabled", false)
			     ? "enabled"
			     : "disabled");
}

static void fill_place(const struct launch *launch, struct json *body)
{
	const struct json *asked = json_get(launch->input, "PrivateDnsNameOptions");
	struct json *options;

	json_set_copy(body, "SubnetId", json_get(launch->subnet->body, "SubnetId"));
	json_set_copy(body, "VpcId", json_get(launch->subnet->body, "VpcId"));
	json_set_copy(body, "PrivateDnsNameOptions",
		      json_get(launch->subnet->body, "PrivateDnsNameOptionsOnLaunch"));
	if (!asked)
		return;
	options = json_ensure_object(body, "PrivateDnsNameOptions");
	json_foreach (member, asked)
		json_set_copy(options, json_key(member), member);
}

static struct json *instance_extra(const struct launch *launch, const char *reservation_id)
{
	static const char *const same[] = {"UserData", "DisableApiTermination", "DisableApiStop",
					   "InstanceInitiatedShutdownBehavior"};
	struct json *extra = json_new_object();

	json_set_str(extra, "ReservationId", reservation_id);
	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(extra, same[i], json_get(launch->input, same[i]));
	return extra;
}

/** Makes one instance with its interfaces. */
static bool launch_one(struct call *call, struct launch *launch, const char *id, unsigned index,
		       const char *reservation_id, struct err *err)
{
	struct json *body = json_new_object(), *extra = instance_extra(launch, reservation_id);
	const struct doc *interface;
	struct json *reason;

	json_set_str(body, "InstanceId", id);
	json_set(body, "State", instance_state("pending"));
	reason = json_ensure_object(body, "StateReason"); /* until it runs */
	json_set_str(reason, "Code", "pending");
	json_set_str(reason, "Message", "pending");
	ec2_set_operator(body);
	json_set_bool(json_ensure_object(body, "Operator"), "HiddenByDefault", false);
	json_ensure_array(body, "SecondaryInterfaces");
	fill_hardware(launch, body);
	fill_place(launch, body);
	if (!instance_put_options(call, launch->input, launch->image, launch->type,
				  doc_str(launch->subnet, "AvailabilityZone"), body, extra, err)) {
		json_free(body);
		json_free(extra);
		return false;
	}
	json_set_str(body, "LaunchTime", aws_now(call));
	json_set_str(body, "UsageOperationUpdateTime", aws_now(call));
	json_set_int(body, "AmiLaunchIndex", index);
	json_ensure_array(body, "ProductCodes");
	json_set_str(body, "StateTransitionReason", "");
	json_set_copy(body, "ClientToken", json_get(launch->input, "ClientToken"));
	world_add(call, (struct doc_spec){.kind = &kind_instance,
					  .key = id,
					  .body = body,
					  .tags = json_copy(launch->tags),
					  .extra = extra});
	if (launch->profile)
		instance_profile_associate(call, id, launch->profile, "associated");
	if (!add_interfaces(call, launch, id, err))
		return false;
	interface = ec2_instance_interface(call->world, id);
	body = json_copy(world_find(call->world, &kind_instance, id)->body);
	extra = json_copy(world_find(call->world, &kind_instance, id)->extra);
	json_set_copy(body, "PrivateIpAddress", json_get(interface->body, "PrivateIpAddress"));
	json_set_str(body, "PrivateDnsName", private_dns_name(call, launch, id, interface));
	json_set_bool(extra, "PublicIp", json_get(interface->body, "Association") != NULL);
	return volume_add_all(call, world_put_all(call, &kind_instance, id, body, NULL, extra),
			      launch->image, json_get(launch->input, "BlockDeviceMappings"),
			      launch->volume_tags, err);
}

/** The reservation as RunInstances answers it; instances as they are now. */
static void reply_reservation(struct call *call, const char *reservation_id, struct json *output)
{
	json_set_str(output, "ReservationId", reservation_id);
	json_set_str(output, "OwnerId", call->account);
	json_ensure_array(output, "Groups");
	world_foreach (doc, call->world, &kind_instance) {
		if (doc_in_scope(call, doc) &&
		    str_eq(doc_extra_str(doc, "ReservationId"), reservation_id))
			json_append(json_ensure_array(output, "Instances"),
				    instance_item(call->world, doc));
	}
}

static bool launch_all(struct call *call, struct launch *launch, const char **ret, struct err *err)
{
	const char **ids = arena_alloc(call->arena, launch->count * sizeof(*ids)),
		   *reservation = NULL;
	const char *name = json_get_str(launch->input, "ClientToken");

	for (unsigned i = 0; i < launch->count; i++) {
		ids[i] = ec2_new_id(call, &kind_instance,
				    ec2_nth(call, name ? name : launch->subnet->key, i));
		if (!reservation)
			reservation = ec2_part_id(call, "r-", ids[0]);
		if (!launch_one(call, launch, ids[i], i, reservation, err))
			return false;
	}
	*ret = reservation;
	return true;
}

static void start_all(struct call *call, const char *reservation)
{
	struct json *ids = json_new_array();

	world_foreach (doc, call->world, &kind_instance) {
		if (str_eq(doc_extra_str(doc, "ReservationId"), reservation))
			json_append_str(ids, doc->key);
	}
	json_foreach (id, ids)
		lifecycle_start(call, &kind_instance, json_str(id), LIFECYCLE_INSTANCE, "running");
	json_free(ids);
}

bool ec2_run_instances(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	_cleanup_(launch_done) struct launch launch = {.input = input};
	const char *reservation;
	bool ok;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &reservation,
			      err))
		return false;
	if (!reservation) {
		if (json_get(input, "LaunchTemplate") &&
		    !launch_template_apply(call, input, &launch.merged, err))
			return false;
		if (launch.merged)
			launch.input = launch.merged;
		ok = read_launch(call, &launch, err);
		if (ok)
			fit_count(call, &launch);
		ok = ok && launch_all(call, &launch, &reservation, err);
		json_watch_back(input, launch.merged);
		if (!ok)
			return false;
		idempotency_keep(call, input, "ClientToken", reservation);
		reply_reservation(call, reservation, output);
		start_all(call, reservation);
		return true;
	}
	reply_reservation(call, reservation, output);
	return true;
}
