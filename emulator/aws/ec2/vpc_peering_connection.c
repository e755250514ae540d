/*
 * VPC peering connections. Shape: EC2 VpcPeeringConnection. Life: initiating-request →
 * pending-acceptance → provisioning → active → deleted, or rejected, failed, expired. The document
 * is the requester's; the accepter, of another account or region, sees it and acts on it too. Tags
 * are the requester's only.
 */
#include "emulator/aws/ec2/internal.h"

#define EXPIRES_MS (7 * 24 * 3600 * 1000LL) /* VPC peering guide, "lifecycle": 7 days */

static const char *const sides[] = {"RequesterVpcInfo", "AccepterVpcInfo"};

static void terms_vpc(const struct doc *doc, struct terms *terms)
{
	for (size_t i = 0; i < array_size(sides); i++)
		ec2_term(terms, json_get(doc->body, sides[i]), "VpcId");
}

static const struct kind_index peering_indexes[] = {
	{"vpc", terms_vpc},
	{NULL, NULL},
};

static void peering_timer(struct call *call, const struct doc *doc, const char *timer);

const struct kind kind_vpc_peering_connection = {
	.name = "vpc-peering-connection",
	.shape = "ec2:VpcPeeringConnection",
	.indexes = peering_indexes,
	.timer = peering_timer,
	.view = ec2_view,
};

static const char *status_of(const struct doc *doc)
{
	return json_find_str(doc->body, "Status", "Code", NULL);
}

static bool status_is(const struct doc *doc, const char *code)
{
	return str_eq(status_of(doc), code);
}

static void set_status(struct json *body, const char *code, const char *message)
{
	struct json *status = json_ensure_object(body, "Status");

	json_set_str(status, "Code", code);
	json_set_str(status, "Message", message);
}

bool vpc_peering_is_active(const struct doc *doc)
{
	return status_is(doc, "active");
}

bool vpc_peering_joins(const struct doc *doc, const char *vpc_id)
{
	return str_eq(json_find_str(doc->body, sides[0], "VpcId", NULL), vpc_id) ||
	       str_eq(json_find_str(doc->body, sides[1], "VpcId", NULL), vpc_id);
}

/** Whether the connection holds its VPCs: it lives, or may still come to life. */
static bool is_open(const struct doc *doc)
{
	return status_is(doc, "active") || status_is(doc, "provisioning") ||
	       status_is(doc, "pending-acceptance") || status_is(doc, "initiating-request");
}

bool vpc_peering_is_over(const struct doc *doc)
{
	return !is_open(doc);
}

bool vpc_peering_holds(const struct world *world, const char *vpc_id)
{
	struct docs found = {0};
	bool holds = false;

	world_lookup(world, &kind_vpc_peering_connection, "vpc", vpc_id, &found);
	for (size_t i = 0; i < found.count; i++)
		holds = holds || is_open(found.items[i]);
	docs_done(&found);
	return holds;
}

/** Whether the call comes from that side's account and region. */
static bool is_side(const struct call *call, const struct doc *doc, const char *side)
{
	const struct json *info = json_get(doc->body, side);

	return str_eq(json_get_str(info, "OwnerId"), call->account) &&
	       str_eq(json_get_str(info, "Region"), call->region);
}

static bool is_visible(const struct call *call, const struct doc *doc)
{
	return is_side(call, doc, sides[0]) || is_side(call, doc, sides[1]);
}

const struct doc *vpc_peering_find(const struct call *call, const char *id)
{
	const struct doc *doc = world_find(call->world, &kind_vpc_peering_connection, id);

	return doc && is_visible(call, doc) ? doc : NULL;
}

static bool peering_get(const struct call *call, const char *id, const struct doc **ret,
			struct err *err)
{
	const struct ec2_ids *row = ec2_ids(&kind_vpc_peering_connection);

	if (!str_starts_with(id, row->prefix))
		return aws_fail(err, row->malformed, id);
	*ret = vpc_peering_find(call, id);
	return *ret || aws_fail(err, row->not_found, id);
}

/* ---- Life ---- */

