/* Requests as an SDK would write them. */
#include "tests/aws/client.h"

#include <ctype.h>

#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/xml.h"

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

/* A scalar's text in forms, paths, queries and headers. */
static void add_scalar(struct strbuf *sb, const struct aws_shape *shape,
		       const struct aws_member *member, enum timestamp_format fallback,
		       const struct json *value)
{
	if (json_is_string(value) && shape->type != SHAPE_TIMESTAMP)
		strbuf_add(sb, json_str(value));
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
	else
		json_print(writer->sb, value);
}

/* @name REST */

#define HEADERS_MAX 64

struct rest {
	struct arena *arena;
	struct strbuf target, body;
	struct header headers[HEADERS_MAX];
	size_t header_count;
	char mark; /* '?' before the first parameter, '&' before the others */
};

static const char *wire_name(const struct aws_member *member)
{
	return member->location_name ? member->location_name : member->name;
}

static void rest_header(struct rest *rest, const char *name, const char *value)
{
	if (rest->header_count + 1 < HEADERS_MAX)
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

static void rest_query(struct rest *rest, const struct aws_service_model *service,
		       const struct aws_member *member, const struct json *value)
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
		json_foreach (item, value)
			if (json_str(item))
				rest_parameter(rest, json_key(item), json_str(item));
		return;
	}
	text = scalar_text(shape, member, TIMESTAMP_ISO8601, value);
	rest_parameter(rest, wire_name(member), text);
}

static void rest_header_member(struct rest *rest, const struct aws_service_model *service,
			       const struct aws_member *member, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(service, member);
	_cleanup_(freep) char *text = NULL;

	if (member->location == LOCATION_HEADERS) {
		json_foreach (item, value)
			if (json_str(item))
				rest_header(rest,
					    arena_printf(rest->arena, "%s%s", wire_name(member),
							 json_key(item)),
					    json_str(item));
		return;
	}
	text = scalar_text(shape, member, TIMESTAMP_RFC822,
			   json_is_array(value) && json_first(value) ? json_first(value) : value);
	rest_header(rest, wire_name(member), text);
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

	if (json_is_null(value))
		return;
	if (payload && shape_is_scalar(body)) {
		add_scalar(&rest->body, body, payload, TIMESTAMP_ISO8601, value);
	} else if (service->protocol == PROTOCOL_REST_JSON) {
		json_wire(&writer, body, payload, value);
	} else if (payload) {
		xml_put(&rest->body, service, payload, member_xml_name(payload), value);
	} else if (root) {
		xml_open(&rest->body, root);
		xml_put_members(&rest->body, service, shape, value);
		xml_close(&rest->body, root);
	}
}

static struct wire_answer send_rest(struct aws *aws, const struct aws_service_model *service,
				    const struct aws_operation *operation, const char *credential,
				    const struct json *input)
{
	const struct aws_shape none = {.type = SHAPE_STRUCTURE};
	const struct aws_shape *shape =
		operation->input < 0 ? &none : &service->shapes[operation->input];
	struct rest rest = {.arena = arena_new(), .mark = '?'};
	struct wire_answer answer;

	strbuf_init(&rest.target, BODY_MAX);
	strbuf_init(&rest.body, BODY_MAX);
	rest_header(&rest, "Authorization", credential);
	rest_header(&rest, "X-Amz-Date", "20261123T090000Z");
	rest_path(&rest, service, operation, input);
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];
		const struct json *value = json_get(input, member->name);

		if (json_is_null(value))
			continue;
		if (member->location == LOCATION_QUERY)
			rest_query(&rest, service, member, value);
		else if (member->location == LOCATION_HEADER ||
			 member->location == LOCATION_HEADERS)
			rest_header_member(&rest, service, member, value);
	}
	if (operation->input >= 0)
		rest_body(&rest, service, operation, input);
	answer = wire_send(aws, operation->http_method, strbuf_text(&rest.target), rest.headers,
			   strbuf_text(&rest.body));
	strbuf_done(&rest.target);
	strbuf_done(&rest.body);
	arena_free(rest.arena);
	return answer;
}

