/*
 * Every implemented operation of every service, with requests that the model does not allow: each
 * required member missing, each limit passed by one, each pattern and enum broken, each list empty,
 * each type wrong, a member that nobody knows; at every depth, over the wire. The answer must be
 * the error that the service's protocol has for it, and nothing may have changed.
 *
 * Requests that the model does allow (each member once) may be refused by the operation, but must
 * never end as an internal error. Every answer is read as an SDK would read it: it carries its
 * request's id, a success is what the model says of the output, an error has code and text.
 */
#include <stdio.h>

#include "emulator/aws/protocol/scalar.h"
#include "tests/aws/client.h"
#include "tests/aws/reader.h"
#include "tests/aws/run.h"
#include "tests/aws/sample.h"

#define PROBLEMS_SHOWN 40

struct proof {
	struct world *world;
	struct aws *aws;
	struct validator *validator;
	const struct aws_service_model *service;
	const struct aws_operation *operation;
	const struct json *base; /* the least input that the model allows */
	char *base_text;	 /* of its refusal; NULL: it was served */
	char *last_text;	 /* of the last refusal of what is allowed; likewise */
	struct sampler *sampler;
	unsigned sent, served, problems;
};

/* Where a value stands: in a member of a structure (or in a list, or in a map), which stands in
 * its own container, up to the input itself. */
struct frame {
	const struct frame *up;
	const struct aws_shape *container;
	const struct aws_member *member; /* NULL: an element */
};

static struct world *world;
static struct aws *aws;

static const struct aws_shape *shape_of(const struct proof *proof, const struct aws_member *member)
{
	return aws_member_shape(proof->service, member);
}

/* The whole input with this value in its place; takes over value. NULL when it cannot be made. */
static struct json *input_with(struct proof *proof, const struct frame *frame, struct json *value)
{
	struct json *container;

	if (!frame)
		return value;
	if (!value)
		return NULL;
	if (!frame->up) {
		container = json_copy(proof->base);
		json_set(container, frame->member->name, value);
		return container;
	}
	if (frame->member) {
		container = sample(proof->sampler, frame->container);
		if (container)
			json_set(container, frame->member->name, value);
	} else if (frame->container->type == SHAPE_LIST) {
		container = json_new_array();
		json_append(container, value);
	} else {
		const struct aws_member *member = aws_map_key(proof->service, frame->container);
		struct json *key = sample(proof->sampler, shape_of(proof, member));

		container = key ? json_new_object() : NULL;
		if (key)
			json_set(container, json_str(key), value);
		json_free(key);
	}
	if (!container)
		json_free(value);
	return input_with(proof, frame->up, container);
}

static void complain(struct proof *proof, const char *what, const struct json *input,
		     const struct wire_answer *answer, const char *wanted)
{
	struct strbuf sb;

	if (proof->problems++ >= PROBLEMS_SHOWN)
		return;
	strbuf_init(&sb, 1 << 20);
	json_print(&sb, input);
	fprintf(stderr, "%s:%s, %s: %.300s\n  wanted %s, got %d %.400s\n", proof->service->name,
		proof->operation->name, what, strbuf_text(&sb), wanted, answer->status,
		answer->body);
	strbuf_done(&sb);
}

static const char *last_request_id(const struct proof *proof)
{
	const struct journal *journal = world_journal(proof->world);

	return journal_get(journal, journal_last(journal))->request_id;
}

static bool speaks_json(const struct proof *proof)
{
	return proof->service->protocol == PROTOCOL_JSON ||
	       proof->service->protocol == PROTOCOL_REST_JSON;
}

static bool is_s3(const struct proof *proof)
{
	return str_eq(proof->service->name, "s3");
}

