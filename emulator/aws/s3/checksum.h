#pragma once
/* The checks that S3 keeps of what it stores. Source: S3 User Guide, "Checking object integrity".
 */
#include "emulator/base/err.h"

struct arena;
struct json;

struct s3_checksum {
	const char *name;   /**< of ChecksumAlgorithm: "CRC32" */
	const char *member; /**< "ChecksumCRC32" */
	const char *header; /**< "x-amz-checksum-crc32" */
	size_t bytes;
	void (*digest)(const void *data, size_t length, uint8_t *ret); /**< NULL: not had here */
};
/** All of them; NULL behind the last. */
const struct s3_checksum *s3_checksum_at(size_t index);
const struct s3_checksum *s3_checksum_named(const char *name);
/** The check of data as base64 text, in the arena. */
const char *s3_checksum_of(struct arena *arena, const struct s3_checksum *checksum,
			   const void *data, size_t length);
/**
 * Whether data has the check that a client said.
 *
 * @param err  InvalidRequest when the text is none of this algorithm's, BadDigest when it is
 * another one's
 */
must_check bool s3_checksum_verify(const struct s3_checksum *checksum, const char *text,
				   const void *data, size_t length, struct err *err);
/** The same for Content-MD5: InvalidDigest, BadDigest. */
must_check bool s3_md5_verify(const char *text, const void *data, size_t length, struct err *err);

/**
 * The check that a version keeps: by the member that the input has, by its ChecksumAlgorithm, or
 * CRC64NVME when it says neither.
 *
 * @param ret  set on success: one of s3_checksum_at
 * @param err  also NotImplemented for algorithms that this program does not have
 */
must_check bool s3_checksum_choose(const struct json *input, const struct s3_checksum **ret,
				   struct err *err);
