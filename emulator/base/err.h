#pragma once
/*
 * Errors travel, they do not print. A function that can fail takes a `struct err *err` as its last
 * parameter, returns false and sets it on failure only; on success it leaves it alone.
 */
#include "emulator/base/util.h"

struct json;

/** What sort of failure it is; a façade turns the class into a status where no wire code says more.
 */
enum err_class {
	ERR_NONE,
	ERR_INVALID, /**< the request, file or flag is wrong: remedy is with whoever wrote it */
	ERR_NOT_FOUND,
	ERR_CONFLICT,	 /**< it exists already, or changed in between */
	ERR_LIMIT,	 /**< a quota or a stated ceiling */
	ERR_DENIED,	 /**< who asks may not */
	ERR_UNSUPPORTED, /**< known, but this program does not have it: counted, never silent */
	ERR_UNAVAILABLE, /**< try again later; includes injected faults */
	ERR_TOO_LARGE,
	ERR_IO, /**< the operating system refused: file, port, child */
};

struct err {
	enum err_class code;
	char *wire; /**< wire code such as "InvalidSubnet.Conflict" or a Kubernetes reason; NULL
		       when none */
	int status; /**< HTTP status; 0 = the façade derives it from code or wire */
	char *text; /**< the sentence for a person, no trailing newline */
	struct json *details; /**< structured extra (Kubernetes status.details, AWS error members);
				 NULL when none */
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		ERR_NONE, NULL, 0, NULL, NULL                                                      \
	}

/**
 * Sets an error; what was there before is dropped.
 *
 * @param err   where to; NULL is allowed and only makes the result false
 * @param code  the class, not ERR_NONE
 * @param wire  wire code, copied; NULL when the failure never reaches a wire
 * @return always false, so that callers can `return err_set(…)`
 */
bool err_set(struct err *err, enum err_class code, const char *wire, const char *format, ...)
	printf_like(4, 5);

/** err_set with errno's text behind the sentence: "cannot open 'x': No such file or directory".
 * Class ERR_IO. */
bool err_errno(struct err *err, const char *format, ...) printf_like(2, 3);

/** Puts "context: " before the text; class, code, status and details stay. Always false. */
bool err_wrap(struct err *err, const char *format, ...) printf_like(2, 3);

/** Moves from into to (dropping what to held); from is empty afterwards. Always false. */
bool err_move(struct err *to, struct err *from);

/** Frees what the error holds; it is empty afterwards. */
void err_done(struct err *err);

/** The text, or "no error". Never NULL. */
const char *err_text(const struct err *err);
