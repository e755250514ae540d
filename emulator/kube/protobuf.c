/* Kubernetes' protobuf: the envelope around an object, and what is said when it cannot be read. */
#include "emulator/kube/protobuf.h"

#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/protobuf_decoder.h"
#include "emulator/kube/protobuf_values.h"
#include "emulator/model/kube_model.h"

#define PATH_BYTES 4096 /* of a path in a message */

static const char prefix[4] = {'k', '8', 's', '\0'};

/** The texts of an envelope, runtime.Unknown. */
struct envelope {
	char *api_version, *kind, *encoding;
	struct wire raw;
};

static void envelope_done(struct envelope *e)
{
	free(e->api_version);
	free(e->kind);
	free(e->encoding);
}

static bool replace_text(char **text, const struct wire_record *record, struct err *err)
{
	char *read;

	if (record->type != WIRE_BYTES)
		return err_set(err, ERR_INVALID, NULL, "wrong wire type %d of field %" PRIu32,
			       record->type, record->number);
	if (!value_text(&record->bytes, &read, err))
		return false;
	free(*text);
	*text = read;
	return true;
}

static bool read_type_meta(struct envelope *e, struct wire wire, struct err *err)
{
	struct wire_record record;

	while (!wire_is_empty(&wire)) {
		if (!wire_next(&wire, &record, err))
			return false;
		if (record.number == 1 && !replace_text(&e->api_version, &record, err))
			return false;
		if (record.number == 2 && !replace_text(&e->kind, &record, err))
			return false;
	}
	return true;
}

static bool read_envelope(struct envelope *e, struct wire wire, struct err *err)
{
	struct wire_record record;

	while (!wire_is_empty(&wire)) {
		if (!wire_next(&wire, &record, err))
			return false;
		if (record.number < 4 && record.type != WIRE_BYTES)
			return err_set(err, ERR_INVALID, NULL,
				       "wrong wire type %d of field %" PRIu32, record.type,
				       record.number);
		if (record.number == 1 && !read_type_meta(e, record.bytes, err))
			return false;
		if (record.number == 2)
			e->raw = record.bytes;
		if (record.number == 3 && !replace_text(&e->encoding, &record, err))
			return false;
	}
	if (*e->encoding)
		return err_set(err, ERR_INVALID, NULL, "content encoding \"%s\" is not supported",
			       e->encoding);
	return true;
}

/* The kind that an envelope names, or the fallback's part of what it leaves out. */
static bool find_kind(const struct envelope *e, const struct kube_kind *fallback,
		      const struct kube_kind **ret, struct err *err)
{
	const char *slash = strchr(e->api_version, '/');
	_cleanup_(freep) char *group =
		slash ? xstrndup(e->api_version, (size_t)(slash - e->api_version)) : xstrdup("");
	const char *version = slash ? slash + 1 : e->api_version, *kind = e->kind, *in = group;

	if (!*kind && fallback)
		kind = fallback->kind;
	if (!*version && fallback) {
		in = fallback->group;
		version = fallback->version;
	}
	if (!*kind || !*version)
		return err_set(err, ERR_INVALID, NULL,
			       "Object '%s' is missing in 'runtime.TypeMeta{APIVersion:\"%s\", "
			       "Kind:\"%s\"}'",
			       *kind ? "apiVersion" : "Kind", e->api_version, e->kind);
	*ret = kube_model_kind(in, version, kind);
	if (*ret)
		return true;
	return err_set(err, ERR_INVALID, NULL,
		       "no kind \"%s\" is registered for version \"%s%s%s\"", kind, in,
		       *in ? "/" : "", version);
}

bool decoder_envelope(struct decoder *d, struct wire wire, const struct kube_kind *fallback,
		      struct json **ret, struct err *err)
{
	_cleanup_(envelope_done) struct envelope e = {xstrdup(""), xstrdup(""), xstrdup(""), {0}};
	_cleanup_(json_freep) struct json *object = json_new_object();
	const struct kube_message *message;
	const struct kube_kind *kind;

	wire.at += sizeof(prefix);
	if (!read_envelope(&e, wire, err) || !find_kind(&e, fallback, &kind, err))
		return false;
	message = &kube_messages[kind->message];
	if (kube_message_field(message, "apiVersion")) { /* not in a WatchEvent */
		json_set_str(object, "kind", kind->kind);
		json_setf(object, "apiVersion", "%s%s%s", kind->group, *kind->group ? "/" : "",
			  kind->version);
	}
	if (!decoder_fields(d, message, e.raw, object, err))
		return false;
	*ret = steal(object);
	return true;
}

static void add_path(const struct decoder *d, struct strbuf *sb)
{
	for (size_t i = 0; i < d->path_length; i++) {
		const struct segment *s = &d->path[i];

		if (s->index != NOT_INDEX)
			strbuf_addf(sb, "[%zu]", s->index);
		else
			strbuf_addf(sb, "%s%s", i ? "." : "", s->name);
	}
	if (d->path_length)
		strbuf_add(sb, ": ");
}

/* Says where it failed, as the Status that goes back. */
static bool refuse(const struct decoder *d, struct err *from, struct err *err)
{
	bool large = from->code == ERR_TOO_LARGE;
	struct strbuf place;

	strbuf_init(&place, PATH_BYTES);
	add_path(d, &place);
	err_set(err, from->code, large ? "RequestEntityTooLarge" : "BadRequest", "%s%s",
		strbuf_text(&place), err_text(from));
	if (err)
		err->status = large ? 413 : 400;
	strbuf_done(&place);
	err_done(from);
	return false;
}

bool protobuf_recognized(const void *bytes, size_t length)
{
	return length >= sizeof(prefix) && memcmp(bytes, prefix, sizeof(prefix)) == 0;
}

bool protobuf_decode(const void *bytes, size_t length, const struct kube_kind *fallback,
		     struct json **ret, struct err *err)
{
	_cleanup_(arena_freep) struct arena *arena = NULL;
	struct decoder d = {.values_left = PROTOBUF_VALUES_MAX};
	struct err inner = ERR_INIT;

	if (!length)
		err_set(&inner, ERR_INVALID, NULL, "empty data");
	else if (!protobuf_recognized(bytes, length))
		err_set(&inner, ERR_INVALID, NULL,
			"provided data does not appear to be a protobuf message, expected prefix "
			"[107 56 115 0]");
	else if (length == sizeof(prefix))
		err_set(&inner, ERR_INVALID, NULL, "empty body");
	if (inner.code)
		return refuse(&d, &inner, err);
	d.arena = arena = arena_new();
	if (!decoder_envelope(&d, (struct wire){bytes, (const uint8_t *)bytes + length}, fallback,
			      ret, &inner))
		return refuse(&d, &inner, err);
	return true;
}
