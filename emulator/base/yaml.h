#pragma once
/*
 * YAML with places. libyaml stands behind this header and nowhere else. Scalars stay text (`1.10`,
 * `22:22`, `no`); who knows the type interprets them. yaml_to_json is for Kubernetes manifests,
 * where the YAML core schema decides.
 */
#include "emulator/base/err.h"

struct json;

enum yaml_type { YAML_SCALAR, YAML_LIST, YAML_MAP };

/** One node. Lists and maps have children; a map's child carries its key. All text is
 * NUL-terminated. */
struct yaml_node {
	enum yaml_type type;
	const char *text; /**< scalar: its text, else NULL */
	bool quoted; /**< scalar: written with quotes or as a block: never null, bool or number */
	unsigned line, column; /**< from 1, of the value */
	unsigned end_column;   /**< first column behind a one-line scalar; else equal to column */
	const char *key;       /**< in a map: the key's text, else NULL */
	unsigned key_line, key_column; /**< from 1, of the key */
	struct yaml_node *first;       /**< first child */
	struct yaml_node *next;	       /**< next sibling */
	size_t count;		       /**< children */
};

struct yaml_file;

/** What is wrong in a file, with its place; see yaml_parse. */
typedef void yaml_problem_fn(void *userdata, unsigned line, unsigned column, const char *message,
			     const char *hint);

#define YAML_TEXT_MAX	     (8 * 1024 * 1024) /* bytes */
#define YAML_DEPTH_MAX	     100	       /* nested levels; deeper input is refused */
#define YAML_ALIAS_NODES_MAX 100000	       /* nodes that all aliases together may stand for */

/**
 * Parses a whole YAML text (one or more documents).
 *
 * Duplicate keys, merge keys, tabs outside of values and comments, non-scalar keys, tags other than
 * !!str and undefined anchors are problems; anchors and aliases are fine (an alias is a copy: its
 * children keep the places where they are written). `{ x: ::/0 }` gets the hint: put "::/0" in
 * quotes. Problems are reported in the order of their places; a syntax error ends the parsing.
 *
 * @param name      the file's name, for err only
 * @param text      need not be NUL-terminated; at most 8 MiB
 * @param problem   called for each problem; NULL when only err is wanted
 * @param ret       set on success only; yaml_free it
 * @param err       ERR_INVALID "name:line:column: message; hint" of the first problem,
 *                  ERR_TOO_LARGE
 */
must_check bool yaml_parse(const char *name, const char *text, size_t length,
			   yaml_problem_fn *problem, void *userdata, struct yaml_file **ret,
			   struct err *err);
/** Reads and parses a file; ERR_NOT_FOUND or ERR_IO when it cannot be read. */
must_check bool yaml_load(const char *path, yaml_problem_fn *problem, void *userdata,
			  struct yaml_file **ret, struct err *err);
void yaml_file_free(struct yaml_file *file);
/* Inline, because libyaml.so exports a function of this name: ours must not take its place. */
static inline void yaml_free(struct yaml_file *file)
{
	yaml_file_free(file);
}
DEFINE_FREEP(yaml, struct yaml_file)

/** Number of documents, and the root of each (NULL for an empty one). Borrowed from the file. */
size_t yaml_documents(const struct yaml_file *file);
const struct yaml_node *yaml_root(const struct yaml_file *file, size_t index);
/** The raw line (from 1) without its newline, for messages that show it; NULL past the end. */
const char *yaml_source_line(const struct yaml_file *file, unsigned line);

/** A map's child by key, or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/** The text of a map's child; NULL when map is NULL, the child is missing or no scalar. */
const char *yaml_get_text(const struct yaml_node *map, const char *key);

/**
 * As Kubernetes reads manifests; new tree. Plain scalars by the YAML 1.2 core schema: null ~, true
 * false, decimal 0x and 0o integers, floats. One exception: an integer with a leading zero is octal
 * (`defaultMode: 0644` is 420), because that is what kubectl and client-go's YAML library make of
 * it. Infinities and NaN, which JSON does not have, stay text. NULL gives null.
 *
 * Source: https://yaml.org/spec/1.2.2/#103-core-schema; sigs.k8s.io/yaml, goyaml.v2/resolve.go.
 */
struct json *yaml_to_json(const struct yaml_node *node);
/** Every scalar as a string; new tree. */
struct json *yaml_to_json_text(const struct yaml_node *node);
