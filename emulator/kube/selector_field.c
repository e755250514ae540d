/* Field selectors: only listed fields, ANDed, = == and != (apimachinery pkg/fields/selector.go). */
#include "emulator/kube/crd.h"
#include "emulator/kube/selector.h"
#include "emulator/kube/status.h"

static const struct selectable common[] = {
	{"metadata.name", NULL, NULL},
	{"metadata.namespace", NULL, NULL},
	{NULL, NULL, NULL},
};

static const struct selectable *find_row(const struct selectable *rows, const char *label)
{
	for (; rows && rows->label; rows++)
		if (str_eq(rows->label, label))
			return rows;
	return NULL;
}

static const struct selectable *find_field(const struct api_type *type, const char *label)
{
	const struct selectable *row = find_row(common, label);

	if (row && (type->namespaced || !str_eq(label, "metadata.namespace")))
		return row;
	row = find_row(type->strategy->selectable, label);
	return row || !type->custom ? row : crd_selectable(type, label);
}

/* A term ends at a comma that no backslash escapes. */
static size_t term_length(const char *text)
{
	size_t i = 0;

	for (; text[i] && text[i] != ','; i++)
		if (text[i] == '\\' && text[i + 1])
			i++;
	return i;
}

static const char *unescape(struct arena *arena, const char *text)
{
	char *plain = arena_strdup(arena, text), *to = plain;

	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		*to++ = *text;
	}
	*to = '\0';
	return plain;
}

static bool unsupported(const struct api_type *type, const char *label, struct err *err)
{
	/* kinds with fields of their own answer in conversion.go's words, the others in the
	 * scheme's (apimachinery pkg/runtime/conversion.go DefaultMetaV1FieldSelectorConversion) */
	if (type->custom || type->strategy->selectable)
		return status_bad_request(err, "field label not supported: %s", label);
	return status_bad_request(err,
				  "\"%s\" is not a known field selector: only \"metadata.name\", "
				  "\"metadata.namespace\"",
				  label);
}

static bool parse_term(struct arena *arena, const struct api_type *type, const char *whole,
		       const char *term, struct field_requirement **ret, struct err *err)
{
	struct field_requirement *r = arena_alloc(arena, sizeof(*r));
	size_t length = strcspn(term, "=!");
	const struct selectable *row;
	const char *label = arena_strndup(arena, term, length), *rest = term + length;

	if (str_starts_with(rest, "!="))
		rest += 2;
	else if (str_starts_with(rest, "==")) {
		rest += 2;
		r->equal = true;
	} else if (*rest == '=') {
		rest++;
		r->equal = true;
	} else {
		return status_bad_request(err, "invalid selector: '%s'; can't understand '%s'",
					  whole, term);
	}
	row = find_field(type, label);
	if (!row)
		return unsupported(type, label, err);
	r->path = row->path ? row->path : row->label;
	r->fallback = row->fallback ? row->fallback : "";
	r->value = unescape(arena, rest);
	*ret = r;
	return true;
}

bool selector_parse(struct arena *arena, const struct api_type *type, const char *labels,
		    const char *fields, struct selectors *ret, struct err *err)
{
	const struct field_requirement *first = NULL;
	const char *whole = fields;

	*ret = (struct selectors){};
	if (labels && !selector_parse_labels(arena, labels, &ret->labels, err))
		return false;
	while (fields && *fields) {
		size_t length = term_length(fields);
		struct field_requirement *r = NULL;

		if (length) {
			if (!parse_term(arena, type, whole, arena_strndup(arena, fields, length),
					&r, err))
				return false;
			r->next = first;
			first = r;
		}
		fields += length + (fields[length] != '\0');
	}
	ret->fields = first;
	return true;
}
