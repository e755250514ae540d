/*
 * Indexes: under which terms a kind's documents are found. A bucket holds the documents of one term
 * in the order in which they were made; a new document is appended, one that gains a term later is
 * put in its place from behind. The tags are an index that each kind has: a term for the key, and
 * one for key NUL value.
 */
#include "emulator/world/private.h"

static void terms_put(struct terms *terms, const char *a, size_t a_length, const char *b)
{
	size_t b_length = b ? strlen(b) + 1 : 0, length = a_length + b_length;
	char *bytes;

	if (terms->length + length > terms->room) {
		terms->room = 2 * (terms->length + length) + 256;
		terms->bytes = xrealloc(terms->bytes, terms->room);
	}
	if (terms->count == terms->item_room) {
		terms->item_room = 2 * terms->item_room + 16;
		terms->items = xrealloc(terms->items, terms->item_room * sizeof(*terms->items));
	}
	bytes = terms->bytes + terms->length;
	memcpy(bytes, a, a_length);
	if (b) {
		bytes[a_length] = '\0';
		memcpy(bytes + a_length + 1, b, b_length - 1);
	}
	terms->items[terms->count++] = (struct term){terms->index, terms->length, length};
	terms->length += length;
}

void terms_add(struct terms *terms, const char *term)
{
	if (term)
		terms_put(terms, term, strlen(term), NULL);
}

void world_terms_free(struct terms *terms)
{
	free(terms->bytes);
	free(terms->items);
}

static void terms_collect(struct terms *terms, const struct store *store, const struct doc *doc)
{
	const struct kind *kind = store->kind;

	terms->length = 0;
	terms->count = 0;
	for (terms->index = 0; terms->index + 1 < store->index_count; terms->index++)
		kind->indexes[terms->index].terms(doc, terms);
	json_foreach (tag, doc->tags) {
		const char *key = json_key(tag), *value = json_str(tag);

		terms_put(terms, key, strlen(key), NULL);
		if (value)
			terms_put(terms, key, strlen(key), value);
	}
}

static void member_link(struct bucket *bucket, struct member *member)
{
	struct member *before = bucket->last;

	while (before && before->slot->sequence > member->slot->sequence)
		before = before->prev;
	member->bucket = bucket;
	member->prev = before;
	member->next = before ? before->next : bucket->first;
	if (before)
		before->next = member;
	else
		bucket->first = member;
	if (member->next)
		member->next->prev = member;
	else
		bucket->last = member;
	bucket->count++;
}

static void member_free(struct member *member)
{
	struct bucket *bucket = member->bucket;

	if (member->prev)
		member->prev->next = member->next;
	else
		bucket->first = member->next;
	if (member->next)
		member->next->prev = member->prev;
	else
		bucket->last = member->prev;
	free(member);
	if (--bucket->count > 0)
		return;
	HASH_DEL(bucket->index->buckets, bucket);
	free(bucket);
}

static struct member *member_new(struct index *index, struct slot *slot, const char *term,
				 size_t length)
{
	struct member *member = xcalloc(1, sizeof(*member));
	struct bucket *bucket;

	HASH_FIND(hh, index->buckets, term, length, bucket);
	if (!bucket) {
		bucket = xcalloc(1, sizeof(*bucket) + length + 1);
		bucket->index = index;
		bucket->length = length;
		memcpy(bucket->term, term, length);
		HASH_ADD_KEYPTR(hh, index->buckets, bucket->term, length, bucket);
	}
	member->slot = slot;
	member_link(bucket, member);
	return member;
}

static bool member_is(const struct member *member, const struct index *index, const char *term,
		      size_t length)
{
	const struct bucket *bucket = member->bucket;

	return bucket->index == index && bucket->length == length &&
	       memcmp(bucket->term, term, length) == 0;
}

/* Takes the member out of the list and hands it over; NULL when there is none. */
static struct member *take_member(struct member **list, const struct index *index, const char *term,
				  size_t length)
{
	for (struct member **m = list; *m; m = &(*m)->sibling) {
		if (member_is(*m, index, term, length)) {
			struct member *found = *m;

			*m = found->sibling;
			return found;
		}
	}
	return NULL;
}

static bool has_member(const struct member *list, const struct index *index, const char *term,
		       size_t length)
{
	for (; list; list = list->sibling)
		if (member_is(list, index, term, length))
			return true;
	return false;
}

void world_index_update(struct world *world, struct slot *slot, const struct doc *doc)
{
	struct store *store = slot->store;
	struct terms *terms = &world->terms;
	struct member *old = slot->members, **tail = &slot->members;

	terms->count = 0;
	if (doc)
		terms_collect(terms, store, doc);
	slot->members = NULL;
	for (size_t i = 0; i < terms->count; i++) {
		const struct term *term = &terms->items[i];
		struct index *index = &store->indexes[term->index];
		const char *text = terms->bytes + term->start;
		/* mostly the same terms in the same order: found at the head of the list */
		struct member *member = take_member(&old, index, text, term->length);

		if (!member && has_member(slot->members, index, text, term->length))
			continue;
		if (!member)
			member = member_new(index, slot, text, term->length);
		member->sibling = NULL;
		*tail = member;
		tail = &member->sibling;
	}
	while (old) {
		struct member *next = old->sibling;

		member_free(old);
		old = next;
	}
}

static struct bucket *find_bucket(const struct world *world, const struct kind *kind,
				  const char *name, const char *term)
{
	const struct store *store = world_store(world, kind);
	struct bucket *bucket;

	for (size_t i = 0; store && i + 1 < store->index_count; i++) {
		if (strcmp(store->indexes[i].name, name) != 0)
			continue;
		HASH_FIND(hh, store->indexes[i].buckets, term, strlen(term), bucket);
		return bucket;
	}
	assert(!store && "the kind has no such index");
	return NULL;
}

static void bucket_docs(const struct bucket *bucket, struct docs *ret)
{
	for (const struct member *m = bucket ? bucket->first : NULL; m; m = m->next)
		docs_add(ret, &m->slot->current->doc);
}

void world_lookup(const struct world *world, const struct kind *kind, const char *index,
		  const char *term, struct docs *ret)
{
	bucket_docs(find_bucket(world, kind, index, term), ret);
}

size_t world_lookup_count(const struct world *world, const struct kind *kind, const char *index,
			  const char *term)
{
	const struct bucket *bucket = find_bucket(world, kind, index, term);

	return bucket ? bucket->count : 0;
}

const struct doc *world_lookup_one(const struct world *world, const struct kind *kind,
				   const char *index, const char *term)
{
	const struct bucket *bucket = find_bucket(world, kind, index, term);

	return bucket ? &bucket->first->slot->current->doc : NULL;
}

void world_lookup_tag(const struct world *world, const struct kind *kind, const char *tag,
		      const char *value, struct docs *ret)
{
	const struct store *store = world_store(world, kind);
	struct terms key = {0};
	struct bucket *bucket;

	if (!store)
		return;
	terms_put(&key, tag, strlen(tag), value);
	HASH_FIND(hh, store->indexes[store->index_count - 1].buckets, key.bytes, key.length,
		  bucket);
	bucket_docs(bucket, ret);
	world_terms_free(&key);
}

void docs_add(struct docs *docs, const struct doc *doc)
{
	if (docs->count == docs->room) {
		docs->room = docs->room ? 2 * docs->room : 8;
		docs->items = xrealloc(docs->items, docs->room * sizeof(*docs->items));
	}
	docs->items[docs->count++] = doc;
}

void docs_done(struct docs *docs)
{
	free(docs->items);
	*docs = (struct docs){0};
}
