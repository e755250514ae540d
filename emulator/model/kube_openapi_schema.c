/* The schemas of OpenAPI documents, out of the tables of messages. */
#include "emulator/model/kube_openapi_schema.h"

#include "emulator/base/strbuf.h"
#include "emulator/model/kube_openapi.h"

#define META	      "io.k8s.apimachinery.pkg.apis.meta.v1."
#define APIEXTENSIONS "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."

/** How a kube_type looks in a schema: by itself, or as a reference to a schema of that name. */
struct shown {
	const char *members; /**< of an inline schema */
	const char *name;    /**< of a schema of its own, with `members` */
	const char *zero;    /**< default of an element in a list or map that is no pointer */
};

static const struct shown shown[] = {
	[KUBE_STRING] = {"\"type\":\"string\"", NULL, "\"\""},
	[KUBE_BOOL] = {"\"type\":\"boolean\"", NULL, "false"},
	[KUBE_INT32] = {"\"format\":\"int32\",\"type\":\"integer\"", NULL, "0"},
	[KUBE_INT64] = {"\"format\":\"int64\",\"type\":\"integer\"", NULL, "0"},
	[KUBE_UINT32] = {"\"format\":\"int64\",\"type\":\"integer\"", NULL, "0"},
	[KUBE_UINT64] = {"\"format\":\"int64\",\"type\":\"integer\"", NULL, "0"},
	[KUBE_DOUBLE] = {"\"format\":\"double\",\"type\":\"number\"", NULL, "0"},
	[KUBE_FLOAT] = {"\"format\":\"float\",\"type\":\"number\"", NULL, "0"},
	[KUBE_BYTES] = {"\"format\":\"byte\",\"type\":\"string\"", NULL, NULL},
	[KUBE_MESSAGE] = {NULL, NULL, "{}"},
	[KUBE_TIME] = {"\"format\":\"date-time\",\"type\":\"string\"", META "Time", NULL},
	[KUBE_MICRO_TIME] = {"\"format\":\"date-time\",\"type\":\"string\"", META "MicroTime",
			     NULL},
	[KUBE_DURATION] = {"\"type\":\"string\"", META "Duration", NULL},
	[KUBE_QUANTITY] = {"\"oneOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]",
			   "io.k8s.apimachinery.pkg.api.resource.Quantity", NULL},
	[KUBE_INT_OR_STRING] = {"\"format\":\"int-or-string\",\"oneOf\":[{\"type\":\"integer\"},"
				"{\"type\":\"string\"}]",
				"io.k8s.apimachinery.pkg.util.intstr.IntOrString", NULL},
	[KUBE_RAW_EXTENSION] = {"\"type\":\"object\"",
				"io.k8s.apimachinery.pkg.runtime.RawExtension", NULL},
	[KUBE_FIELDS_V1] = {"\"type\":\"object\"", META "FieldsV1", NULL},
	[KUBE_JSON] = {"", APIEXTENSIONS "JSON", NULL},
	[KUBE_SCHEMA_OR_ARRAY] = {"", APIEXTENSIONS "JSONSchemaPropsOrArray", NULL},
	[KUBE_SCHEMA_OR_BOOL] = {"", APIEXTENSIONS "JSONSchemaPropsOrBool", NULL},
	[KUBE_SCHEMA_OR_STRINGS] = {"", APIEXTENSIONS "JSONSchemaPropsOrStringArray", NULL},
};

char *kube_openapi_name(const struct kube_message *message)
{
	/* "k8s.io/api/core/v1.Pod": the host backwards, slashes as dots */
	size_t host = strcspn(message->name, "/");
	struct strbuf sb;
	char *name;

	strbuf_init(&sb, strlen(message->name));
	for (size_t end = host, start = host; start > 0; end = start) {
		while (start > 0 && message->name[start - 1] != '.')
			start--;
		strbuf_add_bytes(&sb, message->name + start, end - start);
		if (start)
			strbuf_add_char(&sb, '.');
		start -= start > 0;
	}
	strbuf_add(&sb, message->name + host);
	name = strbuf_steal(&sb);
	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '.';
	return name;
}

