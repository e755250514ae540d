/* Replies as an SDK would read them. */
#include "tests/aws/reader.h"

#include <strings.h>

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/digest.h"
#include "emulator/base/xml.h"

struct reader {
	struct arena *arena;
	const struct aws_service_model *service;
	const struct aws_operation *operation;
	const struct reader_reply *reply;
	struct err *err;
};

void reading_done(struct reading *reading)
{
	json_free(reading->document);
	*reading = (struct reading){0};
}

static bool wrong(const struct reader *reader, const char *where, const char *what)
{
	return err_set(reader->err, ERR_INVALID, NULL, "%s: %s", where, what);
}

static const char *header_of(const struct reader *reader, const char *name)
{
	for (const struct header *h = reader->reply->headers; h && h->name; h++)
		if (strcasecmp(h->name, name) == 0)
			return h->value;
	return NULL;
}

static bool is_xml(const struct aws_service_model *service)
{
	return service->protocol != PROTOCOL_JSON && service->protocol != PROTOCOL_REST_JSON;
}

/* @name XML */

static bool xml_value(const struct reader *reader, const struct aws_member *member,
		      const struct xml_node *node, struct json **ret);

static const char *name_or(const struct aws_member *member, const char *fallback)
{
	return member->location_name ? member->location_name : fallback;
}

/* An attribute's name has its prefix as written, an element's has not. */
static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static bool xml_entry(const struct reader *reader, const struct aws_shape *shape,
		      const struct xml_node *entry, struct json *map)
{
	const struct aws_member *key = aws_map_key(reader->service, shape);
	const struct aws_member *value = aws_map_value(reader->service, shape);
	const struct xml_node *name = xml_child(entry, name_or(key, "key"));
	const struct xml_node *content = xml_child(entry, name_or(value, "value"));
	struct json *item;

	if (!name || !content)
		return wrong(reader, entry->name, "an entry without key or value");
	if (!xml_value(reader, value, content, &item))
		return false;
	json_set(map, name->text, item);
	return true;
}

static bool xml_items(const struct reader *reader, const struct aws_shape *shape,
		      const struct xml_node *node, struct json **ret)
{
	bool list = shape->type == SHAPE_LIST;
	const struct aws_member *element = list ? aws_list_element(reader->service, shape) : NULL;
	const char *name = list ? name_or(element, "member") : "entry";
	_cleanup_(json_freep) struct json *result = list ? json_new_array() : json_new_object();

	for (const struct xml_node *child = node->first; child; child = child->next) {
		struct json *item;

		if (!str_eq(child->name, name))
			return wrong(reader, child->name, "another name than the elements'");
		if (!list && !xml_entry(reader, shape, child, result))
			return false;
		if (!list)
			continue;
		if (!xml_value(reader, element, child, &item))
			return false;
		json_append(result, item);
	}
	*ret = steal(result);
	return true;
}

/* A list or map without a wrapper: its items stand among their structure's members. */
static bool xml_flat(const struct reader *reader, const struct aws_member *member,
		     const struct xml_node *node, struct json *object)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);

	for (const struct xml_node *child = node->first; child; child = child->next) {
		struct json *item;

		if (!str_eq(child->name, member_xml_name(member)))
			continue;
		if (shape->type == SHAPE_MAP) {
			if (!xml_entry(reader, shape, child,
				       json_ensure_object(object, member->name)))
				return false;
			continue;
		}
		if (!xml_value(reader, aws_list_element(reader->service, shape), child, &item))
			return false;
		json_append(json_ensure_array(object, member->name), item);
	}
	return true;
}

static bool xml_attribute(const struct reader *reader, const struct aws_member *member,
			  const struct xml_node *node, struct json *object)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);
	const char *name = local_name(member_xml_name(member));
	struct json *value;

	for (const struct xml_attribute *a = node->attributes; a; a = a->next) {
		if (!str_eq(local_name(a->name), name))
			continue;
		if (!scalar_parse(shape, member, TIMESTAMP_ISO8601, a->value, &value))
			return wrong(reader, member->name, "an attribute of another type");
		json_set(object, member->name, value);
	}
	return true;
}

static bool xml_member(const struct reader *reader, const struct aws_member *member,
		       const struct xml_node *node, struct json *object)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);
	const struct xml_node *child;
	struct json *value;

	if (member->flags & MEMBER_XML_ATTRIBUTE)
		return xml_attribute(reader, member, node, object);
	if (!shape_is_scalar(shape) && shape->type != SHAPE_STRUCTURE &&
	    member_is_flattened(shape, member))
		return xml_flat(reader, member, node, object);
	child = xml_child(node, member_xml_name(member));
	if (!child)
		return true;
	if (!xml_value(reader, member, child, &value))
		return false;
	json_set(object, member->name, value);
	return true;
}

