/*
 * Load balancers: application, network and gateway ones. Document kind: load-balancer, shape:
 * ELBv2 LoadBalancer. This file makes, shows and deletes them; load_balancer_change.c changes them.
 */
#include "emulator/aws/elbv2/internal.h"

#include "emulator/aws/elbv2/hosted_zones.h"
#include "emulator/base/ids.h"

#define ID_DIGITS 16 /* hex digits at the end of ARN and DNS name */

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	elbv2_term(terms, doc->body, "VpcId");
}

static void terms_name(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term =
		xasprintf("%s/%s/%s", doc->account, doc->region, doc_str(doc, "LoadBalancerName"));

	terms_add(terms, term);
}

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	json_foreach (zone, json_get(doc->body, "AvailabilityZones"))
		elbv2_term(terms, zone, "SubnetId");
}

static void terms_group(const struct doc *doc, struct terms *terms)
{
	json_foreach (group, json_get(doc->body, "SecurityGroups"))
		terms_add(terms, json_str(group));
}

static void terms_dns(const struct doc *doc, struct terms *terms)
{
	elbv2_term(terms, doc->body, "DNSName");
}

static const struct kind_index indexes[] = {
	{"vpc", terms_vpc},	{"name", terms_name}, {"subnet", terms_subnet},
	{"group", terms_group}, {"dns", terms_dns},   {NULL, NULL},
};

/* The only timer: provisioning is over. */
static void became_active(struct call *call, const struct doc *doc, _unused_ const char *timer)
{
	struct json *body = json_copy(doc->body);

	json_set_str(json_ensure_object(body, "State"), "Code", "active");
	world_put(call, doc->kind, doc->key, body);
}

const struct kind kind_load_balancer = {
	.name = "load-balancer",
	.shape = "elbv2:LoadBalancer",
	.indexes = indexes,
	.timer = became_active,
	.view = elbv2_view,
};

/* ---- CreateLoadBalancer ---- */

static unsigned scope_of(const char *type)
{
	if (str_eq(type, "network"))
		return FOR_NETWORK;
	return str_eq(type, "gateway") ? FOR_GATEWAY : FOR_APPLICATION;
}

/* The settings by which AWS tells whether a create is the same as an earlier one. */
static struct json *settings(const struct json *input, const char *type, const char *scheme,
			     const char *ip_address_type)
{
	struct json *result = json_new_object(), *subnets = json_new_array();

	json_set_str(result, "Type", type);
	json_set_str(result, "Scheme", scheme);
	json_set_str(result, "IpAddressType", ip_address_type);
	json_foreach (subnet, json_get(input, "Subnets"))
		json_append_str(subnets, json_str(subnet));
	json_foreach (mapping, json_get(input, "SubnetMappings"))
		json_append_str(subnets, json_get_str(mapping, "SubnetId"));
	json_set(result, "Subnets", subnets);
	json_set_copy(result, "SecurityGroups", json_get(input, "SecurityGroups"));
	return result;
}

