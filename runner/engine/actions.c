/* What a step does before its claims are judged. */
#include "emulator/base/clock.h"
#include "emulator/judge/match.h"
#include "runner/engine/inner.h"
#include "runner/engine/outside.h"
#include "runner/external/external.h"
#include "runner/schema/schema.h"

/* Calls fn for a node that is one value or a list of them. */
typedef bool item_fn(struct engine *engine, const struct yaml_node *node);

static bool each_item(struct engine *engine, const struct yaml_node *step, const char *key,
		      item_fn *fn)
{
	const struct yaml_node *node = yaml_get(step, key);

	if (!node)
		return true;
	if (node->type != YAML_LIST)
		return fn(engine, node);
	for (const struct yaml_node *item = node->first; item; item = item->next)
		if (!fn(engine, item))
			return false;
	return true;
}

static bool refused_right(struct engine *engine, const struct yaml_node *rejected,
			  const struct err *err)
{
	_cleanup_(json_freep) struct json *written =
		yaml_to_json_text(yaml_get(rejected, "message"));
	_cleanup_(json_freep) struct json *message = NULL;
	const struct yaml_node *reason = yaml_get(rejected, "reason");
	struct err failed = ERR_INIT;
	struct mismatch mismatch = MISMATCH_INIT;
	_cleanup_(freep) char *details = NULL;

	if (!engine_replace(engine, written, &message, &failed)) {
		engine_fail(engine, rejected, true, xstrdup(err_text(&failed)), NULL);
		err_done(&failed);
		return false;
	}
	if (reason && !str_eq(engine_node_text(engine, reason), err->wire)) {
		details =
			xasprintf("expected  %s\nfound     %s\n", engine_node_text(engine, reason),
				  err->wire ? err->wire : "(none)");
		engine_fail(engine, reason, false, xstrdup("it was refused for another reason"),
			    details);
		return false;
	}
	if (match_text(message, err_text(err), &mismatch))
		return true;
	details = xasprintf("expected  %s\nfound     %s\n", mismatch.expected, err_text(err));
	engine_fail(engine, yaml_get(rejected, "message"), false,
		    xstrdup("it was refused with another message"), details);
	mismatch_done(&mismatch);
	return false;
}

/* A change was made or refused; `rejected` says which of the two must be. */
static bool judge_refusal(struct engine *engine, const struct yaml_node *node, bool ok,
			  struct err *err, const char *what)
{
	const struct yaml_node *rejected = yaml_get(engine->step, "rejected");

	if (ok && rejected) {
		engine_fail(engine, rejected, true, xasprintf("%s was accepted", what), NULL);
		return false;
	}
	if (ok)
		return true;
	if (rejected)
		return refused_right(engine, rejected, err);
	if (err->code == ERR_UNSUPPORTED && engine->external)
		return outside_stop(engine, node, what, err_text(err));
	if (err->code == ERR_UNSUPPORTED || (engine->external && err->code == ERR_UNAVAILABLE))
		engine_broken(engine, xasprintf("%s: %s", what, err_text(err)), NULL);
	else
		engine_fail(engine, node, false, xasprintf("%s was refused", what), err_text(err));
	return false;
}

static bool apply_document(struct engine *engine, const struct yaml_node *root,
			   const struct yaml_node *node)
{
	_cleanup_(json_freep) struct json *written = yaml_to_json(root);
	_cleanup_(json_freep) struct json *manifest = NULL;
	_cleanup_(freep) char *what = NULL;
	struct err err = ERR_INIT;
	bool ok;

	if (!engine_replace(engine, written, &manifest, &err)) {
		engine_fail(engine, node, false, xstrdup(err_text(&err)), NULL);
		err_done(&err);
		return false;
	}
	what = xasprintf("%s %s of %s", json_get_str(manifest, "kind"),
			 json_find_str(manifest, "metadata", "name", NULL), node->text);
	ok = engine->external ? external_apply(engine->external, manifest, &err)
			      : environment_apply(engine->environment, manifest, &err);
	ok = judge_refusal(engine, node, ok, &err, what);
	err_done(&err);
	return ok;
}

