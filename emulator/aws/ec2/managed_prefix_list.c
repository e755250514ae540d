/*
 * Prefix lists that customers manage. Shape: EC2 ManagedPrefixList; extra holds the entries of each
 * version: Versions = {"1": [{Cidr, Description}], …}. A change takes its time: modify-in-progress,
 * then modify-complete.
 */
#include "emulator/aws/ec2/internal.h"

#define TARGET "IpamPrefixListResolverTargetId" /* members of ManagedPrefixList */
#define SYNC   "IpamPrefixListResolverSyncEnabled"

static void managed_prefix_list_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_managed_prefix_list = {
	.name = "managed-prefix-list",
	.shape = "ec2:ManagedPrefixList",
	.view = ec2_view,
	.timer = managed_prefix_list_timer,
};

/** The timer is named by the state that the list gets; "deleted" takes the list away. */
static void managed_prefix_list_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "deleted")) {
		world_remove(call, &kind_managed_prefix_list, doc->key);
		return;
	}
	body = json_copy(doc->body);
	json_set_str(body, "State", timer);
	world_put(call, &kind_managed_prefix_list, doc->key, body);
}

static const char *version_name(struct call *call, int64_t version)
{
	return arena_printf(call->arena, "%lld", (long long)version);
}

static int64_t version_of(const struct doc *doc)
{
	return json_get_int(doc->body, "Version", 1);
}

/** The entries of a version, 0: the newest; NULL when there is no such version. */
static const struct json *entries_of(struct call *call, const struct doc *doc, int64_t version)
{
	return json_get(json_get(doc->extra, "Versions"),
			version_name(call, version ? version : version_of(doc)));
}

bool managed_prefix_list_entries(struct call *call, const char *id, int64_t version,
				 struct json **ret, struct err *err)
{
	const struct doc *doc = ec2_find(call, &kind_managed_prefix_list, id);
	const struct json *entries;

	if (!doc)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, id);
	entries = entries_of(call, doc, version);
	if (!entries)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_VERSION, version_name(call, version));
	*ret = json_copy(entries);
	return true;
}

/** A list that may be changed: the caller's own, and nothing in progress. */
static bool get_own(struct call *call, const struct json *input, const struct doc **ret,
		    struct err *err)
{
	const char *id = json_get_str(input, "PrefixListId");
	const char *state;

	if (prefix_list_is_aws(call, id))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_AWS, id);
	*ret = ec2_find(call, &kind_managed_prefix_list, id);
	if (!*ret)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, id);
	state = doc_str(*ret, "State");
	if (strstr(state, "-in-progress"))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_STATE, id, state);
	return true;
}

/* ---- Entries ---- */

/** An entry's block in canonical form, of the list's family. */
static bool read_block(struct call *call, const char *family, const struct json *entry,
		       const char **ret, struct err *err)
{
	const char *text = json_get_str(entry, "Cidr");
	struct cidr cidr;

	if (!cidr_parse(text, &cidr) || (cidr.ip.family == FAMILY_IPV4) != str_eq(family, "IPv4"))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_CIDR, text, family);
	cidr = cidr_canonical(&cidr);
	*ret = ec2_cidr_text(call, &cidr);
	return true;
}

static bool add_entries(struct call *call, const char *family, const struct json *wanted,
			struct json *entries, struct err *err)
{
	json_foreach (item, wanted) {
		const char *description = json_get_str(item, "Description"), *cidr;
		struct json *entry;

		if (!read_block(call, family, item, &cidr, err))
			return false;
		if (ec2_element(entries, "Cidr", cidr))
			return aws_fail(err, AWS_EC2_PREFIX_LIST_DUPLICATE, cidr,
					description ? description : "");
		entry = json_new_object();
		json_set_str(entry, "Cidr", cidr);
		json_set_str(entry, "Description", description);
		json_append(entries, entry);
	}
	return true;
}

static bool remove_entries(struct call *call, const char *family, const struct json *unwanted,
			   struct json *entries, struct err *err)
{
	json_foreach (item, unwanted) {
		const char *cidr;
		struct json *entry;

		if (!read_block(call, family, item, &cidr, err))
			return false;
		entry = ec2_element_mut(entries, "Cidr", cidr);
		if (!entry)
			return aws_fail(err, AWS_EC2_PREFIX_LIST_ENTRY, cidr);
		json_remove_item(entries, entry);
	}
	return true;
}

