/* IPv4 and IPv6 addresses and blocks. Parsing is inet_pton's, which takes neither a zone nor
 * leading zeros in IPv4; the text is our own, because inet_ntop writes ::1:0 as ::0.1.0.0. */
#include "emulator/base/cidr.h"

#include <arpa/inet.h>
#include <stdio.h>

#define IPV6_WORDS 8

static unsigned family_bytes(enum family family)
{
	return family == FAMILY_IPV4 ? 4 : family == FAMILY_IPV6 ? 16 : 0;
}

static unsigned family_bits(enum family family)
{
	return family_bytes(family) * 8;
}

/* Bits are counted from the first, most significant one. */
static bool bit_get(const struct ip *ip, unsigned bit)
{
	return ip->bytes[bit / 8] >> (7 - bit % 8) & 1;
}

static void bit_set(struct ip *ip, unsigned bit)
{
	ip->bytes[bit / 8] |= (uint8_t)(1u << (7 - bit % 8));
}

bool ip_parse(const char *text, struct ip *ret)
{
	struct ip ip = {FAMILY_NONE, {0}};

	if (!text)
		return false;
	if (inet_pton(AF_INET, text, ip.bytes) == 1)
		ip.family = FAMILY_IPV4;
	else if (inet_pton(AF_INET6, text, ip.bytes) == 1)
		ip.family = FAMILY_IPV6;
	else
		return false;
	*ret = ip;
	return true;
}

/* A prefix length as people write it: one to three digits, no sign, no leading zero. */
static bool prefix_parse(const char *text, unsigned max, unsigned *ret)
{
	unsigned value = 0, digits = 0;

	for (; text[digits] >= '0' && text[digits] <= '9' && digits < 4; digits++)
		value = value * 10 + (unsigned)(text[digits] - '0');
	if (digits == 0 || digits > 3 || text[digits] || (digits > 1 && text[0] == '0') ||
	    value > max)
		return false;
	*ret = value;
	return true;
}

bool cidr_parse(const char *text, struct cidr *ret)
{
	const char *slash = text ? strchr(text, '/') : NULL;
	char address[CIDR_TEXT_MAX];
	struct cidr cidr;

	if (!slash || (size_t)(slash - text) >= sizeof(address))
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	if (!ip_parse(address, &cidr.ip) ||
	    !prefix_parse(slash + 1, family_bits(cidr.ip.family), &cidr.prefix))
		return false;
	*ret = cidr;
	return true;
}

/* The longest run of at least two zero words, the first of equals (RFC 5952, section 4.2). */
static void longest_zero_run(const uint16_t words[IPV6_WORDS], unsigned n, unsigned *ret_start,
			     unsigned *ret_length)
{
	*ret_start = 0;
	*ret_length = 0;
	for (unsigned i = 0; i < n;) {
		unsigned run = 0;

		while (i + run < n && words[i + run] == 0)
			run++;
		if (run >= 2 && run > *ret_length) {
			*ret_start = i;
			*ret_length = run;
		}
		i += run + 1;
	}
}

/* RFC 5952; section 5's mixed notation for IPv4-mapped addresses only, as Go's netip does. */
static void ipv6_format(const struct ip *ip, char buffer[CIDR_TEXT_MAX])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const uint8_t *b = ip->bytes;
	uint16_t words[IPV6_WORDS];
	unsigned start, run;
	size_t used = 0;

	if (memcmp(b, mapped, sizeof(mapped)) == 0) {
		snprintf(buffer, CIDR_TEXT_MAX, "::ffff:%u.%u.%u.%u", b[12], b[13], b[14], b[15]);
		return;
	}
	for (unsigned i = 0; i < IPV6_WORDS; i++)
		words[i] = (uint16_t)(b[2 * i] << 8 | b[2 * i + 1]);
	longest_zero_run(words, IPV6_WORDS, &start, &run);
	buffer[0] = '\0';
	for (unsigned i = 0; i < IPV6_WORDS; i++) {
		const char *colon = i == 0 || (run && i == start + run) ? "" : ":";

		if (run && i == start) {
			used += (size_t)snprintf(buffer + used, CIDR_TEXT_MAX - used, "::");
			i += run - 1;
			continue;
		}
		used += (size_t)snprintf(buffer + used, CIDR_TEXT_MAX - used, "%s%x", colon,
					 words[i]);
	}
}

