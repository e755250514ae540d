/*
 * The query protocols: parameters in a form, replies in XML. "ec2" is the elder of the two: its
 * lists are always flat, its names capitalised, its replies without a result element.
 */
#include <ctype.h>
#include <errno.h>

#include "emulator/aws/protocol/form.h"
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/aws/validate.h"
#include "emulator/base/utf8.h"
#include "emulator/base/xml.h"

struct reader {
	const struct aws_service_model *service;
	struct arena *arena;
	struct err *err;
	bool ec2;
};

/* Parameters of the protocol itself and of signatures: not the operation's. */
static const char *const envelope[] = {
	"Action",    "Version",		"AWSAccessKeyId",   "Expires",	 "SecurityToken",
	"Signature", "SignatureMethod", "SignatureVersion", "Timestamp",
};

static bool is_envelope(const char *name)
{
	for (size_t i = 0; i < array_size(envelope); i++)
		if (str_eq(name, envelope[i]))
			return true;
	return str_starts_with(name, "X-Amz-");
}

static bool unknown(const struct reader *reader, const struct form_node *node)
{
	const struct form_node *leaf = node;

	while (!leaf->value && leaf->first)
		leaf = leaf->first;
	return refuse_input(reader->err, reader->service, REFUSAL_UNKNOWN,
			    form_name(reader->arena, leaf), leaf->value);
}

static bool wrong_type(const struct reader *reader, const struct form_node *node)
{
	return refuse_input(reader->err, reader->service, REFUSAL_TYPE,
			    form_name(reader->arena, node), node->value);
}

/* Whether a segment is the member's name on this wire. */
static bool is_called(const struct reader *reader, const struct aws_member *member,
		      const char *segment)
{
	const char *name;

	if (!reader->ec2)
		return str_eq(member_xml_name(member), segment);
	if (member->query_name)
		return str_eq(member->query_name, segment);
	name = member->location_name ? member->location_name : member->name;
	return toupper((unsigned char)*name) == (unsigned char)*segment && *name &&
	       str_eq(name + 1, segment + 1);
}

static const struct aws_member *member_called(const struct reader *reader,
					      const struct aws_shape *shape, const char *segment)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[shape->first_member + i];

		if (is_called(reader, member, segment))
			return member;
	}
	return NULL;
}

static bool read_value(const struct reader *reader, const struct aws_member *member,
		       const struct form_node *node, struct json **ret);

/* The members of a structure; with `top` the protocol's own parameters stand among them. */
static bool read_structure(const struct reader *reader, const struct aws_shape *shape,
			   const struct form_node *node, bool top, struct json **ret)
{
	_cleanup_(json_freep) struct json *object = json_new_object();

	if (node->value && *node->value)
		return wrong_type(reader, node);
	for (const struct form_node *child = node->first; child; child = child->next) {
		const struct aws_member *member = member_called(reader, shape, child->name);
		struct json *value;

		if (!member && top && is_envelope(child->name))
			continue;
		if (!member)
			return unknown(reader, child);
		if (!read_value(reader, member, child, &value))
			return false;
		json_set(object, member->name, value);
	}
	*ret = steal(object);
	return true;
}

struct indexed {
	unsigned long index;
	const struct form_node *node;
};

