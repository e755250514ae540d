/* GetFlowLogsIntegrationTemplate: a CloudFormation template that makes a table of Athena out of a
 * flow log's files. Its text is ours; that of AWS is in no public source. */
#include "emulator/aws/ec2/internal.h"
#include "emulator/base/strbuf.h"

#define TEMPLATE_MAX (64 * 1024) /* bytes; a format has at most some forty fields */

/** The table's column for a field of the format: "srcport" is an int, "start" a bigint. Source: VPC
 * user guide, "Query flow logs using Amazon Athena". */
static const char *column_type(const char *field)
{
	static const char *const ints[] = {"version", "srcport", "dstport", "tcp-flags",
					   "traffic-path"};
	static const char *const longs[] = {"protocol", "packets", "bytes", "start", "end"};

	for (size_t i = 0; i < array_size(ints); i++)
		if (str_eq(ints[i], field))
			return "int";
	for (size_t i = 0; i < array_size(longs); i++)
		if (str_eq(longs[i], field))
			return "bigint";
	return "string";
}

/** A column for each "${field}" of the format. */
static void add_columns(struct call *call, struct strbuf *sb, const char *format)
{
	const char *start, *end;

	for (start = strstr(format, "${"); start; start = strstr(end, "${")) {
		char *field, *column;

		end = strchr(start, '}');
		if (!end)
			return;
		field = arena_printf(call->arena, "%.*s", (int)(end - start - 2), start + 2);
		column = arena_printf(call->arena, "%s", field);
		for (char *c = column; *c; c++)
			if (*c == '-')
				*c = '_';
		strbuf_addf(sb, "            - {Name: %s, Type: %s}\n", column, column_type(field));
	}
}

/** "s3://bucket/folder/" of "arn:aws:s3:::bucket/folder/". */
static const char *location(struct call *call, const char *arn)
{
	return arena_printf(call->arena, "s3://%s", strrchr(arn, ':') + 1);
}

static void add_table(struct call *call, struct strbuf *sb, const struct doc *flow_log,
		      const struct json *integration, unsigned nth)
{
	const char *where = location(call, doc_str(flow_log, "LogDestination"));

	strbuf_addf(sb,
		    "  FlowLogsTable%u:\n"
		    "    Type: AWS::Glue::Table\n"
		    "    Properties:\n"
		    "      CatalogId: !Ref AWS::AccountId\n"
		    "      DatabaseName: !Ref FlowLogsDatabase\n"
		    "      TableInput:\n"
		    "        Name: %s\n"
		    "        TableType: EXTERNAL_TABLE\n"
		    "        PartitionKeys: [{Name: date, Type: string}]\n"
		    "        StorageDescriptor:\n"
		    "          Location: %s\n"
		    "          Columns:\n",
		    nth, arena_printf(call->arena, "vpc_flow_logs_%u", nth), where);
	add_columns(call, sb, doc_str(flow_log, "LogFormat"));
	strbuf_addf(sb,
		    "  AthenaWorkGroup%u:\n"
		    "    Type: AWS::Athena::WorkGroup\n"
		    "    Properties:\n"
		    "      Name: %s-%u\n"
		    "      WorkGroupConfiguration:\n"
		    "        ResultConfiguration: {OutputLocation: %s}\n",
		    nth, flow_log->key, nth,
		    location(call, json_get_str(integration, "IntegrationResultS3DestinationArn")));
}

static bool check_bucket(const char *arn, struct err *err)
{
	return str_starts_with(arn, "arn:aws:s3:::") ||
	       aws_fail(err, AWS_EC2_FLOW_LOG_DESTINATION, arn);
}

static bool check_integrations(const struct json *list, struct err *err)
{
	if (!json_size(list))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "AthenaIntegration");
	json_foreach (integration, list) {
		if (!check_bucket(json_get_str(integration, "IntegrationResultS3DestinationArn"),
				  err))
			return false;
		if (!str_eq(json_get_str(integration, "PartitionLoadFrequency"), "none"))
			return err_set(err, ERR_UNSUPPORTED, NULL,
				       "functions that load partitions of flow logs are not "
				       "emulated: PartitionLoadFrequency can be none");
	}
	return true;
}

/* Source: EC2 API, GetFlowLogsIntegrationTemplate; VPC user guide, "Generate the CloudFormation
 * template": for flow logs that go to S3. */
bool ec2_get_flow_logs_integration_template(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	const struct json *list =
		json_get(json_get(input, "IntegrateServices"), "AthenaIntegrations");
	const struct doc *flow_log;
	struct strbuf sb;
	unsigned nth = 0;

	if (!ec2_get_by(call, &kind_flow_log, input, "FlowLogId", &flow_log, err) ||
	    !check_bucket(json_get_str(input, "ConfigDeliveryS3DestinationArn"), err) ||
	    !check_integrations(list, err))
		return false;
	if (!str_eq(doc_str(flow_log, "LogDestinationType"), "s3"))
		return aws_fail(err, AWS_EC2_FLOW_LOG_NO_S3, flow_log->key);
	strbuf_init(&sb, TEMPLATE_MAX);
	strbuf_addf(&sb,
		    "AWSTemplateFormatVersion: '2010-09-09'\n"
		    "Description: Athena integration of %s\n"
		    "Resources:\n"
		    "  FlowLogsDatabase:\n"
		    "    Type: AWS::Glue::Database\n"
		    "    Properties:\n"
		    "      CatalogId: !Ref AWS::AccountId\n"
		    "      DatabaseInput: {Name: vpc_flow_logs_athena}\n",
		    flow_log->key);
	json_foreach (integration, list)
		add_table(call, &sb, flow_log, integration, nth++);
	json_set_str(output, "Result", strbuf_text(&sb));
	strbuf_done(&sb);
	return true;
}
