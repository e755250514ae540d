/* Requests of the rest protocols: members stand in the path, the query, headers and the body. */
#include <strings.h>

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/aws/validate.h"
#include "emulator/base/digest.h"
#include "emulator/base/utf8.h"
#include "emulator/base/xml.h"

struct reader {
	const struct aws_service_model *service;
	const struct aws_shape *shape;
	const struct wire_request *request;
	const char *root; /* of an XML body, as the operation says; NULL: it says none */
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
		if (!key || !value || !utf8_is_valid(key, strlen(key)) ||
		    !utf8_is_valid(value, strlen(value)))
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

	if (!base64_decode(text, strlen(text), &bytes, &length) || memchr(bytes, '\0', length) ||
	    !utf8_is_valid((const char *)bytes, length))
		return refuse_input(reader->err, reader->service, REFUSAL_TYPE, member->name, text);
	json_set(reader->input, member->name, json_new_string_len((const char *)bytes, length));
	return true;
}

static bool read_prefixed(const struct reader *reader, const struct aws_member *member)
{
	const char *prefix = member->location_name ? member->location_name : "";

	for (const struct header *h = reader->request->headers; h && h->name; h++) {
		if (strncasecmp(h->name, prefix, strlen(prefix)) != 0)
			continue;
		if (!utf8_is_valid(h->name, strlen(h->name)) ||
		    !utf8_is_valid(h->value, strlen(h->value)))
			return refuse_input(reader->err, reader->service, REFUSAL_TYPE,
					    member->name, h->value);
		json_set_str(json_ensure_object(reader->input, member->name),
			     h->name + strlen(prefix), h->value);
	}
	return true;
}

static bool read_headers(const struct reader *reader)
{
	for (unsigned i = 0; i < reader->shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[reader->shape->first_member + i];
		const struct aws_shape *shape = aws_member_shape(reader->service, member);
		const char *text;
		bool ok;

		if (member->location == LOCATION_HEADERS && !read_prefixed(reader, member))
			return false;
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
	const char *expected;

	if (reader->service->protocol == PROTOCOL_REST_JSON) {
		if (!json_parse(request->body, request->body_length, &wire, &why))
			return serialization_error(reader->err, "SerializationException", &why);
		return json_read(reader->service, shape, member, wire, ret, reader->err);
	}
	if (!xml_parse(request->arena, request->body, request->body_length, &root, &why)) {
		err_done(&why);
		return refuse_document(reader->err, reader->service, NULL, NULL);
	}
	expected = reader->root;
	if (member)
		expected = payload_root(member, shape);
	else if (shape->location_name)
		expected = shape->location_name;
	/* a payload is called as its member in some operations, as its shape in others; the models
	 * do not say which (S3's PutBucketLifecycleConfiguration, the protocol cases) */
	if (expected && !str_eq(root->name, expected) &&
	    !(member && str_eq(root->name, member->location_name)))
		return refuse_document(reader->err, reader->service, root->name, expected);
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
		if (!utf8_is_valid(request->body, request->body_length))
			return refuse_input(reader->err, reader->service, REFUSAL_TYPE,
					    member->name, NULL);
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

bool rest_decode(const struct exchange *exchange, const struct wire_request *request,
		 struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *input = json_new_object();
	struct reader reader = {
		.service = exchange->service,
		.request = request,
		.root = exchange->operation->input_location_name,
		.input = input,
		.err = err,
	};

	if (exchange->operation->input >= 0) {
		reader.shape = &exchange->service->shapes[exchange->operation->input];
		if (!read_labels(&reader, exchange->operation) || !read_query(&reader) ||
		    !read_headers(&reader) || !read_body(&reader))
			return false;
	}
	*ret = steal(input);
	return true;
}
