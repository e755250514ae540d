/* Fuzz target: bodies that claim to be gzip. The ceiling holds, and what was compressed comes out.
 */
#include <stddef.h>
#include <stdint.h>

#include "emulator/base/gzip.h"

#define CEILING ((size_t)100 * 1000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *unfold(const void *data, size_t size, size_t *length)
{
	char *plain = NULL;
	struct err err = ERR_INIT;

	if (!gzip_inflate(data, size, CEILING, &plain, length, &err) &&
	    (plain || (err.code != ERR_INVALID && err.code != ERR_TOO_LARGE)))
		abort();
	err_done(&err);
	if (plain && (*length > CEILING || plain[*length] != '\0'))
		abort();
	return plain;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(freep) char *packed = NULL, *again = NULL, *plain = NULL;
	size_t length = 0, packed_length;

	plain = unfold(data, size, &length);
	packed = gzip_deflate(data, size, &packed_length);
	again = unfold(packed, packed_length, &length);
	if (size <= CEILING && (!again || length != size || memcmp(again, data, size) != 0))
		abort();
	return 0;
}