static bool xml_structure(const struct reader *reader, const struct aws_shape *shape,
			  const struct xml_node *node, struct json *object)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[shape->first_member + i];

		if (member_in_reply_body(member) && !xml_member(reader, member, node, object))
			return false;
	}
	return true;
}

static bool xml_value(const struct reader *reader, const struct aws_member *member,
		      const struct xml_node *node, struct json **ret)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);

	if (shape->type == SHAPE_STRUCTURE) {
		_cleanup_(json_freep) struct json *object = json_new_object();

		if (!xml_structure(reader, shape, node, object))
			return false;
		*ret = steal(object);
		return true;
	}
	if (!shape_is_scalar(shape))
		return xml_items(reader, shape, node, ret);
	return scalar_parse(shape, member, TIMESTAMP_ISO8601, node->text, ret) ||
	       wrong(reader, node->name, "a value of another type");
}

/* @name JSON */

static bool json_value(const struct reader *reader, const struct aws_shape *shape,
		       const struct aws_member *member, const struct json *wire, struct json **ret);

static bool json_structure(const struct reader *reader, const struct aws_shape *shape,
			   const struct json *wire, struct json *object)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[shape->first_member + i];
		const struct json *item = json_get(wire, name_or(member, member->name));
		struct json *value;

		if (!member_in_reply_body(member) || json_is_null(item))
			continue;
		if (!json_value(reader, aws_member_shape(reader->service, member), member, item,
				&value))
			return false;
		json_set(object, member->name, value);
	}
	return true;
}

/* Null items of a list or map count as missing. */
static bool json_items(const struct reader *reader, const struct aws_shape *shape,
		       const struct json *wire, struct json *result)
{
	bool list = shape->type == SHAPE_LIST;
	const struct aws_member *element = list ? aws_list_element(reader->service, shape)
						: aws_map_value(reader->service, shape);

	json_foreach (item, wire) {
		struct json *value;

		if (json_is_null(item))
			continue;
		if (!json_value(reader, aws_member_shape(reader->service, element), element, item,
				&value))
			return false;
		if (list)
			json_append(result, value);
		else
			json_set(result, json_key(item), value);
	}
	return true;
}

static bool json_value(const struct reader *reader, const struct aws_shape *shape,
		       const struct aws_member *member, const struct json *wire, struct json **ret)
{
	bool list = shape->type == SHAPE_LIST;
	_cleanup_(json_freep) struct json *result = NULL;

	if (shape_is_scalar(shape) || (shape->flags & SHAPE_DOCUMENT))
		return json_read(reader->service, shape, member, wire, ret, reader->err);
	if (list ? !json_is_array(wire) : !json_is_object(wire))
		return wrong(reader, shape->name, "a value of another type");
	result = list ? json_new_array() : json_new_object();
	if (shape->type == SHAPE_STRUCTURE ? !json_structure(reader, shape, wire, result)
					   : !json_items(reader, shape, wire, result))
		return false;
	*ret = steal(result);
	return true;
}

/* A body that is an object; nothing counts as {}. */
static bool json_body(const struct reader *reader, struct json **ret)
{
	if (reader->reply->length == 0) {
		*ret = json_new_object();
		return true;
	}
	return json_parse(reader->reply->body, reader->reply->length, ret, reader->err);
}

/* @name Headers and status of the rest protocols */

/* One item of "a, \"b, c\", d"; moves *at behind it. A date has a comma of its own. */
static const char *list_item(struct arena *arena, const char **at, bool dates)
{
	const char *p = *at + strspn(*at, " \t");
	char *item = arena_strdup(arena, p), *end = item;

	if (*p == '"') {
		for (p++; *p && *p != '"'; p++) {
			p += *p == '\\' && p[1];
			*end++ = *p;
		}
		p += strcspn(p, ",");
	} else {
		size_t length = strcspn(p, ",");

		if (dates && p[length])
			length += 1 + strcspn(p + length + 1, ",");
		p += length;
		end += length;
		while (end > item && end[-1] == ' ')
			end--;
	}
	*end = '\0';
	*at = *p ? p + 1 : p;
	return item;
}

