/* The generated Kubernetes tables: complete, sorted, in range, and equal to an independent list. */
#include "emulator/base/json.h"
#include "emulator/model/kube_model.h"
#include <check.h>
#include <stdio.h>

static const struct kube_message *message(const char *name)
{
	const struct kube_message *found = kube_model_message(name);

	ck_assert_msg(found != NULL, "no message %s", name);
	return found;
}

static const struct kube_field *field(const char *message_name, const char *name)
{
	const struct kube_field *found = kube_message_field(message(message_name), name);

	ck_assert_msg(found != NULL, "no field %s in %s", name, message_name);
	return found;
}

static const struct kube_resource *resource(const char *group, const char *version,
					    const char *name)
{
	const struct kube_resource *found = kube_model_resource(group, version, name);

	ck_assert_msg(found != NULL, "no resource %s", name);
	return found;
}

START_TEST(messages_and_kinds_are_sorted_without_doubles_and_found)
{
	for (size_t i = 0; i < kube_message_count; i++) {
		ck_assert(i == 0 || strcmp(kube_messages[i - 1].name, kube_messages[i].name) < 0);
		ck_assert_ptr_eq(kube_model_message(kube_messages[i].name), &kube_messages[i]);
	}
	for (size_t i = 0; i < kube_kind_count; i++) {
		const struct kube_kind *kind = &kube_kinds[i];

		ck_assert_uint_lt(kind->message, kube_message_count);
		ck_assert_ptr_eq(kube_model_kind(kind->group, kind->version, kind->kind), kind);
	}
	ck_assert_str_eq(kube_model_version, "v1.36.3");
}
END_TEST

static void check_field(const struct kube_message *m, const struct kube_field *f)
{
	unsigned lists = !!(f->flags & KUBE_LIST_ATOMIC) + !!(f->flags & KUBE_LIST_SET) +
			 !!(f->flags & KUBE_LIST_MAP);

	ck_assert_uint_lt(f->message, kube_message_count);
	ck_assert_int_le(f->type, KUBE_SCHEMA_OR_STRINGS);
	ck_assert_uint_lt(f->number, 1 << 29);
	ck_assert_msg(lists <= 1, "%s.%s: %u list types", m->name, f->name, lists);
	/* bytes are a list of numbers to Go: APIServiceSpec.caBundle is marked */
	ck_assert(!lists || f->flags & KUBE_REPEATED || f->type == KUBE_BYTES);
	ck_assert_int_eq(!!(f->flags & KUBE_LIST_MAP), f->list_keys != NULL);
	ck_assert_int_eq(!!(f->flags & KUBE_INLINE), f->name[0] == '\0');
	ck_assert(!(f->flags & KUBE_INLINE) || f->type == KUBE_MESSAGE);
	ck_assert(!(f->flags & KUBE_REPEATED) || !(f->flags & KUBE_MAP));
	ck_assert(!(f->flags & KUBE_MAP_OF_LISTS) || f->flags & KUBE_MAP);
}

START_TEST(fields_are_consistent_and_numbers_unique)
{
	size_t fields = 0;

	for (size_t i = 0; i < kube_message_count; i++) {
		const struct kube_message *m = &kube_messages[i];

		fields += m->field_count;
		for (size_t j = 0; j < m->field_count; j++) {
			const struct kube_field *f = &m->fields[j];

			check_field(m, f);
			if (f->number)
				ck_assert_ptr_eq(kube_message_number(m, f->number), f);
			if (!(f->flags & KUBE_INLINE))
				ck_assert_ptr_eq(kube_message_field(m, f->name), f);
		}
	}
	ck_assert_uint_gt(fields, 4032);
}
END_TEST

START_TEST(every_key_of_a_list_is_a_member_of_its_elements)
{
	for (size_t i = 0; i < kube_message_count; i++)
		for (size_t j = 0; j < kube_messages[i].field_count; j++) {
			const struct kube_field *f = &kube_messages[i].fields[j];
			char *keys = f->list_keys ? xstrdup(f->list_keys) : NULL, *rest = keys;

			for (char *key; keys && (key = strsep(&rest, ","));)
				ck_assert_ptr_nonnull(
					kube_message_field(&kube_messages[f->message], key));
			free(keys);
			if (f->merge_key)
				ck_assert_ptr_nonnull(kube_message_field(&kube_messages[f->message],
									 f->merge_key));
		}
}
END_TEST

