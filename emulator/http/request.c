/* What a server may ask about a request, and percent-decoding. */
#include <strings.h>

#include "emulator/http/connection.h"

/* A header looked for by name. */
struct search {
	const char *name, *value;
};

/* libmicrohttpd leaves the white space behind a value, which is no part of it (RFC 9110, 5.5). */
static const char *trimmed(const struct request *request, const char *value)
{
	size_t length = value ? strlen(value) : 0, end = length;

	while (end && (value[end - 1] == ' ' || value[end - 1] == '\t'))
		end--;
	if (end == length)
		return value ? value : "";
	return arena_strndup(request->arena, value, end);
}

static enum MHD_Result compare_header(void *userdata, enum MHD_ValueKind kind _unused_,
				      const char *name, const char *value)
{
	struct search *search = userdata;

	if (strcasecmp(name, search->name) == 0)
		search->value = value ? value : "";
	return MHD_YES;
}

const char *request_header(const struct request *request, const char *name)
{
	struct search search = {name, NULL};

	if (!request->connection) {
		for (const struct header *h = request->headers; h->name; h++)
			compare_header(&search, MHD_HEADER_KIND, h->name, h->value);
		return search.value ? trimmed(request, search.value) : NULL;
	}
	MHD_get_connection_values(request->connection->mhd, MHD_HEADER_KIND, compare_header,
				  &search);
	return search.value ? trimmed(request, search.value) : NULL;
}

/* Whom to call for every header. */
struct visit {
	const struct request *request;
	void (*fn)(const char *name, const char *value, void *userdata);
	void *userdata;
};

static enum MHD_Result visit_header(void *userdata, enum MHD_ValueKind kind _unused_,
				    const char *name, const char *value)
{
	const struct visit *visit = userdata;

	visit->fn(name, trimmed(visit->request, value), visit->userdata);
	return MHD_YES;
}

void request_headers(const struct request *request,
		     void (*fn)(const char *name, const char *value, void *userdata),
		     void *userdata)
{
	struct visit visit = {request, fn, userdata};

	if (!request->connection) {
		for (const struct header *h = request->headers; h->name; h++)
			fn(h->name, h->value, userdata);
		return;
	}
	MHD_get_connection_values(request->connection->mhd, MHD_HEADER_KIND, visit_header, &visit);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char *http_url_decode(struct arena *arena, const char *text, size_t length, bool plus)
{
	char *decoded = arena_alloc(arena, length + 1);
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		char c = text[i] == '+' && plus ? ' ' : text[i];

		if (c == '%') {
			int high = length - i > 2 ? hex_value(text[i + 1]) : -1;
			int low = length - i > 2 ? hex_value(text[i + 2]) : -1;

			if (high < 0 || low < 0 || (high == 0 && low == 0))
				return NULL;
			c = (char)(high << 4 | low);
			i += 2;
		}
		decoded[used++] = c;
	}
	return decoded;
}
