/* Requests as an SDK would write them. */
#include "tests/aws/client.h"

#include <ctype.h>

#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "tests/aws/client_xml.h"

#define BODY_MAX (16 * 1024 * 1024)

struct writer {
	const struct aws_service_model *service;
	struct strbuf *sb;
};

static void add_encoded(struct strbuf *sb, const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-_.~", *text))
			strbuf_add_char(sb, *text);
		else
			strbuf_addf(sb, "%%%02X", (unsigned char)*text);
	}
}

/* SDKs leave the fraction out where there is none. */
static bool is_whole_second(const struct aws_shape *shape, const struct aws_member *member,
			    enum timestamp_format fallback, const struct json *value, int64_t *ms)
{
	return shape->type == SHAPE_TIMESTAMP && json_is_string(value) &&
	       scalar_timestamp_format(shape, member, fallback) == TIMESTAMP_ISO8601 &&
	       timestamp_parse(TIMESTAMP_ISO8601, json_str(value), ms) && *ms % 1000 == 0;
}

/* A scalar's text in forms, paths, queries and headers. */
static void add_scalar(struct strbuf *sb, const struct aws_shape *shape,
		       const struct aws_member *member, enum timestamp_format fallback,
		       const struct json *value)
{
	int64_t ms;

	if (json_is_string(value) && shape->type != SHAPE_TIMESTAMP)
		strbuf_add(sb, json_str(value));
	else if (is_whole_second(shape, member, fallback, value, &ms))
		strbuf_add(sb, clock_format_seconds(ms, (char[CLOCK_TEXT_MAX]){0}));
	else if (value_has_type(shape, value))
		scalar_print(shape, member, fallback, value, sb);
	else if (json_is_string(value))
		strbuf_add(sb, json_str(value));
	else
		json_print(sb, value);
}

static char *scalar_text(const struct aws_shape *shape, const struct aws_member *member,
			 enum timestamp_format fallback, const struct json *value)
{
	struct strbuf sb;

	strbuf_init(&sb, BODY_MAX);
	add_scalar(&sb, shape, member, fallback, value);
	return strbuf_steal(&sb);
}

/* @name Forms */

static void form_value_of(const struct writer *writer, const char *name,
			  const struct aws_member *member, const struct json *value);

static const char *form_member_name(struct arena *arena, const struct aws_service_model *service,
				    const struct aws_member *member)
{
	char *name;

	if (service->protocol != PROTOCOL_EC2)
		return member->location_name ? member->location_name : member->name;
	if (member->query_name)
		return member->query_name;
	name = arena_strdup(arena, member->location_name ? member->location_name : member->name);
	*name = (char)toupper((unsigned char)*name);
	return name;
}

static void form_structure(const struct writer *writer, const char *name,
			   const struct aws_shape *shape, const struct json *value)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *dot = *name ? "." : "";

	json_foreach (item, value) {
		const struct aws_member *member =
			aws_shape_member(writer->service, shape, json_key(item));

		if (member)
			form_value_of(
				writer,
				arena_printf(arena, "%s%s%s", name, dot,
					     form_member_name(arena, writer->service, member)),
				member, item);
		else
			strbuf_addf(writer->sb, "&%s%s%s=x", name, dot, json_key(item));
	}
}

static void form_list(const struct writer *writer, const char *name,
		      const struct aws_member *member, const struct aws_shape *shape,
		      const struct json *value)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct aws_member *element = aws_list_element(writer->service, shape);
	size_t index = 0;

	if (writer->service->protocol != PROTOCOL_EC2 && !member_is_flattened(shape, member))
		name = arena_printf(arena, "%s.%s", name,
				    element->location_name ? element->location_name : "member");
	json_foreach (item, value)
		form_value_of(writer, arena_printf(arena, "%s.%zu", name, ++index), element, item);
}

