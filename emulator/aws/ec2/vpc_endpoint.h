#pragma once
/* What the files of VPC endpoints share. */
#include "emulator/aws/ec2/internal.h"

/* ---- vpc_endpoint_catalogue.c ---- */
/** The name by which a VPC calls a service of AWS that has interface endpoints; NULL: not known. */
const char *vpc_endpoint_private_name(struct call *call, const char *service);

/* ---- vpc_endpoint_interface.c ---- */
/** Whether an endpoint of the type and service in a VPC can have the DnsOptions (NULL: it can). */
must_check bool vpc_endpoint_check_dns(struct call *call, const char *type, const char *vpc_id,
				       const char *service, const struct json *options,
				       struct err *err);
/** Writes DnsOptions into a body; NULL changes nothing. */
void vpc_endpoint_set_dns(struct json *body, const struct json *options);
/** An interface in each of a new endpoint's subnets, as CreateVpcEndpoint's input wants them. */
must_check bool vpc_endpoint_add_interfaces(struct call *call, const char *id,
					    const struct json *input, struct json *body,
					    struct err *err);
/** An interface of the endpoint in each subnet that is added or configured, none in those that are
 * removed, as ModifyVpcEndpoint's input says. */
must_check bool vpc_endpoint_modify_subnets(struct call *call, const struct doc *endpoint,
					    const struct json *input, struct json *body,
					    struct err *err);
/** The endpoint's groups, on all of its interfaces. */
must_check bool vpc_endpoint_modify_groups(struct call *call, const struct doc *endpoint,
					   const struct json *input, struct json *body,
					   struct err *err);
