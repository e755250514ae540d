/* emulator/kube/patch_*.c: the four ways to change an object. */
#include "emulator/base/json.h"
#include "emulator/kube/patch.h"
#include "tests/kube/rig.h"

typedef bool patch_fn(const struct json *object, const struct json *patch, struct json **ret,
		      struct err *err);

struct row {
	const char *object, *patch, *result; /* result NULL: refused */
};

static bool strategic_pod(const struct json *object, const struct json *patch, struct json **ret,
			  struct err *err)
{
	return patch_strategic(object, patch, kube_model_message("k8s.io/api/core/v1.Pod"), ret,
			       err);
}

static void check(patch_fn *fn, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_(json_freep) struct json *object = test_json(rows[i].object);
		_cleanup_(json_freep) struct json *patch = test_json(rows[i].patch);
		_cleanup_(json_freep) struct json *want =
			rows[i].result ? test_json(rows[i].result) : NULL;
		_cleanup_(json_freep) struct json *got = NULL;
		_cleanup_(freep) char *text = NULL;
		struct err err = ERR_INIT;
		bool fine = fn(object, patch, &got, &err);

		ck_assert_msg(fine == (want != NULL), "%s + %s: %s", rows[i].object, rows[i].patch,
			      err_text(&err));
		err_done(&err);
		text = got ? json_to_text(got) : NULL;
		ck_assert_msg(!want || json_equal(got, want), "%s + %s = %s", rows[i].object,
			      rows[i].patch, text);
	}
}

START_TEST(json_patches_do_what_rfc_6902_says)
{
	static const struct row rows[] = {
		{"{'a':1}", "[{'op':'add','path':'/b','value':2}]", "{'a':1,'b':2}"},
		{"{'a':[1,3]}", "[{'op':'add','path':'/a/1','value':2}]", "{'a':[1,2,3]}"},
		{"{'a':[1]}", "[{'op':'add','path':'/a/-','value':2}]", "{'a':[1,2]}"},
		{"{'a':1}", "[{'op':'remove','path':'/a'}]", "{}"},
		{"{'a':1}", "[{'op':'remove','path':'/b'}]", NULL},
		{"{'a':1}", "[{'op':'replace','path':'/a','value':{'x':1}}]", "{'a':{'x':1}}"},
		{"{'a':1}", "[{'op':'replace','path':'/b','value':1}]", NULL},
		{"{'a':1}", "[{'op':'move','from':'/a','path':'/b'}]", "{'b':1}"},
		{"{'a':1}", "[{'op':'copy','from':'/a','path':'/b'}]", "{'a':1,'b':1}"},
		{"{'a':1}", "[{'op':'test','path':'/a','value':1}]", "{'a':1}"},
		{"{'a':1}", "[{'op':'test','path':'/a','value':2}]", NULL},
		{"{'a/b':1,'m~n':2}",
		 "[{'op':'remove','path':'/a~1b'},{'op':'remove','path':'/m~0n'}]", "{}"},
		{"{'a':[1]}", "[{'op':'add','path':'/a/2','value':2}]", NULL},
		{"{'a':[1]}", "[{'op':'add','path':'/a/01','value':2}]", NULL},
		{"{}", "[{'op':'add','path':'x','value':2}]", NULL},
		{"{}", "[{'op':'jump','path':'/x','value':2}]", NULL},
		{"{}", "{}", NULL},
	};

	check(patch_json, rows, array_size(rows));
}
END_TEST

START_TEST(merge_patches_do_what_rfc_7386_says)
{
	static const struct row rows[] = {
		{"{'a':1}", "{'a':2}", "{'a':2}"},
		{"{'a':1,'b':2}", "{'a':null}", "{'b':2}"},
		{"{'a':[1]}", "{'a':[2,3]}", "{'a':[2,3]}"},
		{"{'a':{'b':1}}", "{'a':{'c':2,'b':null}}", "{'a':{'c':2}}"},
		{"{}", "{'a':{'b':{'c':null,'d':1}}}", "{'a':{'b':{'d':1}}}"},
		{"{'a':1}", "{}", "{'a':1}"},
		{"{}", "[1]", NULL},
	};

	check(patch_merge, rows, array_size(rows));
}
END_TEST

