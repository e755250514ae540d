/*
 * Endpoint services that customers offer behind their load balancers, who may use them, and the
 * endpoints that do. Shape: EC2 ServiceConfiguration; the permissions stand in extra: Permissions =
 * {"arn": permission id}.
 */
#include "emulator/aws/ec2/internal.h"
#include "emulator/aws/elbv2/elbv2.h"

static void terms_name(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "ServiceName");
}

static void terms_balancer(const struct doc *doc, struct terms *terms)
{
	static const char *const lists[] = {"NetworkLoadBalancerArns", "GatewayLoadBalancerArns"};

	for (size_t i = 0; i < array_size(lists); i++)
		json_foreach (arn, json_get(doc->body, lists[i]))
			terms_add(terms, json_str(arn));
}

static const struct kind_index service_indexes[] = {
	{"name", terms_name},
	{"load-balancer", terms_balancer},
	{NULL, NULL},
};

static void service_timer(struct call *call, const struct doc *doc, const char *timer)
{
	assert(str_eq(timer, "verify"));
	vpc_endpoint_service_verify(call, doc);
}

const struct kind kind_vpc_endpoint_service = {
	.name = "vpc-endpoint-service",
	.shape = "ec2:ServiceConfiguration",
	.indexes = service_indexes,
	.timer = service_timer,
	.view = ec2_view,
};

/* ---- For endpoints ---- */

const struct doc *vpc_endpoint_service_named(const struct call *call, const char *name)
{
	const struct doc *doc =
		name ? world_lookup_one(call->world, &kind_vpc_endpoint_service, "name", name)
		     : NULL;
	const struct json *permissions = doc ? json_get(doc->extra, "Permissions") : NULL;

	if (!doc || !str_eq(doc->region, call->region))
		return NULL;
	if (str_eq(doc->account, call->account) || json_get(permissions, "*"))
		return doc;
	/* Source: PrivateLink guide, "Manage permissions": an account's root stands for all of it
	 */
	json_foreach (permission, permissions) {
		const char *account = strstr(json_key(permission), "::");

		if (account && str_starts_with(account + 2, call->account))
			return doc;
	}
	return NULL;
}

bool vpc_endpoint_service_asks(const struct doc *service)
{
	return json_get_bool(service->body, "AcceptanceRequired", false);
}

/* ---- Making and changing ---- */

/** Load balancers that exist, are the caller's, and of the type; their zones go into `zones`. */
static bool check_balancers(struct call *call, const struct json *arns, const char *type,
			    struct json *zones, struct err *err)
{
	json_foreach (arn, arns) {
		const struct doc *balancer =
			find_in_scope(call, &kind_load_balancer, json_str(arn));

		if (!balancer || !str_eq(doc_str(balancer, "Type"), type))
			return aws_fail(err, AWS_EC2_SERVICE_BALANCER, json_str(arn), type);
		json_foreach (zone, json_get(balancer->body, "AvailabilityZones")) {
			const char *name = json_get_str(zone, "ZoneName");

			if (name && !ec2_list_has(zones, name))
				json_append_str(zones, name);
		}
	}
	return true;
}

/** Sets type and zones of a body out of its load balancers; one kind of them, at least one. */
static bool settle(struct call *call, struct json *body, struct err *err)
{
	const struct json *network = json_get(body, "NetworkLoadBalancerArns");
	const struct json *gateway = json_get(body, "GatewayLoadBalancerArns");
	_cleanup_(json_freep) struct json *zones = json_new_array();
	struct json *list = json_new_array(), *type = json_new_object();

	json_set_str(type, "ServiceType", json_size(gateway) ? "GatewayLoadBalancer" : "Interface");
	json_append(list, type);
	json_set(body, "ServiceType", list);
	if (json_size(network) && json_size(gateway))
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "NetworkLoadBalancerArns",
				"GatewayLoadBalancerArns");
	if (!json_size(network) && !json_size(gateway))
		return aws_fail(err, AWS_EC2_SERVICE_NO_BALANCER);
	if (!check_balancers(call, network, "network", zones, err) ||
	    !check_balancers(call, gateway, "gateway", zones, err))
		return false;
	json_set(body, "AvailabilityZones", steal(zones));
	return true;
}

