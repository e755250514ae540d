/* The words for faults. */
#include "runner/schema/faults.h"

const struct fault_word fault_word_rows[] = {
#define FAULT(word, effect, facade, code, status, error, needs, example)                           \
	{word, FAULT_##effect, FACADE_##facade, code, status, error, needs, example},
#include "runner/schema/faults.tbl"
#undef FAULT
};
const size_t fault_word_count = array_size(fault_word_rows);

const struct fault_word *fault_word(const char *word)
{
	for (size_t i = 0; i < fault_word_count; i++)
		if (str_eq(fault_word_rows[i].word, word))
			return &fault_word_rows[i];
	return NULL;
}
