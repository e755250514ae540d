/*
 * Target groups. Document kind: target-group, shape: ELBv2 TargetGroup; LoadBalancerArns are
 * derived from the listeners and rules that forward to it.
 */
#include "emulator/aws/elbv2/internal.h"

#define ID_DIGITS   16
#define GENEVE_PORT 6081 /* API: CreateTargetGroup, Port */

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	elbv2_term(terms, doc->body, "VpcId");
}

static void terms_name(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term =
		xasprintf("%s/%s/%s", doc->account, doc->region, doc_str(doc, "TargetGroupName"));

	terms_add(terms, term);
}

static const struct kind_index indexes[] = {
	{"vpc", terms_vpc},
	{"name", terms_name},
	{NULL, NULL},
};

static struct json *view(const struct world *world, const struct doc *doc)
{
	struct json *result = elbv2_view(world, doc);

	json_set(result, "LoadBalancerArns", elbv2_load_balancers_of(world, doc));
	return result;
}

const struct kind kind_target_group = {
	.name = "target-group",
	.shape = "elbv2:TargetGroup",
	.indexes = indexes,
	.view = view,
};

/* ---- Who uses it ---- */

static void add_once(struct json *list, const char *text)
{
	json_foreach (item, list) {
		if (str_eq(json_str(item), text))
			return;
	}
	json_append_str(list, text);
}

struct json *elbv2_load_balancers_of(const struct world *world, const struct doc *target_group)
{
	struct json *arns = json_new_array();
	_cleanup_(docs_done) struct docs listeners = {0}, rules = {0};

	world_lookup(world, &kind_listener, "target-group", target_group->key, &listeners);
	for (size_t i = 0; i < listeners.count; i++)
		add_once(arns, doc_str(listeners.items[i], "LoadBalancerArn"));
	world_lookup(world, &kind_rule, "target-group", target_group->key, &rules);
	for (size_t i = 0; i < rules.count; i++)
		add_once(arns, doc_extra_str(rules.items[i], "LoadBalancerArn"));
	return arns;
}

bool target_group_in_use(const struct world *world, const char *arn)
{
	return world_lookup_count(world, &kind_listener, "target-group", arn) ||
	       world_lookup_count(world, &kind_rule, "target-group", arn);
}

static bool is_http(const char *protocol)
{
	return str_eq(protocol, "HTTP") || str_eq(protocol, "HTTPS");
}

/* ---- Checks: what goes with a target type, and with a protocol (API: CreateTargetGroup) ---- */

static bool check_lambda(const struct json *input, struct err *err)
{
	static const char *const members[][2] = {
		{"Protocol", "Protocol"},
		{"ProtocolVersion", "Protocol version"},
		{"Port", "Port"},
		{"VpcId", "VPC ID"},
		{"TargetControlPort", "Target control port"},
	};

	for (size_t i = 0; i < array_size(members); i++) {
		if (json_get(input, members[i][0]))
			return aws_fail(err, AWS_ELBV2_LAMBDA_PARAMETER, members[i][1]);
	}
	return true;
}

static bool check_version(const struct json *input, struct err *err)
{
	const char *protocol = json_get_str(input, "Protocol");
	const char *version = json_get_str(input, "ProtocolVersion");

	if (!version)
		return true;
	if (!is_http(protocol))
		return aws_fail(err, AWS_ELBV2_VERSION_PROTOCOL, protocol);
	return str_eq(version, "HTTP1") || str_eq(version, "HTTP2") || str_eq(version, "GRPC") ||
	       aws_fail(err, AWS_ELBV2_VERSION, version);
}

static bool check_protocol(const struct json *input, const char *type, struct err *err)
{
	const char *protocol = json_get_str(input, "Protocol");

	if (str_eq(type, "alb") && !str_eq(protocol, "TCP"))
		return aws_fail(err, AWS_ELBV2_TYPE_PROTOCOL, protocol, type);
	if (str_eq(protocol, "GENEVE") && json_get_int(input, "Port", 0) != GENEVE_PORT)
		return aws_fail(err, AWS_ELBV2_GENEVE_PORT);
	if (json_get(input, "TargetControlPort") && !is_http(protocol))
		return aws_fail(err, AWS_ELBV2_CONTROL_PORT, protocol);
	return check_version(input, err);
}