/* In the words of the service's protocol. */
static const char *code_for(const struct proof *proof, enum refusal refusal, bool in_body)
{
	switch (proof->service->protocol) {
	case PROTOCOL_EC2:
		if (refusal == REFUSAL_MISSING)
			return "MissingParameter";
		return refusal == REFUSAL_UNKNOWN ? "UnknownParameter" : "InvalidParameterValue";
	case PROTOCOL_JSON:
	case PROTOCOL_REST_JSON:
		return refusal == REFUSAL_TYPE && in_body ? "SerializationException"
							  : "ValidationException";
	case PROTOCOL_QUERY:
	case PROTOCOL_REST_XML: break;
	}
	if (is_s3(proof))
		return in_body ? "MalformedXML" : "InvalidArgument";
	return proof->service->protocol == PROTOCOL_REST_XML ? "InvalidInput" : "ValidationError";
}

static bool in_body(const struct frame *frame)
{
	while (frame && frame->up)
		frame = frame->up;
	return !frame || frame->member->location == LOCATION_BODY;
}

/* Reads an answer as an SDK would. It must be the protocol's, carry its request's id and, of a
 * success, be what the model says of the output. In the arena; NULL and a complaint otherwise. */
static const char *read_answer(struct proof *proof, struct arena *arena, const struct json *input,
			       const struct wire_answer *answer, bool *ret_ok,
			       const char **ret_text)
{
	const struct aws_operation *operation = proof->operation;
	const struct reader_reply reply = {answer->status, answer->headers, answer->body,
					   strlen(answer->body)};
	struct err err = ERR_INIT;
	struct reading reading;
	const char *code;

	*ret_text = NULL;
	*ret_ok = reader_read(arena, proof->service, operation, &reply, &reading, &err);
	if (!*ret_ok) {
		complain(proof, "its answer", input, answer, err_text(&err));
		err_done(&err);
		return NULL;
	}
	if (!reading.request_id || !str_eq(reading.request_id, last_request_id(proof)))
		complain(proof, "its answer", input, answer, "the request's id");
	if (!reading.code && operation->output >= 0 &&
	    !validate_output(arena, proof->service, &proof->service->shapes[operation->output],
			     reading.document, &err)) {
		complain(proof, "its answer", input, answer, err_text(&err));
		err_done(&err);
	}
	if (reading.code && (!reading.message || !*reading.message))
		complain(proof, "its answer", input, answer, "a text");
	code = reading.code;
	*ret_text = reading.message;
	reading_done(&reading);
	return code;
}

/* Sends what the model forbids; takes over input. */
static void forbidden(struct proof *proof, const char *what, enum refusal refusal,
		      const struct frame *frame, struct json *input)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	uint64_t before = world_revision(proof->world);
	const char *wanted = code_for(proof, refusal, in_body(frame)), *code, *text;
	struct wire_answer answer;
	bool ok;

	if (!input) {
		proof->problems++;
		fprintf(stderr, "%s:%s, %s: no value is known that is so\n", proof->service->name,
			proof->operation->name, what);
		return;
	}
	answer = client_send(proof->aws, proof->service, proof->operation, input);
	code = read_answer(proof, arena, input, &answer, &ok, &text);
	proof->sent++;
	if (text && str_eq(text, proof->base_text))
		complain(proof, what, input, &answer, "another refusal than the least input gets");
	if (answer.status != 400 || !str_eq(code, wanted))
		complain(proof, what, input, &answer, wanted);
	else if (world_revision(proof->world) != before)
		complain(proof, what, input, &answer, "an unchanged world");
	wire_done(&answer);
	json_free(input);
}

/* Sends what the model allows: anything but an internal error, and a refusal changes nothing. */
static void allowed(struct proof *proof, struct json *input)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	struct wire_answer answer;
	const char *code, *text;
	uint64_t before;
	bool ok;

	if (!input) {
		proof->problems++;
		fprintf(stderr, "%s:%s: no value is known for a member\n", proof->service->name,
			proof->operation->name);
		return;
	}
	service_defaults(proof->aws, service_find(proof->service->name), AWS_ACCOUNT,
			 proof->service->global ? "" : TEST_REGION);
	before = world_revision(proof->world);
	answer = client_send(proof->aws, proof->service, proof->operation, input);
	proof->sent++;
	if (answer.status >= 500 && answer.status != 501)
		complain(proof, "what the model allows", input, &answer, "no internal error");
	code = read_answer(proof, arena, input, &answer, &ok, &text);
	if (ok && (answer.status >= 400) != (code != NULL))
		complain(proof, "what the model allows", input, &answer, "a code, or a success");
	if (answer.status >= 400 && world_revision(proof->world) != before)
		complain(proof, "what the model allows", input, &answer, "an unchanged world");
	proof->served += ok && !code;
	free(proof->last_text);
	proof->last_text = text ? xstrdup(text) : NULL;
	wire_done(&answer);
	json_free(input);
}

