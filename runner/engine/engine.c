/* One scenario, one row: building its world, running it, taking it down. */
#include "runner/engine/engine.h"

#include <signal.h>

#include "emulator/aws/lifecycle.h"
#include "emulator/aws/quota.h"
#include "emulator/base/clock.h"
#include "runner/engine/fixture.h"
#include "runner/engine/inner.h"
#include "runner/engine/outside.h"
#include "runner/scenario/policy.h"

#define SPEED_DEFAULT 20

struct engine_state {
	struct loop *loop;
	struct emulator *emulator;
	struct environment *environment;
	struct snapshot *baseline;
};

void engine_state_free(struct engine_state *state)
{
	if (!state)
		return;
	environment_free(state->environment);
	snapshot_free(state->baseline);
	emulator_free(state->emulator);
	loop_free(state->loop);
	free(state);
}

bool engine_state_copied(struct engine_state *state, struct err *err)
{
	return loop_renew(state->loop, err);
}

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

static bool set_quotas(struct engine *engine, struct err *err)
{
	const struct yaml_node *rows = engine->scenario->given.quotas;

	for (const struct yaml_node *row = rows ? rows->first : NULL; row; row = row->next)
		if (!quota_override(engine->emulator->world, row->key,
				    (unsigned)strtoul(row->text, NULL, 10)))
			return err_set(err, ERR_INVALID, NULL, "given.quotas: there is no quota %s",
				       row->key);
	return true;
}

bool engine_set_policy(struct engine *engine, const struct yaml_node *block, struct err *err)
{
	const char *actor = yaml_get_text(block, "of");
	struct emulator *emulator = engine->emulator;
	_cleanup_(freep) char *text = NULL;

	/* one of the user's own is known only once it is started */
	if (!actor_by_name(emulator->world, actor))
		actor_add(emulator->world, &(struct actor){.name = actor});
	return policy_of_block(block, engine->scenario->fixtures, &text, err) &&
	       emulator_set_policy(emulator, actor, text, err);
}

static bool set_policies(struct engine *engine, struct err *err)
{
	const struct yaml_node *rows = engine->scenario->given.policies;

	for (const struct yaml_node *row = rows ? rows->first : NULL; row; row = row->next)
		if (!engine_set_policy(engine, row, err))
			return err_wrap(err, "given.policies");
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
		.settings = given->settings,
		.region = given->region,
		.nodes = given->nodes,
		.pod_network = given->overlay ? POD_NETWORK_OVERLAY : POD_NETWORK_VPC,
		.event = engine_on_event,
		.userdata = engine,
	};

	for (size_t i = 0; i < given->controllers.count; i++)
		controllers[i] = given->controllers.items[i];
	return environment_new(engine->emulator, &options, &engine->environment, err);
}

static bool make_emulator(struct engine *engine, struct emulator_config *config, struct err *err)
{
	const struct engine_recorder *recorder = engine->options->recorder;
	const struct journal *journal;

	if (!recorder)
		return emulator_new(engine->loop, config, &engine->emulator, err);
	config->tape = recorder->tape;
	config->tape_userdata = recorder->userdata;
	recorder->begin(&config->world, recorder->userdata);
	if (!emulator_new(engine->loop, config, &engine->emulator, err))
		return false;
	journal = world_journal(engine->emulator->world);
	for (uint64_t number = 1; number <= journal_last(journal); number++)
		recorder->call(journal_get(journal, number), recorder->userdata);
	engine->recording =
		journal_subscribe(engine->emulator->world, recorder->call, recorder->userdata);
	return true;
}

/* The world was recorded by another process until now. */
static void go_on_recording(struct engine *engine)
{
	const struct engine_recorder *recorder = engine->options->recorder;
	struct world *world = engine->emulator->world;
	const struct world_config config = {.seed = world_seed(world),
					    .profile = world_profile(world)};

	if (!recorder)
		return;
	recorder->begin(&config, recorder->userdata);
	tape_set(world, recorder->tape, recorder->userdata);
	engine->recording = journal_subscribe(world, recorder->call, recorder->userdata);
}

static double speed_of(const struct engine *engine)
{
	const struct given *given = &engine->scenario->given;

	return engine->options->speed ? engine->options->speed
	       : given->speed	      ? given->speed
				      : SPEED_DEFAULT;
}

/* From here on every call is the scenario's. */
static void listen(struct engine *engine)
{
	engine->first_call = journal_last(world_journal(engine->emulator->world)) + 1;
	engine->subscription = journal_subscribe(engine->emulator->world, engine_on_call, engine);
	claims_read(engine, engine->scenario->always, engine->first_call, &engine->always);
	faults_given(engine);
}

/* Goes on from a state that another scenario has reached. */
static bool take_up(struct engine *engine, struct err *err)
{
	struct engine_state *state = engine->options->from;

	engine->loop = steal(state->loop);
	engine->emulator = steal(state->emulator);
	engine->environment = steal(state->environment);
	engine->baseline = steal(state->baseline);
	engine_state_free(state);
	engine->starting = true;
	go_on_recording(engine);
	listen(engine);
	return emulator_unpark(engine->emulator, speed_of(engine), err) &&
	       set_consistency(engine, err) && set_quotas(engine, err) &&
	       set_policies(engine, err) &&
	       environment_unpark(engine->environment, engine->options->directory, engine_on_event,
				  engine, err);
}

