#pragma once
/*
 * Documents. Every resource, an AWS subnet as much as a Kubernetes Service, is one: a JSON tree
 * shaped exactly as its published API model says, in an envelope of what the API does not show.
 * Documents are immutable: a change is a new version (see world.h), and whoever holds a reference
 * keeps reading the old one.
 */
#include "emulator/base/json.h"

struct call;
struct doc;
struct world;

/** Collects the terms under which an index finds a document; a term is any text, equal text finds
 * it again. */
struct terms;
void terms_add(struct terms *terms, const char *term);

/** One way to find the documents of a kind, besides their key. */
struct kind_index {
	const char *name; /**< e.g. "vpc" */
	void (*terms)(const struct doc *doc, struct terms *terms);
};

/**
 * A kind of document. One constant per resource (`const struct kind kind_subnet`), or made at run
 * time for a Kubernetes resource. Compared by address.
 */
struct kind {
	const char *name;  /**< as scenarios call it: "subnet", "load-balancer", "service" */
	const char *shape; /**< its shape in the models: "ec2:Subnet", "k8s:v1/Service"; NULL when
			      it has none */
	const struct kind_index *indexes; /**< ends with a row of NULLs; NULL when there are none */
	/** A timer of the document is due; the call's actor is "aws" or "cluster". NULL when the
	 * kind has no timers. */
	void (*timer)(struct call *call, const struct doc *doc, const char *timer);
	/**
	 * The document as a client would see it, with derived members (Tags,
	 * AvailableIpAddressCount) filled in, for claims, reports and snapshots; new tree. NULL:
	 * the body is already all.
	 */
	struct json *(*view)(const struct world *world, const struct doc *doc);
};

/** A time at which something happens to a document by itself, on the emulated clock. */
struct doc_timer {
	const char *name; /**< interned, e.g. "active" */
	int64_t due_ms;
	struct doc_timer *next;
};

/** One version of one document. Read-only to everyone; change it through world.h. */
struct doc {
	const struct kind *kind;
	const char *key;	/**< unique in its kind: an id, an ARN, "account/region/name",
				   "cluster/namespace/name" */
	const char *account;	/**< 12 digits; "" for Kubernetes */
	const char *region;	/**< "" for global services and for Kubernetes */
	const char *maker;	/**< actor whose call made it (interned), never NULL */
	const char *implied_by; /**< key of the document that AWS made this one for; NULL when a
				   caller made it */
	uint64_t made_by_call;	/**< journal number of that call */
	uint64_t created_revision, revision; /**< first and this version; from 1 */
	int64_t created_ms, changed_ms;	     /**< emulated clock */
	const struct json *body;	     /**< the API's shape */
	const struct json *tags;	     /**< object, key to value; never NULL */
	const struct json
		*extra; /**< private state that no API shows as it is; object, never NULL */
	const struct doc_timer *timers;
	unsigned references; /**< see doc_ref */
	void *cache; /**< an encoding that a façade keeps with this version; freed by cache_free */
	void (*cache_free)(void *cache);
};

/** Keeps this version alive beyond its replacement; give back with doc_unref. Returns doc. */
const struct doc *doc_ref(const struct doc *doc);
void doc_unref(const struct doc *doc); /* NULL is fine */

/** The value of a tag, or NULL. */
const char *doc_tag(const struct doc *doc, const char *key);
/** Text of a member of the body / of extra, or NULL. */
const char *doc_str(const struct doc *doc, const char *member);
const char *doc_extra_str(const struct doc *doc, const char *member);
/** The view of its kind, or a copy of the body where the kind has none. New tree. */
struct json *doc_view(const struct world *world, const struct doc *doc);
