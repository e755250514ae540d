/* A service model at run time out of botocore's JSON form; tools/modelgen/aws.py does the same into
 * C tables. */
#include "tests/aws/model_of_json.h"

#include "emulator/base/arena.h"

#define MEMBERS_MAX 4096

struct builder {
	struct arena *arena;
	const struct json *shapes;
	struct aws_shape *rows;
	struct aws_member *members;
	const char **enums;
	size_t shape_count, member_count, enum_count;
};

static const struct {
	const char *name;
	enum shape_type type;
} types[] = {
	{"structure", SHAPE_STRUCTURE}, {"list", SHAPE_LIST},		{"map", SHAPE_MAP},
	{"string", SHAPE_STRING},	{"character", SHAPE_STRING},	{"boolean", SHAPE_BOOLEAN},
	{"integer", SHAPE_INTEGER},	{"long", SHAPE_LONG},		{"float", SHAPE_FLOAT},
	{"double", SHAPE_DOUBLE},	{"timestamp", SHAPE_TIMESTAMP}, {"blob", SHAPE_BLOB},
};

static enum timestamp_format format_of(const char *text)
{
	if (str_eq(text, "iso8601"))
		return TIMESTAMP_ISO8601;
	if (str_eq(text, "rfc822"))
		return TIMESTAMP_RFC822;
	return str_eq(text, "unixTimestamp") ? TIMESTAMP_UNIX : TIMESTAMP_DEFAULT;
}

static enum member_location location_of(const char *text)
{
	static const struct {
		const char *name;
		enum member_location location;
	} locations[] = {{"header", LOCATION_HEADER},
			 {"headers", LOCATION_HEADERS},
			 {"uri", LOCATION_URI},
			 {"querystring", LOCATION_QUERY},
			 {"statusCode", LOCATION_STATUS}};

	for (size_t i = 0; i < array_size(locations); i++)
		if (str_eq(text, locations[i].name))
			return locations[i].location;
	return LOCATION_BODY;
}

static uint16_t shape_index(const struct builder *builder, const char *name)
{
	for (size_t i = 0; i < builder->shape_count; i++)
		if (str_eq(builder->rows[i].name, name))
			return (uint16_t)i;
	abort();
}

static uint16_t member_flags_of(const struct json *ref)
{
	static const struct {
		const char *name;
		unsigned flag;
	} flags[] = {{"xmlAttribute", MEMBER_XML_ATTRIBUTE},
		     {"idempotencyToken", MEMBER_IDEMPOTENCY_TOKEN},
		     {"flattened", MEMBER_FLATTENED},
		     {"streaming", MEMBER_STREAMING},
		     {"jsonvalue", MEMBER_JSON_VALUE},
		     {"hostLabel", MEMBER_HOST_LABEL}};
	unsigned result = 0;

	for (size_t i = 0; i < array_size(flags); i++)
		if (json_get_bool(ref, flags[i].name, false))
			result |= flags[i].flag;
	return (uint16_t)result;
}

static struct aws_member *add_member(struct builder *builder, const char *name,
				     const struct json *ref)
{
	struct aws_member *member = &builder->members[builder->member_count++];
	const struct json *space = json_get(ref, "xmlNamespace");

	assert(builder->member_count <= MEMBERS_MAX);
	*member = (struct aws_member){
		.name = name,
		.location_name = json_get_str(ref, "locationName"),
		.query_name = json_get_str(ref, "queryName"),
		.xml_namespace =
			json_is_string(space) ? json_str(space) : json_get_str(space, "uri"),
		.xml_prefix = json_get_str(space, "prefix"),
		.shape = shape_index(builder, json_get_str(ref, "shape")),
		.location = location_of(json_get_str(ref, "location")),
		.timestamp = format_of(json_get_str(ref, "timestampFormat")),
		.flags = member_flags_of(ref),
	};
	return member;
}

static bool is_required(const struct json *shape, const char *name)
{
	json_foreach (item, json_get(shape, "required"))
		if (str_eq(json_str(item), name))
			return true;
	return false;
}

static void add_members(struct builder *builder, struct aws_shape *row, const struct json *shape)
{
	row->first_member = (uint32_t)builder->member_count;
	json_foreach (ref, json_get(shape, "members")) {
		struct aws_member *member = add_member(builder, json_key(ref), ref);

		if (is_required(shape, json_key(ref)))
			member->flags |= MEMBER_REQUIRED;
		row->member_count++;
	}
	if (row->type == SHAPE_LIST)
		add_member(builder, "member", json_get(shape, "member"));
	if (row->type == SHAPE_MAP) {
		add_member(builder, "key", json_get(shape, "key"));
		add_member(builder, "value", json_get(shape, "value"));
	}
}

