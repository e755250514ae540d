#pragma once
/*
 * What may stand in a scenario file: ONE typed table (schema.tbl, words.tbl, kinds.tbl) that drives
 * the checker (runner/lint), `skyrig explain` and the JSON Schema (`skyrig schema`).
 */
#include "emulator/base/container.h"

/** What a key's value must be. */
enum value_type {
	VALUE_TEXT,		/**< any text; min and max are its length */
	VALUE_NAME,		/**< lower case, digits and dashes, a letter first */
	VALUE_TAG,		/**< the same, a digit may be first */
	VALUE_DURATION,		/**< 500ms, 30s, 2m, 1m30s */
	VALUE_INTEGER,		/**< whole number; min and max bound it */
	VALUE_NUMBER,		/**< min and max bound it */
	VALUE_SHARE,		/**< 20% */
	VALUE_BOOL,		/**< true or false */
	VALUE_TRUE,		/**< only true makes sense */
	VALUE_TRUE_OR_DURATION, /**< true, or how long */
	VALUE_WORD,		/**< one of the word list `of` */
	VALUE_KIND,		/**< a kind of object (kinds.tbl) */
	VALUE_ACTION,		/**< service:Operation, '*' allowed */
	VALUE_OPERATION,	/**< service:Operation, exactly one, of AWS */
	VALUE_FIXTURE,		/**< path below fixtures/ */
	VALUE_OBJECT,		/**< "kind name", "kind namespace/name" or ${remembered} */
	VALUE_NAMED_OBJECT,	/**< the same without ${remembered} */
	VALUE_REMEMBERED,	/**< ${remembered} */
	VALUE_MATCHER,		/**< a value, or { at-least: 1 } … */
	VALUE_HOW_MANY,		/**< a whole number, or a matcher of one */
	VALUE_FIELDS,		/**< fields of the claim's kind, or of the operation's input */
	VALUE_PARAMS,		/**< an operation's whole input: no matchers */
	VALUE_PARAM_NAME,	/**< name of one input member */
	VALUE_OBJECT_FIELDS,	/**< part of a manifest: fields of the object that `of` names */
	VALUE_TAGS,		/**< AWS tags: key to matcher */
	VALUE_VARS,		/**< names to values */
	VALUE_QUOTAS,		/**< names of AWS quotas to numbers */
	VALUE_POLICY_FILE,	/**< path of a policy document below fixtures/ */
	VALUE_IAM_ACTION,	/**< prefix:Action as in IAM policies, '*' allowed */
	VALUE_CONDITION,	/**< operators to condition keys to values, as in IAM policies */
	VALUE_TEXTS,		/**< any keys to texts */
	VALUE_BLOCK,		/**< keys of the block `of` */
	VALUE_CLAIM,		/**< one of the claim blocks, by its leading key */
	VALUE_LEAKS,		/**< none, or a list of the block leak */
	VALUE_STEP,		/**< title of an earlier step */
	VALUE_STATE,		/**< another scenario's step: "happy/x#A title" */
	VALUE_SNAPSHOT,		/**< name of an earlier snapshot, or snapshots/NAME.yaml */
	VALUE_TYPE_COUNT
};

enum key_flags {
	KEY_REQUIRED = 1 << 0,
	KEY_LIST = 1 << 1,	  /**< a list of such values */
	KEY_ONE_OR_LIST = 1 << 2, /**< one such value, or a list of them */
	KEY_UNIQUE = 1 << 3,	  /**< no element of the list twice */
	KEY_LEAD = 1 << 4,	  /**< names which claim it is */
	KEY_DOES = 1 << 5,	  /**< a step with this key does or checks something */
	KEY_WANTED = 1 << 6,	  /**< its absence is worth a warning */
	KEY_DEFAULT = 1 << 7,	  /**< suite.yaml may say it, for all scenarios below its folder */
};

/** A row of schema.tbl. */
struct key {
	const char *block; /**< where it may stand, e.g. "step" */
	const char *name;
	enum value_type type;
	const char *of; /**< block or word list that the type refers to; NULL when none */
	unsigned flags; /**< enum key_flags */
	int64_t min, max;
	const char *fallback; /**< what holds when it is left out, as text; NULL: nothing */
	const char *doc;
};

/** A block: a map with keys of its own. */
struct block {
	const char *name;
	const char *called; /**< in messages: "step", "claim on objects" */
	bool claim;
	const char *doc;
};

/** A word of a word list. */
struct word {
	const char *list, *word, *doc;
};

extern const struct key schema_keys[];
extern const size_t schema_key_count;
extern const struct block schema_blocks[];
extern const size_t schema_block_count;
extern const struct word schema_words[];
extern const size_t schema_word_count;

/**
 * Whether a row is of a block. The block "suite" (a suite.yaml) has no rows of its own: it has
 * those of "scenario" that have KEY_DEFAULT.
 */
bool schema_is_of(const struct key *key, const char *block);
/** The block of that name, or NULL. */
const struct block *schema_block(const char *name);
/** The row of a key in a block, or NULL. */
const struct key *schema_key(const char *block, const char *name);
/** The claim block that has this leading key, or NULL. */
const struct block *schema_claim_block(const char *lead);
const struct word *schema_word(const char *list, const char *word);
/** Names of a block's keys / words of a list for did-you-mean; *ret must have room for all rows.
 * The number written. */
size_t schema_key_names(const char *block, const char **ret, size_t room);
size_t schema_word_names(const char *list, const char **ret, size_t room);
/** Names of all leading keys of claims. */
size_t schema_lead_names(const char **ret, size_t room);
/** What a value of this type looks like, for messages and `explain`: "a duration, e.g. 30s". */
const char *schema_type_text(enum value_type type);

/** @name Matchers: { at-least: 2 }, { exactly: […] } … (word list "matcher") */
bool schema_is_matcher_word(const char *key);

/** @name Controllers of the user's own: described in fixtures/controllers, in no word list */
/** Whether the words of a list are, among others, controllers. */
bool schema_names_controllers(const char *list);
/** Their names, sorted. */
void schema_own_controllers(struct strs *ret);
