/*
 * The protobuf decoder against the goldens of k8s.io/api (made by Kubernetes: each kind as .pb and
 * .json), and against input that nobody sane sends.
 */
#include "tests/lib/suite.h"

#include <dirent.h>
#include <stdio.h>

#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/protobuf.h"
#include "emulator/model/kube_model.h"
#include "tests/lib/go_module.h"

/** A protobuf message under construction. */
static void put_varint(struct strbuf *sb, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		strbuf_add_char(sb, (char)(value | 0x80));
	strbuf_add_char(sb, (char)value);
}

static void put_number(struct strbuf *sb, unsigned field, uint64_t value)
{
	put_varint(sb, field << 3);
	put_varint(sb, value);
}

static void put_bytes(struct strbuf *sb, unsigned field, const char *bytes, size_t length)
{
	put_varint(sb, field << 3 | 2);
	put_varint(sb, length);
	strbuf_add_bytes(sb, bytes, length);
}

static void put_text(struct strbuf *sb, unsigned field, const char *text)
{
	put_bytes(sb, field, text, strlen(text));
}

/* Adds inner as a field of sb and empties it. */
static void put_message(struct strbuf *sb, unsigned field, struct strbuf *inner)
{
	put_bytes(sb, field, strbuf_text(inner), inner->length);
	strbuf_reset(inner);
}

/* The envelope of a message; message is emptied. */
static void wrap(struct strbuf *sb, const char *api_version, const char *kind,
		 struct strbuf *message)
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

static struct json *decoded(const struct strbuf *body)
{
	struct err err = ERR_INIT;
	struct json *ret = NULL;

	ck_assert_msg(protobuf_decode(body->text, body->length, NULL, &ret, &err), "%s",
		      err_text(&err));
	return ret;
}

static void check_text(const struct strbuf *body, const char *wanted)
{
	struct json *json = decoded(body);
	char *text = json_to_text(json);

	ck_assert_str_eq(text, wanted);
	free(text);
	json_free(json);
}

static void check_refused(const struct strbuf *body, int status, const char *message)
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

static char *read_file(const char *folder, const char *name, const char *end, size_t *ret_length)
{
	char *path = xasprintf("%s/%s%s", folder, name, end), *bytes = xmalloc(1 << 20);
	FILE *file = fopen(path, "rb");

	ck_assert_msg(file != NULL, "%s", path);
	*ret_length = fread(bytes, 1, 1 << 20, file);
	ck_assert_uint_lt(*ret_length, 1 << 20);
	fclose(file);
	free(path);
	return bytes;
}

static void check_golden(const char *folder, const char *name)
{
	size_t length, json_length;
	char *bytes = read_file(folder, name, ".pb", &length);
	char *text = read_file(folder, name, ".json", &json_length);
	struct json *json = NULL, *wanted;
	struct err err = ERR_INIT;
	/* The only golden without a kind in its envelope: a frame of a watch is no object of its
	 * own, so its kind is given, and its JSON has neither kind nor apiVersion. */
	const struct kube_kind *fallback =
		str_eq(name, "core.v1.WatchEvent") ? kube_model_kind("", "v1", "WatchEvent") : NULL;

	ck_assert_msg(json_parse(text, json_length, &wanted, &err), "%s", err_text(&err));
	ck_assert_msg(protobuf_decode(bytes, length, fallback, &json, &err), "%s: %s", name,
		      err_text(&err));
	if (!json_equal(json, wanted)) {
		char *got = json_to_text(json), *want = json_to_text(wanted);

		ck_abort_msg("%s:\n got %s\nwant %s", name, got, want);
	}
	json_free(json);
	json_free(wanted);
	free(bytes);
	free(text);
}

START_TEST(every_published_golden_decodes_to_its_json)
{
	char *folder = go_module_folder("k8s.io/api@v0.36.3/testdata/HEAD");
	struct dirent *entry;
	unsigned goldens = 0;
	DIR *dir;

	if (!folder) {
		printf("# SKIPPED: no goldens, run tools/modelgen/fetch-goldens\n");
		return;
	}
	dir = opendir(folder);
	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		if (!str_ends_with(entry->d_name, ".pb"))
			continue;
		entry->d_name[strlen(entry->d_name) - strlen(".pb")] = '\0';
		check_golden(folder, entry->d_name);
		goldens++;
	}
	ck_assert_uint_eq(goldens, 185);
	closedir(dir);
	free(folder);
}
END_TEST

