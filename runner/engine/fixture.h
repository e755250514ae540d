#pragma once
/* AWS calls of a person: `call:` steps, and AWS fixtures, which are lists of calls. */
#include "emulator/emulator.h"
#include "runner/scenario/scenario.h"

/** An AWS call as written in a file. */
struct aws_wish {
	const char *action; /**< "ec2:CreateVpc" */
	const char *actor;  /**< who makes it */
	const char *region;
	const char *id;			/**< fixed id, with ${…}; NULL: none */
	const struct yaml_node *params; /**< with ${…}; NULL: none */
	variable_fn *variables;
	void *userdata; /**< of variables */
};

/**
 * Makes the call: replaces ${…}, gives each text the type that the operation's input wants.
 *
 * @param err  AWS's answer, or what ${…} could not be replaced
 */
must_check bool aws_wish_do(struct emulator *emulator, const struct aws_wish *wish,
			    struct err *err);

/** Makes the calls of a list in their order, as operator, who waits after each until AWS has done
 * what follows by itself (an IPv6 block is associated before the next call). */
must_check bool fixture_do(struct emulator *emulator, const char *region,
			   const struct yaml_node *list, variable_fn *variables, void *userdata,
			   struct err *err);
/**
 * Checks an AWS fixture and makes its calls; only ${region} is known in it.
 *
 * @param err  ERR_INVALID with all mistakes of the file; ERR_NOT_FOUND; AWS's answer
 */
must_check bool fixture_load(struct emulator *emulator, const char *region, const char *path,
			     struct err *err);
