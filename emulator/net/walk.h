#pragma once
/* What the files of net/ share: a walk in progress, and looking things up by AWS's own names. */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/net/path.h"

struct walk {
	const struct world *world;
	struct arena *arena;
	struct path *path;
	enum family client; /**< what the client speaks */
	/** Whose load balancer it is: the Service or the Ingress; NULL: only the balancer is known.
	 */
	const struct doc *owner;
	const char *host, *url_path; /**< of the request to an Ingress; NULL: to a Service */
	const struct doc *service;   /**< NULL with `owner`, until a target is found */
	const struct json *port;     /**< of the Service's spec.ports */
	const char *protocol;	     /**< "tcp" or "udp" */
	const struct doc *balancer;
	bool classic;
	unsigned listener_port;
};

/**
 * Notes a hop.
 *
 * @param what   what was looked at, copied
 * @param found  what it said; becomes the path's
 * @return whether the walk goes on: state is PATH_OPEN
 */
bool hop_add(struct walk *walk, enum path_state state, const struct doc *doc, const char *what,
	     char *found);
/** The same with a printf-like text: a hop that lets the packet on (true), and those at which the
 * walk stops (false). */
#define hop_open(walk, doc, what, ...) hop_add(walk, PATH_OPEN, doc, what, xasprintf(__VA_ARGS__))
#define hop_closed(walk, doc, what, ...)                                                           \
	hop_add(walk, PATH_CLOSED, doc, what, xasprintf(__VA_ARGS__))
#define hop_unknown(walk, doc, what, ...)                                                          \
	hop_add(walk, PATH_UNKNOWN, doc, what, xasprintf(__VA_ARGS__))

/** @name lookup.c */
/** The document of a kind with that key, or NULL. */
const struct doc *net_find(const struct walk *walk, const char *kind, const char *key);
/** The first document of a kind whose member (of body, else of extra) has that text, behind `after`
 * (NULL: the first of all). */
const struct doc *net_find_next(const struct walk *walk, const char *kind, const char *member,
				const char *text, const struct doc *after);
/** Text of a member of the body, else of extra; NULL when missing. */
const char *net_text(const struct doc *doc, const char *member);
/** Whether an array has an element with that text (member NULL: the element itself is it). */
bool net_list_has(const struct json *list, const char *member, const char *text);

/** @name filter.c: what lets packets through */
/** The other end of a packet, as a security group sees it: who sends, or with egress who receives.
 */
struct sender {
	bool anyone; /**< any address of the internet */
	bool egress;
	enum family family;
	const struct ip *address; /**< NULL with anyone */
	/** Its groups: array of ids, or of objects with a GroupId; NULL: none. */
	const struct json *groups;
};
/** Asks an interface's groups whether a packet may come in (go out); groups is an array of ids, or
 * of objects with a GroupId. */
bool walk_groups(struct walk *walk, const char *what, const struct json *groups,
		 const struct sender *sender, unsigned port);
/** Asks the network ACL of a subnet for packets from and to anywhere. */
bool walk_acl(struct walk *walk, const char *subnet_id, unsigned port);
/** Asks the route table of a subnet for the way to and from the internet. */
bool walk_routes(struct walk *walk, const char *subnet_id);

/**
 * ingress.c: finds the Ingress, what is asked of it, and the Service behind that; false: it stops.
 *
 * @param name  "default/echo"
 * @param port  the listener's, 0: not said
 */
bool walk_ingress(struct walk *walk, const char *name, unsigned port);
/** ingress.c: the rule of a listener that takes the request; NULL: nobody can tell. */
const struct doc *walk_rule(const struct walk *walk, const struct doc *listening);
/** targets.c: from the load balancer's node in a subnet to a Pod that answers. */
bool walk_targets(struct walk *walk, const struct doc *interface);
/** targets.c: "udp" when the listener on that port takes only that, else "tcp". */
const char *walk_listener_protocol(const struct walk *walk, unsigned port);
/** targets.c: whether a node in the subnet has anything to send to: DNS leaves the others out. */
bool walk_has_targets(struct walk *walk, const char *subnet_id);

/** client.c: whether an NLB leaves the client's address in packets to a target group (NULL: it is a
 * classic load balancer) that is spoken to in a family. */
bool client_kept_by_balancer(const struct walk *walk, const struct doc *group, enum family inner);
/**
 * client.c: notes where the Pod behind a target finds the client's address.
 *
 * @param group         NULL: a classic load balancer
 * @param port          of the target
 * @param to_node_port  the target is a node: kube-proxy goes on from there
 */
void walk_client(struct walk *walk, const struct doc *group, enum family inner, unsigned port,
		 bool to_node_port);
