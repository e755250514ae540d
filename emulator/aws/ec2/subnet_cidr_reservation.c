/* CIDR reservations of subnets: addresses that AWS does not give out by itself. Shape: EC2
 * SubnetCidrReservation. */
#include "emulator/aws/ec2/internal.h"

static void terms_subnet(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "SubnetId");
}

static const struct kind_index reservation_indexes[] = {
	{"subnet", terms_subnet},
	{NULL, NULL},
};

static struct json *reservation_view(const struct world *world, const struct doc *doc)
{
	(void)world;
	return ec2_own(ec2_item(doc));
}

const struct kind kind_subnet_cidr_reservation = {
	.name = "subnet-cidr-reservation",
	.shape = "ec2:SubnetCidrReservation",
	.indexes = reservation_indexes,
	.view = reservation_view,
};

/** The block lies in one of the subnet's and touches no other reservation. */
static bool read_block(struct call *call, const struct doc *subnet, const char *text,
		       struct cidr *ret, struct err *err)
{
	struct docs others = {0};
	struct cidr whole, other;
	bool conflict = false;

	if (!cidr_parse(text, ret) || !cidr_is_canonical(ret))
		return aws_fail(err, AWS_EC2_CIDR_SYNTAX, text, "cidr");
	if (ret->ip.family == FAMILY_IPV4 ? !ec2_subnet_ipv4(subnet, &whole)
					  : !ec2_subnet_ipv6(subnet, &whole))
		return aws_fail(err, AWS_EC2_RESERVATION_RANGE, text, subnet->key);
	if (!cidr_contains(&whole, ret))
		return aws_fail(err, AWS_EC2_RESERVATION_RANGE, text, subnet->key);
	world_lookup(call->world, &kind_subnet_cidr_reservation, "subnet", subnet->key, &others);
	for (size_t i = 0; i < others.count; i++)
		conflict = conflict || (cidr_parse(doc_str(others.items[i], "Cidr"), &other) &&
					cidr_overlaps(&other, ret));
	docs_done(&others);
	return !conflict || aws_fail(err, AWS_EC2_RESERVATION_CONFLICT, text);
}

bool ec2_create_subnet_cidr_reservation(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	const struct doc *subnet, *made;
	struct cidr block;
	struct json *body;
	const char *id;

	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", &subnet, err) ||
	    !read_block(call, subnet, json_get_str(input, "Cidr"), &block, err) ||
	    !tags_from_specifications(input, "subnet-cidr-reservation", &tags, err))
		return false;
	id = ec2_new_id(
		call, &kind_subnet_cidr_reservation,
		arena_printf(call->arena, "%s/%s", subnet->key, ec2_cidr_text(call, &block)));
	body = json_new_object();
	json_set_str(body, "SubnetCidrReservationId", id);
	json_set_str(body, "SubnetId", subnet->key);
	json_set_str(body, "Cidr", ec2_cidr_text(call, &block));
	json_set_copy(body, "ReservationType", json_get(input, "ReservationType"));
	json_set_str(body, "OwnerId", call->account);
	json_set_copy(body, "Description", json_get(input, "Description"));
	made = world_add(call, (struct doc_spec){.kind = &kind_subnet_cidr_reservation,
						 .key = id,
						 .body = body,
						 .tags = steal(tags)});
	json_set(output, "SubnetCidrReservation", ec2_item(made));
	return true;
}

bool ec2_delete_subnet_cidr_reservation(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	const struct doc *reservation;

	if (!ec2_get_by(call, &kind_subnet_cidr_reservation, input, "SubnetCidrReservationId",
			&reservation, err))
		return false;
	json_set(output, "DeletedSubnetCidrReservation", ec2_own(ec2_item(reservation)));
	world_remove(call, &kind_subnet_cidr_reservation, reservation->key);
	return true;
}

static const struct filter_field reservation_filters[] = {
	{"reservationType", "ReservationType", NULL, NULL},
	{"subnet-id", "SubnetId", NULL, "subnet"},
	{NULL, NULL, NULL, NULL},
};

/* Source: EC2 API, GetSubnetCidrReservations: two lists, by family. */
bool ec2_get_subnet_cidr_reservations(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_subnet_cidr_reservation,
		.filters = "Filters",
		.fields = reservation_filters,
	};
	const struct doc *subnet;
	struct docs found;
	size_t kept = 0;

	if (!ec2_get_by(call, &kind_subnet, input, "SubnetId", &subnet, err) ||
	    !describe_select(call, input, &describe, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		if (str_eq(doc_str(found.items[i], "SubnetId"), subnet->key))
			found.items[kept++] = found.items[i];
	found.count = kept;
	if (!page_docs(call, input, output, &page_ec2, &found, err)) {
		docs_done(&found);
		return false;
	}
	json_ensure_array(output, "SubnetIpv4CidrReservations");
	json_ensure_array(output, "SubnetIpv6CidrReservations");
	for (size_t i = 0; i < found.count; i++) {
		bool ipv6 = strchr(doc_str(found.items[i], "Cidr"), ':') != NULL;

		json_append(json_ensure_array(output, ipv6 ? "SubnetIpv6CidrReservations"
							   : "SubnetIpv4CidrReservations"),
			    ec2_item(found.items[i]));
	}
	docs_done(&found);
	return true;
}
