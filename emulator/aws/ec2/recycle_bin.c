/*
 * What is in the Recycle Bin. Retention rules are another service's, and no account here has any:
 * what is deleted is gone, and the bin is empty. Source: Recycle Bin user guide.
 */
#include "emulator/aws/ec2/internal.h"

/** Ids that a request names must be in the bin; nothing is. */
static bool list_bin(struct call *call, const struct json *input, struct json *output,
		     const char *ids, const char *result, enum aws_error not_found, struct err *err)
{
	const char *id = json_str(json_at(json_get(input, ids), 0));

	if (id)
		return aws_fail(err, not_found, id);
	return ec2_page_items(call, input, output, result, json_new_array(), err);
}

bool ec2_list_images_in_recycle_bin(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	return list_bin(call, input, output, "ImageIds", "Images", AWS_EC2_IMAGE_NOT_FOUND, err);
}

bool ec2_list_snapshots_in_recycle_bin(struct call *call, const struct json *input,
				       struct json *output, struct err *err)
{
	return list_bin(call, input, output, "SnapshotIds", "Snapshots", AWS_EC2_SNAPSHOT_NOT_FOUND,
			err);
}

bool ec2_list_volumes_in_recycle_bin(struct call *call, const struct json *input,
				     struct json *output, struct err *err)
{
	return list_bin(call, input, output, "VolumeIds", "Volumes", AWS_EC2_VOLUME_NOT_FOUND, err);
}