static bool check_size(struct call *call, const struct json *entries, int64_t max, struct err *err)
{
	if ((int64_t)json_size(entries) > max)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_FULL, version_name(call, max));
	return true;
}

static bool check_name(const char *name, struct err *err)
{
	if (str_starts_with(name, "com.amazonaws"))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NAME, name);
	if (!*name || strlen(name) > 255)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NAME, name);
	return true;
}

/* ---- CreateManagedPrefixList ---- */

static const char *list_add(struct call *call, const struct json *input, struct json *entries,
			    struct json *tags)
{
	const char *name = json_get_str(input, "PrefixListName");
	const char *id = ec2_new_id(call, &kind_managed_prefix_list, name);
	struct json *body = json_new_object(), *extra = json_new_object();

	json_set_str(body, "PrefixListId", id);
	json_set_copy(body, "AddressFamily", json_get(input, "AddressFamily"));
	json_set_str(body, "State", "create-in-progress");
	json_set_str(body, "PrefixListArn", ec2_arn(call, "prefix-list", id));
	json_set_str(body, "PrefixListName", name);
	json_set_copy(body, "MaxEntries", json_get(input, "MaxEntries"));
	json_set_int(body, "Version", 1);
	json_set_str(body, "OwnerId", call->account);
	json_set(json_ensure_object(extra, "Versions"), "1", entries);
	world_add(call, (struct doc_spec){.kind = &kind_managed_prefix_list,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .extra = extra});
	return id;
}

bool ec2_create_managed_prefix_list(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *entries = json_new_array();
	const char *family = json_get_str(input, "AddressFamily"), *id;
	int64_t max = json_get_int(input, "MaxEntries", 0);

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "prefix-list", &tags, err) ||
	    !check_name(json_get_str(input, "PrefixListName"), err))
		return false;
	if (!str_eq(family, "IPv4") && !str_eq(family, "IPv6"))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_FAMILY, family);
	if (max < 1 || max > ec2_limit(LIMIT_PREFIX_LIST_ENTRIES))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_MAX);
	if (!add_entries(call, family, json_get(input, "Entries"), entries, err) ||
	    !check_size(call, entries, max, err))
		return false;
	if (!id || !ec2_find(call, &kind_managed_prefix_list, id)) {
		if (!ec2_within_limit(call, LIMIT_PREFIX_LISTS,
				      ec2_count(call, &kind_managed_prefix_list),
				      AWS_EC2_PREFIX_LIST_LIMIT, err))
			return false;
		id = list_add(call, input, steal(entries), steal(tags));
		idempotency_keep(call, input, "ClientToken", id);
		json_set(output, "PrefixList",
			 ec2_item(world_find(call->world, &kind_managed_prefix_list, id)));
		lifecycle_start(call, &kind_managed_prefix_list, id, LIFECYCLE_PREFIX_LIST,
				"create-complete");
		return true;
	}
	json_set(output, "PrefixList",
		 ec2_item(world_find(call->world, &kind_managed_prefix_list, id)));
	return true;
}

/* ---- ModifyManagedPrefixList, RestoreManagedPrefixListVersion ---- */

/** Stores a change and lets it take its time. */
static void change(struct call *call, const struct doc *doc, struct json *body, struct json *extra,
		   const char *verb, struct json *output)
{
	json_set_str(body, "State", arena_printf(call->arena, "%s-in-progress", verb));
	doc = world_put_all(call, &kind_managed_prefix_list, doc->key, body, NULL, extra);
	json_set(output, "PrefixList", ec2_item(doc));
	lifecycle_start(call, &kind_managed_prefix_list, doc->key, LIFECYCLE_PREFIX_LIST,
			arena_printf(call->arena, "%s-complete", verb));
}

/** Another version, with these entries. */
static struct json *next_version(struct call *call, const struct doc *doc, struct json *body,
				 struct json *entries)
{
	struct json *extra = json_copy(doc->extra);

