#pragma once
/* Values out of shapes: such as the model allows, and such as it does not. */
#include "emulator/aws/private.h"
#include "tests/lib/world.h"

#define SAMPLE_LENGTH_MAX 200000 /* characters; what is allowed to be longer is not tried */

struct sampler;

struct sampler *sampler_new(const struct aws_service_model *service);
void sampler_free(struct sampler *sampler);

/** A value that the shape allows: of a structure its required members only. NULL: none was found
 * (a pattern that no candidate fits). */
struct json *sample(struct sampler *sampler, const struct aws_shape *shape);
/** The same, but an array, map or text of this length (items, entries, characters); NULL when the
 * shape has no such values. */
struct json *sample_of_length(struct sampler *sampler, const struct aws_shape *shape,
			      int64_t length);
/** A text of allowed length that the shape's pattern refuses; NULL: it refuses none that we know.
 */
struct json *sample_against_pattern(struct sampler *sampler, const struct aws_shape *shape);