static int by_index(const void *a, const void *b)
{
	const struct indexed *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* "1", "2", … without a leading zero. */
static bool parse_index(const char *text, unsigned long *ret)
{
	char *end;

	if (*text < '1' || *text > '9')
		return false;
	errno = 0;
	*ret = strtoul(text, &end, 10);
	return !errno && !*end;
}

/* A node's children in the order of their numbers; gaps are fine, as with AWS. */
static bool number(const struct reader *reader, const struct form_node *node, struct indexed **ret,
		   size_t *ret_count)
{
	struct indexed *items;
	size_t count = 0;
	bool sorted = true;

	for (const struct form_node *child = node->first; child; child = child->next)
		count++;
	items = arena_alloc(reader->arena, (count + 1) * sizeof(*items));
	count = 0;
	for (const struct form_node *child = node->first; child; child = child->next) {
		if (!parse_index(child->name, &items[count].index))
			return unknown(reader, child);
		items[count].node = child;
		sorted = sorted && (!count || items[count].index > items[count - 1].index);
		count++;
	}
	if (!sorted)
		qsort(items, count, sizeof(*items), by_index);
	*ret = items;
	*ret_count = count;
	return true;
}

/* The node that holds the numbers: the list's own, or behind its wrapper ("member", "entry"). */
static bool unwrap(const struct reader *reader, const struct form_node **node, const char *wrapper)
{
	const struct form_node *inner = (*node)->first;

	if (!wrapper || !inner)
		return true;
	if (!str_eq(inner->name, wrapper))
		return unknown(reader, inner);
	if (inner->next)
		return unknown(reader, inner->next);
	*node = inner;
	return true;
}

static bool read_list(const struct reader *reader, const struct aws_member *member,
		      const struct aws_shape *shape, const struct form_node *node,
		      struct json **ret)
{
	const struct aws_member *element = aws_list_element(reader->service, shape);
	bool flat = reader->ec2 || member_is_flattened(shape, member);
	_cleanup_(json_freep) struct json *list = json_new_array();
	const char *wrapper = NULL;
	struct indexed *items;
	size_t count;

	if (node->value && *node->value)
		return wrong_type(reader, node);
	if (!flat)
		wrapper = element->location_name ? element->location_name : "member";
	if (!unwrap(reader, &node, wrapper) || !number(reader, node, &items, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct json *value;

		if (!read_value(reader, element, items[i].node, &value))
			return false;
		json_append(list, value);
	}
	*ret = steal(list);
	return true;
}

static bool read_entry(const struct reader *reader, const struct aws_shape *shape,
		       const struct form_node *node, struct json *map)
{
	const struct aws_member *key = aws_map_key(reader->service, shape);
	const struct aws_member *value = aws_map_value(reader->service, shape);
	const char *key_name = key->location_name ? key->location_name : "key";
	const char *value_name = value->location_name ? value->location_name : "value";
	const struct form_node *value_node = NULL;
	const char *text = NULL;
	struct json *item;

	for (const struct form_node *child = node->first; child; child = child->next) {
		if (str_eq(child->name, key_name))
			text = child->value;
		else if (str_eq(child->name, value_name))
			value_node = child;
		else
			return unknown(reader, child);
	}
	if (!text || !value_node || !utf8_is_valid(text, strlen(text)))
		return wrong_type(reader, node);
	if (!read_value(reader, value, value_node, &item))
		return false;
	json_set(map, text, item);
	return true;
}

static bool read_map(const struct reader *reader, const struct aws_member *member,
		     const struct aws_shape *shape, const struct form_node *node, struct json **ret)
{
	_cleanup_(json_freep) struct json *map = json_new_object();
	struct indexed *items;
	size_t count;

	if (node->value && *node->value)
		return wrong_type(reader, node);
	if (!unwrap(reader, &node, member_is_flattened(shape, member) ? NULL : "entry") ||
	    !number(reader, node, &items, &count))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!read_entry(reader, shape, items[i].node, map))
			return false;
	*ret = steal(map);
	return true;
}

static bool read_value(const struct reader *reader, const struct aws_member *member,
		       const struct form_node *node, struct json **ret)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);

	if (shape->type == SHAPE_STRUCTURE)
		return read_structure(reader, shape, node, false, ret);
	if (shape->type == SHAPE_LIST)
		return read_list(reader, member, shape, node, ret);
	if (shape->type == SHAPE_MAP)
		return read_map(reader, member, shape, node, ret);
	if (node->first)
		return unknown(reader, node->first);
	if (!scalar_parse(shape, member, TIMESTAMP_ISO8601, node->value, ret))
		return wrong_type(reader, node);
	return true;
}

static bool decode(const struct exchange *exchange, const struct wire_request *request,
		   struct json **ret, struct err *err)
{
	const struct aws_service_model *service = exchange->service;
	const struct aws_shape none = {.type = SHAPE_STRUCTURE};
	const struct reader reader = {service, request->arena, err,
				      service->protocol == PROTOCOL_EC2};
	int32_t input = exchange->operation->input;

	return read_structure(&reader, input < 0 ? &none : &service->shapes[input], exchange->form,
			      true, ret);
}

/* @name Replies */

