/* The step machine: from the first step to the last leak. */
#include <inttypes.h>

#include "emulator/base/clock.h"
#include "emulator/judge/quiet.h"
#include "runner/engine/inner.h"
#include "runner/engine/outside.h"
#include "runner/text.h"

#define DETAILS_MAX   (256 * 1024)
#define QUIET_POLL_MS 250 /* the environment does not tell when it stops being busy */

static void run(void *userdata);

void engine_wake(struct engine *engine, int64_t after_ms)
{
	if (!engine->loop)
		return;
	loop_remove(engine->wake);
	engine->wake = loop_add_timer(engine->loop, after_ms, run, engine);
}

static int64_t in_phase_ms(const struct engine *engine)
{
	return clock_monotonic_ms() - engine->phase_started_ms;
}

static void enter(struct engine *engine, enum phase phase)
{
	engine->phase = phase;
	engine->phase_started_ms = clock_monotonic_ms();
}

/* How long the step, or the end, may wait. */
static int64_t within_ms(struct engine *engine)
{
	int64_t fallback = engine->scenario->within_ms;

	return engine->step ? engine_duration(engine, engine->step, "within", fallback) : fallback;
}

static void never_true(struct engine *engine)
{
	_cleanup_(freep) char *during = text_duration(within_ms(engine));

	engine_fail_claims(engine, &engine->expect, xasprintf("never true during %s", during),
			   false, 0);
}

static void claims_became_true(struct engine *engine)
{
	engine->met_revision = world_revision(engine->emulator->world);
	enter(engine, PHASE_STAY);
	engine_wake(engine, 0);
}

static void judge_expect(struct engine *engine, uint64_t call)
{
	struct claim *hopeless = claims_judge(engine, &engine->expect);

	if (engine->phase == PHASE_EXPECT && engine->expect.met)
		claims_became_true(engine);
	else if (engine->phase == PHASE_EXPECT && hopeless)
		engine_fail_claims(engine, &engine->expect,
				   xstrdup("this cannot become true any more"), true, call);
	else if (engine->phase == PHASE_STAY && !engine->expect.met)
		engine_fail_claims(
			engine, &engine->expect,
			xasprintf("true since revision %" PRIu64 ", not any more at %" PRIu64,
				  engine->met_revision, world_revision(engine->emulator->world)),
			true, call);
}

/* Every commit comes by here before its caller is answered. */
void engine_on_call(const struct journal_entry *entry, void *userdata)
{
	struct engine *engine = userdata;

	if (engine_decided(engine) && !engine->in_finally)
		return;
	if (engine->always.count && !engine->ending && !engine_decided(engine)) {
		claims_touch(engine, &engine->always, entry);
		claims_judge(engine, &engine->always);
		if (!engine->always.met) {
			_cleanup_(freep) char *call = report_call_text(entry);

			engine_fail_claims(engine, &engine->always,
					   xasprintf("not so at revision %" PRIu64 ", call %" PRIu64
						     " %s",
						     entry->revision, entry->number, call),
					   true, entry->number);
			return;
		}
	}
	if (engine->phase != PHASE_EXPECT && engine->phase != PHASE_STAY)
		return;
	claims_touch(engine, &engine->expect, entry);
	judge_expect(engine, entry->number);
}

void engine_looked(struct engine *engine)
{
	if (engine_decided(engine) && !engine->in_finally)
		return;
	if (engine->always.count && !engine->ending && !engine_decided(engine)) {
		claims_touch_all(&engine->always);
		claims_judge(engine, &engine->always);
		if (!engine->always.met) {
			engine_fail_claims(engine, &engine->always,
					   xstrdup("not so when the target was looked at"), true,
					   0);
			return;
		}
	}
	if (engine->phase != PHASE_EXPECT && engine->phase != PHASE_STAY)
		return;
	claims_touch_all(&engine->expect);
	judge_expect(engine, 0);
}

/* @name The environment's events */

static void died(struct engine *engine, const struct environment_event *event, bool ours)
{
	char *reason = event->controller ? xasprintf("%s %s", event->controller, event->text)
					 : xasprintf("the environment: %s", event->text);

	if (event->controller && !engine->dead)
		engine->dead = xstrdup(event->controller);
	if (ours)
		engine_broken(engine, reason, NULL);
	else
		engine_fail(engine, engine->step ? engine->step->first : NULL, true, reason, NULL);
}

