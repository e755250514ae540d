/* Fuzz target: any bytes as JSON. What is read can be written, and read again as the same. */
#include "emulator/base/json.h"
#include "emulator/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore(const char *path, void *userdata)
{
	assert(*path || !userdata);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(json_freep) struct json *json = NULL, *again = NULL, *copy = NULL;
	_cleanup_(freep) char *text = NULL, *text_again = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	if (!json_parse((const char *)data, size, &json, &err)) {
		assert(!json && err.code == ERR_INVALID);
		assert(str_starts_with(err_text(&err), "line "));
		return 0;
	}
	assert(utf8_is_valid((const char *)data, size));
	text = json_to_text(json);
	assert(json_parse(text, strlen(text), &again, &err));
	text_again = json_to_text(again);
	assert(strcmp(text, text_again) == 0);
	copy = json_copy(json);
	assert(json_equal(copy, json) && json_equal(again, json));
	json_duplicates(json, ignore, NULL);
	return 0;
}
