/* AWS's answers and ours, member by member; see cloudtrail_inner.h. */
#include "emulator/base/json.h"
#include "runner/store/cloudtrail_inner.h"

#define SHOWN_MAX 200 /* bytes of a value */

struct comparison {
	struct cloudtrail_names *names;
	const struct aws_service_model *service;
	bool learn;
	size_t differences;
	struct strs *expected, *found; /* NULL: only counted */
};

static void compare(struct comparison *comparison, const struct aws_shape *shape, const char *path,
		    const struct json *theirs, const struct json *ours);

static char *shown(const struct json *json)
{
	_cleanup_(freep) char *text = json ? json_to_text(json) : xstrdup("(none)");

	return xasprintf("%.*s%s", SHOWN_MAX, text, strlen(text) > SHOWN_MAX ? "…" : "");
}

static void differ(struct comparison *comparison, const char *path, const struct json *theirs,
		   const struct json *ours)
{
	_cleanup_(freep) char *expected = NULL, *found = NULL, *a = NULL, *b = NULL;

	comparison->differences++;
	if (!comparison->expected)
		return;
	expected = shown(theirs);
	found = shown(ours);
	a = xasprintf("%s %s", path, expected);
	b = xasprintf("%s %s", path, found);
	strs_add(comparison->expected, a);
	strs_add(comparison->found, b);
}

/* CloudTrail does not tell secrets. Source: CloudTrail User Guide, "CloudTrail record contents". */
static bool is_hidden(const struct json *theirs)
{
	const char *text = json_str(theirs);

	return str_eq(text, "HIDDEN_DUE_TO_SECURITY_REASONS") ||
	       str_eq(text, "<sensitiveDataRemoved>") || str_eq(text, "sensitiveDataRemoved") ||
	       str_eq(text, "***");
}

static void compare_texts(struct comparison *comparison, const char *path,
			  const struct json *theirs, const struct json *ours)
{
	_cleanup_(freep) char *mapped = NULL;

	if (json_str(ours)) {
		if (str_eq(json_str(theirs), json_str(ours)) ||
		    cloudtrail_names_pair(comparison->names, json_str(theirs), json_str(ours),
					  comparison->learn))
			return;
		mapped = cloudtrail_names_text(comparison->names, json_str(theirs));
		if (str_eq(mapped, json_str(ours)))
			return;
	}
	differ(comparison, path, theirs, ours);
}

static bool fits(const struct comparison *outer, const struct aws_shape *shape,
		 const struct json *theirs, const struct json *ours)
{
	struct comparison dry = {.names = outer->names, .service = outer->service};

	compare(&dry, shape, "", theirs, ours);
	return !dry.differences;
}

/* Each of theirs finds one of ours that fits; else the first that is left, to say why not. */
static void compare_lists(struct comparison *comparison, const struct aws_shape *shape,
			  const char *path, const struct json *theirs, const struct json *ours)
{
	const struct aws_shape *element =
		aws_member_shape(comparison->service, aws_list_element(comparison->service, shape));
	size_t count = json_size(ours), number = 0;
	_cleanup_(freep) bool *taken = xcalloc(count + 1, sizeof(*taken));

	if (!json_is_array(theirs) || json_size(theirs) != count) {
		differ(comparison, path, theirs, ours);
		return;
	}
	json_foreach (item, theirs) {
		_cleanup_(freep) char *at = xasprintf("%s[%zu]", path, number++);
		size_t best = count;

		for (size_t i = 0; i < count; i++) {
			if (taken[i])
				continue;
			if (best == count)
				best = i;
			if (fits(comparison, element, item, json_at(ours, i))) {
				best = i;
				break;
			}
		}
		taken[best] = true;
		compare(comparison, element, at, item, json_at(ours, best));
	}
}

static void compare_members(struct comparison *comparison, const struct aws_shape *shape,
			    const char *path, const struct json *theirs, const struct json *ours)
{
	json_foreach (item, theirs) {
		const struct aws_member *member =
			shape->type == SHAPE_STRUCTURE
				? aws_shape_member(comparison->service, shape, json_key(item))
				: NULL;
		_cleanup_(freep) char *at =
			xasprintf("%s%s%s", path, *path ? "." : "", json_key(item));

		if (member)
			compare(comparison, aws_member_shape(comparison->service, member), at, item,
				json_get(ours, json_key(item)));
	}
}

static void compare(struct comparison *comparison, const struct aws_shape *shape, const char *path,
		    const struct json *theirs, const struct json *ours)
{
	if (is_hidden(theirs) || shape->type == SHAPE_TIMESTAMP)
		return;
	if (shape->type == SHAPE_STRUCTURE)
		compare_members(comparison, shape, path, theirs, ours);
	else if (shape->type == SHAPE_LIST)
		compare_lists(comparison, shape, path, theirs, ours);
	else if (json_str(theirs))
		compare_texts(comparison, path, theirs, ours);
	else if (!json_equal(theirs, ours))
		differ(comparison, path, theirs, ours);
}

void cloudtrail_compare(struct cloudtrail_names *names, const struct aws_service_model *service,
			const struct aws_shape *shape, const struct json *theirs,
			const struct json *ours, struct strs *expected, struct strs *found)
{
	struct comparison comparison = {names, service, true, 0, expected, found};

	compare(&comparison, shape, "", theirs, ours);
}
