/*
 * botocore's published protocol cases. Each request is decoded into its parameters, and so is the
 * request that our own client writes of these. Each result is encoded into the reply that the case
 * shows; that one, and ours, are read by our own client as that result. They are data of others,
 * beside the tree, and the test is skipped without them.
 */
#include <check.h>
#include <stdio.h>
#include <strings.h>

#include "emulator/aws/protocol/content.h"
#include "emulator/aws/protocol/form.h"
#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/gzip.h"
#include "tests/aws/case_document.h"
#include "tests/aws/client.h"
#include "tests/aws/model_of_json.h"
#include "tests/aws/reader.h"
#include "tests/aws/same_body.h"

/* Replies that we write in another form than the case shows. What the case shows is read all the
 * same, and what we write must read as the same. */
static const struct form {
	const char *file, *ids; /* globs */
	const char *why;
} other_forms[] = {
	{"output-*", "*DateTimeWith*Offset", "our timestamps are in UTC"},
	{"output-ec2", "Ec2ComplexError", "its text is not among the case's parameters"},
	{"output-rest-xml", "ComplexError", "its text is not among the case's parameters"},
	{"output-rest-xml", "InvalidGreetingError", "it has a member that the model has not"},
	{"output-query", "QueryEmptyInputAndEmptyOutput",
	 "we send ResponseMetadata, as AWS, where the case has no body"},
	{"output-query", "QueryNoInputAnd*",
	 "we send ResponseMetadata, as AWS, where the case has no body"},
	{"output-json*", "*FooErrorUsingX*", "the code stands in a header where ours is in __type"},
	{"output-rest-json", "*FooErrorUsingX*With*", "our codes have neither namespace nor URI"},
	{"output-*json*", "*FooErrorUsingCode*",
	 "the code stands in a place where we do not put it"},
	{"output-rest-json", "*FooErrorWithDunderType*",
	 "the code stands in a place where we do not put it"},
	{"output-json*", "*FooErrorWithDunderType*Namespace", "our codes have no namespace"},
	{"output-json_1_0", "AwsJson10*Error", "our codes have no namespace"},
	{"output-*json*", "*DeserializeIgnoreType", "we send no __type"},
	{"output-*json*", "*Null*", "we send no null"},
	{"output-json*", "*andles*nexpected*utput", "it has a member that the model has not"},
	{"output-json*", "*esponds*ith*o*ayload", "we send {} where the case has no body"},
	{"output-json", "AwsJson11IntEnums", "it has a request's header"},
	{"output-json", "parses_the_request_id_from_the_response", "its request id is another"},
	{"output-rest-*", "*HttpPayloadWithUnsetUnion", "Content-Length is the HTTP layer's"},
	{"output-rest-xml", "RestXmlHttpResponseCode", "we send no content type without content"},
};

/* Requests that say less, or more, than their parameters: what a server can know of them. */
enum adjustment {
	WITHOUT_EMPTY,	    /* an empty list or map is nothing on that wire */
	WITH_TOKEN,	    /* the client invents the token behind its parameters */
	WITH_QUERY_MAP,	    /* a server's map takes all parameters (Smithy: httpQueryParams) */
	WITH_EMPTY_PAYLOAD, /* a body of {} is an empty payload */
};

static const struct adjusted {
	const char *file, *ids; /* globs */
	enum adjustment adjustment;
} adjusted[] = {
	{"input-*", "*IdempotencyTokenAutoFill", WITH_TOKEN},
	{"input-ec2", "Ec2EmptyQueryLists", WITHOUT_EMPTY},
	{"input-query", "QueryEmptyQueryMaps", WITHOUT_EMPTY},
	{"input-rest-*", "*HttpPrefixHeadersAreNotPresent", WITHOUT_EMPTY},
	{"input-rest-json", "RestJsonOmitsEmptyListQueryValues", WITHOUT_EMPTY},
	{"input-rest-json", "RestJsonHttpWithEmptyStructurePayload", WITH_EMPTY_PAYLOAD},
	{"input-rest-json", "RestJsonHttpWithHeadersButNoPayload", WITH_EMPTY_PAYLOAD},
	{"input-rest-*", "*QueryParamsStringListMap", WITH_QUERY_MAP},
	{"input-rest-*", "*QueryPrecedence", WITH_QUERY_MAP},
	{"input-rest-xml", "AllQueryStringTypes", WITH_QUERY_MAP},
	{"input-rest-xml", "RestXmlQueryStringEscaping", WITH_QUERY_MAP},
	{"input-rest-xml", "RestXml*QueryValues", WITH_QUERY_MAP},
};

