/*
 * What Go's decoder and encoder of a built-in type would make of a tree; see decode.h.
 *
 * Source of the rules: encoding/json's omitempty and sigs.k8s.io/json's messages; the model carries
 * each field's type, pointer and omitempty marks.
 */
#include <stdio.h>

#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/go_json.h"
#include "emulator/kube/quantity.h"
#include "emulator/kube/status.h"

#define DEPTH_MAX 64 /* nested messages; JSONSchemaProps nests in itself */

struct walk {
	struct strs *strict;
	struct err *err;
	struct arena *arena;
	unsigned depth;
	bool sparse; /* a manifest: what it does not say stays unsaid */
};

static bool walk_message(struct walk *walk, const struct kube_message *message, struct json *object,
			 const char *path);

/* "k8s.io/api/core/v1.ServiceSpec" → "ServiceSpec" */
static const char *short_name(const struct kube_message *message)
{
	const char *dot = strrchr(message->name, '.');

	return dot ? dot + 1 : message->name;
}

/* "k8s.io/api/core/v1.ServiceSpec" → "v1.ServiceSpec" */
static const char *go_name(const struct kube_message *message)
{
	const char *slash = strrchr(message->name, '/');

	return slash ? slash + 1 : message->name;
}

static const char *scalar_type_name(const struct kube_field *field)
{
	static const char *const names[] = {
		[KUBE_STRING] = "string",
		[KUBE_BOOL] = "bool",
		[KUBE_INT32] = "int32",
		[KUBE_INT64] = "int64",
		[KUBE_UINT32] = "uint32",
		[KUBE_UINT64] = "uint64",
		[KUBE_DOUBLE] = "float64",
		[KUBE_FLOAT] = "float32",
		[KUBE_BYTES] = "[]uint8",
		[KUBE_TIME] = "v1.Time",
		[KUBE_MICRO_TIME] = "v1.MicroTime",
		[KUBE_DURATION] = "v1.Duration",
		[KUBE_QUANTITY] = "resource.Quantity",
		[KUBE_INT_OR_STRING] = "intstr.IntOrString",
		[KUBE_RAW_EXTENSION] = "runtime.RawExtension",
		[KUBE_FIELDS_V1] = "v1.FieldsV1",
		[KUBE_JSON] = "v1.JSON",
		[KUBE_SCHEMA_OR_ARRAY] = "v1.JSONSchemaPropsOrArray",
		[KUBE_SCHEMA_OR_BOOL] = "v1.JSONSchemaPropsOrBool",
		[KUBE_SCHEMA_OR_STRINGS] = "v1.JSONSchemaPropsOrStringArray",
	};

	if (field->type == KUBE_MESSAGE)
		return go_name(&kube_messages[field->message]);
	return names[field->type];
}

static const char *json_word(struct walk *walk, const struct json *value)
{
	_cleanup_(freep) char *digits = NULL;
	int64_t integer;

	if (!json_is_number(value) || json_int(value, &integer))
		return go_json_word(value);
	digits = json_to_text(value);
	return arena_printf(walk->arena, "number %s", digits);
}

/* json: cannot unmarshal string into Go struct field ServiceSpec.spec.ports of type
 * []v1.ServicePort
 */
static bool wrong_type(struct walk *walk, const struct kube_message *message, const char *path,
		       const struct json *value, const char *type)
{
	return status_bad_request(walk->err,
				  "json: cannot unmarshal %s into Go struct field %s.%s of type %s",
				  json_word(walk, value), short_name(message), path, type);
}

static const char *member_path(struct walk *walk, const char *path, const char *name)
{
	return *path ? arena_printf(walk->arena, "%s.%s", path, name) : name;
}

/* The path without indexes, as encoding/json names a field. */
static const char *plain_path(struct walk *walk, const char *path)
{
	char *plain = arena_strdup(walk->arena, path), *to = plain;

	for (const char *from = plain; *from; from++) {
		if (*from == '[')
			from += strcspn(from, "]");
		else
			*to++ = *from;
	}
	*to = '\0';
	return plain;
}

static bool integer_fits(const struct json *value, int64_t min, int64_t max)
{
	int64_t integer;

	return json_int(value, &integer) && integer >= min && integer <= max;
}

static bool scalar_fits(enum kube_type type, const struct json *value)
{
	switch (type) {
	case KUBE_STRING:
	case KUBE_BYTES:
	case KUBE_TIME:
	case KUBE_MICRO_TIME:
	case KUBE_DURATION: return json_is_string(value);
	case KUBE_BOOL: return json_is_bool(value);
	case KUBE_INT32: return integer_fits(value, INT32_MIN, INT32_MAX);
	case KUBE_INT64: return integer_fits(value, INT64_MIN, INT64_MAX);
	case KUBE_UINT32: return integer_fits(value, 0, UINT32_MAX);
	case KUBE_UINT64: return integer_fits(value, 0, INT64_MAX);
	case KUBE_DOUBLE:
	case KUBE_FLOAT: return json_is_number(value);
	case KUBE_QUANTITY: return json_is_string(value) || json_is_number(value);
	case KUBE_INT_OR_STRING:
		return json_is_string(value) || integer_fits(value, INT32_MIN, INT32_MAX);
	case KUBE_RAW_EXTENSION:
	case KUBE_FIELDS_V1:
	case KUBE_JSON:
	case KUBE_SCHEMA_OR_ARRAY:
	case KUBE_SCHEMA_OR_BOOL:
	case KUBE_SCHEMA_OR_STRINGS: return true;
	case KUBE_MESSAGE: return json_is_object(value);
	}
	return false;
}