/* Name and shape of the DNS name: an NLB is NAME-ID.elb.REGION, an ALB NAME-NUMBER.REGION.elb. */
static char *dns_name(struct call *call, const char *name, const char *type, const char *scheme,
		      const char *id)
{
	_cleanup_(freep) char *lower = xstrdup(name);
	const char *internal = str_eq(scheme, "internal") ? "internal-" : "";
	char digits[11];

	for (char *c = lower; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	if (!str_eq(type, "application"))
		return xasprintf("%s-%s.elb.%s.%s", lower, id, call->region,
				 elb_domain(call->region));
	ids_text(world_seed(call->world), "load-balancer-dns", "", id, 0, "123456789", 10, digits);
	return xasprintf("%s%s-%s.%s.elb.%s", internal, lower, digits, call->region,
			 elb_domain(call->region));
}

static struct json *balancer_body(struct call *call, const struct json *input, const char *type,
				  const char *scheme, const char *ip_address_type,
				  const struct zone_wishes *wishes)
{
	const char *name = json_get_str(input, "Name");
	const char *id = ids_make(call, &kind_load_balancer, "", ID_DIGITS, name);
	_cleanup_(freep) char *dns = dns_name(call, name, type, scheme, id);
	struct json *body = json_new_object();
	bool network = str_eq(type, "network");

	json_set_str(body, "LoadBalancerArn",
		     aws_arn(call, "elasticloadbalancing", "loadbalancer/%s/%s/%s",
			     elbv2_type_word(type), name, id));
	json_set_str(body, "DNSName", dns);
	json_set_str(body, "CanonicalHostedZoneId", elb_hosted_zone(call->region, network));
	json_set_str(body, "CreatedTime", aws_now(call));
	json_set_str(body, "LoadBalancerName", name);
	json_set_str(body, "Scheme", scheme);
	json_set_str(body, "VpcId", doc_str(wishes->items[0].subnet, "VpcId"));
	json_set_str(json_ensure_object(body, "State"), "Code", "provisioning");
	json_set_str(body, "Type", type);
	json_ensure_array(body, "AvailabilityZones");
	if (json_size(json_get(input, "SecurityGroups")))
		json_set_copy(body, "SecurityGroups", json_get(input, "SecurityGroups"));
	json_set_str(body, "IpAddressType", ip_address_type);
	json_set_copy(body, "CustomerOwnedIpv4Pool", json_get(input, "CustomerOwnedIpv4Pool"));
	json_set_copy(body, "IpamPools", json_get(input, "IpamPools"));
	if (network) {
		const char *prefix = json_get_str(input, "EnablePrefixForIpv6SourceNat");

		json_set_str(body, "EnablePrefixForIpv6SourceNat", prefix ? prefix : "off");
		if (json_get(body, "SecurityGroups"))
			json_set_str(body, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
				     "on");
	}
	return body;
}

/* An Application Load Balancer always has a group: the VPC's default one when none is named. */
static void default_group(struct call *call, struct json *body)
{
	const struct doc *group;

	if (!str_eq(json_get_str(body, "Type"), "application") || json_get(body, "SecurityGroups"))
		return;
	group = ec2_vpc_default_group(call->world, json_get_str(body, "VpcId"));
	json_append_str(json_ensure_array(body, "SecurityGroups"), group->key);
}

static bool check_create(struct call *call, const struct json *input, const char *type,
			 const char *scheme, const char *ip_address_type,
			 struct zone_wishes *wishes, struct err *err)
{
	const char *name = json_get_str(input, "Name");

	if (!elbv2_check_name("Load balancer", name, err))
		return false;
	if (str_starts_with(name, "internal-"))
		return aws_fail(err, AWS_ELBV2_NAME_INTERNAL, name);
	if (str_eq(type, "network") && str_eq(ip_address_type, "dualstack-without-public-ipv4"))
		return aws_fail(err, AWS_ELBV2_WITHOUT_PUBLIC_IPV4_TYPE);
	if (!str_eq(type, "network") && json_get_str(input, "EnablePrefixForIpv6SourceNat"))
		return aws_fail(err, AWS_ELBV2_PREFIX_TYPE);
	return zones_read(call, input, type, wishes, err) &&
	       zones_check(call, wishes, scheme, ip_address_type, err) &&
	       ec2_check_groups(call, doc_str(wishes->items[0].subnet, "VpcId"),
				json_get(input, "SecurityGroups"), err);
}

/* AWS's own code for a group that is not there is ELBv2's, not EC2's. */
static bool as_elbv2_error(struct err *err)
{
	if (err && str_eq(err->wire, "InvalidGroup.NotFound"))
		return aws_fail(err, AWS_ELBV2_SECURITY_GROUP);
	return false;
}

static void reply_one(struct json *output, const struct doc *doc)
{
	json_append_borrowed(json_ensure_array(output, "LoadBalancers"), doc->body);
}

static bool make(struct call *call, const struct json *input, struct json *output,
		 struct json *settings_made, const struct zone_wishes *wishes, struct err *err)
{
	const char *type = json_get_str(settings_made, "Type");
	_cleanup_(json_freep) struct json *tags = NULL, *extra = json_new_object(), *body = NULL;
	const struct doc *doc;
	const char *arn;

	if (!tags_from_list(TAGS_ELB, json_get(input, "Tags"), &tags, err))
		return false;
	body = balancer_body(call, input, type, json_get_str(settings_made, "Scheme"),
			     json_get_str(settings_made, "IpAddressType"), wishes);
	default_group(call, body);
	json_set(extra, "attributes",
		 elbv2_attribute_defaults(load_balancer_attributes, scope_of(type)));
	/* An internal one keeps IPv6 traffic from the internet out (guide, "IP address type"). */
	if (str_eq(json_get_str(body, "Scheme"), "internal") && !str_eq(type, "gateway"))
		json_set_str(json_ensure_object(extra, "attributes"), "ipv6.deny_all_igw_traffic",
			     "true");
	json_set_copy(extra, "settings", settings_made);
	if (!zones_apply(call, body, extra, wishes, err))
		return as_elbv2_error(err);
	arn = arena_strdup(call->arena, json_get_str(body, "LoadBalancerArn"));
	world_add(call, (struct doc_spec){.kind = &kind_load_balancer,
					  .key = arn,
					  .body = steal(body),
					  .tags = steal(tags),
					  .extra = steal(extra)});
	doc = world_find(call->world, &kind_load_balancer, arn);
	/* The answer to a create says provisioning, even where nothing takes time. */
	reply_one(output, doc);
	lifecycle_start(call, &kind_load_balancer, arn, LIFECYCLE_LOAD_BALANCER, "active");
	return true;
}

ELBV2_OP(elbv2_create_load_balancer)
{
	const char *type = json_get_str(input, "Type"), *scheme = json_get_str(input, "Scheme");
	const char *ip_address_type = json_get_str(input, "IpAddressType");
	const char *name = json_get_str(input, "Name");
	_cleanup_(json_freep) struct json *wanted = NULL;
	struct zone_wishes wishes;
	const struct doc *existing;

	type = type ? type : "application";
	scheme = scheme ? scheme : "internet-facing";
	ip_address_type = ip_address_type ? ip_address_type : "ipv4";
	wanted = settings(input, type, scheme, ip_address_type);
	existing = world_lookup_one(call->world, &kind_load_balancer, "name",
				    elbv2_name_term(call, name));
	if (existing) {
		if (!json_equal(json_get(existing->extra, "settings"), wanted))
			return aws_fail(err, AWS_ELBV2_DUPLICATE_LOAD_BALANCER, name);
		reply_one(output, existing);
		return true;
	}
	if (!check_create(call, input, type, scheme, ip_address_type, &wishes, err))
		return as_elbv2_error(err);
	return make(call, input, output, wanted, &wishes, err);
}

/* ---- DescribeLoadBalancers ---- */

/* By ARN or by name: each must exist; else all of the region. */
static bool select_balancers(struct call *call, const struct json *input, struct docs *ret,
			     struct err *err)
{
	const struct json *arns = json_get(input, "LoadBalancerArns");
	const struct json *names = json_get(input, "Names");

	json_foreach (arn, arns) {
		const struct doc *doc = find_in_scope(call, &kind_load_balancer, json_str(arn));

		if (!doc)
			return aws_fail(err, AWS_ELBV2_LOAD_BALANCERS_NOT_FOUND, json_str(arn));
		docs_add(ret, doc);
	}
	json_foreach (name, names) {
		const struct doc *doc = world_lookup_one(call->world, &kind_load_balancer, "name",
							 elbv2_name_term(call, json_str(name)));

		if (!doc)
			return aws_fail(err, AWS_ELBV2_LOAD_BALANCERS_NOT_FOUND, json_str(name));
		docs_add(ret, doc);
	}
	if (arns || names)
		return true;
	world_foreach (doc, call->world, &kind_load_balancer) {
		if (doc_in_scope(call, doc))
			docs_add(ret, doc);
	}
	return true;
}

ELBV2_OP(elbv2_describe_load_balancers)
{
	_cleanup_(docs_done) struct docs found = {0};
	struct json *list = json_ensure_array(output, "LoadBalancers");

	if (!select_balancers(call, input, &found, err) ||
	    !page_docs(call, input, output, &page_elb, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		json_append_borrowed(list, found.items[i]->body);
	return true;
}

/* ---- DeleteLoadBalancer ---- */

static void remove_listeners(struct call *call, const char *arn)
{
	_cleanup_(docs_done) struct docs found = {0};

	world_lookup(call->world, &kind_listener, "load-balancer", arn, &found);
	for (size_t i = 0; i < found.count; i++)
		listener_remove(call, found.items[i]);
}

ELBV2_OP(elbv2_delete_load_balancer)
{
	const char *arn = json_get_str(input, "LoadBalancerArn");
	const struct doc *doc = find_in_scope(call, &kind_load_balancer, arn);

	(void)output; /* the answer is empty */
	/* API: "if the load balancer does not exist or has already been deleted, the call
	 * succeeds". */
	if (!doc)
		return true;
	if (str_eq(json_find_str(doc->extra, "attributes", "deletion_protection.enabled", NULL),
		   "true"))
		return aws_fail(err, AWS_ELBV2_DELETION_PROTECTION, arn);
	remove_listeners(call, arn);
	json_foreach (item, json_get(doc->extra, "interfaces"))
		ec2_interface_release(call, json_str(item));
	world_remove(call, &kind_load_balancer, arn);
	return true;
}

/* ---- Attributes ---- */

ELBV2_OP(elbv2_describe_load_balancer_attributes)
{
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err))
		return false;
	elbv2_reply_attributes(output, doc);
	return true;
}

ELBV2_OP(elbv2_modify_load_balancer_attributes)
{
	const struct doc *doc;

	return elbv2_get_load_balancer(call, input, &doc, err) &&
	       elbv2_modify_attributes(call, doc, load_balancer_attributes,
				       scope_of(doc_str(doc, "Type")), "Load balancer", input,
				       output, err);
}
