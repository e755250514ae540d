/* Listing AWS kinds on any target: a table, and what hangs on load balancers (lists_balancing.c).
 */
#include "emulator/base/json.h"
#include "runner/external/inner.h"

#define PAGES_MAX 10000

static const struct list_row {
	const char *word, *service, *operation, *path, *key, *tags;
} rows[] = {
#define LIST(word, service, operation, path, key, tags) {word, service, operation, path, key, tags},
#include "runner/external/lists.tbl"
#undef LIST
};

/* Kinds that stand in others' answers, or need a call for each of those. */
static const char *const others[] = {"route", "route-table-association", "listener", "rule",
				     "target"};

bool lists_has(const char *word)
{
	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].word, word))
			return true;
	for (size_t i = 0; i < array_size(others); i++)
		if (str_eq(others[i], word))
			return true;
	return false;
}

void found_add(struct json *found, const char *word, const char *key, const struct json *body,
	       const struct json *tags)
{
	struct json *item = json_new_object();

	json_set_str(item, "key", key);
	json_set_copy(item, "body", body);
	json_set_copy(item, "tags", tags);
	json_append(json_ensure_array(found, word), item);
}

/* Goes down a path whose parts end with "[]". */
static void each_at(const struct json *json, const char *path,
		    void (*fn)(const struct json *item, void *userdata), void *userdata)
{
	size_t length = strcspn(path, "[");
	_cleanup_(freep) char *name = xstrndup(path, length);
	const char *rest = path[length] ? path + length + strlen("[]") : "";

	json_foreach (item, json_get(json, name)) {
		if (*rest)
			each_at(item, rest + 1, fn, userdata);
		else
			fn(item, userdata);
	}
}

/* The token for the next page, put into the parameters; false: there is none. */
static bool next_page(const char *service, const char *operation, const struct json *output,
		      struct json *params)
{
	const struct aws_service_model *model = aws_model_find(service);
	const struct aws_operation *row = aws_model_operation(model, operation);
	const char *token;

	if (!row->page_output_token || !row->page_input_token ||
	    strpbrk(row->page_output_token, ", |"))
		return false;
	token = json_get_str(output, row->page_output_token);
	if (!token || !*token || str_eq(token, json_get_str(params, row->page_input_token)))
		return false;
	json_set_str(params, row->page_input_token, token);
	return true;
}

bool lists_each(struct external *external, const char *word, const char *service,
		const char *operation, const struct json *params, const char *path,
		void (*fn)(const struct json *item, void *userdata), void *userdata,
		struct err *err)
{
	_cleanup_(json_freep) struct json *input = params ? json_copy(params) : json_new_object();

	for (size_t pages = 0; pages < PAGES_MAX; pages++) {
		_cleanup_(json_freep) struct json *output = NULL;

		if (!external_call(external, service, operation, input, &output, err)) {
			/* no answer at all; an answer of 500 is how some say that they lack it */
			if (err->code == ERR_UNAVAILABLE && !err->status)
				return err_wrap(err, "%s:%s", service, operation);
			external_lack(external, word, err_text(err));
			err_done(err);
			return true;
		}
		each_at(output, path, fn, userdata);
		if (!next_page(service, operation, output, input))
			return true;
	}
	return err_set(err, ERR_LIMIT, NULL, "%s:%s: more than %d pages", service, operation,
		       PAGES_MAX);
}

struct taking {
	const struct list_row *row;
	struct json *found;
};

/* A table's routes and associations are documents of their own. */
static void take_table(const struct json *table, struct json *found)
{
	const char *id = json_get_str(table, "RouteTableId");

	json_foreach (route, json_get(table, "Routes")) {
		static const char *const destinations[] = {"DestinationCidrBlock",
							   "DestinationIpv6CidrBlock",
							   "DestinationPrefixListId"};
		_cleanup_(json_freep) struct json *body = json_copy(route);
		_cleanup_(freep) char *key = NULL;
		const char *destination = NULL;

		for (size_t i = 0; i < array_size(destinations) && !destination; i++)
			destination = json_get_str(route, destinations[i]);
		key = xasprintf("%s/%s", id, destination ? destination : "");
		json_set_str(body, "RouteTableId", id); /* which it is a part of */
		found_add(found, "route", key, body, NULL);
	}
	json_foreach (association, json_get(table, "Associations"))
		if (json_get_str(association, "RouteTableAssociationId"))
			found_add(found, "route-table-association",
				  json_get_str(association, "RouteTableAssociationId"), association,
				  NULL);
}

static void take(const struct json *item, void *userdata)
{
	const struct taking *taking = userdata;
	const struct list_row *row = taking->row;
	const char *key = json_get_str(item, row->key);

	if (!key)
		return; /* an address of EC2-Classic */
	found_add(taking->found, row->word, key, item,
		  row->tags ? json_get(item, row->tags) : NULL);
	if (str_eq(row->word, "route-table"))
		take_table(item, taking->found);
}

bool lists_aws(struct external *external, struct json *found, struct err *err)
{
	for (size_t i = 0; i < array_size(others); i++)
		json_ensure_array(found, others[i]);
	for (size_t i = 0; i < array_size(rows); i++) {
		struct taking taking = {&rows[i], found};

		json_ensure_array(found, rows[i].word);
		if (external_lacks(external, rows[i].word))
			continue;
		if (!lists_each(external, rows[i].word, rows[i].service, rows[i].operation, NULL,
				rows[i].path, take, &taking, err))
			return false;
	}
	return lists_balancing(external, found, err);
}
