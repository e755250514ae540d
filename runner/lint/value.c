/* One value of a scenario file by its type. */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "emulator/aws/quota.h"
#include "emulator/base/clock.h"
#include "emulator/model/aws_model.h"
#include "runner/lint/inner.h"
#include "runner/text.h"

#define NAMES_MAX 1024 /* candidates of one did-you-mean */

static void wrong(struct lint *lint, const struct yaml_node *node, const char *what,
		  const char *remedy)
{
	lint_error(lint, place_of_value(node), xasprintf("\"%s\" is not %s", node->text, what),
		   remedy ? xstrdup(remedy) : NULL);
}

static void check_length(struct lint *lint, const struct key *key, const struct yaml_node *node,
			 const char *text)
{
	int64_t width = (int64_t)text_width(text);

	if (width < key->min)
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" is too short for %s", text, key->name),
			   xasprintf("at least %d characters", (int)key->min));
	else if (key->max && width > key->max)
		lint_error(lint, place_of_value(node),
			   xasprintf("%s is too long: %d characters", key->name, (int)width),
			   xasprintf("at most %d characters", (int)key->max));
}

static void check_name(struct lint *lint, const struct yaml_node *node, const char *text, bool tag)
{
	if (!text_is_name(text, tag))
		wrong(lint, node, tag ? "a tag" : "a name",
		      tag ? "use lower case, digits and dashes"
			  : "use lower case, digits and dashes, a letter first");
}

static void check_duration(struct lint *lint, const struct yaml_node *node, const char *text)
{
	char unit[16];
	int64_t ms;
	long number;

	if (duration_parse(text, &ms))
		return;
	if (sscanf(text, "%ld %15s", &number, unit) == 2 && strchr("smh", unit[0]) && number >= 0 &&
	    strncmp(unit, "ms", 2) != 0)
		lint_error(lint, place_of_value(node), xasprintf("\"%s\" is not a duration", text),
			   xasprintf("write %ld%s (also: 500ms, 2m, 1m30s)", number,
				     str_starts_with(unit, "mil") ? "ms" : (char[]){unit[0], 0}));
	else
		wrong(lint, node, "a duration", "write 30s (also: 500ms, 2m, 1m30s)");
}

static void check_number(struct lint *lint, const struct key *key, const struct yaml_node *node,
			 const char *text)
{
	char *end = NULL;
	double value;
	bool whole = key->type == VALUE_INTEGER;

	errno = 0;
	value = whole ? (double)strtoll(text, &end, 10) : strtod(text, &end);
	if (!*text || *end || errno || !isfinite(value)) {
		wrong(lint, node, whole ? "a whole number" : "a number", NULL);
		return;
	}
	if (value < (double)key->min)
		lint_error(lint, place_of_value(node),
			   xasprintf("%s is too small for %s", text, key->name),
			   xasprintf("at least %lld", (long long)key->min));
	else if (key->max && value > (double)key->max)
		lint_error(lint, place_of_value(node),
			   xasprintf("%s is too large for %s", text, key->name),
			   xasprintf("at most %lld", (long long)key->max));
}

static void check_share(struct lint *lint, const struct yaml_node *node, const char *text)
{
	char *end = NULL;
	double value = strtod(text, &end);

	if (end == text || !str_eq(end, "%") || !(value > 0) || value > 100)
		wrong(lint, node, "a share", "write 20% (more than 0%, at most 100%)");
}

static bool is_own_controller(const char *list, const char *word)
{
	_cleanup_(strs_done) struct strs own = {0};

	if (!schema_names_controllers(list))
		return false;
	schema_own_controllers(&own);
	return strs_has(&own, word);
}

static void check_word(struct lint *lint, const struct key *key, const struct yaml_node *node,
		       const char *text)
{
	const char *names[NAMES_MAX];
	size_t n = schema_word_names(key->of, names, array_size(names));
	char *remedy;

	if (schema_word(key->of, text) || is_own_controller(key->of, text))
		return;
	remedy = text_did_you_mean(text, names, n);
	if (!remedy) {
		_cleanup_(freep) char *list = text_list(names, n, "or");

		remedy = xasprintf("one of %s", list);
	}
	lint_error(lint, place_of_value(node), xasprintf("there is no %s \"%s\"", key->of, text),
		   remedy);
}

