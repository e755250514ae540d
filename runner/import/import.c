/* Fixtures out of what was described: the frame; see import.h. */
#include "emulator/base/clock.h"
#include "emulator/base/strbuf.h"
#include "runner/import/inner.h"

#define TEXT_MAX       (1024 * 1024)
#define PATIENCE_MS    (5 * 60 * 1000) /* as in fixture_do: what AWS does by itself is done then */
#define ACCOUNT_DIGITS 12

/* In the order in which things need each other. */
static const struct set {
	const char *name; /* as the AWS CLI prints it */
	import_fn *fn;	  /* NULL: others look into it */
} sets[] = {
	{"DhcpOptions", import_dhcp_options},
	{"Vpcs", import_vpc},
	{"VpcAttributes", import_vpc_attribute},
	{"InternetGateways", import_internet_gateway},
	{"EgressOnlyInternetGateways", import_egress_only_gateway},
	{"Subnets", import_subnet},
	{"SecurityGroups", import_security_group},
	{"SecurityGroups", import_group_rules}, /* they name other groups */
	{"SecurityGroupRules", import_security_group_rule},
	{"Addresses", import_address},
	{"NatGateways", import_nat_gateway},
	{"NetworkInterfaces", import_network_interface},
	{"KeyPairs", import_key_pair},
	{"Instances", import_instance},
	{"Addresses", import_association},
	{"RouteTables", import_route_table},
	{"VpcEndpoints", import_vpc_endpoint},
	{"TargetGroups", import_target_group},
	{"LoadBalancers", import_load_balancer},
	{"LoadBalancerDescriptions", import_classic},
	{"Listeners", import_listener},
	{"Rules", import_rule},
	{"TargetHealthDescriptions", import_target},
	{"TagDescriptions", NULL},
	{"AvailabilityZones", NULL},
};

void imported_done(struct imported *imported)
{
	strs_done(&imported->calls);
	strs_done(&imported->omitted);
	free(imported->region);
	imported->region = NULL;
}

void import_omit(struct import *import, const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = xvasprintf(format, arguments);
	va_end(arguments);
	if (!strs_has(&import->ret->omitted, text))
		strs_add(&import->ret->omitted, text);
}

/* @name Translation: account, IPv6 blocks */

void import_move_block(struct import *import, const char *theirs, const char *ours)
{
	moved_blocks_add(&import->blocks, theirs, ours);
}

static char *translated(const struct import *import, const char *text)
{
	char *ret = moved_blocks_text(&import->blocks, text), *at;

	if (!ret)
		ret = xstrdup(text);
	if (import->account)
		for (at = strstr(ret, import->account); at; at = strstr(at + 1, import->account))
			memcpy(at, AWS_ACCOUNT, ACCOUNT_DIGITS);
	return ret;
}

static struct json *translate(const struct import *import, const struct json *tree)
{
	struct json *ret;

	if (json_str(tree)) {
		_cleanup_(freep) char *text = translated(import, json_str(tree));

		return json_new_string(text);
	}
	if (!json_is_object(tree) && !json_is_array(tree))
		return json_copy(tree);
	ret = json_is_array(tree) ? json_new_array() : json_new_object();
	json_foreach (item, tree) {
		if (json_is_array(tree))
			json_append(ret, translate(import, item));
		else
			json_set(ret, json_key(item), translate(import, item));
	}
	return ret;
}

/* @name Calls */

static bool has_variable(const struct json *tree)
{
	const char *text = json_str(tree);

	if (text)
		return strstr(text, "${") != NULL;
	json_foreach (item, tree)
		if (has_variable(item))
			return true;
	return false;
}

static bool try_call(struct import *import, const char *action, const char *id,
		     const struct json *params, struct json **ret, struct err *err)
{
	size_t service = strcspn(action, ":");
	_cleanup_(freep) char *name = xstrndup(action, service);

	if (has_variable(params))
		return err_set(err, ERR_INVALID, NULL,
			       "a text of it has \"${\", which a fixture takes for a variable");
	if (!aws_invoke(import->emulator->aws, "operator", AWS_ACCOUNT, import->ret->region, name,
			action + service + 1, params, id, ret, err))
		return false;
	emulated_clock_advance(world_clock(import->emulator->world), PATIENCE_MS);
	world_fire_timers(import->emulator->world);
	return true;
}

