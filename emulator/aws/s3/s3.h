#pragma once
/*
 * S3: buckets, their settings, objects and their versions, multipart uploads. Names of buckets are
 * global, each bucket lives in one region.
 *
 * Document kinds: s3-bucket (key: its name, shape Bucket; extra: its settings, each as the API
 * shows it, and Policy as text), s3-object (a version, or a delete marker with extra.Marker; key:
 * "BUCKET/KEY?versionId=ID", shape ObjectVersion; extra: what HeadObject shows), s3-data (the bytes
 * of a version, key as there; extra.Data in base64), s3-upload (key: its id, shape
 * MultipartUpload), s3-part (key: "UPLOAD/00001", shape Part; extra.Data).
 *
 * What is kept and shown but does nothing by itself: lifecycle rules, replication, logging,
 * notifications, inventories, storage classes' prices. Keys of customers (SSE-C) are refused aloud.
 *
 * Source: S3 API Reference; S3 User Guide.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

extern const struct kind kind_s3_bucket, kind_s3_object, kind_s3_data, kind_s3_upload, kind_s3_part;

/** @name Buckets (bucket.c) */
/**
 * The bucket that the input names and the caller may act on.
 *
 * @param err  NoSuchBucket; AuthorizationHeaderMalformed when it is in another region than the
 *             request was signed for; AccessDenied by ExpectedBucketOwner, by the bucket's policy,
 *             or because it is another account's and its policy does not allow it
 */
const struct doc *s3_bucket(struct call *call, const struct json *input, struct err *err);
/** A setting of a bucket, or NULL; and one put, or taken away with NULL (which becomes the
 * world's).
 */
const struct json *s3_setting(const struct doc *bucket, const char *name);
void s3_put_setting(struct call *call, const struct doc *bucket, const char *name,
		    struct json *value);
/** "Enabled", "Suspended", or NULL when it never was. */
const char *s3_versioning(const struct doc *bucket);
/** The canonical id of an account: 64 hex digits; and {ID} of the call's account as a new tree. */
const char *s3_canonical_id(struct call *call, const char *account);
struct json *s3_owner(struct call *call, const char *account);
/** Refuses with an error's row and one element more in it (text copied; NULL: none). False. */
bool s3_fail(struct err *err, enum aws_error error, const char *element, const char *text);

/** @name Policies of buckets (bucket_policy.c) */
/** What the bucket's policy says of an action on a resource; principal as policies name it. */
struct policy_principal;
bool s3_policy_allows(struct call *call, const struct doc *bucket,
		      const struct policy_principal *principal, const char *action,
		      const char *resource);
/** Whether the caller may, as far as the bucket's policy has a say. */
must_check bool s3_check_policy(struct call *call, const struct doc *bucket,
				const struct json *input, struct err *err);

/** @name Grants (acl.c) */
/**
 * Grants out of ACL, Grant* headers or AccessControlPolicy of an input; what an owner has when the
 * input says none.
 *
 * @param bucket  its ownership controls count; NULL: a bucket being made
 * @param ret     list of Grant, new tree
 */
must_check bool s3_read_grants(struct call *call, const struct json *input,
			       const struct doc *bucket, struct json **ret, struct err *err);

/** @name Versions (version.c) */
/** The newest version of a key, markers included; NULL when there is none. */
const struct doc *s3_latest(const struct call *call, const struct doc *bucket, const char *key);
/**
 * The version that Key and VersionId of an input name: never a delete marker.
 *
 * @param err  NoSuchKey, NoSuchVersion, MethodNotAllowed (a delete marker by its id)
 */
const struct doc *s3_version(struct call *call, const struct doc *bucket, const struct json *input,
			     struct err *err);
bool s3_is_marker(const struct doc *version);
/** All versions of a bucket, by key and newest first; docs_done them. */
void s3_versions(const struct call *call, const struct doc *bucket, struct docs *ret);
/** What a new version is made of; all trees become the world's. */
struct s3_content {
	const char *key;
	struct json *extra, *tags; /**< extra: Headers, Checksums, … */
	const void *data;
	size_t length;	  /**< bytes */
	const char *etag; /**< without quotes; NULL: the MD5 of data */
};
/** Adds a version and its bytes, in the place of the null version where versions are not kept. */
const struct doc *s3_add_version(struct call *call, const struct doc *bucket,
				 const struct s3_content *content);
const struct doc *s3_add_marker(struct call *call, const struct doc *bucket, const char *key);
/** Removes a version for good, and its bytes. */
void s3_remove_version(struct call *call, const struct doc *version);
/** A version's bytes in the call's arena. */
const uint8_t *s3_bytes(struct call *call, const struct doc *version, size_t *ret_length);
/** Sets VersionId where the bucket keeps versions. */
void s3_show_version(const struct doc *bucket, const struct doc *version, struct json *output);
/** Bytes as base64 text under a member, and back into the arena. */
void s3_put_data(struct json *extra, const void *data, size_t length);
const uint8_t *s3_get_data(struct call *call, const struct doc *doc, size_t *ret_length);

/** @name Objects (object.c) */
/**
 * What an input says about a new object: headers, metadata, encryption, storage class, lock,
 * grants.
 *
 * @param ret_extra  for s3_content
 * @param ret_tags   likewise, out of the Tagging header
 */
must_check bool s3_read_object(struct call *call, const struct json *input,
			       const struct doc *bucket, struct json **ret_extra,
			       struct json **ret_tags, struct err *err);
/** IfMatch and IfNoneMatch of a write. */
must_check bool s3_check_write(struct call *call, const struct doc *bucket,
			       const struct json *input, struct err *err);
/** Headers, encryption and lock of a version as outputs show them. */
void s3_show_object(const struct doc *version, struct json *output);
/** Only the encryption's members. */
void s3_show_encryption(const struct json *extra, struct json *output);
/** Members of a version's checksum into an output. */
void s3_show_checksums(const struct json *extra, struct json *output);
/** The object that CopySource names and the caller may read; *ret_bucket its bucket. */
const struct doc *s3_copy_source(struct call *call, const struct json *input,
				 const struct doc **ret_bucket, struct err *err);
/** What a range means for so many bytes: "bytes=0-9", "bytes=-5". False when it is none. */
bool s3_range(const char *text, size_t size, size_t *ret_first, size_t *ret_length);
/** Why a version cannot be deleted now: legal hold, retention. */
must_check bool s3_check_lock(struct call *call, const struct doc *version, bool bypass,
			      struct err *err);
/** Refuses keys of customers; see above. */
must_check bool s3_refuse_customer_keys(const struct json *input, struct err *err);

/** Lists (list.c): a text as EncodingType "url" shows it; in the call's arena. */
const char *s3_encoded(struct call *call, const struct json *input, const char *text);

#define OPERATION(name, fn, flags) operation_fn fn;
#include "emulator/aws/s3/operations.tbl"
#undef OPERATION