/* The pieces that the tests below put together. */
struct fixture {
	struct strbuf body, message, inner;
};

static void fixture_init(struct fixture *f)
{
	strbuf_init(&f->body, 1 << 24);
	strbuf_init(&f->message, 1 << 24);
	strbuf_init(&f->inner, 1 << 24);
}

static void fixture_done(struct fixture *f)
{
	strbuf_done(&f->body);
	strbuf_done(&f->message);
	strbuf_done(&f->inner);
}

START_TEST(an_empty_service_has_what_go_writes_for_zero_values)
{
	struct fixture f;

	fixture_init(&f);
	wrap(&f.body, "v1", "Service", &f.message);
	check_text(&f.body,
		   "{\"kind\":\"Service\",\"apiVersion\":\"v1\",\"metadata\":{},\"spec\":{},"
		   "\"status\":{\"loadBalancer\":{}}}");
	strbuf_reset(&f.body);
	wrap(&f.body, "rbac.authorization.k8s.io/v1", "Role", &f.message);
	check_text(&f.body, "{\"kind\":\"Role\",\"apiVersion\":\"rbac.authorization.k8s.io/v1\","
			    "\"metadata\":{},\"rules\":null}");
	fixture_done(&f);
}
END_TEST

START_TEST(a_pointer_to_zero_is_kept_and_a_plain_zero_is_left_out)
{
	struct fixture f;

	fixture_init(&f);
	put_number(&f.inner, 1, 0); /* replicas: pointer */
	put_number(&f.inner, 5, 0); /* minReadySeconds: plain */
	put_message(&f.message, 2, &f.inner);
	wrap(&f.body, "apps/v1", "Deployment", &f.message);
	check_text(&f.body,
		   "{\"kind\":\"Deployment\",\"apiVersion\":\"apps/v1\",\"metadata\":{},\"spec\":{"
		   "\"replicas\":0,\"selector\":null,\"template\":{\"metadata\":{},\"spec\":{"
		   "\"containers\":null}},\"strategy\":{}},\"status\":{}}");
	fixture_done(&f);
}
END_TEST

START_TEST(a_creation_timestamp_is_left_out_when_zero_and_other_times_are_null)
{
	struct fixture f;
	struct json *json;

	fixture_init(&f);
	put_text(&f.inner, 8, ""); /* creationTimestamp: omitzero */
	put_text(&f.inner, 9, ""); /* deletionTimestamp: pointer */
	put_message(&f.message, 1, &f.inner);
	wrap(&f.body, "v1", "ConfigMap", &f.message);
	json = decoded(&f.body);
	ck_assert_ptr_null(json_find(json, "metadata", "creationTimestamp", NULL));
	ck_assert_ptr_nonnull(json_find(json, "metadata", "deletionTimestamp", NULL));
	ck_assert(json_is_null(json_find(json, "metadata", "deletionTimestamp", NULL)));
	json_free(json);
	fixture_done(&f);
}
END_TEST

/* A Lease with one renewTime or a Namespace with one creationTimestamp. */
static void check_time(uint64_t seconds, uint64_t nanos, bool micro, const char *wanted)
{
	struct fixture f;
	struct strbuf time;
	struct json *json;

	fixture_init(&f);
	strbuf_init(&time, 100);
	put_number(&time, 1, seconds);
	put_number(&time, 2, nanos);
	put_message(&f.inner, micro ? 4 : 8, &time);
	put_message(&f.message, micro ? 2 : 1, &f.inner);
	wrap(&f.body, micro ? "coordination.k8s.io/v1" : "v1", micro ? "Lease" : "Namespace",
	     &f.message);
	if (wanted) {
		json = decoded(&f.body);
		ck_assert_pstr_eq(
			micro ? json_find_str(json, "spec", "renewTime", NULL)
			      : json_find_str(json, "metadata", "creationTimestamp", NULL),
			wanted);
		json_free(json);
	} else {
		struct err err = ERR_INIT;

		ck_assert(!protobuf_decode(f.body.text, f.body.length, NULL, &json, &err));
		ck_assert_int_eq(err.status, 400);
		err_done(&err);
	}
	strbuf_done(&time);
	fixture_done(&f);
}