static bool header_list(const struct reader *reader, const struct aws_member *member,
			const char *text, struct json *document)
{
	const struct aws_member *element =
		aws_list_element(reader->service, aws_member_shape(reader->service, member));
	const struct aws_shape *shape = aws_member_shape(reader->service, element);
	struct json *list = json_ensure_array(document, member->name), *value;
	bool dates = shape->type == SHAPE_TIMESTAMP &&
		     scalar_timestamp_format(shape, element, TIMESTAMP_RFC822) == TIMESTAMP_RFC822;

	while (*text) {
		if (!scalar_parse(shape, element, TIMESTAMP_RFC822,
				  list_item(reader->arena, &text, dates), &value))
			return wrong(reader, member->name, "an item of another type");
		json_append(list, value);
	}
	return true;
}

static bool header_member(const struct reader *reader, const struct aws_member *member,
			  struct json *document)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);
	const char *text = header_of(reader, name_or(member, member->name));
	_cleanup_(freep) uint8_t *bytes = NULL;
	struct json *value;
	size_t length;

	if (!text)
		return true;
	if (shape->type == SHAPE_LIST)
		return header_list(reader, member, text, document);
	if (member->flags & MEMBER_JSON_VALUE) {
		if (!base64_decode(text, strlen(text), &bytes, &length))
			return wrong(reader, member->name, "no base64");
		json_set(document, member->name, json_new_string_len((const char *)bytes, length));
		return true;
	}
	if (!scalar_parse(shape, member, TIMESTAMP_RFC822, text, &value))
		return wrong(reader, member->name, "a header of another type");
	json_set(document, member->name, value);
	return true;
}

static void prefixed_headers(const struct reader *reader, const struct aws_member *member,
			     struct json *document)
{
	const char *prefix = name_or(member, "");
	struct json *map = json_ensure_object(document, member->name);

	for (const struct header *h = reader->reply->headers; h && h->name; h++)
		if (strncasecmp(h->name, prefix, strlen(prefix)) == 0)
			json_set_str(map, h->name + strlen(prefix), h->value);
}

static bool outside_body(const struct reader *reader, const struct aws_shape *shape,
			 struct json *document)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[shape->first_member + i];

		if (member->location == LOCATION_STATUS)
			json_set_int(document, member->name, reader->reply->status);
		else if (member->location == LOCATION_HEADERS)
			prefixed_headers(reader, member, document);
		else if (member->location == LOCATION_HEADER &&
			 !header_member(reader, member, document))
			return false;
	}
	return true;
}

static bool payload(const struct reader *reader, const struct aws_member *member,
		    struct json *document)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);
	const struct reader_reply *reply = reader->reply;
	_cleanup_(json_freep) struct json *wire = NULL;
	_cleanup_(freep) char *encoded = NULL;
	struct xml_node *root;
	struct json *value;

	if (reply->length == 0)
		return true;
	if (shape->type == SHAPE_BLOB) {
		encoded = base64_encode(reply->body, reply->length);
		json_set_str(document, member->name, encoded);
		return true;
	}
	if (shape->type == SHAPE_STRING) {
		json_set_str(document, member->name, reply->body);
		return true;
	}
	if (is_xml(reader->service)
		    ? !xml_parse(reader->arena, reply->body, reply->length, &root, reader->err) ||
			      !xml_value(reader, member, root, &value)
		    : !json_body(reader, &wire) || !json_value(reader, shape, member, wire, &value))
		return false;
	json_set(document, member->name, value);
	return true;
}

/* @name Results */

static bool xml_result(const struct reader *reader, const struct aws_shape *shape,
		       struct json *document)
{
	const struct aws_operation *operation = reader->operation;
	const char *name = arena_printf(reader->arena, "%sResponse", operation->name);
	const struct xml_node *node;
	struct xml_node *root;

	if (reader->reply->length == 0)
		return true;
	if (!xml_parse(reader->arena, reader->reply->body, reader->reply->length, &root,
		       reader->err))
		return false;
	if (reader->service->protocol != PROTOCOL_REST_XML && !str_eq(root->name, name))
		return wrong(reader, root->name, "another root than the operation's");
	node = operation->result_wrapper ? xml_child(root, operation->result_wrapper) : root;
	return !node || xml_structure(reader, shape, node, document);
}

static bool result(const struct reader *reader, struct json *document)
{
	const struct aws_service_model *service = reader->service;
	_cleanup_(json_freep) struct json *wire = NULL;
	const struct aws_shape *shape;

	if (reader->operation->output < 0)
		return true;
	shape = &service->shapes[reader->operation->output];
	if (!outside_body(reader, shape, document))
		return false;
	if (shape->payload)
		return payload(reader, aws_shape_member(service, shape, shape->payload), document);
	if (is_xml(service))
		return xml_result(reader, shape, document);
	return json_body(reader, &wire) &&
	       (json_is_object(wire) || wrong(reader, "body", "no object")) &&
	       json_structure(reader, shape, wire, document);
}

