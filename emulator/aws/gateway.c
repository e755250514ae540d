/* The façade's edge: requests from http into jobs, replies back; the reset; delays. */
#include "emulator/aws/memo.h"
#include "emulator/aws/policy/authorize.h"
#include "emulator/aws/private.h"
#include "emulator/base/loop.h"
#include "emulator/world/tape.h"

#define GO_SDK_MS 5 /* see spare_go */

struct aws *aws_new(struct world *world)
{
	struct aws *aws = xcalloc(1, sizeof(*aws));

	aws->world = world;
	aws->sigv4 = sigv4_new();
	aws->validator = validator_new();
	aws->memo = memo_new();
	aws->check_replies = getenv("SKYRIG_CHECK_REPLIES") != NULL;
	return aws;
}

void aws_free(struct aws *aws)
{
	if (!aws)
		return;
	sigv4_free(aws->sigv4);
	validator_free(aws->validator);
	missing_free(aws->missing);
	missing_free(aws->ignored);
	memo_free(aws->memo);
	free(aws);
}

void aws_attach(struct aws *aws, struct loop *loop)
{
	aws->loop = loop;
}

void aws_check_replies(struct aws *aws, bool on)
{
	aws->check_replies = on;
	memo_forget(aws->memo); /* what is in it was not checked */
}

bool aws_set_actor_policy(struct aws *aws, const char *actor, const char *document, struct err *err)
{
	return actor_policy_set(aws->world, actor, document, err);
}

uint64_t aws_request_count(const struct aws *aws)
{
	return aws->requests;
}

/* @name http's requests */

struct headers {
	struct arena *arena;
	struct header *items;
	size_t count, room;
};

static void add_header(const char *name, const char *value, void *userdata)
{
	struct headers *headers = userdata;

	if (headers->count + 2 > headers->room) {
		size_t room = headers->room ? 2 * headers->room : 16;
		struct header *more = arena_alloc(headers->arena, room * sizeof(*more));

		if (headers->count)
			memcpy(more, headers->items, headers->count * sizeof(*more));
		headers->items = more;
		headers->room = room;
	}
	headers->items[headers->count++] = (struct header){name, value};
}

static void fill(struct wire_request *wire, struct request *request)
{
	struct headers headers = {.arena = request->arena};

	request_headers(request, add_header, &headers);
	*wire = (struct wire_request){
		.arena = request->arena,
		.method = request->method,
		.path = request->path,
		.query = request->query,
		.body = request->body,
		.body_length = request->body_length,
		.headers = headers.items,
	};
}

static void tell_tape(const struct job *job, const struct request *request)
{
	_cleanup_(json_freep) struct json *what = NULL;

	if (!tape_is_on(job->aws->world))
		return;
	what = http_request_to_json(request);
	tape_note(job->aws->world,
		  (struct tape_event){
			  .type = TAPE_AWS,
			  .what = what,
			  .body = request->body,
			  .body_length = request->body_length,
			  .fault = fault_does_nothing(&job->verdict) ? NULL : &job->verdict,
			  .status = job->drop ? 0 : job->reply.status,
			  .answer = job->drop ? NULL : strbuf_text(&job->reply.body),
			  .answer_length = job->drop ? 0 : job->reply.body.length,
		  });
}

/* The length that a reply to HEAD says of the body which another method would get. */
static bool says_length(const struct job *job, uint64_t *ret)
{
	const struct header *h = job->reply.headers;

	if (!str_eq(job->request.method, "HEAD") || job->reply.body.length)
		return false;
	for (; h && h->name; h++)
		if (str_eq(h->name, "Content-Length")) {
			*ret = strtoull(h->value, NULL, 10);
			return true;
		}
	return false;
}

static void answer(struct job *job, struct request *request)
{
	uint64_t said;

	size_t length = job->reply.body.length;

	tell_tape(job, request);

	if (job->drop)
		http_drop(request);
	else if (job->reply.body.overflow)
		http_reply(request, 500, NULL, "", 0);
	else if (says_length(job, &said))
		http_reply_head(request, job->reply.status, job->reply.headers, said);
	else
		http_reply_own(request, job->reply.status, job->reply.headers,
			       strbuf_steal(&job->reply.body), length);
	job_done(job);
}

/* @name Delays: the request is parked, nothing waits */

struct parked {
	struct job *job;
	struct request *request;
	struct loop_source *timer;
};

static void resume(void *userdata)
{
	struct parked *parked = userdata;

	parked->timer = NULL;
	tape_enter(parked->job->aws->world);
	job_perform(parked->job);
	answer(parked->job, parked->request);
	tape_leave(parked->job->aws->world);
}