START_TEST(times_are_written_as_go_writes_them)
{
	check_time(1795423620, 123456789, false, "2026-11-23T08:47:00Z");
	check_time(1795423620, 123456789, true, "2026-11-23T08:47:00.123456Z");
	check_time(1795423620, 0, true, "2026-11-23T08:47:00.000000Z");
	check_time(0, 0, false, "1970-01-01T00:00:00Z");
	check_time((uint64_t)-1, 0, false, "1969-12-31T23:59:59Z");
	check_time((uint64_t)-62135596799, 0, false, "0001-01-01T00:00:01Z");
	check_time(253402300799, 0, false, "9999-12-31T23:59:59Z");
	check_time(253402300800, 0, false, NULL);
	check_time((uint64_t)-62135596801, 0, false, NULL);
	check_time((uint64_t)1 << 63, 0, false, NULL);
	check_time(0, 1000000000, true, NULL);
	check_time(0, (uint64_t)-1, true, NULL);
}
END_TEST

START_TEST(an_int_or_string_is_one_or_the_other)
{
	struct fixture f;
	struct strbuf port, value;
	struct json *json;

	fixture_init(&f);
	strbuf_init(&port, 1000);
	strbuf_init(&value, 1000);
	for (int i = 0; i < 3; i++) {
		put_number(&value, 1, (uint64_t)i);
		put_number(&value, 2, 8080);
		put_text(&value, 3, "http");
		put_message(&port, 4, &value);
		put_message(&f.inner, 1, &port);
		put_message(&f.message, 2, &f.inner);
		wrap(&f.body, "v1", "Service", &f.message);
		if (i == 2) {
			check_refused(&f.body, 400,
				      "spec.ports[0].targetPort: an IntOrString is a number (0) or "
				      "a text (1), not 2");
			break;
		}
		json = decoded(&f.body);
		const struct json *target =
			json_get(json_at(json_find(json, "spec", "ports", NULL), 0), "targetPort");
		ck_assert_pstr_eq(json_str(target), i ? "http" : NULL);
		ck_assert_int_eq(json_is_number(target), !i);
		json_free(json);
		strbuf_reset(&f.body);
	}
	strbuf_done(&port);
	strbuf_done(&value);
	fixture_done(&f);
}
END_TEST

START_TEST(a_message_given_twice_is_merged_and_a_scalar_is_the_last)
{
	struct fixture f;
	struct json *json;

	fixture_init(&f);
	put_text(&f.inner, 1, "first");
	put_text(&f.inner, 3, "kept");
	put_message(&f.message, 1, &f.inner);
	put_text(&f.inner, 1, "second");
	put_message(&f.message, 1, &f.inner);
	wrap(&f.body, "v1", "Service", &f.message);
	json = decoded(&f.body);
	ck_assert_str_eq(json_find_str(json, "metadata", "name", NULL), "second");
	ck_assert_str_eq(json_find_str(json, "metadata", "namespace", NULL), "kept");
	json_free(json);
	fixture_done(&f);
}
END_TEST

START_TEST(maps_are_sorted_and_the_last_of_equal_keys_counts)
{
	static const char *const pairs[][2] = {{"b", "1"}, {"a", "2"}, {"b", "3"}};
	struct fixture f;
	struct strbuf entry;

	fixture_init(&f);
	strbuf_init(&entry, 100);
	for (size_t i = 0; i < array_size(pairs); i++) {
		put_text(&entry, 1, pairs[i][0]);
		put_text(&entry, 2, pairs[i][1]);
		put_message(&f.message, 2, &entry);
	}
	put_text(&f.message, 2, ""); /* neither key nor value */
	wrap(&f.body, "v1", "ConfigMap", &f.message);
	check_text(&f.body,
		   "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{},\"data\":{"
		   "\"\":\"\",\"a\":\"2\",\"b\":\"3\"}}");
	strbuf_done(&entry);
	fixture_done(&f);
}
END_TEST

START_TEST(invalid_utf8_is_replaced_and_a_nul_is_refused)
{
	struct fixture f;
	struct json *json;

	fixture_init(&f);
	put_bytes(&f.inner, 1, "a\xff\xc3z", 4);
	put_message(&f.message, 1, &f.inner);
	wrap(&f.body, "v1", "Service", &f.message);
	json = decoded(&f.body);
	ck_assert_str_eq(json_find_str(json, "metadata", "name", NULL),
			 "a\xef\xbf\xbd\xef\xbf\xbdz");
	json_free(json);
	strbuf_reset(&f.body);
	put_bytes(&f.inner, 1, "a\0b", 3);
	put_message(&f.message, 1, &f.inner);
	wrap(&f.body, "v1", "Service", &f.message);
	check_refused(&f.body, 400, "metadata.name: text with U+0000 in it");
	fixture_done(&f);
}
END_TEST

