/* Documents as XML, by their shapes: query, ec2 and rest-xml share it. */
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/xml.h"

bool member_is_flattened(const struct aws_shape *shape, const struct aws_member *member)
{
	return (shape->flags & SHAPE_FLATTENED) || (member && (member->flags & MEMBER_FLATTENED));
}

bool member_in_reply_body(const struct aws_member *member)
{
	return member->location == LOCATION_BODY || member->location == LOCATION_QUERY ||
	       member->location == LOCATION_URI;
}

const char *member_xml_name(const struct aws_member *member)
{
	/* A flattened list's elements are called as the list's member, whatever the element says:
	 * the protocol cases QueryFlattenedListArgWithXmlName and XmlLists. */
	return member->location_name ? member->location_name : member->name;
}

static const char *name_of(const struct aws_member *member, const char *fallback)
{
	return member->location_name ? member->location_name : fallback;
}

static void put_namespace(struct strbuf *sb, const struct aws_member *member)
{
	if (!member->xml_namespace)
		return;
	strbuf_add(sb, member->xml_prefix ? " xmlns:" : " xmlns");
	if (member->xml_prefix)
		strbuf_add(sb, member->xml_prefix);
	strbuf_add(sb, "=\"");
	xml_attribute_text(sb, member->xml_namespace);
	strbuf_add_char(sb, '"');
}

static void put_scalar(struct strbuf *sb, const struct aws_shape *shape,
		       const struct aws_member *member, const struct json *value)
{
	const char *text = shape->type == SHAPE_TIMESTAMP ? NULL : json_str(value);
	struct strbuf other;

	if (text) {
		xml_text(sb, text);
		return;
	}
	strbuf_init(&other, REPLY_MAX);
	scalar_print(shape, member, TIMESTAMP_ISO8601, value, &other);
	xml_text(sb, strbuf_text(&other));
	strbuf_done(&other);
}

void xml_put_attributes(struct strbuf *sb, const struct aws_service_model *service,
			const struct aws_shape *shape, const struct json *value)
{
	struct strbuf text;

	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];
		const struct json *item;

		if (!(member->flags & MEMBER_XML_ATTRIBUTE))
			continue;
		item = json_get(value, member->name);
		if (json_is_null(item))
			continue;
		strbuf_init(&text, REPLY_MAX);
		scalar_print(aws_member_shape(service, member), member, TIMESTAMP_ISO8601, item,
			     &text);
		strbuf_addf(sb, " %s=\"", name_of(member, member->name));
		xml_attribute_text(sb, strbuf_text(&text));
		strbuf_add_char(sb, '"');
		strbuf_done(&text);
	}
}

static void put_list(struct strbuf *sb, const struct aws_service_model *service,
		     const struct aws_shape *shape, const struct json *value)
{
	const struct aws_member *element = aws_list_element(service, shape);
	const char *name = name_of(element, "member");

	json_foreach (item, value)
		xml_put(sb, service, element, name, item);
}

static void put_entry(struct strbuf *sb, const struct aws_service_model *service,
		      const struct aws_shape *shape, const struct json *item)
{
	const struct aws_member *key = aws_map_key(service, shape);
	const struct aws_member *value = aws_map_value(service, shape);
	_cleanup_(json_freep) struct json *text = json_new_string(json_key(item));

	xml_put(sb, service, key, name_of(key, "key"), text);
	xml_put(sb, service, value, name_of(value, "value"), item);
}

static void put_map(struct strbuf *sb, const struct aws_service_model *service,
		    const struct aws_shape *shape, const struct json *value)
{
	json_foreach (item, value) {
		xml_open(sb, "entry");
		put_entry(sb, service, shape, item);
		xml_close(sb, "entry");
	}
}

/* One element per item, in the place of the list or map itself. */
static void put_flattened(struct strbuf *sb, const struct aws_service_model *service,
			  const struct aws_shape *shape, const char *name, const struct json *value)
{
	json_foreach (item, value) {
		if (shape->type == SHAPE_LIST) {
			xml_put(sb, service, aws_list_element(service, shape), name, item);
			continue;
		}
		xml_open(sb, name);
		put_entry(sb, service, shape, item);
		xml_close(sb, name);
	}
}

void xml_put(struct strbuf *sb, const struct aws_service_model *service,
	     const struct aws_member *member, const char *name, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(service, member);

	if (json_is_null(value))
		return;
	if ((shape->type == SHAPE_LIST || shape->type == SHAPE_MAP) &&
	    member_is_flattened(shape, member)) {
		put_flattened(sb, service, shape, name, value);
		return;
	}
	strbuf_add_char(sb, '<');
	strbuf_add(sb, name);
	put_namespace(sb, member);
	if (shape->type == SHAPE_STRUCTURE)
		xml_put_attributes(sb, service, shape, value);
	if (!shape_is_scalar(shape) && !json_first(value)) {
		strbuf_add(sb, "/>");
		return;
	}
	strbuf_add_char(sb, '>');
	if (shape->type == SHAPE_STRUCTURE)
		xml_put_members(sb, service, shape, value);
	else if (shape->type == SHAPE_LIST)
		put_list(sb, service, shape, value);
	else if (shape->type == SHAPE_MAP)
		put_map(sb, service, shape, value);
	else
		put_scalar(sb, shape, member, value);
	xml_close(sb, name);
}

/* The member of a key, tried first where the last one was found: documents keep the model's order
 * for the most part. */
static const struct aws_member *next_member(const struct aws_service_model *service,
					    const struct aws_shape *shape, const char *key,
					    unsigned *cursor)
{
	const struct aws_member *members = &service->members[shape->first_member];

	for (unsigned i = 0; i < shape->member_count; i++) {
		unsigned at = *cursor + i;

		if (at >= shape->member_count)
			at -= shape->member_count;
		if (*members[at].name == *key && strcmp(members[at].name, key) == 0) {
			*cursor = at + 1 == shape->member_count ? 0 : at + 1;
			return &members[at];
		}
	}
	return NULL;
}

void xml_put_members(struct strbuf *sb, const struct aws_service_model *service,
		     const struct aws_shape *shape, const struct json *value)
{
	unsigned cursor = 0;

	json_foreach (item, value) {
		const struct aws_member *member =
			next_member(service, shape, json_key(item), &cursor);

		if (!member || (member->flags & MEMBER_XML_ATTRIBUTE) ||
		    !member_in_reply_body(member))
			continue; /* validate_output names members that are not the shape's */
		xml_put(sb, service, member, member_xml_name(member), item);
	}
}
