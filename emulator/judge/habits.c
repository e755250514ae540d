/* Bad habits: see habits.h. */
#include "emulator/judge/habits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <uthash.h>

#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"
#include "emulator/judge/judge_inner.h"

#define TEXT_MAX     (32 * 1024 * 1024) /* bytes of a document or of parameters as text */
#define VERSIONS_MAX 4			/* the newest ones of a document */

/* What a document was at one time: equal sums are equal contents. */
struct content {
	uint8_t sum[SHA256_BYTES];
	uint8_t spec[SHA256_BYTES]; /* the same without the status */
	const char *actor;	    /* interned */
	uint64_t call;
};

/* The newest versions of one document. */
struct past {
	struct content versions[VERSIONS_MAX]; /* the newest first */
	size_t count;
	bool told;
	UT_hash_handle hh;
	char key[]; /* kind, key */
};

/* Equal calls of one actor. */
struct repeated {
	int64_t since_ms; /* of the window */
	unsigned count;
	bool told;
	UT_hash_handle hh;
	uint8_t key[SHA256_BYTES];
};

/* A create that took effect without the caller's hearing of it. */
struct unheard {
	const struct doc *made; /* kept by the journal */
	uint64_t call;
	UT_hash_handle hh;
	uint8_t key[SHA256_BYTES]; /* what was asked for, but for tokens and names */
};

struct search {
	const struct world *world;
	habit_fn *fn;
	void *userdata;
	struct past *pasts;
	struct repeated *repeated;
	struct unheard *unheard;
	uint64_t disturbed; /* the last call of somebody else than a controller that changed
			       something */
	struct arena *arena;
};

static void tell(struct search *search, const char *name, uint64_t call, const char *format, ...)
	printf_like(4, 5);
static void tell(struct search *search, const char *name, uint64_t call, const char *format, ...)
{
	va_list arguments;
	_cleanup_(freep) char *text = NULL;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	search->fn(&(struct habit){name, text, call}, search->userdata);
}

/* @name Fighting and flapping: something becomes what it was, and again */

/* What a controller means to say with a version: not its numbers, and not who wrote which field. */
static struct json *said(const struct doc *doc)
{
	static const char *const numbers[] = {"resourceVersion", "generation", "managedFields"};
	struct json *body = json_copy(doc->body);
	struct json *metadata = judge_kube_is(doc) ? json_get_mut(body, "metadata") : NULL;

	for (size_t i = 0; metadata && i < array_size(numbers); i++)
		json_remove(metadata, numbers[i]);
	return body;
}

static void sum_of(const struct json *body, const struct json *tags, uint8_t ret[SHA256_BYTES])
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	if (body) {
		json_print(&sb, body);
		json_print(&sb, tags);
	}
	digest_sha256(strbuf_text(&sb), sb.length, ret);
	strbuf_done(&sb);
}

static void content_of(const struct doc *doc, struct content *ret)
{
	_cleanup_(json_freep) struct json *body = doc ? said(doc) : NULL;

	sum_of(body, doc ? doc->tags : NULL, ret->sum);
	if (doc && judge_kube_is(doc))
		json_remove(body, "status");
	sum_of(body, doc ? doc->tags : NULL, ret->spec);
}

static struct past *past_of(struct search *search, const struct doc *doc)
{
	_cleanup_(freep) char *key = xasprintf("%s %s", doc->kind->name, doc->key);
	size_t length = strlen(key);
	struct past *past;

	HASH_FIND(hh, search->pasts, key, length, past);
	if (past)
		return past;
	past = xcalloc(1, sizeof(*past) + length + 1);
	memcpy(past->key, key, length);
	HASH_ADD_KEYPTR(hh, search->pasts, past->key, length, past);
	return past;
}

static bool is_same(const struct content *a, const struct content *b)
{
	return memcmp(a->sum, b->sum, sizeof(a->sum)) == 0;
}

/* Two returns in a row, all by controllers, and nobody else gave a reason in between. */
static void judge_past(struct search *search, struct past *past, const struct doc *doc)
{
	const struct content *v = past->versions;
	const char *other = NULL;

	if (past->told || past->count < VERSIONS_MAX || !is_same(&v[0], &v[2]) ||
	    !is_same(&v[1], &v[3]) || v[3].call <= search->disturbed)
		return;
	for (size_t i = 0; i < VERSIONS_MAX; i++) {
		if (!actor_is_controller(v[i].actor))
			return;
		if (v[i].actor != v[0].actor)
			other = v[i].actor;
	}
	/* a status tells how it goes: a controller that tries again says so again */
	if (!other && memcmp(v[0].spec, v[1].spec, sizeof(v[0].spec)) == 0)
		return;
	past->told = true;
	if (other)
		tell(search, "fighting", v[0].call,
		     "%s and %s change %s %s to and fro: calls %" PRIu64 ", %" PRIu64 ", %" PRIu64
		     " and %" PRIu64,
		     v[0].actor, other, doc->kind->name, doc->key, v[3].call, v[2].call, v[1].call,
		     v[0].call);
	else
		tell(search, "flapping", v[0].call,
		     "%s changes %s %s to and fro: calls %" PRIu64 ", %" PRIu64 ", %" PRIu64
		     " and %" PRIu64,
		     v[0].actor, doc->kind->name, doc->key, v[3].call, v[2].call, v[1].call,
		     v[0].call);
}

