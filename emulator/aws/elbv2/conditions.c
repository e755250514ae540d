/*
 * Conditions of rules, and transforms: which request a rule is for, and what it becomes. Source:
 * API, RuleCondition, RuleTransform; guide, "Condition types for listener rules".
 */
#include "emulator/aws/elbv2/internal.h"

#include <ctype.h>
#include <strings.h>

#define VALUE_CHARACTERS_MAX 128  /* of a value or regular expression */
#define NAME_CHARACTERS_MAX  40	  /* of a header's name, of a method */
#define REGEX_CHARACTERS_MAX 1024 /* of a transform's parts */
#define TRANSFORMS_MAX	     2	  /* API: CreateRule: "up to two optional transforms" */

/* ---- Values ---- */

/* Letters, digits and what `others` has. */
static bool made_of(const char *text, const char *others)
{
	for (; *text; text++) {
		if (!isalnum((unsigned char)*text) && !strchr(others, *text))
			return false;
	}
	return true;
}

/* A host name has a dot, and only letters behind the last one, wildcards aside (API:
 * HostHeaderConditionConfig). */
static bool is_host(const char *text)
{
	const char *last = strrchr(text, '.');

	if (!last || !made_of(text, "-.*?"))
		return false;
	for (last++; *last; last++) {
		if (!isalpha((unsigned char)*last) && *last != '*' && *last != '?')
			return false;
	}
	return true;
}

static bool is_path(const char *text)
{
	return made_of(text, "_-.$/~\"'@:+&*?");
}

static bool is_method(const char *text)
{
	return strlen(text) <= NAME_CHARACTERS_MAX &&
	       text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_")] == '\0';
}

static bool is_block(const char *text)
{
	struct cidr block;

	return cidr_parse(text, &block);
}

static bool is_anything(_unused_ const char *text)
{
	return true;
}

/* `once`: a rule has at most one such condition. `regex`: it may have RegexValues. `legacy`: its
 * values may stand in the condition itself. */
static const struct field {
	const char *name, *config;
	bool (*allows)(const char *value);
	bool once, regex, legacy, wildcards;
} fields[] = {
	{"host-header", "HostHeaderConfig", is_host, true, true, true, true},
	{"path-pattern", "PathPatternConfig", is_path, true, true, true, true},
	{"http-header", "HttpHeaderConfig", is_anything, false, true, false, true},
	{"http-request-method", "HttpRequestMethodConfig", is_method, true, false, false, false},
	{"query-string", "QueryStringConfig", is_anything, false, false, false, true},
	{"source-ip", "SourceIpConfig", is_block, true, false, false, false},
};

static const struct field *find_field(const char *name)
{
	for (size_t i = 0; name && i < array_size(fields); i++) {
		if (str_eq(fields[i].name, name))
			return &fields[i];
	}
	return NULL;
}

/* What all conditions of a rule come to. */
struct sums {
	size_t values, wildcards;
};

static size_t count_wildcards(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '*' || *text == '?';
	return count;
}

static bool check_value(const struct field *field, const char *value, struct sums *sums,
			struct err *err)
{
	if (!value || !*value)
		return aws_fail(err, AWS_ELBV2_CONDITION_VALUE_MISSING);
	if (strlen(value) > VALUE_CHARACTERS_MAX)
		return aws_fail(err, AWS_ELBV2_CONDITION_LENGTH, field->name, "128");
	if (!field->allows(value))
		return aws_fail(err, AWS_ELBV2_CONDITION_VALUE, value);
	sums->values++;
	if (field->wildcards)
		sums->wildcards += count_wildcards(value);
	return true;
}

/* A pair's key may be missing; its value is what counts. */
static bool check_pair(const struct field *field, const struct json *pair, struct sums *sums,
		       struct err *err)
{
	const char *key = json_get_str(pair, "Key");

	if (key && strlen(key) > VALUE_CHARACTERS_MAX)
		return aws_fail(err, AWS_ELBV2_CONDITION_LENGTH, field->name, "128");
	return check_value(field, json_get_str(pair, "Value"), sums, err);
}

static bool check_values(const struct field *field, const struct json *values,
			 const struct json *regex, struct sums *sums, struct err *err)
{
	if (json_size(values) && json_size(regex))
		return aws_fail(err, AWS_ELBV2_CONDITION_BOTH, field->name);
	if (!json_size(values) && !json_size(regex))
		return aws_fail(err, AWS_ELBV2_CONDITION_VALUE_MISSING);
	if (json_size(regex) && !field->regex)
		return aws_fail(err, AWS_ELBV2_CONDITION_REGEX, field->name);
	json_foreach (value, values) {
		if (!(json_is_object(value) ? check_pair(field, value, sums, err)
					    : check_value(field, json_str(value), sums, err)))
			return false;
	}
	json_foreach (pattern, regex) {
		const char *text = json_str(pattern);

		if (!*text || strlen(text) > VALUE_CHARACTERS_MAX)
			return aws_fail(err, AWS_ELBV2_CONDITION_REGEX_LENGTH, field->name);
		sums->values++;
	}
	return true;
}

/* ---- Conditions ---- */

/* A header has a name of RFC 7230; the host has a condition of its own. */
static bool check_header(const struct json *config, struct err *err)
{
	const char *name = json_get_str(config, "HttpHeaderName");

	if (!name || !*name)
		return aws_fail(err, AWS_ELBV2_HEADER_NAME_MISSING);
	if (strlen(name) > NAME_CHARACTERS_MAX || !made_of(name, "!#$%&'*+-.^_`|~") ||
	    strcasecmp(name, "host") == 0)
		return aws_fail(err, AWS_ELBV2_HEADER_NAME, name);
	return true;
}

