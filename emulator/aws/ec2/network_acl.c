/*
 * Network ACLs. Shape: EC2 NetworkAcl; entries and associations are members of it. Each VPC has a
 * default ACL that lets everything through, and each subnet has exactly one ACL.
 */
#include "emulator/aws/ec2/internal.h"
#include "emulator/aws/ec2/permission.h"

#define LAST_RULE	32767 /* the entry that cannot be changed: deny; IPv6 has 32768 */
#define RULE_NUMBER_MAX 32766

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "VpcId");
}

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	json_foreach (association, json_get(doc->body, "Associations"))
		ec2_term(terms, association, "SubnetId");
}

static const struct kind_index network_acl_indexes[] = {
	{"vpc", terms_vpc},
	{"subnet", terms_subnet},
	{NULL, NULL},
};

static struct json *network_acl_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_network_acl = {
	.name = "network-acl",
	.shape = "ec2:NetworkAcl",
	.indexes = network_acl_indexes,
	.view = network_acl_view,
};

const struct doc *ec2_subnet_network_acl(const struct world *world, const char *subnet_id)
{
	return world_lookup_one(world, &kind_network_acl, "subnet", subnet_id);
}

/* ---- Making ---- */

static void append_entry(struct json *entries, const char *member, const char *block, bool egress,
			 int number, const char *action)
{
	struct json *entry = json_new_object();

	json_set_str(entry, member, block);
	json_set_bool(entry, "Egress", egress);
	json_set_str(entry, "Protocol", "-1");
	json_set_str(entry, "RuleAction", action);
	json_set_int(entry, "RuleNumber", number);
	json_append(entries, entry);
}

/** The entries of one direction: what a default ACL allows, then the denying ends. */
static void append_entries(struct json *entries, bool egress, bool allow, bool ipv6)
{
	if (allow)
		append_entry(entries, "CidrBlock", "0.0.0.0/0", egress, 100, "allow");
	if (allow && ipv6)
		append_entry(entries, "Ipv6CidrBlock", "::/0", egress, 101, "allow");
	append_entry(entries, "CidrBlock", "0.0.0.0/0", egress, LAST_RULE, "deny");
	if (ipv6)
		append_entry(entries, "Ipv6CidrBlock", "::/0", egress, LAST_RULE + 1, "deny");
}

static const char *network_acl_add(struct call *call, const char *vpc_id, bool is_default,
				   struct json *tags, const char *implied_by)
{
	const char *id = ec2_new_id(call, &kind_network_acl, vpc_id);
	bool ipv6 = vpc_has_ipv6(world_find(call->world, &kind_vpc, vpc_id));
	struct json *body = json_new_object(), *entries;

	json_ensure_array(body, "Associations");
	entries = json_ensure_array(body, "Entries");
	append_entries(entries, true, is_default, ipv6);
	append_entries(entries, false, is_default, ipv6);
	json_set_bool(body, "IsDefault", is_default);
	json_set_str(body, "NetworkAclId", id);
	json_set_str(body, "VpcId", vpc_id);
	json_set_str(body, "OwnerId", call->account);
	world_add(call, (struct doc_spec){.kind = &kind_network_acl,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .implied_by = implied_by});
	return id;
}

void network_acl_add_default(struct call *call, const char *vpc_id)
{
	network_acl_add(call, vpc_id, true, NULL, vpc_id);
}

static const struct doc *find_default(const struct world *world, const char *vpc_id)
{
	const struct doc *found = NULL;
	struct docs acls = {0};

	world_lookup(world, &kind_network_acl, "vpc", vpc_id, &acls);
	for (size_t i = 0; i < acls.count; i++)
		if (json_get_bool(acls.items[i]->body, "IsDefault", false))
			found = acls.items[i];
	docs_done(&acls);
	return found;
}

void network_acl_drop_default(struct call *call, const char *vpc_id)
{
	const struct doc *acl = find_default(call->world, vpc_id);

	if (acl)
		world_remove(call, &kind_network_acl, acl->key);
}

