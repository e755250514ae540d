#pragma once
/*
 * Whether a packet gets from the internet to a Service, an Ingress or what is behind a load
 * balancer, and its answer back: a walk through the emulated network, hop by hop, with the hop at
 * which it stops. A pure function of the world.
 *
 * What the walk does not model makes it unknown, never open: an unknown path fails both `is: open`
 * and `is: closed`.
 *
 * Source: scenario-language.md "path … is"; for each hop see path.c.
 */
#include "emulator/base/cidr.h"
#include "emulator/world/world.h"

enum path_state { PATH_UNKNOWN, PATH_OPEN, PATH_CLOSED };
/** "open", "closed", "unknown". */
const char *path_state_name(enum path_state state);

/** Where the Pod finds the address of the client: bits, for it may find it in several places. */
enum client_address {
	CLIENT_LOST = 0,
	CLIENT_IN_PACKET = 1,	      /**< the packets come from it */
	CLIENT_IN_PROXY_PROTOCOL = 2, /**< in front of the connection */
	CLIENT_IN_FORWARDED_FOR = 4,  /**< in the X-Forwarded-For of the request */
};
/** "packet", "proxy-protocol", "forwarded-for", "lost"; false: it is none of them. */
must_check bool client_address_parse(const char *name, enum client_address *ret);
/** The names of all bits, "packet and proxy-protocol", or "lost"; to be freed. */
char *client_address_text(unsigned found);

/** One hop of a walk; texts are ours. */
struct hop {
	char *what;  /**< what was looked at: "security group sg-… of load balancer k8s-…" */
	char *found; /**< what it said: "allows tcp 80 from ::/0" */
	const struct doc *doc; /**< the document behind it; NULL: none. Valid until the next call */
	enum path_state state; /**< OPEN: goes on; CLOSED or UNKNOWN: stops here */
};

struct path {
	enum path_state state;
	struct hop *hops; /**< the last one is where it stops */
	size_t count, room;
	/** Of an open path: where the client's address is found, whichever node of the load
	 * balancer the client comes to. */
	unsigned client_address;
	/** One sentence: the last hop, or the whole way when open. */
	char *why;
};

/** Zero-initialise before; gives back what the walk holds. */
void path_done(struct path *path);

/**
 * Walks from the internet to a port of a Service, to a listener of an Ingress (a request for its
 * first host and path), or to a listener of a load balancer and whatever Pods are behind it.
 *
 * @param family  FAMILY_IPV4 or FAMILY_IPV6: what the client speaks
 * @param to      "service default/echo" or "ingress default/echo": of any cluster of the world; the
 *                first of that name; "load-balancer NAME": of any account and region, classic too
 * @param port    the Service's port, 0: its only one (unknown when there are several); the port of
 *                a listener of an Ingress or load balancer, 0: unknown
 * @param ret     to be given back by path_done
 * @param err     ERR_INVALID: `to` is none of these
 */
must_check bool path_from_internet(const struct world *world, enum family family, const char *to,
				   unsigned port, struct path *ret, struct err *err);
