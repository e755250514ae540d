#pragma once
/* What protobuf.c (envelopes) and protobuf_fields.c (messages) share; nobody else includes it. */
#include "emulator/kube/protobuf_wire.h"

struct arena;
struct json;
struct kube_kind;
struct kube_message;

#define NOT_INDEX	 SIZE_MAX
#define DECODER_PATH_MAX (2 * PROTOBUF_DEPTH_MAX + 2) /* a member and an index per level */

/** Where the decoder is: a member's name or a map's key, or an index. */
struct segment {
	const char *name;
	size_t index; /**< NOT_INDEX: a member */
};

/** One body under decoding. */
struct decoder {
	struct arena *arena; /**< records, joined messages, keys */
	size_t values_left;  /**< of PROTOBUF_VALUES_MAX */
	unsigned depth;	     /**< messages around the current one */
	size_t path_length;  /**< stays as it was where decoding failed */
	struct segment path[DECODER_PATH_MAX];
};

/**
 * Adds a message's members to an object: its own, or that of the message which inlines it.
 *
 * @param wire    the message's bytes
 * @param object  gets the members; on failure some of them
 * @param err     ERR_INVALID, ERR_TOO_LARGE; the decoder's path then says where
 */
must_check bool decoder_fields(struct decoder *d, const struct kube_message *message,
			       struct wire wire, struct json *object, struct err *err);

/**
 * A whole object in its envelope, with the prefix.
 *
 * @param fallback  see protobuf_decode
 * @param ret       set on success only
 * @param err       as decoder_fields
 */
must_check bool decoder_envelope(struct decoder *d, struct wire wire,
				 const struct kube_kind *fallback, struct json **ret,
				 struct err *err);
