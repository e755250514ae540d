/* What rules cost in web ACL capacity units, and what they refer to. */
#include "emulator/aws/wafv2/wafv2.h"

/* WAF Developer Guide, "AWS Managed Rules rule groups list". */
static const struct {
	const char *name;
	int64_t capacity;
} managed[] = {
	{"AWSManagedRulesACFPRuleSet", 50},
	{"AWSManagedRulesATPRuleSet", 50},
	{"AWSManagedRulesAdminProtectionRuleSet", 100},
	{"AWSManagedRulesAmazonIpReputationList", 25},
	{"AWSManagedRulesAnonymousIpList", 50},
	{"AWSManagedRulesAntiDDoSRuleSet", 50},
	{"AWSManagedRulesBotControlRuleSet", 50},
	{"AWSManagedRulesCommonRuleSet", 700},
	{"AWSManagedRulesKnownBadInputsRuleSet", 200},
	{"AWSManagedRulesLinuxRuleSet", 200},
	{"AWSManagedRulesPHPRuleSet", 100},
	{"AWSManagedRulesSQLiRuleSet", 200},
	{"AWSManagedRulesUnixRuleSet", 100},
	{"AWSManagedRulesWindowsRuleSet", 200},
	{"AWSManagedRulesWordPressRuleSet", 100},
};

/* Statements without others in them. */
static const struct {
	const char *statement;
	int64_t capacity;
} simple[] = {
	{"AsnMatchStatement", 1},	{"GeoMatchStatement", 1},
	{"IPSetReferenceStatement", 1}, {"LabelMatchStatement", 1},
	{"RegexMatchStatement", 3},	{"RegexPatternSetReferenceStatement", 25},
	{"SizeConstraintStatement", 1}, {"XssMatchStatement", 40},
};

#define TRANSFORMATION	    10 /* each but NONE */
#define ALL_QUERY_ARGUMENTS 10
#define FORWARDED_ANY	    4 /* IP sets against any address of a header */
#define RATE_BASED	    2
#define RATE_KEY	    30 /* each custom aggregation key */

struct count {
	struct call *call;
	int64_t units;
	struct err *err;
};

static bool add_statement(struct count *count, const struct json *statement);

/* @name References */

static const struct doc *refer(struct count *count, const struct kind *kind,
			       const struct json *statement)
{
	const char *arn = json_get_str(statement, "ARN");
	const struct doc *doc = arn ? find_in_scope(count->call, kind, arn) : NULL;

	if (!doc)
		aws_fail(count->err, AWS_WAF_NONEXISTENT);
	return doc;
}

static bool add_managed(struct count *count, const struct json *statement)
{
	const char *vendor = json_get_str(statement, "VendorName");
	const char *name = json_get_str(statement, "Name");

	for (size_t i = 0; i < array_size(managed); i++)
		if (str_eq(vendor, "AWS") && str_eq(managed[i].name, name)) {
			count->units += managed[i].capacity;
			return true;
		}
	if (str_eq(vendor, "AWS"))
		return aws_fail(count->err, AWS_WAF_NONEXISTENT);
	return err_set(count->err, ERR_UNSUPPORTED, "NotImplemented",
		       "skyrig has no managed rule groups of %s", vendor);
}

/* @name Statements */

static int64_t match_units(const char *name, const struct json *statement)
{
	const char *position = json_get_str(statement, "PositionalConstraint");

	if (str_eq(name, "SqliMatchStatement"))
		return str_eq(json_get_str(statement, "SensitivityLevel"), "HIGH") ? 30 : 20;
	if (str_eq(name, "ByteMatchStatement"))
		return str_starts_with(position, "CONTAINS") ? 10 : 2;
	for (size_t i = 0; i < array_size(simple); i++)
		if (str_eq(simple[i].statement, name))
			return simple[i].capacity;
	return 0;
}

/* What a part of the request costs more: its transformations, all arguments at once, JSON twice. */
static int64_t part_units(const struct json *statement, int64_t units)
{
	const struct json *field = json_get(statement, "FieldToMatch");

	if (json_get(field, "JsonBody"))
		units *= 2;
	if (json_get(field, "AllQueryArguments"))
		units += ALL_QUERY_ARGUMENTS;
	json_foreach (item, json_get(statement, "TextTransformations"))
		if (!str_eq(json_get_str(item, "Type"), "NONE"))
			units += TRANSFORMATION;
	if (str_eq(json_find_str(statement, "IPSetForwardedIPConfig", "Position", NULL), "ANY"))
		units += FORWARDED_ANY;
	return units;
}

