/* Elastic IP addresses: reverse DNS names, and transfers to another account. A transfer stands in
 * the address's extra: Transfer, as AddressTransfer. */
#include "emulator/aws/ec2/internal.h"

#define TRANSFER_MS (7 * 24 * 3600 * 1000LL) /* EC2 user guide, "Transfer Elastic IP addresses" */

/* ---- Reverse DNS ---- */

static struct json *attribute_item(const struct doc *address)
{
	struct json *item = json_new_object();

	json_set_str(item, "PublicIp", doc_str(address, "PublicIp"));
	json_set_str(item, "AllocationId", address->key);
	json_set_str(item, "PtrRecord", doc_extra_str(address, "PtrRecord"));
	return item;
}

bool ec2_describe_addresses_attribute(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const struct json *ids = json_get(input, "AllocationIds");
	const struct doc *address;
	struct json *items;

	json_foreach (id, ids) {
		if (!ec2_get(call, &kind_elastic_ip, json_str(id), &address, err))
			return false;
	}
	items = json_new_array();
	world_foreach (doc, call->world, &kind_elastic_ip) {
		bool told = !json_get(input, "Attribute") || doc_extra_str(doc, "PtrRecord");

		if (doc_in_scope(call, doc) && told &&
		    (!json_size(ids) || ec2_list_has(ids, doc->key)))
			json_append(items, attribute_item(doc));
	}
	return ec2_page_items(call, input, output, "Addresses", items, err);
}

static void set_name(struct call *call, const struct doc *address, const char *name,
		     struct json *output)
{
	struct json *extra = json_copy(address->extra);

	json_remove(extra, "PtrRecord");
	json_set_str(extra, "PtrRecord", name);
	address = world_put_extra(call, &kind_elastic_ip, address->key, extra);
	json_set(output, "Address", attribute_item(address));
}

bool ec2_modify_address_attribute(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const char *name = json_get_str(input, "DomainName");
	const struct doc *address;

	if (!ec2_get_by(call, &kind_elastic_ip, input, "AllocationId", &address, err))
		return false;
	if (!name)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "DomainName");
	if (!strchr(name, '.') || strlen(name) > 255 || strpbrk(name, " /:@"))
		return aws_fail(err, AWS_EC2_PTR_NAME, name);
	/* Source: EC2 API, as shown in its examples: the record ends with a dot */
	if (name[strlen(name) - 1] != '.')
		name = arena_printf(call->arena, "%s.", name);
	set_name(call, address, name, output);
	return true;
}

bool ec2_reset_address_attribute(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *address;

	if (!ec2_get_by(call, &kind_elastic_ip, input, "AllocationId", &address, err))
		return false;
	set_name(call, address, NULL, output);
	return true;
}

/* ---- Transfers ---- */

/** The transfer that waits to be accepted, or NULL. */
static const struct json *pending_transfer(const struct call *call, const struct doc *address)
{
	const struct json *transfer = json_get(address->extra, "Transfer");
	int64_t until;

	if (!str_eq(json_get_str(transfer, "AddressTransferStatus"), "pending") ||
	    !clock_parse(json_get_str(transfer, "TransferOfferExpirationTimestamp"), &until) ||
	    until <= world_now(call->world))
		return NULL;
	return transfer;
}

static void put_transfer(struct call *call, const struct doc *address, struct json *transfer)
{
	struct json *extra = json_copy(address->extra);

	json_set(extra, "Transfer", transfer);
	world_put_extra(call, &kind_elastic_ip, address->key, extra);
}