/* Settings of another field than the condition's make no sense. */
static bool check_config(const struct json *condition, const struct field *field, struct err *err)
{
	for (size_t i = 0; i < array_size(fields); i++) {
		if (&fields[i] != field && json_get(condition, fields[i].config))
			return aws_fail(err, AWS_ELBV2_CONDITION_SURPLUS, fields[i].config,
					field->name);
	}
	return true;
}

static bool check_condition(const struct json *condition, struct sums *sums, struct err *err)
{
	const char *name = json_get_str(condition, "Field");
	const struct field *field = find_field(name);
	const struct json *config, *values, *regex;

	if (!field)
		return aws_fail(err, AWS_ELBV2_CONDITION_FIELD, name ? name : "");
	config = json_get(condition, field->config);
	values = json_get(config, "Values");
	regex = json_get(config, "RegexValues");
	if (!check_config(condition, field, err))
		return false;
	if (json_get(condition, "Values") || json_get(condition, "RegexValues")) {
		if (json_get(condition, "Values") && !field->legacy)
			return aws_fail(err, AWS_ELBV2_CONDITION_SURPLUS, "Values", field->name);
		/* Both forms may be said when they say the same, as Describe shows them. */
		if (values && !json_equal(values, json_get(condition, "Values")))
			return aws_fail(err, AWS_ELBV2_CONDITION_BOTH, field->name);
		/* More than one value has to stand in the settings (API: RuleCondition, Values). */
		if (!values && json_size(json_get(condition, "Values")) > 1)
			return aws_fail(err, AWS_ELBV2_CONDITION_MANY, field->name);
		values = json_get(condition, "Values");
		regex = regex ? regex : json_get(condition, "RegexValues");
	}
	if (str_eq(field->name, "http-header") && !check_header(config, err))
		return false;
	return check_values(field, values, regex, sums, err);
}

/* AWS shows the values of a condition in both forms, old and new. */
static struct json *complete(const struct json *condition)
{
	const struct field *field = find_field(json_get_str(condition, "Field"));
	struct json *copy = json_copy(condition), *config;
	static const char *const members[] = {"Values", "RegexValues"};

	for (size_t i = 0; i < array_size(members) && field->regex; i++) {
		config =
			json_get(copy, members[i]) ? json_ensure_object(copy, field->config) : NULL;
		if (config && !json_get(config, members[i]))
			json_set_copy(config, members[i], json_get(copy, members[i]));
	}
	if (field->legacy && !json_get(copy, "Values"))
		json_set_copy(copy, "Values", json_find(copy, field->config, "Values", NULL));
	return copy;
}

bool conditions_read(struct call *call, const struct json *list, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *conditions = json_new_array();
	struct sums sums = {0, 0};

	if (!json_size(list))
		return aws_fail(err, AWS_ELBV2_CONDITION_NONE);
	json_foreach (condition, list) {
		const char *name = json_get_str(condition, "Field");

		if (!check_condition(condition, &sums, err))
			return false;
		for (const struct json *other = json_first(list); other != condition;
		     other = json_next(other)) {
			if (find_field(name)->once && str_eq(json_get_str(other, "Field"), name))
				return aws_fail(err, AWS_ELBV2_CONDITION_TWICE, name);
		}
		json_append(conditions, complete(condition));
	}
	if (!elbv2_limit(call, ELBV2_LIMIT_CONDITION_VALUES, sums.values, "", err) ||
	    !elbv2_limit(call, ELBV2_LIMIT_CONDITION_WILDCARDS, sums.wildcards, "", err))
		return false;
	*ret = steal(conditions);
	return true;
}

/* ---- Transforms ---- */

static bool check_rewrites(const struct json *config, const char *type, struct err *err)
{
	const struct json *rewrite = json_at(json_get(config, "Rewrites"), 0);

	if (json_size(json_get(config, "Rewrites")) != 1)
		return aws_fail(err, AWS_ELBV2_TRANSFORM_REWRITES, type);
	if (!*json_get_str(rewrite, "Regex") ||
	    strlen(json_get_str(rewrite, "Regex")) > REGEX_CHARACTERS_MAX ||
	    strlen(json_get_str(rewrite, "Replace")) > REGEX_CHARACTERS_MAX)
		return aws_fail(err, AWS_ELBV2_TRANSFORM_LENGTH, type);
	return true;
}

bool transforms_check(const struct json *list, struct err *err)
{
	static const char host[] = "HostHeaderRewriteConfig", url[] = "UrlRewriteConfig";

	if (json_size(list) > TRANSFORMS_MAX)
		return aws_fail(err, AWS_ELBV2_TRANSFORMS_MAX);
	json_foreach (transform, list) {
		const char *type = json_get_str(transform, "Type");
		bool is_url = str_eq(type, "url-rewrite");

		if (json_get(transform, is_url ? host : url))
			return aws_fail(err, AWS_ELBV2_TRANSFORM_SURPLUS, is_url ? host : url,
					type);
		if (!check_rewrites(json_get(transform, is_url ? url : host), type, err))
			return false;
		for (const struct json *other = json_first(list); other != transform;
		     other = json_next(other)) {
			if (str_eq(json_get_str(other, "Type"), type))
				return aws_fail(err, AWS_ELBV2_TRANSFORM_TWICE, type);
		}
	}
	return true;
}
