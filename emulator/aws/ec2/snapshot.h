#pragma once
/* What the files of snapshots and images share: who may see and use what. */
#include "emulator/aws/ec2/volume.h"

/* ---- sharing.c: permissions of images (to launch) and snapshots (to make volumes of) ---- */
/** Lists in extra: [{UserId}, {Group: "all"}, …]. */
#define LAUNCH_PERMISSIONS "LaunchPermissions"
#define VOLUME_PERMISSIONS "CreateVolumePermissions"
/** Whether the document is of the call's account, or is shared with it or everybody. */
bool sharing_allows(const struct call *call, const struct doc *doc, const char *permissions);
/** Whether everybody has it. */
bool sharing_is_public(const struct doc *doc, const char *permissions);
/**
 * Reads a request to change permissions: {Add, Remove} lists, or OperationType with UserIds and a
 * list of groups.
 *
 * @param member  "LaunchPermission", "CreateVolumePermission"
 * @param groups  "UserGroups", "GroupNames"
 * @param ret     the new list; new tree
 * @param err     MissingParameter, InvalidParameterValue for an account that is none
 */
must_check bool sharing_change(const struct json *input, const char *member, const char *groups,
			       const struct json *old, struct json **ret, struct err *err);
/** Documents of a kind that describe operations can show: those of the caller and those shared with
 * it, in the call's region; named ones must be among them. */
struct sharing_describe {
	const struct describe *describe;
	const char *permissions;
	bool (*shows)(struct call *call, const struct doc *doc, const struct json *input,
		      bool named);
};
must_check bool sharing_select(struct call *call, const struct json *input,
			       const struct sharing_describe *how, struct docs *ret,
			       struct err *err);

/* ---- snapshot.c ---- */
/** What a snapshot is made of. */
struct snapshot_spec {
	const char *volume_id, *description, *kms_key;
	int64_t size; /**< GiB */
	bool encrypted;
	const char *name;  /**< for the id's hash */
	struct json *tags; /**< becomes the snapshot's */
};
/** Makes a snapshot, pending. Its document; snapshot_start lets its time run. */
const struct doc *snapshot_add(struct call *call, struct snapshot_spec *spec);
void snapshot_start(struct call *call, const char *id);
/** A snapshot of a volume as it is; tags become the snapshot's. */
const struct doc *snapshot_of_volume(struct call *call, const struct doc *volume,
				     const char *description, struct json *tags);
/** The caller's own snapshot, or one shared with it; InvalidSnapshot.NotFound. */
must_check bool snapshot_get(const struct call *call, const char *id, const struct doc **ret,
			     struct err *err);
/** One that a volume can be made of: complete, not archived. */
must_check bool snapshot_get_usable(const struct call *call, const char *id, const struct doc **ret,
				    struct err *err);
/** The snapshot may go: neither an image nor a lock holds it. */
must_check bool snapshot_check_deletion(struct call *call, const struct doc *snapshot,
					struct err *err);

/* ---- snapshot_other.c ---- */
/** Whether a lock keeps the snapshot from being deleted now. */
bool snapshot_is_locked(const struct call *call, const struct doc *snapshot);
/** A timer of a move between storage tiers is due; false when it is another one. */
bool snapshot_tier_timer(struct call *call, const struct doc *snapshot, const char *timer);

/* ---- snapshot_restore.c ---- */
/** Whether volumes of the snapshot are initialized at once in a zone. */
bool snapshot_restores_fast(const struct doc *snapshot, const char *zone);
/** A timer of fast restores is due; false when it is another one. */
bool snapshot_restore_timer(struct call *call, const struct doc *snapshot, const char *timer);

/* ---- image.c ---- */
/** The image that the caller can see, by an input's ImageId: InvalidAMIID.NotFound. */
must_check bool image_get(struct call *call, const char *id, const struct doc **ret,
			  struct err *err);
/** The caller's own image: AuthFailure for one of somebody else. */
must_check bool image_get_own(struct call *call, const struct json *input, const struct doc **ret,
			      struct err *err);
/** An image that instances can be launched of: available, allowed, of a type that it supports. */
must_check bool image_get_launchable(struct call *call, const char *id, const char *type,
				     const struct doc **ret, struct err *err);
/** The image as a reply shows it; new tree that borrows. */
struct json *image_item(struct call *call, const struct doc *doc);
/** Whether Amazon made the image with the region. */
bool image_is_amazons(const struct doc *doc);

/* ---- image_allowed.c ---- */
/** "disabled", "audit-mode" or "enabled". */
const char *allowed_images_state(struct call *call);
/** Whether the account's criteria allow the image; its own are always allowed. */
bool image_is_allowed(struct call *call, const struct doc *image);