/* @name Errors */

/* "aws.protocoltests.json10#FooError:http://internal.amazon.com/coral/" is FooError. */
static const char *bare_code(struct arena *arena, const char *text)
{
	size_t length = strcspn(text, ":");
	const char *hash = memchr(text, '#', length);

	if (hash) {
		length -= (size_t)(hash + 1 - text);
		text = hash + 1;
	}
	return arena_strndup(arena, text, length);
}

static const struct aws_shape *shape_of_code(const struct reader *reader, const char *code)
{
	const struct exchange exchange = {.service = reader->service,
					  .operation = reader->operation};

	return protocol_error_shape(&exchange, code);
}

static bool json_error(const struct reader *reader, struct reading *reading)
{
	const char *code = header_of(reader, "x-amzn-errortype"), *message;
	_cleanup_(json_freep) struct json *wire = NULL;
	const struct aws_shape *shape;

	if (!json_body(reader, &wire))
		return false;
	code = code ? code : json_get_str(wire, "__type");
	code = code ? code : json_get_str(wire, "code");
	if (!code)
		return wrong(reader, "error", "no code");
	message = json_get_str(wire, "message");
	message = message ? message : json_get_str(wire, "Message");
	reading->code = bare_code(reader->arena, code);
	reading->message = message ? arena_strdup(reader->arena, message) : NULL;
	shape = shape_of_code(reader, reading->code);
	return !shape || (outside_body(reader, shape, reading->document) &&
			  json_structure(reader, shape, wire, reading->document));
}

/* <Response><Errors><Error> of EC2, <ErrorResponse><Error> of the others, <Error> alone of S3. */
static const struct xml_node *error_node(const struct xml_node *root)
{
	const struct xml_node *errors = root;

	if (str_eq(root->name, "Error"))
		return root;
	if (str_eq(root->name, "Response"))
		errors = xml_child(root, "Errors");
	return errors ? xml_child(errors, "Error") : NULL;
}

static bool xml_error(const struct reader *reader, struct reading *reading)
{
	const struct xml_node *error, *code, *message;
	const struct aws_shape *shape;
	struct xml_node *root;

	if (!xml_parse(reader->arena, reader->reply->body, reader->reply->length, &root,
		       reader->err))
		return false;
	error = error_node(root);
	code = error ? xml_child(error, "Code") : NULL;
	if (!code || !*code->text)
		return wrong(reader, root->name, "no code");
	message = xml_child(error, "Message");
	reading->code = code->text;
	reading->message = message ? message->text : NULL;
	shape = shape_of_code(reader, reading->code);
	return !shape || (outside_body(reader, shape, reading->document) &&
			  xml_structure(reader, shape, error, reading->document));
}

/* @name All together */

static const struct xml_node *find_request_id(const struct xml_node *node)
{
	const struct xml_node *found = NULL;

	for (const struct xml_node *child = node->first; child && !found; child = child->next) {
		if (strcasecmp(child->name, "RequestId") == 0)
			return child;
		if (str_eq(child->name, "ResponseMetadata"))
			found = find_request_id(child);
	}
	return found;
}

static const char *request_id_of(const struct reader *reader)
{
	const char *id = header_of(reader, "x-amzn-RequestId");
	const struct xml_node *node;
	struct xml_node *root;

	id = id ? id : header_of(reader, "x-amz-request-id");
	if (id || !is_xml(reader->service) ||
	    !xml_parse(reader->arena, reader->reply->body, reader->reply->length, &root, NULL))
		return id;
	node = find_request_id(root);
	return node ? node->text : NULL;
}

bool reader_read(struct arena *arena, const struct aws_service_model *service,
		 const struct aws_operation *operation, const struct reader_reply *reply,
		 struct reading *ret, struct err *err)
{
	const struct reader reader = {arena, service, operation, reply, err};
	struct reading reading = {.document = json_new_object(),
				  .request_id = request_id_of(&reader)};
	bool ok;

	if (reply->status < 300)
		ok = result(&reader, reading.document);
	else
		ok = is_xml(service) ? xml_error(&reader, &reading) : json_error(&reader, &reading);
	if (!ok) {
		reading_done(&reading);
		return false;
	}
	*ret = reading;
	return true;
}
