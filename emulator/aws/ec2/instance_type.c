/* Instance types: DescribeInstanceTypes, DescribeInstanceTypeOfferings out of a table. */
#include "emulator/aws/ec2/instance.h"

static const struct instance_type_row types[] = {
#define TYPE(name, vcpus, cores, memory, architecture, interfaces, addresses, performance)         \
	{name, vcpus, cores, memory, architecture, interfaces, addresses, performance},
#include "emulator/aws/ec2/instance_types.tbl"
#undef TYPE
};

const struct instance_type_row *instance_type_row(const char *name)
{
	for (size_t i = 0; i < array_size(types); i++)
		if (str_eq(types[i].name, name))
			return &types[i];
	return NULL;
}

static struct json *type_item(const struct instance_type_row *row)
{
	struct json *item = json_new_object(), *part;

	json_set_str(item, "InstanceType", row->name);
	json_set_bool(item, "CurrentGeneration", true);
	json_set_bool(item, "FreeTierEligible", str_eq(row->name, "t3.micro"));
	json_append_str(json_ensure_array(item, "SupportedUsageClasses"), "on-demand");
	json_append_str(json_ensure_array(item, "SupportedRootDeviceTypes"), "ebs");
	json_append_str(json_ensure_array(item, "SupportedVirtualizationTypes"), "hvm");
	json_set_bool(item, "BareMetal", false);
	json_set_str(item, "Hypervisor", "nitro");
	part = json_ensure_object(item, "ProcessorInfo");
	json_append_str(json_ensure_array(part, "SupportedArchitectures"), row->architecture);
	part = json_ensure_object(item, "VCpuInfo");
	json_set_int(part, "DefaultVCpus", row->vcpus);
	json_set_int(part, "DefaultCores", row->cores);
	json_set_int(part, "DefaultThreadsPerCore", row->vcpus / row->cores);
	json_set_int(json_ensure_object(item, "MemoryInfo"), "SizeInMiB", row->memory_mib);
	json_set_bool(item, "InstanceStorageSupported", false);
	part = json_ensure_object(item, "NetworkInfo");
	json_set_str(part, "NetworkPerformance", row->performance);
	json_set_int(part, "MaximumNetworkInterfaces", row->interfaces);
	json_set_int(part, "Ipv4AddressesPerInterface", row->addresses);
	json_set_int(part, "Ipv6AddressesPerInterface", row->addresses);
	json_set_bool(part, "Ipv6Supported", true);
	json_set_str(part, "EnaSupport", "required");
	return item;
}

/** Whether one of a filter's values matches. */
static bool one_matches(const struct json *values, const char *text)
{
	json_foreach (value, values) {
		if (str_glob(json_str(value), text))
			return true;
	}
	return false;
}

/** The filters that make a difference among the table's types. */
static bool type_matches(struct call *call, const struct json *filters,
			 const struct instance_type_row *row, bool *ret, struct err *err)
{
	*ret = true;
	json_foreach (filter, filters) {
		const char *name = json_get_str(filter, "Name"), *text;

		if (str_eq(name, "instance-type"))
			text = row->name;
		else if (str_eq(name, "processor-info.supported-architecture"))
			text = row->architecture;
		else if (str_eq(name, "current-generation"))
			text = "true";
		else if (str_eq(name, "bare-metal"))
			text = "false";
		else if (str_eq(name, "hypervisor"))
			text = "nitro";
		else if (str_eq(name, "vcpu-info.default-vcpus"))
			text = arena_printf(call->arena, "%u", row->vcpus);
		else if (str_eq(name, "memory-info.size-in-mib"))
			text = arena_printf(call->arena, "%u", row->memory_mib);
		else
			return aws_fail(err, AWS_EC2_FILTER, name ? name : "");
		if (!one_matches(json_get(filter, "Values"), text))
			*ret = false;
	}
	return true;
}

bool ec2_describe_instance_types(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct json *wanted = json_get(input, "InstanceTypes");
	_cleanup_(json_freep) struct json *list = json_new_array();

	json_foreach (name, wanted) {
		if (!instance_type_row(json_str(name)))
			return aws_fail(err, AWS_EC2_INSTANCE_TYPE, json_str(name));
	}
	for (size_t i = 0; i < array_size(types); i++) {
		bool match;

		if (!type_matches(call, json_get(input, "Filters"), &types[i], &match, err))
			return false;
		if (match && (!json_size(wanted) || ec2_list_has(wanted, types[i].name)))
			json_append(list, type_item(&types[i]));
	}
	return ec2_page_items(call, input, output, "InstanceTypes", steal(list), err);
}

/** Where a type is offered: the region, or each of its zones. */
static void append_offerings(struct call *call, const char *type, const char *location_type,
			     const struct json *locations, struct json *list)
{
	const char *zone;

	for (unsigned i = 0; (zone = region_zone_name(call, i)); i++) {
		struct json *item;
		const char *location = zone;

		if (str_eq(location_type, "region"))
			location = call->region;
		else if (str_eq(location_type, "availability-zone-id"))
			location = ec2_zone_id(call, zone);
		if (locations && !one_matches(locations, location))
			continue;
		item = json_new_object();
		json_set_str(item, "InstanceType", type);
		json_set_str(item, "LocationType", location_type);
		json_set_str(item, "Location", location);
		json_append(list, item);
		if (str_eq(location_type, "region"))
			return;
	}
}

bool ec2_describe_instance_type_offerings(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	const struct json *filters = json_get(input, "Filters");
	const struct json *locations = json_get(ec2_element(filters, "Name", "location"), "Values");
	const struct json *names =
		json_get(ec2_element(filters, "Name", "instance-type"), "Values");
	const char *location_type = json_get_str(input, "LocationType");
	_cleanup_(json_freep) struct json *list = json_new_array();

	json_foreach (filter, filters) {
		const char *name = json_get_str(filter, "Name");

		if (!str_eq(name, "location") && !str_eq(name, "instance-type"))
			return aws_fail(err, AWS_EC2_FILTER, name ? name : "");
	}
	for (size_t i = 0; i < array_size(types); i++)
		if (!names || one_matches(names, types[i].name))
			append_offerings(call, types[i].name,
					 location_type ? location_type : "region", locations, list);
	return ec2_page_items(call, input, output, "InstanceTypeOfferings", steal(list), err);
}