const struct object_kind *lint_kind(struct lint *lint, const struct yaml_node *node,
				    const char *word)
{
	const struct object_kind *kind = object_kind(word);
	const char *names[NAMES_MAX];
	const char *meant;

	if (kind)
		return kind;
	meant = str_did_you_mean(word, names, object_kind_words(names, array_size(names)));
	lint_error(lint, place_of_value(node), xasprintf("there is no kind \"%s\"", word),
		   meant ? xasprintf("did you mean %s?   all kinds: skyrig explain kinds", meant)
			 : xstrdup("all kinds: skyrig explain kinds"));
	return NULL;
}

static void check_object(struct lint *lint, const struct key *key, const struct yaml_node *node,
			 const char *text)
{
	_cleanup_(freep) char *ns = NULL;
	_cleanup_(freep) char *name = NULL;
	const struct object_kind *kind;
	const char *space = strchr(text, ' ');

	if (!object_reference(text, &kind, &ns, &name)) {
		if (space && !kind && space != text) {
			_cleanup_(freep) char *word = xstrndup(text, (size_t)(space - text));

			if (!object_kind(word)) {
				(void)!lint_kind(lint, node, word);
				return;
			}
		}
		lint_error(lint, place_of_value(node), xasprintf("\"%s\" names no object", text),
			   xasprintf("write %s", schema_type_text(key->type)));
		return;
	}
	if (key->type == VALUE_NAMED_OBJECT && !kind->kube_kind)
		lint_error(lint, place_of_value(node),
			   xasprintf("%s is of AWS, not of Kubernetes", kind->doc),
			   xstrdup("use call: with the AWS operation that does it"));
}

static void check_reference(struct lint *lint, const struct yaml_node *node)
{
	const struct json *value;
	const char *bracket;

	if (!lint_is_reference(node->text)) {
		wrong(lint, node, "a remembered object",
		      "write ${name} of a claim with remember: name");
		return;
	}
	free(lint_expand(lint, node, NULL, &value));
	bracket = strpbrk(node->text, ".[");
	if (value || bracket)
		lint_error(lint, place_of_value(node),
			   xasprintf("\"%s\" is a value, not an object", node->text),
			   xstrdup("write ${name} of a claim with remember: name"));
}

/* The services that have an operation of that name. */
static char *services_of(const char *operation)
{
	const char *found[64];
	size_t n = 0;

	for (size_t i = 0; i < aws_model_count && n < array_size(found); i++)
		if (aws_model_operation(aws_models[i], operation))
			found[n++] = aws_models[i]->name;
	if (!n)
		return NULL;
	for (size_t i = 0; i < n; i++)
		found[i] = xasprintf("%s:%s%s", found[i], operation,
				     str_eq(found[i], "elb") ? " (classic)" : "");
	/* texts of a message that is made once: freed below */
	char *list = text_list(found, n, "or");
	char *remedy = xasprintf("write %s", list);

	free(list);
	for (size_t i = 0; i < n; i++)
		free((char *)found[i]);
	return remedy;
}

static void unknown_service(struct lint *lint, const struct yaml_node *node, const char *service)
{
	const char *names[NAMES_MAX];
	size_t n = 0;
	char *remedy;

	for (size_t i = 0; i < aws_model_count && n < array_size(names) - 1; i++)
		names[n++] = aws_models[i]->name;
	names[n++] = "k8s";
	remedy = text_did_you_mean(service, names, n);
	if (!remedy) {
		_cleanup_(freep) char *list = text_list(names, n, "or");

		remedy = xasprintf("one of %s", list);
	}
	lint_error(lint, place_of_value(node), xasprintf("there is no service \"%s\"", service),
		   remedy);
}

static bool any_operation(const struct aws_service_model *service, const char *pattern)
{
	for (size_t i = 0; i < service->operation_count; i++)
		if (str_glob(pattern, service->operations[i].name))
			return true;
	return false;
}

static bool check_operation(struct lint *lint, const struct yaml_node *node,
			    const struct aws_service_model *service, const char *operation,
			    bool exact)
{
	_cleanup_(freep) const char **names = NULL;
	const char *meant;

	if (exact && strpbrk(operation, "*?")) {
		wrong(lint, node, "one operation", "write its whole name");
		return false;
	}
	if (exact ? aws_model_operation(service, operation) != NULL
		  : any_operation(service, operation))
		return true;
	names = xcalloc(service->operation_count, sizeof(*names));
	for (size_t i = 0; i < service->operation_count; i++)
		names[i] = service->operations[i].name;
	meant = strchr(operation, '*')
			? NULL
			: str_did_you_mean(operation, names, service->operation_count);
	lint_error(lint, place_of_value(node),
		   xasprintf("%s has no operation \"%s\"", service->name, operation),
		   meant ? xasprintf("did you mean %s:%s?", service->name, meant)
			 : xasprintf("all operations: skyrig explain %s", service->name));
	return false;
}