/* Puts the world aside as it is now. */
static void put_aside(struct engine *engine)
{
	struct engine_state *state = xcalloc(1, sizeof(*state));

	loop_remove(steal(engine->wake));
	loop_remove(steal(engine->timeout));
	journal_unsubscribe(steal(engine->subscription));
	fault_forget(engine->emulator->world);
	environment_park(engine->environment);
	emulator_park(engine->emulator);
	journal_unsubscribe(steal(engine->recording));
	tape_set(engine->emulator->world, NULL, NULL);
	if (engine->options->recorder)
		engine->options->recorder->parked(engine->options->recorder->userdata);
	state->loop = steal(engine->loop);
	state->emulator = steal(engine->emulator);
	state->environment = steal(engine->environment);
	state->baseline = steal(engine->baseline);
	*engine->options->ret_state = state;
}

static bool set_up(struct engine *engine, struct err *err)
{
	const struct scenario *scenario = engine->scenario;
	const struct engine_options *options = engine->options;
	struct emulator_config config = {
		.world = {.seed = options->has_seed ? options->seed : scenario->seed,
			  .profile = scenario->given.instant ? PROFILE_INSTANT : PROFILE_AWS,
			  .speed = speed_of(engine)},
	};

	if (!loop_new(&engine->loop, err) || !make_emulator(engine, &config, err) ||
	    !set_consistency(engine, err) || !set_quotas(engine, err) ||
	    !set_policies(engine, err) || !load_aws(engine, err))
		return false;
	engine->baseline = snapshot_take(engine->emulator->world);
	if (!start_environment(engine, err))
		return false;
	listen(engine);
	return true;
}

/* On an external target; engine->cannot_run says that there is nothing to run. */
static bool set_up_outside(struct engine *engine, struct err *err)
{
	outside_check(engine);
	if (!engine->cannot_run && !outside_set_up(engine, err))
		return false;
	if (engine->cannot_run)
		return true;
	engine->baseline = snapshot_take(engine->emulator->world);
	engine->first_call = journal_last(world_journal(engine->emulator->world)) + 1;
	claims_read(engine, engine->scenario->always, engine->first_call, &engine->always);
	outside_watch(engine);
	return true;
}

static void tear_down(struct engine *engine)
{
	journal_unsubscribe(engine->subscription);
	journal_unsubscribe(engine->recording);
	environment_free(engine->environment);
	outside_done(engine);
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
	free(engine->dead);
	emulator_free(engine->emulator);
	loop_free(engine->loop);
	json_free(engine->with);
	json_free(engine->step_results);
	json_free(engine->unproven);
	json_free(engine->not_provable);
	json_free(engine->updates);
	arena_free(engine->arena);
	free(engine->reason);
	if (engine->report.ceiling)
		strbuf_done(&engine->report);
}

static void on_interrupt(int signal, void *userdata)
{
	struct engine *engine = userdata;

	(void)signal;
	engine->interrupted = true;
	if (!engine_decided(engine)) {
		engine->status = "interrupted";
		engine->reason = xasprintf("interrupted in step %zu", engine->step_number);
	}
	loop_stop(engine->loop);
}

static bool be_interruptible(struct engine *engine, struct err *err)
{
	return !engine->options->interruptible ||
	       loop_add_signal(engine->loop, SIGTERM, on_interrupt, engine, err);
}

static bool begin(struct engine *engine, struct err *err)
{
	bool ok = engine->options->external ? set_up_outside(engine, err)
		  : engine->options->from   ? take_up(engine, err)
					    : set_up(engine, err);

	return ok && (engine->cannot_run || be_interruptible(engine, err));
}

struct json *engine_run(const struct scenario *scenario, size_t row,
			const struct engine_options *options)
{
	struct engine engine = {.scenario = scenario,
				.row = row,
				.options = options,
				.values = scenario->rows.items[row],
				.step_results = json_new_array(),
				.unproven = json_new_array(),
				.not_provable = json_new_array(),
				.updates = json_new_array(),
				.arena = arena_new(),
				.started_ms = clock_monotonic_ms(),
				.started_real_ms = clock_real_ms()};
	struct json *result;
	struct err err = ERR_INIT;

	if (!begin(&engine, &err)) {
		engine_broken(&engine, xstrdup(err_text(&err)), NULL);
		err_done(&err);
	} else if (!engine.cannot_run) {
		engine.timeout = loop_add_timer(engine.loop,
						options->timeout_ms ? options->timeout_ms
								    : scenario->timeout_ms,
						engine_timed_out, &engine);
		if (!engine.starting)
			engine_begin_step(&engine, scenario->steps->first);
		engine_wake(&engine, 0);
		loop_run(engine.loop);
	}
	result = report_result(&engine);
	if (engine.parked && !engine_decided(&engine)) {
		json_set_str(result, "status", "reached");
		put_aside(&engine);
	} else if (options->decided) {
		options->decided(result, &engine, options->userdata);
	}
	tear_down(&engine);
	return result;
}