static void write_call(struct import *import, const char *action, const char *id,
		       const struct json *params)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	strbuf_addf(&sb, "- { call: \"%s\"", action);
	if (id)
		strbuf_addf(&sb, ", id: %s", id);
	if (json_size(params)) {
		strbuf_add(&sb, ", params: ");
		json_print(&sb, params);
	}
	strbuf_add(&sb, " }");
	strs_add(&import->ret->calls, strbuf_text(&sb));
	strbuf_done(&sb);
}

bool import_call(struct import *import, const char *what, const char *action, const char *id,
		 struct json *params, struct json **ret)
{
	_cleanup_(json_freep) struct json *given = params, *translation = NULL;
	struct err err = ERR_INIT;

	translation = translate(import, given);
	if (!try_call(import, action, id, translation, ret, &err)) {
		import_omit(import, "%s: %s is refused: %s", what, action, err_text(&err));
		err_done(&err);
		return false;
	}
	write_call(import, action, id, translation);
	return true;
}

/* @name What the importers use */

const struct json *import_find(const struct import *import, const char *set, const char *member,
			       const char *text)
{
	json_foreach (item, json_get(import->sets, set))
		if (text && str_eq(json_get_str(item, member), text))
			return item;
	return NULL;
}

bool import_has_vpc(struct import *import, const char *vpc_id, const char *what)
{
	const struct json *vpc = import_find(import, "Vpcs", "VpcId", vpc_id);

	if (!vpc)
		import_omit(import, "%s: its VPC %s was not described", what,
			    vpc_id ? vpc_id : "(none)");
	else if (json_get_bool(vpc, "IsDefault", false))
		import_omit(import,
			    "%s: it is in the default VPC, which each account has of its "
			    "own",
			    what);
	else
		return true;
	return false;
}

static bool is_empty(const struct json *json)
{
	return json_is_null(json) || str_eq(json_str(json), "") ||
	       ((json_is_array(json) || json_is_object(json)) && !json_size(json));
}

void import_copy(struct json *params, const struct json *item, const char *const *members)
{
	for (; *members; members++)
		if (!is_empty(json_get(item, *members)))
			json_set_copy(params, *members, json_get(item, *members));
}

struct json *import_tags(struct import *import, const struct json *tags, const char *what)
{
	_cleanup_(json_freep) struct json *ret = json_new_array();

	json_foreach (tag, tags) {
		if (str_starts_with(json_get_str(tag, "Key"), "aws:")) {
			import_omit(import, "%s: the tag %s is AWS's own", what,
				    json_get_str(tag, "Key"));
			continue;
		}
		json_append(ret, json_copy(tag));
	}
	return json_size(ret) ? steal(ret) : NULL;
}

void import_tag_specification(struct import *import, struct json *params, const struct json *item,
			      const char *resource_type)
{
	struct json *tags = import_tags(import, json_get(item, "Tags"), resource_type);
	struct json *row;

	if (!tags)
		return;
	row = json_new_object();
	json_set_str(row, "ResourceType", resource_type);
	json_set(row, "Tags", tags);
	json_append(json_ensure_array(params, "TagSpecifications"), row);
}

struct json *import_params(const char *name, const char *text)
{
	struct json *params = json_new_object();

	json_set_str(params, name, text);
	return params;
}

/* @name Taking the outputs in */

static bool is_known(const char *name)
{
	for (size_t i = 0; i < array_size(sets); i++)
		if (str_eq(sets[i].name, name))
			return true;
	return false;
}

static void add_item(struct import *import, const char *set, struct json *item)
{
	struct json *list = json_ensure_array(import->sets, set);

	json_foreach (other, list)
		if (json_equal(other, item)) { /* described twice */
			json_free(item);
			return;
		}
	json_append(list, item);
}

/* What an output says beside its list, and its items do not: whose targets these are. */
static void add_list(struct import *import, const char *set, const struct json *list,
		     const struct json *output)
{
	json_foreach (item, list) {
		struct json *copy = json_copy(item);

		if (str_eq(set, "TargetHealthDescriptions"))
			import_copy(copy, output, IMPORT_MEMBERS("TargetGroupArn"));
		add_item(import, set, copy);
	}
}

static bool take_member(struct import *import, const struct json *output, const struct json *member,
			struct err *err)
{
	const char *name = json_key(member);