bool lint_action(struct lint *lint, const struct yaml_node *node, const char *text, bool exact)
{
	const char *colon = strchr(text, ':');
	_cleanup_(freep) char *service = NULL;
	const struct aws_service_model *model;

	if (!colon) {
		char *remedy = services_of(text);

		if (remedy)
			lint_error(lint, place_of_value(node),
				   xasprintf("which service is %s of?", text), remedy);
		else
			wrong(lint, node, "an action",
			      "write service:Operation, e.g. elbv2:CreateLoadBalancer or ec2:Delete*");
		return false;
	}
	service = xstrndup(text, (size_t)(colon - text));
	if (str_eq(service, "k8s")) {
		if (exact)
			wrong(lint, node, "an AWS operation",
			      "Kubernetes objects are changed with apply, change and delete");
		else if (!colon[1])
			wrong(lint, node, "an action",
			      "write e.g. k8s:PatchServiceStatus or k8s:*");
		return false;
	}
	model = aws_model_find(service);
	if (!model) {
		unknown_service(lint, node, service);
		return false;
	}
	return check_operation(lint, node, model, colon + 1, exact);
}

static void check_bool(struct lint *lint, const struct yaml_node *node, const char *text)
{
	if (!str_eq(text, "true") && !str_eq(text, "false"))
		wrong(lint, node, "true or false", NULL);
}

static void check_step_title(struct lint *lint, const struct yaml_node *node, const char *text)
{
	const char *titles[NAMES_MAX];
	size_t n = 0;

	for (const struct yaml_node *step = lint->steps ? lint->steps->first : NULL;
	     step && n < array_size(titles); step = step->next) {
		const struct yaml_node *title = yaml_get(step, "step");

		if (step == lint->step)
			break;
		if (title && title->text)
			titles[n++] = title->text;
	}
	if (lint->step && yaml_get(lint->step, "step") && n < array_size(titles))
		titles[n++] = yaml_get(lint->step, "step")->text;
	for (size_t i = 0; i < n; i++)
		if (str_eq(titles[i], text))
			return;
	lint_error(lint, place_of_value(node),
		   xasprintf("there is no step \"%s\" before this", text),
		   text_did_you_mean(text, titles, n));
}

/* A scalar whose text is known. */
static void check_scalar(struct lint *lint, const struct value_context *context,
			 const struct yaml_node *node, const char *text)
{
	const struct key *key = context->key;

	switch (key->type) {
	case VALUE_TEXT: check_length(lint, key, node, text); break;
	case VALUE_NAME: check_name(lint, node, text, false); break;
	case VALUE_TAG: check_name(lint, node, text, true); break;
	case VALUE_DURATION: check_duration(lint, node, text); break;
	case VALUE_INTEGER:
	case VALUE_NUMBER: check_number(lint, key, node, text); break;
	case VALUE_SHARE: check_share(lint, node, text); break;
	case VALUE_BOOL: check_bool(lint, node, text); break;
	case VALUE_TRUE:
		if (!str_eq(text, "true"))
			wrong(lint, node, "true", "write true or leave the key out");
		break;
	case VALUE_TRUE_OR_DURATION:
		if (!str_eq(text, "true"))
			check_duration(lint, node, text);
		break;
	case VALUE_WORD: check_word(lint, key, node, text); break;
	case VALUE_KIND: (void)!lint_kind(lint, node, text); break;
	case VALUE_ACTION: (void)!lint_action(lint, node, text, false); break;
	case VALUE_OPERATION: (void)!lint_action(lint, node, text, true); break;
	case VALUE_OBJECT:
	case VALUE_NAMED_OBJECT: check_object(lint, key, node, text); break;
	case VALUE_STEP: check_step_title(lint, node, text); break;
	case VALUE_STATE: lint_state(lint, node); break;
	case VALUE_SNAPSHOT: lint_snapshot(lint, node, text); break;
	case VALUE_FIXTURE: lint_fixture(lint, node, text, str_eq(key->block, "given")); break;
	case VALUE_POLICY_FILE: lint_policy_file(lint, node); break;
	case VALUE_IAM_ACTION: lint_iam_action(lint, key, node); break;
	default: break;
	}
}

