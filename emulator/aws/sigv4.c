/* Signature Version 4. */
#include "emulator/aws/sigv4.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <uthash.h>

#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/world/actor.h"
#include "emulator/world/world.h"

#define ALGORITHM     "AWS4-HMAC-SHA256"
#define CANONICAL_MAX (1024 * 1024)	 /* bytes of a canonical request without its body */
#define KEYS_MAX      1024		 /* signing keys kept */
#define SKEW_MS	      (5 * 60 * 1000LL)	 /* "(… - 5 min.)" in the services' own text */
#define SKEW_EC2_MS   (15 * 60 * 1000LL) /* EC2 API error codes, RequestExpired */
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

/* @name Reading */

/* "AKIA…/20261123/eu-west-1/ec2/aws4_request" */
static bool read_scope(struct arena *arena, const char *text, struct credential *ret)
{
	const char **parts[] = {&ret->access_key, &ret->date, &ret->region, &ret->service};

	for (size_t i = 0; i < array_size(parts); i++) {
		const char *slash = text ? strchr(text, '/') : NULL;

		if (!slash || slash == text)
			return false;
		*parts[i] = arena_strndup(arena, text, (size_t)(slash - text));
		text = slash + 1;
	}
	return str_eq(text, "aws4_request") && strlen(ret->date) == 8;
}

/* The value of "Name=" in an Authorization header's list, in the arena; NULL when missing. */
static const char *header_part(struct arena *arena, const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list) {
		list += strspn(list, ", \t");
		if (strncmp(list, name, n) == 0 && list[n] == '=')
			return arena_strndup(arena, list + n + 1, strcspn(list + n + 1, ", \t"));
		list += strcspn(list, ",");
	}
	return NULL;
}

static enum credential_state read_header(const struct wire_request *request, const char *header,
					 struct credential *ret)
{
	const char *scope, *list = header + strlen(ALGORITHM);

	if (strncmp(header, ALGORITHM, strlen(ALGORITHM)) != 0)
		return CREDENTIAL_BROKEN;
	scope = header_part(request->arena, list, "Credential");
	ret->signed_headers = header_part(request->arena, list, "SignedHeaders");
	ret->signature = header_part(request->arena, list, "Signature");
	ret->time = wire_header(request, "X-Amz-Date");
	ret->token = wire_header(request, "X-Amz-Security-Token");
	if (!read_scope(request->arena, scope, ret) || !ret->signed_headers || !ret->signature ||
	    !ret->time)
		return CREDENTIAL_BROKEN;
	return CREDENTIAL_FOUND;
}

/* A parameter of the raw query, decoded; NULL when missing. */
static const char *parameter(const struct wire_request *request, const char *name)
{
	const char *at = request->query;
	size_t length = strlen(name);

	while (at && *at) {
		size_t n = strcspn(at, "&");

		if (n > length && at[length] == '=' && strncmp(at, name, length) == 0)
			return http_url_decode(request->arena, at + length + 1, n - length - 1,
					       true);
		at += n + (at[n] == '&');
	}
	return NULL;
}

static enum credential_state read_presigned(const struct wire_request *request,
					    const char *algorithm, struct credential *ret)
{
	ret->presigned = true;
	ret->signed_headers = parameter(request, "X-Amz-SignedHeaders");
	ret->signature = parameter(request, "X-Amz-Signature");
	ret->time = parameter(request, "X-Amz-Date");
	ret->token = parameter(request, "X-Amz-Security-Token");
	ret->expires = parameter(request, "X-Amz-Expires");
	if (!str_eq(algorithm, ALGORITHM) ||
	    !read_scope(request->arena, parameter(request, "X-Amz-Credential"), ret) ||
	    !ret->signed_headers || !ret->signature || !ret->time)
		return CREDENTIAL_BROKEN;
	return CREDENTIAL_FOUND;
}

enum credential_state sigv4_read(const struct wire_request *request, struct credential *ret)
{
	const char *header = wire_header(request, "Authorization"), *algorithm;

