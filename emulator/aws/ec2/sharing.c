/* Who may use an image or a snapshot besides its owner, and what describe operations show of them
 * to others. */
#include "emulator/aws/ec2/snapshot.h"

#define PERMISSIONS_MAX 1000 /* of one image or snapshot; unverified */

static const char *const members[] = {"UserId", "Group", "OrganizationArn",
				      "OrganizationalUnitArn"};

static bool is_same(const struct json *a, const struct json *b)
{
	for (size_t i = 0; i < array_size(members); i++)
		if (!str_eq(json_get_str(a, members[i]), json_get_str(b, members[i])))
			return false;
	return true;
}

bool sharing_is_public(const struct doc *doc, const char *permissions)
{
	return ec2_element(json_get(doc->extra, permissions), "Group", "all") != NULL;
}

bool sharing_allows(const struct call *call, const struct doc *doc, const char *permissions)
{
	if (!str_eq(doc->region, call->region))
		return false;
	return doc_in_scope(call, doc) || sharing_is_public(doc, permissions) ||
	       ec2_element(json_get(doc->extra, permissions), "UserId", call->account);
}

/* ---- Changing ---- */

static bool is_account(const char *text)
{
	return text && strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

static bool check_permission(const struct json *item, struct err *err)
{
	const char *user = json_get_str(item, "UserId"), *group = json_get_str(item, "Group");

	if (user && !is_account(user))
		return aws_fail(err, AWS_EC2_USER_ID, user);
	if (group && !str_eq(group, "all"))
		return aws_fail(err, AWS_EC2_PERMISSION_GROUP, group);
	for (size_t i = 0; i < array_size(members); i++)
		if (json_get_str(item, members[i]))
			return true;
	return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "userId");
}

static bool apply(struct json *list, const struct json *changes, bool add, struct err *err)
{
	json_foreach (change, changes) {
		struct json *found = NULL;

		if (!check_permission(change, err))
			return false;
		for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
			if (is_same(item, change))
				found = item;
		if (add && !found)
			json_append(list, json_copy(change));
		else if (!add && found)
			json_remove_item(list, found);
	}
	return true;
}

/** Appends {member: text} for each text. */
static void append_each(struct json *list, const char *member, const struct json *texts)
{
	json_foreach (text, texts) {
		struct json *item = json_new_object();

		json_set_str(item, member, json_str(text));
		json_append(list, item);
	}
}

/** The flat form as a list of permissions; new tree. */
static struct json *flat_changes(const struct json *input, const char *groups)
{
	struct json *list = json_new_array();

	append_each(list, "UserId", json_get(input, "UserIds"));
	append_each(list, "Group", json_get(input, groups));
	append_each(list, "OrganizationArn", json_get(input, "OrganizationArns"));
	append_each(list, "OrganizationalUnitArn", json_get(input, "OrganizationalUnitArns"));
	return list;
}

bool sharing_change(const struct json *input, const char *member, const char *groups,
		    const struct json *old, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *list = old ? json_copy(old) : json_new_array();
	_cleanup_(json_freep) struct json *flat = flat_changes(input, groups);
	const struct json *nested = json_get(input, member);
	const char *type = json_get_str(input, "OperationType");

	if (!nested && !type)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "operationType");
	if (!nested && !json_size(flat))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "userId");
	if (!apply(list, json_get(nested, "Add"), true, err) ||
	    !apply(list, json_get(nested, "Remove"), false, err) ||
	    !apply(list, type ? flat : NULL, str_eq(type, "add"), err))
		return false;
	if (json_size(list) > PERMISSIONS_MAX)
		return aws_fail(err, AWS_EC2_PERMISSIONS_LIMIT);
	*ret = steal(list);
	return true;
}

/* ---- Describing ---- */

static const struct doc *find_visible(const struct call *call, const struct sharing_describe *how,
				      const char *id)
{
	const struct doc *doc = id ? world_find(call->world, how->describe->kind, id) : NULL;

	return doc && sharing_allows(call, doc, how->permissions) ? doc : NULL;
}

static bool select_named(struct call *call, const struct json *ids,
			 const struct sharing_describe *how, struct docs *ret, struct err *err)
{
	json_foreach (id, ids) {
		const struct doc *doc = find_visible(call, how, json_str(id));

		if (!str_starts_with(json_str(id), how->describe->id_prefix))
			return aws_fail(err, how->describe->malformed, json_str(id));
		if (!doc)
			return aws_fail(err, how->describe->not_found, json_str(id));
		docs_add(ret, doc);
	}
	return true;
}

bool sharing_select(struct call *call, const struct json *input, const struct sharing_describe *how,
		    struct docs *ret, struct err *err)
{
	const struct json *ids = json_get(input, how->describe->ids);
	bool named = json_size(ids) > 0;
	struct filters *filters;
	size_t kept = 0;

	*ret = (struct docs){0};
	if (!filters_parse(call, json_get(input, "Filters"), how->describe->fields, &filters, err))
		return false;
	if (named && !select_named(call, ids, how, ret, err)) {
		docs_done(ret);
		return false;
	}
	if (!named) {
		world_foreach (doc, call->world, how->describe->kind) {
			if (sharing_allows(call, doc, how->permissions) && !lag_hides(call, doc))
				docs_add(ret, doc);
		}
	}
	for (size_t i = 0; i < ret->count; i++)
		if (how->shows(call, ret->items[i], input, named) &&
		    filters_match(call, filters, ret->items[i]))
			ret->items[kept++] = ret->items[i];
	ret->count = kept;
	return true;
}