static bool check_create(struct call *call, const struct json *input, struct err *err)
{
	const char *type = json_get_str(input, "TargetType");
	const char *vpc = json_get_str(input, "VpcId");

	if (!elbv2_check_name("Target group", json_get_str(input, "Name"), err))
		return false;
	if (str_eq(type, "lambda"))
		return check_lambda(input, err);
	if (!json_get(input, "Protocol"))
		return aws_fail(err, AWS_ELBV2_PROTOCOL_MISSING);
	if (!json_get(input, "Port"))
		return aws_fail(err, AWS_ELBV2_PORT_MISSING);
	if (!vpc)
		return aws_fail(err, AWS_ELBV2_VPC_MISSING);
	if (!ec2_find(call, &kind_vpc, vpc))
		return aws_fail(err, AWS_ELBV2_VPC_NOT_FOUND, vpc);
	return check_protocol(input, type, err);
}

/* Gateway Load Balancers' groups have a quota of their own. */
static bool check_quota(struct call *call, const struct json *body, struct err *err)
{
	bool geneve = str_eq(json_get_str(body, "Protocol"), "GENEVE");
	size_t count = 1;

	if (world_profile(call->world) != PROFILE_AWS)
		return true;
	world_foreach (doc, call->world, &kind_target_group) {
		if (doc_in_scope(call, doc) && str_eq(doc_str(doc, "Protocol"), "GENEVE") == geneve)
			count++;
	}
	return elbv2_limit(call,
			   geneve ? ELBV2_LIMIT_GENEVE_TARGET_GROUPS : ELBV2_LIMIT_TARGET_GROUPS,
			   count, call->region, err);
}

static struct json *group_body(struct call *call, const struct json *input)
{
	static const char *const members[] = {"Protocol", "Port", "VpcId", "TargetControlPort"};
	const char *name = json_get_str(input, "Name"), *type = json_get_str(input, "TargetType");
	const char *family = json_get_str(input, "IpAddressType");
	const char *version = json_get_str(input, "ProtocolVersion");
	const char *id = ids_make(call, &kind_target_group, "", ID_DIGITS, name);
	struct json *body = json_new_object();

	json_set_str(body, "TargetGroupArn",
		     aws_arn(call, "elasticloadbalancing", "targetgroup/%s/%s", name, id));
	json_set_str(body, "TargetGroupName", name);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(body, members[i], json_get(input, members[i]));
	json_set_str(body, "TargetType", type ? type : "instance");
	if (is_http(json_get_str(body, "Protocol")))
		json_set_str(body, "ProtocolVersion", version ? version : "HTTP1");
	json_set_str(body, "IpAddressType", family ? family : "ipv4");
	return body;
}

/* Whether a create says what an existing group is; tags do not count. */
static bool same_settings(const struct doc *existing, const struct json *body)
{
	json_foreach (member, body) {
		if (!str_eq(json_key(member), "TargetGroupArn") &&
		    !json_equal(member, json_get(existing->body, json_key(member))))
			return false;
	}
	return true;
}

/* The group as the API shows it; borrows from the document. */
static struct json *item(struct call *call, const struct doc *doc)
{
	struct json *result = json_new_object();

	json_foreach (member, doc->body)
		json_set_borrowed(result, json_key(member), member);
	json_set(result, "LoadBalancerArns", elbv2_load_balancers_of(call->world, doc));
	return result;
}

/* ---- CreateTargetGroup ---- */

ELBV2_OP(elbv2_create_target_group)
{
	const char *name = json_get_str(input, "Name"), *arn;
	_cleanup_(json_freep) struct json *body = NULL, *tags = NULL, *extra = json_new_object();
	const struct doc *doc;

	if (!check_create(call, input, err))
		return false;
	body = group_body(call, input);
	health_check_defaults(body);
	if (!health_check_change(body, input, err) ||
	    !tags_from_list(TAGS_ELB, json_get(input, "Tags"), &tags, err))
		return false;
	doc = world_lookup_one(call->world, &kind_target_group, "name",
			       elbv2_name_term(call, name));
	if (doc && !same_settings(doc, body))
		return aws_fail(err, AWS_ELBV2_DUPLICATE_TARGET_GROUP, name);
	if (!doc && !check_quota(call, body, err))
		return false;
	if (!doc) {
		json_set(extra, "attributes", target_group_attribute_defaults(body));
		arn = json_get_str(body, "TargetGroupArn");
		arn = arena_strdup(call->arena, arn);
		doc = world_add(call, (struct doc_spec){.kind = &kind_target_group,
							.key = arn,
							.body = steal(body),
							.tags = steal(tags),
							.extra = steal(extra)});
	}
	json_append(json_ensure_array(output, "TargetGroups"), item(call, doc));
	return true;
}

