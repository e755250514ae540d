/*
 * Resource discoveries: whose resources in which regions IPAMs may see, and their associations with
 * IPAMs. Shapes: EC2 IpamResourceDiscovery, IpamResourceDiscoveryAssociation. An IPAM comes with a
 * default one, which stands for its own account. Discoveries of other accounts would have to be
 * shared, and sharing is not emulated.
 */
#include "emulator/aws/ec2/ipam.h"

static void terms_discovery(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "IpamResourceDiscoveryId");
}

static void terms_ipam(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "IpamId");
}

static const struct kind_index association_indexes[] = {
	{"discovery", terms_discovery},
	{"ipam", terms_ipam},
	{NULL, NULL},
};

const struct kind kind_ipam_resource_discovery = {
	.name = "ipam-resource-discovery",
	.shape = "ec2:IpamResourceDiscovery",
	.timer = ipam_timer,
	.view = ec2_view,
};

const struct kind kind_ipam_resource_discovery_association = {
	.name = "ipam-resource-discovery-association",
	.shape = "ec2:IpamResourceDiscoveryAssociation",
	.indexes = association_indexes,
	.timer = ipam_timer,
	.view = ec2_view,
};

/* ---- Making ---- */

static const struct doc *discovery_add(struct call *call, const char *id, const char *description,
				       struct json *regions, const char *ipam_id, struct json *tags)
{
	struct json *body = json_new_object();

	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "IpamResourceDiscoveryId", id);
	json_set_str(body, "IpamResourceDiscoveryArn",
		     aws_global_arn(call, "ec2", "ipam-resource-discovery/%s", id));
	json_set_str(body, "IpamResourceDiscoveryRegion", call->region);
	json_set_str(body, "Description", description);
	json_set(body, "OperatingRegions", regions);
	json_set_bool(body, "IsDefault", ipam_id != NULL);
	json_set_str(body, "State", ipam_id ? "create-complete" : "create-in-progress");
	return world_add(call, (struct doc_spec){.kind = &kind_ipam_resource_discovery,
						 .key = id,
						 .body = body,
						 .tags = tags,
						 .implied_by = ipam_id});
}

static const struct doc *association_add(struct call *call, const char *id, const char *ipam_id,
					 const char *discovery_id, bool is_default,
					 struct json *tags)
{
	struct json *body = json_new_object();

	json_set_str(body, "OwnerId", call->account);
	json_set_str(body, "IpamResourceDiscoveryAssociationId", id);
	json_set_str(body, "IpamResourceDiscoveryAssociationArn",
		     aws_global_arn(call, "ec2", "ipam-resource-discovery-association/%s", id));
	json_set_str(body, "IpamResourceDiscoveryId", discovery_id);
	json_set_str(body, "IpamId", ipam_id);
	json_set_str(body, "IpamArn", aws_global_arn(call, "ec2", "ipam/%s", ipam_id));
	json_set_str(body, "IpamRegion", call->region);
	json_set_bool(body, "IsDefault", is_default);
	json_set_str(body, "ResourceDiscoveryStatus", "active");
	json_set_str(body, "State", is_default ? "associate-complete" : "associate-in-progress");
	return world_add(call, (struct doc_spec){.kind = &kind_ipam_resource_discovery_association,
						 .key = id,
						 .body = body,
						 .tags = tags,
						 .implied_by = is_default ? ipam_id : NULL});
}

void ipam_discovery_add_default(struct call *call, const char *ipam_id, const struct json *regions,
				struct json *body)
{
	const char *fixed = call->fixed_id, *discovery, *association;

	call->fixed_id = NULL; /* it is the IPAM's */
	discovery = ec2_new_id(call, &kind_ipam_resource_discovery, ipam_id);
	association = ec2_new_id(call, &kind_ipam_resource_discovery_association, ipam_id);
	call->fixed_id = fixed;
	discovery_add(call, discovery, NULL, json_copy(regions), ipam_id, NULL);
	association_add(call, association, ipam_id, discovery, true, NULL);
	json_set_str(body, "DefaultResourceDiscoveryId", discovery);
	json_set_str(body, "DefaultResourceDiscoveryAssociationId", association);
}

void ipam_discovery_set_regions(struct call *call, const char *ipam_id, const struct json *regions)
{
	const struct doc *ipam = world_find(call->world, &kind_ipam, ipam_id);
	const char *id = doc_str(ipam, "DefaultResourceDiscoveryId");
	const struct doc *discovery = world_find(call->world, &kind_ipam_resource_discovery, id);
	struct json *body = json_copy(discovery->body);

	json_remove(body, "OperatingRegions");
	json_set_copy(body, "OperatingRegions", regions);
	world_put(call, &kind_ipam_resource_discovery, id, body);
}

