#pragma once
/* Values as one writes them into YAML. */

struct json;
struct strbuf;

/** Appends { Key: value }, [ a, b ] or a scalar; texts are plain where YAML reads them as the same
 * text anywhere, else in quotes. */
void flow_add(struct strbuf *sb, const struct json *value);
/** Appends the members of an object in block style, a line for each that is short enough, with that
 * many spaces in front. */
void block_add(struct strbuf *sb, const struct json *object, unsigned indent);
