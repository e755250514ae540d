/*
 * IAM instance profiles of instances. Shape: EC2 IamInstanceProfileAssociation. Life: associating →
 * associated, disassociating → gone. The instance tells its profile as long as an association is
 * there that does not end.
 */
#include "emulator/aws/ec2/instance.h"
#include "emulator/aws/iam/iam.h"

static void terms_instance(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "InstanceId");
}

static const struct kind_index association_indexes[] = {
	{"instance", terms_instance},
	{NULL, NULL},
};

static void association_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "gone")) {
		world_remove(call, &kind_iam_instance_profile_association, doc->key);
		return;
	}
	if (!str_eq(doc_str(doc, "State"), "associating"))
		return;
	body = json_copy(doc->body);
	json_set_str(body, "State", "associated");
	world_put(call, &kind_iam_instance_profile_association, doc->key, body);
}

const struct kind kind_iam_instance_profile_association = {
	.name = "iam-instance-profile-association",
	.shape = "ec2:IamInstanceProfileAssociation",
	.indexes = association_indexes,
	.timer = association_timer,
};

bool instance_profile_read(const struct call *call, const struct json *asked,
			   const struct doc **ret, struct err *err)
{
	const char *name = json_get_str(asked, "Name"), *arn = json_get_str(asked, "Arn");

	*ret = NULL;
	if (!name && !arn)
		return true;
	if (name && arn)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "iamInstanceProfile.arn",
				"iamInstanceProfile.name");
	world_foreach (doc, call->world, &kind_instance_profile) {
		if (doc_in_scope(call, doc) &&
		    (name ? str_eq(doc_str(doc, "InstanceProfileName"), name)
			  : str_eq(doc_str(doc, "Arn"), arn)))
			*ret = doc;
	}
	if (*ret)
		return true;
	return aws_fail(err, AWS_EC2_INSTANCE_PROFILE, name ? name : arn,
			name ? "iamInstanceProfile.name" : "iamInstanceProfile.arn",
			name ? "name" : "ARN");
}

/** {Arn, Id} of a profile; new tree. */
static struct json *profile_item(const struct doc *profile)
{
	struct json *item = json_new_object();

	json_set_str(item, "Arn", doc_str(profile, "Arn"));
	json_set_str(item, "Id", doc_str(profile, "InstanceProfileId"));
	return item;
}

/** Lets the instance tell a profile, or none when it is NULL. */
static void tell_instance(struct call *call, const char *instance_id, struct json *profile)
{
	const struct doc *instance = world_find(call->world, &kind_instance, instance_id);
	struct json *body = json_copy(instance->body);

	json_remove(body, "IamInstanceProfile");
	json_set(body, "IamInstanceProfile", profile);
	world_put(call, &kind_instance, instance_id, body);
}

const struct doc *instance_profile_associate(struct call *call, const char *instance_id,
					     const struct doc *profile, const char *state)
{
	struct json *body = json_new_object();
	const char *id = ec2_new_id(call, &kind_iam_instance_profile_association,
				    arena_printf(call->arena, "%s%s", instance_id, profile->key));

	json_set_str(body, "AssociationId", id);
	json_set_str(body, "InstanceId", instance_id);
	json_set(body, "IamInstanceProfile", profile_item(profile));
	json_set_str(body, "State", state);
	json_set_str(body, "Timestamp", aws_now(call));
	tell_instance(call, instance_id, profile_item(profile));
	return world_add(call, (struct doc_spec){.kind = &kind_iam_instance_profile_association,
						 .key = id,
						 .body = body,
						 .implied_by = instance_id});
}

/** The instance's association that does not end, or NULL. */
static const struct doc *find_association(const struct call *call, const char *instance_id)
{
	struct docs found = {0};
	const struct doc *doc = NULL;

	world_lookup(call->world, &kind_iam_instance_profile_association, "instance", instance_id,
		     &found);
	for (size_t i = 0; i < found.count; i++)
		if (!str_eq(doc_str(found.items[i], "State"), "disassociating"))
			doc = found.items[i];
	docs_done(&found);
	return doc;
}

