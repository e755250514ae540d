/*
 * Which policies let an entity at a service, and when it was last there. Uses are what the journal
 * still knows: those of this world, by the entity itself.
 *
 * Source: IAM API, ListPoliciesGrantingServiceAccess, GenerateServiceLastAccessedDetails.
 */
#include "emulator/aws/iam/credential.h"
#include "emulator/aws/policy/authorize.h"
#include "emulator/base/clock.h"
#include "emulator/base/ids.h"
#include "emulator/world/journal.h"

/** A job; key: its id, body: {Arn, Granularity, CreationDate}. */
static const struct kind kind_iam_access_job = {.name = "iam-access-job"};

/* @name Policies of an entity */

struct search {
	struct call *call;
	const char *prefix; /* "ec2" */
	struct json *list;
};

static bool has_action(const struct json *actions, const char *prefix)
{
	const struct json *first = json_is_string(actions) ? actions : json_first(actions);

	for (const struct json *item = first; item;
	     item = json_is_string(actions) ? NULL : json_next(item)) {
		const char *colon = strchr(json_str(item), ':');
		_cleanup_(freep) char *of =
			colon ? xstrndup(json_str(item), (size_t)(colon - json_str(item)))
			      : xstrdup(json_str(item));

		if (policy_action_fits(of, prefix))
			return true;
	}
	return false;
}

/* Whether any statement allows something of the service. */
static bool grants(const char *document, const char *prefix)
{
	_cleanup_(json_freep) struct json *json = NULL;
	const struct json *statements, *first;

	if (!document || !json_parse(document, strlen(document), &json, NULL))
		return false;
	statements = json_get(json, "Statement");
	first = json_is_object(statements) ? statements : json_first(statements);
	for (const struct json *item = first; item;
	     item = json_is_object(statements) ? NULL : json_next(item)) {
		const struct json *actions = json_get(item, "Action");

		if (!str_eq(json_get_str(item, "Effect"), "Allow"))
			continue;
		if (actions ? has_action(actions, prefix)
			    : !has_action(json_get(item, "NotAction"), prefix))
			return true;
	}
	return false;
}

static struct json *new_item(struct search *search, const char *name, const char *type)
{
	struct json *item = json_new_object();

	json_set_str(item, "PolicyName", name);
	json_set_str(item, "PolicyType", type);
	json_append(search->list, item);
	return item;
}

/* Inline and attached policies of a user, group or role. */
static void add_policies(struct search *search, const struct iam_owner *owner,
			 const struct doc *doc)
{
	struct world *world = search->call->world;
	struct docs docs = {0};

	world_lookup(world, owner->inline_policy, owner->index, doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		struct json *item;

		if (!grants(doc_str(docs.items[i], "PolicyDocument"), search->prefix))
			continue;
		item = new_item(search, doc_str(docs.items[i], "PolicyName"), "INLINE");
		json_set_str(item, "EntityType",
			     owner == &iam_user_owner	 ? "USER"
			     : owner == &iam_group_owner ? "GROUP"
							 : "ROLE");
		json_set_str(item, "EntityName", doc_str(doc, owner->member));
	}
	docs_done(&docs);
	world_lookup(world, owner->attached_policy, owner->index, doc->key, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		const char *arn = doc_str(docs.items[i], "PolicyArn");

		if (grants(iam_managed_document(search->call, arn), search->prefix))
			json_set_str(
				new_item(search, doc_str(docs.items[i], "PolicyName"), "MANAGED"),
				"PolicyArn", arn);
	}
	docs_done(&docs);
}

