/* The protobuf decoder: what the wire has, and the JSON that Kubernetes makes of it. */
#include "emulator/base/json.h"
#include "emulator/kube/protobuf.h"
#include "emulator/model/kube_model.h"
#include "tests/kube/protobuf_bodies.h"
#include "tests/lib/suite.h"

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
		only_times_are_omitzero,
		NULL,
	};

	return suite_main("protobuf", tests);
}
