/* Protobuf's wire format. Every byte may come from anybody: no length is believed. */
#include "emulator/kube/protobuf_wire.h"

#include <inttypes.h>

#define NUMBER_MAX ((1u << 29) - 1)

bool wire_varint(struct wire *wire, uint64_t *ret, struct err *err)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 70; shift += 7) {
		uint8_t byte;

		if (wire->at + shift / 7 == wire->end)
			return err_set(err, ERR_INVALID, NULL, "the body ends within a number");
		byte = wire->at[shift / 7];
		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			wire->at += shift / 7 + 1;
			*ret = value;
			return true;
		}
	}
	return err_set(err, ERR_INVALID, NULL, "a number has more than 64 bits");
}

bool wire_fixed(struct wire *wire, size_t width, uint64_t *ret, struct err *err)
{
	uint64_t value = 0;

	if (wire_length(wire) < width)
		return err_set(err, ERR_INVALID, NULL, "the body ends within a number");
	for (size_t i = 0; i < width; i++)
		value |= (uint64_t)wire->at[i] << (8 * i);
	wire->at += width;
	*ret = value;
	return true;
}

static bool read_bytes(struct wire *wire, struct wire *ret, struct err *err)
{
	uint64_t length;

	if (!wire_varint(wire, &length, err))
		return false;
	if (length > wire_length(wire))
		return err_set(err, ERR_INVALID, NULL,
			       "a length of %" PRIu64 " bytes where only %zu are left", length,
			       wire_length(wire));
	ret->at = wire->at;
	ret->end = wire->at += length;
	return true;
}

bool wire_next(struct wire *wire, struct wire_record *ret, struct err *err)
{
	struct wire at = *wire;
	struct wire_record record = {0};
	uint64_t tag;
	bool good;

	if (!wire_varint(&at, &tag, err))
		return false;
	if (tag >> 3 == 0 || tag >> 3 > NUMBER_MAX)
		return err_set(err, ERR_INVALID, NULL, "illegal field number %" PRIu64, tag >> 3);
	record.number = (uint32_t)(tag >> 3);
	record.type = tag & 7;
	switch (record.type) {
	case WIRE_VARINT: good = wire_varint(&at, &record.value, err); break;
	case WIRE_FIXED64: good = wire_fixed(&at, 8, &record.value, err); break;
	case WIRE_FIXED32: good = wire_fixed(&at, 4, &record.value, err); break;
	case WIRE_BYTES: good = read_bytes(&at, &record.bytes, err); break;
	default:
		return err_set(err, ERR_INVALID, NULL, "illegal wire type %d of field %" PRIu32,
			       record.type, record.number);
	}
	if (!good)
		return err_wrap(err, "field %" PRIu32, record.number);
	*wire = at;
	*ret = record;
	return true;
}