	*ret = (struct credential){0};
	if (header)
		return read_header(request, header, ret);
	algorithm = parameter(request, "X-Amz-Algorithm");
	return algorithm ? read_presigned(request, algorithm, ret) : CREDENTIAL_NONE;
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

		strbuf_addf(sb, "%s:", name);
		add_header(sb, request, name);
		strbuf_add_char(sb, '\n');
		names += n + (names[n] == ';');
	}
}

/* The payload's hash as the canonical request has it; false when the header lies about the body. */
static bool payload_hash(const struct wire_request *request, const struct credential *credential,
			 const char *service, char ret[SHA256_HEX])
{
	const char *said = wire_header(request, "X-Amz-Content-Sha256");

	if (str_eq(said, "UNSIGNED-PAYLOAD") ||
	    (credential->presigned && !said && str_eq(service, "s3"))) {
		memcpy(ret, "UNSIGNED-PAYLOAD", sizeof("UNSIGNED-PAYLOAD"));
		return true;
	}
	digest_sha256_hex(request->body, request->body_length, ret);
	return !said || strcasecmp(said, ret) == 0;
}

static void add_canonical(struct strbuf *sb, const struct aws_service_model *service,
			  const struct wire_request *request, const struct credential *credential,
			  const char *hash)
{
	strbuf_addf(sb, "%s\n", request->method);
	add_path(sb, service, request->path);
	strbuf_add_char(sb, '\n');
	add_query(sb, request, credential->presigned);
	strbuf_add_char(sb, '\n');
	add_headers(sb, request, credential->signed_headers);
	strbuf_addf(sb, "\n%s\n%s", credential->signed_headers, hash);
}

/* @name The signature */

static void hmac(const uint8_t *key, size_t length, const char *text, uint8_t ret[SHA256_BYTES])
{
	uint8_t result[SHA256_BYTES];

	digest_hmac_sha256(key, length, text, strlen(text), result);
	memcpy(ret, result, sizeof(result));
}

static const uint8_t *signing_key(struct sigv4 *sigv4, struct arena *arena,
				  const struct credential *credential, const char *secret)
{
	const char *scope = arena_printf(arena, "%s/%s/%s/%s/%s", credential->access_key, secret,
					 credential->date, credential->region, credential->service);
	const char *first = arena_printf(arena, "AWS4%s", secret);
	struct signing_key *key;

	HASH_FIND_STR(sigv4->keys, scope, key);
	if (key)
		return key->key;
	if (HASH_COUNT(sigv4->keys) >= KEYS_MAX)
		forget_keys(sigv4);
	key = xcalloc(1, sizeof(*key));
	key->scope = xstrdup(scope);
	hmac((const uint8_t *)first, strlen(first), credential->date, key->key);
	hmac(key->key, SHA256_BYTES, credential->region, key->key);
	hmac(key->key, SHA256_BYTES, credential->service, key->key);
	hmac(key->key, SHA256_BYTES, "aws4_request", key->key);
	HASH_ADD_KEYPTR(hh, sigv4->keys, key->scope, strlen(key->scope), key);
	return key->key;
}

static bool signature_fits(struct sigv4 *sigv4, const struct aws_service_model *service,
			   const struct wire_request *request, const struct credential *credential,
			   const char *secret)
{
	char payload[SHA256_HEX], canonical[SHA256_HEX];
	uint8_t signature[SHA256_BYTES], claimed[SHA256_BYTES];
	const char *text;
	struct strbuf sb;
	bool complete;

	if (!payload_hash(request, credential, service->name, payload) ||
	    !hex_decode(credential->signature, claimed, sizeof(claimed)))
		return false;
	strbuf_init(&sb, CANONICAL_MAX);
	add_canonical(&sb, service, request, credential, payload);
	digest_sha256_hex(strbuf_text(&sb), sb.length, canonical);
	complete = !sb.overflow;
	strbuf_done(&sb);
	text = arena_printf(request->arena, ALGORITHM "\n%s\n%s/%s/%s/aws4_request\n%s",
			    credential->time, credential->date, credential->region,
			    credential->service, canonical);
	hmac(signing_key(sigv4, request->arena, credential, secret), SHA256_BYTES, text, signature);
	return complete && digest_equal(signature, claimed, sizeof(signature));
}

