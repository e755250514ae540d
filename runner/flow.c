/* Values as one writes them into a scenario. */
#include "runner/flow.h"

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"

/* Plain where YAML reads it as the same text anywhere, else in quotes. */
static void add_scalar(struct strbuf *sb, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_./";
	_cleanup_(json_freep) struct json *json = json_new_string(text);

	if (*text && !strchr("-.", *text) && strspn(text, plain) == strlen(text))
		strbuf_add(sb, text);
	else
		json_print(sb, json);
}

void flow_add(struct strbuf *sb, const struct json *value)
{
	bool list = json_is_array(value), first = true;

	if (json_str(value)) {
		add_scalar(sb, json_str(value));
	} else if (!list && !json_is_object(value)) {
		json_print(sb, value);
	} else if (!json_size(value)) {
		strbuf_add(sb, list ? "[]" : "{}");
	} else {
		strbuf_add(sb, list ? "[ " : "{ ");
		json_foreach (item, value) {
			strbuf_add(sb, first ? "" : ", ");
			first = false;
			if (!list) {
				add_scalar(sb, json_key(item));
				strbuf_add(sb, ": ");
			}
			flow_add(sb, item);
		}
		strbuf_add(sb, list ? " ]" : " }");
	}
}
