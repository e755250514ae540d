/* EC2's filters: parsed once per request, matched per document, through an index where one fits. */
#include "emulator/aws/filter.h"

#include <stdio.h>

#include "emulator/aws/common.h"

#define VALUES_MAX 200 /* values in one request; EC2 API error codes, FilterLimitExceeded */

enum subject { SUBJECT_FIELD, SUBJECT_TAG, SUBJECT_TAG_KEY, SUBJECT_TAG_VALUE };

struct filter {
	const char *name;
	enum subject subject;
	const struct filter_field *field; /* SUBJECT_FIELD */
	const char *tag;		  /* SUBJECT_TAG: its key */
	const char **values;
	size_t count;
	bool wildcards;
};

struct filters {
	struct filter *items;
	size_t count;
};

struct filter_values {
	const struct filter *filter;
	bool hit;
};

static const struct filter_field *find_field(const struct filter_field *fields, const char *name)
{
	for (; fields && fields->name; fields++)
		if (str_eq(fields->name, name))
			return fields;
	return NULL;
}

static bool parse_name(struct filter *filter, const struct filter_field *fields, const char *name,
		       struct err *err)
{
	filter->name = name;
	if (!name)
		return aws_fail(err, AWS_EC2_FILTER, "null");
	filter->field = find_field(fields, name);
	if (filter->field)
		filter->subject = SUBJECT_FIELD;
	else if (str_starts_with(name, "tag:") && name[4])
		filter->subject = SUBJECT_TAG;
	else if (str_eq(name, "tag-key"))
		filter->subject = SUBJECT_TAG_KEY;
	else if (str_eq(name, "tag-value"))
		filter->subject = SUBJECT_TAG_VALUE;
	else
		return aws_fail(err, AWS_EC2_FILTER, name);
	if (filter->subject == SUBJECT_TAG)
		filter->tag = name + strlen("tag:");
	return true;
}

static void parse_values(struct arena *arena, struct filter *filter, const struct json *values)
{
	size_t room = json_size(values);

	filter->values = arena_alloc(arena, (room + 1) * sizeof(*filter->values));
	json_foreach (value, values) {
		const char *text = json_str(value);

		if (!text)
			continue; /* the input shape says texts; anything else was refused */
		filter->values[filter->count++] = text;
		if (strpbrk(text, "*?\\"))
			filter->wildcards = true;
	}
}

bool filters_parse(struct call *call, const struct json *list, const struct filter_field *fields,
		   struct filters **ret, struct err *err)
{
	struct filters *filters = arena_alloc(call->arena, sizeof(*filters));
	size_t values = 0;

	filters->items = arena_alloc(call->arena, (json_size(list) + 1) * sizeof(*filters->items));
	json_foreach (item, list) {
		struct filter *filter = &filters->items[filters->count++];

		if (!parse_name(filter, fields, json_get_str(item, "Name"), err))
			return false;
		parse_values(call->arena, filter, json_get(item, "Values"));
		values += filter->count;
	}
	if (values > VALUES_MAX)
		return aws_fail(err, AWS_EC2_FILTER_LIMIT);
	*ret = filters;
	return true;
}

void filter_value(struct filter_values *values, const char *text)
{
	const struct filter *filter = values->filter;

	for (size_t i = 0; text && !values->hit && i < filter->count; i++)
		values->hit = filter->wildcards ? str_glob(filter->values[i], text)
						: strcmp(filter->values[i], text) == 0;
}

void filter_value_int(struct filter_values *values, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	filter_value(values, text);
}

void filter_value_bool(struct filter_values *values, bool truth)
{
	filter_value(values, truth ? "true" : "false");
}

static void leaf(const struct json *json, struct filter_values *values)
{
	int64_t number;

	if (json_is_bool(json))
		filter_value_bool(values, json_bool(json));
	else if (json_int(json, &number))
		filter_value_int(values, number);
	else
		filter_value(values, json_str(json));
}

/* Offers all values at a path; lists on the way are gone through. */
static void walk(struct call *call, const struct json *json, const char *path,
		 struct filter_values *values)
{
	const char *dot;

