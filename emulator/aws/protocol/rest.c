/*
 * The rest protocols: members stand in the path, the query, headers and the body. rest-json and
 * rest-xml differ in the body only.
 */
#include <strings.h>

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/aws/validate.h"
#include "emulator/base/digest.h"
#include "emulator/base/xml.h"

/* @name Paths */

/* One segment of a path: decoded text becomes the label's; '+' at the label's end takes the rest.
 */
static bool take_label(struct arena *arena, struct json *labels, const char *label, size_t length,
		       const char *text, size_t text_length)
{
	char *value = http_url_decode(arena, text, text_length, false);

	if (!value || text_length == 0)
		return false;
	if (labels)
		json_set_str(labels, arena_strndup(arena, label, length), value);
	return true;
}

/* Whether the parameters that a template's query says stand in the request's. */
static bool query_fits(const char *template, const char *query)
{
	while (*template) {
		size_t n = strcspn(template, "&");
		const char *at = query;
		bool found = false;

		while (*at && !found) {
			size_t m = strcspn(at, "&");

			found = (m == n || (m == n + 1 && at[n] == '=')) &&
				strncmp(at, template, n) == 0;
			at += m + (at[m] == '&');
		}
		if (!found)
			return false;
		template += n + (template[n] == '&');
	}
	return true;
}

int rest_match(struct arena *arena, const struct aws_operation *operation, const char *path,
	       const char *query, struct json *labels)
{
	const char *template = operation->http_uri;
	size_t end = strcspn(template, "?");
	int literal = 0;
	size_t i = 0;

	if (template[end] == '?') {
		if (!query_fits(template + end + 1, query))
			return -1;
		literal += (int)strlen(template + end + 1);
	}
	while (i < end) {
		const char *close;
		size_t length, label_length;

		if (template[i] != '{') {
			if (template[i] != *path)
				return -1;
			i++;
			path++;
			literal++;
			continue;
		}
		close = strchr(template + i, '}');
		label_length = (size_t)(close - (template + i + 1));
		if (template[i + label_length] == '+') { /* greedy: up to what follows it */
			size_t rest = end - (size_t)(close + 1 - template);

			label_length--;
			length = strlen(path);
			length = length > rest ? length - rest : 0;
		} else {
			length = strcspn(path, "/");
		}
		if (!take_label(arena, labels, template + i + 1, label_length, path, length))
			return -1;
		path += length;
		i = (size_t)(close + 1 - template);
	}
	if (*path == '/' && !path[1])
		path++; /* a trailing slash makes no difference */
	return *path ? -1 : literal;
}

/* @name Requests */

struct reader {
	const struct aws_service_model *service;
	const struct aws_shape *shape;
	const struct wire_request *request;
	struct json *input;
	struct err *err;
};

static bool set_scalar(const struct reader *reader, const struct aws_member *member,
		       const struct aws_shape *shape, const struct aws_member *scalar,
		       enum timestamp_format format, const char *text, struct json *list)
{
	struct json *value;

	if (!scalar_parse(shape, scalar, format, text, &value))
		return refuse_input(reader->err, reader->service, REFUSAL_TYPE, member->name, text);
	if (list)
		json_append(list, value);
	else
		json_set(reader->input, member->name, value);
	return true;
}

/* The member that a query parameter is bound to, or NULL. */
static const struct aws_member *query_member(const struct reader *reader, const char *name)
{
	for (unsigned i = 0; i < reader->shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[reader->shape->first_member + i];

		if (member->location == LOCATION_QUERY &&
		    aws_member_shape(reader->service, member)->type != SHAPE_MAP &&
		    str_eq(member->location_name ? member->location_name : member->name, name))
			return member;
	}
	return NULL;
}

/* A map in the query takes every parameter, bound ones too (Smithy: httpQueryParams). */
static void fill_query_maps(const struct reader *reader, const char *name, const char *value)
{
	for (unsigned i = 0; i < reader->shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[reader->shape->first_member + i];
		const struct aws_shape *shape = aws_member_shape(reader->service, member);
		const struct aws_shape *item;
		struct json *map;

		if (member->location != LOCATION_QUERY || shape->type != SHAPE_MAP)
			continue;
		item = aws_member_shape(reader->service, aws_map_value(reader->service, shape));
		map = json_ensure_object(reader->input, member->name);
		if (item->type == SHAPE_LIST)
			json_append_str(json_ensure_array(map, name), value);
		else
			json_set_str(map, name, value);
	}
}

