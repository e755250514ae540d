#pragma once
/* Cyclic redundancy checks as S3 knows them: against accidents on the way, not against anybody. */
#include "emulator/base/util.h"

/**
 * The check of `length` bytes; data may be NULL when length is 0.
 *
 * Source: CRC-32 of IEEE 802.3; CRC-32C (Castagnoli) of RFC 3720; CRC-64/NVME of the NVM Express
 * command set specification: all reflected, all ones before and behind.
 */
uint32_t checksum_crc32(const void *data, size_t length);
uint32_t checksum_crc32c(const void *data, size_t length);
uint64_t checksum_crc64nvme(const void *data, size_t length);
