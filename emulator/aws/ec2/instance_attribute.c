/* Attributes of instances. */
#include "emulator/aws/ec2/instance.h"

/** Attribute names of the flat form, and the members that hold them. */
static const struct {
	const char *name, *member;
	bool extra; /* held in extra, not in the body */
} rows[] = {
	{"disableApiStop", "DisableApiStop", true},
	{"disableApiTermination", "DisableApiTermination", true},
	{"ebsOptimized", "EbsOptimized", false},
	{"enaSupport", "EnaSupport", false},
	{"instanceInitiatedShutdownBehavior", "InstanceInitiatedShutdownBehavior", true},
	{"instanceType", "InstanceType", false},
	{"rootDeviceName", "RootDeviceName", false},
	{"sriovNetSupport", "SriovNetSupport", false},
	{"userData", "UserData", true},
};

static int find_row(const char *name)
{
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].name, name))
			return (int)i;
	return -1;
}

bool ec2_describe_instance_attribute(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const char *name = json_get_str(input, "Attribute");
	const struct doc *instance, *interface;
	int row = find_row(name);

	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	interface = ec2_instance_interface(call->world, instance->key);
	json_set_str(output, "InstanceId", instance->key);
	if (row >= 0) {
		const struct json *held = rows[row].extra ? instance->extra : instance->body;
		struct json *holder = json_ensure_object(output, rows[row].member);

		json_set_copy(holder, "Value", json_get(held, rows[row].member));
		if (!json_get(holder, "Value") && str_starts_with(name, "disable"))
			json_set_bool(holder, "Value", false);
		if (!json_get(holder, "Value") && str_starts_with(name, "instanceInitiated"))
			json_set_str(holder, "Value", "stop");
		return true;
	}
	if (str_eq(name, "sourceDestCheck") && interface)
		json_set_copy(json_ensure_object(output, "SourceDestCheck"), "Value",
			      json_get(interface->body, "SourceDestCheck"));
	else if (str_eq(name, "groupSet") && interface)
		json_set_copy(output, "Groups", json_get(interface->body, "Groups"));
	else if (str_eq(name, "blockDeviceMapping"))
		json_set_copy(output, "BlockDeviceMappings",
			      json_get(instance->body, "BlockDeviceMappings"));
	else if (str_eq(name, "productCodes"))
		json_ensure_array(output, "ProductCodes");
	else if (str_eq(name, "enclaveOptions"))
		json_set_copy(output, "EnclaveOptions", json_get(instance->body, "EnclaveOptions"));
	else if (str_eq(name, "kernel"))
		json_ensure_object(output, "KernelId"); /* no instance has one of its own */
	else if (str_eq(name, "ramdisk"))
		json_ensure_object(output, "RamdiskId");
	return true;
}

/** Changes one of the rows' attributes. */
static bool modify_row(struct call *call, const struct doc *instance, size_t i,
		       const struct json *value, struct err *err)
{
	struct json *body = NULL, *extra = NULL;
	bool stopped = str_eq(instance_state_name(instance), "stopped");

	/* Source: EC2 user guide: user data too is changed while the instance is stopped */
	if ((!rows[i].extra || str_eq(rows[i].name, "userData")) && !stopped)
		return aws_fail(err, AWS_EC2_INSTANCE_NOT_STOPPED, instance->key);
	if (rows[i].extra) {
		extra = json_copy(instance->extra);
		json_set_copy(extra, rows[i].member, value);
	} else {
		body = json_copy(instance->body);
		json_set_copy(body, rows[i].member, value);
	}
	world_put_all(call, &kind_instance, instance->key, body, NULL, extra);
	return true;
}

static bool set_source_dest_check(struct call *call, const struct doc *instance, bool value,
				  struct err *err)
{
	const struct doc *interface = ec2_instance_interface(call->world, instance->key);
	struct json *body;

	if (!interface)
		return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	if (world_lookup_count(call->world, &kind_network_interface, "instance", instance->key) > 1)
		return aws_fail(err, AWS_EC2_INSTANCE_INTERFACES, instance->key);
	body = json_copy(interface->body);
	json_set_bool(body, "SourceDestCheck", value);
	world_put(call, &kind_network_interface, interface->key, body);
	return true;
}

