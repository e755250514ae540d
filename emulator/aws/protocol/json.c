/* The JSON protocols (1.0 and 1.1), and JSON bodies by shapes for rest-json. */
#include <ctype.h>
#include <math.h>

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/aws/validate.h"
#include "emulator/base/clock.h"

static bool malformed(struct err *err, const char *what)
{
	err_set(err, ERR_INVALID, "SerializationException", "%s", what);
	if (err)
		err->status = 400;
	return false;
}

/* @name From the wire */

static const char *json_name(const struct aws_member *member)
{
	return member->location_name ? member->location_name : member->name;
}

const struct aws_member *member_by_json_name(const struct aws_service_model *service,
					     const struct aws_shape *shape, const char *name)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];

		if (member->location == LOCATION_BODY && str_eq(json_name(member), name))
			return member;
	}
	return NULL;
}

static bool read_structure(const struct aws_service_model *service, const struct aws_shape *shape,
			   const struct json *wire, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *object = json_new_object();

	json_foreach (item, wire) {
		const struct aws_member *member =
			member_by_json_name(service, shape, json_key(item));
		struct json *value;

		if (!member && str_eq(json_key(item), "__type"))
			continue; /* the type of a union or error, a client may send it */
		if (!member)
			return refuse_input(err, service, REFUSAL_UNKNOWN, json_key(item), NULL);
		if (json_is_null(item))
			continue;
		if (!json_read(service, aws_member_shape(service, member), member, item, &value,
			       err))
			return false;
		json_set(object, member->name, value);
	}
	*ret = steal(object);
	return true;
}

static bool read_items(const struct aws_service_model *service, const struct aws_shape *shape,
		       const struct json *wire, struct json **ret, struct err *err)
{
	bool list = shape->type == SHAPE_LIST;
	const struct aws_member *element =
		list ? aws_list_element(service, shape) : aws_map_value(service, shape);
	_cleanup_(json_freep) struct json *result = list ? json_new_array() : json_new_object();

	json_foreach (item, wire) {
		struct json *value;

		if (json_is_null(item))
			value = json_new_null();
		else if (!json_read(service, aws_member_shape(service, element), element, item,
				    &value, err))
			return false;
		if (list)
			json_append(result, value);
		else
			json_set(result, json_key(item), value);
	}
	*ret = steal(result);
	return true;
}

static bool read_timestamp(const struct aws_shape *shape, const struct aws_member *member,
			   const struct json *wire, struct json **ret)
{
	enum timestamp_format format = scalar_timestamp_format(shape, member, TIMESTAMP_UNIX);
	char text[CLOCK_TEXT_MAX];
	double seconds;

	if (!json_is_number(wire))
		return json_str(wire) && format != TIMESTAMP_UNIX &&
		       scalar_parse(shape, member, format, json_str(wire), ret);
	seconds = json_double(wire);
	if (format != TIMESTAMP_UNIX || !(fabs(seconds) < 253402300800.0)) /* year 10000 */
		return false;
	*ret = json_new_string(clock_format_ms(llround(seconds * 1000), text));
	return true;
}

static bool read_scalar(const struct aws_shape *shape, const struct aws_member *member,
			const struct json *wire, struct json **ret)
{
	int64_t number;

	switch ((enum shape_type)shape->type) {
	case SHAPE_TIMESTAMP: return read_timestamp(shape, member, wire, ret);
	case SHAPE_BOOLEAN:
		if (!json_is_bool(wire))
			return false;
		break;
	case SHAPE_INTEGER:
	case SHAPE_LONG:
		if (!json_int(wire, &number) ||
		    (shape->type == SHAPE_INTEGER && number != (int32_t)number))
			return false;
		break;
	case SHAPE_FLOAT:
	case SHAPE_DOUBLE:
		if (json_is_string(wire))
			return (isalpha((unsigned char)*json_str(wire)) ||
				*json_str(wire) == '-') &&
			       scalar_parse(shape, member, TIMESTAMP_DEFAULT, json_str(wire), ret);
		if (!json_is_number(wire))
			return false;
		break;
	case SHAPE_STRING:
	case SHAPE_BLOB:
		return json_is_string(wire) &&
		       scalar_parse(shape, member, TIMESTAMP_DEFAULT, json_str(wire), ret);
	case SHAPE_STRUCTURE:
	case SHAPE_LIST:
	case SHAPE_MAP: return false;
	}
	*ret = json_copy(wire);
	return true;
}

bool json_read(const struct aws_service_model *service, const struct aws_shape *shape,
	       const struct aws_member *member, const struct json *wire, struct json **ret,
	       struct err *err)
{
	if (shape->flags & SHAPE_DOCUMENT) {
		*ret = json_copy(wire);
		return true;
	}
	if (shape->type == SHAPE_STRUCTURE && json_is_object(wire))
		return read_structure(service, shape, wire, ret, err);
	if ((shape->type == SHAPE_LIST && json_is_array(wire)) ||
	    (shape->type == SHAPE_MAP && json_is_object(wire)))
		return read_items(service, shape, wire, ret, err);
	if (read_scalar(shape, member, wire, ret))
		return true;
	if (err)
		malformed(err, "a value has another type than its member");
	if (err && member)
		err_wrap(err, "%s", json_name(member));
	return false;
}

static bool decode(const struct exchange *exchange, const struct wire_request *request,
		   struct json **ret, struct err *err)
{
	int32_t input = exchange->operation->input;
	_cleanup_(json_freep) struct json *wire = NULL;
	struct err why = ERR_INIT;

