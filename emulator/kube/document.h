#pragma once
/*
 * Kubernetes objects as documents of the world: key "cluster/namespace/name" (namespace "" when
 * cluster-scoped), body in the storage version without metadata.resourceVersion, which is the
 * document's revision.
 */
#include "emulator/kube/types.h"
#include "emulator/world/world.h"

/** Indexes of every kind: "namespace" (terms "cluster" and "cluster/namespace"), "uid", and "owner"
 * (the uids of its owners). */
extern const struct kind_index document_indexes[];
/** The body with its resourceVersion; new tree (kind->view). */
struct json *document_view(const struct world *world, const struct doc *doc);

/** As a client sees it in a version of its resource; version 0: the document's own. New tree. */
struct json *document_object(const struct api_type *type, const struct doc *doc, uint64_t version);
/** The same as compact JSON, kept with the document. */
struct document_text {
	const char *text; /**< `{"kind":…,"apiVersion":…,` and the rest; borrowed from doc */
	size_t length;
	size_t prefix; /**< bytes up to and with the comma behind apiVersion: lists leave them out
			*/
};
struct document_text document_text(const struct api_type *type, const struct doc *doc);

/** "cluster/namespace/name", new text. */
char *document_key(const char *cluster, const char *ns, const char *name);