void kube_schema_set_init(struct kube_schema_set *set)
{
	*set = (struct kube_schema_set){
		.messages = xcalloc(kube_message_count, sizeof(*set->messages))};
}

void kube_schema_set_done(struct kube_schema_set *set)
{
	free(set->messages);
	set->messages = NULL;
}

static void add_fields(struct kube_schema_set *set, const struct kube_message *message)
{
	for (size_t i = 0; i < message->field_count; i++) {
		const struct kube_field *field = &message->fields[i];

		if (field->flags & KUBE_INLINE)
			add_fields(set, &kube_messages[field->message]);
		else if (field->type == KUBE_MESSAGE)
			kube_schema_set_add(set, &kube_messages[field->message]);
		else
			set->special[field->type] = true;
	}
}

void kube_schema_set_add(struct kube_schema_set *set, const struct kube_message *message)
{
	bool *known = &set->messages[message - kube_messages];

	if (*known)
		return;
	*known = true;
	add_fields(set, message);
}

/* The type of a field, or of an element of a list or map, as members of a schema. */
static void add_type(struct strbuf *sb, const struct kube_field *field)
{
	const struct shown *row = &shown[field->type];

	if (field->type == KUBE_MESSAGE) {
		_cleanup_(freep) char *name = kube_openapi_name(&kube_messages[field->message]);

		strbuf_addf(sb, "\"allOf\":[{\"$ref\":\"#/components/schemas/%s\"}]", name);
	} else if (row->name) {
		strbuf_addf(sb, "\"allOf\":[{\"$ref\":\"#/components/schemas/%s\"}]", row->name);
	} else {
		strbuf_add(sb, row->members);
	}
}

static void add_element(struct strbuf *sb, const struct kube_field *field)
{
	strbuf_add_char(sb, '{');
	if (shown[field->type].zero)
		strbuf_addf(sb, "\"default\":%s,", shown[field->type].zero);
	add_type(sb, field);
	strbuf_add_char(sb, '}');
}

/* "port,protocol" as the elements of an array. */
static void add_keys(struct strbuf *sb, const char *keys)
{
	strbuf_add(sb, ",\"x-kubernetes-list-map-keys\":[");
	for (const char *key = keys; *key; key += strspn(key, ",")) {
		int length = (int)strcspn(key, ",");

		strbuf_addf(sb, "%s\"%.*s\"", key == keys ? "" : ",", length, key);
		key += length;
	}
	strbuf_add_char(sb, ']');
}

static void add_extensions(struct strbuf *sb, const struct kube_field *field)
{
	static const struct {
		unsigned flags;
		const char *text;
	} rows[] = {
		{KUBE_LIST_ATOMIC, "\"x-kubernetes-list-type\":\"atomic\""},
		{KUBE_LIST_SET, "\"x-kubernetes-list-type\":\"set\""},
		{KUBE_LIST_MAP, "\"x-kubernetes-list-type\":\"map\""},
		{KUBE_MAP_ATOMIC, "\"x-kubernetes-map-type\":\"atomic\""},
		{KUBE_PATCH_MERGE | KUBE_PATCH_RETAIN_KEYS,
		 "\"x-kubernetes-patch-strategy\":\"merge,retainKeys\""},
		{KUBE_PATCH_MERGE, "\"x-kubernetes-patch-strategy\":\"merge\""},
		{KUBE_PATCH_REPLACE, "\"x-kubernetes-patch-strategy\":\"replace\""},
		{KUBE_PATCH_RETAIN_KEYS, "\"x-kubernetes-patch-strategy\":\"retainKeys\""},
	};
	unsigned left = field->flags;

	for (size_t i = 0; i < array_size(rows); i++) {
		if ((left & rows[i].flags) != rows[i].flags)
			continue;
		strbuf_addf(sb, ",%s", rows[i].text);
		left &= ~rows[i].flags;
	}
	if (field->list_keys)
		add_keys(sb, field->list_keys);
	if (field->merge_key)
		strbuf_addf(sb, ",\"x-kubernetes-patch-merge-key\":\"%s\"", field->merge_key);
}

