/* Record sets of zones: changed in batches, all or none. */
#include <strings.h>

#include "emulator/aws/route53/route53.h"

#define RECORDS_MAX 300 /* MaxItems */

static void by_zone(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Zone"));
}

static void by_name(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_str(doc, "Name"));
}

static const struct kind_index indexes[] = {{"zone", by_zone}, {"name", by_name}, {NULL, NULL}};

const struct kind kind_record_set = {
	.name = "record-set",
	.shape = "route53:ResourceRecordSet",
	.indexes = indexes,
};

static const char *key_of(struct call *call, const struct doc *zone, const struct json *set)
{
	const char *id = json_get_str(set, "SetIdentifier");

	return arena_printf(call->arena, "%s/%s/%s/%s", zone->key, json_get_str(set, "Name"),
			    json_get_str(set, "Type"), id ? id : "");
}

void route53_add_record(struct call *call, const struct doc *zone, struct json *body)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "Zone", zone->key);
	world_add(call, (struct doc_spec){.kind = &kind_record_set,
					  .key = key_of(call, zone, body),
					  .body = body,
					  .extra = extra});
}

/* Of values, quotes and a dot at the end do not count. */
static bool same_value(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	n -= n && a[n - 1] == '.';
	m -= m && b[m - 1] == '.';
	return n == m && strncasecmp(a, b, n) == 0;
}

bool route53_has_record(const struct world *world, const char *name, const char *type,
			const char *value)
{
	struct docs docs = {0};
	bool found = false;

	if (!name || !value)
		return false;
	world_lookup(world, &kind_record_set, "name", name, &docs);
	for (size_t i = 0; i < docs.count && !found; i++)
		if (str_eq(doc_str(docs.items[i], "Type"), type))
			json_foreach (record, json_get(docs.items[i]->body, "ResourceRecords"))
				found = found || same_value(json_get_str(record, "Value"), value);
	docs_done(&docs);
	return found;
}

/* @name Changing */

/* A record set as zones keep it. */
static struct json *normal(struct call *call, const struct json *set)
{
	struct json *copy = json_copy(set), *alias = json_get_mut(copy, "AliasTarget");

	json_set_str(copy, "Name", route53_name(call, json_get_str(set, "Name")));
	if (alias)
		json_set_str(alias, "DNSName", route53_name(call, json_get_str(alias, "DNSName")));
	return copy;
}

static bool is_in_zone(const char *name, const char *zone)
{
	size_t n = strlen(name), m = strlen(zone);

	return str_ends_with(name, zone) && (n == m || name[n - m - 1] == '.');
}

/* A CNAME stands alone, and not at the zone's own name. */
static bool conflicts(struct call *call, const struct doc *zone, const struct json *set)
{
	const char *name = json_get_str(set, "Name");
	bool alias = str_eq(json_get_str(set, "Type"), "CNAME"), found = false;
	struct docs docs = {0};

	if (alias && str_eq(name, doc_str(zone, "Name")))
		return true;
	world_lookup(call->world, &kind_record_set, "name", name, &docs);
	for (size_t i = 0; i < docs.count; i++) {
		bool other = str_eq(doc_str(docs.items[i], "Type"), "CNAME");

		if (str_eq(doc_extra_str(docs.items[i], "Zone"), zone->key) && alias != other)
			found = true;
	}
	docs_done(&docs);
	return found;
}

static bool check_set(struct call *call, const struct doc *zone, const struct json *set,
		      struct err *err)
{
	const char *name = json_get_str(set, "Name"), *type = json_get_str(set, "Type");
	bool alias = json_get(set, "AliasTarget") != NULL;
	const char *text = NULL;

	if (!is_in_zone(name, doc_str(zone, "Name")))
		text = arena_printf(call->arena,
				    "RRSet with DNS name %s is not permitted in zone %s", name,
				    doc_str(zone, "Name"));
	else if (alias && (json_get(set, "TTL") || json_first(json_get(set, "ResourceRecords"))))
		text = arena_printf(call->arena,
				    "Invalid request: Expected exactly one of [AliasTarget, all of "
				    "[TTL, and ResourceRecords], or TrafficPolicyInstanceId], but "
				    "found more than one in Change with [Action=CREATE, Name=%s, "
				    "Type=%s, SetIdentifier=null]",
				    name, type);
	else if (!alias && (!json_get(set, "TTL") || !json_first(json_get(set, "ResourceRecords"))))
		text = arena_printf(call->arena,
				    "Invalid request: Expected exactly one of [AliasTarget, all of "
				    "[TTL, and ResourceRecords], or TrafficPolicyInstanceId], but "
				    "found none in Change with [Action=CREATE, Name=%s, Type=%s, "
				    "SetIdentifier=null]",
				    name, type);
	else if (conflicts(call, zone, set))
		text = arena_printf(call->arena,
				    "RRSet of type %s with DNS name %s is not permitted as it "
				    "conflicts with other records with the same DNS name in zone "
				    "%s",
				    type, name, doc_str(zone, "Name"));
	return !text || aws_fail(err, AWS_ROUTE53_BATCH, text);
}

static bool create(struct call *call, const struct doc *zone, const struct json *set, bool upsert,
		   struct err *err)
{
	const char *key = key_of(call, zone, set);
	const struct doc *old = world_find(call->world, &kind_record_set, key);

	if (!check_set(call, zone, set, err))
		return false;
	if (old && !upsert)
		return aws_fail(err, AWS_ROUTE53_BATCH,
				arena_printf(call->arena,
					     "Tried to create resource record set [name='%s', "
					     "type='%s'] but it already exists",
					     json_get_str(set, "Name"), json_get_str(set, "Type")));
	if (old)
		world_put(call, &kind_record_set, key, json_copy(set));
	else
		route53_add_record(call, zone, json_copy(set));
	return true;
}

