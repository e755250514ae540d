/* Faults by rule; chance is a hash of what the call is about, not of when it comes. */
#include "emulator/world/fault.h"

#include "emulator/base/ids.h"
#include "emulator/world/private.h"

/* How often one subject asked one rule. */
struct tries {
	uint64_t count;
	UT_hash_handle hh;
	char key[];
};

struct rule {
	struct fault_rule rule; /* texts are ours */
	int64_t until_ms;	/* monotonic; INT64_MAX: no end */
	bool ended;
	unsigned seen, fired;
	struct tries *tries;
};

struct faults {
	struct ptrs rules; /* struct rule, ended ones too */
};

struct faults *faults_new(void)
{
	return xcalloc(1, sizeof(struct faults));
}

static void calls_free(const char *const *calls)
{
	for (size_t i = 0; calls && calls[i]; i++)
		free((char *)calls[i]);
	free((void *)calls);
}

static void rule_free(struct rule *rule)
{
	struct tries *tries, *next;

	HASH_ITER (hh, rule->tries, tries, next) {
		HASH_DEL(rule->tries, tries);
		free(tries);
	}
	free((char *)rule->rule.name);
	free((char *)rule->rule.fault);
	free((char *)rule->rule.by);
	free((char *)rule->rule.code);
	free((char *)rule->rule.message);
	calls_free(rule->rule.calls);
	free(rule);
}

void faults_free(struct faults *faults)
{
	for (size_t i = 0; i < faults->rules.count; i++)
		rule_free(faults->rules.items[i]);
	ptrs_done(&faults->rules);
	free(faults);
}

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static const char *const *calls_copy(const char *const *calls)
{
	size_t n = 0;
	char **copies;

	if (!calls)
		return NULL;
	while (calls[n])
		n++;
	copies = xcalloc(n + 1, sizeof(*copies));
	for (size_t i = 0; i < n; i++)
		copies[i] = xstrdup(calls[i]);
	return (const char *const *)copies;
}

void fault_add(struct world *world, const struct fault_rule *rule)
{
	struct rule *own = xcalloc(1, sizeof(*own));

	assert(rule->name && rule->effect != FAULT_NONE);
	assert(rule->chance > 0 && rule->chance <= 1);
	own->rule = *rule;
	own->rule.name = xstrdup(rule->name);
	own->rule.fault = copy(rule->fault);
	own->rule.by = copy(rule->by);
	own->rule.code = copy(rule->code);
	own->rule.message = copy(rule->message);
	own->rule.calls = calls_copy(rule->calls);
	own->until_ms = rule->for_ms > 0 ? clock_monotonic_ms() + rule->for_ms : INT64_MAX;
	ptrs_add(&world->faults->rules, own);
}

void fault_clear(struct world *world)
{
	for (size_t i = 0; i < world->faults->rules.count; i++) {
		struct rule *rule = world->faults->rules.items[i];

		rule->ended = !rule->rule.lasting;
	}
}

void fault_forget(struct world *world)
{
	for (size_t i = 0; i < world->faults->rules.count; i++)
		rule_free(world->faults->rules.items[i]);
	ptrs_done(&world->faults->rules);
}

bool fault_any(const struct world *world)
{
	if (world->tape.scripted)
		return true;
	for (size_t i = 0; i < world->faults->rules.count; i++) {
		const struct rule *rule = world->faults->rules.items[i];

		if (!rule->ended && rule->until_ms > clock_monotonic_ms())
			return true;
	}
	return false;
}

static bool is_about(const struct rule *rule, const char *actor, const char *action,
		     const struct json *params)
{
	const char *const *calls = rule->rule.calls;
	bool kube = str_starts_with(action, "k8s:");
	bool watch =
		rule->rule.effect == FAULT_WATCH_CLOSED || rule->rule.effect == FAULT_WATCH_GONE;

	if (rule->rule.effect == FAULT_MARKED || (watch && !str_starts_with(action, "k8s:Watch")) ||
	    (rule->rule.facade != FACADE_ANY && kube != (rule->rule.facade == FACADE_KUBE)))
		return false;
	if (rule->rule.by && !str_eq(rule->rule.by, actor))
		return false;
	for (; calls; calls++) {
		if (!*calls)
			return false;
		if (str_glob(*calls, action))
			break;
	}
	return !rule->rule.where || rule->rule.where(params, rule->rule.userdata);
}

