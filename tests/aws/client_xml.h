#pragma once
/* XML bodies as an SDK would write them; values that the model forbids as they are. For client.c.
 */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/model/aws_model.h"

/** Appends a structure as an element of that name, members that the shape lacks included.
 *
 * @param member  that refers to it, for its namespace; NULL: the input itself */
void client_xml(struct strbuf *sb, const struct aws_service_model *service,
		const struct aws_shape *shape, const struct aws_member *member, const char *name,
		const struct json *value);
