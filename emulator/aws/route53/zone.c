/* Hosted zones. Document kind: hosted-zone, shape: Route 53 HostedZone. */
#include <ctype.h>

#include "emulator/aws/route53/route53.h"
#include "emulator/base/ids.h"
#include "emulator/base/strbuf.h"

#define CHANGE_MS                                                                                  \
	60000	      /* "generally within 60 seconds", Route 53 API, ChangeResourceRecordSets     \
		       */
#define ZONES_MAX 100 /* MaxItems */
#define ID_DIGITS 20
#define ALPHABET  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

const struct kind kind_hosted_zone = {.name = "hosted-zone", .shape = "route53:HostedZone"};

static void in_sync(struct call *call, const struct doc *doc, const char *timer)
{
	struct json *body = json_copy(doc->body);

	(void)timer;
	json_set_str(body, "Status", "INSYNC");
	world_put(call, &kind_dns_change, doc->key, body);
}

const struct kind kind_dns_change = {
	.name = "dns-change",
	.shape = "route53:ChangeInfo",
	.timer = in_sync,
};

/* @name What all share */

const char *route53_name(struct call *call, const char *name)
{
	size_t n = strlen(name);
	const char *result;
	struct strbuf sb;

	strbuf_init(&sb, 4 * n + 2);
	for (const char *p = name; *p; p++) {
		if (*p == '*')
			strbuf_add(&sb, "\\052");
		else
			strbuf_add_char(&sb, (char)tolower((unsigned char)*p));
	}
	if (!n || name[n - 1] != '.')
		strbuf_add_char(&sb, '.');
	result = arena_strdup(call->arena, strbuf_text(&sb));
	strbuf_done(&sb);
	return result;
}

const char *route53_id(const char *text)
{
	const char *slash = text ? strrchr(text, '/') : NULL;

	return slash ? slash + 1 : text;
}

const struct doc *route53_zone(struct call *call, const struct json *input, const char *member,
			       struct err *err)
{
	const char *id = route53_id(json_get_str(input, member));
	const struct doc *doc = find_in_scope(call, &kind_hosted_zone, id);

	if (!doc)
		aws_fail(err, AWS_ROUTE53_ZONE, id);
	return doc;
}

void route53_add_change(struct call *call, const char *comment, struct json *output)
{
	bool instant = world_profile(call->world) == PROFILE_INSTANT;
	struct json *body = json_new_object();
	char id[ID_DIGITS + 1];
	const char *key;

	ids_text(world_seed(call->world), "dns-change", call->actor, call->operation, call->number,
		 ALPHABET, ID_DIGITS, id);
	key = arena_printf(call->arena, "C%s", id);
	json_setf(body, "Id", "/change/%s", key);
	json_set_str(body, "Status", instant ? "INSYNC" : "PENDING");
	json_set_str(body, "SubmittedAt", aws_now(call));
	json_set_str(body, "Comment", comment);
	json_set_copy(output, "ChangeInfo", body);
	world_add(call, (struct doc_spec){.kind = &kind_dns_change, .key = key, .body = body});
	if (!instant)
		world_set_timer(call, &kind_dns_change, key, "in-sync",
				world_now(call->world) + CHANGE_MS);
}

size_t route53_max_items(const struct json *input, size_t most)
{
	const char *text = json_get_str(input, "MaxItems");
	long value = text ? strtol(text, NULL, 10) : 0;

	return value > 0 && (size_t)value < most ? (size_t)value : most;
}

bool route53_get_change(struct call *call, const struct json *input, struct json *output,
			struct err *err)
{
	const char *id = route53_id(json_get_str(input, "Id"));
	const struct doc *doc = find_in_scope(call, &kind_dns_change, id);

	if (!doc)
		return aws_fail(err, AWS_ROUTE53_CHANGE, id);
	json_set_borrowed(output, "ChangeInfo", doc->body);
	return true;
}

/* @name Zones */

static struct json *zone_item(struct call *call, const struct doc *doc)
{
	struct json *item = json_copy(doc->body);

	json_set_int(item, "ResourceRecordSetCount",
		     (int64_t)world_lookup_count(call->world, &kind_record_set, "zone", doc->key));
	return item;
}

static void set_delegation(const struct doc *doc, struct json *output)
{
	json_set_copy(json_ensure_object(output, "DelegationSet"), "NameServers",
		      json_get(doc->extra, "NameServers"));
}

static bool is_private(const struct doc *doc)
{
	return json_get_bool(json_get(doc->body, "Config"), "PrivateZone", false);
}

