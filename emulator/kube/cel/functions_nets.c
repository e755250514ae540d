/*
 * IP addresses and blocks. Source: apiserver pkg/cel/library/{ip,cidr}.go.
 */
#include "emulator/base/arena.h"
#include "emulator/base/cidr.h"
#include "emulator/kube/cel/inner.h"

/* ::ffff:1.2.3.4 */
static bool is_mapped(const struct ip *ip)
{
	static const uint8_t head[12] = {[10] = 0xff, [11] = 0xff};

	return ip->family == FAMILY_IPV6 && !memcmp(ip->bytes, head, sizeof(head));
}

static bool has_nul(const struct cel_value *value)
{
	return memchr(value->text, '\0', value->length);
}

static bool read_ip(struct cel_run *run, const struct cel_value *a, struct ip *ret)
{
	return !has_nul(a) && ip_parse(cel_copy_text(run, a), ret) && !is_mapped(ret);
}

/* host bits may be set (netip.ParsePrefix) */
static bool read_cidr(struct cel_run *run, const struct cel_value *a, struct cidr *ret)
{
	const char *text = cel_copy_text(run, a), *slash = strchr(text, '/');

	/* no leading zeros in the length */
	return !has_nul(a) && slash && !(slash[1] == '0' && slash[2]) && cidr_parse(text, ret) &&
	       !is_mapped(&ret->ip);
}

static struct cel_value new_net(struct cel_run *run, enum cel_kind kind, const struct cidr *net)
{
	struct cidr *copy = arena_alloc(run->arena, sizeof(*copy));

	*copy = *net;
	return (struct cel_value){.kind = kind, .net = copy};
}

static struct cel_value ip_problem(struct cel_run *run, const struct cel_value *a)
{
	const char *text = cel_copy_text(run, a);
	struct ip ip;

	if (ip_parse(text, &ip))
		return cel_error(run->arena, "IPv4-mapped IPv6 address \"%s\" is not allowed",
				 text);
	return cel_error(run->arena,
			 "IP Address \"%s\" parse error during conversion from string: "
			 "ParseAddr(\"%s\"): unable to parse IP",
			 text, text);
}

static struct cel_value to_ip(struct cel_run *run, const struct cel_value *a)
{
	struct cidr net = {};

	return read_ip(run, a, &net.ip) ? new_net(run, CEL_IP, &net) : ip_problem(run, a);
}

static struct cel_value is_ip(struct cel_run *run, const struct cel_value *a)
{
	struct ip ip;

	return cel_bool(read_ip(run, a, &ip));
}

static struct cel_value is_canonical(struct cel_run *run, const struct cel_value *a)
{
	char buffer[CIDR_TEXT_MAX];
	struct ip ip;

	if (!read_ip(run, a, &ip))
		return ip_problem(run, a);
	return cel_bool(str_eq(ip_format(&ip, buffer), cel_copy_text(run, a)));
}

static struct cel_value to_cidr(struct cel_run *run, const struct cel_value *a)
{
	const char *text = cel_copy_text(run, a);
	struct cidr net;

	if (read_cidr(run, a, &net))
		return new_net(run, CEL_CIDR, &net);
	return cel_error(run->arena,
			 "network address parse error during conversion from string: network "
			 "address parse error during conversion from string: "
			 "netip.ParsePrefix(\"%s\"): no block",
			 text);
}

static struct cel_value is_cidr(struct cel_run *run, const struct cel_value *a)
{
	struct cidr net;

	return cel_bool(read_cidr(run, a, &net));
}

static struct cel_value family(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(a->net->ip.family == FAMILY_IPV4 ? 4 : 6);
}

static bool within(const struct ip *ip, const char *block)
{
	struct cidr cidr;

	return cidr_parse(block, &cidr) && cidr_contains_ip(&cidr, ip);
}

static bool is_unspecified_ip(const struct ip *ip)
{
	return within(ip, "0.0.0.0/32") || within(ip, "::/128");
}

static bool is_loopback_ip(const struct ip *ip)
{
	return within(ip, "127.0.0.0/8") || within(ip, "::1/128");
}

