/* The words for what a request has that its operation's input has not; see validate.h. */
#include "emulator/aws/validate.h"
#include "emulator/base/strbuf.h"

#define TEXT_MAX ((size_t)64 * 1024)

/* S3's words for what it reads by its schema, and for headers and parameters. S3 API, "Error
 * responses", list of error codes. */
#define S3_BODY_CODE  "MalformedXML"
#define S3_OTHER_CODE "InvalidArgument"
#define S3_BODY_TEXT                                                                               \
	"The XML you provided was not well-formed or did not validate against our published schema"

static bool is_s3(const struct aws_service_model *service)
{
	return str_eq(service->name, "s3");
}

/* Route 53: terraform-provider-aws#37817 and others, "InvalidInput: 1 validation error detected".
 */
static const char *code_of(const struct aws_service_model *service, enum refusal refusal,
			   bool in_body)
{
	switch (service->protocol) {
	case PROTOCOL_EC2:
		if (refusal == REFUSAL_MISSING)
			return "MissingParameter";
		return refusal == REFUSAL_UNKNOWN ? "UnknownParameter" : "InvalidParameterValue";
	case PROTOCOL_JSON:
	case PROTOCOL_REST_JSON: return "ValidationException";
	case PROTOCOL_REST_XML:
		if (is_s3(service))
			return in_body ? S3_BODY_CODE : S3_OTHER_CODE;
		return "InvalidInput";
	case PROTOCOL_QUERY: break;
	}
	return "ValidationError";
}

static bool refuse(struct err *err, const char *code, const char *text)
{
	err_set(err, ERR_INVALID, code, "%s", text);
	if (err)
		err->status = 400;
	return false;
}

bool refuse_constraints(struct err *err, const struct aws_service_model *service,
			enum refusal refusal, bool in_body, const char *text)
{
	return refuse(err, code_of(service, refusal, in_body),
		      is_s3(service) && in_body ? S3_BODY_TEXT : text);
}

bool refuse_input(struct err *err, const struct aws_service_model *service, enum refusal refusal,
		  const char *name, const char *value)
{
	struct strbuf sb;

	strbuf_init(&sb, TEXT_MAX);
	if (refusal == REFUSAL_UNKNOWN)
		strbuf_addf(&sb, "The parameter %s is not recognized", name);
	else if (service->protocol == PROTOCOL_EC2)
		strbuf_addf(&sb, "Value (%s) for parameter %s is invalid.", value ? value : "",
			    name);
	else
		strbuf_addf(&sb, "The value '%s' of the parameter %s has the wrong type",
			    value ? value : "", name);
	refuse(err, code_of(service, refusal, false), strbuf_text(&sb));
	strbuf_done(&sb);
	return false;
}

/* Route 53 speaks as Xerces does, which checks its schema: aws-sdk-js#71, nice-route53#8. */
bool refuse_element(struct err *err, const struct aws_service_model *service,
		    const struct refused_element *element)
{
	const char *value = element->value ? element->value : "";
	struct strbuf sb;

	if (is_s3(service))
		return refuse(err, S3_BODY_CODE, S3_BODY_TEXT);
	strbuf_init(&sb, TEXT_MAX);
	if (element->refusal == REFUSAL_TYPE && element->expected)
		strbuf_addf(&sb,
			    "Invalid XML ; cvc-datatype-valid.1.2.1: '%s' is not a valid value for "
			    "'%s'.",
			    value, element->expected);
	else if (element->refusal == REFUSAL_TYPE)
		strbuf_addf(&sb,
			    "Invalid XML ; cvc-complex-type.2.4.b: The content of element '%s' is "
			    "not complete.",
			    element->name);
	else if (element->expected)
		strbuf_addf(&sb,
			    "Invalid XML ; cvc-complex-type.2.4.a: Invalid content was found "
			    "starting with element '%s'. One of '{%s}' is expected.",
			    element->name, element->expected);
	else
		strbuf_addf(&sb,
			    "Invalid XML ; cvc-complex-type.2.4.d: Invalid content was found "
			    "starting with element '%s'. No child element is expected at this "
			    "point.",
			    element->name);
	refuse(err, code_of(service, element->refusal, true), strbuf_text(&sb));
	strbuf_done(&sb);
	return false;
}

bool refuse_document(struct err *err, const struct aws_service_model *service, const char *root,
		     const char *expected)
{
	struct strbuf sb;

	if (is_s3(service))
		return refuse(err, S3_BODY_CODE, S3_BODY_TEXT);
	strbuf_init(&sb, TEXT_MAX);
	if (root)
		strbuf_addf(&sb, "%s is not valid, expected %s", root, expected);
	else
		strbuf_add(&sb, "Could not parse XML");
	refuse(err, "MalformedInput", strbuf_text(&sb));
	strbuf_done(&sb);
	return false;
}
