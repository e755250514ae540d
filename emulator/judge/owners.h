#pragma once
/*
 * Who a document belongs to. Four questions, all pure functions of the world as it is now: who
 * made it, which owner it claims by tags and names, what it is a part of, and who is responsible
 * for that owner.
 *
 * Kinds are known by name, members by AWS's own names; tags stand in doc->tags. What a document
 * belongs to is found by going up its parents, so the cost does not grow with the world.
 *
 * Source: scenario-language.md "Leaks: definition"; contracts of the controllers (named at each
 * rule in owners.c).
 */
#include "emulator/base/arena.h"
#include "emulator/world/world.h"

enum owner_type {
	OWNER_NONE,
	OWNER_SERVICE,	      /**< a Service: ns/name */
	OWNER_INGRESS,	      /**< an Ingress, or an Ingress group (ns "") */
	OWNER_GATEWAY,	      /**< a Gateway of gateway.networking.k8s.io */
	OWNER_STACKS,	      /**< all that the load balancer controller serves in a cluster */
	OWNER_BINDING,	      /**< a TargetGroupBinding of a user: ns/name, "" when it is gone */
	OWNER_BINDINGS,	      /**< all TargetGroupBindings of a cluster, a user's own too */
	OWNER_INFRASTRUCTURE, /**< a Shoot's infrastructure */
};

/** An owner that a document claims. Texts live in the arena it was found with. */
struct owner {
	enum owner_type type;
	const char *cluster;   /**< technical id: "shoot--qa--demo"; "" when the claim names none */
	const char *ns, *name; /**< "" where the type has none */
};

/** Whether they are the same one; an empty cluster equals any. */
bool owner_equal(const struct owner *a, const struct owner *b);
/** "service default/echo", "infrastructure of shoot--qa--demo", "the load balancer controller of
 * shoot--qa--demo", "nobody"; in the arena. */
const char *owner_text(struct arena *arena, const struct owner *owner);

/** The owner that the document itself claims by its tags, its name or its description; first match
 * counts. */
struct owner owner_claimed(const struct world *world, const struct doc *doc, struct arena *arena);
/**
 * The first owner on the way up: what the document claims itself, else what the thing that it is a
 * part of claims, and so on up to the VPC.
 *
 * @param ret_through  the document that claims it (doc itself or one above), borrowed; may be NULL
 */
struct owner owner_of(const struct world *world, const struct doc *doc, struct arena *arena,
		      const struct doc **ret_through);

/** The Kubernetes document of an owner, or NULL: it does not exist. For OWNER_STACKS one that the
 * controller serves; for OWNER_BINDINGS one with rules; for OWNER_INFRASTRUCTURE the
 * Infrastructure. */
const struct doc *owner_doc(const struct world *world, const struct owner *owner);
/** Whether the owner exists, is not being deleted, and wants what is made for it. */
bool owner_is_live(const struct world *world, const struct owner *owner);
/** The actor that is responsible for the owner now, or NULL: nobody is. */
const char *owner_responsible(const struct world *world, const struct owner *owner);
/** The same for one version of a Service, for history. */
const char *service_responsible(const struct doc *service);

/** Whether the actor is a controller: not a person, not AWS, not the cluster's own machinery. */
bool actor_is_controller(const char *actor);
/** The actor to whom the document is due: its maker, or for what AWS made by itself the maker of
 * what it was made for. Never NULL. */
const char *maker_of(const struct world *world, const struct doc *doc);

/** @name Parts */
enum relation {
	RELATION_PART,	/**< goes when the other goes, or belongs to it: listener of a load balancer
			 */
	RELATION_IN,	/**< lies in it: security group in a VPC, NAT gateway in a subnet */
	RELATION_NAMES, /**< names it: rule naming a security group, route to a gateway */
};
/** One edge of a document. */
struct edge {
	enum relation relation;
	const char *kind;      /**< of the other end */
	const char *id;	       /**< that the document names; in its body, or in the arena */
	const struct doc *doc; /**< the other end; NULL: it does not exist */
};
typedef void edge_fn(const struct edge *edge, void *userdata);
/** Calls back for each edge that goes out of the document: parts first, then places, then names. */
void edges_of(const struct world *world, const struct doc *doc, struct arena *arena, edge_fn *fn,
	      void *userdata);

/** @name Selection: the `of:` of a claim */

/** What `of:` means. Texts are ours. */
struct selection {
	const struct doc *doc; /**< "${doc}": the document; NULL for the others */
	char *kind;	       /**< "service", "shoot", "node" …; NULL with doc */
	char *ns, *name;       /**< ns "" when not said */
};
/**
 * Parses "service default/echo", "shoot demo", "node ip-10-0-0-1".
 *
 * @param ret  to be given back by selection_done; set on success only
 * @param err  ERR_INVALID: no kind and name
 */
must_check bool selection_parse(const char *text, struct selection *ret, struct err *err);
/** The selection of what belongs to a document; doc is borrowed. Of a Service or a Shoot it is that
 * of its name. */
struct selection selection_of_doc(const struct doc *doc);
void selection_done(struct selection *selection);

/**
 * Whether the document belongs to what is selected, directly or through what it is a part of: a
 * listener through its load balancer to the Service, everything of a cluster to its Shoot. The
 * selected document itself does not belong to itself, but a Shoot's Infrastructure does to the
 * Shoot.
 */
bool selection_has(const struct world *world, const struct selection *selection,
		   const struct doc *doc);
/** All documents of a kind that belong to it, in the order of making; ret by docs_done. */
void selection_docs(const struct world *world, const struct selection *selection,
		    const struct kind *kind, struct docs *ret);
