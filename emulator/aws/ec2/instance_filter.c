/* The filters of DescribeInstances. Source: EC2 API, DescribeInstances. */
#include "emulator/aws/ec2/instance.h"

/** Lets a filter see the values at a path of each of the instance's interfaces. */
static void interface_values(struct call *call, const struct doc *doc, const char *path,
			     struct filter_values *values)
{
	struct docs interfaces = {0};

	world_lookup(call->world, &kind_network_interface, "instance", doc->key, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++)
		filter_values_at(call, interfaces.items[i]->body, path, values);
	docs_done(&interfaces);
}

/* INTERFACE(name of the filter, name of the function, path in an interface) */
#define INTERFACE_FILTERS                                                                          \
	INTERFACE("dns-name", dns_name, "Association.PublicDnsName")                               \
	INTERFACE("instance.group-id", group_id, "Groups.GroupId")                                 \
	INTERFACE("instance.group-name", group_name, "Groups.GroupName")                           \
	INTERFACE("ip-address", ip_address, "Association.PublicIp")                                \
	INTERFACE("ipv6-address", ipv6_address, "Ipv6Addresses.Ipv6Address")                       \
	INTERFACE("network-interface.addresses.association.allocation-id",                         \
		  addresses_allocation_id, "PrivateIpAddresses.Association.AllocationId")          \
	INTERFACE("network-interface.addresses.association.association-id",                        \
		  addresses_association_id, "PrivateIpAddresses.Association.AssociationId")        \
	INTERFACE("network-interface.addresses.association.carrier-ip", addresses_carrier_ip,      \
		  "PrivateIpAddresses.Association.CarrierIp")                                      \
	INTERFACE("network-interface.addresses.association.customer-owned-ip",                     \
		  addresses_customer_ip, "PrivateIpAddresses.Association.CustomerOwnedIp")         \
	INTERFACE("network-interface.addresses.association.ip-owner-id", addresses_owner,          \
		  "PrivateIpAddresses.Association.IpOwnerId")                                      \
	INTERFACE("network-interface.addresses.association.public-dns-name", addresses_dns,        \
		  "PrivateIpAddresses.Association.PublicDnsName")                                  \
	INTERFACE("network-interface.addresses.association.public-ip", addresses_public_ip,        \
		  "PrivateIpAddresses.Association.PublicIp")                                       \
	INTERFACE("network-interface.addresses.primary", addresses_primary,                        \
		  "PrivateIpAddresses.Primary")                                                    \
	INTERFACE("network-interface.addresses.private-dns-name", addresses_private_dns,           \
		  "PrivateIpAddresses.PrivateDnsName")                                             \
	INTERFACE("network-interface.addresses.private-ip-address", addresses_private_ip,          \
		  "PrivateIpAddresses.PrivateIpAddress")                                           \
	INTERFACE("network-interface.association.allocation-id", allocation_id,                    \
		  "Association.AllocationId")                                                      \
	INTERFACE("network-interface.association.association-id", association_id,                  \
		  "Association.AssociationId")                                                     \
	INTERFACE("network-interface.association.carrier-ip", carrier_ip, "Association.CarrierIp") \
	INTERFACE("network-interface.association.customer-owned-ip", customer_owned_ip,            \
		  "Association.CustomerOwnedIp")                                                   \
	INTERFACE("network-interface.association.ip-owner-id", ip_owner, "Association.IpOwnerId")  \
	INTERFACE("network-interface.association.public-dns-name", public_dns_name_of,             \
		  "Association.PublicDnsName")                                                     \
	INTERFACE("network-interface.association.public-ip", public_ip, "Association.PublicIp")    \
	INTERFACE("network-interface.attachment.attach-time", attach_time,                         \
		  "Attachment.AttachTime")                                                         \
	INTERFACE("network-interface.attachment.attachment-id", attachment_id,                     \
		  "Attachment.AttachmentId")                                                       \
	INTERFACE("network-interface.attachment.delete-on-termination", delete_on_termination,     \
		  "Attachment.DeleteOnTermination")                                                \
	INTERFACE("network-interface.attachment.device-index", device_index,                       \
		  "Attachment.DeviceIndex")                                                        \
	INTERFACE("network-interface.attachment.instance-id", attachment_instance,                 \
		  "Attachment.InstanceId")                                                         \
	INTERFACE("network-interface.attachment.instance-owner-id", instance_owner,                \
		  "Attachment.InstanceOwnerId")                                                    \
	INTERFACE("network-interface.attachment.network-card-index", card_index,                   \
		  "Attachment.NetworkCardIndex")                                                   \
	INTERFACE("network-interface.attachment.status", attachment_status, "Attachment.Status")   \
	INTERFACE("network-interface.availability-zone", interface_zone, "AvailabilityZone")       \
	INTERFACE("network-interface.deny-all-igw-traffic", deny_all, "DenyAllIgwTraffic")         \
	INTERFACE("network-interface.description", description, "Description")                     \
	INTERFACE("network-interface.group-id", interface_group_id, "Groups.GroupId")              \
	INTERFACE("network-interface.group-name", interface_group_name, "Groups.GroupName")        \
	INTERFACE("network-interface.ipv4-prefixes.ipv4-prefix", ipv4_prefix,                      \
		  "Ipv4Prefixes.Ipv4Prefix")                                                       \
	INTERFACE("network-interface.ipv6-address", interface_ipv6, "Ipv6Addresses.Ipv6Address")   \
	INTERFACE("network-interface.ipv6-addresses.ipv6-address", ipv6_addresses,                 \
		  "Ipv6Addresses.Ipv6Address")                                                     \
	INTERFACE("network-interface.ipv6-addresses.is-primary-ipv6", primary_ipv6,                \
		  "Ipv6Addresses.IsPrimaryIpv6")                                                   \
	INTERFACE("network-interface.ipv6-native", ipv6_native, "Ipv6Native")                      \
	INTERFACE("network-interface.ipv6-prefixes.ipv6-prefix", ipv6_prefix,                      \
		  "Ipv6Prefixes.Ipv6Prefix")                                                       \
	INTERFACE("network-interface.mac-address", mac_address, "MacAddress")                      \
	INTERFACE("network-interface.network-interface-id", interface_id, "NetworkInterfaceId")    \
	INTERFACE("network-interface.operator.managed", operator_managed, "Operator.Managed")      \
	INTERFACE("network-interface.operator.principal", operator_principal,                      \
		  "Operator.Principal")                                                            \
	INTERFACE("network-interface.outpost-arn", outpost_arn, "OutpostArn")                      \
	INTERFACE("network-interface.owner-id", interface_owner, "OwnerId")                        \
	INTERFACE("network-interface.private-dns-name", interface_dns, "PrivateDnsName")           \
	INTERFACE("network-interface.private-ip-address", interface_ip,                            \
		  "PrivateIpAddresses.PrivateIpAddress")                                           \
	INTERFACE("network-interface.public-dns-name", interface_public_dns,                       \
		  "Association.PublicDnsName")                                                     \
	INTERFACE("network-interface.requester-id", requester, "RequesterId")                      \
	INTERFACE("network-interface.requester-managed", requester_managed, "RequesterManaged")    \
	INTERFACE("network-interface.source-dest-check", interface_check, "SourceDestCheck")       \
	INTERFACE("network-interface.status", interface_status, "Status")                          \
	INTERFACE("network-interface.subnet-id", interface_subnet, "SubnetId")                     \
	INTERFACE("network-interface.vpc-id", interface_vpc, "VpcId")

