/*
 * From the records of protobuf messages to members of JSON objects, by the tables of the model. A
 * message is read in two steps: its records are sorted by field (in protobuf they come in any
 * order, and a message given twice is merged), then each field of the table writes its member,
 * given or not: what Go writes for a zero value depends on the field.
 */
#include <inttypes.h>

#include "emulator/base/arena.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/kube/protobuf.h"
#include "emulator/kube/protobuf_decoder.h"
#include "emulator/kube/protobuf_values.h"
#include "emulator/model/kube_model.h"

struct node {
	struct node *next;
	struct wire_record record;
};

/** The records of one field, in order. */
struct seen {
	struct node *first, *last;
};

/* The wire type that each kube_type has; repeated numbers may also come packed. */
static const uint8_t wire_types[] = {
	[KUBE_STRING] = WIRE_BYTES,
	[KUBE_BOOL] = WIRE_VARINT,
	[KUBE_INT32] = WIRE_VARINT,
	[KUBE_INT64] = WIRE_VARINT,
	[KUBE_UINT32] = WIRE_VARINT,
	[KUBE_UINT64] = WIRE_VARINT,
	[KUBE_DOUBLE] = WIRE_FIXED64,
	[KUBE_FLOAT] = WIRE_FIXED32,
	[KUBE_BYTES] = WIRE_BYTES,
	[KUBE_MESSAGE] = WIRE_BYTES,
	[KUBE_TIME] = WIRE_BYTES,
	[KUBE_MICRO_TIME] = WIRE_BYTES,
	[KUBE_DURATION] = WIRE_BYTES,
	[KUBE_QUANTITY] = WIRE_BYTES,
	[KUBE_INT_OR_STRING] = WIRE_BYTES,
	[KUBE_RAW_EXTENSION] = WIRE_BYTES,
	[KUBE_FIELDS_V1] = WIRE_BYTES,
	[KUBE_JSON] = WIRE_BYTES,
	[KUBE_SCHEMA_OR_ARRAY] = WIRE_BYTES,
	[KUBE_SCHEMA_OR_BOOL] = WIRE_BYTES,
	[KUBE_SCHEMA_OR_STRINGS] = WIRE_BYTES,
};

static void enter(struct decoder *d, const char *name, size_t index)
{
	assert(d->path_length < array_size(d->path));
	d->path[d->path_length++] = (struct segment){name, index};
}

static void leave(struct decoder *d)
{
	d->path_length--;
}

/* One more value; a short body can ask for very many (each empty Pod of a list is five). */
static bool count(struct decoder *d, struct err *err)
{
	if (!d->values_left)
		return err_set(err, ERR_TOO_LARGE, NULL, "more than %d values",
			       PROTOBUF_VALUES_MAX);
	d->values_left--;
	return true;
}

static bool check_type(const struct kube_field *field, const struct wire_record *record,
		       struct err *err)
{
	if (record->type == wire_types[field->type])
		return true;
	return err_set(err, ERR_INVALID, NULL, "wrong wire type %d of field %" PRIu32, record->type,
		       record->number);
}

static bool decode_message(struct decoder *d, const struct kube_message *message, struct wire wire,
			   struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *object = json_new_object();

	if (d->depth == PROTOBUF_DEPTH_MAX)
		return err_set(err, ERR_INVALID, NULL, "more than %d messages deep",
			       PROTOBUF_DEPTH_MAX);
	d->depth++;
	if (!decoder_fields(d, message, wire, object, err))
		return false;
	d->depth--;
	*ret = steal(object);
	return true;
}

/* RawExtension, FieldsV1, apiextensions JSON: JSON text as it is, or a whole object of our kind. */
static bool decode_raw(struct decoder *d, struct wire bytes, struct json **ret, struct err *err)
{
	struct wire raw;

	if (!value_raw(bytes, &raw, err))
		return false;
	if (wire_is_empty(&raw)) {
		*ret = json_new_null();
		return true;
	}
	if (!protobuf_recognized(raw.at, wire_length(&raw)))
		return json_parse((const char *)raw.at, wire_length(&raw), ret, err);
	if (d->depth == PROTOBUF_DEPTH_MAX)
		return err_set(err, ERR_INVALID, NULL, "more than %d messages deep",
			       PROTOBUF_DEPTH_MAX);
	d->depth++;
	if (!decoder_envelope(d, raw, NULL, ret, err))
		return false;
	d->depth--;
	return true;
}

