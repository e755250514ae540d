/* Operations in a test's one line, without a wire. */
#include "tests/aws/api.h"

#include <check.h>

struct json *api(struct aws *aws, const char *service, const char *operation, const char *params)
{
	_cleanup_(json_freep) struct json *input = test_json(params);
	struct json *output = NULL;
	struct err err = ERR_INIT;
	bool ok = aws_invoke(aws, "operator", TEST_ACCOUNT, TEST_REGION, service, operation, input,
			     NULL, &output, &err);

	ck_assert_msg(ok, "%s:%s %s: %s %s", service, operation, params, err.wire, err_text(&err));
	return output;
}

void api_done(struct aws *aws, const char *service, const char *operation, const char *params)
{
	json_free(api(aws, service, operation, params));
}

void api_refused(struct aws *aws, const char *service, const char *operation, const char *params,
		 const char *code, const char *text)
{
	_cleanup_(json_freep) struct json *input = test_json(params);
	uint64_t before = world_revision(aws->world);
	struct err err = ERR_INIT;
	bool ok = aws_invoke(aws, "operator", TEST_ACCOUNT, TEST_REGION, service, operation, input,
			     NULL, NULL, &err);

	ck_assert_msg(!ok, "%s:%s %s was not refused", service, operation, params);
	ck_assert_msg(str_eq(err.wire, code), "%s:%s %s: %s %s", service, operation, params,
		      err.wire, err_text(&err));
	ck_assert_msg(strstr(err_text(&err), text), "%s", err_text(&err));
	ck_assert_uint_eq(world_revision(aws->world), before);
	err_done(&err);
}
