/* Regions and their zones: DescribeRegions, DescribeAvailabilityZones, and the names made of them.
 */
#include "emulator/aws/ec2/internal.h"

static const struct region_row regions[] = {
#define REGION(name, code, place, zones, ipv4, ipv6, opt_in)                                       \
	{name, code, place, zones, ipv4, ipv6, opt_in},
#include "emulator/aws/ec2/regions.tbl"
#undef REGION
};

/* A region that the table does not have (a new one, or one of another partition): three zones. The
 * zone code is the name without dashes, which no region of the table uses. */
static const struct region_row unknown_region = {
	NULL, NULL, "unknown place", "123", "51.20.0.0/15", "2a05:d000::/36", true};

const struct region_row *region_row(const char *name)
{
	for (size_t i = 0; i < array_size(regions); i++)
		if (str_eq(regions[i].name, name))
			return &regions[i];
	return &unknown_region;
}

bool region_exists(const char *name)
{
	return region_row(name) != &unknown_region;
}

/** "euw1-az3" for the i-th zone of a region. */
static const char *zone_id(struct call *call, const char *region, unsigned i)
{
	const struct region_row *row = region_row(region);
	char *code;
	size_t n = 0;

	if (row->code)
		return arena_printf(call->arena, "%s-az%c", row->code, row->zones[i]);
	code = arena_strdup(call->arena, region);
	for (const char *p = region; *p; p++)
		if (*p != '-')
			code[n++] = *p;
	code[n] = '\0';
	return arena_printf(call->arena, "%s-az%c", code, row->zones[i]);
}

const char *region_zone_name(struct call *call, unsigned i)
{
	if (i >= strlen(region_row(call->region)->zones))
		return NULL;
	return arena_printf(call->arena, "%s%c", call->region, 'a' + (int)i);
}

const char *ec2_zone_id(const struct call *call, const char *zone_name)
{
	size_t n = strlen(call->region), zones = strlen(region_row(call->region)->zones);
	unsigned i;

	if (!zone_name || strncmp(zone_name, call->region, n) != 0 || strlen(zone_name) != n + 1)
		return NULL;
	if (zone_name[n] < 'a' || zone_name[n] > 'z')
		return NULL;
	i = (unsigned)(zone_name[n] - 'a');
	return i < zones ? zone_id((struct call *)call, call->region, i) : NULL;
}

const char *region_zone_by_id(struct call *call, const char *id)
{
	const char *name;

	for (unsigned i = 0; (name = region_zone_name(call, i)); i++)
		if (str_eq(zone_id(call, call->region, i), id))
			return name;
	return NULL;
}

const char *region_private_domain(struct call *call, const char *region)
{
	/* Source: Amazon VPC user guide, "DNS attributes": ec2.internal in us-east-1 only. */
	if (str_eq(region, "us-east-1"))
		return "ec2.internal";
	return arena_printf(call->arena, "%s.compute.internal", region);
}

const char *region_public_domain(struct call *call, const char *region)
{
	if (str_eq(region, "us-east-1"))
		return "compute-1.amazonaws.com";
	return arena_printf(call->arena, "%s.compute.amazonaws.com", region);
}

/* ---- DescribeRegions ---- */

/** Whether one of a filter's values matches; wildcards count. */
static bool one_matches(const struct json *values, const char *text)
{
	json_foreach (value, values)
		if (str_glob(json_str(value), text))
			return true;
	return false;
}

/** Whether all filters hold for a flat object whose members a table names. */
static bool flat_match(const struct json *filters, const char *const (*names)[2],
		       const struct json *item, bool *ret, struct err *err)
{
	*ret = true;
	json_foreach (filter, filters) {
		const char *name = json_get_str(filter, "Name");
		size_t i = 0;

		while (names[i][0] && !str_eq(names[i][0], name))
			i++;
		if (!names[i][0])
			return aws_fail(err, AWS_EC2_FILTER, name ? name : "");
		if (!one_matches(json_get(filter, "Values"), json_get_str(item, names[i][1])))
			*ret = false;
	}
	return true;
}

static struct json *region_item(struct call *call, const struct region_row *row)
{
	struct json *item = json_new_object();

	json_set_str(item, "OptInStatus", row->opt_in ? "not-opted-in" : "opt-in-not-required");
	json_set_str(item, "RegionName", row->name);
	json_setf(item, "Endpoint", "ec2.%s.amazonaws.com", row->name);
	(void)call;
	return item;
}

static const char *const region_filters[][2] = {
	{"endpoint", "Endpoint"},
	{"opt-in-status", "OptInStatus"},
	{"region-name", "RegionName"},
	{NULL, NULL},
};

