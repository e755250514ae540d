/*
 * VPC endpoints: gateway endpoints (routes to a prefix list in route tables) and interface
 * endpoints (network interfaces in subnets). Shape: EC2 VpcEndpoint.
 */
#include <ctype.h>

#include "emulator/aws/ec2/vpc_endpoint.h"
#include "emulator/aws/policy/language.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	if (!ec2_is_gone(doc))
		ec2_term(terms, doc->body, "VpcId");
}

static void terms_route_table(const struct doc *doc, struct terms *terms)
{
	json_foreach (id, json_get(doc->body, "RouteTableIds")) {
		if (!ec2_is_gone(doc))
			terms_add(terms, json_str(id));
	}
}

static const struct kind_index vpc_endpoint_indexes[] = {
	{"vpc", terms_vpc},
	{"route-table", terms_route_table},
	{NULL, NULL},
};

static struct json *vpc_endpoint_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

static void drop_interfaces(struct call *call, const char *endpoint_id)
{
	struct docs found = {0};

	world_lookup(call->world, &kind_network_interface, "for", endpoint_id, &found);
	for (size_t i = 0; i < found.count; i++)
		ec2_interface_remove(call, found.items[i]->key);
	docs_done(&found);
}

static void vpc_endpoint_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "deleted")) {
		drop_interfaces(call, doc->key);
		vpc_endpoint_notification_forget(call, doc->key);
		world_remove(call, &kind_vpc_endpoint, doc->key);
		return;
	}
	assert(str_eq(timer, "available"));
	if (!str_eq(doc_str(doc, "State"), "pending"))
		return;
	body = json_copy(doc->body);
	json_set_str(body, "State", "available");
	world_put(call, &kind_vpc_endpoint, doc->key, body);
}

const struct kind kind_vpc_endpoint = {
	.name = "vpc-endpoint",
	.shape = "ec2:VpcEndpoint",
	.indexes = vpc_endpoint_indexes,
	.timer = vpc_endpoint_timer,
	.view = vpc_endpoint_view,
};

#define EVERYBODY                                                                                  \
	"{\"Version\":\"2008-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","    \
	"\"Action\":\"*\",\"Resource\":\"*\"}]}"
/* The default of interface endpoints has no version, as recorded. */
#define EVERYBODY_AT_INTERFACE                                                                     \
	"{\"Statement\":[{\"Action\":\"*\",\"Effect\":\"Allow\",\"Principal\":\"*\","              \
	"\"Resource\":\"*\"}]}"
#define DNS_DIGITS  8  /* of the part of a name that tells endpoints apart */
#define ZONE_DIGITS 13 /* of the hosted zone that the names are in */

/* ---- Route tables of gateway endpoints ---- */

static bool check_tables(const struct call *call, const char *vpc_id, const struct json *ids,
			 struct err *err)
{
	json_foreach (id, ids) {
		const struct doc *table;

		if (!ec2_get(call, &kind_route_table, json_str(id), &table, err))
			return false;
		if (!str_eq(doc_str(table, "VpcId"), vpc_id))
			return aws_fail(err, AWS_EC2_OTHER_NETWORK, "route table", table->key,
					"network", vpc_id);
	}
	return true;
}

/** Adds the service's prefix list to a table; RouteAlreadyExists when another endpoint has it. */
static bool add_route(struct call *call, const char *endpoint_id, const char *service,
		      const char *table_id, struct err *err)
{
	const char *list = prefix_list_of_service(call, service);
	const char *key = arena_printf(call->arena, "%s/%s", table_id, list);

	if (world_find(call->world, &kind_route, key))
		return aws_fail(err, AWS_EC2_ENDPOINT_ROUTE_EXISTS, table_id, list);
	route_add(call, table_id, "DestinationPrefixListId", list, "GatewayId", endpoint_id,
		  endpoint_id);
	return true;
}

static void drop_routes(struct call *call, const struct doc *endpoint)
{
	const char *list = prefix_list_of_service(call, doc_str(endpoint, "ServiceName"));

	json_foreach (id, json_get(endpoint->body, "RouteTableIds"))
		route_remove(call, json_str(id), list);
}

/* ---- CreateVpcEndpoint ---- */

static const char *kind_of(const struct json *input)
{
	const char *type = json_get_str(input, "VpcEndpointType");

	return type ? type : "Gateway"; /* Source: EC2 API, CreateVpcEndpoint: the default */
}

