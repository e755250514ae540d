/* Requests to S3: bucket in the host's name, bodies in chunks. */
#include "emulator/aws/s3_request.h"

#include <strings.h>

#include "emulator/aws/errors.h"
#include "emulator/aws/s3/checksum.h"
#include "emulator/model/aws_model.h"

#define TRAILERS_MAX 16

/* The Host without its port; NULL when there is none, or when it is an address. */
static const char *host_name(const struct wire_request *request)
{
	const char *host = wire_header(request, "Host");
	char *name;

	if (!host || *host == '[' || strspn(host, "0123456789.:") == strlen(host))
		return NULL;
	name = arena_strndup(request->arena, host, strcspn(host, ":"));
	for (char *p = name; *p; p++)
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	return name;
}

/* Where "s3." or "s3-REGION." begins that is a label by itself; NULL: nowhere. The last one. */
static const char *s3_label(const char *host)
{
	const char *found = NULL;

	for (const char *p = host; (p = strstr(p, "s3")); p++)
		if ((p == host || p[-1] == '.') && (p[2] == '.' || p[2] == '-'))
			found = p;
	return found;
}

bool s3_request_host(const struct wire_request *request)
{
	const char *host = host_name(request);

	return host && s3_label(host) != NULL;
}

const char *s3_request_path(const struct wire_request *request)
{
	const char *host = host_name(request), *label = host ? s3_label(host) : NULL;
	static const char local[] = ".localhost";
	size_t length = 0;

	if (label && label > host)
		length = (size_t)(label - host) - 1;
	else if (host && !label && str_ends_with(host, local))
		length = strlen(host) - strlen(local);
	if (length == 0)
		return request->path;
	return arena_printf(request->arena, "/%.*s%s", (int)length, host, request->path);
}

/* @name Chunks */

struct chunks {
	struct wire_request *request;
	const char *at, *end;
	char *body; /* what they hold */
	size_t length;
	struct header trailers[TRAILERS_MAX];
	size_t trailer_count;
};

/* A line up to CR LF, in the arena; NULL when there is no whole one. */
static const char *next_line(struct chunks *chunks)
{
	const char *line = chunks->at;
	const char *end = memmem(line, (size_t)(chunks->end - line), "\r\n", 2);

	if (!end)
		return NULL;
	chunks->at = end + 2;
	return arena_strndup(chunks->request->arena, line, (size_t)(end - line));
}

/* "1f4" or "1f4;chunk-signature=…" */
static bool read_size(const char *line, size_t *ret)
{
	size_t size = 0, digits = strspn(line, "0123456789abcdefABCDEF");

	if (digits == 0 || digits > 8 || (line[digits] && line[digits] != ';'))
		return false;
	size = strtoul(line, NULL, 16);
	*ret = size;
	return true;
}

/* One chunk's bytes; *ret_last behind the last, which is empty. */
static bool take_chunk(struct chunks *chunks, bool *ret_last)
{
	const char *line = next_line(chunks);
	size_t size;

	if (!line || !read_size(line, &size))
		return false;
	*ret_last = size == 0;
	if (size == 0)
		return true;
	if (size + 2 > (size_t)(chunks->end - chunks->at) ||
	    memcmp(chunks->at + size, "\r\n", 2) != 0)
		return false;
	memcpy(chunks->body + chunks->length, chunks->at, size);
	chunks->length += size;
	chunks->at += size + 2;
	return true;
}

/* "x-amz-checksum-crc32:…" lines; an empty one ends them, or the body's end. */
static bool take_trailers(struct chunks *chunks)
{
	while (chunks->at < chunks->end) {
		const char *line = next_line(chunks), *colon;

		if (!line)
			return false;
		if (!*line)
			return true;
		colon = strchr(line, ':');
		if (!colon || chunks->trailer_count == TRAILERS_MAX)
			return false;
		chunks->trailers[chunks->trailer_count++] = (struct header){
			arena_strndup(chunks->request->arena, line, (size_t)(colon - line)),
			colon + 1 + strspn(colon + 1, " \t")};
	}
	return true;
}

/* Content-Encoding without aws-chunked; NULL when nothing is left of it. */
static const char *other_encodings(struct arena *arena, const char *value)
{
	const char *left = NULL;

	while (*value) {
		size_t skip = strspn(value, ", \t"), n = strcspn(value + skip, ", \t");
		const char *one = arena_strndup(arena, value + skip, n);

		if (n && strcasecmp(one, "aws-chunked") != 0)
			left = left ? arena_printf(arena, "%s,%s", left, one) : one;
		value += skip + n;
	}
	return left;
}

static void set_headers(struct chunks *chunks)
{
	struct wire_request *request = chunks->request;
	size_t count = 0, n = 0;
	struct header *headers;

	while (request->headers[count].name)
		count++;
	headers =
		arena_alloc(request->arena, (count + chunks->trailer_count + 1) * sizeof(*headers));
	for (size_t i = 0; i < count; i++) {
		struct header header = request->headers[i];

		if (strcasecmp(header.name, "Content-Encoding") == 0)
			header.value = other_encodings(request->arena, header.value);
		if (strcasecmp(header.name, "Content-Length") != 0 && header.value)
			headers[n++] = header;
	}
	for (size_t i = 0; i < chunks->trailer_count; i++)
		headers[n++] = chunks->trailers[i];
	request->headers = headers;
}

bool s3_request_unchunk(struct wire_request *request, struct err *err)
{
	const char *hash = wire_header(request, "X-Amz-Content-Sha256");
	const char *said = wire_header(request, "X-Amz-Decoded-Content-Length");
	struct chunks chunks = {.request = request, .at = request->body};
	bool last = false;

	if (!str_eq(hash, S3_UNSIGNED_CHUNKS))
		return true;
	chunks.end = request->body + request->body_length;
	chunks.body = arena_alloc(request->arena, request->body_length + 1);
	while (!last)
		if (!take_chunk(&chunks, &last))
			return aws_fail(err, AWS_S3_INCOMPLETE);
	if (!take_trailers(&chunks))
		return aws_fail(err, AWS_S3_TRAILER);
	if (!said)
		return aws_fail(err, AWS_S3_NO_LENGTH);
	if (!str_eq(said, arena_printf(request->arena, "%zu", chunks.length)))
		return aws_fail(err, AWS_S3_INCOMPLETE);
	set_headers(&chunks);
	request->body = chunks.body;
	request->body_length = chunks.length;
	return true;
}

/* @name Checks */

bool s3_request_check(const struct aws_service_model *service,
		      const struct aws_operation *operation, const struct wire_request *request,
		      struct err *err)
{
	const struct aws_shape *input =
		operation->input < 0 ? NULL : &service->shapes[operation->input];
	const char *md5 = wire_header(request, "Content-MD5");
	const struct s3_checksum *checksum;
	unsigned found = 0;

	if (md5 && !s3_md5_verify(md5, request->body, request->body_length, err))
		return false;
	for (size_t i = 0; (checksum = s3_checksum_at(i)); i++) {
		const char *said = wire_header(request, checksum->header);

		found += said != NULL;
		if (said && input && !aws_shape_member(service, input, checksum->member) &&
		    !s3_checksum_verify(checksum, said, request->body, request->body_length, err))
			return false;
	}
	if (found > 1)
		return aws_fail(err, AWS_S3_CHECKSUM_TWICE);
	return found || md5 || !(operation->flags & OPERATION_CHECKSUM) ||
	       aws_fail(err, AWS_S3_CHECKSUM_MISSING);
}
