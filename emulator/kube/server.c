/*
 * A request over the wire: who → what → fault → body → registry → answer. A delayed request is
 * parked with its connection; the loop goes on.
 */
#include "emulator/kube/server.h"

#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/loop.h"
#include "emulator/kube/auth.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/reply.h"
#include "emulator/kube/status.h"
#include "emulator/kube/target.h"
#include "emulator/kube/watch.h"
#include "emulator/kube/webhook.h"
#include "emulator/world/tape.h"

/* A request for a resource on its way; in the arena of the request. */
struct job {
	struct kube_op *op;
	struct accepted accepted;
	struct json *body; /* owned */
	struct fault_verdict verdict;
	struct loop_source *timer;    /* of a delay */
	struct webhook_run *webhooks; /* while they are asked */
	bool watched;		      /* told when the client goes away */
};

static void job_done(struct job *job)
{
	json_free(job->body);
	json_free(steal(job->op->reviews));
	drawn_ordinals_done(&job->op->drawn);
	strs_done(&job->op->warnings);
	job->op->warnings = (struct strs){};
}

static void refuse(struct kube_op *op, struct err *err)
{
	reply_error(op, err);
	err_done(err);
}

/* What each fault looks like from a Kubernetes API server. */
static bool injected(struct job *job, struct err *err)
{
	const struct fault_verdict *v = &job->verdict;
	const struct api_type *type = job->op->target.type;

	if (v->code || v->status) {
		status_set(err, v->status ? v->status : 500, v->code, "%s",
			   v->message ? v->message : "an injected fault");
	} else if (str_eq(v->fault, "throttle")) {
		status_set(err, 429, "TooManyRequests",
			   "the server has received too many requests and has asked us to try "
			   "again later");
		err->details = json_new_object();
		json_set_int(err->details, "retryAfterSeconds", 1);
	} else if (str_eq(v->fault, "conflict")) {
		status_conflict(err, type, job->op->target.name, status_modified);
	} else if (str_eq(v->fault, "access-denied")) {
		status_set(err, 403, "Forbidden",
			   "%s is forbidden: User \"%s\" cannot do this (a fault of the scenario)",
			   type->resource, job->op->user.name);
	} else if (str_eq(v->fault, "expired-token")) {
		status_set(err, 401, "Unauthorized", "Unauthorized");
	} else if (str_eq(v->fault, "unavailable")) {
		status_set(err, 503, "ServiceUnavailable",
			   "the server is currently unable to handle the request");
	} else {
		status_internal(err, "%s", v->message ? v->message : "an injected fault");
	}
	return false;
}

/* A refused request is in the journal too. */
static void journal_refusal(struct job *job, const struct err *err)
{
	struct call *call = registry_begin(job->op, job->body, job->verdict.fault);

	call_fail(call, status_code(err), err->wire, err_text(err));
}

/* The client has gone while its request was parked. */
static void gone(struct request *request _unused_, void *userdata)
{
	struct job *job = userdata;

	if (!job->timer && !job->webhooks)
		return;
	loop_remove(job->timer);
	job->timer = NULL;
	webhook_cancel(job->webhooks);
	job_done(job);
}

static void watch_client(struct job *job)
{
	if (!job->watched)
		http_on_gone(job->op->request, gone, job);
	job->watched = true;
}

static void served(bool fine, struct kube_answer *answer, struct err *err, void *userdata)
{
	struct job *job = userdata;
	struct kube_op *op = job->op;

	if (!fine) {
		refuse(op, err);
	} else if (job->verdict.effect == FAULT_ANSWER_LOST) {
		reply_drop(op);
	} else if (job->verdict.effect == FAULT_ERROR) {
		injected(job, err); /* after the effect */
		refuse(op, err);
	} else {
		reply_answer(op, &job->accepted, answer);
	}
	answer_done(answer);
	job_done(job);
}

static void run(struct job *job)
{
	struct kube_op *op = job->op;
	struct err err = ERR_INIT;

	if (op->verb != VERB_WATCH) {
		watch_client(job);
		webhook_serve(op, job->body, job->verdict.fault, served, job, &job->webhooks);
		return;
	}
	if (!watch_serve(op, &job->accepted, &job->verdict, &err))
		refuse(op, &err);
	job_done(job);
}

static void delay_over(void *userdata)
{
	struct job *job = userdata;

	struct world *world = job->op->cluster->kube->world;

	job->timer = NULL;
	tape_enter(world);
	job->op->now_ms = clock_real_ms();
	run(job);
	tape_leave(world);
}

static void drop(struct job *job)
{
	struct err err = ERR_INIT;

	status_set(&err, 0, NULL, "the connection was closed before anything happened");
	journal_refusal(job, &err);
	err_done(&err);
	reply_drop(job->op);
	job_done(job);
}

