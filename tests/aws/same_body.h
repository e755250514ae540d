#pragma once
/* Bodies of replies compared as what they say, not byte by byte. */
#include "emulator/base/arena.h"
#include "emulator/model/aws_model.h"

/** Whether two bodies say the same in the service's protocol: XML but for the order of members, for
 * white space around texts and for request ids; JSON but for its spelling. */
bool same_body(struct arena *arena, const struct aws_service_model *model, const char *got,
	       const char *wanted);