#define INTERFACE(name, function, path)                                                            \
	static void function(struct call *call, const struct doc *doc,                             \
			     struct filter_values *values)                                         \
	{                                                                                          \
		interface_values(call, doc, path, values);                                         \
	}
INTERFACE_FILTERS
#undef INTERFACE

static void interface_tags(struct call *call, const struct doc *doc, bool keys,
			   struct filter_values *values)
{
	struct docs interfaces = {0};

	world_lookup(call->world, &kind_network_interface, "instance", doc->key, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++)
		json_foreach (tag, interfaces.items[i]->tags)
			filter_value(values, keys ? json_key(tag) : json_str(tag));
	docs_done(&interfaces);
}

static void interface_tag_key(struct call *call, const struct doc *doc,
			      struct filter_values *values)
{
	interface_tags(call, doc, true, values);
}

static void interface_tag_value(struct call *call, const struct doc *doc,
				struct filter_values *values)
{
	interface_tags(call, doc, false, values);
}

static void reservation(struct call *call, const struct doc *doc, struct filter_values *values)
{
	(void)call;
	filter_value(values, doc_extra_str(doc, "ReservationId"));
}

static void owner(struct call *call, const struct doc *doc, struct filter_values *values)
{
	(void)call;
	filter_value(values, doc->account);
}

