/*
 * The OpenAPI documents that are printed out of the tables: sound in themselves, and equal to those
 * that Kubernetes publishes but for what kube_openapi.h says is left out.
 */
#include "tests/lib/suite.h"

#include <stdio.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/model/kube_openapi.h"
#include "tests/lib/go_module.h"

#define DOCUMENT_MAX (4 << 20)

static struct json *parsed(const char *text, size_t length)
{
	struct err err = ERR_INIT;
	struct json *ret = NULL;

	ck_assert_msg(json_parse(text, length, &ret, &err), "%s", err_text(&err));
	return ret;
}

static struct json *document(const char *group, const char *version)
{
	struct strbuf sb;
	struct json *ret;

	strbuf_init(&sb, DOCUMENT_MAX);
	ck_assert(kube_openapi_print(&sb, group, version));
	ck_assert(!sb.overflow);
	ret = parsed(sb.text, sb.length);
	strbuf_done(&sb);
	return ret;
}

static bool is_first_of_its_version(size_t i)
{
	return i == 0 || !str_eq(kube_resources[i].group, kube_resources[i - 1].group) ||
	       !str_eq(kube_resources[i].version, kube_resources[i - 1].version);
}

/* Every reference anywhere in json leads to one of the schemas. */
static void check_references(const struct json *json, const struct json *schemas)
{
	const char *prefix = "#/components/schemas/", *ref = json_get_str(json, "$ref");

	if (ref) {
		ck_assert(str_starts_with(ref, prefix));
		ck_assert_msg(json_get(schemas, ref + strlen(prefix)) != NULL, "%s", ref);
	}
	json_foreach (child, json)
		check_references(child, schemas);
}

static void no_duplicate(const char *path, void *userdata _unused_)
{
	ck_abort_msg("%s is there twice", path);
}

START_TEST(every_document_is_json_and_refers_only_to_what_is_in_it)
{
	for (size_t i = 0; i < kube_resource_count; i++) {
		struct json *json;

		if (!is_first_of_its_version(i))
			continue;
		json = document(kube_resources[i].group, kube_resources[i].version);
		json_duplicates(json, no_duplicate, NULL);
		check_references(json, json_find(json, "components", "schemas", NULL));
		json_free(json);
	}
}
END_TEST

START_TEST(a_group_version_that_does_not_exist_prints_nothing)
{
	struct strbuf sb;

	strbuf_init(&sb, DOCUMENT_MAX);
	ck_assert(!kube_openapi_print(&sb, "apps", "v2"));
	ck_assert(!kube_openapi_print(&sb, "", "v2"));
	ck_assert(!kube_openapi_print(&sb, "v1", ""));
	ck_assert_uint_eq(sb.length, 0);
	strbuf_done(&sb);
}
END_TEST

START_TEST(kubectl_finds_how_to_merge_the_ports_of_a_service)
{
	struct json *json = document("", "v1");
	const struct json *spec =
		json_find(json, "components", "schemas", "io.k8s.api.core.v1.ServiceSpec", NULL);
	char *text = json_to_text(json_find(spec, "properties", "ports", NULL));

	ck_assert_str_eq(text, "{\"type\":\"array\",\"items\":{\"default\":{},\"allOf\":[{\"$ref\":"
			       "\"#/components/schemas/io.k8s.api.core.v1.ServicePort\"}]},"
			       "\"x-kubernetes-list-type\":\"map\","
			       "\"x-kubernetes-patch-strategy\":\"merge\","
			       "\"x-kubernetes-list-map-keys\":[\"port\",\"protocol\"],"
			       "\"x-kubernetes-patch-merge-key\":\"port\"}");
	free(text);
	json_free(json);
}
END_TEST

/* cli-runtime query_param_verifier_v3.go looks for exactly this. */
START_TEST(kubectl_finds_that_patch_takes_field_validation)
{
	struct json *json = document("", "v1");
	const struct json *patch = json_find(
		json, "paths", "/api/v1/namespaces/{namespace}/services/{name}", "patch", NULL);
	bool found = false;

	ck_assert_str_eq(json_find_str(patch, "x-kubernetes-group-version-kind", "kind", NULL),
			 "Service");
	json_foreach (parameter, json_get(patch, "parameters"))
		found = found || str_eq(json_get_str(parameter, "name"), "fieldValidation");
	ck_assert(found);
	ck_assert_ptr_nonnull(json_find(json, "paths", "/api/v1/namespaces/{name}", "patch", NULL));
	json_free(json);
}
END_TEST