/* @name Refusals: each protocol has words of its own */

enum auth_problem {
	AUTH_MISSING,
	AUTH_INCOMPLETE,
	AUTH_UNKNOWN_KEY,
	AUTH_BAD_TOKEN,
	AUTH_EXPIRED_TOKEN,
	AUTH_SCOPE,
	AUTH_SIGNATURE,
	AUTH_SKEW,
	AUTH_PROBLEM_COUNT
};

#define EC2_FAILURE                                                                                \
	{                                                                                          \
		"AuthFailure", 401, "AWS was not able to validate the provided access credentials" \
	}
#define MISMATCH                                                                                   \
	"The request signature we calculated does not match the signature you provided. Check "    \
	"your AWS Secret Access Key and signing method. Consult the service documentation for "    \
	"details."
#define INVALID_TOKEN "The security token included in the request is invalid."
#define EXPIRED_TOKEN "The security token included in the request is expired"

struct auth_words {
	const char *code;
	int status;
	const char *text; /* NULL: what is known in detail */
};

/* Sources: EC2 API error codes (AuthFailure, RequestExpired); "Common errors" of IAM, STS, ELB;
 * for JSON the codes that the SDKs' retry tables know. */
static const struct auth_words ec2_words[AUTH_PROBLEM_COUNT] = {
	[AUTH_MISSING] = {"MissingParameter", 400,
			  "The request must contain the parameter AWSAccessKeyId"},
	[AUTH_INCOMPLETE] = {"IncompleteSignature", 400, NULL},
	[AUTH_UNKNOWN_KEY] = EC2_FAILURE,
	[AUTH_BAD_TOKEN] = EC2_FAILURE,
	[AUTH_EXPIRED_TOKEN] = {"RequestExpired", 400, "Request has expired."},
	[AUTH_SCOPE] = EC2_FAILURE,
	[AUTH_SIGNATURE] = EC2_FAILURE,
	[AUTH_SKEW] = {"RequestExpired", 400, "Request has expired."},
};
static const struct auth_words query_words[AUTH_PROBLEM_COUNT] = {
	[AUTH_MISSING] = {"MissingAuthenticationToken", 403,
			  "Request is missing Authentication Token"},
	[AUTH_INCOMPLETE] = {"IncompleteSignature", 400, NULL},
	[AUTH_UNKNOWN_KEY] = {"InvalidClientTokenId", 403, INVALID_TOKEN},
	[AUTH_BAD_TOKEN] = {"InvalidClientTokenId", 403, INVALID_TOKEN},
	[AUTH_EXPIRED_TOKEN] = {"ExpiredToken", 403, EXPIRED_TOKEN},
	[AUTH_SCOPE] = {"SignatureDoesNotMatch", 403, NULL},
	[AUTH_SIGNATURE] = {"SignatureDoesNotMatch", 403, MISMATCH},
	[AUTH_SKEW] = {"SignatureDoesNotMatch", 403, NULL},
};
static const struct auth_words json_words[AUTH_PROBLEM_COUNT] = {
	[AUTH_MISSING] = {"MissingAuthenticationTokenException", 400,
			  "Missing Authentication Token"},
	[AUTH_INCOMPLETE] = {"IncompleteSignatureException", 400, NULL},
	[AUTH_UNKNOWN_KEY] = {"UnrecognizedClientException", 400, INVALID_TOKEN},
	[AUTH_BAD_TOKEN] = {"UnrecognizedClientException", 400, INVALID_TOKEN},
	[AUTH_EXPIRED_TOKEN] = {"ExpiredTokenException", 400, EXPIRED_TOKEN},
	[AUTH_SCOPE] = {"InvalidSignatureException", 400, NULL},
	[AUTH_SIGNATURE] = {"InvalidSignatureException", 400, MISMATCH},
	[AUTH_SKEW] = {"InvalidSignatureException", 400, NULL},
};

static bool refuse(struct err *err, const struct aws_service_model *service,
		   enum auth_problem problem, const char *detail)
{
	const struct auth_words *words = query_words;

