#pragma once
/*
 * Kubernetes' protobuf, requests only: client-go's typed clients send built-in kinds in it and do
 * not fall back (docs: client-go rest/request.go, UseProtobufAsDefaultIfPreferred). Answers are
 * always JSON, which those clients accept.
 *
 * The decoder knows no kind: it goes by the tables of kube_model.h and writes the tree that Go
 * would write as JSON for the decoded object: omitempty and omitzero, pointers, nil lists as null,
 * zero times as null, structs always.
 */
#include "emulator/base/err.h"

struct json;
struct kube_kind;

/** Media type of such a body. */
#define PROTOBUF_TYPE "application/vnd.kubernetes.protobuf"

#define PROTOBUF_DEPTH_MAX  100	   /* nested messages; CustomResourceDefinitions reach about 40 */
#define PROTOBUF_VALUES_MAX 500000 /* values made; an object of 3 MiB has fewer */

/** Whether bytes begin as such a body does ("k8s" and a NUL). */
bool protobuf_recognized(const void *bytes, size_t length);

/**
 * Decodes a request body: the envelope and the object in it.
 *
 * @param bytes     the body; borrowed, may be NULL when length is 0
 * @param length    bytes
 * @param fallback  kind when the envelope names none (DeleteOptions of old clients); may be NULL
 * @param ret       the object with apiVersion and kind, to be freed; set on success only
 * @param err       ERR_INVALID, wire "BadRequest", status 400, with the path of the member that
 *                  cannot be read: "spec.ports[0].port: …"; ERR_TOO_LARGE (413) past the limits
 *                  above
 *
 * Unknown fields are skipped, as Go's generated code does. Quantities keep their text (a Quantity
 * is made canonical where JSON's are). Invalid UTF-8 becomes U+FFFD as in Go's JSON; U+0000 is
 * refused.
 *
 * Source: apimachinery pkg/runtime/serializer/protobuf/protobuf.go:111-178 (Decode), the
 * generated.pb.go of each group, apis/meta/v1/time_proto.go and micro_time_proto.go,
 * apiextensions/v1/marshal.go.
 */
must_check bool protobuf_decode(const void *bytes, size_t length, const struct kube_kind *fallback,
				struct json **ret, struct err *err);
