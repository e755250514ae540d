/* Serving a call: who, what, faults, the handler in its transaction, the reply. */
#include <ctype.h>

#include "emulator/aws/errors.h"
#include "emulator/aws/fault_words.h"
#include "emulator/aws/input.h"
#include "emulator/aws/memo.h"
#include "emulator/aws/policy/authorize.h"
#include "emulator/aws/private.h"
#include "emulator/aws/protocol/content.h"
#include "emulator/aws/s3_request.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/log.h"
#include "emulator/world/actor.h"
#include "emulator/world/tape.h"

#define REGION_GROUP_MAX 10	     /* letters: "northeast" has nine */
#define REGION_UNSIGNED	 "us-east-1" /* of requests that nobody signs: the SDKs' own default */
#define SUBJECT_DIGITS	 16	     /* hex digits of the digest that stands for a call's subject */

/* @name Errors */

/* A code and a status for errors that a handler made without any. */
static void complete(struct err *err)
{
	static const struct {
		int status;
		const char *code;
	} by_class[] = {
		[ERR_NONE] = {500, "InternalFailure"},
		[ERR_INVALID] = {400, "ValidationError"},
		[ERR_NOT_FOUND] = {404, "NotFound"},
		[ERR_CONFLICT] = {409, "Conflict"},
		[ERR_LIMIT] = {400, "LimitExceeded"},
		[ERR_DENIED] = {403, "AccessDenied"},
		[ERR_UNSUPPORTED] = {501, "NotImplemented"},
		[ERR_UNAVAILABLE] = {503, "Unavailable"},
		[ERR_TOO_LARGE] = {413, "RequestEntityTooLargeException"},
		[ERR_IO] = {500, "InternalFailure"},
	};

	if (!err->wire)
		err->wire = xstrdup(by_class[err->code].code);
	if (!err->status)
		err->status = by_class[err->code].status;
}

static struct call *begin(struct job *job, const char *fixed_id)
{
	const struct call_info info = {
		.actor = job->actor_name,
		.account = job->account,
		.region = job->region,
		.service = job->route.service->name,
		.operation = job->route.operation ? job->route.operation->name : "UnknownOperation",
		.principal = job->principal,
		.user_agent = job->user_agent,
		.access_key = job->actor ? job->actor->access_key_id : NULL,
		.fixed_id = fixed_id,
	};
	struct call *call = call_begin(job->aws->world, job->request.arena, &info);

	job->exchange.request_id = arena_strdup(job->request.arena, call->request_id);
	call->lags = job->verdict.lags;
	call->lags.real_ms = job->real_ms;
	return call;
}

static void encode_error(struct job *job, struct err *err)
{
	protocol_of(job->route.service)->encode_error(&job->exchange, err, &job->reply);
}

static void fail_open(struct job *job, struct call *call, struct err *err)
{
	complete(err);
	if (job->verdict.effect != FAULT_NONE)
		call_set_fault(call, job->verdict.fault);
	call_set_params(call, steal(job->params));
	call_fail(call, err->status, err->wire, err_text(err));
	encode_error(job, err);
	err_done(err);
}

/* Refuses before the transaction: journal entry and reply. */
static void fail(struct job *job, struct err *err)
{
	fail_open(job, begin(job, NULL), err);
}

/* @name Requests that are no operation of ours */

static void refuse_stranger(struct job *job, const char *code, int status, const char *text)
{
	_cleanup_(json_freep) struct json *body = json_new_object();

	json_set_str(body, "__type", code);
	json_set_str(body, "message", text);
	job->reply.status = status;
	wire_reply_header(&job->reply, "Content-Type", "application/json");
	json_print(&job->reply.body, body);
}

static void no_service(struct job *job)
{
	struct route *route = &job->route;

	if (route->state == ROUTE_NOT_AWS) {
		refuse_stranger(job, "MissingAuthenticationToken", 403,
				"skyrig: this is its AWS endpoint, and the request is none of an "
				"AWS client: no signature, no X-Amz-Target, no Action");
		return;
	}
	operation_missing(job->aws, route->asked_service ? route->asked_service : "unknown",
			  route->action ? route->action : "?", NULL);
	refuse_stranger(job, "NotImplemented", 501,
			arena_printf(job->request.arena,
				     "skyrig does not have the AWS service '%s' (operation %s)",
				     route->asked_service ? route->asked_service : "unknown",
				     route->action ? route->action : "unknown"));
}