static struct arena *arena;
static bool for_reply; /* documents are made for an output, not to compare with an input */
static unsigned passed, failed_cases, in_other_form;

static bool complain(const char *file, const char *id, const char *what)
{
	fprintf(stderr, "# %s %s: %s\n", file, id, what);
	return false;
}

static bool complain_of_difference(const char *file, const char *id, const char *what,
				   const struct json *got, const struct json *wanted)
{
	_cleanup_(freep) char *x = json_to_text(got), *y = json_to_text(wanted);

	return complain(file, id, arena_printf(arena, "%s\n#   got %s\n#   not %s", what, x, y));
}

static bool is_in_other_form(const char *file, const char *id)
{
	for (size_t i = 0; i < array_size(other_forms); i++)
		if (str_glob(other_forms[i].file, file) && str_glob(other_forms[i].ids, id))
			return true;
	return false;
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

/* Serves what came over the wire up to the handler's input, as the gateway does. */
static bool decode_request(const struct aws_service_model *model, const char *target,
			   struct wire_request *request, struct json **ret, struct err *err)
{
	const char *mark = strchr(target, '?');
	struct form_node form = {0};
	struct exchange exchange = {
		.service = model, .operation = model->operations, .request_id = "r", .form = &form};

	request->arena = arena;
	request->path = mark ? arena_strndup(arena, target, (size_t)(mark - target)) : target;
	request->query = mark ? mark + 1 : "";
	if (!content_decode(request, err))
		return false;
	if ((model->protocol == PROTOCOL_EC2 || model->protocol == PROTOCOL_QUERY) &&
	    !form_parse(arena, request->body, request->body_length, &form, err))
		return false;
	return protocol_of(model)->decode(&exchange, request, ret, err);
}

static bool decode_case(const struct aws_service_model *model, const struct json *serialized,
			struct json **ret, struct err *err)
{
	const char *body = json_get_str(serialized, "body");
	struct wire_request request = {
		.method = json_get_str(serialized, "method"),
		.body = body ? body : "",
		.body_length = body ? strlen(body) : 0,
		.headers = headers_of(json_get(serialized, "headers")),
	};

	return decode_request(model, json_get_str(serialized, "uri"), &request, ret, err);
}

static const char *compressed(const char *text, size_t *length)
{
	_cleanup_(freep) char *bytes = gzip_deflate(text, *length, length);
	char *copy = arena_alloc(arena, *length + 1);

	memcpy(copy, bytes, *length);
	return copy;
}

static size_t count_headers(const struct header *headers)
{
	size_t n = 0;

	while (headers && headers[n].name)
		n++;
	return n;
}

/* The parameters as our own client writes them; compressed where the case's headers say so. */
static bool decode_own(const struct aws_service_model *model, const struct json *item,
		       const struct json *params, struct json **ret, struct err *err)
{
	const char *encoding =
		json_find_str(item, "serialized", "headers", "Content-Encoding", NULL);
	struct client_request own;
	struct wire_request request;

	client_write(arena, model, model->operations, params, &own);
	request = (struct wire_request){
		.method = own.method,
		.body = own.body ? own.body : "",
		.body_length = own.body ? strlen(own.body) : 0,
		.headers = own.headers,
	};
	if (encoding) {
		own.headers[count_headers(own.headers)] =
			(struct header){"Content-Encoding", encoding};
		request.body = compressed(request.body, &request.body_length);
	}
	return decode_request(model, own.target, &request, ret, err);
}

static struct json *without_empty(const struct json *params)
{
	struct json *result = json_new_object();

	json_foreach (item, params)
		if (json_is_string(item) || json_first(item) ||
		    !(json_is_array(item) || json_is_object(item)))
			json_set_copy(result, json_key(item), item);
	return result;
}

static const struct aws_member *input_member(const struct aws_service_model *model,
					     bool (*fits)(const struct aws_service_model *,
							  const struct aws_member *))
{
	const struct aws_shape *shape = &model->shapes[model->operations->input];

	for (unsigned i = 0; i < shape->member_count; i++)
		if (fits(model, &model->members[shape->first_member + i]))
			return &model->members[shape->first_member + i];
	ck_abort_msg("no such member");
	return NULL;
}

static bool is_token(const struct aws_service_model *model _unused_,
		     const struct aws_member *member)
{
	return member->flags & MEMBER_IDEMPOTENCY_TOKEN;
}

static bool is_query_map(const struct aws_service_model *model, const struct aws_member *member)
{
	return member->location == LOCATION_QUERY &&
	       aws_member_shape(model, member)->type == SHAPE_MAP;
}

/* The request's query as the map has it: name to value, or to all values. */
static void add_query_map(const struct aws_service_model *model, const char *uri,
			  struct json *expected)
{
	const struct aws_member *member = input_member(model, is_query_map);
	const struct aws_shape *shape = aws_member_shape(model, member);
	bool lists = aws_member_shape(model, aws_map_value(model, shape))->type == SHAPE_LIST;
	struct json *map = json_new_object();

	for (const char *at = strchr(uri, '?'); at && *at; at += strcspn(at, "&")) {
		size_t name = strcspn(++at, "="), end = strcspn(at, "&");
		const char *key = http_url_decode(arena, at, name, true);
		const char *value = http_url_decode(arena, at + name + 1, end - name - 1, true);

		if (lists)
			json_append_str(json_ensure_array(map, key), value);
		else
			json_set_str(map, key, value);
	}
	json_set(expected, member->name, map);
}

/* What a server must make of the case's request. */
static struct json *expected_input(const char *file, const struct aws_service_model *model,
				   const struct json *item)
{
	const char *id = json_get_str(item, "id"),
		   *uri = json_find_str(item, "serialized", "uri", NULL);
	struct json *params =
		case_document(model, for_reply, model->operations->input, json_get(item, "params"));
	struct json *result;

	for (size_t i = 0; i < array_size(adjusted); i++) {
		if (!str_glob(adjusted[i].file, file) || !str_glob(adjusted[i].ids, id))
			continue;
		switch (adjusted[i].adjustment) {
		case WITHOUT_EMPTY:
			result = without_empty(params);
			ck_assert(!json_equal(result, params));
			json_free(params);
			return result;
		case WITH_TOKEN:
			json_set_str(params, input_member(model, is_token)->name,
				     "00000000-0000-4000-8000-000000000000");
			return params;
		case WITH_QUERY_MAP: add_query_map(model, uri, params); return params;
		case WITH_EMPTY_PAYLOAD:
			json_ensure_object(params, model->shapes[model->operations->input].payload);
			return params;
		}
	}
	return params;
}

static bool input_case(const char *file, const struct aws_service_model *model,
		       const struct json *item)
{
	const char *id = json_get_str(item, "id");
	bool headers_only = str_starts_with(id, "SDKApp");
	_cleanup_(json_freep) struct json *expected = expected_input(file, model, item);
	_cleanup_(json_freep) struct json *decoded = NULL, *again = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	if (!headers_only && !decode_case(model, json_get(item, "serialized"), &decoded, &err))
		return complain(file, id, err_text(&err));
	if (!headers_only && !json_equal(decoded, expected))
		return complain_of_difference(file, id, "read", decoded, expected);
	if (!decode_own(model, item, expected, &again, &err))
		return complain(file, id, err_text(&err));
	return json_equal(again, expected) ||
	       complain_of_difference(file, id, "read as we write it", again, expected);
}

/* @name Output */

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

	for_reply = true;
	if (!code) {
		value = case_document(model, for_reply, model->operations->output,
				      json_get(item, "result"));
		protocol_of(model)->encode(&exchange, value, reply);
		json_free(value);
		return;
	}
	err_set(&err, ERR_INVALID, code, "%s", message ? message : "");
	err.status = (int)json_get_int(json_get(item, "response"), "status_code", 0);
	err.details =
		case_document(model, for_reply, model->error_shapes[model->operations->first_error],
			      json_get(item, "error"));
	json_remove(err.details, "Message");
	protocol_of(model)->encode_error(&exchange, &err, reply);
	err_done(&err);
}