void engine_on_event(const struct environment_event *event, void *userdata)
{
	struct engine *engine = userdata;
	const struct engine_recorder *recorder = engine->options->recorder;
	struct err err = ERR_INIT;

	if (recorder)
		recorder->event(event, recorder->userdata);
	switch (event->type) {
	case ENVIRONMENT_DIED:
		if (!faults_end(engine, event->controller) ||
		    !environment_controller_start(engine->environment, event->controller, &err))
			died(engine, event, false);
		err_done(&err);
		break;
	case ENVIRONMENT_NOT_READY:
	case ENVIRONMENT_BROKEN: died(engine, event, true); break;
	case ENVIRONMENT_READY:
		engine->ready_ms = clock_real_ms();
		if (engine->phase == PHASE_SETTLE || engine->phase == PHASE_JUDGE ||
		    engine->starting)
			engine_wake(engine, 0);
		break;
	case ENVIRONMENT_LOG:
		if (engine->phase != PHASE_EXPECT && engine->phase != PHASE_STAY)
			break;
		for (size_t i = 0; i < engine->expect.count; i++)
			if (engine->expect.items[i].type == CLAIM_LOG) {
				engine->expect.items[i].dirty = true;
				judge_expect(engine, 0);
				break;
			}
		break;
	}
}

/* @name Phases. Each answers whether the machine can go on at once. */

/* The same on an external target, of which only what is there can be seen. */
static bool settled_outside(struct engine *engine, int64_t quiet_ms, const struct yaml_node *node)
{
	int64_t within = within_ms(engine);
	int64_t left = within - in_phase_ms(engine), wait;
	_cleanup_(freep) char *during = NULL;

	if (outside_is_quiet(engine, quiet_ms, &wait))
		return true;
	if (left > 0) {
		engine_wake(engine, wait < left ? wait : left);
		return false;
	}
	during = text_duration(within);
	engine_fail(engine, node, true, xasprintf("did not settle during %s", during),
		    "What the target shows is still changing.\n");
	return false;
}

static void note_ready(const char *controller, const char *version, bool ready, void *userdata)
{
	(void)controller;
	(void)version;
	*(bool *)userdata |= ready;
}

/* Whether anybody is there who could answer to what has been done. */
static bool has_controllers(const struct engine *engine)
{
	bool works = false;

	environment_versions(engine->environment, note_ready, &works);
	return works;
}

static bool settled(struct engine *engine, int64_t quiet_ms, const struct yaml_node *node)
{
	int64_t now = clock_real_ms();
	struct quiet quiet = judge_quiet(engine->emulator->world, quiet_ms, now);
	/* a short `within` is meant for claims: what has just been done needs its time to settle */
	int64_t asked = within_ms(engine), within = asked > 2 * quiet_ms ? asked : 2 * quiet_ms;
	/* one that has just begun has not yet looked at what there is */
	int64_t fresh = engine->ready_ms ? engine->ready_ms + quiet_ms - now : 0;
	int64_t left = within - in_phase_ms(engine),
		wait = fresh > quiet.wait_ms ? fresh : quiet.wait_ms;
	bool busy = environment_busy(engine->environment);
	_cleanup_(freep) char *during = NULL;

	if (!busy && (wait <= 0 || !has_controllers(engine)))
		return true;
	if (left > 0) {
		if (busy || wait > QUIET_POLL_MS)
			wait = QUIET_POLL_MS;
		engine_wake(engine, wait < 1 ? 1 : wait < left ? wait : left);
		return false;
	}
	during = text_duration(within);
	engine_fail_at(engine, "failed", node, true, xasprintf("did not settle during %s", during),
		       busy ? "Something of the environment is still on its way.\n"
		       : quiet.refused_by
			       ? "A controller's refused call is still being repeated, or may be.\n"
			       : "Something is still being changed.\n",
		       quiet.refused_by && !busy ? quiet.refused_by : quiet.changed_by);
	return false;
}

static bool phase_act(struct engine *engine)
{
	/* the loop turns while a webhook is asked about what a person does */
	engine->acting = true;
	if (!step_act(engine, engine->step))
		engine->step_failed = true;
	else if (engine->external && !outside_look(engine))
		engine->step_failed = true;
	engine->acting = false;
	enter(engine, PHASE_SETTLE);
	return true;
}