static void form_map(const struct writer *writer, const char *name, const struct aws_member *member,
		     const struct aws_shape *shape, const struct json *value)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct aws_member *key = aws_map_key(writer->service, shape);
	const struct aws_member *entry = aws_map_value(writer->service, shape);
	size_t index = 0;

	if (!member_is_flattened(shape, member))
		name = arena_printf(arena, "%s.entry", name);
	json_foreach (item, value) {
		strbuf_addf(writer->sb, "&%s.%zu.%s=", name, ++index,
			    key->location_name ? key->location_name : "key");
		add_encoded(writer->sb, json_key(item));
		form_value_of(writer,
			      arena_printf(arena, "%s.%zu.%s", name, index,
					   entry->location_name ? entry->location_name : "value"),
			      entry, item);
	}
}

static void form_value_of(const struct writer *writer, const char *name,
			  const struct aws_member *member, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(writer->service, member);
	bool container = json_is_object(value) || json_is_array(value);
	_cleanup_(freep) char *text = NULL;

	if (container && json_first(value) && shape->type == SHAPE_STRUCTURE) {
		form_structure(writer, name, shape, value);
	} else if (container && json_first(value) && shape->type == SHAPE_LIST) {
		form_list(writer, name, member, shape, value);
	} else if (container && json_first(value) && shape->type == SHAPE_MAP) {
		form_map(writer, name, member, shape, value);
	} else if (container) {
		strbuf_addf(writer->sb, "&%s=", name); /* botocore's empty list */
	} else {
		text = scalar_text(shape, member, TIMESTAMP_ISO8601, value);
		strbuf_addf(writer->sb, "&%s=", name);
		add_encoded(writer->sb, text);
	}
}

/* @name JSON */

static void json_wire(const struct writer *writer, const struct aws_shape *shape,
		      const struct aws_member *member, const struct json *value);

static void json_members(const struct writer *writer, const struct aws_shape *shape,
			 const struct json *value)
{
	const char *comma = "";

	strbuf_add_char(writer->sb, '{');
	json_foreach (item, value) {
		const struct aws_member *member =
			aws_shape_member(writer->service, shape, json_key(item));
		const char *name =
			member && member->location_name ? member->location_name : json_key(item);

		if (member && member->location != LOCATION_BODY)
			continue;
		strbuf_addf(writer->sb, "%s\"%s\":", comma, name);
		comma = ",";
		if (member)
			json_wire(writer, aws_member_shape(writer->service, member), member, item);
		else
			json_print(writer->sb, item);
	}
	strbuf_add_char(writer->sb, '}');
}

static void json_items(const struct writer *writer, const struct aws_shape *shape,
		       const struct json *value)
{
	bool list = shape->type == SHAPE_LIST;
	const struct aws_member *element = list ? aws_list_element(writer->service, shape)
						: aws_map_value(writer->service, shape);
	const char *comma = "";

	strbuf_add_char(writer->sb, list ? '[' : '{');
	json_foreach (item, value) {
		strbuf_add(writer->sb, comma);
		comma = ",";
		if (!list) {
			_cleanup_(json_freep) struct json *key = json_new_string(json_key(item));

			json_print(writer->sb, key);
			strbuf_add_char(writer->sb, ':');
		}
		json_wire(writer, aws_member_shape(writer->service, element), element, item);
	}
	strbuf_add_char(writer->sb, list ? ']' : '}');
}

static void json_wire(const struct writer *writer, const struct aws_shape *shape,
		      const struct aws_member *member, const struct json *value)
{
	_cleanup_(json_freep) struct json *quoted = NULL;
	_cleanup_(freep) char *text = NULL;
	int64_t ms;

	if (shape->flags & SHAPE_DOCUMENT || !value_has_type(shape, value))
		json_print(writer->sb, value);
	else if (shape->type == SHAPE_STRUCTURE)
		json_members(writer, shape, value);
	else if (shape->type == SHAPE_LIST || shape->type == SHAPE_MAP)
		json_items(writer, shape, value);
	else if (shape->type == SHAPE_TIMESTAMP &&
		 scalar_timestamp_format(shape, member, TIMESTAMP_UNIX) == TIMESTAMP_UNIX &&
		 timestamp_parse(TIMESTAMP_ISO8601, json_str(value), &ms))
		timestamp_print(TIMESTAMP_UNIX, ms, writer->sb);
	else if (shape->type == SHAPE_TIMESTAMP)
		json_print(writer->sb,
			   quoted = json_new_string(
				   text = scalar_text(shape, member, TIMESTAMP_UNIX, value)));
	else
		json_print(writer->sb, value);
}

