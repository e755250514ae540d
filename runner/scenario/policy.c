/* IAM policies of scenarios; see policy.h. */
#include "runner/scenario/policy.h"

#include "emulator/aws/policy/authorize.h"

/* The actions of a statement that are not struck out; a text becomes a list. New tree. */
static struct json *what_is_left(const struct json *actions, const char *pattern, size_t *struck)
{
	struct json *left = json_new_array();
	const struct json *first = json_is_string(actions) ? actions : json_first(actions);

	for (const struct json *item = first; item;
	     item = json_is_string(actions) ? NULL : json_next(item)) {
		if (policy_action_fits(pattern, json_str(item)))
			(*struck)++;
		else
			json_append_str(left, json_str(item));
	}
	return left;
}

/* One statement may stand without a list around it. */
static void make_list(struct json *document)
{
	struct json *one;

	if (!json_is_object(json_get(document, "Statement")))
		return;
	one = json_copy(json_get(document, "Statement"));
	json_remove(document, "Statement");
	json_append(json_ensure_array(document, "Statement"), one);
}

size_t policy_strike(struct json *document, const char *pattern)
{
	struct json *kept = json_new_array();
	const struct json *statements;
	size_t struck = 0;

	make_list(document);
	statements = json_get(document, "Statement");

	json_foreach (statement, statements) {
		const struct json *actions = json_get(statement, "Action");
		_cleanup_(json_freep) struct json *copy = json_copy(statement);
		_cleanup_(json_freep) struct json *left = NULL;

		if (actions && str_eq(json_get_str(statement, "Effect"), "Allow")) {
			left = what_is_left(actions, pattern, &struck);
			if (!json_first(left))
				continue;
			json_set(copy, "Action", steal(left));
		}
		json_append(kept, steal(copy));
	}
	json_set(document, "Statement", kept);
	return struck;
}

static void add_statement(struct json *statements, const char *effect,
			  const struct yaml_node *actions)
{
	struct json *statement;

	if (!actions || !actions->first)
		return;
	statement = json_new_object();
	json_set_str(statement, "Effect", effect);
	json_set(statement, "Action", yaml_to_json_text(actions));
	json_set_str(statement, "Resource", "*");
	json_append(statements, statement);
}

struct json *policy_compose(const struct yaml_node *block, struct json *document)
{
	const struct yaml_node *without = yaml_get(block, "without");
	const struct yaml_node *own = yaml_get(block, "statements");
	struct json *result = document ? document : json_new_object(), *statements;

	if (!document)
		json_set_str(result, "Version", "2012-10-17");
	make_list(result);
	for (const struct yaml_node *item = without ? without->first : NULL; item;
	     item = item->next)
		policy_strike(result, item->text);
	statements = json_ensure_array(result, "Statement");
	add_statement(statements, "Allow", yaml_get(block, "allow"));
	add_statement(statements, "Deny", yaml_get(block, "deny"));
	for (const struct yaml_node *item = own ? own->first : NULL; item; item = item->next)
		json_append(statements, yaml_to_json_text(item));
	return result;
}

bool policy_of_block(const struct yaml_node *block, const char *fixtures, char **ret,
		     struct err *err)
{
	const char *name = yaml_get_text(block, "file");
	_cleanup_(freep) char *path = name ? xasprintf("%s/%s", fixtures, name) : NULL;
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;

	*ret = NULL;
	if (yaml_get(block, "everything"))
		return true;
	if (path && !yaml_load(path, NULL, NULL, &file, err))
		return false;
	document = policy_compose(block, file ? yaml_to_json_text(yaml_root(file, 0)) : NULL);
	*ret = json_to_text(document);
	return true;
}
