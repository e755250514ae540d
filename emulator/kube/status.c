/* Refusals as Kubernetes words them; see status.h. */
#include "emulator/kube/status.h"

#include <stdarg.h>
#include <stdio.h>

#include "emulator/base/json.h"
#include "emulator/kube/types.h"

const char status_modified[] = "the object has been modified; please apply your changes to the "
			       "latest version and try again";

static const struct reason {
	const char *name;
	int status;
	enum err_class code;
} reasons[] = {
	{"BadRequest", 400, ERR_INVALID},
	{"Unauthorized", 401, ERR_DENIED},
	{"Forbidden", 403, ERR_DENIED},
	{"NotFound", 404, ERR_NOT_FOUND},
	{"MethodNotAllowed", 405, ERR_INVALID},
	{"NotAcceptable", 406, ERR_INVALID},
	{"AlreadyExists", 409, ERR_CONFLICT},
	{"Conflict", 409, ERR_CONFLICT},
	{"Expired", 410, ERR_UNAVAILABLE},
	{"RequestEntityTooLarge", 413, ERR_TOO_LARGE},
	{"UnsupportedMediaType", 415, ERR_INVALID},
	{"Invalid", 422, ERR_INVALID},
	{"TooManyRequests", 429, ERR_UNAVAILABLE},
	{"InternalError", 500, ERR_UNSUPPORTED},
	{"NotImplemented", 501, ERR_UNSUPPORTED},
	{"ServiceUnavailable", 503, ERR_UNAVAILABLE},
	{"Timeout", 504, ERR_UNAVAILABLE},
};

static enum err_class class_of(int status)
{
	for (size_t i = 0; i < array_size(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].code;
	return status >= 500 ? ERR_UNAVAILABLE : ERR_INVALID;
}

bool status_set(struct err *err, int status, const char *reason, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	err_set(err, class_of(status), reason, "%s", text);
	if (err)
		err->status = status;
	free(text);
	return false;
}

/* details {group, kind: resource, name}: what StatusDetails of a resource says */
static void set_details(struct err *err, const struct api_type *type, const char *name)
{
	if (!err)
		return;
	err->details = json_new_object();
	if (name && *name)
		json_set_str(err->details, "name", name);
	if (*type->group)
		json_set_str(err->details, "group", type->group);
	json_set_str(err->details, "kind", type->resource);
}

static void add_cause(struct err *err, const char *reason, const char *message)
{
	struct json *cause = json_new_object();

	if (!err->details)
		err->details = json_new_object();
	if (reason)
		json_set_str(cause, "reason", reason);
	json_set_str(cause, "message", message);
	json_append(json_ensure_array(err->details, "causes"), cause);
}

bool status_not_found(struct err *err, const struct api_type *type, const char *name)
{
	status_set(err, 404, "NotFound", "%s \"%s\" not found", type_qualified_resource(type),
		   name);
	set_details(err, type, name);
	return false;
}

bool status_already_exists(struct err *err, const struct api_type *type, const char *name)
{
	status_set(err, 409, "AlreadyExists", "%s \"%s\" already exists",
		   type_qualified_resource(type), name);
	set_details(err, type, name);
	return false;
}

bool status_conflict(struct err *err, const struct api_type *type, const char *name,
		     const char *reason)
{
	status_set(err, 409, "Conflict", "Operation cannot be fulfilled on %s \"%s\": %s",
		   type_qualified_resource(type), name, reason);
	set_details(err, type, name);
	return false;
}

bool status_forbidden(struct err *err, const struct api_type *type, const char *name,
		      const char *reason)
{
	if (name && *name)
		status_set(err, 403, "Forbidden", "%s \"%s\" is forbidden: %s",
			   type_qualified_resource(type), name, reason);
	else
		status_set(err, 403, "Forbidden", "%s is forbidden: %s",
			   type_qualified_resource(type), reason);
	set_details(err, type, name);
	return false;
}

bool status_bad_request(struct err *err, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	status_set(err, 400, "BadRequest", "%s", text);
	free(text);
	return false;
}

bool status_method_not_supported(struct err *err, const struct api_type *type, const char *verb)
{
	status_set(err, 405, "MethodNotAllowed", "%s is not supported on resources of kind \"%s\"",
		   verb, type_qualified_resource(type));
	set_details(err, type, NULL);
	return false;
}

bool status_expired(struct err *err, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	status_set(err, 410, "Expired", "%s", text);
	free(text);
	return false;
}

bool status_too_large_version(struct err *err, uint64_t asked, uint64_t current)
{
	status_set(err, 504, "Timeout", "Timeout: Too large resource version: %llu, current: %llu",
		   (unsigned long long)asked, (unsigned long long)current);
	if (!err)
		return false;
	add_cause(err, "ResourceVersionTooLarge", "Too large resource version");
	json_set_int(err->details, "retryAfterSeconds", 1);
	return false;
}

bool status_internal(struct err *err, const char *format, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	status_set(err, 500, "InternalError", "Internal error occurred: %s", text);
	if (err)
		add_cause(err, NULL, text);
	free(text);
	return false;
}

struct json *status_of(const struct err *err)
{
	struct json *status = json_new_object();

	json_set_str(status, "kind", "Status");
	json_set_str(status, "apiVersion", "v1");
	json_set(status, "metadata", json_new_object());
	json_set_str(status, "status", "Failure");
	json_set_str(status, "message", err_text(err));
	if (err->wire)
		json_set_str(status, "reason", err->wire);
	if (json_get(err->details, STATUS_CONTINUE))
		json_set_str(json_ensure_object(status, "metadata"), "continue",
			     json_get_str(err->details, STATUS_CONTINUE));
	else if (err->details)
		json_set_copy(status, "details", err->details);
	json_set_int(status, "code", status_code(err));
	return status;
}

int status_code(const struct err *err)
{
	static const int by_class[] = {
		[ERR_NONE] = 200,      [ERR_INVALID] = 400,	[ERR_NOT_FOUND] = 404,
		[ERR_CONFLICT] = 409,  [ERR_LIMIT] = 403,	[ERR_DENIED] = 403,
		[ERR_IO] = 500,	       [ERR_UNSUPPORTED] = 501, [ERR_UNAVAILABLE] = 503,
		[ERR_TOO_LARGE] = 413,
	};

	if (err->status)
		return err->status;
	for (size_t i = 0; err->wire && i < array_size(reasons); i++)
		if (str_eq(reasons[i].name, err->wire))
			return reasons[i].status;
	return by_class[err->code];
}
