/* XML: a writer into a strbuf, and a reader on top of expat. */
#include "emulator/base/xml.h"

#include <expat.h>
#include <limits.h>

#include "emulator/base/arena.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/utf8.h"

/* Writing */

void xml_declaration(struct strbuf *sb)
{
	strbuf_add(sb, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

void xml_open(struct strbuf *sb, const char *name)
{
	strbuf_add_char(sb, '<');
	strbuf_add(sb, name);
	strbuf_add_char(sb, '>');
}

void xml_close(struct strbuf *sb, const char *name)
{
	strbuf_add_bytes(sb, "</", 2);
	strbuf_add(sb, name);
	strbuf_add_char(sb, '>');
}

void xml_empty(struct strbuf *sb, const char *name)
{
	strbuf_add_char(sb, '<');
	strbuf_add(sb, name);
	strbuf_add_bytes(sb, "/>", 2);
}

/* What a byte is written as; NULL when as itself. Line ends and tabs would be normalised by the
 * reader of an attribute, a carriage return by the reader of any text. */
static const char *escape_of(char c, bool in_attribute)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '\r': return "&#13;";
	case '"': return in_attribute ? "&quot;" : NULL;
	case '\n': return in_attribute ? "&#10;" : NULL;
	case '\t': return in_attribute ? "&#9;" : NULL;
	default: return NULL;
	}
}

/* Whether XML 1.0 has the character of n bytes at p (section 2.2, Char). */
static bool is_xml_char(const char *p, size_t n)
{
	if (n == 1)
		return (unsigned char)*p >= 0x20 || *p == '\t' || *p == '\n' || *p == '\r';
	return n && !(n == 3 && (memcmp(p, "\xef\xbf\xbe", 3) == 0 || /* U+FFFE, U+FFFF */
				 memcmp(p, "\xef\xbf\xbf", 3) == 0));
}

/* Printable ASCII that is never escaped: nearly all that is ever written. */
static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '&' && c != '<' && c != '>' && c != '"';
}

static void add_escaped(struct strbuf *sb, const char *text, bool in_attribute)
{
	const char *end = text + strlen(text), *run = text, *p = text;

	while (p < end) {
		const char *instead = NULL;
		size_t n;

		if (is_plain((unsigned char)*p)) {
			p++;
			continue;
		}
		n = utf8_char_bytes(p, (size_t)(end - p));
		if (!is_xml_char(p, n))
			instead = "\xef\xbf\xbd";
		else if (n == 1)
			instead = escape_of(*p, in_attribute);
		n = n ? n : 1;
		if (instead) {
			strbuf_add_bytes(sb, run, (size_t)(p - run));
			strbuf_add(sb, instead);
			run = p + n;
		}
		p += n;
	}
	strbuf_add_bytes(sb, run, (size_t)(p - run));
}

void xml_text(struct strbuf *sb, const char *text)
{
	add_escaped(sb, text, false);
}

void xml_attribute_text(struct strbuf *sb, const char *text)
{
	add_escaped(sb, text, true);
}

void xml_element(struct strbuf *sb, const char *name, const char *text)
{
	xml_open(sb, name);
	xml_text(sb, text);
	xml_close(sb, name);
}

/* Reading */

#define SEPARATOR                                                                                  \
	'\n' /* between URI, local name and prefix; expat refuses URIs that contain it             \
	      */

struct frame {
	struct xml_node *node, *last; /* last: the child added last */
	struct strbuf text;
};

struct reader {
	XML_Parser parser;
	struct arena *arena;
	struct xml_node *root;
	struct frame frames[XML_DEPTH_MAX];
	unsigned depth; /* open elements */
	size_t length;	/* of the input: no text is longer (entities are not expanded) */
	const char *refusal;
};

static void refuse(struct reader *reader, const char *why)
{
	if (!reader->refusal)
		reader->refusal = why;
	XML_StopParser(reader->parser, XML_FALSE);
}

/* A name as expat gives it: "local", "URI\nlocal" or "URI\nlocal\nprefix". */
struct name {
	const char *space, *local, *prefix; /* in the arena; "" when there is none */
};

static struct name split_name(struct arena *arena, const char *text)
{
	const char *first = strchr(text, SEPARATOR), *second;

	if (!first)
		return (struct name){"", arena_strdup(arena, text), ""};
	second = strchr(first + 1, SEPARATOR);
	return (struct name){
		arena_strndup(arena, text, (size_t)(first - text)),
		second ? arena_strndup(arena, first + 1, (size_t)(second - first - 1))
		       : arena_strdup(arena, first + 1),
		second ? arena_strdup(arena, second + 1) : "",
	};
}

