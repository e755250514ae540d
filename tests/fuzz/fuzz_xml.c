/* Fuzz target: any bytes as XML. The texts that are read can be written, and read as the same. */
#include "emulator/base/arena.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(struct arena *arena, const struct xml_node *node)
{
	_cleanup_(strbuf_done) struct strbuf sb;
	struct xml_node *again;

	strbuf_init(&sb, SIZE_MAX / 4);
	strbuf_add(&sb, "<a b=\"");
	xml_attribute_text(&sb, node->text);
	strbuf_add(&sb, "\">");
	xml_text(&sb, node->text);
	xml_close(&sb, "a");
	assert(xml_parse(arena, strbuf_text(&sb), sb.length, &again, NULL));
	assert(strcmp(again->text, node->text) == 0);
	assert(strcmp(again->attributes->value, node->text) == 0);
	for (const struct xml_node *child = node->first; child; child = child->next)
		write_and_read(arena, child);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct xml_node *root = NULL;

	if (xml_parse(arena, (const char *)data, size, &root, &err))
		write_and_read(arena, root);
	else
		assert(!root && str_starts_with(err_text(&err), "line "));
	return 0;
}
