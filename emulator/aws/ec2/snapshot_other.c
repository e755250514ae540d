/*
 * What else can be done with snapshots: locks and the archive tier. All of it is in the
 * snapshot's extra. Source: EBS user guide, "Amazon EBS snapshot lock", "Archive Amazon EBS
 * snapshots".
 */
#include "emulator/aws/ec2/snapshot.h"

#define HOUR_MS		 (3600 * INT64_C(1000))
#define DAY_MS		 (24 * HOUR_MS)
#define LOCK_DAYS_MAX	 36500
#define COOL_OFF_MAX_H	 72
#define RESTORE_DAYS_MAX 180

static const char *time_text(struct call *call, int64_t ms)
{
	char text[CLOCK_TEXT_MAX];

	return arena_strdup(call->arena, clock_format_ms(ms, text));
}

static void put_extra(struct call *call, const struct doc *snapshot, const char *member,
		      struct json *value)
{
	struct json *extra = json_copy(snapshot->extra);

	json_set(extra, member, value);
	world_put_extra(call, &kind_snapshot, snapshot->key, extra);
}

/* ---- Locks: extra.Lock {Mode, CreatedMs, ExpiresMs, CoolOffMs, DurationDays, CoolOffHours} ----
 */

/** The state at this time; NULL when it was never locked. */
static const char *lock_state(const struct call *call, const struct doc *snapshot)
{
	const struct json *lock = json_get(snapshot->extra, "Lock");
	int64_t now = world_now(call->world);

	if (!lock)
		return NULL;
	if (now >= json_get_int(lock, "ExpiresMs", 0))
		return "expired";
	if (str_eq(json_get_str(lock, "Mode"), "governance"))
		return "governance";
	return now < json_get_int(lock, "CoolOffMs", 0) ? "compliance-cooloff" : "compliance";
}

bool snapshot_is_locked(const struct call *call, const struct doc *snapshot)
{
	const char *state = lock_state(call, snapshot);

	return state && !str_eq(state, "expired");
}

/** Members of LockedSnapshotsInfo, but for the owner. */
static struct json *lock_item(struct call *call, const struct doc *snapshot)
{
	const struct json *lock = json_get(snapshot->extra, "Lock");
	struct json *item = json_new_object();
	const char *created = time_text(call, json_get_int(lock, "CreatedMs", 0));

	json_set_str(item, "SnapshotId", snapshot->key);
	json_set_str(item, "LockState", lock_state(call, snapshot));
	json_set_copy(item, "LockDuration", json_get(lock, "DurationDays"));
	json_set_str(item, "LockCreatedOn", created);
	json_set_str(item, "LockDurationStartTime", created);
	json_set_str(item, "LockExpiresOn", time_text(call, json_get_int(lock, "ExpiresMs", 0)));
	if (json_get(lock, "CoolOffHours")) {
		json_set_copy(item, "CoolOffPeriod", json_get(lock, "CoolOffHours"));
		json_set_str(item, "CoolOffPeriodExpiresOn",
			     time_text(call, json_get_int(lock, "CoolOffMs", 0)));
	}
	return item;
}

/** When the lock ends: a duration in days, or a date, one of them. */
static bool read_lock_end(struct call *call, const struct json *input, int64_t *ret,
			  struct err *err)
{
	static const char *const members[] = {"LockDuration", "ExpirationDate", NULL};
	int64_t now = world_now(call->world), days = json_get_int(input, "LockDuration", 0);
	const char *date = json_get_str(input, "ExpirationDate");
	unsigned which;

	if (!ec2_one_of(input, members, &which, err))
		return false;
	if (date && (!clock_parse(date, ret) || *ret <= now))
		return aws_fail(err, AWS_EC2_LOCK_TIME);
	if (!date && (days < 1 || days > LOCK_DAYS_MAX))
		return aws_fail(err, AWS_EC2_LOCK_TIME);
	if (!date)
		*ret = now + days * DAY_MS;
	return true;
}

