/* Flow logs of VPCs, subnets and network interfaces: settings only, nothing is recorded. Shape: EC2
 * FlowLog. They go with what they watch. */
#include "emulator/aws/ec2/internal.h"
#include "emulator/aws/s3/delivery.h"

/* Source: EC2 API, FlowLog LogFormat: the default format, as recorded by public test suites. */
#define DEFAULT_FORMAT                                                                             \
	"${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} "    \
	"${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"

static void terms_resource(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "ResourceId");
}

static const struct kind_index flow_log_indexes[] = {
	{"resource", terms_resource},
	{NULL, NULL},
};

const struct kind kind_flow_log = {
	.name = "flow-log",
	.shape = "ec2:FlowLog",
	.indexes = flow_log_indexes,
	.view = ec2_view,
};

void flow_log_forget(struct call *call, const char *resource_id)
{
	ec2_remove_all(call, &kind_flow_log, "resource", resource_id);
}

/* ---- CreateFlowLogs ---- */

static const struct {
	const char *type;
	const struct kind *kind;
} watched[] = {
	{"VPC", &kind_vpc},
	{"Subnet", &kind_subnet},
	{"NetworkInterface", &kind_network_interface},
	{"RegionalNatGateway", &kind_nat_gateway},
};

static const struct kind *watched_kind(const char *type)
{
	for (size_t i = 0; i < array_size(watched); i++)
		if (str_eq(watched[i].type, type))
			return watched[i].kind;
	return NULL;
}

static const char *destination_type(const struct json *input)
{
	const char *type = json_get_str(input, "LogDestinationType");

	return type ? type : "cloud-watch-logs"; /* Source: EC2 API, CreateFlowLogs: the default */
}