/* Source: VPC user guide, "Default network ACL": it lets IPv6 through once the VPC has a block. */
void network_acl_allow_ipv6(struct call *call, const char *vpc_id)
{
	struct docs acls = {0};

	world_lookup(call->world, &kind_network_acl, "vpc", vpc_id, &acls);
	for (size_t i = 0; i < acls.count; i++) {
		bool allow = json_get_bool(acls.items[i]->body, "IsDefault", false);
		struct json *body = json_copy(acls.items[i]->body);
		struct json *entries = json_ensure_array(body, "Entries");

		for (int egress = 0; egress < 2; egress++) {
			if (allow)
				append_entry(entries, "Ipv6CidrBlock", "::/0", egress, 101,
					     "allow");
			append_entry(entries, "Ipv6CidrBlock", "::/0", egress, LAST_RULE + 1,
				     "deny");
		}
		world_put(call, &kind_network_acl, acls.items[i]->key, body);
	}
	docs_done(&acls);
}

/** Puts a subnet under an ACL; returns the association's id, in the arena. */
static const char *associate(struct call *call, const char *acl_id, const char *subnet_id)
{
	const struct doc *acl = world_find(call->world, &kind_network_acl, acl_id);
	struct json *body = json_copy(acl->body), *association = json_new_object();
	const char *name = arena_printf(call->arena, "%s/%s/%llu", acl_id, subnet_id,
					(unsigned long long)acl->revision);
	const char *id = ec2_part_id(call, "aclassoc-", name);

	json_set_str(association, "NetworkAclAssociationId", id);
	json_set_str(association, "NetworkAclId", acl_id);
	json_set_str(association, "SubnetId", subnet_id);
	json_append(json_ensure_array(body, "Associations"), association);
	world_put(call, &kind_network_acl, acl_id, body);
	return id;
}

void network_acl_associate(struct call *call, const char *vpc_id, const char *subnet_id)
{
	associate(call, find_default(call->world, vpc_id)->key, subnet_id);
}

void network_acl_forget(struct call *call, const char *subnet_id)
{
	const struct doc *acl = ec2_subnet_network_acl(call->world, subnet_id);
	struct json *body, *list;

	if (!acl)
		return;
	body = json_copy(acl->body);
	list = json_ensure_array(body, "Associations");
	json_remove_item(list, ec2_element_mut(list, "SubnetId", subnet_id));
	world_put(call, &kind_network_acl, acl->key, body);
}

bool ec2_create_network_acl(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *vpc;
	const char *id;

	if (!ec2_get_of_any_form(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !tags_from_specifications(input, "network-acl", &tags, err) ||
	    !idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err))
		return false;
	if (!id || !ec2_find(call, &kind_network_acl, id)) {
		if (!ec2_within_limit(
			    call, LIMIT_NETWORK_ACLS_PER_VPC,
			    world_lookup_count(call->world, &kind_network_acl, "vpc", vpc->key),
			    AWS_EC2_NETWORK_ACL_LIMIT, err))
			return false;
		id = network_acl_add(call, vpc->key, false, steal(tags), NULL);
		idempotency_keep(call, input, "ClientToken", id);
	}
	json_set(output, "NetworkAcl", ec2_item(world_find(call->world, &kind_network_acl, id)));
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	return true;
}

bool ec2_delete_network_acl(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *acl;

	(void)output;
	if (!ec2_get_by(call, &kind_network_acl, input, "NetworkAclId", &acl, err))
		return false;
	if (json_get_bool(acl->body, "IsDefault", false))
		return aws_fail(err, AWS_EC2_NETWORK_ACL_DEFAULT, acl->key);
	if (json_size(json_get(acl->body, "Associations")))
		return aws_fail(err, AWS_EC2_DEPENDENCY, "networkAcl", acl->key);
	world_remove(call, &kind_network_acl, acl->key);
	return true;
}

