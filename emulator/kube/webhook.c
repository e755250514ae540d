/* Asking admission webhooks; see webhook.h. */
#include "emulator/kube/webhook.h"

#include "emulator/base/arena.h"
#include "emulator/base/digest.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/http/fetch.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/patch.h"
#include "emulator/kube/status.h"
#include "emulator/kube/webhook_inner.h"
#include "emulator/world/tape.h"

#define ROUNDS_MAX 5 /* how often an object may move under its own review */

/* What the registry does with the request when it is served the next time. */
enum stage {
	STAGE_MUTATE,	/* asks the mutating webhooks */
	STAGE_VALIDATE, /* takes their object over and asks the validating ones */
	STAGE_STORE,	/* takes the object over and stores */
};

/* One question that is under way. */
struct question {
	struct webhook_run *run;
	struct webhook *webhook;
	struct fetch *fetch;
	char *uid;
};

struct webhook_run {
	struct kube_op *op;
	const struct json *body;
	const char *fault;
	webhook_served_fn *fn;
	void *userdata;
	struct webhook_run **handle; /* where the caller knows this run from */
	enum stage stage;
	bool parked;
	unsigned rounds;
	size_t drawn_before; /* ordinals, before it was served the last time */
	const char *operation;
	struct json *object, *old; /* under review; owned; NULL: there is none */
	struct json *mutated;	   /* what mutating webhooks made of it; NULL: nothing else */
	uint64_t old_revision;	   /* 0: there was no object */
	struct webhook *webhooks;
	size_t count;
	struct question *questions; /* one per webhook */
	size_t current, open;	    /* mutating: which one is asked; validating: how many are */
	bool again;		    /* mutating: the second pass (reinvocationPolicy) */
	struct err refusal;	    /* validating: of the first one that refused */
};

static void free_questions(struct webhook_run *run)
{
	for (size_t i = 0; run->questions && i < run->count; i++) {
		fetch_cancel(run->questions[i].fetch);
		free(run->questions[i].uid);
	}
	free(run->questions);
	run->questions = NULL;
	webhooks_free(run->webhooks, run->count);
	run->webhooks = NULL;
	run->count = run->current = run->open = 0;
	run->again = false;
}

static void run_free(struct webhook_run *run)
{
	free_questions(run);
	json_free(run->object);
	json_free(run->old);
	json_free(run->mutated);
	err_done(&run->refusal);
	if (run->handle)
		*run->handle = NULL;
	run->op->webhooks = NULL;
	free(run);
}

static void tell(struct webhook_run *run, bool fine, struct kube_answer *answer, struct err *err)
{
	webhook_served_fn *fn = run->fn;
	void *userdata = run->userdata;

	run_free(run);
	fn(fine, answer, err, userdata);
}

/* A webhook's refusal ends the request; it is in the journal like any other. */
static void refuse(struct webhook_run *run, struct err *err)
{
	struct kube_answer none = {.list_remaining = -1};
	struct call *call = registry_begin(run->op, run->body, run->fault);

	call_fail(call, status_code(err), err->wire, err_text(err));
	tell(run, false, &none, err);
}

static void serve(struct webhook_run *run);

static void next_stage(struct webhook_run *run)
{
	free_questions(run);
	run->stage = run->stage == STAGE_MUTATE ? STAGE_VALIDATE : STAGE_STORE;
	serve(run);
}

/* "Internal error occurred: failed calling webhook …" (mutating/dispatcher.go:176). */
static bool call_failed(const struct webhook *webhook, const char *why, struct err *err)
{
	return status_internal(err, "failed calling webhook \"%s\": %s", webhook->name, why);
}

static bool may_fail(const struct webhook *webhook)
{
	return str_eq(json_get_str(webhook->hook, "failurePolicy"), "Ignore");
}

static void take_warnings(struct kube_op *op, const struct webhook_answer *answer)
{
	json_foreach (warning, json_get(answer->response, "warnings"))
		if (json_str(warning))
			op_warn(op, "%s", json_str(warning));
}

/* Gives the object under review what a mutating webhook wants it to be. */
static bool take_patch(struct webhook_run *run, struct webhook *webhook, const struct json *patch,
		       struct err *err)
{
	_cleanup_(json_freep) struct json *changed = NULL;

	if (!patch)
		return true;
	if (!run->object)
		return status_internal(err,
				       "admission webhook \"%s\" attempted to modify the object, "
				       "which is not supported for this operation",
				       webhook->name);
	if (!patch_json(run->object, patch, &changed, err))
		return status_internal(err, "%s", err_text(err));
	if (json_equal(changed, run->object))
		return true;
	json_free(run->object);
	run->object = steal(changed);
	json_free(run->mutated);
	run->mutated = json_copy(run->object);
	for (size_t i = 0; i < run->current; i++)
		run->webhooks[i].changed_after = true;
	return true;
}

