/* emulator/kube/managed.c, fieldset.c, shape.c, registry_patch.c: server-side apply; and
 * kube_apply. */
#include "emulator/base/json.h"
#include "tests/kube/rig.h"

#define MAP	"/api/v1/namespaces/default/configmaps/m"
#define SERVICE "/api/v1/namespaces/default/services/s"

static struct kube_rig rig;

/* Applies as a manager; object without apiVersion and kind. */
static bool apply(const char *path, const char *manager, const char *query, const char *kind,
		  const char *rest)
{
	_cleanup_(freep) char *full = xasprintf("%s?fieldManager=%s%s", path, manager, query);
	_cleanup_(freep) char *body = xasprintf("{'apiVersion':'v1','kind':'%s',%s}", kind, rest);

	return kube_patch(&rig, "apply", full, body);
}

static bool apply_map(const char *manager, const char *data)
{
	_cleanup_(freep) char *rest = xasprintf("'data':%s", data);

	return apply(MAP, manager, "", "ConfigMap", rest);
}

START_TEST(applying_makes_what_is_missing_and_owns_it)
{
	kube_rig_open(&rig, false);
	ck_assert_msg(apply_map("a", "{'x':'1'}"), "%s", err_text(&rig.err));
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"1\"}");
	ck_assert_ptr_nonnull(strstr(kube_printed(&rig), "\"manager\":\"a\""));
	ck_assert_ptr_nonnull(strstr(kube_printed(&rig), "{\"f:data\":{\"f:x\":{}}}"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(applying_the_same_again_changes_nothing)
{
	uint64_t before;

	kube_rig_open(&rig, false);
	ck_assert(apply_map("a", "{'x':'1'}"));
	before = kube_revision(&rig);
	ck_assert(apply_map("a", "{'x':'1'}"));
	ck_assert_uint_eq(kube_revision(&rig), before);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(what_a_manager_says_no_more_is_gone_unless_others_have_it)
{
	kube_rig_open(&rig, false);
	ck_assert(apply_map("a", "{'x':'1','y':'2'}"));
	ck_assert(apply_map("b", "{'y':'2','z':'3'}"));
	ck_assert(apply_map("a", "{'x':'1'}"));
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"1\",\"y\":\"2\",\"z\":\"3\"}");
	ck_assert(apply_map("b", "{'z':'3'}"));
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"1\",\"z\":\"3\"}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(another_owners_field_is_a_conflict_that_force_overrides)
{
	uint64_t before;

	kube_rig_open(&rig, false);
	ck_assert(apply_map("a", "{'x':'1','y':'1'}"));
	before = kube_revision(&rig);
	ck_assert(!apply_map("b", "{'x':'2'}"));
	ck_assert_int_eq(rig.err.status, 409);
	ck_assert_str_eq(err_text(&rig.err),
			 "Apply failed with 1 conflict: conflict with \"a\": .data.x");
	ck_assert_str_eq(json_get_str(json_first(json_get(rig.err.details, "causes")), "reason"),
			 "FieldManagerConflict");
	ck_assert(!apply_map("b", "{'x':'2','y':'2'}"));
	ck_assert_str_eq(err_text(&rig.err), "Apply failed with 2 conflicts: conflicts with "
					     "\"a\":\n- .data.x\n- .data.y");
	ck_assert_uint_eq(kube_revision(&rig), before);
	ck_assert(apply(MAP, "b", "&force=true", "ConfigMap", "'data':{'x':'2'}"));
	ck_assert_str_eq(kube_text(&rig, "data.x"), "2");
	ck_assert(apply_map("a", "{'y':'1'}"));
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"2\",\"y\":\"1\"}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_update_takes_over_what_it_changes)
{
	kube_rig_open(&rig, false);
	ck_assert(apply_map("a", "{'x':'1','y':'1'}"));
	ck_assert(kube_patch(&rig, "merge", MAP "?fieldManager=kubectl", "{'data':{'x':'9'}}"));
	ck_assert(!apply_map("a", "{'x':'1','y':'1'}"));
	ck_assert_ptr_nonnull(strstr(err_text(&rig.err), "conflict with \"kubectl\" using v1"));
	ck_assert(apply_map("a", "{'y':'1'}"));
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"9\",\"y\":\"1\"}");
	kube_rig_close(&rig);
}
END_TEST

START_TEST(what_was_made_without_applying_has_an_owner)
{
	const char *all;

	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", "/api/v1/namespaces/default/configmaps?fieldManager=maker",
		  "{'metadata':{'name':'m','labels':{'l':'1'}},'data':{'x':'1'}}");
	all = kube_printed(&rig);
	ck_assert_ptr_nonnull(strstr(all, "\"manager\":\"maker\",\"operation\":\"Update\""));
	ck_assert_ptr_nonnull(strstr(all, "{\"f:data\":{\".\":{},\"f:x\":{}},\"f:metadata\":"
					  "{\"f:labels\":{\".\":{},\"f:l\":{}}}}"));
	ck_assert(!apply_map("a", "{'x':'2'}"));
	ck_assert_ptr_nonnull(strstr(err_text(&rig.err), "conflict with \"maker\" using v1"));
	ck_assert(apply_map("a", "{'x':'1','y':'2'}"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(what_the_system_sets_belongs_to_nobody)
{
	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", "/api/v1/namespaces/default/services?fieldManager=maker",
		  "{'metadata':{'name':'s'},'spec':{'ports':[{'port':80}]}}");
	ck_assert_str_ne(kube_text(&rig, "spec.clusterIP"), "");
	ck_assert_ptr_null(strstr(kube_printed(&rig), "f:clusterIP"));
	ck_assert_ptr_nonnull(strstr(kube_printed(&rig), "\"f:sessionAffinity\":{}"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(an_emptied_list_stays_empty_until_the_first_apply)
{
	const char *empty = "[{'op':'replace','path':'/metadata/managedFields','value':[{}]}]";

	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", "/api/v1/namespaces/default/configmaps",
		  "{'metadata':{'name':'m'},'data':{'x':'1'}}");
	ck_assert(kube_patch(&rig, "json", MAP, empty));
	ck_assert_str_eq(kube_text(&rig, "metadata.managedFields"), "");
	ck_assert(kube_patch(&rig, "merge", MAP, "{'data':{'z':'1'}}"));
	ck_assert_str_eq(kube_text(&rig, "metadata.managedFields"), "");
	ck_assert(!apply_map("a", "{'x':'2'}"));
	ck_assert_ptr_nonnull(strstr(err_text(&rig.err), "\"before-first-apply\" using v1"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(more_than_ten_updaters_become_ancient_changes)
{
	const char *all;

	kube_rig_open(&rig, false);
	kube_must(&rig, "POST", "/api/v1/namespaces/default/configmaps?fieldManager=m00",
		  "{'metadata':{'name':'m'},'data':{'k00':'1'}}");
	for (int i = 1; i < 13; i++) {
		_cleanup_(freep) char *path = xasprintf("%s?fieldManager=m%02d", MAP, i);
		_cleanup_(freep) char *body = xasprintf("{'data':{'k%02d':'1'}}", i);

		ck_assert(kube_patch(&rig, "merge", path, body));
	}
	all = kube_printed(&rig);
	ck_assert_ptr_nonnull(strstr(all, "\"manager\":\"ancient-changes\""));
	ck_assert_ptr_null(strstr(all, "\"manager\":\"m03\""));
	ck_assert_ptr_nonnull(strstr(all, "\"manager\":\"m04\""));
	ck_assert_ptr_nonnull(strstr(all, "{\".\":{},\"f:k00\":{},\"f:k01\":{},\"f:k02\":{},"
					  "\"f:k03\":{}}"));
	kube_rig_close(&rig);
}
END_TEST

#define HAND_OVER(entry) "[{'op':'replace','path':'/metadata/managedFields','value':[" entry "]}]"

START_TEST(an_update_may_hand_fields_over)
{
	const char *nonsense = HAND_OVER("{'manager':'b','operation':'Steal'}");
	const char *to_a = HAND_OVER("{'manager':'a','operation':'Apply','apiVersion':'v1',"
				     "'fieldsType':'FieldsV1',"
				     "'fieldsV1':{'f:data':{'f:x':{},'f:y':{}}}}");

	kube_rig_open(&rig, false);
	ck_assert(apply_map("before", "{'x':'1','y':'2'}"));
	ck_assert(kube_patch(&rig, "json", MAP, nonsense));
	ck_assert(!apply_map("a", "{'x':'2'}"));
	ck_assert(kube_patch(&rig, "json", MAP, to_a));
	ck_assert_msg(apply_map("a", "{'x':'2'}"), "%s", err_text(&rig.err));
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"2\"}");
	ck_assert_ptr_null(strstr(kube_printed(&rig), "before"));
	kube_rig_close(&rig);
}
END_TEST

START_TEST(lists_are_merged_by_their_keys_with_defaults)
{
	kube_rig_open(&rig, false);
	ck_assert_msg(apply(SERVICE, "a", "", "Service", "'spec':{'ports':[{'port':80}]}"), "%s",
		      err_text(&rig.err));
	ck_assert_msg(apply(SERVICE, "a", "", "Service", "'spec':{'ports':[{'port':80}]}"), "%s",
		      err_text(&rig.err));
	ck_assert_uint_eq(json_size(json_find(rig.answer, "spec", "ports", NULL)), 1);
	ck_assert(apply(SERVICE, "b", "", "Service",
			"'spec':{'ports':[{'port':81,'name':'x'},{'port':80,'name':'y'}]}"));
	ck_assert_uint_eq(json_size(json_find(rig.answer, "spec", "ports", NULL)), 2);
	ck_assert(apply(SERVICE, "b", "", "Service", "'spec':{'ports':[{'port':80,'name':'y'}]}"));
	ck_assert_uint_eq(json_size(json_find(rig.answer, "spec", "ports", NULL)), 1);
	kube_rig_close(&rig);
}
END_TEST

START_TEST(bad_manifests_are_refused)
{
	kube_rig_open(&rig, false);
	ck_assert(!kube_patch(&rig, "apply", MAP, "{'apiVersion':'v1','kind':'ConfigMap'}"));
	ck_assert_str_eq(err_text(&rig.err), "PatchOptions.meta.k8s.io \"\" is invalid: "
					     "fieldManager: Required value: is required for apply "
					     "patch");
	ck_assert(!apply(MAP, "a", "", "Secret", "'data':{}"));
	ck_assert(!apply(MAP, "a", "", "ConfigMap", "'metadata':{'name':'n'}"));
	ck_assert(!apply(MAP, "a", "", "ConfigMap", "'metadata':{'managedFields':[]}"));
	ck_assert_str_eq(err_text(&rig.err), "metadata.managedFields must be nil");
	ck_assert(!kube_ask(&rig, "GET", MAP, NULL));
	kube_rig_close(&rig);
}
END_TEST

static void apply_client(const char *manifest)
{
	_cleanup_(json_freep) struct json *tree = test_json(manifest);

	json_free(rig.answer);
	rig.answer = NULL;
	ck_assert_msg(kube_apply(rig.cluster, "operator", tree, &rig.answer, &rig.err), "%s",
		      err_text(&rig.err));
}

START_TEST(client_side_apply_leaves_what_others_set)
{
	kube_rig_open(&rig, false);
	apply_client("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'x':"
		     "'1','y':'1'}}");
	ck_assert(kube_patch(&rig, "merge", MAP, "{'data':{'z':'9'}}"));
	apply_client("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'m'},'data':{'x':"
		     "'2'}}");
	ck_assert_str_eq(kube_text(&rig, "data"), "{\"x\":\"2\",\"z\":\"9\"}");
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		applying_makes_what_is_missing_and_owns_it,
		applying_the_same_again_changes_nothing,
		what_a_manager_says_no_more_is_gone_unless_others_have_it,
		another_owners_field_is_a_conflict_that_force_overrides,
		an_update_takes_over_what_it_changes,
		what_was_made_without_applying_has_an_owner,
		what_the_system_sets_belongs_to_nobody,
		an_emptied_list_stays_empty_until_the_first_apply,
		more_than_ten_updaters_become_ancient_changes,
		an_update_may_hand_fields_over,
		lists_are_merged_by_their_keys_with_defaults,
		bad_manifests_are_refused,
		client_side_apply_leaves_what_others_set,
		NULL,
	};

	return suite_main("apply", tests);
}