/** What a side tells of its VPC, once it takes part. */
static void tell_vpc(struct json *body, const char *side, const struct doc *vpc)
{
	struct json *info = json_ensure_object(body, side);
	struct json *options = json_ensure_object(info, "PeeringOptions");

	json_set_copy(info, "CidrBlock", json_get(vpc->body, "CidrBlock"));
	json_foreach (association, json_get(vpc->body, "CidrBlockAssociationSet")) {
		struct json *item = json_new_object();

		json_set_copy(item, "CidrBlock", json_get(association, "CidrBlock"));
		json_append(json_ensure_array(info, "CidrBlockSet"), item);
	}
	json_foreach (association, json_get(vpc->body, "Ipv6CidrBlockAssociationSet")) {
		struct json *item = json_new_object();

		json_set_copy(item, "Ipv6CidrBlock", json_get(association, "Ipv6CidrBlock"));
		json_append(json_ensure_array(info, "Ipv6CidrBlockSet"), item);
	}
	json_set_bool(options, "AllowDnsResolutionFromRemoteVpc", false);
	json_set_bool(options, "AllowEgressFromLocalClassicLinkToRemoteVpc", false);
	json_set_bool(options, "AllowEgressFromLocalVpcToRemoteClassicLink", false);
}

static void become(struct call *call, const struct doc *doc, const char *code, const char *message)
{
	struct json *body = json_copy(doc->body);

	set_status(body, code, message);
	if (!str_eq(code, "pending-acceptance"))
		json_remove(body, "ExpirationTime");
	world_put(call, &kind_vpc_peering_connection, doc->key, body);
	route_refresh(call, doc->key);
}

static void become_pending(struct call *call, const struct doc *doc)
{
	become(call, doc, "pending-acceptance",
	       arena_printf(call->arena, "Pending Acceptance by %s",
			    json_find_str(doc->body, sides[1], "OwnerId", NULL)));
	world_set_timer(call, &kind_vpc_peering_connection, doc->key, "expired",
			world_now(call->world) + EXPIRES_MS);
}

static void forget_later(struct call *call, const char *id)
{
	lifecycle_start(call, &kind_vpc_peering_connection, id, LIFECYCLE_FORGOTTEN, "forget");
}

static void peering_timer(struct call *call, const struct doc *doc, const char *timer)
{
	if (str_eq(timer, "pending") && status_is(doc, "initiating-request")) {
		become_pending(call, doc);
	} else if (str_eq(timer, "active") && status_is(doc, "provisioning")) {
		become(call, doc, "active", "Active");
	} else if (str_eq(timer, "expired") && status_is(doc, "pending-acceptance")) {
		become(call, doc, "expired", "Expired");
		forget_later(call, doc->key);
	} else if (str_eq(timer, "forget")) {
		const char *id = arena_strdup(call->arena, doc->key);

		world_remove(call, &kind_vpc_peering_connection, id);
		route_refresh(call, id);
	}
}

/* ---- CreateVpcPeeringConnection ---- */

/** Whether a block of one VPC overlaps one of the other's. */
static bool blocks_overlap(const struct doc *a, const struct doc *b)
{
	static const char *const rows[][2] = {
		{"CidrBlockAssociationSet", "CidrBlock"},
		{"Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"},
	};
	struct cidr x, y;

	for (size_t i = 0; i < array_size(rows); i++)
		json_foreach (one, json_get(a->body, rows[i][0])) {
			json_foreach (other, json_get(b->body, rows[i][0])) {
				if (cidr_parse(json_get_str(one, rows[i][1]), &x) &&
				    cidr_parse(json_get_str(other, rows[i][1]), &y) &&
				    cidr_overlaps(&x, &y))
					return true;
			}
		}
	return false;
}