static bool refuse_route(struct job *job, struct err *err)
{
	const struct route *route = &job->route;
	const char *version = route->version ? route->version : route->service->api_version;

	switch (route->service->protocol) {
	case PROTOCOL_EC2:
		if (route->state == ROUTE_NO_SUCH_ACTION)
			return aws_fail(err, AWS_EC2_ACTION, route->action);
		if (route->state == ROUTE_NO_VERSION)
			return aws_fail(err, AWS_EC2_VERSION, version);
		break;
	case PROTOCOL_QUERY:
		if (route->state == ROUTE_NO_SUCH_ACTION || route->state == ROUTE_NO_VERSION)
			return aws_fail(err, AWS_QUERY_ACTION, route->action, version);
		break;
	case PROTOCOL_JSON: return aws_fail(err, AWS_JSON_OPERATION);
	case PROTOCOL_REST_JSON: return aws_fail(err, AWS_REST_OPERATION);
	case PROTOCOL_REST_XML:
		if (str_eq(route->service->name, "s3"))
			return aws_fail(err, AWS_S3_METHOD);
		return aws_fail(err, AWS_REST_OPERATION);
	}
	if (route->state == ROUTE_BAD_FORM)
		return aws_fail(err, AWS_MALFORMED_QUERY, route->problem);
	return aws_fail(err, AWS_MISSING_ACTION);
}

/* @name Who */

/* Operations that nobody signs: the caller has no credentials yet (authtype none in the models). */
static bool is_unsigned(const struct route *route)
{
	return route->operation && (route->operation->flags & OPERATION_UNSIGNED);
}

/* "eu-west-1", "us-gov-east-1": small letters in groups, a digit at the end. */
static bool is_region(const char *text)
{
	unsigned groups = 0;

	while (islower((unsigned char)*text)) {
		size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz");

		if (n > REGION_GROUP_MAX || text[n] != '-' || ++groups > 3)
			return false;
		text += n + 1;
	}
	return groups >= 2 && isdigit((unsigned char)text[0]) && !text[1];
}

/* Only what has been checked gets into the call: the world keeps regions and names for good. */
static bool identify(struct job *job, enum credential_state state,
		     const struct credential *credential, struct err *err)
{
	const struct aws_service_model *service = job->route.service;
	const char *region = credential->region ? credential->region : REGION_UNSIGNED;

	if ((state != CREDENTIAL_NONE || !is_unsigned(&job->route)) &&
	    !sigv4_verify(job->aws->sigv4, job->aws->world, service, &job->request, state,
			  credential, clock_real_ms(), &job->actor, err))
		return false;
	if (!is_region(region))
		return aws_fail(err, AWS_REGION, region);
	if (!service->global)
		job->region = region;
	if (job->actor) {
		job->actor_name = job->actor->name;
		if (job->actor->account)
			job->account = job->actor->account;
		if (job->actor->arn)
			job->principal = job->actor->arn;
	}
	return true;
}

/* @name What */

static bool decode(struct job *job, struct err *err)
{
	const struct aws_service_model *service = job->route.service;
	const struct aws_operation *operation = job->route.operation;

	if (str_eq(service->name, "s3") && !s3_request_unchunk(&job->content, err))
		return false;
	if (!protocol_of(service)->decode(&job->exchange, &job->content, &job->params, err))
		return false;
	return (operation->input < 0 ||
		validate_input(job->aws->validator, job->request.arena, service,
			       &service->shapes[operation->input], job->params, err)) &&
	       (!str_eq(service->name, "s3") ||
		s3_request_check(service, operation, &job->content, err));
}

/* What a call is about, for the dice of faults: its parameters but for tokens made anew each try.
 */