START_TEST(what_does_not_exist_is_not_found)
{
	ck_assert_ptr_null(kube_model_resource("", "v1", "service"));
	ck_assert_ptr_null(kube_model_resource("apps", "v1", "services"));
	ck_assert_ptr_null(kube_model_kind("", "v1", "service"));
	ck_assert_ptr_null(kube_model_kind("", "v2", "Service"));
	ck_assert_ptr_null(kube_model_message("k8s.io/api/core/v1.ServiceSpe"));
	ck_assert_ptr_null(
		kube_message_field(message("k8s.io/api/core/v1.ServiceSpec"), "clusterIp"));
	ck_assert_ptr_null(kube_message_field(message("k8s.io/api/core/v1.ServiceSpec"), ""));
	ck_assert_ptr_null(kube_message_number(message("k8s.io/api/core/v1.ServiceSpec"), 0));
	ck_assert_ptr_null(kube_message_number(message("k8s.io/api/core/v1.ServiceSpec"), 999));
}
END_TEST

START_TEST(a_service_spec_has_the_fields_that_dual_stack_needs)
{
	const char *spec = "k8s.io/api/core/v1.ServiceSpec";

	ck_assert_uint_eq(field(spec, "ipFamilyPolicy")->number, 17);
	ck_assert(field(spec, "ipFamilyPolicy")->flags & KUBE_POINTER);
	ck_assert_uint_eq(field(spec, "clusterIPs")->number, 18);
	ck_assert_uint_eq(field(spec, "ipFamilies")->number, 19);
	ck_assert(field(spec, "ipFamilies")->flags & KUBE_LIST_ATOMIC);
	ck_assert(field(spec, "selector")->flags & KUBE_MAP_ATOMIC);
	ck_assert_str_eq(field(spec, "ports")->merge_key, "port");
	ck_assert_str_eq(field(spec, "ports")->list_keys, "port,protocol");
	ck_assert_str_eq(field("k8s.io/api/core/v1.ServicePort", "protocol")->default_value,
			 "\"TCP\"");
	ck_assert_int_eq(field("k8s.io/api/core/v1.ServicePort", "targetPort")->type,
			 KUBE_INT_OR_STRING);
	ck_assert(field("k8s.io/api/core/v1.ServicePort", "port")->flags & KUBE_REQUIRED);
}
END_TEST

START_TEST(inlined_members_are_found_in_the_parent)
{
	const struct kube_field *f = field("k8s.io/api/core/v1.ConfigMapKeySelector", "name");

	ck_assert_uint_eq(f->number, 1);
	ck_assert_int_eq(f->type, KUBE_STRING);
	ck_assert_int_eq(field("k8s.io/api/core/v1.Pod", "apiVersion")->type, KUBE_STRING);
	ck_assert_uint_eq(field("k8s.io/api/core/v1.Volume", "configMap")->number, 19);
}
END_TEST

START_TEST(special_types_are_marked)
{
	const char *meta = "k8s.io/apimachinery/pkg/apis/meta/v1.ObjectMeta";
	const char *schema =
		"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1.JSONSchemaProps";

	ck_assert_int_eq(field(meta, "creationTimestamp")->type, KUBE_TIME);
	ck_assert(field(meta, "creationTimestamp")->flags & KUBE_OMIT_ZERO);
	ck_assert(field(meta, "ownerReferences")->flags & KUBE_LIST_MAP);
	ck_assert_str_eq(field(meta, "ownerReferences")->list_keys, "uid");
	ck_assert_int_eq(
		field("k8s.io/apimachinery/pkg/apis/meta/v1.ManagedFieldsEntry", "fieldsV1")->type,
		KUBE_FIELDS_V1);
	ck_assert_int_eq(field("k8s.io/api/coordination/v1.LeaseSpec", "renewTime")->type,
			 KUBE_MICRO_TIME);
	ck_assert_int_eq(field("k8s.io/api/core/v1.ResourceRequirements", "limits")->type,
			 KUBE_QUANTITY);
	ck_assert(field("k8s.io/api/core/v1.ResourceRequirements", "limits")->flags & KUBE_MAP);
	ck_assert_int_eq(field("k8s.io/api/core/v1.Secret", "data")->type, KUBE_BYTES);
	ck_assert(field("k8s.io/api/authentication/v1.UserInfo", "extra")->flags &
		  KUBE_MAP_OF_LISTS);
	ck_assert(field("k8s.io/apimachinery/pkg/apis/meta/v1.APIResource", "verbs")->flags &
		  KUBE_WRAPPED_LIST);
	ck_assert_int_eq(field(schema, "items")->type, KUBE_SCHEMA_OR_ARRAY);
	ck_assert_int_eq(field(schema, "additionalProperties")->type, KUBE_SCHEMA_OR_BOOL);
	ck_assert_int_eq(field(schema, "dependencies")->type, KUBE_SCHEMA_OR_STRINGS);
	ck_assert_int_eq(field(schema, "default")->type, KUBE_JSON);
	ck_assert_int_eq(field(schema, "maximum")->type, KUBE_DOUBLE);
	ck_assert(message("k8s.io/apimachinery/pkg/apis/meta/v1.LabelSelector")->atomic);
	ck_assert(!message("k8s.io/api/core/v1.ServiceSpec")->atomic);
}
END_TEST

