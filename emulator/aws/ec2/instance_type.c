/* Instance types out of a table: DescribeInstanceTypes, DescribeInstanceTypeOfferings,
 * GetInstanceTypesFromInstanceRequirements. */
#include "emulator/aws/ec2/instance.h"

static const struct instance_type_row types[] = {
#define TYPE(name, vcpus, cores, memory, architecture, interfaces, addresses, performance)         \
	{name, vcpus, cores, memory, architecture, interfaces, addresses, performance},
#include "emulator/aws/ec2/instance_types.tbl"
#undef TYPE
};

static const struct instance_family_row families[] = {
#define FAMILY(name, ghz, manufacturer, transit, hibernates, cores, sockets, vcpus)                \
	{name, ghz, manufacturer, transit, hibernates, cores, sockets, vcpus},
#include "emulator/aws/ec2/instance_families.tbl"
#undef FAMILY
};

const struct instance_type_row *instance_type_row(const char *name)
{
	for (size_t i = 0; i < array_size(types); i++)
		if (str_eq(types[i].name, name))
			return &types[i];
	return NULL;
}

const struct instance_type_row *instance_type_nth(size_t i)
{
	return i < array_size(types) ? &types[i] : NULL;
}

const struct instance_family_row *instance_family_row(const char *name)
{
	size_t length = name ? strcspn(name, ".") : 0;

	for (size_t i = 0; i < array_size(families); i++)
		if (strlen(families[i].name) == length &&
		    strncmp(families[i].name, name, length) == 0)
			return &families[i];
	return NULL;
}

static bool is_burstable(const struct instance_type_row *row)
{
	return row->name[0] == 't';
}

static bool is_arm(const struct instance_type_row *row)
{
	return str_eq(row->architecture, "arm64");
}

/* ---- One type as a reply shows it ---- */

static void add_texts(struct json *holder, const char *member, const char *const *texts)
{
	struct json *list = json_ensure_array(holder, member);

	for (; *texts; texts++)
		json_append_str(list, *texts);
}

/* Source: EC2 user guide, "CPU options": cores in pairs where a core has two threads. */
static void fill_processor(const struct instance_type_row *row, struct json *item)
{
	const struct instance_family_row *family = instance_family_row(row->name);
	unsigned threads = row->vcpus / row->cores;
	struct json *part = json_ensure_object(item, "ProcessorInfo"), *list;

	json_append_str(json_ensure_array(part, "SupportedArchitectures"), row->architecture);
	json_set(part, "SustainedClockSpeedInGhz", json_new_double(family->ghz));
	json_set_str(part, "Manufacturer", family->manufacturer);
	part = json_ensure_object(item, "VCpuInfo");
	json_set_int(part, "DefaultVCpus", row->vcpus);
	json_set_int(part, "DefaultCores", row->cores);
	json_set_int(part, "DefaultThreadsPerCore", threads);
	list = json_ensure_array(part, "ValidCores");
	for (unsigned i = 1; i <= row->cores; i++)
		if (threads == 1 || row->cores == 1 || i % 2 == 0)
			json_append(list, json_new_int(i));
	list = json_ensure_array(part, "ValidThreadsPerCore");
	for (unsigned i = 1; i <= threads; i++)
		json_append(list, json_new_int(i));
	json_set_int(json_ensure_object(item, "MemoryInfo"), "SizeInMiB", row->memory_mib);
}

