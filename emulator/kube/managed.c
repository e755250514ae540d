/* metadata.managedFields; see managed.h. */
#include "emulator/kube/managed.h"

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/decode.h"
#include "emulator/kube/fieldset.h"
#include "emulator/kube/meta.h"
#include "emulator/kube/status.h"

#define BEFORE	    "before-first-apply"
#define ANCIENT	    "ancient-changes"
#define UPDATES_MAX 10	      /* entries; fieldmanager.go DefaultMaxUpdateManagers */
#define MANAGER_MAX 128	      /* bytes; apimachinery validation.FieldManagerMaxLength */
#define MESSAGE_MAX (1 << 20) /* bytes of a conflict's message */

/* The fieldManager parameter, or the User-Agent up to its slash (handlers/create.go). */
static const char *manager_of(struct kube_op *op)
{
	const char *agent = op->user_agent ? op->user_agent : "";
	size_t length = strcspn(agent, "/");

	if (op->options.field_manager)
		return op->options.field_manager;
	return length ? arena_strndup(op->arena, agent, length < MANAGER_MAX ? length : MANAGER_MAX)
		      : "unknown";
}

static bool is_entry(const struct json *entry, const char *manager, const char *operation,
		     const char *subresource, const char *api_version)
{
	const char *own = json_get_str(entry, "subresource");

	return str_eq(json_get_str(entry, "manager"), manager) &&
	       str_eq(json_get_str(entry, "operation"), operation) &&
	       str_eq(own ? own : "", subresource) &&
	       (str_eq(operation, "Apply") ||
		str_eq(json_get_str(entry, "apiVersion"), api_version));
}

static struct json *find_entry(struct json *list, const char *manager, const char *operation,
			       const char *subresource, const char *api_version)
{
	for (struct json *entry = json_first_mut(list); entry; entry = json_next_mut(entry))
		if (is_entry(entry, manager, operation, subresource, api_version))
			return entry;
	return NULL;
}

/* Gives a manager's entry its fields; its time moves only when they changed. */
static void set_entry(struct kube_op *op, struct json *list, const char *manager,
		      const char *operation, struct json *fields)
{
	const char *subresource = op->target.subresource;
	const char *version = op->target.type->api_version;
	struct json *entry = find_entry(list, manager, operation, subresource, version);

	if (!json_first(fields)) {
		if (entry)
			json_remove_item(list, entry);
		json_free(fields);
		return;
	}
	if (entry && json_equal(json_get(entry, "fieldsV1"), fields)) {
		json_free(fields);
		return;
	}
	if (!entry) {
		entry = json_new_object();
		json_set_str(entry, "manager", manager);
		json_set_str(entry, "operation", operation);
		json_append(list, entry);
	}
	json_set_str(entry, "apiVersion", version);
	if (!str_eq(subresource, "scale")) /* scale_subresource.go writes its entry itself */
		json_set_str(entry, "time", op_timestamp(op));
	json_set_str(entry, "fieldsType", "FieldsV1");
	json_set(entry, "fieldsV1", fields);
	if (*subresource)
		json_set_str(entry, "subresource", subresource);
}

/* Takes fields away from everybody but one entry. */
static void take_from_others(struct json *list, const struct json *mine, const struct json *fields)
{
	for (struct json *entry = json_first_mut(list), *next; entry; entry = next) {
		struct json *own = json_get_mut(entry, "fieldsV1");

		next = json_next_mut(entry);
		if (entry == mine || !own)
			continue;
		fieldset_subtract(own, fields);
		if (!json_first(own))
			json_remove_item(list, entry);
	}
}

static int compare_str(const struct json *a, const struct json *b, const char *key)
{
	const char *left = json_get_str(a, key), *right = json_get_str(b, key);

	return strcmp(left ? left : "", right ? right : "");
}

/* managedfields.go sortEncodedManagedFields; RFC 3339 in UTC sorts as text. */
static int compare_entries(const void *a, const void *b)
{
	static const char *const keys[] = {"operation", "time", "manager", "apiVersion",
					   "subresource"};
	const struct json *const *left = a, *const *right = b;

	for (size_t i = 0; i < array_size(keys); i++) {
		int order = compare_str(*left, *right, keys[i]);

		if (order)
			return order;
	}
	return 0;
}

