/* Signature Version 4. */
#include "emulator/aws/sigv4.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <uthash.h>

#include "emulator/aws/s3_request.h"
#include "emulator/aws/sigv4_refusal.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/world/actor.h"
#include "emulator/world/world.h"

#define CANONICAL_MAX (1024 * 1024)	 /* bytes of a canonical request without its body */
#define KEYS_MAX      1024		 /* signing keys kept */
#define SKEW_MS	      (5 * 60 * 1000LL)	 /* "(… - 5 min.)" in the services' own text */
#define SKEW_WIDE_MS  (15 * 60 * 1000LL) /* EC2, RequestExpired; S3, RequestTimeTooSkewed */
#define EXPIRES_MAX_S (7 * 24 * 3600)	 /* of a presigned URL */

struct signing_key {
	char *scope; /* access key, secret, date, region, service */
	uint8_t key[SHA256_BYTES];
	UT_hash_handle hh;
};

struct sigv4 {
	struct signing_key *keys;
};

struct sigv4 *sigv4_new(void)
{
	return xcalloc(1, sizeof(struct sigv4));
}

static void forget_keys(struct sigv4 *sigv4)
{
	struct signing_key *key, *next;

	HASH_ITER (hh, sigv4->keys, key, next) {
		HASH_DEL(sigv4->keys, key);
		free(key->scope);
		free(key);
	}
}

void sigv4_free(struct sigv4 *sigv4)
{
	if (!sigv4)
		return;
	forget_keys(sigv4);
	free(sigv4);
}

/* @name The canonical request */

