/* Placement groups. Shape: EC2 PlacementGroup. An instance names one by its name. */
#include "emulator/aws/ec2/internal.h"

static void terms_name(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term =
		xasprintf("%s/%s/%s", doc->account, doc->region, doc_str(doc, "GroupName"));

	terms_add(terms, term);
}

static const struct kind_index placement_group_indexes[] = {
	{"name", terms_name},
	{NULL, NULL},
};

const struct kind kind_placement_group = {
	.name = "placement-group",
	.shape = "ec2:PlacementGroup",
	.indexes = placement_group_indexes,
	.view = ec2_view,
};

const struct doc *placement_group_find(const struct call *call, const char *name)
{
	_cleanup_(freep) char *term = xasprintf("%s/%s/%s", call->account, call->region, name);

	return world_lookup_one(call->world, &kind_placement_group, "name", term);
}

/** What a strategy allows. Source: EC2 API, CreatePlacementGroup. */
static bool check_strategy(const struct json *input, const char *strategy, struct err *err)
{
	int64_t partitions = json_get_int(input, "PartitionCount", 2);

	if (json_get(input, "PartitionCount") && !str_eq(strategy, "partition"))
		return aws_fail(err, AWS_EC2_PLACEMENT_OPTION, "PartitionCount", strategy);
	if (json_get(input, "SpreadLevel") && !str_eq(strategy, "spread"))
		return aws_fail(err, AWS_EC2_PLACEMENT_OPTION, "SpreadLevel", strategy);
	if (partitions < 1 || partitions > 7)
		return aws_fail(err, AWS_EC2_PLACEMENT_PARTITIONS);
	return true;
}

bool ec2_create_placement_group(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *name = json_get_str(input, "GroupName"), *id;
	const char *strategy = json_get_str(input, "Strategy"), *level;
	_cleanup_(json_freep) struct json *tags = NULL;
	struct json *body;

	if (!tags_from_specifications(input, "placement-group", &tags, err))
		return false;
	if (!name)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "groupName");
	strategy = strategy ? strategy : "cluster"; /* the API's default */
	if (placement_group_find(call, name))
		return aws_fail(err, AWS_EC2_PLACEMENT_DUPLICATE, name);
	if (!check_strategy(input, strategy, err) ||
	    !ec2_within_limit(call, LIMIT_PLACEMENT_GROUPS, ec2_count(call, &kind_placement_group),
			      AWS_EC2_PLACEMENT_LIMIT, err))
		return false;
	id = ec2_new_id(call, &kind_placement_group, name);
	body = json_new_object();
	json_set_str(body, "GroupName", name);
	json_set_str(body, "State", "available");
	json_set_str(body, "Strategy", strategy);
	if (str_eq(strategy, "partition"))
		json_set_int(body, "PartitionCount", json_get_int(input, "PartitionCount", 2));
	level = json_get_str(input, "SpreadLevel");
	if (str_eq(strategy, "spread"))
		json_set_str(body, "SpreadLevel", level ? level : "rack");
	json_set_str(body, "GroupId", id);
	json_set_str(body, "GroupArn", ec2_arn(call, "placement-group", name));
	json_set(output, "PlacementGroup",
		 ec2_own(ec2_item(world_add(call, (struct doc_spec){.kind = &kind_placement_group,
								    .key = id,
								    .body = body,
								    .tags = steal(tags)}))));
	return true;
}

/* Source: EC2 API, DeletePlacementGroup: "You must terminate all instances in the placement group
 * before you can delete" it. */
bool ec2_delete_placement_group(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *name = json_get_str(input, "GroupName");
	const struct doc *group = placement_group_find(call, name);

	(void)output;
	if (!group)
		return aws_fail(err, AWS_EC2_PLACEMENT_UNKNOWN, name);
	world_foreach (doc, call->world, &kind_instance) {
		if (doc_in_scope(call, doc) && !ec2_is_gone(doc) &&
		    str_eq(json_find_str(doc->body, "Placement", "GroupName", NULL), name))
			return aws_fail(err, AWS_EC2_PLACEMENT_IN_USE, name);
	}
	world_remove(call, &kind_placement_group, group->key);
	return true;
}

static const struct filter_field placement_group_filters[] = {
	{"group-arn", "GroupArn", NULL, NULL},	     {"group-name", "GroupName", NULL, NULL},
	{"spread-level", "SpreadLevel", NULL, NULL}, {"state", "State", NULL, NULL},
	{"strategy", "Strategy", NULL, NULL},	     {NULL, NULL, NULL, NULL},
};

/** GroupNames become GroupIds; each must exist. */
bool ec2_describe_placement_groups(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_placement_group,
		.ids = "GroupIds",
		.id_prefix = "pg-",
		.malformed = AWS_EC2_PLACEMENT_MALFORMED,
		.not_found = AWS_EC2_PLACEMENT_UNKNOWN,
		.filters = "Filters",
		.fields = placement_group_filters,
		.result = "PlacementGroups",
		.tags = true,
	};
	_cleanup_(json_freep) struct json *changed = json_copy_watched(input);
	struct json *ids = json_ensure_array(changed, "GroupIds");
	bool ok;

	json_foreach (name, json_get(input, "GroupNames")) {
		const struct doc *group = placement_group_find(call, json_str(name));

		if (!group)
			return aws_fail(err, AWS_EC2_PLACEMENT_UNKNOWN, json_str(name));
		json_append_str(ids, group->key);
	}
	ok = describe_reply(call, changed, output, &describe, err);
	json_watch_back(input, changed);
	return ok;
}
