/*
 * VPC encryption controls: whether a VPC watches (monitor) or demands (enforce) that what it sends
 * is encrypted, and which gateways are excluded. Shape: EC2 VpcEncryptionControl, one of a VPC at
 * most; the VPC shows it (EncryptionControl). Under enforce nothing comes in that would send in the
 * clear and is not excluded.
 *
 * Source: EC2 API, ModifyVpcEncryptionControl and its relatives; VPC user guide, "Enforce VPC
 * encryption in transit".
 */
#include "emulator/aws/ec2/internal.h"

static const struct kind_index control_indexes[] = {
	{"vpc", ec2_terms_vpc},
	{NULL, NULL},
};

static void control_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_vpc_encryption_control = {
	.name = "vpc-encryption-control",
	.shape = "ec2:VpcEncryptionControl",
	.indexes = control_indexes,
	.timer = control_timer,
	.view = ec2_view,
};

/* What can be excluded: the member of ResourceExclusions, and the kind that stands against enforce;
 * NULL: there is none of that sort here. */
static const struct {
	const char *name;
	const struct kind *kind;
} excludable[] = {
	{"InternetGateway", &kind_internet_gateway},
	{"EgressOnlyInternetGateway", &kind_egress_only_internet_gateway},
	{"NatGateway", &kind_nat_gateway},
	{"VirtualPrivateGateway", &kind_vpn_gateway},
	{"VpcPeering", &kind_vpc_peering_connection},
	{"Lambda", NULL},
	{"VpcLattice", NULL},
	{"ElasticFileSystem", NULL},
	{"GlobalAccelerator", NULL},
	{"ApiGatewayV2", NULL},
};

static const char *input_member(struct call *call, size_t i)
{
	return arena_printf(call->arena, "%sExclusion", excludable[i].name);
}

static bool is_excluded(const struct json *control, const char *name)
{
	const char *state =
		json_find_str(json_get(control, "ResourceExclusions"), name, "State", NULL);

	return str_eq(state, "enabled") || str_eq(state, "enabling");
}

/* ---- What stands against enforce ---- */

/** Appends what of a kind is in the VPC, gone things and connections that wait left out. */
static void find_blocking(struct call *call, const char *vpc_id, size_t row, struct json *list)
{
	const struct kind *kind = excludable[row].kind;
	struct docs found = {0};

	world_lookup(call->world, kind, "vpc", vpc_id, &found);
	for (size_t i = 0; i < found.count; i++) {
		struct json *item;

		if (ec2_is_gone(found.items[i]) || (kind == &kind_vpc_peering_connection &&
						    !vpc_peering_is_active(found.items[i])))
			continue;
		item = json_new_object();
		json_set_str(item, "Id", found.items[i]->key);
		json_set_str(item, "Type", ec2_resource_type(kind));
		json_setf(item, "Description", "%s does not encrypt what goes through it",
			  found.items[i]->key);
		json_set_bool(item, "IsExcludable", true);
		json_append(list, item);
	}
	docs_done(&found);
}

/** What would send in the clear and is not excluded; new list. */
static struct json *blocking(struct call *call, const char *vpc_id, const struct json *control)
{
	struct json *list = json_new_array();

	for (size_t i = 0; i < array_size(excludable); i++)
		if (excludable[i].kind && !is_excluded(control, excludable[i].name))
			find_blocking(call, vpc_id, i, list);
	return list;
}

bool encryption_control_allows(struct call *call, const char *vpc_id, const char *what,
			       struct err *err)
{
	const struct doc *control =
		world_lookup_one(call->world, &kind_vpc_encryption_control, "vpc", vpc_id);

	if (!control || !str_eq(doc_str(control, "Mode"), "enforce") ||
	    is_excluded(control->body, what))
		return true;
	return aws_fail(err, AWS_EC2_ENCRYPTION_ENFORCED, vpc_id, what);
}

/* ---- Life ---- */

