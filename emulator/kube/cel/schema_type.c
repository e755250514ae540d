/*
 * The type that a structural schema gives to values; see type.h.
 *
 * Source: apiserver pkg/cel/common/schemas.go SchemaDeclType, pkg/cel/escaping.go.
 */
#include <ctype.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cel/type.h"

#define NAME_MAX_BYTES 65536 /* of an escaped name */

static bool is_reserved(const char *name)
{
	static const char *const words[] = {
		"true",	    "false",   "null",	    "in",	"as",  "break",	 "const",
		"continue", "else",    "for",	    "function", "if",  "import", "let",
		"loop",	    "package", "namespace", "return",	"var", "void",	 "while",
	};

	for (size_t i = 0; i < array_size(words); i++)
		if (str_eq(words[i], name))
			return true;
	return false;
}

const char *cel_escape(struct arena *arena, const char *name)
{
	const char *escaped;
	struct strbuf sb;

	if (!*name || isdigit((unsigned char)*name))
		return NULL;
	if (is_reserved(name))
		return arena_printf(arena, "__%s__", name);
	strbuf_init(&sb, NAME_MAX_BYTES);
	for (const char *c = name; *c; c++) {
		if (c[0] == '_' && c[1] == '_') {
			strbuf_add(&sb, "__underscores__");
			c++;
		} else if (*c == '.') {
			strbuf_add(&sb, "__dot__");
		} else if (*c == '-') {
			strbuf_add(&sb, "__dash__");
		} else if (*c == '/') {
			strbuf_add(&sb, "__slash__");
		} else if (*c == '_' || isalnum((unsigned char)*c)) {
			strbuf_add_char(&sb, *c);
		} else {
			strbuf_done(&sb);
			return NULL;
		}
	}
	escaped = sb.overflow ? NULL : arena_strdup(arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return escaped;
}

static const struct cel_type *text_type(const struct json *schema)
{
	static const struct {
		const char *format;
		enum cel_kind kind;
	} rows[] = {
		{"byte", CEL_BYTES},
		{"date", CEL_TIMESTAMP},
		{"date-time", CEL_TIMESTAMP},
		{"duration", CEL_DURATION},
	};

	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].format, json_get_str(schema, "format")))
			return cel_type_of(rows[i].kind);
	return cel_type_of(CEL_STRING);
}

static bool is_embedded(const struct json *schema)
{
	return json_get_bool(schema, "x-kubernetes-embedded-resource", false);
}

static const struct cel_type *list_type(struct arena *arena, const struct json *schema)
{
	const struct json *items = json_get(schema, "items");
	const char *sort = json_get_str(schema, "x-kubernetes-list-type");
	const struct cel_type *item =
		json_is_object(items) ? cel_schema_type(arena, items, is_embedded(items)) : NULL;
	struct cel_type *type;

	if (!item)
		return NULL;
	type = arena_alloc(arena, sizeof(*type));
	*type = *cel_list_of(arena, item);
	type->sort = str_eq(sort, "set")   ? CEL_LIST_SET
		     : str_eq(sort, "map") ? CEL_LIST_MAP
					   : CEL_LIST_ATOMIC;
	type->list_keys = json_get(schema, "x-kubernetes-list-map-keys");
	return type;
}

static void add_field(struct arena *arena, struct cel_field *fields, size_t *count,
		      const char *member, const struct cel_type *type)
{
	const char *name = cel_escape(arena, member);

	if (!name || !type)
		return;
	for (size_t i = 0; i < *count; i++)
		if (str_eq(fields[i].name, name)) {
			fields[i].type = type;
			return;
		}
	fields[(*count)++] = (struct cel_field){name, arena_strdup(arena, member), type};
}

/* apiVersion, kind and metadata are what every resource has, whatever the schema says of them */
static void add_root_fields(struct arena *arena, struct cel_field *fields, size_t *count)
{
	const struct cel_type *text = cel_type_of(CEL_STRING);
	struct cel_field *inner = arena_alloc(arena, 2 * sizeof(*inner));
	struct cel_type *metadata = arena_alloc(arena, sizeof(*metadata));

	inner[0] = (struct cel_field){"name", "name", text};
	inner[1] = (struct cel_field){"generateName", "generateName", text};
	*metadata = (struct cel_type){.kind = CEL_OBJECT, .fields = inner, .field_count = 2};
	add_field(arena, fields, count, "apiVersion", text);
	add_field(arena, fields, count, "kind", text);
	add_field(arena, fields, count, "metadata", metadata);
}

static const struct cel_type *object_type(struct arena *arena, const struct json *schema, bool root)
{
	const struct json *properties = json_get(schema, "properties");
	const struct json *rest = json_get(schema, "additionalProperties");
	struct cel_field *fields;
	struct cel_type *type;
	size_t count = 0;

	if (json_is_object(rest)) {
		const struct cel_type *item = cel_schema_type(arena, rest, is_embedded(rest));

		return item ? cel_map_of(arena, cel_type_of(CEL_STRING), item) : NULL;
	}
	fields = arena_alloc(arena, (json_size(properties) + 3) * sizeof(*fields));
	json_foreach (property, properties)
		add_field(arena, fields, &count, json_key(property),
			  cel_schema_type(arena, property, is_embedded(property)));
	if (root)
		add_root_fields(arena, fields, &count);
	type = arena_alloc(arena, sizeof(*type));
	*type = (struct cel_type){.kind = CEL_OBJECT, .fields = fields, .field_count = count};
	return type;
}

const struct cel_type *cel_schema_type(struct arena *arena, const struct json *schema, bool root)
{
	const char *type = json_get_str(schema, "type");

	if (json_get_bool(schema, "x-kubernetes-int-or-string", false))
		return cel_type_of(CEL_DYN);
	if (str_eq(type, "array"))
		return list_type(arena, schema);
	if (str_eq(type, "object"))
		return object_type(arena, schema, root);
	if (str_eq(type, "string"))
		return text_type(schema);
	if (str_eq(type, "boolean"))
		return cel_type_of(CEL_BOOL);
	if (str_eq(type, "number"))
		return cel_type_of(CEL_DOUBLE);
	if (str_eq(type, "integer"))
		return cel_type_of(CEL_INT);
	return NULL;
}