static void open_root(struct strbuf *sb, const struct exchange *exchange, const char *name,
		      bool slash)
{
	const char *space = exchange->service->xml_namespace;

	xml_declaration(sb);
	strbuf_addf(sb, "<%s", name);
	if (space) {
		strbuf_add(sb, " xmlns=\"");
		xml_attribute_text(sb, space);
		if (slash && !str_ends_with(space, "/"))
			strbuf_add_char(sb, '/');
		strbuf_add_char(sb, '"');
	}
	strbuf_add_char(sb, '>');
}

static void put_output(struct strbuf *sb, const struct exchange *exchange,
		       const struct json *output)
{
	int32_t shape = exchange->operation->output;

	if (shape >= 0)
		xml_put_members(sb, exchange->service, &exchange->service->shapes[shape], output);
}

static void headers(struct wire_reply *reply, const struct exchange *exchange)
{
	bool ec2 = exchange->service->protocol == PROTOCOL_EC2;

	wire_reply_header(reply, "Content-Type", ec2 ? "text/xml;charset=UTF-8" : "text/xml");
	wire_reply_header(reply, "x-amzn-RequestId", exchange->request_id);
}

static void encode_ec2(const struct exchange *exchange, const struct json *output,
		       struct wire_reply *reply)
{
	struct strbuf *sb = &reply->body;
	const char *root = arena_printf(reply->arena, "%sResponse", exchange->operation->name);

	reply->status = 200;
	headers(reply, exchange);
	open_root(sb, exchange, root, true);
	xml_element(sb, "requestId", exchange->request_id);
	put_output(sb, exchange, output);
	xml_close(sb, root);
}

static void encode_query(const struct exchange *exchange, const struct json *output,
			 struct wire_reply *reply)
{
	const char *wrapper = exchange->operation->result_wrapper;
	const char *root = arena_printf(reply->arena, "%sResponse", exchange->operation->name);
	struct strbuf *sb = &reply->body;

	reply->status = 200;
	headers(reply, exchange);
	open_root(sb, exchange, root, false);
	if (wrapper)
		xml_open(sb, wrapper);
	put_output(sb, exchange, output);
	if (wrapper)
		xml_close(sb, wrapper);
	xml_open(sb, "ResponseMetadata");
	xml_element(sb, "RequestId", exchange->request_id);
	xml_close(sb, "ResponseMetadata");
	xml_close(sb, root);
}

static void put_details(struct strbuf *sb, const struct exchange *exchange, const struct err *err)
{
	const struct aws_shape *shape =
		err->details ? protocol_error_shape(exchange, err->wire) : NULL;

	if (shape)
		xml_put_members(sb, exchange->service, shape, err->details);
}

static void encode_ec2_error(const struct exchange *exchange, const struct err *err,
			     struct wire_reply *reply)
{
	struct strbuf *sb = &reply->body;

	reply->status = err->status;
	headers(reply, exchange);
	xml_declaration(sb);
	strbuf_add(sb, "<Response><Errors><Error>");
	xml_element(sb, "Code", err->wire);
	if (*err_text(err)) /* some errors of AWS's come without a text */
		xml_element(sb, "Message", err_text(err));
	put_details(sb, exchange, err);
	strbuf_add(sb, "</Error></Errors>");
	xml_element(sb, "RequestID", exchange->request_id);
	strbuf_add(sb, "</Response>");
}

static void encode_query_error(const struct exchange *exchange, const struct err *err,
			       struct wire_reply *reply)
{
	struct strbuf *sb = &reply->body;

	reply->status = err->status;
	headers(reply, exchange);
	open_root(sb, exchange, "ErrorResponse", false);
	xml_open(sb, "Error");
	xml_element(sb, "Type", protocol_fault_of(err->status));
	xml_element(sb, "Code", err->wire);
	if (*err_text(err)) /* some errors of AWS's come without a text */
		xml_element(sb, "Message", err_text(err));
	put_details(sb, exchange, err);
	xml_close(sb, "Error");
	xml_element(sb, "RequestId", exchange->request_id);
	xml_close(sb, "ErrorResponse");
}

const struct protocol protocol_query = {decode, encode_query, encode_query_error};
const struct protocol protocol_ec2 = {decode, encode_ec2, encode_ec2_error};
