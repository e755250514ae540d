/* Documents out of XML bodies, by their shapes (rest-xml requests). */
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/aws/validate.h"
#include "emulator/base/xml.h"

#define EXPECTED_MAX ((size_t)16 * 1024) /* bytes of what a refusal says could stand there */

static bool read_value(const struct aws_service_model *service, const struct aws_member *member,
		       const struct xml_node *node, struct json **ret, struct err *err);

static bool is_flat_collection(const struct aws_service_model *service,
			       const struct aws_member *member)
{
	const struct aws_shape *shape = aws_member_shape(service, member);

	return (shape->type == SHAPE_LIST || shape->type == SHAPE_MAP) &&
	       member_is_flattened(shape, member);
}

static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static const struct aws_member *member_called(const struct aws_service_model *service,
					      const struct aws_shape *shape, const char *name,
					      bool attribute)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];

		if (member->location == LOCATION_BODY &&
		    !!(member->flags & MEMBER_XML_ATTRIBUTE) == attribute &&
		    str_eq(local_name(member_xml_name(member)), local_name(name)))
			return member;
	}
	return NULL;
}

/* What may stand in a structure beside what stands there already. */
static const char *expected_in(struct strbuf *sb, const struct aws_service_model *service,
			       const struct aws_shape *shape, const struct json *present)
{
	const char *space = rest_namespace(service);

	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];

		if (member->location == LOCATION_BODY && !json_get(present, member->name))
			strbuf_addf(sb, "%s\"%s\":%s", sb->length ? ", " : "", space ? space : "",
				    member_xml_name(member));
	}
	return sb->length ? strbuf_text(sb) : NULL;
}

static bool refuse_unknown(struct err *err, const struct aws_service_model *service,
			   const char *name, const struct aws_shape *shape,
			   const struct json *present)
{
	struct refused_element unknown = {.refusal = REFUSAL_UNKNOWN, .name = name};
	struct strbuf sb;

	strbuf_init(&sb, EXPECTED_MAX);
	if (shape)
		unknown.expected = expected_in(&sb, service, shape, present);
	refuse_element(err, service, &unknown);
	strbuf_done(&sb);
	return false;
}

static bool refuse_item(struct err *err, const struct aws_service_model *service, const char *name,
			const char *item)
{
	const char *space = rest_namespace(service) ? rest_namespace(service) : "";
	_cleanup_(freep) char *expected = xasprintf("\"%s\":%s", space, item);
	const struct refused_element unknown = {REFUSAL_UNKNOWN, name, NULL, expected};

	return refuse_element(err, service, &unknown);
}

static const char *schema_type(const struct aws_shape *shape)
{
	static const char *const names[] = {
		[SHAPE_STRING] = "string",	[SHAPE_BOOLEAN] = "boolean",
		[SHAPE_INTEGER] = "integer",	[SHAPE_LONG] = "integer",
		[SHAPE_FLOAT] = "float",	[SHAPE_DOUBLE] = "double",
		[SHAPE_TIMESTAMP] = "dateTime", [SHAPE_BLOB] = "base64Binary",
	};

	return names[shape->type];
}

static bool read_entry(const struct aws_service_model *service, const struct aws_shape *shape,
		       const struct xml_node *entry, struct json *map, struct err *err)
{
	const struct aws_member *key = aws_map_key(service, shape);
	const struct aws_member *value = aws_map_value(service, shape);
	const struct xml_node *key_node =
		xml_child(entry, key->location_name ? key->location_name : "key");
	const struct xml_node *value_node =
		xml_child(entry, value->location_name ? value->location_name : "value");
	struct json *item;

	if (!key_node || !value_node)
		return refuse_element(
			err, service,
			&(struct refused_element){REFUSAL_TYPE, entry->name, NULL, NULL});
	if (!read_value(service, value, value_node, &item, err))
		return false;
	json_set(map, key_node->text, item);
	return true;
}

static bool read_flat(const struct aws_service_model *service, const struct aws_member *member,
		      const struct xml_node *node, struct json *object, struct err *err)
{
	const struct aws_shape *shape = aws_member_shape(service, member);
	struct json *item;

	if (shape->type == SHAPE_MAP)
		return read_entry(service, shape, node, json_ensure_object(object, member->name),
				  err);
	if (!read_value(service, aws_list_element(service, shape), node, &item, err))
		return false;
	json_append(json_ensure_array(object, member->name), item);
	return true;
}

bool xml_read_structure(const struct aws_service_model *service, const struct aws_shape *shape,
			const struct xml_node *node, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *object = json_new_object();
	struct json *value;

	for (const struct xml_attribute *a = node->attributes; a; a = a->next) {
		const struct aws_member *member = member_called(service, shape, a->name, true);

		if (member && scalar_parse(aws_member_shape(service, member), member,
					   TIMESTAMP_ISO8601, a->value, &value))
			json_set(object, member->name, value);
	}
	for (const struct xml_node *child = node->first; child; child = child->next) {
		const struct aws_member *member = member_called(service, shape, child->name, false);

		if (!member)
			return refuse_unknown(err, service, child->name, shape, object);
		if (is_flat_collection(service, member)) {
			if (!read_flat(service, member, child, object, err))
				return false;
			continue;
		}
		if (!read_value(service, member, child, &value, err))
			return false;
		json_set(object, member->name, value);
	}
	*ret = steal(object);
	return true;
}

static bool read_list(const struct aws_service_model *service, const struct aws_shape *shape,
		      const struct xml_node *node, struct json **ret, struct err *err)
{
	const struct aws_member *element = aws_list_element(service, shape);
	const char *name = element->location_name ? element->location_name : "member";
	_cleanup_(json_freep) struct json *list = json_new_array();

	for (const struct xml_node *child = node->first; child; child = child->next) {
		struct json *value;

		if (!str_eq(child->name, name))
			return refuse_item(err, service, child->name, name);
		if (!read_value(service, element, child, &value, err))
			return false;
		json_append(list, value);
	}
	*ret = steal(list);
	return true;
}

static bool read_map(const struct aws_service_model *service, const struct aws_shape *shape,
		     const struct xml_node *node, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *map = json_new_object();

	for (const struct xml_node *child = node->first; child; child = child->next) {
		if (!str_eq(child->name, "entry"))
			return refuse_item(err, service, child->name, "entry");
		if (!read_entry(service, shape, child, map, err))
			return false;
	}
	*ret = steal(map);
	return true;
}

static bool read_value(const struct aws_service_model *service, const struct aws_member *member,
		       const struct xml_node *node, struct json **ret, struct err *err)
{
	const struct aws_shape *shape = aws_member_shape(service, member);

	switch ((enum shape_type)shape->type) {
	case SHAPE_STRUCTURE: return xml_read_structure(service, shape, node, ret, err);
	case SHAPE_LIST: return read_list(service, shape, node, ret, err);
	case SHAPE_MAP: return read_map(service, shape, node, ret, err);
	default: break;
	}
	return scalar_parse(shape, member, TIMESTAMP_ISO8601, node->text, ret) ||
	       refuse_element(err, service,
			      &(struct refused_element){REFUSAL_TYPE, node->name, node->text,
							schema_type(shape)});
}
