/* Listeners. Document kind: listener, shape: ELBv2 Listener. */
#include "emulator/aws/elbv2/internal.h"

#define ID_DIGITS 16

static void terms_balancer(const struct doc *doc, struct terms *terms)
{
	elbv2_term(terms, doc->body, "LoadBalancerArn");
}

static void terms_group(const struct doc *doc, struct terms *terms)
{
	actions_terms(json_get(doc->body, "DefaultActions"), terms);
}

static void terms_trust_store(const struct doc *doc, struct terms *terms)
{
	const char *arn = json_find_str(doc->body, "MutualAuthentication", "TrustStoreArn", NULL);

	if (arn)
		terms_add(terms, arn);
}

static const struct kind_index indexes[] = {
	{"load-balancer", terms_balancer},
	{"target-group", terms_group},
	{"trust-store", terms_trust_store},
	{NULL, NULL},
};

const struct kind kind_listener = {
	.name = "listener",
	.shape = "elbv2:Listener",
	.indexes = indexes,
	.view = elbv2_view,
};

static unsigned scope_of(const struct doc *balancer)
{
	const char *type = doc_str(balancer, "Type");

	if (str_eq(type, "network"))
		return FOR_NETWORK;
	return str_eq(type, "gateway") ? FOR_GATEWAY : FOR_APPLICATION;
}

/* ---- Checks ---- */

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++) {
		if (str_eq(text, *words))
			return true;
	}
	return false;
}

/* Which protocols a type of load balancer listens for (create-listener.html). */
static bool check_protocol(const struct doc *balancer, const char *protocol, struct err *err)
{
	static const char *const network[] = {"TCP",  "TLS",	  "UDP", "TCP_UDP",
					      "QUIC", "TCP_QUIC", NULL};
	static const char *const application[] = {"HTTP", "HTTPS", NULL};
	const char *type = doc_str(balancer, "Type");

	if (str_eq(type, "gateway"))
		return !protocol || aws_fail(err, AWS_ELBV2_LISTENER_PROTOCOL, protocol);
	if (!protocol)
		return aws_fail(err, AWS_ELBV2_LISTENER_PROTOCOL_MISSING);
	if (is_one_of(protocol, str_eq(type, "network") ? network : application))
		return true;
	return aws_fail(err, AWS_ELBV2_LISTENER_PROTOCOL, protocol);
}

static bool is_quic(const char *protocol)
{
	return str_eq(protocol, "QUIC") || str_eq(protocol, "TCP_QUIC");
}

/* UDP and QUIC behind dual-stack (create-listener.html; API: CreateListener). */
static bool check_address_type(const struct doc *balancer, const char *protocol, struct err *err)
{
	bool dual = str_eq(doc_str(balancer, "IpAddressType"), "dualstack");

	if (is_quic(protocol) && (dual || json_size(json_get(balancer->body, "SecurityGroups"))))
		return aws_fail(err, AWS_ELBV2_LISTENER_QUIC);
	if (dual && (str_eq(protocol, "UDP") || str_eq(protocol, "TCP_UDP")) &&
	    !str_eq(doc_str(balancer, "EnablePrefixForIpv6SourceNat"), "on"))
		return aws_fail(err, AWS_ELBV2_DUALSTACK_UDP);
	return true;
}

static bool is_udp(const char *protocol)
{
	return str_eq(protocol, "UDP") || str_eq(protocol, "TCP_UDP");
}

/* QUIC and UDP do not go together on one load balancer, nor do two of QUIC (create-listener.html,
 * "Considerations"). */
static bool check_quic(struct call *call, const struct doc *balancer, const char *protocol,
		       const struct doc *except, struct err *err)
{
	_cleanup_(docs_done) struct docs found = {0};

	if (!is_quic(protocol) && !is_udp(protocol))
		return true;
	world_lookup(call->world, &kind_listener, "load-balancer", balancer->key, &found);
	for (size_t i = 0; i < found.count; i++) {
		const char *other = doc_str(found.items[i], "Protocol");

		if (found.items[i] != except &&
		    (is_quic(protocol) ? is_quic(other) || is_udp(other) : is_quic(other)))
			return aws_fail(err, AWS_ELBV2_QUIC_ALONE);
	}
	return true;
}

