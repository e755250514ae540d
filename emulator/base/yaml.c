/* YAML with places: libyaml's events, turned into nodes in an arena. */
#include "emulator/base/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <yaml.h>

#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/base/yaml_check.h"

struct yaml_file {
	struct arena *arena;
	struct ptrs roots; /* struct yaml_node, NULL for an empty document */
	char *source;	   /* a copy in which each newline became a NUL */
	struct ptrs lines; /* the start of each line in source */
};

/* A node and what an alias to it costs. */
struct built {
	struct yaml_node node; /* first: a yaml_node of this file is a built */
	size_t weight;	       /* nodes it stands for, itself included */
};

struct anchor {
	const char *name;
	const struct yaml_node *node;
	struct anchor *next;
};

struct builder {
	yaml_parser_t parser;
	struct yaml_file *file;
	struct yaml_checks checks;
	struct anchor *anchors; /* of this document, the newest first */
	size_t alias_nodes;
	const char *text;
	size_t length;
};

static unsigned place_line(yaml_mark_t mark)
{
	return (unsigned)mark.line + 1;
}

static unsigned place_column(yaml_mark_t mark)
{
	return (unsigned)mark.column + 1;
}

static struct yaml_node *build(struct builder *b, const yaml_event_t *event, unsigned depth);

/* Bytes that are no UTF-8 have an offset instead of a mark. */
static void reader_error(struct builder *b)
{
	size_t offset = b->parser.problem_offset < b->length ? b->parser.problem_offset : b->length;
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < offset; i++) {
		if (b->text[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)b->text[i] & 0xc0) != 0x80) {
			column++;
		}
	}
	yaml_checks_add(&b->checks, line, column, NULL, "%s",
			b->parser.problem ? b->parser.problem : "invalid text");
}

static void syntax_error(struct builder *b)
{
	const yaml_parser_t *parser = &b->parser;
	unsigned line = place_line(parser->problem_mark), column;
	const char *source;

	if (parser->error == YAML_READER_ERROR) {
		reader_error(b);
		return;
	}
	/* an error at the end of the file is shown where the construct began */
	source = yaml_source_line(b->file, line);
	column = place_column(parser->problem_mark);
	yaml_checks_syntax(&b->checks, line, column, source, parser->problem, parser->context,
			   place_line(parser->context_mark));
}

static bool next_event(struct builder *b, yaml_event_t *ret)
{
	if (yaml_parser_parse(&b->parser, ret))
		return true;
	syntax_error(b);
	return false;
}

static struct yaml_node *node_new(struct builder *b, enum yaml_type type, const yaml_event_t *event)
{
	struct built *built = arena_alloc(b->file->arena, sizeof(*built));

	built->weight = 1;
	built->node.type = type;
	built->node.line = place_line(event->start_mark);
	built->node.column = built->node.end_column = place_column(event->start_mark);
	return &built->node;
}

static size_t *weight_of(const struct yaml_node *node)
{
	return &container_of((struct yaml_node *)node, struct built, node)->weight;
}

static void remember_anchor(struct builder *b, const yaml_char_t *name, struct yaml_node *node)
{
	struct anchor *anchor;

	if (!name)
		return;
	anchor = arena_alloc(b->file->arena, sizeof(*anchor));
	anchor->name = arena_strdup(b->file->arena, (const char *)name);
	anchor->node = node;
	anchor->next = b->anchors;
	b->anchors = anchor;
}

/* Tags would change the meaning of a value silently: only !!str and "!" (both: text) are known. */
static bool check_tag(struct builder *b, const yaml_char_t *tag, const char *own_tag,
		      const struct yaml_node *node)
{
	if (!tag)
		return false;
	if (strcmp((const char *)tag, own_tag) != 0 && strcmp((const char *)tag, "!") != 0)
		yaml_checks_add(&b->checks, node->line, node->column, NULL,
				"tag \"%s\" is not supported", (const char *)tag);
	return true;
}

static struct yaml_node *build_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	struct yaml_node *node = node_new(b, YAML_SCALAR, event);

	if (strlen(text) != event->data.scalar.length)
		yaml_checks_add(&b->checks, node->line, node->column, NULL,
				"the character U+0000 is not supported");
	node->text = arena_strdup(b->file->arena, text);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (check_tag(b, event->data.scalar.tag, YAML_STR_TAG, node))
		node->quoted = true;
	if (event->start_mark.line == event->end_mark.line)
		node->end_column = place_column(event->end_mark);
	yaml_checks_cover(&b->checks, node->line, node->column, place_line(event->end_mark),
			  place_column(event->end_mark));
	remember_anchor(b, event->data.scalar.anchor, node);
	return node;
}

static void add_child(struct yaml_node *parent, struct yaml_node **last, struct yaml_node *child)
{
	if (*last)
		(*last)->next = child;
	else
		parent->first = child;
	*last = child;
	parent->count++;
	*weight_of(parent) += *weight_of(child);
}

