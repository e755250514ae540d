#pragma once
/*
 * What Go's encoding/json says of a text that is no JSON: clients see it in a 400.
 *
 * Source: encoding/json scanner.go (the states' texts), encoding/base64 base64.go decodeQuantum,
 * go1.26.
 */
#include "emulator/base/util.h"

struct json;
struct strbuf;

/** What decode.go calls a value: "object", "array", "string", "number", "bool", "null". */
const char *go_json_word(const struct json *json);

/**
 * Looks for the first mistake.
 *
 * @param ret  gets `invalid character 'a' looking for beginning of value` or `unexpected end of
 *             JSON input`; nothing when the text is JSON
 * @return whether the text is JSON
 */
bool go_json_scan(const char *text, size_t length, struct strbuf *ret);

/**
 * Whether a text is base64 as Go's []byte takes it (padded; line ends are skipped).
 *
 * @param ret_at  offset of the mistake: `illegal base64 data at input byte N`
 */
bool go_base64_scan(const char *text, size_t length, size_t *ret_at);