static struct xml_attribute *copy_attributes(struct arena *arena, const char **pairs)
{
	struct xml_attribute *first = NULL, **next = &first;

	for (; *pairs; pairs += 2) {
		struct xml_attribute *attribute = arena_alloc(arena, sizeof(*attribute));
		struct name name = split_name(arena, pairs[0]);

		attribute->name = *name.prefix
					  ? arena_printf(arena, "%s:%s", name.prefix, name.local)
					  : name.local;
		attribute->value = arena_strdup(arena, pairs[1]);
		*next = attribute;
		next = &attribute->next;
	}
	return first;
}

static void on_start(void *userdata, const char *text, const char **attributes)
{
	struct reader *reader = userdata;
	struct frame *parent = reader->depth ? &reader->frames[reader->depth - 1] : NULL, *frame;
	struct xml_node *node;
	struct name name;

	if (reader->depth == XML_DEPTH_MAX) {
		refuse(reader, "elements are nested too deeply");
		return;
	}
	node = arena_alloc(reader->arena, sizeof(*node));
	name = split_name(reader->arena, text);
	node->name = name.local;
	node->space = name.space;
	node->attributes = copy_attributes(reader->arena, attributes);
	if (!parent)
		reader->root = node;
	else if (parent->last)
		parent->last->next = node;
	else
		parent->node->first = node;
	if (parent)
		parent->last = node;
	frame = &reader->frames[reader->depth++];
	*frame = (struct frame){.node = node};
	strbuf_init(&frame->text, reader->length);
}

static void on_end(void *userdata, _unused_ const char *text)
{
	struct reader *reader = userdata;
	struct frame *frame = &reader->frames[--reader->depth];

	frame->node->text = arena_strdup(reader->arena, strbuf_text(&frame->text));
	strbuf_done(&frame->text);
}

static void on_text(void *userdata, const char *text, int length)
{
	struct reader *reader = userdata;

	if (reader->depth)
		strbuf_add_bytes(&reader->frames[reader->depth - 1].text, text, (size_t)length);
}

static void on_doctype(void *userdata, _unused_ const char *name, _unused_ const char *system,
		       _unused_ const char *public, _unused_ int has_subset)
{
	refuse(userdata, "a document type declaration is not allowed");
}

static bool parse_error(struct reader *reader, struct err *err)
{
	XML_Parser parser = reader->parser;
	const char *why = reader->refusal;

	if (!why)
		why = XML_ErrorString(XML_GetErrorCode(parser));
	return err_set(err, ERR_INVALID, NULL, "line %lu column %lu: %s",
		       (unsigned long)XML_GetCurrentLineNumber(parser),
		       (unsigned long)XML_GetCurrentColumnNumber(parser) + 1, why);
}

bool xml_parse(struct arena *arena, const char *text, size_t length, struct xml_node **ret,
	       struct err *err)
{
	struct reader *reader;
	bool fine;

	if (length > INT_MAX)
		return err_set(err, ERR_TOO_LARGE, NULL, "the XML text is too long");
	reader = xcalloc(1, sizeof(*reader));
	reader->arena = arena;
	/* UTF-16 input takes up to 3 bytes of UTF-8 for 2 of its own */
	reader->length = length * 2;
	reader->parser = XML_ParserCreateNS(NULL, SEPARATOR);
	if (!reader->parser) {
		free(reader);
		return err_set(err, ERR_IO, NULL, "cannot create an XML parser");
	}
	XML_SetReturnNSTriplet(reader->parser, XML_TRUE);
	XML_SetUserData(reader->parser, reader);
	XML_SetElementHandler(reader->parser, on_start, on_end);
	XML_SetCharacterDataHandler(reader->parser, on_text);
	XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
	fine = XML_Parse(reader->parser, text, (int)length, XML_TRUE) == XML_STATUS_OK;
	if (fine)
		*ret = reader->root;
	else
		parse_error(reader, err);
	while (reader->depth)
		strbuf_done(&reader->frames[--reader->depth].text);
	XML_ParserFree(reader->parser);
	free(reader);
	return fine;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
	if (!node)
		return NULL;
	for (const struct xml_node *child = node->first; child; child = child->next)
		if (strcmp(child->name, name) == 0)
			return child;
	return NULL;
}
