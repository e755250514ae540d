/* Our own replies against their shapes: for tests, where a member that AWS does not have is a bug.
 */
#include "emulator/aws/protocol/scalar.h"
#include "emulator/aws/validate.h"
#include "emulator/base/arena.h"

bool value_has_type(const struct aws_shape *shape, const struct json *value)
{
	const char *text = json_str(value);
	int64_t number;

	if (shape->flags & SHAPE_DOCUMENT)
		return true;
	switch ((enum shape_type)shape->type) {
	case SHAPE_STRUCTURE:
	case SHAPE_MAP: return json_is_object(value);
	case SHAPE_LIST: return json_is_array(value);
	case SHAPE_BOOLEAN: return json_is_bool(value);
	case SHAPE_INTEGER: return json_int(value, &number) && number == (int32_t)number;
	case SHAPE_LONG: return json_int(value, &number);
	case SHAPE_FLOAT:
	case SHAPE_DOUBLE:
		return json_is_number(value) || str_eq(text, "NaN") || str_eq(text, "Infinity") ||
		       str_eq(text, "-Infinity");
	case SHAPE_TIMESTAMP: return text && timestamp_parse(TIMESTAMP_ISO8601, text, &number);
	case SHAPE_STRING:
	case SHAPE_BLOB: break;
	}
	return text != NULL;
}

struct output_walk {
	struct arena *arena;
	const struct aws_service_model *service;
	struct err *err;
};

static bool output_fits(struct output_walk *walk, const char *path, const struct aws_shape *shape,
			const struct json *value);

static bool output_structure(struct output_walk *walk, const char *path,
			     const struct aws_shape *shape, const struct json *value)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &walk->service->members[shape->first_member + i];

		if ((member->flags & MEMBER_REQUIRED) &&
		    json_is_null(json_get(value, member->name)))
			return err_set(walk->err, ERR_INVALID, NULL,
				       "%s.%s is missing: %s needs it", path, member->name,
				       shape->name);
	}
	json_foreach (item, value) {
		const char *key = json_key(item);
		const struct aws_member *member = aws_shape_member(walk->service, shape, key);

		if (!member)
			return err_set(walk->err, ERR_INVALID, NULL, "%s.%s: %s has no such member",
				       path, key, shape->name);
		if (!json_is_null(item) &&
		    !output_fits(walk, arena_printf(walk->arena, "%s.%s", path, key),
				 aws_member_shape(walk->service, member), item))
			return false;
	}
	return true;
}

/* What AWS answers although its model does not list it. Sources: EC2 API, InternetGatewayAttachment
 * ("For an internet gateway, the state is available when attached to a VPC");
 * DescribeNetworkInterfaces, filter interface-type (nat_gateway); recorded answers of
 * DescribeVpcEndpoints (lower case, as terraform's AWS provider has its states); sample answer of
 * SimulatePrincipalPolicy in IAM's user guide.
 */
static bool is_known_stray(const struct aws_shape *shape, const char *value)
{
	static const char *const strays[][2] = {
		{"AttachmentStatus", "available"},
		{"NetworkInterfaceType", "nat_gateway"},
		{"PolicySourceType", "IAM Policy"},
		{"State", "available"},
		{"State", "deleting"},
		{"State", "pending"},
		{"State", "pendingAcceptance"},
		{"State", "rejected"},
	};

	for (size_t i = 0; i < array_size(strays); i++)
		if (str_eq(strays[i][0], shape->name) && str_eq(strays[i][1], value))
			return true;
	return false;
}

static bool output_fits(struct output_walk *walk, const char *path, const struct aws_shape *shape,
			const struct json *value)
{
	const struct aws_member *element;
	const struct aws_shape *inner;
	size_t index = 0;

	if (!value_has_type(shape, value))
		return err_set(walk->err, ERR_INVALID, NULL, "%s: wrong type for %s", path,
			       shape->name);
	if (shape->flags & SHAPE_DOCUMENT)
		return true;
	if (shape->type == SHAPE_STRUCTURE)
		return output_structure(walk, path, shape, value);
	if (shape->type == SHAPE_STRING &&
	    !aws_shape_allows(walk->service, shape, json_str(value)) &&
	    !is_known_stray(shape, json_str(value)))
		return err_set(walk->err, ERR_INVALID, NULL, "%s: %s has no value \"%s\"", path,
			       shape->name, json_str(value));
	if (shape->type != SHAPE_LIST && shape->type != SHAPE_MAP)
		return true;
	element = shape->type == SHAPE_LIST ? aws_list_element(walk->service, shape)
					    : aws_map_value(walk->service, shape);
	inner = aws_member_shape(walk->service, element);
	json_foreach (item, value)
		if (!output_fits(walk, arena_printf(walk->arena, "%s[%zu]", path, index++), inner,
				 item))
			return false;
	return true;
}

bool validate_output(struct arena *arena, const struct aws_service_model *service,
		     const struct aws_shape *shape, const struct json *output, struct err *err)
{
	struct output_walk walk = {arena, service, err};

	return output_structure(&walk, "output", shape, output);
}
