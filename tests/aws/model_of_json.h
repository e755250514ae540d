#pragma once
/* A service model at run time out of botocore's JSON form: for the published protocol cases. */
#include "emulator/base/json.h"
#include "emulator/model/aws_model.h"

struct arena;

/**
 * A service with one operation.
 *
 * @param metadata   "metadata" of the model
 * @param shapes     "shapes"
 * @param operation  the operation: name, http, input, output, errors
 * @return in the arena; names are borrowed from the trees
 */
const struct aws_service_model *model_of_json(struct arena *arena, const struct json *metadata,
					      const struct json *shapes,
					      const struct json *operation);