START_TEST(unknown_fields_are_skipped)
{
	struct fixture f;

	fixture_init(&f);
	put_text(&f.message, 1000, "something newer");
	put_number(&f.message, 1001, 5);
	put_varint(&f.message, 1002 << 3 | 1);
	strbuf_add_bytes(&f.message, "12345678", 8);
	put_varint(&f.message, 1003 << 3 | 5);
	strbuf_add_bytes(&f.message, "1234", 4);
	wrap(&f.body, "v1", "ConfigMap", &f.message);
	check_text(&f.body, "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{}}");
	fixture_done(&f);
}
END_TEST

START_TEST(packed_numbers_are_read_as_gos_code_reads_them)
{
	struct fixture f;
	struct json *json;

	fixture_init(&f);
	strbuf_add_bytes(&f.inner, "\x01\x96\x01", 3);
	put_message(&f.message, 4, &f.inner);  /* PodSecurityContext.supplementalGroups */
	put_message(&f.inner, 14, &f.message); /* PodSpec.securityContext */
	put_message(&f.message, 2, &f.inner);
	wrap(&f.body, "v1", "Pod", &f.message);
	json = decoded(&f.body);
	char *text = json_to_text(json_find(json, "spec", "securityContext", NULL));
	ck_assert_str_eq(text, "{\"supplementalGroups\":[1,150]}");
	free(text);
	json_free(json);
	fixture_done(&f);
}
END_TEST

START_TEST(raw_extensions_hold_json_or_an_object_of_their_own)
{
	struct fixture f;
	struct strbuf inner_body;
	struct json *json;

	fixture_init(&f);
	strbuf_init(&inner_body, 1000);
	put_text(&f.inner, 1, "{\"x\":[1,2.50,9007199254740993]}");
	put_message(&f.message, 2, &f.inner); /* List.items */
	strbuf_reset(&f.inner);
	wrap(&inner_body, "v1", "ConfigMap", &f.inner);
	put_message(&f.inner, 1, &inner_body);
	put_message(&f.message, 2, &f.inner);
	put_text(&f.message, 2, "");
	wrap(&f.body, "v1", "List", &f.message);
	json = decoded(&f.body);
	char *text = json_to_text(json_get(json, "items"));
	ck_assert_str_eq(text, "[{\"x\":[1,2.5,9007199254740993]},{\"kind\":\"ConfigMap\","
			       "\"apiVersion\":\"v1\",\"metadata\":{}},null]");
	free(text);
	json_free(json);
	strbuf_reset(&f.body);
	put_text(&f.inner, 1, "{\"x\":");
	put_message(&f.message, 2, &f.inner);
	wrap(&f.body, "v1", "List", &f.message);
	check_refused(&f.body, 400, "items[0]: line 1 column 6: unexpected end of the text");
	strbuf_done(&inner_body);
	fixture_done(&f);
}
END_TEST

/* CustomResourceDefinition.spec.versions[0].schema.openAPIV3Schema = props. */
static struct json *crd_schema(struct strbuf *props, struct fixture *f)
{
	struct json *json, *ret;

	put_message(&f->inner, 1, props);
	put_message(&f->message, 4, &f->inner);
	put_message(&f->inner, 7, &f->message);
	put_message(&f->message, 2, &f->inner);
	strbuf_reset(&f->body);
	wrap(&f->body, "apiextensions.k8s.io/v1", "CustomResourceDefinition", &f->message);
	json = decoded(&f->body);
	ret = json_copy(json_find(json_at(json_find(json, "spec", "versions", NULL), 0), "schema",
				  "openAPIV3Schema", NULL));
	json_free(json);
	return ret;
}