/** Interface endpoints exist for every service of the region whose name has the right form. */
static bool check_service(struct call *call, const struct json *input, bool gateway,
			  struct err *err)
{
	static const char *const of_others[] = {"ServiceNetworkArn", "ResourceConfigurationArn"};
	const char *service = json_get_str(input, "ServiceName"), *type;
	const char *region = json_get_str(input, "ServiceRegion");
	const struct doc *offered = vpc_endpoint_service_named(call, service);
	const char *prefix = arena_printf(call->arena, "com.amazonaws.%s.", call->region);

	if (!service)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ServiceName");
	for (size_t i = 0; i < array_size(of_others); i++)
		if (json_get(input, of_others[i]))
			return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, of_others[i]);
	/* services here are offered in their own region */
	if (region && !str_eq(region, call->region))
		return aws_fail(err, AWS_EC2_SERVICE_NAME, service);
	type = json_get_str(json_at(json_get(offered ? offered->body : NULL, "ServiceType"), 0),
			    "ServiceType");
	if (type)
		return str_eq(type, kind_of(input)) ||
		       aws_fail(err, AWS_EC2_ENDPOINT_SERVICE_TYPE, kind_of(input), type);
	if (str_eq(kind_of(input), "GatewayLoadBalancer") ||
	    str_starts_with(service, "com.amazonaws.vpce."))
		return aws_fail(err, AWS_EC2_SERVICE_NAME, service);
	if (gateway && vpc_endpoint_private_name(call, service))
		return aws_fail(err, AWS_EC2_ENDPOINT_SERVICE_TYPE, kind_of(input), "Interface");
	if (gateway ? !prefix_list_of_service(call, service)
		    : !str_starts_with(service, prefix) || !service[strlen(prefix)])
		return aws_fail(err, AWS_EC2_SERVICE_NAME, service);
	return true;
}

/* Source: EC2 API, CreateVpcEndpoint, PrivateDnsEnabled: "Default: true", for interfaces. */
static bool wants_private_names(const struct json *input)
{
	return json_get_bool(input, "PrivateDnsEnabled", str_eq(kind_of(input), "Interface"));
}

/* Private names of an endpoint (NULL: one that is not there yet) need both of the VPC's attributes,
 * and no endpoint that has them. Source: VPC user guide, "Private DNS". */
static bool check_names(struct call *call, const struct doc *vpc, const char *service,
			const struct doc *endpoint, struct err *err)
{
	const char *name = vpc_endpoint_private_name(call, service);
	struct docs found = {0};
	bool taken = false;

	if (!(vpc_attribute(vpc, "EnableDnsSupport") && vpc_attribute(vpc, "EnableDnsHostnames")))
		return aws_fail(err, AWS_EC2_VPC_ENDPOINT_DNS, vpc->key);
	if (!name)
		return true;
	world_lookup(call->world, &kind_vpc_endpoint, "vpc", vpc->key, &found);
	for (size_t i = 0; i < found.count; i++)
		taken = taken || (found.items[i] != endpoint &&
				  str_eq(doc_str(found.items[i], "ServiceName"), service) &&
				  str_eq(doc_str(found.items[i], "VpcEndpointType"), "Interface") &&
				  json_get_bool(found.items[i]->body, "PrivateDnsEnabled", false));
	docs_done(&found);
	return !taken || aws_fail(err, AWS_EC2_ENDPOINT_DNS_CONFLICT, name, vpc->key);
}

