/* Cyclic redundancy checks, a byte at a time by tables that are made once. */
#include "emulator/base/checksum.h"

struct crc {
	uint64_t polynomial; /* reflected */
	uint64_t ones;	     /* all bits of the check */
	bool made;
	uint64_t table[256];
};

static void make_table(struct crc *crc)
{
	for (uint64_t i = 0; i < array_size(crc->table); i++) {
		uint64_t value = i;

		for (unsigned bit = 0; bit < 8; bit++)
			value = value & 1 ? value >> 1 ^ crc->polynomial : value >> 1;
		crc->table[i] = value;
	}
	crc->made = true;
}

static uint64_t check(struct crc *crc, const uint8_t *bytes, size_t length)
{
	uint64_t value = crc->ones;

	if (!crc->made)
		make_table(crc);
	for (size_t i = 0; i < length; i++)
		value = value >> 8 ^ crc->table[(value ^ bytes[i]) & 0xff];
	return value ^ crc->ones;
}

uint32_t checksum_crc32(const void *data, size_t length)
{
	static struct crc crc = {.polynomial = 0xedb88320, .ones = UINT32_MAX};

	return (uint32_t)check(&crc, data, length);
}

uint32_t checksum_crc32c(const void *data, size_t length)
{
	static struct crc crc = {.polynomial = 0x82f63b78, .ones = UINT32_MAX};

	return (uint32_t)check(&crc, data, length);
}

uint64_t checksum_crc64nvme(const void *data, size_t length)
{
	static struct crc crc = {.polynomial = 0x9a6c9329ac4bc9b5, .ones = UINT64_MAX};

	return check(&crc, data, length);
}