static void decide(struct job *job)
{
	struct kube_op *op = job->op;
	struct world *world = op->cluster->kube->world;
	_cleanup_(json_freep) struct json *params = registry_params(op, job->body);
	const char *action = arena_printf(op->arena, "k8s:%s", target_operation(op));
	struct err err = ERR_INIT;

	job->verdict = fault_decide(
		world, op->user.actor, action,
		arena_printf(op->arena, "%s/%s", op->target.ns,
			     json_get_str(params, "name") ? json_get_str(params, "name") : ""),
		params);
	if (job->verdict.effect != FAULT_NONE)
		op->fault = &job->verdict;
	switch (job->verdict.effect) {
	case FAULT_DROP: drop(job); return;
	case FAULT_DELAY:
		if (!op->cluster->kube->loop)
			break; /* a tape is played: it took effect now */
		watch_client(job);
		job->timer = loop_add_timer(op->cluster->kube->loop, job->verdict.delay_ms,
					    delay_over, job);
		return;
	case FAULT_ERROR:
		if (job->verdict.after_effect)
			break;
		injected(job, &err);
		journal_refusal(job, &err);
		refuse(op, &err);
		job_done(job);
		return;
	default: break;
	}
	run(job);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* The body as a tree; DELETE's is a DeleteOptions. */
static bool read_body(struct job *job, struct err *err)
{
	struct kube_op *op = job->op;
	const struct request *request = op->request;
	const char *type = or_empty(request_header(request, "Content-Type"));

	if (op->verb == VERB_PATCH) {
		op->patch_type = media_type(op->arena, type);
		if (!patch_type_known(op, err))
			return false;
	}
	if (!options_check(op, err))
		return false;
	if (!(op->verb &
	      (VERB_CREATE | VERB_UPDATE | VERB_PATCH | VERB_DELETE | VERB_DELETE_COLLECTION)))
		return true;
	if (!decode_body(op, type, request->body, request->body_length, &job->body, err))
		return false;
	if (op->verb & (VERB_DELETE | VERB_DELETE_COLLECTION))
		return options_from_body(op, job->body, err);
	return true;
}

static bool prepare(struct job *job, struct err *err)
{
	struct kube_op *op = job->op;

	return target_verb(op, err) && auth_allow(op, op->request->path, true, err) &&
	       negotiate(request_header(op->request, "Accept"), false, &job->accepted, err) &&
	       read_body(job, err);
}

static void serve_resource(struct kube_op *op)
{
	struct job *job = arena_alloc(op->arena, sizeof(*job));
	struct err err = ERR_INIT;

	job->op = op;
	if (!prepare(job, &err)) {
		refuse(op, &err);
		job_done(job);
		return;
	}
	decide(job);
}

static void not_found(struct kube_op *op)
{
	static const char text[] = "404 page not found\n";

	reply_text(op, 404, "text/plain; charset=utf-8", text, sizeof(text) - 1);
}

static struct kube_op *new_op(struct request *request, const struct kube_listener *listener)
{
	struct kube_op *op = arena_alloc(request->arena, sizeof(*op));

	op->cluster = listener->cluster;
	op->arena = request->arena;
	op->request = request;
	op->method = request->method;
	op->user_agent = or_empty(request_header(request, "User-Agent"));
	op->plain = listener->plain;
	op->now_ms = request->arrived_ms ? request->arrived_ms : clock_real_ms();
	op->cluster->kube->request_count++;
	return op;
}

static void serve(struct request *request, const struct kube_listener *listener)
{
	struct kube_op *op = new_op(request, listener);
	struct err err = ERR_INIT;

	if (!auth_request(op, listener->plain, &err) || !options_parse(op, request->query, &err)) {
		refuse(op, &err);
		return;
	}
	switch (target_parse(op, request->path, &err)) {
	case PATH_RESOURCE: serve_resource(op); return;
	case PATH_UNKNOWN: refuse(op, &err); return;
	case PATH_NO_GROUP:
		if (auth_allow(op, request->path, false, &err))
			not_found(op);
		else
			refuse(op, &err);
		return;
	case PATH_OTHER:
		if (auth_allow(op, request->path, false, &err))
			kube_serve_other(op, request->path);
		else
			refuse(op, &err);
	}
}

void kube_serve(struct request *request, void *userdata)
{
	const struct kube_listener *listener = userdata;
	struct world *world = listener->cluster->kube->world;

	tape_enter(world);
	serve(request, listener);
	tape_leave(world);
}

void kube_serve_too_large(struct request *request, void *userdata)
{
	struct kube_op *op = new_op(request, userdata);
	struct err err = ERR_INIT;

	status_set(&err, 413, "RequestEntityTooLarge", "Request entity too large: limit is %u",
		   KUBE_BODY_MAX);
	refuse(op, &err);
}
