/* Compiling: text → tree → types; see cel.h. */
#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

#define PROBLEMS_MAX (1 << 18) /* bytes of what is wrong with one expression */

static bool build(struct arena *arena, struct cel_program *program, struct cel_problems *problems)
{
	program->root = cel_parse(arena, problems->text, problems);
	return program->root && cel_check(arena, program, problems);
}

bool cel_compile(struct arena *arena, const char *text, const struct cel_variable *variables,
		 size_t count, struct cel_program **ret, struct err *err)
{
	struct cel_program *program = arena_alloc(arena, sizeof(*program));
	struct cel_variable *copy = arena_alloc(arena, (count + 1) * sizeof(*copy));
	struct cel_problems problems = {.text = arena_strdup(arena, text)};
	struct strbuf sb;
	bool fine;

	assert(count <= CEL_VARIABLES_MAX);
	for (size_t i = 0; i < count; i++)
		copy[i] = variables[i];
	program->variables = copy;
	program->variable_count = count;
	strbuf_init(&sb, PROBLEMS_MAX);
	problems.out = &sb;
	fine = build(arena, program, &problems);
	if (fine)
		*ret = program;
	else
		err_set(err, problems.unsupported ? ERR_UNSUPPORTED : ERR_INVALID, NULL, "%s",
			strbuf_text(&sb));
	strbuf_done(&sb);
	return fine;
}

enum cel_kind cel_result(const struct cel_program *program)
{
	return program->root->type->kind == CEL_FREE ? CEL_DYN : program->root->type->kind;
}

const struct cel_type *cel_result_type(const struct cel_program *program)
{
	return program->root->type;
}

bool cel_uses(const struct cel_program *program, const char *name)
{
	for (size_t i = 0; i < program->variable_count; i++)
		if (str_eq(program->variables[i].name, name))
			return program->used[i];
	return false;
}
