/*
 * Validation of custom objects by their OpenAPI v3 schema.
 *
 * Source of rules and texts: kube-openapi pkg/validation (errors/schema.go, validate/), turned into
 * field errors as apiextensions-apiserver pkg/apiserver/validation/validation.go does.
 * x-kubernetes-validations: rules.c.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "emulator/base/arena.h"
#include "emulator/base/cidr.h"
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/crd.h"

#define PATTERN_STEPS_MAX                                                                          \
	100000 /* backtracking steps of one match; Go's engine has no such need                    \
		*/

static const char *json_word(const struct json *value)
{
	int64_t integer;

	switch (json_type(value)) {
	case JSON_NULL: return "null";
	case JSON_BOOL: return "boolean";
	case JSON_NUMBER: return json_int(value, &integer) ? "integer" : "number";
	case JSON_STRING: return "string";
	case JSON_ARRAY: return "array";
	case JSON_OBJECT: return "object";
	}
	return "null";
}

static bool type_fits(const struct json *schema, const struct json *value)
{
	const char *type = json_get_str(schema, "type"), *word = json_word(value);

	if (json_get_bool(schema, "x-kubernetes-int-or-string", false))
		return str_eq(word, "integer") || str_eq(word, "string");
	if (json_is_null(value) && json_get_bool(schema, "nullable", false))
		return true;
	if (!type || !*type)
		return true;
	return str_eq(type, word) || (str_eq(type, "number") && str_eq(word, "integer"));
}

static void wrong_type(const struct json *schema, const struct json *value, const char *path,
		       struct field_errors *errors)
{
	_cleanup_(json_freep) struct json *word = json_new_string(json_word(value));
	const char *type = json_get_str(schema, "type");

	if (!type || !*type)
		type = "integer,string";
	field_add(errors, FIELD_TYPE_INVALID, path, word,
		  field_at(errors, "%s in body must be of type %s: \"%s\"", path, type,
			   json_word(value)));
}

/* Whether the text matches; a pattern that does not compile matches (it is refused in the CRD). */
static bool matches(const char *pattern, const char *text)
{
	int error;
	size_t offset;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
					 PCRE2_UTF | PCRE2_DOLLAR_ENDONLY, &error, &offset, NULL);
	pcre2_match_data *data;
	pcre2_match_context *limits;
	int result;
	bool fits;

	if (!code)
		return true;
	data = pcre2_match_data_create_from_pattern(code, NULL);
	limits = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(limits, PATTERN_STEPS_MAX);
	result = pcre2_match(code, (PCRE2_SPTR)text, strlen(text), 0, 0, data, limits);
	/* the real server's engine has no such limit: what could not be decided is not refused */
	fits = result >= 0 || result == PCRE2_ERROR_MATCHLIMIT;
	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return fits;
}

static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static bool format_fits(const char *format, const char *text)
{
	struct ip ip;
	struct cidr cidr;
	int64_t ms;

	if (str_eq(format, "ipv4"))
		return ip_parse(text, &ip) && ip.family == FAMILY_IPV4;
	if (str_eq(format, "ipv6"))
		return ip_parse(text, &ip) && ip.family == FAMILY_IPV6;
	if (str_eq(format, "cidr"))
		return cidr_parse(text, &cidr);
	if (str_eq(format, "date-time") || str_eq(format, "datetime"))
		return clock_parse(text, &ms);
	return true;
}

/* The first of a text's own mistakes (kube-openapi validate/validator.go stringValidator), and its
 * format's. */
static void check_text(const struct json *schema, const struct json *value, const char *path,
		       struct field_errors *errors)
{
	const char *text = json_str(value), *pattern = json_get_str(schema, "pattern");
	const char *format = json_get_str(schema, "format");
	int64_t max = json_get_int(schema, "maxLength", -1);
	int64_t min = json_get_int(schema, "minLength", -1);
	int64_t length = (int64_t)characters(text);