/** The endpoint's own name, "vpce-ID-SUFFIX.SERVICE.REGION.vpce.amazonaws.com", as recorded. */
static void add_names(struct call *call, const char *id, const char *service, struct json *body)
{
	const char *word = service + strlen("com.amazonaws.") + strlen(call->region) + 1;
	struct json *entry = json_new_object();
	char suffix[DNS_DIGITS + 1], zone[ZONE_DIGITS + 1];

	ids_hex(world_seed(call->world), "vpce-name", "", id, 0, DNS_DIGITS, suffix);
	ids_hex(world_seed(call->world), "vpce-zone", "", call->region, 0, ZONE_DIGITS, zone);
	for (char *c = zone; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	json_setf(entry, "DnsName", "%s-%s.%s.%s.vpce.amazonaws.com", id, suffix, word,
		  call->region);
	json_setf(entry, "HostedZoneId", "Z%s", zone);
	json_append(json_ensure_array(body, "DnsEntries"), entry);
	json_set_str(json_ensure_object(body, "DnsOptions"), "DnsRecordIpType",
		     json_get_str(body, "IpAddressType"));
}

static struct json *endpoint_body(struct call *call, const char *id, const struct json *input)
{
	const char *family = json_get_str(input, "IpAddressType");
	const char *policy = json_get_str(input, "PolicyDocument");
	struct json *body = json_new_object();
	const struct doc *service;

	json_set_str(body, "VpcEndpointId", id);
	json_set_str(body, "VpcEndpointType", kind_of(input));
	json_set_copy(body, "VpcId", json_get(input, "VpcId"));
	json_set_copy(body, "ServiceName", json_get(input, "ServiceName"));
	service = vpc_endpoint_service_named(call, json_get_str(input, "ServiceName"));
	json_set_str(body, "State",
		     service && vpc_endpoint_service_asks(service) ? "pendingAcceptance"
								   : "pending");
	json_set_str(body, "PolicyDocument",
		     policy				 ? policy
		     : str_eq(kind_of(input), "Gateway") ? EVERYBODY
							 : EVERYBODY_AT_INTERFACE);
	json_set(body, "RouteTableIds", ec2_list_unique(json_get(input, "RouteTableIds")));
	json_set(body, "SubnetIds", ec2_list_unique(json_get(input, "SubnetIds")));
	json_set(body, "Groups",
		 security_group_identifiers(call->world, json_get(input, "SecurityGroupIds")));
	json_set_str(body, "IpAddressType", family ? family : "ipv4");
	json_set_bool(body, "PrivateDnsEnabled", wants_private_names(input));
	json_set_bool(body, "RequesterManaged", false);
	json_ensure_array(body, "NetworkInterfaceIds");
	json_ensure_array(body, "DnsEntries");
	json_set_str(json_ensure_object(body, "DnsOptions"), "DnsRecordIpType", "service-defined");
	json_set_str(body, "CreationTimestamp", aws_now(call));
	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "ServiceRegion", call->region);
	return body;
}

static bool endpoint_add(struct call *call, const struct json *input, const struct doc *vpc,
			 struct json *tags, const char **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL, *its_tags = tags;
	const char *service = json_get_str(input, "ServiceName");
	bool gateway = str_eq(kind_of(input), "Gateway");
	const char *id = ec2_new_id(call, &kind_vpc_endpoint,
				    arena_printf(call->arena, "%s/%s", vpc->key, service));

	body = endpoint_body(call, id, input);
	if (!gateway && !vpc_endpoint_add_interfaces(call, id, input, body, err))
		return false;
	if (!gateway)
		add_names(call, id, service, body);
	if (json_get(input, "DnsOptions"))
		vpc_endpoint_set_dns(body, json_get(input, "DnsOptions"));
	world_add(call, (struct doc_spec){.kind = &kind_vpc_endpoint,
					  .key = id,
					  .body = steal(body),
					  .tags = steal(its_tags)});
	json_foreach (table, gateway ? json_get(input, "RouteTableIds") : NULL) {
		if (!add_route(call, id, service, json_str(table), err))
			return false;
	}
	*ret = id;
	return true;
}

static bool get_vpc(const struct call *call, const struct json *input, const struct doc **ret,
		    struct err *err)
{
	const char *id = json_get_str(input, "VpcId");

	if (id && !str_starts_with(id, "vpc-"))
		return aws_fail(err, AWS_EC2_ENDPOINT_VPC_MALFORMED, id);
	return ec2_get_by(call, &kind_vpc, input, "VpcId", ret, err);
}

/* Members that are for endpoints of other types. */
static bool check_type(const struct json *input, struct err *err)
{
	bool gateway = str_eq(kind_of(input), "Gateway");

	if (!gateway && json_size(json_get(input, "RouteTableIds")))
		return aws_fail(err, AWS_EC2_ENDPOINT_ROUTE_TABLES);
	if (gateway && json_size(json_get(input, "SubnetIds")))
		return aws_fail(err, AWS_EC2_ENDPOINT_SUBNET_IDS);
	if (gateway && json_size(json_get(input, "SecurityGroupIds")))
		return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, "SecurityGroupIds");
	if (gateway && json_get_bool(input, "PrivateDnsEnabled", false))
		return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, "PrivateDnsEnabled");
	return true;
}

static bool check_policy(const struct json *input, struct err *err)
{
	const char *policy = json_get_str(input, "PolicyDocument");
	struct err why = ERR_INIT;

	if (!policy || policy_check(policy, POLICY_OF_RESOURCE, NULL, &why))
		return true;
	aws_fail(err, AWS_EC2_ENDPOINT_POLICY, err_text(&why));
	err_done(&why);
	return false;
}