static bool read_parameter(const struct reader *reader, const char *name, const char *value)
{
	const struct aws_member *member = query_member(reader, name), *element;
	const struct aws_shape *shape;

	fill_query_maps(reader, name, value);
	if (!member)
		return true; /* constants of the template, presigned parameters */
	shape = aws_member_shape(reader->service, member);
	if (shape->type != SHAPE_LIST)
		return set_scalar(reader, member, shape, member, TIMESTAMP_ISO8601, value, NULL);
	element = aws_list_element(reader->service, shape);
	return set_scalar(reader, member, aws_member_shape(reader->service, element), element,
			  TIMESTAMP_ISO8601, value, json_ensure_array(reader->input, member->name));
}

static bool read_query(const struct reader *reader)
{
	const char *at = reader->request->query;
	struct arena *arena = reader->request->arena;

	while (at && *at) {
		size_t n = strcspn(at, "&"), name = strcspn(at, "=&");
		char *key = http_url_decode(arena, at, name, true);
		const char *value = "";

		if (name < n)
			value = http_url_decode(arena, at + name + 1, n - name - 1, true);
		if (!key || !value)
			return err_set(reader->err, ERR_INVALID, "MalformedQueryString",
				       "The query string contains a syntax error");
		if (n && !read_parameter(reader, key, value))
			return false;
		at += n + (at[n] == '&');
	}
	return true;
}

static bool read_labels(const struct reader *reader, const struct aws_operation *operation)
{
	_cleanup_(json_freep) struct json *labels = json_new_object();

	if (rest_match(reader->request->arena, operation, reader->request->path,
		       reader->request->query, labels) < 0)
		return err_set(reader->err, ERR_INVALID, "UnknownOperationException",
			       "the path '%s' is not that of %s", reader->request->path,
			       operation->name);
	for (unsigned i = 0; i < reader->shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[reader->shape->first_member + i];
		const char *text;

		if (member->location != LOCATION_URI)
			continue;
		text = json_get_str(labels,
				    member->location_name ? member->location_name : member->name);
		if (text && !set_scalar(reader, member, aws_member_shape(reader->service, member),
					member, TIMESTAMP_ISO8601, text, NULL))
			return false;
	}
	return true;
}

