/* XML bodies as an SDK would write them. */
#include "tests/aws/client_xml.h"

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/aws/validate.h"
#include "emulator/base/xml.h"

#define TEXT_MAX (16 * 1024 * 1024)

struct writer {
	const struct aws_service_model *service;
	struct strbuf *sb;
};

static void put(const struct writer *writer, const struct aws_member *member, const char *name,
		const struct json *value);

static const char *name_or(const struct aws_member *member, const char *fallback)
{
	return member->location_name ? member->location_name : fallback;
}

static char *text_of(const struct aws_shape *shape, const struct aws_member *member,
		     const struct json *value)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	if (json_is_string(value) && shape->type != SHAPE_TIMESTAMP)
		strbuf_add(&sb, json_str(value));
	else if (value_has_type(shape, value))
		scalar_print(shape, member, TIMESTAMP_ISO8601, value, &sb);
	else if (json_is_string(value))
		strbuf_add(&sb, json_str(value));
	else
		json_print(&sb, value);
	return strbuf_steal(&sb);
}

static void put_entry(const struct writer *writer, const struct aws_shape *map, const char *name,
		      const struct json *item)
{
	const struct aws_member *key = aws_map_key(writer->service, map);
	const struct aws_member *value = aws_map_value(writer->service, map);

	xml_open(writer->sb, name);
	xml_element(writer->sb, name_or(key, "key"), json_key(item));
	put(writer, value, name_or(value, "value"), item);
	xml_close(writer->sb, name);
}

/* The items of a list or map, in a wrapper or without one. */
static void put_items(const struct writer *writer, const struct aws_member *member,
		      const struct aws_shape *shape, const char *name, const struct json *value)
{
	bool flat = member_is_flattened(shape, member);

	if (!flat)
		xml_open(writer->sb, name);
	json_foreach (item, value) {
		const struct aws_member *element;

		if (shape->type == SHAPE_MAP) {
			put_entry(writer, shape, flat ? name : "entry", item);
			continue;
		}
		element = aws_list_element(writer->service, shape);
		put(writer, element, flat ? name : name_or(element, "member"), item);
	}
	if (!flat)
		xml_close(writer->sb, name);
}

static void put(const struct writer *writer, const struct aws_member *member, const char *name,
		const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(writer->service, member);
	_cleanup_(freep) char *text = NULL;

	if (json_is_null(value))
		return;
	if (shape->type == SHAPE_STRUCTURE) {
		client_xml(writer->sb, writer->service, shape, member, name, value);
	} else if (!shape_is_scalar(shape)) {
		put_items(writer, member, shape, name, value);
	} else {
		text = text_of(shape, member, value);
		xml_element(writer->sb, name, text);
	}
}

static void put_namespace(struct strbuf *sb, const struct aws_member *member)
{
	if (!member || !member->xml_namespace)
		return;
	strbuf_addf(sb, " xmlns%s%s=\"%s\"", member->xml_prefix ? ":" : "",
		    member->xml_prefix ? member->xml_prefix : "", member->xml_namespace);
}

static void put_attributes(const struct writer *writer, const struct aws_shape *shape,
			   const struct json *value)
{
	json_foreach (item, value) {
		const struct aws_member *member =
			aws_shape_member(writer->service, shape, json_key(item));
		_cleanup_(freep) char *text = NULL;

		if (!member || !(member->flags & MEMBER_XML_ATTRIBUTE) || json_is_null(item))
			continue;
		text = text_of(aws_member_shape(writer->service, member), member, item);
		strbuf_addf(writer->sb, " %s=\"", name_or(member, member->name));
		xml_attribute_text(writer->sb, text);
		strbuf_add_char(writer->sb, '"');
	}
}

void client_xml(struct strbuf *sb, const struct aws_service_model *service,
		const struct aws_shape *shape, const struct aws_member *member, const char *name,
		const struct json *value)
{
	const struct writer writer = {service, sb};

	strbuf_addf(sb, "<%s", name);
	put_namespace(sb, member);
	put_attributes(&writer, shape, value);
	strbuf_add_char(sb, '>');
	json_foreach (item, value) {
		const struct aws_member *inner = aws_shape_member(service, shape, json_key(item));

		if (!inner)
			xml_element(sb, json_key(item), "x");
		else if (inner->location == LOCATION_BODY && !(inner->flags & MEMBER_XML_ATTRIBUTE))
			put(&writer, inner, member_xml_name(inner), item);
	}
	xml_close(sb, name);
}
