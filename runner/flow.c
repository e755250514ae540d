/* Values as one writes them into YAML. */
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

#define COLUMNS 110 /* of a line in block style, where it can be broken */

void block_add(struct strbuf *sb, const struct json *object, unsigned indent)
{
	json_foreach (member, object) {
		size_t start = sb->length, value;

		strbuf_addf(sb, "%*s", (int)indent, "");
		add_scalar(sb, json_key(member));
		strbuf_add_char(sb, ':');
		value = sb->length;
		strbuf_add_char(sb, ' ');
		flow_add(sb, member);
		if (sb->length - start > COLUMNS && json_size(member)) {
			strbuf_truncate(sb, value);
			strbuf_add_char(sb, '\n');
			if (json_is_object(member)) {
				block_add(sb, member, indent + 2);
				continue;
			}
			json_foreach (item, member) {
				strbuf_addf(sb, "%*s- ", (int)indent + 2, "");
				flow_add(sb, item);
				strbuf_add_char(sb, '\n');
			}
			continue;
		}
		strbuf_add_char(sb, '\n');
	}
}
