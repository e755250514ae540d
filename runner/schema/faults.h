#pragma once
/* What each word for a fault means (faults.tbl): one table for the checker and for the engine. */
#include "emulator/world/fault.h"

struct fault_word {
	const char *word;
	enum fault_effect effect;
	enum fault_facade facade; /**< whose calls it can be about */
	const char *code;	  /**< NULL: the service's own */
	int status;		  /**< 0: by the code */
	bool error;	     /**< the keys code, message, status and after-effect mean something */
	const char *needs;   /**< a key that must be there, or NULL */
	const char *example; /**< of it */
};

extern const struct fault_word fault_word_rows[];
extern const size_t fault_word_count;

/** The row of a word, or NULL. */
const struct fault_word *fault_word(const char *word);
