/*
 * What names, labels and keys may look like, in the words of apimachinery
 * pkg/util/validation/validation.go and pkg/api/validate/content/kube.go. Matching is by hand: the
 * expressions are small, and the messages quote them.
 */
#include <ctype.h>
#include <stdio.h>

#include "emulator/base/json.h"
#include "emulator/kube/fields.h"

#define LABEL_FMT     "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
#define SUBDOMAIN_FMT LABEL_FMT "(\\." LABEL_FMT ")*"
#define KEY_FMT	      "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
#define KEY_MESSAGE                                                                                \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "   \
	"an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "  \
	"validation is '" KEY_FMT "')"

static void add_format(struct strs *problems, const char *prefix, const char *text)
{
	_cleanup_(freep) char *line = xasprintf("%s%s", prefix, text);

	strs_add(problems, line);
}

static void add_too_long(struct strs *problems, const char *prefix, size_t max)
{
	_cleanup_(freep) char *line =
		xasprintf("%smust be no more than %zu characters", prefix, max);

	strs_add(problems, line);
}

static bool lower_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool alphanumeric(char c)
{
	return lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool is_label(const char *text, size_t length)
{
	if (!length || !lower_or_digit(text[0]) || !lower_or_digit(text[length - 1]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!lower_or_digit(text[i]) && text[i] != '-')
			return false;
	return true;
}

static bool is_subdomain(const char *text)
{
	for (;;) {
		size_t length = strcspn(text, ".");

		if (!is_label(text, length))
			return false;
		if (!text[length])
			return true;
		text += length + 1;
	}
}

/* ([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9] */
static bool is_key_name(const char *text)
{
	size_t length = strlen(text);

	if (!length || !alphanumeric(text[0]) || !alphanumeric(text[length - 1]))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!alphanumeric(text[i]) && !strchr("-_.", text[i]))
			return false;
	return true;
}

void format_dns1123_label(const char *text, struct strs *problems)
{
	if (strlen(text) > 63)
		add_too_long(problems, "", 63);
	if (is_label(text, strlen(text)))
		return;
	if (is_subdomain(text))
		strs_add(problems, "must not contain dots");
	else
		strs_add(problems,
			 "a lowercase RFC 1123 label must consist of lower case alphanumeric "
			 "characters or '-', and must start and end with an alphanumeric character "
			 "(e.g. 'my-name',  or '123-abc', regex used for validation is '" LABEL_FMT
			 "')");
}

static void subdomain(const char *text, const char *prefix, struct strs *problems)
{
	if (strlen(text) > 253)
		add_too_long(problems, prefix, 253);
	if (!is_subdomain(text))
		add_format(
			problems, prefix,
			"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
			"characters, '-' or '.', and must start and end with an alphanumeric "
			"character (e.g. 'example.com', regex used for validation is '" SUBDOMAIN_FMT
			"')");
}

void format_dns1123_subdomain(const char *text, struct strs *problems)
{
	subdomain(text, "", problems);
}

void format_dns1035_label(const char *text, struct strs *problems)
{
	if (strlen(text) > 63)
		add_too_long(problems, "", 63);
	if (!is_label(text, strlen(text)) || isdigit((unsigned char)text[0]))
		strs_add(problems,
			 "a DNS-1035 label must consist of lower case alphanumeric characters or "
			 "'-', start with an alphabetic character, and end with an alphanumeric "
			 "character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
			 "'[a-z]([-a-z0-9]*[a-z0-9])?')");
}

/* apimachinery pkg/api/validate/content: IsPathSegmentName */
void format_path_segment(const char *text, struct strs *problems)
{
	if (str_eq(text, ".") || str_eq(text, "..")) {
		_cleanup_(freep) char *line = xasprintf("may not be '%s'", text);

		strs_add(problems, line);
		return;
	}
	if (strchr(text, '/'))
		strs_add(problems, "may not contain '/'");
	if (strchr(text, '%'))
		strs_add(problems, "may not contain '%'");
}

void format_qualified_name(const char *text, struct strs *problems)
{
	const char *slash = strchr(text, '/'), *name = text;

	if (slash && strchr(slash + 1, '/')) {
		strs_add(problems, "a valid label key " KEY_MESSAGE
				   " with an optional DNS subdomain prefix and '/' (e.g. "
				   "'example.com/MyName')");
		return;
	}
	if (slash) {
		_cleanup_(freep) char *prefix = xstrndup(text, (size_t)(slash - text));

		name = slash + 1;
		if (!*prefix)
			strs_add(problems, "prefix part must be non-empty");
		else
			subdomain(prefix, "prefix part ", problems);
	}
	if (!*name)
		strs_add(problems, "name part must be non-empty");
	else if (strlen(name) > 63)
		add_too_long(problems, "name part ", 63);
	if (!is_key_name(name))
		strs_add(problems, "name part " KEY_MESSAGE);
}

void format_label_value(const char *text, struct strs *problems)
{
	if (strlen(text) > 63)
		add_too_long(problems, "", 63);
	if (*text && !is_key_name(text))
		strs_add(problems,
			 "a valid label must be an empty string or consist of alphanumeric "
			 "characters, '-', '_' or '.', and must start and end with an alphanumeric "
			 "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
			 "validation is '(" KEY_FMT ")?')");
}

void format_port_name(const char *text, struct strs *problems)
{
	size_t length = strlen(text), letters = 0, others = 0;

	for (size_t i = 0; i < length; i++) {
		letters += text[i] >= 'a' && text[i] <= 'z';
		others += !lower_or_digit(text[i]) && text[i] != '-';
	}
	if (length > 15)
		add_too_long(problems, "", 15);
	if (others || !length)
		strs_add(problems, "must contain only alpha-numeric characters (a-z, 0-9), and "
				   "hyphens (-)");
	if (!letters)
		strs_add(problems, "must contain at least one letter (a-z)");
	if (strstr(text, "--"))
		strs_add(problems, "must not contain consecutive hyphens");
	if (length && (text[0] == '-' || text[length - 1] == '-'))
		strs_add(problems, "must not begin or end with a hyphen");
}

static void no_parent_directory(const char *text, struct strs *problems)
{
	if (str_eq(text, "."))
		strs_add(problems, "must not be '.'");
	else if (str_eq(text, ".."))
		strs_add(problems, "must not be '..'");
	else if (str_starts_with(text, ".."))
		strs_add(problems, "must not start with '..'");
}

void format_config_map_key(const char *text, struct strs *problems)
{
	bool fits = *text;

	for (const char *c = text; *c; c++)
		fits &= alphanumeric(*c) || strchr("-_.", *c);
	if (strlen(text) > 253)
		add_too_long(problems, "", 253);
	if (!fits)
		strs_add(problems, "a valid config key must consist of alphanumeric characters, "
				   "'-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
				   "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
	no_parent_directory(text, problems);
}

/* IsRelaxedEnvVarName, the rule since Kubernetes 1.32 */
void format_env_var_name(const char *text, struct strs *problems)
{
	if (!*text)
		strs_add(problems, "environment variable name must be non-empty");
	for (const char *c = text; *c; c++)
		if (*c < 0x20 || *c > 0x7e || *c == '=') {
			strs_add(problems, "a valid environment variable name must consist only of "
					   "printable ASCII characters other than '='");
			break;
		}
}
