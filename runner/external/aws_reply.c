/*
 * Documents out of replies in XML, as an SDK reads them: what the model does not know is passed
 * over, for other emulators answer more or less than AWS does.
 */
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/xml.h"
#include "runner/external/inner.h"

static struct json *read_value(const struct aws_service_model *service,
			       const struct aws_member *member, const struct xml_node *node);

static struct json *read_list(const struct aws_service_model *service,
			      const struct aws_shape *shape, const struct xml_node *node)
{
	const struct aws_member *element = aws_list_element(service, shape);
	struct json *list = json_new_array();

	for (const struct xml_node *child = node->first; child; child = child->next)
		json_append(list, read_value(service, element, child));
	return list;
}

static struct json *read_map(const struct aws_service_model *service, const struct aws_shape *shape,
			     const struct xml_node *node)
{
	const struct aws_member *key = aws_map_key(service, shape);
	const struct aws_member *value = aws_map_value(service, shape);
	struct json *map = json_new_object();

	for (const struct xml_node *entry = node->first; entry; entry = entry->next) {
		const struct xml_node *a =
			xml_child(entry, key->location_name ? key->location_name : "key");
		const struct xml_node *b =
			xml_child(entry, value->location_name ? value->location_name : "value");

		if (a && b)
			json_set(map, a->text, read_value(service, value, b));
	}
	return map;
}

static struct json *read_value(const struct aws_service_model *service,
			       const struct aws_member *member, const struct xml_node *node)
{
	const struct aws_shape *shape = aws_member_shape(service, member);
	struct json *ret;

	switch (shape->type) {
	case SHAPE_STRUCTURE: return aws_reply_read(service, shape, node);
	case SHAPE_LIST: return read_list(service, shape, node);
	case SHAPE_MAP: return read_map(service, shape, node);
	default: break;
	}
	return scalar_parse(shape, member, TIMESTAMP_ISO8601, node->text, &ret)
		       ? ret
		       : json_new_string(node->text);
}

static const struct aws_member *member_called(const struct aws_service_model *service,
					      const struct aws_shape *shape, const char *name)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];

		if (str_eq(member_xml_name(member), name))
			return member;
	}
	return NULL;
}

struct json *aws_reply_read(const struct aws_service_model *service, const struct aws_shape *shape,
			    const struct xml_node *node)
{
	struct json *object = json_new_object();

	for (const struct xml_node *child = node->first; child; child = child->next) {
		const struct aws_member *member = member_called(service, shape, child->name);
		const struct aws_shape *inner = member ? aws_member_shape(service, member) : NULL;

		if (!member)
			continue;
		if (inner->type == SHAPE_LIST && member_is_flattened(inner, member))
			json_append(json_ensure_array(object, member->name),
				    read_value(service, aws_list_element(service, inner), child));
		else
			json_set(object, member->name, read_value(service, member, child));
	}
	return object;
}
