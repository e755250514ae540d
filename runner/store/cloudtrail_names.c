/* Names that AWS made up, and ours in their places. */
#include <ctype.h>
#include <uthash.h>

#include "emulator/base/cidr.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/store/cloudtrail_inner.h"
#include "runner/store/moved.h"

#define TEXT_MAX	(8u * 1024 * 1024) /* bytes of one text with its names replaced */
#define HEX_LEAST	8		   /* digits of an id: i-1234abcd */
#define UNIQUE_LEAST	16		   /* characters of an id of IAM: AIDA… */
#define PREFIX_OF_A_VPC 44		   /* bits: shorter IPv6 blocks are nobody's own */

struct name {
	char *theirs, *ours;
	UT_hash_handle hh;
};

struct cloudtrail_names {
	struct name *names;
	struct moved_blocks blocks;
};

struct cloudtrail_names *cloudtrail_names_new(void)
{
	return xcalloc(1, sizeof(struct cloudtrail_names));
}

void cloudtrail_names_free(struct cloudtrail_names *names)
{
	struct name *name, *next;

	if (!names)
		return;
	HASH_ITER (hh, names->names, name, next) {
		HASH_DEL(names->names, name);
		free(name->theirs);
		free(name->ours);
		free(name);
	}
	moved_blocks_done(&names->blocks);
	free(names);
}

void cloudtrail_names_move(struct cloudtrail_names *names, const char *theirs, const char *ours)
{
	moved_blocks_add(&names->blocks, theirs, ours);
}

static const struct name *find(const struct cloudtrail_names *names, const char *theirs)
{
	struct name *name;

	HASH_FIND_STR(names->names, theirs, name);
	return name;
}

void cloudtrail_names_add(struct cloudtrail_names *names, const char *theirs, const char *ours)
{
	struct name *name;

	if (find(names, theirs))
		return;
	name = xcalloc(1, sizeof(*name));
	name->theirs = xstrdup(theirs);
	name->ours = xstrdup(ours);
	HASH_ADD_KEYPTR(hh, names->names, name->theirs, strlen(name->theirs), name);
}

/* "vpc-0a1b2c3d": how long "vpc-" is; 0: it is no such id. */
static size_t id_prefix(const char *text)
{
	const char *dash = strrchr(text, '-');
	size_t digits = dash ? strlen(dash + 1) : 0;

	if (!dash || dash == text || digits < HEX_LEAST ||
	    strspn(dash + 1, "0123456789abcdef") != digits)
		return 0;
	for (const char *c = text; c < dash; c++)
		if (!islower((unsigned char)*c) && *c != '-')
			return 0;
	return (size_t)(dash - text) + 1;
}

static bool is_unique_id(const char *text)
{
	size_t length = strlen(text);

	if (length < UNIQUE_LEAST || text[0] != 'A')
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isupper((unsigned char)text[i]) && !isdigit((unsigned char)text[i]))
			return false;
	return true;
}

static bool is_arn(const char *text)
{
	return str_starts_with(text, "arn:aws");
}

static bool is_host(const char *text)
{
	return !strpbrk(text, " /:") &&
	       (str_ends_with(text, ".amazonaws.com") || str_ends_with(text, ".internal"));
}

static bool is_hardware_address(const char *text)
{
	return strlen(text) == 17 && strspn(text, "0123456789abcdef:") == 17;
}

static bool both_addresses(const char *a, const char *b)
{
	struct cidr x, y;

	if (ip_parse(a, &x.ip) && ip_parse(b, &y.ip))
		return x.ip.family == y.ip.family;
	return cidr_parse(a, &x) && cidr_parse(b, &y) && x.prefix == y.prefix &&
	       x.ip.family == FAMILY_IPV6 && y.ip.family == FAMILY_IPV6 &&
	       x.prefix >= PREFIX_OF_A_VPC;
}

/* Whether AWS chose both texts, for the same purpose. */
static bool same_sort(const char *a, const char *b)
{
	size_t prefix = id_prefix(a);

	if (prefix)
		return prefix == id_prefix(b) && strncmp(a, b, prefix) == 0;
	return (is_arn(a) && is_arn(b)) || (is_host(a) && is_host(b)) ||
	       (is_unique_id(a) && is_unique_id(b) && strncmp(a, b, 4) == 0) ||
	       (is_hardware_address(a) && is_hardware_address(b)) || both_addresses(a, b);
}

bool cloudtrail_names_pair(struct cloudtrail_names *names, const char *theirs, const char *ours,
			   bool learn)
{
	const struct name *name = find(names, theirs);

	if (name)
		return str_eq(name->ours, ours);
	if (!same_sort(theirs, ours))
		return false;
	if (learn)
		cloudtrail_names_add(names, theirs, ours);
	return true;
}

/* All places of one name in a text; an id that goes on behind it is another one. */
static char *replace(const char *text, const struct name *name)
{
	size_t length = strlen(name->theirs);
	const char *from = text, *at;
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	while ((at = strstr(from, name->theirs))) {
		bool whole = !isalnum((unsigned char)at[length]) &&
			     (at == text || !isalnum((unsigned char)at[-1]));

		strbuf_add_bytes(&sb, from, (size_t)(at - from));
		strbuf_add(&sb, whole ? name->ours : name->theirs);
		from = at + length;
	}
	strbuf_add(&sb, from);
	return strbuf_steal(&sb);
}

char *cloudtrail_names_text(const struct cloudtrail_names *names, const char *text)
{
	const struct name *whole = find(names, text), *name;
	char *moved = whole ? NULL : moved_blocks_text(&names->blocks, text);
	char *ret = moved ? moved : xstrdup(whole ? whole->ours : text);

	if (whole || moved)
		return ret;
	for (name = names->names; name; name = name->hh.next) {
		char *next;

		if (!strstr(ret, name->theirs))
			continue;
		next = replace(ret, name);
		free(ret);
		ret = next;
	}
	return ret;
}

struct json *cloudtrail_names_tree(const struct cloudtrail_names *names, const struct json *tree)
{
	const char *text = json_str(tree);
	struct json *ret;

	if (text) {
		_cleanup_(freep) char *replaced = cloudtrail_names_text(names, text);

		return json_new_string(replaced);
	}
	if (!json_is_object(tree) && !json_is_array(tree))
		return json_copy(tree);
	ret = json_is_array(tree) ? json_new_array() : json_new_object();
	json_foreach (item, tree) {
		struct json *child = cloudtrail_names_tree(names, item);

		if (json_is_array(tree))
			json_append(ret, child);
		else
			json_set(ret, json_key(item), child);
	}
	return ret;
}

const char *cloudtrail_names_stranger(const struct cloudtrail_names *names, const struct json *tree)
{
	const char *text = json_str(tree), *found;

	if (text)
		return (id_prefix(text) || is_arn(text)) && !find(names, text) ? text : NULL;
	json_foreach (item, tree) {
		found = cloudtrail_names_stranger(names, item);
		if (found)
			return found;
	}
	return NULL;
}
