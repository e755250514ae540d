#pragma once
/* Values as one writes them into a scenario: YAML in flow style. */

struct json;
struct strbuf;

/** Appends { Key: value }, [ a, b ] or a scalar; texts are plain where YAML reads them as the same
 * text anywhere, else in quotes. */
void flow_add(struct strbuf *sb, const struct json *value);
