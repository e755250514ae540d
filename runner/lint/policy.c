/* IAM policies: those of a scenario, and those in files. */
#include <unistd.h>

#include "emulator/aws/policy/authorize.h"
#include "runner/lint/inner.h"
#include "runner/scenario/policy.h"
#include "runner/text.h"

#define NAMES_MAX 256

/* @name Actions */

/* "elbv2:SetSubnets" is how this language calls an operation; IAM has names of its own. */
static char *meant_prefix(const char *service, const char *name)
{
	const struct aws_service_model *model = aws_model_find(service);
	const char *prefixes[NAMES_MAX];
	size_t n = 0;

	if (model && !str_eq(policy_action_prefix(model), service))
		return xasprintf("IAM calls it %s:%s", policy_action_prefix(model), name);
	for (size_t i = 0; i < aws_model_count && n < array_size(prefixes); i++)
		prefixes[n++] = policy_action_prefix(aws_models[i]);
	return text_did_you_mean(service, prefixes, n);
}

static void unknown_action(struct lint *lint, const struct yaml_node *node, const char *service)
{
	_cleanup_(strs_done) struct strs names = {0};
	char *remedy = NULL;

	policy_action_names(service, &names);
	if (!names.count)
		remedy = meant_prefix(service, strchr(node->text, ':') + 1);
	else if (!strpbrk(node->text, "*?"))
		remedy = text_did_you_mean(node->text, (const char *const *)names.items,
					   names.count);
	lint_error(lint, place_of_value(node),
		   names.count ? xasprintf("no action is called \"%s\"", node->text)
			       : xasprintf("no service's actions begin with \"%s\"", service),
		   remedy);
}

void lint_iam_action(struct lint *lint, const struct key *key, const struct yaml_node *node)
{
	const char *colon = strchr(node->text, ':');
	_cleanup_(freep) char *service = NULL;

	if (str_eq(node->text, "*"))
		return;
	if (!colon || colon == node->text || !colon[1]) {
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" is not an action", node->text),
			   xasprintf("write %s", schema_type_text(VALUE_IAM_ACTION)));
		return;
	}
	/* a published policy speaks of services that are not here, and of actions to come */
	if (str_starts_with(key->block, "policy-") || policy_action_is_known(node->text))
		return;
	service = xstrndup(node->text, (size_t)(colon - node->text));
	unknown_action(lint, node, service);
}

/* @name Conditions */

static void check_operator(struct lint *lint, const struct yaml_node *node)
{
	const char *names[NAMES_MAX], *colon = strchr(node->key, ':');
	size_t n = policy_operator_names(names, array_size(names));
	char *meant;

	if (policy_operator_is_known(node->key))
		return;
	meant = text_did_you_mean(colon ? colon + 1 : node->key, names, n);
	lint_error(lint, place_of_key(node),
		   xasprintf("there is no condition operator \"%s\"", node->key),
		   meant ? meant : xstrdup("all operators: skyrig explain condition-operators"));
}

static void check_condition_key(struct lint *lint, const struct yaml_node *node)
{
	if (!strchr(node->key, ':'))
		lint_error(lint, place_of_key(node),
			   xasprintf("\"%s\" is not a condition key", node->key),
			   xstrdup("write it with its prefix, e.g. aws:RequestTag/Name"));
	else if (!policy_key_is_modelled(node->key))
		lint_warning(
			lint, place_of_key(node),
			xasprintf("what \"%s\" is, is not modelled", node->key),
			xstrdup("a call that depends on it ends the scenario as incomplete; all "
				"that are: skyrig explain condition-keys"));
	if (node->type == YAML_MAP)
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" must be a text or a list of texts", node->key), NULL);
	for (const struct yaml_node *item = node->first; item && node->type == YAML_LIST;
	     item = item->next)
		if (item->type != YAML_SCALAR)
			lint_error(lint, place_of_value(item),
				   xasprintf("\"%s\" must be a list of texts", node->key), NULL);
}

void lint_condition(struct lint *lint, const struct yaml_node *node)
{
	for (const struct yaml_node *block = node->first; block; block = block->next) {
		check_operator(lint, block);
		if (block->type != YAML_MAP)
			lint_error(lint, place_of_value(block),
				   xasprintf("\"%s\" must be a map of condition keys", block->key),
				   xasprintf("write %s", schema_type_text(VALUE_CONDITION)));
		for (const struct yaml_node *key = block->type == YAML_MAP ? block->first : NULL;
		     key; key = key->next)
			check_condition_key(lint, key);
	}
}

/* @name Statements */

static void check_either(struct lint *lint, const struct yaml_node *statement, const char *one,
			 const char *other)
{
	const struct yaml_node *a = yaml_get(statement, one), *b = yaml_get(statement, other);

	if (a && b)
		lint_error(lint, place_of_key(b),
			   xasprintf("a statement has either %s or %s", one, other), NULL);
	else if (!a && !b)
		lint_error(lint,
			   statement->first ? place_of_key(statement->first)
					    : place_of_value(statement),
			   xasprintf("this statement has no %s", one),
			   xasprintf("write %s, or %s", one, other));
}