static void check_vars(struct lint *lint, const struct yaml_node *node)
{
	for (const struct yaml_node *var = node->first; var; var = var->next) {
		const struct json *value;

		if (!text_is_name(var->key, false))
			lint_error(lint, place_of_key(var),
				   xasprintf("\"%s\" is not a name", var->key),
				   xstrdup("use lower case, digits and dashes, a letter first"));
		if (!lint->step && str_eq(var->key, "region"))
			lint_error(lint, place_of_key(var), xstrdup("region has a value already"),
				   xstrdup("say given: { region: … }"));
		if (var->type == YAML_SCALAR && strstr(var->text, "${")) {
			if (lint->step)
				free(lint_expand(lint, var, NULL, &value));
			else
				lint_error(lint, place_of_value(var),
					   xstrdup("a variable's value cannot use another one"),
					   NULL);
		}
	}
}

static void check_texts(struct lint *lint, const struct yaml_node *node)
{
	for (const struct yaml_node *item = node->first; item; item = item->next)
		if (item->type != YAML_SCALAR)
			lint_error(lint, place_of_value(item),
				   xasprintf("\"%s\" must be a text", item->key),
				   xstrdup("put it in quotes"));
}

static void check_quotas(struct lint *lint, const struct yaml_node *node)
{
	static const struct key number = {
		.name = "a quota", .type = VALUE_INTEGER, .min = 0, .max = INT32_MAX};
	const char *names[NAMES_MAX];
	size_t n = quota_names(names, array_size(names));

	for (const struct yaml_node *item = node->first; item; item = item->next) {
		bool known = false;
		char *meant;

		for (size_t i = 0; i < n; i++)
			known = known || str_eq(names[i], item->key);
		meant = known ? NULL : text_did_you_mean(item->key, names, n);
		if (!known)
			lint_error(lint, place_of_key(item),
				   xasprintf("there is no quota \"%s\"", item->key),
				   meant ? meant : xstrdup("all quotas: skyrig explain quotas"));
		if (item->type != YAML_SCALAR)
			lint_error(lint, place_of_value(item),
				   xasprintf("\"%s\" must be a number", item->key), NULL);
		else
			check_number(lint, &number, item, item->text);
	}
}

static void check_tags(struct lint *lint, const struct yaml_node *node)
{
	for (const struct yaml_node *tag = node->first; tag; tag = tag->next)
		lint_matcher(lint, tag);
}

static bool wants_map(enum value_type type)
{
	return type == VALUE_FIELDS || type == VALUE_PARAMS || type == VALUE_OBJECT_FIELDS ||
	       type == VALUE_TAGS || type == VALUE_VARS || type == VALUE_TEXTS ||
	       type == VALUE_QUOTAS || type == VALUE_CONDITION || type == VALUE_BLOCK ||
	       type == VALUE_CLAIM;
}

static void check_map(struct lint *lint, const struct value_context *context,
		      const struct yaml_node *node)
{
	const struct key *key = context->key;

	switch (key->type) {
	case VALUE_BLOCK: lint_block(lint, key->of, node); break;
	case VALUE_CLAIM: lint_claim(lint, node); break;
	case VALUE_TAGS: check_tags(lint, node); break;
	case VALUE_VARS: check_vars(lint, node); break;
	case VALUE_TEXTS: check_texts(lint, node); break;
	case VALUE_QUOTAS: check_quotas(lint, node); break;
	case VALUE_CONDITION: lint_condition(lint, node); break;
	case VALUE_OBJECT_FIELDS:
		lint_fields_of_kind(lint, context->kind, FIELDS_OBJECT, node);
		break;
	case VALUE_PARAMS:
		lint_fields_of_operation(lint, context->action, FIELDS_PARAMS, node);
		break;
	case VALUE_FIELDS:
		if (context->kind)
			lint_fields_of_kind(lint, context->kind, FIELDS_MATCH, node);
		else
			lint_fields_of_operation(lint, context->action, FIELDS_MATCH, node);
		break;
	default: break;
	}
}

