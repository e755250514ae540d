/* The façade's tables: rows are sorted, known to the models, and not there twice. */
#include "tests/aws/run.h"

#include <stdio.h>

#include "emulator/aws/errors.h"
#include "emulator/aws/fault_words.h"
#include "emulator/aws/private.h"
#include "emulator/model/aws_model.h"

START_TEST(operations_are_sorted_and_known_to_their_model)
{
	const struct service *service = service_at((size_t)_i);
	const struct aws_service_model *model = aws_model_find(service->name);

	ck_assert_ptr_nonnull(model);
	for (size_t i = 0; i < service->operation_count; i++) {
		const struct operation *row = &service->operations[i];

		ck_assert_msg(!i || strcmp(service->operations[i - 1].name, row->name) < 0,
			      "%s:%s is out of order", service->name, row->name);
		ck_assert_msg(aws_model_operation(model, row->name) != NULL,
			      "%s has no operation %s", service->name, row->name);
		ck_assert_ptr_nonnull(row->fn);
		ck_assert_msg(!!(row->flags & OP_READ) != !!(row->flags & OP_WRITE),
			      "%s:%s reads or writes", service->name, row->name);
	}
}
END_TEST

START_TEST(operations_that_only_read_are_named_so)
{
	static const char *const readers[] = {"Describe", "List",     "Get",	  "Decode",
					      "Search",	  "Simulate", "Validate", "Head"};

	const struct service *service;

	for (size_t s = 0; (service = service_at(s)); s++)
		for (size_t i = 0; i < service->operation_count; i++) {
			const struct operation *row = &service->operations[i];
			bool reads = false;

			for (size_t r = 0; r < array_size(readers); r++)
				reads = reads || str_starts_with(row->name, readers[r]);
			ck_assert_msg(reads || (row->flags & OP_WRITE), "%s:%s", service->name,
				      row->name);
		}
}
END_TEST

START_TEST(error_rows_have_a_code_a_status_and_a_source)
{
	for (int i = 0; i < AWS_ERROR_COUNT; i++) {
		const struct aws_error_row *row = aws_error_row(i);

		ck_assert_msg(*row->code, "%s", row->name);
		ck_assert_msg(row->status >= 300 && row->status < 600, "%s", row->name);
		ck_assert_msg(*row->source, "%s", row->name);
		for (const char *p = row->text; (p = strchr(p, '%')); p += 2)
			ck_assert_msg(p[1] == 's' || p[1] == '%', "%s: only %%s", row->name);
	}
}
END_TEST

START_TEST(an_errors_arguments_are_never_a_format)
{
	struct err err = ERR_INIT;

	ck_assert(!aws_fail(&err, AWS_EC2_FILTER, "%s%n%d"));
	ck_assert_str_eq(err_text(&err), "The filter '%s%n%d' is invalid");
	ck_assert(!aws_fail(&err, AWS_EC2_FILTER, (const char *)NULL));
	ck_assert_str_eq(err_text(&err), "The filter 'null' is invalid");
	ck_assert(!aws_fail(NULL, AWS_EC2_FILTER, "x"));
	err_done(&err);
}
END_TEST

static const struct aws_member *member_at(const struct aws_service_model *model, int32_t input,
					  const char *path)
{
	const struct aws_shape *shape = &model->shapes[input];
	const struct aws_member *member = NULL;

	while (*path) {
		size_t length = strcspn(path, ".");
		_cleanup_(freep) char *name = xstrndup(path, length);

		member = aws_shape_member(model, shape, name);
		if (!member)
			return NULL;
		shape = aws_member_shape(model, member);
		while (shape->type == SHAPE_LIST || shape->type == SHAPE_MAP)
			shape = aws_member_shape(model, shape->type == SHAPE_LIST
								? aws_list_element(model, shape)
								: aws_map_value(model, shape));
		path += length + (path[length] == '.');
	}
	return member;
}

static const struct aws_unread input_rows[] = {
#define INPUT_WITHOUT_EFFECT(service, operation, member, reason)                                   \
	{service, operation, member, reason},
#define INPUT_NOT_MODELLED(service, operation, member) {service, operation, member, NULL},
#include "emulator/aws/input.tbl"
#undef INPUT_WITHOUT_EFFECT
#undef INPUT_NOT_MODELLED
};

START_TEST(rows_of_inputs_are_sorted_and_known_to_their_model)
{
	const struct aws_unread *row = &input_rows[_i], *before = row - 1;
	const struct aws_service_model *model = aws_model_find(row->service);
	const struct aws_operation *operation = aws_model_operation(model, row->operation);
	int order = -1;

	if (_i) {
		order = strcmp(before->service, row->service);
		order = order ? order : strcmp(before->operation, row->operation);
		order = order ? order : strcmp(before->member, row->member);
	}
	ck_assert_msg(order < 0, "%s:%s %s is out of order", row->service, row->operation,
		      row->member);
	ck_assert_ptr_nonnull(operation);
	ck_assert(aws_operation_is_built(row->service, row->operation));
	ck_assert_msg(member_at(model, operation->input, row->member), "%s:%s has no %s",
		      row->service, row->operation, row->member);
	ck_assert(!row->reason || *row->reason);
}
END_TEST

static const struct fault_row {
	const char *fault, *service, *operation, *code;
	int status;
} fault_rows[] = {
#define AWS_FAULT(fault, service, operation, code, status, text, source)                           \
	{fault, service, operation, code, status},
#include "emulator/aws/faults.tbl"
#undef AWS_FAULT
};

/* Each row is reached: none stands behind one that takes all of its calls. */
START_TEST(every_fault_row_has_a_call_that_gets_its_words)
{
	const struct fault_row *row = &fault_rows[_i];
	const struct fault_verdict verdict = {.effect = FAULT_ERROR, .fault = row->fault};
	const char *service = str_eq(row->service, "json") ? "shield"
			      : str_eq(row->service, "*")  ? "elbv2"
							   : row->service;
	struct err err = ERR_INIT;
	char operation[80];

	snprintf(operation, sizeof(operation), "%.*s", (int)strcspn(row->operation, "*"),
		 row->operation);
	fault_words(&verdict, aws_model_find(service), operation, "arn:x", &err);
	ck_assert_str_eq(err.wire, row->code);
	ck_assert_int_eq(err.status, row->status);
	ck_assert_msg(!strchr(err_text(&err), '%'), "%s", err_text(&err));
	err_done(&err);
}
END_TEST

int main(void)
{
	int services = 0;
	TCase *tcase = tcase_create("tables");

	while (service_at((size_t)services))
		services++;
	tcase_add_loop_test(tcase, operations_are_sorted_and_known_to_their_model, 0, services);
	tcase_add_test(tcase, operations_that_only_read_are_named_so);
	tcase_add_test(tcase, error_rows_have_a_code_a_status_and_a_source);
	tcase_add_loop_test(tcase, rows_of_inputs_are_sorted_and_known_to_their_model, 0,
			    array_size(input_rows));
	tcase_add_loop_test(tcase, every_fault_row_has_a_call_that_gets_its_words, 0,
			    array_size(fault_rows));
	tcase_add_test(tcase, an_errors_arguments_are_never_a_format);
	return run_suite_of(tcase, "tables");
}
