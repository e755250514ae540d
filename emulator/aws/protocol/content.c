/* Content codings of requests. */
#include "emulator/aws/protocol/content.h"

#include <strings.h>

#include "emulator/base/gzip.h"

/* How much of "custom, gzip" stands before its last coding, when that is gzip; else -1. */
static ssize_t before_gzip(const char *value)
{
	const char *comma = strrchr(value, ','), *last = comma ? comma + 1 : value;

	last += strspn(last, " \t");
	if (strcasecmp(last, "gzip") != 0 && strcasecmp(last, "x-gzip") != 0)
		return -1;
	if (!comma)
		return 0;
	while (comma > value && (comma[-1] == ' ' || comma[-1] == '\t'))
		comma--;
	return comma - value;
}

/* The headers with `value` of Content-Encoding cut to so many characters, or without it. */
static const struct header *cut_header(struct arena *arena, const struct header *headers,
				       const char *value, size_t length)
{
	struct header *copy;
	size_t count = 0, kept = 0;

	while (headers[count].name)
		count++;
	copy = arena_alloc(arena, (count + 1) * sizeof(*copy));
	for (size_t i = 0; i < count; i++) {
		copy[kept] = headers[i];
		if (headers[i].value == value) {
			if (length == 0)
				continue;
			copy[kept].value = arena_strndup(arena, value, length);
		}
		kept++;
	}
	copy[kept] = (struct header){NULL, NULL};
	return copy;
}

static bool refuse(struct err *err, const struct err *why)
{
	bool large = why->code == ERR_TOO_LARGE;

	err_set(err, why->code,
		large ? "RequestEntityTooLargeException" : "MalformedHttpRequestException",
		"the request's body cannot be decoded: %s", err_text(why));
	if (err)
		err->status = large ? 413 : 400;
	return false;
}

bool content_decode(struct wire_request *request, struct err *err)
{
	const char *value = wire_header(request, "Content-Encoding");
	ssize_t before = value ? before_gzip(value) : -1;
	_cleanup_(err_done) struct err why = ERR_INIT;
	_cleanup_(freep) char *plain = NULL;
	size_t length;
	char *body;

	if (before < 0)
		return true;
	if (!gzip_inflate(request->body, request->body_length, CONTENT_MAX_BYTES, &plain, &length,
			  &why))
		return refuse(err, &why);
	body = arena_alloc(request->arena, length + 1);
	memcpy(body, plain, length + 1);
	request->body = body;
	request->body_length = length;
	request->headers = cut_header(request->arena, request->headers, value, (size_t)before);
	return true;
}