START_TEST(schemas_of_definitions_have_their_unions)
{
	struct fixture f;
	struct strbuf props, either, schema;
	struct json *json;
	char *text;

	fixture_init(&f);
	strbuf_init(&props, 1000);
	strbuf_init(&either, 1000);
	strbuf_init(&schema, 1000);
	put_text(&schema, 5, "string");
	put_message(&either, 1, &schema);
	put_message(&props, 24, &either); /* items: a schema */
	put_number(&either, 1, 1);
	put_message(&props, 30, &either); /* additionalProperties: true */
	put_text(&schema, 5, "integer");
	put_message(&either, 2, &schema);
	put_message(&props, 33, &either); /* additionalItems: a schema */
	put_text(&either, 1, "{\"a\":1}");
	put_message(&props, 8, &either); /* default */
	json = crd_schema(&props, &f);
	text = json_to_text(json);
	ck_assert_str_eq(text, "{\"default\":{\"a\":1},\"items\":{\"type\":\"string\"},"
			       "\"additionalProperties\":true,"
			       "\"additionalItems\":{\"type\":\"integer\"}}");
	free(text);
	json_free(json);
	strbuf_done(&props);
	strbuf_done(&either);
	strbuf_done(&schema);
	fixture_done(&f);
}
END_TEST

START_TEST(what_is_no_such_body_is_refused)
{
	static const struct {
		const char *bytes;
		size_t length;
		const char *message;
	} rows[] = {
		{"", 0, "empty data"},
		{"k8", 2,
		 "provided data does not appear to be a protobuf message, expected prefix [107 56 "
		 "115 0]"},
		{"{}{}", 4,
		 "provided data does not appear to be a protobuf message, expected prefix [107 56 "
		 "115 0]"},
		{"k8s\0", 4, "empty body"},
		{"k8s\0\x0a", 5, "field 1: the body ends within a number"},
		{"k8s\0\x0a\x05v1", 8, "field 1: a length of 5 bytes where only 2 are left"},
		{"k8s\0\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 15,
		 "field 1: a length of 18446744073709551615 bytes where only 0 are left"},
		{"k8s\0\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 15,
		 "field 1: a number has more than 64 bits"},
		{"k8s\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 15,
		 "a number has more than 64 bits"},
		{"k8s\0\x02\x00", 6, "illegal field number 0"},
		{"k8s\0\x0b\x0c", 6, "illegal wire type 3 of field 1"},
		{"k8s\0\x0e", 5, "illegal wire type 6 of field 1"},
		{"k8s\0\x08\x01", 6, "wrong wire type 0 of field 1"},
		{"k8s\0\x1a\x04gzip", 10, "content encoding \"gzip\" is not supported"},
		{"k8s\0\x12\x00", 6,
		 "Object 'Kind' is missing in 'runtime.TypeMeta{APIVersion:\"\", Kind:\"\"}'"},
		{"k8s\0\x0a\x05\x12\x03Pod", 11,
		 "Object 'apiVersion' is missing in 'runtime.TypeMeta{APIVersion:\"\", "
		 "Kind:\"Pod\"}'"},
		{"k8s\0\x0a\x09\x0a\x02v9\x12\x03Pod", 15,
		 "no kind \"Pod\" is registered for version \"v9\""},
		{"k8s\0\x0a\x0d\x0a\x06x.y/v1\x12\x03Pod", 19,
		 "no kind \"Pod\" is registered for version \"x.y/v1\""},
	};

	for (size_t i = 0; i < array_size(rows); i++) {
		/* a copy of the exact length, so that a sanitizer sees a byte too far */
		char *bytes = xmalloc(rows[i].length + 1);
		struct strbuf body = {.text = bytes, .length = rows[i].length};

		memcpy(bytes, rows[i].bytes, rows[i].length);
		check_refused(&body, 400, rows[i].message);
		free(bytes);
	}
}
END_TEST

START_TEST(a_kind_that_the_envelope_leaves_out_is_the_fallback)
{
	const struct kube_kind *options = kube_model_kind("", "v1", "DeleteOptions");
	struct err err = ERR_INIT;
	struct json *json;
	char *text;

	ck_assert_ptr_nonnull(options);
	ck_assert(protobuf_decode("k8s\0\x12\x02\x08\x05", 8, options, &json, &err));
	text = json_to_text(json);
	ck_assert_str_eq(text, "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\","
			       "\"gracePeriodSeconds\":5}");
	free(text);
	json_free(json);
}
END_TEST

