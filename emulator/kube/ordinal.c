/* Ordinals; see ordinal.h. */
#include "emulator/kube/ordinal.h"

#include <uthash.h>

#include "emulator/base/json.h"
#include "emulator/kube/cluster.h"
#include "emulator/world/tape.h"

struct ordinal {
	char *id;
	uint64_t next;
	uint64_t told; /* what the next one is for whoever plays the tape so far */
	bool other;    /* being told: some of the event's are not what he would draw */
	UT_hash_handle hh;
};

struct drawn_ordinal {
	struct ordinal *of;
	uint64_t number;
};

void drawn_ordinals_done(struct drawn_ordinals *drawn)
{
	free(drawn->items);
	*drawn = (struct drawn_ordinals){0};
}

void drawn_ordinals_forget(struct drawn_ordinals *drawn, size_t count)
{
	assert(count <= drawn->count);
	drawn->count -= count;
	if (drawn->count)
		memmove(drawn->items, drawn->items + count, drawn->count * sizeof(*drawn->items));
}

static void note(struct kube *kube, struct ordinal *ordinal, uint64_t number)
{
	struct drawn_ordinals *drawn = kube->collecting ? kube->collecting : &kube->drawn;

	if (drawn->count == drawn->room) {
		drawn->room = drawn->room ? 2 * drawn->room : 4;
		drawn->items = xrealloc(drawn->items, drawn->room * sizeof(*drawn->items));
	}
	drawn->items[drawn->count++] = (struct drawn_ordinal){ordinal, number};
}

static struct ordinal *ordinal_of(struct kube *kube, const char *id)
{
	struct ordinal *ordinal;

	HASH_FIND_STR(kube->ordinals, id, ordinal);
	if (ordinal)
		return ordinal;
	ordinal = xcalloc(1, sizeof(*ordinal));
	ordinal->id = xstrdup(id);
	HASH_ADD_KEYPTR(hh, kube->ordinals, ordinal->id, strlen(ordinal->id), ordinal);
	return ordinal;
}

/* The next one on the tape; false: there is none, and it is the next one of all. */
static bool played(struct kube *kube, const char *id, uint64_t *ret)
{
	struct json *list = kube->script ? json_get_mut(kube->script, id) : NULL;
	struct json *first = list ? json_first_mut(list) : NULL;
	int64_t number;

	if (!first || !json_int(first, &number) || number < 0)
		return false;
	json_remove_item(list, first);
	*ret = (uint64_t)number;
	return true;
}

uint64_t kube_next_ordinal(struct kube *kube, const char *id)
{
	struct ordinal *ordinal = ordinal_of(kube, id);
	uint64_t number = ordinal->next;

	played(kube, id, &number);
	if (number >= ordinal->next)
		ordinal->next = number + 1;
	if (tape_is_listened(kube->world))
		note(kube, ordinal, number);
	return number;
}

struct drawn_ordinals *ordinals_collect(struct kube *kube, struct drawn_ordinals *drawn)
{
	struct drawn_ordinals *before = kube->collecting;

	kube->collecting = drawn;
	return before;
}

/* Finds out which ones are not those that whoever plays the tape would draw. */
static bool compare(const struct drawn_ordinals *drawn)
{
	bool any = false;

	for (size_t i = 0; i < drawn->count; i++) {
		struct ordinal *of = drawn->items[i].of;
		uint64_t number = drawn->items[i].number;

		any |= of->other |= number != of->told;
		if (number >= of->told)
			of->told = number + 1;
	}
	return any;
}

static void list_others(const struct drawn_ordinals *drawn, struct json *ret)
{
	for (size_t i = 0; i < drawn->count; i++)
		if (drawn->items[i].of->other)
			json_append(json_ensure_array(ret, drawn->items[i].of->id),
				    json_new_int((int64_t)drawn->items[i].number));
}

static void take(struct drawn_ordinals *drawn)
{
	for (size_t i = 0; i < drawn->count; i++)
		drawn->items[i].of->other = false;
	drawn->count = 0;
}

struct json *ordinals_tell(void *userdata)
{
	struct kube *kube = userdata;
	struct drawn_ordinals none = {0}, *waited = kube->collecting ? kube->collecting : &none;
	bool any = compare(waited);
	struct json *more = NULL;

	any |= compare(&kube->drawn);
	if (any) {
		more = json_new_object();
		list_others(waited, json_ensure_object(more, "ordinals"));
		list_others(&kube->drawn, json_ensure_object(more, "ordinals"));
	}
	take(waited);
	take(&kube->drawn);
	return more;
}

void ordinals_script(struct kube *kube, const struct json *ordinals)
{
	json_free(kube->script);
	kube->script = ordinals ? json_copy(ordinals) : NULL;
}

void ordinals_done(struct kube *kube)
{
	struct ordinal *ordinal, *tmp;

	HASH_ITER (hh, kube->ordinals, ordinal, tmp) {
		HASH_DEL(kube->ordinals, ordinal);
		free(ordinal->id);
		free(ordinal);
	}
	drawn_ordinals_done(&kube->drawn);
	json_free(steal(kube->script));
}