static bool check_families(const struct json *families, struct err *err)
{
	json_foreach (family, families) {
		if (!str_eq(json_str(family), "ipv4") && !str_eq(json_str(family), "ipv6"))
			return aws_fail(err, AWS_EC2_SERVICE_FAMILY, json_str(family));
	}
	return true;
}

static void set_private_name(struct call *call, struct json *body, const char *name)
{
	struct json *state;

	json_remove(body, "PrivateDnsName");
	json_remove(body, "PrivateDnsNameConfiguration");
	if (!name)
		return;
	json_set_str(body, "PrivateDnsName", name);
	state = json_ensure_object(body, "PrivateDnsNameConfiguration");
	json_set_str(state, "State", "pendingVerification");
	json_set_str(state, "Type", "TXT");
	json_set_str(state, "Value", ec2_part_id(call, "vpce:", name));
	json_set_str(state, "Name", ec2_part_id(call, "_", name));
}

static struct json *service_body(struct call *call, const char *id, const struct json *input)
{
	const struct json *families = json_get(input, "SupportedIpAddressTypes");
	struct json *body = json_new_object();

	json_set_str(body, "ServiceId", id);
	json_setf(body, "ServiceName", "com.amazonaws.vpce.%s.%s", call->region, id);
	json_set_str(body, "ServiceState", "Available");
	json_set_bool(body, "AcceptanceRequired", json_get_bool(input, "AcceptanceRequired", true));
	json_set_bool(body, "ManagesVpcEndpoints", false);
	json_set(body, "NetworkLoadBalancerArns",
		 ec2_list_unique(json_get(input, "NetworkLoadBalancerArns")));
	json_set(body, "GatewayLoadBalancerArns",
		 ec2_list_unique(json_get(input, "GatewayLoadBalancerArns")));
	json_set(body, "SupportedIpAddressTypes", ec2_list_unique(families));
	if (!json_size(families))
		json_append_str(json_ensure_array(body, "SupportedIpAddressTypes"), "ipv4");
	json_append(json_ensure_array(body, "BaseEndpointDnsNames"),
		    json_new_string(arena_printf(call->arena, "%s.%s.vpce.amazonaws.com", id,
						 call->region)));
	set_private_name(call, body, json_get_str(input, "PrivateDnsName"));
	return body;
}

bool ec2_create_vpc_endpoint_service_configuration(struct call *call, const struct json *input,
						   struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *body = NULL;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "vpc-endpoint-service", &tags, err) ||
	    !check_families(json_get(input, "SupportedIpAddressTypes"), err))
		return false;
	if (json_size(json_get(input, "SupportedRegions")))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "endpoint services of several regions are not emulated");
	if (!id || !ec2_find(call, &kind_vpc_endpoint_service, id)) {
		id = ec2_new_id(call, &kind_vpc_endpoint_service, NULL);
		body = service_body(call, id, input);
		if (!settle(call, body, err))
			return false;
		world_add(call, (struct doc_spec){.kind = &kind_vpc_endpoint_service,
						  .key = id,
						  .body = steal(body),
						  .tags = steal(tags)});
		idempotency_keep(call, input, "ClientToken", id);
	}
	json_set(output, "ServiceConfiguration",
		 ec2_item(world_find(call->world, &kind_vpc_endpoint_service, id)));
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	return true;
}

/** Takes and adds texts of a list in a body. */
static void change_list(struct json *body, const char *member, const struct json *input,
			const char *added, const char *removed)
{
	const struct json *goes = json_get(input, removed);
	struct json *list = json_new_array();

	json_foreach (text, json_get(body, member)) {
		if (!ec2_list_has(goes, json_str(text)))
			json_append_str(list, json_str(text));
	}
	json_foreach (text, json_get(input, added)) {
		if (!ec2_list_has(list, json_str(text)))
			json_append_str(list, json_str(text));
	}
	json_set(body, member, list);
}

