#pragma once
/*
 * Types of CEL values: what the checker knows of an expression before it runs. Types are immutable
 * and live in the arena of a program or schema, or are constants.
 *
 * Source: cel-go common/types/types.go; apiserver pkg/cel/common/schemas.go, pkg/cel/escaping.go.
 */
#include "emulator/base/err.h"

struct arena;
struct json;

enum cel_kind {
	CEL_FREE,  /**< type only: not known yet ([]), or wrong already; agrees with everything */
	CEL_DYN,   /**< type only: known at evaluation */
	CEL_ERROR, /**< value only */
	CEL_NULL,
	CEL_BOOL,
	CEL_INT,
	CEL_UINT,
	CEL_DOUBLE,
	CEL_STRING,
	CEL_BYTES,
	CEL_DURATION,
	CEL_TIMESTAMP,
	CEL_LIST,
	CEL_MAP,
	CEL_OBJECT, /**< a map with known members: JSON of a schema */
	CEL_OPTIONAL,
	CEL_TYPE,
	CEL_URL,
	CEL_IP,
	CEL_CIDR,
	CEL_QUANTITY,
	CEL_FORMAT,
};

/** How a list of a schema is compared and added (x-kubernetes-list-type). */
enum cel_list_sort { CEL_LIST_ATOMIC, CEL_LIST_SET, CEL_LIST_MAP };

struct cel_field {
	const char *name;   /**< as an expression says it (escaped) */
	const char *member; /**< as JSON has it */
	const struct cel_type *type;
};

struct cel_type {
	enum cel_kind kind;
	const struct cel_type *key;  /**< of a map */
	const struct cel_type *item; /**< of a list, a map's values, an optional, a type */
	const struct cel_field *fields;
	size_t field_count;
	enum cel_list_sort sort;
	const struct json *list_keys; /**< x-kubernetes-list-map-keys; NULL: none */
};

/** The type without parts of a kind: CEL_DYN, CEL_STRING …; lists and maps are of dyn. */
const struct cel_type *cel_type_of(enum cel_kind kind);
const struct cel_type *cel_list_of(struct arena *arena, const struct cel_type *item);
const struct cel_type *cel_map_of(struct arena *arena, const struct cel_type *key,
				  const struct cel_type *item);
/** An optional of an optional is the optional. */
const struct cel_type *cel_optional_of(struct arena *arena, const struct cel_type *item);
const struct cel_type *cel_type_type(struct arena *arena, const struct cel_type *item);

/**
 * The type of what a structural schema describes.
 *
 * @param schema  must live as long as the type
 * @param root    whether it is a whole resource: apiVersion, kind, metadata.name and
 *                metadata.generateName can be read
 * @return NULL: expressions cannot see such a value
 */
const struct cel_type *cel_schema_type(struct arena *arena, const struct json *schema, bool root);
/** A member's name as expressions write it: "a-b" → "a__dash__b", "namespace" →
 * "__namespace__"; NULL: it cannot be written. */
const char *cel_escape(struct arena *arena, const char *name);

/** The member of an object that expressions call so; NULL: there is none. */
const struct cel_field *cel_type_field(const struct cel_type *type, const char *name);
/** Whether values of both may be compared, mixed or given for each other. */
bool cel_types_agree(const struct cel_type *a, const struct cel_type *b);
/** What holds both of two types that agree. */
const struct cel_type *cel_types_join(struct arena *arena, const struct cel_type *a,
				      const struct cel_type *b);
/** "list(string)", as cel-go writes it; in the arena. */
const char *cel_type_text(struct arena *arena, const struct cel_type *type);
/** "list", "int", "net.IP": what type(x) prints as. */
const char *cel_kind_name(enum cel_kind kind);
