/*
 * GetIpamAddressHistory: who had a block or an address, and when. It is read out of the world's
 * journal, as far back as that goes. Source: EC2 API, GetIpamAddressHistory: exact matches only.
 */
#include "emulator/aws/ec2/ipam.h"
#include "emulator/world/journal.h"

/** Whether the version of a document has the block. */
static bool has_block(const struct doc *doc, const char *cidr)
{
	static const char *const sets[][2] = {{"CidrBlockAssociationSet", "CidrBlock"},
					      {"Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"}};

	if (!doc)
		return false;
	if (doc->kind == &kind_elastic_ip) {
		const char *ip = doc_str(doc, "PublicIp");

		return str_starts_with(cidr, ip) && str_eq(cidr + strlen(ip), "/32");
	}
	if (str_eq(doc_str(doc, "CidrBlock"), cidr))
		return true;
	for (size_t i = 0; i < array_size(sets); i++)
		if (ec2_element(json_get(doc->body, sets[i][0]), sets[i][1], cidr))
			return true;
	return false;
}

static const char *type_of(const struct doc *doc)
{
	if (doc->kind == &kind_vpc)
		return "vpc";
	if (doc->kind == &kind_subnet)
		return "subnet";
	return doc->kind == &kind_elastic_ip ? "eip" : NULL;
}

struct history {
	struct call *call;
	const struct doc *ipam;
	const char *cidr, *vpc_id;
	struct json *records; /* the newest last; open ones have no SampledEndTime */
};

/** The record of that resource that has not ended, or NULL. */
static struct json *open_record(struct history *history, const char *id)
{
	struct json *record = json_first_mut(history->records);

	for (; record; record = json_next_mut(record))
		if (str_eq(json_get_str(record, "ResourceId"), id) &&
		    !json_get(record, "SampledEndTime"))
			return record;
	return NULL;
}

static void begin_record(struct history *history, const struct doc *doc, const char *when)
{
	struct json *record = json_new_object();

	json_set_str(record, "ResourceOwnerId", doc->account);
	json_set_str(record, "ResourceRegion", doc->region);
	json_set_str(record, "ResourceType", type_of(doc));
	json_set_str(record, "ResourceId", doc->key);
	json_set_str(record, "ResourceCidr", history->cidr);
	json_set_str(record, "ResourceName", doc_tag(doc, "Name"));
	json_set_str(record, "VpcId", doc->kind == &kind_vpc ? doc->key : doc_str(doc, "VpcId"));
	json_set_str(record, "SampledStartTime", when);
	json_append(history->records, record);
}

static void take_change(struct history *history, const struct change *change, int64_t now_ms)
{
	const struct doc *doc = change->after ? change->after : change->before;
	bool had = has_block(change->before, history->cidr);
	bool has = has_block(change->after, history->cidr);
	char text[CLOCK_TEXT_MAX];
	struct json *record;

	if (!type_of(doc) || !str_eq(doc->account, history->ipam->account) || had == has)
		return;
	clock_format_ms(now_ms, text);
	if (has) {
		begin_record(history, doc, text);
		return;
	}
	record = open_record(history, doc->key);
	if (!record) { /* it began before the journal does */
		begin_record(history, doc, text);
		record = open_record(history, doc->key);
	}
	json_set_str(record, "SampledEndTime", text);
}

/** Whether a record is of the VPC and of the time that is asked for; times compare as texts. */
static bool is_wanted(const struct json *record, const struct history *history, const char *start,
		      const char *end)
{
	const char *from = json_get_str(record, "SampledStartTime");
	const char *to = json_get_str(record, "SampledEndTime");

	if (history->vpc_id && !str_eq(json_get_str(record, "VpcId"), history->vpc_id))
		return false;
	return (!end || strcmp(from, end) <= 0) && (!start || !to || strcmp(to, start) >= 0);
}

static bool in_scope(struct call *call, const struct doc *ipam, const struct doc *scope,
		     const struct cidr *block, const char *type)
{
	/* what is gone was in a default scope */
	bool is_public = block->ip.family == FAMILY_IPV6 || str_eq(type, "eip");

	(void)call;
	return str_eq(scope->key,
		      doc_str(ipam, is_public ? "PublicDefaultScopeId" : "PrivateDefaultScopeId"));
}

bool ec2_get_ipam_address_history(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	const struct journal *journal = world_journal(call->world);
	struct history history = {.call = call,
				  .cidr = json_get_str(input, "Cidr"),
				  .vpc_id = json_get_str(input, "VpcId")};
	const char *start = json_get_str(input, "StartTime"), *end = json_get_str(input, "EndTime");
	const struct journal_entry *entry;
	const struct doc *scope;
	struct json *items;
	struct cidr block;

	if (!ec2_get_by(call, &kind_ipam_scope, input, "IpamScopeId", &scope, err))
		return false;
	history.ipam = world_find(call->world, &kind_ipam, doc_extra_str(scope, "IpamId"));
	if (!history.ipam)
		return aws_fail(err, AWS_EC2_IPAM_SCOPE_NOT_FOUND, scope->key);
	if (!cidr_parse(history.cidr, &block) || !cidr_is_canonical(&block))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, history.cidr, "cidr");
	if (start && end && strcmp(start, end) > 0)
		return aws_fail(err, AWS_EC2_IPAM_HISTORY_TIMES);
	history.records = json_new_array();
	for (uint64_t n = journal_first(journal); n && n <= journal_last(journal); n++)
		for (size_t i = 0; (entry = journal_get(journal, n)) && i < entry->change_count;
		     i++)
			take_change(&history, &entry->changes[i], entry->now_ms);
	items = json_new_array();
	json_foreach (record, history.records) {
		if (is_wanted(record, &history, start, end) &&
		    in_scope(call, history.ipam, scope, &block,
			     json_get_str(record, "ResourceType")))
			json_append(items, json_copy(record));
	}
	json_free(history.records);
	return ec2_page_items(call, input, output, "HistoryRecords", items, err);
}