static bool is_domain(const char *name)
{
	if (!*name || *name == '.' || strstr(name, "..") || strlen(name) > 255)
		return false;
	for (const char *p = name; *p; p++)
		if (isspace((unsigned char)*p) || iscntrl((unsigned char)*p))
			return false;
	return true;
}

/* Four servers under four top-level domains, as AWS gives them. */
static struct json *name_servers(struct call *call, const char *id)
{
	static const char *const tops[] = {"com", "net", "org", "co.uk"};
	struct json *list = json_new_array();

	for (unsigned i = 0; i < array_size(tops); i++) {
		double chance = ids_chance(world_seed(call->world), "name-server", "", id, i);
		unsigned number = (unsigned)(chance * 512) + 512 * i;
		_cleanup_(freep) char *name =
			xasprintf("ns-%u.awsdns-%02u.%s", number, number / 8 % 64, tops[i]);

		json_append_str(list, name);
	}
	return list;
}

static void add_own_records(struct call *call, const struct doc *zone)
{
	struct json *ns = json_new_object(), *soa = json_new_object(), *list, *item;
	const struct json *servers = json_get(zone->extra, "NameServers");

	json_set_copy(ns, "Name", json_get(zone->body, "Name"));
	json_set_str(ns, "Type", "NS");
	json_set_int(ns, "TTL", 172800);
	list = json_ensure_array(ns, "ResourceRecords");
	json_foreach (server, servers) {
		item = json_new_object();
		json_setf(item, "Value", "%s.", json_str(server));
		json_append(list, item);
	}
	route53_add_record(call, zone, ns);
	json_set_copy(soa, "Name", json_get(zone->body, "Name"));
	json_set_str(soa, "Type", "SOA");
	json_set_int(soa, "TTL", 900);
	item = json_new_object();
	json_setf(item, "Value", "%s. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400",
		  json_str(json_first(servers)));
	json_append(json_ensure_array(soa, "ResourceRecords"), item);
	route53_add_record(call, zone, soa);
}

static bool check_vpc(struct call *call, const struct json *vpc, struct err *err)
{
	const struct kind *kind = world_kind_named(call->world, "vpc");
	const char *id = json_get_str(vpc, "VPCId");
	const struct doc *doc = kind && id ? world_find(call->world, kind, id) : NULL;

	return (doc && str_eq(doc->region, json_get_str(vpc, "VPCRegion"))) ||
	       aws_fail(err, AWS_ROUTE53_VPC, id ? id : "");
}

static struct json *new_zone(const char *id, const char *name, const struct json *input)
{
	const struct json *config = json_get(input, "HostedZoneConfig");
	struct json *body = json_new_object(), *shown;

	json_setf(body, "Id", "/hostedzone/%s", id);
	json_set_str(body, "Name", name);
	json_set_copy(body, "CallerReference", json_get(input, "CallerReference"));
	shown = json_ensure_object(body, "Config");
	json_set_copy(shown, "Comment", json_get(config, "Comment"));
	json_set_bool(shown, "PrivateZone",
		      json_get(input, "VPC") || json_get_bool(config, "PrivateZone", false));
	return body;
}

