/* Security groups that hold in further VPCs, and rules that name groups which are gone. Shape: EC2
 * SecurityGroupVpcAssociation, key "sg-…/vpc-…". */
#include "emulator/aws/ec2/internal.h"

static void terms_group(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "GroupId");
}

static const struct kind_index association_indexes[] = {
	{"group", terms_group},
	{"vpc", ec2_terms_vpc},
	{NULL, NULL},
};

static void association_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "disassociated")) {
		world_remove(call, &kind_security_group_vpc_association, doc->key);
		return;
	}
	body = json_copy(doc->body);
	json_set_str(body, "State", timer);
	world_put(call, &kind_security_group_vpc_association, doc->key, body);
}

const struct kind kind_security_group_vpc_association = {
	.name = "security-group-vpc-association",
	.shape = "ec2:SecurityGroupVpcAssociation",
	.indexes = association_indexes,
	.timer = association_timer,
};

static const struct doc *find_association(const struct world *world, const char *group_id,
					  const char *vpc_id)
{
	_cleanup_(freep) char *key = xasprintf("%s/%s", group_id, vpc_id);

	return world_find(world, &kind_security_group_vpc_association, key);
}

bool security_group_holds_in(const struct world *world, const struct doc *group, const char *vpc_id)
{
	const struct doc *association;

	if (str_eq(doc_str(group, "VpcId"), vpc_id))
		return true;
	association = find_association(world, group->key, vpc_id);
	return association && str_eq(doc_str(association, "State"), "associated");
}

/* Source: EC2 API, AssociateSecurityGroupVpc: another VPC of the region; never a default group, nor
 * one of a default VPC. */
bool ec2_associate_security_group_vpc(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const struct doc *group, *vpc, *home, *old;
	struct json *body;
	const char *key;

	if (!ec2_get_by(call, &kind_security_group, input, "GroupId", &group, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	home = world_find(call->world, &kind_vpc, doc_str(group, "VpcId"));
	if (vpc == home || str_eq(doc_str(group, "GroupName"), "default") ||
	    json_get_bool(home->body, "IsDefault", false))
		return aws_fail(err, AWS_EC2_GROUP_ASSOCIATION, group->key, vpc->key);
	old = find_association(call->world, group->key, vpc->key);
	if (old) {
		json_set_str(output, "State", doc_str(old, "State"));
		return true;
	}
	key = arena_printf(call->arena, "%s/%s", group->key, vpc->key);
	body = json_new_object();
	json_set_str(body, "GroupId", group->key);
	json_set_str(body, "VpcId", vpc->key);
	json_set_str(body, "VpcOwnerId", vpc->account);
	json_set_str(body, "State", "associating");
	json_set_str(body, "GroupOwnerId", group->account);
	world_add(call, (struct doc_spec){.kind = &kind_security_group_vpc_association,
					  .key = key,
					  .body = body});
	json_set_str(output, "State", "associating");
	lifecycle_start(call, &kind_security_group_vpc_association, key,
			LIFECYCLE_GROUP_ASSOCIATION, "associated");
	return true;
}

/** Whether an interface in that VPC has the group. */
static bool is_used_in(const struct world *world, const char *group_id, const char *vpc_id)
{
	struct docs found = {0};
	bool used = false;

	world_lookup(world, &kind_network_interface, "group", group_id, &found);
	for (size_t i = 0; i < found.count; i++)
		used = used || str_eq(doc_str(found.items[i], "VpcId"), vpc_id);
	docs_done(&found);
	return used;
}

bool ec2_disassociate_security_group_vpc(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const struct doc *group, *vpc, *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_security_group, input, "GroupId", &group, err) ||
	    !ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	doc = find_association(call->world, group->key, vpc->key);
	if (!doc)
		return aws_fail(err, AWS_EC2_GROUP_NOT_ASSOCIATED, group->key, vpc->key);
	if (is_used_in(call->world, group->key, vpc->key))
		return aws_fail(err, AWS_EC2_GROUP_IN_USE, group->key);
	body = json_copy(doc->body);
	json_set_str(body, "State", "disassociating");
	world_put(call, &kind_security_group_vpc_association, doc->key, body);
	json_set_str(output, "State", "disassociating");
	lifecycle_start(call, &kind_security_group_vpc_association, doc->key,
			LIFECYCLE_GROUP_ASSOCIATION, "disassociated");
	return true;
}

static const struct filter_field association_filters[] = {
	{"group-id", "GroupId", NULL, "group"},
	{"group-owner-id", "GroupOwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{"vpc-owner-id", "VpcOwnerId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_security_group_vpc_associations(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_security_group_vpc_association,
		.filters = "Filters",
		.fields = association_filters,
		.page = &page_ec2,
		.result = "SecurityGroupVpcAssociations",
	};

	return describe_reply(call, input, output, &describe, err);
}