static uint64_t count_try(struct rule *rule, const char *key)
{
	size_t length = strlen(key);
	struct tries *tries;

	HASH_FIND(hh, rule->tries, key, length, tries);
	if (!tries) {
		tries = xcalloc(1, sizeof(*tries) + length + 1);
		memcpy(tries->key, key, length);
		HASH_ADD_KEYPTR(hh, rule->tries, tries->key, length, tries);
	}
	return tries->count++;
}

static bool has_bad_luck(const struct world *world, struct rule *rule, const char *actor,
			 const char *action, const char *subject)
{
	_cleanup_(freep) char *name = NULL, *key = NULL;
	uint64_t nth;

	if (rule->rule.chance >= 1)
		return true;
	name = xasprintf("fault %s", rule->rule.name);
	key = xasprintf("%s %s %s", actor ? actor : "", action, subject ? subject : "");
	nth = count_try(rule, key);
	return ids_chance(world->config.seed, name, actor ? actor : "", key, nth) <
	       rule->rule.chance;
}

static bool fires(const struct world *world, struct rule *rule, const char *actor,
		  const char *action, const char *subject)
{
	unsigned place, every = rule->rule.every ? rule->rule.every : 1;

	if (rule->rule.first && rule->fired >= rule->rule.first)
		return false;
	place = rule->seen++;
	if (place < rule->rule.skip || (place - rule->rule.skip) % every != 0)
		return false;
	return has_bad_luck(world, rule, actor, action, subject);
}

/* An effect beside others: false when the rule's is the call's own. */
static bool is_beside(const struct world *world, const struct rule *rule, struct call_lags *lags)
{
	int64_t delay = rule->rule.delay_ms;
	double speed = world->clock.speed > 1 ? world->clock.speed : 1;

	switch (rule->rule.effect) {
	case FAULT_HIDE_NEW:
		lags->hide_ms = delay;
		lags->hide_rule = rule->rule.name;
		return true;
	case FAULT_STALE_TAGS:
		lags->tags_ms = delay;
		lags->tags_rule = rule->rule.name;
		return true;
	case FAULT_STUCK:
		if (!delay)
			delay = rule->until_ms == INT64_MAX ? -1
							    : rule->until_ms - clock_monotonic_ms();
		lags->stuck_ms = delay < 0 ? -1 : (int64_t)((double)delay * speed);
		lags->stuck_rule = rule->rule.name;
		return true;
	default: return false;
	}
}

struct fault_verdict fault_decide(struct world *world, const char *actor, const char *action,
				  const char *subject, const struct json *params)
{
	const struct ptrs *rules = &world->faults->rules;
	struct call_lags lags = {.hide_ms = 0};

	if (world->tape.scripted)
		return world->tape.verdict;
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *rule = rules->items[i];

		if (rule->ended || clock_monotonic_ms() >= rule->until_ms)
			continue;
		if (!is_about(rule, actor, action, params) ||
		    !fires(world, rule, actor, action, subject))
			continue;
		if (is_beside(world, rule, &lags))
			continue;
		rule->fired++;
		return (struct fault_verdict){
			.effect = rule->rule.effect,
			.rule = rule->rule.name,
			.fault = rule->rule.fault,
			.code = rule->rule.code,
			.message = rule->rule.message,
			.status = rule->rule.status,
			.after_effect = rule->rule.after_effect,
			.delay_ms = rule->rule.delay_ms,
			.lags = lags,
		};
	}
	return (struct fault_verdict){.effect = FAULT_NONE, .lags = lags};
}

bool fault_does_nothing(const struct fault_verdict *verdict)
{
	const struct call_lags *lags = &verdict->lags;

	return verdict->effect == FAULT_NONE && !lags->hide_rule && !lags->tags_rule &&
	       !lags->stuck_rule;
}

void fault_mark(struct world *world, const char *name)
{
	for (size_t i = 0; i < world->faults->rules.count; i++) {
		struct rule *rule = world->faults->rules.items[i];

		if (str_eq(rule->rule.name, name)) {
			rule->fired++;
			return;
		}
	}
}

unsigned fault_fired(const struct world *world, const char *name)
{
	unsigned fired = 0;

	for (size_t i = 0; i < world->faults->rules.count; i++) {
		const struct rule *rule = world->faults->rules.items[i];

		if (str_eq(rule->rule.name, name))
			fired += rule->fired;
	}
	return fired;
}

void fault_each(const struct world *world,
		void (*fn)(const char *name, unsigned fired, bool may_not_fire, void *userdata),
		void *userdata)
{
	for (size_t i = 0; i < world->faults->rules.count; i++) {
		const struct rule *rule = world->faults->rules.items[i];

		fn(rule->rule.name, rule->fired, rule->rule.may_not_fire, userdata);
	}
}
