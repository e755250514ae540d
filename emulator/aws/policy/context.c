/* What is known about a request: condition keys and their values. */
#include <strings.h>

#include "emulator/aws/policy/language.h"

static const struct policy_key_row modelled[] = {
#define POLICY_KEY(name, value) {name, value},
#include "emulator/aws/policy/keys.tbl"
#undef POLICY_KEY
};

static struct policy_key *find(const struct policy_context *context, const char *name)
{
	for (struct policy_key *key = context->first; key; key = key->next)
		if (strcasecmp(key->name, name) == 0)
			return key;
	return NULL;
}

static struct policy_key *ensure(struct policy_context *context, const char *name)
{
	struct policy_key *key = find(context, name);

	if (key)
		return key;
	key = arena_alloc(context->arena, sizeof(*key));
	key->name = arena_strdup(context->arena, name);
	if (context->last)
		context->last->next = key;
	else
		context->first = key;
	context->last = key;
	return key;
}

void policy_context_add(struct policy_context *context, const char *name, const char *value)
{
	struct policy_key *key;

	if (!value)
		return;
	key = ensure(context, name);
	if (key->count == key->room) {
		size_t room = key->room ? 2 * key->room : 4;
		const char **values = arena_alloc(context->arena, room * sizeof(*values));

		if (key->count)
			memcpy(values, key->values, key->count * sizeof(*values));
		key->values = values;
		key->room = room;
	}
	key->values[key->count++] = arena_strdup(context->arena, value);
}

void policy_context_know(struct policy_context *context, const char *name)
{
	ensure(context, name);
}

const struct policy_key *policy_context_find(const struct policy_context *context, const char *name)
{
	return find(context, name);
}

bool policy_key_is_modelled(const char *name)
{
	for (size_t i = 0; i < array_size(modelled); i++) {
		size_t n = strlen(modelled[i].name);
		bool below = modelled[i].name[n - 1] == '/';

		if (strncasecmp(modelled[i].name, name, n) == 0 && (below ? name[n] : !name[n]))
			return true;
	}
	return false;
}

const struct policy_key_row *policy_key_row(size_t index)
{
	return index < array_size(modelled) ? &modelled[index] : NULL;
}
