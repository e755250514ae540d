/* Watches; see watch.h. */
#include "emulator/kube/watch.h"

#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/base/loop.h"
#include "emulator/base/strbuf.h"
#include "emulator/http/http.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/document.h"
#include "emulator/kube/reply.h"
#include "emulator/kube/selector.h"
#include "emulator/kube/status.h"
#include "emulator/kube/target.h"

#define BOOKMARK_MS	   60000 /* cacher.go:75 */
#define TIMEOUT_MIN_S	   1800	 /* get.go:275: between 30 and 60 minutes when not said */
#define FRAME_MAX	   ((size_t)32 << 20)
#define INITIAL_EVENTS_END "k8s.io/initial-events-end"

struct watcher {
	struct watcher *next, **previous;
	struct kube_op *op; /* in the arena of the request, which lives as long as the stream */
	struct accepted accepted;
	struct selectors selectors;
	struct stream *stream;
	struct loop_source *bookmarks, *timeout;
	uint64_t version; /* of the last event or bookmark sent */
	bool sent;	  /* whether a Table has had its columns */
	bool failed;	  /* the client does not take what it is sent: swept after the dispatch */
};

static void watcher_free(struct watcher *watcher)
{
	*watcher->previous = watcher->next;
	if (watcher->next)
		watcher->next->previous = watcher->previous;
	loop_remove(watcher->bookmarks);
	loop_remove(watcher->timeout);
	free(watcher);
}

static void on_closed(struct stream *stream _unused_, void *userdata)
{
	watcher_free(userdata);
}

static void end(struct watcher *watcher)
{
	http_stream_end(watcher->stream);
	watcher_free(watcher);
}

static void write_frame(struct watcher *watcher, const struct strbuf *frame)
{
	if (watcher->failed)
		return;
	if (frame->overflow ||
	    !http_stream_write(watcher->stream, strbuf_text(frame), frame->length))
		watcher->failed = true;
}

static void send_event(struct watcher *watcher, const char *type, const struct doc *doc,
		       uint64_t version)
{
	struct strbuf frame;

	strbuf_init(&frame, FRAME_MAX);
	strbuf_addf(&frame, "{\"type\":\"%s\",\"object\":", type);
	encode_event_object(watcher->op, &watcher->accepted, doc, version, !watcher->sent, &frame);
	strbuf_add(&frame, "}\n");
	watcher->sent = true;
	write_frame(watcher, &frame);
	strbuf_done(&frame);
}

static void send_tree(struct watcher *watcher, const char *type, const struct json *object)
{
	struct strbuf frame;

	strbuf_init(&frame, FRAME_MAX);
	strbuf_addf(&frame, "{\"type\":\"%s\",\"object\":", type);
	json_print(&frame, object);
	strbuf_add(&frame, "}\n");
	write_frame(watcher, &frame);
	strbuf_done(&frame);
}

/* An object of the right kind with nothing but a resourceVersion. */
static void send_bookmark(struct watcher *watcher, uint64_t version, bool initial_end)
{
	_cleanup_(json_freep) struct json *object = json_new_object();
	const struct api_type *type = watcher->op->target.type;
	enum answer_form form = watcher->accepted.form;
	struct json *meta;

	json_set_str(object, "kind",
		     form == ANSWER_OBJECT  ? type->kind
		     : form == ANSWER_TABLE ? "Table"
					    : "PartialObjectMetadata");
	json_set_str(object, "apiVersion",
		     form == ANSWER_OBJECT	 ? type->api_version
		     : watcher->accepted.v1beta1 ? "meta.k8s.io/v1beta1"
						 : "meta.k8s.io/v1");
	meta = json_ensure_object(object, "metadata");
	json_setf(meta, "resourceVersion", "%" PRIu64, version);
	json_set_null(meta, "creationTimestamp");
	if (initial_end)
		json_set_str(json_ensure_object(meta, "annotations"), INITIAL_EVENTS_END, "true");
	if (form == ANSWER_TABLE) {
		json_set_null(object, "columnDefinitions");
		json_set(object, "rows", json_new_array());
	}
	watcher->version = version;
	send_tree(watcher, "BOOKMARK", object);
}

