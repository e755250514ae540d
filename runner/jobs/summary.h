#pragma once
/* What a report tells about a scenario beyond its verdict: who called what, what is leaked. */
#include "runner/engine/engine.h"

struct json;

/**
 * Adds to a result, while the world still lives:
 *
 *   "seed": "42", "cpu_ms": processor time of this process (our own share of the wall time),
 *   "operations": [ { "actor", "call": "ec2:CreateVpc", "count", "refused" } … ] of AWS,
 *   "lanes": [ { "call", "rev", "ms", "actor", "what", "about", "answer", "fault" } … ]: what
 *   changed something or was refused, the first LANES_MAX; "lanes_left_out",
 *   "leaks": [ as in leak_to_json, with "commands": [ … ] ], "plan": the AWS CLI commands
 */
void summary_add(struct json *result, const struct engine *engine);
