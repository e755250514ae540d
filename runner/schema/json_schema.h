#pragma once
/* JSON Schemas (draft-07) of the files that people write, out of the table: what editors complete
 * by.
 */
struct json;

/** Of scenarios; new tree. */
struct json *json_schema(void);
/** Of suite.yaml; new tree. */
struct json *json_schema_of_defaults(void);
/** Of skyrig.yaml; new tree. */
struct json *json_schema_of_config(void);
