/* Signature Version 4: what a request says about its signature, read and not yet believed. */
#include <time.h>

#include "emulator/aws/sigv4.h"

/* "AKIA…/20261123/eu-west-1/ec2/aws4_request"; an access key may hold slashes, so from the end. */
static bool read_scope(struct arena *arena, const char *text, struct credential *ret)
{
	const char **parts[] = {&ret->terminator, &ret->service, &ret->region, &ret->date};
	char *rest;

	if (!text)
		return false;
	rest = arena_strdup(arena, text);
	for (size_t i = 0; i < array_size(parts); i++) {
		char *slash = strrchr(rest, '/');

		if (!slash || !slash[1])
			return false;
		*parts[i] = slash + 1;
		*slash = '\0';
	}
	if (!*rest)
		return false;
	ret->access_key = rest;
	return true;
}

/* The value of "Name=" in an Authorization header's list, in the arena; NULL when missing. */
static const char *header_part(struct arena *arena, const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list) {
		list += strspn(list, ", \t");
		if (strncmp(list, name, n) == 0 && list[n] == '=')
			return arena_strndup(arena, list + n + 1, strcspn(list + n + 1, ", \t"));
		list += strcspn(list, ",");
	}
	return NULL;
}

/* X-Amz-Date, or Date, which HTTP's form may have: "Mon, 23 Nov 2026 09:00:00 GMT". */
static const char *header_time(const struct wire_request *request)
{
	const char *date = wire_header(request, "X-Amz-Date");
	struct tm tm = {0};
	char text[20];

	if (date)
		return date;
	date = wire_header(request, "Date");
	if (!date || !strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm))
		return date;
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &tm);
	return arena_strdup(request->arena, text);
}

static enum credential_state read_header(const struct wire_request *request, const char *header,
					 struct credential *ret)
{
	const char *scope, *list;

	ret->header = header;
	if (strncmp(header, SIGV4_ALGORITHM " ", strlen(SIGV4_ALGORITHM " ")) != 0) {
		ret->algorithm = arena_strndup(request->arena, header, strcspn(header, " \t,"));
		return CREDENTIAL_BROKEN;
	}
	list = header + strlen(SIGV4_ALGORITHM);
	ret->scope = scope = header_part(request->arena, list, "Credential");
	ret->signed_headers = header_part(request->arena, list, "SignedHeaders");
	ret->signature = header_part(request->arena, list, "Signature");
	ret->time = header_time(request);
	ret->token = wire_header(request, "X-Amz-Security-Token");
	if (!read_scope(request->arena, scope, ret) || !ret->signed_headers || !ret->signature ||
	    !ret->time)
		return CREDENTIAL_BROKEN;
	return CREDENTIAL_FOUND;
}

/* A parameter of the raw query, decoded; NULL when missing. */
static const char *parameter(const struct wire_request *request, const char *name)
{
	const char *at = request->query;
	size_t length = strlen(name);

	while (at && *at) {
		size_t n = strcspn(at, "&");

		if (n > length && at[length] == '=' && strncmp(at, name, length) == 0)
			return http_url_decode(request->arena, at + length + 1, n - length - 1,
					       true);
		at += n + (at[n] == '&');
	}
	return NULL;
}

static enum credential_state read_presigned(const struct wire_request *request,
					    const char *algorithm, struct credential *ret)
{
	ret->presigned = true;
	ret->signed_headers = parameter(request, "X-Amz-SignedHeaders");
	ret->signature = parameter(request, "X-Amz-Signature");
	ret->time = parameter(request, "X-Amz-Date");
	ret->token = parameter(request, "X-Amz-Security-Token");
	ret->expires = parameter(request, "X-Amz-Expires");
	ret->scope = parameter(request, "X-Amz-Credential");
	if (!str_eq(algorithm, SIGV4_ALGORITHM))
		ret->algorithm = algorithm;
	if (ret->algorithm || !read_scope(request->arena, ret->scope, ret) ||
	    !ret->signed_headers || !ret->signature || !ret->time)
		return CREDENTIAL_BROKEN;
	return CREDENTIAL_FOUND;
}

enum credential_state sigv4_read(const struct wire_request *request, struct credential *ret)
{
	const char *header = wire_header(request, "Authorization"), *algorithm;

	*ret = (struct credential){0};
	if (header)
		return read_header(request, header, ret);
	algorithm = parameter(request, "X-Amz-Algorithm");
	return algorithm ? read_presigned(request, algorithm, ret) : CREDENTIAL_NONE;
}
