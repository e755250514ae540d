/* Bodies of replies compared as what they say. */
#include "tests/aws/same_body.h"

#include <strings.h>

#include "emulator/base/json.h"
#include "emulator/base/xml.h"

static bool is_bookkeeping(const struct xml_node *node)
{
	return strcasecmp(node->name, "requestId") == 0 || str_eq(node->name, "ResponseMetadata");
}

static const char *trimmed(struct arena *arena, const char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	return arena_strndup(arena, text, n);
}

static const struct xml_node *skip_bookkeeping(const struct xml_node *node)
{
	while (node && is_bookkeeping(node))
		node = node->next;
	return node;
}

/* Each attribute of one is one of the other. */
static bool has_attributes_of(const struct xml_node *a, const struct xml_node *b)
{
	for (const struct xml_attribute *x = b->attributes; x; x = x->next) {
		const struct xml_attribute *y = a->attributes;

		while (y && !(str_eq(x->name, y->name) && str_eq(x->value, y->value)))
			y = y->next;
		if (!y)
			return false;
	}
	return true;
}

static bool same_attributes(const struct xml_node *a, const struct xml_node *b)
{
	return has_attributes_of(a, b) && has_attributes_of(b, a);
}

/* Same names, texts and attributes, in order but for members of one structure, which may differ. */
static bool same_xml(struct arena *arena, const struct xml_node *a, const struct xml_node *b)
{
	size_t children_a = 0, children_b = 0;

	if (!str_eq(a->name, b->name) || !same_attributes(a, b))
		return false;
	for (const struct xml_node *n = skip_bookkeeping(a->first); n;
	     n = skip_bookkeeping(n->next))
		children_a++;
	for (const struct xml_node *n = skip_bookkeeping(b->first); n;
	     n = skip_bookkeeping(n->next))
		children_b++;
	if (children_a != children_b)
		return false;
	if (!children_a && strcmp(a->text, b->text) != 0 &&
	    strcmp(trimmed(arena, a->text), trimmed(arena, b->text)) != 0)
		return false;
	for (const struct xml_node *n = skip_bookkeeping(a->first); n;
	     n = skip_bookkeeping(n->next)) {
		unsigned which = 0;
		const struct xml_node *other = skip_bookkeeping(b->first);

		for (const struct xml_node *m = a->first; m != n; m = m->next)
			which += str_eq(m->name, n->name);
		for (; other; other = skip_bookkeeping(other->next))
			if (str_eq(other->name, n->name) && which-- == 0)
				break;
		if (!other || !same_xml(arena, n, other))
			return false;
	}
	return true;
}

bool same_body(struct arena *arena, const struct aws_service_model *model, const char *got,
	       const char *wanted)
{
	struct xml_node *a, *b;
	struct json *x = NULL, *y = NULL;
	bool same;

	if (strcmp(got, wanted) == 0)
		return true;
	/* No body and an empty object are the same to every client. */
	if (model->protocol == PROTOCOL_REST_JSON && !*wanted)
		wanted = "{}";
	wanted += strspn(wanted, " \n");
	if (*wanted == '<')
		return xml_parse(arena, got, strlen(got), &a, NULL) &&
		       xml_parse(arena, wanted, strlen(wanted), &b, NULL) && same_xml(arena, a, b);
	if (model->protocol != PROTOCOL_JSON && model->protocol != PROTOCOL_REST_JSON)
		return false;
	same = json_parse(got, strlen(got), &x, NULL) &&
	       json_parse(wanted, strlen(wanted), &y, NULL) && json_equal(x, y);
	json_free(x);
	json_free(y);
	return same;
}
