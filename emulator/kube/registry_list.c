/*
 * Lists: resourceVersion semantics, selectors, pages out of one consistent snapshot.
 *
 * A state of the past is the present with the journal's changes since then taken back, so pages
 * need no snapshot kept for them. Source of the rules: apiserver pkg/storage/etcd3/store.go GetList
 * and pkg/storage/continue.go.
 */
#include <uthash.h>

#include "emulator/base/arena.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/go_json.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/document.h"
#include "emulator/kube/registry.h"
#include "emulator/kube/selector.h"
#include "emulator/kube/status.h"
#include "emulator/world/journal.h"

/* The first change of a document after the revision asked for: its `before` is the state then. */
struct first_change {
	const char *key;
	const struct doc *before;
	UT_hash_handle hh;
};

struct rewind {
	struct arena *arena;
	struct first_change *changes;
};

static void note_change(const struct change *change, void *userdata)
{
	struct rewind *rewind = userdata;
	const struct doc *doc = change->before ? change->before : change->after;
	struct first_change *first;

	HASH_FIND_STR(rewind->changes, doc->key, first);
	if (first)
		return;
	first = arena_alloc(rewind->arena, sizeof(*first));
	first->key = arena_strdup(rewind->arena, doc->key);
	first->before = change->before;
	HASH_ADD_KEYPTR(hh, rewind->changes, first->key, strlen(first->key), first);
}

static bool in_scope(const struct kube_op *op, const struct doc *doc)
{
	_cleanup_(freep) char *prefix =
		xasprintf("%s/%s%s", op->cluster->name, op->target.ns, *op->target.ns ? "/" : "");

	return str_starts_with(doc->key, prefix);
}

