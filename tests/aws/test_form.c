/* emulator/aws/protocol/form.c */
#include "emulator/aws/protocol/form.h"

#include "emulator/base/strbuf.h"
#include "tests/lib/suite.h"

#define MANY 3000

static bool parse(struct arena *arena, const char *text, struct form_node *root)
{
	return form_parse(arena, text, strlen(text), root, NULL);
}

START_TEST(parameters_of_one_thing_are_under_one_node)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct form_node root = {0};

	ck_assert(parse(arena, "A=1&F.1.Name=n&B=2&F.1.Value=v%20w&F.2=x", &root));
	ck_assert_str_eq(form_value(&root, "A"), "1");
	ck_assert_str_eq(form_value(&root, "B"), "2");
	ck_assert_ptr_null(form_value(&root, "F"));
	ck_assert_str_eq(root.first->next->first->last->value, "v w");
	ck_assert_str_eq(form_name(arena, root.first->next->first->last), "F.1.Value");
}
END_TEST

/* Each of them is found again when the second half of its parameters comes. */
START_TEST(thousands_of_elements_are_found_again_in_any_order)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct form_node root = {0};
	struct strbuf text;
	unsigned count = 0;

	strbuf_init(&text, 1 << 20);
	for (unsigned i = MANY; i > 0; i--)
		strbuf_addf(&text, "T.%u.Id=i%u&", i, i);
	for (unsigned i = 1; i <= MANY; i++)
		strbuf_addf(&text, "T.%u.Port=%u&", i, i);
	ck_assert(parse(arena, strbuf_text(&text), &root));
	ck_assert_ptr_eq(root.first, root.last);
	for (const struct form_node *node = root.first->first; node; node = node->next) {
		ck_assert_str_eq(node->first->name, "Id");
		ck_assert_str_eq(node->first->value + 1, node->name);
		ck_assert_str_eq(node->last->value, node->name);
		count++;
	}
	ck_assert_uint_eq(count, MANY);
	strbuf_done(&text);
}
END_TEST

START_TEST(what_is_broken_too_many_or_too_deep_is_refused)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct form_node root = {0};
	struct strbuf text;

	ck_assert(!parse(arena, "A=%4", &root));
	strbuf_init(&text, 1 << 20);
	for (unsigned i = 0; i <= FORM_PARAMETERS_MAX; i++)
		strbuf_addf(&text, "P%u=&", i);
	ck_assert(!parse(arena, strbuf_text(&text), &root));
	strbuf_reset(&text);
	for (unsigned i = 0; i <= FORM_DEPTH_MAX; i++)
		strbuf_add(&text, "a.");
	ck_assert(!parse(arena, strbuf_text(&text), &root));
	strbuf_done(&text);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		parameters_of_one_thing_are_under_one_node,
		thousands_of_elements_are_found_again_in_any_order,
		what_is_broken_too_many_or_too_deep_is_refused,
		NULL,
	};

	return suite_main("form", tests);
}
