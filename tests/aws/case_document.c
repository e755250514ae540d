/* The values of published protocol cases as documents hold them. */
#include "tests/aws/case_document.h"

#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"

static struct json *document_of(const struct aws_service_model *model,
				const struct aws_member *member, const struct aws_shape *shape,
				const struct json *value, bool for_reply)
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
		copy = document_of(model, inner, aws_member_shape(model, inner), item, for_reply);
		if (shape->type == SHAPE_LIST)
			json_append(result, copy);
		else
			json_set(result, json_key(item), copy);
	}
	return result;
}

struct json *case_document(const struct aws_service_model *model, bool for_reply, int32_t shape,
			   const struct json *params)
{
	if (shape < 0 || !params)
		return json_new_object();
	return document_of(model, NULL, &model->shapes[shape], params, for_reply);
}
