#pragma once
/* Protobuf bodies as a client of Kubernetes writes them, put together field by field. */
#include <check.h>
#include <stdlib.h>

#include "emulator/base/strbuf.h"

struct json;

/** The pieces that a body is put together from. */
struct fixture {
	struct strbuf body, message, inner;
};

void fixture_init(struct fixture *f);
void fixture_done(struct fixture *f);

/** A message under construction: what the wire has, field by field. */
void put_varint(struct strbuf *sb, uint64_t value);
void put_number(struct strbuf *sb, unsigned field, uint64_t value);
void put_bytes(struct strbuf *sb, unsigned field, const char *bytes, size_t length);
void put_text(struct strbuf *sb, unsigned field, const char *text);
/** Adds inner as a field of sb and empties it. */
void put_message(struct strbuf *sb, unsigned field, struct strbuf *inner);
/** The envelope of a message; message is emptied. */
void wrap(struct strbuf *sb, const char *api_version, const char *kind, struct strbuf *message);

/** What a body is decoded to; the test fails when it is refused. To be freed. */
struct json *decoded(const struct strbuf *body);
/** A body is decoded to this JSON text. */
void check_text(const struct strbuf *body, const char *wanted);
/** A body is refused with this status and message. */
void check_refused(const struct strbuf *body, int status, const char *message);