static void wrong_form(struct lint *lint, const struct key *key, const struct yaml_node *node)
{
	static const char *const forms[] = {
		[YAML_SCALAR] = "a single value",
		[YAML_LIST] = "a list",
		[YAML_MAP] = "a map",
	};

	lint_error(lint, place_of_value(node),
		   xasprintf("%s is %s here", key->name, forms[node->type]),
		   xasprintf("it must be %s", schema_type_text(key->type)));
}

/* Names and titles are fixed; so is what holds for the whole file, whatever row it is. */
static bool takes_variables(const struct key *key)
{
	static const char *const fixed_blocks[] = {"scenario", "requires",    "known-failure",
						   "given",    "consistency", "lags",
						   "version",  "policy",      "config"};

	for (size_t i = 0; i < array_size(fixed_blocks); i++)
		if (str_eq(key->block, fixed_blocks[i]))
			return false;
	return key->type != VALUE_NAME && key->type != VALUE_TAG && key->type != VALUE_STEP &&
	       key->type != VALUE_SNAPSHOT && key->type != VALUE_TRUE;
}

static void check_one(struct lint *lint, const struct value_context *context,
		      const struct yaml_node *node)
{
	const struct key *key = context->key;
	const struct json *value;
	_cleanup_(freep) char *text = NULL;

	if (key->type == VALUE_LEAKS) {
		lint_leaks(lint, node);
	} else if (key->type == VALUE_MATCHER) {
		lint_matcher(lint, node);
	} else if (key->type == VALUE_HOW_MANY) {
		lint_how_many(lint, node);
	} else if (wants_map(key->type) != (node->type == YAML_MAP)) {
		wrong_form(lint, key, node);
	} else if (node->type == YAML_MAP) {
		check_map(lint, context, node);
	} else if (node->type == YAML_LIST) {
		wrong_form(lint, key, node);
	} else if (key->type == VALUE_REMEMBERED ||
		   (key->type == VALUE_OBJECT && lint_is_reference(node->text))) {
		check_reference(lint, node);
	} else if (key->type == VALUE_PARAM_NAME) {
		lint_param_name(lint, context->action, node);
	} else if (key->type == VALUE_KIND || key->type == VALUE_ACTION ||
		   key->type == VALUE_OPERATION) {
		check_scalar(lint, context, node, node->text);
	} else if (str_eq(key->block, "setting") || str_starts_with(key->block, "policy-")) {
		check_scalar(lint, context, node, node->text); /* its ${…} is not the scenario's */
	} else if (strstr(node->text, "${")) {
		if (!takes_variables(key)) {
			lint_error(lint, place_of_value(node),
				   xasprintf("%s cannot be a variable here", key->name), NULL);
			return;
		}
		text = lint_expand(lint, node, NULL, &value);
		if (text)
			check_scalar(lint, context, node, text);
	} else {
		check_scalar(lint, context, node, node->text);
	}
}

static void check_list_length(struct lint *lint, const struct key *key,
			      const struct yaml_node *node)
{
	bool bounded = key->type == VALUE_ACTION && key->min;

	if (bounded && node->count < (size_t)key->min)
		lint_error(lint, place_of_key(node),
			   xasprintf("%s needs at least %d", key->name, (int)key->min), NULL);
	if (!node->count && !str_eq(key->name, "controllers") && !lint_takes_back(lint, key))
		lint_error(lint, place_of_key(node), xasprintf("%s is empty", key->name),
			   xstrdup("write something there or leave the key out"));
}

void lint_key_value(struct lint *lint, const struct value_context *context,
		    const struct yaml_node *node)
{
	const struct key *key = context->key;

	if (!(key->flags & (KEY_LIST | KEY_ONE_OR_LIST)) ||
	    (node->type != YAML_LIST && (key->flags & KEY_ONE_OR_LIST))) {
		check_one(lint, context, node);
		return;
	}
	if (node->type != YAML_LIST) {
		lint_error(lint, place_of_value(node), xasprintf("%s must be a list", key->name),
			   node->type == YAML_SCALAR ? xasprintf("write [ %s ]", node->text)
						     : xstrdup("begin each element with a dash"));
		return;
	}
	check_list_length(lint, key, node);
	for (const struct yaml_node *item = node->first; item; item = item->next) {
		check_one(lint, context, item);
		if (!(key->flags & KEY_UNIQUE))
			continue;
		for (const struct yaml_node *other = node->first; other != item;
		     other = other->next)
			if (str_eq(other->text, item->text))
				lint_error(lint, place_of_value(item),
					   xasprintf("\"%s\" stands here twice", item->text), NULL);
	}
}