	if (request->body_length == 0 || input < 0) {
		*ret = json_new_object();
		return true;
	}
	if (!json_parse(request->body, request->body_length, &wire, &why)) {
		malformed(err, err_text(&why));
		err_done(&why);
		return false;
	}
	if (!json_is_object(wire))
		return malformed(err, "Start of structure or map found where not expected.");
	return json_read(exchange->service, &exchange->service->shapes[input], NULL, wire, ret,
			 err);
}

/* @name Onto the wire */

static void put_text(struct strbuf *sb, const char *text)
{
	_cleanup_(json_freep) struct json *json = json_new_string(text);

	json_print(sb, json);
}

static void put_timestamp(struct strbuf *sb, const struct aws_shape *shape,
			  const struct aws_member *member, const struct json *value)
{
	enum timestamp_format format = scalar_timestamp_format(shape, member, TIMESTAMP_UNIX);
	struct strbuf text;

	strbuf_init(&text, CLOCK_TEXT_MAX * 2);
	scalar_print(shape, member, TIMESTAMP_UNIX, value, &text);
	if (format == TIMESTAMP_UNIX)
		strbuf_add(sb, strbuf_text(&text));
	else
		put_text(sb, strbuf_text(&text));
	strbuf_done(&text);
}

/* The members that stand in a body, each behind a comma but for the first. */
static void put_members(struct strbuf *sb, const struct aws_service_model *service,
			const struct aws_shape *shape, const struct json *value, bool is_first)
{
	json_foreach (item, value) {
		const struct aws_member *member = aws_shape_member(service, shape, json_key(item));

		if (!member || !member_in_reply_body(member) || json_is_null(item))
			continue; /* validate_output names members that are not the shape's */
		if (!is_first)
			strbuf_add_char(sb, ',');
		is_first = false;
		put_text(sb, json_name(member));
		strbuf_add_char(sb, ':');
		json_put(sb, service, aws_member_shape(service, member), member, item);
	}
}

void json_put_structure(struct strbuf *sb, const struct aws_service_model *service,
			const struct aws_shape *shape, const struct json *value)
{
	strbuf_add_char(sb, '{');
	put_members(sb, service, shape, value, true);
	strbuf_add_char(sb, '}');
}

static void put_items(struct strbuf *sb, const struct aws_service_model *service,
		      const struct aws_member *element, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(service, element);
	const char *separator = "";

	json_foreach (item, value) {
		strbuf_add(sb, separator);
		if (json_key(item) && json_is_object(value)) {
			put_text(sb, json_key(item));
			strbuf_add_char(sb, ':');
		}
		json_put(sb, service, shape, element, item);
		separator = ",";
	}
}

void json_put(struct strbuf *sb, const struct aws_service_model *service,
	      const struct aws_shape *shape, const struct aws_member *member,
	      const struct json *value)
{
	if (json_is_null(value) || (shape->flags & SHAPE_DOCUMENT)) {
		json_print(sb, value);
	} else if (shape->type == SHAPE_STRUCTURE) {
		json_put_structure(sb, service, shape, value);
	} else if (shape->type == SHAPE_LIST) {
		strbuf_add_char(sb, '[');
		put_items(sb, service, aws_list_element(service, shape), value);
		strbuf_add_char(sb, ']');
	} else if (shape->type == SHAPE_MAP) {
		strbuf_add_char(sb, '{');
		put_items(sb, service, aws_map_value(service, shape), value);
		strbuf_add_char(sb, '}');
	} else if (shape->type == SHAPE_TIMESTAMP) {
		put_timestamp(sb, shape, member, value);
	} else {
		json_print(sb, value);
	}
}

static void headers(struct wire_reply *reply, const struct exchange *exchange)
{
	const char *version = exchange->service->json_version;

	wire_reply_header(
		reply, "Content-Type",
		arena_printf(reply->arena, "application/x-amz-json-%s", version ? version : "1.1"));
	wire_reply_header(reply, "x-amzn-RequestId", exchange->request_id);
}

static void encode(const struct exchange *exchange, const struct json *output,
		   struct wire_reply *reply)
{
	int32_t shape = exchange->operation->output;

	reply->status = 200;
	headers(reply, exchange);
	if (shape < 0)
		strbuf_add(&reply->body, "{}");
	else
		json_put_structure(&reply->body, exchange->service,
				   &exchange->service->shapes[shape], output);
}

void json_put_error(struct strbuf *sb, const struct exchange *exchange, const struct err *err,
		    const char *type)
{
	const struct aws_service_model *service = exchange->service;
	const struct aws_shape *shape = protocol_error_shape(exchange, err->wire);
	bool capital = shape && aws_shape_member(service, shape, "Message");
	_cleanup_(json_freep) struct json *own = json_new_object();

	if (type)
		json_set_str(own, "__type", type);
	if (*err_text(err)) /* some errors of AWS's come without a text */
		json_set_str(own, capital ? "Message" : "message", err_text(err));
	json_print(sb, own);
	if (!shape || !err->details)
		return;
	strbuf_truncate(sb, sb->length - 1); /* the details follow in the same object */
	put_members(sb, service, shape, err->details, !json_first(own));
	strbuf_add_char(sb, '}');
}

static void encode_error(const struct exchange *exchange, const struct err *err,
			 struct wire_reply *reply)
{
	const struct aws_shape *shape = protocol_error_shape(exchange, err->wire);

	reply->status = err->status;
	headers(reply, exchange);
	json_put_error(&reply->body, exchange, err, shape ? shape->name : err->wire);
}

const struct protocol protocol_json = {decode, encode, encode_error};
