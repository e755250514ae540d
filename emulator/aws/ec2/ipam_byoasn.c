/*
 * Autonomous system numbers that customers bring. Shape: EC2 Byoasn, key "account/region/asn".
 * Associations with brought address ranges stand in those (AsnAssociations). Source: EC2 API,
 * ProvisionIpamByoasn and its relatives; IPAM user guide, "Bring your ASN to IPAM".
 */
#include "emulator/aws/ec2/ipam.h"

#define ASN_MAX 4294967294

static void byoasn_timer(struct call *call, const struct doc *doc, const char *timer)
{
	ipam_timer(call, doc, timer);
}

const struct kind kind_ipam_byoasn = {
	.name = "ipam-byoasn",
	.shape = "ec2:Byoasn",
	.timer = byoasn_timer,
};

static const struct doc *find_asn(const struct call *call, const char *asn)
{
	return world_find(call->world, &kind_ipam_byoasn,
			  arena_printf(call->arena, "%s/%s/%s", call->account, call->region, asn));
}

/** A public number: neither reserved nor for private use. Source: RFC 6996, RFC 7300. */
static bool check_asn(const char *text, struct err *err)
{
	char *end;
	long long asn = strtoll(text, &end, 10);

	if (!*text || *end || asn < 1 || asn > ASN_MAX || (asn >= 64512 && asn <= 65535) ||
	    asn >= 4200000000)
		return aws_fail(err, AWS_EC2_BYOASN, text);
	return true;
}

bool ec2_provision_ipam_byoasn(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const char *asn = json_get_str(input, "Asn"), *start;
	const struct doc *ipam, *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_ipam, input, "IpamId", &ipam, err) || !check_asn(asn, err))
		return false;
	/* Source: IPAM user guide: the message begins "1|aws|ACCOUNT|ASN|" */
	start = arena_printf(call->arena, "1|aws|%s|%s|", call->account, asn);
	if (!str_starts_with(json_find_str(input, "AsnAuthorizationContext", "Message", NULL),
			     start))
		return aws_fail(err, AWS_EC2_BYOASN_CONTEXT, asn);
	if (find_asn(call, asn))
		return aws_fail(err, AWS_EC2_BYOASN_EXISTS, asn);
	if (!ec2_within_limit(call, LIMIT_IPAM_BYOASNS, ec2_count(call, &kind_ipam_byoasn),
			      AWS_EC2_BYOASN_LIMIT, err))
		return false;
	body = json_new_object();
	json_set_str(body, "Asn", asn);
	json_set_str(body, "IpamId", ipam->key);
	json_set_str(body, "State", "pending-provision");
	doc = world_add(call,
			(struct doc_spec){.kind = &kind_ipam_byoasn,
					  .key = arena_printf(call->arena, "%s/%s/%s",
							      call->account, call->region, asn),
					  .body = body});
	json_set_copy(output, "Byoasn", doc->body);
	lifecycle_start(call, &kind_ipam_byoasn, doc->key, LIFECYCLE_IPAM, "provisioned");
	return true;
}

/** Whether an address range is associated with the number. */
static bool is_associated(const struct call *call, const char *asn)
{
	world_foreach (doc, call->world, &kind_byoip_cidr) {
		if (doc_in_scope(call, doc) &&
		    ec2_element(json_get(doc->body, "AsnAssociations"), "Asn", asn))
			return true;
	}
	return false;
}

static bool get_asn(const struct call *call, const struct json *input, const struct doc **ret,
		    struct err *err)
{
	*ret = find_asn(call, json_get_str(input, "Asn"));
	return *ret || aws_fail(err, AWS_EC2_BYOASN_NOT_FOUND, json_get_str(input, "Asn"));
}

bool ec2_deprovision_ipam_byoasn(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *ipam, *doc;

	if (!ec2_get_by(call, &kind_ipam, input, "IpamId", &ipam, err) ||
	    !get_asn(call, input, &doc, err))
		return false;
	if (!str_eq(doc_str(doc, "IpamId"), ipam->key))
		return aws_fail(err, AWS_EC2_BYOASN_NOT_FOUND, doc_str(doc, "Asn"));
	if (is_associated(call, doc_str(doc, "Asn")))
		return aws_fail(err, AWS_EC2_BYOASN_USED, doc_str(doc, "Asn"));
	doc = ipam_move(call, doc, "pending-deprovision", "deleted");
	json_set_copy(output, "Byoasn", doc->body);
	return true;
}

bool ec2_describe_ipam_byoasn(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	struct json *items = json_new_array();

	world_foreach (doc, call->world, &kind_ipam_byoasn) {
		if (doc_in_scope(call, doc))
			json_append(items, json_copy(doc->body));
	}
	return ec2_page_items(call, input, output, "Byoasns", items, err);
}

/* ---- Associations with address ranges ---- */

void byoasn_settle(struct call *call, const struct doc *cidr)
{
	struct json *body = json_copy(cidr->body), *list = json_new_array();

	json_foreach (association, json_get(cidr->body, "AsnAssociations")) {
		struct json *item;

		if (str_eq(json_get_str(association, "State"), "pending-disassociation"))
			continue;
		item = json_copy(association);
		json_set_str(item, "State", "associated");
		json_append(list, item);
	}
	json_set(body, "AsnAssociations", list);
	world_put(call, &kind_byoip_cidr, cidr->key, body);
}

static bool get_both(const struct call *call, const struct json *input, const struct doc **ret_asn,
		     const struct doc **ret_cidr, struct err *err)
{
	const char *cidr = json_get_str(input, "Cidr");

	if (!get_asn(call, input, ret_asn, err))
		return false;
	*ret_cidr = byoip_find(call, cidr);
	return *ret_cidr || aws_fail(err, AWS_EC2_BYOIP_NOT_FOUND, cidr);
}

/** Writes the association's state and lets the change take its time. */
static void put_association(struct call *call, const struct doc *cidr, const char *asn,
			    const char *state, struct json *output)
{
	struct json *body = json_copy(cidr->body);
	struct json *list = json_ensure_array(body, "AsnAssociations");
	struct json *item = ec2_element_mut(list, "Asn", asn);

	if (!item) {
		item = json_new_object();
		json_set_str(item, "Asn", asn);
		json_set_copy(item, "Cidr", json_get(body, "Cidr"));
		json_append(list, item);
	}
	json_set_str(item, "State", state);
	json_set_copy(output, "AsnAssociation", item);
	world_put(call, &kind_byoip_cidr, cidr->key, body);
	lifecycle_start(call, &kind_byoip_cidr, cidr->key, LIFECYCLE_IPAM, "asn");
}

bool ec2_associate_ipam_byoasn(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const struct doc *asn, *cidr;

	if (!get_both(call, input, &asn, &cidr, err))
		return false;
	if (!str_eq(doc_str(asn, "State"), "provisioned"))
		return aws_fail(err, AWS_EC2_BYOASN_STATE, doc_str(asn, "Asn"),
				doc_str(asn, "State"));
	put_association(call, cidr, doc_str(asn, "Asn"), "pending-association", output);
	return true;
}

bool ec2_disassociate_ipam_byoasn(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *asn, *cidr;

	if (!get_both(call, input, &asn, &cidr, err))
		return false;
	if (!ec2_element(json_get(cidr->body, "AsnAssociations"), "Asn", doc_str(asn, "Asn")))
		return aws_fail(err, AWS_EC2_BYOASN_NOT_ASSOCIATED, doc_str(asn, "Asn"),
				doc_str(cidr, "Cidr"));
	put_association(call, cidr, doc_str(asn, "Asn"), "pending-disassociation", output);
	return true;
}
