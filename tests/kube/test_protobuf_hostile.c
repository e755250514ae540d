/* Protobuf bodies that nobody sane sends: refused with the reason, at little cost. */
#include "emulator/base/json.h"
#include "emulator/kube/protobuf.h"
#include "emulator/model/kube_model.h"
#include "tests/kube/protobuf_bodies.h"
#include "tests/lib/suite.h"

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

int main(void)
{
	const TTest *const tests[] = {
		what_is_no_such_body_is_refused,
		a_kind_that_the_envelope_leaves_out_is_the_fallback,
		a_refusal_names_the_member,
		a_message_nested_too_deep_is_refused,
		objects_in_objects_nested_too_deep_are_refused,
		a_short_body_cannot_ask_for_endless_values,
		NULL,
	};

	return suite_main("protobuf_hostile", tests);
}
