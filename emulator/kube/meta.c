/* metadata, as every kind has it; see meta.h. */
#include "emulator/kube/meta.h"

#include <ctype.h>
#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/ids.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/status.h"
#include "emulator/kube/webhook.h"

#define ANNOTATIONS_MAX (256 * 1024) /* bytes of all keys and values; objectmeta.go:34 */
#define NAME_BASE_MAX	58	     /* generateName is cut to this; apiserver storage/names */
#define NAME_SUFFIX	5
#define NAME_ALPHABET	"bcdfghjklmnpqrstvwxz2456789"

const struct json *meta_get(const struct json *object, const char *member)
{
	return json_get(json_get(object, "metadata"), member);
}

const char *meta_str(const struct json *object, const char *member)
{
	const char *text = json_str(meta_get(object, member));

	return text ? text : "";
}

bool meta_is_deleting(const struct json *object)
{
	return *meta_str(object, "deletionTimestamp");
}

bool meta_has_finalizers(const struct json *object)
{
	return json_first(meta_get(object, "finalizers"));
}

bool meta_has_finalizer(const struct json *object, const char *finalizer)
{
	json_foreach (item, meta_get(object, "finalizers"))
		if (str_eq(json_str(item), finalizer))
			return true;
	return false;
}

void meta_wipe(struct json *object)
{
	static const char *const members[] = {"creationTimestamp", "uid", "deletionTimestamp",
					      "deletionGracePeriodSeconds", "selfLink"};
	struct json *meta = json_ensure_object(object, "metadata");

	for (size_t i = 0; i < array_size(members); i++)
		json_remove(meta, members[i]);
}

static void generate_name(struct kube_op *op, struct json *meta, const char *base)
{
	struct kube *kube = op->cluster->kube;
	_cleanup_(freep) char *cut = xstrndup(base, NAME_BASE_MAX);
	const char *id = arena_printf(op->arena, "name %s %s", op->target.type->resource,
				      op_key(op, op->target.ns, cut));
	char suffix[NAME_SUFFIX + 1];

	ids_text(world_seed(kube->world), "kube-name", op->user.actor, id,
		 kube_next_ordinal(kube, id), NAME_ALPHABET, NAME_SUFFIX, suffix);
	json_setf(meta, "name", "%s%s", cut, suffix);
}

void meta_fill(struct kube_op *op, struct json *object)
{
	struct kube *kube = op->cluster->kube;
	struct json *meta = json_ensure_object(object, "metadata");
	const char *base = json_get_str(meta, "generateName"), *id;
	char uid[37];

	json_set_str(meta, "creationTimestamp", op_timestamp(op));
	if (webhook_keep_identity(op, object))
		return;
	if (base && *base && !*meta_str(object, "name"))
		generate_name(op, meta, base);
	id = arena_printf(op->arena, "%s %s", op->target.type->resource,
			  op_key(op, meta_str(object, "namespace"), meta_str(object, "name")));
	ids_uuid(world_seed(kube->world), "kube-uid", "", id, kube_next_ordinal(kube, id), uid);
	json_set_str(meta, "uid", uid);
}

bool meta_ensure_namespace(struct kube_op *op, struct json *object, struct err *err)
{
	struct json *meta = json_ensure_object(object, "metadata");
	const char *said = meta_str(object, "namespace");

	if (!op->target.type->namespaced) {
		json_remove(meta, "namespace");
		return true;
	}
	if (!*said)
		json_set_str(meta, "namespace", op->target.ns);
	else if (!str_eq(said, op->target.ns))
		return status_bad_request(err, "the namespace of the provided object does not "
					       "match the namespace sent on the request");
	return true;
}

static format_fn *const name_formats[] = {
	[NAME_SUBDOMAIN] = format_dns1123_subdomain,
	[NAME_LABEL] = format_dns1123_label,
	[NAME_LABEL_1035] = format_dns1035_label,
	[NAME_PATH_SEGMENT] = format_path_segment,
};

void meta_validate_name(const struct api_type *type, const struct json *object,
			struct field_errors *errors)
{
	format_fn *format = name_formats[type->strategy->name_rule];
	const char *generate = meta_str(object, "generateName"), *name = meta_str(object, "name");

	if (*generate)
		field_format_prefix(errors, "metadata.generateName", generate, format);
	if (!*name)
		field_required(errors, "metadata.name", "name or generateName is required");
	else
		field_format(errors, "metadata.name", name, format);
}

static void validate_labels(const struct json *labels, struct field_errors *errors)
{
	json_foreach (item, labels) {
		field_format(errors, "metadata.labels", json_key(item), format_qualified_name);
		field_format(errors, "metadata.labels", json_str(item) ? json_str(item) : "",
			     format_label_value);
	}
}

