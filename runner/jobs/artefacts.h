#pragma once
/* What a failed scenario leaves to look at: one folder, which CI can upload as it is. */
#include "runner/engine/engine.h"

struct json;
struct recording;

/**
 * Writes, while the world still lives:
 *
 *   report.txt     the failure as the terminal shows it
 *   report.html    the same with lanes and leaks
 *   result.json    the result
 *   calls.jsonl    the whole recording, for `skyrig replay`
 *   state.json     every document there is: { kind: [ { key, revision, maker, tags, body } … ] }
 *   logs/NAME.log  of each controller
 *   kubeconfig     of the operator; it leads somewhere as long as --keep holds the scenario
 *
 * @param folder  is made
 * @param err     ERR_IO: something could not be written; what could be is there
 */
must_check bool artefacts_write(const char *folder, const struct json *result,
				const struct engine *engine, struct recording *recording,
				struct err *err);
