/*
 * Options of instances besides image, network and volumes: CPU, metadata service, placement,
 * hibernation, enclaves, recovery. What a launch says of them, and the operations that change them.
 */
#include "emulator/aws/ec2/host.h"

/* ---- CPU ---- */

/** Cores and threads that a type can have; texts in the words of the EC2 user guide. */
static bool check_cpu(const struct instance_type_row *row, const struct json *wish, struct err *err)
{
	unsigned threads = row ? row->vcpus / row->cores : 0;
	int64_t cores = json_get_int(wish, "CoreCount", row ? row->cores : 0);
	int64_t per_core = json_get_int(wish, "ThreadsPerCore", threads);

	if (str_eq(json_get_str(wish, "AmdSevSnp"), "enabled"))
		return aws_fail(err, AWS_EC2_CPU_OPTION, "AmdSevSnp");
	if (str_eq(json_get_str(wish, "NestedVirtualization"), "enabled"))
		return aws_fail(err, AWS_EC2_CPU_OPTION, "NestedVirtualization");
	if (!row)
		return aws_fail(err, AWS_EC2_CPU_OPTION, "CoreCount");
	if (cores < 1 || cores > row->cores || (threads > 1 && cores > 1 && cores % 2))
		return aws_fail(err, AWS_EC2_CPU_OPTION, "CoreCount");
	return (per_core >= 1 && per_core <= threads) ||
	       aws_fail(err, AWS_EC2_CPU_OPTION, "ThreadsPerCore");
}

/** What the type has, and what the request says of it. */
static bool put_cpu(const struct json *wish, const char *type, struct json *body, struct err *err)
{
	static const char *const members[] = {"CoreCount", "ThreadsPerCore"};
	const struct instance_type_row *row = instance_type_row(type);
	struct json *options;

	if (wish && !check_cpu(row, wish, err))
		return false;
	if (!row)
		return true;
	options = json_ensure_object(body, "CpuOptions");
	json_set_int(options, "CoreCount", row->cores);
	json_set_int(options, "ThreadsPerCore", row->vcpus / row->cores);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(options, members[i], json_get(wish, members[i]));
	return true;
}

/* ---- Metadata service ---- */

/* Source: EC2 user guide, "Order of precedence for instance metadata options": the request, the
 * account, the image, AWS's defaults. */
static void put_metadata(struct call *call, const struct json *wish, const struct doc *image,
			 struct json *body)
{
	const struct json *account = account_setting(call, "instance-metadata");
	bool v2 = str_eq(doc_str(image, "ImdsSupport"), "v2.0");
	struct json *options = json_ensure_object(body, "MetadataOptions");

	json_set_str(options, "State", "applied");
	json_set_str(options, "HttpTokens", v2 ? "required" : "optional");
	json_set_int(options, "HttpPutResponseHopLimit", v2 ? 2 : 1);
	json_set_str(options, "HttpEndpoint", "enabled");
	json_set_str(options, "HttpProtocolIpv6", "disabled");
	json_set_str(options, "InstanceMetadataTags", "disabled");
	json_foreach (member, account)
		if (!str_eq(json_key(member), "HttpTokensEnforced"))
			json_set_copy(options, json_key(member), member);
	json_foreach (member, wish)
		json_set_copy(options, json_key(member), member);
}

/* ---- Placement ---- */

/** A partition of the placement group. */
static bool check_partition(const struct json *wish, const struct doc *group, struct err *err)
{
	int64_t number = json_get_int(wish, "PartitionNumber", 0);

	if (!json_get(wish, "PartitionNumber"))
		return true;
	if (!group || !str_eq(doc_str(group, "Strategy"), "partition") || number < 1 ||
	    number > json_get_int(group->body, "PartitionCount", 0))
		return aws_fail(err, AWS_EC2_PARTITION_NUMBER);
	return true;
}

/** The placement group that a request names by name or id; NULL when it names none. */
static bool find_group(const struct call *call, const struct json *wish, const struct doc **ret,
		       struct err *err)
{
	const char *name = json_get_str(wish, "GroupName"), *id = json_get_str(wish, "GroupId");

