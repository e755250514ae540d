#pragma once
/* The types whose JSON is not what their protobuf message looks like: text forms of Go. */
#include "emulator/kube/protobuf_wire.h"

struct json;

/** A protobuf string as Go's JSON has it: invalid UTF-8 becomes U+FFFD. New text. ERR_INVALID:
 * U+0000. */
must_check bool value_text(const struct wire *bytes, char **ret, struct err *err);

/**
 * metav1.Time or MicroTime {1: seconds, 2: nanos}: "2026-11-23T08:27:00Z", with six decimals when
 * micro; null for the zero time (no bytes, or year 1).
 *
 * @param err  ERR_INVALID: before year 1 or after year 9999, or nanos not in 0 to 999999999
 *
 * Source: apimachinery pkg/apis/meta/v1/time.go, micro_time.go and their _proto.go.
 */
must_check bool value_time(struct wire bytes, bool micro, struct json **ret, struct err *err);

/** metav1.Duration {1: nanoseconds} as Go writes it: "1h2m3.5s". Source: Go time.Duration.String.
 */
must_check bool value_duration(struct wire bytes, struct json **ret, struct err *err);

/** resource.Quantity {1: text}; "0" when it has none. */
must_check bool value_quantity(struct wire bytes, struct json **ret, struct err *err);

/** intstr.IntOrString {1: which, 2: number, 3: text}; ERR_INVALID: which is neither 0 nor 1. */
must_check bool value_int_or_string(struct wire bytes, struct json **ret, struct err *err);

/** A number as JSON; ERR_INVALID: JSON has no such number (not a number, infinite). */
must_check bool value_double(double number, struct json **ret, struct err *err);

/** The bytes of field 1 of a message, empty when it has none: RawExtension, FieldsV1, JSON. */
must_check bool value_raw(struct wire bytes, struct wire *ret, struct err *err);