/* A new list in the order in which the server shows it. */
static struct json *sorted(struct kube_op *op, const struct json *list)
{
	size_t count = 0, size = json_size(list);
	const struct json **entries = arena_alloc(op->arena, size * sizeof(*entries));
	struct json *ret = json_new_array();

	json_foreach (entry, list)
		entries[count++] = entry;
	qsort(entries, count, sizeof(*entries), compare_entries);
	for (size_t i = 0; i < count; i++)
		json_append(ret, json_copy(entries[i]));
	return ret;
}

static bool is_update(const struct json *entry)
{
	return str_eq(json_get_str(entry, "operation"), "Update");
}

/* Makes an entry one of ancient changes, or adds it to the one there is of its version. */
static void make_ancient(struct json *list, struct json *entry)
{
	const char *version = json_get_str(entry, "apiVersion");
	struct json *ancient = find_entry(list, ANCIENT, "Update", "", version);

	if (!ancient) {
		json_set_str(entry, "manager", ANCIENT);
		json_remove(entry, "subresource");
		return;
	}
	fieldset_add(json_get_mut(ancient, "fieldsV1"), json_get(entry, "fieldsV1"));
	json_set_copy(ancient, "time", json_get(entry, "time"));
	json_remove_item(list, entry);
}

/* Merges the oldest updates of a sorted list until few enough are left; false: there were.
 * capmanagers.go capUpdateManagers. */
static bool cap_updates(struct json *list)
{
	size_t updates = 0;

	json_foreach (entry, list)
		updates += is_update(entry);
	if (updates <= UPDATES_MAX)
		return false;
	for (struct json *entry = json_first_mut(list), *next; entry && updates > UPDATES_MAX;
	     entry = next) {
		next = json_next_mut(entry);
		if (!is_update(entry) || str_eq(json_get_str(entry, "manager"), ANCIENT))
			continue;
		updates -= find_entry(list, ANCIENT, "Update", "",
				      json_get_str(entry, "apiVersion")) != NULL;
		make_ancient(list, entry);
	}
	return true;
}

/* Stores the list in its order; an empty one is left out. */
static void store_list(struct kube_op *op, struct json *object, const struct json *list)
{
	struct json *ordered = json_first(list) ? sorted(op, list) : NULL;

	if (!ordered)
		return;
	if (cap_updates(ordered)) {
		_cleanup_(json_freep) struct json *capped = ordered;

		ordered = sorted(op, capped);
	}
	for (struct json *entry = json_first_mut(ordered); entry; entry = json_next_mut(entry))
		json_set(entry, "fieldsV1", fieldset_sorted(json_get(entry, "fieldsV1")));
	json_set(json_ensure_object(object, "metadata"), "managedFields", ordered);
}

struct conflicts {
	struct json *causes;
	struct strbuf message;
	const char *manager; /* as messages show the one at hand */
	size_t count;
};

/* `"kubectl" with subresource "status" using v1` (managedfields/internal/conflict.go; a manager's
 * identifier has no time) */
static const char *shown(struct kube_op *op, const struct json *entry)
{
	const char *subresource = json_get_str(entry, "subresource");
	const char *text = arena_printf(op->arena, "\"%s\"", json_get_str(entry, "manager"));

	if (subresource)
		text = arena_printf(op->arena, "%s with subresource \"%s\"", text, subresource);
	if (!is_update(entry))
		return text;
	return arena_printf(op->arena, "%s using %s", text, json_get_str(entry, "apiVersion"));
}

static void add_conflict(const char *path, void *userdata)
{
	struct conflicts *conflicts = userdata;
	struct json *cause = json_new_object();

	json_set_str(cause, "reason", "FieldManagerConflict");
	json_setf(cause, "message", "conflict with %s", conflicts->manager);
	json_set_str(cause, "field", path);
	json_append(conflicts->causes, cause);
	strbuf_addf(&conflicts->message, "\n- %s", path);
	conflicts->count++;
}