/* What a webhook said: false when the request is refused for it. */
static bool judge(struct webhook_run *run, struct question *question,
		  const struct fetch_answer *reply, struct err *err)
{
	struct webhook *webhook = question->webhook;
	_cleanup_(webhook_answer_done) struct webhook_answer answer = {};
	bool mutating = run->stage == STAGE_MUTATE;
	struct err failure = ERR_INIT;
	_cleanup_(freep) char *why = NULL;

	if (reply->problem) {
		_cleanup_(freep) char *url = webhook_url(webhook);

		why = xasprintf("failed to call webhook: Post \"%s\": %s", url, reply->problem);
	} else if (reply->status != 200) {
		why = xasprintf("the server answered %d where an AdmissionReview was expected",
				reply->status);
	} else if (!webhook_read(webhook, reply->body, reply->length, question->uid, mutating,
				 &answer, &failure)) {
		why = xstrdup(err_text(&failure));
	}
	err_done(&failure);
	if (why)
		return may_fail(webhook) || call_failed(webhook, why, err);
	take_warnings(run->op, &answer);
	if (!answer.allowed)
		return webhook_denied(webhook, &answer, err);
	return !mutating || take_patch(run, webhook, answer.patch, err);
}

static void ask_next(struct webhook_run *run);

/* What a webhook said is on the tape: it cannot be asked again. With what it was asked as: of
 * requests for the same object at the same time the second may have been served first. */
static void keep_review(struct kube_op *op, const struct question *question,
			const struct fetch_answer *reply)
{
	struct json *review;

	if (!tape_is_on(op->cluster->kube->world))
		return;
	review = json_new_object();
	json_set_str(review, "uid", question->uid);
	json_set_int(review, "status", reply->status);
	json_set_str(review, "problem", reply->problem);
	json_set(review, "body", json_new_string_len(reply->body, reply->length));
	if (!op->reviews)
		op->reviews = json_new_array();
	json_append(op->reviews, review);
}

static void take_answer(const struct fetch_answer *reply, struct question *question)
{
	struct webhook_run *run = question->run;
	struct err err = ERR_INIT;
	bool fine;

	question->fetch = NULL;
	fine = judge(run, question, reply, &err);
	if (run->stage == STAGE_MUTATE) {
		if (!fine) {
			refuse(run, &err);
			return;
		}
		run->current++;
		ask_next(run);
		return;
	}
	/* of several refusals the first one is told (validating/dispatcher.go:236) */
	if (!fine && run->refusal.code == ERR_NONE)
		err_move(&run->refusal, &err);
	err_done(&err);
	if (--run->open)
		return;
	if (run->refusal.code != ERR_NONE) {
		struct err refusal = run->refusal;

		run->refusal = (struct err)ERR_INIT;
		refuse(run, &refusal);
		return;
	}
	next_stage(run);
}

static void answered(const struct fetch_answer *reply, void *userdata)
{
	struct question *question = userdata;
	struct kube_op *op = question->run->op;
	struct kube *kube = op->cluster->kube;
	struct world *world = kube->world;

	tape_enter(world);
	ordinals_collect(kube, &op->drawn);
	keep_review(op, question, reply);
	take_answer(reply, question);
	ordinals_collect(kube, NULL);
	tape_leave(world);
}

/* Plays the next answer of a tape, at once; false: none is played. */
static bool play_answer(struct question *question)
{
	struct kube *kube = question->run->op->cluster->kube;
	const struct json *review = kube->review;
	const char *body = json_get_str(review, "body"), *uid = json_get_str(review, "uid");
	const struct fetch_answer reply = {
		.status = (int)json_get_int(review, "status", 0),
		.problem = json_get_str(review, "problem"),
		.body = body ? body : "",
		.length = body ? strlen(body) : 0,
	};

	if (!review)
		return false;
	kube->review = json_next(review);
	if (uid) {
		free(question->uid);
		question->uid = xstrdup(uid);
	}
	take_answer(&reply, question);
	return true;
}

/* The certificates that a caBundle holds: text to be freed, "" when there are none. */
static char *ca_of(const struct webhook *webhook)
{
	const char *bundle = json_find_str(webhook->hook, "clientConfig", "caBundle", NULL);
	uint8_t *pem = NULL;
	size_t length;

	if (!bundle || !base64_decode(bundle, strlen(bundle), &pem, &length))
		return xstrdup("");
	return (char *)pem;
}

