/*
 * botocore's published protocol cases: each request is decoded into its parameters, each result
 * encoded into the reply that the case shows. They are data of others, beside the tree, and the
 * test is skipped without them.
 */
#include <check.h>
#include <stdio.h>
#include <strings.h>

#include "emulator/aws/protocol/form.h"
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"
#include "emulator/base/xml.h"
#include "tests/aws/model_of_json.h"

/* Cases that cannot hold for a server like ours, and why. */
static const struct exception {
	const char *file, *ids; /* globs */
	const char *why;
} exceptions[] = {
	{"input-*", "SDKAppl*ContentEncoding*",
	 "compressed bodies: no operation of ours asks for it"},
	{"input-*", "SDKAppend*Gzip*", "compressed bodies: no operation of ours asks for it"},
	{"input-*", "*IdempotencyTokenAutoFill",
	 "the client invents the token behind its parameters"},
	{"input-ec2", "Ec2EmptyQueryLists", "an empty list is nothing on that wire"},
	{"input-query", "QueryEmptyQueryMaps", "an empty map is nothing on that wire"},
	{"input-rest-*", "*HttpPrefixHeadersAreNotPresent", "an empty map is nothing on that wire"},
	{"input-rest-json", "RestJsonOmitsEmptyListQueryValues",
	 "an empty list is nothing on that wire"},
	{"input-rest-json", "RestJsonHttpWithEmptyStructurePayload",
	 "no payload and an empty one are the same on the wire"},
	{"input-rest-json", "RestJsonHttpWithHeadersButNoPayload",
	 "no payload and an empty one are the same on the wire"},
	{"input-rest-*", "*QueryParamsStringListMap",
	 "a server's map takes bound parameters too (Smithy: httpQueryParams)"},
	{"input-rest-*", "*QueryPrecedence",
	 "a server's map takes bound parameters too (Smithy: httpQueryParams)"},
	{"input-rest-xml", "AllQueryStringTypes",
	 "a server's map takes bound parameters too (Smithy: httpQueryParams)"},
	{"input-rest-xml", "RestXmlQueryStringEscaping",
	 "a server's map takes bound parameters too (Smithy: httpQueryParams)"},
	{"input-rest-xml", "RestXml*QueryValues",
	 "a server's map takes bound parameters too (Smithy: httpQueryParams)"},
	{"output-*", "*DateTimeWith*Offset", "we write UTC"},
	{"output-ec2", "Ec2ComplexError", "the reply's text is not among the case's parameters"},
	{"output-rest-xml", "ComplexError", "the reply's text is not among the case's parameters"},
	{"output-rest-xml", "InvalidGreetingError", "a member that the model does not have"},
	{"output-query", "QueryEmptyInputAndEmptyOutput",
	 "AWS answers with metadata, the case with nothing"},
	{"output-query", "QueryNoInputAnd*", "AWS answers with metadata, the case with nothing"},
	{"output-*json*", "*FooErrorUsing*", "one of the forms in which services send the code"},
	{"output-*json*", "*FooErrorWithDunderType*",
	 "one of the forms in which services send the code"},
	{"output-json_1_0", "AwsJson10*Error",
	 "a namespace before the code, which clients cut off"},
	{"output-*json*", "*DeserializeIgnoreType", "a __type that clients ignore"},
	{"output-*json*", "*Null*", "null members, which clients ignore and we leave out"},
	{"output-*json*", "*SkipsNull", "null members, which clients ignore and we leave out"},
	{"output-json*", "*handles_unexpected_json_output",
	 "a member that the model does not have"},
	{"output-json*", "AwsJson10HandlesUnexpectedJsonOutput",
	 "a member that the model does not have"},
	{"output-json*", "*service_responds_with_no_payload", "we send {} where nothing would do"},
	{"output-json*", "AwsJson10ServiceRespondsWithNoPayload",
	 "we send {} where nothing would do"},
	{"output-json", "AwsJson11IntEnums", "a request's header in the reply"},
	{"output-json", "parses_the_request_id_from_the_response",
	 "the request id is not among the case's parameters"},
	{"output-rest-*", "*HttpPayloadWithUnsetUnion", "Content-Length is the HTTP layer's"},
	{"output-rest-xml", "RestXmlHttpResponseCode", "a content type without content"},
};

