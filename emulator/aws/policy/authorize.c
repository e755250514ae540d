/* Whether the caller may: evaluation of all that binds him, and the refusal in his service's words.
 */
#include "emulator/aws/policy/authorize.h"

#include "emulator/aws/common.h"
#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"

#define MESSAGE_MAX  (64 * 1024)
#define CHECK_DIGITS 16 /* hex digits of the check sum behind an encoded message */

/* Operations that need no permission, or whose handlers ask by themselves because a role's trust
 * counts too. Source: STS API, "Permissions" of each. */
static bool is_exempt(const struct aws_service_model *service, const char *operation)
{
	static const char *const names[] = {
		"AssumeRole",	     "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity",
		"GetCallerIdentity", "GetSessionToken",
	};

	for (size_t i = 0; str_eq(service->name, "sts") && i < array_size(names); i++)
		if (str_eq(operation, names[i]))
			return true;
	return false;
}

/* @name Deciding */

static void evaluate(const struct policy_set *set, const struct policy_request *request,
		     struct policy_outcome *outcome)
{
	*outcome = (struct policy_outcome){0};
	for (size_t i = 0; i < set->count; i++)
		policy_apply(set->items[i].json, request, outcome);
}

void policy_decide(const struct principal *principal, const struct policy_request *request,
		   struct policy_decision *ret)
{
	const struct {
		const struct policy_set *set;
		bool holds;
	} layers[] = {
		[LAYER_IDENTITY] = {&principal->identity, true},
		[LAYER_BOUNDARY] = {&principal->boundary, principal->has_boundary},
		[LAYER_SESSION] = {&principal->session, principal->has_session},
	};
	struct policy_decision decision = {.effect = POLICY_ALLOWED};

	for (size_t i = 0; i < array_size(layers); i++) {
		struct policy_outcome outcome;
		enum policy_effect effect;

		if (!layers[i].holds)
			continue;
		evaluate(layers[i].set, request, &outcome);
		effect = policy_effect(&outcome);
		if (effect == POLICY_DENIED) {
			*ret = (struct policy_decision){effect, (enum policy_layer)i, NULL,
							outcome.statement};
			return;
		}
		if (decision.effect == POLICY_SILENT || effect == POLICY_ALLOWED) {
			if (i == LAYER_IDENTITY)
				decision.statement = outcome.statement;
			continue;
		}
		/* what is not known, loses only against what denies anyway */
		if (effect == POLICY_SILENT || decision.effect == POLICY_ALLOWED)
			decision = (struct policy_decision){effect, (enum policy_layer)i,
							    outcome.unknown, NULL};
	}
	if (principal->unknown && decision.effect != POLICY_ALLOWED)
		decision = (struct policy_decision){POLICY_UNKNOWN, LAYER_IDENTITY,
						    principal->unknown, NULL};
	*ret = decision;
}

/* @name What conditions may ask about a target */

static void add_tag(struct policy_context *context, const char *key, const char *value)
{
	if (!key)
		return;
	policy_context_add(context, arena_printf(context->arena, "aws:RequestTag/%s", key),
			   value ? value : "");
	policy_context_add(context, "aws:TagKeys", key);
}

static void describe_tags(const struct policy_target *target, struct policy_context *context)
{
	json_foreach (tag, target->tags) {
		if (json_is_object(tag))
			add_tag(context, json_get_str(tag, "Key"), json_get_str(tag, "Value"));
		else
			add_tag(context, json_key(tag), json_str(tag));
	}
	json_foreach (key, target->keys)
		policy_context_add(context, "aws:TagKeys", json_str(key));
}

static void describe_doc(const struct policy_target *target, struct policy_context *context)
{
	static const char *const prefixes[] = {"aws", "ec2", "elasticloadbalancing", "iam"};

	json_foreach (tag, target->doc->tags)
		for (size_t i = 0; i < array_size(prefixes); i++)
			policy_context_add(context,
					   arena_printf(context->arena, "%s:ResourceTag/%s",
							prefixes[i], json_key(tag)),
					   json_str(tag));
	policy_context_add(context, "aws:ResourceAccount", target->doc->account);
	policy_context_add(context, "iam:PermissionsBoundary",
			   json_find_str(target->doc->body, "PermissionsBoundary",
					 "PermissionsBoundaryArn", NULL));
}

