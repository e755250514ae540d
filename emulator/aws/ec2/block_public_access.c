/*
 * VPC block public access: an account's mode in a region, and exclusions of VPCs and subnets. Shape
 * of an exclusion: EC2 VpcBlockPublicAccessExclusion. VPCs and subnets tell the mode that holds for
 * them in BlockPublicAccessStates.
 */
#include "emulator/aws/ec2/internal.h"

#define SETTING "block-public-access"

static void terms_resource(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "ResourceArn");
}

static const struct kind_index exclusion_indexes[] = {
	{"resource", terms_resource},
	{NULL, NULL},
};

static void exclusion_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_vpc_block_public_access_exclusion = {
	.name = "vpc-block-public-access-exclusion",
	.shape = "ec2:VpcBlockPublicAccessExclusion",
	.indexes = exclusion_indexes,
	.timer = exclusion_timer,
	.view = ec2_view,
};

/* ---- What VPCs and subnets tell ---- */

static const char *mode_of(struct call *call)
{
	const char *mode = json_get_str(account_setting(call, SETTING), "InternetGatewayBlockMode");

	return mode ? mode : "off";
}

/** Whether an exclusion in force names the resource. */
static bool is_excluded(struct call *call, const char *type, const char *id)
{
	const struct doc *doc =
		id ? world_lookup_one(call->world, &kind_vpc_block_public_access_exclusion,
				      "resource", ec2_arn(call, type, id))
		   : NULL;

	return doc && (str_eq(doc_str(doc, "State"), "create-complete") ||
		       str_eq(doc_str(doc, "State"), "update-complete"));
}

static void tell(struct call *call, const struct kind *kind, const struct doc *doc)
{
	bool excluded = is_excluded(call, kind == &kind_vpc ? "vpc" : "subnet", doc->key) ||
			(kind == &kind_subnet && is_excluded(call, "vpc", doc_str(doc, "VpcId")));
	struct json *body = json_copy(doc->body);

	json_set_str(json_ensure_object(body, "BlockPublicAccessStates"),
		     "InternetGatewayBlockMode", excluded ? "off" : mode_of(call));
	world_put(call, kind, doc->key, body);
}

/** Lets all VPCs and subnets of the account's region tell what holds now. */
static void tell_all(struct call *call)
{
	static const struct kind *const kinds[] = {&kind_vpc, &kind_subnet};

	for (size_t k = 0; k < array_size(kinds); k++) {
		struct docs found = {0};

		world_foreach (doc, call->world, kinds[k]) {
			if (doc_in_scope(call, doc))
				docs_add(&found, doc);
		}
		for (size_t i = 0; i < found.count; i++)
			tell(call, kinds[k], found.items[i]);
		docs_done(&found);
	}
}

void block_public_access_tell(struct call *call, const struct kind *kind, const char *id)
{
	if (account_setting(call, SETTING))
		tell(call, kind, world_find(call->world, kind, id));
}

void block_public_access_forget(struct call *call, const char *type, const char *id)
{
	ec2_remove_all(call, &kind_vpc_block_public_access_exclusion, "resource",
		       ec2_arn(call, type, id));
}

/* ---- Options ---- */

static void reply_options(struct call *call, struct json *output)
{
	const struct json *set = account_setting(call, SETTING);
	struct json *options = json_ensure_object(output, "VpcBlockPublicAccessOptions");

	json_set_str(options, "AwsAccountId", call->account);
	json_set_str(options, "AwsRegion", call->region);
	json_set_str(options, "State", set ? "update-complete" : "default-state");
	json_set_str(options, "InternetGatewayBlockMode", mode_of(call));
	json_set_copy(options, "LastUpdateTimestamp", json_get(set, "LastUpdateTimestamp"));
	json_set_str(options, "ManagedBy", "account");
	json_set_str(options, "ExclusionsAllowed", "allowed");
}

bool ec2_describe_vpc_block_public_access_options(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	reply_options(call, output);
	return true;
}

bool ec2_modify_vpc_block_public_access_options(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	struct json *set = json_new_object();

	(void)err;
	json_set_copy(set, "InternetGatewayBlockMode", json_get(input, "InternetGatewayBlockMode"));
	json_set_str(set, "LastUpdateTimestamp", aws_now(call));
	account_setting_put(call, SETTING, set);
	tell_all(call);
	reply_options(call, output);
	return true;
}