	if (values->hit)
		return;
	if (json_is_array(json)) {
		json_foreach (item, json)
			walk(call, item, path, values);
		return;
	}
	if (!*path) {
		leaf(json, values);
		return;
	}
	dot = strchr(path, '.');
	if (!dot) {
		walk(call, json_get(json, path), "", values);
		return;
	}
	walk(call, json_get(json, arena_strndup(call->arena, path, (size_t)(dot - path))), dot + 1,
	     values);
}

void filter_values_at(struct call *call, const struct json *tree, const char *path,
		      struct filter_values *values)
{
	walk(call, tree, path, values);
}

static bool match_one(struct call *call, const struct filter *filter, const struct doc *doc)
{
	struct filter_values values = {.filter = filter};

	switch (filter->subject) {
	case SUBJECT_FIELD:
		if (filter->field->values)
			filter->field->values(call, doc, &values);
		else
			walk(call, doc->body, filter->field->path, &values);
		break;
	case SUBJECT_TAG:
		filter_value(&values, json_get_str(lag_tags(call, doc), filter->tag));
		break;
	case SUBJECT_TAG_KEY:
		json_foreach (tag, lag_tags(call, doc))
			filter_value(&values, json_key(tag));
		break;
	case SUBJECT_TAG_VALUE:
		json_foreach (tag, lag_tags(call, doc))
			filter_value(&values, json_str(tag));
		break;
	}
	return values.hit;
}

bool filters_match(struct call *call, const struct filters *filters, const struct doc *doc)
{
	for (size_t i = 0; i < filters->count; i++)
		if (!match_one(call, &filters->items[i], doc))
			return false;
	return true;
}

static bool match_tree(struct call *call, const struct filter *filter, const struct json *tree)
{
	struct filter_values values = {.filter = filter};

	switch (filter->subject) {
	case SUBJECT_FIELD: walk(call, tree, filter->field->path, &values); break;
	case SUBJECT_TAG:
		json_foreach (tag, json_get(tree, "Tags"))
			if (str_eq(json_get_str(tag, "Key"), filter->tag))
				filter_value(&values, json_get_str(tag, "Value"));
		break;
	case SUBJECT_TAG_KEY: walk(call, tree, "Tags.Key", &values); break;
	case SUBJECT_TAG_VALUE: walk(call, tree, "Tags.Value", &values); break;
	}
	return values.hit;
}

bool filters_match_tree(struct call *call, const struct filters *filters, const struct json *tree)
{
	for (size_t i = 0; i < filters->count; i++)
		if (!match_tree(call, &filters->items[i], tree))
			return false;
	return true;
}

const char *filters_exact(const struct filters *filters, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < filters->count; i++) {
		const struct filter *filter = &filters->items[i];

		if (!str_eq(filter->name, name))
			continue;
		if (found || filter->wildcards || filter->count != 1)
			return NULL;
		found = filter->values[0];
	}
	return found;
}

/* Whether one lookup answers the filter: one plain value of something that is indexed. */
static bool lookup(struct call *call, const struct filter *filter, const struct kind *kind,
		   struct docs *ret)
{
	const char *value = filter->count == 1 && !filter->wildcards ? filter->values[0] : NULL;

	if (!value)
		return false;
	if (filter->subject == SUBJECT_FIELD && filter->field->index)
		world_lookup(call->world, kind, filter->field->index, value, ret);
	else if (filter->subject == SUBJECT_TAG)
		world_lookup_tag(call->world, kind, filter->tag, value, ret);
	else if (filter->subject == SUBJECT_TAG_KEY)
		world_lookup_tag(call->world, kind, value, NULL, ret);
	else
		return false;
	return true;
}

void filters_select(struct call *call, const struct filters *filters, const struct kind *kind,
		    struct docs *ret)
{
	struct docs found = {0};

	for (size_t i = 0; i < filters->count; i++) {
		if (!lookup(call, &filters->items[i], kind, &found))
			continue;
		for (size_t j = 0; j < found.count; j++)
			if (doc_in_scope(call, found.items[j]) &&
			    filters_match(call, filters, found.items[j]) &&
			    !lag_hides(call, found.items[j]))
				docs_add(ret, found.items[j]);
		docs_done(&found);
		return;
	}
	world_foreach (doc, call->world, kind)
		if (doc_in_scope(call, doc) && filters_match(call, filters, doc) &&
		    !lag_hides(call, doc))
			docs_add(ret, doc);
}
