/* Endpoint groups of listeners, one per region. Document kind: endpoint-group, shape:
 * EndpointGroup. */
#include "emulator/aws/globalaccelerator/globalaccelerator.h"

static void by_listener(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Listener"));
}

static const struct kind_index indexes[] = {{"listener", by_listener}, {NULL, NULL}};

const struct kind kind_endpoint_group = {
	.name = "endpoint-group",
	.shape = "globalaccelerator:EndpointGroup",
	.indexes = indexes,
};

static const char *const settings[] = {
	"TrafficDialPercentage",      "HealthCheckPort", "HealthCheckProtocol", "HealthCheckPath",
	"HealthCheckIntervalSeconds", "ThresholdCount",	 "PortOverrides",
};

const struct doc *ga_endpoint_group(struct call *call, const struct json *input, struct err *err)
{
	const struct doc *doc =
		find_in_scope(call, &kind_endpoint_group, json_get_str(input, "EndpointGroupArn"));

	if (!doc)
		aws_fail(err, AWS_GA_GROUP);
	return doc;
}

static void deploy(struct call *call, const char *listener)
{
	const struct doc *doc = world_find(call->world, &kind_accelerator_listener, listener);

	ga_deploy(call, doc_extra_str(doc, "Accelerator"));
}

/* A configuration as a description shows it. Client addresses are kept for load balancers unless
 * said otherwise (Developer Guide, "Client IP address preservation"). */
static struct json *described(const struct json *configuration)
{
	const char *id = json_get_str(configuration, "EndpointId");
	bool application = strstr(id ? id : "", ":loadbalancer/app/") != NULL;
	struct json *item = json_new_object();

	json_set_str(item, "EndpointId", id);
	json_set_int(item, "Weight", json_get_int(configuration, "Weight", 128));
	json_set_str(item, "HealthState", "INITIAL");
	json_set_bool(item, "ClientIPPreservationEnabled",
		      json_get_bool(configuration, "ClientIPPreservationEnabled", application));
	return item;
}

static struct json *endpoints(const struct json *configurations)
{
	struct json *list = json_new_array();

	json_foreach (configuration, configurations)
		json_append(list, described(configuration));
	return list;
}

static void defaults(struct json *body)
{
	if (!json_get(body, "TrafficDialPercentage"))
		json_set_int(body, "TrafficDialPercentage", 100);
	if (!json_get(body, "HealthCheckProtocol"))
		json_set_str(body, "HealthCheckProtocol", "TCP");
	if (!json_get(body, "HealthCheckIntervalSeconds"))
		json_set_int(body, "HealthCheckIntervalSeconds", 30);
	if (!json_get(body, "ThresholdCount"))
		json_set_int(body, "ThresholdCount", 3);
	json_ensure_array(body, "PortOverrides");
}

static bool has_region(struct call *call, const char *listener, const char *region)
{
	struct docs docs = {0};
	bool found = false;

	world_lookup(call->world, &kind_endpoint_group, "listener", listener, &docs);
	for (size_t i = 0; i < docs.count; i++)
		found = found || str_eq(doc_str(docs.items[i], "EndpointGroupRegion"), region);
	docs_done(&docs);
	return found;
}

/* Endpoints of other accounts come by an attachment, which CreateCrossAccountAttachment makes. */
static bool check_attachments(const struct json *configurations, struct err *err)
{
	json_foreach (configuration, configurations)
		if (json_get(configuration, "AttachmentArn"))
			return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
				       "skyrig has no cross-account attachments");
	return true;
}

bool ga_create_endpoint_group(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const char *region = json_get_str(input, "EndpointGroupRegion"), *arn;
	const struct doc *listener = ga_listener(call, input, err), *doc;
	struct json *body;

	if (!listener)
		return false;
	doc = ga_made_before(call, &kind_endpoint_group, input);
	if (doc) {
		json_set_borrowed(output, "EndpointGroup", doc->body);
		return true;
	}
	if (!check_attachments(json_get(input, "EndpointConfigurations"), err))
		return false;
	if (!strchr(region, '-'))
		return aws_fail(err, AWS_GA_REGION, region);
	if (has_region(call, listener->key, region))
		return aws_fail(err, AWS_GA_GROUP_EXISTS);
	arn = arena_printf(call->arena, "%s/endpoint-group/%s", listener->key,
			   ga_hex(call, "endpoint-group", listener->key, 12));
	body = json_new_object();
	json_set_str(body, "EndpointGroupArn", arn);
	json_set_str(body, "EndpointGroupRegion", region);
	json_set(body, "EndpointDescriptions",
		 endpoints(json_get(input, "EndpointConfigurations")));
	for (size_t i = 0; i < array_size(settings); i++)
		json_set_copy(body, settings[i], json_get(input, settings[i]));
	defaults(body);
	doc = world_add(call,
			(struct doc_spec){.kind = &kind_endpoint_group,
					  .key = arn,
					  .body = body,
					  .extra = ga_extra(input, "Listener", listener->key)});
	json_set_borrowed(output, "EndpointGroup", doc->body);
	deploy(call, listener->key);
	return true;
}

