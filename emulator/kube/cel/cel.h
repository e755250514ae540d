#pragma once
/*
 * CEL, the Common Expression Language, as the Kubernetes API server evaluates it: rules of custom
 * resources (x-kubernetes-validations), matchConditions of webhooks.
 *
 * A text is compiled once: lexer, parser (macros become nodes of their own), checker (types of the
 * schema; what is unknown is an error, as it is to the real server). Evaluation walks the tree over
 * our JSON, without copying it, counts its cost and stops at a limit.
 *
 *   text → lexer.c → parser.c, macros.c → checker.c → struct cel_program → eval.c → struct
 * cel_value
 *
 * Not here: the authorizer, protobuf messages, semver, time zones by name, `strings.format`, and
 * the estimate of a rule's cost before it runs. All but the last are errors at compilation.
 *
 * Source: cel-spec doc/langdef.md; cel-go v0.26.0; k8s.io/apiserver v0.36.3 pkg/cel (library/,
 * environment/base.go, common/).
 */
#include "emulator/kube/cel/type.h"
#include "emulator/kube/cel/value.h"

struct arena;
struct cel_program;

/** A name that an expression may use. */
struct cel_variable {
	const char *name;
	const struct cel_type *type;
};

#define CEL_VARIABLES_MAX 8	   /* of one expression */
#define CEL_TEXT_MAX	  100000   /* bytes of one expression (cel-go parser/options.go) */
#define CEL_DEPTH_MAX	  250	   /* nested levels (cel-go parser/options.go) */
#define CEL_CALL_LIMIT	  1000000  /* cost of one evaluation (apiserver pkg/apis/cel/config.go) */
#define CEL_BUDGET	  10000000 /* cost of all rules of one object (the same) */

/**
 * Compiles an expression.
 *
 * @param arena      where the program lives; variables' types must live as long
 * @param text       the expression; copied
 * @param variables  what it may name, at most CEL_VARIABLES_MAX
 * @param ret        the program, in the arena; set on success only
 * @param err        ERR_UNSUPPORTED: the real server has what is named, and this one has not;
 *                   ERR_INVALID; as cel-go shows it: "ERROR: <input>:1:5: undefined field 'x'\n |
 * …"
 */
must_check bool cel_compile(struct arena *arena, const char *text,
			    const struct cel_variable *variables, size_t count,
			    struct cel_program **ret, struct err *err);
/** What kind of value an expression makes; CEL_DYN: known at evaluation only. */
enum cel_kind cel_result(const struct cel_program *program);
/** The type of what it makes. */
const struct cel_type *cel_result_type(const struct cel_program *program);
/** Whether it names the variable. */
bool cel_uses(const struct cel_program *program, const char *name);

/**
 * Evaluates a program.
 *
 * @param arena   where values live that are made on the way
 * @param values  one per variable of cel_compile, in its order
 * @param limit   cost at which it stops
 * @param ret     what came out; of kind CEL_ERROR, with its text, when the evaluation failed
 * @param cost    what it cost; at least limit + 1 when it was stopped
 *
 * Source of the costs: cel-go interpreter/runtimecost.go, apiserver pkg/cel/library/cost.go.
 */
void cel_evaluate(const struct cel_program *program, struct arena *arena,
		  const struct cel_value *values, uint64_t limit, struct cel_value *ret,
		  uint64_t *cost);
