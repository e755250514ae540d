/* Looking documents up by kind and member, by AWS's own names. */
#include "emulator/net/walk.h"

const struct doc *net_find(const struct walk *walk, const char *kind_name, const char *key)
{
	const struct kind *kind = world_kind_named(walk->world, kind_name);

	return kind && key ? world_find(walk->world, kind, key) : NULL;
}

const char *net_text(const struct doc *doc, const char *member)
{
	const char *text = doc_str(doc, member);

	return text ? text : doc_extra_str(doc, member);
}

const struct doc *net_find_next(const struct walk *walk, const char *kind_name, const char *member,
				const char *text, const struct doc *after)
{
	const struct kind *kind = world_kind_named(walk->world, kind_name);

	if (!kind || !text)
		return NULL;
	for (const struct doc *doc = world_next(walk->world, kind, after); doc;
	     doc = world_next(walk->world, kind, doc))
		if (str_eq(net_text(doc, member), text))
			return doc;
	return NULL;
}

bool net_list_has(const struct json *list, const char *member, const char *text)
{
	json_foreach (item, list)
		if (text && str_eq(member ? json_get_str(item, member) : json_str(item), text))
			return true;
	return false;
}
