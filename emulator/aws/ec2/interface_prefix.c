/*
 * Prefixes of network interfaces: blocks (/28 of IPv4, /80 of IPv6) that belong to an interface as
 * a whole, for the containers behind it. They are picked here; the operations that assign them are
 * in interface_address.c. Source: EC2 user guide, "Prefix delegation for network interfaces".
 */
#include "emulator/aws/ec2/instance.h"

static const struct form {
	enum family family;
	const char *list, *member; /* of an interface's body */
	const char *addresses, *address;
	unsigned length;  /* of a prefix, bits */
	unsigned shift;	  /* log2 of its addresses */
	size_t count_max; /* of prefixes in a subnet that are looked at */
} forms[] = {
	{FAMILY_IPV4, "Ipv4Prefixes", "Ipv4Prefix", "PrivateIpAddresses", "PrivateIpAddress", 28, 4,
	 4096},
	{FAMILY_IPV6, "Ipv6Prefixes", "Ipv6Prefix", "Ipv6Addresses", "Ipv6Address", 80, 48, 65536},
};

static const struct form *form_of(enum family family)
{
	return &forms[family == FAMILY_IPV4 ? 0 : 1];
}

const char *prefix_text(const struct json *item, enum family family)
{
	return json_is_string(item) ? json_str(item) : json_get_str(item, form_of(family)->member);
}

/* ---- What is not free ---- */

void prefix_blocks(struct call *call, const struct doc *subnet, struct kept_blocks *ret)
{
	struct docs reservations = {0}, interfaces = {0};
	size_t room;

	*ret = (struct kept_blocks){0};
	world_lookup(call->world, &kind_subnet_cidr_reservation, "subnet", subnet->key,
		     &reservations);
	world_lookup(call->world, &kind_network_interface, "subnet-prefixes", subnet->key,
		     &interfaces);
	room = reservations.count;
	for (size_t i = 0; i < interfaces.count; i++)
		for (size_t k = 0; k < array_size(forms); k++)
			room += json_size(json_get(interfaces.items[i]->body, forms[k].list));
	ret->items = arena_alloc(call->arena, (room + 1) * sizeof(*ret->items));
	for (size_t i = 0; i < reservations.count; i++)
		if (cidr_parse(doc_str(reservations.items[i], "Cidr"), &ret->items[ret->count]))
			ret->count++;
	ret->reserved = ret->count;
	for (size_t i = 0; i < interfaces.count; i++)
		for (size_t k = 0; k < array_size(forms); k++)
			json_foreach (item, json_get(interfaces.items[i]->body, forms[k].list))
				if (cidr_parse(json_get_str(item, forms[k].member),
					       &ret->items[ret->count]))
					ret->count++;
	docs_done(&reservations);
	docs_done(&interfaces);
}

bool prefix_blocks_hold(const struct kept_blocks *blocks, const struct ip *ip)
{
	for (size_t i = 0; i < blocks->count; i++)
		if (cidr_contains_ip(&blocks->items[i], ip))
			return true;
	return false;
}

bool prefix_is_of_interface(const struct kept_blocks *blocks, const struct ip *ip)
{
	for (size_t i = blocks->reserved; i < blocks->count; i++)
		if (cidr_contains_ip(&blocks->items[i], ip))
			return true;
	return false;
}

/** Which of a subnet's prefixes are not free, one flag each. */
struct map {
	const struct form *form;
	struct cidr block; /* the subnet's; of a larger IPv6 block its first /64 */
	size_t count;
	bool *taken;
};

static void take_block(const struct map *map, const struct cidr *cidr)
{
	struct cidr inner = *cidr;
	uint64_t first, count;

	if (!cidr_contains_ip(&map->block, &inner.ip))
		return;
	first = cidr_offset(&map->block, &inner.ip) >> map->form->shift;
	count = cidr_hosts(&inner) >> map->form->shift;
	for (uint64_t i = first; i < map->count && i < first + (count ? count : 1); i++)
		map->taken[i] = true;
}

static void take_text(const struct map *map, const char *text)
{
	struct cidr cidr;
	struct ip ip;

	if (text && cidr_parse(text, &cidr)) {
		take_block(map, &cidr);
	} else if (text && ip_parse(text, &ip)) {
		cidr = (struct cidr){ip, ip.family == FAMILY_IPV4 ? 32 : 128};
		take_block(map, &cidr);
	}
}

/** What interfaces of the subnet have, and what AWS keeps for itself at both ends. */
static void fill_map(struct call *call, const struct doc *subnet, const struct json *taken,
		     struct map *map)
{
	struct docs interfaces = {0};