/** An open connection of these two VPCs, asked for by the first one; NULL when there is none. */
static const struct doc *find_open(const struct world *world, const char *requester,
				   const char *accepter, bool active)
{
	const struct doc *same = NULL;
	struct docs found = {0};

	world_lookup(world, &kind_vpc_peering_connection, "vpc", requester, &found);
	for (size_t i = 0; i < found.count && !same; i++) {
		const struct doc *doc = found.items[i];

		if (active ? vpc_peering_is_active(doc) && vpc_peering_joins(doc, accepter) &&
				     !str_eq(requester, accepter)
			   : is_open(doc) &&
				     str_eq(json_find_str(doc->body, sides[0], "VpcId", NULL),
					    requester) &&
				     str_eq(json_find_str(doc->body, sides[1], "VpcId", NULL),
					    accepter))
			same = doc;
	}
	docs_done(&found);
	return same;
}

struct peer {
	const char *vpc_id, *account, *region;
	const struct doc *vpc; /* NULL: not in that account and region */
};

/** The other side. Of the caller's own account and region it must exist; elsewhere the request
 * fails later, as AWS does not tell. */
static bool read_peer(const struct call *call, const struct json *input, struct peer *peer,
		      struct err *err)
{
	const char *account = json_get_str(input, "PeerOwnerId");
	const char *region = json_get_str(input, "PeerRegion");
	const struct doc *vpc;

	peer->vpc_id = json_get_str(input, "PeerVpcId");
	if (!peer->vpc_id)
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "peerVpcId");
	peer->account = account ? account : call->account;
	peer->region = region ? region : call->region;
	if (str_eq(peer->account, call->account) && str_eq(peer->region, call->region))
		return ec2_get(call, &kind_vpc, peer->vpc_id, &peer->vpc, err);
	vpc = world_find(call->world, &kind_vpc, peer->vpc_id);
	if (vpc && str_eq(vpc->account, peer->account) && str_eq(vpc->region, peer->region))
		peer->vpc = vpc;
	return true;
}

static const char *peering_add(struct call *call, const struct doc *vpc, const struct peer *peer,
			       struct json *tags)
{
	const char *id = ec2_new_id(call, &kind_vpc_peering_connection,
				    arena_printf(call->arena, "%s/%s", vpc->key, peer->vpc_id));
	struct json *body = json_new_object(), *info;

	tell_vpc(body, sides[0], vpc);
	info = json_ensure_object(body, sides[0]);
	json_set_str(info, "OwnerId", call->account);
	json_set_str(info, "VpcId", vpc->key);
	json_set_str(info, "Region", call->region);
	info = json_ensure_object(body, sides[1]);
	json_set_str(info, "OwnerId", peer->account);
	json_set_str(info, "VpcId", peer->vpc_id);
	json_set_str(info, "Region", peer->region);
	json_set_str(body, "ExpirationTime", ec2_time_in(call, EXPIRES_MS));
	json_set_str(body, "VpcPeeringConnectionId", id);
	if (peer->vpc && !blocks_overlap(vpc, peer->vpc)) {
		set_status(body, "initiating-request",
			   arena_printf(call->arena, "Initiating Request to %s", peer->account));
	} else {
		json_remove(body, "ExpirationTime");
		set_status(body, "failed",
			   "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range");
	}
	world_add(call, (struct doc_spec){.kind = &kind_vpc_peering_connection,
					  .key = id,
					  .body = body,
					  .tags = tags});
	return id;
}

/* Source: EC2 API, CreateVpcPeeringConnection; the same VPCs again give the connection that is
 * there (terraform-provider-aws#27750). */
bool ec2_create_vpc_peering_connection(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *vpc, *doc;
	struct peer peer = {0};
	const char *id;

	if (!ec2_get_by(call, &kind_vpc, input, "VpcId", &vpc, err) ||
	    !read_peer(call, input, &peer, err) ||
	    !tags_from_specifications(input, "vpc-peering-connection", &tags, err))
		return false;
	doc = find_open(call->world, vpc->key, peer.vpc_id, false);
	if (!doc) {
		if (!ec2_within_limit(call, LIMIT_PEERINGS_PER_VPC,
				      world_lookup_count(call->world, &kind_vpc_peering_connection,
							 "vpc", vpc->key),
				      AWS_EC2_PEERING_LIMIT, err))
			return false;
		id = peering_add(call, vpc, &peer, steal(tags));
		doc = world_find(call->world, &kind_vpc_peering_connection, id);
	}
	json_set(output, "VpcPeeringConnection", ec2_item(doc));
	if (status_is(doc, "initiating-request"))
		lifecycle_start(call, &kind_vpc_peering_connection, doc->key, LIFECYCLE_PEERING,
				"pending");
	else if (status_is(doc, "failed"))
		forget_later(call, doc->key);
	return true;
}

