/*
 * Policies of classic load balancers: stickiness, SSL negotiation, back-end authentication, proxy
 * protocol. extra.policies holds them as DescribeLoadBalancerPolicies shows them; the body's
 * Policies is made out of that.
 */
#include "emulator/aws/elb/internal.h"

#include <ctype.h>
#include <stdlib.h>

#define POLICIES_MAX 100 /* unverified; API: TooManyPolicies */
#define SSL_TYPE     "SSLNegotiationPolicyType"
#define APP_TYPE     "AppCookieStickinessPolicyType"
#define LB_TYPE	     "LBCookieStickinessPolicyType"
#define AUTH_TYPE    "BackendServerAuthenticationPolicyType"
#define REFERENCE    "Reference-Security-Policy"

static const char *const samples[] = {
#define SAMPLE_POLICY(name) name,
#include "emulator/aws/elb/sample_policies.tbl"
#undef SAMPLE_POLICY
};

static const struct json *find_policy(const struct json *policies, const char *name)
{
	json_foreach (policy, policies) {
		if (str_eq(json_get_str(policy, "PolicyName"), name))
			return policy;
	}
	return NULL;
}

const struct json *policy_find(const struct json *extra, const char *name)
{
	return find_policy(json_get(extra, "policies"), name);
}

static const struct policy_type *type_of(const struct json *policy)
{
	return policy_type_find(json_get_str(policy, "PolicyTypeName"));
}

static bool is_sample(const char *name)
{
	for (size_t i = 0; i < array_size(samples); i++) {
		if (str_eq(samples[i], name))
			return true;
	}
	return false;
}

/* ---- Making policies ---- */

static void add_attribute(struct json *attributes, const char *name, const char *value)
{
	struct json *item = json_new_object();

	json_set_str(item, "AttributeName", name);
	json_set_str(item, "AttributeValue", value);
	json_append(attributes, item);
}

/* attributes: becomes the policy's. */
static struct json *new_policy(const char *name, const char *type, struct json *attributes)
{
	struct json *policy = json_new_object();

	json_set_str(policy, "PolicyName", name);
	json_set_str(policy, "PolicyTypeName", type);
	json_set(policy, "PolicyAttributeDescriptions", attributes);
	return policy;
}

/* A policy that AWS predefines; the ciphers behind its name are not listed here. */
static struct json *new_security_policy(const char *name)
{
	struct json *attributes = json_new_array();

	add_attribute(attributes, REFERENCE, name);
	return new_policy(name, SSL_TYPE, attributes);
}

static const char *attribute_of(const struct json *policy, const char *name)
{
	json_foreach (item, json_get(policy, "PolicyAttributeDescriptions")) {
		if (str_eq(json_get_str(item, "AttributeName"), name))
			return json_get_str(item, "AttributeValue");
	}
	return NULL;
}

void policies_show(struct json *body, const struct json *extra)
{
	struct json *policies = json_new_object();
	struct json *app = json_ensure_array(policies, "AppCookieStickinessPolicies");
	struct json *lb = json_ensure_array(policies, "LBCookieStickinessPolicies");
	struct json *others = json_ensure_array(policies, "OtherPolicies");

	json_foreach (policy, json_get(extra, "policies")) {
		const char *type = json_get_str(policy, "PolicyTypeName");
		const char *name = json_get_str(policy, "PolicyName");
		const char *seconds = attribute_of(policy, "CookieExpirationPeriod");
		struct json *item = json_new_object();

		json_set_str(item, "PolicyName", name);
		if (str_eq(type, APP_TYPE)) {
			json_set_str(item, "CookieName", attribute_of(policy, "CookieName"));
			json_append(app, item);
		} else if (str_eq(type, LB_TYPE)) {
			if (seconds)
				json_set_int(item, "CookieExpirationPeriod",
					     strtoll(seconds, NULL, 10));
			json_append(lb, item);
		} else {
			json_free(item);
			json_append_str(others, name);
		}
	}
	json_set(body, "Policies", policies);
}

void policy_add_security(struct json *body, struct json *extra, const char *name)
{
	if (policy_find(extra, name))
		return;
	json_append(json_ensure_array(extra, "policies"), new_security_policy(name));
	policies_show(body, extra);
}

/* API: "Policy names must consist of alphanumeric characters and dashes (-)". */
static bool check_name(const char *name, struct err *err)
{
	bool ok = *name != '\0';

	for (const char *c = name; *c; c++)
		ok &= isalnum((unsigned char)*c) || *c == '-';
	return ok || aws_fail(err, AWS_CLASSIC_POLICY_NAME, name);
}

/* Attributes whose values name something: it must be there. */
static bool check_references(const struct edit *edit, const struct json *attributes,
			     struct err *err)
{
	json_foreach (item, attributes) {
		const char *name = json_get_str(item, "AttributeName");
		const char *value = json_get_str(item, "AttributeValue");
		const struct json *key = policy_find(edit->extra, value);

		if (str_eq(name, REFERENCE) && !is_sample(value))
			return aws_fail(err, AWS_CLASSIC_POLICY_VALUE, value, name);
		if (str_eq(name, "PublicKeyPolicyName") &&
		    (!key || !(type_of(key)->places & IN_POLICY)))
			return aws_fail(err, AWS_CLASSIC_POLICY_VALUE, value, name);
	}
	return true;
}