	if (max >= 0 && length > max)
		field_too_long(errors, path, (size_t)max);
	else if (min >= 0 && length < min)
		field_invalid(errors, path, value, "%s in body should be at least %lld chars long",
			      path, (long long)min);
	else if (pattern && !matches(pattern, text))
		field_invalid(errors, path, value, "%s in body should match '%s'", path, pattern);
	if (format && !format_fits(format, text))
		field_add(errors, FIELD_TYPE_INVALID, path, value,
			  field_at(errors, "%s in body must be of type %s: \"%s\"", path, format,
				   text));
}

static void check_bound(const struct json *schema, const struct json *value, const char *path,
			bool upper, struct field_errors *errors)
{
	const struct json *bound = json_get(schema, upper ? "maximum" : "minimum");
	bool exclusive =
		json_get_bool(schema, upper ? "exclusiveMaximum" : "exclusiveMinimum", false);
	double have = json_double(value), limit = json_double(bound);
	_cleanup_(freep) char *shown = NULL;

	if (!json_is_number(bound))
		return;
	if (upper ? (have < limit || (!exclusive && have == limit))
		  : (have > limit || (!exclusive && have == limit)))
		return;
	shown = json_to_text(bound);
	field_invalid(errors, path, value, "%s in body should be %s than %s%s", path,
		      upper ? "less" : "greater", exclusive ? "" : "or equal to ", shown);
}

static void check_number(const struct json *schema, const struct json *value, const char *path,
			 struct field_errors *errors)
{
	const struct json *factor = json_get(schema, "multipleOf");
	_cleanup_(freep) char *shown = NULL;
	double steps;

	check_bound(schema, value, path, true, errors);
	check_bound(schema, value, path, false, errors);
	if (!json_is_number(factor) || json_double(factor) <= 0)
		return;
	steps = json_double(value) / json_double(factor);
	if (steps == (double)(int64_t)steps)
		return;
	shown = json_to_text(factor);
	field_invalid(errors, path, value, "%s in body should be a multiple of %s", path, shown);
}

static void check_duplicates(const struct json *schema, const struct json *value, const char *path,
			     struct field_errors *errors)
{
	const char *list_type = json_get_str(schema, "x-kubernetes-list-type");
	const struct json *keys = json_get(schema, "x-kubernetes-list-map-keys");
	size_t i = 0;

	if (!str_eq(list_type, "set") && !str_eq(list_type, "map"))
		return;
	for (const struct json *a = json_first(value); a; a = json_next(a), i++)
		for (const struct json *b = json_first(value); b != a; b = json_next(b)) {
			_cleanup_(json_freep) struct json *shown = json_new_object();
			bool same = true;

			if (str_eq(list_type, "set"))
				same = json_equal(a, b);
			json_foreach (key, keys) {
				same &= json_equal(json_get(a, json_str(key)),
						   json_get(b, json_str(key)));
				json_set_copy(shown, json_str(key), json_get(a, json_str(key)));
			}
			if (!same)
				continue;
			field_duplicate(errors, field_at(errors, "%s[%zu]", path, i),
					str_eq(list_type, "set") ? a : shown);
			break;
		}
}

static void check_array(const struct json *schema, const struct json *value, const char *path,
			struct field_errors *errors)
{
	const struct json *items = json_get(schema, "items");
	int64_t max = json_get_int(schema, "maxItems", -1), size = (int64_t)json_size(value);
	int64_t min = json_get_int(schema, "minItems", -1);
	size_t index = 0;

	if (max >= 0 && size > max)
		field_too_many(errors, path, (size_t)size, (size_t)max);
	if (min >= 0 && size < min)
		field_invalid(errors, path, value, "%s in body should have at least %lld items",
			      path, (long long)min);
	json_foreach (item, value)
		schema_validate(items, item, field_at(errors, "%s[%zu]", path, index++), errors);
	check_duplicates(schema, value, path, errors);
}

static const char *child(struct field_errors *errors, const char *path, const char *key)
{
	return *path ? field_at(errors, "%s.%s", path, key) : key;
}

