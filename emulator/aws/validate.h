#pragma once
/*
 * Values against their shapes: what AWS refuses before an operation looks at anything, in its
 * words. The same check, stricter about enums, holds for our own replies in tests.
 */
#include "emulator/base/err.h"
#include "emulator/base/json.h"
#include "emulator/model/aws_model.h"

struct arena;
struct validator;

/** Holds compiled patterns. */
struct validator *validator_new(void);
void validator_free(struct validator *validator);
DEFINE_FREEP(validator, struct validator)

/** Where in the input a value stands; frames live on the stack of whoever walks. */
struct value_path {
	const struct value_path *up;
	const struct aws_member *member; /**< NULL: element `index` of a list, or `key` of a map */
	const char *key;
	size_t index; /**< from 1 */
};

/** What is wrong with a value. */
enum refusal {
	REFUSAL_UNKNOWN, /**< the operation has no such member */
	REFUSAL_TYPE,
	REFUSAL_MISSING,
	REFUSAL_TOO_SMALL, /**< limit says the least value; likewise below */
	REFUSAL_TOO_LARGE,
	REFUSAL_TOO_SHORT,
	REFUSAL_TOO_LONG,
	REFUSAL_ENUM,
	REFUSAL_PATTERN,
	REFUSAL_KEYS,  /**< a map's key breaks what its shape says */
	REFUSAL_ITEMS, /**< likewise, a text of a list */
};

/**
 * Sets err in the words of the service's protocol for one thing that cannot even be decoded.
 *
 * @param name   the whole name as the caller wrote it, "Filter.1.Nmae" or "filters.1.member.name"
 * @param value  the text sent, NULL when there is none
 * @return always false
 */
bool refuse_input(struct err *err, const struct aws_service_model *service, enum refusal refusal,
		  const char *name, const char *value);

/** An element of an XML body that is not by the model. */
struct refused_element {
	enum refusal refusal; /**< UNKNOWN: there is no such element; TYPE: its value or content */
	const char *name, *value; /**< value: its text; NULL for UNKNOWN */
	/** UNKNOWN: what may stand there, `"NAMESPACE":Name, …`; TYPE: XML Schema's name of the
	 * type; NULL: nothing, or no scalar */
	const char *expected;
};

/**
 * Sets err for an element of an XML body. S3 says no more than that the body is not by its schema.
 *
 * @return always false
 */
bool refuse_element(struct err *err, const struct aws_service_model *service,
		    const struct refused_element *element);

/**
 * Sets err for an XML body as a whole.
 *
 * @param root      its root element; NULL: it cannot be read
 * @param expected  the root that the operation has
 * @return always false
 */
bool refuse_document(struct err *err, const struct aws_service_model *service, const char *root,
		     const char *expected);

/**
 * Sets err for constraints that are broken.
 *
 * @param refusal  the first of them
 * @param in_body  whether that one is in the body (rest-xml)
 * @param text     all of them
 * @return always false
 */
bool refuse_constraints(struct err *err, const struct aws_service_model *service,
			enum refusal refusal, bool in_body, const char *text);

/**
 * Checks a decoded input.
 *
 * @param arena  for what is needed on the way
 * @param shape  the operation's input shape
 * @param err    EC2: MissingParameter, InvalidParameterValue, UnknownParameter; query:
 *               ValidationError; rest-xml: InvalidInput, S3's own; JSON: ValidationException, all
 * problems in one text. Status 400
 *
 * Source: constraints of the models; texts as recorded from STS and IAM ("1 validation error
 * detected: …") and the EC2 API error codes.
 */
must_check bool validate_input(struct validator *validator, struct arena *arena,
			       const struct aws_service_model *service,
			       const struct aws_shape *shape, const struct json *input,
			       struct err *err);

/** Whether a document's value is of the shape's type; looks no deeper. */
bool value_has_type(const struct aws_shape *shape, const struct json *value);

/**
 * Checks a reply of ours: members that the shape does not have, wrong types, values outside an
 * enum, required members that are missing.
 *
 * @param err  ERR_INVALID, one problem with its path, for developers
 */
must_check bool validate_output(struct arena *arena, const struct aws_service_model *service,
				const struct aws_shape *shape, const struct json *output,
				struct err *err);
