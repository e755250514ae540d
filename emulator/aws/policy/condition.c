/* Condition: operators over the values of keys. */
#include <errno.h>
#include <math.h>
#include <strings.h>

#include "emulator/aws/policy/language.h"
#include "emulator/base/cidr.h"
#include "emulator/base/clock.h"

#define ARN_PARTS 6

struct compared {
	const struct policy_context *context;
	bool variables;
};

/* Whether one value of the request fits one of the policy's. */
typedef bool compare_fn(const struct compared *how, const char *value, const char *wanted);

static bool text_equals(const struct compared *how, const char *value, const char *wanted)
{
	return str_eq(policy_text(how->context, wanted, how->variables), value);
}

static bool text_equals_ignoring_case(const struct compared *how, const char *value,
				      const char *wanted)
{
	const char *text = policy_text(how->context, wanted, how->variables);

	return text && strcasecmp(text, value) == 0;
}

static bool text_like(const struct compared *how, const char *value, const char *wanted)
{
	const char *pattern = policy_pattern(how->context, wanted, how->variables);

	return pattern && policy_match(pattern, value, false);
}

/* Cuts "a:b:c:d:e:f:g" into six; the last keeps its colons. */
static bool arn_parts(struct arena *arena, const char *text, const char *ret[ARN_PARTS])
{
	char *rest = arena_strdup(arena, text);

	for (size_t i = 0; i + 1 < ARN_PARTS; i++) {
		char *colon = strchr(rest, ':');

		if (!colon)
			return false;
		*colon = '\0';
		ret[i] = rest;
		rest = colon + 1;
	}
	ret[ARN_PARTS - 1] = rest;
	return true;
}

/* Each of the six parts is checked by itself: "*" does not reach over a colon of the first five. */
static bool arn_like(const struct compared *how, const char *value, const char *wanted)
{
	const char *pattern = policy_pattern(how->context, wanted, how->variables);
	const char *patterns[ARN_PARTS], *values[ARN_PARTS];
	struct arena *arena = how->context->arena;

	if (!pattern)
		return false;
	if (str_eq(wanted, "*"))
		return true;
	if (!arn_parts(arena, pattern, patterns) || !arn_parts(arena, value, values))
		return false;
	for (size_t i = 0; i < ARN_PARTS; i++)
		if (!policy_match(patterns[i], values[i], false))
			return false;
	return true;
}

static bool is_true(const char *text)
{
	return strcasecmp(text, "true") == 0;
}

static bool bool_equals(const struct compared *how, const char *value, const char *wanted)
{
	const char *text = policy_text(how->context, wanted, how->variables);

	return text && is_true(text) == is_true(value) &&
	       (is_true(text) || strcasecmp(text, "false") == 0);
}

static bool address_in(const struct compared *how, const char *value, const char *wanted)
{
	struct cidr block;
	struct ip ip, only;

	(void)how;
	if (!ip_parse(value, &ip))
		return false;
	if (cidr_parse(wanted, &block))
		return cidr_contains_ip(&block, &ip);
	return ip_parse(wanted, &only) && ip_equal(&ip, &only);
}

static bool read_number(const char *text, double *ret)
{
	char *end;

	errno = 0;
	*ret = strtod(text, &end);
	return end != text && !*end && !errno && isfinite(*ret);
}

/* ISO 8601, a day, or seconds since 1970, in seconds. */
static bool read_date(const char *text, double *ret)
{
	_cleanup_(freep) char *day = NULL;
	int64_t ms;

	if (strlen(text) == 10 && text[4] == '-')
		text = day = xasprintf("%sT00:00:00Z", text);
	if (!clock_parse(text, &ms))
		return read_number(text, ret);
	*ret = (double)ms / 1000;
	return true;
}

#define ORDER(name, read, operator)                                                                \
	static bool name(const struct compared *how, const char *value, const char *wanted)        \
	{                                                                                          \
		double a, b;                                                                       \
                                                                                                   \
		(void)how;                                                                         \
		return read(value, &a) && read(wanted, &b) && a operator b;                        \
	}
ORDER(number_equals, read_number, ==)
ORDER(number_less, read_number, <)
ORDER(number_less_equals, read_number, <=)
ORDER(number_greater, read_number, >)
ORDER(number_greater_equals, read_number, >=)
ORDER(date_equals, read_date, ==)
ORDER(date_less, read_date, <)
ORDER(date_less_equals, read_date, <=)
ORDER(date_greater, read_date, >)
ORDER(date_greater_equals, read_date, >=)