static bool is_table_region(const char *name)
{
	for (size_t i = 0; i < array_size(regions); i++)
		if (str_eq(regions[i].name, name))
			return true;
	return false;
}

/* Source: EC2 API, DescribeRegions: without AllRegions only those that are enabled. */
bool ec2_describe_regions(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct json *names = json_get(input, "RegionNames");
	bool all = json_get_bool(input, "AllRegions", false) || json_size(names);
	struct json *list = json_ensure_array(output, "Regions");

	json_foreach (name, names)
		if (!is_table_region(json_str(name)))
			return aws_fail(err, AWS_EC2_REGION, json_str(name));
	for (size_t i = 0; i < array_size(regions); i++) {
		_cleanup_(json_freep) struct json *item = region_item(call, &regions[i]);
		bool match;

		if (!flat_match(json_get(input, "Filters"), region_filters, item, &match, err))
			return false;
		if (!match || (regions[i].opt_in && !all))
			continue;
		if (json_size(names) && !ec2_list_has(names, regions[i].name))
			continue;
		json_append(list, steal(item));
	}
	return true;
}

/* ---- DescribeAvailabilityZones ---- */

static struct json *zone_item(struct call *call, unsigned i)
{
	const struct region_row *row = region_row(call->region);
	struct json *item = json_new_object();

	json_set_str(item, "OptInStatus", "opt-in-not-required");
	json_set(item, "Messages", json_new_array());
	json_set_str(item, "RegionName", call->region);
	json_set_str(item, "ZoneName", region_zone_name(call, i));
	json_set_str(item, "ZoneId", zone_id(call, call->region, i));
	json_setf(item, "GroupName", "%s-zg-1", call->region);
	json_set_str(item, "NetworkBorderGroup", call->region);
	json_set_str(item, "ZoneType", "availability-zone");
	json_setf(item, "GroupLongName", "%s 1", row->place);
	json_set_str(item, "State", "available");
	return item;
}

static const char *const zone_filters[][2] = {
	{"group-long-name", "GroupLongName"},
	{"group-name", "GroupName"},
	{"message", "Message"}, /* no zone has any */
	{"opt-in-status", "OptInStatus"},
	{"parent-zone-id", "ParentZoneId"}, /* of local zones only */
	{"parent-zone-name", "ParentZoneName"},
	{"region-name", "RegionName"},
	{"state", "State"},
	{"zone-id", "ZoneId"},
	{"zone-name", "ZoneName"},
	{"zone-type", "ZoneType"},
	{NULL, NULL},
};

static bool check_zones(struct call *call, const struct json *input, struct err *err)
{
	json_foreach (name, json_get(input, "ZoneNames")) {
		if (!ec2_zone_id(call, json_str(name)))
			return aws_fail(err, AWS_EC2_ZONE, json_str(name));
	}
	json_foreach (id, json_get(input, "ZoneIds")) {
		if (!region_zone_by_id(call, json_str(id)))
			return aws_fail(err, AWS_EC2_ZONE, json_str(id));
	}
	return true;
}

/* Source: EC2 API, ModifyAvailabilityZoneGroup: Local Zones and Wavelength Zones are opted into; a
 * region's own zones always are. No region here has others. */
bool ec2_modify_availability_zone_group(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const char *name = json_get_str(input, "GroupName");

	if (!str_eq(name, arena_printf(call->arena, "%s-zg-1", call->region)))
		return aws_fail(err, AWS_EC2_ZONE_GROUP, name);
	if (!str_eq(json_get_str(input, "OptInStatus"), "opted-in"))
		return aws_fail(err, AWS_EC2_ZONE_GROUP_OPT_OUT, name);
	json_set_bool(output, "Return", true);
	return true;
}

/* Source: recorded answers of us-east-1 (names, ids, members). */
bool ec2_describe_availability_zones(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	const struct json *names = json_get(input, "ZoneNames"), *ids = json_get(input, "ZoneIds");
	struct json *list = json_ensure_array(output, "AvailabilityZones");

	if (!check_zones(call, input, err))
		return false;
	for (unsigned i = 0; region_zone_name(call, i); i++) {
		_cleanup_(json_freep) struct json *item = zone_item(call, i);
		bool match;

		if (!flat_match(json_get(input, "Filters"), zone_filters, item, &match, err))
			return false;
		if (!match)
			continue;
		if (json_size(names) && !ec2_list_has(names, json_get_str(item, "ZoneName")))
			continue;
		if (json_size(ids) && !ec2_list_has(ids, json_get_str(item, "ZoneId")))
			continue;
		json_append(list, steal(item));
	}
	return true;
}