static struct arena *arena;
static bool for_reply; /* documents are made for an output, not to compare with an input */
static unsigned passed, failed_cases, excepted;

static const struct exception *exception_of(const char *file, const char *id)
{
	for (size_t i = 0; i < array_size(exceptions); i++)
		if (str_glob(exceptions[i].file, file) && str_glob(exceptions[i].ids, id))
			return &exceptions[i];
	return NULL;
}

/* Complaints about excepted cases would hide the others. */
static bool complain(const char *file, const char *id, const char *what)
{
	if (!exception_of(file, id))
		fprintf(stderr, "# %s %s: %s\n", file, id, what);
	return false;
}

/* @name The cases' values as documents hold them */

static struct json *document_of(const struct aws_service_model *model,
				const struct aws_member *member, const struct aws_shape *shape,
				const struct json *value)
{
	char text[CLOCK_TEXT_MAX];
	_cleanup_(freep) char *encoded = NULL;
	struct json *result;

	if (shape->flags & SHAPE_DOCUMENT || json_is_null(value))
		return json_copy(value);
	if (member && (member->flags & MEMBER_JSON_VALUE))
		return json_copy(value);
	if (shape->type == SHAPE_TIMESTAMP) {
		int64_t ms = (int64_t)(json_double(value) * 1000 + 0.5);

		/* What is decoded has milliseconds; a document of ours may do without them. */
		return json_new_string(for_reply && ms % 1000 == 0 ? clock_format_seconds(ms, text)
								   : clock_format_ms(ms, text));
	}
	if (shape->type == SHAPE_BLOB) {
		encoded = base64_encode(json_str(value), strlen(json_str(value)));
		return json_new_string(encoded);
	}
	if (shape_is_scalar(shape))
		return json_copy(value);
	result = shape->type == SHAPE_LIST ? json_new_array() : json_new_object();
	json_foreach (item, value) {
		const struct aws_member *inner = NULL;
		struct json *copy;

		if (shape->type == SHAPE_STRUCTURE)
			inner = aws_shape_member(model, shape, json_key(item));
		else if (shape->type == SHAPE_LIST)
			inner = aws_list_element(model, shape);
		else
			inner = aws_map_value(model, shape);
		if (!inner || json_is_null(item))
			continue; /* null members count as missing */
		copy = document_of(model, inner, aws_member_shape(model, inner), item);
		if (shape->type == SHAPE_LIST)
			json_append(result, copy);
		else
			json_set(result, json_key(item), copy);
	}
	return result;
}

static struct json *params_of(const struct aws_service_model *model, int32_t shape,
			      const struct json *params)
{
	if (shape < 0 || !params)
		return json_new_object();
	return document_of(model, NULL, &model->shapes[shape], params);
}

/* @name Input */

static const struct header *headers_of(const struct json *headers)
{
	struct header *list = arena_alloc(arena, (json_size(headers) + 1) * sizeof(*list));
	size_t n = 0;

	json_foreach (header, headers)
		list[n++] = (struct header){json_key(header), json_str(header)};
	return list;
}

static bool decode_case(const struct aws_service_model *model, const struct json *serialized,
			struct json **ret, struct err *err)
{
	const char *uri = json_get_str(serialized, "uri"), *body = json_get_str(serialized, "body");
	const char *mark = strchr(uri, '?');
	struct form_node form = {0};
	struct exchange exchange = {
		.service = model, .operation = model->operations, .request_id = "r", .form = &form};
	struct wire_request request = {
		.arena = arena,
		.method = json_get_str(serialized, "method"),
		.path = mark ? arena_strndup(arena, uri, (size_t)(mark - uri)) : uri,
		.query = mark ? mark + 1 : "",
		.body = body ? body : "",
		.body_length = body ? strlen(body) : 0,
		.headers = headers_of(json_get(serialized, "headers")),
	};

	if ((model->protocol == PROTOCOL_EC2 || model->protocol == PROTOCOL_QUERY) &&
	    !form_parse(arena, request.body, request.body_length, &form, err))
		return false;
	return protocol_of(model)->decode(&exchange, &request, ret, err);
}

