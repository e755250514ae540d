/*
 * Connection notifications: to which topic AWS tells what happens to an interface endpoint or to
 * the endpoints of a service. Shape: EC2 ConnectionNotification. Topics are not emulated: every ARN
 * of one is taken, and nothing is sent. A notification goes with what it is about.
 */
#include "emulator/aws/ec2/internal.h"

static void terms_about(const struct doc *doc, struct terms *terms)
{
	ec2_term(terms, doc->body, "ServiceId");
	ec2_term(terms, doc->body, "VpcEndpointId");
}

static const struct kind_index notification_indexes[] = {
	{"about", terms_about},
	{NULL, NULL},
};

const struct kind kind_vpc_endpoint_connection_notification = {
	.name = "vpc-endpoint-connection-notification",
	.shape = "ec2:ConnectionNotification",
	.indexes = notification_indexes,
};

void vpc_endpoint_notification_forget(struct call *call, const char *id)
{
	ec2_remove_all(call, &kind_vpc_endpoint_connection_notification, "about", id);
}

static bool check_events(const struct json *events, struct err *err)
{
	static const char *const known[] = {"Accept", "Connect", "Delete", "Reject"};

	if (!json_size(events))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ConnectionEvents");
	json_foreach (event, events) {
		bool found = false;

		for (size_t i = 0; i < array_size(known); i++)
			found = found || str_eq(known[i], json_str(event));
		if (!found)
			return aws_fail(err, AWS_EC2_NOTIFICATION_EVENT, json_str(event));
	}
	return true;
}

/** "arn:aws:sns:REGION:ACCOUNT:NAME" */
static bool check_topic(const char *arn, struct err *err)
{
	unsigned colons = 0;

	for (const char *c = arn; *c; c++)
		colons += *c == ':';
	if (str_starts_with(arn, "arn:aws:sns:") && colons == 5)
		return true;
	return aws_fail(err, AWS_EC2_NOTIFICATION_TOPIC, arn);
}

/** What the notification is about: it exists, and is an interface endpoint or a service. */
static bool check_about(struct call *call, const struct json *input, struct err *err)
{
	static const char *const members[] = {"ServiceId", "VpcEndpointId", NULL};
	const struct doc *doc;
	unsigned which;

	if (!ec2_one_of(input, members, &which, err))
		return false;
	if (which == 0)
		return ec2_get_by(call, &kind_vpc_endpoint_service, input, "ServiceId", &doc, err);
	if (!ec2_get_by(call, &kind_vpc_endpoint, input, "VpcEndpointId", &doc, err))
		return false;
	/* Source: EC2 API, CreateVpcEndpointConnectionNotification: "for interface endpoints only"
	 */
	return str_eq(doc_str(doc, "VpcEndpointType"), "Interface") ||
	       aws_fail(err, AWS_EC2_ENDPOINT_TYPE, "VpcEndpointId");
}

static const char *notification_add(struct call *call, const struct json *input)
{
	static const char *const copied[] = {"ServiceId", "VpcEndpointId",
					     "ConnectionNotificationArn"};
	const char *id = ec2_new_id(call, &kind_vpc_endpoint_connection_notification,
				    json_get_str(input, "ConnectionNotificationArn"));
	struct json *body = json_new_object();

	json_set_str(body, "ConnectionNotificationId", id);
	for (size_t i = 0; i < array_size(copied); i++)
		json_set_copy(body, copied[i], json_get(input, copied[i]));
	json_set_str(body, "ConnectionNotificationType", "Topic");
	json_set(body, "ConnectionEvents", ec2_list_unique(json_get(input, "ConnectionEvents")));
	json_set_str(body, "ConnectionNotificationState", "Enabled");
	json_set_str(body, "ServiceRegion", call->region);
	world_add(call, (struct doc_spec){.kind = &kind_vpc_endpoint_connection_notification,
					  .key = id,
					  .body = body});
	return id;
}