START_TEST(strategic_patches_merge_lists_by_their_keys)
{
	static const struct row rows[] = {
		{"{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b'}]}}",
		 "{'spec':{'containers':[{'name':'a','image':'y'},{'name':'c'}]}}",
		 "{'spec':{'containers':[{'name':'a','image':'y'},{'name':'c'},{'name':'b'}]}}"},
		{"{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		 "{'spec':{'containers':[{'name':'c'}]}}",
		 "{'spec':{'containers':[{'name':'c'},{'name':'a'},{'name':'b'}]}}"},
		{"{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		 "{'spec':{'containers':[{'name':'b'},{'name':'c'},{'name':'a'}]}}",
		 "{'spec':{'containers':[{'name':'b'},{'name':'c'},{'name':'a'}]}}"},
		{"{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		 "{'spec':{'containers':[{'name':'a','$patch':'delete'},{'name':'c'}]}}",
		 "{'spec':{'containers':[{'name':'c'},{'name':'b'}]}}"},
		{"{'metadata':{'finalizers':['a','b']}}", "{'metadata':{'finalizers':['c','a']}}",
		 "{'metadata':{'finalizers':['c','a','b']}}"},
		{"{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		 "{'spec':{'containers':[{'name':'a','$patch':'delete'}]}}",
		 "{'spec':{'containers':[{'name':'b'}]}}"},
		{"{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
		 "{'spec':{'containers':[{'$patch':'replace'},{'name':'c'}]}}",
		 "{'spec':{'containers':[{'name':'c'}]}}"},
		{"{'spec':{'containers':[{'name':'a'}]}}",
		 "{'spec':{'containers':[{'image':'x'}]}}", NULL},
		{"{'metadata':{'finalizers':['a','b']}}",
		 "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a'],"
		 "'$setElementOrder/finalizers':['b']}}",
		 "{'metadata':{'finalizers':['b']}}"},
		{"{'metadata':{'finalizers':['a']}}",
		 "{'metadata':{'$setElementOrder/finalizers':['b','a'],'finalizers':['b']}}",
		 "{'metadata':{'finalizers':['b','a']}}"},
		{"{'metadata':{}}", "{'metadata':{'finalizers':['b','b']}}",
		 "{'metadata':{'finalizers':['b']}}"},
		{"{'spec':{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}}",
		 "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}],"
		 "'containers':[{'name':'a','image':'x'}]}}",
		 "{'spec':{'containers':[{'name':'s'},{'name':'b'},{'name':'a','image':'x'}]}}"},
		{"{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
		 "{'spec':{'volumes':[{'name':'v','$retainKeys':['name','hostPath'],"
		 "'hostPath':{'path':'/x'}}]}}",
		 "{'spec':{'volumes':[{'name':'v','hostPath':{'path':'/x'}}]}}"},
		{"{'spec':{'nodeSelector':{'a':'1'}}}",
		 "{'spec':{'nodeSelector':{'$patch':'replace','b':'2'}}}",
		 "{'spec':{'nodeSelector':{'b':'2'}}}"},
		{"{'spec':{'tolerations':[{'key':'a'}]}}", "{'spec':{'tolerations':[{'key':'b'}]}}",
		 "{'spec':{'tolerations':[{'key':'b'}]}}"},
		{"{'spec':{}}", "{'spec':{'$patch':'sing'}}", NULL},
		{"{'metadata':{'labels':{'a':'1'}}}", "{'metadata':{'labels':{'a':null,'b':'2'}}}",
		 "{'metadata':{'labels':{'b':'2'}}}"},
	};

	check(strategic_pod, rows, array_size(rows));
}
END_TEST

START_TEST(apply_adds_changes_and_removes_but_leaves_what_others_set)
{
	_cleanup_(json_freep) struct json *original = test_json("{'a':1,'b':{'c':1,'d':1}}");
	_cleanup_(json_freep) struct json *modified = test_json("{'a':2,'b':{'c':1},'n':1}");
	_cleanup_(json_freep) struct json *current =
		test_json("{'a':1,'b':{'c':1,'d':1,'e':5},'s':7}");
	_cleanup_(json_freep) struct json *patch =
		patch_three_way(original, modified, current, NULL);
	_cleanup_(json_freep) struct json *want = test_json("{'a':2,'n':1,'b':{'d':null}}");

	ck_assert(json_equal(patch, want));
}
END_TEST