static bool add_rate_based(struct count *count, const struct json *statement)
{
	const struct json *scope = json_get(statement, "ScopeDownStatement");

	count->units +=
		RATE_BASED + RATE_KEY * (int64_t)json_size(json_get(statement, "CustomKeys"));
	return !scope || add_statement(count, scope);
}

static bool add_nested(struct count *count, const struct json *statement)
{
	json_foreach (inner, json_get(statement, "Statements"))
		if (!add_statement(count, inner))
			return false;
	return !json_get(statement, "Statement") ||
	       add_statement(count, json_get(statement, "Statement"));
}

static bool add_one(struct count *count, const char *name, const struct json *value)
{
	const struct doc *doc;

	if (str_eq(name, "AndStatement") || str_eq(name, "OrStatement") ||
	    str_eq(name, "NotStatement"))
		return add_nested(count, value);
	if (str_eq(name, "RateBasedStatement"))
		return add_rate_based(count, value);
	if (str_eq(name, "ManagedRuleGroupStatement"))
		return add_managed(count, value);
	if (str_eq(name, "RuleGroupReferenceStatement")) {
		doc = refer(count, &kind_waf_rule_group, value);
		count->units += doc ? json_get_int(doc->body, "Capacity", 0) : 0;
		return doc != NULL;
	}
	if (str_eq(name, "IPSetReferenceStatement") && !refer(count, &kind_waf_ip_set, value))
		return false;
	if (str_eq(name, "RegexPatternSetReferenceStatement") &&
	    !refer(count, &kind_waf_regex_pattern_set, value))
		return false;
	count->units += part_units(value, match_units(name, value));
	return true;
}

/* A statement is one of its members. */
static bool add_statement(struct count *count, const struct json *statement)
{
	const struct json *only = json_first(statement);

	if (!only || json_next(only))
		return aws_fail(count->err, AWS_WAF_STATEMENT);
	return add_one(count, json_key(only), only);
}

/* @name Rules */

/* Names and priorities are each rule's own. */
static bool check_rule(const struct json *rules, const struct json *rule, struct err *err)
{
	for (const struct json *other = json_first(rules); other != rule;
	     other = json_next(other)) {
		if (str_eq(json_get_str(other, "Name"), json_get_str(rule, "Name")))
			return aws_fail(err, AWS_WAF_RULE_TWICE, "RULE_NAME");
		if (json_get_int(other, "Priority", 0) == json_get_int(rule, "Priority", 0))
			return aws_fail(err, AWS_WAF_RULE_TWICE, "RULE_PRIORITY");
	}
	return true;
}

/* Groups have their own actions, which are overridden; other rules have an action. */
static bool check_action(const struct json *rule, struct err *err)
{
	const struct json *statement = json_get(rule, "Statement");
	bool group = json_get(statement, "ManagedRuleGroupStatement") ||
		     json_get(statement, "RuleGroupReferenceStatement");

	return json_get(rule, group ? "OverrideAction" : "Action") || aws_fail(err, AWS_WAF_ACTION);
}

bool waf_capacity(struct call *call, const struct json *rules, int64_t *ret, struct err *err)
{
	struct count count = {.call = call, .err = err};

	json_foreach (rule, rules)
		if (!check_rule(rules, rule, err) || !check_action(rule, err) ||
		    !add_statement(&count, json_get(rule, "Statement")))
			return false;
	*ret = count.units;
	return true;
}

bool waf_mentions(const struct json *value, const char *text)
{
	if (json_is_string(value))
		return str_eq(json_str(value), text);
	json_foreach (item, value)
		if (waf_mentions(item, text))
			return true;
	return false;
}

bool waf_check_capacity(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	int64_t units = 0;

	if (!waf_capacity(call, json_get(input, "Rules"), &units, err))
		return false;
	json_set_int(output, "Capacity", units);
	return true;
}