/* A value of a type that the wire can tell from the right one; NULL: it can tell none. */
static struct json *wrong_type(const struct proof *proof, const struct aws_shape *shape)
{
	bool json = speaks_json(proof);

	if (shape->flags & SHAPE_DOCUMENT)
		return NULL;
	switch ((enum shape_type)shape->type) {
	case SHAPE_BOOLEAN:
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_FLOAT:
	case SHAPE_DOUBLE:
	case SHAPE_TIMESTAMP: return json_new_string("seven");
	case SHAPE_STRUCTURE:
	case SHAPE_LIST:
	case SHAPE_MAP:
		return proof->service->protocol == PROTOCOL_REST_XML ? NULL
								     : json_new_string("seven");
	case SHAPE_STRING: return json ? json_new_int(7) : NULL;
	case SHAPE_BLOB:
		if (is_s3(proof))
			return NULL; /* a body as it is */
		return json ? json_new_int(7) : json_new_string("!");
	}
	return NULL;
}

/* Whether this protocol can send such an empty value in this place. */
static bool can_be_empty(const struct proof *proof, const struct frame *frame,
			 const struct aws_shape *shape)
{
	bool container = shape->type == SHAPE_LIST || shape->type == SHAPE_MAP;

	if (!in_body(frame))
		return false; /* another path, or no parameter at all */
	if (!container)
		return true;
	if (proof->service->protocol == PROTOCOL_EC2)
		return false; /* no parameter at all */
	/* a flat list without elements is no element in XML */
	return proof->service->protocol != PROTOCOL_REST_XML || !(shape->flags & SHAPE_FLATTENED);
}

static void break_length(struct proof *proof, const struct frame *frame,
			 const struct aws_shape *shape)
{
	if ((shape->flags & SHAPE_HAS_MIN) && shape->min > 0 &&
	    (shape->min > 1 || can_be_empty(proof, frame, shape)))
		forbidden(proof, "one too short", REFUSAL_TOO_SHORT, frame,
			  input_with(proof, frame,
				     sample_of_length(proof->sampler, shape, shape->min - 1)));
	if ((shape->flags & SHAPE_HAS_MAX) && shape->max < SAMPLE_LENGTH_MAX)
		forbidden(proof, "one too long", REFUSAL_TOO_LONG, frame,
			  input_with(proof, frame,
				     sample_of_length(proof->sampler, shape, shape->max + 1)));
}

static void break_range(struct proof *proof, const struct frame *frame,
			const struct aws_shape *shape)
{
	bool integer = shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG;
	int64_t scale = integer ? 1 : 1000;

	if ((shape->flags & SHAPE_HAS_MIN) && shape->min > INT32_MIN)
		forbidden(proof, "too small", REFUSAL_TOO_SMALL, frame,
			  input_with(proof, frame, json_new_int(shape->min / scale - 1)));
	if ((shape->flags & SHAPE_HAS_MAX) && shape->max < INT32_MAX)
		forbidden(proof, "too large", REFUSAL_TOO_LARGE, frame,
			  input_with(proof, frame, json_new_int(shape->max / scale + 1)));
}

/* Some patterns are for show. */
static bool refuses_something(const struct aws_shape *shape)
{
	return shape->type == SHAPE_STRING && shape->pattern &&
	       !str_starts_with(shape->pattern, "[\\s\\S]*");
}