static void add_property(struct strbuf *sb, const struct kube_field *field)
{
	strbuf_addf(sb, "\"%s\":{", field->name);
	if (field->default_value)
		strbuf_addf(sb, "\"default\":%s,", field->default_value);
	if (field->flags & KUBE_MAP) {
		strbuf_add(sb, "\"type\":\"object\",\"additionalProperties\":");
		if (field->flags & KUBE_MAP_OF_LISTS)
			strbuf_add(sb, "{\"type\":\"array\",\"items\":");
		add_element(sb, field);
		if (field->flags & KUBE_MAP_OF_LISTS)
			strbuf_add_char(sb, '}');
	} else if (field->flags & KUBE_REPEATED) {
		strbuf_add(sb, "\"type\":\"array\",\"items\":");
		add_element(sb, field);
	} else {
		add_type(sb, field);
	}
	add_extensions(sb, field);
	strbuf_add_char(sb, '}');
}

/* Prints the properties and counts them; goes on behind `count` others. */
static size_t add_properties(struct strbuf *sb, const struct kube_message *message, size_t count)
{
	for (size_t i = 0; i < message->field_count; i++) {
		const struct kube_field *field = &message->fields[i];

		if (field->flags & KUBE_INLINE) {
			count = add_properties(sb, &kube_messages[field->message], count);
			continue;
		}
		strbuf_add(sb, count++ ? "," : ",\"properties\":{");
		add_property(sb, field);
	}
	return count;
}

static size_t add_required(struct strbuf *sb, const struct kube_message *message, size_t count)
{
	for (size_t i = 0; i < message->field_count; i++) {
		const struct kube_field *field = &message->fields[i];

		if (field->flags & KUBE_INLINE)
			count = add_required(sb, &kube_messages[field->message], count);
		else if (field->flags & KUBE_REQUIRED)
			strbuf_addf(sb, "%s\"%s\"", count++ ? "," : ",\"required\":[", field->name);
	}
	return count;
}

/* Kinds that are registered for every group are named for the core and the document's own. */
static void add_kinds(struct strbuf *sb, const struct kube_message *message, const char *group,
		      const char *version)
{
	bool everywhere = str_starts_with(message->name, "k8s.io/apimachinery/");
	size_t count = 0;

	for (size_t i = 0; i < kube_kind_count; i++) {
		const struct kube_kind *kind = &kube_kinds[i];
		bool core = !*kind->group && str_eq(kind->version, "v1");
		bool own = str_eq(kind->group, group) && str_eq(kind->version, version);

		if (&kube_messages[kind->message] != message || (everywhere && !core && !own))
			continue;
		strbuf_addf(sb, "%s{\"group\":\"%s\",\"kind\":\"%s\",\"version\":\"%s\"}",
			    count++ ? "," : ",\"x-kubernetes-group-version-kind\":[", kind->group,
			    kind->kind, kind->version);
	}
	if (count)
		strbuf_add_char(sb, ']');
}

static void add_message(struct strbuf *sb, const struct kube_message *message, const char *group,
			const char *version)
{
	_cleanup_(freep) char *name = kube_openapi_name(message);

	strbuf_addf(sb, "\"%s\":{\"type\":\"object\"", name);
	if (add_properties(sb, message, 0))
		strbuf_add_char(sb, '}');
	if (add_required(sb, message, 0))
		strbuf_add_char(sb, ']');
	add_kinds(sb, message, group, version);
	if (message->atomic)
		strbuf_add(sb, ",\"x-kubernetes-map-type\":\"atomic\"");
	strbuf_add_char(sb, '}');
}

void kube_schema_set_print(const struct kube_schema_set *set, struct strbuf *sb, const char *group,
			   const char *version)
{
	const char *comma = "";

	for (size_t i = 0; i < kube_message_count; i++) {
		if (!set->messages[i])
			continue;
		strbuf_add(sb, comma);
		add_message(sb, &kube_messages[i], group, version);
		comma = ",";
	}
	for (size_t i = 0; i < array_size(shown); i++) {
		if (!set->special[i] || !shown[i].name)
			continue;
		strbuf_addf(sb, "%s\"%s\":{%s}", comma, shown[i].name, shown[i].members);
		comma = ",";
	}
}