/* What we write looks as the case shows it. */
static bool looks_alike(const struct aws_service_model *model, const struct json *response,
			const struct wire_reply *reply, const char **ret)
{
	const char *body = json_get_str(response, "body");

	if (reply->status != json_get_int(response, "status_code", 0))
		*ret = arena_printf(arena, "status %d", reply->status);
	else if (!same_body(arena, model, strbuf_text(&reply->body), body ? body : ""))
		*ret = arena_printf(arena, "\n#   wrote %s\n#   not %s", strbuf_text(&reply->body),
				    body ? body : "");
	else
		*ret = NULL;
	json_foreach (header, json_get(response, "headers")) {
		const char *got = reply_header(reply, json_key(header));

		if (!got || !same_header(json_key(header), got, json_str(header)))
			*ret = arena_printf(arena, "header %s is '%s', not '%s'", json_key(header),
					    got ? got : "(none)", json_str(header));
	}
	return !*ret;
}

/* A reply, be it the case's or ours, is read as what the case says. */
static bool reads_right(const char *file, const struct aws_service_model *model,
			const struct json *item, const struct reader_reply *reply)
{
	const char *id = json_get_str(item, "id"), *code = json_get_str(item, "errorCode");
	const char *message = json_get_str(item, "errorMessage");
	int32_t shape = code ? model->error_shapes[model->operations->first_error]
			     : model->operations->output;
	_cleanup_(json_freep) struct json *expected = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	struct reading reading;
	bool ok = true;

	for_reply = false;
	expected =
		case_document(model, for_reply, shape, json_get(item, code ? "error" : "result"));
	if (!reader_read(arena, model, model->operations, reply, &reading, &err))
		return complain(file, id, err_text(&err));
	if (!str_eq(reading.code, code))
		ok = complain(file, id, arena_printf(arena, "the code is %s", reading.code));
	if (message && !str_eq(reading.message, message))
		ok = complain(file, id, arena_printf(arena, "the text is %s", reading.message));
	if (!json_equal(reading.document, expected))
		ok = complain_of_difference(file, id, "read", reading.document, expected);
	reading_done(&reading);
	return ok;
}