START_TEST(apply_keeps_what_the_server_gave_inside_of_lists)
{
	const struct kube_message *message = kube_model_message("k8s.io/api/core/v1.Service");
	_cleanup_(json_freep) struct json *original =
		test_json("{'spec':{'ports':[{'name':'a','port':80},{'name':'b','port':81}]},"
			  "'metadata':{'finalizers':['x','y']}}");
	_cleanup_(json_freep) struct json *modified =
		test_json("{'spec':{'ports':[{'name':'z','port':80}]},"
			  "'metadata':{'finalizers':['x']}}");
	_cleanup_(json_freep) struct json *current = test_json(
		"{'spec':{'ports':[{'name':'a','port':80,'nodePort':30001},"
		"{'name':'b','port':81,'nodePort':30002}]},'metadata':{'finalizers':['x','y']}}");
	_cleanup_(json_freep) struct json *want =
		test_json("{'spec':{'ports':[{'name':'z','port':80,'nodePort':30001}]},"
			  "'metadata':{'finalizers':['x']}}");
	_cleanup_(json_freep) struct json *patch =
		patch_three_way(original, modified, current, message);
	_cleanup_(json_freep) struct json *got = NULL;

	ck_assert(patch_strategic(current, patch, message, &got, NULL));
	ck_assert(json_equal(got, want));
	json_free(patch);
	patch = patch_three_way(modified, modified, got, message);
	ck_assert_ptr_null(json_first(patch));
}
END_TEST

START_TEST(a_failing_test_leaves_the_object_alone)
{
	struct kube_rig rig;
	uint64_t before;

	kube_rig_open(&rig, false);
	before = kube_revision(&rig);
	ck_assert(!kube_patch(&rig, "json", "/api/v1/namespaces/default",
			      "[{'op':'add','path':'/metadata/labels/x','value':'y'},"
			      "{'op':'test','path':'/metadata/name','value':'other'}]"));
	ck_assert_int_eq(rig.err.status, 422);
	ck_assert_str_eq(err_text(&rig.err),
			 "the server rejected our request due to an error in our request");
	ck_assert_uint_eq(kube_revision(&rig), before);
	kube_rig_close(&rig);
}
END_TEST

/* In the words of kube-apiserver 1.36.3. */
START_TEST(a_patch_that_is_no_patch_is_refused_as_go_says_it)
{
	static const struct {
		const char *type, *patch, *text;
	} rows[] = {
		{"merge", "5",
		 "error decoding patch: json: cannot unmarshal number into Go value of "
		 "type map[string]interface {}"},
		{"merge", "[]",
		 "error decoding patch: json: cannot unmarshal array into Go value of "
		 "type map[string]interface {}"},
		{"merge", "null", "Invalid JSON Patch"},
		{"json", "true",
		 "error decoding patch: json: cannot unmarshal bool into Go value of "
		 "type []handlers.jsonPatchOp"},
		{"json", "{}",
		 "error decoding patch: json: cannot unmarshal object into Go value of "
		 "type []handlers.jsonPatchOp"},
		{"json", "[1]",
		 "error decoding patch: json: cannot unmarshal number into Go value "
		 "of type handlers.jsonPatchOp"},
		{"strategic", "'x'",
		 "json: cannot unmarshal string into Go value of type map[string]interface {}"},
		{"apply", "[]",
		 "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot "
		 "unmarshal array into Go value of type map[string]interface {}"},
		{"apply", "null", "invalid object type: /, Kind="},
	};
	struct kube_rig rig;
	uint64_t before;

	kube_rig_open(&rig, false);
	before = kube_revision(&rig);
	for (size_t i = 0; i < array_size(rows); i++) {
		ck_assert_msg(!kube_patch(&rig, rows[i].type,
					  "/api/v1/namespaces/default?fieldManager=m",
					  rows[i].patch),
			      "%s %s", rows[i].type, rows[i].patch);
		ck_assert_str_eq(err_text(&rig.err), rows[i].text);
		ck_assert_int_eq(rig.err.status, 400);
	}
	/* nothing to do, and so done */
	ck_assert(kube_patch(&rig, "json", "/api/v1/namespaces/default", "null"));
	ck_assert(kube_patch(&rig, "strategic", "/api/v1/namespaces/default", "null"));
	ck_assert_uint_eq(kube_revision(&rig), before);
	kube_rig_close(&rig);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		json_patches_do_what_rfc_6902_says,
		merge_patches_do_what_rfc_7386_says,
		strategic_patches_merge_lists_by_their_keys,
		apply_adds_changes_and_removes_but_leaves_what_others_set,
		apply_keeps_what_the_server_gave_inside_of_lists,
		a_failing_test_leaves_the_object_alone,
		a_patch_that_is_no_patch_is_refused_as_go_says_it,
		NULL,
	};

	return suite_main("patch", tests);
}