void ipam_discovery_drop(struct call *call, const struct doc *ipam)
{
	ec2_remove_all(call, &kind_ipam_resource_discovery_association, "ipam", ipam->key);
	world_remove(call, &kind_ipam_resource_discovery,
		     doc_str(ipam, "DefaultResourceDiscoveryId"));
}

/* ---- Create, Modify, Delete ---- */

static size_t count_own(const struct call *call)
{
	size_t count = 0;

	world_foreach (doc, call->world, &kind_ipam_resource_discovery) {
		count += doc_in_scope(call, doc) && !json_get_bool(doc->body, "IsDefault", false);
	}
	return count;
}

bool ec2_create_ipam_resource_discovery(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "ipam-resource-discovery", &tags, err) ||
	    !ipam_check_regions(json_get(input, "OperatingRegions"), err))
		return false;
	doc = id ? ec2_find(call, &kind_ipam_resource_discovery, id) : NULL;
	if (doc) {
		json_set(output, "IpamResourceDiscovery", ec2_item(doc));
		return true;
	}
	if (!ec2_within_limit(call, LIMIT_IPAM_DISCOVERIES, count_own(call),
			      AWS_EC2_IPAM_DISCOVERY_LIMIT, err))
		return false;
	id = ec2_new_id(call, &kind_ipam_resource_discovery, NULL);
	doc = discovery_add(
		call, id, json_get_str(input, "Description"),
		ipam_regions(NULL, json_get(input, "OperatingRegions"), NULL, call->region), NULL,
		steal(tags));
	idempotency_keep(call, input, "ClientToken", id);
	json_set(output, "IpamResourceDiscovery", ec2_item(doc));
	lifecycle_start(call, &kind_ipam_resource_discovery, id, LIFECYCLE_IPAM, "create-complete");
	return true;
}

/** What an IPAM does to its default discovery, nobody else does. */
static bool get_own(struct call *call, const struct json *input, const struct doc **ret,
		    struct err *err)
{
	if (!ec2_get_by(call, &kind_ipam_resource_discovery, input, "IpamResourceDiscoveryId", ret,
			err))
		return false;
	if (json_get_bool((*ret)->body, "IsDefault", false))
		return aws_fail(err, AWS_EC2_IPAM_DISCOVERY_DEFAULT, (*ret)->key);
	return true;
}

bool ec2_modify_ipam_resource_discovery(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct json *removed = json_get(input, "RemoveOperatingRegions");
	const struct doc *doc;
	struct json *body;

	if (json_size(json_get(input, "AddOrganizationalUnitExclusions")) ||
	    json_size(json_get(input, "RemoveOrganizationalUnitExclusions")))
		return aws_fail(err, AWS_EC2_IPAM_NO_ORGANIZATION);
	if (!get_own(call, input, &doc, err) ||
	    !ipam_check_regions(json_get(input, "AddOperatingRegions"), err))
		return false;
	if (ec2_element(removed, "RegionName", call->region))
		return aws_fail(err, AWS_EC2_IPAM_REGION, call->region);
	body = json_copy(doc->body);
	json_remove(body, "OperatingRegions");
	json_set(body, "OperatingRegions",
		 ipam_regions(json_get(doc->body, "OperatingRegions"),
			      json_get(input, "AddOperatingRegions"), removed, call->region));
	if (json_get(input, "Description"))
		json_remove(body, "Description");
	json_set_copy(body, "Description", json_get(input, "Description"));
	doc = world_put(call, doc->kind, doc->key, body);
	doc = ipam_move(call, doc, "modify-in-progress", "modify-complete");
	json_set(output, "IpamResourceDiscovery", ec2_item(doc));
	return true;
}

bool ec2_delete_ipam_resource_discovery(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct doc *doc;

	if (!get_own(call, input, &doc, err))
		return false;
	if (world_lookup_count(call->world, &kind_ipam_resource_discovery_association, "discovery",
			       doc->key))
		return aws_fail(err, AWS_EC2_IPAM_HAS, doc->key, "resource discovery associations");
	doc = ipam_move(call, doc, "delete-in-progress", "deleted");
	json_set(output, "IpamResourceDiscovery", ec2_item(doc));
	return true;
}

/* ---- Associate, Disassociate ---- */