/* Our headers without the request's id and a content type that the case does not show: they would
 * get into a map of all headers. */
static const struct header *asked_headers(const struct wire_reply *reply,
					  const struct header *theirs)
{
	struct header *list = arena_alloc(arena, (reply->header_count + 1) * sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < reply->header_count; i++) {
		const struct header *h = theirs;

		while (h->name && strcasecmp(h->name, reply->headers[i].name) != 0)
			h++;
		if (h->name || strcasecmp(reply->headers[i].name, "x-amzn-ErrorType") == 0)
			list[n++] = reply->headers[i];
	}
	return list;
}

static bool output_case(const char *file, const struct aws_service_model *model,
			const struct json *item)
{
	const char *id = json_get_str(item, "id"), *difference;
	const struct json *response = json_get(item, "response");
	const char *body = json_get_str(response, "body");
	const struct reader_reply theirs = {
		.status = (int)json_get_int(response, "status_code", 0),
		.headers = headers_of(json_get(response, "headers")),
		.body = body ? body : "",
		.length = body ? strlen(body) : 0,
	};
	struct wire_reply reply;
	bool ok = reads_right(file, model, item, &theirs);

	wire_reply_init(&reply, arena);
	encode_case(model, item, &reply);
	if (looks_alike(model, response, &reply, &difference) == is_in_other_form(file, id))
		ok = complain(file, id, difference ? difference : "has the form that it shows");
	in_other_form += difference != NULL;
	ok = reads_right(file, model, item,
			 &(struct reader_reply){reply.status, asked_headers(&reply, theirs.headers),
						strbuf_text(&reply.body), reply.body.length}) &&
	     ok;
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
		bool output = json_get(item, "response") != NULL;

		for_reply = false;
		if (output ? output_case(file, model, item) : input_case(file, model, item))
			passed++;
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
	passed = failed_cases = in_other_form = 0;
	json_foreach (suite, suites)
		run_suite(files[_i], suite);
	json_free(suites);
	arena_free(arena);
	printf("# %s: %u hold, %u of them in a form of ours\n", files[_i], passed, in_other_form);
	ck_assert_msg(failed_cases == 0, "%s: %u cases fail", files[_i], failed_cases);
}
END_TEST

static bool is_met(const char *file_glob, const char *ids, const struct json *const *suites)
{
	for (size_t i = 0; i < array_size(files); i++)
		json_foreach (suite, suites[i])
			json_foreach (item, json_get(suite, "cases"))
				if (str_glob(file_glob, files[i]) &&
				    str_glob(ids, json_get_str(item, "id")))
					return true;
	return false;
}

START_TEST(every_row_of_the_tables_is_about_a_case)
{
	struct json *suites[array_size(files)];
	const struct json *loaded[array_size(files)];

	for (size_t i = 0; i < array_size(files); i++)
		loaded[i] = suites[i] = load(files[i]);
	if (!suites[0])
		printf("# SKIPPED tables: no ../shared\n");
	for (size_t i = 0; suites[0] && i < array_size(other_forms); i++)
		ck_assert_msg(is_met(other_forms[i].file, other_forms[i].ids, loaded), "%s: %s",
			      other_forms[i].ids, other_forms[i].why);
	for (size_t i = 0; suites[0] && i < array_size(adjusted); i++)
		ck_assert_msg(is_met(adjusted[i].file, adjusted[i].ids, loaded), "%s",
			      adjusted[i].ids);
	for (size_t i = 0; i < array_size(files); i++)
		json_free(suites[i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("protocol_cases");
	TCase *tcase = tcase_create("protocol_cases");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tcase, every_published_case_holds, 0, array_size(files));
	tcase_add_test(tcase, every_row_of_the_tables_is_about_a_case);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
