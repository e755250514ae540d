/* The kinds of objects that a scenario can name. */
#include "runner/schema/kinds.h"

const struct object_kind object_kinds[] = {
#define AWS_KIND(word, shape, doc) {word, shape, NULL, NULL, NULL, NULL, false, doc},
#define KUBE_KIND(word, group, version, resource, kind, namespaced, doc)                           \
	{word, NULL, group, version, resource, kind, namespaced, doc},
#include "runner/schema/kinds.tbl"
#undef AWS_KIND
#undef KUBE_KIND
};
const size_t object_kind_count = array_size(object_kinds);

const struct object_kind *object_kind(const char *word)
{
	for (size_t i = 0; i < object_kind_count; i++)
		if (str_eq(object_kinds[i].word, word))
			return &object_kinds[i];
	return NULL;
}

char *object_kind_api_version(const struct object_kind *kind)
{
	if (!*kind->group)
		return xstrdup(kind->version);
	return xasprintf("%s/%s", kind->group, kind->version);
}

const struct object_kind *object_kind_of_manifest(const char *api_version, const char *kind)
{
	for (size_t i = 0; i < object_kind_count; i++) {
		const struct object_kind *row = &object_kinds[i];
		_cleanup_(freep) char *version = NULL;

		if (!row->kube_kind || !str_eq(row->kube_kind, kind))
			continue;
		version = object_kind_api_version(row);
		if (str_eq(version, api_version))
			return row;
	}
	return NULL;
}

size_t object_kind_words(const char **ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < object_kind_count && n < room; i++)
		ret[n++] = object_kinds[i].word;
	return n;
}

bool object_reference(const char *text, const struct object_kind **ret_kind, char **ret_ns,
		      char **ret_name)
{
	_cleanup_(freep) char *word = NULL;
	const char *space = text ? strchr(text, ' ') : NULL, *slash;

	*ret_kind = NULL;
	*ret_ns = *ret_name = NULL;
	if (!space || space == text || !space[1] || strpbrk(space + 1, " \t"))
		return false;
	word = xstrndup(text, (size_t)(space - text));
	*ret_kind = object_kind(word);
	if (!*ret_kind)
		return false;
	slash = strchr(space + 1, '/');
	if (slash && (*ret_kind)->kube_kind && (slash == space + 1 || !slash[1]))
		return false;
	if (slash && (*ret_kind)->kube_kind) {
		*ret_ns = xstrndup(space + 1, (size_t)(slash - space - 1));
		*ret_name = xstrdup(slash + 1);
	} else {
		*ret_name = xstrdup(space + 1);
	}
	return true;
}