START_TEST(a_refusal_names_the_member)
{
	struct fixture f;
	struct strbuf port;

	fixture_init(&f);
	strbuf_init(&port, 1000);
	put_number(&port, 3, 80);
	put_message(&f.inner, 1, &port);
	put_text(&port, 3, "eighty");
	put_message(&f.inner, 1, &port);
	put_message(&f.message, 2, &f.inner);
	wrap(&f.body, "v1", "Service", &f.message);
	check_refused(&f.body, 400, "spec.ports[1].port: wrong wire type 2 of field 3");
	strbuf_reset(&f.body);
	put_text(&port, 1, "app");
	put_number(&port, 2, 5);
	put_message(&f.inner, 2, &port);
	put_message(&f.message, 2, &f.inner);
	wrap(&f.body, "v1", "Service", &f.message);
	check_refused(&f.body, 400, "spec.selector.app: wrong wire type 0 of field 2");
	strbuf_done(&port);
	fixture_done(&f);
}
END_TEST

START_TEST(a_message_nested_too_deep_is_refused)
{
	struct fixture f;
	struct err err = ERR_INIT;
	struct json *json;

	fixture_init(&f);
	/* JSONSchemaProps.not is a JSONSchemaProps */
	for (int i = 0; i < 200; i++) {
		strbuf_reset(&f.message);
		put_message(&f.message, 28, &f.inner);
		strbuf_add_bytes(&f.inner, f.message.text, f.message.length);
	}
	strbuf_reset(&f.message);
	put_message(&f.message, 1, &f.inner);
	put_message(&f.inner, 4, &f.message);
	put_message(&f.message, 7, &f.inner);
	put_message(&f.inner, 2, &f.message);
	wrap(&f.body, "apiextensions.k8s.io/v1", "CustomResourceDefinition", &f.inner);
	ck_assert(!protobuf_decode(f.body.text, f.body.length, NULL, &json, &err));
	ck_assert(str_ends_with(err_text(&err), "more than 100 messages deep"));
	ck_assert_int_eq(err.status, 400);
	err_done(&err);
	fixture_done(&f);
}
END_TEST

START_TEST(objects_in_objects_nested_too_deep_are_refused)
{
	struct fixture f;
	struct err err = ERR_INIT;
	struct json *json;

	fixture_init(&f);
	wrap(&f.body, "v1", "List", &f.message);
	for (int i = 0; i < 200; i++) {
		put_message(&f.inner, 1, &f.body);
		put_message(&f.message, 2, &f.inner);
		wrap(&f.body, "v1", "List", &f.message);
	}
	ck_assert(!protobuf_decode(f.body.text, f.body.length, NULL, &json, &err));
	ck_assert(str_ends_with(err_text(&err), "more than 100 messages deep"));
	err_done(&err);
	fixture_done(&f);
}
END_TEST

START_TEST(a_short_body_cannot_ask_for_endless_values)
{
	struct fixture f;
	struct err err = ERR_INIT;
	struct json *json;

	fixture_init(&f);
	for (int i = 0; i < 200000; i++)
		put_text(&f.message, 2, ""); /* PodList.items: an empty Pod each */
	wrap(&f.body, "v1", "PodList", &f.message);
	ck_assert(!protobuf_decode(f.body.text, f.body.length, NULL, &json, &err));
	ck_assert_int_eq(err.status, 413);
	ck_assert_str_eq(err.wire, "RequestEntityTooLarge");
	ck_assert(str_ends_with(err_text(&err), ": more than 500000 values"));
	err_done(&err);
	fixture_done(&f);
}
END_TEST

/* Whatever is cut off or changed must be refused or decoded, never crash (run under ASan). */
START_TEST(every_cut_of_a_golden_and_every_changed_byte_is_survived)
{
	char *folder = go_module_folder("k8s.io/api@v0.36.3/testdata/HEAD"), *bytes;
	size_t length;

	if (!folder) {
		printf("# SKIPPED: no goldens, run tools/modelgen/fetch-goldens\n");
		return;
	}
	bytes = read_file(folder, "core.v1.Service", ".pb", &length);
	for (size_t i = 0; i < length; i++) {
		struct err err = ERR_INIT;
		struct json *json = NULL;
		char *cut = xmalloc(i + 1);

		memcpy(cut, bytes, i);
		if (protobuf_decode(cut, i, NULL, &json, &err))
			json_free(json);
		err_done(&err);
		free(cut);
	}
	for (size_t i = 0; i < 255 * length; i++) {
		struct err err = ERR_INIT;
		struct json *json = NULL;
		char old = bytes[i / 255];

		bytes[i / 255] = (char)(old + 1 + (int)(i % 255));
		if (protobuf_decode(bytes, length, NULL, &json, &err))
			json_free(json);
		bytes[i / 255] = old;
		err_done(&err);
	}
	free(bytes);
	free(folder);
}
END_TEST

