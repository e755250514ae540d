#pragma once
/*
 * The JSONPath that CRD columns and scale paths use: members (".a.b", "['a.b']", "\." in a name),
 * indexes ("[0]", "[-1]"), everything ("[*]"), filters ("[?(@.type=="Ready")]", also == with
 * numbers and booleans).
 *
 * Source: k8s.io/client-go util/jsonpath; the rest of its language (slices, unions, recursion) is
 * refused when the CRD is made.
 */
#include "emulator/base/container.h"

struct json;

/** Whether a path is one that jsonpath_find understands. */
bool jsonpath_valid(const char *path);
/** Everything a path leads to, borrowed from root, in order; nothing when a step is missing. */
void jsonpath_find(const struct json *root, const char *path, struct ptrs *ret);