/** What the kinds of destinations need of a request. Source: EC2 API, CreateFlowLogs. */
static bool check_destination(const struct json *input, struct err *err)
{
	bool watch = str_eq(destination_type(input), "cloud-watch-logs");
	const char *group = json_get_str(input, "LogGroupName");
	const char *destination = json_get_str(input, "LogDestination");
	int64_t interval = json_get_int(input, "MaxAggregationInterval", 600);

	if (group && destination)
		return aws_fail(err, AWS_EC2_FLOW_LOG_TWO_DESTINATIONS);
	if (watch && !group && !destination)
		return aws_fail(err, AWS_EC2_FLOW_LOG_NO_GROUP);
	if (watch && !json_get_str(input, "DeliverLogsPermissionArn"))
		return aws_fail(err, AWS_EC2_FLOW_LOG_PERMISSION);
	if (!watch && group)
		return aws_fail(err, AWS_EC2_FLOW_LOG_GROUP);
	if (!watch && !destination)
		return aws_fail(err, AWS_EC2_FLOW_LOG_NO_DESTINATION);
	if (!watch && !str_starts_with(destination, "arn:"))
		return aws_fail(err, AWS_EC2_FLOW_LOG_DESTINATION, destination);
	if (!json_get_str(input, "TrafficType"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "TrafficType");
	if (interval != 60 && interval != 600)
		return aws_fail(err, AWS_EC2_FLOW_LOG_INTERVAL);
	return true;
}

/* Source: EC2 API, DestinationOptionsRequest: the defaults; shown for S3, as recorded. */
static void set_file_options(const struct json *input, struct json *body)
{
	const struct json *wanted = json_get(input, "DestinationOptions");
	const char *format = json_get_str(wanted, "FileFormat");
	struct json *options;

	if (!str_eq(destination_type(input), "s3"))
		return;
	options = json_ensure_object(body, "DestinationOptions");
	json_set_str(options, "FileFormat", format ? format : "plain-text");
	json_set_bool(options, "HiveCompatiblePartitions",
		      json_get_bool(wanted, "HiveCompatiblePartitions", false));
	json_set_bool(options, "PerHourPartition",
		      json_get_bool(wanted, "PerHourPartition", false));
}

static struct json *flow_log_body(struct call *call, const struct json *input)
{
	static const char *const copied[] = {"DeliverLogsPermissionArn",
					     "DeliverCrossAccountRole",
					     "LogGroupName",
					     "LogDestination",
					     "TrafficType",
					     "DestinationOptions",
					     "TagFieldSpecifications"};
	const char *format = json_get_str(input, "LogFormat");
	struct json *body = json_new_object();

	for (size_t i = 0; i < array_size(copied); i++)
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	json_set_str(body, "CreationTime", aws_now(call));
	json_set_str(body, "DeliverLogsStatus", "SUCCESS");
	json_set_str(body, "FlowLogStatus", "ACTIVE");
	json_set_str(body, "LogDestinationType", destination_type(input));
	json_set_str(body, "LogFormat", format ? format : DEFAULT_FORMAT);
	json_set_int(body, "MaxAggregationInterval",
		     json_get_int(input, "MaxAggregationInterval", 600));
	set_file_options(input, body);
	return body;
}

/** Whether the resource has a flow log that does the same. */
static bool has_same(const struct world *world, const char *resource_id, const struct json *wanted)
{
	static const char *const compared[] = {"TrafficType", "LogDestinationType", "LogGroupName",
					       "LogDestination"};
	struct docs found = {0};
	bool same = false;

	world_lookup(world, &kind_flow_log, "resource", resource_id, &found);
	for (size_t i = 0; i < found.count; i++) {
		bool equal = true;

		for (size_t k = 0; k < array_size(compared); k++)
			equal = equal && str_eq(json_get_str(wanted, compared[k]),
						doc_str(found.items[i], compared[k]));
		same = same || equal;
	}
	docs_done(&found);
	return same;
}

/** The resource to watch; transit gateways and their attachments (no kind) exist nowhere here. */
static bool get_watched(struct call *call, const struct kind *kind, const char *id,
			const struct doc **ret, struct err *err)
{
	if (!kind)
		return str_starts_with(id, "tgw-attach-")
			       ? aws_fail(err, AWS_EC2_ATTACHMENT_OF_GATEWAY, id)
			       : aws_fail(err, AWS_EC2_TRANSIT_GATEWAY_NOT_FOUND, id);
	if (!ec2_get(call, kind, id, ret, err))
		return false;
	return kind != &kind_nat_gateway || nat_gateway_is_regional(*ret) ||
	       aws_fail(err, AWS_EC2_NAT_GATEWAY_NOT_FOUND, id);
}

/* The bucket of arn:aws:s3:::BUCKET/PREFIX must be there; nothing else is asked of it here. */
static bool check_bucket(struct call *call, const struct json *body, struct err *err)
{
	const char *destination = json_get_str(body, "LogDestination");
	const char *name = destination ? strstr(destination, ":::") : NULL;

	if (!str_eq(json_get_str(body, "LogDestinationType"), "s3") || !name)
		return true;
	name = arena_strndup(call->arena, name + 3, strcspn(name + 3, "/"));
	return s3_bucket_exists(call->world, name) ||
	       aws_fail(err, AWS_EC2_FLOW_LOG_NO_BUCKET, name);
}

/** Adds one resource's flow log, or tells why not in Unsuccessful. */
static bool add_one(struct call *call, const struct kind *kind, const char *resource_id,
		    const struct json *body, const struct json *tags, struct json *output,
		    struct err *err)
{
	struct err why = ERR_INIT;
	const struct doc *doc;
	struct json *copy;
	const char *id;

	if (!get_watched(call, kind, resource_id, &doc, &why) || !check_bucket(call, body, &why)) {
		ec2_unsuccessful(json_ensure_array(output, "Unsuccessful"), resource_id, &why);
		return true;
	}
	if (has_same(call->world, resource_id, body))
		return aws_fail(err, AWS_EC2_FLOW_LOG_EXISTS);
	id = ec2_new_id(call, &kind_flow_log, resource_id);
	copy = json_copy(body);
	json_set_str(copy, "FlowLogId", id);
	json_set_str(copy, "ResourceId", resource_id);
	world_add(call, (struct doc_spec){.kind = &kind_flow_log,
					  .key = id,
					  .body = copy,
					  .tags = json_copy(tags)});
	json_append_str(json_ensure_array(output, "FlowLogIds"), id);
	return true;
}

bool ec2_create_flow_logs(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	const struct kind *kind = watched_kind(json_get_str(input, "ResourceType"));
	_cleanup_(json_freep) struct json *tags = NULL, *body = NULL;
	const char *made;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &made,
			      err) ||
	    !tags_from_specifications(input, "vpc-flow-log", &tags, err))
		return false;
	if (!check_destination(input, err))
		return false;
	json_ensure_array(output, "FlowLogIds");
	json_ensure_array(output, "Unsuccessful");
	/* a token of its own where the caller has none, as recorded */
	json_set_str(output, "ClientToken",
		     json_get(input, "ClientToken") ? json_get_str(input, "ClientToken")
						    : call->request_id);
	if (made) {
		json_foreach (id, json_get(input, "ResourceIds")) {
			const struct doc *old = world_lookup_one(call->world, &kind_flow_log,
								 "resource", json_str(id));

			if (old)
				json_append_str(json_ensure_array(output, "FlowLogIds"), old->key);
		}
		return true;
	}
	body = flow_log_body(call, input);
	json_foreach (id, json_get(input, "ResourceIds")) {
		if (!add_one(call, kind, json_str(id), body, tags, output, err))
			return false;
	}
	idempotency_keep(call, input, "ClientToken", "made");
	return true;
}

