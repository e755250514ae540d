#pragma once
/*
 * Field errors: what validation collects and a 422 shows as message and causes.
 *
 * A path is text in the arena of the list: `field_at(errors, "spec.ports[%zu].name", i)`. Values
 * are borrowed JSON (NULL shows as null); the list prints them as Go's validation does.
 *
 * Source: k8s.io/apimachinery pkg/util/validation/field/errors.go.
 */
#include "emulator/base/container.h"
#include "emulator/base/err.h"

struct arena;
struct json;
struct api_type;

enum field_error_type {
	FIELD_INVALID,	     /**< FieldValueInvalid: `Invalid value: V: detail` */
	FIELD_REQUIRED,	     /**< FieldValueRequired: `Required value: detail` */
	FIELD_FORBIDDEN,     /**< FieldValueForbidden: `Forbidden: detail` */
	FIELD_NOT_SUPPORTED, /**< FieldValueNotSupported: `Unsupported value: V: supported values:
				…` */
	FIELD_DUPLICATE,     /**< FieldValueDuplicate: `Duplicate value: V` */
	FIELD_NOT_FOUND,     /**< FieldValueNotFound: `Not found: V` */
	FIELD_TOO_LONG,	     /**< FieldValueTooLong: `Too long: may not be more than N bytes` */
	FIELD_TOO_MANY,	     /**< FieldValueTooMany: `Too many: N: must have at most M items` */
	FIELD_TYPE_INVALID,  /**< FieldValueTypeInvalid: `Invalid value: V: detail` */
	FIELD_INTERNAL,	     /**< InternalError: `Internal error: detail` */
};

struct field_error {
	enum field_error_type type;
	const char *path;
	const char *body; /**< the text behind "path: " */
	struct field_error *next;
};

/** Zero-initialise with the arena: `struct field_errors errors = { .arena = op->arena };` */
struct field_errors {
	struct arena *arena;
	struct field_error *first, *last;
	size_t count;
};

/** A field's path, in the list's arena. */
const char *field_at(struct field_errors *errors, const char *format, ...) printf_like(2, 3);

/** Adds an error; value and detail may be NULL where the type has none. */
void field_add(struct field_errors *errors, enum field_error_type type, const char *path,
	       const struct json *value, const char *detail);
/** The same where the value is left out: `Invalid value: DETAIL` (field.OmitValueType). */
void field_add_bare(struct field_errors *errors, enum field_error_type type, const char *path,
		    const char *detail);
/** Moves the errors of another list of the same arena behind these. */
void fields_append(struct field_errors *errors, struct field_errors *more);
/** @name Shorthands; the detail is printf-like */
void field_invalid(struct field_errors *errors, const char *path, const struct json *value,
		   const char *format, ...) printf_like(4, 5);
/** The same for a text that is no JSON of its own. */
void field_invalid_str(struct field_errors *errors, const char *path, const char *value,
		       const char *format, ...) printf_like(4, 5);
/** detail may be "". */
void field_required(struct field_errors *errors, const char *path, const char *detail);
void field_forbidden(struct field_errors *errors, const char *path, const char *format, ...)
	printf_like(3, 4);
void field_duplicate(struct field_errors *errors, const char *path, const struct json *value);
/** supported: NULL-terminated, in the order in which the real server lists them (sorted). */
void field_not_supported(struct field_errors *errors, const char *path, const struct json *value,
			 const char *const *supported);
void field_too_long(struct field_errors *errors, const char *path, size_t max);
void field_too_many(struct field_errors *errors, const char *path, size_t actual, size_t max);

/**
 * The list as a 422: `Service "x" is invalid: PATH: BODY`, or `[…, …]` when there are several
 * (equal ones once), with details.causes.
 *
 * @return true when the list is empty, else false with err set
 */
must_check bool fields_check(const struct field_errors *errors, const struct api_type *type,
			     const char *name, struct err *err);

/**
 * @name Formats, as apimachinery pkg/util/validation: each adds a sentence per thing that is wrong
 * with the text; none when it is fine.
 */
typedef void format_fn(const char *text, struct strs *problems);
format_fn format_dns1123_label, format_dns1123_subdomain, format_dns1035_label;
format_fn format_path_segment, format_qualified_name, format_label_value, format_port_name;
format_fn format_config_map_key, format_env_var_name;
/** One FIELD_INVALID per problem. */
void field_format(struct field_errors *errors, const char *path, const char *text,
		  format_fn *format);
/** The same for generateName: a trailing dash is fine there. */
void field_format_prefix(struct field_errors *errors, const char *path, const char *text,
			 format_fn *format);
