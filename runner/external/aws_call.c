/* Calls to another program that plays AWS. */
#include "emulator/aws/protocol/protocol.h"
#include "emulator/base/arena.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/xml.h"
#include "runner/external/inner.h"

#define FORM_BYTES_MAX (16u * 1024 * 1024)
#define GLOBAL_REGION  "us-east-1" /* in which global services are signed for */

static const struct xml_node *find_error(const struct xml_node *node)
{
	const struct xml_node *found;

	if (str_eq(node->name, "Error"))
		return node;
	for (const struct xml_node *child = node->first; child; child = child->next)
		if ((found = find_error(child)))
			return found;
	return NULL;
}

static const char *text_of(const struct xml_node *node, const char *name)
{
	const struct xml_node *child = node ? xml_child(node, name) : NULL;

	return child ? child->text : NULL;
}

/* What other emulators say of an operation that they do not have. */
static bool is_missing(int status, const char *code)
{
	return status == 501 || str_eq(code, "InvalidAction") || str_eq(code, "NotImplemented") ||
	       str_eq(code, "InternalFailure");
}

static bool refused(const struct reply *reply, const struct xml_node *root, const char *what,
		    struct err *err)
{
	const struct xml_node *error = root ? find_error(root) : NULL;
	const char *code = text_of(error, "Code"), *message = text_of(error, "Message");

	if (!code || is_missing(reply->status, code)) {
		err_set(err, code ? ERR_UNSUPPORTED : ERR_UNAVAILABLE, code,
			"%s: the target answers status %d: %s", what, reply->status,
			message ? message : "no text");
		err->status = reply->status;
		return false;
	}
	err_set(err, reply->status == 404 ? ERR_NOT_FOUND : ERR_INVALID, code, "%s",
		message ? message : "");
	err->status = reply->status;
	return false;
}

static bool read_reply(const struct aws_service_model *service,
		       const struct aws_operation *operation, const struct reply *reply,
		       struct json **ret, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(freep) char *what = xasprintf("%s:%s", service->name, operation->name);
	struct xml_node *root = NULL;
	const struct xml_node *result;
	bool parsed = xml_parse(arena, reply->body, reply->length, &root, NULL);

	if (reply->status >= 300)
		return refused(reply, parsed ? root : NULL, what, err);
	if (!parsed)
		return err_set(err, ERR_UNAVAILABLE, NULL, "%s: the target's answer is no XML",
			       what);
	if (!ret)
		return true;
	result = operation->result_wrapper ? xml_child(root, operation->result_wrapper) : root;
	*ret = operation->output >= 0 && result
		       ? aws_reply_read(service, &service->shapes[operation->output], result)
		       : json_new_object();
	return true;
}

static bool send_form(struct external *external, const struct aws_service_model *service,
		      const struct strbuf *form, struct reply *ret, struct err *err)
{
	const struct external_options *options = external->options;
	_cleanup_(freep) char *scope =
		xasprintf("aws:amz:%s:%s", service->global ? GLOBAL_REGION : external->region,
			  service->signing_name);
	_cleanup_(freep) char *user = xasprintf("%s:%s", options->access_key, options->secret_key);
	_cleanup_(freep) char *token = xasprintf(
		"X-Amz-Security-Token: %s", options->session_token ? options->session_token : "");
	_cleanup_(freep) char *url =
		xasprintf("%s%s", options->aws_endpoint,
			  str_ends_with(options->aws_endpoint, "/") ? "" : "/");
	const char *const headers[] = {options->session_token ? token : NULL, NULL};
	const struct fetch_request request = {
		.url = url,
		.content_type = "application/x-www-form-urlencoded; charset=utf-8",
		.body = strbuf_text(form),
		.length = form->length,
		.headers = headers,
		.sigv4_scope = scope,
		.sigv4_user = user,
	};

	external->aws_requests++;
	return external_send(external, &request, ret, err);
}

bool external_call(struct external *external, const char *service_name, const char *operation_name,
		   const struct json *params, struct json **ret, struct err *err)
{
	const struct aws_service_model *service = aws_model_find(service_name);
	const struct aws_operation *operation =
		service ? aws_model_operation(service, operation_name) : NULL;
	struct reply reply = {0};
	struct strbuf form;
	bool ok;

	if (!external->options->aws_endpoint)
		return err_set(err, ERR_UNSUPPORTED, NULL, "no --aws-endpoint was given");
	if (!operation ||
	    (service->protocol != PROTOCOL_EC2 && service->protocol != PROTOCOL_QUERY))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "%s:%s: external targets are asked by the query protocols only",
			       service_name, operation_name);
	strbuf_init(&form, FORM_BYTES_MAX);
	ok = aws_form_write(service, operation, params, &form, err) &&
	     send_form(external, service, &form, &reply, err) &&
	     read_reply(service, operation, &reply, ret, err);
	strbuf_done(&form);
	reply_done(&reply);
	return ok;
}