static void add_groups(struct search *search, const struct doc *user)
{
	struct docs docs = {0};

	world_lookup(search->call->world, &kind_iam_membership, "user", user->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		add_policies(search, &iam_group_owner,
			     world_find(search->call->world, &kind_iam_group,
					doc_extra_str(docs.items[i], "Group")));
	docs_done(&docs);
}

/* The policies of an entity that grant something of a service; new list. */
static struct json *policies_granting(struct call *call, const struct doc *entity,
				      const char *prefix)
{
	struct search search = {call, prefix, json_new_array()};
	const struct iam_owner *owner = entity->kind == &kind_iam_user	  ? &iam_user_owner
					: entity->kind == &kind_iam_group ? &iam_group_owner
									  : &iam_role_owner;

	add_policies(&search, owner, entity);
	if (owner == &iam_user_owner)
		add_groups(&search, entity);
	return search.list;
}

static const struct doc *find_entity(struct call *call, const struct json *input, struct err *err)
{
	const char *arn = json_get_str(input, "Arn");
	const struct doc *entity = iam_entity(call, arn);

	if (!entity)
		aws_fail(err, AWS_IAM_ARN_NOT_FOUND, arn);
	return entity;
}

bool iam_list_policies_granting_service_access(struct call *call, const struct json *input,
					       struct json *output, struct err *err)
{
	const struct doc *entity = find_entity(call, input, err);
	/* MaxItems is no member of this input: each page holds all */
	static const struct page_style pages = {.limit = "MaxItems",
						.token_in = "Marker",
						.token_out = "Marker",
						.more = "IsTruncated",
						.bad_token = AWS_IAM_MARKER};
	struct json *list;

	if (!entity)
		return false;
	list = json_new_array();
	json_foreach (name, json_get(input, "ServiceNamespaces")) {
		struct json *item = json_new_object();

		json_set_str(item, "ServiceNamespace", json_str(name));
		json_set(item, "Policies", policies_granting(call, entity, json_str(name)));
		json_append(list, item);
	}
	return page_items(call, input, output, &pages, "PoliciesGrantingServiceAccess", list, err);
}

/* @name When it was last there */

bool iam_generate_service_last_accessed_details(struct call *call, const struct json *input,
						struct json *output, struct err *err)
{
	const char *arn = json_get_str(input, "Arn");
	const char *granularity = json_get_str(input, "Granularity");
	struct json *body;
	char id[37];

	if (!iam_entity(call, arn) && !iam_managed_document(call, arn))
		return aws_fail(err, AWS_IAM_ARN_NOT_FOUND, arn);
	ids_uuid(world_seed(call->world), "access-job", call->actor, arn, call->number, id);
	body = json_new_object();
	json_set_str(body, "Arn", arn);
	json_set_str(body, "Granularity", granularity ? granularity : "SERVICE_LEVEL");
	json_set_str(body, "CreationDate", iam_now(call));
	world_add(call, (struct doc_spec){.kind = &kind_iam_access_job, .key = id, .body = body});
	json_set_str(output, "JobId", id);
	return true;
}

/* The last call of a principal to a service, or NULL. */
static const struct journal_entry *last_use(struct call *call, const char *arn, const char *prefix)
{
	const struct journal *journal = world_journal(call->world);

	for (uint64_t number = journal_last(journal); number && number >= journal_first(journal);
	     number--) {
		const struct journal_entry *entry = journal_get(journal, number);
		const struct aws_service_model *model =
			entry ? aws_model_find(entry->service) : NULL;

		if (model && str_eq(entry->principal, arn) &&
		    str_eq(policy_action_prefix(model), prefix))
			return entry;
	}
	return NULL;
}

static const struct doc *find_job(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *id = json_get_str(input, "JobId");
	const struct doc *job = find_in_scope(call, &kind_iam_access_job, id);

	if (!job) {
		aws_fail(err, AWS_IAM_JOB, id);
		return NULL;
	}
	json_set_str(output, "JobStatus", "COMPLETED");
	json_set_copy(output, "JobCreationDate", json_get(job->body, "CreationDate"));
	json_set_copy(output, "JobCompletionDate", json_get(job->body, "CreationDate"));
	return job;
}

static bool is_granted(struct call *call, const char *arn, const char *prefix)
{
	const struct doc *entity = iam_entity(call, arn);
	_cleanup_(json_freep) struct json *list =
		entity ? policies_granting(call, entity, prefix) : NULL;

	return entity ? json_first(list) != NULL : grants(iam_managed_document(call, arn), prefix);
}

static struct json *service_item(struct call *call, const struct aws_service_model *model,
				 const char *arn)
{
	const char *prefix = policy_action_prefix(model);
	const struct journal_entry *use = last_use(call, arn, prefix);
	struct json *item = json_new_object();
	char text[CLOCK_TEXT_MAX];

	json_set_str(item, "ServiceName", prefix); /* AWS's titles are in no model */
	json_set_str(item, "ServiceNamespace", prefix);
	json_set_int(item, "TotalAuthenticatedEntities", use != NULL);
	if (!use)
		return item;
	json_set_str(item, "LastAuthenticated", clock_format_seconds(use->now_ms, text));
	json_set_str(item, "LastAuthenticatedEntity", arn);
	json_set_str(item, "LastAuthenticatedRegion", *use->region ? use->region : "us-east-1");
	return item;
}

bool iam_get_service_last_accessed_details(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	const struct doc *job = find_job(call, input, output, err);
	struct json *list;
	const char *arn = job ? doc_str(job, "Arn") : NULL, *before = "";

	if (!job)
		return false;
	json_set_copy(output, "JobType", json_get(job->body, "Granularity"));
	list = json_new_array();
	for (size_t i = 0; i < aws_model_count; i++) {
		const char *prefix = policy_action_prefix(aws_models[i]);

		/* two services that share a prefix stand side by side */
		if (!str_eq(prefix, before) && is_granted(call, arn, prefix))
			json_append(list, service_item(call, aws_models[i], arn));
		before = prefix;
	}
	return page_items(call, input, output, &page_iam, "ServicesLastAccessed", list, err);
}

static const char *entity_id(const struct doc *entity)
{
	static const char *const members[] = {"UserId", "GroupId", "RoleId"};
	const char *id = NULL;

	for (size_t i = 0; i < array_size(members) && !id; i++)
		id = doc_str(entity, members[i]);
	return id;
}

bool iam_get_service_last_accessed_details_with_entities(struct call *call,
							 const struct json *input,
							 struct json *output, struct err *err)
{
	static const char *const types[][2] = {
		{":user/", "USER"}, {":group/", "GROUP"}, {":role/", "ROLE"}};
	const struct doc *job = find_job(call, input, output, err);
	struct json *list, *item, *info;
	const char *arn = job ? doc_str(job, "Arn") : NULL;
	const struct doc *entity = job ? iam_entity(call, arn) : NULL;
	const struct journal_entry *use;
	char text[CLOCK_TEXT_MAX];

	if (!job)
		return false;
	list = json_new_array();
	if (!entity || !is_granted(call, arn, json_get_str(input, "ServiceNamespace")))
		return page_items(call, input, output, &page_iam, "EntityDetailsList", list, err);
	item = json_new_object();
	info = json_ensure_object(item, "EntityInfo");
	json_set_str(info, "Arn", arn);
	json_set_str(info, "Name", strrchr(arn, '/') + 1);
	for (size_t i = 0; i < array_size(types); i++)
		if (strstr(arn, types[i][0]))
			json_set_str(info, "Type", types[i][1]);
	json_set_str(info, "Id", entity_id(entity));
	json_set_copy(info, "Path", json_get(entity->body, "Path"));
	use = last_use(call, arn, json_get_str(input, "ServiceNamespace"));
	if (use)
		json_set_str(item, "LastAuthenticated", clock_format_seconds(use->now_ms, text));
	json_append(list, item);
	return page_items(call, input, output, &page_iam, "EntityDetailsList", list, err);
}