static void fill_network(const struct instance_type_row *row, struct json *item)
{
	const struct instance_family_row *family = instance_family_row(row->name);
	struct json *part = json_ensure_object(item, "NetworkInfo"), *card = json_new_object();

	json_set_str(part, "NetworkPerformance", row->performance);
	json_set_int(part, "MaximumNetworkInterfaces", row->interfaces);
	json_set_int(part, "MaximumNetworkCards", 1);
	json_set_int(part, "DefaultNetworkCardIndex", 0);
	json_set_int(card, "NetworkCardIndex", 0);
	json_set_str(card, "NetworkPerformance", row->performance);
	json_set_int(card, "MaximumNetworkInterfaces", row->interfaces);
	json_append(json_ensure_array(part, "NetworkCards"), card);
	json_set_int(part, "Ipv4AddressesPerInterface", row->addresses);
	json_set_int(part, "Ipv6AddressesPerInterface", row->addresses);
	json_set_bool(part, "Ipv6Supported", true);
	json_set_str(part, "EnaSupport", "required");
	json_set_bool(part, "EfaSupported", false);
	json_set_bool(part, "EncryptionInTransitSupported", family->transit);
	json_append_str(json_ensure_array(part, "BandwidthWeightings"), "default");
	json_set_str(part, "FlexibleEnaQueuesSupport", "unsupported");
}

static void fill_abilities(const struct instance_type_row *row, struct json *item)
{
	static const char *const all[] = {"cluster", "partition", "spread", NULL};
	static const char *const boots[] = {"legacy-bios", "uefi", NULL};
	const struct instance_family_row *family = instance_family_row(row->name);
	struct json *part = json_ensure_object(item, "EbsInfo");

	json_set_str(part, "EbsOptimizedSupport", "default");
	json_set_str(part, "EncryptionSupport", "supported");
	json_set_str(part, "NvmeSupport", "required");
	/* Source: EC2 user guide, placement groups: no cluster of burstable instances */
	add_texts(json_ensure_object(item, "PlacementGroupInfo"), "SupportedStrategies",
		  is_burstable(row) ? all + 1 : all);
	json_set_bool(item, "HibernationSupported", family->hibernates);
	json_set_bool(item, "BurstablePerformanceSupported", is_burstable(row));
	json_set_bool(item, "DedicatedHostsSupported", family->host_cores > 0);
	json_set_bool(item, "AutoRecoverySupported", true);
	add_texts(item, "SupportedBootModes", is_arm(row) ? boots + 1 : boots);
	/* Source: Nitro Enclaves user guide: four vCPUs and more, two of Graviton, not burstable */
	json_set_str(item, "NitroEnclavesSupport",
		     !is_burstable(row) && row->vcpus >= (is_arm(row) ? 2 : 4) ? "supported"
									       : "unsupported");
	json_set_str(item, "NitroTpmSupport", is_arm(row) ? "unsupported" : "supported");
	if (!is_arm(row))
		json_append_str(json_ensure_array(json_ensure_object(item, "NitroTpmInfo"),
						  "SupportedVersions"),
				"2.0");
	json_set_str(item, "RebootMigrationSupport", "supported");
}

static struct json *type_item(const struct instance_type_row *row)
{
	struct json *item = json_new_object();

	json_set_str(item, "InstanceType", row->name);
	json_set_bool(item, "CurrentGeneration", true);
	json_set_bool(item, "FreeTierEligible", str_eq(row->name, "t3.micro"));
	json_append_str(json_ensure_array(item, "SupportedUsageClasses"), "on-demand");
	json_append_str(json_ensure_array(item, "SupportedRootDeviceTypes"), "ebs");
	json_append_str(json_ensure_array(item, "SupportedVirtualizationTypes"), "hvm");
	json_set_bool(item, "BareMetal", false);
	json_set_str(item, "Hypervisor", "nitro");
	fill_processor(row, item);
	json_set_bool(item, "InstanceStorageSupported", false);
	fill_network(row, item);
	fill_abilities(row, item);
	return item;
}

/* ---- DescribeInstanceTypes ---- */

#define SAME(name, path)                                                                           \
	{                                                                                          \
		name, path, NULL, NULL                                                             \
	}

/* Paths in an InstanceTypeInfo. Bandwidth of EBS and instance stores are not in the table: such a
 * filter finds nothing. */
