/*
 * Fast snapshot restores: volumes made of a snapshot in a zone where they are enabled are
 * initialized at once. extra.FastRestores of the snapshot holds, for each zone's name, the members
 * of DescribeFastSnapshotRestoreSuccessItem that are about it. Life: enabling → enabled, disabling
 * → gone. Source: EBS user guide, "Amazon EBS fast snapshot restore".
 */
#include "emulator/aws/ec2/snapshot.h"

#define HELD "FastRestores"

bool snapshot_restores_fast(const struct doc *snapshot, const char *zone)
{
	return str_eq(json_find_str(snapshot->extra, HELD, zone, "State", NULL), "enabled");
}

bool snapshot_restore_timer(struct call *call, const struct doc *snapshot, const char *timer)
{
	struct json *extra, *held;

	if (!str_eq(timer, "fast-restores"))
		return false;
	extra = json_copy(snapshot->extra);
	held = json_ensure_object(extra, HELD);
	for (struct json *item = json_first_mut(held), *next; item; item = next) {
		next = json_next_mut(item);
		if (str_eq(json_get_str(item, "State"), "disabling")) {
			json_remove(held, json_key(item));
		} else if (str_eq(json_get_str(item, "State"), "enabling")) {
			json_set_str(item, "State", "enabled");
			json_set_str(item, "OptimizingTime", aws_now(call));
			json_set_str(item, "EnabledTime", aws_now(call));
		}
	}
	world_put_extra(call, &kind_snapshot, snapshot->key, extra);
	return true;
}

/** What is told of a snapshot in a zone. */
static struct json *restore_item(struct call *call, const struct doc *snapshot, const char *zone)
{
	struct json *item = json_copy(json_find(snapshot->extra, HELD, zone, NULL));

	json_set_str(item, "SnapshotId", snapshot->key);
	json_set_str(item, "AvailabilityZone", zone);
	json_set_str(item, "AvailabilityZoneId", ec2_zone_id(call, zone));
	json_set_str(item, "OwnerId", snapshot->account);
	return item;
}

/** The names of the zones that a request names by name or id; new tree. */
static bool read_zones(struct call *call, const struct json *input, struct json **ret,
		       struct err *err)
{
	static const char *const members[] = {"AvailabilityZones", "AvailabilityZoneIds", NULL};
	_cleanup_(json_freep) struct json *zones = json_new_array();
	unsigned which;

	if (!ec2_one_of(input, members, &which, err))
		return false;
	json_foreach (item, json_get(input, members[which])) {
		const char *name =
			which == 0 ? json_str(item) : region_zone_by_id(call, json_str(item));

		if (!name || !ec2_zone_id(call, name))
			return aws_fail(err, AWS_EC2_ZONE, json_str(item));
		json_append_str(zones, name);
	}
	if (!json_size(zones))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "AvailabilityZone");
	*ret = steal(zones);
	return true;
}

/** Begins to enable or disable a snapshot's fast restores in a zone; or why not. */
static bool change_one(struct call *call, const char *id, const char *zone, bool enable,
		       struct err *err)
{
	const struct doc *snapshot;
	struct json *extra, *item;
	const char *state;

	if (!snapshot_get(call, id, &snapshot, err))
		return false;
	state = json_find_str(snapshot->extra, HELD, zone, "State", NULL);
	if (!enable && (!state || str_eq(state, "disabling")))
		return aws_fail(err, AWS_EC2_RESTORE_STATE, id, zone);
	if (enable && !snapshot_get_usable(call, id, &snapshot, err))
		return false;
	extra = json_copy(snapshot->extra);
	item = json_ensure_object(json_ensure_object(extra, HELD), zone);
	if (!enable || !state || str_eq(state, "disabling")) {
		json_set_str(item, "State", enable ? "enabling" : "disabling");
		json_set_str(item, "StateTransitionReason", "Client.UserInitiated");
		json_set_str(item, enable ? "EnablingTime" : "DisablingTime", aws_now(call));
	}
	world_put_extra(call, &kind_snapshot, id, extra);
	return true;
}

/** A snapshot's part of what could not be done: an error per zone. */
static void append_failure(struct call *call, struct json *failures, const char *id,
			   const char *zone, struct err *why)
{
	struct json *item = ec2_element_mut(failures, "SnapshotId", id), *part, *error;

	if (!item) {
		item = json_new_object();
		json_set_str(item, "SnapshotId", id);
		json_append(failures, item);
	}
	part = json_new_object();
	json_set_str(part, "AvailabilityZone", zone);
	json_set_str(part, "AvailabilityZoneId", ec2_zone_id(call, zone));
	error = json_ensure_object(part, "Error");
	json_set_str(error, "Code", why->wire);
	json_set_str(error, "Message", err_text(why));
	json_append(json_ensure_array(item, "FastSnapshotRestoreStateErrors"), part);
	err_done(why);
}

static bool change(struct call *call, const struct json *input, bool enable, struct json *output,
		   struct err *err)
{
	_cleanup_(json_freep) struct json *zones = NULL;

	json_ensure_array(output, "Successful");
	json_ensure_array(output, "Unsuccessful");
	if (!read_zones(call, input, &zones, err))
		return false;
	json_foreach (id, json_get(input, "SourceSnapshotIds")) {
		bool changed = false;

		json_foreach (zone, zones) {
			struct err why = ERR_INIT;

			if (!change_one(call, json_str(id), json_str(zone), enable, &why)) {
				append_failure(call, json_get_mut(output, "Unsuccessful"),
					       json_str(id), json_str(zone), &why);
				continue;
			}
			changed = true;
			json_append(
				json_get_mut(output, "Successful"),
				restore_item(call,
					     world_find(call->world, &kind_snapshot, json_str(id)),
					     json_str(zone)));
		}
		if (changed)
			lifecycle_start(call, &kind_snapshot, json_str(id), LIFECYCLE_SNAPSHOT,
					"fast-restores");
	}
	return true;
}

bool ec2_enable_fast_snapshot_restores(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	return change(call, input, true, output, err);
}

bool ec2_disable_fast_snapshot_restores(struct call *call, const struct json *input,
					struct json *output, struct err *err)
{
	return change(call, input, false, output, err);
}

bool ec2_describe_fast_snapshot_restores(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"availability-zone", "AvailabilityZone", NULL, NULL},
		{"availability-zone-id", "AvailabilityZoneId", NULL, NULL},
		{"owner-id", "OwnerId", NULL, NULL},
		{"snapshot-id", "SnapshotId", NULL, NULL},
		{"state", "State", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};
	struct filters *filters;
	struct json *list;

	if (!filters_parse(call, json_get(input, "Filters"), fields, &filters, err))
		return false;
	list = json_new_array();
	world_foreach (doc, call->world, &kind_snapshot) {
		if (!doc_in_scope(call, doc))
			continue;
		json_foreach (held, json_get(doc->extra, HELD)) {
			_cleanup_(json_freep) struct json *item =
				restore_item(call, doc, json_key(held));

			if (filters_match_tree(call, filters, item))
				json_append(list, steal(item));
		}
	}
	return ec2_page_items(call, input, output, "FastSnapshotRestores", list, err);
}