bool ec2_modify_vpc_endpoint_service_configuration(struct call *call, const struct json *input,
						   struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *service;

	if (!ec2_get_by(call, &kind_vpc_endpoint_service, input, "ServiceId", &service, err) ||
	    !check_families(json_get(input, "AddSupportedIpAddressTypes"), err))
		return false;
	if (json_size(json_get(input, "AddSupportedRegions")) ||
	    json_size(json_get(input, "RemoveSupportedRegions")))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "endpoint services of several regions are not emulated");
	body = json_copy(service->body);
	change_list(body, "NetworkLoadBalancerArns", input, "AddNetworkLoadBalancerArns",
		    "RemoveNetworkLoadBalancerArns");
	change_list(body, "GatewayLoadBalancerArns", input, "AddGatewayLoadBalancerArns",
		    "RemoveGatewayLoadBalancerArns");
	change_list(body, "SupportedIpAddressTypes", input, "AddSupportedIpAddressTypes",
		    "RemoveSupportedIpAddressTypes");
	json_set_copy(body, "AcceptanceRequired", json_get(input, "AcceptanceRequired"));
	if (json_get_bool(input, "RemovePrivateDnsName", false))
		set_private_name(call, body, NULL);
	if (json_get_str(input, "PrivateDnsName"))
		set_private_name(call, body, json_get_str(input, "PrivateDnsName"));
	if (!settle(call, body, err))
		return false;
	world_put(call, &kind_vpc_endpoint_service, service->key, steal(body));
	json_set_bool(output, "Return", true);
	return true;
}

/* ---- Endpoints that use a service ---- */

static bool uses(const struct doc *endpoint, const struct doc *service)
{
	return str_eq(doc_str(endpoint, "ServiceName"), doc_str(service, "ServiceName"));
}

/* Source: EC2 API, DeleteVpcEndpointServiceConfigurations: reject its connections first. */
bool ec2_delete_vpc_endpoint_service_configurations(struct call *call, const struct json *input,
						    struct json *output, struct err *err)
{
	struct json *failed = json_ensure_array(output, "Unsuccessful");

	(void)err;
	json_foreach (id, json_get(input, "ServiceIds")) {
		const struct doc *service;
		struct err why = ERR_INIT;
		bool held = false;

		if (!ec2_get(call, &kind_vpc_endpoint_service, json_str(id), &service, &why)) {
			ec2_unsuccessful(failed, json_str(id), &why);
			continue;
		}
		world_foreach (endpoint, call->world, &kind_vpc_endpoint) {
			const char *state = doc_str(endpoint, "State");

			held = held || (uses(endpoint, service) && !str_eq(state, "rejected") &&
					!str_eq(state, "deleting"));
		}
		if (held) {
			aws_fail(&why, AWS_EC2_SERVICE_CONNECTIONS, service->key);
			ec2_unsuccessful(failed, json_str(id), &why);
		} else {
			vpc_endpoint_notification_forget(call, service->key);
			world_remove(call, &kind_vpc_endpoint_service, service->key);
		}
	}
	return true;
}

/** Moves endpoints that wait (or are there already) to another state; what cannot is told. */
static bool decide(struct call *call, const struct json *input, bool accept, struct json *output,
		   struct err *err)
{
	struct json *failed = json_ensure_array(output, "Unsuccessful");
	const struct doc *service;