static void check_object(const struct json *schema, const struct json *value, const char *path,
			 struct field_errors *errors)
{
	const struct json *properties = json_get(schema, "properties");
	const struct json *rest = json_get(schema, "additionalProperties");
	int64_t max = json_get_int(schema, "maxProperties", -1);
	int64_t min = json_get_int(schema, "minProperties", -1);
	int64_t size = (int64_t)json_size(value);

	json_foreach (name, json_get(schema, "required"))
		if (!json_get(value, json_str(name)))
			field_required(errors, child(errors, path, json_str(name)), "");
	if (max >= 0 && size > max)
		field_too_many(errors, path, (size_t)size, (size_t)max);
	if (min >= 0 && size < min)
		field_invalid(errors, path, value,
			      "%s in body should have at least %lld properties", path,
			      (long long)min);
	json_foreach (item, value) {
		const struct json *inner = json_get(properties, json_key(item));

		if (!inner && json_is_object(rest))
			inner = rest;
		if (inner)
			schema_validate(inner, item, child(errors, path, json_key(item)), errors);
	}
}

static void check_enum(const struct json *schema, const struct json *value, const char *path,
		       struct field_errors *errors)
{
	const struct json *list = json_get(schema, "enum");
	const char **supported;
	size_t count = 0;

	if (!list)
		return;
	supported = arena_alloc(errors->arena, (json_size(list) + 1) * sizeof(*supported));
	json_foreach (item, list) {
		_cleanup_(freep) char *text = json_to_text(item);

		if (json_equal(item, value))
			return;
		supported[count++] =
			json_str(item) ? json_str(item) : arena_strdup(errors->arena, text);
	}
	field_not_supported(errors, path, value, supported);
}

static bool valid(const struct json *schema, const struct json *value, const char *path,
		  struct arena *arena)
{
	struct field_errors own = {.arena = arena};

	schema_validate(schema, value, path, &own);
	return !own.count;
}

/* The errors of a composition have no field: `<nil>: Invalid value: "": "spec" must …` */
static void check_composition(const struct json *schema, const struct json *value, const char *path,
			      struct field_errors *errors)
{
	static const char *const words[] = {"allOf", "anyOf", "oneOf"};
	static const char *const texts[] = {
		"must validate all the schemas (allOf)",
		"must validate at least one schema (anyOf)",
		"must validate one and only one schema (oneOf)",
	};
	const struct json *not = json_get(schema, "not");

	for (size_t i = 0; i < array_size(words); i++) {
		const struct json *list = json_get(schema, words[i]);
		size_t good = 0, size = json_size(list);
		bool fits;

		if (!size)
			continue;
		json_foreach (inner, list)
			good += valid(inner, value, path, errors->arena);
		fits = i == 0 ? good == size : i == 1 ? good > 0 : good == 1;
		if (fits)
			continue;
		if (i != 1 || good == 0)
			json_foreach (inner, list)
				if (i == 0 || (i == 1 && size == 1))
					schema_validate(inner, value, path, errors);
		field_invalid_str(
			errors, "<nil>", "", "\"%s\" %s%s", path, texts[i],
			i != 2 ? ""
			: good ? arena_printf(errors->arena, ". Found %zu valid alternatives", good)
			       : ". Found none valid");
	}
	if (not &&valid(not, value, path, errors->arena))
		field_invalid_str(errors, "<nil>", "", "\"%s\" must not validate the schema (not)",
				  path);
}

void schema_validate(const struct json *schema, const struct json *value, const char *path,
		     struct field_errors *errors)
{
	if (!json_is_object(schema))
		return;
	if (!type_fits(schema, value)) {
		wrong_type(schema, value, path, errors);
		return;
	}
	if (json_is_null(value))
		return;
	check_enum(schema, value, path, errors);
	switch (json_type(value)) {
	case JSON_STRING: check_text(schema, value, path, errors); break;
	case JSON_NUMBER: check_number(schema, value, path, errors); break;
	case JSON_ARRAY: check_array(schema, value, path, errors); break;
	case JSON_OBJECT: check_object(schema, value, path, errors); break;
	default: break;
	}
	check_composition(schema, value, path, errors);
}