static struct yaml_node *build_list(struct builder *b, const yaml_event_t *start, unsigned depth)
{
	struct yaml_node *list = node_new(b, YAML_LIST, start), *last = NULL, *child;
	yaml_event_t event;

	check_tag(b, start->data.sequence_start.tag, YAML_SEQ_TAG, list);
	for (;;) {
		if (!next_event(b, &event))
			return NULL;
		if (event.type == YAML_SEQUENCE_END_EVENT)
			break;
		child = build(b, &event, depth + 1);
		yaml_event_delete(&event);
		if (!child)
			return NULL;
		add_child(list, &last, child);
	}
	yaml_event_delete(&event);
	remember_anchor(b, start->data.sequence_start.anchor, list);
	return list;
}

/* The key's node, or NULL when there is no usable key (which is then a problem already). */
static bool build_key(struct builder *b, const yaml_event_t *event, unsigned depth,
		      struct yaml_node **ret)
{
	bool is_alias = event->type == YAML_ALIAS_EVENT;
	struct yaml_node *key = build(b, event, depth + 1);
	const char *wrong = NULL;

	if (!key)
		return false;
	if (is_alias)
		wrong = "a key cannot be an alias";
	else if (key->type != YAML_SCALAR)
		wrong = "a key must be text, not a list or map";
	else if (!key->quoted && !*key->text)
		wrong = "the key is missing";
	else if (!key->quoted && str_eq(key->text, "<<"))
		wrong = "merge keys are not supported";
	if (wrong)
		yaml_checks_add(&b->checks, place_line(event->start_mark),
				place_column(event->start_mark), NULL, "%s", wrong);
	*ret = wrong ? NULL : key;
	return true;
}

static struct yaml_node *build_map(struct builder *b, const yaml_event_t *start, unsigned depth)
{
	struct yaml_node *map = node_new(b, YAML_MAP, start), *last = NULL, *key, *child;
	yaml_event_t event;
	bool fine;

	check_tag(b, start->data.mapping_start.tag, YAML_MAP_TAG, map);
	for (;;) {
		if (!next_event(b, &event))
			return NULL;
		if (event.type == YAML_MAPPING_END_EVENT)
			break;
		fine = build_key(b, &event, depth, &key);
		yaml_event_delete(&event);
		if (!fine || !next_event(b, &event))
			return NULL;
		child = build(b, &event, depth + 1);
		yaml_event_delete(&event);
		if (!child)
			return NULL;
		if (!key)
			continue;
		child->key = key->text;
		child->key_line = key->line;
		child->key_column = key->column;
		add_child(map, &last, child);
	}
	yaml_event_delete(&event);
	yaml_checks_duplicates(&b->checks, map);
	remember_anchor(b, start->data.mapping_start.anchor, map);
	return map;
}

/* A copy of the anchor's node that shares its children: nobody changes them. */
static struct yaml_node *build_alias(struct builder *b, const yaml_event_t *event)
{
	const char *name = (const char *)event->data.alias.anchor;
	struct yaml_node *node = node_new(b, YAML_SCALAR, event);
	const struct anchor *anchor = b->anchors;

	yaml_checks_cover(&b->checks, node->line, node->column, place_line(event->end_mark),
			  place_column(event->end_mark));
	while (anchor && strcmp(anchor->name, name) != 0)
		anchor = anchor->next;
	node->text = "";
	if (!anchor) {
		yaml_checks_add(&b->checks, node->line, node->column,
				"put text that begins with '*' in quotes",
				"there is no anchor \"%s\" above", name);
		return node;
	}
	b->alias_nodes += *weight_of(anchor->node);
	if (b->alias_nodes > YAML_ALIAS_NODES_MAX) {
		yaml_checks_add(&b->checks, node->line, node->column, NULL,
				"aliases stand for more than %d values", YAML_ALIAS_NODES_MAX);
		return NULL;
	}
	node->type = anchor->node->type;
	node->text = anchor->node->text;
	node->quoted = anchor->node->quoted;
	node->first = anchor->node->first;
	node->count = anchor->node->count;
	*weight_of(node) = *weight_of(anchor->node);
	return node;
}

/* The node that begins with this event (which stays the caller's); NULL when parsing cannot go on.
 */
static struct yaml_node *build(struct builder *b, const yaml_event_t *event, unsigned depth)
{
	if (depth > YAML_DEPTH_MAX) {
		yaml_checks_add(&b->checks, place_line(event->start_mark),
				place_column(event->start_mark), NULL,
				"nested more than %d levels deep", YAML_DEPTH_MAX);
		return NULL;
	}
	switch (event->type) {
	case YAML_SCALAR_EVENT: return build_scalar(b, event);
	case YAML_ALIAS_EVENT: return build_alias(b, event);
	case YAML_SEQUENCE_START_EVENT: return build_list(b, event, depth);
	default: assert(event->type == YAML_MAPPING_START_EVENT); return build_map(b, event, depth);
	}
}