/* @name REST */

struct rest {
	struct arena *arena;
	struct strbuf target, body;
	struct header headers[CLIENT_HEADERS_MAX - 3]; /* room for a signature and the end */
	size_t header_count;
	char mark; /* '?' before the first parameter, '&' before the others */
};

static const char *wire_name(const struct aws_member *member)
{
	return member->location_name ? member->location_name : member->name;
}

static void rest_header(struct rest *rest, const char *name, const char *value)
{
	if (rest->header_count < array_size(rest->headers))
		rest->headers[rest->header_count++] =
			(struct header){name, arena_strdup(rest->arena, value)};
}

/* The path, its labels filled in; labels that the input lacks stay empty. */
static void rest_path(struct rest *rest, const struct aws_service_model *service,
		      const struct aws_operation *operation, const struct json *input)
{
	const struct aws_shape *shape = &service->shapes[operation->input];

	for (const char *p = operation->http_uri; *p; p++) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;
		size_t length;

		if (!end) {
			strbuf_add_char(&rest->target, *p);
			if (*p == '?')
				rest->mark = '&';
			continue;
		}
		length = (size_t)(end - p - 1);
		if (end[-1] == '+')
			length--;
		for (unsigned i = 0; i < shape->member_count; i++) {
			const struct aws_member *member =
				&service->members[shape->first_member + i];
			const struct json *value = json_get(input, member->name);
			_cleanup_(freep) char *text = NULL;

			if (member->location != LOCATION_URI || json_is_null(value) ||
			    strlen(wire_name(member)) != length ||
			    strncmp(wire_name(member), p + 1, length) != 0)
				continue;
			text = scalar_text(aws_member_shape(service, member), member,
					   TIMESTAMP_ISO8601, value);
			add_encoded(&rest->target, text);
		}
		p = end;
	}
}

static void rest_parameter(struct rest *rest, const char *name, const char *value)
{
	strbuf_add_char(&rest->target, rest->mark);
	rest->mark = '&';
	add_encoded(&rest->target, name);
	strbuf_add_char(&rest->target, '=');
	add_encoded(&rest->target, value);
}

/* A member's own parameter comes before one of that name in a map (Smithy: httpQueryParams). */
static bool is_bound(const struct aws_service_model *service, const struct aws_operation *operation,
		     const char *name)
{
	const struct aws_shape *shape = &service->shapes[operation->input];

	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];

		if (member->location == LOCATION_QUERY &&
		    aws_member_shape(service, member)->type != SHAPE_MAP &&
		    str_eq(wire_name(member), name))
			return true;
	}
	return false;
}

static void rest_query_map(struct rest *rest, const struct aws_service_model *service,
			   const struct aws_operation *operation, const struct json *map)
{
	json_foreach (item, map) {
		if (is_bound(service, operation, json_key(item)))
			continue;
		if (json_str(item))
			rest_parameter(rest, json_key(item), json_str(item));
		json_foreach (each, item)
			if (json_str(each))
				rest_parameter(rest, json_key(item), json_str(each));
	}
}

static void rest_query(struct rest *rest, const struct aws_service_model *service,
		       const struct aws_operation *operation, const struct aws_member *member,
		       const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(service, member);
	_cleanup_(freep) char *text = NULL;

	if (shape->type == SHAPE_LIST && json_is_array(value)) {
		const struct aws_member *element = aws_list_element(service, shape);

		json_foreach (item, value) {
			_cleanup_(freep) char *each =
				scalar_text(aws_member_shape(service, element), element,
					    TIMESTAMP_ISO8601, item);

			rest_parameter(rest, wire_name(member), each);
		}
		return;
	}
	if (json_is_object(value)) {
		rest_query_map(rest, service, operation, value);
		return;
	}
	text = scalar_text(shape, member, TIMESTAMP_ISO8601, value);
	rest_parameter(rest, wire_name(member), text);
}