/* One item of a header list: "a, \"b, c\", d"; moves *at behind it. In the arena. */
static const char *next_item(struct arena *arena, const char **at, bool dates)
{
	const char *p = *at + strspn(*at, " \t");
	struct strbuf sb;
	char *result;

	strbuf_init(&sb, strlen(p));
	if (*p == '"') {
		for (p++; *p && *p != '"'; p++) {
			if (*p == '\\' && p[1])
				p++;
			strbuf_add_char(&sb, *p);
		}
		p += strcspn(p, ",");
	} else {
		size_t n = strcspn(p, ",");

		if (dates && p[n]) /* the comma behind the weekday is the date's own */
			n += 1 + strcspn(p + n + 1, ",");
		strbuf_add_bytes(&sb, p, n);
		p += n;
		while (sb.length && sb.text[sb.length - 1] == ' ')
			sb.text[--sb.length] = '\0';
	}
	*at = *p == ',' ? p + 1 : p;
	result = arena_strdup(arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return result;
}

static bool read_header_list(const struct reader *reader, const struct aws_member *member,
			     const struct aws_shape *shape, const char *text)
{
	const struct aws_member *element = aws_list_element(reader->service, shape);
	const struct aws_shape *inner = aws_member_shape(reader->service, element);
	struct json *list = json_ensure_array(reader->input, member->name);
	bool dates = inner->type == SHAPE_TIMESTAMP &&
		     scalar_timestamp_format(inner, element, TIMESTAMP_RFC822) == TIMESTAMP_RFC822;

	while (*text)
		if (!set_scalar(reader, member, inner, element, TIMESTAMP_RFC822,
				next_item(reader->request->arena, &text, dates), list))
			return false;
	return true;
}

/* A JSON value in a header is base64 (MEMBER_JSON_VALUE); the document holds its text. */
static bool read_json_value(const struct reader *reader, const struct aws_member *member,
			    const char *text)
{
	_cleanup_(freep) uint8_t *bytes = NULL;
	size_t length;

	if (!base64_decode(text, strlen(text), &bytes, &length))
		return refuse_input(reader->err, reader->service, REFUSAL_TYPE, member->name, text);
	json_set(reader->input, member->name, json_new_string_len((const char *)bytes, length));
	return true;
}

static void read_prefixed(const struct reader *reader, const struct aws_member *member)
{
	const char *prefix = member->location_name ? member->location_name : "";

	for (const struct header *h = reader->request->headers; h && h->name; h++)
		if (strncasecmp(h->name, prefix, strlen(prefix)) == 0)
			json_set_str(json_ensure_object(reader->input, member->name),
				     h->name + strlen(prefix), h->value);
}

static bool read_headers(const struct reader *reader)
{
	for (unsigned i = 0; i < reader->shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[reader->shape->first_member + i];
		const struct aws_shape *shape = aws_member_shape(reader->service, member);
		const char *text;
		bool ok;

		if (member->location == LOCATION_HEADERS)
			read_prefixed(reader, member);
		if (member->location != LOCATION_HEADER)
			continue;
		text = wire_header(reader->request,
				   member->location_name ? member->location_name : member->name);
		if (!text)
			continue;
		if (member->flags & MEMBER_JSON_VALUE)
			ok = read_json_value(reader, member, text);
		else if (shape->type == SHAPE_LIST)
			ok = read_header_list(reader, member, shape, text);
		else
			ok = set_scalar(reader, member, shape, member, TIMESTAMP_RFC822, text,
					NULL);
		if (!ok)
			return false;
	}
	return true;
}

static bool serialization_error(struct err *err, const char *code, struct err *why)
{
	err_set(err, ERR_INVALID, code, "%s", err_text(why));
	if (err)
		err->status = 400;
	err_done(why);
	return false;
}

/* The body as a structure in the service's format. */
static bool read_structured(const struct reader *reader, const struct aws_shape *shape,
			    const struct aws_member *member, struct json **ret)
{
	const struct wire_request *request = reader->request;
	_cleanup_(json_freep) struct json *wire = NULL;
	struct err why = ERR_INIT;
	struct xml_node *root;

	if (reader->service->protocol == PROTOCOL_REST_JSON) {
		if (!json_parse(request->body, request->body_length, &wire, &why))
			return serialization_error(reader->err, "SerializationException", &why);
		return json_read(reader->service, shape, member, wire, ret, reader->err);
	}
	if (!xml_parse(request->arena, request->body, request->body_length, &root, &why))
		return serialization_error(reader->err, "MalformedXML", &why);
	return xml_read_structure(reader->service, shape, root, ret, reader->err);
}

static bool read_payload(const struct reader *reader, const struct aws_member *member)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);
	const struct wire_request *request = reader->request;
	_cleanup_(freep) char *text = NULL;
	struct json *value;

	if (request->body_length == 0)
		return true;
	if (shape->type == SHAPE_BLOB) {
		text = base64_encode(request->body, request->body_length);
		json_set_str(reader->input, member->name, text);
		return true;
	}
	if (shape->type == SHAPE_STRING) {
		json_set(reader->input, member->name,
			 json_new_string_len(request->body, request->body_length));
		return true;
	}
	if (!read_structured(reader, shape, member, &value))
		return false;
	json_set(reader->input, member->name, value);
	return true;
}

static bool read_body(const struct reader *reader)
{
	const char *payload = reader->shape->payload;
	struct json *body;

	if (payload)
		return read_payload(reader,
				    aws_shape_member(reader->service, reader->shape, payload));
	if (reader->request->body_length == 0)
		return true;
	if (!read_structured(reader, reader->shape, NULL, &body))
		return false;
	for (struct json *item = json_first_mut(body); item; item = json_next_mut(item))
		json_set_copy(reader->input, json_key(item), item);
	json_free(body);
	return true;
}

static bool decode(const struct exchange *exchange, const struct wire_request *request,
		   struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *input = json_new_object();
	struct reader reader = {
		.service = exchange->service, .request = request, .input = input, .err = err};

	if (exchange->operation->input >= 0) {
		reader.shape = &exchange->service->shapes[exchange->operation->input];
		if (!read_labels(&reader, exchange->operation) || !read_query(&reader) ||
		    !read_headers(&reader) || !read_body(&reader))
			return false;
	}
	*ret = steal(input);
	return true;
}

/* @name Replies */

