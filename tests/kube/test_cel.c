/* emulator/kube/cel: expressions, one by one, and what must not bring it down. */
#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cel/inner.h"
#include "tests/kube/cel_rows.h"
#include "tests/lib/suite.h"

#define SHOWN_MAX (1 << 20)

static void show(struct strbuf *sb, struct cel_run *run, const struct cel_value *value)
{
	bool list = value->kind == CEL_LIST, first = true;
	struct cel_walk walk;

	if (value->kind == CEL_OPTIONAL) {
		if (value->inner)
			show(sb, run, value->inner);
		else
			strbuf_add(sb, "<nil>");
		return;
	}
	if (!cel_walk_start(&walk, run->arena, value)) {
		strbuf_add(sb, cel_show(run, value));
		return;
	}
	strbuf_add(sb, list ? "[" : "map[");
	for (; cel_walk_next(&walk); first = false) {
		strbuf_add(sb, first ? "" : " ");
		show(sb, run, &walk.item);
		if (list)
			continue;
		strbuf_add(sb, ":");
		show(sb, run, &walk.value);
	}
	strbuf_add(sb, "]");
}

/* "int 7", "error no such key: x"; costs into *cost. In the arena. */
static const char *made(struct arena *arena, const char *text, const char *self, uint64_t limit,
			uint64_t *cost)
{
	struct cel_variable variable = {"self", cel_type_of(CEL_DYN)};
	_cleanup_(json_freep) struct json *json = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct cel_run run = {.arena = arena};
	struct cel_program *program;
	struct cel_value value, result;
	const char *shown;
	struct strbuf sb;

	if (self)
		ck_assert_msg(json_parse(self, strlen(self), &json, &err), "%s", err_text(&err));
	if (!cel_compile(arena, text, &variable, 1, &program, &err))
		return arena_strdup(arena, err_text(&err));
	value = cel_json(arena, json, variable.type);
	cel_evaluate(program, arena, &value, limit, &result, cost);
	strbuf_init(&sb, SHOWN_MAX);
	strbuf_addf(&sb, "%s ", cel_kind_name(result.kind));
	show(&sb, &run, &result);
	shown = arena_strdup(arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return shown;
}

START_TEST(expressions_mean_what_they_mean_to_the_real_server)
{
	for (size_t i = 0; i < array_size(cel_rows); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		uint64_t cost;
		const char *result =
			made(arena, cel_rows[i].text, cel_rows[i].self, CEL_CALL_LIMIT, &cost);

		ck_assert_msg(str_eq(result, cel_rows[i].result), "%s\n  want %s\n  have %s",
			      cel_rows[i].text, cel_rows[i].result, result);
	}
}
END_TEST

START_TEST(they_cost_what_they_cost_there)
{
	for (size_t i = 0; i < array_size(cel_costs); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		uint64_t cost = 0;

		made(arena, cel_costs[i].text, cel_costs[i].self, CEL_CALL_LIMIT, &cost);
		ck_assert_msg(cost == cel_costs[i].cost, "%s: want %llu, have %llu",
			      cel_costs[i].text, (unsigned long long)cel_costs[i].cost,
			      (unsigned long long)cost);
	}
}
END_TEST

START_TEST(what_does_not_compile_is_refused_with_its_place)
{
	for (size_t i = 0; i < array_size(cel_refused); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		uint64_t cost;
		const char *result = made(arena, cel_refused[i].text, NULL, CEL_CALL_LIMIT, &cost);

		ck_assert_msg(str_eq(result, cel_refused[i].problem), "%s\n  want %s\n  have %s",
			      cel_refused[i].text, cel_refused[i].problem, result);
	}
}
END_TEST

/* What the real server has and this one has not is told apart from a mistake. */
START_TEST(what_is_not_emulated_is_an_error_of_its_own)
{
	static const char *const texts[] = {"authorizer.path('/x').check('get').allowed()",
					    "semver('1.2.3').major() == 1", "isSemver('1')"};

	for (size_t i = 0; i < array_size(texts); i++) {
		_cleanup_(arena_freep) struct arena *arena = arena_new();
		_cleanup_(err_done) struct err err = ERR_INIT;
		struct cel_program *program;

		ck_assert(!cel_compile(arena, texts[i], NULL, 0, &program, &err));
		ck_assert_int_eq(err.code, ERR_UNSUPPORTED);
	}
}
END_TEST

START_TEST(an_expensive_expression_is_stopped)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	uint64_t cost;
	const char *result = made(arena,
				  "lists.range(1000).all(a, lists.range(1000).all(b, "
				  "lists.range(1000).all(c, a + b + c >= 0)))",
				  NULL, CEL_CALL_LIMIT, &cost);

	ck_assert_str_eq(result, "error operation cancelled: actual cost limit exceeded");
	ck_assert_uint_gt(cost, CEL_CALL_LIMIT);
}
END_TEST

static void deep(const char *open, const char *middle, const char *close, unsigned depth)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct strbuf sb;
	const char *result;
	uint64_t cost;

	strbuf_init(&sb, CEL_TEXT_MAX);
	for (unsigned i = 0; i < depth; i++)
		strbuf_add(&sb, open);
	strbuf_add(&sb, middle);
	for (unsigned i = 0; i < depth; i++)
		strbuf_add(&sb, close);
	result = made(arena, strbuf_text(&sb), NULL, CEL_CALL_LIMIT, &cost);
	ck_assert_ptr_nonnull(strstr(result, "expression recursion limit exceeded: 250"));
	strbuf_done(&sb);
}

START_TEST(a_deep_expression_is_refused)
{
	deep("(", "1", ")", 10000);
	deep("[", "1", "]", 10000);
	deep("{1:", "1", "}", 10000);
	deep("1 + ", "1", "", 10000);
	deep("", "1", "+1", 10000);
	deep("size(", "'x'", ")", 10000);
	deep("", "self", ".a", 10000);
	deep("", "self", "[0]", 10000);
	deep("true ? 1 : ", "1", "", 5000);
}
END_TEST

START_TEST(a_long_chain_is_no_deep_one)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct strbuf sb;
	uint64_t cost;

	strbuf_init(&sb, CEL_TEXT_MAX);
	strbuf_add(&sb, "true");
	for (unsigned i = 0; i < 2000; i++)
		strbuf_add(&sb, " && true");
	ck_assert_str_eq(made(arena, strbuf_text(&sb), NULL, CEL_CALL_LIMIT, &cost), "bool true");
	strbuf_done(&sb);
}
END_TEST

START_TEST(names_are_escaped)
{
	static const char *const rows[][2] = {
		{"a", "a"},
		{"a-b", "a__dash__b"},
		{"a.b/c", "a__dot__b__slash__c"},
		{"a__b", "a__underscores__b"},
		{"namespace", "__namespace__"},
		{"in", "__in__"},
		{"$x", NULL},
		{"1a", NULL},
		{"", NULL},
	};
	_cleanup_(arena_freep) struct arena *arena = arena_new();

	for (size_t i = 0; i < array_size(rows); i++) {
		const char *name = cel_escape(arena, rows[i][0]);

		ck_assert_msg(str_eq(name, rows[i][1]), "%s: %s", rows[i][0], name);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		expressions_mean_what_they_mean_to_the_real_server,
		they_cost_what_they_cost_there,
		what_does_not_compile_is_refused_with_its_place,
		what_is_not_emulated_is_an_error_of_its_own,
		an_expensive_expression_is_stopped,
		a_deep_expression_is_refused,
		a_long_chain_is_no_deep_one,
		names_are_escaped,
		NULL,
	};

	return suite_main("cel", tests);
}