bool ec2_create_vpc_endpoint_connection_notification(struct call *call, const struct json *input,
						     struct json *output, struct err *err)
{
	const struct doc *doc;
	const char *id;

	if (!idempotency_find(call, input, "ClientToken", AWS_EC2_IDEMPOTENT_MISMATCH, &id, err) ||
	    !check_about(call, input, err) ||
	    !check_topic(json_get_str(input, "ConnectionNotificationArn"), err) ||
	    !check_events(json_get(input, "ConnectionEvents"), err))
		return false;
	if (!id || !ec2_find(call, &kind_vpc_endpoint_connection_notification, id)) {
		id = notification_add(call, input);
		idempotency_keep(call, input, "ClientToken", id);
	}
	doc = world_find(call->world, &kind_vpc_endpoint_connection_notification, id);
	json_set_borrowed(output, "ConnectionNotification", doc->body);
	json_set_str(output, "ClientToken", json_get_str(input, "ClientToken"));
	return true;
}

bool ec2_modify_vpc_endpoint_connection_notification(struct call *call, const struct json *input,
						     struct json *output, struct err *err)
{
	const char *topic = json_get_str(input, "ConnectionNotificationArn");
	const struct json *events = json_get(input, "ConnectionEvents");
	const struct doc *doc;
	struct json *body;

	if (!ec2_get_by(call, &kind_vpc_endpoint_connection_notification, input,
			"ConnectionNotificationId", &doc, err) ||
	    (topic && !check_topic(topic, err)) || (events && !check_events(events, err)))
		return false;
	body = json_copy(doc->body);
	json_set_str(body, "ConnectionNotificationArn",
		     topic ? topic : doc_str(doc, "ConnectionNotificationArn"));
	if (events)
		json_set(body, "ConnectionEvents", ec2_list_unique(events));
	world_put(call, doc->kind, doc->key, body);
	json_set_bool(output, "ReturnValue", true);
	return true;
}

bool ec2_delete_vpc_endpoint_connection_notifications(struct call *call, const struct json *input,
						      struct json *output, struct err *err)
{
	const struct kind *kind = &kind_vpc_endpoint_connection_notification;
	struct json *failed = json_ensure_array(output, "Unsuccessful");

	if (!json_size(json_get(input, "ConnectionNotificationIds")))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "ConnectionNotificationId");
	json_foreach (id, json_get(input, "ConnectionNotificationIds")) {
		struct err why = ERR_INIT;
		const struct doc *doc;

		if (ec2_get(call, kind, json_str(id), &doc, &why))
			world_remove(call, kind, doc->key);
		else
			ec2_unsuccessful(failed, json_str(id), &why);
	}
	return true;
}

static const struct filter_field notification_filters[] = {
	{"connection-notification-arn", "ConnectionNotificationArn", NULL, NULL},
	{"connection-notification-id", "ConnectionNotificationId", NULL, NULL},
	{"connection-notification-state", "ConnectionNotificationState", NULL, NULL},
	{"connection-notification-type", "ConnectionNotificationType", NULL, NULL},
	{"service-id", "ServiceId", NULL, NULL},
	{"vpc-endpoint-id", "VpcEndpointId", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

bool ec2_describe_vpc_endpoint_connection_notifications(struct call *call, const struct json *input,
							struct json *output, struct err *err)
{
	static const struct describe describe = {
		.kind = &kind_vpc_endpoint_connection_notification,
		.filters = "Filters",
		.fields = notification_filters,
		.page = &page_ec2,
		.result = "ConnectionNotificationSet",
	};
	const struct doc *doc;

	if (!json_get_str(input, "ConnectionNotificationId"))
		return describe_reply(call, input, output, &describe, err);
	/* one, by its id: filters are not looked at then */
	if (!ec2_get_by(call, describe.kind, input, "ConnectionNotificationId", &doc, err))
		return false;
	json_append_borrowed(json_ensure_array(output, "ConnectionNotificationSet"), doc->body);
	return true;
}
