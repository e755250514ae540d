/* A little JSONPath; see jsonpath.h. */
#include "emulator/kube/jsonpath.h"

#include <ctype.h>

#include "emulator/base/json.h"

enum step_kind { STEP_MEMBER, STEP_INDEX, STEP_ALL, STEP_FILTER, STEP_END, STEP_BAD };

struct step {
	enum step_kind kind;
	char *name;  /* of a member; of a filter the member that is compared; owned */
	char *value; /* of a filter, as text; owned */
	long index;
};

static void step_done(struct step *step)
{
	free(step->name);
	free(step->value);
}

/* ".name", with "\." for a dot in it */
static const char *read_member(const char *path, struct step *step)
{
	char *name = xcalloc(1, strlen(path) + 1), *to = name;

	for (; *path && *path != '.' && *path != '['; path++) {
		if (*path == '\\' && path[1])
			path++;
		*to++ = *path;
	}
	step->kind = *name ? STEP_MEMBER : STEP_BAD;
	step->name = name;
	return path;
}

/* "@.type=="Ready"" up to the closing bracket; p is behind "[?(" */
static const char *read_filter(const char *p, struct step *step)
{
	const char *equals = strstr(p, "=="), *end = strstr(p, ")]"), *value, *stop;

	step->kind = STEP_BAD;
	if (!equals || !end || equals > end || !str_starts_with(p, "@."))
		return p;
	stop = equals;
	while (stop > p && isspace((unsigned char)stop[-1]))
		stop--;
	step->name = xstrndup(p + 2, (size_t)(stop - p - 2));
	value = equals + 2;
	while (isspace((unsigned char)*value))
		value++;
	stop = end;
	while (stop > value && isspace((unsigned char)stop[-1]))
		stop--;
	if (stop - value >= 2 && (*value == '"' || *value == '\'')) {
		value++;
		stop--;
	}
	step->value = xstrndup(value, (size_t)(stop - value));
	step->kind = STEP_FILTER;
	return end + 2;
}

static const char *read_bracket(const char *p, struct step *step)
{
	const char *end;
	char *stop;

	step->kind = STEP_BAD;
	if (str_starts_with(p, "[?("))
		return read_filter(p + 3, step);
	if (str_starts_with(p, "[*]")) {
		step->kind = STEP_ALL;
		return p + 3;
	}
	if (p[1] == '\'' || p[1] == '"') {
		end = strchr(p + 2, p[1]);
		if (!end || end[1] != ']')
			return p;
		step->name = xstrndup(p + 2, (size_t)(end - p - 2));
		step->kind = STEP_MEMBER;
		return end + 2;
	}
	step->index = strtol(p + 1, &stop, 10);
	if (stop == p + 1 || *stop != ']')
		return p;
	step->kind = STEP_INDEX;
	return stop + 1;
}

static const char *next_step(const char *path, struct step *step)
{
	*step = (struct step){.kind = STEP_END};
	if (*path == '$')
		path++;
	if (*path == '.' && path[1] != '[')
		return path[1] ? read_member(path + 1, step) : path + 1;
	if (*path == '.')
		path++;
	if (*path == '[')
		return read_bracket(path, step);
	if (*path)
		step->kind = STEP_BAD;
	return path;
}

bool jsonpath_valid(const char *path)
{
	for (;;) {
		struct step step;
		enum step_kind kind;

		path = next_step(path, &step);
		kind = step.kind;
		step_done(&step);
		if (kind == STEP_END || kind == STEP_BAD)
			return kind == STEP_END;
	}
}

static bool filter_fits(const struct json *item, const struct step *step)
{
	struct ptrs found = {};
	_cleanup_(freep) char *path = xasprintf(".%s", step->name), *text = NULL;
	const struct json *value;

	jsonpath_find(item, path, &found);
	value = found.count ? found.items[0] : NULL;
	ptrs_done(&found);
	if (json_str(value))
		return str_eq(json_str(value), step->value);
	text = value ? json_to_text(value) : NULL;
	return str_eq(text, step->value);
}

static void take(const struct json *value, const struct step *step, struct ptrs *ret)
{
	long size = (long)json_size(value), index = step->index;

	switch (step->kind) {
	case STEP_MEMBER:
		if (json_get(value, step->name))
			ptrs_add(ret, (void *)json_get(value, step->name));
		return;
	case STEP_INDEX:
		index = index < 0 ? size + index : index;
		if (json_is_array(value) && index >= 0 && index < size)
			ptrs_add(ret, (void *)json_at(value, (size_t)index));
		return;
	case STEP_ALL:
		json_foreach (item, value)
			ptrs_add(ret, (void *)item);
		return;
	case STEP_FILTER:
		json_foreach (item, value)
			if (filter_fits(item, step))
				ptrs_add(ret, (void *)item);
		return;
	default: return;
	}
}

void jsonpath_find(const struct json *root, const char *path, struct ptrs *ret)
{
	struct ptrs now = {};

	ptrs_add(&now, (void *)root);
	for (;;) {
		struct ptrs next = {};
		struct step step;
		enum step_kind kind;

		path = next_step(path, &step);
		kind = step.kind;
		for (size_t i = 0; kind != STEP_END && i < now.count; i++)
			take(now.items[i], &step, &next);
		step_done(&step);
		if (kind == STEP_END)
			break;
		ptrs_done(&now);
		now = next;
		if (kind == STEP_BAD)
			break;
	}
	for (size_t i = 0; i < now.count; i++)
		ptrs_add(ret, now.items[i]);
	ptrs_done(&now);
}
