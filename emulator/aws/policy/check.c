/* Whether a text is a policy document: IAM's own checks, in its words. */
#include <ctype.h>

#include "emulator/aws/errors.h"
#include "emulator/aws/policy/language.h"

static const char *const top_members[] = {"Version", "Id", "Statement"};
static const char *const statement_members[] = {"Sid",		"Effect",      "Principal",
						"NotPrincipal", "Action",      "NotAction",
						"Resource",	"NotResource", "Condition"};

static bool knows_all(const struct json *object, const char *const *names, size_t count)
{
	json_foreach (member, object) {
		bool known = false;

		for (size_t i = 0; i < count; i++)
			known = known || str_eq(names[i], json_key(member));
		if (!known)
			return false;
	}
	return true;
}

static bool has_text(const struct json *value)
{
	if (json_is_string(value))
		return true;
	if (!json_is_array(value) || !json_first(value))
		return false;
	json_foreach (item, value)
		if (!json_is_string(item))
			return false;
	return true;
}

/* Each text of a text or a list. */
typedef bool check_fn(const char *text, enum policy_use use, struct err *err);

static bool each(const struct json *value, check_fn *check, enum policy_use use, struct err *err)
{
	if (json_is_string(value))
		return check(json_str(value), use, err);
	json_foreach (item, value)
		if (!check(json_str(item), use, err))
			return false;
	return true;
}