/* Whether two protocols on one port exclude each other: TCP and UDP may share a port. */
static bool clashes(const char *a, const char *b)
{
	bool udp_a = str_eq(a, "UDP") || str_eq(a, "QUIC"),
	     udp_b = str_eq(b, "UDP") || str_eq(b, "QUIC");
	bool both_a = str_eq(a, "TCP_UDP") || str_eq(a, "TCP_QUIC");
	bool both_b = str_eq(b, "TCP_UDP") || str_eq(b, "TCP_QUIC");

	return both_a || both_b || udp_a == udp_b;
}

/* The listener of a load balancer that has the port already; NULL when there is none. */
static const struct doc *find_on_port(struct call *call, const char *balancer, int64_t port,
				      const char *protocol, const struct doc *except)
{
	_cleanup_(docs_done) struct docs found = {0};

	world_lookup(call->world, &kind_listener, "load-balancer", balancer, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct doc *doc = found.items[i];

		if (doc != except && json_get_int(doc->body, "Port", 0) == port &&
		    clashes(doc_str(doc, "Protocol"), protocol))
			return doc;
	}
	return NULL;
}

/* ---- CreateListener ---- */

static struct json *listener_body(struct call *call, const struct json *input,
				  const struct doc *balancer, struct json *actions)
{
	const char *place = strstr(balancer->key, "loadbalancer/") + strlen("loadbalancer/");
	const char *name = arena_printf(
		call->arena, "%s/%lld/%s", balancer->key, (long long)json_get_int(input, "Port", 0),
		json_get_str(input, "Protocol") ? json_get_str(input, "Protocol") : "");
	const char *id = ids_make(call, &kind_listener, "", ID_DIGITS, name);
	struct json *body = json_new_object();

	json_set_str(body, "ListenerArn",
		     aws_arn(call, "elasticloadbalancing", "listener/%s/%s", place, id));
	json_set_str(body, "LoadBalancerArn", balancer->key);
	json_set_copy(body, "Port", json_get(input, "Port"));
	json_set_copy(body, "Protocol", json_get(input, "Protocol"));
	json_set(body, "DefaultActions", actions);
	return body;
}

/* A create that says what a listener is already answers it; else the port is taken. */
static bool is_repeat(const struct doc *existing, const struct json *body)
{
	static const char *const members[] = {
		"Protocol",	 "SslPolicy", "Certificates", "AlpnPolicy", "MutualAuthentication",
		"DefaultActions"};

	for (size_t i = 0; i < array_size(members); i++) {
		if (!json_equal(json_get(existing->body, members[i]), json_get(body, members[i])))
			return false;
	}
	return true;
}

static void reply_one(struct json *output, const struct doc *doc)
{
	json_append_borrowed(json_ensure_array(output, "Listeners"), doc->body);
}

/* Every group that the actions forward to may have come into, or gone out of, use. */
static void actions_changed(struct call *call, const struct json *actions)
{
	json_foreach (action, actions) {
		json_foreach (tuple, json_find(action, "ForwardConfig", "TargetGroups", NULL))
			targets_use_changed(call, json_get_str(tuple, "TargetGroupArn"));
	}
}

/* Whether the load balancer, as the call leaves it, has too much of something. */
static bool check_quotas(struct call *call, const struct doc *balancer, struct err *err)
{
	size_t count =
		world_lookup_count(call->world, &kind_listener, "load-balancer", balancer->key);

	/* A Gateway Load Balancer has one listener, by its other checks. */
	return elbv2_limit(call,
			   str_eq(doc_str(balancer, "Type"), "network")
				   ? ELBV2_LIMIT_NETWORK_LISTENERS
				   : ELBV2_LIMIT_APPLICATION_LISTENERS,
			   count, balancer->key, err) &&
	       elbv2_check_balancer_quotas(call, balancer->key, err);
}

/* Idle connections of TLS listeners cannot be tuned (API: ListenerAttribute, tcp.idle_timeout). */
static unsigned attribute_scope(const struct doc *balancer, const struct json *body)
{
	const char *protocol = json_get_str(body, "Protocol");

	if (scope_of(balancer) == FOR_NETWORK && !str_eq(protocol, "TCP") &&
	    !str_eq(protocol, "TCP_UDP"))
		return 0;
	return scope_of(balancer) | (str_eq(protocol, "HTTPS") ? FOR_HTTPS : 0);
}