/** Stores a control, and lets its VPC show it. */
static const struct doc *put(struct call *call, const struct doc *doc, struct json *body)
{
	const struct doc *vpc;
	struct json *shown;

	doc = world_put(call, &kind_vpc_encryption_control, doc->key, body);
	vpc = world_find(call->world, &kind_vpc, doc_str(doc, "VpcId"));
	shown = json_copy(vpc->body);
	json_remove(shown, "EncryptionControl");
	json_set_copy(shown, "EncryptionControl", doc->body);
	world_put(call, &kind_vpc, vpc->key, shown);
	return doc;
}

static void drop(struct call *call, const struct doc *doc)
{
	const struct doc *vpc = world_find(call->world, &kind_vpc, doc_str(doc, "VpcId"));
	struct json *shown = vpc ? json_copy(vpc->body) : NULL;

	if (vpc) {
		json_remove(shown, "EncryptionControl");
		world_put(call, &kind_vpc, vpc->key, shown);
	}
	world_remove(call, &kind_vpc_encryption_control, doc->key);
}

void encryption_control_forget(struct call *call, const char *vpc_id)
{
	ec2_remove_all(call, &kind_vpc_encryption_control, "vpc", vpc_id);
}

/** Exclusions that were on their way are there, or gone. */
static void settle_exclusions(struct json *body)
{
	struct json *exclusions = json_ensure_object(body, "ResourceExclusions");

	for (size_t i = 0; i < array_size(excludable); i++) {
		struct json *exclusion = json_ensure_object(exclusions, excludable[i].name);
		const char *state = json_get_str(exclusion, "State");

		json_set_str(exclusion, "State",
			     str_eq(state, "enabling")	  ? "enabled"
			     : str_eq(state, "disabling") ? "disabled"
							  : state);
	}
}

/** The change to enforce ends: when something stands against it, as a failure. */
static void enforce(struct call *call, const struct doc *doc, struct json *body)
{
	_cleanup_(json_freep) struct json *list = blocking(call, doc_str(doc, "VpcId"), doc->body);

	json_remove(body, "StateMessage");
	if (!json_size(list)) {
		json_set_str(body, "Mode", "enforce");
		json_set_str(body, "State", "available");
		return;
	}
	json_set_str(body, "State", "enforce-failed");
	json_setf(body, "StateMessage", "%zu resources of the VPC are not compliant",
		  json_size(list));
}

static void control_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "deleted")) {
		drop(call, doc);
		return;
	}
	body = json_copy(doc->body);
	if (str_eq(timer, "enforced")) {
		enforce(call, doc, body);
	} else {
		assert(str_eq(timer, "monitored"));
		json_set_str(body, "Mode", "monitor");
		json_set_str(body, "State", "available");
		json_remove(body, "StateMessage");
	}
	settle_exclusions(body);
	put(call, doc, body);
}

/* ---- CreateVpcEncryptionControl ---- */

static const struct doc *control_add(struct call *call, const struct doc *vpc, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_vpc_encryption_control, vpc->key);
	struct json *body = json_new_object(), *exclusions;
	const struct doc *doc;

	json_set_str(body, "VpcId", vpc->key);
	json_set_str(body, "VpcEncryptionControlId", id);
	json_set_str(body, "Mode", "monitor");
	json_set_str(body, "State", "creating");
	exclusions = json_ensure_object(body, "ResourceExclusions");
	for (size_t i = 0; i < array_size(excludable); i++)
		json_set_str(json_ensure_object(exclusions, excludable[i].name), "State",
			     "disabled");
	doc = world_add(call, (struct doc_spec){.kind = &kind_vpc_encryption_control,
						.key = id,
						.body = json_copy(body),
						.tags = tags});
	return put(call, doc, body);
}

bool ec2_create_vpc_encryption_control(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *vpc, *doc;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !tags_from_specifications(input, "vpc-encryption-control", &tags, err))
		return false;
	if (world_lookup_count(call->world, &kind_vpc_encryption_control, "vpc", vpc->key))
		return aws_fail(err, AWS_EC2_ENCRYPTION_EXISTS, vpc->key);
	doc = control_add(call, vpc, steal(tags));
	json_set(output, "VpcEncryptionControl", ec2_item(doc));
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_GROUP_ASSOCIATION, "monitored");
	return true;
}

/* ---- ModifyVpcEncryptionControl, DeleteVpcEncryptionControl ---- */

