/* Field errors; see fields.h. */
#include "emulator/kube/fields.h"

#include <stdarg.h>
#include <stdio.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/status.h"
#include "emulator/kube/types.h"

#define MESSAGE_MAX (1 << 20) /* bytes of a 422's message; etcd's own limit is 1.5 MiB */

static const struct {
	const char *reason, *text;
	bool shows_value;
} field_types[] = {
	[FIELD_INVALID] = {"FieldValueInvalid", "Invalid value", true},
	[FIELD_REQUIRED] = {"FieldValueRequired", "Required value", false},
	[FIELD_FORBIDDEN] = {"FieldValueForbidden", "Forbidden", false},
	[FIELD_NOT_SUPPORTED] = {"FieldValueNotSupported", "Unsupported value", true},
	[FIELD_DUPLICATE] = {"FieldValueDuplicate", "Duplicate value", true},
	[FIELD_NOT_FOUND] = {"FieldValueNotFound", "Not found", true},
	[FIELD_TOO_LONG] = {"FieldValueTooLong", "Too long", false},
	[FIELD_TOO_MANY] = {"FieldValueTooMany", "Too many", true},
	[FIELD_TYPE_INVALID] = {"FieldValueTypeInvalid", "Invalid value", true},
	[FIELD_INTERNAL] = {"InternalError", "Internal error", false},
};

const char *field_at(struct field_errors *errors, const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	return arena_strdup(errors->arena, text);
}

static void add(struct field_errors *errors, enum field_error_type type, const char *path,
		const struct json *value, bool shows_value, const char *detail)
{
	struct field_error *error = arena_alloc(errors->arena, sizeof(*error));
	struct strbuf sb;

	strbuf_init(&sb, MESSAGE_MAX);
	strbuf_add(&sb, field_types[type].text);
	if (shows_value) {
		strbuf_add(&sb, ": ");
		if (value)
			json_print(&sb, value);
		else
			strbuf_add(&sb, "null");
	}
	if (detail && *detail)
		strbuf_addf(&sb, ": %s", detail);
	error->type = type;
	error->path = arena_strdup(errors->arena, path);
	error->body = arena_strdup(errors->arena, strbuf_text(&sb));
	strbuf_done(&sb);
	if (errors->last)
		errors->last->next = error;
	else
		errors->first = error;
	errors->last = error;
	errors->count++;
}

void field_add(struct field_errors *errors, enum field_error_type type, const char *path,
	       const struct json *value, const char *detail)
{
	add(errors, type, path, value, field_types[type].shows_value, detail);
}

void field_add_bare(struct field_errors *errors, enum field_error_type type, const char *path,
		    const char *detail)
{
	add(errors, type, path, NULL, false, detail);
}

void fields_append(struct field_errors *errors, struct field_errors *more)
{
	if (!more->first)
		return;
	if (errors->last)
		errors->last->next = more->first;
	else
		errors->first = more->first;
	errors->last = more->last;
	errors->count += more->count;
}

void field_invalid(struct field_errors *errors, const char *path, const struct json *value,
		   const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	field_add(errors, FIELD_INVALID, path, value, text);
}

void field_invalid_str(struct field_errors *errors, const char *path, const char *value,
		       const char *format, ...)
{
	_cleanup_(json_freep) struct json *json = json_new_string(value ? value : "");
	_cleanup_(freep) char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	field_add(errors, FIELD_INVALID, path, json, text);
}

void field_required(struct field_errors *errors, const char *path, const char *detail)
{
	field_add(errors, FIELD_REQUIRED, path, NULL, detail);
}

void field_forbidden(struct field_errors *errors, const char *path, const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	field_add(errors, FIELD_FORBIDDEN, path, NULL, text);
}

void field_duplicate(struct field_errors *errors, const char *path, const struct json *value)
{
	field_add(errors, FIELD_DUPLICATE, path, value, NULL);
}

