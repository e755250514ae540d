/* Requests to S3: bucket in the host's name, bodies in chunks. */
#include "emulator/aws/s3_request.h"

#include <strings.h>

#include "emulator/aws/errors.h"
#include "emulator/aws/s3/checksum.h"
#include "emulator/aws/sigv4.h"
#include "emulator/model/aws_model.h"

#define TRAILERS_MAX	  16
#define SIGNED_CHUNKS	  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
#define CHUNK_SIGNATURE	  ";chunk-signature="
#define TRAILER_SIGNATURE "x-amz-trailer-signature"

bool s3_is_chunked(const char *hash)
{
	return str_eq(hash, "STREAMING-UNSIGNED-PAYLOAD-TRAILER") || str_eq(hash, SIGNED_CHUNKS) ||
	       str_eq(hash, SIGNED_CHUNKS "-TRAILER");
}

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
	const struct wire_request *request;
	const char *at, *end;
	const char *data, *signature; /* of the last one taken; NULL: is not signed */
	size_t size;
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

/* The next chunk; the last one is empty. */
static bool take_chunk(struct chunks *chunks)
{
	const char *line = next_line(chunks), *mark;
	size_t size;

	if (!line || !read_size(line, &size))
		return false;
	mark = strstr(line, CHUNK_SIGNATURE);
	chunks->signature = mark ? mark + strlen(CHUNK_SIGNATURE) : NULL;
	chunks->data = chunks->at;
	chunks->size = size;
	if (size == 0)
		return true;
	if (size + 2 > (size_t)(chunks->end - chunks->at) ||
	    memcmp(chunks->at + size, "\r\n", 2) != 0)
		return false;
	chunks->at += size + 2;
	return true;
}

/* Moves what has been taken to the end of the body. */
static void keep_chunk(struct chunks *chunks)
{
	memcpy(chunks->body + chunks->length, chunks->data, chunks->size);
	chunks->length += chunks->size;
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

static void set_headers(struct wire_request *request, const struct chunks *chunks)
{
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
		if (strcasecmp(chunks->trailers[i].name, TRAILER_SIGNATURE) != 0)
			headers[n++] = chunks->trailers[i];
	request->headers = headers;
}

/* @name Signatures of chunks */

struct chain {
	const struct credential *credential;
	const uint8_t *key;
	struct arena *arena;
	const char *previous; /* signature, hex */
};

/* Whether a signature is the next of the chain: over `hash`, and that of what is signed before. */
static bool follows(struct chain *chain, const char *algorithm, const char *hash,
		    const char *signature)
{
	const struct credential *c = chain->credential;
	const char *text =
		arena_printf(chain->arena, "%s\n%s\n%s/%s/%s/aws4_request\n%s\n%s", algorithm,
			     c->time, c->date, c->region, c->service, chain->previous, hash);
	uint8_t computed[SHA256_BYTES], claimed[SHA256_BYTES];

	if (!signature || !hex_decode(signature, claimed, sizeof(claimed)))
		return false;
	digest_hmac_sha256(chain->key, SHA256_BYTES, text, strlen(text), computed);
	chain->previous = signature;
	return digest_equal(computed, claimed, sizeof(computed));
}

static bool chunk_follows(struct chain *chain, const struct chunks *chunks)
{
	char empty[SHA256_HEX], data[SHA256_HEX];

	digest_sha256_hex(NULL, 0, empty);
	digest_sha256_hex(chunks->data, chunks->size, data);
	return follows(chain, SIGV4_ALGORITHM "-PAYLOAD",
		       arena_printf(chain->arena, "%s\n%s", empty, data), chunks->signature);
}

/* The trailer is signed as lines of "name:value", its signature left out. */
static bool trailer_follows(struct chain *chain, const struct chunks *chunks)
{
	const char *signature = NULL, *text = "";
	char hash[SHA256_HEX];

	for (size_t i = 0; i < chunks->trailer_count; i++)
		if (strcasecmp(chunks->trailers[i].name, TRAILER_SIGNATURE) == 0)
			signature = chunks->trailers[i].value;
		else
			text = arena_printf(chain->arena, "%s%s:%s\n", text,
					    chunks->trailers[i].name, chunks->trailers[i].value);
	digest_sha256_hex(text, strlen(text), hash);
	return follows(chain, SIGV4_ALGORITHM "-TRAILER", hash, signature);
}

bool s3_chunks_are_signed(const struct wire_request *request, const struct credential *credential,
			  const uint8_t key[SHA256_BYTES])
{
	const char *hash = wire_header(request, "X-Amz-Content-Sha256");
	struct chunks chunks = {.request = request,
				.at = request->body,
				.end = request->body + request->body_length};
	struct chain chain = {credential, key, request->arena, credential->signature};

	if (!str_starts_with(hash, SIGNED_CHUNKS))
		return true;
	do {
		if (!take_chunk(&chunks) || !chunk_follows(&chain, &chunks))
			return false;
	} while (chunks.size);
	return str_eq(hash, SIGNED_CHUNKS) ||
	       (take_trailers(&chunks) && trailer_follows(&chain, &chunks));
}

/* @name Taking a body out */

bool s3_request_unchunk(struct wire_request *request, struct err *err)
{
	const char *hash = wire_header(request, "X-Amz-Content-Sha256");
	const char *said = wire_header(request, "X-Amz-Decoded-Content-Length");
	struct chunks chunks = {.request = request, .at = request->body};

	if (!s3_is_chunked(hash))
		return true;
	chunks.end = request->body + request->body_length;
	chunks.body = arena_alloc(request->arena, request->body_length + 1);
	do {
		if (!take_chunk(&chunks))
			return aws_fail(err, AWS_S3_INCOMPLETE);
		keep_chunk(&chunks);
	} while (chunks.size);
	if (!take_trailers(&chunks))
		return aws_fail(err, AWS_S3_TRAILER);
	if (!said)
		return aws_fail(err, AWS_S3_NO_LENGTH);
	if (!str_eq(said, arena_printf(request->arena, "%zu", chunks.length)))
		return aws_fail(err, AWS_S3_INCOMPLETE);
	set_headers(request, &chunks);
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
