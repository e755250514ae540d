/*
 * Load balancers: application, network and gateway ones. Document kind: load-balancer, shape:
 * ELBv2 LoadBalancer. This file makes, shows and deletes them; load_balancer_change.c changes them.
 */
#include "emulator/aws/elbv2/internal.h"

#include "emulator/aws/elbv2/hosted_zones.h"
#include "emulator/base/ids.h"

#define ID_DIGITS 16 /* hex digits at the end of ARN and DNS name */
#define ARNS_MAX  20 /* API: DescribeLoadBalancers, "up to 20 load balancers in a single call" */

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

/* Provisioning is over, or a reservation of capacity is there. */
static void timer(struct call *call, const struct doc *doc, const char *name)
{
	struct json *body;

	if (str_eq(name, "capacity")) {
		capacity_became_provisioned(call, doc);
		return;
	}
	body = json_copy(doc->body);
	json_set_str(json_ensure_object(body, "State"), "Code", "active");
	world_put(call, doc->kind, doc->key, body);
}

const struct kind kind_load_balancer = {
	.name = "load-balancer",
	.shape = "elbv2:LoadBalancer",
	.indexes = indexes,
	.timer = timer,
	.view = elbv2_view,
};

/* ---- CreateLoadBalancer ---- */

static unsigned scope_of(const char *type)
{
	if (str_eq(type, "network"))
		return FOR_NETWORK;
	return str_eq(type, "gateway") ? FOR_GATEWAY : FOR_APPLICATION;
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

/* What a CreateLoadBalancer asks for, with AWS's defaults filled in. */
struct wish {
	const char *name, *type, *scheme, *ip_address_type, *prefix;
	const struct json *groups;
	struct zone_wishes zones;
};

static struct wish read_wish(const struct json *input)
{
	const char *type = json_get_str(input, "Type"), *scheme = json_get_str(input, "Scheme");
	const char *ip_address_type = json_get_str(input, "IpAddressType");
	bool gateway = str_eq(type, "gateway");

	return (struct wish){
		.name = json_get_str(input, "Name"),
		.type = type ? type : "application",
		.scheme = scheme || gateway ? scheme : "internet-facing",
		.ip_address_type = ip_address_type ? ip_address_type : "ipv4",
		.prefix = json_get_str(input, "EnablePrefixForIpv6SourceNat"),
		.groups = json_size(json_get(input, "SecurityGroups"))
				  ? json_get(input, "SecurityGroups")
				  : NULL,
	};
}

/* What an NLB has besides: it tells whether it has prefixes, and what holds for PrivateLink. */
static void network_body(struct json *body, const struct wish *wish)
{
	json_set_str(body, "EnablePrefixForIpv6SourceNat", wish->prefix ? wish->prefix : "off");
	if (wish->groups)
		json_set_str(body, "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on");
}

/* An Application Load Balancer always has a group: the VPC's default one when none is named. */
static void set_groups(struct call *call, struct json *body, const struct wish *wish)
{
	const struct doc *group;

	json_set_copy(body, "SecurityGroups", wish->groups);
	if (wish->groups || !str_eq(wish->type, "application"))
		return;
	group = ec2_vpc_default_group(call->world, json_get_str(body, "VpcId"));
	json_append_str(json_ensure_array(body, "SecurityGroups"), group->key);
}

static struct json *balancer_body(struct call *call, const struct json *input,
				  const struct wish *wish)
{
	const char *id = ids_make(call, &kind_load_balancer, "", ID_DIGITS, wish->name);
	_cleanup_(freep) char *dns = dns_name(call, wish->name, wish->type, wish->scheme, id);
	struct json *body = json_new_object();
	bool network = str_eq(wish->type, "network");

	json_set_str(body, "LoadBalancerArn",
		     aws_arn(call, "elasticloadbalancing", "loadbalancer/%s/%s/%s",
			     elbv2_type_word(wish->type), wish->name, id));
	/* Nobody calls a Gateway Load Balancer by name: it has no DNS name (GWLB guide). */
	if (!str_eq(wish->type, "gateway")) {
		json_set_str(body, "DNSName", dns);
		json_set_str(body, "CanonicalHostedZoneId", elb_hosted_zone(call->region, network));
	}
	json_set_str(body, "CreatedTime", aws_now(call));
	json_set_str(body, "LoadBalancerName", wish->name);
	json_set_str(body, "Scheme", wish->scheme);
	json_set_str(body, "VpcId", doc_str(wish->zones.items[0].subnet, "VpcId"));
	json_set_str(json_ensure_object(body, "State"), "Code", "provisioning");
	json_set_str(body, "Type", wish->type);
	json_ensure_array(body, "AvailabilityZones");
	set_groups(call, body, wish);
	json_set_str(body, "IpAddressType", wish->ip_address_type);
	json_set_copy(body, "CustomerOwnedIpv4Pool", json_get(input, "CustomerOwnedIpv4Pool"));
	json_set_copy(body, "IpamPools", json_get(input, "IpamPools"));
	if (network)
		network_body(body, wish);
	return body;
}

/* ---- Checks ---- */

bool elbv2_check_type(const char *type, const char *scheme, const char *ip_address_type,
		      struct err *err)
{
	if (!str_eq(ip_address_type, "dualstack-without-public-ipv4"))
		return true;
	if (!str_eq(type, "application"))
		return aws_fail(err, AWS_ELBV2_WITHOUT_PUBLIC_IPV4_TYPE);
	return str_eq(scheme, "internet-facing") || aws_fail(err, AWS_ELBV2_WITHOUT_PUBLIC_IPV4);
}

/* Parameters that only some types take (API: CreateLoadBalancer). */
static bool check_parameters(const struct json *input, const struct wish *wish, struct err *err)
{
	bool application = str_eq(wish->type, "application");

	if (str_eq(wish->type, "gateway") && wish->scheme)
		return aws_fail(err, AWS_ELBV2_SCHEME_GATEWAY);
	if (str_eq(wish->type, "gateway") && wish->groups)
		return aws_fail(err, AWS_ELBV2_GROUPS_GATEWAY);
	if (wish->prefix && !str_eq(wish->type, "network"))
		return aws_fail(err, AWS_ELBV2_PREFIX_TYPE);
	if (str_eq(wish->prefix, "on") && !elbv2_is_dual(wish->ip_address_type))
		return aws_fail(err, AWS_ELBV2_PREFIX_IPV4);
	if (!application && json_get(input, "IpamPools"))
		return aws_fail(err, AWS_ELBV2_IPAM_TYPE);
	if (!application && json_get(input, "CustomerOwnedIpv4Pool"))
		return aws_fail(err, AWS_ELBV2_COIP_TYPE);
	if (json_get(input, "IpamPools") && !str_eq(wish->scheme, "internet-facing"))
		return aws_fail(err, AWS_ELBV2_IPAM_INTERNAL);
	return elbv2_check_type(wish->type, wish->scheme, wish->ip_address_type, err);
}

/* How many load balancers of a type the caller has in the region; of one VPC, unless it is NULL. */
static size_t count_type(struct call *call, const char *type, const char *vpc)
{
	size_t count = 0;

	world_foreach (doc, call->world, &kind_load_balancer) {
		if (doc_in_scope(call, doc) && str_eq(doc_str(doc, "Type"), type) &&
		    (!vpc || str_eq(doc_str(doc, "VpcId"), vpc)))
			count++;
	}
	return count;
}

static bool check_quota(struct call *call, const struct wish *wish, struct err *err)
{
	const char *vpc = doc_str(wish->zones.items[0].subnet, "VpcId");
	size_t count;

	if (world_profile(call->world) != PROFILE_AWS)
		return true;
	count = count_type(call, wish->type, NULL) + 1;
	if (str_eq(wish->type, "application"))
		return elbv2_limit(call, ELBV2_LIMIT_APPLICATION_LOAD_BALANCERS, count, wish->type,
				   err);
	if (str_eq(wish->type, "network"))
		return elbv2_limit(call, ELBV2_LIMIT_NETWORK_LOAD_BALANCERS, count, wish->type,
				   err);
	return elbv2_limit(call, ELBV2_LIMIT_GATEWAY_LOAD_BALANCERS, count, wish->type, err) &&
	       elbv2_limit(call, ELBV2_LIMIT_GATEWAY_LOAD_BALANCERS_OF_VPC,
			   count_type(call, wish->type, vpc) + 1, wish->type, err);
}

static bool check_create(struct call *call, const struct json *input, struct wish *wish,
			 struct err *err)
{
	struct zone_terms terms = {
		.type = wish->type,
		.scheme = wish->scheme,
		.ip_address_type = wish->ip_address_type,
		.prefix = str_eq(wish->prefix, "on"),
	};

	if (!elbv2_check_name("Load balancer", wish->name, err))
		return false;
	if (str_starts_with(wish->name, "internal-"))
		return aws_fail(err, AWS_ELBV2_NAME_INTERNAL, wish->name);
	if (!check_parameters(input, wish, err) ||
	    !zones_read(call, input, wish->type, &wish->zones, err) ||
	    !zones_check(call, &wish->zones, &terms, err))
		return false;
	if (!ec2_check_groups(call, doc_str(wish->zones.items[0].subnet, "VpcId"), wish->groups,
			      err))
		return elbv2_error(err);
	return check_quota(call, wish, err);
}

/* ---- CreateLoadBalancer ---- */

static void reply_one(struct json *output, const struct doc *doc)
{
	json_append_borrowed(json_ensure_array(output, "LoadBalancers"), doc->body);
}

static bool make(struct call *call, const struct json *input, struct json *output,
		 const struct wish *wish, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *extra = json_new_object(), *body = NULL;
	const struct doc *doc;
	const char *arn;

	if (!tags_from_list(TAGS_ELB, json_get(input, "Tags"), &tags, err))
		return false;
	body = balancer_body(call, input, wish);
	json_set(extra, "attributes",
		 elbv2_attribute_defaults(load_balancer_attributes, scope_of(wish->type)));
	/* An internal one keeps IPv6 traffic from the internet out (guide, "IP address type"). */
	if (str_eq(wish->scheme, "internal"))
		json_set_str(json_ensure_object(extra, "attributes"), "ipv6.deny_all_igw_traffic",
			     "true");
	if (!zones_apply(call, body, extra, &wish->zones, err))
		return false;
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

static bool holds(const struct json *list, const char *text)
{
	json_foreach (item, list) {
		if (str_eq(json_str(item), text))
			return true;
	}
	return false;
}

static bool same_subnets(const struct doc *existing, const struct zone_wishes *wishes)
{
	const struct json *zones = json_get(existing->body, "AvailabilityZones");

	for (size_t i = 0; i < wishes->count; i++) {
		if (!zone_find(zones, wishes->items[i].subnet->key))
			return false;
	}
	return json_size(zones) == wishes->count;
}

static bool same_groups(struct call *call, const struct doc *existing, const struct wish *wish)
{
	_cleanup_(json_freep) struct json *body = json_new_object();
	const struct json *present = json_get(existing->body, "SecurityGroups"), *wanted;

	json_set_str(body, "VpcId", doc_str(existing, "VpcId"));
	set_groups(call, body, wish);
	wanted = json_get(body, "SecurityGroups");
	json_foreach (group, wanted) {
		if (!holds(present, json_str(group)))
			return false;
	}
	return json_size(wanted) == json_size(present);
}

/*
 * A create that asks for what is there answers it; order does not matter, nor do tags (API: "if you
 * attempt to create multiple load balancers with the same settings, each call succeeds"; that tags
 * do not count: aws-load-balancer-controller#3027).
 */
static bool is_repeat(struct call *call, const struct doc *existing, const struct json *input,
		      struct wish *wish)
{
	struct err ignored = ERR_INIT;
	bool readable = zones_read(call, input, wish->type, &wish->zones, &ignored);

	err_done(&ignored);
	return readable && str_eq(doc_str(existing, "Type"), wish->type) &&
	       str_eq(doc_str(existing, "Scheme"), wish->scheme) &&
	       str_eq(doc_str(existing, "IpAddressType"), wish->ip_address_type) &&
	       same_subnets(existing, &wish->zones) && same_groups(call, existing, wish);
}

ELBV2_OP(elbv2_create_load_balancer)
{
	struct wish wish = read_wish(input);
	const struct doc *existing = world_lookup_one(call->world, &kind_load_balancer, "name",
						      elbv2_name_term(call, wish.name));

	if (existing) {
		if (!is_repeat(call, existing, input, &wish))
			return aws_fail(err, AWS_ELBV2_DUPLICATE_LOAD_BALANCER, wish.name);
		reply_one(output, existing);
		return true;
	}
	return check_create(call, input, &wish, err) && make(call, input, output, &wish, err);
}

/* ---- DescribeLoadBalancers ---- */

/* By ARN or by name: each must exist; else all of the region. */
static bool select_balancers(struct call *call, const struct json *input, struct docs *ret,
			     struct err *err)
{
	const struct json *arns = json_get(input, "LoadBalancerArns");
	const struct json *names = json_get(input, "Names");

	if (json_size(arns) && json_size(names))
		return aws_fail(err, AWS_ELBV2_ARNS_AND_NAMES);
	if (json_size(arns) > ARNS_MAX)
		return aws_fail(err, AWS_ELBV2_TWENTY_ARNS);
	json_foreach (arn, arns) {
		const struct doc *doc = find_in_scope(call, &kind_load_balancer, json_str(arn));

		if (!doc)
			return elbv2_check_arn(call, &kind_load_balancer, json_str(arn), err) &&
			       aws_fail(err, AWS_ELBV2_LOAD_BALANCERS_NOT_FOUND, json_str(arn));
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

/* Whether it is registered in a target group of type alb, and not on its way out. */
static bool is_target(const struct world *world, const char *arn)
{
	_cleanup_(docs_done) struct docs found = {0};
	bool registered = false;

	world_lookup(world, &kind_target, "id", arn, &found);
	for (size_t i = 0; i < found.count; i++)
		registered = registered || !str_eq(doc_str(found.items[i], "State"), "draining");
	return registered;
}

ELBV2_OP(elbv2_delete_load_balancer)
{
	const char *arn = json_get_str(input, "LoadBalancerArn");
	const struct doc *doc = find_in_scope(call, &kind_load_balancer, arn);

	(void)output; /* the answer is empty */
	/* API: "if the load balancer does not exist or has already been deleted, the call
	 * succeeds". */
	if (!doc)
		return elbv2_check_arn(call, &kind_load_balancer, arn, err);
	if (str_eq(json_find_str(doc->extra, "attributes", "deletion_protection.enabled", NULL),
		   "true"))
		return aws_fail(err, AWS_ELBV2_DELETION_PROTECTION, arn);
	if (is_target(call->world, arn))
		return aws_fail(err, AWS_ELBV2_BALANCER_IS_TARGET, arn);
	if (world_lookup_count(call->world, &kind_vpc_endpoint_service, "load-balancer", arn))
		return aws_fail(err, AWS_ELBV2_BALANCER_IN_SERVICE, arn);
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

static const char *value_of(const struct json *attributes, const char *key)
{
	return json_get_str(attributes, key);
}

/* Logs go to a bucket (API: LoadBalancerAttribute, "required if … logs are enabled"). */
static bool check_logs(const struct json *attributes, struct err *err)
{
	static const char *const logs[][2] = {
		{"access_logs.s3.enabled", "access_logs.s3.bucket"},
		{"connection_logs.s3.enabled", "connection_logs.s3.bucket"},
		{"health_check_logs.s3.enabled", "health_check_logs.s3.bucket"},
	};

	for (size_t i = 0; i < array_size(logs); i++) {
		const char *bucket = value_of(attributes, logs[i][1]);

		if (str_eq(value_of(attributes, logs[i][0]), "true") && bucket && !*bucket)
			return aws_fail(err, AWS_ELBV2_LOG_BUCKET, logs[i][1]);
	}
	return true;
}

static bool check_attributes(const struct doc *doc, const struct json *attributes, struct err *err)
{
	static const char secondary[] = "secondary_ips.auto_assigned.per_subnet";
	const char *before = json_find_str(doc->extra, "attributes", secondary, NULL);
	const char *now = value_of(attributes, secondary);

	/* API: "After you set this value, you can't decrease it." One digit each. */
	if (before && now && strcmp(now, before) < 0)
		return aws_fail(err, AWS_ELBV2_SECONDARY_IPS, before);
	return check_logs(attributes, err);
}

ELBV2_OP(elbv2_modify_load_balancer_attributes)
{
	const struct doc *doc;

	if (!elbv2_get_load_balancer(call, input, &doc, err))
		return false;
	if (!elbv2_modify_attributes(
		    call, doc,
		    &(struct elbv2_attributes){
			    .rows = load_balancer_attributes,
			    .scope = scope_of(doc_str(doc, "Type")),
			    .what = "Load balancer",
			    .of = arena_printf(call->arena, "load balancers with type '%s'",
					       doc_str(doc, "Type")),
			    .check = check_attributes,
		    },
		    input, output, err))
		return false;
	return access_log_check(call, world_find(call->world, doc->kind, doc->key), input, err);
}