/* ---- Entries ---- */

/** The entry of that direction and number in a body that is being changed, or NULL. */
static struct json *find_entry(struct json *body, bool egress, int64_t number)
{
	struct json *entry;

	for (entry = json_first_mut(json_get_mut(body, "Entries")); entry;
	     entry = json_next_mut(entry))
		if (json_get_bool(entry, "Egress", false) == egress &&
		    json_get_int(entry, "RuleNumber", 0) == number)
			return entry;
	return NULL;
}

/** The entry that a request describes, checked; new tree. */
static bool read_entry(struct call *call, const struct json *input, struct json **ret,
		       struct err *err)
{
	static const char *const blocks[] = {"CidrBlock", "Ipv6CidrBlock", NULL};
	static const char *const same[] = {"Egress", "IcmpTypeCode", "PortRange", "RuleAction",
					   "RuleNumber"};
	int64_t number = json_get_int(input, "RuleNumber", 0);
	const char *protocol;
	struct json *entry;
	struct cidr cidr;
	unsigned which;

	if (number < 1 || number > RULE_NUMBER_MAX)
		return aws_fail(err, AWS_EC2_ENTRY_NUMBER);
	if (!ec2_one_of(input, blocks, &which, err))
		return false;
	if (!cidr_parse(json_get_str(input, blocks[which]), &cidr) ||
	    cidr.ip.family != (which ? FAMILY_IPV6 : FAMILY_IPV4))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, json_get_str(input, blocks[which]),
				which ? "ipv6CidrBlock" : "cidrBlock");
	if (!permission_check_entry(input, &protocol, err))
		return false;
	cidr = cidr_canonical(&cidr);
	entry = json_new_object();
	json_set_str(entry, blocks[which], ec2_cidr_text(call, &cidr));
	for (size_t i = 0; i < array_size(same); i++)
		json_set_copy(entry, same[i], json_get(input, same[i]));
	json_set_str(entry, "Protocol", protocol);
	*ret = entry;
	return true;
}

/** Entries stand in the order of direction (egress first) and number. */
static void insert_entry(struct json *body, struct json *entry)
{
	struct json *entries = json_ensure_array(body, "Entries");
	bool egress = json_get_bool(entry, "Egress", false);
	int64_t number = json_get_int(entry, "RuleNumber", 0);
	size_t index = 0;

	json_foreach (other, entries) {
		bool its = json_get_bool(other, "Egress", false);

		if (its == egress ? json_get_int(other, "RuleNumber", 0) > number : egress)
			break;
		index++;
	}
	json_insert(entries, index, entry);
}

static bool put_entry(struct call *call, const struct json *input, bool replace, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	bool egress = json_get_bool(input, "Egress", false);
	int64_t number = json_get_int(input, "RuleNumber", 0);
	const struct doc *acl;
	struct json *entry = NULL, *old;

	if (!ec2_get_by(call, &kind_network_acl, input, "NetworkAclId", &acl, err) ||
	    !ec2_within_limit(call, LIMIT_NETWORK_ACL_ENTRIES,
			      replace ? 0 : json_size(json_get(acl->body, "Entries")) / 2,
			      AWS_EC2_ENTRY_LIMIT, err) ||
	    !read_entry(call, input, &entry, err))
		return false;
	body = json_copy(acl->body);
	old = find_entry(body, egress, number);
	if (old)
		json_remove_item(json_get_mut(body, "Entries"), old);
	insert_entry(body, entry);
	if (old && !replace)
		return aws_fail(err, AWS_EC2_ENTRY_EXISTS,
				arena_printf(call->arena, "%lld", (long long)number));
	if (!old && replace)
		return aws_fail(err, AWS_EC2_ENTRY_NOT_FOUND, egress ? "egress" : "ingress");
	world_put(call, &kind_network_acl, acl->key, steal(body));
	return true;
}