/* "a, \"b, c\"": quoted where an item has a comma or a quote. */
static const char *header_list(struct arena *arena, const struct aws_service_model *service,
			       const struct aws_shape *shape, const struct json *value)
{
	const struct aws_member *element = aws_list_element(service, shape);
	const struct aws_shape *inner = aws_member_shape(service, element);
	const char *result = "";

	json_foreach (item, value) {
		_cleanup_(freep) char *text = scalar_text(inner, element, TIMESTAMP_RFC822, item);
		const char *comma = *result ? ", " : "", *quote = "";

		if (inner->type == SHAPE_STRING && strpbrk(text, ",\""))
			quote = "\"";
		result = arena_printf(arena, "%s%s%s", result, comma, quote);
		for (const char *p = text; *p; p++)
			result = arena_printf(arena, "%s%s%c", result,
					      *quote && strchr("\"\\", *p) ? "\\" : "", *p);
		result = arena_printf(arena, "%s%s", result, quote);
	}
	return result;
}

static void rest_header_member(struct rest *rest, const struct aws_service_model *service,
			       const struct aws_member *member, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(service, member);
	_cleanup_(freep) char *text = NULL, *encoded = NULL;

	if (member->location == LOCATION_HEADERS) {
		json_foreach (item, value)
			if (json_str(item))
				rest_header(rest,
					    arena_printf(rest->arena, "%s%s", wire_name(member),
							 json_key(item)),
					    json_str(item));
		return;
	}
	if (shape->type == SHAPE_LIST && json_is_array(value)) {
		rest_header(rest, wire_name(member),
			    header_list(rest->arena, service, shape, value));
		return;
	}
	text = scalar_text(shape, member, TIMESTAMP_RFC822, value);
	encoded = member->flags & MEMBER_JSON_VALUE ? base64_encode(text, strlen(text)) : NULL;
	rest_header(rest, wire_name(member), encoded ? encoded : text);
}

static void rest_body(struct rest *rest, const struct aws_service_model *service,
		      const struct aws_operation *operation, const struct json *input)
{
	const struct aws_shape *shape = &service->shapes[operation->input];
	const struct writer writer = {service, &rest->body};
	const struct aws_member *payload =
		shape->payload ? aws_shape_member(service, shape, shape->payload) : NULL;
	const struct json *value = payload ? json_get(input, payload->name) : input;
	const struct aws_shape *body = payload ? aws_member_shape(service, payload) : shape;
	const char *root = operation->input_location_name;
	_cleanup_(freep) uint8_t *bytes = NULL;
	size_t length;

	if (json_is_null(value))
		return;
	if (payload && body->type == SHAPE_BLOB && json_is_string(value) &&
	    base64_decode(json_str(value), strlen(json_str(value)), &bytes, &length)) {
		strbuf_add_bytes(&rest->body, bytes, length);
	} else if (payload && shape_is_scalar(body)) {
		add_scalar(&rest->body, body, payload, TIMESTAMP_ISO8601, value);
	} else if (service->protocol == PROTOCOL_REST_JSON) {
		json_wire(&writer, body, payload, value);
	} else if (payload) {
		client_xml(&rest->body, service, body, payload, payload_root(payload, body), value);
	} else if (body->location_name || root) {
		client_xml(&rest->body, service, body, NULL,
			   body->location_name ? body->location_name : root, value);
	}
}

static void write_rest(struct arena *arena, const struct aws_service_model *service,
		       const struct aws_operation *operation, const struct json *input,
		       struct client_request *ret)
{
	const struct aws_shape none = {.type = SHAPE_STRUCTURE};
	const struct aws_shape *shape =
		operation->input < 0 ? &none : &service->shapes[operation->input];
	struct rest rest = {.arena = arena, .mark = '?'};