/* An empty document is one empty plain scalar to libyaml. */
static bool is_empty_document(const struct yaml_node *root)
{
	return root->type == YAML_SCALAR && !root->quoted && !*root->text;
}

/* Whether the whole stream could be read; problems in it may have been noted all the same. */
static bool build_documents(struct builder *b)
{
	yaml_event_t event;
	bool end = false;

	while (!end) {
		struct yaml_node *root = NULL;
		bool fine = true;

		if (!next_event(b, &event))
			return false;
		switch (event.type) {
		case YAML_STREAM_START_EVENT:
		case YAML_DOCUMENT_END_EVENT: break;
		case YAML_STREAM_END_EVENT: end = true; break;
		case YAML_DOCUMENT_START_EVENT: b->anchors = NULL; break;
		default:
			root = build(b, &event, 1);
			fine = root != NULL;
			if (fine)
				ptrs_add(&b->file->roots, is_empty_document(root) ? NULL : root);
			break;
		}
		yaml_event_delete(&event);
		if (!fine)
			return false;
	}
	return true;
}

static struct yaml_file *file_new(const char *text, size_t length)
{
	struct yaml_file *file = xcalloc(1, sizeof(*file));
	char *line;

	file->arena = arena_new();
	file->source = xmalloc(length + 1);
	if (length)
		memcpy(file->source, text, length);
	file->source[length] = '\0';
	line = file->source;
	for (size_t i = 0; i < length; i++) {
		if (file->source[i] != '\n')
			continue;
		file->source[i] = '\0';
		if (i && file->source[i - 1] == '\r')
			file->source[i - 1] = '\0';
		ptrs_add(&file->lines, line);
		line = file->source + i + 1;
	}
	if (line < file->source + length)
		ptrs_add(&file->lines, line);
	return file;
}

bool yaml_parse(const char *name, const char *text, size_t length, yaml_problem_fn *problem,
		void *userdata, struct yaml_file **ret, struct err *err)
{
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	struct builder b = {0};

	if (length > YAML_TEXT_MAX)
		return err_set(err, ERR_TOO_LARGE, NULL, "%s: more than %d MiB", name,
			       YAML_TEXT_MAX / 1024 / 1024);
	if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3; /* a byte order mark */
		length -= 3;
	}
	file = b.file = file_new(text, length);
	b.text = text;
	b.length = length;
	if (!yaml_parser_initialize(&b.parser))
		return err_set(err, ERR_IO, NULL, "%s: cannot create a YAML parser", name);
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, length);
	yaml_checks_init(&b.checks, file->arena);
	if (build_documents(&b))
		yaml_checks_tabs(&b.checks, file, length && memchr(text, '\t', length));
	yaml_parser_delete(&b.parser);
	if (!yaml_checks_finish(&b.checks, name, problem, userdata, err))
		return false;
	*ret = steal(file);
	return true;
}

static bool read_file(const char *path, char **ret, size_t *ret_length, struct err *err)
{
	FILE *stream = fopen(path, "rbe");
	char *text;
	size_t length;
	bool failed;

	if (!stream && errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND, NULL, "%s: no such file", path);
	if (!stream)
		return err_errno(err, "cannot open '%s'", path);
	text = xmalloc(YAML_TEXT_MAX + 1);
	/* one byte more than is allowed: yaml_parse then says that it is too long */
	errno = 0;
	length = fread(text, 1, YAML_TEXT_MAX + 1, stream);
	failed = ferror(stream);
	if (failed)
		err_errno(err, "cannot read '%s'", path);
	fclose(stream);
	if (failed) {
		free(text);
		return false;
	}
	*ret = text;
	*ret_length = length;
	return true;
}

bool yaml_load(const char *path, yaml_problem_fn *problem, void *userdata, struct yaml_file **ret,
	       struct err *err)
{
	_cleanup_(freep) char *text = NULL;
	size_t length = 0;

	if (!read_file(path, &text, &length, err))
		return false;
	return yaml_parse(path, text, length, problem, userdata, ret, err);
}

void yaml_file_free(struct yaml_file *file)
{
	if (!file)
		return;
	arena_free(file->arena);
	ptrs_done(&file->roots);
	ptrs_done(&file->lines);
	free(file->source);
	free(file);
}

size_t yaml_documents(const struct yaml_file *file)
{
	return file->roots.count;
}

const struct yaml_node *yaml_root(const struct yaml_file *file, size_t index)
{
	return index < file->roots.count ? file->roots.items[index] : NULL;
}

const char *yaml_source_line(const struct yaml_file *file, unsigned line)
{
	return line && line <= file->lines.count ? file->lines.items[line - 1] : NULL;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	if (!map || map->type != YAML_MAP)
		return NULL;
	for (const struct yaml_node *child = map->first; child; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

const char *yaml_get_text(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *node = map ? yaml_get(map, key) : NULL;

	return node ? node->text : NULL;
}