bool ec2_lock_snapshot(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const char *mode = json_get_str(input, "LockMode"), *state;
	int64_t now = world_now(call->world), hours = json_get_int(input, "CoolOffPeriod", 0);
	int64_t expires = 0;
	const struct doc *snapshot;
	struct json *lock;

	if (!ec2_get_by(call, &kind_snapshot, input, "SnapshotId", &snapshot, err) ||
	    !read_lock_end(call, input, &expires, err))
		return false;
	if (json_get(input, "CoolOffPeriod") &&
	    (str_eq(mode, "governance") || hours < 1 || hours > COOL_OFF_MAX_H))
		return aws_fail(err, AWS_EC2_LOCK_COOL_OFF);
	state = lock_state(call, snapshot);
	/* in compliance mode a lock can only become longer */
	if (str_eq(state, "compliance") &&
	    (str_eq(mode, "governance") ||
	     expires < json_get_int(json_get(snapshot->extra, "Lock"), "ExpiresMs", 0)))
		return aws_fail(err, AWS_EC2_SNAPSHOT_LOCKED, snapshot->key, "compliance");
	lock = json_new_object();
	json_set_str(lock, "Mode", mode);
	json_set_int(lock, "CreatedMs", now);
	json_set_int(lock, "ExpiresMs", expires);
	json_set_int(lock, "DurationDays", (expires - now + DAY_MS - 1) / DAY_MS);
	if (hours && !str_eq(state, "compliance")) {
		json_set_int(lock, "CoolOffHours", hours);
		json_set_int(lock, "CoolOffMs", now + hours * HOUR_MS);
	}
	put_extra(call, snapshot, "Lock", lock);
	json_assign(output,
		    lock_item(call, world_find(call->world, &kind_snapshot, snapshot->key)));
	return true;
}

bool ec2_unlock_snapshot(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *snapshot;
	struct json *extra;

	if (!ec2_get_by(call, &kind_snapshot, input, "SnapshotId", &snapshot, err))
		return false;
	if (!snapshot_is_locked(call, snapshot))
		return aws_fail(err, AWS_EC2_SNAPSHOT_NOT_LOCKED, snapshot->key);
	if (str_eq(lock_state(call, snapshot), "compliance"))
		return aws_fail(err, AWS_EC2_SNAPSHOT_LOCKED, snapshot->key, "compliance");
	extra = json_copy(snapshot->extra);
	json_remove(extra, "Lock");
	world_put_extra(call, &kind_snapshot, snapshot->key, extra);
	json_set_str(output, "SnapshotId", snapshot->key);
	return true;
}

/* By ids; what is told of them has filters of its own. */
static const struct describe snapshots = {
	.kind = &kind_snapshot,
	.ids = "SnapshotIds",
	.id_prefix = "snap-",
	.malformed = AWS_EC2_SNAPSHOT_MALFORMED,
	.not_found = AWS_EC2_SNAPSHOT_NOT_FOUND,
};

static struct json *locked_item(struct call *call, const struct json *input _unused_,
				const struct doc *snapshot)
{
	struct json *item;

	if (!lock_state(call, snapshot))
		return NULL;
	item = lock_item(call, snapshot);
	json_set_str(item, "OwnerId", snapshot->account);
	return item;
}