START_TEST(a_custom_resource_has_a_document_of_the_same_form)
{
	const struct kube_resource resource = {.group = "elbv2.k8s.aws",
					       .version = "v1beta1",
					       .resource = "targetgroupbindings",
					       .singular = "targetgroupbinding",
					       .kind = "TargetGroupBinding",
					       .namespaced = true,
					       .verbs = VERB_GET | VERB_LIST | VERB_PATCH};
	const struct kube_openapi_row row = {&resource, "aws.k8s.elbv2.v1beta1.TargetGroupBinding",
					     "aws.k8s.elbv2.v1beta1.TargetGroupBindingList", true};
	const struct kube_openapi_schema schemas[] = {
		{"aws.k8s.elbv2.v1beta1.TargetGroupBinding", "{\"type\":\"object\"}"},
		{"aws.k8s.elbv2.v1beta1.TargetGroupBindingList", "{}"}};
	const char *path = "/apis/elbv2.k8s.aws/v1beta1/namespaces/{namespace}/targetgroupbindings/"
			   "{name}";
	struct json *json;
	struct strbuf sb;

	strbuf_init(&sb, DOCUMENT_MAX);
	kube_openapi_print_custom(&sb, "elbv2.k8s.aws", "v1beta1", &row, 1, schemas, 2);
	json = parsed(sb.text, sb.length);
	check_references(json, json_find(json, "components", "schemas", NULL));
	ck_assert_ptr_nonnull(json_find(json, "paths", path, "patch", NULL));
	ck_assert_ptr_null(json_find(json, "paths", path, "put", NULL));
	ck_assert_ptr_nonnull(json_find(json, "components", "schemas",
					"io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", NULL));
	json_free(json);
	strbuf_done(&sb);
}
END_TEST

/* Descriptions and unions go, and a lone reference becomes the form with allOf. */
static void simplify(struct json *schema)
{
	const char *ref = json_get_str(schema, "$ref");

	if (ref) {
		struct json *reference = json_new_object(), *all = json_new_array();

		json_set_str(reference, "$ref", ref);
		json_append(all, reference);
		json_remove(schema, "$ref");
		json_set(schema, "allOf", all);
	}
	json_remove(schema, "x-kubernetes-unions");
	if (str_eq(json_get_str(schema, "x-kubernetes-map-type"), "granular"))
		json_remove(schema, "x-kubernetes-map-type"); /* the default */
	if (json_get_str(schema, "description"))
		json_remove(schema, "description");
	for (struct json *child = json_first_mut(schema); child; child = json_next_mut(child))
		if (!str_eq(json_key(child), "allOf"))
			simplify(child);
}

/* Lists whose order means nothing. */
static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void sort_required(struct json *schema)
{
	struct json *list = json_get_mut(schema, "required");
	size_t n = json_size(list), i = 0;
	char **texts = xcalloc(n + 1, sizeof(*texts));

	json_foreach (item, list)
		texts[i++] = xstrdup(json_str(item));
	qsort(texts, n, sizeof(*texts), compare_texts);
	while (json_first(list))
		json_remove_item(list, json_first_mut(list));
	for (i = 0; i < n; i++) {
		json_append_str(list, texts[i]);
		free(texts[i]);
	}
	free(texts);
}

static void compare_schemas(const char *path, struct json *ours, struct json *theirs)
{
	for (struct json *s = json_first_mut(theirs); s; s = json_next_mut(s)) {
		struct json *own = json_get_mut(ours, json_key(s));
		char *got, *want;

		simplify(s);
		if (!own) /* options of connections, and what only those refer to */
			ck_abort_msg("%s: no schema %s", path, json_key(s));
		sort_required(own);
		sort_required(s);
		got = json_to_text(own);
		want = json_to_text(s);
		ck_assert_msg(json_equal(own, s), "%s: %s\n got %s\nwant %s", path, json_key(s),
			      got, want);
		free(got);
		free(want);
	}
	json_foreach (own, ours)
		ck_assert_msg(json_get(theirs, json_key(own)) != NULL, "%s: schema %s is too much",
			      path, json_key(own));
}

/* A path's parameters hold for each of its operations: where they stand means nothing. */
static bool takes(const struct json *path, const struct json *operation, const char *name)
{
	json_foreach (p, json_get(path, "parameters"))
		if (str_eq(json_get_str(p, "name"), name))
			return true;
	json_foreach (p, json_get(operation, "parameters"))
		if (str_eq(json_get_str(p, "name"), name))
			return true;
	return false;
}