/* The uid of a question: equal runs ask equal questions. */
static void question_uid(struct webhook_run *run, const struct webhook *webhook, char ret[37])
{
	struct kube *kube = run->op->cluster->kube;
	const char *id = arena_printf(run->op->arena, "review %s %s", webhook->name,
				      op_key(run->op, run->op->target.ns, run->op->target.name));

	ids_uuid(world_seed(kube->world), "admission-review", run->op->user.actor, id,
		 kube_next_ordinal(kube, id), ret);
}

static void ask(struct webhook_run *run, size_t index)
{
	struct question *question = &run->questions[index];
	struct webhook *webhook = &run->webhooks[index];
	struct webhook_subject subject = {run->operation, run->object, run->old};
	_cleanup_(freep) char *url = webhook_url(webhook), *nobody = webhook_nobody(webhook);
	_cleanup_(freep) char *text = NULL, *ca = ca_of(webhook);
	struct fetcher *fetcher = run->op->cluster->kube->fetcher;
	char uid[37];

	question_uid(run, webhook, uid);
	free(question->uid);
	*question = (struct question){.run = run, .webhook = webhook, .uid = xstrdup(uid)};
	if (play_answer(question))
		return;
	if (nobody || !fetcher) {
		question->fetch = fetch_fail(fetcher, nobody, answered, question);
		return;
	}
	text = webhook_question(run->op, webhook, &subject, uid);
	question->fetch = fetch_start(fetcher,
				      &(struct fetch_request){
					      .url = url,
					      .content_type = "application/json",
					      .body = text,
					      .length = strlen(text),
					      .ca_pem = ca,
					      .timeout_ms = webhook_timeout_s(webhook) * 1000,
					      .answer_max_bytes = WEBHOOK_ANSWER_MAX,
				      },
				      answered, question);
}

/* In the second pass only those that asked for it, and whose object was changed behind them. */
static bool wants_again(const struct webhook *webhook)
{
	return webhook->changed_after &&
	       str_eq(json_get_str(webhook->hook, "reinvocationPolicy"), "IfNeeded");
}

static void ask_next(struct webhook_run *run)
{
	while (run->again && run->current < run->count &&
	       !wants_again(&run->webhooks[run->current]))
		run->current++;
	if (run->current < run->count) {
		ask(run, run->current);
		return;
	}
	if (run->again) {
		next_stage(run);
		return;
	}
	run->again = true;
	run->current = 0;
	ask_next(run);
}

/* 400 when a webhook with side effects would be asked about a dry run. */
static bool check_dry_run(struct webhook_run *run, struct err *err)
{
	if (!run->op->options.dry_run)
		return true;
	for (size_t i = 0; i < run->count; i++) {
		const char *effects = json_get_str(run->webhooks[i].hook, "sideEffects");

		if (!str_eq(effects, "None") && !str_eq(effects, "NoneOnDryRun"))
			return status_bad_request(err,
						  "admission webhook \"%s\" does not support dry "
						  "run",
						  run->webhooks[i].name);
	}
	return true;
}

static void ask_all(struct webhook_run *run)
{
	struct err err = ERR_INIT;
	size_t count;

	if (!check_dry_run(run, &err)) {
		refuse(run, &err);
		return;
	}
	run->questions = xcalloc(run->count, sizeof(*run->questions));
	if (run->stage == STAGE_MUTATE) {
		ask_next(run);
		return;
	}
	run->open = count = run->count;
	for (size_t i = 0; i < count; i++) /* played answers end the run with the last one */
		ask(run, i);
}

static void serve(struct webhook_run *run)
{
	struct kube_answer answer = {.list_remaining = -1};
	struct err err = ERR_INIT;
	bool fine;

	run->parked = false;
	run->drawn_before = run->op->drawn.count;
	fine = registry_serve(run->op, run->body, run->fault, &answer, &err);
	if (!run->parked) {
		tell(run, fine, &answer, &err);
		return;
	}
	err_done(&err);
	ask_all(run);
}

static bool is_write(const struct kube_op *op)
{
	return op->verb & (VERB_CREATE | VERB_UPDATE | VERB_PATCH | VERB_DELETE);
}

void webhook_serve(struct kube_op *op, const struct json *body, const char *fault,
		   webhook_served_fn *fn, void *userdata, struct webhook_run **ret)
{
	struct kube *kube = op->cluster->kube;
	struct kube_answer answer = {.list_remaining = -1};
	struct drawn_ordinals *before;
	struct webhook_run *run;
	struct err err = ERR_INIT;
	bool fine;

	*ret = NULL;
	if (!is_write(op) || !(kube->fetcher || kube->review)) {
		fine = registry_serve(op, body, fault, &answer, &err);
		fn(fine, &answer, &err, userdata);
		return;
	}
	run = xcalloc(1, sizeof(*run));
	*run = (struct webhook_run){
		.op = op,
		.body = body,
		.fault = fault,
		.fn = fn,
		.userdata = userdata,
		.handle = ret,
	};
	*ret = op->webhooks = run;
	before = ordinals_collect(kube, &op->drawn);
	serve(run);
	ordinals_collect(kube, before);
}

