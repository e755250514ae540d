/* Where statements stand in the text of a policy. */
#include "emulator/aws/policy/language.h"

struct reader {
	const char *at;
	struct policy_place place; /* of what is at `at` */
	int depth;
};

/* One character further. */
static void step(struct reader *reader)
{
	if (*reader->at == '\n') {
		reader->place.line++;
		reader->place.column = 0;
	}
	reader->place.column++;
	reader->at++;
}

/* Over a text in quotes; whether it is this one. */
static bool step_over(struct reader *reader, const char *wanted)
{
	size_t n = strlen(wanted);
	const char *begin;

	step(reader);
	begin = reader->at;
	while (*reader->at && *reader->at != '"') {
		if (*reader->at == '\\')
			step(reader);
		step(reader);
	}
	n = (size_t)(reader->at - begin) == n && strncmp(begin, wanted, n) == 0;
	if (*reader->at)
		step(reader);
	return n;
}

/* To the value of the document's Statement. */
static bool find_statements(struct reader *reader)
{
	while (*reader->at) {
		if (*reader->at == '"') {
			bool found = step_over(reader, "Statement") && reader->depth == 1;

			if (found && reader->at[strspn(reader->at, " \t\r\n")] == ':')
				return true;
			continue;
		}
		reader->depth += *reader->at == '{' || *reader->at == '[';
		reader->depth -= *reader->at == '}' || *reader->at == ']';
		step(reader);
	}
	return false;
}

bool policy_statement_place(const char *text, size_t index, struct policy_place *ret_begin,
			    struct policy_place *ret_end)
{
	struct reader reader = {.at = text, .place = {1, 1}};
	int top = -1; /* depth of the statements */

	if (!find_statements(&reader))
		return false;
	while (*reader.at) {
		char c = *reader.at;

		if (c == '"') {
			(void)step_over(&reader, "");
			continue;
		}
		step(&reader);
		if (c == '{' && (top < 0 || reader.depth == top)) {
			top = reader.depth;
			if (!index)
				*ret_begin = reader.place;
		}
		reader.depth += c == '{' || c == '[';
		reader.depth -= c == '}' || c == ']';
		if (c == '}' && reader.depth == top && !index--) {
			*ret_end = reader.place;
			return true;
		}
	}
	return false;
}
