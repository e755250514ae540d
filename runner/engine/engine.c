/* The step machine: one scenario, one row, from fixtures to the last leak. */
#include "runner/engine/engine.h"

#include <inttypes.h>

#include "emulator/aws/lifecycle.h"
#include "emulator/base/clock.h"
#include "emulator/judge/quiet.h"
#include "runner/engine/fixture.h"
#include "runner/engine/inner.h"
#include "runner/schema/schema.h"
#include "runner/text.h"

#define DETAILS_MAX   (256 * 1024)
#define SPEED_DEFAULT 20
#define WITHIN_MS     60000
#define QUIET_POLL_MS 250 /* the environment does not tell when it stops being busy */

bool engine_decided(const struct engine *engine)
{
	return engine->status != NULL;
}

static void fail(struct engine *engine, const char *status, const struct yaml_node *node, bool key,
		 char *reason, const char *details, uint64_t around)
{
	bool worse = str_eq(status, "harness") && !str_eq(engine->status, "harness");

	engine->step_failed = true;
	if (!engine->status || worse) {
		engine->status = status;
		free(engine->reason);
		engine->reason = xstrdup(reason);
		report_failure(engine, node, key, reason, details, around);
	}
	free(reason);
	engine_wake(engine, 0);
}

void engine_fail(struct engine *engine, const struct yaml_node *node, bool key, char *reason,
		 const char *details)
{
	fail(engine, "failed", node, key, reason, details, 0);
}

void engine_broken(struct engine *engine, char *reason, const char *details)
{
	fail(engine, "harness", engine->step, true, reason, details, 0);
}

static void run(void *userdata);

void engine_wake(struct engine *engine, int64_t after_ms)
{
	if (!engine->loop)
		return;
	loop_remove(engine->wake);
	engine->wake = loop_add_timer(engine->loop, after_ms, run, engine);
}