void webhook_cancel(struct webhook_run *run)
{
	if (run)
		run_free(run);
}

bool webhook_is_parked(const struct kube_op *op)
{
	return op->webhooks && op->webhooks->parked;
}

bool webhook_keep_identity(struct kube_op *op, struct json *object)
{
	struct json *meta = json_ensure_object(object, "metadata");

	if (!op->webhooks || op->webhooks->stage != STAGE_STORE || !op->webhooks->object)
		return false;
	json_set_str(meta, "name", meta_str(op->webhooks->object, "name"));
	json_set_str(meta, "uid", meta_str(op->webhooks->object, "uid"));
	return true;
}

/* Whether another request has changed the object since the webhooks saw it. */
static bool has_moved(const struct webhook_run *run, const struct doc *old)
{
	return run->old_revision != (old ? old->revision : 0);
}

/* Keeps what is to be reviewed and looks who wants to: run->count. */
static bool collect(struct webhook_run *run, const struct json *object, const struct doc *old,
		    struct err *err)
{
	struct webhook_subject subject;

	json_free(run->object);
	json_free(run->old);
	run->object = object ? json_copy(object) : NULL;
	run->old = old ? json_copy(old->body) : NULL;
	run->old_revision = old ? old->revision : 0;
	if (old)
		json_setf(json_ensure_object(run->old, "metadata"), "resourceVersion", "%llu",
			  (unsigned long long)old->revision);
	run->operation = !object ? "DELETE" : old ? "UPDATE" : "CREATE";
	subject = (struct webhook_subject){run->operation, run->object, run->old};
	return webhooks_find(run->op, run->stage == STAGE_MUTATE, &subject, &run->webhooks,
			     &run->count, err);
}

static bool park(struct webhook_run *run, struct err *err)
{
	run->parked = true;
	return err_set(err, ERR_UNAVAILABLE, NULL, "admission webhooks are being asked");
}

/* The object as mutating webhooks want it, decoded and defaulted like one that a client sent. */
static bool take_over(struct kube_op *op, struct json **object, struct err *err)
{
	struct json *changed = json_copy(op->webhooks->mutated);

	json_set_str(changed, "apiVersion", op->target.type->api_version);
	if (!decode_object(op, changed, err)) {
		json_free(changed);
		return false;
	}
	json_free(*object);
	*object = registry_to_storage(op, changed);
	if (op->target.type->storage->strategy->defaults)
		op->target.type->storage->strategy->defaults(op, *object);
	return true;
}

/* Starts over when the object has moved since it was looked at. */
static bool start_over(struct webhook_run *run, const struct doc *old, struct err *err)
{
	if (run->stage == STAGE_MUTATE || !has_moved(run, old))
		return true;
	if (++run->rounds > ROUNDS_MAX)
		return status_conflict(err, run->op->target.type, run->op->target.name,
				       status_modified);
	run->stage = STAGE_MUTATE;
	json_free(run->mutated);
	run->mutated = NULL;
	/* when it is played, the object is as this round finds it */
	json_free(run->op->reviews);
	run->op->reviews = NULL;
	drawn_ordinals_forget(&run->op->drawn, run->drawn_before);
	run->drawn_before = 0;
	return true;
}

bool webhook_mutate(struct kube_op *op, struct json **object, const struct doc *old,
		    struct err *err)
{
	struct webhook_run *run = op->webhooks;

	if (!run)
		return true;
	if (!start_over(run, old, err))
		return false;
	if (run->stage == STAGE_MUTATE) {
		if (!collect(run, *object, old, err))
			return false;
		if (run->count)
			return park(run, err);
		run->stage = STAGE_VALIDATE;
	}
	return !run->mutated || take_over(op, object, err);
}

bool webhook_validate(struct kube_op *op, const struct json *object, const struct doc *old,
		      struct err *err)
{
	struct webhook_run *run = op->webhooks;

	if (!run || run->stage == STAGE_STORE)
		return true;
	if (!collect(run, object, old, err))
		return false;
	if (run->count)
		return park(run, err);
	run->stage = STAGE_STORE;
	return true;
}

bool webhook_delete(struct kube_op *op, const struct doc *old, struct err *err)
{
	struct webhook_run *run = op->webhooks;

	if (!run)
		return true;
	if (!start_over(run, old, err))
		return false;
	while (run->stage != STAGE_STORE) {
		if (!collect(run, NULL, old, err))
			return false;
		if (run->count)
			return park(run, err);
		run->stage = run->stage == STAGE_MUTATE ? STAGE_VALIDATE : STAGE_STORE;
	}
	return true;
}