static bool apply(struct engine *engine, const struct yaml_node *node)
{
	_cleanup_(freep) char *name = NULL;
	_cleanup_(freep) char *path = NULL;
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	struct err err = ERR_INIT;

	if (!engine_replace_text(engine, node->text, &name, &err))
		goto failed;
	path = xasprintf("%s/%s", engine->scenario->fixtures, name);
	if (!yaml_load(path, NULL, NULL, &file, &err))
		goto failed;
	for (size_t i = 0; i < yaml_documents(file); i++)
		if (yaml_root(file, i) && !apply_document(engine, yaml_root(file, i), node))
			return false;
	return true;
failed:
	engine_fail(engine, node, false, xstrdup(err_text(&err)), NULL);
	err_done(&err);
	return false;
}

/* "service default/echo" with ${…} replaced. */
static bool find_object(struct engine *engine, const struct yaml_node *node,
			const struct object_kind **ret_kind, char **ret_ns, char **ret_name)
{
	_cleanup_(freep) char *text = NULL;
	struct err err = ERR_INIT;

	*ret_ns = *ret_name = NULL;
	if (!engine_replace_text(engine, node->text, &text, &err)) {
		engine_fail(engine, node, false, xstrdup(err_text(&err)), NULL);
		err_done(&err);
		return false;
	}
	if (object_reference(text, ret_kind, ret_ns, ret_name) && (*ret_kind)->kube_kind)
		return true;
	engine_fail(engine, node, false, xasprintf("\"%s\" names no Kubernetes object", text),
		    NULL);
	return false;
}

static bool change(struct engine *engine, const struct yaml_node *node)
{
	const struct yaml_node *of = yaml_get(node, "of");
	_cleanup_(json_freep) struct json *written = yaml_to_json(yaml_get(node, "set"));
	_cleanup_(json_freep) struct json *set = NULL;
	_cleanup_(freep) char *ns = NULL;
	_cleanup_(freep) char *name = NULL;
	_cleanup_(freep) char *version = NULL;
	const struct object_kind *kind;
	struct err err = ERR_INIT;
	bool ok;

	if (!find_object(engine, of, &kind, &ns, &name))
		return false;
	version = object_kind_api_version(kind);
	ok = engine_replace(engine, written, &set, &err) &&
	     (engine->external ? external_change(engine->external, version, kind->kube_kind, ns,
						 name, set, &err)
			       : environment_change(engine->environment, version, kind->kube_kind,
						    ns, name, set, &err));
	ok = judge_refusal(engine, of, ok, &err, "the change");
	err_done(&err);
	return ok;
}

static bool delete (struct engine *engine, const struct yaml_node *node)
{
	_cleanup_(freep) char *ns = NULL;
	_cleanup_(freep) char *name = NULL;
	_cleanup_(freep) char *version = NULL;
	const struct object_kind *kind;
	struct err err = ERR_INIT;
	bool ok;

	if (!find_object(engine, node, &kind, &ns, &name))
		return false;
	version = object_kind_api_version(kind);
	ok = engine->external
		     ? external_delete(engine->external, version, kind->kube_kind, ns, name, &err)
		     : environment_delete(engine->environment, version, kind->kube_kind, ns, name,
					  &err);
	ok = judge_refusal(engine, node, ok, &err, "the deletion");
	err_done(&err);
	return ok;
}

enum command { COMMAND_RESTART, COMMAND_STOP, COMMAND_START };

static bool control_aws(struct engine *engine, enum command command, struct err *err)
{
	struct emulator *emulator = engine->emulator;

	if (command != COMMAND_START) {
		if (!emulator->aws_server)
			return err_set(err, ERR_CONFLICT, NULL, "AWS does not run");
		emulator_close_aws(emulator);
	}
	return command == COMMAND_STOP || emulator_open_aws(emulator, false, err);
}

static bool control_cluster(struct kube_cluster *cluster, enum command command, struct err *err)
{
	if (command != COMMAND_START) {
		if (!kube_cluster_is_open(cluster))
			return err_set(err, ERR_CONFLICT, NULL,
				       "the API server of \"%s\" does not run",
				       kube_cluster_name(cluster));
		kube_cluster_close(cluster);
	}
	return command == COMMAND_STOP || kube_cluster_open(cluster, false, err);
}

static bool control_controller(struct engine *engine, const char *name, enum command command,
			       struct err *err)
{
	switch (command) {
	case COMMAND_RESTART: return environment_controller_restart(engine->environment, name, err);
	case COMMAND_STOP: return environment_controller_stop(engine->environment, name, err);
	case COMMAND_START: return environment_controller_start(engine->environment, name, err);
	}
	return false;
}