static void bookmark_due(void *userdata)
{
	struct watcher *watcher = userdata;
	struct kube *kube = watcher->op->cluster->kube;

	send_bookmark(watcher, world_revision(kube->world), false);
	watcher->bookmarks = loop_add_timer(kube->loop, BOOKMARK_MS, bookmark_due, watcher);
	if (watcher->failed)
		end(watcher);
}

static void timeout_due(void *userdata)
{
	struct watcher *watcher = userdata;
	uint64_t version = world_revision(watcher->op->cluster->kube->world);

	watcher->timeout = NULL;
	if (watcher->op->options.allow_bookmarks && version != watcher->version)
		send_bookmark(watcher, version, false);
	end(watcher);
}

static bool in_scope(const struct watcher *watcher, const struct doc *doc)
{
	const struct kube_op *op = watcher->op;
	size_t cluster = strlen(op->cluster->name), ns = strlen(op->target.ns);
	const char *key = doc->key;

	if (strncmp(key, op->cluster->name, cluster) != 0 || key[cluster] != '/')
		return false;
	key += cluster + 1;
	return !ns || (strncmp(key, op->target.ns, ns) == 0 && key[ns] == '/');
}

static void feed(struct watcher *watcher, const struct change *change)
{
	const struct doc *doc = change->after ? change->after : change->before;
	bool was, is;

	if (doc->kind != watcher->op->target.type->document || !in_scope(watcher, doc) ||
	    change->revision <= watcher->version)
		return;
	was = change->before && selector_match(&watcher->selectors, change->before->body);
	is = change->after && selector_match(&watcher->selectors, change->after->body);
	if (!was && !is)
		return;
	watcher->version = change->revision;
	if (is)
		send_event(watcher, was ? "MODIFIED" : "ADDED", change->after, 0);
	else
		send_event(watcher, "DELETED", change->before, change->revision);
}

void watch_dispatch(const struct journal_entry *entry, void *userdata)
{
	struct kube *kube = userdata;

	for (size_t c = 0; entry->change_count && c < kube->clusters.count; c++) {
		struct kube_cluster *cluster = kube->clusters.items[c];

		for (struct watcher *w = cluster->watchers, *next; w; w = next) {
			next = w->next;
			for (size_t i = 0; i < entry->change_count; i++)
				feed(w, &entry->changes[i]);
			if (w->failed)
				end(w);
		}
	}
}

void watch_end(struct kube_cluster *cluster, const struct api_type *type)
{
	for (struct watcher *w = cluster->watchers, *next; w; w = next) {
		next = w->next;
		if (!type || w->op->target.type == type)
			end(w);
	}
}

static void feed_change(const struct change *change, void *userdata)
{
	feed(userdata, change);
}