static bool phase_settle(struct engine *engine)
{
	const struct yaml_node *settle = yaml_get(engine->step, "settle");

	int64_t quiet_ms = engine_duration(engine, engine->step, "settle", QUIET_MS);

	if (settle && !(engine->external ? settled_outside(engine, quiet_ms, settle)
					 : settled(engine, quiet_ms, settle)))
		return false;
	enter(engine, PHASE_EXPECT);
	return true;
}

/* Where the calls of `since` begin. */
static void resolve_since(struct engine *engine)
{
	for (size_t i = 0; i < engine->expect.count; i++) {
		struct claim *claim = &engine->expect.items[i];
		const struct yaml_node *step = engine->scenario->steps->first;

		for (size_t j = 0; claim->since && step; step = step->next, j++)
			if (str_eq(yaml_get(step, "step")->text, claim->since) &&
			    json_at(engine->step_results, j))
				claim->first_number = (uint64_t)json_get_int(
					json_at(engine->step_results, j), "first_call", 0);
		if (str_eq(yaml_get(engine->step, "step")->text, claim->since))
			claim->first_number = engine->step_first_call;
	}
}

static bool phase_expect(struct engine *engine)
{
	const struct yaml_node *expect = yaml_get(engine->step, "expect");
	int64_t left = within_ms(engine) - in_phase_ms(engine);

	if (!expect) {
		enter(engine, PHASE_JUDGE);
		return true;
	}
	if (!engine->expect.items) {
		claims_read(engine, expect, engine->first_call, &engine->expect);
		resolve_since(engine);
		judge_expect(engine, 0);
		if (engine->phase != PHASE_EXPECT || engine->step_failed)
			return true;
	}
	if (left <= 0) {
		never_true(engine);
		return true;
	}
	engine_wake(engine, left);
	return false;
}

static bool phase_stay(struct engine *engine)
{
	int64_t left = engine_duration(engine, engine->step, "stays", 0) - in_phase_ms(engine);

	if (left > 0) {
		engine_wake(engine, left);
		return false;
	}
	claims_prove(engine, &engine->expect);
	enter(engine, PHASE_JUDGE);
	return true;
}

static bool phase_judge(struct engine *engine)
{
	const struct yaml_node *same_as = yaml_get(engine->step, "same-as");
	const struct yaml_node *leaks = yaml_get(engine->step, "leaks");
	bool file = same_as && is_snapshot_file(same_as->text);

	if (leaks && engine->external) {
		outside_pass_over(engine, leaks);
		leaks = NULL;
	}
	if (leaks && !settled(engine, QUIET_MS, leaks))
		return false;
	if (file && !leaks &&
	    !(engine->external ? settled_outside(engine, QUIET_MS, same_as)
			       : settled(engine, QUIET_MS, same_as)))
		return false;
	if (file)
		judge_same_as_file(engine, same_as);
	else if (same_as)
		judge_same_as(engine, same_as);
	if (leaks)
		judge_leaks(engine, leaks);
	enter(engine, PHASE_DONE);
	return true;
}

/* @name From step to step */

static void end_step(struct engine *engine)
{
	struct json *result = json_new_object();

	json_set_str(result, "title", yaml_get(engine->step, "step")->text);
	json_set_str(result, "status", engine->step_failed ? "failed" : "passed");
	json_set_int(result, "ms", clock_monotonic_ms() - engine->step_started_ms);
	json_set_int(result, "first_call", (int64_t)engine->step_first_call);
	json_append(engine->step_results, result);
	claims_done(&engine->expect);
	json_free(engine->with);
	engine->with = NULL;
}

void engine_begin_step(struct engine *engine, const struct yaml_node *step)
{
	engine->step = step;
	engine->step_number++;
	engine->step_failed = false;
	engine->step_started_ms = clock_monotonic_ms();
	engine->step_first_call = journal_last(world_journal(engine->emulator->world)) + 1;
	enter(engine, PHASE_ACT);
	if (engine->options->progress)
		engine->options->progress(
			engine->step_number,
			engine->scenario->steps->count +
				(engine->scenario->finally ? engine->scenario->finally->count : 0),
			yaml_get(step, "step")->text, engine->options->userdata);
}

