/* Who acts: a registry of names, access keys and Kubernetes users. */
#include "emulator/world/actor.h"

#include "emulator/base/json.h"
#include "emulator/world/private.h"

struct entry {
	struct actor actor;
	UT_hash_handle by_name, by_key, by_user;
};

struct actors {
	struct ptrs all; /* struct entry */
	struct entry *names, *keys, *users;
};

struct actors *actors_new(void)
{
	return xcalloc(1, sizeof(struct actors));
}

static void entry_free(struct entry *entry)
{
	free((char *)entry->actor.access_key_id);
	free((char *)entry->actor.secret_key);
	free((char *)entry->actor.session_token);
	free((char *)entry->actor.account);
	free((char *)entry->actor.arn);
	free((char *)entry->actor.kube_user);
	free(entry);
}

void actors_free(struct actors *actors)
{
	HASH_CLEAR(by_name, actors->names);
	HASH_CLEAR(by_key, actors->keys);
	HASH_CLEAR(by_user, actors->users);
	for (size_t i = 0; i < actors->all.count; i++)
		entry_free(actors->all.items[i]);
	ptrs_done(&actors->all);
	free(actors);
}

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

/* The first entry of a name answers for what it lacks with what later ones brought. */
static void fill(const char **member, const char *text)
{
	if (!*member && text)
		*member = xstrdup(text);
}

static void complete(struct actor *first, const struct actor *actor)
{
	if (!first->access_key_id && actor->access_key_id) {
		fill(&first->access_key_id, actor->access_key_id);
		fill(&first->secret_key, actor->secret_key);
		fill(&first->session_token, actor->session_token);
		first->expires_ms = actor->expires_ms;
	}
	fill(&first->account, actor->account);
	fill(&first->arn, actor->arn);
	fill(&first->kube_user, actor->kube_user);
}

static void index_key(struct actors *actors, struct entry *entry)
{
	const char *key = entry->actor.access_key_id;
	struct entry *old;

	if (!key)
		return;
	HASH_FIND(by_key, actors->keys, key, strlen(key), old);
	if (old)
		HASH_DELETE(by_key, actors->keys, old);
	HASH_ADD_KEYPTR(by_key, actors->keys, key, strlen(key), entry);
}

static void index_user(struct actors *actors, struct entry *entry)
{
	const char *user = entry->actor.kube_user;
	struct entry *old;

	if (!user)
		return;
	HASH_FIND(by_user, actors->users, user, strlen(user), old);
	if (old)
		HASH_DELETE(by_user, actors->users, old);
	HASH_ADD_KEYPTR(by_user, actors->users, user, strlen(user), entry);
}

static void tell_tape(struct world *world, const struct actor *actor)
{
	_cleanup_(json_freep) struct json *what = NULL;

	tape_enter(world);
	if (tape_is_on(world)) {
		what = json_new_object();
		json_set_str(what, "name", actor->name);
		json_set_str(what, "access_key_id", actor->access_key_id);
		json_set_str(what, "secret_key", actor->secret_key);
		json_set_str(what, "session_token", actor->session_token);
		json_set_str(what, "account", actor->account);
		json_set_str(what, "arn", actor->arn);
		json_set_str(what, "kube_user", actor->kube_user);
		json_set_int(what, "expires_ms", actor->expires_ms);
		tape_note(world, (struct tape_event){.type = TAPE_ACTOR, .what = what});
	}
	tape_leave(world);
}

const struct actor *actor_add(struct world *world, const struct actor *actor)
{
	struct actors *actors = world->actors;
	struct entry *entry = xcalloc(1, sizeof(*entry)), *first;

	assert(actor->name && actor->name[0]);
	entry->actor = (struct actor){
		.name = intern(actor->name),
		.access_key_id = copy(actor->access_key_id),
		.secret_key = copy(actor->secret_key),
		.session_token = copy(actor->session_token),
		.account = copy(actor->account),
		.arn = copy(actor->arn),
		.kube_user = copy(actor->kube_user),
		.expires_ms = actor->expires_ms,
	};
	ptrs_add(&actors->all, entry);
	HASH_FIND(by_name, actors->names, actor->name, strlen(actor->name), first);
	if (first)
		complete(&first->actor, actor);
	else
		HASH_ADD_KEYPTR(by_name, actors->names, entry->actor.name,
				strlen(entry->actor.name), entry);
	index_key(actors, entry);
	index_user(actors, entry);
	tell_tape(world, actor);
	return &entry->actor;
}

const struct actor *actor_by_name(const struct world *world, const char *name)
{
	struct entry *entry;

	reads_opaque(world);
	HASH_FIND(by_name, world->actors->names, name, strlen(name), entry);
	return entry ? &entry->actor : NULL;
}

const struct actor *actor_by_access_key(const struct world *world, const char *access_key_id)
{
	struct entry *entry;

	reads_opaque(world);
	HASH_FIND(by_key, world->actors->keys, access_key_id, strlen(access_key_id), entry);
	return entry ? &entry->actor : NULL;
}

void actor_forget_key(struct world *world, const char *access_key_id)
{
	struct entry *entry;

	HASH_FIND(by_key, world->actors->keys, access_key_id, strlen(access_key_id), entry);
	if (entry)
		HASH_DELETE(by_key, world->actors->keys, entry);
}

const struct actor *actor_by_kube_user(const struct world *world, const char *user)
{
	struct entry *entry;

	reads_opaque(world);
	HASH_FIND(by_user, world->actors->users, user, strlen(user), entry);
	return entry ? &entry->actor : NULL;
}