START_TEST(resources_are_those_of_discovery)
{
	const struct kube_resource *r = resource("", "v1", "services");

	ck_assert_str_eq(kube_resources[0].resource, "bindings");
	ck_assert_uint_eq(kube_resource_count, 150);
	ck_assert_str_eq(r->singular, "service");
	ck_assert_str_eq(r->kind, "Service");
	ck_assert_str_eq(r->short_names, "svc");
	ck_assert_str_eq(r->categories, "all");
	ck_assert(r->namespaced);
	ck_assert_int_eq(r->verbs, 255);
	ck_assert_str_eq(kube_messages[r->message].name, "k8s.io/api/core/v1.Service");
	r = resource("", "v1", "services/status");
	ck_assert_int_eq(r->verbs, VERB_GET | VERB_PATCH | VERB_UPDATE);
	ck_assert_str_eq(r->singular, "");
	r = resource("", "v1", "pods/eviction");
	ck_assert_str_eq(r->kind_group, "policy");
	ck_assert_str_eq(r->kind_version, "v1");
	ck_assert_str_eq(kube_messages[r->message].name, "k8s.io/api/policy/v1.Eviction");
	ck_assert(!resource("", "v1", "nodes")->namespaced);
	ck_assert_ptr_nonnull(resource("apiextensions.k8s.io", "v1", "customresourcedefinitions"));
	ck_assert_ptr_nonnull(resource("apiregistration.k8s.io", "v1", "apiservices/status"));
}
END_TEST

START_TEST(each_resource_has_the_message_of_its_kind)
{
	for (size_t i = 0; i < kube_resource_count; i++) {
		const struct kube_resource *r = &kube_resources[i];
		const struct kube_kind *kind =
			kube_model_kind(r->kind_version ? r->kind_group : r->group,
					r->kind_version ? r->kind_version : r->version, r->kind);

		ck_assert_msg(kind != NULL, "%s: no kind %s", r->resource, r->kind);
		ck_assert_uint_eq(kind->message, r->message);
		ck_assert_int_ne(r->verbs, 0);
		ck_assert_ptr_eq(kube_model_resource(r->group, r->version, r->resource), r);
	}
}
END_TEST

/* How the independent list names a field's type. */
static const char *listed_type(const struct kube_field *f)
{
	static const char *const names[] = {
		[KUBE_STRING] = "string", [KUBE_BOOL] = "bool",	     [KUBE_INT32] = "int32",
		[KUBE_INT64] = "int64",	  [KUBE_DOUBLE] = "float64", [KUBE_BYTES] = "bytes",
	};

	if (f->type == KUBE_JSON)
		return "interface";
	return f->type < array_size(names) && names[f->type] ? names[f->type] : "struct";
}