/*
 * apiextensions' unions: read as if they were a message of two members, of which one is then the
 * value. Source: apiextensions/v1/marshal.go.
 */
static bool decode_union(struct decoder *d, const struct kube_field *field, struct wire bytes,
			 struct json **ret, struct err *err)
{
	bool or_bool = field->type == KUBE_SCHEMA_OR_BOOL;
	uint8_t other = or_bool				      ? KUBE_BOOL
			: field->type == KUBE_SCHEMA_OR_ARRAY ? KUBE_MESSAGE
							      : KUBE_STRING;
	const struct kube_field fields[] = {
		{.name = "schema",
		 .number = or_bool ? 2 : 1,
		 .type = KUBE_MESSAGE,
		 .flags = KUBE_POINTER | KUBE_OMIT_EMPTY,
		 .message = field->message},
		{.name = "other",
		 .number = or_bool ? 1 : 2,
		 .type = other,
		 .flags = or_bool ? 0 : KUBE_REPEATED | KUBE_OMIT_EMPTY,
		 .message = field->message},
	};
	const struct kube_message message = {.fields = fields, .field_count = 2};
	_cleanup_(json_freep) struct json *both = NULL;
	struct json *value;

	if (!decode_message(d, &message, bytes, &both, err))
		return false;
	value = json_detach(both, or_bool ? "schema" : "other");
	if (!value)
		value = json_detach(both, or_bool ? "other" : "schema");
	*ret = value ? value : json_new_null();
	return true;
}

static double double_of(const struct wire_record *record, bool is_float)
{
	uint32_t narrow = (uint32_t)record->value;
	double number;
	float small;

	memcpy(&small, &narrow, sizeof(small));
	memcpy(&number, &record->value, sizeof(number));
	return is_float ? (double)small : number;
}

static bool decode_text(const struct wire *bytes, struct json **ret, struct err *err)
{
	_cleanup_(freep) char *text = NULL;

	if (!value_text(bytes, &text, err))
		return false;
	*ret = json_new_string(text);
	return true;
}

static bool decode_bytes(const struct wire *bytes, struct json **ret)
{
	_cleanup_(freep) char *text = base64_encode(bytes->at, wire_length(bytes));

	*ret = json_new_string(text);
	return true;
}

static struct json *number_of(enum kube_type type, uint64_t value)
{
	_cleanup_(freep) char *digits = NULL;

	switch (type) {
	case KUBE_INT32: return json_new_int((int32_t)value);
	case KUBE_UINT32: return json_new_int((uint32_t)value);
	case KUBE_UINT64: digits = xasprintf("%" PRIu64, value); return json_new_digits(digits);
	default: return json_new_int((int64_t)value);
	}
}