/** Writes the exclusions that a request names; whether there is one that it switches on. */
static bool set_exclusions(struct call *call, const struct json *input, struct json *body)
{
	struct json *exclusions = json_ensure_object(body, "ResourceExclusions");
	bool some = false;

	for (size_t i = 0; i < array_size(excludable); i++) {
		const char *wish = json_get_str(input, input_member(call, i));
		bool on = str_eq(wish, "enable"), was = is_excluded(body, excludable[i].name);

		some = some || on;
		if (wish && on != was)
			json_set_str(json_ensure_object(exclusions, excludable[i].name), "State",
				     on ? "enabling" : "disabling");
	}
	return some;
}

/** Begins what a request or an account wants of a control. */
static const struct doc *change(struct call *call, const struct doc *doc, struct json *body,
				bool to_enforce)
{
	json_set_str(body, "State", to_enforce ? "enforce-in-progress" : "monitor-in-progress");
	return put(call, doc, body);
}

static void start(struct call *call, const struct doc *doc, bool to_enforce)
{
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_GROUP_ASSOCIATION,
			to_enforce ? "enforced" : "monitored");
}

bool encryption_control_create(struct call *call, const struct doc *vpc, const struct json *wanted,
			       struct err *err)
{
	bool to_enforce = str_eq(json_get_str(wanted, "Mode"), "enforce");
	const struct doc *doc = control_add(call, vpc, NULL);
	_cleanup_(json_freep) struct json *body = json_copy(doc->body);

	if (set_exclusions(call, wanted, body) && !to_enforce)
		return aws_fail(err, AWS_EC2_ENCRYPTION_EXCLUSION);
	doc = change(call, doc, steal(body), to_enforce);
	start(call, doc, to_enforce);
	return true;
}

static bool get_control(struct call *call, const struct json *input, const struct doc **ret,
			struct err *err)
{
	if (!ec2_get_by(call, &kind_vpc_encryption_control, input, "VpcEncryptionControlId", ret,
			err))
		return false;
	return !str_eq(doc_str(*ret, "State"), "deleting") ||
	       aws_fail(err, AWS_EC2_ENCRYPTION_STATE, (*ret)->key, doc_str(*ret, "State"));
}

/* Source: VPC user guide: exclusions belong to enforce mode. */
bool ec2_modify_vpc_encryption_control(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const char *mode = json_get_str(input, "Mode");
	const struct doc *doc;
	bool to_enforce;

	if (!get_control(call, input, &doc, err))
		return false;
	to_enforce = str_eq(mode ? mode : doc_str(doc, "Mode"), "enforce");
	body = json_copy(doc->body);
	if (set_exclusions(call, input, body) && !to_enforce)
		return aws_fail(err, AWS_EC2_ENCRYPTION_EXCLUSION);
	doc = change(call, doc, steal(body), to_enforce);
	json_set(output, "VpcEncryptionControl", ec2_item(doc));
	start(call, doc, to_enforce);
	return true;
}

bool ec2_delete_vpc_encryption_control(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const struct doc *doc;
	struct json *body;

	if (!get_control(call, input, &doc, err))
		return false;
	body = json_copy(doc->body);
	json_set_str(body, "State", "deleting");
	doc = put(call, doc, body);
	json_set(output, "VpcEncryptionControl", ec2_item(doc));
	lifecycle_start(call, doc->kind, doc->key, LIFECYCLE_GROUP_ASSOCIATION, "deleted");
	return true;
}

/* ---- Describing ---- */

