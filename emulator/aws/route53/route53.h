#pragma once
/*
 * Route 53: hosted zones, their records, changes of them. Zones are global, of an account.
 *
 * Document kinds: hosted-zone (key: its id, shape HostedZone; extra: {NameServers, VPCs}),
 * record-set (key: "zone/NAME/TYPE/SetIdentifier", shape ResourceRecordSet; extra.Zone), dns-change
 * (key: its id, shape ChangeInfo), health-check (key: its id, shape HealthCheck; extra.Wish).
 *
 * Source: Route 53 API Reference; Route 53 Developer Guide, "DNS domain name format".
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

extern const struct kind kind_hosted_zone, kind_record_set, kind_dns_change, kind_health_check;

/** Whether a public zone of any account has a record of that name and type with that value. */
bool route53_has_record(const struct world *world, const char *name, const char *type,
			const char *value);

/** @name Among Route 53's own files */
/** A name as zones keep it: small letters, a dot at the end, '*' as "\052". In the arena. */
const char *route53_name(struct call *call, const char *name);
/** An id without "/hostedzone/" or "/change/". */
const char *route53_id(const char *text);
/** The zone that a member of the input names, or NoSuchHostedZone. */
const struct doc *route53_zone(struct call *call, const struct json *input, const char *member,
			       struct err *err);
/** A new change, PENDING until it is everywhere, as output.ChangeInfo. */
void route53_add_change(struct call *call, const char *comment, struct json *output);
/** Adds a record set that nobody asked for: NS and SOA of a new zone. */
void route53_add_record(struct call *call, const struct doc *zone, struct json *body);
/** The zone ("hostedzone") or health check ("healthcheck") of that id, or NoSuch…. */
const struct doc *route53_tagged(struct call *call, const char *type, const char *id,
				 struct err *err);
/** MaxItems of an input, a text; `most` when there is none or it says more. */
size_t route53_max_items(const struct json *input, size_t most);

/** Handlers; see the operations of the same names in the Route 53 API. */
operation_fn route53_create_health_check, route53_delete_health_check, route53_get_account_limit,
	route53_get_health_check, route53_get_health_check_count, route53_get_hosted_zone_limit,
	route53_list_health_checks, route53_list_hosted_zones_by_vpc,
	route53_list_tags_for_resources, route53_update_health_check,
	route53_associate_vpc_with_hosted_zone, route53_change_resource_record_sets,
	route53_change_tags_for_resource, route53_create_hosted_zone, route53_delete_hosted_zone,
	route53_disassociate_vpc_from_hosted_zone, route53_get_change, route53_get_hosted_zone,
	route53_get_hosted_zone_count, route53_list_hosted_zones, route53_list_hosted_zones_by_name,
	route53_list_resource_record_sets, route53_list_tags_for_resource,
	route53_update_hosted_zone_comment;