	json_set_int(body, "Version", version_of(doc) + 1);
	json_set(json_ensure_object(extra, "Versions"), version_name(call, version_of(doc) + 1),
		 entries);
	return extra;
}

void managed_prefix_list_bind(struct call *call, const char *id, const char *target_id)
{
	const struct doc *doc = world_find(call->world, &kind_managed_prefix_list, id);
	struct json *body;

	if (!doc)
		return;
	body = json_copy(doc->body);
	json_remove(body, TARGET);
	json_remove(body, SYNC);
	if (target_id) {
		json_set_str(body, TARGET, target_id);
		json_set_bool(body, SYNC, true);
	}
	world_put(call, &kind_managed_prefix_list, id, body);
}

bool managed_prefix_list_sync(struct call *call, const char *id, const struct json *cidrs,
			      struct err *err)
{
	const struct doc *doc = world_find(call->world, &kind_managed_prefix_list, id);
	_cleanup_(json_freep) struct json *entries = json_new_array();
	struct json *body, *extra;

	if (!doc)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NOT_FOUND, id);
	json_foreach (cidr, cidrs) {
		struct json *entry = json_new_object();

		json_set_str(entry, "Cidr", json_str(cidr));
		json_append(entries, entry);
	}
	if (!json_get_bool(doc->body, SYNC, false) || json_equal(entries, entries_of(call, doc, 0)))
		return true;
	if (!check_size(call, entries, json_get_int(doc->body, "MaxEntries", 0), err))
		return false;
	body = json_copy(doc->body);
	extra = next_version(call, doc, body, steal(entries));
	json_set_str(body, "State", "modify-complete");
	world_put_all(call, &kind_managed_prefix_list, id, body, NULL, extra);
	return true;
}

static bool check_version(const struct doc *doc, const struct json *input, struct err *err)
{
	if (json_get_int(input, "CurrentVersion", version_of(doc)) != version_of(doc))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_MISMATCH);
	return true;
}

/** What stands against the wishes of ModifyManagedPrefixList before entries are looked at. */
static bool check_modify(struct call *call, const struct doc *doc, const struct json *input,
			 bool entries, struct err *err)
{
	int64_t max = json_get_int(input, "MaxEntries", 0);

	if (entries && json_get(input, "MaxEntries"))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_RESIZE);
	if (entries && !json_get(input, "CurrentVersion"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "CurrentVersion");
	if (!check_version(doc, input, err))
		return false;
	if (json_get(input, "MaxEntries") &&
	    (max < 1 || max > ec2_limit(LIMIT_PREFIX_LIST_ENTRIES)))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_MAX);
	if (json_get(input, "MaxEntries") && !check_size(call, entries_of(call, doc, 0), max, err))
		return false;
	return !json_get_str(input, "PrefixListName") ||
	       check_name(json_get_str(input, "PrefixListName"), err);
}

/** Synchronization is for a resolver's target; who is synchronized takes no entries from others.
 * Source: EC2 API, ModifyManagedPrefixList, IpamPrefixListResolverSyncEnabled. */
static bool check_sync(const struct doc *doc, const struct json *input, bool entries,
		       struct err *err)
{
	bool wish = json_get_bool(input, SYNC, json_get_bool(doc->body, SYNC, false));

	if (json_get(input, SYNC) && !json_get(doc->body, TARGET))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_NO_TARGET, doc->key);
	if (entries && wish)
		return aws_fail(err, AWS_EC2_PREFIX_LIST_SYNCED, doc->key);
	return true;
}