bool route53_create_hosted_zone(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *wanted = json_get_str(input, "Name"), *id;
	const struct json *vpc = json_get(input, "VPC");
	const struct doc *doc;
	struct json *extra;
	char digits[ID_DIGITS + 1];

	if (!is_domain(wanted))
		return aws_fail(err, AWS_ROUTE53_DOMAIN, wanted);
	if (json_get(input, "DelegationSetId"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no reusable delegation sets");
	world_foreach (other, call->world, &kind_hosted_zone)
		if (doc_in_scope(call, other) && str_eq(doc_str(other, "CallerReference"),
							json_get_str(input, "CallerReference")))
			return aws_fail(err, AWS_ROUTE53_CALLER);
	if (!vpc && json_get_bool(json_get(input, "HostedZoneConfig"), "PrivateZone", false))
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"When you're creating a private hosted zone (when you specify true "
				"for PrivateZone), you must also specify values for VPCId and "
				"VPCRegion.");
	if (vpc && !check_vpc(call, vpc, err))
		return false;
	ids_text(world_seed(call->world), "hosted-zone", call->actor, wanted, call->number,
		 ALPHABET, ID_DIGITS, digits);
	id = arena_printf(call->arena, "Z%s", digits);
	extra = json_new_object();
	json_set(extra, "NameServers", name_servers(call, id));
	if (vpc)
		json_append(json_ensure_array(extra, "VPCs"), json_copy(vpc));
	doc = world_add(call,
			(struct doc_spec){.kind = &kind_hosted_zone,
					  .key = id,
					  .body = new_zone(id, route53_name(call, wanted), input),
					  .extra = extra});
	add_own_records(call, doc);
	json_set(output, "HostedZone", zone_item(call, doc));
	route53_add_change(call, NULL, output);
	set_delegation(doc, output);
	json_set_copy(output, "VPC", vpc);
	json_setf(output, "Location", "https://route53.amazonaws.com/2013-04-01/hostedzone/%s", id);
	return true;
}

bool route53_get_hosted_zone(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *doc = route53_zone(call, input, "Id", err);

	if (!doc)
		return false;
	json_set(output, "HostedZone", zone_item(call, doc));
	if (is_private(doc))
		json_set_copy(output, "VPCs", json_get(doc->extra, "VPCs"));
	else
		set_delegation(doc, output);
	return true;
}

bool route53_get_hosted_zone_count(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	int64_t n = 0;

	(void)input;
	(void)err;
	world_foreach (doc, call->world, &kind_hosted_zone)
		n += doc_in_scope(call, doc);
	json_set_int(output, "HostedZoneCount", n);
	return true;
}

bool route53_list_hosted_zones(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	const char *marker = json_get_str(input, "Marker");
	const char *set = json_get_str(input, "DelegationSetId");
	bool only_private = str_eq(json_get_str(input, "HostedZoneType"), "PrivateHostedZone");
	struct json *list = json_ensure_array(output, "HostedZones");
	size_t max = route53_max_items(input, ZONES_MAX);
	bool begun = !marker || !*marker, more = false;

	if (set) /* there are none: CreateReusableDelegationSet is not emulated */
		return aws_fail(err, AWS_ROUTE53_NO_DELEGATION_SET, set);
	world_foreach (doc, call->world, &kind_hosted_zone) {
		begun = begun || str_eq(doc->key, marker);
		if (!begun || !doc_in_scope(call, doc) || (only_private && !is_private(doc)))
			continue;
		if (json_size(list) == max) {
			more = true;
			json_set_str(output, "NextMarker", doc->key);
			break;
		}
		json_append(list, zone_item(call, doc));
	}
	if (!begun)
		return aws_fail(err, AWS_ROUTE53_INPUT, "The marker is not valid.");
	json_set_str(output, "Marker", marker ? marker : "");
	json_set_bool(output, "IsTruncated", more);
	json_setf(output, "MaxItems", "%zu", max);
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct doc *x = *(const struct doc *const *)a, *y = *(const struct doc *const *)b;
	int order = strcmp(doc_str(x, "Name"), doc_str(y, "Name"));

	return order ? order : strcmp(x->key, y->key);
}

bool route53_list_hosted_zones_by_name(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const char *from = json_get_str(input, "DNSName"),
		   *id = json_get_str(input, "HostedZoneId");
	struct json *list = json_ensure_array(output, "HostedZones");
	size_t max = route53_max_items(input, ZONES_MAX), n = 0;
	struct docs docs = {0};

	if (id && !from)
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"The DNSName parameter is required with HostedZoneId.");
	from = from ? route53_name(call, from) : "";
	world_foreach (doc, call->world, &kind_hosted_zone)
		if (doc_in_scope(call, doc))
			docs_add(&docs, doc);
	if (docs.count)
		qsort(docs.items, docs.count, sizeof(*docs.items), by_name);
	while (n < docs.count && (strcmp(doc_str(docs.items[n], "Name"), from) < 0 ||
				  (id && str_eq(doc_str(docs.items[n], "Name"), from) &&
				   strcmp(docs.items[n]->key, route53_id(id)) < 0)))
		n++;
	for (; n < docs.count && json_size(list) < max; n++)
		json_append(list, zone_item(call, docs.items[n]));
	json_set_bool(output, "IsTruncated", n < docs.count);
	if (n < docs.count) {
		json_set_str(output, "NextDNSName", doc_str(docs.items[n], "Name"));
		json_set_str(output, "NextHostedZoneId", docs.items[n]->key);
	}
	docs_done(&docs);
	json_set_copy(output, "DNSName", json_get(input, "DNSName"));
	json_set_copy(output, "HostedZoneId", json_get(input, "HostedZoneId"));
	json_setf(output, "MaxItems", "%zu", max);
	return true;
}

