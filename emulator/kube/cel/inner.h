#pragma once
/* Inside of cel.h: tokens, the tree, the functions' table, and a program that runs. */
#include "emulator/base/strbuf.h"
#include "emulator/kube/cel/cel.h"

struct cel_overload;
struct cel_url;
struct strbuf;

/* ---- lexer.c ---- */

enum cel_token {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_NUMBER, /**< the token's value says of what kind */
	TOKEN_TEXT,   /**< string or bytes */
	TOKEN_SIGN,   /**< operator or bracket: `sign` */
	TOKEN_WRONG,  /**< `problem` says why */
};

struct cel_lexer {
	struct arena *arena;
	const char *text;
	size_t at;    /**< behind the token */
	size_t start; /**< of the token, bytes from the beginning */
	enum cel_token token;
	const char *name; /**< of a name or sign, in the arena */
	struct cel_value value;
	const char *problem;
};
/** Reads the next token. */
void cel_lex(struct cel_lexer *lexer);
/** Whether a word is one that no variable may have. */
bool cel_is_keyword(const char *name);

/* ---- the tree ---- */

enum cel_node_kind {
	NODE_VALUE,
	NODE_NAME,   /**< a variable; slot */
	NODE_SELECT, /**< children[0].name */
	NODE_HAS,    /**< has(children[0].name) */
	NODE_CALL,   /**< name(children), member or not */
	NODE_AND,
	NODE_OR,
	NODE_CHOICE, /**< children[0] ? children[1] : children[2] */
	NODE_LIST,
	NODE_MAP,  /**< keys and values alternate */
	NODE_FOLD, /**< a macro that walks children[0]; fold */
	NODE_BIND, /**< optMap, optFlatMap: children[0].optMap(name, children[1]) */
};

enum cel_fold {
	FOLD_ALL,
	FOLD_EXISTS,
	FOLD_EXISTS_ONE,
	FOLD_FILTER,
	FOLD_MAP,
	FOLD_TO_MAP,
	FOLD_TO_ENTRIES,
};

struct cel_node {
	enum cel_node_kind kind;
	size_t at;	    /**< where errors point, bytes from the beginning */
	unsigned depth;	    /**< of what is below */
	const char *name;   /**< variable, member, function; loop variable */
	const char *second; /**< second loop variable; NULL: none */
	struct cel_node **children;
	size_t count;
	bool member;	       /**< of a call: children[0] is what it is called on */
	bool optional;	       /**< of a select or index: `?` */
	const bool *optionals; /**< of a list or map: which entries are `?x` */
	enum cel_fold fold;
	bool mixed;    /**< a list whose elements need not be of one type */
	bool constant; /**< made of literals only: costs nothing */
	bool flat;     /**< of a bind: optFlatMap */
	unsigned slot;
	struct cel_value value;
	const struct cel_overload **overloads; /**< of a call, those that may fit */
	size_t overload_count;
	const struct cel_type *type; /**< set by the checker */
};

struct cel_program {
	struct cel_node *root;
	unsigned slots; /**< variables and loop variables at once */
	const struct cel_variable *variables;
	size_t variable_count;
	bool used[CEL_VARIABLES_MAX];
};

/** What is wrong with a text: lines as cel-go shows them. */
struct cel_problems {
	const char *text;
	struct strbuf *out;
	unsigned count;
	bool unsupported; /**< the real server has it, and this one has not */
};
void cel_problem(struct cel_problems *problems, size_t at, const char *format, ...)
	printf_like(3, 4);

struct cel_parser {
	struct cel_lexer lexer;
	struct arena *arena;
	struct cel_problems *problems;
	unsigned depth;
	bool failed;
};
/** The tree; NULL: see problems. */
struct cel_node *cel_parse(struct arena *arena, const char *text, struct cel_problems *problems);
struct cel_node *cel_node_new(struct cel_parser *parser, enum cel_node_kind kind, size_t at,
			      struct cel_node *const *children, size_t count);
/**
 * A call that may be a macro.
 *
 * @param target  what it is called on; NULL: nothing
 * @return the macro's node; NULL: it is a function (or failed is set)
 */
struct cel_node *cel_macro(struct cel_parser *parser, const char *name, size_t at,
			   struct cel_node *target, struct cel_node *const *args, size_t count);