static const char *subject_of(const struct job *job)
{
	const struct aws_service_model *service = job->route.service;
	const struct aws_operation *operation = job->route.operation;
	uint8_t sum[SHA256_BYTES];
	char digits[SUBJECT_DIGITS + 1];
	struct strbuf sb;

	strbuf_init(&sb, REPLY_MAX);
	json_foreach (item, job->params) {
		const struct aws_member *member = aws_shape_member(
			service, &service->shapes[operation->input], json_key(item));

		if (member && (member->flags & MEMBER_IDEMPOTENCY_TOKEN))
			continue;
		strbuf_addf(&sb, "%s=", json_key(item));
		json_print(&sb, item);
		strbuf_add_char(&sb, '\n');
	}
	digest_sha256(strbuf_text(&sb), sb.length, sum);
	strbuf_done(&sb);
	hex_encode(sum, SUBJECT_DIGITS / 2, digits);
	return arena_strdup(job->request.arena, digits);
}

static bool ask_faults(struct job *job, struct err *err)
{
	const char *action = arena_printf(job->request.arena, "%s:%s", job->route.service->name,
					  job->route.operation->name);

	if (!fault_any(job->aws->world))
		return true;
	job->real_ms = clock_real_ms();
	job->verdict = fault_decide(job->aws->world, job->actor_name, action, subject_of(job),
				    job->params);
	if (job->verdict.effect == FAULT_DROP) {
		job->drop = true;
		return err_set(err, ERR_UNAVAILABLE, "ConnectionDropped",
			       "the connection was closed (a fault of the scenario)");
	}
	if (job->verdict.effect != FAULT_ERROR || job->verdict.after_effect)
		return true;
	fault_words(&job->verdict, job->route.service, job->route.operation->name, job->principal,
		    err);
	return false;
}

static bool find_handler(struct job *job, struct err *err)
{
	job->service = service_find(job->route.service->name);
	job->operation = operation_find(job->service, job->route.operation->name);
	return job->operation || operation_missing(job->aws, job->route.service->name,
						   job->route.operation->name, err);
}

/* What S3 is given with a Content-Encoding it keeps as it is, and gives it back with it (S3 API,
 * PutObject). */
static void take_content(struct job *job, const struct credential *credential, struct err *err)
{
	job->content = job->request;
	if (str_eq(credential->service, "s3") ||
	    (!credential->service && s3_request_host(&job->request)))
		job->content.path = s3_request_path(&job->request);
	else if (!content_decode(&job->content, err))
		log_debug("%s", err_text(err));
}

bool job_prepare(struct job *job)
{
	struct credential credential;
	enum credential_state state = sigv4_read(&job->request, &credential);
	struct err err = ERR_INIT, unreadable = ERR_INIT;

	job->aws->requests++;
	job->actor_name = "unknown";
	job->account = AWS_ACCOUNT;
	job->region = job->principal = "";
	job->user_agent = wire_header(&job->request, "User-Agent");
	wire_reply_init(&job->reply, job->request.arena);
	take_content(job, &credential, &unreadable);
	route_find(&job->content, &credential, &job->route);
	if (!job->route.service) {
		err_done(&unreadable);
		no_service(job);
		return false;
	}
	job->exchange.service = job->route.service;
	job->exchange.operation = job->route.operation;
	job->exchange.form = job->route.form;
	if (identify(job, state, &credential, &err) &&
	    (!unreadable.code || err_move(&err, &unreadable)) &&
	    (job->route.state == ROUTE_FOUND || refuse_route(job, &err)) &&
	    find_handler(job, &err) && decode(job, &err) && ask_faults(job, &err))
		return true;
	err_done(&unreadable);
	fail(job, &err);
	return false;
}

/* @name The call */

static bool reply_fits(struct job *job, const struct json *output, struct err *err)
{
	const struct aws_service_model *service = job->route.service;
	struct err why = ERR_INIT;

	if (!job->aws->check_replies || job->route.operation->output < 0 ||
	    validate_output(job->request.arena, service,
			    &service->shapes[job->route.operation->output], output, &why))
		return true;
	log_error("%s:%s: %s", service->name, job->route.operation->name, err_text(&why));
	err_set(err, ERR_IO, "InternalFailure", "skyrig: a reply that the model does not allow: %s",
		err_text(&why));
	err_done(&why);
	return false;
}

/* Every operation of EC2 that has the member honours it: the handler runs and is undone. */
static bool is_dry_run(const struct job *job)
{
	return json_get_bool(job->params, "DryRun", false);
}