bool ec2_create_network_acl_entry(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	(void)output;
	return put_entry(call, input, false, err);
}

bool ec2_replace_network_acl_entry(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	(void)output;
	return put_entry(call, input, true, err);
}

bool ec2_delete_network_acl_entry(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	bool egress = json_get_bool(input, "Egress", false);
	int64_t number = json_get_int(input, "RuleNumber", 0);
	const struct doc *acl;
	struct json *entry;

	(void)output;
	if (!ec2_get_by(call, &kind_network_acl, input, "NetworkAclId", &acl, err))
		return false;
	if (number > RULE_NUMBER_MAX)
		return aws_fail(err, AWS_EC2_ENTRY_NUMBER);
	body = json_copy(acl->body);
	entry = find_entry(body, egress, number);
	if (!entry)
		return aws_fail(err, AWS_EC2_ENTRY_NOT_FOUND, egress ? "egress" : "ingress");
	json_remove_item(json_get_mut(body, "Entries"), entry);
	world_put(call, &kind_network_acl, acl->key, steal(body));
	return true;
}

/* ---- ReplaceNetworkAclAssociation, DescribeNetworkAcls ---- */

bool ec2_replace_network_acl_association(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "AssociationId"), *subnet = NULL;
	const struct doc *acl;

	if (!ec2_get_by(call, &kind_network_acl, input, "NetworkAclId", &acl, err))
		return false;
	world_foreach (doc, call->world, &kind_network_acl) {
		const struct json *found = ec2_element(json_get(doc->body, "Associations"),
						       "NetworkAclAssociationId", id);

		if (found && doc_in_scope(call, doc) &&
		    str_eq(doc_str(doc, "VpcId"), doc_str(acl, "VpcId")))
			subnet = json_get_str(found, "SubnetId");
	}
	if (!subnet)
		return aws_fail(err, AWS_EC2_ASSOCIATION_NOT_FOUND, id);
	network_acl_forget(call, subnet);
	json_set_str(output, "NewAssociationId", associate(call, acl->key, subnet));
	return true;
}

static const struct filter_field network_acl_filters[] = {
	{"association.association-id", "Associations.NetworkAclAssociationId", NULL, NULL},
	{"association.network-acl-id", "NetworkAclId", NULL, NULL},
	{"association.subnet-id", "Associations.SubnetId", NULL, "subnet"},
	{"default", "IsDefault", NULL, NULL},
	{"entry.cidr", "Entries.CidrBlock", NULL, NULL},
	{"entry.egress", "Entries.Egress", NULL, NULL},
	{"entry.icmp.code", "Entries.IcmpTypeCode.Code", NULL, NULL},
	{"entry.icmp.type", "Entries.IcmpTypeCode.Type", NULL, NULL},
	{"entry.ipv6-cidr", "Entries.Ipv6CidrBlock", NULL, NULL},
	{"entry.port-range.from", "Entries.PortRange.From", NULL, NULL},
	{"entry.port-range.to", "Entries.PortRange.To", NULL, NULL},
	{"entry.protocol", "Entries.Protocol", NULL, NULL},
	{"entry.rule-action", "Entries.RuleAction", NULL, NULL},
	{"entry.rule-number", "Entries.RuleNumber", NULL, NULL},
	{"network-acl-id", "NetworkAclId", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"vpc-id", "VpcId", NULL, "vpc"},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_network_acls(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_network_acl,
		.ids = "NetworkAclIds",
		.id_prefix = "acl-",
		.malformed = AWS_EC2_NETWORK_ACL_NOT_FOUND, /* of any form */
		.not_found = AWS_EC2_NETWORK_ACL_NOT_FOUND,
		.filters = "Filters",
		.fields = network_acl_filters,
		.page = &page_ec2,
		.result = "NetworkAcls",
		.tags = true,
		.empty_tags = true,
	};

	return describe_reply(call, input, output, &describe, err);
}
