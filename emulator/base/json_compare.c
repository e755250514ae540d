/* JSON trees: equality and duplicate keys. */
#include "emulator/base/json.h"

#include "emulator/base/json_node.h"
#include "emulator/base/strbuf.h"

#define PATH_MAX_BYTES (64 * 1024)
#define FEW_MEMBERS    8 /* up to here comparing each with each is cheaper than sorting */

/* A member and its place: the order of members does not count, but which of two duplicates does. */
struct placed {
	const cJSON *node;
	size_t place;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = strcmp(x->node->string, y->node->string);

	if (order)
		return order;
	return (x->place > y->place) - (x->place < y->place);
}

/* The members sorted by key, equal keys by place; free() it. */
static struct placed *sorted_members(const cJSON *object, size_t *ret_count)
{
	size_t n = json_size(json_of_const(object)), place = 0;
	struct placed *members = xcalloc(n, sizeof(*members));

	for (const cJSON *child = object->child; child; child = child->next, place++)
		members[place] = (struct placed){child, place};
	if (n > 1)
		qsort(members, n, sizeof(*members), compare_placed);
	*ret_count = n;
	return members;
}

/* Drops from sorted members all but the last of each key. */
static size_t keep_last(struct placed *members, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || strcmp(members[i].node->string, members[i + 1].node->string) != 0)
			members[count++] = members[i];
	return count;
}

static bool children_equal(const cJSON *a, const cJSON *b)
{
	const cJSON *x = a->child, *y = b->child;

	for (; x && y; x = x->next, y = y->next)
		if (!json_equal(json_of_const(x), json_of_const(y)))
			return false;
	return !x && !y;
}

static bool objects_equal(const cJSON *a, const cJSON *b)
{
	_cleanup_(freep) struct placed *in_a = NULL, *in_b = NULL;
	const cJSON *x = a->child, *y = b->child;
	size_t n, m;

	/* usually both have the same keys in the same order */
	while (x && y && strcmp(x->string, y->string) == 0) {
		x = x->next;
		y = y->next;
	}
	if (!x && !y)
		return children_equal(a, b);
	in_a = sorted_members(a, &n);
	in_b = sorted_members(b, &m);
	n = keep_last(in_a, n);
	m = keep_last(in_b, m);
	for (size_t i = 0; n == m && i < n; i++)
		if (strcmp(in_a[i].node->string, in_b[i].node->string) != 0 ||
		    !json_equal(json_of_const(in_a[i].node), json_of_const(in_b[i].node)))
			return false;
	return n == m;
}

/* A number is a double, or digits that are longer than a double is exact. Two integers in digits
 * are compared by them (they have no leading zeros); with a double on either side all that it can
 * tell is compared, because its text, read again, is digits too. */
static bool numbers_equal(const struct json *a, const struct json *b)
{
	const cJSON *x = node_of_const(a), *y = node_of_const(b);

	if (node_type(x) == cJSON_Raw && node_type(y) == cJSON_Raw) {
		if (strcmp(x->valuestring, y->valuestring) == 0)
			return true;
		if (!strpbrk(x->valuestring, ".eE") && !strpbrk(y->valuestring, ".eE"))
			return false;
	}
	return json_double(a) == json_double(b);
}

bool json_equal(const struct json *a, const struct json *b)
{
	enum json_type type = json_type(a);

	json_node_note_all(node_of_const(a));
	json_node_note_all(node_of_const(b));
	if (a == b)
		return true;
	if (!a || !b || type != json_type(b))
		return false;
	switch (type) {
	case JSON_NULL: return true;
	case JSON_BOOL: return json_bool(a) == json_bool(b);
	case JSON_NUMBER: return numbers_equal(a, b);
	case JSON_STRING: return strcmp(json_str(a), json_str(b)) == 0;
	case JSON_ARRAY: return children_equal(node_of_const(a), node_of_const(b));
	case JSON_OBJECT: return objects_equal(node_of_const(a), node_of_const(b));
	}
	return false;
}

/* Duplicates */

struct search {
	struct strbuf path;
	void (*found)(const char *path, void *userdata);
	void *userdata;
};

/* Marks, by place, the members whose key stands exactly once before them; free() it. */
static bool *mark_duplicates(const cJSON *object, size_t n)
{
	bool *marks = xcalloc(n, sizeof(*marks));
	struct placed *members = sorted_members(object, &n);

	for (size_t i = 0; i + 1 < n;) {
		size_t same = i + 1;

		while (same < n && strcmp(members[i].node->string, members[same].node->string) == 0)
			same++;
		if (same > i + 1)
			marks[members[i + 1].place] = true;
		i = same;
	}
	free(members);
	return marks;
}

/* How many members before this one have its key. */
static size_t count_before(const cJSON *object, const cJSON *member)
{
	size_t n = 0;

	for (const cJSON *child = object->child; child != member; child = child->next)
		n += strcmp(child->string, member->string) == 0;
	return n;
}

static void search_node(struct search *search, const cJSON *node);

static void search_object(struct search *search, const cJSON *object)
{
	size_t n = json_size(json_of_const(object)), place = 0, before = search->path.length;
	_cleanup_(freep) bool *marks = n > FEW_MEMBERS ? mark_duplicates(object, n) : NULL;

	for (const cJSON *child = object->child; child; child = child->next, place++) {
		if (before)
			strbuf_add_char(&search->path, '.');
		strbuf_add(&search->path, child->string);
		if (marks ? marks[place] : count_before(object, child) == 1)
			search->found(strbuf_text(&search->path), search->userdata);
		search_node(search, child);
		strbuf_truncate(&search->path, before);
	}
}

static void search_node(struct search *search, const cJSON *node)
{
	size_t before = search->path.length, index = 0;

	if (node_type(node) == cJSON_Object)
		search_object(search, node);
	if (node_type(node) != cJSON_Array)
		return;
	for (const cJSON *child = node->child; child; child = child->next) {
		if (!node_is_container(child)) {
			index++;
			continue;
		}
		strbuf_addf(&search->path, "[%zu]", index++);
		search_node(search, child);
		strbuf_truncate(&search->path, before);
	}
}

void json_duplicates(const struct json *json, void (*found)(const char *path, void *userdata),
		     void *userdata)
{
	struct search search = {.found = found, .userdata = userdata};

	if (!json)
		return;
	strbuf_init(&search.path, PATH_MAX_BYTES);
	search_node(&search, node_of_const(json));
	strbuf_done(&search.path);
}