	map->taken = arena_alloc(call->arena, map->count * sizeof(*map->taken));
	memset(map->taken, 0, map->count * sizeof(*map->taken));
	world_lookup(call->world, &kind_network_interface, "subnet", subnet->key, &interfaces);
	for (size_t i = 0; i < interfaces.count; i++) {
		const struct json *body = interfaces.items[i]->body;

		json_foreach (item, json_get(body, map->form->addresses))
			take_text(map, json_get_str(item, map->form->address));
		json_foreach (item, json_get(body, map->form->list))
			take_text(map, json_get_str(item, map->form->member));
	}
	docs_done(&interfaces);
	json_foreach (item, taken)
		take_text(map, json_str(item));
	map->taken[0] = true;
	if (map->form->family == FAMILY_IPV4)
		map->taken[map->count - 1] = true;
}

static bool make_map(struct call *call, const struct doc *subnet, enum family family,
		     const struct json *taken, struct map *map, struct err *err)
{
	struct cidr whole;
	uint64_t count;

	map->form = form_of(family);
	if (family == FAMILY_IPV4 ? !ec2_subnet_ipv4(subnet, &map->block)
				  : !ec2_subnet_ipv6(subnet, &map->block))
		return family == FAMILY_IPV4
			       ? aws_fail(err, AWS_EC2_SUBNET_NATIVE, subnet->key, "Ipv4Prefix")
			       : aws_fail(err, AWS_EC2_SUBNET_NO_IPV6, subnet->key);
	whole = map->block;
	if (family == FAMILY_IPV6 && whole.prefix < 64 && !cidr_sub(&whole, 64, 0, &map->block))
		return aws_fail(err, AWS_EC2_PREFIX_NO_SPACE);
	count = family == FAMILY_IPV4 ? cidr_hosts(&map->block) >> map->form->shift
				      : map->form->count_max;
	if (!count)
		return aws_fail(err, AWS_EC2_PREFIX_NO_SPACE);
	map->count = count < map->form->count_max ? (size_t)count : map->form->count_max;
	fill_map(call, subnet, taken, map);
	return true;
}

/** Marks the prefixes inside (or outside) the subnet's CIDR reservations of a type. */
static void mark_reserved(struct call *call, const struct doc *subnet, const char *type,
			  const struct map *map, bool *marks)
{
	struct docs reservations = {0};
	struct map marked = *map;
	struct cidr block;

	marked.taken = marks;
	world_lookup(call->world, &kind_subnet_cidr_reservation, "subnet", subnet->key,
		     &reservations);
	for (size_t i = 0; i < reservations.count; i++)
		if (str_eq(doc_str(reservations.items[i], "ReservationType"), type) &&
		    cidr_parse(doc_str(reservations.items[i], "Cidr"), &block) &&
		    block.prefix <= map->form->length)
			take_block(&marked, &block);
	docs_done(&reservations);
}

/** The lowest free prefix: of a reservation for prefixes, else one that nobody has reserved. */
static bool pick_free(struct call *call, const struct doc *subnet, struct map *map, size_t *ret)
{
	bool *wanted = arena_alloc(call->arena, map->count * sizeof(*wanted));
	bool *kept = arena_alloc(call->arena, map->count * sizeof(*kept));

	memset(wanted, 0, map->count * sizeof(*wanted));
	memset(kept, 0, map->count * sizeof(*kept));
	mark_reserved(call, subnet, "prefix", map, wanted);
	mark_reserved(call, subnet, "explicit", map, kept);
	for (size_t i = 0; i < map->count; i++) {
		if (wanted[i] && !map->taken[i]) {
			*ret = i;
			return true;
		}
	}
	for (size_t i = 0; i < map->count; i++) {
		if (!kept[i] && !map->taken[i]) {
			*ret = i;
			return true;
		}
	}
	return false;
}

static bool check_wanted(const struct map *map, const char *text, size_t *ret, struct err *err)
{
	struct cidr cidr;

	if (!text || !cidr_parse(text, &cidr) || cidr.ip.family != map->form->family ||
	    cidr.prefix != map->form->length || !cidr_is_canonical(&cidr))
		return aws_fail(err, AWS_EC2_PREFIX_SYNTAX, text ? text : "");
	if (!cidr_contains(&map->block, &cidr))
		return aws_fail(err, AWS_EC2_ADDRESS_OUTSIDE, text);
	*ret = (size_t)(cidr_offset(&map->block, &cidr.ip) >> map->form->shift);
	if (*ret == 0 || (map->form->family == FAMILY_IPV4 && *ret == map->count - 1))
		return aws_fail(err, AWS_EC2_ADDRESS_RESERVED, text);
	return !map->taken[*ret] || aws_fail(err, AWS_EC2_PREFIX_IN_USE, text);
}

