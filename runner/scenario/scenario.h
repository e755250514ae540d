#pragma once
/* A scenario file that the checker found nothing wrong with, ready to be run. */
#include "runner/lint/lint.h"

struct json;

/** What a scenario gives before its first step. */
struct given {
	const struct yaml_node *after; /**< SCENARIO#STEP, or NULL */
	const char *region;
	const struct yaml_node *aws;	     /**< fixture paths, or NULL */
	const struct yaml_node *quotas;	     /**< other quotas, or NULL */
	const struct yaml_node *policies;    /**< of controllers, or NULL */
	const struct yaml_node *settings;    /**< of controllers, or NULL */
	const struct yaml_node *lags;	     /**< how far lists are behind, or NULL */
	const struct yaml_node *consistency; /**< overrides of life cycles, or NULL */
	unsigned nodes;
	bool says_controllers;	 /**< controllers is meant, also when it is empty */
	struct strs controllers; /**< to start */
	bool overlay;		 /**< pod-network: overlay */
	bool instant;		 /**< profile: instant */
	double speed;		 /**< 0: not said */
};

struct scenario {
	const struct source *source; /**< borrowed from the suite */
	struct defaults defaults;    /**< suite.yaml files; the same */
	const struct yaml_node *root;
	char *id;	/**< "leak/migrate-service-to-dual-stack" */
	char *fixtures; /**< folder */
	const char *title, *why;
	struct strs sources, tags, requires, allows;
	const struct yaml_node *versions; /**< requires.versions, or NULL */
	uint64_t seed;
	int64_t timeout_ms, within_ms;		 /**< within: of steps that do not say their own */
	bool strict;				 /**< what is unproven fails */
	const char *known_failure, *known_issue; /**< NULL: none */
	const char *known_words; /**< in the report of the known failure; NULL: any failure is it */
	struct given given;
	struct ptrs rows;			 /**< struct json: variables of each row */
	const struct yaml_node *always;		 /**< claims, or NULL */
	const struct yaml_node *steps, *finally; /**< finally: or NULL */
	const struct yaml_node *leaks;		 /**< NULL: none may be there */
	const struct scenario *base; /**< where its state comes from, or NULL; the suite's */
	const char *base_step;	     /**< title of the step of it; NULL: none */
};

/** The value that holds for a scenario, of itself, its suite.yaml files, or the scenario that makes
 * the state that it starts from; section as of lint_setting. */
struct setting scenario_setting(const struct scenario *scenario, const char *section,
				const char *key);
/** A row's number and values as a suffix, e.g. " (target-type: ip)"; "" when there is one row; new
 * text. */
char *scenario_row_text(const struct scenario *scenario, size_t row);

/** Scenarios of some paths. Zero-initialise. */
struct suite {
	struct files files;
	struct problems problems;
	struct ptrs scenarios; /**< struct scenario, in the order of their paths */
	struct ptrs bases;     /**< struct scenario: those that others start from, unless they are
				    among the scenarios */
	size_t file_count;     /**< scenario files looked at, broken ones included */
	size_t defaults_count; /**< files suite.yaml below the paths */
};
/**
 * Loads and checks scenario files.
 *
 * @param suite  scenarios without mistakes are added, mistakes go to its problems
 * @param path   a file, or a folder that is searched for *.yaml (folders named fixtures are left
 *               out)
 * @param err    ERR_NOT_FOUND: there is no such path; ERR_IO
 */
must_check bool suite_load(struct suite *suite, const char *path, struct err *err);
void suite_done(struct suite *suite);

/** @name filter.c: `tag:leak and not tag:slow`, `id:happy/…`, `source:seed`, parentheses */
struct filter;
/** @param err ERR_INVALID: what is wrong with the expression */
must_check bool filter_new(const char *expression, struct filter **ret, struct err *err);
bool filter_matches(const struct filter *filter, const struct scenario *scenario);
void filter_free(struct filter *filter);
DEFINE_FREEP(filter, struct filter)

/** @name variables.c */
/** Gives the value of ${reference}; new tree. */
typedef bool variable_fn(const char *reference, struct json **ret, void *userdata, struct err *err);
/**
 * A copy of a tree in which ${…} is replaced; a text that is only ${x} takes x's type.
 *
 * @param err  of the callback
 */
must_check bool variables_replace(const struct json *json, variable_fn *fn, void *userdata,
				  struct json **ret, struct err *err);
/** The same for one text. */
must_check bool variables_replace_text(const char *text, variable_fn *fn, void *userdata,
				       struct json **ret, struct err *err);