	if (!ec2_get_by(call, &kind_vpc_endpoint_service, input, "ServiceId", &service, err))
		return false;
	json_foreach (id, json_get(input, "VpcEndpointIds")) {
		const struct doc *endpoint =
			world_find(call->world, &kind_vpc_endpoint, json_str(id));
		struct err why = ERR_INIT;
		const char *state;

		if (!endpoint || !uses(endpoint, service)) {
			aws_fail(&why, AWS_EC2_VPC_ENDPOINT_NOT_FOUND, json_str(id));
			ec2_unsuccessful(failed, json_str(id), &why);
			continue;
		}
		state = doc_str(endpoint, "State");
		if (!str_eq(state, "pendingAcceptance") &&
		    (accept || (!str_eq(state, "available") && !str_eq(state, "pending")))) {
			aws_fail(&why, AWS_EC2_ENDPOINT_STATE, json_str(id), state);
			ec2_unsuccessful(failed, json_str(id), &why);
			continue;
		}
		vpc_endpoint_decide(call, endpoint, accept);
	}
	json_foreach (id, json_get(input, "TransitGatewayAttachmentIds")) {
		struct err why = ERR_INIT;

		aws_fail(&why, AWS_EC2_ATTACHMENT_OF_GATEWAY, json_str(id));
		ec2_unsuccessful(failed, json_str(id), &why);
	}
	return true;
}

bool ec2_accept_vpc_endpoint_connections(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	return decide(call, input, true, output, err);
}

bool ec2_reject_vpc_endpoint_connections(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	return decide(call, input, false, output, err);
}