/* What is written for ever, by its nature. */
static bool is_pulse(const struct doc *doc)
{
	return judge_is_kind(doc, "lease") || judge_is_kind(doc, "event");
}

static void note_change(struct search *search, const struct journal_entry *entry,
			const struct change *change)
{
	const struct doc *doc = change->after ? change->after : change->before;
	struct content content = {.actor = entry->actor, .call = entry->number};
	struct past *past;

	if (is_pulse(doc))
		return;
	past = past_of(search, doc);
	content_of(change->after, &content);
	if (past->count && is_same(&content, &past->versions[0]))
		return;
	memmove(past->versions + 1, past->versions, (VERSIONS_MAX - 1) * sizeof(past->versions[0]));
	past->versions[0] = content;
	past->count += past->count < VERSIONS_MAX;
	judge_past(search, past, doc);
}

/* @name Hot loops and storms: the same call again and again */

static bool is_counted(const struct journal_entry *entry)
{
	if (!actor_is_controller(entry->actor) || entry->fault)
		return false;
	if (!str_eq(entry->service, "k8s"))
		return true;
	return !judge_is_read(entry->operation) && !str_ends_with(entry->operation, "Lease") &&
	       !str_ends_with(entry->operation, "Event") &&
	       !str_ends_with(entry->operation, "Review");
}

static void call_key(const struct journal_entry *entry, uint8_t ret[SHA256_BYTES])
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	strbuf_addf(&sb, "%s %s:%s ", entry->actor, entry->service, entry->operation);
	if (entry->params)
		json_print(&sb, entry->params);
	digest_sha256(strbuf_text(&sb), sb.length, ret);
	strbuf_done(&sb);
}

static struct repeated *repeated_of(struct search *search, const struct journal_entry *entry)
{
	uint8_t key[SHA256_BYTES];
	struct repeated *repeated;

	call_key(entry, key);
	HASH_FIND(hh, search->repeated, key, sizeof(key), repeated);
	if (repeated)
		return repeated;
	repeated = xcalloc(1, sizeof(*repeated));
	memcpy(repeated->key, key, sizeof(key));
	repeated->since_ms = entry->real_ms;
	HASH_ADD(hh, search->repeated, key, sizeof(repeated->key), repeated);
	return repeated;
}

static void note_call(struct search *search, const struct journal_entry *entry)
{
	bool read = judge_is_read(entry->operation);
	unsigned most = read ? HABIT_READS_MAX : HABIT_WRITES_MAX;
	struct repeated *repeated;

	if (!is_counted(entry))
		return;
	repeated = repeated_of(search, entry);
	if (entry->real_ms - repeated->since_ms > HABIT_WINDOW_MS) {
		repeated->since_ms = entry->real_ms;
		repeated->count = 0;
	}
	if (++repeated->count <= most || repeated->told)
		return;
	repeated->told = true;
	tell(search, read ? "describe-storm" : "hot-loop", entry->number,
	     "%s made the same call %s:%s %u times within %d s", entry->actor, entry->service,
	     entry->operation, repeated->count, HABIT_WINDOW_MS / 1000);
}

/* @name Created again: the answer was lost, and the retry makes a second one */

/* What tells a retry from another wish, or does not: tokens and names. */
static const char *const identities[] = {
	"ClientToken",	    "ClientRequestToken",  "IdempotencyToken",
	"CreationToken",    "CallerReference",	   "Name",
	"LoadBalancerName", "GroupName",	   "RoleName",
	"PolicyName",	    "InstanceProfileName",
};

static void wish_key(const struct journal_entry *entry, uint8_t ret[SHA256_BYTES])
{
	_cleanup_(json_freep) struct json *params =
		entry->params ? json_copy(entry->params) : json_new_object();
	struct strbuf sb;

	for (size_t i = 0; i < array_size(identities); i++)
		json_remove(params, identities[i]);
	strbuf_init(&sb, TEXT_MAX);
	strbuf_addf(&sb, "%s %s:%s %s ", entry->actor, entry->service, entry->operation,
		    entry->region);
	json_print(&sb, params);
	digest_sha256(strbuf_text(&sb), sb.length, ret);
	strbuf_done(&sb);
}

/* The thing that a caller asked AWS to make: not what AWS makes with it. NULL: none. */
static const struct doc *made_by(const struct journal_entry *entry)
{
	static const char *const verbs[] = {"Create", "Allocate", "Run", "Import", "Request"};
	bool creates = false;

	for (size_t i = 0; i < array_size(verbs); i++)
		creates |= str_starts_with(entry->operation, verbs[i]);
	if (!creates || str_eq(entry->service, "k8s") || !actor_is_controller(entry->actor))
		return NULL;
	for (size_t i = 0; i < entry->change_count; i++)
		if (!entry->changes[i].before && entry->changes[i].after &&
		    !entry->changes[i].after->implied_by)
			return entry->changes[i].after;
	return NULL;
}

