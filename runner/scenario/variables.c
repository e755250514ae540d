/* ${…}: replaced in trees, keeping the types of values that stand alone. */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/scenario/scenario.h"

#define EXPANDED_MAX (1024 * 1024) /* bytes of one text after replacement */

static void add_text(struct strbuf *sb, const struct json *value)
{
	if (json_str(value))
		strbuf_add(sb, json_str(value));
	else
		json_print(sb, value);
}

bool variables_replace_text(const char *text, variable_fn *fn, void *userdata, struct json **ret,
			    struct err *err)
{
	const char *at = text, *open, *close;
	struct strbuf sb;

	strbuf_init(&sb, EXPANDED_MAX);
	while ((open = strstr(at, "${")) && (close = strchr(open, '}'))) {
		_cleanup_(freep) char *reference = xstrndup(open + 2, (size_t)(close - open - 2));
		_cleanup_(json_freep) struct json *value = NULL;

		if (!fn(reference, &value, userdata, err)) {
			strbuf_done(&sb);
			return false;
		}
		if (open == text && !close[1]) { /* all of the text: its type stays */
			strbuf_done(&sb);
			*ret = steal(value);
			return true;
		}
		strbuf_add_bytes(&sb, at, (size_t)(open - at));
		add_text(&sb, value);
		at = close + 1;
	}
	strbuf_add(&sb, at);
	if (sb.overflow) {
		strbuf_done(&sb);
		return err_set(err, ERR_TOO_LARGE, NULL, "a text is larger than %d bytes",
			       EXPANDED_MAX);
	}
	*ret = json_new_string(strbuf_text(&sb));
	strbuf_done(&sb);
	return true;
}

static bool replace_children(const struct json *json, variable_fn *fn, void *userdata,
			     struct json **ret, struct err *err)
{
	bool object = json_is_object(json);
	_cleanup_(json_freep) struct json *copy = object ? json_new_object() : json_new_array();

	json_foreach (item, json) {
		struct json *value;

		if (!variables_replace(item, fn, userdata, &value, err))
			return false;
		if (object)
			json_set(copy, json_key(item), value);
		else
			json_append(copy, value);
	}
	*ret = steal(copy);
	return true;
}

bool variables_replace(const struct json *json, variable_fn *fn, void *userdata, struct json **ret,
		       struct err *err)
{
	if (json_is_object(json) || json_is_array(json))
		return replace_children(json, fn, userdata, ret, err);
	if (json_is_string(json) && strstr(json_str(json), "${"))
		return variables_replace_text(json_str(json), fn, userdata, ret, err);
	*ret = json_copy(json);
	return true;
}
