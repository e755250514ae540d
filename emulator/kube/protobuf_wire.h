#pragma once
/* Protobuf's wire format: one record after the other, every length checked. */
#include "emulator/base/err.h"

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

/** Bytes that are still to be read; borrowed. */
struct wire {
	const uint8_t *at, *end;
};

struct wire_record {
	uint32_t number;   /**< field number, 1 to 2^29-1 */
	uint8_t type;	   /**< enum wire_type */
	uint64_t value;	   /**< of a varint, or the bits of a fixed one */
	struct wire bytes; /**< of WIRE_BYTES */
};

/** Whether nothing is left to read. */
static inline bool wire_is_empty(const struct wire *wire)
{
	return wire->at == wire->end;
}

/** How many bytes are left. */
static inline size_t wire_length(const struct wire *wire)
{
	return (size_t)(wire->end - wire->at);
}

/**
 * Reads a varint of at most ten bytes.
 *
 * @param wire  advanced on success
 * @param ret   set on success only
 * @param err   ERR_INVALID: the bytes end in it, or it has more than 64 bits
 */
must_check bool wire_varint(struct wire *wire, uint64_t *ret, struct err *err);

/** Reads four or eight bytes, least significant first; ERR_INVALID when there are fewer. */
must_check bool wire_fixed(struct wire *wire, size_t width, uint64_t *ret, struct err *err);

/**
 * Reads the next record of a message; the wire must not be empty.
 *
 * @param wire  advanced on success
 * @param ret   set on success only; its bytes are borrowed from the wire
 * @param err   ERR_INVALID: cut off, a length past the end, field number 0 or too high, or a group
 *              (wire types 3 and 4: Kubernetes has none) or another wire type unknown
 *
 * Source: protobuf.dev, Encoding.
 */
must_check bool wire_next(struct wire *wire, struct wire_record *ret, struct err *err);
