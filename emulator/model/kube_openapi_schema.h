#pragma once
/* The schemas of OpenAPI documents; kube_openapi.c puts the paths around them. */
#include "emulator/model/kube_model.h"

struct strbuf;

/** Which messages and special types a document needs. */
struct kube_schema_set {
	bool *messages; /**< kube_message_count of them */
	bool special[KUBE_SCHEMA_OR_STRINGS + 1];
};

/** Makes an empty set. */
void kube_schema_set_init(struct kube_schema_set *set);
/** Frees what the set holds. */
void kube_schema_set_done(struct kube_schema_set *set);
/** Adds a message and whatever its fields refer to. */
void kube_schema_set_add(struct kube_schema_set *set, const struct kube_message *message);

/**
 * Prints `"NAME":{…}` for each of a set's members, separated by commas.
 *
 * @param group    group and version of the document: types that belong to every group
 * (DeleteOptions)
 * @param version  name only this and the core there
 */
void kube_schema_set_print(const struct kube_schema_set *set, struct strbuf *sb, const char *group,
			   const char *version);