	*ret = NULL;
	if (name && id)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "groupName", "groupId");
	if (id && *id)
		return ec2_get(call, &kind_placement_group, id, ret, err);
	if (name && *name)
		*ret = placement_group_find(call, name);
	return !name || !*name || *ret || aws_fail(err, AWS_EC2_PLACEMENT_UNKNOWN, name);
}

/* Source: EC2 API, Placement: AvailabilityZone or AvailabilityZoneId, not both. */
bool placement_zone(struct call *call, const struct json *wish, const char **ret, struct err *err)
{
	const char *id = json_get_str(wish, "AvailabilityZoneId");

	*ret = json_get_str(wish, "AvailabilityZone");
	if (!id)
		return true;
	if (*ret)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "availabilityZone",
				"availabilityZoneId");
	*ret = region_zone_by_id(call, id);
	return *ret || aws_fail(err, AWS_EC2_PLACEMENT_ZONE, id);
}

static bool put_placement(struct call *call, const struct json *wish, const char *zone,
			  const char *type, struct json *body, struct err *err)
{
	struct json *placement = json_ensure_object(body, "Placement");
	const char *wanted;
	const char *tenancy = json_get_str(wish, "Tenancy");
	const struct doc *group, *host;

	if (json_get_str(wish, "HostResourceGroupArn") || json_get_str(wish, "SpreadDomain"))
		return err_set(
			err, ERR_UNSUPPORTED, NULL,
			"Placement with HostResourceGroupArn or SpreadDomain is not emulated");
	if (!placement_zone(call, wish, &wanted, err))
		return false;
	if (wanted && !str_eq(wanted, zone))
		return aws_fail(err, AWS_EC2_PLACEMENT_ZONE, wanted);
	if (!find_group(call, wish, &group, err) || !check_partition(wish, group, err) ||
	    !host_for_launch(call, wish, zone, type, &host, err))
		return false;
	json_set_str(placement, "AvailabilityZone", zone);
	json_set_str(placement, "AvailabilityZoneId", ec2_zone_id(call, zone));
	json_set_str(placement, "GroupName", group ? doc_str(group, "GroupName") : "");
	if (group)
		json_set_str(placement, "GroupId", group->key);
	json_set_copy(placement, "PartitionNumber", json_get(wish, "PartitionNumber"));
	json_set_str(placement, "Tenancy", host ? "host" : tenancy ? tenancy : "default");
	if (host) {
		const char *affinity = json_get_str(wish, "Affinity");

		json_set_str(placement, "HostId", host->key);
		json_set_str(placement, "Affinity",
			     affinity			    ? affinity
			     : json_get_str(wish, "HostId") ? "host"
							    : "default");
	}
	return true;
}

/* ---- At the launch ---- */

/* Members of a request whose effect is their presence in the instance: {request, default}. */
static const struct {
	const char *member, *key, *text;
	int truth; /* of a default that is a bool, -1: text */
} plain[] = {
	{"CapacityReservationSpecification", "CapacityReservationPreference", "open", -1},
	{"EnclaveOptions", "Enabled", NULL, false},
	{"HibernationOptions", "Configured", NULL, false},
	{"MaintenanceOptions", "AutoRecovery", "default", -1},
	{"NetworkPerformanceOptions", "BandwidthWeighting", "default", -1},
};

static void put_plain(const struct json *input, struct json *body)
{
	for (size_t i = 0; i < array_size(plain); i++) {
		struct json *options = json_ensure_object(body, plain[i].member);

		if (plain[i].truth < 0)
			json_set_str(options, plain[i].key, plain[i].text);
		else
			json_set_bool(options, plain[i].key, plain[i].truth);
		json_foreach (member, json_get(input, plain[i].member))
			json_set_copy(options, json_key(member), member);
	}
	json_set_str(json_ensure_object(body, "MaintenanceOptions"), "RebootMigration", "default");
}

/** Options that the type, or what is emulated, cannot have. */
static bool check_plain(const struct json *input, const char *type, struct err *err)
{
	const struct instance_family_row *family = instance_family_row(type);
	const char *weighting =
		json_find_str(input, "NetworkPerformanceOptions", "BandwidthWeighting", NULL);

	if (json_find(input, "CapacityReservationSpecification", "CapacityReservationTarget", NULL))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "RunInstances with a capacity reservation is not emulated");
	if (weighting && !str_eq(weighting, "default"))
		return aws_fail(err, AWS_EC2_BANDWIDTH_WEIGHTING, weighting, type);
	if (json_get_bool(json_get(input, "HibernationOptions"), "Configured", false) &&
	    (!family || !family->hibernates))
		return aws_fail(err, AWS_EC2_HIBERNATION_TYPE, type);
	return true;
}