/* attributes: taken over. */
static bool create(struct call *call, const struct json *input, const char *type_name,
		   struct json *attributes, struct err *err)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	_cleanup_(json_freep) struct json *owned = attributes;
	const char *name = json_get_str(input, "PolicyName");
	const struct policy_type *type = policy_type_find(type_name);

	if (!elb_edit(call, input, &edit, err))
		return false;
	if (!type)
		return aws_fail(err, AWS_CLASSIC_POLICY_TYPE_NOT_FOUND, type_name);
	if (!check_name(name, err) || !policy_type_check(type, owned, err) ||
	    !check_references(&edit, owned, err))
		return false;
	if (policy_find(edit.extra, name))
		return aws_fail(err, AWS_CLASSIC_DUPLICATE_POLICY, name);
	if (json_size(json_get(edit.extra, "policies")) >= POLICIES_MAX)
		return aws_fail(err, AWS_CLASSIC_TOO_MANY_POLICIES);
	json_append(json_ensure_array(edit.extra, "policies"),
		    new_policy(name, type_name, steal(owned)));
	policies_show(edit.body, edit.extra);
	elb_save(call, &edit);
	return true;
}

ELB_OP(elb_create_load_balancer_policy)
{
	const struct json *attributes = json_get(input, "PolicyAttributes");

	(void)output; /* the answer is empty */
	return create(call, input, json_get_str(input, "PolicyTypeName"),
		      attributes ? json_copy(attributes) : json_new_array(), err);
}

ELB_OP(elb_create_app_cookie_stickiness_policy)
{
	struct json *attributes = json_new_array();

	(void)output; /* the answer is empty */
	add_attribute(attributes, "CookieName", json_get_str(input, "CookieName"));
	return create(call, input, APP_TYPE, attributes, err);
}

ELB_OP(elb_create_lb_cookie_stickiness_policy)
{
	struct json *attributes = json_new_array();
	int64_t seconds = json_get_int(input, "CookieExpirationPeriod", -1);

	(void)output; /* the answer is empty */
	if (json_get(input, "CookieExpirationPeriod"))
		add_attribute(attributes, "CookieExpirationPeriod",
			      arena_printf(call->arena, "%lld", (long long)seconds));
	return create(call, input, LB_TYPE, attributes, err);
}

/* ---- DeleteLoadBalancerPolicy ---- */

static bool in_policy_names(const struct json *descriptions, const char *name)
{
	json_foreach (item, descriptions) {
		if (elb_has(json_get(item, "PolicyNames"), name))
			return true;
	}
	return false;
}

static bool in_use(const struct edit *edit, const char *name)
{
	json_foreach (policy, json_get(edit->extra, "policies")) {
		if (!str_eq(json_get_str(policy, "PolicyTypeName"), AUTH_TYPE))
			continue;
		json_foreach (item, json_get(policy, "PolicyAttributeDescriptions")) {
			if (str_eq(json_get_str(item, "AttributeValue"), name))
				return true;
		}
	}
	return in_policy_names(json_get(edit->body, "ListenerDescriptions"), name) ||
	       in_policy_names(json_get(edit->body, "BackendServerDescriptions"), name);
}

/* One that is not there is passed over: the operation has no error for it. */
ELB_OP(elb_delete_load_balancer_policy)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	const char *name = json_get_str(input, "PolicyName");
	struct json *policies;

	(void)output; /* the answer is empty */
	if (!elb_edit(call, input, &edit, err))
		return false;
	if (in_use(&edit, name))
		return aws_fail(err, AWS_CLASSIC_POLICY_IN_USE, name);
	policies = json_ensure_array(edit.extra, "policies");
	for (struct json *policy = json_first_mut(policies); policy;
	     policy = json_next_mut(policy)) {
		if (str_eq(json_get_str(policy, "PolicyName"), name)) {
			json_remove_item(policies, policy);
			break;
		}
	}
	policies_show(edit.body, edit.extra);
	elb_save(call, &edit);
	return true;
}

/* ---- DescribeLoadBalancerPolicies ---- */

static struct json *sample_list(void)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < array_size(samples); i++)
		json_append(list, new_security_policy(samples[i]));
	return list;
}

ELB_OP(elb_describe_load_balancer_policies)
{
	struct json *list = json_ensure_array(output, "PolicyDescriptions");
	const struct json *names = json_get(input, "PolicyNames");
	const char *balancer = json_get_str(input, "LoadBalancerName");
	_cleanup_(json_freep) struct json *all = NULL;
	const struct doc *doc;

	if (!balancer)
		all = sample_list();
	else if (!elb_get(call, balancer, &doc, err))
		return false;
	else
		all = json_get(doc->extra, "policies") ? json_copy(json_get(doc->extra, "policies"))
						       : json_new_array();
	json_foreach (name, names) {
		const struct json *policy = find_policy(all, json_str(name));

		if (!policy)
			return aws_fail(err, AWS_CLASSIC_POLICY_NOT_FOUND, json_str(name),
					balancer ? balancer : "");
		json_append(list, json_copy(policy));
	}
	if (!json_size(names))
		json_set_copy(output, "PolicyDescriptions", all);
	return true;
}