/* ---- Accept, reject, delete ---- */

/** The accepter's account and region must ask. */
static bool check_accepter(const struct call *call, const struct doc *doc, const char *verb,
			   struct err *err)
{
	const struct json *info = json_get(doc->body, sides[1]);

	if (!str_eq(json_get_str(info, "OwnerId"), call->account))
		return aws_fail(err, AWS_EC2_PEERING_OWNER, call->account, verb, doc->key);
	if (!str_eq(json_get_str(info, "Region"), call->region))
		return aws_fail(err, AWS_EC2_PEERING_REGION, call->region, doc->key, verb,
				json_get_str(info, "Region"));
	return true;
}

bool ec2_accept_vpc_peering_connection(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "VpcPeeringConnectionId"), *other;
	const struct doc *doc, *vpc;
	struct json *body;

	if (!peering_get(call, id, &doc, err) || !check_accepter(call, doc, "accepted", err))
		return false;
	if (!status_is(doc, "pending-acceptance"))
		return aws_fail(err, AWS_EC2_PEERING_TRANSITION, id, status_of(doc), "active");
	vpc = world_find(call->world, &kind_vpc, json_find_str(doc->body, sides[1], "VpcId", NULL));
	if (!vpc)
		return aws_fail(err, AWS_EC2_VPC_NOT_FOUND,
				json_find_str(doc->body, sides[1], "VpcId", NULL));
	other = json_find_str(doc->body, sides[0], "VpcId", NULL);
	if (find_open(call->world, other, vpc->key, true))
		return aws_fail(err, AWS_EC2_PEERING_EXISTS, id);
	if (!encryption_control_allows(call, other, "VpcPeering", err) ||
	    !encryption_control_allows(call, vpc->key, "VpcPeering", err))
		return false;
	body = json_copy(doc->body);
	tell_vpc(body, sides[1], vpc);
	set_status(body, "provisioning", "Provisioning");
	json_remove(body, "ExpirationTime");
	doc = world_put(call, &kind_vpc_peering_connection, id, body);
	world_clear_timer(call, &kind_vpc_peering_connection, id, "expired");
	json_set(output, "VpcPeeringConnection", ec2_item(doc));
	lifecycle_start(call, &kind_vpc_peering_connection, id, LIFECYCLE_PEERING, "active");
	return true;
}

bool ec2_reject_vpc_peering_connection(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "VpcPeeringConnectionId");
	const struct doc *doc;

	if (!peering_get(call, id, &doc, err) || !check_accepter(call, doc, "rejected", err))
		return false;
	if (!status_is(doc, "pending-acceptance"))
		return aws_fail(err, AWS_EC2_PEERING_TRANSITION, id, status_of(doc), "rejected");
	become(call, doc, "rejected", arena_printf(call->arena, "Rejected by %s", call->account));
	forget_later(call, id);
	json_set_bool(output, "Return", true);
	return true;
}

/* Source: EC2 API, DeleteVpcPeeringConnection: either side an active one, the requester a pending
 * one; never a failed or rejected one. */
bool ec2_delete_vpc_peering_connection(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	const char *id = json_get_str(input, "VpcPeeringConnectionId");
	const struct doc *doc;

	if (!peering_get(call, id, &doc, err))
		return false;
	if (!is_open(doc))
		return aws_fail(err, AWS_EC2_PEERING_TRANSITION, id, status_of(doc), "deleting");
	if (!status_is(doc, "active") && !is_side(call, doc, sides[0]))
		return aws_fail(err, AWS_EC2_PEERING_OWNER, call->account, "deleted", id);
	become(call, doc, "deleted", arena_printf(call->arena, "Deleted by %s", call->account));
	forget_later(call, id);
	json_set_bool(output, "Return", true);
	return true;
}

