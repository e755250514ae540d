/* The answers of reads, remembered. See memo.h. */
#include "emulator/aws/memo.h"

#include <uthash.h>

#include "emulator/aws/private.h"

#define MEMO_BYTES_MAX	(16 * 1024 * 1024) /* of all answers together; ours */
#define ANSWER_BYTES	1024		   /* of an answer beside its body, about */
#define MEMO_ANSWER_MAX (2 * 1024 * 1024)  /* of one body; ours */
#define NOWHERE		SIZE_MAX	   /* the request's id is not in the body */

struct answer {
	struct memo_key key; /* first: hashed */
	struct reads reads;
	int status;
	struct header *headers; /* a NULL value: the request's id */
	size_t header_count;
	char *body;
	size_t length, id_at;
	UT_hash_handle hh;
};

struct memo {
	struct answer *answers; /* in the order of their last use */
	size_t bytes;
};

struct memo *memo_new(void)
{
	return xcalloc(1, sizeof(struct memo));
}

static size_t cost_of(size_t length)
{
	return ANSWER_BYTES + length;
}

static void drop(struct memo *memo, struct answer *answer)
{
	HASH_DEL(memo->answers, answer);
	memo->bytes -= cost_of(answer->length);
	for (size_t i = 0; i < answer->header_count; i++) {
		free((char *)answer->headers[i].name);
		free((char *)answer->headers[i].value);
	}
	free(answer->headers);
	free(answer->body);
	free(answer);
}

void memo_forget(struct memo *memo)
{
	while (memo->answers)
		drop(memo, memo->answers);
}

void memo_free(struct memo *memo)
{
	if (!memo)
		return;
	memo_forget(memo);
	free(memo);
}

void memo_key(const struct job *job, struct memo_key *ret)
{
	const char *parts[] = {job->route.service->name,
			       job->route.operation->name,
			       job->actor_name,
			       job->principal,
			       job->account,
			       job->region};
	struct strbuf sb;

	strbuf_init(&sb, REPLY_MAX);
	for (size_t i = 0; i < array_size(parts); i++)
		strbuf_add_bytes(&sb, parts[i], strlen(parts[i]) + 1); /* no part holds a NUL */
	if (job->params)
		json_print(&sb, job->params);
	digest_sha256(strbuf_text(&sb), sb.length, ret->sum);
	strbuf_done(&sb);
}

static void fill(const struct answer *answer, const char *request_id, struct wire_reply *reply)
{
	reply->status = answer->status;
	for (size_t i = 0; i < answer->header_count; i++)
		wire_reply_header(reply, answer->headers[i].name,
				  answer->headers[i].value ? answer->headers[i].value : request_id);
	strbuf_add_bytes(&reply->body, answer->body, answer->length);
	if (answer->id_at != NOWHERE)
		memcpy(reply->body.text + answer->id_at, request_id, strlen(request_id));
}

bool memo_find(struct memo *memo, const struct world *world, const struct memo_key *key,
	       const char *request_id, struct wire_reply *reply)
{
	struct answer *answer;

	HASH_FIND(hh, memo->answers, key, sizeof(*key), answer);
	if (!answer)
		return false;
	if (!reads_hold(world, &answer->reads)) {
		drop(memo, answer);
		return false;
	}
	HASH_DEL(memo->answers, answer); /* to the end: used last */
	HASH_ADD(hh, memo->answers, key, sizeof(answer->key), answer);
	fill(answer, request_id, reply);
	return true;
}

/* Where the request's id stands in the body; false when it stands there twice, which no protocol
 * does by itself. */
static bool find_id(const struct wire_reply *reply, const char *request_id, size_t *ret)
{
	const char *body = strbuf_text(&reply->body), *found;
	size_t length = strlen(request_id);

	*ret = NOWHERE;
	found = memmem(body, reply->body.length, request_id, length);
	if (!found)
		return true;
	*ret = (size_t)(found - body);
	found += length;
	return !memmem(found, reply->body.length - (size_t)(found - body), request_id, length);
}

static void copy_headers(struct answer *answer, const char *request_id,
			 const struct wire_reply *reply)
{
	answer->headers = xcalloc(reply->header_count + 1, sizeof(*answer->headers));
	answer->header_count = reply->header_count;
	for (size_t i = 0; i < reply->header_count; i++) {
		const struct header *header = &reply->headers[i];

		answer->headers[i].name = xstrdup(header->name);
		if (!str_eq(header->value, request_id))
			answer->headers[i].value = xstrdup(header->value);
	}
}

void memo_keep(struct memo *memo, const struct memo_key *key, const struct reads *reads,
	       const char *request_id, const struct wire_reply *reply)
{
	struct answer *answer;
	size_t id_at;

	if (reads->opaque || reply->body.overflow || reply->body.length > MEMO_ANSWER_MAX ||
	    !find_id(reply, request_id, &id_at))
		return;
	HASH_FIND(hh, memo->answers, key, sizeof(*key), answer);
	if (answer)
		drop(memo, answer);
	while (memo->answers && memo->bytes + cost_of(reply->body.length) > MEMO_BYTES_MAX)
		drop(memo, memo->answers);
	answer = xcalloc(1, sizeof(*answer));
	answer->key = *key;
	answer->reads = *reads;
	answer->status = reply->status;
	answer->length = reply->body.length;
	answer->id_at = id_at;
	answer->body = xmalloc(answer->length + 1);
	memcpy(answer->body, strbuf_text(&reply->body), answer->length + 1);
	copy_headers(answer, request_id, reply);
	memo->bytes += cost_of(answer->length);
	HASH_ADD(hh, memo->answers, key, sizeof(answer->key), answer);
}