static void compare_field(const char *name, const struct kube_field *f, const struct json *row)
{
	const char *json_name = json_get_str(row, "j");

	ck_assert_msg(str_eq(f->name, json_name ? json_name : ""), "%s.%s", name, f->name);
	ck_assert_int_eq(f->number, json_get_int(row, "n", 0));
	ck_assert_msg(str_eq(listed_type(f), json_get_str(row, "k")), "%s.%s: type", name, f->name);
	ck_assert_int_eq(!!(f->flags & KUBE_POINTER), json_get_bool(row, "p", false));
	ck_assert_int_eq(!!(f->flags & KUBE_OMIT_EMPTY), json_get_bool(row, "o", false));
	ck_assert_int_eq(!!(f->flags & KUBE_OMIT_ZERO), json_get_bool(row, "z", false));
	ck_assert_int_eq(!!(f->flags & KUBE_INLINE), json_get_bool(row, "i", false));
	ck_assert_int_eq(!!(f->flags & (KUBE_REPEATED | KUBE_MAP_OF_LISTS)),
			 json_get_bool(row, "rep", false));
	ck_assert_int_eq(!!(f->flags & KUBE_MAP), json_get(row, "mk") != NULL);
	if (f->type == KUBE_MESSAGE)
		ck_assert_str_eq(kube_messages[f->message].name, json_get_str(row, "t"));
}

/* Types that the tables treat as one value and therefore do not list. */
static bool is_special(const char *name)
{
	static const char *const ends[] = {".Time",	".MicroTime",	".Duration",
					   ".Quantity", ".IntOrString", ".RawExtension",
					   ".FieldsV1"};

	for (size_t i = 0; i < array_size(ends); i++)
		if (str_ends_with(name, ends[i]))
			return true;
	return false;
}

static struct json *read_shared(const char *name)
{
	char *path = xasprintf("%s/../shared/data/%s", getenv("SKYRIG_SOURCE"), name);
	FILE *file = fopen(path, "r");
	size_t size = 1 << 20, length;
	char *text;
	struct json *ret = NULL;
	struct err err = ERR_INIT;

	free(path);
	if (!file)
		return NULL;
	text = xmalloc(size);
	length = fread(text, 1, size, file);
	fclose(file);
	ck_assert_uint_lt(length, size);
	ck_assert_msg(json_parse(text, length, &ret, &err), "%s", err_text(&err));
	free(text);
	return ret;
}

START_TEST(the_tables_agree_with_an_independent_list_of_types)
{
	struct json *list = read_shared("kubernetes-types-1.36.json");
	size_t messages = 0;

	if (!list) {
		printf("# SKIPPED: no ../shared\n");
		return;
	}
	json_foreach (kind, json_get(list, "kinds")) {
		/* "admissionregistration.k8s.io/v1/DeleteOptions", "v1/Pod" or "/v1/Pod" */
		char *text = xstrdup(json_key(kind)), *name = strrchr(text, '/'), *version;
		const struct kube_kind *found;

		*name++ = '\0';
		version = strrchr(text, '/');
		if (version)
			*version++ = '\0';
		found = kube_model_kind(version ? text : "", version ? version : text, name);
		ck_assert_msg(found != NULL, "no kind %s", json_key(kind));
		ck_assert_str_eq(kube_messages[found->message].name, json_str(kind));
		free(text);
	}
	json_foreach (fields, json_get(list, "messages")) {
		const char *name = json_key(fields);
		size_t i = 0;

		if (is_special(name))
			continue;
		ck_assert_uint_eq(message(name)->field_count, json_size(fields));
		json_foreach (row, fields)
			compare_field(name, &message(name)->fields[i++], row);
		messages++;
	}
	ck_assert_uint_gt(messages, 1080);
	json_free(list);
}
END_TEST

static Suite *kube_model_suite(void)
{
	Suite *suite = suite_create("kube_model");
	TCase *tcase = tcase_create("tables");

	tcase_add_test(tcase, messages_and_kinds_are_sorted_without_doubles_and_found);
	tcase_add_test(tcase, fields_are_consistent_and_numbers_unique);
	tcase_add_test(tcase, every_key_of_a_list_is_a_member_of_its_elements);
	tcase_add_test(tcase, what_does_not_exist_is_not_found);
	tcase_add_test(tcase, a_service_spec_has_the_fields_that_dual_stack_needs);
	tcase_add_test(tcase, inlined_members_are_found_in_the_parent);
	tcase_add_test(tcase, special_types_are_marked);
	tcase_add_test(tcase, resources_are_those_of_discovery);
	tcase_add_test(tcase, each_resource_has_the_message_of_its_kind);
	tcase_add_test(tcase, the_tables_agree_with_an_independent_list_of_types);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	SRunner *runner = srunner_create(kube_model_suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
