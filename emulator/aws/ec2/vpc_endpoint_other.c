/*
 * What else there is about endpoints and their services: who pays, whose the private name is, what
 * an endpoint is associated with.
 */
#include "emulator/aws/ec2/internal.h"
#include "emulator/aws/route53/route53.h"

/* ---- Private names of services ---- */

/** The record that proves the domain. Source: PrivateLink guide, "Domain ownership verification":
 * "_NAME.DOMAIN TXT VALUE". */
static const char *record_name(struct call *call, const struct doc *service)
{
	const char *name =
		json_find_str(service->body, "PrivateDnsNameConfiguration", "Name", NULL);
	const char *domain = doc_str(service, "PrivateDnsName");

	/* of "*.example.com" the domain is the rest */
	if (str_starts_with(domain, "*."))
		domain += 2;
	return route53_name(call, arena_printf(call->arena, "%s.%s", name, domain));
}

void vpc_endpoint_service_verify(struct call *call, const struct doc *service)
{
	const char *value =
		json_find_str(service->body, "PrivateDnsNameConfiguration", "Value", NULL);
	struct json *body;
	bool found;

	if (!value)
		return; /* the name was taken away meanwhile */
	found = route53_has_record(call->world, record_name(call, service), "TXT",
				   arena_printf(call->arena, "\"%s\"", value)) ||
		route53_has_record(call->world, record_name(call, service), "TXT", value);
	body = json_copy(service->body);
	json_set_str(json_ensure_object(body, "PrivateDnsNameConfiguration"), "State",
		     found ? "verified" : "failed");
	world_put(call, &kind_vpc_endpoint_service, service->key, body);
}

/* Source: EC2 API, StartVpcEndpointServicePrivateDnsVerification; AWS looks for the record, here
 * among the zones of Route 53. */
bool ec2_start_vpc_endpoint_service_private_dns_verification(struct call *call,
							     const struct json *input,
							     struct json *output, struct err *err)
{
	const struct doc *service;
	struct json *body;

	if (!ec2_get_by(call, &kind_vpc_endpoint_service, input, "ServiceId", &service, err))
		return false;
	if (!doc_str(service, "PrivateDnsName"))
		return aws_fail(err, AWS_EC2_SERVICE_NO_NAME, service->key);
	body = json_copy(service->body);
	json_set_str(json_ensure_object(body, "PrivateDnsNameConfiguration"), "State",
		     "pendingVerification");
	world_put(call, &kind_vpc_endpoint_service, service->key, body);
	json_set_bool(output, "ReturnValue", true);
	lifecycle_start(call, &kind_vpc_endpoint_service, service->key, LIFECYCLE_VPC_ENDPOINT,
			"verify");
	return true;
}

/* ---- Who pays ---- */

bool ec2_modify_vpc_endpoint_service_payer_responsibility(struct call *call,
							  const struct json *input,
							  struct json *output, struct err *err)
{
	const struct doc *service;
	struct json *body;

	if (!ec2_get_by(call, &kind_vpc_endpoint_service, input, "ServiceId", &service, err))
		return false;
	body = json_copy(service->body);
	json_set_copy(body, "PayerResponsibility", json_get(input, "PayerResponsibility"));
	world_put(call, &kind_vpc_endpoint_service, service->key, body);
	json_set_bool(output, "ReturnValue", true);
	return true;
}

/* Source: EC2 API, ModifyVpcEndpointPayerResponsibility: the charges of a resource gateway are
 * those of endpoints to resources, of which there are none here. */
bool ec2_modify_vpc_endpoint_payer_responsibility(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	const char *scope = json_get_str(input, "Scope"), *service_id;
	const char *payer = json_get_str(input, "PayerResponsibility");
	const struct doc *endpoint, *service;
	struct json *body, *list, *entry;

	if (!ec2_get_by(call, &kind_vpc_endpoint, input, "VpcEndpointId", &endpoint, err))
		return false;
	if (str_eq(scope, "resource-gateway-charges"))
		return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, "Scope resource-gateway-charges");
	if (str_eq(payer, "resource-gateway-account"))
		return aws_fail(err, AWS_EC2_ENDPOINT_PAYER, payer, scope);
	service_id = json_get_str(input, "ServiceId");
	if (service_id && !ec2_get(call, &kind_vpc_endpoint_service, service_id, &service, err))
		return false;
	if (service_id &&
	    !str_eq(doc_str(service, "ServiceName"), doc_str(endpoint, "ServiceName")))
		return aws_fail(err, AWS_EC2_VPC_ENDPOINT_NOT_FOUND, endpoint->key);
	body = json_copy(endpoint->body);
	list = json_ensure_array(body, "PayerResponsibilities");
	entry = ec2_element_mut(list, "Scope", scope);
	if (!entry) {
		entry = json_new_object();
		json_set_str(entry, "Scope", scope);
		json_append(list, entry);
	}
	json_set_str(entry, "PayerResponsibilityType", payer);
	endpoint = world_put(call, &kind_vpc_endpoint, endpoint->key, body);
	json_set_str(output, "VpcEndpointId", endpoint->key);
	json_set_borrowed(output, "PayerResponsibilities",
			  json_get(endpoint->body, "PayerResponsibilities"));
	return true;
}

/* ---- DescribeVpcEndpointAssociations ---- */

static const struct filter_field association_filters[] = {
	{"associated-resource-accessibility", "AssociatedResourceAccessibility", NULL, NULL},
	{"associated-resource-id", "AssociatedResourceArn", NULL, NULL},
	{"association-id", "Id", NULL, NULL},
	{"resource-configuration-group-arn", "ResourceConfigurationGroupArn", NULL, NULL},
	{"service-network-arn", "ServiceNetworkArn", NULL, NULL},
	{"vpc-endpoint-id", "VpcEndpointId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/* Source: PrivateLink guide: endpoints to resources and to service networks have associations;
 * those types are refused when they are made. */
bool ec2_describe_vpc_endpoint_associations(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	const struct doc *endpoint;
	struct filters *filters;

	if (!filters_parse(call, json_get(input, "Filters"), association_filters, &filters, err))
		return false;
	json_foreach (id, json_get(input, "VpcEndpointIds")) {
		if (!ec2_get(call, &kind_vpc_endpoint, json_str(id), &endpoint, err))
			return false;
	}
	return ec2_page_items(call, input, output, "VpcEndpointAssociations", json_new_array(),
			      err);
}