/* @name Sending */

static struct wire_answer send_form(struct aws *aws, const struct aws_service_model *service,
				    const struct aws_operation *operation, const struct json *input)
{
	struct wire_answer answer;
	struct strbuf sb;
	const struct writer writer = {service, &sb};

	strbuf_init(&sb, BODY_MAX);
	strbuf_addf(&sb, "Action=%s&Version=%s", operation->name, service->api_version);
	if (operation->input >= 0)
		form_structure(&writer, "", &service->shapes[operation->input], input);
	else
		json_foreach (item, input)
			strbuf_addf(&sb, "&%s=x", json_key(item));
	answer = wire_post(aws, service->signing_name, strbuf_text(&sb));
	strbuf_done(&sb);
	return answer;
}

static struct wire_answer send_json(struct aws *aws, const struct aws_service_model *service,
				    const struct aws_operation *operation, const struct json *input)
{
	const struct aws_shape none = {.type = SHAPE_STRUCTURE};
	_cleanup_(freep) char *target = xasprintf("%s.%s", service->target_prefix, operation->name);
	struct wire_answer answer;
	struct strbuf sb;
	const struct writer writer = {service, &sb};

	strbuf_init(&sb, BODY_MAX);
	json_members(&writer, operation->input < 0 ? &none : &service->shapes[operation->input],
		     input);
	answer = wire_json(aws, service->signing_name, target, strbuf_text(&sb));
	strbuf_done(&sb);
	return answer;
}

struct wire_answer client_send(struct aws *aws, const struct aws_service_model *service,
			       const struct aws_operation *operation, const struct json *input)
{
	_cleanup_(freep) char *credential = xasprintf(
		"AWS4-HMAC-SHA256 Credential=AKIASOMEBODY/20261123/eu-west-1/%s/aws4_request, "
		"SignedHeaders=host, Signature=00",
		service->signing_name);

	switch (service->protocol) {
	case PROTOCOL_EC2:
	case PROTOCOL_QUERY: return send_form(aws, service, operation, input);
	case PROTOCOL_JSON: return send_json(aws, service, operation, input);
	case PROTOCOL_REST_JSON:
	case PROTOCOL_REST_XML: break;
	}
	return send_rest(aws, service, operation, credential, input);
}

static const struct xml_node *find_error(const struct xml_node *root)
{
	const struct xml_node *node = root;

	if (str_eq(root->name, "Error"))
		return root;
	if (str_eq(root->name, "Response"))
		node = xml_child(root, "Errors");
	return node ? xml_child(node, "Error") : NULL;
}

static char *xml_code(const struct wire_answer *answer)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct xml_node *error, *code, *message;
	struct xml_node *root;

	if (!xml_parse(arena, answer->body, strlen(answer->body), &root, NULL))
		return NULL;
	error = find_error(root);
	code = error ? xml_child(error, "Code") : NULL;
	message = error ? xml_child(error, "Message") : NULL;
	return code && message && *message->text ? xstrdup(code->text) : NULL;
}

static char *json_code(const struct wire_answer *answer)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const char *code, *text, *hash;

	if (!json_parse(answer->body, strlen(answer->body), &body, NULL))
		return NULL;
	code = answer->error_type ? answer->error_type : json_get_str(body, "__type");
	code = code ? code : json_get_str(body, "code");
	text = json_get_str(body, "message");
	text = text ? text : json_get_str(body, "Message");
	if (!code || !text || !*text)
		return NULL;
	hash = strchr(code, '#');
	return xstrdup(hash ? hash + 1 : code);
}

char *client_error_code(const struct aws_service_model *service, const struct wire_answer *answer)
{
	if (service->protocol == PROTOCOL_JSON || service->protocol == PROTOCOL_REST_JSON)
		return json_code(answer);
	return xml_code(answer);
}