static void put_item(struct strbuf *sb, const char *text)
{
	if (!strpbrk(text, ",\"")) {
		strbuf_add(sb, text);
		return;
	}
	strbuf_add_char(sb, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_add_char(sb, '\\');
		strbuf_add_char(sb, *text);
	}
	strbuf_add_char(sb, '"');
}

static void put_header_list(const struct aws_service_model *service, const struct aws_shape *list,
			    const struct json *value, struct strbuf *sb)
{
	const struct aws_member *element = aws_list_element(service, list);
	const struct aws_shape *shape = aws_member_shape(service, element);
	const char *separator = "";
	struct strbuf text;

	json_foreach (item, value) {
		strbuf_init(&text, REPLY_MAX);
		scalar_print(shape, element, TIMESTAMP_RFC822, item, &text);
		strbuf_add(sb, separator);
		if (shape->type == SHAPE_STRING)
			put_item(sb, strbuf_text(&text));
		else
			strbuf_add(sb, strbuf_text(&text));
		separator = ", ";
		strbuf_done(&text);
	}
}

static void put_header(const struct aws_service_model *service, const struct aws_member *member,
		       const struct json *value, struct wire_reply *reply)
{
	const struct aws_shape *shape = aws_member_shape(service, member);
	const char *name = member->location_name ? member->location_name : member->name;
	_cleanup_(freep) char *encoded = NULL;
	struct strbuf sb;

	strbuf_init(&sb, REPLY_MAX);
	if (shape->type == SHAPE_LIST) {
		put_header_list(service, shape, value, &sb);
	} else if (member->flags & MEMBER_JSON_VALUE) {
		scalar_print(shape, member, TIMESTAMP_DEFAULT, value, &sb);
		encoded = base64_encode(strbuf_text(&sb), sb.length);
	} else {
		scalar_print(shape, member, TIMESTAMP_RFC822, value, &sb);
	}
	wire_reply_header(reply, name, encoded ? encoded : strbuf_text(&sb));
	strbuf_done(&sb);
}

static void put_headers(const struct aws_service_model *service, const struct aws_shape *shape,
			const struct json *output, struct wire_reply *reply)
{
	json_foreach (item, output) {
		const struct aws_member *member = aws_shape_member(service, shape, json_key(item));
		int64_t status;

		if (!member || json_is_null(item))
			continue;
		if (member->location == LOCATION_HEADER)
			put_header(service, member, item, reply);
		else if (member->location == LOCATION_STATUS && json_int(item, &status) &&
			 status >= 100 && status <= 599)
			reply->status = (int)status;
		else if (member->location == LOCATION_HEADERS)
			json_foreach (entry, item)
				wire_reply_header(reply,
						  arena_printf(reply->arena, "%s%s",
							       member->location_name
								       ? member->location_name
								       : "",
							       json_key(entry)),
						  json_str(entry) ? json_str(entry) : "");
	}
}

static bool has_body_members(const struct aws_service_model *service, const struct aws_shape *shape)
{
	for (unsigned i = 0; i < shape->member_count; i++)
		if (member_in_reply_body(&service->members[shape->first_member + i]))
			return true;
	return false;
}

/* The root element of a payload: as its member says, as its shape says, else the shape's name. */
static const char *payload_root(const struct aws_member *member, const struct aws_shape *shape)
{
	if (member->location_name && !str_eq(member->location_name, member->name))
		return member->location_name;
	return shape->location_name ? shape->location_name : shape->name;
}

static const char *put_payload(const struct aws_service_model *service,
			       const struct aws_member *member, const struct json *value,
			       struct strbuf *sb)
{
	const struct aws_shape *shape = aws_member_shape(service, member);
	_cleanup_(freep) uint8_t *bytes = NULL;
	const char *text = json_str(value);
	size_t length;

	if (shape->type == SHAPE_BLOB) {
		if (text && base64_decode(text, strlen(text), &bytes, &length))
			strbuf_add_bytes(sb, bytes, length);
		return "application/octet-stream";
	}
	if (shape->type == SHAPE_STRING) {
		if (text)
			strbuf_add(sb, text);
		return "text/plain";
	}
	if (service->protocol == PROTOCOL_REST_JSON) {
		if (json_is_null(value))
			strbuf_add(sb, "{}");
		else
			json_put(sb, service, shape, member, value);
		return "application/json";
	}
	if (!json_is_null(value))
		xml_put(sb, service, member, payload_root(member, shape), value);
	return "application/xml";
}

