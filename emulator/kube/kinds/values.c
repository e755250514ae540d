/* Checks of single values; see values.h. */
#include "emulator/kube/kinds/values.h"

#include <stdio.h>

#include "emulator/base/cidr.h"
#include "emulator/base/json.h"
#include "emulator/kube/strategy.h"

#define PORT_MAX 65535

const char *const value_protocols[] = {"SCTP", "TCP", "UDP", NULL};

const char *value_str(const struct json *object, const char *path)
{
	const char *text = object_str(object, path);

	return text ? text : "";
}

void value_port(struct field_errors *errors, const char *path, const struct json *value)
{
	_cleanup_(json_freep) struct json *zero = json_new_int(0);
	int64_t port = 0;

	if (value && (!json_int(value, &port) || port < 1 || port > PORT_MAX))
		field_invalid(errors, path, value, "must be between 1 and 65535, inclusive");
	if (!value)
		field_invalid(errors, path, zero, "must be between 1 and 65535, inclusive");
}

void value_port_or_name(struct field_errors *errors, const char *path, const struct json *value)
{
	if (json_is_string(value))
		field_format(errors, path, json_str(value), format_port_name);
	else
		value_port(errors, path, value);
}

static bool is_known(const struct json *known, const char *value)
{
	json_foreach (item, known)
		if (str_eq(json_str(item), value))
			return true;
	return false;
}

/* "010.1.2.3": an address but for its zeros */
static bool has_leading_zeros(const char *value)
{
	bool found = false;

	if (strchr(value, ':'))
		return false;
	for (const char *c = value; *c; c++)
		found |= (c == value || c[-1] == '.') && *c == '0' && c[1] >= '0' && c[1] <= '9';
	return found;
}

static bool is_mapped(const struct ip *ip)
{
	static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

	return ip->family == FAMILY_IPV6 && memcmp(ip->bytes, prefix, sizeof(prefix)) == 0;
}

bool value_ip(struct field_errors *errors, const char *path, const char *value,
	      const struct json *known)
{
	const char *text = value ? value : "";
	struct ip ip;

	if (is_known(known, text))
		return true;
	if (!ip_parse(text, &ip))
		field_invalid_str(errors, path, text, "%s",
				  has_leading_zeros(text)
					  ? "must not have leading 0s"
					  : "must be a valid IP address, (e.g. 10.9.8.7 or "
					    "2001:db8::ffff)");
	else if (is_mapped(&ip))
		field_invalid_str(errors, path, text, "must not be an IPv4-mapped IPv6 address");
	else
		return true;
	return false;
}

void value_cidr(struct field_errors *errors, const char *path, const char *value,
		const struct json *known)
{
	const char *text = value ? value : "";
	struct cidr cidr;

	if (is_known(known, text))
		return;
	if (!cidr_parse(text, &cidr))
		field_invalid_str(errors, path, text,
				  "must be a valid CIDR value, (e.g. 10.9.8.0/24 or "
				  "2001:db8::/64)");
	else if (is_mapped(&cidr.ip))
		field_invalid_str(errors, path, text, "must not have an IPv4-mapped IPv6 address");
	else if (!cidr_is_canonical(&cidr))
		field_invalid_str(errors, path, text,
				  "must not have bits set beyond the prefix length");
}

void value_endpoint_ip(struct field_errors *errors, const char *path, const char *value)
{
	static const struct {
		const char *const blocks[2];
		const char *what;
	} rows[] = {
		{{"127.0.0.0/8", "::1/128"},
		 "may not be in the loopback range (127.0.0.0/8, ::1/128)"},
		{{"169.254.0.0/16", "fe80::/10"},
		 "may not be in the link-local range (169.254.0.0/16, fe80::/10)"},
		{{"224.0.0.0/24", "ff02::/16"},
		 "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"},
	};
	struct ip ip;

	if (!ip_parse(value, &ip)) {
		field_invalid_str(errors, path, value, "must be a valid IP address");
		return;
	}
	if (str_eq(value, "0.0.0.0") || str_eq(value, "::"))
		field_invalid_str(errors, path, value, "may not be unspecified (%s)", value);
	for (size_t i = 0; i < array_size(rows); i++)
		for (size_t k = 0; k < array_size(rows[i].blocks); k++) {
			struct cidr block;

			if (cidr_parse(rows[i].blocks[k], &block) && cidr_contains_ip(&block, &ip))
				field_invalid_str(errors, path, value, "%s", rows[i].what);
		}
}

void value_one_of(struct field_errors *errors, const char *path, const struct json *value,
		  const char *const *supported)
{
	const char *text = json_str(value);

	if (!text || !*text) {
		field_required(errors, path, "");
		return;
	}
	for (size_t i = 0; supported[i]; i++)
		if (str_eq(text, supported[i]))
			return;
	field_not_supported(errors, path, value, supported);
}

void value_labels(struct field_errors *errors, const char *path, const struct json *labels)
{
	json_foreach (item, labels) {
		field_format(errors, path, json_key(item), format_qualified_name);
		field_format(errors, path, json_str(item) ? json_str(item) : "",
			     format_label_value);
	}
}

static void expression(struct field_errors *errors, const char *path, const struct json *item)
{
	const char *operator= value_str(item, "operator");
	bool needs = str_eq(operator, "In") || str_eq(operator, "NotIn");
	bool refuses = str_eq(operator, "Exists") || str_eq(operator, "DoesNotExist");
	bool any = json_first(json_get(item, "values"));
	size_t i = 0;

	if (needs && !any)
		field_required(errors, field_at(errors, "%s.values", path),
			       "must be specified when `operator` is 'In' or 'NotIn'");
	if (refuses && any)
		field_forbidden(errors, field_at(errors, "%s.values", path),
				"may not be specified when `operator` is 'Exists' or "
				"'DoesNotExist'");
	if (!needs && !refuses)
		field_invalid_str(errors, field_at(errors, "%s.operator", path), operator,
				  "not a valid selector operator");
	field_format(errors, field_at(errors, "%s.key", path), value_str(item, "key"),
		     format_qualified_name);
	json_foreach (value, json_get(item, "values")) {
		field_format(errors, field_at(errors, "%s.values[%zu]", path, i),
			     json_str(value) ? json_str(value) : "", format_label_value);
		i++;
	}
}

void value_label_selector(struct field_errors *errors, const char *path,
			  const struct json *selector)
{
	size_t i = 0;

	value_labels(errors, field_at(errors, "%s.matchLabels", path),
		     json_get(selector, "matchLabels"));
	json_foreach (item, json_get(selector, "matchExpressions"))
		expression(errors, field_at(errors, "%s.matchExpressions[%zu]", path, i++), item);
}

void value_not_negative(struct field_errors *errors, const char *path, const struct json *value)
{
	int64_t number;

	if (json_int(value, &number) && number < 0)
		field_invalid(errors, path, value, "must be greater than or equal to 0");
}