/* One value of a field's type; a record without bytes is the zero value. */
static bool decode_value(struct decoder *d, const struct kube_field *field,
			 const struct wire_record *record, struct json **ret, struct err *err)
{
	if (!check_type(field, record, err) || !count(d, err))
		return false;
	switch ((enum kube_type)field->type) {
	case KUBE_STRING: return decode_text(&record->bytes, ret, err);
	case KUBE_BYTES: return decode_bytes(&record->bytes, ret);
	case KUBE_BOOL: *ret = json_new_bool(record->value != 0); return true;
	case KUBE_INT32:
	case KUBE_INT64:
	case KUBE_UINT32:
	case KUBE_UINT64: *ret = number_of(field->type, record->value); return true;
	case KUBE_DOUBLE:
	case KUBE_FLOAT:
		return value_double(double_of(record, field->type == KUBE_FLOAT), ret, err);
	case KUBE_MESSAGE:
		return decode_message(d, &kube_messages[field->message], record->bytes, ret, err);
	case KUBE_TIME: return value_time(record->bytes, false, ret, err);
	case KUBE_MICRO_TIME: return value_time(record->bytes, true, ret, err);
	case KUBE_DURATION: return value_duration(record->bytes, ret, err);
	case KUBE_QUANTITY: return value_quantity(record->bytes, ret, err);
	case KUBE_INT_OR_STRING: return value_int_or_string(record->bytes, ret, err);
	case KUBE_RAW_EXTENSION:
	case KUBE_FIELDS_V1:
	case KUBE_JSON: return decode_raw(d, record->bytes, ret, err);
	case KUBE_SCHEMA_OR_ARRAY:
	case KUBE_SCHEMA_OR_BOOL:
	case KUBE_SCHEMA_OR_STRINGS: return decode_union(d, field, record->bytes, ret, err);
	}
	assert(!"a kube_type that is not decoded");
	return false;
}

/* What Go leaves out under omitempty; structs of whatever content stay. */
static bool is_empty(const struct kube_field *field, const struct wire_record *record)
{
	switch ((enum kube_type)field->type) {
	case KUBE_STRING:
	case KUBE_BYTES: return wire_is_empty(&record->bytes);
	case KUBE_INT32:
	case KUBE_UINT32: return (uint32_t)record->value == 0;
	case KUBE_BOOL:
	case KUBE_INT64:
	case KUBE_UINT64: return record->value == 0;
	case KUBE_DOUBLE:
	case KUBE_FLOAT: return double_of(record, field->type == KUBE_FLOAT) == 0;
	default: return false;
	}
}

/* Nothing was given: nil pointers, lists and maps are null unless they may be left out. */
static bool add_nothing(struct decoder *d, const struct kube_field *field, struct json *object,
			struct err *err)
{
	if (field->flags & KUBE_OMIT_EMPTY)
		return true;
	if (!count(d, err))
		return false;
	json_add(object, field->name, json_new_null());
	return true;
}

/* The one value of a field: the last that was given, or of a message all of them joined. */
static struct wire_record join(struct decoder *d, const struct kube_field *field,
			       const struct seen *seen)
{
	struct wire_record zero = {.number = field->number, .type = wire_types[field->type]};
	size_t length = 0;
	uint8_t *bytes;

	if (!seen->first)
		return zero;
	if (field->type != KUBE_MESSAGE || seen->first == seen->last)
		return seen->last->record;
	for (const struct node *node = seen->first; node; node = node->next)
		length += wire_length(&node->record.bytes);
	zero.bytes.at = bytes = arena_alloc(d->arena, length + 1);
	zero.bytes.end = bytes + length;
	for (const struct node *node = seen->first; node; node = node->next) {
		if (wire_is_empty(&node->record.bytes))
			continue;
		memcpy(bytes, node->record.bytes.at, wire_length(&node->record.bytes));
		bytes += wire_length(&node->record.bytes);
	}
	return zero;
}

static bool add_single(struct decoder *d, const struct kube_field *field, const struct seen *seen,
		       struct json *object, struct err *err)
{
	struct wire_record record = join(d, field, seen);
	bool pointer = field->flags & KUBE_POINTER;
	struct json *value = NULL;

	if (!seen->first && (pointer || field->type == KUBE_BYTES))
		return add_nothing(d, field, object, err);
	if (!pointer && field->flags & KUBE_OMIT_EMPTY && is_empty(field, &record))
		return check_type(field, &record, err);
	if (!decode_value(d, field, &record, &value, err))
		return false;
	if (!pointer && field->flags & KUBE_OMIT_ZERO && json_is_null(value))
		json_free(value); /* only times are omitzero; tests/kube/test_protobuf.c */
	else
		json_add(object, field->name, value);
	return true;
}

