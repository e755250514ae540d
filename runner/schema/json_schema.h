#pragma once
/* The JSON Schema (draft-07) of scenario files, out of the table: what editors complete by. */
struct json;

/** New tree. */
struct json *json_schema(void);
