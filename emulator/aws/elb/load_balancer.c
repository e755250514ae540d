/*
 * Classic load balancers. Document kind: classic-load-balancer, shape: LoadBalancerDescription.
 * They have no state to wait for: one is there when the call that makes it returns.
 */
#include "emulator/aws/elb/internal.h"

#include <ctype.h>

#include "emulator/aws/elbv2/hosted_zones.h"
#include "emulator/aws/quota.h"
#include "emulator/base/ids.h"

#define NAME_MAX_CHARACTERS 32 /* API: CreateLoadBalancer, LoadBalancerName */
#define NUMBER_DIGITS	    10 /* in DNS names */
/* API: HealthCheck; what a new load balancer has, as the console and DescribeLoadBalancers show */
#define HEALTH_INTERVAL	 30
#define HEALTH_TIMEOUT	 5
#define HEALTH_UNHEALTHY 2
#define HEALTH_HEALTHY	 10

enum {
#define LIMIT(word, name, max) LIMIT_##word = max,
#include "emulator/aws/elb/limits.tbl"
#undef LIMIT
};

static void add_terms(struct terms *terms, const struct json *list, const char *member)
{
	json_foreach (item, list) {
		const char *text = member ? json_get_str(item, member) : json_str(item);

		if (text)
			terms_add(terms, text);
	}
}

static void add_term(struct terms *terms, const char *text)
{
	if (text)
		terms_add(terms, text);
}

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	add_term(terms, doc_str(doc, "VPCId"));
}

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	add_terms(terms, json_get(doc->body, "Subnets"), NULL);
}

static void terms_group(const struct doc *doc, struct terms *terms)
{
	add_terms(terms, json_get(doc->body, "SecurityGroups"), NULL);
}

static void terms_instance(const struct doc *doc, struct terms *terms)
{
	add_terms(terms, json_get(doc->body, "Instances"), "InstanceId");
}

static void terms_dns(const struct doc *doc, struct terms *terms)
{
	add_term(terms, doc_str(doc, "DNSName"));
}

static const struct kind_index indexes[] = {
	{"vpc", terms_vpc},	      {"subnet", terms_subnet}, {"group", terms_group},
	{"instance", terms_instance}, {"dns", terms_dns},	{NULL, NULL},
};

/* Instances that are not terminated: AWS deregisters those by itself (guide, "Register or
 * deregister EC2 instances"). */
static struct json *living_instances(const struct world *world, const struct doc *doc)
{
	struct json *living = json_new_array();

	json_foreach (instance, json_get(doc->body, "Instances")) {
		if (!instance_is_gone(world, json_get_str(instance, "InstanceId")))
			json_append_borrowed(living, instance);
	}
	return living;
}

/* The load balancer as a reply shows it; borrows from the document. */
static struct json *item(const struct world *world, const struct doc *doc)
{
	struct json *result = json_new_object();

	json_foreach (member, doc->body) {
		if (!str_eq(json_key(member), "Instances"))
			json_set_borrowed(result, json_key(member), member);
	}
	json_set(result, "Instances", living_instances(world, doc));
	return result;
}

static struct json *view(const struct world *world, const struct doc *doc)
{
	_cleanup_(json_freep) struct json *borrowing = item(world, doc);
	struct json *result = json_copy(borrowing);

	json_set(result, "Tags", tags_to_list(doc->tags));
	return result;
}

const struct kind kind_classic_load_balancer = {
	.name = "classic-load-balancer",
	.shape = "elb:LoadBalancerDescription",
	.indexes = indexes,
	.timer = instance_timer,
	.view = view,
};

/* ---- What the other files use ---- */

static const char *key_of(struct call *call, const char *name)
{
	return arena_printf(call->arena, "%s/%s/%s", call->account, call->region, name);
}

bool elb_get(struct call *call, const char *name, const struct doc **ret, struct err *err)
{
	*ret = world_find(call->world, &kind_classic_load_balancer, key_of(call, name));
	return *ret || aws_fail(err, AWS_CLASSIC_NOT_FOUND, name);
}

bool elb_edit(struct call *call, const struct json *input, struct edit *ret, struct err *err)
{
	const struct doc *doc;

	if (!elb_get(call, json_get_str(input, "LoadBalancerName"), &doc, err))
		return false;
	*ret = (struct edit){doc, json_copy(doc->body), json_copy(doc->extra)};
	return true;
}

const struct doc *elb_save(struct call *call, struct edit *edit)
{
	return world_put_all(call, edit->doc->kind, edit->doc->key, steal(edit->body), NULL,
			     steal(edit->extra));
}

void elb_edit_done(struct edit *edit)
{
	json_free(edit->body);
	json_free(edit->extra);
}

bool elb_has(const struct json *list, const char *text)
{
	json_foreach (one, list) {
		if (str_eq(json_str(one), text))
			return true;
	}
	return false;
}