/* ---- Where policies hold ---- */

static bool is_layer_7(const char *protocol)
{
	return str_starts_with(protocol, "HTTP");
}

static bool is_secure(const char *protocol)
{
	return str_eq(protocol, "HTTPS") || str_eq(protocol, "SSL");
}

/* The places that a protocol offers, of those at listeners or of those at back ends. */
static unsigned places_of(const char *protocol, bool back_end)
{
	if (back_end)
		return ON_BACKEND | (is_secure(protocol) ? ON_SECURE_BACKEND : 0);
	return ON_LISTENER | (is_layer_7(protocol) ? ON_HTTP_LISTENER : 0) |
	       (is_secure(protocol) ? ON_SECURE_LISTENER : 0);
}

/* The policies of a request as a list of names: each exists, may stand there, and is the only one
 * of its type. */
static bool read_names(const struct edit *edit, const struct json *names, unsigned places,
		       struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *list = json_new_array();
	_cleanup_(json_freep) struct json *types = json_new_array();

	json_foreach (name, names) {
		const struct json *policy = policy_find(edit->extra, json_str(name));

		if (!policy)
			return aws_fail(err, AWS_CLASSIC_POLICY_NOT_FOUND, json_str(name),
					json_get_str(edit->body, "LoadBalancerName"));
		if (!(type_of(policy)->places & places))
			return aws_fail(err, AWS_CLASSIC_POLICY_PLACE, json_str(name));
		if (elb_has(types, type_of(policy)->name) && !elb_has(list, json_str(name)))
			return aws_fail(err, AWS_CLASSIC_POLICIES_OF_ONE_TYPE,
					type_of(policy)->name);
		elb_add_once(types, type_of(policy)->name);
		elb_add_once(list, json_str(name));
	}
	*ret = steal(list);
	return true;
}

ELB_OP(elb_set_load_balancer_policies_of_listener)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	int64_t port = json_get_int(input, "LoadBalancerPort", 0);
	struct json *item, *list;
	const char *protocol;

	(void)output; /* the answer is empty */
	if (!elb_edit(call, input, &edit, err))
		return false;
	item = listener_on_port(edit.body, port);
	if (!item)
		return aws_fail(err, AWS_CLASSIC_LISTENER_NOT_FOUND,
				json_get_str(input, "LoadBalancerName"),
				arena_printf(call->arena, "%lld", (long long)port));
	protocol = json_find_str(item, "Listener", "Protocol", NULL);
	if (!read_names(&edit, json_get(input, "PolicyNames"), places_of(protocol, false), &list,
			err))
		return false;
	json_set(item, "PolicyNames", list);
	elb_save(call, &edit);
	return true;
}

/* The protocol that some listener speaks with that port of the instances; NULL: none does. */
static const char *protocol_behind(const struct json *body, int64_t port)
{
	json_foreach (item, json_get(body, "ListenerDescriptions")) {
		const struct json *listener = json_get(item, "Listener");

		if (json_get_int(listener, "InstancePort", 0) == port)
			return json_get_str(listener, "InstanceProtocol");
	}
	return NULL;
}

/* Puts (or with an empty list removes) the entry of a port in BackendServerDescriptions. */
static void set_backend(struct json *body, int64_t port, struct json *names)
{
	struct json *list = json_ensure_array(body, "BackendServerDescriptions"), *next;

	for (struct json *item = json_first_mut(list); item; item = next) {
		next = json_next_mut(item);
		if (json_get_int(item, "InstancePort", 0) == port)
			json_remove_item(list, item);
	}
	if (json_size(names)) {
		struct json *item = json_new_object();

		json_set_int(item, "InstancePort", port);
		json_set(item, "PolicyNames", names);
		json_append(list, item);
	} else {
		json_free(names);
	}
}

void policies_drop_ports(struct json *body)
{
	struct json *list = json_ensure_array(body, "BackendServerDescriptions"), *next;

	for (struct json *item = json_first_mut(list); item; item = next) {
		next = json_next_mut(item);
		if (!protocol_behind(body, json_get_int(item, "InstancePort", 0)))
			json_remove_item(list, item);
	}
}

ELB_OP(elb_set_load_balancer_policies_for_backend_server)
{
	_cleanup_(elb_edit_done) struct edit edit = {0};
	int64_t port = json_get_int(input, "InstancePort", 0);
	const char *protocol;
	struct json *list;

	(void)output; /* the answer is empty */
	if (!elb_edit(call, input, &edit, err))
		return false;
	protocol = protocol_behind(edit.body, port);
	if (!protocol)
		return aws_fail(err, AWS_CLASSIC_INSTANCE_PORT,
				arena_printf(call->arena, "%lld", (long long)port));
	if (!read_names(&edit, json_get(input, "PolicyNames"), places_of(protocol, true), &list,
			err))
		return false;
	set_backend(edit.body, port, list);
	elb_save(call, &edit);
	return true;
}
