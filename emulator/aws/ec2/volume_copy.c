/* CopyVolumes: a volume out of another one, in its zone. Source: EC2 API, CopyVolumes; EBS user
 * guide, "Copy an Amazon EBS volume". */
#include "emulator/aws/ec2/volume.h"

/** What the copy is: the request's words, the source's zone and encryption, gp2 by default. */
static bool read_copy(struct call *call, const struct json *input, const struct doc *source,
		      struct volume_spec *spec, struct err *err)
{
	int64_t size = json_get_int(source->body, "Size", 0);
	bool encrypted = json_get_bool(source->body, "Encrypted", false);
	const char *key = json_get_str(input, "KmsKeyId");

	*spec = (struct volume_spec){
		.zone = doc_str(source, "AvailabilityZone"),
		.type = json_get_str(input, "VolumeType"),
		.kms_key = key ? key : doc_str(source, "KmsKeyId"),
		.size = json_get_int(input, "Size", size),
		.iops = json_get_int(input, "Iops", 0),
		.throughput = json_get_int(input, "Throughput", 0),
		.encrypted = encrypted || json_get_bool(input, "Encrypted", false),
		.multi_attach = json_get_bool(input, "MultiAttachEnabled", false),
		.name = source->key,
	};
	if (str_eq(doc_str(source, "State"), "creating"))
		return aws_fail(err, AWS_EC2_VOLUME_STATE, source->key, "creating");
	if (spec->size < size)
		return aws_fail(err, AWS_EC2_VOLUME_SHRINK);
	return volume_check(call, spec, err);
}

static const struct doc *make_copy(struct call *call, const struct doc *source,
				   struct volume_spec *spec)
{
	const char *id = volume_add(call, spec);
	struct json *body = json_copy(world_find(call->world, &kind_volume, id)->body);

	json_set_str(body, "SourceVolumeId", source->key);
	return world_put(call, &kind_volume, id, body);
}

bool ec2_copy_volumes(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL;
	struct volume_spec spec;
	const struct doc *source, *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !tags_from_specifications(input, "volume", &tags, err) ||
	    !ec2_get_by(call, &kind_volume, input, "SourceVolumeId", &source, err) ||
	    !read_copy(call, input, source, &spec, err))
		return false;
	doc = id ? ec2_find(call, &kind_volume, id) : NULL;
	if (!doc) {
		spec.tags = steal(tags);
		doc = make_copy(call, source, &spec);
		idempotency_keep(call, input, "ClientToken", doc->key);
	}
	json_append(json_ensure_array(output, "Volumes"), ec2_item(doc));
	if (str_eq(doc_str(doc, "State"), "creating"))
		lifecycle_start(call, &kind_volume, doc->key, LIFECYCLE_VOLUME, "available");
	return true;
}