bool prefix_pick(struct call *call, const struct doc *subnet, enum family family,
		 const struct prefix_wish *wish, const struct json *taken, struct json *picked,
		 struct err *err)
{
	size_t count = wish->count ? wish->count : json_size(wish->list), index = 0;
	struct cidr prefix;
	struct map map;

	if (!count)
		return true;
	if (!make_map(call, subnet, family, taken, &map, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (wish->count) {
			if (!pick_free(call, subnet, &map, &index))
				return aws_fail(err, AWS_EC2_PREFIX_NO_SPACE);
		} else if (!check_wanted(&map, prefix_text(json_at(wish->list, i), family), &index,
					 err)) {
			return false;
		}
		map.taken[index] = true;
		if (!cidr_sub(&map.block, map.form->length, index, &prefix))
			return aws_fail(err, AWS_EC2_PREFIX_NO_SPACE);
		json_append_str(picked, ec2_cidr_text(call, &prefix));
	}
	return true;
}

void prefix_append(struct json *body, enum family family, const char *text)
{
	const struct form *form = form_of(family);
	struct json *item = json_new_object();

	json_set_str(item, form->member, text);
	json_append(json_ensure_array(body, form->list), item);
}

bool prefix_remove(struct json *body, enum family family, const char *text)
{
	const struct form *form = form_of(family);
	struct json *list = json_get_mut(body, form->list);
	struct json *item = ec2_element_mut(list, form->member, text);

	if (!item)
		return false;
	json_remove_item(list, item);
	if (!json_size(list))
		json_remove(body, form->list);
	return true;
}

/* Source: EC2 API, CreateNetworkInterface: a number of prefixes, named ones and addresses of the
 * same family exclude each other. */
bool prefix_read(const struct json *input, enum family family, struct prefix_wish *ret,
		 struct err *err)
{
	static const char *const names[][4] = {
		{"Ipv4PrefixCount", "Ipv4Prefixes", "PrivateIpAddresses",
		 "SecondaryPrivateIpAddressCount"},
		{"Ipv6PrefixCount", "Ipv6Prefixes", "Ipv6Addresses", "Ipv6AddressCount"}};
	const char *const *row = names[family == FAMILY_IPV4 ? 0 : 1];
	int64_t count = json_get_int(input, row[0], 0);

	*ret = (struct prefix_wish){0};
	if (count < 0 || count > PREFIXES_MAX || json_size(json_get(input, row[1])) > PREFIXES_MAX)
		return aws_fail(err, AWS_EC2_ADDRESS_COUNT, row[0]);
	for (unsigned i = 0; i < 2; i++) {
		if (!json_get(input, row[i]))
			continue;
		for (unsigned k = i + 1; k < 4; k++)
			if (json_get(input, row[k]))
				return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, row[i], row[k]);
	}
	ret->count = (unsigned)count;
	ret->list = json_get(input, row[1]);
	return true;
}

/* ---- What an instance type can hold ---- */

bool interface_fits_type(const struct call *call, const char *type, const struct json *body,
			 struct err *err)
{
	const struct instance_type_row *row = instance_type_row(type);

	if (!row || world_profile(call->world) == PROFILE_INSTANT)
		return true;
	/* a prefix takes the place of one address */
	if (json_size(json_get(body, "PrivateIpAddresses")) +
		    json_size(json_get(body, "Ipv4Prefixes")) >
	    row->addresses)
		return aws_fail(err, AWS_EC2_PRIVATE_ADDRESS_LIMIT);
	if (json_size(json_get(body, "Ipv6Addresses")) + json_size(json_get(body, "Ipv6Prefixes")) >
	    row->addresses)
		return aws_fail(err, AWS_EC2_IPV6_ADDRESS_LIMIT);
	return true;
}

bool interface_fits_instance(struct call *call, const struct json *body, struct err *err)
{
	const char *id = json_find_str(body, "Attachment", "InstanceId", NULL);
	const struct doc *instance = id ? world_find(call->world, &kind_instance, id) : NULL;

	return !instance || interface_fits_type(call, doc_str(instance, "InstanceType"), body, err);
}

bool interface_count_fits(struct call *call, const struct doc *instance, size_t more,
			  struct err *err)
{
	const char *type = doc_str(instance, "InstanceType");
	const struct instance_type_row *row = instance_type_row(type);
	size_t count = more + world_lookup_count(call->world, &kind_network_interface, "instance",
						 instance->key);

	if (!row || world_profile(call->world) == PROFILE_INSTANT || count <= row->interfaces)
		return true;
	return aws_fail(err, AWS_EC2_INTERFACE_LIMIT, arena_printf(call->arena, "%zu", count),
			type);
}