/* Its caller has gone: like AWS, the call is not taken back once it has begun, but it had not. */
static void caller_gone(struct request *request, void *userdata)
{
	struct parked *parked = userdata;

	(void)request;
	loop_remove(parked->timer);
	job_done(parked->job);
}

static void park(struct job *job, struct request *request)
{
	struct parked *parked = arena_alloc(request->arena, sizeof(*parked));

	parked->job = job;
	parked->request = request;
	parked->timer = loop_add_timer(job->aws->loop, job->verdict.delay_ms, resume, parked);
	http_on_gone(request, caller_gone, parked);
}

/* @name Reset, as moto's users know it */

struct removal {
	const struct kind *kind;
	const char *key;
};

/* Removes every document of AWS; those of Kubernetes have no account. */
static void remove_all(struct aws *aws)
{
	const struct call_info info = {.actor = "operator", .service = "aws", .operation = "Reset"};
	struct call *call = call_begin(aws->world, NULL, &info);
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(aws->world, i)); i++) {
		struct docs docs = {0};

		world_foreach (doc, aws->world, kind)
			if (*doc->account)
				docs_add(&docs, doc);
		for (size_t j = 0; j < docs.count; j++)
			world_remove(call, kind, docs.items[j]->key);
		docs_done(&docs);
	}
	call_commit(call, 200);
}

static void reset(struct aws *aws, struct request *request)
{
	static const struct header json[] = {{"Content-Type", "application/json"}, {NULL, NULL}};
	static const char done[] = "{\"status\": \"ok\"}";
	static const char refused[] =
		"{\"status\": \"refused\", \"message\": \"skyrig resets by this path in its "
		"instant profile only: a scenario would lose its world\"}";

	if (world_profile(aws->world) != PROFILE_INSTANT) {
		http_reply(request, 403, json, refused, strlen(refused));
		return;
	}
	remove_all(aws);
	http_reply(request, 200, json, done, strlen(done));
}

/* @name Serving */

static void serve(struct aws *aws, struct request *request)
{
	struct job *job;

	job = arena_alloc(request->arena, sizeof(*job));
	job->aws = aws;
	fill(&job->request, request);
	if (job_prepare(job)) {
		if (job->verdict.effect == FAULT_DELAY && aws->loop) {
			park(job, request);
			return;
		}
		job_perform(job);
	}
	answer(job, request);
}

/* Header names as Go writes them: botocore's are in lower case. */
static void look_for_go(const char *name, const char *value, void *userdata)
{
	(void)value;
	if (str_eq(name, "Amz-Sdk-Invocation-Id"))
		*(bool *)userdata = true;
}

/*
 * aws-sdk-go-v2 closes a request's body as soon as it has the answer's head. If the goroutine that
 * writes the request has not yet asked for the body's end by then, it gets an error instead, and
 * closes the connection under the answer: the call is made again, which at AWS, whose answers take
 * longer than a goroutine's turn, does not happen. A short answer has been read as a whole by then.
 * Source: smithy-go v1.27.3 transport/http/client.go:116 (Close), transport/http/internal/io/
 * safe.go:34 (WriteTo answers io.EOF); Go 1.26 net/http/transfer.go:377 (its last look at the
 * body).
 */
static void spare_go(struct request *request)
{
	bool go = false;

	request_headers(request, look_for_go, &go);
	if (go)
		http_hold(request, GO_SDK_MS);
}

void aws_serve(struct request *request, void *userdata)
{
	struct aws *aws = userdata;

	if (str_eq(request->method, "POST") && str_eq(request->path, "/moto-api/reset")) {
		reset(aws, request);
		return;
	}
	spare_go(request);
	tape_enter(aws->world);
	serve(aws, request);
	tape_leave(aws->world);
}

void aws_serve_too_large(struct request *request, void *userdata)
{
	static const struct header json[] = {{"Content-Type", "application/json"}, {NULL, NULL}};
	static const char text[] =
		"{\"__type\":\"RequestEntityTooLargeException\",\"message\":\"skyrig: "
		"the request's body is over this listener's limit\"}";
	struct aws *aws = userdata;

	aws->requests++;
	http_reply(request, 413, json, text, strlen(text));
}

/* Codes: "Common Errors" of the services' API references. */
char *aws_malformed(int status, const char *text, const char **ret_type)
{
	const char *code = "MalformedHttpRequestException";

	if (status == 413)
		code = "RequestEntityTooLargeException";
	else if (status >= 500)
		code = status == 500 ? "InternalFailure" : "NotImplemented";
	*ret_type = "application/json";
	return xasprintf("{\"__type\":\"%s\",\"message\":\"skyrig: %s\"}", code, text);
}