static void validate_annotations(const struct json *annotations, struct field_errors *errors)
{
	size_t size = 0;

	json_foreach (item, annotations) {
		_cleanup_(freep) char *lower = xstrdup(json_key(item));
		struct strs problems = {};

		for (char *c = lower; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		format_qualified_name(lower, &problems);
		for (size_t i = 0; i < problems.count; i++)
			field_invalid_str(errors, "metadata.annotations", json_key(item), "%s",
					  problems.items[i]);
		strs_done(&problems);
		size += strlen(json_key(item)) + (json_str(item) ? strlen(json_str(item)) : 0);
	}
	if (size > ANNOTATIONS_MAX)
		field_too_long(errors, "metadata.annotations", ANNOTATIONS_MAX);
}

static void validate_owner(const struct json *owner, struct field_errors *errors)
{
	static const char *const members[] = {"kind", "name", "uid"};
	const char *version = json_get_str(owner, "apiVersion");

	/* the real path has no index either (objectmeta.go ValidateOwnerReferences) */
	if (!version || !*version)
		field_invalid_str(errors, "metadata.ownerReferences.apiVersion", "",
				  "version must not be empty");
	for (size_t i = 0; i < array_size(members); i++) {
		const char *text = json_get_str(owner, members[i]);

		if (!text || !*text)
			field_invalid_str(
				errors, field_at(errors, "metadata.ownerReferences.%s", members[i]),
				"", "must not be empty");
	}
	if (str_eq(version, "v1") && str_eq(json_get_str(owner, "kind"), "Event"))
		field_invalid(errors, "metadata.ownerReferences", owner,
			      "/v1, Kind=Event is disallowed from being an owner");
}

static void validate_owners(const struct json *owners, struct field_errors *errors)
{
	const struct json *controller = NULL;

	json_foreach (owner, owners) {
		validate_owner(owner, errors);
		if (!json_get_bool(owner, "controller", false))
			continue;
		if (controller)
			field_invalid(errors, "metadata.ownerReferences", owners,
				      "Only one reference can have Controller set to true. Found "
				      "\"true\" in references for %s/%s and %s/%s",
				      json_get_str(controller, "kind"),
				      json_get_str(controller, "name"), json_get_str(owner, "kind"),
				      json_get_str(owner, "name"));
		else
			controller = owner;
	}
}

static void validate_finalizers(const struct json *object, struct field_errors *errors)
{
	const struct json *finalizers = meta_get(object, "finalizers");

	json_foreach (item, finalizers)
		field_format(errors, "metadata.finalizers", json_str(item) ? json_str(item) : "",
			     format_qualified_name);
	if (meta_has_finalizer(object, "orphan") &&
	    meta_has_finalizer(object, "foregroundDeletion"))
		field_invalid(errors, "metadata.finalizers", finalizers,
			      "finalizer orphan and foregroundDeletion cannot be both set");
}

void meta_validate(const struct api_type *type, const struct json *object,
		   struct field_errors *errors)
{
	const char *name = meta_str(object, "name"), *ns = meta_str(object, "namespace");
	int64_t generation = json_get_int(json_get(object, "metadata"), "generation", 0);

	if (!*name)
		field_required(errors, "metadata.name", "name or generateName is required");
	else
		field_format(errors, "metadata.name", name, format_path_segment);
	if (type->namespaced && !*ns)
		field_required(errors, "metadata.namespace", "");
	else if (type->namespaced)
		field_format(errors, "metadata.namespace", ns, format_dns1123_label);
	else if (*ns)
		field_forbidden(errors, "metadata.namespace", "not allowed on this type");
	if (generation < 0)
		field_invalid(errors, "metadata.generation", meta_get(object, "generation"),
			      "must be greater than or equal to 0");
	validate_labels(meta_get(object, "labels"), errors);
	validate_annotations(meta_get(object, "annotations"), errors);
	validate_owners(meta_get(object, "ownerReferences"), errors);
	validate_finalizers(object, errors);
}

/* []string{"a", "b"}, as Go's %#v prints it */
static const char *new_finalizers(const struct json *object, const struct json *old,
				  struct field_errors *errors)
{
	struct strs added = {};
	const char *text;
	struct strbuf sb;

	json_foreach (item, meta_get(object, "finalizers"))
		if (json_str(item) && !meta_has_finalizer(old, json_str(item)) &&
		    !strs_has(&added, json_str(item)))
			strs_add(&added, json_str(item));
	strs_sort(&added);
	strbuf_init(&sb, 1 << 20);
	for (size_t i = 0; i < added.count; i++)
		strbuf_addf(&sb, "%s\"%s\"", i ? ", " : "", added.items[i]);
	text = added.count ? field_at(errors, "[]string{%s}", strbuf_text(&sb)) : NULL;
	strbuf_done(&sb);
	strs_done(&added);
	return text;
}

void meta_validate_update(const struct json *object, const struct json *old,
			  struct field_errors *errors)
{
	static const char *const fixed[] = {"name",
					    "namespace",
					    "uid",
					    "creationTimestamp",
					    "deletionTimestamp",
					    "deletionGracePeriodSeconds"};
	const char *added = meta_is_deleting(old) ? new_finalizers(object, old, errors) : NULL;

	if (added)
		field_forbidden(errors, "metadata.finalizers",
				"no new finalizers can be added if the object is being deleted, "
				"found new finalizers %s",
				added);
	for (size_t i = 0; i < array_size(fixed); i++) {
		const struct json *now = meta_get(object, fixed[i]);

		if (!json_equal(now, meta_get(old, fixed[i])))
			field_invalid(errors, field_at(errors, "metadata.%s", fixed[i]), now,
				      "field is immutable");
	}
}

static void keep_member(struct json *meta, const struct json *old, const char *member, bool force)
{
	const struct json *before = meta_get(old, member);

	if (!force && json_get(meta, member))
		return;
	if (before)
		json_set_copy(meta, member, before);
	else if (force)
		json_remove(meta, member);
}

void meta_keep(struct json *object, const struct json *old)
{
	struct json *meta = json_ensure_object(object, "metadata");

	keep_member(meta, old, "generation", true);
	keep_member(meta, old, "uid", false);
	keep_member(meta, old, "creationTimestamp", true);
	keep_member(meta, old, "deletionGracePeriodSeconds", false);
	if (meta_is_deleting(old))
		keep_member(meta, old, "deletionTimestamp", true);
	json_remove(meta, "selfLink");
}
