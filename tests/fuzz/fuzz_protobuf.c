/* Fuzz target: any bytes as a protobuf request body. Decoded or refused, never a crash or a leak.
 */
#include "emulator/base/json.h"
#include "emulator/kube/protobuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct json *json = NULL;

	if (protobuf_decode(data, size, NULL, &json, &err)) {
		_cleanup_(freep) char *text = json_to_text(json);

		assert(*text == '{');
		json_free(json);
	} else {
		assert(err.status == 400 || err.status == 413);
		assert(*err_text(&err));
	}
	err_done(&err);
	return 0;
}