	strbuf_init(&rest.target, BODY_MAX);
	strbuf_init(&rest.body, BODY_MAX);
	rest_path(&rest, service, operation, input);
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];
		const struct json *value = json_get(input, member->name);

		if (json_is_null(value))
			continue;
		if (member->location == LOCATION_QUERY)
			rest_query(&rest, service, operation, member, value);
		else if (member->location == LOCATION_HEADER ||
			 member->location == LOCATION_HEADERS)
			rest_header_member(&rest, service, member, value);
	}
	if (operation->input >= 0)
		rest_body(&rest, service, operation, input);
	ret->method = operation->http_method;
	ret->target = arena_strdup(arena, strbuf_text(&rest.target));
	ret->body = arena_strdup(arena, strbuf_text(&rest.body));
	memcpy(ret->headers, rest.headers, sizeof(rest.headers));
	strbuf_done(&rest.target);
	strbuf_done(&rest.body);
}

/* @name All together */

static void write_form(struct arena *arena, const struct aws_service_model *service,
		       const struct aws_operation *operation, const struct json *input,
		       struct client_request *ret)
{
	struct strbuf sb;
	const struct writer writer = {service, &sb};

	strbuf_init(&sb, BODY_MAX);
	strbuf_addf(&sb, "Action=%s&Version=%s", operation->name, service->api_version);
	if (operation->input >= 0)
		form_structure(&writer, "", &service->shapes[operation->input], input);
	else
		json_foreach (item, input)
			strbuf_addf(&sb, "&%s=x", json_key(item));
	ret->body = arena_strdup(arena, strbuf_text(&sb));
	ret->headers[0] =
		(struct header){"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"};
	strbuf_done(&sb);
}

static void write_json(struct arena *arena, const struct aws_service_model *service,
		       const struct aws_operation *operation, const struct json *input,
		       struct client_request *ret)
{
	const struct aws_shape none = {.type = SHAPE_STRUCTURE};
	struct strbuf sb;
	const struct writer writer = {service, &sb};

	strbuf_init(&sb, BODY_MAX);
	json_members(&writer, operation->input < 0 ? &none : &service->shapes[operation->input],
		     input);
	ret->body = arena_strdup(arena, strbuf_text(&sb));
	ret->headers[0] =
		(struct header){"Content-Type", arena_printf(arena, "application/x-amz-json-%s",
							     service->json_version)};
	ret->headers[1] =
		(struct header){"X-Amz-Target", arena_printf(arena, "%s.%s", service->target_prefix,
							     operation->name)};
	strbuf_done(&sb);
}

void client_write(struct arena *arena, const struct aws_service_model *service,
		  const struct aws_operation *operation, const struct json *input,
		  struct client_request *ret)
{
	*ret = (struct client_request){.method = "POST", .target = "/"};
	switch (service->protocol) {
	case PROTOCOL_EC2:
	case PROTOCOL_QUERY: write_form(arena, service, operation, input, ret); return;
	case PROTOCOL_JSON: write_json(arena, service, operation, input, ret); return;
	case PROTOCOL_REST_JSON:
	case PROTOCOL_REST_XML: break;
	}
	write_rest(arena, service, operation, input, ret);
}

struct wire_answer client_send(struct aws *aws, const struct aws_service_model *service,
			       const struct aws_operation *operation, const struct json *input)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct client_request request;
	size_t count = 0;

	client_write(arena, service, operation, input, &request);
	while (request.headers[count].name)
		count++;
	request.headers[count++] = (struct header){
		"Authorization",
		arena_printf(arena,
			     "AWS4-HMAC-SHA256 Credential=AKIASOMEBODY/20261123/eu-west-1/%s/"
			     "aws4_request, SignedHeaders=host, Signature=00",
			     service->signing_name)};
	request.headers[count++] = (struct header){"X-Amz-Date", "20261123T090000Z"};
	assert(count < array_size(request.headers));
	return wire_send(aws, request.method, request.target, request.headers, request.body);
}
