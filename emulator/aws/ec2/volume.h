#pragma once
/* What the files of volumes share, and what instances need of them. */
#include "emulator/aws/ec2/instance.h"

/** What a volume is made of; checked by volume_check. */
struct volume_spec {
	const char *zone, *type, *kms_key;
	int64_t size, iops, throughput; /**< GiB, operations and MiB a second; 0: the default */
	bool encrypted, multi_attach;
	const char *snapshot; /**< id that it comes out of; NULL */
	const char *name;     /**< for the id's hash */
	struct json *tags;    /**< becomes the volume's */
};

/** Size, iops and throughput fit the volume type; fills in what was left to AWS. */
must_check bool volume_check(struct call *call, struct volume_spec *spec, struct err *err);
/** Makes a volume, not attached. Its id, in the arena. */
const char *volume_add(struct call *call, struct volume_spec *spec);
/** The key that encrypts: the one given, else the account's default, else AWS's own; in the
 * arena. */
const char *volume_kms_key(struct call *call, const char *given);
/** Lets a volume come out of a snapshot that the caller may use: its size, unless a larger one is
 * said, and its encryption. `mapped`: in a block device mapping, which has words of its own. */
must_check bool volume_from_snapshot(struct call *call, const char *snapshot_id, bool mapped,
				     struct volume_spec *spec, struct err *err);
/** Attaches it: the volume and the instance tell so. Checks nothing. */
void volume_attach(struct call *call, const char *volume_id, const char *instance_id,
		   const char *device, bool delete_on_termination);
void volume_detach(struct call *call, const char *volume_id);
/** The volumes of a new instance: the image's, and what the request says of them. */
must_check bool volume_add_all(struct call *call, const struct doc *instance,
			       const struct doc *image, const struct json *wanted,
			       const struct json *tags, struct err *err);
/** The instance is gone: its volumes go, or are let go. */
void volume_drop_all(struct call *call, const char *instance_id);
/** {VolumeId …} of the attachment, or NULL. */
const struct json *volume_attachment(const struct doc *volume);