static bool check_association(const struct call *call, const struct doc *ipam,
			      const struct doc *discovery, struct err *err)
{
	struct docs found = {0};
	bool same = false;
	size_t count;

	world_lookup(call->world, &kind_ipam_resource_discovery_association, "ipam", ipam->key,
		     &found);
	for (size_t i = 0; i < found.count; i++)
		same = same ||
		       str_eq(doc_str(found.items[i], "IpamResourceDiscoveryId"), discovery->key);
	count = found.count - 1; /* the default one */
	docs_done(&found);
	if (same)
		return aws_fail(err, AWS_EC2_IPAM_DISCOVERY_TWICE, discovery->key, ipam->key);
	return ec2_within_limit(call, LIMIT_IPAM_DISCOVERY_ASSOCIATIONS, count,
				AWS_EC2_IPAM_DISCOVERY_LIMIT, err);
}

bool ec2_associate_ipam_resource_discovery(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	const struct kind *kind = &kind_ipam_resource_discovery_association;
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *ipam, *discovery, *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, kind->name, &tags, err) ||
	    !ec2_get_by(call, &kind_ipam, input, "IpamId", &ipam, err) ||
	    !ec2_get_by(call, &kind_ipam_resource_discovery, input, "IpamResourceDiscoveryId",
			&discovery, err))
		return false;
	doc = id ? ec2_find(call, kind, id) : NULL;
	if (!doc) {
		if (!check_association(call, ipam, discovery, err))
			return false;
		id = ec2_new_id(call, kind, discovery->key);
		doc = association_add(call, id, ipam->key, discovery->key, false, steal(tags));
		idempotency_keep(call, input, "ClientToken", id);
		json_set(output, "IpamResourceDiscoveryAssociation", ec2_item(doc));
		lifecycle_start(call, kind, id, LIFECYCLE_IPAM, "associate-complete");
		return true;
	}
	json_set(output, "IpamResourceDiscoveryAssociation", ec2_item(doc));
	return true;
}

bool ec2_disassociate_ipam_resource_discovery(struct call *call, const struct json *input,
					      struct json *output, struct err *err)
{
	const struct doc *doc;

	if (!ec2_get_by(call, &kind_ipam_resource_discovery_association, input,
			"IpamResourceDiscoveryAssociationId", &doc, err))
		return false;
	if (json_get_bool(doc->body, "IsDefault", false))
		return aws_fail(err, AWS_EC2_IPAM_DISCOVERY_DEFAULT, doc->key);
	doc = ipam_move(call, doc, "disassociate-in-progress", "deleted");
	json_set(output, "IpamResourceDiscoveryAssociation", ec2_item(doc));
	return true;
}

/* ---- Describing; the API page names no filters: those are the members ---- */

static const struct filter_field discovery_filters[] = {
	{"description", "Description", NULL, NULL},
	{"ipam-resource-discovery-arn", "IpamResourceDiscoveryArn", NULL, NULL},
	{"ipam-resource-discovery-id", "IpamResourceDiscoveryId", NULL, NULL},
	{"ipam-resource-discovery-region", "IpamResourceDiscoveryRegion", NULL, NULL},
	{"is-default", "IsDefault", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct filter_field association_filters[] = {
	{"ipam-arn", "IpamArn", NULL, NULL},
	{"ipam-id", "IpamId", NULL, "ipam"},
	{"ipam-region", "IpamRegion", NULL, NULL},
	{"ipam-resource-discovery-association-id", "IpamResourceDiscoveryAssociationId", NULL,
	 NULL},
	{"ipam-resource-discovery-id", "IpamResourceDiscoveryId", NULL, "discovery"},
	{"is-default", "IsDefault", NULL, NULL},
	{"owner-id", "OwnerId", NULL, NULL},
	{"resource-discovery-status", "ResourceDiscoveryStatus", NULL, NULL},
	{"state", "State", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_ipam_resource_discoveries, .kind = &kind_ipam_resource_discovery,
	     .ids = "IpamResourceDiscoveryIds", .id_prefix = "ipam-res-disco-",
	     .malformed = AWS_EC2_IPAM_DISCOVERY_MALFORMED,
	     .not_found = AWS_EC2_IPAM_DISCOVERY_NOT_FOUND, .fields = discovery_filters,
	     .result = "IpamResourceDiscoveries")

EC2_DESCRIBE(ec2_describe_ipam_resource_discovery_associations,
	     .kind = &kind_ipam_resource_discovery_association,
	     .ids = "IpamResourceDiscoveryAssociationIds", .id_prefix = "ipam-res-disco-assoc-",
	     .malformed = AWS_EC2_IPAM_DISCOVERY_ASSOCIATION_MALFORMED,
	     .not_found = AWS_EC2_IPAM_DISCOVERY_ASSOCIATION_NOT_FOUND,
	     .fields = association_filters, .result = "IpamResourceDiscoveryAssociations")
