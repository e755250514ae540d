/*
 * Health checks. Document kind: health-check, shape HealthCheck. They are kept, checked and
 * counted; no endpoint is asked, and records with one are answered as if it were healthy.
 */
#include "emulator/aws/route53/route53.h"

#include "emulator/base/cidr.h"
#include "emulator/base/ids.h"

#define CHECKS_PAGE_MAX 100 /* MaxItems */
#define INTERVAL_S	30  /* Route 53 API, HealthCheckConfig: defaults */
#define FAILURES	3
#define HTTP_PORT	80
#define HTTPS_PORT	443
#define CHILDREN_MAX	256

const struct kind kind_health_check = {.name = "health-check", .shape = "route53:HealthCheck"};

/* What each type must have, and may not. */
static const struct type {
	const char *name;
	int64_t port; /* that it has by itself; 0: one must be said, where it has an address */
	bool endpoint, string;
} types[] = {
	{"CALCULATED", 0, false, false},	   {"HTTP", HTTP_PORT, true, false},
	{"HTTPS", HTTPS_PORT, true, false},	   {"HTTPS_STR_MATCH", HTTPS_PORT, true, true},
	{"HTTP_STR_MATCH", HTTP_PORT, true, true}, {"TCP", 0, true, false},
};

static const struct type *type_of(const struct json *config)
{
	for (size_t i = 0; i < array_size(types); i++)
		if (str_eq(types[i].name, json_get_str(config, "Type")))
			return &types[i];
	return NULL;
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	const char *id = json_get_str(input, "HealthCheckId");
	const struct doc *doc = find_in_scope(call, &kind_health_check, id);

	if (!doc)
		aws_fail(err, AWS_ROUTE53_NO_CHECK, id);
	return doc;
}

/* @name Checking */

static bool is_address(const char *text)
{
	struct ip ip;

	return ip_parse(text, &ip);
}

static bool check_endpoint(const struct type *type, const struct json *config, struct err *err)
{
	const char *address = json_get_str(config, "IPAddress");

	if (!address && !json_get(config, "FullyQualifiedDomainName"))
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"Invalid parameter : You must specify either IPAddress or "
				"FullyQualifiedDomainName.");
	if (address && !is_address(address))
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"Invalid parameter : IPAddress is not a valid IP address.");
	if (!type->port && !json_get(config, "Port"))
		return aws_fail(
			err, AWS_ROUTE53_INPUT,
			"Invalid parameter : Port must be specified for TCP health checks.");
	if (type->string != (json_get(config, "SearchString") != NULL))
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"Invalid parameter : SearchString belongs to the STR_MATCH types, "
				"which must have one.");
	return true;
}

static bool check_children(struct call *call, const struct json *config, struct err *err)
{
	const struct json *children = json_get(config, "ChildHealthChecks");

	if (!json_first(children) || json_size(children) > CHILDREN_MAX)
		return aws_fail(err, AWS_ROUTE53_INPUT,
				"Invalid parameter : ChildHealthChecks must have 1 to 256 health "
				"checks.");
	json_foreach (child, children)
		if (!find_in_scope(call, &kind_health_check, json_str(child)))
			return aws_fail(err, AWS_ROUTE53_INPUT,
					"Invalid parameter : a child health check does not exist.");
	return true;
}

static bool check_config(struct call *call, const struct json *config, struct err *err)
{
	const struct type *type = type_of(config);

	if (!type)
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no health checks of type %s",
			       json_get_str(config, "Type"));
	return type->endpoint ? check_endpoint(type, config, err)
			      : check_children(call, config, err);
}

/* What is not said. */
static void fill(struct json *config)
{
	const struct type *type = type_of(config);
	const char *const off[] = {"MeasureLatency", "Inverted", "Disabled"};

	for (size_t i = 0; i < array_size(off); i++)
		if (!json_get(config, off[i]) && (type->endpoint || i))
			json_set_bool(config, off[i], false);
	if (!type->endpoint) {
		if (!json_get(config, "HealthThreshold"))
			json_set_int(config, "HealthThreshold",
				     (int64_t)json_size(json_get(config, "ChildHealthChecks")));
		return;
	}
	if (type->port && !json_get(config, "Port"))
		json_set_int(config, "Port", type->port);
	if (!json_get(config, "RequestInterval"))
		json_set_int(config, "RequestInterval", INTERVAL_S);
	if (!json_get(config, "FailureThreshold"))
		json_set_int(config, "FailureThreshold", FAILURES);
	if (!json_get(config, "EnableSNI"))
		json_set_bool(config, "EnableSNI", type->port == HTTPS_PORT);
}

/* @name Operations */