static void break_value(struct proof *proof, const struct frame *frame,
			const struct aws_shape *shape)
{
	struct json *wrong = wrong_type(proof, shape);

	if (wrong && (in_body(frame) || shape_is_scalar(shape)) &&
	    (in_body(frame) || !json_is_number(wrong)))
		forbidden(proof, "a wrong type", REFUSAL_TYPE, frame,
			  input_with(proof, frame, wrong));
	else
		json_free(wrong);
	if (shape->type == SHAPE_STRING && shape->enum_count)
		forbidden(proof, "no value of the enum", REFUSAL_ENUM, frame,
			  input_with(proof, frame, json_new_string("no-such-value")));
	if (refuses_something(shape))
		forbidden(proof, "what the pattern refuses", REFUSAL_PATTERN, frame,
			  input_with(proof, frame, sample_against_pattern(proof->sampler, shape)));
	if (shape->type == SHAPE_STRING || shape->type == SHAPE_LIST || shape->type == SHAPE_MAP)
		break_length(proof, frame, shape);
	else if (shape->type != SHAPE_STRUCTURE && shape->type != SHAPE_BLOB)
		break_range(proof, frame, shape);
	if (shape->type == SHAPE_LIST && !(shape->flags & SHAPE_HAS_MIN) &&
	    can_be_empty(proof, frame, shape))
		allowed(proof, input_with(proof, frame, json_new_array()));
}

/* A map whose only key is this; takes over key. */
static struct json *map_with_key(struct proof *proof, const struct aws_shape *shape,
				 struct json *key)
{
	const struct aws_member *member = aws_map_value(proof->service, shape);
	struct json *value = sample(proof->sampler, shape_of(proof, member)), *map = NULL;

	if (key && value) {
		map = json_new_object();
		json_set(map, json_str(key), steal(value));
	}
	json_free(value);
	json_free(key);
	return map;
}

static void break_keys(struct proof *proof, const struct frame *frame,
		       const struct aws_shape *shape)
{
	const struct aws_shape *key = shape_of(proof, aws_map_key(proof->service, shape));

	if (key->enum_count)
		forbidden(proof, "a key that the enum lacks", REFUSAL_ENUM, frame,
			  input_with(proof, frame,
				     map_with_key(proof, shape, json_new_string("no-such-key"))));
	if (refuses_something(key))
		forbidden(proof, "a key that the pattern refuses", REFUSAL_PATTERN, frame,
			  input_with(proof, frame,
				     map_with_key(proof, shape,
						  sample_against_pattern(proof->sampler, key))));
	if ((key->flags & SHAPE_HAS_MAX) && key->max < SAMPLE_LENGTH_MAX)
		forbidden(proof, "a key one too long", REFUSAL_TOO_LONG, frame,
			  input_with(proof, frame,
				     map_with_key(
					     proof, shape,
					     sample_of_length(proof->sampler, key, key->max + 1))));
}

/* Whether an unknown member can be sent in such a structure: it needs a place in a body. */
static bool has_body(const struct proof *proof, const struct frame *frame)
{
	const struct aws_shape *input;

	if (proof->service->protocol != PROTOCOL_REST_JSON &&
	    proof->service->protocol != PROTOCOL_REST_XML)
		return true;
	input = &proof->service->shapes[proof->operation->input];
	if (frame)
		return in_body(frame);
	for (unsigned i = 0; i < input->member_count; i++)
		if (proof->service->members[input->first_member + i].location == LOCATION_BODY)
			return !input->payload;
	return false;
}

static void break_structure(struct proof *proof, const struct frame *frame,
			    const struct aws_shape *shape)
{
	struct json *value;

	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &proof->service->members[shape->first_member + i];

		if (!(member->flags & MEMBER_REQUIRED) || member->location == LOCATION_URI)
			continue;
		if (is_s3(proof) && member->location != LOCATION_BODY)
			continue; /* without it, it is another operation */
		value = sample(proof->sampler, shape);
		if (value)
			json_remove(value, member->name);
		if (value && frame && !json_first(value) && !speaks_json(proof)) {
			json_free(value); /* nothing is left that a form could say */
			continue;
		}
		forbidden(proof, "a required member missing", REFUSAL_MISSING, frame,
			  input_with(proof, frame, value));
	}
	if (!has_body(proof, frame))
		return;
	value = frame ? sample(proof->sampler, shape) : json_copy(proof->base);
	if (value)
		json_set_str(value, "NoSuchMember", "x");
	forbidden(proof, "an unknown member", REFUSAL_UNKNOWN, frame,
		  input_with(proof, frame, value));
}