/* "ec2:Describe*": a service's prefix, a colon, a name. */
static bool check_action(const char *text, enum policy_use use, struct err *err)
{
	const char *colon = strchr(text, ':');

	if (str_eq(text, "*"))
		return true;
	if (!colon)
		return aws_fail(err, AWS_POLICY_VENDOR);
	for (const char *p = text; p < colon; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
			return aws_fail(err, AWS_POLICY_VENDOR_NAME,
					text); /* "Vendor … is not valid" */
	if (use == POLICY_OF_TRUST && !str_starts_with(text, "sts:"))
		return aws_fail(err, AWS_POLICY_TRUST_ACTION);
	return true;
}

static bool check_resource(const char *text, enum policy_use use, struct err *err)
{
	const char *colon;

	(void)use;
	if (str_eq(text, "*") || str_starts_with(text, "${"))
		return true;
	if (!str_starts_with(text, "arn:")) {
		/* "*foo" and "a*" as IAM says it */
		return aws_fail(err, AWS_POLICY_RESOURCE_FORM, text);
	}
	colon = strchr(text + 4, ':');
	if (!colon)
		return aws_fail(err, AWS_POLICY_RESOURCE_FORM, text);
	if (strncmp(text + 4, "aws", 3) != 0 && text[4] != '*')
		return aws_fail(err, AWS_POLICY_PARTITION, text);
	return true;
}

/* Operators hold keys, keys hold values. */
static bool check_condition(const struct json *conditions, struct err *err)
{
	if (!json_is_object(conditions))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	json_foreach (block, conditions) {
		if (!json_is_object(block))
			return aws_fail(err, AWS_IAM_DOCUMENT);
		json_foreach (wanted, block) {
			bool scalar = json_is_string(wanted) || json_is_number(wanted) ||
				      json_is_bool(wanted);

			if (!scalar && !json_is_array(wanted))
				return aws_fail(err, AWS_IAM_DOCUMENT);
			json_foreach (item, wanted)
				if (!json_is_string(item) && !json_is_number(item) &&
				    !json_is_bool(item))
					return aws_fail(err, AWS_IAM_DOCUMENT);
			if (!strchr(json_key(wanted), ':'))
				return aws_fail(err, AWS_POLICY_VENDOR);
		}
	}
	return true;
}

static bool check_principals(const struct json *statement, enum policy_use use, struct err *err)
{
	const struct json *principal = json_get(statement, "Principal");
	const struct json *other = json_get(statement, "NotPrincipal");

	if (use == POLICY_OF_IDENTITY)
		return (!principal && !other) || aws_fail(err, AWS_POLICY_PRINCIPAL);
	if (!principal && !other)
		return aws_fail(err, AWS_IAM_DOCUMENT_PRINCIPAL);
	if (principal && other)
		return aws_fail(err, AWS_IAM_DOCUMENT);
	principal = principal ? principal : other;
	if (json_is_string(principal))
		return str_eq(json_str(principal), "*") || aws_fail(err, AWS_IAM_DOCUMENT);
	if (!json_is_object(principal) || !json_first(principal))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	json_foreach (kind, principal)
		if (!has_text(kind))
			return aws_fail(err, AWS_IAM_DOCUMENT);
	return true;
}

static bool check_resources(const struct json *statement, enum policy_use use, struct err *err)
{
	const struct json *resources = json_get(statement, "Resource");
	const struct json *others = json_get(statement, "NotResource");

	if (use == POLICY_OF_TRUST)
		return (!resources && !others) || aws_fail(err, AWS_POLICY_TRUST_RESOURCE);
	if (!resources == !others)
		return resources ? aws_fail(err, AWS_IAM_DOCUMENT)
				 : aws_fail(err, AWS_IAM_DOCUMENT_RESOURCE);
	resources = resources ? resources : others;
	if (!has_text(resources))
		return aws_fail(err, AWS_IAM_DOCUMENT_RESOURCE);
	return each(resources, check_resource, use, err);
}

static bool check_sid(const struct json *statement, struct err *err)
{
	const struct json *sid = json_get(statement, "Sid");

	if (!sid)
		return true;
	if (!json_is_string(sid))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	for (const char *p = json_str(sid); *p; p++)
		if (!isalnum((unsigned char)*p))
			return aws_fail(err, AWS_POLICY_SID);
	return true;
}

static bool check_statement(const struct json *statement, enum policy_use use, struct err *err)
{
	const char *effect = json_get_str(statement, "Effect");
	const struct json *actions = json_get(statement, "Action");
	const struct json *others = json_get(statement, "NotAction");

	if (!json_is_object(statement) || (!str_eq(effect, "Allow") && !str_eq(effect, "Deny")) ||
	    !knows_all(statement, statement_members, array_size(statement_members)))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	if (!check_sid(statement, err) || !check_principals(statement, use, err))
		return false;
	if (!actions == !others)
		return actions ? aws_fail(err, AWS_IAM_DOCUMENT)
			       : aws_fail(err, AWS_IAM_DOCUMENT_ACTION);
	actions = actions ? actions : others;
	if (!has_text(actions))
		return aws_fail(err, AWS_IAM_DOCUMENT_ACTION);
	if (!each(actions, check_action, use, err) || !check_resources(statement, use, err))
		return false;
	return !json_get(statement, "Condition") ||
	       check_condition(json_get(statement, "Condition"), err);
}

static bool check_sids_differ(const struct json *statements, struct err *err)
{
	json_foreach (statement, statements) {
		const char *sid = json_get_str(statement, "Sid");

		for (const struct json *o = json_next(statement); sid && *sid && o;
		     o = json_next(o))
			if (str_eq(json_get_str(o, "Sid"), sid))
				return aws_fail(err, AWS_POLICY_SID_TWICE);
	}
	return true;
}

static void found_twice(const char *path, void *userdata)
{
	(void)path;
	*(bool *)userdata = true;
}

static bool check_document(const struct json *document, enum policy_use use, struct err *err)
{
	const struct json *version = json_get(document, "Version");
	const struct json *statements = json_get(document, "Statement");
	bool twice = false;

	json_duplicates(document, found_twice, &twice);
	if (twice || !knows_all(document, top_members, array_size(top_members)))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	if (version && !str_eq(json_str(version), "2012-10-17") &&
	    !str_eq(json_str(version), "2008-10-17"))
		return aws_fail(err, AWS_POLICY_VERSION);
	if (json_is_object(statements))
		return check_statement(statements, use, err);
	if (!json_is_array(statements) || !json_first(statements))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	json_foreach (statement, statements)
		if (!check_statement(statement, use, err))
			return false;
	return check_sids_differ(statements, err);
}

bool policy_check(const char *document, enum policy_use use, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *json = NULL;

	if (!json_parse(document, strlen(document), &json, NULL) || !json_is_object(json))
		return aws_fail(err, AWS_IAM_DOCUMENT_JSON);
	if (!check_document(json, use, err))
		return false;
	if (ret)
		*ret = steal(json);
	return true;
}
