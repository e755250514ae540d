#pragma once
/* What the parts of the checker share. */
#include "emulator/base/json.h"
#include "runner/lint/lint.h"
#include "runner/schema/kinds.h"
#include "runner/schema/schema.h"

enum name_type {
	NAME_VALUE,	 /**< a variable: vars, matrix, given.region */
	NAME_REMEMBERED, /**< an object that a claim remembers */
	NAME_SNAPSHOT,
	NAME_FAULT,
};

/** A name that the file gives to something. */
struct name {
	enum name_type type;
	char *name;
	const struct object_kind *kind; /**< remembered: what it is */
	struct json *value;		/**< variable: its value in the first row of the matrix */
	const struct yaml_node *node;	/**< where it is given; NULL: built in */
	bool live;			/**< it may be used from here on */
	bool used;
};

struct lint {
	struct problems *problems;
	const struct source *source; /**< the file that is being checked */
	const struct source *scenario;
	const struct defaults *defaults; /**< of the scenario */
	bool is_defaults;		 /**< the file is a suite.yaml */
	const char *fixtures;
	struct files *files;
	struct name *names;
	size_t name_count, name_room;
	int64_t timeout_ms;
	const struct yaml_node *steps; /**< all steps of the file; NULL when there are none */
	const struct yaml_node *step;  /**< the step that is being checked; NULL outside */
};

/** @name Saying what is wrong; message and remedy (may be NULL) are taken over. */
void lint_error(struct lint *lint, struct place place, char *message, char *remedy);
void lint_warning(struct lint *lint, struct place place, char *message, char *remedy);

/** @name names.c */
struct name *lint_name(struct lint *lint, enum name_type type, const char *name);
struct name *lint_name_add(struct lint *lint, enum name_type type, const char *name,
			   const struct yaml_node *node);
void lint_names_done(struct lint *lint);
/** Collects what the file will name: variables are live at once, remembered objects and snapshots
 * not before their claim or step. */
void lint_collect_names(struct lint *lint, const struct yaml_node *root);
/** Complains about names that nothing uses. */
void lint_unused_names(struct lint *lint);
/**
 * Replaces ${…} in a scalar by the values of the first row, and checks each name.
 *
 * @param with       values that go before the file's (a step's `with`, as JSON); may be NULL
 * @param ret_value  the value when all of the text is one variable, else NULL; borrowed
 * @return the text, new; NULL when something in it is only known when the scenario runs, or wrong
 */
char *lint_expand(struct lint *lint, const struct yaml_node *node, struct json *with,
		  const struct json **ret_value);
/** Whether the whole text is one ${…}. */
bool lint_is_reference(const char *text);

/** @name value.c: one value by its type */
struct value_context {
	const struct key *key;
	const struct object_kind *kind; /**< of the claim; NULL when none or unknown */
	const char *action;		/**< of the claim, fault or call; NULL when none or wrong */
};
/** Checks a key's value (lists included). */
void lint_key_value(struct lint *lint, const struct value_context *context,
		    const struct yaml_node *node);
/** Whether the text is a right action; complains when not. */
bool lint_action(struct lint *lint, const struct yaml_node *node, const char *text, bool exact);
/** The kind that a word or an object reference names, or NULL after a complaint. */
const struct object_kind *lint_kind(struct lint *lint, const struct yaml_node *node,
				    const char *word);
/** Checks a matcher (or a plain value) without a field type. */
void lint_matcher(struct lint *lint, const struct yaml_node *node);
/** The same of a number of things: a whole number, or a matcher that numbers can fit. */
void lint_how_many(struct lint *lint, const struct yaml_node *node);

/** @name block.c: maps with keys of the table */
void lint_block(struct lint *lint, const char *block, const struct yaml_node *node);
void lint_claim(struct lint *lint, const struct yaml_node *node);
void lint_leaks(struct lint *lint, const struct yaml_node *node);
/** Complains when two elements of a list of claims are equal. */
void lint_duplicates(struct lint *lint, const struct yaml_node *list);

/** @name snapshot.c */
/** The step's `snapshot` is there from now on. */
void lint_take_snapshot(struct lint *lint, const struct yaml_node *step);
/** Checks what same-as names: a snapshot of an earlier step, or a file. */
void lint_snapshot(struct lint *lint, const struct yaml_node *node, const char *text);

/** @name state.c: given.after */
void lint_state(struct lint *lint, const struct yaml_node *node);
/** What keys beside given.after must not be there. */
void lint_state_rules(struct lint *lint, const struct yaml_node *root);
/** The region that a scenario runs in, its own or that of the one it starts from; borrowed. */
const char *lint_region(struct lint *lint, const struct yaml_node *root);

/** @name defaults.c */
/** Checks the fixtures that a suite.yaml gives to the scenario, with the scenario's variables. */
void lint_default_fixtures(struct lint *lint);
/** Whether an empty list is the scenario's way to say that a default does not hold for it. */
bool lint_takes_back(struct lint *lint, const struct key *key);

/** @name rules.c: what keys of one block say about each other */
void lint_step_rules(struct lint *lint, const struct yaml_node *step);
void lint_claim_rules(struct lint *lint, const char *block, const struct yaml_node *claim,
		      const struct object_kind *kind);
/** Complains about a duration that is longer than the scenario's timeout. */
void lint_fits_timeout(struct lint *lint, const struct yaml_node *map, const char *key);
/** Complains about steps that come after what takes longer than the timeout. */
void lint_reachable(struct lint *lint, const struct yaml_node *root);
void lint_fault_rules(struct lint *lint, const struct yaml_node *fault);

/** @name fields.c: fields by the API models */
enum fields_use {
	FIELDS_MATCH,  /**< partial, matchers allowed */
	FIELDS_PARAMS, /**< an operation's input: no matchers, required members must be there */
	FIELDS_OBJECT, /**< part of a manifest: no matchers */
};
void lint_fields_of_kind(struct lint *lint, const struct object_kind *kind, enum fields_use use,
			 const struct yaml_node *node);
void lint_fields_of_operation(struct lint *lint, const char *action, enum fields_use use,
			      const struct yaml_node *node);
/** Whether an input member of that name exists; complains when not. */
void lint_param_name(struct lint *lint, const char *action, const struct yaml_node *node);
/** Checks a path like "State.Code" or "Listeners[0].Port" of a remembered object. */
void lint_field_path(struct lint *lint, const struct object_kind *kind, const char *path,
		     struct place place);

/** @name fixture.c */
/** The file that a scenario names below fixtures/, read; NULL after a complaint. */
const struct source *lint_fixture_source(struct lint *lint, const struct yaml_node *node,
					 const char *path);
void lint_fixture(struct lint *lint, const struct yaml_node *node, const char *path,
		  bool aws_calls);
/** Complains about `with` values that no manifest of the step uses. */
void lint_with(struct lint *lint, const struct yaml_node *step);

/** @name policy.c: IAM policies */
/** Checks an action of a policy; those of the scenario itself must be actions that there are. */
void lint_iam_action(struct lint *lint, const struct key *key, const struct yaml_node *node);
/** Checks a Condition. */
void lint_condition(struct lint *lint, const struct yaml_node *node);
/** Checks a policy document in a file of its own. */
void lint_policy_file(struct lint *lint, const struct yaml_node *node);
/** What the keys of a policy, of a statement say about each other; and when nothing is wrong so
 * far, what IAM would say of the whole. `errors`: how many there were before this policy. */
void lint_policy_rules(struct lint *lint, const struct yaml_node *policy, size_t errors);
void lint_statement_rules(struct lint *lint, const struct yaml_node *statement);
