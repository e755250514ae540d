/* Replies of the rest protocols: members stand in headers, the status and the body. rest-json and
 * rest-xml differ in the body only. */
#include <strings.h>

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/digest.h"
#include "emulator/base/xml.h"

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
		if (member->location == LOCATION_HEADER && str_eq(member->name, "ContentRange"))
			reply->status = 206; /* RFC 9110: a part is what a range is an answer to */
		if (member->location == LOCATION_STATUS && json_int(item, &status) &&
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

const char *rest_namespace(const struct aws_service_model *service)
{
	for (size_t i = 0; !service->xml_namespace && i < service->operation_count; i++)
		if (service->operations[i].input_xml_namespace)
			return service->operations[i].input_xml_namespace;
	return service->xml_namespace;
}

const char *payload_root(const struct aws_member *member, const struct aws_shape *shape)
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
	if (json_is_null(value))
		return NULL;
	if (service->protocol == PROTOCOL_REST_JSON) {
		json_put(sb, service, shape, member, value);
		return "application/json";
	}
	xml_put(sb, service, member, payload_root(member, shape), value);
	return "application/xml";
}

/* S3 answers GetBucketLocation with the text of its only member alone. */
static void put_location(const struct json *output, struct strbuf *sb)
{
	const char *location = json_get_str(output, "LocationConstraint");

	xml_declaration(sb);
	strbuf_add(sb, "<LocationConstraint xmlns=\"" S3_NAMESPACE "\"");
	if (!location) {
		strbuf_add(sb, "/>");
		return;
	}
	strbuf_add_char(sb, '>');
	xml_text(sb, location);
	xml_close(sb, "LocationConstraint");
}

static const char *put_body(const struct exchange *exchange, const struct aws_shape *shape,
			    const struct json *output, struct strbuf *sb)
{
	const struct aws_service_model *service = exchange->service;
	const char *root = shape->location_name ? shape->location_name : shape->name;
	const char *space = shape->xml_namespace ? shape->xml_namespace : rest_namespace(service);
	bool s3 = str_eq(service->name, "s3");

	if (s3 && str_eq(exchange->operation->name, "GetBucketLocation")) {
		put_location(output, sb);
		return "application/xml";
	}
	if (s3) {
		root = s3_reply_root(exchange->operation->name);
		root = root ? root : shape->name;
		space = S3_NAMESPACE;
	}
	if (service->protocol == PROTOCOL_REST_JSON) {
		json_put_structure(sb, service, shape, output);
		return "application/json";
	}
	if (!has_body_members(service, shape))
		return NULL;
	xml_declaration(sb);
	strbuf_addf(sb, "<%s", root);
	if (space) {
		strbuf_add(sb, " xmlns=\"");
		xml_attribute_text(sb, space);
		strbuf_add_char(sb, '"');
	}
	xml_put_attributes(sb, service, shape, output);
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
		type = put_body(exchange, shape, output, &reply->body);
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
	if (bare && json_get_str(err->details, "Region"))
		wire_reply_header(reply, "x-amz-bucket-region",
				  json_get_str(err->details, "Region"));
	if (err->status == 304)
		return; /* RFC 9110: without a body */
	wire_reply_header(reply, "Content-Type", "application/xml");
	if (shape && err->details)
		put_headers(exchange->service, shape, err->details, reply);
	xml_declaration(sb);
	if (!bare) {
		strbuf_add(sb, "<ErrorResponse");
		if (rest_namespace(exchange->service)) {
			strbuf_add(sb, " xmlns=\"");
			xml_attribute_text(sb, rest_namespace(exchange->service));
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
	if (shape && err->details && !bare)
		xml_put_members(sb, exchange->service, shape, err->details);
	json_foreach (item, bare ? err->details : NULL)
		if (json_str(item))
			xml_element(sb, json_key(item), json_str(item));
	if (bare)
		xml_element(sb, "RequestId", exchange->request_id);
	xml_close(sb, "Error");
	if (!bare) {
		xml_element(sb, "RequestId", exchange->request_id);
		xml_close(sb, "ErrorResponse");
	}
}

const struct protocol protocol_rest_json = {rest_decode, encode, encode_json_error};
const struct protocol protocol_rest_xml = {rest_decode, encode, encode_xml_error};
