/*
 * Address ranges that customers bring. Shape: EC2 ByoipCidr, key "account/region/cidr". Life:
 * pending-provision → provisioned (a pool is made) ⇄ advertised → pending-deprovision → gone. What
 * came by IPAM has no pool of its own.
 *
 * Source: EC2 API, ProvisionByoipCidr and its relatives; EC2 user guide, "Bring your own IP
 * addresses". Nobody's signature is checked.
 */
#include "emulator/aws/ec2/ipam.h"

static void byoip_timer(struct call *call, const struct doc *doc, const char *timer);

static void terms_cidr(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "Cidr");
}

static const struct kind_index byoip_indexes[] = {
	{"cidr", terms_cidr},
	{NULL, NULL},
};

const struct kind kind_byoip_cidr = {
	.name = "byoip-cidr",
	.shape = "ec2:ByoipCidr",
	.indexes = byoip_indexes,
	.timer = byoip_timer,
};

static bool is_ipv6(const struct doc *doc)
{
	return strchr(doc_str(doc, "Cidr"), ':') != NULL;
}

/** The range has become usable: its pool is made. */
static void become_provisioned(struct call *call, const struct doc *doc, struct json *body)
{
	const char *cidr = doc_str(doc, "Cidr"), *description = doc_str(doc, "Description"), *id;
	const struct json *tags = json_get(doc->extra, "PoolTags");
	bool open = json_get_bool(doc->extra, "Advertisable", true);

	if (is_ipv6(doc)) {
		id = ipv6_pool_add(call, description, cidr, json_copy(tags));
	} else {
		id = public_pool_add(call, description, json_copy(tags));
		public_pool_put_cidr(call, id, cidr, true);
	}
	json_set_str(body, "State", open ? "provisioned" : "provisioned-not-publicly-advertisable");
	json_set_str(body, "StatusMessage", id);
	json_set_str(body, "PoolId", id);
}

static void drop_pool(struct call *call, const struct doc *doc)
{
	const char *id = doc_str(doc, "PoolId");

	if (!id)
		return;
	if (is_ipv6(doc)) {
		world_remove(call, &kind_ipv6_pool, id);
		return;
	}
	public_pool_put_cidr(call, id, doc_str(doc, "Cidr"), false);
	world_remove(call, &kind_public_ipv4_pool, id);
}

static void byoip_timer(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body;

	if (str_eq(timer, "asn")) {
		byoasn_settle(call, doc);
		return;
	}
	if (str_eq(timer, "deprovisioned")) {
		drop_pool(call, doc);
		world_remove(call, &kind_byoip_cidr, doc->key);
		return;
	}
	body = json_copy(doc->body);
	if (str_eq(timer, "provisioned") && str_eq(doc_str(doc, "State"), "pending-provision"))
		become_provisioned(call, doc, body);
	else
		json_set_str(body, "State", timer);
	world_put(call, &kind_byoip_cidr, doc->key, body);
}

const struct doc *byoip_find(const struct call *call, const char *cidr)
{
	const struct doc *doc = world_lookup_one(call->world, &kind_byoip_cidr, "cidr", cidr);

	return doc && doc_in_scope(call, doc) ? doc : NULL;
}

static bool get_cidr(const struct call *call, const struct json *input, const struct doc **ret,
		     struct err *err)
{
	*ret = byoip_find(call, json_get_str(input, "Cidr"));
	return *ret || aws_fail(err, AWS_EC2_BYOIP_NOT_FOUND, json_get_str(input, "Cidr"));
}

static const struct doc *byoip_add(struct call *call, const char *cidr, struct json *body,
				   struct json *extra)
{
	json_set_str(body, "Cidr", cidr);
	json_set_str(body, "NetworkBorderGroup", call->region);
	return world_add(call,
			 (struct doc_spec){.kind = &kind_byoip_cidr,
					   .key = arena_printf(call->arena, "%s/%s/%s",
							       call->account, call->region, cidr),
					   .body = body,
					   .extra = extra});
}

void byoip_add_ipam(struct call *call, const struct doc *pool, const char *cidr)
{
	struct json *body;

	if (world_lookup_count(call->world, &kind_byoip_cidr, "cidr", cidr))
		return;
	body = json_new_object();
	json_set_str(body, "State", "provisioned");
	json_set_str(body, "StatusMessage", "Cidr successfully provisioned");
	json_set_str(body, "IpamPoolId", pool->key);
	byoip_add(call, cidr, body, NULL);
}

void byoip_drop_ipam(struct call *call, const char *cidr)
{
	const struct doc *doc = world_lookup_one(call->world, &kind_byoip_cidr, "cidr", cidr);

	if (doc && doc_str(doc, "IpamPoolId"))
		world_remove(call, &kind_byoip_cidr, doc->key);
}