static int by_key(const void *a, const void *b)
{
	const struct doc *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

/* The documents as they were at a revision; false when the journal does not reach back that far. */
static bool list_at(struct kube_op *op, uint64_t version, struct docs *ret)
{
	struct world *world = op->cluster->kube->world;
	const struct kind *kind = op->target.type->document;
	struct rewind rewind = {.arena = op->arena};
	struct docs now = {};
	struct first_change *change, *tmp;

	if (version < world_revision(world) &&
	    !journal_changes_since(world, kind, version, note_change, &rewind))
		return false;
	cluster_list(op->cluster, kind, op->target.ns, &now);
	for (size_t i = 0; i < now.count; i++) {
		HASH_FIND_STR(rewind.changes, now.items[i]->key, change);
		if (!change)
			docs_add(ret, now.items[i]);
	}
	HASH_ITER (hh, rewind.changes, change, tmp) {
		if (change->before && in_scope(op, change->before))
			docs_add(ret, change->before);
		HASH_DEL(rewind.changes, change);
	}
	docs_done(&now);
	if (ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_key);
	return true;
}

#define BASE64URL "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

struct page {
	uint64_t version;
	const char *start; /* key to begin with, "" for the first page */
};

/* {"v":"meta.k8s.io/v1","rv":12,"start":"…"} in base64url, as storage/continue.go has it */
static const char *page_token(struct kube_op *op, int64_t version, const char *start)
{
	_cleanup_(json_freep) struct json *token = json_new_object();
	_cleanup_(freep) char *text = NULL, *encoded = NULL;

	json_set_str(token, "v", "meta.k8s.io/v1");
	json_set_int(token, "rv", version);
	json_set_str(token, "start", start);
	text = json_to_text(token);
	encoded = base64url_encode(text, strlen(text));
	return arena_strdup(op->arena, encoded);
}

static bool bad_page(const char *why, struct err *err)
{
	return status_bad_request(err, "invalid continue token: continue key is not valid: %s",
				  why);
}

static bool parse_page(struct kube_op *op, const char *text, size_t length, struct json **ret,
		       struct err *err)
{
	struct strbuf why;
	bool fine;

	strbuf_init(&why, 1 << 12);
	fine = go_json_scan(text, length, &why) && json_parse(text, length, ret, NULL);
	if (!fine)
		bad_page(arena_strdup(op->arena, strbuf_text(&why)), err);
	strbuf_done(&why);
	return fine;
}

/* apiserver pkg/storage/continue.go DecodeContinue */
static bool page_decode(struct kube_op *op, struct page *ret, int64_t *ret_version, struct err *err)
{
	_cleanup_(freep) uint8_t *bytes = NULL;
	_cleanup_(json_freep) struct json *token = NULL;
	const char *text = op->options.continue_token, *version, *start;
	size_t length;

	if (!base64url_decode(text, strlen(text), &bytes, &length))
		return bad_page(arena_printf(op->arena, "illegal base64 data at input byte %zu",
					     strspn(text, BASE64URL)),
				err);
	if (!parse_page(op, (char *)bytes, length, &token, err))
		return false;
	version = json_get_str(token, "v");
	start = json_get_str(token, "start");
	*ret_version = json_get_int(token, "rv", 0);
	if (!str_eq(version, "meta.k8s.io/v1"))
		return bad_page(arena_printf(op->arena,
					     "server does not recognize this encoded version %s",
					     version ? version : ""),
				err);
	if (!*ret_version)
		return bad_page("incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
				err);
	if (!start || !*start)
		return bad_page("encoded start key empty (version meta.k8s.io/v1)", err);
	ret->start = arena_strdup(op->arena, start);
	return true;
}

/* 410 with a token that goes on from the present (etcd3/errors.go handleCompactedErrorForPaging) */
static bool page_expired(struct kube_op *op, const struct page *page, struct err *err)
{
	status_expired(err, "The provided continue parameter is too old to display a consistent "
			    "list result. You can start a new list without the continue "
			    "parameter, or use the continue token in this response to retrieve "
			    "the remainder of the results. Continuing with the provided token "
			    "results in an inconsistent list - objects that were created, "
			    "modified, or deleted between the time the first chunk was returned "
			    "and now may show up in the list.");
	if (err) {
		err->details = json_new_object();
		json_set_str(err->details, STATUS_CONTINUE, page_token(op, -1, page->start));
	}
	return false;
}

/* Which revision a list shows. */
static bool choose_version(struct kube_op *op, struct page *page, struct err *err)
{
	const struct kube_options *o = &op->options;
	uint64_t current = world_revision(op->cluster->kube->world), asked = 0;
	int64_t token_version = 0;

	page->version = current;
	page->start = "";
	if (o->continue_token) {
		if (o->resource_version && !str_eq(o->resource_version, "0"))
			return status_bad_request(err, "specifying resource version is not "
						       "allowed when using continue");
		if (!page_decode(op, page, &token_version, err))
			return false;
		if (token_version > 0)
			page->version = (uint64_t)token_version;
		return true;
	}
	if (!o->resource_version)
		return true;
	if (!version_parse(o->resource_version, &asked, err))
		return err_wrap(err, "invalid resource version");
	if (asked > current)
		return status_too_large_version(err, asked, current);
	if (str_eq(o->resource_version_match, "Exact") ||
	    (!o->resource_version_match && o->limit > 0 && asked))
		page->version = asked;
	return true;
}

static void take_page(struct kube_op *op, const struct selectors *selectors,
		      const struct page *page, const struct docs *all, struct kube_answer *ret)
{
	/* a list from "0" is served from the cache, which knows no pages */
	int64_t limit = str_eq(op->options.resource_version, "0") ? 0 : op->options.limit;
	bool selective = selectors->labels || selectors->fields;
	size_t i = 0;

	for (; i < all->count && strcmp(all->items[i]->key, page->start) < 0; i++)
		;
	for (; i < all->count; i++) {
		if (limit && (int64_t)ret->items.count == limit)
			break;
		if (!selector_match(selectors, all->items[i]->body))
			continue;
		docs_add(&ret->items, doc_ref(all->items[i]));
	}
	if (i == all->count)
		return;
	ret->list_continue = page_token(op, (int64_t)page->version, all->items[i]->key);
	if (!selective)
		ret->list_remaining = (int64_t)(all->count - i);
}

bool registry_list(struct kube_op *op, struct kube_answer *ret, struct err *err)
{
	struct selectors selectors;
	struct docs all = {};
	struct page page;

	if (!selector_parse(op->arena, op->target.type, op->options.label_selector,
			    op->options.field_selector, &selectors, err) ||
	    !choose_version(op, &page, err))
		return false;
	if (!list_at(op, page.version, &all)) {
		if (op->options.continue_token)
			return page_expired(op, &page, err);
		return status_expired(err, "The resourceVersion for the provided list is too old.");
	}
	ret->is_list = true;
	ret->status = 200;
	ret->list_version = page.version;
	take_page(op, &selectors, &page, &all, ret);
	docs_done(&all);
	return true;
}
