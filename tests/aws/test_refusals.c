/*
 * A refusal of operations that no other test sees refused: one row each, in a world without what
 * they ask for. api_refused checks code, text and that nothing changed.
 */
#include "tests/aws/api.h"
#include "tests/aws/run.h"
#include "tests/aws/wire.h"

static const struct row {
	const char *service, *operation, *params, *code, *text;
} rows[] = {
#define REFUSAL(service, operation, params, code, text) {service, operation, params, code, text},
#include "tests/aws/refusals.tbl"
#undef REFUSAL
};

START_TEST(what_is_not_there_or_not_allowed_is_refused)
{
	const struct row *row = &rows[_i];
	struct world *world = wire_world(PROFILE_INSTANT);
	struct aws *aws = aws_new(world);

	ck_assert_msg(*row->text, "%s:%s: a refusal says why", row->service, row->operation);
	service_defaults(aws, service_find(row->service), TEST_ACCOUNT,
			 aws_model_find(row->service)->global ? "" : TEST_REGION);
	api_refused(aws, row->service, row->operation, row->params, row->code, row->text);
	aws_free(aws);
	world_free(world);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("refusals");

	tcase_add_loop_test(tcase, what_is_not_there_or_not_allowed_is_refused, 0,
			    array_size(rows));
	return run_suite_of(tcase, "refusals");
}