bool ec2_create_vpc_endpoint(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	bool gateway = str_eq(kind_of(input), "Gateway");
	const struct doc *vpc;
	const char *id;

	if (!gateway && !str_eq(kind_of(input), "Interface") &&
	    !str_eq(kind_of(input), "GatewayLoadBalancer"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "VPC endpoints of type %s are not emulated", kind_of(input));
	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !get_vpc(call, input, &vpc, err) || !check_service(call, input, gateway, err) ||
	    !check_type(input, err) || !check_policy(input, err) ||
	    !vpc_endpoint_check_dns(call, kind_of(input), vpc->key,
				    json_get_str(input, "ServiceName"),
				    json_get(input, "DnsOptions"), err) ||
	    !check_tables(call, vpc->key, json_get(input, "RouteTableIds"), err) ||
	    !ec2_check_groups(call, vpc->key, json_get(input, "SecurityGroupIds"), err) ||
	    !tags_from_specifications(input, "vpc-endpoint", &tags, err))
		return false;
	if (!id || !ec2_find(call, &kind_vpc_endpoint, id)) {
		if (str_eq(kind_of(input), "Interface") && wants_private_names(input) &&
		    !check_names(call, vpc, json_get_str(input, "ServiceName"), NULL, err))
			return false;
		if (!ec2_within_limit(call, LIMIT_VPC_ENDPOINTS,
				      ec2_count(call, &kind_vpc_endpoint),
				      AWS_EC2_VPC_ENDPOINT_LIMIT, err) ||
		    !endpoint_add(call, input, vpc, steal(tags), &id, err))
			return false;
		idempotency_keep(call, input, "ClientToken", id);
		lifecycle_start(call, &kind_vpc_endpoint, id, LIFECYCLE_VPC_ENDPOINT, "available");
	}
	json_set(output, "VpcEndpoint", ec2_item(world_find(call->world, &kind_vpc_endpoint, id)));
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	return true;
}

void vpc_endpoint_decide(struct call *call, const struct doc *endpoint, bool accept)
{
	struct json *body = json_copy(endpoint->body);

	json_set_str(body, "State", accept ? "pending" : "rejected");
	world_put(call, &kind_vpc_endpoint, endpoint->key, body);
	route_refresh(call, endpoint->key);
	if (accept)
		lifecycle_start(call, &kind_vpc_endpoint, endpoint->key, LIFECYCLE_VPC_ENDPOINT,
				"available");
}

/* ---- ModifyVpcEndpoint ---- */

/** Takes and adds route tables in a body that is being changed. */
static bool modify_tables(struct call *call, const struct doc *endpoint, const struct json *input,
			  struct json *body, struct err *err)
{
	const char *service = doc_str(endpoint, "ServiceName");
	const struct json *removed = json_get(input, "RemoveRouteTableIds");
	struct json *tables = json_new_array();

	json_foreach (id, removed)
		route_remove(call, json_str(id), prefix_list_of_service(call, service));
	json_foreach (id, json_get(endpoint->body, "RouteTableIds")) {
		if (!ec2_list_has(removed, json_str(id)))
			json_append_str(tables, json_str(id));
	}
	json_set(body, "RouteTableIds", tables);
	json_foreach (id, json_get(input, "AddRouteTableIds")) {
		if (ec2_list_has(tables, json_str(id)))
			continue;
		if (!add_route(call, endpoint->key, service, json_str(id), err))
			return false;
		json_append_str(tables, json_str(id));
	}
	return true;
}

