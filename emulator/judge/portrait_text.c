/* Texts of documents without what is different in each run. */
#include "emulator/base/cidr.h"
#include "emulator/base/strbuf.h"
#include "emulator/judge/portrait_inner.h"

#define TEXT_BYTES_MAX (1024 * 1024)
#define ID_DIGITS      17 /* of EC2: vpc-0123456789abcdef0 */
#define DIGEST_LEAST   16 /* hex digits: of load balancers' ids, digests, UIDs */
#define SUFFIX_DIGITS  10 /* hex digits at the end of the load balancer controller's names */
#define SERIAL_LEAST   8  /* decimal digits of a classic load balancer's DNS name */
#define UNIQUE_LEAST   16 /* capitals and digits of IAM's ids: AROA… */

static const char hex[] = "0123456789abcdef", digits[] = "0123456789";
static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
static const char word_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

static bool is_time(const char *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";

	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? !text[i] || !strchr(digits, text[i]) : text[i] != form[i])
			return false;
	return true;
}

/* Pairs of hexadecimal digits with colons between them: a hardware address, a fingerprint. */
static bool is_pairs(const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		if (i % 3 == 2 ? text[i] != ':' : !strchr(hex, text[i]))
			return false;
	return length >= strlen("00:00:00:00:00:00") && length % 3 == 2;
}

/* What stands for an address or block; NULL: the text is none, or one that somebody chose. */
static const char *address_word(const char *text)
{
	struct cidr block;
	struct ip ip;

	if (ip_parse(text, &ip))
		return ip.family == FAMILY_IPV4 ? "IPV4" : "IPV6";
	if (!cidr_parse(text, &block) || !block.prefix || str_eq(text, "64:ff9b::/96"))
		return NULL;
	if (block.ip.family == FAMILY_IPV4)
		return block.prefix == 32 ? "IPV4/32" : NULL;
	return block.prefix == 56    ? "IPV6/56"
	       : block.prefix == 64  ? "IPV6/64"
	       : block.prefix == 128 ? "IPV6/128"
				     : "IPV6/…";
}

/* Whether a part of a word between dashes is of this run only. */
static bool is_of_this_run(const char *part, size_t length, bool alone)
{
	bool decimal = strspn(part, digits) >= length, hexadecimal = strspn(part, hex) >= length;

	if (decimal) /* an account or a port stands alone */
		return !alone && length >= SERIAL_LEAST;
	if (hexadecimal && (length >= DIGEST_LEAST || (!alone && length == SUFFIX_DIGITS)))
		return true;
	return length >= UNIQUE_LEAST && *part == 'A' && strspn(part, capitals) >= length;
}

/* "ip-10-250-0-7" and "ec2-52-1-2-3" are addresses in the words of DNS. */
static bool is_host_name(const char *word, size_t length)
{
	size_t dashes = 0;

	if (strncmp(word, "ip-", 3) != 0 && strncmp(word, "ec2-", 4) != 0)
		return false;
	for (size_t i = strcspn(word, "-"); i < length; i++) {
		if (word[i] != '-' && !strchr(digits, word[i]))
			return false;
		dashes += word[i] == '-';
	}
	return dashes == 4;
}

static bool is_uuid(const char *word, size_t length)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (length != strlen(form))
		return false;
	for (size_t i = 0; i < length; i++)
		if (form[i] == '-' ? word[i] != '-' : !strchr(hex, word[i]))
			return false;
	return true;
}

/* A run of letters, digits and dashes; the parts of this run become "*". */
static void add_word(const char *word, size_t length, struct strbuf *sb)
{
	bool alone = !memchr(word, '-', length);

	if (is_uuid(word, length)) {
		strbuf_add_char(sb, '*');
		return;
	}
	if (is_host_name(word, length)) {
		strbuf_add_bytes(sb, word, strcspn(word, "-"));
		strbuf_add(sb, "-*");
		return;
	}
	for (size_t at = 0; at <= length;) {
		size_t part = strcspn(word + at, "-");

		if (part > length - at)
			part = length - at;
		if (at)
			strbuf_add_char(sb, '-');
		if (part && is_of_this_run(word + at, part, alone))
			strbuf_add_char(sb, '*');
		else
			strbuf_add_bytes(sb, word + at, part);
		at += part + 1;
	}
}

char *portrait_text(const char *text, portrait_name_fn *name_of, const void *userdata)
{
	const char *whole = name_of(text, strlen(text), userdata);
	struct strbuf sb;

	if (!whole)
		whole = is_time(text) ? "TIME" : is_pairs(text) ? "*" : address_word(text);
	if (whole)
		return xstrdup(whole);
	strbuf_init(&sb, TEXT_BYTES_MAX);
	while (*text) {
		size_t other = strcspn(text, word_bytes), length = strspn(text + other, word_bytes);
		const char *name = length ? name_of(text + other, length, userdata) : NULL;

		strbuf_add_bytes(&sb, text, other);
		if (name)
			strbuf_add(&sb, name);
		else
			add_word(text + other, length, &sb);
		text += other + length;
	}
	return strbuf_steal(&sb);
}

bool portrait_is_id(const char *key)
{
	const char *dash = strrchr(key, '-'), *slash = strrchr(key, '/');

	if (str_starts_with(key, "arn:"))
		return slash && strspn(slash + 1, hex) >= DIGEST_LEAST;
	return dash && strlen(dash + 1) >= 8 && strlen(dash + 1) <= ID_DIGITS &&
	       strspn(dash + 1, hex) == strlen(dash + 1) && !strchr(key, '/');
}