/* ---- ProvisionByoipCidr ---- */

/** Whether it is an address range that belongs to somebody, and of a size that AWS takes. Source:
 * EC2 user guide, "BYOIP requirements": /24 for IPv4, /48 for IPv6, /60 when not advertised. */
static bool check_range(const char *text, bool open, struct cidr *ret, struct err *err)
{
	static const char *const nobodys[] = {"10.0.0.0/8",    "127.0.0.0/8",	 "169.254.0.0/16",
					      "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3",
					      "fc00::/7",      "fe80::/10"};
	unsigned longest = 24;
	struct cidr other;

	if (!cidr_parse(text, ret) || !cidr_is_canonical(ret))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "cidr");
	if (ret->ip.family == FAMILY_IPV6)
		longest = open ? 48 : 60;
	if (ret->prefix > longest || ret->prefix < 8)
		return aws_fail(err, AWS_EC2_BYOIP_RANGE, text);
	for (size_t i = 0; i < array_size(nobodys); i++)
		if (cidr_parse(nobodys[i], &other) && cidr_overlaps(&other, ret))
			return aws_fail(err, AWS_EC2_BYOIP_RANGE, text);
	return true;
}

/** "1|aws|ACCOUNT|CIDR|YYYYMMDD|SHA256|RSAPSS" */
static bool check_context(struct call *call, const struct json *input, struct err *err)
{
	const struct json *context = json_get(input, "CidrAuthorizationContext");
	const char *start = arena_printf(call->arena, "1|aws|%s|%s|", call->account,
					 json_get_str(input, "Cidr"));

	if (!context)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "CidrAuthorizationContext");
	return str_starts_with(json_get_str(context, "Message"), start) ||
	       aws_fail(err, AWS_EC2_BYOIP_CONTEXT, json_get_str(input, "Cidr"));
}

static bool overlaps_another(const struct world *world, const struct cidr *block)
{
	struct cidr other;

	world_foreach (doc, world, &kind_byoip_cidr) {
		if (cidr_parse(doc_str(doc, "Cidr"), &other) && cidr_overlaps(&other, block))
			return true;
	}
	return false;
}

bool ec2_provision_byoip_cidr(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	bool open = json_get_bool(input, "PubliclyAdvertisable", true);
	const char *group = json_get_str(input, "NetworkBorderGroup"), *type, *text;
	_cleanup_(json_freep) struct json *tags = NULL, *specifications = NULL;
	const struct doc *doc;
	struct json *body, *extra;
	struct cidr block;

	if (!check_range(json_get_str(input, "Cidr"), open, &block, err) ||
	    !check_context(call, input, err))
		return false;
	type = block.ip.family == FAMILY_IPV6 ? "ipv6pool-ec2" : "ipv4pool-ec2";
	specifications = json_new_object();
	json_set_copy(specifications, "TagSpecifications",
		      json_get(input, "PoolTagSpecifications"));
	if (!tags_from_specifications(specifications, type, &tags, err))
		return false;
	if (!open && block.ip.family == FAMILY_IPV4)
		return aws_fail(err, AWS_EC2_BYOIP_IPV6_ONLY);
	if (group && !str_eq(group, call->region))
		return aws_fail(err, AWS_EC2_BORDER_GROUP, group);
	if (json_get_bool(input, "MultiRegion", false)) /* EC2 API: "Reserved" */
		return aws_fail(err, AWS_EC2_BYOIP_MULTI_REGION);
	text = ec2_cidr_text(call, &block);
	if (overlaps_another(call->world, &block))
		return aws_fail(err, AWS_EC2_BYOIP_TAKEN, text);
	if (!ec2_within_limit(call, LIMIT_BYOIP_CIDRS, ec2_count(call, &kind_byoip_cidr),
			      AWS_EC2_BYOIP_LIMIT, err))
		return false;
	body = json_new_object();
	extra = json_new_object();
	json_set_copy(body, "Description", json_get(input, "Description"));
	json_set_str(body, "State", "pending-provision");
	json_set_bool(extra, "Advertisable", open);
	json_set(extra, "PoolTags", steal(tags));
	doc = byoip_add(call, text, body, extra);
	json_set_copy(output, "ByoipCidr", doc->body);
	lifecycle_start(call, &kind_byoip_cidr, doc->key, LIFECYCLE_IPAM, "provisioned");
	return true;
}

/* ---- AdvertiseByoipCidr, WithdrawByoipCidr, DeprovisionByoipCidr ---- */