static bool refuse(struct conflicts *conflicts, struct err *err)
{
	const struct json *first = json_first(conflicts->causes);

	if (conflicts->count == 1)
		status_set(err, 409, "Conflict", "Apply failed with 1 conflict: %s: %s",
			   json_get_str(first, "message"), json_get_str(first, "field"));
	else
		status_set(err, 409, "Conflict", "Apply failed with %zu conflicts: %s",
			   conflicts->count, strbuf_text(&conflicts->message));
	if (err) {
		err->details = json_new_object();
		json_set_copy(err->details, "causes", conflicts->causes);
	}
	return false;
}

/* Fields that the manifest changes and somebody else owns. */
static bool check_conflicts(struct kube_op *op, const struct json *list, const struct json *mine,
			    const struct json *changed, struct err *err)
{
	struct conflicts conflicts = {.causes = json_new_array()};
	bool fine;

	strbuf_init(&conflicts.message, MESSAGE_MAX);
	json_foreach (entry, list) {
		_cleanup_(json_freep) struct json *common = NULL;

		if (entry == mine)
			continue;
		common = fieldset_common(changed, json_get(entry, "fieldsV1"));
		if (!json_first(common))
			continue;
		conflicts.manager = shown(op, entry);
		strbuf_addf(&conflicts.message, "%sconflicts with %s:", conflicts.count ? "\n" : "",
			    conflicts.manager);
		fieldset_each(common, add_conflict, &conflicts);
	}
	fine = !conflicts.count || refuse(&conflicts, err);
	strbuf_done(&conflicts.message);
	json_free(conflicts.causes);
	return fine;
}

/* What the manager applied before, applies no more, and nobody else has. */
static struct json *given_up(struct json *list, const struct json *mine, const struct json *now)
{
	struct json *set = mine ? json_copy(json_get(mine, "fieldsV1")) : json_new_object();

	fieldset_subtract(set, now);
	json_foreach (entry, list)
		if (entry != mine)
			fieldset_subtract(set, json_get(entry, "fieldsV1"));
	return set;
}

/* Everything there is belongs to somebody from the first apply on. */
static void begin_tracking(struct kube_op *op, struct json *list, const struct json *live)
{
	struct json *fields, *entry = json_new_object();

	if (!*meta_str(live, "uid")) {
		json_free(entry);
		return;
	}
	fields = fieldset_of(shape_of(op->target.type), live);
	fieldset_strip(fields);
	json_set_str(entry, "manager", BEFORE);
	json_set_str(entry, "operation", "Update");
	json_set_str(entry, "apiVersion", op->target.type->api_version);
	json_set_str(entry, "time", op_timestamp(op));
	json_set_str(entry, "fieldsType", "FieldsV1");
	json_set(entry, "fieldsV1", fields);
	json_append(list, entry);
}

static struct json *managed_list(const struct json *object)
{
	const struct json *list = meta_get(object, "managedFields");

	return json_is_array(list) ? json_copy(list) : json_new_array();
}

bool managed_apply(struct kube_op *op, const struct json *live, const struct json *manifest,
		   struct json **ret, struct err *err)
{
	struct shape shape = shape_of(op->target.type);
	_cleanup_(json_freep) struct json *list = managed_list(live);
	_cleanup_(json_freep) struct json *merged = json_copy(live);
	_cleanup_(json_freep) struct json *now = fieldset_of(shape, manifest);
	_cleanup_(json_freep) struct json *changed = NULL, *gone = NULL;
	const char *manager = manager_of(op);
	struct json *mine;

	fieldset_strip(now);
	if (!json_first(list))
		begin_tracking(op, list, live);
	mine = find_entry(list, manager, "Apply", op->target.subresource,
			  op->target.type->api_version);
	shape_merge(shape, merged, manifest);
	changed = fieldset_changed(shape, live, merged);
	fieldset_strip(changed);
	if (!op->options.force && !check_conflicts(op, list, mine, changed, err))
		return false;
	take_from_others(list, mine, changed);
	gone = given_up(list, mine, now);
	shape_remove(shape, merged, gone);
	set_entry(op, list, manager, "Apply", steal(now));
	store_list(op, merged, list);
	*ret = steal(merged);
	return true;
}

