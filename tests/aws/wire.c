/* Requests to a façade without a listener. */
#include "tests/aws/wire.h"

#include <ctype.h>
#include <strings.h>

#define RECORD_MAX_BYTES (8 * 1024 * 1024)

struct world *wire_world(enum profile profile)
{
	struct world *world = test_world(profile);
	const struct actor operator= {.name = "operator",
				      .access_key_id = "AKIAOPERATOREXAMPLE0",
				      .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
				      .account = TEST_ACCOUNT,
				      .arn = "arn:aws:iam::123456789012:user/operator"};

	actor_add(world, &operator);
	emulated_clock_init(world_clock(world), 0);
	world_clock(world)->base_ms = TEST_NOW_MS;
	return world;
}

void wire_done(struct wire_answer *answer)
{
	free(answer->body);
	free(answer->type);
	free(answer->request_id);
	free(answer->error_type);
	arena_free(answer->arena);
	*answer = (struct wire_answer){0};
}

static char *copy_header(const struct wire_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return xstrdup(reply->headers[i].value);
	return NULL;
}

static const struct header *copy_headers(struct arena *arena, const struct wire_reply *reply)
{
	struct header *copy = arena_alloc(arena, (reply->header_count + 1) * sizeof(*copy));

	for (size_t i = 0; i < reply->header_count; i++)
		copy[i] = (struct header){arena_strdup(arena, reply->headers[i].name),
					  arena_strdup(arena, reply->headers[i].value)};
	copy[reply->header_count] = (struct header){NULL, NULL};
	return copy;
}

struct wire_answer wire_send(struct aws *aws, const char *method, const char *target,
			     const struct header *headers, const char *body)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const char *mark = strchr(target, '?');
	struct job job = {
		.aws = aws,
		.request = {.arena = arena,
			    .method = method,
			    .path = mark ? arena_strndup(arena, target, (size_t)(mark - target))
					 : target,
			    .query = mark ? mark + 1 : "",
			    .body = body ? body : "",
			    .body_length = body ? strlen(body) : 0,
			    .headers = headers},
	};
	struct wire_answer answer = {0};

	if (job_prepare(&job))
		job_perform(&job);
	answer.status = job.reply.status;
	answer.dropped = job.drop;
	answer.type = copy_header(&job.reply, "Content-Type");
	answer.request_id = copy_header(&job.reply, "x-amzn-RequestId");
	answer.error_type = copy_header(&job.reply, "x-amzn-errortype");
	answer.arena = arena_new();
	answer.headers = copy_headers(answer.arena, &job.reply);
	answer.body = strbuf_steal(&job.reply.body);
	job_done(&job);
	return answer;
}

static const char *authorization(struct arena *arena, const char *signing_name)
{
	return arena_printf(arena,
			    "AWS4-HMAC-SHA256 Credential=AKIASOMEBODY/20261123/eu-west-1/%s/"
			    "aws4_request, SignedHeaders=host, Signature=00",
			    signing_name);
}

struct wire_answer wire_post(struct aws *aws, const char *signing_name, const char *form)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct header headers[] = {
		{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
		{"Authorization", authorization(arena, signing_name)},
		{"X-Amz-Date", "20261123T090000Z"},
		{NULL, NULL},
	};

	return wire_send(aws, "POST", "/", headers, form);
}

struct wire_answer wire_json(struct aws *aws, const char *signing_name, const char *target,
			     const char *body)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct header headers[] = {
		{"Content-Type", "application/x-amz-json-1.1"},
		{"X-Amz-Target", target},
		{"Authorization", authorization(arena, signing_name)},
		{"X-Amz-Date", "20261123T090000Z"},
		{NULL, NULL},
	};

	return wire_send(aws, "POST", "/", headers, body);
}

static void add_encoded(struct strbuf *sb, const char *text)
{
	for (; *text; text++) {
		if (isalnum((unsigned char)*text))
			strbuf_add_char(sb, *text);
		else
			strbuf_addf(sb, "%%%02X", (unsigned char)*text);
	}
}

/* The body as it was: the record keeps the parameters of a form decoded. */
const char *wire_recorded_body(struct arena *arena, const struct json *record)
{
	const char *separator = "";
	const char *result;
	struct strbuf sb;

	if (json_get_str(record, "req_body"))
		return json_get_str(record, "req_body");
	strbuf_init(&sb, RECORD_MAX_BYTES);
	json_foreach (parameter, json_get(record, "params")) {
		strbuf_add(&sb, separator);
		add_encoded(&sb, json_key(parameter));
		strbuf_add_char(&sb, '=');
		add_encoded(&sb, json_str(parameter));
		separator = "&";
	}
	result = arena_strdup(arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return result;
}
