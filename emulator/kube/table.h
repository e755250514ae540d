#pragma once
/*
 * Server-side printing: what `kubectl get` shows. The frame of a Table (rows, includeObject, watch
 * events) is made in encode.c; here are columns and cells.
 *
 * Source: k8s.io/kubernetes pkg/printers/internalversion/printers.go; for custom resources
 * k8s.io/apiextensions-apiserver pkg/registry/customresource/tableconvertor.
 */
#include "emulator/kube/types.h"

struct json;

/** `columnDefinitions` of a resource; new array. One without a printer has Name and Created At, a
 * custom one without columns Name and Age. */
struct json *table_columns(const struct api_type *type);
/** `cells` of one object (in the version of type), as many as there are columns; new array. now_ms:
 * real time, for ages. */
struct json *table_cells(const struct api_type *type, const struct json *object, int64_t now_ms);
/** `conditions` of an object's row: a Pod that has ended is Completed; new array, NULL without any.
 */
struct json *table_conditions(const struct api_type *type, const struct json *object);
/** "5m", "3h20m", "12d": k8s.io/apimachinery pkg/util/duration HumanDuration; "<unknown>" when
 * timestamp is NULL. */
const char *table_age(const char *timestamp, int64_t now_ms, char buffer[32]);