	if (service->protocol == PROTOCOL_EC2)
		words = ec2_words;
	else if (service->protocol == PROTOCOL_JSON || service->protocol == PROTOCOL_REST_JSON)
		words = json_words;
	words += problem;
	err_set(err, ERR_DENIED, words->code, "%s", words->text ? words->text : detail);
	if (err)
		err->status = words->status;
	return false;
}

/* @name Time */

/* "20261123T084500Z" */
static bool parse_time(const char *text, int64_t *ret_ms)
{
	struct tm tm = {0};
	int end = 0;

	if (strlen(text) != 16 ||
	    sscanf(text, "%4d%2d%2dT%2d%2d%2dZ%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		   &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &end) != 6 ||
	    end != 16)
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
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

static bool check_time(const struct aws_service_model *service, const struct wire_request *request,
		       const struct credential *credential, int64_t now_ms, struct err *err)
{
	int64_t skew_ms = service->protocol == PROTOCOL_EC2 ? SKEW_EC2_MS : SKEW_MS;
	int64_t late_ms = skew_ms, signed_ms;
	const char *now = format_time(request->arena, now_ms);
	long seconds;

	if (!parse_time(credential->time, &signed_ms) ||
	    strncmp(credential->time, credential->date, 8) != 0)
		return refuse(err, service, AUTH_INCOMPLETE,
			      "Date in Credential scope does not match YYYYMMDD from ISO-8601 "
			      "version of date from HTTP");
	if (credential->presigned && credential->expires) {
		seconds = strtol(credential->expires, NULL, 10);
		late_ms = seconds > 0 && seconds <= EXPIRES_MAX_S ? seconds * 1000LL : 0;
	}
	if (now_ms - signed_ms > late_ms)
		return refuse(
			err, service, AUTH_SKEW,
			arena_printf(request->arena,
				     "Signature expired: %s is now earlier than %s (%s - %lld "
				     "min.)",
				     credential->time,
				     format_time(request->arena, now_ms - late_ms), now,
				     (long long)late_ms / 60000));
	if (signed_ms - now_ms > skew_ms)
		return refuse(err, service, AUTH_SKEW,
			      arena_printf(request->arena,
					   "Signature not yet current: %s is still later than %s "
					   "(%s + %lld min.)",
					   credential->time,
					   format_time(request->arena, now_ms + skew_ms), now,
					   (long long)skew_ms / 60000));
	return true;
}

/* @name All together */

static bool check_token(const struct aws_service_model *service, const struct actor *actor,
			const struct credential *credential, int64_t now_ms, struct err *err)
{
	if (!str_eq(actor->session_token, credential->token))
		return refuse(err, service, AUTH_BAD_TOKEN, NULL);
	if (actor->expires_ms && actor->expires_ms < now_ms)
		return refuse(err, service, AUTH_EXPIRED_TOKEN, NULL);
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
		return refuse(err, service, AUTH_MISSING, NULL);
	if (state == CREDENTIAL_BROKEN)
		return refuse(err, service, AUTH_INCOMPLETE,
			      "Authorization header requires 'Credential' parameter, 'Signature' "
			      "parameter, 'SignedHeaders' parameter and existence of either a "
			      "'X-Amz-Date' or a 'Date' header.");
	actor = actor_by_access_key(world, credential->access_key);
	if (!actor) {
		*ret = stand_in(world);
		return *ret || refuse(err, service, AUTH_UNKNOWN_KEY, NULL);
	}
	if (!check_token(service, actor, credential, now_ms, err))
		return false;
	if (!str_eq(credential->service, service->signing_name))
		return refuse(err, service, AUTH_SCOPE,
			      arena_printf(request->arena,
					   "Credential should be scoped to correct service: '%s'.",
					   service->signing_name));
	if (!check_time(service, request, credential, now_ms, err))
		return false;
	if (!signature_fits(sigv4, service, request, credential, actor->secret_key))
		return refuse(err, service, AUTH_SIGNATURE, NULL);
	*ret = actor;
	return true;
}