	if ((str_eq(name, "NextToken") || str_eq(name, "NextMarker")) && json_str(member))
		return err_set(err, ERR_INVALID, NULL,
			       "an output ends with a %s: it is not all; leave --no-paginate and "
			       "--max-items out",
			       name);
	if (str_eq(name, "Reservations"))
		json_foreach (reservation, member)
			add_list(import, "Instances", json_get(reservation, "Instances"), output);
	else if (json_is_array(member) && is_known(name))
		add_list(import, name, member, output);
	else if (json_is_array(member) && json_size(member))
		import_omit(import, "%s (%zu): nothing imports these", name, json_size(member));
	return true;
}

static bool take_output(struct import *import, const struct json *output, struct err *err)
{
	if (!json_is_object(output))
		return err_set(err, ERR_INVALID, NULL,
			       "this is not what aws … describe-… --output json prints");
	/* describe-vpc-attribute */
	if (json_get_str(output, "VpcId") && json_is_object(json_get(output, "EnableDnsHostnames")))
		add_item(import, "VpcAttributes", json_copy(output));
	else if (json_get_str(output, "VpcId") &&
		 json_is_object(json_get(output, "EnableDnsSupport")))
		add_item(import, "VpcAttributes", json_copy(output));
	json_foreach (member, output)
		if (!take_member(import, output, member, err))
			return false;
	return true;
}

/* "eu-west-1a", an ARN's fourth part; new text, or NULL. */
static char *region_in(const struct json *item)
{
	static const char *const arns[] = {"SubnetArn", "LoadBalancerArn", "TargetGroupArn",
					   "ListenerArn", "SecurityGroupArn"};
	const char *zone = json_get_str(item, "AvailabilityZone");

	if (zone && *zone)
		return xstrndup(zone, strlen(zone) - 1);
	for (size_t i = 0; i < array_size(arns); i++) {
		const char *part = json_get_str(item, arns[i]);

		for (unsigned colons = 0; part && colons < 3; colons++)
			part = strchr(part, ':') ? strchr(part, ':') + 1 : NULL;
		if (part)
			return xstrndup(part, strcspn(part, ":"));
	}
	return NULL;
}

static bool learn(struct import *import, struct err *err)
{
	json_foreach (set, import->sets)
		json_foreach (item, set) {
			_cleanup_(freep) char *region = region_in(item);
			const char *owner = json_get_str(item, "OwnerId");

			if (owner && strlen(owner) == ACCOUNT_DIGITS && !import->account)
				import->account = xstrdup(owner);
			if (region && !import->ret->region)
				import->ret->region = steal(region);
			else if (region && !str_eq(region, import->ret->region))
				return err_set(err, ERR_INVALID, NULL,
					       "some of this is in %s, some in %s: a fixture is "
					       "about one region",
					       import->ret->region, region);
		}
	if (!import->ret->region)
		import->ret->region = xstrdup("eu-west-1");
	return true;
}

bool import_outputs(const struct json *outputs, struct imported *ret, struct err *err)
{
	const struct emulator_config config = {.world = {.seed = 1, .profile = PROFILE_AWS}};
	_cleanup_(json_freep) struct json *all = json_new_object();
	_cleanup_(emulator_freep) struct emulator *emulator = NULL;
	struct import import = {.sets = all, .ret = ret};
	bool ok = true;

	json_foreach (output, outputs)
		ok = ok && take_output(&import, output, err);
	if (ok && !json_size(all))
		ok = err_set(err, ERR_INVALID, NULL,
			     "there is nothing in it that could be imported");
	ok = ok && learn(&import, err) && emulator_new(NULL, &config, &emulator, err);
	import.emulator = emulator;
	for (size_t i = 0; ok && i < array_size(sets); i++)
		if (sets[i].fn)
			json_foreach (item, json_get(all, sets[i].name))
				sets[i].fn(&import, item);
	moved_blocks_done(&import.blocks);
	free(import.account);
	return ok;
}

void imported_print(const struct imported *imported, struct strbuf *sb)
{
	strbuf_addf(sb,
		    "# State of AWS in %s, made by skyrig import: needs given: { region: %s }\n",
		    imported->region, imported->region);
	if (imported->omitted.count)
		strbuf_add(sb, "# What is not here, or not as it was:\n");
	for (size_t i = 0; i < imported->omitted.count; i++)
		strbuf_addf(sb, "# - %s\n", imported->omitted.items[i]);
	for (size_t i = 0; i < imported->calls.count; i++)
		strbuf_addf(sb, "%s\n", imported->calls.items[i]);
	if (!imported->calls.count)
		strbuf_add(sb, "[]\n");
}