/* ---- DeleteFlowLogs, DescribeFlowLogs ---- */

/* Source: EC2 API, DeleteFlowLogs; terraform's provider expects InvalidFlowLogId.NotFound among the
 * unsuccessful. */
bool ec2_delete_flow_logs(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	struct json *failed = json_ensure_array(output, "Unsuccessful");

	json_foreach (id, json_get(input, "FlowLogIds")) {
		const struct doc *doc = ec2_find(call, &kind_flow_log, json_str(id));
		struct err why = ERR_INIT;

		if (!str_starts_with(json_str(id), "fl-"))
			return aws_fail(err, AWS_EC2_FLOW_LOG_MALFORMED, json_str(id));
		if (doc) {
			world_remove(call, &kind_flow_log, doc->key);
			continue;
		}
		aws_fail(&why, AWS_EC2_FLOW_LOG_NOT_FOUND, json_str(id));
		ec2_unsuccessful(failed, json_str(id), &why);
	}
	return true;
}

static const struct filter_field flow_log_filters[] = {
	{"deliver-log-status", "DeliverLogsStatus", NULL, NULL},
	{"flow-log-id", "FlowLogId", NULL, NULL},
	{"log-destination-type", "LogDestinationType", NULL, NULL},
	{"log-group-name", "LogGroupName", NULL, NULL},
	{"resource-id", "ResourceId", NULL, "resource"},
	{"traffic-type", "TrafficType", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static struct json *flow_log_item(struct call *call, const struct doc *doc)
{
	(void)call;
	return ec2_item(doc);
}

bool ec2_describe_flow_logs(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_flow_log,
		.ids = "FlowLogIds",
		.id_prefix = "fl-",
		.malformed = AWS_EC2_FLOW_LOG_MALFORMED,
		.not_found = AWS_EC2_FLOW_LOG_NOT_FOUND,
		.filters = "Filter",
		.fields = flow_log_filters,
		.page = &page_ec2,
		.result = "FlowLogs",
		.item = flow_log_item,
	};

	return describe_reply(call, input, output, &describe, err);
}