bool ec2_modify_vpc_endpoint(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	static const char *const of_interfaces[] = {"AddSubnetIds", "RemoveSubnetIds",
						    "AddSecurityGroupIds", "RemoveSecurityGroupIds",
						    "SubnetConfigurations"};
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *endpoint;

	if (!ec2_get_by(call, &kind_vpc_endpoint, input, "VpcEndpointId", &endpoint, err))
		return false;
	if (json_size(json_get(input, "AddRouteTableIds")) &&
	    !str_eq(doc_str(endpoint, "VpcEndpointType"), "Gateway"))
		return aws_fail(err, AWS_EC2_ENDPOINT_ROUTE_TABLES);
	if (!check_policy(input, err) ||
	    !check_tables(call, doc_str(endpoint, "VpcId"), json_get(input, "AddRouteTableIds"),
			  err) ||
	    !vpc_endpoint_check_dns(call, doc_str(endpoint, "VpcEndpointType"),
				    doc_str(endpoint, "VpcId"), doc_str(endpoint, "ServiceName"),
				    json_get(input, "DnsOptions"), err))
		return false;
	if (json_get_bool(input, "PrivateDnsEnabled", false) &&
	    !check_names(call, world_find(call->world, &kind_vpc, doc_str(endpoint, "VpcId")),
			 doc_str(endpoint, "ServiceName"), endpoint, err))
		return false;
	for (size_t i = 0; i < array_size(of_interfaces); i++)
		if (json_size(json_get(input, of_interfaces[i])) &&
		    !str_eq(doc_str(endpoint, "VpcEndpointType"), "Interface"))
			return aws_fail(err, AWS_EC2_ENDPOINT_TYPE, of_interfaces[i]);
	body = json_copy(endpoint->body);
	if (!modify_tables(call, endpoint, input, body, err))
		return false;
	if ((json_size(json_get(input, "AddSecurityGroupIds")) ||
	     json_size(json_get(input, "RemoveSecurityGroupIds"))) &&
	    !vpc_endpoint_modify_groups(call, endpoint, input, body, err))
		return false;
	if ((json_size(json_get(input, "AddSubnetIds")) ||
	     json_size(json_get(input, "RemoveSubnetIds")) ||
	     json_size(json_get(input, "SubnetConfigurations"))) &&
	    !vpc_endpoint_modify_subnets(call, endpoint, input, body, err))
		return false;
	json_set_copy(body, "IpAddressType", json_get(input, "IpAddressType"));
	if (json_get(input, "DnsOptions"))
		vpc_endpoint_set_dns(body, json_get(input, "DnsOptions"));
	json_set_copy(body, "PolicyDocument", json_get(input, "PolicyDocument"));
	json_set_copy(body, "PrivateDnsEnabled", json_get(input, "PrivateDnsEnabled"));
	if (json_get_bool(input, "ResetPolicy", false))
		json_set_str(body, "PolicyDocument", EVERYBODY);
	world_put(call, &kind_vpc_endpoint, endpoint->key, steal(body));
	json_set_bool(output, "Return", true);
	return true;
}

/* ---- DeleteVpcEndpoints ---- */

static void delete_endpoint(struct call *call, const struct doc *endpoint)
{
	struct json *body = json_copy(endpoint->body);

	drop_routes(call, endpoint);
	json_set_str(body, "State", "deleting");
	json_set(body, "RouteTableIds", json_new_array());
	world_put(call, &kind_vpc_endpoint, endpoint->key, body);
	world_clear_timer(call, &kind_vpc_endpoint, endpoint->key, "available");
	lifecycle_start(call, &kind_vpc_endpoint, endpoint->key, LIFECYCLE_VPC_ENDPOINT, "deleted");
}

/* Source: EC2 API, DeleteVpcEndpoints: what cannot be deleted is told in Unsuccessful. */
bool ec2_delete_vpc_endpoints(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	struct json *failed = json_ensure_array(output, "Unsuccessful");

	(void)err;
	json_foreach (id, json_get(input, "VpcEndpointIds")) {
		const struct doc *endpoint = ec2_find(call, &kind_vpc_endpoint, json_str(id));
		struct err why = ERR_INIT;
		struct json *item;

		if (endpoint && !str_eq(doc_str(endpoint, "State"), "deleting")) {
			delete_endpoint(call, endpoint);
			continue;
		}
		if (endpoint)
			continue;
		aws_fail(&why, AWS_EC2_VPC_ENDPOINT_NOT_FOUND, json_str(id));
		item = json_new_object();
		json_set_str(json_ensure_object(item, "Error"), "Code", why.wire);
		json_set_str(json_ensure_object(item, "Error"), "Message", err_text(&why));
		json_set_str(item, "ResourceId", json_str(id));
		json_append(failed, item);
		err_done(&why);
	}
	return true;
}

static const struct filter_field vpc_endpoint_filters[] = {
	{"ip-address-type", "IpAddressType", NULL, NULL},
	{"service-name", "ServiceName", NULL, NULL},
	{"service-region", "ServiceRegion", NULL, NULL},
	{"vpc-endpoint-id", "VpcEndpointId", NULL, NULL},
	{"vpc-endpoint-state", "State", NULL, NULL},
	{"vpc-endpoint-type", "VpcEndpointType", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

static struct json *describe_item(struct call *call, const struct doc *doc)
{
	(void)call;
	return ec2_item(doc);
}

bool ec2_describe_vpc_endpoints(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_vpc_endpoint,
		.ids = "VpcEndpointIds",
		.id_prefix = "vpce-",
		.malformed = AWS_EC2_VPC_ENDPOINT_MALFORMED,
		.not_found = AWS_EC2_VPC_ENDPOINT_NOT_FOUND,
		.filters = "Filters",
		.fields = vpc_endpoint_filters,
		.page = &page_ec2,
		.result = "VpcEndpoints",
		.item = describe_item,
	};

	return describe_reply(call, input, output, &describe, err);
}
