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

char *api_text(struct json *output, const char *a, const char *b)
{
	const char *text = b ? json_find_str(output, a, b, NULL) : json_get_str(output, a);
	char *copy;

	ck_assert_msg(text != NULL, "no %s.%s", a, b);
	copy = xstrdup(text);
	json_free(output);
	return copy;
}

void api_with(struct aws *aws, const char *service, const char *operation, const char *format,
	      const char *a, const char *b)
{
	_cleanup_(freep) char *params = NULL;
	struct strbuf sb;

	strbuf_init(&sb, 65536); /* % stands for the next argument */
	for (const char *p = format; *p; p++) {
		if (*p == '%') {
			strbuf_add(&sb, a);
			a = b;
		} else {
			strbuf_add_char(&sb, *p);
		}
	}
	params = strbuf_steal(&sb);
	api_done(aws, service, operation, params);
}
