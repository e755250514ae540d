/*
 * Fuzz target: requests of one protocol (FUZZ_PROTOCOL) into input documents, for every service
 * and operation that speaks it, and the check of what came out against the operation's shape. No
 * handler is called. The first two bytes choose the operation, then come, up to a newline each,
 * the path with its query and one header; the rest is the body.
 *
 * What was decoded and fits must be an object, and printing it must give what it was.
 */
#include <stddef.h>
#include <stdint.h>

#include "emulator/aws/protocol/form.h"
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/validate.h"
#include "emulator/base/arena.h"

#ifndef FUZZ_PROTOCOL
#error "build with -DFUZZ_PROTOCOL=PROTOCOL_…"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The n-th operation of all services with this protocol. */
static bool choose(unsigned n, struct exchange *ret)
{
	size_t total = 0;

	for (size_t i = 0; i < aws_model_count; i++)
		if (aws_models[i]->protocol == FUZZ_PROTOCOL)
			total += aws_models[i]->operation_count;
	if (!total)
		return false;
	n %= total;
	for (size_t i = 0; i < aws_model_count; i++) {
		if (aws_models[i]->protocol != FUZZ_PROTOCOL)
			continue;
		if (n < aws_models[i]->operation_count) {
			ret->service = aws_models[i];
			ret->operation = &aws_models[i]->operations[n];
			return true;
		}
		n -= (unsigned)aws_models[i]->operation_count;
	}
	return false;
}

/* The text up to a newline, cut off; *at moves behind it. */
static char *line(char **at)
{
	char *start = *at, *end = strchr(start, '\n');

	if (end)
		*end = '\0';
	*at = end ? end + 1 : start + strlen(start);
	return start;
}

static void check(struct arena *arena, const struct exchange *exchange, const struct json *input)
{
	static struct validator *validator;
	_cleanup_(freep) char *printed = json_to_text(input);
	_cleanup_(json_freep) struct json *again = NULL;
	struct err err = ERR_INIT;

	if (!validator)
		validator = validator_new();
	if (!json_is_object(input) || !json_parse(printed, strlen(printed), &again, NULL) ||
	    !json_equal(again, input))
		abort();
	if (exchange->operation->input >= 0 &&
	    !validate_input(validator, arena, exchange->service,
			    &exchange->service->shapes[exchange->operation->input], input, &err) &&
	    (!err.wire || !err.status || !*err_text(&err)))
		abort(); /* a refusal without a code, a status or a text */
	err_done(&err);
}

static void decode(struct arena *arena, struct exchange *exchange, char *text)
{
	char *path = line(&text), *header = line(&text), *query = strchr(path, '?'),
	     *colon = strchr(header, ':');
	const struct header headers[] = {
		{colon ? header : NULL, colon ? colon + 1 : NULL},
		{NULL, NULL},
	};
	struct form_node form = {0};
	struct wire_request request = {.arena = arena,
				       .method = exchange->operation->http_method,
				       .path = *path ? path : "/",
				       .query = query ? query + 1 : "",
				       .body = text,
				       .body_length = strlen(text),
				       .headers = headers};
	struct json *input = NULL;
	struct err err = ERR_INIT;

	if (query)
		*query = '\0';
	if (colon)
		*colon = '\0';
	if (exchange->service->protocol == PROTOCOL_EC2 ||
	    exchange->service->protocol == PROTOCOL_QUERY) {
		if (!form_parse(arena, text, strlen(text), &form, NULL))
			return;
		exchange->form = &form;
	}
	if (protocol_of(exchange->service)->decode(exchange, &request, &input, &err))
		check(arena, exchange, input);
	else if (!err.wire || !*err_text(&err))
		abort();
	json_free(input);
	err_done(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	_cleanup_(freep) char *text = NULL;
	struct exchange exchange = {.request_id = "00000000-0000-4000-8000-000000000000"};

	if (size < 2 || !choose(data[0] * 256u + data[1], &exchange))
		return 0;
	arena = arena_new();
	text = xstrndup((const char *)data + 2, size - 2);
	decode(arena, &exchange, text);
	return 0;
}
