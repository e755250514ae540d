#pragma once
/* Operations in a test's one line, without a wire. */
#include "emulator/aws/private.h"
#include "tests/lib/world.h"

/** Calls as the operator in TEST_REGION; params as test_json takes them (' for "). The output, to
 * be freed; ends the test when refused. */
struct json *api(struct aws *aws, const char *service, const char *operation, const char *params);
/** The same for a call that must be refused: with this code, and a text that contains `text`; and
 * nothing may have changed. */
void api_refused(struct aws *aws, const char *service, const char *operation, const char *params,
		 const char *code, const char *text);
/** api, with the output thrown away. */
void api_done(struct aws *aws, const char *service, const char *operation, const char *params);
/** One text of an answer, output.a or output.a.b (b NULL: none), which must be there; free() it.
 * The answer is freed. */
char *api_text(struct json *output, const char *a, const char *b);
/** api_done with the next argument, first a then b, in the place of each % of the format. */
void api_with(struct aws *aws, const char *service, const char *operation, const char *format,
	      const char *a, const char *b);