bool instance_is_burstable(const char *type)
{
	return type && type[0] == 't' && type[1] >= '2' && type[1] <= '9';
}

/** CPU credits: what the request says, else what the account's default for the family is. */
static bool put_credits(struct call *call, const struct json *input, const char *type,
			struct json *extra, struct err *err)
{
	const char *credits = json_find_str(input, "CreditSpecification", "CpuCredits", NULL);
	const char *setting;

	if (credits && !instance_is_burstable(type))
		return aws_fail(err, AWS_EC2_CREDITS_TYPE, type);
	if (credits && !str_eq(credits, "standard") && !str_eq(credits, "unlimited"))
		return aws_fail(err, AWS_EC2_CPU_CREDITS, credits);
	if (!credits && instance_is_burstable(type)) {
		setting = arena_printf(call->arena, "cpu-credits-%.*s", (int)strcspn(type, "."),
				       type);
		credits = json_str(account_setting(call, setting));
	}
	json_set_str(extra, "CpuCredits", credits);
	return true;
}

bool instance_put_options(struct call *call, const struct json *input, const struct doc *image,
			  const char *type, const char *zone, struct json *body, struct json *extra,
			  struct err *err)
{
	if (!check_plain(input, type, err) ||
	    !put_cpu(json_get(input, "CpuOptions"), type, body, err) ||
	    !put_placement(call, json_get(input, "Placement"), zone, type, body, err) ||
	    !put_credits(call, input, type, extra, err))
		return false;
	put_metadata(call, json_get(input, "MetadataOptions"), image, body);
	put_plain(input, body);
	return true;
}

/* ---- Changing them ---- */

static bool get_stopped(const struct call *call, const struct json *input, const struct doc **ret,
			struct err *err)
{
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", ret, err))
		return false;
	return str_eq(instance_state_name(*ret), "stopped") ||
	       aws_fail(err, AWS_EC2_INSTANCE_NOT_STOPPED, (*ret)->key);
}

static bool get_live(const struct call *call, const struct json *input, const struct doc **ret,
		     struct err *err)
{
	if (!ec2_get_by(call, &kind_instance, input, "InstanceId", ret, err))
		return false;
	return !ec2_is_gone(*ret) || aws_fail(err, AWS_EC2_INSTANCE_STATE, (*ret)->key);
}