/* ---- Exclusions ---- */

static void exclusion_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "deleted")) {
		world_remove(call, &kind_vpc_block_public_access_exclusion, doc->key);
	} else {
		body = json_copy(doc->body);
		json_set_str(body, "State", timer);
		world_put(call, &kind_vpc_block_public_access_exclusion, doc->key, body);
	}
	tell_all(call);
}

static void move(struct call *call, const struct doc *doc, struct json *body, const char *state,
		 const char *next, struct json *output)
{
	json_set_str(body, "State", state);
	json_set_str(body, "LastUpdateTimestamp", aws_now(call));
	doc = world_put(call, &kind_vpc_block_public_access_exclusion, doc->key, body);
	json_set(output, "VpcBlockPublicAccessExclusion", ec2_item(doc));
	lifecycle_start(call, &kind_vpc_block_public_access_exclusion, doc->key,
			LIFECYCLE_GROUP_ASSOCIATION, next);
}

bool ec2_create_vpc_block_public_access_exclusion(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	static const char *const members[] = {"VpcId", "SubnetId", NULL};
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *resource, *doc;
	const char *id, *arn;
	struct json *body;
	unsigned which;

	if (!ec2_one_of(input, members, &which, err) ||
	    !tags_from_specifications(input, "vpc-block-public-access-exclusion", &tags, err) ||
	    !ec2_get_by(call, which ? &kind_subnet : &kind_vpc, input, members[which], &resource,
			err))
		return false;
	arn = ec2_arn(call, which ? "subnet" : "vpc", resource->key);
	if (world_lookup_count(call->world, &kind_vpc_block_public_access_exclusion, "resource",
			       arn))
		return aws_fail(err, AWS_EC2_EXCLUSION_EXISTS, resource->key);
	if (!ec2_within_limit(call, LIMIT_PUBLIC_ACCESS_EXCLUSIONS,
			      ec2_count(call, &kind_vpc_block_public_access_exclusion),
			      AWS_EC2_EXCLUSION_LIMIT, err))
		return false;
	id = ec2_new_id(call, &kind_vpc_block_public_access_exclusion, resource->key);
	body = json_new_object();
	json_set_str(body, "ExclusionId", id);
	json_set_copy(body, "InternetGatewayExclusionMode",
		      json_get(input, "InternetGatewayExclusionMode"));
	json_set_str(body, "ResourceArn", arn);
	json_set_str(body, "CreationTimestamp", aws_now(call));
	doc = world_add(call, (struct doc_spec){.kind = &kind_vpc_block_public_access_exclusion,
						.key = id,
						.body = json_copy(body),
						.tags = steal(tags)});
	move(call, doc, body, "create-in-progress", "create-complete", output);
	return true;
}

bool ec2_modify_vpc_block_public_access_exclusion(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	const struct doc *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_vpc_block_public_access_exclusion, input, "ExclusionId", &doc,
			err))
		return false;
	body = json_copy(doc->body);
	json_set_copy(body, "InternetGatewayExclusionMode",
		      json_get(input, "InternetGatewayExclusionMode"));
	move(call, doc, body, "update-in-progress", "update-complete", output);
	return true;
}

bool ec2_delete_vpc_block_public_access_exclusion(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	const struct doc *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_vpc_block_public_access_exclusion, input, "ExclusionId", &doc,
			err))
		return false;
	body = json_copy(doc->body);
	json_set_str(body, "DeletionTimestamp", aws_now(call));
	move(call, doc, body, "delete-in-progress", "deleted", output);
	return true;
}

static const struct filter_field exclusion_filters[] = {
	{"internet-gateway-exclusion-mode", "InternetGatewayExclusionMode", NULL, NULL},
	{"resource-arn", "ResourceArn", NULL, "resource"},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_vpc_block_public_access_exclusions,
	     .kind = &kind_vpc_block_public_access_exclusion, .ids = "ExclusionIds",
	     .id_prefix = "vpcbpa-exclude-", .malformed = AWS_EC2_EXCLUSION_MALFORMED,
	     .not_found = AWS_EC2_EXCLUSION_NOT_FOUND, .fields = exclusion_filters,
	     .result = "VpcBlockPublicAccessExclusions")