/* The same create again is answered again; with other settings its reference is taken. */
static bool made_before(struct call *call, const struct json *input, const struct doc **ret,
			struct err *err)
{
	*ret = NULL;
	world_foreach (doc, call->world, &kind_health_check)
		if (doc_in_scope(call, doc) &&
		    str_eq(doc_str(doc, "CallerReference"), json_get_str(input, "CallerReference")))
			*ret = doc;
	return !*ret ||
	       json_equal(json_get((*ret)->extra, "Wish"), json_get(input, "HealthCheckConfig")) ||
	       aws_fail(err, AWS_ROUTE53_CHECK_EXISTS);
}

bool route53_create_health_check(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct json *config = json_get(input, "HealthCheckConfig");
	struct json *body, *extra, *kept;
	const struct doc *doc;
	char id[37];

	if (!check_config(call, config, err) || !made_before(call, input, &doc, err))
		return false;
	if (!doc) {
		ids_uuid(world_seed(call->world), "health-check", call->actor,
			 json_get_str(input, "CallerReference"), call->number, id);
		body = json_new_object();
		json_set_str(body, "Id", id);
		json_set_copy(body, "CallerReference", json_get(input, "CallerReference"));
		kept = json_copy(config);
		fill(kept);
		json_set(body, "HealthCheckConfig", kept);
		json_set_int(body, "HealthCheckVersion", 1);
		extra = json_new_object();
		json_set_copy(extra, "Wish", config);
		doc = world_add(call, (struct doc_spec){.kind = &kind_health_check,
							.key = id,
							.body = body,
							.extra = extra});
	}
	json_set_borrowed(output, "HealthCheck", doc->body);
	json_setf(output, "Location", "https://route53.amazonaws.com/2013-04-01/healthcheck/%s",
		  doc->key);
	return true;
}

bool route53_get_health_check(struct call *call, const struct json *input, struct json *output,
			      struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (doc)
		json_set_borrowed(output, "HealthCheck", doc->body);
	return doc != NULL;
}

bool route53_get_health_check_count(struct call *call, const struct json *input,
				    struct json *output, struct err *err)
{
	int64_t n = 0;

	(void)input;
	(void)err;
	world_foreach (doc, call->world, &kind_health_check)
		n += doc_in_scope(call, doc);
	json_set_int(output, "HealthCheckCount", n);
	return true;
}

bool route53_list_health_checks(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const char *marker = json_get_str(input, "Marker");
	struct json *list = json_ensure_array(output, "HealthChecks");
	size_t max = route53_max_items(input, CHECKS_PAGE_MAX);
	bool begun = !marker || !*marker, more = false;

	world_foreach (doc, call->world, &kind_health_check) {
		begun = begun || str_eq(doc->key, marker);
		if (!begun || !doc_in_scope(call, doc))
			continue;
		if (json_size(list) == max) {
			more = true;
			json_set_str(output, "NextMarker", doc->key);
			break;
		}
		json_append_borrowed(list, doc->body);
	}
	if (!begun)
		return aws_fail(err, AWS_ROUTE53_INPUT, "The marker is not valid.");
	json_set_str(output, "Marker", marker ? marker : "");
	json_set_bool(output, "IsTruncated", more);
	json_setf(output, "MaxItems", "%zu", max);
	return true;
}

/* What an update changes: all that it says but the id and the version it is for. */
static void take_changes(struct json *config, const struct json *input)
{
	json_foreach (item, json_get(input, "ResetElements"))
		json_remove(config, json_str(item));
	json_foreach (member, input)
		if (!str_eq(json_key(member), "HealthCheckId") &&
		    !str_eq(json_key(member), "HealthCheckVersion") &&
		    !str_eq(json_key(member), "ResetElements"))
			json_set_copy(config, json_key(member), member);
}

bool route53_update_health_check(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc = find(call, input, err);
	_cleanup_(json_freep) struct json *body = NULL;
	int64_t version;

	if (!doc)
		return false;
	version = json_get_int(doc->body, "HealthCheckVersion", 1);
	if (json_get_int(input, "HealthCheckVersion", version) != version)
		return aws_fail(err, AWS_ROUTE53_CHECK_VERSION);
	body = json_copy(doc->body);
	take_changes(json_get_mut(body, "HealthCheckConfig"), input);
	if (!check_config(call, json_get(body, "HealthCheckConfig"), err))
		return false;
	json_set_int(body, "HealthCheckVersion", version + 1);
	doc = world_put(call, &kind_health_check, doc->key, steal(body));
	json_set_borrowed(output, "HealthCheck", doc->body);
	return true;
}

/* Calculated checks count their children; records may name one that is gone. */
bool route53_delete_health_check(struct call *call, const struct json *input, struct json *output,
				 struct err *err)
{
	const struct doc *doc = find(call, input, err);

	(void)output;
	if (!doc)
		return false;
	world_foreach (parent, call->world, &kind_health_check)
		json_foreach (child, json_find(parent->body, "HealthCheckConfig",
					       "ChildHealthChecks", NULL))
			if (str_eq(json_str(child), doc->key))
				return aws_fail(err, AWS_ROUTE53_CHECK_IN_USE, doc->key);
	world_remove(call, &kind_health_check, doc->key);
	return true;
}