static bool is_link_local_ip(const struct ip *ip)
{
	return within(ip, "169.254.0.0/16") || within(ip, "fe80::/10");
}

static struct cel_value is_unspecified(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(is_unspecified_ip(&a->net->ip));
}

static struct cel_value is_loopback(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(is_loopback_ip(&a->net->ip));
}

static struct cel_value is_link_local(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(is_link_local_ip(&a->net->ip));
}

static struct cel_value is_link_local_multicast(struct cel_run *run _unused_,
						const struct cel_value *a)
{
	const struct ip *ip = &a->net->ip;

	return cel_bool(within(ip, "224.0.0.0/24") ||
			(ip->family == FAMILY_IPV6 && ip->bytes[0] == 0xff &&
			 (ip->bytes[1] & 0x0f) == 0x02));
}

/* netip.Addr.IsGlobalUnicast: private ones count */
static struct cel_value is_global(struct cel_run *run _unused_, const struct cel_value *a)
{
	const struct ip *ip = &a->net->ip;

	return cel_bool(!is_unspecified_ip(ip) && !is_loopback_ip(ip) && !is_link_local_ip(ip) &&
			!within(ip, "224.0.0.0/4") && !within(ip, "ff00::/8") &&
			!within(ip, "255.255.255.255/32"));
}

static struct cel_value contains_ip(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(cidr_contains_ip(a[0].net, &a[1].net->ip));
}

static struct cel_value contains_ip_text(struct cel_run *run, const struct cel_value *a)
{
	struct ip ip;

	return read_ip(run, &a[1], &ip) ? cel_bool(cidr_contains_ip(a[0].net, &ip))
					: cel_no_overload(run);
}

static struct cel_value contains_cidr(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_bool(cidr_contains(a[0].net, a[1].net));
}

static struct cel_value contains_cidr_text(struct cel_run *run, const struct cel_value *a)
{
	struct cidr net;

	return read_cidr(run, &a[1], &net) ? cel_bool(cidr_contains(a[0].net, &net))
					   : cel_no_overload(run);
}

static struct cel_value ip_of(struct cel_run *run, const struct cel_value *a)
{
	return new_net(run, CEL_IP, a->net);
}

static struct cel_value prefix_length(struct cel_run *run _unused_, const struct cel_value *a)
{
	return cel_int(a->net->prefix);
}

static struct cel_value masked(struct cel_run *run, const struct cel_value *a)
{
	struct cidr net = cidr_canonical(a->net);

	return new_net(run, CEL_CIDR, &net);
}

const struct cel_overload cel_nets[] = {
	{"ip", "s>I", to_ip, COST_FIRST},
	{"isIP", "s>b", is_ip, COST_FIRST},
	{"ip.isCanonical", "s>b", is_canonical, COST_FIRST_TWICE},
	{"family", ".I>i", family, COST_ONE},
	{"isUnspecified", ".I>b", is_unspecified, COST_ONE},
	{"isLoopback", ".I>b", is_loopback, COST_ONE},
	{"isLinkLocalMulticast", ".I>b", is_link_local_multicast, COST_ONE},
	{"isLinkLocalUnicast", ".I>b", is_link_local, COST_ONE},
	{"isGlobalUnicast", ".I>b", is_global, COST_ONE},
	{"cidr", "s>C", to_cidr, COST_FIRST},
	{"isCIDR", "s>b", is_cidr, COST_FIRST},
	{"containsIP", ".CI>b", contains_ip, COST_NET_IP},
	{"containsIP", ".Cs>b", contains_ip_text, COST_NET_IP},
	{"containsCIDR", ".CC>b", contains_cidr, COST_NET_CIDR},
	{"containsCIDR", ".Cs>b", contains_cidr_text, COST_NET_CIDR},
	{"ip", ".C>I", ip_of, COST_ONE},
	{"prefixLength", ".C>i", prefix_length, COST_ONE},
	{"masked", ".C>C", masked, COST_ONE},
	{},
};