static void fill_shape(struct builder *builder, struct aws_shape *row, const struct json *shape)
{
	const char *type = json_get_str(shape, "type");
	const struct json *error = json_get(shape, "error");
	unsigned flags = 0;

	for (size_t i = 0; i < array_size(types); i++)
		if (str_eq(types[i].name, type))
			row->type = types[i].type;
	if (json_get_bool(shape, "flattened", false))
		flags |= SHAPE_FLATTENED;
	if (json_get_bool(shape, "exception", false))
		flags |= SHAPE_EXCEPTION;
	if (json_get_bool(shape, "document", false))
		flags |= SHAPE_DOCUMENT;
	if (json_get_bool(shape, "union", false))
		flags |= SHAPE_UNION;
	row->flags = (uint16_t)flags;
	row->timestamp = format_of(json_get_str(shape, "timestampFormat"));
	row->payload = json_get_str(shape, "payload");
	row->location_name = json_get_str(shape, "locationName");
	row->xml_namespace = json_find_str(shape, "xmlNamespace", "uri", NULL);
	row->error_code = json_get_str(error, "code");
	row->error_status = (int16_t)json_get_int(error, "httpStatusCode", 0);
	row->first_enum = (uint32_t)builder->enum_count;
	json_foreach (item, json_get(shape, "enum")) {
		builder->enums[builder->enum_count++] = json_str(item);
		row->enum_count++;
	}
	add_members(builder, row, shape);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct aws_shape *)a)->name, ((const struct aws_shape *)b)->name);
}

static void build_shapes(struct builder *builder)
{
	size_t count = json_size(builder->shapes);

	builder->rows = arena_alloc(builder->arena, (count + 1) * sizeof(*builder->rows));
	builder->members = arena_alloc(builder->arena, MEMBERS_MAX * sizeof(*builder->members));
	builder->enums = arena_alloc(builder->arena, MEMBERS_MAX * sizeof(*builder->enums));
	json_foreach (shape, builder->shapes)
		builder->rows[builder->shape_count++].name = json_key(shape);
	qsort(builder->rows, count, sizeof(*builder->rows), by_name);
	for (size_t i = 0; i < count; i++)
		fill_shape(builder, &builder->rows[i],
			   json_get(builder->shapes, builder->rows[i].name));
}

static int32_t ref_shape(const struct builder *builder, const struct json *ref)
{
	return ref ? shape_index(builder, json_get_str(ref, "shape")) : -1;
}

static enum aws_protocol protocol_of_name(const char *name)
{
	static const struct {
		const char *name;
		enum aws_protocol protocol;
	} protocols[] = {{"ec2", PROTOCOL_EC2},
			 {"query", PROTOCOL_QUERY},
			 {"json", PROTOCOL_JSON},
			 {"rest-json", PROTOCOL_REST_JSON},
			 {"rest-xml", PROTOCOL_REST_XML}};

	for (size_t i = 0; i < array_size(protocols); i++)
		if (str_eq(protocols[i].name, name))
			return protocols[i].protocol;
	abort();
}

const struct aws_service_model *model_of_json(struct arena *arena, const struct json *metadata,
					      const struct json *shapes, const struct json *given)
{
	struct builder builder = {.arena = arena, .shapes = shapes};
	struct aws_operation *operation = arena_alloc(arena, sizeof(*operation));
	struct aws_service_model *model = arena_alloc(arena, sizeof(*model));
	const struct json *input = json_get(given, "input"), *output = json_get(given, "output");
	uint16_t *errors = arena_alloc(arena, 64 * sizeof(*errors));

	build_shapes(&builder);
	*operation = (struct aws_operation){
		.name = json_get_str(given, "name"),
		.http_method = json_find_str(given, "http", "method", NULL),
		.http_uri = json_find_str(given, "http", "requestUri", NULL),
		.input = ref_shape(&builder, input),
		.output = ref_shape(&builder, output),
		.result_wrapper = json_get_str(output, "resultWrapper"),
		.input_location_name = json_get_str(input, "locationName"),
		.input_xml_namespace = json_find_str(input, "xmlNamespace", "uri", NULL),
		.success_status =
			(int16_t)json_get_int(json_get(given, "http"), "responseCode", 200),
	};
	/* The cases leave out what every model of a query service says. */
	if (output && !operation->result_wrapper &&
	    str_eq(json_get_str(metadata, "protocol"), "query"))
		operation->result_wrapper = arena_printf(arena, "%sResult", operation->name);
	json_foreach (error, json_get(given, "errors"))
		errors[operation->error_count++] =
			shape_index(&builder, json_get_str(error, "shape"));
	*model = (struct aws_service_model){
		.name = "test",
		.protocol = protocol_of_name(json_get_str(metadata, "protocol")),
		.api_version = json_get_str(metadata, "apiVersion"),
		.json_version = json_get_str(metadata, "jsonVersion"),
		.target_prefix = json_get_str(metadata, "targetPrefix"),
		.operations = operation,
		.operation_count = 1,
		.shapes = builder.rows,
		.shape_count = builder.shape_count,
		.members = builder.members,
		.enums = builder.enums,
		.error_shapes = errors,
	};
	return model;
}