/* An update may hand fields over itself, as kubectl does when an object moves from client-side to
 * server-side apply; what cannot be read is ignored (managedfields/internal/fieldmanager.go:
 * Update). */
static bool is_readable(const struct json *list)
{
	json_foreach (entry, list) {
		const char *operation = json_get_str(entry, "operation");

		if ((!str_eq(operation, "Apply") && !str_eq(operation, "Update")) ||
		    !json_is_object(json_get(entry, "fieldsV1")))
			return false;
	}
	return json_first(list);
}

/* What encoding/json writes of a zero struct besides what normalize makes of {}. */
static void add_nulls(const struct kube_message *message, struct json *object)
{
	for (size_t i = 0; i < message->field_count; i++) {
		const struct kube_field *field = &message->fields[i];
		struct json *value = json_get_mut(object, field->name);

		if (field->flags & (KUBE_OMIT_EMPTY | KUBE_OMIT_ZERO | KUBE_INLINE))
			continue;
		if (!value && (field->flags & (KUBE_REPEATED | KUBE_MAP | KUBE_POINTER)))
			json_set_null(object, field->name);
		else if (field->type == KUBE_MESSAGE && json_is_object(value))
			add_nulls(&kube_messages[field->message], value);
	}
}

/* What an object is before it is anything: Go's zero struct, or nothing of a custom resource. */
static struct json *nothing(const struct api_type *type)
{
	struct json *object = json_new_object();
	bool fine = true;

	json_set(object, "metadata", json_new_object());
	if (type->message) {
		fine = normalize(type->message, object, NULL, NULL);
		add_nulls(type->message, object);
	}
	assert(fine);
	return object;
}

/* Leaves out what the request cannot change: strategies' GetResetFields. */
static void reset(struct kube_op *op, struct json *changed)
{
	const struct api_type *type = op->target.type->storage;
	bool keeps_metadata = type->strategy->flags & STRATEGY_STATUS_ONLY;

	if (!str_eq(op->target.subresource, "status")) {
		if (type->has_status && !(type->strategy->flags & STRATEGY_STATUS_IN_MAIN))
			json_remove(changed, "f:status");
		return;
	}
	for (struct json *item = json_first_mut(changed), *next; item; item = next) {
		const char *key = json_key(item);

		next = json_next_mut(item);
		if (!str_eq(key, "f:status") && (keeps_metadata || !str_eq(key, "f:metadata")))
			json_remove_item(changed, item);
	}
}

/* Gives op's manager what differs from old. */
static void track(struct kube_op *op, struct json *list, const struct json *object,
		  const struct json *old)
{
	struct shape shape = shape_of(op->target.type->storage);
	_cleanup_(json_freep) struct json *changed = fieldset_changed(shape, old, object);
	_cleanup_(json_freep) struct json *there = fieldset_everything(shape, object);
	_cleanup_(json_freep) struct json *fields = NULL;
	const char *manager = manager_of(op);
	const struct json *mine = find_entry(list, manager, "Update", op->target.subresource,
					     op->target.type->api_version);

	fieldset_strip(changed);
	reset(op, changed);
	take_from_others(list, mine, changed);
	fields = mine ? json_copy(json_get(mine, "fieldsV1")) : json_new_object();
	fieldset_add(fields, changed);
	set_entry(op, list, manager, "Update", fieldset_common(fields, there));
}

void managed_track(struct kube_op *op, struct json *object, const struct json *old)
{
	const struct api_type *type = op->target.type->storage;
	const struct json *sent = meta_get(object, "managedFields");
	bool emptied = json_is_array(sent) && !json_first(json_first(sent)); /* [] or [{}] */
	_cleanup_(json_freep) struct json *list = managed_list(is_readable(sent) ? object : old);
	_cleanup_(json_freep) struct json *before = old ? NULL : nothing(type);

	json_remove(json_ensure_object(object, "metadata"), "managedFields");
	if (old && (emptied || !json_first(list)))
		return;
	track(op, list, object, old ? old : before);
	store_list(op, object, list);
}