static const struct filter_field type_filters[] = {
	SAME("auto-recovery-supported", "AutoRecoverySupported"),
	SAME("bare-metal", "BareMetal"),
	SAME("burstable-performance-supported", "BurstablePerformanceSupported"),
	SAME("current-generation", "CurrentGeneration"),
	SAME("dedicated-hosts-supported", "DedicatedHostsSupported"),
	SAME("ebs-info.attachment-limit-type", "EbsInfo.AttachmentLimitType"),
	SAME("ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps",
	     "EbsInfo.EbsOptimizedInfo.BaselineBandwidthInMbps"),
	SAME("ebs-info.ebs-optimized-info.baseline-iops", "EbsInfo.EbsOptimizedInfo.BaselineIops"),
	SAME("ebs-info.ebs-optimized-info.baseline-throughput-in-mbps",
	     "EbsInfo.EbsOptimizedInfo.BaselineThroughputInMBps"),
	SAME("ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps",
	     "EbsInfo.EbsOptimizedInfo.MaximumBandwidthInMbps"),
	SAME("ebs-info.ebs-optimized-info.maximum-iops", "EbsInfo.EbsOptimizedInfo.MaximumIops"),
	SAME("ebs-info.ebs-optimized-info.maximum-throughput-in-mbps",
	     "EbsInfo.EbsOptimizedInfo.MaximumThroughputInMBps"),
	SAME("ebs-info.ebs-optimized-support", "EbsInfo.EbsOptimizedSupport"),
	SAME("ebs-info.encryption-support", "EbsInfo.EncryptionSupport"),
	SAME("ebs-info.maximum-ebs-attachments", "EbsInfo.MaximumEbsAttachments"),
	SAME("ebs-info.nvme-support", "EbsInfo.NvmeSupport"),
	SAME("free-tier-eligible", "FreeTierEligible"),
	SAME("hibernation-supported", "HibernationSupported"),
	SAME("hypervisor", "Hypervisor"),
	SAME("instance-storage-info.disk.count", "InstanceStorageInfo.Disks.Count"),
	SAME("instance-storage-info.disk.size-in-gb", "InstanceStorageInfo.Disks.SizeInGB"),
	SAME("instance-storage-info.disk.type", "InstanceStorageInfo.Disks.Type"),
	SAME("instance-storage-info.encryption-support", "InstanceStorageInfo.EncryptionSupport"),
	SAME("instance-storage-info.nvme-support", "InstanceStorageInfo.NvmeSupport"),
	SAME("instance-storage-info.total-size-in-gb", "InstanceStorageInfo.TotalSizeInGB"),
	SAME("instance-storage-supported", "InstanceStorageSupported"),
	SAME("instance-type", "InstanceType"),
	SAME("memory-info.size-in-mib", "MemoryInfo.SizeInMiB"),
	SAME("network-info.bandwidth-weightings", "NetworkInfo.BandwidthWeightings"),
	SAME("network-info.efa-info.maximum-efa-interfaces",
	     "NetworkInfo.EfaInfo.MaximumEfaInterfaces"),
	SAME("network-info.efa-supported", "NetworkInfo.EfaSupported"),
	SAME("network-info.ena-support", "NetworkInfo.EnaSupport"),
	SAME("network-info.encryption-in-transit-supported",
	     "NetworkInfo.EncryptionInTransitSupported"),
	SAME("network-info.flexible-ena-queues-support", "NetworkInfo.FlexibleEnaQueuesSupport"),
	SAME("network-info.ipv4-addresses-per-interface", "NetworkInfo.Ipv4AddressesPerInterface"),
	SAME("network-info.ipv6-addresses-per-interface", "NetworkInfo.Ipv6AddressesPerInterface"),
	SAME("network-info.ipv6-supported", "NetworkInfo.Ipv6Supported"),
	SAME("network-info.maximum-network-cards", "NetworkInfo.MaximumNetworkCards"),
	SAME("network-info.maximum-network-interfaces", "NetworkInfo.MaximumNetworkInterfaces"),
	SAME("network-info.network-performance", "NetworkInfo.NetworkPerformance"),
	SAME("nitro-enclaves-support", "NitroEnclavesSupport"),
	SAME("nitro-tpm-info.supported-versions", "NitroTpmInfo.SupportedVersions"),
	SAME("nitro-tpm-support", "NitroTpmSupport"),
	SAME("processor-info.supported-architecture", "ProcessorInfo.SupportedArchitectures"),
	SAME("processor-info.supported-features", "ProcessorInfo.SupportedFeatures"),
	SAME("processor-info.sustained-clock-speed-in-ghz",
	     "ProcessorInfo.SustainedClockSpeedInGhz"),
	SAME("reboot-migration-support", "RebootMigrationSupport"),
	SAME("supported-boot-mode", "SupportedBootModes"),
	SAME("supported-root-device-type", "SupportedRootDeviceTypes"),
	SAME("supported-usage-class", "SupportedUsageClasses"),
	SAME("supported-virtualization-type", "SupportedVirtualizationTypes"),
	SAME("vcpu-info.default-cores", "VCpuInfo.DefaultCores"),
	SAME("vcpu-info.default-threads-per-core", "VCpuInfo.DefaultThreadsPerCore"),
	SAME("vcpu-info.default-vcpus", "VCpuInfo.DefaultVCpus"),
	SAME("vcpu-info.valid-cores", "VCpuInfo.ValidCores"),
	SAME("vcpu-info.valid-threads-per-core", "VCpuInfo.ValidThreadsPerCore"),
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_instance_types(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct json *wanted = json_get(input, "InstanceTypes");
	struct filters *filters;
	struct json *list;

	if (!filters_parse(call, json_get(input, "Filters"), type_filters, &filters, err))
		return false;
	json_foreach (name, wanted) {
		if (!instance_type_row(json_str(name)))
			return aws_fail(err, AWS_EC2_INSTANCE_TYPE, json_str(name));
	}
	list = json_new_array();
	for (size_t i = 0; i < array_size(types); i++) {
		_cleanup_(json_freep) struct json *item = type_item(&types[i]);

		if ((!json_size(wanted) || ec2_list_has(wanted, types[i].name)) &&
		    filters_match_tree(call, filters, item))
			json_append(list, steal(item));
	}
	return ec2_page_items(call, input, output, "InstanceTypes", list, err);
}

/* ---- DescribeInstanceTypeOfferings ---- */

static struct json *offering(const char *type, const char *location_type, const char *location)
{
	struct json *item = json_new_object();

	json_set_str(item, "InstanceType", type);
	json_set_str(item, "LocationType", location_type);
	json_set_str(item, "Location", location);
	return item;
}

/** Where a type is offered: the region, or each of its zones. */
static void append_offerings(struct call *call, const char *type, const char *location_type,
			     const struct filters *filters, struct json *list)
{
	const char *zone;

	for (unsigned i = 0; (zone = region_zone_name(call, i)); i++) {
		_cleanup_(json_freep) struct json *item = NULL;
		bool region = str_eq(location_type, "region");

		if (region && i > 0)
			return;
		item = offering(type, location_type,
				region ? call->region
				: str_eq(location_type, "availability-zone-id")
					? ec2_zone_id(call, zone)
					: zone);
		if (filters_match_tree(call, filters, item))
			json_append(list, steal(item));
	}
}

bool ec2_describe_instance_type_offerings(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		SAME("instance-type", "InstanceType"),
		SAME("location", "Location"),
		{NULL, NULL, NULL, NULL},
	};
	const char *location_type = json_get_str(input, "LocationType");
	struct filters *filters;
	struct json *list;

	if (!filters_parse(call, json_get(input, "Filters"), fields, &filters, err))
		return false;
	list = json_new_array();
	for (size_t i = 0; i < array_size(types) && !str_eq(location_type, "outpost"); i++)
		append_offerings(call, types[i].name, location_type ? location_type : "region",
				 filters, list);
	return ec2_page_items(call, input, output, "InstanceTypeOfferings", list, err);
}

