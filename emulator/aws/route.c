/* Which service and operation a request means. */
#include "emulator/aws/route.h"

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/s3_request.h"

static bool is_query(const struct aws_service_model *service)
{
	return service->protocol == PROTOCOL_EC2 || service->protocol == PROTOCOL_QUERY;
}

static bool has_form_body(const struct wire_request *request)
{
	return str_starts_with(wire_header(request, "Content-Type"),
			       "application/x-www-form-urlencoded");
}

static bool read_form(const struct wire_request *request, struct route *ret)
{
	struct form_node *form = arena_alloc(request->arena, sizeof(*form));
	struct err err = ERR_INIT;
	bool ok = form_parse(request->arena, request->query, strlen(request->query), form, &err);

	if (ok && has_form_body(request))
		ok = form_parse(request->arena, request->body, request->body_length, form, &err);
	ret->form = form;
	if (!ok) {
		ret->problem = arena_strdup(request->arena, err_text(&err));
		err_done(&err);
		return false;
	}
	ret->action = form_value(form, "Action");
	ret->version = form_value(form, "Version");
	return true;
}

/* X-Amz-Target: "AWSShield_20160616.GetSubscriptionState" */
static bool by_target(const struct wire_request *request, struct route *ret)
{
	const char *target = wire_header(request, "X-Amz-Target");
	const char *dot = target ? strrchr(target, '.') : NULL;

	if (!dot)
		return false;
	ret->action = dot + 1;
	ret->asked_service = arena_strndup(request->arena, target, (size_t)(dot - target));
	for (size_t i = 0; i < aws_model_count; i++)
		if (str_eq(aws_models[i]->target_prefix, ret->asked_service))
			ret->service = aws_models[i];
	return true;
}

/* Of several services under one signing name the one with the form's version; else the first. */
static const struct aws_service_model *by_scope(const char *signing_name, const char *version)
{
	const struct aws_service_model *first = NULL;

	for (size_t i = 0; i < aws_model_count; i++) {
		if (!str_eq(aws_models[i]->signing_name, signing_name))
			continue;
		if (str_eq(aws_models[i]->api_version, version))
			return aws_models[i];
		if (!first)
			first = aws_models[i];
	}
	return first;
}

static const struct aws_service_model *by_version(const char *version)
{
	for (size_t i = 0; version && i < aws_model_count; i++)
		if (is_query(aws_models[i]) && str_eq(aws_models[i]->api_version, version))
			return aws_models[i];
	return NULL;
}

/* How many of its required parameters and headers a request has; -1: not all. S3 tells operations
 * of one method and template apart by them: PutObject, UploadPart, CopyObject. */
static int required_here(const struct aws_service_model *service,
			 const struct aws_operation *operation, const struct wire_request *request)
{
	const struct aws_shape *input =
		operation->input < 0 ? NULL : &service->shapes[operation->input];
	int count = 0;

	for (unsigned i = 0; input && i < input->member_count; i++) {
		const struct aws_member *member = &service->members[input->first_member + i];
		const char *name = member->location_name ? member->location_name : member->name;

		if (!(member->flags & MEMBER_REQUIRED))
			continue;
		if ((member->location == LOCATION_HEADER && !wire_header(request, name)) ||
		    (member->location == LOCATION_QUERY && !wire_has_parameter(request, name)))
			return -1;
		count += member->location == LOCATION_HEADER || member->location == LOCATION_QUERY;
	}
	return count;
}

/* Of operations that fit equally: the one whose required members are there, the more the better,
 * and rather one that is not deprecated. */
static int rank(const struct aws_service_model *service, const struct aws_operation *operation,
		const struct wire_request *request, int literal)
{
	int required = required_here(service, operation, request);

	return (literal * 64 + required + 1) * 2 + !(operation->flags & OPERATION_DEPRECATED);
}

/* The operation whose method and URI template fit best. */
static const struct aws_operation *by_path(const struct aws_service_model *service,
					   const struct wire_request *request)
{
	const struct aws_operation *best = NULL;
	int most = -1;

	for (size_t i = 0; i < service->operation_count; i++) {
		const struct aws_operation *operation = &service->operations[i];
		int literal;

		if (!str_eq(operation->http_method, request->method))
			continue;
		literal =
			rest_match(request->arena, operation, request->path, request->query, NULL);
		if (literal < 0)
			continue;
		literal = rank(service, operation, request, literal);
		if (literal > most) {
			most = literal;
			best = operation;
		}
	}
	return best;
}

/* EC2 takes its older versions too; the others have one each. */
static bool has_version(const struct aws_service_model *service, const char *version)
{
	if (!version || str_eq(version, service->api_version))
		return true;
	return service->protocol == PROTOCOL_EC2 && strlen(version) == 10 &&
	       strcmp(version, service->api_version) < 0;
}

static void find_operation(const struct wire_request *request, struct route *ret)
{
	bool rest = ret->service->protocol == PROTOCOL_REST_JSON ||
		    ret->service->protocol == PROTOCOL_REST_XML;

	if (rest) {
		ret->operation = by_path(ret->service, request);
		ret->action = ret->operation ? ret->operation->name
					     : arena_printf(request->arena, "%s %s",
							    request->method, request->path);
	} else if (!ret->action) {
		ret->state = ROUTE_NO_ACTION;
		return;
	} else if (is_query(ret->service) && !has_version(ret->service, ret->version)) {
		ret->state = ROUTE_NO_VERSION;
		return;
	} else {
		ret->operation = aws_model_operation(ret->service, ret->action);
	}
	ret->state = ret->operation ? ROUTE_FOUND : ROUTE_NO_SUCH_ACTION;
}

void route_find(const struct wire_request *request, const struct credential *credential,
		struct route *ret)
{
	bool target, form_read;

	*ret = (struct route){.state = ROUTE_NOT_AWS};
	target = by_target(request, ret);
	form_read = target || read_form(request, ret);
	if (!target && credential->service) {
		ret->asked_service = credential->service;
		ret->service = by_scope(credential->service, ret->version);
	} else if (!target) {
		ret->service = by_version(ret->version);
		if (!ret->service && !ret->action && s3_request_host(request))
			ret->service = aws_model_find("s3");
	}
	if (!ret->service && (ret->asked_service || ret->action)) {
		ret->state = ROUTE_NO_SERVICE;
		return;
	}
	if (!ret->service)
		return;
	if (!form_read && is_query(ret->service)) {
		ret->state = ROUTE_BAD_FORM;
		return;
	}
	find_operation(request, ret);
}