/* It took effect, and the caller did not hear so. */
static bool is_unheard(const struct journal_entry *entry)
{
	return str_eq(entry->fault, "answer-lost") || entry->status >= 400;
}

static void forget_removed(struct search *search, const struct doc *doc)
{
	struct unheard *unheard, *next;

	HASH_ITER (hh, search->unheard, unheard, next) {
		if (unheard->made->kind != doc->kind || !str_eq(unheard->made->key, doc->key))
			continue;
		HASH_DEL(search->unheard, unheard);
		free(unheard);
	}
}

static void note_create(struct search *search, const struct journal_entry *entry)
{
	const struct doc *made = made_by(entry);
	struct unheard *unheard;
	uint8_t key[SHA256_BYTES];

	if (!made)
		return;
	wish_key(entry, key);
	HASH_FIND(hh, search->unheard, key, sizeof(key), unheard);
	if (unheard) {
		tell(search, "created-again", entry->number,
		     "%s made %s %s, though its call %" PRIu64 ", whose answer was lost, had made "
		     "%s: a retry needs the same token or name, or a look at what there is",
		     entry->actor, made->kind->name, made->key, unheard->call, unheard->made->key);
	} else if (is_unheard(entry)) {
		unheard = xcalloc(1, sizeof(*unheard));
		memcpy(unheard->key, key, sizeof(key));
		unheard->made = made;
		unheard->call = entry->number;
		HASH_ADD(hh, search->unheard, key, sizeof(unheard->key), unheard);
	}
}

/* @name What is there at the end, and should not have been made */

static void judge_made(struct search *search, const struct doc *doc, uint64_t first)
{
	const struct journal_entry *gone;
	struct owner owner;

	if (!*doc->account || doc->made_by_call < first || !actor_is_controller(doc->maker))
		return;
	owner = owner_of(search->world, doc, search->arena, NULL);
	if (owner.type == OWNER_NONE || owner_is_live(search->world, &owner))
		return;
	gone = history_owner_gone(search->world, &owner);
	if (gone && gone->number < doc->made_by_call)
		tell(search, "late-create", doc->made_by_call,
		     "%s made %s %s for %s, which had been deleted by call %" PRIu64, doc->maker,
		     doc->kind->name, doc->key, owner_text(search->arena, &owner), gone->number);
}

/* A Service has one load balancer of a controller at a time. */
static void judge_second(struct search *search, const struct kind *kind, const struct doc *doc)
{
	struct owner owner = owner_claimed(search->world, doc, search->arena);

	if (owner.type != OWNER_SERVICE || !actor_is_controller(doc->maker))
		return;
	world_foreach (other, search->world, kind) {
		struct owner others;

		if (other == doc)
			return; /* each pair once: the earlier one first */
		others = owner_claimed(search->world, other, search->arena);
		if (others.type != OWNER_SERVICE || !str_eq(other->maker, doc->maker) ||
		    !owner_equal(&owner, &others))
			continue;
		tell(search, "second-load-balancer", doc->made_by_call,
		     "%s made %s %s for %s, which has %s already", doc->maker, kind->name, doc->key,
		     owner_text(search->arena, &owner), other->key);
		return;
	}
}

static void judge_end(struct search *search, uint64_t first)
{
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(search->world, i)); i++)
		world_foreach (doc, search->world, kind) {
			judge_made(search, doc, first);
			if (str_eq(kind->name, "load-balancer") ||
			    str_eq(kind->name, "classic-load-balancer"))
				judge_second(search, kind, doc);
		}
}

static void search_done(struct search *search)
{
	struct repeated *repeated, *next_repeated;
	struct past *past, *next_past;
	struct unheard *unheard, *next_unheard;

	HASH_ITER (hh, search->unheard, unheard, next_unheard) {
		HASH_DEL(search->unheard, unheard);
		free(unheard);
	}
	HASH_ITER (hh, search->pasts, past, next_past) {
		HASH_DEL(search->pasts, past);
		free(past);
	}
	HASH_ITER (hh, search->repeated, repeated, next_repeated) {
		HASH_DEL(search->repeated, repeated);
		free(repeated);
	}
	arena_free(search->arena);
}

void judge_habits(const struct world *world, uint64_t first, habit_fn *fn, void *userdata)
{
	struct search search = {
		.world = world, .fn = fn, .userdata = userdata, .arena = arena_new()};
	const struct journal *journal = world_journal(world);
	uint64_t number = journal_first(journal);

	for (number = number < first ? first : number; number && number <= journal_last(journal);
	     number++) {
		const struct journal_entry *entry = journal_get(journal, number);

		if (!entry)
			continue;
		note_call(&search, entry);
		note_create(&search, entry);
		for (size_t i = 0; i < entry->change_count; i++) {
			note_change(&search, entry, &entry->changes[i]);
			if (!entry->changes[i].after)
				forget_removed(&search, entry->changes[i].before);
		}
		if (entry->change_count &&
		    (str_eq(entry->actor, "operator") || str_eq(entry->actor, "gardenlet")))
			search.disturbed = number;
	}
	judge_end(&search, first);
	search_done(&search);
}