/* After a step: the next one, `finally`, or the end. */
static void next_step(struct engine *engine)
{
	const struct yaml_node *next = engine->step->next, *finally = engine->scenario->finally;
	bool there = str_eq(yaml_get(engine->step, "step")->text, engine->options->until);

	end_step(engine);
	if (there && !engine->step_failed && !engine_decided(engine)) {
		engine->parking = true;
		enter(engine, PHASE_JUDGE);
		return;
	}
	if (engine->step_failed && !engine->in_finally)
		next = NULL;
	if (!next && !engine->in_finally) {
		engine->in_finally = true;
		next = finally ? finally->first : NULL;
	}
	if (next) {
		engine_begin_step(engine, next);
		return;
	}
	engine->step = NULL;
	engine->step_failed = false;
	engine->ending = true;
	enter(engine, PHASE_JUDGE);
}

static void check_missing_operations(struct engine *engine)
{
	struct strbuf names;

	strbuf_init(&names, DETAILS_MAX);
	if (aws_missing_operations(engine->emulator->aws, &names))
		engine_broken(engine,
			      xstrdup("AWS operations were called that this program does not have"),
			      strbuf_text(&names));
	strbuf_done(&names);
}

/* After the last step: idle faults, then the world settles and leaks are judged. */
static bool finish(struct engine *engine)
{
	if (engine->external) { /* who left what behind, nobody can tell there */
		if (engine->scenario->leaks)
			outside_pass_over(engine, engine->scenario->leaks);
		loop_stop(engine->loop);
		return false;
	}
	if (!engine_decided(engine)) {
		faults_judge(engine);
		if (!engine_decided(engine))
			claims_prove(engine, &engine->always);
		if (!engine_decided(engine) &&
		    !settled(engine, QUIET_MS, engine->scenario->leaks) && !engine_decided(engine))
			return false;
		if (!engine_decided(engine))
			judge_leaks(engine, engine->scenario->leaks);
		if (!engine_decided(engine))
			judge_history(engine);
	}
	check_missing_operations(engine);
	judge_ignored(engine);
	loop_stop(engine->loop);
	return false;
}

/* The controllers have been started afresh: the first step finds them at work. */
static bool start(struct engine *engine)
{
	if (!engine_decided(engine) && environment_busy(engine->environment)) {
		engine_wake(engine, QUIET_POLL_MS);
		return false;
	}
	engine->starting = false;
	if (engine_decided(engine))
		engine->ending = true;
	else
		engine_begin_step(engine, engine->scenario->steps->first);
	return true;
}

/* The step `until` has passed: its state is what stands when nothing moves any more. */
static bool park(struct engine *engine)
{
	if (!engine_decided(engine) && !settled(engine, QUIET_MS, engine->step) &&
	    !engine_decided(engine))
		return false;
	engine->parked = true;
	loop_stop(engine->loop);
	return false;
}

static bool one_phase(struct engine *engine)
{
	if (engine->starting)
		return start(engine);
	if (engine->parking)
		return park(engine);
	if (engine->ending)
		return finish(engine);
	if (engine->step_failed) {
		next_step(engine);
		return true;
	}
	switch (engine->phase) {
	case PHASE_ACT: return phase_act(engine);
	case PHASE_SETTLE: return phase_settle(engine);
	case PHASE_EXPECT: return phase_expect(engine);
	case PHASE_STAY: return phase_stay(engine);
	case PHASE_JUDGE: return phase_judge(engine);
	case PHASE_DONE: next_step(engine); return true;
	}
	return false;
}

static void run(void *userdata)
{
	struct engine *engine = userdata;

	engine->wake = NULL;
	while (!engine->acting && one_phase(engine))
		;
}

void engine_timed_out(void *userdata)
{
	struct engine *engine = userdata;
	_cleanup_(freep) char *timeout =
		text_duration(engine->options->timeout_ms ? engine->options->timeout_ms
							  : engine->scenario->timeout_ms);
	char *reason = xasprintf("the scenario took longer than its timeout of %s", timeout);

	engine->timeout = NULL;
	if (engine->phase == PHASE_EXPECT && engine->expect.count && !engine->ending)
		engine_fail_claims(engine, &engine->expect, reason, false, 0);
	else
		engine_fail(engine, engine->step ? engine->step : engine->scenario->root->first,
			    true, reason, NULL);
}