void lint_statement_rules(struct lint *lint, const struct yaml_node *statement)
{
	check_either(lint, statement, "Action", "NotAction");
	check_either(lint, statement, "Resource", "NotResource");
}

/* @name Documents */

static bool is_policy_name(const char *path)
{
	return str_ends_with(path, ".json") || str_ends_with(path, ".yaml") ||
	       str_ends_with(path, ".yml");
}

void lint_policy_file(struct lint *lint, const struct yaml_node *node)
{
	const struct source *before = lint->source, *source;
	const struct yaml_node *root;

	if (!is_policy_name(node->text)) {
		lint_error(lint, place_of_value(node),
			   xasprintf("the policy \"%s\" is neither JSON nor YAML", node->text),
			   xstrdup("its name must end in .json or .yaml"));
		return;
	}
	source = lint_fixture_source(lint, node, node->text);
	if (!source || !source->yaml)
		return;
	root = yaml_root(source->yaml, 0);
	lint->source = source;
	if (root && root->type == YAML_MAP && yaml_documents(source->yaml) == 1)
		lint_block(lint, "policy-document", root);
	else if (root)
		lint_error(lint, place_of_value(root),
			   xstrdup("a policy document is one map of Version and Statement"), NULL);
	lint->source = before;
	if (!root)
		lint_error(lint, place_of_value(node),
			   xasprintf("the policy \"%s\" is empty", node->text), NULL);
}

static bool is_wrong(const struct lint *lint, const struct source *source)
{
	for (size_t i = 0; i < lint->problems->count; i++)
		if (lint->problems->items[i].source == source &&
		    lint->problems->items[i].severity == SEVERITY_ERROR)
			return true;
	return !source->yaml;
}

/* What its file says; NULL when it has none, or a wrong one, which is complained about already. */
static struct json *document_of(struct lint *lint, const struct yaml_node *policy)
{
	const char *name = yaml_get_text(policy, "file");
	_cleanup_(freep) char *full = name ? xasprintf("%s/%s", lint->fixtures, name) : NULL;
	const struct source *source;

	if (!full || !is_policy_name(name) || access(full, R_OK) != 0)
		return NULL;
	source = files_get(lint->files, full, lint->problems);
	return is_wrong(lint, source) ? NULL : yaml_to_json_text(yaml_root(source->yaml, 0));
}

/* What is struck out must be there. */
static void check_struck(struct lint *lint, const struct yaml_node *policy,
			 const struct json *document)
{
	const struct yaml_node *without = yaml_get(policy, "without");
	_cleanup_(json_freep) struct json *copy = json_copy(document);

	for (const struct yaml_node *item = without ? without->first : NULL; item;
	     item = item->next)
		if (item->text && !policy_strike(copy, item->text))
			lint_error(lint, place_of_value(item),
				   xasprintf("the policy does not list \"%s\"", item->text),
				   xstrdup("write it as the file does, or deny it"));
}

static void check_whole(struct lint *lint, const struct yaml_node *policy,
			const struct yaml_node *file)
{
	_cleanup_(json_freep) struct json *document = document_of(lint, policy);
	_cleanup_(freep) char *text = NULL;
	struct err err = ERR_INIT;

	if (file && !document)
		return;
	if (document)
		check_struck(lint, policy, document);
	document = policy_compose(policy, steal(document));
	text = json_to_text(document);
	if (!policy_check(text, POLICY_OF_IDENTITY, NULL, &err))
		lint_error(lint, file ? place_of_value(file) : place_of_key(policy->first),
			   xasprintf("IAM would refuse this policy: %s", err_text(&err)), NULL);
	err_done(&err);
}

void lint_policy_rules(struct lint *lint, const struct yaml_node *policy, size_t errors)
{
	static const char *const says[] = {"file", "allow", "deny", "statements"};
	const struct yaml_node *everything = yaml_get(policy, "everything");
	const struct yaml_node *file = yaml_get(policy, "file");
	const struct yaml_node *without = yaml_get(policy, "without");
	const struct yaml_node *said = NULL;

	for (size_t i = 0; i < array_size(says) && !said; i++)
		said = yaml_get(policy, says[i]);
	if (without && !file)
		lint_error(lint, place_of_key(without),
			   xstrdup("without strikes actions out of a file, and there is none"),
			   xstrdup("write file: …, or deny: …"));
	if (everything && (said || without))
		lint_error(lint, place_of_key(everything),
			   xstrdup("everything is allowed, so nothing else counts"),
			   xstrdup("leave one of them out"));
	if (!everything && !said && !without)
		lint_error(lint, place_of_key(policy->first),
			   xstrdup("this policy does not say what is allowed"),
			   xstrdup("write file, allow, deny or statements, or everything: true"));
	if (!everything && said && lint->problems->errors == errors)
		check_whole(lint, policy, file);
}