static bool make(struct call *call, const struct json *input, struct json *output,
		 const struct doc *balancer, struct json *body, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *extra = json_new_object(), *own = body;
	const char *arn = arena_strdup(call->arena, json_get_str(body, "ListenerArn"));
	const struct doc *doc;

	if (!tags_from_list(TAGS_ELB, json_get(input, "Tags"), &tags, err))
		return false;
	json_set(extra, "attributes",
		 elbv2_attribute_defaults(listener_attributes, attribute_scope(balancer, body)));
	doc = world_add(call, (struct doc_spec){.kind = &kind_listener,
						.key = arn,
						.body = steal(own),
						.tags = steal(tags),
						.extra = steal(extra)});
	rule_put_default(call, doc);
	actions_changed(call, json_get(doc->body, "DefaultActions"));
	reply_one(output, doc);
	return check_quotas(call, balancer, err);
}

/* A Gateway Load Balancer has one listener, without protocol and port. */
static bool check_port(const struct doc *balancer, const struct json *input, struct err *err)
{
	if (!str_eq(doc_str(balancer, "Type"), "gateway"))
		return json_get(input, "Port") || aws_fail(err, AWS_ELBV2_LISTENER_PORT_MISSING);
	return !json_get(input, "Port") || aws_fail(err, AWS_ELBV2_LISTENER_PORT_GATEWAY);
}

ELBV2_OP(elbv2_create_listener)
{
	const char *protocol = json_get_str(input, "Protocol");
	_cleanup_(json_freep) struct json *actions = NULL, *body = NULL;
	const struct doc *balancer, *existing;

	if (!elbv2_get_load_balancer(call, input, &balancer, err) ||
	    !check_protocol(balancer, protocol, err) || !check_port(balancer, input, err) ||
	    !check_address_type(balancer, protocol, err) ||
	    !actions_read(call, balancer, protocol, NULL, json_get(input, "DefaultActions"),
			  &actions, err))
		return false;
	body = listener_body(call, input, balancer, steal(actions));
	if (!listener_secure(call, balancer, input, body, err))
		return false;
	existing =
		find_on_port(call, balancer->key, json_get_int(input, "Port", 0), protocol, NULL);
	if (existing && !is_repeat(existing, body))
		return aws_fail(err, AWS_ELBV2_DUPLICATE_LISTENER, balancer->key);
	if (existing) {
		reply_one(output, existing);
		return true;
	}
	return check_quic(call, balancer, protocol, NULL, err) &&
	       make(call, input, output, balancer, steal(body), err);
}

/* ---- DescribeListeners ---- */

static bool select_listeners(struct call *call, const struct json *input, struct docs *ret,
			     struct err *err)
{
	const struct doc *balancer;

	if (json_get(input, "LoadBalancerArn")) {
		if (!elbv2_get_load_balancer(call, input, &balancer, err))
			return false;
		world_lookup(call->world, &kind_listener, "load-balancer", balancer->key, ret);
		return true;
	}
	if (!json_size(json_get(input, "ListenerArns")))
		return aws_fail(err, AWS_ELBV2_LISTENERS_WHICH);
	json_foreach (arn, json_get(input, "ListenerArns")) {
		const struct doc *doc = find_in_scope(call, &kind_listener, json_str(arn));

		if (!doc)
			return elbv2_check_arn(call, &kind_listener, json_str(arn), err) &&
			       aws_fail(err, AWS_ELBV2_LISTENERS_NOT_FOUND);
		docs_add(ret, doc);
	}
	return true;
}

