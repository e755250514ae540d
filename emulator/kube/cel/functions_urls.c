/*
 * URLs. Source: apiserver pkg/cel/library/urls.go; Go's net/url ParseRequestURI.
 */
#include <ctype.h>
#include <stdio.h>

#include "emulator/base/arena.h"
#include "emulator/kube/cel/inner.h"

struct cel_url {
	const char *text, *scheme, *host, *path, *query;
};

const char *cel_url_text(const struct cel_url *url)
{
	return url->text;
}

static bool is_percent(const char *text)
{
	return text[0] == '%' && isxdigit((unsigned char)text[1]) &&
	       isxdigit((unsigned char)text[2]);
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f ||
		    (*text == '%' && !is_percent(text)))
			return false;
	return true;
}

/* [::1]:80, example.com:80 */
static bool host_fits(const char *host)
{
	const char *bracket = *host == '[' ? strchr(host, ']') : NULL;
	const char *port = strchr(bracket ? bracket : host, ':');

	if ((*host == '[') != (bracket != NULL) || strpbrk(host, " <>\"\\^`{|}"))
		return false;
	if (bracket && bracket[1] && bracket[1] != ':')
		return false;
	for (port = port ? port + 1 : ""; *port; port++)
		if (!isdigit((unsigned char)*port))
			return false;
	return true;
}

/* What stands in front of "://" or ":"; NULL: wrong, "": none. */
static const char *scheme_of(struct arena *arena, const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) ||
	       (length && text[length] && strchr("+-.", text[length])))
		length++;
	if (text[length] != ':')
		return "";
	return length && isalpha((unsigned char)*text) ? arena_strndup(arena, text, length) : NULL;
}

/* An absolute URL, or a path that begins with a slash. */
static bool read_url(struct arena *arena, const char *text, struct cel_url *ret)
{
	const char *rest = text, *end;

	*ret = (struct cel_url){.text = text, .host = "", .query = ""};
	if (!*text || !is_plain(text) || strchr(text, ' '))
		return false;
	ret->scheme = scheme_of(arena, text);
	if (!ret->scheme)
		return false;
	if (*ret->scheme)
		rest += strlen(ret->scheme) + 1;
	/* without a slash: opaque with a scheme, refused without */
	if (*rest != '/' && !*ret->scheme)
		return false;
	rest = arena_strndup(arena, rest, strcspn(rest, "#"));
	end = strchr(rest, '?');
	if (end) {
		ret->query = end + 1;
		rest = arena_strndup(arena, rest, (size_t)(end - rest));
	}
	if (str_starts_with(rest, "//") && (*ret->scheme || !str_starts_with(rest, "///"))) {
		const char *host = rest + 2, *user;
		size_t length = strcspn(host, "/");

		rest = host + length;
		host = arena_strndup(arena, host, length);
		user = strrchr(host, '@');
		ret->host = user ? user + 1 : host;
		if (!host_fits(ret->host))
			return false;
	}
	ret->path = *rest == '/' || !*rest ? rest : "";
	return true;
}

static struct cel_value to_url(struct cel_run *run, const struct cel_value *a)
{
	const char *text = cel_copy_text(run, a);
	struct cel_url *url = arena_alloc(run->arena, sizeof(*url));

	if (memchr(a->text, '\0', a->length) || !read_url(run->arena, text, url))
		return cel_error(run->arena,
				 "URL parse error during conversion from string: parse \"%s\": "
				 "invalid URI for request",
				 text);
	return (struct cel_value){.kind = CEL_URL, .url = url};
}

static struct cel_value is_url(struct cel_run *run, const struct cel_value *a)
{
	struct cel_value url = to_url(run, a);

	return cel_bool(url.kind == CEL_URL);
}

bool cel_url_fits(struct arena *arena, const char *text)
{
	struct cel_url url;

	return read_url(arena, text, &url);
}

static struct cel_value scheme(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_text(a->url->scheme);
}

static struct cel_value host(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_text(a->url->host);
}

static struct cel_value host_name(struct cel_run *run _unused_, const struct cel_value *a)
{
	const char *host = a->url->host, *end;

	if (*host == '[') {
		end = strchr(host, ']');
		return cel_text_len(host + 1, (size_t)(end - host - 1));
	}
	return cel_text_len(host, strcspn(host, ":"));
}

static struct cel_value port(struct cel_run *run _unused_, const struct cel_value *a)
{
	const char *host = a->url->host, *bracket = strchr(host, ']');
	const char *colon = strchr(bracket ? bracket : host, ':');

	return cel_text(colon ? colon + 1 : "");
}

static struct cel_value path(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_text(a->url->path);
}

/* "a%20b+c" → "a b c" */
static struct cel_value decoded(struct cel_run *run, const char *text, size_t length)
{
	char *out = arena_alloc(run->arena, length + 1);
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned value;

		if (is_percent(text + i) && i + 2 < length &&
		    sscanf(text + i + 1, "%2x", &value) == 1) {
			out[count++] = (char)value;
			i += 2;
		} else {
			out[count++] = (char)(text[i] == '+' ? ' ' : text[i]);
		}
	}
	return cel_text_len(out, count);
}

static void add_query(struct cel_run *run, struct cel_value *keys, struct cel_value *lists,
		      size_t *count, const struct cel_value *key, const struct cel_value *value)
{
	struct cel_value one = cel_list(run->arena, value, 1);

	for (size_t i = 0; i < *count; i++)
		if (cel_equal(run->arena, &keys[i], key)) {
			lists[i] = cel_list_add(run, &lists[i], &one);
			return;
		}
	keys[*count] = *key;
	lists[(*count)++] = one;
}

static struct cel_value query(struct cel_run *run, const struct cel_value *a)
{
	const char *text = a->url->query;
	size_t room = strlen(text) + 1, count = 0;
	struct cel_value *keys = arena_alloc(run->arena, room * sizeof(*keys));
	struct cel_value *lists = arena_alloc(run->arena, room * sizeof(*lists));

	while (*text) {
		size_t length = strcspn(text, "&"), name;
		struct cel_value key, *value = arena_alloc(run->arena, sizeof(*value));

		for (name = 0; name < length && text[name] != '=';)
			name++;
		key = decoded(run, text, name);
		*value = name < length ? decoded(run, text + name + 1, length - name - 1)
				       : cel_text("");
		/* a pair with a semicolon is left out, as Go's ParseQuery does */
		if (length && !memchr(text, ';', length))
			add_query(run, keys, lists, &count, &key, value);
		text += length + (text[length] == '&');
	}
	return cel_map(run->arena, keys, lists, count);
}

const struct cel_overload cel_urls[] = {
	{"url", "s>U", to_url, COST_FIRST},
	{"isURL", "s>b", is_url, COST_ONE},
	{"getScheme", ".U>s", scheme, COST_ONE},
	{"getHost", ".U>s", host, COST_ONE},
	{"getHostname", ".U>s", host_name, COST_ONE},
	{"getPort", ".U>s", port, COST_ONE},
	{"getEscapedPath", ".U>s", path, COST_ONE},
	{"getQuery", ".U>{s[s]}", query, COST_ONE},
	{},
};