static const struct filter_field connection_filters[] = {
	{"ip-address-type", "IpAddressType", NULL, NULL},
	{"transit-gateway-attachment-id", "TransitGatewayAttachmentId", NULL, NULL},
	{"vpc-endpoint-id", "VpcEndpointId", NULL, NULL},
	{"vpc-endpoint-owner", "OwnerId", NULL, NULL},
	{"vpc-endpoint-region", "ServiceRegion", NULL, NULL},
	{"vpc-endpoint-state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_vpc_endpoint_connections(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	struct filters *filters;
	struct json *items, *plain = json_new_array();
	const struct json *wanted = NULL;
	bool ok;

	/* "service-id" is of the service, not of the endpoint */
	json_foreach (filter, json_get(input, "Filters")) {
		if (str_eq(json_get_str(filter, "Name"), "service-id"))
			wanted = json_get(filter, "Values");
		else
			json_append(plain, json_copy(filter));
	}
	ok = filters_parse(call, plain, connection_filters, &filters, err);
	items = json_new_array();
	world_foreach (endpoint, call->world, &kind_vpc_endpoint) {
		const struct doc *service =
			ok ? world_lookup_one(call->world, &kind_vpc_endpoint_service, "name",
					      doc_str(endpoint, "ServiceName"))
			   : NULL;
		struct json *item;

		if (!service || !doc_in_scope(call, service) ||
		    (wanted && !ec2_list_has(wanted, service->key)) ||
		    !filters_match(call, filters, endpoint))
			continue;
		item = json_new_object();
		json_set_str(item, "ServiceId", service->key);
		json_set_str(item, "VpcEndpointId", endpoint->key);
		json_set_str(item, "VpcEndpointOwner", endpoint->account);
		json_set_copy(item, "VpcEndpointState", json_get(endpoint->body, "State"));
		json_set_copy(item, "CreationTimestamp",
			      json_get(endpoint->body, "CreationTimestamp"));
		json_set_copy(item, "NetworkLoadBalancerArns",
			      json_get(service->body, "NetworkLoadBalancerArns"));
		json_set_copy(item, "IpAddressType", json_get(endpoint->body, "IpAddressType"));
		json_set_copy(item, "PayerResponsibilities",
			      json_get(endpoint->body, "PayerResponsibilities"));
		json_append(items, item);
	}
	json_free(plain);
	if (!ok) {
		json_free(items);
		return false;
	}
	return ec2_page_items(call, input, output, "VpcEndpointConnections", items, err);
}

/* ---- Permissions ---- */

static const char *principal_type(const char *principal)
{
	if (str_eq(principal, "*"))
		return "All";
	if (strstr(principal, ":user/"))
		return "User";
	return strstr(principal, ":role/") ? "Role" : "Account";
}

static struct json *permission_item(const struct doc *service, const char *principal,
				    const char *id)
{
	struct json *item = json_new_object();

	json_set_str(item, "PrincipalType", principal_type(principal));
	json_set_str(item, "Principal", principal);
	json_set_str(item, "ServicePermissionId", id);
	json_set_str(item, "ServiceId", service->key);
	json_set_str(item, "PermissionType", "vpc-endpoint");
	return item;
}

bool ec2_modify_vpc_endpoint_service_permissions(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *extra = NULL;
	const struct doc *service;
	struct json *permissions, *added;

	if (!ec2_get_by(call, &kind_vpc_endpoint_service, input, "ServiceId", &service, err))
		return false;
	extra = json_copy(service->extra);
	permissions = json_ensure_object(extra, "Permissions");
	added = json_ensure_array(output, "AddedPrincipals");
	json_foreach (principal, json_get(input, "RemoveAllowedPrincipals")) {
		if (!json_remove(permissions, json_str(principal)))
			return aws_fail(err, AWS_EC2_SERVICE_PRINCIPAL, json_str(principal));
	}
	json_foreach (principal, json_get(input, "AddAllowedPrincipals")) {
		const char *name = json_str(principal), *id;

		if (!str_eq(name, "*") && !str_starts_with(name, "arn:"))
			return aws_fail(err, AWS_EC2_SERVICE_PRINCIPAL, name);
		if (json_get(permissions, name))
			continue;
		id = ec2_part_id(call, "vpce-svc-perm-",
				 arena_printf(call->arena, "%s/%s", service->key, name));
		json_set_str(permissions, name, id);
		json_append(added, permission_item(service, name, id));
	}
	world_put_extra(call, &kind_vpc_endpoint_service, service->key, steal(extra));
	json_set_bool(output, "ReturnValue", true);
	return true;
}

/** Whether a permission fits the filters. */
static bool permission_matches(const struct json *filters, const char *principal, bool *ret,
			       struct err *err)
{
	*ret = true;
	json_foreach (filter, filters) {
		const char *name = json_get_str(filter, "Name"), *text = principal;
		bool one = false;

		if (str_eq(name, "principal-type"))
			text = principal_type(principal);
		else if (str_eq(name, "permission-type"))
			text = "vpc-endpoint";
		else if (!str_eq(name, "principal"))
			return aws_fail(err, AWS_EC2_FILTER, name ? name : "null");
		json_foreach (value, json_get(filter, "Values"))
			one = one || str_glob(json_str(value), text);
		*ret = *ret && one;
	}
	return true;
}

bool ec2_describe_vpc_endpoint_service_permissions(struct call *call, const struct json *input,
						   struct json *output, struct err *err)
{
	const struct doc *service;
	struct json *items;
	bool match;

	/* an unknown filter is refused even where there is no permission */
	if (!ec2_get_by(call, &kind_vpc_endpoint_service, input, "ServiceId", &service, err) ||
	    !permission_matches(json_get(input, "Filters"), "*", &match, err))
		return false;
	items = json_new_array();
	json_foreach (permission, json_get(service->extra, "Permissions")) {
		const char *principal = json_key(permission);

		if (!permission_matches(json_get(input, "Filters"), principal, &match, err)) {
			json_free(items);
			return false;
		}
		if (match)
			json_append(items,
				    permission_item(service, principal, json_str(permission)));
	}
	return ec2_page_items(call, input, output, "AllowedPrincipals", items, err);
}

static const struct filter_field service_filters[] = {
	{"service-id", "ServiceId", NULL, NULL},
	{"service-name", "ServiceName", NULL, "name"},
	{"service-state", "ServiceState", NULL, NULL},
	{"supported-ip-address-types", "SupportedIpAddressTypes", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_vpc_endpoint_service_configurations, .kind = &kind_vpc_endpoint_service,
	     .ids = "ServiceIds", .id_prefix = "vpce-svc-", .malformed = AWS_EC2_SERVICE_MALFORMED,
	     .not_found = AWS_EC2_SERVICE_NOT_FOUND, .fields = service_filters,
	     .result = "ServiceConfigurations")