static bool input_case(const char *file, const struct aws_service_model *model,
		       const struct json *item)
{
	const char *id = json_get_str(item, "id");
	_cleanup_(json_freep) struct json *expected =
		params_of(model, model->operations->input, json_get(item, "params"));
	_cleanup_(json_freep) struct json *decoded = NULL;
	_cleanup_(freep) char *got = NULL, *wanted = NULL;
	struct err err = ERR_INIT;

	if (!decode_case(model, json_get(item, "serialized"), &decoded, &err)) {
		complain(file, id, err_text(&err));
		err_done(&err);
		return false;
	}
	if (json_equal(decoded, expected))
		return true;
	got = json_to_text(decoded);
	wanted = json_to_text(expected);
	return complain(file, id, arena_printf(arena, "\n#   got %s\n#   not %s", got, wanted));
}

/* @name Output */

static bool is_bookkeeping(const struct xml_node *node)
{
	return strcasecmp(node->name, "requestId") == 0 || str_eq(node->name, "ResponseMetadata");
}

static const char *trimmed(const char *text)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	return arena_strndup(arena, text, n);
}

static const struct xml_node *skip_bookkeeping(const struct xml_node *node)
{
	while (node && is_bookkeeping(node))
		node = node->next;
	return node;
}

/* Same names, texts and attributes, in order but for members of one structure, which may differ. */
static bool same_xml(const struct xml_node *a, const struct xml_node *b)
{
	size_t children_a = 0, children_b = 0;

	if (!str_eq(a->name, b->name))
		return false;
	for (const struct xml_node *n = skip_bookkeeping(a->first); n;
	     n = skip_bookkeeping(n->next))
		children_a++;
	for (const struct xml_node *n = skip_bookkeeping(b->first); n;
	     n = skip_bookkeeping(n->next))
		children_b++;
	if (children_a != children_b)
		return false;
	if (!children_a && strcmp(a->text, b->text) != 0 &&
	    strcmp(trimmed(a->text), trimmed(b->text)) != 0)
		return false;
	for (const struct xml_node *n = skip_bookkeeping(a->first); n;
	     n = skip_bookkeeping(n->next)) {
		unsigned which = 0;
		const struct xml_node *other = skip_bookkeeping(b->first);

		for (const struct xml_node *m = a->first; m != n; m = m->next)
			which += str_eq(m->name, n->name);
		for (; other; other = skip_bookkeeping(other->next))
			if (str_eq(other->name, n->name) && which-- == 0)
				break;
		if (!other || !same_xml(n, other))
			return false;
	}
	return true;
}

static bool same_body(const struct aws_service_model *model, const char *got, const char *wanted)
{
	struct xml_node *a, *b;
	struct json *x = NULL, *y = NULL;
	bool same;

	if (strcmp(got, wanted) == 0)
		return true;
	/* No body and an empty object are the same to every client. */
	if (model->protocol == PROTOCOL_REST_JSON && !*wanted)
		wanted = "{}";
	wanted += strspn(wanted, " \n");
	if (*wanted == '<')
		return xml_parse(arena, got, strlen(got), &a, NULL) &&
		       xml_parse(arena, wanted, strlen(wanted), &b, NULL) && same_xml(a, b);
	if (model->protocol != PROTOCOL_JSON && model->protocol != PROTOCOL_REST_JSON)
		return false;
	same = json_parse(got, strlen(got), &x, NULL) &&
	       json_parse(wanted, strlen(wanted), &y, NULL) && json_equal(x, y);
	json_free(x);
	json_free(y);
	return same;
}

static const char *reply_header(const struct wire_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->header_count; i++)
		if (strcasecmp(reply->headers[i].name, name) == 0)
			return reply->headers[i].value;
	return NULL;
}

/* A content type's parameters are the server's choice. */
static bool same_header(const char *name, const char *got, const char *wanted)
{
	size_t n = strcspn(got, ";"), m = strcspn(wanted, ";");

	if (strcasecmp(name, "Content-Type") == 0)
		return n == m && strncasecmp(got, wanted, n) == 0;
	return strcasecmp(got, wanted) == 0;
}

static void encode_case(const struct aws_service_model *model, const struct json *item,
			struct wire_reply *reply)
{
	struct exchange exchange = {
		.service = model, .operation = model->operations, .request_id = "foo-id"};
	const char *code = json_get_str(item, "errorCode"),
		   *message = json_get_str(item, "errorMessage");
	struct json *value;
	struct err err = ERR_INIT;

