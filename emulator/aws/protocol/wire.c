/* Requests and replies without a connection. */
#include "emulator/aws/protocol/wire.h"

#include <strings.h>

const char *wire_header(const struct wire_request *request, const char *name)
{
	const char *found = NULL;

	for (const struct header *h = request->headers; h && h->name; h++)
		if (strcasecmp(h->name, name) == 0)
			found = h->value;
	return found;
}

bool wire_has_parameter(const struct wire_request *request, const char *name)
{
	const char *at = request->query ? request->query : "";
	size_t length = strlen(name);

	while (*at) {
		size_t n = strcspn(at, "&");

		if (strncmp(at, name, length) == 0 && (length == n || at[length] == '='))
			return true;
		at += n + (at[n] == '&');
	}
	return false;
}

void wire_reply_init(struct wire_reply *reply, struct arena *arena)
{
	*reply = (struct wire_reply){.arena = arena, .status = 200};
	strbuf_init(&reply->body, REPLY_MAX);
}

void wire_reply_done(struct wire_reply *reply)
{
	strbuf_done(&reply->body);
}

static char *clean(struct arena *arena, const char *value)
{
	char *text = arena_strdup(arena, value);

	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
	return text;
}

void wire_reply_header(struct wire_reply *reply, const char *name, const char *value)
{
	if (reply->header_count + 2 > reply->header_room) {
		size_t room = reply->header_room ? 2 * reply->header_room : 8;
		struct header *more = arena_alloc(reply->arena, room * sizeof(*more));

		if (reply->header_count)
			memcpy(more, reply->headers, reply->header_count * sizeof(*more));
		reply->headers = more;
		reply->header_room = room;
	}
	reply->headers[reply->header_count++] =
		(struct header){arena_strdup(reply->arena, name), clean(reply->arena, value)};
	reply->headers[reply->header_count] = (struct header){NULL, NULL};
}
