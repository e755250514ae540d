/* URI templates of the rest protocols: "/2013-04-01/hostedzone/{Id}/rrset", "/{Bucket}/{Key+}". */
#include "emulator/aws/protocol/protocol.h"

/* One segment of a path: decoded text becomes the label's; '+' at the label's end takes the rest.
 */
static bool take_label(struct arena *arena, struct json *labels, const char *label, size_t length,
		       const char *text, size_t text_length)
{
	char *value = http_url_decode(arena, text, text_length, false);

	if (!value || text_length == 0)
		return false;
	if (labels)
		json_set_str(labels, arena_strndup(arena, label, length), value);
	return true;
}

/* Whether the parameters that a template's query says stand in the request's. */
static bool query_fits(const char *template, const char *query)
{
	while (*template) {
		size_t n = strcspn(template, "&");
		const char *at = query;
		bool found = false;

		while (*at && !found) {
			size_t m = strcspn(at, "&");

			found = (m == n || (m == n + 1 && at[n] == '=')) &&
				strncmp(at, template, n) == 0;
			at += m + (at[m] == '&');
		}
		if (!found)
			return false;
		template += n + (template[n] == '&');
	}
	return true;
}

int rest_match(struct arena *arena, const struct aws_operation *operation, const char *path,
	       const char *query, struct json *labels)
{
	const char *template = operation->http_uri;
	size_t end = strcspn(template, "?");
	int literal = 0;
	size_t i = 0;

	if (template[end] == '?') {
		if (!query_fits(template + end + 1, query))
			return -1;
		literal += (int)strlen(template + end + 1);
	}
	while (i < end) {
		const char *close;
		size_t length, label_length;

		if (template[i] != '{') {
			if (template[i] != *path)
				return -1;
			i++;
			path++;
			literal++;
			continue;
		}
		close = strchr(template + i, '}');
		label_length = (size_t)(close - (template + i + 1));
		if (template[i + label_length] == '+') { /* greedy: up to what follows it */
			size_t rest = end - (size_t)(close + 1 - template);

			label_length--;
			length = strlen(path);
			length = length > rest ? length - rest : 0;
		} else {
			length = strcspn(path, "/");
		}
		if (!take_label(arena, labels, template + i + 1, label_length, path, length))
			return -1;
		path += length;
		i = (size_t)(close + 1 - template);
	}
	if (*path == '/' && !path[1])
		path++; /* a trailing slash makes no difference */
	return *path ? -1 : literal;
}