	if (!code) {
		value = params_of(model, model->operations->output, json_get(item, "result"));
		protocol_of(model)->encode(&exchange, value, reply);
		json_free(value);
		return;
	}
	err_set(&err, ERR_INVALID, code, "%s", message ? message : "");
	err.status = (int)json_get_int(json_get(item, "response"), "status_code", 0);
	err.details = params_of(model, model->error_shapes[model->operations->first_error],
				json_get(item, "error"));
	json_remove(err.details, "Message");
	protocol_of(model)->encode_error(&exchange, &err, reply);
	err_done(&err);
}

static bool output_case(const char *file, const struct aws_service_model *model,
			const struct json *item)
{
	const char *id = json_get_str(item, "id");
	const struct json *response = json_get(item, "response");
	const char *body = json_get_str(response, "body");
	struct wire_reply reply;
	bool ok = true;

	wire_reply_init(&reply, arena);
	encode_case(model, item, &reply);
	if (reply.status != json_get_int(response, "status_code", 0))
		ok = complain(file, id, arena_printf(arena, "status %d", reply.status));
	if (!same_body(model, strbuf_text(&reply.body), body ? body : ""))
		ok = complain(file, id,
			      arena_printf(arena, "\n#   got %s\n#   not %s",
					   strbuf_text(&reply.body), body ? body : ""));
	json_foreach (header, json_get(response, "headers")) {
		const char *got = reply_header(&reply, json_key(header));

		if (!got || !same_header(json_key(header), got, json_str(header)))
			ok = complain(file, id,
				      arena_printf(arena, "header %s is '%s', not '%s'",
						   json_key(header), got ? got : "(none)",
						   json_str(header)));
	}
	wire_reply_done(&reply);
	return ok;
}

/* @name Files */

static struct json *load(const char *file)
{
	const char *source = getenv("SKYRIG_SOURCE");
	_cleanup_(freep) char *path =
		xasprintf("%s/../shared/data/protocol-tests/%s.json", source ? source : ".", file);
	FILE *stream = fopen(path, "r");
	struct json *json = NULL;
	struct strbuf sb;
	char buffer[65536];
	size_t n;

	if (!stream)
		return NULL;
	strbuf_init(&sb, 64 * 1024 * 1024);
	while ((n = fread(buffer, 1, sizeof(buffer), stream)) > 0)
		strbuf_add_bytes(&sb, buffer, n);
	fclose(stream);
	ck_assert(json_parse(strbuf_text(&sb), sb.length, &json, NULL));
	strbuf_done(&sb);
	return json;
}

static void run_suite(const char *file, const struct json *suite)
{
	json_foreach (item, json_get(suite, "cases")) {
		const struct aws_service_model *model =
			model_of_json(arena, json_get(suite, "metadata"), json_get(suite, "shapes"),
				      json_get(item, "given"));
		bool output = for_reply = json_get(item, "response") != NULL;
		bool ok = output ? output_case(file, model, item) : input_case(file, model, item);
		const struct exception *exception = exception_of(file, json_get_str(item, "id"));

		if (ok)
			passed++;
		else if (exception)
			excepted++;
		else
			failed_cases++;
		arena_reset(arena);
	}
}

static const char *const files[] = {
	"input-ec2",	   "input-query",     "input-json",	  "input-json_1_0",
	"input-rest-json", "input-rest-xml",  "output-ec2",	  "output-query",
	"output-json",	   "output-json_1_0", "output-rest-json", "output-rest-xml",
};

START_TEST(every_published_case_holds)
{
	struct json *suites = load(files[_i]);

	if (!suites) {
		printf("# SKIPPED %s: no ../shared\n", files[_i]);
		return;
	}
	arena = arena_new();
	passed = failed_cases = excepted = 0;
	json_foreach (suite, suites)
		run_suite(files[_i], suite);
	json_free(suites);
	arena_free(arena);
	printf("# %s: %u hold, %u excepted\n", files[_i], passed, excepted);
	ck_assert_msg(failed_cases == 0, "%s: %u cases fail", files[_i], failed_cases);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("protocol_cases");
	TCase *tcase = tcase_create("protocol_cases");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, every_published_case_holds, 0, array_size(files));
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
