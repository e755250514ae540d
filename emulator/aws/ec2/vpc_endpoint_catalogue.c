/* DescribeVpcEndpointServices: AWS's own services, of which the commonest are listed, and those of
 * customers that the caller may use. */
#include "emulator/aws/ec2/vpc_endpoint.h"

/* Source: PrivateLink guide, "AWS services that integrate with AWS PrivateLink". */
static const struct {
	const char *name;	  /* behind "com.amazonaws.REGION." */
	const char *private_name; /* before ".REGION.amazonaws.com" */
	bool gateway;
} services[] = {
	{"autoscaling", "autoscaling", false},
	{"dynamodb", NULL, true},
	{"ec2", "ec2", false},
	{"ec2messages", "ec2messages", false},
	{"ecr.api", "api.ecr", false},
	{"ecr.dkr", "*.dkr.ecr", false},
	{"eks", "eks", false},
	{"elasticfilesystem", "elasticfilesystem", false},
	{"elasticloadbalancing", "elasticloadbalancing", false},
	{"kms", "kms", false},
	{"logs", "logs", false},
	{"monitoring", "monitoring", false},
	{"s3", NULL, true},
	{"secretsmanager", "secretsmanager", false},
	{"sns", "sns", false},
	{"sqs", "sqs", false},
	{"ssm", "ssm", false},
	{"ssmmessages", "ssmmessages", false},
	{"sts", "sts", false},
};

const char *vpc_endpoint_private_name(struct call *call, const char *service)
{
	const char *prefix = arena_printf(call->arena, "com.amazonaws.%s.", call->region);

	for (size_t i = 0; str_starts_with(service, prefix) && i < array_size(services); i++)
		if (services[i].private_name && str_eq(services[i].name, service + strlen(prefix)))
			return arena_printf(call->arena, "%s.%s.amazonaws.com",
					    services[i].private_name, call->region);
	return NULL;
}

static void add_type(struct json *item, const char *type)
{
	struct json *entry = json_new_object();

	json_set_str(entry, "ServiceType", type);
	json_append(json_ensure_array(item, "ServiceType"), entry);
}

static struct json *aws_item(struct call *call, size_t i)
{
	const char *name =
		arena_printf(call->arena, "com.amazonaws.%s.%s", call->region, services[i].name);
	struct json *item = json_new_object(), *entry;
	const char *zone;

	json_set_str(item, "ServiceName", name);
	json_set_str(item, "ServiceId", ec2_part_id(call, "vpce-svc-", name));
	add_type(item, services[i].gateway ? "Gateway" : "Interface");
	json_set_str(item, "ServiceRegion", call->region);
	for (unsigned k = 0; (zone = region_zone_name(call, k)); k++)
		json_append_str(json_ensure_array(item, "AvailabilityZones"), zone);
	json_set_str(item, "Owner", "amazon");
	json_append_str(json_ensure_array(item, "BaseEndpointDnsNames"),
			arena_printf(call->arena, "%s.%s.vpce.amazonaws.com", services[i].name,
				     call->region));
	if (services[i].private_name) {
		entry = json_new_object();
		json_setf(entry, "PrivateDnsName", "%s.%s.amazonaws.com", services[i].private_name,
			  call->region);
		json_set_copy(item, "PrivateDnsName", json_get(entry, "PrivateDnsName"));
		json_append(json_ensure_array(item, "PrivateDnsNames"), entry);
	}
	json_set_bool(item, "VpcEndpointPolicySupported", true);
	json_set_bool(item, "AcceptanceRequired", false);
	json_set_bool(item, "ManagesVpcEndpoints", false);
	json_ensure_array(item, "Tags");
	json_append_str(json_ensure_array(item, "SupportedIpAddressTypes"), "ipv4");
	return item;
}

/** A customer's service as its users see it. */
static struct json *customer_item(struct call *call, const struct doc *service)
{
	static const char *const same[] = {"ServiceName",	   "ServiceId",
					   "ServiceType",	   "AvailabilityZones",
					   "BaseEndpointDnsNames", "PrivateDnsName",
					   "AcceptanceRequired",   "ManagesVpcEndpoints",
					   "PayerResponsibility",  "SupportedIpAddressTypes"};
	struct json *item = json_new_object();

	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(item, same[i], json_get(service->body, same[i]));
	json_set_str(item, "ServiceRegion", call->region);
	json_set_str(item, "Owner", service->account);
	json_set_bool(item, "VpcEndpointPolicySupported", false);
	json_set(item, "Tags", tags_to_list(service->tags));
	return item;
}

static bool one_matches(const struct json *values, const char *text)
{
	json_foreach (value, values) {
		if (text && str_glob(json_str(value), text))
			return true;
	}
	return false;
}

/** Whether an item fits all filters; an unknown one is refused. */
static bool fits(const struct json *item, const struct json *filters, bool *ret, struct err *err)
{
	*ret = true;
	json_foreach (filter, filters) {
		const char *name = json_get_str(filter, "Name"), *text = NULL;

		if (str_eq(name, "owner"))
			text = json_get_str(item, "Owner");
		else if (str_eq(name, "service-name"))
			text = json_get_str(item, "ServiceName");
		else if (str_eq(name, "service-region"))
			text = json_get_str(item, "ServiceRegion");
		else if (str_eq(name, "service-type"))
			text = json_get_str(json_at(json_get(item, "ServiceType"), 0),
					    "ServiceType");
		else if (str_eq(name, "supported-ip-address-types"))
			text = json_str(json_at(json_get(item, "SupportedIpAddressTypes"), 0));
		else if (str_starts_with(name, "tag:"))
			text = json_get_str(
				ec2_element(json_get(item, "Tags"), "Key", name + strlen("tag:")),
				"Value");
		else
			return aws_fail(err, AWS_EC2_FILTER, name ? name : "");
		*ret = *ret && one_matches(json_get(filter, "Values"), text);
	}
	return true;
}

static bool keep_wanted(struct json *items, const struct json *input, struct err *err)
{
	const struct json *names = json_get(input, "ServiceNames");
	const struct json *regions = json_get(input, "ServiceRegions");
	struct json *next;

	json_foreach (name, names) {
		if (!ec2_element(items, "ServiceName", json_str(name)))
			return aws_fail(err, AWS_EC2_SERVICE_NAME, json_str(name));
	}
	for (struct json *item = json_first_mut(items); item; item = next) {
		bool wanted;

		next = json_next_mut(item);
		if (!fits(item, json_get(input, "Filters"), &wanted, err))
			return false;
		if (!wanted ||
		    (json_size(regions) &&
		     !ec2_list_has(regions, json_get_str(item, "ServiceRegion"))) ||
		    (json_size(names) && !ec2_list_has(names, json_get_str(item, "ServiceName"))))
			json_remove_item(items, item);
	}
	return true;
}

bool ec2_describe_vpc_endpoint_services(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *items = json_new_array();
	struct json *names;

	for (size_t i = 0; i < array_size(services); i++)
		json_append(items, aws_item(call, i));
	world_foreach (service, call->world, &kind_vpc_endpoint_service) {
		if (vpc_endpoint_service_named(call, doc_str(service, "ServiceName")))
			json_append(items, customer_item(call, service));
	}
	if (!keep_wanted(items, input, err) ||
	    !ec2_page_items(call, input, output, "ServiceDetails", steal(items), err))
		return false;
	names = json_ensure_array(output, "ServiceNames");
	json_foreach (item, json_get(output, "ServiceDetails"))
		json_append_str(names, json_get_str(item, "ServiceName"));
	return true;
}