static int64_t duration_of(const struct yaml_node *map, const char *key, int64_t fallback)
{
	const struct yaml_node *node = yaml_get(map, key);
	int64_t ms;

	return node && node->text && duration_parse(node->text, &ms) ? ms : fallback;
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

/* The claims that do not hold, with what was found at their closest moment. */
static void add_wrong(struct engine *engine, struct claims *claims, struct strbuf *sb,
		      uint64_t *ret_around)
{
	for (size_t i = 0; i < claims->count; i++) {
		struct claim *claim = &claims->items[i];
		_cleanup_(freep) char *sentence = NULL;
		struct kinds kinds = {.count = 0};

		if (claim->holds)
			continue;
		sentence = claim_sentence(claim);
		strbuf_addf(sb, "%sline %u: %s\n", sb->length ? "\n" : "", claim->node->line,
			    sentence);
		if (claim->because)
			strbuf_addf(sb, "because: %s\n", claim->because);
		strbuf_add(sb, claim->wrong ? claim->wrong : "never judged\n");
		strbuf_addf(sb, "closest at rev %" PRIu64, claim->closest);
		if (claim->kind) {
			uint64_t number = 0;

			kinds_of(engine, claim->kind, &kinds);
			report_last_change(engine, &kinds, sb, &number);
			if (!*ret_around)
				*ret_around = number;
		}
		strbuf_add_char(sb, '\n');
	}
}

static const struct claim *first_wrong(const struct claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		if (!claims->items[i].holds)
			return &claims->items[i];
	return NULL;
}

/* Judges every claim as it is now, so that a failure shows the present and not the past. */
static void fail_claims(struct engine *engine, struct claims *claims, char *reason, bool now,
			uint64_t around)
{
	const struct claim *wrong = first_wrong(claims);
	struct strbuf sb;

	for (size_t i = 0; now && i < claims->count; i++) {
		struct claim *claim = &claims->items[i];
		struct finding finding;

		if (claim->holds)
			continue;
		claim_judge(engine, claim, true, &finding);
		free(claim->wrong);
		claim->wrong = xstrdup(strbuf_text(&finding.text));
		claim->closest = world_revision(engine->emulator->world);
		finding_done(&finding);
	}
	strbuf_init(&sb, DETAILS_MAX);
	add_wrong(engine, claims, &sb, &around);
	fail(engine, "failed", wrong ? wrong->node->first : NULL, true, reason, strbuf_text(&sb),
	     around);
	strbuf_done(&sb);
}

static void never_true(struct engine *engine)
{
	_cleanup_(freep) char *during =
		text_duration(duration_of(engine->step, "within", WITHIN_MS));

	fail_claims(engine, &engine->expect, xasprintf("never true during %s", during), false, 0);
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
		fail_claims(engine, &engine->expect, xstrdup("this cannot become true any more"),
			    true, call);
	else if (engine->phase == PHASE_STAY && !engine->expect.met)
		fail_claims(engine, &engine->expect,
			    xasprintf("true since revision %" PRIu64 ", not any more at %" PRIu64,
				      engine->met_revision,
				      world_revision(engine->emulator->world)),
			    true, call);
}

/* Every commit comes by here before its caller is answered. */
static void on_call(const struct journal_entry *entry, void *userdata)
{
	struct engine *engine = userdata;

	if (engine_decided(engine) && !engine->in_finally)
		return;
	if (engine->always.count && !engine->ending && !engine_decided(engine)) {
		claims_touch(engine, &engine->always, entry);
		claims_judge(engine, &engine->always);
		if (!engine->always.met) {
			_cleanup_(freep) char *call = report_call_text(entry);

			fail_claims(engine, &engine->always,
				    xasprintf("not so at revision %" PRIu64 ", call %" PRIu64 " %s",
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

/* @name The environment's events */

static void died(struct engine *engine, const struct environment_event *event, bool ours)
{
	char *reason = xasprintf("%s %s", event->controller ? event->controller : "the environment",
				 event->text);

	if (ours)
		engine_broken(engine, reason, NULL);
	else
		engine_fail(engine, engine->step, true, reason, NULL);
}

static void on_event(const struct environment_event *event, void *userdata)
{
	struct engine *engine = userdata;

	switch (event->type) {
	case ENVIRONMENT_DIED: died(engine, event, false); break;
	case ENVIRONMENT_NOT_READY:
	case ENVIRONMENT_BROKEN: died(engine, event, true); break;
	case ENVIRONMENT_READY:
		if (engine->phase == PHASE_SETTLE || engine->phase == PHASE_JUDGE)
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

static bool settled(struct engine *engine, int64_t quiet_ms, const struct yaml_node *node)
{
	struct quiet quiet = judge_quiet(engine->emulator->world, quiet_ms, clock_real_ms());
	int64_t within = engine->step ? duration_of(engine->step, "within", WITHIN_MS) : WITHIN_MS;
	int64_t left = within - in_phase_ms(engine), wait = quiet.wait_ms;
	bool busy = environment_busy(engine->environment);
	_cleanup_(freep) char *during = NULL;

	if (quiet.settled && !busy)
		return true;
	if (left > 0) {
		if (busy || wait > QUIET_POLL_MS)
			wait = QUIET_POLL_MS;
		engine_wake(engine, wait < 1 ? 1 : wait < left ? wait : left);
		return false;
	}
	during = text_duration(within);
	fail(engine, "failed", node, true, xasprintf("did not settle during %s", during),
	     busy ? "Something of the environment is still on its way.\n"
	     : quiet.refused_by
		     ? "A controller's refused call is still being repeated, or may be.\n"
		     : "A controller is still changing things.\n",
	     quiet.refused_by && !busy ? quiet.refused_by : quiet.changed_by);
	return false;
}

static bool phase_act(struct engine *engine)
{
	if (!step_act(engine, engine->step))
		engine->step_failed = true;
	enter(engine, PHASE_SETTLE);
	return true;
}

static bool phase_settle(struct engine *engine)
{
	const struct yaml_node *settle = yaml_get(engine->step, "settle");

	if (settle && !settled(engine, duration_of(engine->step, "settle", QUIET_MS), settle))
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
	int64_t left = duration_of(engine->step, "within", WITHIN_MS) - in_phase_ms(engine);

	if (!expect) {
		enter(engine, PHASE_JUDGE);
		return true;
	}
	if (!engine->expect.items) {
		claims_read(engine, expect, 0, &engine->expect);
		resolve_since(engine);
		judge_expect(engine, 0);
		return engine->phase != PHASE_EXPECT || engine->step_failed;
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
	int64_t left = duration_of(engine->step, "stays", 0) - in_phase_ms(engine);

	if (left > 0) {
		engine_wake(engine, left);
		return false;
	}
	enter(engine, PHASE_JUDGE);
	return true;
}

static bool phase_judge(struct engine *engine)
{
	const struct yaml_node *same_as = yaml_get(engine->step, "same-as");
	const struct yaml_node *leaks = yaml_get(engine->step, "leaks");

	if (leaks && !settled(engine, QUIET_MS, leaks))
		return false;
	if (same_as)
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

static void begin_step(struct engine *engine, const struct yaml_node *step)
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

	end_step(engine);
	if (engine->step_failed && !engine->in_finally)
		next = NULL;
	if (!next && !engine->in_finally) {
		engine->in_finally = true;
		next = finally ? finally->first : NULL;
	}
	if (next) {
		begin_step(engine, next);
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
	if (!engine_decided(engine)) {
		faults_judge(engine);
		if (!engine_decided(engine) &&
		    !settled(engine, QUIET_MS, engine->scenario->leaks) && !engine_decided(engine))
			return false;
		if (!engine_decided(engine))
			judge_leaks(engine, engine->scenario->leaks);
	}
	check_missing_operations(engine);
	loop_stop(engine->loop);
	return false;
}

static bool one_phase(struct engine *engine)
{
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
	while (one_phase(engine))
		;
}

static void timed_out(void *userdata)
{
	struct engine *engine = userdata;
	_cleanup_(freep) char *timeout =
		text_duration(engine->options->timeout_ms ? engine->options->timeout_ms
							  : engine->scenario->timeout_ms);
	char *reason = xasprintf("the scenario took longer than its timeout of %s", timeout);

	engine->timeout = NULL;
	if (engine->phase == PHASE_EXPECT && engine->expect.count && !engine->ending)
		fail_claims(engine, &engine->expect, reason, false, 0);
	else
		engine_fail(engine, engine->step ? engine->step : engine->scenario->root->first,
			    true, reason, NULL);
}

/* @name Setting up */

static bool set_consistency(struct engine *engine, struct err *err)
{
	const struct yaml_node *rows = engine->scenario->given.consistency;

	for (const struct yaml_node *row = rows ? rows->first : NULL; row; row = row->next) {
		_cleanup_(freep) char *name =
			xstrndup(row->key, strlen(row->key) - strlen("-after"));
		int64_t ms;

		if (!duration_parse(row->text, &ms) ||
		    !lifecycle_override(engine->emulator->world, name, ms))
			return err_set(err, ERR_INVALID, NULL, "given.consistency.%s: %s", row->key,
				       row->text);
	}
	return true;
}

static bool load_fixture(struct engine *engine, const char *name, struct err *err)
{
	_cleanup_(freep) char *path = xasprintf("%s/%s", engine->scenario->fixtures, name);
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;

	if (!yaml_load(path, NULL, NULL, &file, err))
		return false;
	for (size_t i = 0; i < yaml_documents(file); i++)
		if (!fixture_do(engine->emulator, engine->scenario->given.region,
				yaml_root(file, i), engine_resolve, engine, err))
			return err_wrap(err, "%s", path);
	return true;
}

static bool load_aws(struct engine *engine, struct err *err)
{
	const struct yaml_node *aws = engine->scenario->given.aws;

	/* the region's defaults come at its first use: they belong to the baseline */
	if (!aws_invoke(engine->emulator->aws, "operator", AWS_ACCOUNT,
			engine->scenario->given.region, "ec2", "DescribeVpcs", NULL, NULL, NULL,
			err))
		return false;
	if (aws && aws->type == YAML_SCALAR)
		return load_fixture(engine, aws->text, err);
	for (const struct yaml_node *item = aws ? aws->first : NULL; item; item = item->next)
		if (!load_fixture(engine, item->text, err))
			return false;
	return true;
}

static bool start_environment(struct engine *engine, struct err *err)
{
	const struct given *given = &engine->scenario->given;
	_cleanup_(freep) const char **controllers =
		xcalloc(given->controllers.count + 1, sizeof(*controllers));
	struct environment_options options = {
		.directory = engine->options->directory,
		.controllers = given->says_controllers ? controllers : NULL,
		.overrides = engine->options->overrides,
		.region = given->region,
		.nodes = given->nodes,
		.pod_network = given->overlay ? POD_NETWORK_OVERLAY : POD_NETWORK_VPC,
		.event = on_event,
		.userdata = engine,
	};

	for (size_t i = 0; i < given->controllers.count; i++)
		controllers[i] = given->controllers.items[i];
	return environment_new(engine->emulator, &options, &engine->environment, err);
}

static bool set_up(struct engine *engine, struct err *err)
{
	const struct scenario *scenario = engine->scenario;
	const struct engine_options *options = engine->options;
	struct emulator_config config = {
		.world = {.seed = options->has_seed ? options->seed : scenario->seed,
			  .profile = scenario->given.instant ? PROFILE_INSTANT : PROFILE_AWS,
			  .speed = options->speed	   ? options->speed
				   : scenario->given.speed ? scenario->given.speed
							   : SPEED_DEFAULT},
	};

	if (!loop_new(&engine->loop, err) ||
	    !emulator_new(engine->loop, &config, &engine->emulator, err) ||
	    !set_consistency(engine, err) || !load_aws(engine, err))
		return false;
	engine->baseline = snapshot_take(engine->emulator->world);
	if (!start_environment(engine, err))
		return false;
	engine->subscription = journal_subscribe(engine->emulator->world, on_call, engine);
	claims_read(engine, scenario->always, 0, &engine->always);
	return true;
}

static void tear_down(struct engine *engine)
{
	journal_unsubscribe(engine->subscription);
	environment_free(engine->environment);
	claims_done(&engine->expect);
	claims_done(&engine->always);
	bindings_done(engine);
	faults_done(engine);
	while (engine->snapshots) {
		struct named_snapshot *taken = engine->snapshots;

		engine->snapshots = taken->next;
		snapshot_free(taken->snapshot);
		free(taken->name);
		free(taken);
	}
	snapshot_free(engine->baseline);
	emulator_free(engine->emulator);
	loop_free(engine->loop);
	json_free(engine->with);
	json_free(engine->step_results);
	free(engine->reason);
	if (engine->report.ceiling)
		strbuf_done(&engine->report);
}

struct json *engine_run(const struct scenario *scenario, size_t row,
			const struct engine_options *options)
{
	struct engine engine = {.scenario = scenario,
				.row = row,
				.options = options,
				.values = scenario->rows.items[row],
				.step_results = json_new_array(),
				.started_ms = clock_monotonic_ms(),
				.started_real_ms = clock_real_ms()};
	struct json *result;
	struct err err = ERR_INIT;

	if (set_up(&engine, &err)) {
		engine.timeout = loop_add_timer(engine.loop,
						options->timeout_ms ? options->timeout_ms
								    : scenario->timeout_ms,
						timed_out, &engine);
		begin_step(&engine, scenario->steps->first);
		engine_wake(&engine, 0);
		loop_run(engine.loop);
	} else {
		engine_broken(&engine, xstrdup(err_text(&err)), NULL);
		err_done(&err);
	}
	result = report_result(&engine);
	if (options->decided)
		options->decided(result, &engine, options->userdata);
	tear_down(&engine);
	return result;
}
