/* Protobuf bodies. */
#include "tests/kube/protobuf_bodies.h"

#include "emulator/base/json.h"
#include "emulator/kube/protobuf.h"

void put_varint(struct strbuf *sb, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		strbuf_add_char(sb, (char)(value | 0x80));
	strbuf_add_char(sb, (char)value);
}

void put_number(struct strbuf *sb, unsigned field, uint64_t value)
{
	put_varint(sb, field << 3);
	put_varint(sb, value);
}

void put_bytes(struct strbuf *sb, unsigned field, const char *bytes, size_t length)
{
	put_varint(sb, field << 3 | 2);
	put_varint(sb, length);
	strbuf_add_bytes(sb, bytes, length);
}

void put_text(struct strbuf *sb, unsigned field, const char *text)
{
	put_bytes(sb, field, text, strlen(text));
}

void put_message(struct strbuf *sb, unsigned field, struct strbuf *inner)
{
	put_bytes(sb, field, strbuf_text(inner), inner->length);
	strbuf_reset(inner);
}

void wrap(struct strbuf *sb, const char *api_version, const char *kind, struct strbuf *message)
{
	struct strbuf type;

	strbuf_init(&type, 1000);
	put_text(&type, 1, api_version);
	put_text(&type, 2, kind);
	strbuf_add_bytes(sb, "k8s\0", 4);
	put_message(sb, 1, &type);
	put_message(sb, 2, message);
	strbuf_done(&type);
}

struct json *decoded(const struct strbuf *body)
{
	struct err err = ERR_INIT;
	struct json *ret = NULL;

	ck_assert_msg(protobuf_decode(body->text, body->length, NULL, &ret, &err), "%s",
		      err_text(&err));
	return ret;
}

void check_text(const struct strbuf *body, const char *wanted)
{
	struct json *json = decoded(body);
	char *text = json_to_text(json);

	ck_assert_str_eq(text, wanted);
	free(text);
	json_free(json);
}

void check_refused(const struct strbuf *body, int status, const char *message)
{
	struct json *unset = (struct json *)&unset;
	struct json *ret = unset;
	struct err err = ERR_INIT;

	ck_assert(!protobuf_decode(body->text, body->length, NULL, &ret, &err));
	ck_assert_str_eq(err_text(&err), message);
	ck_assert_int_eq(err.status, status);
	ck_assert_ptr_eq(ret, unset);
	err_done(&err);
}

void fixture_init(struct fixture *f)
{
	strbuf_init(&f->body, 1 << 24);
	strbuf_init(&f->message, 1 << 24);
	strbuf_init(&f->inner, 1 << 24);
}

void fixture_done(struct fixture *f)
{
	strbuf_done(&f->body);
	strbuf_done(&f->message);
	strbuf_done(&f->inner);
}