static bool append(struct decoder *d, const struct kube_field *field, struct json *list,
		   size_t *index, const struct wire_record *record, struct err *err)
{
	struct json *value = NULL;

	enter(d, NULL, *index);
	if (!decode_value(d, field, record, &value, err))
		return false;
	leave(d);
	json_append(list, value);
	++*index;
	return true;
}

/* Numbers without tags, one after the other: proto3's way, which Go's generated code takes too. */
static bool append_packed(struct decoder *d, const struct kube_field *field, struct json *list,
			  size_t *index, struct wire bytes, struct err *err)
{
	struct wire_record record = {.number = field->number, .type = wire_types[field->type]};

	while (!wire_is_empty(&bytes)) {
		bool good = record.type == WIRE_VARINT
				    ? wire_varint(&bytes, &record.value, err)
				    : wire_fixed(&bytes, record.type == WIRE_FIXED64 ? 8 : 4,
						 &record.value, err);

		if (!good || !append(d, field, list, index, &record, err))
			return false;
	}
	return true;
}

static bool append_all(struct decoder *d, const struct kube_field *field, struct json *list,
		       const struct node *nodes, struct err *err)
{
	size_t index = 0;

	for (const struct node *node = nodes; node; node = node->next) {
		const struct wire_record *record = &node->record;
		bool packed = record->type == WIRE_BYTES && wire_types[field->type] != WIRE_BYTES;
		bool good = packed ? append_packed(d, field, list, &index, record->bytes, err)
				   : append(d, field, list, &index, record, err);

		if (!good)
			return false;
	}
	return true;
}

static void remember(struct decoder *d, struct seen *seen, const struct wire_record *record)
{
	struct node *node = arena_alloc(d->arena, sizeof(*node));

	node->record = *record;
	if (seen->last)
		seen->last->next = node;
	else
		seen->first = node;
	seen->last = node;
}

/* The elements of a list that is a message of its own, {1: repeated}. */
static bool unwrap(struct decoder *d, const struct node *nodes, struct seen *ret, struct err *err)
{
	for (const struct node *node = nodes; node; node = node->next) {
		struct wire wire = node->record.bytes;
		struct wire_record record;

		if (node->record.type != WIRE_BYTES)
			return err_set(err, ERR_INVALID, NULL,
				       "wrong wire type %d of field %" PRIu32, node->record.type,
				       node->record.number);
		while (!wire_is_empty(&wire)) {
			if (!wire_next(&wire, &record, err) || !count(d, err))
				return false;
			if (record.number == 1)
				remember(d, ret, &record);
		}
	}
	return true;
}

static bool add_list(struct decoder *d, const struct kube_field *field, const struct seen *seen,
		     struct json *object, struct err *err)
{
	_cleanup_(json_freep) struct json *list = json_new_array();
	struct seen elements = *seen;

	if (field->flags & KUBE_WRAPPED_LIST) {
		elements = (struct seen){NULL, NULL};
		if (!unwrap(d, seen->first, &elements, err))
			return false;
	}
	if (!append_all(d, field, list, elements.first, err))
		return false;
	if (!json_first(list))
		return add_nothing(d, field, object, err);
	json_add(object, field->name, steal(list));
	return true;
}

/** An entry of a map. */
struct entry {
	const char *key;	   /**< in the arena */
	size_t order;		   /**< as given: the last of equal keys counts */
	struct wire_record record; /**< its value */
};

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strcmp(a->key, b->key);

	return order ? order : a->order < b->order ? -1 : a->order > b->order;
}

static bool read_entry(struct decoder *d, const struct kube_field *field,
		       const struct wire_record *from, struct entry *ret, struct err *err)
{
	struct wire wire = from->bytes, key = {0};
	_cleanup_(freep) char *text = NULL;
	struct wire_record record;

	if (from->type != WIRE_BYTES)
		return err_set(err, ERR_INVALID, NULL, "wrong wire type %d of field %" PRIu32,
			       from->type, from->number);
	ret->record = (struct wire_record){
		.number = 2,
		.type = field->flags & KUBE_MAP_OF_LISTS ? WIRE_BYTES : wire_types[field->type]};
	while (!wire_is_empty(&wire)) {
		if (!wire_next(&wire, &record, err))
			return false;
		if (record.number == 1 && record.type != WIRE_BYTES)
			return err_set(err, ERR_INVALID, NULL, "wrong wire type %d of a key",
				       record.type);
		if (record.number == 1)
			key = record.bytes;
		else if (record.number == 2)
			ret->record = record;
	}
	if (!value_text(&key, &text, err))
		return false;
	ret->key = arena_strdup(d->arena, text);
	return true;
}

