#pragma once
/* The values of published protocol cases as documents hold them. */
#include "emulator/base/json.h"
#include "emulator/model/aws_model.h"

/**
 * A case's parameters or result as a document.
 *
 * @param for_reply  as handlers make documents: full seconds without a fraction; else as they are
 *                   decoded
 * @param shape      index of the structure, -1: none
 * @param params     NULL: an empty document
 */
struct json *case_document(const struct aws_service_model *model, bool for_reply, int32_t shape,
			   const struct json *params);
