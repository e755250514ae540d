/* Answers over the wire; see reply.h. */
#include "emulator/kube/reply.h"

#include <ctype.h>

#include "emulator/base/arena.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/http/http.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/status.h"
#include "emulator/world/tape.h"

#define HEADERS_MAX  32 /* of a reply */
#define WARNINGS_MAX 20 /* more are left out; real servers cut at 4 KiB of them */

struct headers {
	struct header items[HEADERS_MAX];
	size_t count;
};

static void add(struct headers *headers, const char *name, const char *value)
{
	if (headers->count + 1 < HEADERS_MAX)
		headers->items[headers->count++] = (struct header){name, value};
}

/* `299 - "text"` with quotes and backslashes escaped (apimachinery pkg/util/net/http.go) */
static const char *warning_value(struct kube_op *op, const char *text)
{
	char *quoted = arena_alloc(op->arena, strlen(text) * 2 + 1), *to = quoted;

	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		*to++ = iscntrl((unsigned char)*text) ? ' ' : *text;
	}
	return arena_printf(op->arena, "299 - \"%s\"", quoted);
}

/* What every answer has (endpoints/filters/cachecontrol.go, audit ids, P&F). */
static void add_common(struct kube_op *op, struct headers *headers)
{
	struct kube *kube = op->cluster->kube;
	char *id = arena_alloc(op->arena, 37);

	ids_uuid(world_seed(kube->world), "kube-audit", op->user.actor ? op->user.actor : "",
		 op->method, kube->request_count, id);
	add(headers, "Audit-Id", id);
	add(headers, "Cache-Control", "no-cache, private");
	add(headers, "X-Kubernetes-Pf-Flowschema-Uid", "00000000-0000-4000-8000-000000000001");
	add(headers, "X-Kubernetes-Pf-Prioritylevel-Uid", "00000000-0000-4000-8000-000000000002");
	for (size_t i = 0; i < op->warnings.count && i < WARNINGS_MAX; i++)
		add(headers, "Warning", warning_value(op, op->warnings.items[i]));
}

static bool wants_pretty(const struct kube_op *op)
{
	/* negotiate.go isPrettyPrint */
	return op->options.pretty || str_starts_with(op->user_agent, "curl") ||
	       str_starts_with(op->user_agent, "Wget") ||
	       str_starts_with(op->user_agent, "Mozilla/5.0");
}

/* text NULL: no answer at all */
static void tell_tape(struct kube_op *op, int status, const char *type, const struct strbuf *text)
{
	_cleanup_(json_freep) struct json *what = NULL;

	if (!tape_is_on(op->cluster->kube->world))
		return;
	what = http_request_to_json(op->request);
	json_set_str(what, "cluster", op->cluster->name);
	json_set_bool(what, "plain", op->plain);
	json_set_int(what, "arrived_ms", op->now_ms);
	json_set_copy(what, "reviews", op->reviews);
	tape_note(op->cluster->kube->world, (struct tape_event){
						    .type = TAPE_KUBE,
						    .what = what,
						    .body = op->request->body,
						    .body_length = op->request->body_length,
						    .fault = op->fault,
						    .status = status,
						    .answer_type = type,
						    .answer = text ? strbuf_text(text) : NULL,
						    .answer_length = text ? text->length : 0,
					    });
}

void reply_drop(struct kube_op *op)
{
	tell_tape(op, 0, NULL, NULL);
	http_drop(op->request);
}

static void send(struct kube_op *op, int status, const char *type, struct headers *headers,
		 struct strbuf *text)
{
	size_t length = text->length;

	tell_tape(op, status, type, text);
	add_common(op, headers);
	add(headers, "Content-Type", type);
	headers->items[headers->count] = (struct header){NULL, NULL};
	strs_done(&op->warnings);
	op->warnings = (struct strs){};
	http_reply_own(op->request, status, headers->items, strbuf_steal(text), length);
}

/* Reprints with indentation for people. */
static void make_pretty(struct strbuf *text)
{
	_cleanup_(json_freep) struct json *tree = NULL;

	if (!json_parse(strbuf_text(text), text->length, &tree, NULL))
		return;
	strbuf_reset(text);
	json_print_pretty(text, tree);
}

void reply_answer(struct kube_op *op, const struct accepted *accepted,
		  const struct kube_answer *answer)
{
	struct headers headers = {};
	struct strbuf text;
	struct err err = ERR_INIT;

	strbuf_init(&text, ANSWER_MAX);
	encode_answer(op, accepted, answer, &text);
	if (wants_pretty(op))
		make_pretty(&text);
	if (text.overflow) {
		strbuf_done(&text);
		status_internal(&err, "the answer is larger than %zu bytes", ANSWER_MAX);
		reply_error(op, &err);
		err_done(&err);
		return;
	}
	send(op, answer->status, accepted->yaml ? "application/yaml" : "application/json", &headers,
	     &text);
}

void reply_error(struct kube_op *op, const struct err *err)
{
	_cleanup_(json_freep) struct json *status = status_of(err);
	int64_t retry = json_get_int(err->details, "retryAfterSeconds", 0);
	struct headers headers = {};
	struct strbuf text;

	strbuf_init(&text, ANSWER_MAX);
	if (wants_pretty(op))
		json_print_pretty(&text, status);
	else
		json_print(&text, status);
	if (retry)
		add(&headers, "Retry-After", arena_printf(op->arena, "%lld", (long long)retry));
	if (status_code(err) == 401)
		add(&headers, "WWW-Authenticate", "Bearer realm=\"kubernetes\"");
	send(op, status_code(err), "application/json", &headers, &text);
}

void reply_text(struct kube_op *op, int status, const char *type, const char *body, size_t length)
{
	struct headers headers = {};
	struct strbuf text;

	strbuf_init(&text, ANSWER_MAX);
	strbuf_add_bytes(&text, body, length);
	if (str_starts_with(type, "text/plain"))
		add(&headers, "X-Content-Type-Options", "nosniff");
	send(op, status, type, &headers, &text);
}

void reply_tagged(struct kube_op *op, const char *type, const char *etag, const char *body,
		  size_t length)
{
	const char *known = request_header(op->request, "If-None-Match");
	const char *quoted = arena_printf(op->arena, "\"%s\"", etag);
	struct headers headers = {};
	struct strbuf text;
	bool same = known && (str_eq(known, quoted) || str_eq(known, etag));

	strbuf_init(&text, ANSWER_MAX);
	if (!same)
		strbuf_add_bytes(&text, body, length);
	add(&headers, "ETag", quoted);
	add(&headers, "Vary", "Accept");
	send(op, same ? 304 : 200, type, &headers, &text);
}

struct stream *reply_stream(struct kube_op *op, const struct accepted *accepted)
{
	struct headers headers = {};

	tell_tape(op, 0, NULL, NULL);
	add_common(op, &headers);
	add(&headers, "Content-Type", accepted->yaml ? "application/yaml" : "application/json");
	headers.items[headers.count] = (struct header){NULL, NULL};
	return http_stream_begin(op->request, 200, headers.items);
}
