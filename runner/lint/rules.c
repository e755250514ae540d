/* What the keys of one block say about each other. */
#include "emulator/aws/fault_words.h"
#include "emulator/base/clock.h"
#include "runner/lint/inner.h"
#include "runner/schema/faults.h"
#include "runner/text.h"

static bool has(const struct yaml_node *map, const char *key)
{
	return yaml_get(map, key) != NULL;
}

/* A key that has no meaning without one of the others. */
struct needs {
	const char *key, *one_of[8], *message, *remedy;
};

static const struct needs step_needs[] = {
	{"with", {"apply"}, "with gives values to nothing: this step applies no manifest", NULL},
	{"in",
	 {"apply", "change", "delete", "restart", "stop", "start"},
	 "in has nothing to do in that Shoot's cluster",
	 "put it beside apply, change or delete"},
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

void lint_fits_timeout(struct lint *lint, const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = yaml_get(map, key);
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
	lint_fits_timeout(lint, step, "within");
	lint_fits_timeout(lint, step, "stays");
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

static void check_path_claim(struct lint *lint, const struct yaml_node *claim)
{
	const struct yaml_node *client = yaml_get(claim, "client-address");

	if (client && str_eq(yaml_get_text(claim, "is"), "closed"))
		lint_error(lint, place_of_key(client),
			   xstrdup("of a closed path nobody sees a client's address"),
			   xstrdup("only with is: open"));
}

void lint_claim_rules(struct lint *lint, const char *block, const struct yaml_node *claim,
		      const struct object_kind *kind)
{
	if (str_eq(block, "object") || str_eq(block, "count"))
		check_object_claim(lint, claim, kind);
	else if (str_eq(block, "calls"))
		check_calls_claim(lint, claim);
	else if (str_eq(block, "reach"))
		check_path_claim(lint, claim);
}

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

/* What a step takes at least: its claims must stay true so long, the world must be quiet so long.
 */
static int64_t least_ms(const struct yaml_node *step)
{
	static const char *const keys[] = {"stays", "settle"};
	int64_t sum = 0, ms;

	for (size_t i = 0; i < array_size(keys); i++) {
		const struct yaml_node *node = yaml_get(step, keys[i]);

		if (node && node->text && duration_parse(node->text, &ms))
			sum += ms;
	}
	return sum;
}

void lint_reachable(struct lint *lint, const struct yaml_node *root)
{
	const struct yaml_node *steps = yaml_get(root, "steps");
	int64_t sum = 0;

	if (!steps || steps->type != YAML_LIST)
		return;
	for (const struct yaml_node *step = steps->first; step; step = step->next) {
		_cleanup_(freep) char *least = text_duration(sum);
		_cleanup_(freep) char *timeout = text_duration(lint->timeout_ms);

		if (sum > lint->timeout_ms) {
			lint_error(lint,
				   step->first ? place_of_key(step->first) : place_of_value(step),
				   xasprintf("this step is never reached: those before it take at "
					     "least %s, and the timeout is %s",
					     least, timeout),
				   xstrdup("say a longer timeout: at the top of the file"));
			return;
		}
		sum += least_ms(step);
	}
}

/* Which calls a word can be about; a call that is wrong by itself is not judged here. */
static void check_fault_calls(struct lint *lint, const struct fault_word *row,
			      const struct yaml_node *calls)
{
	const struct yaml_node *call = calls && calls->type == YAML_LIST ? calls->first : calls;

	for (; call; call = call == calls ? NULL : call->next) {
		bool kube = str_starts_with(call->text, "k8s:");
		bool watch = row->effect == FAULT_WATCH_CLOSED || row->effect == FAULT_WATCH_GONE;

		if (!call->text || !strchr(call->text, ':'))
			continue;
		if (row->facade == FACADE_AWS && kube)
			lint_error(lint, place_of_value(call),
				   xasprintf("%s is a fault of AWS", row->word),
				   xstrdup("name calls of AWS, e.g. elbv2:*"));
		else if (row->effect == FAULT_MARKED)
			lint_error(lint, place_of_key(calls),
				   xasprintf("the fault %s is not about calls", row->word),
				   xstrdup("leave calls out"));
		else if (row->facade == FACADE_KUBE && !kube)
			lint_error(lint, place_of_value(call),
				   xasprintf("%s is a fault of Kubernetes", row->word),
				   xstrdup("name calls of Kubernetes, e.g. k8s:Update*"));
		else if (watch && !str_starts_with(call->text, "k8s:Watch"))
			lint_error(lint, place_of_value(call),
				   xasprintf("%s is about watches", row->word),
				   xstrdup("write e.g. k8s:WatchServices or k8s:Watch*"));
	}
}

/* The service and operations of a quota must be some that have one, unless its code is said. */
static void check_quota(struct lint *lint, const struct yaml_node *fault)
{
	const struct yaml_node *calls = yaml_get(fault, "calls");
	const struct yaml_node *call = calls && calls->type == YAML_LIST ? calls->first : calls;

	if (has(fault, "code"))
		return;
	if (!call)
		lint_error(lint, place_of_value(yaml_get(fault, "fault")), xstrdup("which quota?"),
			   xstrdup("name its calls, e.g. elbv2:CreateLoadBalancer, or its code"));
	for (; call; call = call == calls ? NULL : call->next)
		if (call->text && strchr(call->text, ':') && !str_starts_with(call->text, "k8s:") &&
		    !fault_has_words("quota", call->text))
			lint_error(lint, place_of_value(call),
				   xasprintf("no quota of %s is known", call->text),
				   xstrdup("say code: e.g. TooManyLoadBalancers"));
}

void lint_fault_rules(struct lint *lint, const struct yaml_node *fault)
{
	static const char *const error_keys[] = {"code", "message", "status", "after-effect"};
	const struct yaml_node *word = yaml_get(fault, "fault");
	const struct yaml_node *delay = yaml_get(fault, "delay");
	const struct fault_word *row = word ? fault_word(word->text) : NULL;

	check_fault_name(lint, fault);
	if (!row)
		return;
	if (row->needs && !has(fault, row->needs))
		lint_error(lint, place_of_value(word),
			   xasprintf("the fault %s needs %s", row->word, row->needs),
			   xasprintf("e.g. %s", row->example));
	for (size_t j = 0; !row->error && j < array_size(error_keys); j++)
		if (has(fault, error_keys[j]))
			lint_error(lint, place_of_key(yaml_get(fault, error_keys[j])),
				   xasprintf("the fault %s has no %s", row->word, error_keys[j]),
				   NULL);
	if (delay && !str_eq(row->needs, "delay") && row->effect != FAULT_STUCK)
		lint_error(lint, place_of_key(delay),
			   xasprintf("the fault %s has no delay", row->word),
			   xstrdup("delay belongs to slow, hide-new, stale-tags and stuck"));
	check_fault_calls(lint, row, yaml_get(fault, "calls"));
	if (str_eq(row->word, "quota"))
		check_quota(lint, fault);
}
