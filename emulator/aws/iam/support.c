/* What IAM's resources share: names, ids, documents, tags. */
#include <ctype.h>

#include "emulator/aws/iam/iam.h"
#include "emulator/base/strbuf.h"

#define ID_DIGITS    17
#define DOCUMENT_MAX (131072 * 3) /* policyDocumentType, each byte encoded */

const char *iam_key(struct call *call, const char *name)
{
	char *key = arena_printf(call->arena, "%s/%s", call->account, name);

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

static bool has_one_of(const struct json *statement, const char *a, const char *b)
{
	return json_get(statement, a) || json_get(statement, b);
}

static bool check_statement(const struct json *statement, bool trust, struct err *err)
{
	const char *effect = json_get_str(statement, "Effect");

	if (!json_is_object(statement) || (!str_eq(effect, "Allow") && !str_eq(effect, "Deny")))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	if (trust && !has_one_of(statement, "Principal", "NotPrincipal"))
		return aws_fail(err, AWS_IAM_DOCUMENT_PRINCIPAL);
	if (!has_one_of(statement, "Action", "NotAction"))
		return aws_fail(err, AWS_IAM_DOCUMENT_ACTION);
	if (!trust && !has_one_of(statement, "Resource", "NotResource"))
		return aws_fail(err, AWS_IAM_DOCUMENT_RESOURCE);
	return true;
}

bool iam_check_document(const char *document, bool trust, struct err *err)
{
	_cleanup_(json_freep) struct json *json = NULL;
	const struct json *statements;

	if (!json_parse(document, strlen(document), &json, NULL) || !json_is_object(json))
		return aws_fail(err, AWS_IAM_DOCUMENT_JSON);
	statements = json_get(json, "Statement");
	if (json_is_object(statements))
		return check_statement(statements, trust, err);
	if (!json_is_array(statements) || !json_first(statements))
		return aws_fail(err, AWS_IAM_DOCUMENT);
	json_foreach (statement, statements)
		if (!check_statement(statement, trust, err))
			return false;
	return true;
}

bool iam_tag(struct call *call, const struct doc *doc, const struct json *input, struct err *err)
{
	struct json *tags;

	if (!tags_merge(TAGS_IAM, doc->tags, json_get(input, "Tags"), &tags, err))
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