const char *ip_format(const struct ip *ip, char buffer[CIDR_TEXT_MAX])
{
	const uint8_t *b = ip->bytes;

	assert(ip->family != FAMILY_NONE);
	if (ip->family == FAMILY_IPV4)
		snprintf(buffer, CIDR_TEXT_MAX, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
	else
		ipv6_format(ip, buffer);
	return buffer;
}

const char *cidr_format(const struct cidr *cidr, char buffer[CIDR_TEXT_MAX])
{
	size_t used;

	ip_format(&cidr->ip, buffer);
	used = strlen(buffer);
	snprintf(buffer + used, CIDR_TEXT_MAX - used, "/%u", cidr->prefix);
	return buffer;
}

struct cidr cidr_canonical(const struct cidr *cidr)
{
	struct cidr out = *cidr;
	unsigned bytes = family_bytes(cidr->ip.family), whole = cidr->prefix / 8;

	if (whole < bytes) {
		out.ip.bytes[whole] &= (uint8_t)(0xff00 >> cidr->prefix % 8);
		memset(out.ip.bytes + whole + 1, 0, sizeof(out.ip.bytes) - whole - 1);
	}
	return out;
}

bool cidr_is_canonical(const struct cidr *cidr)
{
	struct cidr canonical = cidr_canonical(cidr);

	return ip_equal(&canonical.ip, &cidr->ip);
}

bool cidr_equal(const struct cidr *a, const struct cidr *b)
{
	return a->prefix == b->prefix && ip_equal(&a->ip, &b->ip);
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
	return ip_compare(a, b) == 0;
}

int ip_compare(const struct ip *a, const struct ip *b)
{
	int order;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	order = memcmp(a->bytes, b->bytes, family_bytes(a->family));
	return (order > 0) - (order < 0);
}

bool cidr_contains(const struct cidr *outer, const struct cidr *inner)
{
	return inner->prefix >= outer->prefix && cidr_contains_ip(outer, &inner->ip);
}

bool cidr_contains_ip(const struct cidr *outer, const struct ip *ip)
{
	struct cidr there = {*ip, outer->prefix}, a, b;

	if (outer->ip.family != ip->family || ip->family == FAMILY_NONE)
		return false;
	a = cidr_canonical(outer);
	b = cidr_canonical(&there);
	return ip_equal(&a.ip, &b.ip);
}

bool cidr_overlaps(const struct cidr *a, const struct cidr *b)
{
	return a->prefix <= b->prefix ? cidr_contains(a, b) : cidr_contains(b, a);
}

bool cidr_sub(const struct cidr *outer, unsigned prefix, uint64_t index, struct cidr *ret)
{
	struct cidr out = cidr_canonical(outer);
	unsigned room;

	if (prefix < outer->prefix || prefix > family_bits(outer->ip.family))
		return false;
	room = prefix - outer->prefix;
	if (room < 64 && index >> room)
		return false;
	for (unsigned i = 0; i < room && i < 64; i++)
		if (index >> i & 1)
			bit_set(&out.ip, prefix - 1 - i);
	out.prefix = prefix;
	*ret = out;
	return true;
}

bool cidr_host(const struct cidr *cidr, uint64_t offset, struct ip *ret)
{
	struct cidr host;

	if (!cidr_sub(cidr, family_bits(cidr->ip.family), offset, &host))
		return false;
	*ret = host.ip;
	return true;
}

uint64_t cidr_hosts(const struct cidr *cidr)
{
	unsigned room = family_bits(cidr->ip.family) - cidr->prefix;

	return room < 64 ? UINT64_C(1) << room : UINT64_MAX;
}

uint64_t cidr_offset(const struct cidr *cidr, const struct ip *ip)
{
	unsigned bits = family_bits(ip->family);
	uint64_t offset = 0;

	assert(cidr_contains_ip(cidr, ip));
	for (unsigned bit = cidr->prefix; bit < bits; bit++) {
		if (offset >> 63)
			return UINT64_MAX;
		offset = offset << 1 | bit_get(ip, bit);
	}
	return offset;
}
