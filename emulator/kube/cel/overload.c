/* The table of functions, and which of them take what; see inner.h. */
#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

static const struct cel_overload *const tables[] = {
	cel_operators, cel_conversions, cel_strings,	cel_patterns, cel_lists,     cel_times,
	cel_nets,      cel_urls,	cel_quantities, cel_formats,  cel_optionals, cel_printf,
};

static const struct {
	char letter;
	enum cel_kind kind;
} letters[] = {
	{'b', CEL_BOOL},      {'i', CEL_INT},	 {'u', CEL_UINT}, {'d', CEL_DOUBLE},
	{'s', CEL_STRING},    {'y', CEL_BYTES},	 {'n', CEL_NULL}, {'D', CEL_DURATION},
	{'T', CEL_TIMESTAMP}, {'U', CEL_URL},	 {'I', CEL_IP},	  {'C', CEL_CIDR},
	{'Q', CEL_QUANTITY},  {'F', CEL_FORMAT}, {'*', CEL_DYN},
};

static enum cel_kind letter_kind(char letter)
{
	for (size_t i = 0; i < array_size(letters); i++)
		if (letters[i].letter == letter)
			return letters[i].kind;
	return CEL_FREE; /* 1 and 2 */
}

const struct cel_overload **cel_overloads(struct arena *arena, const char *name, bool member,
					  size_t *ret_count)
{
	const struct cel_overload **found = NULL;

	*ret_count = 0;
	for (size_t round = 0; round < 2; round++) {
		size_t count = 0;

		for (size_t i = 0; i < array_size(tables); i++)
			for (const struct cel_overload *o = tables[i]; o->name; o++) {
				if ((*o->signature == '.') != member || !str_eq(o->name, name))
					continue;
				if (found)
					found[count] = o;
				count++;
			}
		*ret_count = count;
		if (!found)
			found = arena_alloc(arena, (count + 1) * sizeof(*found));
	}
	return found;
}

struct binding {
	struct arena *arena;
	const struct cel_type *bound[3]; /**< of 1 and 2 */
};

static bool fits_param(struct binding *binding, unsigned param, const struct cel_type *type)
{
	const struct cel_type *have = binding->bound[param];

	if (have && !cel_types_agree(have, type))
		return false;
	binding->bound[param] = have ? cel_types_join(binding->arena, have, type) : type;
	return true;
}

static bool is_open(const struct cel_type *type)
{
	return type->kind == CEL_DYN || type->kind == CEL_FREE;
}

/* Whether a type fits what stands in a signature, which is gone over. */
static bool fits(struct binding *binding, const char **at, const struct cel_type *type)
{
	char letter = *(*at)++;
	enum cel_kind kind;
	bool fine;

	switch (letter) {
	case '1':
	case '2': return fits_param(binding, (unsigned)(letter - '0'), type);
	case '?': kind = CEL_OPTIONAL; break;
	case '@': kind = CEL_TYPE; break;
	case '[': kind = CEL_LIST; break;
	case '{': kind = CEL_MAP; break;
	case '*': return true;
	default: return is_open(type) || type->kind == letter_kind(letter);
	}
	if (!is_open(type) && type->kind != kind)
		return false;
	fine = kind != CEL_MAP || fits(binding, at, is_open(type) ? type : type->key);
	fine = fine && fits(binding, at, is_open(type) ? type : type->item);
	if (kind == CEL_LIST || kind == CEL_MAP)
		++*at; /* the closing one */
	return fine;
}

static const struct cel_type *build(struct binding *binding, const char **at)
{
	char letter = *(*at)++;
	const struct cel_type *key, *item;

	switch (letter) {
	case '1':
	case '2': item = binding->bound[letter - '0']; return item ? item : cel_type_of(CEL_FREE);
	case '?': return cel_optional_of(binding->arena, build(binding, at));
	case '@': return cel_type_type(binding->arena, build(binding, at));
	case '[':
		item = build(binding, at);
		++*at;
		return cel_list_of(binding->arena, item);
	case '{':
		key = build(binding, at);
		item = build(binding, at);
		++*at;
		return cel_map_of(binding->arena, key, item);
	default: return cel_type_of(letter_kind(letter));
	}
}

const struct cel_type *cel_overload_type(struct arena *arena, const struct cel_overload *overload,
					 const struct cel_type *const *args, size_t count)
{
	struct binding binding = {.arena = arena};
	const char *at = overload->signature + (*overload->signature == '.');

	for (size_t i = 0; i < count; i++)
		if (*at == '>' || !fits(&binding, &at, args[i]))
			return NULL;
	if (*at++ != '>')
		return NULL;
	return build(&binding, &at);
}

/* Goes over one type of a signature; what stands at its beginning. */
static char pass(const char **at)
{
	char letter = *(*at)++;

	if (letter == '?' || letter == '@')
		pass(at);
	if (letter == '[' || letter == '{') {
		pass(at);
		if (letter == '{')
			pass(at);
		++*at;
	}
	return letter;
}

bool cel_overload_fits(const struct cel_overload *overload, const struct cel_value *args,
		       size_t count)
{
	const char *at = overload->signature + (*overload->signature == '.');

	for (size_t i = 0; i < count; i++) {
		char letter = *at == '>' ? '\0' : pass(&at);
		enum cel_kind kind = letter_kind(letter);

		if (!letter)
			return false;
		if (letter == '[')
			kind = CEL_LIST;
		else if (letter == '{')
			kind = CEL_MAP;
		else if (letter == '?')
			kind = CEL_OPTIONAL;
		else if (letter == '@')
			kind = CEL_TYPE;
		if (kind != CEL_FREE && kind != CEL_DYN && !cel_is(&args[i], kind))
			return false;
	}
	return *at == '>';
}
