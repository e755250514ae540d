#pragma once
/*
 * Ordinals: how often something was asked for the same id before. They keep uids and generated
 * names apart, and are part of the hash that those are, so that equal runs give equal ids.
 *
 * A request that waits for webhooks has drawn its ordinals long before it takes effect; another may
 * be quicker, or it never takes effect because its client has left, and no tape knows of it. So an
 * event of the tape tells the ordinals that whoever plays it would not draw by itself.
 */
#include <stddef.h>
#include <stdint.h>

struct json;
struct kube;
struct ordinal;

/** Ordinals that an event has drawn, in order. Zero-initialise. */
struct drawn_ordinals {
	struct drawn_ordinal *items;
	size_t count, room;
};
void drawn_ordinals_done(struct drawn_ordinals *drawn);
/** Forgets the first ones: what was drawn for them is not done again. */
void drawn_ordinals_forget(struct drawn_ordinals *drawn, size_t count);

/** How often this was asked for the same id before; while a tape is played, what is on it. */
uint64_t kube_next_ordinal(struct kube *kube, const char *id);
/**
 * What is drawn from now on belongs to an event that may end later than this call.
 *
 * @param drawn  borrowed until the next call; NULL: to the event that is going on
 * @return what it was before
 */
struct drawn_ordinals *ordinals_collect(struct kube *kube, struct drawn_ordinals *drawn);
/** A tape_more_fn: `{ "ordinals": { ID: [ 3, 4 ] } }` of the event that is told, or NULL. */
struct json *ordinals_tell(void *kube);
/** For who plays a tape: the ordinals of the next event; NULL: none but the next ones. */
void ordinals_script(struct kube *kube, const struct json *ordinals);
void ordinals_done(struct kube *kube);
