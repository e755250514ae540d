/* Fuzz target: any bytes as an expression, over a JSON value. What compiles is evaluated; nothing
 * may crash, and no evaluation goes on behind its limit. */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/utf8.h"
#include "emulator/kube/cel/cel.h"

#define LIMIT 100000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char subject[] =
	"{\"a\":\"text\",\"n\":3,\"d\":1.5,\"t\":true,\"z\":null,\"l\":[1,2,3],\"s\":[\"x\",\"y\"],"
	"\"m\":{\"k\":\"v\"},\"o\":[{\"p\":80,\"q\":\"h\"},{\"p\":443}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	const char *text = arena_strndup(arena, (const char *)data, size);
	struct cel_variable variables[2] = {{"self", cel_type_of(CEL_DYN)},
					    {"oldSelf", cel_type_of(CEL_DYN)}};
	struct cel_value values[2], result;
	struct cel_program *program;
	uint64_t cost;

	if (!utf8_is_valid(text, strlen(text)))
		return 0; /* JSON never is anything else */
	if (!cel_compile(arena, text, variables, 2, &program, &err)) {
		assert(err.code == ERR_INVALID || err.code == ERR_UNSUPPORTED);
		assert(str_starts_with(err_text(&err), "ERROR: <input>:"));
		return 0;
	}
	if (!json_parse(subject, strlen(subject), &json, &err))
		abort();
	values[0] = values[1] = cel_json(arena, json, variables[0].type);
	cel_evaluate(program, arena, values, LIMIT, &result, &cost);
	assert(result.kind != CEL_FREE && result.kind != CEL_DYN);
	assert(cost <= LIMIT || result.kind == CEL_ERROR);
	return 0;
}
