/* Fuzz target: any bytes as YAML. Each problem has a place; what is read becomes JSON. */
#include "emulator/base/json.h"
#include "emulator/base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(void *userdata, unsigned line, unsigned column, const char *message,
		 _unused_ const char *hint)
{
	assert(line && column && *message);
	++*(unsigned *)userdata;
}

static void check_places(const struct yaml_file *file, const struct yaml_node *node)
{
	assert(node->line && node->column && node->end_column >= node->column);
	assert((node->type == YAML_SCALAR) == (node->text && !node->first));
	for (const struct yaml_node *child = node->first; child; child = child->next)
		if (node->line <= child->line) /* an alias's children stand where the anchor is */
			check_places(file, child);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	unsigned problems = 0;

	if (!yaml_parse("f", (const char *)data, size, note, &problems, &file, &err)) {
		assert(!file && problems && str_starts_with(err_text(&err), "f:"));
		return 0;
	}
	assert(!problems);
	for (size_t i = 0; i < yaml_documents(file); i++) {
		const struct yaml_node *root = yaml_root(file, i);
		_cleanup_(json_freep) struct json *json = yaml_to_json(root),
						  *text = yaml_to_json_text(root);
		_cleanup_(freep) char *printed = json_to_text(json);
		_cleanup_(json_freep) struct json *again = NULL;

		if (root)
			check_places(file, root);
		assert(json_is_null(text) == !root);
		assert(json_parse(printed, strlen(printed), &again, NULL));
		assert(json_equal(again, json));
	}
	return 0;
}
