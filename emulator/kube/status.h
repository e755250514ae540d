#pragma once
/*
 * Refusals as Kubernetes words them: a struct err whose `wire` is the Status reason, `status` the
 * HTTP code, `text` the message and `details` the Status details. Every function answers false.
 *
 * Source of all texts: k8s.io/apimachinery pkg/api/errors/errors.go.
 */
#include "emulator/base/err.h"

struct json;
struct api_type;

/** Any Status: code, reason (NULL: none) and message. */
bool status_set(struct err *err, int status, const char *reason, const char *format, ...)
	printf_like(4, 5);
/** 404 `services "x" not found`, with details. */
bool status_not_found(struct err *err, const struct api_type *type, const char *name);
/** 409 `services "x" already exists`. */
bool status_already_exists(struct err *err, const struct api_type *type, const char *name);
/** 409 `Operation cannot be fulfilled on services "x": REASON`. */
bool status_conflict(struct err *err, const struct api_type *type, const char *name,
		     const char *reason);
/** The REASON of a stale resourceVersion (apiserver pkg/registry/generic/registry/store.go:64). */
extern const char status_modified[];
/** 403 `services "x" is forbidden: REASON`. */
bool status_forbidden(struct err *err, const struct api_type *type, const char *name,
		      const char *reason);
/** 400 BadRequest. */
bool status_bad_request(struct err *err, const char *format, ...) printf_like(2, 3);
/** 405 `VERB is not supported on resources of kind "services"`. */
bool status_method_not_supported(struct err *err, const struct api_type *type, const char *verb);
/** 410 Expired. */
bool status_expired(struct err *err, const char *format, ...) printf_like(2, 3);
/** 504 `Too large resource version: N, current: M` with its cause and retryAfterSeconds 1. */
bool status_too_large_version(struct err *err, uint64_t asked, uint64_t current);
/** 500 `Internal error occurred: …`. */
bool status_internal(struct err *err, const char *format, ...) printf_like(2, 3);

/** A member of err->details that stands in the Status' own metadata.continue. */
#define STATUS_CONTINUE "metadata.continue"

/** The metav1.Status of an error, as it goes over the wire; new tree. */
struct json *status_of(const struct err *err);
/** The HTTP status of an error: its own, or by its class. */
int status_code(const struct err *err);