/** DeleteOnTermination of the volumes that mappings name. */
static bool modify_mappings(struct call *call, const struct doc *instance,
			    const struct json *mappings, struct err *err)
{
	const struct json *held = json_get(instance->body, "BlockDeviceMappings");
	_cleanup_(json_freep) struct json *body = json_copy(instance->body);

	json_foreach (mapping, mappings) {
		const char *device = json_get_str(mapping, "DeviceName");
		const char *volume_id = json_find_str(ec2_element(held, "DeviceName", device),
						      "Ebs", "VolumeId", NULL);
		const struct json *goes = json_find(mapping, "Ebs", "DeleteOnTermination", NULL);
		const char *asked = json_find_str(mapping, "Ebs", "VolumeId", NULL);
		struct json *volume, *item;

		if (!volume_id)
			return aws_fail(err, AWS_EC2_DEVICE_NOT_FOUND, device ? device : "");
		/* Source: EC2 API, InstanceBlockDeviceMappingSpecification: a device is taken away
		 * by detaching its volume */
		if (json_get(mapping, "NoDevice") || json_get(mapping, "VirtualName"))
			return aws_fail(err, AWS_EC2_ATTRIBUTE_FIXED, "blockDeviceMapping");
		if (asked && !str_eq(asked, volume_id))
			return aws_fail(err, AWS_EC2_VOLUME_NOT_ATTACHED, asked, instance->key);
		if (!goes)
			return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "deleteOnTermination");
		volume = json_copy(world_find(call->world, &kind_volume, volume_id)->body);
		json_set_copy(json_first_mut(json_get_mut(volume, "Attachments")),
			      "DeleteOnTermination", goes);
		world_put(call, &kind_volume, volume_id, volume);
		item = ec2_element_mut(json_get_mut(body, "BlockDeviceMappings"), "DeviceName",
				       device);
		json_set_copy(json_get_mut(item, "Ebs"), "DeleteOnTermination", goes);
	}
	world_put(call, &kind_instance, instance->key, steal(body));
	return true;
}

/* The attribute that a request names, by Attribute and Value or by a member of its own; one per
 * call. Source: EC2 API, ModifyInstanceAttribute; two of them: "Fields for multiple attribute types
 * specified", as quoted in public issues. */
static bool one_attribute(const struct json *input, const char **ret, struct err *err)
{
	static const char *const others[][2] = {{"groupSet", "Groups"},
						{"blockDeviceMapping", "BlockDeviceMappings"},
						{"sourceDestCheck", "SourceDestCheck"},
						{"kernel", "Kernel"},
						{"ramdisk", "Ramdisk"},
						{"enclaveOptions", "EnclaveOptions"}};
	const char *said = json_get_str(input, "Attribute");
	const char *found = json_get(input, "Value") ? said : NULL;

	for (size_t i = 0; i < array_size(rows) + array_size(others); i++) {
		bool row = i < array_size(rows);
		const char *member = row ? rows[i].member : others[i - array_size(rows)][1];
		const char *name = row ? rows[i].name : others[i - array_size(rows)][0];

		if (!json_get(input, member))
			continue;
		if (found || (said && !str_eq(said, name)))
			return aws_fail(err, AWS_EC2_ATTRIBUTES);
		found = name;
	}
	*ret = found;
	return found || aws_fail(err, AWS_EC2_MISSING_PARAMETER, "attribute");
}

bool ec2_modify_instance_attribute(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct json *groups = json_get(input, "Groups");
	const struct doc *instance, *interface;
	const char *name = NULL;
	bool value = false;

	(void)output;
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err) ||
	    !one_attribute(input, &name, err))
		return false;
	if (json_get(input, "Value") && find_row(name) >= 0)
		return modify_row(call, instance, (size_t)find_row(name), json_get(input, "Value"),
				  err);
	if (json_size(json_get(input, "BlockDeviceMappings")))
		return modify_mappings(call, instance, json_get(input, "BlockDeviceMappings"), err);
	if (ec2_bool_attribute(input, "SourceDestCheck", &value))
		return set_source_dest_check(call, instance, value, err);
	if (json_size(groups)) {
		interface = ec2_instance_interface(call->world, instance->key);
		return interface ? ec2_interface_set_groups(call, interface->key, groups, err)
				 : aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	}
	for (size_t i = 0; i < array_size(rows); i++) {
		const struct json *given = json_find(input, rows[i].member, "Value", NULL);

		if (given)
			return modify_row(call, instance, i, given, err);
	}
	/* Source: EC2 API, InstanceAttribute: kernels are of paravirtual instances, enclaves are
	 * set when an instance is launched */
	return aws_fail(err, AWS_EC2_ATTRIBUTE_FIXED, name);
}

bool ec2_modify_instance_metadata_options(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	static const char *const members[] = {"HttpTokens", "HttpPutResponseHopLimit",
					      "HttpEndpoint", "HttpProtocolIpv6",
					      "InstanceMetadataTags"};
	const struct doc *instance;
	struct json *body, *options;

	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	body = json_copy(instance->body);
	options = json_ensure_object(body, "MetadataOptions");
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(options, members[i], json_get(input, members[i]));
	json_set_str(output, "InstanceId", instance->key);
	json_set_copy(output, "InstanceMetadataOptions", options);
	world_put(call, &kind_instance, instance->key, body);
	return true;
}
