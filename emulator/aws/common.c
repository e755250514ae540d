/* What handlers of all services share. */
#include "emulator/aws/common.h"

#include <stdarg.h>
#include <stdio.h>

#define TOKEN_KEPT_MS (24 * 3600 * 1000LL) /* EC2 API "Ensuring idempotency": at least 24 hours */

bool doc_in_scope(const struct call *call, const struct doc *doc)
{
	return str_eq(doc->account, call->account) &&
	       (!*doc->region || str_eq(doc->region, call->region));
}

const struct doc *find_in_scope(const struct call *call, const struct kind *kind, const char *key)
{
	const struct doc *doc = key ? world_find(call->world, kind, key) : NULL;

	return doc && doc_in_scope(call, doc) ? doc : NULL;
}

const char *aws_partition(const char *region)
{
	if (str_starts_with(region, "cn-"))
		return "aws-cn";
	if (str_starts_with(region, "us-gov-"))
		return "aws-us-gov";
	return "aws";
}

static const char *arn(struct call *call, const char *service, const char *region,
		       const char *resource, va_list arguments)
{
	_cleanup_(freep) char *text = NULL;

	text = xvasprintf(resource, arguments);
	return arena_printf(call->arena, "arn:%s:%s:%s:%s:%s", aws_partition(call->region), service,
			    region, call->account, text);
}

const char *aws_arn(struct call *call, const char *service, const char *resource, ...)
{
	const char *result;
	va_list arguments;

	va_start(arguments, resource);
	result = arn(call, service, call->region, resource, arguments);
	va_end(arguments);
	return result;
}

const char *aws_global_arn(struct call *call, const char *service, const char *resource, ...)
{
	const char *result;
	va_list arguments;

	va_start(arguments, resource);
	result = arn(call, service, "", resource, arguments);
	va_end(arguments);
	return result;
}

const char *aws_now(struct call *call)
{
	char text[CLOCK_TEXT_MAX];

	return arena_strdup(call->arena, clock_format_ms(world_now(call->world), text));
}

/* @name Repeated creates */

static void token_expired(struct call *call, const struct doc *doc, const char *timer)
{
	(void)timer;
	world_remove(call, doc->kind, doc->key);
}

const struct kind kind_client_token = {
	.name = "client-token",
	.timer = token_expired,
};

static const char *token_key(struct call *call, const struct json *input, const char *member)
{
	const char *token = json_get_str(input, member);

	if (!token || !*token)
		return NULL;
	return arena_printf(call->arena, "%s/%s/%s/%s/%s", call->account, call->region,
			    call->service, call->operation, token);
}

static struct json *without_token(const struct json *input, const char *member)
{
	struct json *copy = json_copy_watched(input);

	json_unwatch(copy); /* to compare it is not to read it */
	json_remove(copy, member);
	json_remove(copy, "DryRun");
	return copy;
}

bool idempotency_find(struct call *call, const struct json *input, const char *member,
		      enum aws_error mismatch, const char **ret_key, struct err *err)
{
	const char *key = token_key(call, input, member);
	const struct doc *doc = key ? world_find(call->world, &kind_client_token, key) : NULL;
	_cleanup_(json_freep) struct json *now = NULL;

	*ret_key = NULL;
	if (!doc)
		return true;
	now = without_token(input, member);
	if (!json_equal(now, json_get(doc->body, "Input")))
		return aws_fail(err, mismatch);
	*ret_key = doc_str(doc, "Key");
	return true;
}

void idempotency_keep(struct call *call, const struct json *input, const char *member,
		      const char *key)
{
	const char *token = token_key(call, input, member);
	struct json *body;

	if (!token || world_find(call->world, &kind_client_token, token))
		return;
	body = json_new_object();
	json_set_str(body, "Key", key);
	json_set(body, "Input", without_token(input, member));
	world_add(call, (struct doc_spec){
				.kind = &kind_client_token,
				.key = token,
				.body = body,
				.implied_by = key,
			});
	world_set_timer(call, &kind_client_token, token, "expired",
			world_now(call->world) + TOKEN_KEPT_MS);
}

/* @name Describing */

static bool has_prefix_of(const struct describe *describe, const char *id)
{
	return !describe->id_prefix || str_starts_with(id, describe->id_prefix);
}

static int by_age(const void *a, const void *b)
{
	const struct doc *x = *(const struct doc *const *)a, *y = *(const struct doc *const *)b;

	return (x->created_revision > y->created_revision) -
	       (x->created_revision < y->created_revision);
}

static void sort_and_unite(struct docs *docs)
{
	size_t kept = 0;

	if (docs->count < 2)
		return;
	qsort(docs->items, docs->count, sizeof(*docs->items), by_age);
	for (size_t i = 1; i < docs->count; i++)
		if (docs->items[i] != docs->items[kept])
			docs->items[++kept] = docs->items[i];
	docs->count = kept + 1;
}

/* The documents with the ids that were asked for; each must exist. */
static bool select_ids(struct call *call, const struct json *ids, const struct describe *describe,
		       struct docs *ret, struct err *err)
{
	const char *missing = NULL;

	json_foreach (item, ids) {
		const char *id = json_str(item);
		const struct doc *doc;

		if (!id || !has_prefix_of(describe, id))
			return aws_fail(err, describe->malformed, id);
		doc = find_in_scope(call, describe->kind, id);
		if (doc)
			docs_add(ret, doc);
		else
			missing = missing ? arena_printf(call->arena, "%s, %s", missing, id) : id;
	}
	if (missing)
		return aws_fail(err, describe->not_found, missing);
	sort_and_unite(ret);
	return true;
}

static void keep_matching(struct call *call, const struct filters *filters, struct docs *docs)
{
	size_t kept = 0;

	for (size_t i = 0; i < docs->count; i++)
		if (filters_match(call, filters, docs->items[i]))
			docs->items[kept++] = docs->items[i];
	docs->count = kept;
}

bool describe_select(struct call *call, const struct json *input, const struct describe *describe,
		     struct docs *ret, struct err *err)
{
	const struct json *ids = describe->ids ? json_get(input, describe->ids) : NULL;
	const struct json *list = describe->filters ? json_get(input, describe->filters) : NULL;
	struct filters *filters;

	*ret = (struct docs){0};
	if (!filters_parse(call, list, describe->fields, &filters, err))
		return false;
	if (!json_first(ids)) {
		filters_select(call, filters, describe->kind, ret);
		return true;
	}
	if (!select_ids(call, ids, describe, ret, err)) {
		docs_done(ret);
		return false;
	}
	keep_matching(call, filters, ret);
	return true;
}

static struct json *plain_item(struct call *call, const struct doc *doc,
			       const struct describe *describe)
{
	struct json *item = json_new_borrowing(doc->body);
	const struct json *seen = describe->tags ? lag_tags(call, doc) : NULL;

	if (json_first(seen) || describe->empty_tags)
		json_set(item, "Tags", tags_to_list(seen));
	return item;
}

bool describe_reply(struct call *call, const struct json *input, struct json *output,
		    const struct describe *describe, struct err *err)
{
	struct docs docs;
	struct json *list;

	if (!describe_select(call, input, describe, &docs, err))
		return false;
	if (describe->page && !page_docs(call, input, output, describe->page, &docs, err)) {
		docs_done(&docs);
		return false;
	}
	list = json_ensure_array(output, describe->result);
	for (size_t i = 0; i < docs.count; i++)
		json_append(list, describe->item ? describe->item(call, docs.items[i])
						 : plain_item(call, docs.items[i], describe));
	docs_done(&docs);
	return true;
}
