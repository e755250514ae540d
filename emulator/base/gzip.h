#pragma once
/* gzip (RFC 1952), by zlib, which nobody else calls. */
#include "emulator/base/err.h"

/**
 * Inflates gzip data: all of its members, and nothing behind them.
 *
 * @param data    compressed bytes; length of them
 * @param max     how many bytes may come out: a few KB can be inflated to a GB
 * @param ret     malloc'ed, with a NUL behind; ret_length bytes without it; set on success only
 * @param err     ERR_INVALID: no gzip, broken or cut off; ERR_TOO_LARGE: more than max bytes
 */
must_check bool gzip_inflate(const void *data, size_t length, size_t max, char **ret,
			     size_t *ret_length, struct err *err);
/** Compresses data into one member; malloc'ed, ret_length bytes. */
char *gzip_deflate(const void *data, size_t length, size_t *ret_length);