ELBV2_OP(elbv2_describe_listeners)
{
	_cleanup_(docs_done) struct docs found = {0};
	struct json *list = json_ensure_array(output, "Listeners");

	if (!select_listeners(call, input, &found, err) ||
	    !page_docs(call, input, output, &page_elb, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		json_append_borrowed(list, found.items[i]->body);
	return true;
}

/* ---- ModifyListener ---- */

static bool modify(struct call *call, const struct doc *doc, const struct doc *balancer,
		   const struct json *input, struct json *body, struct err *err)
{
	const struct json *wanted = json_get(input, "DefaultActions"),
			  *before = json_get(doc->body, "DefaultActions");
	struct json *actions = NULL;
	const char *protocol;

	if (str_eq(doc_str(balancer, "Type"), "gateway") && json_get(input, "Port"))
		return aws_fail(err, AWS_ELBV2_LISTENER_PORT_GATEWAY);
	json_set_copy(body, "Port", json_get(input, "Port"));
	json_set_copy(body, "Protocol", json_get(input, "Protocol"));
	protocol = json_get_str(body, "Protocol");
	if (!check_protocol(balancer, protocol, err) ||
	    !check_address_type(balancer, protocol, err))
		return false;
	if (find_on_port(call, balancer->key, json_get_int(body, "Port", 0), protocol, doc))
		return aws_fail(err, AWS_ELBV2_DUPLICATE_LISTENER, balancer->key);
	if (!check_quic(call, balancer, protocol, doc, err))
		return false;
	/* Actions that stay must go with a new protocol too. */
	if (!listener_secure(call, balancer, input, body, err) ||
	    !actions_read(call, balancer, protocol, before, wanted ? wanted : before, &actions,
			  err))
		return false;
	json_set(body, "DefaultActions", actions);
	return true;
}

ELBV2_OP(elbv2_modify_listener)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *doc, *balancer, *before;

	if (!elbv2_get_listener(call, input, &doc, err))
		return false;
	balancer = world_find(call->world, &kind_load_balancer, doc_str(doc, "LoadBalancerArn"));
	body = json_copy(doc->body);
	if (!modify(call, doc, balancer, input, body, err))
		return false;
	before = doc;
	doc = world_put(call, doc->kind, doc->key, steal(body));
	rule_put_default(call, doc);
	if (!json_equal(json_get(before->body, "DefaultActions"),
			json_get(doc->body, "DefaultActions"))) {
		actions_changed(call, json_get(before->body, "DefaultActions"));
		actions_changed(call, json_get(doc->body, "DefaultActions"));
	}
	reply_one(output, doc);
	return check_quotas(call, balancer, err);
}

/* ---- DeleteListener ---- */

void listener_remove(struct call *call, const struct doc *listener)
{
	_cleanup_(docs_done) struct docs rules = {0};

	world_lookup(call->world, &kind_rule, "listener", listener->key, &rules);
	for (size_t i = 0; i < rules.count; i++)
		world_remove(call, &kind_rule, rules.items[i]->key);
	world_remove(call, &kind_listener, listener->key);
	actions_changed(call, json_get(listener->body, "DefaultActions"));
	for (size_t i = 0; i < rules.count; i++)
		actions_changed(call, json_get(rules.items[i]->body, "Actions"));
}

/* Whether an Application Load Balancer is a target at the port of this listener, which is the only
 * one there (NLB guide, "Application Load Balancers as targets"). */
static bool is_needed(struct call *call, const struct doc *listener)
{
	_cleanup_(docs_done) struct docs targets = {0};
	int64_t port = json_get_int(listener->body, "Port", 0);
	bool needed = false;

	world_lookup(call->world, &kind_target, "id", doc_str(listener, "LoadBalancerArn"),
		     &targets);
	for (size_t i = 0; i < targets.count; i++) {
		const struct doc *target = targets.items[i];

		needed = needed || (!str_eq(doc_str(target, "State"), "draining") &&
				    json_get_int(target->body, "Port", 0) == port);
	}
	return needed;
}

ELBV2_OP(elbv2_delete_listener)
{
	const struct doc *doc;

	(void)output; /* the answer is empty */
	if (!elbv2_get_listener(call, input, &doc, err))
		return false;
	if (is_needed(call, doc))
		return aws_fail(err, AWS_ELBV2_LISTENER_IN_USE,
				arena_printf(call->arena, "%lld",
					     (long long)json_get_int(doc->body, "Port", 0)),
				doc_str(doc, "LoadBalancerArn"));
	listener_remove(call, doc);
	return true;
}

/* ---- Attributes ---- */

ELBV2_OP(elbv2_describe_listener_attributes)
{
	const struct doc *doc;

	if (!elbv2_get_listener(call, input, &doc, err))
		return false;
	elbv2_reply_attributes(output, doc);
	return true;
}

ELBV2_OP(elbv2_modify_listener_attributes)
{
	const struct doc *doc, *balancer;

	if (!elbv2_get_listener(call, input, &doc, err))
		return false;
	balancer = world_find(call->world, &kind_load_balancer, doc_str(doc, "LoadBalancerArn"));
	return elbv2_modify_attributes(
		call, doc,
		&(struct elbv2_attributes){
			.rows = listener_attributes,
			.scope = attribute_scope(balancer, doc->body),
			.what = "Listener",
			.of = arena_printf(call->arena, "listeners with protocol '%s'",
					   doc_str(doc, "Protocol") ? doc_str(doc, "Protocol")
								    : "GENEVE"),
		},
		input, output, err);
}