/* Source: EC2 API, ModifyManagedPrefixList: another name or size makes no version. */
bool ec2_modify_managed_prefix_list(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *entries = NULL, *body = NULL;
	const struct json *added = json_get(input, "AddEntries");
	const struct json *removed = json_get(input, "RemoveEntries");
	bool has_entries = json_size(added) || json_size(removed);
	struct json *extra = NULL;
	const struct doc *doc;
	const char *family;

	if (!get_own(call, input, &doc, err) || !check_modify(call, doc, input, has_entries, err))
		return false;
	if (!check_sync(doc, input, has_entries, err))
		return false;
	body = json_copy(doc->body);
	if (json_get(input, SYNC))
		json_remove(body, SYNC);
	json_set_copy(body, SYNC, json_get(input, SYNC));
	if (has_entries) {
		family = doc_str(doc, "AddressFamily");
		entries = json_copy(entries_of(call, doc, 0));
		if (!remove_entries(call, family, removed, entries, err) ||
		    !add_entries(call, family, added, entries, err) ||
		    !check_size(call, entries, json_get_int(body, "MaxEntries", 0), err))
			return false;
		extra = next_version(call, doc, body, steal(entries));
	}
	json_set_copy(body, "PrefixListName", json_get(input, "PrefixListName"));
	json_set_copy(body, "MaxEntries", json_get(input, "MaxEntries"));
	change(call, doc, steal(body), extra, "modify", output);
	return true;
}

bool ec2_restore_managed_prefix_list_version(struct call *call, const struct json *input,
					     struct json *output, struct err *err)
{
	int64_t previous = json_get_int(input, "PreviousVersion", 0);
	const struct json *entries;
	const struct doc *doc;
	struct json *body, *extra;

	if (!get_own(call, input, &doc, err) || !check_version(doc, input, err))
		return false;
	entries = previous > 0 ? entries_of(call, doc, previous) : NULL;
	if (!entries || previous >= version_of(doc))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_VERSION, version_name(call, previous));
	if (!check_size(call, entries, json_get_int(doc->body, "MaxEntries", 0), err))
		return false;
	body = json_copy(doc->body);
	extra = next_version(call, doc, body, json_copy(entries));
	change(call, doc, body, extra, "restore", output);
	return true;
}

/* ---- GetManagedPrefixListAssociations, DeleteManagedPrefixList ---- */

/** Ids of the groups and route tables that name the list; new array. */
static struct json *users_of(const struct call *call, const char *id)
{
	struct json *users = json_new_array();
	struct docs rules = {0};

	world_lookup(call->world, &kind_security_group_rule, "prefix-list", id, &rules);
	for (size_t i = 0; i < rules.count; i++)
		if (!ec2_list_has(users, doc_str(rules.items[i], "GroupId")))
			json_append_str(users, doc_str(rules.items[i], "GroupId"));
	docs_done(&rules);
	world_foreach (route, call->world, &kind_route) {
		const char *table = doc_extra_str(route, "RouteTableId");

		if (str_eq(doc_str(route, "DestinationPrefixListId"), id) &&
		    !ec2_list_has(users, table))
			json_append_str(users, table);
	}
	return users;
}

bool ec2_get_managed_prefix_list_associations(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "PrefixListId");
	_cleanup_(json_freep) struct json *users = NULL;
	struct json *items;

	if (!ec2_find(call, &kind_managed_prefix_list, id))
		return aws_fail(err,
				prefix_list_is_aws(call, id) ? AWS_EC2_PREFIX_LIST_AWS
							     : AWS_EC2_PREFIX_LIST_NOT_FOUND,
				id);
	users = users_of(call, id);
	items = json_new_array();
	json_foreach (user, users) {
		struct json *item = json_new_object();

		json_set_str(item, "ResourceId", json_str(user));
		json_set_str(item, "ResourceOwner", call->account);
		json_append(items, item);
	}
	return ec2_page_items(call, input, output, "PrefixListAssociations", items, err);
}

/* Source: EC2 API, DeleteManagedPrefixList: "You must first remove all references". */
bool ec2_delete_managed_prefix_list(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *users = NULL;
	const struct doc *doc;
	struct json *body;

	if (!get_own(call, input, &doc, err))
		return false;
	users = users_of(call, doc->key);
	if (json_size(users) || json_get(doc->body, TARGET))
		return aws_fail(err, AWS_EC2_PREFIX_LIST_IN_USE, doc->key);
	body = json_copy(doc->body);
	json_set_str(body, "State", "delete-in-progress");
	doc = world_put(call, &kind_managed_prefix_list, doc->key, body);
	json_set(output, "PrefixList", ec2_item(doc));
	lifecycle_start(call, &kind_managed_prefix_list, doc->key, LIFECYCLE_PREFIX_LIST,
			"deleted");
	return true;
}