/* Whether Go's own parser of a text type takes the text; a 400 otherwise. */
static bool check_text(struct walk *walk, enum kube_type type, struct json *parent,
		       struct json *value)
{
	_cleanup_(freep) char *canonical = NULL;
	const char *text = json_str(value);
	int64_t ms;
	size_t at;

	switch (type) {
	case KUBE_BYTES:
		if (go_base64_scan(text, strlen(text), &at))
			return true;
		return status_bad_request(walk->err, "illegal base64 data at input byte %zu", at);
	case KUBE_TIME:
	case KUBE_MICRO_TIME:
		if (clock_parse(text, &ms))
			return true;
		return status_bad_request(walk->err,
					  "parsing time \"%s\" as \"%s\": cannot parse \"%s\" as "
					  "\"2006\"",
					  text,
					  type == KUBE_TIME ? "2006-01-02T15:04:05Z07:00"
							    : "2006-01-02T15:04:05.000000Z07:00",
					  text);
	case KUBE_QUANTITY:
		if (!quantity_canonical(value, &canonical))
			return status_bad_request(walk->err,
						  "quantities must match the regular expression "
						  "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
		if (!str_eq(canonical, text))
			json_replace_item(parent, value, json_new_string(canonical));
		return true;
	default: return true;
	}
}

static bool walk_value(struct walk *walk, const struct kube_message *message,
		       const struct kube_field *field, struct json *parent, struct json *value,
		       const char *path)
{
	if (!scalar_fits(field->type, value))
		return wrong_type(walk, message, plain_path(walk, path), value,
				  scalar_type_name(field));
	if (field->type == KUBE_MESSAGE ||
	    (field->type >= KUBE_SCHEMA_OR_ARRAY && json_is_object(value)))
		return walk_message(walk, &kube_messages[field->message], value, path);
	return check_text(walk, field->type, parent, value);
}

static bool walk_list(struct walk *walk, const struct kube_message *message,
		      const struct kube_field *field, struct json *list, const char *path)
{
	size_t index = 0;

	if (!json_is_array(list))
		return wrong_type(walk, message, plain_path(walk, path), list,
				  arena_printf(walk->arena, "[]%s", scalar_type_name(field)));
	for (struct json *item = json_first_mut(list), *next; item; item = next, index++) {
		const char *at = arena_printf(walk->arena, "%s[%zu]", path, index);

		next = json_next_mut(item);
		if (!json_is_null(item) && !walk_value(walk, message, field, list, item, at))
			return false;
	}
	return true;
}

static bool walk_map(struct walk *walk, const struct kube_message *message,
		     const struct kube_field *field, struct json *map, const char *path)
{
	if (!json_is_object(map))
		return wrong_type(
			walk, message, plain_path(walk, path), map,
			arena_printf(walk->arena, "map[string]%s", scalar_type_name(field)));
	for (struct json *item = json_first_mut(map), *next; item; item = next) {
		/* errors name struct fields only: a map's key is none */
		const char *at = field->type == KUBE_MESSAGE
					 ? member_path(walk, path, json_key(item))
					 : path;

		next = json_next_mut(item);
		if (field->flags & KUBE_MAP_OF_LISTS) {
			if (!json_is_array(item))
				return wrong_type(walk, message, plain_path(walk, at), item,
						  "[]string");
			continue;
		}
		if (json_is_null(item)) {
			/* a nil string is "", a nil struct its zero */
			json_replace_item(map, item,
					  field->type == KUBE_STRING ? json_new_string("")
								     : json_new_null());
			continue;
		}
		if (!walk_value(walk, message, field, map, item, at))
			return false;
	}
	return true;
}

static bool walk_field(struct walk *walk, const struct kube_message *message,
		       const struct kube_field *field, struct json *object, struct json *value,
		       const char *path)
{
	if (field->flags & (KUBE_MAP | KUBE_MAP_OF_LISTS))
		return walk_map(walk, message, field, value, path);
	if (field->flags & KUBE_REPEATED)
		return walk_list(walk, message, field, value, path);
	return walk_value(walk, message, field, object, value, path);
}

static bool is_empty(const struct kube_field *field, const struct json *value)
{
	int64_t integer;

	if (field->flags & (KUBE_REPEATED | KUBE_MAP | KUBE_MAP_OF_LISTS))
		return !json_first(value);
	if (field->flags & KUBE_POINTER)
		return false;
	switch (field->type) {
	case KUBE_STRING:
	case KUBE_BYTES: return json_str(value) && !*json_str(value);
	case KUBE_BOOL: return !json_bool(value);
	case KUBE_INT32:
	case KUBE_INT64:
	case KUBE_UINT32:
	case KUBE_UINT64: return json_int(value, &integer) && integer == 0;
	case KUBE_DOUBLE:
	case KUBE_FLOAT: return json_double(value) == 0;
	default: return false;
	}
}

/* What Go's encoder writes for a field that is not set and not omitted; NULL: nothing. */
static struct json *zero_of(const struct kube_field *field)
{
	struct json *zero;