/** Gives every node its type and every call its overloads. */
bool cel_check(struct arena *arena, struct cel_program *program, struct cel_problems *problems);

/* ---- functions ---- */

/** An evaluation. */
struct cel_run {
	struct arena *arena;
	struct cel_value *slots;
	uint64_t cost, limit;
	bool stopped; /**< over the limit */
};
/** Adds to the cost; false: over the limit. */
bool cel_spend(struct cel_run *run, uint64_t cost);
struct cel_value cel_run_node(struct cel_run *run, const struct cel_node *node);

/* fold.c */
struct cel_value cel_run_fold(struct cel_run *run, const struct cel_node *node);

typedef struct cel_value cel_function(struct cel_run *run, const struct cel_value *args);
/** How much a call costs. */
enum cel_cost {
	COST_ONE,
	COST_TRAVERSE, /**< a tenth of a text, or that of all elements */
	COST_FIRST,    /**< a tenth of the first argument's size */
	COST_FIRST_TWICE,
	COST_LIST,    /**< the first argument's size */
	COST_SECOND,  /**< the second argument's size */
	COST_SMALLER, /**< a tenth of the smaller one's size */
	COST_BOTH,    /**< a tenth of both */
	COST_PRODUCT, /**< a tenth of one times a tenth of the other */
	COST_PATTERN, /**< the second is an expression */
	COST_RESULT,  /**< a fifth of the result's size */
	COST_NET_IP,  /**< cidr.containsIP */
	COST_NET_CIDR,
	COST_FORMAT,
};

/**
 * One overload.
 *
 * signature: the parameters' types, `>`, the result's. A leading `.` makes it a member function. b
 * bool, i int, u uint, d double, s string, y bytes, n null, D duration, T timestamp, [x] list,
 * {xy} map, ?x optional, @x type, U url, I ip, C cidr, Q quantity, F format, * dyn, and 1 and 2
 * stand for any type that is the same wherever it occurs.
 */
struct cel_overload {
	const char *name, *signature;
	cel_function *call;
	enum cel_cost cost;
};
extern const struct cel_overload cel_operators[], cel_conversions[], cel_strings[], cel_lists[],
	cel_times[], cel_nets[], cel_urls[], cel_quantities[], cel_formats[], cel_optionals[],
	cel_patterns[], cel_printf[];
/** All overloads of a name, as an array in the arena. */
const struct cel_overload **cel_overloads(struct arena *arena, const char *name, bool member,
					  size_t *ret_count);
/** The type of a call, or NULL when the overload does not take these. */
const struct cel_type *cel_overload_type(struct arena *arena, const struct cel_overload *overload,
					 const struct cel_type *const *args, size_t count);
/** Whether it takes these values. */
bool cel_overload_fits(const struct cel_overload *overload, const struct cel_value *args,
		       size_t count);

/* ---- shared by function files ---- */

/** "1h30m", in ns (Go's time.ParseDuration). */
bool cel_read_duration(const char *text, int64_t *ret_ns);
/** RFC 3339. */
bool cel_read_timestamp(const char *text, int64_t *ret_seconds, int32_t *ret_nanos);
const char *cel_url_text(const struct cel_url *url);
bool cel_url_fits(struct arena *arena, const char *text);
bool cel_read_quantity(const char *text, size_t length, __int128 *ret);
/** Go's %v and %g of a double, as string(x) has it. */
const char *cel_double_text(struct arena *arena, double real);
/** The same without an exponent. */
const char *cel_double_plain(struct arena *arena, double real);
/** How long a format's expression counts as. */
uint64_t cel_format_size(const struct cel_format *format);
/** A NUL-terminated copy. */
const char *cel_copy_text(struct cel_run *run, const struct cel_value *value);
/** Whether an expression is one that the real server's engine takes. */
bool cel_pattern_is_fine(const char *pattern);
/** What Go's %v prints, as string(x) has it. */
const char *cel_show(struct cel_run *run, const struct cel_value *value);
const char *cel_duration_text(struct arena *arena, int64_t ns);
const char *cel_timestamp_text(struct arena *arena, const struct cel_value *when);
/** a + b; sets and map lists are merged. */
struct cel_value cel_list_add(struct cel_run *run, const struct cel_value *a,
			      const struct cel_value *b);
/** `no such overload`. */
struct cel_value cel_no_overload(struct cel_run *run);
