#pragma once
/* resource.Quantity: numbers with suffixes, in their canonical form. */
#include "emulator/base/util.h"

struct json;

/**
 * The canonical text of a quantity: "1000m" → "1", "0.5" → "500m", "1024Mi" → "1Gi"; suffix family
 * (decimal, binary, exponent) is kept.
 *
 * @param value  a string or a number
 * @param ret    new text, set on success only
 * @return false when it is no quantity, or beyond 2^63-1
 *
 * Source: k8s.io/apimachinery pkg/api/resource/quantity.go ParseQuantity, CanonicalizeBytes.
 */
must_check bool quantity_canonical(const struct json *value, char **ret);
/** Its value in thousandths, saturating; 0 when it is none. */
int64_t quantity_milli(const char *text);