	if (field->flags & KUBE_OMIT_ZERO)
		return NULL;
	if (field->flags & (KUBE_POINTER | KUBE_REPEATED | KUBE_MAP | KUBE_MAP_OF_LISTS))
		return field->flags & KUBE_OMIT_EMPTY ? NULL : json_new_null();
	switch (field->type) {
	case KUBE_MESSAGE: zero = json_new_object(); break;
	case KUBE_TIME:
	case KUBE_MICRO_TIME:
	case KUBE_RAW_EXTENSION:
	case KUBE_FIELDS_V1:
	case KUBE_JSON:
	case KUBE_SCHEMA_OR_ARRAY:
	case KUBE_SCHEMA_OR_BOOL:
	case KUBE_SCHEMA_OR_STRINGS: zero = json_new_null(); break;
	case KUBE_DURATION: zero = json_new_string("0s"); break;
	case KUBE_QUANTITY: zero = json_new_string("0"); break;
	case KUBE_INT_OR_STRING: zero = json_new_int(0); break;
	/* the others are basic types: omitempty leaves them out */
	case KUBE_STRING: zero = json_new_string(""); break;
	case KUBE_BOOL: zero = json_new_bool(false); break;
	case KUBE_BYTES: zero = json_new_null(); break;
	default: zero = json_new_int(0); break;
	}
	if ((field->flags & KUBE_OMIT_EMPTY) && (field->type <= KUBE_BYTES)) {
		json_free(zero);
		return NULL;
	}
	return zero;
}

static void add_zeros(const struct kube_message *message, struct json *object, unsigned depth)
{
	for (size_t i = 0; i < message->field_count; i++) {
		const struct kube_field *field = &message->fields[i];
		struct json *zero;

		if (field->flags & KUBE_INLINE) {
			if (!(field->flags & KUBE_POINTER) && field->type == KUBE_MESSAGE &&
			    depth < DEPTH_MAX)
				add_zeros(&kube_messages[field->message], object, depth + 1);
			continue;
		}
		if (json_get(object, field->name))
			continue;
		zero = zero_of(field);
		if (zero && field->type == KUBE_MESSAGE && json_is_object(zero) &&
		    depth < DEPTH_MAX)
			add_zeros(&kube_messages[field->message], zero, depth + 1);
		json_set(object, field->name, zero);
	}
}

static bool occurs_later(const struct json *item)
{
	for (const struct json *other = json_next(item); other; other = json_next(other))
		if (str_eq(json_key(item), json_key(other)))
			return true;
	return false;
}

static bool walk_message(struct walk *walk, const struct kube_message *message, struct json *object,
			 const char *path)
{
	bool fine = true;

	if (++walk->depth > DEPTH_MAX)
		return status_bad_request(walk->err, "the object is nested too deeply");
	for (struct json *item = json_first_mut(object), *next; item && fine; item = next) {
		const struct kube_field *field = kube_message_field(message, json_key(item));
		const char *at = member_path(walk, path, json_key(item));

		next = json_next_mut(item);
		if (occurs_later(item)) {
			if (walk->strict)
				strs_add(walk->strict,
					 arena_printf(walk->arena, "duplicate field \"%s\"", at));
			json_remove_item(object, item);
			continue;
		}
		if (!field) {
			if (walk->strict)
				strs_add(walk->strict,
					 arena_printf(walk->arena, "unknown field \"%s\"", at));
			json_remove_item(object, item);
			continue;
		}
		if (json_is_null(item)) {
			json_remove_item(object, item);
			continue;
		}
		if (!walk->sparse && (field->flags & KUBE_OMIT_EMPTY) && is_empty(field, item)) {
			/* a wrong type is still wrong: [] for a map */
			fine = walk_field(walk, message, field, object, item, at);
			if (fine)
				json_remove_item(object, item);
			continue;
		}
		fine = walk_field(walk, message, field, object, item, at);
	}
	walk->depth--;
	if (fine && !walk->sparse)
		add_zeros(message, object, 0);
	return fine;
}

bool normalize(const struct kube_message *message, struct json *object, struct strs *strict,
	       struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct walk walk = {.strict = strict, .err = err, .arena = arena};

	return walk_message(&walk, message, object, "");
}

bool normalize_manifest(const struct kube_message *message, struct json *object,
			struct strs *strict, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct walk walk = {.strict = strict, .err = err, .arena = arena, .sparse = true};

	return walk_message(&walk, message, object, "");
}