static bool control(struct engine *engine, const struct yaml_node *node, enum command command)
{
	const char *name = engine_node_text(engine, node);
	struct kube_cluster *cluster = NULL;
	struct err err = ERR_INIT;
	bool ok;

	if (str_eq(name, "api-server"))
		cluster = environment_cluster(engine->environment);
	else if (str_eq(name, "seed-api-server"))
		cluster = kube_cluster_find(engine->emulator->kube, EMULATOR_SEED);
	if (str_eq(name, "aws"))
		ok = control_aws(engine, command, &err);
	else if (cluster)
		ok = control_cluster(cluster, command, &err);
	else
		ok = control_controller(engine, name, command, &err);
	if (!ok)
		engine_fail(engine, node, false, xstrdup(err_text(&err)), NULL);
	err_done(&err);
	return ok;
}

static bool restart(struct engine *engine, const struct yaml_node *node)
{
	return control(engine, node, COMMAND_RESTART);
}

static bool stop(struct engine *engine, const struct yaml_node *node)
{
	return control(engine, node, COMMAND_STOP);
}

static bool start(struct engine *engine, const struct yaml_node *node)
{
	return control(engine, node, COMMAND_START);
}

static bool replace(struct engine *engine, const struct yaml_node *node)
{
	struct err err = ERR_INIT;
	bool ok = environment_controller_replace(engine->environment, node, &err);

	if (!ok)
		engine_fail(engine, node, false, xstrdup(err_text(&err)), NULL);
	err_done(&err);
	return ok;
}

static bool set_policy(struct engine *engine, const struct yaml_node *node)
{
	struct err err = ERR_INIT;
	bool ok = engine_set_policy(engine, node, &err);

	if (!ok)
		engine_fail(engine, node, false, xstrdup(err_text(&err)), NULL);
	err_done(&err);
	return ok;
}

static bool use_shoot(struct engine *engine, const struct yaml_node *step)
{
	const char *shoot = engine_text(engine, step, "in");
	struct err err = ERR_INIT;
	bool ok = !shoot || environment_use_shoot(engine->environment, shoot, &err);

	if (!ok)
		engine_fail(engine, yaml_get(step, "in"), false, xstrdup(err_text(&err)), NULL);
	err_done(&err);
	return ok;
}

static void advance(struct engine *engine, const struct yaml_node *step)
{
	int64_t ms = engine_duration(engine, step, "advance", 0);

	if (!ms)
		return;
	emulated_clock_advance(world_clock(engine->emulator->world), ms);
	world_fire_timers(engine->emulator->world);
}

static void take_snapshot(struct engine *engine, const struct yaml_node *step)
{
	const struct yaml_node *node = yaml_get(step, "snapshot");
	struct named_snapshot *taken;

	if (!node)
		return;
	taken = xcalloc(1, sizeof(*taken));
	taken->name = xstrdup(node->text);
	taken->snapshot = snapshot_take(engine->emulator->world);
	taken->next = engine->snapshots;
	engine->snapshots = taken;
}

bool step_act(struct engine *engine, const struct yaml_node *step)
{
	const struct yaml_node *with = yaml_get(step, "with");
	struct err err = ERR_INIT;

	if (with) {
		_cleanup_(json_freep) struct json *written = yaml_to_json(with);

		if (!engine_replace(engine, written, &engine->with, &err)) {
			engine_fail(engine, with, true, xstrdup(err_text(&err)), NULL);
			err_done(&err);
			return false;
		}
	}
	if (!use_shoot(engine, step) || !each_item(engine, step, "fault", step_fault))
		return false;
	if (yaml_get(step, "clear-faults"))
		faults_clear(engine);
	if (!each_item(engine, step, "policy", set_policy) ||
	    !each_item(engine, step, "apply", apply) ||
	    !each_item(engine, step, "change", change) ||
	    !each_item(engine, step, "delete", delete) ||
	    !each_item(engine, step, "call", step_call) ||
	    !each_item(engine, step, "restart", restart) ||
	    !each_item(engine, step, "stop", stop) || !each_item(engine, step, "start", start) ||
	    !each_item(engine, step, "replace", replace))
		return false;
	advance(engine, step);
	if (engine->external && yaml_get(step, "snapshot") && !outside_look(engine))
		return false;
	take_snapshot(engine, step);
	return !engine_decided(engine) || engine->in_finally;
}