bool ec2_modify_instance_cpu_options(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *instance;

	if (!get_stopped(call, input, &instance, err))
		return false;
	if (!json_get(input, "CoreCount") && !json_get(input, "NestedVirtualization"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "CoreCount");
	body = json_copy(instance->body);
	if (!put_cpu(input, doc_str(instance, "InstanceType"), body, err))
		return false;
	json_set_str(output, "InstanceId", instance->key);
	json_foreach (member, json_get(body, "CpuOptions"))
		json_set_copy(output, json_key(member), member);
	world_put(call, &kind_instance, instance->key, steal(body));
	return true;
}

bool ec2_modify_instance_maintenance_options(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	static const char *const members[] = {"AutoRecovery", "RebootMigration"};
	const struct doc *instance;
	struct json *body, *options;

	if (!get_live(call, input, &instance, err))
		return false;
	body = json_copy(instance->body);
	options = json_ensure_object(body, "MaintenanceOptions");
	json_set_str(output, "InstanceId", instance->key);
	for (size_t i = 0; i < array_size(members); i++) {
		json_set_copy(options, members[i], json_get(input, members[i]));
		json_set_copy(output, members[i], json_get(options, members[i]));
	}
	world_put(call, &kind_instance, instance->key, body);
	return true;
}

bool ec2_modify_instance_network_performance_options(struct call *call, const struct json *input,
						     struct json *output, struct err *err)
{
	const char *weighting = json_get_str(input, "BandwidthWeighting");
	const struct doc *instance;
	struct json *body;

	if (!get_stopped(call, input, &instance, err))
		return false;
	/* no type of the table has other weightings */
	if (!str_eq(weighting, "default"))
		return aws_fail(err, AWS_EC2_BANDWIDTH_WEIGHTING, weighting,
				doc_str(instance, "InstanceType"));
	body = json_copy(instance->body);
	json_set_str(json_ensure_object(body, "NetworkPerformanceOptions"), "BandwidthWeighting",
		     weighting);
	world_put(call, &kind_instance, instance->key, body);
	json_set_str(output, "InstanceId", instance->key);
	json_set_str(output, "BandwidthWeighting", weighting);
	return true;
}

bool ec2_modify_instance_capacity_reservation_attributes(struct call *call,
							 const struct json *input,
							 struct json *output, struct err *err)
{
	const struct json *wish = json_get(input, "CapacityReservationSpecification");
	const struct doc *instance;
	struct json *body;

	if (!get_stopped(call, input, &instance, err))
		return false;
	if (json_get(wish, "CapacityReservationTarget"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "capacity reservations are not emulated");
	if (!json_get(wish, "CapacityReservationPreference"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "CapacityReservationPreference");
	body = json_copy(instance->body);
	json_set_copy(body, "CapacityReservationSpecification", wish);
	world_put(call, &kind_instance, instance->key, body);
	json_set_bool(output, "Return", true);
	return true;
}

/* Source: EC2 API, ModifyInstancePlacement: the instance is stopped; an empty GroupName takes it
 * out of its group; what is not said stays. */
bool ec2_modify_instance_placement(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	static const char *const members[] = {
		"GroupName", "GroupId", "PartitionNumber",     "HostId",
		"Affinity",  "Tenancy", "HostResourceGroupArn"};
	_cleanup_(json_freep) struct json *wish = NULL, *body = NULL;
	const struct doc *instance;
	struct json *old;

	if (!get_stopped(call, input, &instance, err))
		return false;
	wish = json_copy(json_get(instance->body, "Placement"));
	if (json_get(input, "GroupName") || json_get(input, "GroupId")) {
		json_remove(wish, "GroupName");
		json_remove(wish, "PartitionNumber");
	}
	json_remove(wish, "GroupId");		 /* the name says it */
	json_remove(wish, "AvailabilityZoneId"); /* and so does the zone's */
	if (json_get(input, "Tenancy") && !str_eq(json_get_str(input, "Tenancy"), "host"))
		json_remove(wish, "HostId");
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(wish, members[i], json_get(input, members[i]));
	body = json_copy(instance->body);
	old = json_detach(body, "Placement");
	if (!put_placement(call, wish, json_get_str(old, "AvailabilityZone"),
			   doc_str(instance, "InstanceType"), body, err)) {
		json_free(old);
		return false;
	}
	json_free(old);
	world_put(call, &kind_instance, instance->key, steal(body));
	json_set_bool(output, "Return", true);
	return true;
}

/* Source: EC2 API, ModifyPrivateDnsNameOptions: another hostname type needs a stopped instance. */
bool ec2_modify_private_dns_name_options(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	static const char *const members[] = {"EnableResourceNameDnsARecord",
					      "EnableResourceNameDnsAAAARecord"};
	const char *type = json_get_str(input, "PrivateDnsHostnameType");
	const struct doc *instance, *interface;
	struct json *body, *options;

	if (type ? !get_stopped(call, input, &instance, err)
		 : !get_live(call, input, &instance, err))
		return false;
	body = json_copy(instance->body);
	options = json_ensure_object(body, "PrivateDnsNameOptions");
	json_set_str(options, "HostnameType", type);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(options, members[i], json_get(input, members[i]));
	interface = ec2_instance_interface(call->world, instance->key);
	if (str_eq(type, "resource-name"))
		json_setf(body, "PrivateDnsName", "%s.%s", instance->key,
			  region_private_domain(call, call->region));
	else if (type && interface && doc_str(interface, "PrivateDnsName"))
		json_set_str(body, "PrivateDnsName", doc_str(interface, "PrivateDnsName"));
	world_put(call, &kind_instance, instance->key, body);
	json_set_bool(output, "Return", true);
	return true;
}