/* One body of a recorded exchange; 1 when there was one in protobuf. */
static unsigned check_recorded(const struct json *exchange, const char *headers, const char *body)
{
	const char *type = json_find_str(exchange, headers, "Content-Type", NULL);
	const char *text = json_get_str(exchange, body);
	struct err err = ERR_INIT;
	struct json *json = NULL;
	uint8_t *bytes;
	size_t length;

	if (!str_eq(type, PROTOBUF_TYPE) || !text || !*text ||
	    json_find(exchange, headers, "Content-Encoding", NULL))
		return 0;
	ck_assert(base64_decode(text, strlen(text), &bytes, &length));
	ck_assert_msg(protobuf_decode(bytes, length, NULL, &json, &err), "%s %s: %s",
		      json_get_str(exchange, "method"), json_get_str(exchange, "path"),
		      err_text(&err));
	ck_assert_ptr_nonnull(json_get_str(json, "kind"));
	json_free(json);
	free(bytes);
	return 1;
}

static unsigned check_recording(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *line = NULL;
	FILE *file = fopen(path, "r");
	unsigned bodies = 0;
	size_t room = 0;
	ssize_t length;

	ck_assert_msg(file != NULL, "%s", path);
	while ((length = getline(&line, &room, file)) > 0) {
		struct err err = ERR_INIT;
		struct json *exchange = NULL;

		ck_assert_msg(json_parse(line, (size_t)length, &exchange, &err), "%s",
			      err_text(&err));
		bodies += check_recorded(exchange, "req_headers", "req_body_b64");
		bodies += check_recorded(exchange, "resp_headers", "resp_body_b64");
		json_free(exchange);
	}
	fclose(file);
	free(line);
	free(path);
	return bodies;
}

START_TEST(whatever_the_real_controllers_and_the_real_server_said_is_decoded)
{
	char *folder = xasprintf("%s/../shared/data/recorded", getenv("SKYRIG_SOURCE"));
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned bodies = 0;

	if (!dir) {
		printf("# SKIPPED: no ../shared\n");
		free(folder);
		return;
	}
	while ((entry = readdir(dir)))
		if (str_ends_with(entry->d_name, ".jsonl"))
			bodies += check_recording(folder, entry->d_name);
	ck_assert_uint_ge(bodies, 67);
	closedir(dir);
	free(folder);
}
END_TEST

START_TEST(only_times_are_omitzero)
{
	for (size_t i = 0; i < kube_message_count; i++)
		for (size_t j = 0; j < kube_messages[i].field_count; j++) {
			const struct kube_field *field = &kube_messages[i].fields[j];

			ck_assert(!(field->flags & KUBE_OMIT_ZERO) || field->type == KUBE_TIME);
		}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_published_golden_decodes_to_its_json,
		an_empty_service_has_what_go_writes_for_zero_values,
		a_pointer_to_zero_is_kept_and_a_plain_zero_is_left_out,
		a_creation_timestamp_is_left_out_when_zero_and_other_times_are_null,
		times_are_written_as_go_writes_them,
		an_int_or_string_is_one_or_the_other,
		a_message_given_twice_is_merged_and_a_scalar_is_the_last,
		maps_are_sorted_and_the_last_of_equal_keys_counts,
		invalid_utf8_is_replaced_and_a_nul_is_refused,
		unknown_fields_are_skipped,
		packed_numbers_are_read_as_gos_code_reads_them,
		raw_extensions_hold_json_or_an_object_of_their_own,
		schemas_of_definitions_have_their_unions,
		what_is_no_such_body_is_refused,
		a_kind_that_the_envelope_leaves_out_is_the_fallback,
		a_refusal_names_the_member,
		a_message_nested_too_deep_is_refused,
		objects_in_objects_nested_too_deep_are_refused,
		a_short_body_cannot_ask_for_endless_values,
		every_cut_of_a_golden_and_every_changed_byte_is_survived,
		whatever_the_real_controllers_and_the_real_server_said_is_decoded,
		only_times_are_omitzero,
		NULL,
	};

	return suite_main("protobuf", tests);
}