static bool is_inside(const struct frame *frame, const struct aws_shape *shape)
{
	for (; frame; frame = frame->up)
		if (frame->container == shape)
			return true;
	return false;
}

/* Everything that can be wrong with the value in this place, and with what is in it. */
static void visit(struct proof *proof, const struct frame *frame, const struct aws_shape *shape)
{
	if (is_inside(frame, shape))
		return; /* a shape within itself has been seen */
	if (frame) {
		break_value(proof, frame, shape);
		allowed(proof, input_with(proof, frame, sample(proof->sampler, shape)));
	}
	if (shape->flags & SHAPE_DOCUMENT)
		return;
	if (shape->type == SHAPE_STRUCTURE) {
		break_structure(proof, frame, shape);
		for (unsigned i = 0; i < shape->member_count; i++) {
			const struct aws_member *member =
				&proof->service->members[shape->first_member + i];
			const struct frame next = {frame, shape, member};

			visit(proof, &next, shape_of(proof, member));
		}
	} else if (shape->type == SHAPE_LIST || shape->type == SHAPE_MAP) {
		const struct frame next = {frame, shape, NULL};
		const struct aws_member *inner = shape->type == SHAPE_LIST
							 ? aws_list_element(proof->service, shape)
							 : aws_map_value(proof->service, shape);

		if (shape->type == SHAPE_MAP)
			break_keys(proof, frame, shape);
		visit(proof, &next, shape_of(proof, inner));
	}
}

/* The least input must pass, or the refusals of the others would prove nothing. */
static bool base_is_allowed(struct proof *proof)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	const struct aws_operation *operation = proof->operation;
	struct err err = ERR_INIT;

	if (!proof->base ||
	    !validate_input(proof->validator, arena, proof->service,
			    &proof->service->shapes[operation->input], proof->base, &err)) {
		fprintf(stderr, "%s:%s: no sample: %s\n", proof->service->name, operation->name,
			proof->base ? err_text(&err) : "a required member has none");
		proof->problems++;
		err_done(&err);
		return false;
	}
	return true;
}

static void prove(struct proof *proof)
{
	struct json *base;

	if (proof->operation->input < 0) {
		allowed(proof, json_new_object());
		return;
	}
	base = sample(proof->sampler, &proof->service->shapes[proof->operation->input]);
	proof->base = base;
	if (base_is_allowed(proof)) {
		allowed(proof, json_copy(base));
		proof->base_text = steal(proof->last_text);
		visit(proof, NULL, &proof->service->shapes[proof->operation->input]);
	}
	free(steal(proof->base_text));
	free(steal(proof->last_text));
	json_free(base);
}

START_TEST(what_the_model_forbids_is_refused_and_changes_nothing)
{
	const struct service *service = service_at((size_t)_i);
	struct proof proof = {.validator = validator_new()};

	world = wire_world(PROFILE_INSTANT);
	aws = aws_new(world);
	aws_check_replies(aws, true);
	proof.world = world;
	proof.aws = aws;
	proof.service = aws_model_find(service->name);
	proof.sampler = sampler_new(proof.service);
	for (size_t i = 0; i < service->operation_count; i++) {
		proof.operation = aws_model_operation(proof.service, service->operations[i].name);
		prove(&proof);
	}
	printf("# %s: %zu operations, %u requests (%u served)\n", service->name,
	       service->operation_count, proof.sent, proof.served);
	sampler_free(proof.sampler);
	validator_free(proof.validator);
	aws_free(aws);
	world_free(world);
	ck_assert_msg(!proof.problems, "%s: %u problems", service->name, proof.problems);
}
END_TEST

int main(void)
{
	TCase *tcase = tcase_create("model_proof");
	int services = 0;

	unsetenv("SKYRIG_CALLS_DIR"); /* made by the model: no test of what an operation does */
	while (service_at((size_t)services))
		services++;
	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, what_the_model_forbids_is_refused_and_changes_nothing, 0,
			    services);
	return run_suite_of(tcase, "model_proof");
}
