#pragma once
/* IPv4 and IPv6 addresses and blocks: parsing, canonical text (RFC 5952), containment, arithmetic.
 * Pure functions. */
#include "emulator/base/err.h"

enum family { FAMILY_NONE, FAMILY_IPV4, FAMILY_IPV6 };

/** An address: IPv4 uses the first 4 bytes, network order. */
struct ip {
	enum family family;
	uint8_t bytes[16];
};

/** A block: address and prefix length in bits (0-32, 0-128). Host bits may be set;
 * cidr_is_canonical tells. */
struct cidr {
	struct ip ip;
	unsigned prefix;
};

#define CIDR_TEXT_MAX 64 /* bytes with NUL that any address or block needs */

/** Parses a dotted quad or an IPv6 address; no zone, no leading zeros in IPv4. */
must_check bool ip_parse(const char *text, struct ip *ret);
/** Parses "address/prefix"; both parts needed. */
must_check bool cidr_parse(const char *text, struct cidr *ret);
/** Canonical text; buffer has CIDR_TEXT_MAX bytes. Returns buffer. */
const char *ip_format(const struct ip *ip, char buffer[CIDR_TEXT_MAX]);
const char *cidr_format(const struct cidr *cidr, char buffer[CIDR_TEXT_MAX]);

/** Whether no host bit is set. */
bool cidr_is_canonical(const struct cidr *cidr);
/** The same block with its host bits cleared. */
struct cidr cidr_canonical(const struct cidr *cidr);
bool cidr_equal(const struct cidr *a, const struct cidr *b);
bool ip_equal(const struct ip *a, const struct ip *b);
/** -1, 0, 1: by family, then by bytes. */
int ip_compare(const struct ip *a, const struct ip *b);
/** Whether inner lies wholly in outer (same family; equal counts). */
bool cidr_contains(const struct cidr *outer, const struct cidr *inner);
bool cidr_contains_ip(const struct cidr *outer, const struct ip *ip);
bool cidr_overlaps(const struct cidr *a, const struct cidr *b);
/**
 * The index-th block of length prefix inside outer (0 is the first).
 * @return false when prefix is shorter than outer's or index does not fit
 */
must_check bool cidr_sub(const struct cidr *outer, unsigned prefix, uint64_t index,
			 struct cidr *ret);
/** The address `offset` behind the block's first one; false when it is outside the block. */
must_check bool cidr_host(const struct cidr *cidr, uint64_t offset, struct ip *ret);
/** Number of addresses, saturating at UINT64_MAX. */
uint64_t cidr_hosts(const struct cidr *cidr);
/** How far ip lies behind the block's first address; the block must contain it (asserted);
 * saturates. */
uint64_t cidr_offset(const struct cidr *cidr, const struct ip *ip);
