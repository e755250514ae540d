#pragma once
/* Inside of rules.h: a compiled rule, and the tree of those of a schema. */
#include "emulator/kube/cel/cel.h"
#include "emulator/kube/rules.h"

/** One rule, compiled. */
struct rule {
	const struct json *row;	     /**< its entry in x-kubernetes-validations */
	struct cel_program *program; /**< NULL: see problem, or it is empty */
	struct cel_program *message; /**< messageExpression; NULL: none, or it did not compile */
	const char *field_path;	     /**< ".spec.x"; NULL: none */
	const char *problem;	     /**< why it did not compile */
	const char *message_problem; /**< the same of messageExpression */
	bool uses_old, optional_old;
	bool unsupported; /**< it names what the real server has and this one has not */
};

/**
 * Compiles one rule.
 *
 * @param schema  of what the rule is about; type: its type
 */
void rule_compile(struct arena *arena, const struct json *row, const struct json *schema,
		  const struct cel_type *type, struct rule *ret);
