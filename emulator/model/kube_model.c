/* Looking things up in the Kubernetes tables; the tables themselves are in generated/. */
#include "emulator/model/kube_model.h"

const struct kube_resource *kube_model_resource(const char *group, const char *version,
						const char *resource)
{
	/* In discovery's order, so not sorted as a whole; 150 rows, and the façade keeps its own
	 * index beside the CRDs. */
	for (size_t i = 0; i < kube_resource_count; i++) {
		const struct kube_resource *row = &kube_resources[i];

		if (strcmp(row->resource, resource) == 0 && strcmp(row->group, group) == 0 &&
		    strcmp(row->version, version) == 0)
			return row;
	}
	return NULL;
}

static int compare_kinds(const void *left, const void *right)
{
	const struct kube_kind *a = left, *b = right;
	int order = strcmp(a->group, b->group);

	order = order ? order : strcmp(a->version, b->version);
	return order ? order : strcmp(a->kind, b->kind);
}

const struct kube_kind *kube_model_kind(const char *group, const char *version, const char *kind)
{
	struct kube_kind wanted = {group, version, kind, 0};

	return bsearch(&wanted, kube_kinds, kube_kind_count, sizeof(wanted), compare_kinds);
}

static int compare_printers(const void *left, const void *right)
{
	const struct kube_printer *a = left, *b = right;
	int order = strcmp(a->group, b->group);

	return order ? order : strcmp(a->kind, b->kind);
}

const struct kube_printer *kube_model_printer(const char *group, const char *kind)
{
	struct kube_printer wanted = {.group = group, .kind = kind};

	return bsearch(&wanted, kube_printers, kube_printer_count, sizeof(wanted),
		       compare_printers);
}

static int compare_messages(const void *left, const void *right)
{
	const struct kube_message *a = left, *b = right;

	return strcmp(a->name, b->name);
}

const struct kube_message *kube_model_message(const char *name)
{
	struct kube_message wanted = {.name = name};

	return bsearch(&wanted, kube_messages, kube_message_count, sizeof(wanted),
		       compare_messages);
}

const struct kube_field *kube_message_number(const struct kube_message *message, uint32_t number)
{
	for (size_t i = 0; number && i < message->field_count; i++)
		if (message->fields[i].number == number)
			return &message->fields[i];
	return NULL;
}

const struct kube_field *kube_message_field(const struct kube_message *message, const char *name)
{
	/* A message's own field wins over an inlined one's, as in Go. */
	for (size_t i = 0; i < message->field_count; i++)
		if (!(message->fields[i].flags & KUBE_INLINE) &&
		    strcmp(message->fields[i].name, name) == 0)
			return &message->fields[i];
	for (size_t i = 0; i < message->field_count; i++) {
		const struct kube_field *inlined = &message->fields[i], *found;

		if (!(inlined->flags & KUBE_INLINE))
			continue;
		found = kube_message_field(&kube_messages[inlined->message], name);
		if (found)
			return found;
	}
	return NULL;
}