void elb_add_once(struct json *list, const char *text)
{
	if (!elb_has(list, text))
		json_append_str(list, text);
}

bool elb_take(struct json *list, const char *text)
{
	for (struct json *one = json_first_mut(list); one; one = json_next_mut(one)) {
		if (str_eq(json_str(one), text)) {
			json_remove_item(list, one);
			return true;
		}
	}
	return false;
}

/* ---- CreateLoadBalancer ---- */

static bool check_name(const char *name, struct err *err)
{
	size_t length = strlen(name);

	if (length > NAME_MAX_CHARACTERS)
		return aws_fail(err, AWS_CLASSIC_NAME_LENGTH);
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)name[i]) && name[i] != '-')
			return aws_fail(err, AWS_CLASSIC_NAME_CHARACTERS);
	}
	if (!length || name[0] == '-' || name[length - 1] == '-')
		return aws_fail(err, AWS_CLASSIC_NAME_HYPHEN);
	return true;
}

static const char *dns_name(struct call *call, const char *name, const char *scheme)
{
	char *lower = arena_strdup(call->arena, name);
	char digits[NUMBER_DIGITS + 1];

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	ids_text(world_seed(call->world), "classic-load-balancer-dns", call->actor,
		 key_of(call, name), call->number, "123456789", NUMBER_DIGITS, digits);
	return arena_printf(call->arena, "%s%s-%s.%s.elb.%s",
			    str_eq(scheme, "internal") ? "internal-" : "", lower, digits,
			    call->region, elb_domain(call->region));
}

/* The check that a new load balancer has: TCP to the first listener's instances. */
static struct json *first_health_check(const struct json *body)
{
	const struct json *first = json_at(json_get(body, "ListenerDescriptions"), 0);
	struct json *check = json_new_object();

	json_setf(check, "Target", "TCP:%lld",
		  (long long)json_get_int(json_get(first, "Listener"), "InstancePort", 0));
	json_set_int(check, "Interval", HEALTH_INTERVAL);
	json_set_int(check, "Timeout", HEALTH_TIMEOUT);
	json_set_int(check, "UnhealthyThreshold", HEALTH_UNHEALTHY);
	json_set_int(check, "HealthyThreshold", HEALTH_HEALTHY);
	return check;
}

/* Without zones, groups and listeners, which come later. */
static struct json *first_body(struct call *call, const struct json *input, const char *scheme,
			       const char *vpc_id)
{
	static const char *const lists[] = {"ListenerDescriptions",
					    "BackendServerDescriptions",
					    "AvailabilityZones",
					    "Subnets",
					    "Instances",
					    "SecurityGroups"};
	const char *name = json_get_str(input, "LoadBalancerName");
	const char *dns = dns_name(call, name, scheme);
	struct json *body = json_new_object();

	json_set_str(body, "LoadBalancerName", name);
	json_set_str(body, "DNSName", dns);
	json_set_str(body, "CanonicalHostedZoneName", dns);
	json_set_str(body, "CanonicalHostedZoneNameID", elb_hosted_zone(call->region, false));
	for (size_t i = 0; i < array_size(lists); i++)
		json_ensure_array(body, lists[i]);
	json_set_str(body, "VPCId", vpc_id);
	json_set_str(body, "CreatedTime", aws_now(call));
	json_set_str(body, "Scheme", scheme);
	return body;
}

static bool same_texts(const struct json *a, const struct json *b)
{
	json_foreach (text, a) {
		if (!elb_has(b, json_str(text)))
			return false;
	}
	return json_size(a) == json_size(b);
}

static bool same_listeners(const struct json *body, const struct json *wanted)
{
	const struct json *have = json_get(body, "ListenerDescriptions");

	json_foreach (description, have) {
		bool found = false;

		json_foreach (listener, wanted) {
			_cleanup_(json_freep) struct json *read = NULL;

			found |= listener_read(listener, &read, NULL) &&
				 json_equal(read, json_get(description, "Listener"));
		}
		if (!found)
			return false;
	}
	return json_size(have) == json_size(wanted);
}

/* A repeated create is answered as the first one when it says what is there. */
static bool is_repeat(const struct doc *doc, const struct json *input, const char *scheme)
{
	const struct json *subnets = json_get(input, "Subnets");
	const struct json *zones = json_get(input, "AvailabilityZones");
	const struct json *groups = json_get(input, "SecurityGroups");

	return str_eq(doc_str(doc, "Scheme"), scheme) &&
	       same_listeners(doc->body, json_get(input, "Listeners")) &&
	       (!json_size(subnets) || same_texts(subnets, json_get(doc->body, "Subnets"))) &&
	       (!json_size(zones) || same_texts(zones, json_get(doc->body, "AvailabilityZones"))) &&
	       (!json_size(groups) || same_texts(groups, json_get(doc->body, "SecurityGroups")));
}