static void zone_id(struct call *call, const struct doc *doc, struct filter_values *values)
{
	filter_value(values, ec2_zone_id(call, json_find_str(doc->body, "Placement",
							     "AvailabilityZone", NULL)));
}

static void source_dest_check(struct call *call, const struct doc *doc,
			      struct filter_values *values)
{
	const struct doc *interface = ec2_instance_interface(call->world, doc->key);

	if (interface)
		filter_value_bool(values, json_get_bool(interface->body, "SourceDestCheck", true));
}

#define INTERFACE(name, function, path) {name, NULL, function, NULL},
#define SAME(name, path)                                                                           \
	{                                                                                          \
		name, path, NULL, NULL                                                             \
	}

const struct filter_field instance_filters[] = {
	INTERFACE_FILTERS SAME("affinity", "Placement.Affinity"),
	SAME("architecture", "Architecture"),
	SAME("availability-zone", "Placement.AvailabilityZone"),
	{"availability-zone-id", NULL, zone_id, NULL},
	SAME("block-device-mapping.attach-time", "BlockDeviceMappings.Ebs.AttachTime"),
	SAME("block-device-mapping.delete-on-termination",
	     "BlockDeviceMappings.Ebs.DeleteOnTermination"),
	SAME("block-device-mapping.device-name", "BlockDeviceMappings.DeviceName"),
	SAME("block-device-mapping.status", "BlockDeviceMappings.Ebs.Status"),
	SAME("block-device-mapping.volume-id", "BlockDeviceMappings.Ebs.VolumeId"),
	SAME("boot-mode", "BootMode"),
	SAME("capacity-reservation-id", "CapacityReservationId"),
	SAME("capacity-reservation-specification.capacity-reservation-preference",
	     "CapacityReservationSpecification.CapacityReservationPreference"),
	SAME("capacity-reservation-specification.capacity-reservation-target.capacity-reservation-"
	     "id",
	     "CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId"),
	SAME("capacity-reservation-specification.capacity-reservation-target.capacity-reservation-"
	     "resource-group-arn",
	     "CapacityReservationSpecification.CapacityReservationTarget."
	     "CapacityReservationResourceGroupArn"),
	SAME("client-token", "ClientToken"),
	SAME("current-instance-boot-mode", "CurrentInstanceBootMode"),
	SAME("ebs-optimized", "EbsOptimized"),
	SAME("ena-support", "EnaSupport"),
	SAME("enclave-options.enabled", "EnclaveOptions.Enabled"),
	SAME("hibernation-options.configured", "HibernationOptions.Configured"),
	SAME("host-id", "Placement.HostId"),
	SAME("hypervisor", "Hypervisor"),
	SAME("iam-instance-profile.arn", "IamInstanceProfile.Arn"),
	SAME("iam-instance-profile.id", "IamInstanceProfile.Id"),
	SAME("image-id", "ImageId"),
	SAME("instance-id", "InstanceId"),
	SAME("instance-lifecycle", "InstanceLifecycle"),
	SAME("instance-state-code", "State.Code"),
	SAME("instance-state-name", "State.Name"),
	SAME("instance-type", "InstanceType"),
	SAME("kernel-id", "KernelId"),
	{"key-name", "KeyName", NULL, "key-pair"},
	SAME("launch-index", "AmiLaunchIndex"),
	SAME("launch-time", "LaunchTime"),
	SAME("maintenance-options.auto-recovery", "MaintenanceOptions.AutoRecovery"),
	SAME("metadata-options.http-endpoint", "MetadataOptions.HttpEndpoint"),
	SAME("metadata-options.http-protocol-ipv4", "MetadataOptions.HttpEndpoint"),
	SAME("metadata-options.http-protocol-ipv6", "MetadataOptions.HttpProtocolIpv6"),
	SAME("metadata-options.http-put-response-hop-limit",
	     "MetadataOptions.HttpPutResponseHopLimit"),
	SAME("metadata-options.http-tokens", "MetadataOptions.HttpTokens"),
	SAME("metadata-options.instance-metadata-tags", "MetadataOptions.InstanceMetadataTags"),
	SAME("metadata-options.state", "MetadataOptions.State"),
	SAME("monitoring-state", "Monitoring.State"),
	{"network-interface.tag-key", NULL, interface_tag_key, NULL},
	{"network-interface.tag-value", NULL, interface_tag_value, NULL},
	SAME("network-performance-options.bandwidth-weighting",
	     "NetworkPerformanceOptions.BandwidthWeighting"),
	SAME("operator.managed", "Operator.Managed"),
	SAME("operator.principal", "Operator.Principal"),
	SAME("outpost-arn", "OutpostArn"),
	{"owner-id", NULL, owner, NULL},
	SAME("placement-group-name", "Placement.GroupName"),
	SAME("placement-partition-number", "Placement.PartitionNumber"),
	SAME("platform", "Platform"),
	SAME("platform-details", "PlatformDetails"),
	{"private-dns-name", "PrivateDnsName", NULL, "private-dns-name"},
	SAME("private-dns-name-options.enable-resource-name-dns-a-record",
	     "PrivateDnsNameOptions.EnableResourceNameDnsARecord"),
	SAME("private-dns-name-options.enable-resource-name-dns-aaaa-record",
	     "PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord"),
	SAME("private-dns-name-options.hostname-type", "PrivateDnsNameOptions.HostnameType"),
	SAME("private-ip-address", "PrivateIpAddress"),
	SAME("product-code", "ProductCodes.ProductCodeId"),
	SAME("product-code.type", "ProductCodes.ProductCodeType"),
	SAME("ramdisk-id", "RamdiskId"),
	SAME("reason", "StateTransitionReason"),
	SAME("requester-id", "RequesterId"), /* of a reservation that somebody else made: never */
	{"reservation-id", NULL, reservation, NULL},
	SAME("root-device-name", "RootDeviceName"),
	SAME("root-device-type", "RootDeviceType"),
	{"source-dest-check", NULL, source_dest_check, NULL},
	SAME("spot-instance-request-id", "SpotInstanceRequestId"),
	SAME("state-reason-code", "StateReason.Code"),
	SAME("state-reason-message", "StateReason.Message"),
	{"subnet-id", "SubnetId", NULL, "subnet"},
	SAME("tenancy", "Placement.Tenancy"),
	SAME("tpm-support", "TpmSupport"),
	SAME("usage-operation", "UsageOperation"),
	SAME("usage-operation-update-time", "UsageOperationUpdateTime"),
	SAME("virtualization-type", "VirtualizationType"),
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};
