#pragma once
/*
 * KMS: keys, aliases, grants; what symmetric keys and keys of HMAC do. Keys' material is a hash of
 * the world's seed: real encryption by keys that are no secret, so that equal runs give equal
 * bytes.
 *
 * Document kinds: kms-key (key: its id, shape KeyMetadata; extra: Policy as text, Materials as a
 * list of {Date, Type}, Rotation), kms-alias (key: "ACCOUNT/REGION/alias/NAME", shape
 * AliasListEntry), kms-grant (key: its id, shape GrantListEntry; extra.Token).
 *
 * Keys with a private and a public half, keys of several regions, imported ones and those in other
 * key stores are refused aloud.
 *
 * Source: KMS API Reference; KMS Developer Guide.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

extern const struct kind kind_kms_key, kind_kms_alias, kind_kms_grant;

/** What KeyId may be, and in which states the key must be. */
enum kms_wish {
	KMS_ANY = 0,	      /**< the id or the ARN of a key in any state */
	KMS_ALIAS = 1 << 0,   /**< an alias or its ARN, too */
	KMS_STAYS = 1 << 1,   /**< not one that waits for its deletion */
	KMS_ENABLED = 1 << 2, /**< only one that is enabled */
};

/**
 * The key that a member of the input names, for the operation of the call, which its policy or a
 * grant must allow.
 *
 * @param id     as the caller said it
 * @param wish   of enum kms_wish
 * @param err    NotFoundException, InvalidArnException, DisabledException,
 * KMSInvalidStateException, AccessDeniedException
 */
const struct doc *kms_key(struct call *call, const char *id, unsigned wish, struct err *err);
/** The alias of that name ("alias/…", or its ARN) in the call's account and region, or NULL. */
const struct doc *kms_alias(struct call *call, const char *name);
/** kms_key with KMS_ANY, without asking its policy: for what names keys in passing. */
const struct doc *kms_find(struct call *call, const char *id, bool aliases);

/** Whether the key's policy or a grant lets the caller do `action` ("kms:Encrypt"). */
must_check bool kms_check_policy(struct call *call, const struct doc *key, const char *action,
				 struct err *err);
/** The policy that a key gets when nobody says one; in the call's arena. */
const char *kms_default_policy(struct call *call);
/** Whether a text is a key's policy. */
must_check bool kms_policy_is_good(struct call *call, const char *text, bool bypass,
				   struct err *err);
/** Whether a grant gives the caller an operation on a key. */
bool kms_is_granted(struct call *call, const struct doc *key, const char *operation);
/** Removes the grants of a key. */
void kms_remove_grants(struct call *call, const struct doc *key);

/** The 32 bytes of a key's material; version from 0 on. */
void kms_material(const struct call *call, const struct doc *key, size_t version, uint8_t ret[32]);
/** Gives a key new material: "AUTOMATIC" or "ON_DEMAND". */
void kms_rotate(struct call *call, const struct doc *key, const char *type);
/** How many materials a key has had. */
size_t kms_materials(const struct doc *key);
/** A list [{TagKey, TagValue}] as [{Key, Value}]; new tree. */
struct json *kms_tags(const struct json *list);

/** The input's list of KMS's paging: Limit, Marker, NextMarker, Truncated. */
extern const struct page_style kms_page;

#define OPERATION(name, fn, flags) operation_fn fn;
#include "emulator/aws/kms/operations.tbl"
#undef OPERATION
