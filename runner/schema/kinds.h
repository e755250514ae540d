#pragma once
/* The kinds of objects that a scenario can name (kinds.tbl): the word, the shape in the API models
 * that its fields are checked against, and for Kubernetes objects where they are served. */
#include "emulator/base/util.h"

struct object_kind {
	const char *word;  /**< "load-balancer" */
	const char *shape; /**< "elbv2:LoadBalancer", "k8s:io.k8s.api.core.v1…"; NULL: any field */
	/** @name Kubernetes only; NULL for AWS */
	const char *group, *version, *resource, *kube_kind;
	bool namespaced;
	const char *doc;
};

extern const struct object_kind object_kinds[];
extern const size_t object_kind_count;

/** The kind that a word in a scenario stands for, or NULL. */
const struct object_kind *object_kind(const char *word);
/** The kind of a manifest's apiVersion and kind, or NULL. */
const struct object_kind *object_kind_of_manifest(const char *api_version, const char *kind);
/** The words, for did-you-mean. The number written. */
size_t object_kind_words(const char **ret, size_t room);
/** "v1" or "apps/v1"; free() it. Kubernetes kinds only. */
char *object_kind_api_version(const struct object_kind *kind);

/**
 * Splits "service default/echo" into kind, namespace and name.
 *
 * @param text     borrowed
 * @param ret_ns   new text, NULL when none was written
 * @param ret_name new text
 * @return false when text is not of that form or the kind is unknown; *ret_kind is then NULL when
 *         it is the kind that is unknown
 */
must_check bool object_reference(const char *text, const struct object_kind **ret_kind,
				 char **ret_ns, char **ret_name);