static const struct filter_field control_filters[] = {
	{"mode", "Mode", NULL, NULL},
	{"state", "State", NULL, NULL},
	{"vpc-encryption-control-id", "VpcEncryptionControlId", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_vpc_encryption_controls(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_vpc_encryption_control,
		.ids = "VpcEncryptionControlIds",
		.id_prefix = "vpcec-",
		.malformed = AWS_EC2_ENCRYPTION_MALFORMED,
		.not_found = AWS_EC2_ENCRYPTION_NOT_FOUND,
		.filters = "Filters",
		.fields = control_filters,
	};
	const struct json *vpcs = json_get(input, "VpcIds");
	struct docs found = {0};
	struct json *items;

	if (!describe_select(call, input, &describe, &found, err))
		return false;
	items = json_new_array();
	for (size_t i = 0; i < found.count; i++)
		if (!json_size(vpcs) || ec2_list_has(vpcs, doc_str(found.items[i], "VpcId")))
			json_append(items, ec2_own(ec2_item(found.items[i])));
	docs_done(&found);
	return ec2_page_items(call, input, output, "VpcEncryptionControls", items, err);
}

bool ec2_get_vpc_resources_blocking_encryption_enforcement(struct call *call,
							   const struct json *input,
							   struct json *output, struct err *err)
{
	const struct doc *vpc, *control;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	control = world_lookup_one(call->world, &kind_vpc_encryption_control, "vpc", vpc->key);
	return ec2_page_items(call, input, output, "NonCompliantResources",
			      blocking(call, vpc->key, control ? control->body : NULL), err);
}

/* ---- The account's own ---- */

#define SETTING "vpc-encryption-control"

static struct json *account_item(struct call *call)
{
	const struct json *setting = account_setting(call, SETTING);
	struct json *item, *exclusions;

	if (setting)
		return json_copy(setting);
	item = json_new_object();
	json_set_str(item, "State", "default-state");
	json_set_str(item, "Mode", "unmanaged");
	exclusions = json_ensure_object(item, "Exclusions");
	for (size_t i = 0; i < array_size(excludable); i++)
		json_set_str(exclusions, excludable[i].name, "disabled");
	json_set_str(item, "ManagedBy", "account");
	return item;
}

bool ec2_describe_account_vpc_encryption_control(struct call *call, const struct json *input,
						 struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	json_set(output, "AccountVpcEncryptionControl", account_item(call));
	return true;
}

void encryption_control_begin(struct call *call, const struct doc *vpc)
{
	const struct json *setting = account_setting(call, SETTING);
	const char *mode = json_get_str(setting, "Mode");
	const struct doc *doc;
	struct json *body;
	bool to_enforce = str_eq(mode, "attempt-enforce");

	if (!mode || str_eq(mode, "unmanaged"))
		return;
	doc = world_lookup_one(call->world, &kind_vpc_encryption_control, "vpc", vpc->key);
	if (!doc)
		doc = control_add(call, vpc, NULL);
	body = json_copy(doc->body);
	for (size_t i = 0; to_enforce && i < array_size(excludable); i++) {
		const char *state = json_find_str(setting, "Exclusions", excludable[i].name, NULL);

		json_set_str(json_ensure_object(json_ensure_object(body, "ResourceExclusions"),
						excludable[i].name),
			     "State", state);
	}
	start(call, change(call, doc, body, to_enforce), to_enforce);
}

bool ec2_modify_account_vpc_encryption_control(struct call *call, const struct json *input,
					       struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *item = account_item(call);
	struct json *exclusions = json_ensure_object(item, "Exclusions");
	const char *mode = json_get_str(input, "Mode");
	struct docs vpcs = {0};
	bool some = false;

	if (mode)
		json_set_str(item, "Mode", mode);
	for (size_t i = 0; i < array_size(excludable); i++) {
		const char *wish = json_get_str(input, excludable[i].name);

		some = some || str_eq(wish, "enable");
		if (wish)
			json_set_str(exclusions, excludable[i].name,
				     str_eq(wish, "enable") ? "enabled" : "disabled");
	}
	if (some && !str_eq(json_get_str(item, "Mode"), "attempt-enforce"))
		return aws_fail(err, AWS_EC2_ENCRYPTION_EXCLUSION);
	json_set_str(item, "State", "transitions-successful");
	json_set_str(item, "LastUpdateTimestamp", aws_now(call));
	account_setting_put(call, SETTING, json_copy(item));
	world_foreach (vpc, call->world, &kind_vpc) {
		if (doc_in_scope(call, vpc))
			docs_add(&vpcs, vpc);
	}
	for (size_t i = 0; i < vpcs.count; i++)
		encryption_control_begin(call, vpcs.items[i]);
	docs_done(&vpcs);
	json_set(output, "AccountVpcEncryptionControl", steal(item));
	return true;
}
