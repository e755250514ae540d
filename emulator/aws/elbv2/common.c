/* What the resources of ELBv2 share. See internal.h. */
#include "emulator/aws/elbv2/internal.h"

#include <ctype.h>

#define NAME_MAX_CHARACTERS 32 /* API: CreateLoadBalancer, Name */

const char *elbv2_type_word(const char *type)
{
	if (str_eq(type, "network"))
		return "net";
	return str_eq(type, "gateway") ? "gwy" : "app";
}

const char *elbv2_name_term(struct call *call, const char *name)
{
	return arena_printf(call->arena, "%s/%s/%s", call->account, call->region, name);
}

void elbv2_term(struct terms *terms, const struct json *body, const char *member)
{
	const char *text = json_get_str(body, member);

	if (text)
		terms_add(terms, text);
}

struct json *elbv2_view(_unused_ const struct world *world, const struct doc *doc)
{
	struct json *view = json_copy(doc->body);

	json_set(view, "Tags", tags_to_list(doc->tags));
	if (json_get(doc->extra, "attributes"))
		json_set(view, "Attributes",
			 elbv2_attribute_list(json_get(doc->extra, "attributes")));
	if (json_find(doc->extra, "capacity", "MinimumLoadBalancerCapacity", NULL))
		json_set_copy(
			view, "MinimumLoadBalancerCapacity",
			json_find(doc->extra, "capacity", "MinimumLoadBalancerCapacity", NULL));
	return view;
}

bool elbv2_check_name(const char *what, const char *name, struct err *err)
{
	size_t length = strlen(name);

	if (length > NAME_MAX_CHARACTERS)
		return aws_fail(err, AWS_ELBV2_NAME_LENGTH, what, name);
	for (size_t i = 0; i < length; i++) {
		if (!isalnum((unsigned char)name[i]) && name[i] != '-')
			return aws_fail(err, AWS_ELBV2_NAME_CHARACTERS, what, name);
	}
	if (!length || name[0] == '-' || name[length - 1] == '-')
		return aws_fail(err, AWS_ELBV2_NAME_HYPHEN, what, name);
	return true;
}

bool elbv2_error(struct err *err)
{
	static const struct {
		const char *ec2;
		enum aws_error error;
	} words[] = {
		{"InvalidAllocationID.Malformed", AWS_ELBV2_ALLOCATION_NOT_FOUND},
		{"InvalidAllocationID.NotFound", AWS_ELBV2_ALLOCATION_NOT_FOUND},
		{"InvalidGroup.NotFound", AWS_ELBV2_SECURITY_GROUP},
		{"InvalidGroupId.Malformed", AWS_ELBV2_SECURITY_GROUP_VPC},
		{"InvalidIPAddress.InUse", AWS_ELBV2_ADDRESS_IN_USE},
		{"InvalidParameter", AWS_ELBV2_SECURITY_GROUP_VPC}, /* of another VPC */
		{"InvalidParameterValue", AWS_ELBV2_ADDRESS},
		{"InsufficientFreeAddressesInSubnet", AWS_ELBV2_SUBNET_NO_ADDRESS},
		{"Resource.AlreadyAssociated", AWS_ELBV2_ALLOCATION_IN_USE},
	};

	for (size_t i = 0; err && i < array_size(words); i++) {
		if (str_eq(err->wire, words[i].ec2))
			return aws_fail(err, words[i].error);
	}
	return false;
}

bool elbv2_check_arn(const struct call *call, const struct kind *kind, const char *arn,
		     struct err *err)
{
	static const struct {
		const struct kind *kind;
		const char *word, *noun;
	} rows[] = {
		{&kind_load_balancer, "loadbalancer/", "load balancer"},
		{&kind_target_group, "targetgroup/", "target group"},
		{&kind_listener, "listener/", "listener"},
		{&kind_rule, "listener-rule/", "listener rule"},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		_cleanup_(freep) char *place = NULL;

		if (rows[i].kind != kind)
			continue;
		place = xasprintf(":elasticloadbalancing:%s:%s:%s", call->region, call->account,
				  rows[i].word);
		return (str_starts_with(arn, "arn:aws") && strstr(arn, place)) ||
		       aws_fail(err, AWS_ELBV2_ARN, arn ? arn : "", rows[i].noun);
	}
	return true;
}

static bool get(struct call *call, const struct kind *kind, const char *arn, enum aws_error missing,
		const struct doc **ret, struct err *err)
{
	*ret = find_in_scope(call, kind, arn);
	return *ret ||
	       (elbv2_check_arn(call, kind, arn, err) && aws_fail(err, missing, arn ? arn : ""));
}

bool elbv2_get_load_balancer(struct call *call, const struct json *input, const struct doc **ret,
			     struct err *err)
{
	return get(call, &kind_load_balancer, json_get_str(input, "LoadBalancerArn"),
		   AWS_ELBV2_LOAD_BALANCER_NOT_FOUND, ret, err);
}

bool elbv2_get_listener(struct call *call, const struct json *input, const struct doc **ret,
			struct err *err)
{
	return get(call, &kind_listener, json_get_str(input, "ListenerArn"),
		   AWS_ELBV2_LISTENER_NOT_FOUND, ret, err);
}

bool elbv2_get_rule(struct call *call, const struct json *input, const struct doc **ret,
		    struct err *err)
{
	return get(call, &kind_rule, json_get_str(input, "RuleArn"), AWS_ELBV2_RULE_NOT_FOUND, ret,
		   err);
}

bool elbv2_get_target_group(struct call *call, const char *arn, const struct doc **ret,
			    struct err *err)
{
	return get(call, &kind_target_group, arn, AWS_ELBV2_TARGET_GROUP_NOT_FOUND, ret, err);
}