bool ec2_describe_locked_snapshots(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	static const struct filter_field fields[] = {
		{"lock-state", "LockState", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};

	static const struct ec2_told told = {&snapshots, fields, locked_item, "Snapshots"};

	return ec2_describe_told(call, input, output, &told, err);
}

/* ---- The archive tier: extra.Tiering {Operation, StartMs, DoneMs, …} ---- */

/** Begins a move between tiers; the timer that ends it has the operation's name. */
static void start_tiering(struct call *call, const struct doc *snapshot, const char *operation)
{
	struct json *tiering = json_new_object();

	json_set_str(tiering, "Operation", operation);
	json_set_str(tiering, "StartTime", aws_now(call));
	put_extra(call, snapshot, "Tiering", tiering);
	lifecycle_start(call, &kind_snapshot, snapshot->key, LIFECYCLE_SNAPSHOT, operation);
}

bool snapshot_tier_timer(struct call *call, const struct doc *snapshot, const char *timer)
{
	bool archive = str_eq(timer, "archival"), back = str_eq(timer, "back-to-archive");
	struct json *body, *extra, *tiering;

	if (!archive && !back && !str_eq(timer, "permanent-restore") &&
	    !str_eq(timer, "temporary-restore"))
		return false;
	body = json_copy(snapshot->body);
	extra = json_copy(snapshot->extra);
	json_set_str(body, "StorageTier", archive || back ? "archive" : "standard");
	json_remove(body, "RestoreExpiryTime");
	if (str_eq(timer, "temporary-restore")) {
		int64_t until =
			world_now(call->world) + json_get_int(extra, "RestoreDays", 1) * DAY_MS;

		json_set_str(body, "RestoreExpiryTime", time_text(call, until));
		world_set_timer(call, &kind_snapshot, snapshot->key, "back-to-archive", until);
	}
	tiering = json_ensure_object(extra, "Tiering");
	json_set_bool(tiering, "Done", true);
	if (archive)
		json_set_str(tiering, "ArchivalCompleteTime", aws_now(call));
	world_put_all(call, &kind_snapshot, snapshot->key, body, NULL, extra);
	return true;
}

/** A snapshot that is not on its way between tiers, in the one that is named. */
static bool get_in_tier(struct call *call, const struct json *input, const char *tier,
			const struct doc **ret, struct err *err)
{
	const struct json *tiering;

	if (!ec2_get_by(call, &kind_snapshot, input, "SnapshotId", ret, err))
		return false;
	tiering = json_get((*ret)->extra, "Tiering");
	if (!str_eq(doc_str(*ret, "State"), "completed") ||
	    (tiering && !json_get_bool(tiering, "Done", false)))
		return aws_fail(err, AWS_EC2_SNAPSHOT_STATE, (*ret)->key, "pending");
	return str_eq(doc_str(*ret, "StorageTier"), tier) ||
	       aws_fail(err, AWS_EC2_SNAPSHOT_TIER, (*ret)->key, doc_str(*ret, "StorageTier"));
}

bool ec2_modify_snapshot_tier(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *snapshot;

	if (!get_in_tier(call, input, "standard", &snapshot, err) ||
	    !snapshot_check_deletion(call, snapshot, err)) /* an image's is not archived */
		return false;
	json_set_str(output, "SnapshotId", snapshot->key);
	json_set_str(output, "TieringStartTime", aws_now(call));
	start_tiering(call, snapshot, "archival");
	return true;
}

bool ec2_restore_snapshot_tier(struct call *call, const struct json *input, struct json *output,
			       struct err *err)
{
	static const char *const members[] = {"TemporaryRestoreDays", "PermanentRestore", NULL};
	int64_t days = json_get_int(input, "TemporaryRestoreDays", 0);
	const struct doc *snapshot;
	unsigned which;

	if (!get_in_tier(call, input, "archive", &snapshot, err) ||
	    !ec2_one_of(input, members, &which, err))
		return false;
	if (which == 0 && (days < 1 || days > RESTORE_DAYS_MAX))
		return aws_fail(err, AWS_EC2_RESTORE_DAYS);
	json_set_str(output, "SnapshotId", snapshot->key);
	json_set_str(output, "RestoreStartTime", aws_now(call));
	json_set_bool(output, "IsPermanentRestore", which == 1);
	if (which == 0) {
		json_set_int(output, "RestoreDuration", days);
		put_extra(call, snapshot, "RestoreDays", json_new_int(days));
		snapshot = world_find(call->world, &kind_snapshot, snapshot->key);
	}
	start_tiering(call, snapshot, which == 0 ? "temporary-restore" : "permanent-restore");
	return true;
}

static struct json *tier_item(struct call *call, const struct json *input _unused_,
			      const struct doc *snapshot)
{
	const struct json *tiering = json_get(snapshot->extra, "Tiering");
	bool done = json_get_bool(tiering, "Done", false);
	struct json *item;

	if (!tiering)
		return NULL;
	item = json_new_object();
	json_set_str(item, "SnapshotId", snapshot->key);
	json_set_copy(item, "VolumeId", json_get(snapshot->body, "VolumeId"));
	json_set_copy(item, "Status", json_get(snapshot->body, "State"));
	json_set_str(item, "OwnerId", snapshot->account);
	json_set(item, "Tags", tags_to_list(snapshot->tags));
	json_set_copy(item, "StorageTier", json_get(snapshot->body, "StorageTier"));
	json_set_copy(item, "LastTieringStartTime", json_get(tiering, "StartTime"));
	json_set_int(item, "LastTieringProgress", done ? 100 : 0);
	json_set_str(item, "LastTieringOperationStatus",
		     arena_printf(call->arena, "%s-%s", json_get_str(tiering, "Operation"),
				  done ? "completed" : "in-progress"));
	json_set_copy(item, "ArchivalCompleteTime", json_get(tiering, "ArchivalCompleteTime"));
	json_set_copy(item, "RestoreExpiryTime", json_get(snapshot->body, "RestoreExpiryTime"));
	return item;
}

bool ec2_describe_snapshot_tier_status(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	static const struct filter_field fields[] = {
		{"last-tiering-operation", "LastTieringOperationStatus", NULL, NULL},
		{"snapshot-id", "SnapshotId", NULL, NULL},
		{"volume-id", "VolumeId", NULL, NULL},
		{NULL, NULL, NULL, NULL},
	};

	static const struct ec2_told told = {&snapshots, fields, tier_item, "SnapshotTierStatuses"};

	return ec2_describe_told(call, input, output, &told, err);
}