/* Members of inputs that are keys by themselves. */
static const struct {
	const char *service, *member, *key;
} input_keys[] = {
	{"acm", "DomainName", "acm:DomainNames"},
	{"acm", "SubjectAlternativeNames", "acm:DomainNames"},
	{"elbv2", "Scheme", "elasticloadbalancing:Scheme"},
	{"elbv2", "Subnets", "elasticloadbalancing:Subnet"},
	{"elbv2", "SecurityGroups", "elasticloadbalancing:SecurityGroup"},
	{"elbv2", "Protocol", "elasticloadbalancing:ListenerProtocol"},
	{"elbv2", "SslPolicy", "elasticloadbalancing:SecurityPolicy"},
	{"elb", "Scheme", "elasticloadbalancing:Scheme"},
	{"elb", "Subnets", "elasticloadbalancing:Subnet"},
	{"elb", "SecurityGroups", "elasticloadbalancing:SecurityGroup"},
	{"iam", "AWSServiceName", "iam:AWSServiceName"},
	{"iam", "PolicyArn", "iam:PolicyARN"},
	{"iam", "PermissionsBoundary", "iam:PermissionsBoundary"},
	{"sts", "ExternalId", "sts:ExternalId"},
	{"sts", "RoleSessionName", "sts:RoleSessionName"},
	{"sts", "SourceIdentity", "sts:SourceIdentity"},
	{"sts", "TransitiveTagKeys", "sts:TransitiveTagKeys"},
	{"sts", "DurationSeconds", "sts:DurationSeconds"},
};

static void describe_input(struct call *call, const struct json *input,
			   struct policy_context *context)
{
	for (size_t i = 0; i < array_size(input_keys); i++) {
		const struct json *value = json_get(input, input_keys[i].member);

		if (!value || !str_eq(input_keys[i].service, call->service))
			continue;
		json_foreach (item, json_is_array(value) ? value : NULL)
			policy_context_add(context, input_keys[i].key,
					   policy_scalar(context->arena, item));
		policy_context_add(context, input_keys[i].key,
				   policy_scalar(context->arena, value));
	}
}

static void describe_network(struct call *call, const struct policy_target *target,
			     const struct json *input, struct policy_context *context)
{
	const struct json *body = target->doc ? target->doc->body : NULL;
	const char *vpc = json_get_str(body, "VpcId"), *subnet = json_get_str(body, "SubnetId");

	if (!str_eq(call->service, "ec2"))
		return;
	vpc = vpc ? vpc : json_get_str(input, "VpcId");
	subnet = subnet ? subnet : json_get_str(input, "SubnetId");
	if (vpc)
		policy_context_add(context, "ec2:Vpc", aws_arn(call, "ec2", "vpc/%s", vpc));
	if (subnet)
		policy_context_add(context, "ec2:Subnet",
				   aws_arn(call, "ec2", "subnet/%s", subnet));
}

void policy_describe_target(struct call *call, const struct policy_target *target,
			    const struct json *input, struct policy_context *context)
{
	if (target->doc)
		describe_doc(target, context);
	else
		policy_context_add(context, "aws:ResourceAccount", call->account);
	describe_tags(target, context);
	describe_input(call, input, context);
	describe_network(call, target, input, context);
	policy_context_add(context, "ec2:CreateAction", target->create_action);
	policy_context_add(context, "elasticloadbalancing:CreateAction", target->create_action);
	if (str_eq(target->action, "iam:PassRole"))
		policy_context_add(context, "iam:PassedToService", "ec2.amazonaws.com");
}

/* @name Refusing */

static const char *const layer_words[][2] = {
	[LAYER_IDENTITY] = {"an identity-based policy", "no identity-based policy"},
	[LAYER_BOUNDARY] = {"a permissions boundary", "no permissions boundary"},
	[LAYER_SESSION] = {"a session policy", "no session policy"},
};

const char *policy_denial(struct call *call, const struct policy_target *target,
			  const struct policy_decision *decision)
{
	bool quoted = str_eq(call->service, "s3"), none = str_eq(target->resource, "*");
	const char *quote = quoted ? "\"" : "";
	const char *resource = none ? ""
				    : arena_printf(call->arena, " on resource: %s%s%s", quote,
						   target->resource, quote);

	if (decision->effect == POLICY_DENIED)
		return arena_printf(call->arena,
				    "User: %s is not authorized to perform: %s%s with an explicit "
				    "deny in %s",
				    call->principal, target->action, resource,
				    layer_words[decision->layer][0]);
	return arena_printf(call->arena,
			    "User: %s is not authorized to perform: %s%s because %s allows the %s "
			    "action",
			    call->principal, target->action, resource,
			    layer_words[decision->layer][1], target->action);
}

static void check_sum(struct call *call, const char *text, char ret[CHECK_DIGITS + 1])
{
	const char *seeded = arena_printf(call->arena, "%llu|%s",
					  (unsigned long long)world_seed(call->world), text);
	uint8_t sum[SHA256_BYTES];

	digest_sha256(seeded, strlen(seeded), sum);
	hex_encode(sum, CHECK_DIGITS / 2, ret);
}

