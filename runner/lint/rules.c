/* What the keys of one block say about each other. */
#include "emulator/base/clock.h"
#include "runner/lint/inner.h"
#include "runner/text.h"

static bool has(const struct yaml_node *map, const char *key)
{
	return yaml_get(map, key) != NULL;
}

/* A key that has no meaning without one of the others. */
struct needs {
	const char *key, *one_of[5], *message, *remedy;
};

static const struct needs step_needs[] = {
	{"with", {"apply"}, "with gives values to nothing: this step applies no manifest", NULL},
	{"rejected",
	 {"apply", "change", "delete"},
	 "rejected has nothing that could be refused",
	 "put it beside apply, change or delete (a call has fails-with)"},
	{"within",
	 {"expect", "settle", "leaks", "same-as"},
	 "within has nothing to wait for",
	 "put it beside expect, settle or leaks"},
	{"stays", {"expect"}, "stays has no claims that could stay true", "put it beside expect"},
};

static void check_needs(struct lint *lint, const struct yaml_node *step)
{
	for (size_t i = 0; i < array_size(step_needs); i++) {
		const struct needs *row = &step_needs[i];
		const struct yaml_node *node = yaml_get(step, row->key);
		bool met = false;

		for (size_t j = 0; row->one_of[j]; j++)
			met = met || has(step, row->one_of[j]);
		if (node && !met)
			lint_error(lint, place_of_key(node), xstrdup(row->message),
				   row->remedy ? xstrdup(row->remedy) : NULL);
	}
}

static void check_duration_fits(struct lint *lint, const struct yaml_node *step, const char *key)
{
	const struct yaml_node *node = yaml_get(step, key);
	_cleanup_(freep) char *timeout = text_duration(lint->timeout_ms);
	int64_t ms;

	if (node && node->text && duration_parse(node->text, &ms) && ms > lint->timeout_ms)
		lint_error(
			lint, place_of_value(node),
			xasprintf("%s is longer than the scenario's timeout of %s", key, timeout),
			xasprintf("say a longer timeout: at the top of the file"));
}

static void check_title(struct lint *lint, const struct yaml_node *step)
{
	const struct yaml_node *title = yaml_get(step, "step");

	if (!title || !title->text)
		return;
	for (const struct yaml_node *other = lint->steps ? lint->steps->first : NULL;
	     other && other != step; other = other->next) {
		const struct yaml_node *name = yaml_get(other, "step");

		if (name && str_eq(name->text, title->text))
			lint_error(lint, place_of_value(title),
				   xasprintf("the step in line %u has the same title", name->line),
				   xstrdup("say what is different here"));
	}
}

void lint_step_rules(struct lint *lint, const struct yaml_node *step)
{
	const struct yaml_node *expect = yaml_get(step, "expect");
	bool does = false;

	for (size_t i = 0; i < schema_key_count; i++)
		if (str_eq(schema_keys[i].block, "step") && (schema_keys[i].flags & KEY_DOES))
			does = does || has(step, schema_keys[i].name);
	if (!does)
		lint_error(lint, step->first ? place_of_key(step->first) : place_of_value(step),
			   xstrdup("this step does nothing"),
			   xstrdup("give it e.g. apply, change, delete, call, expect or leaks"));
	check_needs(lint, step);
	check_duration_fits(lint, step, "within");
	check_duration_fits(lint, step, "stays");
	check_title(lint, step);
	lint_with(lint, step);
	if (expect && expect->type == YAML_LIST)
		lint_duplicates(lint, expect);
}

static void check_object_claim(struct lint *lint, const struct yaml_node *claim,
			       const struct object_kind *kind)
{
	const struct yaml_node *remember = yaml_get(claim, "remember");
	const struct yaml_node *tagged = yaml_get(claim, "tagged");

	if (remember && !has(claim, "one"))
		lint_error(lint, place_of_key(remember),
			   xstrdup("only a claim with \"one\" can remember its object"),
			   xstrdup("the others may find several, or none"));
	if (tagged && kind && kind->kube_kind)
		lint_error(lint, place_of_key(tagged), xasprintf("%s has no AWS tags", kind->doc),
			   xstrdup("write has: { metadata: { labels: … } }"));
}

static void check_calls_claim(struct lint *lint, const struct yaml_node *claim)
{
	const struct yaml_node *often = yaml_get(claim, "at-most-every");

	if (often && has(claim, "times"))
		lint_error(lint, place_of_key(often),
			   xstrdup("at-most-every and times are two claims"),
			   xstrdup("write one claim for each"));
}

void lint_claim_rules(struct lint *lint, const char *block, const struct yaml_node *claim,
		      const struct object_kind *kind)
{
	if (str_eq(block, "object") || str_eq(block, "count"))
		check_object_claim(lint, claim, kind);
	else if (str_eq(block, "calls"))
		check_calls_claim(lint, claim);
}

/* Which keys a fault needs, and which mean something to it. */
struct fault_keys {
	const char *fault, *needs, *remedy;
	bool error; /**< code, message, status and after-effect mean something */
};

static const struct fault_keys fault_rows[] = {
	{"throttle", NULL, NULL, true},
	{"internal-error", NULL, NULL, true},
	{"unavailable", NULL, NULL, true},
	{"access-denied", NULL, NULL, true},
	{"expired-token", NULL, NULL, true},
	{"conflict", NULL, NULL, true},
	{"quota", "code", "e.g. code: TooManyLoadBalancers", true},
	{"error", "code", "e.g. code: InvalidSubnet", true},
	{"slow", "delay", "e.g. delay: 2s", false},
	{"drop-connection", NULL, NULL, false},
	{"answer-lost", NULL, NULL, false},
};

static void check_fault_name(struct lint *lint, const struct yaml_node *fault)
{
	const struct yaml_node *name = yaml_get(fault, "name");
	const struct name *other =
		name && name->text ? lint_name(lint, NAME_FAULT, name->text) : NULL;

	if (other)
		lint_error(lint, place_of_value(name),
			   xasprintf("the fault in line %u is called \"%s\" too", other->node->line,
				     name->text),
			   xstrdup("choose another name"));
	else if (name && name->text)
		lint_name_add(lint, NAME_FAULT, name->text, name);
}

void lint_fault_rules(struct lint *lint, const struct yaml_node *fault)
{
	static const char *const error_keys[] = {"code", "message", "status", "after-effect"};
	const struct yaml_node *word = yaml_get(fault, "fault");
	const struct yaml_node *delay = yaml_get(fault, "delay");

	check_fault_name(lint, fault);
	for (size_t i = 0; i < array_size(fault_rows); i++) {
		const struct fault_keys *row = &fault_rows[i];

		if (!word || !str_eq(row->fault, word->text))
			continue;
		if (row->needs && !has(fault, row->needs))
			lint_error(lint, place_of_value(word),
				   xasprintf("the fault %s needs %s", row->fault, row->needs),
				   xstrdup(row->remedy));
		for (size_t j = 0; !row->error && j < array_size(error_keys); j++)
			if (has(fault, error_keys[j]))
				lint_error(lint, place_of_key(yaml_get(fault, error_keys[j])),
					   xasprintf("the fault %s has no %s", row->fault,
						     error_keys[j]),
					   NULL);
		if (delay && !str_eq(row->needs, "delay"))
			lint_error(lint, place_of_key(delay),
				   xasprintf("the fault %s has no delay", row->fault),
				   xstrdup("delay belongs to fault: slow"));
	}
}