static bool is_own(const struct doc *zone, const struct json *set)
{
	const char *type = json_get_str(set, "Type");

	return str_eq(json_get_str(set, "Name"), doc_str(zone, "Name")) &&
	       (str_eq(type, "NS") || str_eq(type, "SOA"));
}

static bool delete_set(struct call *call, const struct doc *zone, const struct json *set,
		       struct err *err)
{
	const char *name = json_get_str(set, "Name"), *type = json_get_str(set, "Type");
	const char *key = key_of(call, zone, set);
	const struct doc *old = world_find(call->world, &kind_record_set, key);

	if (is_own(zone, set))
		return aws_fail(err, AWS_ROUTE53_BATCH,
				arena_printf(call->arena, "A HostedZone must contain %s",
					     str_eq(type, "NS")
						     ? "at least one NS record for the zone itself."
						     : "exactly one SOA record."));
	if (!old)
		return aws_fail(err, AWS_ROUTE53_BATCH,
				arena_printf(call->arena,
					     "Tried to delete resource record set [name='%s', "
					     "type='%s'] but it was not found",
					     name, type));
	if (!json_equal(old->body, set))
		return aws_fail(err, AWS_ROUTE53_BATCH,
				arena_printf(call->arena,
					     "Tried to delete resource record set [name='%s', "
					     "type='%s'] but the values provided do not match the "
					     "current values",
					     name, type));
	world_remove(call, &kind_record_set, key);
	return true;
}

bool route53_change_resource_record_sets(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	const struct doc *zone = route53_zone(call, input, "HostedZoneId", err);
	const struct json *batch = json_get(input, "ChangeBatch");

	if (!zone)
		return false;
	json_foreach (change, json_get(batch, "Changes")) {
		_cleanup_(json_freep) struct json *set =
			normal(call, json_get(change, "ResourceRecordSet"));
		const char *action = json_get_str(change, "Action");
		bool ok = str_eq(action, "DELETE")
				  ? delete_set(call, zone, set, err)
				  : create(call, zone, set, str_eq(action, "UPSERT"), err);

		if (!ok)
			return false;
	}
	route53_add_change(call, json_get_str(batch, "Comment"), output);
	return true;
}

/* @name Listing: by name from the right, then by type */

static int compare_names(const char *a, const char *b)
{
	const char *x = a + strlen(a), *y = b + strlen(b);

	x -= x > a && x[-1] == '.';
	y -= y > b && y[-1] == '.';
	while (x > a && y > b) {
		const char *p = x, *q = y;
		size_t n, m;
		int order;

		while (p > a && p[-1] != '.')
			p--;
		while (q > b && q[-1] != '.')
			q--;
		n = (size_t)(x - p);
		m = (size_t)(y - q);
		order = strncmp(p, q, n < m ? n : m);
		if (order || n != m)
			return order ? order : n < m ? -1 : 1;
		x = p > a ? p - 1 : a;
		y = q > b ? q - 1 : b;
	}
	return (x > a) - (y > b);
}

static int in_order(const void *a, const void *b)
{
	const struct doc *x = *(const struct doc *const *)a, *y = *(const struct doc *const *)b;
	int order = compare_names(doc_str(x, "Name"), doc_str(y, "Name"));

	if (!order)
		order = strcmp(doc_str(x, "Type"), doc_str(y, "Type"));
	return order ? order : strcmp(x->key, y->key);
}

static bool is_before(const struct doc *doc, const char *name, const char *type,
		      const char *identifier)
{
	const char *own = doc_str(doc, "SetIdentifier");

	int order = name ? compare_names(doc_str(doc, "Name"), name) : 0;

	if (order)
		return order < 0;
	order = type ? strcmp(doc_str(doc, "Type"), type) : 0;
	return order < 0 || (!order && identifier && strcmp(own ? own : "", identifier) < 0);
}

bool route53_list_resource_record_sets(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const struct doc *zone = route53_zone(call, input, "HostedZoneId", err);
	const char *name = json_get_str(input, "StartRecordName");
	const char *type = json_get_str(input, "StartRecordType");
	const char *identifier = json_get_str(input, "StartRecordIdentifier");
	struct json *list = json_ensure_array(output, "ResourceRecordSets");
	size_t max = route53_max_items(input, RECORDS_MAX), n = 0;
	struct docs docs = {0};

	if (!zone)
		return false;
	if (type && !name)
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"The StartRecordName parameter is required with StartRecordType.");
	if (identifier && !type)
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"The StartRecordType parameter is required with "
				"StartRecordIdentifier.");
	name = name ? route53_name(call, name) : NULL;
	world_lookup(call->world, &kind_record_set, "zone", zone->key, &docs);
	if (docs.count)
		qsort(docs.items, docs.count, sizeof(*docs.items), in_order);
	while (n < docs.count && is_before(docs.items[n], name, type, identifier))
		n++;
	for (; n < docs.count && json_size(list) < max; n++)
		json_append_borrowed(list, docs.items[n]->body);
	json_set_bool(output, "IsTruncated", n < docs.count);
	if (n < docs.count) {
		json_set_str(output, "NextRecordName", doc_str(docs.items[n], "Name"));
		json_set_str(output, "NextRecordType", doc_str(docs.items[n], "Type"));
		json_set_str(output, "NextRecordIdentifier",
			     doc_str(docs.items[n], "SetIdentifier"));
	}
	json_setf(output, "MaxItems", "%zu", max);
	docs_done(&docs);
	return true;
}
