#pragma once
/* application/x-www-form-urlencoded parameters as a tree: "Filter.1.Value.2=x" is three levels
 * deep. */
#include "emulator/base/arena.h"
#include "emulator/base/err.h"

#define FORM_PARAMETERS_MAX 10000 /* in one request; ours, AWS's limit is on the body */
#define FORM_DEPTH_MAX	    32	  /* segments in a name */

struct form_node {
	const char *name;  /**< one segment */
	const char *value; /**< NULL when the name goes on */
	struct form_node *parent, *first, *last, *next;
	/* form_parse's own: the children by name, once there are many */
	uint32_t hash; /**< of the name */
	struct form_node **table;
	unsigned children, table_size;
};

/**
 * Adds the parameters of a text to a tree.
 *
 * @param root  a zeroed node, or one that holds other parameters already
 * @param err   ERR_INVALID: broken percent-encoding, too many or too deep parameters
 */
must_check bool form_parse(struct arena *arena, const char *text, size_t length,
			   struct form_node *root, struct err *err);
/** The value of a parameter of one segment, or NULL. */
const char *form_value(const struct form_node *root, const char *name);
/** The whole name, "Filter.1.Value.2". */
const char *form_name(struct arena *arena, const struct form_node *node);