/** Reads a profile that must be there, and answers the association of a new one. */
static bool read_profile(const struct call *call, const struct json *input, const struct doc **ret,
			 struct err *err)
{
	if (!instance_profile_read(call, json_get(input, "IamInstanceProfile"), ret, err))
		return false;
	return *ret || aws_fail(err, AWS_EC2_MISSING_PARAMETER, "iamInstanceProfile");
}

static void reply_new(struct call *call, const char *instance_id, const struct doc *profile,
		      struct json *output)
{
	const struct doc *made =
		instance_profile_associate(call, instance_id, profile, "associating");

	json_set_copy(output, "IamInstanceProfileAssociation", made->body);
	lifecycle_start(call, &kind_iam_instance_profile_association, made->key,
			LIFECYCLE_INSTANCE_PROFILE, "associated");
}

bool ec2_associate_iam_instance_profile(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct doc *instance, *profile;

	if (!read_profile(call, input, &profile, err) ||
	    !ec2_get_by(call, &kind_instance, input, "InstanceId", &instance, err))
		return false;
	if (!instance_is_live(instance) && !str_eq(instance_state_name(instance), "stopped") &&
	    !str_eq(instance_state_name(instance), "stopping"))
		return aws_fail(err, AWS_EC2_INSTANCE_STATE, instance->key);
	if (find_association(call, instance->key))
		return aws_fail(err, AWS_EC2_PROFILE_ASSOCIATED, instance->key);
	reply_new(call, instance->key, profile, output);
	return true;
}

/** Begins the end of an association. */
static const struct doc *end_association(struct call *call, const struct doc *doc)
{
	struct json *body = json_copy(doc->body);

	json_set_str(body, "State", "disassociating");
	doc = world_put(call, &kind_iam_instance_profile_association, doc->key, body);
	tell_instance(call, doc_str(doc, "InstanceId"), NULL);
	return doc;
}

bool ec2_disassociate_iam_instance_profile(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_iam_instance_profile_association, input, "AssociationId", &doc,
			err))
		return false;
	if (str_eq(doc_str(doc, "State"), "disassociating"))
		return aws_fail(err, AWS_EC2_PROFILE_NOT_FOUND, doc->key);
	doc = end_association(call, doc);
	json_set_copy(output, "IamInstanceProfileAssociation", doc->body);
	lifecycle_start(call, &kind_iam_instance_profile_association, doc->key,
			LIFECYCLE_INSTANCE_PROFILE, "gone");
	return true;
}

/* Source: EC2 API, ReplaceIamInstanceProfileAssociation: a new association, without a time at which
 * the instance has none. */
bool ec2_replace_iam_instance_profile_association(struct call *call, const struct json *input,
						  struct json *output, struct err *err)
{
	const struct doc *doc, *profile;

	if (!read_profile(call, input, &profile, err) ||
	    !ec2_get_by(call, &kind_iam_instance_profile_association, input, "AssociationId", &doc,
			err))
		return false;
	if (str_eq(doc_str(doc, "State"), "disassociating"))
		return aws_fail(err, AWS_EC2_PROFILE_NOT_FOUND, doc->key);
	end_association(call, doc);
	reply_new(call, doc_str(doc, "InstanceId"), profile, output);
	lifecycle_start(call, &kind_iam_instance_profile_association, doc->key,
			LIFECYCLE_INSTANCE_PROFILE, "gone");
	return true;
}

static const struct filter_field association_filters[] = {
	{"instance-id", "InstanceId", NULL, "instance"},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_iam_instance_profile_associations(struct call *call, const struct json *input,
						    struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_iam_instance_profile_association,
		.ids = "AssociationIds",
		.id_prefix = "iip-assoc-",
		.malformed = AWS_EC2_PROFILE_NOT_FOUND,
		.not_found = AWS_EC2_PROFILE_NOT_FOUND,
		.filters = "Filters",
		.fields = association_filters,
		.page = &page_ec2,
		.result = "IamInstanceProfileAssociations",
	};

	return describe_reply(call, input, output, &describe, err);
}