/* Operations that nobody signs have nobody to ask for. */
static bool is_allowed(const struct job *job, struct call *call, struct err *err)
{
	if (is_unsigned(&job->route) ||
	    authorize(call, job->route.service, job->route.operation->name, job->params, err))
		return true;
	if (err && err->code == ERR_UNSUPPORTED)
		operation_missing(job->aws, job->route.service->name, job->route.operation->name,
				  NULL);
	return false;
}

job_trial_fn *job_trial;

/* The handler; what of the input it did not look at is told when it went well. */
static bool run_handler(struct job *job, struct call *call, struct json *output, struct err *err)
{
	bool ok;

	json_watch(job->params);
	ok = job->operation->fn(call, job->params, output, err);
	job->ignored = ok && input_judge(job, call);
	json_unwatch(job->params);
	return ok;
}

/* The handler, and what must hold after it. On false nothing has happened. */
static bool run(struct job *job, struct call *call, struct json *output, struct err *err)
{
	if (!run_handler(job, call, output, err)) {
		/* a wish that the handler knows and cannot fulfil is as good as an operation
		 * that is missing: counted, so that no scenario ends red or green by it */
		if (err && err->code == ERR_UNSUPPORTED)
			operation_missing(job->aws, job->route.service->name,
					  job->route.operation->name, NULL);
		return false;
	}
	if (!reply_fits(job, output, err))
		return false;
	if (is_dry_run(job))
		return aws_fail(err, str_eq(job->route.service->name, "kms") ? AWS_KMS_DRY_RUN
									     : AWS_DRY_RUN);
	if (call->fixed_id)
		return err_set(err, ERR_INVALID, NULL, "%s made nothing that could get the id '%s'",
			       job->route.operation->name, call->fixed_id);
	return true;
}

/* The change happened; what the caller is told is the fault's. */
static void answer_after_effect(struct job *job)
{
	struct err err = ERR_INIT;

	fault_words(&job->verdict, job->route.service, job->route.operation->name, job->principal,
		    &err);
	encode_error(job, &err);
	err_done(&err);
}

static bool run_and_encode(struct job *job, struct call *call, struct err *err)
{
	_cleanup_(json_freep) struct json *output = json_new_object();

	if (!run(job, call, output, err))
		return false;
	if (job->verdict.effect == FAULT_ERROR)
		answer_after_effect(job);
	else
		protocol_of(job->route.service)->encode(&job->exchange, output, &job->reply);
	return true;
}

/* Controllers ask the same again and again: a read whose kinds have not changed since is answered
 * with the same bytes. */
static bool run_or_remember(struct job *job, struct call *call, struct err *err)
{
	struct memo_key key;
	struct reads reads;
	bool ok;

	if (!(job->operation->flags & OP_READ) || job->verdict.effect != FAULT_NONE ||
	    job->verdict.lags.hide_rule || job->verdict.lags.tags_rule)
		return run_and_encode(job, call, err);
	memo_key(job, &key);
	if (memo_find(job->aws->memo, call->world, &key, job->exchange.request_id, &job->reply))
		return true;
	reads_begin(call->world, &reads);
	ok = run_and_encode(job, call, err);
	reads_end(call->world);
	if (ok && !job->ignored) /* or the next one would not be told */
		memo_keep(job->aws->memo, &key, &reads, job->exchange.request_id, &job->reply);
	return ok;
}

void job_perform(struct job *job)
{
	struct err err = ERR_INIT;
	struct call *call;

	service_defaults(job->aws, job->service, job->account, job->region);
	if (job_trial)
		job_trial(job);
	call = begin(job, NULL);
	if (!is_allowed(job, call, &err) || !run_or_remember(job, call, &err)) {
		fail_open(job, call, &err);
		return;
	}
	if (job->verdict.effect != FAULT_NONE)
		call_set_fault(call, job->verdict.fault);
	call_set_params(call, steal(job->params));
	job->drop = job->verdict.effect == FAULT_ANSWER_LOST;
	call_commit(call, job->reply.status);
}

void job_done(struct job *job)
{
	json_free(job->params);
	wire_reply_done(&job->reply);
}

/* @name Without a wire */