void field_not_supported(struct field_errors *errors, const char *path, const struct json *value,
			 const char *const *supported)
{
	struct strbuf sb;

	strbuf_init(&sb, MESSAGE_MAX);
	for (size_t i = 0; supported[i]; i++)
		strbuf_addf(&sb, "%s\"%s\"", i ? ", " : "supported values: ", supported[i]);
	field_add(errors, FIELD_NOT_SUPPORTED, path, value, strbuf_text(&sb));
	strbuf_done(&sb);
}

void field_too_long(struct field_errors *errors, const char *path, size_t max)
{
	field_add(
		errors, FIELD_TOO_LONG, path, NULL,
		field_at(errors, "may not be more than %zu %s", max, max == 1 ? "byte" : "bytes"));
}

void field_too_many(struct field_errors *errors, const char *path, size_t actual, size_t max)
{
	_cleanup_(json_freep) struct json *value = json_new_int((int64_t)actual);

	field_add(errors, FIELD_TOO_MANY, path, value,
		  field_at(errors, "must have at most %zu %s", max, max == 1 ? "item" : "items"));
}

/* Aggregate.Error(): one error as it is, several in brackets, equal ones once
 * (apimachinery pkg/util/errors/errors.go) */
static void print_all(const struct field_errors *errors, struct strbuf *sb)
{
	struct strs seen = {};
	struct strbuf list;

	strbuf_init(&list, MESSAGE_MAX);
	for (const struct field_error *e = errors->first; e; e = e->next) {
		_cleanup_(freep) char *text = xasprintf("%s: %s", e->path, e->body);

		if (strs_has(&seen, text))
			continue;
		strbuf_addf(&list, "%s%s", seen.count ? ", " : "", text);
		strs_add(&seen, text);
	}
	strbuf_addf(sb, seen.count > 1 ? "[%s]" : "%s", strbuf_text(&list));
	strbuf_done(&list);
	strs_done(&seen);
}

bool fields_check(const struct field_errors *errors, const struct api_type *type, const char *name,
		  struct err *err)
{
	struct strbuf sb;
	struct json *causes;

	if (!errors->first)
		return true;
	strbuf_init(&sb, MESSAGE_MAX);
	print_all(errors, &sb);
	status_set(err, 422, "Invalid", "%s \"%s\" is invalid: %s", type_qualified_kind(type), name,
		   strbuf_text(&sb));
	strbuf_done(&sb);
	if (!err)
		return false;
	err->details = json_new_object();
	if (*name)
		json_set_str(err->details, "name", name);
	if (*type->group)
		json_set_str(err->details, "group", type->group);
	json_set_str(err->details, "kind", type->kind);
	causes = json_ensure_array(err->details, "causes");
	for (const struct field_error *e = errors->first; e; e = e->next) {
		struct json *cause = json_new_object();

		json_set_str(cause, "reason", field_types[e->type].reason);
		json_set_str(cause, "message", e->body);
		json_set_str(cause, "field", e->path);
		json_append(causes, cause);
	}
	return false;
}

void field_format(struct field_errors *errors, const char *path, const char *text,
		  format_fn *format)
{
	struct strs problems = {};

	format(text, &problems);
	for (size_t i = 0; i < problems.count; i++)
		field_invalid_str(errors, path, text, "%s", problems.items[i]);
	strs_done(&problems);
}

void field_format_prefix(struct field_errors *errors, const char *path, const char *text,
			 format_fn *format)
{
	_cleanup_(freep) char *masked = xstrdup(text);
	size_t length = strlen(masked);
	struct strs problems = {};

	/* maskTrailingDash (pkg/api/validation/generic.go:74) */
	if (length > 1 && masked[length - 1] == '-') {
		masked[length - 2] = 'a';
		masked[length - 1] = '\0';
	}
	format(masked, &problems);
	for (size_t i = 0; i < problems.count; i++)
		field_invalid_str(errors, path, text, "%s", problems.items[i]);
	strs_done(&problems);
}