const char *policy_message_encode(struct call *call, const struct policy_target *target,
				  const struct policy_decision *decision)
{
	_cleanup_(json_freep) struct json *message = json_new_object();
	_cleanup_(freep) char *text = NULL, *coded = NULL;
	struct json *matched = json_ensure_object(message, "matchedStatements"), *context;
	char sum[CHECK_DIGITS + 1];

	json_set_bool(message, "allowed", false);
	json_set_bool(message, "explicitDeny", decision->effect == POLICY_DENIED);
	json_ensure_array(matched, "items");
	if (decision->statement)
		json_append(json_get_mut(matched, "items"), json_copy(decision->statement));
	json_ensure_array(json_ensure_object(message, "failures"), "items");
	context = json_ensure_object(message, "context");
	json_set_str(json_ensure_object(context, "principal"), "arn", call->principal);
	json_set_str(context, "action", target->action);
	json_set_str(context, "resource", target->resource);
	json_ensure_array(json_ensure_object(context, "conditions"), "items");
	text = json_to_text(message);
	check_sum(call, text, sum);
	coded = base64url_encode(text, strlen(text));
	return arena_printf(call->arena, "%s%s", sum, coded);
}

bool policy_message_decode(struct call *call, const char *text, const char **ret)
{
	_cleanup_(freep) uint8_t *plain = NULL;
	char sum[CHECK_DIGITS + 1];
	size_t length;

	if (strlen(text) <= CHECK_DIGITS ||
	    !base64url_decode(text + CHECK_DIGITS, strlen(text) - CHECK_DIGITS, &plain, &length) ||
	    memchr(plain, '\0', length))
		return false;
	check_sum(call, (const char *)plain, sum);
	if (strncmp(sum, text, CHECK_DIGITS) != 0)
		return false;
	*ret = arena_strdup(call->arena, (const char *)plain);
	return true;
}

/* Describes of EC2 come without an encoded message. */
static const char *ec2_denial(struct call *call, const struct policy_target *target,
			      const struct policy_decision *decision)
{
	const char *text =
		arena_printf(call->arena, "You are not authorized to perform this operation. %s",
			     policy_denial(call, target, decision));

	if (str_starts_with(call->operation, "Describe"))
		return text;
	return arena_printf(call->arena, "%s. Encoded authorization failure message: %s", text,
			    policy_message_encode(call, target, decision));
}

static bool refuse(struct call *call, const struct aws_service_model *service,
		   const struct policy_target *target, const struct policy_decision *decision,
		   struct err *err)
{
	const char *code = "AccessDenied", *text;
	int status = 403;

	if (decision->effect == POLICY_UNKNOWN)
		return aws_fail(err, AWS_POLICY_UNKNOWN, call->principal, target->action,
				target->resource, decision->unknown);
	text = policy_denial(call, target, decision);
	switch (service->protocol) {
	case PROTOCOL_EC2:
		code = "UnauthorizedOperation";
		text = ec2_denial(call, target, decision);
		break;
	case PROTOCOL_JSON:
		code = "AccessDeniedException";
		status = 400;
		break;
	case PROTOCOL_REST_JSON: code = "AccessDeniedException"; break;
	case PROTOCOL_QUERY:
	case PROTOCOL_REST_XML: break;
	}
	err_set(err, ERR_DENIED, code, "%s", text);
	if (err)
		err->status = status;
	return false;
}

static bool may(struct call *call, const struct aws_service_model *service,
		const struct principal *principal, const struct policy_target *target,
		const struct json *input, struct err *err)
{
	struct policy_context context = {.arena = call->arena};
	const struct policy_request request = {
		.action = target->action, .resource = target->resource, .context = &context};
	struct policy_decision decision;

	principal_describe(call, principal, &context);
	policy_describe_target(call, target, input, &context);
	policy_decide(principal, &request, &decision);
	return decision.effect == POLICY_ALLOWED || refuse(call, service, target, &decision, err);
}

bool authorize(struct call *call, const struct aws_service_model *service, const char *operation,
	       const struct json *input, struct err *err)
{
	struct policy_targets targets;
	struct principal principal;
	bool ok = true;

	if (is_exempt(service, operation))
		return true;
	principal_of_call(call, &principal);
	if (!principal.unrestricted) {
		policy_targets_find(call, service, operation, input, &targets);
		for (size_t i = 0; ok && i < targets.count; i++)
			ok = may(call, service, &principal, &targets.items[i], input, err);
	}
	principal_done(&principal);
	return ok;
}
