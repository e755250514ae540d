/* What IAM's resources share: names, ids, documents, tags. */
#include <ctype.h>

#include "emulator/aws/iam/iam.h"
#include "emulator/aws/policy/language.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

#define ID_DIGITS    17
#define DOCUMENT_MAX (131072 * 3) /* policyDocumentType, each byte encoded */

const char *iam_key(struct call *call, const char *name)
{
	return iam_key_in(call, call->account, name);
}

const char *iam_key_in(struct call *call, const char *account, const char *name)
{
	char *key = arena_printf(call->arena, "%s/%s", account, name);

	for (char *p = key; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return key;
}

const char *iam_id(struct call *call, const struct kind *kind, const char *prefix, const char *name)
{
	char *id = arena_strdup(call->arena, ids_make(call, kind, prefix, ID_DIGITS, name));

	for (char *p = id; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	return id;
}

const char *iam_now(struct call *call)
{
	char text[CLOCK_TEXT_MAX];

	return arena_strdup(call->arena, clock_format_seconds(world_now(call->world), text));
}

const char *iam_encode_document(struct arena *arena, const char *document)
{
	const char *result;
	struct strbuf sb;

	strbuf_init(&sb, DOCUMENT_MAX);
	for (const char *p = document ? document : ""; *p; p++) {
		if (isalnum((unsigned char)*p) || strchr("-._~", *p))
			strbuf_add_char(&sb, *p);
		else
			strbuf_addf(&sb, "%%%02X", (unsigned char)*p);
	}
	result = arena_strdup(arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return result;
}

bool iam_check_document(const char *document, bool trust, struct err *err)
{
	return policy_check(document, trust ? POLICY_OF_TRUST : POLICY_OF_IDENTITY, NULL, err);
}

size_t iam_document_size(const char *document)
{
	size_t n = 0;

	for (; *document; document++)
		n += !isspace((unsigned char)*document);
	return n;
}

const struct doc *iam_find(struct call *call, const struct kind *kind, const char *name)
{
	if (kind == &kind_iam_role || kind == &kind_instance_profile)
		return world_find(call->world, kind, iam_key(call, name));
	return world_lookup_one(call->world, kind, "name", iam_key(call, name));
}

const struct doc *iam_entity(struct call *call, const char *arn)
{
	static const struct kind *const kinds[] = {&kind_iam_user, &kind_iam_role, &kind_iam_group};
	const char *slash = strrchr(arn, '/');

	for (size_t i = 0; slash && i < array_size(kinds); i++) {
		const struct doc *doc = iam_find(call, kinds[i], slash + 1);

		if (doc && str_eq(doc_str(doc, "Arn"), arn))
			return doc;
	}
	return NULL;
}

struct json *iam_item(const struct doc *doc)
{
	struct json *item = json_copy(doc->body);

	if (json_first(doc->tags))
		json_set(item, "Tags", tags_to_list(doc->tags));
	return item;
}

struct json *iam_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return iam_item(doc);
}

void iam_set_boundary(struct json *body, const char *arn)
{
	struct json *boundary;

	if (!arn) {
		json_remove(body, "PermissionsBoundary");
		return;
	}
	boundary = json_ensure_object(body, "PermissionsBoundary");
	json_set_str(boundary, "PermissionsBoundaryType", "PermissionsBoundaryPolicy");
	json_set_str(boundary, "PermissionsBoundaryArn", arn);
}

void iam_boundary_term(const struct doc *doc, struct terms *terms)
{
	const char *arn =
		json_find_str(doc->body, "PermissionsBoundary", "PermissionsBoundaryArn", NULL);

	if (arn)
		terms_add(terms, arn);
}

bool iam_check_quota(struct call *call, const char *name, size_t count, size_t max, struct err *err)
{
	if (count < max || world_profile(call->world) != PROFILE_AWS)
		return true;
	return aws_fail(err, AWS_IAM_QUOTA, name, arena_printf(call->arena, "%zu", max));
}

void iam_select(struct call *call, const struct kind *kind, const struct json *input,
		struct docs *ret)
{
	const char *prefix = json_get_str(input, "PathPrefix");

	*ret = (struct docs){0};
	world_foreach (doc, call->world, kind)
		if (doc_in_scope(call, doc) &&
		    (!prefix || str_starts_with(doc_str(doc, "Path"), prefix)))
			docs_add(ret, doc);
}

bool iam_tag(struct call *call, const struct doc *doc, const struct json *input, struct err *err)
{
	/* User Guide, "Rules for tagging in IAM and AWS STS", Case sensitivity */
	bool cased = doc->kind != &kind_iam_role && doc->kind != &kind_iam_user;
	struct json *tags;

	if (!tags_merge(cased ? TAGS_IAM_CASED : TAGS_IAM, doc->tags, json_get(input, "Tags"),
			&tags, err))
		return false;
	world_put_tags(call, doc->kind, doc->key, tags);
	return true;
}

void iam_untag(struct call *call, const struct doc *doc, const struct json *input)
{
	struct json *tags = json_copy(doc->tags);

	json_foreach (key, json_get(input, "TagKeys"))
		json_remove(tags, json_str(key));
	world_put_tags(call, doc->kind, doc->key, tags);
}

bool iam_list_tags(struct call *call, const struct doc *doc, const struct json *input,
		   struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *all = tags_to_list(doc->tags);
	struct json *list = json_ensure_array(output, "Tags");
	size_t first, end;

	if (!page_range(call, input, output, &page_iam, json_size(all), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append(list, json_copy(json_at(all, i)));
	return true;
}

const char *iam_fixed_id(struct call *call, const char *name)
{
	char *id = arena_alloc(call->arena, ID_DIGITS + 1);

	ids_text(0, "iam", "", name, 0, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ID_DIGITS, id);
	return id;
}
