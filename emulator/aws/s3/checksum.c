/* Checks of what S3 stores. */
#include "emulator/aws/s3/checksum.h"

#include "emulator/aws/errors.h"
#include "emulator/base/arena.h"
#include "emulator/base/checksum.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"

#define BYTES_MAX 64

static void big_endian(uint64_t value, size_t bytes, uint8_t *ret)
{
	for (size_t i = 0; i < bytes; i++)
		ret[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}

static void crc32(const void *data, size_t length, uint8_t *ret)
{
	big_endian(checksum_crc32(data, length), 4, ret);
}

static void crc32c(const void *data, size_t length, uint8_t *ret)
{
	big_endian(checksum_crc32c(data, length), 4, ret);
}

static void crc64nvme(const void *data, size_t length, uint8_t *ret)
{
	big_endian(checksum_crc64nvme(data, length), 8, ret);
}

static void sha1(const void *data, size_t length, uint8_t *ret)
{
	digest_sha1(data, length, ret);
}

static void sha256(const void *data, size_t length, uint8_t *ret)
{
	digest_sha256(data, length, ret);
}

static void md5(const void *data, size_t length, uint8_t *ret)
{
	digest_md5(data, length, ret);
}

static const struct s3_checksum checksums[] = {
	{"CRC32", "ChecksumCRC32", "x-amz-checksum-crc32", 4, crc32},
	{"CRC32C", "ChecksumCRC32C", "x-amz-checksum-crc32c", 4, crc32c},
	{"CRC64NVME", "ChecksumCRC64NVME", "x-amz-checksum-crc64nvme", 8, crc64nvme},
	{"SHA1", "ChecksumSHA1", "x-amz-checksum-sha1", 20, sha1},
	{"SHA256", "ChecksumSHA256", "x-amz-checksum-sha256", 32, sha256},
	{"MD5", "ChecksumMD5", "x-amz-checksum-md5", 16, md5},
	{"SHA512", "ChecksumSHA512", "x-amz-checksum-sha512", 64, NULL},
	{"XXHASH64", "ChecksumXXHASH64", "x-amz-checksum-xxhash64", 8, NULL},
	{"XXHASH3", "ChecksumXXHASH3", "x-amz-checksum-xxhash3", 8, NULL},
	{"XXHASH128", "ChecksumXXHASH128", "x-amz-checksum-xxhash128", 16, NULL},
};

const struct s3_checksum *s3_checksum_at(size_t index)
{
	return index < array_size(checksums) ? &checksums[index] : NULL;
}

const struct s3_checksum *s3_checksum_named(const char *name)
{
	for (size_t i = 0; i < array_size(checksums); i++)
		if (str_eq(checksums[i].name, name))
			return &checksums[i];
	return NULL;
}

const char *s3_checksum_of(struct arena *arena, const struct s3_checksum *checksum,
			   const void *data, size_t length)
{
	_cleanup_(freep) char *text = NULL;
	uint8_t digest[BYTES_MAX];

	checksum->digest(data, length, digest);
	text = base64_encode(digest, checksum->bytes);
	return arena_strdup(arena, text);
}

static bool not_had(const struct s3_checksum *checksum, struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED, "NotImplemented", "skyrig has no checksums by %s",
		       checksum->name);
}

bool s3_checksum_verify(const struct s3_checksum *checksum, const char *text, const void *data,
			size_t length, struct err *err)
{
	_cleanup_(freep) uint8_t *said = NULL;
	uint8_t digest[BYTES_MAX];
	size_t bytes;

	if (!base64_decode(text, strlen(text), &said, &bytes) || bytes != checksum->bytes)
		return aws_fail(err, AWS_S3_CHECKSUM_VALUE, checksum->header);
	if (!checksum->digest)
		return not_had(checksum, err);
	checksum->digest(data, length, digest);
	return digest_equal(digest, said, bytes) || aws_fail(err, AWS_S3_CHECKSUM, checksum->name);
}

bool s3_md5_verify(const char *text, const void *data, size_t length, struct err *err)
{
	_cleanup_(freep) uint8_t *said = NULL;
	uint8_t digest[16];
	size_t bytes;

	if (!base64_decode(text, strlen(text), &said, &bytes) || bytes != sizeof(digest))
		return aws_fail(err, AWS_S3_MD5_VALUE);
	digest_md5(data, length, digest);
	return digest_equal(digest, said, bytes) || aws_fail(err, AWS_S3_MD5);
}

bool s3_checksum_choose(const struct json *input, const struct s3_checksum **ret, struct err *err)
{
	const struct s3_checksum *chosen = NULL;

	for (size_t i = 0; i < array_size(checksums); i++) {
		if (!json_get(input, checksums[i].member))
			continue;
		if (chosen)
			return aws_fail(err, AWS_S3_CHECKSUM_TWICE);
		chosen = &checksums[i];
	}
	if (!chosen)
		chosen = s3_checksum_named(json_get_str(input, "ChecksumAlgorithm"));
	if (!chosen)
		chosen = s3_checksum_named("CRC64NVME");
	if (!chosen->digest)
		return not_had(chosen, err);
	*ret = chosen;
	return true;
}