static const char *put_body(const struct aws_service_model *service, const struct aws_shape *shape,
			    const struct json *output, struct strbuf *sb)
{
	const char *root = shape->location_name ? shape->location_name : shape->name;

	if (service->protocol == PROTOCOL_REST_JSON) {
		json_put_structure(sb, service, shape, output);
		return "application/json";
	}
	if (!has_body_members(service, shape))
		return NULL;
	xml_declaration(sb);
	strbuf_addf(sb, "<%s", root);
	if (shape->xml_namespace || service->xml_namespace) {
		strbuf_add(sb, " xmlns=\"");
		xml_attribute_text(sb, shape->xml_namespace ? shape->xml_namespace
							    : service->xml_namespace);
		strbuf_add_char(sb, '"');
	}
	strbuf_add_char(sb, '>');
	xml_put_members(sb, service, shape, output);
	xml_close(sb, root);
	return "application/xml";
}

static void request_id_header(const struct exchange *exchange, struct wire_reply *reply)
{
	wire_reply_header(reply,
			  str_eq(exchange->service->name, "s3") ? "x-amz-request-id"
								: "x-amzn-RequestId",
			  exchange->request_id);
}

static void encode(const struct exchange *exchange, const struct json *output,
		   struct wire_reply *reply)
{
	const struct aws_service_model *service = exchange->service;
	const struct aws_operation *operation = exchange->operation;
	const struct aws_shape *shape;
	const char *type;

	reply->status = operation->success_status ? operation->success_status : 200;
	request_id_header(exchange, reply);
	if (operation->output < 0) {
		if (service->protocol == PROTOCOL_REST_JSON) {
			wire_reply_header(reply, "Content-Type", "application/json");
			strbuf_add(&reply->body, "{}");
		}
		return;
	}
	shape = &service->shapes[operation->output];
	put_headers(service, shape, output, reply);
	if (shape->payload)
		type = put_payload(service, aws_shape_member(service, shape, shape->payload),
				   json_get(output, shape->payload), &reply->body);
	else
		type = put_body(service, shape, output, &reply->body);
	for (size_t i = 0; type && i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, "Content-Type") == 0)
			type = NULL; /* a member of the output says it */
	if (type)
		wire_reply_header(reply, "Content-Type", type);
}

static void encode_json_error(const struct exchange *exchange, const struct err *err,
			      struct wire_reply *reply)
{
	const struct aws_shape *shape = protocol_error_shape(exchange, err->wire);

	reply->status = err->status;
	request_id_header(exchange, reply);
	wire_reply_header(reply, "Content-Type", "application/json");
	wire_reply_header(reply, "x-amzn-ErrorType", shape ? shape->name : err->wire);
	if (shape && err->details)
		put_headers(exchange->service, shape, err->details, reply);
	json_put_error(&reply->body, exchange, err, NULL);
}

static void encode_xml_error(const struct exchange *exchange, const struct err *err,
			     struct wire_reply *reply)
{
	const struct aws_shape *shape = protocol_error_shape(exchange, err->wire);
	bool bare = str_eq(exchange->service->name, "s3"); /* noErrorWrapping in its model */
	struct strbuf *sb = &reply->body;

	reply->status = err->status;
	request_id_header(exchange, reply);
	wire_reply_header(reply, "Content-Type", "application/xml");
	if (shape && err->details)
		put_headers(exchange->service, shape, err->details, reply);
	xml_declaration(sb);
	if (!bare) {
		strbuf_add(sb, "<ErrorResponse");
		if (exchange->service->xml_namespace) {
			strbuf_add(sb, " xmlns=\"");
			xml_attribute_text(sb, exchange->service->xml_namespace);
			strbuf_add_char(sb, '"');
		}
		strbuf_add_char(sb, '>');
	}
	xml_open(sb, "Error");
	if (!bare)
		xml_element(sb, "Type", protocol_fault_of(err->status));
	xml_element(sb, "Code", err->wire);
	if (*err_text(err))
		xml_element(sb, "Message", err_text(err));
	if (shape && err->details)
		xml_put_members(sb, exchange->service, shape, err->details);
	if (bare)
		xml_element(sb, "RequestId", exchange->request_id);
	xml_close(sb, "Error");
	if (!bare) {
		xml_element(sb, "RequestId", exchange->request_id);
		xml_close(sb, "ErrorResponse");
	}
}

const struct protocol protocol_rest_json = {decode, encode, encode_json_error};
const struct protocol protocol_rest_xml = {decode, encode, encode_xml_error};
