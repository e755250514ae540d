/* What the protocols share. */
#include "emulator/aws/protocol/protocol.h"

const struct protocol *protocol_of(const struct aws_service_model *service)
{
	static const struct protocol *const protocols[] = {
		[PROTOCOL_EC2] = &protocol_ec2,
		[PROTOCOL_QUERY] = &protocol_query,
		[PROTOCOL_JSON] = &protocol_json,
		[PROTOCOL_REST_JSON] = &protocol_rest_json,
		[PROTOCOL_REST_XML] = &protocol_rest_xml,
	};

	return protocols[service->protocol];
}

static bool is_error(const struct aws_shape *shape, const char *code)
{
	return str_eq(shape->error_code ? shape->error_code : shape->name, code);
}

const struct aws_shape *protocol_error_shape(const struct exchange *exchange, const char *code)
{
	const struct aws_service_model *service = exchange->service;
	const struct aws_operation *operation = exchange->operation;

	for (unsigned i = 0; operation && i < operation->error_count; i++) {
		const struct aws_shape *shape =
			&service->shapes[service->error_shapes[operation->first_error + i]];

		if (is_error(shape, code))
			return shape;
	}
	for (size_t i = 0; i < service->shape_count; i++)
		if ((service->shapes[i].flags & SHAPE_EXCEPTION) &&
		    is_error(&service->shapes[i], code))
			return &service->shapes[i];
	return NULL;
}

const char *protocol_fault_of(int status)
{
	return status < 500 ? "Sender" : "Receiver";
}