/* ---- GetInstanceTypesFromInstanceRequirements ---- */

/** Whether a number is in a range {Min, Max} of a requirement; a missing range holds anything. */
static bool in_range(const struct json *requirements, const char *member, double value)
{
	const struct json *range = json_get(requirements, member);
	const struct json *min = json_get(range, "Min"), *max = json_get(range, "Max");

	return (!min || value >= json_double(min)) && (!max || value <= json_double(max));
}

static bool one_matches(const struct json *globs, const char *text)
{
	json_foreach (glob, globs)
		if (str_glob(json_str(glob), text))
			return true;
	return false;
}

/** "included", "required" or "excluded" (the default) against what the type is. */
static bool choice_holds(const struct json *requirements, const char *member, bool is)
{
	const char *choice = json_get_str(requirements, member);

	if (str_eq(choice, "included"))
		return true;
	return str_eq(choice, "required") ? is : !is;
}

static const char *manufacturer_word(const struct instance_family_row *family)
{
	return str_eq(family->manufacturer, "AWS") ? "amazon-web-services" : "intel";
}

/* Source: EC2 API, InstanceRequirements: defaults exclude bare metal and burstable types; local
 * storage and accelerators, which no type of the table has, are excluded only where they are
 * required. */
static bool meets(const struct instance_type_row *row, const struct json *wanted)
{
	static const char *const absent[] = {"AcceleratorTypes", "AcceleratorManufacturers",
					     "AcceleratorNames", "LocalStorageTypes"};
	const struct instance_family_row *family = instance_family_row(row->name);
	const struct json *makers = json_get(wanted, "CpuManufacturers");
	const struct json *allowed = json_get(wanted, "AllowedInstanceTypes");
	const struct json *generations = json_get(wanted, "InstanceGenerations");

	for (size_t i = 0; i < array_size(absent); i++)
		if (json_size(json_get(wanted, absent[i])))
			return false;
	if (str_eq(json_get_str(wanted, "LocalStorage"), "required") ||
	    !in_range(wanted, "TotalLocalStorageGB", 0) || !in_range(wanted, "AcceleratorCount", 0))
		return false;
	if (json_get_bool(wanted, "RequireHibernateSupport", false) && !family->hibernates)
		return false;
	if (json_get_bool(wanted, "RequireEncryptionInTransit", false) && !family->transit)
		return false;
	return in_range(wanted, "VCpuCount", row->vcpus) &&
	       in_range(wanted, "MemoryMiB", row->memory_mib) &&
	       in_range(wanted, "MemoryGiBPerVCpu", row->memory_mib / 1024.0 / row->vcpus) &&
	       in_range(wanted, "NetworkInterfaceCount", row->interfaces) &&
	       choice_holds(wanted, "BareMetal", false) &&
	       choice_holds(wanted, "BurstablePerformance", is_burstable(row)) &&
	       (!json_size(makers) || ec2_list_has(makers, manufacturer_word(family))) &&
	       (!json_size(generations) || ec2_list_has(generations, "current")) &&
	       (!json_size(allowed) || one_matches(allowed, row->name)) &&
	       !one_matches(json_get(wanted, "ExcludedInstanceTypes"), row->name);
}

bool ec2_get_instance_types_from_instance_requirements(struct call *call, const struct json *input,
						       struct json *output, struct err *err)
{
	const struct json *wanted = json_get(input, "InstanceRequirements");
	struct json *list;

	if (json_size(json_get(wanted, "AllowedInstanceTypes")) &&
	    json_size(json_get(wanted, "ExcludedInstanceTypes")))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "AllowedInstanceTypes",
				"ExcludedInstanceTypes");
	if (json_get(wanted, "BaselineEbsBandwidthMbps") ||
	    json_get(wanted, "NetworkBandwidthGbps") ||
	    json_get(wanted, "BaselinePerformanceFactors"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "requirements of bandwidth and performance are not emulated");
	list = json_new_array();
	for (size_t i = 0; i < array_size(types); i++) {
		struct json *item;

		if (!ec2_list_has(json_get(input, "ArchitectureTypes"), types[i].architecture) ||
		    !ec2_list_has(json_get(input, "VirtualizationTypes"), "hvm") ||
		    !meets(&types[i], wanted))
			continue;
		item = json_new_object();
		json_set_str(item, "InstanceType", types[i].name);
		json_append(list, item);
	}
	return ec2_page_items(call, input, output, "InstanceTypes", list, err);
}
