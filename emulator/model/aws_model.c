/* Looking things up in the AWS service models; the tables themselves are in generated/. */
#include "emulator/model/aws_model.h"

/* Rows that begin with their name, sorted by it; all tables here are of that form. */
static const void *find_row(const char *name, const void *rows, size_t count, size_t row_size)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const char *row = (const char *)rows + middle * row_size;
		int order = strcmp(name, *(const char *const *)row);

		if (order == 0)
			return row;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct aws_service_model *aws_model_find(const char *name)
{
	/* A table of pointers, and of fifteen: not worth a search. */
	for (size_t i = 0; i < aws_model_count; i++)
		if (str_eq(aws_models[i]->name, name))
			return aws_models[i];
	return NULL;
}

const struct aws_operation *aws_model_operation(const struct aws_service_model *service,
						const char *name)
{
	_Static_assert(offsetof(struct aws_operation, name) == 0, "find_row needs the name first");
	return find_row(name, service->operations, service->operation_count,
			sizeof(*service->operations));
}

const struct aws_shape *aws_model_shape(const struct aws_service_model *service, const char *name)
{
	_Static_assert(offsetof(struct aws_shape, name) == 0, "find_row needs the name first");
	return find_row(name, service->shapes, service->shape_count, sizeof(*service->shapes));
}

const struct aws_member *aws_shape_member(const struct aws_service_model *service,
					  const struct aws_shape *shape, const char *name)
{
	/* In the model's order, which replies keep; median 2, at most 61 members. */
	for (size_t i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];

		if (strcmp(member->name, name) == 0)
			return member;
	}
	return NULL;
}

const struct aws_shape *aws_member_shape(const struct aws_service_model *service,
					 const struct aws_member *member)
{
	return &service->shapes[member->shape];
}

const struct aws_member *aws_list_element(const struct aws_service_model *service,
					  const struct aws_shape *list)
{
	assert(list->type == SHAPE_LIST);
	return &service->members[list->first_member];
}

const struct aws_member *aws_map_key(const struct aws_service_model *service,
				     const struct aws_shape *map)
{
	assert(map->type == SHAPE_MAP);
	return &service->members[map->first_member];
}

const struct aws_member *aws_map_value(const struct aws_service_model *service,
				       const struct aws_shape *map)
{
	assert(map->type == SHAPE_MAP);
	return &service->members[map->first_member + 1];
}

const struct aws_shape *aws_operation_error(const struct aws_service_model *service,
					    const struct aws_operation *operation, size_t index)
{
	if (index >= operation->error_count)
		return NULL;
	return &service->shapes[service->error_shapes[operation->first_error + index]];
}

bool aws_shape_allows(const struct aws_service_model *service, const struct aws_shape *shape,
		      const char *text)
{
	for (size_t i = 0; i < shape->enum_count; i++)
		if (strcmp(service->enums[shape->first_enum + i], text) == 0)
			return true;
	return shape->enum_count == 0;
}
