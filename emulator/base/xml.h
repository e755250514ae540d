#pragma once
/* XML: a writer for replies, and a parser (expat) for the few requests that come as XML. */
#include "emulator/base/err.h"

struct strbuf;

/** @name Writing, straight into a strbuf (its ceiling holds) */
void xml_declaration(struct strbuf *sb); /* <?xml version="1.0" encoding="UTF-8"?> + newline */
void xml_open(struct strbuf *sb, const char *name);  /* <name> */
void xml_close(struct strbuf *sb, const char *name); /* </name> */
void xml_empty(struct strbuf *sb, const char *name); /* <name/> */
void xml_text(struct strbuf *sb,
	      const char *text); /* escaped; characters XML forbids become U+FFFD */
void xml_attribute_text(struct strbuf *sb,
			const char *text); /* escaped for an attribute in double quotes */
void xml_element(struct strbuf *sb, const char *name, const char *text); /* <name>text</name> */

/** @name Reading */
struct xml_node {
	const char *name;  /**< local name, without prefix */
	const char *space; /**< namespace URI or "" */
	const char *text;  /**< all character data of this element, "" when none */
	struct xml_attribute {
		const char *name, *value; /**< prefix:name as written */
		struct xml_attribute *next;
	} * attributes;
	struct xml_node *first, *next;
};
struct arena;

#define XML_DEPTH_MAX 100

/**
 * Parses a document; no DTD, no external entities.
 *
 * @param ret  the root element, in the arena
 * @param err  ERR_INVALID with line and column
 */
must_check bool xml_parse(struct arena *arena, const char *text, size_t length,
			  struct xml_node **ret, struct err *err);
/** First child of that local name, or NULL. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
