/* DHCP options: sets of them, and which VPC uses which. Shape: EC2 DhcpOptions. Every region has a
 * default set that AWS made. */
#include "emulator/aws/ec2/internal.h"

static struct json *dhcp_options_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_dhcp_options = {
	.name = "dhcp-options",
	.shape = "ec2:DhcpOptions",
	.view = dhcp_options_view,
};

static void append_value(struct json *values, const char *text)
{
	struct json *value = json_new_object();

	json_set_str(value, "Value", text);
	json_append(values, value);
}

/** {Key, Values: [{Value}]} appended to a set's DhcpConfigurations; the values are returned. */
static struct json *append_option(struct json *body, const char *key)
{
	struct json *option = json_new_object(), *values;

	json_set_str(option, "Key", key);
	values = json_ensure_array(option, "Values");
	json_append(json_ensure_array(body, "DhcpConfigurations"), option);
	return values;
}

static const char *dhcp_options_add(struct call *call, struct json *body, struct json *tags,
				    struct json *extra)
{
	const char *id = ec2_new_id(call, &kind_dhcp_options, NULL);

	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "DhcpOptionsId", id);
	world_add(call, (struct doc_spec){.kind = &kind_dhcp_options,
					  .key = id,
					  .body = body,
					  .tags = tags,
					  .extra = extra});
	return id;
}

const char *dhcp_options_default(struct call *call)
{
	const char *fixed = call->fixed_id;
	struct json *body, *extra;
	const char *id;

	world_foreach (doc, call->world, &kind_dhcp_options) {
		if (doc_in_scope(call, doc) && json_get_bool(doc->extra, "IsDefault", false))
			return arena_strdup(call->arena, doc->key);
	}
	/* Source: VPC user guide, "DHCP option sets": the default set. */
	body = json_new_object();
	append_value(append_option(body, "domain-name"), region_private_domain(call, call->region));
	append_value(append_option(body, "domain-name-servers"), "AmazonProvidedDNS");
	extra = json_new_object();
	json_set_bool(extra, "IsDefault", true);
	call->fixed_id = NULL;
	id = dhcp_options_add(call, body, NULL, extra);
	call->fixed_id = fixed;
	return id;
}

static const char *const known_options[] = {
	"domain-name",		"domain-name-servers", "ntp-servers",
	"netbios-name-servers", "netbios-node-type",   "ipv6-address-preferred-lease-time",
};

static bool read_options(const struct json *list, struct json *body, struct err *err)
{
	if (!json_size(list))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "dhcpConfiguration");
	json_foreach (option, list) {
		const char *key = json_get_str(option, "Key");
		bool known = false;
		struct json *values;

		for (size_t i = 0; i < array_size(known_options); i++)
			known = known || str_eq(known_options[i], key);
		if (!known)
			return aws_fail(err, AWS_EC2_DHCP_OPTION, key ? key : "");
		if (!json_size(json_get(option, "Values")))
			return aws_fail(err, AWS_EC2_DHCP_VALUE, "", key);
		values = append_option(body, key);
		json_foreach (value, json_get(option, "Values"))
			append_value(values, json_str(value));
	}
	return true;
}

bool ec2_create_dhcp_options(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	_cleanup_(json_freep) struct json *body = json_new_object(), *tags = NULL;
	const char *id;

	if (!read_options(json_get(input, "DhcpConfigurations"), body, err) ||
	    !tags_from_specifications(input, "dhcp-options", &tags, err))
		return false;
	id = dhcp_options_add(call, steal(body), steal(tags), NULL);
	json_set(output, "DhcpOptions", ec2_item(world_find(call->world, &kind_dhcp_options, id)));
	return true;
}

/* Source: EC2 API, DeleteDhcpOptions: not while a VPC uses the set. */
bool ec2_delete_dhcp_options(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *options;

	(void)output;
	if (!ec2_get_by(call, &kind_dhcp_options, input, "DhcpOptionsId", &options, err))
		return false;
	if (world_lookup_count(call->world, &kind_vpc, "dhcp-options", options->key))
		return aws_fail(err, AWS_EC2_DEPENDENCY, "dhcpOptions", options->key);
	world_remove(call, &kind_dhcp_options, options->key);
	return true;
}

/* Source: EC2 API, AssociateDhcpOptions: "default" means no options (AWS's own behaviour; here the
 * VPC then says so). */
bool ec2_associate_dhcp_options(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *id = json_get_str(input, "DhcpOptionsId");
	const struct doc *vpc, *options;
	struct json *body;

	(void)output;
	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err))
		return false;
	if (!str_eq(id, "default") && !ec2_get(call, &kind_dhcp_options, id, &options, err))
		return false;
	body = json_copy(vpc->body);
	json_set_str(body, "DhcpOptionsId", id);
	world_put(call, &kind_vpc, vpc->key, body);
	return true;
}

static const struct filter_field dhcp_options_filters[] = {
	{"dhcp-options-id", "DhcpOptionsId", NULL, NULL},
	{"key", "DhcpConfigurations.Key", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"value", "DhcpConfigurations.Values.Value", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_dhcp_options(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_dhcp_options,
		.ids = "DhcpOptionsIds",
		.id_prefix = "dopt-",
		.malformed = AWS_EC2_DHCP_OPTIONS_MALFORMED,
		.not_found = AWS_EC2_DHCP_OPTIONS_NOT_FOUND,
		.filters = "Filters",
		.fields = dhcp_options_filters,
		.page = &page_ec2,
		.result = "DhcpOptions",
		.tags = true,
	};

	return describe_reply(call, input, output, &describe, err);
}