static bool is_unreserved(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void add_encoded(struct strbuf *sb, const char *text, bool keep_slashes)
{
	for (; *text; text++) {
		if (is_unreserved(*text) || (keep_slashes && *text == '/'))
			strbuf_add_char(sb, *text);
		else
			strbuf_addf(sb, "%%%02X", (unsigned char)*text);
	}
}

/* All services but S3 encode the path twice: once for the wire, once more for the signature. */
static void add_path(struct strbuf *sb, const struct aws_service_model *service, const char *path)
{
	if (str_eq(service->name, "s3"))
		strbuf_add(sb, path);
	else
		add_encoded(sb, path, true);
}

struct pair {
	const char *name, *value; /* encoded */
};

static int by_name(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

/* printf's way of doing this was a third of a signature's cost. */
static void add_all(struct strbuf *sb, const char *const *texts)
{
	for (; *texts; texts++)
		strbuf_add(sb, *texts);
}
#define add_texts(sb, ...) add_all(sb, (const char *const[]){__VA_ARGS__, NULL})

static const char *encode_again(struct arena *arena, const char *text, size_t length)
{
	const char *plain = http_url_decode(arena, text, length, true);
	struct strbuf sb;
	const char *result;

	strbuf_init(&sb, 3 * length + 1);
	add_encoded(&sb, plain ? plain : "", false);
	result = arena_strdup(arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return result;
}

static void add_query(struct strbuf *sb, const struct wire_request *request, bool presigned)
{
	const char *at = request->query ? request->query : "";
	size_t count = 1, n = 0;
	struct pair *pairs;

	for (const char *p = at; *p; p++)
		count += *p == '&';
	pairs = arena_alloc(request->arena, count * sizeof(*pairs));
	while (*at) {
		size_t length = strcspn(at, "&"), name = strcspn(at, "=&");

		if (length && !(presigned && str_starts_with(at, "X-Amz-Signature="))) {
			pairs[n].name = encode_again(request->arena, at, name);
			pairs[n++].value = name < length
						   ? encode_again(request->arena, at + name + 1,
								  length - name - 1)
						   : "";
		}
		at += length + (at[length] == '&');
	}
	qsort(pairs, n, sizeof(*pairs), by_name);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(sb, "%s%s=%s", i ? "&" : "", pairs[i].name, pairs[i].value);
}

/* A header's values joined by commas, each trimmed, runs of spaces as one. */
static void add_header(struct strbuf *sb, const struct wire_request *request, const char *name)
{
	const char *separator = "";

	for (const struct header *h = request->headers; h && h->name; h++) {
		const char *p = h->value;

		if (strcasecmp(h->name, name) != 0)
			continue;
		strbuf_add(sb, separator);
		separator = ",";
		p += strspn(p, " \t");
		while (*p) {
			size_t n = strcspn(p, " \t"), blank = strspn(p + n, " \t");

			strbuf_add_bytes(sb, p, n);
			if (blank && p[n + blank])
				strbuf_add_char(sb, ' ');
			p += n + blank;
		}
	}
}

static void add_headers(struct strbuf *sb, const struct wire_request *request, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, ";");
		const char *name = arena_strndup(request->arena, names, n);

		strbuf_add(sb, name);
		strbuf_add_char(sb, ':');
		add_header(sb, request, name);
		strbuf_add_char(sb, '\n');
		names += n + (names[n] == ';');
	}
}

/*
 * The payload's hash as the canonical request has it. Only S3 takes what is not hashed: of a
 * presigned URL always, of others when they say so (S3 API, "Authenticating requests").
 */
static bool payload_hash(const struct aws_service_model *service,
			 const struct wire_request *request, const struct credential *credential,
			 char ret[SHA256_HEX], struct err *err)
{
	const char *said = wire_header(request, "X-Amz-Content-Sha256");
	bool s3 = str_eq(service->name, "s3");

	if (s3 && s3_is_chunked(said)) {
		memcpy(ret, said, strlen(said) + 1);
		return true;
	}
	if (str_starts_with(said, "STREAMING-"))
		return auth_refuse(err, service, AUTH_STREAMING, NULL);
	if (s3 && (str_eq(said, "UNSIGNED-PAYLOAD") || (credential->presigned && !said))) {
		memcpy(ret, "UNSIGNED-PAYLOAD", sizeof("UNSIGNED-PAYLOAD"));
		return true;
	}
	digest_sha256_hex(request->body, request->body_length, ret);
	return !said || strcasecmp(said, ret) == 0 || auth_refuse(err, service, AUTH_PAYLOAD, NULL);
}

static void add_canonical(struct strbuf *sb, const struct aws_service_model *service,
			  const struct wire_request *request, const struct credential *credential,
			  const char *hash)
{
	add_texts(sb, request->method, "\n");
	add_path(sb, service, request->path);
	strbuf_add_char(sb, '\n');
	add_query(sb, request, credential->presigned);
	strbuf_add_char(sb, '\n');
	add_headers(sb, request, credential->signed_headers);
	add_texts(sb, "\n", credential->signed_headers, "\n", hash);
}

/* @name The signature */

static void hmac(const uint8_t *key, size_t length, const char *text, uint8_t ret[SHA256_BYTES])
{
	uint8_t result[SHA256_BYTES]; /* ret may be the key */

	digest_hmac_sha256(key, length, text, strlen(text), result);
	memcpy(ret, result, sizeof(result));
}

/* room is for what it is looked up by. */
static const uint8_t *signing_key(struct sigv4 *sigv4, struct arena *arena,
				  const struct credential *credential, const char *secret,
				  struct strbuf *room)
{
	struct signing_key *key;
	const char *first;

	strbuf_reset(room);
	add_texts(room, credential->access_key, "/", secret, "/", credential->date, "/",
		  credential->region, "/", credential->service);
	HASH_FIND(hh, sigv4->keys, strbuf_text(room), room->length, key);
	if (key)
		return key->key;
	if (HASH_COUNT(sigv4->keys) >= KEYS_MAX)
		forget_keys(sigv4);
	first = arena_printf(arena, "AWS4%s", secret);
	key = xcalloc(1, sizeof(*key));
	key->scope = xstrdup(strbuf_text(room));
	hmac((const uint8_t *)first, strlen(first), credential->date, key->key);
	hmac(key->key, SHA256_BYTES, credential->region, key->key);
	hmac(key->key, SHA256_BYTES, credential->service, key->key);
	hmac(key->key, SHA256_BYTES, "aws4_request", key->key);
	HASH_ADD_KEYPTR(hh, sigv4->keys, key->scope, strlen(key->scope), key);
	return key->key;
}

static bool check_signature(struct sigv4 *sigv4, const struct aws_service_model *service,
			    const struct wire_request *request, const struct credential *credential,
			    const char *secret, struct err *err)
{
	char payload[SHA256_HEX], canonical[SHA256_HEX];
	uint8_t signature[SHA256_BYTES], claimed[SHA256_BYTES];
	const uint8_t *key;
	struct strbuf sb;
	bool complete;

	if (!payload_hash(service, request, credential, payload, err))
		return false;
	strbuf_init(&sb, CANONICAL_MAX);
	add_canonical(&sb, service, request, credential, payload);
	digest_sha256_hex(strbuf_text(&sb), sb.length, canonical);
	complete = !sb.overflow;
	key = signing_key(sigv4, request->arena, credential, secret, &sb);
	strbuf_reset(&sb);
	add_texts(&sb, SIGV4_ALGORITHM "\n", credential->time, "\n", credential->date, "/",
		  credential->region, "/", credential->service, "/aws4_request\n", canonical);
	hmac(key, SHA256_BYTES, strbuf_text(&sb), signature);
	complete = complete && !sb.overflow;
	strbuf_done(&sb);
	if (complete && hex_decode(credential->signature, claimed, sizeof(claimed)) &&
	    digest_equal(signature, claimed, sizeof(signature)) &&
	    (!str_eq(service->name, "s3") || s3_chunks_are_signed(request, credential, key)))
		return true;
	return auth_refuse(err, service, AUTH_SIGNATURE, NULL);
}

/* @name Time */

static int digits(const char *text, size_t count)
{
	int number = 0;

	for (size_t i = 0; i < count; i++)
		number = 10 * number + (text[i] - '0');
	return number;
}

/* "20261123T084500Z" */
static bool parse_time(const char *text, int64_t *ret_ms)
{
	struct tm tm = {0};

	if (strlen(text) != 16 || text[8] != 'T' || text[15] != 'Z' ||
	    strspn(text, "0123456789") != 8 || strspn(text + 9, "0123456789") != 6)
		return false;
	tm.tm_year = digits(text, 4) - 1900;
	tm.tm_mon = digits(text + 4, 2) - 1;
	tm.tm_mday = digits(text + 6, 2);
	tm.tm_hour = digits(text + 9, 2);
	tm.tm_min = digits(text + 11, 2);
	tm.tm_sec = digits(text + 13, 2);
	*ret_ms = (int64_t)timegm(&tm) * 1000;
	return true;
}

static const char *format_time(struct arena *arena, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	char text[20];
	struct tm tm;

	gmtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%Y%m%dT%H%M%SZ", &tm);
	return arena_strdup(arena, text);
}

static bool refuse_time(const struct aws_service_model *service, struct arena *arena,
			const struct credential *credential, int64_t now_ms, int64_t allowed_ms,
			bool late, struct err *err)
{
	return auth_refuse(
		err, service, credential->presigned && late ? AUTH_EXPIRED_URL : AUTH_SKEW,
		arena_printf(arena,
			     late ? "Signature expired: %s is now earlier than %s (%s - "
				    "%lld min.)"
				  : "Signature not yet current: %s is still later than %s "
				    "(%s + %lld min.)",
			     credential->time,
			     format_time(arena, now_ms + (late ? -allowed_ms : allowed_ms)),
			     format_time(arena, now_ms), (long long)allowed_ms / 60000));
}

/* How long a presigned URL holds, as it says itself: at most a week. */
static bool read_expires(const struct aws_service_model *service,
			 const struct credential *credential, int64_t *ret_ms, struct err *err)
{
	char *end;
	long seconds;

	if (!credential->expires)
		return auth_refuse(err, service, AUTH_PRESIGNED,
				   "Query-string authentication requires the X-Amz-Expires "
				   "parameter.");
	seconds = strtol(credential->expires, &end, 10);
	if (*end || end == credential->expires)
		return auth_refuse(err, service, AUTH_PRESIGNED,
				   "X-Amz-Expires should be a number");
	if (seconds < 0)
		return auth_refuse(err, service, AUTH_PRESIGNED,
				   "X-Amz-Expires must be non-negative");
	if (seconds > EXPIRES_MAX_S)
		return auth_refuse(err, service, AUTH_PRESIGNED,
				   "X-Amz-Expires must be less than a week (in seconds); that is, "
				   "the given X-Amz-Expires must be less than 604800 seconds");
	*ret_ms = seconds * 1000LL;
	return true;
}

static bool check_time(const struct aws_service_model *service, const struct wire_request *request,
		       const struct credential *credential, int64_t now_ms, struct err *err)
{
	bool wide = service->protocol == PROTOCOL_EC2 || str_eq(service->name, "s3");
	int64_t skew_ms = wide ? SKEW_WIDE_MS : SKEW_MS, late_ms = skew_ms, signed_ms;

	if (!parse_time(credential->time, &signed_ms))
		return auth_refuse(
			err, service, AUTH_INCOMPLETE,
			arena_printf(request->arena,
				     "Date must be in ISO-8601 'basic format'. Got '%s'. "
				     "See http://en.wikipedia.org/wiki/ISO_8601",
				     credential->time));
	if (strncmp(credential->time, credential->date, 8) != 0 || strlen(credential->date) != 8)
		return auth_refuse(
			err, service, AUTH_SCOPE,
			arena_printf(request->arena,
				     "Date in Credential scope does not match YYYYMMDD from "
				     "ISO-8601 version of date from HTTP: '%s' != '%.8s', from "
				     "'%s'.",
				     credential->date, credential->time, credential->time));
	if (credential->presigned && !read_expires(service, credential, &late_ms, err))
		return false;
	if (now_ms - signed_ms > late_ms)
		return refuse_time(service, request->arena, credential, now_ms, late_ms, true, err);
	if (signed_ms - now_ms > skew_ms)
		return refuse_time(service, request->arena, credential, now_ms, skew_ms, false,
				   err);
	return true;
}

/* @name Form */

/* What is missing, each in a sentence of its own, and what came. */
static const char *what_is_missing(const struct wire_request *request,
				   const struct credential *credential)
{
	const char *where =
		credential->presigned ? "AWS query-string parameters must include" : NULL;
	const struct {
		bool missing;
		const char *header, *query;
	} parts[] = {
		{!credential->scope, "'Credential' parameter", "'X-Amz-Credential'"},
		{!credential->signature, "'Signature' parameter", "'X-Amz-Signature'"},
		{!credential->signed_headers, "'SignedHeaders' parameter", "'X-Amz-SignedHeaders'"},
		{!credential->time, "existence of either a 'X-Amz-Date' or a 'Date' header",
		 "'X-Amz-Date'"},
	};
	struct strbuf sb;
	const char *text;

	strbuf_init(&sb, 4096);
	for (size_t i = 0; i < array_size(parts); i++)
		if (parts[i].missing)
			strbuf_addf(&sb, "%s%s %s.", sb.length ? " " : "",
				    where ? where : "Authorization header requires",
				    where ? parts[i].query : parts[i].header);
	if (credential->header)
		strbuf_addf(&sb, " Authorization=%s", SIGV4_ALGORITHM);
	text = arena_strdup(request->arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return text;
}

static bool refuse_broken(const struct aws_service_model *service,
			  const struct wire_request *request, const struct credential *credential,
			  struct err *err)
{
	const char *text;

	if (credential->algorithm)
		text = arena_printf(request->arena, "Unsupported AWS 'algorithm': '%s'",
				    credential->algorithm);
	else if (credential->scope && !credential->access_key)
		text = arena_printf(request->arena,
				    "Credential must have exactly 5 slash-delimited elements, e.g. "
				    "keyid/date/region/service/term, got '%s'",
				    credential->scope);
	else
		text = what_is_missing(request, credential);
	return auth_refuse(err, service, AUTH_INCOMPLETE, text);
}

static bool is_signed_header(const struct credential *credential, const char *name)
{
	const char *at = credential->signed_headers;
	size_t length = strlen(name);

	while (*at) {
		size_t n = strcspn(at, ";");

		if (n == length && strncasecmp(at, name, n) == 0)
			return true;
		at += n + (at[n] == ';');
	}
	return false;
}

static const char *const must_be_signed[] = {"X-Amz-Date", "X-Amz-Security-Token"};

/* The scope is this service's, and what must be signed is. */
static bool check_scope(const struct aws_service_model *service, const struct wire_request *request,
			const struct credential *credential, struct err *err)
{
	if (!str_eq(credential->service, service->signing_name))
		return auth_refuse(err, service, AUTH_SCOPE,
				   arena_printf(request->arena,
						"Credential should be scoped to correct service: "
						"'%s'.",
						service->signing_name));
	if (!str_eq(credential->terminator, "aws4_request"))
		return auth_refuse(err, service, AUTH_SCOPE,
				   arena_printf(request->arena,
						"Credential should be scoped with a valid "
						"terminator: 'aws4_request', not '%s'.",
						credential->terminator));
	if (!is_signed_header(credential, "host"))
		return auth_refuse(err, service, AUTH_SCOPE,
				   "'Host' or ':authority' must be a 'SignedHeader' in the AWS "
				   "Authorization.");
	for (size_t i = 0; !credential->presigned && i < array_size(must_be_signed); i++)
		if (wire_header(request, must_be_signed[i]) &&
		    !is_signed_header(credential, must_be_signed[i]))
			return auth_refuse(err, service, AUTH_SCOPE,
					   arena_printf(request->arena,
							"'%s' must be a 'SignedHeader' in the AWS "
							"Authorization.",
							must_be_signed[i]));
	return true;
}

/* @name All together */

static bool check_token(const struct aws_service_model *service, const struct actor *actor,
			const struct credential *credential, int64_t now_ms, struct err *err)
{
	if (!str_eq(actor->session_token, credential->token))
		return auth_refuse(err, service, AUTH_BAD_TOKEN, NULL);
	if (actor->expires_ms && actor->expires_ms < now_ms)
		return auth_refuse(err, service, AUTH_EXPIRED_TOKEN, NULL);
	return true;
}

/* Whom an unknown key stands for: the operator in the instant profile, nobody else. */
static const struct actor *stand_in(const struct world *world)
{
	return world_profile(world) == PROFILE_INSTANT ? actor_by_name(world, "operator") : NULL;
}

bool sigv4_verify(struct sigv4 *sigv4, const struct world *world,
		  const struct aws_service_model *service, const struct wire_request *request,
		  enum credential_state state, const struct credential *credential, int64_t now_ms,
		  const struct actor **ret, struct err *err)
{
	const struct actor *actor;

	if (state == CREDENTIAL_NONE)
		return auth_refuse(err, service, AUTH_MISSING, NULL);
	if (state == CREDENTIAL_BROKEN)
		return refuse_broken(service, request, credential, err);
	actor = actor_by_access_key(world, credential->access_key);
	if (!actor) {
		*ret = stand_in(world);
		return *ret || auth_refuse(err, service, AUTH_UNKNOWN_KEY, NULL);
	}
	if (!check_token(service, actor, credential, now_ms, err))
		return false;
	if (!check_scope(service, request, credential, err) ||
	    !check_time(service, request, credential, now_ms, err) ||
	    !check_signature(sigv4, service, request, credential, actor->secret_key, err))
		return false;
	*ret = actor;
	return true;
}
