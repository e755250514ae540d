/* Documents: versions, what they share, and reading them. */
#include "emulator/world/private.h"

struct part *doc_part_new(struct json *json)
{
	struct part *part = xmalloc(sizeof(*part));

	part->references = 1;
	part->json = json;
	return part;
}

struct part *doc_part_ref(struct part *part)
{
	part->references++;
	return part;
}

void doc_part_unref(struct part *part)
{
	if (--part->references > 0)
		return;
	json_free(part->json);
	free(part);
}

static void slot_unref(struct slot *slot)
{
	if (--slot->references > 0)
		return;
	assert(!slot->members && !slot->timers);
	free(slot->key);
	free(slot->implied_by);
	free(slot);
}

struct version *version_new(struct slot *slot, struct part *body, struct part *tags,
			    struct part *extra, uint64_t revision, int64_t changed_ms)
{
	struct version *version = xcalloc(1, sizeof(*version));

	slot->references++;
	version->slot = slot;
	version->body = body;
	version->tags = tags;
	version->extra = extra;
	version->doc = (struct doc){
		.kind = slot->store->kind,
		.key = slot->key,
		.account = slot->account,
		.region = slot->region,
		.maker = slot->maker,
		.implied_by = slot->implied_by,
		.made_by_call = slot->made_by_call,
		.created_revision = slot->created_revision,
		.revision = revision,
		.created_ms = slot->created_ms,
		.changed_ms = changed_ms,
		.body = body->json,
		.tags = tags->json,
		.extra = extra->json,
		.references = 1,
	};
	return version;
}

const struct doc *doc_ref(const struct doc *doc)
{
	version_of(doc)->doc.references++;
	return doc;
}

void doc_unref(const struct doc *doc)
{
	struct version *version = version_of(doc);

	if (!doc || --version->doc.references > 0)
		return;
	if (version->doc.cache && version->doc.cache_free)
		version->doc.cache_free(version->doc.cache);
	doc_part_unref(version->body);
	doc_part_unref(version->tags);
	doc_part_unref(version->extra);
	slot_unref(version->slot);
	free(version);
}

const char *doc_tag(const struct doc *doc, const char *key)
{
	return json_get_str(doc->tags, key);
}

const char *doc_str(const struct doc *doc, const char *member)
{
	return json_get_str(doc->body, member);
}

const char *doc_extra_str(const struct doc *doc, const char *member)
{
	return json_get_str(doc->extra, member);
}

struct json *doc_view(const struct world *world, const struct doc *doc)
{
	if (doc->kind->view)
		return doc->kind->view(world, doc);
	return json_copy(doc->body);
}