static void compare_parameters(const struct json *path, const struct json *operation,
			       const struct json *other_path, const struct json *other)
{
	const struct json *lists[] = {json_get(path, "parameters"),
				      json_get(operation, "parameters")};

	for (size_t i = 0; i < array_size(lists); i++)
		json_foreach (p, lists[i])
			ck_assert_msg(takes(other_path, other, json_get_str(p, "name")),
				      "%s %s: parameter %s", json_key(path), json_key(operation),
				      json_get_str(p, "name"));
}

static void compare_operation(const struct json *our_path, const struct json *ours,
			      const struct json *path, const struct json *theirs)
{
	const char *name = json_key(path), *method = json_key(theirs);

	ck_assert_msg(ours != NULL, "%s: no %s", name, method);
	ck_assert_msg(json_equal(json_get(ours, "x-kubernetes-group-version-kind"),
				 json_get(theirs, "x-kubernetes-group-version-kind")),
		      "%s %s: kind", name, method);
	ck_assert_pstr_eq(json_get_str(ours, "x-kubernetes-action"),
			  json_get_str(theirs, "x-kubernetes-action"));
	ck_assert_msg(json_equal(json_get(ours, "tags"), json_get(theirs, "tags")), "%s %s: tags",
		      name, method);
	compare_parameters(our_path, ours, path, theirs);
	compare_parameters(path, theirs, our_path, ours);
	json_foreach (answer, json_get(theirs, "responses"))
		ck_assert_msg(json_get(json_get(ours, "responses"), json_key(answer)) != NULL,
			      "%s %s: no answer %s", name, method, json_key(answer));
}

static bool is_connection(const struct json *path)
{
	const struct json *get = json_get(path, "get"), *post = json_get(path, "post");
	const struct json *any = get ? get : post;

	return str_eq(json_get_str(any, "x-kubernetes-action"), "connect") ||
	       str_ends_with(json_key(path), "/log");
}

static void compare_paths(const struct json *ours, const struct json *theirs)
{
	json_foreach (path, theirs) {
		const struct json *own = json_get(ours, json_key(path));

		if (strstr(json_key(path), "/watch/") || is_connection(path))
			continue;
		ck_assert_msg(own != NULL, "no path %s", json_key(path));
		json_foreach (operation, path)
			if (json_is_object(operation))
				compare_operation(own, json_get(own, json_key(operation)), path,
						  operation);
		json_foreach (operation, own)
			ck_assert_msg(json_get(path, json_key(operation)) != NULL, "%s: no %s",
				      json_key(path), json_key(operation));
	}
	json_foreach (path, ours)
		ck_assert_msg(json_get(theirs, json_key(path)) != NULL, "%s is too much",
			      json_key(path));
}

static struct json *published(const char *group, const char *version)
{
	char *module = xasprintf("k8s.io/kubernetes@%s/api/openapi-spec/v3", kube_model_version);
	char *folder = go_module_folder(module), *path, *text;
	struct json *ret;
	size_t length;
	FILE *file;

	free(module);
	if (!folder)
		return NULL;
	path = xasprintf("%s/api%s%s__%s_openapi.json", folder, *group ? "s__" : "", group,
			 version);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	text = xmalloc(DOCUMENT_MAX);
	length = fread(text, 1, DOCUMENT_MAX, file);
	fclose(file);
	ck_assert_uint_lt(length, DOCUMENT_MAX);
	ret = parsed(text, length);
	free(folder);
	free(path);
	free(text);
	return ret;
}

START_TEST(the_documents_equal_the_published_ones)
{
	size_t compared = 0;

	for (size_t i = 0; i < kube_resource_count; i++) {
		const char *group = kube_resources[i].group, *version = kube_resources[i].version;
		struct json *ours, *theirs;

		if (!is_first_of_its_version(i))
			continue;
		theirs = published(group, version);
		if (!theirs) {
			printf("# SKIPPED: no k8s.io/kubernetes in Go's cache, run "
			       "tools/modelgen/regen\n");
			return;
		}
		ours = document(group, version);
		compare_paths(json_get(ours, "paths"), json_get(theirs, "paths"));
		compare_schemas(group, json_get_mut(json_get_mut(ours, "components"), "schemas"),
				json_get_mut(json_get_mut(theirs, "components"), "schemas"));
		json_free(ours);
		json_free(theirs);
		compared++;
	}
	ck_assert_uint_eq(compared, 36);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_document_is_json_and_refers_only_to_what_is_in_it,
		a_group_version_that_does_not_exist_prints_nothing,
		kubectl_finds_how_to_merge_the_ports_of_a_service,
		kubectl_finds_that_patch_takes_field_validation,
		a_custom_resource_has_a_document_of_the_same_form,
		the_documents_equal_the_published_ones,
		NULL,
	};

	return suite_main("kube_openapi", tests);
}