static bool add_entry(struct decoder *d, const struct kube_field *field, const struct entry *entry,
		      struct json *map, struct err *err)
{
	_cleanup_(json_freep) struct json *value = NULL;
	struct node node = {NULL, entry->record};
	struct seen elements = {NULL, NULL};

	enter(d, entry->key, NOT_INDEX);
	if (!(field->flags & KUBE_MAP_OF_LISTS)) {
		if (!decode_value(d, field, &entry->record, &value, err))
			return false;
	} else {
		value = json_new_array();
		if (!unwrap(d, &node, &elements, err) ||
		    !append_all(d, field, value, elements.first, err))
			return false;
		if (!json_first(value)) {
			json_free(value);
			value = json_new_null(); /* a nil list in Go */
		}
	}
	leave(d);
	json_add(map, entry->key, steal(value));
	return true;
}

static bool add_map(struct decoder *d, const struct kube_field *field, const struct seen *seen,
		    struct json *object, struct err *err)
{
	_cleanup_(json_freep) struct json *map = json_new_object();
	size_t n = 0, i = 0;
	struct entry *entries;

	for (const struct node *node = seen->first; node; node = node->next)
		n++;
	if (!n)
		return add_nothing(d, field, object, err);
	entries = arena_alloc(d->arena, n * sizeof(*entries));
	for (const struct node *node = seen->first; node; node = node->next, i++) {
		entries[i].order = i;
		if (!read_entry(d, field, &node->record, &entries[i], err))
			return false;
	}
	qsort(entries, n, sizeof(*entries), compare_entries); /* Go writes maps sorted by key */
	for (i = 0; i < n; i++)
		if (i + 1 == n || strcmp(entries[i].key, entries[i + 1].key) != 0)
			if (!add_entry(d, field, &entries[i], map, err))
				return false;
	json_add(object, field->name, steal(map));
	return true;
}

static bool add_field(struct decoder *d, const struct kube_field *field, const struct seen *seen,
		      struct json *object, struct err *err)
{
	struct wire_record record;

	if (field->flags & KUBE_INLINE) {
		if (field->flags & KUBE_POINTER && !seen->first)
			return true;
		record = join(d, field, seen);
		return check_type(field, &record, err) &&
		       decoder_fields(d, &kube_messages[field->message], record.bytes, object, err);
	}
	enter(d, field->name, NOT_INDEX);
	if (!(field->flags & KUBE_REPEATED ? add_list(d, field, seen, object, err)
	      : field->flags & KUBE_MAP	   ? add_map(d, field, seen, object, err)
					   : add_single(d, field, seen, object, err)))
		return false;
	leave(d);
	return true;
}

/* Adds a message's members to an object: its own, or that of the message which inlines it. */
bool decoder_fields(struct decoder *d, const struct kube_message *message, struct wire wire,
		    struct json *object, struct err *err)
{
	struct seen *seen = arena_alloc(d->arena, message->field_count * sizeof(*seen) + 1);
	struct wire_record record;

	while (!wire_is_empty(&wire)) {
		const struct kube_field *field;

		if (!wire_next(&wire, &record, err))
			return false;
		field = kube_message_number(message, record.number);
		if (!field)
			continue;
		if (!count(d, err))
			return false;
		remember(d, &seen[field - message->fields], &record);
	}
	for (size_t i = 0; i < message->field_count; i++)
		if (!add_field(d, &message->fields[i], &seen[i], object, err))
			return false;
	return true;
}
