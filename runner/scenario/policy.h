#pragma once
/* The IAM policy that a `policy` block describes: its file, less what is struck out, and what it
 * says by itself. */
#include "emulator/base/json.h"
#include "emulator/base/yaml.h"

/**
 * Strikes actions out of what a policy allows. A statement that has none left goes as a whole; one
 * with NotAction, and Deny, stays as it is.
 *
 * @param pattern  an action as a policy writes it, "*" and "?" allowed, in any case
 * @return how often something was struck
 */
size_t policy_strike(struct json *document, const char *pattern);

/**
 * Puts the document together that a block describes; new tree. Nothing is asked of its meaning.
 *
 * @param block     a checked block "policy"
 * @param document  what its file says, or NULL; taken over
 */
struct json *policy_compose(const struct yaml_node *block, struct json *document);

/**
 * The document of a block as JSON text, with its file read.
 *
 * @param fixtures  folder that the file is relative to
 * @param ret       new text; NULL: full rights
 * @param err       ERR_NOT_FOUND, ERR_IO, ERR_INVALID: the file
 */
must_check bool policy_of_block(const struct yaml_node *block, const char *fixtures, char **ret,
				struct err *err);