/** Moves a range on its way when it is in the state `from`. */
static bool move(struct call *call, const struct doc *doc, const char *from, const char *on_the_way,
		 const char *to, struct json *output, struct err *err)
{
	const char *state = doc_str(doc, "State");
	struct json *body;

	if (!str_eq(state, from))
		return aws_fail(err, AWS_EC2_BYOIP_STATE, doc_str(doc, "Cidr"), state);
	body = json_copy(doc->body);
	json_set_str(body, "State", on_the_way);
	doc = world_put(call, &kind_byoip_cidr, doc->key, body);
	json_set_copy(output, "ByoipCidr", doc->body);
	lifecycle_start(call, &kind_byoip_cidr, doc->key, LIFECYCLE_IPAM, to);
	return true;
}

bool ec2_advertise_byoip_cidr(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *asn = json_get_str(input, "Asn");
	const char *group = json_get_str(input, "NetworkBorderGroup");
	const struct doc *doc;

	if (!get_cidr(call, input, &doc, err))
		return false;
	if (group && !str_eq(group, call->region)) /* no Local Zones here */
		return aws_fail(err, AWS_EC2_BORDER_GROUP, group);
	if (asn && !ec2_element(json_get(doc->body, "AsnAssociations"), "Asn", asn))
		return aws_fail(err, AWS_EC2_BYOASN_NOT_ASSOCIATED, asn, doc_str(doc, "Cidr"));
	return move(call, doc, "provisioned", "pending-advertising", "advertised", output, err);
}

bool ec2_withdraw_byoip_cidr(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *doc;

	return get_cidr(call, input, &doc, err) &&
	       move(call, doc, "advertised", "pending-withdrawal", "provisioned", output, err);
}

/* Source: EC2 API, DeprovisionByoipCidr: stop advertising it, release its addresses first. */
bool ec2_deprovision_byoip_cidr(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc;
	const char *pool;

	if (!get_cidr(call, input, &doc, err))
		return false;
	if (doc_str(doc, "IpamPoolId"))
		return aws_fail(err, AWS_EC2_BYOIP_OF_IPAM, doc_str(doc, "Cidr"));
	pool = doc_str(doc, "PoolId");
	if (pool && (is_ipv6(doc) ? ipv6_pool_is_used : public_pool_is_used)(call->world, pool))
		return aws_fail(err, AWS_EC2_BYOIP_USED, doc_str(doc, "Cidr"));
	return move(call, doc,
		    json_get_bool(doc->extra, "Advertisable", true)
			    ? "provisioned"
			    : "provisioned-not-publicly-advertisable",
		    "pending-deprovision", "deprovisioned", output, err);
}

/* ---- MoveByoipCidrToIpam ---- */

/* Source: EC2 API, MoveByoipCidrToIpam; IPAM user guide, "Transfer a BYOIP IPv4 CIDR to IPAM": into
 * a public IPv4 pool at the top; the public IPv4 pool stays, with an allocation out of it. */
bool ec2_move_byoip_cidr_to_ipam(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc, *pool;
	struct json *body;

	if (!get_cidr(call, input, &doc, err) ||
	    !ipam_pool_get(call, json_get_str(input, "IpamPoolId"), &pool, err))
		return false;
	if (is_ipv6(doc) || doc_str(doc, "IpamPoolId"))
		return aws_fail(err, AWS_EC2_BYOIP_OF_IPAM, doc_str(doc, "Cidr"));
	if (!str_starts_with(doc_str(doc, "State"), "provisioned") &&
	    !str_eq(doc_str(doc, "State"), "advertised"))
		return aws_fail(err, AWS_EC2_BYOIP_STATE, doc_str(doc, "Cidr"),
				doc_str(doc, "State"));
	if (!str_eq(json_get_str(input, "IpamPoolOwner"), pool->account))
		return aws_fail(err, AWS_EC2_IPAM_POOL_NOT_FOUND, pool->key);
	if (!ipam_pool_is_public(pool) || !str_eq(doc_str(pool, "AddressFamily"), "ipv4") ||
	    doc_str(pool, "SourceIpamPoolId"))
		return aws_fail(err, AWS_EC2_IPAM_POOL_UNFIT, pool->key);
	if (!ipam_import(call, pool, doc_str(doc, "Cidr"), "ec2-public-ipv4-pool",
			 doc_str(doc, "PoolId"), err))
		return false;
	body = json_copy(doc->body);
	json_set_str(body, "IpamPoolId", pool->key);
	doc = world_put(call, &kind_byoip_cidr, doc->key, body);
	json_set_borrowed(output, "ByoipCidr", doc->body);
	return true;
}

bool ec2_describe_byoip_cidrs(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	struct json *items = json_new_array();

	world_foreach (doc, call->world, &kind_byoip_cidr) {
		if (doc_in_scope(call, doc))
			json_append(items, json_copy(doc->body));
	}
	return ec2_page_items(call, input, output, "ByoipCidrs", items, err);
}