bool route53_update_hosted_zone_comment(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct doc *doc = route53_zone(call, input, "Id", err);
	struct json *body, *config;

	if (!doc)
		return false;
	body = json_copy(doc->body);
	config = json_ensure_object(body, "Config");
	json_remove(config, "Comment");
	json_set_copy(config, "Comment", json_get(input, "Comment"));
	doc = world_put(call, &kind_hosted_zone, doc->key, body);
	json_set(output, "HostedZone", zone_item(call, doc));
	return true;
}

bool route53_delete_hosted_zone(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc = route53_zone(call, input, "Id", err);
	struct docs docs = {0};

	if (!doc)
		return false;
	world_lookup(call->world, &kind_record_set, "zone", doc->key, &docs);
	if (docs.count > 2) { /* its own NS and SOA cannot be deleted before */
		docs_done(&docs);
		return aws_fail(err, AWS_ROUTE53_NOT_EMPTY);
	}
	for (size_t i = 0; i < docs.count; i++)
		world_remove(call, &kind_record_set, docs.items[i]->key);
	docs_done(&docs);
	world_remove(call, &kind_hosted_zone, doc->key);
	route53_add_change(call, NULL, output);
	return true;
}

/* @name VPCs of private zones */

static struct json *without(const struct json *list, const char *id)
{
	struct json *left = json_new_array();

	json_foreach (vpc, list)
		if (!str_eq(json_get_str(vpc, "VPCId"), id))
			json_append(left, json_copy(vpc));
	return left;
}

static bool change_vpcs(struct call *call, const struct json *input, bool add, struct json *output,
			struct err *err)
{
	const struct doc *doc = route53_zone(call, input, "HostedZoneId", err);
	const struct json *vpc = json_get(input, "VPC"), *old;
	const char *id = json_get_str(vpc, "VPCId");
	struct json *extra, *list;

	if (!doc)
		return false;
	if (!is_private(doc))
		return aws_fail(err, AWS_ROUTE53_PUBLIC, doc->key);
	if (!check_vpc(call, vpc, err))
		return false;
	old = json_get(doc->extra, "VPCs");
	list = without(old, id);
	if (!add && json_size(list) == json_size(old)) {
		json_free(list);
		return aws_fail(err, AWS_ROUTE53_VPC_NOT_ASSOCIATED, id);
	}
	if (!add && !json_first(list)) {
		json_free(list);
		return aws_fail(err, AWS_ROUTE53_LAST_VPC, id);
	}
	if (add)
		json_append(list, json_copy(vpc));
	extra = json_copy(doc->extra);
	json_set(extra, "VPCs", list);
	world_put_extra(call, &kind_hosted_zone, doc->key, extra);
	route53_add_change(call, json_get_str(input, "Comment"), output);
	return true;
}

bool route53_associate_vpc_with_hosted_zone(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	return change_vpcs(call, input, true, output, err);
}

bool route53_disassociate_vpc_from_hosted_zone(struct call *call, const struct json *input,
					       struct json *output, struct err *err)
{
	return change_vpcs(call, input, false, output, err);
}

/* @name Tags */

const struct doc *route53_tagged(struct call *call, const char *type, const char *id,
				 struct err *err)
{
	bool check = str_eq(type, "healthcheck");
	const struct doc *doc =
		find_in_scope(call, check ? &kind_health_check : &kind_hosted_zone, route53_id(id));

	if (!doc)
		aws_fail(err, check ? AWS_ROUTE53_NO_CHECK : AWS_ROUTE53_TAG_ZONE, id);
	return doc;
}

static const struct doc *tagged(struct call *call, const struct json *input, struct err *err)
{
	return route53_tagged(call, json_get_str(input, "ResourceType"),
			      json_get_str(input, "ResourceId"), err);
}

bool route53_list_tags_for_resource(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	const struct doc *doc = tagged(call, input, err);
	struct json *set;

	if (!doc)
		return false;
	set = json_ensure_object(output, "ResourceTagSet");
	json_set_copy(set, "ResourceType", json_get(input, "ResourceType"));
	json_set_str(set, "ResourceId", doc->key);
	json_set(set, "Tags", tags_to_list(doc->tags));
	return true;
}

bool route53_change_tags_for_resource(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const struct doc *doc = tagged(call, input, err);
	const struct json *added = json_get(input, "AddTags");
	const struct json *removed = json_get(input, "RemoveTagKeys");

	(void)output;
	if (!doc)
		return false;
	if (!json_first(added) && !json_first(removed))
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"You must specify AddTags, RemoveTagKeys, or both.");
	if (!tags_put(TAGS_COMMON, call, doc, added, err))
		return false;
	tags_take(call, world_find(call->world, doc->kind, doc->key), removed);
	return true;
}