/* ---- ModifyVpcPeeringConnectionOptions ---- */

/* Source: EC2 API, ModifyVpcPeeringConnectionOptions: each side its own; both at once only where
 * both are of one account and region. */
bool ec2_modify_vpc_peering_connection_options(struct call *call, const struct json *input,
					       struct json *output, struct err *err)
{
	static const char *const members[] = {"RequesterPeeringConnectionOptions",
					      "AccepterPeeringConnectionOptions"};
	const char *id = json_get_str(input, "VpcPeeringConnectionId");
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *doc;

	if (!peering_get(call, id, &doc, err))
		return false;
	if (!json_get(input, members[0]) && !json_get(input, members[1]))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "accepterPeeringConnectionOptions");
	if (!vpc_peering_is_active(doc))
		return aws_fail(err, AWS_EC2_PEERING_INACTIVE, id);
	body = json_copy(doc->body);
	for (size_t i = 0; i < array_size(sides); i++) {
		const struct json *wanted = json_get(input, members[i]);
		struct json *options;

		if (!wanted)
			continue;
		if (!is_side(call, doc, sides[i]))
			return aws_fail(err, AWS_EC2_PEERING_OWNER, call->account, "modified", id);
		options = json_ensure_object(json_ensure_object(body, sides[i]), "PeeringOptions");
		json_foreach (option, wanted)
			json_set_copy(options, json_key(option), option);
		json_set_copy(output, members[i], options);
	}
	world_put(call, &kind_vpc_peering_connection, id, steal(body));
	return true;
}

/* ---- DescribeVpcPeeringConnections ---- */

static const struct filter_field peering_filters[] = {
	{"accepter-vpc-info.cidr-block", "AccepterVpcInfo.CidrBlock", NULL, NULL},
	{"accepter-vpc-info.owner-id", "AccepterVpcInfo.OwnerId", NULL, NULL},
	{"accepter-vpc-info.vpc-id", "AccepterVpcInfo.VpcId", NULL, NULL},
	{"expiration-time", "ExpirationTime", NULL, NULL},
	{"requester-vpc-info.cidr-block", "RequesterVpcInfo.CidrBlock", NULL, NULL},
	{"requester-vpc-info.owner-id", "RequesterVpcInfo.OwnerId", NULL, NULL},
	{"requester-vpc-info.vpc-id", "RequesterVpcInfo.VpcId", NULL, NULL},
	{"status-code", "Status.Code", NULL, NULL},
	{"status-message", "Status.Message", NULL, NULL},
	{"vpc-peering-connection-id", "VpcPeeringConnectionId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

/** Those that were asked for by id (each must be visible), or all that are. */
static bool select_visible(struct call *call, const struct json *ids, struct docs *ret,
			   struct err *err)
{
	const struct doc *doc;

	json_foreach (id, ids) {
		if (!peering_get(call, json_str(id), &doc, err))
			return false;
	}
	world_foreach (each, call->world, &kind_vpc_peering_connection) {
		if (is_visible(call, each) && (!json_size(ids) || ec2_list_has(ids, each->key)))
			docs_add(ret, each);
	}
	return true;
}

bool ec2_describe_vpc_peering_connections(struct call *call, const struct json *input,
					  struct json *output, struct err *err)
{
	struct docs visible = {0}, docs = {0};
	struct filters *filters;
	struct json *list;
	bool ok;

	if (!filters_parse(call, json_get(input, "Filters"), peering_filters, &filters, err))
		return false;
	ok = select_visible(call, json_get(input, "VpcPeeringConnectionIds"), &visible, err);
	for (size_t i = 0; i < visible.count; i++)
		if (filters_match(call, filters, visible.items[i]))
			docs_add(&docs, visible.items[i]);
	ok = ok && page_docs(call, input, output, &page_ec2, &docs, err);
	list = json_ensure_array(output, "VpcPeeringConnections");
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, ec2_item(docs.items[i]));
	docs_done(&visible);
	docs_done(&docs);
	return ok;
}
