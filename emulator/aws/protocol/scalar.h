#pragma once
/*
 * Scalars between documents and wires: numbers, booleans, timestamps in their three formats, blobs.
 * In documents a timestamp is "2026-11-23T08:27:00.000Z", a blob is base64 text, and the doubles
 * that JSON lacks are the texts "NaN", "Infinity", "-Infinity".
 */
#include "emulator/base/json.h"
#include "emulator/model/aws_model.h"

/** Whether the shape is neither structure, list nor map. */
bool shape_is_scalar(const struct aws_shape *shape);

/** The format of a timestamp: what the member says, else the shape, else the fallback of where it
 * stands. */
enum timestamp_format scalar_timestamp_format(const struct aws_shape *shape,
					      const struct aws_member *member,
					      enum timestamp_format fallback);

/**
 * Reads a text by a scalar shape.
 *
 * @param member    the member that refers to the shape, for its timestamp format; may be NULL
 * @param fallback  format of timestamps when the model says none
 * @param ret       new tree, set on success only
 * @return false when the text is not of that type
 */
must_check bool scalar_parse(const struct aws_shape *shape, const struct aws_member *member,
			     enum timestamp_format fallback, const char *text, struct json **ret);

/** Appends a value's text as the wire shows it (not escaped). A value of another type than the
 * shape says is shown as it is. */
void scalar_print(const struct aws_shape *shape, const struct aws_member *member,
		  enum timestamp_format fallback, const struct json *value, struct strbuf *sb);

/** A timestamp in one of the formats as a document's text; false when it is none. */
must_check bool timestamp_parse(enum timestamp_format format, const char *text, int64_t *ret_ms);
/** ms since 1970 in a format. */
void timestamp_print(enum timestamp_format format, int64_t ms, struct strbuf *sb);
