/* Types; see type.h. */
#include "emulator/kube/cel/type.h"

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"

#define TYPE_TEXT_MAX 4096

static const struct cel_type dyn = {.kind = CEL_DYN};
static const struct cel_type simple[] = {
	[CEL_FREE] = {.kind = CEL_FREE},
	[CEL_DYN] = {.kind = CEL_DYN},
	[CEL_ERROR] = {.kind = CEL_ERROR},
	[CEL_NULL] = {.kind = CEL_NULL},
	[CEL_BOOL] = {.kind = CEL_BOOL},
	[CEL_INT] = {.kind = CEL_INT},
	[CEL_UINT] = {.kind = CEL_UINT},
	[CEL_DOUBLE] = {.kind = CEL_DOUBLE},
	[CEL_STRING] = {.kind = CEL_STRING},
	[CEL_BYTES] = {.kind = CEL_BYTES},
	[CEL_DURATION] = {.kind = CEL_DURATION},
	[CEL_TIMESTAMP] = {.kind = CEL_TIMESTAMP},
	[CEL_LIST] = {.kind = CEL_LIST, .item = &dyn},
	[CEL_MAP] = {.kind = CEL_MAP, .key = &dyn, .item = &dyn},
	[CEL_OBJECT] = {.kind = CEL_OBJECT},
	[CEL_OPTIONAL] = {.kind = CEL_OPTIONAL, .item = &dyn},
	[CEL_TYPE] = {.kind = CEL_TYPE, .item = &dyn},
	[CEL_URL] = {.kind = CEL_URL},
	[CEL_IP] = {.kind = CEL_IP},
	[CEL_CIDR] = {.kind = CEL_CIDR},
	[CEL_QUANTITY] = {.kind = CEL_QUANTITY},
	[CEL_FORMAT] = {.kind = CEL_FORMAT},
};
static const char *const names[] = {
	[CEL_FREE] = "_",
	[CEL_DYN] = "dyn",
	[CEL_ERROR] = "error",
	[CEL_NULL] = "null_type",
	[CEL_BOOL] = "bool",
	[CEL_INT] = "int",
	[CEL_UINT] = "uint",
	[CEL_DOUBLE] = "double",
	[CEL_STRING] = "string",
	[CEL_BYTES] = "bytes",
	[CEL_DURATION] = "google.protobuf.Duration",
	[CEL_TIMESTAMP] = "google.protobuf.Timestamp",
	[CEL_LIST] = "list",
	[CEL_MAP] = "map",
	[CEL_OBJECT] = "object",
	[CEL_OPTIONAL] = "optional_type",
	[CEL_TYPE] = "type",
	[CEL_URL] = "kubernetes.URL",
	[CEL_IP] = "net.IP",
	[CEL_CIDR] = "net.CIDR",
	[CEL_QUANTITY] = "kubernetes.Quantity",
	[CEL_FORMAT] = "kubernetes.NamedFormat",
};

const struct cel_type *cel_type_of(enum cel_kind kind)
{
	return &simple[kind];
}

const char *cel_kind_name(enum cel_kind kind)
{
	return names[kind];
}

static struct cel_type *new_type(struct arena *arena, enum cel_kind kind)
{
	struct cel_type *type = arena_alloc(arena, sizeof(*type));

	type->kind = kind;
	return type;
}

const struct cel_type *cel_list_of(struct arena *arena, const struct cel_type *item)
{
	struct cel_type *type = new_type(arena, CEL_LIST);

	type->item = item;
	return type;
}

const struct cel_type *cel_map_of(struct arena *arena, const struct cel_type *key,
				  const struct cel_type *item)
{
	struct cel_type *type = new_type(arena, CEL_MAP);

	type->key = key;
	type->item = item;
	return type;
}

const struct cel_type *cel_optional_of(struct arena *arena, const struct cel_type *item)
{
	struct cel_type *type;

	if (item->kind == CEL_OPTIONAL)
		return item;
	type = new_type(arena, CEL_OPTIONAL);
	type->item = item;
	return type;
}

const struct cel_type *cel_type_type(struct arena *arena, const struct cel_type *item)
{
	struct cel_type *type = new_type(arena, CEL_TYPE);

	type->item = item;
	return type;
}

const struct cel_field *cel_type_field(const struct cel_type *type, const char *name)
{
	for (size_t i = 0; i < type->field_count; i++)
		if (str_eq(type->fields[i].name, name))
			return &type->fields[i];
	return NULL;
}

static bool is_open(const struct cel_type *type)
{
	return type->kind == CEL_DYN || type->kind == CEL_FREE || type->kind == CEL_ERROR;
}

/* null may stand for what protobuf would have as a message (checker/types.go
 * internalIsAssignableNull) */
static bool takes_null(const struct cel_type *type)
{
	switch (type->kind) {
	case CEL_NULL:
	case CEL_DURATION:
	case CEL_TIMESTAMP:
	case CEL_OBJECT:
	case CEL_OPTIONAL:
	case CEL_URL:
	case CEL_IP:
	case CEL_CIDR:
	case CEL_QUANTITY:
	case CEL_FORMAT: return true;
	default: return false;
	}
}

bool cel_types_agree(const struct cel_type *a, const struct cel_type *b)
{
	if (a == b || is_open(a) || is_open(b))
		return true;
	if (a->kind == CEL_NULL)
		return takes_null(b);
	if (b->kind == CEL_NULL)
		return takes_null(a);
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case CEL_OBJECT: return a->fields == b->fields;
	case CEL_MAP: return cel_types_agree(a->key, b->key) && cel_types_agree(a->item, b->item);
	case CEL_LIST:
	case CEL_OPTIONAL: return cel_types_agree(a->item, b->item);
	default: return true;
	}
}

const struct cel_type *cel_types_join(struct arena *arena, const struct cel_type *a,
				      const struct cel_type *b)
{
	if (a == b || a->kind == CEL_FREE || a->kind == CEL_ERROR)
		return b;
	if (b->kind == CEL_FREE || b->kind == CEL_ERROR)
		return a;
	if (a->kind == CEL_DYN || b->kind == CEL_DYN)
		return &dyn;
	if (a->kind == CEL_NULL)
		return b;
	if (b->kind == CEL_NULL)
		return a;
	switch (a->kind) {
	case CEL_MAP:
		return cel_map_of(arena, cel_types_join(arena, a->key, b->key),
				  cel_types_join(arena, a->item, b->item));
	case CEL_LIST: return cel_list_of(arena, cel_types_join(arena, a->item, b->item));
	case CEL_OPTIONAL: return cel_optional_of(arena, cel_types_join(arena, a->item, b->item));
	default: return a;
	}
}

static void print(struct strbuf *sb, const struct cel_type *type)
{
	switch (type->kind) {
	case CEL_NULL: strbuf_add(sb, "null"); return;
	case CEL_DURATION: strbuf_add(sb, "duration"); return;
	case CEL_TIMESTAMP: strbuf_add(sb, "timestamp"); return;
	default: strbuf_add(sb, names[type->kind]);
	}
	if (type->kind == CEL_MAP) {
		strbuf_add(sb, "(");
		print(sb, type->key);
		strbuf_add(sb, ", ");
		print(sb, type->item);
		strbuf_add(sb, ")");
	} else if (type->item) {
		strbuf_add(sb, "(");
		print(sb, type->item);
		strbuf_add(sb, ")");
	}
}

const char *cel_type_text(struct arena *arena, const struct cel_type *type)
{
	struct strbuf sb;
	const char *text;

	strbuf_init(&sb, TYPE_TEXT_MAX);
	print(&sb, type);
	text = arena_strdup(arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return text;
}