/* ---- DescribeTargetGroups ---- */

static bool add_by_arn(struct call *call, const char *arn, struct docs *ret, struct err *err)
{
	const struct doc *doc = find_in_scope(call, &kind_target_group, arn);

	if (!doc)
		return elbv2_check_arn(call, &kind_target_group, arn, err) &&
		       aws_fail(err, AWS_ELBV2_TARGET_GROUPS_NOT_FOUND);
	docs_add(ret, doc);
	return true;
}

static bool add_by_name(struct call *call, const char *name, struct docs *ret, struct err *err)
{
	const struct doc *doc = world_lookup_one(call->world, &kind_target_group, "name",
						 elbv2_name_term(call, name));

	if (!doc)
		return aws_fail(err, AWS_ELBV2_TARGET_GROUPS_NOT_FOUND);
	docs_add(ret, doc);
	return true;
}

static bool uses(const struct world *world, const struct doc *group, const char *balancer)
{
	_cleanup_(json_freep) struct json *arns = elbv2_load_balancers_of(world, group);

	json_foreach (arn, arns) {
		if (str_eq(json_str(arn), balancer))
			return true;
	}
	return false;
}

static bool select_groups(struct call *call, const struct json *input, struct docs *ret,
			  struct err *err)
{
	const char *balancer = json_get_str(input, "LoadBalancerArn");
	const struct doc *doc;

	if (!!balancer + !!json_size(json_get(input, "TargetGroupArns")) +
		    !!json_size(json_get(input, "Names")) >
	    1)
		return aws_fail(err, AWS_ELBV2_GROUPS_WHICH);
	if (balancer && !elbv2_get_load_balancer(call, input, &doc, err))
		return false;
	json_foreach (arn, json_get(input, "TargetGroupArns")) {
		if (!add_by_arn(call, json_str(arn), ret, err))
			return false;
	}
	json_foreach (name, json_get(input, "Names")) {
		if (!add_by_name(call, json_str(name), ret, err))
			return false;
	}
	if (json_get(input, "TargetGroupArns") || json_get(input, "Names"))
		return true;
	world_foreach (group, call->world, &kind_target_group) {
		if (doc_in_scope(call, group) && (!balancer || uses(call->world, group, balancer)))
			docs_add(ret, group);
	}
	return true;
}

ELBV2_OP(elbv2_describe_target_groups)
{
	_cleanup_(docs_done) struct docs found = {0};
	struct json *list = json_ensure_array(output, "TargetGroups");

	if (!select_groups(call, input, &found, err) ||
	    !page_docs(call, input, output, &page_elb, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		json_append(list, item(call, found.items[i]));
	return true;
}

/* ---- Changing and deleting ---- */

ELBV2_OP(elbv2_modify_target_group)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *doc;

	if (!elbv2_get_target_group(call, json_get_str(input, "TargetGroupArn"), &doc, err))
		return false;
	body = json_copy(doc->body);
	if (!health_check_change(body, input, err))
		return false;
	doc = world_put(call, doc->kind, doc->key, steal(body));
	json_append(json_ensure_array(output, "TargetGroups"), item(call, doc));
	return true;
}

ELBV2_OP(elbv2_delete_target_group)
{
	const char *arn = json_get_str(input, "TargetGroupArn");

	(void)output; /* the answer is empty, also for a group that is gone already */
	if (!find_in_scope(call, &kind_target_group, arn))
		return elbv2_check_arn(call, &kind_target_group, arn, err);
	if (target_group_in_use(call->world, arn))
		return aws_fail(err, AWS_ELBV2_TARGET_GROUP_IN_USE, arn);
	targets_remove_all(call, arn);
	world_remove(call, &kind_target_group, arn);
	return true;
}