static bool invoke(struct job *job, const char *fixed_id, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *output = json_new_object();
	struct err why = ERR_INIT;
	struct call *call;

	service_defaults(job->aws, job->service, job->account, job->region);
	if (job_trial)
		job_trial(job);
	call = begin(job, fixed_id);
	if (!is_allowed(job, call, &why) || !run(job, call, output, &why)) {
		complete(&why);
		call_set_params(call, steal(job->params));
		call_fail(call, why.status, why.wire, err_text(&why));
		return err_move(err, &why);
	}
	if (ret)
		*ret = json_copy(output);
	call_set_params(call, steal(job->params));
	call_commit(call, 200);
	return true;
}

static bool check_params(struct job *job, struct err *err)
{
	int32_t input = job->route.operation->input;
	const struct aws_shape none = {.name = job->route.operation->name, .type = SHAPE_STRUCTURE};
	const struct aws_service_model *service = job->route.service;

	if (!json_is_object(job->params))
		return err_set(err, ERR_INVALID, NULL, "parameters must be an object");
	return validate_input(job->aws->validator, job->request.arena, service,
			      input < 0 ? &none : &service->shapes[input], job->params, err);
}

/* One operation without a wire. */
struct wish {
	const char *actor, *account, *region, *service, *operation, *fixed_id;
	const struct json *params; /* NULL: none */
};

static bool do_wish(struct aws *aws, const struct wish *wish, struct json **ret, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct actor *known = actor_by_name(aws->world, wish->actor);
	struct job job = {
		.aws = aws,
		.request.arena = arena,
		.actor = known,
		.actor_name = wish->actor,
		.account = wish->account ? wish->account : AWS_ACCOUNT,
		.principal = known && known->arn ? known->arn : "",
	};
	bool ok;

	job.route.service = aws_model_find(wish->service);
	if (!job.route.service)
		return err_set(err, ERR_NOT_FOUND, NULL, "AWS service '%s' is not known",
			       wish->service);
	job.region = job.route.service->global || !wish->region ? "" : wish->region;
	job.route.action = wish->operation;
	job.route.operation = aws_model_operation(job.route.service, wish->operation);
	if (!job.route.operation)
		return err_set(err, ERR_NOT_FOUND, NULL, "%s has no operation '%s'", wish->service,
			       wish->operation);
	job.params = wish->params ? json_copy(wish->params) : json_new_object();
	ok = find_handler(&job, err) && check_params(&job, err) &&
	     invoke(&job, wish->fixed_id, ret, err);
	json_free(job.params);
	return ok;
}

static void tell_tape(struct aws *aws, const struct wish *wish, bool ok, const struct json *output,
		      const struct err *err)
{
	_cleanup_(json_freep) struct json *what = NULL;
	_cleanup_(freep) char *text = NULL;

	if (!tape_is_on(aws->world))
		return;
	what = json_new_object();
	json_set_str(what, "actor", wish->actor);
	json_set_str(what, "account", wish->account);
	json_set_str(what, "region", wish->region);
	json_set_str(what, "service", wish->service);
	json_set_str(what, "operation", wish->operation);
	json_set_str(what, "fixed_id", wish->fixed_id);
	json_set_copy(what, "params", wish->params);
	text = ok ? json_to_text(output) : xstrdup(err_text(err));
	tape_note(aws->world, (struct tape_event){.type = TAPE_AWS_INVOKE,
						  .what = what,
						  .status = ok ? 200 : err->status,
						  .answer = text,
						  .answer_length = strlen(text)});
}

bool aws_invoke(struct aws *aws, const char *actor, const char *account, const char *region,
		const char *service, const char *operation, const struct json *params,
		const char *fixed_id, struct json **ret, struct err *err)
{
	const struct wish wish = {actor, account, region, service, operation, fixed_id, params};
	struct json *output = NULL;
	struct err cause = ERR_INIT;
	bool ok;

	tape_enter(aws->world);
	ok = do_wish(aws, &wish, &output, &cause);
	tell_tape(aws, &wish, ok, output, &cause);
	tape_leave(aws->world);
	if (!ok)
		return err_move(err, &cause);
	if (ret)
		*ret = steal(output);
	json_free(output);
	return true;
}