/* Where the load balancer gets its addresses from decides what its VPC must have. */
static bool check_vpc(struct call *call, const char *vpc_id, const char *scheme, struct err *err)
{
	if (str_eq(scheme, "internet-facing") && !ec2_vpc_has_internet_gateway(call->world, vpc_id))
		return aws_fail(err, AWS_CLASSIC_NO_INTERNET_GATEWAY, vpc_id);
	return true;
}

static bool check_quota(struct call *call, struct err *err)
{
	size_t count = 0;

	if (world_profile(call->world) != PROFILE_AWS)
		return true;
	world_foreach (doc, call->world, &kind_classic_load_balancer)
		count += doc_in_scope(call, doc);
	return count < quota_of(call->world, "classic-load-balancers", LIMIT_LOAD_BALANCERS) ||
	       aws_fail(err, AWS_CLASSIC_TOO_MANY);
}

static bool make(struct call *call, const struct json *input, const char *scheme,
		 struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *subnets = NULL, *tags = NULL, *body = NULL;
	_cleanup_(json_freep) struct json *extra = json_new_object();
	const char *vpc_id;

	if (!tags_from_list(TAGS_ELB, json_get(input, "Tags"), &tags, err) ||
	    !zones_of_create(call, input, &subnets, err))
		return false;
	vpc_id = doc_str(ec2_find(call, &kind_subnet, json_str(json_at(subnets, 0))), "VpcId");
	body = first_body(call, input, scheme, vpc_id);
	json_set(extra, "attributes", attributes_new());
	json_ensure_object(extra, "instances");
	if (!check_vpc(call, vpc_id, scheme, err) ||
	    !listeners_add(call, body, extra, json_get(input, "Listeners"), err) ||
	    !zones_set_groups(call, body, json_get(input, "SecurityGroups"), err) ||
	    !zones_apply_subnets(call, body, extra, subnets, err))
		return false;
	policies_show(body, extra);
	json_set(body, "HealthCheck", first_health_check(body));
	json_set_str(output, "DNSName", json_get_str(body, "DNSName"));
	world_add(call, (struct doc_spec){
				.kind = &kind_classic_load_balancer,
				.key = key_of(call, json_get_str(input, "LoadBalancerName")),
				.body = steal(body),
				.tags = steal(tags),
				.extra = steal(extra),
			});
	return true;
}

ELB_OP(elb_create_load_balancer)
{
	const char *name = json_get_str(input, "LoadBalancerName");
	const char *scheme = json_get_str(input, "Scheme");
	const struct doc *existing;

	scheme = scheme ? scheme : "internet-facing";
	if (!check_name(name, err))
		return false;
	if (!str_eq(scheme, "internet-facing") && !str_eq(scheme, "internal"))
		return aws_fail(err, AWS_CLASSIC_SCHEME, scheme);
	if (!json_size(json_get(input, "Listeners")))
		return aws_fail(err, AWS_CLASSIC_LISTENERS_MISSING);
	existing = world_find(call->world, &kind_classic_load_balancer, key_of(call, name));
	if (!existing)
		return check_quota(call, err) && make(call, input, scheme, output, err);
	if (!is_repeat(existing, input, scheme))
		return aws_fail(err, AWS_CLASSIC_DUPLICATE, name);
	json_set_str(output, "DNSName", doc_str(existing, "DNSName"));
	return true;
}

/* ---- DescribeLoadBalancers ---- */

static bool select_all(struct call *call, const struct json *names, struct docs *ret,
		       struct err *err)
{
	json_foreach (name, names) {
		const struct doc *doc;

		if (!elb_get(call, json_str(name), &doc, err))
			return false;
		docs_add(ret, doc);
	}
	if (json_size(names))
		return true;
	world_foreach (doc, call->world, &kind_classic_load_balancer) {
		if (doc_in_scope(call, doc))
			docs_add(ret, doc);
	}
	return true;
}

ELB_OP(elb_describe_load_balancers)
{
	_cleanup_(docs_done) struct docs found = {0};
	struct json *list = json_ensure_array(output, "LoadBalancerDescriptions");

	if (!select_all(call, json_get(input, "LoadBalancerNames"), &found, err) ||
	    !page_docs(call, input, output, &page_elb, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		json_append(list, item(call->world, found.items[i]));
	return true;
}

/* ---- DeleteLoadBalancer ---- */

ELB_OP(elb_delete_load_balancer)
{
	const char *key = key_of(call, json_get_str(input, "LoadBalancerName"));
	const struct doc *doc = world_find(call->world, &kind_classic_load_balancer, key);

	(void)output, (void)err; /* the answer is empty */
	/* API: "if the load balancer does not exist or has already been deleted, the call to
	 * DeleteLoadBalancer still succeeds". */
	if (!doc)
		return true;
	json_foreach (interface, json_get(doc->extra, "interfaces"))
		ec2_interface_release(call, json_str(interface));
	world_remove(call, &kind_classic_load_balancer, key);
	return true;
}
