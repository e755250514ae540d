#pragma once
/* The reference of the scenario language as a page, out of the tables: docs/scenario-language.md.
 */
struct strbuf;

/** Appends the page (Markdown). */
void manual_markdown(struct strbuf *sb);