/* Everything that is there now, as ADDED. */
static void send_all(struct watcher *watcher)
{
	struct kube_op *op = watcher->op;
	struct docs docs = {};

	cluster_list(op->cluster, op->target.type->document, op->target.ns, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if (selector_match(&watcher->selectors, docs.items[i]->body))
			send_event(watcher, "ADDED", docs.items[i], 0);
	docs_done(&docs);
}

/* What a watch begins with: the state, or the changes since a version, or 410. */
static void send_start(struct watcher *watcher, uint64_t since)
{
	struct kube_op *op = watcher->op;
	struct world *world = op->cluster->kube->world;
	uint64_t current = world_revision(world);
	struct err err = ERR_INIT;

	if (op->options.send_initial_events > 0) {
		send_all(watcher);
		watcher->version = current;
		if (op->options.allow_bookmarks)
			send_bookmark(watcher, current, true);
		return;
	}
	watcher->version = since;
	if (since < current &&
	    !journal_changes_since(world, op->target.type->document, since, feed_change, watcher)) {
		_cleanup_(json_freep) struct json *status = NULL;

		status_expired(&err, "too old resource version: %" PRIu64 " (%" PRIu64 ")", since,
			       journal_oldest_revision(world));
		status = status_of(&err);
		send_tree(watcher, "ERROR", status);
		err_done(&err);
		watcher->failed = true; /* nothing follows: the stream ends */
		return;
	}
	if (watcher->version < since)
		watcher->version = since;
}

static int64_t timeout_ms(struct kube_op *op)
{
	double chance;

	if (op->options.timeout_s > 0)
		return op->options.timeout_s * 1000;
	chance = ids_chance(world_seed(op->cluster->kube->world), "watch-timeout", op->user.actor,
			    op->target.type->resource, op->cluster->kube->request_count);
	return (int64_t)(TIMEOUT_MIN_S * 1000 * (1 + chance));
}

static bool find_start(struct kube_op *op, uint64_t *ret, struct err *err)
{
	uint64_t current = world_revision(op->cluster->kube->world);

	*ret = current;
	if (!op->options.resource_version)
		return true;
	if (!version_parse(op->options.resource_version, ret, err))
		return false;
	if (*ret > current)
		return status_too_large_version(err, *ret, current);
	return true;
}

static void note(struct kube_op *op, const char *fault)
{
	op->call = registry_begin(op, NULL, fault);
	call_commit(op->call, 200);
	op->call = NULL;
}

/* Ends a watch as a fault wants it. */
static void interrupt(struct watcher *watcher, enum fault_effect effect)
{
	struct err err = ERR_INIT;

	if (effect == FAULT_WATCH_GONE) {
		_cleanup_(json_freep) struct json *status = NULL;

		status_expired(&err, "too old resource version: %" PRIu64 " (%" PRIu64 ")",
			       watcher->version, world_revision(watcher->op->cluster->kube->world));
		status = status_of(&err);
		send_tree(watcher, "ERROR", status);
		err_done(&err);
	}
	end(watcher);
}

static bool is_interrupted(const struct fault_verdict *verdict)
{
	return verdict->effect == FAULT_WATCH_CLOSED || verdict->effect == FAULT_WATCH_GONE;
}

void kube_interrupt_watches(struct kube *kube)
{
	for (size_t c = 0; c < kube->clusters.count; c++) {
		struct kube_cluster *cluster = kube->clusters.items[c];

		for (struct watcher *w = cluster->watchers, *next; w; w = next) {
			_cleanup_(json_freep) struct json *params = registry_params(w->op, NULL);
			const char *action =
				arena_printf(w->op->arena, "k8s:%s", target_operation(w->op));
			struct fault_verdict verdict;

			next = w->next;
			verdict = fault_decide(kube->world, w->op->user.actor, action,
					       w->op->target.ns, params);
			if (is_interrupted(&verdict))
				interrupt(w, verdict.effect);
		}
	}
}

bool watch_serve(struct kube_op *op, const struct accepted *accepted,
		 const struct fault_verdict *verdict, struct err *err)
{
	struct kube *kube = op->cluster->kube;
	struct selectors selectors;
	struct watcher *watcher;
	uint64_t since;

	if (!op->request)
		return err_set(err, ERR_UNSUPPORTED, NULL, "a watch needs a connection");
	if (!selector_parse(op->arena, op->target.type, op->options.label_selector,
			    op->options.field_selector, &selectors, err) ||
	    !find_start(op, &since, err))
		return false;
	note(op, verdict->fault);
	if (!kube->loop) { /* a tape is played: nobody listens to what would be streamed */
		reply_drop(op);
		return true;
	}
	watcher = xcalloc(1, sizeof(*watcher));
	watcher->op = op;
	watcher->accepted = *accepted;
	watcher->selectors = selectors;
	watcher->next = op->cluster->watchers;
	watcher->previous = &op->cluster->watchers;
	if (watcher->next)
		watcher->next->previous = &watcher->next;
	op->cluster->watchers = watcher;
	watcher->stream = reply_stream(op, accepted);
	http_stream_on_closed(watcher->stream, on_closed, watcher);
	watcher->timeout = loop_add_timer(kube->loop, timeout_ms(op), timeout_due, watcher);
	if (op->options.allow_bookmarks)
		watcher->bookmarks = loop_add_timer(kube->loop, BOOKMARK_MS, bookmark_due, watcher);
	if (is_interrupted(verdict)) {
		watcher->version = since;
		interrupt(watcher, verdict->effect);
		return true;
	}
	send_start(watcher, since);
	if (watcher->failed)
		end(watcher);
	return true;
}