static const struct operator_row {
	const char *name;
	compare_fn *compare;
	bool negated;
} operators[] = {
	{"ArnEquals", arn_like, false},
	{"ArnLike", arn_like, false},
	{"ArnNotEquals", arn_like, true},
	{"ArnNotLike", arn_like, true},
	{"BinaryEquals", text_equals, false},
	{"Bool", bool_equals, false},
	{"DateEquals", date_equals, false},
	{"DateGreaterThan", date_greater, false},
	{"DateGreaterThanEquals", date_greater_equals, false},
	{"DateLessThan", date_less, false},
	{"DateLessThanEquals", date_less_equals, false},
	{"DateNotEquals", date_equals, true},
	{"IpAddress", address_in, false},
	{"NotIpAddress", address_in, true},
	{"NumericEquals", number_equals, false},
	{"NumericGreaterThan", number_greater, false},
	{"NumericGreaterThanEquals", number_greater_equals, false},
	{"NumericLessThan", number_less, false},
	{"NumericLessThanEquals", number_less_equals, false},
	{"NumericNotEquals", number_equals, true},
	{"StringEquals", text_equals, false},
	{"StringEqualsIgnoreCase", text_equals_ignoring_case, false},
	{"StringLike", text_like, false},
	{"StringNotEquals", text_equals, true},
	{"StringNotEqualsIgnoreCase", text_equals_ignoring_case, true},
	{"StringNotLike", text_like, true},
};

enum quantifier { ONE_VALUE, FOR_ANY_VALUE, FOR_ALL_VALUES };

/* An operator as it is written: "ForAllValues:StringEqualsIfExists". */
struct operation {
	enum quantifier quantifier;
	bool if_exists, null;
	const struct operator_row *row;
};

static bool read_operator(struct arena *arena, const char *text, struct operation *ret)
{
	char *name;

	*ret = (struct operation){0};
	if (str_starts_with(text, "ForAnyValue:"))
		ret->quantifier = FOR_ANY_VALUE;
	else if (str_starts_with(text, "ForAllValues:"))
		ret->quantifier = FOR_ALL_VALUES;
	if (ret->quantifier != ONE_VALUE)
		text = strchr(text, ':') + 1;
	name = arena_strdup(arena, text);
	ret->null = str_eq(name, "Null");
	if (str_ends_with(name, "IfExists")) {
		ret->if_exists = true;
		name[strlen(name) - strlen("IfExists")] = '\0';
	}
	for (size_t i = 0; i < array_size(operators); i++)
		if (strcasecmp(operators[i].name, name) == 0)
			ret->row = &operators[i];
	return ret->null || ret->row;
}

bool policy_operator_is_known(const char *text)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct operation operation;

	return read_operator(arena, text, &operation);
}

size_t policy_operator_names(const char **ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < array_size(operators) && n < room; i++)
		ret[n++] = operators[i].name;
	if (n < room)
		ret[n++] = "Null";
	return n;
}

/* Whether one value of the request fits any of the policy's (or none of them, for a Not). */
static bool value_fits(const struct operation *operation, const struct compared *how,
		       const char *value, const struct json *wanted)
{
	struct arena *arena = how->context->arena;
	bool any = false;

	if (!json_is_array(wanted)) {
		any = operation->row->compare(how, value, policy_scalar(arena, wanted));
	} else {
		json_foreach (item, wanted)
			any = any ||
			      operation->row->compare(how, value, policy_scalar(arena, item));
	}
	return any != operation->row->negated;
}

static bool key_fits(const struct operation *operation, const struct compared *how,
		     const struct policy_key *key, const struct json *wanted)
{
	size_t fitting = 0;

	if (!key || !key->count) {
		if (operation->quantifier == FOR_ALL_VALUES || operation->if_exists)
			return true;
		return operation->quantifier != FOR_ANY_VALUE && operation->row->negated;
	}
	for (size_t i = 0; i < key->count; i++)
		fitting += value_fits(operation, how, key->values[i], wanted);
	/* of a Not without a quantifier, no value may fit: each is compared */
	if (operation->quantifier == FOR_ALL_VALUES ||
	    (operation->quantifier == ONE_VALUE && operation->row->negated))
		return fitting == key->count;
	return fitting > 0;
}

/* Null: whether the key must be missing. */
static bool null_fits(const struct policy_key *key, const struct json *wanted, struct arena *arena)
{
	bool absent = !key || !key->count;

	if (!json_is_array(wanted))
		return is_true(policy_scalar(arena, wanted)) == absent;
	json_foreach (item, wanted)
		if (is_true(policy_scalar(arena, item)) == absent)
			return true;
	return false;
}

bool policy_conditions_hold(const struct json *conditions, bool variables,
			    const struct policy_context *context, const char **ret_unknown)
{
	const struct compared how = {context, variables};
	const char *unknown = NULL;

	*ret_unknown = NULL;
	json_foreach (block, conditions) {
		struct operation operation;

		if (!read_operator(context->arena, json_key(block), &operation)) {
			unknown = arena_printf(context->arena, "the condition operator '%s'",
					       json_key(block));
			continue;
		}
		json_foreach (wanted, block) {
			const struct policy_key *key =
				policy_context_find(context, json_key(wanted));

			if (!key && !context->closed && !policy_key_is_modelled(json_key(wanted)))
				unknown = arena_printf(context->arena, "the condition key '%s'",
						       json_key(wanted));
			else if (operation.null ? !null_fits(key, wanted, context->arena)
						: !key_fits(&operation, &how, key, wanted))
				return false; /* whatever else there is */
		}
	}
	*ret_unknown = unknown;
	return true;
}