bool ga_describe_endpoint_group(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc = ga_endpoint_group(call, input, err);

	if (!doc)
		return false;
	json_set_borrowed(output, "EndpointGroup", doc->body);
	return true;
}

bool ga_list_endpoint_groups(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	const struct doc *listener = ga_listener(call, input, err);

	return listener && ga_list(call, &kind_endpoint_group, "listener", listener->key,
				   "EndpointGroups", input, output, err);
}

bool ga_update_endpoint_group(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = ga_endpoint_group(call, input, err);
	const struct json *configurations = json_get(input, "EndpointConfigurations");
	struct json *body;

	if (!doc || !check_attachments(configurations, err))
		return false;
	body = json_copy(doc->body);
	for (size_t i = 0; i < array_size(settings); i++)
		json_set_copy(body, settings[i], json_get(input, settings[i]));
	if (configurations)
		json_set(body, "EndpointDescriptions", endpoints(configurations));
	doc = world_put(call, &kind_endpoint_group, doc->key, body);
	json_set_borrowed(output, "EndpointGroup", doc->body);
	deploy(call, doc_extra_str(doc, "Listener"));
	return true;
}

bool ga_delete_endpoint_group(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = ga_endpoint_group(call, input, err);
	const char *listener;

	(void)output;
	if (!doc)
		return false;
	listener = arena_strdup(call->arena, doc_extra_str(doc, "Listener"));
	world_remove(call, &kind_endpoint_group, doc->key);
	deploy(call, listener);
	return true;
}

/* @name Endpoints, one by one */

static struct json *find_endpoint(struct json *list, const char *id)
{
	for (struct json *item = json_first_mut(list); item; item = json_next_mut(item))
		if (str_eq(json_get_str(item, "EndpointId"), id))
			return item;
	return NULL;
}

bool ga_add_endpoints(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *doc = ga_endpoint_group(call, input, err);
	struct json *body, *list, *old;

	if (!doc || !check_attachments(json_get(input, "EndpointConfigurations"), err))
		return false;
	body = json_copy(doc->body);
	list = json_ensure_array(body, "EndpointDescriptions");
	json_foreach (configuration, json_get(input, "EndpointConfigurations")) {
		old = find_endpoint(list, json_get_str(configuration, "EndpointId"));
		if (old)
			json_remove_item(list, old);
		json_append(list, described(configuration));
	}
	doc = world_put(call, &kind_endpoint_group, doc->key, body);
	json_set_borrowed(output, "EndpointDescriptions",
			  json_get(doc->body, "EndpointDescriptions"));
	json_set_str(output, "EndpointGroupArn", doc->key);
	deploy(call, doc_extra_str(doc, "Listener"));
	return true;
}

bool ga_remove_endpoints(struct call *call, const struct json *input, struct json *output,
			 struct err *err)
{
	const struct doc *doc = ga_endpoint_group(call, input, err);
	_cleanup_(json_freep) struct json *body = NULL;
	struct json *list;

	(void)output;
	if (!doc)
		return false;
	body = json_copy(doc->body);
	list = json_ensure_array(body, "EndpointDescriptions");
	json_foreach (identifier, json_get(input, "EndpointIdentifiers")) {
		const char *id = json_get_str(identifier, "EndpointId");
		struct json *old = find_endpoint(list, id);

		if (!old)
			return aws_fail(err, AWS_GA_ENDPOINT, id);
		json_remove_item(list, old);
	}
	doc = world_put(call, &kind_endpoint_group, doc->key, steal(body));
	deploy(call, doc_extra_str(doc, "Listener"));
	return true;
}
