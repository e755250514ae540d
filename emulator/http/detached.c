/* Requests as JSON and back, without a connection; see http.h. */
#include "emulator/base/json.h"
#include "emulator/http/http.h"

static void add_header(const char *name, const char *value, void *userdata)
{
	struct json *pair = json_new_array();

	json_append_str(pair, name);
	json_append_str(pair, value);
	json_append(userdata, pair);
}

struct json *http_request_to_json(const struct request *request)
{
	struct json *json = json_new_object(), *organizations;

	json_set_str(json, "method", request->method);
	json_set_str(json, "path", request->path);
	json_set_str(json, "query", request->query);
	request_headers(request, add_header, json_ensure_array(json, "headers"));
	json_set_str(json, "peer", request->peer_name);
	if (!request->peer_organizations)
		return json;
	organizations = json_ensure_array(json, "organizations");
	for (size_t i = 0; request->peer_organizations[i]; i++)
		json_append_str(organizations, request->peer_organizations[i]);
	return json;
}

static const struct header *headers_of(struct arena *arena, const struct json *list)
{
	struct header *headers = arena_alloc(arena, (json_size(list) + 1) * sizeof(*headers));
	size_t n = 0;

	json_foreach (pair, list) {
		const char *name = json_str(json_at(pair, 0)), *value = json_str(json_at(pair, 1));

		if (name)
			headers[n++] = (struct header){name, value ? value : ""};
	}
	headers[n] = (struct header){NULL, NULL};
	return headers;
}

static const char *const *texts_of(struct arena *arena, const struct json *list)
{
	const char **texts = arena_alloc(arena, (json_size(list) + 1) * sizeof(*texts));
	size_t n = 0;

	json_foreach (text, list)
		if (json_str(text))
			texts[n++] = json_str(text);
	texts[n] = NULL;
	return n ? texts : NULL;
}

static const char *text_or(const struct json *json, const char *key, const char *fallback)
{
	const char *text = json_get_str(json, key);

	return text ? text : fallback;
}

struct request *http_detached(struct arena *arena, const struct json *json, const char *body,
			      size_t length)
{
	struct request *request = arena_alloc(arena, sizeof(*request));

	*request = (struct request){
		.arena = arena,
		.method = text_or(json, "method", "GET"),
		.path = text_or(json, "path", "/"),
		.query = text_or(json, "query", ""),
		.body = body ? body : "",
		.body_length = body ? length : 0,
		.peer_name = json_get_str(json, "peer"),
		.peer_organizations = texts_of(arena, json_get(json, "organizations")),
		.arrived_ms = json_get_int(json, "arrived_ms", 0),
		.headers = headers_of(arena, json_get(json, "headers")),
	};
	return request;
}