bool ec2_enable_address_transfer(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const char *account = json_get_str(input, "TransferAccountId");
	const struct doc *address;
	struct json *transfer;

	if (!ec2_get_by(call, &kind_elastic_ip, input, "AllocationId", &address, err))
		return false;
	if (strlen(account) != 12 || strspn(account, "0123456789") != 12 ||
	    str_eq(account, call->account))
		return aws_fail(err, AWS_EC2_TRANSFER_ACCOUNT, account);
	if (doc_str(address, "AssociationId"))
		return aws_fail(err, AWS_EC2_ELASTIC_IP_IN_USE, doc_str(address, "PublicIp"));
	transfer = json_new_object();
	json_set_str(transfer, "PublicIp", doc_str(address, "PublicIp"));
	json_set_str(transfer, "AllocationId", address->key);
	json_set_str(transfer, "TransferAccountId", account);
	json_set_str(transfer, "TransferOfferExpirationTimestamp", ec2_time_in(call, TRANSFER_MS));
	json_set_str(transfer, "AddressTransferStatus", "pending");
	json_set_copy(output, "AddressTransfer", transfer);
	put_transfer(call, address, transfer);
	return true;
}

bool ec2_disable_address_transfer(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct doc *address;
	struct json *transfer;

	if (!ec2_get_by(call, &kind_elastic_ip, input, "AllocationId", &address, err))
		return false;
	if (!pending_transfer(call, address))
		return aws_fail(err, AWS_EC2_TRANSFER_NOT_FOUND, address->key);
	transfer = json_copy(pending_transfer(call, address));
	json_set_str(transfer, "AddressTransferStatus", "disabled");
	json_set_copy(output, "AddressTransfer", transfer);
	put_transfer(call, address, transfer);
	return true;
}

/** Another allocation with the same address, in the caller's account; the tags do not come along.
 */
static void move_address(struct call *call, const struct doc *address, struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_elastic_ip, doc_str(address, "PublicIp"));
	struct json *body = json_copy(address->body);

	world_remove(call, &kind_elastic_ip, address->key);
	json_set_str(body, "AllocationId", id);
	world_add(call, (struct doc_spec){
				.kind = &kind_elastic_ip, .key = id, .body = body, .tags = tags});
}

/* Source: EC2 API, AcceptAddressTransfer: by the account to which it was offered, within 7 days. */
bool ec2_accept_address_transfer(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const char *ip = json_get_str(input, "Address");
	const struct doc *address =
		world_lookup_one(call->world, &kind_elastic_ip, "public-ip", ip);
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct json *pending = address ? pending_transfer(call, address) : NULL;
	struct json *transfer;

	if (!tags_from_specifications(input, "elastic-ip", &tags, err))
		return false;
	if (!pending || !str_eq(address->region, call->region) ||
	    !str_eq(json_get_str(pending, "TransferAccountId"), call->account))
		return aws_fail(err, AWS_EC2_TRANSFER_NOT_FOUND, ip);
	if (!ec2_within_limit(call, LIMIT_ADDRESSES, ec2_count(call, &kind_elastic_ip),
			      AWS_EC2_ADDRESS_LIMIT, err))
		return false;
	if (doc_str(address, "AssociationId"))
		return aws_fail(err, AWS_EC2_ELASTIC_IP_IN_USE, ip);
	transfer = json_copy(pending);
	json_set_str(transfer, "AddressTransferStatus", "accepted");
	json_set_str(transfer, "TransferOfferAcceptedTimestamp", aws_now(call));
	json_set(output, "AddressTransfer", transfer);
	move_address(call, address, steal(tags));
	return true;
}

bool ec2_describe_address_transfers(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const struct json *ids = json_get(input, "AllocationIds");
	const struct doc *address;
	struct json *items;

	json_foreach (id, ids) {
		if (!ec2_get(call, &kind_elastic_ip, json_str(id), &address, err))
			return false;
	}
	items = json_new_array();
	world_foreach (doc, call->world, &kind_elastic_ip) {
		if (doc_in_scope(call, doc) && json_get(doc->extra, "Transfer") &&
		    (!json_size(ids) || ec2_list_has(ids, doc->key)))
			json_append(items, json_copy(json_get(doc->extra, "Transfer")));
	}
	return ec2_page_items(call, input, output, "AddressTransfers", items, err);
}
